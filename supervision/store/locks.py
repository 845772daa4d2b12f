"""Who may write now, and whose screen a session is open on.

Locks are files of their own, never the record: a record is replaced by each save, and a lock on a replaced file locks
nobody out. The system frees a lock when its process ends, also when it is killed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from supervision.errors import Busy
from supervision.store.files import private_folder, save_failed

_POLL = 0.01
"""Seconds between two tries."""


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
