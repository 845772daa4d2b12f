"""Who sits at one keyboard, and how it is known."""

from dataclasses import dataclass

from supervision.model.values import IN_THE_ROOM, Who

CLAIMED = "claimed"
"""How something is recorded that came from another login of the same account."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A place at a keyboard. At a `bound` one a single person sits, known by a key or a code; elsewhere both may.

    `at_home`: the program of a bound one runs on that person's own computer, not on the one they came to. `fetch` is
    what they type there to have a copy of their own, if something does that.
    """

    me: Who = ""
    how: str = IN_THE_ROOM
    bound: bool = False
    at_home: bool = False
    fetch: str = ""

    @property
    def why_no_file(self) -> str:
        """Why no file is written from here, in a sentence; empty where one can be."""
        if not self.bound or self.at_home:
            return ""
        where = "You are on somebody else's computer here, and a file would stay there. Read it here, or "
        if self.fetch:
            return f"{where}have a copy of your own, by typing on your computer: {self.fetch}"
        return f"{where}ask the other person for it."
