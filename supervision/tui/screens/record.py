"""A record to read: ended or signed, as it would be exported."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from supervision.export import as_text
from supervision.model.values import Session
from supervision.room import local_now
from supervision.tui.screens.export import ExportDialog
from supervision.tui.screens.parts import Full, Page, Plain


class RecordScreen(Full[None]):
    """Shows a whole record, which cannot be changed here."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f8,e", "export", "Export", show=False)]
    STATES: ClassVar[dict[str, str]] = {"open": "under way", "ended": "ended", "signed": "signed by everybody"}
    pane = "record"

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def compose(self) -> ComposeResult:
        session = self._session
        people = " and ".join(person.called for person in session.people)
        yield self.top(people, self.STATES[session.state])
        with Page(id="record", classes="whole"):
            yield Plain(as_text(session, local_now().date()))
        yield self.keys(("PgDn", "on", "on"), ("E", "export", "export"), ("Esc", "back", "leave"))

    def on_mount(self) -> None:
        self.query_one("#record").focus()

    def action_on(self) -> None:
        self.query_one("#record").scroll_page_down()

    def action_export(self) -> None:
        self.app.push_screen(ExportDialog(self._session))
