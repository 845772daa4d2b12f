"""Everything that can be done to a session but typing notes, as frozen values.

`apply.apply` carries them out by the rules. They travel as JSON to an open session (`to_wire`), so they hold nothing
but text, numbers and dates. People are named as the person typed them.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from supervision import text as gate
from supervision.errors import BadInput
from supervision.model import frozen, shaping
from supervision.model.values import ActionStatus, Agreement, Event, Outcome, Progress, SupportStatus

MarkKind = Literal["", "option", "reason"]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing somebody does."""


# -- the way through ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class MoveTo(Change):
    """We are here now."""

    stage: str
    prompt: str = ""


@dataclass(frozen=True, kw_only=True)
class Acknowledge(Change):
    """Somebody has read how we work and the limits of confidentiality."""


@dataclass(frozen=True, kw_only=True)
class WriteNote(Change):
    """A line of notes, as plain mode and the command line write it."""

    text: str
    stage: str = ""
    matter: int = 0


@dataclass(frozen=True, kw_only=True)
class MarkNote(Change):
    """Marks a line of notes, named by its words, as an option or as a reason; an empty `kind` takes the mark away."""

    text: str
    kind: MarkKind
    stage: str = ""
    matter: int = 0


@dataclass(frozen=True, kw_only=True)
class EditMatter(Change):
    """The alias, the situation or the question of a matter; `None` leaves a field as it is."""

    n: int = 0
    alias: str | None = None
    text: str | None = None
    question: str | None = None


@dataclass(frozen=True, kw_only=True)
class AddMatter(Change):
    """Another matter, with notes and decisions of its own."""

    text: str = ""
    alias: str = ""


@dataclass(frozen=True, kw_only=True)
class TurnToMatter(Change):
    """Which of the matters we are on."""

    n: int


@dataclass(frozen=True, kw_only=True)
class SetPlace(Change):
    """Where we met, or over which line."""

    place: str


@dataclass(frozen=True, kw_only=True)
class CorrectName(Change):
    """A name was misspelt; the id stays."""

    person: str
    name: str


@dataclass(frozen=True, kw_only=True)
class SetLineManager(Change):
    """Whether this supervisor is also the practitioner's line manager and so may give support by name."""

    person: str
    manager: bool


@dataclass(frozen=True, kw_only=True)
class EditAgreement(Change):
    """Answers to questions of the supervision agreement, by key (`model.agreement`): they make its next version."""

    answers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class TakeAgreement(Change):
    """A newer version of the agreement between these people is in force from now on, and is to be read."""

    agreement: Agreement


# -- the turns of a paired reflection -----------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class PresentFirst(Change):
    """Who has the first turn; either of the two may say so until it begins."""

    who: str


@dataclass(frozen=True, kw_only=True)
class StopClock(Change):
    """The clock of this turn stops, until somebody says that it goes on."""


@dataclass(frozen=True, kw_only=True)
class GoOn(Change):
    """The turn goes on, and its clock with it."""


@dataclass(frozen=True, kw_only=True)
class SayHeard(Change):
    """Somebody's own answer at the close: whether they heard something that must be raised."""

    must_raise: bool


@dataclass(frozen=True, kw_only=True)
class TakeTo(Change):
    """Takes what peers propose to somebody with authority: asks for their answer, and makes it an action."""

    id: str
    to: str
    owner: str = "me"
    due: date | None = None


# -- actions ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class AddAction(Change):
    """Something somebody will do; `owner` empty is nobody yet. Without a place of its own it has the shared one."""

    text: str
    owner: str = ""
    due: date | None = None
    waiting_on: str = ""
    decision: str | None = None
    stage: str | None = None
    prompt: str | None = None
    matter: int = 0


@dataclass(frozen=True, kw_only=True)
class EditAction(Change):
    """Mends an action; `None` leaves a field as it is, `owner` "" is nobody, `no_due` takes the date away."""

    id: str
    text: str | None = None
    owner: str | None = None
    due: date | None = None
    no_due: bool = False
    waiting_on: str | None = None


@dataclass(frozen=True, kw_only=True)
class SetActionStatus(Change):
    """Done, dropped, or open again; a note says how it went."""

    id: str
    status: ActionStatus
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class NoteAction(Change):
    """How an action is getting on."""

    id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class KeepAction(Change):
    """Looked at, and it stays open."""

    id: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class BringBack(Change):
    """What the owner of an action did about it in their own copy: progress, and the events that led to its status.

    They keep their ids, times and author, so that what came back once does not come back twice.
    """

    id: str
    notes: tuple[Progress, ...] = ()
    status: ActionStatus | None = None
    closed: datetime | None = None
    events: tuple[Event, ...] = ()


# -- decisions ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OptionText:
    """An option as it was typed; an `id` means the option that is already there."""

    text: str
    for_person: str = ""
    for_practitioner: str = ""
    for_others: str = ""
    id: str = ""


@dataclass(frozen=True, kw_only=True)
class Propose(Change):
    """A new decision, with what is known of it. `fields` by key, dates as ISO text; `matter` 0 is the shared one."""

    fields: dict[str, str] = field(default_factory=dict)
    options: tuple[OptionText, ...] = ()
    matter: int = 0


