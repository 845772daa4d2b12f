"""A summary of every session, so that a list need not read every file.

One row a session in `index.sqlite`, so that a change costs one row however many sessions there are. It is never trusted
over the files: each row names the state of the file it was made from, and what is missing, stale, damaged or of another
version is made again. Not being able to write it is no error; lists are then slower, never wrong.
"""

import json
import os
import sqlite3
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

VERSION = 1
"""Version of the form of the index itself."""

_WAIT = 0.5
"""Seconds to wait for another process that is writing."""
_PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
}
"""Errors that say nothing against the index; with any other it is thrown away."""

State = Literal["missing", "sound", "other version", "unreadable", "busy"]


class Row(NamedTuple):
    """What the index knows of one session. `seen` is the state of its file, `started` seconds since 1970."""

    seen: str
    started: float
    summary: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Index:
    """The index in `file`. `stamp` names what its rows look like; under another stamp nothing is believed."""

    file: Path
    stamp: str

    def states(self) -> dict[str, tuple[str, float]]:
        """For each session the state its file was seen in, and when it started; empty when there is no usable index."""
        found = self._select("SELECT id, seen, started FROM sessions")
        return {
            session_id: (seen, started)
            for session_id, seen, started in found
            if isinstance(session_id, str) and isinstance(seen, str) and isinstance(started, float)
        }

    def rows(self) -> dict[str, Row]:
        """Every row that is whole; empty when there is no usable index."""
        rows: dict[str, Row] = {}
        for session_id, seen, started, text, check in self._select(
            "SELECT id, seen, started, summary, crc FROM sessions"
        ):
            if check == _check(session_id, seen, started, text):
                rows[session_id] = Row(seen, started, json.loads(text))
        return rows

    def write(self, changed: Mapping[str, Row], gone: Collection[str] = ()) -> bool:
        """Put rows in and take rows out; False when the index cannot be written now."""
        texts = {session_id: json.dumps(row.summary) for session_id, row in changed.items()}
        for again in (True, False):
            try:
                with self._writing() as base:
                    base.executemany(
                        "INSERT OR REPLACE INTO sessions (id, seen, started, summary, crc) VALUES (?, ?, ?, ?, ?)",
                        [
                            (session_id, row.seen, row.started, text, _check(session_id, row.seen, row.started, text))
                            for (session_id, row), text in zip(changed.items(), texts.values(), strict=True)
                        ],
                    )
                    base.executemany("DELETE FROM sessions WHERE id = ?", [(session_id,) for session_id in gone])
                return True
            except (sqlite3.Error, OSError) as error:
                if not (again and _hopeless(error) and self.discard()):
                    return False
        return False

    def state(self) -> State:
        """Whether the index can be used as it is."""
        if not os.path.lexists(self.file):
            return "missing"
        try:
            with closing(self._open()) as base:
                if self._stamp_of(base) != self.stamp:
                    return "other version"
                intact = [row[0] for row in base.execute("PRAGMA quick_check(1)")] == ["ok"]
                whole = all(
                    row[4] == _check(*row[:4])
                    for row in base.execute("SELECT id, seen, started, summary, crc FROM sessions")
                )
        except (sqlite3.Error, OSError) as error:
            return "unreadable" if _hopeless(error) or isinstance(error, OSError) else "busy"
        return "sound" if intact and whole else "unreadable"

    def discard(self) -> bool:
        """Throw the index away; False when the system refuses."""
        try:
            for ending in ("", "-journal", "-wal", "-shm"):
                self.file.with_name(self.file.name + ending).unlink(missing_ok=True)
        except OSError:
            return False
        return True

    def _select(self, query: str) -> list[tuple[Any, ...]]:
        if not os.path.lexists(self.file):
            return []
        try:
            with closing(self._open()) as base:
                if self._stamp_of(base) == self.stamp:
                    return base.execute(query).fetchall()
        except (sqlite3.Error, OSError) as error:
            if not _hopeless(error):
                return []
        self.discard()
        return []

    @staticmethod
    def _stamp_of(base: sqlite3.Connection) -> str | None:
        row = base.execute("SELECT text FROM stamp").fetchone()
        return row[0] if row and isinstance(row[0], str) else None

    def _open(self) -> sqlite3.Connection:
        if self.file.is_symlink():
            raise sqlite3.DatabaseError("a link stands in its place")
        address = f"{self.file.absolute().as_uri()}?mode=rw"
        return sqlite3.connect(address, uri=True, timeout=_WAIT, isolation_level=None)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        # Made by us first: SQLite would follow the umask. Its side files take over the permissions of this one.
        number = os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            if os.fstat(number).st_mode & 0o777 != 0o600:
                os.fchmod(number, 0o600)
        finally:
            os.close(number)
        with closing(self._open()) as base:
            # What can be made again needs no flush to the disk; what was deleted must not stay readable in the file.
            base.execute("PRAGMA synchronous = OFF")
            base.execute("PRAGMA secure_delete = ON")
            base.execute("BEGIN IMMEDIATE")
            tables = base.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if not tables:
                base.execute("CREATE TABLE stamp (text TEXT)")
                base.execute("INSERT INTO stamp VALUES (?)", (self.stamp,))
                base.execute(
                    "CREATE TABLE sessions (id TEXT PRIMARY KEY, seen TEXT, started REAL, crc INTEGER, summary TEXT)"
                )
            elif self._stamp_of(base) != self.stamp:
                raise sqlite3.DatabaseError("written by another version")
            yield base
            base.execute("COMMIT")


def seen(found: os.stat_result) -> str:
    """The state of a file: another content cannot have the same."""
    return f"{found.st_mtime_ns} {found.st_ctime_ns} {found.st_size} {found.st_ino}"


def _check(session_id: object, seen_as: object, started: object, text: object) -> int:
    return zlib.crc32(f"{session_id}\n{seen_as}\n{started!r}\n{text}".encode("utf-8", errors="replace"))


def _hopeless(error: Exception) -> bool:
    if isinstance(error, OSError):
        return False
    code = getattr(error, "sqlite_errorcode", None)
    return code is None or code & 0xFF not in _PASSING
