"""Values from JSON, and as JSON holds them, by their types alone.

What is exactly as this program writes it is read here, and that is nearly everything. For anything else pydantic is
asked, whose word counts: it takes it all the same, or says what is wrong. It is not loaded before that, since it takes
a fifth of a second of every start and seven megabytes of everybody's memory.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime, timedelta
from functools import cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")
_Way = Callable[[Any], Any]

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}(\.[0-9]{6})?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_MINUTE = timedelta(minutes=1)


class Unfit(ValueError):
    """JSON that is no value of the type that was asked for: where, and what is wrong in pydantic's words."""

    def __init__(self, where: tuple[int | str, ...], kind: str) -> None:
        super().__init__(kind)
        self.where = where
        self.kind = kind


class _Unknown(Exception):
    """This is not as the program writes it."""


def loaded(hint: type[T], text: str) -> T:
    """The value in this JSON, of exactly these types; Unfit when it holds none."""
    kind: Any = hint
    try:
        return cast("T", _reader(kind)(json.loads(text)))
    except (_Unknown, ValueError, RecursionError):
        return _pydantic(lambda: cast("T", _adapter(kind).validate_json(text, strict=True)))


def taken(hint: type[T], plain: Any) -> T:
    """The value that these texts, numbers and lists stand for, however they are written; Unfit when they do not."""
    kind: Any = hint
    try:
        return cast("T", _reader(kind)(plain))
    except (_Unknown, ValueError, RecursionError):
        return _pydantic(lambda: cast("T", _adapter(kind).validate_python(plain)))


def plain(hint: type[T], value: T) -> Any:
    """The value as JSON holds it. ValueError when anything in it is of another type than it should be."""
    kind: Any = hint
    try:
        return _writer(kind)(value)
    except (_Unknown, ValueError):
        return _adapter(kind).dump_python(value, mode="json", warnings="error")


def text(value: Any) -> str:
    """The JSON of a value whatever it is. ValueError when there is half a character in it."""
    try:
        written = json.dumps(_anything_written(value), ensure_ascii=False, separators=(",", ":"))
        written.encode()
    except (_Unknown, ValueError):
        from pydantic_core import to_json

        return to_json(value).decode()
    return written


def _pydantic(ask: Callable[[], T]) -> T:
    from pydantic import ValidationError

    try:
        return ask()
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise Unfit(fault["loc"], fault["type"]) from error


@cache
def _adapter(hint: Any) -> "TypeAdapter[Any]":
    from pydantic import TypeAdapter

    return TypeAdapter(hint)


# -- what each type of value is read and written by --------------------------------------------------------------------


@cache
def _reader(hint: Any) -> _Way:
    origin, inside = get_origin(hint), get_args(hint)
    if hint is str:
        return _words
    if hint in (int, bool):
        return _only(hint)
    if hint in (object, Any):
        return _anything
    if hint is date:
        return _day
    if hint is datetime:
        return _time
    if origin is Literal:
        return _one_of(frozenset(inside))
    if origin in (UnionType, Union):
        return _or_none(_reader(_but_none(inside)))
    if origin is tuple and inside[1:] == (...,):
        return _several(_reader(inside[0]), list)
    if origin is dict and inside[0] is str:
        return _named(_reader(inside[1]))
    if is_dataclass(hint):
        return _fields_read(hint)
    raise TypeError(f"nothing is known of {hint}")  # a new type of field: name it here


@cache
def _writer(hint: Any) -> _Way:
    origin, inside = get_origin(hint), get_args(hint)
    if hint is date:
        return _day_written
    if hint is datetime:
        return _time_written
    if origin in (UnionType, Union):
        return _or_none(_writer(_but_none(inside)))
    if origin is tuple and inside[1:] == (...,):
        return _several(_writer(inside[0]), tuple, list)
    if origin is dict and inside[0] is str:
        return _named(_writer(inside[1]))
    if is_dataclass(hint):
        return _fields_written(hint)
    return _reader(hint)


def _but_none(inside: tuple[Any, ...]) -> Any:
    (hint,) = (one for one in inside if one is not NoneType)
    return hint


def _only(kind: type) -> _Way:
    def way(found: Any) -> Any:
        if type(found) is not kind:
            raise _Unknown
        return found

    return way


def _words(found: Any) -> str:
    if type(found) is not str:
        raise _Unknown
    if not found.isascii():
        found.encode()  # half a character is a ValueError
    return found


def _anything(found: Any) -> Any:
    return found


def _anything_written(value: Any) -> Any:
    kind = type(value)
    if kind in (str, int, bool, NoneType):
        return value
    if kind is tuple or kind is list:
        return [_anything_written(inner) for inner in value]
    if kind is dict:
        return {_words(name): _anything_written(inner) for name, inner in value.items()}
    if kind is datetime:
        return _time_written(value)
    if kind is date:
        return _day_written(value)
    if is_dataclass(value):
        return {field.name: _anything_written(getattr(value, field.name)) for field in fields(value)}
    raise _Unknown


def _one_of(words: frozenset[Any]) -> _Way:
    def way(found: Any) -> Any:
        if type(found) is not str or found not in words:
            raise _Unknown
        return found

    return way


def _day(found: Any) -> date:
    if type(found) is not str or not _DAY.fullmatch(found):
        raise _Unknown
    return date.fromisoformat(found)


def _time(found: Any) -> datetime:
    if type(found) is not str or not _TIME.fullmatch(found):
        raise _Unknown
    return datetime.fromisoformat(found)


def _day_written(value: Any) -> str:
    if type(value) is not date:
        raise _Unknown
    return value.isoformat()


def _time_written(value: Any) -> str:
    offset = value.utcoffset() if type(value) is datetime else None
    if offset is None or offset % _MINUTE:
        raise _Unknown
    return str(value.isoformat()) if offset else value.replace(tzinfo=None).isoformat() + "Z"


def _or_none(inner: _Way) -> _Way:
    def way(found: Any) -> Any:
        return None if found is None else inner(found)

    return way


def _several(inner: _Way, kind: type, made: Callable[[Iterable[Any]], Any] = tuple) -> _Way:
    def way(found: Any) -> Any:
        if type(found) is not kind:
            raise _Unknown
        return made(map(inner, cast("Iterable[Any]", found)))

    return way


def _named(inner: _Way) -> _Way:
    def way(found: Any) -> Any:
        if type(found) is not dict:
            raise _Unknown
        return {_words(name): inner(value) for name, value in found.items()}

    return way


def _fields_read(cls: Any) -> _Way:
    hints = get_type_hints(cls)
    ways = {field.name: _reader(hints[field.name]) for field in fields(cls)}
    known = ways.keys()
    needed = {field.name for field in fields(cls) if field.default is MISSING and field.default_factory is MISSING}

    def way(found: Any) -> Any:
        if type(found) is not dict or not needed <= found.keys() <= known:
            raise _Unknown
        return cls(**{name: ways[name](value) for name, value in found.items()})

    return way


def _fields_written(cls: Any) -> _Way:
    hints = get_type_hints(cls)
    ways: Mapping[str, _Way] = {field.name: _writer(hints[field.name]) for field in fields(cls)}

    def way(value: Any) -> Any:
        if type(value) is not cls:
            raise _Unknown
        return {name: inner(getattr(value, name)) for name, inner in ways.items()}

    return way
