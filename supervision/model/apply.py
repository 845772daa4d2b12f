"""The rules: a session and a change give the session as it is afterwards, or a refusal that changes nothing.

Pure: the same for an open room, for the command line on a closed record, and for a test.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import singledispatch
from typing import Any

from supervision import text
from supervision.errors import BadInput, NotFound, Refused
from supervision.model import agreement, digest, ids, notes, rules, themes, turns
from supervision.model import changes as c
from supervision.model.difference import holds, with_fields
from supervision.model.fields import BY_KEY, DATES, STANCES, stance_of
from supervision.model.values import (
    IN_THE_ROOM,
    Action,
    Addendum,
    Agreement,
    Concern,
    Decision,
    Dissent,
    Event,
    Heard,
    Hold,
    Mark,
    Matter,
    NoteMark,
    Option,
    Progress,
    Retention,
    Review,
    Session,
    Who,
)

LOCKED = "Everybody has signed this record, so its text no longer changes. Add an addendum to correct it."


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something, when, and how we know that it was them."""

    by: Who
    now: datetime
    how: str = IN_THE_ROOM


def apply(session: Session, change: c.Change, act: Act) -> Session:
    """The session after the change, with what follows from it (actions that ask, marks that no longer hold)."""
    by = rules.who(session, act.by)
    if session.person(by) is None:
        names = " and ".join(person.called for person in session.people)
        raise Refused(f"{act.by or 'Nobody'} is not in this session; {names} are. Nothing was changed.")
    act = replace(act, by=by)
    if session.state == "signed" and not isinstance(change, AFTER_SIGNING):
        raise Refused(LOCKED)
    return settle(session, _apply(change, session, act), act)


def settle(before: Session, after: Session, act: Act) -> Session:
    """What follows from a difference, however it came about: used for changes and for typed notes alike."""
    for written in after.decisions:
        if before.decision(written.id) == written:
            continue
        decision = digest.salted(written)
        if decision.marks and any(mark.digest != digest.decision_digest(decision) for mark in decision.marks):
            decision = replace(decision, marks=())
            after = _event(after, act, "agreements-withdrawn", decision.id)
        after = _with_decision(after, decision)
        after = _ask_for_what_is_missing(after, decision, act)
    after = turns.settled(after, act.now)
    if after.signatures and before.state != "signed" and not digest.still_covers(after):
        after = replace(after, signatures=(), snapshot=None)
        after = _event(after, act, "signatures-withdrawn")
    return after


@singledispatch
def _apply(change: c.Change, session: Session, act: Act) -> Session:
    raise TypeError(f"no rule for {type(change).__name__}")


# -- the way through ----------------------------------------------------------------------------------------------


@_apply.register
def _(change: c.MoveTo, session: Session, act: Act) -> Session:
    stage = session.pack.stage(change.stage)
    if stage is None:
        have = " ".join(stage.id for stage in session.pack.stages)
        raise NotFound(f"There is no stage {change.stage!r} in this session; the stages are: {have}.")
    prompts = [prompt.id for prompt in stage.prompts]
    if change.prompt and change.prompt not in prompts:
        raise NotFound(f"There is no question {change.prompt!r} in {stage.title}; it has: {' '.join(prompts)}.")
    moved = replace(session, stage=stage.id, prompt=change.prompt or (prompts[0] if prompts else ""))
    return turns.went(moved, act.now)


@_apply.register
def _(change: c.Acknowledge, session: Session, act: Act) -> Session:
    if any(mark.by == act.by for mark in session.acknowledged):
        return session
    mark = Mark(by=act.by, at=act.now, digest=digest.statement(session), how=act.how)
    return _event(replace(session, acknowledged=(*session.acknowledged, mark)), act, "acknowledged")


@_apply.register
def _(change: c.WriteNote, session: Session, act: Act) -> Session:
    stage = change.stage or session.stage
    if session.pack.stage(stage) is None:
        raise NotFound(f"There is no stage {stage!r} in this session.")
    line = text.clean(change.text)
    text.check_note(line)
    if not line.strip():
        raise BadInput("There is nothing to write down: the note is empty.")
    return notes.appended(session, stage, change.matter or session.matter, line, act.by)


@_apply.register
def _(change: c.MarkNote, session: Session, act: Act) -> Session:
    stage, matter = change.stage or session.stage, change.matter or session.matter
    note, words = session.note(stage, matter), change.text.strip()
    if not words:
        raise BadInput("There is nothing on this line to mark.")
    if note is None or words not in (line.strip() for line in note.text.split("\n")):
        raise NotFound("That line is no longer in the notes.")
    here = (stage, matter, words)
    old = next((mark for mark in session.marks if (mark.stage, mark.matter, mark.text) == here), None)
    if (old.kind if old else "") == change.kind:
        return session
    marks = tuple(mark for mark in session.marks if mark is not old)
    entry = old.id if old else ids.entry_id(act.now)
    if change.kind:
        new = NoteMark(id=entry, stage=stage, matter=matter, by=act.by, at=act.now, kind=change.kind, text=words)
        marks = (*marks, new)
    return _event(replace(session, marks=marks), act, "note-marked" if change.kind else "note-unmarked", entry)


