"""One link: frames out, frames in, and whether the other side still answers."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Self

from supervision.errors import LinkBroken
from supervision.live import frames
from supervision.live.frames import MAGIC, Frame, Kind

WAITING = 4 * 2**20
"""Bytes that may wait for a reader who does not take them; beyond that the link is dropped and made anew."""


_LATE = 0.05
"""Seconds by which any timer may be late."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things may take, in seconds."""

    ping: float = 5.0
    """Between two questions whether the other side is still there."""
    offline: float = 12.0
    """Without an answer, until it is said that the line is lost."""
    takeover: float = 15.0
    """Without an answer, until somebody else holds the session."""
    greeting: float = 2.0
    """For the first answer to somebody who dials."""


async def rested(seconds: float) -> bool:
    """Sleeps that long; False when it took much longer, because this process did not run meanwhile.

    Whoever answered in that time has not been heard yet, and must not be taken for silent.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + 2 * seconds + _LATE
    await asyncio.sleep(seconds)
    return loop.time() <= until


class Link:
    """A stream of frames to one other process. Its owner reads `frames` until they end, then `close`s it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pace: Pace | None = None) -> None:
        self._reader = reader
        self._writer = writer
        self.pace = pace or Pace()
        self._pinging: asyncio.Task[None] | None = None
        self.heard = self._now()
        """When the other side last sent anything, by the loop's clock."""
        self.closed = False
        self.has_spoken = False
        """Whether the other side has sent any frame."""

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    @property
    def silent_for(self) -> float:
        """Seconds since the other side last sent anything."""
        return self._now() - self.heard

    @property
    def is_at_end(self) -> bool:
        """Whether the other side has gone, and all it said was read."""
        return self._reader.at_eof() or self._reader.exception() is not None

    def begin(self, *, asks: bool = True) -> Self:
        """Writes what each side writes first, and asks from now on whether the other side is there, if it `asks`."""
        self._write(MAGIC)
        if asks:
            self._pinging = asyncio.get_running_loop().create_task(self._ping())
        return self

    async def greeted(self) -> None:
        """Reads what the other side writes first, whatever was printed before it; LinkBroken when it does not come."""
        passed = 0
        while True:
            try:
                line = await self._reader.readuntil(b"\n")
            except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError) as error:
                raise LinkBroken("There is no answer at the other end of the line.") from error
            if line.endswith(MAGIC):
                self.heard = self._now()
                return
            passed += len(line)
            if passed > frames.NOISE:
                raise LinkBroken("Something else answers at the other end of the line.")

    def send(self, kind: Kind, body: bytes | dict[str, Any] = b"") -> None:
        """Sends a frame as soon as the line takes it."""
        frame = Frame.of(kind, body) if isinstance(body, dict) else Frame(kind, body)
        self._write(frame.packed())

    def _write(self, data: bytes) -> None:
        if self.closed or self._writer.is_closing():
            return
        self._writer.write(data)
        if self._writer.transport.get_write_buffer_size() > WAITING:
            self.drop()

    async def next(self) -> Frame | None:
        """The next frame that is not about the line itself; None when the link has ended."""
        while (frame := await self.any()) is not None:
            if frame.kind is Kind.PING:
                self.send(Kind.PONG)
            elif frame.kind is not Kind.PONG:
                return frame
        return None

    async def any(self) -> Frame | None:
        """The next frame, also one about the line itself, which then nobody has answered."""
        frame = await frames.read(self._reader)
        if frame is None or self.closed:
            return None
        self.heard = self._now()
        self.has_spoken = True
        return frame

    async def frames(self) -> AsyncIterator[Frame]:
        """Every frame until the link ends. LinkBroken when one is malformed."""
        while (frame := await self.next()) is not None:
            yield frame

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(self.pace.ping)
            self.send(Kind.PING)

    async def drop_when_silent(self, seconds: float) -> None:
        """Ends the link once nothing has come over it for that long, while this process ran."""
        in_time = True
        while self.silent_for <= seconds or not in_time:
            in_time = await rested(min(self.pace.ping, max(seconds - self.silent_for, 0.0) + 0.01))
        self.drop()

    def drop(self) -> None:
        """Ends the link at once; whoever reads its frames finds that they have ended."""
        self.closed = True
        if self._pinging is not None:
            self._pinging.cancel()
        transport = self._writer.transport
        if not transport.is_closing() or transport.get_write_buffer_size():  # one that is closed cannot be aborted
            transport.abort()
        self._reader.feed_eof()

    async def close(self) -> None:
        """Sends what still waits, for a moment, and ends the link."""
        if self._pinging is not None:
            self._pinging.cancel()
        if not self.closed:
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(1):
                    await self._writer.drain()
        self.closed = True
        self._writer.close()
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(1):
                await self._writer.wait_closed()
