"""What was refused to whoever came over a line: one line of a log each, for whoever owns the machine.

A line says when, what, in which session and by which way. Nothing of it was typed by the other side: what is refused is
one of a list, and the session is named only where it is one of ours.
"""

import fcntl
import logging
import os
import re
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import cache
from pathlib import Path
from typing import TextIO

from supervision import paths

FILE = "refused.log"
SIZE, KEPT = 256 * 1024, 3
"""Bytes in one file, and how many older ones are kept beside it."""
MOST, WITHIN = 30, 60.0
"""Lines that one process writes in so many seconds; of what comes more often, the number."""
LATELY = timedelta(days=7)


class Why(Enum):
    """What was refused."""

    MALFORMED = "something that could not be understood"
    SILENT = "somebody who said nothing in time"
    VERSION = "another version of this program"
    SESSION = "another session than the one that is open"
    NOBODY = "somebody who takes no part in the session"
    WORDS = "words that are not theirs to write"
    ENDED = "a line over which such words came again and again"
    CHANGE = "a change that is not theirs to ask for"
    COMMAND = "a command that is not allowed"
    TAKEN_OUT = "a key that was taken out"
    CODE = "a wrong code"
    CODES = "a code, unseen, because too many were wrong"
    OLD_KEY = "a key of an old kind"
    OLD_SIGNATURE = "a signature with SHA-1"
    MANY_KEYS = "too many keys"
    MANY_QUESTIONS = "too many questions"
    KNOCK = "a knock, because too many came"
    SENT_AWAY = "somebody who knocked and was sent away"
    CROWD = "a connection, to make room for others"
    FULL = "somebody more than there is room for"
    FORWARDING = "a connection to somewhere else"


class Way(Enum):
    """By which way it came."""

    LOGIN = "a login of this account"
    FAR = "another computer"
    KEY = "a key over ssh"
    CODE = "a code at the door"
    DOOR = "the door"


def log_file() -> Path:
    """Where the log is."""
    return paths.log_dir() / FILE


def note(why: Why, way: Way, *, session: str = "", address: str = "") -> None:
    """Writes a line. `session` is an id of ours, `address` where the system says that a connection comes from.

    A log that cannot be written keeps nobody from their session; `lately` says so.
    """
    _flood().line(f"refused {why.value}; session {session or '-'}; by {way.value}{address and f'; from {address}'}")


def lately(now: datetime) -> int:
    """How many were refused in the last days, over all files there are. OSError when they cannot be read."""
    count, since = 0, now - LATELY
    for number in range(KEPT + 1):
        with suppress(FileNotFoundError):
            file = _numbered(log_file(), number) if number else log_file()
            words = file.read_text("utf-8", "replace")
            for line in words.splitlines():
                found = re.match(r"(\S+) (?:refused|(\d+) more)", line)
                with suppress(ValueError):
                    if found and datetime.fromisoformat(found[1]) >= since:
                        count += int(found[2] or 1)
    return count


class _Flood:
    """Lets so many lines through in a while and counts the rest: nobody fills a disk by being refused."""

    def __init__(self) -> None:
        self._began, self._written, self._more = 0.0, 0, 0

    def line(self, words: str) -> None:
        now = time.monotonic()
        if now - self._began > WITHIN:
            if self._more:
                _logger().info("%d more were refused than are written here", self._more)
            self._began, self._written, self._more = now, 0, 0
        if self._written < MOST:
            self._written += 1
            _logger().info("%s", words)
        else:
            self._more += 1


@cache
def _flood() -> _Flood:
    return _Flood()


@cache
def _logger() -> logging.Logger:
    logger = logging.getLogger("supervision.refusals")
    logger.addHandler(_Kept())
    logger.propagate = False
    logger.setLevel(logging.INFO)
    return logger


class _Kept(logging.Handler):
    """A file for its owner alone, which several processes write and turn over, one after the other."""

    def emit(self, record: logging.LogRecord) -> None:
        file = log_file()
        with suppress(OSError):  # it would be said in the middle of somebody's screen; the doctor says it
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _opened(_numbered(file, "lock")) as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                with _opened(file) as kept:
                    kept.write(f"{self.format(record)}\n")
                    turn = kept.tell() > SIZE
                if turn:
                    for number in range(KEPT, 0, -1):
                        with suppress(FileNotFoundError):
                            (_numbered(file, number - 1) if number > 1 else file).replace(_numbered(file, number))

    def format(self, record: logging.LogRecord) -> str:
        now = datetime.fromtimestamp(record.created, UTC).astimezone()
        return f"{now.isoformat(timespec='seconds')} {record.getMessage()}"


def _numbered(file: Path, end: int | str) -> Path:
    return file.with_name(f"{file.name}.{end}")


def _opened(file: Path) -> TextIO:
    return open(file, "a", encoding="utf-8", opener=_own)


def _own(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
