"""The supervision agreement: the questions of a short conversation, and what follows from the answers.

Every question may be left open. What is offered as an example is ours, to be changed by whoever reads it; nothing here
is called the law.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from supervision import text
from supervision.errors import BadInput, Refused
from supervision.model import ids
from supervision.model.values import Agreement, Kind, Party, Person, Who

Answer = Literal["words", "yes", "who", "day"]
"""What answers a question: words, yes or no, one of the people or another name, a day."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question: `key` as in the record, `label` for lists, `ask` as it is put, `example` for who would like one.

    `only` says that it is for supervision and not for two peers.
    """

    key: str
    label: str
    ask: str
    example: str = ""
    answer: Answer = "words"
    only: Literal["", "supervision"] = ""


REPORTS = {
    "length": "how long we met",
    "themes": "the themes we chose from the short list",
    "support": "decisions to bend or cross a boundary, by title, with the support asked for or given",
    "concerns": "that a concern was raised, and when",
    "system": "actions that are meant for the organisation",
}
"""What a report for the manager can hold, beside the day and who met; never what was said."""

QUESTIONS: tuple[Question, ...] = (
    Question("organisation", "Organisation", "In which organisation does the work take place?"),
    Question(
        "external",
        "External supervision",
        "Does the supervisor come from outside that organisation?",
        answer="yes",
        only="supervision",
    ),
    Question("manager", "Manager", "Who is the practitioner's manager there, by name?", only="supervision"),
    Question(
        "reported",
        "Reported to the manager",
        "What is the manager told about these sessions, if anything?",
        "That we met, when and for how long, and themes for the organisation that we chose together. "
        "Nothing of what was said.",
        only="supervision",
    ),
    Question(
        "reports",
        "In a report from here",
        f"When a report is written from here, what is in it beside that you met: {', '.join(REPORTS)}?",
        "length, themes",
        only="supervision",
    ),
    Question(
        "reported_often",
        "Told how often",
        "How often is the manager told, and by whom?",
        "Twice a year, by both of us.",
        only="supervision",
    ),
    Question(
        "purpose",
        "What it is for",
        "What are these sessions for?",
        "To think about the work, to be supported in it, to learn, and to speak up for it in the organisation.",
    ),
    Question(
        "not_for",
        "What it is not",
        "What are they not?",
        "Not therapy, not an appraisal and not a disciplinary meeting; each of these has a place of its own.",
    ),
    Question("frequency", "How often we meet", "How often do you meet?", "Every four weeks."),
    Question("length", "How long", "For how long?", "An hour and a half."),
    Question(
        "place",
        "Where",
        "Where do you meet, or by what: by telephone, by video?",
        "In a room where nobody comes in; telephones off.",
    ),
    Question(
        "preparation",
        "Preparation",
        "What does each of you do beforehand?",
        "One or two matters are chosen a day before, under an alias. We have both looked at what was left open.",
    ),
    Question(
        "notes_by",
        "Who keeps notes",
        "Who writes, and who keeps the record?",
        "We both write; the record keeper keeps it.",
    ),
    Question(
        "record_keeper",
        "Record keeper",
        "Whose name stands for the record: who corrects it, and takes out what must not be there?",
        answer="who",
    ),
    Question(
        "notes_held",
        "Where they are held",
        "Where are the notes held?",
        "In this program's folder on a computer of the organisation.",
    ),
    Question(
        "notes_read",
        "Who may read them",
        "Who may read them?",
        "The two of us. Others only where they have a right to: the person a note is about, the organisation, a court.",
    ),
    Question(
        "notes_kept",
        "How long they are kept",
        "How long are they kept? Practice ranges from the end of the job plus 6 years to 25 years: what is it here?",
        "For 6 years after one of us leaves, as the organisation's own policy says.",
    ),
    Question(
        "confidentiality",
        "What stays between us",
        "What stays between you?",
        "What is said here stays between the two of us.",
    ),
    Question("limits", "When it goes further", "When does it have to go further, to whom, and who hears of it first?"),
    Question(
        "feedback",
        "Feedback",
        "How do you tell each other what helps and what doesn't?",
        "We ask each other at the end of each session: what helped, and what should be different next time?",
    ),
    Question(
        "power",
        "Power",
        "How do you talk about power between you: roles, who assesses whom, and all that you differ in?",
        "Whoever has more of it brings it up first. Either of us may name it at any time.",
    ),
    Question(
        "disagreement",
        "When we disagree",
        "What do you do when you disagree?",
        "We say so and write both views down. What we can't settle goes to somebody we both name, by a date.",
    ),
    Question(
        "review_on",
        "We look at this again on",
        "On which day do you look at this agreement again?",
        "in 6 months",
        answer="day",
    ),
)

BY_KEY = {question.key: question for question in QUESTIONS}
TEXTS = tuple(question.key for question in QUESTIONS if question.answer in {"words", "who"})
_ONE_LINE = frozenset({"organisation", "manager", "record_keeper", "reports"})

NOT_BOTH = (
    "A supervisor from outside the organisation is not the practitioner's line manager. Say first which of the two "
    "holds: Who is here has the line manager, the agreement has external supervision."
)

_LIMITS = (
    "When somebody, one of us included, could come to serious harm, when serious wrongdoing comes to light, or when "
    "the law requires it. Then only those who must know are told, only what they need, and the practitioner hears of "
    "it first, unless that could put anybody at risk."
)
_LIMITS_OF_PEERS = (
    "When somebody, one of us included, could come to serious harm, or serious wrongdoing comes to light. We say so to "
    "each other first, unless that could put anybody at risk, and then tell whoever has authority."
)
_LIMITS_OUTSIDE = (
    "What is said stays confidential unless there is concern for the safety of people, of the organisation or of the "
    "practitioner. Then the manager is told, only what is needed, and the practitioner is told first."
)


def example(question: Question, kind: Kind, external: bool = False) -> str:
    """What could be answered, for a pair of this kind; empty when there is nothing to suggest."""
    if question.key == "limits":
        return _LIMITS_OF_PEERS if kind == "peer" else _LIMITS_OUTSIDE if external else _LIMITS
    return question.example


def questions(kind: Kind) -> tuple[Question, ...]:
    """The questions for a pair of this kind, in the order of a conversation."""
    return tuple(question for question in QUESTIONS if question.only in {"", kind})


def parties(people: Iterable[Person]) -> tuple[Party, ...]:
    """The people of a session as those an agreement is with."""
    return tuple(Party(id=person.id, role=person.role) for person in people)


def kind_of(parties: Iterable[Party]) -> Kind:
    return "peer" if all(party.role == "peer" for party in parties) else "supervision"


def id_of(parties: Iterable[Party]) -> str:
    """The id of the agreement between these people in these roles: the same for all its versions, wherever made."""
    names = "\n".join(sorted(f"{party.id} {party.role}" for party in parties))
    drawn = hashlib.sha256(names.encode("utf-8", "surrogatepass")).digest()
    return "agreement-" + "".join(ids.ALPHABET[byte % len(ids.ALPHABET)] for byte in drawn[:12])


def written(
    base: Agreement | None,
    parties: tuple[Party, ...],
    answers: Mapping[str, str],
    *,
    by: Who,
    now: datetime,
    who: Callable[[str], Who] = str,
) -> Agreement:
    """The next version: what `base` says, with these answers by key, each checked. An empty answer leaves it open.

    `external` is answered by yes or no, `review_on` by an ISO date; `who` finds the person whom a name means. Refused
    when nothing would be different.
    """
    new: dict[str, object] = {}
    for key, words in answers.items():
        question = BY_KEY.get(key)
        if question is None:
            raise BadInput(f"An agreement has no part {text.one_line(key)[:40]!r}; it has: {', '.join(BY_KEY)}.")
        if question.only and words.strip() and kind_of(parties) == "peer":
            raise Refused(f"{question.label}: that belongs to supervision, and this agreement is between two peers.")
        answer = check(question, words)
        new[key] = who(answer) if question.answer == "who" and isinstance(answer, str) and answer else answer
    old = base or Agreement(id=id_of(parties), version=0, made=now, made_by=by, parties=parties)
    made = replace(old, **new)  # type: ignore[arg-type]
    if made == old:
        raise Refused("Nothing is different, so there is no new version of the agreement.")
    return replace(made, version=old.version + 1, made=now, made_by=by)


def check(question: Question, words: str) -> str | bool | date | None:
    """An answer as an agreement holds it, or BadInput with a sentence."""
    if question.answer == "yes":
        return _yes(words, question)
    if question.answer == "day":
        return _day(words, question)
    if question.key == "reports":
        return _reports(words, question)
    clean = text.field(words, question.label.lower())
    return text.one_line(clean) if question.key in _ONE_LINE else clean


def _yes(words: str, question: Question) -> bool:
    answer = words.strip().casefold()
    if answer in {"yes", "y", "true"}:
        return True
    if answer in {"", "no", "n", "false"}:
        return False
    raise BadInput(f"{question.label}: please answer yes or no.")


def _day(words: str, question: Question) -> date | None:
    if not words.strip():
        return None
    try:
        return date.fromisoformat(words.strip())
    except ValueError as error:
        raise BadInput(f"{question.label}: {text.one_line(words)[:40]!r} is not a date like 2027-01-03.") from error


def _reports(words: str, question: Question) -> str:
    """Kinds of what is reported, as they stand in an agreement: each once, in their order."""
    named = [part.strip().casefold() for part in text.one_line(words).replace(" and ", ",").split(",") if part.strip()]
    for part in named:
        if part not in REPORTS:
            raise BadInput(f'{question.label}: there is no "{part[:40]}"; there are: {", ".join(REPORTS)}.')
    return ", ".join(kind for kind in REPORTS if kind in named)


def reports(agreement: Agreement | None) -> frozenset[str]:
    """The kinds of what a report for the manager may hold; none without an agreement."""
    kept = agreement.reports.split(", ") if agreement else []
    return frozenset(REPORTS).intersection(kept)


def answers(agreement: Agreement) -> dict[str, str]:
    """The answers by key, as `written` takes them; what was left open is empty."""
    found = {key: str(getattr(agreement, key)) for key in TEXTS}
    found["external"] = "yes" if agreement.external else ""
    found["review_on"] = agreement.review_on.isoformat() if agreement.review_on else ""
    return {question.key: found[question.key] for question in QUESTIONS}


def said(answers: Mapping[str, str], called: Callable[[Who], str]) -> tuple[tuple[Question, str], ...]:
    """Answers in words, question by question; what was left open is left out. `called` names people."""

    def words(question: Question) -> str:
        answer = answers.get(question.key, "")
        if question.answer == "yes" and answer:
            return "yes; the agreement is three-way, with the manager"
        if question.key == "reports":
            return "; ".join(REPORTS[kind] for kind in answer.split(", ") if kind in REPORTS)
        return called(answer) if question.answer == "who" and answer else answer

    return tuple((question, words(question)) for question in QUESTIONS if words(question))


def default_stands(agreement: Agreement | None) -> bool:
    """Whether the plain statement of the prompt pack counts: as long as the pair has agreed on no limits of its own."""
    return agreement is None or not agreement.limits.strip()


def is_due(agreement: Agreement, today: date) -> bool:
    """Whether the day has come to look at the agreement again."""
    return agreement.review_on is not None and agreement.review_on <= today
