"""The other end of a line: a session carried over this process's own input and output."""

import asyncio
import signal
import sys
from typing import TYPE_CHECKING

import click

from supervision.cli.command import SESSION, Command, with_here
from supervision.cli.here import Here
from supervision.errors import LinkBroken, Refused

if TYPE_CHECKING:
    from supervision.room import Seat

NOT_BY_HAND = (
    "This command is started by the program on another computer. "
    "There, type: supervision join ssh://THIS-COMPUTER/{session_id}"
)


@click.command(cls=Command)
@click.argument("session_id", metavar="ID", type=SESSION)
@with_here
def relay(here: Here, session_id: str) -> int:
    """Carry a session over standard input and output, for `supervision join ssh://` on another computer."""
    return carry(here, here.shelf.resolve_session(session_id))


def carry(here: Here, session_id: str, seat: "Seat | None" = None) -> int:
    """Carries frames until the other end leaves; the exit status. `seat` is who a key says is at the other end."""
    if sys.stdin is None or sys.stdout is None or sys.stdin.isatty() or sys.stdout.isatty():
        raise Refused(NOT_BY_HAND.format(session_id=session_id))
    asyncio.run(_carried(here, session_id, seat))
    return 0


async def _carried(here: Here, session_id: str, seat: "Seat | None") -> None:
    from supervision import refusals
    from supervision.live import PipeLink
    from supervision.refusals import Way, Why
    from supervision.room import Relay

    line = await PipeLink.over(sys.stdin.buffer, sys.stdout.buffer)
    relay = Relay(here.store, session_id, line, seat=seat, clock=here.clock)
    loop = asyncio.get_running_loop()
    for way in (signal.SIGHUP, signal.SIGTERM):
        loop.add_signal_handler(way, relay.leave)
    try:
        await relay.run()
    except LinkBroken:
        if not line.is_at_end:
            refusals.note(Why.MALFORMED, Way.KEY if seat else Way.FAR, session=session_id)
        raise
    except TimeoutError as error:
        refusals.note(Why.SILENT, Way.KEY if seat else Way.FAR, session=session_id)
        raise LinkBroken("Nobody answers at the other end of the line.") from error
