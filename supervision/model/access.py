"""What a record holds about somebody who asks for it, each text with whose words it is and what to look at first.

Nothing is left out here and nothing is decided: a person reads it before any of it is handed on, because what others
wrote, and what it says of others, is theirs too.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from supervision import text
from supervision.model import agreement, lint, notes
from supervision.model.fields import BY_KEY, TEXTS
from supervision.model.values import Action, Decision, Session, Who

_MAY_HOLD = {"phone": "a phone number", "e-mail": "an e-mail address", "number": "a number that leads to one person"}
THEIR_VIEW = "persons_view"
"""The one field that holds the person's own words."""


@dataclass(frozen=True, slots=True)
class Held:
    """One text. `by` is whose words it is, by name, empty where nobody's alone; `review` says why to look at it."""

    where: str
    text: str
    by: str = ""
    review: tuple[str, ...] = ()


def held(session: Session, words: str) -> tuple[Held, ...]:
    """All that stands in a record about somebody, by their alias, or by a word.

    Of a matter that was brought under that alias it is everything; elsewhere, the texts in which the words stand.
    """
    return tuple(_Gathering(session, words).found())


class _Gathering:
    def __init__(self, session: Session, words: str) -> None:
        self._session = session
        self._asked = text.fold(words).strip()
        self._pattern = re.compile(rf"(?<!\w){re.escape(self._asked)}(?!\w)")
        aliases = [matter.alias for matter in session.matters] + [one.alias for one in session.decisions]
        others = {text.fold(alias): alias for alias in aliases if alias and text.fold(alias) != self._asked}
        people = {text.fold(name): name for person in session.people for name in (person.called,)}
        self._others = {**others, **people}

    def found(self) -> Iterator[Held]:
        session = self._session
        about = {matter.n for matter in session.matters if self._holds(matter.alias)}
        for matter in session.matters:
            for label, said in (("Situation", matter.text), ("Question", matter.question)):
                if said and (matter.n in about or self._holds(said)):
                    yield self._held(f"Matter {matter.n}, {label}", said)
        titles = {stage.id: stage.title for stage in session.pack.stages}
        for note in session.notes:
            for line in notes.lines(note.runs):
                if note.matter in about or self._holds(line.text):
                    yield self._held(f"Notes, {titles.get(note.stage, note.stage)}", line.text.strip(), line.by)
        for decision in session.decisions:
            mine = decision.matter in about or self._holds(decision.alias)
            yield from self._decision(decision, mine)
        for action in session.actions:
            yield from self._action(action, action.matter in about)
        for concern in session.concerns:
            if self._holds(concern.text, concern.to) or (about and len(about) == len(session.matters)):
                yield self._held("Concern", concern.text, concern.by)
                if self._holds(concern.to):
                    yield self._held("Concern, goes to", concern.to)
        for dissent in session.dissents:
            serves = session.decision(dissent.decision) if dissent.decision else None
            if self._holds(dissent.text, dissent.resolve_by) or (serves is not None and serves.matter in about):
                yield self._held("Disagreement", dissent.text, dissent.by)
                if self._holds(dissent.resolve_by):
                    yield self._held("Disagreement, settled by", dissent.resolve_by)
        for entry in session.addenda:
            if self._holds(entry.text):
                yield self._held("Added after signing", entry.text, entry.by)
        for label, said in (("Where", session.place), ("Next time", session.next_focus)):
            if self._holds(said):
                yield self._held(label, said)
        if session.agreement is not None:
            for question, said in agreement.said(agreement.answers(session.agreement), session.called):
                if self._holds(said):
                    yield self._held(f"Agreement, {question.label}", said)

    def _decision(self, decision: Decision, mine: bool) -> Iterator[Held]:
        name = f"Decision {decision.number}"
        for key in TEXTS:
            said = getattr(decision, key)
            if said and (mine or self._holds(said)):
                if key == THEIR_VIEW:
                    yield self._held(f"{name}, {BY_KEY[key].label}", said)
                else:
                    yield self._held(f"{name}, {BY_KEY[key].label}", said, shared=True)
        for option in decision.options:
            for said in (option.text, option.for_person, option.for_practitioner, option.for_others):
                if said and (mine or self._holds(said)):
                    yield self._held(f"{name}, Ways it could go", said, shared=True)
        for review in decision.reviews:
            if review.note and (mine or self._holds(review.note)):
                yield self._held(f"{name}, Review: {review.outcome}", review.note, review.by)

    def _action(self, action: Action, mine: bool) -> Iterator[Held]:
        owner = self._session.called(action.owner)
        if mine or self._holds(action.text, action.waiting_on, owner):
            yield self._held("Action", action.text, action.created_by)
            for label, said in (("Action, done by", owner), ("Action, waiting on", action.waiting_on)):
                if self._holds(said):
                    yield self._held(label, said)
        for progress in action.notes:
            if mine or self._holds(progress.text):
                yield self._held("Action, note", progress.text, progress.by)

    def _holds(self, *said: str) -> bool:
        return bool(self._asked) and any(self._pattern.search(text.fold(words)) for words in said)

    def _held(self, where: str, said: str, by: Who = "", *, shared: bool = False) -> Held:
        called = self._session.called(by) if by else ""
        return Held(where, said, called, tuple(self._reasons(said, called, shared)))

    def _reasons(self, said: str, called: str, shared: bool) -> Iterator[str]:
        """Why somebody should look at this before it is handed on."""
        if called:
            yield f"the words of {called}"
        elif shared:
            yield "agreed words of the people in the session"
        folded = text.fold(said)
        names = [
            shown
            for name, shown in self._others.items()
            if shown != called and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", folded)
        ]
        for shown in names:
            yield f"it names {shown}"
        allowed = (*self._others.values(), self._asked)
        for kind in dict.fromkeys(hit.kind for hit in lint.find(said, allowed=allowed)):
            yield f"it may hold {_MAY_HOLD.get(kind, f'a {kind}')}"


def anywhere(sessions: Iterable[Session], words: str) -> Iterator[tuple[Session, tuple[Held, ...]]]:
    """The same over many records, of those that hold anything."""
    for session in sessions:
        if found := held(session, words):
            yield session, found
