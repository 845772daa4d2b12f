"""The screen of a paired reflection: whose turn it is, each one's own questions, the clock, and what is raised."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from supervision import prompts
from supervision.model import changes as c
from supervision.model import turns
from supervision.model.values import Session
from supervision.room import Room, Seat
from supervision.tui.screens import company
from supervision.tui.screens.session import SessionScreen
from supervision.tui.widgets.notes import NotesPane
from supervision.tui.widgets.prompt import OfferLine
from supervision.tui.widgets.stages import StageLine
from tests import factory
from tests.factory import ASH, NOW, SAM
from tests.live import PACE
from tests.tui_desk import ID, Shown, desk_of, shown

SIZES = ((120, 36), (100, 30), (80, 24), (60, 18))


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def on(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)


def paired() -> Session:
    return replace(factory.session("peer"), id=ID, pack=prompts.find("peer"), stage="agree", prompt="g1")


@asynccontextmanager
async def one(folder: Path, session: Session, size: tuple[int, int] = (120, 36)) -> AsyncIterator[tuple[Shown, Clock]]:
    """Both at one keyboard, Ash writing."""
    clock, desk = Clock(), desk_of(folder, session)
    desk = replace(desk, open_room=lambda id: Room(desk.shelf.store, id, me="Ash Patel", clock=clock))
    async with shown(desk, size=size) as ui:
        if session.spans:
            ui.room.change(c.GoOn())  # it stood still while nobody was here
            await ui.pilot.pause()
        yield ui, clock


@asynccontextmanager
async def both(folder: Path, session: Session) -> AsyncIterator[tuple[Shown, Room]]:
    desk = desk_of(folder, session)
    sam = Room(desk.shelf.store, ID, seat=Seat("Sam"), clock=lambda: NOW, pace=PACE)
    async with shown(desk) as ui, sam:
        await ui.until(lambda: bool(ui.room.present))
        yield ui, sam


def at(stage: str, prompt: str = "") -> c.MoveTo:
    return c.MoveTo(stage=stage, prompt=prompt)


@pytest.mark.parametrize("size", SIZES)
async def test_whose_turn_it_is_and_what_each_has_had_is_on_the_screen(tmp_path: Path, size: tuple[int, int]) -> None:
    async with one(tmp_path, paired(), size) as (ui, clock):
        assert "presents" not in ui.text.split("Agree")[0]
        ui.room.change(at("present-a"))
        ui.screen.follow()
        await ui.pilot.pause()
        assert ("Ash presents  Sam listens" if size[0] > 60 else "Ash presents") in ui.text
        assert "Ash 0 of 22 min  Sam 0 of 22 min" in ui.text
        clock.on(6)
        ui.screen.show_turns()
        await ui.pilot.pause()
        assert "Ash 6 of 22 min  Sam 0 of 22 min" in ui.text
        ui.room.change(at("present-b"))
        ui.screen.follow()
        clock.on(3)
        ui.screen.show_turns()
        await ui.pilot.pause()
        assert "Sam presents" in ui.text and "Ash 6 of 22 min  Sam 3 of 22 min" in ui.text


async def test_the_quiet_screen_has_no_clock(tmp_path: Path) -> None:
    async with one(tmp_path, factory.done(paired(), at("present-a"))) as (ui, _):
        assert "of 22 min" in ui.text
        await ui.press("f7")
        assert "of 22 min" not in ui.text


async def test_who_presents_first_is_said_and_each_sees_the_questions_of_their_part(tmp_path: Path) -> None:
    async with one(tmp_path, paired()) as (ui, _):
        await ui.choose("Who presents first")
        await ui.press("down", "enter")
        assert ui.room.session.first == SAM
        assert "Sam Okafor presents first" in ui.text
        await ui.press("ctrl+n", "ctrl+n")
        offer = ui.screen.query_one(OfferLine).offer
        assert offer is not None and offer.words == "Sam Okafor presents first; change that"
        await ui.choose("Next stage")
        await ui.choose("Next stage")
        assert ui.screen.stage.id == "present-a"
        assert "for whoever" in ui.text and ui.screen.prompt is not None and ui.screen.prompt.id == "p2"
        assert "Listen. Leave the" in ui.text
        await ui.press("ctrl+s")  # Sam, who presents, is writing
        assert ui.screen.prompt.id == "p1"
        assert "Tell it as it" in ui.text
        await ui.press("ctrl+s")
        assert ui.screen.prompt.id == "p2"


async def test_at_two_keyboards_each_stays_at_their_own_question_when_the_other_goes_on(tmp_path: Path) -> None:
    async with both(tmp_path, factory.done(paired(), c.PresentFirst(who="Ash"))) as (ui, sam):
        sam.change(at("clarify-a", "q1"))  # Sam listens, and asks
        await ui.until(lambda: ui.screen.stage.id == "clarify-a")
        assert ui.screen.prompt is not None and ui.screen.prompt.id == "q2"
        sam.change(at("lens-a", "b1"))
        await ui.until(lambda: ui.screen.stage.id == "lens-a")
        assert ui.screen.prompt is not None and ui.screen.prompt.id == "b1"


async def test_in_the_silent_stage_nobody_is_asked_or_told_anything(tmp_path: Path) -> None:
    async with both(tmp_path, factory.done(paired(), at("respond-a"))) as (ui, sam):
        sam.change(at("reflect-a"))
        await ui.until(lambda: ui.screen.stage.id == "reflect-a")
        await ui.pilot.pause()
        assert "went on" not in ui.text
        assert ui.screen.prompt is not None and ui.screen.prompt.probes
        assert ui.screen.prompt.probes[0][:20] not in ui.text


async def test_whoever_was_typing_in_the_silent_stage_goes_along_once_they_have_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typing = [True]
    monkeypatch.setattr(company, "STILL_TYPING", 0.05)
    monkeypatch.setattr(NotesPane, "typed_within", lambda *_: typing[0])
    async with both(tmp_path, factory.done(paired(), at("reflect-a"))) as (ui, sam):
        sam.change(at("respond-a"))
        await ui.until(lambda: ui.room.session.stage == "respond-a")
        await ui.pilot.pause()
        assert ui.screen.stage.id == "reflect-a" and "Respond now" not in ui.text
        typing[0] = False
        await ui.until(lambda: ui.screen.stage.id == "respond-a")


async def test_a_concern_stops_both_turns_until_somebody_says_that_it_goes_on(tmp_path: Path) -> None:
    async with one(tmp_path, factory.done(paired(), at("present-a"))) as (ui, clock):
        ui.room.change(c.RaiseConcern(text="J spoke of not waking up", to="the lead"))
        await ui.pilot.pause()
        assert "both turns stand still" in ui.text
        clock.on(10)
        ui.screen.show_turns()
        await ui.press("ctrl+n")
        assert turns.stopped(ui.room.session) == "concern", "going on in the questions starts no clock"
        await ui.choose("Stop the clock, or go on")
        assert turns.running(ui.room.session) is not None
        assert "Ash 0 of 22 min" in ui.text
        await ui.choose("Stop the clock, or go on")
        assert turns.stopped(ui.room.session) == "pause" and "stopped" in ui.text


async def test_half_of_the_time_is_marked_when_it_is_over_and_nothing_moves_on(tmp_path: Path) -> None:
    async with one(tmp_path, factory.done(paired(), at("present-a"))) as (ui, clock):
        clock.on(23)
        ui.screen.show_turns()
        await ui.pilot.pause()
        assert "Ash 23 of 22 min" in ui.text
        assert ui.screen.stage.id == "present-a"


async def test_what_is_proposed_is_taken_to_somebody_and_is_an_action_of_whoever_takes_it(tmp_path: Path) -> None:
    made = factory.done(paired(), c.Propose(fields={**factory.FIELDS, "stance": "bend"}, options=factory.OPTIONS))
    async with one(tmp_path, factory.done(made, at("respond-a"))) as (ui, _):
        await ui.choose("Take it to somebody")
        await ui.type("my line manager")
        await ui.press("ctrl+s")
        (action,) = ui.room.session.actions
        assert (action.owner, action.waiting_on) == (ASH, "my line manager")
        assert action.text == f"Take to my line manager: {made.decisions[0].title}"
        assert ui.room.session.decisions[0].support.status == "asked"


async def test_without_a_proposal_there_is_nothing_to_take(tmp_path: Path) -> None:
    async with one(tmp_path, factory.done(paired(), at("respond-a"))) as (ui, _):
        await ui.choose("Take it to somebody")
        assert "no decision to take" in ui.text


async def test_each_says_for_themselves_whether_something_must_be_raised(tmp_path: Path) -> None:
    async with one(tmp_path, factory.done(paired(), at("close"))) as (ui, _):
        await ui.choose("Did we hear something")
        await ui.press("enter")
        assert [(answer.by, answer.must_raise) for answer in ui.room.session.heard] == [(ASH, False)]
        assert "Sam has not answered yet" in ui.text
        await ui.press("ctrl+s")
        await ui.choose("Did we hear something")
        await ui.press("down", "enter")
        assert [(answer.by, answer.must_raise) for answer in ui.room.session.heard] == [(ASH, False), (SAM, True)]
        assert "Is anybody in danger now?" in ui.text, "and it is raised at once"


@pytest.mark.parametrize("size", ((120, 36), (80, 24), (60, 18)))
async def test_where_one_writes_for_oneself_the_notes_say_that_both_read_them(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with one(tmp_path, replace(paired(), stage="write-a", prompt="w1"), size) as (ui, _):
        assert "Both of you read this; paper is yours alone." in ui.text
        await ui.press("ctrl+n")
        assert ui.screen.stage.id == "present-a" and "Key words are enough." in ui.text


async def test_where_less_is_said_than_before_nothing_of_it_stays_on_the_screen(tmp_path: Path) -> None:
    async with one(tmp_path, replace(paired(), stage="write-a", prompt="w1"), (80, 24)) as (ui, _):
        for y in range(ui.notes.size.height):
            assert ui.notes.render_line(y).cell_length == ui.notes.size.width, "what is shorter covers what was longer"


async def test_a_word_of_a_sentence_comes_before_letters_here_and_there_in_a_name(tmp_path: Path) -> None:
    async with one(tmp_path, paired()) as (ui, _):
        await ui.choose("heard")  # its letters, in this order, stand in "What I prepared" as well
        assert "did you hear something that we must raise?" in ui.text


async def test_everything_tells_the_stages_of_the_two_turns_apart(tmp_path: Path) -> None:
    async with one(tmp_path, paired(), size=(80, 24)) as (ui, _):
        await ui.press("ctrl+p")
        await ui.type("respond")
        await ui.until(lambda: "Go to Respond, turn A" in ui.text and "Go to Respond, turn B" in ui.text)
        await ui.press("escape")
        await ui.choose("go to respond, turn b")
        assert ui.screen.stage.id == "respond-b"


async def test_on_a_narrow_screen_no_two_stages_of_a_turn_are_called_the_same(tmp_path: Path) -> None:
    async with one(tmp_path, paired(), size=(80, 24)) as (ui, _):
        line = str(ui.screen.query_one(StageLine).render())
        of_the_first = line.partition(" A ")[2].partition(" B ")[0].split()
        assert len(of_the_first) == len(set(of_the_first)) == 6
        assert len(line) <= 78


async def test_supervision_offers_nothing_about_turns(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, replace(factory.session(), id=ID))) as ui:
        await ui.press("ctrl+p")
        await ui.type("presents first")
        await ui.app.workers.wait_for_complete()
        assert "Who presents first" not in ui.text
        await ui.press("escape")
        assert isinstance(ui.app.screen, SessionScreen)
        assert "of 22 min" not in ui.text
