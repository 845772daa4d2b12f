"""The session's screen: the way through, who is writing, what is saved, and every size of window."""

import os
from pathlib import Path
from typing import Any

import pytest

from supervision.model import changes as c
from supervision.tui.screens.home import HomeScreen
from supervision.tui.screens.session import SessionScreen
from supervision.tui.widgets.actions import ActionsPane
from supervision.tui.widgets.prompt import PromptPanel
from supervision.tui.widgets.status import Alarm
from tests import factory
from tests.factory import NOW, SAM
from tests.tui_desk import ID, desk_of, one_session, shown


async def test_opening_puts_the_focus_into_the_notes_of_the_stage_one_was_last_in(tmp_path: Path) -> None:
    session = factory.done(one_session(), c.MoveTo(stage="boundaries", prompt="b2"))
    async with shown(desk_of(tmp_path, session)) as ui:
        assert ui.app.focused is ui.notes
        await ui.type("ready")
        assert ui.room.text("boundaries", 1) == "ready"
        assert "What does that change" in ui.text and "2 of 2" in ui.text


async def test_questions_lead_on_to_the_next_stage_and_back(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session())) as ui:
        places = []
        for key in ("ctrl+n", "f3", "ctrl+n", "f2", "ctrl+r", "ctrl+r"):
            await ui.press(key)
            places.append((ui.room.session.stage, ui.room.session.prompt))
        assert places == [
            ("boundaries", "b1"),
            ("boundaries", "b2"),
            ("systems", "c1"),
            ("boundaries", "b2"),
            ("boundaries", "b1"),
            ("arrive", "a1"),
        ]
        assert ui.notes.stage == "arrive"


async def test_stages_by_palette_name_and_by_a_click_in_their_line(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session())) as ui:
        await ui.choose("Next stage")
        assert ui.room.session.stage == "boundaries"
        await ui.choose("Previous stage")
        assert ui.room.session.stage == "arrive"
        at = next(line for line in ui.text.split("\n") if "decide" in line).index("decide")
        await ui.pilot.click("#stages", offset=(at - 1, 0))
        assert ui.room.session.stage == "decide"
        assert ui.app.focused is ui.notes


async def test_nobody_is_moved_by_somebody_elses_step(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session())) as ui:
        ui.room.change(c.MoveTo(stage="decide"))
        await ui.pilot.pause()
        await ui.type("still here")
        assert ui.room.text("arrive", 1) == "still here"


async def test_who_is_writing_is_always_visible_and_switched_with_one_key(tmp_path: Path) -> None:
    for size in ((120, 36), (100, 30), (80, 24), (60, 18)):
        async with shown(desk_of(tmp_path / str(size), one_session()), size=size) as ui:
            key = "Ctrl+S" if size[0] >= 80 else "^S"
            assert f"Ash is writing  {key}{' hands over' if size[0] >= 80 else ''}" in ui.text
            await ui.press("ctrl+s")
            assert f"Sam is writing  {key}" in ui.text
            assert ui.room.writer == SAM


async def test_each_size_shows_what_is_needed_and_cuts_nothing(tmp_path: Path) -> None:
    session = factory.done(one_session(), c.MoveTo(stage="boundaries"), c.AddAction(text="Tell J", owner="Sam"))
    for size in ((120, 36), (100, 30), (80, 24), (60, 18)):
        async with shown(desk_of(tmp_path / str(size), session), size=size) as ui:
            text = ui.text
            for words in ("Ash and Sam", "[B]", "What has this person", "G Help", "P Everything", " saved "):
                assert words in text, (size, words)
            assert ("Ctrl+G Help" in text) == (size[0] >= 80)
            side_by_side = size[0] >= 100
            assert ("[ ] Tell J" in text) == side_by_side
            assert ("[Notes]" in text) != side_by_side
            await ui.press("ctrl+o")
            assert "[ ] Tell J" in ui.text
            await ui.press("escape")
            assert ui.app.focused is ui.notes


async def test_too_small_a_window_asks_for_a_larger_one_and_keeps_everything(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session()), size=(80, 24)) as ui:
        await ui.type("kept ")
        await ui.pilot.resize_terminal(50, 15)
        await ui.pilot.pause()
        assert "too small" in ui.text and "kept" not in ui.text.replace("is kept", "")
        await ui.type("too")
        await ui.pilot.resize_terminal(80, 24)
        await ui.pilot.pause()
        assert "too small" not in ui.text and "kept too" in ui.text


