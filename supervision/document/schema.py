"""A session's values, all but its notes, as maps of the CRDT and back.

Everything is a map with a key for each field, so two people who edit different fields of one decision both keep their
edit; what has an identity stands in a map by it, never in a list. Which fields there are is read from the dataclasses:
a new field needs no change here, and a new kind of value is kept whole until it is named below. A field at its
default stays out until it is first changed. Leaves are JSON texts. History alone is a list: lines are only added.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

from loro import LoroDoc, LoroMap, ValueOrContainer

from supervision.document.guard import guard
from supervision.errors import DocumentBroken
from supervision.model import frozen, shaping
from supervision.model import values as v

if TYPE_CHECKING:
    from loro import LoroValue

BY_FIELD: Mapping[type, str] = {
    v.Person: "id",
    v.Matter: "n",
    v.Action: "id",
    v.Decision: "id",
    v.Option: "id",
    v.Dissent: "id",
    v.Concern: "id",
}
"""Values that grow field by field, and the field that names each."""
WHOLE: Mapping[type, str] = {
    v.Mark: "by",
    v.NoteMark: "id",
    v.Progress: "id",
    v.Review: "id",
    v.Addendum: "id",
    v.Span: "id",
    v.Heard: "by",
}
"""Values that are written once: of two versions one stands, never half of each."""

ROOT = "session"
ORDER = "#"
VALUE = "="

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Put:
    path: Path
    key: str
    value: "LoroValue"


@dataclass(frozen=True, slots=True)
class _Drop:
    path: Path
    key: str


@dataclass(frozen=True, slots=True)
class _Clear:
    path: Path


@dataclass(frozen=True, slots=True)
class _Log:
    """Keep the first `keep` entries of a list, then add `lines`."""

    name: str
    keep: int
    lines: tuple[str, ...]


Step = _Put | _Drop | _Clear | _Log


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a field is kept: as one leaf, as entries of a class by identity, as a map of leaves, or as the log."""

    entries: type | None = None
    mapping: bool = False
    log: bool = False


def read(doc: LoroDoc) -> v.Session:
    """The session in the maps, without notes. DocumentBroken when they do not hold one."""
    with guard():
        tree = _tree(doc, ROOT)
        for name, shape in _shapes(v.Session).items():
            if shape.entries is not None:
                tree[name] = _tree(doc, name)
            elif shape.log:
                tree[name] = doc.get_list(name).get_value()
    try:
        return shaping.loaded(v.Session, _object(v.Session, tree))
    except (shaping.Unfit, TypeError, AttributeError, KeyError) as error:  # maps of another shape than ours
        raise DocumentBroken("The open session is not in a form that this program knows.") from error


def plan(doc: LoroDoc, before: v.Session | None, after: v.Session) -> list[Step]:
    """What to write so that the maps hold `after` instead of `before` (None: nothing yet). Writes nothing."""
    steps: list[Step] = []
    _plan_fields(doc, v.Session, before, after, (), steps)
    if before is None:
        steps = [step for step in steps if not isinstance(step, _Clear)]
    for step in steps:  # half a character cannot be written: better to stop before anything is
        if isinstance(step, _Put):
            "".join((*step.path, step.key)).encode()
    return steps


def write(doc: LoroDoc, steps: Iterable[Step]) -> None:
    """Carries out a plan, without committing it."""
    maps: dict[Path, LoroMap] = {}

    def reach(path: Path) -> LoroMap:
        if path not in maps:
            maps[path] = doc.get_map(path[0]) if len(path) == 1 else reach(path[:-1]).ensure_mergeable_map(path[-1])
        return maps[path]

    with guard():
        for step in steps:
            match step:
                case _Put(path, key, value):
                    reach(path).insert(key, value)
                case _Drop(path, key):
                    _remove(reach(path), key)
                case _Clear(path):
                    _empty(reach(path))
                case _Log(name, keep, lines):
                    log = doc.get_list(name)
                    if len(log) > keep:
                        log.delete(keep, len(log) - keep)
                    for line in lines:
                        log.push(line)


# -- values to maps ---------------------------------------------------------------------------------------------------


def _plan_fields(doc: LoroDoc, cls: type, before: Any, after: Any, path: Path, steps: list[Step]) -> None:
    shapes = _shapes(cls)
    for field in fields(cls):
        shape = shapes.get(field.name)
        if shape is None:
            continue
        new = getattr(after, field.name)
        old = getattr(before, field.name) if before is not None else _default(field, shape)
        if new is old or new == old:
            continue
        inside = (*path, field.name)
        if shape.log:
            steps.append(_log(field.name, old, new))
        elif shape.entries is not None:
            _plan_entries(doc, shape.entries, old, new, inside, steps)
        elif shape.mapping:
            steps.extend(_Drop(inside, key) for key in old if key not in new)
            steps.extend(_Put(inside, key, shaping.text(item)) for key, item in new.items() if old.get(key) != item)
        else:
            steps.append(_Put(path or (ROOT,), field.name, shaping.text(new)))


