"""Values from JSON and as JSON holds them: as pydantic says, which is not loaded where all is as it should be."""

import dataclasses
import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from supervision.model import shaping, values
from supervision.model.changes import CHANGES, Change
from supervision.model.private import Private
from supervision.model.values import Agreement, Session
from tests.conftest import ROOT
from tests.store_values import any_session, full

SESSION = TypeAdapter(Session)
ODD: list[Any] = [
    None, True, 0, -1, 1.0, 10**30, float("nan"), "", "x", "1", "\ud800", "a\x00b", [], ["x"], {}, {"x": 1}, "true",
    "2026-02-30", "2026-12-20", "2026-12-20T00:00:00", "20261220", "2026-12-20T10:00:00Z", "2026-12-20T10:00:00+01:00",
    "2026-12-20 10:00:00+01:00", "2026-12-20T24:00:00Z", "2026-12-20T10:00:00.5Z", "2026-12-20T10:00:00+24:00",
    "2026-12-20T10:00:00-00:00", "2026-12-20T10:00:60Z", "1750000000", 1750000000, "0000-01-01", "２０２６-12-20",
]  # fmt: skip
"""What is put in place of something in a record."""


def places(plain: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to everything in this JSON."""
    found = [way]
    items = plain.items() if isinstance(plain, dict) else enumerate(plain) if isinstance(plain, list) else ()
    for key, inner in items:
        found += places(inner, (*way, key))
    return found


def put(plain: Any, way: tuple[Any, ...], value: Any) -> Any:
    if not way:
        return value
    copy = dict(plain) if isinstance(plain, dict) else list(plain)
    copy[way[0]] = put(copy[way[0]], way[1:], value)
    return copy


def by_pydantic(text: str) -> Session | str:
    try:
        return SESSION.validate_json(text, strict=True)
    except ValidationError as error:
        return str(error.errors()[0]["type"])


def by_us(text: str) -> Session | str:
    try:
        return shaping.loaded(Session, text)
    except shaping.Unfit as error:
        return error.kind


@settings(max_examples=60, deadline=None)
@given(any_session())
def test_any_session_is_written_and_read_as_pydantic_does(made: Session) -> None:
    plain = SESSION.dump_python(made, mode="json", warnings="error")
    assert shaping.plain(Session, made) == plain
    assert list(shaping.plain(Session, made)) == list(plain)
    assert shaping.text(made).encode() == to_json(made)
    assert shaping.loaded(Session, json.dumps(plain)) == made


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_what_is_other_than_it_should_be_is_taken_or_refused_as_pydantic_does(data: st.DataObject) -> None:
    plain = SESSION.dump_python(full(), mode="json")
    way = data.draw(st.sampled_from(places(plain)))
    text = json.dumps(put(plain, way, data.draw(st.sampled_from(ODD))))
    assert by_us(text) == by_pydantic(text)


@pytest.mark.parametrize("text", ["", "[", "null", "NaN", "[" * 5000 + "]" * 5000, '{"id": "a", "id": 5}', "\ufeff{}"])
def test_no_session_at_all_is_refused(text: str) -> None:
    assert by_us(text) == by_pydantic(text)
    assert isinstance(by_us(text), str)


def test_a_field_that_nobody_knows_is_passed_over() -> None:
    plain = {**shaping.plain(Session, full()), "colour": "blue"}
    assert shaping.loaded(Session, json.dumps(plain)) == full()


def test_a_time_is_written_with_its_offset() -> None:
    for zone in (UTC, timezone(timedelta(0)), timezone(timedelta(hours=-3, minutes=-30)), timezone(timedelta(hours=2))):
        for at in (datetime(2026, 1, 2, 3, 4, 5, tzinfo=zone), datetime(2026, 1, 2, 3, 4, 5, 120, tzinfo=zone)):
            assert shaping.text(at) == to_json(at).decode()
    odd = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(seconds=30)))
    assert shaping.text(odd) == to_json(odd).decode()
    assert shaping.text(date(2026, 1, 2)) == '"2026-01-02"'


def test_half_a_character_is_never_read_and_never_written() -> None:
    with pytest.raises(shaping.Unfit):
        shaping.loaded(values.Run, r'{"by": "x", "text": "\ud800"}')
    for value in ("\ud800", values.Run("x", "\ud800"), {"\ud800": 1}):
        with pytest.raises(ValueError, match="surrogate"):
            shaping.text(value)


def test_every_type_that_is_read_is_known() -> None:
    """Else pydantic would be asked for each, and nobody would notice but by the time that it takes."""
    kinds: list[Any] = [Session, Private, tuple[Agreement, ...], *CHANGES.values()]
    for kind in kinds:
        shaping._reader(kind)
    for kind in kinds[:3]:
        shaping._writer(kind)


def test_numbers_in_words_are_still_understood_where_they_were() -> None:
    kind: type[Change] = CHANGES["TurnToMatter"]
    assert shaping.taken(kind, {"n": "2"}) == shaping.taken(kind, {"n": 2})
    assert dataclasses.asdict(shaping.taken(kind, {"n": 2})) == {"n": 2}


def test_a_session_is_made_opened_changed_and_saved_without_pydantic(tmp_path: Path) -> None:
    done = """
import asyncio, sys
from pathlib import Path
from supervision.model.changes import Propose, from_wire, to_wire
from supervision.room import Room
from supervision.store import Store
from supervision.model.views import summary
from tests.conftest import ROOT
from tests.store_values import full
store = Store(Path(sys.argv[1]), summary)
store.create(full())
async def at_work():
    async with Room(store, full().id, me="p-one") as room:
        room.change(from_wire(to_wire(Propose(fields={"title": "A limit"}))))
        room.undo()
        room.save_now()
asyncio.run(at_work())
print(sorted(name for name in sys.modules if "pydantic" in name))
"""
    said = subprocess.run(
        [sys.executable, "-c", done, tmp_path / "store"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert said.stdout.strip() == "[]"
