"""What somebody had begun to write in a form and did not finish, kept until it has gone where it belongs.

In `drafts.json` beside the records, so that words in a half-filled form outlive the program, however it ends.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from supervision.errors import Damaged, TooNew
from supervision.store.personal import PersonalFile

People = dict[str, dict[str, Any]]
"""By person, each draft by its name."""


@dataclass(frozen=True, slots=True)
class Drafts:
    """What one person had begun. A draft has a name, in which the ids stand that it is about; it holds the words of
    each field."""

    folder: Path
    person: str = ""
    patience: float = 5.0

    @property
    def kept(self) -> PersonalFile[dict[str, Any]]:
        return PersonalFile(self.folder, "drafts", dict, "what was begun", self.patience)

    def get(self, name: str) -> dict[str, str]:
        """What was begun under this name; nothing when there is none, or when the file cannot be read."""
        try:
            typed = self.kept.read().get(self.person, {}).get(name, {})
        except (Damaged, TooNew):  # `keep` says so, once there is something to lose
            return {}
        return {str(field): words for field, words in typed.items() if isinstance(words, str)}

    def keep(self, name: str, typed: Mapping[str, str]) -> None:
        """Keeps what stands in a form now. SaveFailed, Busy, TooNew."""

        def put(people: People) -> None:
            people.setdefault(self.person, {})[name] = dict(typed)

        if self.get(name) != typed:
            self.kept.change(put)

    def drop(self, name: str) -> None:
        """Forgets a draft: its words have gone where they belong, or were cleared."""
        if self.get(name):
            self.kept.change(lambda people: people.get(self.person, {}).pop(name, None))

    def drop_about(self, ids: Iterable[str]) -> None:
        """Forgets what anybody had begun about these: they are thrown away."""
        gone = set(ids)

        def drop(people: People) -> None:
            for person, drafts in people.items():
                people[person] = {name: typed for name, typed in drafts.items() if not gone & set(name.split())}

        if any(gone & set(name.split()) for drafts in self.kept.read_or_nothing().values() for name in drafts):
            self.kept.change(drop)
