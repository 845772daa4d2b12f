"""Reading the record back before it is signed: what could identify somebody, dissent, the next date, signatures."""

import re
from collections.abc import Callable, Iterator
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input

from supervision import export
from supervision.errors import BadInput, SupervisionError
from supervision.model import lint, rules
from supervision.model.changes import Change, ChooseThemes, End, SetNext, Sign
from supervision.model.digest import decision_texts
from supervision.model.fields import DATES
from supervision.model.names import first
from supervision.model.themes import THEMES
from supervision.model.values import Person, Session
from supervision.room import Room
from supervision.shelf import Shelf
from supervision.tui.screens import told
from supervision.tui.screens.addendum import AddendumDialog
from supervision.tui.screens.agree import DifferDialog
from supervision.tui.screens.concern import ConcernDialog
from supervision.tui.screens.export import ExportDialog
from supervision.tui.screens.paper import on_paper
from supervision.tui.screens.parts import (
    Full,
    KeyHints,
    Left,
    Line,
    Onward,
    Page,
    Plain,
    Press,
    Row,
    WhenLine,
    names,
    watched,
)
from supervision.tui.screens.several import Several
from supervision.tui.screens.small import EndDialog, NameDialog
from supervision.tui.screens.unfinished import KEEP_WITHIN


def typed(session: Session) -> Iterator[str]:
    """Every text that somebody typed into a session."""
    for matter in session.matters:
        yield from (matter.alias, matter.text, matter.question)
    for note in session.notes:
        yield note.text
    for action in session.actions:
        yield from (action.text, action.waiting_on, *(note.text for note in action.notes))
    for decision in session.decisions:
        yield from (
            words for path, words in decision_texts(decision).items() if path not in {*DATES, "stance", "alias"}
        )
    for dissent in session.dissents:
        yield from (dissent.text, dissent.resolve_by)
    yield from (concern.text for concern in session.concerns)
    yield session.next_focus


def hits(room: Room) -> list[lint.Hit]:
    """What in the typed words may identify somebody, each once."""
    session = room.session
    allowed = [person.called for person in session.people] + [
        matter.alias for matter in session.matters if matter.alias
    ]
    allowed += [decision.support.by for decision in session.decisions if decision.support.by]
    found: dict[tuple[str, str], lint.Hit] = {}
    for words in typed(session):
        for hit in lint.find(words, allowed=allowed, today=room.clock().date()):
            found.setdefault((hit.kind, hit.text), hit)
    return list(found.values())


