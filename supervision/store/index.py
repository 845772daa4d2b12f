"""What lists and searches need of every session, so that they need not read every file.

A few rows a session in `index.sqlite`, so that a change costs the same however many sessions there are. It is never
trusted over the files: each row names the state of the file it was made from and bears a checksum, and what is missing,
stale, damaged or of another version is made again. Not being able to write it is no error: then a copy in memory stands
in, and lists are slower, never wrong.

Whatever people wrote goes in through `write` and comes out through `glances`, `bodies` and `asked`, and nowhere else.
The index of an encrypted store lives in memory, and lies on the disk as one encrypted file (`sealed_index`).
"""

import json
import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple
from zlib import adler32, crc32

VERSION = 2
"""Version of the form of the index itself."""

_WAIT = 2.0
"""Seconds to wait for another process that is writing."""
_AT_ONCE = 500
"""Rows asked for in one query."""
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

_IN_USE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}

State = Literal["missing", "sound", "other version", "unreadable", "busy"]
Part = Literal["session", "actions", "decisions", "places", "folded"]
PARTS: tuple[Part, ...] = ("session", "actions", "decisions", "places", "folded")
SEPARATOR = b"\x1f"
"""Stands between the folded texts of a session; no text holds it."""


class Glance(NamedTuple):
    """What a list needs of a session to tell whether it shows it.

    `seen` is the state of its file, `at` when it was held in seconds since 1970, `held` the same as in the record.
    `due` is the first day of an open action, `review` that of a decision that stands. `asked` names the prompts. The
    last three are JSON, as `views.summary` has them.
    """

    id: str
    seen: str
    at: float
    held: str
    state: str
    due: str | None
    review: str | None
    asked: str
    people: str
    actions: str
    decisions: str


class Entry(NamedTuple):
    """All that the index keeps of a session."""

    glance: Glance
    bodies: Mapping[Part, bytes]
    asked: str

    @property
    def things(self) -> list[str]:
        """The ids of its actions and decisions."""
        return [row[0] for row in (*json.loads(self.glance.actions), *json.loads(self.glance.decisions))]


_GLANCE = ", ".join(Glance._fields)
_LINES = "\n".join("%s" for _ in Glance._fields)
_UTF = ("utf-8", "replace")
_TABLES = (
    "CREATE TABLE stamp (text TEXT)",
    "CREATE TABLE remade (why TEXT)",
    "CREATE TABLE glances (id TEXT PRIMARY KEY, seen TEXT, at REAL, held TEXT, state TEXT, due TEXT, review TEXT, "
    "asked TEXT, people TEXT, actions TEXT, decisions TEXT, crc INTEGER)",
    *(f"CREATE TABLE {part}_bodies (id TEXT PRIMARY KEY, body BLOB, crc INTEGER)" for part in PARTS),
    "CREATE TABLE asked (id TEXT PRIMARY KEY, body TEXT)",
    "CREATE TABLE things (id TEXT, session TEXT, PRIMARY KEY (id, session)) WITHOUT ROWID",
    "CREATE INDEX things_of ON things (session)",
)


