"""The screens over records: starting, lists, finding, reading back and signing, exporting, looking back, help."""

import re
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.screen import Screen

from supervision.model.changes import AddAction, Agree, EditMatter, Propose, SetActionStatus, Sign
from supervision.prompts import find, names
from supervision.shelf import Shelf
from supervision.tui.screens import (
    ActionDialog,
    ActionsScreen,
    AgreeDialog,
    ConcernDialog,
    ConfirmDialog,
    DecideScreen,
    DecisionsScreen,
    ExportDialog,
    FindScreen,
    HelpScreen,
    HiddenScreen,
    LookBackPane,
    MatterDialog,
    PeopleDialog,
    ReadBackScreen,
    RecordScreen,
    StartDialog,
)
from supervision.tui.screens.chain import ChainScreen
from supervision.tui.screens.parts import Line
from supervision.tui.screens.protecting import UnlockDialog
from tests.live import until
from tests.tui_harness import FIELDS, NOW, OPTIONS, TODAY, Harness, clock, fill, new_room, new_shelf, press, seen


def earlier(folder: Path, days: int = 40, other: str = "Sam Okafor") -> str:
    """The id of a closed session with an overdue action, one that is done, and a decision due for review."""
    shelf = new_shelf(folder, lambda: NOW - timedelta(days=days))
    session = shelf.start(find("broken"), me="Ash Patel", other=other)
    by = session.people[0].id
    shelf.carry(
        session.id,
        [
            EditMatter(alias="J", text="lifts"),
            AddAction(text="Ask about [lifts]", owner=other, due=TODAY - timedelta(days=9)),
            AddAction(text="Ring the line"),
        ],
        by,
    )
    fields = {**FIELDS, "title": "Lifts [home]", "stance": "soften", "review_on": (TODAY - timedelta(2)).isoformat()}
    session = shelf.carry(session.id, Propose(fields=fields, options=OPTIONS), by)
    shelf.carry(session.id, SetActionStatus(id=session.actions[1].id, status="done"), by)
    for person in session.people:
        session = shelf.carry(session.id, Agree(id=session.decisions[0].id), person.id)
    return session.id


async def test_enter_twice_starts_with_whom_one_met_last(tmp_path: Path) -> None:
    earlier(tmp_path)
    shelf = new_shelf(tmp_path)
    app = Harness(StartDialog(shelf, "Ash Patel", names()))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter", "enter")
    session = app.results[0]
    assert [person.called for person in session.people] == ["Ash Patel", "Sam Okafor"]
    assert (session.pack.name, session.pack.minutes, session.people[0].role) == ("broken", 90, "supervisor")
    assert session.people[1].id == shelf.load(shelf.sessions()[1]["id"]).people[1].id


async def test_a_first_session_with_somebody_new_as_peer(tmp_path: Path) -> None:
    shelf = new_shelf(tmp_path)
    app = Harness(StartDialog(shelf, "Ash Patel"))
    async with app.run_test(size=(100, 36)) as pilot:
        await press(pilot, "enter")
        assert "With whom? Type a name." in seen(app)
        await press(pilot, "=Bea", "tab", "p", "p", "tab", "tab", "tab", "=J", "tab", "evening [visits]", "ctrl+s")
    session = app.results[0]
    assert (session.kind, session.pack.name, session.people[1].name) == ("peer", "peer", "Bea")
    assert (session.matters[0].alias, session.matters[0].text) == ("J", "evening [visits]")


async def test_a_session_that_was_held_before_is_written_up(tmp_path: Path) -> None:
    earlier(tmp_path)
    app = Harness(StartDialog(new_shelf(tmp_path), "Ash Patel"))
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.pause()
        held = app.screen.query_one("#held", Line)
        held.focus()
        await press(pilot, "=tomorrow 10:00", "ctrl+s")
        assert not app.results and app.screen.query_one(".fault").display
        held.value = ""
        await press(pilot, "=yesterday 14:30", "ctrl+s")
    assert app.results[0].held.isoformat()[:16] == "2026-11-22T14:30"


