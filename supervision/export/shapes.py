"""The shape of a record in JSON, as far as reading needs it. Everything that is computed is left to the rules.

Keys as in `views.show`; keys that are not named here are ignored. A null counts as a key that is not there (the reader
takes nulls out first), so that every key with a default may be null.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from supervision.model import ids
from supervision.model.pack import Opens, Part, Shows, Turn
from supervision.model.values import (
    IN_THE_ROOM,
    ActionStatus,
    Kind,
    MarkKind,
    Outcome,
    Role,
    Stance,
    Stop,
    SupportStatus,
)


def _day(value: Any) -> date:
    if not isinstance(value, str):
        raise ValueError("not a date")
    return date.fromisoformat(value)


def _moment(value: Any) -> datetime:
    if not isinstance(value, str):
        raise ValueError("not a time")
    at = datetime.fromisoformat(value)
    if not 1900 <= at.year <= 9000:  # outside, a change of time zone can leave the calendar
        raise ValueError("not a time")
    return at if at.tzinfo else at.astimezone()


Day = Annotated[date, BeforeValidator(_day)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Id = Annotated[str, StringConstraints(pattern=f"^{ids.PATTERN.pattern}$")]
PersonId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Name = Annotated[str, StringConstraints(pattern=r"\S")]


class Shape(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)


class PersonShape(Shape):
    id: PersonId | None = None
    name: Name
    named: str = ""
    role: Role
    line_manager: bool = False


class MatterShape(Shape):
    n: Count
    alias: str = ""
    text: str = ""
    question: str = ""
    turn: Turn = ""


class PromptShape(Shape):
    id: str
    text: str = ""
    asks: str = ""
    probes: list[str] = []
    suggests: str = ""
    part: Part = ""
    opens: Opens = ""


class RunShape(Shape):
    by: str = ""
    by_id: str | None = None
    text: str


class RunsShape(Shape):
    matter: Count = 1
    runs: list[RunShape]


class NoteShape(RunShape):
    matter: Count = 1
    joins: bool = False


class StageShape(Shape):
    id: Name
    title: str | None = None
    letter: str = ""
    minutes: Count = 0
    shows: Shows = "notes"
    turn: Turn = ""
    private: bool = False
    silent: bool = False
    prompts: list[PromptShape] = []
    notes: list[NoteShape] = []
    runs: list[RunsShape] | None = None
    in_pack: bool = True


class PackShape(Shape):
    name: str | None = None
    title: str | None = None
    kind: Kind | None = None
    minutes: Count | None = None
    source: str = ""
    confidentiality: str = ""


class RedactionShape(Shape):
    id: str = ""
    by: str = ""
    by_id: str | None = None
    at: Moment | None = None
    why: str = ""
    places: Count = 0


class RetentionShape(Shape):
    by: str = ""
    by_id: str | None = None
    at: Moment | None = None
    name: str = Field("", alias="class")
    until: Day | None = None
    why: str = ""


class HoldShape(Shape):
    by: str = ""
    by_id: str | None = None
    at: Moment | None = None
    why: str = ""


class SaidShape(Shape):
    """Something somebody said at some time."""

    id: str = ""
    by: str = ""
    by_id: str | None = None
    at: Moment | None = None
    text: str = ""


class NoteMarkShape(SaidShape):
    stage: str
    matter: Count = 1
    kind: MarkKind


class MarkShape(Shape):
    by: str = ""
    by_id: str | None = None
    at: Moment
    digest: str = ""
    how: str = IN_THE_ROOM


class PartyShape(Shape):
    id: PersonId
    role: Role


class AgreementShape(Shape):
    id: Id
    version: Count
    made: Moment
    made_by: str = ""
    made_by_id: str | None = None
    people: list[PartyShape] = []
    external: bool = False
    organisation: str = ""
    manager: str = ""
    reported: str = ""
    reports: str = ""
    reported_often: str = ""
    purpose: str = ""
    not_for: str = ""
    frequency: str = ""
    length: str = ""
    place: str = ""
    preparation: str = ""
    notes_by: str = ""
    notes_held: str = ""
    notes_read: str = ""
    notes_kept: str = ""
    record_keeper: str = ""
    record_keeper_id: str | None = None
    confidentiality: str = ""
    limits: str = ""
    feedback: str = ""
    power: str = ""
    disagreement: str = ""
    review_on: Day | None = None


class ActionShape(Shape):
    id: Id | None = None
    text: str
    owner: str | None = None
    owner_id: str | None = None
    due: Day | None = None
    waiting_on: str = ""
    status: ActionStatus = "open"
    stage: str = ""
    prompt: str = ""
    matter: Count = 1
    decision: str | None = None
    created: Moment | None = None
    created_by: str = ""
    created_by_id: str | None = None
    closed: Moment | None = None
    purpose: Literal["", "ask-support", "ask-person", "concern", "system"] = ""
    notes: list[SaidShape] = []


class OptionShape(Shape):
    id: str = ""
    text: str = ""
    for_person: str = ""
    for_practitioner: str = ""
    for_others: str = ""


class SupportShape(Shape):
    status: SupportStatus = "not-needed"
    by: str = ""
    at: Day | None = None
    recorded_by: str = ""
    recorded_by_id: str | None = None


class ReviewShape(SaidShape):
    outcome: Outcome
    note: str = ""
    review_on: Day | None = None


class DissentShape(SaidShape):
    resolve_by: str = ""
    decision: str = ""


class DecisionShape(Shape):
    id: Id | None = None
    number: Count
    created: Moment | None = None
    created_by: str = ""
    created_by_id: str | None = None
    matter: Count = 1
    title: str = ""
    alias: str = ""
    happened: Day | None = None
    situation: str = ""
    usual_practice: str = ""
    need: str = ""
    persons_view: str = ""
    options: list[OptionShape] = []
    stance: Stance = ""
    limits: str = ""
    risks: str = ""
    practitioner_risk: str = ""
    safeguards: str = ""
    rationale: str = ""
    explained_how: str = ""
    consulted: str = ""
    informed: str = ""
    followed_how: str = ""
    case_file: str = ""
    who_knows: str = ""
    what_it_did: str = ""
    repair: str = ""
    go_on: str = ""
    instructed_by: str = ""
    review_on: Day | None = None
    salts: dict[str, str] = {}
    redacted: dict[str, str] = {}
    agreed_by: list[MarkShape] = []
    support: SupportShape = SupportShape()
    replaces: str | None = None
    replaced_by: str | None = None
    replaced_on: Day | None = None
    reviews: list[ReviewShape] = []


class ConcernShape(SaidShape):
    to: str = ""
    by_when: Day | None = None
    done: Moment | None = None
    done_by: str = ""
    done_by_id: str | None = None
    told_first: Literal["", "told", "not told"] = ""
    action: str = ""


class SpanShape(Shape):
    id: str = ""
    turn: Turn
    start: Moment
    stop: Moment | None = None
    why: Stop = ""


class HeardShape(SaidShape):
    must_raise: bool
    how: str = IN_THE_ROOM


class LeafShape(Shape):
    salt: str = ""
    text: str = ""
    hash: str = ""


class SnapshotShape(Shape):
    taken: Moment
    root: str
    leaves: dict[str, LeafShape] = {}


class EventShape(Shape):
    at: Moment
    by: str = ""
    by_id: str | None = None
    kind: str
    id: str = ""


class CopyShape(Shape):
    of: Id
    who: PersonId = Field(alias="for")
    taken: Moment


class RecordShape(Shape):
    id: Id
    kind: Kind | None = None
    started: Moment
    ended: Moment | None = None
    held: Moment | None = None
    minutes: Count = 0
    people: list[PersonShape] = Field(min_length=1)
    alias: str = ""
    matter: str = ""
    prompts: str = ""
    stage: str | None = None
    prompt: str | None = None
    on_matter: Count | None = None
    place: str = ""
    pack: PackShape = PackShape()
    matters: list[MatterShape] = []
    agreement: AgreementShape | None = None
    acknowledged: list[MarkShape] = []
    stages: list[StageShape]
    marks: list[NoteMarkShape] = []
    actions: list[ActionShape] = []
    decisions: list[DecisionShape] = []
    signatures: list[MarkShape] = []
    snapshot: SnapshotShape | None = None
    addenda: list[SaidShape] = []
    redactions: list[RedactionShape] = []
    hold: HoldShape | None = None
    retention: RetentionShape | None = None
    dissent: list[DissentShape] = []
    concerns: list[ConcernShape] = []
    first: str = ""
    first_id: str | None = None
    spans: list[SpanShape] = []
    heard: list[HeardShape] = []
    next: Day | None = None
    next_focus: str = ""
    themes: list[str] = []
    copied: CopyShape | None = Field(default=None, alias="copy")
    history: list[EventShape] = []
    revision: Annotated[int, Field(ge=0, le=2**53)] = 0


class PrivateNoteShape(Shape):
    stage: Name
    prompt: str = ""
    matter: str = ""
    text: str = ""
    shared: list[str] = []


class PrivateShape(Shape):
    private: list[PrivateNoteShape] = []
