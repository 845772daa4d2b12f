"""Carrying a change to a session wherever it is: into its open room, or into its file when it is closed."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from supervision import text
from supervision.errors import BadInput, Busy, NotFound, Refused
from supervision.model import agreement, ids, rules
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
from supervision.store import Notice, Store, Tombstone, UndoLog
from supervision.store.notices import Done

PATIENCE = 10.0
"""Seconds to wait for a session that is neither free nor answering (it is just being opened or closed)."""
_QUEUE = 6 * PATIENCE
"""Seconds to wait while others save it one after the other: ten of them, on a slow machine, are not to be told that it
does not answer."""
_POLL = (0.0005, 0.02)
"""Seconds between two tries: short at first, so that somebody who does one thing after another leaves a gap to us, and
longer the longer we have waited, so that ten who wait leave the computer to the one who works."""

_RARE = 8
"""So many letters at random come out once."""


def carry(store: Store, session_id: str, changes: Sequence[Change], act: Act, *, undoable: bool = True) -> None:
    """Does these changes, all or none, by the person `act.by` names; saved when this returns.

    Raises Refused and its kin with the rule's sentence, and Busy when the session is open and does not answer.
    """
    token = ids.token()
    request = {"by": act.by, "how": act.how, "undoable": undoable, "changes": [to_wire(change) for change in changes]}

    def on_file(asked: bool) -> None:
        with ids.seeded(int(token, 16)) as made:
            _on_file(store, session_id, changes, act, undoable, made if asked else ())

    _wherever_it_is(store, session_id, {"token": token, **request}, on_file)


def erase(store: Store, session_id: str, act: Act, why: str) -> None:
    """Erases a record for good, also while it is open: there it ends with a sentence. Refused and its kin.

    Who did it, when and why stays (`Tombstone`), and nothing that stood in the record.
    """

    def erase_file(_asked: bool) -> None:
        erase_held(store, store.load(session_id), act, why)

    _wherever_it_is(store, session_id, {"purpose": "erase", "by": act.by, "why": why}, erase_file)


def erase_held(store: Store, session: Session, act: Act, why: str) -> Tombstone:
    """The same by whoever holds the session, which is as given; tells the others of it the next time they are here."""
    stone = tombstone(session, act, why)
    store.erase_held(stone)
    tell_others(store, session, stone.by, "erased", act.now, stone.why)
    return stone


def tell_others(store: Store, session: Session, by: str, done: Done, at: datetime, why: str) -> None:
    """Keeps for everybody else of a session what was done to its record."""
    notice = Notice(id=entry_id(at), done=done, session=session.id, by=session.called(by), at=at.isoformat(), why=why)
    others = [person for person in session.people if person.id != by]
    store.notices.tell({person.id: replace(notice, to=person.called) for person in others})


def tombstone(session: Session, act: Act, why: str) -> Tombstone:
    """What stays of this record when it is erased; Refused when it has to be kept, or is not this person's to erase."""
    from supervision.model import redaction

    by = rules.participant(session, act.by)
    redaction.refuse_unless_keeper(session, by, "erases")
    redaction.refuse_if_kept_as_it_is(session)
    why = text.one_line(text.field(why, "the reason"))
    if not why:
        raise BadInput("Say why the record is erased; that stays, without anything that stood in it.")
    people = tuple(person.id for person in session.people)
    return Tombstone(id=session.id, at=act.now.isoformat(), by=by, why=why, people=people)


def _wherever_it_is(store: Store, session_id: str, request: dict[str, Any], on_file: Callable[[bool], None]) -> None:
    """Does it with the file of a session that is closed; asks whoever holds it otherwise.

    `on_file` is told whether somebody was asked before, and gave no answer: it may be done already.
    """
    from supervision import live  # here, because lists read records and never carry anything: asyncio costs them 60 ms

    began = time.monotonic()
    until, written, asked = began + PATIENCE, _written(store, session_id), False
    with store.hold_in_turn(session_id) as hold:
        while True:
            with ExitStack() as held:
                try:
                    held.enter_context(hold())
                except Busy as error:
                    busy = error
                else:
                    on_file(asked)
                    return
            reply = None
            try:
                reply = live.ask(live.address(store.folder, session_id), session_id, request)
            except Busy as error:
                reply, busy = {}, error
            asked = asked or reply is not None
            if not reply:
                if (now := _written(store, session_id)) != written:
                    until, written = min(time.monotonic() + PATIENCE, began + _QUEUE), now
                if time.monotonic() > until:
                    raise busy
                pause = min(max((time.monotonic() - began) / 10, _POLL[0]), _POLL[1])
                time.sleep(random.uniform(pause / 2, pause * 2))
            elif "refused" in reply:
                raise Refused(text.one_line(str(reply["refused"])))
            else:
                return


def _written(store: Store, session_id: str) -> datetime | None:
    try:
        return store.written(session_id)
    except NotFound:  # which whoever loads it says better
        return None


def _on_file(
    store: Store, session_id: str, changes: Sequence[Change], act: Act, undoable: bool, made: Sequence[str]
) -> None:
    """`made` fills with the letters of ids as they are given; that of a change that may have been done before."""
    before = store.load(session_id)
    after = before
    for change in changes:
        check_links(store, after, change)
        after = apply(with_newest(store, after, change, act), change, act)
    after = apply_links(before, after, act)
    if after == before or (made and _is_done(before, after, made)):
        return
    keep_agreement(store, before, after)
    store.save(after, expected_revision=before.revision)
    if any(isinstance(change, NOT_TAKEN_BACK) for change in changes):
        after_taking_out(store, before, after, act)
        store.drop_live(session_id)
    elif undoable:
        remember(store, before, after, act)
    carry_links(store, before, after, act)


def _is_done(before: Session, after: Session, made: Sequence[str]) -> bool:
    """Whether what these ids were made for is in the record: who was asked for it died before saying so.

    The few letters of an entry's id are soon there by chance, among hundreds: it has to say the same as well.
    """
    there, new = (Counter(_named(replace(session, history=()))) for session in (before, after))
    new.subtract(there)

    def known(things: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        return {
            (letters, said if len(letters) < _RARE else "")
            for id, said in things
            for letters in made
            if id.endswith(letters)
        }

    return bool(known(there) & known(+new))


def _named(value: Any) -> Iterator[tuple[str, str]]:
    """The id of everything that has one, and what it says, without when."""
    if isinstance(value, Session):
        value = asdict(value)
    if isinstance(value, Mapping):
        if isinstance(value.get("id"), str):
            rest = [one for key, one in value.items() if key != "id" and not isinstance(one, datetime)]
            yield value["id"], repr(rest)
        for one in value.values():
            yield from _named(one)
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _named(one)


def after_taking_out(store: Store, before: Session, after: Session, act: Act) -> None:
    """What follows when words were taken out of a record that nobody must be able to bring back."""
    forget(store, after)
    for entry in after.redactions[len(before.redactions) :]:
        tell_others(store, after, entry.by, "redacted", act.now, entry.why)


def forget(store: Store, session: Session) -> None:
    """What takes changes back in this session, and what was begun in forms about it, goes: it may hold what must not
    be there."""
    store.undo.drop_session(session.id)
    names = (session.id, *(one.id for one in session.actions), *(one.id for one in session.decisions))
    store.drafts("").drop_about(names)


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
