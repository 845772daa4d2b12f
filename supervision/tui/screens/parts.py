"""What dialogs are made of: fields that move on with Enter, choices, dates in words, and the sheet they stand on."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, TypeVar
from weakref import WeakKeyDictionary

from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Blur, Click, Key, Paste, Resize
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.screen import ModalScreen, Screen
from textual.suggester import SuggestFromList
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea
from textual.widgets.text_area import Edit, EditResult

from supervision import text, when
from supervision.errors import BadInput, SupervisionError
from supervision.room import Room

Result = TypeVar("Result")

WIDTHS: list[tuple[int, str]] = [(0, "-narrow"), (72, "-medium"), (100, "-wide")]
"""Classes that every screen here bears by its width in cells."""


class Onward(Message):
    """Enter was pressed in a field: on to the next one."""

    def __init__(self, sender: Widget) -> None:
        super().__init__()
        self.sender = sender

    @property
    def control(self) -> Widget:
        return self.sender


class Left(Message):
    """A field was left, by key or by mouse."""

    def __init__(self, sender: Widget) -> None:
        super().__init__()
        self.sender = sender

    @property
    def control(self) -> Widget:
        return self.sender


class Plain(Static):
    """Words that are shown as they are, brackets and all."""

    def __init__(self, words: str | Content = "", *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(words, markup=False, id=id, classes=classes)


class Line(Input):
    """One line of text; Enter moves on."""

    DEFAULT_CSS = """
    Line {
        width: 1fr; height: 1; border: none; padding: 0 1 0 0; background: $background;
        border-left: wide $background;
        &:focus { border: none; border-left: wide $accent; background-tint: transparent; }
    }
    """

    def __init__(
        self, value: str = "", *, placeholder: str = "", suggestions: Iterable[str] = (), id: str | None = None
    ) -> None:
        suggester = SuggestFromList(list(suggestions), case_sensitive=False)
        super().__init__(value, placeholder=placeholder, suggester=suggester, id=id, select_on_focus=False)
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        return text.clean(value, lines=False)

    @property
    def words(self) -> str:
        return self.value.strip()

    async def action_submit(self) -> None:
        self.post_message(Onward(self))

    def _on_paste(self, event: Paste) -> None:
        # All lines of what was pasted, as one: the stock widget keeps the first and loses the rest.
        event.stop()
        event.prevent_default()
        start, end = sorted(self.selection)
        self.replace(text.one_line(event.text), start, end)

    def on_blur(self, _: Blur) -> None:
        self.post_message(Left(self))


class Words(TextArea):
    """A few lines of text that grow as they are written; Enter moves on, a pasted line break stays."""

    DEFAULT_CSS = """
    Words {
        width: 1fr; height: auto; min-height: 1; max-height: 10; border: none; padding: 0 1 0 0;
        background: $background; border-left: wide $background; color: $foreground;
        scrollbar-size-vertical: 1;
        &:focus { border: none; border-left: wide $accent; background-tint: transparent; }
        & .text-area--placeholder { color: $text-muted; }
        & .text-area--cursor-line { background: transparent; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("alt+enter", "new_line", "New line", show=False)]

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(
            text.clean(value),
            id=id,
            highlight_cursor_line=False,
            placeholder=Content(placeholder),
            tab_behavior="focus",
        )
        self.cursor_blink = False

    @property
    def words(self) -> str:
        return self.text.strip()

    def edit(self, edit: Edit) -> EditResult:
        edit.text = text.clean(edit.text)
        return super().edit(edit)

    def load_text(self, text_: str) -> None:
        super().load_text(text.clean(text_))

    def put(self, words: str) -> None:
        """Shows other words, unless they are there already."""
        if self.text != words:
            self.load_text(words)

    def action_new_line(self) -> None:
        self.insert("\n")

    async def _on_key(self, event: Key) -> None:
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.post_message(Onward(self))

    def action_cursor_page_up(self) -> None:
        for form in self.screen.query(Form):
            form.scroll_page_up()

    def action_cursor_page_down(self) -> None:
        for form in self.screen.query(Form):
            form.scroll_page_down()

    def action_cursor_up(self, select: bool = False) -> None:
        if not select and self.cursor_at_first_line:
            self.screen.focus_previous()
        else:
            super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:
        if not select and self.cursor_at_last_line:
            self.screen.focus_next()
        else:
            super().action_cursor_down(select)

    def on_blur(self, _: Blur) -> None:
        self.post_message(Left(self))


class Choice(Widget, can_focus=True):
    """One of a few, each with a name and perhaps a line about it: arrows, the first letter, or a click."""

    DEFAULT_CSS = """
    Choice {
        width: 1fr; height: auto; padding: 0 1 0 0; border-left: wide transparent;
        &:focus { border-left: wide $accent; background: $background; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "Previous", show=False),
        Binding("right,space", "step(1)", "Next", show=False),
        Binding("enter", "onward", "On", show=False),
    ]
    value: reactive[str] = reactive("", layout=True)

    class Changed(Message):
        """Another one was chosen."""

        def __init__(self, choice: "Choice", value: str) -> None:
            super().__init__()
            self.choice = choice
            self.value = value

        @property
        def control(self) -> "Choice":
            return self.choice

    def __init__(
        self,
        names: Mapping[str, str],
        *,
        about: Mapping[str, str] | None = None,
        value: str | None = None,
        upright: bool = False,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.names = dict(names)
        self.about = dict(about or {})
        self.upright = upright
        self._places: list[tuple[int, int, int, str]] = []  # row, first and last column, key
        self.set_reactive(Choice.value, next(iter(self.names)) if value is None else value)

    @property
    def words(self) -> str:
        return self.value

    def offer(self, names: Mapping[str, str], value: str) -> None:
        """Other choices."""
        self.names = dict(names)
        self.set_reactive(Choice.value, value)
        self.refresh(layout=True)

    def watch_value(self, old: str, new: str) -> None:
        if old != new:
            self.post_message(self.Changed(self, new))

    def _rows(self, width: int) -> list[Content]:
        self._places = []
        rows: list[Content] = []
        longest = max((len(name) for name in self.names.values()), default=0)
        line, used = Content(""), 0
        for key, name in self.names.items():
            chosen = key == self.value
            mark = "(x) " if chosen else "( ) "
            part = Content.assemble(
                (mark, "$accent bold" if chosen else "$text-muted"), (name, "bold" if chosen else "")
            )
            if self.upright:
                self._places.append((len(rows), 0, width, key))
                about = self.about.get(key, "")
                if not about:
                    rows.append(part)
                    continue
                part = part.pad_right(longest - len(name) + 2)
                room = max(12, width - part.cell_length)
                for i, piece in enumerate(Content.styled(about, "$text-muted").wrap(room)):
                    if i:
                        self._places.append((len(rows), 0, width, key))
                    rows.append((part if i == 0 else Content(" " * part.cell_length)) + piece.rstrip())
                continue
            if used and used + 2 + part.cell_length > width:
                rows.append(line)
                line, used = Content(""), 0
            if used:
                line, used = line + "  ", used + 2
            self._places.append((len(rows), used, used + part.cell_length, key))
            line, used = line + part, used + part.cell_length
        if not self.upright:
            rows.append(line)
            if about := self.about.get(self.value, ""):
                rows += [piece.rstrip() for piece in Content.styled(about, "$text-muted").wrap(max(12, width))]
        return rows

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return container.width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, len(self._rows(width)))

    def render(self) -> Content:
        return Content("\n").join(self._rows(max(1, self.content_size.width)))

    def action_step(self, by: int) -> None:
        keys = list(self.names)
        at = keys.index(self.value) if self.value in keys else (-1 if by > 0 else len(keys))
        self.value = keys[(at + by) % len(keys)]

    def action_onward(self) -> None:
        self.post_message(Onward(self))

    def on_key(self, event: Key) -> None:
        if self.upright and event.key in {"up", "down"}:
            keys = list(self.names)
            at = keys.index(self.value) if self.value in keys else -1
            to = at + (1 if event.key == "down" else -1)
            if 0 <= to < len(keys):
                self.value = keys[to]
                event.stop()
        elif event.character and event.character.isalnum():
            fitting = [
                key for key, name in self.names.items() if name.casefold().startswith(event.character.casefold())
            ]
            if fitting:
                after = fitting.index(self.value) + 1 if self.value in fitting else 0
                self.value = fitting[after % len(fitting)]
                event.stop()

    def on_click(self, event: Click) -> None:
        at = event.get_content_offset(self)
        if at is None:
            return
        for row, start, end, key in self._places:
            if at.y == row and start <= at.x < end:
                self.value = key

    def on_blur(self, _: Blur) -> None:
        self.post_message(Left(self))


class Press(Widget, can_focus=True):
    """Something to do: Enter, space or a click."""

    DEFAULT_CSS = """
    Press {
        width: auto; height: 1; padding: 0 2; margin: 0 1 0 0; background: $background; color: $foreground;
        &:hover { text-style: underline; }
        &.-first { text-style: bold; color: $accent; }
        &:focus { background: $accent; color: $background; text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "press", "Do", show=False),
        Binding("left", "app.focus_previous", "Previous", show=False),
        Binding("right", "app.focus_next", "Next", show=False),
    ]

    class Pressed(Message):
        """It was pressed."""

        def __init__(self, press: "Press") -> None:
            super().__init__()
            self.press = press

        @property
        def control(self) -> "Press":
            return self.press

    def __init__(self, label: str, *, id: str | None = None, first: bool = False) -> None:
        super().__init__(id=id, classes="-first" if first else None)
        self.label = label

    def say(self, label: str) -> None:
        """Another label."""
        self.label = label
        self.refresh(layout=True)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return Content(self.label).cell_length

    def render(self) -> Content:
        return Content(self.label)

    def action_press(self) -> None:
        self.post_message(self.Pressed(self))

    def on_click(self) -> None:
        self.action_press()


class WhenLine(Vertical):
    """A day in words, with the day that is understood echoed below. `day()` gives it, or says why not."""

    DEFAULT_CSS = """
    WhenLine { height: auto; width: 1fr; }
    WhenLine > .echo { height: auto; color: $text-muted; padding-left: 1; }
    """

    class Understood(Message):
        """What is typed means this day, or nothing yet."""

        def __init__(self, sender: "WhenLine", day: date | None) -> None:
            super().__init__()
            self.sender = sender
            self.day = day

        @property
        def control(self) -> "WhenLine":
            return self.sender

    def __init__(
        self,
        today: date,
        *,
        value: date | None = None,
        placeholder: str = "in 2 weeks, Friday, 3 December",
        next_session: date | None = None,
        past_is_fine: bool = False,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.today = today
        self.next_session = next_session
        self.past_is_fine = past_is_fine
        self._given = value
        self._kept_past = ""
        self._placeholder = placeholder
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        shown = f"{self._given.day} {self._given:%B %Y}" if self._given else ""
        yield Line(shown, placeholder=self._placeholder, id=f"{self.id}-words" if self.id else None)
        yield Plain(classes="echo")

    def on_mount(self) -> None:
        self.echo()

    @property
    def line(self) -> Line:
        return self.query_one(Line)

    @property
    def words(self) -> str:
        return self.line.words

    def put(self, day: date | None) -> None:
        """Shows another day."""
        self.line.value = f"{day.day} {day:%B %Y}" if day else ""

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(0.15, self.echo)

    def echo(self) -> None:
        """Says below what the words mean."""
        words, shown, day = self.words, "", None
        if words:
            try:
                day = when.parse(words, self.today, next_session=self.next_session)
                shown = when.said(day, self.today)
            except BadInput as error:
                shown = "" if self.line.has_focus and len(words) < 4 else str(error)
        echo = self.query_one(".echo", Plain)
        echo.update(Content(shown))
        echo.display = bool(shown)
        if self.line.has_focus:
            self.call_after_refresh(self.scroll_visible, animate=False)
        self.post_message(self.Understood(self, day))

    def day(self) -> date | None:
        """The day that is meant; None for no words. BadInput for what is no day, and once for a day in the past."""
        words = self.words
        if not words:
            return None
        day = when.parse(words, self.today, next_session=self.next_session)
        past = day < self.today and not self.past_is_fine and day != self._given
        if past and self._kept_past != words:
            self._kept_past = words
            raise BadInput(f"{when.said(day, self.today)} is in the past. Enter again to keep it.")
        return day


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


class Form(VerticalScroll, can_focus=False):
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
    """Something long to read; it scrolls with the keys when it has the focus."""

    DEFAULT_CSS = """
    Page { height: auto; scrollbar-size-vertical: 1; border-left: wide transparent; padding: 0 1 0 1; }
    Page:focus { border-left: wide $accent; }
    Page.whole { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "screen.focus_next_field", "On", show=False)]


class Foot(Horizontal):
    """The buttons."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    Foot { height: auto; margin-top: 1; }
    .-narrow Foot { layout: grid; grid-size: 2; grid-rows: 1; grid-gutter: 0 1; }
    .-narrow Foot > Press { width: 100%; text-align: center; margin: 0; }
    """


Typed = dict[str, str]
_DRAFTS: WeakKeyDictionary[App[object], dict[str, Typed]] = WeakKeyDictionary()


class Dialog(ModalScreen[Result]):
    """A sheet over the screen: fields, one sentence when something is refused, and what can be done.

    Escape closes it and keeps what was typed for the next time it is opened (`draft`). `accept` does what the first
    button says; what it refuses is said on the sheet and closes nothing.
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
    Dialog .fault { color: $error; height: auto; margin-top: 1; text-style: bold; }
    """
    HORIZONTAL_BREAKPOINTS = WIDTHS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", show=False),
        Binding("ctrl+s", "accept", "Save", show=False),
        Binding("up", "app.focus_previous", "Previous field", show=False),
        Binding("down", "app.focus_next", "Next field", show=False),
    ]
    heading = ""
    accept_label = "Save"
    leave_label = "Back"
    draft = ""
    """Under this name what was typed is kept when one leaves; empty keeps nothing."""
    around_page = 0
    """Rows that the form needs beside a page to read; on a low screen one scrolls to them."""

    def compose(self) -> ComposeResult:
        size_up(self)
        with Vertical(classes="sheet"):
            yield Plain(self.heading, classes="heading")
            with Form():
                yield Plain("What you had begun is here again.", id="begun", classes="quiet gap")
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
        """Does it, and dismisses. Raises what is to be said on the sheet."""
        raise NotImplementedError

    def leaving(self) -> Result | None:
        """What the screen below is given when somebody goes back."""
        return None

    # -- its life ---------------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        self.query_one(".fault").display = False
        self._fit()
        self._first = self.typed()
        kept = self._drafts().get(self.draft, {}) if self.draft else {}
        self.query_one("#begun").display = bool(kept)
        if kept:
            self.restore(kept)
        self.start()

    def start(self) -> None:
        """Called once everything is there."""

    def on_resize(self, _: Resize) -> None:
        self._fit()

    def _fit(self) -> None:
        """Leaves the buttons on the screen, whatever stands in the form."""
        width, height = self.app.size
        narrow = width < WIDTHS[1][0]
        rows = -(-len(self.query("Foot > Press")) // 2) if narrow else 1
        space = max(3, height - rows - (5 if narrow else 8))
        self.query_one(Form).styles.max_height = space
        for page in self.query(Page):
            page.styles.max_height = max(4, space - (self.around_page if height >= 24 else 1))

    def _drafts(self) -> dict[str, Typed]:
        return _DRAFTS.setdefault(self.app, {})

    def typed(self) -> Typed:
        """What stands in the fields that have an id."""
        fields: list[Line | Words | Choice] = [*self.query(Line), *self.query(Words), *self.query(Choice)]
        return {field.id: field.words for field in fields if field.id}

    def restore(self, kept: Typed) -> None:
        """Puts typed words back into their fields."""
        for id, words in kept.items():
            for field in self.query(f"#{id}"):
                if isinstance(field, Words):
                    field.put(words)
                elif isinstance(field, Line | Choice):
                    field.value = words

    def forget(self) -> None:
        """Forgets the draft: its words have gone where they belong."""
        self._drafts().pop(self.draft, None)

    # -- moving -----------------------------------------------------------------------------------------------

    def on_onward(self, event: Onward) -> None:
        event.stop()
        self.onward(event.sender)

    def action_focus_next_field(self) -> None:
        self.focus_next()

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

    def action_accept(self) -> None:
        self.trying(self.accept)

    def action_leave(self) -> None:
        typed = self.typed()
        if self.draft:
            if typed != self._first:
                self._drafts()[self.draft] = typed
            else:
                self.forget()
        self.dismiss(self.leaving())

    def done(self, result: Result) -> None:
        """Closes with a result; the words have arrived."""
        self.forget()
        self.dismiss(result)


class KeyHint(Plain):
    """A key and what it does; a click does it too."""

    DEFAULT_CSS = """
    KeyHint { width: auto; margin-right: 3; color: $text-muted; }
    KeyHint:hover { text-style: underline; }
    """

    def __init__(self, key: str, does: str, action: str) -> None:
        super().__init__(Content.assemble((key, "bold $foreground"), f" {does}"))
        self._action = action

    def on_click(self) -> None:
        self.call_later(self.screen.run_action, self._action)


class Full(Screen[Result]):
    """A whole screen of its own, with a heading and a line of keys; Escape goes back."""

    DEFAULT_CSS = """
    Full { background: $background; padding: 1 2 0 2; }
    Full > .top { height: auto; margin-bottom: 1; }
    Full > .top > .heading { text-style: bold; width: 1fr; height: auto; }
    Full > .top > .state { color: $text-muted; width: auto; max-width: 60%; }
    Full > .keys { dock: bottom; height: 2; padding: 1 0 0 0; background: $background; }
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
    Full.-narrow > .keys { padding: 0; height: 1; }
    Full.-narrow KeyHint { margin-right: 2; }
    """
    HORIZONTAL_BREAKPOINTS = WIDTHS
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Back", show=False)]

    def top(self, heading: str, state: str = "") -> Widget:
        """The line at the top; made first."""
        size_up(self)
        return Horizontal(Plain(heading, classes="heading"), Plain(state, classes="state", id="state"), classes="top")

    def keys(self, *ways: tuple[str, str, str]) -> Widget:
        """The line at the bottom: keys, what they do, and the action a click on it runs."""
        return Horizontal(*(KeyHint(*way) for way in ways), classes="keys")

    def action_leave(self) -> None:
        self.dismiss(None)


def size_up(screen: Screen[Any]) -> None:
    """Gives a screen the class for its width before it holds anything: later, everything would be styled twice."""
    width = screen.app.size.width
    screen.add_class([name for least, name in WIDTHS if width >= least][-1])


def watched(screen: Screen[Any], room: Room, do: Callable[[], object]) -> Callable[[], None]:
    """Calls `do` after each change in the room, in the screen's own turn: one that is closing takes no more calls."""

    def later() -> None:
        if screen.is_attached and screen.is_running:
            do()

    def changed(_: object) -> None:
        screen.call_later(later)

    return room.watch(changed)


def names(words: Sequence[str], *, joint: str = "and") -> str:
    """Names in a sentence: "Sam, Ash and Bea"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {joint} {words[-1]}"
