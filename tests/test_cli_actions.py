"""Actions from the command line: the list and its filters, and changing one, outside a session too."""

from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import Program


@pytest.fixture
def session(program: Program) -> str:
    return program.start()


def added(program: Program, *args: str) -> str:
    result = program("actions", "add", *args)
    assert result.exit_code == 0, result.output
    assert len(result.stdout.split()) == 1
    return result.stdout.strip()


def one(program: Program, action: str) -> dict[str, Any]:
    return next(row for row in program.json("actions", "--all") if row["id"] == action)


def test_an_added_action_is_mine_in_my_newest_session(program: Program, session: str) -> None:
    program.now += timedelta(hours=1)
    newest = program.start(other="Bea Novak")
    program.me = "Sam"
    theirs = added(program, "Send the guide", "--due", "in 2 weeks")
    program.me = "Ash Patel"
    mine = added(program, "Ring", "the", "manager")
    assert (one(program, theirs)["session"], one(program, theirs)["owner"]) == (session, "Sam Okafor")
    assert one(program, theirs)["due"] == "2026-12-07"
    assert (one(program, mine)["session"], one(program, mine)["owner"]) == (newest, "Ash Patel")
    assert one(program, mine)["text"] == "Ring the manager"
    assert one(program, mine)["due"] is None


def test_the_day_that_was_understood_is_said_back(program: Program, session: str) -> None:
    result = program("actions", "add", "Ring J", "--due", "next Friday")
    assert "Due Friday 4 December 2026 (in 11 days)" in result.stderr


@pytest.mark.parametrize("words", ["yesterday", "2026-11-22", "sometime", "31/31"])
def test_a_day_that_is_past_or_no_day_changes_nothing(program: Program, session: str, words: str) -> None:
    assert program("actions", "add", "Ring J", "--due", words).exit_code == 1
    assert program.json("actions", "--all") == []


@pytest.mark.parametrize(
    ("owner", "expected"), [("nobody", None), ("Sam", "Sam Okafor"), ("Team manager", "Team manager")]
)
def test_owners(program: Program, session: str, owner: str, expected: str | None) -> None:
    action = added(program, "Ring J", "--owner", owner, "--session", session)
    assert one(program, action)["owner"] == expected


def test_mine_theirs_and_nobodys(program: Program, session: str) -> None:
    for owner in ("me", "Sam", "nobody"):
        added(program, f"For {owner}", "--owner", owner)

    def texts(*args: str) -> list[str]:
        return [row["text"] for row in program.json("actions", *args)]

    assert (texts("--mine"), texts("--theirs"), texts("--owner", "nobody")) == (["For me"], ["For Sam"], ["For nobody"])
    program.me = "Sam"
    assert (texts("--mine"), texts("--theirs")) == (["For Sam"], ["For me"])
    assert program("actions", "--mine", "--theirs").exit_code == 2


def test_the_next_session_is_the_one_that_is_named_last_and_still_to_come(program: Program, session: str) -> None:
    program.plain(session, "/next-date 2026-12-01\n")
    action = added(program, "Ring J", "--due", "next session", "--session", session)
    assert one(program, action)["due"] == "2026-12-01"
    program.now += timedelta(days=9)
    later = program.start()
    assert "no date yet" in program("actions", "edit", action, "--due", "next session").stderr
    program.plain(later, "/next-date 2026-12-15\n")
    assert program("actions", "edit", action, "--due", "next session").exit_code == 0
    assert one(program, action)["due"] == "2026-12-15"


def test_an_action_goes_through_its_life(program: Program, session: str) -> None:
    action = added(program, "Ring J")
    assert program("actions", "note", action[:5], "--note", "Left a message").exit_code == 0
    assert program("actions", "note", action, "Rang", "again").exit_code == 0
    program.now += timedelta(days=2)
    assert program("actions", "done", action, "--note", "Spoke to J").exit_code == 0
    row = one(program, action)
    assert (row["status"], row["closed"]) == ("done", program.now.isoformat())
    assert [note["text"] for note in row["notes"]] == ["Left a message", "Rang again", "Spoke to J"]
    assert row["notes"][0]["by"] == "Ash Patel"
    again = program("actions", "done", action)
    assert (again.exit_code, again.stdout) == (1, "")
    assert program("actions", "reopen", action).exit_code == 0
    assert program("actions", "drop", action, "--note", "Not needed").exit_code == 0
    assert one(program, action)["status"] == "dropped"


