"""What many records hold about somebody who asks for it, as a page that a person goes through before handing it on."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from supervision.export import words
from supervision.export.blocks import Block, Field, Heading, Page, Para, fields
from supervision.model.access import Held
from supervision.model.values import Session

FIRST = (
    "Read this before any of it is handed on. Every text is marked with whose words it is and with what it says of "
    "others; those are theirs too, and your organisation says what is left out. Private notes, which are one person's "
    "alone, are not in it; whoever keeps some is asked for them."
)
NOTHING = "Nothing in these records is about that."
REVIEW = "To be looked at"

Gathered = list[tuple[Session, tuple[Held, ...]]]


def page(asked: str, found: Gathered, today: date) -> Page:
    """Session by session, the oldest first."""
    return tuple(_page(asked, found, today))


def _page(asked: str, found: Gathered, today: date) -> Iterator[Block]:
    yield Heading(1, f"What is kept about {asked}")
    yield from fields(Field("Gathered on", words.day(today)), Field("Records", str(len(found))))
    yield Para(FIRST if found else NOTHING)
    for session, held in sorted(found, key=lambda one: one[0].started):
        people = ", ".join(f"{person.called} ({words.role(person)})" for person in session.people)
        yield Heading(2, f"{words.day(session.held or session.started)}, {people}")
        yield from fields(*_items(held))


def _items(held: Iterable[Held]) -> Iterator[Field]:
    for one in held:
        mark = (Field(REVIEW, "; ".join(one.review)),) if one.review else ()
        yield Field(one.where, one.text, under=mark)


def value(asked: str, found: Gathered, today: date) -> dict[str, Any]:
    """The same for programs."""
    return {
        "about": asked,
        "gathered": today.isoformat(),
        "records": [
            {
                "session": session.id,
                "held": (session.held or session.started).isoformat(),
                "people": [{"id": one.id, "name": one.called, "role": one.role} for one in session.people],
                "texts": [
                    {"where": one.where, "by": one.by or None, "text": one.text, "review": list(one.review)}
                    for one in held
                ],
            }
            for session, held in sorted(found, key=lambda one: one[0].started)
        ],
    }