@dataclass(frozen=True, slots=True)
class Index:
    """The index in `file`, or in `memory`. `stamp` names what is in it; under another stamp nothing is believed."""

    file: Path
    stamp: str
    memory: sqlite3.Connection | None = None

    # Reading

    def glances(self, only: str = "") -> dict[str, Glance]:
        """Every glance that is whole, or that of one session; empty when there is no usable index."""
        query = f"SELECT {_GLANCE}, crc FROM glances"
        return _whole(self._select(f"{query} WHERE id = ?", (only,)) if only else self._select(query))

    def seen(self) -> dict[str, str]:
        """The state of each session's file when the index saw it, as it stands: no row is looked over for it.

        Empty when a set of prompts is missing.
        """
        rows = self._select("SELECT id, seen, asked FROM glances")
        return {row[0]: row[1] for row in rows} if {row[2] for row in rows} <= self.asked().keys() else {}

    def with_words(self, words: Sequence[bytes], seen: Mapping[str, str]) -> list[Glance] | None:
        """A glance at each session in whose texts all these words stand; None when the index is not whole.

        `seen` is every session there is, in the state it has. Of all that, only the texts themselves are read.
        """
        ids: list[str] = []
        count = 0
        first, *others = words
        try:
            with self._reading() as base:
                if stamp_of(base) != self.stamp:
                    return None
                # One after the other, so that each is looked through while it is at hand: it is many megabytes.
                for id, body, crc in base.execute("SELECT id, body, crc FROM folded_bodies"):
                    count += 1
                    if not isinstance(body, bytes):
                        return None
                    if crc != crc32(body, crc32(f"{id}\n{seen.get(id)}".encode(*_UTF))):
                        return None
                    if first in body and all(map(body.__contains__, others)):
                        ids.append(id)
        except (sqlite3.Error, OSError):
            return None
        found = self._glances(ids)
        return list(found.values()) if count == len(seen) and len(found) == len(ids) else None

    def _glances(self, ids: list[str]) -> dict[str, Glance]:
        queries = [
            (f"SELECT {_GLANCE}, crc FROM glances WHERE id IN ({', '.join('?' * len(some))})", some)
            for some in _groups(ids)
        ]
        return _whole(row for rows in self._selects(queries) for row in rows)

    def bodies(self, part: Part, of: Sequence[Glance]) -> dict[str, bytes]:
        """One part of these sessions, as they were when they were glanced at; what is not whole is left out."""
        seen = {glance.id: glance.seen for glance in of}
        found: dict[str, bytes] = {}
        query = f"SELECT id, body, crc FROM {part}_bodies WHERE id IN"
        queries = [(f"{query} ({', '.join('?' * len(ids))})", ids) for ids in _groups(list(seen))]
        for rows in self._selects(queries):
            for session_id, body, crc in rows:
                # As `_check` has it, without the calls: of ten thousand each is felt.
                if isinstance(body, bytes) and crc == crc32(
                    body, crc32(f"{session_id}\n{seen.get(session_id)}".encode(*_UTF))
                ):
                    found[session_id] = body
        return found

    def asked(self) -> dict[str, str]:
        """The sets of prompts, by the name that glances give."""
        return {name: body for name, body in self._select("SELECT id, body FROM asked") if name == _name(body)}

    def homes(self, thing_id: str) -> list[str]:
        """The sessions in which an action or a decision may be; only their files know."""
        return [str(row[0]) for row in self._select("SELECT session FROM things WHERE id = ?", (thing_id,))]

    # Writing

    def write(self, changed: Iterable[Entry], gone: Collection[str] = ()) -> bool:
        """Put sessions in and take sessions out; False when the index cannot be written now."""
        entries = list(changed)
        out = [(session_id,) for session_id in (*(entry.glance.id for entry in entries), *gone)]
        for again in (True, False):
            try:
                with self._writing() as base:
                    for table in ("glances", *(f"{part}_bodies" for part in PARTS)):
                        base.executemany(f"DELETE FROM {table} WHERE id = ?", out)
                    base.executemany("DELETE FROM things WHERE session = ?", out)
                    _put(base, entries)
                    if gone:
                        base.execute("DELETE FROM asked WHERE id NOT IN (SELECT asked FROM glances)")
                return True
            except (sqlite3.Error, OSError) as error:
                if not (again and _hopeless(error) and self.renew(_fault(error))):
                    return False
        return False

    def renew(self, why: str) -> bool:
        """Begin anew with an empty index, which remembers why; False when the system refuses."""
        if not self.discard():
            return False
        try:
            with self._writing() as base:
                base.execute("INSERT INTO remade VALUES (?)", (why,))
        except (sqlite3.Error, OSError):
            return False
        return True

    def discard(self) -> bool:
        """Throw the index away; False when the system refuses."""
        if self.memory is not None:
            return False
        try:
            for ending in ("", "-journal", "-wal", "-shm"):
                self.file.with_name(self.file.name + ending).unlink(missing_ok=True)
        except OSError:
            return False
        return True

    def in_memory(self) -> "Index":
        """A copy that lives in memory, empty where this one cannot be read."""
        memory = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        try:
            with self._reading() as base:
                if stamp_of(base) == self.stamp:
                    base.backup(memory)
        except (sqlite3.Error, OSError):
            memory.close()
            memory = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        return Index(self.file, self.stamp, memory)

    def settle(self) -> None:
        """What was written is on the disk."""

    # Looking it over

    def state(self) -> State:
        """Whether the index can be used as it is, by reading all of it."""
        if not os.path.lexists(self.file):
            return "missing"
        try:
            with self._reading() as base:
                if stamp_of(base) != self.stamp:
                    return "other version"
                intact = [row[0] for row in base.execute("PRAGMA integrity_check(1)")] == ["ok"]
                seen = {}
                for row in base.execute(f"SELECT {_GLANCE}, crc FROM glances"):
                    intact = intact and row[-1] == _check(row[:-1])
                    seen[row[0]] = row[1]
                for part in PARTS:
                    whole = 0
                    for session_id, body, crc in base.execute(f"SELECT id, body, crc FROM {part}_bodies"):
                        whole += isinstance(body, bytes) and crc == _check((session_id, seen.get(session_id)), body)
                    intact = intact and whole == len(seen)
        except (sqlite3.Error, OSError) as error:
            return "busy" if getattr(error, "sqlite_errorcode", 0) in _IN_USE else "unreadable"
        return "sound" if intact else "unreadable"

    def why_remade(self, *, forget: bool = False) -> list[str]:
        """Why it was made again, unasked, since somebody was last told."""
        told = [str(row[0]) for row in self._select("SELECT why FROM remade")]
        if told and forget:
            try:
                with self._writing() as base:
                    base.execute("DELETE FROM remade")
            except (sqlite3.Error, OSError):
                pass  # it is said once more
        return told

    # Inside

    def _select(self, query: str, given: Sequence[str] = ()) -> list[tuple[Any, ...]]:
        return [row for rows in self._selects([(query, given)]) for row in rows]

    def _selects(self, queries: Sequence[tuple[str, Sequence[str]]]) -> list[list[tuple[Any, ...]]]:
        """What each of them finds, asked in one go: opening the index costs as much as a few hundred rows."""
        if self.memory is None and not os.path.lexists(self.file):
            return []
        try:
            with self._reading() as base:
                if stamp_of(base) == self.stamp:
                    return [base.execute(query, given).fetchall() for query, given in queries]
                why = OTHER_VERSION
        except (sqlite3.Error, OSError) as error:
            if not _hopeless(error):
                return []
            why = _fault(error)
        self.renew(why)
        return []

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        if self.memory is not None:
            yield self.memory
            return
        if self.file.is_symlink():
            raise sqlite3.DatabaseError("a link stands in its place")
        address = f"{self.file.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(address, uri=True, timeout=_WAIT, isolation_level=None)) as base:
            yield base

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        if self.memory is None:
            # Made by us first: SQLite would follow the umask. Its side files take over the permissions of this one.
            number = os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            try:
                if os.fstat(number).st_mode & 0o777 != 0o600:
                    os.fchmod(number, 0o600)
            finally:
                os.close(number)
        with self._reading() as base:
            # What can be made again needs no flush to the disk; what was deleted must not stay readable in the file.
            base.execute("PRAGMA page_size = 16384")  # of a new one: what is looked through is read in fewer steps
            base.execute("PRAGMA synchronous = OFF")
            base.execute("PRAGMA secure_delete = ON")
            base.execute("BEGIN IMMEDIATE")
            try:
                if not base.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                    begin(base, self.stamp)
                elif stamp_of(base) != self.stamp:
                    raise sqlite3.DatabaseError(OTHER_VERSION)
                yield base
                base.execute("COMMIT")
            except BaseException:
                if base.in_transaction:
                    base.execute("ROLLBACK")
                raise


