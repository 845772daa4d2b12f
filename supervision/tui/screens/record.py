"""A record to read: ended or signed, as it would be exported."""

import re
from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from supervision.export import WIDTH, as_text
from supervision.model import rules
from supervision.model.changes import Change
from supervision.model.values import Session
from supervision.room import local_now
from supervision.shelf import Shelf
from supervision.tui.screens.export import ExportDialog
from supervision.tui.screens.paper import on_paper
from supervision.tui.screens.parts import Full, Page, Plain

FIRST_WORDS = 12
"""Words by which a place is known again in a record."""


class RecordScreen(Full[None]):
    """Shows a whole record, which cannot be changed here; at first the place where the words `at` stand."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "export", "Export", show=False),
        Binding("f8", "export", "Export", id="export", show=False),
        Binding("k", "keeping", "Keep or erase", show=False),
    ]
    STATES: ClassVar[dict[str, str]] = {"open": "under way", "ended": "ended", "signed": "signed by everybody"}
    pane = "record"

    def __init__(self, session: Session, at: str = "", *, shelf: Shelf | None = None, who: str = "") -> None:
        super().__init__()
        self._session = session
        self._columns = WIDTH
        self._at = " ".join(at.split()[:FIRST_WORDS])
        self._shelf = shelf
        self._who = who

    def compose(self) -> ComposeResult:
        session = self._session
        people = " and ".join(person.called for person in session.people)
        yield self.top(people, self.STATES[session.state])
        with Page(id="record", classes="whole"):
            self._columns = self._room_for_words
            yield from _parts(as_text(session, local_now().date(), self._columns), self._at)
        yield Plain(id="sentence", classes="said")
        keeping = (("K", "keep or erase", "keeping"),) if self._shelf else ()
        yield self.keys(("PgDn", "on", "on"), ("E", "export", "export"), *keeping, ("Esc", "back", "leave"))

    @property
    def _room_for_words(self) -> int:
        return max(30, min(WIDTH, self.app.size.width - 9))

    def on_resize(self) -> None:
        if self._columns != self._room_for_words:
            self.refresh(recompose=True)

    def on_mount(self) -> None:
        self.query_one("#record").focus()
        self.say("")
        for found in self.query("#found"):
            self.call_after_refresh(found.scroll_visible, animate=False, top=True)

    def action_on(self) -> None:
        self.query_one("#record").scroll_page_down()

    def say(self, words: str) -> None:
        """A sentence below the record."""
        line = self.query_one("#sentence", Plain)
        line.update(Content(words))
        line.display = bool(words)

    def action_keeping(self) -> None:
        from supervision.tui.screens.keeping import RecordKeeping

        shelf, desk = self._shelf, getattr(self.app, "desk", None)
        if shelf is None:
            return
        name = self._who or (desk.me if desk is not None else "")

        def do(change: Change) -> None:
            self._session = shelf.carry(self._session.id, change, name)
            self.refresh(recompose=True)

        def say(words: str) -> None:
            self.call_after_refresh(self.say, words)  # after the record as it is now

        def gone(sentence: str) -> None:
            self.dismiss(None)
            self.app.call_after_refresh(getattr(self.app, "say", lambda _: None), sentence)

        RecordKeeping(
            self,
            current=lambda: self._session,
            do=do,
            say=say,
            gone=gone,
            by=lambda: rules.who(self._session, name),
            clock=shelf.clock,
            shelf=shelf,
        ).choose()

    def action_export(self) -> None:
        who = rules.who(self._session, self._who) if self._who else ""
        self.app.push_screen(ExportDialog(self._session, who=who, shelf=self._shelf))


def _parts(record: str, at: str) -> Iterable[Plain]:
    """The record as text; where `at` stands in it, in three parts, with those words underlined."""
    pattern = r"\s+".join(re.escape(word) for word in at.split())
    found = re.search(pattern, record) if at else None
    if found is None:
        return [Plain(on_paper(record))]
    start = record.rfind("\n", 0, found.start()) + 1
    end = record.find("\n", found.end())
    end = len(record) if end < 0 else end
    words = on_paper(record).stylize("underline $accent", found.start(), found.end())
    after = words[end:]
    return [
        Plain(words[: max(start - 1, 0)]),
        Plain(words[start:end], id="found"),
        Plain(after[1:] if after.plain.startswith("\n") else after),
    ]
