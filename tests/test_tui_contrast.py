"""Every word on every screen can be read in every theme of ours: 4.5 to 1, and 7 to 1 in the high-contrast pair."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache, partial
from pathlib import Path

import pytest
from rich.style import Style
from textual.color import Color

from supervision.paths import shipped
from supervision.room import Line, Saved
from supervision.tui import themes
from supervision.tui.widgets.status import Alarm
from tests.painted import Painted, lines, over_a_session, painted, stories
from tests.tui_desk import Shown, desk_of, shown

OURS = [themes.read(file) for file in sorted(shipped("themes").glob("*.yaml"))]
BY_NAME = {theme.name: theme for theme in OURS}
ALL, TWO = tuple(BY_NAME), ("paper", "terminal")
"""Two stand for all: one shows which colours meet where, and they are reckoned for the rest; one has no colours."""

SIZES = [((120, 36), TWO), ((80, 24), TWO), pytest.param((120, 36), ALL, marks=pytest.mark.long)]


def too_low(words: Painted, theme: themes.Colours) -> str:
    """The contrast of these words, when it is less than it should be."""
    ink, ground = words.inks
    if theme.is_terminals:
        # What the terminal is set up to show well, either way round; faint words are nobody's promise.
        return "" if ink.is_default and ground.is_default and not words.style.dim else "not the terminal's own"
    if ink.is_default or ground.is_default:
        return "not the theme's"
    ratio = themes.contrast(ink.get_truecolor().hex, ground.get_truecolor().hex)
    return f"{ratio:.2f}" if ratio < (7 if theme.name.startswith("high-contrast") else 4.5) else ""


def faults_of(ui: Shown, theme: themes.Colours, place: str) -> set[str]:
    """What is hard to read on the screen now."""
    return {
        f"{theme.name}, {place}: {words.words[:40]!r} {low} {words.style}"
        for words in painted(ui.app)
        if (low := too_low(words, theme))
    }


def in_other_themes(ui: Shown, place: str) -> set[str]:
    """The same for themes that are not on the screen: which colours meet is the same in all of them."""
    found = set()
    for words in painted(ui.app):
        ink, ground = (called(colour.get_truecolor().hex, ui.app.colours.name) for colour in words.inks)
        if "?" in (ink, ground):
            found.add(f"{place}: {words.words[:40]!r} is in no colour of the theme: {words.style}")
            continue
        for theme in OURS:
            if not theme.is_terminals:
                inks = inks_of(theme)
                if low := too_low(Painted(0, words.words, Style(color=inks[ink], bgcolor=inks[ground])), theme):
                    found.add(f"{theme.name}, {place}: {words.words[:40]!r} {low}: {ink} on {ground}")
    return found


@cache
def _half(colour: str, text: str) -> str:
    return Color.parse(colour).blend(Color.parse(text), 0.5).hex.lower()


def inks_of(theme: themes.Colours) -> dict[str, str]:
    """A theme's colours by name, and those of people's words, which are halfway to all other words."""
    people = {f"{who}, half": _half(theme.colours[who], theme.colours["text"]) for who in ("person-1", "person-2")}
    return {**theme.colours, **people}


@cache
def called(ink: str, theme: str) -> str:
    """The name of a colour of a theme; "?" for one that is no colour of it. Textual rounds some by a step."""
    parts = Color.parse(ink).rgb
    for name, colour in inks_of(BY_NAME[theme]).items():
        if all(abs(one - other) <= 2 for one, other in zip(Color.parse(colour).rgb, parts, strict=True)):
            return name
    return "?"


async def look(ui: Shown, theme: themes.Colours, place: str) -> set[str]:
    """What is hard to read here; in paper with each kind of field and button in focus, and for the other themes too."""
    found = faults_of(ui, theme, place)
    if theme.name == "paper":
        found |= in_other_themes(ui, place)
        here = ui.app.screen
        kinds = {(type(widget), *sorted(widget.classes)): widget for widget in here.focus_chain}
        for widget in kinds.values():
            here.set_focus(widget)
            await ui.pilot.pause()
            at = f"{place}, at {widget.id or widget!r}"
            found |= faults_of(ui, theme, at) | in_other_themes(ui, at)
    return found


@asynccontextmanager
async def under_way(folder: Path, size: tuple[int, int]) -> AsyncIterator[Shown]:
    """The sample's session that is under way."""
    told = stories()
    async with shown(desk_of(folder, *told), session=told[-1].id, size=size) as ui:
        ui.app.say("Something was said.")
        yield ui


