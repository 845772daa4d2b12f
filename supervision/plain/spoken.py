"""Records to be heard: a paragraph is one line, and nothing is said that only a screen can show."""

from collections.abc import Iterator
from datetime import date
from shutil import get_terminal_size
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from supervision.export.access import Gathered
    from supervision.model.values import Session

WIDE = 100_000
"""Columns on a pipe: no line is broken, so that a sentence is read in one go."""


def record(session: "Session", today: date, what: str = "record", *, on_terminal: bool = False) -> list[str]:
    """A record, or what it holds for somebody; on a terminal its lines end where the terminal's do."""
    from supervision.export import as_text, extract_as_text

    width = _width(on_terminal)
    words = as_text(session, today, width) if what == "record" else extract_as_text(session, today, what, width)
    return list(_lines(words))


def gathered(asked: str, found: "Gathered", today: date, *, on_terminal: bool = False) -> list[str]:
    """All that is kept about somebody."""
    from supervision.export import about_as_text

    return list(_lines(about_as_text(asked, found, today, _width(on_terminal))))


def _width(on_terminal: bool) -> int:
    return max(get_terminal_size().columns - 1, 30) if on_terminal else WIDE


def _lines(words: str) -> Iterator[str]:
    """Without the lines drawn below headings."""
    for line in words.rstrip("\n").split("\n"):
        if not line or set(line.strip()) - set("=-~"):
            yield line
