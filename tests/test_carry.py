"""A change finds its session while others have it: it waits for those who save, and not for ever."""

import asyncio
import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from supervision import carry as carrying
from supervision import live
from supervision.carry import carry
from supervision.errors import Busy
from supervision.model import changes as c
from supervision.model import ids
from supervision.store import Store
from tests import factory
from tests.live import ID, opened, store

__all__ = ["store"]


class Clock:
    """Stands still but for those who sleep, four seconds at a time, while something else happens."""

    def __init__(self, meanwhile: Callable[[int], None]) -> None:
        self.now, self.times, self.meanwhile = 0.0, 0, meanwhile

    def monotonic(self) -> float:
        return self.now

    def sleep(self, _seconds: float) -> None:
        self.now += 4
        self.times += 1
        self.meanwhile(self.times)


@pytest.mark.parametrize(
    ("saves", "let_go", "arrives"),
    [(True, 12, True), (False, 2, True), (False, 12, False), (True, 100, False)],
    ids=["others save", "it is opened", "nobody answers", "others save without end"],
)
def test_who_waits_is_let_in_while_others_save(
    store: Store, monkeypatch: pytest.MonkeyPatch, saves: bool, let_go: int, arrives: bool
) -> None:
    change = c.AddAction(text="Ring the manager", owner="Sam")
    with ExitStack() as other:
        other.enter_context(store.hold(ID))

        def meanwhile(times: int) -> None:
            if saves:
                os.utime(store.file(ID), (times * 10, times * 10))
            if times == let_go:
                other.close()

        monkeypatch.setattr(carrying, "time", Clock(meanwhile))
        if arrives:
            carry(store, ID, [change], factory.act("Sam"))
        else:
            with pytest.raises(Busy):
                carry(store, ID, [change], factory.act("Sam"))
    assert len(store.load(ID).actions) == arrives


async def test_an_open_session_asked_twice_for_the_same_does_it_once(store: Store) -> None:
    async with opened(store) as ash:
        change = [c.to_wire(c.AddAction(text="Ring the manager", owner="Sam"))]
        request = {"by": "Sam", "changes": change, "token": ids.token()}
        for _ in range(2):
            assert await asyncio.to_thread(live.ask, live.address(store.folder, ID), ID, request) == {"done": 1}
        assert len(ash.session.actions) == 1
    assert len(store.load(ID).actions) == 1


@pytest.mark.parametrize("did_it", [True, False])
@pytest.mark.parametrize("silent", [True, False])
def test_who_was_asked_and_died_without_an_answer_has_done_it_or_not(
    store: Store, monkeypatch: pytest.MonkeyPatch, did_it: bool, silent: bool
) -> None:
    """Killed before it said that it had saved: it is there once, whichever of the two came first."""
    kept = factory.done(store.load(ID), c.AddAction(text="Ring the manager", owner="Sam"))
    kept = store.save(kept, expected_revision=None)
    note = c.NoteAction(id=kept.actions[0].id, text="Rang.")
    other = ExitStack()
    other.enter_context(store.hold(ID))

    def dies(_path: Path, _id: str, request: dict[str, Any]) -> dict[str, Any]:
        if did_it:
            with ids.seeded(int(request["token"], 16)):
                store.save(factory.done(kept, note, by="Sam"), expected_revision=kept.revision)
        other.close()
        if silent:
            raise Busy("It does not answer.")
        return {}

    monkeypatch.setattr(live, "ask", dies)
    carry(store, ID, [note], factory.act("Sam"))
    assert [one.text for one in store.load(ID).actions[0].notes] == ["Rang."]


def test_letters_that_come_out_twice_by_chance_do_not_make_a_change_one_that_is_done(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four letters are few: among the hundreds of notes of ten processes the same ones are soon there."""
    kept = factory.done(store.load(ID), c.AddAction(text="Ring the manager", owner="Sam"))
    kept = store.save(kept, expected_revision=None)
    other = ExitStack()
    other.enter_context(store.hold(ID))

    def dies(_path: Path, _id: str, request: dict[str, Any]) -> dict[str, Any]:
        with ids.seeded(int(request["token"], 16)):
            store.save(
                factory.done(kept, c.NoteAction(id=kept.actions[0].id, text="Before."), by="Sam"),
                expected_revision=kept.revision,
            )
        other.close()
        return {}

    monkeypatch.setattr(live, "ask", dies)
    carry(store, ID, [c.NoteAction(id=kept.actions[0].id, text="After.")], factory.act("Sam"))
    assert [one.text for one in store.load(ID).actions[0].notes] == ["Before.", "After."]


def test_an_action_that_was_ticked_since_it_was_done_is_not_done_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = store.load(ID)
    other = ExitStack()
    other.enter_context(store.hold(ID))
    add = c.AddAction(text="Ring the manager", owner="Sam")

    def dies(_path: Path, _id: str, request: dict[str, Any]) -> dict[str, Any]:
        with ids.seeded(int(request["token"], 16)):
            done = factory.done(kept, add, by="Sam")
        ticked = c.SetActionStatus(id=done.actions[0].id, status="done")
        store.save(factory.done(done, ticked, by="Sam"), expected_revision=kept.revision)
        other.close()
        return {}

    monkeypatch.setattr(live, "ask", dies)
    carry(store, ID, [add], factory.act("Sam"))
    assert len(store.load(ID).actions) == 1
