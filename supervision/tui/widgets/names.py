"""How people are called where there is little room, so that two of one name can still be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from supervision.model.values import Person, Session, Who

COLOURS = ("person-1", "person-2")
"""Theme variables, by the place a person has in the session; a name always stands beside the colour."""


def short_names(session: Session) -> dict[Who, str]:
    """First names; where two are alike, with as much of the rest, or of the role, as tells them apart."""
    for way in (_first, _first_and_initial, lambda person: person.called, _with_role):
        names = [way(person) for person in session.people]
        if len({name.casefold() for name in names}) == len(names):
            return {person.id: name for person, name in zip(session.people, names, strict=True)}
    return {person.id: f"{person.called} {n}" for n, person in enumerate(session.people, 1)}


def initials(session: Session) -> dict[Who, str]:
    """One or two letters for each; numbered where they are alike."""
    found = {person.id: "".join(word[0] for word in person.called.split()[:2]).upper() for person in session.people}
    if len(set(found.values())) == len(found):
        return found
    return {who: f"{letters[:1]}{n}" for n, (who, letters) in enumerate(found.items(), 1)}


def colour_of(session: Session, who: Who) -> str:
    """The theme variable of a person's colour; "text-muted" for somebody who is not in the session."""
    for place, person in enumerate(session.people):
        if person.id == who:
            return COLOURS[place % len(COLOURS)]
    return "text-muted"


def together(names: Sequence[str]) -> str:
    """ "Sam and Ash"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def _first(person: Person) -> str:
    return person.called.split()[0]


def _first_and_initial(person: Person) -> str:
    first, *rest = person.called.split()
    return f"{first} {rest[-1][0]}" if rest else first


def _with_role(person: Person) -> str:
    return f"{person.called}, {person.role}"
