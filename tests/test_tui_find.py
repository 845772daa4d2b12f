"""Finding from home and from a session: as one types, and it opens at the place."""

import dataclasses
from datetime import timedelta
from pathlib import Path

from textual.content import Content
from textual.widgets import OptionList

from supervision.model import changes as c
from supervision.model.values import Session
from supervision.tui.screens.find import AT_MOST, FindScreen, marked
from supervision.tui.screens.home import HomeScreen
from supervision.tui.screens.record import RecordScreen
from supervision.tui.screens.session import SessionScreen
from tests import factory
from tests.tui_desk import ID, Shown, desk_of, one_session, shown

EARLIER = "2026-10-01-0900-earl"
LINE = "J asked for a [lift] home on Friday, " + "and again " * 12


def under_way() -> Session:
    return factory.done(
        one_session(),
        c.MoveTo(stage="boundaries"),
        c.WriteNote(text="first words\nthe Café at noon\nlast words"),
        c.MoveTo(stage="arrive"),
        c.AddAction(text="Tell the team"),
        c.AddAction(text="Ask at the cafe"),
    )


def ended() -> Session:
    session = dataclasses.replace(
        factory.session(session_id=EARLIER), started=factory.NOW - timedelta(days=50), stage="boundaries"
    )
    lines = [c.WriteNote(text=f"line {n}") for n in range(40)]
    return factory.done(session, *lines, c.WriteNote(text=LINE), c.End())


async def look_for(ui: Shown, words: str) -> FindScreen:
    """Opens Find, types, and waits for what is found."""
    await ui.press("ctrl+f")
    await ui.until(lambda: isinstance(ui.app.screen, FindScreen))
    await ui.type(words)
    await ui.until(lambda: "place" in ui.text)
    assert isinstance(ui.app.screen, FindScreen)
    return ui.app.screen


async def test_from_home_a_session_under_way_opens_with_the_caret_at_the_line(tmp_path: Path) -> None:
    for size in ((120, 36), (80, 24)):
        async with shown(desk_of(tmp_path / str(size), under_way(), ended()), session="", size=size) as ui:
            await look_for(ui, "noon cafe")
            assert "note in Boundary experiences, 23 Nov 2026, Ash Patel and Sam Okafor" in ui.text
            await ui.press("enter")
            await ui.until(lambda: isinstance(ui.app.screen, SessionScreen))
            await ui.until(lambda: ui.notes.cursor_location == (1, 0))
            assert (ui.notes.stage, ui.app.focused) == ("boundaries", ui.notes)


async def test_from_home_an_ended_one_is_shown_at_the_place(tmp_path: Path) -> None:
    for size in ((120, 36), (80, 24), (60, 18)):
        async with shown(desk_of(tmp_path / str(size), under_way(), ended()), session="", size=size) as ui:
            await look_for(ui, "lift friday")
            assert "J asked for a [lift] home" in ui.text
            await ui.press("enter")
            await ui.until(lambda: isinstance(ui.app.screen, RecordScreen))
            await ui.until(lambda: "J asked for a [lift] home on Friday" in ui.text)
            assert "line 39" in ui.text
            await ui.press("escape")
            await ui.until(lambda: isinstance(ui.app.screen, HomeScreen))


async def test_in_a_session_an_action_that_was_found_is_chosen(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, under_way())) as ui:
        await look_for(ui, "ask cafe")
        await ui.press("enter")
        pane = ui.screen.query_one("#actions", OptionList)
        await ui.until(lambda: ui.app.focused is pane)
        assert pane.highlighted == 1


async def test_in_a_session_what_stands_in_an_earlier_one_is_shown_as_a_record(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, under_way(), ended()), session=ID) as ui:
        await look_for(ui, "friday")
        await ui.press("enter")
        await ui.until(lambda: isinstance(ui.app.screen, RecordScreen))
        await ui.until(lambda: "J asked for a [lift] home on Friday" in ui.text)


async def test_more_than_can_be_looked_at_is_said(tmp_path: Path) -> None:
    session = factory.done(one_session(), *(c.WriteNote(text=f"visit {n}") for n in range(AT_MOST + 20)))
    async with shown(desk_of(tmp_path, session), session="") as ui:
        screen = await look_for(ui, "visit")
        assert f"More than {AT_MOST} places" in ui.text
        assert screen.query_one("#found", OptionList).option_count == AT_MOST


def test_what_was_looked_for_is_marked_as_it_is_written() -> None:
    shown = marked("At the CAFE\u0301, in Łódź [b]", "lodz café")
    assert shown.plain == "At the CAFE\u0301, in Łódź [b]"
    assert [shown.plain[span.start : span.end] for span in shown.spans] == ["CAFE\u0301", "Łódź"]
    long = marked("word " * 100 + "needle " + "word " * 100, "needle", 60)
    assert "needle" in long.plain and len(long.plain) <= 64
    assert isinstance(long, Content)
