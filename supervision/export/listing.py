"""Actions and review dates as what other programs take in: a table, JSON, todo.txt, a calendar."""

import json
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from supervision.errors import BadInput
from supervision.export import calendar, table, todo
from supervision.export.items import Item
from supervision.model import rules, views
from supervision.model.values import Session
from supervision.text import one_line

Row = dict[str, Any]
FORMATS = ("csv", "json", "todo.txt", "ics")

_OVER = frozenset({"ended", "replaced"})


def listed(actions: Iterable[Row], decisions: Iterable[Row], format: str, now: datetime) -> bytes:
    """Actions, and the decisions that are looked at again, as lists have them, as the bytes of a file.

    BadInput for a format that there is not.
    """
    if format not in FORMATS:
        raise BadInput(f'There is no format "{format}" for actions; there are: {", ".join(FORMATS)}.')
    reviews = [row for row in decisions if (row["stands"] or row["status"] in _OVER) and _day_of(row)]
    rows = [*({"kind": "action", **row} for row in actions), *map(_review_row, reviews)]
    if format == "json":
        return (json.dumps(rows, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "backslashreplace")
    items = [_item(row) for row in rows]
    make: dict[str, Callable[[], bytes]] = {
        "csv": lambda: table.csv(items),
        "todo.txt": lambda: todo.todo(items),
        "ics": lambda: calendar.ics(items, now),
    }
    return make[format]()


def rows_of(session: Session, today: date) -> tuple[list[Row], list[Row]]:
    """The actions and decisions of one session as lists have them, as it stands now."""
    people = views.session_row(session, today)["people"]
    actions = [
        {**views.action_row(session, action), "overdue": rules.is_overdue(action, today), "with": people}
        for action in session.actions
    ]
    decisions = [{**views.decision_row(session, one, today), "with": people} for one in session.decisions]
    return actions, decisions


def marked(data: bytes, format: str) -> bytes:
    """The same for a file that people open: by a mark at its beginning, spreadsheet programs read é as é."""
    return b"\xef\xbb\xbf" + data if format == "csv" else data


def _day_of(decision: Row) -> str | None:
    day: str | None = decision["due_on"] or decision["review_on"]
    return day


def _review_row(decision: Row) -> Row:
    """A decision that comes back, with the keys that an action has."""
    title = decision["title"] or f"decision {decision['number']}"
    return {
        "kind": "review",
        "id": decision["id"],
        "session": decision["session"],
        "text": f"Look again at: {title}",
        "owner": None,
        "owner_id": None,
        "due": _day_of(decision),
        "waiting_on": "",
        "status": "open" if decision["stands"] else "done",
        "stage": "",
        "prompt": "",
        "matter": decision["matter"],
        "alias": decision["alias"],
        "decision": decision["id"],
        "created": decision["created"],
        "closed": None,
        "changed": decision["changed"],
        "edits": decision["edits"],
        "notes": [],
        "overdue": decision["due"],
        "with": decision["with"],
    }


def _item(row: Row) -> Item:
    return Item(
        kind=row["kind"],
        id=row["id"],
        session=row["session"],
        text=one_line(row["text"]),
        status=row["status"],
        created=datetime.fromisoformat(row["created"]),
        changed=datetime.fromisoformat(row["changed"]),
        edits=row["edits"],
        owner=one_line(row["owner"] or ""),
        due=date.fromisoformat(row["due"]) if row["due"] else None,
        waiting_on=one_line(row["waiting_on"]),
        alias=one_line(row["alias"]),
        people=tuple(one_line(person["name"]) for person in row["with"]),
        decision=row["decision"] or "",
        closed=datetime.fromisoformat(row["closed"]) if row["closed"] else None,
        notes=tuple(
            (one_line(note["by"]), datetime.fromisoformat(note["at"]).astimezone().date(), note["text"])
            for note in row["notes"]
        ),
    )
