"""One question to an open session and its answer, for a command that does not join it."""

import socket
import time
from pathlib import Path
from typing import Any

from supervision.errors import Busy, LinkBroken
from supervision.live import frames
from supervision.live.frames import MAGIC, PROTOCOL, Frame, Kind

PATIENCE = 10.0
"""Seconds to wait for an open session to answer before saying that it does not."""

_NOT_HEARD = "This session is open on a screen that does not answer. Nothing was changed; try again, or close it there."
_SILENT = (
    "This session is open on a screen that does not answer. It may still do what you asked for: look there before you "
    "try again."
)


def ask(path: Path, session_id: str, request: dict[str, Any], *, patience: float = PATIENCE) -> dict[str, Any] | None:
    """The answer of the session that listens at `path`; None when nobody does, and Busy when it does not answer.

    Empty when it was heard, and whoever listened went before they said whether it is done.
    """
    hello = {"protocol": PROTOCOL, "session": session_id, "purpose": "ask", **request}
    until = time.monotonic() + patience
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
        link.settimeout(patience)
        try:
            link.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            return None
        except OSError as error:
            raise Busy(_NOT_HEARD) from error
        try:
            link.sendall(MAGIC + Frame.of(Kind.HELLO, hello).packed())
            _exactly(link, len(MAGIC), until)
            while True:
                head = _exactly(link, 1, until)
                head += _exactly(link, frames.rest_of_head(head), until)
                frame = frames.framed(_exactly(link, frames.unpacked(head), until))
                if frame.kind in (Kind.DONE, Kind.REFUSED):
                    return frame.values()
        except (EOFError, ConnectionError):
            return {}  # it is just being closed, or has died; it may have done it
        except (OSError, LinkBroken) as error:
            raise Busy(_SILENT) from error


def _exactly(link: socket.socket, count: int, until: float) -> bytes:
    data = bytearray()
    while len(data) < count:
        link.settimeout(max(until - time.monotonic(), 0.001))
        chunk = link.recv(count - len(data))
        if not chunk:
            raise EOFError
        data += chunk
    return bytes(data)
