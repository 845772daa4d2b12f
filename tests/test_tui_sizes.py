"""At 120x36, 100x30, 80x24 and 60x18 no words are cut: labels have their room, nothing runs off to the side."""

from pathlib import Path

import pytest
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from supervision.tui.keys import Place, footer
from supervision.tui.screens.fields import Press
from supervision.tui.screens.parts import KeyHint
from tests.painted import lines, over_a_session, stories
from tests.tui_desk import Shown, desk_of, shown

SIZES = [(120, 36), (100, 30), (80, 24), (60, 18)]


def cut(ui: Shown, place: str) -> list[str]:
    """What is cut off on the screen now; what one scrolls to, up or down, is not."""
    screen, found = ui.app.screen, []
    for widget in screen.query("*").results(Widget):
        if not widget.region or not widget.display:
            continue
        name = f"{place}: {type(widget).__name__} #{widget.id or ''}"
        if widget.region.x < 0 or widget.region.right > ui.app.size.width:
            found.append(f"{name} runs off the side: {widget.region}")
        if widget.show_horizontal_scrollbar:
            found.append(f"{name} scrolls sideways")
        words = Content(widget.label) if isinstance(widget, Press) else None
        if isinstance(widget, KeyHint) and isinstance(widget.content, Content):
            words = widget.content
        if words is not None and words.cell_length > widget.content_size.width:
            found.append(f"{name} is cut: {words.plain}")
        elif isinstance(widget, Static) and isinstance(widget.content, Content) and widget.content.plain.strip():
            width, height = widget.content_size
            if width and (needed := len(widget.content.wrap(width))) > height:
                found.append(f"{name} needs {needed} lines and has {height}: {widget.content.plain[:50]!r}")
    return found


@pytest.mark.parametrize("size", SIZES)
async def test_nothing_is_cut(tmp_path: Path, size: tuple[int, int]) -> None:
    told = stories()
    async with shown(desk_of(tmp_path, *told), session=told[-1].id, size=size) as ui:
        found = []
        for stage in ui.room.session.pack.stages:
            ui.screen.go(stage, stage.prompts[0] if stage.prompts else None)
            await ui.pilot.pause()
            found += cut(ui, stage.id)
        for place, screen in over_a_session(ui).items():
            ui.app.push_screen(made := screen())
            await ui.pilot.pause()
            await ui.pilot.pause()
            found += cut(ui, place)
            made.dismiss(None)
            await ui.pilot.pause()
    assert not found, "\n".join(found)


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
        foot = " ".join(lines(ui.app)[-2:])
        assert missing("home", foot) == []
        assert cut(ui, "home") == []
    async with shown(desk_of(tmp_path / "2", *told), session=told[-1].id, size=size) as ui:
        foot = " ".join(lines(ui.app)[-2:])
        assert missing("session", foot) == []
        assert foot.split()[:2] in (["Ctrl+G", "Help"], ["^G", "Help"]) and len(footer("session")) <= 5
        assert ("Ctrl+" in foot) == (size[0] >= 80), "keys are spelt out wherever there is room"
