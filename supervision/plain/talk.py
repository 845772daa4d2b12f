"""One session line by line: takes each line to the room or to a command, and says what came of it."""

import asyncio
import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from supervision import when
from supervision.document import Touched
from supervision.errors import Faults, Refused, SaveFailed, SupervisionError
from supervision.model import rules
from supervision.model.changes import Change, MoveTo
from supervision.model.values import Agreement, Decision, Session
from supervision.model.views import action_row
from supervision.plain import pages, typed
from supervision.plain.commands import TABLE
from supervision.plain.lines import Lines, Paper
from supervision.private import ELSEWHERE, PrivateNotes
from supervision.room import Room
from supervision.shelf import Row, Shelf
from supervision.text import one_line


class Talk:
    """Reads lines until there are none, somebody quits, or `leave` is called. `asks`: somebody is there to answer."""

    def __init__(
        self,
        shelf: Shelf,
        room: Room,
        lines: Lines,
        paper: Paper,
        *,
        asks: bool = False,
        private: PrivateNotes | None = None,
    ) -> None:
        self.shelf = shelf
        self.room = room
        self.paper = paper
        self.asks = asks
        self.private = private
        self.leaving = False
        self.elsewhere: set[str] = set()
        """Other sessions in which something was done from here."""
        self._lines = lines
        self._seen = room.session
        self._own = False
        self._failed = ""

    # -- reading ----------------------------------------------------------------------------------------------

    @property
    def session(self) -> Session:
        return self.room.session

    @property
    def today(self) -> date:
        return self.room.clock().date()

    @property
    def pair(self) -> set[str]:
        """The ids of the two people: lists show theirs only."""
        return {person.id for person in self.session.people}

    def decision(self, number: int) -> Decision:
        return rules.numbered(self.session, number)

    async def answer(self) -> str | None:
        """The next line as it was typed; None at the end of input."""
        return await self._lines.next()

    def say(self, *lines: str) -> None:
        self.paper.say(*lines)

    # -- its life ---------------------------------------------------------------------------------------------

    async def run(self, me: str = "") -> None:
        """From the first line to the last."""
        stop_watching = self.room.watch(self._noticed)
        self.say(f"Session {self.session.id}", *pages.opening(self.session))
        if me and rules.who(self.session, me) not in self.pair:
            self.say(f"{me} is not in this session; /as NAME says who is writing.")
        self.say(f"Writing: {self.room.writing.called}.")
        self.arrive()
        try:
            while not self.leaving and (line := await self._lines.next()) is not None:
                await self.take(line)
                await asyncio.sleep(0)  # lets a save begin, however fast the lines come
        finally:
            stop_watching()

    def leave(self) -> None:
        """No more lines are taken."""
        self.leaving = True
        self._lines.end()

    async def take(self, line: str) -> None:
        """Does what one line asks for, and says so; what is refused is said in a line that begins with `! `."""
        try:
            match typed.line(line):
                case typed.Blank():
                    self.on()
                case typed.Note(words):
                    self.room.write_line(words)
                    self.say(f"Noted, {self.room.writing.called}.")
                case typed.Command(name, rest):
                    await self._command(name, rest)
        except SupervisionError as error:
            self.refuse(sentence(error))

    async def _command(self, name: str, rest: str) -> None:
        entry = TABLE.get(name)
        if entry is None:
            guess = difflib.get_close_matches(name, TABLE, n=1)
            hint = f"did you mean /{guess[0]}?" if guess else "/help lists them."
            raise Refused(f"There is no command /{name}; {hint} Two slashes begin a note with a slash.")
        await entry.does(self, rest)

    def refuse(self, why: str) -> None:
        self.say(f"! {one_line(why)}")

    # -- changing ---------------------------------------------------------------------------------------------

    def change(self, change: Change) -> Session:
        """Does one thing in this session, by whoever is writing."""
        with self._own_doing():
            return self.room.change(change)

    async def carry(self, session_id: str, change: Change) -> Session:
        """Does one thing in this session or in an earlier one of this pair, by whoever is writing."""
        if session_id == self.session.id:
            return self.change(change)
        after = await asyncio.to_thread(self.shelf.carry, session_id, change, self.room.writer)
        self.elsewhere.add(session_id)
        return after

    async def take_back(self) -> Session:
        """Takes back the latest change of whoever is writing, here or in another session of the pair."""
        with self._own_doing():
            await asyncio.to_thread(self.shelf.undo, self.room.writer)
        return self.session

    async def day(self, words: str) -> date:
        """The day that is meant; one that has passed is asked about on a terminal and refused on a pipe."""
        day = when.parse(words, self.today, next_session=self.session.next_date)
        if day < self.today:
            past = f"{when.said(day, self.today)} has passed already"
            if not self.asks:
                raise Refused(f"{past}. Nothing was changed.")
            if not await self.yes(f"{past}. Is it the day you mean?"):
                raise Refused("Nothing was changed.")
        return day

    def newest_agreement(self) -> Agreement | None:
        """The newest version of this pair's agreement, made here or elsewhere; what cannot be read is said."""
        here = self.session.agreement
        try:
            kept = self.shelf.agreement(self.session.people)
        except SupervisionError as error:
            self.refuse(sentence(error))
            return here
        return kept if kept is not None and (here is None or kept.version > here.version) else here

    async def yes(self, question: str) -> bool:
        """Whether somebody who sits there says yes; nobody does on a pipe."""
        if not self.asks:
            return False
        self.say(f"{question} Type yes, or anything else for no.")
        return (await self.answer() or "").strip().casefold() in {"y", "yes"}

    # -- the way through --------------------------------------------------------------------------------------

    def move(self, stage: str, prompt: str = "") -> None:
        """Goes there, and prints the question."""
        before = self.session.stage
        self.change(MoveTo(stage=stage, prompt=prompt))
        if self.session.stage != before:
            self.arrive()
        else:
            self.say(*pages.question(self.session))

    def on(self) -> None:
        """The next prompt; after a stage's last one the next stage."""
        self._step(1)

    def back(self) -> None:
        """The prompt before; before a stage's first one the last of the stage before."""
        self._step(-1)

    def _step(self, by: int) -> None:
        way = [
            (stage.id, prompt)
            for stage in self.session.pack.stages
            for prompt in ([prompt.id for prompt in stage.prompts] or [""])
        ]
        here = (self.session.stage, self.session.prompt)
        at = way.index(here) if here in way else 0
        if not 0 <= at + by < len(way):
            self.say(
                "That was the last question: /read, /sign, /end, /quit." if by > 0 else "This is the first question."
            )
            return
        self.move(*way[at + by])

    def arrive(self) -> None:
        """Prints the question, with what its stage is about to look at."""
        stage = pages.stage_of(self.session)
        if stage == self.session.pack.stages[0]:
            self.say(*pages.confidentiality(self.session))
        self.say(*pages.question(self.session))
        if stage is None:
            return
        if stage.shows == "look-back":
            self.say(*pages.agreement_due(self.newest_agreement(), self.today))
            self.list_actions(others_only=True)
            self.list_due()
        elif stage.shows == "matters":
            self.say_what_waits()
            self.say(*(pages.matter(matter, len(self.session.matters)) for matter in self.session.matters))
        elif stage.shows == "decide":
            self.say("/decide asks for a decision line by line; /decisions lists those there are.")
        elif stage.shows == "actions":
            self.list_actions()
        elif stage.shows == "record":
            self.say("/read prints the record, /sign signs it for whoever is writing; later is fine too.")
            self.say("/themes says in a few words what it was about, for training records and as evidence for change.")

    def why_not_private(self) -> str:
        """Why there are no private notes for whoever is writing; empty when there are."""
        if self.private is None or self.room.seat.bound:
            return ELSEWHERE
        return self.private.why_not_in(self.session, self.room.writer, self.room.seat.me)

    def say_what_waits(self) -> None:
        """Says to its owner that something was prepared for this session."""
        try:
            waiting = None if self.private is None or self.why_not_private() else self.private.waiting(self.session)
        except SupervisionError as error:
            self.refuse(sentence(error))
        else:
            if waiting is not None and waiting.to_take:
                self.say(f"You have prepared {len(waiting.to_take)}: /prepared lists them, /take N takes one in.")

    # -- lists ------------------------------------------------------------------------------------------------

    def actions(self) -> list[Row]:
        """The open actions of this pair, overdue ones first; those of earlier sessions too."""
        session = self.session
        rows = [row for row in self.shelf.actions(pair=self.pair) if row["session"] != session.id]
        rows += [action_row(session, action) for action in session.actions if action.status == "open"]
        today = self.today.isoformat()
        return sorted(rows, key=lambda row: (not (row["due"] or "9999") < today, row["due"] or "9999", row["created"]))

    def homes(self) -> dict[str, str]:
        """The session of every action of this pair, by the action's id."""
        rows = self.shelf.actions(which="all", pair=self.pair)
        homes = {row["id"]: row["session"] for row in rows if row["session"] != self.session.id}
        return homes | {action.id: self.session.id for action in self.session.actions}

    def find_action(self, prefix: str) -> tuple[str, str]:
        """(session id, action id) of this pair's action that begins so."""
        homes = self.homes()
        found = self.shelf.store.resolve(prefix, homes, "action")
        return homes[found], found

    def list_actions(self, *, others_only: bool = False) -> None:
        rows = [row for row in self.actions() if not (others_only and row["session"] == self.session.id)]
        short = pages.shortened(self.homes())
        if not rows:
            self.say("No open actions from before." if others_only else "No open actions.")
            return
        self.say("Open actions (/done ID, /drop ID, /keep ID, each with a note if you like):")
        self.say(*(pages.action(row, short[row["id"]], self.today) for row in rows))

    def due_decisions(self) -> list[Row]:
        return self.shelf.decisions(which="due", pair=self.pair)

    def list_due(self) -> None:
        rows = self.due_decisions()
        if rows:
            self.say("Decisions to look at again (/review ID kept|loosened|tightened|repaired|ended NOTE || NEXT DAY):")
            self.say(*(pages.due_decision(row) for row in rows))

    # -- noticing ---------------------------------------------------------------------------------------------

    @contextmanager
    def _own_doing(self) -> Iterator[None]:
        """What changes inside is done from here, and answered by whoever did it."""
        self._own = True
        try:
            yield
        finally:
            self._own = False
            self._seen = self.session

    def _noticed(self, touched: Touched | None) -> None:
        if self.room.gone:
            if not self.leaving:
                self.refuse(self.room.gone)
                self.leave()
        elif touched is None:
            self._noticed_saving()
        elif touched.rest and not self._own:
            before, self._seen = self._seen, self.session
            self.say(*(f"* From elsewhere. {line}" for line in pages.differences(before, self._seen)))

    def _noticed_saving(self) -> None:
        failed = self.room.saved.failed
        if failed and failed != self._failed:
            self.refuse(failed)
        elif self._failed and not failed and not self.room.saved.waiting:
            self.say("Saved again.")
        self._failed = failed


def sentence(error: SupervisionError) -> str:
    """What went wrong, on one line."""
    if isinstance(error, Faults):
        return "; ".join(str(fault) for fault in error.faults)
    if isinstance(error, SaveFailed):
        return f"{error} Your words are still here."
    return str(error)
