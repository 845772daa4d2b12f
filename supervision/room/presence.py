"""Who is in a session besides the person at this keyboard, and whether the line to them holds."""

import base64
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from supervision.errors import LinkBroken
from supervision.model.values import Who

_CARET = 200
"""Bytes of a caret, at most."""
_NAME = 64


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
            raise LinkBroken("What came over the line could not be understood.")
        if len(stage) > _NAME or len(caret) > _CARET:
            raise LinkBroken("What came over the line could not be understood.")
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
        try:
            here = cls(
                seat=int(values["seat"]),
                person=str(values["person"]),
                how=str(values["how"]),
                lost=datetime.fromisoformat(values["lost"]) if values["lost"] else None,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise LinkBroken("What came over the line could not be understood.") from error
        return here.moved(values)


@dataclass(frozen=True, slots=True)
class Line:
    """The line to whoever holds the session: `lost` says since when there is none; then words wait here."""

    lost: datetime | None = None

    @property
    def is_lost(self) -> bool:
        return self.lost is not None


def _bytes(coded: str) -> bytes:
    try:
        return base64.b64decode(coded, validate=True)
    except ValueError as error:
        raise LinkBroken("What came over the line could not be understood.") from error


def coded(data: bytes) -> str:
    """Bytes as they stand in a frame's JSON."""
    return base64.b64encode(data).decode()


decoded = _bytes
