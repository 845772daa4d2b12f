"""Links between people in one session: frames over a stream, a socket of one's own, and who answers there.

A link knows nothing of what its frames mean: `room` says who may do what. This room alone opens sockets.
"""

from supervision.live.ask import ask
from supervision.live.away import Away
from supervision.live.door import Door, address, dial, is_answered
from supervision.live.frames import LIMIT, PROTOCOL, Frame, Kind
from supervision.live.link import Link, Pace, rested
from supervision.live.pipes import PipeLink

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
