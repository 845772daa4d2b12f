"""The table of slash commands: each a function, with how it is typed and what it does."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from supervision.plain.talk import Talk

Does = Callable[["Talk", str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One command."""

    name: str
    form: str
    help: str
    does: Does
    part: str


TABLE: dict[str, Entry] = {}
PARTS = ("The way through", "Actions", "Decisions", "For your own eyes", "Closing")
"""The parts of the help, in their order."""


def part(title: str) -> Callable[[str, str, str], Callable[[Does], Does]]:
    """For a part of the help: puts functions into the table, by name, what is typed after it, and one line of help."""

    def command(name: str, form: str, help: str) -> Callable[[Does], Does]:
        def put(does: Does) -> Does:
            TABLE[name] = Entry(name, form, help, does, title)
            return does

        return put

    return command
