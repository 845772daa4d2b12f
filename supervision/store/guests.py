"""Who of those let in over SSH is here now, and who may not come in any more.

A line of `authorized_keys` lets a key in, and whoever came before it was taken out may still have their line open. So
what was taken out is also in `guests.json` beside the records, and each process of a guest holds a lock while it runs.
"""

import fcntl
import hashlib
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from supervision.store.files import private_folder, save_failed
from supervision.store.locks import is_held
from supervision.store.personal import PersonalFile

LEAVING = 5.0
"""Seconds that somebody's process has to save and leave before it is ended."""
_LOOK = 0.02
_SHORT = 16


@dataclass(frozen=True, slots=True)
class Guests:
    """The guests of a store, each a person and the fingerprint of a key."""

    folder: Path
    patience: float = 5.0

    @property
    def kept(self) -> PersonalFile[dict[str, Any]]:
        return PersonalFile(self.folder, "guests", dict, "the list of guests who were taken out", self.patience)

    @property
    def _locks(self) -> Path:
        return self.folder / "locks"

    def is_out(self, person: str, key: str) -> bool:
        """Whether this key was taken out. Damaged and TooNew: then nobody knows, and nobody is let in."""
        return key in self.kept.read().get(person, {})

    def take_out(self, person: str, key: str, at: datetime) -> None:
        """From now on this key is refused, whatever lets it come as far as here. SaveFailed, Busy, TooNew."""
        self.kept.change(lambda people: people.setdefault(person, {}).update({key: {"at": at.isoformat()}}))

    def let_in(self, person: str, key: str) -> None:
        """What was taken out may come in again. SaveFailed, Busy, TooNew."""
        if key in self.kept.read().get(person, {}):
            self.kept.change(lambda people: people[person].pop(key, None))

    @contextmanager
    def is_here(self, person: str, key: str) -> Iterator[None]:
        """Holds while a process of theirs runs; the system lets go of it when the process dies."""
        private_folder(self._locks)
        file = self._locks / f"guest-{_name(person, key)}-{os.getpid()}.lock"
        try:
            number = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            fcntl.flock(number, fcntl.LOCK_EX)
        except OSError as error:
            raise save_failed(file, error) from error
        try:
            yield
        finally:
            with suppress(FileNotFoundError):
                file.unlink()
            os.close(number)

    def here(self, person: str, key: str) -> list[int]:
        """The processes in which they are here now."""
        found = []
        for file in self._locks.glob(f"guest-{_name(person, key)}-*.lock"):
            if is_held(file):
                found.append(int(file.stem.rpartition("-")[2]))
            else:  # of a process that was killed
                with suppress(FileNotFoundError):
                    file.unlink()
        return sorted(found)

    def end(self, person: str, key: str) -> int:
        """Ends all of them, after they have saved; how many there were."""
        ended: set[int] = set()
        deadline = time.monotonic() + LEAVING
        while here := self.here(person, key):
            late = time.monotonic() > deadline
            for process in here if late else [one for one in here if one not in ended]:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL if late else signal.SIGTERM)
            ended.update(here)
            time.sleep(_LOOK)
        return len(ended)


def _name(person: str, key: str) -> str:
    return hashlib.sha256(f"{person}\0{key}".encode()).hexdigest()[:_SHORT]
