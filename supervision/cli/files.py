"""Records into the store from files."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from supervision import text
from supervision.cli.command import Command, with_here
from supervision.cli.here import Here, can_ask
from supervision.errors import Refused, SupervisionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from supervision.shelf.bringing import Bringing
    from supervision.shelf.intake import Incoming

STANDARD = "-"


@click.command("import", cls=Command)
@click.argument("file", metavar="FILE")
@click.option("--yes", is_flag=True, help="Without asking: what comes back in a copy, my whole name from my own.")
@with_here
def import_(here: Here, file: str, yes: bool) -> int:
    """Take in sessions that `export --format json` wrote: one object, or one on each line; - reads standard input.

    Each session comes in whole or not at all, and nothing is overwritten: the same id with the same content is
    skipped, with other content refused. Somebody's own copy (`export --extract mine`) of a session that is here brings
    back how their actions are getting on, and nothing else. A file that was encrypted with a passphrase asks for it.
    Exit status 1 when anything was refused.
    """
    from supervision import handout
    from supervision.shelf.bringing import Bringing
    from supervision.shelf.intake import Intake

    coming = Bringing(
        Intake(here.store),
        "standard input" if file == STANDARD else _shown(file),
        lambda session, notes: here.private.take_in(session, notes, here.me),
    )
    source = sys.stdin.buffer if file == STANDARD and sys.stdin is not None else _opened(Path(file))
    size = source.stat().st_size if isinstance(source, Path) and handout.is_there(source) else None
    known = _names(here)
    try:
        with _progress(size) as read:
            coming.all_of(source, read)
        if name := coming.name_for(here.me, known) if known is not None else "":
            _bear(here, coming, name, yes=yes)
    finally:
        coming.say_what_stays()
        _tell(here, coming)
    for where, incoming in coming.copies:
        _bring_back(here, coming, where, incoming, yes=yes)
    return _report(here, coming)


def _shown(file: str) -> str:
    return text.one_line(os.fsencode(file).decode("utf-8", "replace"))


def _opened(file: Path) -> Path | IO[bytes]:
    """Where the records of a file are read from; whoever sits there is asked for its passphrase."""
    from supervision import handout
    from supervision.shelf import bringing

    if not handout.is_there(file) or not bringing.asks_for(file) or not can_ask():
        return bringing.opened(file) if handout.is_there(file) else file
    words = str(click.prompt("The passphrase of this file", hide_input=True, err=True))
    return bringing.opened(file, words)


def _names(here: Here) -> list[str] | None:
    """Everybody's names here, where whoever is at this keyboard may turn out to be called more than they have said.

    None for somebody who is not the one this login remembers, and where private notes are kept under the name there is.
    """
    may = here.me and here.me == here.remembered and len(here.me.split()) == 1
    return None if not may or here.store.private.owner() else [one.name for one in here.shelf.people()]


def _bear(here: Here, coming: "Bringing", name: str, *, yes: bool) -> None:
    """Whoever said only a part of their name bears the whole one of their own copy from now on, if it is them."""
    from supervision import config
    from supervision.shelf.bringing import NAMED

    if not yes and not can_ask():
        private = ", and bring it in again, for what is private in it" if coming.stayed else ""
        here.tell(
            f"! It is for {name}, and you said {here.me} here. If that is you, say so with supervision plain, then "
            f"/me {name}{private}."
        )
        return
    if not yes and not here.ask(f"It is for {name}. You said {here.me} here. Is that you?"):
        return
    here.tell(NAMED.format(name=name, me=here.me))
    try:
        config.remember("me", name)
    except SupervisionError as error:
        here.tell(f"! {error}")
        return
    here.me_option = here.login = name
    coming.private_again()


def _tell(here: Here, coming: "Bringing") -> None:
    for sentence in coming.told:
        here.tell(sentence)
    coming.told.clear()


def _bring_back(here: Here, coming: "Bringing", source: str, incoming: "Incoming", *, yes: bool) -> None:
    """Shows what comes back with somebody's own copy, and takes it over if that is wanted."""
    from supervision.shelf.bringing import returned_lines

    copy = incoming.session.copy
    assert copy is not None
    here.tell(f"{source}: {incoming.session.called(copy.who)}'s own copy of {copy.of} has come back.")
    for one in incoming.came_back:
        for words in returned_lines(one):
            here.tell(f"    {words}")
    if not incoming.brings:
        coming.skipped.append(copy.of)
        return
    try:
        if not yes and not can_ask():
            raise Refused(f"{source}: say --yes to take this over into {copy.of}. Nothing was changed.")
        if not yes and not here.ask(f"Take this over into {copy.of}?"):
            raise Refused(f"{source}: not taken over. Nothing was changed.")
        coming.bring_back(source, incoming, here.clock())
    except SupervisionError as error:
        coming.refuse(source, str(error))
    _tell(here, coming)


def _report(here: Here, coming: "Bringing") -> int:
    """Says what became of them all; the exit status."""
    imported = [session_id for session_id, _ in coming.sessions]
    if here.json:
        here.give(
            {
                "imported": imported,
                "skipped": coming.skipped,
                "brought_back": coming.brought_back,
                "refused": coming.refused,
            }
        )
    else:
        for session_id in imported:
            here.say(session_id)
    counts = [f"{len(imported)} imported", f"{len(coming.skipped)} skipped", f"{len(coming.refused)} refused"]
    if coming.brought_back:
        counts.insert(1, f"{len(coming.brought_back)} brought back")
    here.tell(f"{', '.join(counts)}.")
    return 1 if coming.refused else 0


@contextmanager
def _progress(size: int | None) -> Iterator["Callable[[int], object]"]:
    """How far it is, in a bar on a terminal; what there is to say is said when it is done."""
    if not size or sys.stderr is None or not sys.stderr.isatty():
        yield lambda size: None
        return
    with click.progressbar(length=size, label="Taking in", file=sys.stderr, update_min_steps=1 + size // 500) as bar:
        yield bar.update
