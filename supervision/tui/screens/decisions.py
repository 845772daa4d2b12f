"""All decisions of somebody, or of a pair: what was agreed, what has come back to be looked at again."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from textual import on
from textual.content import Content
from textual.widget import Widget

from supervision.errors import BadInput
from supervision.model import rules
from supervision.model.changes import Change, ReviewDecision, SetSupport
from supervision.model.values import Decision, Outcome, Session, SupportStatus
from supervision.shelf import Shelf
from supervision.tui.screens import told
from supervision.tui.screens.listed import decision_row
from supervision.tui.screens.listing import Listing
from supervision.tui.screens.narrowing import Narrowed
from supervision.tui.screens.parts import Choice, Dialog, Line, Page, Plain, Press, Row, WhenLine, Words
from supervision.tui.widgets.hanging import Hung

FILTERS = {"all": "all", "due": "due for review", "agreed": "agreed", "awaiting": "waiting for an answer"}
NOTHING = {
    "all": "There are no decisions yet. They are made in a session, with {key}.",
    "due": "Nothing is due to be looked at again.",
    "agreed": "Nothing has been agreed yet.",
    "awaiting": "Nothing waits for somebody's answer.",
}
OUTCOMES = {
    "kept": "kept",
    "loosened": "loosened",
    "tightened": "tightened",
    "repaired": "repaired",
    "ended": "ended",
    "replaced": "replaced",
}
OUTCOME_ABOUT = {
    "kept": "it stays as it is",
    "loosened": "more is allowed now; changed limits need a new decision that replaces this one",
    "tightened": "less is allowed now; changed limits need a new decision that replaces this one",
    "repaired": "something went wrong, and was put right",
    "ended": "it is over",
    "replaced": "another decision stands in its place",
}


class DecisionCard(Dialog[Change | None]):
    """One decision to read, to review, or to record its support; gives the change that was carried."""

    DEFAULT_CSS = """
    DecisionCard > .sheet { width: 92; }
    """

    def __init__(self, shelf: Shelf, session: Session, decision_id: str, me: str) -> None:
        super().__init__()
        decision = session.decision(decision_id)
        assert decision is not None
        self._shelf = shelf
        self._session = session
        self._decision: Decision = decision
        self._me = me
        self._status = rules.status(session, decision)
        self.heading = f"{decision.title or 'No title yet'}, {told.STATUS_NAMES[self._status]}"

    def fields(self) -> Iterable[Widget]:
        session, decision = self._session, self._decision
        stage = f"Decision {decision.number} of {told.day(session.held or session.started)}"
        people = " and ".join(person.called for person in session.people)
        agreed = ", ".join(f"{session.called(mark.by)} agreed {told.moment(mark.at)}" for mark in decision.marks)
        page = Page(id="text")
        page.compose_add_child(Plain(f"{stage}, {people}", classes="quiet gap"))
        page.compose_add_child(Hung(told.decision_text(session, decision)))
        page.compose_add_child(Plain(""))
        page.compose_add_child(Hung(told.decision_after(session, decision)))
        if agreed:
            page.compose_add_child(Plain(agreed, classes="quiet"))
        yield page

    def buttons(self) -> Iterable[Widget]:
        if self._status in {"agreed", "instructed"}:
            yield Press("Look at it again", id="review", first=True)
        if self._status in {"proposed", "awaiting-support", "agreed", "declined"}:
            yield Press("Support", id="support")
        yield Press("Back", id="leave")

    def start(self) -> None:
        self.query_one("#text").focus()

    def action_accept(self) -> None:
        """There is nothing to accept here: the buttons open what does."""

    def pressed(self, id: str) -> None:
        made: type[ReviewDialog] | type[SupportDialog] = ReviewDialog if id == "review" else SupportDialog
        dialog = made(self._shelf, self._session, self._decision, self._me)
        self.app.push_screen(dialog, self._answered)

    def _answered(self, change: Change | None) -> None:
        if change is not None:
            self.dismiss(change)


class ReviewDialog(Dialog[Change | None]):
    """What became of a decision, and when to look again; carried to its session."""

    accept_label = "Keep"

    def __init__(self, shelf: Shelf, session: Session, decision: Decision, me: str) -> None:
        super().__init__()
        self._shelf = shelf
        self._session = session
        self._decision = decision
        self._me = me
        self.heading = f"What became of it? {decision.title}"
        self.draft = f"review {decision.id}"

    def fields(self) -> Iterable[Widget]:
        # First in words: whoever begins to type at once says something, and chooses nothing by a letter of it.
        yield Row("What happened", Words(placeholder="to the person, and to you", id="happened"))
        yield Row("It is", Choice(OUTCOMES, about=OUTCOME_ABOUT, id="outcome"))
        yield Row(
            "Look again on",
            WhenLine(
                self._shelf.today,
                next_session=self._shelf.next_session(person.id for person in self._session.people)[0],
                id="again",
            ),
            id="again-row",
        )

    def start(self) -> None:
        self.query_one("#happened").focus()

    @on(Choice.Changed, "#outcome")
    def _outcome(self) -> None:
        over = self.query_one("#outcome", Choice).value in {"ended", "replaced"}
        self.query_one("#again-row").display = not over

    def accept(self) -> None:
        outcome = cast(Outcome, self.query_one("#outcome", Choice).value)
        over = outcome in {"ended", "replaced"}
        again = None if over else self.query_one("#again", WhenLine).day()
        if not over and again is None:
            raise BadInput("When do you look at it again? For example: in 3 months.")
        change = ReviewDecision(
            id=self._decision.id, outcome=outcome, note=self.query_one("#happened", Words).words, review_on=again
        )
        self.carry(self._shelf, self._session.id, change, self._me, lambda _: self.done(change))


class SupportDialog(Dialog[Change | None]):
    """The organisation's answer to a decision; carried to its session."""

    accept_label = "Keep"

    def __init__(self, shelf: Shelf, session: Session, decision: Decision, me: str) -> None:
        super().__init__()
        self._shelf = shelf
        self._session = session
        self._decision = decision
        self._me = me
        self.heading = f"Who supports it? {decision.title}"
        self.draft = f"support {decision.id}"

    def fields(self) -> Iterable[Widget]:
        support = self._decision.support
        answers = {"asked": "asked", "given": "given", "refused": "refused"}
        value = support.status if support.status in answers else "given"
        yield Row("Support is", Choice(answers, value=value, id="status"))
        yield Row("By", Line(support.by, placeholder="a name or role: Team manager", id="by"))
        yield Row(
            "On",
            WhenLine(self._shelf.today, placeholder="today, if you leave it empty", past_is_fine=True, id="on"),
        )
        yield Plain(
            "From somebody with authority in the practitioner's organisation, never from a peer or an external "
            "supervisor.",
            classes="quiet",
        )

    def start(self) -> None:
        self.query_one("#status").focus()

    def accept(self) -> None:
        change = SetSupport(
            id=self._decision.id,
            status=cast(SupportStatus, self.query_one("#status", Choice).value),
            by=self.query_one("#by", Line).words,
            on=self.query_one("#on", WhenLine).day(),
        )
        self.carry(self._shelf, self._session.id, change, self._me, lambda _: self.done(change))


class DecisionsScreen(Listing):
    """Decisions as a list; one is opened to be read, reviewed or supported. With `pair`, those of these two alone."""

    pane = "all decisions"
    heading = "Decisions"
    filters = FILTERS
    nothing = NOTHING
    written_by = "propose-decision"
    ways = ("pair", "alias", "session")

    def found(self, which: str, narrowed: Narrowed) -> Sequence[Mapping[str, Any]]:
        return self._shelf.lists().decisions(
            which=which, alias=narrowed.alias, session=narrowed.session, pair=self.within
        )

    def as_row(self, row: Mapping[str, Any]) -> Content:
        return decision_row(row, me=self._me, pair=bool(self.within))
