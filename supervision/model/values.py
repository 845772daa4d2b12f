"""What a record holds, as frozen values.

A person is named by id everywhere and by name in one place, `Session.people`; `Who` is such an id or, for somebody
outside the session (a manager, a colleague), their plain name.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from supervision.model import frozen
from supervision.model.pack import Pack, Turn

Who = str
Kind = Literal["supervision", "peer"]
State = Literal["open", "ended", "signed"]
Role = Literal["supervisor", "practitioner", "peer"]
ActionStatus = Literal["open", "done", "dropped"]
Stance = Literal["", "hold", "soften", "bend", "cross", "offer-elsewhere"]
SupportStatus = Literal["not-needed", "asked", "given", "refused"]
Outcome = Literal["kept", "loosened", "tightened", "repaired", "ended", "replaced"]
MarkKind = Literal["option", "reason"]
Stop = Literal["", "pause", "concern", "left"]
"""Why the clock of a turn was stopped, where it was not that people went on."""
DecisionStatus = Literal[
    "draft", "proposed", "awaiting-support", "agreed", "declined", "instructed", "ended", "replaced"
]
IN_THE_ROOM = "in the room"
"""How a typed name at one keyboard is recorded: nobody verified it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody in the session. `name` is as it stood at the start and covered by signatures; `corrected` mends it."""

    id: str
    name: str
    role: Role
    corrected: str = ""
    line_manager: bool = False

    @property
    def called(self) -> str:
        return self.corrected or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What was brought: the alias of the person it is about, the situation, and the question it ends in.

    `turn` is whose turn of a paired reflection it was first brought in.
    """

    n: int
    alias: str = ""
    text: str = ""
    question: str = ""
    turn: Turn = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of notes that is one person's words. `by` is whose view it is, not who typed."""

    by: Who
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """The notes of one stage on one matter: one text both write, as runs."""

    stage: str
    matter: int
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteMark:
    """A line of notes that somebody marked as an option or as a reason. `text` is that line, and follows it."""

    id: str
    stage: str
    matter: int
    by: Who
    at: datetime
    kind: MarkKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A dated note on an action."""

    id: str
    by: Who
    at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing somebody will do. It lives in the session it came from and carries over by staying open."""

    id: str
    text: str
    created: datetime
    created_by: Who
    owner: Who | None = None
    due: date | None = None
    waiting_on: str = ""
    status: ActionStatus = "open"
    stage: str = ""
    prompt: str = ""
    matter: int = 1
    decision: str | None = None
    closed: datetime | None = None
    purpose: Literal["", "ask-support", "ask-person", "concern", "system"] = ""
    notes: tuple[Progress, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One way it could go, and what is good and bad in it for each."""

    id: str
    text: str
    for_person: str = ""
    for_practitioner: str = ""
    for_others: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """The organisation's answer. `by` is who gave it, by name or role; it stands outside the digest."""

    status: SupportStatus = "not-needed"
    by: str = ""
    at: date | None = None
    recorded_by: Who = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Somebody's agreement, or signature, to exactly the text whose digest it names. `how` says how it was given."""

    by: Who
    at: datetime
    digest: str
    how: str = IN_THE_ROOM


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What became of a decision."""

    id: str
    by: Who
    at: datetime
    outcome: Outcome
    note: str = ""
    review_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dissent:
    """A disagreement, whose it is, and how and by when it will be resolved. `decision` is empty for the session's."""

    id: str
    by: Who
    at: datetime
    text: str
    resolve_by: str = ""
    decision: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A boundary decision. Its status is computed (`rules.status`), never stored."""

    id: str
    number: int
    created: datetime
    created_by: Who
    matter: int = 1
    title: str = ""
    alias: str = ""
    happened: date | None = None
    situation: str = ""
    usual_practice: str = ""
    need: str = ""
    persons_view: str = ""
    options: tuple[Option, ...] = ()
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
    review_on: date | None = None
    salts: dict[str, str] = field(default_factory=dict)
    redacted: dict[str, str] = field(default_factory=dict)
    """By path, the hash of a text that words were taken out of; it stands for that text in the digest."""
    marks: tuple[Mark, ...] = ()
    support: Support = Support()
    replaces: str | None = None
    replaced_by: str | None = None
    replaced_on: date | None = None
    reviews: tuple[Review, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Addendum:
    """A dated correction of a signed record."""

    id: str
    by: Who
    at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """A worry that goes to somebody with authority. `action` is the owned, dated action it made."""

    id: str
    by: Who
    at: datetime
    text: str
    to: str = ""
    by_when: date | None = None
    done_by: Who = ""
    done: datetime | None = None
    told_first: Literal["", "told", "not told"] = ""
    action: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """Words were taken out of this record: by whom, when and why, and in how many texts they stood. Never which."""

    id: str
    by: Who
    at: datetime
    why: str
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long this record is kept, where that is not as usual for its kind: a class of the organisation's, or a day.

    On that day it is looked at again, and never erased by itself.
    """

    by: Who
    at: datetime
    name: str = ""
    until: date | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """This record has to be kept as it is, for as long as this stands: who said so, when, and why."""

    by: Who
    at: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of time of one turn in a paired reflection. While it runs it has no `stop`."""

    id: str
    turn: Turn
    start: datetime
    stop: datetime | None = None
    why: Stop = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What somebody answered for themselves at the close: whether they heard something that must be raised."""

    by: Who
    at: datetime
    must_raise: bool
    how: str = IN_THE_ROOM


@dataclass(frozen=True, slots=True)
class Leaf:
    """One covered field: its salt and text, or its hash alone once the text was redacted."""

    salt: str = ""
    text: str = ""
    hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The record as it stood when it was first signed, field by field."""

    taken: datetime
    leaves: dict[str, Leaf]
    root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A line of history: who did what kind of thing to which id, and when. Never text."""

    at: datetime
    by: Who
    kind: str
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Somebody an agreement is with, and as what."""

    id: Who
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How two people will work together: one version of it. It outlives sessions, and each is stamped with the one in
    force. A text that is empty was not talked about. `external`: the supervisor is from outside the practitioner's
    organisation, and it is three-way, with the manager named here. `model.agreement` has the questions and the rules.
    """

    id: str
    version: int
    made: datetime
    made_by: Who
    parties: tuple[Party, ...]
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
    record_keeper: Who = ""
    confidentiality: str = ""
    limits: str = ""
    feedback: str = ""
    power: str = ""
    disagreement: str = ""
    review_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What makes a session one person's own copy: of which session, whose, and when it was taken."""

    of: str
    who: Who
    taken: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One sitting of two people, whole."""

    id: str
    kind: Kind
    started: datetime
    people: tuple[Person, ...]
    pack: Pack
    matters: tuple[Matter, ...] = (Matter(n=1),)
    ended: datetime | None = None
    held: datetime | None = None
    place: str = ""
    stage: str = ""
    prompt: str = ""
    matter: int = 1
    agreement: Agreement | None = None
    acknowledged: tuple[Mark, ...] = ()
    notes: tuple[Note, ...] = ()
    marks: tuple[NoteMark, ...] = ()
    actions: tuple[Action, ...] = ()
    decisions: tuple[Decision, ...] = ()
    dissents: tuple[Dissent, ...] = ()
    concerns: tuple[Concern, ...] = ()
    first: Who = ""
    """Who presents first in a paired reflection, once that was said; else the first of the people."""
    spans: tuple[Span, ...] = ()
    heard: tuple[Heard, ...] = ()
    next_date: date | None = None
    next_focus: str = ""
    themes: tuple[str, ...] = ()
    snapshot: Snapshot | None = None
    signatures: tuple[Mark, ...] = ()
    addenda: tuple[Addendum, ...] = ()
    redactions: tuple[Redaction, ...] = ()
    hold: Hold | None = None
    retention: Retention | None = None
    history: tuple[Event, ...] = ()
    copy: Copy | None = None
    revision: int = 0

    @property
    def state(self) -> State:
        """Signed once everybody has signed, also when it is ended afterwards."""
        signed = {mark.by for mark in self.signatures}
        if self.people and all(person.id in signed for person in self.people):
            return "signed"
        return "ended" if self.ended else "open"

    def person(self, who: Who) -> Person | None:
        return next((person for person in self.people if person.id == who), None)

    def called(self, who: Who | None) -> str:
        """The name to show for a person's id, or the plain name of somebody outside the session."""
        if who is None:
            return ""
        person = self.person(who)
        return person.called if person else who

    def others(self, who: Who) -> tuple[Person, ...]:
        return tuple(person for person in self.people if person.id != who)

    def action(self, action_id: str) -> Action | None:
        return next((action for action in self.actions if action.id == action_id), None)

    def decision(self, decision_id: str) -> Decision | None:
        return next((decision for decision in self.decisions if decision.id == decision_id), None)

    def note(self, stage: str, matter: int) -> Note | None:
        return next((note for note in self.notes if note.stage == stage and note.matter == matter), None)

    def matter_of(self, n: int) -> Matter:
        return next((matter for matter in self.matters if matter.n == n), self.matters[0])


frozen.share(globals())
