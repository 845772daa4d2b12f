"""Coming into a session that is open already: here, or on another computer."""

import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from supervision.cli import lean
from supervision.cli.command import PROGRAM, WORDS, Command, with_here
from supervision.cli.here import Here, has_terminal
from supervision.cli.session import enter
from supervision.errors import BadInput, Refused

if TYPE_CHECKING:
    from supervision.room import Room

_ELSEWHERE = re.compile(
    r"ssh://(?P<where>(?:(?P<user>[A-Za-z0-9_][A-Za-z0-9._-]*)@)?"
    r"(?P<host>[A-Za-z0-9][A-Za-z0-9._-]*|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?)"
    r"/(?P<id>[a-z0-9-]{1,40})/?"
)
_BY_ITSELF = ("-o", "BatchMode=yes", "-o", "ConnectTimeout=10")
"""How ssh is told, when it is run again under the interface, that nobody can be asked anything."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A session on another computer, and the way there by the system's ssh."""

    where: str
    user: str
    host: str
    port: str
    session: str

    @classmethod
    def read(cls, typed: str) -> "Elsewhere":
        """From `ssh://[USER@]HOST[:PORT]/ID`; BadInput when it is none."""
        found = _ELSEWHERE.fullmatch(typed)
        if found is None or not 0 < int(found["port"] or 22) < 65536:
            raise BadInput(
                f"{typed} is no address of a session. It looks like this: ssh://sam@computer.example/2026-11-23-1000-abcd"
            )
        return cls(found["where"], found["user"] or "", found["host"].strip("[]"), found["port"] or "", found["id"])

    @property
    def address(self) -> str:
        """What is typed to come there."""
        return f"ssh://{self.where}/{self.session}"

    def command(self, session: str, *more: str) -> tuple[str, ...]:
        """The command that leads to a relay there. No terminal, no forwarding: the line carries this session alone."""
        port = ("-p", self.port) if self.port else ()
        user = ("-l", self.user) if self.user else ()
        return ("ssh", "-T", "-a", "-x", *more, *port, *user, "--", self.host, shlex.join((PROGRAM, "relay", session)))


@click.command(cls=Command)
@click.argument("where", metavar="[ID | ssh://[USER@]HOST[:PORT]/ID]", type=WORDS, required=False)
@with_here
def join(here: Here, where: str | None) -> int:
    """Join a session that somebody has open: in the interface, or line by line where there is no terminal.

    Without ID: the one session of yours that is open now. With ssh://HOST/ID the session is on another computer, where
    you have a login or were added as a guest; this program runs here, and what you write goes there over ssh. When the
    line is lost you go on writing, and your words go over when it is back.
    """
    if where and "://" in where:
        return _from_here(here, Elsewhere.read(where))
    return enter(here, here.shelf.resolve_session(where) if where else _open_now(here))


def _open_now(here: Here) -> str:
    """The one session of this person that somebody has open."""
    from supervision import live

    mine = (glance.id for glance in here.shelf.lists().chosen(with_name=here.need_me()))
    open_now = [session_id for session_id in mine if live.is_answered(live.address(here.store.folder, session_id))]
    if len(open_now) == 1:
        return open_now[0]
    if open_now:
        raise Refused(f"Several sessions of yours are open now. Say which: {', '.join(open_now)}.")
    raise Refused(
        "Nobody has a session of yours open here now. The one who begins types: supervision start --with NAME; "
        "to open one that was started before: supervision open ID."
    )


def _from_here(here: Here, there: Elsewhere) -> int:
    """Takes part from this computer in a session that is kept on another one."""
    with line_to(here, there) as room:
        if has_terminal():
            from supervision.cli.home import interface

            return interface(here, room.id, far=room)
        from supervision.plain import at_this_terminal

        return at_this_terminal(
            here.shelf, room.id, here.me, here.private, room=room, again=f"{PROGRAM} join {there.address}"
        )


@contextmanager
def line_to(here: Here, there: Elsewhere) -> "Iterator[Room]":
    """The way into a session on another computer, once ssh has come there; Refused, with what ssh says, if it cannot.

    ssh may ask on the terminal, which nobody else may be using meanwhile.
    """
    me = here.need_me()
    lean.load()
    from supervision.live import Away
    from supervision.room import Journal, Room
    from supervision.store import AwayFile, all_waiting

    names = [one.session for one in all_waiting(here.store.folder) if one.where == there.where]
    # Ids may be shortened; what waits here is kept under the whole one.
    session = next((name for name in names if name.startswith(there.session)), there.session)
    kept = AwayFile(here.store.folder, there.where, session)
    away = Away(there.command(session), there.command(session, *_BY_ITSELF))
    away.connect()
    room = Room(None, session, me=me, clock=here.clock, dial=away.dial, hang_up=away.close, journal=Journal(kept))
    try:
        yield room
    finally:
        away.abandon()
        if room.left_words:
            here.tell(
                "! The line was lost before all you wrote had arrived. It is kept on this computer and goes over "
                f"when you come back: {PROGRAM} join {there.address}"
            )
