"""Words as they are, and what can be pressed."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static


class Plain(Static):
    """Words that are shown as they are, brackets and all."""

    def __init__(self, words: str | Content = "", *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(words, markup=False, id=id, classes=classes)


class Press(Widget, can_focus=True):
    """Something to do: Enter, space or a click."""

    DEFAULT_CSS = """
    Press {
        width: auto; height: 1; padding: 0 2; margin: 0 1 0 0; background: $background; color: $foreground;
        &:hover { text-style: underline; }
        &.-first { text-style: bold; color: $accent; }
        &:focus { background: $accent; color: $background; text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "press", "Do", show=False),
        Binding("left", "app.focus_previous", "Previous", show=False),
        Binding("right", "app.focus_next", "Next", show=False),
    ]

    class Pressed(Message):
        """It was pressed."""

        def __init__(self, press: "Press") -> None:
            super().__init__()
            self.press = press

        @property
        def control(self) -> "Press":
            return self.press

    def __init__(self, label: str, *, id: str | None = None, first: bool = False) -> None:
        super().__init__(id=id, classes="-first" if first else None)
        self.label = label

    def say(self, label: str) -> None:
        """Another label."""
        self.label = label
        self.refresh(layout=True)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return Content(self.label).cell_length

    def render(self) -> Content:
        return Content(self.label)

    def action_press(self) -> None:
        self.post_message(self.Pressed(self))

    def on_click(self) -> None:
        self.action_press()
