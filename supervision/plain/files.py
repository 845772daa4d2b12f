"""Commands at home for files: bringing one in, a backup and back, lists for others; and keeping records lawfully."""

import asyncio
from pathlib import Path

from supervision import handout
from supervision.errors import BadInput, Refused
from supervision.plain import pages, spoken
from supervision.plain.commands import HOME, part
from supervision.plain.home import Home
from supervision.plain.typed import details
from supervision.shelf import Keeping, backups, bringing, places
from supervision.text import one_line

files, keeping = part("Files", HOME), part("Keeping records", HOME)

OFFERED = 6
"""Files that are read out."""


@files(
    "bring-in",
    "[FILE|N] [|| yes]",
    "a copy that somebody took with them, or a session from elsewhere; alone lists what was found",
    example="/bring-in ~/Downloads/copy.json",
)
async def _bring_in(home: Home, rest: str) -> None:
    file, sure = await _file(home, rest, "record", "bring-in")
    if file is None:
        return
    store, words = home.shelf.store, ""
    if bringing.asks_for(file):
        words = await home.secret(f"{one_line(file.name)} is encrypted. Type its passphrase:")
    looked = await asyncio.to_thread(bringing.look_into, store, file, words)
    home.say(f"In {one_line(file.name)}:", *looked.before())
    if not looked.has_something:
        return
    private = home.desk.private() if home.desk.private is not None else None
    name = ""
    if home.desk.remember_me is not None and private is not None and not private.store.private.owner():
        name = looked.name_for(home.who, [known.name for known in home.shelf.people()])
    if name:
        home.say(bringing.NAMED.format(name=name, me=home.who))
    if not (sure or await home.yes("Bring it in?")):
        raise Refused("Nothing was changed." if home.asks else _again("bring-in", rest))
    if name and home.desk.remember_me is not None:
        home.who = name
        home.desk.remember_me(name)
    coming = await asyncio.to_thread(
        bringing.bring_in,
        store,
        file,
        words,
        lambda session, notes: private is not None and private.take_in(session, notes, home.who),
        home.shelf.clock(),
    )
    home.say(*coming.after())


@files(
    "restore",
    "[FILE|N] [|| yes]",
    "put back what a backup holds and is missing or older here; alone lists what was found",
    example="/restore ~/Documents/supervision-backup.zip",
)
async def _restore(home: Home, rest: str) -> None:
    file, sure = await _file(home, rest, "backup", "restore")
    if file is None:
        return
    store, is_sample = home.shelf.store, home.desk.is_sample
    looked = await asyncio.to_thread(backups.put_back, store, file, looking=True, is_sample=is_sample)
    home.say(f"In {one_line(file.name)}:", *backups.before(looked))
    if not backups.has_something(looked):
        return
    if not (sure or await home.yes("Put it back?")):
        raise Refused("Nothing was changed." if home.asks else _again("restore", rest))
    home.say(*backups.after(await asyncio.to_thread(backups.put_back, store, file, is_sample=is_sample)))


@files("backup", "[FILE] [|| yes]", "keep a copy of everything in one file; where, if you do not say, is suggested")
async def _backup(home: Home, rest: str) -> None:
    words, sure = _apart(rest)
    shelf = home.shelf
    file = handout.place(words, Path.home()) if words else handout.suggested(backups.named(shelf.clock()))
    if backups.is_there(file) and not (
        sure or await home.yes(f"There is a file {_shown(file)} already. Write over it?")
    ):
        raise Refused(f"There is a file {_shown(file)} already. {_again('backup', rest)}")
    kept = await asyncio.to_thread(
        lambda: backups.back_up(shelf.store, file, shelf.clock(), is_sample=home.desk.is_sample)
    )
    home.say(backups.kept(kept), *(f"! {sentence}" for sentence in backups.warnings(kept)))
    if not shelf.is_encrypted:
        home.say("It is not encrypted. Only your own login can open it here.")


