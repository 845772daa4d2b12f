"""An open session: its document, who is writing, its autosave, and the door for changes made elsewhere."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from supervision import carry as carrying
from supervision import live, text
from supervision.document import Document, Touched
from supervision.errors import Refused, SaveFailed, SupervisionError
from supervision.model import notes, rules
from supervision.model.apply import LOCKED, Act, apply, difference, settle
from supervision.model.changes import Change, Restore, from_wire
from supervision.model.values import IN_THE_ROOM, Event, Person, Run, Session, Who
from supervision.store import Store, UndoLog

SAVE_WITHIN = 0.4
"""Seconds from a key to its save, also while somebody types without a pause."""
RETRY = 5.0
"""Seconds until a failed save is tried again."""


@dataclass(frozen=True, slots=True)
class Saved:
    """How things stand with the file: when it was last written, whether words wait, and why a save failed."""

    at: datetime | None = None
    waiting: bool = False
    failed: str = ""


@dataclass(frozen=True, slots=True)
class _Step:
    """A change that can be taken back: its name in the undo log, and what puts things as they were."""

    id: str
    restores: tuple[Restore, ...]
    before: Session
    after: Session
    run: str = ""

    def reversed(self) -> "_Step":
        back = (Restore(kind=r.kind, id=r.id, before=r.after, after=r.before) for r in self.restores[::-1])
        return _Step(self.id, tuple(back), self.after, self.before)

    def goes_on_in(self, now: Session, run: str) -> bool:
        """Whether what comes next in this run belongs to it: nothing else was changed since."""
        return (
            bool(run)
            and run == self.run
            and (self.after.actions, self.after.decisions)
            == (
                now.actions,
                now.decisions,
            )
        )


def local_now() -> datetime:
    """The time here, with its offset, to the second."""
    return datetime.now().astimezone().replace(microsecond=0)


def _once(history: tuple[Event, ...], known: int) -> tuple[Event, ...]:
    """The history without a new line that says only what the line before it says already."""
    new = [
        event
        for last, event in zip(history[known - 1 :], history[known:], strict=False)
        if (last.by, last.kind, last.id) != (event.by, event.kind, event.id)
    ]
    return (*history[:known], *new) if known else history


class Room:
    """`async with Room(store, id, me=...) as room:` holds the session until it leaves, and saves on every way out.

    Busy when another screen has it open. Everything is done through `change` and `write`; whoever wants to redraw
    watches. All methods but `close` are for the event loop's own thread.
    """

    def __init__(
        self, store: Store, session_id: str, *, me: str = "", clock: Callable[[], datetime] = local_now
    ) -> None:
        self._store = store
        self._id = session_id
        self._me = me
        self.clock = clock
        self._writing_file = threading.Lock()
        self._watchers: list[Callable[[Touched | None], None]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._dirty = 0
        self._clean = 0
        self._newest = -1
        self._undo: dict[Who, list[_Step]] = {}
        self._redo: dict[Who, list[_Step]] = {}
        self._told: list[tuple[Session, Session, Act]] = []
        self._cached: Session | None = None
        self.saved = Saved()

    # -- its life ---------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        self._exits = contextlib.AsyncExitStack()
        self._exits.enter_context(self._store.hold(self._id))
        try:
            session = notes.normal(self._store.load(self._id))
            self._document = Document.from_session(session)
            self._last_saved = session
            self._signatures_seen = bool(session.signatures)
            self._marks = session.marks
            self.saved = Saved(at=self._file_time())
            self.writer: Who = self._first_writer(session)
            self._exits.callback(self._document.on_change(self._touched))
            listener = live.Listener(live.address(self._store.folder, self._id), self._answer)
            await self._exits.enter_async_context(listener)
        except BaseException:
            await self._exits.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Saves and lets go. SaveFailed when the last words could not be written."""
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            await asyncio.wait([self._task])
        try:
            self.save_now()
        finally:
            await self._exits.aclose()

    def _file_time(self) -> datetime:
        return datetime.fromtimestamp(self._store.file(self._id).stat().st_mtime).astimezone()

    def _first_writer(self, session: Session) -> Who:
        who = rules.who(session, self._me) if self._me else ""
        return who if session.person(who) else session.people[0].id

    # -- reading ----------------------------------------------------------------------------------------------

    @property
    def id(self) -> str:
        return self._id

    @property
    def session(self) -> Session:
        """The session as it is now, as a value."""
        if self._cached is None:
            self._cached = replace(self._document.snapshot(), revision=self._last_saved.revision)
        return self._cached

    @property
    def writing(self) -> Person:
        """Who is writing now."""
        person = self.session.person(self.writer)
        assert person is not None
        return person

    def text(self, stage: str, matter: int) -> str:
        return self._document.text(stage, matter)

    def runs(self, stage: str, matter: int) -> tuple[Run, ...]:
        return self._document.runs(stage, matter)

    def watch(self, callback: Callable[[Touched | None], None]) -> Callable[[], None]:
        """Calls back after every change to the document, and with None when only `saved` or the writer changed."""
        self._watchers.append(callback)
        return lambda: self._watchers.remove(callback)

    # -- changing ---------------------------------------------------------------------------------------------

    def hand_over(self, who: Who) -> None:
        """Somebody else at this keyboard is writing now."""
        self.writer = rules.participant(self.session, who)
        self._tell(None)

    def change(self, change: Change, *, by: Who = "", how: str = IN_THE_ROOM, run: str = "") -> Session:
        """Does one thing by the rules and returns the session afterwards; Refused and its kin change nothing.

        What follows each other under one `run`, as words do that are kept while somebody types, is taken back at once.
        """
        return self._do([change], Act(by or self.writer, self.clock(), how), undoable=True, run=run)

    def write(self, stage: str, matter: int, start: int, end: int, words: str) -> str:
        """Puts words of whoever is writing in place of what stands from start to end; returns what was put there."""
        self._refuse_if_signed()
        words = text.clean(words)
        if words:
            now = self._document.text(stage, matter)
            text.check_note(now[:start] + words + now[end:])
        with self._marks_follow(stage, matter):
            return self._document.replace(stage, matter, start, end, words, self.writer)

    def write_line(self, words: str, *, stage: str = "", matter: int = 0) -> None:
        """Adds a line of notes by whoever is writing."""
        self._refuse_if_signed()
        session = self.session
        line = text.clean(words)
        where = (stage or session.stage, matter or session.matter)
        text.check_note(f"{self._document.text(*where)}\n{line}")
        self._document.append_line(*where, line, self.writer)

    def undo_notes(self, stage: str, matter: int) -> bool:
        """Takes back the last words that were typed at this keyboard into these notes."""
        self._refuse_if_signed()
        with self._marks_follow(stage, matter):
            return self._document.undo(stage, matter)

    def redo_notes(self, stage: str, matter: int) -> bool:
        self._refuse_if_signed()
        with self._marks_follow(stage, matter):
            return self._document.redo(stage, matter)

    @contextlib.contextmanager
    def _marks_follow(self, stage: str, matter: int) -> Iterator[None]:
        """What is marked stays marked while its line is mended, and no words are kept by a mark once they are gone."""
        marked = any((mark.stage, mark.matter) == (stage, matter) for mark in self._marks)
        before = self._document.text(stage, matter) if marked else ""
        yield
        if marked:
            session = self.session
            marks = notes.followed(session.marks, stage, matter, before, self._document.text(stage, matter))
            if marks != session.marks:
                self._document.absorb(session, replace(session, marks=marks))

    def undo(self) -> bool:
        """Takes back the latest change to an action or decision by whoever is writing; False when there is none.

        Refused, and forgotten, when somebody has changed the same thing since.
        """
        stack = self._undo.get(self.writer, [])
        if not stack:
            return False
        step = stack.pop()
        UndoLog(self._store.folder).forget(self.writer, step.id)
        self._do(step.restores, Act(self.writer, self.clock()), undoable=False)
        self._redo.setdefault(self.writer, []).append(step.reversed())
        return True

    def redo(self) -> bool:
        """Does again what `undo` took back."""
        stack = self._redo.get(self.writer, [])
        if not stack:
            return False
        step = stack.pop()
        self._do(step.restores, Act(self.writer, self.clock()), undoable=True, again=True)
        return True

    def _do(
        self, changes: Sequence[Change], act: Act, *, undoable: bool, again: bool = False, run: str = ""
    ) -> Session:
        before = after = self.session
        for change in changes:
            carrying.check_links(self._store, after, change)
            after = apply(carrying.with_newest(self._store, after, change, act), change, act)
        after = notes.normal(carrying.apply_links(before, after, act))
        if after == before:
            return after
        if run:
            after = replace(after, history=_once(after.history, len(before.history)))
        carrying.keep_agreement(self._store, before, after)
        self._document.absorb(before, after)
        self._cached = None
        if undoable:
            self._remember(before, after, act, again, run)
        if carrying.pending_links(before, after, act):
            self._told.append((before, after, act))
        self._soon(0.0)
        return self.session

    def _remember(self, before: Session, after: Session, act: Act, again: bool, run: str) -> None:
        who = rules.who(after, act.by)
        steps = self._undo.setdefault(who, [])
        if steps and steps[-1].goes_on_in(before, run):
            before = steps[-1].before
            UndoLog(self._store.folder).forget(who, steps.pop().id)
        entry = carrying.remember(self._store, before, after, act)
        if entry is None:
            return
        restores = tuple(difference(before, after)[::-1])
        steps.append(_Step(entry, restores, before, after, run))
        if not again:
            self._redo.pop(who, None)

    def _refuse_if_signed(self) -> None:
        if self._signatures_seen and self.session.state == "signed":
            raise Refused(LOCKED)

    # -- saving -----------------------------------------------------------------------------------------------

    def _touched(self, touched: Touched) -> None:
        self._cached = None
        self._dirty += 1
        if touched.rest:
            self._signatures_seen = bool(self.session.signatures)
            self._marks = self.session.marks
        elif self._signatures_seen:
            self._withdraw_signatures()
        self._soon(SAVE_WITHIN)
        self._tell(touched)

    def _withdraw_signatures(self) -> None:
        """Words typed after somebody signed: what was signed is no longer what is written."""
        before = self.session
        after = settle(before, before, Act(self.writer, self.clock()))
        if after != before:
            self._document.absorb(before, after)

    def _tell(self, touched: Touched | None) -> None:
        for watcher in tuple(self._watchers):
            watcher(touched)

    def _soon(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        if self._timer is not None:
            if seconds and not self._timer.cancelled():
                return
            self._timer.cancel()
        self._timer = loop.call_later(seconds, self._start_saving)
        if not self.saved.waiting:
            self.saved = replace(self.saved, waiting=True)

    def _start_saving(self) -> None:
        self._timer = None
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._save_aside())
        else:
            self._soon(SAVE_WITHIN)

    async def _save_aside(self) -> None:
        """Saves without keeping anybody's key waiting for the disk."""
        session, mark = self.session, self._dirty
        try:
            await asyncio.to_thread(self._write, session, mark)
        except SupervisionError as error:
            self._failed(error)
            return
        self._written(mark)

    def save_now(self) -> None:
        """Saves at once, for the ways out. SaveFailed when it cannot."""
        if self._dirty == self._clean and not self._told and not self.saved.failed:
            return
        session, mark = self.session, self._dirty
        try:
            self._write(session, mark)
        except SupervisionError as error:
            self._failed(error, again=False)
            raise
        self._written(mark)

    def _write(self, session: Session, mark: int) -> Session:
        with self._writing_file:
            if mark <= self._newest:  # a save that started later was quicker: never put older words over newer ones
                return self._last_saved
            written = self._store.save(session, expected_revision=self._last_saved.revision)
            self._last_saved = written
            self._newest = mark
            return written

    def _written(self, mark: int) -> None:
        self._clean = max(self._clean, mark)
        self._cached = None
        self.saved = Saved(at=self.clock(), waiting=self._dirty != self._clean)
        if self.saved.waiting and self._timer is None:
            self._soon(SAVE_WITHIN)
        self._tell_older_decisions()
        self._tell(None)

    def _tell_older_decisions(self) -> None:
        while self._told:
            before, after, act = self._told[0]
            carrying.carry_links(self._store, before, after, act)
            self._told.pop(0)

    def _failed(self, error: SupervisionError, *, again: bool = True) -> None:
        why = str(error)
        if isinstance(error, SaveFailed):
            why += " Your words are still here, on this screen."
        self.saved = replace(self.saved, failed=why, waiting=True)
        if again and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(RETRY, self._start_saving)
        self._tell(None)

    # -- the door for changes made elsewhere ------------------------------------------------------------------

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Carries out what another process asks for, and answers once it is in the file."""
        try:
            changes = [from_wire(change) for change in request.get("changes", [])]
            act = Act(str(request.get("by", "")), self.clock(), carrying.OVER_A_LINK)
            self._do(changes, act, undoable=bool(request.get("undoable", True)))
            self.save_now()
        except SupervisionError as error:
            return {"refused": str(error)}
        return {"done": len(changes)}
