"""All actions of somebody, or of a pair, and what becomes of them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from supervision.errors import Ambiguous, SupervisionError
from supervision.model import chain, rules
from supervision.model.changes import AddAction, Change, SetActionStatus
from supervision.model.values import Session
from supervision.shelf import Shelf, is_called
from supervision.tui.screens import told
from supervision.tui.screens.action import ActionForm
from supervision.tui.screens.listed import action_row
from supervision.tui.screens.listing import Listing
from supervision.tui.screens.narrowing import Narrowed
from supervision.tui.screens.rows import Rows

FILTERS = {
    "open": "open",
    "overdue": "overdue",
    "mine": "mine",
    "theirs": "theirs",
    "nobody": "nobody's",
    "all": "all",
}
NOTHING = {
    "open": "Nothing is open. Actions are written down in a session, with {key}.",
    "overdue": "Nothing is overdue.",
    "mine": "You have nothing open.",
    "theirs": "Nobody else has anything open.",
    "nobody": "Somebody has taken on everything that is open.",
    "all": "There are no actions yet. They are written down in a session, with {key}.",
}


class ActionCard(ActionForm):
    """One action of any session; without an id a new one for a decision. What is done with it is carried there."""

    def __init__(self, shelf: Shelf, session: Session, action_id: str, me: str, *, decision: str = "") -> None:
        found = session.action(action_id)
        stage, asked = chain.asked(session, found) if found else (None, "")
        where = stage.title if stage else f"the session of {told.day(session.held or session.started)}"
        served = found.decision if found else decision
        if serves := session.decision(served) if served else None:
            where += f", for decision {serves.number}, {serves.title}"
        super().__init__(
            session.people,
            shelf.today,
            action=found,
            default_owner=_mine(session, me),
            next_session=shelf.next_session(person.id for person in session.people)[0],
            where=where,
            asked=asked,
        )
        self._shelf = shelf
        self._session = session
        self._me = me
        self._decision = decision
        self._before: list[Change] = []
        self.draft = f"action {session.id} {action_id or decision}"
        if serves and not found:
            self.heading = f"What will be done for decision {serves.number}?"

    def added(self, sentence: str, owner: str, due: date | None, waiting: str) -> Change:
        return AddAction(
            text=sentence,
            owner=owner,
            due=due,
            waiting_on=waiting,
            decision=self._decision or None,
            stage="",
            prompt="",
        )

    def aside(self, change: Change) -> None:
        self._before = [change]

    def finish(self, change: Change) -> None:
        self.fault("")
        changes = [*(self._before if change not in self._before else ()), change]
        self._before = []
        self.carry(self._shelf, self._session.id, changes, self._me, lambda _: self.done(change))


def _mine(session: Session, me: str) -> str:
    """The id of whoever is at this keyboard; empty when they are not in the session."""
    try:
        who = rules.who(session, me)
    except Ambiguous:
        return ""
    return who if session.person(who) else ""


class ActionsScreen(Listing):
    """Actions as a list; one is opened, ticked or taken back. With `pair`, those of these two alone."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", "Done", show=False),
        Binding("w", "write", "Write one down", show=False),
    ]
    pane = "all actions"
    heading = "Actions"
    filters = FILTERS
    nothing = NOTHING
    written_by = "add-action"
    own_keys = (("Space", "done", "tick"), ("W", "new", "write"))
    ways = ("owner", "pair", "session", "since")

    def found(self, which: str, narrowed: Narrowed) -> Sequence[Mapping[str, Any]]:
        owner = {"mine": self._me, "nobody": "nobody"}.get(which, "")
        if owner and narrowed.owner and not is_called(narrowed.owner, owner):
            return ()
        return self._shelf.lists().actions(
            which=which if which in {"overdue", "all"} else "open",
            owner=owner or narrowed.owner,
            theirs=self._me if which == "theirs" else "",
            since=narrowed.since,
            session=narrowed.session,
            pair=self.within,
        )

    def as_row(self, row: Mapping[str, Any]) -> Content:
        return action_row(row, me=self._me, pair=bool(self.within))

    def action_tick(self) -> None:
        row = self.chosen
        if row is None:
            return
        open_ = row["status"] == "open"
        change = SetActionStatus(id=str(row["id"]), status="done" if open_ else "open")
        self.carry(row, change, f"{'Done' if open_ else 'Open again'}: {row['text']}. U takes it back.")

    def action_write(self) -> None:
        """Writes one down, in the session that was held last."""
        newest = next(iter(self._shelf.sessions(pair=self.within)), None)
        if newest is None:
            self.say("An action belongs to a session, and there is none yet.")
            return

        before = set(self._rows)

        def kept(change: Change | None) -> None:
            if change is not None:
                self.say("Written down. U takes it back.")
                self.reread()
                at = next((n for n, id in enumerate(self._rows) if id not in before), None)
                if at is not None:  # it is seen, wherever its day has put it
                    self.query_one(Rows).stay(at)

        try:
            session = self._shelf.load(newest["id"])
        except SupervisionError as error:
            self.say(error.sentence)
            return
        self.app.push_screen(ActionCard(self._shelf, session, "", self._me), kept)
