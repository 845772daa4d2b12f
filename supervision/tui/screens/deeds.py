"""What can be done from a session's screen: each opens what asks for it, and hands the answer to the room."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Literal, TypeVar

from textual import on
from textual.message import Message
from textual.screen import Screen
from textual.widgets import OptionList
from textual.widgets.option_list import OptionDoesNotExist

from supervision.errors import Refused, SupervisionError
from supervision.model import changes as c
from supervision.model import rules
from supervision.model.pack import Prompt, Stage
from supervision.model.values import Agreement
from supervision.room import Room
from supervision.shelf import Found, Shelf
from supervision.tui.keys import BY_ID, key_of
from supervision.tui.widgets.actions import ActionsPane
from supervision.tui.widgets.decisions import DecisionsPane
from supervision.tui.widgets.names import short_names
from supervision.tui.widgets.notes import NotesPane
from supervision.tui.widgets.prompt import OfferLine
from supervision.tui.widgets.status import SessionHead

if TYPE_CHECKING:
    from supervision.private import PrivateNotes
    from supervision.tui.screens.look_back import LookBackPane

Answer = TypeVar("Answer")
ONLY_THIS = (
    "Only this session is here; earlier ones are kept where it is. Its actions and decisions stand beside the notes."
)


class Deeds(Screen[None]):
    """The doing half of the session's screen; where one looks is the other half's."""

    stage: Stage
    prompt: Prompt | None

    class Leaving(Message):
        """People go back to the first screen."""

    def __init__(self, room: Room, shelf: Shelf) -> None:
        super().__init__()
        self.room = room
        self.shelf = shelf
        self.matter = room.session.matter
        self.latest: Literal["words", "deed"] = "words"
        """What was last done here, which is what Undo takes back."""
        self.shared_keyboard = False
        """Whether several people have written at this keyboard since the session was opened."""

    # -- for the other half -----------------------------------------------------------------------------------

    def say(self, sentence: str) -> None:
        raise NotImplementedError

    def follow(self) -> None:
        raise NotImplementedError

    def go(self, stage: Stage, prompt: Prompt | None = None) -> None:
        raise NotImplementedError

    def look_at(self, pane: str) -> None:
        raise NotImplementedError

    def leave_for(self, stage: Stage) -> None:
        """Remembers where one is, to come back to it after a look at this stage."""
        raise NotImplementedError

    async def all_there(self) -> None:
        """Waits until the panes of the stage are on the screen."""
        raise NotImplementedError

    # -- doing ------------------------------------------------------------------------------------------------

    @contextmanager
    def saying(self) -> Iterator[None]:
        """What is refused inside is said, and nothing changes."""
        try:
            yield
        except SupervisionError as error:
            self.say(error.sentence)

    def do(self, change: c.Change | None, done: str = "") -> None:
        """Does one thing, if there is one, and says so or why not."""
        if change is None:
            return
        with self.saying():
            before = self.room.session.matter
            after = self.room.change(change)
            self.say(done)
            if after.matter != before:
                self.follow()

    def ask(self, screen: Screen[Answer], then: Callable[[Answer], None]) -> None:
        """Opens something over the session, and does what follows from its answer, if it gives one."""

        def answered(answer: Answer | None) -> None:
            if answer is not None:
                then(answer)

        self.app.push_screen(screen, answered)

    @property
    def pair(self) -> tuple[str, ...]:
        return tuple(person.id for person in self.room.session.people)

    # -- actions ----------------------------------------------------------------------------------------------

    def action_add_action(self) -> None:
        from supervision.tui.screens import ActionDialog

        suggestion = self.prompt.suggests if self.prompt else ""
        self.ask(ActionDialog(self.room, suggestion), lambda change: self.do(change, "Written down."))

    @on(ActionsPane.Opened)
    def _action_opened(self, event: ActionsPane.Opened) -> None:
        from supervision.tui.screens import ActionDialog

        if action := self.room.session.action(event.action):
            self.ask(ActionDialog(self.room, action=action), self.do)

    @on(ActionsPane.Ticked)
    def _action_ticked(self, event: ActionsPane.Ticked) -> None:
        if action := self.room.session.action(event.action):
            done = action.status == "open"
            self.do(
                c.SetActionStatus(id=action.id, status="done" if done else "open"),
                "Done. Space again opens it; Undo takes it back too." if done else "Open again.",
            )

    def action_actions_here(self) -> None:
        from supervision.tui.screens import ActionsScreen

        if self.room.is_far:
            self.say(ONLY_THIS)
            return
        self.app.push_screen(ActionsScreen(self.shelf, self.room.writing.called, self.pair, self.room))

    async def action_look_back(self) -> None:
        stages = [stage for stage in self.room.session.pack.stages if stage.shows == "look-back"]
        if not stages:
            self.action_actions_here()
            return
        if self.stage not in stages:
            self.leave_for(stages[0])
            self.go(stages[0])
        await self.all_there()
        self.look_at("look-back")

    # -- marks ------------------------------------------------------------------------------------------------

    def action_mark(self) -> None:
        after: dict[str, c.MarkKind] = {"": "option", "option": "reason", "reason": ""}
        self._mark(after[self.query_one(NotesPane).marked_as])

    def action_mark_option(self) -> None:
        self._mark("" if self.query_one(NotesPane).marked_as == "option" else "option")

    def action_mark_reason(self) -> None:
        self._mark("" if self.query_one(NotesPane).marked_as == "reason" else "reason")

    def _mark(self, kind: c.MarkKind) -> None:
        notes = self.query_one(NotesPane)
        again = key_of(self.app, "mark")
        said = {
            "option": f"Marked as an option; Decide will offer it. {again} again: a reason.",
            "reason": f"Marked as a reason; Decide will offer it. {again} again: neither.",
            "": "No longer marked.",
        }
        self.do(c.MarkNote(text=notes.line_here, kind=kind, stage=notes.stage, matter=notes.matter), said[kind])

    # -- decisions --------------------------------------------------------------------------------------------

    def action_propose_decision(self) -> None:
        from supervision.tui.screens import DecideScreen

        self.app.push_screen(DecideScreen(self.room, None))

    @on(DecisionsPane.Opened)
    def _decision_opened(self, event: DecisionsPane.Opened) -> None:
        from supervision.tui.screens import DecideScreen

        self.app.push_screen(DecideScreen(self.room, event.decision))

    def action_agree_decision(self) -> None:
        """Agrees to the decision chosen in the pane, to one that waits for whoever is writing, or to the newest."""
        from supervision.tui.screens import AgreeDialog

        session = self.room.session
        pane = self.query_one(DecisionsPane)
        chosen = pane.chosen if pane.has_focus else None
        waiting = [
            d for d in session.decisions if rules.status(session, d) in {"draft", "proposed", "awaiting-support"}
        ]
        if chosen is None and waiting:
            mine = [one for one in waiting if rules.waits_for(session, one) == self.room.writer]
            chosen = (mine or waiting)[-1].id
        if chosen is None:
            self.say(f"There is no decision to agree yet. {key_of(self.app, 'propose-decision')} begins one.")
        else:
            self.app.push_screen(AgreeDialog(self.room, chosen))

    def action_decisions_here(self) -> None:
        from supervision.tui.screens import DecisionsScreen

        if self.room.is_far:
            self.say(ONLY_THIS)
            return
        self.app.push_screen(DecisionsScreen(self.shelf, self.room.writing.called, self.pair, self.room))

    def action_timeline(self) -> None:
        from supervision.tui.screens import TimelineScreen

        if self.room.is_far:
            self.say(ONLY_THIS)
            return
        self.app.push_screen(TimelineScreen(self.shelf, self.pair, "of you two"))

    # -- the matter, and people -------------------------------------------------------------------------------

    def action_edit_matter(self) -> None:
        from supervision.tui.screens import MatterDialog

        self.ask(MatterDialog(self.room), self.do)

    def action_another_matter(self) -> None:
        from supervision.tui.screens.matter import NewMatterDialog

        self.ask(NewMatterDialog(self.room), self.do)

    def action_next_matter(self) -> None:
        numbers = [matter.n for matter in self.room.session.matters]
        if len(numbers) == 1:
            self.say("There is one matter in this session. Another matter adds one.")
            return
        self.do(c.TurnToMatter(n=numbers[(numbers.index(self.matter) + 1) % len(numbers)]))

    def action_raise_concern(self) -> None:
        from supervision.tui.screens import ConcernDialog

        self.ask(ConcernDialog(self.room), lambda change: self.do(change, "Recorded, with an action that has a date."))

    def action_confidentiality(self) -> None:
        from supervision.tui.screens.confidentiality import ConfidentialityDialog

        def open_agreement(then: Callable[[], None]) -> None:
            self.action_our_agreement(then)

        self.app.push_screen(ConfidentialityDialog(self.room, self._newest_agreement, open_agreement))

    def _newest_agreement(self) -> Agreement | None:
        """The newest version there is, made here or elsewhere; what cannot be read is said."""
        here = self.room.session.agreement
        with self.saying():
            kept = self.shelf.agreement(self.room.session.people)
            if kept is not None and (here is None or kept.version > here.version):
                return kept
        return here

    def action_our_agreement(self, then: Callable[[], None] = lambda: None) -> None:
        """The agreement of these two; `then` is called once a new version of it was kept."""
        from supervision.tui.screens import AgreementDialog

        session = self.room.session

        def keep(answers: dict[str, str]) -> None:
            if session.state == "signed" and self.room.is_far:
                raise Refused(
                    "The record is signed, and your agreement is kept on the other computer. Change it there."
                )
            if session.state == "signed":  # the record stays as it is; the next session is under the new version
                self.shelf.edit_agreement(session.people, answers, self.room.writer)
            else:
                self.room.change(c.EditAgreement(answers=answers))

        def kept(new: bool) -> None:
            if new:
                self.say("Your agreement is kept. Each of you reads it once, at Confidentiality.")
                then()

        today = self.room.clock().date()
        self.ask(AgreementDialog(session.people, self._newest_agreement(), today, keep), kept)

    def on_look_back_pane_agreement_wanted(self, event: "LookBackPane.AgreementWanted") -> None:
        self.action_our_agreement(event.pane.reread)

    # -- for one's own eyes -----------------------------------------------------------------------------------

    @property
    def private(self) -> "PrivateNotes | None":
        """What the person of this login keeps to themselves, if there is such a place here."""
        given = getattr(getattr(self.app, "desk", None), "private", None)
        return None if given is None or self.room.seat.bound else given()

    def why_not_private(self) -> str:
        """Why there are no private notes for whoever is writing here; empty when there are."""
        if self.private is None:
            from supervision.private import ELSEWHERE

            return ELSEWHERE
        return self.private.why_not_in(self.room.session, self.room.writer, self.room.seat.me)

    def action_own_notes(self) -> None:
        """Opens one's private notes; after the keyboard was somebody else's, asks whether nobody else looks."""
        from supervision.tui.screens.small import ConfirmDialog

        if why := self.why_not_private():
            self.say(why)
        elif self.shared_keyboard:
            about = "The other person has written at this keyboard. Private notes show what you wrote to whoever looks."
            alone = ConfirmDialog("Is nobody else looking at this screen?", "Show them", "Not now", about=about)
            self.ask(alone, lambda yes: self._open_own_notes() if yes else None)
        else:
            self._open_own_notes()

    def _open_own_notes(self) -> None:
        from supervision.tui.screens.own_notes import OwnNotesScreen, pages

        session, notes = self.room.session, self.private
        assert notes is not None
        practitioner = next((person.called for person in session.people if person.role == "practitioner"), "")
        about = pages(session.pack, session.matter_of(self.matter).alias, practitioner)
        here = (self.stage.id, self.prompt.id if self.prompt else "")
        at = next((n for n, page in enumerate(about) if (page.stage, page.prompt) == here), 0)
        with self.saying():
            private = notes.begin(session)
            screen = OwnNotesScreen(
                notes,
                private,
                about,
                at,
                matter=str(self.matter),
                room=self.room,
                other_writes=self.action_other_writes,
            )
            self.app.push_screen(screen)

    def prepared_waits(self) -> bool:
        """Whether whoever is writing prepared something for this session that is not in it yet."""
        notes = self.private
        with suppress(SupervisionError):  # said, once it is asked for
            if notes is not None and not self.why_not_private():
                waiting = notes.waiting(self.room.session)
                return waiting is not None and bool(waiting.to_take)
        return False

    def action_prepared(self) -> None:
        """Takes one of the prepared matters in: from then on it is in the session."""
        from supervision.tui.screens.choosing import ChooseDialog
        from supervision.tui.screens.prepare import in_brief

        notes = self.private
        if (why := self.why_not_private()) or notes is None:
            self.say(why)
            return
        with self.saying():
            waiting = notes.waiting(self.room.session)
            if waiting is None or not waiting.to_take:
                self.say("You have prepared no matter that is still to be taken in.")
                return
            answers = {matter.id: in_brief(matter) for matter in waiting.to_take}

            def take(matter: str | None) -> None:
                self._take(matter or "")

            self.ask(ChooseDialog("Which do you bring? From then on both of you read it.", answers), take)

    def _take(self, matter: str) -> None:
        with self.saying():
            if self.private is not None and not self.why_not_private():
                self.private.take(self.room.session, matter, self.room.change)
                self.follow()
                self.say("It is in the session now. Your answers to questions stay private.")

    def action_who_is_here(self) -> None:
        from supervision.tui.screens import WhoIsHere

        why = self.why_not_private()
        private = why or "Private notes are shown while you are the one who writes, and to nobody else here."
        self.app.push_screen(WhoIsHere(self.room, private))

    def action_correct_name(self) -> None:
        self.action_who_is_here()

    @on(SessionHead.Clicked)
    async def _head_clicked(self, event: SessionHead.Clicked) -> None:
        await self.app.run_action(BY_ID[event.command].action, self)

    def action_other_writes(self) -> None:
        session = self.room.session
        if session.state == "signed":
            return
        ids = [person.id for person in session.people]
        writer = ids[(ids.index(self.room.writer) + 1) % len(ids)]
        with self.saying():
            self.room.hand_over(writer)
            self.say(f"{short_names(session)[writer]} is writing now.")

    # -- the end ----------------------------------------------------------------------------------------------

    def action_read_back(self) -> None:
        from supervision.tui.screens import ReadBackScreen

        self.app.push_screen(ReadBackScreen(self.room, self._shelf_for_files))

    def action_sign(self) -> None:
        self.action_read_back()

    def action_export(self) -> None:
        self._export()

    def _export(self, what: str = "") -> None:
        from supervision.tui.screens import ExportDialog

        dialog = ExportDialog(self.room.session, what=what, who=self.room.writer, shelf=self._shelf_for_files)
        self.app.push_screen(dialog)

    @property
    def _shelf_for_files(self) -> Shelf | None:
        """Where else a file may come from, and where its being written is noted; nowhere for a guest."""
        return None if self.room.seat.why_no_file else self.shelf

    def action_end_session(self) -> None:
        from supervision.tui.screens.small import EndDialog, EndedDialog

        def then(what: str) -> None:
            if what == "read":
                self.action_read_back()
            elif what == "copy":
                self._export("mine")

        def ended(yes: bool) -> None:
            if not yes:
                return
            with self.saying():
                self.room.change(c.End())
                self.ask(EndedDialog(), then)

        if self.room.session.ended:
            self.say("This session has ended already. Reopen session takes that back.")
            return
        self.ask(EndDialog(signed=self.room.session.state == "signed"), ended)

    def action_reopen_session(self) -> None:
        self.do(c.Reopen(), "The session is open again.")

    def action_add_addendum(self) -> None:
        from supervision.tui.screens.addendum import AddendumDialog

        if self.room.session.state != "signed":
            self.say("This record is not signed by both yet, so it can still be changed itself.")
            return
        self.ask(AddendumDialog(self.room), lambda _: self.say("Added below the record."))

    def action_record_keeping(self) -> None:
        """How long the record is kept, what is taken out of it, and its erasure, which sends everybody home."""
        from supervision.tui.screens.keeping import RecordKeeping

        RecordKeeping(
            self,
            current=lambda: self.room.session,
            do=self.room.change,
            say=self.say,
            gone=lambda _: None,  # the room says so, to everybody who is in it
            by=lambda: self.room.writer,
            clock=self.room.clock,
            shelf=None if self.room.is_far else self.shelf,
        ).choose()

    def action_home(self) -> None:
        self.post_message(self.Leaving())

    # -- taking back, and finding -----------------------------------------------------------------------------

    def action_undo(self) -> None:
        """Takes back the latest thing done here: words, or a change to an action or decision."""
        self._take_back(self.room.undo, self.query_one(NotesPane).undo, "Taken back.")

    def action_redo(self) -> None:
        self._take_back(self.room.redo, self.query_one(NotesPane).redo, "Done again.")

    def _take_back(self, deed: Callable[[], bool], words: Callable[[], None], done: str) -> None:
        with self.saying():
            if self.latest == "words" and self.query_one(NotesPane).has_focus:
                words()
            elif deed():
                self.say(done)
                self.latest = "deed"
            else:
                words()

    def action_find(self) -> None:
        from supervision.tui.screens import FindScreen

        if self.room.is_far:
            self.say(ONLY_THIS)
            return
        self.app.push_screen(FindScreen(self.shelf, self.pair), self._found)

    def _found(self, found: Found | None) -> None:
        from supervision.tui.screens import RecordScreen

        if found is None:
            return
        if found.session == self.room.id:
            self.turn_to(found)
            return
        with self.saying():
            self.app.push_screen(
                RecordScreen(self.shelf.load(found.session), found.text, shelf=self.shelf, who=self.room.writer)
            )

    def turn_to(self, found: Found) -> None:
        """Goes to a place in this session that was found."""
        if found.where in ("action", "decision"):
            pane = self.query_one(f"#{found.where}s", OptionList)
            self.look_at(f"{found.where}s")
            with suppress(OptionDoesNotExist):  # it was taken away meanwhile
                pane.highlighted = pane.get_option_index(found.id)
        elif stage := self.room.session.pack.stage(found.stage):
            self.leave_for(stage)
            prompt = found.id if found.where == "prompt" else ""
            with self.saying():
                if found.where in ("note", "matter"):
                    self.room.change(c.TurnToMatter(n=int(found.id)))
                self.room.change(c.MoveTo(stage=found.stage, prompt=prompt))
                self.follow()
                self.look_at("notes")
                if found.where == "note":
                    self.query_one(NotesPane).go_to_line(found.text)

    @on(OfferLine.Taken)
    async def _offer_taken(self, event: OfferLine.Taken) -> None:
        self.look_at("notes")  # where one writes on, whatever is opened now
        self.say("")  # in the notes no number goes anywhere
        await self.app.run_action(BY_ID[event.offer.command].action, self)

    @on(NotesPane.Refused)
    def _refused(self, event: NotesPane.Refused) -> None:
        self.say(event.sentence)
