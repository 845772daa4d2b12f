"""An open session as its screen sees it: what is written, who is here, and whether it is saved, whoever holds it."""

import contextlib
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

from supervision import text
from supervision.document import Caret, Document, NoteKey, Touched
from supervision.errors import Damaged, DocumentBroken, Refused, SaveFailed
from supervision.live import Pace
from supervision.model import notes, rules
from supervision.model.apply import LOCKED
from supervision.model.changes import Change
from supervision.model.values import Person, Run, Session, Who
from supervision.room.hosting import Host
from supervision.room.joining import Guest
from supervision.room.presence import Line, Presence
from supervision.room.saving import Saved
from supervision.room.seat import Seat
from supervision.room.stay import ONLY_HERE, Dial, Stay
from supervision.store import Store, sealing

if TYPE_CHECKING:
    from supervision.room.journal import Journal

KEPT_APART = "What you wrote meanwhile is kept; Words kept apart shows it."
"""How a sentence ends that says of words of one's own that they could not come in by themselves."""

Heard = TypeVar("Heard")


def _added(callbacks: list[Heard], callback: Heard) -> Callable[[], None]:
    """Calls back from now on; what is returned ends that, and may be called again."""
    callbacks.append(callback)

    def end() -> None:
        with contextlib.suppress(ValueError):
            callbacks.remove(callback)

    return end


def local_now() -> datetime:
    """The time here, with its offset, to the second."""
    return datetime.now().astimezone().replace(microsecond=0)


