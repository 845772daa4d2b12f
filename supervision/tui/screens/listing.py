"""A list of things from all sessions, everybody's or one pair's: narrowed, opened one by one, a change undone."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from supervision.errors import SupervisionError
from supervision.model.changes import Change
from supervision.model.values import Session
from supervision.room import Room
from supervision.shelf import Found, Shelf
from supervision.tui import keys
from supervision.tui.screens import carrying, told
from supervision.tui.screens.choosing import ChooseDialog
from supervision.tui.screens.narrowing import Narrowed, Way, narrow
from supervision.tui.screens.parts import Choice, Full, Plain
from supervision.tui.screens.rows import Rows, in_brief

MOST = 100
"""Rows at first, and how many more come each time one reaches the end of the list."""
MORE = "more"
"""The id of the row below them."""


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
        *keys.bindings("list"),
    ]
    place: ClassVar[keys.Place] = "list"
    heading: ClassVar[str]
    filters: ClassVar[Mapping[str, str]]
    """What each filter is called, the first one chosen at first."""
    nothing: ClassVar[Mapping[str, str]]
    """What an empty list says, by filter; `{key}` is that of the command `written_by`."""
    written_by: ClassVar[str]
    own_keys: ClassVar[tuple[tuple[str, str, str], ...]] = ()
    ways: ClassVar[tuple[Way, ...]] = ()
    """In which other ways it can be narrowed."""

    def __init__(
        self,
        shelf: Shelf,
        me: str,
        pair: Iterable[str] = (),
        room: Room | None = None,
        *,
        which: str = "",
    ) -> None:
        super().__init__()
        self._shelf = shelf
        self._room = room
        self._me = me
        self._pair = tuple(pair)
        self._first = which or next(iter(self.filters))
        self._narrowed = Narrowed()
        self._most = MOST
        self._rows: dict[str, Mapping[str, Any]] = {}
        self._left = 0
        self._drawn_for = 0

    @property
    def within(self) -> tuple[str, ...]:
        """The pair whose things are shown; empty for everybody's."""
        return self._pair or self._narrowed.pair

    def found(self, which: str, narrowed: Narrowed) -> Sequence[Mapping[str, Any]]:
        """The rows a filter lets through."""
        return ()

    def as_row(self, row: Mapping[str, Any]) -> Content:
        """How one of them reads, in two lines."""
        return Content(str(row["id"]))

    def compose(self) -> ComposeResult:
        yield self.top(self.heading, "of you two" if self._pair else "")
        yield Choice(dict(self.filters), value=self._first, id="which")
        yield Plain("", id="said", classes="said")
        yield Rows(id="list")
        yield self.keys(
            ("Enter", "open", "open"),
            *self.own_keys,
            (self._key("narrow"), "narrow", "narrow"),
            (self._key("undo-list"), "undo", "undo_list"),
            ("Right", "others", "which(1)"),
            ("Esc", "back", "leave"),
        )

    def on_mount(self) -> None:
        self.say("")
        self.query_one("#list").focus()

    def on_screen_resume(self) -> None:
        self.reread()

    @on(Choice.Changed, "#which")
    def _other_ones(self) -> None:
        self._most = MOST
        self.reread()

    def reread(self) -> None:
        """Shows them as they are now."""
        which = self.query_one("#which", Choice).value
        found = self.found(which, self._narrowed)
        # Of very many only the first are read: nobody looks at thousands of rows.
        self._rows = {str(row["id"]): row for row in islice(found, self._most)}
        self._left = max(len(found) - self._most, 0)
        self._draw()
        state = [*(["of you two"] if self._pair else []), *filter(None, [self._narrowed.words])]
        self.query_one("#state", Plain).update(Content(", ".join(state)))

    def on_resize(self) -> None:
        if self.size.width != self._drawn_for:
            self._draw()

    def _draw(self) -> None:
        """Two lines for each, or a few more; what does not fit into them is read where it opens."""
        self._drawn_for = self.size.width
        width = max(self.size.width - 2, 20)  # the last column is for scrolling, with air before it
        options = [Option(in_brief(self.as_row(row), width), id=key) for key, row in self._rows.items()]
        if self._left:
            options.append(Option(Content.styled(f"and {self._left} more", "$text-muted"), id=MORE))
        if not options:
            nothing = self.nothing[self.query_one("#which", Choice).value]
            if self._narrowed.words:
                nothing = f"Nothing here is like that. {self._key('narrow')} shows other ones."
            words = nothing.format(key=keys.key_of(self.app, self.written_by))
            options = [Option(Content.styled(words, "$text-muted"), disabled=True)]
        self.query_one("#list", Rows).show(options)

    def _key(self, id: str) -> str:
        key = keys.key_of(self.app, id)
        return key.upper() if len(key) == 1 else key

    @on(OptionList.OptionHighlighted)
    def _at_the_end(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_id == MORE:
            self._show_more()

    def _show_more(self) -> None:
        """More of them, below those that are shown; one stays where one is in the list."""
        rows = self.query_one("#list", Rows)
        at = rows.highlighted
        self._most += MOST
        with rows.prevent(OptionList.OptionHighlighted):  # the row below them, where it is now, is no wish for more
            self.reread()
        rows.highlighted = at

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

    def action_narrow(self) -> None:
        def narrowed(to: Narrowed) -> None:
            self._narrowed, self._most = to, MOST
            self.say("")
            self.reread()

        narrow(self, self._shelf, self._narrowed, self.ways, narrowed, pair=self._pair, me=self._me)

    def action_timeline_list(self) -> None:
        """The timeline of the pair whose things are shown; of several, one is chosen first."""
        from supervision.tui.screens.timeline import TimelineScreen

        pairs = self._shelf.lists().pairs(pair=self.within)
        names = {" ".join(ids): told.with_whom(people, self._me) for ids, people in pairs.items()}

        def show(pair: str | None) -> None:
            if pair is not None:
                alias = self._narrowed.alias
                self.app.push_screen(TimelineScreen(self._shelf, pair.split(), f"with {names[pair]}", alias=alias))

        if not names:
            self.say("Nothing has happened yet.")
        elif len(names) == 1:
            show(next(iter(names)))
        else:
            self.app.push_screen(ChooseDialog("The timeline with whom?", names), show)

    def action_find(self) -> None:
        from supervision.tui.screens import FindScreen, RecordScreen

        def chosen(found: Found | None) -> None:
            if found is None:
                return
            try:
                session = self._shelf.load(found.session)
            except SupervisionError as error:
                self.say(error.sentence)
                return
            self.app.push_screen(RecordScreen(session, found.text, shelf=self._shelf, who=self._me))

        self.app.push_screen(FindScreen(self._shelf, self.within), chosen)

    def carry(self, row: Mapping[str, Any], change: Change, done: str) -> None:
        """Makes a change where the row lives, and says that it is done."""

        def kept(_: Session) -> None:
            self.say(done)
            self.reread()

        carrying.carry(self, self._shelf, str(row["session"]), change, self._me, kept, self.say)

    def action_undo_list(self) -> None:
        carrying.undo(self, self._shelf, self._me, self._turned("Taken back. R does it again."), self.say)

    def action_redo_list(self) -> None:
        carrying.redo(self, self._shelf, self._me, self._turned("Done again. U takes it back."), self.say)

    def _turned(self, sentence: str) -> Callable[[Session], None]:
        def done(_: Session) -> None:
            self.say(sentence)
            self.reread()

        return done

    def action_which(self, by: int) -> None:
        self.query_one("#which", Choice).action_step(by)
