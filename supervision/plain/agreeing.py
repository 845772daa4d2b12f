"""Commands for the agreement: reading it, and making its next version question by question."""

from collections.abc import Callable
from dataclasses import dataclass

from supervision.errors import BadInput, Refused, SupervisionError
from supervision.model import agreement as rules
from supervision.model import changes as c
from supervision.model.agreement import BY_KEY, Question
from supervision.model.apply import LOCKED
from supervision.model.values import Agreement, Kind
from supervision.plain import pages, typed
from supervision.plain.commands import part
from supervision.plain.speaker import Speaker, sentence
from supervision.plain.talk import Talk

command = part("The way through")

EXAMPLE, OPEN = "+", "-"
"""What is typed to take the example, and to leave open what was answered before."""


@command("agreement", "[edit | take | KEY TEXT]", "how you work together; edit asks question by question")
async def _agreement(talk: Talk, rest: str) -> None:
    word, _, words = rest.partition(" ")
    word = word.casefold()
    newest = talk.newest_agreement()
    if not word:
        talk.say(*pages.confidentiality(talk.session), *pages.newer_agreement(talk.session, newest))
        talk.say("/agreement edit makes or changes it, /acknowledge says that whoever is writing has read it.")
    elif word == "take" and not words:
        if newest is None or newest == talk.session.agreement:
            raise Refused("There is no newer version of the agreement.")
        talk.say(*pages.confidentiality(talk.change(c.TakeAgreement(agreement=newest))))
    elif word == "edit" and not words:
        await _edit(talk, newest)
    else:
        key = word.replace("-", "_")
        if key not in BY_KEY:
            raise BadInput(f'An agreement has no part "{word[:40]}"; it has: {", ".join(BY_KEY)}.')
        answer = "" if words.strip() == OPEN else words
        _keep(talk, {key: await _fitting(talk, BY_KEY[key], answer)})


@dataclass
class Asked:
    """The answers that were given, and the command that ended the questions."""

    answers: dict[str, str]
    ended_by: str = ""


async def _edit(talk: Talk, newest: Agreement | None) -> None:
    if talk.session.state == "signed":
        raise Refused(LOCKED)
    asked = await ask(talk, newest, talk.session.kind, talk.session.called)
    try:
        _keep(talk, asked.answers)
    except SupervisionError as error:  # the command that ended the questions is done all the same
        talk.refuse(sentence(error))
    if asked.ended_by:
        await talk.take(asked.ended_by)


async def ask(speaker: Speaker, newest: Agreement | None, kind: Kind, called: Callable[[str], str]) -> Asked:
    """Asks for all that belongs into an agreement, a line each; a command ends the questions."""
    before = rules.answers(newest) if newest else dict.fromkeys(BY_KEY, "")
    speaker.say(f"A line each; an empty line goes on, {EXAMPLE} takes the example, {OPEN} leaves it open.")
    asked = Asked({})
    faults: list[str] = []
    for question in rules.questions(kind):
        outside = asked.answers.get("external", before["external"]) == "yes"
        example = rules.example(question, kind, outside)
        speaker.say(*_asked(called, question, example, before[question.key]))
        line = await speaker.answer()
        if line is None:
            break
        match typed.line(line):
            case typed.Command(name, _) if name in speaker.table:
                asked.ended_by = line
                break
            case typed.Blank():
                continue
        words = "" if line.strip() == OPEN else example if line.strip() == EXAMPLE and example else line.strip()
        try:
            asked.answers[question.key] = await _fitting(speaker, question, words)
        except SupervisionError as error:
            faults.append(f"{question.label}: {sentence(error)}")
    if faults:
        speaker.refuse(f"What does not fit was left as it was. {'; '.join(faults)}")
    return asked


def _asked(called: Callable[[str], str], question: Question, example: str, before: str) -> list[str]:
    lines = [f"{question.label}: {question.ask}"]
    if example:
        lines.append(f"For example: {example}")
    if before:
        lines.append(f"So far: {called(before) if question.answer == 'who' else before}")
    return lines


async def _fitting(talk: Speaker, question: Question, words: str) -> str:
    """An answer as the rules take it: a day as ISO text, yes as yes."""
    if question.answer == "day" and words.strip():
        return (await talk.day(words)).isoformat()
    answer = rules.check(question, words)
    return ("yes" if answer else "") if question.answer == "yes" else words


def _keep(talk: Talk, answers: dict[str, str]) -> None:
    after = talk.change(c.EditAgreement(answers=answers))
    assert after.agreement is not None
    talk.say(f"Version {after.agreement.version} of your agreement is kept, and the next sessions begin under it.")
    talk.say("Each of you reads it: /agreement, then /acknowledge.")
