"""The open form of a session: exact both ways, true to authors, convergent, and careful with what arrives."""

import asyncio
import dataclasses
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loro import ExportMode, LoroDoc, VersionVector

from supervision.document import Document, Splice, Touched
from supervision.document.guard import guard
from supervision.document.takeback import LIMIT, Takeback
from supervision.errors import DocumentBroken
from supervision.model import values as v
from supervision.model.notes import normal
from supervision.model.values import Note, Run, Session
from tests.store_values import AT, any_session, full, session

HERE = ("boundaries", 1)
ENVELOPE = len(b"supervision document 1\n") + 16

sessions = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
runs_of_edits = settings(max_examples=60, deadline=None)


def empty() -> Document:
    return Document.from_session(session())


def replicas(number: int, of: Session | None = None) -> list[Document]:
    first = Document.from_session(of or session())
    return [first, *(Document.from_state(first.state()) for _ in range(number - 1))]


def bring_together(*documents: Document) -> None:
    for _ in range(2):
        for one in documents:
            for other in documents:
                if one is not other:
                    one.merge(other.updates_since(one.version()))


def decision(of: Session, n: int = 0) -> v.Decision:
    return of.decisions[n]


def with_decision(of: Session, **changes: object) -> Session:
    changed = replace(of.decisions[0], **changes)  # type: ignore[arg-type]
    return replace(of, decisions=(changed, *of.decisions[1:]))


def absorb(document: Document, change: Callable[[Session], Session]) -> None:
    before = document.snapshot()
    document.absorb(before, change(before))


# -- values ------------------------------------------------------------------------------------------------------------


@sessions
@given(any_session())
def test_any_session_comes_back_exactly(made: Session) -> None:
    document = Document.from_session(made)
    assert document.snapshot() == normal(made)
    assert Document.from_state(document.state()).snapshot() == normal(made)
    assert normal(normal(made)) == normal(made)


def test_a_full_session_comes_back_with_its_offsets() -> None:
    again = Document.from_session(full()).snapshot()
    assert again == full()
    assert again.started.isoformat() == full().started.isoformat()


def test_every_field_of_a_session_is_filled_by_the_full_one() -> None:
    default = session()
    unfilled = [f.name for f in dataclasses.fields(Session) if getattr(full(), f.name) == getattr(default, f.name)]
    assert set(unfilled) <= {"id", "kind", "started", "people", "prompt", "matter", "next_focus"}


def test_a_session_without_matters_or_with_one_id_twice_comes_back() -> None:
    twice = full().decisions * 2
    odd = replace(full(), matters=(), decisions=twice, people=full().people[:1] * 3, signatures=full().signatures * 2)
    assert Document.from_session(odd).snapshot() == odd


@sessions
@given(any_session(), any_session())
def test_absorbing_any_other_session_gives_that_and_the_way_back(one: Session, other: Session) -> None:
    document = Document.from_session(one)
    first, second = normal(one), normal(other)
    document.absorb(first, second)
    assert document.snapshot() == second
    document.absorb(second, first)
    assert document.snapshot() == first


ENTRIES = st.lists(st.sampled_from("abcdefg"), unique=True, max_size=6)


@sessions
@given(st.lists(ENTRIES, min_size=2, max_size=6))
def test_entries_keep_whatever_order_they_are_given(orders: list[list[str]]) -> None:
    document = empty()
    for order in orders:
        actions = tuple(v.Action(id=each, text=each, created=AT, created_by="p-one") for each in order)
        marks = tuple(v.Mark(by=each, at=AT, digest=each) for each in order)
        absorb(document, lambda s, a=actions, m=marks: replace(s, actions=a, acknowledged=m))  # type: ignore[misc]
        assert [action.id for action in document.snapshot().actions] == order
        assert [mark.by for mark in document.snapshot().acknowledged] == order


def test_what_was_removed_does_not_come_back_with_its_id() -> None:
    document = Document.from_session(full())
    whole = document.snapshot()
    bare = v.Decision(id=decision(whole).id, number=1, created=AT, created_by="p-one")
    absorb(document, lambda s: replace(s, decisions=()))
    absorb(document, lambda s: replace(s, decisions=(bare,)))
    assert document.snapshot().decisions == (bare,)
    absorb(document, lambda s: with_decision(s, salts={"need": "22"}, options=(v.Option(id="o9", text="Soften"),)))
    assert decision(document.snapshot()).salts == {"need": "22"}
    assert [option.id for option in decision(document.snapshot()).options] == ["o9"]


