"""Keeping a record lawfully: for how long, under a hold, taking words out of it, erasing it."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from textual.screen import Screen
from textual.widget import Widget

from supervision.errors import BadInput, SupervisionError
from supervision.model import redaction
from supervision.model.apply import Act, apply
from supervision.model.changes import Change, Redact, SetHold, SetRetention
from supervision.model.values import Session, Who
from supervision.shelf import Keeping, Shelf
from supervision.tui.everywhere import Everywhere
from supervision.tui.screens.choosing import ChooseDialog
from supervision.tui.screens.parts import Choice, Dialog, Line, Plain, Row, WhenLine
from supervision.tui.screens.small import ConfirmDialog, SayDialog

COPIES = "Copies elsewhere are not changed: exports, backups, printed pages."
NOT_HERE = "This record is kept on another computer, and is erased there."
USUAL, A_DAY = "", " "  # beside the names of classes, which are words


class RecordKeeping:
    """What can be done with a record as such, each asked for over `screen`.

    `current` gives the record as it stands, `do` carries out one change of it, `say` shows a sentence, and `gone` is
    called once it was erased. Without `shelf` the record is kept elsewhere, where alone it can be erased.
    """

    def __init__(
        self,
        screen: Screen[Any],
        *,
        current: Callable[[], Session],
        do: Callable[[Change], object],
        say: Callable[[str], None],
        gone: Callable[[str], None],
        by: Callable[[], Who],
        clock: Callable[[], datetime],
        shelf: Shelf | None,
    ) -> None:
        self._screen = screen
        self._current = current
        self._do = do
        self._say = say
        self._gone = gone
        self._by = by
        self._clock = clock
        self._shelf = shelf

    def choose(self) -> None:
        """Asks what is to be done."""
        held = self._current().hold
        ways = {
            "length": "Say how long it is kept",
            "hold": "End the hold on it" if held else "Put it under a hold: nothing may be taken out",
            "redact": "Take words out of it for good",
            "erase": "Erase it for good",
        }

        def chosen(way: str | None) -> None:
            if way is not None:
                {"length": self.length, "hold": self.hold, "redact": self.redact, "erase": self.erase}[way]()

        self._screen.app.push_screen(ChooseDialog("What about this record?", ways), chosen)

    def length(self) -> None:
        self._ask(
            KeptDialog(self._current(), self._lengths(), self._clock().date()),
            lambda change: self._try(change, "Kept so."),
        )

    def _lengths(self) -> Mapping[str, str]:
        app = self._screen.app
        return app.desk.retention() if isinstance(app, Everywhere) else {}

    def hold(self) -> None:
        if self._current().hold is not None:
            self._try(SetHold(why=""), "The hold is ended.")
            return
        why = SayDialog(
            "Why has it to be kept as it is?",
            about="The reason stays in the record. Until the hold is ended nothing can be taken out or erased.",
            accept="Put it under a hold",
        )
        self._ask(why, lambda words: self._try(SetHold(why=words), "It is under a hold."))

    def redact(self) -> None:
        def sure(change: Redact) -> None:
            places = redaction.redacted(self._current(), change.text)[1]
            about = f"They stand in {told_places(places)}. Nothing brings them back. {COPIES}"
            question = ConfirmDialog("Take these words out for good?", "Take them out", "Leave them", about=about)
            self._ask(question, lambda yes: self._try(change, "Taken out.") if yes else None)

        self._ask(RedactDialog(self._current, Act(self._by(), self._clock())), sure)

    def erase(self) -> None:
        shelf = self._shelf
        if shelf is None:
            self._say(NOT_HERE)
            return

        def why(words: str) -> None:
            question = ConfirmDialog(
                "Erase the whole record for good?", "Erase it", "Leave it", about=f"Nothing brings it back. {COPIES}"
            )
            self._ask(question, lambda yes: self._screen.run_worker(self._erase(shelf, words)) if yes else None)

        reason = SayDialog(
            "Why is the record erased?",
            about="That it was there, who erased it, when and why stays. Everybody in it is told.",
            accept="Go on",
        )
        self._ask(reason, why)

    async def _erase(self, shelf: Shelf, why: str) -> None:
        # In a thread: where the record is open in this very process, it is this loop that has to answer.
        session_id = self._current().id
        try:
            await asyncio.to_thread(Keeping(shelf).erase, session_id, why, self._by())
        except SupervisionError as error:
            self._say(error.sentence)
        else:
            self._gone(f"The record is erased. {COPIES}")

    def _try(self, change: Change, done: str) -> None:
        try:
            self._do(change)
        except SupervisionError as error:
            self._say(error.sentence)
        else:
            self._say(done)

    def _ask(self, screen: Screen[Any], then: Callable[[Any], object]) -> None:
        def answered(answer: Any) -> None:
            if answer is not None:
                then(answer)

        self._screen.app.push_screen(screen, answered)


def told_places(count: int) -> str:
    return "one place" if count == 1 else f"{count} places"


class RedactDialog(Dialog[Redact | None]):
    """Which words go, and why; what the rules refuse is said at once. The words are kept in no draft."""

    heading = "Take words out for good"
    accept_label = "Go on"

    def __init__(self, current: Callable[[], Session], act: Act) -> None:
        super().__init__()
        self._current = current
        self._act = act

    def fields(self) -> Iterable[Widget]:
        yield Row("Words", Line(placeholder="exactly as they stand, whatever their capitals", id="gone"))
        yield Row("Why", Line(placeholder="stays in the record, so without the words", id="why"))
        yield Plain(
            "A mark stands in their place, everywhere in the record, and what was agreed and signed can still be "
            "checked. Who did it, when and why is told to both of you.",
            classes="quiet",
        )

    def accept(self) -> None:
        change = Redact(text=self.query_one("#gone", Line).words, why=self.query_one("#why", Line).words)
        if not change.text:
            raise BadInput("Which words?")
        apply(self._current(), change, self._act)
        self.done(change)


class KeptDialog(Dialog[SetRetention | None]):
    """As what a record is kept, or until which day, and why."""

    heading = "How long is this record kept?"

    def __init__(self, session: Session, lengths: Mapping[str, str], today: date) -> None:
        super().__init__()
        self._said = session.retention
        self._kind = session.kind
        self._lengths = lengths
        self._today = today

    def fields(self) -> Iterable[Widget]:
        said = self._said
        length = self._lengths.get(self._kind, "your organisation has set no length")
        names = {USUAL: "as usual", **{name: name for name in self._lengths}, A_DAY: "until a day"}
        about = {USUAL: length, **self._lengths, A_DAY: "which is said below, with a reason"}
        now = (A_DAY if said.until else said.name) if said else USUAL
        yield Row("Kept", Choice(names, about=about, value=now if now in names else USUAL, id="as"))
        until = said.until if said and said.until else None
        yield Row("Until", WhenLine(self._today, value=until, placeholder="3 December 2032", id="day"))
        yield Row("Why", Line(said.why if said else "", placeholder="stays in the record", id="why"))
        yield Plain(
            "On that day it is shown as due; nothing is erased by itself. The lengths are set in your settings.",
            classes="quiet",
        )

    def accept(self) -> None:
        kept, why = self.query_one("#as", Choice).value, self.query_one("#why", Line).words
        if kept == A_DAY:
            day = self.query_one("#day", WhenLine).day()
            if day is None:
                raise BadInput("Until which day?")
            if not why:
                raise BadInput("Why until then? A few words are enough.")
            self.done(SetRetention(until=day, why=why))
        else:
            self.done(SetRetention(name=kept, why=why))
