"""Keys that come all at once, as over a slow line, do to a text what they would have done one by one."""

from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.events import Key
from textual.widgets import Input, TextArea

from supervision.tui.screens.fields import Line, Words
from supervision.tui.widgets.own_words import OwnWords
from tests.tui_desk import desk_of, one_session, shown

TYPED = ("a", "b", "c", "backspace", "d", "left", "backspace", "x", "home", "y", "end", "z", "left", "delete", "q")
"""ab, abd, ad, axd, yaxd, yaxdz, yaxd, yaxdq"""
ENDS_AS = "yaxdq"


def burst(app: App[None], keys: tuple[str, ...]) -> None:
    for key in keys:
        app.post_message(Key(key, key if len(key) == 1 else None))


async def test_in_the_notes(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session())) as ui:
        burst(ui.app, (*TYPED, "enter", "1", "up", "2", "down", "backspace", "3"))
        await ui.pilot.pause()
        await ui.until(lambda: "3" in ui.notes.text)
        assert ui.notes.text == "y2axdq\n3"


@pytest.mark.parametrize("kind", [Line, Words, OwnWords])
async def test_in_every_other_text(kind: type[Line | Words | OwnWords]) -> None:
    class Page(App[None]):
        def compose(self) -> ComposeResult:
            yield kind()

    app = Page()
    async with app.run_test() as pilot:
        field = app.query_one(kind)
        field.focus()
        await pilot.pause()
        burst(app, TYPED)
        await pilot.pause()
        await pilot.pause()
        assert isinstance(field, Input | TextArea)
        assert (field.value if isinstance(field, Input) else field.text) == ENDS_AS
