"""What a session's screen does when the other is at a keyboard of their own: going along, or not, and who is where."""

from typing import TYPE_CHECKING

from textual.message import Message

from supervision.model import rules
from supervision.model.turns import is_silent
from supervision.room import Presence
from supervision.tui.keys import way_to
from supervision.tui.screens.taking_turns import TakingTurns
from supervision.tui.widgets.names import short_names
from supervision.tui.widgets.notes import NotesPane

if TYPE_CHECKING:
    from supervision.document import Touched

STILL_TYPING = 8.0
"""Seconds after a key in which nobody is moved, also who follows."""


class Company(TakingTurns):
    """The part of a session's screen that is about the other person's."""

    following: bool = True
    """Whether one goes where the other goes, and takes the other along; else one looks around by oneself."""

    @property
    def others(self) -> tuple[Presence, ...]:
        """Those who are at another keyboard now."""
        return tuple(presence for presence in self.room.present if presence.is_here)

    class Gone(Message):
        """The record was erased while it is on the screen, with a sentence that says so."""

        def __init__(self, sentence: str) -> None:
            super().__init__()
            self.sentence = sentence

    def begin_company(self) -> None:
        self._pointer = self._shared_place()
        self._waited_for_me = self._waits_for_me()
        self._agreed = self._agreed_by_all()
        self._stop_listening = self.room.listen(self.say)
        self._stop_awaiting = self.room.watch(self._leave_if_gone)

    def end_company(self) -> None:
        self._stop_listening()
        self._stop_awaiting()

    def _leave_if_gone(self, _: "Touched | None") -> None:
        if self.room.gone:
            self._stop_awaiting()
            self.post_message(self.Gone(self.room.gone))

    def _shared_place(self) -> tuple[str, str, int]:
        session = self.room.session
        return session.stage, session.prompt, session.matter

    def takes_along(self) -> bool:
        """Whether a step of one's own moves the session's place: always but when one looks around by oneself."""
        return self.following or not self.others

    def see_where_the_other_is(self) -> None:
        """After the other went on: goes along, or says where they are. Nobody who is typing is moved."""
        there = self._shared_place()
        if there == self._pointer:
            return
        self._pointer = there
        if not self.others or self.is_at(there):
            return
        # Nobody is told anything in a silent stage, but one still goes along.
        silent = is_silent(self.stage) or is_silent(self.room.session.pack.stage(there[0]))
        if self.following and not self._is_typing():
            self.follow()
            self.say("" if silent else f"{self._their_name()} went on, and you with them.")
        elif silent:
            self.set_timer(STILL_TYPING, self._catch_up)
        else:
            self.say(f"{self._their_name()} is at {self._title(there[0])} now. {self._way_there()}")

    def _waits_for_me(self) -> set[str]:
        """The decisions to which all have agreed but whoever is writing."""
        session = self.room.session
        return {one.id for one in session.decisions if rules.waits_for(session, one) == self.room.writer}

    def _agreed_by_all(self) -> set[str]:
        session = self.room.session
        return {one.id for one in session.decisions if rules.agreed_by_all(session, one)}

    def see_what_waits(self) -> None:
        """After the other has agreed to a decision: says so, and how one answers oneself if it waits for that."""
        waited, self._waited_for_me = self._waited_for_me, self._waits_for_me()
        agreed, self._agreed = self._agreed, self._agreed_by_all()
        waits, done = self._waited_for_me - waited, self._agreed - agreed
        if not self.others or is_silent(self.stage):
            return
        for decision in self.room.session.decisions:
            if decision.id in waits:
                way = way_to(self.app, "agree-decision")
                self.say(f"{self._their_name()} agrees to decision {decision.number}. It waits for you: {way}.")
            elif decision.id in done:
                more = ", and awaits support" if decision.stance in rules.NEEDS_SUPPORT else ""
                more = more if decision.support.status != "given" else ""
                self.say(f"Both of you have agreed to decision {decision.number}{more}.")

    def _catch_up(self) -> None:
        """Goes along after all, once whoever was typing where nothing is said to them does so no more."""
        there = self._shared_place()
        if not self.others or not self.following or self.is_at(there):
            return
        if self._is_typing():
            self.set_timer(STILL_TYPING, self._catch_up)
        elif is_silent(self.stage) or is_silent(self.room.session.pack.stage(there[0])):
            self.follow()

    def is_at(self, place: tuple[str, str, int]) -> bool:
        """Whether this is what is on the screen."""
        stage, prompt, matter = place
        if (stage, matter) != (self.stage.id, self.matter):
            return False
        # In a turn each has their own questions; the session is at one of them, and the other stays at theirs.
        now_at = self.prompt.id if self.prompt else ""
        return self.question_at(self.stage, prompt, now_at) == self.prompt

    def _is_typing(self) -> bool:
        notes = self.query_one(NotesPane)
        return notes.has_focus and notes.typed_within(STILL_TYPING)

    def _their_name(self) -> str:
        names = short_names(self.room.session)
        return next((names.get(presence.person, "") for presence in self.others), "The other")

    def _title(self, stage: str) -> str:
        found = self.room.session.pack.stage(stage)
        return found.title if found else stage

    def _way_there(self) -> str:
        return f"{way_to(self.app, 'go-to-other')} goes there."

    def action_follow(self) -> None:
        self.following = not self.following
        if not self.following:
            self.say("You look around by yourself now; the other stays where they are.")
            self.redraw_state()
            return
        self.say("You go along with the other from now on.")
        self.action_go_to_other(quietly=True)

    def action_go_to_other(self, quietly: bool = False) -> None:
        self._pointer = self._shared_place()
        if not self.is_at(self._pointer):
            self.follow()
        elif not quietly:
            self.say("You are where the session is.")
        self.redraw_state()

    def action_whose_words(self) -> None:
        self.say(self.query_one(NotesPane).whose_line())

    def action_kept_apart(self) -> None:
        from supervision.tui.screens.kept_apart import KeptApartDialog

        if not self.room.offered:
            self.say("There are no words that are kept apart.")
            return
        self.app.push_screen(KeptApartDialog(self.room))

    def redraw_state(self) -> None:
        """Shows who is here and whether one goes along."""
        raise NotImplementedError
