"""Actions: the list, and changing one, outside a session too."""

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from supervision.cli.command import SESSION, WORDS, Command, Group, with_here
from supervision.cli.filters import Filters, filtering
from supervision.cli.here import Here, can_ask
from supervision.errors import NotFound, Refused

if TYPE_CHECKING:
    from supervision.model.changes import Change
    from supervision.model.values import Session

NO_DATE = frozenset({"", "none", "no date", "never"})
_NOTE = click.option("--note", type=WORDS, default="", metavar="TEXT", help="How it went.")


@click.group(cls=Group, invoke_without_command=True)
@filtering
@with_here
@click.pass_context
def actions(ctx: click.Context, here: Here, /, **wanted: Any) -> None:
    """List actions, overdue ones first; or change one with the commands below."""
    if ctx.invoked_subcommand is not None:
        return
    rows = Filters(**wanted).actions(here)
    if here.json:
        here.give(rows)
    else:
        from supervision.cli.rows import action_lines

        for row in rows:
            here.say(*action_lines(row, here.shelf.today))
        if not rows:
            here.tell("There are no such actions.")
    here.tell_damage()


@actions.command(short_help="Add one, to the newest session unless said.")
@click.argument("words", metavar="TEXT", type=WORDS, nargs=-1, required=True)
@click.option("--session", "session_id", type=SESSION, metavar="ID", help="[default: my newest session]")
@click.option("--owner", type=WORDS, metavar="NAME", help="[default: me]")
@click.option("--due", type=WORDS, metavar="WHEN", help='For example "in 2 weeks", "Friday", 2026-12-03.')
@with_here
def add(here: Here, words: tuple[str, ...], session_id: str | None, owner: str | None, due: str | None) -> None:
    """Add an action and print its id."""
    from supervision.model.changes import AddAction

    me = here.need_me()
    session = here.shelf.load(session_id) if session_id else here.newest_of_mine()
    change = AddAction(
        text=" ".join(words),
        owner="me" if owner is None else owner,
        due=due_day(here, due, session) if due else None,
        stage="",
        prompt="",
    )
    after = here.shelf.carry(session.id, change, me)
    known = {action.id for action in session.actions}
    # Somebody else may have added one in the same moment: ours has our words.
    new = [action for action in after.actions if action.id not in known]
    mine = next((action for action in reversed(new) if action.text == change.text.strip()), new[-1])
    tell_action(here, after, mine.id)


@actions.command(short_help="Say how one is getting on.")
@click.argument("action_id", metavar="ID", type=WORDS)
@click.argument("words", metavar="[TEXT]", type=WORDS, nargs=-1)
@click.option("--note", type=WORDS, default="", metavar="TEXT", help="How it is getting on.")
@with_here
def note(here: Here, action_id: str, words: tuple[str, ...], note: str) -> None:
    """Add a dated note of progress."""
    from supervision.model.changes import NoteAction

    _change(here, action_id, lambda found: NoteAction(id=found, text=note or " ".join(words)))


def _status_command(name: str, status: str, short: str) -> None:
    @actions.command(name, short_help=short, help=short)
    @click.argument("action_id", metavar="ID", type=WORDS)
    @_NOTE
    @with_here
    def command(here: Here, action_id: str, note: str) -> None:
        from supervision.model.changes import SetActionStatus

        _change(here, action_id, lambda found: SetActionStatus(id=found, status=status, note=note))  # type: ignore[arg-type]


_status_command("done", "done", "Tick one: it is done.")
_status_command("drop", "dropped", "Drop one: it will not be done.")
_status_command("reopen", "open", "Open one again.")


@actions.command(short_help="Change its words, owner or day.")
@click.argument("action_id", metavar="ID", type=WORDS)
@click.option("--text", "words", type=WORDS, metavar="T")
@click.option("--owner", type=WORDS, metavar="NAME", help="nobody for nobody yet.")
@click.option("--due", type=WORDS, metavar="WHEN", help="none takes the day away.")
@click.option("--waiting-on", type=WORDS, metavar="WHO")
@with_here
def edit(
    here: Here, action_id: str, words: str | None, owner: str | None, due: str | None, waiting_on: str | None
) -> None:
    """Change an action's words, its owner, its day or whom it waits for."""
    from supervision.model.changes import EditAction

    if words is None and owner is None and due is None and waiting_on is None:
        raise click.UsageError("Say what to change: --text, --owner, --due or --waiting-on.")
    no_due = due is not None and due.strip().casefold() in NO_DATE
    session_id, found = here.shelf.resolve_action(action_id)
    day = due_day(here, due, here.shelf.load(session_id)) if due and not no_due else None
    _change(
        here,
        found,
        lambda found: EditAction(id=found, text=words, owner=owner, due=day, no_due=no_due, waiting_on=waiting_on),
    )


@click.command(cls=Command)
@with_here
def undo(here: Here) -> None:
    """Take back this person's latest change to an action or decision."""
    session = here.shelf.undo(here.need_me())
    if here.json:
        here.give({"session": session.id})
    here.tell(f"Taken back, in the session {session.id}.")


# -- shared with decisions ------------------------------------------------------------------------------------


def due_day(here: Here, words: str, session: "Session | None" = None) -> date:
    """The day that is meant, said back; one that has passed is asked about on a terminal and refused elsewhere."""
    from supervision import when

    today = here.shelf.today
    people = [person.id for person in session.people] if session else []
    day = when.parse(words, today, next_session=here.shelf.next_session(people)[0] if people else None)
    if day < today:
        past = f"{when.said(day, today)} has passed already"
        if not can_ask():
            raise Refused(f"{past}. Nothing was changed.")
        if not here.ask(f"{past}. Is it the day you mean?"):
            raise Refused("Nothing was changed.")
    here.tell(f"Due {when.said(day, today)}")
    return day


def _change(here: Here, prefix: str, change: "_Made") -> None:
    session_id, found = here.shelf.resolve_action(prefix)
    after = here.shelf.carry(session_id, change(found), here.need_me())
    tell_action(here, after, found)


def tell_action(here: Here, session: "Session", action_id: str) -> None:
    """The action as it stands now: its id alone for a script, its lines for the person."""
    from supervision.cli.rows import action_lines
    from supervision.model.views import action_row

    action = session.action(action_id)
    if action is None:  # taken away elsewhere in the meantime
        raise NotFound(f"The action {action_id} is not there any more.")
    row = action_row(session, action)
    if here.json:
        here.give(row)
        return
    here.say(action_id)
    if action.notes:
        here.tell(f"    {action.notes[-1].text}")
    for line in action_lines(row, here.shelf.today):
        here.tell(line)


if TYPE_CHECKING:
    from collections.abc import Callable

    _Made = Callable[[str], Change]
