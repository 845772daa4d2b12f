"""Agreements: the list with their review dates, one whole, and the conversation that makes the next version."""

from typing import TYPE_CHECKING

import click

from supervision.cli.command import WORDS, Group, with_here
from supervision.cli.here import Here, can_ask
from supervision.errors import BadInput, NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from supervision.model.agreement import Question
    from supervision.model.values import Agreement, Person

EXAMPLE = "+"
"""What is typed to take the example as it stands."""
OPEN = "-"
"""What is typed to leave a question open that was answered before."""


@click.group(cls=Group, invoke_without_command=True)
@click.option("--with", "other", type=WORDS, metavar="NAME", help="Only those with this person.")
@click.option("--due", is_flag=True, help="Only those whose day to be looked at again has come.")
@with_here
@click.pass_context
def agreements(ctx: click.Context, here: Here, other: str | None, due: bool) -> None:
    """List agreements, those to look at again first; or show or change one with the commands below."""
    if ctx.invoked_subcommand is not None:
        return
    rows = [row for row in here.shelf.agreements(with_name=other or "") if row["due"] or not due]
    if here.json:
        here.give(rows)
    else:
        from supervision.cli.rows import agreement_lines

        for row in rows:
            here.say(*agreement_lines(row))
        if not rows:
            here.tell("There are none. One is made in a session, or with: supervision agreements edit NAME")
    here.tell_damage()


@agreements.command(short_help="Show the one with NAME whole.")
@click.argument("other", metavar="NAME", type=WORDS)
@click.option("--version", type=click.IntRange(min=1), metavar="N", help="An earlier version.  [default: the newest]")
@with_here
def show(here: Here, other: str, version: int | None) -> None:
    """Show the agreement between NAME and me, as it is in force or as it once was."""
    from supervision.model.agreement import id_of, parties

    people = here.shelf.people_with(here.need_me(), other)
    versions = here.shelf.store.agreements.versions(id_of(parties(people)))
    if not versions:
        raise NotFound(
            f"There is no agreement with {_others(people, here.need_me())} yet. Make one in a session, or with: "
            f"supervision agreements edit {other}"
        )
    found = next((one for one in versions if one.version == (version or versions[-1].version)), None)
    if found is None:
        have = ", ".join(str(one.version) for one in versions)
        raise NotFound(f"There is no version {version} of this agreement; there is: {have}.")
    _tell(here, people, found)


@agreements.command(short_help="Make, or change, the one with NAME.")
@click.argument("other", metavar="NAME", type=WORDS)
@click.option("--set", "sets", type=WORDS, metavar="KEY=TEXT", multiple=True, help="One answer; empty leaves it open.")
@click.option("--questions", is_flag=True, help="Only list the questions with their keys.")
@with_here
def edit(here: Here, other: str, sets: tuple[str, ...], questions: bool) -> None:
    """Make the next version of the agreement between NAME and me; earlier versions stay.

    On a terminal, without --set: one question after the other, each of which may be left open.
    """
    from supervision.model import agreement as rules

    me = here.need_me()
    people = here.shelf.people_with(me, other)
    asked = rules.questions(rules.kind_of(rules.parties(people)))
    if questions:
        _list(here, asked)
        return
    if sets:
        answers = dict(_answer(here, one) for one in sets)
    elif can_ask():
        answers = _conversation(here, people, asked)
    else:
        raise click.UsageError("Say what is agreed: --set KEY=TEXT; --questions lists the keys.")
    made = here.shelf.edit_agreement(people, answers, me)
    if here.json:
        _tell(here, people, made)
    else:
        here.say(f"{made.id}")
        here.tell(f"Version {made.version} of your agreement is kept. Each of you reads it at the next session.")


def _answer(here: Here, typed: str) -> tuple[str, str]:
    from supervision.model.agreement import BY_KEY

    key, equals, words = typed.partition("=")
    key = key.strip().replace("-", "_")
    if not equals:
        raise click.UsageError(f"--set takes KEY=TEXT, not {typed[:40]!r}.")
    return key, _fitting(here, BY_KEY[key], words) if key in BY_KEY else words


def _fitting(here: Here, question: "Question", words: str) -> str:
    """An answer as the rules take it: a day as an ISO date."""
    if question.answer != "day" or not words.strip():
        return words
    from supervision import when

    found = when.parse(words, here.shelf.today)
    if found < here.shelf.today:
        raise BadInput(f"{when.said(found, here.shelf.today)} has passed already; for example: in 6 months")
    return found.isoformat()


def _conversation(here: Here, people: "Sequence[Person]", asked: "Sequence[Question]") -> dict[str, str]:
    """Asks question by question; Enter keeps what stands."""
    from supervision.model import agreement as rules

    now = here.shelf.agreement(people)
    before = rules.answers(now) if now else dict.fromkeys(rules.BY_KEY, "")
    here.tell(f"Enter goes on, {EXAMPLE} takes the example, {OPEN} leaves a question open. Ctrl+C keeps nothing.")
    answers: dict[str, str] = {}
    kind = rules.kind_of(rules.parties(people))
    for question in asked:
        outside = answers.get("external", before["external"]).casefold() in {"yes", "y"}
        example = rules.example(question, kind, outside)
        here.tell("")
        here.tell(question.ask)
        if example:
            here.tell(f"  for example: {example}")
        if before[question.key]:
            here.tell(f"  so far: {_shown(people, question, before[question.key])}")
        while True:
            words = str(click.prompt("", default="", show_default=False, prompt_suffix="> ", err=True)).strip()
            if not words:
                break
            words = "" if words == OPEN else example if words == EXAMPLE and example else words
            try:
                answers[question.key] = _fitting(here, question, words)
                rules.check(question, answers[question.key])
                break
            except BadInput as error:
                answers.pop(question.key, None)
                here.tell(f"! {error}")
    return answers


def _list(here: Here, asked: "Sequence[Question]") -> None:
    if here.json:
        here.give([{"key": question.key, "label": question.label, "ask": question.ask} for question in asked])
        return
    for question in asked:
        here.say(f"{question.key}: {question.ask}")


def _tell(here: Here, people: "Sequence[Person]", found: "Agreement") -> None:
    from supervision.cli.rows import day
    from supervision.model import agreement as rules
    from supervision.model.views import agreement_row

    def called(who: str) -> str:
        return next((person.called for person in people if person.id == who), who)

    if here.json:
        here.give(agreement_row(found, called))
        return
    here.say(" and ".join(f"{person.called} ({person.role})" for person in people))
    here.say(f"Version {found.version}, made on {day(found.made.isoformat())} by {called(found.made_by)}")
    for question, answer in rules.said(rules.answers(found), called):
        words = day(answer) if question.answer == "day" else " ".join(answer.split())
        here.say(f"{question.label}: {words}")


def _shown(people: "Sequence[Person]", question: "Question", answer: str) -> str:
    if question.answer == "who":
        return next((person.called for person in people if person.id == answer), answer)
    return answer


def _others(people: "Sequence[Person]", me: str) -> str:
    return " and ".join(person.called for person in people if person.called.casefold() != me.casefold())
