"""Sessions: starting, opening, listing, showing, searching, throwing away."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from supervision import text
from supervision.cli.command import SESSION, WORDS, Command, with_here
from supervision.cli.here import Here, can_ask, has_terminal
from supervision.errors import Refused

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from supervision.model.pack import Pack
    from supervision.model.values import Role, Session
    from supervision.room import Room
    from supervision.shelf import Known

Function = TypeVar("Function", bound=Callable[..., Any])

_STARTING = (
    click.option("--with", "other", type=WORDS, metavar="NAME", help="Whom you are meeting."),
    click.option(
        "--role",
        type=click.Choice(["supervisor", "practitioner", "peer"]),
        help="Yours; the other has the one that goes with it.  [default: supervisor]",
    ),
    click.option(
        "--prompts",
        "pack",
        type=WORDS,
        metavar="PACK",
        help="Which questions, by the name of their pack.  [default: broken, or peer]",
    ),
    click.option(
        "--minutes", type=click.IntRange(1, 600), metavar="N", help="How long, as the questions allow: 90 or 60."
    ),
    click.option("--alias", type=WORDS, metavar="A", help="The alias of the person the first matter is about."),
    click.option("--matter", type=WORDS, metavar="TEXT", help="What is brought."),
    click.option("--held", type=WORDS, metavar="DATETIME", help="Written up afterwards: when it took place."),
    click.option("--line-manager", is_flag=True, help="The supervisor is also the practitioner's line manager."),
    click.option("--new-person", is_flag=True, help="Somebody new, although the records know that name already."),
)


def starting(function: Function) -> Function:
    """The options that start a session."""
    for option in reversed(_STARTING):
        function = option(function)
    return function


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What was asked for with the options of `starting`."""

    other: str | None
    role: "Role | None"
    pack: str | None
    minutes: int | None
    alias: str | None
    matter: str | None
    held: str | None
    line_manager: bool
    new_person: bool

    def __bool__(self) -> bool:
        return any((self.other, self.role, self.pack, self.minutes, self.alias, self.matter, self.held)) or (
            self.line_manager or self.new_person
        )


def begin(here: Here, start: Start) -> "Session":
    """A new session, saved."""
    from supervision import when

    me = here.need_me()
    other = start.other
    if not other:
        if not can_ask():
            raise click.UsageError("Say whom you are meeting: --with NAME")
        other = str(click.prompt("Whom are you meeting", type=WORDS, err=True))
    if not start.new_person and text.name(other).casefold() == me.casefold():
        raise Refused(f"A session is for two people. If the other one is called {me} too, add --new-person.")
    if not start.new_person:
        mine = here.shelf.alike(me, besides=other)
        theirs = here.shelf.alike(other, besides=me)
        me = _known(here, me, mine, "Are you {}, whom these records know?", 'For them: --me "{}".')
        other = _known(here, other, theirs, "Do you mean {}, whom these records know?", 'For them: --with "{}".')
    role = start.role or "supervisor"
    if start.line_manager and role == "peer":
        raise click.UsageError("--line-manager is said of a supervisor, and there is none between two peers.")
    pack = _pack(here, start, role)
    session = here.shelf.start(
        pack,
        me=me,
        other=other,
        role=role,
        alias=start.alias or "",
        matter=start.matter or "",
        held=when.moment(start.held, here.clock()) if start.held else None,
        other_is_new=start.new_person,
        line_manager=start.line_manager,
    )
    if here.shelf.notice:
        here.tell(f"! {here.shelf.notice}")
    return session


def _known(here: Here, name: str, alike: "list[Known]", question: str, way: str) -> str:
    """Whom a name means, by id where it is one of those whose name here is longer or shorter.

    Nobody is taken for somebody else: on a terminal it is asked, elsewhere said how the one who is known is meant.
    """
    for known in alike:
        if not can_ask():
            here.tell(f"! {name} is somebody new here. These records know {known.name}. {way.format(known.name)}")
        elif here.ask(question.format(known.name)):
            return known.id
    return name


def _pack(here: Here, start: Start, role: "Role") -> "Pack":
    from supervision import prompts

    if start.pack:
        return prompts.find(start.pack, start.minutes)
    return here.shelf.usual_pack(role, here.settings.prompts, start.minutes)


@click.command(cls=Command)
@starting
@click.option("--no-tui", is_flag=True, help="Print the session's id, alone, and stop.")
@with_here
def start(here: Here, /, no_tui: bool, **options: Any) -> int | None:
    """Start a session with somebody: in the interface, or line by line where there is no terminal."""
    session = begin(here, Start(**options))
    if not no_tui:
        return enter(here, session.id)
    if here.json:
        from supervision.model.views import session_row

        here.give(session_row(session, here.shelf.today))
    else:
        here.say(session.id)
    return None


