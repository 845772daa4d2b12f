"""Two logins of one account whose surroundings differ, one with a desktop and one without: they find each other."""

import asyncio
import os
import tempfile
from asyncio.subprocess import PIPE, Process, create_subprocess_exec
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from supervision.model.views import summary
from supervision.store import Store
from tests.conftest import Program
from tests.live import until


class Login:
    """Somebody line by line, in surroundings of their own: `says` and `hears`."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.heard = ""
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def at(cls, me: str, surroundings: dict[str, str], *args: str) -> "Login":
        program = Program(me=me)
        plain = {key: value for key, value in program.environment().items() if key not in ("XDG_RUNTIME_DIR", "TMPDIR")}
        env = plain | surroundings
        return cls(await create_subprocess_exec(*program.command(*args), stdin=PIPE, stdout=PIPE, env=env))

    async def _listen(self) -> None:
        assert self.process.stdout is not None
        while data := await self.process.stdout.read(65536):
            self.heard += data.decode()

    async def says(self, words: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{words}\n".encode())
        await self.process.stdin.drain()

    async def hears(self, words: str) -> None:
        await until(lambda: words in self.heard, patience=60)

    async def leaves(self) -> int:
        await self.says("/quit")
        status = await asyncio.wait_for(self.process.wait(), 60)
        await self._listening
        return status

    async def is_killed(self) -> None:
        with suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()


@pytest.fixture
def places() -> Iterator[list[Path]]:
    """Folders that are short enough for sockets."""
    with tempfile.TemporaryDirectory(prefix="l-", dir=os.environ.get("RUNNER_TEMP", "/tmp")) as folder:
        made = [Path(folder, name) for name in "abcd"]
        for one in made:
            one.mkdir(mode=0o700)
        yield made


async def test_logins_with_other_surroundings_are_in_one_session(
    program: Program, tmp_path: Path, places: list[Path]
) -> None:
    session, store = program.start(), Store(tmp_path / "store", summary)
    a, b, c, d = map(str, places)
    desktop = await Login.at("Ash Patel", {"XDG_RUNTIME_DIR": a, "TMPDIR": b}, "plain", session)
    others: list[Login] = []
    try:
        await desktop.says("From the desktop.")
        await desktop.hears("Noted")
        others.append(sshd := await Login.at("Sam Okafor", {"TMPDIR": c}, "join"))
        await sshd.says("Over ssh.")
        await desktop.hears("Over ssh.")
        await desktop.is_killed()
        others.append(third := await Login.at("Ash Patel", {"XDG_RUNTIME_DIR": d}, "plain", session))
        await third.says("Here again.")
        await sshd.hears("Here again.")
        assert [await one.leaves() for one in (third, sshd)] == [0, 0]
    finally:
        for one in (desktop, *others):
            await one.is_killed()
    words = store.load(session).notes[0].text.split("\n")
    assert sorted(filter(None, words)) == ["From the desktop.", "Here again.", "Over ssh."]
