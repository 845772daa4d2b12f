"""What a session's screen does in a paired reflection: who presents, each one's questions, the clock, and the close."""

from contextlib import suppress
from typing import TYPE_CHECKING

from textual.css.query import NoMatches
from textual.timer import Timer

from supervision.model import changes as c
from supervision.model import rules, turns
from supervision.model.names import short_names
from supervision.model.pack import Prompt, Stage
from supervision.tui.keys import BY_ID, key_of
from supervision.tui.screens.deeds import Deeds
from supervision.tui.widgets.decisions import DecisionsPane
from supervision.tui.widgets.turns import TurnLine

if TYPE_CHECKING:
    from supervision.room import Room
    from supervision.shelf import Shelf

STOPPED = "The clock stands still. It starts again when one of you says so, or in the other's turn."


class TakingTurns(Deeds):
    """The part of a session's screen that two peers have who take turns; without turns it does nothing."""

    def __init__(self, room: "Room", shelf: "Shelf") -> None:
        super().__init__(room, shelf)
        self._next_minute: Timer | None = None

    @property
    def has_turns(self) -> bool:
        """Whether what is about turns is offered here."""
        return self.room.session.kind == "peer" and turns.has_turns(self.room.session)

    def asked(self, stage: Stage) -> tuple[Prompt, ...]:
        """The questions of a stage for whoever is writing here."""
        return turns.asked(self.room.session, stage, self.room.writer)

    def question_at(self, stage: Stage, prompt: str, now_at: str = "") -> Prompt | None:
        """The question that whoever is writing has before them when the session is at `prompt`."""
        return turns.prompt_at(self.room.session, stage, prompt, self.room.writer, now_at)

    def matter_at(self, stage: Stage) -> int:
        """The matter one has before one in a stage: in a turn that of its presenter."""
        return turns.matter_at(self.room.session, stage, self.matter) if self.has_turns else self.matter

    # -- time -------------------------------------------------------------------------------------------------

    def show_turns(self) -> None:
        """Draws whose turn it is, and comes back when the next minute is full."""
        with suppress(NoMatches):  # the screen is being taken down
            now = self.room.clock()
            line = self.query_one(TurnLine)
            line.tell(self.room.session, self.stage.id, now, f"{BY_ID['clock'].name}: {self._way('clock')}")
            if self._next_minute is not None:
                self._next_minute.stop()
                self._next_minute = None
            wait = turns.to_next_minute(self.room.session, now)
            if wait is not None and line.is_shown and not self.has_class("-quiet"):
                self._next_minute = self.set_timer(wait, self.show_turns)

    def _way(self, id: str) -> str:
        own = next(command for command in getattr(self.app, "commands", ()) if command.id == id).shown_keys
        return own[0] if own else key_of(self.app, "palette")

    def action_clock(self) -> None:
        """Stops the clock of this turn, or lets it go on."""
        if turns.running(self.room.session) is not None:
            self.do(c.StopClock(), STOPPED)
        else:
            self.do(c.GoOn(), "The turn goes on, and its clock with it.")

    # -- deeds ------------------------------------------------------------------------------------------------

    def action_present_first(self) -> None:
        from supervision.tui.screens.choosing import ChooseDialog

        session = self.room.session
        people = {person.id: person.called for person in session.people}

        def choose(who: str | None) -> None:
            self.do(c.PresentFirst(who=who or ""), f"{people[who or '']} presents first; then you swap.")

        self.ask(ChooseDialog("Who presents first?", people), choose)

    def action_take_to(self) -> None:
        """Asks to whom a proposed decision is taken: peers have nobody's authority but their own."""
        from supervision.tui.screens.take_to import TakeToDialog

        session = self.room.session
        standing = [d for d in session.decisions if rules.status(session, d) not in {"ended", "replaced"}]
        pane = self.query_one(DecisionsPane)
        chosen = pane.chosen if pane.has_focus else None
        if not standing:
            self.say(f"There is no decision to take to anybody yet. {key_of(self.app, 'propose-decision')} begins one.")
            return
        self.ask(
            TakeToDialog(self.room, standing, chosen or standing[-1].id),
            lambda change: self.do(change, "It is on the list of whoever takes it; the answer shows next time."),
        )

    def action_heard(self) -> None:
        """Each answers for themselves: whether they heard something that has to be raised."""
        from supervision.tui.screens.choosing import ChooseDialog

        session, who = self.room.session, self.room.writer
        name = session.called(who)

        def answered(answer: str | None) -> None:
            self.do(c.SayHeard(must_raise=answer == "yes"))
            if answer == "yes":
                self.action_raise_concern()
            else:
                self.say(self._who_has_not_said())

        self.ask(
            ChooseDialog(
                f"{name}: did you hear something that we must raise?",
                {"no": "No, nothing", "yes": "Yes: say to whom it goes"},
            ),
            answered,
        )

    def _who_has_not_said(self) -> str:
        session = self.room.session
        said = {answer.by for answer in session.heard}
        names = short_names(session)
        waiting = [names[person.id] for person in session.people if person.id not in said]
        if not waiting:
            return "Both of you have answered."
        hand_over = "" if self.room.present else f" {key_of(self.app, 'other-writes')} hands the keyboard over."
        return f"Kept. {waiting[0]} has not answered yet.{hand_over}"
