"""Commands for what one keeps to oneself: private notes, what was prepared, and bringing either into the session."""

from collections import Counter

from supervision.errors import BadInput, Refused
from supervision.model.private import PreparedMatter, Private, PrivateNote
from supervision.plain import pages, typed
from supervision.plain.commands import part
from supervision.plain.talk import Talk
from supervision.private import PrivateNotes

command = part("For your own eyes")

_STAYS = "What is printed here stays on the screen: clear it before anybody else looks."


@command("private", "[TEXT]", "keep a line for your own eyes; without TEXT, those of this stage")
async def _private(talk: Talk, rest: str) -> None:
    notes = _notes(talk)
    private = notes.begin(talk.session)
    if not rest:
        _list(talk, private)
        return
    where = (talk.place.stage, talk.place.prompt, str(talk.place.matter))
    before = private.text(*where)
    stage, prompt, matter = where
    notes.write(private, stage, f"{before}\n{rest}".strip("\n"), before=before, prompt=prompt, matter=matter)
    talk.say("Kept for your own eyes. /private lists what you keep here, /share N brings a line into the session.")


@command("share", "N [N ...] | all", "bring lines that you kept for yourself into the session, as your words")
async def _share(talk: Talk, rest: str) -> None:
    notes = _notes(talk)
    private = notes.begin(talk.session)
    for note, lines in _chosen(talk, private, rest, "share"):

        def put(line: str, stage: str = note.stage) -> None:
            talk.write(line, stage=stage)

        private = notes.share(private, note, lines, put)
        talk.say(*(f"Shared: {line}" for line in lines))


@command("forget", "N [N ...] | all", "throw lines away that you kept for yourself")
async def _forget(talk: Talk, rest: str) -> None:
    notes = _notes(talk)
    private = notes.begin(talk.session)
    for note, lines in _chosen(talk, private, rest, "forget"):
        gone, left = Counter(lines), []
        for line in reversed(note.text.split("\n")):
            if gone[line.strip()]:  # of two lines alike the later one
                gone[line.strip()] -= 1
            else:
                left.append(line)
        kept = "\n".join(reversed(left))
        private = notes.write(private, note.stage, kept, before=note.text, prompt=note.prompt, matter=note.matter)
    talk.say("Thrown away.")


@command("prepared", "", "the matters that you prepared; they are nobody else's until you take them in")
async def _prepared(talk: Talk, rest: str) -> None:
    waiting = _to_take(talk, _notes(talk))
    if not waiting:
        talk.say("You have prepared no matter that is still to be taken in.")
        return
    for n, matter in enumerate(waiting, 1):
        talk.say(pages.prepared(matter, n))
    talk.say("/take N takes one in: from then on it is in the session.")


@command("take", "N", "take in a matter that you prepared")
async def _take(talk: Talk, rest: str) -> None:
    notes = _notes(talk)
    waiting = _to_take(talk, notes)
    at = typed.place(rest, len(waiting))
    if at is None:
        raise BadInput("Say which, by its number: /take 1. /prepared lists them.")
    notes.take(talk.session, waiting[at].id, talk.change)
    talk.say("Taken in.", *(pages.matter(matter, len(talk.session.matters)) for matter in talk.session.matters))


def _notes(talk: Talk) -> PrivateNotes:
    """Private notes, if whoever is writing is the person of this login; Refused with the reason otherwise."""
    if talk.private is None:
        raise Refused("There are no private notes here.")
    if why := talk.why_not_private():
        raise Refused(why)
    return talk.private


def _to_take(talk: Talk, notes: PrivateNotes) -> tuple[PreparedMatter, ...]:
    waiting = notes.waiting(talk.session)
    return waiting.to_take if waiting else ()


def _here(talk: Talk, private: Private) -> list[tuple[PrivateNote, str]]:
    """The lines that are kept on this stage and this matter."""
    here = talk.place
    notes = [n for n in private.notes if n.stage == here.stage and n.matter == str(here.matter)]
    return [(note, line) for note in notes for line in note.lines]


def _list(talk: Talk, private: Private) -> None:
    lines = _here(talk, private)
    for n, (note, line) in enumerate(lines, 1):
        shared = " (shared)" if line in note.shared else ""
        talk.say(f"{n}. {line}{shared}")
    if not lines:
        talk.say("You keep nothing to yourself on this stage. /private TEXT keeps a line.")
    others = list(dict.fromkeys(note.stage for note in private.notes if note.stage != talk.place.stage))
    if others:
        talk.say(f"On other stages: {', '.join(others)}.")
    talk.say(_notes(talk).who_could_read, _STAYS)


def _chosen(talk: Talk, private: Private, rest: str, name: str) -> list[tuple[PrivateNote, list[str]]]:
    """The lines that these numbers mean, note by note."""
    lines = _here(talk, private)
    words = rest.replace(",", " ").split()
    if words == ["all"]:  # what was shared is in the session already
        places = [n for n, (note, line) in enumerate(lines) if name != "share" or line not in note.shared]
    else:
        places = [at for word in words if (at := typed.place(word, len(lines))) is not None]
    if not places or (words != ["all"] and len(places) != len(words)):
        raise BadInput(f"Say which lines, by number: /{name} 1 3, or /{name} all. /private lists them.")
    chosen: dict[int, tuple[PrivateNote, list[str]]] = {}
    for at in dict.fromkeys(places):
        note, line = lines[at]
        chosen.setdefault(id(note), (note, []))[1].append(line)
    return list(chosen.values())
