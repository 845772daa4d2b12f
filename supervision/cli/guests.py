"""Letting somebody in over this machine's sshd: adding, listing and taking out those who come by a key of their own."""

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from supervision.cli.command import PROGRAM, WORDS, Group, with_here
from supervision.cli.here import Here, can_ask, login_here
from supervision.errors import Ambiguous, BadInput, NotFound, Refused

if TYPE_CHECKING:
    from supervision.guests import Guest
    from supervision.shelf import Known

STANDARD = "-"
_SYSTEM = "/usr/sbin:/usr/local/sbin:/sbin:/usr/bin:/opt/homebrew/sbin"
"""Where an sshd lies; hardly ever where commands are looked for."""
_LARGEST = 64 * 1024
"""Bytes in a file of a public key; far above any."""


@click.group(cls=Group, invoke_without_command=True)
@click.pass_context
def guests(ctx: click.Context) -> None:
    """Let somebody in over this machine's sshd, by a key of their own: into their sessions, and nothing else."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_)


@guests.command(short_help="Let somebody in.")
@click.argument("name", metavar="NAME", type=WORDS)
@click.option("--key", "key_file", metavar="FILE", required=True, help="Their public key (id_ed25519.pub); - reads it.")
@click.option("--yes", is_flag=True, help="Write the line without asking.")
@with_here
def add(here: Here, name: str, key_file: str, yes: bool) -> None:
    """Let somebody who takes part in a session here come in by their own key.

    Prints the line for ~/.ssh/authorized_keys, and writes it there once you have said yes. They reach the sessions they
    take part in: no shell, no file, no forwarding, and nothing of anybody else.
    """
    from supervision.guests import AuthorizedKeys, Key, line

    person = _known(here, name)
    key = Key.read(_read(key_file))
    keys = AuthorizedKeys.mine()
    keys.refuse_if_known(key)
    one = line(key, person.id, person.name, _program(), here.store.folder)
    if can_ask():
        here.tell(f"The line that lets {person.name} in, to their sessions here and to nothing else:")
    if not here.json:
        here.say(one)
    here.tell(f"{person.name}'s key: {key.fingerprint}. Have them read theirs out: ssh-keygen -lf THEIR-FILE.pub")
    written = yes or (can_ask() and here.ask(f"Write this line to {keys.file}?"))
    # Whoever prints the line means to use it, here or in a file that somebody else looks after.
    here.store.guests.let_in(person.id, key.fingerprint)
    if written:
        keys.add(one)
        here.tell(f"Written to {keys.file}.")
        if keys.why_unread:
            here.tell(f"! {keys.why_unread}")
    else:
        here.tell(f"Nothing was written. Put the line into {keys.file} yourself, or add --yes.")
    if here.json:
        here.give(
            {"person": person.id, "name": person.name, "key": key.fingerprint, "line": one, "written": bool(written)}
        )
    if shutil.which("sshd", path=_SYSTEM) is None:
        here.tell(f"! There is no sshd on this computer to let them in. A door without one: {PROGRAM} host ID")
    there = login_here()
    here.tell(f"They come in with:  ssh -C -t {there}")
    newest = here.shelf.newest_of(person.id)
    here.tell(f"Or with this program on their own computer:  {PROGRAM} join ssh://{there}/{newest or 'ID'}")


@guests.command("list", short_help="Who may come in.")
@with_here
def list_(here: Here) -> None:
    """List whom ~/.ssh/authorized_keys lets in as guests of these records, and who is here now."""
    from supervision.guests import AuthorizedKeys

    found = AuthorizedKeys.mine().guests(here.store.folder)
    names = {known.id: known.name for known in here.shelf.people()}
    rows = [
        {
            "person": guest.person,
            "name": names.get(guest.person, guest.name),
            "key": guest.key,
            "kind": guest.kind,
            "lines": len(here.store.guests.here(guest.person, guest.key)),
            "out": here.store.guests.is_out(guest.person, guest.key),
        }
        for guest in found
    ]
    if here.json:
        here.give(rows)
        return
    for row in rows:
        state = "was taken out" if row["out"] else "is here now" if row["lines"] else ""
        here.say("  ".join(words for words in (str(row["name"]), str(row["kind"]), str(row["key"]), state) if words))
    if not rows:
        here.tell(f"Nobody is let in as a guest. To let somebody in: {PROGRAM} guests add NAME --key FILE")


@guests.command(short_help="Take somebody out, and end their lines.")
@click.argument("name", metavar="NAME", type=WORDS)
@with_here
def remove(here: Here, name: str) -> None:
    """Take somebody out by their name, their id or the fingerprint of one key; what they have open ends at once.

    What they wrote stays in the records.
    """
    from supervision.guests import AuthorizedKeys

    meant = _meant(here, name, AuthorizedKeys.mine().guests(here.store.folder))
    ended = _taken_out(here, meant)
    name = meant[0].name
    if here.json:
        here.give({"name": name, "keys": [guest.key for guest in meant], "ended": ended})
    lines = "" if not ended else " One line was ended." if ended == 1 else f" {ended} lines were ended."
    here.tell(f"{name} may no longer come in.{lines} What {name} wrote stays.")


def forget(here: Here, person: str) -> None:
    """Somebody of whom nothing is kept any more no longer comes in either."""
    from supervision.guests import AuthorizedKeys

    theirs = [guest for guest in AuthorizedKeys.mine().guests(here.store.folder) if guest.person == person]
    if theirs:
        _taken_out(here, theirs)
        here.tell("Their key no longer opens this machine.")
    here.store.guests.kept.forget(person)


def _taken_out(here: Here, meant: "list[Guest]") -> int:
    """Takes these lines out; how many of their owners' lines were open and ended."""
    from supervision.guests import AuthorizedKeys

    keys, store = AuthorizedKeys.mine(), here.store.guests
    ended = 0
    for guest in meant:
        store.take_out(guest.person, guest.key, here.clock())  # first, so that nobody comes in meanwhile
        keys.remove(guest)
        ended += store.end(guest.person, guest.key)
    return ended


