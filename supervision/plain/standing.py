"""How things stand around whoever writes, in sentences: who is where, the line, and the file."""

from typing import TYPE_CHECKING

from supervision.model.names import short_names, together
from supervision.model.values import Who
from supervision.plain import pages
from supervision.plain.place import Place

if TYPE_CHECKING:
    from supervision.plain.talk import Talk

MODES = {
    "asked": "When the others go on you are told, and /follow goes there.",
    "on": "You go along when the others go on; /follow off ends that.",
    "off": "You look around by yourself; /follow goes where the session is.",
}


def elsewhere(talk: "Talk") -> dict[Who, Place]:
    """Where everybody is who is at another keyboard and whose line holds."""
    shared = Place.of(talk.session)
    return {
        presence.person: Place(presence.stage, shared.prompt if presence.stage == shared.stage else "", presence.matter)
        for presence in talk.room.present
        if presence.is_here and presence.person != talk.room.own_presence.person
    }


def who_is_at(talk: "Talk", stage: str) -> str:
    """Who is in a stage, to stand behind its title in a list."""
    if not talk.company:
        return " (we are here)" if talk.place.stage == stage else ""
    names = short_names(talk.session)
    there = ["you"] if talk.place.stage == stage else []
    there += [names.get(who, who) for who, place in elsewhere(talk).items() if place.stage == stage]
    there += ["the session"] if talk.session.stage == stage else []
    return f" ({together(there)})" if there else ""


def places(talk: "Talk") -> list[str]:
    """Where the others are, and whether one goes along with them; nothing when one is alone."""
    if not talk.company:
        return []
    session = talk.session
    names = short_names(session)
    lines = []
    for who, place in elsewhere(talk).items():
        where = pages.at(place.seen(session), from_stage=talk.place.stage)
        with_you = ", too" if (place.stage, place.matter) == (talk.place.stage, talk.place.matter) else ""
        lines.append(f"{names.get(who, who)} is at {where}{with_you}.")
    shared = Place.of(session)
    if shared != talk.place:
        lines.append(f"The session is at {pages.at(shared.seen(session), from_stage=talk.place.stage)}.")
    return [*lines, MODES[talk.follow]]


def line_and_file(talk: "Talk") -> list[str]:
    """Whether the line holds, and whether all that was written here is in the file."""
    saved, lost = talk.room.saved, talk.room.line.lost
    if lost is not None:
        return [f"The line is lost since {lost:%H:%M}. What you write is kept here and sent when it is back."]
    if saved.failed:
        return [f"! {saved.failed}"]
    if saved.waiting:
        return ["What you wrote is just being saved."]
    return [f"Everything is saved ({saved.at:%H:%M})."] if saved.at is not None else []


def people(talk: "Talk") -> list[str]:
    """Everybody in the session: at which keyboard, since when their line is lost, and who is writing here."""
    session, room = talk.session, talk.room
    here = {presence.person: presence for presence in room.present}
    own = room.own_presence.person
    places = elsewhere(talk)
    lines = []
    for person in session.people:
        role = f"{person.role} and line manager" if person.line_manager else person.role
        was = f", written as {person.name} at the start" if person.corrected else ""
        presence = here.get(person.id)
        if person.id == own:
            state = "at this keyboard" + (", and at another one" if presence else "")
        elif presence is None:
            state = "not at a keyboard of their own"
        elif presence.lost is not None:
            state = f"their line is lost since {presence.lost:%H:%M}"
        else:
            where = pages.at(places[person.id].seen(session))
            state = f"at a keyboard of their own, at {where}"
        writing = "; writing here now" if person.id == room.writer else ""
        lines.append(f"{person.called}, {role}{was}: {state}{writing}.")
    return lines
