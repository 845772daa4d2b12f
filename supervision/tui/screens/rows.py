"""Lists whose rows have a few lines."""

from collections.abc import Iterable

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from supervision.tui.widgets.hanging import hanging

LINES = 3
"""Lines that the words of a row take at most; there is one more for its facts."""


class Rows(OptionList):
    """A list whose rows are words as they were typed; it keeps its place when it is shown anew."""

    DEFAULT_CSS = """
    Rows {
        border: none; padding: 0; background: transparent; height: 1fr; scrollbar-size-vertical: 1;
        &:focus { border: none; background-tint: transparent; }
        & > .option-list--option { padding: 0 1 1 1; }
        & > .option-list--option-highlighted { color: $foreground; background: $panel; }
        &:focus > .option-list--option-highlighted { color: $foreground; background: $panel; text-style: none; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)

    def show(self, options: Iterable[Option]) -> None:
        """Other rows; the one that was highlighted stays so, by its id or else by its place."""
        at = self.highlighted
        was = self.get_option_at_index(at).id if at is not None else None
        new = list(options)
        self.clear_options()
        self.add_options(new)
        if not new:
            return
        ids = [option.id for option in new]
        self.stay(ids.index(was) if was is not None and was in ids else at or 0)

    def on_resize(self) -> None:
        """Where the list became lower, all lines of the row one is at are seen still."""
        self.scroll_to_highlight()

    def stay(self, at: int) -> None:
        """Highlights what stands at this place now, or the nearest below that can be chosen."""
        enabled = [n for n, option in enumerate(self.options) if not option.disabled]
        self.highlighted = next((n for n in enabled if n >= at), enabled[-1] if enabled else None)


def in_brief(row: Content, width: int) -> Content:
    """A row: what it says in a line, or a few where it is long, and below it the facts that have room in one line."""
    first, *_, facts = row.split("\n")
    mark = "[ ] " if first.plain[:1] == "[" else ""
    said = hanging(first.plain[: len(mark)], first[len(mark) :], width, "$text-muted").split("\n")
    if len(said) > LINES:
        said = [*said[: LINES - 1], said[LINES - 1].truncate(width - 2).rstrip() + Content(" …")]
    return Content("\n").join([*said, (_in_whole(facts, width) or facts).truncate(width, ellipsis=True)])


def _in_whole(facts: Content, width: int) -> Content | None:
    """As many of them as have room: a fact is told as a whole, or where the row opens."""
    while facts.cell_length > width and ", " in facts.plain:
        facts = facts[: facts.plain.rindex(", ")]
    return facts if facts.cell_length <= width else None