def _meant(here: Here, words: str, guests: "list[Guest]") -> "list[Guest]":
    """The lines of one person, or of one key."""
    from supervision.text import fold

    names = {known.id: known.name for known in here.shelf.people()}
    typed = fold(words.strip())

    def fits(guest: "Guest") -> bool:
        called = {fold(guest.name), fold(names.get(guest.person, guest.name))}
        return (
            words in (guest.key, guest.person) or typed in called or any(one.split()[:1] == [typed] for one in called)
        )

    found = [guest for guest in guests if fits(guest)]
    if not found:
        raise NotFound(f"Nobody called {words} is let in as a guest here. Who is: {PROGRAM} guests list")
    if len({guest.person for guest in found}) > 1:
        which = ", ".join(sorted({guest.person for guest in found}))
        raise Ambiguous(f"More than one guest is called {words}: {which}. Give the id in place of the name.")
    return found


def _known(here: Here, words: str) -> "Known":
    """The person of these records that is meant."""
    from supervision.text import fold

    people, typed = here.shelf.people(), fold(words.strip())
    found = [one for one in people if one.id == words.strip()] or [one for one in people if fold(one.name) == typed]
    found = found or [one for one in people if fold(one.name).split()[:1] == [typed]]
    if not found:
        raise NotFound(
            f"Nobody called {words} takes part in a session here. Start one first: {PROGRAM} start --with NAME"
        )
    if len(found) > 1:
        which = "; ".join(f"{one.id} ({one.name}, last met {one.last[:10]})" for one in found)
        raise Ambiguous(f"These records know more than one {words}: {which}. Give the id in place of the name.")
    return found[0]


def _read(file: str) -> bytes:
    """What somebody's key file holds."""
    from supervision.store.files import shown, why

    try:
        if file == STANDARD:
            return sys.stdin.buffer.read(_LARGEST)
        with Path(file).expanduser().open("rb") as opened:
            return opened.read(_LARGEST)
    except OSError as error:
        raise BadInput(f"{shown(Path(file))} cannot be read: {why(error)}.") from error


def _program() -> tuple[str, ...]:
    """How this program is called from a shell that knows nothing of it."""
    script = Path(sys.executable).parent / PROGRAM
    for place in (Path(sys.argv[0]).absolute(), script):
        if place.name == PROGRAM and place.is_file() and os.access(place, os.X_OK):
            return (str(place),)
    if not sys.executable:
        raise Refused("This program does not know where it lies, so no line can lead to it.")
    return (sys.executable, "-P", "-m", PROGRAM)
