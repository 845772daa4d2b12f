"""Actions and review dates as todo.txt: a line each, in which nothing that was typed is taken for a mark.

A priority is never set: what comes first is the owner's to say.
"""

import re
from collections.abc import Iterable
from datetime import datetime

from supervision.export.items import Item
from supervision.text import clean

_MARK = re.compile(r"^[+@]+(?=\S)|^[+@]{2,}$")
_HARMLESS = re.compile(r"https?://\S+|\W*[0-9]+:[0-9]{2}\W*", re.IGNORECASE)
"""Words with a colon that nobody takes for a key and its value: addresses, and times of the day."""
_UNSAFE_IN_TAG = re.compile(r"[^\w-]+")


def todo(items: Iterable[Item]) -> bytes:
    """The bytes of a todo.txt file."""
    return "".join(f"{line(item)}\n" for item in items).encode("utf-8", "backslashreplace")


def line(item: Item) -> str:
    """One line: dates, the words, where it comes from (+session), whom it is about (@alias), and what is due."""
    parts = []
    if not item.open:
        parts += ["x", _day(item.closed or item.changed)]
    parts += [_day(item.created), plain(item.text)]
    if item.waiting_on:
        parts.append(f"- waiting on {plain(item.waiting_on)}")
    parts.append(f"+{item.session}")
    if alias := tag(item.alias):
        parts.append(f"@{alias}")
    if item.due:
        parts.append(f"due:{item.due.isoformat()}")
    if owner := tag(item.owner):
        parts.append(f"owner:{owner}")
    if item.status == "dropped":
        parts.append("status:dropped")
    parts.append(f"id:{item.id}")
    return " ".join(parts)


def plain(words: str) -> str:
    """Typed words in which no word is a project, a context or a pair: a space stands after what would make it one."""
    apart = " ".join(map(_no_pair, clean(words, lines=False).split()))
    return " ".join(map(_no_mark, apart.split()))


def tag(words: str) -> str:
    """A name as one word of letters, digits, hyphens and underscores."""
    return _UNSAFE_IN_TAG.sub("-", clean(words, lines=False)).strip("-")


def _no_pair(word: str) -> str:
    return word if _HARMLESS.fullmatch(word) else re.sub(":(?=.)", ": ", word)


def _no_mark(word: str) -> str:
    return _MARK.sub(lambda found: " ".join(found[0]) + (" " if found.end() < len(word) else ""), word)


def _day(at: datetime) -> str:
    return at.astimezone().date().isoformat()
