"""An open session while the machine around it changes: the clock, the folder, the index."""

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from supervision.errors import SaveFailed
from supervision.model import changes as c
from supervision.room import Room, Seat, saving
from supervision.store import Store, doctor
from tests import factory
from tests.conftest import Program
from tests.factory import NOW
from tests.live import HERE, ID, PACE, opened, store, until
from tests.tui_desk import desk_of, shown

__all__ = ["store"]


async def test_a_clock_that_goes_back_a_day_loses_nothing(store: Store) -> None:
    now = [NOW + timedelta(days=1)]
    async with Room(store, ID, seat=Seat("Ash"), clock=lambda: now[0], pace=PACE) as ash:
        ash.write(*HERE, 0, 0, "before. ")
        ash.change(c.AddAction(text="Ring"))
        await until(lambda: not ash.saved.waiting)
        now[0] = NOW
        ash.write(*HERE, 8, 8, "after.")
        ash.change(c.NoteAction(id=ash.session.actions[0].id, text="Rang."))
    kept = store.load(ID)
    assert kept.notes[0].text == "before. after."
    assert [note.text for note in kept.actions[0].notes] == ["Rang."]
    assert not [one for one in doctor(store) if one.severity == "damage"]


async def test_a_folder_that_is_deleted_under_it_is_said_and_the_words_stay(store: Store) -> None:
    with pytest.raises(SaveFailed):  # and once more on leaving: nobody goes believing that it was kept
        async with opened(store) as ash:
            ash.write(*HERE, 0, 0, "before. ")
            await until(lambda: not ash.saved.waiting)
            shutil.rmtree(store.folder)
            ash.write(*HERE, 8, 8, "after.")
            await until(lambda: ash.saved.failed)
            assert ash.text(*HERE) == "before. after." and ash.saved.waiting
            assert not store.folder.exists()  # so that it, or the disk it is on, can be put back


def test_an_index_from_the_future_keeps_nothing_back(store: Store) -> None:
    assert len(store.contents().glances) == 1
    for file in store.folder.glob("index*"):
        os.utime(file, (4_000_000_000, 4_000_000_000))
    kept = store.load(ID)
    store.save(kept, expected_revision=kept.revision)
    os.utime(store.file(ID), (4_000_000_000, 4_000_000_000))
    assert [one.id for one in store.contents().glances] == [ID]


