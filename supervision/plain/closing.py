"""Commands for concerns, disagreement, reading back, signing, ending and leaving; and help."""

import re
from pathlib import Path

from supervision.errors import BadInput, NotFound, Refused
from supervision.model import changes as c
from supervision.model import themes as short_list
from supervision.plain import pages, spoken, typed
from supervision.plain.commands import part
from supervision.plain.speaker import Speaker
from supervision.plain.talk import Talk
from supervision.shelf import Keeping
from supervision.text import one_line

command = part("Closing")

FOR_READERS = ("record", "decisions", "person", "manager", "cpd", "themes")
"""What is handed on; one's own copy is /copy."""
FOR_WHOM = {"decisions": "the case file", "person": "the person", "manager": "the manager"}
LISTS = {"actions": ("csv", "json", "todo.txt"), "calendar": ("ics",)}
WHAT = {
    "record": "The whole record",
    "decisions": "What was decided",
    "person": "What was decided, for the person,",
    "manager": "What your agreement says is reported to the manager, and nothing else,",
    "cpd": "When you met, for how long and on which themes",
    "themes": "What it was about",
    "actions": "What is open",
    "calendar": "When actions and decisions are due",
}

DANGER = "If anybody is in immediate danger, ring the emergency services now (999 in the UK). Everything here can wait."


@command(
    "concern",
    "TEXT [|| to WHOM] [|| @OWNER] [|| due WHEN] [|| told]",
    "a worry that goes to somebody with authority; becomes an action with an owner and a day",
)
async def _concern(talk: Talk, rest: str) -> None:
    talk.say(DANGER)
    words, more = typed.details(rest)
    if not words:
        raise BadInput("Say what the concern is, in a sentence, without real details: /concern TEXT")
    to, owner, told, day = "", "", "", None
    for detail in more:
        key, _, after = detail.partition(" ")
        if key.casefold() == "to" and after:
            to = after.strip()
        elif detail.startswith("@"):
            owner = typed.action(detail).owner or ""
        elif key.casefold() == "due" and after:
            day = await talk.day(after)
        elif detail.casefold() in {"told", "not told"}:
            told = detail.casefold()
        else:
            raise BadInput(
                f'"{detail[:40]}" is no detail of a concern; those are: to WHOM, @OWNER, due WHEN, told, not told.'
            )
    change = c.RaiseConcern(text=words, to=to, by_when=day, done_by=owner, told_first=told)
    after_it = talk.change(change)
    concern = after_it.concerns[-1]
    action = after_it.action(concern.action)
    assert action is not None  # the rule makes it together with the concern
    due = f", due {pages.due(action.due, talk.today)}" if action.due else ""
    talk.say(f"Kept. Action: {action.text}, {after_it.called(action.owner)}{due}.")
    talk.say("The referral with real details goes through the organisation's procedure, not through this record.")
    if not told:
        talk.say("The practitioner hears of it first, unless telling could put anybody at risk.")


@command(
    "dissent", "TEXT [|| HOW]", "a disagreement about the session, in one's own words; after two bars how it is settled"
)
async def _dissent(talk: Talk, rest: str) -> None:
    words, more = typed.details(rest)
    talk.change(c.AddDissent(text=words, resolve_by="; ".join(more)))
    talk.say(f"Kept as {talk.room.writing.called}'s view.")


@command("next-date", "WHEN", "when you meet next")
async def _next_date(talk: Talk, rest: str) -> None:
    if not rest:
        raise BadInput("Say when: /next-date in 4 weeks")
    day = await talk.day(rest)
    talk.change(c.SetNext(on=day))
    talk.say(f"You meet next on {pages.due(day, talk.today)}.")


@command("next-focus", "TEXT", "what comes first then")
async def _next_focus(talk: Talk, rest: str) -> None:
    if not rest:
        raise BadInput("Say what comes first next time: /next-focus How the evenings went")
    talk.change(c.SetNext(focus=rest))
    talk.say("Kept for next time.")


@command("themes", "[THEMES]", "what it was about, from a short list; alone shows the list, none takes them away")
async def _themes(talk: Talk, rest: str) -> None:
    if rest:
        talk.change(c.ChooseThemes(themes=() if rest.casefold() == "none" else short_list.several(rest)))
        said = "; ".join(short_list.title(theme) for theme in talk.session.themes)
        talk.say(f"Themes: {said}." if said else "No themes.")
        return
    for number, (theme, words) in enumerate(short_list.THEMES.items(), 1):
        talk.say(f"{number:>3} {'x' if theme in talk.session.themes else ' '} {theme}: {words}")
    talk.say("/themes with numbers or words says which: /themes 1, 9. They count; nothing of what was said goes along.")


