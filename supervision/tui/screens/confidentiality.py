"""What stays between two people and what could not: read together, and each says that they have."""

from collections.abc import Callable, Iterable

from textual.content import Content
from textual.widget import Widget

from supervision.model import agreement as rules
from supervision.model.changes import Acknowledge, TakeAgreement
from supervision.model.rules import unread
from supervision.model.values import Agreement, Person
from supervision.room import Room
from supervision.tui.screens.agreement import as_read, version
from supervision.tui.screens.parts import Dialog, Page, Plain, Press, names
from supervision.tui.widgets.names import short_names


class ConfidentialityDialog(Dialog[None]):
    """The agreement in force, or the pack's statement, and a button for each who has not said yet that they read it.

    `newest` gives a version of the agreement that was made since the session began, if there is one; `open_agreement`
    opens the conversation in which one is made or changed.
    """

    DEFAULT_CSS = """
    ConfidentialityDialog #version { color: $text-muted; height: auto; margin-bottom: 1; }
    """
    heading = "What stays here, and what could not"
    around_page = 4

    def __init__(
        self, room: Room, newest: Callable[[], Agreement | None], open_agreement: Callable[[Callable[[], None]], None]
    ) -> None:
        super().__init__()
        self._room = room
        self._newest = newest
        self._open_agreement = open_agreement

    @property
    def _waiting(self) -> list[Person]:
        """Who has not said yet that they read it, of those who say so at this keyboard."""
        return [person for person in unread(self._room.session) if not self._room.is_elsewhere(person.id)]

    @property
    def _newer(self) -> Agreement | None:
        session, newest = self._room.session, self._newest()
        if newest is None or session.state == "signed":
            return None
        return newest if session.agreement is None or newest.version > session.agreement.version else None

    def fields(self) -> Iterable[Widget]:
        yield Plain(id="version")
        yield Page(Plain(id="statement"), id="read")
        yield Plain(id="elsewhere", classes="quiet")

    def buttons(self) -> Iterable[Widget]:
        for who, name in short_names(self._room.session).items():
            yield Press(f"{name} has read it", id=f"read-{who}", first=True)
        yield Press("Take the newer version", id="take", first=True)
        yield Press("Make an agreement", id="agreement")
        yield Press("Back", id="leave")

    def start(self) -> None:
        self._show()

    def _show(self) -> None:
        session, newer = self._room.session, self._newer
        self.query_one("#version", Plain).update(Content(self._which(newer)))
        self.query_one("#statement", Plain).update(self._statement())
        waiting = [] if newer else [person.id for person in self._waiting]
        for person in session.people:
            self.query_one(f"#read-{person.id}").display = person.id in waiting
        self.query_one("#take").display = newer is not None
        made = session.agreement is not None or newer is not None
        self.query_one("#agreement", Press).say("Our agreement" if made else "Make an agreement")
        elsewhere = [] if newer else [p.called for p in unread(session) if p.id not in waiting]
        self.query_one("#elsewhere", Plain).update(
            Content(f"{names(elsewhere)} can read it at a keyboard of their own." if elsewhere else "")
        )
        self.query_one("#elsewhere").display = bool(elsewhere)
        first = "take" if newer else f"read-{waiting[0]}" if waiting else "leave"
        self.query_one(f"#{first}", Press).focus()

    def _which(self, newer: Agreement | None) -> str:
        session = self._room.session
        if newer is not None:
            had = f"version {session.agreement.version}" if session.agreement else "the general statement"
            return f"Below is {had}. Since this session began version {newer.version} of your agreement was made."
        if session.agreement is None:
            return "You have no agreement of your own yet, so this general statement stands."
        return version(session.agreement, session.called, self._room.clock().date())

    def _statement(self) -> Content:
        session = self._room.session
        parts = []
        if session.agreement is not None:
            parts.append(as_read(rules.answers(session.agreement), session.called))
        if rules.default_stands(session.agreement):
            parts.append(
                Content(session.pack.confidentiality.strip() or "With these questions there is no general statement.")
            )
        return Content("\n\n").join(parts)

    def accept(self) -> None:
        self.dismiss(None)

    def pressed(self, id: str) -> None:
        if id == "agreement":
            self._open_agreement(self._show)
            return
        if id == "take":
            if newer := self._newer:
                self._room.change(TakeAgreement(agreement=newer))
            self._show()
            return
        self._room.change(Acknowledge(), by=id.removeprefix("read-"))
        if self._waiting:
            self._show()
        else:
            self.dismiss(None)
