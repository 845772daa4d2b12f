"""Whoever holds a session is killed, stopped or leaves: somebody else holds it, and no word is lost or doubled."""

import asyncio
import random
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from supervision.live import Pace
from supervision.model.values import Run
from supervision.store import Store
from tests.factory import ASH, SAM
from tests.keyboard import Keyboard
from tests.live import ID, opened, store

__all__ = ["store"]
QUICK = Pace(ping=0.2, offline=1.2, takeover=1.5)
REAL = Pace()


@pytest.fixture
def sit(store: Store) -> Iterator["Sit"]:
    with ExitStack() as stack:
        yield Sit(store, stack)


class Sit:
    """Keyboards that go when the test is over."""

    def __init__(self, store: Store, stack: ExitStack) -> None:
        self._store = store
        self._stack = stack

    def __call__(self, me: str, pace: Pace = QUICK) -> Keyboard:
        keyboard = self._stack.enter_context(Keyboard(self._store, ID, me, pace))
        assert "text" in keyboard.state
        return keyboard


def words(store: Store) -> str:
    notes = store.load(ID).notes
    return notes[0].text if notes else ""


def killed_while_both_type(store: Store, sit: Sit, times: int, pace: Pace = QUICK) -> list[float]:
    """Ten times in a row; gives the seconds until somebody else held the session."""
    chance = random.Random(times)
    typed: dict[str, list[str]] = {"Ash": [], "Sam": []}
    took: list[float] = []
    keyboards = {me: sit(me, pace) for me in typed}
    for n in range(times):
        for me, keyboard in keyboards.items():
            keyboard.until(here=[SAM if me == "Ash" else ASH], lost=False)
        host = next(me for me, keyboard in keyboards.items() if keyboard.state["host"])
        other = "Sam" if host == "Ash" else "Ash"
        for k in range(chance.randint(3, 12)):
            for me in typed:
                word = f"{me[0]}{n}.{k} "
                keyboards[me].type(word)
                typed[me].append(word)
        settled = keyboards[other].until(waiting=False)["text"]
        keyboards[host].type(f"{host[0]}{n}.last ")  # may be lost: it is typed at the moment of the kill
        keyboards[other].type(f"{other[0]}{n}.last ")
        typed[other].append(f"{other[0]}{n}.last ")
        keyboards[host].kill()
        killed = time.monotonic()
        after = keyboards[other].until(host=True)
        took.append(time.monotonic() - killed)
        assert settled in after["text"] or set(settled.split()) <= set(after["text"].split())
        keyboards[host] = sit(host, pace)
    last = [keyboard.until(waiting=False)["text"] for keyboard in keyboards.values()]
    for keyboard in keyboards.values():
        keyboard.leave()
    assert last[0] == last[1] == words(store)
    for me, each in typed.items():
        for word in each:
            assert last[0].count(word) == 1, (me, word)
    assert store.live_state(ID) is None
    return took


def test_the_holder_is_killed_while_both_type(store: Store, sit: Sit) -> None:
    killed_while_both_type(store, sit, 2)


@pytest.mark.long
def test_the_holder_is_killed_ten_times_in_a_row_and_each_time_somebody_holds_it_within_two_seconds(
    store: Store, sit: Sit
) -> None:
    took = killed_while_both_type(store, sit, 10, REAL)
    sys.stdout.write(f"seconds until somebody else held the session: {sorted(round(each, 2) for each in took)}\n")
    assert max(took) < 2


