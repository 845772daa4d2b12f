"""Marking lines of notes on the way, and taking them over into a decision, never by themselves."""

from pathlib import Path

import pytest

from supervision.model import changes as c
from supervision.tui.screens.decide import DecideScreen, Marked
from tests import factory as f
from tests.tui_desk import desk_of, one_session, shown

LINES = ("Hold the hours", "One reply by eight", "Being answered is what J never had")


@pytest.fixture
def noted() -> c.Change:
    return c.WriteNote(text="\n".join(LINES), stage="arrive")


@pytest.mark.parametrize("size", [(120, 36), (60, 18)])
async def test_one_key_marks_the_line_one_is_at_and_words_beside_it_say_so(
    tmp_path: Path, noted: c.Change, size: tuple[int, int]
) -> None:
    async with shown(desk_of(tmp_path, f.done(one_session(), noted)), size=size) as ui:
        before = ui.notes.gutter_width
        await ui.press("up", "ctrl+k")
        assert [(mark.kind, mark.text) for mark in ui.room.session.marks] == [("option", LINES[1])]
        line = next(line for line in ui.text.splitlines() if LINES[1][:8] in line)
        assert "option" in line and "Marked as an option" in ui.text
        assert not any("option" in row and LINES[0][:8] in row for row in ui.text.splitlines())
        await ui.press("ctrl+k")
        assert [mark.kind for mark in ui.room.session.marks] == ["reason"]
        await ui.press("ctrl+k")
        assert not ui.room.session.marks and ui.notes.gutter_width == before
        await ui.choose("Mark as a reason")
        assert [mark.kind for mark in ui.room.session.marks] == ["reason"]
        assert ui.notes.text == "\n".join(LINES)


async def test_the_mark_stays_while_the_line_is_mended_and_goes_with_it(tmp_path: Path, noted: c.Change) -> None:
    async with shown(desk_of(tmp_path, f.done(one_session(), noted))) as ui:
        await ui.press("ctrl+k")
        await ui.press("backspace")
        await ui.type("d, she says")
        assert [mark.text for mark in ui.room.session.marks] == [f"{LINES[2]}, she says"]
        assert any("option" in row and "Being answered" in row for row in ui.text.splitlines())
        ui.notes.load_text("")
        assert not ui.room.session.marks


async def test_a_blank_line_is_not_marked(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session())) as ui:
        await ui.press("ctrl+k")
        assert "nothing on this line" in ui.text and not ui.room.session.marks


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_decide_offers_what_was_marked_and_takes_over_only_what_is_chosen(
    tmp_path: Path, noted: c.Change, size: tuple[int, int]
) -> None:
    session = f.done(
        one_session(),
        noted,
        c.MarkNote(text=LINES[0], kind="option"),
        c.MarkNote(text=LINES[1], kind="option"),
        c.MarkNote(text=LINES[2], kind="reason"),
    )
    async with shown(desk_of(tmp_path, session), size=size) as ui:
        await ui.press("ctrl+l")
        await ui.pilot.pause()
        assert isinstance(ui.app.screen, DecideScreen)
        assert len(ui.app.screen.query(Marked)) == 3
        assert f"Take over as an option: {LINES[1]}" in ui.text
        assert not ui.room.session.decisions
        offers = {offer.mark.text: offer for offer in ui.app.screen.query(Marked)}
        offers[LINES[1]].focus()
        await ui.press("enter")
        await ui.pilot.pause()
        (decision,) = ui.room.session.decisions
        assert [option.text for option in decision.options] == [LINES[1]]
        assert decision.rationale == ""
        offers[LINES[2]].focus()
        await ui.press("enter")
        await ui.pilot.pause()
        (decision,) = ui.room.session.decisions
        assert decision.rationale == LINES[2]
        assert [offer.mark.text for offer in ui.app.screen.query(Marked)] == [LINES[0]]
        offers[LINES[0]].focus()
        await ui.press("enter")
        await ui.pilot.pause()
        assert [option.text for option in ui.room.session.decisions[0].options] == [LINES[1], LINES[0]]
        assert not ui.app.screen.query(Marked)
