"""All actions of somebody, or of a pair, and what becomes of them."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets.option_list import Option

from supervision.errors import SupervisionError
from supervision.model.changes import Change, SetActionStatus
from supervision.model.pack import filled
from supervision.model.values import Session
from supervision.shelf import Shelf
from supervision.tui.screens import carrying, told
from supervision.tui.screens.action import ActionForm
from supervision.tui.screens.parts import Choice, Full, Plain
from supervision.tui.screens.rows import Rows

FILTERS = {"open": "open", "overdue": "overdue", "mine": "mine", "all": "all"}
NOTHING = {
    "open": "Nothing is open. Actions are written down in a session, with ^T.",
    "overdue": "Nothing is overdue.",
    "mine": "You have nothing open.",
    "all": "There are no actions yet. They are written down in a session, with ^T.",
}
MARKS = {"open": "[ ]", "done": "[x]", "dropped": "[-]"}


def action_row(row: Mapping[str, Any], *, me: str = "", pair: bool = False) -> Content:
    """An action in a list: the sentence, and below it whose, by when, waiting on whom, and from which session."""
    facts: list[Content] = [Content(str(row["owner"] or "nobody yet"))]
    if row["due"]:
        words = f"by {told.day(row['due'])}"
        facts.append(Content.styled(f"overdue, {words}", "$error") if row.get("overdue") else Content(words))
    if row["waiting_on"]:
        facts.append(Content(f"waiting on {row['waiting_on']}"))
    if row["status"] != "open":
        facts.append(Content(f"{row['status']} {told.day(row['closed'])}".strip()))
    if not pair:
        facts.append(Content(f"with {told.with_whom(row['with'], me)}"))
    if row["notes"]:
        facts.append(Content(str(row["notes"][-1]["text"]).split("\n")[0]))
    mark = MARKS[row["status"]]
    return Content.assemble(
        (mark, "$text-muted"),
        f" {row['text']}\n    ",
        Content.styled(", ", "").join(facts).stylize_before("$text-muted"),
    )


class ActionCard(ActionForm):
    """One action of any session; what is done with it is carried there. True when something was done."""

    def __init__(self, shelf: Shelf, session: Session, action_id: str, me: str) -> None:
        action = session.action(action_id)
        assert action is not None
        stage = session.pack.stage(action.stage)
        prompt = next((p.text for p in stage.prompts if p.id == action.prompt), "") if stage else ""
        when = told.day(session.held or session.started)
        where = stage.title if stage else f"the session of {when}"
        if action.decision and (decision := session.decision(action.decision)):
            where += f", for decision {decision.number}, {decision.title}"
        asked = filled(prompt, session.matter_of(action.matter).alias)
        super().__init__(
            session.people, shelf.today, action=action, next_session=session.next_date, where=where, asked=asked
        )
        self._shelf = shelf
        self._session = session
        self._me = me
        self._before: list[Change] = []
        self.draft = f"action {session.id} {action_id}"

    def aside(self, change: Change) -> None:
        self._before = [change]

    def finish(self, change: Change) -> None:
        self.fault("")
        changes = [*(self._before if change not in self._before else ()), change]
        self._before = []
        carrying.carry(self, self._shelf, self._session.id, changes, self._me, lambda _: self.done(change), self.fault)


class ActionsScreen(Full[None]):
    """Actions as a list; one is opened, ticked or taken back. With `pair`, those of these two alone."""

    DEFAULT_CSS = """
    ActionsScreen > #which { margin-bottom: 1; }
    ActionsScreen > #said { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", "Done", show=False),
        Binding("left", "which(-1)", "Other ones", show=False),
        Binding("right", "which(1)", "Other ones", show=False),
        Binding("u", "undo", "Undo", show=False),
    ]
    pane = "actions"

    def __init__(self, shelf: Shelf, me: str, pair: Iterable[str] = ()) -> None:
        super().__init__()
        self._shelf = shelf
        self._me = me
        self._pair = tuple(pair)
        self._rows: dict[str, Mapping[str, Any]] = {}

    def compose(self) -> ComposeResult:
        yield self.top("Actions", "of you two" if self._pair else "")
        yield Choice(FILTERS, value="open", id="which")
        yield Plain("", id="said", classes="said")
        yield Rows(id="list")
        yield self.keys(
            ("Enter", "open", "open"),
            ("Space", "done", "tick"),
            ("U", "undo", "undo"),
            ("Left Right", "others", "which(1)"),
            ("Esc", "back", "leave"),
        )

    def on_mount(self) -> None:
        self.say("")
        self.reread()
        self.query_one("#list").focus()

    def on_screen_resume(self) -> None:
        self.reread()

    @on(Choice.Changed, "#which")
    def reread(self) -> None:
        """Shows the actions as they are now."""
        which = self.query_one("#which", Choice).value
        mine = self._me if which == "mine" else ""
        found = self._shelf.actions(which="open" if which == "mine" else which, owner=mine, pair=self._pair)
        self._rows = {str(row["id"]): row for row in found}
        pair = bool(self._pair)
        rows = self.query_one("#list", Rows)
        rows.show(Option(action_row(row, me=self._me, pair=pair), id=key) for key, row in self._rows.items())
        if not found:
            rows.show([Option(Content.styled(NOTHING[which], "$text-muted"), disabled=True)])

    def say(self, sentence: str) -> None:
        """One line above the list."""
        line = self.query_one("#said", Plain)
        line.update(Content(sentence))
        line.display = bool(sentence)

    @property
    def _chosen(self) -> Mapping[str, Any] | None:
        at = self.query_one("#list", Rows).highlighted
        option = self.query_one("#list", Rows).get_option_at_index(at) if at is not None else None
        return self._rows.get(option.id or "") if option else None

    @on(Rows.OptionSelected)
    def action_open(self) -> None:
        row = self._chosen
        if row is None:
            return
        try:
            session = self._shelf.load(str(row["session"]))
        except SupervisionError as error:
            self.say(str(error))
            return
        self.app.push_screen(ActionCard(self._shelf, session, str(row["id"]), self._me), self._changed)

    def _changed(self, change: Change | None) -> None:
        if change is not None:
            self.say("Kept. U takes it back.")
            self.reread()

    def action_tick(self) -> None:
        row = self._chosen
        if row is None:
            return
        open_ = row["status"] == "open"
        change = SetActionStatus(id=str(row["id"]), status="done" if open_ else "open")

        def done(_: Session) -> None:
            self.say(f"{'Done' if open_ else 'Open again'}: {row['text']}. U takes it back.")
            self.reread()

        carrying.carry(self, self._shelf, str(row["session"]), change, self._me, done, self.say)

    def action_undo(self) -> None:
        def done(_: Session) -> None:
            self.say("Taken back.")
            self.reread()

        carrying.undo(self, self._shelf, self._me, done, self.say)

    def action_which(self, by: int) -> None:
        self.query_one("#which", Choice).action_step(by)
