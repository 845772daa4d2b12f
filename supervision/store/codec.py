"""A session as the tables of its file, and back, exactly.

The tables `notes`, `actions`, `decisions` and `history` hold a document for each value of the field of that name; the
one document of `session` holds every other field, and the version of the format. Which fields there are is read from
the dataclasses, so a new field needs no change here. Keys that are not known are ignored: a change that must not be
ignored raises `model.FORMAT`.
"""

import dataclasses
import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from supervision.errors import Damaged
from supervision.model import FORMAT, shaping
from supervision.model.shaping import Unfit
from supervision.model.values import Session
from supervision.store.files import shown
from supervision.store.storage import Tables, check_format, cleaned
from supervision.text import is_clean, one_line

TABLES = ("notes", "actions", "decisions", "history")
"""Fields of a session that are tables of their own."""

_NAMES = {"notes": "note", "actions": "action", "decisions": "decision", "history": "line of history"}
_FAULTS = (
    ("missing", "is missing"),
    ("literal_error", "holds a word that is not known there"),
    ("datetime", "is not a date and time"),
    ("timezone", "is not a date and time"),
    ("date", "is not a date"),
    ("string", "is not text"),
    ("int", "is not a whole number"),
    ("bool", "is neither true nor false"),
    ("tuple", "is not a list"),
    ("dict", "is not a group of fields"),
    ("dataclass", "is not a group of fields"),
)
_NUMBER = re.compile("[0-9]{1,18}")
_TIME_WITHOUT_OFFSET = re.compile(r'"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?"')

_ESCAPED = re.compile(r'\\[^n"\\]')
"""A character that JSON writes as an escape, other than a line break, a quotation mark and a backslash."""

T = TypeVar("T")


def to_tables(session: Session) -> Tables:
    """The tables of a session's file, ready for `AtomicStorage.write`."""
    # A value of the wrong type would be refused on loading: better to stop here, before anything is written.
    fields: dict[str, Any] = shaping.plain(Session, session)
    tables: Tables = {name: {str(n): row for n, row in enumerate(fields.pop(name), 1)} for name in TABLES}
    return {"session": {"1": {"format": FORMAT, **fields}}, **tables}


def from_tables(tables: Mapping[str, Any], file: Path) -> Session:
    """The session in the tables of `file`; Damaged or TooNew, naming the file, when it cannot be read."""
    main = _documents(tables, "session", file)
    if len(main) != 1:
        raise _damaged(file, f"it holds {len(main)} sessions instead of one")
    check_format(main[0], file)
    fields = {**main[0], **{name: _documents(tables, name, file) for name in TABLES}}
    del fields["format"]
    text = _safe(fields, file)
    try:
        session = shaping.loaded(Session, text)
    except Unfit as error:
        raise _damaged(file, first_fault(error)) from error
    if not session.matters:
        raise _damaged(file, "it holds no matter")
    # An offset can only be missing from a file edited by hand; comparing such a time with others would fail later.
    return with_offsets(session) if _TIME_WITHOUT_OFFSET.search(text) else session


def _safe(fields: dict[str, Any], file: Path) -> str:
    """The fields as JSON in which every text is safe to show."""
    try:
        text = json.dumps(fields, ensure_ascii=False)
    except RecursionError as error:
        raise _damaged(file, "it is nested beyond sense") from error
    # Nearly always all of it is clean as it stands, and one look is much quicker than one at each text.
    if is_clean(text) and not _ESCAPED.search(text):
        return text
    return json.dumps(cleaned(fields, file), ensure_ascii=False)


def _documents(tables: Mapping[str, Any], name: str, file: Path) -> list[dict[str, Any]]:
    table = tables.get(name)
    if not isinstance(table, dict):
        raise _damaged(file, f"its table “{name}” is missing")
    if not all(_NUMBER.fullmatch(number) and isinstance(row, dict) for number, row in table.items()):
        raise _damaged(file, f"its table “{name}” is not a table")
    return [table[number] for number in sorted(table, key=int)]


def first_fault(error: Unfit) -> str:
    """What does not fit, for a sentence that names the file."""
    where, kind = list(error.where), error.kind
    inside = ""
    if len(where) > 1 and where[0] in _NAMES and isinstance(where[1], int):
        inside = f"in {_NAMES[where[0]]} {where[1] + 1} "
        where = where[2:]
    what = next((words for begins, words in _FAULTS if kind.startswith(begins)), "is not what belongs there")
    name = one_line(".".join(str(part + 1) if isinstance(part, int) else part for part in where))
    return f"{inside}“{name}” {what}" if name else f"{inside}something is not a group of fields"


def _damaged(file: Path, what: str) -> Damaged:
    return Damaged(f"{shown(file)} cannot be read: {what}. It stays as it is.")


def with_offsets(value: T) -> T:
    """The same value, with times that lack an offset taken as this machine's local time."""
    changed: Any = value
    if isinstance(value, datetime):
        changed = value if value.tzinfo else value.astimezone()
    elif isinstance(value, tuple):
        changed = tuple(with_offsets(item) for item in value)
    elif isinstance(value, dict):
        changed = {key: with_offsets(item) for key, item in value.items()}
    elif dataclasses.is_dataclass(value) and not isinstance(value, date | type):
        found = {field.name: getattr(value, field.name) for field in dataclasses.fields(value) if field.init}
        changed = dataclasses.replace(value, **{name: with_offsets(item) for name, item in found.items()})
    result: T = changed
    return result
