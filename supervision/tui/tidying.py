"""Looking for rubbish while nobody waits."""

import asyncio
import gc

from rich.cells import cached_cell_len
from textual.geometry import Region

AFTER = 0.05
"""Seconds after the last change in which nothing happened: whoever types quickly is between two keys."""
AT_MOST = 8_000
"""Objects that wait for it where somebody types without a pause: less than a megabyte."""
GROWING = (cached_cell_len, Region.translate, Region.intersection, Region.contains_region, Region.__contains__)
"""What keeps an answer for each text and each place that was ever painted, thousands of them: those of a key never come
again."""
ENOUGH = 500
"""Answers that each of them may keep."""


class Tidying:
    """From `begin` to `end` Python looks for rubbish a moment after each change that it is told of by `soon`.

    By itself it does so in the middle of what a key leads to, which takes up to four milliseconds.
    """

    def __init__(self) -> None:
        self._before = gc.get_threshold()
        self._waiting: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        self._before = gc.get_threshold()
        gc.set_threshold(AT_MOST, *self._before[1:])

    def soon(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting = asyncio.get_running_loop().call_later(AFTER, self._tidy)

    def _tidy(self) -> None:
        self._waiting = None
        gc.collect(1)
        for answers in GROWING:
            if answers.cache_info().currsize > ENOUGH:
                answers.cache_clear()

    def end(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
        gc.set_threshold(*self._before)
