"""Decisions: the list, reviewing one that is due, and the organisation's answer."""

from typing import TYPE_CHECKING

import click

from supervision.cli.command import SESSION, WORDS, Group, with_here
from supervision.cli.filters import past_day
from supervision.cli.here import Here
from supervision.errors import NotFound

if TYPE_CHECKING:
    from supervision.model.values import Outcome, Session, SupportStatus

OUTCOMES = ("kept", "loosened", "tightened", "repaired", "ended", "replaced")
ANSWERS = ("given", "asked", "refused")


@click.group(cls=Group, invoke_without_command=True)
@click.option("--agreed", "which", flag_value="agreed", help="Only those that are agreed.")
@click.option("--due", "which", flag_value="due", help="Only those that are due for review.")
@click.option("--awaiting", "which", flag_value="awaiting", help="Only those that wait for an answer from outside.")
@click.option("--all", "which", flag_value="all", help="All.  [default]")
@click.option("--with", "other", type=WORDS, metavar="NAME", help="Only from sessions with this person.")
@click.option("--alias", type=WORDS, metavar="A", help="Only those about the person of this alias.")
@click.option("--session", "session_id", type=SESSION, metavar="ID", help="Only those of this session.")
@with_here
@click.pass_context
def decisions(
    ctx: click.Context,
    here: Here,
    which: str | None,
    other: str | None,
    alias: str | None,
    session_id: str | None,
) -> None:
    """List decisions, those due for review first; or answer one with the commands below."""
    if ctx.invoked_subcommand is not None:
        return
    rows = here.shelf.decisions(
        which=which or "all", with_name=other or "", alias=alias or "", session=session_id or ""
    )
    if here.json:
        here.give(rows)
    else:
        from supervision.cli.rows import decision_lines

        for row in rows:
            here.say(*decision_lines(row))
        if not rows:
            here.tell("There are no such decisions.")
    here.tell_damage()


@decisions.command(short_help="Answer one that is due.")
@click.argument("decision_id", metavar="ID", type=WORDS)
@click.option("--outcome", type=click.Choice(OUTCOMES), required=True)
@click.option("--note", type=WORDS, default="", metavar="TEXT", help="What became of it, above all for the person.")
@click.option("--review-on", type=WORDS, metavar="DATE", help="The next day; required unless ended or replaced.")
@with_here
def review(here: Here, decision_id: str, outcome: "Outcome", note: str, review_on: str | None) -> None:
    """Answer a decision that is due: what became of it, and when to look again."""
    from supervision import when
    from supervision.model.changes import ReviewDecision

    session_id, found = here.shelf.resolve_decision(decision_id)
    day = None
    if review_on:
        meet_next, _ = here.shelf.next_session(person["id"] for person in here.shelf.people_in(session_id))
        day = when.parse(review_on, here.shelf.today, next_session=meet_next)
        here.tell(f"Look again on {when.said(day, here.shelf.today)}")
    change = ReviewDecision(id=found, outcome=outcome, note=note, review_on=day)
    after = here.shelf.carry(session_id, change, here.need_me())
    _tell(here, after, found)
    if outcome in {"loosened", "tightened"}:
        here.tell("If its limits changed too, propose a decision that replaces it.")


@decisions.command(short_help="Record the organisation's answer.")
@click.argument("decision_id", metavar="ID", type=WORDS)
@click.argument("status", metavar="|".join(ANSWERS), type=click.Choice(ANSWERS))
@click.argument("who", metavar="WHO", type=WORDS, nargs=-1, required=True)
@click.option("--on", "on_day", type=WORDS, metavar="DATE", help="When the answer came.  [default: today]")
@with_here
def support(here: Here, decision_id: str, status: "SupportStatus", who: tuple[str, ...], on_day: str | None) -> None:
    """Record whether somebody with authority in the practitioner's organisation supports a decision."""
    from supervision.model.changes import SetSupport

    on = past_day(here, on_day) if on_day else None
    session_id, found = here.shelf.resolve_decision(decision_id)
    after = here.shelf.carry(session_id, SetSupport(id=found, status=status, by=" ".join(who), on=on), here.need_me())
    _tell(here, after, found)


def _tell(here: Here, session: "Session", decision_id: str) -> None:
    from supervision.cli.rows import decision_lines
    from supervision.model.views import decision_row

    decision = session.decision(decision_id)
    if decision is None:  # taken away elsewhere in the meantime
        raise NotFound(f"The decision {decision_id} is not there any more.")
    row = decision_row(session, decision, here.shelf.today)
    if here.json:
        here.give(row)
        return
    here.say(decision_id)
    for line in decision_lines(row):
        here.tell(line)
