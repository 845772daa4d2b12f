"""What dialogs and screens stand on: rows, pages, the sheet of a dialog, a whole screen."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, TypeVar

from textual import on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Click, Resize
from textual.geometry import Size
from textual.layout import Layout, WidgetPlacement
from textual.layouts.horizontal import HorizontalLayout
from textual.message import Message
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea

from supervision.errors import SupervisionError
from supervision.model.changes import Change
from supervision.model.values import Session
from supervision.room import Room
from supervision.shelf import Shelf
from supervision.tui.screens import carrying
from supervision.tui.screens.fields import Choice, Left, Line, Onward, WhenLine, Words
from supervision.tui.screens.unfinished import Typed, Unfinished
from supervision.tui.widgets.press import Plain, Press

__all__ = [
    "Choice",
    "Dialog",
    "Foot",
    "Form",
    "Full",
    "KeyHints",
    "Left",
    "Line",
    "Onward",
    "Page",
    "Plain",
    "Press",
    "Row",
    "WhenLine",
    "Words",
    "names",
    "watched",
]

Result = TypeVar("Result")

WIDTHS: list[tuple[int, str]] = [(0, "-narrow"), (72, "-medium"), (100, "-wide")]
"""Classes that every screen here bears by its width in cells."""


HIGH = 30
"""Rows from which there is space above and below a dialog."""
LEAST_TO_READ = 7
"""Rows of something long to read that are worth scrolling by themselves; with fewer, all of the form scrolls."""
HEAD = 2
"""Lines of a form that hold its first name and field where one stands above the other."""


class Row(Horizontal):
    """A field with its name at the left; below 72 columns the name stands above it."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    Row { height: auto; margin-bottom: 1; }
    Row > .name { width: 17; color: $text-muted; padding: 0 1 0 0; }
    .-narrow Row { layout: vertical; }
    .-narrow Row > .name { width: 100%; }
    """

    def __init__(self, label: str, *fields: Widget, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(Plain(label, classes="name"), *fields, id=id, classes=classes)

    def on_descendant_focus(self) -> None:
        # Where the name stands above its field, it comes into sight with it.
        self.call_after_refresh(self.scroll_visible, animate=False)


class Form(VerticalScroll, can_focus=False, inherit_bindings=False):
    """What scrolls between the heading and the buttons. Arrow keys go from field to field, so they do not scroll it."""

    DEFAULT_CSS = """
    Form { height: auto; scrollbar-size-vertical: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pageup", "page_up", "Up", show=False),
        Binding("pagedown", "page_down", "Down", show=False),
    ]

    def __init__(self, *children: Widget, id: str | None = None) -> None:
        super().__init__(*children, id=id)


class Page(VerticalScroll, can_focus=True):
    """Something long to read; it scrolls with the keys when it has the focus, or the form does in which it stands.

    In a form an arrow at its end goes on to what comes after it.
    """

    DEFAULT_CSS = """
    Page { height: auto; scrollbar-size-vertical: 1; border-left: wide transparent; padding: 0 1 0 1; }
    Page:focus { border-left: wide $accent; }
    Page > Plain { padding-right: 1; }
    Page.whole { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.focus_next_field", "On", show=False),
        Binding("right", "screen.to_buttons", "To the buttons", show=False),
    ]

    def action_scroll_down(self) -> None:
        form = self.parent
        if not isinstance(form, Form):
            return super().action_scroll_down()
        if self.allow_vertical_scroll:
            return self._on(self, self.scroll_target_y < self.max_scroll_y, 1)
        return self._on(form, form.scroll_offset.y + form.size.height < self.virtual_region.bottom, 1)

    def action_scroll_up(self) -> None:
        form = self.parent
        if not isinstance(form, Form):
            return super().action_scroll_up()
        if self.allow_vertical_scroll:
            return self._on(self, self.scroll_target_y > 0, -1)
        return self._on(form, form.scroll_offset.y > 0, -1)

    def _on(self, scrolls: Widget, more: bool, by: int) -> None:
        """A line on in what scrolls, the page or the form in which it stands whole; at its end the key is another's."""
        if not more:
            raise SkipAction
        scrolls.scroll_relative(y=by, animate=False)


