"""Notes as runs: one text that both write, each stretch by the person whose view it is."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from supervision.model.values import Note, NoteMark, Run, Session, Who


def joined(runs: Iterable[Run]) -> tuple[Run, ...]:
    """The same words in as few runs as they need: neighbours by one person merged, empty ones dropped."""
    out: list[Run] = []
    for run in runs:
        if not run.text:
            continue
        if out and out[-1].by == run.by:
            out[-1] = Run(run.by, out[-1].text + run.text)
        else:
            out.append(run)
    return tuple(out)


def normal(session: Session) -> Session:
    """The session with its notes in the one form that is kept.

    Runs are joined, empty notes dropped, notes of the same stage and matter put together, all in stage order.
    """
    found: dict[tuple[str, int], tuple[Run, ...]] = {}
    for note in session.notes:
        where = (note.stage, note.matter)
        found[where] = joined((*found.get(where, ()), *note.runs))
    place: dict[str, int] = {}
    for stage in session.pack.stages:
        place.setdefault(stage.id, len(place))
    order = sorted(found, key=lambda where: (place.get(where[0], len(place)), *where))
    notes = tuple(Note(stage=where[0], matter=where[1], runs=found[where]) for where in order if found[where])
    return replace(session, notes=notes)


def appended(session: Session, stage: str, matter: int, line: str, by: Who) -> Session:
    """The session with one more line at the end of a stage's notes."""
    session = normal(session)
    old = session.note(stage, matter)
    runs = old.runs if old else ()
    start = "\n" if runs and not runs[-1].text.endswith("\n") else ""
    new = Note(stage=stage, matter=matter, runs=(*runs, Run(by, start + line)))
    others = tuple(note for note in session.notes if not (note.stage == stage and note.matter == matter))
    return normal(replace(session, notes=(*others, new)))


def followed(marks: tuple[NoteMark, ...], stage: str, matter: int, before: str, after: str) -> tuple[NoteMark, ...]:
    """The marks once the text of these notes has changed: each stays with its line, and goes when the line goes."""
    old, new = ([line.strip() for line in text.split("\n")] for text in (before, after))
    here = [mark for mark in marks if (mark.stage, mark.matter) == (stage, matter)]
    if not here or old == new:
        return marks
    start = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    most = min(len(old), len(new)) - start
    end = next((i for i in range(most) if old[-1 - i] != new[-1 - i]), most)
    changed = new[start : len(new) - end]
    kept: list[NoteMark] = []
    for mark in marks:
        if mark in here and mark.text not in new:
            at = old.index(mark.text) - start if mark.text in old else 0
            words = changed[min(at, len(changed) - 1)] if changed and mark.text in old else ""
            if not words:
                continue
            mark = replace(mark, text=words)  # noqa: PLW2901  # the same mark, on its line as it now is
        if not any((m.stage, m.matter, m.text) == (mark.stage, mark.matter, mark.text) for m in kept):
            kept.append(mark)
    return tuple(kept)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of notes, or a part of one by another person: then it `joins` the part before it on the same line."""

    by: Who
    text: str
    joins: bool = False


def lines(runs: Iterable[Run]) -> tuple[Line, ...]:
    """Runs as lines that are not blank, each by one person."""
    out: list[Line] = []
    at_start = True
    for run in runs:
        for i, part in enumerate(run.text.split("\n")):
            at_start = at_start or i > 0
            if part.strip():
                out.append(Line(run.by, part, joins=not at_start))
                at_start = False
    return tuple(out)


def whole_lines(runs: Iterable[Run]) -> tuple[str, ...]:
    """The lines that are not blank, whoever wrote which part of them."""
    whole: list[str] = []
    for line in lines(runs):
        if line.joins:
            whole[-1] += line.text
        else:
            whole.append(line.text)
    return tuple(whole)
