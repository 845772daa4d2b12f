"""Correcting a signed record: a dated note below it, by one of those who signed."""

from collections.abc import Iterable

from textual.widget import Widget

from supervision.errors import BadInput
from supervision.model.changes import AddAddendum
from supervision.room import Room
from supervision.tui.screens.parts import Choice, Dialog, Plain, Row, Words


class AddendumDialog(Dialog[bool]):
    """Adds an addendum, by whoever's words it is; True when it was added."""

    heading = "What is to be corrected?"
    accept_label = "Add it"

    def __init__(self, room: Room) -> None:
        super().__init__()
        self._room = room
        self.draft = f"addendum {room.id}"

    def fields(self) -> Iterable[Widget]:
        here = {p.id: p.called for p in self._room.session.people if not self._room.is_elsewhere(p.id)}
        whose = Row("Whose words", Choice(here, value=self._room.writer, id="who"))
        whose.display = len(here) > 1
        yield whose
        yield Row("Correction", Words(placeholder="what it should say", id="addendum-words"))
        yield Plain("It is added below the signed record, with the date and their name.", classes="quiet")

    def start(self) -> None:
        self.query_one("#addendum-words").focus()

    def accept(self) -> None:
        words = self.query_one("#addendum-words", Words).words
        if not words:
            raise BadInput("There are no words yet.")
        self._room.change(AddAddendum(text=words), by=self.query_one("#who", Choice).value)
        self.done(True)
