"""An open session as its screen sees it: what is written, who is here, and whether it is saved, whoever holds it."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from supervision import live, refusals, text
from supervision.document import Caret, Document, NoteKey, Touched
from supervision.errors import (
    Busy,
    Damaged,
    DocumentBroken,
    LinkBroken,
    NotFound,
    Refused,
    SaveFailed,
    SupervisionError,
)
from supervision.live import Door, Kind, Link, Pace
from supervision.model import notes, rules
from supervision.model.apply import LOCKED
from supervision.model.changes import Change
from supervision.model.values import Person, Run, Session, Who
from supervision.refusals import Way, Why
from supervision.room.hosting import OLD, Host
from supervision.room.joining import Guest
from supervision.room.presence import NOT_UNDERSTOOD, Line, Presence, coded, said
from supervision.room.saving import Saved
from supervision.room.seat import CLAIMED, Seat
from supervision.store import Store, sealing

if TYPE_CHECKING:
    from supervision.room.journal import Journal
    from supervision.store import LiveState, Waiting

KEPT_APART = "What you wrote meanwhile is kept; Words kept apart shows it."
"""How a sentence ends that says of words of one's own that they could not come in by themselves."""
LAST_WORDS, AN_ANSWER = 5.0, 1.0
"""Seconds that leaving waits for whoever holds the session to have everything in the file, and then to answer."""
TRIES = 10
"""How often leaving begins anew before it says that it could not save."""
AGAIN, AT_MOST = 0.5, 30.0
"""Seconds between two tries to get a lost line back: at first, and after many."""
ONLY_HERE = "The line is lost, and what you wrote since then is on this screen only."
OLDER = "An older copy of this record was put in the place of its file. What is here is being saved over it."
NO_ANSWER = "There is no answer from there. Nothing was lost; please try again."

Heard = TypeVar("Heard")
Dial = Callable[[Pace], Awaitable[Link | None]]
"""How to come to whoever holds a session: a link that has been greeted, or None. Refused when there is no way."""


def _added(callbacks: list[Heard], callback: Heard) -> Callable[[], None]:
    """Calls back from now on; what is returned ends that, and may be called again."""
    callbacks.append(callback)

    def end() -> None:
        with contextlib.suppress(ValueError):
            callbacks.remove(callback)

    return end


def local_now() -> datetime:
    """The time here, with its offset, to the second."""
    return datetime.now().astimezone().replace(microsecond=0)


