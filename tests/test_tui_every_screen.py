"""Every screen at 120x36, 100x30, 80x24 and 60x18 and in every theme of ours: no words cut, all of them readable."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from rich.style import Style
from textual.app import App
from textual.screen import Screen
from textual.widgets import Static

from supervision.room import Line, Saved
from supervision.tui import themes
from supervision.tui.keys import Place, footer, way_to
from supervision.tui.screens import HelpScreen, HiddenScreen
from supervision.tui.screens.parts import Dialog, Full, KeyHints, Press
from supervision.tui.screens.protecting import LockedScreen
from supervision.tui.widgets.status import Alarm
from tests.contrast import BY_NAME, OURS, STANDS_FOR_ALL, hard_to_read, too_low
from tests.painted import Painted, lines
from tests.places import KINDS, UNDER_ALL, every_place, screen_classes, stories
from tests.tui_desk import ME, Shown, desk_of, shown
from tests.tui_harness import Harness
from tests.whole import cut

SIZES = [(120, 36), (100, 30), (80, 24), (60, 18)]
IN_ALL = [pytest.param(size, tuple(BY_NAME), marks=pytest.mark.long) for size in SIZES]
WAYS = [((80, 24), (STANDS_FOR_ALL,)), ((60, 18), ("terminal",)), *IN_ALL]
"""By default each screen is seen twice, and with its fields in focus; otherwise in every size and every theme."""


async def look(ui: Shown, theme: themes.Colours, place: str, focused: set[tuple[object, ...]]) -> set[str]:
    """What is wrong with the screen now; in one theme with the kinds of fields in focus that were not yet."""
    found = hard_to_read(ui.app, theme, place) | set(cut(ui.app, place)) | set(function_keys(ui.app, place))
    if theme.name == STANDS_FOR_ALL:
        here = ui.app.screen
        sheet = next((base for base in (Full, Dialog) if isinstance(here, base)), type(here))
        kinds = {(sheet, type(widget), *sorted(widget.classes)): widget for widget in here.focus_chain}
        for widget in (widget for kind, widget in kinds.items() if kind not in focused):
            here.set_focus(widget)
            await ui.pilot.pause()
            found |= hard_to_read(ui.app, theme, f"{place}, at {widget.id or widget!r}")
        focused |= kinds.keys()
    return found


def function_keys(app: App[Any], place: str) -> Iterator[str]:
    """Function keys that a screen names. Help names them beside other ways, and Enter does what one is at there."""
    if not isinstance(app.screen, HelpScreen):
        for line in lines(app):
            if re.search(r"\bF[1-9][0-2]?\b", line):
                yield f"{place} names a key that some keyboards do not have: {line.strip()}"


def no_way_back(screen: Screen[Any], place: str) -> Iterator[str]:
    """A screen that the mouse alone does not lead back from."""
    window = screen.region
    backs = [
        press
        for press in screen.query(Press)
        if press.id in WAYS_BACK and window.contains_region(press.region) and press.display
    ]
    named = any(action == "leave" for hints in screen.query(KeyHints) if hints.display for _, action in hints._hints)
    if not backs and not named and not isinstance(screen, ANYWHERE):
        yield f"{place} has no way back to be clicked"


async def each_theme(ui: Shown, names: tuple[str, ...]) -> AsyncIterator[themes.Colours]:
    """These themes in turn, on the screen; changing it is what takes long."""
    for theme in (theme for theme in OURS if theme.name in names):
        ui.app.wear(theme)
        await ui.pilot.pause()
        assert ui.app.theme == theme.name
        yield theme


@asynccontextmanager
async def under_way(folder: Path, size: tuple[int, int]) -> AsyncIterator[Shown]:
    """The sample's session that is under way, at the keyboard of somebody with private notes."""
    told = stories()
    async with shown(desk_of(folder, *told, login=ME), session=told[-1].id, size=size) as ui:
        yield ui


WAYS_BACK = ("leave", "back")
"""What the buttons are called that lead back."""
ANYWHERE = (HiddenScreen, LockedScreen)
"""Where any click leads on, or there is nothing to go back to."""


def stands(ui: Shown, words: str) -> bool:
    return words in "\n".join(lines(ui.app))


@pytest.mark.parametrize(("size", "names"), WAYS)
async def test_home(tmp_path: Path, size: tuple[int, int], names: tuple[str, ...]) -> None:
    found = set()
    async with shown(desk_of(tmp_path, *stories(), login=ME), session="", size=size) as ui:
        ui.app.say("Something was said.")
        async for theme in each_theme(ui, names):
            found |= await look(ui, theme, "home", set())
    new = desk_of(tmp_path / "new", me="")
    new = replace(new, try_sample=lambda: new, join_elsewhere=lambda address: None)
    async with shown(new, session="", size=size) as ui:
        async for theme in each_theme(ui, names):
            found |= await look(ui, theme, "first run", set())
    assert not found, "\n".join(sorted(found))


