"""Small values for tests: a pack of three stages, two people, a session, and a clock that stands still."""

from datetime import UTC, datetime, timedelta

from supervision.model import changes as c
from supervision.model.apply import Act, apply
from supervision.model.pack import Pack, Prompt, Stage
from supervision.model.values import Kind, Matter, Person, Session

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
TODAY = NOW.date()
ASH, SAM = "p-ash22222", "p-sam22222"


def pack(kind: Kind = "supervision") -> Pack:
    return Pack(
        name="broken" if kind == "supervision" else "peer",
        title="BROKEN",
        kind=kind,
        minutes=90,
        confidentiality="What is said here stays here, unless somebody is at risk.",
        stages=(
            Stage(id="arrive", title="Arrive", minutes=5, prompts=(Prompt(id="a1", text="How do you arrive?"),)),
            Stage(
                id="boundaries",
                title="Boundary experiences",
                letter="B",
                minutes=6,
                prompts=(
                    Prompt(id="b1", text="What has this person known of boundaries?", asks="Their side of it."),
                    Prompt(id="b2", text="What does that change for you?", probes=("Why that?",)),
                ),
            ),
            Stage(
                id="systems",
                title="Systems",
                prompts=(Prompt(id="c1", text="A discussion group?", suggests="Ask for a discussion group"),),
            ),
            Stage(id="decide", title="Decide", shows="decide"),
            Stage(id="sign", title="Read back and sign", shows="record"),
        ),
    )


def session(kind: Kind = "supervision", session_id: str = "2026-11-23-1000-test") -> Session:
    roles = ("supervisor", "practitioner") if kind == "supervision" else ("peer", "peer")
    return Session(
        id=session_id,
        kind=kind,
        started=NOW,
        people=(
            Person(id=ASH, name="Ash Patel", role=roles[0]),  # type: ignore[arg-type]
            Person(id=SAM, name="Sam Okafor", role=roles[1]),  # type: ignore[arg-type]
        ),
        pack=pack(kind),
        matters=(Matter(n=1, alias="J", text="Messages after nine"),),
        stage="arrive",
        prompt="a1",
    )


def act(by: str = "Ash", minutes: int = 0) -> Act:
    return Act(by, NOW + timedelta(minutes=minutes))


def done(session: Session, *changes: c.Change, by: str = "Ash") -> Session:
    """The session after these changes by one person."""
    for change in changes:
        session = apply(session, change, act(by))
    return session


FIELDS = {
    "title": "Evening messages",
    "situation": "J writes after nine; what is owed?",
    "usual_practice": "No contact out of hours",
    "need": "To know that somebody answers",
    "persons_view": "J says silence feels like being dropped",
    "limits": "One reply, weekdays until eight",
    "risks": "Being let down again",
    "safeguards": "The out-of-hours line is named",
    "rationale": "Being answered is what J never had",
    "explained_how": "Sam says it at the next visit",
    "review_on": "2027-01-03",
}
OPTIONS = (
    c.OptionText("Hold the hours", "predictable, cold", "rest", "fair"),
    c.OptionText("One reply by eight", "feels held", "a little time", "others may ask"),
)


def decided(session: Session, stance: str = "bend", **fields: str) -> Session:
    """The session with one complete decision, agreed by nobody yet."""
    return done(session, c.Propose(fields={**FIELDS, "stance": stance, **fields}, options=OPTIONS), by="Sam")