def _plan_entries(doc: LoroDoc, cls: type, old: Any, new: Any, path: Path, steps: list[Step]) -> None:
    was, now = _keyed(cls, old), _keyed(cls, new)
    steps.extend(_Drop(path, key) for key in was if key not in now)
    orders = _orders(doc, path)
    last = (-1, "")
    for key, item in now.items():
        order = orders.get(key) if key in was else None
        place = (last[0] + 1, key) if order is None or (order, key) <= last else (order, key)
        last = place
        if cls in WHOLE:
            if place[0] != order or was[key] != item:
                steps.append(_Put(path, key, {ORDER: place[0], VALUE: shaping.text(item)}))
            continue
        inside = (*path, key)
        if key not in was:
            # What stood there before it was removed, and what others wrote there since, must not come back.
            steps.append(_Clear(inside))
            steps.extend(
                _Clear((*inside, name)) for name, shape in _shapes(cls).items() if shape.entries or shape.mapping
            )
        if place[0] != order:
            steps.append(_Put(inside, ORDER, place[0]))
        _plan_fields(doc, cls, was.get(key), item, inside, steps)


def _orders(doc: LoroDoc, path: Path) -> dict[str, int]:
    """Where each entry stands among its neighbours."""
    with guard():
        reached = doc.get_map(path[0])
        for key in path[1:]:
            child = _child(reached, key)
            if child is None:
                return {}
            reached = child
        entries: Any = reached.get_deep_value()
    return {key: entry.get(ORDER, 0) for key, entry in entries.items()}


def _keyed(cls: type, items: Iterable[Any]) -> dict[str, Any]:
    """Entries by identity; one that comes twice (an imported record may hold anything) is kept under a second key."""
    name = BY_FIELD.get(cls) or WHOLE[cls]
    out: dict[str, Any] = {}
    for item in items:
        identity = key = str(getattr(item, name))
        again = 1
        while key in out:
            again += 1
            key = f"{identity}~{again}"
        out[key] = item
    return out


def _log(name: str, old: tuple[v.Event, ...], new: tuple[v.Event, ...]) -> _Log:
    keep = 0
    for line, same in zip(old, new, strict=False):
        if line is not same and line != same:
            break
        keep += 1
    return _Log(name, keep, tuple(shaping.text(line) for line in new[keep:]))


def _default(field: "Field[Any]", shape: _Shape) -> Any:
    if shape.entries is not None or shape.log:
        return ()
    if shape.mapping:
        return {}
    return field.default_factory() if field.default_factory is not MISSING else field.default


def _remove(reached: LoroMap, key: str) -> None:
    """Takes a key out with all that is below it: the same key used again begins empty."""
    child = _child(reached, key)
    if child is not None:
        _empty(child)
    reached.delete(key)


def _empty(reached: LoroMap) -> None:
    keys = reached.keys()
    for key in keys:
        _remove(reached, key)


def _child(reached: LoroMap, key: str) -> LoroMap | None:
    found = reached.get(key)
    if found is None or not ValueOrContainer.is_container(found):
        return None
    return found.container if isinstance(found.container, LoroMap) else None


# -- maps to values ---------------------------------------------------------------------------------------------------


def _tree(doc: LoroDoc, name: str) -> dict[str, Any]:
    tree: Any = doc.get_map(name).get_deep_value()
    return dict(tree)


def _object(cls: type, tree: Mapping[str, Any]) -> str:
    """The JSON of a value of this class."""
    parts: list[tuple[str, str]] = []
    for name, shape in _shapes(cls).items():
        if shape.log:
            parts.append((name, f"[{','.join(tree.get(name, ()))}]"))
        elif shape.entries is not None:
            parts.append((name, _array(shape.entries, tree.get(name, {}))))
        elif shape.mapping:
            parts.append((name, _braced(tree.get(name, {}).items())))
        elif name in tree:
            parts.append((name, tree[name]))
    return _braced(parts)


def _array(cls: type, entries: Mapping[str, Any]) -> str:
    placed = sorted(entries.items(), key=lambda item: (item[1].get(ORDER, 0), item[0]))
    whole = cls in WHOLE
    return f"[{','.join(entry[VALUE] if whole else _object(cls, entry) for _, entry in placed)}]"


def _braced(parts: Iterable[tuple[str, str]]) -> str:
    return "{" + ",".join(f"{json.dumps(name)}:{value}" for name, value in parts) + "}"


@cache
def _shapes(cls: type) -> Mapping[str, _Shape]:
    """How each field of a class is kept; the notes of a session are texts and not here."""
    hints = get_type_hints(cls)
    names = [field.name for field in fields(cls)]
    return {name: _shape(hints[name]) for name in names if not (cls is v.Session and name == "notes")}


def _shape(hint: Any) -> _Shape:
    origin, inside = get_origin(hint), get_args(hint)
    if origin is dict:
        return _Shape(mapping=True)
    if origin is tuple and inside[1:] == (...,):
        if inside[0] is v.Event:
            return _Shape(log=True)
        if inside[0] in BY_FIELD or inside[0] in WHOLE:
            return _Shape(entries=inside[0])
    return _Shape()


frozen.share(globals())
