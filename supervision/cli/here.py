"""One run of the program: where the records are, who is at the keyboard, and how it answers."""

import getpass
import json
import os
import pwd
import re
import socket
import sys
import textwrap
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TextIO

import click

from supervision import text
from supervision.errors import Refused, SupervisionError

if TYPE_CHECKING:
    from supervision.config import Settings
    from supervision.model.values import Session
    from supervision.private import PrivateNotes
    from supervision.shelf import Shelf
    from supervision.store import Store

WHO_ARE_YOU = "Say who you are: --me NAME, or set SUPERVISION_ME."


def now() -> datetime:
    """The time here, with its offset, to the second."""
    return datetime.now().astimezone().replace(microsecond=0)


def login_name() -> str:
    """How the system calls whoever is logged in, as a name to begin with; empty where it knows none."""
    try:
        found = pwd.getpwuid(os.getuid())
        whole = found.pw_gecos.split(",")[0].strip()
        return text.name(whole or found.pw_name.capitalize()) if found.pw_uid else ""
    except (KeyError, SupervisionError):
        return ""


def login_here() -> str:
    """This login and computer, as ssh writes them; from elsewhere the computer may have another name."""
    return f"{getpass.getuser()}@{socket.gethostname()}"


def has_terminal() -> bool:
    """Whether there is a terminal that the interface could draw on."""
    return _is_terminal(sys.stdin) and _is_terminal(sys.stdout) and os.environ.get("TERM", "dumb") != "dumb"


def can_ask() -> bool:
    """Whether somebody sits there who can answer a question, even on a terminal that cannot draw."""
    return _is_terminal(sys.stdin) and _is_terminal(sys.stderr)


_COMMAND = re.compile(r"(.*?[:.]) +((?:supervision|ssh|ssh-keygen) .*)")
"""A sentence, and what is to be typed as it stands: that is never parted by the end of a line."""


def tell(words: str, *, err: bool = True) -> None:
    """A line for the person, on standard error; on a terminal no word of it is cut in two by its edge."""
    line, where = text.clean(words), sys.stderr if err else sys.stdout
    if _is_terminal(where):
        with suppress(OSError, ValueError):  # a terminal that does not know its size
            line = folded(line, os.get_terminal_size(where.fileno()).columns)
    click.echo(line, err=err)


def folded(words: str, width: int) -> str:
    """Words in lines of at most this width, parted between words; a command stays in one line, to be copied."""
    lines: list[str] = []
    for line in words.split("\n"):
        if len(line) <= width or width < 20:
            lines.append(line)
            continue
        typed = _COMMAND.fullmatch(line)
        head, command = (typed[1], [typed[2]]) if typed else (line, [])
        lines += [*textwrap.wrap(head, width, break_long_words=False, break_on_hyphens=False), *command]
    return "\n".join(lines)


def _is_terminal(stream: TextIO | None) -> bool:
    # Whoever starts the program may have closed its input or output, and so may we.
    return stream is not None and not stream.closed and stream.isatty()


@dataclass
class Here:
    """What every command has to hand. The options stand before or after the command and are put here."""

    store_option: str | None = None
    me_option: str | None = None
    json: bool = False
    login: str = ""
    """Whose login this is, once it was asked for, and in the sample, which is kept nowhere; else the settings say."""
    clock: Callable[[], datetime] = now

    @cached_property
    def store(self) -> "Store":
        return self.store_at(self.store_option)

    @staticmethod
    def store_at(folder: str | None) -> "Store":
        from supervision import paths
        from supervision.store import Store
        from supervision.store.sealing import NAME

        store = Store(paths.store_dir(folder))
        if os.path.lexists(store.folder / NAME):
            from supervision.cli import passphrase
            from supervision.vault import held

            held.ask_with(passphrase.if_asked)
        return store

    def ask_nobody(self) -> None:
        """Somebody else is at this terminal: they are not asked for the passphrase of the login they came to."""
        from supervision.vault import held

        assert self.store  # which says how to ask, and is made once
        held.ask_with(None)

    @cached_property
    def shelf(self) -> "Shelf":
        from supervision.shelf import Shelf

        return Shelf(self.store, self.clock)

    @cached_property
    def settings(self) -> "Settings":
        """The person's settings; a broken file is named once and the defaults stand in."""
        from supervision import config

        settings, sentence = config.load_or_defaults()
        if sentence:
            self.tell(sentence)
        return settings

    @cached_property
    def private(self) -> "PrivateNotes":
        """What the person whom this login remembers keeps to themselves; nothing for somebody named for this once."""
        from supervision.private import PrivateNotes

        return PrivateNotes(self.store, lambda: self.remembered, self.clock)

    @property
    def remembered(self) -> str:
        """Whose login this is, whoever is at the keyboard now; empty while nobody is known."""
        return self.login or self.settings.me

    @property
    def me(self) -> str:
        """Who is at this keyboard, as far as is known without asking; else empty."""
        given = self.me_option or os.environ.get("SUPERVISION_ME", "")
        return text.name(given) if given.strip() else self.settings.me

    def need_me(self) -> str:
        """Who is at this keyboard, asked for on a terminal and then remembered; Refused elsewhere."""
        if self.me:
            return self.me
        if not can_ask():
            raise Refused(WHO_ARE_YOU)
        from supervision import config

        name = text.name(str(click.prompt("Your name", err=True)))
        self.me_option = name
        try:
            config.remember("me", name)
            self.login = name
            self.tell(f"Remembered in {config.file()}.")
        except SupervisionError as error:
            self.tell(f"Not remembered: {error}")
        return name

    # -- answering --------------------------------------------------------------------------------------------

    def give(self, value: Any) -> None:
        """One JSON value on standard output."""
        click.echo(json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n", nl=False)

    def say(self, *lines: str) -> None:
        """Lines of the answer, on standard output; an empty one where none is given."""
        click.echo(text.clean("\n".join(lines)))

    def tell(self, line: str) -> None:
        """A line for the person, on standard error."""
        tell(line)

    def tell_damage(self) -> None:
        """Names the records that could not be read, after a list that had to do without them."""
        for sentence in self.shelf.damaged:
            self.tell(f"! {sentence}")

    def ask(self, question: str) -> bool:
        """A yes or no from the person at the terminal; no is the answer of an empty line."""
        return bool(click.confirm(text.clean(question), default=False, err=True))

    # -- finding ----------------------------------------------------------------------------------------------

    def newest_of_mine(self) -> "Session":
        """The newest session in which this person takes part."""
        me = self.need_me()
        newest = self.shelf.newest_of(me)
        if newest is None:
            raise Refused(
                f"{me} has no session here yet, so there is nowhere to do this. "
                "Start one first: supervision start --with NAME"
            )
        return self.shelf.load(newest)
