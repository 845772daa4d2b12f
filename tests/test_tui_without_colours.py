"""With NO_COLOR, and in the terminal's own colours, words, brackets, bold and reverse say it all."""

from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Input

from supervision.model.changes import AddAction
from supervision.tui import themes
from supervision.tui.widgets.press import Press
from tests import factory
from tests.factory import ASH, SAM
from tests.painted import lines, painted, strips, styled
from tests.tui_desk import desk_of, one_session, shown


@pytest.fixture(params=["NO_COLOR", "terminal"])
def theme(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """What somebody has chosen: no colours at all, which wins over a theme, or the terminal's."""
    if request.param == "NO_COLOR":
        monkeypatch.setenv("NO_COLOR", "1")
        return "paper"
    return "terminal"


async def test_who_wrote_what_and_where_we_are(tmp_path: Path, theme: str) -> None:
    session = factory.done(one_session(), AddAction(text="Tell J about the hours", owner="Sam"))
    async with shown(desk_of(tmp_path, session), theme=theme) as ui:
        assert ui.app.theme == themes.WITHOUT_COLOURS
        ui.room.hand_over(ASH)
        await ui.type("Where does the hurry come from?\n")
        await ui.press("ctrl+s")
        await ui.type("I notice it.")
        seen = "\n".join(lines(ui.app))
        assert "Ash  Where does the hurry" in seen and "Sam  I notice it." in seen
        assert "Sam is writing" in seen and any(style.bold for style in styled(ui.app, "Sam"))
        here = styled(ui.app, "[arrive]")
        assert here and all(style.bold for style in here)
        assert ui.room.writer == SAM


async def test_the_cursor_and_what_is_selected_stand_out(tmp_path: Path, theme: str) -> None:
    session = factory.done(
        one_session(), AddAction(text="Tell J", owner="Sam"), AddAction(text="Ask the manager", owner="Ash")
    )
    async with shown(desk_of(tmp_path, session), theme=theme) as ui:
        await ui.type("word")
        caret = [segment for strip in strips(ui.app) for segment in strip if segment.style and segment.style.reverse]
        assert [segment.text for segment in caret] == [" "]
        await ui.press("shift+home")
        assert any(style.reverse for style in styled(ui.app, "ord"))
        await ui.press("ctrl+o")
        await ui.until(lambda: ui.app.focused is not ui.notes)
        ui.screen.look_at("actions")
        await ui.pilot.pause()
        await ui.press("home")
        assert all(style.bold and style.underline for style in styled(ui.app, "Tell J"))
        assert not any(style.underline for style in styled(ui.app, "Ask the manager"))
        await ui.press("ctrl+t")
        await ui.until(lambda: "What will be done?" in "\n".join(lines(ui.app)))
        field = ui.app.screen.query_one("#waiting", Input)
        ui.app.screen.set_focus(field)
        await ui.pilot.pause()
        assert any(style.reverse for style in styled(ui.app, field.placeholder[0]))
        button = ui.app.screen.query(Press).first()
        ui.app.screen.set_focus(button)
        await ui.pilot.pause()
        assert all(style.reverse for style in styled(ui.app, button.label))
        await ui.press("escape")
        await ui.press("ctrl+p")
        await ui.until(lambda: bool(styled(ui.app, "Next question")))
        chosen = [found.words for found in painted(ui.app) if found.style.underline]
        assert chosen and "Next question" in chosen[0]


async def test_no_colour_reaches_the_terminal_and_a_choice_is_kept_for_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    kept: list[str] = []
    desk = replace(desk_of(tmp_path, one_session()), remember_theme=kept.append)
    async with shown(desk, theme="calm-light") as ui:
        await ui.choose("Change theme")
        await ui.until(lambda: "Paper" in ui.text)
        await ui.type("paper")
        await ui.app.workers.wait_for_complete()
        await ui.press("enter")
        await ui.until(lambda: kept == ["paper"])
        assert "NO_COLOR is set" in ui.text
        for strip in strips(ui.app):
            for segment in strip:
                style = segment.style
                assert style is None or all(ink is None or ink.is_default for ink in (style.color, style.bgcolor))
