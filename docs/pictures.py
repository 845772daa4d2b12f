"""Draws the pictures of the README with the application itself, from the sample: `python docs/pictures.py [FOLDER]`.

With `--all FOLDER` every screen and dialog there is, at 120x36, 100x30, 80x24 and 60x18, and a page to look at them; with
`--beside BEFORE AFTER` a page in AFTER that shows two such folders side by side, each screen under its name.

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
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.app import App

NOW = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)
SIZE = (100, 30)
SIZES = ((120, 36), (100, 30), (80, 24), (60, 18))
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


async def draw_all(folder: Path) -> list[str]:
    """Every screen in every size into the folder; gives their names."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from tests.places import every_place, stories
    from tests.tui_desk import ME, desk_of, shown

    names: list[str] = []
    for width, height in SIZES:

        def keep(app: "App[Any]", place: str, size: str = f"{width}x{height}") -> None:
            name = re.sub("[^a-z0-9]+", "-", place)
            (folder / f"{name}.{size}.svg").write_text(plain(app.export_screenshot(title=place)), encoding="utf-8")
            names.append(f"{name}.{size}")

        with tempfile.TemporaryDirectory(prefix="supervision-pictures-") as records:
            told = stories()
            async with shown(desk_of(Path(records), *told, login=ME), session="", size=(width, height)) as ui:
                keep(ui.app, "home")
            desk = desk_of(Path(records) / "new", me="")
            async with shown(desk, session="", size=(width, height)) as ui:
                keep(ui.app, "first run")
            desk = desk_of(Path(records) / "session", *told, login=ME)
            async with shown(desk, session=told[-1].id, size=(width, height)) as ui:
                for stage in ui.room.session.pack.stages:
                    ui.screen.go(stage, stage.prompts[0] if stage.prompts else None)
                    await ui.pilot.pause()
                    await ui.pilot.pause()
                    keep(ui.app, f"session {stage.id}")
                ui.screen.action_quiet_screen()
                await ui.pilot.pause()
                keep(ui.app, "session quiet")
                ui.screen.action_quiet_screen()
                for place, made in every_place(ui):
                    ui.app.push_screen(screen := made())
                    await ui.pilot.pause()
                    await ui.pilot.pause()
                    keep(ui.app, place)
                    screen.dismiss(None)
                    await ui.pilot.pause()
    return names


def page(names: list[str]) -> str:
    """A web page with all of them, those of one screen beside each other."""
    rows: dict[str, list[str]] = {}
    for name in names:
        rows.setdefault(name.rpartition(".")[0], []).append(f'<img src="{name}.svg" width="480">')
    told = (f"<h2>{name}</h2>{''.join(pictures)}" for name, pictures in rows.items())
    return f"<!doctype html><meta charset=utf-8><title>Every screen</title>{''.join(told)}"


def plain(svg: str) -> str:
    """The picture without the letters made up for each export, and without fonts from elsewhere."""
    svg = re.sub(r"<!--.*?-->\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"@font-face\s*\{.*?\}\s*", "", svg, flags=re.DOTALL)
    return re.sub(r"terminal-\d+-", "terminal-", svg)


def main(*given: str) -> None:
    os.environ["TZ"] = "UTC"  # the time of the last save is told as it is here
    time.tzset()
    folder = Path(given[-1]) if given else Path(__file__).parent / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    if "--all" in given:
        (folder / "index.html").write_text(page(asyncio.run(draw_all(folder))), encoding="utf-8")
        return
    for name in PLACES:
        (folder / f"{name}.svg").write_text(asyncio.run(draw(name)), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