@dataclass(frozen=True, kw_only=True)
class EditDecision(Change):
    """Changes a decision's text, which withdraws agreements to the old one. `options`, if given, are all of them."""

    id: str
    fields: dict[str, str] = field(default_factory=dict)
    options: tuple[OptionText, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Agree(Change):
    """Agrees to a decision's text; with `digest`, to exactly the text that was read."""

    id: str
    digest: str = ""


@dataclass(frozen=True, kw_only=True)
class NotYet(Change):
    """Takes one's own agreement back, without a reason."""

    id: str


@dataclass(frozen=True, kw_only=True)
class Disagree(Change):
    """Sees a decision differently; the words are kept with it."""

    id: str
    text: str
    resolve_by: str = ""


@dataclass(frozen=True, kw_only=True)
class SetSupport(Change):
    """The organisation's answer: who, and when it was given (today unless said)."""

    id: str
    status: SupportStatus
    by: str = ""
    on: date | None = None


@dataclass(frozen=True, kw_only=True)
class ReviewDecision(Change):
    """What became of a decision; the next review date is required unless it ended or was replaced."""

    id: str
    outcome: Outcome
    note: str = ""
    review_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class LinkReplaces(Change):
    """The newer decision (here) replaces an older one, which may be in an earlier session."""

    id: str
    old: str


@dataclass(frozen=True, kw_only=True)
class LinkReplacedBy(Change):
    """The other end of the link, in the older decision; `on` is the day the newer one was agreed, None until then."""

    id: str
    new: str
    on: date | None = None


@dataclass(frozen=True, kw_only=True)
class UnlinkReplacedBy(Change):
    """The link is taken away again in the older decision: the newer one does not replace it after all."""

    id: str
    new: str


# -- the end of a session -----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class RaiseConcern(Change):
    """A worry that goes to somebody with authority; makes an owned, dated action."""

    text: str
    to: str = ""
    by_when: date | None = None
    done_by: str = ""
    told_first: str = ""
    stage: str | None = None
    prompt: str | None = None
    matter: int = 0


@dataclass(frozen=True, kw_only=True)
class AddDissent(Change):
    """A disagreement about the session, in somebody's own words."""

    text: str
    resolve_by: str = ""


@dataclass(frozen=True, kw_only=True)
class SetNext(Change):
    """When we meet next, and on what."""

    on: date | None = None
    focus: str | None = None


@dataclass(frozen=True, kw_only=True)
class ChooseThemes(Change):
    """What the session was about, from the short list; these and no others."""

    themes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Sign(Change):
    """Signs the record as it stands."""


@dataclass(frozen=True, kw_only=True)
class AddAddendum(Change):
    """Corrects a signed record."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Redact(Change):
    """Takes words out of the record for good, wherever they stand in it; for its record keeper."""

    text: str
    why: str


@dataclass(frozen=True, kw_only=True)
class SetHold(Change):
    """The record has to be kept as it is, because of `why`; an empty one ends that."""

    why: str


@dataclass(frozen=True, kw_only=True)
class End(Change):
    """The session is over; nothing else changes."""


@dataclass(frozen=True, kw_only=True)
class Reopen(Change):
    """It was not over after all."""


# -- taking back --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Restore(Change):
    """Puts fields of one action or decision back as they were; refused if somebody changed them since.

    `before` and `after` are the fields that one change touched, as the record holds them; `before` of None: it was new.
    """

    kind: str
    id: str
    before: dict[str, object] | None
    after: dict[str, object] | None


@dataclass(frozen=True, kw_only=True)
class SetRetention(Change):
    """The record is kept as a class of the organisation's says, or until a day, which needs a reason; else as usual."""

    name: str = ""
    until: date | None = None
    why: str = ""


NOT_TAKEN_BACK = (Redact, SetHold)
"""What no undo brings back: what would take it back is not kept."""
BY_THE_PROGRAM = (LinkReplacedBy, UnlinkReplacedBy, Restore)
"""What follows from what people do; nobody asks for it themselves."""
CHANGES: dict[str, type[Change]] = {change.__name__: change for change in Change.__subclasses__()}


def to_wire(change: Change) -> dict[str, Any]:
    """A change as JSON holds it."""
    return {"change": type(change).__name__, "fields": _plain(asdict(change))}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def from_wire(data: Mapping[str, Any]) -> Change:
    """The change that `to_wire` wrote; BadInput for anything else."""
    kind = CHANGES.get(str(data.get("change")))
    if kind is None:
        raise BadInput("The open session does not know this change. Close it and open it again with this version.")
    try:
        return shaping.taken(kind, _gated(data.get("fields")))
    except shaping.Unfit as error:
        raise BadInput("The open session cannot read this change. Nothing was changed.") from error


def _gated(value: Any) -> Any:
    """What came over a line, through the gate: also ids and names of fields, which a refusal repeats."""
    if isinstance(value, str):
        return gate.clean(value)
    if isinstance(value, dict):
        return {_gated(key): _gated(inner) for key, inner in value.items()}
    return [_gated(inner) for inner in value] if isinstance(value, list | tuple) else value


frozen.share(globals())
