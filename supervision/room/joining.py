"""A process that joins a session which another one holds: it has all of it, writes at once, and asks for the rest.

What is asked for is shown as if it were done, until the answer comes; while the line is lost it waits, and is asked for
again when there is one, under the same token, so that nothing is done twice.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from supervision import text
from supervision.document import NoteKey, Touched
from supervision.errors import BadInput, Damaged, DocumentBroken, LinkBroken, Refused, SupervisionError
from supervision.live import Frame, Kind, Link
from supervision.model import ids
from supervision.model.apply import Act, apply
from supervision.model.changes import Acknowledge, Agree, Change, Sign, from_wire, to_wire
from supervision.model.values import Run, Session, Who
from supervision.room.presence import Line, Presence, decoded, listed, moment, said, whole
from supervision.room.saving import Saved

if TYPE_CHECKING:
    from supervision.room.room import Room
    from supervision.store import Waiting

NEEDS_LINE = (Agree, Sign, Acknowledge)
"""What is said to exactly what the other sees, so it waits for the line instead of being sent later."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Something asked for that has no answer yet."""

    token: str
    by: Who
    act: Act
    changes: tuple[Change, ...] = ()
    run: str = ""
    verb: str = "change"

    @classmethod
    def from_kept(cls, values: Mapping[str, Any]) -> "Asked":
        """What was kept of it, from `to_wire` and when it was asked for; KeyError, TypeError, ValueError, BadInput."""
        by, token = str(values["by"]), str(values["token"])
        int(token, 16)
        return cls(
            token=token,
            by=by,
            act=Act(by, datetime.fromisoformat(values["at"])),
            changes=tuple(from_wire(change) for change in values["changes"]),
            run=str(values["run"]),
            verb=str(values["verb"]),
        )

    def to_wire(self) -> dict[str, Any]:
        return {
            "token": self.token,
            "by": self.by,
            "verb": self.verb,
            "run": self.run,
            "changes": [to_wire(change) for change in self.changes],
        }


