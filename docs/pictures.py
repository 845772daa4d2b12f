"""Draws the pictures of the README with the application itself, from the sample: `python docs/pictures.py [FOLDER]`.

The same pictures come out each time: the day is fixed, ids are drawn from a seed, and what Textual makes up for every
export is taken out.
"""

import asyncio
import os
import re
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

NOW = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)
SIZE = (100, 30)
PLACES = {
    "home": ("", ()),
    "session": ("open", ()),
    "decide": ("open", ("ctrl+o", "ctrl+o", "down", "enter")),
    "read-back": ("open", ()),
}
"""What each picture shows: the state of the session to open (empty: none), and the keys pressed in it."""


async def draw(name: str) -> str:
    """One of the pictures, as SVG."""
    from supervision import paths, prompts, sample
    from supervision.model import ids, views
    from supervision.room import Room
    from supervision.shelf import Shelf
    from supervision.store import Store
    from supervision.tui import Desk
    from supervision.tui.app import SupervisionApp

    state, pressed = PLACES[name]
    packs = (paths.shipped("prompts") / f"{pack}.yaml" for pack in ("broken", "peer"))
    broken, peer = (prompts.load(file.read_bytes(), str(file))[0] for file in packs)
    with tempfile.TemporaryDirectory(prefix="supervision-pictures-") as folder, ids.seeded(1):
        store = Store(Path(folder), views.summary)
        for session in sample.sample(NOW.date(), broken, peer, now=NOW):
            store.create(session)
        shelf = Shelf(store, lambda: NOW)
        desk = Desk(
            shelf=shelf,
            open_room=lambda session_id: Room(store, session_id, me=sample.ME, clock=lambda: NOW),
            me=sample.ME,
        )
        opened = next((row["id"] for row in shelf.sessions() if row["state"] == state), "")
        if opened:  # when it was saved is told on the screen
            os.utime(store.file(opened), (NOW.timestamp(), NOW.timestamp()))
        app = SupervisionApp(desk)
        async with app.exits:
            if opened:
                await app.enter(opened)
            async with app.run_test(size=SIZE) as pilot:
                await pilot.pause()
                if name == "read-back":
                    await app.run_action("read_back", app.screen)
                await pilot.press(*pressed)
                await pilot.pause()
                await pilot.pause()
                return plain(app.export_screenshot(title="supervision"))


def plain(svg: str) -> str:
    """The picture without the letters made up for each export, and without fonts from elsewhere."""
    svg = re.sub(r"<!--.*?-->\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"@font-face\s*\{.*?\}\s*", "", svg, flags=re.DOTALL)
    return re.sub(r"terminal-\d+-", "terminal-", svg)


def main(folder: Path) -> None:
    os.environ["TZ"] = "UTC"  # the time of the last save is told as it is here
    time.tzset()
    folder.mkdir(parents=True, exist_ok=True)
    for name in PLACES:
        (folder / f"{name}.svg").write_text(asyncio.run(draw(name)), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "pictures")