class RecordPage(Page):
    """The record and what stands below it; End goes to where it is signed, not just to the bottom."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("end", "screen.end", "To the signatures", show=False)]


class ReadBackScreen(Full[None]):
    """The whole record, scrolled like a page; at its end each person signs, or doesn't yet."""

    DEFAULT_CSS = """
    ReadBackScreen > #sides { height: 1fr; }
    ReadBackScreen #page { width: 1fr; height: 100%; padding: 0 0 0 1; }
    ReadBackScreen #page > #record { height: auto; }
    ReadBackScreen #end { height: auto; max-width: 80; margin: 1 0; }
    ReadBackScreen #end .section { text-style: bold; margin: 1 0; }
    ReadBackScreen #hits { width: 30%; height: 100%; padding-left: 2; border-left: wide $panel; }
    ReadBackScreen #hits:focus { border-left: wide $accent; }
    ReadBackScreen.-under #sides { layout: vertical; }
    ReadBackScreen.-under #page { height: 1fr; width: 100%; }
    ReadBackScreen.-under #hits { width: 100%; height: auto; max-height: 4; padding-left: 0; border-left: none; }
    ReadBackScreen .sign { height: auto; margin-bottom: 1; }
    ReadBackScreen .sign Plain { width: auto; }
    ReadBackScreen .sign Plain.-whole { width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "hit(1)", "Next one pointed out", show=False),
        Binding("p", "hit(-1)", "The one before", show=False),
        Binding("end", "end", "To the signatures", show=False),
        Binding("e", "export", "Export", show=False),
        Binding("f8", "export", "Export", id="export", show=False),
        Binding("tab", "app.focus_next", "On", show=False),
    ]
    pane = "read back"

    def __init__(self, room: Room, shelf: Shelf | None = None) -> None:
        super().__init__()
        self._room = room
        self._shelf = shelf
        self._hits: list[lint.Hit] = []
        self._at = -1
        self._shown = ""
        self._shown_in = 0
        self._signed: tuple[str, ...] = ()
        self._unwatch: Callable[[], None] | None = None
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        session = self._room.session
        yield self.top("The record, read back", "")
        yield Plain("", id="notice", classes="fault")
        with Horizontal(id="sides"):
            with RecordPage(id="page"):
                yield Vertical(id="record")
                with Vertical(id="end"):
                    yield Plain("Before you part", classes="section")
                    today = self._room.clock().date()
                    yield Row("We meet next", WhenLine(today, value=session.next_date, id="next"))
                    yield Row(
                        "To look at then", Line(session.next_focus, placeholder="what you go on with", id="focus")
                    )
                    yield Row("It was about", Several(THEMES, session.themes, id="themes"))
                    yield Plain(
                        "For your training records, and counted as evidence for change: nothing of what was said goes "
                        "along.",
                        classes="quiet gap",
                    )
                    yield Row(
                        "", Press("I see something differently", id="differ"), Press("Raise a concern", id="concern")
                    )
                    yield Plain("Signing", classes="section")
                    yield Plain(
                        "Each signs for themselves, now or later, by typing their own name. "
                        f"{told.recorded(self._room)} Once both have signed, the text no longer changes.",
                        classes="quiet gap",
                    )
                    for n in range(len(session.people)):
                        with Horizontal(classes="sign"):
                            yield Plain(id=f"person-{n}")
                            yield Press("", id=f"sign-{n}", first=True)
                            yield Plain("or later", id=f"later-{n}", classes="quiet")
                    yield Press("The session is over", id="over")
                    yield Press("Correct it with an addendum", id="addendum")
                    yield Press("Take a copy of your own", id="copy")
                    yield Plain("", id="fault", classes="fault")
            with Page(id="hits"):
                yield Plain(id="pointed")
        yield self.keys(*self._ways())

    async def on_mount(self) -> None:
        self._lay_out()
        self._signed = tuple(mark.by for mark in self._room.session.signatures)
        self._unwatch = watched(self, self._room, self._changed)
        self.query_one("#notice").display = False
        await self._show()
        self.query_one("#page").focus()

    def on_unmount(self) -> None:
        if self._unwatch is not None:
            self._unwatch()

    def _ways(self) -> Iterator[tuple[str, str, str]]:
        """The keys worth naming; the one that leads to what is pointed out only while something is."""
        yield "PgDn", "on", "on"
        if self._hits:
            yield "N", "next pointed out", "hit(1)"
        yield "E", "export", "export"
        yield "End", "sign", "end"
        yield "Esc", "back", "leave"

    def on_resize(self) -> None:
        self._lay_out()
        self._changed()

    def _lay_out(self) -> None:
        self.set_class(self.app.size.width < 118, "-under")

    @property
    def _columns(self) -> int:
        """How wide the record is shown: what is pointed out stands beside it, or below."""
        width = self.app.size.width
        return max(30, min(export.WIDTH, width - 8 if self.has_class("-under") else width * 7 // 10 - 8))

    def _changed(self) -> None:
        self.call_later(self._show)

    # -- showing ----------------------------------------------------------------------------------------------

    async def _show(self) -> None:
        if not self.is_attached:
            return
        session = self._room.session
        text, width = export.as_text(session, self._room.clock().date()), self._columns
        if (text, width) != (self._shown, self._shown_in):
            self._shown, self._shown_in = text, width
            text = export.as_text(session, self._room.clock().date(), width)
            self._hits = hits(self._room)
            pattern = _pattern(self._hits)
            record = self.query_one("#record", Vertical)
            async with self.batch():
                await record.remove_children()
                await record.mount_all(_block(block, pattern) for block in text.rstrip().split("\n\n"))
            self._show_hits()
        self._show_signatures(session)

    def _show_hits(self) -> None:
        self.query_one(KeyHints).offer(*self._ways())
        pointed, count = self.query_one("#pointed", Plain), len(self._hits)
        if not count:
            pointed.update(Content.styled("No name, number or address is pointed out.", "$text-muted"))
            return
        lines = [Content.styled(f"{count} to look at. Are they meant to be here?", "bold")]
        order = (
            self._hits[max(0, self._at) :] + self._hits[: max(0, self._at)] if self.has_class("-under") else self._hits
        )
        for hit in order:
            current = self._at >= 0 and hit is self._hits[self._at]
            lines.append(Content.assemble((hit.text, "bold $accent" if current else "underline"), f"  {hit.why}"))
        pointed.update(Content("\n").join(lines))

    def _show_signatures(self, session: Session) -> None:
        signed = {mark.by: mark for mark in session.signatures}
        for n, person in enumerate(session.people):
            mark = signed.get(person.id)
            elsewhere = mark is None and self._room.is_elsewhere(person.id)
            words = f"{person.called}: signed {told.moment(mark.at)}, {mark.how}" if mark else f"{person.called}:  "
            words = f"{person.called}: at a keyboard of their own, now or later" if elsewhere else words
            self.query_one(f"#person-{n}", Plain).update(Content(words))
            self.query_one(f"#person-{n}").set_class(mark is not None or elsewhere, "-whole")
            self.query_one(f"#sign-{n}", Press).display = mark is None and not elsewhere
            self.query_one(f"#sign-{n}", Press).say(f"{first(person)} signs")
            self.query_one(f"#later-{n}").display = mark is None and not elsewhere
        lost = [session.called(who) for who in self._signed if who not in signed]
        self._signed = tuple(signed)
        notice = self.query_one("#notice", Plain)
        if lost:
            notice.update(
                Content(
                    f"The record was changed after {names(lost)} signed it, so that signature was taken back. Please "
                    "read it again."
                )
            )
            notice.display = True
        elif session.state == "signed":
            notice.display = False
        state = {"open": "under way", "ended": "ended", "signed": "signed by everybody"}[session.state]
        self.query_one("#state", Plain).update(Content(state))
        locked = session.state == "signed"
        self.query_one("#addendum").display = locked
        self.query_one("#over").display = session.ended is None
        self.query_one("#copy").display = session.ended is not None
        self.query_one("#themes", Several).put(session.themes)
        self._follow()
        for part in ("#next", "#focus", "#differ"):
            self.query_one(part).disabled = locked

    # -- what one can do --------------------------------------------------------------------------------------

    def action_hit(self, by: int) -> None:
        """Goes to the next thing that is pointed out."""
        if not self._hits:
            return
        self._at = (self._at + by) % len(self._hits)
        wanted = re.compile(_flexible(self._hits[self._at].text))
        for block in self.query("#record > Plain").results(Plain):
            if wanted.search(str(block.content)):
                block.scroll_visible(animate=False, top=False)
                break
        self._show_hits()

    def action_on(self) -> None:
        self.query_one("#page").scroll_page_down()

    def action_end(self) -> None:
        """To the end of the page: where it is signed, or what can be done after that."""
        self.query_one("#page", Page).scroll_end(animate=False)
        ways = (*self.query(".sign Press"), *self.query("#over, #addendum"))
        next(way for way in ways if way.display).focus()

    def action_export(self) -> None:
        self._export()

    def _export(self, what: str = "") -> None:
        session, who = self._room.session, self._room.writer
        self.app.push_screen(ExportDialog(session, what=what, who=who, shelf=self._shelf))

    @on(Several.Changed)
    def _about(self, event: Several.Changed) -> None:
        event.stop()
        self._trying(lambda: self._room.change(ChooseThemes(themes=event.chosen)))

    def action_focus_next_field(self) -> None:
        self.focus_next()

    @on(Onward)
    def _onward(self, event: Onward) -> None:
        event.stop()
        self.focus_next()

    @on(Left)
    def _left(self, event: Left) -> None:
        event.stop()
        self.keep()

    @on(Input.Changed, "#focus")
    def _typing(self) -> None:
        # A signature is only taken back by words that are finished, so then they wait until the field is left.
        if self._timer is None and not self._room.session.signatures:
            self._timer = self.set_timer(KEEP_WITHIN, self._after_a_while)

    def _after_a_while(self) -> None:
        self._timer = None
        focus = self.query_one("#focus", Line)
        if focus.words != focus.given and not self._room.session.signatures:
            self._trying(lambda: self._room.change(SetNext(focus=focus.words), run="focus"))
            self._follow()

    def keep(self) -> bool:
        """Keeps the next date and its focus; False when the date was refused, and said."""
        session = self._room.session
        if session.state == "signed":
            return True

        def put() -> None:
            self._follow()
            when, focus = self.query_one("#next", WhenLine), self.query_one("#focus", Line)
            day = when.day()
            if day is None and when.given is not None:  # a date becomes another one, and none only by undo
                when.put(when.given)
                day = when.given
            words = focus.words
            if day != when.given or words != focus.given:
                self._room.change(
                    SetNext(
                        on=day if day != when.given else None,
                        focus=words if words != focus.given else None,
                    )
                )
                when.arrived(self._room.session.next_date)
                focus.given = self._room.session.next_focus

        return self._trying(put)

    def _follow(self) -> None:
        """What somebody else set meanwhile for the next session; what is being typed here stays."""
        session = self._room.session
        self.query_one("#next", WhenLine).follow(session.next_date)
        self.query_one("#focus", Line).follow(session.next_focus)

    def _trying(self, do: Callable[[], object]) -> bool:
        fault = self.query_one("#fault", Plain)
        fault.update("")
        try:
            do()
        except SupervisionError as error:
            fault.update(Content(str(error)))
            fault.scroll_visible(animate=False)
            return False
        return True

    @on(Press.Pressed)
    def _pressed(self, event: Press.Pressed) -> None:
        event.stop()
        id = event.press.id or ""
        if id == "differ":
            self.app.push_screen(DifferDialog(self._room))
        elif id == "concern":
            self._concern()
        elif id == "over":
            self._end()
        elif id == "addendum":
            self.app.push_screen(AddendumDialog(self._room))
        elif id == "copy":
            self._export("mine")
        elif self.keep():
            self._sign(self._room.session.people[int(id.removeprefix("sign-"))])

    def _sign(self, person: Person) -> None:
        session = self._room.session
        read = self._shown

        def own_name(words: str) -> None:
            if not words.strip():
                raise BadInput("Type your own name to sign.")
            if rules.participant(self._room.session, words) != person.id:
                raise BadInput(f"This is {person.called}'s signature. Type that name, or go back.")
            if export.as_text(self._room.session, self._room.clock().date()) != read:
                raise BadInput("The record changed while it was being read. Go back and read it again.")

        def named(name: str | None) -> None:
            if name is not None and self._trying(lambda: self._room.change(Sign(), by=person.id)):
                self._show_signatures(self._room.session)
                self.action_end()  # the next one to sign

        have = {mark.by for mark in session.signatures}
        signed = [other.called for other in session.others(person.id) if other.id in have]
        others = [other.called for other in session.others(person.id) if other.id not in have]
        about = "Type your own name."
        if signed:
            about += f" {names(signed)} {'has' if len(signed) == 1 else 'have'} signed."
        if others:
            about += f" {names(others)} can sign now or later."
        self.app.push_screen(
            NameDialog(
                f"{person.called}: sign this record",
                about=about,
                accept="Sign",
                check=own_name,
            ),
            named,
        )

    def _concern(self) -> None:
        def raised(change: Change | None) -> None:
            if change is not None:
                self._trying(lambda: self._room.change(change))

        self.app.push_screen(ConcernDialog(self._room), raised)

    def _end(self) -> None:
        def ended(yes: bool | None) -> None:
            if yes and self._trying(lambda: self._room.change(End())):
                self._show_signatures(self._room.session)
                self.action_end()

        self.app.push_screen(EndDialog(signed=self._room.session.state == "signed"), ended)

    _warned = False

    def action_leave(self) -> None:
        if not self.keep() and not self._warned:
            self._warned = True
            return
        self.dismiss(None)


def _flexible(words: str) -> str:
    """A pattern for words that may have been wrapped onto the next line."""
    return r"\s+".join(re.escape(word) for word in words.split())


def _pattern(found: list[lint.Hit]) -> re.Pattern[str] | None:
    wanted = sorted({hit.text for hit in found}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(_flexible(words) for words in wanted)})(?!\w)") if wanted else None


def _block(block: str, pattern: re.Pattern[str] | None) -> Widget:
    content = on_paper(block)
    for match in pattern.finditer(block) if pattern else ():
        content = content.stylize("underline $accent", match.start(), match.end())
    return Plain(content, classes="gap")
