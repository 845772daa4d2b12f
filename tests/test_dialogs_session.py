"""The dialogs of an open session: actions, decisions, agreeing, concerns, the matter, who is here."""

from datetime import timedelta
from pathlib import Path

import pytest

from supervision.errors import BadInput
from supervision.model import rules
from supervision.model.changes import (
    AddAction,
    Agree,
    EditAction,
    EditDecision,
    EditMatter,
    NoteAction,
    RaiseConcern,
    SetActionStatus,
    SetSupport,
)
from supervision.tui.screens import (
    ActionDialog,
    AgreeDialog,
    ConcernDialog,
    ConfirmDialog,
    DecideScreen,
    DifferDialog,
    MatterDialog,
    PeopleDialog,
    SayDialog,
)
from supervision.tui.screens.parts import Choice, Line, WhenLine, Words
from tests.tui_harness import FIELDS, TODAY, Harness, fill, new_room, press, seen

BRACKETS = "Tell [bold]J[/] about [@click=app.quit]x[/]"


async def test_an_action_is_written_down_with_enter_alone(tmp_path: Path) -> None:
    async with new_room(tmp_path) as room:
        app = Harness(ActionDialog(room))
        async with app.run_test(size=(120, 36)) as pilot:
            await press(pilot, BRACKETS, "enter", "s", "enter", "in 2 weeks", "enter", "=payroll")
            await pilot.pause(0.3)
            assert BRACKETS in seen(app)
            assert "Monday 7 December 2026" in seen(app)
            await press(pilot, "enter")
        change = app.results[0]
        assert isinstance(change, AddAction)
        assert (change.text, change.due, change.waiting_on) == (BRACKETS, TODAY + timedelta(days=14), "payroll")
        assert room.session.called(rules.who(room.session, change.owner)) == "Sam Okafor"
        assert room.change(change).actions[0].owner == room.session.people[1].id


async def test_a_day_in_the_past_is_asked_about_once(tmp_path: Path) -> None:
    async with new_room(tmp_path) as room:
        app = Harness(ActionDialog(room, "Ring the line"))
        async with app.run_test(size=(80, 24)) as pilot:
            await press(pilot, "enter", "enter", "=yesterday", "ctrl+s")
            assert not app.results
            assert "is in the past. Enter again to keep" in seen(app)
            await press(pilot, "ctrl+s")
        assert app.results[0].due == TODAY - timedelta(days=1)


async def test_what_is_no_day_is_said_and_nothing_closes(tmp_path: Path) -> None:
    async with new_room(tmp_path) as room:
        app = Harness(ActionDialog(room, "Ring the line"))
        async with app.run_test(size=(80, 24)) as pilot:
            await press(pilot, "enter", "enter", "=wibble", "ctrl+s")
            assert not app.results
            assert app.screen.query_one(".fault").display


async def test_words_typed_before_escape_are_there_again(tmp_path: Path) -> None:
    async with new_room(tmp_path) as room:
        app = Harness(ActionDialog(room))
        async with app.run_test(size=(80, 24)) as pilot:
            await press(pilot, "Half a sentence", "escape")
            assert app.results == [None]
            app.open(ActionDialog(room))
            await pilot.pause()
            assert "Half a sentence" in seen(app)
            assert "What you had begun" in seen(app)
            await press(pilot, "ctrl+s")
            app.open(ActionDialog(room))
            await pilot.pause()
            assert "Half a sentence" not in seen(app)


async def test_an_action_goes_on(tmp_path: Path) -> None:
    async with new_room(tmp_path) as room:
        fill(room)
        action = room.session.actions[0]
        for button, expected in (
            ("#done", SetActionStatus(id=action.id, status="done", note="went well")),
            ("#drop", SetActionStatus(id=action.id, status="dropped", note="went well")),
            ("#note", NoteAction(id=action.id, text="went well")),
        ):
            app = Harness(ActionDialog(room, action=action))
            async with app.run_test(size=(100, 30)) as pilot:
                await pilot.pause()
                await pilot.click(button)
                await pilot.pause()
                assert isinstance(app.screen, SayDialog)
                await press(pilot, "went well", "enter")
            assert app.results == [expected]


async def test_a_decision_is_made_action_text_and_all(tmp_path: Path) -> None:
    async with new_room(tmp_path) as room:
        fill(room)
        action = room.session.actions[0]
        app = Harness(ActionDialog(room, action=action))
        async with app.run_test(size=(100, 30)) as pilot:
            await press(pilot, " today", "ctrl+s")
        assert app.results == [EditAction(id=action.id, text="Tell J about the hours today")]


