"""`supervision host`: what it prints, what is typed there, and what somebody gets who comes in."""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncssh
import pyte
import pytest

from supervision.model.views import summary
from supervision.room import Room
from supervision.store import Store
from tests.conftest import Program
from tests.doors import Person, let_in, new_key, refused
from tests.factory import NOW
from tests.keys import PASSPHRASE, give_key
from tests.live import until
from tests.terminal import Emulator

CODE = re.compile(r"([A-Z]{4}-[A-Z]{4}) \(good once\)")


class Hosted:
    """A host at a keyboard that is no terminal: `type` and `said`."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process
        self.lines: list[str] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.decode().rstrip("\n"))

    @property
    def said(self) -> str:
        return "\n".join(self.lines)

    def type(self, words: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{words}\n".encode())
        self.process.stdin.flush()

    async def hears(self, words: str) -> str:
        await until(lambda: words in self.said, patience=20)
        return self.said

    @property
    def port(self) -> int:
        found = re.search(r"ssh -C -p ([0-9]+) ", self.said)
        assert found
        return int(found[1])

    @property
    def code(self) -> str:
        """The newest code."""
        return str(CODE.findall(self.said)[-1])


@contextmanager
def hosted(program: Program, *args: str) -> Iterator[Hosted]:
    process = program.begin("host", *args, "--port", "0")
    try:
        yield Hosted(process)
    finally:
        process.terminate()
        process.communicate(timeout=20)


def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store", summary)


async def test_it_says_what_to_tell_the_other_and_lets_them_in_by_the_code(program: Program, tmp_path: Path) -> None:
    session_id = program.start()
    with hosted(program, session_id[:-1]) as host:
        said = await host.hears("help lists")
        assert "only who is logged in here can come" in said
        assert f"    ssh -C -p {host.port} {session_id}@localhost" in said
        assert "Tell Sam Okafor, by phone:" in said and "Tell Ash Patel" not in said
        shown = re.search(r"SHA256:\S+", said)
        assert shown
        async with await let_in(host.port, host.code, name=session_id) as connection:
            assert connection.get_server_host_key().get_fingerprint() == shown[0]  # type: ignore[union-attr]
            done = await connection.run(input="From afar\n/as Ash\n/sign\n")
            assert "Noted, Sam Okafor" in str(done.stdout)
            assert "only you write" in str(done.stdout)
            assert "has signed (code)" in str(done.stdout)
        await host.hears("Sam Okafor has left.")
        assert "Sam Okafor comes in (code)." in host.said
        host.type("who")
        await host.hears("Nobody is in.")
        await host.hears("the code was used")
        host.type("quit")
        assert host.process.wait(20) == 0
    session = store(tmp_path).load(session_id)
    _, sam = session.people
    assert [(run.by, run.text) for note in session.notes for run in note.runs] == [(sam.id, "From afar")]
    assert [(mark.by, mark.how) for mark in session.signatures] == [(sam.id, "code")]


async def test_a_key_is_admitted_by_name_and_known_the_next_time_the_door_opens(program: Program) -> None:
    session_id, key = program.start(), new_key()
    with hosted(program, session_id) as host:
        await host.hears("help lists")
        waits = asyncio.create_task(refused(host.port, Person(["", "Samuel"]), name=session_id, keys=[key]))
        await host.hears(f"Samuel knocks at {session_id}, with the key {key.get_fingerprint()}")
        host.type("admit Samuel")
        await host.hears("! Who is Samuel in this session? Say it like this: admit Samuel as Sam Okafor")
        host.type("admit Samuel as Sam")
        await host.hears("Sam Okafor is known by")
        assert "Type the same command once more" in await waits
    with hosted(program, session_id) as host:
        await host.hears("help lists")
        async with await let_in(host.port, keys=[key], name=session_id) as connection:
            await connection.run(stdin=asyncssh.DEVNULL)
        await host.hears(f"Sam Okafor comes in (own key {key.get_fingerprint()}).")
        host.type("forget Sam")
        await host.hears("1 key of theirs forgotten")
        assert "Type the one-time code" in await refused(host.port, Person(["AAAAAAAA"]), name=session_id, keys=[key])


async def test_who_is_not_wanted_is_sent_away_and_a_fresh_code_ends_the_one_before(program: Program) -> None:
    session_id = program.start()
    with hosted(program, session_id) as host:
        await host.hears("help lists")
        waits = asyncio.create_task(refused(host.port, Person(["", "Kim"]), name=session_id, keys=[new_key()]))
        await host.hears("Kim knocks")
        host.type("refuse Kim")
        assert "You were not let in with this key" in await waits
        before = host.code
        host.type("code Sam")
        await until(lambda: host.code != before)
        assert "That is no code" in await refused(host.port, Person([before]), name=session_id)
        for typed, said in (
            ("admit", "! Say who: at the door is nobody."),
            ("code Bea", "! Bea is not expected here."),
            ("forget Bea", "! Say whom: known by a key is nobody."),
            ("rm -rf", "! There is no rm here. help lists what there is."),
            ("open", "! There is no terminal here to show a session on."),
            ("help", "admit NAME     let in somebody who knocked"),
        ):
            host.type(typed)
            await host.hears(said)


@dataclass
class AtHome:
    """Sam's own computer: this program, a key, and the system's ssh, each of whose processes is noted."""

    folder: Path
    key: asyncssh.SSHKey

    @classmethod
    def made(cls, folder: Path, monkeypatch: pytest.MonkeyPatch) -> "AtHome":
        ssh = shutil.which("ssh")
        if ssh is None:
            (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("ssh is not installed")
        (folder / "bin").mkdir(parents=True)
        key = new_key()
        key.write_private_key(str(folder / "key"))
        (folder / "key").chmod(0o600)
        (folder / "bin" / "ssh").write_text(
            f"#!/bin/sh\necho $$ >> {folder}/lines\nexec {ssh} -F /dev/null -i {folder}/key -o IdentitiesOnly=yes "
            f'-o StrictHostKeyChecking=no -o UserKnownHostsFile={folder}/known -o LogLevel=ERROR "$@"\n'
        )
        (folder / "bin" / "ssh").chmod(0o700)
        monkeypatch.setenv("PATH", f"{folder / 'bin'}:{os.environ['PATH']}")
        return cls(folder, key)

    @property
    def env(self) -> dict[str, str]:
        return {
            "SUPERVISION_STORE": str(self.folder / "store"),
            "SUPERVISION_CONFIG": str(self.folder / "config"),
            "SUPERVISION_ME": "Sam Okafor",
        }

    async def is_admitted(self, host: Hosted, session_id: str) -> None:
        waits = asyncio.create_task(refused(host.port, Person(["", "Sam"]), name=session_id, keys=[self.key]))
        await host.hears("Sam knocks")
        host.type("admit Sam")
        await waits

    def cut(self) -> None:
        """The line goes."""
        os.kill(int((self.folder / "lines").read_text().split()[-1]), signal.SIGKILL)


async def test_join_from_ones_own_computer_leads_through_the_door(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id, home = program.start(), AtHome.made(tmp_path / "sam", monkeypatch)
    with hosted(program, session_id) as host:
        await host.hears("help lists")
        await home.is_admitted(host, session_id)
        address = f"ssh://{session_id}@127.0.0.1:{host.port}/{session_id}"
        done = await asyncio.to_thread(program.process, "join", address, stdin="From home\n/sign\n", env=home.env)
        assert done.returncode == 0, done.stderr
        await host.hears("Sam Okafor has left.")
    session = store(tmp_path).load(session_id)
    _, sam = session.people
    assert [(run.by, run.text) for note in session.notes for run in note.runs] == [(sam.id, "From home")]
    assert [mark.how for mark in session.signatures] == [f"own key {home.key.get_fingerprint()}"]
    assert not list((home.folder / "store").rglob(f"{session_id}*"))  # nothing of it stays there


async def test_both_write_and_the_line_through_the_door_breaks_three_times(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id, home = program.start(), AtHome.made(tmp_path / "sam", monkeypatch)
    with hosted(program, session_id) as host:
        await host.hears("help lists")
        await home.is_admitted(host, session_id)
        async with Room(store(tmp_path), session_id, me="Ash Patel", clock=lambda: NOW) as ash:
            joined = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "supervision", "join"),
                f"ssh://{session_id}@127.0.0.1:{host.port}/{session_id}",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=program.environment() | home.env,
            )
            assert joined.stdin is not None

            def words() -> list[str]:
                return [line for line in ash.text("arrive", 1).split("\n") if line]

            for n in range(12):
                ash.write_line(f"ash {n}")
                joined.stdin.write(f"sam {n}\n".encode())
                await joined.stdin.drain()
                if n % 4 == 1:
                    await until(lambda n=n: f"sam {n}" in words(), patience=30)  # type: ignore[misc]
                    home.cut()
            await until(lambda: len(words()) >= 24, patience=30)
            _, err = await asyncio.wait_for(joined.communicate(b""), 60)
            assert joined.returncode == 0, err
            assert sorted(words()) == sorted(f"{who} {n}" for who in ("ash", "sam") for n in range(12))
        await host.hears("Sam Okafor has left.")
    kept = store(tmp_path).load(session_id)
    written = [(kept.called(run.by), line) for run in kept.notes[0].runs for line in run.text.split("\n") if line]
    assert len(written) == 24
    assert all(by.lower().startswith(line.split()[0]) for by, line in written)


async def test_the_systems_ssh_with_eight_keys_in_an_agent_comes_in_by_the_code(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id, home = program.start(), AtHome.made(tmp_path / "sam", monkeypatch)
    agent_at = Path(tempfile.mkdtemp(prefix="a-", dir=os.environ.get("RUNNER_TEMP", "/tmp"))) / "agent"
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", str(agent_at)], stdout=subprocess.DEVNULL)
    answers = home.folder / "answers"
    try:
        await until(agent_at.exists)
        env = os.environ | {"SSH_AUTH_SOCK": str(agent_at), "SSH_ASKPASS": str(answers), "SSH_ASKPASS_REQUIRE": "force"}
        for n in range(8):
            key = home.folder / f"key-{n}"
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
            subprocess.run(["ssh-add", "-q", key], env=env, check=True)
        with hosted(program, session_id) as host:
            await host.hears("help lists")
            answers.write_text(f"#!/bin/sh\necho {host.code}\n")
            answers.chmod(0o700)
            ssh = ("ssh", "-T", "-o", "IdentitiesOnly=no", "-p", str(host.port), f"{session_id}@127.0.0.1")
            done = await asyncio.to_thread(
                subprocess.run, ssh, input=b"Out of eight\n", env=env, capture_output=True, timeout=60
            )
            assert done.returncode == 0, done.stderr
            assert b"Noted, Sam Okafor" in done.stdout
            await host.hears("Sam Okafor has left.")
            # and what is not for them is refused in words
            for more, words in (
                (("-s", "sftp"), b"no commands, no files"),
                (("cat", "/etc/passwd"), b"no commands, no files"),
            ):
                before = host.code
                host.type("code")
                await until(lambda before=before: host.code != before, patience=20)  # type: ignore[misc]
                answers.write_text(f"#!/bin/sh\necho {host.code}\n")
                asked = (*ssh[:-1], "-s", ssh[-1], "sftp") if more[0] == "-s" else (*ssh, *more)
                refusal = await asyncio.to_thread(subprocess.run, asked, env=env, capture_output=True, timeout=60)
                assert refusal.returncode == 1
                assert words in refusal.stderr and b"root:" not in refusal.stdout
    finally:
        agent.terminate()
        agent.wait(20)
        shutil.rmtree(agent_at.parent)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, None])
async def test_however_the_host_leaves_nobodys_words_are_lost_and_nothing_runs_on(
    program: Program, tmp_path: Path, end: signal.Signals | None
) -> None:
    session_id = program.start()
    with hosted(program, session_id) as host:
        await host.hears("help lists")
        connection = await let_in(host.port, host.code, name=session_id)
        process = await connection.create_process(term_type="xterm-256color", term_size=(80, 24), encoding=None)
        seen = b""
        while b"Arrive" not in seen:
            seen += await process.stdout.read(65536)
        process.stdin.write(b"last words")
        screen = Emulator(80, 24)
        painted = pyte.ByteStream(screen)
        painted.feed(seen)
        while not any("last words" in line for line in screen.display):
            painted.feed(await process.stdout.read(65536))
        children = children_of(host.process.pid)
        assert len(children) >= 2  # the nursery, and the copy of it that is for Sam
        if end is None:
            host.process.kill()
        else:
            host.process.send_signal(end)
        assert await asyncio.to_thread(host.process.wait, 20) == (0 if end is not None else -signal.SIGKILL)
        await until(lambda: not any(Path(f"/proc/{child}").exists() for child in children), patience=20)
        connection.abort()
    (note,) = store(tmp_path).load(session_id).notes
    assert note.text == "last words"


def children_of(pid: int) -> list[int]:
    """All that runs below a process."""
    try:
        found = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return found + [one for child in found for one in children_of(child)]


async def test_without_any_input_the_door_stays_open(program: Program) -> None:
    session_id = program.start()
    with hosted(program, session_id) as host:
        assert host.process.stdin is not None
        host.process.stdin.close()
        host.process.stdin = None
        await host.hears("help lists")
        async with await let_in(host.port, host.code, name=session_id) as connection:
            await connection.run(stdin=asyncssh.DEVNULL)
        assert host.process.poll() is None


async def test_when_nobody_reads_what_it_says_the_door_stays_open(program: Program, tmp_path: Path) -> None:
    session_id = program.start()
    process = program.begin("host", session_id, "--port", "0")
    assert process.stdout is not None
    said = ""
    while "help lists" not in said:
        said += process.stdout.readline().decode()
    process.stdout.close()
    port, code = re.findall(r"ssh -C -p ([0-9]+) .*\n +code: (\S+)", said)[0]
    async with await let_in(int(port), code, name=session_id) as connection:
        done = await connection.run(input="Still here\n")
        assert "Noted, Sam Okafor" in str(done.stdout)
    process.terminate()
    assert await asyncio.to_thread(process.wait, 20) == 0
    assert process.stderr is not None and b"Traceback" not in process.stderr.read()
    for stream in (process.stdin, process.stderr):
        assert stream is not None
        stream.close()


def test_what_is_wrong_is_one_sentence(program: Program) -> None:
    session_id = program.start()
    with hosted(program, session_id) as host:
        asyncio.run(host.hears("help lists"))
        taken = program.process("host", session_id, "--port", str(host.port))
        assert taken.returncode == 1
        assert f"Something else listens on port {host.port} already".encode() in taken.stderr
    for args, said in (
        (("2020-01-01-none",), b"There is no session"),
        ((session_id, "--listen", "203.0.113.7"), b"203.0.113.7 is no address of this computer"),
        ((session_id, "--listen", "no such host"), b"not possible to listen"),
    ):
        wrong = program.process("host", *args, "--port", "0")
        assert wrong.returncode == 1
        assert said in wrong.stderr and b"Traceback" not in wrong.stderr
    assert program.process("host", "--port", "99999").returncode == 2


async def test_where_the_host_takes_no_part_both_are_told_how_and_each_has_a_code(program: Program) -> None:
    session_id = program.start()
    program.me = "Kim"
    with hosted(program, session_id, "--listen", "0.0.0.0") as host:
        said = await host.hears("help lists")
        assert "whoever can reach this computer can knock" in said
        assert "Tell Sam Okafor, by phone:" in said and "Tell Ash Patel, by phone:" in said
        codes = CODE.findall(said)
        assert len(set(codes)) == 2
        for code in codes:
            async with await let_in(host.port, code, name=session_id) as connection:
                await connection.run(input="A line\n")
        await host.hears("Ash Patel has left.")
        await host.hears("Sam Okafor has left.")


async def test_records_that_are_encrypted_are_opened_by_the_host_and_never_by_a_guests_answer(
    program: Program, tmp_path: Path
) -> None:
    session_id = program.start()
    give_key()
    done = program.process("encrypt", "--no-recovery", stdin=f"{PASSPHRASE}\n")
    assert done.returncode == 0, done.stderr
    assert program.process("unlock", stdin=f"{PASSPHRASE}\n").returncode == 0
    try:
        with hosted(program, session_id) as host:
            await host.hears("help lists")
            assert program.process("lock").returncode == 0  # the host has the key already, and gives it on
            async with await let_in(host.port, host.code, name=session_id) as connection:
                done_there = await connection.run(input="Sealed words\n")
                assert "Noted, Sam Okafor" in str(done_there.stdout)
                assert "assphrase" not in str(done_there.stdout)
                ran = [one for child in children_of(host.process.pid) for one in environment_of(child)]
                assert not any("AGE-SECRET-KEY" in one for one in ran)
    finally:
        program.process("lock")


def environment_of(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().decode("utf-8", "replace").split("\0")
    except OSError:
        return []


def test_the_list_of_sessions_loads_no_ssh(program: Program) -> None:
    program.start()
    code = "import sys; from supervision.cli import cli; cli.main(['sessions'], standalone_mode=False)"
    watch = f"import sys\ntry:\n    exec({code!r})\nexcept SystemExit:\n    pass\nprint('asyncssh' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", watch], env=program.environment(), capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.splitlines()[-1] == "False"
