"""The terminal interface: `run` shows it until people leave. Nothing outside this folder knows Textual."""

import gc
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from supervision.private import PrivateNotes
    from supervision.room import Room
    from supervision.shelf import Shelf
    from supervision.tui.screens.unfinished import Drafts

os.environ.setdefault("TEXTUAL_FPS", "250")
"""Textual paints at most so often, and keeps what comes soon after a painting waiting for up to two of its turns: at
its own 60 a second, a key just after a save had been shown was on the screen 30 ms later than the others."""

TURN = 0.0005
"""Seconds that one thread works while another waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the interface works on: the records, a way to open one of them, and who is at this keyboard.

    `private` gives what the person of this login keeps to themselves, `login` whom it remembers, `retention` how long
    records are kept, by class. `try_sample` gives the desk of the sample; `remember_me`, `remember_role` and
    `remember_theme` keep a choice for the next time; without them the choice is not offered, or holds until the program
    ends. `open_with` opens encrypted records with a passphrase; without it nobody is asked for one. `is_new`: nobody
    was asked yet; they are perhaps called `perhaps`. With `only_session` there is no home: whoever leaves the
    session leaves. `drafts` keeps what is begun in forms, where the shelf does not. `join_elsewhere` takes the address
    of a session on another computer, or refuses it; once `run` has ended, it is joined. `address` was tried before.
    """

    shelf: "Shelf"
    open_room: "Callable[[str], Room]"
    me: str = ""
    role: str = "supervisor"
    private: "Callable[[], PrivateNotes] | None" = None
    login: Callable[[], str] = str
    is_sample: bool = False
    is_new: bool = False
    perhaps: str = ""
    only_session: bool = False
    drafts: "Callable[[str], Drafts] | None" = None
    try_sample: "Callable[[], Desk] | None" = None
    retention: Callable[[], Mapping[str, str]] = dict
    open_with: Callable[[str], object] | None = None
    remember_me: Callable[[str], None] | None = None
    remember_role: Callable[[str], None] | None = None
    remember_theme: Callable[[str], None] | None = None
    join_elsewhere: Callable[[str], None] | None = None
    address: str = ""


def run(
    desk: Desk,
    *,
    session: str = "",
    sentence: str = "",
    theme: str = "",
    keymap: Mapping[str, str] | None = None,
    key_lines: Mapping[str, int] | None = None,
) -> int:
    """Shows home, or the session with this id at once, until people leave; gives the exit status and prints nothing.

    `sentence` is what home says at first.

    Busy, NotFound and their kin when that session cannot be opened; SaveFailed when the last words could not be saved;
    Refused when the only session there is here was erased meanwhile.
    """
    # Loading makes many objects and hardly any rubbish; looking for some would take a tenth of the time to home.
    gc.disable()
    try:
        from supervision.tui import keymap as keymaps
        from supervision.tui.app import serve

        if session:
            gc.collect()  # what loading left behind would stay for ever; home is to be quick, and holds less
    finally:
        gc.freeze()  # what was loaded stays; it need not be looked through later either
        gc.set_threshold(2_000, 10, 20)  # each key leaves some rubbish, which is to be gone before it is a megabyte
        gc.enable()

    # A save has a thread of its own: at Python's five milliseconds a turn, a key would wait for it again and again.
    sys.setswitchinterval(TURN)
    return serve(desk, session=session, sentence=sentence, theme=theme, own_keys=keymaps.read(keymap or {}, key_lines))
