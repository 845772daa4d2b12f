"""The table of slash commands: each a function, with how it is typed and what it does."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from supervision.plain.talk import Talk

Does = Callable[["Talk", str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One command. One that only `tells` something may come in between while something is asked."""

    name: str
    form: str
    help: str
    does: Does
    part: str
    example: str = ""
    tells: bool = False
    also: str = ""
    """Another name for it."""

    @property
    def line(self) -> str:
        """How it is typed, and what it does."""
        also = f" Also /{self.also}." if self.also else ""
        return f"{f'/{self.name} {self.form}'.rstrip()}: {self.help}{'.' if also else ''}{also}"


TABLE: dict[str, Entry] = {}
PARTS = (
    "The way through",
    "Actions",
    "Decisions",
    "Taking turns",
    "People",
    "Looking",
    "For your own eyes",
    "Closing",
    "Keeping the record",
)
"""The parts of the help, in their order."""


class Part(Protocol):
    """Puts a function into the table: by name, what is typed after it, one line of help, and perhaps an example."""

    def __call__(
        self, name: str, form: str, help: str, *, example: str = "", tells: bool = False, also: str = ""
    ) -> Callable[[Does], Does]: ...


def part(title: str) -> Part:
    """For one part of the help."""

    def command(
        name: str, form: str, help: str, *, example: str = "", tells: bool = False, also: str = ""
    ) -> Callable[[Does], Does]:
        def put(does: Does) -> Does:
            entry = Entry(name, form, help, does, title, example, tells, also)
            TABLE.update({one: entry for one in (name, also) if one})
            return does

        return put

    return command
