"""Records into the store from files."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from supervision import text
from supervision.cli.command import Command, with_here
from supervision.cli.here import Here, can_ask
from supervision.errors import BadInput, Fault, Refused, SupervisionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from supervision.shelf.intake import Incoming, Intake

STANDARD = "-"


@click.command("import", cls=Command)
@click.argument("file", metavar="FILE")
@click.option("--yes", is_flag=True, help="Take what comes back in somebody's own copy without asking.")
@with_here
def import_(here: Here, file: str, yes: bool) -> int:
    """Take in sessions that `export --format json` wrote: one object, or one on each line; - reads standard input.

    Each session comes in whole or not at all, and nothing is overwritten: the same id with the same content is
    skipped, with other content refused. Somebody's own copy (`export --extract mine`) of a session that is here brings
    back how their actions are getting on, and nothing else. Exit status 1 when anything was refused.
    """
    from supervision.shelf.intake import Intake

    taking = _Taking(here, Intake(here.store), "standard input" if file == STANDARD else _shown(file))
    taking.all_of(sys.stdin.buffer if file == STANDARD and sys.stdin is not None else Path(file))
    for source, incoming in taking.copies:
        taking.bring_back(incoming, source, yes=yes)
    return taking.report()


def _shown(file: str) -> str:
    return text.one_line(os.fsencode(file).decode("utf-8", "replace"))


@dataclass
class _Taking:
    """An import under way: what became of each record, and what is to be said about it."""

    here: Here
    intake: "Intake"
    name: str
    imported: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    brought_back: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    copies: list[tuple[str, "Incoming"]] = field(default_factory=list)
    _said: list[str] = field(default_factory=list)

    def all_of(self, source: Path | IO[bytes]) -> None:
        """Takes in each record there is; what came in lasts also when somebody stops it."""
        from supervision.export.reading import read_lines

        size = source.stat().st_size if isinstance(source, Path) and source.is_file() else None
        try:
            with self._progress(size) as read:
                for line, record in read_lines(source, name=self.name, read=read):
                    self._take(line, record)
        finally:
            self.intake.settle()
            for sentence in self._said:
                self.here.tell(sentence)
            self._said.clear()

    def _take(self, line: int, record: Mapping[str, Any] | Fault) -> None:
        source = f"{self.name}:{line}"
        try:
            if isinstance(record, Fault):
                raise BadInput(str(record))
            incoming = self.intake.read(record, source=source)
            if incoming.is_new:
                self._put_in(incoming, record, source)
            elif incoming.came_back:
                self.copies.append((source, incoming))
            else:
                self.skipped.append(incoming.session.id)
                nothing = "nothing new came back" if incoming.session.copy else "the same"
                self._said.append(f"{source}: {incoming.session.id} is here already, {nothing}; skipped.")
            self._said += incoming.notices
        except SupervisionError as error:
            self._refuse(source, str(error))

    def _put_in(self, incoming: "Incoming", record: Mapping[str, Any], source: str) -> None:
        from supervision.export.reading import parse_private

        session = incoming.session
        private = parse_private(record, source=source) if session.copy else ()
        self.intake.put_in(incoming)
        self.imported.append(session.id)
        if private and not self.here.private.take_in(session, private, self.here.me):
            self._said.append(
                f"{source}: its private notes stay in the file: they come in under their owner's own login."
            )

    def bring_back(self, incoming: "Incoming", source: str, *, yes: bool) -> None:
        """Shows what comes back with somebody's own copy, and takes it over if that is wanted."""
        copy = incoming.session.copy
        assert copy is not None
        whose = incoming.session.called(copy.who)
        try:
            self.here.tell(f"{source}: {whose}'s own copy of {copy.of} has come back.")
            for one in incoming.came_back:
                for words in _told(one):
                    self.here.tell(f"    {words}")
            if not incoming.brings:
                self.skipped.append(copy.of)
                return
            if not yes and not can_ask():
                raise Refused(f"{source}: say --yes to take this over into {copy.of}. Nothing was changed.")
            if not yes and not self.here.ask(f"Take this over into {copy.of}?"):
                raise Refused(f"{source}: not taken over. Nothing was changed.")
            self.intake.bring_back(incoming, self.here.clock())
            self.brought_back.append({"session": copy.of, "actions": [one.action.id for one in incoming.brings]})
        except SupervisionError as error:
            self._refuse(source, str(error))
            self.here.tell(self._said.pop())

    def _refuse(self, source: str, sentence: str) -> None:
        line = int(source.rpartition(":")[2])
        self.refused.append({"line": line, "sentence": sentence})
        self._said.append(f"! {sentence if sentence.startswith(self.name) else f'{source}: {sentence}'}")

    def report(self) -> int:
        """Says what became of them all; the exit status."""
        here = self.here
        if here.json:
            here.give(
                {
                    "imported": self.imported,
                    "skipped": self.skipped,
                    "brought_back": self.brought_back,
                    "refused": self.refused,
                }
            )
        else:
            for session_id in self.imported:
                here.say(session_id)
        counts = [f"{len(self.imported)} imported", f"{len(self.skipped)} skipped", f"{len(self.refused)} refused"]
        if self.brought_back:
            counts.insert(1, f"{len(self.brought_back)} brought back")
        here.tell(f"{', '.join(counts)}.")
        return 1 if self.refused else 0

    @contextmanager
    def _progress(self, size: int | None) -> Iterator["Callable[[int], object]"]:
        """How far it is, in a bar on a terminal; what there is to say is said when it is done."""
        if not size or sys.stderr is None or not sys.stderr.isatty():
            yield lambda size: None
            return
        with click.progressbar(
            length=size, label="Taking in", file=sys.stderr, update_min_steps=1 + size // 500
        ) as bar:
            yield bar.update


def _told(one: Any) -> Iterator[str]:
    """What came back for one action, in lines."""
    yield f"{one.action.text}" + (f" ({one.left})" if one.left else "")
    if one.change is None:
        return
    for note in one.change.notes:
        yield f"    + {note.text}"
    if one.change.status:
        yield f"    now {one.change.status}; here it is {one.action.status}"
