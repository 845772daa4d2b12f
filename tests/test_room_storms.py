"""Several programs in one session come, leave, stand still and are killed while all write: no word is lost or doubled.

Of who was killed what was in the file is there; the last that they wrote may be gone with them.
Whoever stands still for longer than the others wait is taken over from by force, and finds that out when they wake.
"""

import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from supervision.live import Pace
from supervision.store import Store
from tests.keyboard import Keyboard
from tests.live import ID, store

__all__ = ["store"]

PACE = Pace(ping=0.06, offline=0.36, takeover=0.45)
"""Some thirty times as quick as in earnest."""
PATIENCE = 120.0


def words(store: Store) -> Counter[str]:
    notes = store.load(ID).notes
    return Counter(notes[0].text.split()) if notes else Counter()


class Storm:
    """What happens to the keyboards, by chance, while each of them writes words that are there only once."""

    def __init__(self, store: Store, chance: random.Random, most: int) -> None:
        self.store = store
        self.chance = chance
        self.most = most
        self.keyboards: list[Keyboard] = []
        self.typed: dict[Keyboard, list[str]] = {}
        self.killed: set[str] = set()
        """Words of those who were killed: the last of them may be missing."""
        self.happened: Counter[str] = Counter()
        self.saved: set[str] = set()
        """What has been in the file, whoever wrote it and whatever became of them."""
        self._all = ExitStack()
        self._standing: dict[Keyboard, float] = {}
        self._over = threading.Event()
        self._waking = threading.Thread(target=self._wake)

    @contextmanager
    def rages(self) -> Iterator["Storm"]:
        with self._all:
            self._waking.start()
            try:
                yield self
            finally:
                self.ends()

    def ends(self) -> None:
        self._over.set()
        self._waking.join()
        for keyboard in tuple(self._standing):
            keyboard.thaw()
        self._standing.clear()

    def _wake(self) -> None:
        while not self._over.wait(0.01):
            for keyboard, until in tuple(self._standing.items()):
                if until < time.monotonic():
                    keyboard.thaw()
                    self._standing.pop(keyboard, None)

    def comes(self) -> None:
        keyboard = self._all.enter_context(Keyboard(self.store, ID, self.chance.choice(["Ash", "Sam"]), PACE))
        self.keyboards.append(keyboard)
        self.typed[keyboard] = []

    def writes(self, keyboard: Keyboard) -> None:
        """Also one who stands still: they read it when they wake, before they hear what became of the session."""
        number = sum(map(len, self.typed.values()))
        self.typed[keyboard].append(f"w{number}")
        keyboard.type(f"w{number}" + ("\n" if number % 5 == 0 else " "))

    def stands_still(self, keyboard: Keyboard) -> None:
        keyboard.process.send_signal(signal.SIGSTOP)
        self._standing[keyboard] = time.monotonic() + self.chance.uniform(0, 3 * PACE.takeover)

    def goes(self, keyboard: Keyboard, *, killed: bool) -> None:
        self.keyboards.remove(keyboard)
        if killed:
            keyboard.kill()
            self.killed.update(self.typed[keyboard])
        else:
            keyboard.leave()

    def happens(self) -> None:
        """One thing, by chance."""
        self.saved.update(words(self.store))
        keyboard, what = self.chance.choice(self.keyboards), self.chance.random()
        still = keyboard in self._standing
        if what < 0.7:
            self.writes(keyboard)
        elif what < 0.88 and not still and len(self._standing) < len(self.keyboards) - 1:
            self.happened["stood still"] += 1
            self.stands_still(keyboard)
        elif 0.88 <= what < 0.94 and len(self.keyboards) < self.most:
            self.happened["came"] += 1
            self.comes()
        elif what >= 0.94 and not still and len(self.keyboards) > 3:
            killed = what >= 0.97
            self.happened["were killed" if killed else "left"] += 1
            self.goes(keyboard, killed=killed)

    def is_right(self, found: Counter[str]) -> bool:
        sure = [word for each in self.typed.values() for word in each if word not in self.killed]
        return all(found[word] == 1 for word in (*sure, *self.saved)) and set(found.values()) <= {1}


def weathered(store: Store, seed: int, begin: int, most: int, seconds: float) -> None:
    storm = Storm(store, random.Random(seed), most)
    with storm.rages():
        for _ in range(begin):
            storm.comes()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            storm.happens()
            time.sleep(storm.chance.uniform(0, 0.06))  # the pace of those who write, not a wait for anything
        storm.ends()
        deadline = time.monotonic() + PATIENCE
        while True:
            states = [keyboard.state for keyboard in storm.keyboards]
            found = [Counter(state["text"].split()) for state in states]
            if all(map(storm.is_right, found)) and len({state["text"] for state in states}) == 1:
                break
            assert time.monotonic() < deadline, (seed, storm.happened, [found[0] - one for one in found], states)
            time.sleep(0.1)
        assert not any(state["offered"] for state in states)
        for keyboard in storm.keyboards:
            keyboard.leave()
    assert storm.is_right(words(store)), (seed, storm.happened)
    assert words(store) == found[0]