async def test_a_failed_save_is_said_for_as_long_as_it_lasts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = desk_of(tmp_path, one_session())
    async with shown(desk) as ui:

        def full(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as broken:
            broken.setattr(os, "replace", full)
            broken.setattr(os, "fsync", full)
            await ui.type("not yet in the file")
            with pytest.raises(Exception, match="disk is full"):
                ui.room.save_now()
            await ui.press("ctrl+n")
            await ui.until(lambda: all(words in ui.text for words in ("Not saved", "writes a copy", "NOT SAVED")))
            assert ui.screen.query_one(Alarm).display
            await ui.press("ctrl+q")
            assert ui.app.is_running and "once more" in ui.text
        ui.room.save_now()
        await ui.until(lambda: not ui.screen.query_one(Alarm).display and "Not saved" not in ui.text)
    assert desk.shelf.load(ID).notes[0].text == "not yet in the file"


async def test_escape_goes_one_step_back_and_never_leaves(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, one_session())
    async with shown(desk) as ui:
        await ui.type("words")
        await ui.press("ctrl+o", "escape")
        assert isinstance(ui.app.screen, SessionScreen)
        await ui.press("escape")
        await ui.until(lambda: isinstance(ui.app.screen, HomeScreen))
        assert ui.app.room is None
        assert desk.shelf.load(ID).notes[0].text == "words"
        await ui.press("escape", "escape")
        assert ui.app.is_running


async def test_quitting_asks_nothing_and_saves(tmp_path: Path) -> None:
    for key in ("ctrl+q", "f12"):
        desk = desk_of(tmp_path / key, one_session())
        async with shown(desk) as ui:
            await ui.type(key)
            await ui.press(key)
            assert not ui.app.is_running
        assert desk.shelf.load(ID).notes[0].text == key


async def test_ctrl_c_while_typing_does_not_leave(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session())) as ui:
        await ui.type("words")
        await ui.press("ctrl+c")
        assert ui.app.is_running and ui.notes.text == "words"


async def test_a_session_is_ended_after_a_question_and_reopened(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session())) as ui:
        await ui.choose("End session")
        await ui.press("escape")
        assert ui.state == "open"
        await ui.choose("End session")
        await ui.pilot.click("#accept")
        await ui.pilot.pause()
        assert ui.state == "ended"
        await ui.press("escape")
        await ui.choose("Reopen session")
        assert ui.state == "open"


async def test_an_action_is_ticked_in_its_pane_and_undo_takes_it_back(tmp_path: Path) -> None:
    session = factory.done(one_session(), c.AddAction(text="Tell [J] about it"))
    async with shown(desk_of(tmp_path, session)) as ui:
        assert "[ ] Tell [J] about it" in ui.text
        await ui.press("ctrl+o", "down", "space")
        assert ui.statuses == ["done"]
        assert "[x] Tell [J] about it" in ui.text
        await ui.choose("Undo")
        assert ui.statuses == ["open"]


async def test_undo_by_name_takes_back_what_was_done_last(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session())) as ui:
        ui.room.change(c.AddAction(text="an action"))
        await ui.pilot.pause()
        await ui.type("word")
        await ui.choose("Undo")
        assert ui.notes.text == "" and ui.statuses == ["open"]
        await ui.press("ctrl+o")
        await ui.choose("Undo")
        assert ui.statuses == []


async def test_a_change_made_elsewhere_appears(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, one_session())
    async with shown(desk) as ui:
        import asyncio

        await asyncio.to_thread(desk.shelf.carry, ID, c.AddAction(text="from the command line"), "Sam")
        await ui.pilot.pause()
        assert "from the command" in ui.text


async def test_two_matters_have_notes_of_their_own(tmp_path: Path) -> None:
    session = factory.done(one_session(), c.AddMatter(alias="Robin"), c.TurnToMatter(n=1), c.MoveTo(stage="arrive"))
    async with shown(desk_of(tmp_path, session)) as ui:
        await ui.type("about J")
        await ui.choose("Turn to the other matter")
        assert "Robin (2 of 2)" in ui.text and ui.notes.text == ""
        await ui.type("about Robin")
        await ui.choose("Turn to the other matter")
        assert ui.notes.text == "about J"
        assert ui.room.text("arrive", 2) == "about Robin"


