"""Letting somebody in over SSH: the line for their key, what they may ask for, and taking them out."""

import base64
import json
import os
import re
import signal
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest

from supervision.guests import AuthorizedKeys, Key
from supervision.model.views import summary
from supervision.store import Store
from tests.conftest import Program
from tests.terminal import Terminal

FINGERPRINT = "SHA256:" + "k" * 43
OTHER = "Bea Lund"


def blob(*parts: bytes) -> str:
    return base64.b64encode(b"".join(len(part).to_bytes(4) + part for part in parts)).decode()


def ed25519(letter: bytes = b"k") -> str:
    return f"ssh-ed25519 {blob(b'ssh-ed25519', letter * 32)} sam@home"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    monkeypatch.setenv("HOME", str(home))
    return home


@pytest.fixture
def key(tmp_path: Path) -> Path:
    file = tmp_path / "sam.pub"
    file.write_text(ed25519() + "\n")
    return file


def keys(home: Path) -> str:
    return (home / ".ssh" / "authorized_keys").read_text()


def test_the_line_is_printed_and_written_only_when_that_is_said(program: Program, home: Path, key: Path) -> None:
    program.start()
    shown = program("guests", "add", "Sam", "--key", str(key))
    assert shown.exit_code == 0, shown.stderr
    assert not (home / ".ssh").exists()
    done = program("guests", "add", "sam okafor", "--key", "-", "--yes", stdin=ed25519())
    assert done.exit_code == 0, done.stderr
    assert done.stdout == shown.stdout == keys(home)
    line = keys(home)
    assert line.startswith('restrict,pty,command="env PYTHONUTF8=1 /')
    assert f"--store {os.environ['SUPERVISION_STORE']} guest --person " in line
    assert f"{ed25519().rpartition(' ')[0]} supervision guest Sam Okafor\n" in line
    for place, mode in ((home / ".ssh", 0o700), (home / ".ssh" / "authorized_keys", 0o600)):
        assert stat.S_IMODE(place.stat().st_mode) == mode
    assert "ssh -C -t " in done.stderr


def test_without_an_sshd_it_is_said_what_else_there_is(
    program: Program, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program.start()
    monkeypatch.setattr("supervision.cli.guests._SYSTEM", str(tmp_path))
    shown = program("guests", "add", "Sam", "--key", str(key))
    assert shown.exit_code == 0
    assert "There is no sshd on this computer" in shown.stderr


def test_other_lines_stay_byte_by_byte(program: Program, home: Path, key: Path) -> None:
    program.start()
    (home / ".ssh").mkdir(mode=0o700)
    before = b'# mine\r\nfrom="10.0.0.1",command="echo \\"guest\\"" ' + ed25519(b"x").encode() + b"\n\xff\xfe no line"
    (home / ".ssh" / "authorized_keys").write_bytes(before)
    assert program("guests", "add", "Sam", "--key", str(key), "--yes").exit_code == 0
    assert (home / ".ssh" / "authorized_keys").read_bytes().startswith(before + b"\nrestrict,pty,")
    assert program("guests", "remove", "Sam").exit_code == 0
    assert (home / ".ssh" / "authorized_keys").read_bytes() == before + b"\n"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "no key"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbn\n", "private half"),
        (f"{ed25519()}\n{ed25519(b'x')}\n", "more than one line"),
        (f'command="sh" {ed25519()}', "no public key"),
        ("ssh-ed25519 AAAA sam@home", "no public key"),
        ("ssh-ed25519", "no public key"),
        (f"ssh-ed25519 {blob(b'ssh-ed25519', b'k' * 31)}", "no public key"),
        (f"ssh-ed25519 {blob(b'ssh-rsa', b'k' * 32)}", "no public key"),
        (f"ssh-ed25519 {blob(b'ssh-ed25519', b'k' * 32)[:-8]}", "no public key"),
        (f"ssh-dss {blob(b'ssh-dss', b'k' * 128)}", "too weak"),
        (f"ssh-rsa {blob(b'ssh-rsa', b'1', b'z' * 128)}", "too weak"),
        (f"ssh-ed25519-cert-v01@openssh.com {blob(b'x')}", "certificate"),
        (f"ssh-something {blob(b'ssh-something', b'k' * 32)}", "no public key"),
    ],
)
def test_a_key_that_does_not_fit_is_refused_with_what_to_do(
    program: Program, home: Path, tmp_path: Path, words: str, why: str
) -> None:
    program.start()
    file = tmp_path / "their.pub"
    file.write_text(words)
    done = program("guests", "add", "Sam", "--key", str(file), "--yes")
    assert done.exit_code == 1
    assert why in done.stderr and "ssh-keygen -t ed25519" in done.stderr
    assert not (home / ".ssh").exists()