def test_a_short_storm(store: Store) -> None:
    weathered(store, seed=1, begin=3, most=4, seconds=6)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10))
def test_a_storm_of_a_minute(store: Store, seed: int) -> None:
    weathered(store, seed, begin=5, most=12, seconds=60)


def test_whoever_was_overtaken_and_leaves_as_they_wake_hands_on_what_they_wrote(store: Store) -> None:
    with ExitStack() as stack:
        ash, sam = (stack.enter_context(Keyboard(store, ID, me, PACE)) for me in ("Ash", "Sam"))
        ash.type("before ")
        sam.until(text="before ")
        holder, other = (ash, sam) if ash.state["host"] else (sam, ash)
        holder.freeze()
        other.until(patience=PATIENCE, host=True, waiting=False)
        third = stack.enter_context(Keyboard(store, ID, "Sam", PACE))  # since then nobody has what the first one has
        third.until(text="before ")
        other.type("meanwhile ")
        holder.type("my last words ")
        assert holder.process.stdin is not None
        holder.process.stdin.flush()
        holder.thaw()
        holder.leave()
        for keyboard in (other, third):
            deadline = time.monotonic() + PATIENCE
            while keyboard.state["text"].count("my last words ") != 1:
                assert time.monotonic() < deadline, keyboard.state
        assert sorted(other.state["text"].split()) == sorted(["before", "meanwhile", "my", "last", "words"])


def test_whoever_was_alone_and_overtaken_brings_what_they_write_as_they_wake(store: Store) -> None:
    with ExitStack() as stack:
        ash = stack.enter_context(Keyboard(store, ID, "Ash", PACE))
        ash.type("before ")
        ash.until(text="before ", waiting=False)
        ash.freeze()
        sam = stack.enter_context(Keyboard(store, ID, "Sam", PACE))  # nothing was shared: they begin from the file
        sam.until(patience=PATIENCE, host=True)
        sam.type("meanwhile ")
        ash.type("as I wake ")
        ash.thaw()
        ash.until(patience=PATIENCE, host=False, lost=False, waiting=False, offered=0)
        everything = sorted(["before", "meanwhile", "as", "I", "wake"])
        for keyboard in (ash, sam):
            deadline = time.monotonic() + PATIENCE
            while sorted(keyboard.state["text"].split()) != everything:
                assert time.monotonic() < deadline, keyboard.state


def test_nobody_takes_a_session_away_from_whoever_holds_it_without_the_lock(store: Store) -> None:
    with ExitStack() as stack:
        ash, sam = (stack.enter_context(Keyboard(store, ID, me, PACE)) for me in ("Ash", "Sam"))
        sam.until(lost=False)
        holder, other = (ash, sam) if ash.state["host"] else (sam, ash)
        holder.freeze()
        other.until(patience=PATIENCE, host=True, waiting=False)
        other.freeze()
        holder.kill()  # and with it the lock is free
        third = stack.enter_context(Keyboard(store, ID, "Sam", Pace(ping=0.06, offline=10, takeover=20, greeting=0.05)))
        third.type("here too ")
        time.sleep(0.5)  # it would take over at once, if it did; whoever holds the session stands still all the while
        other.type("still here ")
        other.thaw()
        state = third.until(patience=PATIENCE, lost=False, waiting=False)
        assert not state["host"] and other.state["host"]
        assert sorted(state["text"].split()) == sorted(["here", "too", "still", "here"])


def test_a_holder_that_stands_still_in_the_middle_of_a_save_is_followed_by_another(store: Store) -> None:
    with ExitStack() as stack:
        ash, sam = (stack.enter_context(Keyboard(store, ID, me, PACE)) for me in ("Ash", "Sam"))
        sam.until(lost=False)
        holder, other = (ash, sam) if ash.state["host"] else (sam, ash)
        holder.type("before ")
        other.until(text="before ", waiting=False)
        with store.lock(ID):  # as whoever stands still there has it
            holder.freeze()
            other.type("meanwhile ")
            other.until(patience=PATIENCE, host=True)
        holder.type("as I wake ")
        holder.thaw()
        everything = sorted(["before", "meanwhile", "as", "I", "wake"])
        for keyboard in (holder, other):
            deadline = time.monotonic() + PATIENCE
            while sorted(keyboard.state["text"].split()) != everything or keyboard.state["waiting"]:
                assert time.monotonic() < deadline, keyboard.state
        assert words(store) == Counter(everything)
