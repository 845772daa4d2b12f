"""Records into the store from files."""

import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from supervision import text
from supervision.cli.command import Command, with_here
from supervision.cli.here import Here
from supervision.errors import BadInput, Fault, Refused, SupervisionError

if TYPE_CHECKING:
    from supervision.model.values import Session

STANDARD = "-"


@dataclass
class _Outcome:
    """What became of each record of a file that is imported."""

    imported: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)


@click.command("import", cls=Command)
@click.argument("file", metavar="FILE")
@with_here
def import_(here: Here, file: str) -> int:
    """Take in sessions that `export --format json` wrote: one object, or one on each line; - reads standard input.

    Each session comes in whole or not at all, and nothing is overwritten: the same id with the same content is
    skipped, with other content refused. Exit status 1 when any was refused.
    """
    from supervision.export.reading import read_lines

    outcome = _Outcome()
    name = "standard input" if file == STANDARD else text.one_line(os.fsencode(file).decode("utf-8", "replace"))
    found: Iterable[tuple[int, Mapping[str, Any] | Fault]]
    if file == STANDARD:
        data = sys.stdin.buffer.read() if sys.stdin is not None else b""
        found = read_lines(data.decode("utf-8", "surrogateescape"), name=name)
    else:
        found = read_lines(Path(file), name=name)
    for line, record in found:
        source = f"{name}:{line}"
        try:
            if isinstance(record, Fault):
                raise BadInput(str(record))
            _take_in(here, record, source, outcome)
        except SupervisionError as error:
            sentence = str(error)
            here.tell(f"! {sentence if sentence.startswith(name) else f'{source}: {sentence}'}")
            outcome.refused.append({"line": line, "sentence": sentence})
    if here.json:
        here.give({"imported": outcome.imported, "skipped": outcome.skipped, "refused": outcome.refused})
    else:
        for session_id in outcome.imported:
            here.say(session_id)
    here.tell(f"{len(outcome.imported)} imported, {len(outcome.skipped)} skipped, {len(outcome.refused)} refused.")
    return 1 if outcome.refused else 0


def _take_in(here: Here, record: Mapping[str, Any], source: str, outcome: _Outcome) -> None:
    from supervision.errors import NotFound
    from supervision.export.reading import parse_private, parse_record, same

    session, notices = parse_record(record, source=source)
    try:
        kept = here.store.load(session.id)
    except NotFound:
        pass
    else:
        if not same(kept, session):
            raise Refused(
                f"{source}: the session {session.id} is here already, with other content; nothing was changed."
            )
        outcome.skipped.append(session.id)
        here.tell(f"{source}: {session.id} is here already, the same; skipped.")
        return
    _all_new(here, session, source)
    private = parse_private(record, source=source) if session.copy else ()
    here.store.create(session)
    outcome.imported.append(session.id)
    if private and not here.private.take_in(session, private, here.me):
        here.tell(f"{source}: its private notes stay in the file: they come in under their owner's own login.")
    for notice in notices:
        here.tell(notice)


def _all_new(here: Here, session: "Session", source: str) -> None:
    """Refuses a record whose actions or decisions bear ids that stand for something else in this store."""
    for thing in [action.id for action in session.actions] + [decision.id for decision in session.decisions]:
        if here.store.home_of(thing, "actions") or here.store.home_of(thing, "decisions"):
            raise Refused(f"{source}: {thing} stands for something else in these records already; not imported.")
