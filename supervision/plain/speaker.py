"""Whoever speaks line by line, in a session or at home: says, asks, and takes each line to its command."""

import difflib
from abc import ABC, abstractmethod
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from typing import ClassVar

from supervision import when
from supervision.errors import Faults, Refused, SaveFailed, SupervisionError
from supervision.model.changes import Change
from supervision.model.values import Session
from supervision.plain import typed
from supervision.plain.commands import Entry
from supervision.plain.lines import Lines, Paper, unseen
from supervision.shelf import Shelf
from supervision.text import one_line


class Speaker(ABC):
    """Reads lines until there are none, somebody quits, or `leave` is called. `asks`: somebody is there to answer."""

    table: ClassVar[dict[str, Entry]]
    parts: ClassVar[tuple[str, ...]]
    daily: ClassVar[tuple[str, ...]]
    """The commands of every day, which /help tells first."""
    opening: ClassVar[str]
    """What stands above the commands in /help."""

    def __init__(self, shelf: Shelf, lines: Lines, paper: Paper, *, asks: bool = False) -> None:
        self.shelf = shelf
        self.paper = paper
        self.asks = asks
        self.leaving = False
        self._lines = lines
        self._block: list[str] = []
        self._asked: tuple[str, ...] = ()

    # -- what commands stand on, in a session and at home -----------------------------------------------------

    @property
    @abstractmethod
    def here(self) -> Session | None:
        """The session one is in; None at home."""

    @property
    @abstractmethod
    def pair(self) -> set[str]:
        """The ids of the people whose records are listed; nobody: everybody's."""

    @property
    @abstractmethod
    def me(self) -> str:
        """Whoever is writing, by id or by name."""

    @property
    @abstractmethod
    def my_name(self) -> str:
        """How they are called."""

    @property
    def today(self) -> date:
        return self.shelf.today

    @property
    def next_date(self) -> date | None:
        """When one meets next, as far as it is known here."""
        return None

    @abstractmethod
    async def carry(self, session_id: str, change: Change) -> Session:
        """Does one thing in a session, by whoever is writing."""

    # -- saying and asking ------------------------------------------------------------------------------------

    def say(self, *lines: str) -> None:
        self._block += lines
        self.paper.say(*lines)

    def say_apart(self, *lines: str) -> None:
        """Says something that answers nothing: `/repeat` says it alone."""
        self._block = []
        self.say(*lines)

    def refuse(self, why: str) -> None:
        self.say(f"! {one_line(why)}")

    def say_again(self) -> None:
        """The last thing that was said."""
        self.paper.say(*(self._asked or [line for line in self._block if line.strip()]))

    def _undisturbed(self) -> AbstractContextManager[None]:
        """While an answer is waited for nothing else is said."""
        return nullcontext()

    async def answer(self, *asked: str) -> str | None:
        """The next line as it was typed; None at the end of input. While it waits nothing else is said.

        A command that only tells something, such as /repeat or /where, is answered in between.
        """
        self.say(*asked)
        before, self._asked = self._asked, asked or self._asked
        try:
            with self._undisturbed():
                while (line := await self._lines.next()) is not None:
                    match typed.line(line):
                        case typed.Command(name, rest) if name in self.table and self.table[name].tells:
                            await self._do(name, rest)
                            if name != "repeat":
                                self.paper.say(*self._asked)
                        case typed.Command(name, _) if self.asks and name not in self.table:
                            # A slip is nobody's answer; from a pipe each line has its place.
                            self.refuse(self._unknown(name))
                            self.paper.say(*self._asked)
                        case _:
                            return line
            return None
        finally:
            self._asked = before

    async def secret(self, question: str) -> str:
        """A line that is typed without being seen, where a terminal would show it."""
        self.say(question)
        with unseen(), self._undisturbed():
            return await self._lines.next() or ""  # whatever it begins with: it is no command

    async def yes(self, question: str) -> bool:
        """Whether somebody who sits there says yes; nobody does on a pipe."""
        if not self.asks:
            return False
        line = await self.answer(f"{question} Type yes, or anything else for no.")
        return (line or "").strip().casefold() in {"y", "yes"}

    async def day(self, words: str) -> date:
        """The day that is meant; one that has passed is asked about on a terminal and refused on a pipe."""
        day = when.parse(words, self.today, next_session=self.next_date)
        if day < self.today:
            past = f"{when.said(day, self.today)} has passed already"
            if not self.asks:
                raise Refused(f"{past}. Nothing was changed.")
            if not await self.yes(f"{past}. Is it the day you mean?"):
                raise Refused("Nothing was changed.")
        return day

    # -- commands ---------------------------------------------------------------------------------------------

    @abstractmethod
    async def take(self, line: str) -> None:
        """Does what one line asks for."""

    async def _do(self, name: str, rest: str) -> None:
        try:
            await self.table[name].does(self, rest)
        except SupervisionError as error:
            self.refuse(sentence(error))

    async def _command(self, name: str, rest: str) -> None:
        entry = self.table.get(name)
        if entry is None:
            raise Refused(self._unknown(name))
        await entry.does(self, rest)

    def _unknown(self, name: str) -> str:
        return f"There is no command /{name}; {self._hint(name)}"

    def _hint(self, name: str) -> str:
        guess = difflib.get_close_matches(name, self.table, n=1)
        return f"did you mean /{guess[0]}?" if guess else "/help lists them."

    def leave(self) -> None:
        """No more lines are taken."""
        self.leaving = True


def sentence(error: SupervisionError) -> str:
    """What went wrong, on one line."""
    if isinstance(error, Faults):
        return "; ".join(str(fault) for fault in error.faults)
    if isinstance(error, SaveFailed):
        return f"{error} Your words are still here."
    return str(error)
