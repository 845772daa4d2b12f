"""Whether the files of a store are encrypted, for whom, and the one way through which each is read and written.

`keys.json` in the store says that it is encrypted. It holds public keys alone: of those who work here, by the ids of
people in the records; and of the recovery key, which opens what they can open. Nothing in it is secret, and no name.

A session is for those who take part in it and have a key here, for whoever wrote it, and for the recovery key. What
belongs to no one session (what was done last, what was begun, notices, chains, tombstones) is for all who have a key
here. Private notes are for their owner alone. While a store is turned from one form into the other, both are read.
"""

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from supervision.errors import Damaged, Locked, SupervisionError, TooNew
from supervision.store import trust
from supervision.store.files import private_folder, read_whole, remove, shown, write_whole
from supervision.store.locks import short_lock
from supervision.vault.seal import is_sealed

if TYPE_CHECKING:
    from supervision.model.values import Person
    from supervision.vault.identity import Identity

NAME = "keys.json"
FORMAT = 1
State = Literal["encrypting", "encrypted", "decrypting"]
_STATES = ("encrypting", "encrypted", "decrypting")
_PATIENCE = 5.0

EVERYBODY = None
"""For all who have a key in this store."""
MINE = "mine"
"""For whoever writes it alone."""
Readers = Iterable[str] | Literal["mine"] | None
"""Who may read a file, beside whoever wrote it and the recovery key: people by id, or one of the above."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """The public keys of a store. `state` says which way it is going while it is neither one nor the other."""

    state: State = "encrypted"
    holders: tuple[str, ...] = ()
    people: dict[str, str] = field(default_factory=dict)
    """The key of somebody, by their id in the records."""
    recovery: str = ""
    open_to_recovery: tuple[str, ...] = ()
    """Holders who want their private notes to open with the recovery key too."""


def file(folder: Path) -> Path:
    """Where a store says that it is encrypted."""
    return folder / NAME


def ring(folder: Path) -> Ring | None:
    """The keys of a store; None when it is not encrypted. Damaged or TooNew: then nothing is written in the clear."""
    place = file(folder)
    try:
        found = read_whole(place)
    except Damaged:
        if not folder.is_dir():
            return None
        raise
    return _parsed(found[0], place) if found else None


def _parsed(data: bytes, place: Path) -> Ring:
    try:
        content: Any = json.loads(data)
        if isinstance(content["format"], int) and content["format"] > FORMAT:
            raise TooNew(f"{shown(place)} was written by a newer version of this program and stays as it is.")
        made = Ring(
            state=content["state"],
            holders=tuple(content["holders"]),
            people=dict(content["people"]),
            recovery=content["recovery"],
            open_to_recovery=tuple(content["open_to_recovery"]),
        )
        keys = (*made.holders, *made.people.values(), *made.open_to_recovery, *filter(None, [made.recovery]))
        if made.state in _STATES and made.holders and all(_is_key(key) for key in keys) and all(made.people):
            return made
    except (ValueError, TypeError, KeyError, RecursionError):
        pass
    raise Damaged(
        f"{shown(place)} cannot be read. It says for whom the records here are encrypted, so nothing is written until "
        "it is put back, out of a backup."
    )


def _is_key(key: object) -> bool:
    return isinstance(key, str) and len(key) == 62 and key.startswith("age1") and key.isascii() and key.isalnum()


def keep(folder: Path, new: Ring) -> None:
    """Writes the keys of a store; SaveFailed leaves what was there."""
    private_folder(folder)
    content = {"format": FORMAT, **asdict(new), "people": dict(sorted(new.people.items()))}
    write_whole(file(folder), json.dumps(content, indent=1).encode() + b"\n")


def keep_and_accept(folder: Path, new: Ring) -> None:
    """The same, by somebody who has said for whom these records are to be."""
    keep(folder, new)  # first: without it, what was accepted would stand in the way of every save
    trust.accept(folder, _keys(new))


def forget(folder: Path) -> None:
    """The store is not encrypted any more."""
    remove(file(folder))
    trust.forget(folder)


def is_on(folder: Path) -> Ring | None:
    """The keys with which what is written now is encrypted; None when it is written in the clear.

    Damaged when it should be encrypted by all that this login knows, and `keys.json` does not say so.
    """
    if not os.path.lexists(file(folder)):  # the quickest there is: every write asks
        if trust.accepted(folder) is not None and any((folder / "sessions").glob("*.json")):
            raise Damaged(
                f"{shown(file(folder))} is gone, although the records here are encrypted. Nothing is written in the "
                "clear. Put it back out of a backup; or, if they are to be in the clear: supervision encrypt --undo"
            )
        return None
    found = ring(folder)
    if found is None:
        return None
    if found.state == "decrypting":
        if trust.accepted(folder) is not None:
            raise Damaged(
                f"{shown(file(folder))} says that these records are to be written in the clear, which nobody said "
                "here. Nothing is written. If it is right: supervision encrypt --undo"
            )
        return None
    return _accepted(folder, found)


def is_whole(folder: Path) -> bool:
    """Whether a store is encrypted as a whole, and is not just being turned."""
    keys = is_on(folder)
    return keys is not None and keys.state == "encrypted"


def _accepted(folder: Path, found: Ring) -> Ring:
    """Without keys that this login never accepted."""
    known = trust.accepted(folder)
    if known is None:
        trust.meet(folder, _keys(found))
        return found
    return replace(
        found,
        holders=tuple(key for key in found.holders if key in known),
        people={person: key for person, key in found.people.items() if key in known},
        recovery=found.recovery if found.recovery in known else "",
        open_to_recovery=tuple(key for key in found.open_to_recovery if key in known),
    )


def strangers(folder: Path) -> list[str]:
    """Keys in `keys.json` that this login never accepted: what it writes is not encrypted for them."""
    found, known = ring(folder), trust.accepted(folder)
    return sorted(_keys(found) - known) if found is not None and known is not None else []


def _keys(found: Ring) -> set[str]:
    return {*found.holders, *found.people.values(), *filter(None, [found.recovery])}


def is_locked(folder: Path) -> bool:
    """Whether nothing here can be read before somebody gives a passphrase."""
    if not os.path.lexists(file(folder)):
        return False
    from supervision.vault import held

    return held.holder() is None


def read(path: Path, *, limit: int = 0) -> tuple[bytes, os.stat_result] | None:
    """A file's content and the stat that belongs to it, whichever form it has; None when there is no such file.

    Damaged, NotForUs, or Locked when it is encrypted and nobody holds the key.
    """
    found = read_whole(path, limit=limit)
    if found is None or not is_sealed(found[0]):
        return found
    return opened(found[0], path), found[1]


def opened(data: bytes, path: Path) -> bytes:
    """The content of a file in either form; Damaged, NotForUs, Locked."""
    if not is_sealed(data):
        return data
    from supervision.vault import held, seal

    return seal.opened(data, held.needed(), shown(path))


def write(
    folder: Path,
    path: Path,
    data: bytes,
    readers: Readers = EVERYBODY,
    *,
    settled: bool = True,
    alone: bool = False,
) -> None:
    """Puts `data` in the file's place, encrypted before any of it is on the disk if this store is. As `write_whole`."""
    keys = is_on(folder)
    write_whole(path, sealed(data, keys, readers) if keys else data, settled=settled, alone=alone)