async def _file(home: Home, rest: str, kind: places.Kind, command: str) -> tuple[Path | None, bool]:
    """The file that is meant, and whether one is sure; without one, those that were found are read out."""
    words, sure = _apart(rest)
    if not words:
        found = await asyncio.to_thread(places.found, kind, OFFERED)
        home.listed.files = [str(one.path) for one in found]
        if not found:
            home.say("None was found in Documents, Downloads, Desktop or your home folder.")
        for n, one in enumerate(found, 1):
            home.say(f"{n}. {one.holds}. In {one.folder}, from {pages.day(one.written.date())}, {one.written:%H:%M}.")
        first = f"/{command} 1 looks into the first of them; " if found else ""
        home.say(f"{first}/{command} FILE names {'another one' if found else 'one'}.")
        return None, sure
    if words.isascii() and words.isdigit() and len(words) < 3:
        if not 0 < int(words) <= len(home.listed.files):
            raise BadInput(f"There is no such number. /{command} alone lists what was found.")
        return Path(home.listed.files[int(words) - 1]), sure
    return places.meant(words, kind), sure


def _apart(rest: str) -> tuple[str, bool]:
    words, more = details(rest)
    number, _, after = words.partition(" ")
    if number.isdigit() and after.strip().casefold() == "yes":
        return number, True  # nobody calls a file so
    if [one for one in more if one.casefold() != "yes"]:
        raise BadInput("After two bars stands nothing but yes.")
    return words, bool(more)


def _again(command: str, rest: str) -> str:
    """What is typed to do what was only told so far."""
    words, _ = _apart(rest)
    return f"Nothing was changed yet. To do it: /{command} {words}{'' if words.isdigit() else ' ||'} yes"


def _shown(file: Path) -> str:
    return one_line(str(file))


# -- for others ------------------------------------------------------------------------------------------------------


@files(
    "export",
    "actions|calendar|cpd|themes [FILE]",
    "what is in many sessions, as a file; one record is written from its own session",
    example="/export calendar dates.ics",
)
async def _export(home: Home, rest: str) -> None:
    from supervision import export
    from supervision.export.listing import listed, marked

    what, _, name = rest.partition(" ")
    what = what.casefold()
    formats = {"actions": ("csv", "json", "todo.txt"), "calendar": ("ics",)}.get(what, export.FORMATS)
    if what not in ("actions", "calendar", *export.OVER_SESSIONS):
        raise BadInput("Say what: /export actions, calendar, cpd (dates and themes for training records) or themes.")
    first = "docx" if "docx" in formats else formats[0]
    named = handout.listing_named(what, first)
    file = handout.place(name.strip(), Path.home()) if name.strip() else handout.suggested(named)
    format = next((one for one in formats if file.name.casefold().endswith(f".{one}")), "")
    if not format:
        raise BadInput(f"The ending names the format: {', '.join(formats)}. For example: /export {what} {named}")
    if handout.is_there(file) and not await home.yes(f"There is a file {_shown(file)} already. Write over it?"):
        raise Refused("There is a file of that name already, so nothing was written. Name another.")
    shelf = home.shelf
    if what in ("actions", "calendar"):
        actions = [row for row in shelf.actions(pair=home.pair) if row["status"] == "open"]
        decided = [row for row in shelf.decisions(pair=home.pair) if row["stands"]]
        data, of = (
            listed(actions, decided, format, shelf.clock()),
            {str(row["session"]) for row in [*actions, *decided]},
        )
    else:
        # A training record is one person's; what the system should hear of is everybody's.
        mine = home.need_me() if what == "cpd" and not home.only else ""
        rows = [row for row in shelf.sessions(pair=home.pair, with_name=mine) if row["state"] != "open"]
        data, of = export.over(rows, format, shelf.today, extract=what), {str(row["id"]) for row in rows}
    data = marked(data, format)
    handout.write(file, data, shelf.store.folder)
    if sentence := await asyncio.to_thread(Keeping(shelf).exported_of_many, of, what, data, home.who):
        home.refuse(sentence)
    home.say(f"It is in {_shown(file)}. Only your own login can open it here; it is not encrypted.")
    if warning := handout.warning(file):
        home.refuse(warning)


