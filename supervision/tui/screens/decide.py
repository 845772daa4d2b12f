"""A decision in the making: five lines first, the rest below, the conversation readable beside it."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, TextArea

from supervision.errors import BadInput, SupervisionError
from supervision.model import names, rules
from supervision.model.changes import Change, EditDecision, OptionText, Propose, SetSupport
from supervision.model.fields import BY_KEY, DATES, STANCES
from supervision.model.values import Decision, NoteMark, Option, SupportStatus
from supervision.room import Room
from supervision.tui.keys import key_of
from supervision.tui.screens import told
from supervision.tui.screens.action import ActionDialog
from supervision.tui.screens.agree import AgreeDialog
from supervision.tui.screens.begun import Begun
from supervision.tui.screens.parts import (
    HEAD,
    Choice,
    Foot,
    Form,
    Full,
    Left,
    Line,
    Onward,
    Page,
    Plain,
    Press,
    Row,
    WhenLine,
    Words,
    is_there,
    watched,
)
from supervision.tui.screens.unfinished import Typed, Unfinished

FIRST = ("title", "rationale", "need")
"""The lines it opens on; who supports it and when to look again stand with them."""
REST = ("situation", "usual_practice", "persons_view")
LATER = (
    *("limits", "risks", "practitioner_risk", "safeguards", "explained_how"),
    *("consulted", "informed", "followed_how", "case_file", "alias"),
)
HAPPENED = ("who_knows", "what_it_did", "repair", "go_on")
KEEP_WITHIN = 0.25
"""Seconds from a key until words are kept, also while the field is not left and somebody types without a pause."""

LABELS = {
    "title": "What",
    "rationale": "Because",
    "need": "The need it serves",
    "situation": "What is asked",
    "usual_practice": "Usual practice",
    "persons_view": "Their view",
    "limits": "Until, how much",
    "risks": "Risk to them",
    "practitioner_risk": "Risk to you",
    "safeguards": "Keeping it safe",
    "explained_how": "How it is told",
    "consulted": "Was asked",
    "informed": "Is told",
    "followed_how": "We will know by",
    "case_file": "Case file",
    "alias": "Alias",
    "happened": "It happened on",
    "who_knows": "Who knows",
    "what_it_did": "What it did",
    "repair": "What repairs it",
    "go_on": "Stop or go on",
    "instructed_by": "Instructed by",
}
OF_PERSON = {"need": "{}'s need", "persons_view": "{}'s view", "risks": "Risk to {}"}
"""Labels that name the person by a short alias."""
HINTS = {
    "title": "in a few words: evening messages",
    "rationale": "why this, and not the other",
    "need": "what does the person need?",
    "situation": "what goes on, what is asked?",
    "usual_practice": "what policy says, and who sets it",
    "persons_view": "their words, or why not yet",
    "limits": "how long, how much, what would stop it",
    "risks": "what could go wrong for the person",
    "practitioner_risk": "what it could cost at work",
    "safeguards": "who looks, what is in place",
    "explained_how": "what you will say to them",
    "consulted": "whose view was asked for",
    "informed": "who is told",
    "followed_how": "what shows that it was kept to",
    "case_file": "who puts it there, if it belongs",
    "alias": "stands for the person",
    "who_knows": "who knows about it already",
    "what_it_did": "for the person, and for others",
    "repair": "what, and who is told by when",
    "go_on": "and on what terms",
    "instructed_by": "only if a manager told you to: who",
}
CROSSING = (
    "A crossing is not a violation: it is weighed, supported and written down. What could harm or exploit somebody is "
    "not agreed here; take it to Raise a concern."
)
PARTS = ("text", "for_person", "for_practitioner", "for_others")


class OptionRow(Vertical):
    """One option: what, and what is good and bad in it for each."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    OptionRow { height: auto; margin-bottom: 1; }
    OptionRow > Horizontal { height: auto; }
    OptionRow Words { margin-right: 1; min-height: 2; }
    .-stacked OptionRow > Horizontal { layout: vertical; }
    .-stacked OptionRow Words { min-height: 1; margin: 0 0 0 2; }
    .-stacked OptionRow Words.-text { margin: 0; }
    """

    def __init__(self, option: Option | None, heads: Iterable[str], *, read_only: bool) -> None:
        self.option_id = option.id if option else ""
        self.cells = {
            part: Words(getattr(option, part) if option else "", placeholder=head)
            for part, head in zip(PARTS, heads, strict=True)
        }
        for part, cell in self.cells.items():
            cell.add_class(f"-{part.split('_')[0]}")
            cell.read_only = read_only
        super().__init__(Horizontal(*self.cells.values()))

    def option(self) -> OptionText:
        return OptionText(**{part: cell.words for part, cell in self.cells.items()}, id=self.option_id)

    @property
    def empty(self) -> bool:
        return not any(cell.words for cell in self.cells.values())

    @property
    def changed(self) -> bool:
        """Whether something stands here that is not in the decision, or no longer stands here."""
        return any(cell.words != cell.given for cell in self.cells.values())

    def follow(self, option: Option) -> None:
        """The decision has it like this now."""
        for part, cell in self.cells.items():
            cell.follow(getattr(option, part))

    def arrived(self, option: Option | None) -> None:
        """What stands here is this option of the decision, or none of it any more."""
        self.option_id = option.id if option else ""
        for part, cell in self.cells.items():
            cell.arrived(getattr(option, part) if option else "")


class Marked(Press):
    """A line of notes that was marked on the way, to be taken over into the decision, or left where it is."""

    DEFAULT_CSS = "Marked { width: 1fr; height: auto; padding: 0 1; }"

    def __init__(self, mark: NoteMark) -> None:
        into = "an option" if mark.kind == "option" else "a reason"
        super().__init__(f"Take over as {into}: {mark.text}")
        self.mark = mark


class GoOn(Press):
    """A decision that was begun before, to go on with in place of a new one."""

    DEFAULT_CSS = "GoOn { width: 1fr; height: auto; padding: 0 1; margin-bottom: 1; }"

    def __init__(self, decision: Decision) -> None:
        super().__init__(f"Go on with decision {decision.number}: {decision.title or 'no title yet'}")
        self.decision = decision.id


class DecideScreen(Full[None]):
    """Edits one decision of the room. Each field is kept when it is left and after a pause; none has to be filled."""

    DEFAULT_CSS = """
    DecideScreen > #sides { height: 1fr; }
    DecideScreen #sides > #form { width: 1fr; height: 100%; max-height: 100%; padding-right: 2; }
    DecideScreen #beside { width: 36%; height: 100%; border-left: wide $panel; padding-left: 2; }
    DecideScreen #beside:focus { border-left: wide $accent; }
    DecideScreen .section { margin: 1 0; height: auto; text-style: bold; }
    DecideScreen #support { height: auto; width: 1fr; }
    DecideScreen #support-by { margin-top: 1; }
    DecideScreen #heads { height: auto; margin-bottom: 0; }
    DecideScreen #heads > Plain { width: 1fr; color: $text-muted; }
    DecideScreen.-stacked #heads { display: none; }
    DecideScreen #options { height: auto; }
    DecideScreen #marked { height: auto; }
    DecideScreen #marked.-some { margin: 1 0; }
    DecideScreen #foot { dock: bottom; height: auto; padding: 1 0; background: $background; }
    DecideScreen.-short #foot { padding: 1 0 0 0; }
    DecideScreen.-short #foot > Foot { margin-top: 0; }
    DecideScreen #crossing { margin: 1 0; }
    DecideScreen #foot .line { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous", "Previous field", show=False),
        Binding("down", "app.focus_next", "Next field", show=False),
        Binding("ctrl+o", "beside", "Notes", id="jump", priority=True, show=False),
        Binding("ctrl+l,f5", "agree", "Agree", id="propose-decision", priority=True, show=False),
        Binding("ctrl+t,f4", "action", "Action", id="add-action", priority=True, show=False),
    ]
    pane = "decide"

    def __init__(self, room: Room, decision_id: str | None = None) -> None:
        super().__init__()
        self._room = room
        self._decision_id = decision_id
        self._unwatch: Callable[[], None] | None = None
        self._timer: Timer | None = None
        self._saving = False
        self._fields_left = 0
        self._shows_notes = False
        self._complete = False
        self._unfinished: Unfinished | None = None
        self._too_late = ""
        """What was being written here when the decision was agreed, for whoever wrote it."""

    # -- what is there ----------------------------------------------------------------------------------------

    @property
    def _today(self) -> date:
        return self._room.clock().date()

    @property
    def _decision(self) -> Decision | None:
        return self._room.session.decision(self._decision_id) if self._decision_id else None

    @property
    def _final(self) -> bool:
        decision = self._decision
        session = self._room.session
        return session.state == "signed" or (decision is not None and rules.text_is_final(session, decision))

    @property
    def _matter(self) -> int:
        decision = self._decision
        return decision.matter if decision else self._room.session.matter

    def _heads(self) -> tuple[str, str, str, str]:
        session = self._room.session
        alias = session.matter_of(self._matter).alias
        practitioner = next((names.first(p) for p in session.people if p.role == "practitioner"), "you")
        return ("Option", f"for {alias or 'the person'}", f"for {practitioner}", "for others")

    def compose(self) -> ComposeResult:
        decision = self._decision
        self._measure()
        yield self.top("")
        with Horizontal(id="sides"):
            with Form(id="form"):
                if decision is None:
                    yield from (GoOn(other) for other in self._unfinished_ones())
                for key in FIRST:
                    yield self._field(key)
                yield Row("Supported by", self._support())
                again = WhenLine(
                    self._today, value=decision.review_on if decision else None, id="review_on", past_is_fine=True
                )
                yield Row("Look again on", again)
                yield Vertical(id="marked")
                yield Plain("The rest can wait, and can be finished by either of you.", classes="quiet gap")
            with Page(id="beside"):
                yield from self._notes()
        with Vertical(id="foot"):
            yield Plain(id="needs", classes="quiet line")
            yield Plain(id="who", classes="line")
            yield Plain(id="fault", classes="fault line")
            with Foot():
                peer = self._room.session.kind == "peer"
                yield Press(
                    self._with_key("Who agrees" if peer else "Agree, or not", "propose-decision"),
                    id="agree",
                    first=True,
                )
                yield Press(self._with_key("Add action", "add-action"), id="action")
                yield Press(self._with_key("Notes", "jump"), id="notes")
                yield Press("Back", id="back")

    def _with_key(self, words: str, command: str) -> str:
        """A button's words with its key beside them, where there is room."""
        width = self.app.size.width
        return f"{words} {key_of(self.app, command, in_brief=width < 100)}" if width >= 80 else words

    def _unfinished_ones(self) -> list[Decision]:
        """Decisions of this session that wait for words or for somebody to agree."""
        session = self._room.session
        return [one for one in session.decisions if rules.status(session, one) in {"draft", "proposed"}]

    async def _more(self) -> None:
        """Puts the rest below the five lines, once these can be seen and written in."""
        form = self.query_one("#form", Form)
        for part in (self._weighing, self._keeping):
            if not is_there(self):
                return
            await form.mount_all(part())
        if not is_there(self):  # left before all of it was there
            return
        self._complete = True
        self._refresh()
        self._offer_begun()
        self.call_after_refresh(self._begin_at_the_top)

    def _begin_at_the_top(self) -> None:
        """The name above the first field is seen with it, as far as a low screen has room."""
        form = self.query_one("#form", Form)
        if form.scroll_y < HEAD and self.focused is self.query_one("#title"):
            form.scroll_home(animate=False)

    def _offer_begun(self) -> None:
        """An edit that was begun when the program ended; who agreed is to know before it is taken up."""
        if (draft := self._draft) and not self._final and (typed := draft.begun()):
            form = self.query_one("#form", Form)
            form.mount(Begun(typed, LABELS), before=0)
            self.call_after_refresh(form.scroll_home, animate=False)

    def _refused(self, sentence: str) -> None:
        fault = self.query_one("#fault", Plain)
        fault.update(Content(sentence))
        fault.display = True

    def _weighing(self) -> Iterable[Widget]:
        decision = self._decision
        yield from (self._field(key) for key in REST)
        yield Plain("Ways it could go", classes="section")
        yield Horizontal(*(Plain(head) for head in self._heads()), id="heads")
        rows = (
            [OptionRow(option, self._heads(), read_only=self._final) for option in decision.options] if decision else []
        )
        if not self._final:
            rows.append(OptionRow(None, self._heads(), read_only=False))
        yield Vertical(*rows, id="options")
        yield Plain(id="hold", classes="quiet")
        yield Plain("The stance: what we do", classes="section")
        yield Choice(
            told.STANCE_NAMES,
            about=STANCES,
            value=decision.stance if decision else "",
            upright=True,
            passing=True,
            id="stance",
        )
        yield Plain(CROSSING, id="crossing", classes="quiet")

    def _keeping(self) -> Iterable[Widget]:
        decision = self._decision
        yield from (self._field(key) for key in LATER)
        yield Plain("If it has already happened", classes="section")
        happened = WhenLine(
            self._today,
            value=decision.happened if decision else None,
            placeholder="Friday, 20 November",
            past_is_fine=True,
            id="happened",
        )
        yield Row("It happened on", happened)
        yield from (self._field(key, classes="happened") for key in HAPPENED)
        yield Plain("Agreeing gives no permission backwards.", classes="quiet gap happened")
        yield self._field("instructed_by")

    def _field(self, key: str, classes: str | None = None) -> Widget:
        decision = self._decision
        words = Words(getattr(decision, key) if decision else "", placeholder=HINTS[key], id=key)
        words.read_only = self._final
        label = LABELS[key]
        alias = self._room.session.matter_of(self._matter).alias
        practitioner = self._heads()[2].removeprefix("for ")
        if key in OF_PERSON and alias and len(alias) < 9:
            label = OF_PERSON[key].format(alias)
        elif key == "practitioner_risk" and len(practitioner) < 9:
            label = f"Risk to {practitioner}"
        return Row(label, words, classes=classes)

    def _support(self) -> Widget:
        support = self._decision.support if self._decision else None
        return Vertical(
            Choice(
                {"not-needed": "not needed", "asked": "asked", "given": "given", "refused": "refused"},
                about={
                    "not-needed": "to bend or cross always needs somebody with authority behind it",
                    "asked": "waiting for their answer",
                    "refused": "then it is not done; it can be decided anew",
                },
                value=support.status if support else "not-needed",
                id="support-status",
            ),
            Line(
                support.by if support else "",
                placeholder="a name or role in the organisation: Team manager",
                id="support-by",
            ),
            WhenLine(
                self._today,
                value=support.at if support and support.by else None,
                placeholder="on which day; today if you leave it empty",
                past_is_fine=True,
                id="support-at",
            ),
            id="support",
        )

    def _notes(self) -> Iterable[Widget]:
        session = self._room.session
        matter = session.matter_of(self._matter)
        yield Plain(matter.alias or "Notes", classes="heading")
        brought = "\n".join(words for words in (matter.text, matter.question) if words)
        if brought:
            yield Plain(brought, classes="gap")
        written = told.notes_of(session, self._matter)
        if not written:
            yield Plain("Nothing has been noted on this matter yet.", classes="quiet")
        for title, lines in written:
            yield Plain(Content.styled(title, "bold $text-muted"))
            yield Plain(lines, classes="gap")

    # -- its life ---------------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        self.query_one("#fault").display = False
        self._lay_out()
        self._refresh()
        self._unwatch = watched(self, self._room, self._refresh)
        if not self._final:
            title = self.query_one("#title", Words)
            title.move_cursor(title.document.end)
            title.focus()
        self.call_after_refresh(self._more)

    def on_unmount(self) -> None:
        if self._unwatch is not None:
            self._unwatch()

    def on_resize(self) -> None:
        self._lay_out()

    def _measure(self) -> None:
        width, height = self.app.size
        self.set_class(height < 24, "-short")
        self.set_class(width < 72 or 100 <= width < 116, "-stacked")

    def _lay_out(self) -> None:
        self._measure()
        wide = self.app.size.width >= 100
        self.query_one("#beside").display = wide or self._shows_notes
        self.query_one("#form").display = wide or not self._shows_notes
        self.query_one("#beside").styles.width = "36%" if wide else "100%"
        notes = self.query_one("#notes", Press)
        notes.display = not wide
        notes.say(self._with_key("The decision" if self._shows_notes else "Notes", "jump"))

    def _refresh(self) -> None:
        """Shows where the decision stands, and what somebody else changed in fields nobody is in."""
        session, decision = self._room.session, self._decision
        title = decision.title if decision and decision.title else "A boundary decision"
        self.query_one(".heading", Plain).update(Content(title))
        state = ""
        if decision:
            state = f"decision {decision.number}, {told.STATUS_NAMES[rules.status(session, decision)]}"
        self.query_one("#state", Plain).update(Content(state))
        needs = "Write whatever you know; it is kept as you go."
        if decision:
            needs = told.needs(decision)
            if not needs and session.kind == "supervision" and not rules.agreed_by_all(session, decision):
                key = key_of(self.app, "propose-decision")
                needs = f"Nothing is missing. {key} to read it through, and agree or not."
        if self._final:
            needs = f"{self._too_late}Its text no longer changes. A new decision can replace it."
        self.query_one("#needs", Plain).update(Content(needs))
        who = Content("")
        if decision and session.kind == "peer":
            who = Content("Two peers propose; each takes it to somebody with authority.")
        elif decision:
            who = told.agreement(session, decision)
        if decision and (other := [entry for entry in session.dissents if entry.decision == decision.id]):
            differing = f"{session.called(other[-1].by)} sees it differently: {other[-1].text}"
            who = Content("\n").join([who, Content.styled(" ".join(differing.split()), "$text-muted")])
        self.query_one("#who", Plain).update(who)
        low = self.app.size.height < 24
        for line in ("#needs", "#who"):
            self.query_one(line).display = bool(str(self.query_one(line, Plain).content)) and not (
                low and line == "#who"
            )
        self.query_one("#agree").display = decision is not None
        self._offer_marked()
        self._show_parts()
        self._follow()

    def _offer_marked(self) -> None:
        """What was marked in the notes on this matter and does not stand in the decision yet."""
        decision = self._decision
        options = [option.text for option in decision.options] if decision else []
        reasons = decision.rationale if decision else ""
        wanted = [
            mark
            for mark in self._room.session.marks
            if not self._final
            and mark.matter == self._matter
            and (mark.text not in options if mark.kind == "option" else mark.text not in reasons)
        ]
        place = self.query_one("#marked", Vertical)
        offered = {offer.mark: offer for offer in place.query(Marked)}
        for mark in offered.keys() - set(wanted):
            if offered[mark].has_focus:
                self.focus_next()
            offered[mark].remove()
        place.mount_all(Marked(mark) for mark in wanted if mark not in offered)
        place.set_class(bool(wanted), "-some")

    def _take_marked(self, mark: NoteMark) -> None:
        if mark.kind == "reason":
            because = self.query_one("#rationale", Words)
            because.put("\n".join(words for words in (because.words, mark.text) if words))
        elif not self._complete:
            self.call_after_refresh(self._take_marked, mark)
            return
        else:
            row = next(row for row in self.query(OptionRow) if row.empty)
            row.cells["text"].put(mark.text)
        self.keep()

    def _follow(self) -> None:
        """Takes over what somebody else changed; what is being written here meanwhile is made one with it."""
        decision, final = self._decision, self._final
        if decision is None or self._saving:
            return
        if final:
            self._say_what_came_too_late()
        for field in self.query(Words):
            if field.id:
                field.follow(getattr(decision, field.id))
            if field.read_only != final:
                field.read_only = final
        for key in DATES:
            for when in self.query(f"#{key}").results(WhenLine):
                when.follow(getattr(decision, key))
        support, (status, by, at) = decision.support, self._support_fields
        touched = status.value != status.given or by.words != by.given or at.words != at.line.given
        if not touched:
            status.follow(support.status)
            by.follow(support.by)
            at.follow(support.at if support.by else None)
        if not self._complete:
            return
        stance = self.query_one("#stance", Choice)
        for part in (stance, *(self.query_one(f"#{key}", WhenLine) for key in DATES)):
            if part.disabled != final:
                part.disabled = final
        stance.follow(decision.stance)
        self._follow_options(decision)

    def _follow_options(self, decision: Decision) -> None:
        place, before = self.query_one("#options"), None
        rows = {row.option_id: row for row in self.query(OptionRow) if row.option_id}
        for option in decision.options:
            row = rows.pop(option.id, None)
            if row is not None:
                row.follow(option)
            else:
                row = OptionRow(option, self._heads(), read_only=self._final)
                place.mount(row, before=0 if before is None else None, after=before)
            before = row
        for row in rows.values():  # taken out by somebody else; what was written on here meanwhile is a new one
            if row.changed:
                row.option_id = ""
            else:
                if row.has_focus_within:
                    self.focus_next()
                for cell in row.cells.values():
                    cell.follow("")
                row.remove()

    def _say_what_came_too_late(self) -> None:
        """Words that were being written here when the decision was agreed are not in it, and are not lost unseen."""
        late = [field for field in self.query(Words) if field.words != field.given]
        if words := "; ".join(field.words for field in late if field.words):
            self._too_late = f"It was agreed meanwhile, so this is not part of it: {' '.join(words.split())}. "
        for field in late:
            field.put(field.given)
        if late:
            self.call_later(self._refresh)

    @property
    def _support_fields(self) -> tuple[Choice, Line, WhenLine]:
        return (
            self.query_one("#support-status", Choice),
            self.query_one("#support-by", Line),
            self.query_one("#support-at", WhenLine),
        )

    def _show_parts(self) -> None:
        status = self.query_one("#support-status", Choice).value
        for part in ("#support-by", "#support-at"):
            self.query_one(part).display = status != "not-needed"
        if not self._complete:
            return
        happened = bool(self.query_one("#happened", WhenLine).words)
        for widget in self.query(".happened"):
            widget.display = happened
        rows = [row.option() for row in self.query(OptionRow) if not row.empty]
        said = " ".join(row.text.casefold() for row in rows)
        holds = any(word in said for word in ("hold", "keep", "stay", "as it is"))
        hint = "" if holds or not rows else "Is keeping the boundary as it is one of the ways? It deserves reasons too."
        self.query_one("#hold", Plain).update(Content(hint))
        self.query_one("#hold").display = bool(hint)

    # -- keeping what is written ------------------------------------------------------------------------------

    @on(TextArea.Changed)
    @on(Input.Changed)
    def _typing(self) -> None:
        if self._timer is None:
            self._timer = self.set_timer(KEEP_WITHIN, self._after_a_while)

    def _after_a_while(self) -> None:
        self._timer = None
        # Words that others agreed to are only replaced once the field is left, never halfway through one: till then
        # the new ones are kept beside the decision.
        decision = self._decision
        if decision is None or not decision.marks:
            self.keep()
        elif draft := self._draft:
            draft.touched()

    @property
    def _draft(self) -> Unfinished | None:
        if self._unfinished is None and self._decision_id is not None:
            self._unfinished = Unfinished(self, f"decision {self._decision_id}", self._begun, self._refused)
        return self._unfinished

    def _begun(self) -> Typed:
        """What is written here and stands in no decision yet, and what was begun earlier and is still offered."""
        typed = {key: words for offer in self.query(Begun) for key, words in offer.typed.items()}
        change = self._edited([])
        if not isinstance(change, EditDecision):
            return typed
        typed |= change.fields
        for n, option in enumerate(change.options or ()):
            typed |= {f"option {n} {part}": getattr(option, part) for part in PARTS if getattr(option, part)}
        return typed

    def _take_up(self, typed: Typed) -> None:
        """Puts what was begun back into its fields, to be finished there."""
        self.query(Begun).remove()
        rows = list(self.query(OptionRow))
        field: Widget | None = None
        for key, words in typed.items():
            if key.startswith("option "):
                _, n, part = key.split()
                if int(n) < len(rows) and part in PARTS:
                    field = rows[int(n)].cells[part]
                    rows[int(n)].cells[part].put(words)
            elif key in DATES:
                again = self.query_one(f"#{key}", WhenLine)
                again.put(date.fromisoformat(words) if words else None)
                field = again.line
            elif key == "stance":
                self.query_one("#stance", Choice).value = words
            elif key in LABELS:
                text_field = self.query_one(f"#{key}", Words)
                text_field.put(words)
                text_field.move_cursor(text_field.document.end)
                field = text_field
        if field is not None:
            field.focus()
        else:
            self.keep()

    @on(Left)
    def _left(self, event: Left) -> None:
        event.stop()
        if isinstance(event.sender, Line) and event.sender.id == "support-by" and event.sender.words:
            status = self.query_one("#support-status", Choice)
            if status.value == "not-needed":
                status.value = "asked"
        self.keep()
        self._fields_left += 1

    @on(Choice.Changed, "#support-status")
    def _support_chosen(self) -> None:
        self._show_parts()
        if not self._saving:
            self.keep()

    @on(Choice.Changed, "#stance")
    def _stance_chosen(self) -> None:
        if not self._saving:
            self.keep()

    @on(WhenLine.Understood, "#happened")
    def _happened(self) -> None:
        self._show_parts()

    def keep(self) -> bool:
        """Puts into the room what is written here and not there yet; False when something was refused, and said."""
        if self._saving or not self.is_mounted:
            return True
        self._follow()
        self._saving = True
        faults: list[str] = []
        try:
            for change in (self._edited, self._support_changed):
                try:
                    made = change(faults)
                    if made is not None:
                        self._room.change(made, run=f"{id(self)} {self._fields_left}")
                        self._remember(made)
                except SupervisionError as error:
                    faults.append(str(error))
        finally:
            self._saving = False
        if not faults and (draft := self._draft):
            draft.keep()
        fault = self.query_one("#fault", Plain)
        fault.update(Content(" ".join(faults)))
        fault.display = bool(faults)
        self._refresh()
        return not faults

    def _edited(self, faults: list[str]) -> Change | None:
        """What was written here and is not in the decision yet; what others wrote in it stays as it is."""
        if self._final:
            return None
        decision = self._decision
        new = {field.id: field.words for field in self.query(Words) if field.id and field.words != field.given}
        if self._complete and (stance := self.query_one("#stance", Choice)).value != stance.given:
            new["stance"] = stance.value
        for key in DATES:
            for line in self.query(f"#{key}").results(WhenLine):
                try:
                    day = line.day()
                except BadInput as error:
                    if not line.line.has_focus:
                        faults.append(f"{BY_KEY[key].label}: {error}")
                    continue
                if day != line.given:
                    new[key] = day.isoformat() if day else ""
        rows = list(self.query(OptionRow))
        options = tuple(row.option() for row in rows if not row.empty)
        anew = any(row.changed for row in rows)
        if decision is not None:
            return EditDecision(id=decision.id, fields=new, options=options if anew else None) if new or anew else None
        if self._decision_id is not None and (new or anew):  # somebody took it back, and it is written on here
            new |= {field.id: field.words for field in self.query(Words) if field.id}
        elif self._decision_id is not None:
            return None
        return Propose(fields=new, options=options) if any(new.values()) or options else None

    def _support_changed(self, faults: list[str]) -> Change | None:
        decision, (choice, line, at) = self._decision, self._support_fields
        status, by = choice.value, line.words
        if decision is None or (status != "not-needed" and not by):
            return None
        day = at.day()
        # A day that was not typed is filled in by the rules, so it is no change by itself.
        if status == choice.given and (status == "not-needed" or (by == line.given and day in {None, at.given})):
            return None
        known: dict[str, SupportStatus] = {
            "not-needed": "not-needed",
            "asked": "asked",
            "given": "given",
            "refused": "refused",
        }
        return SetSupport(id=decision.id, status=known[status], by=by, on=day)

    def _remember(self, made: Change) -> None:
        """Which decision it is now, and that what stands here is in it, once the room has taken it."""
        if isinstance(made, Propose):
            self._decision_id = self._room.session.decisions[-1].id
        decision = self._decision
        if decision is None:
            return
        if isinstance(made, SetSupport):
            status, by, at = self._support_fields
            status.given, by.given = decision.support.status, decision.support.by
            at.arrived(decision.support.at)
            return
        assert isinstance(made, Propose | EditDecision)
        for key in made.fields:
            field = self.query_one(f"#{key}")
            if isinstance(field, Words | WhenLine):
                field.arrived(getattr(decision, key))
            elif isinstance(field, Choice):
                field.given = decision.stance
        if not self._complete:
            return
        rows = list(self.query(OptionRow))
        if made.options is not None:
            options = iter(decision.options)
            for row in rows:
                row.arrived(None if row.empty else next(options, None))
        if not self._final and not any(row.empty for row in rows):
            self.query_one("#options").mount(OptionRow(None, self._heads(), read_only=False))

    # -- what one can do --------------------------------------------------------------------------------------

    @on(Onward)
    def _onward(self, event: Onward) -> None:
        event.stop()
        # Enter in an option that says nothing ends them, as an empty line does in plain mode.
        row = next((node for node in event.sender.ancestors if isinstance(node, OptionRow)), None)
        if row is not None and row.empty:
            self.query_one("#stance").focus()
        else:
            self.focus_next()

    @on(Press.Pressed)
    def _pressed(self, event: Press.Pressed) -> None:
        event.stop()
        if isinstance(event.press, Marked):
            self._take_marked(event.press.mark)
            return
        if isinstance(event.press, GoOn):
            self.keep()
            self.dismiss(None)
            self.app.push_screen(DecideScreen(self._room, event.press.decision))
            return
        if event.press.id in {"take-up", "leave-out"}:
            begun = self.query_one(Begun)
            if event.press.id == "take-up":
                self._take_up(begun.typed)
            elif draft := self._draft:
                begun.remove()
                draft.drop()
                self.query_one("#title").focus()
            return
        do: dict[str | None, Callable[[], None]] = {
            "agree": self.action_agree,
            "action": self.action_action,
            "notes": self.action_beside,
            "back": self.action_leave,
        }
        do[event.press.id]()

    def action_focus_next_field(self) -> None:
        self.focus_next()

    def action_agree(self) -> None:
        if not self.keep() or self._decision_id is None:
            return
        self.app.push_screen(AgreeDialog(self._room, self._decision_id), lambda _: self._refresh())

    def action_action(self) -> None:
        self.keep()

        def made(change: Change | None) -> None:
            if change is not None:
                self._room.change(change)

        self.app.push_screen(ActionDialog(self._room, decision=self._decision_id), made)

    def action_beside(self) -> None:
        """To the notes and back."""
        if self.app.size.width >= 100:
            beside = self.query_one("#beside")
            (self.query_one("#title") if beside.has_focus else beside).focus()
            return
        self.keep()
        self._shows_notes = not self._shows_notes
        self._lay_out()
        self.query_one("#beside" if self._shows_notes else "#title").focus()

    def action_leave(self) -> None:
        if self._shows_notes and self.app.size.width < 100:
            self.action_beside()
            return
        # What cannot be kept (a day that is none) is said once; going back again leaves it.
        if not self.keep() and not self._warned:
            self._warned = True
            return
        self.dismiss(None)

    _warned = False
