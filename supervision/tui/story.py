"""The sample's story: five screens one after the other, each with a sentence above it, left at any time."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from supervision.tui.keys import key_of
from supervision.tui.screens.parts import Foot, KeyHints
from supervision.tui.widgets.press import Plain

if TYPE_CHECKING:
    from supervision.model.values import Session
    from supervision.tui.app import SupervisionApp


@dataclass(frozen=True, slots=True)
class Step:
    """One screen of the story: how it is reached from home, and what is said of it."""

    sentence: str
    show: "Callable[[SupervisionApp], Awaitable[bool]]"
    """Gives False where there is nothing to show, because somebody has changed the sample."""


async def _home(app: "SupervisionApp") -> bool:
    return True


async def _last_time(app: "SupervisionApp") -> bool:
    from supervision.tui.screens import RecordScreen

    told = _newest(app, "signed")
    if told is not None:
        await app.push_screen(RecordScreen(told, shelf=app.desk.shelf, who=app.desk.me))
    return told is not None


async def _under_way(app: "SupervisionApp") -> bool:
    told = _newest(app, "open")
    if told is not None:
        await app.show(await app.enter(told.id, app.desk.me))
    return told is not None


async def _due(app: "SupervisionApp") -> bool:
    from supervision.tui.screens.chain import ChainScreen

    shelf = app.desk.shelf
    for row in shelf.decisions(which="due")[:1]:
        await app.push_screen(ChainScreen(shelf, shelf.load(row["session"]), row["id"], app.desk.me))
        return True
    return False


async def _export(app: "SupervisionApp") -> bool:
    from supervision.tui.screens import ExportDialog

    told = _newest(app, "signed")
    if told is not None:
        await app.push_screen(ExportDialog(told, who=app.desk.me, shelf=app.desk.shelf))
    return told is not None


def _newest(app: "SupervisionApp", state: str) -> "Session | None":
    shelf = app.desk.shelf
    return next((shelf.load(row["id"]) for row in shelf.sessions() if row["state"] == state), None)


STEPS = (
    Step("Home: where to go on, what is due, what you promised, and every session there has been.", _home),
    Step("Last time, as both signed it: what was asked, said and decided. What came later stands below.", _last_time),
    Step("A session under way: a question, your words, and what comes of them. The letters lead through.", _under_way),
    Step("A decision whose day has come: what was agreed and why. R says what it did for the person.", _due),
    Step("A record as a file: each reader is given only what is theirs to read.", _export),
)
END = "That was the story. Look around: these people are invented, and nothing you do here is kept."


class StoryLine(Vertical):
    """Which step, what it is about, and the keys that go on and leave. It stands above a screen, which moves down."""

    DEFAULT_CSS = """
    StoryLine { dock: top; height: auto; background: $panel; padding: 0 3; }
    StoryLine > Plain { height: auto; }
    """

    def __init__(self, place: str, sentence: str, key: str, *, is_last: bool) -> None:
        super().__init__()
        self._words = Content.assemble((place, "bold $accent"), "  ", sentence)
        self._ways = (
            (key, "the end" if is_last else "next", "app.story_next"),
            ("Esc", "look around by myself", "app.story_leave"),
        )

    def compose(self) -> ComposeResult:
        yield Plain(self._words)
        yield KeyHints(self._ways, classes="story")

    def on_resize(self) -> None:
        self.post_message(Foot.Changed())  # a sheet below it has fewer rows from now on, as when its buttons take more


class Story:
    """Where in the story one is."""

    def __init__(self, app: "SupervisionApp") -> None:
        self._app = app
        self._at = -1

    @property
    def is_here(self) -> bool:
        """Whether the screen one is looking at is the one that is spoken of."""
        return any(isinstance(part, StoryLine) for part in self._app.screen.children)

    async def go_on(self) -> bool:
        """Shows the next step that there is something of; False when it was the last."""
        self.hide()
        for at in range(self._at + 1, len(STEPS)):
            self._at = at
            await self._app.to_home()
            if await STEPS[at].show(self._app):
                key = key_of(self._app, "story-next")
                line = StoryLine(f"{at + 1} of {len(STEPS)}", STEPS[at].sentence, key, is_last=at + 1 == len(STEPS))
                await self._app.screen.mount(line, before=0)
                return True
        await self._app.to_home()
        return False

    def hide(self) -> None:
        """Takes its line off every screen; one stays where one is."""
        for screen in self._app.screen_stack:
            screen.query(StoryLine).remove()
