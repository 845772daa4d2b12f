"""Painting what changed, and asking nobody else for it."""

from collections.abc import Iterable

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip


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
            return super().render_partial_update()
        finally:
            self._wanted = None

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        if self._wanted is None:
            yield from super()._get_renders(crop)
            return
        for widget, (region, clip) in self.visible_widgets.items():
            shown = region.intersection(clip)
            wanted = [one for one in (shown.intersection(wanted) for wanted in self._wanted) if one]
            if not wanted:
                continue
            top, bottom = min(one.y for one in wanted), max(one.bottom for one in wanted)
            part = Region(shown.x, top, shown.width, bottom - top)
            yield region, part, widget.render_lines(part.translate((-region.x, -region.y)))
