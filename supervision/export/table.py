"""Actions and review dates as CSV that a spreadsheet shows and never calculates."""

import csv as comma
import io
import re
import unicodedata
from collections.abc import Iterable

from supervision.export.items import Item
from supervision.text import clean

COLUMNS = (
    *("kind", "text", "owner", "due", "status", "waiting_on", "about", "with", "session", "id", "decision"),
    *("created", "closed", "notes"),
)
QUOTE = "'"
"""Stands before what a spreadsheet could take for a formula; one of these taken away gives the words as they were."""

_FORMULA = "=+\\-@" + "".join(chr(n) for n in range(0xFE00, 0xFFEF) if unicodedata.normalize("NFKC", chr(n)) in "=+-@")
# At the start of a cell, and after what another program may take for the end of one.
_START = re.compile(rf"\A(?=\s|'|[{_FORMULA}])|(?<=[;,|\t\n])(?=[\s']*[{_FORMULA}])")
_MARKED = re.compile(rf"\A'|(?<=[;,|\t\n])'(?=[\s']*[{_FORMULA}])")


def csv(items: Iterable[Item]) -> bytes:
    """The bytes of a .csv file: a line of headings, then one for each."""
    out = io.StringIO()
    writer = comma.writer(out, quoting=comma.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for item in items:
        writer.writerow([inert(words) for words in _cells(item)])
    return out.getvalue().encode("utf-8", "backslashreplace")


def inert(words: str) -> str:
    """A cell that no spreadsheet calculates; `words_of` gives the words back."""
    return _START.sub(QUOTE, clean(words))


def words_of(cell: str) -> str:
    """The words in a cell that `inert` wrote."""
    return _MARKED.sub("", cell)


def _cells(item: Item) -> Iterable[str]:
    yield from (item.kind, item.text, item.owner, item.due.isoformat() if item.due else "", item.status)
    yield from (item.waiting_on, item.alias, ", ".join(item.people), item.session, item.id, item.decision)
    yield from (item.created.isoformat(), item.closed.isoformat() if item.closed else "")
    yield "\n".join(f"{day.isoformat()} {by}: {words}" for by, day, words in item.notes)
