"""Commands for decisions: asking for one line by line, changing it, agreeing, support."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast, get_args

from supervision import text, when
from supervision.errors import BadInput, Refused, SupervisionError
from supervision.model import changes as c
from supervision.model import digest, ids
from supervision.model.apply import LOCKED
from supervision.model.fields import BY_KEY, DATES, STANCES, TEXTS, stance_of
from supervision.model.values import Decision, Outcome, Session
from supervision.plain import listing, pages, typed
from supervision.plain.commands import TABLE, part
from supervision.plain.speaker import Speaker, sentence
from supervision.plain.talk import Talk

command = part("Decisions")

ASKED = (
    *("title", "situation", "usual_practice", "need", "persons_view", "options", "stance", "limits", "risks"),
    *("safeguards", "support", "rationale", "explained_how", "review_on"),
)
"""What /decide asks for, in this order; the other fields come with /edit."""

_OPTIONS = "One a line: text | for the person | for the practitioner | for others. An empty line ends them."
_HOLDING = "Holding is worth being one of them."
_SUPPORT = (
    "Support: does the organisation support it? Say not needed; or asked, given or refused, and by whom: "
    "asked Team manager."
)


@dataclass
class _Draft:
    """A decision while its parts are asked for: each answer that fits is kept at once, so that none is ever lost."""

    run: str
    id: str = ""
    faults: list[str] = field(default_factory=list)
    ended_by: str | None = None
    """The command that ended the questions; empty for the end of input."""

    def fault(self, label: str, error: SupervisionError) -> None:
        self.faults.append(f"{label}: {sentence(error)}")


@command(
    "decide",
    "[TITLE]",
    "a decision: asks for each part; an empty line leaves it open, a command ends the questions",
    example="/decide Evening messages",
)
async def _decide(talk: Talk, rest: str) -> None:
    _refuse_if_signed(talk)
    draft = _Draft(run=f"decide {ids.token()}")
    talk.say("A line each; an empty line leaves it open.")
    if rest:
        _put(talk, draft, {"title": text.field(rest, "title")})
    for key in ASKED:
        if draft.ended_by is None and not (key == "title" and rest):
            await _ask(talk, draft, key)
    try:
        _say_draft(talk, draft)
    except SupervisionError as error:  # the command that ended the questions is done all the same
        talk.refuse(sentence(error))
    if draft.ended_by:
        await talk.take(draft.ended_by)


async def _ask(talk: Talk, draft: _Draft, key: str) -> None:
    if key == "options":
        await _ask_for_options(talk, draft)
        return
    asked = [_SUPPORT if key == "support" else f"{BY_KEY[key].label}: {BY_KEY[key].ask}"]
    if key == "rationale":
        asked += pages.marked(talk.session, talk.place.matter, "reason")
    words = await _line(talk, draft, *asked)
    if not words:
        return
    try:
        if key == "support":
            _support(talk, _drafted(talk, draft), typed.answer(words), draft.run)
        else:
            _put(talk, draft, {key: await _fitting(talk, key, words)})
    except SupervisionError as error:
        draft.fault("support" if key == "support" else BY_KEY[key].label.lower(), error)


async def _ask_for_options(talk: Talk, draft: _Draft) -> None:
    asked: tuple[str, ...] = (
        f"Options: {BY_KEY['options'].ask} {_OPTIONS} {_HOLDING}",
        *pages.marked(talk.session, talk.place.matter, "option"),
    )
    n = 0
    while words := await _line(talk, draft, *asked):
        n += 1
        asked = ()
        option = typed.option(words)
        try:
            text.field(
                " ".join((option.text, option.for_person, option.for_practitioner, option.for_others)), "an option"
            )
            _put(talk, draft, options=(*_options(_drafted(talk, draft)), option))
        except SupervisionError as error:
            draft.fault(f"option {n}", error)


async def _line(talk: Talk, draft: _Draft, *asked: str) -> str:
    """The next answer; empty for none, at the end of input, and when a command ends the questions."""
    if draft.ended_by is not None:
        return ""
    line = await talk.answer(*asked)
    if line is None:
        draft.ended_by = ""
        return ""
    match typed.line(line):
        case typed.Note(words):
            return words
        case typed.Command(name, _) if name in TABLE:
            draft.ended_by = line
            return ""
        case typed.Command():
            return line
    return ""


def _put(
    talk: Talk, draft: _Draft, fields: dict[str, str] | None = None, options: tuple[c.OptionText, ...] | None = None
) -> None:
    """Keeps an answer: the first one makes the decision, the others go on with it; all are taken back at once."""
    if draft.id:
        talk.change(c.EditDecision(id=draft.id, fields=fields or {}, options=options), draft.run)
    elif any((fields or {}).values()) or options or fields is None:
        change = c.Propose(fields=fields or {}, options=options or (), matter=talk.place.matter)
        draft.id = talk.change(change, draft.run).decisions[-1].id


def _drafted(talk: Talk, draft: _Draft) -> Decision:
    """The decision that is being drafted; a new one without a word when nothing of it was kept yet."""
    if not draft.id:
        _put(talk, draft)
    decision = talk.session.decision(draft.id)
    if decision is None:
        raise Refused("This decision was taken back meanwhile.")
    return decision


def _say_draft(talk: Talk, draft: _Draft) -> None:
    """Where the decision stands, after saying in one line what does not fit."""
    decision = talk.session.decision(draft.id)
    if decision is None:
        faults = "; ".join(fault.rstrip(".") for fault in ["Nothing was kept, so there is no decision", *draft.faults])
        raise Refused(f"{faults}.")
    if draft.faults:
        faults = "; ".join(fault.rstrip(".") for fault in draft.faults)
        talk.refuse(f"Decision {decision.number} is kept without what does not fit. {faults}.")
    talk.say(_state(talk, decision.number))


async def _fitting(talk: Talk, key: str, words: str) -> str:
    """An answer as the record takes it: dates as ISO text, a stance by its name."""
    if not words.strip():
        return ""
    if key == "happened":
        return when.moment(words, talk.room.clock()).date().isoformat()
    if key in DATES:
        return (await talk.day(words)).isoformat()
    if key == "stance":
        stance = stance_of(words)
        if not stance:
            raise BadInput(f'"{words[:40]}" is not a stance; the stances are: {", ".join(STANCES)}.')
        return stance
    return text.field(words, BY_KEY[key].label.lower())


def _support(talk: Talk, decision: Decision, answer: typed.Answer, run: str = "") -> None:
    talk.change(_supported(talk, decision.id, answer), run)


def _supported(talk: Speaker, decision: str, answer: typed.Answer) -> c.SetSupport:
    on, who = None, answer.who
    if answer.on:
        try:
            on = when.moment(answer.on, talk.shelf.clock()).date()
        except BadInput:
            who = answer.whole  # "the manager on call" is a person, not a day
    return c.SetSupport(id=decision, status=answer.status, by=who, on=on)


def _state(talk: Talk, number: int) -> str:
    return pages.state(talk.session, talk.decision(number))


def _refuse_if_signed(talk: Talk) -> None:
    if talk.session.state == "signed":  # said before the questions, not after them
        raise Refused(LOCKED)


@command(
    "decisions",
    "[N|all|due|agreed]",
    "the decisions of this session; with N, all that is written of one; or those of every session of yours",
    tells=True,
)
async def _decisions(talk: Talk, rest: str) -> None:
    session = talk.session
    if rest.casefold() in {"all", "due", "agreed"}:
        rows = talk.shelf.decisions(which=rest.casefold(), pair=talk.pair)
        talk.say(*([pages.decision_row(row) for row in rows] or ["There are none."]))
        if rows:
            talk.say("/show ID reads one of them.")
        return
    if rest:
        number, _ = typed.number(rest, "decisions")
        talk.say(*pages.decision(session, talk.decision(number)))
        return
    if not session.decisions:
        talk.say("No decisions yet.")
    talk.say(*(pages.decision_line(session, decision) for decision in session.decisions))
    listing.say_due(talk)


@command(
    "edit",
    "N FIELD TEXT",
    "change a decision's text, which withdraws agreements; FIELD is title, situation, usual_practice, need, "
    "persons_view, options (A | ... ; B | ...), option1, option2 ..., stance, limits, risks, practitioner_risk, "
    "safeguards, rationale, explained_how, review_on, happened, consulted, informed, followed_how, case_file, "
    "who_knows, what_it_did, repair, go_on, instructed_by, alias",
)
async def _edit(talk: Talk, rest: str) -> None:
    number, after = typed.number(rest, "edit")
    decision = talk.decision(number)
    word, words = typed.named_field(after)
    if not word:
        raise BadInput(f"Say which field, and its new text: /edit {number} limits Until the end of January")
    talk.change(await _edited(talk, decision, word, words.strip()))
    withdrawn = " The agreements to the old text are withdrawn." if decision.marks else ""
    talk.say(f"{_state(talk, number)}{withdrawn if not talk.decision(number).marks else ''}")


async def _edited(talk: Talk, decision: Decision, word: str, words: str) -> c.EditDecision:
    name = word.casefold().replace("_", "")
    if name == "options":
        new = typed.options(words)
        kept = _options(decision)
        options = tuple(replace(one, id=kept[n].id) if n < len(kept) else one for n, one in enumerate(new))
        return c.EditDecision(id=decision.id, options=options)
    if name.startswith("option") and (digits := name.removeprefix("option")).isascii() and digits.isdigit():
        return c.EditDecision(id=decision.id, options=_with_option(decision, int(digits[:6]), words))
    key = typed.field(word)
    return c.EditDecision(id=decision.id, fields={key: await _fitting(talk, key, words)})


def _options(decision: Decision) -> list[c.OptionText]:
    return [
        c.OptionText(one.text, one.for_person, one.for_practitioner, one.for_others, one.id) for one in decision.options
    ]


def _with_option(decision: Decision, number: int, words: str) -> tuple[c.OptionText, ...]:
    """All options with this one changed, added as the next one, or (without words) taken away."""
    options = _options(decision)
    if not 1 <= number <= len(options) + 1:
        raise BadInput(f"There are {len(options)} options; the next one is option{len(options) + 1}.")
    new = [replace(typed.option(words), id=options[number - 1].id if number <= len(options) else "")] if words else []
    return (*options[: number - 1], *new, *options[number:])


@command("agree", "N", "whoever is writing agrees to a decision as it stands now", example="/agree 1")
async def _agree(talk: Talk, rest: str) -> None:
    number, _ = typed.number(rest, "agree")
    decision = talk.decision(number)
    before = talk.session
    read = pages.decision_text(before, decision)
    said = await talk.sure(f"Decision {number} was changed just now.", read, decision.id)
    talk.change(c.Agree(id=decision.id, digest=digest.decision_digest(decision)))
    if not said:
        talk.say(*read)
    if await talk.settled():
        talk.say(f"{talk.room.writing.called} agrees ({talk.how_given()}). {_state(talk, number)}")
        _say_new_actions(talk, before, talk.session)


@command("not-yet", "N", "take one's own agreement back; needs no reason")
async def _not_yet(talk: Talk, rest: str) -> None:
    number, _ = typed.number(rest, "not-yet")
    talk.change(c.NotYet(id=talk.decision(number).id))
    if await talk.settled():
        talk.say(_state(talk, number))


@command(
    "disagree", "N TEXT [|| HOW]", "see a decision differently, in one's own words; after two bars how it is settled"
)
async def _disagree(talk: Talk, rest: str) -> None:
    number, after = typed.number(rest, "disagree")
    words, more = typed.details(after)
    talk.change(c.Disagree(id=talk.decision(number).id, text=words, resolve_by="; ".join(more)))
    talk.say(f"Kept as {talk.room.writing.called}'s view. {_state(talk, number)}")


@command(
    "support",
    "N given|asked|refused WHO [on DAY]",
    "the organisation's answer, by name or role; for a decision of an earlier session, its id in place of N",
    example="/support 1 given Team manager on 14 November",
    home="Decisions",
)
async def _support_command(talk: Speaker, rest: str) -> None:
    first, _, after = rest.strip().partition(" ")
    prefix = first.lstrip("#").rstrip(".:")
    if not prefix:
        raise BadInput("Say which decision, by its number: /support 1 given Team manager")
    before = talk.here
    home, found = listing.find_decision(talk, prefix)
    after_it = await talk.carry(home, _supported(talk, found, typed.answer(after)))
    decision = after_it.decision(found)
    assert decision is not None  # it was just found there
    support = decision.support
    said = f"{pages.support(support)}."
    talk.say(f"{said} {pages.state(after_it, decision)}")
    if before is not None and home == before.id:
        _say_new_actions(talk, before, after_it)


def _say_new_actions(talk: Speaker, before: Session, after: Session) -> None:
    talk.say(*(f"New action: {action.text}" for action in after.actions if before.action(action.id) is None))


@command(
    "replace",
    "OLD-ID [N]",
    "decision N replaces an earlier one; without N, a new decision begins with the words of the old one",
    example="/replace k7fw 1",
)
async def _replace(talk: Talk, rest: str) -> None:
    prefix, _, after = rest.partition(" ")
    if not prefix:
        raise BadInput("Say which decision is replaced, and by which of this session: /replace OLD-ID 1")
    home, old = listing.find_decision(talk, prefix)
    if after.strip():
        number, _ = typed.number(after, "replace OLD-ID")
    else:
        _refuse_if_signed(talk)
        number = await _begin_from(talk, home, old)
    talk.change(c.LinkReplaces(id=talk.decision(number).id, old=old))
    talk.say(f"Decision {number} replaces {old} once it is agreed. {_state(talk, number)}")


async def _begin_from(talk: Talk, home: str, old: str) -> int:
    """Begins a decision with the words of an older one; its number."""
    session = talk.session if home == talk.session.id else await asyncio.to_thread(talk.shelf.load, home)
    decision = session.decision(old)
    assert decision is not None  # it was just found there
    fields = {key: getattr(decision, key) for key in TEXTS if getattr(decision, key)}
    options = tuple(replace(option, id="") for option in _options(decision))
    change = c.Propose(fields=fields | {"stance": decision.stance}, options=options, matter=talk.place.matter)
    made = talk.change(change).decisions[-1]
    talk.say(
        f"Decision {made.number} begins with the words of {decision.title or old}. /edit {made.number} changes them."
    )
    return made.number


@command(
    "review",
    "ID OUTCOME NOTE [|| DAY]",
    "answer a decision that has come back: kept, loosened, tightened, repaired, ended or replaced",
    example="/review k7fw kept J feels answered || in 3 months",
    home="Decisions",
)
async def _review(talk: Speaker, rest: str) -> None:
    prefix, _, after = rest.partition(" ")
    outcome, _, after = after.strip().partition(" ")
    outcome = outcome.casefold()
    if not prefix or outcome not in get_args(Outcome):
        raise BadInput(f"Say what became of it: /review ID {'|'.join(get_args(Outcome))} NOTE || NEXT DAY")
    note, more = typed.details(after)
    day: date | None = await talk.day(more[-1]) if more else None
    home, found = listing.find_decision(talk, prefix)
    change = c.ReviewDecision(id=found, outcome=cast(Outcome, outcome), note=note, review_on=day)
    after_it = await talk.carry(home, change)
    decision = after_it.decision(found)
    again = f" Look again on {pages.due(day, talk.today)}." if day else ""
    talk.say(f"{decision.title if decision else found}: {outcome}.{again}")
