"""A session over a line from elsewhere: the relay says who it is, holds the session if nobody does, leaves nothing."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace

import pytest

from supervision.errors import LinkBroken, Refused, SaveFailed
from supervision.live import Link, Pace, PipeLink
from supervision.model import changes as c
from supervision.model.values import Run
from supervision.room import Relay, Room, Seat
from supervision.store import Store
from tests.factory import ASH, NOW, SAM
from tests.live import HERE, ID, PACE, opened, store, together, until

__all__ = ["store"]
KEY = Seat(SAM, "own key SHA256:abc", bound=True)


async def over(end: socket.socket, pace: Pace = PACE) -> PipeLink:
    """A link over a socket that is input and output at once, as sshd gives its commands."""
    with end, open(end.fileno(), "rb", buffering=0, closefd=False) as file:
        return await PipeLink.over(file, file, pace)


@dataclass
class Wire:
    """The line between somebody's machine and ours, with a relay at our end of it each time it is dialled."""

    store: Store
    seat: Seat | None = KEY
    noise: bytes = b""
    cut: bool = False
    pace: Pace = PACE
    relays: list["asyncio.Task[None]"] = field(default_factory=list)
    ends: list[Link] = field(default_factory=list)

    def pair(self) -> tuple[socket.socket, socket.socket]:
        """The two ends of a new line."""
        return socket.socketpair()

    async def dial(self, pace: Pace) -> Link | None:
        if self.cut:
            return None
        ours, theirs = self.pair()
        if self.noise:
            ours.send(self.noise)
        self.relays.append(asyncio.get_running_loop().create_task(self._relay(ours)))
        link = (await over(theirs, self.pace)).begin()
        self.ends.append(link)
        with suppress(LinkBroken):
            await link.greeted()
            return link
        return None

    async def _relay(self, ours: socket.socket) -> None:
        await Relay(
            self.store, ID, await over(ours, self.pace), seat=self.seat, clock=lambda: NOW, pace=self.pace
        ).run()

    def lose(self) -> None:
        """The line goes, and cannot be dialled."""
        self.cut = True
        self.ends[-1].drop()


@asynccontextmanager
async def far(wire: Wire, me: str = "Sam") -> AsyncIterator[Room]:
    """Somebody at their own machine, who has nothing of the records there."""
    calm = replace(wire.pace, takeover=max(wire.pace.takeover, 10.0), greeting=max(wire.pace.greeting, 10.0))
    async with Room(None, ID, me=me, clock=lambda: NOW, pace=calm, dial=wire.dial) as room:
        yield room
    await asyncio.wait_for(asyncio.gather(*wire.relays), 10)


def put(room: Room, words: str) -> None:
    end = len(room.text(*HERE))
    room.write(*HERE, end, end, words)


async def test_words_go_both_ways_over_a_line(store: Store) -> None:
    async with opened(store) as ash, far(Wire(store)) as sam:
        put(ash, "Why? ")
        await together(ash, sam)
        put(sam, "I answer at once.")
        await together(ash, sam)
        assert store.load(ID).notes[0].runs == (Run(ASH, "Why? "), Run(SAM, "I answer at once."))
        assert [(here.person, here.how) for here in ash.present] == [(SAM, KEY.how)]
        assert [here.person for here in sam.present] == [ASH]
        await sam.close()
        await until(lambda: not ash.present)
    assert store.live_state(ID) is None


async def test_the_key_says_who_it_is_whatever_the_other_end_says(store: Store) -> None:
    async with opened(store) as ash, far(Wire(store), me="Ash") as sam:
        assert sam.writing.id == SAM and sam.seat == replace(KEY, at_home=True)
        sam.change(c.Sign())
        await until(lambda: ash.session.signatures)
        assert [(mark.by, mark.how) for mark in ash.session.signatures] == [(SAM, KEY.how)]
        with pytest.raises(Refused, match="keyboard"):
            sam.hand_over("Ash")


async def test_without_a_key_it_is_claimed(store: Store) -> None:
    async with opened(store) as ash, far(Wire(store, seat=None)) as sam:
        sam.change(c.Sign())
        await until(lambda: ash.session.signatures)
        assert [(mark.by, mark.how) for mark in ash.session.signatures] == [(SAM, "claimed")]


async def test_somebody_who_is_not_in_it_is_told_so_and_nothing_is_held(store: Store) -> None:
    wire = Wire(store, seat=Seat("p-bea22222", "own key SHA256:x", bound=True))
    with pytest.raises(Refused):
        async with far(wire, me="Ash"):
            pass
    await asyncio.wait_for(asyncio.gather(*wire.relays), 10)
    with store.hold(ID):
        pass


