"""Fields: lines and words that move on with Enter, choices, and days in words."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.events import Blur, Key, MouseDown, Paste
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.suggester import SuggestFromList
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, TextArea
from textual.widgets.text_area import Edit, EditResult

from supervision import text, when
from supervision.errors import BadInput
from supervision.tui.widgets.own_keys import OwnKeys
from supervision.tui.widgets.press import Plain


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


def joined(base: str, theirs: str, mine: str, cursor: int, between: str = "\n") -> tuple[str, int]:
    """What two people made of one text at one time, as one text, and where the cursor in `mine` is now.

    Where nothing stood before, `between` keeps what both began apart.
    """
    from supervision.document import brought

    untouched, at_end = mine.strip() == base, cursor == len(mine)
    if mine.strip() == theirs:
        return mine, cursor
    if not base and theirs and mine.strip():
        return f"{theirs}{between}{mine}", len(theirs) + len(between) + cursor
    for splice in brought(base, theirs, mine):
        end = splice.index + splice.deleted
        mine = mine[: splice.index] + splice.inserted + mine[end:]
        if splice.index < cursor:
            cursor += len(splice.inserted) - min(splice.deleted, cursor - splice.index)
    if untouched:
        return theirs, len(theirs) if at_end else min(cursor, len(theirs))
    return mine, cursor


class Line(OwnKeys, Input):
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
        self.given = self.words
        """What the record says here, as far as it has come to this field."""

    def follow(self, words: str) -> None:
        """The record says this now. What was not touched here goes along, what was is made one with it."""
        if words == self.given:
            return
        value, cursor = joined(self.given, words, self.value, self.cursor_position, between=" ")
        self.given = words
        if value != self.value:
            self.value, self.cursor_position = value, cursor

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


class Words(OwnKeys, TextArea):
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
        self.given = self.words
        """What the record says here, as far as it has come to this field."""

    def follow(self, words: str) -> None:
        """The record says this now. What was not touched here goes along, what was is made one with it."""
        if words == self.given:
            return
        mine, cursor = joined(self.given, words, self.text, len(self.get_text_range((0, 0), self.cursor_location)))
        self.given = words
        if mine != self.text:
            self.load_text(mine)
            before = mine[:cursor]
            self.move_cursor((before.count("\n"), cursor - (before.rfind("\n") + 1)))

    def arrived(self, words: str) -> None:
        """What stands here is in the record, which has it like this."""
        self.given = words
        if not self.has_focus:
            self.put(words)

    @property
    def words(self) -> str:
        return self.text.strip()

    def edit(self, edit: Edit) -> EditResult:
        edit.text = text.clean(edit.text)
        result = super().edit(edit)
        # An option that comes into view while one types may still be wrapped for a width it no longer has, and would
        # cut the line off at its edge. There are a few lines here, so they are all wrapped again.
        self._rewrap_and_refresh_virtual_size()
        return result

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
        for form in self.screen.query("Form").results(VerticalScroll):
            form.scroll_page_up()

    def action_cursor_page_down(self) -> None:
        for form in self.screen.query("Form").results(VerticalScroll):
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
    """One of a few, each with a name and perhaps a line about it: arrows, the first letter, or a click.

    With `passing`, up and down go past what was chosen before, so that nobody changes it on the way through a form.
    """

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
        passing: bool = False,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._passing = passing
        self._choosing = False
        self.names = dict(names)
        self.about = dict(about or {})
        self.upright = upright
        self._places: list[tuple[int, int, int, str]] = []  # row, first and last column, key
        self.set_reactive(Choice.value, next(iter(self.names)) if value is None else value)
        self.given = self.value
        """What the record says here, as far as it has come to this field."""

    def follow(self, value: str) -> None:
        """The record says this now; what was chosen here meanwhile stays."""
        if self.value == self.given:
            self.value = value
        self.given = value

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
        if not keys:
            return
        at = keys.index(self.value) if self.value in keys else (-1 if by > 0 else len(keys))
        self._choosing = True
        self.value = keys[(at + by) % len(keys)]

    def action_onward(self) -> None:
        self.post_message(Onward(self))

    def on_key(self, event: Key) -> None:
        if self.upright and event.key in {"up", "down"}:
            if self._passing and self.value and not self._choosing:
                return
            self._choosing = True
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
                self._choosing = True
                after = fitting.index(self.value) + 1 if self.value in fitting else 0
                self.value = fitting[after % len(fitting)]
                event.stop()

    def on_mouse_down(self, event: MouseDown) -> None:
        # Not with the button's way up: what was left may have grown by then, and another name would stand there.
        at = event.get_content_offset_capture(self)
        self._rows(max(1, self.content_size.width))  # how they stand, and not as they were last measured for a layout
        for row, start, end, key in self._places:
            if at.y == row and start <= at.x < end:
                self.value = key

    def on_blur(self, _: Blur) -> None:
        self._choosing = False
        self.post_message(Left(self))


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
        yield Line(_shown(self._given), placeholder=self._placeholder, id=f"{self.id}-words" if self.id else None)
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
        self.line.value = _shown(day)

    @property
    def given(self) -> date | None:
        """What the record says here, as far as it has come to this field."""
        return self._given

    def follow(self, day: date | None) -> None:
        """The record says this day now; what was typed here meanwhile stays."""
        if day == self._given:
            return
        if self.words == self.line.given:
            self.put(day)
        self._given, self.line.given = day, _shown(day)

    def arrived(self, day: date | None) -> None:
        """What stands here is in the record, which takes it for this day."""
        self._given, self.line.given = day, self.words

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


def _shown(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else ""
