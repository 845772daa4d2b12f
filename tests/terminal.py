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

import pyte

PATIENCE = 20.0
"""Seconds to wait for something to appear before a test fails; nothing sleeps this long when all is well."""


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
        self._screen = pyte.Screen(columns, rows)
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
        os.close(self._master)
        os.close(self._slave)

    @property
    def lines(self) -> list[str]:
        return list(self._screen.display)

    @property
    def text(self) -> str:
        return "\n".join(self._screen.display)

    def send(self, keys: str | bytes) -> None:
        data = keys.encode() if isinstance(keys, str) else keys
        while data:
            _, ready, _ = select.select([], [self._master], [], 0.05)
            if ready:
                data = data[os.write(self._master, data[:512]) :]
            self._read(0)

    def wait(self, until: str | Callable[[str], bool], *, patience: float = PATIENCE) -> None:
        """Reads until the screen holds this text, or this holds of the screen."""
        met = (lambda screen: until in screen) if isinstance(until, str) else until
        deadline = time.monotonic() + patience
        while not met(self.text):
            assert time.monotonic() < deadline, f"still not on the screen: {until}\n{self.text}"
            self._read(0.05)
            if self.process.poll() is not None and not self._read(0.05) and not met(self.text):
                raise AssertionError(f"ended with {self.process.returncode} before {until!r}:\n{self.text}")

    def leave(self, keys: str | bytes = b"\x11") -> int:
        """Quits by these keys (ctrl+q) and gives the exit status."""
        self.send(keys)
        return self.ended()

    def ended(self) -> int:
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < deadline, f"it does not end:\n{self.text}"
            self._read(0.05)
        self._read(0)
        return self.process.returncode

    def hang_up(self) -> None:
        """What closing the window does."""
        os.killpg(self.process.pid, signal.SIGHUP)

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._screen.resize(rows, columns)
        os.killpg(self.process.pid, signal.SIGWINCH)

    def modes(self) -> list[object]:
        """The terminal's settings now, to see that they were put back."""
        return list(termios.tcgetattr(self._slave))

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:
            return False
        self.raw += data
        self._stream.feed(data)
        return bool(data)


def _controlling_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