@pytest.mark.parametrize(
    "words",
    [
        ed25519(),
        f"sk-ssh-ed25519@openssh.com {blob(b'sk-ssh-ed25519@openssh.com', b'k' * 32, b'ssh:')}",
        f"ecdsa-sha2-nistp256 {blob(b'ecdsa-sha2-nistp256', b'nistp256', b'k' * 65)}",
        f"ssh-rsa {blob(b'ssh-rsa', b'1', b'z' * 384)}",
    ],
)
def test_the_kinds_of_key_that_sshd_takes_today(words: str) -> None:
    read = Key.read(b"# a remark\n\n" + words.encode() + b"\r\n")
    assert str(read) == " ".join(words.split()[:2])


def test_a_key_comes_in_once(program: Program, home: Path, key: Path) -> None:
    program.start()
    program.start(other=OTHER)
    assert program("guests", "add", "Sam", "--key", str(key), "--yes").exit_code == 0
    again = program("guests", "add", "Bea", "--key", str(key), "--yes")
    assert again.exit_code == 1
    assert "Sam Okafor comes in by this key already" in again.stderr
    file = home / ".ssh" / "authorized_keys"
    for options in ("", 'from="10.0.0.1",command="sh -c \\"id x\\"" '):
        file.write_text(options + ed25519())
        whole = program("guests", "add", "Bea", "--key", str(key), "--yes")
        assert whole.exit_code == 1
        assert "with all its rights" in whole.stderr


def test_only_somebody_who_takes_part_is_let_in(program: Program, home: Path, key: Path) -> None:
    program.start()
    done = program("guests", "add", "Kim", "--key", str(key), "--yes")
    assert done.exit_code == 1
    assert "Nobody called Kim takes part in a session here" in done.stderr
    program.start("--new-person", other="Sam Okafor")
    two = program("guests", "add", "Sam", "--key", str(key), "--yes")
    assert two.exit_code == 1
    assert "more than one Sam" in two.stderr
    assert not (home / ".ssh").exists()


def test_who_is_let_in_is_listed(program: Program, key: Path) -> None:
    assert "Nobody is let in" in program("guests", "list").stderr
    assert program.json("guests", "list") == []
    program.start()
    program("guests", "add", "Sam", "--key", str(key), "--yes")
    (row,) = program.json("guests", "list")
    assert (row["name"], row["kind"], row["lines"]) == ("Sam Okafor", "ssh-ed25519", 0)
    assert row["key"] == Key.read(key.read_bytes()).fingerprint
    assert f"Sam Okafor  ssh-ed25519  {row['key']}" in program("guests").stdout


def test_nobody_of_that_name_is_taken_out(program: Program, key: Path) -> None:
    done = program("guests", "remove", "Sam")
    assert done.exit_code == 1
    assert "Nobody called Sam is let in" in done.stderr


def test_at_a_terminal_it_is_asked_before_anything_is_written(program: Program, home: Path, key: Path) -> None:
    program.start()
    env = program.environment() | {"TERM": "xterm-256color"}
    for answer, written in (("n", False), ("y", True)):
        with Terminal(["guests", "add", "Sam", "--key", str(key)], env=env, columns=300) as terminal:
            terminal.wait("Write this line to")
            terminal.send(f"{answer}\r")
            assert terminal.ended() == 0
        assert (home / ".ssh" / "authorized_keys").exists() is written
    assert keys(home).startswith("restrict,pty,command=")


def test_somebody_of_whom_everything_is_erased_no_longer_comes_in(
    program: Program, home: Path, key: Path, tmp_path: Path
) -> None:
    program.start()
    assert program("guests", "add", "Sam", "--key", str(key), "--yes").exit_code == 0
    erased = program("erase", "Sam", "--person", "--why", "They asked", "--yes")
    assert erased.exit_code == 0, erased.stderr
    assert "no longer opens this machine" in erased.stderr
    assert keys(home) == ""
    assert Store(tmp_path / "store", summary).guests.kept.read() == {}


