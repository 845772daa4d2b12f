"""The interface, and what home would show where there is no terminal to draw on."""

import shlex
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from supervision.cli import lean, news
from supervision.cli.command import Command, with_here
from supervision.cli.here import Here, has_terminal, login_name
from supervision.errors import Refused, SupervisionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from supervision import tui
    from supervision.room import Room
    from supervision.shelf import Listed, Row

_FIRST_RUN = (
    "A place for two people to think about professional boundaries, decide together and come back to it.",
    "Nothing is here yet. Start a session:  supervision start --with NAME",
    "Or look at a sample:                   supervision demo",
    "Line by line, for a screen reader:     supervision plain",
)
_SHOWN = 10
"""Sessions and actions that home lists; the commands list them all."""


def home(here: Here, *, is_sample: bool = False) -> int:
    """The interface on its home screen, or home as plain lines."""
    if has_terminal() and not here.json:
        return interface(here, is_sample=is_sample)
    lines(here)
    return 0


def interface(here: Here, session_id: str = "", *, is_sample: bool = False, far: "Room | None" = None) -> int:
    """The interface, at a session if one is named; `far` is the way into it when it is kept on another computer.

    From home one may ask for a session elsewhere: it ends then, so that ssh has the terminal, and begins again in that
    session, or on home with what stood in the way.
    """
    lean.load()
    from supervision.cli.joining import Elsewhere, line_to

    asked: list[Elsewhere] = []
    sentence = address = ""

    def join(words: str) -> None:
        asked[:] = [Elsewhere.read(words)]

    while True:
        ways = {} if is_sample else {"join_elsewhere": join, "address": address}
        status = _shown(here, session_id, far, sentence, is_sample=is_sample, **ways)
        if not asked:
            return status
        there = asked.pop()
        session_id, far, address = "", None, there.address
        here.tell(f"To {there.host}. ssh may ask for a password; Ctrl+C goes back to the first screen.")
        with ExitStack() as line:
            try:
                room = line.enter_context(line_to(here, there))
            except SupervisionError as error:
                sentence = error.sentence
            except KeyboardInterrupt:
                sentence = "Nothing was joined."
            else:
                return interface(here, room.id, far=room)


def _shown(here: Here, session_id: str, far: "Room | None", sentence: str, *, is_sample: bool, **ways: Any) -> int:
    """The interface until people leave it; `ways` are of the desk."""
    from supervision import config, tui

    if here.shelf.is_encrypted and here.shelf.is_locked:
        from supervision.vault import held

        held.ask_with(None)  # the screen asks, which from here on is not the terminal's
        if not held.is_here():
            held.needed()  # and says why there is nothing to ask for
    settings = here.settings

    def remember_me(name: str) -> None:
        here.me_option = name  # for the sessions opened from now on, also when the settings cannot be written
        config.remember("me", name)
        here.login = name

    with ExitStack() as stack:
        desk = replace(
            _desk(here, far),
            is_sample=is_sample,
            try_sample=None if is_sample else lambda: replace(_desk(_sample(here, stack)), is_sample=True),
            remember_me=None if is_sample else remember_me,
            remember_role=lambda role: config.remember("role", role),
            remember_theme=lambda theme: config.remember("theme", theme),
            role=settings.role or "supervisor",
            is_new=not (here.me or settings.role or is_sample or session_id),
            perhaps="" if here.me else login_name(),
            open_with=None if is_sample else _open_with,
            **ways,
        )
        return tui.run(
            desk,
            session=session_id,
            sentence=sentence,
            theme=settings.theme,
            keymap=settings.keymap,
            key_lines=settings.key_lines,
        )


def _open_with(words: str) -> None:
    from supervision.shelf import encrypting

    encrypting.open_with(words)