@pytest.mark.parametrize(("size", "names"), WAYS)
async def test_a_session_at_its_stages(tmp_path: Path, size: tuple[int, int], names: tuple[str, ...]) -> None:
    found, focused = set(), set[tuple[object, ...]]()
    async with under_way(tmp_path, size) as ui:
        async for theme in each_theme(ui, names):
            for stage in ui.room.session.pack.stages:
                ui.screen.go(stage, stage.prompts[-1] if stage.prompts else None)
                for pane in ("notes", "actions", "decisions") if stage.id in ("look-back", "kindness") else ("notes",):
                    ui.screen.look_at(pane)
                    await ui.pilot.pause()
                    found |= await look(ui, theme, f"{stage.id}, {pane}", focused)
            ui.app.say("Something was said, and it is long enough to go on in a second line on a narrow screen.")
            ui.screen.query_one(Alarm).tell(Saved(failed="The disk is full."), Line(), way_to(ui.app, "export"))
            await ui.pilot.pause()
            found |= await look(ui, theme, "alarm", focused)
            ui.screen.query_one(Alarm).tell(ui.room.saved, Line(), way_to(ui.app, "export"))
            ui.app.say("")
            ui.screen.action_quiet_screen()
            await ui.pilot.pause()
            found |= await look(ui, theme, "quiet", focused)
            ui.screen.action_quiet_screen()
    assert not found, "\n".join(sorted(found))


@pytest.mark.parametrize(("size", "names"), WAYS)
async def test_what_opens_over_a_session(tmp_path: Path, size: tuple[int, int], names: tuple[str, ...]) -> None:
    found, seen, focused = set(), set(), set[tuple[object, ...]]()
    async with under_way(tmp_path, size) as ui:
        async for theme in each_theme(ui, names):
            for place, screen in every_place(ui):
                ui.app.push_screen(made := screen())
                await ui.pilot.pause()
                await ui.pilot.pause()
                assert ui.app.screen is made, place
                seen.add(type(made).__name__)
                found |= await look(ui, theme, place, focused) | set(no_way_back(made, place))
                made.dismiss(None)
                await ui.pilot.pause()
                assert ui.app.screen is ui.screen, place
            for do, words in ((ui.app.action_palette, "Next stage"), (ui.app.action_change_theme, "Calm, light")):
                do()
                await ui.until(partial(stands, ui, words))
                found |= hard_to_read(ui.app, theme, words)
                await ui.press("escape")
    assert not found, "\n".join(sorted(found))
    assert screen_classes() - seen == UNDER_ALL | KINDS, "a screen that has no place in tests/places.py"


def missing(place: Place, foot: str) -> list[str]:
    """Keys that the last line should name and does not, in either way of spelling them."""
    return [
        f"{c.shown_keys[0]} {c.short}"
        for c in footer(place)
        if not any(f"{key} {c.short}" in foot for key in (c.shown_keys[0], c.brief_key))
    ]


@pytest.mark.parametrize("size", SIZES)
async def test_the_keys_stand_in_the_last_line_whole(tmp_path: Path, size: tuple[int, int]) -> None:
    told = stories()
    async with shown(desk_of(tmp_path, *told), session="", size=size) as ui:
        assert missing("home", " ".join(lines(ui.app)[-2:])) == []
    async with shown(desk_of(tmp_path / "2", *told), session=told[-1].id, size=size) as ui:
        foot = " ".join(lines(ui.app)[-2:])
        assert missing("session", foot) == []
        assert foot.split()[:2] in (["Ctrl+G", "Help"], ["^G", "Help"]) and len(footer("session")) <= 5
        assert ("Ctrl+" in foot) == (size[0] >= 80), "keys are spelt out wherever there is room"


def test_what_cannot_be_read_would_be_found() -> None:
    grey = Painted(0, "words", Style.parse("#777777 on #808080"))
    faint = Painted(0, "words", Style.parse("dim default on default"))
    calm, terminal = (theme for theme in OURS if theme.name in ("calm-dark", "terminal"))
    assert too_low(grey, calm) and too_low(faint, terminal)
    assert not too_low(Painted(0, "words", Style.parse("bold reverse")), terminal)


async def test_what_is_cut_would_be_found() -> None:
    low, narrow = Static("one\ntwo", id="low"), Static("a line that goes on", id="narrow")
    low.styles.height = 1
    narrow.styles.width, narrow.styles.height = 8, 1
    wide = Static("words", id="wide")
    wide.styles.width = 200
    app = Harness(None, low, narrow, wide, Static("whole", id="whole"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        found = "\n".join(cut(app, "here"))
        assert all(f"#{id}" in found for id in ("low", "narrow", "wide")) and "#whole" not in found
