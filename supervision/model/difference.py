"""What a change did to actions and decisions, as fields before and after, so that it can be taken back.

Progress notes and reviews are told entry by entry: taking one's own back leaves those of others, and what is kept for
it does not grow with all that was written before.
"""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from supervision.errors import Refused
from supervision.model import shaping
from supervision.model.changes import Restore
from supervision.model.values import Action, Decision, Session

Fields = dict[str, Any]
ENTRIES = frozenset({"notes", "reviews"})
"""Lists to which entries are added, each with its id. A key that ends in `ADDED` names entries, not the whole list."""
ADDED = "+"


def difference(before: Session, after: Session) -> tuple[Restore, ...]:
    """What would take a change to actions and decisions back, newest thing last."""
    return (
        *_differences("action", before.actions, after.actions),
        *_differences("decision", before.decisions, after.decisions),
    )


def _differences(
    kind: str, before: tuple[Action, ...] | tuple[Decision, ...], after: tuple[Action, ...] | tuple[Decision, ...]
) -> list[Restore]:
    old, new = {thing.id: thing for thing in before}, {thing.id: thing for thing in after}
    found = []
    for key in [*old, *(key for key in new if key not in old)]:
        was, now = old.get(key), new.get(key)
        if was is None or now is None:
            whole = (plain_fields(thing) if thing else None for thing in (was, now))
            found.append(Restore(kind=kind, id=key, before=next(whole), after=next(whole)))
        elif was != now:
            sides = _changed(was, now)
            found.append(Restore(kind=kind, id=key, before=sides[0], after=sides[1]))
    return found


def _changed(was: Action | Decision, now: Action | Decision) -> tuple[Fields, Fields]:
    before: Fields = {}
    after: Fields = {}
    for name in (field.name for field in fields(was)):
        old, new = getattr(was, name), getattr(now, name)
        if old == new:
            continue
        if name in ENTRIES:
            before[name + ADDED], after[name + ADDED] = plain(_without(old, new)), plain(_without(new, old))
        else:
            before[name], after[name] = plain(old), plain(new)
    return before, after


def _without(entries: tuple[Any, ...], others: tuple[Any, ...]) -> list[Any]:
    known = {other.id: other for other in others}
    return [entry for entry in entries if known.get(entry.id) != entry]


def holds(thing: Action | Decision, after: Fields) -> bool:
    """Whether these fields are still as a change left them."""
    now = plain_fields(thing)
    for key, value in after.items():
        if key.endswith(ADDED):
            if not all(entry in now.get(key.removesuffix(ADDED), ()) for entry in value):
                return False
        elif now.get(key) != value:
            return False
    return True


def with_fields(
    kind: type[Action] | type[Decision], thing: Action | Decision | None, before: Fields, after: Fields | None
) -> Action | Decision:
    """The thing with its fields put from `after` back to `before`; Refused when they can no longer be read."""
    values = plain_fields(thing) if thing else {}
    for key, value in before.items():
        if key.endswith(ADDED):
            name = key.removesuffix(ADDED)
            values[name] = _entries(values.get(name, []), gone=(after or {}).get(key, []), back=value)
        else:
            values[key] = value
    known = {field.name for field in fields(kind)}
    try:
        return shaping.taken(kind, {key: value for key, value in values.items() if key in known})
    except (shaping.Unfit, TypeError, KeyError) as error:
        raise Refused("What was there before can no longer be read, so it cannot be taken back.") from error


def _entries(now: list[Fields], *, gone: list[Fields], back: list[Fields]) -> list[Fields]:
    kept = [entry for entry in now if entry not in gone]
    for entry in back:  # where its time says
        later = (n for n, other in enumerate(kept) if _at(other) > _at(entry))
        kept.insert(next(later, len(kept)), entry)
    return kept


def _at(entry: Fields) -> datetime:
    return datetime.fromisoformat(entry["at"])


def plain_fields(thing: Action | Decision) -> Fields:
    """The fields of an action or decision as JSON holds them: texts, lists and ISO dates."""
    return {key: plain(value) for key, value in asdict(thing).items()}


def plain(value: Any) -> Any:
    """A value as JSON holds it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [plain(inner) for inner in value]
    return value if isinstance(value, str | int | float | bool | None) else plain(asdict(value))
