"""The line to a session on another machine: a program, such as ssh, whose input and output lead to a relay there."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import IO

from supervision.errors import LinkBroken, Refused
from supervision.live.frames import MAGIC, NOISE, Frame, Kind
from supervision.live.link import Link, Pace
from supervision.live.pipes import PipeLink

_REMEMBERED = 5
"""Lines of what the program said that are kept, to say why there is no line."""
LEAVING = 2.0
"""Seconds that the program has to end by itself once its input has ended."""


class _AwayLink(PipeLink):
    """A link that outlasts whoever holds the session there: after a BYE one greets again over the same line."""

    is_free = False

    async def any(self) -> Frame | None:
        frame = await super().any()
        if frame is not None and frame.kind is Kind.BYE:
            self.is_free = True
        return frame

    async def close(self) -> None:
        if self.is_free:
            self.closed = True
        else:
            await super().close()

    def again(self) -> Link | None:
        """The same link for another greeting; None when there is no line any more."""
        if not self.is_free or self._coming.is_closing():
            return None
        self.is_free = self.closed = False
        return self


class Away:
    """Runs `first` to come there, and `again` whenever that line was lost. Close it when one leaves.

    The first time the program may ask on the terminal, so it is run before there is an interface; later it may not.
    """

    def __init__(self, first: Sequence[str], again: Sequence[str]) -> None:
        self._again = tuple(again)
        self._process: subprocess.Popen[bytes] | None = None
        self._begun: bytes | None = None
        self._link: _AwayLink | None = None
        self._said: deque[str] = deque(maxlen=_REMEMBERED)
        self._listening: threading.Thread | None = None
        self._aloud = True
        self._first = tuple(first)

    # -- before there is an interface -------------------------------------------------------------------------

    def connect(self) -> None:
        """Comes there, however long it takes to answer what the program asks. Refused when it ends instead."""
        self._start(self._first)
        try:
            self._begun = self._heard()
        except BaseException:  # they changed their mind
            assert self._process is not None
            self._process.terminate()  # so that it puts the terminal right
            self._process.wait()
            raise
        if self._begun is None:
            assert self._listening is not None
            self._listening.join(LEAVING)  # what it says last may come after its output has ended
            raise Refused(self._why())
        self._aloud = False

    def _start(self, command: Sequence[str]) -> None:
        self._said.clear()
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                preexec_fn=_outlive_the_terminal,  # noqa: PLW1509  # it only sets two signals
            )
        except OSError as error:
            raise Refused(f"{command[0]} cannot be run here: {error.strerror}.") from error
        self._process = process
        assert process.stderr is not None
        self._listening = threading.Thread(target=self._listen, args=(process.stderr,), daemon=True)
        self._listening.start()

    def _listen(self, stream: IO[bytes]) -> None:
        """Passes on what the program says until there is an interface, and remembers the end of it."""
        with stream:
            for line in stream:
                words = line.decode("utf-8", "replace").strip()
                if self._aloud:
                    sys.stderr.write(f"{words}\n")
                if words:
                    self._said.append(words)

    def _heard(self) -> bytes | None:
        """Reads until the other end greets; what it sent after that, or None when it ends or sends something else."""
        assert self._process is not None and self._process.stdout is not None
        data, at = b"", -1
        while at < 0 and len(data) <= NOISE:
            chunk = os.read(self._process.stdout.fileno(), 4096)
            if not chunk:
                return None
            data += chunk
            at = data.find(MAGIC)
        return data[at:] if at >= 0 else None

    def _why(self) -> str:
        said = " ".join(self._said)
        return f"There is no line to that session: {said or 'the other side ended it without a word'}"

    # -- while there is one -----------------------------------------------------------------------------------

    async def dial(self, pace: Pace) -> Link | None:
        """The line to whoever holds the session there, which is still to be greeted; None when there is none now."""
        if self._link is not None and (link := self._link.again()) is not None:
            return link
        begun, self._begun = self._begun, None
        if begun is None:
            await self._end()
            self._start(self._again)
        process = self._process
        assert process is not None and process.stdin is not None and process.stdout is not None
        link = self._link = await _AwayLink.over(process.stdout, process.stdin, pace, begun=begun or b"")
        link.begin()
        with suppress(LinkBroken, TimeoutError):
            async with asyncio.timeout(pace.takeover):
                await link.greeted()
                return link
        link.drop()
        return None

    def abandon(self) -> None:
        """Ends the program at once, when nobody came as far as to `close` this."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    async def close(self) -> None:
        """Leaves; nothing is left running."""
        if self._link is not None:
            self._link.is_free = False
            await self._link.close()
        await self._end()

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        try:
            await asyncio.to_thread(process.wait, LEAVING)
        except subprocess.TimeoutExpired:
            process.kill()
            await asyncio.to_thread(process.wait)


def _outlive_the_terminal() -> None:
    """ctrl+c and a closed window are for this program, which still has words to send when it leaves."""
    for way in (signal.SIGINT, signal.SIGHUP):
        signal.signal(way, signal.SIG_IGN)
