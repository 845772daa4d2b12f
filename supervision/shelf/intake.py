"""Records that come from elsewhere: each whole or not at all, nothing overwritten, nothing twice."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from supervision.carry import carry
from supervision.errors import NotFound, Refused
from supervision.export.reading import parse_record, same
from supervision.model.apply import Act
from supervision.model.returning import Returned, returned
from supervision.model.values import Session
from supervision.store import Store
from supervision.store.index import Entry

TOGETHER = 100
"""New sessions that are made to last together."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A record that was read, and what there is to do with it: put it in, bring back what is in it, or nothing.

    `notices` say what was changed so that it can be shown. `came_back` is set for somebody's own copy of a session
    that is here.
    """

    session: Session
    notices: tuple[str, ...]
    is_new: bool
    came_back: tuple[Returned, ...] = ()

    @property
    def brings(self) -> tuple[Returned, ...]:
        """The actions to which something new came back."""
        return tuple(one for one in self.came_back if one.change is not None)


class Intake:
    """Takes records into a store. What is put in is sure to last once `settle` has returned, or `put_in` says so."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._batch: list[Entry] = []
        self._taken: set[str] | None = None

    def read(self, record: Mapping[str, Any], *, source: str) -> Incoming:
        """What a record is; BadInput when it is none, Refused when something else bears an id that is in it."""
        session, notices = parse_record(record, source=source)
        home = session.copy.of if session.copy else session.id
        try:
            kept = self._store.load(home)
        except NotFound:
            self._check_ids(session, source)
            return Incoming(session, notices, is_new=True)
        if session.copy and not kept.copy:
            return Incoming(session, notices, False, self._came_back(kept, session, source))
        if session.id != kept.id or not same(kept, session):
            raise Refused(f"{source}: the session {kept.id} is here already, with other content; nothing was changed.")
        return Incoming(session, notices, is_new=False)

    def has_private(self, session: Session) -> bool:
        """Whether private notes are kept beside a session."""
        return self._store.private.file(session.id).exists()

    def put_in(self, incoming: Incoming) -> bool:
        """Keeps a new session. Whether this one, and those before it, are sure to last by now."""
        session = self._store.create(incoming.session, self._batch)
        self._ids().update(_ids_in(session))
        if len(self._batch) < TOGETHER:
            return False
        self.settle()
        return True

    def reckon(self, incoming: Incoming) -> None:
        """Goes on as if a new session had been put in: one that is read after it may not bear the same ids."""
        self._ids().update(_ids_in(incoming.session))

    def settle(self) -> None:
        """Makes what was put in last."""
        self._store.settle(self._batch)

    def bring_back(self, incoming: Incoming, now: datetime) -> None:
        """Takes what is new in somebody's own copy over into the session, also where that is open."""
        copy = incoming.session.copy
        assert copy is not None
        changes = [one.change for one in incoming.brings if one.change is not None]
        carry(self._store, copy.of, changes, Act(copy.who, now))

    @staticmethod
    def _came_back(kept: Session, session: Session, source: str) -> tuple[Returned, ...]:
        assert session.copy is not None
        if kept.person(session.copy.who) is None:
            raise Refused(f"{source}: this is the copy of somebody who is not in the session {kept.id}.")
        return returned(kept, session)

    def _check_ids(self, session: Session, source: str) -> None:
        met: set[str] = set()
        for thing in _ids_in(session):
            if thing in self._ids():
                raise Refused(f"{source}: {thing} stands for something else in these records already; not imported.")
            if thing in met:
                raise Refused(f"{source}: {thing} stands for two things in this record; not imported.")
            met.add(thing)

    def _ids(self) -> set[str]:
        """Every id in the store: of sessions, actions and decisions; read once, however many records come."""
        if self._taken is None:
            self._taken = set()
            for glance in self._store.contents().glances:
                self._taken.add(glance.id)
                self._taken.update(row[0] for row in (*json.loads(glance.actions), *json.loads(glance.decisions)))
        return self._taken


def _ids_in(session: Session) -> list[str]:
    return [session.id, *(one.id for one in session.actions), *(one.id for one in session.decisions)]
