"""Searching: the index finds what reading every record would find, in any script, and says where it stands."""

import dataclasses
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supervision.errors import BadInput
from supervision.model import changes as c
from supervision.model import places
from supervision.model.values import Matter, Note, Run, Session
from supervision.shelf import Found, Shelf
from supervision.store import Store
from supervision.text import clean, fold
from tests import factory as f

PIECES = (
    *("Zoë", "zoe", "CAFÉ", "cafe\u0301", "Straße", "STRASSE", "I", "ı", "İstanbul", "a", "é", "ø", "Łódź", "naïve"),
    *("שָׁלוֹם", "שלום", "سَلام", "سلام", "中文", "会议记录", "東京", "カフェ", "ｶﾌｪ", "한국어", "ประชุม", "नमस्ते", "👩‍👩‍👧"),
    *("it's", "it’s", "-", "—", "...", "?", "*", '"', "%", "_", "\\", "(b1)", "[b]", "10:30", "x\u200dy", "ﬁn", "²"),
)
WORDS = st.sampled_from(PIECES) | st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
LINES = st.lists(WORDS, max_size=6).map(" ".join).map(clean)


@st.composite
def records(draw: st.DrawFn) -> list[Session]:
    made = []
    for n in range(draw(st.integers(1, 4))):
        session = dataclasses.replace(
            f.session(session_id=f"2026-11-23-100{n}-test"),
            started=f.NOW + timedelta(days=n),
            matters=(Matter(n=1, alias=draw(LINES), text=draw(LINES)), Matter(n=2, question=draw(LINES))),
            notes=tuple(
                Note(stage=stage, matter=1, runs=tuple(Run(f.ASH, text) for text in draw(st.lists(LINES, max_size=3))))
                for stage in ("arrive", "not-in-the-pack")
            ),
        )
        if draw(st.booleans()):
            session = f.decided(session, rationale=draw(LINES) or "because", title=draw(LINES) or "title")
        if draw(st.booleans()) and (words := " ".join(draw(LINES).split())):
            session = f.done(session, c.AddAction(text=words))
        made.append(session)
    return made


@st.composite
def searches(draw: st.DrawFn) -> str:
    words = [draw(WORDS) for _ in range(draw(st.integers(1, 3)))]
    cut = [word[: draw(st.integers(1, 5))] for word in words]
    ways = {"upper": str.upper, "lower": str.lower, "title": str.title}
    return " ".join(ways[draw(st.sampled_from(list(ways)))](word) for word in cut)


def by_reading(shelf: Shelf, typed: str) -> list[tuple[str, ...]]:
    """What reading every record finds."""
    words = fold(typed).split()
    kept = [shelf.store.load(session_id) for session_id in shelf.store.ids()]

    def holding(session: Session, all_places: Iterator[places.Place]) -> list[tuple[str, ...]]:
        return [(session.id, *place) for place in all_places if all(word in fold(place.text) for word in words)]

    written = [place for session in kept for place in holding(session, places.written(session))]
    return written + [place for session in kept for place in holding(session, places.asked(session.pack))]


def place(found: Found) -> tuple[str, ...]:
    return (found.session, found.where, found.id, found.stage, found.text)


@given(records(), st.lists(searches(), min_size=1, max_size=4), st.booleans())
@settings(max_examples=40, deadline=None)
def test_the_index_finds_what_reading_every_record_finds(made: list[Session], typed: list[str], anew: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shelf = Shelf(Store(Path(folder) / "store"), lambda: f.NOW)
        for session in made:
            shelf.store.create(session)
        for words in typed:
            if anew:
                shelf.store.index.discard()
            if not fold(words).split():
                with pytest.raises(BadInput):
                    shelf.search(words)
                continue
            expected = by_reading(shelf, words)
            assert [place(found) for found in shelf.search(words)] == expected
            assert [place(found) for found in shelf.search(words, most=2)] == expected[:2]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(Store(tmp_path / "store"), lambda: f.NOW)


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Zoë at the café", "CAFE zoe"),
        ("zoe at the cafe", "Zoë CAFÉ"),
        ("die Straße", "STRASSE"),
        ("Søren from Łódź", "soren lodz"),
        ("it’s late — again", "it's - again"),
        ("ﬁnal ½ ｶﾌｪ", "final カフェ"),
        ("שָׁלוֹם לכולם", "שלום"),
        ("今日の会議記録です", "会議"),
        ("İstanbul", "istanbul"),
        ("a * b", "*"),
        ("100% of J's_hours", "100% s_h"),
    ],
)
def test_words_are_found_without_accents_capitals_or_the_keyboards_own_signs(
    shelf: Shelf, written: str, typed: str
) -> None:
    shelf.store.create(f.done(f.session(), c.WriteNote(text=written)))
    assert [found.text for found in shelf.search(typed)] == [written]


