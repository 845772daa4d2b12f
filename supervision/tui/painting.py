"""Painting what changed, and asking nobody else for it."""

from collections.abc import Iterable

from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip


class _FromWhereItChanged(ChopsUpdate):
    """Writes of a row what changed; Textual begins at the left of the pane, however far on the change is."""

    def render_segments(self, console: Console) -> str:
        written = []
        for y, first, last in self.spans:
            for end, (start, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                left, right = max(start, first), min(end, last)
                if strip is not None and left < right:
                    part = strip if (left, right) == (start, end) else strip.crop(left - start, right - start)
                    written += [Control.move_to(left, y).segment.text, part.render(console)]
        return "".join(written)


class OnlyWhatChanged(Compositor):
    """Asks the widgets that changed for the rows that changed.

    Textual asks everybody who stands between the first and the last of them, for all their rows: with a mark above and
    a key in the middle of the screen that is nearly the whole of it, at every key.
    """

    def __init__(self) -> None:
        super().__init__()
        self._wanted: list[Region] | None = None
        """What is to be painted, while a part of the screen is."""

    def render_partial_update(self) -> ChopsUpdate | None:
        self._wanted = list(self._dirty_regions)
        try:
            update = super().render_partial_update()
        finally:
            self._wanted = None
        return update and _FromWhereItChanged(update.chops, update.spans, update.chop_ends)

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        if self._wanted is None:
            yield from super()._get_renders(crop)
            return
        # By hand: Textual keeps thousands of the regions that it finds, and those of a key never come again.
        wanted = [one.corners for one in self._wanted]
        for widget, (region, clip) in self.visible_widgets.items():
            left, top, right, bottom = region.corners
            clip_left, clip_top, clip_right, clip_bottom = clip.corners
            left, top = max(left, clip_left), max(top, clip_top)
            right, bottom = min(right, clip_right), min(bottom, clip_bottom)
            rows = [
                (max(top, one_top), min(bottom, one_bottom))
                for one_left, one_top, one_right, one_bottom in wanted
                if one_left < right and one_right > left and one_top < bottom and one_bottom > top
            ]
            if not rows:
                continue
            first, last = min(rows)[0], max(end for _, end in rows)
            part = Region(left, first, right - left, last - first)
            yield region, part, widget.render_lines(Region(left - region.x, first - region.y, part.width, part.height))