def test_only_the_differences_are_written() -> None:
    document = Document.from_session(full())
    seen: list[Touched] = []
    document.on_change(seen.append)
    document.absorb(document.snapshot(), document.snapshot())
    assert seen == []
    size = len(document.state())
    absorb(document, lambda s: with_decision(s, title="Lifts"))
    assert len(document.state()) - size < 100


def test_a_value_that_cannot_be_written_leaves_the_document_as_it_was() -> None:
    document = Document.from_session(full())
    before = document.snapshot()
    half = replace(before, place="new", next_focus="\ud800")
    with pytest.raises(ValueError, match="surrogate"):
        document.absorb(before, half)
    with pytest.raises(ValueError, match="surrogate"):
        document.absorb(
            before, replace(before, place="new", notes=(Note(stage="x", matter=1, runs=(Run("a", "\ud800"),)),))
        )
    document.insert(*HERE, 0, "and on", "p-one")
    assert document.snapshot().place == before.place


def test_a_line_that_a_change_adds_is_spliced_in() -> None:
    document = Document.from_session(full())
    seen: list[Touched] = []
    document.on_change(seen.append)
    before = document.snapshot()
    (note,) = before.notes
    line = replace(note, runs=(*note.runs, Run("p-one", "\nnew")))
    other = Note(stage="act", matter=2, runs=(Run("p-two", "there"),))
    after = normal(replace(before, notes=(line, other)))
    document.absorb(before, after)
    assert document.snapshot() == after
    (touched,) = seen
    assert touched.splices[HERE] == (Splice(len(note.text), 0, "\nnew", "p-one"),)
    assert set(touched.notes) == {HERE, ("act", 2)}
    assert not touched.rest


def test_notes_that_changed_meanwhile_are_not_guessed_at() -> None:
    document = Document.from_session(full())
    before = document.snapshot()
    (note,) = before.notes
    after = replace(before, place="elsewhere", notes=(replace(note, runs=(Run("p-one", "other"),)),))
    document.insert(*HERE, 0, "typed", "p-two")
    typed = document.snapshot()
    with pytest.raises(ValueError, match="have changed"):
        document.absorb(before, after)
    assert document.snapshot() == typed


# -- two who write in one session --------------------------------------------------------------------------------------


def test_two_who_edit_different_fields_of_one_decision_both_keep_their_edit() -> None:
    one, other = replicas(2, full())
    absorb(one, lambda s: with_decision(s, title="Lifts", options=(*decision(s).options, v.Option(id="o3", text="C"))))
    absorb(
        other,
        lambda s: with_decision(
            s,
            need="Company",
            options=(*decision(s).options, v.Option(id="o4", text="D")),
            marks=(*decision(s).marks, v.Mark(by="p-two", at=AT, digest="cd")),
            salts={**decision(s).salts, "risks": "33"},
        ),
    )
    bring_together(one, other)
    both = decision(one.snapshot())
    assert one.snapshot() == other.snapshot()
    assert (both.title, both.need) == ("Lifts", "Company")
    assert [option.text for option in both.options] == ["Hold", "Bend", "C", "D"]
    assert [mark.by for mark in both.marks] == ["p-one", "p-two"]
    assert both.salts == {"title": "00ff", "need": "11aa", "risks": "33"}


def test_two_who_add_things_at_once_both_keep_theirs() -> None:
    one, other = replicas(2)
    for document, name in ((one, "aaaaaaaaaa"), (other, "bbbbbbbbbb")):
        absorb(
            document,
            lambda s, name=name: replace(  # type: ignore[misc]
                s,
                actions=(*s.actions, v.Action(id=name, text=name, created=AT, created_by="p-one")),
                history=(*s.history, v.Event(at=AT, by=name, kind="added")),
                acknowledged=(*s.acknowledged, v.Mark(by=name, at=AT, digest="")),
                addenda=(*s.addenda, v.Addendum(id=name, by=name, at=AT, text=name)),
            ),
        )
    absorb(one, lambda s: replace(s, place="here"))
    bring_together(one, other)
    both = one.snapshot()
    assert both == other.snapshot()
    assert [action.id for action in both.actions] == ["aaaaaaaaaa", "bbbbbbbbbb"]
    assert sorted(event.by for event in both.history) == ["aaaaaaaaaa", "bbbbbbbbbb"]
    assert len(both.acknowledged) == len(both.addenda) == 2
    assert both.place == "here"


