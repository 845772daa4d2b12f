"""What is done in a session is reached from home and from the lists too: the session under way is opened for it."""

from pathlib import Path

import pytest
from textual.containers import VerticalScroll

from supervision.model import changes as c
from supervision.tui.screens import ActionsScreen, DecideScreen, RecordScreen
from supervision.tui.screens.actions import ActionCard
from supervision.tui.screens.concern import ConcernDialog
from supervision.tui.screens.parts import Press
from supervision.tui.screens.read_back import ReadBackScreen
from supervision.tui.screens.rows import Rows
from supervision.tui.screens.small import SayDialog
from tests import factory as f
from tests.places import stories
from tests.tui_desk import ID, desk_of, one_session, shown
from tests.tui_harness import Harness, press, seen


async def test_the_palette_of_home_opens_the_session_under_way_for_what_is_done_there(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session()), session="", size=(80, 24)) as ui:
        await ui.press("ctrl+p")
        await ui.type("concern")
        await ui.until(lambda: "In the session with Sam Okafor" in " ".join(ui.text.split()))
        await ui.press("enter")
        await ui.until(lambda: isinstance(ui.app.screen, ConcernDialog))
        assert ui.room.session.id == ID


async def test_what_waits_for_a_signature_is_signed_from_home(tmp_path: Path) -> None:
    ended = f.done(one_session(), c.End())
    async with shown(desk_of(tmp_path, ended), session="", size=(80, 24)) as ui:
        await ui.press("ctrl+p")
        await ui.type("sign")
        await ui.until(lambda: "In the session with Sam Okafor: sign" in " ".join(ui.text.split()))
        await ui.press("enter")
        await ui.until(lambda: isinstance(ui.app.screen, ReadBackScreen))


async def test_where_every_session_is_signed_nothing_of_one_is_offered(tmp_path: Path) -> None:
    signed = f.done(one_session(), c.End())
    for by in ("Ash", "Sam"):
        signed = f.done(signed, c.Sign(), by=by)
    async with shown(desk_of(tmp_path, signed), session="", size=(80, 24)) as ui:
        await ui.press("ctrl+p")
        await ui.type("concern")
        await ui.until(lambda: "Nothing is called so here" in ui.text)
        assert "Raise a concern" not in ui.text


async def test_an_action_is_written_down_from_the_list_and_taken_back(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, one_session())
    async with shown(desk, session="", size=(80, 24)) as ui:
        await ui.press("a", "w")
        await ui.until(lambda: isinstance(ui.app.screen, ActionCard))
        await ui.type("Tell J about the hours")
        await ui.press("enter", "enter", "enter", "enter")
        await ui.until(lambda: isinstance(ui.app.screen, ActionsScreen))
        assert [action.text for action in desk.shelf.load(ID).actions] == ["Tell J about the hours"]
        assert "Tell J about the hours" in ui.text
        await ui.press("u")
        await ui.until(lambda: not desk.shelf.load(ID).actions)


async def test_an_action_that_was_written_down_in_the_list_is_the_row_one_is_at(tmp_path: Path) -> None:
    told = stories()
    async with shown(desk_of(tmp_path, *told), session="", size=(80, 24)) as ui:
        await ui.press("a", "w")
        await ui.until(lambda: isinstance(ui.app.screen, ActionCard))
        await ui.type("Tell J about the hours")
        await ui.press("enter", "enter")
        await ui.type("in 3 weeks")
        await ui.press("enter", "enter")
        await ui.until(lambda: isinstance(ui.app.screen, ActionsScreen))
        rows = ui.app.screen.query_one("#list", Rows)
        await ui.until(lambda: "Tell J about the hours" in str(rows.options[rows.highlighted or 0].prompt))
        await ui.until(lambda: "14 Dec 2026" in ui.text)  # all of it, where the list is longer than the screen


async def test_a_decision_that_is_being_written_is_gone_on_with_from_the_list(tmp_path: Path) -> None:
    told = stories()
    title = told[-1].decisions[-1].title
    async with shown(desk_of(tmp_path, *told), session="", size=(80, 24)) as ui:
        await ui.press("d")
        rows = ui.app.screen.query_one("#list", Rows)
        rows.highlighted = next(n for n, row in enumerate(rows.options) if title in str(row.prompt))
        await ui.press("enter")
        assert "G go on with it" in ui.text
        await ui.press("g")
        await ui.until(lambda: isinstance(ui.app.screen, DecideScreen))
        assert title in ui.text and ui.room.session.id == told[-1].id


async def test_what_is_refused_pushes_no_button_off_a_low_screen() -> None:
    app = Harness(SayDialog("How is it?", about="A long sentence about what this is for. " * 8))
    async with app.run_test(size=(60, 18)) as pilot:
        await press(pilot, "enter")
        assert "There are no words yet." in seen(app)
        assert all(button.region.bottom <= 18 for button in app.screen.query(Press))


@pytest.mark.parametrize("size", [(80, 24), (60, 18)])
async def test_a_record_is_wrapped_once_for_the_width_there_is(tmp_path: Path, size: tuple[int, int]) -> None:
    told = stories()[1]
    async with shown(desk_of(tmp_path, told), session="", size=size) as ui:
        ui.app.push_screen(RecordScreen(told, shelf=ui.app.desk.shelf))
        await ui.until(lambda: isinstance(ui.app.screen, RecordScreen))
        await ui.pilot.pause()
        page = ui.app.screen.query_one("#record", VerticalScroll)
        words = str(page.query_one("Plain").render())
        assert max(map(len, words.split("\n"))) <= page.scrollable_content_region.width
