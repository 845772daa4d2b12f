"""The door for machines without sshd: who is let in, as whom, and what happens to everybody else."""

import asyncio
import os
import sys
from contextlib import suppress
from pathlib import Path

import asyncssh
import pytest

from supervision.errors import Damaged, Refused
from supervision.host import Known, KnownKeys, Pace, Patience, host_key
from supervision.host.callers import Caller
from supervision.host.codes import LETTERS
from supervision.host.door import STRANGERS
from supervision.room import Seat
from tests.doors import ID, OTHER, PACE, Person, come, doorway, let_in, new_key, refused
from tests.live import until

# -- who is let in ------------------------------------------------------------------------------------------------


async def test_a_code_lets_one_person_in_once_as_themselves(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way:
        code = way.door.codes.make(ID, "p-sam")
        async with await let_in(way, code) as connection:
            done = await connection.run(input="one line\n")
            assert str(done.stdout).splitlines()[1:] == ["heard one line", "bye"]
        assert way.started == [(ID, Seat("p-sam", "code", bound=True), False)]
        assert "That is no code" in await refused(way, Person([code]))


async def test_an_unknown_key_waits_until_the_host_admits_it_and_is_known_from_then_on(tmp_path: Path) -> None:
    key = new_key()
    async with doorway(tmp_path) as way:
        sam = Person(["", "Sam"])
        waits = asyncio.create_task(refused(way, sam, keys=[key]))
        await until(lambda: way.door.knocks.there)
        assert way.told == [f"Sam {key.get_fingerprint()}"]
        way.admit("Sam")
        assert "You are let in. Type the same command once more." in await waits
        async with await let_in(way, keys=[key]) as connection:
            await connection.run(stdin=asyncssh.DEVNULL)
        assert way.started[-1][1] == Seat("p-sam", f"own key {key.get_fingerprint()}", bound=True)
    async with doorway(tmp_path) as way, await let_in(way, keys=[key]) as connection:
        await connection.run(stdin=asyncssh.DEVNULL)
        assert "not" not in "".join(one for one in way.told if "knock" in one)
        with pytest.raises(asyncssh.Error):  # Sam takes no part in the other session
            await let_in(way, keys=[key], name=OTHER)


async def test_who_is_refused_or_not_answered_is_told_what_to_do(tmp_path: Path) -> None:
    pace = Pace(silent=5.0, login=20.0, knock=0.05)
    async with doorway(tmp_path, pace=pace) as way:
        assert "Nobody answered yet" in await refused(way, Person(["", "Sam"]), keys=[new_key()])
    async with doorway(tmp_path) as way:
        waits = asyncio.create_task(refused(way, Person(["", "Sam"]), keys=[new_key()]))
        await until(lambda: way.door.knocks.there)
        way.door.knocks.settle(way.door.knocks.there[0], let_in=False)
        assert "You were not let in with this key. Ask for a code." in await waits


async def test_a_key_somebody_only_says_is_theirs_proves_nothing(tmp_path: Path) -> None:
    """The host admits the key that was offered; whoever has its other half comes in, and nobody else."""
    theirs, mine = new_key(), new_key()
    async with doorway(tmp_path) as way:
        way.door.known.add(Known("p-sam", "Sam", theirs.get_fingerprint(), "2026-11-23"))

        class Liar(Person):
            def public_key_auth_requested(self) -> asyncssh.SSHKeyPair | None:
                if getattr(self, "asked", False):
                    return None
                self.asked = True
                pair = asyncssh.load_keypairs([mine])[0]
                pair.public_data = theirs.public_data  # the signature is made with another key
                return pair

        with pytest.raises(asyncssh.Error):
            await let_in_as(way, Liar())
        assert not way.started


async def let_in_as(way: object, person: Person) -> None:
    from tests.doors import come

    connection = await come(way, person)  # type: ignore[arg-type]
    connection.abort()


async def test_of_eight_keys_in_an_agent_the_person_says_which_and_the_code_still_works(tmp_path: Path) -> None:
    keys = [new_key() for _ in range(8)]
    async with doorway(tmp_path) as way:
        waits = asyncio.create_task(refused(way, Person(["", "5", "Sam"]), keys=keys))
        await until(lambda: way.door.knocks.there)
        assert way.door.knocks.there[0].fingerprint == keys[4].get_fingerprint()
        way.admit("Sam")
        await waits
        async with await let_in(way, keys=keys) as connection:
            await connection.run(stdin=asyncssh.DEVNULL)
        assert way.started[-1][1].how == f"own key {keys[4].get_fingerprint()}"
        way.door.known.forget("p-sam")
        async with await let_in(way, way.door.codes.make(ID, "p-sam"), keys=keys) as connection:
            await connection.run(stdin=asyncssh.DEVNULL)
        assert way.started[-1][1].how == "code"
        assert "none of the numbers" in await refused(way, Person(["", "9"]), keys=keys)


async def test_who_came_with_a_code_can_be_admitted_by_their_key_for_the_next_time(tmp_path: Path) -> None:
    key = new_key()
    async with doorway(tmp_path) as way:
        async with await let_in(way, way.door.codes.make(ID, "p-sam"), keys=[key]) as connection:
            await connection.run(stdin=asyncssh.DEVNULL)
        way.admit("Sam Okafor")
        async with await let_in(way, keys=[key]) as connection:
            await connection.run(stdin=asyncssh.DEVNULL)


async def test_a_key_that_came_with_a_code_leads_back_into_that_session_until_the_door_closes(tmp_path: Path) -> None:
    key, other = new_key(), new_key()
    async with doorway(tmp_path) as way:
        sam = Person([way.door.codes.make(ID, "p-sam")])
        connection = await come(way, sam, keys=[key])
        assert "Your key is known here" in sam.read
        async with connection.create_process():
            await until(lambda: way.started)
            connection.abort()
        await until(lambda: way.lost == [(ID, "p-sam", True)])
        async with await let_in(way, keys=[other, key]) as connection:
            await connection.run(stdin=asyncssh.DEVNULL)
        assert [seat for _, seat, _ in way.started] == [Seat("p-sam", "code", bound=True)] * 2
        # Nobody else, and nowhere else.
        assert "Code:" in await refused(way, Person(["AAAA-AAAA"]), keys=[other])
        assert "Code:" in await refused(way, Person(["AAAA-AAAA"]), keys=[key], name=OTHER)
        assert way.door.forget(person="p-sam") == 1
        assert "Code:" in await refused(way, Person(["AAAA-AAAA"]), keys=[key])
        assert len(way.lost) == 1
    async with doorway(tmp_path) as way:
        assert "Code:" in await refused(way, Person(["AAAA-AAAA"]), keys=[key])


async def test_of_several_keys_none_is_known_by_a_code(tmp_path: Path) -> None:
    keys = [new_key(), new_key()]
    async with doorway(tmp_path) as way:
        sam = Person([way.door.codes.make(ID, "p-sam")])
        connection = await come(way, sam, keys=keys)
        assert "a new code is shown to the host" in sam.read
        async with connection.create_process():
            await until(lambda: way.started)
            connection.abort()
        await until(lambda: way.lost == [(ID, "p-sam", False)])
        assert "Code:" in await refused(way, Person(["AAAA-AAAA"]), keys=keys)


@pytest.mark.parametrize(
    ("kind", "size", "said"),
    [("ssh-dss", 0, "old kind DSA"), ("ssh-rsa", 1024, "has only 1024 bits")],
)
async def test_an_old_key_is_refused_with_what_to_do(tmp_path: Path, kind: str, size: int, said: str) -> None:
    key = new_key(kind, size)
    async with doorway(tmp_path) as way:
        way.door.known.add(Known("p-sam", "Sam", key.get_fingerprint(), "2026-11-23"))
        sam = Person()
        words = await refused_with_everything(way, sam, key)
        assert said in words and "ssh-keygen -t ed25519" in words
        assert "no ssh key here to be known by" in await refused(way, Person([""]), keys=[])
        assert not way.started


async def test_an_rsa_key_comes_in_unless_an_old_ssh_signs_with_sha1(tmp_path: Path) -> None:
    key = new_key("ssh-rsa")
    async with doorway(tmp_path) as way:
        way.door.known.add(Known("p-sam", "Sam", key.get_fingerprint(), "2026-11-23"))
        words = await refused_with_everything(way, Person(), key, signs="ssh-rsa")
        assert "SHA-1" in words and "ssh-keygen -t ed25519" in words
        assert not way.started
        async with await let_in(way, keys=[key]) as connection:
            await connection.run(stdin=asyncssh.DEVNULL)
        assert way.started[-1][1].how == f"own key {key.get_fingerprint()}"


async def refused_with_everything(way: object, person: Person, key: asyncssh.SSHKey, signs: str = "*") -> str:
    try:
        connection, _ = await asyncssh.create_connection(
            lambda: person,
            "127.0.0.1",
            way.door.port,  # type: ignore[attr-defined]
            username=ID,
            client_keys=[key],
            known_hosts=None,
            config=None,
            agent_path=None,
            signature_algs=signs,
            gss_host=None,
        )
    except asyncssh.Error:
        return person.read
    connection.abort()
    raise AssertionError("an old key was let in")


async def test_a_session_that_is_not_there_is_like_a_wrong_code(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way:
        code = way.door.codes.make(ID, "p-sam")
        assert "That is no code for this session" in await refused(way, Person([code]), name="2020-01-01-none")
        assert "That is no code for this session" in await refused(way, Person([code]), name="root")
        assert "no such session" in await refused(way, Person(["", "Sam"]), name="root", keys=[new_key()])
        assert not way.door.knocks.there
        connection = await let_in(way, code, name=ID[:-2])  # ids may be shortened
        connection.close()


# -- who is not ---------------------------------------------------------------------------------------------------


async def test_a_thousand_guessed_codes_let_nobody_in_and_the_host_goes_on(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way:
        way.door.codes.make(ID, "p-sam")
        guessed, connections = 0, 0

        async def guesses() -> None:
            nonlocal guessed, connections
            while guessed < 1000:
                answers = ["".join(LETTERS[(guessed * 7 + at * at) % 22] for at in range(8)) for _ in range(3)]
                words = await refused(way, Person(answers))
                connections += 1
                guessed += words.count("Code: ")
                way.clock.now += 300
                assert "codes" in words or "no code" in words

        await asyncio.gather(*(guesses() for _ in range(8)))
        assert connections >= 300
        assert not way.started
        assert any("worn" in one for one in way.told)
        async with await let_in(way, way.door.codes.of(ID, "p-sam")) as connection:
            await connection.run(stdin=asyncssh.DEVNULL)
        await way.nobody()


async def test_the_third_wrong_code_ends_the_connection_with_a_reason(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way:
        words = await refused(way, Person(["AAAAAAAA", "BBBBBBBB", "CCCCCCCC", "DDDDDDDD"]))
        assert words.count("Code: ") == 3
        assert "Three wrong codes. Ask for a new code" in words
        assert "Please wait 2 seconds" in await refused(way, Person([way.door.codes.make(ID, "p-sam")]))


async def test_forwarding_files_agents_windows_and_commands_are_refused(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way, await let_in(way, way.door.codes.make(ID, "p-sam")) as connection:
        with pytest.raises(asyncssh.Error):
            await connection.open_connection("127.0.0.1", way.door.port)
        with pytest.raises(asyncssh.ChannelListenError):
            await connection.start_server(lambda *_: True, "127.0.0.1", 0)
        with pytest.raises(asyncssh.Error):
            await connection.open_unix_connection(str(tmp_path / "socket"))
        with pytest.raises(asyncssh.ChannelListenError):
            await connection.start_unix_server(lambda *_: True, str(tmp_path / "s"))
        for command in (
            "sh",
            "cat /etc/passwd",
            "supervision sessions",
            f"supervision relay {OTHER}",
            "x 'y",
            "scp -t .",
        ):
            done = await connection.run(command)
            assert done.exit_status == 1
            assert "to nothing else: no commands, no files" in str(done.stderr)
            assert not done.stdout
        with pytest.raises((asyncssh.Error, OSError)):
            await connection.start_sftp_client()
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.create_process(x11_forwarding=True, x11_display="localhost:0")
        assert not way.started
        done = await connection.run(input="still here\n")
        assert "heard still here" in str(done.stdout)


async def test_a_relay_to_the_same_session_is_the_one_command_there_is(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way, await let_in(way, way.door.codes.make(ID, "p-sam")) as connection:
        done = await connection.run(f"supervision relay {ID}", input="over the line\n")
        assert "heard over the line" in str(done.stdout)
        assert way.started == [(ID, Seat("p-sam", "code", bound=True), True)]


async def test_two_hundred_connections_that_say_nothing_keep_nobody_out(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way:
        silent = [await asyncio.open_connection("127.0.0.1", way.door.port) for _ in range(200)]
        await until(lambda: len(way.door._callers) <= STRANGERS + 1)
        async with await let_in(way, way.door.codes.make(ID, "p-sam")) as connection:
            await connection.run(stdin=asyncssh.DEVNULL)
        async with asyncio.timeout(20):
            assert b"Type the same command again in a minute" in await silent[0][0].read()
        for _, writer in silent:
            writer.close()
        await way.nobody()


async def test_who_says_nothing_is_not_waited_for(tmp_path: Path) -> None:
    async with doorway(tmp_path, pace=Pace(silent=0.1, login=20.0)) as way:
        reader, writer = await asyncio.open_connection("127.0.0.1", way.door.port)
        assert await reader.readline() == b"SSH-2.0-supervision\r\n"
        await reader.read()
        writer.close()
        await way.nobody()


async def test_rubbish_ends_one_connection_and_nothing_else(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way:
        for rubbish in (b"GET / HTTP/1.1\r\n\r\n", os.urandom(4096), b"SSH-2.0-x\r\n" + b"\xff" * 4096):
            reader, writer = await asyncio.open_connection("127.0.0.1", way.door.port)
            writer.write(rubbish)
            with suppress(OSError):
                await reader.read()
            writer.close()
        await way.nobody()
        connection = await let_in(way, way.door.codes.make(ID, "p-sam"))
        connection.close()


async def test_no_more_than_a_few_may_knock_at_a_time(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way:
        waits = [asyncio.create_task(refused(way, Person(["", f"K{n}"]), keys=[new_key()])) for n in range(9)]
        done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        assert "Too many people wait" in done.pop().result()
        for knock in way.door.knocks.there:
            way.door.knocks.settle(knock, let_in=False)
        await asyncio.gather(*waits)
        assert len(way.told) == 8


async def test_who_knocks_and_runs_does_not_fill_the_hosts_screen(tmp_path: Path) -> None:
    async with doorway(tmp_path, pace=Pace(silent=5.0, login=20.0, knock=0.01)) as way:
        for n in range(12):
            await refused(way, Person(["", f"K{n}"]), keys=[new_key()])
        assert len(way.told) == 8
        way.clock.now += 20
        await refused(way, Person(["", "Sam"]), keys=[new_key()])
        assert [knock.name for knock in way.door.knocks.there][-1] == "Sam"
        assert len(way.door.knocks.there) == 8


async def test_who_fills_the_door_from_one_address_keeps_nobody_else_out(tmp_path: Path) -> None:
    """Also when they begin to say who they are, and then wait."""

    class Waits(Person):
        async def kbdint_challenge_received(self, *_: object) -> list[str] | None:  # type: ignore[override]
            await asyncio.sleep(60)
            return None

    async with doorway(tmp_path) as way:
        crowd = [asyncio.create_task(refused(way, Waits(["x"]))) for _ in range(STRANGERS + 5)]
        await until(lambda: sum(one.has_spoken for one in way.door._callers) >= STRANGERS)
        sam = Caller(way.door)
        sam.address = "192.0.2.1"
        way.door.came(sam)
        await until(lambda: len(way.door._callers) <= STRANGERS)
        assert sam in way.door._callers
        way.door.went(sam)
        async with await let_in(way, way.door.codes.make(ID, "p-sam")) as connection:
            await connection.run(stdin=asyncssh.DEVNULL)
        for one in crowd:
            one.cancel()
        await asyncio.gather(*crowd, return_exceptions=True)


# -- what they get ------------------------------------------------------------------------------------------------

TERMINAL = """
import fcntl, os, signal, sys, termios

def changed(*_):
    os.write(1, b"size %d %d\\n" % tuple(os.get_terminal_size(0)))

fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGWINCH, changed)
given = map(os.environ.get, ("LC_ALL", "EVIL", "LANG"))
print("begin", os.environ["TERM"], sys.stdin.isatty(), *os.get_terminal_size(0), *given, flush=True)
while True:
    key = os.read(0, 4096)
    print("typed", key, flush=True)
    if key.endswith(b"q"):
        sys.exit(7)
"""


async def test_a_terminal_of_its_own_with_its_size_and_what_was_typed_before_it_was_there(tmp_path: Path) -> None:
    async with doorway(tmp_path, program=(sys.executable, "-c", TERMINAL)) as way:
        async with await let_in(way, way.door.codes.make(ID, "p-sam")) as connection:
            process = await connection.create_process(
                term_type="xterm-256color",
                term_size=(80, 24),
                env={"LC_ALL": "C.UTF-8", "EVIL": "1", "LANG": "$(reboot)"},
                encoding=None,
            )
            process.stdin.write(b"early \x03 words")
            out = process.stdout
            assert b"begin xterm-256color True 80 24 C.UTF-8 None None" in await out.readuntil(b"\n")
            assert b"typed b'early \\x03 words'" in await out.readuntil(b"\n")
            process.change_terminal_size(120, 36)
            assert b"size 120 36" in await out.readuntil(b"\n")
            process.stdin.write(b"q")
            done = await process.wait()
            assert done.exit_status == 7
        await way.nobody()
        assert "Sam Okafor has left." in way.told


async def test_a_great_paste_arrives_whole_and_in_order(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way, await let_in(way, way.door.codes.make(ID, "p-sam")) as connection:
        lines = [f"line {n:06}" for n in range(30_000)]
        done = await connection.run(input="\n".join(lines) + "\n")
        assert [line[6:] for line in str(done.stdout).splitlines()[1:-1]] == lines


@pytest.mark.parametrize(
    ("term", "size"),
    [("x" * 300, (80, 24)), ("\x1b]0;evil\x07", (80, 24)), ("xterm", (0, 0)), ("xterm", (2**32 - 1, 2**32 - 1))],
)
async def test_odd_terminals_are_taken_as_they_can_be(tmp_path: Path, term: str, size: tuple[int, int]) -> None:
    async with doorway(tmp_path, program=(sys.executable, "-c", TERMINAL)) as way:
        async with await let_in(way, way.door.codes.make(ID, "p-sam")) as connection:
            process = await connection.create_process(
                term_type=term, term_size=size, env={f"LC_{n}": "x" for n in range(500)}, encoding=None
            )
            begun = await process.stdout.readuntil(b"\n")
            assert begun.split()[1] == (b"xterm" if term == "xterm" else b"dumb")
            assert all(int(number) <= 1000 for number in begun.split()[3:5])
            for columns in (0, 2**32 - 1, 100):
                process.change_terminal_size(columns, 30)
            process.stdin.write_eof()
            await process.wait()
        await way.nobody()


FLOOD = """
import os, signal, sys
signal.signal(signal.SIGHUP, lambda *_: os._exit(0))
while True:
    os.write(1, b"x" * 4096)
"""


async def test_who_reads_nothing_keeps_the_door_from_nothing(tmp_path: Path) -> None:
    """Their line is full; the door closes all the same, and their program is not ended before it has saved."""
    async with doorway(tmp_path, program=(sys.executable, "-c", FLOOD)) as way:
        connection = await let_in(way, way.door.codes.make(ID, "p-sam"))
        process = await connection.create_process(term_type="xterm", encoding=None)
        process.stdout.channel.pause_reading()
        await until(lambda: any(visit._writes_paused for visit in way.door._visits))
        async with asyncio.timeout(60):
            await way.door.close()
        assert not way.door._visits
        connection.abort()


STUBBORN = """
import os, signal, subprocess, sys
for way in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGTSTP):
    signal.signal(way, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(os.getpid(), child.pid, flush=True)
while True:
    signal.pause()
"""


@pytest.mark.parametrize("terminal", [True, False])
@pytest.mark.parametrize("way_out", ["cut", "closed"])
async def test_nothing_is_left_running_however_somebody_goes(tmp_path: Path, terminal: bool, way_out: str) -> None:
    pace = Pace(silent=5.0, login=20.0, patience=Patience(0.2, 0.2, 0.2))
    async with doorway(tmp_path, program=(sys.executable, "-c", STUBBORN), pace=pace) as way:
        connection = await let_in(way, way.door.codes.make(ID, "p-sam"))
        process = await connection.create_process(term_type="xterm" if terminal else None)
        pids = [int(word) for word in (await process.stdout.readuntil("\n")).split()]
        if way_out == "cut":
            connection.abort()
            await way.nobody()
        else:
            await way.door.close()
        await until(lambda: not any(runs(pid) for pid in pids))
        connection.abort()


def runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


async def test_who_goes_kindly_is_asked_kindly_and_their_last_words_arrive(tmp_path: Path) -> None:
    said = tmp_path / "said"
    program = (
        "import signal, sys, os\n"
        f"out = open({str(said)!r}, 'w')\n"
        "def left(*_):\n"
        "    os.set_blocking(0, False)\n"  # as the interface does: what was typed before it was told to leave counts
        "    sys.exit(print(os.read(0, 4096), 'hung up', file=out, flush=True))\n"
        "signal.signal(signal.SIGHUP, left)\n"
        "print('ready', flush=True)\n"
        "signal.pause()\n"
    )
    async with doorway(tmp_path, program=(sys.executable, "-c", program)) as way:
        connection = await let_in(way, way.door.codes.make(ID, "p-sam"))
        process = await connection.create_process(term_type="xterm")
        await process.stdout.readuntil("\n")
        process.stdin.write("last words")
        connection.close()
        await way.nobody()
        assert said.read_text() == "b'last words' hung up\n"


async def test_one_connection_has_one_program_at_a_time(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way, await let_in(way, way.door.codes.make(ID, "p-sam")) as connection:
        process = await connection.create_process()
        await process.stdout.readuntil("\n")
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.create_process()
        process.stdin.write_eof()
        await process.wait()
        await connection.run(stdin=asyncssh.DEVNULL)
        assert len(way.started) == 2


async def test_what_cannot_be_started_is_no_reason_to_hang(tmp_path: Path) -> None:
    async with doorway(tmp_path, program=("/nowhere/at/all",)) as way:
        async with await let_in(way, way.door.codes.make(ID, "p-sam")) as connection:
            done = await connection.run(stdin=asyncssh.DEVNULL)
            assert done.exit_status == 1
        await way.nobody()


# -- what it needs ------------------------------------------------------------------------------------------------


def test_the_key_of_the_host_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    made = host_key(tmp_path / "config")
    file = tmp_path / "config" / "host_key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert host_key(tmp_path / "config").get_fingerprint() == made.get_fingerprint()
    file.chmod(0o644)
    with pytest.raises(Refused, match="Others on this computer can read"):
        host_key(tmp_path / "config")
    file.chmod(0o600)
    file.write_bytes(b"no key")
    with pytest.raises(Damaged, match="It stays as it is"):
        host_key(tmp_path / "config")
    assert file.read_bytes() == b"no key"


async def test_a_file_of_guests_that_cannot_be_read_stays_and_lets_nobody_in(tmp_path: Path) -> None:
    key = new_key()
    async with doorway(tmp_path) as way:
        way.door.known.add(Known("p-sam", "Sam", key.get_fingerprint(), "2026-11-23"))
        way.door.known.file.write_text("{ half a fi")
        await refused(way, Person(["AAAAAAAA"]), keys=[key])
        assert "cannot be read" in way.said
        with pytest.raises(Damaged):
            way.door.known.add(Known("p-kim", "Kim", "SHA256:other", "2026-11-23"))
        assert way.door.known.file.read_text() == "{ half a fi"


def test_a_key_belongs_to_one_person_and_can_be_forgotten(tmp_path: Path) -> None:
    known = KnownKeys(tmp_path)
    known.add(Known("p-sam", "Sam", "SHA256:one", "2026-11-23"))
    known.add(Known("p-kim", "Kim", "SHA256:one", "2026-11-23"))
    known.add(Known("p-kim", "Kim", "SHA256:two", "2026-11-23"))
    assert KnownKeys(tmp_path).person("SHA256:one") == "p-kim"
    assert known.file.stat().st_mode & 0o777 == 0o600
    assert known.forget("p-kim") == 2
    assert KnownKeys(tmp_path).known() == ()


async def test_a_port_that_is_taken_is_said_with_what_to_do(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way:
        from supervision.host import Codes, Door, Knocks

        second = Door(
            host_key(tmp_path),
            KnownKeys(tmp_path),
            Codes(lambda: 0.0, lambda *_: None),
            Knocks(lambda: 0.0, lambda _: None),
            {},
            way.door._start,
            told=print,
            pace=PACE,
        )
        with pytest.raises(Refused, match=f"--port {way.door.port + 1}"):
            await second.open("127.0.0.1", way.door.port)
        with pytest.raises(Refused, match="no address of this computer"):
            await second.open("203.0.113.7", 0)
