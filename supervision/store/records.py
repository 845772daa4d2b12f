"""The folder that keeps the sessions: one TinyDB file each, read and written whole, under a lock.

sessions/ID.json      the records; nothing else matches sessions/*.json
live/ID.state         while several people have a session open, the document they share; gone when it is closed
live/ID.ended.json    of one that was closed before everybody was back: from where they go on, and no word
live/ID.awaited.json  who of them may have written more on another machine, while the line was lost
locks/ID.lock         held while a record is written;  locks/ID.room.lock  held while its screen is open
locks/ID.choice.lock  held for a moment while it is decided whose screen holds the session
locks/ID.line.lock    held by those who wait to change the session, so that whoever changed it last gives way
chains/ID.log         what was agreed, signed, reviewed, amended, redacted and exported, by whom and when; no content
index.sqlite          summaries, made again whenever they are missing or stale
erased/ID.json        that a record was erased, by whom, when and why
agreements/ID.json    agreements, which outlive sessions
private/ID.json       what the person of this login keeps to themselves
away/*.json           what was written here in a session on another computer and has not arrived there yet
notices.json          what people have to be told of the next time they are here
guests.json           who was let in over SSH and may not come in any more
undo.json             each person's latest changes, to take back
drafts.json           what each person had begun in a form and did not finish
keys.json             that all this is encrypted, and for which public keys
index-KEY.age         then in place of index.sqlite, for the holder of that key
"""

import errno
import json
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from supervision import __version__
from supervision.errors import Ambiguous, BadInput, Busy, Damaged, NotFound, Refused, TooNew
from supervision.model import FORMAT, ids
from supervision.store import index, locks, sealing
from supervision.store.chain import CAME, LOGGED, Chain, not_yet_in
from supervision.store.contents import Contents, Damage
from supervision.store.files import (
    left_alone,
    leftovers,
    private_folder,
    remove,
    save_failed,
    shown,
    sync_folder,
    why,
)
from supervision.store.index import Entry, Glance, Index
from supervision.store.locks import long_lock, short_lock
from supervision.store.storage import AtomicStorage
from supervision.text import one_line

if TYPE_CHECKING:
    from supervision.model.values import Session
    from supervision.store.agreements import Agreements
    from supervision.store.drafts import Drafts
    from supervision.store.erased import Erased, Tombstone
    from supervision.store.guests import Guests
    from supervision.store.notices import Notices
    from supervision.store.private import PrivateFiles
    from supervision.store.undo import UndoLog

_LIVE = b"supervision live 1 "
_FOLDERS = ("sessions", "locks", "live", "chains", "erased", "agreements", "private", "away")
CANDIDATES = 8
"""How many ids an ambiguous beginning is answered with."""


Kind = Literal["actions", "decisions"]

_RECORD = re.compile(rf"({ids.PATTERN.pattern})\.json")

_BATCH = 200
"""Sessions that are put into the index together."""


def summary(session: "Session") -> dict[str, Any]:
    """What the index keeps of a session; the shapes are loaded once a record has changed, not for every list."""
    from supervision.model import views

    return views.summary(session)


class LiveState(NamedTuple):
    """The document of a session that several people had open, and the revision of the record it goes with."""

    revision: int
    data: bytes
    age: float
    """Seconds since it was written."""


class Known(NamedTuple):
    """A file of a session as this process last read or wrote it, so that nobody has to read the same again."""

    content: bytes
    revision: int
    lines: int
    """Of its history."""


