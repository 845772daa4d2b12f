"""The lines above and below: who is writing, whether it is saved, what was refused, which keys there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Static

from supervision.tui.keys import Command, key_of
from supervision.tui.widgets.names import colour_of, short_names, together

if TYPE_CHECKING:
    from supervision.model.values import Session
    from supervision.room import Line, Presence, Saved


class TwoEnds(Widget):
    """One line with something at each end; the left one gives way."""

    DEFAULT_CSS = "TwoEnds { height: 1; width: 1fr; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._left = self._right = Content("")

    def ends(self, left: Content, right: Content) -> None:
        if (left, right) != (self._left, self._right):
            self._left, self._right = left, right
            self.refresh()

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return container.width

    def render(self) -> Content:
        return two_ends(self._left, self._right, self.size.width)


def two_ends(left: Content, right: Content, width: int) -> Content:
    """A line `width` cells wide; `left` is cut with an ellipsis where both do not fit."""
    # A record that somebody wrote by hand may have names of several lines.
    left, right = (Content(" ").join(end.split("\n")) if "\n" in end.plain else end for end in (left, right))
    free = max(width - right.cell_length - (2 if right else 0), 0)
    if left.cell_length > free:
        left = left.truncate(free, ellipsis=True)
    gap = max(width - left.cell_length - right.cell_length, 0)
    return Content.assemble(left, " " * gap, right)


ROOM_FOR_WHAT_A_KEY_DOES = 31
"""Cells beside who is writing for what their key does, the time of the last save and the edges."""


class SessionHead(TwoEnds):
    """Who is here and about whom, and who is writing. A click shows who is here, the matter, or hands over."""

    class Clicked(Message):
        """A part of the line was clicked: `command` is the id of what that part is about."""

        def __init__(self, command: str) -> None:
            super().__init__()
            self.command = command

    _people = 0
    """How many cells of the line are about people."""

    def tell(
        self,
        session: Session,
        matter: int,
        writer: str,
        present: Sequence[Presence] = (),
        *,
        following: bool = True,
        bound: bool = False,
    ) -> None:
        """Shows who they are, which matter they are on, and who is writing, or who is here at another keyboard.

        `bound`: at this keyboard nobody else ever writes.
        """
        names = short_names(session)
        about = session.matter_of(matter).alias
        many = f" ({matter} of {len(session.matters)})" if len(session.matters) > 1 else ""
        people = together([names[person.id] for person in session.people])
        self._people = cell_len(people) + 1
        left = Content.assemble(
            (people, "bold"),
            (f"  {about or 'no alias yet'}{many}", "$text-muted"),
        )
        if session.state == "signed":
            right = Content.styled("signed by both, read only", "$text-muted")
        elif present:
            right = _company(session, names, present, following)
        else:
            right = Content.assemble((names.get(writer, ""), f"bold ${colour_of(session, writer)}"), " is writing")
            if not bound:
                width = self.app.size.width
                key = key_of(self.app, "other-writes", in_brief=width < 80)
                right = Content.assemble(right, (f"  {key}", "$text-muted"))
                if not session.ended and width - left.cell_length - right.cell_length >= ROOM_FOR_WHAT_A_KEY_DOES:
                    right = Content.assemble(right, (" hands over", "$text-muted"))
            if session.ended:
                right = Content.assemble(("ended  ", "$text-muted"), right)
        self.ends(left, right)

    def on_click(self, event: Click) -> None:
        if event.x >= self.size.width - self._right.cell_length:
            self.post_message(self.Clicked("other-writes"))
        elif event.x < self._left.cell_length:
            self.post_message(self.Clicked("who-is-here" if event.x < self._people else "edit-matter"))


def _company(session: Session, names: Mapping[str, str], present: Sequence[Presence], following: bool) -> Content:
    """Who is at another keyboard; of a line that is lost, since when. Never "here" of one that gives no answer."""
    here = list(dict.fromkeys(presence.person for presence in present if presence.is_here))
    parts = [
        Content.assemble((names.get(who, ""), f"bold ${colour_of(session, who)}"), (" is here", "$text-muted"))
        for who in here
    ]
    lost = {presence.person: presence.lost for presence in present if presence.lost and presence.person not in here}
    for who, since in lost.items():
        parts.append(Content.styled(f"{names.get(who, '')}'s line is lost since {since:%H:%M}", "$warning"))
    if here and not following:
        parts.append(Content.styled("you look around", "$text-muted"))
    return Content("  ").join(parts)


class SavedMark(Static):
    """Whether everything is in the file. A widget of its own: it changes often, and repaints eleven cells."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(markup=False, id=id)
        self._told: Saved | None = None

    def tell(self, saved: Saved) -> None:
        """Shows how things stand with the file."""
        if saved != self._told:
            self._told = saved
            self.update(saved_words(saved), layout=False)


