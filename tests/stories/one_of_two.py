"""One of two processes that change the same session at once: notes on an action of its own, one after the other.

Run as `python -m tests.stories.one_of_two WAY STORE ACTION TIMES SESSION...`; WAY is "room", with the session open in
it, or "carry", as the command line does it. With each session says "ready", begins once a line comes in, says "done",
and leaves after another.
"""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from supervision.carry import carry
from supervision.model import views
from supervision.model.apply import Act
from supervision.model.changes import NoteAction
from supervision.room import Room
from supervision.store import Store

BY = {"room": "Ash Patel", "carry": "Sam Okafor"}


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def ready() -> None:
    print("ready", flush=True)


async def in_its_room(store: Store, session: str, action: str, times: int) -> None:
    """Notes by whoever has the session open; it stays open until the other has finished, too."""
    lines = asyncio.get_running_loop().run_in_executor
    async with Room(store, session, me=BY["room"]) as room:
        ready()
        await lines(None, sys.stdin.readline)
        for n in range(times):
            room.change(NoteAction(id=action, text=str(n)))
            await asyncio.sleep(0)  # as between two keys: others are answered, and saves begin
        print("done", flush=True)
        await lines(None, sys.stdin.readline)


def by_carrying(store: Store, session: str, action: str, times: int) -> None:
    ready()
    sys.stdin.readline()
    for n in range(times):
        carry(store, session, [NoteAction(id=action, text=str(n))], Act(BY["carry"], now()))
    print("done", flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    way, folder, action_id, count, *session_ids = sys.argv[1:]
    place = Store(Path(folder), views.summary)
    for session_id in session_ids:
        if way == "room":
            asyncio.run(in_its_room(place, session_id, action_id, int(count)))
        else:
            by_carrying(place, session_id, action_id, int(count))