async def test_a_decision_is_kept_field_by_field_as_it_is_written(tmp_path: Path) -> None:
    async with new_room(tmp_path) as room:
        room.change(EditMatter(alias="J"))
        app = Harness(DecideScreen(room))
        async with app.run_test(size=(120, 36)) as pilot:
            await press(pilot, "Evening [b]messages[/b]", "enter", "being answered", "enter")
            decision = room.session.decisions[0]
            assert (decision.title, decision.rationale, decision.alias) == (
                "Evening [b]messages[/b]",
                "being answered",
                "J",
            )
            assert "Evening [b]messages[/b]" in seen(app)
            await press(pilot, "to be answered", "escape")
        assert room.session.decisions[0].need == "to be answered"
        assert len(room.session.decisions) == 1


async def test_support_stance_options_and_the_day_are_kept(tmp_path: Path) -> None:
    async with new_room(tmp_path) as room:
        app = Harness(DecideScreen(room))
        async with app.run_test(size=(120, 50)) as pilot:
            await press(pilot, "=Lifts", "enter", "enter", "enter", "g", "enter", "=Teamleader", "enter", "enter")
            await press(pilot, "4 January", "enter")
            decision = room.session.decisions[0]
            assert (decision.support.status, decision.support.by) == ("given", "Teamleader")
            assert decision.support.at == TODAY
            assert decision.review_on is not None and decision.review_on.isoformat() == "2027-01-04"
            app.screen.query("OptionRow Words").first(Words).focus()
            await press(pilot, "hold it", "enter", "=cold", "enter", "enter", "enter")
            await press(pilot, "soften it")
            app.screen.query_one("#stance", Choice).focus()
            await press(pilot, "down", "down")
            decision = room.session.decisions[0]
            assert [option.text for option in decision.options] == ["hold it", "soften it"]
            assert decision.options[0].for_person == "cold"
            assert decision.stance == "soften"
            app.screen.query_one("#limits").focus()
            await press(pilot, "up", "down")
            assert str(room.session.decisions[0].stance) == "soften", "gone past by arrows, it stays"
            assert app.screen.focused is app.screen.query_one("#limits")
            await press(pilot, "up", "right", "down")
            assert str(room.session.decisions[0].stance) == "cross"
        assert len(room.session.decisions) == 1


async def test_what_is_missing_is_one_quiet_line(tmp_path: Path) -> None:
    async with new_room(tmp_path) as room:
        decision_id = fill(room)
        app = Harness(DecideScreen(room, decision_id))
        async with app.run_test(size=(120, 36)) as pilot:
            await pilot.pause()
            assert "needs: who supports this" in seen(app)
            assert "decision 1, proposed" in seen(app)
            room.change(SetSupport(id=decision_id, status="given", by="Team manager"))
            await pilot.pause()
            assert "needs:" not in seen(app)


async def test_more_is_asked_only_once_it_has_happened(tmp_path: Path) -> None:
    async with new_room(tmp_path) as room:
        decision_id = fill(room)
        app = Harness(DecideScreen(room, decision_id))
        async with app.run_test(size=(120, 36)) as pilot:
            await pilot.pause()
            assert not any(widget.display for widget in app.screen.query(".happened"))
            app.screen.query_one("#happened", WhenLine).line.value = "last Friday"
            await pilot.pause(0.4)
            assert all(widget.display for widget in app.screen.query(".happened"))


async def test_an_agreed_decision_no_longer_takes_words(tmp_path: Path) -> None:
    async with new_room(tmp_path) as room:
        decision_id = fill(room)
        room.change(EditDecision(id=decision_id, fields={"stance": "soften"}))
        for person in room.session.people:
            room.change(Agree(id=decision_id), by=person.id)
        app = Harness(DecideScreen(room, decision_id))
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.pause()
            app.screen.query_one("#title").focus()
            await press(pilot, "more", "escape")
        assert room.session.decisions[0].title == "Evening messages"
        assert app.results == [None]


async def test_notes_stay_readable_beside_a_decision(tmp_path: Path) -> None:
    async with new_room(tmp_path) as room:
        decision_id = fill(room)
        app = Harness(DecideScreen(room, decision_id))
        async with app.run_test(size=(110, 36)) as pilot:
            await pilot.pause()
            assert "[since June]" in seen(app)
        app = Harness(DecideScreen(room, decision_id))
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            assert "[since June]" not in seen(app)
            await press(pilot, "ctrl+o")
            assert "[since June]" in seen(app)
            await press(pilot, "escape")
            assert "What" in seen(app) and not app.results