def test_edit_changes_what_is_named_and_nothing_else(program: Program, session: str) -> None:
    action = added(program, "Ring J", "--due", "2026-12-01")
    assert program("actions", "edit", action, "--text", "Write to J", "--waiting-on", "the manager").exit_code == 0
    row = one(program, action)
    assert (row["text"], row["waiting_on"], row["due"], row["owner"]) == (
        *("Write to J", "the manager"),
        *("2026-12-01", "Ash Patel"),
    )
    assert program("actions", "edit", action, "--due", "none", "--owner", "Sam").exit_code == 0
    assert (one(program, action)["due"], one(program, action)["owner"]) == (None, "Sam Okafor")
    assert program("actions", "edit", action).exit_code == 2


def test_only_the_people_of_a_session_change_its_actions(program: Program, session: str) -> None:
    action = added(program, "Ring J")
    program.me = "Cleo"
    result = program("actions", "done", action)
    assert result.exit_code == 1
    assert "Cleo is not in this session" in result.stderr
    program.me = ""
    assert program("actions", "done", action).stderr.startswith("Say who you are")
    assert one(program, action)["status"] == "open"


def test_undo_takes_back_my_latest_change(program: Program, session: str) -> None:
    action = added(program, "Ring J")
    program("actions", "done", action)
    assert program("undo").exit_code == 0
    assert one(program, action)["status"] == "open"
    assert program.json("undo") == {"session": session}
    assert program.json("actions", "--all") == []
    assert program("undo").exit_code == 1


def test_the_filters(program: Program, session: str) -> None:
    late = added(program, "Late", "--due", "2026-11-24")
    later = added(program, "Later", "--due", "2026-12-24", "--owner", "Sam")
    nobody = added(program, "Nobody yet", "--owner", "nobody")
    done = added(program, "Done")
    program("actions", "done", done)
    program.now += timedelta(days=7)
    other = program.start(other="Bea Novak")
    bea = added(program, "With Bea", "--session", other)

    def ids(*args: str) -> list[str]:
        return [row["id"] for row in program.json("actions", *args)]

    assert ids() == ids("--open")
    assert ids()[0] == late
    assert set(ids()) == {late, later, nobody, bea}
    assert set(ids("--all")) == {late, later, nobody, bea, done}
    assert ids("--overdue") == [late]
    assert ids("--owner", "Sam") == [later]
    assert ids("--owner", "nobody") == [nobody]
    assert set(ids("--mine")) == {late, bea}
    assert ids("--with", "Bea") == [bea]
    assert ids("--since", "2026-11-29") == [bea]
    assert ids("--since", "last Sunday") == [bea]
    assert set(ids("--session", session)) == {late, later, nobody}
    assert ids("--all", "--mine", "--with", "Sam") == [late, done]


def test_a_change_is_answered_with_its_shape(program: Program, session: str) -> None:
    row = program.json("actions", "add", "Ring J", "--due", "tomorrow")
    assert {
        *("id", "session", "text", "owner", "due", "waiting_on", "status", "stage", "prompt", "decision"),
        *("created", "closed", "notes"),
    } <= row.keys()
    assert row["due"] == "2026-11-24"
    assert program.json("actions", "done", row["id"])["status"] == "done"


def test_text_is_never_cut_in_json(program: Program, session: str) -> None:
    words = "A long step. " * 200
    action = added(program, words)
    assert one(program, action)["text"] == words.strip()


def test_two_lines_a_row(program: Program, session: str) -> None:
    action = added(program, "Ring J", "--due", "2026-11-24")
    program.now += timedelta(days=3)
    first, second = program("actions").stdout.splitlines()
    assert first == f"{action}  Ring J"
    assert second == f"    Ash Patel, due 24 Nov 2026, 2 days overdue  {session}"


def test_on_a_simple_terminal_nothing_is_cut(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    long = "Ask the manager of the house, and then the one of the day centre, who could be there on Friday evenings"
    program.start()
    program("actions", "add", long, "--due", "in 2 weeks")
    monkeypatch.setenv("TERM", "xterm-256color")
    assert "..." in program("actions").stdout
    monkeypatch.setenv("TERM", "dumb")
    listed = program("actions").stdout
    assert long in " ".join(listed.split()) and "..." not in listed
    assert max(map(len, listed.splitlines())) <= 80
