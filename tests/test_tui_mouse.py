"""With the mouse alone: what stands on the screen is clicked, and every way in has a way back."""

from pathlib import Path

import pytest
from textual.command import CommandPalette
from textual.events import Click, MouseDown, MouseUp

from supervision.tui.screens import ActionDialog, ActionsScreen, DecideScreen, HelpScreen, RecordScreen
from supervision.tui.screens.chain import ChainScreen
from supervision.tui.screens.home import HomeScreen
from supervision.tui.screens.session import SessionScreen
from tests.painted import lines
from tests.places import stories
from tests.tui_desk import Shown, desk_of, shown


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