def sealed(data: bytes, keys: Ring, readers: Readers = EVERYBODY) -> bytes:
    """`data` for these readers. Locked when nobody holds a key: whoever writes can always read it again."""
    from supervision.vault import held, seal

    me = held.needed().recipient
    if readers == MINE:
        recovery = keys.recovery if me in keys.open_to_recovery else ""
        return seal.sealed(data, filter(None, [me, recovery]))
    if readers is None:
        chosen = set(keys.holders)
    else:
        chosen = {keys.people[person] for person in readers if person in keys.people}
    return seal.sealed(data, filter(None, [me, *chosen, keys.recovery]))


def know(folder: Path, people: Iterable["Person"]) -> None:
    """Remembers by which id the holder of the key in this process stands in a record, so that others write to it too.

    Two of one name in one record are told apart by nobody here, so neither is taken for the holder.
    """
    keys = is_on(folder)
    if keys is None:
        return
    from supervision.vault import held

    me = held.holder()
    if me is None or not me.name or me.recipient not in keys.holders:
        return
    called = [one.id for one in people if me.name.casefold() in (one.name.casefold(), one.called.casefold())]
    if len(called) == 1 and called[0] not in keys.people:
        with suppress(SupervisionError):  # whoever writes can read it all the same, and the next save tries again
            add(folder, lambda now: replace(now, people={**now.people, called[0]: me.recipient}))


def add(folder: Path, change: "Any") -> Ring:
    """Changes the keys of a store under a lock, and gives the new ones."""
    refusal = "Somebody else is changing the keys of these records just now; please try again in a moment."
    with short_lock(folder / "locks" / "keys.all.lock", _PATIENCE, refusal):
        now = ring(folder)
        if now is None:
            raise Locked("These records are not encrypted.")
        new: Ring = change(now)
        if new != now:
            keep(folder, new)
        return new


def own_index(folder: Path, me: "Identity") -> Path:
    """Where the index lies that this key can read."""
    import hashlib

    return folder / f"index-{hashlib.sha256(me.recipient.encode()).hexdigest()[:16]}.age"
