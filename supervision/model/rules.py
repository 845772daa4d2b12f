"""What a decision lacks, what its status is, and what is due: computed, never stored."""

import re
from collections.abc import Iterable
from datetime import date

from supervision.errors import Ambiguous, NotFound
from supervision.model.digest import decision_digest
from supervision.model.fields import FIELDS
from supervision.model.values import Action, Decision, DecisionStatus, Person, Session, Who

NEEDS_SUPPORT = frozenset({"bend", "cross"})
_NOT_ASKED = re.compile(r"not\s+yet\s+asked\b", re.IGNORECASE)
_BECAUSE = re.compile(r"\bbecause\s+(?!\.*$)\S", re.IGNORECASE)


def not_yet_asked(decision: Decision) -> bool:
    """Whether the person's view says that they were not asked; asking then becomes an action."""
    return _NOT_ASKED.match(decision.persons_view.strip()) is not None


def missing(decision: Decision) -> tuple[str, ...]:
    """The fields that an agreement still needs, in the order they are asked for."""
    lacking = []
    for field in FIELDS:
        if not field.required:
            continue
        value = getattr(decision, field.key)
        if field.key == "options":
            absent = sum(1 for option in decision.options if option.text.strip()) < 2
        elif field.key == "persons_view":
            absent = not value.strip() or (not_yet_asked(decision) and not _BECAUSE.search(value))
        else:
            absent = not value.strip() if isinstance(value, str) else value is None
        if absent:
            lacking.append(field.key)
    return tuple(lacking)


def agreed_by_all(session: Session, decision: Decision) -> bool:
    """Whether everybody in the session has agreed to the text as it stands now."""
    digest = decision_digest(decision)
    agreed = {mark.by for mark in decision.marks if mark.digest == digest}
    return bool(session.people) and all(person.id in agreed for person in session.people)


def waits_for(session: Session, decision: Decision) -> Who:
    """The one person who has not agreed to a text that lacks nothing and all others agree to; empty for nobody."""
    if session.kind == "peer" or missing(decision) or status(session, decision) not in ("proposed", "awaiting-support"):
        return ""
    digest = decision_digest(decision)
    agreed = {mark.by for mark in decision.marks if mark.digest == digest}
    waiting = [person.id for person in session.people if person.id not in agreed]
    return waiting[0] if len(waiting) == 1 else ""


def status(session: Session, decision: Decision) -> DecisionStatus:
    """Where a decision stands. A peer session never agrees: its decisions stay proposed."""
    if decision.replaced_on or any(review.outcome == "replaced" for review in decision.reviews):
        return "replaced"
    if decision.reviews and decision.reviews[-1].outcome == "ended":
        return "ended"
    return as_made(session, decision)


def as_made(session: Session, decision: Decision) -> DecisionStatus:
    """How far a decision got when it was made, whatever became of it since."""
    if decision.instructed_by.strip():
        return "instructed"
    if not decision.title.strip() or not decision.stance:
        return "draft"
    if decision.support.status == "refused":
        return "declined"
    if session.kind == "peer" or missing(decision) or not agreed_by_all(session, decision):
        return "proposed"
    if decision.stance in NEEDS_SUPPORT and decision.support.status != "given":
        return "awaiting-support"
    return "agreed"


def text_is_final(session: Session, decision: Decision) -> bool:
    """Whether the decision's text no longer changes; a later decision replaces it."""
    return status(session, decision) in {"agreed", "ended", "replaced"}


def took_effect(session: Session, decision: Decision) -> bool:
    """Whether a decision was agreed or instructed, so that what it replaces no longer stands."""
    return as_made(session, decision) in {"agreed", "instructed"}


def stands(session: Session, decision: Decision) -> bool:
    """Whether a decision is followed now, and so comes back to be looked at again.

    Peers never agree: what one of them proposed is followed once somebody with authority has supported it.
    """
    standing = status(session, decision)
    supported = session.kind == "peer" and standing == "proposed" and decision.support.status == "given"
    return supported or standing in {"agreed", "instructed"}


def awaits_answer(session: Session, decision: Decision) -> bool:
    """Whether somebody with authority has yet to answer: to what lacks support alone, and to what peers propose."""
    standing = status(session, decision)
    peers = session.kind == "peer" and standing == "proposed" and decision.support.status != "given"
    return peers or standing == "awaiting-support"


def look_again(decision: Decision) -> date | None:
    """The day on which the decision is next looked at: its own, or the one its last review set."""
    if decision.reviews:
        return decision.reviews[-1].review_on
    return decision.review_on


def is_due(session: Session, decision: Decision, today: date) -> bool:
    """Whether a decision that stands has come back to be reviewed."""
    when = look_again(decision)
    return when is not None and when <= today and stands(session, decision)


def is_overdue(action: Action, today: date) -> bool:
    return action.status == "open" and action.due is not None and action.due < today


def closed_by(session: Session, action: Action) -> Who:
    """Who ticked or dropped an action that is not open; empty where the history does not say."""
    kinds = {"action-done", "action-dropped"}
    closing = (event for event in reversed(session.history) if event.id == action.id and event.kind in kinds)
    return next((event.by for event in closing), "") if action.status != "open" else ""


def who(session: Session, words: str) -> Who:
    """The person of the session whom these words name (name, first name or id), else the words as a plain name."""
    wanted = words.strip()
    for person in session.people:
        if wanted == person.id:
            return person.id
    folded = wanted.casefold()
    exact = [person for person in session.people if person.called.casefold() == folded]
    first = [person for person in session.people if person.called.casefold().split()[:1] == [folded]]
    found = exact or first
    if len(found) > 1:
        raise Ambiguous(f"Two people here are called {wanted}. Use {_ids(p.id for p in found)}.")
    return found[0].id if found else wanted


def participant(session: Session, words: str) -> Who:
    """The same, for somebody who must be in the session."""
    found = who(session, words)
    if session.person(found) is None:
        names = " and ".join(person.called for person in session.people)
        raise NotFound(f"{words.strip()} is not in this session; {names} are.")
    return found


def numbered(session: Session, number: int) -> Decision:
    """The decision that bears this number in the session."""
    for decision in session.decisions:
        if decision.number == number:
            return decision
    have = ", ".join(str(decision.number) for decision in session.decisions) or "none yet"
    raise NotFound(f"There is no decision {number} in this session; there is: {have}.")


def _ids(ids: Iterable[str]) -> str:
    return " or ".join(ids)


def unread(session: Session) -> list[Person]:
    """Who has not said yet that they read what stays between the two; nobody any more once the record is signed."""
    read = {mark.by for mark in session.acknowledged}
    return [person for person in session.people if person.id not in read and session.state != "signed"]
