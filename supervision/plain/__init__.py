"""A session line by line, for screen readers, plain terminals and scripts."""

import asyncio
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from functools import partial

from supervision.errors import Refused, SaveFailed
from supervision.plain import (
    acting,
    agreeing,
    at_home,
    closing,
    deciding,
    files,
    keeping,
    looking,
    moving,
    people,
    records,
    taking_back,
    taking_turns,
)
from supervision.plain.home import Desk, Home
from supervision.plain.lines import Lines, Paper, StandardInput, standard_output
from supervision.plain.speaker import Speaker
from supervision.plain.talk import Talk
from supervision.private import PrivateNotes
from supervision.room import Room
from supervision.shelf import Shelf

__all__ = [
    "Desk",
    "acting",
    "agreeing",
    "at_home",
    "at_this_terminal",
    "closing",
    "converse",
    "deciding",
    "files",
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
    home: Desk | None = None,
) -> int:
    """A session on this process's own input and output; the exit status. Busy when it is open on another screen.

    The end of input and /quit save and leave (0); so do SIGHUP, SIGTERM and SIGINT (128 and the signal's number).
    `room` is the way into a session that is kept elsewhere, `again` what is typed to come back to it. With `home` one
    can go there from it, and begins there without a session.
    """
    read = StandardInput()
    asks = all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))
    return asyncio.run(
        converse(
            shelf,
            session_id,
            me,
            read=read,
            write=standard_output,
            asks=asks,
            signals=True,
            private=private,
            room=room,
            again=again,
            home=home,
            resting=read.resting,
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
    home: Desk | None = None,
    resting: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> int:
    """The same on any input and output. `read` gives the next bytes and is called in a thread, `write` takes a line.

    While `resting` lasts it reads nothing, because another program asks at this terminal.
    """
    sitting = _Sitting(
        shelf, Lines(read), Paper(write), asks=asks, private=private, desk=home, signals=signals, resting=resting
    )
    with ExitStack() as stack:
        if signals:
            loop = asyncio.get_running_loop()
            for number in SIGNALS:
                loop.add_signal_handler(number, sitting.caught, number)
                stack.callback(loop.remove_signal_handler, number)
        if not session_id or await sitting.talk(session_id, me, room=room, again=again):
            await sitting.at_home()
    return 128 + sitting.signal if sitting.signal else sitting.status


class _Sitting:
    """One input and output, from the first session or home to the last line."""

    def __init__(
        self,
        shelf: Shelf,
        lines: Lines,
        paper: Paper,
        *,
        asks: bool,
        private: PrivateNotes | None,
        desk: Desk | None,
        signals: bool,
        resting: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self.status = 0
        self.signal = 0
        self._shelf = shelf
        self._lines = lines
        self._paper = paper
        self._asks = asks
        self._private = private
        self._desk = desk
        self._signals = signals
        self._resting = resting
        self._speaking: Speaker | None = None

    def caught(self, number: int) -> None:
        """A signal came: no more lines are taken, and everything is saved."""
        self.signal = number
        if self._speaking is not None:
            self._speaking.leave()
        self._lines.end()

    async def talk(self, session_id: str, me: str = "", *, room: Room | None = None, again: str = "") -> bool:
        """Takes part in a session until it is left; whether for home."""
        talk: Talk | None = None
        shelf, before = self._shelf, self._speaking
        try:
            async with room or Room(shelf.store, session_id, me=me, clock=shelf.clock) as room:
                talk = Talk(
                    shelf,
                    room,
                    self._lines,
                    self._paper,
                    asks=self._asks,
                    private=self._private,
                    home=self._desk is not None,
                )
                self._speaking = talk
                await talk.run(me)
                room.save_now()
            if talk.goes_home:
                return True
            if not room.left_words:
                self._paper.say(f"Saved. To come back: {again or f'supervision plain {session_id}'}")
        except SaveFailed as error:
            if talk is None:
                raise
            _rescue(talk, error)
            self.status = 1
        finally:
            self._speaking = before
        return False

    async def at_home(self) -> None:
        """At home, and in the sessions one goes into from there."""
        assert self._desk is not None
        desk = self._desk
        home = Home(self._shelf, desk, self._lines, self._paper, self._go_in, self._go_far, asks=self._asks)
        self._home = home
        self._speaking = home
        await home.run()

    async def _go_in(self, session_id: str) -> bool:
        return await self.talk(session_id, self._home.who)

    async def _go_far(self, address: str) -> bool:
        """Into a session on another computer, once ssh has come there."""
        assert self._desk is not None and self._desk.join is not None
        way = self._desk.join(address)
        with ExitStack() as line:
            # In this thread, and with nothing else going on: it is a question on the terminal that ctrl+c answers too.
            with self._resting(), self._interruptible():
                room = line.enter_context(way)
            return await self.talk(room.id, self._home.who, room=room, again=f"supervision join {address}")

    @contextmanager
    def _interruptible(self) -> Iterator[None]:
        """Here ctrl+c gives up what is going on, and not the program."""
        loop = asyncio.get_running_loop()
        if self._signals:
            loop.remove_signal_handler(signal.SIGINT)
        try:
            yield
        except KeyboardInterrupt:
            raise Refused("Nothing was joined.") from None
        finally:
            if self._signals:  # once the loop has heard of what was pressed meanwhile, which was no way to leave
                again = partial(loop.add_signal_handler, signal.SIGINT, self.caught, signal.SIGINT)
                loop.call_soon(loop.call_soon, again)


def _rescue(talk: Talk, error: SaveFailed) -> None:
    """What could not be saved is at least printed."""
    talk.refuse(f"{error} Here is the record as it stands, so that nothing is lost:")
    closing.read_back(talk)
