"""The part of a record that is about one matter, as a session of its own."""

from dataclasses import replace

from supervision.errors import NotFound
from supervision.model.digest import leaf_hash, session_texts
from supervision.model.values import Leaf, Session


def about(session: Session, n: int) -> Session:
    """The session with one matter only: its notes, decisions and actions, and what belongs to these.

    What belongs to no one matter and could be about any (a disagreement about the session, addenda, the next focus) is
    left out. The signed snapshot keeps the hash of what is left out, so the rest still verifies. NotFound when there is
    no such matter.
    """
    matter = next((matter for matter in session.matters if matter.n == n), None)
    if matter is None:
        have = ", ".join(str(matter.n) for matter in session.matters)
        raise NotFound(f"There is no matter {n} in this session; there is: {have}.")
    decisions = tuple(decision for decision in session.decisions if decision.matter == n)
    actions = tuple(action for action in session.actions if action.matter == n)
    kept = {decision.id for decision in decisions} | {action.id for action in actions}
    partial = replace(
        session,
        matters=(matter,),
        matter=n,
        notes=tuple(note for note in session.notes if note.matter == n),
        marks=tuple(mark for mark in session.marks if mark.matter == n),
        decisions=decisions,
        actions=actions,
        dissents=tuple(entry for entry in session.dissents if entry.decision in kept),
        concerns=tuple(concern for concern in session.concerns if concern.action in kept),
        next_focus="",
        addenda=(),
    )
    if partial.snapshot is None:
        return partial
    now = session_texts(partial)
    leaves = {
        path: leaf if path in now and leaf.text == now[path] else Leaf(hash=leaf_hash(path, leaf))
        for path, leaf in partial.snapshot.leaves.items()
    }
    return replace(partial, snapshot=replace(partial.snapshot, leaves=leaves))


def left_out(session: Session, n: int) -> str:
    """A sentence on what `about` leaves out, for whoever reads the part."""
    part = about(session, n)
    others = len(session.matters) - 1
    counts = (
        (others, "other matter", "other matters"),
        (len(session.dissents) - len(part.dissents), "disagreement", "disagreements"),
        (len(session.concerns) - len(part.concerns), "concern", "concerns"),
        (len(session.addenda), "addendum", "addenda"),
    )
    said = [f"{count} {one if count == 1 else many}" for count, one, many in counts if count]
    return f"This is the part about one matter. The whole record also holds: {', '.join(said)}." if said else ""
