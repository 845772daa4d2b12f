"""The lists of past actions and decisions on the screen: narrowed, by page, their timeline; what reads every record."""

import threading
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.content import Content

from supervision import prompts, sample
from supervision.model import changes as c
from supervision.shelf import Keeping
from supervision.tui import Desk
from supervision.tui.screens import ActionsScreen, DecisionsScreen
from supervision.tui.screens.chain import ChainScreen
from supervision.tui.screens.choosing import ChooseDialog
from supervision.tui.screens.gathered import GatheredScreen
from supervision.tui.screens.home import HomeScreen
from supervision.tui.screens.listing import MOST
from supervision.tui.screens.rows import Rows, in_brief
from supervision.tui.screens.timeline import TimelineScreen
from tests import factory as f
from tests.tui_desk import Shown, desk_of, one_session, shown

SIZE = (80, 24)


def the_sample(folder: Path) -> Desk:
    return desk_of(folder, *sample.sample(f.TODAY, prompts.find("broken"), prompts.find("peer"), now=f.NOW))


def rows(ui: Shown) -> list[str]:
    """The first lines of the rows."""
    options = ui.app.screen.query_one("#list", Rows).options
    return [str(option.prompt).split("\n")[0] for option in options]


def owners(ui: Shown) -> set[str]:
    """Whose the actions in the list are: what stands below the words."""
    options = ui.app.screen.query_one("#list", Rows).options
    facts = (str(option.prompt).split("\n")[-1].rpartition("   ")[2] for option in options)
    return {words.strip().split(",")[0] for words in facts}


def test_facts_stand_in_a_line_of_their_own_and_are_told_whole() -> None:
    facts = "    Ash Patel, overdue, by 9 Nov 2026, waiting on the manager, with Sam Okafor"

    def told(words: str, width: int = 75) -> list[str]:
        return in_brief(Content(f"[ ] {words}\n{facts}"), width).plain.split("\n")

    assert told("Ring J") == ["[ ] Ring J", facts.removesuffix(", with Sam Okafor")]
    two = told("Ask the manager of the whole team to support it: an evening out, in work time")
    assert two[1:] == ["    work time", facts.removesuffix(", with Sam Okafor")]
    late = told("Ask the manager of the whole team to support it: an evening out, in the hours when all of us work", 60)
    assert late[-1] == "    Ash Patel, overdue, by 9 Nov 2026"


async def test_actions_are_seen_from_home_and_kept_to_mine_theirs_nobodys_and_overdue(tmp_path: Path) -> None:
    async with shown(the_sample(tmp_path), session="", size=SIZE) as ui:
        await ui.press("a")
        assert isinstance(ui.app.screen, ActionsScreen)
        everybody = rows(ui)
        assert "overdue, by 21 Sep 2026" in ui.text
        await ui.press("right")
        assert 0 < len(rows(ui)) < len(everybody)
        assert all("overdue" in str(one.prompt) for one in ui.app.screen.query_one("#list", Rows).options)
        await ui.press("right")
        assert owners(ui) == {"Ash Patel"}
        await ui.press("right")
        assert owners(ui) == {"Sam Okafor", "Bea Novak"}
        await ui.press("right")
        assert owners(ui) == {"nobody yet"}
        await ui.press("right")
        assert len(rows(ui)) > len(everybody)


@pytest.mark.parametrize("size", [(80, 24), (60, 18)])
async def test_a_very_long_row_has_four_lines_and_every_key_is_in_sight(tmp_path: Path, size: tuple[int, int]) -> None:
    session = f.done(one_session(), c.AddAction(text="A very long thing to do, " * 20, owner="Ash"))
    async with shown(desk_of(tmp_path, session), session="", size=size) as ui:
        await ui.press("a")
        (option,) = ui.app.screen.query_one("#list", Rows).options
        lines = str(option.prompt).split("\n")
        assert len(lines) == 4 and lines[-1].strip() == "Ash Patel, with Sam Okafor"
        assert max(map(len, lines)) <= size[0] - 4
        assert size[0] < 80 or "Esc back" in ui.text
        await ui.press("enter")
        assert isinstance(ui.app.screen, ChainScreen)


async def test_actions_are_narrowed_by_person_session_and_day_and_widened_again(tmp_path: Path) -> None:
    async with shown(the_sample(tmp_path), session="", size=SIZE) as ui:
        await ui.press("a")
        everybody = rows(ui)
        await ui.press("n", "enter")
        assert "Who has taken it on?" in ui.text
        await ui.press("enter")
        assert owners(ui) == {"Sam Okafor"} and "Sam Okafor's" in ui.text
        await ui.press("n", "down", "down", "enter")
        assert "Which session?" in ui.text
        await ui.press("down", "down", "enter")
        both = rows(ui)
        assert "Sam Okafor's, session of" in ui.text
        await ui.press("n", "down", "down", "down", "down", "enter")
        assert rows(ui) == everybody and "Sam Okafor's" not in ui.text
        assert set(both) < set(everybody)
        await ui.press("n", "down", "down", "down", "enter")
        await ui.type("rubbish")
        await ui.press("enter")
        assert "is not a day I understand" in ui.text
        await ui.press(*["backspace"] * 7)
        await ui.type("1 october")
        await ui.press("enter")
        assert "since 1 Oct 2026" in ui.text
        assert 0 < len(rows(ui)) < len(everybody) and "Take evening contact" not in "".join(rows(ui))
        await ui.press("n", "down", "enter", "down", "enter")
        assert "with Bea Novak" in ui.text
        assert all("with" not in str(row) for row in owners(ui))


