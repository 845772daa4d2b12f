"""Whatever two or three people do at once, they end with the same words, the same document and the same record."""

import asyncio
import random
import socket
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from supervision.errors import Refused, SupervisionError
from supervision.model import changes as c
from supervision.model import views
from supervision.model.values import Session
from supervision.room import Room
from supervision.store import Store
from tests import factory
from tests.live import HERE, ID, opened, until
from tests.test_room_relay import Wire, far

FORBIDDEN = {"\r", "\u2028"}
"""What never stands in a text: both are made line breaks where they are typed."""
FAMILY = "\U0001f469‍\U0001f469‍\U0001f467"
WORDS = (
    *("a", " ", "kind ", "J said no. ", "\n", "\r\n", "\u2028", "é", "é"),
    *(FAMILY, "\U0001f1fa\U0001f1e6", "\U0001f44b\U0001f3fd", "שלום ", "مرحبا ", "한글", "[b]x[/b]"),
)
PASTED = "A line that was written elsewhere and pasted in.\r\n" * 40


@dataclass
class Slow(Wire):
    """A line that holds everything back for a while, cut into pieces anywhere, and keeps its order, as a line does."""

    dice: random.Random = field(default_factory=random.Random)
    delay: float = 0.01
    lost: float = 0.0
    """How many pieces have to be sent once more, after a second."""
    pumps: "list[asyncio.Task[None]]" = field(default_factory=list)

    def pair(self) -> tuple[socket.socket, socket.socket]:
        (ours, here), (there, theirs) = socket.socketpair(), socket.socketpair()
        for end in (here, there):
            end.setblocking(False)
        loop = asyncio.get_running_loop()
        self.pumps += [loop.create_task(self._pump(here, there)), loop.create_task(self._pump(there, here))]
        return ours, theirs

    async def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        with suppress(OSError):
            while piece := await loop.sock_recv(source, self.dice.randint(1, 4096)):
                again = 1.0 if self.dice.random() < self.lost else 0.0
                await asyncio.sleep(self.dice.random() * self.delay + again)
                await loop.sock_sendall(sink, piece)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


async def act(room: Room, dice: random.Random) -> None:
    """One thing somebody does, at random; what the rules refuse changes nothing."""
    size = len(room.text(*HERE))
    at = dice.randint(0, size)
    match dice.randint(0, 11):
        case 0:
            room.write(*HERE, at, at, PASTED)
        case 1 | 2:
            room.write(*HERE, at, min(size, at + dice.randint(1, 12)), "")
        case 3:
            room.write(*HERE, at, min(size, at + dice.randint(1, 5)), dice.choice(WORDS))
        case 4:
            room.undo_notes(*HERE)
        case 5:
            room.redo_notes(*HERE)
        case 6:
            await asyncio.sleep(dice.random() * 0.02)
        case 7:
            try:
                room.change(c.AddAction(text=dice.choice(("Ring J", "Write to the team"))))
            except SupervisionError as error:
                assert "elsewhere" in str(error)
        case 8:
            with suppress(Refused):  # taking back waits while the line is lost
                room.undo()
        case _:
            room.write(*HERE, at, at, dice.choice(WORDS))


async def everything_at_once(folder: Path, seed: int) -> None:
    """Two or three keyboards, one of them over a slow line that breaks now and then, and all the same at the end."""
    dice = random.Random(seed)
    store = Store(folder / str(seed), views.summary)
    store.create(factory.session(session_id=ID))
    wire = Slow(store, dice=dice)
    async with AsyncExitStack() as stack:
        rooms = [await stack.enter_async_context(opened(store))]
        rooms.append(await stack.enter_async_context(far(wire)))
        if dice.random() < 0.5:
            rooms.append(await stack.enter_async_context(opened(store, "Sam")))
        for _ in range(dice.randint(5, 40)):
            await act(dice.choice(rooms), dice)
            if dice.random() < 0.03:
                wire.ends[-1].drop()
        await settled(rooms, seed)
        same = said(rooms[0])
        assert [said(room) for room in rooms] == [same] * len(rooms), f"seed {seed}"
        assert [room.runs(*HERE) for room in rooms] == [rooms[0].runs(*HERE)] * len(rooms), f"seed {seed}"
        kept = store.load(ID)
        assert replace(kept, revision=0) == same, f"seed {seed}"
        text = same.note(*HERE)
        assert text is None or not set(text.text) & FORBIDDEN, f"seed {seed}"


def said(room: Room) -> Session:
    """The session as somebody has it, but for how often it was saved, which only whoever holds it counts."""
    return replace(room.session, revision=0)


async def settled(rooms: list[Room], seed: int) -> None:
    """Waits until nobody has anything under way, and all say the same twice in a row."""

    def quiet() -> bool:
        quiet = all(not room.line.is_lost and not room.saved.waiting for room in rooms)
        return quiet and all(said(room) == said(rooms[0]) for room in rooms)

    try:
        await until(quiet)
    except TimeoutError:
        told = [(room.line.is_lost, room.saved.waiting, said(room) == said(rooms[0])) for room in rooms]
        raise AssertionError(f"seed {seed}: not settled: {told}") from None


async def many(folder: Path, seeds: range) -> None:
    for seed in seeds:
        await everything_at_once(folder, seed)


async def test_whatever_people_do_at_once_all_end_with_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await many(tmp_path, range(12))


@pytest.mark.long
async def test_five_hundred_times(tmp_path: Path) -> None:
    await many(tmp_path, range(1000, 1500))
