"""Lines in and lines out: input read in a thread of its own, output that may go away before the words do."""

import asyncio
import os
import select
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from supervision import text

CHUNK = 65_536
LONGEST = 1_000_000
"""Bytes kept of one line; the notes refuse far shorter ones, with a sentence."""
_AHEAD = 4
"""Chunks read before their lines are asked for."""


class Lines:
    """The lines of an input, one at a time; None at its end.

    `read` gives the next bytes, none at the end. Reading never keeps saving waiting: it is done in a thread, and that
    thread never keeps the program from leaving. Bytes that are not UTF-8 become the replacement sign.
    """

    def __init__(self, read: Callable[[], bytes]) -> None:
        self._read = read
        self._handed: asyncio.Queue[list[str] | None] = asyncio.Queue()
        self._waiting: deque[str] = deque()
        self._ahead = threading.Semaphore(_AHEAD)
        self._ended = False
        self._started = False

    async def next(self) -> str | None:
        if not self._started:
            self._started = True
            pump = threading.Thread(target=self._pump, args=(asyncio.get_running_loop(),), daemon=True)
            pump.start()
        while not self._ended and not self._waiting:
            lines = await self._handed.get()
            if lines is None:
                self._ended = True
            else:
                self._waiting.extend(lines)
                self._ahead.release()
        return None if self._ended else self._waiting.popleft()

    def end(self) -> None:
        """No more lines, whatever is still to come."""
        self._ended = True
        self._handed.put_nowait(None)

    def _pump(self, loop: asyncio.AbstractEventLoop) -> None:
        rest = bytearray()
        while True:
            self._ahead.acquire()
            try:
                chunk = self._read()
            except OSError:  # a terminal that went away is the end of input
                chunk = b""
            *whole, last = chunk.split(b"\n")
            lines = []
            for part in whole:
                lines.append(_line(rest + part))
                rest = bytearray()
            if not chunk and rest:
                lines.append(_line(rest))
            if len(rest) <= LONGEST:
                rest += last
            try:
                loop.call_soon_threadsafe(self._handed.put_nowait, lines)
                if not chunk:
                    loop.call_soon_threadsafe(self._handed.put_nowait, None)
            except RuntimeError:  # the loop is closed: everybody has left
                return
            if not chunk:
                return


def _line(data: bytearray) -> str:
    data = data[:LONGEST].removesuffix(b"\r")
    return text.clean(data.decode("utf-8", errors="replace").removeprefix("\ufeff"), lines=False)


class StandardInput:
    """The next bytes of standard input. Not through `sys.stdin`, whose lock would keep the program from leaving."""

    def __init__(self) -> None:
        self._free = threading.Event()
        self._free.set()
        self._stirred, self._stir = os.pipe()

    def __call__(self) -> bytes:
        if sys.stdin is None:
            return b""
        while True:
            self._free.wait()
            ready, _, _ = select.select([sys.stdin.fileno(), self._stirred], [], [])
            if self._stirred in ready:
                os.read(self._stirred, 1)
            elif self._free.is_set():
                return os.read(sys.stdin.fileno(), CHUNK)

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Meanwhile what is typed is for another program on this terminal."""
        self._free.clear()
        os.write(self._stir, b".")
        try:
            yield
        finally:
            self._free.set()


class Paper:
    """Standard output, a line at a time. Once nobody reads it any more it is silent, and the session goes on."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self.gone = False

    def say(self, *lines: str) -> None:
        for line in lines:
            if self.gone:
                return
            try:
                self._write(text.clean(line))
            except OSError:
                self.gone = True


def standard_output(line: str) -> None:
    if sys.stdout is not None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


@contextmanager
def unseen() -> Iterator[None]:
    """What is typed meanwhile does not stand on the terminal, where there is one."""
    import termios

    if sys.stdin is None or not sys.stdin.isatty():
        yield
        return
    number = sys.stdin.fileno()
    before = termios.tcgetattr(number)
    silent = [*before]
    silent[3] &= ~termios.ECHO
    termios.tcsetattr(number, termios.TCSADRAIN, silent)
    try:
        yield
    finally:
        with suppress(termios.error):
            termios.tcsetattr(number, termios.TCSADRAIN, before)
