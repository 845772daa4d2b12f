"""What a session was about, in a few words from one short list: for training records and as evidence for change.

One list for everybody, so that sessions add up whichever questions they were held with. The ids are for good: records
refer to them. (The colours of the interface, also called themes, have nothing to do with it.)
"""

from collections.abc import Iterable

from supervision.errors import Ambiguous, BadInput
from supervision.text import one_line

THEMES = {
    "out-of-hours": "contact out of hours",
    "messages": "messages, calls and social media",
    "practical-help": "lifts, errands and practical help",
    "gifts-money": "gifts, money and lending",
    "touch": "touch and affection",
    "sharing": "sharing something of oneself",
    "other-ties": "knowing each other in other ways",
    "endings": "endings, moving on, staying in touch",
    "information": "who is told what",
    "safety": "risk and safety",
    "power": "power, difference and fairness",
    "rules": "rules that get in the way",
    "time": "time, caseload and staffing",
    "no-service": "needs that no service meets",
    "support": "support for the practitioner",
}
"""Each theme by its id: first what boundaries were about, then what in the system makes it hard."""


def title(theme: str) -> str:
    """A theme in words; one that this list does not have, from another version, by its id."""
    return THEMES.get(theme, theme)


def ordered(chosen: Iterable[str]) -> tuple[str, ...]:
    """These themes, each once, in the order of the list; those that are not in it come last, as they came."""
    place = {theme: i for i, theme in enumerate(THEMES)}
    return tuple(sorted(dict.fromkeys(chosen), key=lambda theme: place.get(theme, len(place))))


def named(words: str) -> str:
    """The theme that is meant: by its number in the list, its id, or the beginning of its words."""
    wanted = one_line(words).casefold()
    keys = list(THEMES)
    if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted) <= len(keys):
        return keys[int(wanted) - 1]
    if wanted in THEMES:
        return wanted
    found = [key for key, said in THEMES.items() if wanted and (key.startswith(wanted) or said.startswith(wanted))]
    if len(found) > 1:
        raise Ambiguous(f'"{one_line(words)}" could be {" or ".join(THEMES[key] for key in found)}.')
    if not found:
        raise BadInput(f'There is no theme "{one_line(words)[:60]}"; there are: {", ".join(keys)}.')
    return found[0]


def several(words: str) -> tuple[str, ...]:
    """The themes that are meant by a line of them, with commas or spaces between."""
    try:
        return (named(words),)
    except (Ambiguous, BadInput):
        parts = words.replace(";", ",").split(",") if any(mark in words for mark in ",;") else words.split()
        return ordered(named(part) for part in parts if part.strip())