class _Flow(HorizontalLayout):
    """From left to right, and on in a further line where there is no more room."""

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> list[WidgetPlacement]:
        placed: list[WidgetPlacement] = []
        left = line = 0
        for one in super().arrange(parent, children, size, greedy):
            if one.region.right - left > size.width and one.region.x > left:
                left, line = one.region.x, line + 1
            placed.append(one._replace(region=one.region.translate((-left, line))))
        return placed


class Foot(Horizontal):
    """The buttons, in as many lines as they need."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    Foot { height: auto; margin-top: 1; }
    """
    _flow = _Flow()

    class Changed(Message):
        """It takes more lines now, or fewer."""

    def lines(self, width: int) -> int:
        """How many it needs where it is so wide."""
        lines, at = 1, 0
        for press in (press for press in self.query(Press) if press.display):
            taken = Content(press.label).cell_length + 4
            if at and at + taken > width:
                lines, at = lines + 1, 0
            at += taken + 1
        return lines

    @property
    def layout(self) -> Layout:
        return self._flow

    def on_resize(self, _: Resize) -> None:
        self.post_message(self.Changed())


class Dialog(ModalScreen[Result]):
    """A sheet over the screen: fields, one sentence when something is refused, and what can be done.

    What is typed is kept from the first key on for the next time it is opened (`draft`), however one leaves. `accept`
    does what the first button says; what it refuses is said on the sheet and closes nothing.
    """

    DEFAULT_CSS = """
    Dialog { align: center middle; background: $background 70%; }
    Dialog > .sheet {
        width: 78; max-width: 100%; height: auto; max-height: 100%; padding: 1 3; background: $panel;
        overflow-y: auto; scrollbar-size-vertical: 1;
    }
    Dialog.-narrow > .sheet { width: 100%; height: 100%; padding: 0 1; }
    Dialog .heading { text-style: bold; margin-bottom: 1; height: auto; }
    Dialog .quiet { color: $text-muted; height: auto; }
    Dialog .gap { margin-bottom: 1; }
    Dialog Form > Row:last-child, Dialog Form > .gap:last-child { margin-bottom: 0; }
    Dialog .fault { color: $error; height: auto; margin-top: 1; text-style: bold; }
    Dialog Form > Plain { padding-right: 1; }
    Dialog #begun { height: auto; margin-bottom: 1; }
    Dialog #begun > Plain { width: auto; margin-right: 1; }
    """
    HORIZONTAL_BREAKPOINTS = WIDTHS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", show=False),
        Binding("ctrl+s", "accept", "Save", show=False),
        Binding("up", "app.focus_previous", "Previous field", show=False),
        Binding("down", "app.focus_next", "Next field", show=False),
    ]
    heading = ""
    pane = "form"
    accept_label = "Save"
    leave_label = "Back"
    draft = ""
    """Under this name, with the ids in it that it is about, what is typed is kept; empty keeps nothing."""
    _unfinished: Unfinished | None = None
    _under_way = False
    around_page = 0
    """Rows that the form needs beside a page to read; on a low screen one scrolls to them."""

    def compose(self) -> ComposeResult:
        size_up(self)
        with Vertical(classes="sheet"):
            yield Plain(self.heading, classes="heading")
            with Form():
                yield from self.fields()
            yield Plain(classes="fault")
            with Foot():
                yield from self.buttons()

    def fields(self) -> Iterable[Widget]:
        """What stands between the heading and the buttons."""
        return ()

    def buttons(self) -> Iterable[Widget]:
        """The first does what Enter does at the end, the last goes back."""
        yield Press(self.accept_label, id="accept", first=True)
        yield Press(self.leave_label, id="leave")

    def accept(self) -> None:
        """Does it, and dismisses. Raises what is to be said on the sheet. Where there is nothing to do, goes back."""
        self.action_leave()

    def leaving(self) -> Result | None:
        """What the screen below is given when somebody goes back."""
        return None

    # -- its life ---------------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        self.query_one(".fault").display = False
        self._fit()
        self._first = self.typed()
        self._unfinished = Unfinished(self, self.draft, self.unfinished, self.fault)
        kept = self._unfinished.begun()
        if kept:
            said = Plain("What you had begun is here again.", classes="quiet")
            self.query_one(Form).mount(Horizontal(said, Press("Clear it", id="clear"), id="begun"), before=0)
            self.restore(kept)
        self.start()
        self.call_after_refresh(self.call_after_refresh, self._begin_at_the_top)

    def _begin_at_the_top(self) -> None:
        """The name above the first field is seen with it, whatever else has a place on a low screen."""
        form = self.query_one(Form)
        in_its_first = form.scroll_y < HEAD and self.focused in list(form.query("Row > *").results(Widget))
        if in_its_first or isinstance(self.focused, Press):
            form.scroll_home(animate=False)

    def start(self) -> None:
        """Called once everything is there."""

    @on(Foot.Changed)
    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        """Leaves the buttons on the screen, whatever stands in the form, and nothing in it scrolls beside it."""
        width, height = self.app.size
        narrow = width < WIDTHS[1][0]
        sheet = self.query_one(".sheet").styles.width
        room = (width - 2) if narrow or sheet is None else min(width, int(sheet.value)) - 6
        said = self.query_one(".fault", Plain)
        around = 1 if narrow else 4 if height < HIGH else 6
        for words in (self.query_one(".heading", Plain), *([said] if said.display else [])):
            around += len(Content(str(words.content)).wrap(max(20, room))) + 1
        form, foot = self.query_one(Form), self.query_one(Foot)
        above = sum(part.outer_size.height for part in self.children if part.display and part.styles.dock == "top")
        space = max(3, height - above - around - foot.lines(room))
        form.styles.max_height = space
        for page in form.query(Page):
            beside = form.virtual_size.height - page.outer_size.height if page.outer_size else self.around_page
            page.styles.max_height = space - beside if space - beside >= LEAST_TO_READ else None

    def typed(self) -> Typed:
        """What stands in the fields that have an id."""
        return {id: field.words for id, field in self._fields()}

    def _fields(self) -> list[tuple[str, Line | Words | Choice]]:
        fields: list[Line | Words | Choice] = [*self.query(Line), *self.query(Words), *self.query(Choice)]
        return [(field.id, field) for field in fields if field.id]

    def restore(self, kept: Typed) -> None:
        """Puts typed words back into their fields."""
        for id, words in kept.items():
            for field in self.query(f"#{id}"):
                if isinstance(field, Words):
                    field.put(words)
                elif isinstance(field, Line | Choice):
                    field.value = words

    def unfinished(self) -> Typed:
        """What is worth keeping of what stands here now; nothing while it says no more than it did at first."""
        typed = self.typed()
        return typed if typed != self._first else {}

    def forget(self) -> None:
        """Forgets the draft: its words have gone where they belong."""
        if self._unfinished is not None:
            self._unfinished.drop()

    def keep(self) -> None:
        """Keeps the draft at once, for when everything is left."""
        if self._unfinished is not None:
            self._unfinished.keep()

    @on(TextArea.Changed)
    @on(Input.Changed)
    @on(Choice.Changed)
    @on(WhenLine.Understood)
    def _typing(self) -> None:
        if self._unfinished is not None:
            self._unfinished.touched()

    def clear(self) -> None:
        """Empties the form of what had been begun."""
        self.restore(self._first)
        self.forget()
        self.query("#begun").remove()
        self.start()

    # -- moving -----------------------------------------------------------------------------------------------

    def on_onward(self, event: Onward) -> None:
        event.stop()
        self.onward(event.sender)

    def action_focus_next_field(self) -> None:
        self.focus_next()

    def action_to_buttons(self) -> None:
        """From words to read to what can be done: Right, as it goes on from button to button."""
        self.query("Foot > Press").first().focus()

    def onward(self, sender: Widget) -> None:
        """After a field comes the next one, after the last what the first button does."""
        fields = [widget for widget in self.focus_chain if isinstance(widget, Line | Words | Choice)]
        if sender in fields and sender is not fields[-1]:
            fields[fields.index(sender) + 1].focus()
        else:
            self.action_accept()

    def on_press_pressed(self, event: Press.Pressed) -> None:
        event.stop()
        if event.press.id == "accept":
            self.action_accept()
        elif event.press.id == "leave":
            self.action_leave()
        elif event.press.id == "clear":
            self.clear()
        else:
            self.trying(lambda: self.pressed(event.press.id or ""))

    def pressed(self, id: str) -> None:
        """Another button."""

    def trying(self, do: Callable[[], None]) -> None:
        """Does it; what is refused is said on the sheet."""
        self.fault("")
        try:
            do()
        except SupervisionError as error:
            self.fault(str(error))

    def fault(self, sentence: str) -> None:
        """Says what is wrong, or nothing any more."""
        line = self.query_one(".fault", Plain)
        line.update(Content(sentence))
        line.display = bool(sentence)
        self._fit()

    def action_accept(self) -> None:
        self.trying(self.accept)

    def carry(
        self,
        shelf: Shelf,
        session_id: str,
        change: Change | Sequence[Change],
        by: str,
        done: Callable[[Session], None],
    ) -> None:
        """Carries a change to its session, once, however often that is asked for; what is refused is said here."""
        if self._under_way:
            return
        self._under_way = True

        def kept(session: Session) -> None:
            self.forget()
            if self.is_current:
                done(session)

        def refused(sentence: str) -> None:
            self._under_way = False
            if is_there(self):
                self.fault(sentence)
            else:
                getattr(self.app, "say", lambda _: None)(sentence)

        carrying.carry(self, shelf, session_id, change, by, kept, refused)

    def action_leave(self) -> None:
        self.keep()
        self.dismiss(self.leaving())

    def done(self, result: Result) -> None:
        """Closes with a result; the words have arrived."""
        self.forget()
        self.dismiss(result)


