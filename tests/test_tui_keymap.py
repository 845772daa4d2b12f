"""Keys of one's own: what cannot be used is refused with its line, the rest applies, and all of it is shown."""

import re
from pathlib import Path

import pytest

from supervision import config
from supervision.tui import keymap, keys
from tests.tui_desk import ID, desk_of, one_session, shown


@pytest.fixture(autouse=True)
def settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "config"
    folder.mkdir()
    monkeypatch.setenv("SUPERVISION_CONFIG", str(folder))
    return folder / "settings.yaml"


def keys_of(own: keymap.Keymap, id: str) -> tuple[str, ...]:
    return next(command.keys for command in own.commands if command.id == id)


def test_a_fault_names_file_line_and_id_and_the_other_lines_apply(settings_file: Path) -> None:
    settings_file.write_text("me: Ash\nkeymap:\n  find: alt+7\n  nxt-question: alt+7\n  jump: ctrl+m\n")
    settings = config.load()
    own = keymap.read(settings.keymap, settings.key_lines)
    assert [(fault.line, fault.key) for fault in own.refused] == [(4, "keymap.nxt-question"), (5, "keymap.jump")]
    assert own.sentence.startswith(f"{settings_file}:4: keymap.nxt-question: ")
    assert 'did you mean "next-question"?' in own.sentence
    assert "And 1 more" in own.sentence
    assert keys_of(own, "find") == ("alt+7",) and keys_of(own, "jump") == ("ctrl+o",)


def test_a_name_from_the_palette_leads_to_its_id() -> None:
    assert '"palette"' in keymap.read({"Everything": "alt+7"}).sentence


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("ctrl+h", "Backspace"),
        ("ctrl+i", "Tab"),
        ("ctrl+j", "a new line"),
        ("ctrl+m", "Enter"),
        ("ctrl+enter", "typing"),
        ("ctrl+shift+n", "cannot be typed"),
        ("shift+f3", "cannot be typed"),
        ("ctrl+1", "cannot be typed"),
        ("alt+b", "arrives as a step"),
        ("f13", "cannot be typed"),
        ("n", "typing"),
        ("enter", "typing"),
        ("tab", "typing"),
        ("up", "typing"),
        ("escape", "typing"),
        ("ctrl+v", "pastes"),
        ("the big one", "is not a key"),
        ("", "No key is named"),
        (",", "No key is named"),
    ],
)
def test_keys_that_cannot_be_used_are_refused_with_what_to_do(key: str, words: str) -> None:
    own = keymap.read({"next-question": key})
    assert words in own.refused[0].sentence
    assert "alt+n" in own.refused[0].sentence
    assert own.commands == keys.COMMANDS and not own.own


@pytest.mark.parametrize(
    ("written", "key"), [("Ctrl+Y", "ctrl+y"), ("^y", "ctrl+y"), ("F11", "f11"), ("Alt-N", "alt+n"), ("C-y", "ctrl+y")]
)
def test_keys_may_be_written_in_the_usual_ways(written: str, key: str) -> None:
    assert keys_of(keymap.read({"jump": written}), "jump") == (key,)


@pytest.mark.parametrize(("key", "whose"), [("ctrl+b", "tmux"), ("ctrl+a", "screen")])
def test_the_key_of_what_the_program_runs_in_is_taken_with_a_warning(key: str, whose: str) -> None:
    own = keymap.read({"jump": key})
    assert keys_of(own, "jump") == (key,) and not own.refused
    assert whose in own.warnings[0].sentence and whose in own.sentence


def test_a_key_that_another_command_of_the_place_has_is_refused() -> None:
    own = keymap.read({"next-question": "f2"})
    assert 'Previous question" (previous-question)' in own.refused[0].sentence
    assert keys_of(own, "next-question") == ("ctrl+n", "f3")


def test_a_key_of_everywhere_is_refused_in_each_place_and_the_other_way_round() -> None:
    assert keymap.read({"new-session": "ctrl+f"}).refused
    assert keymap.read({"hide-screen": "ctrl+t"}).refused
    assert keymap.read({"hide-screen": "ctrl+s", "other-writes": "alt+7"}).refused  # it finishes a form
    assert not keymap.read({"with-whom": "ctrl+t"}).refused  # add action is not on the first screen


