"""One person's own copy of a session: their own words and actions, and what was decided."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from supervision.errors import NotFound, Refused
from supervision.export.blocks import Field, Heading, Page, fields
from supervision.model import rules
from supervision.model.notes import lines
from supervision.model.private import PrivateNote
from supervision.model.values import Copy, Note, Run, Session, Who


def whose(session: Session, words: str) -> Who:
    """Whose copy is meant: the person these words name, or else, in supervision, the practitioner's."""
    named = rules.who(session, words) if words.strip() else ""
    if session.person(named):
        return named
    practitioners = [person.id for person in session.people if person.role == "practitioner"]
    if len(practitioners) == 1:
        return practitioners[0]
    names = " or ".join(person.called for person in session.people)
    raise Refused(f"Say whose copy it is to be: {names}.")


def own(session: Session, who: Who, taken: datetime) -> Session:
    """The session with what is this person's: their notes, actions, disagreement and concerns, and all decisions.

    The signed snapshot stays behind: it holds the other's words too. Who signed when is kept.
    """
    if session.person(who) is None:
        raise NotFound(f"{who} is not in this session, so there is no copy of their own.")
    notes = tuple(Note(stage=n.stage, matter=n.matter, runs=_words_of(n, who)) for n in session.notes)
    notes = tuple(note for note in notes if note.runs)
    written = {(note.stage, note.matter, line.strip()) for note in notes for line in note.text.split("\n")}
    actions = tuple(action for action in session.actions if action.owner == who)
    kept = {decision.id for decision in session.decisions} | {action.id for action in actions}
    return replace(
        session,
        notes=notes,
        marks=tuple(mark for mark in session.marks if (mark.stage, mark.matter, mark.text) in written),
        actions=actions,
        dissents=tuple(entry for entry in session.dissents if entry.by == who),
        concerns=tuple(entry for entry in session.concerns if entry.by == who),
        heard=tuple(entry for entry in session.heard if entry.by == who),
        addenda=tuple(entry for entry in session.addenda if entry.by == who),
        snapshot=None,
        history=tuple(event for event in session.history if event.by == who or event.id in kept),
        copy=Copy(of=session.copy.of if session.copy else session.id, who=who, taken=taken),
    )


def _words_of(note: Note, who: Who) -> tuple[Run, ...]:
    """This person's words; what they added to a line of the other's stands on a line of its own."""
    said = [line.text for line in lines(note.runs) if line.by == who]
    return (Run(who, "\n".join(said)),) if said else ()


def private_page(session: Session, private: Iterable[PrivateNote]) -> Page:
    """What its owner wrote for their own eyes, at the end of their copy."""
    titles = {stage.id: stage.title for stage in session.pack.stages}
    said = fields(*(Field(titles.get(note.stage, note.stage), note.text) for note in private))
    return (Heading(2, "For your own eyes"), *said) if said else ()


def private_value(private: Iterable[PrivateNote]) -> list[dict[str, Any]]:
    """The same as JSON holds it (`reading.parse_private`)."""
    return [asdict(note) | {"shared": list(note.shared)} for note in private]