@command(
    "read",
    "[WHAT]",
    "the whole record as text, or what it holds for somebody, before it is handed on",
    example="/read manager",
)
async def _read(talk: Talk, rest: str) -> None:
    what = rest.casefold()
    if what in {"", "record"}:
        read_back(talk)
    elif what in FOR_READERS:
        talk.say(*spoken.record(talk.session, talk.today, what, on_terminal=talk.asks))
    else:
        raise BadInput(f"Say /read, or for whom: {', '.join(FOR_READERS[1:])}.")


def read_back(talk: Talk) -> None:
    """Prints the record as it stands."""
    talk.say(*spoken.record(talk.session, talk.today, on_terminal=talk.asks))


@command("sign", "", "prints the record, and whoever is writing signs it as it stands")
async def _sign(talk: Talk, rest: str) -> None:
    before = talk.session
    who = talk.room.writing
    if not any(mark.by == who.id for mark in before.signatures):
        read_back(talk)
    after = talk.change(c.Sign())
    signed = {mark.by for mark in after.signatures}
    waiting = [person.called for person in after.people if person.id not in signed]
    if waiting:
        talk.say(f"{who.called} has signed ({talk.how_given()}). Waiting for {' and '.join(waiting)}.")
    else:
        talk.say(f"{who.called} has signed ({talk.how_given()}). Everybody has signed: the record is locked.")


@command("addendum", "TEXT", "correct a record that everybody has signed")
async def _addendum(talk: Talk, rest: str) -> None:
    talk.change(c.AddAddendum(text=rest))
    talk.say(f"Added, by {talk.room.writing.called}.")


@command("end", "", "the session is over; nothing else changes")
async def _end(talk: Talk, rest: str) -> None:
    after = talk.change(c.End())
    ways = [] if after.state == "signed" else ["/reopen opens it again", "/sign still signs"]
    talk.say(f"Ended. {', '.join([*ways, '/copy writes a copy of your own', '/quit leaves'])}.")


@command(
    "export",
    "[WHAT] [matter N] [FILE]",
    "the record as a file, or what it holds for somebody; WHAT is record, decisions, person, manager, cpd, themes, "
    "actions or calendar; before the end too",
    example="/export manager report.docx",
)
async def _export(talk: Talk, rest: str) -> None:
    from supervision import export, handout
    from supervision.export.listing import listed, marked, rows_of

    if why := talk.room.seat.why_no_file:
        raise Refused(why)
    first, _, after = rest.partition(" ")
    what, name = (first.casefold(), after.strip()) if first.casefold() in (*FOR_READERS, *LISTS) else ("record", rest)
    matter = None
    if found := re.match(r"matter ([0-9]{1,3})(?: |$)", name):
        matter, name = int(found[1]), name[found.end() :].strip()
        if what in LISTS:
            raise BadInput(f"Of {what} there is one file for the whole session: /export {what} FILE")
    session = talk.session
    formats = LISTS.get(what, export.FORMATS)
    if what == "record" and first.casefold() != "record":
        _means_the_record(name)
    first_format = "docx" if "docx" in formats else formats[0]
    named = handout.named(session.id, what, first_format)
    file = handout.place(name, Path.cwd()) if name else handout.suggested(named)
    format = next((one for one in formats if file.name.casefold().endswith(f".{one}")), "")
    if not format:
        raise BadInput(f"The ending names the format: {', '.join(formats)}. For example: /export {what} {named}")
    if handout.is_there(file) and not await talk.yes(f"There is a file {one_line(str(file))} already. Write over it?"):
        raise Refused("There is a file of that name already, so nothing was written. Name another: /export FILE")
    if what in LISTS:
        actions, decisions = rows_of(session, talk.today)
        open_ones = [row for row in actions if row["status"] == "open"]
        data = listed(open_ones, [row for row in decisions if row["stands"]], format, talk.room.clock())
    else:
        data = export.export(session, format, talk.today, extract=what, matter=matter)
    data = marked(data, format)
    handout.write(file, data, talk.shelf.store.folder)
    if sentence := Keeping(talk.shelf).exported(session, what, data, talk.room.writer):
        talk.refuse(sentence)
    talk.say(f"{WHAT[what]} is in {one_line(str(file))}. Only your own login can open it here; it is not encrypted.")
    if warning := handout.warning(file):
        talk.refuse(warning)


def _means_the_record(name: str) -> None:
    """Refuses a file that is called as if it held less than the whole record: somebody might hand it on."""
    stem = Path(name).name.partition(".")[0].casefold()
    if stem in {*FOR_READERS, *LISTS} - {"record"}:
        raise Refused(
            f"Nothing was written, so that nobody gets more than you mean. /export {stem} {name} writes what is in it "
            f"for {FOR_WHOM.get(stem, 'that')} alone; /export record {name} writes the whole record."
        )