@_apply.register
def _(change: c.EditMatter, session: Session, act: Act) -> Session:
    n = change.n or session.matter
    old = _matter(session, n)
    new = replace(
        old,
        alias=old.alias if change.alias is None else _alias(change.alias),
        text=old.text if change.text is None else text.field(change.text, "the matter"),
        question=old.question if change.question is None else text.field(change.question, "the question"),
    )
    session = replace(session, matters=tuple(new if matter.n == n else matter for matter in session.matters))
    return _event(session, act, "matter-edited", str(n))


@_apply.register
def _(change: c.AddMatter, session: Session, act: Act) -> Session:
    n = max(matter.n for matter in session.matters) + 1
    matter = Matter(n=n, alias=_alias(change.alias), text=text.field(change.text, "the matter"))
    session = replace(session, matters=(*session.matters, matter), matter=n)
    if session.pack.stage("bring"):
        session = _apply(c.MoveTo(stage="bring"), session, act)
    return _event(session, act, "matter-added", str(n))


@_apply.register
def _(change: c.TurnToMatter, session: Session, act: Act) -> Session:
    return replace(session, matter=_matter(session, change.n).n)


@_apply.register
def _(change: c.SetPlace, session: Session, act: Act) -> Session:
    return _event(replace(session, place=text.field(change.place, "the place")), act, "place-set")


@_apply.register
def _(change: c.CorrectName, session: Session, act: Act) -> Session:
    who = rules.participant(session, change.person)
    name = text.name(change.name)
    people = tuple(
        replace(person, corrected="" if name == person.name else name) if person.id == who else person
        for person in session.people
    )
    return _event(replace(session, people=people), act, "name-corrected", who)


@_apply.register
def _(change: c.SetLineManager, session: Session, act: Act) -> Session:
    who = rules.participant(session, change.person)
    person = session.person(who)
    if person is None or person.role != "supervisor":
        raise Refused("Only a supervisor can also be the practitioner's line manager.")
    if change.manager and session.agreement and session.agreement.external:
        raise Refused(agreement.NOT_BOTH)
    people = tuple(replace(p, line_manager=change.manager) if p.id == who else p for p in session.people)
    return _event(replace(session, people=people), act, "line-manager", who)


@_apply.register
def _(change: c.EditAgreement, session: Session, act: Act) -> Session:
    made = agreement.written(
        session.agreement,
        agreement.parties(session.people),
        change.answers,
        by=act.by,
        now=act.now,
        who=lambda words: rules.who(session, words),
    )
    return _with_agreement(session, made, act, "agreement-changed" if made.version > 1 else "agreement-made")


@_apply.register
def _(change: c.TakeAgreement, session: Session, act: Act) -> Session:
    new = change.agreement
    if new.id != agreement.id_of(agreement.parties(session.people)):
        raise Refused("That agreement is between other people, or in other roles.")
    if session.agreement is not None and new.version <= session.agreement.version:
        raise Refused(f"Version {session.agreement.version} of the agreement is in force here already.")
    return _with_agreement(session, new, act, "agreement-taken")


def _with_agreement(session: Session, new: Agreement, act: Act, kind: str) -> Session:
    """The session under another agreement, which nobody has read yet."""
    if new.external and any(person.line_manager for person in session.people):
        raise Refused(agreement.NOT_BOTH)
    return _event(replace(session, agreement=new, acknowledged=()), act, kind, new.id)


# -- the turns of a paired reflection -----------------------------------------------------------------------------


@_apply.register
def _(change: c.PresentFirst, session: Session, act: Act) -> Session:
    who = rules.participant(session, change.who)
    _needs_turns(session)
    if turns.begun(session, act.now):
        raise Refused(f"The first turn has begun, and it is {session.called(turns.presenter(session, 'a'))}'s.")
    if who == session.first:
        return session
    return _event(replace(session, first=who, spans=()), act, "first-chosen", who)


@_apply.register
def _(change: c.StopClock, session: Session, act: Act) -> Session:
    _needs_turns(session)
    if turns.running(session) is None:
        raise Refused("No clock is running, so there is none to stop.")
    return _event(turns.halted(session, act.now, "pause"), act, "clock-stopped")


