"""What happened between two people, by date, and what is coming: for a screen, and line by line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

Row = Mapping[str, Any]
STATES = {"open": "under way", "ended": "ended, not signed", "signed": "signed by both"}


@dataclass(frozen=True, slots=True)
class Happened:
    """Something on a day: what it was, a few words more, and the session one reads about it in."""

    day: date
    what: str
    more: str = ""
    session: str = ""


def past(sessions: Iterable[Row], decisions: Iterable[Row]) -> list[Happened]:
    """What has happened, the newest first; on one day the session first, then what came of it."""
    found: list[Happened] = []
    by_id = {str(decision["id"]): decision for decision in decisions}
    for row in sessions:
        about = str(row["alias"] or ("paired reflection" if row["kind"] == "peer" else ""))
        facts = ", ".join(part for part in (about, STATES[row["state"]]) if part)
        found.append(Happened(_day(row["when"]), "Session", facts, str(row["id"])))
    for decision in by_id.values():
        title, home = _called(decision), str(decision["session"])
        stance = str(decision["stance"]).replace("-", " ") or "no stance yet"
        if decision["agreed_by"] and decision["status"] in {"agreed", "ended", "replaced"}:
            days = [_day(mark["at"]) for mark in decision["agreed_by"]]
            support = decision["support"]
            days += [_day(support["at"])] if support["status"] == "given" and support["at"] else []
            found.append(Happened(max(days), f"Agreed: {title}", stance, home))
        else:
            status = str(decision["status"]).replace("-", " ")
            found.append(Happened(_day(decision["created"]), f"Decision: {title}", f"{stance}, {status}", home))
        for review in decision["reviews"]:
            what = f"Looked again: {title}, {review['outcome']}"
            found.append(Happened(_day(review["at"]), what, str(review["note"]), home))
        if decision["replaced_on"]:
            newer = by_id.get(str(decision["replaced_by"]))
            what = f"Replaced: {title}"
            found.append(Happened(_day(decision["replaced_on"]), what, f"by {_called(newer)}" if newer else "", home))
    return sorted(found, key=lambda one: (-one.day.toordinal(), one.what != "Session"))


def coming(decisions: Iterable[Row], next_date: date | None, focus: str, today: date) -> list[Happened]:
    """What is still to come, the nearest first; a review that should have been is the nearest of all."""
    found = [Happened(next_date, "Next session", focus)] if next_date and next_date >= today else []
    for decision in decisions:
        if decision["due_on"] and (decision["due"] or _day(decision["due_on"]) >= today):
            late = "due now" if decision["due"] else ""
            what = f"Look again: {_called(decision)}"
            found.append(Happened(_day(decision["due_on"]), what, late, str(decision["session"])))
    return sorted(found, key=lambda one: one.day)


def _day(words: str) -> date:
    return datetime.fromisoformat(words).date()


def _called(decision: Row) -> str:
    return str(decision["title"]) or f"decision {decision['number']}"
