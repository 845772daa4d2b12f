"""Preparing and private notes on the screen: for their owner, while they are the one who writes, and nobody else."""

from dataclasses import replace
from pathlib import Path

import pytest

from supervision.model import changes as c
from supervision.model.pack import Stage
from supervision.model.private import Private
from supervision.model.values import Session
from supervision.tui import Desk
from supervision.tui.screens import OwnNotesScreen, PrepareScreen, StartDialog
from supervision.tui.screens.choosing import ChooseDialog
from supervision.tui.screens.fields import Line
from supervision.tui.screens.prepare import PreparedDialog
from supervision.tui.screens.small import ConfirmDialog
from supervision.tui.widgets.own_words import OwnWords
from tests import factory
from tests.factory import ASH, SAM
from tests.test_tui_mouse import click
from tests.tui_desk import ID, Shown, desk_of, one_session, shown

ME = "Sam Okafor"


@pytest.fixture(params=[(120, 36), (80, 24)], ids=["wide", "narrow"])
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    found: tuple[int, int] = request.param
    return found


def sams(folder: Path, *sessions: Session, me: str = ME) -> Desk:
    """The desk on Sam's own login."""
    return desk_of(folder, *(sessions or (one_session(),)), me=me, login=ME)


def kept(desk: Desk) -> Private:
    assert desk.private is not None
    return desk.private().of(one_session())


def prepared(desk: Desk) -> Private:
    assert desk.private is not None
    return desk.private().next_with((ASH, SAM))


def at(record: Session, *stages: Stage) -> Session:
    """The session at the first of these stages, in place of those of its pack."""
    return replace(record, pack=replace(record.pack, stages=stages), stage=stages[0].id, prompt="")


async def open_notes(ui: Shown) -> OwnWords:
    await ui.choose("Private notes")
    await ui.until(lambda: isinstance(ui.app.screen, OwnNotesScreen))
    await ui.pilot.pause()
    return ui.app.screen.query_one(OwnWords)


# -- preparing --------------------------------------------------------------------------------------------------------


async def test_the_first_session_can_be_prepared_before_there_is_one(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, me=ME, login=ME), session="", size=(80, 24)) as ui:
        assert ui.text.count("Prepare the first session") == 1
        await ui.press("down", "enter")
        await ui.type("Bea\n")
        await ui.until(lambda: isinstance(ui.app.screen, PrepareScreen) and "N a matter" in ui.text)
        assert "X take it away" not in ui.text
        await ui.press("n")
        await ui.type("T\n")
        await ui.press("ctrl+s")
        await ui.until(lambda: "X take it away" in ui.text)
        await ui.press("escape")
        await ui.until(lambda: "begun, with Bea" in ui.text)
        await ui.press("enter")
        await ui.until(lambda: isinstance(ui.app.screen, ChooseDialog))
        await ui.press("escape", "n")
        await ui.until(lambda: isinstance(ui.app.screen, StartDialog) and bool(ui.app.screen.query("#other")))
        assert ui.app.screen.query_one("#other", Line).value == "Bea", "for whom it is prepared"


async def test_the_next_session_is_prepared_from_home(tmp_path: Path, size: tuple[int, int]) -> None:
    desk = sams(tmp_path)
    async with shown(desk, session="", size=size) as ui:
        assert ui.text.count("Prepare the next session") == 1
        await ui.press("p")
        await ui.until(lambda: isinstance(ui.app.screen, ChooseDialog))
        await ui.press("enter")
        await ui.until(lambda: isinstance(ui.app.screen, PrepareScreen))
        assert "not encrypted" in " ".join(ui.text.split()) and "Ash Patel" in ui.text
        await ui.press("n")
        for words in ("R", "A [b]lift[/b] home", "Was it right?"):
            await ui.type(words)
            await ui.press("enter")
        await ui.until(lambda: isinstance(ui.app.screen, PrepareScreen))
        assert "R, A [b]lift[/b] home" in ui.text and "Was it right?" in ui.text
        await ui.press("down", "enter")
        await ui.until(lambda: isinstance(ui.app.screen, OwnNotesScreen))
        await ui.type("tired\nand angry")
        await ui.press("f3")
        await ui.type("said nobody ever waits")
        await ui.press("escape")
        assert "tired" in ui.text
    (matter,) = prepared(desk).matters
    assert (matter.alias, matter.text, matter.question) == ("R", "A [b]lift[/b] home", "Was it right?")
    notes = {note.prompt: (note.text, note.matter) for note in prepared(desk).notes}
    assert notes == {"a1": ("tired\nand angry", matter.id), "a2": ("said nobody ever waits", matter.id)}
    assert desk.shelf.load(ID) == replace(one_session(), revision=1)


