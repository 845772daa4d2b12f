"""Decisions from the command line: the list, reviewing one that is due, the organisation's answer."""

from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import Program
from tests.test_plain import DECIDE

AGREED = "/agree 1\n/as Sam\n/agree 1\n"


@pytest.fixture
def session(program: Program) -> str:
    return program.start("--alias", "J")


def only(program: Program, *args: str) -> dict[str, Any]:
    found = program.json("decisions", *args)
    assert len(found) == 1
    row: dict[str, Any] = found[0]
    return row


def test_the_shape_and_the_filters(program: Program, session: str) -> None:
    program.plain(session, DECIDE.format(support="given Team manager") + AGREED)
    program.now += timedelta(days=1)
    bea = program.start("--role", "peer", other="Bea Novak")
    program.plain(bea, DECIDE.format(support=""))
    row = only(program, "--agreed")
    assert {
        *("id", "session", "number", "matter", "title", "alias", "happened", "situation", "usual_practice", "need"),
        *("persons_view", "options", "stance", "limits", "risks", "safeguards", "support", "rationale"),
        *("explained_how", "review_on", "status", "missing", "agreed_by", "digest", "replaces", "replaced_by"),
        *("reviews", "dissent"),
    } <= row.keys()
    assert {"status", "by", "at", "recorded_by"} <= row["support"].keys()
    assert row["session"] == session
    assert only(program, "--with", "Bea")["session"] == only(program, "--session", bea)["session"] == bea
    assert len(program.json("decisions")) == len(program.json("decisions", "--all")) == 2
    assert program.json("decisions", "--due") == []
    program.now += timedelta(days=60)
    assert only(program, "--due")["id"] == row["id"]


def test_what_waits_for_an_answer_and_what_is_about_one_person(program: Program, session: str) -> None:
    program.plain(session, DECIDE.format(support="asked Team manager") + AGREED)
    other = program.start("--alias", "K")
    program.plain(other, DECIDE.format(support="given Team manager") + AGREED)
    waits = only(program, "--awaiting")
    assert (waits["session"], waits["status"]) == (session, "awaiting-support")
    assert only(program, "--alias", "k")["session"] == other
    assert program.json("decisions", "--awaiting", "--alias", "K") == []
    assert program("decisions", "support", waits["id"], "given", "Team manager").exit_code == 0
    assert program.json("decisions", "--awaiting") == []


def test_a_review_can_wait_for_the_next_session(program: Program, session: str) -> None:
    program.plain(session, DECIDE.format(support="given Team manager") + AGREED + "/next-date 2027-02-01\n")
    made = only(program)["id"]
    kept = program("decisions", "review", made, "--outcome", "kept", "--review-on", "next session")
    assert (kept.exit_code, only(program)["due_on"]) == (0, "2027-02-01")


def test_a_review_needs_its_next_day(program: Program, session: str) -> None:
    program.plain(session, DECIDE.format(support="given Team manager") + AGREED)
    program.now += timedelta(days=60)
    made = only(program, "--due")["id"]
    for args in ((), ("--review-on", "yesterday"), ("--review-on", "someday")):
        assert program("decisions", "review", made, "--outcome", "kept", *args).exit_code == 1
    done = program(
        "decisions", "review", made[:5], "--outcome", "loosened", "--note", "J slept", "--review-on", "in 3 months"
    )
    assert done.exit_code == 0
    assert done.stdout.strip() == made
    assert "propose a decision that replaces it" in done.stderr
    row = only(program)
    assert (row["status"], row["due"], row["due_on"]) == ("agreed", False, "2027-04-22")
    review = row["reviews"][0]
    assert (review["by"], review["outcome"], review["note"]) == ("Ash Patel", "loosened", "J slept")
    ended = program.json("decisions", "review", made, "--outcome", "ended", "--note", "J moved")
    assert ended["status"] == "ended"
    assert program("decisions", "review", made, "--outcome", "kept", "--review-on", "in 3 months").exit_code == 1


def test_support_is_recorded_with_who_and_when(program: Program, session: str) -> None:
    program.plain(session, DECIDE.format(support="") + AGREED)
    made = only(program)["id"]
    assert only(program)["status"] == "awaiting-support"
    assert program("decisions", "support", made, "given", "Sam Okafor").exit_code == 1
    assert program("decisions", "support", made, "given", "Team manager", "--on", "tomorrow").exit_code == 1
    asked = program.json("decisions", "support", made, "asked", "Team", "manager")
    assert (asked["status"], asked["support"]["by"]) == ("awaiting-support", "Team manager")
    given = program.json("decisions", "support", made, "given", "Team manager", "--on", "20 Nov")
    assert (given["status"], given["support"]["at"], given["support"]["recorded_by"]) == (
        "agreed",
        "2026-11-20",
        "Ash Patel",
    )
    assert program("undo").exit_code == 0
    assert only(program)["status"] == "awaiting-support"


def test_a_line_manager_who_supervises_gives_support_by_name(program: Program) -> None:
    session = program.start("--line-manager")
    program.plain(session, DECIDE.format(support="given Ash Patel") + AGREED)
    assert only(program)["status"] == "agreed"


def test_two_lines_a_row(program: Program, session: str) -> None:
    program.plain(session, DECIDE.format(support="given Team manager") + AGREED)
    first, second = program("decisions").stdout.splitlines()
    assert first == f"{only(program)['id']}  1. Evening messages"
    assert second == f"    bend, agreed, look again on 4 Jan 2027  {session}"