OTHER_VERSION = "was of another version"
UNREADABLE = "could not be read"
MISSING = "was missing"


def entry(summary: Mapping[str, Any], seen: str, at: float) -> Entry:
    """What the index keeps of a session with this summary (`views.summary`), whose file is in this state."""
    from supervision.text import fold

    glance = summary["glance"]
    asked = _text(summary["asked"])
    folded = (fold(words).encode("utf-8", "replace").replace(SEPARATOR, b" ") for *_, words in summary["places"])
    bodies: dict[Part, bytes] = {part: _text(summary[part]).encode() for part in PARTS if part != "folded"}
    return Entry(
        Glance(
            id=summary["session"]["id"],
            seen=seen,
            at=at,
            held=glance["when"],
            state=glance["state"],
            due=glance["due"],
            review=glance["review"],
            asked=_name(asked),
            people=_text(glance["people"]),
            actions=_text(glance["actions"]),
            decisions=_text(glance["decisions"]),
        ),
        {**bodies, "folded": SEPARATOR.join(folded)},
        asked,
    )


def seen(found: os.stat_result) -> str:
    """The state of a file: another content cannot have the same."""
    return f"{found.st_mtime_ns} {found.st_ctime_ns} {found.st_size} {found.st_ino}"


def _whole(rows: Iterable[tuple[Any, ...]]) -> dict[str, Glance]:
    """The glances of those rows that are what they were when they were written."""
    return {row[0]: Glance._make(row[:-1]) for row in rows if row[-1] == crc32((_LINES % row[:-1]).encode(*_UTF))}


