"""How programs begin for those who come in by the door: as copies of one that has everything loaded, or anew."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from supervision.host import Anew, Nursery, Program
from supervision.host.programs import Ends, Programs, Running
from tests.conftest import ROOT
from tests.live import until

NURSERY = """
import socket, sys
from supervision.cli import nursery
nursery.serve(socket.socket(fileno=int(sys.argv[1])))
import os
with os.fdopen(int(os.environ.pop("TOLD")), "rb") as told:
    words = told.read().decode()
print(words, os.environ.get("WHO"), os.environ.get("HOST"), os.getsid(0) == os.getpid(), flush=True)
for line in sys.stdin:
    print("heard", line.strip(), flush=True)
sys.exit(3)
"""
"""As the real one, with another program in its copies."""
CHILD = NURSERY.partition("fileno=int(sys.argv[1])))\n")[2]


@asynccontextmanager
async def nursery() -> AsyncIterator[Nursery]:
    made = Nursery(
        (sys.executable, "-c", NURSERY), {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOST": "1"}, Anew()
    )
    await made.open()
    try:
        yield made
    finally:
        await made.close()


class Talk:
    """A program with pipes, and what it says."""

    def __init__(self, running: Running, give: int, take: int) -> None:
        self.running = running
        self._give = give
        self._take = take

    async def reads(self) -> str:
        return (await asyncio.to_thread(os.read, self._take, 65536)).decode()

    def type(self, words: str) -> None:
        os.write(self._give, words.encode())

    async def ended(self) -> int:
        os.close(self._give)
        status = await asyncio.wait_for(self.running.wait(), 20)
        os.close(self._take)
        return status


async def begun(programs: Programs, told: str, environment: Mapping[str, str]) -> Talk:
    stdin, give = os.pipe()
    take, stdout = os.pipe()
    read, write = os.pipe()
    os.write(write, told.encode())
    os.close(write)
    program = Program((sys.executable, "-c", f"import sys\n{CHILD}"), {"PATH": os.environ["PATH"]})
    try:
        running = await programs.begin(program, environment, Ends(stdin, stdout, stdout, read))
    finally:
        for end in (stdin, stdout, read):
            os.close(end)
    return Talk(running, give, take)


async def test_each_copy_has_its_own_surroundings_and_none_of_the_others() -> None:
    async with nursery() as made:
        one = await begun(made, "for Sam", {"WHO": "Sam"})
        other = await begun(made, "for Ash", {"WHO": "Ash"})
        assert await one.reads() == "for Sam Sam None True\n"
        assert await other.reads() == "for Ash Ash None True\n"
        for talk in (other, one):
            talk.type("hello\n")
            assert await talk.reads() == "heard hello\n"
        assert one.running.pid != other.running.pid
        assert await one.ended() == 3
        assert other.running.returncode is None
        os.killpg(other.running.pid, signal.SIGKILL)
        assert await other.ended() == -signal.SIGKILL


async def test_after_it_has_ended_programs_begin_anew() -> None:
    async with nursery() as made:
        assert made._process is not None
        kept = await begun(made, "kept", {"WHO": "Sam"})
        await kept.reads()
        made._process.kill()
        assert await kept.ended() == 1  # of the copies that it made nobody knows any more, so they are told to end
        await until(lambda: not Path(f"/proc/{kept.running.pid}").exists())
        late = await begun(made, "late", {"WHO": "Sam"})
        assert await late.reads() == "late Sam None True\n"
        assert await late.ended() == 3


async def test_what_cannot_be_begun_at_all_is_no_reason_not_to_open_the_door() -> None:
    made = Nursery(("/nowhere/at/all",), {}, Anew())
    await made.open()
    talk = await begun(made, "anew", {"WHO": "Sam"})
    assert await talk.reads() == "anew Sam None True\n"
    assert await talk.ended() == 3
    await made.close()


@pytest.mark.parametrize("count", [20])
async def test_many_at_once_get_each_their_own(count: int) -> None:
    async with nursery() as made:
        talks = await asyncio.gather(*(begun(made, f"for {n}", {"WHO": str(n)}) for n in range(count)))
        for n, talk in enumerate(talks):
            assert await talk.reads() == f"for {n} {n} None True\n"
        assert [await talk.ended() for talk in talks] == [3] * count


async def test_nothing_is_left_of_it_when_whoever_began_it_dies() -> None:
    """The line to it ends, whatever the way."""
    async with nursery() as made:
        assert made._process is not None and made._line is not None
        process = made._process
        made._line.shutdown(2)
        assert await asyncio.to_thread(process.wait, 20) == 0