@_apply.register
def _(change: c.GoOn, session: Session, act: Act) -> Session:
    _needs_turns(session)
    if turns.running(session) is not None:
        raise Refused("The clock is running.")
    after = turns.started(session, act.now)
    if after == session:
        raise Refused("There is a clock in the two turns only, while the session is held.")
    return _event(after, act, "clock-started")


@_apply.register
def _(change: c.SayHeard, session: Session, act: Act) -> Session:
    if session.kind != "peer":
        raise Refused("Peers ask each other this at the close. A concern can be raised here at any time.")
    answer = Heard(by=act.by, at=act.now, must_raise=change.must_raise, how=act.how)
    before = next((old for old in session.heard if old.by == act.by), None)
    if before is not None and before.must_raise == answer.must_raise:
        return session
    heard = (*(old for old in session.heard if old.by != act.by), answer)
    return _event(replace(session, heard=heard), act, "heard-answered")


@_apply.register
def _(change: c.TakeTo, session: Session, act: Act) -> Session:
    decision = _decision(session, change.id)
    if session.kind != "peer":
        raise Refused("In supervision you agree between you; the organisation's answer is recorded as support.")
    if not decision.title.strip():
        raise Refused("Give it a title first, so that whoever hears of it knows what is meant.")
    if rules.status(session, decision) in {"ended", "replaced"}:
        raise Refused(f"Decision {decision.number} is {rules.status(session, decision)}, so there is nothing to take.")
    to = text.one_line(text.field(change.to, "to whom you take it")).strip()
    if not to:
        raise BadInput("Say to whom you take it, by name or role: your line manager, your supervisor.")
    _may_support(session, to)
    action = Action(
        id=ids.thing_id(),
        text=f"Take to {to}: {decision.title}",
        created=act.now,
        created_by=act.by,
        owner=_owner(session, change.owner, act),
        due=change.due,
        waiting_on=to,
        stage=session.stage,
        prompt=session.prompt,
        matter=decision.matter,
        decision=decision.id,
        purpose="ask-support",
    )
    session = _with_action(session, action, act, "action-added")
    if decision.support.status != "not-needed":  # somebody was asked already, and may have answered
        return session
    asked = replace(decision.support, status="asked", by=to, at=act.now.date(), recorded_by=act.by)
    return _event(_with_decision(session, replace(decision, support=asked)), act, "support-asked", decision.id)


def _needs_turns(session: Session) -> None:
    if not turns.has_turns(session):
        raise Refused("Two peers take turns, in a paired reflection; this session has none.")


# -- actions ------------------------------------------------------------------------------------------------------


@_apply.register
def _(change: c.AddAction, session: Session, act: Act) -> Session:
    stage = session.stage if change.stage is None else change.stage
    prompt = session.prompt if change.prompt is None else change.prompt
    action = Action(
        id=ids.thing_id(),
        text=_required(text.one_line(text.field(change.text, "the action")), "the action"),
        created=act.now,
        created_by=act.by,
        owner=_owner(session, change.owner, act),
        due=change.due,
        waiting_on=text.one_line(text.field(change.waiting_on, "who it waits for")),
        stage=stage,
        prompt=prompt,
        matter=_matter(session, change.matter).n if change.matter else session.matter,
        decision=_decision(session, change.decision).id if change.decision else None,
        purpose="system" if stage == "systems" else "",
    )
    return _with_action(session, action, act, "action-added")


@_apply.register
def _(change: c.EditAction, session: Session, act: Act) -> Session:
    action = _action(session, change.id)
    new = replace(
        action,
        text=action.text
        if change.text is None
        else _required(text.one_line(text.field(change.text, "the action")), "the action"),
        owner=action.owner if change.owner is None else _owner(session, change.owner, act),
        due=None if change.no_due else (change.due or action.due),
        waiting_on=action.waiting_on
        if change.waiting_on is None
        else text.one_line(text.field(change.waiting_on, "who it waits for")),
    )
    return session if new == action else _with_action(session, new, act, "action-edited")


@_apply.register
def _(change: c.SetActionStatus, session: Session, act: Act) -> Session:
    action = _action(session, change.id)
    if action.status == change.status:
        word = {"open": "open already", "done": "done already", "dropped": "dropped already"}[change.status]
        raise Refused(f"This action is {word}: {action.text}")
    closed = None if change.status == "open" else act.now
    new = _noted(replace(action, status=change.status, closed=closed), change.note, act)
    kind = {"open": "action-reopened", "done": "action-done", "dropped": "action-dropped"}[change.status]
    return _concern_follows(_with_action(session, new, act, kind), new)


@_apply.register
def _(change: c.NoteAction, session: Session, act: Act) -> Session:
    new = _noted(_action(session, change.id), _required(change.text, "the note"), act)
    return _with_action(session, new, act, "action-noted")


