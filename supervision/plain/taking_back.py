"""Commands for taking back what was done here, words as well as deeds, and for doing it again."""

import asyncio
from collections.abc import Callable

from supervision.errors import Refused
from supervision.model.names import short_names
from supervision.model.values import Session
from supervision.plain import news
from supervision.plain.commands import part
from supervision.plain.talk import Did, Talk, Wrote

command = part("The way through")


@command("undo", "", "take back the latest thing that whoever is writing did here: a line, or a change")
async def _undo(talk: Talk, rest: str) -> None:
    mine = [one for one in talk.done if one.by == talk.room.writer]
    latest = mine[-1] if mine else None
    if isinstance(latest, Wrote):
        _undo_line(talk, latest)
    else:
        await _undo_deed(talk, latest)


def _undo_line(talk: Talk, line: Wrote) -> None:
    after = talk.done[talk.done.index(line) + 1 :]
    if any(isinstance(one, Wrote) and one.key == line.key for one in after):
        raise Refused(
            "Somebody else wrote here after that line, at this keyboard. Whoever it was takes theirs back first."
        )
    before = talk.room.text(*line.key)
    undone = talk.room.undo_notes(*line.key)
    talk.done.remove(line)
    gone = _gone(before, talk.room.text(*line.key))
    if not undone or not gone:
        raise Refused("The line you wrote last is not there any more, so nothing was taken back.")
    talk.undone.append(line)
    talk.say(f"Taken back: {gone}")


async def _undo_deed(talk: Talk, latest: Did | None) -> None:
    who = talk.room.writing
    if talk.room.is_far:
        await _turned(talk, talk.room.undo, "Taken back")
        if latest is not None:
            talk.done.remove(latest)
        talk.undone.append(Did(talk.session.id, who.id))
        return
    entry = talk.shelf.store.undo.peek(who.id)
    here = {talk.session.id, *(one.session for one in talk.done if isinstance(one, Did))}
    if entry is None or entry.get("session") not in here:
        raise Refused(f"There is nothing here to take back for {who.called}.")
    home = str(entry["session"])
    # Through the door for changes made elsewhere, which takes back what an earlier sitting did, too.
    await _carried(talk, home, lambda: talk.shelf.undo(who.id), "Taken back")
    if latest is not None:
        talk.done.remove(latest)
    talk.undone.append(Did(home, who.id))


@command("redo", "", "do again what was taken back last")
async def _redo(talk: Talk, rest: str) -> None:
    mine = [one for one in talk.undone if one.by == talk.room.writer]
    if not mine:
        raise Refused(f"There is nothing to do again for {talk.room.writing.called}.")
    latest = mine[-1]
    talk.undone.remove(latest)
    if isinstance(latest, Did) and talk.room.is_far:
        await _turned(talk, talk.room.redo, "Done again")
    elif isinstance(latest, Did):
        await _carried(talk, latest.session, lambda: talk.shelf.redo(latest.by), "Done again")
    elif talk.room.redo_notes(*latest.key):
        talk.say(f"Written again: {latest.words}")
    else:
        raise Refused("Something was written since, so that line does not come back by itself.")
    talk.done.append(latest)


async def _carried(talk: Talk, home: str, do: Callable[[], object], word: str) -> None:
    """Has something done in a session through its door, and says what is different."""
    before = talk.session
    if home != before.id:
        await asyncio.to_thread(do)
        talk.say(f"{word}, in the session {home}.")
        return
    with talk.others.own_doing():
        await asyncio.to_thread(do)
        await talk.others.until(lambda: talk.session.history != before.history)
    _say_difference(talk, before, word)


async def _turned(talk: Talk, turn: Callable[[], bool], word: str) -> None:
    """The same where nothing is to hand but the session itself."""
    before = talk.session
    with talk.others.own_doing():
        if not turn():
            raise Refused(f"There is nothing here to take back for {talk.room.writing.called}.")
        await talk.others.until(lambda: talk.session.history != before.history)
    _say_difference(talk, before, word)


def _say_difference(talk: Talk, before: Session, word: str) -> None:
    names = short_names(before)
    talk.say(*(news.deeds(before, talk.session, lambda who: names.get(who, who)) or [f"{word}."]))


def _gone(before: str, after: str) -> str:
    """The words that are in the first text and no longer in the second, which lacks one stretch of it."""
    most = min(len(before), len(after))
    start = next((at for at in range(most) if before[at] != after[at]), most)
    rest = len(before) - len(after)
    return before[start : start + rest].strip() if rest > 0 else ""
