"""What somebody let in over SSH may do: their sessions in the interface, and a few commands over these sessions alone.

sshd runs this in place of whatever they asked for. What they typed is taken apart here and looked up in a list of what
is allowed; no shell ever sees it. A session of other people is answered like one that is not there.
"""

import os
import re
import shlex
import signal
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click

from supervision import text
from supervision.cli import lean
from supervision.cli.command import PROGRAM, WORDS, Command, with_here
from supervision.cli.here import Here, can_ask, login_here
from supervision.errors import BadInput, NotFound, Refused

if TYPE_CHECKING:
    from supervision.model.values import ActionStatus, Session
    from supervision.room import Seat

ASKED = "SSH_ORIGINAL_COMMAND"
"""Where sshd says what they typed after the host's name."""
MOST = 8_000
"""Characters in what they typed."""
ALLOWED = (
    "That cannot be done here. What can: sessions, actions, decisions, show ID, export ID, relay ID, and for an action "
    "of your own: actions note ID TEXT, actions done ID, actions drop ID, actions reopen ID. Without any of these you "
    "come into your session."
)
TAKEN_OUT = "This key was taken out of those that may come in here. Ask whoever let you in."
NO_SESSION = "There is no session of yours here. Ask whoever let you in to start one."
NO_TERMINAL = "To take part, come with a terminal: ssh -C -t HOST. To read one: ssh HOST show ID"
Row = dict[str, Any]


@click.command("guest", cls=Command)
@click.option("--person", type=WORDS, metavar="ID", required=True, help="Whose key it is.")
@click.option("--key", type=WORDS, metavar="SHA256:...", required=True, help="The fingerprint of their key.")
@with_here
def guest(here: Here, person: str, key: str) -> int:
    """What sshd runs for somebody who was let in with `guests add`; not for typing.

    They take part in their own sessions, in the interface or line by line, and may ask for: sessions, actions,
    decisions, show ID, export ID, relay ID, and note, tick, drop and reopen actions of their own.
    """
    lean.load()
    from supervision.guests import FINGERPRINT
    from supervision.room import Seat

    if not FINGERPRINT.fullmatch(key):
        raise BadInput("Give the fingerprint of their key, as ssh-keygen -lf prints it: SHA256:...")
    # Nothing here is asked of the settings of the login that they came to; and no dump of what is in memory stays.
    here.me_option = person
    here.ask_nobody()
    for way in (signal.SIGTSTP, signal.SIGQUIT):
        signal.signal(way, signal.SIG_IGN)
    with here.store.guests.is_here(person, key):
        if here.store.guests.is_out(person, key):  # after saying that one is here: who takes out looks for that
            _note("TAKEN_OUT")
            raise Refused(TAKEN_OUT)
        return visit(here, Seat(person, f"own key {key}", bound=True), os.environ.get(ASKED, ""))


def visit(here: Here, seat: "Seat", asked: str = "") -> int:
    """What this person asked for, or without a word their session; the exit status. Refused and its kin."""
    theirs = _Visit(here, seat)
    return theirs.does(asked) if asked.strip() else theirs.comes_in()


def _note(why: str) -> None:
    from supervision import refusals

    refusals.note(refusals.Why[why], refusals.Way.KEY)


# -- what may be asked for ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Verb:
    """A command that is allowed: its options with and without a value, and how many words it takes."""

    flags: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    least: int = 0
    most: int = 0


@dataclass(slots=True)
class _Asked:
    """What was asked for, once it is known to be allowed."""

    verb: str
    words: list[str] = field(default_factory=list)
    options: dict[str, str] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        return name in self.options


_MANY = 1_000
_CHANGE = _Verb(("json",), ("note",), 1, 1)
_VERBS = {
    "sessions": _Verb(("json",)),
    "actions": _Verb(("json", "open", "all", "overdue", "mine"), ("session",)),
    "decisions": _Verb(("json", "agreed", "due", "all"), ("session",)),
    "show": _Verb(("json",), (), 1, 1),
    "export": _Verb(("json",), ("format", "extract", "matter"), 1, 1),
    "relay": _Verb((), (), 1, 1),
    "actions note": _Verb(("json",), ("note",), 1, _MANY),
    "actions done": _CHANGE,
    "actions drop": _CHANGE,
    "actions reopen": _CHANGE,
}
_STATUSES: "dict[str, ActionStatus]" = {"done": "done", "drop": "dropped", "reopen": "open"}