@_apply.register
def _(change: c.KeepAction, session: Session, act: Act) -> Session:
    action = _action(session, change.id)
    if action.status != "open":
        raise Refused(f"This action is {action.status}, so there is nothing to keep: {action.text}")
    return _with_action(session, _noted(action, change.note, act), act, "action-kept")


@_apply.register
def _(change: c.BringBack, session: Session, act: Act) -> Session:
    action = _action(session, change.id)
    authors = {note.by for note in change.notes} | {event.by for event in change.events}
    if action.owner != act.by or authors - {act.by}:
        raise Refused(f"Only whose action it is brings back what they did about it: {action.text}")
    known = {note.id for note in action.notes}
    new = [replace(note, text=text.field(note.text, "the note")) for note in change.notes if note.id not in known]
    came = replace(action, notes=tuple(sorted((*action.notes, *new), key=lambda note: note.at)))
    if change.status:
        came = replace(came, status=change.status, closed=None if change.status == "open" else change.closed or act.now)
    if came == action:
        raise Refused(f"Nothing new came back for this action: {action.text}")
    events = tuple(replace(event, id=action.id) for event in change.events)
    session = replace(session, history=(*session.history, *events))
    return _concern_follows(_with_action(session, came, act, "action-brought-back"), came)


# -- decisions ----------------------------------------------------------------------------------------------------


@_apply.register
def _(change: c.Propose, session: Session, act: Act) -> Session:
    matter = _matter(session, change.matter) if change.matter else session.matter_of(session.matter)
    decision = Decision(
        id=ids.thing_id(),
        number=max((decision.number for decision in session.decisions), default=0) + 1,
        created=act.now,
        created_by=act.by,
        matter=matter.n,
        alias=matter.alias,
    )
    decision = _written(decision, change.fields, change.options, act)
    return _event(replace(session, decisions=(*session.decisions, decision)), act, "decision-drafted", decision.id)


@_apply.register
def _(change: c.EditDecision, session: Session, act: Act) -> Session:
    decision = _decision(session, change.id)
    new = _written(decision, change.fields, change.options, act)
    if new == decision:
        return session
    if rules.text_is_final(session, decision):
        raise Refused(
            f"Decision {decision.number} is {rules.status(session, decision)}, so its text no longer changes. "
            "A new decision can replace it."
        )
    return _event(_with_decision(session, new), act, "decision-edited", decision.id)


@_apply.register
def _(change: c.Agree, session: Session, act: Act) -> Session:
    decision = _decision(session, change.id)
    number = decision.number
    if session.kind == "peer":
        raise Refused(
            "Two peers propose and do not agree: each takes it to somebody with authority, and brings the answer back."
        )
    standing = rules.status(session, decision)
    if standing in {"instructed", "declined", "ended", "replaced"}:
        raise Refused(f"Decision {number} is {standing}, so there is nothing to agree to.")
    lacking = rules.missing(decision)
    if lacking:
        needs = ", ".join(BY_KEY[key].label.lower() for key in lacking)
        raise Refused(f"Decision {number} is not ready to be agreed. It still needs: {needs}.")
    now = digest.decision_digest(decision)
    if change.digest and change.digest != now:
        raise Refused(f"Decision {number} changed while it was being read. Read it again before agreeing.")
    if any(mark.by == act.by and mark.digest == now for mark in decision.marks):
        raise Refused(f"{session.called(act.by)} has agreed to decision {number} already.")
    marks = (*(mark for mark in decision.marks if mark.by != act.by), _mark(act, now))
    return _event(_with_decision(session, replace(decision, marks=marks)), act, "decision-agreed", decision.id)


@_apply.register
def _(change: c.NotYet, session: Session, act: Act) -> Session:
    decision = _decision(session, change.id)
    if rules.text_is_final(session, decision):
        raise Refused(f"Decision {decision.number} is agreed. A new decision can replace it.")
    marks = tuple(mark for mark in decision.marks if mark.by != act.by)
    return _event(_with_decision(session, replace(decision, marks=marks)), act, "decision-not-yet", decision.id)


@_apply.register
def _(change: c.Disagree, session: Session, act: Act) -> Session:
    decision = _decision(session, change.id)
    words = _required(text.field(change.text, "what you see differently"), "what you see differently")
    if not rules.text_is_final(session, decision):
        session = _with_decision(
            session, replace(decision, marks=tuple(mark for mark in decision.marks if mark.by != act.by))
        )
    return _dissent(session, words, change.resolve_by, act, decision.id)


