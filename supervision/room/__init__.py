"""An open session: its document, who sits where, and its file. One process holds it, the others join."""

from supervision.room.journal import Journal
from supervision.room.presence import Line, Presence
from supervision.room.readers import who_could_read
from supervision.room.relaying import Relay
from supervision.room.room import Room, local_now
from supervision.room.saving import RETRY, SAVE_WITHIN, Saved
from supervision.room.seat import Seat

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
