"""A blank screen over everything, for when somebody comes in."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from supervision.tui.screens.parts import Plain


class HiddenScreen(Screen[None]):
    """Shows nothing of the session; Enter, Escape or a click goes on."""

    DEFAULT_CSS = """
    HiddenScreen { align: center middle; background: $background; }
    HiddenScreen > Plain { width: auto; color: $text-muted; }
    """
    TITLE = ""
    hides = True
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,escape,space", "go_on", "Go on", show=False)]

    def compose(self) -> ComposeResult:
        yield Plain("Paused. Press Enter to go on.")

    def on_mount(self) -> None:
        # Some terminals show the application's title in their own bar or in a list of windows.
        self._titles = (self.app.title, self.app.sub_title)
        self.app.title, self.app.sub_title = "supervision", ""

    def on_click(self) -> None:
        self.action_go_on()

    def action_go_on(self) -> None:
        self.app.title, self.app.sub_title = self._titles
        self.dismiss(None)
