"""Bringing records in from a file: looked at first or at once, what became of each, and that in sentences."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from supervision.errors import BadInput, Fault, Locked, Refused, SupervisionError
from supervision.shelf.intake import Incoming, Intake
from supervision.shelf.lists import is_called
from supervision.store import Store
from supervision.store.files import shown, why

if TYPE_CHECKING:
    from supervision.model.private import PrivateNote
    from supervision.model.returning import Returned
    from supervision.model.values import Session

TakesPrivate = Callable[["Session", "tuple[PrivateNote, ...]"], bool]
"""Keeps the private notes of a copy, if it is their owner who brings it; whether it was."""
MOST = 12
"""Records that are told one by one."""
NAMED = "It is for {name}. You said {me} here; from then on you are {name} here too."
LARGEST = 200_000_000
"""Bytes of an encrypted file; it is opened whole."""


@dataclass
class Bringing:
    """A file on its way in. With `looking` nothing is changed, and what would become of each record is found out.

    `told` gathers sentences about single records; a caller that says them takes them away.
    """

    intake: Intake
    name: str
    take_private: TakesPrivate
    looking: bool = False
    sessions: list[tuple[str, str]] = field(default_factory=list)
    """Those that came in, or would: the id, and how people call it."""
    owners: set[str] = field(default_factory=set)
    """Whose own copies those are that come in whole."""
    skipped: list[str] = field(default_factory=list)
    copies: list[tuple[str, Incoming]] = field(default_factory=list)
    """Somebody's own copies of sessions that are here, each with where it stands."""
    brought_back: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    stayed: list[tuple[str, "Session", "tuple[PrivateNote, ...]"]] = field(default_factory=list)
    """Private notes that nobody has taken in so far, each with where it stands and whose copy it is."""

    def all_of(self, source: Path | IO[bytes], read: Callable[[int], object] = lambda size: None) -> None:
        """Takes in each record there is; what came in lasts also when somebody stops it."""
        from supervision.export.reading import read_lines

        try:
            for line, record in read_lines(source, name=self.name, read=read):
                self._take(line, record)
        finally:
            if not self.looking:
                self.intake.settle()

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
                private = self._private_in(incoming.session, record, source)
                self.skipped.append(incoming.session.id)
                if not self.intake.has_private(incoming.session):  # it came in before somebody said whose it is
                    self._take_private(incoming.session, private, source)
                nothing = "nothing new came back" if incoming.session.copy else "the same"
                self.told.append(f"{source}: {incoming.session.id} is here already, {nothing}; skipped.")
            self.told += incoming.notices
        except SupervisionError as error:
            self.refuse(source, str(error))

    def _put_in(self, incoming: Incoming, record: Mapping[str, Any], source: str) -> None:
        session = incoming.session
        private = self._private_in(session, record, source)  # first, so that a fault in them refuses all of it
        if self.looking:
            self.intake.reckon(incoming)
        else:
            self.intake.put_in(incoming)
        self.sessions.append((session.id, _called(session)))
        if session.copy:
            self.owners.add(session.called(session.copy.who))
        self._take_private(session, private, source)

    @staticmethod
    def _private_in(session: "Session", record: Mapping[str, Any], source: str) -> "tuple[PrivateNote, ...]":
        from supervision.export.reading import parse_private

        return parse_private(record, source=source) if session.copy else ()

    def _take_private(self, session: "Session", private: "tuple[PrivateNote, ...]", source: str) -> None:
        if private and not self.looking and not self.take_private(session, private):
            self.stayed.append((source, session, private))

    def private_again(self) -> None:
        """Has private notes taken in that nobody took so far."""
        stayed, self.stayed = self.stayed, []
        for source, session, private in stayed:
            self._take_private(session, private, source)

    def say_what_stays(self) -> None:
        """Says which private notes nobody took in."""
        self.told += (
            f"{source}: its private notes stay in the file: they come in under their owner's own login."
            for source, _, _ in self.stayed
        )

    def bring_back(self, source: str, incoming: Incoming, now: datetime) -> None:
        """Takes what came back with somebody's own copy over into the session."""
        copy = incoming.session.copy
        assert copy is not None
        try:
            self.intake.bring_back(incoming, now)
            self.brought_back.append({"session": copy.of, "actions": [one.action.id for one in incoming.brings]})
        except SupervisionError as error:
            self.refuse(source, str(error))

    def refuse(self, source: str, sentence: str) -> None:
        """Remembers what does not come in, and says why."""
        line = int(source.rpartition(":")[2])
        self.refused.append({"line": line, "sentence": sentence})
        self.told.append(f"! {sentence if sentence.startswith(self.name) else f'{source}: {sentence}'}")

    @property
    def has_something(self) -> bool:
        """Whether there is anything to bring in."""
        return bool(self.sessions) or any(incoming.brings for _, incoming in self.copies)

    def name_for(self, me: str, known: Iterable[str]) -> str:
        """The whole name of somebody who said only a part of it, as it stands in their own copy; else empty.

        Only where nobody who is `known` goes by that part already: then it may be somebody else's.
        """
        owner = next(iter(self.owners)) if len(self.owners) == 1 else ""
        is_it = bool(me and owner) and is_called(owner, me) and owner.casefold() != me.casefold()
        return owner if is_it and not any(is_called(name, me) for name in known) else ""

    # -- in words for somebody who sits there -------------------------------------------------------------------

    def before(self) -> list[str]:
        """What is in the file, and what bringing it in would change."""
        lines = [*self._whole_sessions("is not here yet, and would come in", "are not here yet, and would come in")]
        for _, incoming in self.copies:
            lines += copy_lines(incoming)
        lines += self._others()
        if not self.has_something and not self.refused:
            lines.append("There is nothing new in it. Everything here stays as it is.")
        elif self.has_something:
            lines.append("Nothing that stands here is written over.")
        return lines

    def after(self) -> list[str]:
        """What has come in."""
        lines = [*self._whole_sessions("has come in", "have come in")]
        of = {incoming.session.copy.of: incoming.session for _, incoming in self.copies if incoming.session.copy}
        for one in self.brought_back:
            session, count = of[one["session"]], len(one["actions"])
            whose = session.called(session.copy.who) if session.copy else ""
            news = "one action" if count == 1 else f"{count} actions"
            lines.append(f"Taken over from {whose}'s own copy of the session on {_day(session)}: {news}.")
        lines += self._others()
        return lines or ["Nothing has come in. Everything here stays as it is."]

    def _whole_sessions(self, one: str, many: str) -> Iterator[str]:
        if len(self.sessions) == 1:
            yield f"{self.sessions[0][1]} {one}."
        elif self.sessions:
            yield f"{len(self.sessions)} sessions {many}:"
            yield from (f"  {called}" for _, called in self.sessions[:MOST])
            if len(self.sessions) > MOST:
                yield f"  and {len(self.sessions) - MOST} more"

    def _others(self) -> Iterator[str]:
        if self.skipped:
            same = "One session is" if len(self.skipped) == 1 else f"{len(self.skipped)} sessions are"
            yield f"{same} here already, with nothing new."
        for line in self.told:
            if line.startswith("! "):
                yield f"Not brought in: {line.removeprefix('! ')}"
            elif not line.endswith("; skipped."):
                yield line


