"""A store with one session, and the application over it, for tests of what one sees and presses."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import OptionList

from supervision.model import views
from supervision.model.values import Session
from supervision.private import PrivateNotes
from supervision.room import Room
from supervision.shelf import Shelf
from supervision.store import Store
from supervision.tui import Desk
from supervision.tui.app import SupervisionApp
from supervision.tui.screens.session import SessionScreen
from supervision.tui.widgets.notes import NotesPane
from tests import factory
from tests.factory import NOW

ID = "2026-11-23-1000-test"
ME = "Ash Patel"


def desk_of(folder: Path, *sessions: Session, me: str = ME, login: str = "") -> Desk:
    """A desk over a new store that holds these sessions. `login`: whom the login remembers, if that is to matter."""
    store = Store(folder / "store", views.summary)
    for session in sessions:
        store.create(session)
    return Desk(
        shelf=Shelf(store, lambda: NOW),
        open_room=lambda session_id: Room(store, session_id, me=me, clock=lambda: NOW),
        me=me,
        private=(lambda: PrivateNotes(store, lambda: login, lambda: NOW)) if login else None,
        login=lambda: login,
    )


class Shown:
    """The application while a test drives it."""

    def __init__(self, app: SupervisionApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def room(self) -> Room:
        assert self.app.room is not None
        return self.app.room

    @property
    def screen(self) -> SessionScreen:
        return next(screen for screen in self.app.screen_stack if isinstance(screen, SessionScreen))

    @property
    def notes(self) -> NotesPane:
        return self.screen.query_one(NotesPane)

    @property
    def state(self) -> str:
        """The session's state, as text: mypy would hold the first one for good."""
        return self.room.session.state

    @property
    def statuses(self) -> list[str]:
        """The statuses of the session's actions."""
        return [action.status for action in self.room.session.actions]

    @property
    def text(self) -> str:
        """What stands on the screen, line by line."""
        strips = self.app.screen._compositor.render_strips(self.app.size)
        return "\n".join(strip.crop(0, self.app.size.width).text.rstrip() for strip in strips)

    @property
    def told(self) -> str:
        """All that Help says, also what is scrolled away."""
        return "\n".join(str(option.prompt) for option in self.app.screen.query_one("#told", OptionList).options)

    @property
    def room_place(self) -> tuple[str, int]:
        """The stage and the matter that the session is at."""
        return self.room.session.stage, self.room.session.matter

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def until(self, so: Callable[[], bool]) -> None:
        """Waits for something that takes a turn or two, and until it is on the screen; fails when it does not come."""
        async with asyncio.timeout(10):
            while not so():
                await self.pilot.pause(0.01)
        if self.app.is_running and self.app.screen_stack:
            await self.pilot.pause()

    async def type(self, words: str) -> None:
        """Types words letter by letter."""
        names: dict[str, str] = {" ": "space", "\n": "enter"}
        for letter in words:
            self.app.post_message(Key(names.get(letter, letter), letter))
        await self.pilot.pause()
        await self.pilot.pause()

    async def choose(self, name: str) -> None:
        """Does something by its name in the palette."""
        await self.press("ctrl+p")
        await self.type(name)
        await self.app.workers.wait_for_complete()
        await self.press("enter")
        await self.pilot.pause()


@asynccontextmanager
async def shown(
    desk: Desk, *, session: str = ID, size: tuple[int, int] = (120, 36), **given: Any
) -> AsyncIterator[Shown]:
    """The application at a session, or at home when `session` is empty; everything is closed and saved afterwards."""
    app = SupervisionApp(desk, **given)
    async with app.exits:
        if session:
            await app.enter(session)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield Shown(app, pilot)


def one_session() -> Session:
    return factory.session(session_id=ID)
