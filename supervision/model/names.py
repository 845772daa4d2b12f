"""How people are called where there is little room, so that two of one name can still be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from supervision.model.values import Person, Session, Who


def short_names(session: Session) -> dict[Who, str]:
    """First names; where two are alike, with as much of the rest, or of the role, as tells them apart."""
    for way in (first, _first_and_initial, lambda person: person.called, _with_role):
        names = [way(person) for person in session.people]
        if len({name.casefold() for name in names}) == len(names):
            return {person.id: name for person, name in zip(session.people, names, strict=True)}
    return {person.id: f"{person.called} {n}" for n, person in enumerate(session.people, 1)}


def together(names: Sequence[str]) -> str:
    """ "Sam and Ash"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def first(person: Person) -> str:
    """The first of somebody's names; the role of whoever has none, as another program may send it."""
    return (person.called.split() or [person.role])[0]


def _first_and_initial(person: Person) -> str:
    rest = person.called.split()[1:]
    return f"{first(person)} {rest[-1][0]}" if rest else first(person)


def _with_role(person: Person) -> str:
    return f"{person.called}, {person.role}"
