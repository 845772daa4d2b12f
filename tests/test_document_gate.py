"""What comes over a line is words in notes by whoever's line it is, or what they deleted themselves; nothing else."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supervision.document import Document, Gate, NoteKey
from supervision.errors import DocumentBroken, Refused, SupervisionError
from supervision.model import changes as c
from supervision.model.values import Run
from tests import factory
from tests.factory import ASH, SAM
from tests.test_document import HERE

runs = settings(max_examples=60, deadline=None)
SAMS = frozenset({SAM})


def anything(key: NoteKey, words: str) -> None:
    """These notes may be written."""


class Line:
    """A host with a gate, and a guest whose updates come through it."""

    def __init__(self, text: str = "") -> None:
        self.host = Document.from_session(factory.session())
        if text:
            self.host.insert(*HERE, 0, text, ASH)
        self.guest = Document.from_state(self.host.state())
        self.gate = Gate(self.host)
        self._sent = self.guest.version()

    def updates(self) -> bytes:
        data = self.guest.updates_since(self._sent)
        self._sent = self.guest.version()
        return data

    def send(self) -> None:
        data = self.updates()
        self.gate.check(data, 1, SAMS, anything)
        self.host.merge(data)

    def hear(self) -> None:
        self.guest.merge(self.host.updates_since(self.guest.version()))
        self._sent = self.guest.version()


@runs
@given(st.randoms(use_true_random=False), st.integers(1, 40))
def test_whatever_one_writes_deletes_and_takes_back_comes_in(chance: random.Random, steps: int) -> None:
    line = Line("What Ash wrote first.")
    for _ in range(steps):
        match chance.randrange(8):
            case 0 | 1:
                at = chance.randint(0, len(line.guest.text(*HERE)))
                line.guest.insert(*HERE, at, chance.choice(["a", "no", "é😀", "\n"]), SAM)
                line.send()
            case 2 | 3:
                length = len(line.guest.text(*HERE))
                at = chance.randint(0, length)
                line.guest.delete(*HERE, at, min(chance.randint(1, 4), length - at))
                line.send()
            case 4:
                at = chance.randint(0, len(line.host.text(*HERE)))
                line.host.insert(*HERE, at, "xyz", ASH)
                line.hear()
            case 5:
                length = len(line.host.text(*HERE))
                at = chance.randint(0, length)
                line.host.delete(*HERE, at, min(2, length - at))
                line.hear()
            case 6:
                line.guest.undo(*HERE)
                line.send()
            case _:
                line.guest.redo(*HERE)
                line.send()
    assert line.host.runs(*HERE) == line.guest.runs(*HERE)


def refused(line: Line, match: str = "not theirs") -> None:
    before = line.host.runs(*HERE)
    with pytest.raises(Refused, match=match):
        line.send()
    assert line.host.runs(*HERE) == before


def test_words_in_the_others_name_are_refused() -> None:
    line = Line("I said yes.")
    line.guest.insert(*HERE, 0, "I agree. ", ASH)
    refused(line)


def test_words_that_slip_into_the_others_are_refused() -> None:
    line = Line("I said yes.")
    text = line.guest._doc.get_text("note:1:boundaries")
    text.insert(2, "never ")
    line.guest._doc.commit()
    refused(line)


def test_making_the_others_words_ones_own_is_refused_and_so_is_the_reverse() -> None:
    for by in (SAM, ASH):
        line = Line("I said yes.")
        line.guest.insert(*HERE, 0, "no ", SAM)
        line.send()
        line.guest._doc.get_text("note:1:boundaries").mark(0, 5, "by", by)
        line.guest._doc.commit()
        refused(line)


def test_the_others_words_come_back_in_no_other_order_and_no_other_place() -> None:
    line = Line("on yes")
    line.guest.delete(*HERE, 0, 2)
    line.send()
    line.guest.insert(*HERE, 0, "no", ASH)
    refused(line)
    line = Line("on yes")
    line.guest.delete(*HERE, 0, 2)
    line.send()
    line.guest.insert(*HERE, 4, "on", ASH)
    refused(line)
    line = Line("on yes")
    for at in (1, 0):  # letter by letter, to put them back the other way round
        line.guest.delete(*HERE, at, 1)
        line.send()
    line.guest.insert(*HERE, 0, "n", ASH)
    line.send()
    line.guest.insert(*HERE, 1, "o", ASH)
    refused(line)


def test_anything_but_notes_is_refused() -> None:
    line = Line()
    before = line.guest.snapshot()
    line.guest.absorb(before, factory.done(before, c.AddAction(text="Tell the manager"), by="Sam"))
    with pytest.raises(Refused, match="not theirs"):
        line.send()
    assert line.host.snapshot().actions == ()


def test_control_characters_are_refused_and_the_next_words_come_in() -> None:
    line = Line()
    line.guest._doc.get_text("note:1:boundaries").insert(0, "a\x1b]52;c;eA==\x07")
    line.guest._doc.get_text("note:1:boundaries").mark(0, 3, "by", SAM)
    line.guest._doc.commit()
    refused(line)
    fresh = Document.from_state(line.host.state())
    seen = fresh.version()
    fresh.insert(*HERE, 0, "fine", SAM)
    data = fresh.updates_since(seen)
    line.gate.check(data, 2, SAMS, anything)
    line.host.merge(data)
    assert line.host.text(*HERE) == "fine"


def test_what_the_room_forbids_is_refused() -> None:
    line = Line()
    line.guest.insert("nowhere", 9, 0, "x", SAM)

    def none(key: NoteKey, words: str) -> None:
        assert (key, words) == (("nowhere", 9), "x")
        raise Refused("No such notes.")

    with pytest.raises(Refused, match="No such notes"):
        line.gate.check(line.updates(), 1, SAMS, none)


@runs
@given(st.data())
def test_mutated_updates_end_in_an_error_of_ours_or_in_the_same_words(data: st.DataObject) -> None:
    line = Line("before ")
    line.guest.insert(*HERE, 7, "after", SAM)
    update = bytearray(line.updates())
    for _ in range(data.draw(st.integers(1, 3))):
        update[data.draw(st.integers(0, len(update) - 1))] = data.draw(st.integers(0, 255))
    try:
        line.gate.check(bytes(update), 1, SAMS, anything)
        line.host.merge(bytes(update))
    except (SupervisionError, DocumentBroken):
        assert line.host.runs(*HERE) == (Run(ASH, "before "),)
    else:
        assert line.host.runs(*HERE) == line.guest.runs(*HERE)
