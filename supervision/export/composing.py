"""A session as a page: the whole record, its decisions for the case file, or what was decided, for the person."""

from collections.abc import Iterable, Iterator
from datetime import date

from supervision.export import words
from supervision.export.blocks import Asked, Block, Field, Fields, Heading, Page, Para, Table, fields
from supervision.model import agreement as agreements
from supervision.model import digest, rules, themes
from supervision.model.fields import DATES, FIELDS, STANCES
from supervision.model.notes import Line, lines
from supervision.model.pack import Stage, filled
from supervision.model.values import Action, Concern, Decision, Dissent, Mark, Matter, Option, Session, Who

DIGEST_SHOWN = 16
"""Hex digits of a digest that a reader compares."""

_FOR_THE_PERSON = {
    "hold": "We keep to what is usual.",
    "soften": "We keep to what is usual, in a warmer or more flexible way.",
    "bend": "We make an exception, within limits.",
    "cross": "We do something that is not usual, on purpose, and the organisation supports it.",
    "offer-elsewhere": "Somebody else is to offer it.",
}
_PARTS = {
    "snapshot": "the signed copy itself",
    "signatures": "the signatures",
    "people": "the people",
    "agreement": "the agreement",
    "turns": "the turns and what was answered at the close",
    "matters": "the matters",
    "notes": "the notes",
    "decisions": "the decisions",
    "dissents": "the disagreements",
    "next": "the next session",
    "pack": "the questions",
}
"""What the first part of a covered path is called."""


# -- the whole record ---------------------------------------------------------------------------------------------


def record(session: Session, today: date, *, aside: str = "") -> Page:
    """The record as a minute that can still be understood in a year; also before the end. `aside` stands on top."""
    return tuple(_record(session, today, aside))


def _record(session: Session, today: date, aside: str) -> Iterator[Block]:
    kind = "Peer session" if session.kind == "peer" else "Supervision session"
    yield Heading(1, f"{kind}, {words.day(session.held or session.started)}")
    yield from fields(
        Field("With", ", ".join(f"{person.called} ({words.role(person)})" for person in session.people)),
        Field("When", words.held(session)),
        Field("Planned for", f"{session.pack.minutes} minutes") if session.pack.minutes else None,
        Field("Where", session.place),
        Field("Turns", words.turns(session)),
        Field("Agreement", words.agreement(session)),
        Field("Confidentiality and its limits", _acknowledged(session)),
        Field("The record is", words.state(session, today)),
        Field("Record", session.id),
    )
    if session.copy:
        yield Para(words.copy(session, session.copy))
    if aside:
        yield Para(aside)
    for n in _matters(session):
        yield from _matter(session, n)
    yield from _decisions(session, today)
    yield from _actions(session, today)
    yield from _ending(session)
    if session.agreement is not None:
        yield Heading(2, "How we work together")
        said = agreements.said(agreements.answers(session.agreement), session.called)
        yield from fields(*(Field(question.label, _in_words(question, answer)) for question, answer in said))
    yield from _signatures(session)
    if session.redactions:
        yield Heading(2, "Taken out of this record")
        yield from fields(
            *(
                Field(
                    f"{session.called(entry.by)}, {words.moment(entry.at)}",
                    f"{entry.why} ({words.places(entry.places)})",
                )
                for entry in session.redactions
            )
        )
    if session.addenda:
        yield Heading(2, "Added after signing")
        yield from fields(
            *(Field(f"{session.called(entry.by)}, {words.moment(entry.at)}", entry.text) for entry in session.addenda)
        )
    if session.pack.source:
        yield Para(f"The questions are those of {session.pack.title}. {session.pack.source}")


def _in_words(question: agreements.Question, answer: str) -> str:
    return words.day(date.fromisoformat(answer)) if question.answer == "day" else answer


def _acknowledged(session: Session) -> str:
    names = [session.called(mark.by) for mark in session.acknowledged]
    return f"read by {words.listed(names)}" if names else ""


def _matters(session: Session) -> list[int]:
    """The matters in order; notes on one that the record does not have are kept too."""
    known = [matter.n for matter in session.matters]
    return known + sorted({note.matter for note in session.notes} - set(known))


def _matter(session: Session, n: int) -> Page:
    matter = next((matter for matter in session.matters if matter.n == n), None)
    about = (
        fields(Field("About", matter.alias), Field("Situation", matter.text), Field("Question", matter.question))
        if matter
        else ()
    )
    stages = tuple(block for stage in _stages(session) for block in _stage(session, stage, matter, n))
    if not about and not stages:
        return ()
    title = f"Matter {n}" if len(_matters(session)) > 1 or n != 1 else "What was brought" if about else "Notes"
    return (Heading(2, title), *about, *stages)


