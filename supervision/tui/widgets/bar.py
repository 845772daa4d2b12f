"""A scroll bar that is painted where it changed: one more line of notes moves one end of it by an eighth of a cell."""

from typing import Self

from rich.color import Color
from rich.segment import Segment
from textual.geometry import Region
from textual.scrollbar import ScrollBar, ScrollBarRender


class FrugalBar(ScrollBar):
    """Asks for the cells that look other than before, where Textual would send all of them at every line."""

    _asked: tuple[Segment, ...] = ()
    """The cells as they were when they were last asked for."""

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        if regions or layout or recompose or not repaint or not self.is_mounted:
            return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        before, self._asked = self._asked, self._cells()
        if len(before) != len(self._asked):
            return super().refresh()
        changed = [y for y, (one, other) in enumerate(zip(before, self._asked, strict=True)) if one != other]
        if changed:
            super().refresh(*(Region(0, y, self.size.width, 1) for y in changed))
        return self

    def _cells(self) -> tuple[Segment, ...]:
        bar = self.render()
        assert isinstance(bar, ScrollBarRender)
        style = self.app.console.get_style(bar.style)
        painted = bar.render_bar(
            size=self.size.height,
            virtual_size=bar.virtual_size,
            window_size=bar.window_size,
            position=bar.position,
            thickness=bar.thickness,
            vertical=bar.vertical,
            back_color=style.bgcolor or Color.default(),
            bar_color=style.color or Color.default(),
        )
        return tuple(painted.segments)
