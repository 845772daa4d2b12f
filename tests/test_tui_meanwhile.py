"""Two people at one thing at one time: what one writes while the other has it open on their own screen stays."""

from pathlib import Path

import pytest

from supervision.model.changes import (
    Agree,
    EditAction,
    EditDecision,
    EditMatter,
    OptionText,
    SetActionStatus,
    SetNext,
    SetSupport,
    Sign,
)
from supervision.model.values import Decision
from supervision.room import Room
from supervision.tui.screens import ActionDialog, DecideScreen, MatterDialog, ReadBackScreen
from supervision.tui.screens.decide import OptionRow
from supervision.tui.screens.fields import Words, joined
from tests.tui_harness import TODAY, Harness, fill, new_room, press, seen


def options(decision: Decision) -> tuple[OptionText, ...]:
    return tuple(
        OptionText(one.text, one.for_person, one.for_practitioner, one.for_others, one.id) for one in decision.options
    )


def decision_of(room: Room, id: str) -> Decision:
    decision = room.session.decision(id)
    assert decision is not None
    return decision


async def test_who_only_looks_at_a_decision_takes_nothing_of_it_back(tmp_path: Path) -> None:
    async with new_room(tmp_path) as room:
        id, sam = fill(room), room.session.people[1].id
        app = Harness(DecideScreen(room, id))
        async with app.run_test(size=(120, 50)) as pilot:
            await pilot.pause()
            written = {"title": "Evening texts", "review_on": "2027-02-01", "stance": "soften"}
            more = (*options(decision_of(room, id)), OptionText("two replies"))
            room.change(EditDecision(id=id, fields=written, options=more), by=sam)
            room.change(SetSupport(id=id, status="given", by="Team manager"), by=sam)
            now = decision_of(room, id)
            await pilot.pause()
            assert app.screen.query_one("#title", Words).words == "Evening texts", "also where one is"
            assert [row.cells["text"].words for row in app.screen.query(OptionRow)][-2:] == ["two replies", ""]
            await press(pilot, "enter", "escape")
        assert decision_of(room, id) == now


async def test_an_option_goes_that_somebody_else_takes_out_and_one_that_is_written_on_stays(tmp_path: Path) -> None:
    async with new_room(tmp_path) as room:
        id, sam = fill(room), room.session.people[1].id
        app = Harness(DecideScreen(room, id))
        async with app.run_test(size=(120, 50)) as pilot:
            await pilot.pause()
            app.screen.query(OptionRow).last(OptionRow).cells["text"].focus()
            await pilot.press("a", "s", "k")
            room.change(EditDecision(id=id, options=options(decision_of(room, id))[1:]), by=sam)
            await press(pilot, "=er", "escape")
        assert [option.text for option in decision_of(room, id).options] == ["one reply by eight", "asker"]


async def test_two_who_write_in_one_field_keep_the_words_of_both(tmp_path: Path) -> None:
    async with new_room(tmp_path) as room:
        id, sam = fill(room), room.session.people[1].id
        app = Harness(DecideScreen(room, id))
        async with app.run_test(size=(120, 36)) as pilot:
            await press(pilot, "= and lifts")
            room.change(EditDecision(id=id, fields={"title": "Late evening messages"}), by=sam)
            await press(pilot, "= home", "escape")
        assert decision_of(room, id).title == "Late evening messages and lifts home"


async def test_words_that_come_after_the_last_agreement_are_shown_and_not_lost_unseen(tmp_path: Path) -> None:
    async with new_room(tmp_path) as room:
        id = fill(room)
        room.change(EditDecision(id=id, fields={"stance": "soften"}))
        ash, sam = room.session.people
        room.change(Agree(id=id), by=ash.id)
        app = Harness(DecideScreen(room, id))
        async with app.run_test(size=(80, 24)) as pilot:
            await press(pilot, "= and calls")
            room.change(Agree(id=id), by=sam.id)
            await pilot.pause()
            await pilot.pause()
            assert "not part of it: Evening messages and calls" in " ".join(seen(app).split())
        assert decision_of(room, id).title == "Evening messages"


async def test_an_action_that_changes_while_it_is_open_keeps_the_words_of_both(tmp_path: Path) -> None:
    async with new_room(tmp_path) as room:
        fill(room)
        action, sam = room.session.actions[0], room.session.people[1].id
        app = Harness(ActionDialog(room, action=action))
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            room.change(EditAction(id=action.id, text="Ring J about the hours", due=TODAY), by=sam)
            await press(pilot, " today")
            assert "23 November 2026" in seen(app)
            room.change(SetActionStatus(id=action.id, status="done"), by=sam)
            await pilot.pause()
            await pilot.pause()
            assert "Open again" in seen(app) and " Drop " not in seen(app)
            await press(pilot, "ctrl+s")
        assert app.results == [EditAction(id=action.id, text="Ring J about the hours today")]


async def test_a_matter_that_changes_while_it_is_open_keeps_the_words_of_both(tmp_path: Path) -> None:
    async with new_room(tmp_path) as room:
        fill(room)
        app = Harness(MatterDialog(room))
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            room.change(EditMatter(text="J, evening messages and lifts"), by=room.session.people[1].id)
            await pilot.pause()
            app.screen.query_one("#question").focus()
            await press(pilot, "=Today: ", "ctrl+s")
        assert app.results == [EditMatter(n=1, question="Today: What do I owe J in the evening?")]


async def test_signing_takes_back_neither_what_the_other_set_nor_their_signature(tmp_path: Path) -> None:
    async with new_room(tmp_path) as room:
        fill(room)
        sam = room.session.people[1].id
        app = Harness(ReadBackScreen(room))
        async with app.run_test(size=(120, 36)) as pilot:
            await pilot.pause()
            room.change(SetNext(on=TODAY, focus="the lifts"), by=sam)
            room.change(Sign(), by=sam)
            await pilot.pause()
            await press(pilot, "end", "enter", "=Ash Patel", "enter")
        assert len(room.session.signatures) == 2
        assert (room.session.next_date, room.session.next_focus) == (TODAY, "the lifts")


@pytest.mark.parametrize(
    ("base", "theirs", "mine", "both"),
    [
        ("one two", "one two three", "zero one two", "zero one two three"),
        ("A", "A cat", "A dog", "A cat dog"),
        ("one two three", "one three", "one two three four", "one three four"),
        ("", "theirs", "mine", "theirs\nmine"),
        ("a [b]c[/b]", "a [b]c[/b] d", "x [b]c[/b]", "x [b]c[/b] d"),
    ],
)
def test_two_changes_of_one_text_become_one(base: str, theirs: str, mine: str, both: str) -> None:
    assert joined(base, theirs, mine, 0)[0] == both