async def test_a_matter_is_changed_and_taken_away(tmp_path: Path) -> None:
    desk = sams(tmp_path)
    assert desk.private is not None
    desk.private().prepare(prepared(desk), alias="R", words="A lift home")
    async with shown(desk, session="") as ui:
        await ui.press("p")
        await ui.press("enter")
        await ui.press("enter")
        await ui.until(lambda: isinstance(ui.app.screen, PreparedDialog))
        await ui.type("2")
        await ui.press("escape")  # what was typed is kept, however one leaves
        assert prepared(desk).matters[0].alias == "R2"
        await ui.press("x")
        await ui.until(lambda: isinstance(ui.app.screen, ConfirmDialog))
        await ui.press("left", "enter")
        await ui.until(lambda: isinstance(ui.app.screen, PrepareScreen))
    assert prepared(desk).is_empty


async def test_a_first_meeting_is_prepared_by_name(tmp_path: Path) -> None:
    desk = sams(tmp_path)
    async with shown(desk, session="") as ui:
        await ui.press("p")
        await ui.press("end", "enter")
        await ui.type("Bea Novak\n")
        await ui.until(lambda: isinstance(ui.app.screen, PrepareScreen))
        await ui.press("n")
        await ui.type("T\n")
        await ui.press("ctrl+s")
        await ui.press("escape")
        await ui.until(lambda: "begun, with Bea Novak" in ui.text)
        await ui.press("p")
        await ui.until(lambda: isinstance(ui.app.screen, ChooseDialog))
        await ui.press("down", "enter")
        await ui.until(lambda: isinstance(ui.app.screen, PrepareScreen) and "with Bea Novak" in ui.text)
    assert desk.private is not None
    assert desk.private().next_with((ME, "Bea Novak")).matters[0].alias == "T"


async def test_leaving_by_any_way_keeps_what_was_being_prepared(tmp_path: Path) -> None:
    desk = sams(tmp_path)
    async with shown(desk, session="") as ui:
        await ui.press("p")
        await ui.press("enter")
        await ui.press("n")
        await ui.type("R")
        await ui.press("ctrl+q")
    assert prepared(desk).matters[0].alias == "R"
    assert not (tmp_path / "store" / "drafts.json").exists()  # unfinished private words lie nowhere else


async def test_all_of_it_is_done_with_the_mouse_and_nothing_goes_unasked(tmp_path: Path, size: tuple[int, int]) -> None:
    desk = sams(tmp_path)
    async with shown(desk, session="", size=size) as ui:

        async def go(words: str, there: str) -> None:
            await click(ui, words)
            await ui.until(lambda: there in ui.text)
            await ui.pilot.pause()

        await go("Prepare the next session", "The next session with whom?")
        await go("Ash Patel", "Matters to bring")
        await go("N a matter", "Something to bring")
        await ui.type("R")
        await go("Keep it", "N another matter")
        await go("How are you arriving", "For your eyes only")
        await ui.type("tired")
        await go("next", "This is what stays")
        await go("before", "tired")
        await go("Esc back", "you wrote: tired")
        await go("no question yet", "Something to bring")
        await go("Take it away", "with what you wrote on it?")
        await go("Keep it", "Something to bring")
        assert prepared(desk).matters, "it is asked first"
        await go("Take it away", "with what you wrote on it?")
        await go("Take it away", "Write one down")
        assert not prepared(desk).matters
        await go("Esc back", "Start a session")


# -- in a session -----------------------------------------------------------------------------------------------------


async def test_what_is_prepared_is_offered_at_bring_and_taken_in_by_its_owner(tmp_path: Path) -> None:
    bring = Stage(id="bring", title="Bring", shows="matters")
    desk = sams(tmp_path, at(one_session(), Stage(id="arrive", title="Arrive"), bring))
    assert desk.private is not None
    private, matter = desk.private().prepare(prepared(desk), alias="R", words="A lift home", question="Was it right?")
    desk.private().write(private, "bring", "I felt needed", matter=matter.id)
    async with shown(desk) as ui:
        await ui.choose("Next stage")
        assert "Take in what you" in ui.text
        ui.room.hand_over(ASH)
        await ui.pilot.pause()
        assert "you prepared" not in ui.text
        await ui.choose("What I prepared")
        assert "Ash Patel is writing now" in ui.text
        ui.room.hand_over(SAM)
        await ui.pilot.pause()
        await ui.choose("What I prepared")
        await ui.press("enter")
        assert [(m.alias, m.question) for m in ui.room.session.matters][-1] == ("R", "Was it right?")
        assert "you prepared" not in ui.text
        assert ui.room.session.notes == ()
    assert kept(desk).text("bring", "", "2") == "I felt needed"


