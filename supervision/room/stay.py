"""How a room is in its session: it comes in, joins whoever holds it or holds it, takes over, makes way, and leaves."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from supervision import live, refusals
from supervision.document import Document
from supervision.errors import Busy, DocumentBroken, LinkBroken, NotFound, Refused, SaveFailed, SupervisionError
from supervision.live import Door, Kind, Link, Pace
from supervision.model import notes
from supervision.model.values import Session
from supervision.refusals import Way, Why
from supervision.room.hosting import Host
from supervision.room.joining import Guest
from supervision.room.presence import NOT_UNDERSTOOD, Line, coded, said
from supervision.room.recovery import absorb_rest, recovered
from supervision.room.seat import CLAIMED, Seat

if TYPE_CHECKING:
    from supervision.room.journal import Journal
    from supervision.room.room import Room
    from supervision.store import Waiting

LAST_WORDS, AN_ANSWER = 5.0, 1.0
"""Seconds that leaving waits for whoever holds the session to have everything in the file, and then to answer."""
TRIES = 10
"""How often leaving begins anew before it says that it could not save."""
AGAIN, AT_MOST = 0.5, 30.0
"""Seconds between two tries to get a lost line back: at first, and after many."""
ONLY_HERE = "The line is lost, and what you wrote since then is on this screen only."
OLDER = "An older copy of this record was put in the place of its file. What is here is being saved over it."
NO_ANSWER = "There is no answer from there. Nothing was lost; please try again."

Dial = Callable[[Pace], Awaitable[Link | None]]
"""How to come to whoever holds a session: a link that has been greeted, or None. Refused when there is no way."""
Role = TypeVar("Role", Host, Guest, "Host | Guest")


class Stay:
    """One stay in a session, from `begin` to `leave`. `role` says whether this process holds it now, or joined it.

    With `dial` the session is on another computer; `hang_up` ends whatever that needed, and `journal` keeps what has
    not arrived there.
    """

    def __init__(
        self,
        room: "Room",
        *,
        dial: Dial | None,
        hang_up: Callable[[], Awaitable[None]] | None,
        journal: "Journal | None",
    ) -> None:
        self.room = room
        self._dial = dial or self.dial_here
        self._hang_up = hang_up
        self._journal = journal
        self._role: Host | Guest = Guest(room)
        self._is_in = self._knows = False
        self._leaving = False
        self._answered = float("-inf")
        """When whoever holds the session last gave an answer while one tried to come in, by the loop's clock."""
        self._life: asyncio.Task[None] | None = None
        self._finding_out: asyncio.Task[None] | None = None

    @property
    def role(self) -> Host | Guest:
        return self._role

    def _is(self, role: Role) -> Role:
        self._role = role
        self.room.forget_values()
        return role

    # -- coming in --------------------------------------------------------------------------------------------

    async def begin(self) -> None:
        """Comes in for the first time, with what an earlier run of the program could not send any more."""
        if self._journal is not None:
            self._take_up(self._journal)
        await self.come_in(None)
        self._is_in = self._knows = True

    def _take_up(self, journal: "Journal") -> None:
        """Goes on from what an earlier run of the program could not send any more."""
        waiting = journal.read()
        if waiting is not None:
            self.room.go_on_with(Document.from_state(waiting.state))
            guest = self._is(Guest(self.room))
            guest.take_up(waiting)
            self._knows = True
        journal.begin(self._waiting, self.room.say)

    async def come_in(self, silent_since: float | None) -> None:
        """Joins whoever holds the session, or holds it: at once when nobody does, after a while when nobody answers."""
        if self.room.is_kept_elsewhere:
            await self._come_back()
            return
        loop, pace = asyncio.get_running_loop(), self.room.pace
        started = loop.time()
        until = (started if silent_since is None else silent_since) + pace.takeover
        until = max(until, started + pace.takeover - pace.offline)
        while True:
            with ExitStack() as choosing:
                try:
                    choosing.enter_context(self.room.store.choice(self.room.id))
                    chooses = True
                except Busy:  # it saves work and no words, so nobody waits for ever for whoever stands still with it
                    chooses = loop.time() >= max(until, started + 2 * pace.takeover)
                if chooses:
                    if await self._join(max(until - loop.time(), 0.2)):
                        return
                    until = max(until, self._answered + pace.takeover)
                    with contextlib.suppress(Busy):
                        now = loop.time()
                        if await self._hold(force=now >= until, alone=now < until + pace.takeover):
                            return
            await asyncio.sleep(random.uniform(0.005, 0.03))

    async def _come_back(self) -> None:
        """Joins over the line from elsewhere, however long it takes to get it back."""
        delay = AGAIN
        while not await self._join(self.room.pace.takeover):
            if not self._is_in:
                raise Refused(NO_ANSWER)
            await asyncio.sleep(random.uniform(delay / 2, delay))
            delay = min(delay * 2, AT_MOST)

    async def dial_here(self, pace: Pace) -> Link | None:
        return await live.dial(live.address(self.room.store.folder, self.room.id), pace)

    async def _join(self, patience: float) -> bool:
        """Whether somebody answers; then this process takes part in what they hold."""
        link = await self._dial(replace(self.room.pace, greeting=min(self.room.pace.greeting, patience)))
        if link is None:
            return False
        # However long it takes, as long as there is an answer: others may have to bring first what they have.
        watch = asyncio.get_running_loop().create_task(link.drop_when_silent(self.room.pace.takeover))
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
        known, seat = self.room.document if self._knows else None, self.room.seat
        hello = {
            "protocol": live.PROTOCOL,
            "session": self.room.id,
            "purpose": "join",
            "me": seat.me,
            "how": seat.how if seat.bound else CLAIMED,
            "bound": seat.bound,
            "epoch": known.epoch if known else "",
            "version": coded(known.version()) if known else "",
        }
        link.send(Kind.HELLO, hello)
        frame = await link.next()
        if frame is not None and frame.kind is Kind.REFUSED:
            why = said(frame.values(), "refused")
            if frame.values().get("gone"):
                self.room.went(why)
            raise Refused(why)
        if frame is None or frame.kind is not Kind.WELCOME:
            raise LinkBroken("There is no answer at the other end of the line.")
        following = await link.next()
        if following is None or following.kind not in (Kind.STATE, Kind.UPDATE):
            raise LinkBroken("There is no answer at the other end of the line.")
        return frame.values(), following.body

    def _take_part(self, link: Link, welcome: dict[str, Any], payload: bytes) -> None:
        guest = self.role if isinstance(self.role, Guest) else Guest(self.room)
        if welcome.get("mode") == "new":
            self.room.go_on_with(Document.from_state(payload))
        elif not self._knows:
            raise LinkBroken(NOT_UNDERSTOOD)
        guest.attach(link, welcome, payload)
        self._is(guest)
        if self.room.is_kept_elsewhere:  # who one is, is known at the other end
            bound = bool(welcome.get("bound"))
            self.room.seat = Seat(guest.person, said(welcome, "how") or CLAIMED, bound, at_home=True)
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
            self.room.tell(None)
            if not self._leaving or guest.saved.waiting:
                await self.come_in(heard)
                self.room.tell(None)
        except NotFound as error:
            self.room.went(error.sentence)
        except Refused as error:
            if not self.room.gone:
                self.room.say(error.sentence)

    # -- holding it -------------------------------------------------------------------------------------------

    async def _hold(self, *, force: bool, alone: bool) -> bool:
        """Whether this process holds the session now; with `force` also when a process that gives no answer does.

        With `alone` it is Busy while anybody saves.
        """
        hold, has_lock = ExitStack(), True
        try:
            try:
                hold.enter_context(self.room.store.hold(self.room.id))
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
        return live.address(self.room.store.folder, self.room.id)

    async def _begin_to_hold(self, hold: ExitStack, has_lock: bool, *, takes_over: bool, alone: bool) -> None:
        before = self.role
        door = Door(self._address, self._visited, self.room.pace, refused=self._refused)
        with ExitStack() as saving:
            try:  # two who go on from one record, each without what the other saves, would part
                saving.enter_context(replace(self.room.store, patience=0.0).lock(self.room.id))
            except Busy:  # whoever stands still in the middle of a save saves it when they wake; then it is read again
                if alone:
                    raise
            # First of all: whoever held it until now sees from here on that they do not, and begins nothing new.
            await door.open()
            try:
                kept = notes.normal(self.room.store.load(self.room.id))
                shared, in_file = self._recover(kept)
                host = Host(self.room, kept, hold, door, shared=shared, in_file=in_file)
                host.has_lock = has_lock
                self._is(host)
                host.take_up(new=takes_over, followed=self._is_in)
            except BaseException:
                self._is(before)
                await door.close()
                raise
        if not self._is_in:
            host.begin()
        host.open()
        if isinstance(before, Guest):
            self._do_what_was_asked(host, before)

    def _recover(self, kept: Session) -> tuple[bool, bytes]:
        guest = self.role if isinstance(self.role, Guest) else None
        return recovered(self.room, kept, guest, is_in=self._is_in)

    async def _visited(self, link: Link) -> None:
        if isinstance(self.role, Host):
            await self.role.visit(link)

    def _refused(self, why: Why) -> None:
        refusals.note(why, Way.LOGIN, session=self.room.id)

    def _do_what_was_asked(self, host: Host, guest: Guest) -> None:
        for asked in guest.asked.values():
            if self.room.document.has_done(asked.token):
                continue
            try:
                if asked.verb == "change":
                    host.change(asked.changes, asked.by, asked.run)
                else:
                    raise Refused("Nobody can take that back any more.")
            except SupervisionError as error:
                self.room.say(error.sentence)

    # -- making way -------------------------------------------------------------------------------------------

    def overtaken(self) -> None:
        """Somebody else may hold the session now: this process was away for a while. Looks who does, and joins them."""
        host, loop = self.role, asyncio.get_running_loop()
        if self._leaving or not isinstance(host, Host):
            return
        if not host.door.is_ours():
            self._finding_out = loop.create_task(self._make_way(host, self._step_down(host)))
        elif self._finding_out is None or self._finding_out.done():
            self._finding_out = loop.create_task(self._read_again(host))

    async def _read_again(self, host: Host) -> None:
        """Nobody took over: somebody wrote into the file who thought it closed, or woke in the middle of a save."""
        if self.role is not host:
            return
        live_state, known = self.room.store.live_state(self.room.id), False
        if live_state is not None:
            with contextlib.suppress(SupervisionError):
                known = host.bring_in(live_state.data)
        kept = notes.normal(self.room.store.load(self.room.id))
        if kept.revision < host.saving.kept.revision:
            # Something keeps folders alike, or somebody put a backup back: what is here has all that is newer.
            host.saving.go_over(kept.revision)
            self.room.say(OLDER)
            return
        if not known:  # they went on from the file as this one did; what it has not, they may never have had
            self.room.document.bring(host.saving.kept, kept, host.in_file)
        absorb_rest(self.room.document, host.saving.kept, kept)
        host.saving.kept = kept
        host.saving.touch(0.0)

    def _step_down(self, host: Host) -> Guest:
        """From now on somebody else does what is asked for here."""
        guest = self._is(Guest(self.room))
        guest.line, guest.acknowledged, guest.has_held = Line(self.room.clock()), host.in_file, True
        return guest

    async def _make_way(self, host: Host, guest: Guest) -> None:
        await host.close(leave=False)
        guest.acknowledged = host.in_file  # a save that was under way has come to its end
        await self._live(guest)

    # -- leaving ----------------------------------------------------------------------------------------------

    async def leave(self) -> None:
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
            if isinstance(self.role, Guest) and self.role.link is not None:
                self.role.link.send(Kind.BYE)
            await self._stop()
            role = self.role
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
        if self._journal is not None and self.room.gone:
            await self._journal.end()  # an erased record leaves no words behind here either
        await self._keep_what_is_held()
        while isinstance(self.role, Guest) and not self.room.gone:
            guest, loop = self.role, asyncio.get_running_loop()
            if self.room.is_kept_elsewhere:
                has_all = await guest.all_kept(LAST_WORDS) or not guest.saved.waiting
                if self._journal is not None:
                    self.room.left_words = await self._journal.end()
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
                await self.come_in(loop.time())
                await self._keep_what_is_held()
            else:
                return

    async def _keep_what_is_held(self) -> None:
        """Sees to it that the file has everything, or that somebody else holds the session and gets it."""
        while isinstance(host := self.role, Host):
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
        self.room.stop_watching()
        for task in (self._life, self._finding_out):
            if task is not None:
                task.cancel()
                await asyncio.wait([task])
                if not task.cancelled() and (error := task.exception()) is not None:
                    raise error

    def _waiting(self) -> "Waiting | None":
        """What is here only, as the journal keeps it."""
        guest = self.role
        if not isinstance(guest, Guest) or not (guest.saved.waiting or self.room.offered) or self.room.gone:
            return None
        return guest.waiting()
