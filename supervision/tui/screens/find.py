"""Finding words in notes, matters, questions, actions and decisions, as one types."""

from collections.abc import Iterable
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input
from textual.widgets.option_list import Option
from textual.worker import get_current_worker

from supervision import text
from supervision.errors import SupervisionError
from supervision.shelf import Found, Shelf
from supervision.tui.screens import told
from supervision.tui.screens.parts import Full, Line, Onward, Plain
from supervision.tui.screens.rows import Rows

AT_MOST = 200
AFTER = 0.1
"""Seconds after a key in which no other comes."""
PLACES = {"note": "note", "matter": "matter", "prompt": "question", "action": "action", "decision": "decision"}


class FindScreen(Full[Found | None]):
    """Searches while one types and gives the place that was chosen. With `pair`, in the sessions of these two alone."""

    DEFAULT_CSS = """
    FindScreen > Line { margin-bottom: 1; }
    FindScreen > #state-line { margin-bottom: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "into", "Results", show=False),
    ]

    def __init__(self, shelf: Shelf, pair: Iterable[str] = ()) -> None:
        super().__init__()
        self._shelf = shelf
        self._pair = tuple(pair)
        self._found: list[Found] = []
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        yield self.top("Find", "in the sessions of you two" if self._pair else "in all your records")
        yield Line(placeholder="words, in any order", id="words")
        yield Plain("", id="state-line", classes="quiet")
        yield Rows(id="found")
        yield self.keys(("Enter", "open", "open"), ("Down", "to the results", "into"), ("Esc", "back", "leave"))

    def on_mount(self) -> None:
        self.query_one("#words").focus()

    @on(Input.Changed, "#words")
    def _typing(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(AFTER, self._start)

    def _start(self) -> None:
        words = self.query_one("#words", Line).words
        if words:
            self._search(words)
        else:
            self._show("", [], "")

    @work(thread=True, exclusive=True, group="find")
    def _search(self, words: str) -> None:
        worker = get_current_worker()
        fault = ""
        found: list[Found] = []
        try:
            found = self._shelf.search(words, pair=self._pair, most=AT_MOST + 1)
        except SupervisionError as error:
            fault = str(error)
        if not worker.is_cancelled:
            self.app.call_from_thread(self._show, words, found, fault)

    def _show(self, words: str, found: list[Found], fault: str) -> None:
        self._found = found[:AT_MOST]
        rows = self.query_one("#found", Rows)
        rows.show(Option(self._row(place, words), id=str(n)) for n, place in enumerate(self._found))
        state = ""
        if words:
            places = f"{len(found)} place{'s'[: len(found) != 1]}"
            if len(found) > AT_MOST:
                places = f"More than {AT_MOST} places, the newest of them here; more letters find fewer"
            state = fault or (places if found else "Nothing was found. Fewer letters find more.")
        if self._shelf.damaged and words:
            count = len(self._shelf.damaged)
            state += f". {count} damaged record{'s'[: count != 1]} could not be read."
        self.query_one("#state-line", Plain).update(Content(state))

    def _row(self, place: Found, words: str) -> Content:
        what = PLACES.get(place.where, place.where)
        stage = f" in {place.title}" if place.title and place.where in ("note", "prompt") else ""
        people = told.with_whom([{"name": name} for name in place.people])
        where = f"{what}{stage}, {told.day(place.held)}, {people}"
        return Content.assemble(marked(place.text, words), "\n", (where, "$text-muted"))

    def action_into(self) -> None:
        if self._found:
            self.query_one("#found").focus()

    @on(Onward)
    def _enter(self, event: Onward) -> None:
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        rows = self.query_one("#found", Rows)
        if self._found:
            self.dismiss(self._found[rows.highlighted or 0])

    @on(Rows.OptionSelected)
    def _chosen(self, event: Rows.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._found[event.option_index])


def marked(words: str, typed: str, width: int = 200) -> Content:
    """The stretch of a text in which the typed words stand, with them marked."""
    piece = text.stretch(words, typed, width)
    shown = Content(piece)
    for start, end in text.spans(piece, typed):
        shown = shown.stylize("bold $accent", start, end)
    return shown
