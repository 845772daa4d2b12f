"""A session and the tables of its file: exact both ways, plain to TinyDB, and careful with what it is given."""

import copy
import dataclasses
import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from pydantic_core import PydanticSerializationError
from tinydb import TinyDB

from supervision import model
from supervision.errors import Damaged, TooNew
from supervision.model import values
from supervision.model.values import Session
from supervision.store.codec import TABLES, from_tables, to_tables
from supervision.store.storage import AtomicStorage, Tables
from tests.store_values import any_session, full, session

FILE = Path("sessions/2026-11-22-1405-abcd.json")


def through_file(tables: Tables) -> Tables:
    loaded: Tables = json.loads(json.dumps(tables))
    return loaded


@settings(max_examples=60, deadline=None)
@given(any_session())
def test_any_session_comes_back_exactly(made: Session) -> None:
    assert from_tables(through_file(to_tables(made)), FILE) == made


def test_a_full_session_comes_back_exactly_with_offsets() -> None:
    again = from_tables(through_file(to_tables(full())), FILE)
    assert again == full()
    assert again.started.isoformat() == full().started.isoformat()
    assert again.held is not None and again.held.utcoffset() == timedelta(0)


def test_the_full_session_of_these_tests_has_something_in_every_field() -> None:
    plain = session()
    # What is computed or the same in both by nature is named here; a new field must be added to `full`.
    same = {"id", "kind", "started", "people", "prompt", "matter", "next_focus"}
    differing = {f.name for f in dataclasses.fields(Session) if getattr(full(), f.name) != getattr(plain, f.name)}
    assert {field.name for field in dataclasses.fields(Session)} - differing <= same


