"""The first time: three questions at most, all skippable; then home says what this is, and three things to do."""

from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import OptionList

from supervision.tui import Desk
from supervision.tui.screens import StartDialog
from supervision.tui.screens.fields import Choice
from supervision.tui.screens.home import HomeScreen
from supervision.tui.screens.welcome import WelcomeScreen
from tests.conftest import Program
from tests.stories.place import a_place
from tests.tui_desk import ID, desk_of, one_session, shown


def new_desk(folder: Path, kept: dict[str, str]) -> Desk:
    """Somebody nobody has asked yet; `kept` is what is remembered of the answers."""
    return replace(
        desk_of(folder, me=""),
        is_new=True,
        perhaps="Ash Patel",
        try_sample=lambda: desk_of(folder / "sample"),
        remember_me=lambda name: kept.update(me=name),
        remember_role=lambda role: kept.update(role=role),
        remember_theme=lambda theme: kept.update(theme=theme),
    )


async def test_enter_three_times_takes_what_stands_there_and_home_says_what_this_is(tmp_path: Path) -> None:
    kept: dict[str, str] = {}
    async with shown(new_desk(tmp_path, kept), session="", size=(100, 30)) as ui:
        assert isinstance(ui.app.screen, WelcomeScreen)
        fields = ui.app.screen.query("Line, Choice")
        assert len(fields) == 3
        assert ui.text.count("because") == 2 and "so that starting a session offers it" in ui.text
        await ui.press("enter", "enter", "enter")
        await ui.until(lambda: isinstance(ui.app.screen, HomeScreen))
        assert kept == {"me": "Ash Patel", "role": "supervisor"}
        rows = ui.app.screen.query_one("#list", OptionList).options
        assert [row.id for row in rows if row.id] == ["start", "sample"]
        assert sum(1 for row in rows if not row.id and str(row.prompt).strip()) == 2  # what it is; where it is kept
        assert "Arrows, then Enter" in ui.text and "Ash Patel" in ui.text


async def test_answers_are_kept_and_used_and_colours_are_looked_at_on_the_way(tmp_path: Path) -> None:
    kept: dict[str, str] = {}
    async with shown(new_desk(tmp_path, kept), session="", size=(80, 24)) as ui:
        for _ in "Ash Patel":
            await ui.press("backspace")
        await ui.type("Sam")
        await ui.press("enter", "right", "enter", "right")
        assert ui.app.colours.name != "calm-dark"
        chosen = ui.app.colours.name
        await ui.press("enter")
        await ui.until(lambda: isinstance(ui.app.screen, HomeScreen))
        assert kept == {"me": "Sam", "role": "practitioner", "theme": chosen}
        assert ui.app.colours.name == chosen
        await ui.press("enter")
        assert isinstance(ui.app.screen, StartDialog)
        assert ui.app.screen.query_one("#role", Choice).value == "practitioner"


@pytest.mark.parametrize("size", [(120, 36), (60, 18)])
async def test_skipped_it_changes_nothing_and_is_not_asked_again(tmp_path: Path, size: tuple[int, int]) -> None:
    kept: dict[str, str] = {}
    async with shown(new_desk(tmp_path, kept), session="", size=size) as ui:
        await ui.press("down", "down", "right", "escape")
        await ui.until(lambda: isinstance(ui.app.screen, HomeScreen))
        assert kept == {"role": "supervisor"} and ui.app.colours.name == "calm-dark"
        await ui.press("enter")
        assert "What is your name?" in ui.text


async def test_a_name_that_is_none_is_said_and_nothing_closes(tmp_path: Path) -> None:
    async with shown(new_desk(tmp_path, {}), session="", size=(80, 24)) as ui:
        await ui.press("home")
        await ui.type("@")
        await ui.press("ctrl+s")
        assert isinstance(ui.app.screen, WelcomeScreen) and ui.app.screen.query_one(".fault").display


async def test_whoever_is_known_is_not_asked(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session()), session="", size=(80, 24)) as ui:
        assert isinstance(ui.app.screen, HomeScreen)
    async with shown(desk_of(tmp_path / "2", one_session()), session=ID, size=(80, 24)) as ui:
        assert not isinstance(ui.app.screen, WelcomeScreen)


def test_at_a_terminal_the_welcome_comes_once_and_never_where_a_name_is_given(program: Program) -> None:
    with a_place() as place:
        with place.terminal(columns=80, rows=24) as given:
            given.wait("Start a session")
            assert "Welcome" not in given.text
            assert given.leave() == 0
        unnamed = {name: value for name, value in place.env.items() if name != "SUPERVISION_ME"}
        with place.terminal(columns=80, rows=24, env=unnamed) as first:
            first.wait("Welcome. Three questions")
            first.send("\x1b")
            first.wait("Try the sample")
            assert first.leave() == 0
        with place.terminal(columns=80, rows=24, env=unnamed) as again:
            again.wait("Try the sample")
            assert "Welcome" not in again.text
            assert again.leave() == 0
