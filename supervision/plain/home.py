"""Home line by line: where one is between sessions, and the way into one."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime

from supervision.errors import BadInput, NotFound, Refused, SupervisionError
from supervision.model.changes import Change
from supervision.model.names import together
from supervision.model.values import Session
from supervision.plain import pages, typed
from supervision.plain.commands import HOME, HOME_PARTS, TABLE
from supervision.plain.lines import Lines, Paper
from supervision.plain.speaker import Speaker, sentence
from supervision.private import PrivateNotes
from supervision.room import Room
from supervision.shelf import Keeping, Row, Shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What home works on, beside the records: who is at this keyboard, and what their settings say.

    `remember_me` keeps a name for the next time. In the sample nothing is kept. `join` makes the way into a session on
    another computer from its address, or refuses it; entered, it has come there.
    """

    me: str = ""
    private: Callable[[], PrivateNotes] | None = None
    own_pack: str = ""
    retention: Callable[[], Mapping[str, str]] = dict
    remember_me: Callable[[str], None] | None = None
    is_sample: bool = False
    join: Callable[[str], AbstractContextManager[Room]] | None = None


NOBODY = "You have not said who you are yet: type /me and your name, as it is to stand beside what you write."
BEGIN = "To begin one, type /start and the name of whom you meet."


@dataclass
class _Listed:
    """What was listed last with numbers, so that a number names it."""

    sessions: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


