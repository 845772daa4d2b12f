"""The line of stages: where we are, and where there are notes. Never a tick, a score or a percentage."""

from collections.abc import Iterable

from rich.cells import cell_len
from textual.content import Content
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from supervision.model.pack import Stage

_TURNS = {"a": "A ", "b": "B "}


class StageLine(Widget):
    """All stages in one line; a click goes to one. Names shorten as room does, the current one last."""

    DEFAULT_CSS = "StageLine { height: 1; width: 1fr; }"

    class Chosen(Message):
        """A stage was clicked."""

        def __init__(self, stage: str) -> None:
            super().__init__()
            self.stage = stage

    def __init__(self, stages: Iterable[Stage], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.stages = tuple(stages)
        self.current = ""
        self.shared = ""
        self.written: frozenset[str] = frozenset()
        self._places: list[tuple[int, int, str]] = []

    def point(self, current: str, *, shared: str, written: Iterable[str]) -> None:
        """Shows which stage is on the screen, which one the session is at, and in which there are notes."""
        written = frozenset(written)
        if (current, shared, written) != (self.current, self.shared, self.written):
            self.current, self.shared, self.written = current, shared, written
            self.refresh()

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return container.width

    def render(self) -> Content:
        width = max(self.size.width, 1)
        labels = next(
            (found for ways in _WAYS if _length(found := self._labels(*ways)) <= width),
            self._labels(*_WAYS[-1]),
        )
        parts: list[Content] = []
        self._places = []
        at = 0
        for stage, (before, label) in zip(self.stages, labels, strict=True):
            parts.append(Content.styled(before, "$text-muted"))
            at += cell_len(before)
            words = f"[{label}]" if stage.id == self.current else f" {label} "
            style = "bold $text" if stage.id in self.written else "$text-muted"
            if stage.id == self.current:
                style = "bold $accent"
            elif stage.id == self.shared:
                style += " underline"
            parts.append(Content.styled(words, style))
            self._places.append((at, at + cell_len(words), stage.id))
            at += cell_len(words)
        return Content("").join(parts)

    def _labels(self, here: int, near: int, far: int) -> list[tuple[str, str]]:
        """What stands before each stage, and what it is called: this one, those of this turn, those of another."""
        found, turn = [], ""
        current = next((stage.turn for stage in self.stages if stage.id == self.current), "")
        for stage in self.stages:
            before = ""
            if stage.turn != turn:
                before, turn = f" {_TURNS.get(stage.turn, '| ').strip()}", stage.turn
            way = here if stage.id == self.current else near if stage.turn in ("", current) else far
            label = stage.letter or _SHORTER[way](stage)
            if way == TWO_LETTERS and not stage.letter and self._shares(stage):
                label = stage.id[:3]  # reflect and respond are not both "re"
            found.append((before, label))
        return found

    def _shares(self, stage: Stage) -> bool:
        """Whether another stage of the same turn begins with the same two letters."""
        return any(one.id[:2] == stage.id[:2] for one in self.stages if one != stage and one.turn == stage.turn)

    def on_click(self, event: Click) -> None:
        at = event.get_content_offset(self)  # the padding is no part of any
        for start, end, stage in self._places:
            if at is not None and start <= at.x < end:
                self.post_message(self.Chosen(stage))


def _length(labels: list[tuple[str, str]]) -> int:
    return sum(cell_len(before) + cell_len(label) + 2 for before, label in labels)


_SHORTER = (
    lambda stage: stage.title.lower() if len(stage.title) <= 14 else stage.id.replace("-", " "),
    lambda stage: stage.id.split("-")[0],
    lambda stage: stage.id.split("-")[0][:5],
    lambda stage: stage.id.split("-")[0][:3],
    lambda stage: stage.id[:2],
    lambda stage: stage.id[:1],
)
"""Ways of calling a stage, each shorter than the one before."""
TWO_LETTERS = 4

_WAYS = (
    *((0, 0, 0), (0, 1, 1), (0, 0, 4), (0, 1, 4), (0, 1, 5), (0, 2, 5), (0, 3, 3), (0, 3, 5)),
    *((1, 3, 3), (1, 3, 5), (0, 4, 5), (1, 4, 5), (1, 5, 5)),
)
"""For this stage, for those of the same turn, for those of another: from the fullest to the shortest."""
