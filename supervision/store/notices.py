"""What somebody has to be told of the next time they are here: that words were taken out of a record, or it was erased.

In `notices.json` beside the records, for each person by id, until they have read it. A notice holds no content: what
was done, to which session, by whom, when, and the reason that was given.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from supervision.store.personal import PersonalFile

Done = Literal["redacted", "erased"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """`by` and `to` are names, since the record that held them may be gone; `at` is a date and time in ISO form."""

    id: str
    done: Done
    session: str
    by: str
    at: str
    why: str
    to: str = ""

    @property
    def sentence(self) -> str:
        """All of it, to be read."""
        what = "took words out of" if self.done == "redacted" else "erased"
        return f"{self.by} {what} the record {self.session}. Reason: {self.why}"


@dataclass(frozen=True, slots=True)
class Notices:
    """The notices of a store."""

    folder: Path
    patience: float = 5.0

    @property
    def kept(self) -> PersonalFile[list[Any]]:
        return PersonalFile(self.folder, "notices", list, "what people have to be told", self.patience)

    def tell(self, notices: Mapping[str, Notice]) -> None:
        """Keeps each for a person, by their id. SaveFailed, Busy, TooNew."""

        def add(kept: dict[str, list[Any]]) -> None:
            for person, notice in notices.items():
                kept.setdefault(person, []).append(asdict(notice))

        if notices:
            self.kept.change(add)

    def names(self) -> dict[str, str]:
        """What everybody is called who has something to read, by id."""
        kept = self.kept.read_or_nothing()
        return {person: str(entries[-1].get("to", "")) for person, entries in kept.items() if entries}

    def of(self, people: Iterable[str]) -> list[Notice]:
        """What these ids of one person have not read yet, the oldest first."""
        kept = self.kept.read_or_nothing()
        found = []
        for person in people:
            for entry in kept.get(person, []):
                if set(entry) == set(Notice.__slots__) and all(isinstance(words, str) for words in entry.values()):
                    found.append(Notice(**entry))
        return sorted(found, key=lambda notice: notice.at)

    def read(self, notice_id: str, people: Iterable[str]) -> None:
        """They have read it: it goes."""
        who = set(people)

        def drop(kept: dict[str, list[Any]]) -> None:
            for person in who & kept.keys():
                kept[person] = [entry for entry in kept[person] if entry.get("id") != notice_id]

        self.kept.change(drop)