# -- what a guest may do ------------------------------------------------------------------------------------------


class Guest:
    """Sam, who has one session with Ash; another session here is of other people."""

    def __init__(self, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        self.program = program
        self.monkeypatch = monkeypatch
        self.theirs = program.start("--alias", "J")
        self.others = program.start("--alias", "secret-alias", other=OTHER)
        self.store = Store(Path(os.environ["SUPERVISION_STORE"]), summary)
        (self.ash, self.sam) = self.store.load(self.theirs).people

    def asks(self, typed: str | None = None, **more: Any) -> "Any":
        if typed is None:
            self.monkeypatch.delenv("SSH_ORIGINAL_COMMAND", raising=False)
        else:
            self.monkeypatch.setenv("SSH_ORIGINAL_COMMAND", typed)
        nobody = Program(me="")
        return nobody("guest", "--person", self.sam.id, "--key", FINGERPRINT, **more)

    def gets(self, typed: str) -> Any:
        result = self.asks(typed)
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)

    def action(self, words: str, owner: str, session: str = "") -> str:
        done = self.program("actions", "add", words, "--owner", owner, "--session", session or self.theirs)
        assert done.exit_code == 0, done.stderr
        return str(done.stdout.split()[0])


@pytest.fixture
def sam(program: Program, monkeypatch: pytest.MonkeyPatch) -> Guest:
    return Guest(program, monkeypatch)


def test_lists_and_records_are_those_of_their_own_sessions(sam: Guest) -> None:
    own = sam.action("Ring J", "Sam")
    ashs = sam.action("Book the room", "Ash")
    sam.action("secret-action", OTHER, sam.others)
    assert [row["id"] for row in sam.gets("sessions --json")] == [sam.theirs]
    assert {row["id"] for row in sam.gets("supervision actions --json")} == {own, ashs}
    assert [row["id"] for row in sam.gets("actions --mine --json")] == [own]
    assert sam.gets("decisions --json") == []
    shown = sam.gets(f"show {sam.theirs} --json")
    assert shown["id"] == sam.theirs
    assert sam.gets(f"export {sam.theirs[:-1]} --format=json") == shown
    for typed in (
        "sessions",
        "actions --all",
        "decisions",
        f"show {sam.theirs}",
        f"export {sam.theirs} --extract mine",
    ):
        done = sam.asks(typed)
        assert done.exit_code == 0, done.stderr
        assert "secret" not in done.output and OTHER not in done.output


def test_what_other_people_have_here_is_answered_like_what_is_not_there(sam: Guest) -> None:
    secret = sam.action("secret-action", OTHER, sam.others)
    nothing = "2026-01-01-0000-nope"
    for verb in ("show {}", "export {}", "relay {}", "actions --session {}", "decisions --session {}"):
        answers = [sam.asks(verb.format(one)) for one in (sam.others, nothing)]
        assert [answer.exit_code for answer in answers] == [1, 1]
        assert answers[0].output.replace(sam.others, nothing) == answers[1].output
    for verb in ("note {} hello", "done {}", "drop {}", "reopen {}"):
        answers = [sam.asks("actions " + verb.format(one)) for one in (secret, "nope-nope")]
        assert answers[0].output.replace(secret, "nope-nope") == answers[1].output
        assert answers[0].exit_code == 1
    (action,) = sam.store.load(sam.others).actions
    assert (action.status, action.notes) == ("open", ())


def test_own_actions_are_noted_and_ticked_in_their_name_and_no_others(sam: Guest) -> None:
    own, ashs = sam.action("Ring J", "Sam"), sam.action("Book the room", "Ash")
    assert sam.asks(f"actions note {own} 'half way; $(id) & more \U0001f469\u200d\U0001f467'").exit_code == 0
    assert sam.asks(f"actions done {own} --note 'Rang J'").exit_code == 0
    action = sam.store.load(sam.theirs).action(own)
    assert action is not None and action.status == "done"
    assert [(note.by, note.text) for note in action.notes] == [
        (sam.sam.id, "half way; $(id) & more \U0001f469\u200d\U0001f467"),
        (sam.sam.id, "Rang J"),
    ]
    assert sam.asks(f"actions reopen {own}").exit_code == 0
    assert sam.asks(f"actions drop {own}").exit_code == 0
    refused = sam.asks(f"actions done {ashs}")
    assert refused.exit_code == 1
    assert "not yours" in refused.stderr
    kept = sam.store.load(sam.theirs).action(ashs)
    assert kept is not None and kept.status == "open"


