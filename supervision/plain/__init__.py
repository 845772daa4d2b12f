"""A session line by line, for screen readers, plain terminals and scripts."""

import asyncio
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack

from supervision.errors import SaveFailed
from supervision.plain import (
    acting,
    agreeing,
    closing,
    deciding,
    keeping,
    looking,
    moving,
    people,
    records,
    taking_back,
    taking_turns,
)
from supervision.plain.lines import Lines, Paper, standard_input, standard_output
from supervision.plain.talk import Talk
from supervision.private import PrivateNotes
from supervision.room import Room
from supervision.shelf import Shelf

__all__ = [
    "acting",
    "agreeing",
    "at_this_terminal",
    "closing",
    "converse",
    "deciding",
    "keeping",
    "looking",
    "moving",
    "people",
    "records",
    "taking_back",
    "taking_turns",
]

SIGNALS = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)


def at_this_terminal(
    shelf: Shelf,
    session_id: str,
    me: str = "",
    private: PrivateNotes | None = None,
    *,
    room: Room | None = None,
    again: str = "",
) -> int:
    """A session on this process's own input and output; the exit status. Busy when it is open on another screen.

    The end of input and /quit save and leave (0); so do SIGHUP, SIGTERM and SIGINT (128 and the signal's number).
    `room` is the way into a session that is kept elsewhere, `again` what is typed to come back to it.
    """
    asks = all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))
    return asyncio.run(
        converse(
            shelf,
            session_id,
            me,
            read=standard_input,
            write=standard_output,
            asks=asks,
            signals=True,
            private=private,
            room=room,
            again=again,
        )
    )


async def converse(
    shelf: Shelf,
    session_id: str,
    me: str = "",
    *,
    read: Callable[[], bytes],
    write: Callable[[str], object],
    asks: bool = False,
    signals: bool = False,
    private: PrivateNotes | None = None,
    room: Room | None = None,
    again: str = "",
) -> int:
    """The same on any input and output. `read` gives the next bytes and is called in a thread, `write` takes a line."""
    lines, paper = Lines(read), Paper(write)
    caught = 0
    talk: Talk | None = None
    try:
        async with room or Room(shelf.store, session_id, me=me, clock=shelf.clock) as room:
            talk = Talk(shelf, room, lines, paper, asks=asks, private=private)

            def left(number: int) -> None:
                nonlocal caught
                caught = number
                assert talk is not None
                talk.leave()

            with ExitStack() as stack:
                if signals:
                    loop = asyncio.get_running_loop()
                    for number in SIGNALS:
                        loop.add_signal_handler(number, left, number)
                        stack.callback(loop.remove_signal_handler, number)
                await talk.run(me)
                room.save_now()
            if not room.left_words:
                paper.say(f"Saved. To come back: {again or f'supervision plain {session_id}'}")
    except SaveFailed as error:
        if talk is None:
            raise
        _rescue(talk, error)
        return 1
    return 128 + caught if caught else 0


def _rescue(talk: Talk, error: SaveFailed) -> None:
    """What could not be saved is at least printed."""
    talk.refuse(f"{error} Here is the record as it stands, so that nothing is lost:")
    closing.read_back(talk)
