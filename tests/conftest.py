"""What many tests share: folders of their own, a clock that stands still, the program in-process and as a process."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, settings

from supervision.store import sealed_index
from supervision.vault import held
from tests.factory import NOW

ROOT = Path(__file__).resolve().parent.parent

# Nothing depends on how busy the machine is: no example is too slow there, and none takes too long to be made.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing a test does reaches the settings, records and working folder of whoever runs it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SUPERVISION_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("SUPERVISION_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("SUPERVISION_ME", raising=False)
    yield
    # A key that this process was given is no other test's.
    held.let_go()
    held.ask_with(None)
    sealed_index.let_go()


@pytest.fixture(autouse=True, scope="session")
def quick_screens() -> Iterator[None]:
    """A key has done what it does when nothing is left to run; and what was read of a style sheet is known."""
    from tests.settled import read_once, settled  # Textual with it, which programs that tests start need not load

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("textual.app.wait_for_idle", settled)
        patched.setattr("textual.pilot.wait_for_idle", settled)
        patched.setattr("textual.css.stylesheet.Stylesheet._parse_rules", read_once())
        yield


@pytest.fixture
def quick_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that is made here is guarded with little work; the file, and how it is opened, are of the same form."""
    from tests.keys import guarded

    monkeypatch.setattr("pyrage.passphrase.encrypt", guarded)


@dataclass
class Program:
    """`supervision` as tests call it: in this process with a clock that stands still, or as a process of its own."""

    now: datetime = NOW
    me: str = "Ash Patel"
    runner: CliRunner = field(default_factory=CliRunner)

    def __call__(self, *args: str, stdin: str | bytes | None = None) -> Result:
        """In this process; the result has `exit_code`, `stdout` and `stderr`."""
        from supervision.cli import cli
        from supervision.cli.here import Here

        here = Here(clock=lambda: self.now)
        return self.runner.invoke(cli, ["--me", self.me, *args] if self.me else list(args), input=stdin, obj=here)

    def json(self, *args: str) -> Any:
        """What it answers with --json; it must have done what it was asked."""
        result = self(*args, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def start(self, *args: str, other: str = "Sam Okafor") -> str:
        """The id of a new session."""
        result = self("start", "--with", other, "--no-tui", *args)
        assert result.exit_code == 0, result.output
        return result.stdout.strip()

    def plain(
        self, session_id: str, typed: str | bytes | Iterator[bytes], *, asks: bool = False, status: int = 0
    ) -> list[str]:
        """What plain mode prints for these lines, in this process. `asks`: as if somebody sat there to answer."""
        from supervision import config, paths
        from supervision.model.views import summary
        from supervision.plain import converse
        from supervision.private import PrivateNotes
        from supervision.shelf import Shelf
        from supervision.store import Store

        data = typed.encode() if isinstance(typed, str) else typed
        chunks = iter([data]) if isinstance(data, bytes) else data
        printed: list[str] = []
        shelf = Shelf(Store(paths.store_dir(), summary), lambda: self.now)
        left = asyncio.run(
            converse(
                shelf,
                session_id,
                self.me,
                read=lambda: next(chunks, b""),
                write=printed.append,
                asks=asks,
                private=PrivateNotes(shelf.store, lambda: config.load().me, lambda: self.now),
            )
        )
        assert left == status
        return printed

    def process(
        self, *args: str, stdin: str | bytes = b"", env: dict[str, str] | None = None, timeout: float = 60
    ) -> "subprocess.CompletedProcess[bytes]":
        """As a process of its own, whose input is a pipe."""
        return subprocess.run(
            self.command(*args),
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            env=self.environment() | (env or {}),
            cwd=ROOT,
            timeout=timeout,
            check=False,
        )

    def begin(self, *args: str) -> "subprocess.Popen[bytes]":
        """The same, still running, with pipes to talk through."""
        return subprocess.Popen(
            self.command(*args),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.environment(),
            cwd=ROOT,
        )

    @staticmethod
    def command(*args: str) -> list[str]:
        """What is run for a process of its own."""
        return [sys.executable, "-m", "supervision", *args]

    def environment(self) -> dict[str, str]:
        mine = {"SUPERVISION_ME": self.me} if self.me else {}
        return {**os.environ, **mine, "PYTHONPATH": str(ROOT), "TERM": "dumb"}


@pytest.fixture
def program() -> Program:
    return Program()