@command(
    "copy",
    "[FILE] [|| without]",
    "the own copy of whoever is writing, as a file for their own records; before the end too; after two bars without "
    "their private notes, to be handed on",
    example="/copy own.json || without",
)
async def _copy(talk: Talk, rest: str) -> None:
    from supervision import export, handout

    if why := talk.room.seat.why_no_file:
        raise Refused(why)
    session, who = talk.session, talk.room.writing
    rest, _, how = (part.strip() for part in rest.partition("||"))
    if how not in ("", "without"):
        raise BadInput("After two bars stands without, or nothing: /copy own.json || without")
    suggested = handout.suggested(handout.named(session.id, "mine", "json"))
    file = handout.place(rest, Path.cwd()) if rest else suggested
    ending = file.suffix.removeprefix(".").casefold()
    if ending in export.FORMATS and ending != "json":
        raise BadInput("An own copy opens in their own records, and is written as JSON: /copy own.json")
    if handout.is_there(file) and not await talk.yes(f"There is a file {one_line(str(file))} already. Write over it?"):
        raise Refused("There is a file of that name already, so nothing was written. Name another: /copy FILE")
    private = talk.private.for_copy(session, who.id, talk.room.seat.me) if talk.private else ()
    # What is a copy already goes from here to the other, who brings it back.
    left_out = bool(private) and (bool(how) or session.copy is not None)
    private = () if left_out else private
    taken = talk.room.clock()
    data = export.export(session, "json", talk.today, extract="mine", who=who.id, taken=taken, private=private)
    handout.write(file, data, talk.shelf.store.folder)
    if sentence := Keeping(talk.shelf).exported(session, "mine", data, who.id):
        talk.refuse(sentence)
    talk.say(
        f"{who.called}'s own copy is in {one_line(str(file))}. Only your own login can open it here; "
        "it is not encrypted."
    )
    if warning := handout.warning(file):
        talk.refuse(warning)
    if private:
        talk.say("Your private notes are in it: keep it to yourself. To hand one on: /copy FILE || without")
    elif left_out:
        talk.say("Your private notes are not in it.")
    talk.say("It opens in their own records with: supervision import FILE")


@command("reopen", "", "it was not over after all")
async def _reopen(talk: Talk, rest: str) -> None:
    talk.change(c.Reopen())
    talk.say("Open again.")


@command(
    "help",
    "[COMMAND | PART | WORD | all]",
    "the commands of every day, and the parts in which the others stand; with a command, what is typed after it; with "
    "a word, those that have to do with it",
    tells=True,
    home="Anything else",
)
async def _help(talk: Speaker, rest: str) -> None:
    asked, table = rest.removeprefix("/").casefold(), talk.table
    parts = {title.casefold(): title for title in talk.parts}
    every = list(dict.fromkeys(table.values()))
    if (rest.startswith("/") or asked not in parts) and (entry := table.get(asked)):
        talk.say(entry.line)
        if entry.example:
            talk.say(f"For example: {entry.example}")
        return
    if not rest:
        talk.say(talk.opening, *(table[name].line for name in talk.daily))
        talk.say(f"There is more, in parts: {'; '.join(talk.parts)}.")
        talk.say(
            "/help and a part reads it, /help all reads everything, /help and any word finds what it has to do with."
        )
        talk.say("Words in capitals stand for yours; ID is the letters that stand before an action or a decision.")
        talk.say("What stands in square brackets can be left out. Of words with a bar between them one is meant.")
        return
    if asked not in {*parts, "all"}:
        fitting = [entry.line for entry in every if asked in entry.line.casefold()]
        if not fitting:
            raise NotFound(f'No command has to do with "{rest[:40]}"; /help lists them.')
        talk.say(*fitting)
        return
    for title in talk.parts if asked == "all" else [parts[asked]]:
        talk.say(f"{title}:", *(entry.line for entry in every if entry.part == title))


@command("protection", "", "what is protected here, and what is not", tells=True, home="Keeping records")
async def _protection(talk: Speaker, rest: str) -> None:
    from supervision.shelf import protection

    talk.say(*protection.page().split("\n\n"))


@command("home", "", "leave the session for home, where the other sessions are; everything is saved")
async def _home(talk: Talk, rest: str) -> None:
    if not talk.has_home:
        raise Refused("There is only this session here. /quit leaves it.")
    talk.go_home()


@command("quit", "", "leave; everything is saved")
async def _quit(talk: Talk, rest: str) -> None:
    if rest:
        raise Refused("/quit stands alone.")
    talk.leave()
