"""Coming into a session that somebody has open: on this computer, or over a line to another one."""

import asyncio
import os
import socket
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from supervision.live import Away, address
from supervision.model import changes as c
from supervision.model.values import Run
from supervision.model.views import summary
from supervision.room import Journal, Room
from supervision.store import AwayFile, Store
from tests.conftest import Program
from tests.factory import NOW
from tests.live import HERE, PACE, until
from tests.terminal import Terminal
from tests.tmux import Tmux

ROOT = Path(__file__).resolve().parents[1]


def store() -> Store:
    from supervision import paths

    return Store(paths.store_dir(), summary)


def test_with_nothing_open_it_says_what_to_type(program: Program) -> None:
    program.start()
    result = program("join")
    assert result.exit_code == 1
    assert "Nobody has a session of yours open here now" in result.stderr
    assert "supervision open ID" in result.stderr


def test_what_a_killed_program_left_behind_is_no_open_session(program: Program) -> None:
    path = address(store().folder, program.start())
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as left:
        left.bind(str(path))
    try:
        assert "Nobody has a session of yours open here now" in program("join").stderr
    finally:
        path.unlink()


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


# -- from another computer ----------------------------------------------------------------------------------------

SSH = """#!{python}
# Stands for ssh: runs what it is asked to run there, here, as another account with records of its own would.
import os, pathlib, sys
place = pathlib.Path({place!r})
(place / "asked").write_text("\\n".join(sys.argv[1:]))
if (place / "cut").exists():
    sys.exit("ssh: connect to host there: Network is unreachable")
if (place / "ask").exists():
    with open("/dev/tty", "r+b", buffering=0) as terminal:
        terminal.write(b"Password for there: ")
        (place / "told").write_bytes(terminal.readline())
print("Welcome to there!", flush=True)
words = sys.argv[sys.argv.index("--") + 2].split()
os.environ.update(SUPERVISION_STORE={store!r}, SUPERVISION_CONFIG={store!r} + "-config")
os.environ.pop("SUPERVISION_ME", None)
os.execv({python!r}, [{python!r}, "-m", *words])
"""


@dataclass
class There:
    """Another computer with a store of its own, and an `ssh` that leads to it."""

    place: Path
    store: Store
    session: str

    @property
    def address(self) -> str:
        return f"ssh://sam@there:2222/{self.session}"

    @property
    def asked(self) -> list[str]:
        return (self.place / "asked").read_text().splitlines()

    def notes(self) -> list[tuple[str, str]]:
        session = self.store.load(self.session)
        return [(session.called(run.by), run.text) for note in session.notes for run in note.runs]

    def cut(self) -> None:
        (self.place / "cut").touch()

    def mend(self) -> None:
        (self.place / "cut").unlink()


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> There:
    place, folder = tmp_path / "there", tmp_path / "there" / "store"
    (place / "bin").mkdir(parents=True)
    ssh = place / "bin" / "ssh"
    ssh.write_text(SSH.format(python=sys.executable, place=str(place), store=str(folder)))
    ssh.chmod(0o700)
    monkeypatch.setenv("PATH", f"{place / 'bin'}:{os.environ['PATH']}")
    with monkeypatch.context() as their:
        their.setenv("SUPERVISION_STORE", str(folder))
        session = Program(me="Ash Patel").start()
    return There(place, Store(folder, summary), session)


def test_what_is_written_here_is_kept_there_and_nothing_of_the_record_here(there: There) -> None:
    done = Program(me="Sam Okafor").process("join", there.address, stdin="From my own desk\n/action Ring J\n")
    assert done.returncode == 0, done.stderr
    assert there.notes() == [("Sam Okafor", "From my own desk")]
    (action,) = there.store.load(there.session).actions
    assert action.text == "Ring J"
    assert f"To come back: supervision join {there.address}".encode() in done.stdout
    assert b"Welcome to there!" not in done.stdout
    here = Path(os.environ["SUPERVISION_STORE"])
    assert not any(b"From my own desk" in file.read_bytes() for file in here.rglob("*") if file.is_file())
    wanted = ["-T", "-a", "-x", "-p", "2222", "-l", "sam", "--", "there", f"supervision relay {there.session}"]
    assert there.asked == wanted