def test_removing_what_somebody_else_is_editing_leaves_a_readable_session() -> None:
    one, other = replicas(2, full())
    absorb(one, lambda s: replace(s, decisions=(), actions=s.actions[1:]))
    absorb(other, lambda s: with_decision(s, need="Company", salts={"a": "b"}))
    bring_together(one, other)
    assert one.snapshot() == other.snapshot()
    assert one.snapshot().decisions == ()
    absorb(one, lambda s: replace(s, decisions=full().decisions))
    bring_together(one, other)
    assert one.snapshot().decisions == other.snapshot().decisions == full().decisions


# -- notes -------------------------------------------------------------------------------------------------------------


def test_words_are_cleaned_and_what_went_in_is_returned() -> None:
    document = empty()
    assert document.insert(*HERE, 0, "a\u2028b\r\nc\x1b", "p-one") == "a\nb\nc\ufffd"
    assert document.text(*HERE) == "a\nb\nc\ufffd"
    assert document.replace(*HERE, 0, 5, "Ä😀", "p-two") == "Ä😀"
    assert document.runs(*HERE) == (Run("p-two", "Ä😀"), Run("p-one", "\ufffd"))
    assert document.insert(*HERE, 1, "", "p-one") == ""
    document.delete(*HERE, 1, 2)
    assert document.text(*HERE) == "Ä"


def test_a_line_stands_on_a_line_of_its_own() -> None:
    document = empty()
    assert document.append_line(*HERE, "one", "p-one") == "one"
    assert document.append_line(*HERE, "two\n", "p-two") == "\ntwo\n"
    assert document.append_line(*HERE, "three", "p-two") == "three"
    assert document.runs(*HERE) == (Run("p-one", "one"), Run("p-two", "\ntwo\nthree"))


@pytest.mark.parametrize("stage", ["a/b", "nul\x00", "", "ü:1", "note:1:x", "%2F"])
def test_any_stage_id_can_have_notes(stage: str) -> None:
    document = empty()
    document.insert(stage, -3, 0, "words", "p-one")
    again = Document.from_state(document.state())
    assert again.snapshot().notes == (Note(stage=stage, matter=-3, runs=(Run("p-one", "words"),)),)


@pytest.mark.parametrize(("start", "end"), [(-1, 0), (0, 4), (3, 2), (4, 4)])
def test_a_place_outside_the_text_is_refused(start: int, end: int) -> None:
    document = empty()
    document.insert(*HERE, 0, "abc", "p-one")
    with pytest.raises(IndexError):
        document.replace(*HERE, start, end, "x", "p-one")
    with pytest.raises(IndexError):
        document.cursor(*HERE, 4)
    assert document.text(*HERE) == "abc"


def test_notes_that_were_emptied_vanish() -> None:
    document = empty()
    document.insert(*HERE, 0, "abc", "p-one")
    document.delete(*HERE, 0, 3)
    assert document.snapshot() == session()
    assert document.text("never", 9) == ""
    assert document.runs("never", 9) == ()


class Many:
    """Replicas that write letters which occur once each, so that it is known whose each one is."""

    def __init__(self, number: int, chance: random.Random) -> None:
        self.documents = replicas(number)
        self.author: dict[str, str] = {}
        self._next = chance.choice((0xE000, 0x20000))  # beyond 16 bits too: indices count code points
        for peer, document in zip(chance.sample(range(1, 9), number), self.documents, strict=True):
            document._doc.peer_id = peer  # ties are broken by it: the same choices must end the same way

    def letters(self, count: int, by: str) -> str:
        text = "".join(map(chr, range(self._next, self._next + count)))
        self._next += count
        self.author.update(dict.fromkeys(text, by))
        return text

    def misattributed(self) -> set[str]:
        runs = (run for document in self.documents for run in document.runs(*HERE))
        return {letter for run in runs for letter in run.text if self.author[letter] != run.by}


