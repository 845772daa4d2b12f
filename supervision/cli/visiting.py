"""What runs for somebody who came in by a door: their session, as them. Started by `supervision host` alone."""

import fcntl
import json
import os
import sys
import termios
from collections.abc import Callable
from contextlib import suppress

from supervision.cli.command import Program
from supervision.cli.here import Here

VISIT = "SUPERVISION_VISIT"
"""Where in the environment it stands whose visit it is."""


def asked(store: str, session_id: str, me: str, how: str, relay: bool) -> str:
    """What stands there."""
    return json.dumps({"store": store, "session": session_id, "me": me, "how": how, "relay": relay})


def visit() -> int:
    """Takes part as the environment says; the exit status."""
    from supervision.cli import guest, relay
    from supervision.room import Seat

    values = json.loads(os.environ.pop(VISIT))
    here, session_id = Here(store_option=values["store"]), str(values["session"])
    seat = Seat(values["me"], values["how"], bound=True)
    if values["relay"]:
        return relay.carry(here, session_id, seat)
    with suppress(OSError):  # a pipe; a terminal that goes away is to tell this program so
        fcntl.ioctl(sys.stdin.fileno(), termios.TIOCSCTTY, 0)
    return guest.take_part(here, session_id, seat)


if __name__ == "__main__":
    program: Callable[..., object] = Program({}, callback=visit, invoke_without_command=True).main
    program([])
