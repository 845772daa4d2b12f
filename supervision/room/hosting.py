"""The one process that holds a session: it writes the file, does what is asked by the rules, and passes words on.

Whoever comes over a line may write in the notes, as themselves; everything else they ask for, and it is done here, in
the name of the person whose line it is.
"""

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from supervision import carry as carrying
from supervision import live, refusals, text
from supervision.document import Document, Gate, NoteKey, Touched
from supervision.errors import Busy, DocumentBroken, LinkBroken, Refused, SupervisionError
from supervision.live import Door, Frame, Kind, Link
from supervision.model import ids, notes, rules, turns
from supervision.model.apply import LOCKED, Act, apply, settle
from supervision.model.changes import (
    BY_THE_PROGRAM,
    NOT_TAKEN_BACK,
    CorrectName,
    SetLineManager,
    TakeAgreement,
    from_wire,
)
from supervision.model.values import IN_THE_ROOM, Event, Session, Who
from supervision.refusals import Way, Why
from supervision.room.presence import Presence, coded, decoded, listed, said
from supervision.room.saving import CHANGED, SAVE_WITHIN, Kept, Saved, Saving
from supervision.room.seat import CLAIMED
from supervision.room.steps import Steps
from supervision.store import Ended

if TYPE_CHECKING:
    from supervision.model.changes import Change
    from supervision.room.room import Room

OLD = 24 * 3600.0
"""Seconds after which replicas of a document are too old to come together by themselves."""
WRONGS = 3
"""How often somebody may send what is not theirs to write before their line is ended."""
OTHER_VERSION = (
    "The session is open in another version of this program. Use the same version on both sides, or close it there."
)


@dataclass(slots=True)
class Visitor:
    """Somebody who came over a line."""

    link: Link
    person: Who
    bound: bool
    how: str
    far: bool
    """Whether the line comes from another machine, where they go on writing when it is lost."""
    presence: Presence
    epoch: str
    seen: Any
    """What they have of the document, as its version."""
    settling: float
    """Since when, by the loop's clock, they have something to bring from before; 0 once all of it is here."""
    brings: tuple[str, bytes] | None = None
    """What they have of a former epoch, as its version, until they have brought it over."""
    got: int = 0
    """Frames of theirs that were taken in."""
    wrongs: int = 0
    left: bool = False
    told: Saved | None = None
    told_got: int = -1

    @property
    def way(self) -> Way:
        return _by_which_way(self.how, self.far)


