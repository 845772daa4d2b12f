"""The notes of one stage on one matter, as both write them: a text area that mirrors the room's text, both ways."""

from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from time import monotonic
from typing import Self

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.cache import LRUCache
from textual.color import Color
from textual.content import Content
from textual.events import Key
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.scrollbar import ScrollBar
from textual.strip import Strip
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult, Location, Selection

from supervision.document import Splice, Touched
from supervision.errors import SupervisionError
from supervision.model.apply import LOCKED
from supervision.model.values import Who
from supervision.room import Room
from supervision.tui.terminal import OWN_KEYS
from supervision.tui.widgets.bar import FrugalBar
from supervision.tui.widgets.names import colour_of, initials, short_names
from supervision.tui.widgets.own_keys import OwnKeys

NAME_WIDTH = 10
"""The most cells that a name takes beside the notes."""
ROOM_FOR_NAMES = 44
"""Below this width, initials stand beside the notes instead of names that are not short."""
SHORT = 6
TAG_WIDTH = 8
"""Cells that "option" and "reason" take beside the notes, where some line is marked."""


AHEAD = 4
"""Rows that are free below where one writes on, once the pane is full: each time it scrolls, all its rows are sent."""
EMPTY = Content("Key words are enough.")
FOR_BOTH = Content("Both of you can read what is typed here.")
ON_PAPER = Content("Both of you read this; paper is yours alone.")
"""What stands where nothing is written yet; the others where the question asks for words for one's own eyes, the last
of them for whoever can keep none here."""
NOTHING = Content("No notes were written here.")
"""What stands there in a signed record."""
KEPT = 150
"""Rows that are kept as they were painted: a high window twice, or a few hundred kilobytes."""


@dataclass(slots=True)
class _Look:
    """What all rows have in common: the pane's style, how people are called, who writes where, a row below all words.

    `ground` is what makes a row look other than before although its words are the same.
    """

    style: Style
    names: dict[Who, str]
    carets: dict[int, list[tuple[int, Who]]]
    ground: tuple[object, ...]
    below: Strip | None = None


