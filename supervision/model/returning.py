"""What comes back with somebody's own copy of a session: what they did about their own actions, and nothing else."""

from dataclasses import dataclass

from supervision.model.changes import BringBack
from supervision.model.values import Action, Event, Session

_KINDS = {"open": "action-reopened", "done": "action-done", "dropped": "action-dropped"}


@dataclass(frozen=True, slots=True)
class Returned:
    """What became of one action in the copy: the change that takes it over, if there is one, or why there is none."""

    action: Action
    change: BringBack | None
    left: str = ""


def returned(kept: Session, copy: Session) -> tuple[Returned, ...]:
    """What is new in the copy, action by action; by their ids, so that what came once does not come again.

    Where both sides set a status since they parted, the later one stands.
    """
    assert copy.copy is not None
    owner = copy.copy.who
    found = []
    for theirs in copy.actions:
        ours = kept.action(theirs.id)
        if ours is None:
            if theirs.owner == owner:
                found.append(Returned(theirs, None, "was added in the copy and stays there"))
            continue
        known = {note.id for note in ours.notes}
        notes = tuple(note for note in theirs.notes if note.by == owner and note.id not in known)
        moved = tuple(event for event in _new(copy, kept, theirs.id) if event.by == owner)
        since = _new(kept, copy, theirs.id)
        differs = theirs.status != ours.status
        turned = differs and (not since or bool(moved and moved[-1].at > since[-1].at))
        if turned and not moved:  # written by hand, or by a program that keeps no history
            moved = (Event(at=theirs.closed or copy.copy.taken, by=owner, kind=_KINDS[theirs.status], id=theirs.id),)
        left = f"is {ours.status} here since" if differs and moved and not turned else ""
        if ours.owner != owner:
            if notes or turned:
                found.append(Returned(ours, None, "belongs to somebody else here, and stays as it is"))
        elif turned:
            change = BringBack(id=ours.id, notes=notes, status=theirs.status, closed=theirs.closed, events=moved)
            found.append(Returned(ours, change))
        elif notes:
            found.append(Returned(ours, BringBack(id=ours.id, notes=notes), left))
        elif left:
            found.append(Returned(ours, None, left))
    return tuple(found)


def _new(session: Session, other: Session, action_id: str) -> list[Event]:
    """When the status of an action was set in one of the two, and not in the other; in the order of time."""
    events = [event for event in session.history if event.id == action_id and event.kind in _KINDS.values()]
    return sorted((event for event in events if event not in other.history), key=lambda event: event.at)