class Room:
    """`async with Room(store, id, me=...) as room:` is in the session until it leaves, and saves on every way out.

    Whoever comes first holds the session; others join it, each with all of it, and one of them takes over when the
    first leaves, is killed, or gives no answer. Everything is done through `change` and `write`; whoever wants to
    redraw watches. All methods are for the event loop's own thread.

    With `dial` and no store the records are on another machine: the session is joined over that line, never held here,
    and while the line is lost one goes on writing; `hang_up` ends whatever `dial` needed. `journal` keeps what has not
    arrived there, whatever ends this process, and an earlier run's words go over as soon as one is back.
    """

    def __init__(
        self,
        store: Store | None,
        session_id: str,
        *,
        me: str = "",
        seat: Seat | None = None,
        clock: Callable[[], datetime] = local_now,
        pace: Pace | None = None,
        dial: Dial | None = None,
        hang_up: Callable[[], Awaitable[None]] | None = None,
        journal: "Journal | None" = None,
    ) -> None:
        self._store = store
        self._dial = dial or self._dial_here
        self._hang_up = hang_up
        self._journal = journal
        self.left_words = False
        """Whether words wait on this computer for the line, after one has left."""
        self.id = session_id
        self.seat = seat or Seat(me)
        self.clock = clock
        self.pace = pace or Pace()
        self.document: Document
        self._is_in = self._knows = False
        self.writer: Who = ""
        self._role: Host | Guest = Guest(self)
        self._watchers: list[Callable[[Touched | None], None]] = []
        self._listeners: list[Callable[[str], None]] = []
        self._places: dict[int, tuple[str, int, bytes]] = {}
        self._here: tuple[str, int, bytes] = ("", 1, b"")
        self._typist: int | None = None
        self._session: Session | None = None
        self._signatures_seen = False
        self._leaving = False
        self._answered = float("-inf")
        """When whoever holds the session last gave an answer while one tried to come in, by the loop's clock."""
        self._life: asyncio.Task[None] | None = None
        self._finding_out: asyncio.Task[None] | None = None
        self._stop_watching: Callable[[], None] = lambda: None
        self.gone = ""
        """Why the record is not there any more, once somebody erased it; then there is nothing left to do but leave."""
        self.offered: list[tuple[NoteKey, tuple[Run, ...]]] = []
        """Words of one's own that could not come in by themselves; they wait here until they are taken or put away."""

    # -- its life ---------------------------------------------------------------------------------------------

    @property
    def store(self) -> Store:
        """Where the session is kept; only what holds one asks."""
        assert self._store is not None
        return self._store

    async def __aenter__(self) -> Self:
        if self._store is not None:
            self._store.load(self.id)  # says at once what is wrong with it, whoever holds it
        if self._journal is not None:
            self._take_up(self._journal)
        await self._come_in(None)
        self._is_in = self._knows = True
        session = self.session
        if self._journal is not None:
            self._journal.is_for(session.id)
        self.writer = self._first_writer(session)
        self._here = (session.stage, session.matter, b"")
        return self

    def _take_up(self, journal: "Journal") -> None:
        """Goes on from what an earlier run of the program could not send any more."""
        waiting = journal.read()
        if waiting is not None:
            self._watch(Document.from_state(waiting.state))
            guest = self._role = Guest(self)
            guest.take_up(waiting)
            self._knows = True
        journal.begin(self._waiting, self.say)

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Saves and lets go. SaveFailed when the last words could not be written."""
        self._leaving = True
        try:
            for _ in range(TRIES):
                with contextlib.suppress(Busy):  # somebody wrote into the file just now: once more, from what is there
                    return await self._leave()
            await self._leave()
        finally:
            if self._hang_up is not None:
                await self._hang_up()

    async def _leave(self) -> None:
        """Busy when it has to be done again, because somebody else wrote into the file at the last moment."""
        try:
            await self._hand_on_last_words()
        finally:
            if isinstance(self._role, Guest) and self._role.link is not None:
                self._role.link.send(Kind.BYE)
            await self._stop()
            role = self._role
            if isinstance(role, Host):
                try:
                    await role.close()
                except Busy:
                    self._step_down(role)
                    raise
            elif role.link is not None:
                await role.link.close()

    async def _hand_on_last_words(self) -> None:
        """Sees to it that somebody has everything that was written here, and that it is in the file."""
        if self._journal is not None and self.gone:
            await self._journal.end()  # an erased record leaves no words behind here either
        await self._keep_what_is_held()
        while isinstance(self._role, Guest) and not self.gone:
            guest, loop = self._role, asyncio.get_running_loop()
            if self._store is None:
                has_all = await guest.all_kept(LAST_WORDS) or not guest.saved.waiting
                if self._journal is not None:
                    self.left_words = await self._journal.end()
                elif not has_all:
                    raise SaveFailed(ONLY_HERE)
                return
            if guest.link is not None:
                # Whoever answers has read them; a line that gives no answer ends in a while, and then it is seen who
                # holds the session.
                if await guest.all_kept(LAST_WORDS) or await guest.answers(AN_ANSWER):
                    return
            elif finding := [task for task in (self._life, self._finding_out) if task is not None and not task.done()]:
                await asyncio.wait(finding)  # it is just seen who holds the session
            elif guest.saved.waiting:
                await self._come_in(loop.time())
                await self._keep_what_is_held()
            else:
                return

    async def _keep_what_is_held(self) -> None:
        """Sees to it that the file has everything, or that somebody else holds the session and gets it."""
        while isinstance(host := self._role, Host):
            if not host.door.is_ours():
                await self._make_way(host, self._step_down(host))
                continue
            try:
                host.saving.now()
            except Busy:
                if not host.door.is_ours():
                    continue
                await self._read_again(host)
                with contextlib.suppress(SupervisionError):  # closing says it
                    host.saving.now()
            except SupervisionError:
                pass  # closing says it
            return

    async def _stop(self) -> None:
        self._stop_watching()
        for task in (self._life, self._finding_out):
            if task is not None:
                task.cancel()
                await asyncio.wait([task])
                if not task.cancelled() and (error := task.exception()) is not None:
                    raise error

    async def _come_in(self, silent_since: float | None) -> None:
        """Joins whoever holds the session, or holds it: at once when nobody does, after a while when nobody answers."""
        if self._store is None:
            await self._come_back()
            return
        loop = asyncio.get_running_loop()
        started = loop.time()
        until = (started if silent_since is None else silent_since) + self.pace.takeover
        until = max(until, started + self.pace.takeover - self.pace.offline)
        while True:
            with ExitStack() as choosing:
                try:
                    choosing.enter_context(self.store.choice(self.id))
                    chooses = True
                except Busy:  # it saves work and no words, so nobody waits for ever for whoever stands still with it
                    chooses = loop.time() >= max(until, started + 2 * self.pace.takeover)
                if chooses:
                    if await self._join(max(until - loop.time(), 0.2)):
                        return
                    until = max(until, self._answered + self.pace.takeover)
                    with contextlib.suppress(Busy):
                        now = loop.time()
                        if await self._hold(force=now >= until, alone=now < until + self.pace.takeover):
                            return
            await asyncio.sleep(random.uniform(0.005, 0.03))

    async def _come_back(self) -> None:
        """Joins over the line from elsewhere, however long it takes to get it back."""
        delay = AGAIN
        while not await self._join(self.pace.takeover):
            if not self._is_in:
                raise Refused(NO_ANSWER)
            await asyncio.sleep(random.uniform(delay / 2, delay))
            delay = min(delay * 2, AT_MOST)

    async def _dial_here(self, pace: Pace) -> Link | None:
        return await live.dial(live.address(self.store.folder, self.id), pace)

    async def _join(self, patience: float) -> bool:
        """Whether somebody answers; then this process takes part in what they hold."""
        link = await self._dial(replace(self.pace, greeting=min(self.pace.greeting, patience)))
        if link is None:
            return False
        # However long it takes, as long as there is an answer: others may have to bring first what they have.
        watch = asyncio.get_running_loop().create_task(link.drop_when_silent(self.pace.takeover))
        try:
            welcome, payload = await self._greet(link)
            self._take_part(link, welcome, payload)
        except (LinkBroken, DocumentBroken):
            self._answered = link.heard
            await link.close()
            return False
        except BaseException:
            await link.close()
            raise
        finally:
            watch.cancel()
        return True

    async def _greet(self, link: Link) -> tuple[dict[str, Any], bytes]:
        known = self.document if self._knows else None
        hello = {
            "protocol": live.PROTOCOL,
            "session": self.id,
            "purpose": "join",
            "me": self.seat.me,
            "how": self.seat.how if self.seat.bound else CLAIMED,
            "bound": self.seat.bound,
            "epoch": known.epoch if known else "",
            "version": coded(known.version()) if known else "",
        }
        link.send(Kind.HELLO, hello)
        frame = await link.next()
        if frame is not None and frame.kind is Kind.REFUSED:
            why = said(frame.values(), "refused")
            if frame.values().get("gone"):
                self.went(why)
            raise Refused(why)
        if frame is None or frame.kind is not Kind.WELCOME:
            raise LinkBroken("There is no answer at the other end of the line.")
        following = await link.next()
        if following is None or following.kind not in (Kind.STATE, Kind.UPDATE):
            raise LinkBroken("There is no answer at the other end of the line.")
        return frame.values(), following.body

    def _take_part(self, link: Link, welcome: dict[str, Any], payload: bytes) -> None:
        guest = self._role if isinstance(self._role, Guest) else Guest(self)
        if welcome.get("mode") == "new":
            self._watch(Document.from_state(payload))
        elif not self._knows:
            raise LinkBroken(NOT_UNDERSTOOD)
        guest.attach(link, welcome, payload)
        self._role = guest
        self._session = None
        if self._store is None:  # who one is, is known at the other end
            bound = bool(welcome.get("bound"))
            self.seat = Seat(guest.person, said(welcome, "how") or CLAIMED, bound, at_home=True)
        self._life = asyncio.get_running_loop().create_task(self._live(guest))

    async def _live(self, guest: Guest) -> None:
        """Takes part until the line ends, and then sees who holds the session."""
        loop = asyncio.get_running_loop()
        heard: float | None = None
        try:
            if guest.link is not None:
                link = guest.link
                heard = loop.time()
                await guest.run()
                heard = link.heard
            self.tell(None)
            if not self._leaving or guest.saved.waiting:
                await self._come_in(heard)
                self.tell(None)
        except NotFound as error:
            self.went(error.sentence)
        except Refused as error:
            if not self.gone:
                self.say(error.sentence)

    async def _hold(self, *, force: bool, alone: bool) -> bool:
        """Whether this process holds the session now; with `force` also when a process that gives no answer does.

        With `alone` it is Busy while anybody saves.
        """
        hold, has_lock = ExitStack(), True
        try:
            try:
                hold.enter_context(self.store.hold(self.id))
            except Busy:
                has_lock = False
            # Whoever took over from somebody who gives no answer holds it without the lock.
            takes_over = not has_lock or live.is_answered(self._address)
            if takes_over and not force:
                hold.close()
                return False
            await self._begin_to_hold(hold, has_lock, takes_over=takes_over, alone=alone)
        except BaseException:
            hold.close()
            raise
        return True

    @property
    def _address(self) -> Path:
        return live.address(self.store.folder, self.id)

    async def _begin_to_hold(self, hold: ExitStack, has_lock: bool, *, takes_over: bool, alone: bool) -> None:
        before = self._role
        door = Door(self._address, self._visited, self.pace, refused=self._refused)
        with ExitStack() as saving:
            try:  # two who go on from one record, each without what the other saves, would part
                saving.enter_context(replace(self.store, patience=0.0).lock(self.id))
            except Busy:  # whoever stands still in the middle of a save saves it when they wake; then it is read again
                if alone:
                    raise
            # First of all: whoever held it until now sees from here on that they do not, and begins nothing new.
            await door.open()
            try:
                kept = notes.normal(self.store.load(self.id))
                shared, in_file = self._recover(kept, self.store.live_state(self.id))
                host = Host(self, kept, hold, door, shared=shared, in_file=in_file)
                host.has_lock = has_lock
                self._role, self._session = host, None
                host.take_up(new=takes_over, followed=self._is_in)
            except BaseException:
                self._role = before
                await door.close()
                raise
        if not self._is_in:
            host.begin()
        host.open()
        if isinstance(before, Guest):
            self._do_what_was_asked(host, before)

    async def _visited(self, link: Link) -> None:
        if isinstance(self._role, Host):
            await self._role.visit(link)

    def _refused(self, why: Why) -> None:
        refusals.note(why, Way.LOGIN, session=self.id)

    def _recover(self, kept: Session, live_state: "LiveState | None") -> tuple[bool, bytes]:
        """Brings together what this process has, what was shared last, and the record.

        Gives whether others may have parts of it, and what of it is in the files, as a version of the document.

        Nothing comes in twice: what others sent is in the shared document, which is written before the record.
        """
        old: Document | None = None
        if live_state is not None:
            with contextlib.suppress(SupervisionError):  # a damaged one is as none
                old = Document.from_state(live_state.data)
        if not self._is_in:
            if old is None or live_state is None or live_state.age > OLD:
                self._watch(Document.from_session(kept, self._former()))
                return False, self.document.version()
            self._watch(old)
            before = old.snapshot()
            if kept.revision > live_state.revision and before != kept:
                old.absorb(before, replace(kept, revision=before.revision))
            return True, old.version()
        known = self._role.acknowledged if isinstance(self._role, Guest) else b""
        if live_state is None:
            known = self._go_on_from_record(kept)
        elif old is not None:
            then = old.snapshot()
            if old.epoch == self.document.epoch:
                self.document.merge(live_state.data)
                known = old.version()
            elif base := old.former().get(self.document.epoch):  # they went on while this one was away
                epoch, version = self.document.epoch, self.document.version()
                known = self.document.adopt(live_state.data, base)
                self.document.brought(epoch, version)  # what others have of it as well, they do not bring again
            elif old.epoch not in self.document.former() and isinstance(self._role, Guest):
                known, words = self._role.go_on_in(live_state.data)
                self.offer(words)
            if kept.revision > live_state.revision:
                self._absorb_rest(then, kept)  # a command changed the record while nobody held it
        return True, known

    def _absorb_rest(self, before: Session, after: Session) -> None:
        """What a command changed: it writes no notes.

        Which revision it is, the file says: it is nobody's change, and no reason to refuse words that come with it.
        """
        bare = replace(before, notes=())
        self.document.absorb(bare, replace(after, notes=(), revision=bare.revision))

    def _go_on_from_record(self, kept: Session) -> bytes:
        """Everybody else left, in order, while this one was off the line: all they had is in the record.

        Gives what of the document is in it, as a version.
        """
        guest, own, former = self._role, self.document, self._former()
        news = former.keys() - own.former().keys() - {own.epoch}
        if own.snapshot() == kept and not news:
            return own.version()
        epoch, version, ended = own.epoch, own.version(), former.get(own.epoch, b"")
        if not ended and isinstance(guest, Guest) and guest.acknowledged:
            ended = own.all_but_own_since(guest.acknowledged)
        known = own.adopt(Document.from_session(kept, former).state(), ended or version)
        own.brought(epoch, version)
        return known

    def _former(self) -> dict[str, bytes]:
        """The epochs of this session, as it was closed while somebody might still come back."""
        ended = self.store.ended(self.id)
        is_old = ended is None or (self.clock() - ended.since).total_seconds() > OLD
        return {} if ended is None or is_old else dict(ended.epochs)

    def _do_what_was_asked(self, host: Host, guest: Guest) -> None:
        for asked in guest.asked.values():
            if self.document.has_done(asked.token):
                continue
            try:
                if asked.verb == "change":
                    host.change(asked.changes, asked.by, asked.run)
                else:
                    raise Refused("Nobody can take that back any more.")
            except SupervisionError as error:
                self.say(error.sentence)

    def went(self, why: str) -> None:
        """The record was erased, here or by somebody else who has it open."""
        self.gone = why
        self.tell(None)

    def overtaken(self) -> None:
        """Somebody else may hold the session now: this process was away for a while. Looks who does, and joins them."""
        host, loop = self._role, asyncio.get_running_loop()
        if self._leaving or not isinstance(host, Host):
            return
        if not host.door.is_ours():
            self._finding_out = loop.create_task(self._make_way(host, self._step_down(host)))
        elif self._finding_out is None or self._finding_out.done():
            self._finding_out = loop.create_task(self._read_again(host))

    async def _read_again(self, host: Host) -> None:
        """Nobody took over: somebody wrote into the file who thought it closed, or woke in the middle of a save."""
        if self._role is not host:
            return
        live_state, known = self.store.live_state(self.id), False
        if live_state is not None:
            with contextlib.suppress(SupervisionError):
                known = host.bring_in(live_state.data)
        kept = notes.normal(self.store.load(self.id))
        if kept.revision < host.saving.kept.revision:
            # Something keeps folders alike, or somebody put a backup back: what is here has all that is newer.
            host.saving.go_over(kept.revision)
            self.say(OLDER)
            return
        if not known:  # they went on from the file as this one did; what it has not, they may never have had
            self.document.bring(host.saving.kept, kept, host.in_file)
        self._absorb_rest(host.saving.kept, kept)
        host.saving.kept = kept
        host.saving.touch(0.0)

    def _step_down(self, host: Host) -> Guest:
        """From now on somebody else does what is asked for here."""
        guest = self._role = Guest(self)
        guest.line, guest.acknowledged, guest.has_held = Line(self.clock()), host.in_file, True
        self._session = None
        return guest

    async def _make_way(self, host: Host, guest: Guest) -> None:
        await host.close(leave=False)
        guest.acknowledged = host.in_file  # a save that was under way has come to its end
        await self._live(guest)

    def _watch(self, document: Document) -> None:
        self._stop_watching()
        self.document = document
        self._stop_watching = document.on_change(self._touched)

    def _first_writer(self, session: Session) -> Who:
        who = rules.who(session, self.seat.me) if self.seat.me else ""
        if session.person(who):
            return who
        if self.seat.bound:
            raise Refused(f"{self.seat.me} takes no part in this session.")
        return session.people[0].id

    # -- reading ----------------------------------------------------------------------------------------------

    @property
    def session(self) -> Session:
        """The session as it is now, as a value."""
        if self._session is None:
            session = self.document.snapshot()
            if isinstance(self._role, Host):
                session = replace(session, revision=self._role.saving.kept.revision)
            elif self._role.asked:
                session = notes.normal(self._role.foreseen(session))
            self._session = session
            self._signatures_seen = bool(session.signatures)
        return self._session

    @property
    def saved(self) -> Saved:
        return self._role.saved

    @property
    def is_far(self) -> bool:
        """Whether what else its people keep is out of reach: on another computer, or not for a guest on this one."""
        return self._store is None or bool(self.seat.why_no_file)

    @property
    def is_encrypted(self) -> bool:
        """Whether the record is encrypted where it is kept, as far as is known here."""
        try:
            return self._store is not None and sealing.is_on(self._store.folder) is not None
        except Damaged:  # it should be, and every save says why it is not
            return True

    @property
    def is_host(self) -> bool:
        """Whether this process holds the session."""
        return isinstance(self._role, Host)

    @property
    def line(self) -> Line:
        """The line to whoever holds the session."""
        return self._role.line if isinstance(self._role, Guest) else Line()

    @property
    def present(self) -> tuple[Presence, ...]:
        """Everybody who is at another keyboard, also those whose line is lost."""
        return tuple(self.placed(presence) for presence in self._role.present)

    @property
    def own_presence(self) -> Presence:
        stage, matter, caret = self._here
        seat = self._role.seat if isinstance(self._role, Guest) else 0
        me = rules.who(self.session, self.seat.me) if self.seat.me else ""
        person = me if self.session.person(me) else self.writer
        return Presence(seat=seat, person=person, how=self.seat.how, stage=stage, matter=matter, caret=caret)

    @property
    def at_this_keyboard(self) -> tuple[Presence, ...]:
        """Who sits here; a room that only holds a session for others has nobody."""
        return (self.own_presence,)

    def placed(self, presence: Presence) -> Presence:
        """The same person where they wrote last."""
        place = self._places.get(presence.seat)
        return presence if place is None else replace(presence, stage=place[0], matter=place[1], caret=place[2])

    def forget_place(self, seat: int | None = None) -> None:
        """Somebody, or with None everybody, has just said where they are."""
        if seat is None:
            self._places.clear()
        else:
            self._places.pop(seat, None)

    @property
    def writing(self) -> Person:
        """Who is writing now."""
        person = self.session.person(self.writer)
        assert person is not None
        return person

    def text(self, stage: str, matter: int) -> str:
        return self.document.text(stage, matter)

    def runs(self, stage: str, matter: int) -> tuple[Run, ...]:
        return self.document.runs(stage, matter)

    def caret_of(self, presence: Presence) -> int | None:
        """Where somebody's caret is in the notes they are in; None when it is not known."""
        if not presence.caret:
            return None
        try:
            return self.document.position(Caret(presence.stage, presence.matter, presence.caret))
        except DocumentBroken:
            return None  # of an earlier epoch: it is known again with their next key

    def watch(self, callback: Callable[[Touched | None], None]) -> Callable[[], None]:
        """Calls back after every change to the document, and with None when only `saved`, people or writer changed."""
        return _added(self._watchers, callback)

    def listen(self, callback: Callable[[str], None]) -> Callable[[], None]:
        """Calls back with a sentence when something asked for earlier was refused, or somebody came or went."""
        return _added(self._listeners, callback)

    # -- changing ---------------------------------------------------------------------------------------------

    def hand_over(self, who: Who) -> None:
        """Somebody else at this keyboard is writing now."""
        person = rules.participant(self.session, who)
        self.refuse_if_elsewhere(person)
        self.writer = person
        self.tell(None)
        self._role.show_place()

    def refuse_if_elsewhere(self, who: Who, *, but: int | None = None) -> None:
        """Refused when that person is not at the keyboard in question: each writes and agrees for themselves."""
        own = but is None
        session = self.session
        if own and self.seat.bound and who != rules.who(session, self.seat.me):
            raise Refused("At this keyboard only you write. The other person has one of their own.")
        me = rules.who(session, self.seat.me) if self.seat.me else ""
        if own and who == me:
            return
        elsewhere = [*self.present] if own else [*self.present, *self.at_this_keyboard]
        mine = next((presence.person for presence in elsewhere if presence.seat == but), None)
        if who != mine and any(other.person == who and other.is_here and other.seat != but for other in elsewhere):
            raise Refused(f"{session.called(who)} is at a keyboard of their own, and does that there.")

    def is_elsewhere(self, who: Who) -> bool:
        """Whether that person agrees and signs at another keyboard than this."""
        try:
            self.refuse_if_elsewhere(who)
        except Refused:
            return True
        return False

    def change(self, change: Change, *, by: Who = "", run: str = "") -> Session:
        """Does one thing by the rules and returns the session afterwards; Refused and its kin change nothing.

        What follows each other under one `run`, as words do that are kept while somebody types, is taken back at once.
        Where another process holds the session it is asked for there, and shown at once.
        """
        self._refuse_if_gone()
        who = rules.who(self.session, by) if by else self.writer
        if self.session.person(who) is not None:  # a name that is nobody's is refused by the rules
            self.refuse_if_elsewhere(who)
        return self._by_the_rules().change([change], who, run)

    def _by_the_rules(self) -> Host | Guest:
        """Who does what is asked for; whoever was overtaken and has just woken asks for it, as all others do."""
        if isinstance(self._role, Host) and not self._role.door.is_ours():
            self.overtaken()
        return self._role

    def write(self, stage: str, matter: int, start: int, end: int, words: str) -> str:
        """Puts words of whoever is writing in place of what stands from start to end; returns what was put there."""
        self._refuse_if_signed()
        words = text.clean(words)
        now = self.document.text(stage, matter)
        start, end = text.around_flags(now, start, end)
        if words:
            text.check_note(now[:start] + words + now[end:])
        return self.document.replace(stage, matter, start, end, words, self.writer)

    def write_line(self, words: str, *, stage: str = "", matter: int = 0) -> None:
        """Adds a line of notes by whoever is writing."""
        self._refuse_if_signed()
        session = self.session
        line = text.clean(words)
        where = (stage or session.stage, matter or session.matter)
        text.check_note(f"{self.document.text(*where)}\n{line}")
        self.document.append_line(*where, line, self.writer)

    def undo_notes(self, stage: str, matter: int) -> bool:
        """Takes back the last words that were typed at this keyboard into these notes."""
        self._refuse_if_signed()
        return self.document.undo(stage, matter)

    def redo_notes(self, stage: str, matter: int) -> bool:
        self._refuse_if_signed()
        return self.document.redo(stage, matter)

    def undo(self) -> bool:
        """Takes back the latest change to an action or decision by whoever is writing; False when there is none.

        Refused, and forgotten, when somebody has changed the same thing since.
        """
        return self._by_the_rules().undo(self.writer)

    def redo(self) -> bool:
        """Does again what `undo` took back."""
        return self._by_the_rules().redo(self.writer)

    def _refuse_if_gone(self) -> None:
        if self.gone:
            raise Refused(self.gone)

    def _refuse_if_signed(self) -> None:
        self._refuse_if_gone()
        if self._signatures_seen and self.session.state == "signed":
            raise Refused(LOCKED)

    def save_now(self) -> None:
        """Saves at once, for the ways out. SaveFailed when it cannot. What another process holds, it saves."""
        if self.gone:
            return
        if isinstance(self._role, Host):
            self._role.saving.now()
        elif self._journal is not None:
            self._journal.now()
        elif self._store is None and self._role.link is None and self._role.saved.waiting:
            raise SaveFailed(ONLY_HERE)

    # -- where people are -------------------------------------------------------------------------------------

    def show_place(self, stage: str, matter: int, caret: int | None = None) -> None:
        """Lets the others see where one is; `caret` is an index in these notes."""
        mark = b""
        if caret is not None:
            with contextlib.suppress(IndexError):
                mark = self.document.cursor(stage, matter, caret).left
        if (stage, matter, mark) != self._here:
            self._here = (stage, matter, mark)
            self._role.show_place()

    @contextlib.contextmanager
    def typing(self, seat: int) -> Iterator[None]:
        """What is merged inside was written at that seat."""
        self._typist = seat
        try:
            yield
        finally:
            self._typist = None

    def take_offered(self, index: int) -> None:
        """Puts words that were kept apart into the notes they were written for, as lines of their own."""
        (stage, matter), runs = self.offered[index]
        self.write_line("".join(run.text for run in runs).strip("\n"), stage=stage, matter=matter)
        del self.offered[index]
        self.tell(None)

    def _waiting(self) -> "Waiting | None":
        """What is here only, as the journal keeps it."""
        guest = self._role
        if not isinstance(guest, Guest) or not (guest.saved.waiting or self.offered) or self.gone:
            return None
        return guest.waiting()

    def offer(self, words: dict[NoteKey, tuple[Run, ...]], why: str = "") -> None:
        """Keeps words apart that could not come in by themselves, and says so."""
        self.offered += words.items()
        if words:
            self.say(f"{why} {KEPT_APART}".strip())

    # -- telling ----------------------------------------------------------------------------------------------

    def _touched(self, touched: Touched) -> None:
        self._session = None
        if touched.rest:
            self._signatures_seen = bool(self.session.signatures)
        if touched.local or self._typist is not None:
            self._place_typist(touched)
        self._role.touched(touched)
        if self._journal is not None:
            self._journal.touch()
        for watcher in tuple(self._watchers):
            watcher(touched)

    def _place_typist(self, touched: Touched) -> None:
        """Whoever wrote is behind the last thing they wrote; nobody needs to be told that as well."""
        for (stage, matter), splices in touched.splices.items():
            if splices:
                index = min(splices[-1].index + len(splices[-1].inserted), len(self.document.text(stage, matter)))
                place = (stage, matter, self.document.cursor(stage, matter, index).left)
                if touched.local:
                    self._here = place
                elif self._typist is not None:
                    self._places[self._typist] = place

    def changed_elsewhere(self) -> None:
        """What is asked for, or no longer is, shows at once."""
        self._session = None
        if self._journal is not None:
            self._journal.touch()
        for watcher in tuple(self._watchers):
            watcher(Touched(splices={}, rest=True, local=True))

    def tell(self, touched: Touched | None) -> None:
        """Tells whoever watches; of the document they hear by themselves."""
        if self._journal is not None:
            self._journal.touch()
        if isinstance(self._role, Host):
            self._session = None  # its revision may be another one
        for watcher in tuple(self._watchers):
            watcher(touched)

    def say(self, sentence: str) -> None:
        """A sentence for the person at this keyboard."""
        for listener in tuple(self._listeners):
            listener(sentence)