def _stages(session: Session) -> list[Stage]:
    known = {stage.id for stage in session.pack.stages}
    other = dict.fromkeys(note.stage for note in session.notes if note.stage not in known)
    return [*session.pack.stages, *(Stage(id=stage, title=stage) for stage in other)]


def _stage(session: Session, stage: Stage, matter: Matter | None, n: int) -> Iterator[Block]:
    """A stage that was used, with what was asked; nothing for one that was not, so that skipping leaves no mark."""
    note = session.note(stage.id, n)
    said = _said(session, lines(note.runs)) if note else ()
    actions = [str(i) for i, action in enumerate(session.actions, 1) if action.stage == stage.id and action.matter == n]
    decisions = []
    if _decided_in(session, n) == stage.id:
        decisions = [str(decision.number) for decision in for_case_file(session) if decision.matter == n]
    if not (said or actions or decisions):
        return
    yield Heading(3, f"{stage.letter}: {stage.title}" if stage.letter else stage.title)
    practitioner = next((person.called for person in session.people if person.role == "practitioner"), "")
    asked = tuple(filled(prompt.text, matter.alias if matter else "", practitioner) for prompt in stage.prompts)
    if asked:
        yield Asked(asked)
    yield from fields(
        *said,
        *(
            Field(f"Marked as {'an option' if mark.kind == 'option' else 'a reason'}", mark.text)
            for mark in session.marks
            if (mark.stage, mark.matter) == (stage.id, n)
        ),
        Field("Decision below" if len(decisions) == 1 else "Decisions below", ", ".join(decisions)),
        Field("Action below" if len(actions) == 1 else "Actions below", ", ".join(actions)),
    )


def _decided_in(session: Session, n: int) -> str:
    """The stage in which a matter's decisions were made: that with notes on it, where a pack has several."""
    deciding = [stage.id for stage in session.pack.stages if stage.shows == "decide"]
    with_notes = [stage for stage in deciding if session.note(stage, n)]
    return next(iter([*with_notes, *deciding]), "")


def _said(session: Session, said: Iterable[Line]) -> tuple[Field, ...]:
    return tuple(Field(session.called(line.by), line.text) for line in said)


# -- decisions ----------------------------------------------------------------------------------------------------


def _decisions(session: Session, today: date) -> Iterator[Block]:
    if not session.decisions:
        return
    yield Heading(2, "Decisions")
    for decision in session.decisions:
        yield from _decision(session, decision, today)


def _decision(session: Session, decision: Decision, today: date, *, case_file: bool = False) -> Page:
    """A decision whole; for the case file without the practitioner's own risk and disagreement."""
    several = len(session.matters) > 1
    alias = session.matter_of(decision.matter).alias
    matter = f"{decision.matter}, about {alias}" if alias else str(decision.matter)
    text = [
        _field(session, decision, field.key, field.label, today, case_file)
        for field in FIELDS
        if field.key not in {"title", "instructed_by"} and not (case_file and field.key == "practitioner_risk")
    ]
    return (
        Heading(3, f"Decision {decision.number}: {decision.title or 'no title yet'}"),
        *fields(
            Field("Status", words.status(session, decision)),
            Field("Still needs", words.lacking(session, decision)),
            Field("Matter", matter) if several else None,
            *text,
            Field("Support", words.support(session, decision)),
            Field("Agreed by", "", tuple(_mark(session, decision, mark) for mark in decision.marks)),
            Field("Replaces", _reference(session, decision.replaces)),
            Field("Replaced by", _reference(session, decision.replaced_by)),
            Field("Looked at again", "", _reviews(session, decision)),
            _next_look(session, decision, today),
            *(
                _dissent(session, entry)
                for entry in session.dissents
                if entry.decision == decision.id and not case_file
            ),
        ),
    )


def _field(session: Session, decision: Decision, key: str, label: str, today: date, case_file: bool) -> Field | None:
    if key == "options":
        options = tuple(_option(i, option, case_file) for i, option in enumerate(decision.options, 1))
        return Field(label, "", options, _side_by_side(decision.options, case_file))
    if key == "stance":
        name = decision.stance.replace("-", " ")
        return Field(label, f"{name}: {STANCES[decision.stance]}" if decision.stance else "")
    if key in DATES:
        when: date | None = getattr(decision, key)
        if when is None:
            return None
        due = key == "review_on" and not decision.reviews and rules.is_due(session, decision, today)
        return Field(label, f"{words.day(when)}, due" if due else words.day(when))
    return Field(label, getattr(decision, key))


