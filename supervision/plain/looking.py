"""Commands for looking: notes with whose words they are, and what others wrote and did meanwhile."""

import asyncio
from datetime import date

from supervision.errors import BadInput, Refused
from supervision.plain import listing, news, pages
from supervision.plain.commands import part
from supervision.plain.speaker import Speaker
from supervision.plain.talk import Talk
from supervision.text import stretch

command = part("Looking")

MOST = 20
"""Places that are read out; nobody listens to more."""
WIDE = 200
"""Letters of the text around what was found."""


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


@command("find", "WORDS", "find what was said in the sessions of you two", example="/find lifts", tells=True)
async def _find(talk: Talk, rest: str) -> None:
    if talk.room.is_far:
        raise Refused("Only this session is here; earlier ones are kept where it is. /notes all reads what is here.")
    await say_found(talk, rest)


async def say_found(speaker: Speaker, words: str) -> None:
    """Reads out where words stand, in the records that are listed."""
    if not words:
        raise BadInput("Say what to look for: /find lifts")
    found = await asyncio.to_thread(speaker.shelf.search, words, pair=speaker.pair, most=MOST + 1)
    for place in found[:MOST]:
        stage = f" in {place.title}" if place.title and place.where in ("note", "prompt") else ""
        held = pages.day(date.fromisoformat(place.held[:10]))
        what = "Question" if place.where == "prompt" else place.where.capitalize()
        speaker.say(f"{what}{stage}, {held}: {stretch(place.text, words, WIDE)}")
    if len(found) > MOST:
        speaker.say(f"There is more than these {MOST}; more words find fewer.")
    elif not found:
        speaker.say("Nothing was found. Fewer words find more.")


@command("timeline", "", "what happened between the two of you, by date, and what is coming", tells=True)
async def _timeline(talk: Talk, rest: str) -> None:
    if talk.room.is_far:
        raise Refused("Only this session is here; earlier ones are kept where it is.")
    listing.say_timeline(talk, talk.pair)


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