@_apply.register
def _(change: c.SetSupport, session: Session, act: Act) -> Session:
    decision = _decision(session, change.id)
    given_by = text.one_line(text.field(change.by, "who supports this"))
    if change.status == "not-needed":
        if decision.stance in rules.NEEDS_SUPPORT:
            raise Refused(f"To {decision.stance} a boundary always needs the organisation's support: who is asked?")
        given_by = ""
    else:
        if not given_by:
            raise BadInput(
                "Say who: a name or a role in the practitioner's organisation, for example: given Team manager."
            )
        if change.status == "given":
            _may_support(session, given_by)
    if change.on and change.on > act.now.date() and change.status != "asked":
        raise BadInput(f"{change.on.isoformat()} has not come yet; say the day on which the answer was given.")
    support = replace(
        decision.support,
        status=change.status,
        by=given_by,
        at=None if change.status == "not-needed" else (change.on or act.now.date()),
        recorded_by=act.by,
    )
    session = _event(
        _with_decision(session, replace(decision, support=support)), act, f"support-{change.status}", decision.id
    )
    if change.status in {"given", "refused"}:
        for action in _answered(session, decision, given_by):
            answer = f"Answer: {change.status}, {given_by}"
            done = _noted(replace(action, status="done", closed=act.now), answer, act)
            session = _with_action(session, done, act, "action-done")
    return session


@_apply.register
def _(change: c.ReviewDecision, session: Session, act: Act) -> Session:
    decision = _decision(session, change.id)
    standing = rules.status(session, decision)
    if not rules.stands(session, decision):
        what = (
            "one that somebody with authority supports"
            if session.kind == "peer"
            else "one that is agreed or instructed"
        )
        raise Refused(f"Decision {decision.number} is {standing.replace('-', ' ')}; only {what} is reviewed.")
    over = change.outcome in {"ended", "replaced"}
    if not over and change.review_on is None:
        raise BadInput(f"Say when to look again: a decision that is {change.outcome} needs its next review date.")
    if change.review_on and change.review_on <= act.now.date():
        raise BadInput(f"The next review date, {change.review_on.isoformat()}, must lie ahead.")
    review = Review(
        id=ids.entry_id(act.now),
        by=act.by,
        at=act.now,
        outcome=change.outcome,
        note=text.field(change.note, "what became of it"),
        review_on=None if over else change.review_on,
    )
    new = replace(decision, reviews=(*decision.reviews, review))
    return _event(_with_decision(session, new), act, "decision-reviewed", decision.id)


@_apply.register
def _(change: c.LinkReplaces, session: Session, act: Act) -> Session:
    decision = _decision(session, change.id)
    if change.old == decision.id:
        raise Refused("A decision cannot replace itself.")
    if decision.replaces and decision.replaces != change.old:
        raise Refused(f"Decision {decision.number} already replaces another one ({decision.replaces}).")
    return _event(
        _with_decision(session, replace(decision, replaces=change.old)), act, "decision-replaces", decision.id
    )


@_apply.register
def _(change: c.LinkReplacedBy, session: Session, act: Act) -> Session:
    decision = _decision(session, change.id)
    if decision.replaced_by and decision.replaced_by != change.new:
        raise Refused(f"Decision {decision.number} has been replaced already, by {decision.replaced_by}.")
    new = replace(decision, replaced_by=change.new, replaced_on=change.on)
    return session if new == decision else _event(_with_decision(session, new), act, "decision-replaced", decision.id)


@_apply.register
def _(change: c.UnlinkReplacedBy, session: Session, act: Act) -> Session:
    decision = _decision(session, change.id)
    if decision.replaced_by != change.new:
        return session
    new = replace(decision, replaced_by=None, replaced_on=None)
    return _event(_with_decision(session, new), act, "decision-not-replaced", decision.id)


# -- the end of a session -----------------------------------------------------------------------------------------


@_apply.register
def _(change: c.RaiseConcern, session: Session, act: Act) -> Session:
    words = _required(text.field(change.text, "the concern"), "the concern")
    to = text.one_line(text.field(change.to, "whom it goes to"))
    due = change.by_when or act.now.date()
    action = Action(
        id=ids.thing_id(),
        text=f"Raise the concern with {to}" if to else "Raise the concern: find out with whom, and do it",
        created=act.now,
        created_by=act.by,
        owner=_owner(session, change.done_by, act) or act.by,
        due=due,
        stage=session.stage if change.stage is None else change.stage,
        prompt=session.prompt if change.prompt is None else change.prompt,
        matter=_matter(session, change.matter).n if change.matter else session.matter,
        purpose="concern",
    )
    if change.told_first not in {"", "told", "not told"}:
        raise BadInput("Say whether the practitioner was told first: told, or not told.")
    concern = Concern(
        id=ids.entry_id(act.now),
        by=act.by,
        at=act.now,
        text=words,
        to=to,
        by_when=due,
        done_by=action.owner or act.by,
        told_first=change.told_first,  # type: ignore[arg-type]  # checked just above
        action=action.id,
    )
    session = turns.halted(_with_action(session, action, act, "action-added"), act.now, "concern")
    return _event(replace(session, concerns=(*session.concerns, concern)), act, "concern-raised", concern.id)