async def test_a_file_that_is_replaced_by_an_older_copy_of_itself_loses_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a program does that keeps folders alike on two computers, or somebody who restores a backup too late."""
    monkeypatch.setattr(saving, "RETRY", 0.02)
    older = store.file(ID).read_bytes()
    async with opened(store) as ash:
        ash.change(c.AddAction(text="Ring"))
        ash.write(*HERE, 0, 0, "before. ")
        await until(lambda: not ash.saved.waiting)
        store.file(ID).write_bytes(older)
        ash.write(*HERE, 8, 8, "after. ")
        await until(lambda: not ash.saved.waiting and store.load(ID).notes)
        ash.write(*HERE, 15, 15, "still.")
        await until(lambda: not ash.saved.waiting)
        assert [one.text for one in ash.session.actions] == ["Ring"]
    kept = store.load(ID)
    assert kept.notes[0].text == "before. after. still."
    assert [one.text for one in kept.actions] == ["Ring"]
    assert not [one for one in doctor(store) if one.severity == "damage"]


@pytest.mark.parametrize("content", [b"", b"<html>", b'{"session": {}}', b"\xff" * 100, None])
async def test_a_file_that_is_replaced_by_something_else_is_said_until_it_is_back(
    store: Store, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    monkeypatch.setattr(saving, "RETRY", 0.02)
    file = store.file(ID)
    async with opened(store) as ash:
        ash.write(*HERE, 0, 0, "before. ")
        await until(lambda: not ash.saved.waiting)
        file.rename(file.with_suffix(".away"))
        if content is None:
            file.mkdir()
        else:
            file.write_bytes(content)
        ash.write(*HERE, 8, 8, "after. ")
        for _ in range(3):
            await until(lambda: ash.saved.failed)
            assert ash.saved.waiting
        assert file.is_dir() if content is None else file.read_bytes() == content
        if content is None:
            file.rmdir()
        file.with_suffix(".away").replace(file)
        await until(lambda: not ash.saved.failed and not ash.saved.waiting)
        assert store.load(ID).notes[0].text == "before. after. "


async def test_a_clock_that_goes_back_a_day_under_the_open_screen_loses_nothing(tmp_path: Path) -> None:
    now = [NOW + timedelta(days=1)]
    desk = desk_of(tmp_path, factory.session(session_id=ID))
    kept = desk.shelf.store
    desk = replace(desk, open_room=lambda session_id: Room(kept, session_id, me="Ash", clock=lambda: now[0]))
    async with shown(desk) as ui:
        await ui.type("before. ")
        ui.room.change(c.AddAction(text="Ring"))
        ui.room.save_now()
        now[0] = NOW
        await ui.type("after.")
        ui.room.change(c.NoteAction(id=ui.room.session.actions[0].id, text="Rang."))
        ui.room.save_now()
        assert "before. after." in ui.text and not ui.room.saved.failed
        assert ui.room.undo()
    record = kept.load(ID)
    assert record.notes[0].text == "before. after."
    assert [(one.text, one.notes) for one in record.actions] == [("Ring", ())]
    assert not [one for one in doctor(kept) if one.severity == "damage"]


def test_a_clock_that_goes_back_a_day_between_commands_loses_nothing(program: Program) -> None:
    program.now = NOW + timedelta(days=1)
    session = program.start()
    action = program("actions", "add", "Ring", "--due", "in 2 days").stdout.strip()
    program.now = NOW
    for args in (
        ("actions", "note", action, "Rang."),
        ("actions", "add", "Write"),
        ("actions", "done", action),
        ("undo",),
        ("sessions",),
        ("doctor",),
    ):
        done = program(*args)
        assert done.exit_code == 0, (args, done.stderr)
    record = program.json("show", session)
    assert [(one["text"], one["status"]) for one in record["actions"]] == [("Ring", "open"), ("Write", "open")]
    assert [note["text"] for note in record["actions"][0]["notes"]] == ["Rang."]
    assert program.start() != session
    assert len(program.json("sessions")) == 2


def from_the_future(store: Store, how: str) -> None:
    """The index, as a clock that was wrong, or a version that is still to come, would have left it."""
    (index,) = store.folder.glob("index.sqlite")
    if how == "time":
        for file in (*store.folder.glob("index*"), *store.sessions.iterdir()):
            os.utime(file, (4_000_000_000, 4_000_000_000))
    elif how == "version":
        with closing(sqlite3.connect(index)) as base, base:
            tables = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for table in tables:
                base.execute(f"ALTER TABLE {table} RENAME TO {table}_of_then")
            base.execute("CREATE TABLE of_then (what)")
            base.execute("PRAGMA user_version = 999")
    else:
        index.write_bytes(b"SQLite format 4\0" + os.urandom(4000))


@pytest.mark.parametrize("how", ["time", "version", "format"])
def test_an_index_from_the_future_keeps_nothing_back_from_commands(program: Program, how: str) -> None:
    from supervision import paths

    session = program.start()
    assert program("actions", "add", "Ring").exit_code == 0
    from_the_future(Store(paths.store_dir()), how)
    assert [one["id"] for one in program.json("sessions")] == [session]
    assert program("actions", "add", "Write").exit_code == 0
    assert [one["text"] for one in program.json("actions")] == ["Ring", "Write"]
    assert "Write" in program("search", "write").stdout
    assert program("doctor").exit_code == 0


@pytest.mark.parametrize("how", ["time", "version", "format"])
async def test_an_index_from_the_future_keeps_nothing_back_from_the_open_screen(tmp_path: Path, how: str) -> None:
    desk = desk_of(tmp_path, factory.done(factory.session(session_id=ID), c.AddAction(text="Ring")))
    kept = desk.shelf.store
    assert len(kept.contents().glances) == 1
    from_the_future(kept, how)
    async with shown(desk) as ui:
        await ui.type("words. ")
        ui.room.change(c.AddAction(text="Write"))
        ui.room.save_now()
        from_the_future(kept, how)
        await ui.type("more.")
        ui.room.save_now()
        assert not ui.room.saved.failed
    assert kept.load(ID).notes[0].text == "words. more."
    contents = kept.contents()
    (listed,) = (actions for _, actions in contents.rows("actions", contents.glances))
    assert [one["text"] for one in listed] == ["Ring", "Write"]