@runs_of_edits
@given(st.randoms(use_true_random=False), st.integers(5, 50))
def test_replicas_converge_and_no_word_changes_its_author(chance: random.Random, steps: int) -> None:
    many = Many(3, chance)
    mirrors = ["", "", ""]

    def mirror(n: int) -> Callable[[Touched], None]:
        def follow(touched: Touched) -> None:
            for splice in touched.splices.get(HERE, ()):
                text = mirrors[n]
                mirrors[n] = text[: splice.index] + splice.inserted + text[splice.index + splice.deleted :]

        return follow

    for n, document in enumerate(many.documents):
        document.on_change(mirror(n))
    for _ in range(steps):
        document = chance.choice(many.documents)
        length = len(document.text(*HERE))
        start = chance.randint(0, length)
        match chance.randrange(7):
            case 0 | 1 | 2:
                by = chance.choice("abc")
                document.insert(*HERE, start, many.letters(chance.randint(1, 4), by), by)
            case 3:
                end = min(length, start + chance.randint(0, 5))
                document.replace(*HERE, start, end, many.letters(chance.randint(0, 2), "a"), "a")
            case 4:
                chance.choice((document.undo, document.redo))(*HERE)
            case _:
                other = chance.choice(many.documents)
                document.merge(other.updates_since(document.version()))
        assert mirrors == [each.text(*HERE) for each in many.documents]
        assert not many.misattributed()
    bring_together(*many.documents)
    assert mirrors == [each.text(*HERE) for each in many.documents]
    assert len({document.snapshot() == many.documents[0].snapshot() for document in many.documents}) == 1
    assert many.documents[0].runs(*HERE) == many.documents[2].runs(*HERE)
    assert not many.misattributed()


# -- taking back -------------------------------------------------------------------------------------------------------


@runs_of_edits
@given(st.randoms(use_true_random=False), st.integers(1, 30))
def test_undo_goes_back_through_every_state_and_redo_forward(chance: random.Random, steps: int) -> None:
    start = Note(stage=HERE[0], matter=1, runs=(Run("a", "Ä😀 "), Run("b", "words\n")))
    document = Document.from_session(session(notes=(start,)))
    states = [document.runs(*HERE)]
    for _ in range(steps):
        length = len(document.text(*HERE))
        at = chance.randint(0, length)
        end = min(length, at + chance.randint(0, 5))
        words = chance.choice(["", "xy", "é😀é", "\n\n"])
        if not words and end - at < 2:
            continue  # single deletions in a row may be one step: tested below
        document.replace(*HERE, at, end, words, chance.choice("abc"))
        states.append(document.runs(*HERE))
    for state in reversed(states[:-1]):
        assert document.undo(*HERE)
        assert document.runs(*HERE) == state
    assert not document.undo(*HERE)
    for state in states[1:]:
        assert document.redo(*HERE)
        assert document.runs(*HERE) == state
    assert not document.redo(*HERE)


@runs_of_edits
@given(st.randoms(use_true_random=False), st.integers(2, 40))
def test_undo_takes_back_ones_own_words_and_nobody_elses(chance: random.Random, steps: int) -> None:
    many = Many(2, chance)
    mine, theirs = many.documents
    own: set[str] = set()
    others: set[str] = set()
    deleted_there: set[str] = set()
    for _ in range(steps):
        length, length_there = len(mine.text(*HERE)), len(theirs.text(*HERE))
        match chance.randrange(12):
            case 0 | 1 | 2:
                by = chance.choice("ab")
                words = many.letters(chance.randint(1, 3), by)
                own.update(words)
                mine.insert(*HERE, chance.randint(0, length), words, by)
            case 3 | 4:
                start = chance.randint(0, length)
                mine.delete(*HERE, start, min(chance.randint(1, 4), length - start))
            case 5:
                words = many.letters(2, "c")
                others.update(words)
                before = mine.snapshot()
                runs = (*mine.runs(*HERE), Run("c", words))
                mine.absorb(before, normal(replace(before, notes=(Note(stage=HERE[0], matter=1, runs=runs),))))
            case 6 | 7:
                words = many.letters(chance.randint(1, 3), "d")
                others.update(words)
                theirs.insert(*HERE, chance.randint(0, length_there), words, "d")
            case 8:
                start = chance.randint(0, length_there)
                end = min(start + chance.randint(1, 4), length_there)
                deleted_there.update(theirs.text(*HERE)[start:end])
                theirs.delete(*HERE, start, end - start)
            case 9:
                mine.merge(theirs.updates_since(mine.version()))
            case 10:
                theirs.merge(mine.updates_since(theirs.version()))
            case _:
                chance.choice((mine.undo, mine.redo))(*HERE)
    mine.merge(theirs.updates_since(mine.version()))
    while mine.redo(*HERE):
        pass
    all_done = mine.runs(*HERE)
    while mine.undo(*HERE):
        pass
    left = mine.text(*HERE)
    assert not set(left) & own
    assert set(left) >= others - deleted_there
    assert len(set(left)) == len(left)
    while mine.redo(*HERE):
        pass
    assert mine.runs(*HERE) == all_done
    assert not many.misattributed()
    bring_together(mine, theirs)
    assert mine.runs(*HERE) == theirs.runs(*HERE)


