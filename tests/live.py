"""Several keyboards in one session: rooms of one process, at a pace at which seconds are hundredths."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from supervision.live import Pace
from supervision.model import views
from supervision.room import Room, Seat
from supervision.store import Store
from tests import factory
from tests.factory import NOW

ID = "2026-11-23-1000-test"
HERE = ("arrive", 1)
PACE = Pace(ping=0.05, offline=0.3, takeover=0.5, greeting=0.2)
CALM = Pace(ping=0.05, offline=20.0, takeover=40.0, greeting=20.0)
"""The same for those who are not to be taken for lost, however busy this computer is."""
PATIENCE = 30.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "store", views.summary)
    store.create(factory.session(session_id=ID))
    yield store


def opened(store: Store, me: str = "Ash", *, pace: Pace = PACE, seat: Seat | None = None) -> Room:
    return Room(store, ID, seat=seat or Seat(me), clock=lambda: NOW, pace=pace)


def calm(store: Store, me: str = "Ash", *, seat: Seat | None = None) -> Room:
    """The same where nobody is to be taken for lost."""
    return opened(store, me, pace=CALM, seat=seat)


async def until(holds: Callable[[], object], patience: float = PATIENCE) -> None:
    """Waits until something holds that other tasks bring about."""
    async with asyncio.timeout(patience):
        while not holds():
            await asyncio.sleep(0.002)


async def together(*rooms: Room) -> None:
    """Waits until all have the same words and all of it is in the file."""
    first = rooms[0]
    await until(lambda: all(room.text(*HERE) == first.text(*HERE) for room in rooms))
    await until(lambda: all(not room.saved.waiting for room in rooms))
