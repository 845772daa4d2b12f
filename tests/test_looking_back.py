"""Looking back: what somebody with authority has answered since a pair met last, and what still waits for an answer."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from supervision.model.changes import KeepAction
from supervision.shelf import looking_back
from supervision.tui import Desk
from supervision.tui.screens.listed import action_row
from supervision.tui.screens.look_back import LookBackPane
from supervision.tui.screens.rows import in_brief
from supervision.tui.screens.session import SessionScreen
from tests.conftest import ROOT, Program
from tests.stories.typed import decide, decision, piped
from tests.test_cli_decisions import AGREED
from tests.test_plain import DECIDE
from tests.tui_desk import shown


def below(lines: list[str], heading: str) -> str:
    """The line below a heading."""
    return lines[next(n for n, line in enumerate(lines) if line.startswith(heading)) + 1]


def test_peers_hear_in_their_next_session_what_each_brought_back(program: Program) -> None:
    session, _ = piped(program, decide(support="asked Dana Reed"), "--with", "Bea Novak", "--role", "peer")
    made = decision(program, session)["id"]
    program.now += timedelta(days=7)
    second = program.start("--role", "peer", other="Bea Novak")
    first_time = program.plain(second, "/where\n")
    assert below(first_time, "Waiting for an answer") == f"{made}: Evening messages (bend, asked Dana Reed)"
    said = program.plain(second, f"/support {made} given Dana Reed\n/end\n")
    assert any(line.startswith("Support: given by Dana Reed") for line in said)
    program.now += timedelta(days=7)
    third = program.start("--role", "peer", other="Bea Novak")
    said = program.plain(third, "/look-back\n")
    assert not any(line.startswith(("Waiting for an answer", "Answered since")) for line in said)


def test_what_was_answered_in_between_is_told_once(program: Program) -> None:
    session = program.start("--alias", "J")
    program.plain(session, DECIDE.format(support="asked Team manager") + AGREED + "/end\n")
    made = decision(program, session)["id"]
    program.now += timedelta(days=3)
    assert program("decisions", "support", made, "given", "Team manager").exit_code == 0
    program.now += timedelta(days=3)
    second = program.start("--alias", "J")
    told = below(program.plain(second, "/look-back\n"), "Answered since you last met")
    assert told == f"{made}: Evening messages, support given by Team manager, 26 November 2026"
    program.now += timedelta(days=3)
    third = program.start("--alias", "J")
    assert not any("Answered since" in line for line in program.plain(third, "/look-back\n"))


@pytest.fixture
def second(program: Program) -> str:
    """Two peers' second session; in the first they proposed something."""
    session, _ = piped(program, decide(support="asked Dana Reed"), "--with", "Bea Novak", "--role", "peer")
    program.plain(session, "/end\n")
    program.now += timedelta(days=7)
    return program.start("--role", "peer", other="Bea Novak")


async def test_on_the_screen_an_answer_is_given_where_one_looks_back(
    program: Program, tmp_path: Path, second: str
) -> None:
    desk = desk_at(tmp_path, program)
    pair = tuple(person["id"] for person in program.json("show", second)["people"])
    async with shown(desk, session=second, size=(80, 24)) as ui:
        assert isinstance(ui.app.screen, SessionScreen)
        await ui.choose("look back")
        await ui.until(lambda: "Waiting for somebody's answer" in ui.text)
        await ui.press("end", "s")
        assert "Who supports it?" in ui.text
        await ui.press("g", "ctrl+s")
        await ui.until(lambda: not looking_back(desk.shelf, pair, second).waiting)
        await ui.until(lambda: "Waiting for somebody's answer" not in ui.text)
        assert "Answered since you last met" in ui.text
    found = looking_back(desk.shelf, pair, second)
    assert [row["support"]["status"] for row in found.answered] == ["given"]


async def test_an_answer_that_comes_when_the_pane_is_taken_away_hurts_nothing(
    program: Program, tmp_path: Path, second: str
) -> None:
    async with shown(desk_at(tmp_path, program), session=second, size=(80, 24)) as ui:
        await ui.choose("look back")
        await ui.until(lambda: "Waiting for somebody's answer" in ui.text)
        pane = ui.app.screen.query_one(LookBackPane)
        await pane.query("*").remove()
        pane._changed(KeepAction(id="a", note=""))
        assert not pane.children


def desk_at(folder: Path, program: Program) -> Desk:
    """The desk over the store that `program` writes."""
    from supervision.model import views
    from supervision.room import Room
    from supervision.shelf import Shelf
    from supervision.store import Store

    store = Store(folder / "store", views.summary)
    return Desk(
        shelf=Shelf(store, lambda: program.now),
        open_room=lambda session_id: Room(store, session_id, me=program.me, clock=lambda: program.now),
        me=program.me,
    )


def test_a_first_session_has_nothing_to_look_back_on(program: Program, tmp_path: Path) -> None:
    session = program.start()
    pair = tuple(person["id"] for person in program.json("show", session)["people"])
    found = looking_back(desk_at(tmp_path, program).shelf, pair, session)
    assert (found.earlier, found.due, found.answered, found.waiting, found.still, found.done) == (
        *(False, [], [], [], [], []),
    )


def test_what_opens_from_it_is_loaded_once_it_is_wanted() -> None:
    code = (
        "import sys, supervision.tui.app, supervision.tui.screens.session, supervision.tui.screens.look_back\n"
        "print(sorted(name for name in sys.modules if name.startswith(("
        "'supervision.export', 'supervision.when', 'supervision.tui.screens.decide', 'supervision.tui.screens.chain', "
        "'supervision.tui.screens.home', 'pydantic'))))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert said.stdout.strip() == "[]"


def test_what_became_of_an_action_stands_before_whom_it_waits_for(program: Program) -> None:
    session = program.start("--alias", "J")
    program("actions", "add", "Ask about the visits", "--session", session)
    (action,) = program.json("actions")
    program("actions", "edit", action["id"], "--waiting-on", "the team manager, who is away until the new year")
    program("actions", "note", action["id"], "She asked for a week")
    (row,) = program.json("actions")
    told = in_brief(action_row(row, pair=True), 60).plain
    assert "She asked for a week" in told and "new year" not in told
