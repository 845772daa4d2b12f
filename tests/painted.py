"""What stands on the screen as it is painted: every stretch of words with its colours."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rich.color import Color
from rich.style import Style
from textual._context import visible_screen_stack
from textual.app import App
from textual.strip import Strip

_DRAWN = re.compile(r"[\s─-◿⠀-⣿]+")
"""Rules, bars and blocks: nothing that is read."""


@dataclass(frozen=True, slots=True)
class Painted:
    """Words on the screen, and how they are painted."""

    row: int
    words: str
    style: Style

    @property
    def inks(self) -> tuple[Color, Color]:
        """The colours of the words and of what they stand on, as they reach the terminal."""
        default = Color.parse("default")
        ink, ground = self.style.color or default, self.style.bgcolor or default
        return (ground, ink) if self.style.reverse else (ink, ground)


def strips(app: App[Any]) -> list[Strip]:
    """The screen row by row, with what shows through from the screens beneath."""
    width = app.size.width
    visible_screen_stack.set(app._background_screens)
    app.screen._styles_cache.clear()  # it may hold the screen as it was without those
    return [strip.crop(0, width) for strip in app.screen._compositor.render_strips(app.size)]


def painted(app: App[Any]) -> Iterator[Painted]:
    """Every stretch of words; rules, bars and empty cells are left out."""
    for row, strip in enumerate(strips(app)):
        for segment in strip:
            if words := _DRAWN.sub(" ", segment.text).strip():
                yield Painted(row, words, segment.style or Style())


def lines(app: App[Any]) -> list[str]:
    return [strip.text.rstrip() for strip in strips(app)]


def styled(app: App[Any], words: str) -> list[Style]:
    """How these words are painted, at each place where they stand."""
    return [found.style for found in painted(app) if words in found.words]
