"""Where there is no room for everything side by side: one pane at a time, named in one line."""

from collections.abc import Mapping

from textual.content import Content
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from supervision.tui.widgets.status import two_ends


class PaneTabs(Widget):
    """The panes by name, the one that is shown in brackets; a click shows another."""

    DEFAULT_CSS = "PaneTabs { height: 1; width: 1fr; }"

    class Chosen(Message):
        """A pane's name was clicked."""

        def __init__(self, pane: str) -> None:
            super().__init__()
            self.pane = pane

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._names: dict[str, str] = {}
        self._current = ""
        self._key = ""
        self._places: list[tuple[int, int, str]] = []

    def show(self, names: Mapping[str, str], current: str, key: str = "") -> None:
        """Shows these panes, by id and name, which of them is on the screen, and the key that goes to the next."""
        if (dict(names), current, key) != (self._names, self._current, self._key):
            self._names, self._current, self._key = dict(names), current, key
            self.refresh()

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return container.width

    def render(self) -> Content:
        parts, at = [], 0
        self._places = []
        for pane, name in self._names.items():
            words = f"[{name}]" if pane == self._current else f" {name} "
            parts.append(Content.styled(words, "bold $accent" if pane == self._current else "$text-muted"))
            self._places.append((at, at + len(words), pane))
            at += len(words) + 1
        return two_ends(Content(" ").join(parts), Content.styled(self._key, "$text-muted"), self.size.width - 1)

    def on_click(self, event: Click) -> None:
        at = event.get_content_offset(self)  # the padding is no part of any
        for start, end, pane in self._places:
            if at is not None and start <= at.x < end:
                self.post_message(self.Chosen(pane))
