"""What can be done from every screen, whatever is on it: help, the palette, other colours, hiding what is written."""

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.command import Command as PaletteLine
from textual.command import CommandPalette

from supervision.errors import SupervisionError
from supervision.tui import Desk, keys, themes
from supervision.tui.commands import Palette, Themes, carry_out
from supervision.tui.keymap import Keymap

if TYPE_CHECKING:
    from supervision.tui.screens.unfinished import Drafts


OPENING = frozenset(("help", "palette", "find", "change_theme", "protection"))
"""What opens something over the screen one is at."""


class Everywhere(App[None]):
    """The application's own actions; `commands` is the table of keys, with a person's own in it.

    `colours` is the theme on the screen. With NO_COLOR it is the one that says nothing by colour.
    """

    def __init__(self, desk: Desk, keymap: Keymap, **given: Any) -> None:
        super().__init__(**given)
        self.desk = desk
        self.keymap = keymap
        self.commands = keymap.commands
        self.set_keymap(dict(keymap.own or {}))
        self.colours = themes.SAFE
        self._colours_before: themes.Colours | None = None

    @property
    def offered(self) -> tuple[keys.Command, ...]:
        """The commands that lead anywhere for whoever is here."""
        without = keys.NOT_FOR_GUESTS if self.desk.only_session else frozenset()
        return tuple(command for command in self.commands if command.id not in without)

    @property
    def drafts(self) -> "Drafts":
        """What whoever is at this keyboard had begun in a form."""
        return (self.desk.drafts or self.desk.shelf.drafts)(self.desk.me)

    def say(self, sentence: str) -> None:
        """One sentence on the screen one is looking at."""
        for screen in reversed(self.screen_stack):
            say = getattr(screen, "say", None)
            if say is not None:
                say(sentence)
                return

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While the screen is hidden nothing opens over it that could name anybody."""
        if action in OPENING and any(getattr(screen, "hides", False) for screen in self.screen_stack[-1:]):
            return False
        return super().check_action(action, parameters)

    def action_help_quit(self) -> None:
        self.say(f"{keys.key_of(self, 'quit')} leaves, or Quit in {keys.key_of(self, 'palette')}. Everything is saved.")

    def action_find(self) -> None:
        """What to look through is the screen's to know; where it does not, there is nothing to find."""
        if find := getattr(self.screen, "action_find", None):
            find()

    def action_palette(self) -> None:
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(Palette(placeholder="What would you like to do?", id="--command-palette"))

    def action_change_theme(self) -> None:
        self._colours_before = self.colours
        self.push_screen(Palette([Themes], placeholder="Which colours?", id="--command-palette"))

    def on_command_palette_option_highlighted(self, message: CommandPalette.OptionHighlighted) -> None:
        """A theme is looked at while one moves to it."""
        line = message.highlighted_event.option
        run = line.hit.command if isinstance(line, PaletteLine) else None
        if isinstance(run, partial) and run.func == self.choose_theme:
            self.wear(*run.args)

    def on_command_palette_closed(self, message: CommandPalette.Closed) -> None:
        if self._colours_before is not None and not message.option_selected:
            self.wear(self._colours_before)
        self._colours_before = None

    def wear(self, colours: themes.Colours) -> None:
        """Shows everything in these colours, unless NO_COLOR says that there are none."""
        if self.no_color or colours == self.colours:
            return
        self.colours = colours
        self.register_theme(themes.as_textual(colours))
        if self.theme == colours.name:
            self.mutate_reactive(App.theme)  # its file was changed since it was put on
        self.theme = colours.name

    def choose_theme(self, colours: themes.Colours) -> None:
        """Shows everything in these colours, next time too."""
        self.wear(colours)
        if self.no_color:
            self.say(f"NO_COLOR is set, so there are no colours; {colours.title} is kept for when it is not.")
        if self.desk.remember_theme is not None:
            with suppress(SupervisionError):  # the colours are there; that they will not be next time can wait
                self.desk.remember_theme(colours.name)

    def action_help(self) -> None:
        from supervision.tui.screens import HelpScreen

        screen = self.screen
        if isinstance(screen, HelpScreen):
            return

        async def wanted(id: str | None) -> None:
            if id is not None:
                await carry_out(self, screen, next(command for command in self.commands if command.id == id))

        pane, place = getattr(screen, "pane", "page"), getattr(screen, "place", "everywhere")
        in_turns = getattr(screen, "has_turns", False)
        self.push_screen(HelpScreen(pane, self.offered, self.keymap, place, in_turns=in_turns), wanted)

    def action_protection(self) -> None:
        from supervision.shelf import protection
        from supervision.tui.screens.export import PlainView
        from supervision.tui.screens.protecting import PAGE

        self.push_screen(PlainView(PAGE, protection.page()))

    def action_hide_screen(self) -> None:
        from supervision.tui.screens import HiddenScreen

        if not isinstance(self.screen, HiddenScreen):  # a hurried key comes twice
            self.push_screen(HiddenScreen())
