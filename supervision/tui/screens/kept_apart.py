"""Words of one's own that could not come in by themselves: after a long absence, or when the record was signed."""

from collections.abc import Iterable

from textual.content import Content
from textual.widget import Widget

from supervision.room import Room
from supervision.tui.screens.parts import Dialog, Page, Plain, Press


class KeptApartDialog(Dialog[None]):
    """Shows them, and adds them to the notes they were written for, or puts them away."""

    heading = "Words kept apart"
    accept_label = "Add them to the notes"
    leave_label = "Later"
    around_page = 7

    def __init__(self, room: Room) -> None:
        super().__init__()
        self._room = room

    def fields(self) -> Iterable[Widget]:
        yield Plain(
            "You wrote this while the line was lost, or while something else was being decided, and the session went "
            "on meanwhile. Nothing is thrown away: add it where it was written for, or leave it for later.",
            classes="quiet",
        )
        yield Page(Plain(id="kept"), id="read")

    def buttons(self) -> Iterable[Widget]:
        yield Press(self.accept_label, id="accept", first=True)
        yield Press("Put them away for good", id="away")
        yield Press(self.leave_label, id="leave")

    def start(self) -> None:
        parts: list[Content] = []
        for (stage, _), runs in self._room.offered:
            found = self._room.session.pack.stage(stage)
            parts.append(Content.styled(found.title if found else stage, "bold"))
            parts.append(Content("".join(run.text for run in runs).strip("\n")))
        self.query_one("#kept", Plain).update(Content("\n").join(parts))
        self.query_one("#accept").focus()

    def accept(self) -> None:
        while self._room.offered:
            self._room.take_offered(0)
        self.dismiss(None)

    def pressed(self, id: str) -> None:
        self._room.offered.clear()
        self.dismiss(None)
