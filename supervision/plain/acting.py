"""Commands for actions, those of earlier sessions too."""

import asyncio

from supervision.errors import BadInput, NotFound
from supervision.model import changes as c
from supervision.model.values import Action, ActionStatus, Session
from supervision.model.views import action_row
from supervision.plain import listing, pages, typed
from supervision.plain.commands import part
from supervision.plain.speaker import Speaker
from supervision.plain.talk import Talk

command = part("Actions")


@command(
    "action",
    "TEXT [@OWNER] [due WHEN]",
    'an action; @"Two Words", @nobody for nobody yet',
    example="/action Ring J @Sam due in 2 weeks",
)
async def _action(talk: Talk, rest: str) -> None:
    await _add(talk, rest)


@command(
    "action-for",
    "N TEXT [@OWNER] [due WHEN]",
    "an action that serves decision N",
    example="/action-for 1 Tell J about the hours @Sam due Friday",
)
async def _action_for(talk: Talk, rest: str) -> None:
    number, words = typed.number(rest, "action-for")
    await _add(talk, words, talk.decision(number).id)


async def _add(talk: Talk, rest: str, decision: str | None = None) -> None:
    words = typed.action(rest)
    day = None
    if words.due and words.due.casefold() not in typed.NO_DATE:
        try:
            day = await talk.day(words.due)
        except BadInput as error:
            hint = 'If "due" belongs to the action itself, end the line with: due never'
            raise BadInput(f"{error} {hint}") from error
    owner = "me" if words.owner is None else words.owner
    known = {action.id for action in talk.session.actions}
    place = talk.place
    change = c.AddAction(
        text=words.text,
        owner=owner,
        due=day,
        decision=decision,
        stage=place.stage,
        prompt=place.prompt,
        matter=place.matter,
    )
    after = talk.change(change)
    new = next(action for action in after.actions if action.id not in known)
    say_action(talk, after, new.id, "Action")
    if day is not None:
        talk.say(f"Due {pages.due(day, talk.today)}.")
    _say_if_a_stranger(talk, after, new)


def _say_if_a_stranger(talk: Speaker, session: Session, action: Action) -> None:
    if action.owner and session.person(action.owner) is None:
        talk.say(f"{action.owner} is not in this session.")


@command(
    "actions",
    "[open|mine|overdue|all]",
    "what was promised, with the letters that name each action",
    tells=True,
    home="Actions",
)
async def _actions(talk: Speaker, rest: str) -> None:
    which = rest.casefold() or "open"
    if which not in {"open", "mine", "overdue", "all"}:
        raise BadInput(f'Say which actions: open, mine, overdue or all, not "{rest[:40]}".')
    listing.say_actions(talk, which)


@command(
    "show",
    "ID",
    "an action, or a decision of an earlier session, with all that is written of it",
    tells=True,
    home="Looking",
)
async def _show(talk: Speaker, rest: str) -> None:
    if not rest:
        raise BadInput("Say which action or decision, by the beginning of its id: /show ID")
    try:
        home, found = listing.find_action(talk, rest)
    except NotFound:
        try:
            home, found = listing.find_decision(talk, rest)
        except NotFound:
            raise NotFound(
                f'There is no action or decision "{rest[:40]}" here. /actions and /decisions list them.'
            ) from None
    here = talk.here
    session = here if here is not None and home == here.id else await asyncio.to_thread(talk.shelf.load, home)
    if action := session.action(found):
        talk.say(*pages.action_whole(session, action, talk.today))
    elif decision := session.decision(found):
        talk.say(*pages.decision(session, decision))


@command(
    "note", "ID TEXT", "how an action is getting on", example="/note k7fw Rang twice; nobody answers", home="Actions"
)
async def _note(talk: Speaker, rest: str) -> None:
    prefix, words = _split(rest, "note")
    home, found = listing.find_action(talk, prefix)
    after = await talk.carry(home, c.NoteAction(id=found, text=words))
    say_action(talk, after, found, "Noted on")


@command(
    "change",
    "ID [TEXT] [@OWNER] [due WHEN]",
    "mend an action; what you leave out stays as it is, due never takes the day away",
    example="/change k7fw Ring J on Monday @Sam due Monday",
    home="Actions",
)
async def _change(talk: Speaker, rest: str) -> None:
    prefix, words = _split(rest, "change")
    asked = typed.action(words)
    never = asked.due.casefold() in typed.NO_DATE
    day = await talk.day(asked.due) if asked.due and not never else None
    if not (asked.text or asked.owner or asked.due):
        raise BadInput("Say what is different: /change ID [TEXT] [@OWNER] [due WHEN]")
    owner = "" if asked.owner == "nobody" else asked.owner
    home, found = listing.find_action(talk, prefix)
    after = await talk.carry(
        home, c.EditAction(id=found, text=asked.text or None, owner=owner, due=day, no_due=never and bool(asked.due))
    )
    say_action(talk, after, found, "Now")
    if changed := after.action(found):
        _say_if_a_stranger(talk, after, changed)


@command(
    "waiting",
    "ID [WHO]",
    "whose answer an action waits for; without WHO, nobody's",
    example="/waiting k7fw Housing",
    home="Actions",
)
async def _waiting(talk: Speaker, rest: str) -> None:
    prefix, who = _split(rest, "waiting")
    home, found = listing.find_action(talk, prefix)
    after = await talk.carry(home, c.EditAction(id=found, waiting_on=who))
    say_action(talk, after, found, "Now")


async def _set(talk: Speaker, rest: str, status: ActionStatus, word: str) -> None:
    prefix, note = _split(rest, word.lower())
    home, found = listing.find_action(talk, prefix)
    after = await talk.carry(home, c.SetActionStatus(id=found, status=status, note=note))
    say_action(talk, after, found, {"open": "Open again", "done": "Done", "dropped": "Dropped"}[status])


@command("done", "ID [NOTE]", "it is done", home="Actions")
async def _done(talk: Speaker, rest: str) -> None:
    await _set(talk, rest, "done", "done")


@command("drop", "ID [NOTE]", "it will not be done", home="Actions")
async def _drop(talk: Speaker, rest: str) -> None:
    await _set(talk, rest, "dropped", "drop")


@command("open", "ID [NOTE]", "a done or dropped action is open again", home="Actions")
async def _open(talk: Speaker, rest: str) -> None:
    await _set(talk, rest, "open", "open")


@command("keep", "ID [NOTE]", "looked at, and it stays open", home="Actions")
async def _keep(talk: Speaker, rest: str) -> None:
    prefix, note = _split(rest, "keep")
    home, found = listing.find_action(talk, prefix)
    after = await talk.carry(home, c.KeepAction(id=found, note=note))
    say_action(talk, after, found, "Kept")


def _split(rest: str, name: str) -> tuple[str, str]:
    prefix, _, note = rest.partition(" ")
    if not prefix:
        raise BadInput(f"Say which action, by the beginning of its id: /{name} ID. /actions lists them.")
    return prefix.strip(":"), note.strip()


def say_action(talk: Speaker, session: Session, action_id: str, word: str) -> None:
    """Says how an action stands now, after a word of what was done."""
    action = session.action(action_id)
    if action is not None:
        short = pages.shortened(listing.homes(talk)).get(action_id, action_id)
        talk.say(f"{word} {pages.action(action_row(session, action), short, talk.today)}")
