"""An open session while the machine around it changes: the clock, the folder, the index."""

import os
import shutil
from datetime import timedelta

import pytest

from supervision.errors import NotFound
from supervision.model import changes as c
from supervision.room import Room, Seat
from supervision.store import Store, doctor
from tests.factory import NOW
from tests.live import HERE, ID, PACE, opened, store, until

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
    with pytest.raises(NotFound):  # and once more on leaving: nobody goes believing that it was kept
        async with opened(store) as ash:
            ash.write(*HERE, 0, 0, "before. ")
            await until(lambda: not ash.saved.waiting)
            shutil.rmtree(store.folder)
            ash.write(*HERE, 8, 8, "after.")
            await until(lambda: ash.saved.failed)
            assert ash.text(*HERE) == "before. after." and ash.saved.waiting


def test_an_index_from_the_future_keeps_nothing_back(store: Store) -> None:
    assert len(store.contents().glances) == 1
    for file in store.folder.glob("index*"):
        os.utime(file, (4_000_000_000, 4_000_000_000))
    kept = store.load(ID)
    store.save(kept, expected_revision=kept.revision)
    os.utime(store.file(ID), (4_000_000_000, 4_000_000_000))
    assert [one.id for one in store.contents().glances] == [ID]