def test_keys_in_a_row_are_one_step_until_a_word_begins() -> None:
    document = empty()
    for n, key in enumerate("two words\nmore"):
        document.insert(*HERE, n, key, "p-one")
    states = []
    while document.undo(*HERE):
        states.append(document.text(*HERE))
    assert states == ["two words\n", "two words", "two ", ""]


def test_another_writer_or_place_begins_a_step() -> None:
    document = empty()
    document.insert(*HERE, 0, "a", "p-one")
    document.insert(*HERE, 1, "b", "p-two")
    document.insert(*HERE, 0, "c", "p-two")
    states = []
    while document.undo(*HERE):
        states.append(document.text(*HERE))
    assert states == ["ab", "a", ""]


def test_deletions_in_a_row_are_one_step_both_ways() -> None:
    document = empty()
    document.insert(*HERE, 0, "abcdef", "p-one")
    for at in (5, 4):  # backspace
        document.delete(*HERE, at, 1)
    for _ in range(2):  # delete
        document.delete(*HERE, 0, 1)
    assert document.text(*HERE) == "cd"
    document.undo(*HERE)
    assert document.text(*HERE) == "abcd"
    document.undo(*HERE)
    assert document.text(*HERE) == "abcdef"
    document.redo(*HERE)
    assert document.text(*HERE) == "abcd"


def test_typing_goes_on_as_one_step_while_somebody_else_writes() -> None:
    mine, theirs = replicas(2)
    for n, key in enumerate("word"):
        mine.insert(*HERE, mine.text(*HERE).index("|") if n else 0, key, "p-one")
        if not n:
            theirs.merge(mine.state())
            theirs.insert(*HERE, 1, "|", "p-two")
        theirs.merge(mine.state())
        theirs.insert(*HERE, 0, "x", "p-two")
        mine.merge(theirs.state())
    assert mine.text(*HERE) == "xxxxword|"
    assert mine.undo(*HERE)
    assert mine.text(*HERE) == "xxxx|"


def test_undo_is_for_each_of_the_notes() -> None:
    document = empty()
    document.insert("act", 1, 0, "first", "p-one")
    document.insert("act", 2, 0, "second", "p-one")
    assert document.undo("act", 1)
    assert not document.undo("act", 1)
    assert not document.undo("sign", 1)
    assert document.text("act", 2) == "second"