async def test_the_relay_holds_the_session_when_nobody_does_and_hands_it_over(store: Store) -> None:
    wire = Wire(store)
    async with far(wire) as sam:
        put(sam, "alone ")
        await until(lambda: not sam.saved.waiting)
        assert store.load(ID).notes[0].text == "alone "
        async with opened(store) as ash:
            assert not ash.is_host
            await until(lambda: [here.person for here in ash.present] == [SAM])
            await until(lambda: [here.person for here in sam.present] == [ASH])
            put(ash, "both ")
            await together(ash, sam)
    assert store.live_state(ID) is None
    assert store.load(ID).notes[0].text == "alone both "


async def test_when_the_relay_goes_whoever_is_left_holds_the_session(store: Store) -> None:
    async with far(Wire(store)) as sam, opened(store) as ash:
        put(sam, "mine ")
        await together(ash, sam)
        await sam.close()
        put(ash, "after")
        await until(lambda: ash.is_host and not ash.saved.waiting)
        assert store.load(ID).notes[0].text == "mine after"


async def test_when_the_holder_leaves_the_line_stays_and_the_relay_takes_over(store: Store) -> None:
    wire = Wire(store)
    async with far(wire) as sam:
        async with opened(store, "Ash") as first:
            put(first, "x")
            await together(first, sam)
        put(sam, "y")
        await until(lambda: not sam.line.is_lost and not sam.saved.waiting)
        async with opened(store) as ash:
            put(ash, "z")
            await together(ash, sam)
            assert ash.text(*HERE) == "xyz"
    assert len(wire.relays) == 1


async def test_a_lost_line_loses_and_doubles_no_word(store: Store) -> None:
    wire = Wire(store)
    async with opened(store) as ash, far(wire) as sam:
        put(ash, "before ")
        await together(ash, sam)
        wire.lose()
        await until(lambda: sam.line.is_lost)
        put(sam, "while it was lost ")
        sam.change(c.AddAction(text="Tell J"))
        put(ash, "here meanwhile ")
        assert sam.saved.waiting
        await until(lambda: [here for here in ash.present if not here.is_here])
        with pytest.raises(SaveFailed, match="this screen only"):
            sam.save_now()
        wire.cut = False
        await together(ash, sam)
        words = ash.text(*HERE)
        assert all(words.count(part) == 1 for part in ("before ", "while it was lost ", "here meanwhile "))
        assert [action.text for action in ash.session.actions] == ["Tell J"]


async def test_what_was_written_while_the_line_was_lost_comes_in_after_everybody_had_left(store: Store) -> None:
    wire = Wire(store)
    async with far(wire) as sam:
        async with opened(store) as ash:
            put(ash, "before ")
            await together(ash, sam)
            wire.lose()
            await until(lambda: sam.line.is_lost)
            put(sam, "lost ")
            await until(lambda: [here for here in ash.present if not here.is_here])
        wire.cut = False
        await until(lambda: not sam.line.is_lost and not sam.saved.waiting)
        assert not sam.offered
        assert store.load(ID).notes[0].text == "before lost "
    assert store.live_state(ID) is None


async def test_leaving_while_the_line_is_lost_says_that_words_are_lost(store: Store) -> None:
    wire = Wire(store)
    with pytest.raises(SaveFailed, match="this screen only"):
        async with far(wire) as sam:
            wire.lose()
            await until(lambda: sam.line.is_lost)
            put(sam, "never sent")


async def test_what_a_login_script_prints_is_passed_over(store: Store) -> None:
    async with opened(store) as ash, far(Wire(store, noise=b"Welcome!\nYou have mail\nprompt> ")) as sam:
        put(sam, "x")
        await together(ash, sam)


async def test_whatever_else_comes_over_the_line_ends_it_and_nothing_else(store: Store) -> None:
    async with opened(store) as ash:
        for junk in (
            b"GET / HTTP/1.0\r\n\r\n",
            b"\0" * 70_000,
            os.urandom(100_000),
            b"supervision-link\n" + b"\xff" * 9,
        ):
            ours, theirs = socket.socketpair()
            line = await over(ours)
            relay = asyncio.get_running_loop().create_task(Relay(store, ID, line, seat=KEY, pace=PACE).run())
            with suppress(OSError):
                theirs.send(junk)
                theirs.shutdown(socket.SHUT_WR)
            with suppress(LinkBroken, TimeoutError):
                await asyncio.wait_for(relay, 5)
            theirs.close()
        put(ash, "undisturbed")
        await together(ash)
        assert not ash.present


async def test_a_line_on_which_nobody_answers_is_given_up(store: Store) -> None:
    ours, theirs = socket.socketpair()
    line = await over(ours)
    with pytest.raises((LinkBroken, TimeoutError)):
        await asyncio.wait_for(Relay(store, ID, line, seat=KEY, pace=PACE).run(), 5)
    theirs.close()
