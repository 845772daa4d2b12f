"""Commands for keeping the record lawfully: how long, a hold, taking words out, erasing it."""

import asyncio
from collections.abc import Mapping

from supervision import config, when
from supervision.errors import BadInput, Refused
from supervision.model import changes as c
from supervision.model import redaction
from supervision.plain import typed
from supervision.plain.commands import part
from supervision.plain.talk import Talk
from supervision.shelf import Keeping

command = part("Keeping the record")

_COPIES = "Copies elsewhere are not changed: exports, backups, printed pages."
_SURE = "Nothing brings it back. To do it from a pipe, end the line with || yes."


@command(
    "redact",
    "TEXT || REASON [|| yes]",
    "take words out of the record for good, wherever they stand; who did it and why stays",
    example="/redact Ms Bell || a name",
)
async def _redact(talk: Talk, rest: str) -> None:
    words, more = typed.details(rest)
    reasons, sure = _apart(more)
    if not words or len(reasons) != 1:
        raise BadInput("Say the words and, after two bars, why: /redact Ms Bell || a name")
    places = redaction.redacted(talk.session, words)[1]
    where = "one place" if places == 1 else f"{places} places"
    if places and not (sure or await talk.yes(f"They stand in {where}. Take them out for good?")):
        raise Refused(f"Nothing was changed. {_SURE}")
    talk.change(c.Redact(text=words, why=reasons[0]))
    talk.say(f"Taken out of {where}. {_COPIES}")


@command("hold", "REASON", "nothing may be taken out of the record, or erased, until /release")
async def _hold(talk: Talk, rest: str) -> None:
    if not rest:
        raise BadInput("Say why it has to be kept as it is: /hold REASON")
    talk.change(c.SetHold(why=rest))
    talk.say("The record is under a hold.")


@command("release", "", "end the hold on the record")
async def _release(talk: Talk, rest: str) -> None:
    talk.change(c.SetHold(why=""))
    talk.say("The hold is ended.")


@command(
    "retention",
    "[as CLASS | until DAY || REASON | as usual]",
    "how long the record is kept; alone says how it stands",
    example="/retention until 3 December 2032 || a complaint is open",
)
async def _retention(talk: Talk, rest: str) -> None:
    words, reasons = typed.details(rest)
    way, _, what = words.partition(" ")
    way = way.casefold()
    classes = config.load_or_defaults()[0].retention
    if not words:
        talk.say(_as_it_is(talk, classes))
        return
    if way == "until" and what and len(reasons) == 1:
        day = await talk.day(what)
        talk.change(c.SetRetention(until=day, why=reasons[0]))
        talk.say(f"Kept until {when.said(day, talk.today)}. Nothing is erased by itself.")
    elif way == "as" and (what in classes or what == "usual"):
        talk.change(c.SetRetention(name="" if what == "usual" else what, why=" ".join(reasons)))
        talk.say(f"Kept as {what}.")
    else:
        known = ", ".join(classes) or "none; the README says how to name some"
        raise BadInput(
            "Type /retention as CLASS, /retention as usual, or /retention until DAY || REASON. "
            f"Classes in your settings: {known}."
        )


def _as_it_is(talk: Talk, classes: Mapping[str, str]) -> str:
    session = talk.session
    said = session.retention
    held = f" Under a hold: {session.hold.why}." if session.hold else ""
    if said and said.until:
        return f"Kept until {when.said(said.until, talk.today)}: {said.why}.{held}"
    name = said.name if said and said.name else session.kind
    length = classes.get(name, "your settings name no length")
    return f"Kept as {name}: {length}.{held}"


@command("erase", "REASON [|| yes]", "erase the whole record for good; that it was there, and why it went, stays")
async def _erase(talk: Talk, rest: str) -> None:
    reason, more = typed.details(rest)
    _, sure = _apart(more)
    if not reason:
        raise BadInput("Say why the record is erased: /erase REASON")
    if talk.room.is_far:
        raise Refused("This record is kept on another computer, and is erased there.")
    if not (sure or await talk.yes("Erase the whole record for good?")):
        raise Refused(f"Nothing was changed. {_SURE}")
    # In a thread: where the record is open in this very process, it is this loop that has to answer.
    await asyncio.to_thread(Keeping(talk.shelf).erase, talk.session.id, reason, talk.room.writer)
    talk.say(f"The record is erased. {_COPIES}")
    talk.leave()


def _apart(more: tuple[str, ...]) -> tuple[list[str], bool]:
    """The reasons, and whether it was said that one is sure."""
    return [words for words in more if words.casefold() != "yes"], any(words.casefold() == "yes" for words in more)
