"""What was done in a session by others, in whole sentences: the difference of two values, with who did it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any

from supervision.document import NoteKey
from supervision.export.words import listed
from supervision.model import themes, turns
from supervision.model.fields import FIELDS, DecisionField
from supervision.model.values import Action, Decision, Event, Session, Who
from supervision.plain import pages
from supervision.plain.hearing import Heard

FEW = 10
"""Lines by one person that are said one by one; of more, the rest is counted."""
_FEW_FIELDS = 3

Called = Callable[[Who], str]


class _News:
    """Compares two values of one session. `called` names whoever did something, also when nobody knows who it was."""

    def __init__(self, before: Session, after: Session, called: Called) -> None:
        self.before = before
        self.after = after
        self._called = called
        known = Counter(_event(event) for event in before.history)
        self.events: list[Event] = []
        for event in after.history:
            if known[_event(event)]:
                known[_event(event)] -= 1
            else:
                self.events.append(event)

    def by(self, thing: str) -> str:
        """Who did the latest thing to an action or a decision, as the beginning of a sentence."""
        found = [event.by for event in (*self.after.history, *self.events) if event.id == thing]
        return self._called(found[-1] if found else "")

    def one(self, *kinds: str) -> str:
        """Who did something of one of these kinds."""
        found = [event.by for event in self.events if event.kind in kinds]
        return self._called(found[-1] if found else "")

    def sentences(self) -> Iterator[str]:
        yield from self._matters()
        yield from self._people()
        yield from self._actions()
        yield from self._decisions()
        yield from self._views()
        yield from self._turns()
        yield from self._end()

    # -- the turns of a paired reflection ---------------------------------------------------------------------

    def _turns(self) -> Iterator[str]:
        before, after = self.before, self.after
        if before.first != after.first and after.first:
            yield f"{self.one('first-chosen')} said who presents first: {after.called(after.first)}."
        why = turns.stopped(after)
        if why == "concern" and turns.stopped(before) != why:
            yield turns.WHY_STILL[why]
        elif any(event.kind == "clock-stopped" for event in self.events):
            yield f"{self.one('clock-stopped')} stopped the clock."
        elif any(event.kind == "clock-started" for event in self.events):
            yield f"{self.one('clock-started')} let the clock go on."
        known = {answer.by: answer.must_raise for answer in before.heard}
        for answer in after.heard:
            if known.get(answer.by) != answer.must_raise:
                heard = "heard something that must be raised" if answer.must_raise else "heard nothing to raise"
                yield f"{self._called(answer.by)} {heard}."

    # -- what is brought, and people --------------------------------------------------------------------------

    def _matters(self) -> Iterator[str]:
        old = {matter.n: matter for matter in self.before.matters}
        many = len(self.after.matters)
        for matter in self.after.matters:
            if matter.n not in old:
                yield f"{self.one('matter-added')} brought another matter. {pages.matter(matter, many)}"
            elif old[matter.n] != matter:
                yield f"{self.one('matter-edited')} changed what is brought. {pages.matter(matter, many)}"
        if self.before.place != self.after.place:
            yield f"{self.one('place-set')} noted where you meet: {self.after.place or 'nowhere yet'}."
        yield from self._marks()

    def _marks(self) -> Iterator[str]:
        old = {(mark.stage, mark.matter, mark.text): mark.kind for mark in self.before.marks}
        for mark in self.after.marks:
            kind = {"option": "an option", "reason": "a reason"}[mark.kind]
            marked = any(event.kind == "note-marked" and event.id == mark.id for event in self.events)
            if marked and old.get((mark.stage, mark.matter, mark.text)) != mark.kind:
                yield f"{self.by(mark.id)} marked a line as {kind}: {mark.text}"

    def _people(self) -> Iterator[str]:
        for person in self.after.people:
            was = self.before.person(person.id)
            if was is None:
                continue
            if was.called != person.called:
                yield f"{self.one('name-corrected')} corrected a name: {was.called} is {person.called}."
            if was.line_manager != person.line_manager:
                now = "is" if person.line_manager else "is no longer"
                yield f"{self.one('line-manager')}: {person.called} {now} recorded as the line manager."
        made = self.after.agreement
        if made is not None and made != self.before.agreement:
            done = "put in force" if any(event.kind == "agreement-taken" for event in self.events) else "made"
            who = self.one("agreement-made", "agreement-changed", "agreement-taken")
            yield f"{who} {done} version {made.version} of your agreement: /agreement reads it."
        for who in _new((mark.by for mark in self.before.acknowledged), (mark.by for mark in self.after.acknowledged)):
            yield f"{self._called(who)} has read how far confidentiality goes."

    # -- actions ----------------------------------------------------------------------------------------------

    def _actions(self) -> Iterator[str]:
        for new in self.after.actions:
            old = self.before.action(new.id)
            if old is None or _told(old) != _told(new):
                yield from self._action(old, new)
        for old in self.before.actions:
            if self.after.action(old.id) is None:
                yield f"{self.by(old.id)} took back the action: {old.text}"
        for event in self.events:
            if event.kind == "action-kept" and (kept := self.after.action(event.id)):
                yield f"{self._called(event.by)} keeps an action open: {kept.text}"

    def _action(self, old: Action | None, new: Action) -> Iterator[str]:
        who = self.by(new.id)
        if old is None:
            yield f"{who} added an action: {self._facts(new)}."
            return
        if old.status != new.status:
            word = {
                "open": "opened an action again",
                "done": "ticked an action as done",
                "dropped": "dropped an action",
            }
            yield f"{who} {word[new.status]}: {new.text}"
        elif _told(old)[:-2] != _told(new)[:-2]:
            yield f"{who} changed an action: {self._facts(new)}."
        for note in new.notes[len(old.notes) :]:
            yield f"{self._called(note.by)} noted on the action {new.text}: {note.text}"

    def _facts(self, action: Action) -> str:
        facts = [self.after.called(action.owner) or "nobody yet"]
        if action.due:
            facts.append(f"due {pages.day(action.due)}")
        if action.waiting_on:
            facts.append(f"waiting on {action.waiting_on}")
        return f"{action.text} ({', '.join(facts)})"

    # -- decisions --------------------------------------------------------------------------------------------

    def _decisions(self) -> Iterator[str]:
        for new in self.after.decisions:
            old = self.before.decision(new.id)
            said = list(self._decision(old, new))
            yield from said
            if said:
                yield pages.state(self.after, new)
        for old in self.before.decisions:
            if self.after.decision(old.id) is None:
                yield f"{self.by(old.id)} took back decision {old.number}: {old.title or 'no title yet'}"

    def _decision(self, old: Decision | None, new: Decision) -> Iterator[str]:
        number = f"decision {new.number}"
        if old is None:
            yield f"{self.by(new.id)} proposes {number}: {new.title or 'no title yet'}."
            return
        if changed := _changed(old, new):
            yield f"{self.by(new.id)} changed {number}. {_fields(new, changed)}"
        had, have = ({mark.by for mark in one.marks} for one in (old, new))
        for who in have - had:
            yield f"{self._called(who)} agrees to {number}."
        if had - have:
            names = listed(self.after.called(who) for who in had - have)
            yield f"The agreement of {names} to {number} no longer stands."
        if _support(old) != _support(new):
            on = f", {pages.day(new.support.at)}" if new.support.at else ""
            by = f" by {new.support.by}" if new.support.by else ""
            yield f"{self.by(new.id)} noted the support for {number}: {new.support.status.replace('-', ' ')}{by}{on}."
        for review in new.reviews[len(old.reviews) :]:
            yield f"{self._called(review.by)} looked at {number} again: {review.outcome}. {review.note}".rstrip()
        if old.replaces != new.replaces and new.replaces:
            yield f"{self.by(new.id)} noted that {number} replaces an earlier one."

    # -- what each says, and the end --------------------------------------------------------------------------

    def _views(self) -> Iterator[str]:
        def dissent(session: Session) -> Iterator[tuple[Who, str, str]]:
            return ((one.by, one.decision, one.text) for one in session.dissents)

        for by, about, words in _new(dissent(self.before), dissent(self.after)):
            decision = self.after.decision(about)
            what = f"decision {decision.number}" if decision else "something"
            yield f"{self._called(by)} sees {what} differently: {words}"
        old = {(one.by, one.text) for one in self.before.concerns}
        for concern in self.after.concerns:
            if (concern.by, concern.text) not in old:
                to = f" It goes to {concern.to}." if concern.to else ""
                yield f"{self._called(concern.by)} raised a concern: {concern.text}.{to}".replace("..", ".")

    def _end(self) -> Iterator[str]:
        before, after = self.before, self.after
        if after.next_date and before.next_date != after.next_date:
            yield f"{self.one('next-set')} noted when you meet next: {pages.day(after.next_date)}."
        if before.next_focus != after.next_focus:
            yield f"{self.one('next-set')} noted what comes first then: {after.next_focus or 'nothing yet'}"
        if before.themes != after.themes:
            chosen = "; ".join(themes.title(theme) for theme in after.themes) or "none"
            yield f"{self.one('themes-chosen')} chose the themes: {chosen}."
        had, have = ({mark.by for mark in session.signatures} for session in (before, after))
        for who in have - had:
            yield f"{self._called(who)} has signed the record."
        if had - have:
            names = listed(after.called(who) for who in had - have)
            yield f"The record was changed, so the signature of {names} no longer stands. /read reads it again."
        if after.state == "signed" and before.state != "signed":
            yield "Everybody has signed: the text no longer changes."
        for by, words in _new(
            ((one.by, one.text) for one in before.addenda), ((one.by, one.text) for one in after.addenda)
        ):
            yield f"{self._called(by)} corrected the record: {words}"
        if bool(before.ended) != bool(after.ended):
            done = "ended this session" if after.ended else "opened this session again"
            yield f"{self.one('ended', 'reopened')} {done}."


def deeds(before: Session, after: Session, called: Called) -> list[str]:
    """What changed in everything but notes and places, a sentence each; `called` names whoever did it."""
    return list(_News(before, after, called).sentences())


def rewritten(before: Session, after: Session) -> set[str]:
    """The ids of decisions whose text is other than before."""
    return {new.id for new in after.decisions if (old := before.decision(new.id)) is None or _changed(old, new)}


def words(found: Iterable[tuple[NoteKey, Heard]], session: Session, called: Called) -> list[str]:
    """What was written in the notes: whose it is, where, and the words."""
    lines: list[str] = []
    for (key, how, by), group in groupby(found, lambda one: (one[0], one[1].how, one[1].by)):
        who, where = called(by), place(session, *key)
        said = [heard.words for _, heard in group]
        if how == "writes" and len(said) > 1:
            lines += [f"{who} writes {len(said)} lines ({where}):", *said[:FEW]]
            if len(said) > FEW:
                lines.append(f"and {len(said) - FEW} more; /notes {key[0]} reads them all.")
            continue
        verb = {"changed": "changed a line"}.get(how, how)
        lines += [f"{who} {verb} ({where}): {one}" for one in said]
    return lines


def place(session: Session, stage: str, matter: int) -> str:
    """Where notes stand: the stage by its title, and the matter when there are several."""
    found = session.pack.stage(stage)
    title = found.title if found else stage
    return title if len(session.matters) < 2 else f"{title}, matter {matter}"


def _event(event: Event) -> tuple[Who, str, str]:
    return event.by, event.kind, event.id


def _told(action: Action) -> tuple[Any, ...]:
    """What is said of an action: not when, by the clock of one process or another, it was done."""
    notes = tuple(note.text for note in action.notes)
    return action.text, action.owner, action.due, action.waiting_on, action.status, notes


def _support(decision: Decision) -> tuple[str, str, date | None]:
    return decision.support.status, decision.support.by, decision.support.at


def _changed(old: Decision, new: Decision) -> list[DecisionField]:
    """The fields that are other than before. The ids of options are not: each process may give them its own."""

    def value(one: Decision, key: str) -> Any:
        return [replace(option, id="") for option in one.options] if key == "options" else getattr(one, key)

    return [field for field in FIELDS if value(old, field.key) != value(new, field.key)]


def _fields(decision: Decision, fields: list[DecisionField]) -> str:
    """What is new in a decision's text: word for word when it is little, else what it is about."""
    if len(fields) > _FEW_FIELDS or any(field.key == "options" for field in fields):
        labels = listed(field.label.lower() for field in fields)
        return f"New there: {labels}. /decisions {decision.number} reads it."
    said = []
    for field in fields:
        value = getattr(decision, field.key)
        shown = pages.day(value) if isinstance(value, date) else " ".join(str(value or "left open").split())
        said.append(f"{field.label}: {shown}")
    return ". ".join(said) + "."


def _new(before: Iterator[Any], after: Iterator[Any]) -> list[Any]:
    """What is in the second and not in the first, counting how often."""
    known = Counter(before)
    found = []
    for one in after:
        if known[one]:
            known[one] -= 1
        else:
            found.append(one)
    return found
