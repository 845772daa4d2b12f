"""An open session: what is typed is in the file soon, on every way out, and changes made elsewhere come in."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from supervision.errors import Refused, SaveFailed
from supervision.model import changes as c
from supervision.model import rules, views
from supervision.model.values import Run
from supervision.room import Room
from supervision.shelf import Shelf
from supervision.store import Store, UndoLog
from tests import factory
from tests.factory import ASH, NOW, SAM

ID = "2026-11-23-1000-test"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "store", views.summary)
    store.create(factory.session(session_id=ID))
    yield store


def opened(store: Store, session_id: str = ID, me: str = "Ash") -> Room:
    return Room(store, session_id, me=me, clock=lambda: NOW)


async def until_saved(room: Room) -> None:
    saved = asyncio.Event()
    stop = room.watch(lambda _: saved.set() if not room.saved.waiting else None)
    if room.saved.waiting:
        async with asyncio.timeout(5):
            await saved.wait()
    stop()


async def test_what_is_typed_is_saved_by_itself(store: Store) -> None:
    async with opened(store) as room:
        room.write("arrive", 1, 0, 0, "J wrote at ten")
        assert room.saved.waiting
        await until_saved(room)
        assert store.load(ID).notes[0].runs == (Run(ASH, "J wrote at ten"),)
        assert (room.saved.at, room.saved.failed) == (NOW, "")


async def test_unbroken_typing_does_not_put_off_the_save(store: Store) -> None:
    async with opened(store) as room:
        loop = asyncio.get_running_loop()
        started = loop.time()
        while loop.time() - started < 5 and not store.load(ID).notes:
            room.write("arrive", 1, 0, 0, "x")
            await asyncio.sleep(0.01)
        assert store.load(ID).notes


async def test_leaving_saves_the_last_key(store: Store) -> None:
    async with opened(store) as room:
        room.write("arrive", 1, 0, 0, "the last words")
    assert store.load(ID).notes[0].text == "the last words"


async def test_an_exception_in_the_screen_saves_too(store: Store) -> None:
    with pytest.raises(RuntimeError, match="the screen broke"):
        async with opened(store) as room:
            room.write("arrive", 1, 0, 0, "kept")
            raise RuntimeError("the screen broke")
    assert store.load(ID).notes[0].text == "kept"


async def test_each_writes_as_themselves_and_the_words_stay_theirs(store: Store) -> None:
    async with opened(store) as room:
        room.write_line("I answer at once")
        room.hand_over("Sam")
        room.write_line("Where does the hurry come from?")
        room.write("arrive", 1, 2, 2, "always ")
        assert room.runs("arrive", 1) == (
            Run(ASH, "I "),
            Run(SAM, "always "),
            Run(ASH, "answer at once"),
            Run(SAM, "\nWhere does the hurry come from?"),
        )


async def test_taking_back_typed_words_leaves_the_other_persons(store: Store) -> None:
    async with opened(store) as room:
        room.write("arrive", 1, 0, 0, "mine")
        assert room.undo_notes("arrive", 1)
        assert room.text("arrive", 1) == ""
        assert room.redo_notes("arrive", 1)
        assert room.text("arrive", 1) == "mine"


async def test_a_change_made_elsewhere_appears_in_the_open_session(store: Store) -> None:
    seen: list[bool] = []
    async with opened(store) as room:
        room.change(c.AddAction(text="Tell J", owner="Sam"))
        action = room.session.actions[0].id
        room.watch(lambda touched: seen.append(bool(touched and touched.rest)))
        shelf = Shelf(store, lambda: NOW)
        told = await asyncio.to_thread(shelf.carry, ID, c.SetActionStatus(id=action, status="done", note="told"), "Sam")
        assert told.actions[0].status == "done"
        assert room.session.actions[0].status == "done"
        assert [(note.by, note.text) for note in room.session.actions[0].notes] == [(SAM, "told")]
        assert any(seen)


async def test_a_change_from_elsewhere_is_refused_by_the_same_rules(store: Store) -> None:
    async with opened(store):
        shelf = Shelf(store, lambda: NOW)
        with pytest.raises(Refused, match="no action nosuchaction"):
            await asyncio.to_thread(shelf.carry, ID, c.SetActionStatus(id="nosuchaction", status="done"), "Sam")
        with pytest.raises(Refused, match="Bea is not in this session"):
            await asyncio.to_thread(shelf.carry, ID, c.AddAction(text="x"), "Bea")


async def test_undo_and_redo_of_actions_from_the_screen(store: Store) -> None:
    async with opened(store) as room:
        room.change(c.AddAction(text="Tell J", owner="Sam"))
        room.change(c.EditAction(id=room.session.actions[0].id, text="Tell J kindly"))
        assert room.undo()
        assert room.session.actions[0].text == "Tell J"
        assert room.redo()
        assert room.session.actions[0].text == "Tell J kindly"
        assert room.undo() and room.undo()
        assert room.session.actions == ()
        assert not room.undo()


async def test_each_takes_back_their_own_changes_only(store: Store) -> None:
    async with opened(store) as room:
        room.change(c.AddAction(text="by Ash"))
        room.hand_over("Sam")
        assert not room.undo()
        room.change(c.AddAction(text="by Sam"))
        assert room.undo()
        assert [action.text for action in room.session.actions] == ["by Ash"]


async def test_words_typed_after_the_first_signature_withdraw_it(store: Store) -> None:
    async with opened(store) as room:
        room.write_line("read and right")
        room.change(c.Sign())
        room.write("arrive", 1, 0, 0, "x")
        assert room.session.signatures == ()


async def test_a_signed_record_takes_no_more_words(store: Store) -> None:
    async with opened(store) as room:
        room.change(c.Sign())
        room.change(c.Sign(), by="Sam")
        for write in (lambda: room.write("arrive", 1, 0, 0, "x"), lambda: room.write_line("x")):
            with pytest.raises(Refused, match="addendum"):
                write()
        assert room.session.state == "signed"


async def test_a_save_that_fails_says_so_keeps_the_words_and_mends_itself(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(store) as room:
        with monkeypatch.context() as broken:

            def full(*_: object) -> None:
                raise OSError(28, "No space left on device")

            broken.setattr(os, "fsync", full)
            room.write("arrive", 1, 0, 0, "not lost")
            failed = asyncio.Event()
            stop = room.watch(lambda _: failed.set() if room.saved.failed else None)
            async with asyncio.timeout(5):
                await failed.wait()
            stop()
            assert "Your words are still here" in room.saved.failed
            assert room.text("arrive", 1) == "not lost"
            assert not store.load(ID).notes
            with pytest.raises(SaveFailed):
                room.save_now()
        room.save_now()
        assert room.saved.failed == ""
    assert store.load(ID).notes[0].text == "not lost"


async def test_a_decision_replaces_one_of_an_earlier_session_once_it_is_agreed(store: Store) -> None:
    earlier = factory.decided(factory.session(session_id="2026-10-01-1000-erly"), "hold")
    old = earlier.decisions[0].id
    earlier = factory.done(factory.done(earlier, c.Agree(id=old)), c.Agree(id=old), by="Sam")
    store.create(earlier)
    async with opened(store) as room:
        room.change(c.Propose(fields={**factory.FIELDS, "stance": "soften"}, options=factory.OPTIONS))
        new = room.session.decisions[0].id
        room.change(c.LinkReplaces(id=new, old=old))
        room.save_now()
        kept = store.load(earlier.id)
        assert (kept.decisions[0].replaced_by, rules.status(kept, kept.decisions[0])) == (new, "agreed")
        room.change(c.Agree(id=new))
        room.change(c.Agree(id=new), by="Sam")
    kept = store.load(earlier.id)
    assert rules.status(kept, kept.decisions[0]) == "replaced"
    assert store.load(ID).decisions[0].replaces == old


async def test_words_kept_while_somebody_types_are_taken_back_at_once(store: Store) -> None:
    async with opened(store) as room:
        room.change(c.Propose(fields={"title": "E"}), run="title")
        (drafted,) = room.session.decisions
        for title in ("Eve", "Evening", "Evening mess"):
            room.change(c.EditDecision(id=drafted.id, fields={"title": title}), run="need")
        events = [event.kind for event in room.session.history]
        assert events == ["decision-drafted", "decision-edited"]
        assert room.undo()
        assert room.session.decisions[0].title == "E"
        assert room.redo()
        assert room.session.decisions[0].title == "Evening mess"
        assert room.undo() and room.undo() and not room.undo()
        assert room.session.decisions == ()
        assert UndoLog(store.folder).peek(ASH) is None


async def test_a_change_by_somebody_else_in_between_is_not_taken_back_with_them(store: Store) -> None:
    async with opened(store) as room:
        room.change(c.Propose(fields={"title": "Evening"}), run="title")
        (drafted,) = room.session.decisions
        room.change(c.AddAction(text="from elsewhere"), by=SAM)
        room.change(c.EditDecision(id=drafted.id, fields={"title": "Evening messages"}), run="title")
        assert room.undo()
        assert room.session.decisions[0].title == "Evening"
        assert len(room.session.actions) == 1


async def test_undo_from_the_command_line_takes_back_the_latest_change(store: Store) -> None:
    shelf = Shelf(store, lambda: NOW)
    shelf.carry(ID, c.AddAction(text="Tell J"), "Ash")
    shelf.carry(ID, c.AddAction(text="by Sam"), "Sam")
    shelf.undo("Ash")
    assert [action.text for action in store.load(ID).actions] == ["by Sam"]
    with pytest.raises(Refused, match="nothing to take back"):
        shelf.undo("Ash")
    assert UndoLog(store.folder).peek(SAM) is not None


CHILD = """
import asyncio, sys
from pathlib import Path
from supervision.model import views
from supervision.room import Room
from supervision.store import Store

async def main() -> None:
    async with Room(Store(Path(sys.argv[1]), views.summary), sys.argv[2], me="Ash") as room:
        n = 0
        while True:
            room.write("arrive", 1, len(room.text("arrive", 1)), len(room.text("arrive", 1)), f"{n} ")
            print(n, flush=True)
            n += 1
            await asyncio.sleep(0.02)

asyncio.run(main())
"""


def test_kill_9_while_typing_loses_less_than_a_second(store: Store) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(store.folder), ID], stdout=subprocess.PIPE, text=True, env=os.environ.copy()
    )
    assert child.stdout is not None
    typed: list[tuple[float, int]] = []
    for line in child.stdout:
        typed.append((time.monotonic(), int(line)))
        if len(typed) == 90:
            break
    killed = time.monotonic()
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    must_be_there = [n for at, n in typed if at < killed - 1.0]
    assert must_be_there
    words = store.load(ID).notes[0].text.split()
    assert words[: len(must_be_there)] == [str(n) for n in must_be_there]
