"""Both type all the time while the line between them is slow, and cut again and again: every word exactly once."""

import asyncio
import random
from collections.abc import Iterator
from datetime import timedelta

import pytest

from supervision.live import Pace
from supervision.model import changes as c
from supervision.room import Room
from supervision.store import Store
from tests.factory import NOW, SAM
from tests.live import HERE, ID, PACE, opened, store, until
from tests.test_room_convergence import Slow
from tests.test_room_relay import far

__all__ = ["store"]


class Typist:
    """Somebody who types word after word until told to stop."""

    def __init__(self, room: Room, name: str, every: float) -> None:
        self._room = room
        self._every = every
        self._words: Iterator[str] = (f"{name}{n:04d}{' ' if n % 9 else chr(10)}" for n in range(10_000))
        self.typed: list[str] = []
        self._task = asyncio.get_running_loop().create_task(self._type())

    async def _type(self) -> None:
        while True:
            word = next(self._words)
            for letter in word:
                end = self._end()
                self._room.write(*HERE, end, end, letter)
                await asyncio.sleep(self._every)
            self.typed.append(word)

    def _end(self) -> int:
        """Behind one's own latest words: whole runs stay together."""
        text, mine = self._room.text(*HERE), self._room.writer
        end = at = 0
        for run in self._room.runs(*HERE):
            at += len(run.text)
            end = at if run.by == mine else end
        return end or len(text)

    async def stop(self) -> list[str]:
        self._task.cancel()
        await asyncio.wait([self._task])
        return self.typed


async def cut_again_and_again(store: Store, times: int, *, every: float, down: tuple[float, float], slow: bool) -> None:
    dice = random.Random(7)
    wire, pace = Slow(store, dice=dice), PACE
    if slow:  # up to 300 ms each way, and one piece in twenty comes only when it was sent once more
        wire.delay, wire.lost, wire.pace = 0.3, 0.05, Pace()
        pace = wire.pace
    async with opened(store, pace=pace) as ash, far(wire) as sam:
        typists = [Typist(ash, "a", every), Typist(sam, "s", every)]
        for _ in range(times):
            await asyncio.sleep(dice.uniform(*down))
            wire.lose()
            await until(lambda: sam.line.is_lost)
            await asyncio.sleep(dice.uniform(*down))
            wire.cut = False
            await until(lambda: not sam.line.is_lost, 30)
        typed = [word for typist in typists for word in await typist.stop()]
        await until(lambda: ash.text(*HERE) == sam.text(*HERE) and not ash.saved.waiting and not sam.saved.waiting, 60)
        words = ash.text(*HERE)
        assert len(typed) > times
        assert [word for word in typed if words.count(word) != 1] == [], words
        assert not sam.offered
        assert store.load(ash.id).notes[0].text == words


async def test_a_line_that_is_cut_five_times_loses_and_doubles_no_word(store: Store) -> None:
    await cut_again_and_again(store, 5, every=0.003, down=(0.02, 0.2), slow=False)


@pytest.mark.long
async def test_a_line_that_is_cut_fifty_times_loses_and_doubles_no_word(store: Store) -> None:
    await cut_again_and_again(store, 50, every=0.05, down=(0.2, 1.5), slow=True)


async def cut_for(store: Store, seconds: float, pace: Pace) -> None:
    wire = Slow(store, dice=random.Random(3), pace=pace)
    async with opened(store, pace=pace) as ash, far(wire) as sam:
        typists = [Typist(ash, "a", 0.05), Typist(sam, "s", 0.05)]
        await asyncio.sleep(0.2)
        wire.lose()
        await until(lambda: sam.line.is_lost)
        await asyncio.sleep(seconds)
        assert sam.line.is_lost and [one for one in ash.present if one.is_here] == []
        wire.cut = False  # and nobody presses a key for it
        await until(lambda: not sam.line.is_lost, 60)
        typed = [word for typist in typists for word in await typist.stop()]
        await until(lambda: ash.text(*HERE) == sam.text(*HERE) and not sam.saved.waiting, 60)
        assert [word for word in typed if ash.text(*HERE).count(word) != 1] == []
        assert not sam.offered


async def test_a_line_that_is_cut_for_long_comes_back_without_a_key(store: Store) -> None:
    await cut_for(store, 2 * PACE.takeover, PACE)


@pytest.mark.long
async def test_a_line_that_is_cut_for_five_minutes_comes_back_without_a_key(store: Store) -> None:
    await cut_for(store, 300, Pace())


async def test_the_clocks_may_be_an_hour_apart(store: Store) -> None:
    """Whose clock is wrong changes no words, no order of what was done, and no mark."""
    late = Room(store, ID, me="Sam", clock=lambda: NOW - timedelta(hours=1), pace=PACE)
    async with opened(store) as ash, late as sam:
        ash.write(*HERE, 0, 0, "now ")
        await until(lambda: sam.text(*HERE) == "now ")
        sam.write(*HERE, 4, 4, "an hour ago")
        sam.change(c.AddAction(text="Ring J"))
        await until(lambda: ash.session.actions and not sam.saved.waiting)
        assert ash.text(*HERE) == sam.text(*HERE) == "now an hour ago"
        action = ash.session.actions[0]
        assert (action.created, action.created_by) == (NOW, SAM), "by the clock of whoever holds the session"
        assert [event.at for event in ash.session.history] == sorted(event.at for event in ash.session.history)
        assert not sam.line.is_lost and not ash.saved.failed
