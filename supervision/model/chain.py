"""One chain: what was answered, the options weighed, the decision, its actions, and what became of it.

From an action or from a decision, the same chain is seen. What a decision replaces may be in another session: the chain
holds its id, and it has a chain of its own.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from supervision.model import views
from supervision.model.notes import Line, lines
from supervision.model.pack import Prompt, Stage, filled
from supervision.model.values import Action, Decision, MarkKind, Session, Who

DONE_WITH = {
    "action-added": "written down",
    "action-edited": "changed",
    "action-done": "done",
    "action-dropped": "dropped",
    "action-reopened": "opened again",
    "action-noted": "",
    "action-kept": "kept open",
    "action-undone": "taken back",
}
"""What happened to an action, by the kind of the line in the history."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was noted under one stage on the matter, line by line; a line may be marked as an option or a reason."""

    stage: Stage
    lines: tuple[Line, ...]
    marked: tuple[MarkKind | None, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done with an action: when, by whom, what, and the words that were left."""

    at: datetime
    by: Who
    what: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """What hangs together. Either of `decision` and `action` may be missing: few actions serve a decision."""

    session: Session
    matter: int
    answers: tuple[Answer, ...]
    decision: Decision | None
    actions: tuple[Action, ...]

    @property
    def alias(self) -> str:
        """Whom it is about."""
        return (self.decision.alias if self.decision else "") or self.session.matter_of(self.matter).alias


def of_decision(session: Session, decision: Decision) -> Chain:
    """The chain of a decision: the answers of its matter, and the actions that serve it."""
    answers = tuple(
        answer for stage in _asking(session) if (answer := _answer(session, stage, decision.matter)) is not None
    )
    serving = tuple(action for action in session.actions if action.decision == decision.id)
    return Chain(session, decision.matter, answers, decision, serving)


def of_action(session: Session, action: Action) -> Chain:
    """The chain of an action: that of the decision it serves, or only where it came from."""
    decision = session.decision(action.decision) if action.decision else None
    if decision is not None:
        return of_decision(session, decision)
    stage = session.pack.stage(action.stage)
    answer = _answer(session, stage, action.matter) if stage else None
    return Chain(session, action.matter, (answer,) if answer else (), None, (action,))


def asked(session: Session, action: Action) -> tuple[Stage | None, str]:
    """The stage in which an action was written down, and the question that stood there, empty for none."""
    stage = session.pack.stage(action.stage)
    prompts: tuple[Prompt, ...] = stage.prompts if stage else ()
    prompt = next((prompt.text for prompt in prompts if prompt.id == action.prompt), "")
    practitioner = next((p.called for p in session.people if p.role == "practitioner"), "")
    return stage, filled(prompt, session.matter_of(action.matter).alias, practitioner)


def steps(session: Session, action: Action) -> tuple[Step, ...]:
    """All that was done with an action, in its order, each with who and when, and with the note that was left then."""
    notes = list(action.notes)
    found: list[Step] = []
    for event in session.history:
        if event.id != action.id or event.kind not in DONE_WITH:
            continue
        note = next((n for n in notes if (n.at, n.by) == (event.at, event.by)), None)
        if note is not None and event.kind not in {"action-added", "action-edited"}:
            notes.remove(note)
            found.append(Step(event.at, event.by, DONE_WITH[event.kind], note.text))
        elif DONE_WITH[event.kind]:
            found.append(Step(event.at, event.by, DONE_WITH[event.kind]))
    if not any(step.what == DONE_WITH["action-added"] for step in found):
        found.append(Step(action.created, action.created_by, DONE_WITH["action-added"]))
    if action.closed and not any(step.what == action.status for step in found):
        found.append(Step(action.closed, "", action.status))
    found += [Step(note.at, note.by, "", note.text) for note in notes]
    return tuple(sorted(found, key=lambda step: step.at))


def shape(chain: Chain) -> dict[str, Any]:
    """The chain as JSON, beside the shapes of the action or decision itself."""
    session = chain.session
    matter = session.matter_of(chain.matter)
    return {
        "matter": {"n": matter.n, "alias": matter.alias, "text": matter.text, "question": matter.question},
        "answers": [
            {
                "stage": answer.stage.id,
                "title": answer.stage.title,
                "letter": answer.stage.letter,
                "notes": [
                    {"by": session.called(line.by), "text": line.text, "marked": marked}
                    for line, marked in zip(answer.lines, answer.marked, strict=True)
                ],
            }
            for answer in chain.answers
        ],
        "actions": [action_shape(session, action) for action in chain.actions],
    }


def action_shape(session: Session, action: Action) -> dict[str, Any]:
    """The `action` shape, with the question it came from and all that was done with it."""
    stage, question = asked(session, action)
    return views.action_row(session, action) | {
        "asked": question,
        "written_in": stage.title if stage else "",
        "steps": [
            {"at": step.at.isoformat(), "by": session.called(step.by) or None, "what": step.what, "text": step.text}
            for step in steps(session, action)
        ],
    }


def _asking(session: Session) -> tuple[Stage, ...]:
    """The stages whose notes a decision comes from: the letters; in a pack without letters, all that ask something."""
    stages = session.pack.stages
    lettered = tuple(stage for stage in stages if stage.letter)
    rest = tuple(stage for stage in stages[1:] if stage.prompts and stage.shows in {"notes", "matters", "options"})
    return lettered or rest


def _answer(session: Session, stage: Stage, matter: int) -> Answer | None:
    note = session.note(stage.id, matter)
    found = lines(note.runs) if note else ()
    if not found:
        return None
    marks = {mark.text: mark.kind for mark in session.marks if (mark.stage, mark.matter) == (stage.id, matter)}
    return Answer(stage, found, tuple(marks.get(line.text.strip()) for line in found))
