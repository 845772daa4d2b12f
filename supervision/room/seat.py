"""Who sits at one keyboard, and how it is known."""

from dataclasses import dataclass

from supervision.model.values import IN_THE_ROOM, Who

CLAIMED = "claimed"
"""How something is recorded that came from another login of the same account."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A place at a keyboard. At a `bound` one a single person sits, known by a key or a code; elsewhere both may.

    `at_home`: the program of a bound one runs on that person's own computer, not on the one they came to.
    """

    me: Who = ""
    how: str = IN_THE_ROOM
    bound: bool = False
    at_home: bool = False

    @property
    def why_no_file(self) -> str:
        """Why no file is written from here, in a sentence; empty where one can be."""
        if not self.bound or self.at_home:
            return ""
        return "You are on somebody else's computer here, and a file would stay there. Ask for it, or read it here."
