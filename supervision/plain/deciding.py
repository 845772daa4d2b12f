"""Commands for decisions: asking for one line by line, changing it, agreeing, support."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast, get_args

from supervision import text, when
from supervision.errors import BadInput, Refused, SupervisionError
from supervision.model import changes as c
from supervision.model.apply import LOCKED
from supervision.model.fields import BY_KEY, DATES, STANCES, stance_of
from supervision.model.values import Decision, Outcome
from supervision.plain import pages, typed
from supervision.plain.commands import TABLE, part
from supervision.plain.talk import Talk, sentence

command = part("Decisions")

ASKED = (
    *("title", "situation", "usual_practice", "need", "persons_view", "options", "stance", "limits", "risks"),
    *("safeguards", "support", "rationale", "explained_how", "review_on"),
)
"""What /decide asks for, in this order; the other fields come with /edit."""

_OPTIONS = "One a line: text | for the person | for the practitioner | for others. An empty line ends them."
_HOLDING = "Holding is worth being one of them."
_SUPPORT = "Support: does the organisation support it? not-needed, asked WHO, given WHO or refused WHO."


@dataclass
class _Draft:
    """What was answered, what of it does not fit, and a command that ended the questions."""

    fields: dict[str, str] = field(default_factory=dict)
    options: list[c.OptionText] = field(default_factory=list)
    support: typed.Answer | None = None
    faults: list[str] = field(default_factory=list)
    ended_by: str | None = None

    def fault(self, label: str, error: SupervisionError) -> None:
        self.faults.append(f"{label}: {sentence(error)}")


@command(
    "decide", "[TITLE]", "a decision: asks for each part; an empty line leaves it open, a command ends the questions"
)
async def _decide(talk: Talk, rest: str) -> None:
    _refuse_if_signed(talk)
    draft = _Draft(fields={"title": rest} if rest else {})
    talk.say("A line each; an empty line leaves it open.")
    for key in ASKED:
        if draft.ended_by is None and key not in draft.fields:
            await _ask(talk, draft, key)
    await _keep(talk, draft)
    if draft.ended_by:
        await talk.take(draft.ended_by)


async def _ask(talk: Talk, draft: _Draft, key: str) -> None:
    if key == "options":
        talk.say(
            f"Options: {BY_KEY[key].ask} {_OPTIONS} {_HOLDING}",
            *pages.marked(talk.session, talk.session.matter, "option"),
        )
        while words := await _line(talk, draft):
            draft.options.append(typed.option(words))
        return
    talk.say(_SUPPORT if key == "support" else f"{BY_KEY[key].label}: {BY_KEY[key].ask}")
    if key == "rationale":
        talk.say(*pages.marked(talk.session, talk.session.matter, "reason"))
    words = await _line(talk, draft)
    if not words:
        return
    label = "support" if key == "support" else BY_KEY[key].label.lower()
    try:
        if key == "support":
            draft.support = typed.answer(words)
        else:
            draft.fields[key] = await _fitting(talk, key, words)
    except SupervisionError as error:
        draft.fault(label, error)


async def _line(talk: Talk, draft: _Draft) -> str:
    """The next answer; empty for none, at the end of input, and when a command ends the questions."""
    if draft.ended_by is not None:
        return ""
    line = await talk.answer()
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


async def _keep(talk: Talk, draft: _Draft) -> None:
    """Keeps what fits as a decision, then says in one line what does not."""
    draft.fields = {key: words for key, words in draft.fields.items() if words}
    options = []
    for n, option in enumerate(draft.options, 1):
        try:
            text.field(
                " ".join((option.text, option.for_person, option.for_practitioner, option.for_others)), "an option"
            )
            options.append(option)
        except SupervisionError as error:
            draft.fault(f"option {n}", error)
    if not (draft.fields or options or draft.support):
        raise Refused("; ".join(["Nothing was kept, so there is no decision", *draft.faults]))
    after = talk.change(c.Propose(fields=draft.fields, options=tuple(options)))
    decision = after.decisions[-1]
    if draft.support is not None:
        try:
            _support(talk, decision, draft.support)
        except SupervisionError as error:
            draft.fault("support", error)
    if draft.faults:
        talk.refuse(f"Decision {decision.number} is kept without what does not fit. {'; '.join(draft.faults)}")
    talk.say(_state(talk, decision.number))


def _support(talk: Talk, decision: Decision, answer: typed.Answer) -> None:
    on, who = None, answer.who
    if answer.on:
        try:
            on = when.moment(answer.on, talk.room.clock()).date()
        except BadInput:
            who = answer.whole  # "the manager on call" is a person, not a day
    talk.change(c.SetSupport(id=decision.id, status=answer.status, by=who, on=on))


def _state(talk: Talk, number: int) -> str:
    return pages.state(talk.session, talk.decision(number))


def _refuse_if_signed(talk: Talk) -> None:
    if talk.session.state == "signed":  # said before the questions, not after them
        raise Refused(LOCKED)


@command("decisions", "[N]", "the decisions of this session; with N, all that is written of one")
async def _decisions(talk: Talk, rest: str) -> None:
    session = talk.session
    if rest:
        number, _ = typed.number(rest, "decisions")
        talk.say(*pages.decision(session, talk.decision(number)))
        return
    if not session.decisions:
        talk.say("No decisions yet.")
    talk.say(*(pages.decision_line(session, decision) for decision in session.decisions))
    talk.list_due()


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
    word, _, words = after.partition(" ")
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


@command("agree", "N", "whoever is writing agrees to a decision as it stands now")
async def _agree(talk: Talk, rest: str) -> None:
    number, _ = typed.number(rest, "agree")
    decision = talk.decision(number)
    text = pages.decision_text(talk.session, decision)
    talk.change(c.Agree(id=decision.id))
    talk.say(*text)
    talk.say(f"{talk.room.writing.called} agrees (in the room, not verified). {_state(talk, number)}")


@command("not-yet", "N", "take one's own agreement back; needs no reason")
async def _not_yet(talk: Talk, rest: str) -> None:
    number, _ = typed.number(rest, "not-yet")
    talk.change(c.NotYet(id=talk.decision(number).id))
    talk.say(_state(talk, number))


@command(
    "disagree", "N TEXT [|| HOW]", "see a decision differently, in one's own words; after two bars how it is settled"
)
async def _disagree(talk: Talk, rest: str) -> None:
    number, after = typed.number(rest, "disagree")
    words, more = typed.details(after)
    talk.change(c.Disagree(id=talk.decision(number).id, text=words, resolve_by="; ".join(more)))
    talk.say(f"Kept as {talk.room.writing.called}'s. {_state(talk, number)}")


@command("support", "N given|asked|refused WHO [on DAY]", "the organisation's answer, by name or role")
async def _support_command(talk: Talk, rest: str) -> None:
    number, after = typed.number(rest, "support")
    before = talk.session
    _support(talk, talk.decision(number), typed.answer(after))
    support = talk.decision(number).support
    on = f", {pages.day(support.at)}" if support.at else ""
    talk.say(f"Support: {support.status}{', ' if support.by else ''}{support.by}{on}. {_state(talk, number)}")
    _say_new_actions(talk, before.actions)


def _say_new_actions(talk: Talk, known: tuple[object, ...]) -> None:
    talk.say(*(f"New action: {action.text}" for action in talk.session.actions[len(known) :]))


@command("replace", "OLD-ID N", "decision N replaces an earlier one")
async def _replace(talk: Talk, rest: str) -> None:
    prefix, _, after = rest.partition(" ")
    if not prefix or not after.strip():
        raise BadInput("Say which decision is replaced, and by which of this session: /replace OLD-ID 1")
    number, _ = typed.number(after, "replace OLD-ID")
    _, old = find_decision(talk, prefix)
    talk.change(c.LinkReplaces(id=talk.decision(number).id, old=old))
    talk.say(f"Decision {number} replaces {old} once it is agreed. {_state(talk, number)}")


@command(
    "review", "ID OUTCOME NOTE [|| DAY]", "answer a decision that is due: kept, loosened, tightened, repaired, ended"
)
async def _review(talk: Talk, rest: str) -> None:
    prefix, _, after = rest.partition(" ")
    outcome, _, after = after.strip().partition(" ")
    outcome = outcome.casefold()
    if not prefix or outcome not in get_args(Outcome):
        raise BadInput(f"Say what became of it: /review ID {'|'.join(get_args(Outcome))} NOTE || NEXT DAY")
    note, more = typed.details(after)
    day: date | None = await talk.day(more[-1]) if more else None
    home, found = find_decision(talk, prefix)
    change = c.ReviewDecision(id=found, outcome=cast(Outcome, outcome), note=note, review_on=day)
    after_it = await talk.carry(home, change)
    decision = after_it.decision(found)
    again = f" Look again on {pages.due(day, talk.today)}." if day else ""
    talk.say(f"{decision.title if decision else found}: {outcome}.{again}")


def find_decision(talk: Talk, prefix: str) -> tuple[str, str]:
    """(session id, decision id) of this pair's decision: by the beginning of its id, or by its number here."""
    here = talk.session
    if prefix.isascii() and prefix.isdigit() and len(prefix) < 4:
        return here.id, talk.decision(int(prefix)).id
    rows = talk.shelf.decisions(pair=talk.pair)
    homes = {row["id"]: row["session"] for row in rows if row["session"] != here.id}
    homes |= {decision.id: here.id for decision in here.decisions}
    found = talk.shelf.store.resolve(prefix, homes, "decision")
    return homes[found], found
