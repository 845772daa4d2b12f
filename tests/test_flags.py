"""Flags of regions are seven characters that are seen as one: whatever two do at once, no half of one is left."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supervision import text
from supervision.document import Document, Gate
from supervision.document.rebase import rebased
from supervision.document.seen import Splice
from supervision.errors import Refused
from supervision.model.notes import normal
from supervision.model.values import Note, Run
from tests import factory

HERE = ("arrive", 1)
RUNS = settings(max_examples=60, deadline=None)


def flag(code: str) -> str:
    return "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in code) + "\U000e007f"


FLAGS = [flag(code) for code in ("gbsct", "gbwls", "gbeng", "ustx")]
WORDS = [*FLAGS, *FLAGS, "\U0001f3f4", "a", "gb", "🇬🇧", "\n", FLAGS[0] + FLAGS[1], f"x{FLAGS[2]}y"]


class Desk:
    """Somebody who writes as the room lets them: nothing cuts a flag in two."""

    def __init__(self, document: Document, who: str, chance: random.Random) -> None:
        self.document = document
        self.who = who
        self.chance = chance

    def does_something(self) -> None:
        now = self.document.text(*HERE)
        kind = self.chance.random()
        if kind < 0.15:
            self.document.undo(*HERE)
        elif kind < 0.2:
            self.document.redo(*HERE)
        elif kind < 0.3:
            self.becomes_another()
        else:
            start = self.chance.randint(0, len(now))
            end = min(len(now), start + self.chance.choice([0, 0, 1, 3, 9]))
            start, end = text.around_flags(now, start, end)
            words = self.chance.choice(WORDS) if self.chance.random() < 0.6 or start == end else ""
            self.document.replace(*HERE, start, end, words, self.who)

    def becomes_another(self) -> None:
        """A whole value takes the place of the notes, as when a change is taken back: one flag may become another."""
        before = self.document.snapshot()
        runs = self.document.runs(*HERE)
        now = tuple(Run(run.by, run.text.replace(FLAGS[0], FLAGS[1])) for run in runs)
        self.document.absorb(before, normal(replace(before, notes=(Note(stage=HERE[0], matter=HERE[1], runs=now),))))


def whole(*documents: Document) -> None:
    for document in documents:
        assert text.is_clean(document.text(*HERE)), ascii(document.text(*HERE))


@RUNS
@given(st.integers(0, 2**32), st.integers(2, 3), st.integers(1, 25))
def test_whatever_is_done_at_once_leaves_no_half(seed: int, people: int, steps: int) -> None:
    chance = random.Random(seed)  # who comes first at one place is up to chance, so what is drawn must not hang on it
    first = Document.from_session(factory.session())
    first.insert(*HERE, 0, "".join(chance.choices(WORDS, k=6)), "p-0")
    documents = [first, *(Document.from_state(first.state()) for _ in range(people - 1))]
    desks = [Desk(one, f"p-{n}", chance) for n, one in enumerate(documents)]
    gate = Gate(first)
    for _ in range(steps):
        chance.choice(desks).does_something()
        if chance.random() < 0.4:
            one, other = chance.sample(documents, 2)
            updates = one.updates_since(other.version())
            if other is first:
                gate.check(updates, 1, frozenset(f"p-{n}" for n in range(people)), lambda key, words: None)
            other.merge(updates)
            whole(other)
    for _ in range(2):
        for one in documents:
            for other in documents:
                other.merge(one.updates_since(other.version()))
    whole(*documents)
    assert len({one.text(*HERE) for one in documents}) == 1


@RUNS
@given(st.integers(0, 2**32), st.integers(0, 10), st.integers(0, 10))
def test_whatever_was_done_meanwhile_is_brought_over_without_half(seed: int, theirs: int, mine: int) -> None:
    chance = random.Random(seed)
    host = Document.from_session(factory.session())
    host.insert(*HERE, 0, "".join(chance.choices(WORDS, k=6)), "p-0")
    guest = Document.from_state(host.state())
    for document, steps in ((host, theirs), (guest, mine)):
        desk = Desk(document, "p-0" if document is host else "p-1", chance)
        for _ in range(steps):
            desk.does_something()
    base = host.begin_epoch()
    arrived = guest.adopt(host.state(), base)
    whole(guest)
    host.merge(guest.updates_since(arrived))
    whole(host)
    assert host.text(*HERE) == guest.text(*HERE)


def test_of_a_flag_that_became_another_nothing_is_deleted_by_whoever_deleted_the_one_before() -> None:
    scotland, wales = FLAGS[:2]
    assert rebased(scotland, [Splice(0, len(scotland), "")], scotland) == [Splice(0, len(scotland), "")]
    assert rebased(scotland, [Splice(0, len(scotland), "")], wales) == []
    assert rebased(scotland, [Splice(len(scotland), 0, "x", "p-a")], wales) == [Splice(0, 0, "x", "p-a")]


def test_somebody_who_leaves_half_a_flag_on_purpose_is_refused() -> None:
    host = Document.from_session(factory.session())
    host.insert(*HERE, 0, f"x{FLAGS[0]}y", "p-a")
    gate = Gate(host)
    for start, end in ((1, 2), (2, 5), (7, 8)):
        guest = Document.from_state(host.state())
        before = guest.version()
        guest.delete(*HERE, start, end - start)
        with pytest.raises(Refused):
            gate.check(guest.updates_since(before), 1, frozenset({"p-a"}), lambda key, words: None)
    guest = Document.from_state(host.state())
    before = guest.version()
    guest.delete(*HERE, 1, len(FLAGS[0]))
    gate.check(guest.updates_since(before), 1, frozenset({"p-a"}), lambda key, words: None)
