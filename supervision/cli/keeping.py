"""Keeping records lawfully: taking words out for good, erasing, how long records are kept, holds."""

import click

from supervision.cli.command import SESSION, WORDS, Command, Group, with_here
from supervision.cli.export import FORMATS
from supervision.cli.here import Here, can_ask
from supervision.errors import BadInput, Refused


@click.command(cls=Command)
@click.argument("session_id", metavar="ID", type=SESSION)
@click.argument("words", metavar="TEXT", type=WORDS)
@click.option("--why", required=True, type=WORDS, metavar="REASON", help="Stays in the record; without the words.")
@click.option("--yes", is_flag=True, help="Without asking.")
@with_here
def redact(here: Here, session_id: str, words: str, why: str, yes: bool) -> None:
    """Take words out of a record for good, wherever they stand in it; what was signed can still be checked.

    For the record keeper whom the agreement names, else the supervisor. Who did it, when and why stays in the record,
    for everybody who reads it. What was exported, printed or backed up before is not changed.
    """
    from supervision.model import redaction
    from supervision.model.changes import Redact

    session = here.shelf.load(session_id)
    me = here.need_me()
    if not yes:
        if not can_ask():
            raise Refused("Say --yes to take words out of a record for good: nothing brings them back.")
        if not here.ask(f"Take these words out of the record {session.id} for good? Nothing brings them back."):
            here.tell("Nothing was changed.")
            return
    after = here.shelf.carry(session.id, Redact(text=words, why=why), me)
    done = after.redactions[-1]
    if here.json:
        here.give({"session": after.id, "places": done.places, "at": done.at.isoformat(), "why": done.why})
    here.tell(f"Taken out of {after.id}, {'one place' if done.places == 1 else f'{done.places} places'}.")
    if redaction.in_agreement(after, words):
        here.tell("They also stand in your supervision agreement, which this does not change.")


@click.command(cls=Command)
@click.argument("record", metavar="ID", type=WORDS)
@click.option("--why", required=True, type=WORDS, metavar="REASON", help="Stays, without anything that stood in it.")
@click.option("--person", is_flag=True, help="ID is somebody's name or id: all records they take part in.")
@click.option("--yes", is_flag=True, help="Without asking.")
@with_here
def erase(here: Here, record: str, why: str, person: bool, yes: bool) -> None:
    """Erase a record for good, or with --person everything that is kept of somebody.

    For the record keeper whom the agreement names, else the supervisor; not while a record is under a hold or a concern
    in it is open. That it was there, who erased it, when and why stays, and the others are told. What was exported,
    printed or backed up before is not changed.
    """
    from supervision.shelf import Keeping

    keeping = Keeping(here.shelf)
    me = here.need_me()
    who = keeping.person(record) if person else ""
    ids = keeping.records_of(who) if person else [here.shelf.resolve_session(record)]
    if not yes:
        if not can_ask():
            raise Refused("Say --yes to erase for good: nothing brings it back.")
        what = f"{_records(len(ids))} and all else that is kept of {record}" if person else f"the record {ids[0]}"
        if not here.ask(f"Erase {what} for good? Nothing brings it back."):
            here.tell("Nothing was changed.")
            return
    if person:
        from supervision.cli.guests import forget

        ids = keeping.erase_person(who, why, me)
        forget(here, who)
    else:
        keeping.erase(ids[0], why, me)
    if here.json:
        here.give({"erased": ids, "why": why})
    here.tell(f"Erased: {', '.join(ids) or 'no record'}. Copies elsewhere are not: exports, backups, printed pages.")
    if not here.private.why_not(me):
        for left in (one for one in here.store.private.names() if one in ids):
            here.tell(f"Your private notes beside it stay. To throw them away: supervision private erase {left}")


@click.command(cls=Command)
@click.argument("words", metavar="ALIAS-OR-WORD", type=WORDS, nargs=-1, required=True)
@click.option("--format", "kind", type=click.Choice(FORMATS), help="[default: by the file's name; else txt]")
@click.option("-o", "--output", metavar="FILE", help="The file; without it, it is shown here.")
@with_here
def access(here: Here, words: tuple[str, ...], kind: str | None, output: str | None) -> None:
    """Gather all that is kept about somebody who asks for it, from every record, by their alias or by a word.

    Each text stands with whose words it is and with what it says of others, to be looked at before it is handed on.
    Private notes are not in it.
    """
    from supervision.cli.export import file_format, give
    from supervision.export import about
    from supervision.shelf import Keeping

    asked, keeping = " ".join(words), Keeping(here.shelf)
    kind = "json" if here.json else kind or file_format(output, FORMATS) or "txt"
    found = keeping.about(asked)
    data = about(asked, found, kind, here.shelf.today)
    give(here, output, data, kind)
    here.tell_damage()
    for session, _ in found:
        if sentence := keeping.exported(session, "access", data, here.me):
            here.tell(f"! {sentence}")
    here.tell(f"{_records(len(found)).capitalize()} held something." if found else "Nothing found.")


