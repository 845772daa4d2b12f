"""One chain on the screen: answers, options weighed, the decision, its actions, its review, each a key apart."""

from collections.abc import Callable
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Resize
from textual.screen import Screen
from textual.widgets.option_list import Option

from supervision.errors import NotFound, SupervisionError
from supervision.model import chain, rules
from supervision.model.changes import AddAddendum, Change, Disagree, EditAction, NoteAction, SetActionStatus
from supervision.model.values import Action, ActionStatus, Decision, Session
from supervision.room import Room
from supervision.shelf import Shelf
from supervision.tui.screens import carrying, told
from supervision.tui.screens.actions import ActionCard
from supervision.tui.screens.chain_rows import LINKS, WITHOUT_DECISION, ChainRows, Row
from supervision.tui.screens.decisions import DecisionCard, ReviewDialog, SupportDialog
from supervision.tui.screens.parts import Full, KeyHints, Plain, names
from supervision.tui.screens.record import RecordScreen
from supervision.tui.screens.replacing import begin
from supervision.tui.screens.rows import Rows
from supervision.tui.screens.small import SayDialog

Keys = tuple[tuple[str, str, str], ...]

AROUND: Keys = (("U", "undo", "undo"), ("Esc", "back", "leave"))
KEYS: dict[str, Keys] = {
    "open action": (
        ("D", "done", "done"),
        ("X", "drop", "drop"),
        ("N", "note", "note"),
        ("E", "edit", "edit"),
        ("W", "waits", "waits"),
        *AROUND,
    ),
    "closed action": (("O", "open again", "reopen"), ("N", "note", "note"), ("E", "edit", "edit"), *AROUND),
    "decision": (
        ("G", "go on with it", "go_on"),
        ("R", "review", "review"),
        ("S", "support", "support"),
        ("P", "replace", "replace"),
        ("A", "action", "add"),
        ("V", "disagree", "differ"),
        *AROUND,
    ),
    "record": (("Enter", "the whole record", "open"), *AROUND),
    "link": (("Enter", "go there", "open"), *AROUND),
    "nothing": AROUND,
}
"""What can be done at a row, by what the row is."""


