"""Who is in a session besides the person at this keyboard, and whether the line to them holds."""

import base64
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from supervision import text
from supervision.errors import LinkBroken
from supervision.model.values import Who

_CARET = 200
"""Bytes of a caret, at most."""
_NAME = 64
NOT_UNDERSTOOD = "What came over the line could not be understood."


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """Somebody at a keyboard of their own. `lost`: since when their line gives no answer; then they are not here."""

    seat: int
    person: Who
    how: str = ""
    stage: str = ""
    matter: int = 1
    caret: bytes = b""
    lost: datetime | None = None

    @property
    def is_here(self) -> bool:
        return self.lost is None

    def moved(self, values: dict[str, Any]) -> "Presence":
        """The same person where they say they are; LinkBroken when that is no place."""
        stage, matter, caret = values.get("stage"), values.get("matter"), values.get("caret", "")
        if not isinstance(stage, str) or not isinstance(matter, int) or not isinstance(caret, str):
            raise LinkBroken(NOT_UNDERSTOOD)
        if len(stage) > _NAME or len(caret) > _CARET:
            raise LinkBroken(NOT_UNDERSTOOD)
        return replace(self, stage=stage, matter=matter, caret=_bytes(caret))

    def to_wire(self) -> dict[str, Any]:
        return {
            "seat": self.seat,
            "person": self.person,
            "how": self.how,
            "stage": self.stage,
            "matter": self.matter,
            "caret": base64.b64encode(self.caret).decode(),
            "lost": self.lost.isoformat() if self.lost else None,
        }

    @classmethod
    def from_wire(cls, values: dict[str, Any]) -> "Presence":
        """What `to_wire` wrote; LinkBroken for anything else."""
        here = cls(
            seat=whole(values.get("seat")),
            person=said(values, "person"),
            how=said(values, "how"),
            lost=moment(values.get("lost")),
        )
        return here.moved(values)


@dataclass(frozen=True, slots=True)
class Line:
    """The line to whoever holds the session: `lost` says since when there is none; then words wait here."""

    lost: datetime | None = None

    @property
    def is_lost(self) -> bool:
        return self.lost is not None


def said(values: dict[str, Any], key: str) -> str:
    """A name or a sentence that came over the line, as text that can be shown."""
    return text.one_line(str(values.get(key, "")))


def whole(value: Any) -> int:
    """A number that came over the line; LinkBroken when it is none."""
    if type(value) is not int:
        raise LinkBroken(NOT_UNDERSTOOD)
    return value


def moment(value: Any) -> datetime | None:
    """A time that came over the line, if there is one; LinkBroken when it cannot be compared with others."""
    if not value:
        return None
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise LinkBroken(NOT_UNDERSTOOD) from error
    if at.tzinfo is None:
        raise LinkBroken(NOT_UNDERSTOOD)
    return at


def listed(value: Any) -> list[dict[str, Any]]:
    """Things that came over the line; LinkBroken when it is something else."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise LinkBroken(NOT_UNDERSTOOD)
    return value


def _bytes(coded: str) -> bytes:
    try:
        return base64.b64decode(coded, validate=True)
    except ValueError as error:
        raise LinkBroken(NOT_UNDERSTOOD) from error


def coded(data: bytes) -> str:
    """Bytes as they stand in a frame's JSON."""
    return base64.b64encode(data).decode()


decoded = _bytes
