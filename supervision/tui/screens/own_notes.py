"""One's own notes: a page for the person of this login alone, beside a session or before the next one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.timer import Timer
from textual.widgets import TextArea

from supervision.errors import Refused, SupervisionError
from supervision.model.pack import Pack, filled
from supervision.model.private import Private
from supervision.private import PrivateNotes
from supervision.room import Room
from supervision.tui.keys import key_of
from supervision.tui.screens.parts import Full, Plain
from supervision.tui.widgets.own_words import OwnWords

KEEP_WITHIN = 0.4
"""Seconds from a key until it is on the disk, also while somebody types without a pause."""


@dataclass(frozen=True, slots=True)
class Page:
    """What one page is about: a question of a stage, or a stage that asks nothing."""

    stage: str
    title: str
    prompt: str = ""
    text: str = ""
    asks: str = ""


def pages(pack: Pack, alias: str = "", practitioner: str = "") -> tuple[Page, ...]:
    """A page for every question of a pack, in its order."""
    found = []
    for stage in pack.stages:
        found += [
            Page(stage.id, stage.title, p.id, filled(p.text, alias, practitioner), filled(p.asks, alias, practitioner))
            for p in stage.prompts
        ] or [Page(stage.id, stage.title)]
    return tuple(found)


class OwnNotesScreen(Full[None]):
    """Pages of private notes, one a question. They are kept as they are typed.

    In a `room`, lines of them can be brought into its session, as their owner's words; and the screen closes at once
    when anybody else is writing there.
    """

    DEFAULT_CSS = """
    OwnNotesScreen > #question { text-style: bold; height: auto; max-height: 4; margin-bottom: 1; }
    OwnNotesScreen > #asks { color: $text-muted; height: auto; max-height: 3; margin-bottom: 1; }
    OwnNotesScreen > OwnWords {
        height: 1fr; padding: 0 1; background: $panel;
        & .text-area--placeholder { color: $text-muted; }
    }
    OwnNotesScreen > #shared { color: $text-muted; height: auto; }
    OwnNotesScreen > #readers { color: $text-muted; height: auto; margin-top: 1; padding-bottom: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n,f3", "turn(1)", "Next question", id="next-question", show=False, priority=True),
        Binding("ctrl+r,f2", "turn(-1)", "Question before", id="previous-question", show=False, priority=True),
        Binding("ctrl+k", "share_line", "Share this line", show=False, priority=True),
        Binding("ctrl+l,f5", "share_all", "Share all of it", show=False, priority=True),
        Binding("ctrl+s", "other_writes", "The other is writing", id="other-writes", show=False, priority=True),
    ]
    pane = "own notes"

    def __init__(
        self,
        notes: PrivateNotes,
        private: Private,
        about: Sequence[Page],
        at: int,
        *,
        matter: str = "",
        room: Room | None = None,
        other_writes: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        self._notes = notes
        self._private = private
        self._about = tuple(about)
        self._at = at
        self._matter = matter
        self._room = room
        self._other_writes = other_writes
        self._kept = ""
        self._timer: Timer | None = None
        self._stop_watching: Callable[[], None] = lambda: None

    def compose(self) -> ComposeResult:
        yield self.top("For your eyes only")
        yield Plain(id="question")
        yield Plain(id="asks")
        yield OwnWords(id="own-words")
        yield Plain(id="shared")
        yield Plain(id="said", classes="said")
        yield Plain(self._notes.who_could_read, id="readers")
        in_brief = self.app.size.width < 80
        ways = [
            (key_of(self.app, "next-question", in_brief=in_brief), "next", "turn(1)"),
            (key_of(self.app, "previous-question", in_brief=in_brief), "before", "turn(-1)"),
            ("Esc", "back", "leave"),
        ]
        if self._room is not None:
            control = "^" if in_brief else "Ctrl+"
            ways[2:2] = [(f"{control}K", "share line", "share_line"), (f"{control}L", "share all", "share_all")]
        yield self.keys(*ways)

    def on_mount(self) -> None:
        self._show()
        self.say("")
        self.query_one(OwnWords).focus()
        if self._room is not None:
            self._owner = self._room.writer
            self._stop_watching = self._room.watch(self._somebody_writes)

    def on_unmount(self) -> None:
        self._stop_watching()

    @property
    def page(self) -> Page:
        """The page one is at."""
        return self._about[self._at]

    @property
    def _where(self) -> tuple[str, str, str]:
        return self.page.stage, self.page.prompt, self._matter

    def _show(self) -> None:
        page = self.page
        self.query_one("#state", Plain).update(Content(page.title))
        self.query_one("#question", Plain).update(Content(page.text or page.title))
        asks = self.query_one("#asks", Plain)
        asks.update(Content(page.asks))
        asks.display = bool(page.asks) and self.app.size.height >= 20
        self._kept = self._private.text(*self._where)
        words = self.query_one(OwnWords)
        if words.text != self._kept:
            with self.prevent(TextArea.Changed):
                words.load_text(self._kept)
        words.move_cursor(words.document.end)
        self._show_shared()

    def _show_shared(self) -> None:
        note = self._private.note(*self._where)
        lines = note.shared if note else ()
        line = self.query_one("#shared", Plain)
        line.update(Content(f"Shared from here: {'; '.join(lines)}"))
        line.display = bool(lines)

    def say(self, sentence: str) -> None:
        """One sentence below what is written."""
        line = self.query_one("#said", Plain)
        line.update(Content(sentence))
        line.display = bool(sentence)

    # -- keeping it -------------------------------------------------------------------------------------------

    @on(TextArea.Changed)
    def _typed(self) -> None:
        if self._timer is None:
            self._timer = self.set_timer(KEEP_WITHIN, self.keep)

    def keep(self) -> bool:
        """Puts what stands here on the disk; says so, and is False, when that cannot be done."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        words = self.query_one(OwnWords).text
        if words == self._kept:
            return True
        stage, prompt, matter = self._where
        try:
            self._private = self._notes.write(
                self._private, stage, words, before=self._kept, prompt=prompt, matter=matter
            )
        except SupervisionError as error:
            self.say(f"{error} What you wrote is still here, on this screen.")
            return False
        self._kept = words if words.strip() else ""
        return True

    # -- moving -----------------------------------------------------------------------------------------------

    def action_turn(self, by: int) -> None:
        """To the page of another question; what is written on this one is kept first."""
        if 0 <= self._at + by < len(self._about) and self.keep():
            self._at += by
            self._show()
            self.say("")

    _leaves_anyway = False

    def action_leave(self) -> None:
        if self.keep() or self._leaves_anyway:
            self.dismiss(None)
        else:
            self._leaves_anyway = True

    def _somebody_writes(self, _: object) -> None:
        """Shut at once, within the same moment, when anybody but the owner is writing."""
        if self._room is not None and self._room.writer != self._owner and self.is_current:
            self.keep()
            self.query_one(OwnWords).display = False
            self.dismiss(None)

    def action_other_writes(self) -> None:
        if self._other_writes is not None and self.keep():
            self.query_one(OwnWords).display = False
            self.dismiss(None)
            self._other_writes()

    # -- into the session -------------------------------------------------------------------------------------

    def action_share_line(self) -> None:
        """Brings the line one is at into the session, as one's own words."""
        line = self.query_one(OwnWords).line_here
        self._share([line] if line else [])

    def action_share_all(self) -> None:
        """Brings all of it that is not there yet."""
        note = self._private.note(*self._where) if self.keep() else None
        self._share([line for line in note.lines if line not in note.shared] if note else [])

    def _share(self, lines: Sequence[str]) -> None:
        room = self._room
        if room is None or not self.keep():
            return
        note = self._private.note(*self._where)
        try:
            if note is None or not lines:
                raise Refused("There is nothing here to share that is not shared already.")
            if room.writer != self._owner:
                raise Refused("Only their owner shares private notes.")
            if lines == [line for line in note.shared if line in lines]:
                raise Refused("This line is shared already.")
            self._private = self._notes.share(self._private, note, lines, self._put)
        except SupervisionError as error:
            self.say(error.sentence)
            return
        self._show_shared()
        self.say("It is in the session now, as your words." if len(lines) == 1 else f"{len(lines)} lines are shared.")

    def _put(self, line: str) -> None:
        assert self._room is not None
        self._room.write_line(line, stage=self.page.stage, matter=int(self._matter))