class Home(Speaker):
    """Takes lines until there are none. `enter` takes part in a session until it is left, and says whether for home;
    `enter_far` does so in one on another computer, by its address."""

    table = HOME
    parts = HOME_PARTS
    daily = (
        "continue",
        "start",
        "sessions",
        "session",
        "actions",
        "decisions",
        "due",
        "find",
        "done",
        "undo",
        "where",
        "repeat",
        "quit",
    )
    opening = "Each line here is a command. Notes are written in a session: /continue, or /start NAME."

    def __init__(
        self,
        shelf: Shelf,
        desk: Desk,
        lines: Lines,
        paper: Paper,
        enter: Callable[[str], Awaitable[bool]],
        enter_far: Callable[[str], Awaitable[bool]],
        *,
        asks: bool = False,
    ) -> None:
        super().__init__(shelf, lines, paper, asks=asks)
        self.desk = desk
        self.who = desk.me
        self.only: tuple[str, ...] = ()
        """The people whose records are listed, once somebody was chosen."""
        self.listed = _Listed()
        self._enter = enter
        self._enter_far = enter_far

    @property
    def here(self) -> Session | None:
        return None

    @property
    def pair(self) -> set[str]:
        return set(self.only)

    @property
    def me(self) -> str:
        return self.who

    @property
    def my_name(self) -> str:
        return self.who or "nobody yet"

    async def carry(self, session_id: str, change: Change) -> Session:
        return self.shelf.carry(session_id, change, self.need_me())

    def need_me(self) -> str:
        """Whoever is at this keyboard; Refused while nobody has said."""
        if not self.who:
            raise Refused("Say who you are first: /me NAME")
        return self.who

    # -- its life ---------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """From the first line to the last."""
        self.arrive()
        while not self.leaving and (line := await self._lines.next()) is not None:
            await self.take(line)

    async def take(self, line: str) -> None:
        asked = typed.line(line)
        if not (isinstance(asked, typed.Command) and asked.name in {"repeat", "again"}):
            self._block = []
        try:
            match asked:
                case typed.Blank():
                    self.say(*self.where())
                case typed.Note(_):
                    raise Refused(
                        f"You are at home, where no notes are written, so that line was not kept. {self._on()}"
                    )
                case typed.Command(name, rest):
                    await self._command(name, rest)
        except SupervisionError as error:
            self.refuse(sentence(error))

    def _hint(self, name: str) -> str:
        return f"that is typed in a session. {self._on()}" if name in TABLE else super()._hint(name)

    def leave(self) -> None:
        super().leave()
        self._lines.end()

    # -- where one is -----------------------------------------------------------------------------------------

    def arrive(self) -> None:
        """Says where one is, and what waits."""
        self._block = []
        name = f"You are {self.who}." if self.who else NOBODY
        self.say("Home. This is the sample: invented people." if self.desk.is_sample else "Home.", name)
        for notice in Keeping(self.shelf).notices(self.who) if self.who else ():
            self.say(f"You have to know: {notice.sentence} /known says that you have read it.")
        self.say(*self.where())

    def where(self) -> list[str]:
        """What is due, what can be gone on with, and how to find out what there is, in a few sentences."""
        lists = self.shelf.lists()
        count = len(lists.sessions(pair=self.pair))
        said = [f"Only what belongs to {self.people(self.only)}; /with everybody ends that."] if self.only else []
        if not count:
            return [*said, "There are no sessions yet.", f"{BEGIN} /help says what else there is."]
        due = [
            _counted(len(lists.actions(which="overdue", pair=self.pair)), "overdue action"),
            _counted(len(lists.decisions(which="due", pair=self.pair)), "decision to look at again"),
            _counted(sum(row["due"] for row in self.shelf.agreements(pair=self.pair)), "agreement to look at again"),
        ]
        waiting = [words for words in due if words]
        said.append(f"Due now: {', '.join(waiting)}. /due reads them." if waiting else "Nothing is due now.")
        said.append(self._on())
        many = f"{_counted(count, 'session')} in all: /sessions lists {'it' if count == 1 else 'them'}."
        said.append(f"{many[0].upper()}{many[1:]} /help says what else there is.")
        said += (f"! {sentence}" for sentence in self.shelf.damaged)
        return said

    def _on(self) -> str:
        row = self.newest()
        if row is None:
            return "/start NAME begins a session."
        about = row["alias"] or ("paired reflection" if row["kind"] == "peer" else "")
        facts = ", ".join(part for part in (about, pages.day(_day(row["last"]))) if part)
        return f"/continue goes on with {self.others(row['people'])} ({facts}). /start NAME begins a session."

    def newest(self) -> Row | None:
        """The newest session that is under way."""
        return next(iter(self.shelf.lists().sessions(state="open", pair=self.pair)[:1]), None)

    def others(self, people: Sequence[Row]) -> str:
        """Those in a session who are not at this keyboard."""
        names = [str(person["name"]) for person in people]
        return together([name for name in names if name.casefold() != self.who.casefold()] or names)

    def people(self, ids: Sequence[str]) -> str:
        """How the people with these ids are called, but for oneself."""
        known = {one.id: one.name for one in self.shelf.people()}
        return self.others([{"name": known.get(one, one)} for one in ids])

    # -- sessions ---------------------------------------------------------------------------------------------

    async def go_into(self, session_id: str) -> None:
        """Takes part in a session; afterwards one is here again, unless one left altogether."""
        self.only = tuple(str(person["id"]) for person in self.shelf.people_in(session_id)) or self.only
        if await self._enter(session_id):
            self.arrive()
        else:
            self.leaving = True

    async def go_far(self, address: str) -> None:
        """The same in a session on another computer."""
        if await self._enter_far(address):
            self.arrive()
        else:
            self.leaving = True

    def session_named(self, words: str) -> str:
        """The id of a session, by its number in the list that was said last, or by the beginning of its id."""
        if words.isascii() and words.isdigit() and len(words) < 5:
            if not 0 < int(words) <= len(self.listed.sessions):
                raise BadInput("There is no such number in the list that was said last. /sessions says it again.")
            return self.listed.sessions[int(words) - 1]
        if not words:
            raise BadInput("Say which session, by its number or the beginning of its id. /sessions lists them.")
        return self.shelf.resolve_session(words)

    def chosen_pair(self, name: str = "") -> tuple[str, ...]:
        """The ids of oneself and one other: whoever is named, is chosen, or is the only one; BadInput otherwise."""
        if name:
            return self.shelf.pair_with(self.need_me(), name)
        pairs = self.shelf.lists().pairs(pair=self.pair)
        me = self.who.casefold()
        mine = {ids: those for ids, those in pairs.items() if me in {str(one["name"]).casefold() for one in those}}
        pairs = mine or pairs
        if len(pairs) == 1:
            return next(iter(pairs))
        if not pairs:
            if len(self.only) > 1:
                return self.only  # somebody to meet for the first time
            raise NotFound(
                "You have met nobody here yet. /with and a name says whom you will meet, /start begins a session."
            )
        names = [f"/with {self.others(people)}" for people in pairs.values()]
        raise BadInput(f"Say with whom first: {' or '.join(names)}.")


def _counted(count: int, word: str) -> str:
    if not count:
        return ""
    first, _, rest = word.partition(" ")
    many = f"{count} {word}s" if word.startswith("overdue") or not rest else f"{count} {first}s {rest}"
    return f"one {word}" if count == 1 else many


def _day(iso: str) -> date:
    return datetime.fromisoformat(iso).date()
