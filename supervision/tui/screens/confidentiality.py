"""What stays between two people and what could not: read together, and each says that they have."""

from collections.abc import Iterable

from textual.widget import Widget

from supervision.model.changes import Acknowledge
from supervision.model.values import Person
from supervision.room import Room
from supervision.tui.screens.parts import Dialog, Plain, Press


class ConfidentialityDialog(Dialog[None]):
    """The statement of the session's pack, and a button for each who has not said yet that they have read it."""

    heading = "What stays here, and what could not"

    def __init__(self, room: Room) -> None:
        super().__init__()
        self._room = room

    @property
    def _waiting(self) -> list[Person]:
        session = self._room.session
        read = {mark.by for mark in session.acknowledged}
        return [person for person in session.people if person.id not in read and session.state != "signed"]

    def fields(self) -> Iterable[Widget]:
        yield Plain(self._room.session.pack.confidentiality.strip() or "This pack has no statement.")

    def buttons(self) -> Iterable[Widget]:
        for n, person in enumerate(self._waiting):
            yield Press(f"{person.called} has read it", id=f"read-{person.id}", first=n == 0)
        yield Press("Back", id="leave", first=not self._waiting)

    def accept(self) -> None:
        self.dismiss(None)

    def pressed(self, id: str) -> None:
        who = id.removeprefix("read-")
        if self._room.session.person(who) is None:
            super().pressed(id)
            return
        self._room.change(Acknowledge(), by=who)
        self.query_one(f"#{id}", Press).display = False
        if waiting := self._waiting:
            self.query_one(f"#read-{waiting[0].id}", Press).focus()
        else:
            self.dismiss(None)
