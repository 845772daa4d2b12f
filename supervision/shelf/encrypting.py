"""Encrypting a shelf: a key for whoever asks for it, for whom the records then are, and opening them again."""

from collections.abc import Mapping
from dataclasses import replace

from supervision.errors import NotFound, Refused
from supervision.shelf.lists import is_called
from supervision.shelf.shelf import Shelf
from supervision.store import sealing, turning
from supervision.store.files import private_folder, shown, write_whole
from supervision.store.sealing import Ring
from supervision.vault import held, identity
from supervision.vault.identity import Identity

NO_RECOVERY = (
    "THERE IS NO RECOVERY KEY. Whoever forgets the passphrase, or loses {file}, loses every record here for good, "
    "and nobody can help."
)


def no_recovery() -> str:
    """What it means that there is none, loudly."""
    return NO_RECOVERY.format(file=shown(held.file()))


def open_with(words: str) -> None:
    """From now on this process can read what is encrypted; WrongPassphrase and its kin change nothing."""
    held.hold(held.opened_with(words))


def make_key(name: str, words: str) -> Identity:
    """A new key under a passphrase, which is held by this process. BadInput for a short one.

    It is tried whether it opens again before anything depends on it. Refused when there is one already.
    """
    place = held.file()
    if held.is_here():
        raise Refused(f"There is a key already: {shown(place)}. Nothing was changed.")
    made = identity.new(name)
    guard(made, words)
    held.hold(made)
    return made


def guard(key: Identity, words: str) -> None:
    """Keeps a key under a passphrase, in place of what guarded it before. BadInput for a short one, SaveFailed."""
    place = held.file()
    data = identity.wrapped(key, words)
    if identity.unwrapped(data, words, shown(place)) != key:
        raise Refused("The key does not open again with that passphrase, so nothing was changed.")
    private_folder(place.parent)
    write_whole(place, data)


def ring_with(shelf: Shelf, before: Ring | None, me: Identity) -> Ring:
    """The keys of these records with this one among them; Refused when they are others' and it is not."""
    if before is None:
        mine = {one.id: me.recipient for one in shelf.people() if me.name and is_called(one.name, me.name)}
        return Ring(holders=(me.recipient,), people=mine)
    if me.recipient not in (*before.holders, before.recovery):
        raise Refused(
            f"These records are encrypted for others. Your public key is {me.recipient}. Whoever can open them lets "
            f'you in with: supervision encrypt --for "{me.name or "NAME"}" {me.recipient}'
        )
    return before


def let_in(shelf: Shelf, keys: Ring, name: str, key: str) -> Ring:
    """The keys with that of somebody who stands in these records under this name; NotFound, BadInput."""
    theirs = identity.recipient(key)
    ids = [one.id for one in shelf.people() if is_called(one.name, name)]
    if not ids:
        raise NotFound(
            f"These records name nobody called {name}. Start a session with them first. Nothing was changed."
        )
    known: Mapping[str, str] = dict.fromkeys(ids, theirs)
    return replace(keys, holders=tuple(dict.fromkeys((*keys.holders, theirs))), people={**keys.people, **known})


def encrypt(shelf: Shelf, keys: Ring, told: turning.Told = turning.untold) -> int:
    """Encrypts all of these records for the holders of these keys; how many files that were. As `turning.encrypt`."""
    return turning.encrypt(shelf.store, keys, told)


def encrypt_anew(shelf: Shelf, name: str, words: str, recovery: str) -> int:
    """All that `supervision encrypt` does for somebody who never did; BadInput and its kin change nothing."""
    key = identity.recipient(recovery) if recovery.strip() else ""
    turning.nobody_in(shelf.store)
    if sealing.ring(shelf.store.folder) is not None:
        raise Refused("These records are encrypted already.")
    if held.is_here():
        open_with(words)
        me = held.needed()
    else:
        me = make_key(name, words)
    return encrypt(shelf, replace(ring_with(shelf, None, me), recovery=key))
