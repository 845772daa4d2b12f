"""A new epoch: the history goes, the words stay; and what was written meanwhile comes along once."""

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from supervision.document import Document, Touched
from supervision.document.rebase import added, rebased
from supervision.document.seen import Splice
from supervision.model import changes as c
from supervision.model.values import Note, Run
from tests import factory
from tests.test_document import HERE

runs = settings(max_examples=50, deadline=None)


def mirrored(document: Document) -> list[str]:
    """The text as somebody sees it who follows the splices."""
    text = [document.text(*HERE)]

    def follow(touched: Touched) -> None:
        for splice in touched.splices.get(HERE, ()):
            text[0] = text[0][: splice.index] + splice.inserted + text[0][splice.index + splice.deleted :]

    document.on_change(follow)
    return text


def test_a_new_epoch_holds_no_deleted_word_and_takes_back_all_the_same() -> None:
    document = Document.from_session(factory.session())
    assert document.is_as_seeded
    document.insert(*HERE, 0, "secretword stays", "p-a")
    document.delete(*HERE, 0, 11)
    assert b"secretword" in document.state() and not document.is_as_seeded
    before = document.snapshot()
    ended = document.begin_epoch()
    assert document.is_as_seeded
    assert b"secretword" not in document.state()
    assert document.snapshot() == before
    assert list(document.former().values()) == [ended]
    assert document.undo(*HERE)
    assert document.text(*HERE) == "secretword stays"


def test_what_was_done_stays_done_across_epochs() -> None:
    document = Document.from_session(factory.session())
    before = document.snapshot()
    document.absorb(before, factory.done(before, c.AddAction(text="Ring J")), token="one")
    assert document.has_done("one") and not document.has_done("two")
    document.begin_epoch()
    assert document.has_done("one")
    assert Document.from_state(document.state()).has_done("one")


@runs
@given(st.randoms(use_true_random=False), st.integers(1, 12), st.integers(0, 12))
def test_words_written_before_one_heard_of_the_new_epoch_come_along_once(
    chance: random.Random, mine: int, theirs: int
) -> None:
    host = Document.from_session(factory.session())
    host.insert(*HERE, 0, "abcdefgh ijkl", "p-a")
    guest = Document.from_state(host.state())
    seen = mirrored(guest)
    letters = iter(map(chr, range(0x4E00, 0x4F00)))
    written, deleted = "", ""
    for document, edits in ((host, theirs), (guest, mine)):
        for _ in range(edits):
            at = chance.randint(0, len(document.text(*HERE)))
            if chance.random() < 0.3:
                deleted += document.text(*HERE)[at : at + 2]
                document.delete(*HERE, at, min(2, len(document.text(*HERE)) - at))
            else:
                word = next(letters)
                written += word
                document.insert(*HERE, at, word, "p-a" if document is host else "p-b")
    base = host.begin_epoch()
    arrived = guest.adopt(host.state(), base)
    host.merge(guest.updates_since(arrived))
    assert host.text(*HERE) == guest.text(*HERE) == seen[0]
    assert host.runs(*HERE) == guest.runs(*HERE)
    left = host.text(*HERE)
    assert all(left.count(word) == (word not in deleted) for word in written)
    while guest.undo(*HERE):
        pass
    host.merge(guest.updates_since(arrived))
    assert host.text(*HERE) == guest.text(*HERE) == seen[0]


def test_words_that_are_offered_are_ones_own_since_then() -> None:
    host = Document.from_session(factory.session())
    host.insert(*HERE, 0, "before ", "p-a")
    guest = Document.from_state(host.state())
    base = guest.version()
    guest.insert(*HERE, 7, "on the train", "p-b")
    assert guest.written_since(base) == {HERE: (Run("p-b", "on the train"),)}


words = st.text(alphabet="abc \n", max_size=20)


