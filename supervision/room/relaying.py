"""Between a line that comes from elsewhere and whoever holds the session on this machine.

If nobody holds it, this process does, for as long as the line lasts. Whoever is at the other end is who the relay was
told they are, whatever they say; what they send is judged where the session is held.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from supervision import live
from supervision.errors import Busy, LinkBroken, SupervisionError
from supervision.live import Frame, Kind, Link, Pace
from supervision.model.values import Session
from supervision.room.hosting import Host
from supervision.room.joining import Guest
from supervision.room.presence import Presence
from supervision.room.room import Room, local_now
from supervision.room.seat import CLAIMED, Seat
from supervision.room.stay import Stay
from supervision.store import Store

THEIRS = ("protocol", "epoch", "version")
"""What of a greeting is for whoever is far away to say; who they are is not, where a key says it."""

Result = TypeVar("Result")


class NobodysStay(Stay):
    """It finds whoever holds the session, or holds it for those who come over a line."""

    found: Link | None = None

    async def reach(self, silent_since: float | None) -> Link:
        """A link to whoever holds the session, which may be this process from now on."""
        await self.come_in(silent_since)
        link = self.found or await self.dial_here(self.room.pace)
        if link is None:
            raise LinkBroken("There is no answer at the other end of the line.")
        return link

    async def dial_here(self, pace: Pace) -> Link | None:
        # Whoever is far away asks and answers for themselves: of a line that is lost nobody says "here".
        return await live.dial(live.address(self.room.store.folder, self.room.id), pace, asks=False)

    async def _join(self, patience: float) -> bool:
        pace = self.room.pace
        self.found = await self.dial_here(replace(pace, greeting=min(pace.greeting, patience)))
        return self.found is not None

    def _recover(self, kept: Session) -> tuple[bool, bytes]:
        self.room.writer = kept.people[0].id  # by whom it is that a signature falls after words of somebody else
        return super()._recover(kept)

    async def _make_way(self, host: Host, guest: Guest) -> None:
        # Whoever is far away comes to whoever took over by a room that knows nothing yet.
        await host.close(leave=False)

    async def leave(self) -> None:
        self._leaving = True
        try:
            await self._stop()
        finally:
            if isinstance(self.role, Host):
                with suppress(Busy):  # somebody else holds it, and those whose words these are bring them there
                    await self.role.close()


class EmptyRoom(Room):
    """A room in which nobody sits, for those who come over a line."""

    stay: NobodysStay

    kind_of_stay = NobodysStay

    @property
    def at_this_keyboard(self) -> tuple[Presence, ...]:
        return ()


class Relay:
    """Between a line and the session, until the line ends. `seat` is who a key says is at the other end; without one it
    is somebody of this account, who says it themselves.
    """

    def __init__(
        self,
        store: Store,
        session_id: str,
        line: Link,
        *,
        seat: Seat | None = None,
        clock: Callable[[], datetime] = local_now,
        pace: Pace | None = None,
    ) -> None:
        self.store = store
        self.id = session_id
        self.line = line
        self.seat = seat
        self.clock = clock
        self.pace = pace or Pace()
        self._greeting: dict[str, Any] | None = None
        self._inner: Link | None = None
        self._serving: asyncio.Task[None] | None = None
        self._silent_since: float | None = None
        self._over = asyncio.Event()

    async def run(self) -> None:
        """Carries frames until the other end leaves or the line ends; SaveFailed when last words could not be kept."""
        watch = asyncio.get_running_loop().create_task(self._watch())
        try:
            self.line.begin(asks=False)
            async with asyncio.timeout(self.pace.takeover):
                await self.line.greeted()
            while (frame := await self.line.any()) is not None:
                self._take(frame)
                if frame.kind is Kind.BYE:
                    break
        finally:
            watch.cancel()
            self._over.set()
            if self._serving is not None:
                await asyncio.wait([self._serving])
            await self.line.close()
        if self._serving is not None:
            self._serving.result()

    def leave(self) -> None:
        """Ends as if the line had ended: what was written is kept first."""
        self.line.drop()

    def _take(self, frame: Frame) -> None:
        """A frame from the other end: passed on, or passed over while nobody is there to get it."""
        if frame.kind is Kind.HELLO:
            self._greeting = frame.values()
            if self._inner is not None:  # they want to begin again, because they hear nothing
                self._inner.drop()
            if self._serving is None or self._serving.done():
                if self._serving is not None:
                    self._serving.result()
                self._serving = asyncio.get_running_loop().create_task(self._serve())
        elif self._inner is not None:
            self._inner.send(frame.kind, frame.body)
        elif frame.kind is Kind.PING:
            self.line.send(Kind.PONG)

    async def _watch(self) -> None:
        """Whoever gives no answer for long has gone, on either side; the system may need minutes to find out."""
        in_time = True
        while self.line.silent_for <= self.pace.takeover or not in_time:
            in_time = await live.rested(self.pace.ping)
            if in_time and self._inner is not None and self._inner.silent_for > self.pace.offline - self.pace.ping / 2:
                self._inner.drop()
        self.line.drop()

    async def _serve(self) -> None:
        """Carries what comes from whoever holds the session, and goes on to the next one who does when they leave."""
        while self._greeting is not None and not self._over.is_set():
            greeting, self._greeting = self._greeting, None
            room = EmptyRoom(self.store, self.id, clock=self.clock, pace=self.pace)
            try:
                await self._serve_in(room, greeting)
            except LinkBroken:
                pass  # it ended in the greeting; the other end greets again
            except SupervisionError as error:
                self.line.send(Kind.REFUSED, {"refused": error.sentence})
                return
            finally:
                await room.close()
            if self._greeting is None:
                self.line.send(Kind.BYE)

    async def _serve_in(self, room: EmptyRoom, greeting: dict[str, Any]) -> None:
        inner = await self._unless_over(room.stay.reach(self._silent_since))
        if inner is None:
            return
        try:
            inner.send(Kind.HELLO, self._vouched(greeting))
            self._inner = inner
            await self._unless_over(self._carry(inner))
        finally:
            self._inner = None
            await inner.close()

    async def _unless_over(self, doing: Coroutine[Any, Any, Result]) -> Result | None:
        """What comes of it; None when the line ended first."""
        loop = asyncio.get_running_loop()
        task, over = loop.create_task(doing), loop.create_task(self._over.wait())
        await asyncio.wait({task, over}, return_when=asyncio.FIRST_COMPLETED)
        for one in (task, over):
            one.cancel()
        await asyncio.wait({task, over})
        return None if task.cancelled() else task.result()

    async def _carry(self, inner: Link) -> None:
        while (frame := await inner.any()) is not None:
            if frame.kind is not Kind.BYE:
                self.line.send(frame.kind, frame.body)
        self._silent_since = inner.heard

    def _vouched(self, greeting: dict[str, Any]) -> dict[str, Any]:
        """The greeting with what this side knows in place of what the other end says."""
        said = {key: greeting[key] for key in THEIRS if key in greeting}
        seat = self.seat or Seat(str(greeting.get("me", "")), CLAIMED)
        who = {"me": seat.me, "how": seat.how, "bound": seat.bound}
        return {**said, **who, "session": self.id, "purpose": "join", "far": True}
