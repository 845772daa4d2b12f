"""Paired reflection: who presents and who listens, how long each has had, and what the clock does. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from supervision.model import ids
from supervision.model.pack import Part, Prompt, Stage, Turn
from supervision.model.values import Matter, Session, Span, Stop, Who

TURNS: Final[tuple[Turn, ...]] = ("a", "b")
A_MINUTE = timedelta(minutes=1)


def has_turns(session: Session) -> bool:
    """Whether these two take turns."""
    return len(session.people) == 2 and any(stage.turn for stage in session.pack.stages)


def is_silent(stage: Stage | None) -> bool:
    """Whether nobody is asked or told anything in this stage."""
    return stage is not None and (stage.silent or stage.private)


# -- who has which part -------------------------------------------------------------------------------------------


def presenter(session: Session, turn: Turn) -> Who:
    """Whose turn this is."""
    first = session.first if session.person(session.first) else session.people[0].id
    if turn == "b" and (others := session.others(first)):
        return others[0].id
    return first


def part(session: Session, stage: Stage, who: Who) -> Part:
    """The part somebody has in a stage; empty where all have the same."""
    if not stage.turn or not has_turns(session):
        return ""
    return "presenter" if presenter(session, stage.turn) == who else "listener"


def asked(session: Session, stage: Stage, who: Who) -> tuple[Prompt, ...]:
    """The prompts of a stage that are for this person."""
    own = part(session, stage, who)
    return tuple(prompt for prompt in stage.prompts if not own or prompt.part in ("", own))


def prompt_at(session: Session, stage: Stage, prompt: str, who: Who, now_at: str = "") -> Prompt | None:
    """What this person is shown when the session is at `prompt`: that one, or in its place one of their own part.

    Where they are at one of their own (`now_at`), they stay there.
    """
    own = asked(session, stage, who)
    by_id = {each.id: each for each in own}
    return by_id.get(prompt) or by_id.get(now_at) or (own[0] if own else None)


# -- time ---------------------------------------------------------------------------------------------------------


def share(session: Session, turn: Turn) -> timedelta:
    """How long a turn is meant to take: its half of the time for both."""
    whole = sum(stage.minutes for stage in session.pack.stages if stage.turn)
    own = sum(stage.minutes for stage in session.pack.stages if stage.turn == turn)
    return timedelta(minutes=own if own != whole else whole / 2)


def used(session: Session, turn: Turn, now: datetime) -> timedelta:
    """How long a turn has taken up to now."""
    spans = (span for span in session.spans if span.turn == turn)
    return sum((max((span.stop or now) - span.start, timedelta()) for span in spans), timedelta())


def is_used_up(session: Session, turn: Turn, now: datetime) -> bool:
    """Whether a turn has had its half."""
    return timedelta() < share(session, turn) <= used(session, turn, now)


def running(session: Session) -> Span | None:
    """The stretch of time that is being counted now."""
    return next((span for span in reversed(session.spans) if span.stop is None), None)


def stopped(session: Session) -> Stop:
    """Why the clock stands still in a turn that is not over; empty while it runs, and where there is no clock."""
    stage = session.pack.stage(session.stage)
    if session.state != "open" or not session.spans or stage is None or not stage.turn or running(session):
        return ""
    return session.spans[-1].why


def to_next_minute(session: Session, now: datetime) -> float | None:
    """Seconds until what is told of the time changes; None while nothing is counted."""
    span = running(session)
    if span is None:
        return None
    return (A_MINUTE - used(session, span.turn, now) % A_MINUTE).total_seconds()


def begun(session: Session, now: datetime) -> bool:
    """Whether the first turn has begun. Who only had a look and is back before it has not begun it."""
    stages = [stage.id for stage in session.pack.stages]
    first = next((place for place, stage in enumerate(session.pack.stages) if stage.turn), len(stages))
    in_turns = {stage.id for stage in session.pack.stages if stage.turn}
    return (
        (session.stage in stages and stages.index(session.stage) >= first)
        or any(note.stage in in_turns and note.text.strip() for note in session.notes)
        or sum((used(session, turn, now) for turn in TURNS), timedelta()) >= A_MINUTE
    )


def halted(session: Session, now: datetime, why: Stop = "") -> Session:
    """With the clock stopped."""
    if running(session) is None:
        return session
    spans = (replace(span, stop=max(now, span.start), why=why) if span.stop is None else span for span in session.spans)
    return replace(session, spans=tuple(spans))


def started(session: Session, now: datetime) -> Session:
    """With the clock of the turn that we are in running."""
    stage = session.pack.stage(session.stage)
    if stage is None or not stage.turn or not _is_timed(session):
        return session
    span = running(session)
    if span is not None and span.turn == stage.turn:
        return session
    session = halted(session, now)
    return replace(session, spans=(*session.spans, Span(id=ids.entry_id(now), turn=stage.turn, start=now)))


def went(session: Session, now: datetime) -> Session:
    """What follows from going to another place: the clock of the turn there, and the matter of that turn.

    A clock that somebody stopped stands still until somebody says that it goes on.
    """
    if not has_turns(session):
        return session
    session = _at_its_matter(session)
    return session if stopped(session) in ("pause", "concern") else started(session, now)


def settled(session: Session, now: datetime) -> Session:
    """Without a clock that runs outside its turn, or after the end."""
    span, stage = running(session), session.pack.stage(session.stage)
    if span is None or (_is_timed(session) and stage is not None and stage.turn == span.turn):
        return session
    return halted(session, now)


def _is_timed(session: Session) -> bool:
    """Whether time is counted: while it is held, and not where it is written up afterwards."""
    return session.state == "open" and session.held is None and has_turns(session)


# -- the matter of each turn --------------------------------------------------------------------------------------


def matter_at(session: Session, stage: Stage, matter: int) -> int:
    """The matter that is seen at a stage: `matter`, or that of the turn there if it is another's."""
    own = [each.n for each in session.matters if each.turn and each.turn == stage.turn]
    return matter if not own or matter in own else own[0]


