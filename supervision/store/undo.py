"""What each person changed last, so that it can be taken back.

A convenience beside the records, in `undo.json`: it never stands in the way of a change. A file that cannot be read is
set aside under another name, never overwritten and never deleted, and a new one is begun; one of a newer version stays
and is left alone.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from supervision.errors import Damaged, SupervisionError, TooNew
from supervision.store.files import read_whole, save_failed, shown, write_whole
from supervision.store.locks import short_lock
from supervision.store.storage import cleaned, json_bytes, parse_object

FORMAT = 1
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
    def file(self) -> Path:
        return self.folder / "undo.json"

    def push(self, person: str, entry: Entry) -> str:
        """Remember a change; "" when done, else a sentence on why it cannot be undone later. Never fails the change."""

        def add(people: People) -> None:
            people[person] = [*people.get(person, []), entry][-KEPT:]

        try:
            self._change(add)
        except SupervisionError as error:
            return f"This change cannot be undone later: {error.sentence}"
        return ""

    def peek(self, person: str) -> Entry | None:
        """The person's latest change, left where it is; None when there is none."""
        entries = self._read_or_nothing().get(person)
        return entries[-1] if entries else None

    def pop(self, person: str) -> Entry | None:
        """The person's latest change, taken out; None when there is none. SaveFailed, Busy, TooNew."""
        taken: list[Entry] = []

        def take(people: People) -> None:
            if people.get(person):
                taken.append(people[person].pop())

        if self.peek(person) is not None:
            self._change(take)
        return taken[0] if taken else None

    def forget(self, person: str, entry_id: str) -> str:
        """Take one change of a person out, by its `id`; "" when done, else a sentence on why it is still there."""

        def out(people: People) -> None:
            people[person] = [entry for entry in people.get(person, []) if entry.get("id") != entry_id]

        try:
            if any(entry.get("id") == entry_id for entry in self._read_or_nothing().get(person, [])):
                self._change(out)
        except SupervisionError as error:
            return f"The list of changes could not be brought up to date: {error.sentence}"
        return ""

    def drop_session(self, session_id: str) -> None:
        """Forget every change to a session, of everybody. SaveFailed, Busy, TooNew."""

        def drop(people: People) -> None:
            for person, entries in people.items():
                people[person] = [entry for entry in entries if entry.get("session") != session_id]

        if any(entry.get("session") == session_id for entries in self._read_or_nothing().values() for entry in entries):
            self._change(drop)

    def check(self) -> None:
        """Damaged or TooNew when the file cannot be read."""
        self._read()

    def aside(self) -> list[Path]:
        """Files that could not be read and were set aside."""
        return sorted(self.folder.glob("undo-damaged-*.json"))

    def _change(self, change: Callable[[People], None]) -> None:
        with self._lock():
            try:
                people = self._read()
            except Damaged:
                self._set_aside()
                people = {}
            change(people)
            kept = {person: entries for person, entries in people.items() if entries}
            write_whole(self.file, json_bytes({"format": FORMAT, "people": kept}, self.file))

    @contextmanager
    def _lock(self) -> Iterator[None]:
        refusal = "Somebody else is changing the list of changes just now; please try again in a moment."
        with short_lock(self.folder / "locks" / "undo.lock", self.patience, refusal):
            yield

    def _read_or_nothing(self) -> People:
        try:
            return self._read()
        except Damaged:
            return {}  # set aside by the next change

    def _read(self) -> People:
        found = read_whole(self.file)
        if found is None:
            return {}
        content = cleaned(parse_object(found[0], self.file), self.file)
        version, people = content.get("format"), content.get("people")
        if isinstance(version, int) and version > FORMAT:
            raise TooNew(f"{shown(self.file)} was written by a newer version of this program and stays as it is.")
        if (
            version != FORMAT
            or not isinstance(people, dict)
            or not all(isinstance(entries, list) for entries in people.values())
            or not all(isinstance(entry, dict) for entries in people.values() for entry in entries)
        ):
            raise Damaged(f"{shown(self.file)} cannot be read: it is not one of our files. It stays as it is.")
        return people

    def _set_aside(self) -> None:
        number = 1
        while (place := self.folder / f"undo-damaged-{number}.json").exists():
            number += 1
        try:
            self.file.rename(place)
        except OSError as error:
            raise save_failed(self.file, error) from error