async def each_theme(ui: Shown, names: tuple[str, ...]) -> AsyncIterator[themes.Colours]:
    """These themes in turn, on the screen; changing it is what takes long."""
    for theme in (theme for theme in OURS if theme.name in names):
        ui.app.wear(theme)
        await ui.pilot.pause()
        assert ui.app.theme == theme.name
        yield theme


def stands(ui: Shown, words: str) -> bool:
    return words in "\n".join(lines(ui.app))


@pytest.mark.parametrize(("size", "names"), SIZES)
async def test_home(tmp_path: Path, size: tuple[int, int], names: tuple[str, ...]) -> None:
    found = set()
    async with shown(desk_of(tmp_path, *stories()), session="", size=size) as ui:
        ui.app.say("Something was said.")
        async for theme in each_theme(ui, names):
            found |= await look(ui, theme, "home")
    async with shown(desk_of(tmp_path / "new", me=""), session="", size=size) as ui:
        async for theme in each_theme(ui, names):
            found |= await look(ui, theme, "first run")
    assert not found, "\n".join(sorted(found))


@pytest.mark.parametrize(("size", "names"), SIZES)
async def test_a_session_at_its_stages(tmp_path: Path, size: tuple[int, int], names: tuple[str, ...]) -> None:
    found = set()
    async with under_way(tmp_path, size) as ui:
        ui.screen.query_one(Alarm).tell(Saved(failed="The disk is full."), Line(), "F8")
        async for theme in each_theme(ui, names):
            for stage in ui.room.session.pack.stages:
                if stage.id in ("arrive", "look-back", "kindness", "decide", "sign"):
                    ui.screen.go(stage, stage.prompts[0] if stage.prompts else None)
                    await ui.pilot.pause()
                    found |= await look(ui, theme, stage.id)
    assert not found, "\n".join(sorted(found))


@pytest.mark.parametrize("names", [TWO, pytest.param(ALL, marks=pytest.mark.long)])
async def test_what_opens_over_a_session(tmp_path: Path, names: tuple[str, ...]) -> None:
    found = set()
    async with under_way(tmp_path, (100, 30)) as ui:
        opened = over_a_session(ui)
        async for theme in each_theme(ui, names):
            for place, screen in opened.items():
                ui.app.push_screen(made := screen())
                await ui.pilot.pause()
                assert ui.app.screen is made, place
                found |= await look(ui, theme, place)
                made.dismiss(None)
                await ui.pilot.pause()
                assert ui.app.screen is ui.screen, place
            for do, words in ((ui.app.action_palette, "Next stage"), (ui.app.action_change_theme, "Paper")):
                do()
                await ui.until(partial(stands, ui, words))
                found |= faults_of(ui, theme, words)
                await ui.press("escape")
    assert not found, "\n".join(sorted(found))


def test_what_cannot_be_read_would_be_found() -> None:
    grey = Painted(0, "words", Style.parse("#777777 on #808080"))
    faint = Painted(0, "words", Style.parse("dim default on default"))
    calm, terminal = (theme for theme in OURS if theme.name in ("calm-dark", "terminal"))
    assert too_low(grey, calm) and too_low(faint, terminal)
    assert not too_low(Painted(0, "words", Style.parse("bold reverse")), terminal)