async def test_another_person_of_the_same_name_is_asked_about(tmp_path: Path) -> None:
    earlier(tmp_path)
    shelf = new_shelf(tmp_path)
    app = Harness(StartDialog(shelf, "Ash Patel"))
    async with app.run_test(size=(100, 40)) as pilot:
        await press(pilot, "s", "enter", "sam okafor", "enter", "enter")
        assert isinstance(app.screen, ConfirmDialog)
        await press(pilot, "left", "enter")
    assert app.results[0].people[1].id not in {p["id"] for p in shelf.sessions()[1]["people"]}


@pytest.mark.parametrize(("keys", "same"), [(("enter",), True), (("down", "enter"), False)])
async def test_a_name_cut_short_is_nobody_new_without_being_asked(
    tmp_path: Path, keys: tuple[str, ...], same: bool
) -> None:
    earlier(tmp_path)
    shelf = new_shelf(tmp_path)
    app = Harness(StartDialog(shelf, "Ash Patel"))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "s", "enter", "=sam", "enter", "enter")
        assert "Sam Okafor, whom you have met" in seen(app)
        await press(pilot, "escape")
        assert not app.results
        await press(pilot, "enter", *keys)
    met = {person["id"] for person in shelf.sessions()[1]["people"]}
    assert (app.results[0].people[1].id in met) is same


