"""Coming into a session that is open already: here, or on another computer."""

import click

from supervision.cli.command import WORDS, Command, with_here
from supervision.cli.here import Here
from supervision.cli.session import enter
from supervision.errors import Refused


@click.command(cls=Command)
@click.argument("where", metavar="[ID]", type=WORDS, required=False)
@with_here
def join(here: Here, where: str | None) -> int:
    """Join a session that somebody has open: in the interface, or line by line where there is no terminal.

    Without ID: the one session of yours that is open now.
    """
    return enter(here, here.shelf.resolve_session(where) if where else _open_now(here))


def _open_now(here: Here) -> str:
    """The one session of this person that somebody has open."""
    from supervision import live

    mine = (glance.id for glance in here.shelf.lists().chosen(with_name=here.need_me()))
    open_now = [session_id for session_id in mine if live.address(here.store.folder, session_id).exists()]
    if len(open_now) == 1:
        return open_now[0]
    if open_now:
        raise Refused(f"Several sessions of yours are open now. Say which: {', '.join(open_now)}.")
    raise Refused(
        "Nobody has a session of yours open here now. The one who begins types: supervision start --with NAME; "
        "to open one that was started before: supervision open ID."
    )