def taken_apart(typed: str) -> _Asked:
    """What was typed, as one of the commands that are allowed; Refused when it is none."""
    if len(typed) > MOST or not text.is_clean(typed, lines=False):
        raise Refused(ALLOWED)
    try:
        words = shlex.split(typed)
    except ValueError as error:
        raise Refused(ALLOWED) from error
    if words[:1] == [PROGRAM]:
        words = words[1:]
    for length in (2, 1):
        verb = " ".join(words[:length])
        if len(words) >= length and verb in _VERBS:
            return _read(_Asked(verb), _VERBS[verb], words[length:])
    raise Refused(ALLOWED)


def _read(asked: _Asked, verb: _Verb, words: Sequence[str]) -> _Asked:
    rest = iter(words)
    for word in rest:
        if word == "--":
            asked.words += rest
        elif not word.startswith("-"):
            asked.words.append(word)
        else:
            name, given, value = word.removeprefix("--").partition("=")
            if word.startswith("--") and name in verb.flags and not given:
                asked.options[name] = ""
            elif word.startswith("--") and name in verb.values:
                found = value if given else next(rest, None)
                if found is None:
                    raise Refused(ALLOWED)
                asked.options[name] = found
            else:
                raise Refused(ALLOWED)
    if not verb.least <= len(asked.words) <= verb.most:
        raise Refused(ALLOWED)
    return asked


# -- doing it -----------------------------------------------------------------------------------------------------


