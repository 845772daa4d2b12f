"""`supervision join ssh://` over a real sshd: what either side writes arrives, once, also when the line breaks."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from supervision.model.views import summary
from supervision.room import Room
from supervision.store import Store
from tests import sshd
from tests.conftest import Program
from tests.factory import NOW
from tests.live import HERE, until
from tests.sshd import Caller, Sshd

LINES = 12
NOISE = "echo 'Welcome to there!'; echo 'Please read the notice.' >&2\n"


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Sshd]:
    """A computer with a store of its own."""
    with sshd.running({"SUPERVISION_STORE": str(tmp_path / "there"), "TERM": "dumb"}) as server:
        (server.home / ".bashrc").write_text(NOISE)
        yield server


@pytest.fixture
def sam(there: Sshd, monkeypatch: pytest.MonkeyPatch) -> Caller:
    caller = there.caller("sam", may_log_in=True)
    monkeypatch.setenv("PATH", caller.env["PATH"])
    return caller


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    with monkeypatch.context() as theirs:
        theirs.setenv("SUPERVISION_STORE", str(tmp_path / "there"))
        Program(me="Ash Patel").start()
    return Store(tmp_path / "there", summary)


async def test_both_write_and_the_line_breaks_three_times(there: Sshd, sam: Caller, store: Store) -> None:
    (session,) = store.ids()
    async with Room(store, session, me="Ash Patel", clock=lambda: NOW) as ash:
        joined = await asyncio.create_subprocess_exec(
            *Program(me="Sam Okafor").command("join", there.address(session)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=Program(me="Sam Okafor").environment(),
        )
        assert joined.stdin is not None

        def words() -> list[str]:
            return [line for line in ash.text(*HERE).split("\n") if line]

        for n in range(LINES):
            ash.write_line(f"ash {n}")
            joined.stdin.write(f"sam {n}\n".encode())
            await joined.stdin.drain()
            if n % 4 == 1:
                await until(lambda n=n: f"sam {n}" in words())  # type: ignore[misc]
                os.kill(sam.lines()[-1], signal.SIGKILL)
        await until(lambda: len(words()) >= 2 * LINES)
        out, err = await asyncio.wait_for(joined.communicate(b""), 60)
        assert joined.returncode == 0, err
        await until(lambda: not ash.saved.waiting)
        assert sorted(words()) == sorted(f"{who} {n}" for who in ("ash", "sam") for n in range(LINES))
    assert len(sam.lines()) >= 4
    assert b"Welcome" not in out
    kept = store.load(session)
    written = [(kept.called(run.by), line) for run in kept.notes[0].runs for line in run.text.split("\n") if line]
    assert all(by.lower().startswith(line.split()[0]) for by, line in written)


def test_a_refusal_there_is_a_sentence_here(there: Sshd, sam: Caller, store: Store) -> None:
    done = Program(me="Sam Okafor").process("join", there.address("2020-01-01-nothing"))
    assert done.returncode == 1
    assert b"There is no session" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_key_that_is_not_known_there_is_said(there: Sshd, sam: Caller, store: Store) -> None:
    there.keys.write_text("")
    done = Program(me="Sam Okafor").process("join", there.address(store.ids()[0]))
    assert done.returncode == 1
    assert b"Permission denied" in done.stderr
