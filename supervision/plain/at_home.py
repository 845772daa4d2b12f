"""Commands at home: sessions, what is due, decisions, what was said, with whom, what is prepared, and help."""

import asyncio
from datetime import date
from typing import get_args

from supervision import text
from supervision.errors import BadInput, NotFound, Refused, SupervisionError
from supervision.model.names import together
from supervision.model.values import Kind, Role
from supervision.plain import agreeing, listing, pages, spoken, typed
from supervision.plain.commands import HOME, part
from supervision.plain.home import NOBODY, Home
from supervision.plain.looking import say_found
from supervision.plain.speaker import sentence
from supervision.shelf import Keeping, Row
from supervision.shelf.timeline import STATES

sessions, decisions = part("Sessions", HOME), part("Decisions", HOME)
looking, anything = part("Looking", HOME), part("Anything else", HOME)

SHOWN = 20
"""Rows that are read out at once; nobody listens to more."""


# -- sessions -------------------------------------------------------------------------------------------------------


@sessions("continue", "", "go on with the newest session that is under way")
async def _continue(home: Home, rest: str) -> None:
    newest = home.newest()
    if newest is None:
        raise NotFound("No session is under way. /sessions lists those that were, /start NAME begins one.")
    await home.go_into(str(newest["id"]))


@sessions("session", "N", "open a session, by its number in /sessions or the beginning of its id", example="/session 2")
async def _session(home: Home, rest: str) -> None:
    await home.go_into(home.session_named(rest))


@sessions("sessions", "[all]", "every session, the newest first, with a number that opens it", tells=True)
async def _sessions(home: Home, rest: str) -> None:
    rows = home.shelf.lists().sessions(pair=home.pair)
    shown = rows if rest.casefold() == "all" else rows[:SHOWN]
    home.listed.sessions = [str(row["id"]) for row in shown]
    if not rows:
        raise NotFound("There are no sessions yet. /start NAME begins one.")
    home.say(*(f"{n}. {_told(home, row)}" for n, row in enumerate(shown, 1)))
    if len(rows) > len(shown):
        home.say(f"And {len(rows) - len(shown)} older ones: /sessions all")
    home.say("/session 1 opens the first of them.")


def _told(home: Home, row: Row) -> str:
    about = row["alias"] or ("paired reflection" if row["kind"] == "peer" else "")
    signed = list(row["signed_by"])
    state = STATES[row["state"]]
    if row["state"] != "signed" and signed:
        waiting = [one["name"] for one in row["people"] if one["name"] not in signed]
        state = f"{together(waiting)} has not signed yet"
    when = pages.day(date.fromisoformat(str(row["when"])[:10]))
    return ", ".join(words for words in (when, f"with {home.others(row['people'])}", about, state) if words) + "."


@sessions(
    "start",
    "NAME [as ROLE] [|| ALIAS [|| MATTER]]",
    "begin a session with somebody; ROLE is yours: supervisor, practitioner or peer",
    example="/start Sam || J || Messages in the evening",
)
async def _start(home: Home, rest: str) -> None:
    first, *more = [words.strip() for words in rest.split("||")]
    name, role = _role(first)
    if not name:
        raise BadInput("Say whom you are meeting: /start Sam")
    me, other = home.need_me(), text.name(name)
    if other.casefold() == me.casefold():
        raise Refused(f"A session is for two people, and {me} would be both of them.")
    for known in home.shelf.alike(other, besides=me):
        if await home.yes(f"Do you mean {known.name}, whom these records know?"):
            other = known.id
            break
        if not home.asks:
            home.say(f"! {other} is somebody new here. For {known.name}, whom these records know: /start {known.name}")
    shelf = home.shelf
    made = shelf.start(
        shelf.usual_pack(role, home.desk.own_pack),
        me=me,
        other=other,
        role=role,
        alias=more[0] if more else "",
        matter=more[1] if len(more) > 1 else "",
    )
    if shelf.notice:
        home.say(f"! {shelf.notice}")
    await home.go_into(made.id)


@sessions(
    "join",
    "ADDRESS",
    "take part in a session that somebody has open on another computer, by the address they sent you",
    example="/join ssh://sam@computer.example/2026-11-23-1000-abcd",
)
async def _join(home: Home, rest: str) -> None:
    if home.desk.join is None:
        raise Refused("Nobody can be joined from the sample.")
    if not rest:
        raise BadInput("Say the address that was sent to you: /join ssh://sam@computer.example/2026-11-23-1000-abcd")
    home.need_me()
    home.say("On the way there. ssh may ask for a password; Ctrl+C gives it up.")
    await home.go_far(rest.split()[-1])


