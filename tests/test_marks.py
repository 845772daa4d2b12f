"""Lines of notes that are marked as options or as reasons: kept in the record, and never longer than their words."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supervision.errors import BadInput, NotFound, Refused
from supervision.export import composing
from supervision.model import changes as c
from supervision.model import digest, notes, views
from supervision.model.values import NoteMark, Session
from supervision.room import Room
from supervision.store import Store
from tests import factory as f
from tests.tui_desk import ID, one_session

NOW, TODAY = f.NOW, f.TODAY


def noted(*lines: str) -> Session:
    return f.done(one_session(), *(c.WriteNote(text=line, stage="boundaries") for line in lines))


def kinds(session: Session) -> list[tuple[str, str]]:
    return [(mark.kind, mark.text) for mark in session.marks]


def test_a_line_is_marked_marked_otherwise_and_unmarked() -> None:
    session = noted("Hold the hours", "One reply by eight")
    session = f.done(session, c.MarkNote(text=" One reply by eight ", kind="option", stage="boundaries"))
    assert kinds(session) == [("option", "One reply by eight")]
    session = f.done(session, c.MarkNote(text="One reply by eight", kind="reason", stage="boundaries"))
    assert kinds(session) == [("reason", "One reply by eight")]
    session = f.done(session, c.MarkNote(text="One reply by eight", kind="", stage="boundaries"))
    assert kinds(session) == []
    assert [event.kind for event in session.history[-3:]] == ["note-marked", "note-marked", "note-unmarked"]


def test_what_is_not_there_is_not_marked_nor_a_blank_line() -> None:
    with pytest.raises(NotFound):
        f.done(noted("One"), c.MarkNote(text="Two", kind="option", stage="boundaries"))
    with pytest.raises(BadInput):
        f.done(noted("One"), c.MarkNote(text="  ", kind="option", stage="boundaries"))


def test_a_mark_is_told_in_json_and_in_the_text_of_the_record() -> None:
    session = f.done(
        noted("One reply by eight"), c.MarkNote(text="One reply by eight", kind="option", stage="boundaries")
    )
    mark = session.marks[0]
    assert views.show(session, TODAY)["marks"] == [
        {
            "id": mark.id,
            "stage": "boundaries",
            "matter": 1,
            "by": session.called(mark.by),
            "by_id": mark.by,
            "at": mark.at.isoformat(),
            "kind": "option",
            "text": "One reply by eight",
        }
    ]
    assert "Marked as an option" in str(composing.record(session, TODAY))


def test_a_signature_covers_what_was_marked_and_marking_afterwards_withdraws_it() -> None:
    session = f.done(noted("One", "Two"), c.MarkNote(text="One", kind="reason", stage="boundaries"), c.Sign())
    assert "One" in [text for path, text in digest.session_texts(session).items() if path.startswith("marks/")]
    assert not f.done(session, c.MarkNote(text="Two", kind="reason", stage="boundaries")).signatures
    signed = f.done(session, c.Sign(), by="Sam")
    with pytest.raises(Refused):
        f.done(signed, c.MarkNote(text="Two", kind="reason", stage="boundaries"))


def mark(text: str) -> NoteMark:
    return NoteMark(id="m1", stage="s", matter=1, by="p-one", at=NOW, kind="option", text=text)


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ("a\nb", "a\nb and more", "b and more"),
        ("a\nb", "new\na\nb", "b"),
        ("a\nb", "a", None),
        ("a\nb", "", None),
        ("b", "b\nc", "b"),
        ("abb\nb b", "abb\nb\nb", "b"),
        ("a\nb", "ab", "ab"),
        ("a\n b ", "a\nb", "b"),
    ],
)
def test_a_mark_follows_its_line_and_goes_with_it(before: str, after: str, text: str | None) -> None:
    line = "b b" if "b b" in before else "b"
    assert [one.text for one in notes.followed((mark(line),), "s", 1, before, after)] == ([text] if text else [])


TEXT = st.text("ab \n", max_size=12)


@given(TEXT, TEXT, st.integers(0, 5))
def test_a_mark_never_keeps_words_that_are_not_in_the_notes(before: str, after: str, nth: int) -> None:
    lines = [line.strip() for line in before.split("\n") if line.strip()]
    marks = tuple(mark(line) for line in lines[nth : nth + 1])
    for one in notes.followed(marks, "s", 1, before, after):
        assert one.text and one.text in [line.strip() for line in after.split("\n")]
    assert notes.followed(marks, "t", 1, before, after) == marks


async def test_in_an_open_session_a_mark_follows_what_is_typed_taken_back_and_deleted(tmp_path: Path) -> None:
    store = Store(tmp_path / "store", views.summary)
    store.create(noted("One reply", "Hold"))
    async with Room(store, ID, me="Ash Patel", clock=lambda: NOW) as room:
        room.change(c.MarkNote(text="One reply", kind="option", stage="boundaries"))
        room.write("boundaries", 1, 9, 9, " by eight")
        assert kinds(room.session) == [("option", "One reply by eight")]
        room.undo_notes("boundaries", 1)
        assert kinds(room.session) == [("option", "One reply")]
        room.redo_notes("boundaries", 1)
        assert kinds(room.session) == [("option", "One reply by eight")]
    assert kinds(store.load(ID)) == [("option", "One reply by eight")]
    async with Room(store, ID, me="Ash Patel", clock=lambda: NOW) as room:
        room.write("boundaries", 1, 0, len("One reply by eight\n"), "")
        assert room.text("boundaries", 1) == "Hold" and not room.session.marks
    assert "One reply" not in store.file(ID).read_text()