async def test_private_notes_are_written_kept_and_shared_line_by_line(tmp_path: Path, size: tuple[int, int]) -> None:
    desk = sams(tmp_path)
    async with shown(desk, size=size) as ui:
        await open_notes(ui)
        assert "How do you arrive?" in ui.text and "not encrypted" in " ".join(ui.text.split())
        await ui.type("I felt [b]needed[/b]\nI was angry")
        await ui.until(lambda: "angry" in kept(desk).text("arrive", "a1", "1"))
        await ui.press("up", "ctrl+k")
        assert "It is in the session now, as your words." in ui.text
        assert "Shared from here: I felt [b]needed[/b]" in ui.text
        await ui.press("ctrl+k")
        assert "shared already" in ui.text
        await ui.press("escape")
        assert "I felt [b]needed[/b]" in ui.text and "angry" not in ui.text
        note = ui.room.session.note("arrive", 1)
        assert note is not None and [(run.by, run.text) for run in note.runs] == [(SAM, "I felt [b]needed[/b]")]
        assert await open_notes(ui)
        await ui.press("ctrl+l")
    (shared,) = desk.shelf.load(ID).notes
    assert shared.text == "I felt [b]needed[/b]\nI was angry"


async def test_they_shut_at_once_when_the_other_writes(tmp_path: Path) -> None:
    desk = sams(tmp_path)
    async with shown(desk) as ui:
        words = await open_notes(ui)
        await ui.type("I was angry")
        ui.room.hand_over(ASH)
        assert not words.display  # within the same moment, before anything else is drawn
        await ui.pilot.pause()
        assert "angry" not in ui.text and not isinstance(ui.app.screen, OwnNotesScreen)
        await ui.choose("Private notes")
        assert "Ash Patel is writing now" in ui.text
        ui.room.hand_over(SAM)
        await ui.pilot.pause()
        await ui.choose("Private notes")
        assert isinstance(ui.app.screen, ConfirmDialog) and "angry" not in ui.text
        await ui.press("left", "enter")
        assert "I was angry" in ui.text
        await ui.press("ctrl+s")  # the keyboard goes to the other from here, too
        assert ui.room.writer == ASH and "angry" not in ui.text
    assert kept(desk).text("arrive", "a1", "1") == "I was angry"


@pytest.mark.parametrize("me", ["Ash Patel", ""])
async def test_somebody_named_for_once_is_offered_nothing(tmp_path: Path, me: str) -> None:
    desk = sams(tmp_path)
    assert desk.private is not None
    desk.private().write(kept(desk), "arrive", "I was angry", prompt="a1", matter="1")
    ashs = replace(desk, me=me, open_room=sams(tmp_path / "other", me=me).open_room)
    async with shown(ashs) as ui:
        await ui.choose("Private notes")
        assert "This login is Sam Okafor's" in " ".join(ui.text.split())
        await ui.choose("Who is here")
        assert "This login is Sam Okafor's" in " ".join(ui.text.split())
    async with shown(ashs, session="") as ui:
        assert "Prepare the next session" not in ui.text
        if me:
            await ui.press("p")
            assert "This login is Sam Okafor's" in " ".join(ui.text.split()) and "angry" not in ui.text


async def test_where_each_writes_for_themselves_first_it_is_offered_to_the_owner(tmp_path: Path) -> None:
    write = Stage(id="write-a", title="Private write", private=True)
    desk = sams(tmp_path, at(one_session(), Stage(id="agree", title="Agree"), write))
    async with shown(desk) as ui:
        await ui.choose("Next stage")
        assert "Write where only you can" in ui.text
        await ui.choose("Private notes")
        await ui.type("what I would rather not say")
        await ui.press("escape")
        assert "rather not" not in ui.text
    assert kept(desk).text("write-a", "", "1") == "what I would rather not say"


async def test_words_that_cannot_be_kept_stay_on_the_screen_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = sams(tmp_path)
    async with shown(desk) as ui:
        words = await open_notes(ui)
        with monkeypatch.context() as broken:
            broken.setattr("supervision.store.sealing.write_whole", _full)
            await ui.type("I was angry")
            await ui.press("escape")
            assert isinstance(ui.app.screen, OwnNotesScreen) and words.text == "I was angry"
            assert "still here, on this screen" in ui.text
        await ui.press("escape")
    assert kept(desk).text("arrive", "a1", "1") == "I was angry"


def _full(*_: object, **more: object) -> None:
    from supervision.errors import SaveFailed

    raise SaveFailed("The disk is full.")


async def test_leaving_the_program_keeps_the_last_private_words(tmp_path: Path) -> None:
    desk = sams(tmp_path)
    async with shown(desk) as ui:
        await open_notes(ui)
        await ui.type("typed just before")
        await ui.press("ctrl+q")
    assert kept(desk).text("arrive", "a1", "1") == "typed just before"


async def test_a_signed_record_takes_no_shared_line(tmp_path: Path) -> None:
    signed = factory.done(factory.done(one_session(), c.Sign()), c.Sign(), by="Sam")
    desk = sams(tmp_path, signed)
    async with shown(desk) as ui:
        await open_notes(ui)
        await ui.type("I was angry")
        await ui.press("ctrl+k")
        assert "signed" in ui.text
    assert desk.shelf.load(ID).notes == () and kept(desk).notes[0].shared == ()
