"""A small application to drive one screen in, and a session with something in it."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from textual.app import App
from textual.events import Paste
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget

from supervision.model import views
from supervision.model.changes import AddAction, EditMatter, MoveTo, Propose
from supervision.model.changes import OptionText as O
from supervision.prompts import find
from supervision.room import Room
from supervision.shelf import Shelf
from supervision.store import Store
from supervision.tui import themes

NOW = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)
TODAY = date(2026, 11, 23)

FIELDS = {
    "title": "Evening messages",
    "situation": "J writes after nine; what do I owe J?",
    "need": "to know that somebody will answer",
    "persons_view": "J says waiting until morning is the worst part",
    "stance": "bend",
    "limits": "one reply, until eight, to the end of January",
    "risks": "J may come to wait for it",
    "safeguards": "review in supervision; the out-of-hours line is named",
    "rationale": "being answered is what J never had",
    "review_on": "2027-01-04",
}
OPTIONS = (
    O("hold the hours", "predictable, cold", "rest", "fair"),
    O("one reply by eight", "feels held", "a little time", "others may ask"),
)


class Begun(dict[str, dict[str, str]]):
    """Drafts that last as long as the application."""

    def get(self, name: str) -> dict[str, str]:  # type: ignore[override]
        return super().get(name, {})

    def keep(self, name: str, typed: Mapping[str, str]) -> None:
        self[name] = dict(typed)

    def drop(self, name: str) -> None:
        self.pop(name, None)


class Harness(App[None]):
    """Opens one screen and keeps what it was closed with."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, screen: Screen[Any] | None = None, *widgets: Widget) -> None:
        super().__init__()
        self.first = screen
        self.widgets = widgets
        self.results: list[Any] = []
        self.drafts = Begun()

    def compose(self) -> Any:
        yield from self.widgets

    def on_mount(self) -> None:
        for theme in themes.load().usable.values():
            self.register_theme(themes.as_textual(theme))
        self.theme = themes.DEFAULT
        if self.first is not None:
            self.open(self.first)

    def open(self, screen: Screen[Any]) -> None:
        self.push_screen(screen, self.results.append)


def clock() -> datetime:
    return NOW


def new_shelf(folder: Path, at: Callable[[], datetime] = clock) -> Shelf:
    return Shelf(Store(folder, views.summary), at)


@asynccontextmanager
async def new_room(folder: Path, *, role: Any = "supervisor", pack: str = "broken") -> AsyncIterator[Room]:
    """An open session of Ash and Sam, Ash writing."""
    shelf = new_shelf(folder)
    session = shelf.start(find(pack), me="Ash Patel", other="Sam Okafor", role=role)
    async with Room(shelf.store, session.id, me="Ash Patel", clock=clock) as room:
        yield room


def fill(room: Room) -> str:
    """A matter, notes by both, two actions and a decision that lacks nothing but support; gives the decision's id."""
    room.change(EditMatter(alias="J", text="J, evening messages", question="What do I owe J in the evening?"))
    for stage, who, words in (
        ("bring", 1, "J writes at ten at night, when it is worst."),
        ("bring", 0, "What happens in you when it buzzes?"),
        ("kindness", 1, "I notice I answer at once and then resent it."),
        ("kindness", 0, "Where does the hurry come from?"),
        ("offering", 1, "Nobody answers the out-of-hours line [since June]."),
    ):
        room.hand_over(room.session.people[who].id)
        room.write_line(words, stage=stage)
    room.hand_over(room.session.people[0].id)
    room.change(MoveTo(stage=room.session.pack.stages[-2].id))
    room.change(AddAction(text="Tell J about the hours", owner="Sam", due=TODAY + timedelta(days=13)))
    room.change(AddAction(text="Ask for a discussion group", owner="Ash"))
    room.change(Propose(fields=FIELDS, options=OPTIONS))
    return room.session.decisions[-1].id


def seen(app: App[Any]) -> str:
    """What stands on the screen, line by line."""
    width = app.size.width
    lines = app.screen._compositor.render_strips(app.size)
    return "\n".join(strip.crop(0, width).text.rstrip() for strip in lines)


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Keys one after the other; words with a space, or after "=", are pasted at once, which is quicker than typing."""
    for key in keys:
        focus = pilot.app.focused
        if len(key) > 1 and (" " in key or key.startswith("=")) and focus is not None:
            pilot.app.post_message(Paste(key.removeprefix("=")))
            await pilot.pause()
        else:
            await pilot.press(key)
    await pilot.pause()
