"""The story of the sample: five screens in order, nothing covered or cut, left at any time, and only in the sample."""

from dataclasses import replace
from pathlib import Path

import pytest
from textual.widget import Widget

from supervision.tui import Desk, keymap
from supervision.tui.keys import COMMANDS
from supervision.tui.story import STEPS, StoryLine
from tests.painted import lines
from tests.places import stories
from tests.tui_desk import Shown, desk_of, one_session, shown
from tests.whole import cut

ON_THE_WAY = ["HomeScreen", "RecordScreen", "SessionScreen", "ChainScreen", "ExportDialog"]


def the_sample(folder: Path) -> Desk:
    return replace(desk_of(folder, *stories()), is_sample=True)


async def begun(ui: Shown) -> None:
    await ui.until(lambda: bool(ui.app.screen.query(StoryLine)) and f" of {len(STEPS)}" in ui.text)


async def to_step(ui: Shown, step: int) -> None:
    """From the step before, by its key."""
    before = ui.app.screen
    await ui.press("ctrl+e")
    await ui.until(lambda: ui.app.screen is not before)
    await begun(ui)
    assert f"{step} of 5" in ui.text


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 18)])
async def test_five_steps_one_after_the_other_cover_and_cut_nothing(tmp_path: Path, size: tuple[int, int]) -> None:
    async with shown(the_sample(tmp_path), session="", size=size) as ui:
        await begun(ui)
        for step, name in enumerate(ON_THE_WAY, 1):
            assert type(ui.app.screen).__name__ == name
            said = " ".join("\n".join(lines(ui.app)).split())
            assert f"{step} of 5" in said and "Ctrl+E" in said and "Esc look around by myself" in said
            line = ui.app.screen.query_one(StoryLine)
            assert line.region.height <= 4 and line.region.y <= 1
            others = [part for part in ui.app.screen.children if part is not line and part.id != "too-small"]
            assert not any(isinstance(part, Widget) and part.region.overlaps(line.region) for part in others)
            assert cut(ui.app, name) == []
            if step < len(STEPS):
                await to_step(ui, step + 1)
        await ui.press("ctrl+e")
        await ui.until(lambda: "That was the story" in ui.text)
        assert ui.app.story is None and type(ui.app.screen).__name__ == "HomeScreen"


@pytest.mark.parametrize("step", range(1, 6))
async def test_escape_leaves_it_at_any_step_and_one_stays_where_one_is(tmp_path: Path, step: int) -> None:
    async with shown(the_sample(tmp_path), session="", size=(80, 24)) as ui:
        await begun(ui)
        for later in range(2, step + 1):
            await to_step(ui, later)
        here = ui.app.screen
        await ui.press("escape")
        await ui.until(lambda: not here.query(StoryLine))
        assert ui.app.screen is here and ui.app.story is None
        await ui.press("escape")  # and from now on it goes one step back, as everywhere
        await ui.until(lambda: type(ui.app.screen).__name__ == "HomeScreen")
        await ui.choose("Tell the story")
        await begun(ui)
        assert "1 of 5" in ui.text


async def test_the_mouse_does_it_too_and_the_palette_knows_it(tmp_path: Path) -> None:
    async with shown(the_sample(tmp_path), session="", size=(80, 24)) as ui:
        await begun(ui)
        hints = ui.app.screen.query_one("StoryLine KeyHints")
        await ui.pilot.click(hints, offset=(2, 0))
        await ui.until(lambda: type(ui.app.screen).__name__ == "RecordScreen")
        await begun(ui)
        await ui.choose("Leave the story")
        await ui.until(lambda: ui.app.story is None)
        assert type(ui.app.screen).__name__ == "RecordScreen"


async def test_its_key_is_the_texts_own_again_once_it_is_left(tmp_path: Path) -> None:
    async with shown(the_sample(tmp_path), session="", size=(80, 24)) as ui:
        await begun(ui)
        await to_step(ui, 2)
        await to_step(ui, 3)
        await ui.press("escape")
        await ui.until(lambda: ui.app.story is None)
        await ui.press("home", "ctrl+e")
        assert type(ui.app.screen).__name__ == "SessionScreen"
        assert ui.notes.cursor_location[1] == len(ui.notes.document.get_line(ui.notes.cursor_location[0]))


async def test_a_key_of_ones_own_is_named_and_works(tmp_path: Path) -> None:
    own = keymap.read({"story-next": "alt+s"})
    assert not own.refused
    async with shown(the_sample(tmp_path), session="", size=(80, 24), own_keys=own) as ui:
        await begun(ui)
        assert "Alt+S next" in ui.text
        await ui.press("alt+s")
        await ui.until(lambda: type(ui.app.screen).__name__ == "RecordScreen")
    assert keymap.read({"story-next": "ctrl+g"}).refused


async def test_ones_own_records_tell_no_story(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session()), session="", size=(80, 24)) as ui:
        await ui.press("ctrl+e")
        assert ui.app.story is None and not ui.app.screen.query(StoryLine)
    assert {"story-next", "story-leave"} <= {command.id for command in COMMANDS}
