"""The matter that was brought: its alias, the situation, the question; another one, or a new one."""

from collections.abc import Callable, Iterable

from textual.widget import Widget

from supervision.model.apply import Act, apply
from supervision.model.changes import AddMatter, Change, EditMatter, TurnToMatter
from supervision.model.values import Matter
from supervision.room import Room
from supervision.tui.screens.parts import Choice, Dialog, Line, Plain, Press, Row, Words, watched

NEW = "new"


def short(matter: Matter) -> str:
    """A matter in a few words, for choosing."""
    words = ", ".join(part for part in (matter.alias, matter.text.split("\n")[0]) if part) or "nothing written yet"
    words = words if len(words) <= 44 else f"{words[:43]}…"
    return f"{matter.n}. {words}"


class MatterDialog(Dialog[Change | None]):
    """What a matter is about; gives the change that was chosen, tried beforehand."""

    DEFAULT_CSS = """
    MatterDialog #others { height: auto; }
    """
    heading = "The matter"

    def __init__(self, room: Room) -> None:
        super().__init__()
        self._room = room
        self._unwatch: Callable[[], None] = lambda: None
        session = room.session
        self._matter = session.matter_of(session.matter)
        self.draft = f"matter {room.id} {self._matter.n}"
        if len(session.matters) > 1:
            self.heading = f"Matter {self._matter.n} of {len(session.matters)}"

    def fields(self) -> Iterable[Widget]:
        matter, session = self._matter, self._room.session
        yield Row("Alias", Line(matter.alias, placeholder="stands for the person: J, or Robin", id="alias"))
        yield Row("Situation", Words(matter.text, placeholder="in a line or two: what it is about", id="situation"))
        yield Row("The question", Words(matter.question, placeholder="the one question it ends in", id="question"))
        yield Plain(
            "Use an alias, never a name: this record may be asked for, and the person may read it.", classes="quiet gap"
        )
        if len(session.matters) > 1:
            yield Row(
                "Go to",
                Choice({str(m.n): short(m) for m in session.matters}, value=str(matter.n), upright=True, id="turn"),
            )

    def buttons(self) -> Iterable[Widget]:
        yield Press("Save", id="accept", first=True)
        if len(self._room.session.matters) > 1:
            yield Press("Go there", id="go")
        yield Press("Another matter", id="another")
        yield Press("Back", id="leave")

    def start(self) -> None:
        empty = [field for field in ("#alias", "#situation", "#question") if not self._words(field)]
        self.query_one(empty[0] if empty else "#alias").focus()
        self._unwatch()
        self._unwatch = watched(self, self._room, self._follow)

    def on_unmount(self) -> None:
        self._unwatch()

    def _follow(self) -> None:
        """What somebody else wrote of it meanwhile; what is being written here is made one with it."""
        now = next((matter for matter in self._room.session.matters if matter.n == self._matter.n), self._matter)
        if now == self._matter:
            return
        self._matter = now
        self.query_one("#alias", Line).follow(now.alias)
        self.query_one("#situation", Words).follow(now.text)
        self.query_one("#question", Words).follow(now.question)
        self._first |= {id: field.given for id, field in self._fields() if id != "turn"}

    def _words(self, field: str) -> str:
        widget = self.query_one(field)
        assert isinstance(widget, Line | Words)
        return widget.words

    def _edited(self) -> Change | None:
        old = self._matter
        new = EditMatter(
            n=old.n,
            alias=self._words("#alias") if self._words("#alias") != old.alias else None,
            text=self._words("#situation") if self._words("#situation") != old.text else None,
            question=self._words("#question") if self._words("#question") != old.question else None,
        )
        return None if new == EditMatter(n=old.n) else new

    def accept(self) -> None:
        turn = self.query("#turn").results(Choice)
        if any(choice.value != str(self._matter.n) for choice in turn):
            self.pressed("go")
            return
        change = self._edited()
        if change is None:
            self.forget()
            self.dismiss(None)
            return
        self._hand_back(change)

    def pressed(self, id: str) -> None:
        edited = self._edited()
        if edited is not None:
            self._room.change(edited)
            self.forget()
        if id == "go":
            self._hand_back(TurnToMatter(n=int(self.query_one("#turn", Choice).value)))
        else:
            self.app.push_screen(NewMatterDialog(self._room), self._added)

    def _added(self, change: Change | None) -> None:
        if change is not None:
            self.dismiss(change)

    def _hand_back(self, change: Change) -> None:
        apply(self._room.session, change, Act(self._room.writer, self._room.clock()))
        self.done(change)


class NewMatterDialog(Dialog[Change | None]):
    """Another matter, with notes and decisions of its own."""

    heading = "Another matter"
    accept_label = "Begin it"

    def __init__(self, room: Room) -> None:
        super().__init__()
        self._room = room
        self.draft = f"new matter {room.id}"

    def fields(self) -> Iterable[Widget]:
        yield Row("Alias", Line(placeholder="stands for the person: M", id="alias"))
        yield Row("Situation", Words(placeholder="in a line or two: what it is about", id="situation"))
        yield Plain("It has notes and decisions of its own. The one you are on stays as it is.", classes="quiet")

    def start(self) -> None:
        self.query_one("#alias").focus()

    def accept(self) -> None:
        change = AddMatter(alias=self.query_one("#alias", Line).words, text=self.query_one("#situation", Words).words)
        apply(self._room.session, change, Act(self._room.writer, self._room.clock()))
        self.done(change)
