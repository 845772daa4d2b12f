"""Coming into a session that somebody has open: on this computer, or over a line to another one."""

import asyncio
import sys
from pathlib import Path

import pytest

from supervision.live import Away
from supervision.model.values import Run
from supervision.model.views import summary
from supervision.room import Room
from supervision.store import Store
from tests.conftest import Program
from tests.factory import NOW
from tests.live import HERE, until


def store() -> Store:
    from supervision import paths

    return Store(paths.store_dir(), summary)


def test_with_nothing_open_it_says_what_to_type(program: Program) -> None:
    program.start()
    result = program("join")
    assert result.exit_code == 1
    assert "Nobody has a session of yours open here now" in result.stderr
    assert "supervision open ID" in result.stderr


async def test_without_an_id_it_joins_the_one_that_is_open(program: Program) -> None:
    session_id = program.start()
    program.start(other="Bea Lund")
    async with Room(store(), session_id, me="Sam Okafor", clock=lambda: NOW) as sam:
        done = await asyncio.to_thread(program.process, "join", stdin="Hello from Ash")
        assert done.returncode == 0, done.stderr
        ash, _ = sam.session.people
        await until(lambda: sam.session.notes[0].runs == (Run(ash.id, "Hello from Ash"),))


async def test_of_several_that_are_open_it_asks_which(program: Program) -> None:
    one, other = program.start(), program.start(other="Bea Lund")
    async with (
        Room(store(), one, me="Sam Okafor", clock=lambda: NOW),
        Room(store(), other, me="Bea Lund", clock=lambda: NOW),
    ):
        result = await asyncio.to_thread(program.process, "join")
    assert result.returncode == 1
    assert one.encode() in result.stderr and other.encode() in result.stderr


async def test_a_relay_carries_a_session_over_its_input_and_output(program: Program, tmp_path: Path) -> None:
    session_id = program.start()
    relay = (sys.executable, "-m", "supervision", "relay", session_id[:-1])
    away = Away(relay, relay)
    try:
        await asyncio.to_thread(away.connect)
        async with Room(None, session_id, me="Sam Okafor", clock=lambda: NOW, dial=away.dial) as sam:
            sam.write(*HERE, 0, 0, "From far away")
            await until(lambda: not sam.saved.waiting)
            (note,) = store().load(session_id).notes
            assert note.text == "From far away"
    finally:
        await away.close()


@pytest.mark.parametrize("words", ["", "prompt> "])
def test_a_relay_that_hears_something_else_ends_with_a_sentence(program: Program, words: str) -> None:
    done = program.process("relay", program.start(), stdin=words)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert b"other end of th" in done.stderr


def test_a_relay_to_no_session_says_so(program: Program) -> None:
    done = program.process("relay", "2020-01-01-nothing")
    assert done.returncode == 1
    assert b"There is no session" in done.stderr
