"""What can be done from every screen, whatever is on it: help, the palette, other colours, hiding what is written."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from textual.app import App
from textual.command import CommandPalette

from supervision.errors import SupervisionError
from supervision.tui import Desk, keys, themes
from supervision.tui.commands import Themes


class Everywhere(App[None]):
    """The application's own actions; `commands` is the table of keys, with a person's own in it."""

    def __init__(self, desk: Desk, commands: Sequence[keys.Command], **given: Any) -> None:
        super().__init__(**given)
        self.desk = desk
        self.commands = tuple(commands)

    def say(self, sentence: str) -> None:
        """One sentence on the screen one is looking at."""
        for screen in reversed(self.screen_stack):
            say = getattr(screen, "say", None)
            if say is not None:
                say(sentence)
                return

    def action_help_quit(self) -> None:
        self.say(f"{keys.BY_ID['quit'].shown_keys[0]} leaves. Everything is saved.")

    def action_palette(self) -> None:
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(CommandPalette(placeholder="What would you like to do?", id="--command-palette"))

    def action_change_theme(self) -> None:
        self.push_screen(CommandPalette([Themes], placeholder="Which colours?", id="--command-palette"))

    def choose_theme(self, colours: themes.Colours) -> None:
        self.register_theme(themes.as_textual(colours))
        self.theme = colours.name
        if self.desk.remember_theme is not None:
            with suppress(SupervisionError):  # the colours are there; that they will not be next time can wait
                self.desk.remember_theme(colours.name)

    def action_help(self) -> None:
        from supervision.tui.screens import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(getattr(self.screen, "pane", "home"), self.commands))

    def action_hide_screen(self) -> None:
        from supervision.tui.screens import HiddenScreen

        self.push_screen(HiddenScreen())
