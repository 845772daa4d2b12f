"""Where words stand in a record: what a search looks through."""

from collections.abc import Iterator
from typing import NamedTuple

from supervision.model import notes
from supervision.model.fields import TEXTS
from supervision.model.pack import Pack, filled
from supervision.model.values import Session


class Place(NamedTuple):
    """A text in a record. `where` is its kind, `id` names the thing (for notes and matters, the matter's number)."""

    where: str
    id: str
    stage: str
    text: str


def written(session: Session) -> Iterator[Place]:
    """What people wrote: matters, notes line by line, actions with their progress, decisions with their reviews."""
    for matter in session.matters:
        for words in (matter.alias, matter.text, matter.question):
            if words:
                yield Place("matter", str(matter.n), "bring", words)
    for note in session.notes:
        for line in notes.whole_lines(note.runs):
            yield Place("note", str(note.matter), note.stage, line)
    for action in session.actions:
        for words in (action.text, *(progress.text for progress in action.notes)):
            yield Place("action", action.id, action.stage, words)
    for decision in session.decisions:
        texts = [getattr(decision, key) for key in TEXTS]
        texts += [words for o in decision.options for words in (o.text, o.for_person, o.for_practitioner, o.for_others)]
        texts += [review.note for review in decision.reviews]
        for words in texts:
            if words:
                yield Place("decision", decision.id, "decide", words)


def asked(pack: Pack) -> Iterator[Place]:
    """What was asked: the prompts."""
    for stage in pack.stages:
        for prompt in stage.prompts:
            yield Place("prompt", prompt.id, stage.id, filled(prompt.text))
