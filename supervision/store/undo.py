"""What each person changed last, so that it can be taken back.

A convenience beside the records, in `undo.json`: it never stands in the way of a change.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from supervision.errors import SupervisionError
from supervision.store.personal import PersonalFile

KEPT = 20
"""Changes kept for each person."""

Entry = dict[str, Any]
"""A change as whoever made it describes it; its key `session` names the session it belongs to, its `id` itself."""
People = dict[str, list[Entry]]
"""By person, the oldest change first."""


@dataclass(frozen=True, slots=True)
class UndoLog:
    """The latest changes of each person who works in this store."""

    folder: Path
    patience: float = 5.0

    @property
    def kept(self) -> PersonalFile[list[Any]]:
        return PersonalFile(self.folder, "undo", list, "the list of changes", self.patience)

    @property
    def file(self) -> Path:
        return self.kept.file

    def push(self, person: str, entry: Entry) -> str:
        """Remember a change; "" when done, else a sentence on why it cannot be undone later. Never fails the change."""

        def add(people: People) -> None:
            people[person] = [*people.get(person, []), entry][-KEPT:]

        try:
            self.kept.change(add)
        except SupervisionError as error:
            return f"This change cannot be undone later: {error.sentence}"
        return ""

    def peek(self, person: str) -> Entry | None:
        """The person's latest change, left where it is; None when there is none."""
        entries = self.kept.read_or_nothing().get(person)
        return entries[-1] if entries else None

    def pop(self, person: str) -> Entry | None:
        """The person's latest change, taken out; None when there is none. SaveFailed, Busy, TooNew."""
        taken: list[Entry] = []

        def take(people: People) -> None:
            if people.get(person):
                taken.append(people[person].pop())

        if self.peek(person) is not None:
            self.kept.change(take)
        return taken[0] if taken else None

    def forget(self, person: str, entry_id: str) -> str:
        """Take one change of a person out, by its `id`; "" when done, else a sentence on why it is still there."""

        def out(people: People) -> None:
            people[person] = [entry for entry in people.get(person, []) if entry.get("id") != entry_id]

        try:
            if any(entry.get("id") == entry_id for entry in self.kept.read_or_nothing().get(person, [])):
                self.kept.change(out)
        except SupervisionError as error:
            return f"The list of changes could not be brought up to date: {error.sentence}"
        return ""

    def drop_session(self, session_id: str) -> None:
        """Forget every change to a session, of everybody. SaveFailed, Busy, TooNew."""

        def drop(people: People) -> None:
            for person, entries in people.items():
                people[person] = [entry for entry in entries if entry.get("session") != session_id]

        kept = self.kept.read_or_nothing()
        if any(entry.get("session") == session_id for entries in kept.values() for entry in entries):
            self.kept.change(drop)
