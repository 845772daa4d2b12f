"""A list of things from all sessions, everybody's or one pair's: filtered, opened one by one, a change undone."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets.option_list import Option

from supervision.errors import SupervisionError
from supervision.model.changes import Change
from supervision.model.values import Session
from supervision.room import Room
from supervision.shelf import Shelf
from supervision.tui.keys import key_of
from supervision.tui.screens import carrying
from supervision.tui.screens.parts import Choice, Full, Plain
from supervision.tui.screens.rows import Rows


class Listing(Full[None]):
    """One of a kind says what it is called, which filters it has and how a row reads. Enter opens a row's chain.

    `room` is the open session that it was opened from.
    """

    DEFAULT_CSS = """
    Listing > #which { margin-bottom: 1; }
    Listing > #said { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "which(-1)", "Other ones", show=False),
        Binding("right", "which(1)", "Other ones", show=False),
        Binding("u,ctrl+z", "undo", "Undo", show=False),
        Binding("r,ctrl+y", "redo", "Redo", show=False),
    ]
    heading: ClassVar[str]
    filters: ClassVar[Mapping[str, str]]
    """What each filter is called, the first one chosen at first."""
    nothing: ClassVar[Mapping[str, str]]
    """What an empty list says, by filter; `{key}` is that of the command `written_by`."""
    written_by: ClassVar[str]
    own_keys: ClassVar[tuple[tuple[str, str, str], ...]] = ()

    def __init__(self, shelf: Shelf, me: str, pair: Iterable[str] = (), room: Room | None = None) -> None:
        super().__init__()
        self._shelf = shelf
        self._room = room
        self._me = me
        self._pair = tuple(pair)
        self._rows: dict[str, Mapping[str, Any]] = {}

    def found(self, which: str) -> Iterable[Mapping[str, Any]]:
        """The rows a filter lets through."""
        return ()

    def as_row(self, row: Mapping[str, Any]) -> Content:
        """How one of them reads, in two lines."""
        return Content(str(row["id"]))

    def compose(self) -> ComposeResult:
        yield self.top(self.heading, "of you two" if self._pair else "")
        yield Choice(dict(self.filters), value=next(iter(self.filters)), id="which")
        yield Plain("", id="said", classes="said")
        yield Rows(id="list")
        yield self.keys(
            ("Enter", "open", "open"),
            *self.own_keys,
            ("U", "undo", "undo"),
            ("Left Right", "others", "which(1)"),
            ("Esc", "back", "leave"),
        )

    def on_mount(self) -> None:
        self.say("")
        self.reread()
        self.query_one("#list").focus()

    def on_screen_resume(self) -> None:
        self.reread()

    @on(Choice.Changed, "#which")
    def reread(self) -> None:
        """Shows them as they are now."""
        which = self.query_one("#which", Choice).value
        self._rows = {str(row["id"]): row for row in self.found(which)}
        rows = self.query_one("#list", Rows)
        rows.show(Option(self.as_row(row), id=key) for key, row in self._rows.items())
        if not self._rows:
            nothing = self.nothing[which].format(key=key_of(self.app, self.written_by))
            rows.show([Option(Content.styled(nothing, "$text-muted"), disabled=True)])

    def say(self, sentence: str) -> None:
        """One line above the list."""
        line = self.query_one("#said", Plain)
        line.update(Content(sentence))
        line.display = bool(sentence)

    @property
    def chosen(self) -> Mapping[str, Any] | None:
        """The row one is at."""
        at = self.query_one("#list", Rows).highlighted
        option = self.query_one("#list", Rows).get_option_at_index(at) if at is not None else None
        return self._rows.get(option.id or "") if option else None

    @on(Rows.OptionSelected)
    def action_open(self) -> None:
        row = self.chosen
        if row is None:
            return
        try:
            session = self._shelf.load(str(row["session"]))
        except SupervisionError as error:
            self.say(str(error))
            return
        from supervision.tui.screens.chain import ChainScreen

        self.app.push_screen(ChainScreen(self._shelf, session, str(row["id"]), self._me, room=self._room))

    def carry(self, row: Mapping[str, Any], change: Change, done: str) -> None:
        """Makes a change where the row lives, and says that it is done."""

        def kept(_: Session) -> None:
            self.say(done)
            self.reread()

        carrying.carry(self, self._shelf, str(row["session"]), change, self._me, kept, self.say)

    def action_undo(self) -> None:
        carrying.undo(self, self._shelf, self._me, self._turned("Taken back. R does it again."), self.say)

    def action_redo(self) -> None:
        carrying.redo(self, self._shelf, self._me, self._turned("Done again. U takes it back."), self.say)

    def _turned(self, sentence: str) -> Callable[[Session], None]:
        def done(_: Session) -> None:
            self.say(sentence)
            self.reread()

        return done

    def action_which(self, by: int) -> None:
        self.query_one("#which", Choice).action_step(by)
