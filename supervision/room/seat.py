"""Who sits at one keyboard, and how it is known."""

from dataclasses import dataclass

from supervision.model.values import IN_THE_ROOM, Who

CLAIMED = "claimed"
"""How something is recorded that came from another login of the same account."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A place at a keyboard. At a `bound` one a single person sits, known by a key or a code; elsewhere both may."""

    me: Who = ""
    how: str = IN_THE_ROOM
    bound: bool = False
