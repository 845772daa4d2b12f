"""Lists for people: two lines a row, plain text, eighty columns.

What is too long is cut, and the record has the rest. On a simple terminal, which a screen reader reads, nothing is cut:
a row takes another line.
"""

import os
import re
import textwrap
import unicodedata
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from supervision import text

if TYPE_CHECKING:
    from supervision.shelf import Found

Row = dict[str, Any]
WIDTH = 80
STATES = {"open": "under way", "ended": "ended", "signed": "signed by both"}


_OF_OTHER_WIDTH = re.compile("[^\\x00-\u02ff\u2010-\u203a]")
"""Whatever may take no column or two; not the letters and marks that Western languages add."""


def width(line: str) -> int:
    """How many columns a terminal gives to a line."""
    if not _OF_OTHER_WIDTH.search(line):
        return len(line)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def fit(line: str, columns: int = WIDTH) -> str:
    """One line in so many columns; what does not fit ends in three dots, or goes on below where nothing is cut."""
    line = " ".join(line.split("\n"))
    if width(line) <= columns:
        return line
    if _is_read_aloud():
        return textwrap.fill(line, columns, subsequent_indent=" " * 4, drop_whitespace=True, break_on_hyphens=False)
    line = line[:columns]  # a letter takes one column or more, but for accents, which may go
    while width(line) > columns - 3:
        line = line[:-1]
    return f"{line.rstrip()}..."


def _is_read_aloud() -> bool:
    return os.environ.get("TERM") == "dumb"


def _beside(line: str, session_id: str) -> str:
    """A line with the session's id after it, which is never cut: it is there to be typed."""
    if _is_read_aloud():
        return fit(f"{line}  {session_id}")
    return f"{fit(line, WIDTH - 2 - len(session_id))}  {session_id}"


@lru_cache
def day(iso: str | None) -> str:
    """A date of a record as people write it: 3 Dec 2026."""
    return f"{(found := date.fromisoformat(iso[:10])).day} {found:%b %Y}" if iso else ""


def names(people: list[Row]) -> str:
    return " and ".join(f"{person['name']} ({person['role']})" for person in people)


def session_lines(row: Row) -> tuple[str, str]:
    """A session: its id, day and state; who met, and what about."""
    state = STATES[row["state"]]
    if row["state"] != "signed" and row["signed_by"]:
        state += f", signed by {' and '.join(row['signed_by'])}"
    open_ones = f", {row['actions_open']} open" if row["actions_open"] else ""
    due = f", {row['decisions_due']} to review" if row["decisions_due"] else ""
    about = ": ".join(words for words in (row["alias"], row["matter"]) if words)
    return (
        fit(f"{row['id']}  {day(row['when'])}, {state}{open_ones}{due}"),
        fit(f"    {names(row['people'])}{'. ' if about else ''}{about}"),
    )


def agreement_lines(row: Row) -> tuple[str, str]:
    """An agreement: who it is between; which version is in force, when it is looked at again."""
    again = f"look at it again on {day(row['review_on'])}" if row["review_on"] else "no day to look at it again"
    again = f"to be looked at again since {day(row['review_on'])}" if row["due"] else again
    return fit(names(row["people"])), fit(f"    version {row['version']}, {again}")


def action_lines(row: Row, today: date) -> tuple[str, str]:
    """An action: its id and text; whose it is, when it is due, where it came from."""
    parts = [row["owner"] or "nobody yet"]
    if row["status"] != "open":
        parts.append(f"{row['status']} {day(row['closed'])}")
    elif row["due"]:
        late = (today - date.fromisoformat(row["due"])).days
        parts.append(f"due {day(row['due'])}" + (f", {late} day{'s' if late > 1 else ''} overdue" if late > 0 else ""))
    if row["waiting_on"] and row["status"] == "open":
        parts.append(f"waiting on {row['waiting_on']}")
    return fit(f"{row['id']}  {row['text']}"), _beside(f"    {', '.join(parts)}", row["session"])


def place_lines(place: "Found", typed: str) -> tuple[str, str]:
    """Where searched words stand: which session of whom and what in it; the line with the words."""
    what = place.where if place.where in ("note", "matter") else f"{place.where} {place.id}"
    where = f" in {place.title}" if place.title and place.where in ("note", "prompt") else ""
    people = " and ".join(place.people)
    return (
        fit(f"{place.session}  {day(place.held)}, {what}{where}, {people}"),
        fit(f"    {text.stretch(place.text, typed, WIDTH - 8)}"),
    )


def decision_lines(row: Row) -> tuple[str, str]:
    """A decision: its id, number and title; where it stands, and when it is looked at again."""
    title = row["title"] or "no title yet"
    parts = [row["stance"].replace("-", " ") or "no stance yet", row["status"].replace("-", " ")]
    if row["due"]:
        parts.append(f"due for review since {day(row['due_on'])}")
    elif row["due_on"] and row["status"] not in {"replaced", "ended", "declined"}:
        parts.append(f"look again on {day(row['due_on'])}")
    return (
        fit(f"{row['id']}  {row['number']}. {title}"),
        _beside(f"    {', '.join(parts)}", row["session"]),
    )
