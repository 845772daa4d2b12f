"""Ways that people find: Help does what it tells, words find commands, a number a pane, Escape the way back."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from textual.command import CommandPalette
from textual.widgets import OptionList

from supervision.model import changes as c
from supervision.model.digest import decision_digest
from supervision.model.values import Session
from supervision.tui.keys import BY_ID, COMMANDS
from supervision.tui.screens import (
    ActionDialog,
    AgreeDialog,
    DecideScreen,
    HelpScreen,
    MatterDialog,
    RecordScreen,
    WhoIsHere,
)
from supervision.tui.screens.actions import ActionCard
from supervision.tui.screens.bringing import RestoreDialog
from supervision.tui.screens.decisions import DecisionCard
from supervision.tui.screens.find import FindScreen
from supervision.tui.screens.home import MOST
from supervision.tui.synonyms import SYNONYMS
from tests import factory
from tests.factory import NOW, SAM, decided, done
from tests.tui_desk import ID, Shown, desk_of, one_session, shown

HERE = {"session", "everywhere"}
"""Where what can be done in a session of supervision stands in the table."""


def with_one_of_each() -> Session:
    return done(decided(one_session(), stance="hold"), c.AddAction(text="Tell J", owner="Sam"))


# -- help ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "first"),
    [
        ((), "In the notes"),
        (("ctrl+o",), "In the actions"),
        (("ctrl+o", "ctrl+o"), "In the decisions"),
        (("ctrl+o", "ctrl+o", "ctrl+o"), "At the question"),
        (("ctrl+l",), "In a decision"),
        (("ctrl+t",), "In a form"),
    ],
)
async def test_help_begins_with_what_one_may_want_where_one_is(
    tmp_path: Path, keys: tuple[str, ...], first: str
) -> None:
    async with shown(desk_of(tmp_path, with_one_of_each())) as ui:
        await ui.press(*keys)
        await ui.press("f1")
        assert isinstance(ui.app.screen, HelpScreen)
        heading, under = [line.strip() for line in ui.text.splitlines() if line.strip()][:2]
        assert (heading, under) == ("I want to ...", first)


async def test_every_command_of_the_place_is_in_help_and_enter_does_it(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, with_one_of_each())) as ui:
        await ui.press("ctrl+g")
        told = ui.app.screen.query_one("#told", OptionList)
        ids = [option.id for option in told.options]
        assert {command.id for command in COMMANDS if command.where in HERE} - {"help"} <= set(ids)
        told.highlighted = ids.index("add-action")
        await ui.press("enter")
        assert isinstance(ui.app.screen, ActionDialog)
        await ui.press("escape")
        await ui.press("ctrl+g")
        told = ui.app.screen.query_one("#told", OptionList)
        told.highlighted = ids.index("next-question")
        await ui.press("enter")
        assert ui.room.session.stage == "boundaries"


async def test_while_the_screen_is_hidden_nothing_opens_over_it(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, with_one_of_each())) as ui:
        await ui.press("ctrl+d", "ctrl+d", "ctrl+p", "ctrl+g", "ctrl+f")
        assert ui.text.strip() == "Paused. Press Enter to go on."
        await ui.press("enter")
        assert ui.app.screen is ui.screen


# -- the palette --------------------------------------------------------------------------------------------------


async def listed(ui: Shown, words: str) -> list[str]:
    """What the palette lists for these words, by name, the likeliest first."""
    await ui.press("ctrl+p")
    await ui.type(words)
    await ui.app.workers.wait_for_complete()
    await ui.pilot.pause()
    assert isinstance(ui.app.screen, CommandPalette)
    names = [
        re.split(" {2,}", str(option.prompt).split("\n")[0].strip())[0]
        for option in ui.app.screen.query_one(OptionList).options
    ]
    await ui.press("escape")
    return names


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("colours", "Change theme"),
        ("as a file", "Export"),
        ("own copy", "Export"),
        ("disagree", "Agree decision"),
        ("second matter", "Another matter"),
        ("promised last time", "Look back"),
        ("boundary exp", "Go to Boundary experiences (B)"),
        ("safeguarding", "Raise a concern"),
        ("light mode", "Change theme"),
        ("pdf", "Export"),
        ("delete", "Keep or erase this record"),
        ("exit", "Go home"),
        ("restore a backup", "Restore a backup"),
        ("no such words", "Help"),
    ],
)
async def test_the_palette_is_found_by_words_of_its_sentences(tmp_path: Path, words: str, name: str) -> None:
    async with shown(desk_of(tmp_path, one_session())) as ui:
        assert (await listed(ui, words))[0] == name


def test_other_words_lead_to_what_there_is() -> None:
    assert set(SYNONYMS) <= set(BY_ID)


async def test_what_is_done_on_the_first_screen_is_found_in_a_session_which_is_saved_and_left(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, one_session())
    async with shown(desk) as ui:
        await ui.type("Words of today.")
        await ui.choose("restore a backup")
        await ui.until(lambda: isinstance(ui.app.screen, RestoreDialog))
        assert ui.app.room is None
        assert "Words of today." in [note.text for note in desk.shelf.load(ID).notes]


@pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.long)])
async def test_a_name_typed_in_full_stands_first_whatever_else_has_such_words(tmp_path: Path, every: int) -> None:
    async with shown(desk_of(tmp_path, one_session())) as ui:
        for command in COMMANDS[::every]:
            if command.where in HERE and command.id != "palette":
                assert (await listed(ui, command.name))[0] == command.name


# -- panes and places ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_from_any_pane_but_the_notes_a_number_goes_to_another(tmp_path: Path, size: tuple[int, int]) -> None:
    async with shown(desk_of(tmp_path, with_one_of_each()), size=size) as ui:
        await ui.press("ctrl+o")
        assert "Press a number: 1 Notes  2 Actions  3 Decisions  4 Question" in ui.text
        for key, pane in (("4", "prompt"), ("3", "decisions"), ("2", "actions"), ("1", "notes")):
            await ui.press(key)
            assert ui.screen.pane == pane
        await ui.press("2")
        assert ui.room.text("arrive", 1) == "2", "in the notes a number is a number"


async def test_escape_comes_back_from_a_look_at_another_stage_and_then_goes_home(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session())) as ui:
        await ui.press("ctrl+n", "ctrl+n")
        assert ui.room.session.prompt == "b2"
        await ui.choose("go to decide")
        assert ui.screen.stage.id == "decide" and "Esc comes back to Boundary experiences" in ui.text
        await ui.press("escape")
        assert (ui.screen.stage.id, ui.room.session.prompt) == ("boundaries", "b2")
        assert ui.app.focused is ui.notes
        await ui.choose("go to decide")
        await ui.press("ctrl+n")  # whoever goes on from there has arrived
        await ui.choose("back to where i was")
        assert ui.screen.stage.id == "sign"
        await ui.press("escape")
        await ui.until(lambda: ui.app.room is None)


async def test_the_head_of_the_session_opens_what_is_clicked_on(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session())) as ui:
        await ui.pilot.click("#head", offset=(3, 0))
        assert isinstance(ui.app.screen, WhoIsHere)
        await ui.press("escape")
        await ui.pilot.click("#head", offset=(len("Ash and Sam  "), 0))
        assert isinstance(ui.app.screen, MatterDialog)
        await ui.press("escape")
        width = ui.screen.query_one("#head").size.width
        await ui.pilot.click("#head", offset=(width - 3, 0))
        assert ui.room.writer == SAM


# -- home, and what it leads to -----------------------------------------------------------------------------------


async def test_home_opens_the_action_or_the_decision_one_is_at(tmp_path: Path) -> None:
    session = done(
        decided(one_session(), stance="hold", review_on="2026-11-01"),
        c.AddAction(text="Tell J", owner="Sam", due=NOW.date() - timedelta(days=3)),
        c.AddAction(text="Ring the line", owner="Ash"),
    )
    for who in ("Ash", "Sam"):
        session = done(
            session, c.Agree(id=session.decisions[0].id, digest=decision_digest(session.decisions[0])), by=who
        )
    async with shown(desk_of(tmp_path, session), session="", size=(100, 30)) as ui:
        rows = ui.app.screen.query_one("#list", OptionList)
        for words, card in (("Tell J", ActionCard), ("Ring the line", ActionCard), ("Evening", DecisionCard)):
            rows.highlighted = next(n for n, option in enumerate(rows.options) if words in str(option.prompt))
            await ui.press("enter")
            assert isinstance(ui.app.screen, card) and words in ui.text
            await ui.press("escape")


async def test_older_sessions_come_as_one_goes_down(tmp_path: Path) -> None:
    many = [
        replace(factory.session(session_id=f"2020-01-01-0000-{n:04}"), started=NOW - timedelta(days=n))
        for n in range(MOST + 15)
    ]
    async with shown(desk_of(tmp_path, *many), session="", size=(100, 30)) as ui:
        rows = ui.app.screen.query_one("#list", OptionList)
        assert many[-1].id not in [option.id for option in rows.options]
        await ui.press("end")
        await ui.until(lambda: many[-1].id in [option.id for option in rows.options])
        await ui.press("end")
        await ui.pilot.pause()
        assert rows.highlighted is not None and rows.get_option_at_index(rows.highlighted).id == many[-1].id


async def test_what_is_found_opens_where_it_stands_in_the_record(tmp_path: Path) -> None:
    session = one_session()
    desk = desk_of(tmp_path, session)
    store = desk.shelf.store
    async with desk.open_room(session.id) as room:
        for n in range(60):
            room.write_line(f"Line {n} of what was said.")
        room.write_line("J asks for lifts to appointments.")
        room.change(c.End())
    assert store.load(session.id).notes
    async with shown(desk, session="", size=(80, 24)) as ui:
        await ui.press("/")
        assert isinstance(ui.app.screen, FindScreen)
        await ui.type("lifts")
        await ui.until(lambda: "1 place" in ui.text)
        await ui.press("enter")
        await ui.until(lambda: isinstance(ui.app.screen, RecordScreen))
        await ui.pilot.pause()
        assert "J asks for lifts to appointments." in ui.text


# -- agreeing -----------------------------------------------------------------------------------------------------


async def test_a_name_typed_while_reading_goes_where_names_are_typed(tmp_path: Path) -> None:
    session = with_one_of_each()
    async with shown(desk_of(tmp_path, session)) as ui:
        ui.app.push_screen(AgreeDialog(ui.room, session.decisions[0].id))
        await ui.pilot.pause()
        await ui.type("Ash Patel")
        await ui.press("enter")
        assert len(ui.room.session.decisions[0].marks) == 1


async def test_what_is_missing_for_an_agreement_can_be_written_from_there(tmp_path: Path) -> None:
    session = done(one_session(), c.Propose(fields={"title": "Evening messages"}))
    async with shown(desk_of(tmp_path, session)) as ui:
        await ui.choose("agree decision")
        assert isinstance(ui.app.screen, AgreeDialog)
        await ui.pilot.click("#write")
        await ui.until(lambda: isinstance(ui.app.screen, DecideScreen))
        assert "Evening messages" in ui.text and "decision 1" in ui.text


async def test_a_new_decision_offers_to_go_on_with_the_one_that_was_begun(tmp_path: Path) -> None:
    session = done(one_session(), c.Propose(fields={"title": "Evening messages"}))
    async with shown(desk_of(tmp_path, session)) as ui:
        await ui.press("ctrl+l")
        assert "Go on with decision 1: Evening messages" in ui.text
        await ui.press("up", "enter")
        await ui.until(lambda: "decision 1" in ui.text)
        assert len(ui.room.session.decisions) == 1
        await ui.press("escape")
        await ui.press("ctrl+l")
        await ui.type("Another one")
        await ui.press("escape")
        assert [decision.title for decision in ui.room.session.decisions] == ["Evening messages", "Another one"]