def _at_its_matter(session: Session) -> Session:
    """At the matter of the turn we are in; each presenter brings one of their own."""
    stage = session.pack.stage(session.stage)
    if stage is None or not stage.turn:
        return session
    if any(matter.turn == stage.turn for matter in session.matters):
        return replace(session, matter=matter_at(session, stage, session.matter))
    if session.state == "signed":
        return session
    untold = _not_brought_yet(session, stage.turn)
    here = next((matter for matter in untold if matter.n == session.matter), untold[0] if untold else None)
    if here is None:
        here = Matter(n=max(matter.n for matter in session.matters) + 1)
        session = replace(session, matters=(*session.matters, here))
    matters = (replace(each, turn=stage.turn) if each.n == here.n else each for each in session.matters)
    return replace(session, matters=tuple(matters), matter=here.n)


def _not_brought_yet(session: Session, turn: Turn) -> list[Matter]:
    """The matters that no other turn has to do with."""
    other = _matters_of(session, (stage.id for stage in session.pack.stages if stage.turn and stage.turn != turn))
    return [matter for matter in session.matters if not matter.turn and matter.n not in other]


def _matters_of(session: Session, stages: Iterable[str]) -> set[int]:
    wanted = set(stages)
    return {note.matter for note in session.notes if note.stage in wanted and note.text.strip()}


def elapsed(session: Session, now: datetime) -> tuple[tuple[Who, int, int], ...]:
    """Each person, in the order of their turns: how many whole minutes they have had, and how many are theirs."""
    return tuple(
        (
            presenter(session, turn),
            int(used(session, turn, now) / A_MINUTE),
            int(share(session, turn) / A_MINUTE),
        )
        for turn in TURNS
    )


WHY_STILL: Final[dict[Stop, str]] = {
    "concern": "A concern was raised: both turns stand still.",
    "pause": "The clock was stopped.",
    "left": "The clock stood still while nobody was here.",
}
"""Why a clock stands still, as people are told it; empty keys are not told."""
