"""Looking back with somebody: what was open from earlier sessions, what is due for review, what was done since."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets.option_list import Option

from supervision.errors import SupervisionError
from supervision.model.changes import Change, KeepAction, SetActionStatus
from supervision.model.values import Decision, Session
from supervision.room import Room
from supervision.shelf import Shelf, looking_back
from supervision.tui.screens import carrying, told
from supervision.tui.screens.listed import action_row, decision_row
from supervision.tui.screens.rows import Rows, in_brief
from supervision.tui.widgets.press import Plain, Press

BESIDE = 100
"""Columns from which on the panes of a session stand beside each other."""


class LookBackPane(Vertical):
    """Open actions and due decisions of this pair, from their earlier sessions. Each answer is carried to its home."""

    DEFAULT_CSS = """
    LookBackPane { height: auto; margin-bottom: 1; }
    LookBackPane > Rows { height: auto; }
    LookBackPane > Rows > .option-list--option { padding: 0 1; }
    LookBackPane > Horizontal { height: auto; margin-top: 1; }
    LookBackPane > .said { color: $accent; height: auto; }
    LookBackPane Press { padding: 0 1; background: $panel; }
    LookBackPane Press:focus { background: $accent; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d,space", "answer('done')", "Done", show=False),
        Binding("k", "answer('keep')", "Keep", show=False),
        Binding("c", "answer('change')", "Change", show=False),
        Binding("x", "answer('drop')", "Drop", show=False),
        Binding("r", "answer('review')", "Review", show=False),
        Binding("p", "answer('replace')", "Replace", show=False),
        Binding("s", "answer('support')", "Answer", show=False),
    ]

    def __init__(self, shelf: Shelf, room: Room, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._shelf = shelf
        self._room = room
        self._rows: dict[str, Mapping[str, Any]] = {}
        self._drawn_for = 0

    def compose(self) -> ComposeResult:
        yield Rows(id="look-back-list")
        yield Plain("", classes="said")
        with Horizontal():
            yield Press("D done", id="done")
            yield Press("K keep", id="keep")
            yield Press("C change", id="change")
            yield Press("X drop", id="drop")
            yield Press("R review", id="review")
            yield Press("P replace", id="replace")
            yield Press("S somebody answered", id="support")

    def on_mount(self) -> None:
        if not self._is_whole:
            return
        self.query_one(".said").display = False
        self.reread()

    def on_resize(self) -> None:
        # At most half of the screen, so that the notes stay in sight below; with the buttons, where these stand beside.
        width, height = self.app.size
        self.query_one(Rows).styles.max_height = max(4, height // 2 - (7 if width >= BESIDE else 4))
        if self.size.width != self._drawn_for:
            self.reread()

    @property
    def pair(self) -> tuple[str, ...]:
        return tuple(person.id for person in self._room.session.people)

    @property
    def _is_whole(self) -> bool:
        """Whether its parts are there: not when it is taken away before they have come, or before an answer is."""
        return bool(self.query(".said")) and bool(self.query(Press))

    def reread(self) -> None:
        """Shows how things stand now."""
        if not self._is_whole:
            return
        self._drawn_for = self.size.width
        found = looking_back(self._shelf, self.pair, self._room.id)
        options: list[Option] = []
        self._rows = {}

        def section(title: str, rows: list[dict[str, Any]], told_as: Callable[..., Content]) -> None:
            if not rows:
                return
            options.append(
                Option(Content.styled(f"\n{title}" if options else title, "bold $text-muted"), disabled=True)
            )
            for row in rows:
                self._rows[str(row["id"])] = row
                words = in_brief(told_as(row, pair=True), max(20, self._drawn_for - 3))
                options.append(Option(words, id=str(row["id"])))

        self._offer_agreement(options)
        section("To look at again", found.due, decision_row)
        section("Answered since you last met", found.answered, _answer_row)
        section("Still open", found.still, action_row)
        section("Waiting for somebody's answer", found.waiting, decision_row)
        section("Done since you last met", found.done, action_row)
        if not options:
            words = "Nothing is open from earlier sessions." if found.earlier else "This is your first session here."
            if self._room.is_far:
                words = "Earlier sessions are kept where this one is, and what is open from them is looked at there."
            options.append(Option(Content.styled(words, "$text-muted"), disabled=True))
        self.query_one(Rows).show(options)
        self.query_one(Horizontal).display = bool(self._rows)
        self._offer()

    def _offer_agreement(self, options: list[Option]) -> None:
        """A row for the agreement of these two, once its day has come."""
        for row in self._shelf.agreements(pair=self.pair):
            if row["due"]:
                since = Content.styled(f"  to be looked at again since {told.day(row['review_on'])}", "$text-muted")
                options.append(Option(Content("Your agreement") + since, id="agreement"))

    @on(Rows.OptionHighlighted)
    def _offer(self) -> None:
        row = self._chosen
        is_action = row is not None and "owner" in row
        is_open = is_action and row is not None and row["status"] == "open"
        for id in ("done", "keep", "drop"):
            self.query_one(f"#{id}").display = is_open
        self.query_one("#change").display = is_action
        stands = row is not None and bool(row.get("stands"))
        for id in ("review", "replace"):
            self.query_one(f"#{id}").display = stands
        self.query_one("#support").display = row is not None and bool(row.get("awaits_answer"))

    @property
    def _chosen(self) -> Mapping[str, Any] | None:
        rows = self.query_one(Rows)
        at = rows.highlighted
        return self._rows.get(rows.get_option_at_index(at).id or "") if at is not None else None

    def say(self, sentence: str) -> None:
        """One line below the list."""
        if not self._is_whole:
            return
        line = self.query_one(".said", Plain)
        line.update(Content(sentence))
        line.display = bool(sentence)

    @on(Press.Pressed)
    def _pressed(self, event: Press.Pressed) -> None:
        event.stop()
        self.action_answer(event.press.id or "")

    @on(Rows.OptionSelected)
    def _selected(self, event: Rows.OptionSelected) -> None:
        event.stop()
        row = self._chosen
        if event.option_id == "agreement":
            self.post_message(self.AgreementWanted(self))
        elif row is not None:
            self._open(row)

    class AgreementWanted(Message):
        """The agreement of these two is to be looked at again."""

        def __init__(self, pane: "LookBackPane") -> None:
            super().__init__()
            self.pane = pane

    def _open(self, row: Mapping[str, Any], *, change: bool = False) -> None:
        try:
            session = self._shelf.load(str(row["session"]))
        except SupervisionError as error:
            self.say(str(error))
            return
        # Here and below: loaded once it is wanted. Nearly everybody sees this pane, and few open anything from it.
        if change:
            from supervision.tui.screens.actions import ActionCard

            self.app.push_screen(ActionCard(self._shelf, session, str(row["id"]), self._room.writer), self._changed)
        else:
            from supervision.tui.screens.chain import ChainScreen

            chain = ChainScreen(self._shelf, session, str(row["id"]), self._room.writer, room=self._room)
            self.app.push_screen(chain, lambda _: self.reread())

    def _changed(self, change: Change | None) -> None:
        if change is not None:
            self.say("Kept.")
            self.reread()

    def _replace(self, old: Decision) -> None:
        """Begins a decision here that replaces an older one, with its words to start from."""
        from supervision.tui.screens.replacing import begin

        try:
            screen = begin(self._room, old)
        except SupervisionError as error:
            self.say(str(error))
            return
        self.app.push_screen(screen, lambda _: self.reread())

    def action_answer(self, answer: str) -> None:
        """Done, keep or drop, with a note; change opens the action, the others are for a decision."""
        row = self._chosen
        if row is None or not self.query_one(f"#{answer}").display:
            return
        if answer == "change":
            self._open(row, change=True)
            return
        if answer in {"review", "replace", "support"}:
            try:
                session = self._shelf.load(str(row["session"]))
            except SupervisionError as error:
                self.say(str(error))
                return
            decision = session.decision(str(row["id"]))
            assert decision is not None
            from supervision.tui.screens.decisions import ReviewDialog, SupportDialog

            if answer == "review":
                self.app.push_screen(ReviewDialog(self._shelf, session, decision, self._room.writer), self._changed)
            elif answer == "support":
                self.app.push_screen(SupportDialog(self._shelf, session, decision, self._room.writer), self._changed)
            else:
                self._replace(decision)
            return
        questions = {
            "done": ("How did it go?", "Done"),
            "keep": ("It stays open. How is it getting on?", "Keep it"),
            "drop": ("Drop it? It stays in the record.", "Drop it"),
        }
        question, yes = questions[answer]

        def said(words: str | None) -> None:
            if words is None:
                return
            id = str(row["id"])
            changes: dict[str, Change] = {
                "done": SetActionStatus(id=id, status="done", note=words),
                "keep": KeepAction(id=id, note=words),
                "drop": SetActionStatus(id=id, status="dropped", note=words),
            }
            outcome = {"done": "Done", "keep": "Stays open", "drop": "Dropped"}[answer]

            def done(_: Session) -> None:
                dialog.forget()
                if not self._is_whole:
                    return
                rows = self.query_one(Rows)
                at = rows.highlighted
                self.say(f"{outcome}: {row['text']}")
                self.reread()
                if at is not None and answer != "keep":
                    rows.stay(at)  # what was answered has moved down, and the next one stands in its place

            carrying.carry(self, self._shelf, str(row["session"]), changes[answer], self._room.writer, done, self.say)

        from supervision.tui.screens.small import SayDialog

        dialog = SayDialog(
            question,
            about=str(row["text"]),
            accept=yes,
            optional=True,
            placeholder="a few words, or none",
            draft=f"{answer} {row['id']}",
        )
        self.app.push_screen(dialog, said)


def _answer_row(row: Mapping[str, Any], *, pair: bool) -> Content:
    """A decision in a list, and below it who has answered, and how."""
    support = row["support"]
    answer = f"support {support['status']} by {support['by']}, {told.day(support['at'])}"
    title, _, facts = decision_row(row, pair=pair).plain.partition("\n")
    return Content.assemble(title, "\n  ", (answer, "$accent"), (f", {facts.strip()}", "$text-muted"))