def on_sams_computer(tmp_path: Path) -> dict[str, str]:
    """Where nothing is yet, and Sam is known."""
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "SUPERVISION_ME": "Sam Okafor", "PYTHONPATH": str(ROOT)}
    return env | {f"SUPERVISION_{name.upper()}": str(tmp_path / name) for name in ("store", "config")}


def at_home(tmp_path: Path) -> Tmux:
    return Tmux(env=on_sams_computer(tmp_path), columns=80, rows=24, cwd=tmp_path)


def test_from_home_it_is_joined_by_its_address_and_ssh_may_ask_before(there: There, tmp_path: Path) -> None:
    (there.place / "ask").touch()
    with at_home(tmp_path) as screen:
        screen.wait("Join a session elsewhere")
        screen.press("j")
        screen.wait("ssh://sam@computer")
        screen.type(f"supervision join {there.address}")
        screen.wait(there.session)
        screen.press("Enter")
        screen.wait("Password for there:")
        screen.type("four words of mine")
        screen.press("Enter")
        screen.wait("[Notes]")
        screen.type("From my own first screen")
        screen.wait("From my own first screen")
        screen.press("C-q")
        assert screen.status == 0
    assert (there.place / "told").read_text() == "four words of mine\n"
    assert there.notes() == [("Sam Okafor", "From my own first screen")]


def test_from_home_what_stands_in_the_way_is_said_there(there: There, tmp_path: Path) -> None:
    there.cut()
    with at_home(tmp_path) as screen:
        screen.wait("Join a session elsewhere")
        screen.press("j")
        screen.wait("ssh://sam@computer")
        screen.type("somewhere")
        screen.press("Enter")
        screen.wait("somewhere is no address of a session.")
        screen.press("C-u")
        screen.type(there.address)
        screen.press("Enter")
        screen.wait("There is no line to that session:")
        screen.wait("Start a session")
        screen.press("j")
        screen.wait(there.session)  # as it was typed, to be mended
        screen.press("Escape")
        screen.press("C-q")
        assert screen.status == 0


def test_from_home_line_by_line_it_is_joined_too_and_one_comes_back(there: There) -> None:
    typed = f"/join somewhere\n/join {there.address}\nLine by line\n/home\n/quit\n"
    done = Program(me="Sam Okafor").process("plain", stdin=typed)
    assert done.returncode == 0, done.stderr
    said = done.stdout.decode()
    assert "somewhere is no address of a session." in said
    assert said.count("Home.") == 2
    assert there.notes() == [("Sam Okafor", "Line by line")]


def test_line_by_line_ssh_may_ask_on_the_terminal_or_be_given_up(there: There, tmp_path: Path) -> None:
    (there.place / "ask").touch()
    with Terminal(["plain"], env=on_sams_computer(tmp_path)) as terminal:
        terminal.wait("You are Sam Okafor.")
        terminal.send(f"/join {there.address}\r")
        terminal.wait("Password for there:")
        terminal.send("\x03")
        terminal.wait("Nothing was joined.")
        terminal.send(f"/join {there.address}\r")
        terminal.wait(lambda text: text.count("Password for there:") == 2)
        terminal.send("four words of mine\r")
        terminal.wait("How are you arriving")
        terminal.send("Line by line\r/quit\r")
        assert terminal.ended() == 0
    assert (there.place / "told").read_text() == "four words of mine\n"
    assert there.notes() == [("Sam Okafor", "Line by line")]


def test_without_a_line_it_says_why_and_what_ssh_said(there: There) -> None:
    there.cut()
    done = Program(me="Sam Okafor").process("join", there.address)
    assert done.returncode == 1
    assert b"There is no line to that session" in done.stderr
    assert b"Network is unreachable" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "address",
    [
        "ssh://there",
        "ssh:///2026-11-23-1000-abcd",
        "ssh://-oProxyCommand=touch/2026-11-23-1000-abcd",
        "ssh://-x@there/2026-11-23-1000-abcd",
        "ssh://there:99999/2026-11-23-1000-abcd",
        "ssh://there/../../etc/passwd",
        "ssh://there/2026;id",
        "ssh://there/$(id)",
        "ssh://the re/2026-11-23-1000-abcd",
        "http://there/2026-11-23-1000-abcd",
    ],
)
def test_what_is_no_address_never_reaches_ssh(there: There, address: str) -> None:
    done = Program(me="Sam Okafor").process("join", address)
    assert done.returncode == 1
    assert b"is no address of a session" in done.stderr
    assert not (there.place / "asked").exists()