def saved_words(saved: Saved) -> Content:
    """Whether everything is in the file, in a word or two that are true."""
    if saved.failed:
        return Content.styled("NOT SAVED", "bold $error")
    if saved.waiting:
        return Content.styled("saving", "$text-muted")
    return Content.styled(f"saved {saved.at:%H:%M}" if saved.at else "saved", "$text-muted")


class Alarm(Static):
    """A failed save or a lost line, said loudly for as long as it lasts."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(markup=False, id=id)
        self.display = False

    def tell(self, saved: Saved, line: Line, way_to_export: str) -> None:
        self.display = bool(saved.failed) or line.is_lost
        if line.lost is not None:
            self.update(
                Content.assemble(
                    (f"The line is lost since {line.lost:%H:%M}. ", "bold"),
                    "Write on: your words are kept here, and go over as soon as it is back.",
                )
            )
        elif saved.failed:
            self.update(
                Content.assemble(
                    ("Not saved. ", "bold"),
                    saved.failed,
                    f" We keep trying. {way_to_export} writes a copy somewhere else.",
                )
            )


class Sentence(Static):
    """What was just refused or done, in one sentence, for a while."""

    LASTS = 12.0

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(markup=False, id=id)
        self._timer: Timer | None = None
        self.words = ""

    def say(self, words: str) -> None:
        """Shows a sentence; an empty one clears the line."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if words != self.words:
            self.words = words
            self.update(Content(words))
        if words:
            self._timer = self.set_timer(self.LASTS, lambda: self.say(""))


class KeyLine(Widget):
    """The few keys worth naming, Help first, and something quiet on the right. A click does what the key does."""

    DEFAULT_CSS = "KeyLine { height: 1; width: 1fr; }"

    def __init__(self, commands: Sequence[Command], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.commands = tuple(commands)
        self.quiet = ""
        self._places: list[tuple[int, int, str]] = []

    def offer(self, commands: Sequence[Command]) -> None:
        """Names other keys."""
        self.commands = tuple(commands)
        self.refresh()

    def murmur(self, words: str) -> None:
        if words != self.quiet:
            self.quiet = words
            self.refresh()

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return container.width

    def render(self) -> Content:
        told, gap = next(
            (way for way in self._ways() if _breadth(*way) <= self.size.width),
            (self._told(in_brief=True), 2),
        )
        parts: list[Content] = []
        self._places, at = [], 0
        for command, part in zip(self.commands, told, strict=True):
            if at + part.cell_length > self.size.width:
                break
            parts.append(part)
            self._places.append((at, at + part.cell_length, command.action))
            at += part.cell_length + gap
        keys = Content(" " * gap).join(parts)
        quiet = Content.styled(self.quiet, "$text-muted")
        if keys.cell_length + 2 + cell_len(self.quiet) > self.size.width:
            quiet = Content("")
        return two_ends(keys, quiet, self.size.width)

    def _ways(self) -> Iterator[tuple[list[Content], int]]:
        """The keys, and the gap between them, from the roomiest way of telling them to the briefest."""
        for in_brief in (False, True):
            for gap in (3, 2):
                yield self._told(in_brief=in_brief), gap

    def _told(self, *, in_brief: bool) -> list[Content]:
        return [
            Content.assemble((c.brief_key if in_brief else c.shown_keys[0], "bold $accent"), f" {c.short}")
            for c in self.commands
        ]

    def on_click(self, event: Click) -> None:
        at = event.get_content_offset(self)  # the padding is no part of any
        for start, end, action in self._places:
            if at is not None and start <= at.x < end:
                screen = self.screen
                owner = screen if hasattr(screen, f"action_{action}") else self.app
                # In the application's turn, as a key is: what is done may take this line away.
                self.app.call_later(self.app.run_action, action, owner)


def _breadth(told: list[Content], gap: int) -> int:
    return sum(part.cell_length + gap for part in told) - gap


class TooSmall(Static):
    """Covers everything where the window is too small to work in; what is typed goes on underneath."""

    def __init__(self) -> None:
        super().__init__(
            Content("This window is too small.\nMake it at least 60 wide and 18 high.\nEverything is kept."),
            id="too-small",
            markup=False,
        )
