"""An open session: its document, who sits where, and its file. One process holds it, the others join."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from supervision.room.presence import Line, Presence
from supervision.room.readers import who_could_read
from supervision.room.room import Room, local_now
from supervision.room.saving import RETRY, SAVE_WITHIN, Saved
from supervision.room.seat import Seat

if TYPE_CHECKING:
    from supervision.room.journal import Journal
    from supervision.room.relaying import Relay

_SELDOM = {"Journal": "journal", "Relay": "relaying"}
"""What is for lines from another computer, and where it is; nobody who is at this one loads it."""

__all__ = [
    "RETRY",
    "SAVE_WITHIN",
    "Journal",
    "Line",
    "Presence",
    "Relay",
    "Room",
    "Saved",
    "Seat",
    "local_now",
    "who_could_read",
]


def __getattr__(name: str) -> Any:
    if name not in _SELDOM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_SELDOM[name]}"), name)