@_apply.register
def _(change: c.AddDissent, session: Session, act: Act) -> Session:
    words = _required(text.field(change.text, "the disagreement"), "the disagreement")
    return _dissent(session, words, change.resolve_by, act, "")


@_apply.register
def _(change: c.SetNext, session: Session, act: Act) -> Session:
    focus = session.next_focus if change.focus is None else text.field(change.focus, "the focus of the next session")
    return _event(replace(session, next_date=change.on or session.next_date, next_focus=focus), act, "next-set")


@_apply.register
def _(change: c.ChooseThemes, session: Session, act: Act) -> Session:
    # One that came with the record and that this list does not have may stay.
    chosen = themes.ordered(theme if theme in session.themes else themes.named(theme) for theme in change.themes)
    if chosen == session.themes:
        return session
    return _event(replace(session, themes=chosen), act, "themes-chosen")


@_apply.register
def _(change: c.Sign, session: Session, act: Act) -> Session:
    if any(mark.by == act.by for mark in session.signatures):
        raise Refused(f"{session.called(act.by)} has signed this record already.")
    if session.snapshot is None:
        session = replace(session, snapshot=digest.take_snapshot(session, act.now))
    assert session.snapshot is not None
    mark = _mark(act, session.snapshot.root)
    return _event(replace(session, signatures=(*session.signatures, mark)), act, "signed")


@_apply.register
def _(change: c.AddAddendum, session: Session, act: Act) -> Session:
    if session.state != "signed":
        raise Refused("This record is not signed by everybody yet, so it can still be changed itself.")
    words = _required(text.field(change.text, "the addendum"), "the addendum")
    entry = Addendum(id=ids.entry_id(act.now), by=act.by, at=act.now, text=words)
    return _event(replace(session, addenda=(*session.addenda, entry)), act, "addendum", entry.id)


@_apply.register
def _(change: c.Redact, session: Session, act: Act) -> Session:
    from supervision.model import redaction

    words = text.clean(change.text).strip()
    why = _required(text.one_line(text.field(change.why, "the reason")), "the reason")
    redaction.refuse_unless_keeper(session, act.by, "takes words out of")
    redaction.refuse_if_kept_as_it_is(session)
    if len(words) < redaction.SHORTEST:
        raise BadInput("Say which words are to be taken out: two letters at least.")
    if redaction.holds(words, why):
        raise BadInput("The reason stays in the record, so it cannot hold the words that are taken out.")
    after, places = redaction.redacted(session, words)
    if not places and after == session:
        raise NotFound("These words stand nowhere in this record, so nothing was taken out.")
    entry = redaction.entry(act.by, act.now, why, places)
    return _event(replace(after, redactions=(*after.redactions, entry)), act, "redacted", entry.id)


@_apply.register
def _(change: c.SetHold, session: Session, act: Act) -> Session:
    from supervision.model import redaction

    redaction.refuse_unless_keeper(session, act.by, "says that nothing may be taken out of")
    why = text.one_line(text.field(change.why, "the reason"))
    if not why and session.hold is None:
        raise Refused("This record is under no hold.")
    hold = Hold(by=act.by, at=act.now, why=why) if why else None
    return _event(replace(session, hold=hold), act, "held" if why else "released")


@_apply.register
def _(change: c.SetRetention, session: Session, act: Act) -> Session:
    from supervision.model import redaction

    redaction.refuse_unless_keeper(session, act.by, "says how long to keep")
    name, why = (text.one_line(text.field(words, "the retention")) for words in (change.name, change.why))
    if change.until is not None and not why:
        raise BadInput("Say why it is kept until then; that stays in the record.")
    if change.until is not None and change.until < act.now.date():
        raise BadInput(f"{change.until.isoformat()} has passed already; give a day to come.")
    kept = Retention(by=act.by, at=act.now, name=name, until=change.until, why=why) if name or change.until else None
    return _event(replace(session, retention=kept), act, "retention")


@_apply.register
def _(change: c.End, session: Session, act: Act) -> Session:
    if session.ended:
        raise Refused("This session has ended already.")
    return _event(replace(session, ended=act.now), act, "ended")


@_apply.register
def _(change: c.Reopen, session: Session, act: Act) -> Session:
    if not session.ended:
        raise Refused("This session is open.")
    return _event(replace(session, ended=None), act, "reopened")


# -- taking back --------------------------------------------------------------------------------------------------


