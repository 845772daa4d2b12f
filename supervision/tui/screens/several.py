"""Choosing any number of a few."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Blur, MouseDown
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from supervision.tui.screens.fields import Left, Onward


class Several(Widget, can_focus=True):
    """Any number of a few: arrows go from one to the next, space chooses it or not, and a click does too."""

    DEFAULT_CSS = """
    Several {
        width: 1fr; height: auto; padding: 0 1 0 0; border-left: wide transparent;
        &:focus { border-left: wide $accent; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,up", "step(-1)", "Previous", show=False),
        Binding("right,down", "step(1)", "Next", show=False),
        Binding("space", "choose", "Choose or not", show=False),
        Binding("enter", "onward", "On", show=False),
    ]
    chosen: reactive[tuple[str, ...]] = reactive((), layout=True)
    at: reactive[int] = reactive(0)

    class Changed(Message):
        """One more was chosen, or one less."""

        def __init__(self, several: "Several", chosen: tuple[str, ...]) -> None:
            super().__init__()
            self.several = several
            self.chosen = chosen

        @property
        def control(self) -> "Several":
            return self.several

    def __init__(self, names: Mapping[str, str], chosen: Iterable[str] = (), *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.names = dict(names)
        self._places: list[tuple[int, int, int, int]] = []  # row, first and last column, which
        self.put(chosen)

    def put(self, chosen: Iterable[str]) -> None:
        """Shows these as chosen, and tells nobody."""
        self.set_reactive(Several.chosen, tuple(chosen))
        self.refresh(layout=True)

    def _rows(self, width: int) -> list[Content]:
        """As many columns as fit, each of the same width."""
        self._places = []
        column = max((len(name) for name in self.names.values()), default=0) + 6
        columns = max(1, (width + 2) // column)
        rows: list[Content] = []
        for i, (key, name) in enumerate(self.names.items()):
            chosen = key in self.chosen
            here = self.has_focus and i == self.at
            part = Content.assemble(
                ("[x] " if chosen else "[ ] ", "$accent bold" if chosen else "$text-muted"),
                (name, " ".join(["bold"] * chosen + ["reverse"] * here)),
            )
            row, left = i // columns, (i % columns) * column
            self._places.append((row, left, left + part.cell_length, i))
            if row == len(rows):
                rows.append(part)
            else:
                rows[row] = rows[row].pad_right(left - rows[row].cell_length) + part
        return rows

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return container.width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._rows(width))

    def render(self) -> Content:
        return Content("\n").join(self._rows(max(1, self.content_size.width)))

    def action_step(self, by: int) -> None:
        if not 0 <= self.at + by < len(self.names):
            self.screen.focus_next() if by > 0 else self.screen.focus_previous()
            return
        self.at += by

    def action_choose(self) -> None:
        key = list(self.names)[self.at]
        kept = tuple(other for other in self.chosen if other != key)
        self.chosen = kept if key in self.chosen else (*kept, key)
        self.post_message(self.Changed(self, self.chosen))

    def action_onward(self) -> None:
        self.post_message(Onward(self))

    def on_mouse_down(self, event: MouseDown) -> None:
        at = event.get_content_offset_capture(self)  # where it stood before what was left grew, as in a Choice
        self._rows(max(1, self.content_size.width))
        for row, start, end, which in self._places:
            if at.y == row and start <= at.x < end:
                self.at = which
                self.action_choose()

    def on_blur(self, _: Blur) -> None:
        self.post_message(Left(self))
