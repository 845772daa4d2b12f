"""Taking what peers propose to somebody with authority."""

from collections.abc import Iterable, Sequence

from textual.widget import Widget

from supervision.errors import BadInput
from supervision.model.apply import Act, apply
from supervision.model.changes import Change, TakeTo
from supervision.model.values import Decision
from supervision.room import Room
from supervision.tui.screens.parts import Choice, Dialog, Line, Plain, Row, WhenLine


class TakeToDialog(Dialog[Change | None]):
    """To whom, by whom and by when; gives the change that asks for their answer and makes it an action."""

    heading = "Take it to somebody with authority"
    accept_label = "Write it down"

    def __init__(self, room: Room, decisions: Sequence[Decision], chosen: str) -> None:
        super().__init__()
        self._room = room
        self._decisions = {made.id: f"{made.number}  {made.title or 'no title yet'}" for made in decisions}
        self._chosen = chosen
        self.draft = f"take-to {room.id} {room.writer}"

    def fields(self) -> Iterable[Widget]:
        session = self._room.session
        about = "Between peers nothing is agreed: each takes what is proposed to whoever may say yes."
        yield Plain(about, classes="quiet gap")
        if len(self._decisions) > 1:
            yield Row("Decision", Choice(self._decisions, value=self._chosen, id="decision"))
        yield Row("Take it to", Line(placeholder="a name or a role: my line manager", id="to"))
        yield Row(
            "Who does it",
            Choice({person.id: person.called for person in session.people}, value=self._room.writer, id="owner"),
        )
        yield Row("By when", WhenLine(self._room.clock().date(), next_session=session.next_date, id="due"))

    def start(self) -> None:
        self.query_one("#to").focus()

    def accept(self) -> None:
        to = self.query_one("#to", Line).words
        if not to:
            raise BadInput("To whom do you take it? A name or a role: your line manager, your supervisor.")
        chosen = self.query_one("#decision", Choice).value if len(self._decisions) > 1 else self._chosen
        change = TakeTo(
            id=chosen, to=to, owner=self.query_one("#owner", Choice).value, due=self.query_one("#due", WhenLine).day()
        )
        apply(self._room.session, change, Act(self._room.writer, self._room.clock()))
        self.done(change)