@pytest.mark.parametrize(
    "typed",
    [
        "sh",
        "bash -i",
        "sessions; id",
        "sessions && id",
        "sessions | cat",
        "sessions $(id)",
        "sessions `id`",
        "sessions > stolen",
        "sessions\nid",
        "sessions\x1b[2J",
        "actions note {} \u202etxt.exe",
        "actions note {} \udcff",
        "sessions --store /tmp",
        "--store /tmp sessions",
        "--me Ash sessions",
        "sessions --me Ash",
        "show {} -o stolen",
        "export {} -o stolen",
        "export {} --output=stolen",
        "export {} --for Ash",
        "export {} --format exe",
        "export {} --matter 1;id",
        "export --actions --format csv",
        "show {} {}",
        "show",
        "show --json",
        "relay",
        "start --with Kim",
        "open {}",
        "plain {}",
        "import stolen",
        "search J",
        "discard {}",
        "redact {} x --why y",
        "guests list",
        "guest --person x --key y",
        "private",
        "actions add hello",
        "actions edit x --text y",
        "decisions review x --outcome kept",
        "undo",
        "doctor",
        "where",
        "supervision",
        "supervision supervision sessions",
        "internal-sftp",
        "/usr/lib/openssh/sftp-server",
        "scp -t .",
        "scp -f /etc/passwd",
        "rsync --server -e.LsfxCIvu . /etc",
        "git-upload-pack x",
        "show 'unclosed",
        "sessions " + "x" * 9000,
    ],
)
def test_everything_else_is_refused_with_what_can_be_done(sam: Guest, typed: str) -> None:
    before = files()
    done = sam.asks(typed.replace("{}", sam.theirs))
    assert done.exit_code == 1
    assert done.stderr.startswith("That cannot be done here. What can: sessions")
    assert done.stdout == ""
    assert files() == before


def files() -> set[Path]:
    """What lies about, but for locks and the log of what was refused."""
    return {path for path in Path.cwd().rglob("*") if path.is_file() and path.suffix not in (".lock", ".log")}


@pytest.mark.parametrize("session", ["../../etc/passwd", "/etc/passwd", "", "*", "-", "$HOME", "2026"])
def test_an_id_is_never_a_path(sam: Guest, session: str) -> None:
    done = sam.asks(f"show '{session}'")
    assert done.exit_code in (0, 1)
    assert "secret" not in done.output and "root:" not in done.output
    assert done.exit_code == (0 if session == "2026" else 1)


