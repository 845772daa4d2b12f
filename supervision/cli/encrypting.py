"""Encryption: turning it on, letting somebody else in, turning it off; and the key held for a while."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from supervision.cli import passphrase
from supervision.cli.command import WORDS, Command, with_here
from supervision.cli.here import Here, can_ask
from supervision.errors import BadInput, NotFound, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from supervision.store.sealing import Ring
    from supervision.store.turning import Told
    from supervision.vault.identity import Identity

_FILE = click.Path(path_type=Path)
MINUTES = 60
STAYS_READABLE = (
    "What was backed up, exported or copied before stays readable, and so may what the disk has not written over yet. "
    "What is protected now and what is not: docs/protection.md, and Help in the interface."
)


@click.command(cls=Command)
@passphrase.FD
@click.option("--recovery", type=WORDS, metavar="KEY", help="The public key (age1...) that opens all of it as well.")
@click.option("--make-recovery", "make", type=_FILE, metavar="FILE", help="Make one: its secret goes into FILE.")
@click.option("--no-recovery", "none", is_flag=True, help="Without one, knowing what that means.")
@click.option("--private-too", is_flag=True, help="Let the recovery key open my private notes as well.")
@click.option("--for", "other", nargs=2, type=WORDS, metavar="NAME KEY", help="Let in somebody, by their public key.")
@click.option("--accept", is_flag=True, help="Accept keys that somebody else has put beside these records.")
@click.option("--new-passphrase", "anew", is_flag=True, help="Choose another passphrase, and nothing else.")
@click.option("--undo", is_flag=True, help="Write everything in the clear again.")
@with_here
def encrypt(
    here: Here,
    fd: int | None,
    recovery: str | None,
    make: Path | None,
    none: bool,
    private_too: bool,
    other: tuple[str, str] | None,
    accept: bool,
    anew: bool,
    undo: bool,
) -> None:
    """Encrypt all records, so that they open with your passphrase alone; or let somebody else in, or undo it.

    Each session is for those who take part in it and have a key here, and for the recovery key; private notes are for
    you alone. Nothing may be open meanwhile. If it is interrupted, give the command again: it goes on. The standard
    program `age` opens what this writes.
    """
    from supervision.shelf import encrypting
    from supervision.store import sealing, turning

    store = here.store
    if sum(map(bool, (recovery, make, none))) > 1:
        raise click.UsageError("Say one of --recovery, --make-recovery and --no-recovery.")
    if (anew or undo) and (anew is undo or private_too or accept or recovery or make or none or other):
        raise click.UsageError("--new-passphrase and --undo each do that and nothing else: give them alone.")
    if anew:
        return _another_passphrase(here, fd)
    if undo:
        return _undo(here, fd)
    turning.nobody_in(store)
    before = sealing.ring(store.folder)
    if other is not None and before is None:
        raise click.UsageError("--for is for records that are encrypted already.")
    if before is None and not (recovery or make or none) and not can_ask():
        raise Refused(
            "Say who else can open the records if the passphrase is forgotten: --recovery KEY, --make-recovery FILE; "
            "or --no-recovery. Nothing was changed."
        )
    if (strangers := sealing.strangers(store.folder)) and not accept:
        raise Refused(
            f"Somebody has put keys beside these records that you never accepted: {', '.join(strangers)}. Ask who it "
            "was; if it is right, add --accept. Nothing was changed, and nothing is encrypted for them."
        )
    me = _key(here, fd, first=before is None)
    keys = encrypting.ring_with(here.shelf, before, me)
    keys = _with_recovery(here, keys, recovery=recovery, make=make, none=none, first=before is None)
    if private_too:
        keys = _replaced(keys, open_to_recovery=tuple(sorted({*keys.open_to_recovery, me.recipient})))
    if other is not None:
        keys = encrypting.let_in(here.shelf, keys, *other)
    count = _going(here, lambda told: encrypting.encrypt(here.shelf, keys, told), "Encrypting")
    if not keys.recovery:
        here.tell(
            f"! {encrypting.no_recovery()} It is never too late for one: supervision encrypt --make-recovery FILE"
        )
    if here.json:
        here.give({"encrypted": True, "files": count, "public_key": me.recipient, "recovery": keys.recovery})
        return None
    here.tell(f"Encrypted: {count} file{'' if count == 1 else 's'}, for {_counted(keys)}.")
    here.tell(f"Your key is {_shown(_place())}, under your passphrase; a backup holds it too. Public: {me.recipient}")
    here.tell(
        "Commands ask for the passphrase; supervision unlock holds the key for a while, supervision lock ends it."
    )
    here.tell(STAYS_READABLE)
    return None


def _counted(keys: "Ring") -> str:
    who = "one key" if len(keys.holders) == 1 else f"{len(keys.holders)} keys"
    return f"{who} and the recovery key" if keys.recovery else who


def _replaced(keys: "Ring", **fields: tuple[str, ...] | str | dict[str, str]) -> "Ring":
    from dataclasses import replace

    return replace(keys, **fields)  # type: ignore[arg-type]


def _place() -> Path:
    from supervision.vault import held

    return held.file()


def _shown(place: Path) -> str:
    from supervision.store.files import shown

    return shown(place)


def _key(here: Here, fd: int | None, *, first: bool = False) -> "Identity":
    """The key of this login: as it is, or a new one under a new passphrase.

    At `first` it has to lie in its file: one that is only held in memory, since that file has gone, is gone with it.
    """
    from supervision.shelf import encrypting
    from supervision.vault import agent, held

    if first and not held.is_here():
        agent.lock(held.file())
        held.let_go()
    if (found := held.holder()) is not None:
        return found
    if not held.is_here():
        name = here.need_me()
        return encrypting.make_key(name, _chosen(here, fd))
    found = passphrase.opened(fd)
    held.hold(found)
    return found


def _chosen(here: Here, fd: int | None) -> str:
    """A new passphrase that is worth something; on a terminal asked for until it is."""
    from supervision.vault import identity

    here.tell("Four or five words that do not belong together make a good passphrase. Nobody can tell it you again.")
    while True:
        words = passphrase.typed("New passphrase", fd, twice=True)
        try:
            return identity.kept(words)
        except BadInput as error:
            if fd is not None or not can_ask():
                raise
            here.tell(str(error))


def _another_passphrase(here: Here, fd: int | None) -> None:
    from supervision.shelf import encrypting

    key = passphrase.opened(fd)  # also while it is unlocked: whoever changes it has to know the one before
    encrypting.guard(key, _chosen(here, fd))
    if here.json:
        here.give({"public_key": key.recipient})
    here.tell("Your key is under the new passphrase now. The copies of it in backups are still under the one before.")


def _with_recovery(
    here: Here, keys: "Ring", *, recovery: str | None, make: Path | None, none: bool, first: bool
) -> "Ring":
    from supervision.vault import identity

    if make is not None:
        from supervision import handout

        made = identity.new("recovery key for supervision")
        if handout.is_there(make):
            raise Refused(f"There is a file {_shown(make)} already. Nothing was changed.")
        handout.write(make, made.text().encode(), here.store.folder)
        here.tell(
            f"The recovery key is in {_shown(make)}. Move it to where the records are not, such as a safe; whoever has "
            "it can read all of them."
        )
        return _replaced(keys, recovery=made.recipient)
    if recovery:
        return _replaced(keys, recovery=identity.recipient(recovery))
    if none:
        return _replaced(keys, recovery="")
    while first and can_ask():
        here.tell(
            "A recovery key opens everything when a passphrase is forgotten. Your organisation may have one; it begins "
            "with age1. Enter alone: there is none."
        )
        words = str(click.prompt("Recovery key", default="", show_default=False, err=True))
        try:
            return _replaced(keys, recovery=identity.recipient(words) if words.strip() else "")
        except BadInput as error:
            here.tell(str(error))
    return keys


def _undo(here: Here, fd: int | None) -> None:
    from supervision.store import sealing, trust, turning

    if sealing.ring(here.store.folder) is None and not turning.is_sealed_in_part(here.store.folder):
        trust.forget(here.store.folder)
        here.tell("The records here are not encrypted.")
        return
    _key(here, fd)
    count = _going(here, lambda told: turning.decrypt(here.store, told), "Writing in the clear")
    if here.json:
        here.give({"encrypted": False, "files": count})
    here.tell(f"Not encrypted any more: {count} file{'' if count == 1 else 's'}.")


def _going(here: Here, way: "Callable[[Told], int]", label: str) -> int:
    """How far it is, in a bar on a terminal."""
    if here.json or not can_ask():
        return way(lambda done, of: None)
    with click.progressbar(length=1000, label=label, file=sys.stderr) as bar:
        at = 0

        def told(done: int, of: int) -> None:
            nonlocal at
            bar.update(1000 * done // of - at)
            at = 1000 * done // of

        return way(told)


@click.command(cls=Command)
@passphrase.FD
@click.option("--minutes", type=click.IntRange(1, 24 * 60), default=MINUTES, show_default=True, help="How long.")
@click.option("--with", "other", type=_FILE, metavar="FILE", help="The recovery key, or another one, in this file.")
@with_here
def unlock(here: Here, fd: int | None, minutes: int, other: Path | None) -> None:
    """Hold the key for a while, so that commands and plain mode need not ask for the passphrase.

    It is held by a process of your own, which other logins cannot reach, and which forgets it when the time is over or
    with `supervision lock`.
    """
    from supervision.vault import agent, held

    key = _from(other) if other else passphrase.opened(fd)
    agent.unlock(held.file(), key, minutes)
    held.hold(key)
    if here.json:
        here.give({"unlocked": True, "minutes": minutes, "public_key": key.recipient})
    here.tell(f"Unlocked for {minutes} minute{'' if minutes == 1 else 's'}. It ends sooner with: supervision lock")


def _from(file: Path) -> "Identity":
    from supervision.store.files import read_whole
    from supervision.vault import identity

    found = read_whole(file)
    if found is None:
        raise NotFound(f"There is no file {_shown(file)}.")
    return identity.read(found[0].decode("utf-8", "replace"))


@click.command(cls=Command)
@with_here
def lock(here: Here) -> None:
    """Forget the key at once. A screen that is open keeps its own until it is closed."""
    from supervision.vault import agent, held

    ended = agent.lock(held.file())
    held.let_go()
    if here.json:
        here.give({"unlocked": False, "was_unlocked": ended})
    here.tell("Locked." if ended else "It was locked already.")