class KeyHints(Widget):
    """Keys and what each does, in as many lines as they need; a click on one does it too.

    Of places one can be at, all are quiet but the one that `point` was told of.
    """

    DEFAULT_CSS = """
    KeyHints { width: 1fr; height: auto; }
    """

    def __init__(self, ways: Iterable[tuple[str, str, str]], *, id: str | None = None, classes: str = "keys") -> None:
        super().__init__(id=id, classes=classes)
        self._ways: tuple[tuple[str, str, str], ...] = ()
        self._hints: list[tuple[Content, str]] = []
        self._places: list[tuple[int, int, int, str]] = []  # line, first and last column, action
        self.offer(*ways)

    def offer(self, *ways: tuple[str, str, str]) -> None:
        """Names other keys."""
        if ways != self._ways:
            self._ways = ways
            self._hints = [(Content.assemble((key, "bold $accent"), f" {does}"), action) for key, does, action in ways]
            self.refresh(layout=True)

    def point(self, at: int) -> None:
        """Says at which of them one is."""
        self._hints = [
            (Content.styled(f"{key} {does}", "bold $accent" if n == at else "$text-muted"), action)
            for n, (key, does, action) in enumerate(self._ways)
        ]
        self.refresh()

    def _lines(self, width: int) -> list[Content]:
        self._places = []
        lines: list[list[Content]] = [[]]
        at, gap = 0, 3 if sum(hint.cell_length + 3 for hint, _ in self._hints) - 3 <= width else 2
        for hint, action in self._hints:
            if at and at + hint.cell_length > width:
                lines.append([])
                at = 0
            lines[-1].append(hint)
            self._places.append((len(lines) - 1, at, at + hint.cell_length, action))
            at += hint.cell_length + gap
        return [Content(" " * gap).join(line) for line in lines]

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return container.width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines(width))

    def render(self) -> Content:
        return Content("\n").join(self._lines(max(1, self.content_size.width)))

    def on_click(self, event: Click) -> None:
        at = event.get_content_offset(self)
        self._lines(max(1, self.content_size.width))  # how they stand, and not as they were last measured for a layout
        for line, start, end, action in self._places if at is not None else ():
            if at is not None and at.y == line and start <= at.x < end:
                # In the application's turn, as a key is: what is done may take this line away, and wait for that.
                self.app.call_later(self.screen.run_action, action)


