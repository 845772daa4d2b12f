"""Who is here: roles, who is writing, names, and who could read this record."""

from collections.abc import Iterable

from textual.content import Content
from textual.widget import Widget

from supervision import text
from supervision.model import names
from supervision.model.changes import CorrectName, SetLineManager
from supervision.model.values import Person
from supervision.room import Room, who_could_read
from supervision.tui.screens.parts import Choice, Dialog, Plain, Press, Row
from supervision.tui.screens.small import NameDialog

_SEEN = "The notes of the session are seen by everybody here."


class PeopleDialog(Dialog[None]):
    """Shows who is in the session and lets the keyboard be handed over; changes are made at once."""

    heading = "Who is here"
    accept_label = "Back"

    def __init__(self, room: Room, private: str = "") -> None:
        super().__init__()
        self._room = room
        self._private = private

    def fields(self) -> Iterable[Widget]:
        session = self._room.session
        yield Plain(id="people", classes="gap")
        yield Row("Writing now", Choice({p.id: p.called for p in session.people}, value=self._room.writer, id="writer"))
        if supervisor := self._supervisor:
            yield Row(
                "Line manager",
                Choice(
                    {"no": "no", "yes": "yes"},
                    about={
                        "no": f"{supervisor.called} cannot give the organisation's support to a decision",
                        "yes": f"{supervisor.called} manages the practitioner and may give support, by name",
                    },
                    value="yes" if supervisor.line_manager else "no",
                    id="manager",
                ),
            )
        yield Plain("Who could read this", classes="quiet")
        yield Plain(f"{who_could_read(self._room)} {_SEEN} {self._private}".strip())

    @property
    def _supervisor(self) -> Person | None:
        return next((person for person in self._room.session.people if person.role == "supervisor"), None)

    def buttons(self) -> Iterable[Widget]:
        for n, person in enumerate(self._room.session.people):
            yield Press(f"Correct {names.first(person)}'s name", id=f"correct-{n}")
        yield Press("Back", id="leave")

    def start(self) -> None:
        self._show()
        self.query_one("#writer").focus()

    def _show(self) -> None:
        lines = []
        for person in self._room.session.people:
            role = f"{person.role}, line manager" if person.line_manager else person.role
            was = f", written as {person.name} at the start" if person.corrected else ""
            writing = "  writing now" if person.id == self._room.writer else ""
            lines.append(Content.assemble((person.called, "bold"), f"  {role}{was}", (writing, "$accent")))
        self.query_one("#people", Plain).update(Content("\n").join(lines))

    def on_choice_changed(self, event: Choice.Changed) -> None:
        def do() -> None:
            if event.choice.id == "writer":
                self._room.hand_over(event.value)
            elif supervisor := self._supervisor:
                self._room.change(SetLineManager(person=supervisor.id, manager=event.value == "yes"))
            self._show()

        self.trying(do)

    def accept(self) -> None:
        self.dismiss(None)

    def pressed(self, id: str) -> None:
        person = self._room.session.people[int(id.removeprefix("correct-"))]

        def named(name: str | None) -> None:
            if name is None:
                return

            def do() -> None:
                self._room.change(CorrectName(person=person.id, name=name))
                people = self._room.session.people
                self.query_one("#writer", Choice).offer({p.id: p.called for p in people}, self._room.writer)
                for n, each in enumerate(people):
                    self.query_one(f"#correct-{n}", Press).say(f"Correct {names.first(each)}'s name")
                self._show()

            self.trying(do)

        self.app.push_screen(
            NameDialog(
                f"How is {person.called} written?",
                value=person.called,
                about="It is corrected everywhere at once; what was signed keeps the name it was signed with.",
                check=text.name,
            ),
            named,
        )


WhoIsHere = PeopleDialog
