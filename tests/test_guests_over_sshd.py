"""Somebody let in over a real sshd by their own key: their session, a few commands, and nothing else at all."""

import asyncio
import json
import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from supervision import live
from supervision.model.values import Run
from supervision.model.views import summary
from supervision.room import Room
from supervision.store import Store
from tests import sshd
from tests.conftest import Program
from tests.factory import NOW
from tests.live import HERE, until
from tests.sshd import HOST, Caller, Sshd

OTHER = "Bea Lund"
SECRET = "secret-alias"
NOISE = "echo 'Welcome to there!'; echo 'Please read the notice.' >&2\n"


class There:
    """A computer with an sshd, where Ash has a session with Sam and one with somebody else; Sam was let in."""

    def __init__(self, server: Sshd) -> None:
        self.sshd = server
        self.ash = Program(me="Ash Patel")
        self.session = self.ash.start("--alias", "J")
        self.others = self.ash.start("--alias", SECRET, other=OTHER)
        self.store = Store(Path(os.environ["SUPERVISION_STORE"]), summary)
        self.sam = server.caller("sam")
        done = self.ash("guests", "add", "Sam", "--key", str(self.sam.key), "--yes")
        assert done.exit_code == 0, done.stderr

    @property
    def how(self) -> str:
        return f"own key {self.sam.fingerprint}"

    def processes(self) -> list[int]:
        return self.store.guests.here(self.store.load(self.session).people[1].id, self.sam.fingerprint)

    def written(self) -> list[tuple[str, str]]:
        session = self.store.load(self.session)
        return [(session.called(run.by), run.text) for note in session.notes for run in note.runs]


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Iterator[There]:
    with sshd.running() as server:
        monkeypatch.setenv("HOME", str(server.home))
        (server.home / ".bashrc").write_text(NOISE)
        yield There(server)


def by_subsystem(sam: Caller, folder: Path) -> list[list[str]]:
    """Ways to files and to other places that need no command."""
    ssh, port = str(sam.folder / "ssh"), str(sam.port)
    there = f"{HOST}:{folder}/taken"
    ways = [
        [*sam.ssh, "-s", HOST, "sftp"],
        [*sam.ssh, "-W", f"{HOST}:{port}", HOST],
        [*sam.ssh, "-N", "-o", "ExitOnForwardFailure=yes", "-R", "0:localhost:22", HOST],
        [*sam.ssh, "-N", "-o", "ExitOnForwardFailure=yes", "-R", f"{folder}/taken.sock:localhost:22", HOST],
        [*sam.ssh, "-o", "Tunnel=yes", "-o", "ExitOnForwardFailure=yes", "-w", "any:any", HOST, "sh"],
        [*sam.ssh, "-tt", HOST, "sh", "-c", f"touch {folder}/taken"],
        [*sam.ssh, "-o", "SetEnv=SSH_ORIGINAL_COMMAND=sessions BASH_ENV=/etc/passwd", HOST, "bash"],
    ]
    for name, more in (("scp", ["-q"]), ("scp", ["-q", "-O"])):
        if shutil.which(name):
            ways.append([name, *more, "-S", ssh, "-P", port, "/etc/hostname", there])
            ways.append([name, *more, "-S", ssh, "-P", port, f"{HOST}:/etc/passwd", str(folder / "taken")])
    return ways


COMMANDS = (
    "sh",
    "bash -i",
    "id",
    "cat /etc/passwd",
    "touch {home}/taken",
    "sessions; touch {home}/taken",
    "sessions && touch {home}/taken",
    "sessions | tee {home}/taken",
    "sessions > {home}/taken",
    "sessions $(touch {home}/taken)",
    "sessions `touch {home}/taken`",
    "sessions\ntouch {home}/taken",
    "$SHELL",
    "supervision --store /tmp sessions",
    "sessions --store {store}",
    "show {others}",
    "show ../../../../etc/passwd",
    "export {others}",
    "export {own} -o {home}/taken",
    "relay {others}",
    "actions add taken",
    "guests list",
    "import /etc/passwd",
    "private",
    "rsync --server --sender -e.LsfxCIvu . /etc/passwd",
    "internal-sftp",
)


async def test_every_other_way_is_refused_and_whoever_is_there_is_undisturbed(there: There, tmp_path: Path) -> None:
    names = {"home": there.sshd.home, "store": there.store.folder, "own": there.session, "others": there.others}
    tries = [[*there.sam.ssh, HOST, command.format_map(names)] for command in COMMANDS]
    tries += by_subsystem(there.sam, there.sshd.home)

    def tried(words: list[str]) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(words, input=b"id\n", capture_output=True, timeout=60, check=False)

    async with Room(there.store, there.session, me="Ash Patel", clock=lambda: NOW) as ash:
        with ThreadPoolExecutor(4) as pool:
            loop = asyncio.get_running_loop()
            done = await asyncio.gather(*(loop.run_in_executor(pool, tried, words) for words in tries))
        ash.write(*HERE, 0, 0, "still here")
        await until(lambda: not ash.saved.waiting)
        assert ash.present == ()
    assert len(done) >= 30
    for words, answer in zip(tries, done, strict=True):
        said = answer.stdout + answer.stderr
        assert answer.returncode != 0, words
        for word in (SECRET, OTHER, "uid=", "root:"):
            assert word.encode() not in said, words
        assert b"Traceback" not in said, words
    for command, answer in zip(COMMANDS, done, strict=False):
        last = answer.stderr.decode().strip().splitlines()[-1]
        assert last.startswith(("That cannot be done here.", "There is no session")), command
    assert sorted(path.name for path in there.sshd.home.rglob("*")) == [".bashrc", ".ssh", "authorized_keys"]
    await until(lambda: there.processes() == [])
    assert there.written() == [("Ash Patel", "still here")]