def test_without_a_terminal_and_a_word_the_session_goes_on_line_by_line(sam: Guest) -> None:
    done = subprocess.run(
        Program.command("guest", "--person", sam.sam.id, "--key", FINGERPRINT),
        input=b"From Sam\n",
        env=Program(me="").environment(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (note,) = sam.store.load(sam.theirs).notes
    assert [(run.by, run.text) for run in note.runs] == [(sam.sam.id, "From Sam")]


def test_with_several_sessions_and_no_terminal_they_are_listed(sam: Guest) -> None:
    second = sam.program.start()
    done = sam.asks(None, stdin="words that go nowhere\n")
    assert done.exit_code == 0
    assert sam.theirs in done.stdout and second in done.stdout and sam.others not in done.stdout
    assert "ssh -C -t HOST" in done.stderr


def test_somebody_without_a_session_is_told_so(sam: Guest) -> None:
    done = Program(me="")("guest", "--person", "p-nobody", "--key", FINGERPRINT)
    assert done.exit_code == 1
    assert "no session of yours here" in done.stderr


def test_at_a_terminal_a_guest_with_several_sessions_says_which(sam: Guest) -> None:
    second = sam.program.start("--alias", "K")
    env = Program(me="").environment() | {"TERM": "xterm-256color"}
    command = ("guest", "--person", sam.sam.id, "--key", FINGERPRINT)
    with Terminal(command, env=env) as terminal:
        terminal.wait("Which one")
        assert sam.theirs in terminal.text and second in terminal.text
        assert sam.others not in terminal.text and OTHER not in terminal.text
        terminal.send("7\r")
        terminal.wait("7 is not in the range")
        (line,) = [line for line in terminal.text.split("\n") if sam.theirs in line]
        number = re.findall(r"\d+", line)[0]  # both began in one moment, so either may stand first
        terminal.send(f"\x1c\x1a{number}\r")  # neither leaves the program, nor stops it
        terminal.wait(" saved ")
        terminal.send("in this one")
        terminal.wait("in this one")
        assert terminal.leave() == 0
    assert sam.store.load(sam.theirs).notes[0].text == "in this one"
    assert sam.store.load(second).notes == ()


def test_at_a_terminal_that_draws_nothing_the_session_goes_on_line_by_line(sam: Guest) -> None:
    command = ("guest", "--person", sam.sam.id, "--key", FINGERPRINT)
    with Terminal(command, env=Program(me="").environment() | {"TERM": "dumb"}) as terminal:
        terminal.wait("Stage 1 of 13")
        terminal.send("By lines\r/quit\r")
        assert terminal.ended() == 0
        assert b"\x1b[" not in terminal.raw
    assert sam.store.load(sam.theirs).notes[0].text == "By lines"


# -- taking out ---------------------------------------------------------------------------------------------------


def test_whoever_is_taken_out_is_refused_also_by_a_line_elsewhere_and_may_be_let_in_again(
    program: Program, monkeypatch: pytest.MonkeyPatch, key: Path, home: Path
) -> None:
    sam = Guest(program, monkeypatch)
    assert program("guests", "add", "Sam", "--key", str(key), "--yes").exit_code == 0
    command = keys(home).partition('command="')[2].partition('"')[0].split()
    guest = command[command.index("guest") :]
    monkeypatch.setenv("SSH_ORIGINAL_COMMAND", "sessions")
    assert Program(me="")(*guest).exit_code == 0
    removed = program("guests", "remove", "Sam")
    assert removed.exit_code == 0
    assert "Sam Okafor may no longer come in. What Sam Okafor wrote stays." in removed.stderr
    assert keys(home) == ""
    refused = Program(me="")(*guest)
    assert refused.exit_code == 1
    assert "was taken out" in refused.stderr
    assert sam.theirs not in refused.output
    assert program("guests", "add", "Sam", "--key", str(key), "--yes").exit_code == 0
    assert Program(me="")(*guest).exit_code == 0


def test_taking_out_ends_what_they_have_open_and_their_words_stay(
    program: Program, monkeypatch: pytest.MonkeyPatch, key: Path
) -> None:
    sam = Guest(program, monkeypatch)
    assert program("guests", "add", "Sam", "--key", str(key), "--yes").exit_code == 0
    fingerprint = Key.read(key.read_bytes()).fingerprint
    with subprocess.Popen(
        Program.command("guest", "--person", sam.sam.id, "--key", fingerprint),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=Program(me="").environment(),
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(b"My words\n")
        process.stdin.flush()
        while b"Noted" not in process.stdout.readline():
            pass
        (row,) = program.json("guests", "list")
        assert row["lines"] == 1
        removed = program("guests", "remove", "Sam", "--json")
        assert json.loads(removed.stdout)["ended"] == 1
        assert process.wait(20) == 128 + signal.SIGTERM
    assert sam.store.load(sam.theirs).notes[0].text == "My words"
    assert sam.store.guests.here(sam.sam.id, fingerprint) == []


def test_a_process_that_does_not_leave_is_ended(program: Program, monkeypatch: pytest.MonkeyPatch, key: Path) -> None:
    monkeypatch.setattr("supervision.store.guests.LEAVING", 0.2)
    sam = Guest(program, monkeypatch)
    with subprocess.Popen(
        Program.command("guest", "--person", sam.sam.id, "--key", FINGERPRINT),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=Program(me="").environment(),
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        process.send_signal(signal.SIGSTOP)
        assert sam.store.guests.end(sam.sam.id, FINGERPRINT) == 1
        assert process.wait(20) == -signal.SIGKILL
    assert sam.store.guests.here(sam.sam.id, FINGERPRINT) == []


def test_a_file_that_others_may_write_is_named(home: Path) -> None:
    file = AuthorizedKeys.mine()
    file.add("a line")
    assert file.why_unread == ""
    home.chmod(0o777)
    assert f"others may write to {home}" in file.why_unread