@click.command("open", cls=Command)
@click.argument("session_id", metavar="ID", type=SESSION)
@with_here
def open_(here: Here, session_id: str) -> int:
    """Open a session: in the interface, or line by line where there is no terminal."""
    return enter(here, here.shelf.resolve_session(session_id))


@click.command(cls=Command)
@click.argument("session_id", metavar="[ID]", type=SESSION, required=False)
@starting
@with_here
def plain(here: Here, /, session_id: str | None, **options: Any) -> int:
    """A session line by line, for screen readers, braille and simple terminals; without ID a new one, as with `start`.

    Each question is printed; what you type is a note, an empty line goes on, and /help lists the commands. Without ID
    and options: home line by line, with what is due, every session, and what there is to do between them.
    """
    asked = Start(**options)
    if not (session_id or asked):
        return converse(here, "")
    if session_id and asked:
        raise click.UsageError("A session that is there already takes no options of a new one.")
    found = here.shelf.resolve_session(session_id) if session_id else begin(here, asked).id
    return converse(here, found)


def enter(here: Here, session_id: str) -> int:
    """Opens a session on the terminal there is, or line by line."""
    if has_terminal():
        from supervision.cli.home import interface

        return interface(here, session_id)
    return converse(here, session_id)


def converse(here: Here, session_id: str, *, is_sample: bool = False) -> int:
    """Opens a session, or without one home, line by line, on this process's own input and output."""
    from supervision import config
    from supervision.plain import Desk, at_this_terminal

    def remember_me(name: str) -> None:
        here.me_option = name
        config.remember("me", name)
        here.login = name

    def join(address: str) -> "AbstractContextManager[Room]":
        from supervision.cli.joining import Elsewhere, line_to

        return line_to(here, Elsewhere.read(address))

    desk = Desk(
        me=here.me,
        private=lambda: here.private,
        own_pack=here.settings.prompts or "",
        retention=lambda: here.settings.retention,
        remember_me=None if is_sample else remember_me,
        is_sample=is_sample,
        join=None if is_sample else join,
    )
    # Without a name the first person of the session is writing; /as changes it.
    return at_this_terminal(here.shelf, session_id, here.me, here.private, home=desk)


@click.command(cls=Command)
@click.option("--with", "other", type=WORDS, metavar="NAME", help="Only those with this person.")
@with_here
def sessions(here: Here, other: str | None) -> None:
    """List the sessions, newest first."""
    rows = here.shelf.sessions(with_name=other or "")
    if here.json:
        here.give(rows)
    else:
        from supervision.cli.rows import session_lines

        for row in rows:
            here.say(*session_lines(row))
        if not rows:
            here.tell("There are no sessions yet." if not other else f"There are no sessions with {other}.")
    here.tell_damage()


@click.command(cls=Command)
@click.argument("session_id", metavar="ID", type=SESSION)
@with_here
def show(here: Here, session_id: str) -> None:
    """Show a record as plain text, or as JSON."""
    from supervision.export import export

    session = here.shelf.load(session_id)
    click.echo(export(session, "json" if here.json else "txt", here.shelf.today), nl=False)


@click.command(cls=Command)
@click.argument("session_id", metavar="ID", type=SESSION)
@click.option("--yes", is_flag=True, help="Without asking.")
@with_here
def discard(here: Here, session_id: str, yes: bool) -> None:
    """Throw away a session in which nothing was agreed or signed. Asks first on a terminal."""
    found = here.shelf.resolve_session(session_id)
    if not yes and can_ask() and not here.ask(f"Throw the session {found} away, with all its words?"):
        here.tell("It stays.")
        return
    here.shelf.discard(found)
    if here.json:
        here.give({"discarded": found})
    here.tell(f"Thrown away: {found}")


@click.command(cls=Command)
@click.argument("words", metavar="TEXT", type=WORDS, nargs=-1, required=True)
@with_here
def search(here: Here, words: tuple[str, ...]) -> None:
    """Find words in notes, matters, prompts, actions and decisions, and say where each stands.

    All the words stand together, in any order; accents and capitals do not matter. What people wrote comes first, then
    what was asked, in both the newest session first.
    """
    from dataclasses import asdict

    typed = " ".join(words)
    found = here.shelf.search(typed)
    if here.json:
        here.give([asdict(place) for place in found])
    else:
        from supervision.cli.rows import place_lines

        if found:  # in one piece: a line at a time, eighty thousand of them take a second longer
            here.say(*(line for place in found for line in place_lines(place, typed)))
        else:
            here.tell("Nothing found.")
    here.tell_damage()
