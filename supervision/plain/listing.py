"""Actions and decisions of this pair, those of earlier sessions too: found by the beginning of an id, and listed."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from supervision.model import rules
from supervision.model.views import action_row
from supervision.plain import pages
from supervision.shelf import Row, is_called, looking_back
from supervision.shelf.timeline import coming, past

if TYPE_CHECKING:
    from supervision.plain.speaker import Speaker
    from supervision.plain.talk import Talk


ANSWERS = "/done, /drop or /keep with the letters of one answers it, with a note if you like."


def actions(talk: "Speaker", which: str = "open") -> list[Row]:
    """The actions of this pair as they stand now: open ones first, of these the overdue ones, then by day."""
    session, today = talk.here, talk.today.isoformat()
    rows = talk.shelf.actions(which="all", pair=talk.pair)
    if session is not None:  # what is open here is newer than the lists
        rows = [row for row in rows if row["session"] != session.id]
        rows += [action_row(session, action) for action in session.actions]
    mine = _ids_of(talk, talk.me)
    chosen = [
        row
        for row in rows
        if which == "all"
        or (
            row["status"] == "open"
            and (which != "overdue" or (row["due"] or "9999") < today)
            and (which != "mine" or row["owner_id"] in mine)
        )
    ]
    return sorted(
        chosen,
        key=lambda row: (
            row["status"] != "open",
            not (row["due"] or "9999") < today,
            row["due"] or "9999",
            row["created"],
        ),
    )


def _ids_of(talk: "Speaker", who: str) -> set[str]:
    """The ids that somebody has in these records: one in a session, perhaps several in many."""
    return {who, *(one.id for one in talk.shelf.people() if talk.here is None and is_called(one.name, who))}


def homes(talk: "Speaker") -> dict[str, str]:
    """The session of every action of this pair, by the action's id."""
    found, here = talk.shelf.lists().homes("actions", pair=talk.pair), talk.here
    if here is None:
        return dict(found)
    earlier = {action: home for action, home in found.items() if home != here.id}
    return earlier | {action.id: here.id for action in here.actions}


def find_action(talk: "Speaker", prefix: str) -> tuple[str, str]:
    """(session id, action id) of this pair's action that begins so."""
    known = homes(talk)
    found = talk.shelf.store.resolve(prefix, known, "action")
    return known[found], found


def find_decision(talk: "Speaker", prefix: str) -> tuple[str, str]:
    """(session id, decision id) of this pair's decision: by the beginning of its id, or by its number here."""
    here = talk.here
    if here is not None and prefix.isascii() and prefix.isdigit() and len(prefix) < 4:
        return here.id, rules.numbered(here, int(prefix)).id
    known = {
        decision: home
        for decision, home in talk.shelf.lists().homes("decisions", pair=talk.pair).items()
        if here is None or home != here.id
    }
    if here is not None:
        known |= {decision.id: here.id for decision in here.decisions}
    found = talk.shelf.store.resolve(prefix, known, "decision")
    return known[found], found


def say_actions(talk: "Speaker", which: str = "open") -> None:
    """Lists actions, each with the letters that name it."""
    titles = {
        "open": ("Open actions", "No open actions."),
        "overdue": ("Overdue actions", "Nothing is overdue."),
        "mine": (f"Open actions of {talk.my_name}", f"{talk.my_name} has nothing open."),
        "all": ("All actions", "There are no actions yet."),
    }
    title, none = titles[which]
    rows = actions(talk, which)
    talk.say(f"{title}, {len(rows)}:" if rows else none)
    _say_rows(talk, rows)
    if rows and which != "all":
        talk.say(ANSWERS)


def say_look_back(talk: "Talk") -> None:
    """What was left open in the sessions before this one, what was done since, and which decisions have come back."""
    if talk.room.is_far:
        talk.say("Earlier sessions are kept where this one is, and what is open from them is looked at there.")
        return
    found = looking_back(talk.shelf, talk.pair, talk.session.id)
    talk.say(f"Open actions, {len(found.still)}:" if found.still else "No open actions from before.")
    _say_rows(talk, found.still)
    if found.still:
        talk.say(ANSWERS)
    if found.done:
        talk.say("Done since you last met:")
        _say_rows(talk, found.done)
    if found.answered:
        talk.say("Answered since you last met:", *map(pages.answered_decision, found.answered))
    if found.waiting:
        talk.say("Waiting for an answer:", *map(pages.waiting_decision, found.waiting))
        talk.say("/support with the letters of one, given or refused, and by whom, writes the answer down.")
    say_due(talk)


def say_due(talk: "Speaker") -> None:
    """Lists the decisions that have come back to be looked at again, if there are any."""
    rows = talk.shelf.decisions(which="due", pair=talk.pair)
    if rows:
        talk.say("Decisions to look at again:", *(pages.due_decision(row) for row in rows))
        talk.say("/review with the letters of one says what became of it; /help review says how.")


def _say_rows(talk: "Speaker", rows: Iterable[Row]) -> None:
    short = pages.shortened(homes(talk))
    talk.say(*(pages.action(row, short[row["id"]], talk.today) for row in rows))


def say_timeline(speaker: "Speaker", pair: Iterable[str]) -> None:
    """Reads out what is coming for two people, and what has happened, the newest first."""
    shelf, pair = speaker.shelf, tuple(pair)
    decided, (next_date, focus) = shelf.decisions(pair=pair), shelf.next_session(pair)
    for title, rows in (
        ("Coming", coming(decided, next_date, focus, shelf.today)),
        ("So far, the newest first", past(shelf.sessions(pair=pair), decided)),
    ):
        if rows:
            speaker.say(f"{title}:")
        for one in rows:
            speaker.say(pages.ended(f"{pages.day(one.day)}: {one.what}{f', {one.more}' if one.more else ''}"))