# -- keeping records ---------------------------------------------------------------------------------------------------


@keeping("records-due", "", "records that have been kept as long as your organisation wants", tells=True)
async def _records_due(home: Home, rest: str) -> None:
    shelf, classes = home.shelf, home.desk.retention()
    due = await asyncio.to_thread(lambda: [one for one in Keeping(shelf).records(classes) if one.is_due(shelf.today)])
    home.listed.sessions = [one.id for one in due] or home.listed.sessions
    for n, one in enumerate(due, 1):
        kept = f", kept as it is: {one.held or 'a concern is open'}" if one.held or one.concern else ""
        home.say(f"{n}. {' and '.join(one.people)}, last on {pages.day(one.since)}, {one.name}{kept}.")
    home.say(*(f"! {sentence}" for sentence in shelf.damaged))
    if due:
        home.say("/session N opens one, to say there what becomes of it: /retention, /hold or /erase.")
    else:
        none = "No record has been kept as long as was said."
        home.say(none if classes else f"{none} Your settings name no lengths; the README says how.")


@keeping(
    "about",
    "WORDS [|| FILE]",
    "all that is kept about somebody who asks for it, by alias or word; with FILE, as a file",
    example="/about J || for-j.docx",
)
async def _about(home: Home, rest: str) -> None:
    from supervision.export import FORMATS, about

    words, more = details(rest)
    if not words or len(more) > 1:
        raise BadInput("Say whom it is about, by alias or word: /about J, or /about J || for-j.docx")
    shelf = home.shelf
    found = await asyncio.to_thread(Keeping(shelf).about, words)
    home.say(*(f"! {sentence}" for sentence in shelf.damaged))
    if not more:
        home.say(*spoken.gathered(words, found, shelf.today, on_terminal=home.asks))
        return
    file = handout.place(more[0], Path.home())
    format = file.suffix.removeprefix(".").casefold()
    if format not in FORMATS:
        raise BadInput(f"The ending names the format: {', '.join(FORMATS)}. For example: /about {words} || about.docx")
    if handout.is_there(file):
        raise Refused("There is a file of that name already, so nothing was written. Name another.")
    data = about(words, found, format, shelf.today)
    handout.write(file, data, shelf.store.folder)
    for session, _ in found:
        if sentence := Keeping(shelf).exported(session, "access", data, home.who):
            home.refuse(sentence)
    home.say(f"It is in {_shown(file)}. It is not encrypted, and it holds words of others. Look after it.")
    if warning := handout.warning(file):
        home.refuse(warning)


@keeping("encrypt", "", "encrypt all that is kept here, so that it opens with your passphrase alone")
async def _encrypt(home: Home, rest: str) -> None:
    from supervision.shelf import encrypting
    from supervision.vault import identity

    if home.desk.is_sample:
        raise Refused("The sample is kept nowhere, so there is nothing to encrypt.")
    if home.shelf.is_encrypted:
        raise Refused("The records here are encrypted already. supervision encrypt, in a terminal, does all there is.")
    me = home.need_me()
    home.say("Four or five words that do not belong together are a good passphrase. Nobody can tell it you again.")
    words = identity.kept(await home.secret("Type the passphrase; it is not shown:"))
    if words != await home.secret("The same again:"):
        raise Refused("The two are not the same. Nothing was changed; /encrypt begins again.")
    recovery = (await home.answer("A recovery key, which begins with age1; an empty line for none:") or "").strip()
    if recovery:
        identity.recipient(recovery)
    else:
        home.say(encrypting.no_recovery())
    if (await home.answer("Type encrypt to go on, anything else for no.") or "").strip().casefold() != "encrypt":
        raise Refused("Nothing was changed.")
    await asyncio.to_thread(encrypting.encrypt_anew, home.shelf, me, words, recovery)
    home.say("Everything here is encrypted. What was copied or backed up before is not.")
