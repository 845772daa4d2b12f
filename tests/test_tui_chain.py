"""The chain on the screen: each link a key apart, from an action and from a decision, and what is done from there."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from supervision.model import changes as c
from supervision.model import rules
from supervision.model.values import Session
from supervision.prompts import find
from supervision.shelf import Shelf
from supervision.tui.screens import ActionsScreen, DecideScreen, DecisionsScreen
from supervision.tui.screens.chain import ChainScreen
from tests.live import until
from tests.tui_harness import FIELDS, NOW, OPTIONS, TODAY, Harness, new_room, new_shelf, press, seen

ME = "Ash Patel"


def told(folder: Path) -> tuple[Shelf, Session]:
    """A closed session with notes, a decision that bends, awaiting support, and two actions, one of them for it."""
    shelf = new_shelf(folder, lambda: NOW - timedelta(days=40))
    session = shelf.start(find("broken"), me=ME, other="Sam Okafor", alias="J", matter="Lifts [home]")
    changes = [
        c.MoveTo(stage="boundaries"),
        c.WriteNote(text="J says: [buses] stop at six"),
        c.AddAction(text="Ask J about [buses]", owner="Sam", due=TODAY - timedelta(days=9)),
        c.Propose(fields={**FIELDS, "title": "Lifts [home]", "review_on": "2026-11-20"}, options=OPTIONS),
    ]
    session = shelf.carry(session.id, changes, ME)
    made = session.decisions[0].id
    for name in (ME, "Sam Okafor"):
        session = shelf.carry(session.id, c.Agree(id=made), name)
    return new_shelf(folder), session


async def settled(app: Harness, pilot: Pilot[Any]) -> None:
    await app.workers.wait_for_complete()
    await pilot.pause()


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 18)])
async def test_each_link_is_a_key_apart(tmp_path: Path, size: tuple[int, int]) -> None:
    shelf, session = told(tmp_path)
    app = Harness(ChainScreen(shelf, session, session.decisions[0].id, ME))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert "bend: a limited exception" in seen(app) and "awaiting support" in seen(app)
        for key, words in (
            ("1", "J says: [buses] stop at six"),
            ("2", "predictable, cold"),
            ("3", "being answered is what J never had"),
            ("4", "[ ] Ask somebody with authority"),
            ("5", "Meant to be looked at again on 20 Nov 2026"),
        ):
            await press(pilot, key)
            await until(lambda words=words: words in " ".join(seen(app).split()))  # type: ignore[misc]
        for words in ("[ ] Ask somebody", "Lifts [home]", "hold the hours", "J says: [buses]"):
            await press(pilot, "left")
            assert words in seen(app)
        assert all(len(line) <= size[0] for line in seen(app).splitlines())
        await press(pilot, "escape")
    assert app.results == [None]


async def test_an_action_opens_at_its_question_and_note_and_goes_through_its_life(tmp_path: Path) -> None:
    shelf, session = told(tmp_path)
    app = Harness(ActionsScreen(shelf, ME))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter")
        shown = " ".join(seen(app).split())
        assert "Boundary experiences What does" in shown or "Boundary experiences What do" in shown
        assert "J says: [buses] stop at six" in shown and "1 Answers 2 Action" in shown
        await press(pilot, "n", "rang [twice]", "enter")
        await settled(app, pilot)
        await press(pilot, "w", "the [manager]", "enter")
        await settled(app, pilot)
        await press(pilot, "d", "told him", "enter")
        await settled(app, pilot)
        shown = " ".join(seen(app).split())
        assert "Ash Patel: rang [twice]" in shown and "waiting on the [manager]" in shown
        assert "Ash Patel, done: told him" in shown and "O open again" in shown
        action = shelf.load(session.id).actions[0]
        assert (action.status, action.waiting_on) == ("done", "the [manager]")
        await press(pilot, "u")
        await settled(app, pilot)
        assert shelf.load(session.id).actions[0].status == "open"
        await press(pilot, "x", "enter")
        await settled(app, pilot)
        await press(pilot, "o", "after all", "enter")
        await settled(app, pilot)
        action = shelf.load(session.id).actions[0]
        assert (action.status, [note.text for note in action.notes]) == ("open", ["rang [twice]", "after all"])
        await press(pilot, "u", "u")
        await settled(app, pilot)
        await press(pilot, "ctrl+y")
        await settled(app, pilot)
        await press(pilot, "escape")
        assert isinstance(app.screen, ActionsScreen)


async def test_a_decision_is_supported_reviewed_and_given_an_action_from_its_chain(tmp_path: Path) -> None:
    shelf, session = told(tmp_path)
    made = session.decisions[0].id
    app = Harness(DecisionsScreen(shelf, ME))
    async with app.run_test(size=(100, 36)) as pilot:
        await press(pilot, "enter", "r")
        assert "awaiting support, so there is nothing to review yet" in seen(app)
        await press(pilot, "s", "g", "enter", "Team manager", "enter", "enter")
        await settled(app, pilot)
        record = shelf.load(session.id)
        assert rules.status(record, record.decisions[0]) == "agreed"
        await press(pilot, "5")
        assert "To be looked at again since 20 Nov 2026" in seen(app)
        await press(pilot, "r", "J missed [two]", "enter", "t", "enter", "in 3 months", "enter")
        await settled(app, pilot)
        assert "tightened; look again on 23 Feb 2027" in seen(app) and "J missed [two]" in seen(app)
        await press(pilot, "a", "tell the [team]", "ctrl+s")
        await settled(app, pilot)
        added = shelf.load(session.id).actions[-1]
        assert (added.text, added.decision) == ("tell the [team]", made)
        await press(pilot, "4")
        assert "[ ] tell the [team]" in seen(app)
        await press(pilot, "u")
        await settled(app, pilot)
        assert shelf.load(session.id).actions[-1].id != added.id
        assert "Taken back" in seen(app)


async def test_one_who_sees_a_decision_differently_says_so_from_its_chain(
    tmp_path: Path,
) -> None:
    shelf, session = told(tmp_path)
    app = Harness(DecisionsScreen(shelf, "Sam Okafor"))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter", "v")
        await until(lambda: "What do you see differently?" in seen(app))
        await press(pilot, "I am the one who [waits]", "ctrl+s")
        await until(lambda: "Kept, as your view." in seen(app))
        (dissent,) = shelf.load(session.id).dissents
        assert (dissent.text, dissent.decision) == ("I am the one who [waits]", session.decisions[0].id)
        assert shelf.load(session.id).called(dissent.by) == "Sam Okafor"
        assert "takes it back" not in seen(app)
        await press(pilot, "5")
        await until(lambda: "Sam Okafor sees it differently" in seen(app))
        for name in (ME, "Sam Okafor"):
            shelf.carry(session.id, c.Sign(), name)
        await press(pilot, "escape", "enter", "v")
        await until(lambda: "The record is signed" in seen(app) and "Decision 1, Lifts [home]:" in seen(app))
        await press(pilot, "Not any more", "ctrl+s")
        await until(lambda: "Kept below the record" in seen(app))
        (added,) = shelf.load(session.id).addenda
        assert added.text == "Decision 1, Lifts [home]: Not any more" and len(shelf.load(session.id).dissents) == 1


async def test_what_replaces_it_is_begun_in_the_session_and_reached_in_both_directions(tmp_path: Path) -> None:
    shelf, session = told(tmp_path)
    old = session.decisions[0].id
    shelf.carry(session.id, c.SetSupport(id=old, status="given", by="Team manager"), ME)
    async with new_room(tmp_path) as room:
        app = Harness(ChainScreen(shelf, shelf.load(session.id), old, ME, room=room))
        async with app.run_test(size=(100, 36)) as pilot:
            await press(pilot, "p")
            assert isinstance(app.screen, DecideScreen)
            await press(pilot, "escape")
            room.save_now()
            app.screen.on_screen_resume()  # type: ignore[attr-defined]
            await press(pilot, "3", "down")
            assert "Replaced by  Lifts [home], proposed, 23 Nov 2026" in seen(app)
            await press(pilot, "enter")
            newer = app.screen
            assert isinstance(newer, ChainScreen)
            await press(pilot, "3", "down")
            assert "Replaces   Lifts [home], agreed, 14 Oct 2026" in seen(app)
            await press(pilot, "enter")
            assert "Replaced by" in seen(app)
            await press(pilot, "escape")
            assert app.screen is newer
            await press(pilot, "escape", "escape")
        assert app.results == [None]
        new = room.session.decisions[0]
        assert (new.replaces, shelf.load(session.id).decisions[0].replaced_by) == (old, new.id)


async def test_what_is_of_it_may_go_while_it_is_shown(tmp_path: Path) -> None:
    shelf, session = told(tmp_path)
    session = shelf.carry(session.id, c.AddAction(text="one too many", stage=""), ME)
    app = Harness(ChainScreen(shelf, session, session.actions[-1].id, ME))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "u")
        await settled(app, pilot)
    assert app.results == [None]
