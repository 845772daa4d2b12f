"""Raising a concern: danger first, then to whom, by when and by whom."""

from collections.abc import Iterable

from textual import on
from textual.content import Content
from textual.widget import Widget

from supervision.errors import BadInput
from supervision.model.apply import Act, apply
from supervision.model.changes import Change, RaiseConcern
from supervision.room import Room
from supervision.tui.screens.parts import Choice, Dialog, Line, Plain, Row, WhenLine, Words
from supervision.tui.screens.unfinished import Typed

DANGER = "Is anybody in danger now? Call the local emergency number first (999 in the UK). This can wait."
ELSEWHERE = (
    "Nothing will be stored here. A worry about somebody who is in this session does not belong in a record they "
    "share: take it to your organisation's safeguarding lead or follow its whistleblowing procedure, and write it "
    "down there."
)


class ConcernDialog(Dialog[Change | None]):
    """A worry that goes to somebody with authority; gives the change that records it and its action, tried before."""

    DEFAULT_CSS = """
    ConcernDialog #danger { height: auto; border-left: wide $error; padding-left: 1; margin-bottom: 1; }
    """
    heading = "Raise a concern"
    accept_label = "Write it down"

    def __init__(self, room: Room) -> None:
        super().__init__()
        self._room = room
        # A worry that may not be meant for both is offered again to whoever began it, and to nobody else.
        self.draft = f"concern {room.id} {room.writer}"

    def fields(self) -> Iterable[Widget]:
        session = self._room.session
        yield Plain(Content.styled(DANGER, "bold"), id="danger")
        yield Row(
            "Where",
            Choice(
                {"here": "in this record", "elsewhere": "not in this record"},
                about={"here": "both of you can read it, and it is part of what is signed"},
                id="where",
            ),
        )
        yield Plain(ELSEWHERE, id="not-here")
        yield Row(
            "The worry",
            Words(placeholder="what worries you; use the alias", id="worry"),
            classes="here",
        )
        yield Row("It goes to", Line(placeholder="a name or a role: the safeguarding lead", id="to"), classes="here")
        yield Row("By when", WhenLine(self._room.clock().date(), placeholder="today", id="by"), classes="here")
        yield Row(
            "Who does it",
            Choice({p.id: p.called for p in session.people}, value=self._room.writer, id="doer"),
            classes="here",
        )
        told = {
            "": "not yet",
            "told": "yes, first",
            "not told": "no",
        }
        who = "Practitioner told" if session.kind == "supervision" else "The other told"
        yield Row(
            who,
            Choice(
                told,
                about={
                    "": "they are told first, unless telling could put somebody at risk",
                    "not told": "because telling could put somebody at risk",
                },
                value="",
                id="told",
            ),
            classes="here",
        )
        yield Plain(
            "The referral itself, with real names, goes through your organisation's procedure and not in here. This "
            "keeps that there was one, and makes an action with a date. Until then what you begin here stays on this "
            f"computer, and is shown again only while {self._room.writing.called} is writing.",
            classes="quiet here",
        )

    def start(self) -> None:
        self._where()
        self.query_one("#worry").focus()

    @on(Choice.Changed, "#where")
    def _where(self) -> None:
        here = self.query_one("#where", Choice).value == "here"
        for field in self.query(".here"):
            field.display = here
        self.query_one("#not-here").display = not here
        self.query_one("#accept").display = here

    def unfinished(self) -> Typed:
        return super().unfinished() if self.query_one("#where", Choice).value == "here" else {}

    def accept(self) -> None:
        if self.query_one("#where", Choice).value != "here":
            self.action_leave()
            return
        worry = self.query_one("#worry", Words).words
        if not worry:
            raise BadInput("What is the worry? A few plain words are enough.")
        change = RaiseConcern(
            text=worry,
            to=self.query_one("#to", Line).words,
            by_when=self.query_one("#by", WhenLine).day(),
            done_by=self.query_one("#doer", Choice).value,
            told_first=self.query_one("#told", Choice).value,
        )
        apply(self._room.session, change, Act(self._room.writer, self._room.clock()))
        self.done(change)