class Ended(NamedTuple):
    """The epochs of a session that was closed, at `since`, while somebody might still come back to it, each with the
    version at which it ended: what they bring goes on from there."""

    since: datetime
    epochs: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Store:
    """The sessions in a folder.

    `summarise` makes what the index keeps of a session; raise `summary_version` when it changes. `patience` is how many
    seconds to wait for somebody else's save.
    """

    folder: Path
    summarise: Callable[["Session"], dict[str, Any]] = summary
    summary_version: int = 4
    patience: float = 5.0
    _known: dict[str, Known] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Of the session that was last in hand."""

    @property
    def sessions(self) -> Path:
        return self.folder / "sessions"

    @property
    def live(self) -> Path:
        return self.folder / "live"

    @property
    def chains(self) -> Path:
        return self.folder / "chains"

    @property
    def locks(self) -> Path:
        return self.folder / "locks"

    @property
    def undo(self) -> "UndoLog":
        """What each person did last."""
        from supervision.store.undo import UndoLog

        return UndoLog(self.folder, self.patience)

    def drafts(self, person: str) -> "Drafts":
        """What somebody had begun in a form and did not finish."""
        from supervision.store.drafts import Drafts

        return Drafts(self.folder, person, self.patience)

    @property
    def agreements(self) -> "Agreements":
        """How the people of these sessions agreed to work together."""
        from supervision.store.agreements import Agreements  # here, like the others, because lists do without it

        return Agreements(self.folder, self.patience)

    @property
    def notices(self) -> "Notices":
        """What people have to be told of the next time they are here."""
        from supervision.store.notices import Notices

        return Notices(self.folder, self.patience)

    @property
    def guests(self) -> "Guests":
        """Who of those let in over SSH is here, and who may not come in any more."""
        from supervision.store.guests import Guests

        return Guests(self.folder, self.patience)

    @property
    def erased(self) -> "Erased":
        """What stays of records that were erased."""
        from supervision.store.erased import Erased

        return Erased(self.folder)

    @property
    def private(self) -> "PrivateFiles":
        """What the person of this login keeps to themselves; no part of any session."""
        from supervision.store.private import PrivateFiles

        return PrivateFiles(self.folder, self.patience)

    @property
    def index(self) -> Index:
        """What lists need. Locked when the store is encrypted and nobody holds the key."""
        stamp = f"{index.VERSION} {FORMAT} {__version__} {self.summary_version}"
        if sealing.is_on(self.folder) is None:
            return Index(self.folder / "index.sqlite", stamp)
        from supervision.store import sealed_index
        from supervision.vault import held

        return sealed_index.of(self.folder, stamp, held.needed(), self.files)

    def file(self, session_id: str) -> Path:
        """Where a session is kept; BadInput when the id could not be a session's."""
        if not ids.valid(session_id):
            raise BadInput(
                f"“{one_line(session_id)[:60]}” is not an id of a session; one looks like 2026-11-22-1405-abcd."
            )
        return self.sessions / f"{session_id}.json"

    # Reading

    def contents(self) -> Contents:
        """What lists and searches look through: the index, brought up to date with the files first."""
        files = self.files()
        known = self.index
        if files and not os.path.lexists(known.file):
            known.renew(index.MISSING)
        glances = known.glances()
        stale = sorted(name for name, state in files.items() if name not in glances or glances[name].seen != state)
        gone = {name for name in glances if name not in files}
        damage: list[Damage] = []
        reread = 0
        for some in (stale[start : start + _BATCH] for start in range(0, len(stale), _BATCH)):
            entries = []
            for session_id in some:
                try:
                    entries.append(self._entry(session_id))
                except NotFound:  # removed since the folder was listed
                    gone.update({session_id} & glances.keys())
                except (Damaged, TooNew) as error:
                    damage.append(Damage(self.file(session_id), error.sentence))
                    gone.update({session_id} & glances.keys())
            if entries:
                known = self._indexed(known, entries)
            glances.update({entry.glance.id: entry.glance for entry in entries})
            reread += len(entries)
        if gone:
            known = self._indexed(known, gone=gone)
        if reread > _BATCH or gone:
            known.settle()
        here = [glance for name, glance in glances.items() if name not in gone]
        return Contents(here, damage, reread, known, self._from_files)

    def contents_with(self, words: Sequence[bytes]) -> Contents | None:
        """The sessions in whose texts all these words stand, without a look at the others; None when the index is not
        up to date or not whole, and `contents` has to be asked."""
        files, known = self.files(), self.index
        if known.seen() != files:
            return None
        found = known.with_words(words, files)
        return None if found is None else Contents(found, (), 0, known, self._from_files)

    def names(self) -> list[str]:
        """The ids of all sessions, damaged ones too, in no order: the quickest there is."""
        try:
            with os.scandir(self.sessions) as entries:
                return [match[1] for entry in entries if (match := _RECORD.fullmatch(entry.name))]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise Damaged(f"{shown(self.sessions)} cannot be read: {why(error)}.") from error

    def ids(self) -> list[str]:
        """The ids of all sessions, damaged ones too, newest first."""
        started = {glance.id: glance.at for glance in self.contents().glances}
        return sorted(self.names(), key=lambda session_id: _newness(session_id, started), reverse=True)

    def damaged(self) -> list[Damage]:
        """The records that cannot be read."""
        return list(self.contents().damage)

    def home_of(self, thing_id: str, part: Kind) -> str | None:
        """The session with an action, or decision, of exactly this id; None when there is none."""
        known = self.known_home(thing_id, part)
        return known or next((one.id for one in self.contents().glances if _has(one, part, thing_id)), None)

    def known_home(self, thing_id: str, part: Kind) -> str | None:
        """The same where the index knows it: then no file is looked at but that session's own."""
        for session_id in self.index.homes(thing_id):
            glance = self.glance(session_id)
            if glance is not None and _has(glance, part, thing_id):
                return session_id
        return None

    def glance(self, session_id: str) -> Glance | None:
        """A glance at one session as it is now; None when it is not there or cannot be read."""
        known = self.index.glances(session_id).get(session_id)
        try:
            if known is not None and known.seen == index.seen(self.file(session_id).lstat()):
                return known
        except (OSError, BadInput):
            return None
        entry = self._from_files([session_id]).get(session_id)
        return entry.glance if entry else None

    def files(self) -> dict[str, str]:
        """The state of each session's file, by id, without reading any; files with other names are none."""
        files: dict[str, str] = {}
        try:
            folder = os.open(self.sessions, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                # By the open folder, whose path is then not walked ten thousand times.
                for name in os.listdir(folder):  # noqa: PTH208
                    if match := _RECORD.fullmatch(name):
                        try:  # quicker than `suppress`, ten thousand times
                            files[match[1]] = index.seen(os.stat(name, dir_fd=folder, follow_symlinks=False))
                        except FileNotFoundError:
                            continue  # removed since
            finally:
                os.close(folder)
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise Damaged(f"{shown(self.sessions)} cannot be read: {why(error)}.") from error
        return files

    def is_nothing_else(self) -> bool:
        """Whether the folder holds nothing but the store.

        Somebody's Documents, say, given as the store, keeps the permissions it has: the records in it are in folders
        of their own.
        """
        return all(is_ours(path.name) for path in self.folder.iterdir())

    def load(self, session_id: str) -> "Session":
        """A session; NotFound, Damaged or TooNew."""
        return self._load(session_id)[0]

    @staticmethod
    def resolve(prefix: str, ids: Iterable[str], what: str = "session") -> str:
        """The id that `prefix` is, or is the beginning of; NotFound, or Ambiguous with the candidates.

        `what` names the kind of thing in the sentence: a session, an action, a decision.
        """
        typed = one_line(prefix)
        known = set(ids)
        if typed in known:
            return typed
        # Ids are lower case, and begin with a date or at random: case is only how somebody typed it.
        fitting = sorted(candidate for candidate in known if typed and candidate.startswith(typed.lower()))
        if len(fitting) == 1:
            return fitting[0]
        if not fitting:
            a = "an" if what[:1] in "aeiou" else "a"
            raise NotFound(
                f"There is no {what} “{typed[:60]}” here." if typed else f"Please give the id of {a} {what}."
            )
        more = f" and {len(fitting) - CANDIDATES} more" if len(fitting) > CANDIDATES else ""
        raise Ambiguous(
            f"“{typed[:60]}” fits more than one {what}: {', '.join(fitting[:CANDIDATES])}{more}. "
            "Please give more letters."
        )

    # Writing

    def create(self, session: "Session", batch: list[Entry] | None = None) -> "Session":
        """Keep a new session; Refused when its id is taken. Returned with its revision raised by one.

        One of a `batch` is whole or not there, and sure to last through a power cut once the batch is settled.
        """
        file = self.file(session.id)
        with self.lock(session.id):
            if os.path.lexists(file):
                raise Refused(f"There is already a session {session.id} here; nothing was overwritten.")
            if os.path.lexists(self.erased.file(session.id)):
                raise Refused(f"The record {session.id} was erased here, so it does not come back.")
            self._chain_beginning(session)
            return self._write(replace(session, revision=session.revision + 1), batch)

    def settle(self, batch: list[Entry]) -> None:
        """Make the new sessions of a batch last; SaveFailed."""
        if not batch:
            return
        try:
            sync_folder(self.sessions)
        except OSError as error:
            raise save_failed(self.sessions, error) from error
        self.index.write(batch)
        batch.clear()

    def save(self, session: "Session", *, expected_revision: int | None, live: bytes | None = None) -> "Session":
        """Keep a session, returned with its revision raised by one; before it the document that is shared, if it is.

        Busy when the kept one is not `expected_revision` any more, NotFound when it is gone; with None whatever is
        there is replaced. What cannot be read is never replaced (Damaged, TooNew). SaveFailed leaves what was there.
        """
        if expected_revision is not None and not self.sessions.is_dir():
            # Nothing is made in its place: the folder, or the disk it is on, could not be put back there.
            raise save_failed(self.file(session.id), OSError(errno.ENOENT, ""))
        with self.lock(session.id):
            lines = 0
            try:
                kept, lines = self._kept(session.id)
            except NotFound:
                if expected_revision is not None:
                    raise
                kept = 0
            if expected_revision is not None and kept != expected_revision:
                raise Busy(
                    f"The session {session.id} was changed elsewhere in the meantime, so this was not saved over it."
                )
            revision = max(kept, session.revision) + 1
            if live is not None:
                # First, so that it is never older than the record: what a replica sent must not come in twice.
                private_folder(self.live)
                state = b"%s%d\n%s" % (_LIVE, revision, live)
                sealing.write(self.folder, self._live_file(session.id), state, _ids_of(session))
            if any(event.kind in LOGGED for event in session.history[lines:]):
                # Before the record: what was agreed is in the chain when somebody is told that it is saved.
                chain = self.chain(session.id)
                chain.add(not_yet_in(chain, session))
            saved = self._write(replace(session, revision=revision))
            if any(event.kind == "redacted" for event in session.history[lines:]):
                self._forget_in_indexes()
            return saved

    def chain(self, session_id: str) -> Chain:
        """What happened to a session, line by line."""
        return Chain(self.chains / f"{self.file(session_id).stem}.log", self.folder)

    def note_in_chain(
        self,
        session_id: str,
        kind: str,
        *,
        at: datetime,
        by: str = "",
        what: str = "",
        digest: str = "",
        settled: bool = True,
    ) -> None:
        """Adds something to the chain that changes nothing in the record, as an export. NotFound, SaveFailed.

        Of many in a row each is whole, and all are sure to last once `settle_chains` has returned.
        """
        self.written(session_id)  # says so when there is no such record
        with self.lock(session_id):
            self.chain(session_id).add([(at.isoformat(), by, kind, what, digest)], settled=settled)

    @staticmethod
    def settle_chains() -> None:
        """Makes what was noted in many chains last: one flush of the disk in place of one for each."""
        os.sync()

    def _chain_beginning(self, session: "Session") -> None:
        """A record that comes with agreements and signatures of its own brings no chain: that is what ours says."""
        if any(event.kind in LOGGED for event in session.history):
            import hashlib

            from supervision.store.codec import to_tables

            whole = json.dumps(to_tables(session), sort_keys=True).encode()
            now = max(event.at for event in session.history)
            self.chain(session.id).add(
                [(now.isoformat(), "", CAME, str(len(session.history)), hashlib.sha256(whole).hexdigest())]
            )

    def written(self, session_id: str) -> datetime:
        """When a session was last written, by the clock of its disk; NotFound when it is not there."""
        file = self.file(session_id)
        try:
            return datetime.fromtimestamp(file.stat().st_mtime).astimezone().replace(microsecond=0)
        except FileNotFoundError as error:
            raise NotFound(f"There is no session {one_line(session_id)}.") from error

    def live_state(self, session_id: str) -> LiveState | None:
        """The document that was shared when this session was last open; None when it was closed as it should be."""
        found = sealing.read(self._live_file(session_id))
        if found is None:
            return None
        head, _, data = found[0].partition(b"\n")
        if not head.startswith(_LIVE) or not head[len(_LIVE) :].isdigit():
            return None  # the record itself is whole; what is lost is only that old replicas merge by themselves
        age = max(datetime.now().timestamp() - found[1].st_mtime, 0.0)
        return LiveState(int(head[len(_LIVE) :]), data, age)

    def drop_live(self, session_id: str) -> None:
        """The session is closed: its history goes."""
        remove(self._live_file(session_id))
        remove(self._awaited_file(session_id))
        remove(self._ended_file(session_id))

    def end_live(self, session_id: str, ended: Ended) -> None:
        """The same while somebody may still come back; SaveFailed, and everything stays."""
        private_folder(self.live)
        epochs = {epoch: version.hex() for epoch, version in ended.epochs.items()}
        content = json.dumps({"since": ended.since.isoformat(), "epochs": epochs}).encode()
        sealing.write(self.folder, self._ended_file(session_id), content)
        remove(self._live_file(session_id))
        remove(self._awaited_file(session_id))

    def ended(self, session_id: str) -> Ended | None:
        """From where those go on who come back after it was closed; None when nobody may."""
        try:
            found = sealing.read(self._ended_file(session_id))
            if found is None:
                return None
            kept = json.loads(found[0])
            epochs = {str(epoch): bytes.fromhex(version) for epoch, version in kept["epochs"].items()}
            return Ended(datetime.fromisoformat(kept["since"]), epochs)
        except (Damaged, ValueError, TypeError, KeyError, AttributeError):
            return None  # then what they wrote is offered to them, instead of coming in by itself

    def awaited(self, session_id: str) -> dict[str, datetime]:
        """Who may have written more on another machine, and when they were last heard of."""
        try:
            found = sealing.read(self._awaited_file(session_id))
            people = json.loads(found[0]) if found else {}
            return {str(who): datetime.fromisoformat(at) for who, at in people.items()}
        except (Damaged, ValueError, TypeError, AttributeError):
            return {}  # then what they wrote is offered to them, instead of coming in by itself

    def keep_awaited(self, session_id: str, people: Mapping[str, datetime]) -> None:
        """Remembers them for whoever holds the session next."""
        private_folder(self.live)
        content = json.dumps({who: at.isoformat() for who, at in people.items()}).encode()
        sealing.write(self.folder, self._awaited_file(session_id), content)

    @contextmanager
    def hold_in_turn(self, session_id: str) -> Iterator[Callable[[], AbstractContextManager[None]]]:
        """Gives what holds a session as `hold` does, to be tried again and again: whoever waits longer goes first."""
        self.file(session_id)
        self._prepare()
        line = self._line_file(session_id)
        locks.give_way(line)
        with ExitStack() as in_line:
            waits = False

            @contextmanager
            def tried() -> Iterator[None]:
                nonlocal waits
                try:
                    held = ExitStack()
                    held.enter_context(self.hold(session_id))
                except Busy:
                    if not waits:
                        in_line.enter_context(locks.waiting(line))
                        waits = True
                    raise
                with held:
                    in_line.close()
                    yield

            yield tried

    @contextmanager
    def choice(self, session_id: str) -> Iterator[None]:
        """Keep others from deciding whose screen holds a session, for a moment; Busy at once."""
        self.file(session_id)
        self._prepare()
        refusal = f"Somebody else is just opening the session {session_id}; please try again in a moment."
        with long_lock(self.locks / f"{session_id}.choice.lock", refusal):
            yield

    def remove(self, session_id: str) -> None:
        """Throw a session away, and all that is kept of it beside the record; Busy while it is open."""
        if not os.path.lexists(self.file(session_id)):
            raise _no_such(session_id)
        with self.hold(session_id):
            self.remove_held(session_id)

    def erase_held(self, stone: "Tombstone") -> None:
        """Throw a record away for good and keep that it was there, by whoever holds the session."""
        with suppress(Damaged):  # a chain that cannot be read is erased as well
            entries = self.chain(stone.id).entries()
            if entries:
                stone = replace(stone, lines=len(entries), last=entries[-1].hash)
        self.erased.put(stone)
        self.remove_held(stone.id)
        if self.private.owner() == stone.by:
            self.private.erase(stone.id)

    def remove_held(self, session_id: str) -> None:
        """The same, by whoever holds the session."""
        file = self.file(session_id)
        with self.lock(session_id):
            self.undo.drop_session(session_id)
            self.drafts("").drop_about(self._ids_in(session_id))
            if not remove(file):
                raise _no_such(session_id)
            self.drop_live(session_id)
            for leftover in leftovers(self.sessions, file.name):
                remove(leftover)
            remove(self.chain(session_id).file)
            self.index.write([], gone=[session_id])
            self._forget_in_indexes()
            # Both are held, and whoever waits for one sees that it is gone and makes a new one.
            for lock in (
                self._lock_file(session_id),
                self._room_file(session_id),
                self.locks / f"{session_id}.choice.lock",
                self._line_file(session_id),
            ):
                remove(lock)

    @contextmanager
    def lock(self, session_id: str) -> Iterator[None]:
        """Keep others from writing this session, for a moment: load, change and save inside. Busy when it takes long.

        The same thread may take it again inside, as `save` does.
        """
        self.file(session_id)
        self._prepare()
        refusal = f"Somebody else is saving the session {session_id} just now; please try again in a moment."
        with short_lock(self._lock_file(session_id), self.patience, refusal):
            yield

    @contextmanager
    def hold(self, session_id: str) -> Iterator[None]:
        """Keep a session for one open screen; Busy at once for a second one. Freed when the process ends, however."""
        file = self.file(session_id)
        self._prepare()
        refusal = f"The session {session_id} is open on another screen of this computer already."
        with long_lock(self._room_file(session_id), refusal):
            # Deleted words must not live on in what an interrupted save left behind.
            with self.lock(session_id):
                kept = self._live_file(session_id)
                # Among ten thousand records they are not looked for but known by name.
                for leftover in (*left_alone(file), *leftovers(self.live, kept.name)):
                    remove(leftover)
            yield

    # Inside

    def _forget_in_indexes(self) -> None:
        """What was taken out stands in no encrypted index any more, of whoever it is."""
        if sealing.is_on(self.folder):
            from supervision.store import sealed_index

            mine = self.index
            mine.settle()
            sealed_index.drop_others(self.folder, mine.file)

    def _ids_in(self, session_id: str) -> set[str]:
        """The id of a session, and those of what stands in it as far as that can be read."""
        with suppress(Damaged, TooNew):
            session = self.load(session_id)
            return {session.id, *(one.id for one in session.actions), *(one.id for one in session.decisions)}
        return {session_id}

    def _live_file(self, session_id: str) -> Path:
        return self.live / f"{self.file(session_id).stem}.state"

    def _awaited_file(self, session_id: str) -> Path:
        return self.live / f"{self.file(session_id).stem}.awaited.json"

    def _ended_file(self, session_id: str) -> Path:
        return self.live / f"{self.file(session_id).stem}.ended.json"

    def _lock_file(self, session_id: str) -> Path:
        return self.locks / f"{session_id}.lock"

    def _line_file(self, session_id: str) -> Path:
        return self.locks / f"{session_id}.line.lock"

    def _room_file(self, session_id: str) -> Path:
        return self.locks / f"{session_id}.room.lock"

    def _storage(self, session_id: str, readers: sealing.Readers = sealing.EVERYBODY) -> AtomicStorage:
        return AtomicStorage(self.file(session_id), self.folder, readers)

    def _load(self, session_id: str) -> tuple["Session", str]:
        try:
            storage = self._storage(session_id)
        except BadInput as error:
            raise NotFound(error.sentence) from error
        tables, status = storage.read_with_stat()
        if tables is None or status is None:
            raise _no_such(session_id)
        from supervision.store.codec import from_tables  # here, because lists that the index answers read no record

        session = from_tables(tables, storage.path)
        if session.id != session_id:
            raise Damaged(
                f"{shown(storage.path)} holds another session than its name says ({one_line(session.id)[:60]}). "
                "It stays as it is."
            )
        self._know(session, storage.content)
        return session, index.seen(status)

    def _know(self, session: "Session", content: bytes) -> None:
        self._known.clear()
        self._known[session.id] = Known(content, session.revision, len(session.history))

    def _kept(self, session_id: str) -> tuple[int, int]:
        """The revision of the session in the file and how long its history is; as `load` otherwise."""
        known = self._known.get(session_id)
        if known is not None:
            found = sealing.read(self.file(session_id))
            if found is not None and found[0] == known.content:
                return known.revision, known.lines
        session = self.load(session_id)
        return session.revision, len(session.history)

    def _write(self, session: "Session", batch: list[Entry] | None = None) -> "Session":
        from supervision.store.codec import to_tables

        sealing.know(self.folder, session.people)
        storage = self._storage(session.id, _ids_of(session))
        storage.write(to_tables(session), settled=batch is None, alone=True)
        self._know(session, storage.content)
        # From here on the session is kept. An index that misses it is put right by the next list.
        try:
            state = index.seen(storage.path.lstat())
        except OSError:
            return session
        entry = self._summed_up(session, state)
        if batch is None:
            self.index.write([entry])
        else:
            batch.append(entry)
        return session

    def _summed_up(self, session: "Session", state: str) -> Entry:
        return index.entry(self.summarise(session), state, (session.held or session.started).timestamp())

    def _entry(self, session_id: str) -> Entry:
        return self._summed_up(*self._load(session_id))

    def _from_files(self, session_ids: list[str]) -> dict[str, Entry]:
        """What the index should know of these sessions, and knows from now on."""
        found = {}
        for session_id in session_ids:
            with suppress(NotFound, Damaged, TooNew):  # gone or damaged since; the next list says so
                found[session_id] = self._entry(session_id)
        if found:
            self.index.write(found.values())
        return found

    @staticmethod
    def _indexed(known: Index, entries: Collection[Entry] = (), gone: Collection[str] = ()) -> Index:
        """The index with these in it and those out of it: itself, or a copy in memory where it cannot be written."""
        if not known.write(entries, gone):
            known = known.in_memory()
            known.write(entries, gone)
        return known

    def _prepare(self) -> None:
        try:
            tighten = not self.folder.exists() or not self.folder.is_dir() or self.is_nothing_else()
        except OSError as error:
            raise save_failed(self.folder, error) from error
        if tighten:
            private_folder(self.folder)
        private_folder(self.sessions)


def is_ours(name: str) -> bool:
    """Whether the store itself makes things of this name in its folder."""
    return name in _FOLDERS or name.removeprefix(".").startswith(
        ("index", "undo", "drafts", "notices", "guests", sealing.NAME)
    )


def _ids_of(session: "Session") -> list[str]:
    return [person.id for person in session.people]


def _has(glance: Glance, part: Kind, thing_id: str) -> bool:
    return any(row[0] == thing_id for row in json.loads(getattr(glance, part)))


def _newness(session_id: str, started: dict[str, float]) -> tuple[float, str]:
    if session_id in started:
        return started[session_id], session_id
    # One that cannot be read stands where its id says: those that we make begin with date and time.
    try:
        return datetime.strptime(session_id[:15], "%Y-%m-%d-%H%M").timestamp(), session_id
    except ValueError:
        return 0.0, session_id


def _no_such(session_id: str) -> NotFound:
    return NotFound(f"There is no session {session_id} here.")
