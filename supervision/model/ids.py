"""Names for things: short to type, safe as file names, unique in a store.

A session's id begins with its date and time, so a folder sorts by time. Ids of actions and decisions begin at random,
so that a few letters are enough to name one. No look-alike letters (0 o 1 l i).
"""

import os
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
PATTERN = re.compile(r"[a-z0-9-]{8,40}")

_DIGITS = 9
_CHANCE = random.SystemRandom()  # as `secrets` has it, which takes much longer to load
_source: ContextVar[random.Random] = ContextVar("source of letters", default=_CHANCE)


class _Seeded(random.Random):
    """Remembers which letters came out."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.made: list[str] = []


@contextmanager
def seeded(seed: int) -> Iterator[list[str]]:
    """Within this, ids come out the same each time: for a sample, for tests, and for what two processes do alike.

    Gives the letters that came out, those of the last ids last.
    """
    source = _Seeded(seed)
    token = _source.set(source)
    try:
        yield source.made
    finally:
        _source.reset(token)


def _letters(count: int) -> str:
    source = _source.get()
    found = "".join(source.choice(ALPHABET) for _ in range(count))
    if isinstance(source, _Seeded):
        source.made.append(found)
    return found


def session_id(at: datetime) -> str:
    return f"{at:%Y-%m-%d-%H%M}-{_letters(4)}"


def thing_id() -> str:
    """For an action or a decision: ten letters at random, about 49 bits."""
    return _letters(10)


def person_id() -> str:
    return f"p-{_letters(8)}"


def entry_id(at: datetime) -> str:
    """For an entry within something (progress, review, option): sorts by time."""
    millis = int(at.timestamp() * 1000)
    digits = ""
    for _ in range(_DIGITS):
        millis, rest = divmod(millis, len(ALPHABET))
        digits = ALPHABET[rest] + digits
    return f"{digits}{_letters(4)}"


TOKEN = re.compile(r"[0-9a-f]{16}")


def token() -> str:
    """A name for something asked for over a line: whoever has done it knows that it is done."""
    return os.urandom(8).hex()


def valid(text: str) -> bool:
    return PATTERN.fullmatch(text) is not None
