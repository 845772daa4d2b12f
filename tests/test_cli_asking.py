"""What is asked where somebody sits at a terminal, and only there."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from supervision.cli.here import folded
from tests.conftest import ROOT, Program
from tests.terminal import Terminal


@pytest.fixture
def environment(program: Program) -> Iterator[dict[str, str]]:
    names = ("SUPERVISION_STORE", "SUPERVISION_CONFIG")
    yield {name: os.environ[name] for name in names} | {"PYTHONPATH": str(ROOT), "SUPERVISION_ME": program.me}


def test_discard_asks_and_no_keeps_it(program: Program, environment: dict[str, str]) -> None:
    session = program.start()
    with Terminal(["discard", session], env=environment) as terminal:
        terminal.wait("[y/N]")
        assert terminal.leave("\n") == 0
        terminal.wait("It stays.")
    assert len(program.json("sessions")) == 1
    with Terminal(["discard", session], env=environment) as terminal:
        terminal.wait("[y/N]")
        assert terminal.leave("y\n") == 0
    assert program.json("sessions") == []


def test_a_day_in_the_past_is_asked_about(program: Program, environment: dict[str, str]) -> None:
    program.start()
    for answer, kept in (("n", 0), ("y", 1)):
        with Terminal(["actions", "add", "Ring J", "--due", "yesterday"], env=environment) as terminal:
            terminal.wait("has passed already")
            assert terminal.leave(f"{answer}\n") == 1 - kept
        assert len(program.json("actions")) == kept


def test_a_name_is_asked_for_and_remembered(program: Program, environment: dict[str, str]) -> None:
    del environment["SUPERVISION_ME"]
    with Terminal(["start", "--with", "Sam", "--no-tui"], env=environment) as terminal:
        terminal.wait("Your name")
        assert terminal.leave("Cleo Adams\n") == 0
    assert program.json("sessions")[0]["people"][0]["name"] == "Cleo Adams"
    assert "Cleo Adams" in Path(environment["SUPERVISION_CONFIG"], "settings.yaml").read_text()


def test_whom_a_name_cut_short_means_is_asked(program: Program, environment: dict[str, str]) -> None:
    program.start()
    met = program.json("sessions")[0]["people"][1]["id"]
    for answer, same in (("y", True), ("n", False)):
        before = {row["id"] for row in program.json("sessions")}
        with Terminal(["start", "--with", "sam", "--no-tui"], env=environment) as terminal:
            terminal.wait("Do you mean Sam Okafor, whom these records know?")
            assert terminal.leave(f"{answer}\n") == 0
        (newest,) = (row for row in program.json("sessions") if row["id"] not in before)  # both in one second, maybe
        assert (newest["people"][1]["id"] == met) is same


def test_ctrl_c_at_a_question_is_quiet(program: Program, environment: dict[str, str]) -> None:
    session = program.start()
    with Terminal(["discard", session], env=environment) as terminal:
        terminal.wait("[y/N]")
        terminal.wait_until_it_reads()
        assert terminal.leave(b"\x03") == 130
        assert "Traceback" not in terminal.text
    assert len(program.json("sessions")) == 1


def test_a_terminal_that_cannot_draw_gets_plain_mode(program: Program, environment: dict[str, str]) -> None:
    session = program.start()
    with Terminal(["open", session], env={**environment, "TERM": "dumb"}) as terminal:
        terminal.wait("Writing: Ash Patel.")
        terminal.send("I arrive.\n/action Ring J due yesterday\n")
        terminal.wait("Type yes")
        terminal.send("no\n")
        terminal.wait("! Nothing was changed.")
        assert terminal.leave(b"\x04") == 0
        assert b"\x1b" not in terminal.raw
    record = program.json("show", session)
    assert record["stages"][0]["notes"][0]["text"] == "I arrive."
    assert record["actions"] == []


def test_a_terminal_that_cannot_draw_gets_home_as_lines(environment: dict[str, str]) -> None:
    with Terminal([], env={**environment, "TERM": "dumb"}) as terminal:
        terminal.wait("supervision start --with NAME")
        assert terminal.ended() == 0


def test_closing_the_window_saves_plain_mode(program: Program, environment: dict[str, str]) -> None:
    session = program.start()
    with Terminal(["plain", session], env=environment) as terminal:
        terminal.wait("Writing: Ash Patel.")
        terminal.send("The last words.\n")
        terminal.wait("Noted")
        terminal.hang_up()
        assert terminal.ended() == 129
    assert program.json("show", session)["stages"][0]["notes"][0]["text"] == "The last words."


def test_a_file_that_is_there_is_asked_about(program: Program, environment: dict[str, str], tmp_path: Path) -> None:
    session, file = program.start(), tmp_path / "record.md"
    file.write_text("mine")
    with Terminal(["export", session, "-o", str(file)], env=environment) as terminal:
        terminal.wait("[y/N]")
        assert "Write over it?" in terminal.text.replace("\n", "")
        assert terminal.leave("\n") == 1
        terminal.wait("Nothing was written")
    assert file.read_text() == "mine"
    with Terminal(["export", session, "-o", str(file)], env=environment) as terminal:
        terminal.wait("[y/N]")
        assert "Write over it?" in terminal.text.replace("\n", "")
        assert terminal.leave("y\n") == 0
        terminal.wait("Written to")
    assert file.read_text().startswith("# Supervision session")


def test_a_word_file_is_not_poured_onto_a_terminal(program: Program, environment: dict[str, str]) -> None:
    session = program.start()
    with Terminal(["export", session, "--format", "docx"], env=environment) as terminal:
        terminal.wait("cannot be shown here")
        assert terminal.ended() == 1


def test_no_word_is_cut_by_the_edge_of_the_terminal(environment: dict[str, str]) -> None:
    said = "has no session here yet, so there is nowhere to do this. Start one first: supervision start --with NAME"
    with Terminal(["actions", "add", "Ring J"], env=environment, columns=40) as terminal:
        terminal.wait(lambda screen: said in " ".join(screen.split()))


def test_what_is_to_be_typed_stays_in_one_line() -> None:
    command = f"supervision join ssh://ash@{'work.' * 20}example/ID"
    lines = folded(f"Or with this program on their own computer:  {command}", 80)
    assert lines.split("\n") == ["Or with this program on their own computer:", command]