def _desk(here: Here, far: "Room | None" = None) -> "tui.Desk":
    from supervision import tui

    def open_room(session_id: str) -> "Room":
        from supervision.room import Room  # here, so that home is on the screen before the rules are loaded

        if far is not None and session_id == far.id:
            return far
        room = Room(here.store, session_id, me=here.me, clock=here.clock)
        news.hear(room.say)
        return room

    return tui.Desk(
        shelf=here.shelf,
        open_room=open_room,
        me=here.me,
        private=lambda: here.private,
        login=lambda: here.remembered,
        retention=lambda: here.settings.retention,
    )


def lines(here: Here) -> None:
    """Home as plain lines, or as one JSON value: what is due, what is open, and the sessions."""
    from supervision.cli.rows import action_lines, decision_lines, session_lines
    from supervision.shelf import Keeping

    lists = here.shelf.lists()
    sessions = lists.sessions()
    overdue = lists.actions(which="overdue")
    due = lists.decisions(which="due")
    if here.json:
        here.give(
            {
                "due": {"actions": list(overdue), "decisions": list(due)},
                "actions": list(lists.actions()),
                "sessions": list(sessions),
            }
        )
        return here.tell_damage()
    for notice in Keeping(here.shelf).notices(here.me) if here.me else ():
        here.say(notice.sentence)
    if not sessions:
        here.say(*_FIRST_RUN)
        return here.tell_damage()
    if not (due or overdue):
        here.say("Nothing is due now.")
    today = here.shelf.today
    _part(here, "Decisions to look at again:", due, decision_lines)
    _part(here, "Overdue:", overdue, lambda action: action_lines(action, today))
    _part(here, "Open actions:", lists.actions(which="upcoming"), lambda action: action_lines(action, today))
    _part(here, "Sessions:", sessions, session_lines)
    here.say()
    here.say("To go on from here, line by line: supervision plain")
    return here.tell_damage()


def _part(here: Here, title: str, rows: "Listed", as_lines: "Callable[[Row], tuple[str, str]]") -> None:
    if not rows:
        return
    here.say()
    here.say(title)
    for row in rows[:_SHOWN]:
        here.say(*as_lines(row))
    if len(rows) > _SHOWN:
        here.say(f"and {len(rows) - _SHOWN} more")


@click.command(cls=Command)
@click.option("--write", metavar="DIR", help="Only write the sample to this folder.")
@click.option("--plain", is_flag=True, help="Line by line, for screen readers and simple terminals.")
@with_here
def demo(here: Here, write: str | None, plain: bool) -> int:
    """A sample store in the interface, kept nowhere; with --write it is only written to a folder."""
    if write and plain:
        raise click.UsageError("With --write the sample is only written, and then it is said how to look at it.")
    if write:
        there = Here(clock=here.clock, store_option=write)
        if there.store.ids():
            raise Refused(f"There are records in {there.store.folder} already; the sample goes into an empty folder.")
        _write_sample(there)
        here.tell(f"Written. To look at it: supervision --store {there.store.folder} --me {shlex.quote(there.me)}")
        if here.json:
            here.give({"store": str(there.store.folder), "sessions": there.store.ids()})
        return 0
    with ExitStack() as stack:
        there = _sample(here, stack)
        there.json = here.json
        if plain:
            from supervision.cli.session import converse

            return converse(there, "", is_sample=True)
        return home(there, is_sample=True)


def _sample(here: Here, stack: ExitStack) -> Here:
    """The sample in a folder that goes when this does."""
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="supervision-sample-"))
    there = Here(clock=here.clock, store_option=folder, me_option=here.me_option)
    _write_sample(there)
    return there


def _write_sample(there: Here) -> None:
    from supervision import paths, prompts, sample

    there.me_option = there.me_option or sample.ME
    there.login = there.me_option
    # The built-in packs, also where somebody has their own of the same name.
    files = (paths.shipped("prompts") / f"{name}.yaml" for name in ("broken", "peer"))
    broken, peer = (prompts.load(file.read_bytes(), str(file))[0] for file in files)
    for session in sample.sample(there.clock().date(), broken, peer, now=there.clock()):
        there.store.create(session)
