"""One action: writing it down, and how it goes on."""

from collections.abc import Callable, Iterable
from datetime import date

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input

from supervision.errors import BadInput
from supervision.model.apply import Act, apply
from supervision.model.changes import (
    AddAction,
    Change,
    EditAction,
    NoteAction,
    SetActionStatus,
)
from supervision.model.values import Action, ActionStatus, Person
from supervision.room import Room
from supervision.tui.screens import told
from supervision.tui.screens.parts import Choice, Dialog, Line, Plain, Press, Row, WhenLine, Words, watched
from supervision.tui.screens.small import SayDialog

NOBODY = "-"
OTHER = "+"


class Owner(Row):
    """Who does it: somebody here, nobody yet, or somebody else by name."""

    def __init__(self, people: Iterable[Person], owner: str | None, default: str) -> None:
        people = tuple(people)
        offered = {person.id: person.called for person in people}
        offered |= {NOBODY: "nobody yet", OTHER: "somebody else"}
        inside = owner in offered
        chosen = default if owner == "" else (NOBODY if owner is None else (owner if inside else OTHER))
        self.choice = Choice(offered, value=chosen, id="owner")
        self.other = Line(owner if owner and not inside else "", placeholder="their name or role", id="owner-name")
        super().__init__("Who", self.choice)
        self._other_row = Row("", self.other, id="owner-other")

    def follow(self, owner: str | None) -> None:
        """It is theirs now."""
        inside = owner in self.choice.names
        self.choice.follow(NOBODY if owner is None else str(owner) if inside else OTHER)
        self.other.follow(owner if owner and not inside else "")

    @property
    def other_row(self) -> Row:
        return self._other_row

    @property
    def who(self) -> str:
        """The owner as a change takes it: an id, a name, or empty for nobody."""
        if self.choice.value == OTHER:
            if not self.other.words:
                raise BadInput("Who else is it? Type a name or a role, or choose nobody yet.")
            return self.other.words
        return "" if self.choice.value == NOBODY else self.choice.value


