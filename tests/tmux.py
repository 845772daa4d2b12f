"""A person at tmux: keys go in, the screen comes out as text, and nothing is known of what runs inside."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from tests.terminal import REST, asleep

PATIENCE = 20.0
"""Seconds to wait for something to appear before a test fails."""
GLANCE = 0.03
"""Seconds between two looks at the screen."""
ESCAPE = 0.12
"""Seconds after which a program on a terminal takes Escape for the key, and not for the beginning of another one."""


def needed() -> None:
    """Skips a test where there is no tmux; where everything has to run, fails it."""
    if shutil.which("tmux") is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("tmux is not installed")


class Tmux:
    """`supervision`, or another program, in a tmux of its own. Once it has ended, `status` is its exit status."""

    def __init__(
        self,
        *args: str,
        env: Mapping[str, str],
        columns: int,
        rows: int,
        cwd: Path,
        program: Sequence[str] = (sys.executable, "-m", "supervision"),
    ) -> None:
        needed()
        # A server of its own for each, in a folder of its own: nobody's windows and settings are touched.
        self._folder = tempfile.TemporaryDirectory(prefix="t-", dir=os.environ.get("RUNNER_TEMP", "/tmp"))
        self._socket = "supervision-test"
        self._ended = Path(self._folder.name) / "ended"
        given = {"TERM": "xterm-256color", "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8", **env}
        self._env = {"PATH": os.environ["PATH"], "TMUX_TMPDIR": self._folder.name, **given}
        # The shell notes the exit status, and nothing of it stands on the screen meanwhile.
        run = f'"$@"; echo $? > {self._ended}'
        size = ("-x", str(columns), "-y", str(rows))
        self._tmux("new-session", "-d", *size, "-c", str(cwd), "sh", "-c", run, "sh", *program, *args)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._tmux("kill-server", check=False)
        self._folder.cleanup()

    @property
    def text(self) -> str:
        """The screen as it is now; nothing any more once the program has ended."""
        return self._tmux("capture-pane", "-p", check=False)

    def press(self, *keys: str) -> None:
        """Keys by their names in tmux: C-n, F3, Tab, Enter."""
        for key in keys:
            self._tmux("send-keys", key)
            if key == "Escape":
                time.sleep(ESCAPE)

    def type(self, words: str) -> None:
        """Letters, as they stand."""
        self._tmux("send-keys", "-l", "--", words)

    def paste(self, words: str) -> None:
        """The same words, from somewhere else."""
        self._tmux("set-buffer", "--", words)
        self._tmux("paste-buffer", "-p")

    def resize(self, columns: int, rows: int) -> None:
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def wait(self, until: str | Callable[[str], bool], *, patience: float = PATIENCE) -> str:
        """The screen, once it holds this text, or once this holds of the screen."""
        deadline = time.monotonic() + patience
        while True:
            screen = self.text
            if until in screen if isinstance(until, str) else until(screen):
                return screen
            assert not self._ended.exists(), f"it ended before: {until}"
            assert time.monotonic() < deadline, f"still not on the screen: {until}\n{screen}"
            time.sleep(GLANCE)

    def gone(self, words: str) -> str:
        """The screen, once it no longer holds this text."""
        return self.wait(lambda screen: words not in screen)

    def rest(self, since: str = "") -> str:
        """Waits until the program has worked since then, and does nothing more for two moments of its screen.

        What it gives says how much it has worked by then.
        """
        deadline, before = time.monotonic() + PATIENCE, [""]
        while not self._ended.exists():
            assert time.monotonic() < deadline, f"it never rests:\n{self.text}"
            now = [asleep(process) for process in self._processes]
            if all(now) and now == before and now[-1] != since:
                break
            before = now
            time.sleep(REST)
        return before[-1]

    @cached_property
    def _processes(self) -> list[int]:
        """The server's, through which all of it comes, and the program's, which is the first that the shell started."""
        server, shell = map(int, self._tmux("display-message", "-p", "#{pid} #{pane_pid}").split())
        return [server, int(Path(f"/proc/{shell}/task/{shell}/children").read_text().split()[0])]

    @property
    def status(self) -> int:
        """How the program ended; waits until it has."""
        deadline = time.monotonic() + PATIENCE
        while not (self._ended.exists() and self._ended.read_text()):
            assert time.monotonic() < deadline, f"it does not end:\n{self.text}"
            time.sleep(GLANCE)
        return int(self._ended.read_text())

    def _tmux(self, *args: str, check: bool = True) -> str:
        done = subprocess.run(
            ["tmux", "-L", self._socket, "-f", "/dev/null", *args],
            env=self._env,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=PATIENCE,
        )
        assert not check or done.returncode == 0, f"tmux {args[0]}: {done.stderr}"
        return done.stdout