def _for_whom(option: Option, case_file: bool) -> tuple[tuple[str, str], ...]:
    """What is good and bad in an option for each; for the case file without what it is for the practitioner."""
    everybody = (
        ("For the person", option.for_person),
        ("For the practitioner", option.for_practitioner),
        ("For others", option.for_others),
    )
    return tuple(one for one in everybody if not (case_file and one[0] == "For the practitioner"))


def _option(number: int, option: Option, case_file: bool) -> Field:
    under = tuple(Field(label, text) for label, text in _for_whom(option, case_file) if text)
    return Field(str(number), option.text, under)


def _side_by_side(options: Iterable[Option], case_file: bool) -> Table | None:
    """The options as a table."""
    rows = [(option.text, _for_whom(option, case_file)) for option in options]
    if not rows:
        return None
    columns = ("Option", *(label for label, _ in rows[0][1]))
    return Table(
        columns,
        tuple((f"{i}. {text}", *(words for _, words in parts)) for i, (text, parts) in enumerate(rows, 1)),
    )


def _mark(session: Session, decision: Decision, mark: Mark) -> Field:
    other = "" if mark.digest == digest.decision_digest(decision) else "; to another wording than this one"
    return Field(session.called(mark.by), f"{words.moment(mark.at)}, {words.how(mark)}{other}")


def _reference(session: Session, decision_id: str | None) -> str:
    if not decision_id:
        return ""
    here = session.decision(decision_id)
    if here is None:
        return f"the decision {decision_id} of another session"
    return f"decision {here.number}, {here.title}" if here.title else f"decision {here.number}"


def _reviews(session: Session, decision: Decision) -> tuple[Field, ...]:
    return tuple(
        Field(
            words.day(review.at),
            ". ".join(
                part
                for part in (
                    f"{review.outcome}, said {session.called(review.by)}",
                    review.note.removesuffix("."),
                    f"Look again on {words.day(review.review_on)}" if review.review_on else "",
                )
                if part
            )
            + ".",
        )
        for review in decision.reviews
    )


def _next_look(session: Session, decision: Decision, today: date) -> Field | None:
    when = rules.look_again(decision)
    if not decision.reviews or when is None or not rules.stands(session, decision):
        return None
    return Field("Next look", f"{words.day(when)}, due" if rules.is_due(session, decision, today) else words.day(when))


def _dissent(session: Session, entry: Dissent) -> Field:
    under = (Field("To be resolved", entry.resolve_by),) if entry.resolve_by else ()
    who = session.called(entry.by)
    return Field(f"{who} sees it differently, {words.day(entry.at)}", entry.text, under)


# -- actions, and the end -----------------------------------------------------------------------------------------


def _actions(session: Session, today: date) -> Iterator[Block]:
    if not session.actions:
        return
    yield Heading(2, "Actions")
    yield from fields(*(_action(session, i, action, today) for i, action in enumerate(session.actions, 1)))


def _action(session: Session, number: int, action: Action, today: date) -> Field:
    due = ""
    if action.due:
        due = f"{words.day(action.due)}, overdue" if rules.is_overdue(action, today) else words.day(action.due)
    status = f"{action.status} on {words.day(action.closed)}" if action.closed else action.status
    under = (
        Field("Who", session.called(action.owner) if action.owner else "nobody yet"),
        Field("Due", due),
        Field("Waiting for", action.waiting_on),
        Field("Status", status),
        Field("For", _reference(session, action.decision)),
        *(Field(f"{session.called(note.by)}, {words.day(note.at)}", note.text) for note in action.notes),
    )
    return Field(f"Action {number}", action.text, tuple(field for field in under if field.text.strip()))


def _ending(session: Session) -> Iterator[Block]:
    decided = {decision.id for decision in session.decisions}
    apart = [entry for entry in session.dissents if entry.decision not in decided]
    if apart:
        yield Heading(2, "Disagreement")
        yield from fields(*(_dissent(session, entry) for entry in apart))
    if session.heard:
        yield Heading(2, "Did either of us hear something that must be raised?")
        # In somebody's own copy the other's answer is left out, which is not to say that they gave none.
        people = [person for person in session.people if session.copy is None or person.id == session.copy.who]
        yield from fields(*(Field(person.called, _heard(session, person.id)) for person in people))
    if session.concerns:
        yield Heading(2, "Concerns")
        yield from fields(*(_concern(session, concern) for concern in session.concerns))
    if session.themes:
        yield Heading(2, "Themes")
        yield Para("; ".join(themes.title(theme) for theme in session.themes))
    following = fields(
        Field("On", words.day(session.next_date) if session.next_date else ""), Field("First", session.next_focus)
    )
    if following:
        yield Heading(2, "Next session")
        yield from following


