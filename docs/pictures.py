"""Draws the pictures of the README with the application itself, from the sample: `python docs/pictures.py [FOLDER]`.

With `--all FOLDER` every screen and dialog there is, at 120x36, 100x30, 80x24 and 60x18, and a page to look at them;
`--all FOLDER --of COMMIT` draws those of an earlier commit, and `--beside BEFORE AFTER` writes a page into the folder
AFTER that shows two such folders side by side.

The same pictures come out each time: the day is fixed, ids are drawn from a seed, and what Textual makes up for every
export is taken out.
"""

import ast
import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.app import App

ROOT = Path(__file__).resolve().parent.parent
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
    sys.path.insert(0, str(ROOT))
    bring_what_is_missing(ROOT / "tests" / "places.py")
    from textual.screen import Screen

    from tests.places import every_place, stories
    from tests.tui_desk import ME, desk_of, shown

    names: list[str] = []
    missing: set[str] = set()
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
                    screen: Screen[Any] | Missing
                    try:
                        screen = made()
                    except TypeError:  # an earlier commit may make it from something else
                        screen = Missing()
                    if not isinstance(screen, Screen):
                        missing.add(place)
                        continue
                    ui.app.push_screen(screen)
                    await ui.pilot.pause()
                    await ui.pilot.pause()
                    keep(ui.app, place)
                    screen.dismiss(None)
                    await ui.pilot.pause()
    if missing:
        sys.stderr.write(f"Not in this commit: {', '.join(sorted(missing))}.\n")
    return names


class Missing:
    """What an earlier commit does not have; whatever is made from it is missing too."""

    def __call__(self, *_: object, **__: object) -> "Missing":
        return self

    def __getattr__(self, _: str) -> "Missing":
        return self

    def __iter__(self) -> Iterator["Missing"]:
        return iter(())


def bring_what_is_missing(source: Path) -> None:
    """Lets the list of all places be read where the program does not have all of them yet."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("supervision"):
            continue
        name = str(node.module)
        try:
            module = import_module(name)
        except ModuleNotFoundError:
            module = sys.modules[name] = ModuleType(name)
        for wanted in (alias.name for alias in node.names):
            try:
                import_module(f"{name}.{wanted}")
            except ModuleNotFoundError:
                if not hasattr(module, wanted):
                    setattr(module, wanted, Missing())


def draw_of(commit: str, folder: Path) -> int:
    """The pictures of an earlier commit, drawn with its own program and today's list of places."""
    with tempfile.TemporaryDirectory(prefix="supervision-commit-") as made:
        there = Path(made) / "program"
        subprocess.run(["git", "-C", str(ROOT), "worktree", "add", "-q", "--detach", str(there), commit], check=True)
        try:
            for brought in ("tests/places.py", "docs/pictures.py"):
                shutil.copy(ROOT / brought, there / brought)
            drawing = [sys.executable, "docs/pictures.py", "--all", str(folder.resolve())]
            return subprocess.run(drawing, cwd=there, env={**os.environ, "PYTHONPATH": "."}, check=False).returncode
        finally:
            subprocess.run(["git", "-C", str(ROOT), "worktree", "remove", "--force", str(there)], check=True)


def beside(before: Path, after: Path) -> str:
    """A web page with two folders of pictures side by side; what only one of them has, stands alone."""
    names = sorted({file.stem for folder in (before, after) for file in folder.glob("*.*x*.svg")})

    def picture(folder: Path, name: str) -> str:
        if not (folder / f"{name}.svg").exists():
            return "<p>not there"
        return f'<img src="{escape(os.path.relpath(folder, after))}/{name}.svg" width="100%">'

    rows = (f"<h2>{name}</h2><div>{picture(before, name)}</div><div>{picture(after, name)}</div>" for name in names)
    style = "body{display:grid;grid-template-columns:1fr 1fr;gap:0 1em}h2{grid-column:1/-1}"
    return f"<!doctype html><meta charset=utf-8><title>Before and after</title><style>{style}</style>{''.join(rows)}"


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


def main(*given: str) -> int:
    if "--beside" in given:
        before, after = map(Path, given[1:])
        (after / "beside.html").write_text(beside(before, after), encoding="utf-8")
        return 0
    if "--of" in given:
        _, folder_given, _, commit = given
        return draw_of(commit, Path(folder_given))
    os.environ["TZ"] = "UTC"  # the time of the last save is told as it is here
    time.tzset()
    folder = Path(given[-1]) if given else Path(__file__).parent / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    if "--all" in given:
        (folder / "index.html").write_text(page(asyncio.run(draw_all(folder))), encoding="utf-8")
        return 0
    for name in PLACES:
        (folder / f"{name}.svg").write_text(asyncio.run(draw(name)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
