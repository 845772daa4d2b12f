"""Keeping an open session in its file: soon after each key, never an older save over a newer one."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime

from supervision.errors import Busy, Damaged, SaveFailed, SupervisionError, TooNew
from supervision.model.values import Session
from supervision.store import Store, Tombstone

SAVE_WITHIN = 0.4
"""Seconds from a key to its save, also while somebody types without a pause."""
A_MOMENT, STUCK = 0.1, 10.0
"""Seconds that everything waits for somebody else's save; after which, tried again, it goes on without."""
CHANGED = "The record was changed elsewhere just now, so this was not done. Please try again."
RETRY = 5.0
"""Seconds until a failed save is tried again."""


@dataclass(frozen=True, slots=True)
class Saved:
    """How things stand with the file: when it was last written, whether words wait, and why a save failed."""

    at: datetime | None = None
    waiting: bool = False
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is saved together: the session, the document if others share it, and how far that goes."""

    session: Session
    live: bytes | None
    mark: int


class Saving:
    """Saves what `take` gives, of a session that this process alone may write. `told` hears of every change of `saved`.

    `overtaken` is called when the file was changed by somebody else: then nothing was written over it.
    """

    def __init__(
        self,
        store: Store,
        kept: Session,
        *,
        take: Callable[[int], Kept],
        clock: Callable[[], datetime],
        told: Callable[[], None],
        overtaken: Callable[[], None],
    ) -> None:
        self._store = store
        self.kept = kept
        """The session as it stands in the file."""
        self._take = take
        self._clock = clock
        self._told = told
        self._overtaken = overtaken
        self._writing = threading.RLock()
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._dirty = 0
        self._clean = 0
        self._newest = -1
        self._ended = False
        self._over = False
        self._locked_since: float | None = None
        self._there: int | None = None
        self.saved = Saved(at=self._file_time())

    def _file_time(self) -> datetime:
        return datetime.fromtimestamp(self._store.file(self.kept.id).stat().st_mtime).astimezone()

    @property
    def is_clean(self) -> bool:
        """Whether everything is in the file."""
        return self._dirty == self._clean and not self.saved.failed

    @property
    def clean(self) -> int:
        """How far the file goes."""
        return self._clean

    def touch(self, seconds: float = SAVE_WITHIN) -> None:
        """Something changed: it is saved within that time."""
        self._dirty += 1
        self.soon(seconds)

    def soon(self, seconds: float) -> None:
        """It is saved within that time; at once means before anything that waits."""
        if self._ended:
            return
        if not self.saved.waiting:
            self.saved = replace(self.saved, waiting=True)
        if self._timer is not None:
            if seconds and not self._timer.cancelled():
                return
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._start)

    def _start(self) -> None:
        self._timer = None
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._save_aside())
        else:
            self.soon(SAVE_WITHIN)

    async def _save_aside(self) -> None:
        """Saves without keeping anybody's key waiting for the disk."""
        kept = self._take(self._dirty)
        try:
            await asyncio.to_thread(self._write, kept)
        except SupervisionError as error:
            self._failed(error)
        else:
            self._written(kept)

    def now(self) -> None:
        """Saves at once, for the ways out. SaveFailed, or Busy, when it cannot."""
        if self.is_clean:
            return
        kept = self._take(self._dirty)
        try:
            self._write(kept)
        except SupervisionError as error:
            self._failed(error, again=False)
            raise
        self._written(kept)

    @contextmanager
    def unchallenged(self) -> Iterator[None]:
        """For what must not be done by two: nobody else writes the record meanwhile. Busy when somebody has already."""
        with self._writing, ExitStack() as held:
            with suppress(SaveFailed):  # a disk that is full keeps nobody from coming in
                self._lock(held)
            with suppress(Damaged, TooNew):  # that is said by the save
                if self._store.load(self.kept.id).revision != self.kept.revision:
                    raise Busy(CHANGED)
            yield

    def _lock(self, held: ExitStack) -> None:
        """Busy for a while when somebody else saves; whoever stands still in the middle of it keeps nobody for ever."""
        try:
            held.enter_context(replace(self._store, patience=A_MOMENT).lock(self.kept.id))
        except Busy:
            now = time.monotonic()
            if self._locked_since is None:
                self._locked_since = now
            if now < self._locked_since + STUCK:
                raise
        else:
            self._locked_since = None

    async def end(self) -> None:
        """Saves nothing more by itself, and waits for the save that is under way."""
        self._ended = True
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            await asyncio.wait([self._task])

    def go_over(self, revision: int) -> None:
        """Saves over what stands in the file, which is of this revision and has nothing that is not here."""
        self._there = revision
        self.touch(0.0)

    def erased(self, erase: Callable[[], Tombstone]) -> Tombstone:
        """Does what erases the record; nothing is written any more once it has."""
        with self._writing:
            stone = erase()
            self._over = True
        return stone

    def _write(self, kept: Kept) -> None:
        with self._writing:
            if self._over:
                return
            if kept.mark <= self._newest:  # a save that started later was quicker: never older words over newer ones
                return
            expected = self.kept.revision if self._there is None else self._there
            self.kept = self._store.save(kept.session, expected_revision=expected, live=kept.live)
            self._there = None
            self._newest = kept.mark

    def _written(self, kept: Kept) -> None:
        self._clean = max(self._clean, kept.mark)
        self.saved = Saved(at=self._clock(), waiting=self._dirty != self._clean)
        if self.saved.waiting and self._timer is None:
            self.soon(SAVE_WITHIN)
        self._told()

    def _failed(self, error: SupervisionError, *, again: bool = True) -> None:
        why = str(error)
        if isinstance(error, SaveFailed):
            why += " Your words are still here, on this screen."
        self.saved = replace(self.saved, failed=why, waiting=True)
        if again and self._timer is None and not self._ended:
            self._timer = asyncio.get_running_loop().call_later(RETRY, self._start)
        self._told()
        if isinstance(error, Busy):
            self._overtaken()