async def test_a_mistake_of_ours_ends_the_screen_and_loses_no_words(tmp_path: Path) -> None:
    def mistake() -> None:
        raise ZeroDivisionError("a mistake of ours")

    desk = desk_of(tmp_path, one_session())
    with pytest.raises(ZeroDivisionError):
        async with shown(desk) as ui:
            await ui.type("typed just before")
            ui.app.call_later(mistake)
            await ui.pilot.pause()
    assert desk.shelf.load(ID).notes[0].text == "typed just before"


async def test_the_signed_record_of_a_session_takes_an_addendum(tmp_path: Path) -> None:
    session = factory.done(one_session(), c.Sign())
    session = factory.done(session, c.Sign(), by="Sam")
    async with shown(desk_of(tmp_path, session)) as ui:
        assert "read only" in ui.text
        await ui.choose("Add an addendum")
        await ui.type("It was Tuesday")
        await ui.press("ctrl+s")
        assert [entry.text for entry in ui.room.session.addenda] == ["It was Tuesday"]


async def test_confidentiality_is_read_and_each_says_so(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session())) as ui:
        assert "Read how confidentiality" in ui.text
        await ui.choose("Confidentiality")
        assert "unless somebody is at risk" in ui.text
        await ui.press("enter", "enter")
        assert [mark.by for mark in ui.room.session.acknowledged] == [person.id for person in ui.room.session.people]
        assert "Read how confidentiality" not in ui.text


async def test_what_a_stage_offers_names_the_keys_that_take_it_up(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session()), size=(80, 24)) as ui:
        words = "> Read how confidentiality works Shift+Tab, Enter"
        await ui.until(lambda: words in " ".join(ui.text.split()))
        await ui.press("shift+tab")
        await ui.until(lambda: "works Enter" in " ".join(ui.text.split()))
        await ui.press("enter")
        await ui.until(lambda: "unless somebody is at risk" in ui.text)
        await ui.press("escape")
        await ui.until(lambda: ui.app.focused is ui.notes)
        assert "Press a number" not in ui.text


async def test_leaving_twice_goes_without_the_words_that_cannot_be_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    desk = desk_of(tmp_path, one_session())
    async with shown(desk) as ui:
        await ui.type("lost, and known to be")
        with monkeypatch.context() as broken:
            broken.setattr(os, "replace", full)
            broken.setattr(os, "fsync", full)
            await ui.press("escape")
            await ui.until(lambda: "once more" in ui.text)
            assert isinstance(ui.app.screen, SessionScreen)
            await ui.press("escape")
            await ui.until(lambda: isinstance(ui.app.screen, HomeScreen))
            assert ui.app.room is None and ui.app.is_running
    assert desk.shelf.load(ID).notes == ()


async def test_what_is_shown_while_the_panes_change_their_size_is_what_stands(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session()), size=(80, 24)) as ui:
        question, actions = ui.screen.query_one(PromptPanel), ui.screen.query_one(ActionsPane)
        # As far as a screen is quick: drawn anew for its size, and before that is done, with something new to show.
        question.on_resize()
        question.show(ui.room.session, ui.screen.room.session.pack.stages[1], None, 1)
        actions.on_resize()
        actions.show(factory.done(ui.room.session, c.AddAction(text="Ring J")), NOW.date())
        await ui.pilot.pause()
        await ui.pilot.pause()
        assert "Boundary experiences" in ui.text
        assert actions.get_option_at_index(0).id is not None


@pytest.mark.parametrize(("size", "beside"), [((80, 24), False), ((120, 36), True)])
async def test_the_question_is_never_laid_out_for_another_place_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], beside: bool
) -> None:
    widths: list[int] = []
    show = PromptPanel.show

    def noted(panel: PromptPanel, *what: Any) -> None:
        widths.append(panel._width)
        show(panel, *what)

    monkeypatch.setattr(PromptPanel, "show", noted)
    async with shown(desk_of(tmp_path, one_session()), size=size) as ui:
        await ui.pilot.pause()
    assert widths and {width < 40 for width in widths} == {beside}
