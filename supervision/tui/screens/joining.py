"""Joining a session that somebody has open on another computer: by the address they sent."""

import re
from collections.abc import Callable, Iterable

from textual.widget import Widget

from supervision.errors import BadInput
from supervision.tui.screens.parts import Dialog, Line, Plain, Row

ADDRESS = re.compile(r"ssh://\S+")


class JoinDialog(Dialog[bool]):
    """Asks for the address; True once `join` has taken it. What it refuses is said, and nothing is left."""

    heading = "Join a session on another computer"
    accept_label = "Join"

    def __init__(self, join: Callable[[str], None], address: str = "") -> None:
        super().__init__()
        self._join = join
        self._address = address

    def fields(self) -> Iterable[Widget]:
        yield Plain(
            "Somebody who has it open there sends you its address: ssh://, your name on that computer and @, the "
            "computer's name, and behind a / the session.",
            classes="quiet gap",
        )
        yield Row(
            "Address", Line(self._address, placeholder="ssh://sam@computer.example/2026-11-23-1000-abcd", id="at")
        )
        yield Plain(
            "This screen makes room for ssh, which may ask for a password, and comes back with the session. "
            "What you write there is kept there.",
            classes="quiet",
        )

    def start(self) -> None:
        self.query_one("#at", Line).focus()

    def accept(self) -> None:
        words = self.query_one("#at", Line).words
        if not words:
            raise BadInput("Which address? It begins with ssh:// and was sent to you.")
        found = ADDRESS.search(words)  # also from amid the command that one would type
        self._join(found[0] if found else words)
        self.done(True)

    def leaving(self) -> bool:
        return False
