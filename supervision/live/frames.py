"""The frames of a link: their length, one byte of kind, then the body. Bodies are JSON, or a document's bytes.

The length is one byte, or a zero and three: a key that is typed weighs less than what leads it through ssh, so each
byte counts. What is said before it is known whether both are of one version is always led in by four.

A frame that is too long, of no known kind, or whose body is not what its kind says ends its own link and nothing else.
"""

import json
from asyncio import IncompleteReadError, StreamReader
from dataclasses import dataclass
from enum import Enum
from typing import Any

from supervision.errors import LinkBroken

PROTOCOL = 3
"""Raised when frames change their meaning; another number is answered with a sentence."""
LIMIT = 8 * 2**20
"""Bytes in one frame: a session's whole state with room to spare."""
_LONG = 3
_DEPTH = 20

MAGIC = b"supervision-link\n"
"""What each side writes first: whatever a login script printed before it is passed over."""
NOISE = 65_536
"""Bytes of such print that are passed over, at most."""


class Kind(Enum):
    """What a frame is for."""

    HELLO = b"H"
    """From whoever dials: protocol, session, who, what they have already."""
    WELCOME = b"W"
    """The answer: who is here, and whether a state or updates follow."""
    REFUSED = b"R"
    """The answer when it is no; the link ends."""
    STATE = b"S"
    """A whole document."""
    UPDATE = b"U"
    """What was written, as a document's updates."""
    EPOCH = b"E"
    """A new epoch: its state follows as STATE."""
    ADOPTED = b"A"
    """Whoever dialled goes on in that epoch."""
    CHANGE = b"C"
    """Something to be done by the rules, under a token."""
    DONE = b"D"
    """What came of it."""
    PRESENCE = b"P"
    """Who is here, and where."""
    SAVED = b"V"
    """How things stand with the file."""
    PING = b"I"
    PONG = b"O"
    BYE = b"B"
    """This side leaves, and is not lost."""


_TO_ANY_VERSION = {Kind.HELLO, Kind.REFUSED}
"""What a program of an earlier protocol has to understand, too."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame."""

    kind: Kind
    body: bytes = b""

    @classmethod
    def of(cls, kind: Kind, values: dict[str, Any]) -> "Frame":
        return cls(kind, json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))

    def values(self) -> dict[str, Any]:
        """The body as a JSON object; LinkBroken when it is none."""
        try:
            found = json.loads(self.body.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise LinkBroken("What came over the line could not be understood.") from error
        if not isinstance(found, dict) or _deep(found):
            raise LinkBroken("What came over the line could not be understood.")
        return found

    def packed(self) -> bytes:
        length = 1 + len(self.body)
        is_long = length > 0xFF or self.kind in _TO_ANY_VERSION
        head = length.to_bytes(1 + _LONG) if is_long else bytes((length,))
        return head + self.kind.value + self.body


def rest_of_head(first: bytes) -> int:
    """How many bytes more a frame's length has, after its first."""
    return 0 if first[0] else _LONG


def unpacked(head: bytes) -> int:
    """The length that a frame's first bytes announce; LinkBroken when no frame is that long."""
    length = int.from_bytes(head)
    if not 1 <= length <= LIMIT:
        raise LinkBroken("What came over the line is larger than anything this program sends.")
    return length


def framed(data: bytes) -> Frame:
    """The frame in these bytes, its length taken off; LinkBroken when it is of no known kind."""
    try:
        return Frame(Kind(data[:1]), data[1:])
    except ValueError as error:
        raise LinkBroken("What came over the line is nothing this program knows.") from error


async def read(reader: StreamReader) -> Frame | None:
    """The next frame; None at the end of the stream, also in the middle of a frame."""
    try:
        head = await reader.readexactly(1)
        if more := rest_of_head(head):
            head += await reader.readexactly(more)
        return framed(await reader.readexactly(unpacked(head)))
    except (IncompleteReadError, OSError):
        return None


def _deep(value: Any, depth: int = 0) -> bool:
    if depth > _DEPTH:
        return True
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_deep(item, depth + 1) for item in inside)