async def test_decisions_are_kept_to_those_that_wait_and_to_one_alias(tmp_path: Path) -> None:
    async with shown(the_sample(tmp_path), session="", size=SIZE) as ui:
        await ui.press("d")
        assert isinstance(ui.app.screen, DecisionsScreen)
        await ui.press("right")
        assert "to be looked at since" in ui.text and len(rows(ui)) == 1
        await ui.press("right", "right")
        assert [row.split("  ")[0] for row in rows(ui)] == ["Ask R about the hug", "The award evening, in work time"]
        await ui.press("left", "left", "left", "n", "down", "enter")
        assert "About whom?" in ui.text
        await ui.press("end", "enter")
        assert [row.rpartition("  ")[2] for row in rows(ui)] == ["M"] and "about M" in ui.text
        await ui.choose("timeline")
        assert isinstance(ui.app.screen, ChooseDialog)
        await ui.press("enter")
        assert isinstance(ui.app.screen, TimelineScreen)
        assert "about M, with Sam Okafor" in ui.text and "No private number" not in ui.text
        await ui.press("n", "down", "enter")
        assert "about J" in ui.text and "No private number" in ui.text and "Cakes" not in ui.text


async def test_a_change_in_a_list_is_undone_by_key_and_by_palette(tmp_path: Path) -> None:
    session = f.done(one_session(), c.AddAction(text="Ring J", owner="Ash"))
    desk = desk_of(tmp_path, session)

    def status() -> str:
        return desk.shelf.load(session.id).actions[0].status

    async with shown(desk, session="", size=SIZE) as ui:
        await ui.press("a", "space")
        await ui.until(lambda: status() == "done")
        await ui.choose("undo")
        await ui.until(lambda: status() == "open")
        await ui.choose("redo")
        await ui.until(lambda: status() == "done")
        await ui.press("u")
        await ui.until(lambda: status() == "open")


async def test_of_very_many_the_first_are_read_and_more_come_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("supervision.tui.screens.listing.MOST", 5)
    session = f.done(
        one_session(),
        *(c.AddAction(text=f"Thing {n}", owner="Ash", due=f.TODAY + timedelta(days=n + 1)) for n in range(12)),
    )
    assert MOST == 100
    async with shown(desk_of(tmp_path, session), session="", size=SIZE) as ui:
        await ui.press("a")
        assert (len(rows(ui)), rows(ui)[-1]) == (6, "and 7 more")
        await ui.press(*["down"] * 5)
        assert (len(rows(ui)), rows(ui)[-1]) == (11, "and 2 more")
        assert rows(ui)[5] == "[ ] Thing 5"
        await ui.press(*["down"] * 5)
        assert [row.split()[-1] for row in rows(ui)] == [str(n) for n in range(12)]


async def test_home_opens_the_list_of_what_its_row_says(tmp_path: Path) -> None:
    due = date(2026, 11, 1)
    session = f.done(one_session(), *(c.AddAction(text=f"Late {n}", owner="Sam", due=due) for n in range(9)))
    session = f.done(session, c.AddAction(text="Not late", owner="Sam"))
    async with shown(desk_of(tmp_path, session), session="", size=SIZE) as ui:
        home = ui.app.screen
        assert isinstance(home, HomeScreen) and "and 6 more" in ui.text
        home.action_actions("overdue")
        await ui.pilot.pause()
        assert len(rows(ui)) == 9


async def test_everything_about_somebody_is_read_while_one_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    about = Keeping.about

    def slow(self: Keeping, words: str) -> Any:
        begun.set()
        assert go_on.wait(20)
        return about(self, words)

    monkeypatch.setattr(Keeping, "about", slow)
    async with shown(the_sample(tmp_path), session="", size=SIZE) as ui:
        await ui.choose("everything about")
        await ui.type("J")
        await ui.press("enter")
        await ui.until(begun.is_set)
        assert "Reading every record ..." in ui.text
        await ui.press("d")
        assert isinstance(ui.app.screen, DecisionsScreen)
        go_on.set()
        await ui.app.workers.wait_for_complete()
        await ui.pilot.pause()
        assert isinstance(ui.app.screen, DecisionsScreen)
        await ui.press("escape")
        await ui.until(lambda: isinstance(ui.app.screen, GatheredScreen))
        assert "To go through before it is handed on" in ui.text


async def test_records_to_look_at_are_read_while_one_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[threading.Thread] = []
    records = Keeping.records

    def watched(self: Keeping, classes: Any) -> Any:
        threads.append(threading.current_thread())
        return records(self, classes)

    monkeypatch.setattr(Keeping, "records", watched)
    desk = the_sample(tmp_path)
    async with shown(desk, session="", size=SIZE) as ui:
        await ui.choose("records to look at")
        await ui.app.workers.wait_for_complete()
        await ui.pilot.pause()
        assert "No record has been kept as long as was said." in ui.text
        assert threads and threads[0] is not threading.main_thread()
