"""How the program behaves around every command: options, exit statuses, output, what it loads."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, Program

READING = ("sessions", "actions", "decisions", "show", "search", "export", "prompts", "themes", "where", "doctor")


def test_options_stand_before_or_after_the_command(program: Program, tmp_path: Path) -> None:
    program.start()
    other = str(tmp_path / "other")
    before = program("--json", "--store", other, "sessions")
    after = program("sessions", "--store", other, "--json")
    assert before.stdout == after.stdout == "[]\n"
    within = program("actions", "--store", other, "--me", "Bea", "add", "Ring J", "--me", "Ash Patel")
    assert (within.exit_code, within.stderr) == (
        1,
        "Ash Patel has no session here yet, so there is nowhere to do this. "
        "Start one first: supervision start --with NAME\n",
    )


def test_the_option_wins_over_the_environment(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program.start()
    monkeypatch.setenv("SUPERVISION_STORE", str(tmp_path / "elsewhere"))
    assert program.json("sessions") == []
    assert len(program.json("--store", str(tmp_path / "store"), "sessions")) == 1


def test_who_i_am_comes_from_the_option_the_environment_or_the_settings(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program.me = ""
    refused = program("start", "--with", "Sam", "--no-tui")
    assert refused.exit_code == 1
    assert refused.stderr == "Say who you are: --me NAME, or set SUPERVISION_ME.\n"
    assert refused.stdout == ""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "settings.yaml").write_text("me: Cleo\n")
    program.start(other="Sam")
    monkeypatch.setenv("SUPERVISION_ME", "Dee")
    program.start(other="Sam")
    program.me = "Eve"
    program.start(other="Sam")
    assert {row["people"][0]["name"] for row in program.json("sessions")} == {"Cleo", "Dee", "Eve"}


def test_a_broken_settings_file_is_named_and_the_work_goes_on(program: Program, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "settings.yaml").write_text("them: dark\n")
    result = program("start", "--with", "Sam", "--no-tui")
    assert result.exit_code == 0
    assert f"{tmp_path}/config/settings.yaml:1: them:" in result.stderr


@pytest.mark.parametrize(
    "args",
    [
        ("nosuch",),
        ("sessions", "--nosuch"),
        ("show",),
        ("start", "--with", "Sam", "--role", "boss"),
        ("start", "--no-tui"),
        ("start", "--with", "Sam", "--role", "peer", "--line-manager", "--no-tui"),
        ("prepare", "--on", "abc"),
        ("prepare", "--change", "abc", "--drop", "abc"),
        ("demo", "--write", "nowhere", "--plain"),
        ("encrypt", "--new-passphrase", "--no-recovery"),
        ("encrypt", "--undo", "--new-passphrase"),
        ("actions", "--mine", "--owner", "Sam"),
        ("decisions", "support", "abc", "maybe", "Manager"),
        ("export", "abc", "--format", "pdf"),
        ("plain", "2026", "--with", "Sam"),
    ],
)
def test_wrong_usage_ends_with_two(program: Program, args: tuple[str, ...]) -> None:
    result = program(*args)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Error: " in result.stderr


@pytest.mark.parametrize(
    "args",
    [
        ("show", "2026-nothing"),
        ("open", "2026-nothing"),
        ("actions", "done", "nothing"),
        ("decisions", "--session", "nothing"),
        ("undo",),
        ("search", "  "),
        ("start", "--with", "Sam", "--held", "tomorrow", "--no-tui"),
        ("start", "--with", "ash patel", "--no-tui"),
        ("start", "--with", "Sam", "--prompts", "brokn", "--no-tui"),
        ("start", "--with", "Sam", "--minutes", "75", "--no-tui"),
        ("import", "/nowhere/records.json"),
        ("import", "n" * 300),
        ("backup", f"{'n' * 300}.zip"),
    ],
)
def test_a_refusal_is_one_sentence_and_ends_with_one(program: Program, args: tuple[str, ...]) -> None:
    result = program(*args)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.strip() and len(result.stderr.strip().split("\n")) == 1
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    "words", [b"caf\xe9 \xff", b"\x1b]52;c;eA==\x07", "\u202egnirts".encode(), b"[@click=app.quit]x[/]"]
)
def test_words_from_the_shell_are_kept_safe(program: Program, words: bytes) -> None:
    program.start()
    done = subprocess.run(
        [sys.executable, "-m", "supervision", "actions", "add", words],
        capture_output=True,
        env=program.environment(),
        cwd=ROOT,
        check=True,
    )
    text = program.json("actions")[0]["text"]
    assert text == words.decode("utf-8", "replace").replace("\x1b", "\ufffd").replace("\x07", "\ufffd").replace(
        "\u202e", "\ufffd"
    )
    assert b"\x1b" not in done.stdout + done.stderr


def test_hostile_arguments_are_not_printed_raw(program: Program) -> None:
    for args in (
        ["\x1b]52;c;eA==\x07"],
        ["show", "\x1b[2J"],
        ["--\x1b[2J"],
        ["actions", "edit", "\x9b2J", "--text", "x"],
    ):
        result = program.process(*args)
        assert result.returncode in {1, 2}
        assert b"\x1b" not in result.stderr
        assert "\x9b".encode() not in result.stderr


def test_reading_loads_neither_the_interface_nor_heavy_libraries(program: Program) -> None:
    session = program.start()
    code = (
        "import sys\n"
        "from supervision.cli import cli\n"
        "try:\n    cli.main(sys.argv[1:])\nexcept SystemExit as done:\n    status = done.code\n"
        "heavy = {'textual', 'rich', 'loro', 'pydantic', 'dateparser', 'jinja2', 'yaml'}\n"
        "print(sorted(heavy & set(sys.modules)), status, file=sys.stderr)\n"
    )
    for args in (["sessions"], ["actions", "--json"], ["decisions"], ["--help"], ["where"], ["sessions", "--help"]):
        ran = subprocess.run(
            [sys.executable, "-c", code, *args], capture_output=True, env=program.environment(), cwd=ROOT, check=True
        )
        assert ran.stderr.decode().strip().split("\n")[-1] == "[] 0", args
    ran = subprocess.run(
        [sys.executable, "-c", code, "show", session],
        capture_output=True,
        env=program.environment(),
        cwd=ROOT,
        check=True,
    )
    assert "textual" not in ran.stderr.decode()


def test_the_program_without_a_terminal_shows_home(program: Program) -> None:
    first = program()
    assert first.exit_code == 0
    assert "supervision start --with NAME" in first.stdout
    program.start("--alias", "J", "--matter", "Evening messages")
    program("actions", "add", "Ring J", "--due", "2026-11-24")
    later = program()
    assert later.exit_code == 0
    for words in ("Nothing is due now", "Ring J", "J: Evening messages"):
        assert words in later.stdout
    as_json = json.loads(program("--json").stdout)
    assert [action["text"] for action in as_json["actions"]] == ["Ring J"]
    assert len(as_json["sessions"]) == 1


def test_demo_without_a_terminal_prints_and_keeps_nothing(program: Program, tmp_path: Path) -> None:
    result = program("demo")
    assert result.exit_code == 0
    assert "Overdue:" in result.stdout
    assert "Sessions:" in result.stdout
    assert not (tmp_path / "store").exists()
    assert program.json("sessions") == []


def test_demo_written_to_a_folder_is_a_store(program: Program, tmp_path: Path) -> None:
    folder = tmp_path / "sample"
    assert program("demo", "--write", str(folder)).exit_code == 0
    rows = program.json("sessions", "--store", str(folder))
    assert sorted(row["state"] for row in rows) == ["ended", "open", "signed", "signed", "signed"]
    again = program("demo", "--write", str(folder))
    assert again.exit_code == 1
    assert len(program.json("sessions", "--store", str(folder))) == 5


def test_lists_fit_eighty_columns(program: Program, tmp_path: Path) -> None:
    folder = str(tmp_path / "sample")
    program("demo", "--write", folder)
    program.start("--alias", "字" * 30, "--matter", "[b]字[/b] " * 60)
    for args in (("sessions",), ("actions", "--all"), ("decisions",), ()):
        for store in ((), ("--store", folder)):
            result = program(*args, *store)
            assert result.exit_code == 0
            for line in result.stdout.split("\n"):
                assert sum(2 if letter == "字" else 1 for letter in line) <= 80


def test_a_reader_who_leaves_is_no_error(program: Program, tmp_path: Path) -> None:
    folder = str(tmp_path / "sample")
    program("demo", "--write", folder)
    started = program.begin("sessions", "--json", "--store", folder)
    assert started.stdout is not None
    started.stdout.close()
    _, errors = started.communicate(timeout=60)
    assert started.returncode == 0
    assert errors == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_an_answer_that_nobody_can_take_is_a_sentence(program: Program) -> None:
    program.start()
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            program.command("sessions"),
            stdout=full,
            stderr=subprocess.PIPE,
            env=program.environment(),
            cwd=ROOT,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith(b"Not all of the answer could be written out: the disk is full.")
    assert done.stderr.count(b"\n") == 1


def test_an_output_that_lacks_letters_is_no_error(program: Program) -> None:
    program.start("--matter", "Zoë 字 ✓")
    plain = program.process("sessions", env={"PYTHONIOENCODING": "ascii"})
    assert (plain.returncode, plain.stderr) == (0, b"")
    as_json = program.process("sessions", "--json", env={"PYTHONIOENCODING": "ascii"})
    assert json.loads(as_json.stdout)[0]["matter"] == "Zoë 字 ✓"


def test_python_dash_m_is_the_program(program: Program) -> None:
    result = program.process("--version")
    assert result.stdout.decode().startswith("supervision, version ")
    assert os.linesep in result.stdout.decode()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_for_shells(program: Program, shell: str) -> None:
    result = program("completion", shell)
    assert result.exit_code == 0
    assert "_SUPERVISION_COMPLETE" in result.stdout


def test_ids_are_completed(program: Program) -> None:
    session = program.start()
    result = program.process(
        env={"_SUPERVISION_COMPLETE": "bash_complete", "COMP_WORDS": "supervision show 20", "COMP_CWORD": "2"}
    )
    assert session in result.stdout.decode()
