"""The timeline of a pair: what happened by date, what is coming, and nothing of anybody else."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from supervision import prompts, sample
from supervision.model import changes as c
from supervision.shelf import Shelf
from supervision.shelf.timeline import coming, past
from supervision.tui.screens.timeline import TimelineScreen
from tests import factory as f
from tests.test_tui_mouse import click
from tests.tui_desk import desk_of, one_session, shown

TODAY = f.TODAY


def of_the_sample(folder: Path) -> tuple[Shelf, list[str]]:
    sessions = sample.sample(TODAY, prompts.find("broken"), prompts.find("peer"), now=f.NOW)
    shelf = desk_of(folder, *sessions).shelf
    pair = next(row for row in shelf.sessions() if row["state"] == "signed")["people"]
    return shelf, [person["id"] for person in pair]


def test_the_sample_is_told_by_date_with_agreements_reviews_and_replacements(tmp_path: Path) -> None:
    shelf, pair = of_the_sample(tmp_path)
    lines = past(shelf.sessions(pair=pair), shelf.decisions(pair=pair))
    assert [line.day for line in lines] == sorted((line.day for line in lines), reverse=True)
    kinds = [line.what.partition(":")[0] for line in lines]
    assert {"Session", "Agreed", "Looked again", "Replaced"} <= set(kinds)
    assert kinds.count("Session") == len(shelf.sessions(pair=pair))
    assert all(line.day <= TODAY for line in lines)
    reviewed = next(line for line in lines if line.what.startswith("Looked again"))
    assert reviewed.what.rpartition(", ")[2] in {"kept", "loosened", "tightened", "repaired", "ended", "replaced"}
    replaced = next(line for line in lines if line.what.startswith("Replaced"))
    assert replaced.more.startswith("by ")


def test_what_is_coming_stands_nearest_first_with_what_is_due(tmp_path: Path) -> None:
    session = f.done(f.decided(one_session(), stance="hold", review_on="2027-01-04"), c.SetNext(on=date(2026, 12, 7)))
    number = session.decisions[0].id
    for who in ("Ash", "Sam"):
        session = f.done(session, c.Agree(id=number), by=who)
    shelf = desk_of(tmp_path, session).shelf
    soon = coming(shelf.decisions(), date(2026, 12, 7), "J", TODAY)
    assert [(line.day, line.what.partition(":")[0]) for line in soon] == [
        (date(2026, 12, 7), "Next session"),
        (date(2027, 1, 4), "Look again"),
    ]
    assert coming([], TODAY - timedelta(days=1), "", TODAY) == []


@pytest.mark.parametrize("size", [(80, 24), (60, 18), (120, 36)])
async def test_it_is_shown_from_the_session_for_this_pair_alone(tmp_path: Path, size: tuple[int, int]) -> None:
    session = f.done(one_session(), c.SetNext(on=date(2026, 12, 7), focus="How J [took] it"))
    sessions = sample.sample(TODAY, prompts.find("broken"), prompts.find("peer"), now=f.NOW)
    async with shown(desk_of(tmp_path, session, *sessions), size=size) as ui:
        await ui.choose("timeline")
        assert isinstance(ui.app.screen, TimelineScreen)
        assert "7 Dec 2026" in ui.text and "Next session  How J [took] it" in ui.text
        assert ui.text.count("Session ") == 1 and "of you two" in ui.text
        assert all(len(line) <= size[0] for line in ui.text.splitlines())
        await ui.press("enter")
        await ui.pilot.pause()
        assert type(ui.app.screen).__name__ == "RecordScreen"
        await ui.press("escape", "escape")
        assert type(ui.app.screen).__name__ == "SessionScreen"


async def test_from_home_the_pair_is_chosen_first_and_the_list_scrolls(tmp_path: Path) -> None:
    sessions = sample.sample(TODAY, prompts.find("broken"), prompts.find("peer"), now=f.NOW)
    async with shown(desk_of(tmp_path, *sessions), session="", size=(80, 24)) as ui:
        await ui.press("t")
        assert "The timeline with whom?" in ui.text
        await ui.press("enter")
        await ui.pilot.pause()
        assert isinstance(ui.app.screen, TimelineScreen)
        assert "Coming" in ui.text and "with Sam Okafor" in ui.text
        await ui.press("end")
        await ui.pilot.pause()
        assert "Session" in ui.text and "Coming" not in ui.text


async def test_with_the_mouse_alone_it_is_narrowed_opened_and_left(tmp_path: Path) -> None:
    sessions = sample.sample(TODAY, prompts.find("broken"), prompts.find("peer"), now=f.NOW)
    async with shown(desk_of(tmp_path, *sessions), session="", size=(80, 24)) as ui:

        async def go(words: str, there: str) -> None:
            await click(ui, words)
            await ui.until(lambda: there in ui.text)
            await ui.pilot.pause()

        await ui.press("t")
        await go("Sam Okafor", "Coming")
        await go("N about one person", "What happened about whom?")
        await go("J", "about J, with Sam Okafor")
        await go("N about one person", "everybody")
        await go("everybody", "Timeline")
        await click(ui, "PgDn on")
        await ui.until(lambda: "Coming" not in ui.text)
        await click(ui, "Session")
        await ui.until(lambda: not isinstance(ui.app.screen, TimelineScreen))
        await go("Esc back", "Timeline")
        await go("Esc back", "Start a session")