class Full(Screen[Result]):
    """A whole screen of its own, with a heading and a line of keys; Escape goes back."""

    DEFAULT_CSS = """
    Full { background: $background; padding: 1 2 0 2; }
    Full > .top { height: auto; margin-bottom: 1; }
    Full > .top > .heading { text-style: bold; width: 1fr; height: auto; }
    Full > .top > .state { color: $text-muted; width: auto; max-width: 60%; text-align: right; }
    Full > .keys { dock: bottom; padding: 1 0 0 0; background: $background; }
    Full .quiet { color: $text-muted; height: auto; }
    Full .gap { margin-bottom: 1; }
    Full .said { color: $accent; height: auto; }
    Full .fault { color: $error; text-style: bold; height: auto; }
    Full Line, Full Words { background: $panel; border-left: wide $panel; }
    Full Line:focus, Full Words:focus { border-left: wide $accent; }
    Full Choice:focus { background: $panel; }
    Full Press { background: $panel; }
    Full Press:focus { background: $accent; }
    Full.-narrow { padding: 0 1; }
    Full.-narrow > .keys { padding: 0; }
    """
    HORIZONTAL_BREAKPOINTS = WIDTHS
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Back", show=False)]

    def top(self, heading: str, state: str = "") -> Widget:
        """The line at the top; made first."""
        size_up(self)
        return Horizontal(Plain(heading, classes="heading"), Plain(state, classes="state", id="state"), classes="top")

    def keys(self, *ways: tuple[str, str, str]) -> Widget:
        """The line at the bottom: keys, what they do, and the action a click on it runs."""
        return KeyHints(ways)

    @property
    def room(self) -> int:
        """Cells for a row of a list that has the whole width: beside the edges and what scrolls it."""
        width = self.app.size.width
        return max(width - (5 if width < WIDTHS[1][0] else 7), 30)

    def action_leave(self) -> None:
        self.dismiss(None)


def size_up(screen: Screen[Any]) -> None:
    """Gives a screen the class for its width before it holds anything: later, everything would be styled twice."""
    width = screen.app.size.width
    screen.add_class([name for least, name in WIDTHS if width >= least][-1])


def is_there(screen: Screen[Any]) -> bool:
    """Whether all that a screen holds is still there: one that is taken down loses its parts before it ends itself."""
    return screen.is_attached and screen.is_running and screen.display


def watched(screen: Screen[Any], room: Room, do: Callable[[], object]) -> Callable[[], None]:
    """Calls `do` after each change in the room, in the screen's own turn: one that is closing takes no more calls."""

    def later() -> None:
        if is_there(screen):
            do()

    def changed(_: object) -> None:
        screen.call_later(later)

    return room.watch(changed)


def names(words: Sequence[str], *, joint: str = "and") -> str:
    """Names in a sentence: "Sam, Ash and Bea"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {joint} {words[-1]}"
