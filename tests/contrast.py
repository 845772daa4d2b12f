"""Whether what is painted can be read: 4.5 to 1, and 7 to 1 in the high-contrast pair."""

from functools import cache
from typing import Any

from rich.style import Style
from textual.app import App
from textual.color import Color

from supervision.paths import shipped
from supervision.tui import themes
from tests.painted import Painted, painted

OURS = [themes.read(file) for file in sorted(shipped("themes").glob("*.yaml"))]
BY_NAME = {theme.name: theme for theme in OURS}
STANDS_FOR_ALL = "paper"
"""On the screen it shows which colours meet where, and that is reckoned for the rest."""


def too_low(words: Painted, theme: themes.Colours) -> str:
    """The contrast of these words, when it is less than it should be."""
    ink, ground = words.inks
    if theme.is_terminals:
        # What the terminal is set up to show well, either way round; faint words are nobody's promise.
        return "" if ink.is_default and ground.is_default and not words.style.dim else "not the terminal's own"
    if ink.is_default or ground.is_default:
        return "not the theme's"
    ratio = themes.contrast(ink.get_truecolor().hex, ground.get_truecolor().hex)
    return f"{ratio:.2f}" if ratio < (7 if theme.name.startswith("high-contrast") else 4.5) else ""


def hard_to_read(app: App[Any], theme: themes.Colours, place: str) -> set[str]:
    """What is hard to read on the screen now, in this theme, which it wears; from one theme for all the others too."""
    found = {
        f"{theme.name}, {place}: {words.words[:40]!r} {low} {words.style}"
        for words in painted(app)
        if (low := too_low(words, theme))
    }
    return found | (_in_other_themes(app, theme.name, place) if theme.name == STANDS_FOR_ALL else set())


def _in_other_themes(app: App[Any], worn: str, place: str) -> set[str]:
    """The same for themes that are not on the screen: which colours meet is the same in all of them."""
    found = set()
    for words in painted(app):
        ink, ground = (_called(colour.get_truecolor().hex, worn) for colour in words.inks)
        if "?" in (ink, ground):
            found.add(f"{place}: {words.words[:40]!r} is in no colour of the theme: {words.style}")
            continue
        for theme in OURS:
            if not theme.is_terminals:
                inks = _inks_of(theme)
                if low := too_low(Painted(0, words.words, Style(color=inks[ink], bgcolor=inks[ground])), theme):
                    found.add(f"{theme.name}, {place}: {words.words[:40]!r} {low}: {ink} on {ground}")
    return found


@cache
def _half(colour: str, text: str) -> str:
    return Color.parse(colour).blend(Color.parse(text), 0.5).hex.lower()


def _inks_of(theme: themes.Colours) -> dict[str, str]:
    """A theme's colours by name, and those of people's words, which are halfway to all other words."""
    people = {f"{who}, half": _half(theme.colours[who], theme.colours["text"]) for who in ("person-1", "person-2")}
    return {**theme.colours, **people}


@cache
def _called(ink: str, theme: str) -> str:
    """The name of a colour of a theme; "?" for one that is no colour of it. Textual rounds some by a step."""
    parts = Color.parse(ink).rgb
    for name, colour in _inks_of(BY_NAME[theme]).items():
        if all(abs(one - other) <= 2 for one, other in zip(Color.parse(colour).rgb, parts, strict=True)):
            return name
    return "?"
