"""`supervision agreements`: making one, its versions, what is due, and what each session is stamped with."""

import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from supervision.model.agreement import questions
from tests.conftest import ROOT, Program
from tests.factory import TODAY
from tests.terminal import Terminal


def edit(program: Program, *sets: str, other: str = "Sam") -> dict[str, object]:
    args = [part for one in sets for part in ("--set", one)]
    made: dict[str, object] = program.json("agreements", "edit", other, *args)
    return made


def test_an_agreement_is_made_changed_and_every_version_stays(program: Program) -> None:
    program.start()
    assert edit(program, "purpose=To think", "manager=Dana Reed")["version"] == 1
    made = edit(program, "purpose=", "review-on=in 6 months", "record_keeper=Sam", "external=yes")
    assert (made["version"], made["purpose"], made["manager"]) == (2, "", "Dana Reed")
    assert (made["record_keeper"], made["external"], made["review_on"]) == ("Sam Okafor", True, "2027-05-23")
    assert program.json("agreements", "show", "Sam") == made
    assert program.json("agreements", "show", "Sam Okafor", "--version", "1")["purpose"] == "To think"
    shown = program("agreements", "show", "Sam").stdout
    assert "Version 2, made on 23 Nov 2026 by Ash Patel" in shown and "Manager: Dana Reed" in shown


def test_the_version_in_force_is_stamped_into_each_session_when_it_starts(program: Program) -> None:
    first = program.start()
    assert program.json("show", first)["agreement"] is None
    edit(program, "limits=Safety")
    second = program.start()
    edit(program, "limits=Safety and care")
    assert program.json("show", first)["agreement"] is None
    assert program.json("show", second)["agreement"]["limits"] == "Safety"
    assert program.json("show", program.start())["agreement"]["version"] == 2
    assert program.json("show", program.start(other="Bea Novak"))["agreement"] is None
    assert program.json("show", program.start("--role", "peer"))["agreement"] is None


def test_a_session_written_up_afterwards_is_under_what_was_agreed_then(program: Program) -> None:
    program.start()
    edit(program, "limits=Safety")
    program.now += timedelta(days=9)
    edit(program, "limits=Care")
    then = program.json("show", program.start("--held", "2026-11-25 10:00"))["agreement"]
    before = program.json("show", program.start("--held", "2026-11-01 10:00"))["agreement"]
    assert (then["limits"], before) == ("Safety", None)


def test_what_is_due_comes_first_and_alone_with_due(program: Program) -> None:
    program.start()
    program.start(other="Bea Novak")
    edit(program, "review_on=in 2 weeks")
    edit(program, "review_on=in 9 months", other="Bea")
    assert [row["due"] for row in program.json("agreements")] == [False, False]
    assert program.json("agreements", "--due") == []
    program.now += timedelta(days=20)
    (due,) = program.json("agreements", "--due")
    assert [person["name"] for person in due["people"]] == ["Ash Patel", "Sam Okafor"]
    listed = program("agreements").stdout.splitlines()
    assert listed[1] == "    version 1, to be looked at again since 7 Dec 2026"
    assert program.json("agreements", "--with", "Bea")[0]["due"] is False


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (["edit", "Sam", "--set", "colour=blue"], "it has: organisation"),
        (["edit", "Sam", "--set", "review_on=yesterday"], "has passed already"),
        (["edit", "Sam", "--set", "review_on=soonish"], "soonish"),
        (["edit", "Sam", "--set", "external=maybe"], "yes or no"),
        (["edit", "Sam", "--set", "place="], "no new version"),
        (["edit", "Nobody Here", "--set", "place=x"], "Start one first"),
        (["show", "Sam"], "no agreement with Sam Okafor yet"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence_and_changes_nothing(
    program: Program, args: list[str], why: str
) -> None:
    program.start()
    result = program("agreements", *args)
    assert (result.exit_code, result.stdout) == (1, "")
    assert why in result.stderr and len(result.stderr.splitlines()) == 1
    assert program.json("agreements") == []


def test_without_a_terminal_something_has_to_be_set(program: Program) -> None:
    program.start()
    assert program("agreements", "edit", "Sam").exit_code == 2
    assert program("agreements", "edit", "Sam", "--set", "place").exit_code == 2
    keys = program("agreements", "edit", "Sam", "--questions").stdout
    assert "limits: When does it have to go further" in keys
    peers = program.start("--role", "peer", other="Bea Novak")
    assert peers and "manager" not in program("agreements", "edit", "Bea", "--questions").stdout


def test_a_supervisor_from_outside_cannot_be_the_line_manager(program: Program) -> None:
    program.start("--line-manager")
    refused = program("agreements", "edit", "Sam", "--set", "external=yes")
    assert (refused.exit_code, "line manager" in refused.stderr) == (1, True)
    program.start(other="Bea Novak")
    edit(program, "external=yes", other="Bea")
    refused = program("start", "--with", "Bea Novak", "--line-manager", "--no-tui")
    assert (refused.exit_code, "line manager" in refused.stderr) == (1, True)


def test_an_agreement_that_cannot_be_read_keeps_nobody_from_meeting(program: Program, tmp_path: Path) -> None:
    program.start()
    edit(program, "limits=Safety")
    (file,) = (tmp_path / "store" / "agreements").iterdir()
    file.write_text("{")
    result = program("start", "--with", "Sam Okafor", "--no-tui")
    assert result.exit_code == 0 and "general statement on confidentiality stands" in result.stderr
    assert program.json("show", result.stdout.strip())["agreement"] is None
    assert program("agreements").stderr.count("cannot be read") == 1
    assert program("agreements", "edit", "Sam", "--set", "limits=x").exit_code == 1
    assert file.read_text() == "{"
    assert program("doctor").exit_code == 3


def test_an_imported_record_brings_the_agreement_it_was_held_under(program: Program, tmp_path: Path) -> None:
    program.start()
    edit(program, "limits=Safety", "reported=That we met")
    session = program.start()
    file = tmp_path / "record.json"
    program("export", session, "--format", "json", "-o", str(file))
    program("--store", str(tmp_path / "other"), "import", str(file))
    there = program.json("--store", str(tmp_path / "other"), "show", session)
    assert there["agreement"] == program.json("show", session)["agreement"]
    assert "When it goes further: Safety" in program("show", session).stdout


def test_on_a_terminal_it_is_a_conversation_in_which_every_question_may_be_left_open(program: Program) -> None:
    program.start()
    names = ("SUPERVISION_STORE", "SUPERVISION_CONFIG")
    environment = {name: os.environ[name] for name in names} | {"PYTHONPATH": str(ROOT), "SUPERVISION_ME": program.me}
    with Terminal(["agreements", "edit", "Sam"], env=environment) as terminal:
        terminal.wait("In which organisation")
        terminal.send("\nyes\nDana Reed\n+\n" + "\n" * (len(questions("supervision")) - 5))
        terminal.wait("On which day")
        terminal.send("31 February\n")
        terminal.wait("! ")
        assert terminal.leave("in 6 months\n") == 0
    made = program.json("agreements", "show", "Sam")
    assert (made["external"], made["manager"], made["organisation"]) == (True, "Dana Reed", "")
    assert made["reported"].startswith("That we met") and made["limits"] == ""
    assert date.fromisoformat(made["review_on"]) > TODAY - timedelta(days=400)