@_apply.register
def _(change: c.Restore, session: Session, act: Act) -> Session:
    kind: type[Action] | type[Decision] = Action if change.kind == "action" else Decision
    things: tuple[Action | Decision, ...] = session.actions if kind is Action else session.decisions
    current = next((thing for thing in things if thing.id == change.id), None)
    if (current is None) != (change.after is None) or (
        current is not None and change.after is not None and not holds(current, change.after)
    ):
        raise Refused("It has been changed again since, so it cannot be taken back by itself.")
    rest = tuple(thing for thing in things if thing.id != change.id)
    if change.before is not None:
        restored = with_fields(kind, current, change.before, change.after)
        place = next((i for i, thing in enumerate(things) if thing.id == change.id), len(rest))
        rest = (*rest[:place], restored, *rest[place:])
    if kind is Decision and current is not None and isinstance(current, Decision):
        text_changes = change.before is None or any(
            key in digest.decision_texts(current) or key == "options" for key in change.before
        )
        if text_changes and rules.text_is_final(session, current):
            raise Refused(f"Decision {current.number} is agreed, so its text no longer changes.")
    if session.state == "signed" and kind is Decision and (change.before is None or change.after is None):
        raise Refused(LOCKED)
    if kind is Action:
        if change.before is None and isinstance(current, Action) and current.purpose == "concern":
            raise Refused("A concern stays in the record, and so does its action. Drop the action with a note instead.")
        session = replace(session, actions=tuple(thing for thing in rest if isinstance(thing, Action)))
        if (back := session.action(change.id)) is not None:
            session = _concern_follows(session, back)
    else:
        session = replace(session, decisions=tuple(thing for thing in rest if isinstance(thing, Decision)))
    return _event(session, act, f"{change.kind}-undone", change.id)


# -- shared by the rules above ------------------------------------------------------------------------------------


def _event(session: Session, act: Act, kind: str, thing: str = "") -> Session:
    return replace(session, history=(*session.history, Event(at=act.now, by=act.by, kind=kind, id=thing)))


def _mark(act: Act, root: str) -> Mark:
    return Mark(by=act.by, at=act.now, digest=root, how=act.how)


def _required(words: str, what: str) -> str:
    if not words.strip():
        raise BadInput(f"There are no words in {what}. Nothing was changed.")
    return words.strip()


def _alias(words: str) -> str:
    return text.alias(words) if words.strip() else ""


def _matter(session: Session, n: int) -> Matter:
    for matter in session.matters:
        if matter.n == n:
            return matter
    raise NotFound(f"There is no matter {n} in this session; it has {len(session.matters)}.")


def _action(session: Session, action_id: str) -> Action:
    action = session.action(action_id)
    if action is None:
        raise NotFound(f"There is no action {action_id} in this session.")
    return action


def _decision(session: Session, decision_id: str) -> Decision:
    decision = session.decision(decision_id)
    if decision is None:
        raise NotFound(f"There is no decision {decision_id} in this session.")
    return decision


def _owner(session: Session, words: str, act: Act) -> Who | None:
    words = text.one_line(text.field(words, "the owner")).strip()
    if words.casefold() in {"", "nobody"}:
        return None
    if words.casefold() == "me":
        return act.by
    return rules.who(session, words)


def _noted(action: Action, words: str, act: Act) -> Action:
    words = text.field(words, "the note").strip()
    if not words:
        return action
    return replace(action, notes=(*action.notes, Progress(id=ids.entry_id(act.now), by=act.by, at=act.now, text=words)))


def _with_action(session: Session, action: Action, act: Act, kind: str) -> Session:
    if session.action(action.id) is None:
        actions = (*session.actions, action)
    else:
        actions = tuple(action if old.id == action.id else old for old in session.actions)
    return _event(replace(session, actions=actions), act, kind, action.id)


def _concern_follows(session: Session, action: Action) -> Session:
    """A concern is done when the action it made is."""
    done = action.closed if action.status == "done" else None
    return replace(
        session, concerns=tuple(replace(x, done=done) if x.action == action.id else x for x in session.concerns)
    )


def _with_decision(session: Session, decision: Decision) -> Session:
    decisions = tuple(decision if old.id == decision.id else old for old in session.decisions)
    return replace(session, decisions=decisions)


def _dissent(session: Session, words: str, resolve_by: str, act: Act, decision: str) -> Session:
    entry = Dissent(
        id=ids.entry_id(act.now),
        by=act.by,
        at=act.now,
        text=words,
        resolve_by=text.one_line(text.field(resolve_by, "how and by when it is resolved")),
        decision=decision,
    )
    return _event(replace(session, dissents=(*session.dissents, entry)), act, "dissent", entry.id)


