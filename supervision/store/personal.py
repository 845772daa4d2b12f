"""A file beside the records that keeps something for each person: what they changed last, what they had begun.

A convenience, never the record: a file that cannot be read is set aside under another name, never overwritten and never
deleted, and a new one is begun; one of a newer version stays and is left alone.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from supervision.errors import Damaged, TooNew
from supervision.store import sealing
from supervision.store.files import save_failed, shown
from supervision.store.locks import short_lock
from supervision.store.storage import cleaned, json_bytes, parse_object

FORMAT = 1
Kept = TypeVar("Kept", list[Any], dict[str, Any])


@dataclass(frozen=True, slots=True)
class PersonalFile(Generic[Kept]):
    """`NAME.json` in a folder: for each person what is kept for them, a list or a mapping of objects."""

    folder: Path
    name: str
    empty: type[Kept]
    what: str
    """What is kept, in the middle of a sentence: "the list of changes"."""
    patience: float = 5.0

    @property
    def file(self) -> Path:
        return self.folder / f"{self.name}.json"

    def read(self) -> dict[str, Kept]:
        """By person; Damaged or TooNew when the file cannot be read."""
        found = sealing.read(self.file)
        if found is None:
            return {}
        content = cleaned(parse_object(found[0], self.file), self.file)
        version, people = content.get("format"), content.get("people")
        if isinstance(version, int) and version > FORMAT:
            raise TooNew(f"{shown(self.file)} was written by a newer version of this program and stays as it is.")
        if version != FORMAT or not isinstance(people, dict) or not all(map(self._is_kept, people.values())):
            raise Damaged(f"{shown(self.file)} cannot be read: it is not one of our files. It stays as it is.")
        return people

    def read_or_nothing(self) -> dict[str, Kept]:
        try:
            return self.read()
        except Damaged:
            return {}  # set aside by the next change

    def change(self, change: Callable[[dict[str, Kept]], object]) -> None:
        """Reads, changes and writes it under a lock; SaveFailed, Busy, TooNew."""
        with self.lock():
            try:
                people = self.read()
            except Damaged:
                self._set_aside()
                people = {}
            change(people)
            kept = {person: things for person, things in people.items() if things}
            sealing.write(self.folder, self.file, json_bytes({"format": FORMAT, "people": kept}, self.file))

    def forget(self, person: str) -> None:
        """Somebody is erased, and with them what is kept here of theirs. SaveFailed, Busy, TooNew."""
        if person in self.read_or_nothing():
            self.change(lambda people: people.pop(person, None))

    def aside(self) -> list[Path]:
        """Files that could not be read and were set aside."""
        return sorted(self.folder.glob(f"{self.name}-damaged-*.json"))

    def _is_kept(self, things: object) -> bool:
        if not isinstance(things, self.empty):
            return False
        return all(isinstance(one, dict) for one in (things.values() if isinstance(things, dict) else things))

    @contextmanager
    def lock(self) -> Iterator[None]:
        refusal = f"Somebody else is changing {self.what} just now; please try again in a moment."
        with short_lock(self.folder / "locks" / f"{self.name}.lock", self.patience, refusal):
            yield

    def _set_aside(self) -> None:
        number = 1
        while (place := self.folder / f"{self.name}-damaged-{number}.json").exists():
            number += 1
        try:
            self.file.rename(place)
        except OSError as error:
            raise save_failed(self.file, error) from error