def test_words_count_only_where_they_stand_together(shelf: Shelf) -> None:
    shelf.store.create(f.done(f.session(), c.WriteNote(text="lifts home"), c.WriteNote(text="late on Friday")))
    assert [found.text for found in shelf.search("home lifts")] == ["lifts home"]
    assert shelf.search("lifts friday") == []


def test_what_people_wrote_comes_before_what_was_asked_and_the_newest_first(shelf: Shelf) -> None:
    for day, words in enumerate(("boundaries, first", "boundaries, last")):
        session = dataclasses.replace(
            f.session(session_id=f"2026-11-23-100{day}-test"), started=f.NOW + timedelta(days=day)
        )
        shelf.store.create(f.done(session, c.WriteNote(text=words)))
    found = shelf.search("boundaries")
    assert [(one.where, one.text[-5:]) for one in found[:2]] == [("note", " last"), ("note", "first")]
    assert [(one.where, one.session[-6]) for one in found[2:]] == [("prompt", "1"), ("prompt", "0")]


def test_a_place_is_named_for_people_too(shelf: Shelf) -> None:
    session = f.done(f.session(), c.MoveTo(stage="boundaries"), c.WriteNote(text="a lift home"))
    shelf.store.create(session)
    (found,) = shelf.search("lift")
    assert (found.where, found.stage, found.title) == ("note", "boundaries", "Boundary experiences")
    assert (found.held[:10], found.people) == ("2026-11-23", ("Ash Patel", "Sam Okafor"))


def test_questions_are_found_as_they_read_on_the_screen(shelf: Shelf) -> None:
    stage, *rest = f.pack().stages
    asked = dataclasses.replace(stage.prompts[0], text="What does {alias} need?")
    pack = dataclasses.replace(f.pack(), stages=(dataclasses.replace(stage, prompts=(asked,)), *rest))
    shelf.store.create(dataclasses.replace(f.session(), pack=pack))
    assert [found.text for found in shelf.search("person need")] == ["What does the person need?"]


def test_words_that_were_taken_away_are_found_no_more(shelf: Shelf) -> None:
    kept = shelf.store.create(f.done(f.session(), c.WriteNote(text="a secret")))
    assert shelf.search("secret")
    shelf.store.save(dataclasses.replace(kept, notes=()), expected_revision=kept.revision)
    assert shelf.search("secret") == []
    assert b"secret" not in shelf.store.index.file.read_bytes()
    shelf.store.remove(kept.id)
    assert shelf.search("boundaries") == []
    assert b"What has this person known" not in shelf.store.index.file.read_bytes()


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE folded_bodies SET body = CAST(replace(CAST(body AS TEXT), 'kitchen', 'bathroom') AS BLOB)",
        "UPDATE folded_bodies SET body = NULL",
        "DELETE FROM folded_bodies WHERE id LIKE '%test'",
        "DELETE FROM glances WHERE id LIKE '%test'",
        "UPDATE glances SET people = '[]'",
        "UPDATE glances SET seen = '0'",
        "UPDATE glances SET asked = 'another'",
        "DELETE FROM asked",
        "DROP TABLE folded_bodies",
    ],
)
def test_a_harmed_index_finds_the_same(shelf: Shelf, harm: str) -> None:
    for n, words in enumerate(("in the kitchen", "nowhere", "a kitchen, discussion")):
        session = f.session(session_id=f"2026-11-{n + 10}-1000-test")
        shelf.store.create(f.done(session, c.WriteNote(text=words)))
    before = {words: shelf.search(words) for words in ("kitchen", "discussion", "no such words")}
    assert before["kitchen"] and len(before["discussion"]) > 1
    for words, found in before.items():
        with sqlite3.connect(shelf.store.index.file) as base:
            base.execute(harm)
        base.close()
        assert shelf.search(words) == found
        assert shelf.search(words) == found
