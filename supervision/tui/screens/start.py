"""Starting a session: with whom, who is what, which questions, and what it is about."""

from collections.abc import Iterable, Sequence
from typing import cast

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input

from supervision import prompts, when
from supervision.errors import BadInput
from supervision.model.values import Role, Session
from supervision.prompts import Listed
from supervision.shelf import Known, Shelf
from supervision.tui.screens import told
from supervision.tui.screens.choosing import ChooseDialog
from supervision.tui.screens.parts import Choice, Dialog, Line, Plain, Press, Row, Words
from supervision.tui.screens.small import ConfirmDialog

NEW = "+"
ROLES = {"supervisor": "supervisor", "practitioner": "practitioner", "peer": "peer"}
OTHER_ROLE = {
    "supervisor": "the other is the practitioner",
    "practitioner": "the other is the supervisor",
    "peer": "both are peers: you propose, and take it to somebody with authority",
}
AT_MOST = 6
"""People offered by name; others are typed."""


class StartDialog(Dialog[Session | None]):
    """Starts a session and gives it. Enter twice takes everything as it is offered."""

    heading = "Start a session. A name is enough; Tab goes to the rest."
    accept_label = "Start"
    draft = "start"

    def __init__(
        self,
        shelf: Shelf,
        me: str,
        packs: Sequence[Listed] | None = None,
        *,
        role: str = "supervisor",
        other: str = "",
    ) -> None:
        super().__init__()
        self._usual = role
        self._other = other
        self._shelf = shelf
        self._me = me
        packs = prompts.names() if packs is None else packs
        self._packs = [pack for pack in packs if pack.fault is None]
        self._faulty = [pack for pack in packs if pack.fault is not None]
        people = shelf.people()
        mine = {known.id for known in people if known.name.casefold() == me.casefold()}
        self._known: list[Known] = [known for known in people if known.id not in mine][:AT_MOST]
        self._last = self._my_last_role(mine)

    def _my_last_role(self, mine: set[str]) -> str:
        for people in self._shelf.lists().pairs().values():
            for person in people:
                if person["id"] in mine:
                    return str(person["role"])
        return self._usual

    def fields(self) -> Iterable[Widget]:
        offered = {
            known.id: known.name
            if sum(other.name.casefold() == known.name.casefold() for other in self._known) == 1
            else f"{known.name} (last met {told.day(known.last)})"
            for known in self._known
        }
        with_row = Row("With", Choice(offered | {NEW: "somebody new"}, id="who"))
        with_row.display = bool(offered)
        yield with_row
        yield Row(
            "Their name",
            Line(self._other, placeholder="first name and surname, or as you call them", id="other"),
            id="other-row",
        )
        yield Row("I am the", Choice(ROLES, about=OTHER_ROLE, value=self._last, id="role"))
        yield Row("Questions", Choice({}, value="", id="pack"))
        yield Row("Minutes", Choice({}, value="", id="minutes"))
        yield Row("Alias", Line(placeholder="for the person it is about: J (can wait)", id="alias"))
        yield Row("The matter", Words(placeholder="in a line (can wait)", id="matter"))
        yield Row("It was held on", Line(placeholder="empty for now; yesterday 14:00 to write one up", id="held"))
        yield Plain(id="held-said", classes="quiet")
        yield Row(
            "Line manager",
            Choice(
                {"no": "no", "yes": "yes"},
                about={
                    "no": "the supervisor is not the practitioner's line manager",
                    "yes": "the supervisor manages the practitioner, and may give support by name",
                },
                id="manager",
            ),
            id="manager-row",
        )
        if self._faulty:
            called = ", ".join(pack.name for pack in self._faulty)
            yield Plain(
                f"Left out, because it has faults: {called}. `supervision prompts check` says which.", classes="quiet"
            )

    def start(self) -> None:
        self.query_one("#held-said").display = False
        self._who()
        self._role()
        self.query_one("#who" if self._known else "#other").focus()

    # -- what follows from what -------------------------------------------------------------------------------

    @on(Choice.Changed, "#who")
    def _who(self) -> None:
        self.query_one("#other-row").display = self.query_one("#who", Choice).value == NEW or not self._known

    @on(Choice.Changed, "#role")
    def _role(self) -> None:
        peer = self.query_one("#role", Choice).value == "peer"
        choice = self.query_one("#pack", Choice)
        fitting = {}
        for pack in self._packs:
            if (prompts.find(pack.name).kind == "peer") == peer:
                fitting[pack.name] = pack.title
        usual = "peer" if peer else "broken"
        keep = choice.value if choice.value in fitting else (usual if usual in fitting else next(iter(fitting), ""))
        choice.offer(fitting, keep)
        self.query_one("#manager-row").display = not peer
        self._pack()

    @on(Choice.Changed, "#pack")
    def _pack(self) -> None:
        name = self.query_one("#pack", Choice).value
        lengths = next((pack.lengths for pack in self._packs if pack.name == name), ())
        choice = self.query_one("#minutes", Choice)
        offered = {str(minutes): str(minutes) for minutes in lengths}
        choice.offer(offered, choice.value if choice.value in offered else next(iter(offered), ""))

    @on(Input.Changed, "#held")
    def _held(self) -> None:
        words, shown = self.query_one("#held", Line).words, ""
        if words:
            try:
                at = when.moment(words, self._shelf.clock())
                shown = f"{when.said(at.date(), self._shelf.today)}, {at:%H:%M}"
            except BadInput as error:
                shown = str(error) if len(words) > 3 else ""
        line = self.query_one("#held-said", Plain)
        line.update(Content(shown))
        line.display = bool(shown)

    def onward(self, sender: Widget) -> None:
        # Enter takes everything else as it stands; whoever wants to say more goes down with tab or an arrow.
        if sender.id == "other" and not self.query_one("#other", Line).words:
            self.fault("With whom? Type a name.")
            return
        self.fault("")
        if sender.id == "who" and self.query_one("#who", Choice).value == NEW:
            self.query_one("#other").focus()
        elif sender.id in {"who", "other"}:
            self.query_one("#accept", Press).focus()
        else:
            super().onward(sender)

    # -- starting ---------------------------------------------------------------------------------------------

    def accept(self) -> None:
        who = self.query_one("#who", Choice).value
        typed = self.query_one("#other", Line).words
        new = who == NEW or not self._known
        if new and not typed:
            self.query_one("#other").focus()
            raise BadInput("With whom? Type a name.")
        name = self.query_one("#pack", Choice).value
        if not name:
            raise BadInput("There is no set of questions for this kind of session.")
        minutes = self.query_one("#minutes", Choice).value
        held = self.query_one("#held", Line).words
        if new and self._asked != typed:
            self._meant = ""
            if self._same_name(typed):
                self._ask_same_name(typed)
                return
            if alike := self._shelf.alike(typed, besides=self._me):
                self._ask_alike(typed, alike)
                return
        other = (self._meant or typed) if new else who
        self._start(name, int(minutes) if minutes else None, other, new and self._other_is_new, held)

    _asked = ""
    _other_is_new = False
    _meant = ""
    """Whom a name that was cut short means, by id."""

    def _same_name(self, typed: str) -> bool:
        return any(known.name.casefold() == typed.casefold() for known in self._shelf.people())

    def _ask_same_name(self, typed: str) -> None:
        def answered(new: bool | None) -> None:
            self._asked = typed
            self._other_is_new = bool(new)
            self.action_accept()

        self.app.push_screen(
            ConfirmDialog(
                f"You have met {typed} before. Is this somebody else of that name?",
                yes="Another person",
                no="The same person",
            ),
            answered,
        )

    def _ask_alike(self, typed: str, alike: list[Known]) -> None:
        def answered(known: str | None) -> None:
            if known is None:
                return
            self._asked, self._meant, self._other_is_new = typed, known, False
            self.action_accept()

        answers = {known.id: f"{known.name}, whom you have met" for known in alike}
        self.app.push_screen(ChooseDialog(f"Who is {typed}?", {**answers, "": "somebody new"}), answered)

    def _start(self, pack: str, minutes: int | None, other: str, other_is_new: bool, held: str) -> None:
        role = cast(Role, self.query_one("#role", Choice).value)
        session = self._shelf.start(
            prompts.find(pack, minutes),
            me=self._me,
            other=other,
            role=role,
            alias=self.query_one("#alias", Line).words,
            matter=self.query_one("#matter", Words).words,
            held=when.moment(held, self._shelf.clock()) if held else None,
            other_is_new=other_is_new,
            line_manager=role != "peer" and self.query_one("#manager", Choice).value == "yes",
        )
        self.done(session)
