"""From pane to pane, the quiet screen, and taking back and doing again wherever one is."""

from pathlib import Path

import pytest

from supervision.model import changes as c
from supervision.tui.widgets.prompt import OfferLine
from tests.tui_desk import desk_of, one_session, shown

SIZES = [(120, 36), (100, 30), (80, 24), (60, 18)]


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_tab_goes_round_the_panes_and_back_and_types_in_the_notes(tmp_path: Path, size: tuple[int, int]) -> None:
    async with shown(desk_of(tmp_path, one_session()), size=size) as ui:
        ui.room.change(c.AddAction(text="Tell J"))
        await ui.press("tab")
        assert ui.notes.text.isspace() and ui.screen.pane == "notes"
        await ui.press("ctrl+o")
        assert ui.screen.pane == "actions"
        seen = []
        for _ in range(6):
            await ui.press("tab")
            seen.append(ui.screen.pane)
            if ui.screen.pane == "notes":
                break
        assert list(dict.fromkeys(seen)) == ["decisions", "prompt", "notes"]
        await ui.press("ctrl+o", "ctrl+o", "shift+tab")
        assert ui.screen.pane == "actions"
        await ui.press("shift+tab")
        assert ui.screen.pane == "notes" and ui.notes.has_focus


@pytest.mark.parametrize("size", SIZES)
async def test_the_quiet_screen_holds_one_question_and_the_notes(tmp_path: Path, size: tuple[int, int]) -> None:
    async with shown(desk_of(tmp_path, one_session()), size=size) as ui:
        before = ui.text
        await ui.type("He waits.")
        await ui.press("f7")
        assert ui.screen.prompt is not None
        assert ui.screen.prompt.text[:30] in ui.text and "He waits." in ui.text
        for gone in ("Actions", "Decisions", "is writing", "saved", "min here", ":0"):
            assert gone not in ui.text
        assert "Esc Everything else again" in ui.text and "Ctrl+G Help" in ui.text
        await ui.type(" And hopes.")
        assert "And hopes." in ui.text
        await ui.press("f7")
        assert "is writing" in ui.text and "Actions" in ui.text
        assert ui.text.splitlines()[-1] == before.splitlines()[-1]


async def test_the_quiet_screen_follows_the_questions_and_is_left_by_escape_or_by_going_to_another_pane(
    tmp_path: Path,
) -> None:
    async with shown(desk_of(tmp_path, one_session()), size=(80, 24)) as ui:
        await ui.choose("quiet screen")
        assert ui.screen.has_class("-quiet")
        await ui.press("ctrl+n")
        assert ui.screen.prompt is not None and ui.screen.prompt.text[:20] in ui.text
        await ui.press("ctrl+o")
        assert ui.screen.pane == "prompt"
        await ui.press("ctrl+o")
        assert ui.screen.pane == "notes"
        await ui.press("escape")
        assert not ui.screen.has_class("-quiet") and ui.app.screen is ui.screen
        await ui.press("f7")
        ui.screen.look_at("actions")
        await ui.pilot.pause()
        assert not ui.screen.has_class("-quiet")


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_what_is_typed_at_the_question_is_a_note_and_nothing_is_lost(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with shown(desk_of(tmp_path, one_session()), size=size) as ui:
        await ui.press("ctrl+o", "ctrl+o", "ctrl+o")
        assert ui.screen.pane == "prompt" and isinstance(ui.app.focused, OfferLine)
        await ui.press("ctrl+n")  # to a question that offers nothing
        await ui.until(lambda: ui.screen.stage.id == "boundaries" and ui.app.focused is not None)
        assert ui.screen.pane == "prompt"
        await ui.type("Here we are.")
        assert ui.room.text("boundaries", 1) == "Here we are."
        assert ui.notes.has_focus


async def test_back_in_the_notes_nothing_is_said_of_numbers(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session()), size=(80, 24)) as ui:
        await ui.press("ctrl+o")
        assert "Press a number" in ui.text
        await ui.press("escape")
        assert ui.screen.pane == "notes" and "Press a number" not in ui.text


async def test_whoever_took_up_what_a_question_offers_writes_on(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session()), size=(80, 24)) as ui:
        await ui.press("ctrl+o", "ctrl+o", "ctrl+o", "enter")
        await ui.press("enter", "enter")  # each has read how confidentiality works
        await ui.type("Here we are.")
        assert ui.room.text("arrive", 1) == "Here we are."


async def test_space_pressed_once_more_opens_again_what_it_ticked_and_touches_nothing_else(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session())) as ui:
        for text in ("Tell J", "Ask the team"):
            ui.room.change(c.AddAction(text=text))
        await ui.pilot.pause()
        ui.screen.look_at("actions")
        await ui.pilot.pause()
        await ui.press("home", "space")
        assert ui.statuses == ["done", "open"]
        await ui.until(lambda: "Space again opens it" in ui.text)
        await ui.press("space")
        assert ui.statuses == ["open", "open"]


async def test_a_change_is_taken_back_and_done_again_from_its_pane(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session())) as ui:
        ui.room.change(c.AddAction(text="Tell J"))
        await ui.pilot.pause()
        ui.screen.look_at("actions")
        await ui.pilot.pause()
        await ui.press("down", "space")
        assert ui.statuses == ["done"]
        await ui.press("ctrl+z")
        assert ui.statuses == ["open"]
        await ui.press("ctrl+z")
        assert ui.statuses == []
        await ui.press("ctrl+y", "ctrl+y")
        assert ui.statuses == ["done"]
        assert "Done again." in ui.text


async def test_on_the_list_of_actions_and_on_home_too(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, one_session())
    desk.shelf.carry(one_session().id, c.AddAction(text="Tell J about the hours"), "Ash Patel")

    def statuses() -> list[str]:
        return [str(row["status"]) for row in desk.shelf.actions(which="all")]

    async with shown(desk, session="") as ui:
        await ui.press("a", "space")
        await ui.until(lambda: statuses() == ["done"])
        await ui.app.workers.wait_for_complete()
        await ui.press("u")
        await ui.until(lambda: "Taken back. R does it again." in ui.text)
        assert statuses() == ["open"]
        await ui.press("r")
        await ui.until(lambda: "Done again. U takes it back." in ui.text)
        assert statuses() == ["done"]
        await ui.press("escape")
        await ui.choose("undo")
        await ui.until(lambda: statuses() == ["open"])
        await ui.choose("redo")
        await ui.until(lambda: statuses() == ["done"])
        assert "Done again." in ui.text
