"""What one goes on from who holds a session: what is here, what was shared last, and the record, brought together.

Nothing comes in twice: what others sent is in the shared document, which is written before the record.
"""

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from supervision.document import Document
from supervision.errors import SupervisionError
from supervision.model.values import Session
from supervision.room.hosting import OLD
from supervision.room.joining import Guest

if TYPE_CHECKING:
    from supervision.room.room import Room


def recovered(room: "Room", kept: Session, guest: Guest | None, *, is_in: bool) -> tuple[bool, bytes]:
    """Lets `room` go on with all there is; `guest` is what it was until now, `is_in` whether it has a document yet.

    Gives whether others may have parts of it, and what of it is in the files, as a version of the document.
    """
    live_state = room.store.live_state(room.id)
    old: Document | None = None
    if live_state is not None:
        with contextlib.suppress(SupervisionError):  # a damaged one is as none
            old = Document.from_state(live_state.data)
    if not is_in:
        if old is None or live_state is None or live_state.age > OLD:
            room.go_on_with(Document.from_session(kept, _former(room)))
            return False, room.document.version()
        room.go_on_with(old)
        before = old.snapshot()
        if kept.revision > live_state.revision and before != kept:
            old.absorb(before, replace(kept, revision=before.revision))
        return True, old.version()
    known = guest.acknowledged if guest is not None else b""
    if live_state is None:
        known = _go_on_from_record(room, kept, guest)
    elif old is not None:
        own, then = room.document, old.snapshot()
        if old.epoch == own.epoch:
            own.merge(live_state.data)
            known = old.version()
        elif base := old.former().get(own.epoch):  # they went on while this one was away
            epoch, version = own.epoch, own.version()
            known = own.adopt(live_state.data, base)
            own.brought(epoch, version)  # what others have of it as well, they do not bring again
        elif old.epoch not in own.former() and guest is not None:
            known, words = guest.go_on_in(live_state.data)
            room.offer(words)
        if kept.revision > live_state.revision:
            absorb_rest(own, then, kept)  # a command changed the record while nobody held it
    return True, known


def absorb_rest(document: Document, before: Session, after: Session) -> None:
    """What a command changed: it writes no notes.

    Which revision it is, the file says: it is nobody's change, and no reason to refuse words that come with it.
    """
    bare = replace(before, notes=())
    document.absorb(bare, replace(after, notes=(), revision=bare.revision))


def _go_on_from_record(room: "Room", kept: Session, guest: Guest | None) -> bytes:
    """Everybody else left, in order, while this one was off the line: all they had is in the record.

    Gives what of the document is in it, as a version.
    """
    own, former = room.document, _former(room)
    news = former.keys() - own.former().keys() - {own.epoch}
    if own.snapshot() == kept and not news:
        return own.version()
    epoch, version, ended = own.epoch, own.version(), former.get(own.epoch, b"")
    if not ended and guest is not None and guest.acknowledged:
        ended = own.all_but_own_since(guest.acknowledged)
    known = own.adopt(Document.from_session(kept, former).state(), ended or version)
    own.brought(epoch, version)
    return known


def _former(room: "Room") -> dict[str, bytes]:
    """The epochs of this session, as it was closed while somebody might still come back."""
    ended = room.store.ended(room.id)
    is_old = ended is None or (room.clock() - ended.since).total_seconds() > OLD
    return {} if ended is None or is_old else dict(ended.epochs)