def _put(base: sqlite3.Connection, entries: Iterable[Entry]) -> None:
    for one in entries:
        glance = one.glance
        marks = ", ".join("?" * (len(glance) + 1))
        base.execute(f"INSERT INTO glances VALUES ({marks})", (*glance, _check(glance)))
        for part, body in one.bodies.items():
            crc = _check((glance.id, glance.seen), body)
            base.execute(f"INSERT INTO {part}_bodies VALUES (?, ?, ?)", (glance.id, body, crc))
        base.execute("INSERT OR REPLACE INTO asked VALUES (?, ?)", (glance.asked, one.asked))
        base.executemany("INSERT OR IGNORE INTO things VALUES (?, ?)", [(thing, glance.id) for thing in one.things])


def _groups(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _name(body: object) -> str:
    """A name for a set of prompts: the same for the same ones."""
    data = str(body).encode("utf-8", "replace")
    return f"{crc32(data):08x}-{adler32(data):08x}-{len(data)}"


def _check(fields: Iterable[object], body: bytes = b"") -> int:
    return crc32(body, crc32("\n".join(map(str, fields)).encode(*_UTF)))


def begin(base: sqlite3.Connection, stamp: str) -> None:
    """An empty index."""
    for statement in _TABLES:
        base.execute(statement)
    base.execute("INSERT INTO stamp VALUES (?)", (stamp,))


def stamp_of(base: sqlite3.Connection) -> str | None:
    """What an index says that is in it."""
    row = base.execute("SELECT text FROM stamp").fetchone()
    return row[0] if row and isinstance(row[0], str) else None


def _fault(error: Exception) -> str:
    return OTHER_VERSION if str(error) == OTHER_VERSION else UNREADABLE


def _hopeless(error: Exception) -> bool:
    if isinstance(error, OSError):
        return False
    code = getattr(error, "sqlite_errorcode", None)
    return code is None or code & 0xFF not in _PASSING
