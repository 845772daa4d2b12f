"""The record as a file, or to be read here; and what is in many sessions, for other programs and other people."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget

from supervision import export, handout
from supervision.errors import BadInput, Refused
from supervision.export.listing import listed, marked, rows_of
from supervision.model.private import PrivateNote
from supervision.model.values import Session, Who
from supervision.room import local_now
from supervision.shelf import Keeping, Shelf
from supervision.tui.everywhere import Everywhere
from supervision.tui.keys import way_to
from supervision.tui.screens.parts import Choice, Dialog, Full, Line, Page, Plain, Press, Row
from supervision.tui.screens.small import ConfirmDialog

FORMAT_NAMES = {
    "docx": "Word",
    "html": "web page",
    "txt": "plain text",
    "md": "Markdown",
    "json": "JSON",
    "csv": "table (CSV)",
    "todo.txt": "todo.txt",
    "ics": "calendar file",
}
FORMAT_ABOUT = {
    "docx": "for Word, LibreOffice and the like",
    "html": "one page that a browser shows and prints well",
    "txt": "plain text, which opens everywhere",
    "md": "text with headings, for programs that keep notes",
    "json": "for programs; this one reads it back",
    "csv": "for a spreadsheet",
    "todo.txt": "a line for each, for programs that keep lists of things to do",
    "ics": "for any calendar, with a reminder the day before; a later file brings it up to date",
}
WHAT_NAMES = {
    "record": "the whole record",
    "decisions": "decisions",
    "person": "for the person",
    "manager": "for the manager",
    "cpd": "for training records",
    "themes": "themes",
    "mine": "my own copy",
    "actions": "actions",
    "calendar": "calendar",
}
WHAT_ABOUT = {
    "record": "everything in it, with the questions that were used; for the two of you",
    "decisions": "decisions only, for the case file: no dissent, no risk to the practitioner",
    "person": "what was decided, why, until when, and how to disagree; nothing else",
    "manager": "that you met, and of the rest only what your agreement says is reported",
    "cpd": "dates, minutes and themes, no content",
    "themes": "how many sessions were about what, as evidence for change; small numbers are not shown",
    "mine": "one person's own words and actions and what was decided; as JSON it opens in their own records",
    "actions": "open actions and the days decisions are looked at again, as a list",
    "calendar": "due dates and review dates; many calendars copy what they hold to other computers",
}
OF_RECORDS = tuple(format for format in FORMAT_NAMES if format in export.FORMATS)
"""The formats of a record, what most people use first."""
LISTS = {"actions": ("csv", "json", "todo.txt"), "calendar": ("ics",)}
MANY = (*export.OVER_SESSIONS, *LISTS)
"""What can be made of many sessions, and so without one."""
PRINTED = ("html", "docx")
"""Formats that are read here as plain text."""

Rows = list[dict[str, Any]]

PRIVATE_NAMES = {"with": "with them", "without": "without"}
PRIVATE_ABOUT = {
    "with": "if there are any, under your own login; for yourself alone, never to be handed on",
    "without": "nothing of them: a copy that may be handed to somebody, or brought back",
}


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What was chosen on the sheet."""

    what: str
    format: str
    matter: int | None
    who: Who
    many: bool


