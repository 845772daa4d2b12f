"""Commands for looking: notes with whose words they are, and what others wrote and did meanwhile."""

from supervision.errors import BadInput
from supervision.plain import news, pages
from supervision.plain.commands import part
from supervision.plain.talk import Talk

command = part("Looking")


@command(
    "notes", "[STAGE|all]", "the notes of this stage or another, line by line, each with whose words it is", tells=True
)
async def _notes(talk: Talk, rest: str) -> None:
    session, matter = talk.session, talk.place.matter
    if rest.casefold() == "all":
        notes = [note for note in session.notes if note.text.strip()]
        for note in notes:
            talk.say(f"{news.place(session, note.stage, note.matter)}:", *pages.noted(note, session.called))
        if not notes:
            talk.say("There are no notes yet.")
        return
    stage = talk.stage_named(rest) if rest else talk.place.stage
    lines = pages.noted(session.note(stage, matter), session.called)
    talk.say(*(lines or [f"There are no notes in {news.place(session, stage, matter)}."]))


@command("quiet", "[on|off]", "each question alone, and what others write and do only on /news; off ends that")
async def _quiet(talk: Talk, rest: str) -> None:
    if rest.casefold() not in {"", "on", "off"}:
        raise BadInput("Say /quiet, or /quiet off.")
    talk.quiet = rest.casefold() != "off"
    if talk.quiet:
        talk.say("Quiet: each question alone, /deeper says the rest; what others write and do waits for /news.")
    else:
        talk.say("No longer quiet.")
        talk.others.catch_up(wholly=True)


@command("news", "", "what others wrote and did that was not said yet")
async def _news(talk: Talk, rest: str) -> None:
    if not talk.others.catch_up(wholly=True):
        talk.say("Nothing new.")
