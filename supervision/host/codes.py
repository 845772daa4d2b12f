"""One-time codes that are told to somebody by phone, and what keeps strangers from guessing them.

A code has eight of 22 letters: with the delays here, which hold for all connections together, guessing for a year finds
one of them with a chance of about one in 500,000.
"""

import hmac
import math
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from supervision.model.values import Who

LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ"
"""Without those that are taken for others: I, L, O, U."""
LENGTH, GROUP = 8, 4
TRIES = 3
"""Wrong codes after which a connection is ended."""
FREE = 2
"""Wrong codes, over all connections, after which everybody has to wait before the next is looked at."""
FIRST_WAIT, LONGEST_WAIT = 2.0, 300.0
"""Seconds of waiting at first, doubled with each wrong code, and at most."""
WORN = 10
"""Wrong codes after which a session's codes are replaced."""
FORGIVEN = 3600.0
"""Seconds without a wrong code after which they are forgotten."""


@dataclass(frozen=True, slots=True)
class Right:
    """It was this person's code, which is used up now."""

    person: Who


@dataclass(frozen=True, slots=True)
class Wrong:
    """It was nobody's code. `over`: the connection it came from is to be ended."""

    over: bool


@dataclass(frozen=True, slots=True)
class Wait:
    """It was not looked at, because too many wrong ones came: so many seconds have to pass first."""

    seconds: int


@dataclass(slots=True)
class Tries:
    """How often one connection was wrong."""

    wrong: int = 0


class Codes:
    """The codes that are good now. `on_worn` hears of each that was replaced because others guessed at it."""

    def __init__(self, clock: Callable[[], float], on_worn: Callable[[str, Who], object]) -> None:
        self._clock = clock
        self._on_worn = on_worn
        self._codes: dict[tuple[str, Who], str] = {}
        self._guessed: dict[str, int] = {}
        self._wrong = 0
        self._last_wrong = -math.inf
        self._closed_until = -math.inf

    def make(self, session: str, person: Who) -> str:
        """A fresh code for somebody to come into a session once, as it is said; an older one is good no longer."""
        code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
        self._codes[session, person] = code
        self._guessed.pop(session, None)
        return _said(code)

    def of(self, session: str, person: Who) -> str:
        """Their code as it is said; empty when there is none, or it is used up."""
        code = self._codes.get((session, person))
        return _said(code) if code else ""

    def judge(self, session: str, typed: str, tries: Tries) -> Right | Wrong | Wait:
        """What a code is worth that was typed for this session (or for none, then it is wrong)."""
        now = self._clock()
        if now < self._closed_until:
            return Wait(math.ceil(self._closed_until - now))
        if now - self._last_wrong > FORGIVEN:
            self._wrong = 0
        letters = "".join(letter for letter in typed.upper() if letter.isalnum()).encode()
        found: Who = ""
        for (where, person), code in self._codes.items():
            same = hmac.compare_digest(code.encode(), letters)  # each is looked at, in the time that takes
            if same and where == session:
                found = person
        if found:
            del self._codes[session, found]
            self._wrong = 0
            return Right(found)
        self._count(session, now)
        tries.wrong += 1
        return Wrong(over=tries.wrong >= TRIES)

    def _count(self, session: str, now: float) -> None:
        self._wrong += 1
        self._last_wrong = now
        if self._wrong > FREE:
            self._closed_until = now + min(FIRST_WAIT * 2 ** min(self._wrong - FREE - 1, 16), LONGEST_WAIT)
        people = [person for where, person in self._codes if where == session]
        if not people:
            return
        self._guessed[session] = self._guessed.get(session, 0) + 1
        if self._guessed[session] >= WORN:
            for person in people:
                self.make(session, person)
                self._on_worn(session, person)


def _said(code: str) -> str:
    return "-".join(code[at : at + GROUP] for at in range(0, LENGTH, GROUP))