class Host:
    """Holds a session in this process. `hold` frees the lock; it is empty when whoever has the lock gives no answer.

    `door` is open already, so that whoever held the session before knows that they do not any more.
    """

    def __init__(
        self, room: "Room", kept: Session, hold: ExitStack, door: Door, *, shared: bool, in_file: bytes
    ) -> None:
        self.room = room
        self._store = room.store
        self._hold = hold
        self.has_lock = True
        self._gate = Gate(room.document)
        self._visitors: dict[int, Visitor] = {}
        self._gone: dict[int, Presence] = {}
        self._awaited = {
            who: at for who, at in self._store.awaited(room.id).items() if room.clock() - at < timedelta(seconds=OLD)
        }
        """Who came from another machine and has not left: what they write there must still find this document."""
        self._others_until = 0.0
        """Until when somebody may be on their way back, by the loop's clock."""
        self._ended_since = self._closed_before()
        self._numbers = 0
        self._shared = shared
        self._steps = Steps(self._store)
        self._told: list[tuple[Session, Session, Act]] = []
        """Of what older decisions in other sessions have to hear."""
        self._got: dict[int, dict[int, int]] = {}
        self._taken: dict[int, bytes] = {}
        self.in_file = in_file
        """What of the document is in the file for certain, as a version of it; empty when that is not known."""
        self._sender: int | None = None
        self._marked: dict[NoteKey, str] = {}
        self._signed = False
        self._pace = room.pace
        self.door = door
        self.saving = Saving(
            self._store, kept, take=self._take_saving, clock=room.clock, told=self._saved, overtaken=room.stay.overtaken
        )
        self._watch: asyncio.Task[None] | None = None
        self._look_at_rest()

    def take_up(self, *, new: bool, followed: bool) -> None:
        """Puts into the file what it does not have; with `new` in any case, so that whoever had it finds it changed.

        With `followed` others may be on their way who were here with whoever held it before.
        """
        if new or followed:
            self._others_until = float("inf") if new else asyncio.get_running_loop().time() + 2 * self._pace.takeover
        if new or self.room.document.snapshot() != self.saving.kept:
            self._save_now()
        else:
            self.in_file = self.room.document.version()

    # -- its life ---------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Looks after those who come from now on."""
        self._watch = asyncio.get_running_loop().create_task(self._watch_lines())

    def begin(self) -> None:
        """After nobody was here: a clock that was running when the last one went, in whatever way, ran until then."""
        session, now = self.room.session, self.room.clock()
        if turns.running(session) is not None:
            self._stop_clock(min(self._store.written(self.room.id), now))

    def _stop_clock(self, now: datetime) -> None:
        session = self.room.session
        after = turns.halted(session, now, "left")
        if after != session:
            self.room.document.absorb(session, after)

    async def close(self, *, leave: bool = True) -> None:
        """Lets go of the session; whoever is still here takes over.

        SaveFailed when the last words are not saved, and Busy when they are not because somebody else holds it now.
        """
        overtaken = leave and not self.door.is_ours()
        leave = leave and not overtaken
        if leave and not self._visitors:
            self._stop_clock(self.room.clock())
        await self.saving.end()
        leave = leave and not self.room.gone
        try:
            if leave:
                self.saving.now()
                self._tell_older_decisions()
        finally:
            if self._watch is not None:
                self._watch.cancel()
            others = list(self._visitors.values())
            for visitor in others:
                visitor.link.send(Kind.BYE)
            if leave and not others and not self._awaited and self.saving.is_clean:
                with suppress(SupervisionError), self._store.lock(self.room.id):
                    if self.door.is_ours():  # else it belongs to whoever took over just now
                        self._end_live()
            await self.door.close()
            self._hold.close()
        if overtaken and not self.saving.is_clean and not self.room.gone:
            raise Busy(CHANGED)

    def _closed_before(self) -> datetime | None:
        """Since when somebody may come back who was not there when it was closed; None when nobody may."""
        ended = self._store.ended(self.room.id)
        fresh = ended is not None and self.room.clock() - ended.since < timedelta(seconds=OLD)
        return ended.since if ended is not None and fresh else None

    def _end_live(self) -> None:
        """What is shared ends with the session; whoever comes back all the same finds from where they go on."""
        document, since = self.room.document, self._ended_since
        if self._gone or self._others_until > asyncio.get_running_loop().time():
            since = since or self.room.clock()
        if since is None:
            self._store.drop_live(self.room.id)
        else:
            epochs = {**document.former(), document.epoch: document.version()}
            self._store.end_live(self.room.id, Ended(since, epochs))

    async def _watch_lines(self) -> None:
        """Every few seconds: who still answers, and whether this is still the process that holds the session."""
        while True:
            in_time = await live.rested(self._pace.ping)
            if not self.door.is_ours():
                self.room.stay.overtaken()
                return
            if not self.has_lock:
                with suppress(Busy):  # whoever gave no answer still has it
                    self._hold.enter_context(self._store.hold(self.room.id))
                    self.has_lock = True
            for visitor in self._visitors.values() if in_time else ():
                # Who brings nothing for that long comes again, and others wait for nobody any more.
                if visitor.link.silent_for > self._pace.takeover or (self._is_late(visitor) and not visitor.far):
                    visitor.link.drop()
                elif visitor.link.silent_for > self._pace.offline and visitor.presence.is_here:
                    since = self.room.clock() - timedelta(seconds=int(visitor.link.silent_for))
                    visitor.presence = replace(visitor.presence, lost=since)
                    self._tell_presence()

    @property
    def present(self) -> tuple[Presence, ...]:
        return (*(visitor.presence for visitor in self._visitors.values()), *self._gone.values())

    @property
    def saved(self) -> Saved:
        return self.saving.saved

    # -- doing ------------------------------------------------------------------------------------------------

    def change(self, changes: "Sequence[Change]", by: Who, run: str) -> Session:
        """What is asked for at this keyboard."""
        if self.room.seat.bound:
            for change in changes:
                self._refuse_for_the_other(by, change)
        return self._do(changes, Act(by, self.room.clock(), self.room.seat.how), run=run)

    def undo(self, who: Who) -> bool:
        step = self._steps.pop(who)
        if step is None:
            return False
        self._do(step.restores, Act(who, self.room.clock()), undoable=False)
        self._steps.taken_back(who, step)
        return True

    def redo(self, who: Who) -> bool:
        step = self._steps.pop_undone(who)
        if step is None:
            return False
        self._do(step.restores, Act(who, self.room.clock()), again=True)
        return True

    def _do(
        self,
        changes: "Sequence[Change]",
        act: Act,
        *,
        undoable: bool = True,
        again: bool = False,
        run: str = "",
        token: str = "",
    ) -> Session:
        with ExitStack() as alone:
            if any(isinstance(change, NOT_TAKEN_BACK) for change in changes):
                alone.enter_context(self.saving.unchallenged())
            return self._do_now(changes, act, undoable=undoable, again=again, run=run, token=token)

    def _do_now(
        self, changes: "Sequence[Change]", act: Act, *, undoable: bool, again: bool, run: str, token: str
    ) -> Session:
        before = after = self.room.session
        for change in changes:
            carrying.check_links(self._store, after, change)
            after = apply(carrying.with_newest(self._store, after, change, act), change, act)
        after = notes.normal(carrying.apply_links(before, after, act))
        if after == before:
            return after
        if run:
            after = replace(after, history=_once(after.history, len(before.history)))
        carrying.keep_agreement(self._store, before, after)
        self.room.document.absorb(before, after, token=token)
        if any(isinstance(change, NOT_TAKEN_BACK) for change in changes):
            undoable = False
            self._forget(before, after, act)
        if undoable:
            self._steps.remember(before, after, act, run, again=again)
        if carrying.pending_links(before, after, act):
            self._told.append((before, after, act))
        self.saving.soon(0.0)
        return self.room.session

    # -- after every change of the document -------------------------------------------------------------------

    def touched(self, touched: Touched) -> None:
        """Does what follows from typing, passes the change on, and sees to it that it is saved."""
        if touched.rest:
            self._look_at_rest()
        self._spread()
        if touched.splices and (self._signed or self._marked) and self.door.is_ours():
            if self._signed and not touched.rest:
                self._settle()
            self._marks_follow(touched)
        self.saving.touch(SAVE_WITHIN)

    def _look_at_rest(self) -> None:
        session = self.room.session
        self._signed = bool(session.signatures)
        keys = {(mark.stage, mark.matter) for mark in session.marks}
        self._marked = {key: self.room.document.text(*key) for key in keys}

    def _settle(self) -> None:
        """Words typed after somebody signed: what was signed is no longer what is written."""
        before = self.room.session
        after = settle(before, before, Act(self.room.writer, self.room.clock()))
        if after != before:
            self.room.document.absorb(before, after)

    def _marks_follow(self, touched: Touched) -> None:
        """What is marked stays marked while its line is mended, and no words are kept by a mark once they are gone."""
        for key in touched.splices:
            was = self._marked.get(key)
            if was is None:
                continue
            now = self._marked[key] = self.room.document.text(*key)
            session = self.room.session
            marks = notes.followed(session.marks, *key, was, now)
            if marks != session.marks:
                self.room.document.absorb(session, replace(session, marks=marks))

    def _spread(self) -> None:
        """Passes on what each of the others has not seen."""
        document = self.room.document
        now = document.seen()
        for number, visitor in self._visitors.items():
            if number != self._sender and visitor.seen != now:
                payload = document.bare(document.updates_since(visitor.seen.encode()))
                visitor.link.send(Kind.UPDATE, bytes([(self._sender or 0) % 256]) + payload)
            visitor.seen = now
        self._sender = None  # what follows from it is news to the sender too

    # -- saving -----------------------------------------------------------------------------------------------

    def _take_saving(self, mark: int) -> Kept:
        self._taken[mark] = self.room.document.version()
        self._got[mark] = {
            number: visitor.got for number, visitor in self._visitors.items() if visitor.epoch == self._epoch
        }
        live_state = self.room.document.state() if self._shared else None
        session = replace(self.room.session, revision=self.saving.kept.revision)
        return Kept(session, live_state, mark)

    @property
    def _epoch(self) -> str:
        return self.room.document.epoch

    def _saved(self) -> None:
        if self.saving.is_clean:
            self._tell_older_decisions()
        clean = [mark for mark in self._got if mark <= self.saving.clean]
        got = self._got[max(clean)] if clean else {}
        for mark in clean[:-1]:
            self._got.pop(mark, None)
        for mark in [mark for mark in sorted(self._taken) if mark <= self.saving.clean]:
            self.in_file = self._taken.pop(mark)
        for number, visitor in self._visitors.items():
            self._tell_saved(visitor, got.get(number, 0))
        self.room.tell(None)

    def _tell_saved(self, visitor: Visitor, got: int) -> None:
        saved = self.saving.saved
        shown = replace(saved, at=saved.at.replace(second=0, microsecond=0) if saved.at else None)
        if (visitor.told, visitor.told_got) != (shown, got):  # a line is not used for seconds that nobody sees
            visitor.told, visitor.told_got = shown, got
            values = {"at": saved.at.isoformat() if saved.at else None, "failed": saved.failed, "got": got}
            visitor.link.send(Kind.SAVED, values)

    def _tell_older_decisions(self) -> None:
        while self._told:
            before, after, act = self._told[0]
            carrying.carry_links(self._store, before, after, act)
            self._told.pop(0)

    # -- those who come over a line ---------------------------------------------------------------------------

    async def visit(self, link: Link) -> None:
        """Somebody comes over a line, until it ends."""
        async with asyncio.timeout(self._pace.takeover):
            frame = await link.next()
        if frame is None:
            return
        if frame.kind is not Kind.HELLO:
            raise LinkBroken("What came over the line is no greeting.")
        hello = frame.values()
        try:
            self._check_greeting(hello)
            if hello.get("purpose") == "erase":
                link.send(Kind.DONE, self._erase(hello))
                return
            if hello.get("purpose") == "ask":
                link.send(Kind.DONE, self._answer(hello))
                return
            await self._until_settled(str(hello.get("epoch", "")), link)
            number = self._admit(link, hello)
        except Busy as error:
            self.room.stay.overtaken()
            raise LinkBroken(error.sentence) from error  # they come again, to whoever holds it
        except (Refused, DocumentBroken) as error:
            if not self.room.gone:
                self._note(_why_not(hello, self.room.id), _way(hello))
            link.send(Kind.REFUSED, {"refused": error.sentence, "gone": bool(self.room.gone)})
            return
        visitor = self._visitors[number]
        try:
            async for frame in link.frames():
                self._take(number, visitor, frame)
                if visitor.left:
                    break
        finally:
            self._visitor_gone(number, visitor)

    def _note(self, why: Why, way: Way = Way.LOGIN) -> None:
        refusals.note(why, way, session=self.room.id)

    async def _until_settled(self, epoch: str, link: Link) -> None:
        """Whoever comes from elsewhere than this epoch waits until all that others brought is here.

        What two of them have from before, the first brings, and no epoch ends while somebody still brings what another
        may bring as well.
        """
        while epoch != self._epoch and not link.is_at_end:
            if not any(one.settling and not self._is_late(one) for one in self._visitors.values()):
                return
            await asyncio.sleep(self._pace.greeting / 100)

    def _is_late(self, visitor: Visitor) -> bool:
        late = asyncio.get_running_loop().time() - visitor.settling
        return bool(visitor.settling) and late > self._pace.takeover

    def _settled(self, visitor: Visitor) -> None:
        """All that somebody came with is here, and whoever else had it then does not bring it again."""
        visitor.settling = 0.0
        if visitor.brings is not None:
            brings, visitor.brings = visitor.brings, None
            self.room.document.brought(*brings)

    def _check_greeting(self, hello: dict[str, Any]) -> None:
        if hello.get("protocol") != live.PROTOCOL:
            raise Refused(OTHER_VERSION)
        if hello.get("session") != self.room.id:
            raise Refused("Another session is open here than the one that was asked for.")
        if self.room.gone:
            raise Refused(self.room.gone)

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Carries out what a command asks for, and answers once it is in the file; what was done is not done again."""
        token = str(request.get("token", ""))
        token = token if ids.TOKEN.fullmatch(token) else ids.token()
        try:
            changes = [from_wire(change) for change in listed(request.get("changes", []))]
            how = str(request.get("how") or IN_THE_ROOM)
            # A command typed under another login is not in the room; one whose key is known says so.
            act = Act(str(request.get("by", "")), self.room.clock(), CLAIMED if how == IN_THE_ROOM else how)
            if not self.room.document.has_done(token):
                with ids.seeded(int(token, 16)):
                    self._do(changes, act, undoable=bool(request.get("undoable", True)), token=token)
            self.saving.now()
        except SupervisionError as error:
            return {"refused": error.sentence}
        return {"done": len(changes)}

    def _erase(self, request: dict[str, Any]) -> dict[str, Any]:
        """Erases the record under everybody who has it open: it ends here and for each of them, with a sentence."""
        act = Act(str(request.get("by", "")), self.room.clock(), CLAIMED)
        try:
            session, why = self.room.session, str(request.get("why", ""))
            stone = self.saving.erased(lambda: carrying.erase_held(self._store, session, act, why))
        except SupervisionError as error:
            return {"refused": error.sentence}
        gone = f"{session.called(stone.by)} erased this record. Reason: {stone.why}"
        for visitor in self._visitors.values():
            visitor.link.send(Kind.REFUSED, {"refused": gone, "gone": True})
        self.room.went(gone)
        return {"done": 1}

    def _admit(self, link: Link, hello: dict[str, Any]) -> int:
        session, document = self.room.session, self.room.document
        me, how, bound = said(hello, "me"), said(hello, "how") or CLAIMED, bool(hello.get("bound", False))
        far = bool(hello.get("far"))
        person = rules.who(session, me) if me else ""
        if session.person(person) is None:
            if bound:
                raise Refused(f"{me or 'Nobody'} takes part in no session of this name.")
            person = session.people[0].id
        epoch = str(hello.get("epoch", ""))
        former = document.former()
        values: dict[str, Any] = {"mode": "sync", "version": coded(document.version())}
        if epoch != document.epoch:
            self._share(begin=not document.is_as_seeded)
            base = former.get(epoch) or document.former().get(epoch)
            mode = "rebase" if base else "strange" if epoch else "new"
            values = {"mode": mode, "base": coded(base or b"")}
        else:
            self._share(begin=False)
        self._numbers = self._numbers % 255 + 1
        while self._numbers in self._visitors:
            self._numbers = self._numbers % 255 + 1
        number = self._numbers
        for old, presence in tuple(self._gone.items()):
            if presence.person == person:
                del self._gone[old]
        place = Presence(seat=number, person=person, how=how, stage=session.stage, matter=session.matter)
        values |= {"seat": number, "person": person, "how": how, "bound": bound}
        link.send(Kind.WELCOME, {**values, "epoch": document.epoch})
        if values["mode"] == "sync":
            data = document.updates_since(decoded(str(hello.get("version", ""))))
            link.send(Kind.UPDATE, b"\0" + document.bare(data))
        else:
            link.send(Kind.STATE, document.state())
        if far:
            self._await(person)
        now = asyncio.get_running_loop().time()
        visitor = Visitor(link, person, bound, how, far, place, document.epoch, document.seen(), now)
        if values["mode"] == "rebase" and not bound:
            version = decoded(str(hello.get("version", "")))
            if document.beyond(version, base or b""):
                visitor.brings = epoch, version
        self._visitors[number] = visitor
        self._tell_saved(visitor, 0)
        self._tell_presence()
        return number

    def _share(self, *, begin: bool) -> None:
        """Somebody comes: what was deleted before must not reach them, and what they send must find its document.

        Busy, and nothing has begun, when somebody else has written the record: two who begin an epoch would part.
        """
        if begin or not self._shared:
            with self.saving.unchallenged():
                self._shared = True
                if begin:
                    self._begin_epoch()
                else:
                    self._save_now()

    def _save_now(self) -> None:
        self.saving.touch(0.0)
        with suppress(SupervisionError):  # it is tried again, and said until it works
            self.saving.now()

    def bring_in(self, state: bytes) -> bool:
        """What was shared by whoever held the session before and saved it just now; whether it has to do with this.

        DocumentBroken.
        """
        document = self.room.document
        there = Document.from_state(state)
        if there.epoch == document.epoch:
            document.merge(state)
        elif base := document.former().get(there.epoch):  # they stood still while this one began
            epoch, ended = there.epoch, there.version()
            if there.beyond(ended, base):
                there.adopt(document.state(), base)
                document.merge(there.state())
                document.brought(epoch, ended)
        elif base := there.former().get(document.epoch):
            epoch, ended = document.epoch, document.version()
            visitors, self._visitors = self._visitors, {}  # they hear of it all at once
            try:
                document.adopt(state, base)
                document.brought(epoch, ended)
            finally:
                self._visitors = visitors
            self._know_nothing_of_the_file()
            self._tell_epoch(ended)
        else:
            return False
        return True

    def _begin_epoch(self, *, forget: bool = False) -> None:
        """Goes on in a new epoch. It is in the file before anybody hears of it: nobody is in one that nobody finds."""
        document = self.room.document
        ended = document.forget() if forget else document.begin_epoch()
        self._know_nothing_of_the_file()
        self._save_now()
        self._tell_epoch(ended, forget=forget)

    def _know_nothing_of_the_file(self) -> None:
        self._taken.clear()
        self.in_file = b""

    def _tell_epoch(self, base: bytes, *, forget: bool = False) -> None:
        """Everybody goes on in the epoch that has begun, with what they wrote after `base` in the one before."""
        document, now = self.room.document, asyncio.get_running_loop().time()
        for visitor in self._visitors.values():
            visitor.link.send(Kind.EPOCH, {"base": coded(base), "epoch": document.epoch, "forget": forget})
            visitor.link.send(Kind.STATE, document.state())
            visitor.epoch, visitor.seen, visitor.settling = "", document.seen(), now

    def _forget(self, before: Session, after: Session, act: Act) -> None:
        """What was taken out of the record is in no history, no step to take back and no draft any more."""
        self._steps.forget()
        carrying.after_taking_out(self._store, before, after, act)
        self._begin_epoch(forget=True)

    def _visitor_gone(self, number: int, visitor: Visitor) -> None:
        self._visitors.pop(number, None)
        self._gate.forget(number)
        if not visitor.left:
            lost = visitor.presence.lost or self.room.clock()
            self._gone[number] = replace(visitor.presence, lost=lost)
            if visitor.far:
                self._await(visitor.person)
        elif self._awaited.pop(visitor.person, None):
            self._keep_awaited()
        self._tell_presence()

    def _await(self, person: Who) -> None:
        self._awaited[person] = self.room.clock()
        self._keep_awaited()

    def _keep_awaited(self) -> None:
        with suppress(SupervisionError):  # then what they wrote is offered to them, instead of coming in by itself
            self._store.keep_awaited(self.room.id, self._awaited)

    def _take(self, number: int, visitor: Visitor, frame: Frame) -> None:
        if visitor.presence.lost is not None:
            visitor.presence = replace(visitor.presence, lost=None)
            self._tell_presence()
        if frame.kind in (Kind.UPDATE, Kind.CHANGE) and not self.door.is_ours():
            self.room.stay.overtaken()
            raise LinkBroken("Somebody else holds this session now.")
        match frame.kind:
            case Kind.UPDATE:
                if visitor.epoch == self._epoch:  # else it comes again, once they have heard of the new one
                    self._take_words(number, visitor, frame.body)
            case Kind.CHANGE:
                visitor.link.send(Kind.DONE, self._take_change(visitor, frame.values()))
                visitor.got += 1
                self.saving.touch()
            case Kind.PRESENCE:
                moved = visitor.presence.moved(frame.values())
                if self.room.session.pack.stage(moved.stage) is not None:
                    visitor.presence = moved
                    self.room.forget_place(number)
                if visitor.settling and visitor.epoch == self._epoch:  # it comes after their words
                    self._settled(visitor)
                self._tell_presence()
            case Kind.ADOPTED:
                if frame.values().get("epoch") == self._epoch:
                    visitor.epoch, visitor.got = self._epoch, 0
            case Kind.BYE:
                visitor.left = True
            case _:
                raise LinkBroken("What came over the line has no place there.")

    def _take_words(self, number: int, visitor: Visitor, body: bytes) -> None:
        document = self.room.document
        data = document.dressed(body)
        session = self.room.session
        authors = {visitor.person} if visitor.bound else {person.id for person in session.people}
        try:
            self._gate.check(data, number, frozenset(authors), self._may_write, vouches=not visitor.bound)
        except SupervisionError as error:
            self._set_right(visitor, error)
            return
        visitor.got += 1
        if visitor.brings is not None:
            # Before the words themselves: nobody has these without knowing that they were brought.
            brings, visitor.brings = visitor.brings, None
            document.brought(*brings)
        self._sender = number
        try:
            with self.room.typing(number):
                document.merge(data)
        finally:
            self._sender = None  # also where nothing came of it: it was here already
        visitor.presence = self.room.placed(visitor.presence)

    def _may_write(self, key: NoteKey, words: str) -> None:
        session = self.room.session
        if session.state == "signed":
            raise Refused(LOCKED)
        known = session.pack.stage(key[0]) is not None and any(matter.n == key[1] for matter in session.matters)
        if not known and session.note(*key) is None:
            raise Refused("There is no such place for notes in this session.")
        text.check_note(words)

    def _set_right(self, visitor: Visitor, error: SupervisionError) -> None:
        """Somebody has words that cannot come in: they get the session as it is, and keep theirs apart."""
        visitor.wrongs += 1
        self._note(Why.WORDS if visitor.wrongs <= WRONGS else Why.ENDED, visitor.way)
        if visitor.wrongs > WRONGS:
            visitor.link.send(Kind.REFUSED, {"refused": error.sentence})
            raise LinkBroken(error.sentence)
        visitor.link.send(Kind.EPOCH, {"base": "", "epoch": self._epoch, "why": error.sentence})
        visitor.link.send(Kind.STATE, self.room.document.state())
        visitor.epoch, visitor.seen = "", self.room.document.seen()

    def _take_change(self, visitor: Visitor, values: dict[str, Any]) -> dict[str, Any]:
        token = str(values.get("token", ""))
        try:
            if not ids.TOKEN.fullmatch(token):
                raise Refused("What was asked for has no name.")
            if self.room.document.has_done(token):
                return {"token": token}
            by = visitor.person if visitor.bound else rules.participant(self.room.session, str(values.get("by", "")))
            self.room.refuse_if_elsewhere(by, but=visitor.presence.seat)
            with ids.seeded(int(token, 16)):
                self._take_deed(visitor, values, by, token)
        except SupervisionError as error:
            return {"token": token, "refused": error.sentence}
        return {"token": token}

    def _take_deed(self, visitor: Visitor, values: dict[str, Any], by: Who, token: str) -> None:
        verb = values.get("verb")
        if verb in ("undo", "redo"):
            done = self.undo(by) if verb == "undo" else self.redo(by)
            if not done:
                raise Refused("There is nothing of yours to take back." if verb == "undo" else "There is nothing left.")
            return
        changes = [from_wire(change) for change in listed(values.get("changes", []))]
        for change in changes:
            self._refuse_what_is_not_theirs(visitor, change)
        act = Act(by, self.room.clock(), visitor.how)
        self._do(changes, act, run=str(values.get("run", ""))[:80], token=token)

    def _refuse_what_is_not_theirs(self, visitor: Visitor, change: "Change") -> None:
        try:
            self._refuse_what_nobody_asks_for(change)
            if visitor.bound:
                self._refuse_for_the_other(visitor.person, change)
        except Refused:
            self._note(Why.CHANGE, visitor.way)
            raise

    def _refuse_what_nobody_asks_for(self, change: "Change") -> None:
        if isinstance(change, BY_THE_PROGRAM):
            raise Refused("That is nothing anybody asks for.")
        if isinstance(change, TakeAgreement) and (
            change.agreement != self._store.agreements.newest(change.agreement.parties)
        ):
            raise Refused("That is not the newest version of this agreement.")

    def _refuse_for_the_other(self, person: Who, change: "Change") -> None:
        """Whoever is known by a key or a code says nothing for somebody else."""
        if isinstance(change, CorrectName | SetLineManager) and (
            rules.participant(self.room.session, change.person) != rules.who(self.room.session, person)
        ):
            raise Refused("That is for the other person to say.")

    # -- who is here ------------------------------------------------------------------------------------------

    def show_place(self) -> None:
        self._tell_presence(own=False)

    def _tell_presence(self, *, own: bool = True) -> None:
        everybody = [*self.room.at_this_keyboard, *self.present]
        for number, visitor in self._visitors.items():
            others = [presence.to_wire() for presence in everybody if presence.seat != number]
            visitor.link.send(Kind.PRESENCE, {"here": others})
        if own:
            self.room.tell(None)


def _once(history: tuple[Event, ...], known: int) -> tuple[Event, ...]:
    """The history without a new line that says only what the line before it says already."""
    new = [
        event
        for last, event in zip(history[known - 1 :], history[known:], strict=False)
        if (last.by, last.kind, last.id) != (event.by, event.kind, event.id)
    ]
    return (*history[:known], *new) if known else history


def _why_not(hello: dict[str, Any], session: str) -> Why:
    if hello.get("protocol") != live.PROTOCOL:
        return Why.VERSION
    return Why.SESSION if hello.get("session") != session else Why.NOBODY


def _way(hello: dict[str, Any]) -> Way:
    return _by_which_way(str(hello.get("how", "")), bool(hello.get("far")))


def _by_which_way(how: str, far: bool) -> Way:
    if how.startswith("own key "):
        return Way.KEY
    return Way.CODE if how == "code" else Way.FAR if far else Way.LOGIN
