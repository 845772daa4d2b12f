"""The palette: everything that can be done where one is, each by its plain name, a sentence and its keys."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.screen import Screen

from supervision.tui import keys
from supervision.tui.themes import load

if TYPE_CHECKING:
    from textual.app import App


class Commands(Provider):
    """The commands of the screen that the palette was opened from."""

    async def discover(self) -> Hits:
        for command, run in self._here():
            yield DiscoveryHit(_told(Content(command.name), command), run, command.name, command.help)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for command, run in self._here():
            if (score := matcher.match(command.name)) > 0:
                yield Hit(score, _told(matcher.highlight(command.name), command), run, command.name, command.help)

    def _here(self) -> Iterator[tuple[keys.Command, Any]]:
        place: keys.Place = getattr(self.screen, "place", "everywhere")
        for command in keys.here(place, getattr(self.app, "commands", keys.COMMANDS)):
            if command.id != "palette":
                yield command, partial(carry_out, self.app, self.screen, command)


async def carry_out(app: "App[Any]", screen: Screen[Any], command: keys.Command) -> None:
    """Does what a command stands for, on the screen if it is the screen's to do, else everywhere's."""
    await app.run_action(command.action, screen if hasattr(screen, f"action_{command.action}") else app)


class Themes(Provider):
    """Our own themes and the person's; Textual's are not measured for contrast, so they are not offered."""

    async def discover(self) -> Hits:
        for title, about, choose in self._all():
            yield DiscoveryHit(Content(title), choose, title, about)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for title, about, choose in self._all():
            if (score := matcher.match(title)) > 0:
                yield Hit(score, matcher.highlight(title), choose, title, about)

    def _all(self) -> Iterator[tuple[str, str, Any]]:
        from supervision.tui.everywhere import Everywhere

        assert isinstance(self.app, Everywhere)
        now = self.app.colours.name  # first, so that nothing changes until one moves
        for theme in sorted(load().usable.values(), key=lambda theme: theme.name != now):
            yield theme.title, theme.about, partial(self.app.choose_theme, theme)


def _told(name: Content, command: keys.Command) -> Content:
    shown = "  ".join(command.shown_keys)
    return Content.assemble(name, ("   " + shown, "$text-muted")) if shown else name
