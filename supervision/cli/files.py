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
@click.option("--yes", is_flag=True, help="Take what comes back in somebody's own copy without asking.")
@with_here
def import_(here: Here, file: str, yes: bool) -> int:
    """Take in sessions that `export --format json` wrote: one object, or one on each line; - reads standard input.

    Each session comes in whole or not at all, and nothing is overwritten: the same id with the same content is
    skipped, with other content refused. Somebody's own copy (`export --extract mine`) of a session that is here brings
    back how their actions are getting on, and nothing else. A file that was encrypted with a passphrase asks for it.
    Exit status 1 when anything was refused.
    """
    from supervision.shelf.bringing import Bringing
    from supervision.shelf.intake import Intake

    coming = Bringing(
        Intake(here.store),
        "standard input" if file == STANDARD else _shown(file),
        lambda session, notes: here.private.take_in(session, notes, here.me),
    )
    source = sys.stdin.buffer if file == STANDARD and sys.stdin is not None else _opened(Path(file))
    size = source.stat().st_size if isinstance(source, Path) and source.is_file() else None
    try:
        with _progress(size) as read:
            coming.all_of(source, read)
    finally:
        _tell(here, coming)
    for where, incoming in coming.copies:
        _bring_back(here, coming, where, incoming, yes=yes)
    return _report(here, coming)


def _shown(file: str) -> str:
    return text.one_line(os.fsencode(file).decode("utf-8", "replace"))


def _opened(file: Path) -> Path | IO[bytes]:
    """Where the records of a file are read from; whoever sits there is asked for its passphrase."""
    from supervision.shelf import bringing

    if not file.is_file() or not bringing.asks_for(file) or not can_ask():
        return bringing.opened(file) if file.is_file() else file
    words = str(click.prompt("The passphrase of this file", hide_input=True, err=True))
    return bringing.opened(file, words)


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
