"""The screen of somebody who is in a session with another person at a keyboard of their own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from supervision.model import changes as c
from supervision.model.values import Run, Session
from supervision.room import Room, Seat
from supervision.tui import Desk
from supervision.tui.screens.agree import DifferDialog
from tests import factory
from tests.factory import ASH, NOW, SAM
from tests.live import PACE
from tests.tui_desk import ID, Shown, desk_of, one_session, shown

HERE = ("arrive", 1)


@asynccontextmanager
async def both(
    folder: Path, session: Session | None = None, *, size: tuple[int, int] = (120, 36), joins: bool = False
) -> AsyncIterator[tuple[Shown, Room]]:
    """Ash at the screen, Sam in a room of their own; with `joins` it is Sam's process that holds the session."""
    desk: Desk = desk_of(folder, session or one_session())
    store = desk.shelf.store
    sam = Room(store, ID, seat=Seat("Sam"), clock=lambda: NOW, pace=PACE)
    if joins:
        async with sam, shown(desk, size=size) as ui:
            yield ui, sam
    else:
        async with shown(desk, size=size) as ui, sam:
            await ui.until(lambda: bool(ui.room.present))
            yield ui, sam


async def test_who_is_here_is_said_and_each_writes_at_their_own_keyboard(tmp_path: Path) -> None:
    for size in ((120, 36), (80, 24), (60, 18)):
        async with both(tmp_path / str(size), size=size) as (ui, _):
            assert "Sam is here" in ui.text
            assert "is writing" not in ui.text
            await ui.press("ctrl+s")
            assert "keyboard of their own" in " ".join(ui.text.split())
            assert ui.room.writer == ASH


async def test_each_says_at_their_own_keyboard_that_they_read_what_stays_here(tmp_path: Path) -> None:
    async with both(tmp_path, size=(80, 24)) as (ui, sam):
        await ui.press("shift+tab", "enter")
        await ui.until(lambda: "Sam Okafor can read it at a keyboard of their own" in ui.text)
        await ui.until(lambda: "Ash has read it" in ui.text and "Sam has read it" not in ui.text)
        await ui.press("enter")
        await ui.until(lambda: "Read how confidentiality" not in ui.text and "Notes" in ui.text)
        assert [mark.by for mark in ui.room.session.acknowledged] == [ASH]
        sam.change(c.Acknowledge())
        await ui.until(lambda: len(ui.room.session.acknowledged) == 2)


async def test_what_the_other_writes_appears_and_moves_neither_caret_nor_reader(tmp_path: Path) -> None:
    async with both(tmp_path) as (ui, sam):
        await ui.type("mine at the end")
        await ui.until(lambda: sam.text(*HERE) == "mine at the end")
        await ui.press("left", "left", "left")
        before = ui.notes.cursor_location
        sam.write(*HERE, 0, 0, "theirs first\n")
        await ui.until(lambda: "theirs first" in ui.text)
        assert ui.notes.cursor_location == (before[0] + 1, before[1])
        await ui.type("X")
        await ui.until(lambda: sam.text(*HERE) == "theirs first\nmine at the Xend")
        assert sam.runs(*HERE)[-1] == Run(ASH, "mine at the Xend")


async def test_a_reader_further_up_is_not_scrolled_by_what_comes_below(tmp_path: Path) -> None:
    async with both(tmp_path, size=(80, 24)) as (ui, sam):
        sam.write(*HERE, 0, 0, "\n".join(f"line {n}" for n in range(80)))
        await ui.until(lambda: ui.notes.document.line_count == 80)
        ui.notes.move_cursor((0, 0))
        await ui.pilot.pause()
        top = round(ui.notes.scroll_y)
        length = len(sam.text(*HERE))
        sam.write(*HERE, length, length, "\nand more")
        await ui.until(lambda: ui.notes.document.line_count == 81)
        await ui.pilot.pause()
        assert round(ui.notes.scroll_y) == top == 0


async def test_the_others_caret_bears_their_initials(tmp_path: Path) -> None:
    async with both(tmp_path) as (ui, sam):
        sam.write(*HERE, 0, 0, "I notice")
        await ui.until(lambda: "I noticeSO" in ui.text)
        sam.show_place(*HERE, 2)
        await ui.until(lambda: "I notice SO" in ui.text)
        sam.show_place("boundaries", 1)
        await ui.until(lambda: "SO" not in ui.text)


async def test_one_goes_along_with_the_other_but_is_never_moved_while_typing(tmp_path: Path) -> None:
    async with both(tmp_path) as (ui, sam):
        sam.change(c.MoveTo(stage="boundaries"))
        await ui.until(lambda: ui.screen.stage.id == "boundaries")
        await ui.type("I am writing")
        sam.change(c.MoveTo(stage="systems"))
        await ui.until(lambda: "Sam is at Systems now" in ui.text)
        await ui.type(" on")
        assert ui.screen.stage.id == "boundaries"
        assert ui.room.text("boundaries", 1) == "I am writing on"
        await ui.choose("Go to the other")
        assert ui.screen.stage.id == "systems"


async def test_looking_around_moves_nobody_and_is_seen(tmp_path: Path) -> None:
    async with both(tmp_path, joins=True) as (ui, sam):
        await ui.choose("Go along")
        assert "you look around" in ui.text
        await ui.choose("Next stage")
        assert ui.screen.stage.id == "boundaries"
        assert sam.session.stage == "arrive"
        sam.change(c.MoveTo(stage="systems"))
        await ui.until(lambda: "Sam is at Systems now" in ui.text)
        assert ui.screen.stage.id == "boundaries"
        await ui.choose("Go along")
        await ui.until(lambda: ui.screen.stage.id == "systems")
        await ui.choose("Next stage")
        await ui.until(lambda: sam.session.stage == "decide")


