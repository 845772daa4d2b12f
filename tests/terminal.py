"""A terminal for tests: a program on a pty, the bytes it wrote, and the screen an emulator makes of them."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self
from unicodedata import combining

import pyte
from wcwidth import wcwidth

PATIENCE = 20.0
"""Seconds to wait for something to appear before a test fails; nothing sleeps this long when all is well."""


REST = 0.04
"""Seconds in which a program that does nothing, and has not begun to, is waiting for what comes next."""


class Emulator(pyte.Screen):
    """What a terminal shows; pyte alone drops the rest of a line after a joiner."""

    def draw(self, data: str) -> None:
        super().draw(
            data if data.isascii() else "".join(mark for mark in data if combining(mark) or wcwidth(mark) != 0)
        )


class Terminal:
    """Runs `supervision` with these arguments on a pty of this size."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        env: Mapping[str, str],
        columns: int = 120,
        rows: int = 36,
        cwd: Path | None = None,
        program: Sequence[str] = ("-m", "supervision"),
    ) -> None:
        self.raw = bytearray()
        self._unseen = bytearray()
        self._screen = Emulator(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.before = termios.tcgetattr(slave)
        self._slave = slave
        self.process = subprocess.Popen(
            [sys.executable, *program, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            cwd=cwd,
            env={
                "PATH": os.environ["PATH"],
                "TERM": "xterm-256color",
                "COLORTERM": "truecolor",
                "PYTHONUTF8": "1",
                **env,
            },
            preexec_fn=_controlling_terminal,  # noqa: PLW1509  # no threads here
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.vanish()
        os.close(self._slave)

    @property
    def lines(self) -> list[str]:
        if self._unseen:
            self._stream.feed(bytes(self._unseen))
            self._unseen.clear()
        # Cell by cell: pyte's own way fails where half of a wide character was written over.
        screen = self._screen
        return ["".join(screen.buffer[y][x].data for x in range(screen.columns)) for y in range(screen.lines)]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def send(self, keys: str | bytes) -> None:
        data = keys.encode() if isinstance(keys, str) else keys
        while data:
            _, ready, _ = select.select([], [self._master], [], 0.05)
            if ready:
                data = data[os.write(self._master, data[:512]) :]
            self._read(0)

    def push(self, keys: str | bytes) -> None:
        """The same, while nobody takes what the program writes: the terminal hangs."""
        data = keys.encode() if isinstance(keys, str) else keys
        while data:
            data = data[os.write(self._master, data[:512]) :]

    def click(self, line: int, column: int) -> None:
        """A click of the mouse on a cell, both counted from 0."""
        where = f"{column + 1};{line + 1}"
        self.send(f"\x1b[<0;{where}M\x1b[<0;{where}m")

    def paste(self, words: str | bytes) -> None:
        """What a terminal sends when somebody pastes."""
        self.send(b"\x1b[200~" + (words.encode() if isinstance(words, str) else words) + b"\x1b[201~")

    def wait(self, until: str | Callable[[str], bool], *, patience: float = PATIENCE) -> None:
        """Reads until the screen holds this text, or this holds of the screen."""
        met = (lambda screen: until in screen) if isinstance(until, str) else until
        deadline = time.monotonic() + patience
        while not met(self.text):
            assert time.monotonic() < deadline, f"still not on the screen: {until}\n{self.text}"
            self._read(0.05)
            if self.process.poll() is not None and not self._read(0.05) and not met(self.text):
                raise AssertionError(f"ended with {self.process.returncode} before {until!r}:\n{self.text}")

    def wait_until_it_reads(self) -> None:
        """Until it waits for a line: Python hears a signal that comes just before that only with the next key."""
        deadline = time.monotonic() + PATIENCE
        state = Path(f"/proc/{self.process.pid}/stat")
        while state.exists() and state.read_text().rpartition(") ")[2][:1] != "S":
            assert time.monotonic() < deadline, f"it does not wait for anything:\n{self.text}"
            self._read(0.05)

    def take_in(self, seconds: float) -> None:
        """Reads what there is, waiting so long for it at most. The screen is made of it when it is looked at next."""
        self._read(seconds, show=False)

    def listen(self, quiet: float) -> int:
        """Reads until nothing has come for this many seconds; gives how many bytes came."""
        before, deadline = len(self.raw), time.monotonic() + PATIENCE
        while self._read(quiet):
            assert time.monotonic() < deadline, "it is never quiet"
        return len(self.raw) - before

    def rest(self) -> None:
        """Reads until the program did nothing for two moments of its screen, and wrote nothing: it waits for a key."""
        deadline, before = time.monotonic() + PATIENCE, asleep(self.process.pid)
        while self.process.poll() is None:
            assert time.monotonic() < deadline, f"it never rests:\n{self.text}"
            came = self._read(REST)
            now = asleep(self.process.pid)
            if not came and now and now == before:
                return
            before = now

    def leave(self, keys: str | bytes = b"\x11") -> int:
        """Quits by these keys (ctrl+q) and gives the exit status."""
        self.send(keys)
        return self.ended()

    def ended(self) -> int:
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < deadline, f"it does not end:\n{self.text}"
            self._read(0.05)
        while self._read(0):  # what it wrote last comes a few thousand bytes at a time
            pass
        return self.process.returncode

    def hang_up(self) -> None:
        """What closing the window does."""
        os.killpg(self.process.pid, signal.SIGHUP)

    def vanish(self) -> None:
        """The terminal itself goes away, with what it had not handed on."""
        if self._master >= 0:
            os.close(self._master)
        self._master = -1

    def without_echo(self) -> None:
        """The terminal no longer writes what is typed, as it does for programs that read lines."""
        modes = termios.tcgetattr(self._slave)
        modes[3] &= ~termios.ECHO
        termios.tcsetattr(self._slave, termios.TCSANOW, modes)
        self.before = termios.tcgetattr(self._slave)

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._screen.resize(rows, columns)
        os.killpg(self.process.pid, signal.SIGWINCH)

    def wipe(self) -> None:
        """Nothing on the screen any more, as when somebody clears it between two programs."""
        self._screen.reset()

    def modes(self) -> list[object]:
        """The terminal's settings now, to see that they were put back."""
        return list(termios.tcgetattr(self._slave))

    def _read(self, seconds: float, *, show: bool = True) -> bool:
        if self._master < 0:
            time.sleep(seconds)
            return False
        ready, _, _ = select.select([self._master], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:
            return False
        self.raw += data
        self._unseen += data
        if show:
            self._stream.feed(bytes(self._unseen))
            self._unseen.clear()
        return bool(data)


def asleep(process: int) -> str:
    """How often a program has worked until now, while all of it waits; nothing while it works."""
    tasks = Path(f"/proc/{process}/task")
    if not tasks.exists():
        return "elsewhere than on Linux"
    try:
        states = {(task / "stat").read_text().rpartition(") ")[2][:1] for task in tasks.iterdir()}
        told = (tasks / str(process) / "status").read_text()
    except OSError:  # a thread that ended just now
        return ""
    return "".join(line for line in told.splitlines() if "ctxt_switches" in line) if states == {"S"} else ""


def _controlling_terminal() -> None:
    # A test run in the background of a script inherits these ignored; whoever sits at a terminal does not.
    for told in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM, signal.SIGPIPE):
        signal.signal(told, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
