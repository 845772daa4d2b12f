"""With the mouse alone: what stands on the screen is clicked, and every way in has a way back."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.command import CommandPalette
from textual.containers import VerticalScroll
from textual.events import Click, MouseDown, MouseUp

from supervision.tui.screens import (
    ActionDialog,
    ActionsScreen,
    DecideScreen,
    HelpScreen,
    RecordScreen,
)
from supervision.tui.screens.chain import ChainScreen
from supervision.tui.screens.confidentiality import ConfidentialityDialog
from supervision.tui.screens.decide import OptionRow
from supervision.tui.screens.home import HomeScreen
from supervision.tui.screens.parts import Choice, Full, KeyHints, Plain, Press
from supervision.tui.screens.session import SessionScreen
from tests.painted import lines
from tests.places import every_place, stories
from tests.tui_desk import ME, Shown, desk_of, one_session, shown
from tests.tui_harness import Harness


async def click(ui: Shown, words: str) -> None:
    """A click on these words, where they stand last."""
    rows = lines(ui.app)
    y = max(n for n, row in enumerate(rows) if words in row)
    x = rows[y].rindex(words) + 1
    widget, _ = ui.app.get_widget_at(x, y)
    for kind in (MouseDown, MouseUp, Click):  # the pilot clicks nowhere in the margin of a screen
        ui.app.screen._forward_event(kind(widget, x, y, 0, 0, 1, False, False, False, x, y))
        await ui.pilot.pause()


async def at(ui: Shown, screen: type) -> None:
    await ui.until(lambda: isinstance(ui.app.screen, screen))
    await ui.pilot.pause()


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_there_and_back_again(tmp_path: Path, size: tuple[int, int]) -> None:
    async with shown(desk_of(tmp_path, *stories()), session="", size=size) as ui:
        await click(ui, "Help")
        await at(ui, HelpScreen)
        await click(ui, "Back")
        await at(ui, HomeScreen)
        await click(ui, "a Actions")
        await at(ui, ActionsScreen)
        await click(ui, "Ask J how they see it")
        await at(ui, ChainScreen)
        await click(ui, "Esc back")
        await click(ui, "Esc back")
        await at(ui, HomeScreen)
        await click(ui, "Continue with Sam")
        await at(ui, SessionScreen)
        await click(ui, " B ")
        await ui.until(lambda: ui.room.session.stage == "boundaries")
        await click(ui, "Ctrl+T Action")
        await at(ui, ActionDialog)
        await click(ui, "Back")
        await at(ui, SessionScreen)
        if size[0] < 100:
            await click(ui, "Decisions 1")
        await click(ui, "One visit after the")
        await at(ui, DecideScreen)
        await click(ui, "Back")
        await at(ui, SessionScreen)
        await click(ui, "Everything")
        await at(ui, CommandPalette)
        await ui.until(lambda: "Next stage" in "\n".join(lines(ui.app)))
        await click(ui, "Next stage")
        await ui.until(lambda: ui.room.session.stage == "relationships")


async def test_a_record_is_read_and_left(tmp_path: Path) -> None:
    told = stories()
    async with shown(desk_of(tmp_path, *told), session="", size=(80, 24)) as ui:
        await click(ui, "/ Find")
        await ui.type("lifts")
        await ui.until(lambda: "1 place" in ui.text)
        await click(ui, "Getting there")
        await at(ui, RecordScreen)
        await click(ui, "Esc back")
        await at(ui, HomeScreen)


async def test_the_story_of_the_sample_is_gone_through_and_ends(tmp_path: Path) -> None:
    desk = replace(desk_of(tmp_path, *stories()), is_sample=True)
    async with shown(desk, session="", size=(80, 24)) as ui:
        for step in range(1, 6):
            await ui.until(lambda at=step: f"{at} of 5" in ui.text)  # type: ignore[misc]
            await click(ui, "Ctrl+E")
        await ui.until(lambda: "That was the story." in ui.text)
        assert isinstance(ui.app.screen, HomeScreen)


async def hold(ui: Shown, words: str, meanwhile: Callable[[], object] = lambda: None) -> None:
    """Presses the button on these words, waits until something has moved, and lets go where the pointer is."""
    rows = lines(ui.app)
    y = max(n for n, row in enumerate(rows) if words in row)
    x = rows[y].rindex(words) + 1
    screen = ui.app.screen
    screen._forward_event(MouseDown(None, x, y, 0, 0, 1, False, False, False, x, y))
    await ui.pilot.pause()
    meanwhile()
    await ui.until(lambda: words not in lines(ui.app)[y])
    widget, _ = ui.app.get_widget_at(x, y)
    for kind in (MouseUp, Click):
        if ui.app.screen is screen:
            screen._forward_event(kind(widget, x, y, 0, 0, 1, False, False, False, x, y))
            await ui.pilot.pause()


async def test_what_the_question_offers_is_taken_up_although_it_unfolds_under_the_pointer(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session()), size=(80, 24)) as ui:
        await hold(ui, "Read how confidentiality works")
        await at(ui, ConfidentialityDialog)


async def test_a_choice_is_the_one_that_was_clicked_however_wide_it_is() -> None:
    choice = Choice({key: f"choice {key}" for key in "abcdefghij"})
    app = Harness(None, VerticalScroll(choice, Plain("below\n" * 40)))
    async with app.run_test(size=(40, 12)) as pilot:
        for width in range(40, 70, 5):
            await pilot.resize_terminal(width, 12)
            await pilot.pause()
            for key in "dgj":
                rows = [strip.text for strip in app.screen._compositor.render_strips(app.size)]
                (y,) = (n for n, row in enumerate(rows) if f"( ) choice {key}" in row)
                choice.get_content_height(app.size, app.size, width)  # as a layout measures it, before what scrolls it
                await pilot.click(offset=(rows[y].index(f"choice {key}"), y))
                assert choice.value == key
            choice.value = "a"
            await pilot.pause()


async def test_a_stance_is_the_one_under_the_pointer_although_another_way_is_added_above(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session()), size=(80, 24)) as ui:
        ui.app.push_screen(DecideScreen(ui.room))
        await ui.until(lambda: bool(ui.app.screen.query("#stance")))
        stance = ui.app.screen.query_one("#stance", Choice)

        def in_view() -> bool:  # the form goes to its top once all of it is there
            stance.scroll_visible(animate=False)
            return "( ) offer elsewhere" in ui.text and ui.app.screen._complete  # type: ignore[attr-defined]

        await ui.until(in_view)
        ways = ui.app.screen.query_one("#options")
        await hold(ui, "( ) bend", lambda: ways.mount(OptionRow(None, ("", "", "", ""), read_only=False)))
        assert stance.value == "bend"


OTHERWISE = {
    *("redo", "redo_list"),  # a sentence says it, once something was taken back
    "timeline_list",  # in the palette
    "beside",  # the button says Notes
    *("hit(1)", "hit(-1)"),  # named while something is pointed out; the page scrolls, and N comes round
    *("screen.copy_text", "app.focus_next", "app.focus_previous"),  # of every screen of Textual's
    *("other_writes", "share_line", "share_all"),  # of private notes in a session; at home there is nobody else
}
"""What is not clicked by its letter, and why."""


async def test_what_a_letter_does_on_a_screen_stands_there_to_be_clicked(tmp_path: Path) -> None:
    missing = set()
    told = stories()
    async with shown(desk_of(tmp_path, *told, login=ME), session=told[-1].id, size=(80, 24)) as ui:
        for place, made in every_place(ui):
            screen = made()
            if not isinstance(screen, Full):
                continue
            ui.app.push_screen(screen)
            await ui.pilot.pause()
            clicked = {action for hints in screen.query(KeyHints) for _, action in hints._hints}
            clicked |= {str(press.id).replace("-", "_") for press in screen.query(Press)}
            pressed = {
                binding.action
                for key, found in screen._bindings.key_to_bindings.items()
                for binding in found
                if len(key) == 1 or key.startswith("ctrl+")
            }
            can = getattr(screen, "_can", lambda action: True)
            missing |= {(place, one) for one in pressed - clicked - OTHERWISE if can(one)}
            screen.dismiss(None)
            await ui.pilot.pause()
    missing.discard(("prepare", "drop"))  # named at a matter, and there is none yet
    assert not missing, "\n".join(map(str, sorted(missing)))