def stopped_and_woken(store: Store, sit: Sit, pace: Pace, asleep: float) -> None:
    ash, sam = sit("Ash", pace), sit("Sam", pace)
    assert ash.state["host"] and not sam.state["host"]
    ash.type("before ")
    sam.until(text="before ")
    ash.freeze()
    stopped = time.monotonic()
    sam.type("while you sleep ")
    sam.until(patience=pace.takeover + 10, host=True, waiting=False)
    assert "while you sleep" in words(store)
    assert sam.state["here"] == []
    third = sit("Sam", pace)
    third.until(text=sam.state["text"])
    while time.monotonic() < stopped + asleep:
        time.sleep(0.05)
    ash.type("as I wake ")
    ash.thaw()
    ash.until(host=False, lost=False, waiting=False)
    for keyboard in (ash, sam, third):
        state = keyboard.until(waiting=False)
        for part in ("before ", "while you sleep ", "as I wake "):
            assert state["text"].count(part) == 1
    sam.leave()
    third.leave()
    ash.until(host=True, waiting=False)
    ash.leave()
    assert sorted(words(store).split()) == sorted(["before", "while", "you", "sleep", "as", "I", "wake"])
    assert store.live_state(ID) is None


def test_a_holder_that_gives_no_answer_is_followed_by_another_and_wakes_as_one_who_joined(
    store: Store, sit: Sit
) -> None:
    stopped_and_woken(store, sit, QUICK, 3)


@pytest.mark.long
def test_a_holder_is_stopped_for_thirty_seconds(store: Store, sit: Sit) -> None:
    stopped_and_woken(store, sit, REAL, 30)


def other_is_frozen(store: Store, sit: Sit, pace: Pace, asleep: float) -> None:
    ash, sam = sit("Ash", pace), sit("Sam", pace)
    sam.type("one ")
    ash.until(text="one ")
    sam.freeze()
    stopped = time.monotonic()
    ash.until(patience=pace.takeover + 10, here=[])
    n = 0
    while time.monotonic() < stopped + asleep:
        ash.type(f"n{n}\n")
        n += 1
        time.sleep(0.1)
    ash.until(waiting=False)
    sam.type("two ")
    sam.thaw()
    text = sam.until(lost=False, waiting=False, here=[ASH])["text"]
    ash.until(text=text)
    assert all(text.count(f"n{k}\n") == 1 for k in range(n))
    assert text.count("one ") == text.count("two ") == 1
    assert ash.state["host"]
    ash.leave()
    sam.leave()
    assert words(store) == text


def test_the_other_is_frozen_while_one_writes(store: Store, sit: Sit) -> None:
    other_is_frozen(store, sit, QUICK, 3)


@pytest.mark.long
def test_the_other_is_frozen_for_two_minutes_while_one_writes(store: Store, sit: Sit) -> None:
    other_is_frozen(store, sit, REAL, 120)


def test_both_quit_in_the_same_second(store: Store, sit: Sit) -> None:
    ash, sam = sit("Ash"), sit("Sam")
    ash.type("A's last words ")
    sam.type("S's last words ")
    for keyboard in (ash, sam):
        assert keyboard.process.stdin is not None
        keyboard.process.stdin.flush()
    ash.leave()
    sam.leave()
    assert sorted(words(store).split()) == sorted(["A's", "last", "words", "S's", "last", "words"])
    assert store.live_state(ID) is None


def many_at_once(store: Store, number: int) -> None:
    """At the real pace, at which nobody takes a computer that is busy with all of them for somebody who is gone."""
    with ExitStack() as stack:
        keyboards = [stack.enter_context(Keyboard(store, ID, "Ash" if n % 2 else "Sam", REAL)) for n in range(number)]
        for n, keyboard in enumerate(keyboards):
            keyboard.type(f"w{n} ")
        assert [keyboard.state["host"] for keyboard in keyboards].count(True) == 1
        everything = sorted(f"w{n}" for n in range(number))
        deadline = time.monotonic() + 60
        while any(sorted(keyboard.state["text"].split()) != everything for keyboard in keyboards):
            assert time.monotonic() < deadline
        for keyboard in keyboards:
            keyboard.leave()
    assert sorted(words(store).split()) == everything


def test_six_processes_open_the_same_session_at_once_and_one_holds_it(store: Store) -> None:
    many_at_once(store, 6)