def journal(there: There, session: str = "") -> Journal:
    from supervision import paths

    return Journal(AwayFile(paths.store_dir(), "sam@there:2222", session or there.session))


def far(there: There, away: Away) -> Room:
    pace = replace(PACE, takeover=5.0, greeting=5.0)
    return Room(
        None,
        there.session,
        me="Sam Okafor",
        clock=lambda: NOW,
        pace=pace,
        dial=away.dial,
        hang_up=away.close,
        journal=journal(there),
    )


def line(there: There) -> Away:
    ssh = ("ssh", "--", "there", f"supervision relay {there.session}")
    away = Away(ssh, ssh)
    away.connect()
    return away


async def lost(there: There, away: Away, room: Room) -> None:
    """The line goes, and cannot be had back."""
    there.cut()
    assert away._process is not None
    away._process.kill()
    await until(lambda: room.line.is_lost)


async def test_words_written_while_the_line_was_lost_outlive_the_program_and_go_over_the_next_time(
    there: There,
) -> None:
    away = line(there)
    async with far(there, away) as sam:
        sam.write(*HERE, 0, 0, "before ")
        await until(lambda: not sam.saved.waiting)
        await lost(there, away, sam)
        sam.write(*HERE, 7, 7, "meanwhile ")
        sam.change(c.AddAction(text="Ring J"))
        await until(lambda: (found := journal(there).read()) is not None and len(found.asked) == 1)
        kept = journal(there)._file.file.read_bytes()  # what a kill of the program now would leave
    assert sam.left_words
    assert journal(there)._file.file.stat().st_mode & 0o777 == 0o600
    journal(there)._file.file.write_bytes(kept)
    there.mend()
    async with far(there, line(there)) as again:
        await until(lambda: not again.saved.waiting)
        assert not again.offered
        assert again.text(*HERE) == "before meanwhile "
    assert not again.left_words
    assert there.notes() == [("Sam Okafor", "before meanwhile ")]
    assert [action.text for action in there.store.load(there.session).actions] == ["Ring J"]
    assert journal(there).read() is None
    async with far(there, line(there)) as once_more:
        assert once_more.text(*HERE) == "before meanwhile "


async def test_words_for_a_record_that_has_gone_on_meanwhile_are_offered_and_never_lost(there: There) -> None:
    away = line(there)
    async with far(there, away) as sam:
        sam.write(*HERE, 0, 0, "before ")
        await until(lambda: not sam.saved.waiting)
        await lost(there, away, sam)
        sam.write(*HERE, 7, 7, "meanwhile")
    assert sam.left_words
    there.mend()
    there.store.drop_live(there.session)  # as after a day: nobody knows the document any more that they go on in
    async with far(there, line(there)) as again:
        assert again.text(*HERE) == "before "
        ((where, runs),) = again.offered
        assert where == HERE and "".join(run.text for run in runs) == "meanwhile"
    assert again.left_words, "offered words wait until they are taken or put away"
    told = await asyncio.to_thread(Program().process, "doctor")
    assert f"They go over with: supervision join {there.address}".encode() in told.stdout
    async with far(there, line(there)) as last:
        last.take_offered(0)
        await until(lambda: not last.saved.waiting)
    assert not last.left_words
    assert "".join(words for _, words in there.notes()).split() == ["before", "meanwhile"]


async def test_of_a_record_that_was_erased_no_words_stay_here(there: There) -> None:
    away = line(there)
    async with far(there, away) as sam:
        await lost(there, away, sam)
        sam.write(*HERE, 0, 0, "meanwhile")
        await until(lambda: journal(there).read() is not None)
        sam.went("It was erased.")
    assert journal(there).read() is None


async def test_a_journal_that_cannot_be_read_is_named_and_stays_as_it_is(there: There) -> None:
    file = journal(there)._file.file
    file.parent.mkdir(parents=True)
    file.write_bytes(b"{}")
    done = await asyncio.to_thread(Program(me="Sam Okafor").process, "join", there.address)
    assert done.returncode == 1
    assert str(file).encode() in done.stderr
    assert file.read_bytes() == b"{}"
