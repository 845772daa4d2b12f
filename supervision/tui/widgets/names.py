"""How people are told apart on the screen: names, initials and colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from supervision.model.names import short_names, together

if TYPE_CHECKING:
    from supervision.model.values import Session, Who

__all__ = ["COLOURS", "colour_of", "initials", "short_names", "together"]

COLOURS = ("person-1", "person-2")
"""Theme variables, by the place a person has in the session; a name always stands beside the colour."""


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