@click.group(cls=Group, invoke_without_command=True)
@click.option("--all", "everything", is_flag=True, help="Those that are not due as well.")
@with_here
@click.pass_context
def retention(ctx: click.Context, here: Here, everything: bool) -> None:
    """List the records that have been kept as long as your organisation wants; nothing is erased by itself.

    How long that is stands in your settings, by class, for example:  retention: {supervision: 6 years, peer: 2 years}
    """
    if ctx.invoked_subcommand is not None:
        return
    from supervision.cli.rows import day
    from supervision.shelf import Keeping

    classes = here.settings.retention
    today = here.shelf.today
    found = [one for one in Keeping(here.shelf).records(classes) if everything or one.is_due(today)]
    if here.json:
        here.give(
            [
                {
                    "id": one.id,
                    "people": list(one.people),
                    "since": one.since.isoformat(),
                    "class": one.name,
                    "until": one.until.isoformat() if one.until else None,
                    "why": one.why,
                    "hold": one.held,
                    "concern": one.concern,
                    "due": one.is_due(today),
                }
                for one in found
            ]
        )
        here.tell_damage()
        return
    for one in found:
        until = f"to {day(one.until.isoformat())}" if one.until else "no end set"
        here.say(f"{one.id}  {', '.join(one.people)}  last {day(one.since.isoformat())}, {one.name}, {until}")
        if one.why:
            here.say(f"    {one.why}")
        if one.held or one.concern:
            here.say(f"    kept as it is: {one.held or 'a concern is open'}")
    here.tell_damage()
    if not classes:
        here.tell("Your settings name no classes, so only days that were set for a record count. See --help.")
    elif not found:
        here.tell("No record is due.")


@retention.command("set", short_help="Keep a record as a class says, or until a day.")
@click.argument("session_id", metavar="ID", type=SESSION)
@click.option("--class", "name", type=WORDS, default="", metavar="CLASS", help="A class of your settings.")
@click.option("--until", type=WORDS, metavar="DATE", help="The day on which it is looked at again; with --why.")
@click.option("--why", type=WORDS, default="", metavar="REASON", help="Stays in the record.")
@with_here
def set_(here: Here, session_id: str, name: str, until: str | None, why: str) -> None:
    """Keep a record otherwise than is usual for its kind; without --class and --until as usual again."""
    from supervision import when
    from supervision.model.changes import SetRetention

    classes = here.settings.retention
    if name and name not in classes:
        known = ", ".join(classes) or "none"
        raise BadInput(f"Your settings name no class {name}; they name: {known}.")
    last = when.parse(until, here.shelf.today) if until else None
    here.shelf.carry(session_id, SetRetention(name=name, until=last, why=why), here.need_me())
    here.tell(f"Kept until {when.said(last, here.shelf.today)}." if last else f"Kept as {name or 'usual'}.")


@retention.command(short_help="Nothing may be taken out of a record until it is released.")
@click.argument("session_id", metavar="ID", type=SESSION)
@click.option("--why", required=True, type=WORDS, metavar="REASON", help="Stays in the record.")
@with_here
def hold(here: Here, session_id: str, why: str) -> None:
    """Put a record under a hold: it cannot be erased, and no words taken out, until it is released."""
    from supervision.model.changes import SetHold

    here.shelf.carry(session_id, SetHold(why=why), here.need_me())
    here.tell(f"{session_id} is under a hold.")


@retention.command(short_help="End a hold.")
@click.argument("session_id", metavar="ID", type=SESSION)
@with_here
def release(here: Here, session_id: str) -> None:
    """End the hold on a record."""
    from supervision.model.changes import SetHold

    here.shelf.carry(session_id, SetHold(why=""), here.need_me())
    here.tell(f"{session_id} is under no hold any more.")


def _records(number: int) -> str:
    return "one record" if number == 1 else f"{number} records"
