"""Commands for actions, those of earlier sessions too."""

from supervision.errors import BadInput, Refused
from supervision.model import changes as c
from supervision.model.values import ActionStatus, Session
from supervision.model.views import action_row
from supervision.plain import pages, typed
from supervision.plain.commands import part
from supervision.plain.talk import Talk

command = part("Actions")


@command("action", "TEXT [@OWNER] [due WHEN]", 'an action; @"Two Words", @nobody for nobody yet')
async def _action(talk: Talk, rest: str) -> None:
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
    after = talk.change(c.AddAction(text=words.text, owner=owner, due=day))
    new = next(action for action in after.actions if action.id not in known)
    _say(talk, after, new.id, "Action")
    if day is not None:
        talk.say(f"Due {pages.due(day, talk.today)}.")
    if new.owner and after.person(new.owner) is None:
        talk.say(f"{new.owner} is not in this session.")


@command("actions", "", "the open actions of you two, with their ids")
async def _actions(talk: Talk, rest: str) -> None:
    talk.list_actions()


async def _set(talk: Talk, rest: str, status: ActionStatus, word: str) -> None:
    prefix, note = _split(rest, word.lower())
    home, found = talk.find_action(prefix)
    after = await talk.carry(home, c.SetActionStatus(id=found, status=status, note=note))
    _say(talk, after, found, {"open": "Open again", "done": "Done", "dropped": "Dropped"}[status])


@command("done", "ID [NOTE]", "it is done")
async def _done(talk: Talk, rest: str) -> None:
    await _set(talk, rest, "done", "done")


@command("drop", "ID [NOTE]", "it will not be done")
async def _drop(talk: Talk, rest: str) -> None:
    await _set(talk, rest, "dropped", "drop")


@command("open", "ID [NOTE]", "a done or dropped action is open again")
async def _open(talk: Talk, rest: str) -> None:
    await _set(talk, rest, "open", "open")


@command("keep", "ID [NOTE]", "looked at, and it stays open")
async def _keep(talk: Talk, rest: str) -> None:
    prefix, note = _split(rest, "keep")
    home, found = talk.find_action(prefix)
    after = await talk.carry(home, c.KeepAction(id=found, note=note))
    _say(talk, after, found, "Kept")


@command("undo", "", "take back the latest change to an action or decision by whoever is writing")
async def _undo(talk: Talk, rest: str) -> None:
    who = talk.room.writing
    entry = talk.shelf.store.undo.peek(who.id)
    if entry is None or entry.get("session") not in {talk.session.id, *talk.elsewhere}:
        raise Refused(f"There is nothing here to take back for {who.called}.")
    before = talk.session
    if entry["session"] == before.id:
        # Through the door for changes made elsewhere, which takes back what an earlier sitting did, too.
        after = await talk.take_back()
        talk.say(*(pages.differences(before, after) or ["Taken back."]))
    else:
        await talk.take_back()
        talk.say(f"Taken back, in the session {entry['session']}.")


def _split(rest: str, name: str) -> tuple[str, str]:
    prefix, _, note = rest.partition(" ")
    if not prefix:
        raise BadInput(f"Say which action, by the beginning of its id: /{name} ID. /actions lists them.")
    return prefix.strip(":"), note.strip()


def _say(talk: Talk, session: Session, action_id: str, word: str) -> None:
    action = session.action(action_id)
    if action is not None:
        short = pages.shortened(talk.homes()).get(action_id, action_id)
        talk.say(f"{word} {pages.action(action_row(session, action), short, talk.today)}")
