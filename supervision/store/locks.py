"""Who may write now, and whose screen a session is open on.

Locks are files of their own, never the record: a record is replaced by each save, and a lock on a replaced file locks
nobody out. The system frees a lock when its process ends, also when it is killed.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from supervision.errors import Busy
from supervision.store.files import private_folder, save_failed

_POLL = 0.01
"""Seconds between two tries."""
_WAY = 0.2
"""Seconds that somebody who comes gives to those who wait already."""


@contextmanager
def short_lock(file: Path, patience: float, refusal: str) -> Iterator[None]:
    """Lock `file` for a moment, waiting up to `patience` seconds, else Busy; the same thread may take it again."""
    from filelock import FileLock, Timeout

    private_folder(file.parent)
    # One object per file in this process: that is what lets a thread that has the lock take it again.
    lock = FileLock(file, mode=0o600, is_singleton=True, poll_interval=_POLL, fallback_to_soft=False)
    try:
        lock.acquire(timeout=patience)
    except Timeout as error:
        raise Busy(refusal) from error
    except OSError as error:
        raise save_failed(file, error) from error
    try:
        yield
    finally:
        with suppress(OSError):  # what was done under it is done; the system frees it with the process at the latest
            lock.release()


@contextmanager
def long_lock(file: Path, refusal: str) -> Iterator[None]:
    """Lock `file` for as long as the block lasts, or Busy at once; also refused to a second taker in this process."""
    from filelock import FileLock, Timeout

    private_folder(file.parent)
    # Not bound to a thread: an open room may be closed by another one.
    lock = FileLock(file, mode=0o600, thread_local=False, fallback_to_soft=False)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise Busy(refusal) from error
    except OSError as error:
        raise save_failed(file, error) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def waiting(file: Path) -> Iterator[None]:
    """Lets others know, as long as the block lasts, that somebody waits here for a lock."""
    number = None
    with suppress(OSError):  # then nobody gives way, and it is luck again who is next
        number = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        fcntl.flock(number, fcntl.LOCK_SH)
    try:
        yield
    finally:
        if number is not None:
            os.close(number)


def give_way(file: Path) -> None:
    """Waits a moment while others are `waiting`: who has just had the lock would else nearly always have it again."""
    until = time.monotonic() + _WAY
    while is_held(file) and time.monotonic() < until:
        time.sleep(_POLL / 10)


def is_held(file: Path) -> bool:
    """Whether some process has a lock on this file."""
    try:
        number = os.open(file, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(number)
    return False