def test_two_commands_may_swap_their_keys_and_of_two_on_one_key_the_first_stays() -> None:
    swapped = keymap.read({"next-question": "f2,ctrl+r", "previous-question": "f3,ctrl+n"})
    assert not swapped.refused and keys_of(swapped, "next-question") == ("f2", "ctrl+r")
    both = keymap.read({"jump": "alt+7", "export": "alt+7"})
    assert keys_of(both, "jump") == ("alt+7",) and keys_of(both, "export") == ("f8",)
    # The second takes its old key back, so whoever counted on that key has to give it up as well.
    chain = keymap.read({"find": "alt+7", "jump": "ctrl+f", "export": "alt+7"})
    assert keys_of(chain, "jump") == ("ctrl+f",) and keys_of(chain, "export") == ("f8",)
    refused = keymap.read({"find": "ctrl+t", "jump": "ctrl+f"})
    assert {fault.key for fault in refused.refused} == {"keymap.jump", "keymap.find"}
    assert refused.commands == keys.COMMANDS


async def test_keys_swapped_and_keys_for_what_had_none_work(tmp_path: Path) -> None:
    own = keymap.read({"next-question": "f2", "previous-question": "f3", "next-stage": "alt+n"})
    async with shown(desk_of(tmp_path, one_session()), own_keys=own) as ui:
        first = ui.room.session.stage
        await ui.press("alt+n")
        assert ui.room.session.stage != first and ui.notes.text == ui.room.text(*ui.room_place)
        stage = ui.room.session.stage
        await ui.press("f3")
        assert ui.room.session.stage == first != stage
        await ui.press("ctrl+r")
        assert ui.room.session.stage == first


async def test_every_sentence_that_names_a_key_names_ones_own(tmp_path: Path) -> None:
    wanted = {
        "other-writes": "ctrl+y",
        "add-action": "ctrl+e",
        "propose-decision": "ctrl+u",
        "palette": "alt+7",
        "help": "alt+h",
        "quit": "alt+q",
    }
    own = keymap.read(wanted)
    assert not own.refused
    async with shown(desk_of(tmp_path, one_session()), own_keys=own) as ui:
        assert "is writing  Ctrl+Y" in ui.text and "Alt+H Help" in ui.text and "Ctrl+E Action" in ui.text
        await ui.press("ctrl+c")
        await ui.app.run_action("help_quit")
        await ui.pilot.pause()
        assert "Alt+Q leaves" in ui.text
        await ui.app.run_action("agree_decision", ui.screen)
        await ui.pilot.pause()
        assert "Ctrl+U begins one" in ui.text
        await ui.app.run_action("actions_here", ui.screen)
        await ui.pilot.pause()
        assert "in a session, with Ctrl+E." in ui.text
        await ui.press("escape")
        await ui.app.run_action("decisions_here", ui.screen)
        await ui.pilot.pause()
        assert "in a session, with Ctrl+U." in ui.text
        await ui.press("escape", "alt+h")
        help_text = ui.told
        assert re.search(r"find anything there is to do, by a word of it +Alt\+7", help_text)
        assert "Ctrl+T" not in help_text and "Ctrl+E" in help_text
        await ui.press("escape")
        await ui.press("alt+7")
        await ui.type("add action")
        await ui.app.workers.wait_for_complete()
        await ui.pilot.pause()
        assert re.search(r"Add action +Ctrl\+E", ui.text)


async def test_a_decision_answers_to_the_same_keys_as_the_session(tmp_path: Path) -> None:
    own = keymap.read({"add-action": "ctrl+e"})
    async with shown(desk_of(tmp_path, one_session()), own_keys=own) as ui:
        await ui.press("ctrl+l")
        await ui.press("ctrl+e")
        assert type(ui.app.screen).__name__ == "ActionDialog"


@pytest.mark.parametrize("session", ["", ID])
async def test_what_is_wrong_is_said_on_the_first_screen_there_is_and_in_help(
    tmp_path: Path, settings_file: Path, session: str
) -> None:
    own = keymap.read({"jump": "ctrl+m", "find": "ctrl+h"}, {"jump": 7, "find": 8})
    async with shown(desk_of(tmp_path, one_session()), session=session, own_keys=own) as ui:
        await ui.pilot.pause()
        assert str(settings_file)[:30] in ui.text
        await ui.press("f1")
        assert f"{settings_file}:7: keymap.jump: ctrl+m arrives as Enter" in ui.told
        assert f"{settings_file}:8: keymap.find" in ui.told