class Guest:
    """Takes part in a session that another process holds. `link` is None while there is no line to it."""

    def __init__(self, room: "Room") -> None:
        self.room = room
        self.link: Link | None = None
        self.line = Line()
        self.seat = 0
        self.person: Who = ""
        """Who one is, as whoever holds the session knows it."""
        self.asked: dict[str, Asked] = {}
        self._done = 0
        """Changes of this keyboard that can be taken back."""
        self._undone = 0
        self._sent = 0
        self._got = 0
        self._flushed = b""
        """What whoever holds the session has been sent, or sent us."""
        self.acknowledged = b""
        """What whoever holds the session has for certain, as a version of the document."""
        self.has_held = False
        """Whether this process held the session until now: then `acknowledged` is what it had in the file itself."""
        self._marks: dict[int, bytes] = {}
        self._host_saved = Saved()
        self._present: tuple[Presence, ...] = ()
        self._news = asyncio.Event()

    # -- what outlives this process ---------------------------------------------------------------------------

    def waiting(self) -> "Waiting":
        """What has not arrived yet, to be kept."""
        from supervision.store import Waiting

        return Waiting(
            since=self.line.lost or self.room.clock(),
            state=self.room.document.state(),
            acknowledged=self.acknowledged,
            asked=tuple({**asked.to_wire(), "at": asked.act.now.isoformat()} for asked in self.asked.values()),
            offered=tuple(
                {"stage": stage, "matter": matter, "runs": [[run.by, run.text] for run in runs]}
                for (stage, matter), runs in self.room.offered
            ),
        )

    def take_up(self, waiting: "Waiting") -> None:
        """Goes on from what was kept. Damaged when it makes no sense."""
        self.acknowledged = waiting.acknowledged
        try:
            for values in waiting.asked:
                asked = Asked.from_kept(values)
                self.asked[asked.token] = asked
            self.room.offered += [
                (
                    (str(kept["stage"]), int(kept["matter"])),
                    tuple(Run(str(by), text.clean(words)) for by, words in kept["runs"]),
                )
                for kept in waiting.offered
            ]
        except (KeyError, TypeError, ValueError, BadInput) as error:
            raise Damaged(
                "What you wrote while the line was lost cannot be read back here. Its file stays as it is."
            ) from error

    # -- the line ---------------------------------------------------------------------------------------------

    def attach(self, link: Link, welcome: dict[str, Any], payload: bytes) -> None:
        """Goes on over a new line. LinkBroken or DocumentBroken when what came over it makes no sense."""
        document = self.room.document
        mode = str(welcome.get("mode"))
        words: dict[NoteKey, tuple[Run, ...]] = {}
        self.seat = whole(welcome.get("seat", 0))
        self.person = said(welcome, "person")
        if mode == "sync":
            document.merge(document.dressed(payload[1:]))
            theirs = decoded(str(welcome.get("version", "")))
        elif mode == "rebase":
            mine = self.person if welcome.get("bound") else ""  # nothing else would be taken from them
            theirs = document.adopt(payload, decoded(str(welcome.get("base", ""))), by=mine)
        elif mode == "strange":
            theirs, words = self.go_on_in(payload)
        elif mode == "new":
            theirs = document.version()
        else:
            raise LinkBroken("What came over the line could not be understood.")
        self.link, self.line, self.has_held = link, Line(), False
        self._sent = self._got = 0
        self._marks.clear()
        self._flushed = theirs
        self.acknowledged = theirs
        self._flush()
        for asked in tuple(self.asked.values()):
            if document.has_done(asked.token):
                del self.asked[asked.token]
            else:
                self._send(Kind.CHANGE, asked.to_wire())
        self.show_place()
        if words:
            self.room.offer(words)
        self.room.tell(None)

    def go_on_in(self, state: bytes) -> tuple[bytes, dict[NoteKey, tuple[Run, ...]]]:
        """Goes on in a document that knows nothing of this one: the version of it, and words to be offered.

        Whoever held the session knows to the letter what of it the other began from, and takes the rest along; of
        anybody else's words nobody knows whether they are there already.
        """
        document, known = self.room.document, self.acknowledged
        if known and self.has_held:
            return document.adopt(state, document.all_but_own_since(known)), {}
        words = document.written_since(known) if known else {}
        return document.adopt(state, document.version()), words

    async def run(self) -> None:
        """Takes in what comes until the line ends. Refused when whoever holds the session ends it."""
        assert self.link is not None
        link = self.link
        watch = asyncio.get_running_loop().create_task(link.drop_when_silent(link.pace.offline))
        try:
            async for frame in link.frames():
                await self._take(link, frame)
                if frame.kind is Kind.BYE:
                    break
        except (LinkBroken, DocumentBroken):
            pass  # a fresh line, and a fresh comparison of what each has, puts it right
        finally:
            watch.cancel()
            self.link = None
            self.line = Line(self.room.clock())
            self._news.set()
            await link.close()

    async def _take(self, link: Link, frame: Frame) -> None:
        document = self.room.document
        match frame.kind:
            case Kind.UPDATE:
                with self.room.typing(frame.body[:1][0] if frame.body else 0):
                    if not document.merge(document.dressed(frame.body[1:])):
                        raise LinkBroken("Something that came before is missing.")
                self._flushed = document.version()
                for token in [token for token in self.asked if document.has_done(token)]:
                    del self.asked[token]
            case Kind.DONE:
                self._answered(frame.values())
            case Kind.SAVED:
                self._told_saved(frame.values())
            case Kind.PRESENCE:
                here = listed(frame.values().get("here", []))
                self._present = tuple(Presence.from_wire(values) for values in here)
                self.room.forget_place()
                self.room.tell(None)
            case Kind.EPOCH:
                await self._adopt(link, frame.values())
            case Kind.REFUSED:
                values = frame.values()
                if values.get("gone"):
                    self.room.went(said(values, "refused"))
                raise Refused(said(values, "refused"))
            case Kind.BYE:
                pass
            case _:
                raise LinkBroken("What came over the line has no place there.")
        self._news.set()

    async def _adopt(self, link: Link, values: dict[str, Any]) -> None:
        document = self.room.document
        following = await link.next()
        if following is None or following.kind is not Kind.STATE:
            raise LinkBroken("Something that came before is missing.")
        words: dict[NoteKey, tuple[Run, ...]] = {}
        if values.get("why"):  # what is here cannot come in there: it is kept apart
            words = document.written_since(self.acknowledged)
            theirs = document.adopt(following.body, document.version())
        else:
            forget = bool(values.get("forget"))
            theirs = document.adopt(following.body, decoded(str(values.get("base", ""))), forget=forget)
            if forget:
                self._done = self._undone = 0
        link.send(Kind.ADOPTED, {"epoch": document.epoch})
        self._sent = self._got = 0
        self._marks.clear()
        self._flushed = self.acknowledged = theirs
        self._flush()
        self.show_place()  # after it, so that it says as well that nothing more comes of before
        if words:
            self.room.offer(words, said(values, "why"))

    def _told_saved(self, values: dict[str, Any]) -> None:
        at, got = moment(values.get("at")), whole(values.get("got", 0))
        self._host_saved, self._got = Saved(at=at, failed=said(values, "failed")), got
        for mark in [mark for mark in self._marks if mark <= self._got]:
            self.acknowledged = self._marks.pop(mark)
        self.room.tell(None)

    def _answered(self, values: dict[str, Any]) -> None:
        asked = self.asked.pop(str(values.get("token")), None)
        refused = said(values, "refused")
        if asked is not None and refused:
            if asked.verb == "change":
                self._done = max(self._done - 1, 0)
            self.room.say(refused)
        self.room.changed_elsewhere()

    # -- doing ------------------------------------------------------------------------------------------------

    @property
    def present(self) -> tuple[Presence, ...]:
        return self._present

    @property
    def saved(self) -> Saved:
        """What is true of one's own words: in the file, on their way, or waiting for the line."""
        unsent = self.link is None and (not self._flushed or self.room.document.is_beyond(self._flushed))
        waiting = unsent or self._got < self._sent or bool(self.asked)
        return Saved(at=self._host_saved.at, waiting=waiting, failed=self._host_saved.failed)

    def change(self, changes: Sequence[Change], by: Who, run: str) -> Session:
        """Asks for changes, after seeing that the rules allow them; Refused at once when they do not."""
        if self.link is None and any(isinstance(change, NEEDS_LINE) for change in changes):
            raise Refused("The line is lost. This waits until it is back, because you both say it to the same words.")
        asked = Asked(ids.token(), by, Act(by, self.room.clock(), self.room.seat.how), tuple(changes), run)
        before = self.room.session
        after = self.predicted(before, asked)
        if after == before:
            return before
        if not run or not any(other.run == run for other in self.asked.values()):
            self._done += 1
        self._undone = 0
        self._ask(asked)
        return self.room.session

    def predicted(self, session: Session, asked: Asked) -> Session:
        """The session as it will be once this is done."""
        with ids.seeded(int(asked.token, 16)):
            for change in asked.changes:
                session = apply(session, change, asked.act)
        return session

    def foreseen(self, session: Session) -> Session:
        """The session with all that is asked for and not done yet."""
        for asked in self.asked.values():
            if self.room.document.has_done(asked.token):
                continue
            try:
                session = self.predicted(session, asked)
            except SupervisionError:
                continue  # it will be refused there too, and said then
        return session

    def undo(self, who: Who) -> bool:
        return self._turn(who, "undo")

    def redo(self, who: Who) -> bool:
        return self._turn(who, "redo")

    def _turn(self, who: Who, verb: str) -> bool:
        there = self._done if verb == "undo" else self._undone
        if not there:
            return False
        if self.link is None:
            raise Refused("The line is lost. Taking back waits until it is there again.")
        step = 1 if verb == "undo" else -1
        self._done, self._undone = self._done - step, self._undone + step
        self._ask(Asked(ids.token(), who, Act(who, self.room.clock()), verb=verb))
        return True

    def _ask(self, asked: Asked) -> None:
        self.asked[asked.token] = asked
        self._send(Kind.CHANGE, asked.to_wire())
        self.room.changed_elsewhere()

    def touched(self, touched: Touched) -> None:
        if touched.local:
            self._flush()

    def _flush(self) -> None:
        """Sends what was written here and is not there yet."""
        document = self.room.document
        now = document.version()
        if self.link is None or not document.is_beyond(self._flushed):
            return
        self._send(Kind.UPDATE, document.bare(document.updates_since(self._flushed)))
        self._flushed = self._marks[self._sent] = now

    def _send(self, kind: Kind, body: bytes | dict[str, Any]) -> None:
        if self.link is not None:
            self.link.send(kind, body)
            self._sent += 1

    def show_place(self) -> None:
        if self.link is not None:
            self.link.send(Kind.PRESENCE, self.room.own_presence.to_wire())

    # -- leaving ----------------------------------------------------------------------------------------------

    async def answers(self, seconds: float) -> bool:
        """Whether whoever holds the session answers within that time: then they have read all that was sent before."""
        if self.link is None:
            return False
        asked = asyncio.get_running_loop().time()
        self.link.send(Kind.PING)
        await self.all_kept(seconds)
        return self.link is not None and self.link.heard > asked

    async def all_kept(self, seconds: float) -> bool:
        """Waits until everything of one's own is in the file; False when the line ends, or it takes too long."""
        try:
            async with asyncio.timeout(seconds):
                while self.link is not None and self.saved.waiting:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            return False
        return self.link is not None