class ChainScreen(Full[None]):
    """The chain of an action or of a decision, by its id. What is done here is carried to the session it lives in.

    Digits and arrows go from link to link; Enter opens what one is at, an older or newer decision with a chain of its
    own; Escape goes back. With `room`, the open session it was opened from, a decision can be replaced in it.
    """

    DEFAULT_CSS = """
    ChainScreen > #links { height: auto; margin-bottom: 1; }
    ChainScreen > .keys { display: none; }
    ChainScreen > .keys.-here { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "link(-1)", "Link before", show=False),
        Binding("right", "link(1)", "Next link", show=False),
        *(Binding(str(n), f"to({n})", f"Link {n}", show=False) for n in range(1, len(LINKS) + 1)),
        Binding("d", "done", "Done", show=False),
        Binding("x", "drop", "Drop", show=False),
        Binding("o", "reopen", "Open again", show=False),
        Binding("n", "note", "Note", show=False),
        Binding("e", "edit", "Edit", show=False),
        Binding("w", "waits", "Waits for", show=False),
        Binding("g", "go_on", "Go on with it", show=False),
        Binding("r", "review", "Review", show=False),
        Binding("s", "support", "Support", show=False),
        Binding("p", "replace", "Replace", show=False),
        Binding("a", "add", "Add an action", show=False),
        Binding("v", "differ", "See it differently", show=False),
        Binding("u,ctrl+z", "undo", "Undo", show=False),
        Binding("ctrl+y", "redo", "Redo", show=False),
    ]
    pane = "chain"

    def __init__(self, shelf: Shelf, session: Session, id: str, me: str, *, room: Room | None = None) -> None:
        super().__init__()
        self._shelf = shelf
        self._me = me
        self._room = room
        self._of = id
        self._rows: list[Row] = []
        self._turn_to(session)

    def _turn_to(self, session: Session) -> None:
        """Takes the session as it now is. NotFound when what the chain is of has gone."""
        action, decision = session.action(self._of), session.decision(self._of)
        if action is not None:
            self._chain = chain.of_action(session, action)
        elif decision is not None:
            self._chain = chain.of_decision(session, decision)
        else:
            raise NotFound("It has been taken back, so there is nothing left to show.")

    @property
    def _session(self) -> Session:
        return self._chain.session

    @property
    def _links(self) -> tuple[str, ...]:
        return LINKS if self._chain.decision else WITHOUT_DECISION

    def compose(self) -> ComposeResult:
        session = self._session
        about = [self._chain.alias, told.with_whom(self._people, self._me), told.day(session.held or session.started)]
        yield self.top(self._heading, ", ".join(part for part in about if part))
        links = [(str(n), name, f"to({n})") for n, name in enumerate(self._links, 1)]
        yield KeyHints(links, id="links", classes="")
        yield Plain("", id="said", classes="said")
        yield Rows(id="list")
        for name, ways in KEYS.items():
            here = [way for way in ways if self._can(way[2])]
            yield KeyHints(here, classes=f"keys -{name.replace(' ', '-')}")

    def _can(self, action: str) -> bool:
        """Whether this could be done to what the chain is of."""
        if action == "replace":
            return self._room is not None
        decision = self._chain.decision
        if action == "go_on":
            unfinished = decision is not None and rules.status(self._session, decision) in ("draft", "proposed")
            return unfinished and self._session.state == "open"
        return True

    async def action_go_on(self) -> None:
        """To the decision as it is being written, in its session."""
        from supervision.tui.screens import DecideScreen
        from supervision.tui.screens.session import SessionScreen

        decision, session = self._chain.decision, self._session
        if decision is None or not self._can("go_on"):
            self.say("It is not being written any more.")
            return

        def write(screen: SessionScreen) -> None:
            self.app.push_screen(DecideScreen(screen.room, decision.id))

        room = self._room
        if room is not None and room.session.id == session.id:
            self.app.push_screen(DecideScreen(room, decision.id))
        elif room is not None:
            self.say("It is in another session that is open; home leads there.")
        else:
            self.app.call_later(self.app.in_session, session.id, write)  # type: ignore[attr-defined]

    @property
    def _people(self) -> list[dict[str, Any]]:
        return [{"name": person.called} for person in self._session.people]

    @property
    def _heading(self) -> str:
        decision = self._chain.decision
        return (decision.title or "A decision without a title") if decision else "An action"

    def on_mount(self) -> None:
        self.say("")
        self._draw()
        self.query_one("#list", Rows).focus()
        self._go_to(self._place(next(n for n, row in enumerate(self._rows) if row.id == self._of)))

    def on_resize(self, _: Resize) -> None:
        self._draw()

    def on_screen_resume(self) -> None:
        self._reread()

    def _draw(self) -> None:
        """Lays the chain out for the width there is."""
        self._rows = ChainRows(self._chain, self._shelf.today, self.room, self._named).rows()
        options: list[Option] = []
        for n, row in enumerate(self._rows):
            if n == 0 or row.link != self._rows[n - 1].link:
                title = f"{chr(10) if n else ''}{row.link + 1}  {self._links[row.link]}"
                options.append(Option(Content.styled(title, "bold $text-muted"), id=f"{row.link}", disabled=True))
            options.append(Option(row.words, id=f"{row.link} {row.kind} {row.id} {n}"))
        self.query_one("#list", Rows).show(options)
        self._point()

    @property
    def _decided(self) -> Decision:
        assert self._chain.decision is not None
        return self._chain.decision

    def _named(self, decision_id: str) -> str:
        """A decision by its title and where it stands, also when it lives in another session."""
        try:
            session, decision = self._elsewhere(decision_id)
        except SupervisionError:
            return f"{decision_id}, which is not in these records"
        standing = told.STATUS_NAMES[rules.status(session, decision)]
        return f"{decision.title or 'no title yet'}, {standing}, {told.day(session.held or session.started)}"

    def _elsewhere(self, decision_id: str) -> tuple[Session, Decision]:
        session, decision = self._session, self._session.decision(decision_id)
        if decision is None:
            home, _ = self._shelf.resolve_decision(decision_id)
            session = self._shelf.load(home)
            decision = session.decision(decision_id)
        if decision is None:
            raise NotFound("That decision is not in these records.")
        return session, decision

    # -- where one is -------------------------------------------------------------------------------------------

    def _place(self, row: int) -> int:
        """Where a row stands in the list, with the titles in between."""
        return row + self._rows[row].link + 1

    def _first_of(self, link: int) -> int:
        return self._place(next(n for n, row in enumerate(self._rows) if row.link == link))

    @property
    def _here(self) -> Row | None:
        rows = self.query_one("#list", Rows)
        at = rows.highlighted
        words = (rows.get_option_at_index(at).id or "").split() if at is not None else []
        return self._rows[int(words[-1])] if len(words) > 1 else None

    @on(Rows.OptionHighlighted)
    def _point(self) -> None:
        """Says which link one is at, and what can be done there."""
        here = self._here
        self.query_one("#links", KeyHints).point(here.link if here else 0)
        kind: str = here.kind if here else "nothing"
        if here is not None and kind == "action":
            action = self._session.action(here.id)
            kind = "open action" if action is not None and action.status == "open" else "closed action"
        if kind == "nothing" and self._chain.decision is not None:
            kind = "decision"
        for keys in self.query(".keys"):
            keys.set_class(keys.has_class(f"-{kind.replace(' ', '-')}"), "-here")

    def say(self, sentence: str) -> None:
        """One line above the list."""
        line = self.query_one("#said", Plain)
        line.update(Content(sentence))
        line.display = bool(sentence)

    def _go_to(self, place: int) -> None:
        """Turns to a row, with the title of its link in sight above it."""
        rows = self.query_one("#list", Rows)
        rows.highlighted = place

        def show() -> None:
            rows.scroll_to_highlight(top=True)
            if rows.scroll_offset.y < rows.max_scroll_y:
                rows.scroll_relative(y=-1, animate=False, immediate=True)

        self.call_after_refresh(show)

    def action_to(self, link: int) -> None:
        if link <= len(self._links):
            self._go_to(self._first_of(link - 1))

    def action_link(self, by: int) -> None:
        here = self._here
        to = (here.link if here else 0) + by
        if 0 <= to < len(self._links):
            self.action_to(to + 1)

    # -- opening ------------------------------------------------------------------------------------------------

    @on(Rows.OptionSelected)
    def action_open(self) -> None:
        here = self._here
        if here is None:
            return
        if here.kind == "action":
            self.action_edit()
        elif here.kind == "record":
            self.app.push_screen(RecordScreen(self._session))
        elif here.kind == "decision":
            card = DecisionCard(self._shelf, self._session, self._decided.id, self._me)
            self.app.push_screen(card, self._changed)
        elif here.kind == "link":
            try:
                session, decision = self._elsewhere(here.id)
            except SupervisionError as error:
                self.say(error.sentence)
                return
            self.app.push_screen(ChainScreen(self._shelf, session, decision.id, self._me, room=self._room))

    # -- doing --------------------------------------------------------------------------------------------------

    def _carry(self, change: Change, done: str, dialog: SayDialog) -> None:
        def kept(session: Session) -> None:
            dialog.forget()
            self._show(session)
            self.say(f"{done} U takes it back.")

        carrying.carry(self, self._shelf, self._session.id, change, self._me, kept, self.say)

    def _show(self, session: Session) -> None:
        if not self.is_attached:
            return
        try:
            self._turn_to(session)
        except NotFound:
            self.dismiss(None)
            return
        self._draw()

    def _reread(self) -> None:
        room = self._room
        try:
            here = room is not None and room.id == self._session.id
            self._show(room.session if here and room is not None else self._shelf.load(self._session.id))
        except SupervisionError as error:
            self.say(error.sentence)

    def _changed(self, change: Change | None) -> None:
        self._reread()
        if change is not None:
            self.say("Kept. U takes it back.")

    def _chosen_action(self, *statuses: ActionStatus) -> Action | None:
        """The action one is at, if it is one of these; where there is only one, one is always at it."""
        here = self._here
        action = self._session.action(here.id) if here is not None and here.kind == "action" else None
        if action is None and len(self._chain.actions) == 1 and self._chain.decision is None:
            action = self._chain.actions[0]
        return action if action is not None and action.status in statuses else None

    def _ask_and(self, dialog: SayDialog, change: Callable[[str], Change], done: str) -> None:
        def said(words: str | None) -> None:
            if words is not None:
                self._carry(change(words), done, dialog)

        self.app.push_screen(dialog, said)

    def action_done(self) -> None:
        if action := self._chosen_action("open"):
            self._set(action, "done", "How did it go?", "Done")

    def action_drop(self) -> None:
        if action := self._chosen_action("open"):
            self._set(action, "dropped", "Drop it? It stays in the record.", "Drop it")

    def action_reopen(self) -> None:
        if action := self._chosen_action("done", "dropped"):
            self._set(action, "open", "Open it again?", "Open it")

    def _set(self, action: Action, status: ActionStatus, question: str, yes: str) -> None:
        dialog = SayDialog(
            question,
            accept=yes,
            about=action.text,
            optional=True,
            placeholder="a few words, or none",
            draft=f"{status} {action.id}",
        )
        done = {"done": "Done.", "dropped": "Dropped.", "open": "Open again."}[status]
        self._ask_and(dialog, lambda words: SetActionStatus(id=action.id, status=status, note=words), done)

    def action_note(self) -> None:
        if action := self._chosen_action("open", "done", "dropped"):
            dialog = SayDialog(
                "How is it getting on?",
                accept="Keep",
                about=action.text,
                placeholder="a few words",
                draft=f"note {action.id}",
            )
            self._ask_and(dialog, lambda words: NoteAction(id=action.id, text=words), "Noted.")

    def action_waits(self) -> None:
        if action := self._chosen_action("open"):
            dialog = SayDialog(
                "Whom or what does it wait for?",
                value=action.waiting_on,
                accept="Keep",
                about=action.text,
                optional=True,
                placeholder="somebody's answer; nothing when it waits for nothing",
                draft=f"waits {action.id}",
            )
            self._ask_and(dialog, lambda words: EditAction(id=action.id, waiting_on=words), "Kept.")

    def action_edit(self) -> None:
        if action := self._chosen_action("open", "done", "dropped"):
            self.app.push_screen(ActionCard(self._shelf, self._session, action.id, self._me), self._changed)

    def action_add(self) -> None:
        if self._chain.decision is not None:
            card = ActionCard(self._shelf, self._session, "", self._me, decision=self._decided.id)
            self.app.push_screen(card, self._changed)

    def _ask(self, dialog: Screen[Change | None]) -> None:
        self.app.push_screen(dialog, self._changed)

    def action_review(self) -> None:
        decision = self._chain.decision
        if decision is None:
            return
        if not rules.stands(self._session, decision):
            standing = told.STATUS_NAMES[rules.status(self._session, decision)]
            self.say(f"It is {standing}, so there is nothing to review yet.")
            return
        self._ask(ReviewDialog(self._shelf, self._session, decision, self._me))

    def action_support(self) -> None:
        if self._chain.decision is not None:
            self._ask(SupportDialog(self._shelf, self._session, self._chain.decision, self._me))

    def action_differ(self) -> None:
        """Keeps whoever is here's own view with the decision; in a signed record it is an addendum, in their words."""
        decision, session = self._chain.decision, self._session
        if decision is None:
            return
        signed = session.state == "signed"
        about = "It is kept with the decision, as your view; both of you can read it."
        if signed:
            about = "The record is signed, so it is added below it, with your name and the date."
        elif session.signatures:
            who = names([session.called(mark.by) for mark in session.signatures])
            about += f" {who} signed the record already: it is read and signed once more."

        def said(words: str | None) -> None:
            if words is not None:
                change = AddAddendum(text=words) if signed else Disagree(id=decision.id, text=words)
                carrying.carry(self, self._shelf, session.id, change, self._me, kept, self.say)

        def kept(session: Session) -> None:
            dialog.forget()
            self._show(session)
            self.say(f"Kept{' below the record' if signed else ''}, as your view.")

        value = f"Decision {decision.number}, {decision.title}: " if signed else ""
        dialog = SayDialog(
            "What do you see differently?",
            value=value,
            accept="Keep it",
            about=about,
            placeholder="in your own words",
            draft=f"differ {decision.id}",
        )
        self.app.push_screen(dialog, said)

    def action_replace(self) -> None:
        decision = self._chain.decision
        if decision is None or self._room is None:
            return
        try:
            screen = begin(self._room, decision)
        except SupervisionError as error:
            self.say(error.sentence)
            return
        self.app.push_screen(screen, lambda _: self._reread())

    def action_undo(self) -> None:
        carrying.undo(self, self._shelf, self._me, self._turned("Taken back"), self.say)

    def action_redo(self) -> None:
        carrying.redo(self, self._shelf, self._me, self._turned("Done again"), self.say)

    def _turned(self, what: str) -> Callable[[Session], None]:
        def done(session: Session) -> None:
            if session.id == self._session.id:
                self._show(session)
                self.say(f"{what}.")
            else:
                self.say(f"{what}, in the session of {told.day(session.held or session.started)}.")

        return done
