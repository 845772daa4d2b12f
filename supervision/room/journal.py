"""Words written here for a session on another computer, kept on this one until they have arrived there."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace

from supervision.errors import SupervisionError
from supervision.store import AwayFile, Waiting

WITHIN = 0.4
"""Seconds from a key to the file, also while somebody types without a pause."""
AGAIN = 5.0
"""Seconds until it is tried again when it could not be kept."""


class Journal:
    """Keeps what waits in `file`, and nothing once nothing waits.

    `take` gives what waits now, or None; `failed` hears a sentence when it cannot be kept, once until it can be again.
    """

    def __init__(self, file: AwayFile) -> None:
        self._file = file
        self._take: Callable[[], Waiting | None] = lambda: None
        self._failed: Callable[[str], None] = lambda _: None
        self._writing = threading.Lock()
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._count = self._newest = 0
        self._is_kept = False
        self._said = ""

    def read(self) -> Waiting | None:
        """What an earlier run of the program left; None when nothing waits. Damaged, TooNew."""
        found = self._file.read()
        self._is_kept = found is not None
        return found

    def begin(self, take: Callable[[], Waiting | None], failed: Callable[[str], None]) -> None:
        self._take, self._failed = take, failed

    def is_for(self, session: str) -> None:
        """The whole id of the session, once it is known."""
        self._file = replace(self._file, session=session)

    def touch(self) -> None:
        """Something was written, or has arrived: the file follows soon."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(WITHIN, self._start)

    def _start(self) -> None:
        self._timer = None
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._keep_aside())
        else:
            self.touch()

    async def _keep_aside(self) -> None:
        """Keeps it without keeping anybody's key waiting for the disk."""
        self._count += 1
        try:
            await asyncio.to_thread(self._put, self._take(), self._count)
        except SupervisionError as error:
            if error.sentence != self._said:
                self._said = error.sentence
                self._failed(error.sentence)
            if self._timer is None:
                self._timer = asyncio.get_running_loop().call_later(AGAIN, self._start)
        else:
            self._said = ""

    def now(self) -> bool:
        """Keeps it at once; whether anything waits. SaveFailed."""
        self._count += 1
        waiting = self._take()
        self._put(waiting, self._count)
        return waiting is not None

    async def end(self) -> bool:
        """The last of it; whether anything waits. SaveFailed."""
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            await asyncio.wait([self._task])
        return self.now()

    def _put(self, waiting: Waiting | None, count: int) -> None:
        with self._writing:
            if count <= self._newest:  # what was taken later was quicker
                return
            self._newest = count
            if waiting is not None:
                self._file.keep(waiting)
                self._is_kept = True
            elif self._is_kept:
                self._file.drop()
                self._is_kept = False
