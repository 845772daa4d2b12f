"""What a session holds for readers outside it: the manager, a training record, and whoever could change the system."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from supervision.export import words
from supervision.export.blocks import Block, Field, Heading, Page, Para, fields
from supervision.model import rules, themes
from supervision.model.fields import STANCES
from supervision.model.values import Decision, Session

Row = dict[str, Any]
"""A session as lists have it (`views.session_row`)."""

FEWEST = 5
"""Counts below this are not shown: a few sessions are a few people, who could be recognised."""

# -- for training records -----------------------------------------------------------------------------------------

_KINDS = {
    "supervision": "Reflective supervision on professional boundaries",
    "peer": "Paired reflection on professional boundaries",
}


@dataclass(frozen=True, slots=True)
class Sitting:
    """A session as a training record counts it. `planned`: how long it took is not known, only what was planned."""

    day: date
    minutes: int
    planned: bool
    kind: str
    themes: tuple[str, ...]

    @property
    def length(self) -> str:
        return f"{self.minutes} minutes{' planned' if self.planned else ''}"


def sitting(row: Row) -> Sitting:
    """The session of a row, without its content."""
    began = datetime.fromisoformat(row["started"])
    minutes = round((datetime.fromisoformat(row["ended"]) - began).total_seconds() / 60) if row["ended"] else 0
    # One that was written up afterwards, or left open until somebody thought of it, did not take as long as that.
    known = row["held"] is None and 0 < minutes <= 2 * (row["minutes"] or 90)
    return Sitting(
        day=datetime.fromisoformat(row["when"]).astimezone().date(),
        minutes=minutes if known else row["minutes"],
        planned=not known,
        kind=_KINDS[row["kind"]],
        themes=tuple(themes.THEMES[theme] for theme in row["themes"] if theme in themes.THEMES),
    )


def training(rows: Iterable[Row]) -> Page:
    """A line for each session, oldest first: its day, minutes and themes, and no content."""
    sittings = _sittings(rows)
    return (
        Heading(1, "Continuing professional development"),
        *fields(*(Field(words.day(one.day), _line(one)) for one in sittings)),
        *((Para(_in_all(sittings)),) if len(sittings) != 1 else ()),
    )


def training_value(rows: Iterable[Row]) -> Row:
    sittings = _sittings(rows)
    return {
        "sessions": [
            {
                "date": one.day.isoformat(),
                "minutes": one.minutes,
                "planned": one.planned,
                "what": one.kind,
                "themes": list(one.themes),
            }
            for one in sittings
        ],
        "minutes": sum(one.minutes for one in sittings),
    }


def _sittings(rows: Iterable[Row]) -> list[Sitting]:
    return [sitting(row) for row in sorted(rows, key=lambda row: datetime.fromisoformat(row["when"]))]


def _line(one: Sitting) -> str:
    about = f" Themes: {'; '.join(one.themes)}." if one.themes else ""
    return f"{one.length}. {one.kind}.{about}"


def _in_all(sittings: list[Sitting]) -> str:
    if not sittings:
        return "There is no such session."
    hours, minutes = divmod(sum(one.minutes for one in sittings), 60)
    return f"{len(sittings)} sessions, {hours} {'hour' if hours == 1 else 'hours'} {minutes} minutes in all."


# -- for the system -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Counted:
    """How many sessions were about what. None stands for any number below FEWEST, nought too."""

    sessions: int | None
    first: date | None
    last: date | None
    counts: dict[str, int | None]


def counted(rows: Iterable[Row]) -> Counted:
    """The themes of these sessions, added up; what could point at somebody is left out."""
    rows = list(rows)
    found = Counter(theme for row in rows for theme in set(row["themes"]))
    days = sorted(datetime.fromisoformat(row["when"]).astimezone().date() for row in rows)
    enough = len(rows) >= FEWEST
    return Counted(
        sessions=len(rows) if enough else None,
        first=days[0] if enough else None,
        last=days[-1] if enough else None,
        counts={theme: found[theme] if found[theme] >= FEWEST else None for theme in themes.THEMES},
    )


def evidence(rows: Iterable[Row]) -> Page:
    """How many sessions were about what, as evidence for change."""
    sums = counted(rows)
    period = ""
    if sums.first and sums.last:
        period = f"{words.day(sums.first)} to {words.day(sums.last)}"
    return (
        Heading(1, "Themes from supervision"),
        Para(
            "What sessions about professional boundaries were about, chosen by the people in them from one list. "
            f"Numbers below {FEWEST} are not shown, nought among them, so that nobody can be recognised by them."
        ),
        *fields(Field("Sessions", _number(sums.sessions)), Field("Held", period)),
        Heading(2, "In how many sessions"),
        *fields(*(Field(_capital(themes.title(theme)), _number(count)) for theme, count in sums.counts.items())),
    )


def evidence_value(rows: Iterable[Row]) -> Row:
    sums = counted(rows)
    return {
        "sessions": sums.sessions,
        "first": sums.first.isoformat() if sums.first else None,
        "last": sums.last.isoformat() if sums.last else None,
        "not_shown_below": FEWEST,
        "themes": [{"id": theme, "title": themes.title(theme), "count": count} for theme, count in sums.counts.items()],
    }


def _number(count: int | None) -> str:
    return f"fewer than {FEWEST}" if count is None else str(count)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# -- for the manager ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Report:
    """What the manager is told of a session: only what was agreed to be reported, by kind."""

    session: Session
    kinds: frozenset[str]
    today: date

    def tells(self, kind: str) -> bool:
        return kind in self.kinds

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """Those that need the organisation's support, and are more than a draft."""
        if not self.tells("decisions"):
            return ()
        return tuple(
            decision
            for decision in self.session.decisions
            if decision.stance in rules.NEEDS_SUPPORT and rules.status(self.session, decision) != "draft"
        )


def report(session: Session, today: date) -> Page:
    """That the session took place, and of what was in it only what the agreement says is reported."""
    return tuple(_report(Report(session, reported(session), today)))


def reported(session: Session) -> frozenset[str]:
    """The kinds of things that the agreement of this session says the manager is told."""
    return frozenset()


def _report(told: Report) -> Iterator[Block]:
    session = told.session
    yield Heading(1, f"Supervision took place, {words.day(session.held or session.started)}")
    yield from fields(
        Field("Between", ", ".join(f"{person.called} ({words.role(person)})" for person in session.people)),
        Field("On", words.day(session.held or session.started)),
        Field("For", _length(told)),
        Field("Next", words.day(session.next_date) if session.next_date else ""),
        Field("Themes", "; ".join(_themes(told))),
    )
    yield Para(_WHY_THIS_MUCH if told.kinds else _WHY_NO_MORE)
    if told.decisions:
        yield Heading(2, "Decisions that need the organisation's support")
        for decision in told.decisions:
            yield Heading(3, f"Decision {decision.number}: {decision.title}")
            yield from fields(
                Field("Stance", f"{decision.stance}: {STANCES[decision.stance]}"),
                Field("Status", words.status(session, decision)),
                Field("Support", words.support(session, decision)),
                Field("Look again on", _look(decision)),
            )
    if told.concerns:
        yield Heading(2, "Concerns")
        yield from fields(*(Field(words.day(raised), state) for raised, state in told.concerns))
    if told.actions:
        yield Heading(2, "For the organisation")
        yield from fields(*(Field(f"Action {i}", text) for i, text in enumerate(told.actions, 1)))