@runs
@given(words, words, st.data())
def test_splices_brought_to_another_text_insert_each_word_once(base: str, now: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(base)))
    deleted = data.draw(st.integers(0, len(base) - at))
    text = now
    for splice in rebased(base, [Splice(at, deleted, "XYZ", "p-a")], now):
        assert 0 <= splice.index <= len(text) and splice.index + splice.deleted <= len(text)
        text = text[: splice.index] + splice.inserted + text[splice.index + splice.deleted :]
    assert text.count("XYZ") == 1
    if base == now:
        assert text == base[:at] + "XYZ" + base[at + deleted :]
    else:
        rest = iter(now)
        assert all(letter in rest for letter in text.replace("XYZ", ""))  # nothing else came, nothing changed places


@runs
@given(words, words, words)
def test_what_came_into_a_text_is_brought_by_whoever_wrote_it_and_takes_nothing_away(
    base: str, before: str, behind: str
) -> None:
    runs = (Run("p-b", before), Run("p-a", base), Run("p-c", behind))
    text = base
    for splice in added(base, runs):
        assert splice.deleted == 0 and splice.by in ("p-a", "p-b", "p-c")
        text = text[: splice.index] + splice.inserted + text[splice.index :]
    for whole in (base, before + base + behind):
        rest = iter(text)
        assert all(letter in rest for letter in whole)


in_words = st.lists(st.sampled_from([f"w{n}" for n in range(40)]), unique=True, max_size=8)


@runs
@given(in_words, in_words, st.sampled_from(["", " ", "\n"]), st.data())
def test_words_written_between_words_never_come_into_the_middle_of_one(
    base: list[str], now: list[str], end: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(base)))
    gone = data.draw(st.integers(0, len(base) - at))
    place = sum(len(word) + 1 for word in base[:at])
    deleted = sum(len(word) + 1 for word in base[at : at + gone])
    text = " ".join([*now, end])
    for splice in rebased(" ".join([*base, ""]), [Splice(place, deleted, "mine ", "p-a")], text):
        text = text[: splice.index] + splice.inserted + text[splice.index + splice.deleted :]
    left = text.split()
    assert left.count("mine") == 1
    whole = iter(now)
    assert all(word in whole for word in left if word != "mine")
    assert set(left) >= set(now) - set(base[at : at + gone])


def test_words_that_several_brought_in_another_order_stay_whole() -> None:
    base, now = "w35 w56 w53 w54\nw57 w52 ", "w35 w54\nw57 w56 w52 w53 "
    (splice,) = rebased(base, [Splice(8, 0, "w55 ", "p-a")], now)
    assert (now[: splice.index] + splice.inserted + now[splice.index :]).split() == [
        *("w35", "w55", "w54", "w57", "w56", "w52", "w53")
    ]


def test_what_two_had_of_a_former_epoch_is_brought_over_once() -> None:
    host = Document.from_session(factory.session())
    host.insert(*HERE, 0, "before ", "p-a")
    one, other = (Document.from_state(host.state()) for _ in range(2))
    one.insert(*HERE, 7, "on the train ", "p-b")
    other.merge(one.updates_since(other.version()))  # and the host, which was busy, has not heard of it
    other.insert(*HERE, 20, "and here", "p-c")
    epoch = host.epoch
    host.begin_epoch()
    for guest in (one, other):
        version, base = guest.version(), host.former()[epoch]
        arrived = guest.adopt(host.state(), base)
        host.merge(guest.updates_since(arrived))
        host.brought(epoch, version)
    assert host.text(*HERE) == other.text(*HERE) == "before on the train and here"
    assert Document.from_state(host.state()).former() == host.former()


def test_words_brought_from_a_file_are_none_that_were_written_here() -> None:
    session = factory.session()
    document = Document.from_session(session)
    known = document.version()
    document.insert(*HERE, 0, "mine ", "p-a")
    file = replace(session, notes=(Note(stage=HERE[0], matter=HERE[1], runs=(Run("p-b", "theirs "),)),))
    document.bring(session, file, known)
    assert sorted(document.text(*HERE).split()) == ["mine", "theirs"]
    base = document.all_but_own_since(known)
    document.adopt(Document.from_session(file).state(), base)
    assert sorted(document.text(*HERE).split()) == ["mine", "theirs"]
