"""Carrying a change to a session wherever it is: into its open room, or into its file when it is closed."""

import random
import time
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from supervision.errors import Busy, NotFound, Refused
from supervision.model import agreement, rules
from supervision.model.apply import Act, apply
from supervision.model.changes import (
    NOT_TAKEN_BACK,
    Change,
    EditAgreement,
    LinkReplacedBy,
    LinkReplaces,
    TakeAgreement,
    UnlinkReplacedBy,
    to_wire,
)
from supervision.model.difference import difference
from supervision.model.ids import entry_id
from supervision.model.values import Session
from supervision.store import Store, UndoLog

PATIENCE = 10.0
"""Seconds to wait for a session that is neither free nor answering (it is just being opened or closed)."""
_POLL = (0.0005, 0.003)
"""Seconds between two tries: short and uneven, so that somebody who does one thing after another leaves a gap to us."""


def carry(store: Store, session_id: str, changes: Sequence[Change], act: Act, *, undoable: bool = True) -> None:
    """Does these changes, all or none, by the person `act.by` names; saved when this returns.

    Raises Refused and its kin with the rule's sentence, and Busy when the session is open and does not answer.
    """
    from supervision import live  # here, because lists read records and never carry anything: asyncio costs them 60 ms

    until = time.monotonic() + PATIENCE
    while True:
        with ExitStack() as held:
            try:
                held.enter_context(store.hold(session_id))
            except Busy as error:
                busy = error
            else:
                _on_file(store, session_id, changes, act, undoable)
                return
        reply = live.ask(live.address(store.folder, session_id), session_id, _request(changes, act, undoable))
        if reply is None:
            if time.monotonic() > until:
                raise busy
            time.sleep(random.uniform(*_POLL))
        elif "refused" in reply:
            raise Refused(str(reply["refused"]))
        else:
            return


def _request(changes: Sequence[Change], act: Act, undoable: bool) -> dict[str, Any]:
    return {"by": act.by, "undoable": undoable, "changes": [to_wire(change) for change in changes]}


def _on_file(store: Store, session_id: str, changes: Sequence[Change], act: Act, undoable: bool) -> None:
    before = store.load(session_id)
    after = before
    for change in changes:
        check_links(store, after, change)
        after = apply(with_newest(store, after, change, act), change, act)
    after = apply_links(before, after, act)
    if after == before:
        return
    keep_agreement(store, before, after)
    store.save(after, expected_revision=before.revision)
    if any(isinstance(change, NOT_TAKEN_BACK) for change in changes):
        forget(store, after)
        store.drop_live(session_id)
    elif undoable:
        remember(store, before, after, act)
    carry_links(store, before, after, act)


def forget(store: Store, session: Session) -> None:
    """What takes changes back in this session, and what was begun in forms about it, goes: it may hold what must not
    be there."""
    store.undo.drop_session(session.id)
    ids = (session.id, *(one.id for one in session.actions), *(one.id for one in session.decisions))
    store.drafts("").drop_about(ids)


def with_newest(store: Store, session: Session, change: Change, act: Act) -> Session:
    """The session under the newest agreement of its people, before a change to it: an edit starts from that one."""
    if not isinstance(change, EditAgreement):
        return session
    newest = store.agreements.newest(agreement.parties(session.people))
    if newest is None or (session.agreement is not None and newest.version <= session.agreement.version):
        return session
    return apply(session, TakeAgreement(agreement=newest), act)


def keep_agreement(store: Store, before: Session, after: Session) -> None:
    """Keeps an agreement that was made in a session, where the next sessions find it. Busy if somebody was quicker."""
    if after.agreement is None or after.agreement == before.agreement:
        return
    names = {person.id: person.called for person in after.people}
    newest = store.agreements.newest(after.agreement.parties)
    if before.agreement is not None and (newest is None or newest.version < before.agreement.version):
        store.agreements.add(before.agreement, names)  # a record that came from elsewhere brought it along
    store.agreements.add(after.agreement, names)


def remember(store: Store, before: Session, after: Session, act: Act) -> str | None:
    """Keeps what would take this change back, for the person who made it, and names it; None when nothing would."""
    restores = difference(before, after)
    if not restores:
        return None
    name = entry_id(act.now)
    steps = [to_wire(restore) for restore in reversed(restores)]
    UndoLog(store.folder).push(rules.who(after, act.by), {"id": name, "session": after.id, "restores": steps})
    return name


def home_of_decision(store: Store, decision_id: str) -> str:
    """The id of the session in which a decision lives."""
    home = store.home_of(decision_id, "decisions")
    if home is None:
        raise NotFound(f"There is no decision {decision_id} in these records.")
    return home


def check_links(store: Store, session: Session, change: Change) -> None:
    """Refuses to replace a decision that is not there, is another pair's, or does not stand."""
    if not isinstance(change, LinkReplaces):
        return
    home = session if session.decision(change.old) else store.load(home_of_decision(store, change.old))
    old = home.decision(change.old)
    if old is None:
        raise NotFound(f"There is no decision {change.old} in these records.")
    if {person.id for person in home.people} != {person.id for person in session.people}:
        raise Refused("That decision was made by other people, so this one cannot replace it.")
    if rules.status(home, old) not in {"agreed", "instructed", "awaiting-support", "proposed"} or (
        old.replaced_by not in {None, change.id}
    ):
        raise Refused(f"That decision is {rules.status(home, old)}, so there is nothing to replace.")


def carry_links(store: Store, before: Session, after: Session, act: Act) -> None:
    """Tells older decisions in other sessions which newer one replaces them, and since when."""
    for old_id, change in pending_links(before, after, act):
        if after.decision(old_id) is None:
            try:
                home = home_of_decision(store, old_id)
            except NotFound:  # it came with an imported record, without what it names
                continue
            carry(store, home, [change], act, undoable=False)


def apply_links(before: Session, after: Session, act: Act) -> Session:
    """The same within one session."""
    for old_id, change in pending_links(before, after, act):
        if after.decision(old_id) is not None:
            after = apply(after, change, act)
    return after


def pending_links(before: Session, after: Session, act: Act) -> list[tuple[str, LinkReplacedBy | UnlinkReplacedBy]]:
    """What has to be told to older decisions: a link at once, the day once the newer one is agreed, and its end."""
    found: list[tuple[str, LinkReplacedBy | UnlinkReplacedBy]] = []
    for was in before.decisions:
        now = after.decision(was.id)
        if was.replaces and (now is None or now.replaces != was.replaces):
            found.append((was.replaces, UnlinkReplacedBy(id=was.replaces, new=was.id)))
    for decision in after.decisions:
        if not decision.replaces:
            continue
        old = before.decision(decision.id)
        linked = old is not None and old.replaces == decision.replaces
        agreed = rules.took_effect(after, decision)
        was_agreed = linked and old is not None and rules.took_effect(before, old)
        if not linked or agreed != was_agreed:
            on = act.now.date() if agreed else None
            found.append((decision.replaces, LinkReplacedBy(id=decision.replaces, new=decision.id, on=on)))
    return found
