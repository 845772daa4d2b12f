"""Commands for a paired reflection: who is first, each one's time, the clock, taking it to somebody, what was heard."""

from supervision.errors import BadInput, Refused
from supervision.model import changes as c
from supervision.model import turns
from supervision.plain import pages, typed
from supervision.plain.commands import part
from supervision.plain.talk import Talk

command = part("Taking turns")


@command("first", "NAME", "who presents first, in a paired reflection; then you swap", example="/first Sam")
async def _first(talk: Talk, rest: str) -> None:
    if not rest:
        raise BadInput("Say who presents first, by name: /first Sam")
    session = talk.change(c.PresentFirst(who=rest))
    talk.say(f"{session.called(turns.presenter(session, 'a'))} presents first; then you swap.")


@command("turns", "", "whose turn it is, and how much of their half each has had", tells=True)
async def _turns(talk: Talk, rest: str) -> None:
    if not turns.has_turns(talk.session):
        raise Refused("Two peers take turns, in a paired reflection; this session has none.")
    talk.say(*pages.turn_times(talk.view, talk.room.clock()))


@command("clock", "stop|go", "stops the clock of this turn, or lets it go on", example="/clock stop")
async def _clock(talk: Talk, rest: str) -> None:
    changes: dict[str, c.Change] = {"stop": c.StopClock(), "go": c.GoOn()}
    if rest.casefold() not in changes:
        raise BadInput("Say what the clock does: /clock stop, or /clock go")
    session = talk.change(changes[rest.casefold()])
    talk.say(*pages.turn_times(session, talk.room.clock()))


@command(
    "take-to",
    "N WHOM [@OWNER] [due WHEN]",
    "takes decision N, as peers propose it, to somebody with authority; an action for whoever takes it",
    example="/take-to 1 my line manager due Friday",
)
async def _take(talk: Talk, rest: str) -> None:
    number, words = typed.number(rest, "take-to")
    asked = typed.action(words)
    day = await talk.day(asked.due) if asked.due and asked.due.casefold() not in typed.NO_DATE else None
    owner = "me" if asked.owner is None else asked.owner
    known = {action.id for action in talk.session.actions}
    after = talk.change(c.TakeTo(id=talk.decision(number).id, to=asked.text, owner=owner, due=day))
    new = next(action for action in after.actions if action.id not in known)
    due = f", due {pages.due(day, talk.today)}" if day else ""
    talk.say(f"Action: {new.text}, {after.called(new.owner) if new.owner else 'nobody yet'}{due}.")
    talk.say("The answer that comes back shows in your next session.")


@command("heard", "yes|no", "your own answer: did you hear something that must be raised?", example="/heard no")
async def _heard(talk: Talk, rest: str) -> None:
    answers = {"yes": True, "no": False}
    if rest.casefold() not in answers:
        raise BadInput("Say yes or no, for yourself: /heard no")
    must_raise = answers[rest.casefold()]
    session = talk.change(c.SayHeard(must_raise=must_raise))
    talk.say(f"Kept as {talk.room.writing.called}'s.")
    said = {answer.by for answer in session.heard}
    waiting = [person.called for person in session.people if person.id not in said]
    if must_raise:
        talk.say("/concern TEXT raises it: to whom, by when. Both turns stand still meanwhile.")
    elif waiting:
        talk.say(f"{waiting[0]} has not answered yet.")