async def test_a_lost_line_is_said_loudly_and_words_go_over_when_it_is_back(tmp_path: Path) -> None:
    async with both(tmp_path, joins=True) as (ui, sam):
        assert not ui.room.is_host
        sam._role.door._server.close()  # type: ignore[union-attr]
        for visitor in sam._role._visitors.values():  # type: ignore[union-attr]
            visitor.link.drop()
        await ui.until(lambda: "The line is lost since" in ui.text)
        await ui.type("on the train")
        assert "saving" in ui.text
        await sam._role.door.open()  # type: ignore[union-attr]
        await ui.until(lambda: sam.text(*HERE) == "on the train")
        await ui.until(lambda: "The line is lost" not in ui.text)
        await ui.until(lambda: "Sam is here" in ui.text)


async def test_the_other_killed_is_said_with_the_time_and_never_as_here(tmp_path: Path) -> None:
    async with both(tmp_path) as (ui, sam):
        assert sam.stay._life is not None
        sam.stay._leaving = True
        sam._role.link.drop()  # type: ignore[union-attr]
        await ui.until(lambda: "Sam's line is lost since 10:00" in ui.text)
        assert "is here" not in ui.text
        await asyncio.wait([sam.stay._life])


async def test_an_answer_that_comes_later_is_said(tmp_path: Path) -> None:
    session = factory.done(one_session(), c.AddAction(text="Ring J"))
    async with both(tmp_path, session, joins=True) as (ui, sam):
        action = session.actions[0].id
        ui.room.change(c.SetActionStatus(id=action, status="done"))
        sam.change(c.SetActionStatus(id=action, status="dropped"))  # is held there, so it comes first
        await ui.until(lambda: ui.statuses == ["dropped"] or ui.statuses == ["done"])
        await ui.until(lambda: sam.session.actions[0].status == ui.room.session.actions[0].status)


async def test_whose_words_are_in_a_line_is_said_on_demand(tmp_path: Path) -> None:
    async with both(tmp_path) as (ui, sam):
        await ui.type("mine ")
        await ui.until(lambda: sam.text(*HERE) == "mine ")
        sam.write(*HERE, 5, 5, "theirs")
        await ui.until(lambda: "mine theirs" in ui.text)
        await ui.choose("Whose words")
        assert "Ash Patel: mine / Sam Okafor: theirs" in ui.text


async def test_words_that_cannot_come_in_are_kept_apart_and_offered(tmp_path: Path) -> None:
    async with both(tmp_path, joins=True) as (ui, sam):
        ui.room.offer({HERE: (Run(ASH, "written on the train"),)})
        await ui.until(lambda: "Words kept apart" in " ".join(ui.text.split()))
        await ui.choose("Words kept apart")
        assert "written on the train" in ui.text
        await ui.press("enter")
        await ui.until(lambda: sam.text(*HERE) == "written on the train")
        assert ui.room.offered == []


async def test_each_agrees_from_their_own_screen(tmp_path: Path) -> None:
    session = factory.decided(one_session(), "hold")
    async with both(tmp_path, session) as (ui, sam):
        await ui.choose("Agree decision")
        assert "Evening messages" in ui.text
        await ui.press("tab")
        ui.app.screen.query_one("#name").focus()
        await ui.type("Sam")
        await ui.press("enter")
        await ui.until(lambda: "keyboard of their own" in " ".join(ui.text.split()))
        sam.change(c.Agree(id=session.decisions[0].id))
        await ui.until(lambda: [mark.by for mark in ui.room.session.decisions[0].marks] == [SAM])


async def test_who_is_waited_for_is_told_so_and_how_to_agree(tmp_path: Path) -> None:
    session = factory.done(
        one_session(), c.Propose(fields={**factory.FIELDS, "stance": "hold"}, options=factory.OPTIONS)
    )
    session = factory.done(session, c.Propose(fields={"title": "Another, later"}))
    async with both(tmp_path, session, size=(80, 24)) as (ui, sam):
        sam.change(c.Agree(id=session.decisions[0].id))
        await ui.until(lambda: "Sam agrees to decision 1. It waits for you: Ctrl+P and then Agree" in ui.text)
        await ui.choose("Agree decision")
        await ui.until(lambda: f"Decision 1: {session.decisions[0].title}" in ui.text)
        await ui.type("Ash")
        await ui.press("enter")
        await ui.until(lambda: "Both of you have agreed to decision 1." in ui.text)


async def test_nobody_is_offered_words_for_who_is_at_a_keyboard_of_their_own(tmp_path: Path) -> None:
    session = factory.done(one_session(), c.Propose(fields={**factory.FIELDS}, options=factory.OPTIONS))
    async with both(tmp_path, session, size=(80, 24)) as (ui, sam):
        ui.app.push_screen(DifferDialog(ui.room, session.decisions[0].id))
        await ui.until(lambda: "To be resolved" in ui.text and "Whose words" not in ui.text)
        await ui.type("I would wait")
        await ui.press("ctrl+s")
        await ui.until(lambda: [entry.by for entry in sam.session.dissents] == [ASH])
