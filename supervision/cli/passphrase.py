"""Asking for a passphrase: on a terminal unseen, else read from where a script says, or from standard input."""

import os
import sys
from typing import TYPE_CHECKING

import click

from supervision.cli.here import can_ask, tell
from supervision.errors import BadInput, Locked, WrongPassphrase

if TYPE_CHECKING:
    from supervision.vault.identity import Identity

_MOST = 4096
_TRIES = 3
FD = click.option(
    "--passphrase-fd",
    "fd",
    type=click.IntRange(0),
    metavar="N",
    help="Read the passphrase from this file descriptor. Without it, where there is no terminal: from standard input.",
)


def typed(question: str, fd: int | None = None, *, twice: bool = False) -> str:
    """A passphrase, asked for on the terminal, or the first line of what a script gives."""
    if fd is None and can_ask():
        return str(click.prompt(question, hide_input=True, err=True, confirmation_prompt=twice))
    try:
        if fd is None:
            if sys.stdin is None:
                raise Locked("A passphrase is needed, and nobody is there to ask.")
            data = sys.stdin.buffer.readline(_MOST)
        else:
            data = b""
            while not data.endswith(b"\n") and len(data) <= _MOST and (more := os.read(fd, 1)):
                data += more  # not a byte more than the line: there may be another passphrase after it
        line, _, _ = data.partition(b"\n")
        return line.removesuffix(b"\r").decode()
    except OSError as error:
        raise BadInput(f"There is no passphrase to read there: {(error.strerror or '').lower()}.") from error
    except UnicodeDecodeError as error:
        raise BadInput("That passphrase is no text in UTF-8.") from error


def opened(fd: int | None = None) -> "Identity":
    """The key of this login, opened with a passphrase that is asked for; on a terminal again when it was wrong."""
    from supervision.vault import held

    again = fd is None and can_ask()
    if not held.is_here():
        return held.opened_with("")  # which says that there is none
    for left in reversed(range(_TRIES)):
        words = typed("Passphrase", fd)
        try:
            return held.opened_with(words)
        except WrongPassphrase as error:
            if not (again and left):
                raise
            tell(str(error))
    raise AssertionError("the last try raises")


def if_asked() -> "Identity | None":
    """The same where a command finds that it needs the key; None when nobody is there to ask."""
    from supervision.vault import held

    completing = any(name.endswith("_COMPLETE") and name.startswith("_SUPERVISION") for name in os.environ)
    if completing or not can_ask() or not held.is_here():
        return None
    return opened()
