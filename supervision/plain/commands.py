"""The table of slash commands: each a function, with how it is typed and what it does."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

Does = Callable[[Any, str], Awaitable[None]]
"""What a command does, for whoever speaks: a session's talk, home, or either."""


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
"""In a session."""
HOME: dict[str, Entry] = {}
"""At home, between sessions."""
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
HOME_PARTS = ("Sessions", "Actions", "Decisions", "Looking", "Files", "Keeping records", "Anything else")
"""The parts of the help, in their order."""


class Part(Protocol):
    """Puts a function into a table: by name, what is typed after it, one line of help, and perhaps an example.

    `home` is the part of home's help in which it stands too, where it does the same there.
    """

    def __call__(
        self, name: str, form: str, help: str, *, example: str = "", tells: bool = False, also: str = "", home: str = ""
    ) -> Callable[[Does], Does]: ...


def part(title: str, table: dict[str, Entry] = TABLE) -> Part:
    """For one part of the help."""

    def command(
        name: str, form: str, help: str, *, example: str = "", tells: bool = False, also: str = "", home: str = ""
    ) -> Callable[[Does], Does]:
        def put(does: Does) -> Does:
            _enter(table, Entry(name, form, help, does, title, example, tells, also))
            if home:
                _enter(HOME, Entry(name, form, help, does, home, example, tells, also))
            return does

        return put

    return command


def _enter(table: dict[str, Entry], entry: Entry) -> None:
    names = [one for one in (entry.name, entry.also) if one]
    assert not table.keys() & set(names), f"two commands are called /{entry.name}"
    table.update(dict.fromkeys(names, entry))
