"""Records that an earlier version wrote, and what they lack of this one.

Fields that are new have defaults, and the index is made again unasked, so one thing is left: early versions kept no
chain. `upgrade` begins it with what the record's own history tells, and says in the chain that this is all it is.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from supervision.errors import Damaged, NotFound, TooNew
from supervision.model.values import Session
from supervision.store.chain import UPGRADED, not_yet_in
from supervision.store.records import Store


@dataclass(frozen=True, slots=True)
class Older:
    """A record of an earlier version. `lines` counts what its history tells and no chain does."""

    session: str
    file: Path
    lines: int


def older(store: Store) -> tuple[list[Older], list[tuple[str, str]]]:
    """The records that `upgrade` has something to do for; and those that cannot be read, each with why."""
    found: list[Older] = []
    unread: list[tuple[str, str]] = []
    for session_id in sorted(store.files()):
        try:
            session = store.load(session_id)
            lines = len(_unchained(store, session))
        except NotFound:
            continue  # it went meanwhile
        except (Damaged, TooNew) as error:
            unread.append((session_id, error.sentence))
        else:
            if lines:
                found.append(Older(session_id, store.file(session_id), lines))
    return found, unread


def upgrade(store: Store, session_id: str, now: datetime) -> int:
    """Begins the chain of a record that has none; how many lines it took over. The record itself is not touched.

    NotFound, Damaged and SaveFailed leave everything as it was.
    """
    with store.lock(session_id):
        lines = _unchained(store, session := store.load(session_id))
        if lines:
            store.chain(session_id).add([(now.isoformat(), "", UPGRADED, str(len(session.history)), ""), *lines])
    return len(lines)


def _unchained(store: Store, session: Session) -> list[tuple[str, str, str, str, str]]:
    chain = store.chain(session.id)
    return [] if chain.entries() else not_yet_in(chain, session)