def _role(words: str) -> tuple[str, Role]:
    name, found, role = words.rpartition(" as ")
    for one in get_args(Role):
        if found and role.strip().casefold() == one:
            return name.strip(), one
    if found and len(role.split()) == 1:  # a role that was mistyped is no part of a name
        raise BadInput(
            f'"{role.strip()[:40]}" is no role; yours is supervisor, practitioner or peer: /start Sam as peer'
        )
    return words, "supervisor"


@sessions("me", "[NAME]", "who is at this keyboard; with NAME, say so", example="/me Ash Patel")
async def _me(home: Home, rest: str) -> None:
    if rest:
        home.who = text.name(rest)
        if home.desk.remember_me is not None:
            home.desk.remember_me(home.who)
    home.say(f"You are {home.who}." if home.who else NOBODY)


@sessions("with", "NAME | everybody", "only what belongs to one person and you, or everybody's", example="/with Sam")
async def _with(home: Home, rest: str) -> None:
    if not rest:
        raise BadInput("Say whose: /with Sam, or /with everybody")
    home.only = () if rest.casefold() == "everybody" else tuple(home.shelf.pair_with(home.need_me(), rest))
    home.say(*home.where())


# -- what is due, decisions -----------------------------------------------------------------------------------------


@looking("due", "", "what is overdue, and what has come back to be looked at again", tells=True)
async def _due(home: Home, rest: str) -> None:
    overdue = listing.actions(home, "overdue")
    agreements = [row for row in home.shelf.agreements(pair=home.pair) if row["due"]]
    if overdue:
        listing.say_actions(home, "overdue")
    listing.say_due(home)
    for row in agreements:
        since = pages.day(date.fromisoformat(row["review_on"]))
        home.say(f"Your agreement with {home.others(row['people'])}, since {since}: /agreement NAME reads it.")
    if not (overdue or agreements or home.shelf.lists().decisions(which="due", pair=home.pair)):
        home.say("Nothing is due now.")


@decisions("decisions", "[due|agreed|all]", "what was decided, with the letters that name each", tells=True)
async def _decisions(home: Home, rest: str) -> None:
    which = rest.casefold() or "all"
    if which not in {"all", "due", "agreed"}:
        raise BadInput(f'Say which decisions: due, agreed or all, not "{rest[:40]}".')
    rows = home.shelf.decisions(which=which, pair=home.pair)
    home.say(*([pages.decision_row(row) for row in rows[:SHOWN]] or ["There are none."]))
    if len(rows) > SHOWN:
        home.say(f"And {len(rows) - SHOWN} more. /with NAME, due or agreed makes them fewer.")
    if rows:
        home.say("/show with the letters of one reads it; /review answers one that has come back.")


@part("Actions", HOME)(
    "action",
    "TEXT [@OWNER] [due WHEN]",
    "write down what somebody will do, in the newest session",
    example="/action Ring J @Sam due Friday",
)
async def _action(home: Home, rest: str) -> None:
    from supervision.model.changes import AddAction
    from supervision.plain.acting import say_action

    words = typed.action(rest)
    rows = home.shelf.lists().sessions(pair=home.pair)
    if not rows:
        raise NotFound("There is no session yet in which it could stand. /start NAME begins one.")
    day = await home.day(words.due) if words.due and words.due.casefold() not in typed.NO_DATE else None
    before = home.shelf.load(str(rows[0]["id"]))
    owner = home.need_me() if words.owner is None else words.owner
    after = await home.carry(before.id, AddAction(text=words.text, owner=owner, due=day))
    new = next(action for action in after.actions if before.action(action.id) is None)
    say_action(home, after, new.id, "Action")


# -- what was said and what happened ---------------------------------------------------------------------------------


@looking("find", "WORDS", "find what was said, in every session", example="/find lifts", tells=True)
async def _find(home: Home, rest: str) -> None:
    await say_found(home, rest)
    home.say(*(f"! {sentence}" for sentence in home.shelf.damaged))  # nothing was found in those


@looking(
    "read", "N", "a record as it is kept, by its number in /sessions or the beginning of its id", example="/read 2"
)
async def _read(home: Home, rest: str) -> None:
    session = await asyncio.to_thread(home.shelf.load, home.session_named(rest))
    home.say(*spoken.record(session, home.today, on_terminal=home.asks))