def test_old_steps_stand_and_the_account_stays_small() -> None:
    document = empty()
    for n in range(3 * LIMIT):
        document.insert(*HERE, n // 2, "ab", "p-one")
        if n % 3 == 0:
            document.delete(*HERE, n // 3, 2)
    back = 0
    while document.undo(*HERE):
        back += 1
    assert LIMIT <= back <= 2 * LIMIT
    assert len(document.text(*HERE)) > LIMIT


def test_the_account_refuses_places_it_does_not_know() -> None:
    with pytest.raises(IndexError):
        Takeback(3).foreign(4, 0, 1)


# -- observers ---------------------------------------------------------------------------------------------------------


def test_observers_hear_of_each_change_once_and_until_they_leave() -> None:
    one, other = replicas(2, full())
    here: list[Touched] = []
    there: list[Touched] = []
    leave = one.on_change(here.append)
    other.on_change(there.append)
    one.replace(*HERE, 0, 1, "Ä😀", "p-two")
    absorb(one, lambda s: replace(s, place="outside"))
    assert here == [
        Touched(splices={HERE: (Splice(0, 1, "Ä😀", "p-two"),)}, rest=False, local=True),
        Touched(splices={}, rest=True, local=True),
    ]
    other.merge(one.updates_since(other.version()))
    assert there == [Touched(splices={HERE: (Splice(0, 1, "Ä😀", "p-two"),)}, rest=True, local=False)]
    other.merge(one.updates_since(other.version()))
    assert len(there) == 1
    leave()
    one.undo(*HERE)
    assert len(here) == 2


def test_what_an_observer_raises_comes_out_after_all_were_told(capfd: pytest.CaptureFixture[str]) -> None:
    document = empty()
    heard: list[str] = []

    def fails(_: Touched) -> None:
        heard.append("first")
        raise LookupError("a mistake in a pane")

    document.on_change(fails)
    document.on_change(lambda _: heard.append("second"))
    with pytest.raises(LookupError):
        document.insert(*HERE, 0, "kept", "p-one")
    assert heard == ["first", "second"]
    assert document.text(*HERE) == "kept"
    other = Document.from_state(document.state())
    other.delete(*HERE, 0, 4)
    with pytest.raises(LookupError):
        document.merge(other.state())
    assert document.text(*HERE) == ""
    assert capfd.readouterr() == ("", "")


def test_a_change_that_an_observer_makes_is_told_after_the_present_one() -> None:
    document = empty()
    heard: list[str] = []

    def answers(touched: Touched) -> None:
        heard.append("answering")
        if not touched.rest:
            absorb(document, lambda s: replace(s, place="answered"))

    document.on_change(answers)
    document.on_change(lambda touched: heard.append("rest" if touched.rest else "notes"))
    document.insert(*HERE, 0, "x", "p-one")
    assert heard == ["answering", "notes", "answering", "rest"]
    assert document.snapshot().place == "answered"


# -- what arrives ------------------------------------------------------------------------------------------------------


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_damaged_bytes_are_refused_and_change_nothing(data: st.DataObject) -> None:
    document = Document.from_session(full())
    other = Document.from_state(document.state())
    other.insert(*HERE, 0, "newer Ä😀 words", "p-two")
    good = bytearray(data.draw(st.sampled_from([other.state(), other.updates_since(document.version())])))
    at = ENVELOPE + int((len(good) - ENVELOPE) * data.draw(st.floats(0, 1, exclude_max=True)))
    match data.draw(st.sampled_from(["cut", "flip", "insert"])):
        case "cut":
            bad = good[:at]
        case "flip":
            good[at] ^= data.draw(st.integers(1, 255))
            bad = good
        case _:
            bad = good[:at] + data.draw(st.binary(min_size=1, max_size=9)) + good[at:]
    before = document.snapshot()
    try:
        document.merge(bytes(bad))
    except DocumentBroken:
        assert document.snapshot() == before
    else:  # twelve bytes of its head are of no use to loro: only damage there may go unseen
        assert document.snapshot() == other.snapshot()
        assert at < ENVELOPE + 16
    assert document.merge(other.state())
    assert document.snapshot() == other.snapshot()


@given(st.binary(max_size=60))
def test_what_is_no_document_is_refused(data: bytes) -> None:
    document = empty()
    mark = document.state()[:ENVELOPE]
    for bad in (data, mark + data, mark[:-3] + data):
        with pytest.raises(DocumentBroken):
            document.merge(bad)
        with pytest.raises(DocumentBroken):
            Document.from_state(bad)


@given(st.binary(min_size=1, max_size=40))
def test_what_is_no_version_is_refused(data: bytes) -> None:
    document = empty()
    try:
        updates = document.updates_since(data)
    except DocumentBroken:
        return
    assert document.merge(updates)  # a few bytes happen to be a version: then it is a good one


def test_another_opening_of_the_same_session_is_not_mixed_in() -> None:
    one, other = Document.from_session(full()), Document.from_session(full())
    with pytest.raises(DocumentBroken, match="another opening"):
        one.merge(other.state())
    assert one.snapshot() == full()


def test_updates_wait_for_those_before_them() -> None:
    one, other = replicas(2)
    start = one.version()
    one.insert(*HERE, 0, "first ", "p-one")
    between = one.version()
    one.insert(*HERE, 6, "second", "p-one")
    assert not other.merge(one.updates_since(between))
    assert other.text(*HERE) == ""
    assert other.merge(one.updates_since(start))
    assert other.text(*HERE) == "first second"


def test_a_document_of_another_form_is_said_to_be_so() -> None:
    document = empty()
    strange = LoroDoc()  # type: ignore[no-untyped-call]
    strange.import_(document.state()[ENVELOPE:])
    strange.get_map("session").insert("started", '"yesterday"')
    strange.get_map("actions").insert("x", 5)
    data = document.state()[:ENVELOPE] + strange.export(ExportMode.Snapshot())
    with pytest.raises(DocumentBroken, match="form"):
        Document.from_state(data)


@pytest.mark.parametrize("order", [KeyboardInterrupt, SystemExit, GeneratorExit, asyncio.CancelledError, LookupError])
def test_orders_to_stop_and_mistakes_of_ours_pass_the_guard(order: type[BaseException]) -> None:
    with pytest.raises(order), guard():
        raise order


def test_what_the_library_raises_becomes_an_error_with_a_sentence() -> None:
    with pytest.raises(DocumentBroken, match="still stands") as caught, guard():
        raise BaseException("index out of bound")
    assert isinstance(caught.value.__cause__, BaseException)


# -- nothing that was deleted ------------------------------------------------------------------------------------------


def history(document: Document) -> str:
    """Everything in a document's bytes, unpacked."""
    inside = LoroDoc()  # type: ignore[no-untyped-call]
    inside.import_(document.state()[ENVELOPE:])
    return inside.export_json_updates(VersionVector(), inside.oplog_vv)  # type: ignore[no-untyped-call]


def test_deleted_words_are_in_no_document_made_from_the_values() -> None:
    document = Document.from_session(full())
    document.insert(*HERE, 0, "Wilhelmina", "p-one")
    document.delete(*HERE, 0, 10)
    absorb(document, lambda s: with_decision(s, need="Rumpelstilt"))
    absorb(document, lambda s: with_decision(s, need=""))
    assert "Wilhelmina" in history(document)
    assert "Rumpelstilt" in history(document)
    again = Document.from_session(document.snapshot())
    assert again.epoch != document.epoch
    for word in ("Wilhelmina", "Rumpelstilt"):
        assert word not in history(again)
        assert word.encode() not in again.state()
    assert "brackets" in history(again)


# -- places ------------------------------------------------------------------------------------------------------------


def test_a_place_stays_with_the_character_to_its_left() -> None:
    one, other = replicas(2)
    one.insert(*HERE, 0, "Ä😀b", "p-one")
    other.merge(one.state())
    start, middle, end = (one.cursor(*HERE, n) for n in (0, 2, 3))
    other.insert(*HERE, 0, "😀😀", "p-two")
    other.insert(*HERE, 4, "x", "p-two")
    other.insert(*HERE, 6, "y", "p-two")
    one.merge(other.state())
    assert one.text(*HERE) == "😀😀Ä😀xby"
    assert [one.position(caret) for caret in (start, middle, end)] == [0, 4, 6]
    assert [other.position(caret) for caret in (start, middle, end)] == [0, 4, 6]
    one.delete(*HERE, 3, 1)
    assert one.position(middle) == 3
    one.delete(*HERE, 0, 6)
    assert [one.position(caret) for caret in (start, middle, end)] == [0, 0, 0]


def test_a_place_of_other_notes_or_of_none_is_refused() -> None:
    document = empty()
    document.insert(*HERE, 0, "a", "p-one")
    document.insert("act", 1, 0, "a", "p-one")
    caret = document.cursor(*HERE, 1)
    for wrong in (replace(caret, stage="act"), replace(caret, left=b"\xff\x00")):
        with pytest.raises(DocumentBroken):
            document.position(wrong)
    assert document.position(replace(caret, stage="never")) == 0


@runs_of_edits
@given(st.randoms(use_true_random=False), st.integers(1, 25))
def test_places_hold_while_others_write(chance: random.Random, steps: int) -> None:
    many = Many(2, chance)
    one, other = many.documents
    one.insert(*HERE, 0, many.letters(10, "a"), "a")
    other.merge(one.state())
    carets = {one.text(*HERE)[n - 1]: one.cursor(*HERE, n) for n in range(1, 11)}
    for _ in range(steps):
        length = len(other.text(*HERE))
        at = chance.randint(0, length)
        gone = chance.randint(0, min(2, length - at))
        other.replace(*HERE, at, at + gone, many.letters(chance.randint(0, 2), "b"), "b")
    one.merge(other.updates_since(one.version()))
    text = one.text(*HERE)
    for letter, caret in carets.items():
        place = one.position(caret)
        assert place == other.position(caret)
        if letter in text:
            assert place == text.index(letter) + 1


def test_times_with_any_offset_keep_their_moment() -> None:
    later = replace(full(), held=AT + timedelta(days=1))
    document = Document.from_session(later)
    absorb(document, lambda s: replace(s, ended=None))
    assert document.snapshot() == replace(later, ended=None)
