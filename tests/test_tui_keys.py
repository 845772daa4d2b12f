"""The table of what one can do: stable names and keys, the palette, the foot of the screen, keys of one's own."""

import re
from pathlib import Path

import pytest
from textual.command import CommandPalette
from textual.widgets import Input, OptionList

from supervision.tui import keymap, keys
from tests.tui_desk import desk_of, one_session, shown

STABLE = (
    "Next stage",
    "Previous stage",
    "Next question",
    "Add action",
    "Propose decision",
    "Agree decision",
    "Raise a concern",
    "Hide the screen",
    "Who is here",
    "Find",
    "Export",
    "Change theme",
    "Read back",
    "Sign",
    "End session",
    "Undo",
    "Help",
    "Quit",
)
TEXTUALS = ("Screenshot", "Save screenshot", "Maximize", "Minimize", "Keys", "Theme", "Show help panel")


def test_ids_are_said_once_and_every_key_means_one_thing_in_a_place() -> None:
    assert len(keys.BY_ID) == len(keys.COMMANDS)
    for place in ("home", "session"):
        pressed = [key for command in keys.here(place) for key in command.keys]
        assert len(pressed) == len(set(pressed)), place
        names = [command.name for command in keys.here(place)]
        assert len(names) == len(set(names)), place


def test_keys_are_those_that_were_promised() -> None:
    promised = {
        "help": {"f1", "ctrl+g"},
        "next-question": {"f3", "ctrl+n"},
        "previous-question": {"f2", "ctrl+r"},
        "add-action": {"f4", "ctrl+t"},
        "propose-decision": {"f5", "ctrl+l"},
        "find": {"ctrl+f"},
        "jump": {"ctrl+o"},
        "palette": {"ctrl+p", "f9"},
        "export": {"f8"},
        "quit": {"ctrl+q", "f12"},
    }
    assert {id: set(keys.BY_ID[id].keys) for id in promised} == promised


@pytest.mark.parametrize("place", ["home", "session"])
def test_the_foot_names_five_keys_at_most_help_first_and_fits_sixty_cells(place: keys.Place) -> None:
    foot = keys.footer(place)
    assert foot[0].id == "help" and len(foot) <= 5
    assert sum(len(f"{c.brief_key} {c.short}") + 2 for c in foot) - 2 <= 60 - 4
    assert sum(len(f"{c.shown_keys[0]} {c.short}") + 2 for c in foot) - 2 <= 80 - 4


async def test_the_palette_holds_every_stable_name_with_a_sentence_and_nothing_of_textuals(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session())) as ui:
        for key in ("ctrl+p", "f9"):
            await ui.press(key)
            await ui.app.workers.wait_for_complete()
            assert isinstance(ui.app.screen, CommandPalette)
            found = [str(option.prompt) for option in ui.app.screen.query_one(OptionList).options]
            first_lines = [words.split("\n")[0].split("   ")[0].strip() for words in found]
            assert set(STABLE) <= set(first_lines)
            assert not set(TEXTUALS) & set(first_lines)
            assert all(len(words.split("\n")) > 1 for words in found)
            assert not ui.app.screen.query_one(Input).cursor_blink, "nothing ticks while nobody types"
            await ui.press("escape")


async def test_the_palette_names_the_key_beside_each(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session())) as ui:
        await ui.press("ctrl+p")
        await ui.type("add action")
        await ui.app.workers.wait_for_complete()
        await ui.pilot.pause()
        assert re.search(r"Add action +Ctrl\+T  F4", ui.text)


async def test_keys_of_ones_own_work_and_are_shown(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session()), own_keys=keymap.read({"next-question": "ctrl+y"})) as ui:
        assert "Ctrl+Y Next" in ui.text and "Ctrl+N" not in ui.text
        await ui.press("ctrl+y")
        assert ui.room.session.prompt == "b1"
        await ui.press("ctrl+n")
        assert ui.room.session.prompt == "b1"


@pytest.mark.parametrize(("key", "words"), [("ctrl+n", "Ctrl+N"), ("f3", "F3"), ("slash", "/"), ("n", "n"), ("f", "f")])
def test_keys_as_people_read_them(key: str, words: str) -> None:
    assert keys.shown(key) == words
    assert keys.brief(key) == words.replace("Ctrl+", "^")