class ActionForm(Dialog[Change | None]):
    """The form of an action, new or there already; what is done with it is for those who derive from it."""

    def __init__(
        self,
        people: Iterable[Person],
        today: date,
        *,
        action: Action | None = None,
        suggestion: str = "",
        default_owner: str = "",
        next_session: date | None = None,
        where: str = "",
        asked: str = "",
    ) -> None:
        super().__init__()
        self._people = tuple(people)
        self._today = today
        self._next = next_session
        self._where = where
        self._asked = asked
        self.action = action
        self._said: SayDialog | None = None
        """What was asked last about it, whose words are on their way."""
        self._sentence = action.text if action else suggestion
        self._default = default_owner or self._people[0].id
        self.heading = "An action" if action else "What will be done?"
        self.accept_label = "Save" if action else "Add"

    def fields(self) -> Iterable[Widget]:
        action = self.action
        yield Row("What", Words(self._sentence, placeholder="one sentence: Tell J about the hours", id="sentence"))
        owner = Owner(self._people, action.owner if action else "", self._default)
        yield owner
        yield owner.other_row
        yield Row(
            "By when", WhenLine(self._today, value=action.due if action else None, next_session=self._next, id="due")
        )
        yield Row(
            "Waiting on",
            Line(
                action.waiting_on if action else "", placeholder="somebody's answer, if it waits for one", id="waiting"
            ),
        )
        if action:
            yield Plain(self._history(action), id="progress", classes="quiet")

    def _history(self, action: Action) -> Content:
        called = {person.id: person.called for person in self._people}
        made = f"Written down by {called.get(action.created_by, action.created_by)} on {told.day(action.created)}"
        lines = [f"{made}{f', in {self._where}' if self._where else ''}."]
        if self._asked:
            lines.append(f"It came up at: {self._asked}")
        if action.closed:
            lines.append(f"{action.status.capitalize()} on {told.day(action.closed)}.")
        parts = [Content(line) for line in lines]
        for note in action.notes:
            parts.append(
                Content.assemble(
                    (f"{told.day(note.at)}  {called.get(note.by, note.by)}  ", "$text-muted"),
                    (note.text, "$foreground"),
                )
            )
        return Content("\n").join(parts)

    def buttons(self) -> Iterable[Widget]:
        yield Press(self.accept_label, id="accept", first=True)
        if self.action:
            yield Press("Done", id="done")
            yield Press("Open again", id="reopen")
            yield Press("Progress", id="note")
            yield Press("Drop", id="drop")
        yield Press("Back", id="leave")

    def start(self) -> None:
        sentence = self.query_one("#sentence", Words)
        sentence.move_cursor(sentence.document.end)
        sentence.focus()
        self._show_other()
        self._offer_deeds()

    def _offer_deeds(self) -> None:
        """What can be done with it, by where it stands."""
        open_ = self.action is not None and self.action.status == "open"
        for id in ("done", "drop", "reopen"):
            for press in self.query(f"#{id}"):
                press.display = open_ != (id == "reopen")

    def follow(self, action: Action) -> None:
        """It is like this now, by somebody else; what is being written here meanwhile is made one with it."""
        if action == self.action:
            return
        self.action = action
        self.query_one("#sentence", Words).follow(action.text)
        self.query_one("#waiting", Line).follow(action.waiting_on)
        self.query_one("#due", WhenLine).follow(action.due)
        self.query_one(Owner).follow(action.owner)
        self.query_one("#progress", Plain).update(self._history(action))
        self._first = {id: field.given for id, field in self._fields()}
        self._offer_deeds()
        self._fit()

    @on(Choice.Changed, "#owner")
    def _show_other(self) -> None:
        self.query_one("#owner-other").display = self.query_one("#owner", Choice).value == OTHER

    def on_input_changed(self, _: Input.Changed) -> None:
        self.fault("")

    # -- what the form says -----------------------------------------------------------------------------------

    def change(self) -> Change | None:
        """What the form says, as a change; None when it says nothing new. BadInput for what cannot be meant."""
        sentence = self.query_one("#sentence", Words).words
        if not sentence:
            raise BadInput('Say in one sentence what will be done, for example "Tell J about the hours".')
        owner = self.query_one(Owner).who
        waiting = self.query_one("#waiting", Line).words
        when = self.query_one("#due", WhenLine)
        due = when.day()
        action = self.action
        if action is None:
            return self.added(sentence, owner, due, waiting)
        edited = EditAction(
            id=action.id,
            text=sentence if sentence != action.text else None,
            owner=owner if owner != (action.owner or "") else None,
            due=due if due != action.due else None,
            no_due=due is None and action.due is not None,
            waiting_on=waiting if waiting != action.waiting_on else None,
        )
        return None if edited == EditAction(id=action.id) else edited

    def added(self, sentence: str, owner: str, due: date | None, waiting: str) -> Change:
        return AddAction(text=sentence, owner=owner, due=due, waiting_on=waiting)

    def accept(self) -> None:
        change = self.change()
        if change is None:
            self.forget()
            self.dismiss(None)
        else:
            self.finish(change)

    def finish(self, change: Change) -> None:
        """Does it, or hands it back, and closes; raises what is refused."""
        raise NotImplementedError

    def aside(self, change: Change) -> None:
        """Does what was edited in the form before a button does something else."""
        raise NotImplementedError

    def pressed(self, id: str) -> None:
        edited = self.change()
        if edited is not None:
            self.aside(edited)
        assert self.action is not None
        ask: dict[str, tuple[str, str, bool, Callable[[str], Change]]] = {
            "done": ("How did it go?", "Done", True, lambda words: self._status("done", words)),
            "drop": (
                "Drop this action? It stays in the record.",
                "Drop it",
                True,
                lambda words: self._status("dropped", words),
            ),
            "reopen": ("Open it again?", "Open it", True, lambda words: self._status("open", words)),
            "note": ("How is it getting on?", "Keep", False, lambda words: NoteAction(id=self._action_id, text=words)),
        }
        question, yes, optional, change = ask[id]

        def said(words: str | None) -> None:
            if words is not None:
                self._said = dialog
                self.trying(lambda: self.finish(change(words)))

        dialog = SayDialog(
            question,
            accept=yes,
            optional=optional,
            placeholder="a few words, or none" if optional else "a few words",
            about=self.action.text,
            draft=f"{id} {self._action_id}",
        )
        self.app.push_screen(dialog, said)

    def forget(self) -> None:
        super().forget()
        if self._said is not None:
            self._said.forget()

    @property
    def _action_id(self) -> str:
        assert self.action is not None
        return self.action.id

    def _status(self, status: ActionStatus, words: str) -> Change:
        return SetActionStatus(id=self._action_id, status=status, note=words)


class ActionDialog(ActionForm):
    """An action of an open session; gives the change that carries it out, tried beforehand."""

    def __init__(
        self, room: Room, suggestion: str = "", action: Action | None = None, decision: str | None = None
    ) -> None:
        session = room.session
        stage = session.pack.stage(action.stage) if action else None
        super().__init__(
            session.people,
            room.clock().date(),
            action=action,
            suggestion=suggestion,
            default_owner=room.writer,
            next_session=session.next_date,
            where=stage.title if stage else "",
        )
        self._room = room
        self._decision = decision
        self._unwatch: Callable[[], None] = lambda: None
        self.draft = f"action {session.id} {action.id if action else decision or suggestion}"
        if decision and (serves := session.decision(decision)) and action is None:
            self.heading = f"What will be done for decision {serves.number}?"

    def start(self) -> None:
        super().start()
        self._unwatch()
        self._unwatch = watched(self, self._room, self._changed)

    def on_unmount(self) -> None:
        self._unwatch()

    def _changed(self) -> None:
        if self.action is not None and (now := self._room.session.action(self.action.id)) is not None:
            self.follow(now)

    def added(self, sentence: str, owner: str, due: date | None, waiting: str) -> Change:
        return AddAction(text=sentence, owner=owner, due=due, waiting_on=waiting, decision=self._decision)

    def aside(self, change: Change) -> None:
        self._room.change(change)

    def finish(self, change: Change) -> None:
        apply(self._room.session, change, Act(self._room.writer, self._room.clock()))
        self.done(change)
