"""Agreeing to a decision: each reads the same text and answers for themselves."""

from collections.abc import Callable, Iterable

from textual.content import Content
from textual.events import Key
from textual.widget import Widget

from supervision.errors import BadInput
from supervision.model import digest, rules
from supervision.model.changes import AddDissent, Agree, Disagree, NotYet
from supervision.model.values import Decision
from supervision.room import Room
from supervision.tui.screens import told
from supervision.tui.screens.parts import Choice, Dialog, Line, Page, Plain, Press, Row, Words, names, watched
from supervision.tui.widgets.hanging import Hung


class AgreeDialog(Dialog[bool]):
    """Shows the whole text of a decision and takes each person's own answer; True when somebody agreed."""

    DEFAULT_CSS = """
    AgreeDialog > .sheet { width: 92; }
    AgreeDialog #who { height: auto; margin: 1 0; }
    """
    accept_label = "I agree"
    leave_label = "Not yet"
    around_page = 9

    def __init__(self, room: Room, decision_id: str) -> None:
        super().__init__()
        self._room = room
        self._decision_id = decision_id
        self._agreed = False
        self._unwatch: Callable[[], None] | None = None
        decision = self._decision
        self.heading = f"Decision {decision.number}: {decision.title or 'no title yet'}"
        self._shown = digest.decision_digest(decision)

    @property
    def _decision(self) -> Decision:
        decision = self._room.session.decision(self._decision_id)
        assert decision is not None
        return decision

    @property
    def _peer(self) -> bool:
        return self._room.session.kind == "peer"

    def fields(self) -> Iterable[Widget]:
        with_page = Page(Hung(id="text"), id="read")
        yield with_page
        yield Plain(id="who")
        if self._peer:
            yield Plain(
                "Two peers propose and do not agree: neither of you has authority over the other. Each takes this to "
                "somebody who has it in their own organisation, usually the line manager, and brings the answer to "
                "the next session.",
                classes="quiet",
            )
        else:
            yield Row("Your name", Line(placeholder="type it when you have read this and agree", id="name"))
            yield Plain(
                f"Each agrees for themselves. {told.recorded(self._room)}",
                classes="quiet",
            )

    def buttons(self) -> Iterable[Widget]:
        if not self._peer:
            yield Press(self.accept_label, id="accept", first=True)
        yield Press("I see it differently", id="differ")
        yield Press("Go on writing it", id="write")
        yield Press("Back" if self._peer else self.leave_label, id="leave")

    def start(self) -> None:
        self._show()
        self._unwatch = watched(self, self._room, self._changed)
        self.query_one("#read").focus()

    def on_unmount(self) -> None:
        if self._unwatch is not None:
            self._unwatch()

    def _show(self) -> None:
        session, decision = self._room.session, self._decision
        self.query_one("#text", Plain).update(told.decision_text(session, decision))
        lines = [
            Content.assemble(("Support:  ", "$text-muted"), told.support(decision)),
            told.agreement(session, decision),
        ]
        if lacking := told.needs(decision):
            lines.append(Content.styled(lacking, "$text-muted"))
        self.query_one("#who", Plain).update(Content("\n").join(lines))
        self.query_one("#write").display = bool(lacking) and not rules.text_is_final(session, decision)

    def _changed(self) -> None:
        if self._room.session.decision(self._decision_id) is None:
            self.dismiss(self._agreed)
            return
        now = digest.decision_digest(self._decision)
        self._show()
        if now != self._shown:
            self._shown = now
            if not self._peer:
                self.query_one("#name", Line).value = ""
            self.fault("The text was changed while you were reading it. Please read it again.")

    def _who(self) -> str:
        words = self.query_one("#name", Line).words
        if not words:
            raise BadInput("Type your own name to agree.")
        return rules.participant(self._room.session, words)

    def accept(self) -> None:
        if self._peer:
            return
        session = self._room.change(Agree(id=self._decision_id, digest=self._shown), by=self._who())
        self._agreed = True
        decision = self._decision
        if rules.agreed_by_all(session, decision):
            self.dismiss(True)
            return
        line = self.query_one("#name", Line)
        line.value = ""
        line.focus()
        self._show()

    def leaving(self) -> bool:
        return self._agreed

    def action_leave(self) -> None:
        # "Not yet" by somebody who had agreed and typed their name again takes the agreement back.
        line = self.query("#name").results(Line)
        words = next((field.words for field in line), "")
        if words:
            self.trying(lambda: self._take_back(words))
        self.dismiss(self._agreed)

    def _take_back(self, words: str) -> None:
        who = rules.who(self._room.session, words)
        if any(mark.by == who for mark in self._decision.marks):
            self._room.change(NotYet(id=self._decision_id), by=who)

    def on_key(self, event: Key) -> None:
        """A name that is typed while one is still at the text goes where names are typed."""
        if event.is_printable and event.character and self.query("#name") and isinstance(self.focused, Page | Press):
            event.stop()
            line = self.query_one("#name", Line)
            line.focus()
            line.insert_text_at_cursor(event.character)

    def _write(self) -> None:
        """To the decision, to write what is still missing."""
        from supervision.tui.screens import DecideScreen

        below = self.app.screen_stack[-2]
        self.dismiss(self._agreed)
        if not isinstance(below, DecideScreen):
            self.app.push_screen(DecideScreen(self._room, self._decision_id))

    def pressed(self, id: str) -> None:
        if id == "write":
            self._write()
            return

        def said(differed: bool | None) -> None:
            if differed:
                self.dismiss(self._agreed)
                say = getattr(self.app, "say", lambda _: None)
                self.app.call_after_refresh(say, "Kept with the decision, beside what was agreed.")

        self.app.push_screen(DifferDialog(self._room, self._decision_id), said)


class DifferDialog(Dialog[bool]):
    """Somebody sees a decision, or the session, differently: whose words, which, and how it will be resolved."""

    accept_label = "Keep it with the decision"

    def __init__(self, room: Room, decision_id: str = "") -> None:
        super().__init__()
        self._room = room
        self._decision_id = decision_id
        self.heading = "What do you see differently?"
        self.draft = f"differ {room.id} {decision_id}"
        if not decision_id:
            self.accept_label = "Keep it in the record"

    def fields(self) -> Iterable[Widget]:
        people = self._room.session.people
        here = {p.id: p.called for p in people if not self._room.is_elsewhere(p.id)}
        whose = Row("Whose words", Choice(here, value=self._room.writer, id="who"))
        whose.display = len(here) > 1
        yield whose
        yield Row("Differently", Words(placeholder="in your own words", id="differ-words"))
        yield Row("To be resolved", Line(placeholder="how, and by when", id="resolve"))
        called = names([person.called for person in people])
        yield Plain(f"A different view has its place in the record. {called} can both read it.", classes="quiet")

    def start(self) -> None:
        self.query_one("#differ-words").focus()

    def accept(self) -> None:
        words = self.query_one("#differ-words", Words).words
        resolve = self.query_one("#resolve", Line).words
        if not words:
            raise BadInput("There are no words yet.")
        change = (
            Disagree(id=self._decision_id, text=words, resolve_by=resolve)
            if self._decision_id
            else AddDissent(text=words, resolve_by=resolve)
        )
        self._room.change(change, by=self.query_one("#who", Choice).value)
        self.done(True)

    def leaving(self) -> bool:
        return False