def test_what_may_be_asked_for_is_answered(there: There) -> None:
    added = there.ash("actions", "add", "Ring J", "--owner", "Sam", "--session", there.session)
    assert added.exit_code == 0, added.stderr
    (action,) = there.store.load(there.session).actions
    listed = there.sam.run("sessions", "--json")
    assert listed.returncode == 0, listed.stderr
    noise, _, answer = listed.stdout.decode().partition("\n")
    assert noise == "Welcome to there!"
    assert [row["id"] for row in json.loads(answer)] == [there.session]
    ticked = there.sam.run(f"actions done {action.id} --note 'Rang J; it went well'")
    assert ticked.returncode == 0, ticked.stderr
    (action,) = there.store.load(there.session).actions
    assert action.status == "done"
    assert [note.text for note in action.notes] == ["Rang J; it went well"]
    mine = there.ash.process("export", there.session, "--format", "txt").stdout
    assert there.sam.run("export", there.session, "--format", "txt").stdout == f"{noise}\n".encode() + mine


def test_without_a_terminal_the_interface_does_not_start_and_the_end_of_input_ends_it(there: There) -> None:
    done = there.sam.run(stdin="From Sam\n/sign\n")
    assert done.returncode == 0, done.stderr
    assert b"\x1b" not in done.stdout
    assert ("Sam Okafor", "From Sam") in there.written()
    (mark,) = there.store.load(there.session).signatures
    assert mark.how == there.how


async def test_a_line_that_is_cut_leaves_no_process(there: There) -> None:
    line = await asyncio.create_subprocess_exec(*there.sam.ssh, HOST, stdin=-1, stdout=-1)
    assert line.stdin is not None and line.stdout is not None
    line.stdin.write(b"Before it was cut\n")
    while b"Noted" not in await line.stdout.readline():
        pass
    assert len(there.processes()) == 1
    line.kill()
    await until(lambda: there.processes() == [])
    assert there.written() == [("Sam Okafor", "Before it was cut")]
    line.stdin.close()
    await line.wait()


@pytest.mark.parametrize("times", [6, pytest.param(50, marks=pytest.mark.long)])
async def test_coming_and_breaking_off_again_and_again_leaves_nothing(
    times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(times)
    with tempfile.TemporaryDirectory(dir="/tmp") as temporary, sshd.running({"TMPDIR": temporary}) as server:
        monkeypatch.setenv("HOME", str(server.home))
        there = There(server)
        for _ in range(times):
            line = await asyncio.create_subprocess_exec(*there.sam.ssh, "-tt", HOST, stdin=-1, stdout=-1, stderr=-1)
            assert line.stdout is not None
            for _ in range(chance.randrange(4)):  # before anything came, in the middle of drawing, or later
                await line.stdout.read(chance.choice((1, 500, 3000)))
            line.kill()
            await line.communicate()
        await until(lambda: there.processes() == [], patience=20)
        with there.store.hold(there.session):
            pass
        assert [path for path in Path(temporary).rglob("*") if "guest" in path.name] == []
        assert not live.address(there.store.folder, there.session).exists()


async def test_a_guest_joins_from_their_own_computer_and_is_taken_out(
    there: There, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sam = Program(me="Ash Patel")  # as they say at home; it is the key that counts
    at_home = {"SUPERVISION_STORE": str(tmp_path / "sams"), "PATH": there.sam.env["PATH"]}
    async with Room(there.store, there.session, me="Ash Patel", clock=lambda: NOW) as ash:
        line = await asyncio.create_subprocess_exec(
            *sam.command("join", there.sshd.address(there.session)),
            stdin=-1,
            stdout=-1,
            stderr=-1,
            env=sam.environment() | at_home,
        )
        assert line.stdin is not None and line.stdout is not None
        line.stdin.write(b"From home\n/as Ash\n/sign\n")
        _, them = ash.session.people
        await until(lambda: ash.runs(*HERE) == (Run(them.id, "From home"),), patience=20)
        await until(lambda: ash.session.signatures, patience=20)
        (mark,) = ash.session.signatures
        assert (mark.by, mark.how) == (them.id, there.how)
        (present,) = ash.present
        assert (present.person, present.how) == (them.id, there.how)
        removed = await asyncio.to_thread(there.ash, "guests", "remove", "Sam")
        assert removed.exit_code == 0, removed.stderr
        assert "One line was ended." in removed.stderr
        await until(lambda: not any(one.is_here for one in ash.present), patience=20)
        refused = await asyncio.to_thread(there.sam.run, "sessions")
        assert refused.returncode == 255
        assert b"Permission denied" in refused.stderr
        await line.communicate(b"")
    assert ash.text(*HERE) == "From home"


def test_a_line_that_is_open_already_lets_nobody_in_once_they_were_taken_out(there: There) -> None:
    shared = there.sam.folder / "shared"
    master = subprocess.Popen(
        [*there.sam.ssh, "-M", "-S", shared, "-N", HOST], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        through = [*there.sam.ssh, "-S", str(shared), HOST, "sessions"]
        while not shared.exists():
            assert master.poll() is None
        before = subprocess.run(through, capture_output=True, timeout=30, check=False)
        assert before.returncode == 0
        assert there.ash("guests", "remove", "Sam").exit_code == 0
        after = subprocess.run(through, capture_output=True, timeout=30, check=False)
        assert after.returncode == 1
        assert b"was taken out" in after.stderr
        assert there.session.encode() not in after.stdout
    finally:
        master.terminate()
        master.wait()
