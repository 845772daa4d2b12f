"""Actions and review dates for other programs: read by those programs, and never more than what was typed."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import vobject
from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from pytodotxt import Task, TodoTxtParser

from supervision.errors import BadInput
from supervision.export.listing import FORMATS, listed, rows_of
from supervision.export.table import COLUMNS, inert, words_of
from supervision.export.todo import plain, tag
from supervision.model import changes as c
from supervision.model import digest
from supervision.model.values import Decision, Session
from supervision.text import clean, one_line
from tests import factory as f
from tests.hostile import PAYLOADS, dangerous
from tests.test_export import signed

NOW = f.NOW + timedelta(days=1)
HOSTILE = pytest.mark.parametrize("words", [words for _, words in PAYLOADS], ids=[label for label, _ in PAYLOADS])


def made(session: Session, form: str, now: datetime = NOW) -> bytes:
    return listed(*rows_of(session, f.TODAY), form, now)


def hostile(words: str) -> Session:
    """A session with an action that says this everywhere, and a decision that is looked at again."""
    line = one_line(words) or "x"
    session = f.done(signed(), c.AddAction(text="Ring", owner="Sam", due=date(2026, 12, 3)), by="Sam")
    session = f.done(session, c.NoteAction(id=session.actions[-1].id, text="Going on"))
    last = session.actions[-1]
    last = replace(last, text=line, waiting_on=line, notes=(replace(last.notes[0], text=words),))
    return replace(
        session,
        actions=(*session.actions[:-1], last),
        matters=tuple(replace(matter, alias=line) for matter in session.matters),
        people=tuple(replace(person, name=line) for person in session.people),
        decisions=tuple(_called(decision, line) for decision in session.decisions),
    )


def _called(decision: Decision, words: str) -> Decision:
    """The decision in other words, to which the same people have agreed."""
    decision = replace(decision, title=words, alias=words)
    text = digest.decision_digest(decision)
    return replace(decision, marks=tuple(replace(mark, digest=text) for mark in decision.marks))


def as_table(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def tasks(data: bytes) -> list[Task]:
    found: list[Task] = TodoTxtParser().parse(data.decode())
    return found


def events(data: bytes) -> list[Any]:
    return Calendar.from_ical(data).walk("VEVENT")


# -- CSV ----------------------------------------------------------------------------------------------------------


@HOSTILE
def test_no_cell_is_a_formula_and_every_cell_is_readable(words: str) -> None:
    session = hostile(words)
    table = as_table(made(session, "csv"))
    assert len(table) == len(session.actions) + len(session.decisions)
    for row in table:
        for cell in row.values():
            assert not re.match(r"[=+\-@\t\r ＝＋－＠]", cell)
            assert dangerous(cell) == []
    last = next(row for row in table if row["id"] == session.actions[-1].id)
    assert words_of(last["text"]) == (one_line(words) or "x")
    assert words_of(last["notes"]).endswith(clean(words))


@given(st.text("=+-@'\"; ,|\t\n＝a1", max_size=12))
@example(" \n'=1+1")
@example("a;'=1+1")
@example("'")
def test_a_cell_gives_its_words_back_and_no_separator_makes_a_formula(words: str) -> None:
    cell = inert(words)
    assert words_of(cell) == clean(words)
    for part in re.split(r"[;,|\t\n]", cell):
        assert part.strip()[:1] not in tuple("=+-@＝")


def test_a_table_has_actions_and_review_dates() -> None:
    session = signed()
    table = as_table(made(session, "csv"))
    assert tuple(table[0]) == COLUMNS
    assert [(row["kind"], row["text"], row["due"]) for row in table] == [
        ("action", "Write them into the book", ""),
        ("review", "Look again at: Evening messages", "2027-01-03"),
        ("review", "Look again at: The cakes", "2027-01-03"),
    ]
    assert table[0]["with"] == "Ash Patel, Sam Okafor"
    assert table[0]["about"] == "M"


# -- todo.txt -----------------------------------------------------------------------------------------------------


@HOSTILE
def test_nothing_typed_is_a_mark_of_todo_txt(words: str) -> None:
    session = hostile(words)
    data = made(session, "todo.txt")
    found = tasks(data)
    assert len(found) == data.decode().count("\n") == len(session.actions) + len(session.decisions)
    assert dangerous(data.decode()) == []
    alias = tag(one_line(words) or "x")
    for task in found:
        assert task.priority is None
        assert not task.is_completed
        assert task.creation_date == f.TODAY
        assert task.projects == [session.id]
        assert task.contexts == ([alias] if alias else [])
        assert task.attributes.keys() - {"https", "http"} <= {"due", "owner", "id"}
    task = next(task for task in found if session.actions[-1].id in task.attributes["id"])
    assert task.attributes["due"] == ["2026-12-03"]


@given(st.text("@+:/ xA1()due\u3000", max_size=20))
@example("@@")
@example("a::b")
@example("+@+")
@example("due:+2026-01-01")
def test_any_words_stay_words_in_todo_txt(words: str) -> None:
    task = Task(f"2026-11-23 {plain(words)} end")
    assert (task.projects, task.contexts, task.priority) == ([], [], None)
    assert not [key for key in task.attributes if key.strip("()/@+ ").isalpha()]
    assert "".join(plain(words).split()) == "".join(words.split())


def test_todo_txt_says_what_is_done_and_what_was_dropped() -> None:
    session = f.done(f.session(), c.AddAction(text="(A) Ring J at 14:30, see https://example.org/a:b", owner="Sam"))
    session = f.done(session, c.AddAction(text="Write"), c.AddAction(text="x Ask"))
    ids = [action.id for action in session.actions]
    session = f.done(session, c.SetActionStatus(id=ids[1], status="done"))
    session = f.done(session, c.SetActionStatus(id=ids[2], status="dropped"))
    first, second, third = made(session, "todo.txt").decode().splitlines()
    assert first == (
        f"2026-11-23 (A) Ring J at 14:30, see https://example.org/a:b +{session.id} @J owner:Sam-Okafor id:{ids[0]}"
    )
    assert second == f"x 2026-11-23 2026-11-23 Write +{session.id} @J id:{ids[1]}"
    assert third == f"x 2026-11-23 2026-11-23 x Ask +{session.id} @J status:dropped id:{ids[2]}"


# -- the calendar -------------------------------------------------------------------------------------------------


@HOSTILE
def test_nothing_typed_breaks_out_of_the_calendar(words: str) -> None:
    session = hostile(words)
    data = made(session, "ics")
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert dangerous(data.replace(b"\r\n ", b"").decode()) == []
    found = events(data)
    assert len(found) == 3
    shown = one_line(words) or "x"
    assert [str(event["summary"]) for event in found] == [shown, *[f"Look again at: {shown}".strip()] * 2]
    again = vobject.readOne(data.decode())
    assert [event.summary.value for event in again.vevent_list] == [str(event["summary"]) for event in found]
    assert all(len(event.contents["valarm"]) == 1 for event in again.vevent_list)


@given(st.text(max_size=120))
@settings(max_examples=50)
@example("\r\nEND:VALARM\r\nEND:VEVENT")
@example("é" * 100)
def test_any_words_come_back_from_the_calendar_as_they_were(words: str) -> None:
    row = rows_of(f.done(f.session(), c.AddAction(text="Ring", due=f.TODAY)), f.TODAY)[0][0]
    (event,) = events(listed([row | {"text": words, "waiting_on": words, "alias": words}], [], "ics", NOW))
    assert str(event["summary"]) == one_line(words)
    assert [str(alarm["description"]) for alarm in event.walk("VALARM")] == [one_line(words)]


def test_days_are_whole_days_with_an_alarm_the_day_before() -> None:
    session = f.done(f.session(), c.AddAction(text="Ring J", owner="Sam", due=date(2026, 12, 3)))
    calendar: Any = Calendar.from_ical(made(session, "ics"))
    assert "boundary-supervision" in calendar["prodid"]
    (event,) = calendar.walk("VEVENT")
    assert (event.start, event.end) == (date(2026, 12, 3), date(2026, 12, 4))
    assert event["dtstart"].to_ical() == b"20261203" and event["dtstart"].params["VALUE"] == "DATE"
    (alarm,) = event.walk("VALARM")
    assert (alarm["action"], alarm.TRIGGER) == ("DISPLAY", timedelta(days=-1))
    assert event["class"] == "PRIVATE"
    assert "Who: Sam Okafor" in event["description"]


def test_a_second_file_updates_what_the_first_one_brought() -> None:
    session = f.done(f.session(), c.AddAction(text="Ring J", owner="Sam", due=date(2026, 12, 3)))
    (first,) = events(made(session, "ics"))
    same = events(made(session, "ics", NOW + timedelta(days=1)))[0]
    assert (same["uid"], same["sequence"], same["last-modified"].dt) == (
        *(first["uid"], first["sequence"], first["last-modified"].dt),
    )
    assert same["dtstamp"].dt > first["dtstamp"].dt
    action = session.actions[0].id
    from supervision.model.apply import apply

    moved = apply(session, c.EditAction(id=action, due=date(2026, 12, 10)), f.act("Sam", minutes=30))
    (later,) = events(made(moved, "ics"))
    assert later["uid"] == first["uid"]
    assert later["sequence"] > first["sequence"]
    assert later["last-modified"].dt == f.NOW.astimezone(UTC) + timedelta(minutes=30)
    assert later.start == date(2026, 12, 10)
    (gone,) = events(made(f.done(moved, c.SetActionStatus(id=action, status="done")), "ics"))
    assert (gone["uid"], gone["status"]) == (first["uid"], "CANCELLED")
    assert gone["sequence"] > later["sequence"]
    assert not gone.walk("VALARM")


def test_a_calendar_has_only_what_has_a_day_and_decisions_that_stand() -> None:
    session = f.done(f.decided(f.session(), stance="hold"), c.AddAction(text="Some day"))
    assert events(made(session, "ics")) == []
    for by in ("Ash", "Sam"):
        session = f.done(session, c.Agree(id=session.decisions[0].id), by=by)
    assert [str(event["summary"]) for event in events(made(session, "ics"))] == ["Look again at: Evening messages"]


@pytest.fixture
def last_day() -> Iterator[Session]:
    yield f.done(f.session(), c.AddAction(text="At the end of time", due=date.max))


def test_the_last_day_there_is_can_be_written(last_day: Session) -> None:
    assert [event["dtstart"].dt for event in events(made(last_day, "ics"))] == [date.max]


# -- JSON, and what there is not ----------------------------------------------------------------------------------


def test_json_is_the_actions_as_they_are_listed_and_the_reviews_beside_them() -> None:
    session = signed()
    found = json.loads(made(session, "json"))
    actions, _ = rows_of(session, f.TODAY)
    assert [row for row in found if row["kind"] == "action"] == [{"kind": "action", **row} for row in actions]
    reviews = [row for row in found if row["kind"] == "review"]
    assert [row["decision"] for row in reviews] == [decision.id for decision in session.decisions]
    assert all(row.keys() >= {"id", "session", "text", "owner", "due", "status", "notes"} for row in reviews)


def test_another_format_is_refused_with_those_there_are() -> None:
    with pytest.raises(BadInput, match=re.escape(", ".join(FORMATS))):
        made(signed(), "xlsx")