def test_tables_are_fields_of_a_session_and_the_rest_is_in_one_document(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    AtomicStorage(path).write(to_tables(full()))
    with TinyDB(path) as base:
        assert base.tables() == {"session", "notes", "actions", "decisions", "history"}
        (main,) = base.table("session").all()
        assert main["format"] == model.FORMAT
        assert set(main) == {"format"} | {field.name for field in dataclasses.fields(Session)} - set(TABLES)
        assert [row["runs"][1] for row in base.table("notes").all()] == [{"by": "p-two", "text": "שלום\nline"}]
        assert [row["id"] for row in base.table("actions").all()] == ["act2345678", "act9999999"]
        assert base.table("actions").all()[0]["due"] == "2026-12-06"
        assert base.table("decisions").all()[0]["salts"] == {"title": "00ff", "need": "11aa"}
        assert [row["kind"] for row in base.table("history").all()] == ["started", "agreed"]


def test_an_empty_session_has_all_its_tables() -> None:
    assert set(to_tables(session())) == {"session", "notes", "actions", "decisions", "history"}


def test_history_never_holds_text() -> None:
    assert {field.name for field in dataclasses.fields(values.Event)} == {"at", "by", "kind", "id"}


def test_unknown_keys_and_tables_are_ignored() -> None:
    tables = through_file(to_tables(full()))
    tables["session"]["1"]["colour"] = "blue"
    tables["actions"]["1"]["colour"] = {"deep": ["blue"]}
    tables["_default"] = {}
    assert from_tables(tables, FILE) == full()


def test_a_missing_field_with_a_default_takes_it() -> None:
    tables = through_file(to_tables(full()))
    del tables["actions"]["1"]["waiting_on"]
    assert from_tables(tables, FILE) == full()


def test_documents_are_read_in_the_order_of_their_numbers() -> None:
    tables = through_file(to_tables(full()))
    tables["actions"] = {"10": tables["actions"]["2"], "9": tables["actions"]["1"]}
    assert from_tables(tables, FILE) == full()


def change(where: tuple[str, ...], value: Any) -> Tables:
    tables = through_file(to_tables(full()))
    inside: Any = tables
    for key in where[:-1]:
        inside = inside[key]
    if value is ...:
        del inside[where[-1]]
    else:
        inside[where[-1]] = value
    return tables


@pytest.mark.parametrize(
    ("where", "value", "said"),
    [
        (("session", "1", "started"), "yesterday", "“started” is not a date and time"),
        (("session", "1", "started"), 1700000000, "“started” is not a date and time"),
        (("session", "1", "kind"), "party", "“kind” holds a word that is not known there"),
        (("session", "1", "people"), "Sam", "“people” is not a list"),
        (("session", "1", "pack"), None, "“pack” is not a group of fields"),
        (("session", "1", "place"), 5, "“place” is not text"),
        (("session", "1", "revision"), "7", "“revision” is not a whole number"),
        (("session", "1", "id"), ..., "“id” is missing"),
        (("session", "1", "matters"), [], "it holds no matter"),
        (("actions", "2", "due"), "2026-13-40", "in action 2 “due” is not a date"),
        (("actions", "2", "text"), ..., "in action 2 “text” is missing"),
        (("decisions", "1", "options"), [{"id": "o1"}], "in decision 1 “options.1.text” is missing"),
        (("decisions", "1", "salts"), ["x"], "in decision 1 “salts” is not a group of fields"),
        (("notes", "1", "runs"), [{"by": "x", "text": None}], "in note 1 “runs.1.text” is not text"),
        (("history", "1", "at"), None, "in line of history 1 “at” is not a date and time"),
        (("actions",), ..., "its table “actions” is missing"),
        (("actions",), [], "its table “actions” is missing"),
        (("actions", "one"), {}, "its table “actions” is not a table"),
        (("actions", "9" * 5000), {}, "its table “actions” is not a table"),
        (("actions", "1"), "x", "its table “actions” is not a table"),
        (("session",), ..., "its table “session” is missing"),
        (("session",), {}, "it holds 0 sessions instead of one"),
        (("session", "2"), {}, "it holds 2 sessions instead of one"),
        (("session", "1", "format"), ..., "it does not say which format it has"),
        (("session", "1", "format"), True, "it does not say which format it has"),
        (("session", "1", "format"), 0, "it does not say which format it has"),
    ],
)
def test_what_does_not_fit_is_damaged_and_says_where(where: tuple[str, ...], value: Any, said: str) -> None:
    with pytest.raises(Damaged) as caught:
        from_tables(change(where, value), FILE)
    assert said in caught.value.sentence
    assert str(FILE) in caught.value.sentence


def test_a_newer_format_is_too_new_whatever_else_it_holds() -> None:
    tables = {"session": {"1": {"format": model.FORMAT + 1, "id": {"new": "shape"}}}}
    with pytest.raises(TooNew, match="newer version"):
        from_tables(tables, FILE)


def test_a_fault_never_repeats_what_the_record_says() -> None:
    with pytest.raises(Damaged) as caught:
        from_tables(change(("actions", "1", "status"), "SECRET \x1b]52;c;x\x07"), FILE)
    assert "SECRET" not in caught.value.sentence and "\x1b" not in caught.value.sentence


def test_text_edited_by_hand_cannot_carry_what_a_terminal_obeys() -> None:
    tables = change(("actions", "1", "text"), "a\x1b]52;c;cm0=\x07b\u202ec\ud800d\r\ne")
    tables["decisions"]["1"]["salts"] = {"ti\x1btle": "0\x000"}
    loaded = from_tables(tables, FILE)
    assert loaded.actions[0].text == "a\ufffd]52;c;cm0=\ufffdb\ufffdc\ufffdd\ne"
    assert loaded.decisions[0].salts == {"ti\ufffdtle": "0\ufffd0"}


def test_endless_nesting_is_damaged() -> None:
    deep: Any = "x"
    for _ in range(600):
        deep = [deep]
    with pytest.raises(Damaged):
        from_tables(change(("session", "1", "colour"), deep), FILE)


def test_a_time_without_offset_is_local_time_and_text_that_looks_like_one_stays() -> None:
    tables = change(("session", "1", "started"), "2026-11-22T14:05:09")
    tables["actions"]["1"]["notes"][0]["text"] = "2026-11-22T14:05"
    loaded = from_tables(tables, FILE)
    assert loaded.started == datetime(2026, 11, 22, 14, 5, 9).astimezone()
    assert loaded.started.tzinfo is not None
    assert loaded.actions[0].notes[0].text == "2026-11-22T14:05"
    assert loaded.next_date == date(2026, 12, 20)
    assert loaded.decisions == full().decisions


def test_a_value_of_the_wrong_type_is_our_mistake_and_found_before_anything_is_written() -> None:
    wrong = dataclasses.replace(full(), place=5)  # type: ignore[arg-type]
    with pytest.raises(PydanticSerializationError):
        to_tables(wrong)


def test_reading_changes_nothing_in_the_tables() -> None:
    tables = through_file(to_tables(full()))
    before = copy.deepcopy(tables)
    from_tables(tables, FILE)
    assert tables == before
