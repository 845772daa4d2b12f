"""Commands for the people in a session: who is where, who is writing, going along, names, and words kept apart."""

from supervision import text
from supervision.errors import BadInput, Refused
from supervision.model import changes as c
from supervision.model import rules
from supervision.model.names import short_names
from supervision.plain import news, standing, typed
from supervision.plain.commands import part
from supervision.plain.place import Place
from supervision.plain.talk import Talk
from supervision.room import who_could_read

command = part("People")


@command("people", "", "who is in the session and at which keyboard, and who could read the record", tells=True)
async def _people(talk: Talk, rest: str) -> None:
    talk.say(*standing.people(talk), who_could_read(talk.room))
    if talk.company:
        talk.say(standing.MODES[talk.follow])


@command("as", "NAME", "the other person is writing at this keyboard now", example="/as Sam")
async def _as(talk: Talk, rest: str) -> None:
    if not rest:
        raise BadInput(f"Say who is writing now: /as {talk.session.people[-1].called}")
    talk.room.hand_over(rest)
    talk.say(f"Writing: {talk.room.writing.called}.")


@command("follow", "[on|off]", "go where the session is; with on, go along whenever the others go on; off ends that")
async def _follow(talk: Talk, rest: str) -> None:
    word = rest.casefold()
    if word not in {"", "on", "off"}:
        raise BadInput("Say /follow, /follow on or /follow off.")
    if not talk.company:
        raise Refused("You are alone in this session, so there is nobody to go along with.")
    if word:
        talk.follow = "on" if word == "on" else "off"
        talk.say(standing.MODES[talk.follow])
    if word != "off":
        _go(talk, Place.of(talk.session), "You are where the session is.")


@command("to-other", "", "go where the other person is in the session")
async def _to_other(talk: Talk, rest: str) -> None:
    there = standing.elsewhere(talk)
    if not there:
        raise Refused("Nobody else is at a keyboard of their own just now.")
    who, place = next(iter(there.items()))
    _go(talk, place, f"You are where {short_names(talk.session).get(who, who)} is.")


def _go(talk: Talk, there: Place, already: str) -> None:
    if (there.stage, there.matter) == (talk.place.stage, talk.place.matter) and there.prompt in {"", talk.place.prompt}:
        talk.say(already)
        return
    talk.go(there)
    talk.arrive()


@command("acknowledge", "", "whoever is writing has read the limits of confidentiality")
async def _acknowledge(talk: Talk, rest: str) -> None:
    talk.change(c.Acknowledge())
    if await talk.settled():
        talk.say(f"{talk.room.writing.called} has read how far confidentiality goes.")


@command(
    "correct-name",
    "NAME || RIGHT NAME",
    "mend a name that was misspelt, everywhere in this session",
    example="/correct-name Sam || Sam Okafor",
)
async def _correct_name(talk: Talk, rest: str) -> None:
    old, more = typed.details(rest)
    if not old or len(more) != 1:
        raise BadInput("Say whose name, and how it is written: /correct-name Sam || Sam Okafor")
    who = rules.participant(talk.session, old)
    called = talk.session.called(who)
    after = talk.change(c.CorrectName(person=who, name=text.name(more[0])))
    talk.say(f"{called} is {after.called(who)} from now on. What was signed keeps the name it was signed with.")


@command("line-manager", "yes|no", "whether the supervisor is the practitioner's line manager, who may give support")
async def _line_manager(talk: Talk, rest: str) -> None:
    supervisor = next((person for person in talk.session.people if person.role == "supervisor"), None)
    if supervisor is None:
        raise Refused("Nobody here is a supervisor.")
    if rest.casefold() not in {"yes", "no"}:
        now = "is" if supervisor.line_manager else "is not"
        raise BadInput(f"{supervisor.called} {now} recorded as the line manager; say /line-manager yes or no.")
    manager = rest.casefold() == "yes"
    talk.change(c.SetLineManager(person=supervisor.id, manager=manager))
    may = "manages the practitioner and may give support, by name" if manager else "cannot give the support"
    talk.say(f"{supervisor.called} {may}.")


@command("kept", "[add N | away N]", "what you wrote while the line was lost and could not come in by itself")
async def _kept(talk: Talk, rest: str) -> None:
    offered = talk.room.offered
    if not offered:
        talk.say("There are no words that are kept apart.")
        return
    word, _, number = rest.partition(" ")
    if not rest:
        for n, (key, runs) in enumerate(offered, 1):
            lines = [line.strip() for line in "".join(run.text for run in runs).split("\n") if line.strip()]
            talk.say(f"{n}. For {news.place(talk.session, *key)}: {lines[0] if lines else ''}", *lines[1:])
        talk.say("/kept add 1 puts the first of it into the notes, /kept away 1 puts it away for good.")
        return
    at = typed.place(number.strip(), len(offered))
    if word not in {"add", "away"} or at is None:
        raise BadInput("Say which, by its number: /kept add 1, or /kept away 1. /kept lists them.")
    where = news.place(talk.session, *offered[at][0])
    if word == "add":
        talk.room.take_offered(at)
        talk.say(f"It is in the notes of {where} now.")
    else:
        del offered[at]
        talk.say("Put away for good.")
