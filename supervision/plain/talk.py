"""One session line by line: takes each line to the room or to a command, and says what came of it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from supervision.document import NoteKey
from supervision.errors import NotFound, Refused, SupervisionError
from supervision.model import rules, turns
from supervision.model.apply import Act, apply
from supervision.model.changes import Change, MoveTo, TurnToMatter
from supervision.model.names import short_names, together
from supervision.model.values import Agreement, Decision, Session, Who
from supervision.plain import listing, news, pages, typed
from supervision.plain.commands import HOME, PARTS, TABLE
from supervision.plain.lines import Lines, Paper
from supervision.plain.others import PAUSE, Others
from supervision.plain.place import Follow, Place
from supervision.plain.speaker import Speaker, sentence
from supervision.private import ELSEWHERE, PrivateNotes
from supervision.room import Room
from supervision.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Wrote:
    """A line that was typed here: into which notes, and by whom."""

    key: NoteKey
    words: str
    by: Who


@dataclass(frozen=True, slots=True)
class Did:
    """A change to an action or decision that was made from here: in which session, by whom, in which run of changes."""

    session: str
    by: Who
    run: str = ""


class Talk(Speaker):
    """One session. An input that ends saves and leaves; with `home` there is a home to go back to."""

    table = TABLE
    parts = PARTS
    daily = (
        "back",
        "where",
        "repeat",
        "deeper",
        "as",
        "action",
        "decide",
        "agree",
        "look-back",
        "undo",
        "read",
        "sign",
        "end",
        "quit",
    )
    opening = "A line you type is a note by whoever is writing; an empty line goes on to the next question."

    def __init__(
        self,
        shelf: Shelf,
        room: Room,
        lines: Lines,
        paper: Paper,
        *,
        asks: bool = False,
        private: PrivateNotes | None = None,
        pause: float = PAUSE,
        home: bool = False,
    ) -> None:
        super().__init__(shelf, lines, paper, asks=asks)
        self.room = room
        self.private = private
        self.has_home = home
        self.goes_home = False
        self.place = Place.of(room.session)
        """Where whoever writes here is: where their notes go, and their actions and decisions belong."""
        self.follow: Follow = "asked"
        self.quiet = False
        """Whether a question is said alone, and what others do only when it is asked for."""
        self.done: list[Wrote | Did] = []
        """What was done here and can be taken back, the newest last."""
        self.undone: list[Wrote | Did] = []
        self.others = Others(self, pause)
        self._carried = False
        self.came_from: Place | None = None
        """Where one was before a look at another stage."""

    # -- reading ----------------------------------------------------------------------------------------------

    @property
    def session(self) -> Session:
        return self.room.session

    @property
    def here(self) -> Session:
        return self.session

    @property
    def me(self) -> str:
        return self.room.writer

    @property
    def my_name(self) -> str:
        return self.room.writing.called

    @property
    def next_date(self) -> date | None:
        return self.session.next_date

    @property
    def view(self) -> Session:
        """The session from the place of whoever writes here."""
        seen = self.place.seen(self.session)
        stage = seen.pack.stage(seen.stage)
        if stage is None or not stage.turn:
            return seen
        prompt = turns.prompt_at(seen, stage, seen.prompt, self.room.writer)
        return replace(seen, prompt=prompt.id if prompt else "")

    @property
    def question(self) -> list[str]:
        """The question one is at, as it is said."""
        return pages.question(self.view, alone=self.quiet, who=self.room.writer)

    @property
    def today(self) -> date:
        return self.room.clock().date()

    @property
    def pair(self) -> set[str]:
        """The ids of the two people: lists show theirs only."""
        return {person.id for person in self.session.people}

    @property
    def company(self) -> tuple[Who, ...]:
        """Those who are at keyboards of their own, also when their line is lost just now."""
        return tuple(dict.fromkeys(presence.person for presence in self.room.present))

    def decision(self, number: int) -> Decision:
        return rules.numbered(self.session, number)

    # -- saying and asking ------------------------------------------------------------------------------------

    def say_again(self) -> None:
        """The last thing that was said; then the question one is at, if that was not it."""
        if self._asked:
            self.paper.say(*self._asked)
            return
        _, *question = self.question
        again = [] if question[0] in self._block else question
        self.paper.say(*(line for line in self._block if line.strip()), *again)

    @contextmanager
    def _undisturbed(self) -> Iterator[None]:
        try:
            with self.others.held():
                yield
        finally:
            self.others.tell()

    async def sure(self, why: str, read: list[str], what: str = "") -> bool:
        """Where others have just changed what is about to be said yes to: says it, and asks; nobody is asked on a pipe.

        `what` is a decision's id, or empty for anything in the record. Returns whether it was said; Refused for no.
        """
        self.others.catch_up(wholly=True)
        heard = self.others.heard
        if not self.asks or not (what in heard if what else heard):
            return False
        self.say(*read)
        if not await self.yes(f"{why} Is it what you mean to say yes to, as it stands now?"):
            raise Refused("Nothing was changed.")
        return True

    # -- its life ---------------------------------------------------------------------------------------------

    async def run(self, me: str = "") -> None:
        """From the first line to the last."""
        self.say(*pages.opening(self.session))
        if me and rules.who(self.session, me) not in self.pair:
            self.say(f"{me} is not in this session; /as NAME says who is writing.")
        self.say(f"Writing: {self.room.writing.called}.")
        self.arrive()
        try:
            while not self.leaving and (line := await self._lines.next()) is not None:
                await self.take(line)
                await asyncio.sleep(0)  # lets a save begin, however fast the lines come
            self.others.catch_up(wholly=True)
        finally:
            self.others.end()

    def leave(self) -> None:
        """No more lines are taken."""
        super().leave()
        self._lines.end()

    def go_home(self) -> None:
        """Leaves the session for home, where the lines that follow are taken."""
        self.goes_home = True
        super().leave()

    async def take(self, line: str) -> None:
        """Does what one line asks for, and says so; what is refused is said in a line that begins with `! `."""
        self.others.heard.clear()
        self.others.catch_up()
        asked = typed.line(line)
        if not (isinstance(asked, typed.Command) and asked.name in {"repeat", "again"}):
            self._block = []
        try:
            match asked:
                case typed.Blank():
                    self.on()
                case typed.Note(words):
                    self.write(words)
                    where = (
                        f" ({news.place(self.session, self.place.stage, self.place.matter)})" if self._carried else ""
                    )
                    self._carried = False
                    self.say(f"Noted, {self.room.writing.called}{where}.")
                case typed.Command(name, rest):
                    await self._command(name, rest)
        except SupervisionError as error:
            self.refuse(sentence(error))

    async def _command(self, name: str, rest: str) -> None:
        if name not in self.table and not rest and name in {stage.id for stage in self.session.pack.stages}:
            name, rest = "stage", name  # who types the name of a stage means to go there
        await super()._command(name, rest)

    def _hint(self, name: str) -> str:
        if self.has_home and name in HOME:
            return "that is typed at home: /home goes there."
        return f"{super()._hint(name)} Two slashes begin a note with a slash."

    # -- changing ---------------------------------------------------------------------------------------------

    def write(self, words: str, *, stage: str = "", matter: int = 0) -> None:
        """Adds a line of notes by whoever is writing, where they are."""
        key = (stage or self.place.stage, matter or self.place.matter)
        self.room.write_line(words, stage=key[0], matter=key[1])
        self.did(Wrote(key, words, self.room.writer))

    def change(self, change: Change, run: str = "") -> Session:
        """Does one thing in this session, by whoever is writing; where it moves the session, they go along."""
        before = self.session
        with self.others.own_doing():
            after = self.room.change(change, run=run)
        if Place.of(before) != Place.of(after):
            self.go(Place.of(after))
        if (before.actions, before.decisions) != (after.actions, after.decisions):
            self.did(Did(after.id, self.room.writer, run))
        return after

    async def carry(self, session_id: str, change: Change) -> Session:
        """Does one thing in this session or in an earlier one of this pair, by whoever is writing."""
        if session_id == self.session.id:
            return self.change(change)
        after = await asyncio.to_thread(self.shelf.carry, session_id, change, self.room.writer)
        self.did(Did(session_id, self.room.writer))
        return after

    def did(self, what: Wrote | Did) -> None:
        """Remembers something that can be taken back."""
        self.undone.clear()
        if not (isinstance(what, Did) and what.run and self.done[-1:] == [what]):  # a run is taken back at once
            self.done.append(what)

    async def settled(self) -> bool:
        """Waits until what was asked for is done where the session is held; False if it was refused or takes long."""
        return self.room.is_host or await self.others.answered()

    def how_given(self) -> str:
        """How an agreement or a signature from this keyboard stands in the record."""
        if self.room.seat.bound:
            return self.room.seat.how
        return "in the room, not verified" if self.room.is_host else "claimed, from another login, not verified"

    def newest_agreement(self) -> Agreement | None:
        """The newest version of this pair's agreement, made here or elsewhere; what cannot be read is said."""
        here = self.session.agreement
        try:
            kept = self.shelf.agreement(self.session.people)
        except SupervisionError as error:
            self.refuse(sentence(error))
            return here
        return kept if kept is not None and (here is None or kept.version > here.version) else here

    # -- the way through --------------------------------------------------------------------------------------

    @property
    def takes_along(self) -> bool:
        """Whether a step from here takes the others along: alone, and where they are, but not looking around."""
        return not self.company or (self.follow != "off" and self.place == Place.of(self.session))

    def move(self, stage: str, prompt: str = "") -> None:
        """Goes there, and prints the question."""
        before = self.place.stage
        if self.takes_along:
            self.change(MoveTo(stage=stage, prompt=prompt))
        act = Act(self.room.writer, self.room.clock())
        self.go(Place.of(apply(self.view, MoveTo(stage=stage, prompt=prompt), act)))
        if self.place.stage != before:
            self.arrive()
        else:
            self.say(*self.question)

    def look_at(self, stage: str) -> None:
        """Goes to another stage, from which one can come back."""
        before = self.place
        self.move(stage)
        if before.stage != stage:
            self.came_from = before

    def turn(self, matter: int) -> None:
        """Goes on with another of the matters."""
        if self.takes_along:
            self.change(TurnToMatter(n=matter))
        self.go(Place.of(apply(self.view, TurnToMatter(n=matter), Act(self.room.writer, self.room.clock()))))

    def stage_named(self, words: str) -> str:
        """The id of a stage, by it, by its beginning, its letter or its title. NotFound when there is none."""
        stages, wanted = self.session.pack.stages, words.casefold()
        exact = [stage.id for stage in stages if wanted in {stage.id, stage.letter.casefold(), stage.title.casefold()}]
        found = exact or [stage.id for stage in stages if stage.id.startswith(wanted)]
        if len(found) != 1:
            have = " ".join(stage.id for stage in stages)
            raise NotFound(f'There is no stage "{words[:40]}" in this session; the stages are: {have}.')
        return found[0]

    def go(self, place: Place) -> None:
        """Is there from now on, without a word; the others can see it."""
        self.place = place
        self.room.show_place(place.stage, place.matter)

    def go_to_the_session(self) -> None:
        """Goes where the session is."""
        self.go(Place.of(self.session))
        self.arrive()

    def session_moved(self, there: Place) -> None:
        """Somebody else went on: goes along if that was asked for, else says where they are."""
        session = self.session
        names = short_names(session)
        who = together([names.get(one, one) for one in self.company if one != self.room.writer]) or "The session"
        are = "are" if " and " in who else "is"
        where = pages.at(there.seen(session), from_stage=self.place.stage)
        if there == self.place:
            self.say_apart(f"* {who} {are} at {where} with you.")
        elif self.follow == "on":
            self.say_apart(f"* {who} {are} at {where} now, and you too.")
            self._carried = True
            self.go(there)
            self.say(*self.question)
        else:
            self.say_apart(f"* {who} {are} at {where} now. /follow goes there.")

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
            for prompt in ([prompt.id for prompt in pages.asked(self.session, stage, self.room.writer)] or [""])
        ]
        here = (self.view.stage, self.view.prompt)
        at = way.index(here) if here in way else 0
        if not 0 <= at + by < len(way):
            self.say(
                "That was the last question: /read, /sign, /end, /quit." if by > 0 else "This is the first question."
            )
            return
        self.move(*way[at + by])

    def step_stage(self, by: int) -> None:
        """The first question of the next stage, or of the one before."""
        stages = [stage.id for stage in self.session.pack.stages]
        at = (stages.index(self.place.stage) if self.place.stage in stages else 0) + by
        if 0 <= at < len(stages):
            self.move(stages[at])
        else:
            self.say("This is the last stage." if by > 0 else "This is the first stage.")

    def arrive(self) -> None:
        """Prints the question, with what its stage is about to look at."""
        stage = pages.stage_of(self.view)
        if stage == self.session.pack.stages[0]:
            self.say(*pages.confidentiality(self.session), *pages.to_acknowledge(self.session))
        self.say(*self.question)
        if stage is None:
            return
        if stage.shows == "look-back":
            self.say(*pages.agreement_due(self.newest_agreement(), self.today))
            listing.say_look_back(self)
        elif stage.shows == "matters":
            self.say_what_waits()
            self.say(*(pages.matter(matter, len(self.session.matters)) for matter in self.session.matters))
            self.say(*pages.to_bring(self.session))
        elif stage.shows == "decide":
            self.say("/decide asks for a decision line by line; /decisions lists those there are.")
        elif stage.shows == "actions":
            listing.say_actions(self)
        elif stage.shows == "record":
            self.say("/read prints the record, /sign signs it for whoever is writing; later is fine too.")
            self.say("/themes says in a few words what it was about, for training records and as evidence for change.")
        self.say(*pages.notes_there(self.view))

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
