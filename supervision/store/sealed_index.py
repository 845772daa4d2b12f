"""The index of an encrypted store: in memory while the program runs, and on the disk as one encrypted file.

`index-KEY.age` is what SQLite would write, encrypted for the one key that could read the records it was made from. It
is written after each change while it is small, and after every fiftieth when it is not: a list then reads the records
that it misses. Nothing of it lies anywhere in the clear, and it is no more trusted than the other one.
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from supervision.errors import SupervisionError
from supervision.store import sealing
from supervision.store.files import leftovers, remove, write_whole
from supervision.store.index import MISSING, OTHER_VERSION, UNREADABLE, Entry, Index, State, begin, stamp_of
from supervision.store.locks import short_lock
from supervision.vault.identity import Identity

MOST = 2**30
"""Bytes of an index. Ten thousand sessions take a seventh of that."""
SMALL = 2 * 2**20
"""An index up to this is written after each change; it takes a few milliseconds."""
AT_MOST = 50
"""Changes that the file of a larger one may lack."""
_PATIENCE = 5.0


@dataclass(slots=True)
class _Open:
    """An index in memory, which all of this process share."""

    base: sqlite3.Connection
    lacking: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)


_open: dict[tuple[Path, str], _Open] = {}


@dataclass(frozen=True, slots=True)
class SealedIndex(Index):
    """As `Index`. `now` gives the state of each session's file, by id; `me` is for whom it is encrypted."""

    me: Identity | None = None
    now: Callable[[], dict[str, str]] = dict

    @property
    def _mine(self) -> _Open:
        return _open[self.file, self.stamp]

    def write(self, changed: Iterable[Entry], gone: Collection[str] = ()) -> bool:
        entries = list(changed)
        with self._mine.lock:
            written = Index.write(self, entries, gone)
            self._mine.lacking += len(entries)
            if gone or not os.path.lexists(self.file) or self._mine.lacking >= AT_MOST or self._size() <= SMALL:
                self.settle()
        return written

    def settle(self) -> None:
        """Writes the file, without what has changed in another process since: what was deleted there must not stay."""
        assert self.me is not None
        with (
            self._mine.lock,
            suppress(SupervisionError, OSError),  # lists are slower then, never wrong
            short_lock(self.file.parent / "locks" / "index.all.lock", _PATIENCE, "busy"),
        ):
            now = self.now()
            stale = [name for name, glance in self.glances().items() if now.get(name) != glance.seen]
            if stale:
                Index.write(self, [], stale)
            from supervision.vault import seal

            data = seal.sealed(self._mine.base.serialize(), [self.me.recipient])
            write_whole(self.file, data, limit=MOST)
            self._mine.lacking = 0

    def _size(self) -> int:
        base = self._mine.base
        pages, size = (base.execute(f"PRAGMA {what}").fetchone()[0] for what in ("page_count", "page_size"))
        return int(pages * size)

    def renew(self, why: str) -> bool:
        if not self.discard():
            return False
        self._mine.base.execute("INSERT INTO remade VALUES (?)", (why,))
        return True

    def discard(self) -> bool:
        with self._mine.lock:
            if not _removed(self.file):
                return False
            fresh = _empty(self.stamp)
            fresh.backup(self._mine.base)
            fresh.close()
            self._mine.lacking = 0
        return True

    def in_memory(self) -> Index:
        return self

    def state(self) -> State:
        if not os.path.lexists(self.file):
            return "missing"
        assert self.me is not None
        base, why = _loaded(self.file, self.stamp)
        if base is None:
            return "other version" if why == OTHER_VERSION else "unreadable"
        base.close()
        return Index.state(self)


def of(folder: Path, stamp: str, me: Identity, now: Callable[[], dict[str, str]]) -> SealedIndex:
    """The index of this store for the holder of this key, as it lies on the disk, or a new one."""
    file = sealing.own_index(folder, me)
    if (file, stamp) not in _open:
        base, why = _loaded(file, stamp)
        if base is None:
            base = _empty(stamp)
            if why != MISSING:
                base.execute("INSERT INTO remade VALUES (?)", (why,))
        _open[file, stamp] = _Open(base)
    return SealedIndex(file, stamp, _open[file, stamp].base, me, now)


def drop_others(folder: Path, but: Path | None) -> None:
    """Throws away every index but one: what was taken out of a record may still stand in those of others."""
    for file in (*folder.glob("index*"), *(found for found in leftovers(folder) if found.name.startswith(".index"))):
        if file != but:
            remove(file)


def let_go() -> None:
    """Forgets what is in memory: another key, or none, is held from now on."""
    for one in _open.values():
        one.base.close()
    _open.clear()


def _empty(stamp: str) -> sqlite3.Connection:
    base = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    begin(base, stamp)
    return base


def _loaded(file: Path, stamp: str) -> tuple[sqlite3.Connection | None, str]:
    """What lies on the disk; else why it cannot be used."""
    try:
        found = sealing.read(file, limit=MOST)
    except SupervisionError:
        return None, UNREADABLE
    if found is None:
        return None, MISSING
    base = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    try:
        base.deserialize(found[0])
        same = stamp_of(base) == stamp
    except sqlite3.Error:
        base.close()
        return None, UNREADABLE
    if not same:
        base.close()
        return None, OTHER_VERSION
    return base, ""


def _removed(file: Path) -> bool:
    try:
        remove(file)
    except SupervisionError:
        return False
    return True