@looking("timeline", "[NAME]", "what happened between two of you, by date, and what is coming", tells=True)
async def _timeline(home: Home, rest: str) -> None:
    listing.say_timeline(home, home.chosen_pair(rest))


@looking("known", "", "you have read what you have to know; it is not said again")
async def _known(home: Home, rest: str) -> None:
    keeping = Keeping(home.shelf)
    waiting = keeping.notices(home.need_me())
    for notice in waiting:
        keeping.read(notice.id, home.who)
    home.say("Read." if waiting else "There is nothing that you have to know.")


# -- with whom: the agreement, what is prepared ------------------------------------------------------------------------


@sessions("agreement", "[NAME] [|| edit]", "how somebody and you work together; edit asks question by question")
async def _agreement(home: Home, rest: str) -> None:
    name, _, word = (words.strip() for words in rest.partition("||"))
    if name.casefold() == "edit" and not word:
        name, word = "", "edit"
    people = home.shelf.people_with(*home.chosen_pair(name))
    kept = home.shelf.agreement(people)
    called = {person.id: person.called for person in people}
    if word.casefold() == "edit":
        kind: Kind = "peer" if people[0].role == "peer" else "supervision"
        asked = await agreeing.ask(home, kept, kind, lambda who: called.get(who, who))
        try:
            made = home.shelf.edit_agreement(people, asked.answers, home.need_me())
            home.say(f"Version {made.version} of your agreement is kept. Each of you reads it when you meet next.")
        except SupervisionError as error:
            home.refuse(sentence(error))
        if asked.ended_by:
            await home.take(asked.ended_by)
    elif kept is None:
        home.say("There is no agreement between you yet. /agreement edit makes one.")
    else:
        home.say(*pages.agreed(kept, lambda who: called.get(who, who)), "/agreement edit makes the next version.")


@sessions("prepare", "[ALIAS || MATTER [|| QUESTION]]", "what you want to bring next time, for your own eyes")
async def _prepare(home: Home, rest: str) -> None:
    if home.desk.private is None:
        raise Refused("Nothing can be prepared here.")
    private = home.desk.private()
    private.check(home.need_me())
    pair = home.chosen_pair()
    kept = private.next_with(pair)
    if rest:
        alias, matter, question = (*(words.strip() for words in rest.split("||", 2)), "", "")[:3]
        if not matter:
            alias, matter = "", alias
        kept, _ = private.prepare(kept, alias=alias, words=matter, question=question)
        home.say("Prepared. It is nobody else's until you take it in, in the session.")
        return
    home.say(*(pages.prepared(one, n) for n, one in enumerate(kept.to_take, 1)))
    home.say(
        "/unprepare N takes one away."
        if kept.to_take
        else f"Nothing is prepared for the next session with {home.people(pair)}. Add to it: /prepare J || The evenings"
    )


@sessions("unprepare", "N", "take away what you prepared, by its number", example="/unprepare 1")
async def _unprepare(home: Home, rest: str) -> None:
    if home.desk.private is None:
        raise Refused("Nothing can be prepared here.")
    private = home.desk.private()
    private.check(home.need_me())
    kept = private.next_with(home.chosen_pair())
    at = typed.place(rest, len(kept.to_take))
    if at is None:
        raise BadInput("Say which, by its number: /unprepare 1. /prepare lists them.")
    private.drop(kept, kept.to_take[at].id)
    home.say("Taken away.")


# -- anything else -----------------------------------------------------------------------------------------------------


@anything("undo", "", "take back your latest change to an action or decision")
async def _undo(home: Home, rest: str) -> None:
    after = await asyncio.to_thread(home.shelf.undo, home.need_me())
    home.say(f"Taken back, in the session {after.id}.")


@anything("redo", "", "do again what was taken back last")
async def _redo(home: Home, rest: str) -> None:
    after = await asyncio.to_thread(home.shelf.redo, home.need_me())
    home.say(f"Done again, in the session {after.id}.")


@anything("where", "", "where you are, and what waits", tells=True)
async def _where(home: Home, rest: str) -> None:
    home.say("You are at home.", *home.where())


@anything("repeat", "", "the last thing that was said", also="again", tells=True)
async def _repeat(home: Home, rest: str) -> None:
    home.say_again()


@anything("quit", "", "leave; everything is saved")
async def _quit(home: Home, rest: str) -> None:
    if rest:
        raise Refused("/quit stands alone.")
    home.say("Everything is saved.")
    home.leave()