def _called(session: "Session") -> str:
    from supervision.model.names import together

    who = together([person.called for person in session.people])
    whose = f"{session.called(session.copy.who)}'s own copy of the session" if session.copy else "The session"
    return f"{whose} of {who} on {_day(session)}"


def _day(session: "Session") -> str:
    day = session.held or session.started
    return f"{day.day} {day:%B %Y}"


def copy_lines(incoming: Incoming) -> list[str]:
    """Whose own copy has come back, and what would change here."""
    session = incoming.session
    assert session.copy is not None
    lines = [f"{session.called(session.copy.who)}'s own copy of the session on {_day(session)} has come back."]
    for one in incoming.came_back:
        lines += _heard(one)
    if not incoming.brings:
        lines.append("Nothing of it changes anything here.")
    return lines


def _heard(one: "Returned") -> Iterator[str]:
    """What came back for one action, in sentences."""
    yield f"Action: {one.action.text}{f'; it {one.left}' if one.left else ''}."
    if one.change is None:
        return
    if one.change.status:
        yield f"In the copy it is {one.change.status}; here it is {one.action.status}."
    yield from (f"A note of theirs: {note.text}" for note in one.change.notes)


def returned_lines(one: "Returned") -> Iterator[str]:
    """What came back for one action."""
    yield f"{one.action.text}" + (f" ({one.left})" if one.left else "")
    if one.change is None:
        return
    for note in one.change.notes:
        yield f"    + {note.text}"
    if one.change.status:
        yield f"    now {one.change.status}; here it is {one.action.status}"


