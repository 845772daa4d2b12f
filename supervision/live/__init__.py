"""Links between people in one session: frames over a stream, a socket of one's own, and who answers there.

A link knows nothing of what its frames mean: `room` says who may do what. This room alone opens sockets.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from supervision.live.ask import ask
from supervision.live.door import Door, address, dial, is_answered
from supervision.live.frames import LIMIT, PROTOCOL, Frame, Kind
from supervision.live.link import Link, Pace, rested

if TYPE_CHECKING:
    from supervision.live.away import Away
    from supervision.live.pipes import PipeLink

_SELDOM = {"Away": "away", "PipeLink": "pipes"}
"""What is for lines from another computer, and where it is; nobody who is at this one loads it."""

__all__ = [
    "LIMIT",
    "PROTOCOL",
    "Away",
    "Door",
    "Frame",
    "Kind",
    "Link",
    "Pace",
    "PipeLink",
    "address",
    "ask",
    "dial",
    "is_answered",
    "rested",
]


def __getattr__(name: str) -> Any:
    if name not in _SELDOM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_SELDOM[name]}"), name)
