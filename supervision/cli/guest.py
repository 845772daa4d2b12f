"""One session and nothing else, for somebody who came over a line and is known by a key or a code."""

import os
import re
import signal
import tempfile
from typing import TYPE_CHECKING

from supervision.cli import lean
from supervision.cli.here import Here, has_terminal

if TYPE_CHECKING:
    from supervision.room import Seat

_TRUE_COLOURS = re.compile(r"xterm-kitty|alacritty|foot|wezterm|xterm-ghostty|.*-direct")
"""Terminals known to have all colours; ssh passes on what a terminal is, and not that."""
THE_WAY_BACK = "come again the way you came"
"""What stands where others read which command leads back to the session."""


def take_part(here: Here, session_id: str, seat: "Seat") -> int:
    """This session for who sits at `seat`, in the interface or line by line; the exit status.

    It runs over records of its own, of which there are none: nothing else that is kept here can be reached from it. No
    settings are read or changed, no file is written for them, and there is no way back to a shell.
    """
    lean.load()
    from supervision.room import Room
    from supervision.shelf import Shelf

    for way in (signal.SIGTSTP, signal.SIGQUIT):
        signal.signal(way, signal.SIG_IGN)
    here.ask_nobody()
    room = Room(here.store, session_id, seat=seat, clock=here.clock)
    with tempfile.TemporaryDirectory(prefix="supervision-guest-") as folder:
        empty = Shelf(here.store_at(folder), here.clock)
        if has_terminal():
            if _TRUE_COLOURS.fullmatch(os.environ.get("TERM", "")):
                os.environ.setdefault("COLORTERM", "truecolor")
            from supervision import tui

            desk = tui.Desk(
                shelf=empty,
                open_room=lambda _: room,
                me=seat.me,
                only_session=True,
                drafts=here.store.drafts,  # so that what they began in a form is there when the line is back
            )
            return tui.run(desk, session=session_id)
        from supervision.plain import at_this_terminal

        return at_this_terminal(empty, session_id, seat.me, room=room, again=THE_WAY_BACK)