def _written(
    decision: Decision, values: Mapping[str, str], options: tuple[c.OptionText, ...] | None, act: Act
) -> Decision:
    """The decision with these fields, each checked; options keep the ids they had."""
    new: dict[str, Any] = {}
    for key, words in values.items():
        known = BY_KEY.get(key)
        if known is None or key == "options":
            raise BadInput(f"A decision has no field {key!r}; it has: {', '.join(BY_KEY)}.")
        if key == "stance":
            stance = stance_of(words) if words.strip() else ""
            if words.strip() and not stance:
                raise BadInput(f"{text.one_line(words)!r} is not a stance; the stances are: {', '.join(STANCES)}.")
            new[key] = stance
        elif key in DATES:
            new[key] = _date(words, known.label)
        else:
            clean = text.field(words, known.label.lower()).strip()
            new[key] = text.one_line(clean) if key in {"title", "alias"} else clean
    if options is not None:
        kept = {option.id: option for option in decision.options}
        new["options"] = tuple(
            Option(
                id=option.id if option.id in kept else ids.entry_id(act.now),
                **{
                    part: text.field(getattr(option, part), "an option").strip()
                    for part in ("text", "for_person", "for_practitioner", "for_others")
                },
            )
            for option in options
            if any(
                (
                    option.text.strip(),
                    option.for_person.strip(),
                    option.for_practitioner.strip(),
                    option.for_others.strip(),
                )
            )
        )
    return digest.salted(replace(decision, **new))


def _date(words: str, label: str) -> date | None:
    if not words.strip():
        return None
    try:
        return date.fromisoformat(words.strip())
    except ValueError as error:
        raise BadInput(f"{label}: {text.one_line(words)!r} is not a date like 2027-01-03.") from error


def _may_support(session: Session, given_by: str) -> None:
    """Support comes from somebody with authority in the practitioner's organisation, never from a peer or a supervisor
    outside it; a supervisor who is the line manager gives it by name."""
    for person in session.people:
        name = re.escape(person.called)
        if not re.match(rf"{name}\b", given_by, re.IGNORECASE):
            continue
        if person.role == "supervisor" and person.line_manager:
            return
        if person.role == "supervisor":
            raise Refused(
                f"{person.called} supervises and is not recorded as the line manager, so cannot give the "
                "organisation's support. Name somebody with authority in the practitioner's organisation."
            )
        raise Refused(f"{person.called} cannot give the organisation's support to this decision; name who can.")


def _answered(session: Session, decision: Decision, given_by: str) -> list[Action]:
    """The actions that asked for this answer. Two peers may each have asked somebody of their own."""
    asked = [
        action
        for action in session.actions
        if action.purpose == "ask-support" and action.decision == decision.id and action.status == "open"
    ]
    whom = given_by.casefold()
    of_them = [action for action in asked if action.waiting_on.casefold() == whom]
    return of_them if session.kind == "peer" and len(asked) > 1 else asked


def _ask_for_what_is_missing(session: Session, decision: Decision, act: Act) -> Session:
    """Asking the person, and asking for support, become actions: once each for a decision."""
    made = {action.purpose for action in session.actions if action.decision == decision.id}
    asks = []
    whom = decision.alias or "the person"
    if rules.not_yet_asked(decision) and "ask-person" not in made:
        asks.append(("ask-person", f"Ask {whom} how they see it: {decision.title or 'this decision'}"))
    if rules.status(session, decision) == "awaiting-support" and "ask-support" not in made:
        supporter = decision.support.by or "somebody with authority"
        asks.append(("ask-support", f"Ask {supporter} to support: {decision.title}"))
    for purpose, words in asks:
        practitioner = next((p.id for p in session.people if p.role == "practitioner"), decision.created_by)
        action = Action(
            id=ids.thing_id(),
            text=words,
            created=act.now,
            created_by=act.by,
            owner=practitioner,
            waiting_on=decision.support.by if purpose == "ask-support" else "",
            stage=session.stage,
            prompt=session.prompt,
            matter=decision.matter,
            decision=decision.id,
            purpose=purpose,  # type: ignore[arg-type]
        )
        session = _with_action(session, action, act, "action-added")
    return session


AFTER_SIGNING: tuple[type[c.Change], ...] = (
    c.AddAction,
    c.EditAction,
    c.SetActionStatus,
    c.NoteAction,
    c.KeepAction,
    c.BringBack,
    c.SetSupport,
    c.TakeTo,
    c.ReviewDecision,
    c.LinkReplaces,
    c.LinkReplacedBy,
    c.UnlinkReplacedBy,
    c.RaiseConcern,
    c.AddAddendum,
    c.Redact,
    c.SetHold,
    c.SetRetention,
    c.CorrectName,
    c.ChooseThemes,
    c.MoveTo,
    c.TurnToMatter,
    c.End,
    c.Restore,
)
"""What still can be done once everybody has signed: it stands outside the digest."""