async def test_each_agrees_by_typing_their_own_name(tmp_path: Path) -> None:
    async with new_room(tmp_path) as room:
        decision_id = fill(room)
        app = Harness(AgreeDialog(room, decision_id))
        async with app.run_test(size=(100, 40)) as pilot:
            await press(pilot, "enter", "=ash", "enter")
            assert "Ash Patel agrees (in the room" in seen(app)
            assert not app.results
            await press(pilot, "=Bea", "enter")
            assert "Bea is not in this session" in seen(app)
            app.screen.query_one("#name", Line).value = ""
            await press(pilot, "sam okafor", "enter")
        assert app.results == [True]
        assert {mark.by for mark in room.session.decisions[0].marks} == {p.id for p in room.session.people}


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (120, 36)])
async def test_a_long_text_is_read_with_the_arrow_to_its_end_before_it_goes_to_the_name(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with new_room(tmp_path) as room:
        app = Harness(AgreeDialog(room, fill(room)))
        async with app.run_test(size=size) as pilot:
            await press(pilot)
            read, last = app.screen.query_one("#read"), FIELDS["rationale"]
            bars = [widget for widget in app.screen.query("*") if widget.show_vertical_scrollbar]
            assert len(bars) == 1, "one thing scrolls"
            for _ in range(60):
                if app.focused is not read:
                    break
                text = seen(app)
                await press(pilot, "down")
            assert app.focused is app.screen.query_one("#name")
            assert last in " ".join(text.replace("\u258e", " ").split()), "the name is asked once all of it was seen"
            await press(pilot, "up")
            assert app.focused is read


async def test_not_yet_needs_no_reason_and_takes_an_agreement_back(tmp_path: Path) -> None:
    async with new_room(tmp_path) as room:
        decision_id = fill(room)
        room.change(Agree(id=decision_id))
        app = Harness(AgreeDialog(room, decision_id))
        async with app.run_test(size=(100, 40)) as pilot:
            await press(pilot, "escape")
        assert app.results == [False]
        assert len(room.session.decisions[0].marks) == 1
        app = Harness(AgreeDialog(room, decision_id))
        async with app.run_test(size=(100, 40)) as pilot:
            await press(pilot, "enter", "=ash")
            await pilot.click("#leave")
            await pilot.pause()
        assert not room.session.decisions[0].marks


async def test_a_text_that_changes_while_it_is_read_is_not_agreed(tmp_path: Path) -> None:
    async with new_room(tmp_path) as room:
        decision_id = fill(room)
        app = Harness(AgreeDialog(room, decision_id))
        async with app.run_test(size=(100, 40)) as pilot:
            await press(pilot, "enter", "=ash")
            room.change(EditDecision(id=decision_id, fields={"need": "something else"}))
            await pilot.pause()
            assert "was changed while you were reading it" in seen(app)
            assert "something else" in seen(app)
            await press(pilot, "enter")
        assert not room.session.decisions[0].marks


async def test_a_different_view_is_kept_in_its_own_words(tmp_path: Path) -> None:
    async with new_room(tmp_path) as room:
        decision_id = fill(room)
        app = Harness(DifferDialog(room, decision_id))
        async with app.run_test(size=(100, 30)) as pilot:
            await press(pilot, "It asks [too much] of Sam", "enter", "with the manager, in January", "enter")
        assert app.results == [True]
        dissent = room.session.dissents[0]
        assert (dissent.text, dissent.resolve_by) == ("It asks [too much] of Sam", "with the manager, in January")
        assert dissent.decision == decision_id


async def test_peers_are_told_whom_to_take_it_to(tmp_path: Path) -> None:
    async with new_room(tmp_path, role="peer", pack="peer") as room:
        decision_id = fill(room)
        app = Harness(AgreeDialog(room, decision_id))
        async with app.run_test(size=(100, 40)) as pilot:
            await pilot.pause()
            assert "Two peers propose and do not agree" in seen(app)
            assert not app.screen.query("#name")
            await press(pilot, "ctrl+s")
            assert not app.results


async def test_a_concern_says_danger_first_and_makes_a_dated_action(tmp_path: Path) -> None:
    async with new_room(tmp_path) as room:
        app = Harness(ConcernDialog(room))
        async with app.run_test(size=(100, 36)) as pilot:
            await pilot.pause()
            assert "(999" in seen(app)
            await press(pilot, "J has [no] heating", "enter", "safeguarding lead", "enter", "=tomorrow", "enter", "s")
            await press(pilot, "enter", "right", "enter")
        change = app.results[0]
        assert isinstance(change, RaiseConcern)
        after = room.change(change)
        assert after.concerns[0].text == "J has [no] heating"
        assert after.concerns[0].by_when == TODAY + timedelta(days=1)
        assert after.concerns[0].told_first == "told"
        assert after.actions[0].owner == room.session.people[1].id


async def test_a_concern_kept_out_of_the_record_is_stored_nowhere(tmp_path: Path) -> None:
    async with new_room(tmp_path) as room:
        before = room.session
        app = Harness(ConcernDialog(room))
        async with app.run_test(size=(100, 36)) as pilot:
            await press(pilot, "about Ash")
            app.screen.query_one("#where", Choice).focus()
            await press(pilot, "right")
            assert "Nothing will be stored here" in seen(app)
            await press(pilot, "enter")
            await press(pilot, "escape")
            app.open(ConcernDialog(room))
            await pilot.pause()
            assert "about Ash" not in seen(app)
        assert room.session == before


async def test_the_matter_is_edited_and_another_one_begun(tmp_path: Path) -> None:
    async with new_room(tmp_path) as room:
        app = Harness(MatterDialog(room))
        async with app.run_test(size=(80, 24)) as pilot:
            await press(pilot, "=J", "enter", "evening [messages]", "enter", "what do I owe J?", "enter")
        room.change(app.results[0])
        matter = room.session.matters[0]
        assert (matter.alias, matter.text, matter.question) == ("J", "evening [messages]", "what do I owe J?")
        app = Harness(MatterDialog(room))
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            await pilot.click("#another")
            await press(pilot, "=M", "enter", "lifts home", "enter")
        assert room.change(app.results[0]).matter == 2
        app = Harness(MatterDialog(room))
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            app.screen.query_one("#turn", Choice).focus()
            await press(pilot, "up", "enter")
        assert room.change(app.results[0]).matter == 1


async def test_who_is_here_hands_over_and_corrects_a_name(tmp_path: Path) -> None:
    async with new_room(tmp_path) as room:
        app = Harness(PeopleDialog(room))
        async with app.run_test(size=(80, 24)) as pilot:
            await press(pilot, "s")
            assert room.writing.called == "Sam Okafor"
            await press(pilot, "enter", "y")
            assert room.session.people[0].line_manager
            await pilot.click("#correct-1")
            await press(pilot, "=e", "enter")
            assert "Sam Okafore" in seen(app)
            await press(pilot, "escape")
        assert room.session.people[1].called == "Sam Okafore"


async def test_the_careful_answer_has_the_focus(tmp_path: Path) -> None:
    app = Harness(ConfirmDialog("Drop [it]?", "Drop", "Keep"))
    async with app.run_test(size=(60, 18)) as pilot:
        await pilot.pause()
        assert "Drop [it]?" in seen(app)
        await press(pilot, "enter")
    assert app.results == [False]


async def test_empty_words_are_refused_where_words_are_needed() -> None:
    app = Harness(SayDialog("How is it?"))
    async with app.run_test(size=(60, 18)) as pilot:
        await press(pilot, "enter")
        assert "There are no words yet." in seen(app)
        assert not app.results
        await press(pilot, "fine, [thanks]", "enter")
    assert app.results == ["fine, [thanks]"]


@pytest.mark.parametrize("words", ["\x1b]52;c;aGk=\x07", "\x1b[2J", "a\u202eb", "\x00", "\x9b31m"])
async def test_unsafe_characters_never_reach_a_field(words: str) -> None:
    app = Harness(SayDialog("How is it?", value=words))
    async with app.run_test(size=(60, 18)) as pilot:
        await pilot.pause()
        field = app.screen.query_one(Words)
        field.insert(words)
        assert not any(letter in field.text for letter in "\x1b\x00\x9b\u202e\x07")
        line = Line()
        await app.screen.mount(line)
        line.value = words
        assert not any(letter in line.value for letter in "\x1b\x00\x9b\u202e\x07")


async def test_a_day_field_gives_nothing_for_no_words() -> None:
    field = WhenLine(TODAY)
    app = Harness(None, field)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert field.day() is None
        field.line.value = "neverday"
        with pytest.raises(BadInput):
            field.day()


async def test_words_typed_in_a_field_that_was_wrapped_for_another_width_are_not_cut(tmp_path: Path) -> None:
    async with new_room(tmp_path) as room:
        app = Harness(DecideScreen(room))
        async with app.run_test(size=(80, 24)) as pilot:
            field = app.screen.query("OptionRow Words").first(Words)
            field.focus()
            await pilot.pause()
            field.wrapped_document.wrap(40)
            await press(pilot, "=One reply by eight")
            await pilot.pause()
            assert "eight" in seen(app)