class ExportDialog(Dialog[Path | None]):
    """Writes a record, a part of it or a list to a file only this person may read; gives the file.

    Without a session, only what can be made of many. `pair` are the people whose sessions are meant; `who` is the
    person at the keyboard, by id or by name.
    """

    heading = "Export"
    accept_label = "Write the file"

    def __init__(
        self,
        session: Session | None = None,
        *,
        what: str = "",
        who: Who = "",
        shelf: Shelf | None = None,
        pair: Iterable[Who] = (),
    ) -> None:
        super().__init__()
        self._session = session
        self._what = what
        self._who = who
        self._shelf = shelf
        self._pair = tuple(person.id for person in session.people) if session else tuple(pair)
        self._now = shelf.clock() if shelf else local_now()
        self._written: Path | None = None
        self._just_written = False

    @property
    def _why_no_file(self) -> str:
        """Why nothing is written from here; at home, where no guest ever is, nothing is in the way."""
        room = getattr(self.app, "room", None)
        return str(room.seat.why_no_file) if room else ""

    def fields(self) -> Iterable[Widget]:
        session = self._session
        whats = {key: WHAT_NAMES[key] for key in ((*export.EXTRACTS, *LISTS) if session else MANY)}
        yield Row("What", Choice(whats, about=WHAT_ABOUT, value=self._what or None, id="what"))
        if session is None:
            way = way_to(self.app, "export")
            yield Plain(f"One record: open it in the list of sessions first; {way}, there.", classes="quiet gap")
        yield Row("As", Choice(FORMAT_NAMES, about=FORMAT_ABOUT, id="format"))
        if session and self._shelf:
            sessions = {"": "this session", "many": "all sessions of you two"}
            yield Row("From", Choice(sessions, value="", id="many"), id="from")
        if session:
            people = {person.id: person.called for person in session.people}
            mine = self._who if self._who in people else next(iter(people))
            yield Row("Whose", Choice(people, value=mine, id="whose"), id="owner")
            # What is a copy already goes from here to the other, who brings it back.
            kept = "without" if session.copy else "with"
            yield Row(
                "Private notes", Choice(PRIVATE_NAMES, about=PRIVATE_ABOUT, value=kept, id="private"), id="with-private"
            )
            if len(session.matters) > 1:
                matters = {"": "all of them"} | {
                    str(matter.n): f"{matter.n}. {matter.alias or matter.text[:20] or 'no alias'}"
                    for matter in session.matters
                }
                yield Row("Matter", Choice(matters, value="", id="matter"), id="of-matter")
        yield Row("To", Line(id="path"), id="to")
        yield Plain(
            self._why_no_file
            or "The file is yours to look after: it is not encrypted"
            + (", although the records are" if self._shelf and self._shelf.is_encrypted else "")
            + ", and whoever gets it can read it. Only your own login can open it here.",
            classes="quiet",
        )
        yield Plain(id="written")

    def buttons(self) -> Iterable[Widget]:
        if not self._why_no_file:
            yield Press(self.accept_label, id="accept", first=True)
        yield Press("Read it here", id="view", first=bool(self._why_no_file))
        yield Press("Back", id="leave")

    def start(self) -> None:
        self.query_one("#written").display = False
        self.query_one("#to").display = not self._why_no_file
        self._offer(self._of("what"))
        self.query_one("#what").focus()

    # -- what is chosen ---------------------------------------------------------------------------------------

    def _of(self, id: str) -> str:
        """The value of a choice, empty when it is not there or does not go with the rest."""
        for choice in self.query(f"#{id}").results(Choice):
            row = choice.parent
            if row is not None and row.display:
                return choice.value
        return ""

    def _wanted(self) -> _Wanted:
        matter = self._of("matter")
        return _Wanted(
            what=self._of("what"),
            format=self._of("format"),
            matter=int(matter) if matter else None,
            who=self._of("whose") or self._who,
            many=self._session is None or self._of("many") == "many",
        )

    @on(Choice.Changed, "#what")
    def _what_changed(self, event: Choice.Changed) -> None:
        self._offer(event.value)

    @on(Choice.Changed, "#format, #many")
    def _form_changed(self) -> None:
        self._suggest()

    @on(Line.Changed, "#path")
    @on(Choice.Changed)
    def _anew(self) -> None:
        """Something else is wanted now, so there is something to write again."""
        if self._just_written:
            self._just_written = False
            self.query_one("#written").display = False
            self.query_one("#accept", Press).say(self.accept_label)

    def _offer(self, what: str) -> None:
        """The formats, and the other questions, that go with what is chosen."""
        formats = LISTS.get(what, OF_RECORDS)
        choice = self.query_one("#format", Choice)
        first = "json" if what == "mine" else formats[0]
        choice.offer({key: FORMAT_NAMES[key] for key in formats}, choice.value if choice.value in formats else first)
        if what == "mine":
            choice.value = first  # as anything else it does not open in their own records
        mine = what == "mine"
        places = (("#from", what in MANY), ("#owner", mine), ("#with-private", mine), ("#of-matter", what not in MANY))
        for id, fits in places:
            for row in self.query(id):
                row.display = fits
        self._suggest()

    def _suggest(self) -> None:
        if self._why_no_file:
            return
        wanted = self._wanted()
        if wanted.many or wanted.what in LISTS or self._session is None:
            name = handout.listing_named(wanted.what, wanted.format)
        else:
            name = handout.named(self._session.id, wanted.what, wanted.format)
        line = self.query_one("#path", Line)
        line.value = str(Path(line.words).parent / name if line.words else handout.suggested(name))
        line.cursor_position = len(line.value)

    # -- making it --------------------------------------------------------------------------------------------

    def _made(self, wanted: _Wanted) -> bytes:
        if wanted.what in LISTS:
            actions, decisions = self._lists(wanted)
            return listed(actions, decisions, wanted.format, self._now)
        today = self._now.date()
        if wanted.many:
            return export.over(self._sittings(wanted), wanted.format, today, extract=wanted.what)
        assert self._session is not None  # only what is made of many goes without one
        return export.export(
            self._session,
            wanted.format,
            today,
            extract=wanted.what,
            matter=wanted.matter,
            who=wanted.who,
            taken=self._now,
            private=self._private(wanted) if wanted.what == "mine" else (),
        )

    def _private(self, wanted: _Wanted) -> tuple[PrivateNote, ...]:
        """What the person of this login keeps to themselves, for their own copy alone."""
        if self._session is None or not isinstance(self.app, Everywhere) or self._of("private") == "without":
            return ()
        desk, room = self.app.desk, getattr(self.app, "room", None)
        if desk.private is None or (room is not None and room.seat.bound):
            return ()
        return desk.private().for_copy(self._session, wanted.who, room.seat.me if room else desk.me)

    def _lists(self, wanted: _Wanted) -> tuple[Rows, Rows]:
        if self._shelf is None or not wanted.many:
            assert self._session is not None
            actions, decisions = rows_of(self._session, self._now.date())
        else:
            actions = self._shelf.actions(pair=self._pair)
            decisions = self._shelf.decisions(pair=self._pair)
        open_ones = [row for row in actions if row["status"] == "open"]
        return open_ones, [row for row in decisions if row["stands"]]

    def _sittings(self, wanted: _Wanted) -> Rows:
        assert self._shelf is not None
        # A training record is one person's; what the system should hear of is everybody's.
        mine = self._who if wanted.what == "cpd" and not self._pair else ""
        rows = self._shelf.sessions(pair=self._pair, with_name=mine)
        return [row for row in rows if row["state"] != "open"]

    def accept(self) -> None:
        if self._just_written:
            self.done(self._written)
            return
        if self._why_no_file:
            raise Refused(self._why_no_file)
        words = self.query_one("#path", Line).words
        if not words:
            raise BadInput("Say where the file goes, for example ~/Documents/record.txt")
        file = handout.place(words, Path.home())
        wanted = self._wanted()
        made = marked(self._made(wanted), wanted.format)
        if file.exists():
            self._ask(file, lambda: self._write(file, made, wanted))
        else:
            self._write(file, made, wanted)

    def _ask(self, file: Path, do: Callable[[], None]) -> None:
        def answered(yes: bool | None) -> None:
            if yes:
                self.trying(do)

        self.app.push_screen(
            ConfirmDialog("There is such a file already. Write over it?", "Write over it", "Keep it", about=str(file)),
            answered,
        )

    def _write(self, file: Path, made: bytes, wanted: _Wanted) -> None:
        store = self._shelf.store.folder if self._shelf else None
        handout.write(file, made, store, make_folder=True)
        self._written, self._just_written = file, True
        unnoted = self._note(wanted, made)
        told = self.query_one("#written", Plain)
        told.update(
            Content.assemble(
                ("Written to\n", "bold"),
                str(file),
                f"\n{WHAT_NAMES[wanted.what].capitalize()}, as {FORMAT_NAMES[wanted.format]}.",
                f"\n{unnoted}" if unnoted else "",
                f"\n{warning}" if (warning := handout.warning(file)) else "",
            )
        )
        told.display = True
        self.call_after_refresh(told.scroll_visible, animate=False)  # it has no place before
        self.query_one("#accept", Press).say("Done")
        self.query_one("#accept", Press).focus()

    def _note(self, wanted: _Wanted, made: bytes) -> str:
        """Keeps in the chain of each record that it was handed out; a sentence when that is not possible."""
        if self._shelf is None:
            return ""
        keeping = Keeping(self._shelf)
        if self._session is not None and not wanted.many:
            return keeping.exported(self._session, wanted.what, made, self._who)
        if wanted.what in LISTS:
            of = {str(row["session"]) for rows in self._lists(wanted) for row in rows}
        else:
            of = {str(row["id"]) for row in self._sittings(wanted)}
        self._note_many(keeping, of, wanted.what, made)
        return ""

    def _note_many(self, keeping: Keeping, of: set[str], what: str, made: bytes) -> None:
        """The same in many, which may take a while: nobody waits for it, and it is finished however one leaves."""
        app, who = self.app, self._who

        async def note() -> None:
            if sentence := await asyncio.to_thread(keeping.exported_of_many, of, what, made, who):
                if self.is_attached:
                    self.fault(sentence)
                elif isinstance(app, Everywhere):
                    app.say(sentence)

        app.run_worker(note(), group="noting")

    def leaving(self) -> Path | None:
        return self._written

    def pressed(self, id: str) -> None:
        wanted = self._wanted()
        shown = _Wanted(wanted.what, "txt", wanted.matter, wanted.who, wanted.many)
        made = self._made(shown if wanted.format in PRINTED else wanted)
        self.app.push_screen(PlainView(WHAT_NAMES[wanted.what].capitalize(), made.decode("utf-8", "replace")))


class PlainView(Full[None]):
    """A text to be read, or marked with the mouse and copied by the terminal's own means."""

    def __init__(self, heading: str, words: str) -> None:
        super().__init__()
        self._heading = heading
        self._words = words

    def compose(self) -> ComposeResult:
        yield self.top(self._heading, "Shift and drag marks text in most terminals")
        with Page(id="words", classes="whole"):
            yield Plain(self._words)
        yield self.keys(("PgDn", "on", "on"), ("Esc", "back", "leave"))

    def on_mount(self) -> None:
        self.query_one("#words").focus()

    def action_on(self) -> None:
        self.query_one("#words").scroll_page_down()
