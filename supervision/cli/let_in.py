"""What runs for somebody who came in by a door: their session, as them. Started by `supervision host` alone."""

import fcntl
import json
import os
import sys
import termios
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from supervision.cli.command import Program
from supervision.cli.here import Here

if TYPE_CHECKING:
    from supervision.room import Seat

TOLD = "SUPERVISION_TOLD"
"""Where in the environment stands the number of the file descriptor to read from."""
_KEY = "own key "


def told(store: Path, session_id: str, seat: "Seat", relay: bool) -> bytes:
    """What the program is told that runs for somebody; also the key to the records, if the host has it."""
    from supervision.vault import held

    key = held.holder()
    values = {"store": str(store), "session": session_id, "me": seat.me, "how": seat.how, "relay": relay}
    return json.dumps({**values, "key": key.text() if key else ""}).encode()


def take_in() -> int:
    """Takes part as it was told; the exit status."""
    from supervision import refusals
    from supervision.cli import guest, relay
    from supervision.cli.visit import TAKEN_OUT
    from supervision.errors import Refused
    from supervision.room import Seat
    from supervision.vault import held, identity

    with os.fdopen(int(os.environ.pop(TOLD)), "rb") as pipe:
        values = json.load(pipe)
    with suppress(OSError):  # a pipe; a terminal that goes away is to tell this program so
        fcntl.ioctl(sys.stdin.fileno(), termios.TIOCSCTTY, 0)
    if values["key"]:
        held.hold(identity.read(values["key"]))
    here, session_id = Here(store_option=values["store"]), str(values["session"])
    here.ask_nobody()
    seat = Seat(values["me"], values["how"], bound=True)
    key = seat.how.removeprefix(_KEY)
    with here.store.guests.is_here(seat.me, key):
        if here.store.guests.is_out(seat.me, key):
            refusals.note(refusals.Why.TAKEN_OUT, refusals.Way.DOOR, session=session_id)
            raise Refused(TAKEN_OUT)
        if values["relay"]:
            return relay.carry(here, session_id, seat)
        return guest.take_part(here, session_id, seat)


def main() -> NoReturn:
    """Runs it as a program."""
    Program({}, callback=take_in, invoke_without_command=True).main([])


if __name__ == "__main__":
    main()
