"""What a session holds for readers outside it: the manager, a training record, and whoever could change the system."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from supervision.export import words
from supervision.export.blocks import Block, Field, Heading, Page, Para, fields
from supervision.model import agreement, rules, themes, views
from supervision.model.fields import STANCES
from supervision.model.values import Action, Decision, Session

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
        day=words.here(datetime.fromisoformat(row["when"])),
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
    days = sorted(words.here(datetime.fromisoformat(row["when"])) for row in rows)
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
            f"Numbers below {FEWEST} are not shown, nought among them, so that nobody can be recognised."
        ),
        *fields(Field("Sessions", _number(sums.sessions)), Field("Held", period)),
        Heading(2, "In how many sessions"),
        *fields(
            *(Field(_capital(themes.title(theme)), str(count)) for theme, count in sums.counts.items() if count),
            Field("Each of the others" if any(sums.counts.values()) else "Each theme", _number(None)),
        ),
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

_HOW_MUCH = "This is what the agreement between the two says is reported, and nothing else. What was said stays there."
_NO_MORE = "No more than this has been agreed to be reported. What was said stays between the two."


@dataclass(frozen=True, slots=True)
class Report:
    """What the manager is told of a session: that it took place, and of the rest what was agreed to be reported."""

    kinds: frozenset[str]
    minutes: Sitting | None
    themes: tuple[str, ...]
    decisions: tuple[Decision, ...]
    concerns: tuple[date, ...]
    actions: tuple[Action, ...]


def reported(session: Session) -> Report:
    """What may be told of this session. The rest is not in it, so no format can let it slip."""
    kinds = agreement.reports(session.agreement)
    one = sitting(views.session_row(session, date.min))
    decisions = (d for d in session.decisions if d.stance in rules.NEEDS_SUPPORT)
    return Report(
        kinds=kinds,
        minutes=one if "length" in kinds else None,
        themes=one.themes if "themes" in kinds else (),
        decisions=tuple(d for d in decisions if rules.status(session, d) != "draft") if "support" in kinds else (),
        concerns=tuple(words.here(c.at) for c in session.concerns) if "concerns" in kinds else (),
        actions=tuple(a for a in session.actions if a.purpose == "system") if "system" in kinds else (),
    )


def report(session: Session) -> Page:
    """For the manager: that the session took place, and what the agreement says is reported."""
    return tuple(_report(session, reported(session)))


def _report(session: Session, told: Report) -> Iterator[Block]:
    yield Heading(1, f"Supervision took place, {words.day(session.held or session.started)}")
    yield from fields(
        Field("Between", ", ".join(f"{person.called} ({words.role(person)})" for person in session.people)),
        Field("Length", told.minutes.length if told.minutes else ""),
        Field("Themes", "; ".join(told.themes)),
    )
    yield Para(_HOW_MUCH if told.kinds else _NO_MORE)
    if told.decisions:
        yield Heading(2, "Decisions that need the organisation's support")
    for decision in told.decisions:
        when = rules.look_again(decision)
        yield Heading(3, decision.title)
        yield from fields(
            Field("Stance", f"{decision.stance}: {STANCES[decision.stance]}"),
            Field("Status", words.status(session, decision)),
            Field("Support", words.support(session, decision)),
            Field("Look again on", words.day(when) if when else ""),
        )
    if told.concerns:
        yield Heading(2, "Concerns")
        yield from fields(*(Field("Raised", words.day(day)) for day in told.concerns))
    if told.actions:
        yield Heading(2, "For the organisation")
        yield from fields(*(Field(action.status.capitalize(), action.text) for action in told.actions))


def report_value(session: Session) -> Row:
    told = reported(session)
    value: Row = {
        "held": (session.held or session.started).isoformat(),
        "people": [{"name": person.called, "role": person.role} for person in session.people],
        "reported": sorted(told.kinds),
    }
    if told.minutes:
        value |= {"minutes": told.minutes.minutes, "planned": told.minutes.planned}
    if "themes" in told.kinds:
        value["themes"] = list(told.themes)
    if "support" in told.kinds:
        value["decisions"] = [
            {
                "title": decision.title,
                "stance": decision.stance,
                "status": rules.status(session, decision),
                "support": {
                    "status": decision.support.status,
                    "by": decision.support.by,
                    "at": decision.support.at.isoformat() if decision.support.at else None,
                },
                "review_on": when.isoformat() if (when := rules.look_again(decision)) else None,
            }
            for decision in told.decisions
        ]
    if "concerns" in told.kinds:
        value["concerns"] = [day.isoformat() for day in told.concerns]
    if "system" in told.kinds:
        value["actions"] = [{"text": action.text, "status": action.status} for action in told.actions]
    return value