class NotesPane(OwnKeys, TextArea):
    """Where people write. The room's document is the text; this shows it, and types into it by way of the room.

    Words typed here and words from elsewhere come back the same way, as splices, before the call that made them
    returns. `stage` and `matter` say which notes are shown; `show` turns to others.
    """

    own_keys = OWN_KEYS | {"enter", "tab", "up", "down", "pageup", "pagedown"}

    class Refused(Message):
        """What was typed cannot be taken; nothing changed."""

        def __init__(self, sentence: str) -> None:
            super().__init__()
            self.sentence = sentence

    def __init__(self, room: Room, *, id: str | None = None) -> None:
        self.room = room
        # Before Textual's own beginning, which asks for a repaint.
        self.stage = room.session.stage
        self.matter = room.session.matter
        self._carets: dict[tuple[str, int], int] = {}
        self._run_starts: list[int] = [0]
        self._authors: list[Who] = [""]
        self._line_starts: list[int] = [0]
        self._touched_at = 0
        self._marks: dict[str, str] = {}
        self._painted: dict[int, Strip] = {}
        """Rows as they were last asked for: perhaps only in passing, while others were drawn around them."""
        self._sent: dict[int, Strip] = {}
        """Rows as they were when they were last sent to be drawn."""
        self._look: _Look | None = None
        self._kept: LRUCache[tuple[object, ...], Strip] = LRUCache(KEPT)
        self._styled_for: tuple[object, ...] | None = None
        self._looking_for_changes = False
        self._just_came = True
        self._typed_at = -1e9
        super().__init__(
            room.text(self.stage, self.matter),
            id=id,
            compact=True,
            highlight_cursor_line=False,
            tab_behavior="focus",
            placeholder=EMPTY,
        )
        self.cursor_blink = False
        self.match_cursor_bracket = False

    def on_mount(self) -> None:
        self._stop_watching = self.room.watch(self._mirror)
        self.show(self.stage, self.matter)

    def on_unmount(self) -> None:
        self._stop_watching()

    def typed_within(self, seconds: float) -> bool:
        """Whether a key came here in the last seconds."""
        return monotonic() - self._typed_at < seconds

    def on_text_area_selection_changed(self) -> None:
        """The others see where one is; of typing they know by itself."""
        if self.room.present:
            self.room.show_place(self.stage, self.matter, self._index(self.cursor_location))

    # -- which notes ------------------------------------------------------------------------------------------

    def show(self, stage: str, matter: int) -> None:
        """Turns to the notes of another stage or matter, with the caret where one left it, at first at the end."""
        if self.is_mounted:
            self._carets[self.stage, self.matter] = self._index(self.cursor_location)
        self.stage, self.matter = stage, matter
        self.read_only = self.room.session.state == "signed"
        self._read_marks()
        there = self.room.session.pack.stage(stage)
        self.invite(FOR_BOTH if there is not None and there.private else EMPTY)
        super().load_text(self.room.text(stage, matter))
        self._just_came = True
        self._read_authors()
        if self.room.present:
            self.room.show_place(stage, matter)
        caret = self._carets.get((stage, matter), len(self.text))
        self.move_cursor(self._location(min(caret, len(self.text))))

    def invite(self, words: Content) -> None:
        """What stands where nothing is written, as long as something can be."""
        self.placeholder = NOTHING if self.read_only else words

    def begin_anew(self) -> None:
        """What is typed next at the end is a note of its own: another question is asked."""
        self._just_came = True

    def go_to_line(self, words: str) -> None:
        """Puts the caret at the beginning of the line that reads so, if there is one."""
        if words in (lines := self.text.split("\n")):
            self.move_cursor((lines.index(words), 0), center=True)

    # -- what is typed here -----------------------------------------------------------------------------------

    def edit(self, edit: Edit) -> EditResult:
        """Types into the room; what it refuses is said and changes nothing."""
        gone = self.document.get_text_range(edit.top, edit.bottom)
        start, end = self._index(edit.top), self._index(edit.bottom)
        words = f"\n{edit.text}" if self._begins_a_note(start, edit.text) else edit.text
        self._touched_at = start
        try:
            self.room.write(self.stage, self.matter, start, end, words)
        except SupervisionError as error:
            self.post_message(self.Refused(error.sentence))
            return EditResult(self.selection.end, "")
        self._just_came = False
        after = self._location(self._touched_at)
        if not edit.maintain_selection_offset:
            self._make_room(after)
            self.selection = Selection.cursor(after)
        self.record_cursor_width()
        return EditResult(after, gone)

    def _make_room(self, caret: Location) -> None:
        """Writing on over the last row scrolls by a few rows at once, and the lines after that by none."""
        row, height = self.wrapped_document.location_to_offset(caret).y, self.scrollable_content_region.height
        if row >= round(self.scroll_y) + height:
            self.scroll_to(y=row - height + 1 + self._ahead, animate=False, force=True)

    @property
    def _ahead(self) -> int:
        """Rows to be left free below what is written; fewer where there are few."""
        return min(AHEAD, self.container_size.height // 4)

    def _begins_a_note(self, index: int, words: str) -> bool:
        """Whether words typed here are a new note, on a line of its own: behind the last line, when one has just come
        to these notes or the line is somebody else's."""
        at_the_end = index == len(self.text) and not self.text.endswith("\n")
        if not (at_the_end and self.text and words) or words.startswith("\n"):
            return False
        return self._just_came or self._authors[-1] != self.room.writer

    def load_text(self, text: str) -> None:
        """Puts `text` in place of everything here, as if it had been typed."""
        self.edit(Edit(text, (0, 0), self.document.end, False))

    def undo(self) -> None:
        """Takes back one's own words, nobody else's."""
        self._turn(back=True)

    def redo(self) -> None:
        """Does again what `undo` took back."""
        self._turn(back=False)

    def _turn(self, *, back: bool) -> None:
        way = self.room.undo_notes if back else self.room.redo_notes
        try:
            done = way(self.stage, self.matter)
        except SupervisionError as error:
            self.post_message(self.Refused(error.sentence))
            return
        if done:
            self.selection = Selection.cursor(self._location(self._touched_at))
        else:
            what = "take back" if back else "do again"
            self.post_message(self.Refused(f"There is nothing of yours to {what} in these notes."))

    async def _on_key(self, event: Key) -> None:
        """Before what Textual's own handler does with a key, which it is asked for after this one."""
        self._typed_at = monotonic()
        if event.key == "tab" and not self.read_only:  # in a text it is a key of the text's
            event.stop()
            event.prevent_default()
            self.replace("\t", *self.selection, maintain_selection_offset=False)
            return
        if self.read_only and (event.is_printable or event.key in ("enter", "backspace", "delete")):
            self.post_message(self.Refused(LOCKED))
            event.stop()

    # -- what comes from the document -------------------------------------------------------------------------

    def _mirror(self, touched: Touched | None) -> None:
        if touched is None:  # the writer changed, and with it the name at an empty line
            self.refresh()
            return
        splices = touched.splices.get((self.stage, self.matter))
        if splices is not None:
            self._apply(splices)
        if touched.rest and self.read_only != (self.room.session.state == "signed"):
            self.read_only = not self.read_only
            self.invite(EMPTY)
        if touched.rest:
            had = bool(self._marks)
            self._read_marks()
            if bool(self._marks) != had:  # there is less room for words, or more
                self._rewrap_and_refresh_virtual_size()
                self.scroll_cursor_visible()
                super().refresh()
            else:
                self.refresh()

    def _apply(self, splices: tuple[Splice, ...]) -> None:
        """Makes the same changes here; caret, selection and what one is reading stay where they are in the text."""
        places = [self._index(self.selection.start), self._index(self.selection.end), self._index(self._top())]
        for splice in splices:
            start, end = self._location(splice.index), self._location(splice.index + splice.deleted)
            result = self.document.replace_range(start, end, splice.inserted)
            self.wrapped_document.wrap_range(start, end, result.end_location)
            self._read_lines()
            places = [_moved(place, splice) for place in places]
            self._touched_at = splice.index + len(splice.inserted)
        self._read_authors()
        anchor, caret, top = (self._location(place) for place in places)
        # Not by way of the selection's watcher, which scrolls the reader to the caret.
        self.set_reactive(TextArea.selection, Selection(anchor, caret))
        self._recompute_cursor_offset()  # type: ignore[no-untyped-call]
        self._build_highlight_map()  # forgets the lines that are kept as painted
        self._refresh_size()
        row = self.wrapped_document.location_to_offset(top).y
        if self.is_mounted and row != round(self.scroll_y):
            self.scroll_to(y=row, animate=False, force=True)
        self.refresh()
        self.post_message(self.Changed(self))

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        if self._vertical_scrollbar is None:
            self._vertical_scrollbar = FrugalBar(name="vertical", thickness=self.scrollbar_size_vertical)
            self._vertical_scrollbar.display = False
            self.app._start_widget(self, self._vertical_scrollbar)
        return self._vertical_scrollbar

    def _refresh_size(self) -> None:
        """A line more or fewer moves the scrollbar, and lays nothing out anew: that would repaint every row."""
        height = self.wrapped_document.height
        has_bar = height > self.container_size.height
        if has_bar:
            height += self._ahead
        if not self.is_mounted or has_bar != self.show_vertical_scrollbar:
            self.virtual_size = Size(0, height)
            self._refresh_scrollbars()
        elif height != self.virtual_size.height:
            self.set_reactive(TextArea.virtual_size, Size(0, height))
            self._scroll_update(self.virtual_size)
            self.set_reactive(TextArea.scroll_y, min(self.scroll_y, self.max_scroll_y))

    def _top(self) -> Location:
        return self.wrapped_document.offset_to_location(Offset(0, round(self.scroll_y)))

    # -- places: a location is (row, column), an index counts code points from the start --------------------------

    def _read_lines(self) -> None:
        lengths = (len(line) + 1 for line in self.document.lines[:-1])
        self._line_starts = list(accumulate(lengths, initial=0))

    def _index(self, location: Location) -> int:
        row, column = self.clamp_visitable(location)
        return self._line_starts[row] + column if row < len(self._line_starts) else 0

    def _location(self, index: int) -> Location:
        row = bisect_right(self._line_starts, index) - 1
        return row, index - self._line_starts[row]

    # -- marks ------------------------------------------------------------------------------------------------

    def _read_marks(self) -> None:
        here = (self.stage, self.matter)
        marks = (mark for mark in self.room.session.marks if (mark.stage, mark.matter) == here)
        self._marks = {mark.text: mark.kind for mark in marks}

    @property
    def line_here(self) -> str:
        """The words of the line one is at; of the one before, where this one is blank and the last."""
        row = self.cursor_location[0]
        words = self.document.get_line(row).strip()
        if not words and row and row == self.document.line_count - 1:
            words = self.document.get_line(row - 1).strip()
        return words

    @property
    def marked_as(self) -> str:
        """What the line one is at is marked as: "option", "reason" or nothing."""
        return self._marks.get(self.line_here, "")

    # -- whose words ------------------------------------------------------------------------------------------

    def _read_authors(self) -> None:
        self._read_lines()
        runs = self.room.runs(self.stage, self.matter)
        self._run_starts = list(accumulate((len(run.text) for run in runs[:-1]), initial=0))
        self._authors = [run.by for run in runs] or [""]

    def stretches(self, row: int) -> list[tuple[int, int, Who]]:
        """The parts of a line by one person each, as columns from and to, with whose words they are."""
        start = self._line_starts[row]
        end = start + len(self.document.get_line(row))
        first = max(bisect_right(self._run_starts, start) - 1, 0)
        found = []
        for at in range(first, len(self._run_starts)):
            upto = self._run_starts[at + 1] if at + 1 < len(self._run_starts) else end
            if self._run_starts[at] >= end:
                break
            found.append((max(self._run_starts[at] - start, 0), min(upto, end) - start, self._authors[at]))
        return found

    def label(self, row: int) -> str:
        """What stands beside a line: whose words begin here, or whose words the next key will be."""
        names = self._names()
        stretches = self.stretches(row)
        if not stretches:
            waiting = row == self.cursor_location[0] and not self.read_only and row == self.document.line_count - 1
            return names.get(self.room.writer, "") if waiting and self._before(row) != self.room.writer else ""
        authors = list(dict.fromkeys(by for _, _, by in stretches))
        if len(authors) > 1:
            return "+".join(names.get(by, "?")[:3] for by in authors)
        return names.get(authors[0], self.room.session.called(authors[0])) if self._before(row) != authors[0] else ""

    def whose_line(self) -> str:
        """Whose words stand in the line one is at, as a sentence."""
        row = self.cursor_location[0]
        session, line = self.room.session, self.document.get_line(row)
        parts = [f"{session.called(by)}: {line[start:end].strip()}" for start, end, by in self.stretches(row)]
        return " / ".join(parts) if parts else "There are no words in this line."

    def _before(self, row: int) -> Who:
        """Whose words the line before ends with, across empty lines."""
        for earlier in range(row - 1, -1, -1):
            if stretches := self.stretches(earlier):
                return stretches[-1][2]
        return ""

    def _names(self) -> dict[Who, str]:
        if self._look is not None:
            return self._look.names
        session = self.room.session
        names = short_names(session)
        longest = max((cell_len(name) for name in names.values()), default=0)
        return names if self.size.width >= ROOM_FOR_NAMES or longest <= SHORT else initials(session)

    @property
    def gutter_width(self) -> int:
        names = self._names().values()
        tags = TAG_WIDTH if self._marks else 0
        return min(max((cell_len(name) for name in names), default=0), NAME_WIDTH) + 2 + tags

    def get_line(self, line_index: int) -> Text:
        """A line with each person's words in their colour; a second person's within it are underlined as well."""
        line = super().get_line(line_index)
        stretches = self.stretches(line_index)
        for start, end, by in stretches:
            line.stylize(self._ink(by, underline=by != stretches[0][2]), start, end)
        return line

    def _ink(self, by: Who, *, bold: bool = False, underline: bool = False) -> Style:
        variables = self.app.theme_variables
        colour = Color.parse(variables[colour_of(self.room.session, by)])
        if not bold:  # words stay calmer than the name beside them
            colour = colour.blend(Color.parse(variables["foreground"]), 0.5)
        return Style(color=colour.rich_color, bold=bold or None, underline=underline or None)

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Repaints the rows that differ from what is on the screen, where Textual would repaint them all."""
        if regions or layout or recompose or not repaint or not self._painted:
            return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        if not self._looking_for_changes:
            self._looking_for_changes = True
            self.call_later(self._repaint_changed_rows)  # after the keys that wait already
        return self

    def _repaint_changed_rows(self) -> None:
        self._looking_for_changes = False
        touched = []
        with self._in_one_look():
            for y in range(self.size.height):
                now = self._row(y)
                stretches = [
                    _changed(before, now)
                    for before in (self._painted.get(y), self._sent.get(y, self._painted.get(y)))
                    if before is not now and before != now
                ]
                if stretches:
                    start, end = min(start for start, _ in stretches), max(end for _, end in stretches)
                    touched.append(Region(start, y, end - start, 1))
                self._sent[y] = now
        if touched:
            super().refresh(*touched)

    @contextmanager
    def _in_one_look(self) -> Iterator[None]:
        """What is the same for every row is found once: finding it takes longer than the rows themselves."""
        style, theme, session = super().rich_style, self._theme, self.room.session
        self._look = _Look(
            style,
            self._names(),
            self._carets_by_row(),
            (
                style,
                theme and (theme.base_style, theme.cursor_style, theme.selection_style),
                self.app.theme,
                tuple(person.id for person in session.people),
                self.size,
                self.scrollable_content_region.size.width,
                self.gutter_width,
                bool(self._marks),
                self._draw_cursor,
            ),
        )
        try:
            yield
        finally:
            self._look = None

    @property
    def rich_style(self) -> Style:
        return super().rich_style if self._look is None else self._look.style

    def render_lines(self, crop: Region) -> list[Strip]:
        theme = self._theme
        styled_for = (theme and theme.name, super().rich_style, self.app.theme)
        with self._in_one_look():
            if styled_for != self._styled_for:  # Textual finds the styles of the caret anew at every key
                self._styled_for = styled_for
                return super().render_lines(crop)
            return super(TextArea, self).render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """A row as it is painted now."""
        row = self._painted[y] = self._row(y)
        return row

    def notify_style_update(self) -> None:
        self._kept.clear()
        self._styled_for = None
        super().notify_style_update()

    def _row(self, y: int) -> Strip:
        """A row with, on its left, the name of the person whose words begin there."""
        look = self._look
        if look is None:
            with self._in_one_look():
                return self._row(y)
        row, section = self._shown_at(y)
        if row is None and self.document.end != (0, 0):  # where nothing was written, it is said what to write
            if look.below is None:
                look.below = self._kept.get(look.ground)
            if look.below is None:
                look.below = self._kept[look.ground] = self._painted_row(y, None, "", "", "", [])
            return look.below
        name, by, kind = "", "", ""
        stretches: list[tuple[int, int, Who]] = []
        if row is not None:
            stretches = self.stretches(row)
            by = stretches[0][2] if stretches else self.room.writer
            name = self.label(row) if section == 0 else ""
            if not name and y == 0 and stretches:  # what one scrolled past still says whose words these are
                name = look.names.get(by, "")
            if self._marks and section == 0:
                kind = self._marks.get(self.document.get_line(row).strip(), "")
        carets = look.carets.get(y, [])
        if row is None or not self.text:
            return self._painted_row(y, row, name, by, kind, carets)
        # Textual keeps lines for as long as the caret stays where it is; most of them are the same after a key, too.
        start, end = sorted(self.selection)
        key = (
            self.document.get_line(row),
            section,
            tuple(self.wrapped_document.get_offsets(row)),
            tuple(stretches),
            self.selection.end[1] if self.selection.end[0] == row else None,
            (start, end, row) if start != end and start[0] <= row <= end[0] else None,
            name,
            by,
            kind,
            tuple((x, who, initials(self.room.session).get(who)) for x, who in carets),
            look.ground,
        )
        kept = self._kept.get(key)
        if kept is None:
            kept = self._kept[key] = self._painted_row(y, row, name, by, kind, carets)
        return kept

    def _painted_row(
        self, y: int, row: int | None, name: str, by: Who, kind: str, carets: list[tuple[int, Who]]
    ) -> Strip:
        words = self._render_line(y) if row is not None and self.text else super().render_line(y)
        width = self.gutter_width
        base = self.rich_style
        tags = TAG_WIDTH if self._marks else 0
        label = [Segment(set_cell_size(name, width - 2 - tags) + "  ", base + self._ink(by, bold=True))]
        if tags:
            quiet = Color.parse(self.app.theme_variables["text-muted"]).rich_color
            label.append(Segment(set_cell_size(kind, tags), base + Style(color=quiet)))
        # Textual's row of what to write ends where its words do: what stood further on would stay on the screen.
        painted = Strip.join([Strip(label, width), words.adjust_cell_length(max(self.size.width - width, 0), base)])
        for x, who in carets:
            painted = self._with_caret(painted, width + x, who)
        return _in_few_stretches(painted)

    def _carets_by_row(self) -> dict[int, list[tuple[int, Who]]]:
        """Where the others are writing, by the row of the pane."""
        found: dict[int, list[tuple[int, Who]]] = {}
        for presence in self.room.present:
            if not presence.is_here or (presence.stage, presence.matter) != (self.stage, self.matter):
                continue
            index = self.room.caret_of(presence)
            if index is not None and index <= len(self.text):
                place = self.wrapped_document.location_to_offset(self._location(index))
                found.setdefault(place.y - round(self.scroll_y), []).append((place.x, presence.person))
        return found

    def _with_caret(self, row: Strip, x: int, who: Who) -> Strip:
        """A row with somebody's caret in it: the cell turned round, and their initials where there is room."""
        letters = initials(self.room.session).get(who, "?")
        style = self.rich_style + self._ink(who, bold=True) + Style(reverse=True)
        under = row.crop(x, x + 1).text or " "
        if row.crop(x).text.strip():  # amid words: they stay readable, and the initials stand at the end of the row
            row = _over(row, x, under, style)
            end = max(len(row.text.rstrip()) + 1, x + 2)
            x = min(cell_len(row.text[:end]), row.cell_length - cell_len(letters))
            return row if row.crop(x).text.strip() else _over(row, x, letters, style)
        return _over(row, min(x, max(row.cell_length - cell_len(letters), 0)), letters, style)

    def _shown_at(self, y: int) -> tuple[int | None, int]:
        """The document's row and the wrapped section of it that stand at a row of the pane."""
        at = y + round(self.scroll_y)
        if at >= self.wrapped_document.height:
            return None, 0
        return self.wrapped_document._offset_to_line_info[at]


def _over(row: Strip, x: int, words: str, style: Style) -> Strip:
    """A row with these words over what stood at `x`."""
    end = x + cell_len(words)
    return Strip.join([row.crop(0, x), Strip([Segment(words, style)], end - x), row.crop(end)])


def _changed(before: Strip | None, now: Strip) -> tuple[int, int]:
    """From which cell on and up to which a row differs from what it was."""
    old, new = _cells(before) if before is not None else [], _cells(now)
    if len(old) != len(new):
        return 0, len(new)
    differ = [x for x, (one, other) in enumerate(zip(old, new, strict=True)) if one != other] or [0]
    start, end = differ[0], differ[-1] + 1
    while start and not (old[start][0] and new[start][0]):  # the second half of a wide letter begins nothing
        start -= 1
    while end < len(new) and not (old[end][0] and new[end][0]):
        end += 1
    return start, end


def _cells(row: Strip) -> list[tuple[str, Style | None]]:
    """A row cell by cell; the second half of a wide letter is empty, and a mark stands with the letter it is on."""
    cells: list[tuple[str, Style | None]] = []
    for text, style, _ in row:
        for letter in text:
            width = cell_len(letter)
            if width:
                cells += [(letter, style), *[("", style)] * (width - 1)]
            elif cells:
                cells[-1] = (cells[-1][0] + letter, cells[-1][1])
    return cells


def _in_few_stretches(row: Strip) -> Strip:
    """The same row, with blanks in the style of the words beside them: each change of style costs forty bytes."""
    parts: list[Segment] = []
    for part in row:
        if parts and not part.text.strip() and _same_ground(parts[-1].style, part.style):
            parts[-1] = Segment(parts[-1].text + part.text, parts[-1].style)
        elif parts and not parts[-1].text.strip() and _same_ground(part.style, parts[-1].style):
            parts[-1] = Segment(parts[-1].text + part.text, part.style)
        else:
            parts.append(part)
    return Strip(parts, row.cell_length)


def _same_ground(words: Style | None, blanks: Style | None) -> bool:
    """Whether blanks look the same in the style of words as they do in their own."""
    if words is None or blanks is None:
        return words is blanks
    drawn = any(style.underline or style.reverse or style.strike for style in (words, blanks))
    return not drawn and words.bgcolor == blanks.bgcolor and words.meta == blanks.meta


def _moved(place: int, splice: Splice) -> int:
    """Where a place, kept by the character on its left, is after a splice."""
    if place <= splice.index:
        return place
    if place <= splice.index + splice.deleted:
        return splice.index
    return place - splice.deleted + len(splice.inserted)
