"""Painting only what changed: what comes to the terminal is what Textual would have painted there."""

import random
from itertools import pairwise
from pathlib import Path

import pyte
import pytest
from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.scrollbar import ScrollBar

from supervision.tui.painting import OnlyWhatChanged
from supervision.tui.widgets.bar import FrugalBar
from supervision.tui.widgets.notes import AHEAD
from tests.tui_desk import Shown, desk_of, one_session, shown

WIDTH, HEIGHT = 100, 30


Cells = list[list[str]]


def painted(ui: Shown, regions: set[Region], way: type[Compositor]) -> Cells:
    """What stands on an empty terminal after these parts of the screen were painted."""
    compositor = ui.screen._compositor
    assert isinstance(compositor, OnlyWhatChanged)
    compositor._dirty_regions.clear()
    compositor._dirty_regions.update(regions)
    update = way.render_partial_update(compositor)
    assert isinstance(update, ChopsUpdate)
    terminal = pyte.Screen(WIDTH, HEIGHT)
    pyte.Stream(terminal).feed(update.render_segments(ui.app.console))
    return cells(terminal)


def cells(terminal: pyte.Screen) -> Cells:
    def told(x: int, y: int) -> str:
        cell = terminal.buffer[y][x]
        return f"{cell.data}/{cell.fg}/{cell.bg}/{cell.bold}"

    return [[told(x, y) for x in range(WIDTH)] for y in range(HEIGHT)]


@pytest.mark.parametrize("seed", range(4))
async def test_a_part_of_the_screen_is_painted_as_textual_does_and_nothing_beside_it(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    async with shown(desk_of(tmp_path, one_session()), size=(WIDTH, HEIGHT)) as ui:
        await ui.type("On the way home and on and on\nsomebody asked")
        await ui.pilot.pause()
        whole = painted(ui, {Region(0, 0, WIDTH, HEIGHT)}, Compositor)
        (empty,) = {cell for row in cells(pyte.Screen(WIDTH, HEIGHT)) for cell in row}
        for _ in range(15):
            regions = set()
            for _ in range(chance.randint(1, 4)):
                x, y = chance.randrange(WIDTH - 1), chance.randrange(HEIGHT - 1)
                regions.add(Region(x, y, chance.randint(1, WIDTH - x), chance.randint(1, min(3, HEIGHT - y))))
            here = {(x, y) for region in regions for y in region.line_range for x in region.column_range}
            assert painted(ui, regions, OnlyWhatChanged) == [
                [cell if (x, y) in here else empty for x, cell in enumerate(row)] for y, row in enumerate(whole)
            ]


async def test_letters_of_any_width_stand_on_the_terminal_as_on_the_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance, terminal = random.Random(7), pyte.Screen(WIDTH, HEIGHT)
    stream, paint = pyte.Stream(terminal), OnlyWhatChanged.render_partial_update

    def fed(compositor: OnlyWhatChanged) -> ChopsUpdate | None:
        update = paint(compositor)
        if update is not None:
            stream.feed(update.render_segments(ui.app.console))
        return update

    async with shown(desk_of(tmp_path, one_session()), size=(WIDTH, HEIGHT)) as ui:
        await ui.type("On the way home\nsomebody asked")
        await ui.pilot.pause()
        everything = {Region(0, 0, WIDTH, HEIGHT)}
        ui.screen._compositor._dirty_regions.update(everything)
        first = Compositor.render_partial_update(ui.screen._compositor)
        assert first is not None
        stream.feed(first.render_segments(ui.app.console))
        monkeypatch.setattr(OnlyWhatChanged, "render_partial_update", fed)
        for _ in range(60):
            key = chance.choice(["日", "本", "語", "a", "b", "é", "left", "left", "up", "down", "backspace", "enter"])
            await (ui.press(key) if len(key) > 1 else ui.type(key))
            await ui.pilot.pause()
        monkeypatch.undo()
        assert cells(terminal) == painted(ui, everything, Compositor)


async def test_a_key_asks_nobody_but_the_notes_for_what_they_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with shown(desk_of(tmp_path, one_session()), size=(WIDTH, HEIGHT)) as ui:
        await ui.type("first ")
        await ui.pilot.pause()
        compositor = ui.screen._compositor
        row = Region(ui.notes.region.x, ui.notes.region.y + 1, 10, 1)
        compositor._dirty_regions.clear()
        compositor._dirty_regions.add(row)
        compositor._wanted = [row]  # type: ignore[attr-defined]
        asked = [part for _, part, _ in compositor._get_renders(row)]
        compositor._wanted = None  # type: ignore[attr-defined]
        assert asked and all(part.height == 1 for part in asked)
        assert len(asked) < 8 < len(compositor.visible_widgets)


async def test_a_line_more_paints_the_ends_of_the_scroll_bar_alone_and_leaves_it_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Region] = []
    ask = ScrollBar.refresh

    def noted(bar: ScrollBar, *regions: Region, **how: bool) -> ScrollBar:
        asked.extend(regions or [Region(0, 0, *bar.size)])
        return ask(bar, *regions, **how)

    async with shown(desk_of(tmp_path, one_session()), size=(WIDTH, HEIGHT)) as ui:
        await ui.type("line\n" * 40)
        await ui.pilot.pause()
        bar = ui.notes.vertical_scrollbar
        assert isinstance(bar, FrugalBar) and bar.display
        drawn = list(bar._cells())
        monkeypatch.setattr(ScrollBar, "refresh", noted)
        for n in range(12):
            at, asked[:] = ui.notes.scroll_y, []
            await ui.press("enter")
            await ui.pilot.pause()
            now = bar._cells()
            for region in asked:
                drawn[region.y : region.bottom] = now[region.y : region.bottom]
            assert drawn == list(now), f"line {n}"
            assert ui.notes.scroll_y != at or sum(region.height for region in asked) <= 4, f"line {n}"


async def test_writing_over_the_last_row_scrolls_once_for_several_lines(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session()), size=(WIDTH, HEIGHT)) as ui:
        places = []
        for _ in range(60):
            await ui.press("enter")
            await ui.type("line")
            caret = ui.notes.wrapped_document.location_to_offset(ui.notes.cursor_location).y - ui.notes.scroll_y
            assert 0 <= caret < ui.notes.size.height
            places.append(ui.notes.scroll_y)
        steps = [after - before for before, after in pairwise(places) if after != before]
        assert set(steps) == {AHEAD + 1} and len(steps) >= 6
        await ui.press("ctrl+home", "ctrl+end")
        assert ui.notes.scroll_y <= places[-1]
