"""What happened between two people, by date: sessions, what was agreed, what became of it, and what is coming."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Resize
from textual.widgets.option_list import Option

from supervision.errors import SupervisionError
from supervision.shelf import Shelf
from supervision.shelf.timeline import Happened, coming, past
from supervision.text import fold
from supervision.tui.screens import told
from supervision.tui.screens.choosing import ChooseDialog
from supervision.tui.screens.parts import Full, Plain
from supervision.tui.screens.rows import Rows
from supervision.tui.widgets.hanging import hanging

DAY_WIDTH = 13


class TimelineScreen(Full[None]):
    """The timeline of one pair, for reading, of everything or about one alias; Enter opens the record one is at."""

    pane = "timeline"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("n", "narrow", "About one person", show=False)]

    def __init__(self, shelf: Shelf, pair: Iterable[str], called: str, *, alias: str = "") -> None:
        super().__init__()
        self._shelf = shelf
        self._pair = tuple(pair)
        self._called = called
        self._alias = alias
        self._lines: list[tuple[str, list[Happened]]] = []

    def compose(self) -> ComposeResult:
        yield self.top("Timeline", self._called)
        yield Plain("", id="said", classes="said")
        yield Rows(id="list")
        yield self.keys(
            ("Enter", "open", "open"),
            ("N", "about one person", "narrow"),
            ("PgDn", "on", "on"),
            ("Esc", "back", "leave"),
        )

    def on_mount(self) -> None:
        self.say("")
        self.reread()
        self.query_one("#list").focus()

    def reread(self) -> None:
        """Shows what the records say now."""
        sessions = self._shelf.sessions(pair=self._pair)
        decisions = self._shelf.decisions(pair=self._pair, alias=self._alias)
        next_date, focus = self._shelf.next_session(self._pair)
        if self._alias:
            wanted, theirs = fold(self._alias), {decision["session"] for decision in decisions}
            sessions = [
                row for row in sessions if row["id"] in theirs or wanted in {fold(alias) for alias in row["aliases"]}
            ]
        self._lines = [
            ("Coming", coming(decisions, next_date, focus, self._shelf.today)),
            ("So far", past(sessions, decisions)),
        ]
        about = f"about {self._alias}, " if self._alias else ""
        self.query_one("#state", Plain).update(Content(f"{about}{self._called}"))
        self._draw()

    def action_narrow(self) -> None:
        """About one person, by their alias, or everybody again."""
        known = {fold(alias): alias for row in self._shelf.sessions(pair=self._pair) for alias in row["aliases"]}
        answers = {alias: alias for alias in known.values()}

        def chosen(alias: str | None) -> None:
            if alias is not None:
                self._alias = alias
                self.reread()

        if self._alias:
            answers = {"": "everybody", **answers}
        if answers:
            self.app.push_screen(ChooseDialog("What happened about whom?", answers), chosen)
        else:
            self.say("No alias has been chosen yet.")

    def on_resize(self, _: Resize) -> None:
        self._draw()

    def _draw(self) -> None:
        """Each date once, and beside it what happened on it."""
        options: list[Option] = []
        for title, lines in self._lines:
            if not lines:
                continue
            heading = f"\n{title}" if options else title
            options.append(Option(Content.styled(heading, "bold $text-muted"), disabled=True))
            before: date | None = None
            for one in lines:
                day = "" if one.day == before else told.day(one.day)
                before = one.day
                words = Content.assemble((one.what, "bold"), (f"  {one.more}" if one.more else "", "$text-muted"))
                told_line = hanging(day.ljust(DAY_WIDTH), words, self.room, "$text-muted")
                options.append(Option(told_line, id=f"{len(options)} {one.session}", disabled=not one.session))
        if not options:
            options = [Option(Content.styled("Nothing has happened yet.", "$text-muted"), disabled=True)]
        self.query_one("#list", Rows).show(options)

    def say(self, sentence: str) -> None:
        """One line above the list."""
        line = self.query_one("#said", Plain)
        line.update(Content(sentence))
        line.display = bool(sentence)

    @on(Rows.OptionSelected)
    def action_open(self) -> None:
        from supervision.tui.screens import RecordScreen

        rows = self.query_one("#list", Rows)
        at = rows.highlighted
        session = str(rows.get_option_at_index(at).id or "").partition(" ")[2] if at is not None else ""
        if session:
            try:
                self.app.push_screen(RecordScreen(self._shelf.load(session), shelf=self._shelf))
            except SupervisionError as error:
                self.say(error.sentence)

    def action_on(self) -> None:
        self.query_one("#list", Rows).action_page_down()  # type: ignore[no-untyped-call]
