"""What makes tests of screens quick: nobody waits for the clock, and no style sheet is read twice in one process."""

import asyncio
from collections.abc import Callable
from typing import Any

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

SOON = 0.03
"""Seconds: what is to run within them belongs to the key too: the screen is painted sixty times in a second."""
QUIET = 3
"""Looks in a row at which there is nothing to run; between two of them the loop takes in what came from elsewhere."""


async def settled(min_sleep: float = 0, max_sleep: float = 1) -> None:
    """Instead of Textual's own way, which waits for 20 milliseconds with little work in them: two or three times a key.

    Those pass on a machine that is busy with something else before anything was done; this waits until it was.
    """
    loop: Any = asyncio.get_running_loop()
    late, soon, quiet = loop.time() + max_sleep, 0.0, 0
    while quiet < QUIET and loop.time() < late:
        await asyncio.sleep(0)
        quiet += 1
        if loop._ready:
            quiet = 0
        elif _at_work(loop):
            quiet = 0
            await asyncio.sleep(0.001)
        elif not soon:  # all that the key itself led to is done
            soon = loop.time() + SOON
        elif (due := min((one.when() for one in loop._scheduled if not one.cancelled()), default=late)) < soon:
            quiet = 0
            await asyncio.sleep(max(0.0, due - loop.time()))


def _at_work(loop: Any) -> bool:
    """Whether a thread does something for this loop, as a save does."""
    threads = loop._default_executor
    return threads is not None and threads._idle_semaphore._value < len(threads._threads)


def read_once() -> Callable[..., list[RuleSet]]:
    """Instead of Textual's own way, which reads every sheet anew for each application and each of its themes."""
    known: dict[tuple[object, ...], list[RuleSet]] = {}
    parse = Stylesheet._parse_rules

    def parsed(sheet: Stylesheet, css: str, read_from: Any, *more: Any, **named: Any) -> list[RuleSet]:
        key = (css, read_from, more, frozenset(named.items()), frozenset(sheet._variables.items()))
        if key not in known:
            known[key] = parse(sheet, css, read_from, *more, **named)
        return known[key]

    return parsed