def look_into(store: Store, file: Path, passphrase: str = "") -> Bringing:
    """What is in a file; nothing is changed. Raises as `opened` does."""
    looked = Bringing(Intake(store), shown(file), lambda session, notes: True, looking=True)
    looked.all_of(opened(file, passphrase))
    return looked


def bring_in(store: Store, file: Path, passphrase: str, take_private: TakesPrivate, now: datetime) -> Bringing:
    """All that is in a file comes in, also what comes back in somebody's own copy."""
    coming = Bringing(Intake(store), shown(file), take_private)
    coming.all_of(opened(file, passphrase))
    coming.say_what_stays()
    for source, incoming in coming.copies:
        if incoming.brings:
            coming.bring_back(source, incoming, now)
    return coming


# -- the file itself ------------------------------------------------------------------------------------------------


def asks_for(file: Path) -> str:
    """What has to be known before a file can be read: "passphrase", or nothing. NotFound and BadInput as in reading."""
    from supervision.vault import seal

    return "passphrase" if seal.is_under_passphrase(_head(file)) else ""


def opened(file: Path, passphrase: str = "") -> Path | IO[bytes]:
    """Where the records of a file are read from: itself, or what was encrypted in it.

    WrongPassphrase, NotForUs or Locked for what cannot be opened; Refused for what is something else, saying what.
    """
    from supervision.vault import held, seal

    head, name = _head(file), shown(file)
    if head.startswith(b"PK\x03\x04"):
        raise Refused(_no_record(file, name))
    data = seal.bare(head)
    if not seal.is_sealed(data):
        return file
    if file.stat().st_size > LARGEST:
        raise Refused(f"{name} is larger than records ever are. Nothing was changed.")
    data = seal.bare(file.read_bytes())
    if seal.is_under_passphrase(data):
        if not passphrase:
            raise Locked(f"{name} is encrypted with a passphrase, which whoever made it knows.")
        return BytesIO(seal.opened_by(data, passphrase, name))
    key = held.holder()
    if key is None:
        raise Locked(
            f"{name} is encrypted for somebody's key, and none is to hand here. Ask whoever sent it to encrypt it with "
            "a passphrase that you both know."
        )
    return BytesIO(seal.opened(data, key, name))


def _head(file: Path) -> bytes:
    from supervision.errors import NotFound

    try:
        with file.open("rb") as stream:
            return stream.read(20_000)
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {shown(file)}.") from error
    except OSError as error:
        raise BadInput(f"{shown(file)} cannot be read: {why(error)}.") from error


def _no_record(file: Path, name: str) -> str:
    if file.suffix.casefold() == ".zip":
        return f"{name} is a zip file. If it is a backup, Restore puts it back; if not, unpack it first."
    return (
        f"{name} is a document to be read, and cannot be brought in. Ask for the same as JSON: their own copy is "
        "written so by itself."
    )
