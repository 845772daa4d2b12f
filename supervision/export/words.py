"""How a record puts things into plain words: days and times, people, where a decision stands, how somebody signed."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from supervision.model import rules
from supervision.model.digest import decision_digest
from supervision.model.fields import BY_KEY
from supervision.model.turns import TURNS, presenter
from supervision.model.values import IN_THE_ROOM, Copy, Decision, Mark, Person, Session

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def here(at: datetime) -> date:
    """The day it was here at that time."""
    return at.astimezone().date()


def day(when: date | datetime) -> str:
    """A day as "3 Dec 2026"; that of a time is the day it was here."""
    if isinstance(when, datetime):
        when = here(when)
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def moment(at: datetime) -> str:
    """A time as "3 Dec 2026 14:02", on the clocks of this computer."""
    return f"{day(at)} {at.astimezone():%H:%M}"


def places(count: int) -> str:
    """In how many texts something stood."""
    return "in one place" if count == 1 else f"in {count} places"


def listed(words: Iterable[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    *most, last = list(words)
    return f"{', '.join(most)} and {last}" if most else last


def how(mark: Mark) -> str:
    """How somebody agreed or signed, and what that is worth."""
    if mark.how == IN_THE_ROOM:
        return "in the room (typed name, not verified)"
    if mark.how == "claimed":
        return "claimed (from another login of the same account)"
    return mark.how


def role(person: Person) -> str:
    return f"{person.role} and line manager" if person.line_manager else person.role


def held(session: Session) -> str:
    """When a session took place, and when it was written up if that was afterwards."""
    end = ""
    if session.ended:
        same_day = day(session.ended) == day(session.started)
        end = f" to {session.ended.astimezone():%H:%M}" if same_day else f" to {moment(session.ended)}"
    if session.held:
        return f"{moment(session.held)}; written up afterwards, {moment(session.started)}{end}"
    return f"{moment(session.started)}{end}"


def turns(session: Session) -> str:
    """Who presented first in a paired reflection, and how long each turn was; empty where nothing says so."""
    if not (session.first or session.spans):
        return ""
    told = []
    for turn, order in zip(TURNS, ("first", "second"), strict=True):
        over = (span.stop - span.start for span in session.spans if span.turn == turn and span.stop)
        minutes = int(sum(over, timedelta()).total_seconds() // 60)
        had = f", {minutes} min" if any(span.turn == turn for span in session.spans) else ""
        told.append(f"{session.called(presenter(session, turn))} {order}{had}")
    return "; ".join(told)


def agreement(session: Session) -> str:
    """Which version of their agreement a session was held under."""
    made = session.agreement
    if made is None:
        return "none of their own yet; the general statement on confidentiality stands"
    return f"version {made.version}, made on {day(made.made)} by {session.called(made.made_by)}"


def copy(session: Session, made: Copy) -> str:
    """That a session is somebody's own copy, and what is not in it."""
    return (
        f"This is {session.called(made.who)}'s own copy, taken on {moment(made.taken)}: their own words and actions, "
        "and what was decided. What the other wrote stays in the record of the two."
    )


def state(session: Session, today: date) -> str:
    if session.state == "signed":
        return "signed by everybody" if session.ended else "signed by everybody, not ended yet"
    if session.state == "ended":
        return "ended, not signed by everybody yet"
    return f"still open; this is the record as it stood on {day(today)}"


def status(session: Session, decision: Decision) -> str:
    """Where a decision stands, in words that need no explanation."""
    now = rules.status(session, decision)
    if now == "proposed" and session.kind == "peer":
        return "proposed; two peers do not agree it, each takes it to somebody with authority"
    if now == "instructed":
        return f"instructed by {decision.instructed_by}, which is not the same as agreed"
    if now == "replaced":
        return f"replaced on {day(decision.replaced_on)}" if decision.replaced_on else "replaced"
    return {
        "draft": "a draft",
        "proposed": "proposed, not agreed yet",
        "awaiting-support": "agreed by everybody here; waiting for the organisation's support",
        "agreed": "agreed",
        "declined": "declined, as the organisation refused its support",
        "ended": "ended",
    }[now]


def support(session: Session, decision: Decision) -> str:
    """The organisation's answer; empty as long as there is nothing to support."""
    given = decision.support
    if given.status == "not-needed":
        if decision.stance in rules.NEEDS_SUPPORT:
            return "needed, and not asked for yet"
        return "not needed" if decision.stance else ""
    words = {"given": "given by", "asked": "asked of", "refused": "refused by"}[given.status] + f" {given.by}"
    if given.at:
        words += f" on {day(given.at)}"
    if given.status == "asked":
        words += ", no answer yet"
    return f"{words}; recorded by {session.called(given.recorded_by)}" if given.recorded_by else words


def lacking(session: Session, decision: Decision) -> str:
    """What an agreement still needs: fields, or people; empty when it needs nothing or none is being sought."""
    if rules.status(session, decision) not in {"draft", "proposed"}:
        return ""
    needs = [BY_KEY[key].label for key in rules.missing(decision)]
    if decision.title.strip() and not needs and session.kind == "supervision":
        text = decision_digest(decision)
        agreed = {mark.by for mark in decision.marks if mark.digest == text}
        needs = [f"the agreement of {person.called}" for person in session.people if person.id not in agreed]
    return "; ".join(needs)
