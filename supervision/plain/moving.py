"""Commands for the way through a session: where we are, which matter, and saying something again."""

from supervision.errors import BadInput, NotFound, Refused
from supervision.model import changes as c
from supervision.model.notes import whole_lines
from supervision.model.values import Session
from supervision.plain import listing, pages, standing
from supervision.plain.commands import part
from supervision.plain.talk import Talk
from supervision.shelf.timeline import STATES

command = part("The way through")


@command("next", "", "the next question; an empty line does the same")
async def _next(talk: Talk, rest: str) -> None:
    talk.on()


@command("back", "", "the question before")
async def _back(talk: Talk, rest: str) -> None:
    talk.back()


@command("next-stage", "", "the next stage; nothing has to be finished first")
async def _next_stage(talk: Talk, rest: str) -> None:
    talk.step_stage(1)


@command("previous-stage", "", "the stage before")
async def _previous_stage(talk: Talk, rest: str) -> None:
    talk.step_stage(-1)


@command("stage", "ID", "go to a stage, by its id or its letter; without ID, list them", example="/stage kindness")
async def _stage(talk: Talk, rest: str) -> None:
    session = talk.session
    if not rest:
        talk.say(*(f"{stage.id}: {stage.title}{standing.who_is_at(talk, stage.id)}" for stage in session.pack.stages))
        return
    talk.look_at(talk.stage_named(rest))


@command("come-back", "", "come back to where you were, after a look at another stage")
async def _come_back(talk: Talk, rest: str) -> None:
    if talk.came_from is None:
        raise Refused("You have not gone anywhere else. /stage ID does.")
    talk.move(talk.came_from.stage, talk.came_from.prompt)
    talk.came_from = None


@command("where", "", "where you are, and where the others are; who is writing, what is saved", tells=True)
async def _where(talk: Talk, rest: str) -> None:
    session, room = talk.session, talk.room
    talk.say(
        f"Session {session.id}, {STATES[session.state]}. {pages.people(session)}.",
        pages.place(talk.view, who=room.writer),
    )
    talk.say(*standing.places(talk))
    talk.say(pages.matter(session.matter_of(talk.place.matter), len(session.matters)))
    talk.say(*pages.time_gone(session, room.clock()))
    talk.say(f"Writing: {room.writing.called}.")
    room.save_now()
    talk.say(*standing.line_and_file(talk))


@command("repeat", "", "the last thing that was said, then the question you are at", also="again", tells=True)
async def _repeat(talk: Talk, rest: str) -> None:
    talk.say_again()


@command("deeper", "", "what the question you are at asks, and what helps to weigh it", tells=True)
async def _deeper(talk: Talk, rest: str) -> None:
    talk.say(*(pages.deeper(talk.view) or ["There is nothing more to this question."]))


@command("look-back", "", "what was left open in the sessions before, and the decisions that have come back")
async def _look_back(talk: Talk, rest: str) -> None:
    stages = [stage.id for stage in talk.session.pack.stages if stage.shows == "look-back"]
    if stages and talk.place.stage not in stages:
        talk.look_at(stages[0])
    else:
        listing.say_look_back(talk)


def _matter_now(talk: Talk, session: Session) -> str:
    return pages.matter(session.matter_of(talk.place.matter), len(session.matters))


@command("alias", "A", "the alias of the person this matter is about", example="/alias Robin")
async def _alias(talk: Talk, rest: str) -> None:
    needs(rest, "/alias Robin")
    talk.say(_matter_now(talk, talk.change(c.EditMatter(n=talk.place.matter, alias=rest))))


@command("matter", "TEXT", "what is brought", example="/matter Messages in the evening")
async def _matter(talk: Talk, rest: str) -> None:
    needs(rest, "/matter Messages in the evening")
    talk.say(_matter_now(talk, talk.change(c.EditMatter(n=talk.place.matter, text=rest))))


@command("question", "TEXT", "the one question the matter ends in", example="/question How do I answer kindly?")
async def _question(talk: Talk, rest: str) -> None:
    needs(rest, "/question How do I answer kindly, and when?")
    talk.say(_matter_now(talk, talk.change(c.EditMatter(n=talk.place.matter, question=rest))))


@command("next-matter", "TEXT", "another matter, a second one, with notes and decisions of its own")
async def _next_matter(talk: Talk, rest: str) -> None:
    needs(rest, "/next-matter A gift at the last visit")
    talk.change(c.AddMatter(text=rest))
    talk.arrive()


@command("matters", "", "what is brought, matter by matter", tells=True)
async def _matters(talk: Talk, rest: str) -> None:
    matters = talk.session.matters
    talk.say(*(pages.matter(matter, len(matters)) for matter in matters))
    if len(matters) > 1:
        talk.say(f"You are on matter {talk.place.matter}; /to-matter N goes to another.")


@command("to-matter", "N", "go to another of the matters", example="/to-matter 2")
async def _to_matter(talk: Talk, rest: str) -> None:
    if not (rest.isascii() and rest.isdigit() and len(rest) < 6):
        raise BadInput("Say which matter, by its number: /to-matter 1")
    talk.turn(int(rest))
    talk.say(_matter_now(talk, talk.session))


@command("place", "TEXT", "where you meet, or by what: by telephone, by video", example="/place On the telephone")
async def _place(talk: Talk, rest: str) -> None:
    needs(rest, "/place On the telephone")
    talk.say(f"Place: {talk.change(c.SetPlace(place=rest)).place}.")


MARKS: dict[str, c.MarkKind] = {"option": "option", "reason": "reason", "neither": ""}


@command(
    "mark",
    "option|reason|neither [WORDS]",
    "mark the latest line of notes here, or the latest one with these words, for a decision to offer; "
    "without anything after it, list what is marked",
)
async def _mark(talk: Talk, rest: str) -> None:
    session = talk.session
    if not rest:
        talk.say(
            *(pages.marked(session, talk.place.matter) or ["Nothing is marked yet: /mark option, or /mark reason"])
        )
        return
    word, _, words = rest.partition(" ")
    if word.casefold() not in MARKS:
        raise BadInput(f'A line is marked as an option, a reason or neither, not as "{word[:40]}": /mark option')
    kind = MARKS[word.casefold()]
    note = session.note(talk.place.stage, talk.place.matter)
    lines = whole_lines(note.runs) if note else ()
    fitting = [line.strip() for line in lines if words.strip().casefold() in line.casefold()]
    if not fitting:
        where = f"with these words: {words.strip()}" if words.strip() else "to mark"
        raise NotFound(f"There is no line of notes in this stage {where}.")
    talk.change(c.MarkNote(text=fitting[-1], kind=kind, stage=talk.place.stage, matter=talk.place.matter))
    talk.say(
        f"Marked as {'an' if kind == 'option' else 'a'} {kind}: {fitting[-1]}"
        if kind
        else f"No longer marked: {fitting[-1]}"
    )


def needs(rest: str, example: str) -> None:
    """BadInput, with an example, when nothing stands after a command."""
    if not rest:
        raise BadInput(f"There is nothing after the command; for example: {example}")