@pytest.mark.long
def test_twenty_processes_open_the_same_session_at_once_and_one_holds_it(store: Store) -> None:
    many_at_once(store, 20)


def test_all_are_killed_and_the_session_goes_on_from_the_file(store: Store, sit: Sit) -> None:
    ash, sam = sit("Ash"), sit("Sam")
    ash.type("one ")
    sam.type("two ")
    sam.until(waiting=False)
    ash.until(waiting=False)
    ash.kill()
    sam.kill()
    assert store.live_state(ID) is not None
    again = sit("Ash")
    assert sorted(again.until(host=True)["text"].split()) == ["one", "two"]
    again.leave()
    assert store.live_state(ID) is None


def test_the_other_finds_the_holder_again_after_it_was_opened_anew_from_the_file(store: Store, sit: Sit) -> None:
    ash, sam = sit("Ash"), sit("Sam")
    ash.type("one ")
    sam.until(text="one ")
    ash.until(waiting=False)
    sam.freeze()  # so that it is not the one to take over
    ash.kill()
    again = sit("Ash")
    again.until(host=True, text="one ")
    again.type("two ")
    sam.thaw()
    sam.type("three ")
    sam.until(lost=False, host=False, waiting=False)
    text = again.until(here=[SAM], waiting=False)["text"]
    assert sorted(text.split()) == ["one", "three", "two"]
    sam.until(text=text)


def descriptors() -> int:
    """How many files and sockets this process has open, where the system tells."""
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.is_dir() else 0


def come_and_go(store: Store, cycles: int) -> None:
    async def going() -> None:
        async with opened(store) as ash:
            await asyncio.sleep(0)
            before = descriptors()
            for n in range(cycles):
                room = opened(store, "Sam")
                await room.__aenter__()
                if n % 2:
                    link = room._role.link  # type: ignore[union-attr]
                    assert link is not None
                    room.stay._leaving = True
                    link.drop()  # cut off in the middle
                    assert room.stay._life is not None
                    await asyncio.wait([room.stay._life])
                else:
                    await room.close()
            await asyncio.sleep(0)
            async with asyncio.timeout(10):
                while ash._role._visitors:  # type: ignore[union-attr]
                    await asyncio.sleep(0.01)
            assert descriptors() <= before + 1
            assert len(asyncio.all_tasks()) < 12

    asyncio.run(going())


def test_who_comes_and_goes_leaves_nothing_behind(store: Store) -> None:
    come_and_go(store, 50)


def test_an_action_asked_for_while_the_holder_dies_is_done_once(store: Store, sit: Sit) -> None:
    ash, sam = sit("Ash"), sit("Sam")
    for n in range(5):
        sam.tell("act", words=f"action {n}")
    ash.freeze()
    for n in range(5, 8):
        sam.tell("act", words=f"action {n}")
    assert sam.state["actions"] == [f"action {n}" for n in range(8)]
    ash.kill()
    state = sam.until(host=True, waiting=False)
    assert state["actions"] == [f"action {n}" for n in range(8)]
    sam.leave()
    assert [action.text for action in store.load(ID).actions] == [f"action {n}" for n in range(8)]


def test_an_undo_after_the_other_deleted_the_words_takes_nothing_else(store: Store) -> None:
    from tests.live import HERE, together
    from tests.test_room_live import put

    async def going() -> None:
        async with opened(store) as ash, opened(store, "Sam") as sam:
            put(ash, "mine ")
            put(sam, "theirs ")
            await together(ash, sam)
            start = ash.text(*HERE).index("mine ")
            sam.write(*HERE, start, start + 5, "")
            await together(ash, sam)
            ash.undo_notes(*HERE)
            await together(ash, sam)
            assert ash.runs(*HERE) == (Run(SAM, "theirs "),) == sam.runs(*HERE)

    asyncio.run(going())