async def test_actions_are_ticked_taken_back_and_opened(tmp_path: Path) -> None:
    home = earlier(tmp_path)
    shelf = new_shelf(tmp_path)
    app = Harness(ActionsScreen(shelf, "Ash Patel"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "[ ] Ask about [lifts]" in seen(app)
        assert "overdue, by 14 Nov 2026" in seen(app)
        await press(pilot, "space")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert shelf.load(home).actions[0].status == "done"
        assert "Nothing is open" in seen(app)
        await press(pilot, "u")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert shelf.load(home).actions[0].status == "open"
        await press(pilot, "enter")
        assert isinstance(app.screen, ChainScreen) and "Ash Patel, written down" in seen(app)
        await press(pilot, "e")
        assert "Written down by Ash Patel" in seen(app)
        await pilot.click("#drop")
        await pilot.pause()
        await press(pilot, "not needed", "enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        action = shelf.load(home).actions[0]
        assert (action.status, action.notes[0].text) == ("dropped", "not needed")


async def test_a_list_shows_this_pair_only(tmp_path: Path) -> None:
    home = earlier(tmp_path)
    earlier(tmp_path, 30, other="Bea Lund")
    shelf = new_shelf(tmp_path)
    pair = [person.id for person in shelf.load(home).people]
    app = Harness(ActionsScreen(shelf, "Ash Patel", pair))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "Sam Okafor" in seen(app) and "Bea" not in seen(app)


async def test_what_is_refused_is_said_in_the_list(tmp_path: Path) -> None:
    earlier(tmp_path)
    app = Harness(ActionsScreen(new_shelf(tmp_path), "Somebody Else"))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "space")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "Somebody Else is not in this session" in seen(app)


async def test_a_decision_that_is_due_is_reviewed(tmp_path: Path) -> None:
    home = earlier(tmp_path)
    shelf = new_shelf(tmp_path)
    app = Harness(DecisionsScreen(shelf, "Ash Patel"))
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.pause()
        assert "Lifts [home]" in seen(app) and "to be looked at since 21 Nov 2026" in seen(app)
        await press(pilot, "enter", "enter")
        assert "the same boundary, warmer" in seen(app)
        await pilot.click("#review")
        await pilot.pause()
        await press(pilot, "it went [well]", "enter", "l", "enter", "enter")
        assert "When do you look at it again?" in seen(app)
        await press(pilot, "in 3 months", "enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
    review = shelf.load(home).decisions[0].reviews[0]
    assert (review.outcome, review.note) == ("loosened", "it went [well]")
    assert review.review_on is not None and review.review_on.isoformat() == "2027-02-23"


async def test_finding_as_one_types_and_within_the_pair(tmp_path: Path) -> None:
    home = earlier(tmp_path)
    earlier(tmp_path, 30, other="Bea Lund")
    shelf = new_shelf(tmp_path)
    pair = [person.id for person in shelf.load(home).people]
    app = Harness(FindScreen(shelf, pair))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "=[LIFTS]")
        await pilot.pause(0.3)
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "Ask about [lifts]" in seen(app) and "Bea" not in seen(app)
        await press(pilot, "enter")
    assert (app.results[0].session, app.results[0].where) == (home, "action")


async def test_both_sign_after_reading_by_their_own_names(tmp_path: Path) -> None:
    async with new_room(tmp_path) as room:
        fill(room)
        room.write_line("Then Mary Jones rang from 07700 900123 [mobile].", stage="bring")
        app = Harness(ReadBackScreen(room))
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.pause(0.2)
            assert "2 to look at" in seen(app) and "Mary Jones" in seen(app)
            await press(pilot, "n", "end", "enter")
            await press(pilot, "=Sam", "enter")
            assert "This is Ash Patel's signature" in seen(app)
            app.screen.query_one("#name", Line).value = ""
            await press(pilot, "=ash", "enter")
            assert "Ash Patel: signed 23 Nov 2026" in seen(app)
            await press(pilot, "end", "enter", "sam okafor", "enter")
            assert room.session.state == "signed"
            assert "Correct it with an addendum" in seen(app)
            await pilot.click("#addendum")
            await pilot.pause()
            await press(pilot, "It was [Tuesday]", "enter")
            await pilot.pause()
        assert room.session.addenda[0].text == "It was [Tuesday]"


async def test_the_key_to_what_is_pointed_out_is_named_only_while_something_is(tmp_path: Path) -> None:
    async with new_room(tmp_path) as room:
        app = Harness(ReadBackScreen(room))
        async with app.run_test(size=(120, 40)):
            await until(lambda: "No name, number or" in seen(app))
            assert "N next pointed out" not in seen(app)
            room.write_line("Then Mary Jones rang from 07700 900123.", stage="bring")
            await until(lambda: "N next pointed out" in seen(app))
            assert "2 to look at" in seen(app)


async def test_a_change_after_the_first_signature_takes_it_back_and_says_so(tmp_path: Path) -> None:
    async with new_room(tmp_path) as room:
        fill(room)
        room.change(Sign())
        app = Harness(ReadBackScreen(room))
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.pause(0.2)
            app.screen.query_one("#next-words", Line).focus()
            await press(pilot, "in 3 weeks", "enter")
            await pilot.pause()
            assert room.session.next_date == TODAY + timedelta(days=21)
            assert "changed after Ash Patel signed it" in seen(app)
        assert not room.session.signatures


async def test_a_file_is_written_for_one_person_and_never_over_another(tmp_path: Path) -> None:
    target = tmp_path / "out" / "record [1].txt"
    async with new_room(tmp_path / "s") as room:
        fill(room)
        app = Harness(ExportDialog(room.session))
        async with app.run_test(size=(100, 36)) as pilot:
            await press(pilot, "enter", "p")
            path = app.screen.query_one("#path", Line)
            assert path.value.endswith(".txt")
            path.value = str(target)
            await press(pilot, "ctrl+s")
            assert "".join(str(target).split()) in "".join(seen(app).split())
            assert "The whole record, as plain text." in seen(app)
            await press(pilot, "enter")
        assert app.results == [target]
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
        assert "Evening messages" in target.read_text(encoding="utf-8")
        target.write_text("mine", encoding="utf-8")
        app = Harness(ExportDialog(room.session))
        async with app.run_test(size=(100, 36)) as pilot:
            await pilot.pause()
            app.screen.query_one("#path", Line).value = str(target)
            await press(pilot, "ctrl+s")
            assert isinstance(app.screen, ConfirmDialog)
            await press(pilot, "escape", "escape")
        assert target.read_text(encoding="utf-8") == "mine"
        assert app.results == [None]


async def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    async with new_room(tmp_path / "s") as room:
        app = Harness(ExportDialog(room.session))
        async with app.run_test(size=(100, 36)) as pilot:
            await pilot.pause()
            app.screen.query_one("#path", Line).value = str(tmp_path / "file" / "record.md")
            await press(pilot, "ctrl+s")
            assert "could not be saved" in seen(app)
            assert not app.results


async def test_the_record_is_read_without_a_file(tmp_path: Path) -> None:
    async with new_room(tmp_path) as room:
        fill(room)
        app = Harness(RecordScreen(room.session))
        async with app.run_test(size=(100, 36)) as pilot:
            await pilot.pause()
            assert "Supervision session, 23 Nov 2026" in seen(app)
            await press(pilot, "e")
            await pilot.click("#view")
            await pilot.pause()
            assert "Shift and drag" in seen(app)


async def test_looking_back_carries_answers_to_where_they_belong(tmp_path: Path) -> None:
    home = earlier(tmp_path)
    earlier(tmp_path, 30, other="Bea Lund")
    async with new_room(tmp_path) as room:
        shelf = new_shelf(tmp_path)
        app = Harness(None, LookBackPane(shelf, room))
        async with app.run_test(size=(100, 36)) as pilot:
            await pilot.pause()
            shown = seen(app)
            assert "Lifts [home]" in shown and "Ask about [lifts]" in shown and "Done since you last met" in shown
            assert "Bea" not in shown
            app.screen.query_one("#look-back-list").focus()
            await press(pilot, "down", "k")
            await press(pilot, "half of it", "enter")
            await app.workers.wait_for_complete()
            await pilot.pause()
            assert "Stays open" in seen(app)
            await press(pilot, "d", "enter")
            await app.workers.wait_for_complete()
            await pilot.pause()
        action = shelf.load(home).actions[0]
        assert (action.status, action.notes[0].text, action.notes[0].by) == ("done", "half of it", room.writer)


async def test_a_decision_that_came_back_is_replaced_by_one_that_starts_from_its_words(tmp_path: Path) -> None:
    home = earlier(tmp_path)
    async with new_room(tmp_path) as room:
        shelf = new_shelf(tmp_path)
        app = Harness(None, LookBackPane(shelf, room))
        async with app.run_test(size=(100, 36)) as pilot:
            await pilot.pause()
            await pilot.click("#replace")
            await pilot.pause()
            assert isinstance(app.screen, DecideScreen)
            await press(pilot, "escape")
        room.save_now()
        new, old = room.session.decisions[0], shelf.load(home).decisions[0]
        assert (new.title, new.replaces, old.replaced_by) == ("Lifts [home]", old.id, new.id)
        assert new.review_on is None


async def test_help_begins_where_one_is(tmp_path: Path) -> None:
    app = Harness(HelpScreen("notes"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        shown = seen(app)
        assert "I want to ..." in shown and "In the notes" in shown
        assert re.search(r"go on to the next question +Ctrl\+N", shown)
        await press(pilot, "escape")
    assert app.results == [None]


async def test_nothing_of_a_session_is_seen_while_it_is_hidden(tmp_path: Path) -> None:
    app = Harness(None)
    async with app.run_test(size=(80, 24)) as pilot:
        app.title = "Sam and Ash"
        app.open(HiddenScreen())
        await pilot.pause()
        assert seen(app).split() == ["Paused.", "Press", "Enter", "to", "go", "on."]
        assert app.title == "supervision"
        await press(pilot, "enter")
        assert app.title == "Sam and Ash"


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 18)])
async def test_the_first_thing_to_do_is_in_sight(tmp_path: Path, size: tuple[int, int]) -> None:
    async with new_room(tmp_path) as room:
        decision = fill(room)
        shelf = Shelf(room.store, clock)
        for dialog in (
            ActionDialog(room, action=room.session.actions[0]),
            AgreeDialog(room, decision),
            ConcernDialog(room),
            MatterDialog(room),
            PeopleDialog(room),
            ExportDialog(room.session),
            StartDialog(shelf, "Ash Patel"),
        ):
            app = Harness(dialog)
            async with app.run_test(size=size) as pilot:
                await pilot.pause()
                for press_ in app.screen.query("Foot Press"):
                    assert app.screen.region.contains_region(press_.region), (type(dialog).__name__, press_)


async def test_that_it_takes_a_while_stands_on_the_screen_before_it_begins() -> None:
    painted: list[str] = []
    began: list[bool] = []

    def open_with(words: str) -> None:
        began.append(any("One moment." in screen for screen in painted))

    app = Harness(UnlockDialog(open_with))
    paint = app._display

    def note(screen: Screen[Any], renderable: Any) -> None:
        painted.append(seen(app))
        paint(screen, renderable)

    async with app.run_test() as pilot:
        app._display = note  # type: ignore[method-assign]
        await press(pilot, *"abc", "enter")
        await until(lambda: bool(began))
    assert began == [True]