class _Visit:
    """One person, and the sessions that they take part in."""

    def __init__(self, here: Here, seat: "Seat") -> None:
        self.here = here
        self.seat = seat
        self.me = seat.me

    @cached_property
    def sessions(self) -> list[Row]:
        """Theirs, newest first."""
        return [row for row in self.here.shelf.sessions() if any(one["id"] == self.me for one in row["people"])]

    @cached_property
    def ids(self) -> set[str]:
        return {row["id"] for row in self.sessions}

    def does(self, typed: str) -> int:
        """One command."""
        try:
            asked = taken_apart(typed)
        except Refused:
            _note("COMMAND")
            raise
        self.here.json = asked.has("json")
        whole, _, part = asked.verb.partition(" ")
        if part:
            self._change(asked, part)
            return 0
        doing: dict[str, Callable[[_Asked], int | None]] = {
            "sessions": self._list_sessions,
            "actions": self._list_actions,
            "decisions": self._list_decisions,
            "show": self._show,
            "export": self._export,
            "relay": self._relay,
        }
        try:
            return doing[whole](asked) or 0
        except NotFound:
            _note("SESSION")
            raise

    # -- taking part ------------------------------------------------------------------------------------------

    def comes_in(self) -> int:
        """Their session, in the interface or line by line; which, if there are several, they say."""
        from supervision.cli.guest import take_part

        if not self.sessions:
            raise NotFound(NO_SESSION)
        if can_ask():
            chosen = self._chosen()
        else:
            going_on = [row for row in self.sessions if row["state"] == "open"]
            if len(going_on) != 1:
                self._say_sessions()
                self.here.tell(NO_TERMINAL)
                return 0
            chosen = going_on[0]["id"]
        fetch = f"ssh {login_here()} export {chosen} --extract mine > my-copy.md"
        return take_part(self.here, chosen, replace(self.seat, fetch=fetch))

    def _chosen(self) -> str:
        if len(self.sessions) == 1:
            return str(self.sessions[0]["id"])
        self.here.say("Your sessions here, the newest first:")
        from supervision.cli.rows import session_lines

        for number, row in enumerate(self.sessions, 1):
            first, second = session_lines(row)
            self.here.say(f"{number:3}  {first}")
            self.here.say(f"     {second.strip()}")
        number = click.prompt("Which one", type=click.IntRange(1, len(self.sessions)), default=1)
        return str(self.sessions[number - 1]["id"])

    def _relay(self, asked: _Asked) -> int:
        from supervision.cli.relay import carry

        return carry(self.here, self._session_id(asked.words[0]), self.seat)

    # -- reading ----------------------------------------------------------------------------------------------

    def _session_id(self, prefix: str) -> str:
        """The one of theirs that this begins; of others nothing is said, not even that they are there."""
        return self.here.store.resolve(prefix, self.ids, "session")

    def _session(self, prefix: str) -> "Session":
        session = self.here.store.load(self._session_id(prefix))
        if session.person(self.me) is None:  # it was written anew since the list was made
            raise NotFound(NO_SESSION)
        return session

    def _say_sessions(self) -> None:
        from supervision.cli.rows import session_lines

        self._say(session_lines, self.sessions, "There are no sessions of yours yet.")

    def _say(self, lines: Callable[[Row], Iterable[str]], rows: Sequence[Row], none: str) -> None:
        for row in rows:
            self.here.say(*lines(row))
        if not rows:
            self.here.tell(none)

    def _list_sessions(self, asked: _Asked) -> None:
        if self.here.json:
            self.here.give(self.sessions)
        else:
            self._say_sessions()

    def _list_actions(self, asked: _Asked) -> None:
        from supervision.cli.rows import action_lines

        which = next((name for name in ("all", "overdue") if asked.has(name)), "open")
        rows = self._within(asked, self.here.shelf.actions(which=which))
        if asked.has("mine"):
            rows = [row for row in rows if row["owner_id"] == self.me]
        if self.here.json:
            self.here.give(rows)
        else:
            self._say(lambda row: action_lines(row, self.here.shelf.today), rows, "There are no such actions.")

    def _list_decisions(self, asked: _Asked) -> None:
        from supervision.cli.rows import decision_lines

        which = next((name for name in ("agreed", "due") if asked.has(name)), "all")
        rows = self._within(asked, self.here.shelf.decisions(which=which))
        if self.here.json:
            self.here.give(rows)
        else:
            self._say(decision_lines, rows, "There are no such decisions.")

    def _within(self, asked: _Asked, rows: Iterable[Row]) -> list[Row]:
        """Those that are in their sessions, or in the one they named."""
        meant = {self._session_id(asked.options["session"])} if asked.has("session") else self.ids
        return [row for row in rows if row["session"] in meant]

    def _show(self, asked: _Asked) -> None:
        from supervision.export import export

        kind = "json" if self.here.json else "txt"
        click.echo(export(self._session(asked.words[0]), kind, self.here.shelf.today), nl=False)

    def _export(self, asked: _Asked) -> None:
        from supervision.cli.export import EXTRACTS, FORMATS, give
        from supervision.export import export
        from supervision.shelf import Keeping

        kind = asked.options.get("format", "json" if self.here.json else "md")
        extract, matter = asked.options.get("extract", "record"), asked.options.get("matter")
        if (
            kind not in FORMATS
            or extract not in EXTRACTS
            or (matter is not None and not re.fullmatch(r"[0-9]{1,3}", matter))
        ):
            raise Refused(ALLOWED)
        session, shelf = self._session(asked.words[0]), self.here.shelf
        data = export(
            session,
            kind,
            shelf.today,
            extract=extract,
            matter=int(matter) if matter else None,
            who=self.me if extract == "mine" else "",
            taken=self.here.clock(),
        )
        give(self.here, None, data, kind)
        if sentence := Keeping(shelf).exported(session, extract, data, self.me):
            self.here.tell(f"! {sentence}")

    # -- one's own actions ------------------------------------------------------------------------------------

    def _change(self, asked: _Asked, what: str) -> None:
        from supervision.cli.actions import tell_action
        from supervision.model.changes import NoteAction, SetActionStatus

        rows = {row["id"]: row for row in self._within(asked, self.here.shelf.actions(which="all"))}
        found = self.here.store.resolve(asked.words[0], rows, "action")
        row = rows[found]
        if row["owner_id"] != self.me:
            raise Refused("This action is not yours, and each says for themselves how theirs are getting on.")
        note = text.clean(asked.options.get("note") or " ".join(asked.words[1:]))
        change = (
            NoteAction(id=found, text=note)
            if what == "note"
            else SetActionStatus(id=found, status=_STATUSES[what], note=note)
        )
        after = self.here.shelf.carry(row["session"], change, self.me, how=self.seat.how)
        tell_action(self.here, after, found)
