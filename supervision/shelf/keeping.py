"""Keeping records lawfully: how long each is kept, erasing one or all of a person's, and telling the others."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from supervision.errors import Ambiguous, BadInput, NotFound, Refused, SupervisionError
from supervision.shelf.lists import is_called, people_of
from supervision.shelf.shelf import Shelf

if TYPE_CHECKING:
    from supervision.model.access import Held
    from supervision.model.values import Session
    from supervision.store import Notice


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """How long a record is kept. `since` is its last day; on `until` it is looked at again, None: nobody has said."""

    id: str
    people: tuple[str, ...]
    since: date
    name: str
    until: date | None
    why: str
    held: str
    """Why it has to be kept as it is, while it is under a hold."""
    concern: bool
    """Whether a concern in it is open; then it is not erased either."""

    def is_due(self, today: date) -> bool:
        """Whether it is time to say what becomes of it."""
        return self.until is not None and self.until <= today


class Keeping:
    """What a keeper of records does with those of a shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    # -- how long -----------------------------------------------------------------------------------------------

    def records(self, classes: Mapping[str, str]) -> Iterator[KeptRecord]:
        """How long each record is kept, by these classes ("6 years" by the class's name). Reads every record."""
        for session in self._readable():
            yield self._kept(session, classes)

    def _kept(self, session: "Session", classes: Mapping[str, str]) -> KeptRecord:
        from supervision import when  # many lists need none of it
        from supervision.model import views

        said = session.retention
        name = (said.name if said else "") or session.kind
        since = date.fromisoformat(views.session_row(session, self.shelf.today)["last"][:10])
        until = said.until if said and said.until else None
        if until is None and name in classes:
            until = when.after(since, classes[name])
        return KeptRecord(
            id=session.id,
            people=tuple(person.called for person in session.people),
            since=since,
            name=name,
            until=until,
            why=said.why if said else "",
            held=session.hold.why if session.hold else "",
            concern=any(concern.done is None for concern in session.concerns),
        )

    # -- erasing ------------------------------------------------------------------------------------------------

    def erase(self, session_id: str, why: str, me: str) -> None:
        """Erases a record for good; Refused and its kin when it has to be kept, or is not this person's to erase."""
        from supervision.carry import erase
        from supervision.model.apply import Act

        erase(self.shelf.store, session_id, Act(me, self.shelf.clock()), why)

    def records_of(self, person: str) -> list[str]:
        """The ids of the records in which somebody, by id, takes part."""
        lists = self.shelf.lists()
        return [str(row["id"]) for row in lists.sessions() if any(one["id"] == person for one in row["people"])]

    def person(self, who: str) -> str:
        """The id of somebody these records name; NotFound, or BadInput when several are called that."""
        known = self.shelf.people()
        found = [one.id for one in known if one.id == who] or [one.id for one in known if is_called(one.name, who)]
        if not found:
            raise NotFound(f"These records name nobody called {who}.")
        if len(found) > 1:
            raise BadInput(f"Several people are called {who}; give the id of one: {', '.join(sorted(found))}.")
        return found[0]

    def erase_person(self, person: str, why: str, me: str) -> list[str]:
        """Erases every record somebody takes part in, and all else that is kept of them; all that, or nothing.

        Gives the ids of what was erased. What a kill interrupts is finished by doing it again.
        """
        from supervision.carry import tombstone
        from supervision.model.apply import Act

        store, act = self.shelf.store, Act(me, self.shelf.clock())
        ids = self.records_of(person)
        owns = self._is_the_logins(person)
        refused = []
        for session_id in ids:
            try:
                tombstone(self.shelf.load(session_id), act, why)
            except Refused as error:
                refused.append(f"{session_id}: {error.sentence}")
        if refused:
            raise Refused("Nothing was erased. " + " ".join(refused))
        for session_id in ids:
            self.erase(session_id, why, me)
        store.agreements.remove_of(person)
        store.undo.kept.forget(person)
        store.drafts("").kept.forget(person)
        store.notices.kept.forget(person)
        if owns:
            for name in store.private.names():
                store.private.erase(name)
        return ids

    def _is_the_logins(self, person: str) -> bool:
        """Whether the private notes here are theirs: those bear a name, which may be nobody else's in these records."""
        owner = self.shelf.store.private.owner().casefold()
        return bool(owner) and [one.id for one in self.shelf.people() if one.name.casefold() == owner] == [person]

    # -- who asks -----------------------------------------------------------------------------------------------

    def about(self, words: str) -> "list[tuple[Session, tuple[Held, ...]]]":
        """All that these records hold about somebody, by alias or word, by session. Reads every record.

        BadInput without a word.
        """
        from supervision.model import access

        if not words.strip():
            raise BadInput("Say whom or what it is about: an alias, or a word.")
        return list(access.anywhere(self._readable(), words))

    def _readable(self) -> "Iterator[Session]":
        """Every record; those that cannot be read are named in the shelf's `damaged`, once all were looked at."""
        damaged = []
        for session_id in self.shelf.store.ids():
            try:
                session = self.shelf.store.load(session_id)
            except NotFound:  # gone since
                continue
            except SupervisionError as error:
                damaged.append(str(error))
            else:
                yield session
        self.shelf.damaged = tuple(damaged)

    # -- what leaves --------------------------------------------------------------------------------------------

    def exported(self, session: "Session", what: str, data: bytes, by: str) -> str:
        """Notes in a record's chain that something of it left the store: when, by whom, which part, and its digest.

        Gives a sentence when that could not be noted; the file is there all the same. Of a record that is kept
        elsewhere nothing is noted. Of two people who are both called `by` none is named.
        """
        from supervision.model import rules

        try:
            who = rules.who(session, by) if by else ""
        except Ambiguous:
            who = ""
        return self._noted(session.id, what, _digest(data), who if session.person(who) else "", settled=True)

    def exported_of_many(self, session_ids: Iterable[str], what: str, data: bytes, by: str) -> str:
        """The same in every record that a list or a count was made of; a sentence for each way it could not be noted.

        Of several people called `by` in one record none is named.
        """
        wanted, digest, said = set(session_ids), _digest(data), []
        for glance in self.shelf.lists().chosen():
            if glance.id in wanted:
                called = [
                    one["id"] for one in people_of(glance) if by and (one["id"] == by or is_called(one["name"], by))
                ]
                said.append(self._noted(glance.id, what, digest, called[0] if len(called) == 1 else "", settled=False))
        self.shelf.store.settle_chains()
        return " ".join(dict.fromkeys(filter(None, said)))

    def _noted(self, session_id: str, what: str, digest: str, by: str, *, settled: bool) -> str:
        try:
            self.shelf.store.note_in_chain(
                session_id, "exported", at=self.shelf.clock(), by=by, what=what, digest=digest, settled=settled
            )
        except NotFound:
            return ""
        except SupervisionError as error:
            return f"It was written, but that could not be noted in the record: {error.sentence}"
        return ""

    # -- telling ------------------------------------------------------------------------------------------------

    def notices(self, me: str) -> "list[Notice]":
        """What this person has to be told of and has not read."""
        return self.shelf.store.notices.of(self._ids_of(me))

    def read(self, notice_id: str, me: str) -> None:
        """They have read it."""
        self.shelf.store.notices.read(notice_id, self._ids_of(me))

    def _ids_of(self, me: str) -> Sequence[str]:
        """By their notices alone: whose last record was erased is in no list any more."""
        names = self.shelf.store.notices.names()
        return [person for person, name in names.items() if person == me or is_called(name, me)]


def _digest(data: bytes) -> str:
    import hashlib

    return hashlib.sha256(data).hexdigest()
