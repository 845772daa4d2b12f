"""What plain mode prints, as lines: no drawing, no columns, whole sentences for whoever listens to them."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from supervision import when
from supervision.model import agreement as agreements
from supervision.model import notes, rules, turns, views
from supervision.model.fields import FIELDS, NEEDED
from supervision.model.pack import Prompt, Stage, filled
from supervision.model.private import PreparedMatter
from supervision.model.values import Action, Agreement, Decision, Matter, Note, Session, Support, Who

OPENS = {
    "first": "/first NAME says who presents first.",
    "take-to": "/take-to N WHOM takes decision N to somebody who may say yes.",
    "heard": "/heard yes, or /heard no: each of you answers for yourself.",
}
"""How a question of a paired reflection is answered, where a note does not."""
SHORTEST = 4
"""Letters of an id that are always shown."""

_LONG = 12 * 60
"""Minutes after which a session is no longer said to have been going ever since."""

Row = dict[str, Any]


def people(session: Session) -> str:
    return " and ".join(f"{person.called} ({person.role})" for person in session.people)


def opening(session: Session) -> list[str]:
    """Who meets, with which prompts, and what may still be done."""
    lines = [f"Session of {people(session)}. Questions: {session.pack.title}, {session.pack.minutes} minutes."]
    if session.held:
        lines.append(f"Held on {day(session.held.date())}, written up on {day(session.started.date())}.")
    if session.state == "signed":
        lines.append(
            "Everybody has signed this record, so its text no longer changes. "
            "Actions, support and addenda can still be added: /addendum TEXT corrects it."
        )
    elif session.signatures:
        signed = ", ".join(session.called(mark.by) for mark in session.signatures)
        lines.append(f"Signed so far by {signed}. A change of the text withdraws that signature.")
    elif session.ended:
        lines.append("This session has ended; it can still be changed and signed, and /reopen opens it again.")
    lines.append("A line you type is a note, an empty line goes on, and /help lists the commands.")
    return lines


def confidentiality(session: Session) -> list[str]:
    """The agreement in force, a line for each answer, and the statement on confidentiality where it counts."""
    lines: list[str] = []
    if session.agreement is not None:
        made = session.agreement
        lines += ["", f"Your agreement, version {made.version}, made on {day(made.made.date())}:"]
        lines += agreed(made, session.called)
    parts = [" ".join(part.split()) for part in session.pack.confidentiality.split("\n\n")]
    if agreements.default_stands(session.agreement) and any(parts):
        lines += ["", "What stays between you, and what could not:", *parts]
    return lines


def to_acknowledge(session: Session) -> list[str]:
    """How each says that they have read it, until all have."""
    have = {mark.by for mark in session.acknowledged}
    if session.state == "signed" or not session.pack.confidentiality or all(one.id in have for one in session.people):
        return []
    return ["Each of you says that you have read this: /acknowledge"]


def to_bring(session: Session) -> list[str]:
    """How what is brought is said, until somebody has."""
    said = any(one.alias or one.text or one.question for one in session.matters)
    return [] if said or session.state == "signed" else ["/alias, /matter and /question say whom and what it is about."]


def agreed(agreement: Agreement, called: Callable[[str], str]) -> list[str]:
    """What was agreed, a line for each answer."""
    return [
        f"{question.label}: {day(date.fromisoformat(answer)) if question.answer == 'day' else ' '.join(answer.split())}"
        for question, answer in agreements.said(agreements.answers(agreement), called)
    ]


def newer_agreement(session: Session, newest: Agreement | None) -> list[str]:
    """Says that a newer version was made since this session began, if there is one."""
    if newest is None or newest == session.agreement or session.state == "signed":
        return []
    return [f"Version {newest.version} was made since this session began: /agreement take puts it in force here."]


def agreement_due(agreement: Agreement | None, today: date) -> list[str]:
    """Says that the day has come to look at the agreement again."""
    if agreement is None or agreement.review_on is None or not agreements.is_due(agreement, today):
        return []
    return [f"Your agreement is to be looked at again since {day(agreement.review_on)}: /agreement, /agreement edit."]


def stage_of(session: Session) -> Stage | None:
    return session.pack.stage(session.stage)


def place(session: Session, *, timed: bool = True, who: Who = "") -> str:
    """Where we are, in one sentence; `who` has questions of their own in a turn."""
    stage = stage_of(session)
    if stage is None:
        return f"Stage: {session.stage or 'none'}."
    stages = [one.id for one in session.pack.stages]
    name = f"{stage.title} ({stage.letter})" if stage.letter else stage.title
    line = f"Stage {stages.index(stage.id) + 1} of {len(stages)}: {name}."
    prompts = [prompt.id for prompt in asked(session, stage, who)]
    if stage.turn and turns.has_turns(session):
        line += f" Turn {stage.turn.upper()}: {session.called(turns.presenter(session, stage.turn))} presents."
    if session.prompt in prompts and len(prompts) > 1:
        line += f" Question {prompts.index(session.prompt) + 1} of {len(prompts)}."
    if timed and stage.minutes and session.prompt in {"", *prompts[:1]}:
        line += f" About {stage.minutes} minutes."
    return line


def asked(session: Session, stage: Stage, who: Who) -> tuple[Prompt, ...]:
    """The questions of a stage for somebody; for nobody in particular all of them."""
    return turns.asked(session, stage, who) if session.person(who) else stage.prompts


def turn_times(session: Session, now: datetime) -> list[str]:
    """How much of their half each has had, and whether the clock runs."""
    lines = [
        f"{session.called(who)} has had {had} of {meant} minutes." for who, had, meant in turns.elapsed(session, now)
    ]
    why = turns.stopped(session)
    if why:
        lines.append(f"{turns.WHY_STILL[why]} /clock go lets it go on.")
    elif turns.running(session) is None:
        lines.append("No clock is running: there is one in the two turns only.")
    return lines


def at(session: Session, *, from_stage: str = "") -> str:
    """The place in a few words; a question only for somebody who is in the same stage."""
    stage = stage_of(session)
    if stage is None:
        return session.stage or "no stage"
    prompts = [prompt.id for prompt in stage.prompts]
    words = stage.title
    if stage.id == from_stage and len(prompts) > 1 and session.prompt in prompts:
        words = f"question {prompts.index(session.prompt) + 1} of {stage.title}"
    return words if len(session.matters) < 2 else f"{words}, matter {session.matter}"


def time_gone(session: Session, now: datetime) -> list[str]:
    """How long a session has been going, while it is."""
    if session.held or session.ended:
        return []
    minutes = int((now - session.started).total_seconds() // 60)
    if not 0 <= minutes < _LONG:
        return [f"Begun on {day(session.started.date())}."]
    return [f"Begun at {session.started:%H:%M}, {minutes} minutes ago; {session.pack.minutes} are meant for it."]


def notes_there(session: Session) -> list[str]:
    """Says that there are notes at this place, if there are."""
    note = session.note(session.stage, session.matter)
    count = len(notes.whole_lines(note.runs)) if note else 0
    if not count:
        return []
    return [f"There {'is 1 line' if count == 1 else f'are {count} lines'} of notes here: /notes reads {_them(count)}."]


def _them(count: int) -> str:
    return "it" if count == 1 else "them"


def noted(note: Note | None, called: Callable[[str], str]) -> list[str]:
    """Notes line by line, each with whose words they are; `called` names people."""
    lines: list[str] = []
    for part in notes.lines(note.runs if note else ()):
        words = f"{called(part.by)}: {part.text.strip()}"
        if part.joins and lines:
            lines[-1] += f" {words}"
        else:
            lines.append(words)
    return lines


def question(session: Session, *, alone: bool = False, who: Who = "") -> list[str]:
    """The prompt we are at, with its stage, what it asks and what helps to weigh it; `alone`, itself only."""
    stage, prompt = stage_of(session), _prompt_of(session)
    lines = ["", place(session, timed=not alone, who=who)]
    if stage is not None and stage.private:
        lines.append("/private TEXT keeps a line for your own eyes, on your own login; paper does it everywhere.")
        lines.append("What is typed here without it goes into the record.")
    if prompt is not None:
        lines.append((f"For the {prompt.part}: " if prompt.part else "") + _fill(session, prompt.text))
        silent = stage is not None and stage.silent  # nobody is asked anything there
        lines += [] if alone or silent else deeper(session)
        lines += [OPENS[prompt.opens]] if prompt.opens else []
    return lines


def deeper(session: Session) -> list[str]:
    """What the prompt we are at asks, what helps to weigh it, and what it could be as an action."""
    prompt = _prompt_of(session)
    if prompt is None:
        return []
    lines = [f"What this asks: {_fill(session, prompt.asks)}"] if prompt.asks else []
    lines += [f"To go deeper: {_fill(session, probe)}" for probe in prompt.probes]
    if prompt.suggests:
        lines.append(f"As an action: /action {_fill(session, prompt.suggests)}")
    return lines


def _prompt_of(session: Session) -> Prompt | None:
    stage = stage_of(session)
    return next((one for one in stage.prompts if one.id == session.prompt), None) if stage else None


def _fill(session: Session, words: str) -> str:
    return " ".join(filled(words, session.matter_of(session.matter).alias).split())


def matter(one: Matter, among: int) -> str:
    words = ", ".join(part for part in (one.alias, one.text) if part) or "no alias and no text yet"
    line = f"Matter {one.n}: {ended(words)}" if among > 1 else f"The matter: {ended(words)}"
    return f"{line} The question: {one.question}" if one.question else line


def ended(words: str) -> str:
    """The words as a sentence: with a full stop, unless they end already."""
    return words if words.rstrip("\"'’”)").endswith((".", "?", "!", "…")) else f"{words}."


def prepared(one: PreparedMatter, n: int) -> str:
    """A matter that somebody prepared, with the number to take it in by."""
    words = ", ".join(part for part in (one.alias, one.text) if part)
    return f"{n}. {words}{'.' if words else ''}" + (f" The question: {one.question}" if one.question else "")


def marked(session: Session, number: int, *kinds: str) -> list[str]:
    """Lines of notes on a matter that were marked, as options first; of these kinds alone where some are named."""
    return [
        f"Marked as {'an' if kind == 'option' else 'a'} {kind}: {mark.text}"
        for kind in kinds or ("option", "reason")
        for mark in session.marks
        if mark.kind == kind and mark.matter == number
    ]


# -- actions --------------------------------------------------------------------------------------------------


def shortened(ids: Iterable[str]) -> dict[str, str]:
    """Each id by its shortest beginning that no other has, of four letters or more."""
    every = sorted(set(ids))
    short = {}
    for n, one in enumerate(every):
        beside = every[max(0, n - 1) : n] + every[n + 1 : n + 2]
        length = SHORTEST
        while length < len(one) and any(other.startswith(one[:length]) for other in beside):
            length += 1
        short[one] = one[:length]
    return short


def action(row: Row, short: str, today: date) -> str:
    """An action in one line: its short id, its words, whose it is and by when."""
    parts = [row["owner"] or "nobody yet"]
    if row["status"] != "open":
        parts.append(row["status"])
    elif row["due"]:
        due = date.fromisoformat(row["due"])
        parts.append(f"due {day(due)}" + (", overdue" if due < today else ""))
    if row["waiting_on"] and row["status"] == "open":
        parts.append(f"waiting on {row['waiting_on']}")
    return f"{short}: {row['text']} ({', '.join(parts)})"


def action_whole(session: Session, one: Action, today: date) -> list[str]:
    """All that is written of an action: whose it is, where it came from, how it is getting on."""
    lines = [f"Action {action(views.action_row(session, one), one.id, today)}"]
    stage = session.pack.stage(one.stage)
    where = f", in {stage.title}" if stage else ""
    lines.append(f"Written down by {session.called(one.created_by)} on {day(one.created.date())}{where}.")
    if stage and (asked := next((prompt.text for prompt in stage.prompts if prompt.id == one.prompt), "")):
        alias = session.matter_of(one.matter).alias
        lines.append(f"It came up at: {' '.join(filled(asked, alias).split())}")
    if serves := session.decision(one.decision or ""):
        lines.append(f"It serves decision {serves.number}: {serves.title or 'no title yet'}.")
    for note in one.notes:
        lines.append(f"{day(note.at.date())}, {session.called(note.by)}: {note.text}")
    if one.closed:
        by = session.called(rules.closed_by(session, one))
        lines.append(f"{one.status.capitalize()} on {day(one.closed.date())}{f' by {by}' if by else ''}.")
    return lines


def day(one: date) -> str:
    return f"{one.day} {one:%B %Y}"


def due(one: date, today: date) -> str:
    return when.said(one, today)


# -- decisions ------------------------------------------------------------------------------------------------


STANDS = {"draft": "a draft"}


def state(session: Session, decision: Decision) -> str:
    """Where a decision stands and what it waits for, in one sentence or two."""
    status = rules.status(session, decision)
    line = f"Decision {decision.number} is {STANDS.get(status, status.replace('-', ' '))}"
    line += f" ({decision.stance.replace('-', ' ')})." if decision.stance else "."
    lacking = rules.missing(decision)
    if status in {"draft", "proposed"} and lacking:
        wants = "To be taken to somebody" if session.kind == "peer" else "For an agreement"
        line += f" {wants} it needs: {', '.join(NEEDED[key] for key in lacking)}."
    elif status == "proposed" and session.kind == "peer":
        line += " Peers propose: take it to somebody with authority."
    elif status == "proposed":
        marked = {mark.by for mark in decision.marks}
        waiting = [person.called for person in session.people if person.id not in marked]
        agreed = [session.called(mark.by) for mark in decision.marks]
        line += f" Agreed by {' and '.join(agreed)}." if agreed else ""
        line += f" Waiting for {' and '.join(waiting)}: /agree {decision.number}"
    elif status == "awaiting-support":
        line += f" It is agreed between you and waits for support: /support {decision.number} given WHO"
    return line


def decision_line(session: Session, decision: Decision) -> str:
    title = decision.title or "no title yet"
    return f"{decision.number}. {title}, {decision.id}. {state(session, decision)}"


def decision_row(row: Row) -> str:
    """A decision of any session in one line: the letters that name it, and where it stands."""
    stance = row["stance"].replace("-", " ") or "no stance yet"
    again = f", look again on {day(date.fromisoformat(row['due_on']))}" if row["due_on"] else ""
    due = f", due for review since {day(date.fromisoformat(row['due_on']))}" if row["due"] else again
    title = row["title"] or "no title yet"
    return f"{row['id']}: {title} ({stance}, {row['status'].replace('-', ' ')}{due})"


def decision(session: Session, one: Decision) -> list[str]:
    """All that is written of a decision, and where it stands."""
    return [*decision_text(session, one), *_what_became_of_it(session, one), state(session, one)]


def _what_became_of_it(session: Session, one: Decision) -> list[str]:
    lines = [f"Agreed by {session.called(mark.by)} on {day(mark.at.date())}, {mark.how}." for mark in one.marks]
    for review in one.reviews:
        again = f" Look again on {day(review.review_on)}." if review.review_on else ""
        note = f" {review.note}" if review.note else ""
        lines.append(
            f"Looked at again on {day(review.at.date())} by {session.called(review.by)}: {review.outcome}.{note}{again}"
        )
    if one.replaces:
        lines.append(f"It replaces {_named(session, one.replaces)}.")
    if one.replaced_by:
        since = f" since {day(one.replaced_on)}" if one.replaced_on else ", once that is agreed"
        lines.append(f"It is replaced by {_named(session, one.replaced_by)}{since}.")
    return lines


def _named(session: Session, decision_id: str) -> str:
    found = session.decision(decision_id)
    return f"decision {found.number}, {found.title or 'no title yet'}" if found else decision_id


def decision_text(session: Session, one: Decision) -> list[str]:
    """All that is written of a decision, a line each."""
    lines = [f"Decision {one.number}, {one.id}"]
    for field in FIELDS:
        value = getattr(one, field.key)
        if field.key == "options":
            for n, option in enumerate(one.options, 1):
                parts = (
                    option.text,
                    f"for the person: {option.for_person}" if option.for_person else "",
                    f"for the practitioner: {option.for_practitioner}" if option.for_practitioner else "",
                    f"for others: {option.for_others}" if option.for_others else "",
                )
                lines.append(f"Option {n}: {'; '.join(part for part in parts if part)}")
        elif value:
            words = day(value) if isinstance(value, date) else " ".join(str(value).split("\n"))
            words = words.replace("-", " ") if field.key == "stance" else words
            lines.append(f"{field.label}: {words}")
    if one.support.status != "not-needed":
        lines.append(support(one.support))
    for entry in session.dissents:
        if entry.decision == one.id:
            lines.append(f"{session.called(entry.by)} sees it differently: {entry.text}")
    return lines


def support(one: Support) -> str:
    """What somebody with authority said, or that they were asked."""
    words = "Support: " + one.status.replace("-", " ")
    if one.by:
        words += f" {'of' if one.status == 'asked' else 'by'} {one.by}"
    return words + (f", {day(one.at)}" if one.at else "")


def answered_decision(row: Row) -> str:
    """An earlier decision to which somebody with authority has answered."""
    answer = row["support"]
    by = f"{answer['by']}, {day(date.fromisoformat(answer['at']))}"
    return f"{row['id']}: {row['title']}, support {answer['status']} by {by}"


def waiting_decision(row: Row) -> str:
    """An earlier decision to which nobody has answered yet."""
    support = row["support"]
    asked = f", asked {support['by']}" if support["status"] == "asked" and support["by"] else ""
    return f"{row['id']}: {row['title']} ({row['stance'].replace('-', ' ') or 'no stance'}{asked})"


def due_decision(row: Row) -> str:
    """An earlier decision that has come back."""
    since = day(date.fromisoformat(row["due_on"]))
    return (
        f"{row['id']}: {row['title']} ({row['stance'].replace('-', ' ') or 'no stance'}, due for review since {since})"
    )
