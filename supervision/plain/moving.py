"""Commands for the way through a session: where we are, who is writing, which matter."""

from supervision.errors import BadInput, NotFound
from supervision.model import changes as c
from supervision.model.notes import whole_lines
from supervision.model.values import Session
from supervision.plain import pages
from supervision.plain.commands import part
from supervision.plain.talk import Talk

command = part("The way through")


@command("next", "", "the next question; an empty line does the same")
async def _next(talk: Talk, rest: str) -> None:
    talk.on()


@command("back", "", "the question before")
async def _back(talk: Talk, rest: str) -> None:
    talk.back()


@command("stage", "ID", "go to a stage; without ID, list them")
async def _stage(talk: Talk, rest: str) -> None:
    session = talk.session
    if not rest:
        for stage in session.pack.stages:
            talk.say(f"{stage.id}: {stage.title}{' (we are here)' if stage.id == session.stage else ''}")
        return
    wanted = rest.casefold()
    ids = [stage.id for stage in session.pack.stages]
    letters = {stage.letter.casefold(): stage.id for stage in session.pack.stages if stage.letter}
    began = [one for one in ids if one.startswith(wanted)]
    talk.move(wanted if wanted in ids else letters.get(wanted) or (began[0] if len(began) == 1 else rest))


@command("where", "", "where we are, who is writing, what is saved")
async def _where(talk: Talk, rest: str) -> None:
    session, room = talk.session, talk.room
    talk.say(f"Session {session.id}, {session.state}. {pages.people(session)}.", pages.place(session))
    talk.say(pages.matter(session.matter_of(session.matter), len(session.matters)))
    talk.say(f"Writing: {room.writing.called}.")
    room.save_now()
    if room.saved.at is not None:
        talk.say(f"Everything is saved ({room.saved.at:%H:%M}).")


@command("repeat", "", "the question once more")
async def _repeat(talk: Talk, rest: str) -> None:
    talk.say(*pages.question(talk.session))


@command("as", "NAME", "somebody else is writing now")
async def _as(talk: Talk, rest: str) -> None:
    if not rest:
        raise BadInput(f"Say who is writing now: /as {talk.session.people[-1].called}")
    talk.room.hand_over(rest)
    talk.say(f"Writing: {talk.room.writing.called}.")


@command("acknowledge", "", "whoever is writing has read the limits of confidentiality")
async def _acknowledge(talk: Talk, rest: str) -> None:
    talk.change(c.Acknowledge())
    talk.say(f"{talk.room.writing.called} has read how far confidentiality goes.")


def _matter_now(session: Session) -> str:
    return pages.matter(session.matter_of(session.matter), len(session.matters))


@command("alias", "A", "the alias of the person this matter is about")
async def _alias(talk: Talk, rest: str) -> None:
    _needs(rest, "/alias Robin")
    talk.say(_matter_now(talk.change(c.EditMatter(alias=rest))))


@command("matter", "TEXT", "what is brought")
async def _matter(talk: Talk, rest: str) -> None:
    _needs(rest, "/matter Messages in the evening")
    talk.say(_matter_now(talk.change(c.EditMatter(text=rest))))


@command("question", "TEXT", "the one question the matter ends in")
async def _question(talk: Talk, rest: str) -> None:
    _needs(rest, "/question How do I answer kindly, and when?")
    talk.say(_matter_now(talk.change(c.EditMatter(question=rest))))


@command("next-matter", "TEXT", "another matter, with notes and decisions of its own")
async def _next_matter(talk: Talk, rest: str) -> None:
    _needs(rest, "/next-matter A gift at the last visit")
    talk.change(c.AddMatter(text=rest))
    talk.arrive()


@command("to-matter", "N", "go to another of the matters")
async def _to_matter(talk: Talk, rest: str) -> None:
    if not (rest.isascii() and rest.isdigit() and len(rest) < 6):
        raise BadInput("Say which matter, by its number: /to-matter 1")
    talk.say(_matter_now(talk.change(c.TurnToMatter(n=int(rest)))))


@command("place", "TEXT", "where you meet, or over which line")
async def _place(talk: Talk, rest: str) -> None:
    _needs(rest, "/place On the telephone")
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
        talk.say(*(pages.marked(session, session.matter) or ["Nothing is marked yet: /mark option, or /mark reason"]))
        return
    word, _, words = rest.partition(" ")
    if word.casefold() not in MARKS:
        raise BadInput(f'A line is marked as an option, a reason or neither, not as "{word[:40]}": /mark option')
    kind = MARKS[word.casefold()]
    note = session.note(session.stage, session.matter)
    lines = whole_lines(note.runs) if note else ()
    fitting = [line.strip() for line in lines if words.strip().casefold() in line.casefold()]
    if not fitting:
        where = f"with these words: {words.strip()}" if words.strip() else "to mark"
        raise NotFound(f"There is no line of notes in this stage {where}.")
    talk.change(c.MarkNote(text=fitting[-1], kind=kind))
    talk.say(
        f"Marked as {'an' if kind == 'option' else 'a'} {kind}: {fitting[-1]}"
        if kind
        else f"No longer marked: {fitting[-1]}"
    )


def _needs(rest: str, example: str) -> None:
    if not rest:
        raise BadInput(f"There is nothing after the command; for example: {example}")
