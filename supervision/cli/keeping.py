"""Keeping records lawfully: taking words out of one for good."""

import click

from supervision.cli.command import SESSION, WORDS, Command, with_here
from supervision.cli.here import Here, can_ask
from supervision.errors import Refused


@click.command(cls=Command)
@click.argument("session_id", metavar="ID", type=SESSION)
@click.argument("words", metavar="TEXT", type=WORDS)
@click.option("--why", required=True, type=WORDS, metavar="REASON", help="Stays in the record; without the words.")
@click.option("--yes", is_flag=True, help="Without asking.")
@with_here
def redact(here: Here, session_id: str, words: str, why: str, yes: bool) -> None:
    """Take words out of a record for good, wherever they stand in it; what is left still verifies.

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