class Room:
    """`async with Room(store, id, me=...) as room:` is in the session until it leaves, and saves on every way out.

    Whoever comes first holds the session; others join it, each with all of it, and one of them takes over when the
    first leaves, is killed, or gives no answer. Everything is done through `change` and `write`; whoever wants to
    redraw watches. All methods are for the event loop's own thread.

    With `dial` and no store the records are on another machine: the session is joined over that line, never held here,
    and while the line is lost one goes on writing; `hang_up` ends whatever `dial` needed. `journal` keeps what has not
    arrived there, whatever ends this process, and an earlier run's words go over as soon as one is back.
    """

    kind_of_stay: ClassVar[type[Stay]] = Stay

    def __init__(
        self,
        store: Store | None,
        session_id: str,
        *,
        me: str = "",
        seat: Seat | None = None,
        clock: Callable[[], datetime] = local_now,
        pace: Pace | None = None,
        dial: Dial | None = None,
        hang_up: Callable[[], Awaitable[None]] | None = None,
        journal: "Journal | None" = None,
    ) -> None:
        self._store = store
        self._journal = journal
        self.left_words = False
        """Whether words wait on this computer for the line, after one has left."""
        self.id = session_id
        self.seat = seat or Seat(me)
        self.clock = clock
        self.pace = pace or Pace()
        self.document: Document
        self.writer: Who = ""
        self._watchers: list[Callable[[Touched | None], None]] = []
        self._listeners: list[Callable[[str], None]] = []
        self._places: dict[int, tuple[str, int, bytes]] = {}
        self._here: tuple[str, int, bytes] = ("", 1, b"")
        self._typist: int | None = None
        self._session: Session | None = None
        self._signatures_seen = False
        self.stop_watching: Callable[[], None] = lambda: None
        """Ends what changes of the document lead to."""
        self.gone = ""
        """Why the record is not there any more, once somebody erased it; then there is nothing left to do but leave."""
        self.offered: list[tuple[NoteKey, tuple[Run, ...]]] = []
        """Words of one's own that could not come in by themselves; they wait here until they are taken or put away."""
        self.stay = self.kind_of_stay(self, dial=dial, hang_up=hang_up, journal=journal)

    # -- its life ---------------------------------------------------------------------------------------------

    @property
    def store(self) -> Store:
        """Where the session is kept; only what holds one asks."""
        assert self._store is not None
        return self._store

    async def __aenter__(self) -> Self:
        if self._store is not None:
            self._store.load(self.id)  # says at once what is wrong with it, whoever holds it
        await self.stay.begin()
        session = self.session
        if self._journal is not None:
            self._journal.is_for(session.id)
        self.writer = self._first_writer(session)
        self._here = (session.stage, session.matter, b"")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Saves and lets go. SaveFailed when the last words could not be written."""
        await self.stay.leave()

    def went(self, why: str) -> None:
        """The record was erased, here or by somebody else who has it open."""
        self.gone = why
        self.tell(None)

    def go_on_with(self, document: Document) -> None:
        """From now on this is what is written."""
        self.stop_watching()
        self.document = document
        self.stop_watching = document.on_change(self._touched)

    def forget_values(self) -> None:
        """What the session is, is read anew when somebody asks."""
        self._session = None

    def _first_writer(self, session: Session) -> Who:
        who = rules.who(session, self.seat.me) if self.seat.me else ""
        if session.person(who):
            return who
        if self.seat.bound:
            raise Refused(f"{self.seat.me} takes no part in this session.")
        return session.people[0].id

    # -- reading ----------------------------------------------------------------------------------------------

    @property
    def session(self) -> Session:
        """The session as it is now, as a value."""
        if self._session is None:
            session = self.document.snapshot()
            if isinstance(self._role, Host):
                session = replace(session, revision=self._role.saving.kept.revision)
            elif self._role.asked:
                session = notes.normal(self._role.foreseen(session))
            self._session = session
            self._signatures_seen = bool(session.signatures)
        return self._session

    @property
    def saved(self) -> Saved:
        return self._role.saved

    @property
    def _role(self) -> Host | Guest:
        return self.stay.role

    @property
    def is_kept_elsewhere(self) -> bool:
        """Whether the record is on another computer."""
        return self._store is None

    @property
    def is_far(self) -> bool:
        """Whether what else its people keep is out of reach: on another computer, or not for a guest on this one."""
        return self.is_kept_elsewhere or bool(self.seat.why_no_file)

    @property
    def is_encrypted(self) -> bool:
        """Whether the record is encrypted where it is kept, as far as is known here."""
        try:
            return self._store is not None and sealing.is_on(self._store.folder) is not None
        except Damaged:  # it should be, and every save says why it is not
            return True

    @property
    def is_host(self) -> bool:
        """Whether this process holds the session."""
        return isinstance(self._role, Host)

    @property
    def line(self) -> Line:
        """The line to whoever holds the session."""
        return self._role.line if isinstance(self._role, Guest) else Line()

    @property
    def present(self) -> tuple[Presence, ...]:
        """Everybody who is at another keyboard, also those whose line is lost."""
        return tuple(self.placed(presence) for presence in self._role.present)

    @property
    def own_presence(self) -> Presence:
        stage, matter, caret = self._here
        seat = self._role.seat if isinstance(self._role, Guest) else 0
        me = rules.who(self.session, self.seat.me) if self.seat.me else ""
        person = me if self.session.person(me) else self.writer
        return Presence(seat=seat, person=person, how=self.seat.how, stage=stage, matter=matter, caret=caret)

    @property
    def at_this_keyboard(self) -> tuple[Presence, ...]:
        """Who sits here; a room that only holds a session for others has nobody."""
        return (self.own_presence,)

    def placed(self, presence: Presence) -> Presence:
        """The same person where they wrote last."""
        place = self._places.get(presence.seat)
        return presence if place is None else replace(presence, stage=place[0], matter=place[1], caret=place[2])

    def forget_place(self, seat: int | None = None) -> None:
        """Somebody, or with None everybody, has just said where they are."""
        if seat is None:
            self._places.clear()
        else:
            self._places.pop(seat, None)

    @property
    def writing(self) -> Person:
        """Who is writing now."""
        person = self.session.person(self.writer)
        assert person is not None
        return person

    def text(self, stage: str, matter: int) -> str:
        return self.document.text(stage, matter)

    def runs(self, stage: str, matter: int) -> tuple[Run, ...]:
        return self.document.runs(stage, matter)

    def caret_of(self, presence: Presence) -> int | None:
        """Where somebody's caret is in the notes they are in; None when it is not known."""
        if not presence.caret:
            return None
        try:
            return self.document.position(Caret(presence.stage, presence.matter, presence.caret))
        except DocumentBroken:
            return None  # of an earlier epoch: it is known again with their next key

    def watch(self, callback: Callable[[Touched | None], None]) -> Callable[[], None]:
        """Calls back after every change to the document, and with None when only `saved`, people or writer changed."""
        return _added(self._watchers, callback)

    def listen(self, callback: Callable[[str], None]) -> Callable[[], None]:
        """Calls back with a sentence when something asked for earlier was refused, or somebody came or went."""
        return _added(self._listeners, callback)

    # -- changing ---------------------------------------------------------------------------------------------

    def hand_over(self, who: Who) -> None:
        """Somebody else at this keyboard is writing now."""
        person = rules.participant(self.session, who)
        self.refuse_if_elsewhere(person)
        self.writer = person
        self.tell(None)
        self._role.show_place()

    def refuse_if_elsewhere(self, who: Who, *, but: int | None = None) -> None:
        """Refused when that person is not at the keyboard in question: each writes and agrees for themselves."""
        own = but is None
        session = self.session
        if own and self.seat.bound and who != rules.who(session, self.seat.me):
            raise Refused("At this keyboard only you write. The other person has one of their own.")
        me = rules.who(session, self.seat.me) if self.seat.me else ""
        if own and who == me:
            return
        elsewhere = [*self.present] if own else [*self.present, *self.at_this_keyboard]
        mine = next((presence.person for presence in elsewhere if presence.seat == but), None)
        if who != mine and any(other.person == who and other.is_here and other.seat != but for other in elsewhere):
            raise Refused(f"{session.called(who)} is at a keyboard of their own, and does that there.")

    def is_elsewhere(self, who: Who) -> bool:
        """Whether that person agrees and signs at another keyboard than this."""
        try:
            self.refuse_if_elsewhere(who)
        except Refused:
            return True
        return False

    def change(self, change: Change, *, by: Who = "", run: str = "") -> Session:
        """Does one thing by the rules and returns the session afterwards; Refused and its kin change nothing.

        What follows each other under one `run`, as words do that are kept while somebody types, is taken back at once.
        Where another process holds the session it is asked for there, and shown at once.
        """
        self._refuse_if_gone()
        who = rules.who(self.session, by) if by else self.writer
        if self.session.person(who) is not None:  # a name that is nobody's is refused by the rules
            self.refuse_if_elsewhere(who)
        return self._by_the_rules().change([change], who, run)

    def _by_the_rules(self) -> Host | Guest:
        """Who does what is asked for; whoever was overtaken and has just woken asks for it, as all others do."""
        if isinstance(self._role, Host) and not self._role.door.is_ours():
            self.stay.overtaken()
        return self._role

    def write(self, stage: str, matter: int, start: int, end: int, words: str) -> str:
        """Puts words of whoever is writing in place of what stands from start to end; returns what was put there."""
        self._refuse_if_signed()
        words = text.clean(words)
        now = self.document.text(stage, matter)
        start, end = text.around_flags(now, start, end)
        if words:
            text.check_note(now[:start] + words + now[end:])
        return self.document.replace(stage, matter, start, end, words, self.writer)

    def write_line(self, words: str, *, stage: str = "", matter: int = 0) -> None:
        """Adds a line of notes by whoever is writing."""
        self._refuse_if_signed()
        session = self.session
        line = text.clean(words)
        where = (stage or session.stage, matter or session.matter)
        text.check_note(f"{self.document.text(*where)}\n{line}")
        self.document.append_line(*where, line, self.writer)

    def undo_notes(self, stage: str, matter: int) -> bool:
        """Takes back the last words that were typed at this keyboard into these notes."""
        self._refuse_if_signed()
        return self.document.undo(stage, matter)

    def redo_notes(self, stage: str, matter: int) -> bool:
        self._refuse_if_signed()
        return self.document.redo(stage, matter)

    def undo(self) -> bool:
        """Takes back the latest change to an action or decision by whoever is writing; False when there is none.

        Refused, and forgotten, when somebody has changed the same thing since.
        """
        return self._by_the_rules().undo(self.writer)

    def redo(self) -> bool:
        """Does again what `undo` took back."""
        return self._by_the_rules().redo(self.writer)

    def _refuse_if_gone(self) -> None:
        if self.gone:
            raise Refused(self.gone)

    def _refuse_if_signed(self) -> None:
        self._refuse_if_gone()
        if self._signatures_seen and self.session.state == "signed":
            raise Refused(LOCKED)

    def save_now(self) -> None:
        """Saves at once, for the ways out. SaveFailed when it cannot. What another process holds, it saves."""
        if self.gone:
            return
        if isinstance(self._role, Host):
            self._role.saving.now()
        elif self._journal is not None:
            self._journal.now()
        elif self._store is None and self._role.link is None and self._role.saved.waiting:
            raise SaveFailed(ONLY_HERE)

    # -- where people are -------------------------------------------------------------------------------------

    def show_place(self, stage: str, matter: int, caret: int | None = None) -> None:
        """Lets the others see where one is; `caret` is an index in these notes."""
        mark = b""
        if caret is not None:
            with contextlib.suppress(IndexError):
                mark = self.document.cursor(stage, matter, caret).left
        if (stage, matter, mark) != self._here:
            self._here = (stage, matter, mark)
            self._role.show_place()

    @contextlib.contextmanager
    def typing(self, seat: int) -> Iterator[None]:
        """What is merged inside was written at that seat."""
        self._typist = seat
        try:
            yield
        finally:
            self._typist = None

    def take_offered(self, index: int) -> None:
        """Puts words that were kept apart into the notes they were written for, as lines of their own."""
        (stage, matter), runs = self.offered[index]
        self.write_line("".join(run.text for run in runs).strip("\n"), stage=stage, matter=matter)
        del self.offered[index]
        self.tell(None)

    def offer(self, words: dict[NoteKey, tuple[Run, ...]], why: str = "") -> None:
        """Keeps words apart that could not come in by themselves, and says so."""
        self.offered += words.items()
        if words:
            self.say(f"{why} {KEPT_APART}".strip())

    # -- telling ----------------------------------------------------------------------------------------------

    def _touched(self, touched: Touched) -> None:
        self._session = None
        if touched.rest:
            self._signatures_seen = bool(self.session.signatures)
        if touched.local or self._typist is not None:
            self._place_typist(touched)
        self._role.touched(touched)
        if self._journal is not None:
            self._journal.touch()
        for watcher in tuple(self._watchers):
            watcher(touched)

    def _place_typist(self, touched: Touched) -> None:
        """Whoever wrote is behind the last thing they wrote; nobody needs to be told that as well."""
        for (stage, matter), splices in touched.splices.items():
            if splices:
                index = min(splices[-1].index + len(splices[-1].inserted), len(self.document.text(stage, matter)))
                place = (stage, matter, self.document.cursor(stage, matter, index).left)
                if touched.local:
                    self._here = place
                elif self._typist is not None:
                    self._places[self._typist] = place

    def changed_elsewhere(self) -> None:
        """What is asked for, or no longer is, shows at once."""
        self._session = None
        if self._journal is not None:
            self._journal.touch()
        for watcher in tuple(self._watchers):
            watcher(Touched(splices={}, rest=True, local=True))

    def tell(self, touched: Touched | None) -> None:
        """Tells whoever watches; of the document they hear by themselves."""
        if self._journal is not None:
            self._journal.touch()
        if isinstance(self._role, Host):
            self._session = None  # its revision may be another one
        for watcher in tuple(self._watchers):
            watcher(touched)

    def say(self, sentence: str) -> None:
        """A sentence for the person at this keyboard."""
        for listener in tuple(self._listeners):
            listener(sentence)