def _heard(session: Session, who: Who) -> str:
    answer = next((answer for answer in session.heard if answer.by == who), None)
    return "not answered" if answer is None else "yes" if answer.must_raise else "no"


def _concern(session: Session, concern: Concern) -> Field:
    told = {"": "", "told": "yes", "not told": "no, as telling could put somebody at risk"}[concern.told_first]
    under = (
        Field("Goes to", concern.to),
        Field("By", words.day(concern.by_when) if concern.by_when else ""),
        Field("Who does it", session.called(concern.done_by) if concern.done_by else "nobody yet"),
        Field("Done", words.moment(concern.done) if concern.done else "not yet"),
        Field("Practitioner told first", told),
    )
    label = ", ".join(part for part in (session.called(concern.by), words.day(concern.at)) if part)
    return Field(label, concern.text, tuple(field for field in under if field.text))


def _signatures(session: Session) -> Iterator[Block]:
    yield Heading(2, "Signatures")
    signed = {mark.by for mark in session.signatures}
    waiting = [person.called for person in session.people if person.id not in signed]
    if not signed:
        yield Para("Nobody has signed yet.")
        return
    yield from fields(
        *(
            Field(
                session.called(mark.by),
                f"{words.moment(mark.at)}, {words.how(mark)}; seal of the text {mark.digest[:DIGEST_SHOWN]}",
            )
            for mark in session.signatures
        ),
        Field("Not signed yet", words.listed(waiting)) if waiting else None,
    )
    if session.copy:  # what they signed is not all here, so there is nothing to compare
        return
    wrong = dict.fromkeys(_PARTS.get(path.split("/")[0], "its head") for path in digest.faults(session))
    if wrong:
        yield Para(f"Not verified: this record is no longer what was signed. It differs in {words.listed(wrong)}.")


# -- for the case file, and for the person ------------------------------------------------------------------------


def for_case_file(session: Session) -> tuple[Decision, ...]:
    """The decisions that are more than a draft."""
    return tuple(decision for decision in session.decisions if rules.status(session, decision) != "draft")


def case_file(session: Session, today: date) -> Page:
    """The decisions only, without disagreement and what is the practitioner's own."""
    decisions = for_case_file(session)
    header = (
        Heading(1, f"Decisions, {words.day(session.held or session.started)}"),
        *fields(
            Field("Between", ", ".join(f"{person.called} ({words.role(person)})" for person in session.people)),
            Field("Record", session.id),
        ),
    )
    if not decisions:
        return (*header, Para("There is no decision in this session."))
    return (
        *header,
        *(block for decision in decisions for block in _decision(session, decision, today, case_file=True)),
    )


def decided(session: Session) -> tuple[Decision, ...]:
    """The decisions in force: what can be told to the person as decided."""
    return tuple(decision for decision in session.decisions if rules.stands(session, decision))


def stance_for_the_person(decision: Decision) -> str:
    return _FOR_THE_PERSON.get(decision.stance, "")


def how_to_disagree(session: Session) -> str:
    """How the person can say no, whoever they talk to first."""
    practitioner = next((person.called for person in session.people if person.role == "practitioner"), "")
    names = practitioner or words.listed(person.called for person in session.people)
    return (
        f"You can disagree with this at any time, in any way that suits you. Tell {names}, or ask to talk to the "
        "manager. You can ask somebody you trust, or an advocate, to speak with you or for you. You can ask for it to "
        "be looked at again sooner. You can also use the organisation's complaints procedure."
    )


def for_the_person(session: Session) -> Page:
    """What was decided, why, until when, when it is looked at again and how to disagree, and nothing else."""
    decisions = decided(session)
    header: Page = (Heading(1, f"What was decided, {words.day(session.held or session.started)}"),)
    if not decisions:
        return (*header, Para("Nothing has been decided yet."))
    several = len(decisions) > 1
    body = tuple(
        block
        for i, decision in enumerate(decisions, 1)
        for block in (
            *((Heading(2, f"{i}. {decision.title}"),) if several else ()),
            Fields(
                tuple(
                    field
                    for field in (
                        None if several else Field("What", decision.title),
                        Field("That means", stance_for_the_person(decision)),
                        Field("Why", decision.rationale),
                        Field("Until when, and how much", decision.limits),
                        _told_again(decision),
                    )
                    if field and field.text.strip()
                )
            ),
        )
    )
    return (*header, *body, Heading(2, "If you see it differently"), Para(how_to_disagree(session)))


def _told_again(decision: Decision) -> Field | None:
    when = rules.look_again(decision)
    return Field("We look at it again on", words.day(when)) if when else None
