"""`supervision join ssh://` over a real sshd: what either side writes arrives, once, also when the line breaks."""

import asyncio
import os
import random
import signal
from asyncio.subprocess import PIPE, Process, create_subprocess_exec
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from supervision.model.views import summary
from supervision.room import Room
from supervision.store import AwayFile, Store
from tests import sshd
from tests.conftest import Program
from tests.factory import NOW
from tests.live import HERE, until
from tests.sshd import HOST, Caller, Sshd

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


async def joined(there: Sshd, session: str) -> Process:
    """Sam's own program on their own computer, line by line."""
    program = Program(me="Sam Okafor")
    return await create_subprocess_exec(
        *program.command("join", there.address(session)),
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        env=program.environment(),
    )


async def types(process: Process, *lines: str) -> None:
    assert process.stdin is not None
    process.stdin.write("".join(f"{line}\n" for line in lines).encode())
    await process.stdin.drain()


def lines_of(room: Room) -> list[str]:
    return [line for line in room.text(*HERE).split("\n") if line]


@pytest.mark.parametrize(("count", "cuts"), [(12, 3), pytest.param(250, 50, marks=pytest.mark.long)])
async def test_both_write_and_the_line_breaks(there: Sshd, sam: Caller, store: Store, count: int, cuts: int) -> None:
    (session,) = store.ids()
    chance = random.Random(count)
    cut_after = set(chance.sample(range(count - 1), cuts))
    async with Room(store, session, me="Ash Patel", clock=lambda: NOW) as ash:
        process = await joined(there, session)
        read = asyncio.create_task(process.stdout.read())  # type: ignore[union-attr]
        for n in range(count):
            ash.write_line(f"ash {n}")
            await types(process, f"sam {n}")
            if n in cut_after:
                if chance.random() < 0.7:  # else it breaks while words are on their way
                    await until(lambda n=n: f"sam {n}" in lines_of(ash), patience=60)  # type: ignore[misc]
                for line in sam.lines()[-1:]:
                    with suppress(ProcessLookupError):
                        os.kill(line, signal.SIGKILL)
        await until(lambda: len(lines_of(ash)) >= 2 * count, patience=60)
        assert process.stdin is not None
        process.stdin.close()
        assert await asyncio.wait_for(process.wait(), 60) == 0
        await until(lambda: not ash.saved.waiting)
        assert sorted(lines_of(ash)) == sorted(f"{who} {n}" for who in ("ash", "sam") for n in range(count))
    assert len(sam.lines()) > cuts / 2
    assert b"Welcome" not in await read
    kept = store.load(session)
    written = [(kept.called(run.by), line) for run in kept.notes[0].runs for line in run.text.split("\n") if line]
    assert all(by.lower().startswith(line.split()[0]) for by, line in written)


async def test_a_program_killed_while_the_line_was_lost_loses_no_word(there: Sshd, sam: Caller, store: Store) -> None:
    (session,) = store.ids()
    kept = AwayFile(Path(os.environ["SUPERVISION_STORE"]), f"{HOST}:{there.port}", session)
    async with Room(store, session, me="Ash Patel", clock=lambda: NOW) as ash:
        first = await joined(there, session)
        await types(first, "before")
        await until(lambda: lines_of(ash) == ["before"], patience=20)
        known = there.keys.read_text()
        there.keys.write_text("")  # nobody comes in until this is mended
        os.kill(sam.lines()[-1], signal.SIGKILL)
        await until(lambda: not any(one.is_here for one in ash.present), patience=20)
        await types(first, "meanwhile one", "meanwhile two")
        ash.write_line("ash meanwhile")
        await until(lambda: (found := kept.read()) is not None and b"meanwhile two" in found.state, patience=20)
        first.kill()
        await first.wait()
        there.keys.write_text(known)
        second = await joined(there, session)
        await until(lambda: len(lines_of(ash)) == 4, patience=20)
        _, said = await asyncio.wait_for(second.communicate(b"/quit\n"), 60)
        assert second.returncode == 0, said
        assert sorted(lines_of(ash)) == ["ash meanwhile", "before", "meanwhile one", "meanwhile two"]
        await until(lambda: not ash.saved.waiting)
    assert kept.read() is None


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
