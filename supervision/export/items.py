"""What a list for another program holds: actions, and days on which decisions are looked at again."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An action, or the day on which a decision is looked at again."""

    kind: Literal["action", "review"]
    id: str
    session: str
    text: str
    status: str
    created: datetime
    changed: datetime
    edits: int
    owner: str = ""
    due: date | None = None
    waiting_on: str = ""
    alias: str = ""
    people: tuple[str, ...] = ()
    decision: str = ""
    closed: datetime | None = None
    notes: tuple[tuple[str, date, str], ...] = ()

    @property
    def open(self) -> bool:
        return self.status == "open"
