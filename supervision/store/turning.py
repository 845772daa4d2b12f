"""A store from one form into the other: encrypted, or in the clear; and encrypted anew, for other readers.

`keys.json` says first which way it goes, and last that it is done. In between both forms are read, and everything that
is saved is saved in the new one, so that it can be interrupted at any moment and gone on with.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from supervision.errors import Busy, Damaged, NotForUs, Refused, SaveFailed, SupervisionError
from supervision.model import ids
from supervision.store import sealed_index, sealing, trust
from supervision.store.files import leftovers, read_whole, remove, save_failed, shown, sync_folder, write_whole
from supervision.store.records import Store, is_ours
from supervision.store.storage import parse_object
from supervision.vault.seal import is_sealed

if TYPE_CHECKING:
    from supervision.store.sealing import Readers, Ring

Told = Callable[[int, int], object]
"""How far it is: files done, and files in all."""


def untold(done: int, of: int) -> None:
    """For nobody who looks."""


_PASSES = 3
_NOT_TURNED = ("index", "locks", sealing.NAME)


def encrypt(store: Store, keys: "Ring", told: Told = untold) -> int:
    """Encrypts all of a store, or all of it again, for the holders of these keys; how many files that were.

    Busy before anything is changed while a session is open; SaveFailed, Damaged and their kin leave a store that is
    half in each form and can be read, and this goes on with it.
    """
    nobody_in(store)
    again = sealing.ring(store.folder)
    done = again is not None and again.state == "encrypted"
    # From here on whatever is saved is encrypted, whoever saves it.
    sealing.keep_and_accept(store.folder, replace(keys, state="encrypted" if done else "encrypting"))
    sealed_index.drop_others(store.folder, None)
    sealed_index.let_go()
    count = _turned(store, _encrypted, told, all_of_them=done)
    if not done:
        sealing.add(store.folder, lambda now: replace(now, state="encrypted"))
    return count


def decrypt(store: Store, told: Told = untold) -> int:
    """Writes all of a store in the clear; as `encrypt`. Nothing is changed when a file does not open."""
    nobody_in(store)
    for file in _files(store.folder):
        sealing.read(file)  # says so now, while nothing is changed
    trust.forget(store.folder)
    if sealing.ring(store.folder) is not None:
        sealing.add(store.folder, lambda now: replace(now, state="decrypting"))
    count = _turned(store, _clear, told)
    sealed_index.drop_others(store.folder, None)
    sealed_index.let_go()
    sealing.forget(store.folder)
    return count


def nobody_in(store: Store) -> None:
    """Busy while somebody has a session open: their screen could not go on without the key."""
    for session_id in store.names():
        if (store.locks / f"{session_id}.room.lock").exists():
            try:
                with store.hold(session_id):
                    pass
            except Busy as error:
                raise Busy(f"The session {session_id} is open. Close it there first; nothing was changed.") from error


def in_the_clear(folder: Path) -> list[Path]:
    """Files of an encrypted store that are not."""
    return [file for file in _files(folder) if (found := _raw(file)) is not None and not is_sealed(found)]


def is_sealed_in_part(folder: Path) -> bool:
    """Whether anything here is encrypted, whatever `keys.json` says."""
    return folder.is_dir() and any((found := _raw(file)) is not None and is_sealed(found) for file in _files(folder))


def _raw(file: Path) -> bytes | None:
    with suppress(Damaged):
        found = read_whole(file)
        return found[0] if found else None
    return None


def _files(folder: Path) -> Iterator[Path]:
    """Every file of a store that is in one form or the other."""
    for path in sorted(folder.iterdir()):
        if not is_ours(path.name) or path.name.startswith((*_NOT_TURNED, ".")) or path.is_symlink():
            continue
        for one in sorted(path.iterdir()) if path.is_dir() else [path]:
            found = one.lstat()
            if one.is_file() and not one.is_symlink() and not one.name.startswith(".") and found.st_uid == os.geteuid():
                yield one


Turn = Callable[[Store, Path, bytes, bool], bytes | None]


def _turned(store: Store, turn: Turn, told: Told, *, all_of_them: bool = False) -> int:
    count = 0
    for passed in range(_PASSES):
        # Again, because somebody may have been in the middle of a save when this began.
        files = list(_files(store.folder))
        turned = 0
        for number, file in enumerate(files, 1):
            with _still(store, file):
                turned += _turn(store, file, turn, all_of_them and not passed)
            if not passed:
                told(number, len(files))
        count += turned
        _sweep(store)
        if not turned or (all_of_them and not passed):
            return count
    raise Busy("Somebody goes on saving here meanwhile. Close every session, and give the same command again.")


def _turn(store: Store, file: Path, turn: Turn, all_of_them: bool) -> bool:
    found = read_whole(file)
    if found is None:
        return False
    data = turn(store, file, found[0], all_of_them)
    if data is None:
        return False
    write_whole(file, data, settled=False)
    try:
        os.utime(file, ns=(found[1].st_atime_ns, found[1].st_mtime_ns))  # when it was written says when people wrote
        sync_folder(file.parent)
    except OSError as error:
        raise save_failed(file, error) from error
    return True


def _encrypted(store: Store, file: Path, raw: bytes, all_of_them: bool) -> bytes | None:
    if is_sealed(raw) and not all_of_them:
        return None
    keys = sealing.is_on(store.folder)
    if keys is None:
        raise Refused("Somebody is writing these records in the clear meanwhile.")
    try:
        plain = sealing.opened(raw, file)
    except NotForUs:
        return None  # somebody else's, which only they can encrypt anew
    data = sealing.sealed(plain, keys, readers(store, file, plain))
    if sealing.opened(data, file) != plain:
        raise SaveFailed(f"{shown(file)} could not be encrypted so that it opens again. It stays as it is.")
    return data


def _clear(store: Store, file: Path, raw: bytes, all_of_them: bool) -> bytes | None:
    return sealing.opened(raw, file) if is_sealed(raw) else None


def readers(store: Store, file: Path, plain: bytes) -> "Readers":
    """For whom a file is. One that cannot be understood is for all who have a key here: nothing is lost by it."""
    of = file.parent.name
    if of == "private":
        return sealing.MINE
    if of == "away":
        return ()
    with suppress(SupervisionError, LookupError, TypeError, AttributeError):
        content: Any
        if of == "agreements":
            content = parse_object(plain, file)["versions"]
            return [str(party["id"]) for version in content for party in version["parties"]]
        if of in ("sessions", "live") and (of == "sessions" or file.suffix == ".state"):
            if of == "live":
                found = sealing.read(store.sessions / f"{file.stem}.json")
                plain = found[0] if found else b""
            (content,) = parse_object(plain, file)["session"].values()
            return [str(person["id"]) for person in content["people"]]
    return sealing.EVERYBODY


def _still(store: Store, file: Path) -> AbstractContextManager[object]:
    """Nobody saves this file meanwhile."""
    name, of = file.name.split(".")[0], file.parent.name
    if of in ("sessions", "chains", "live") and ids.valid(name):
        return store.lock(name)
    if of == "private":
        return store.private.lock()
    if of == "agreements":
        return store.agreements.lock()
    for kept in (store.undo.kept, store.drafts("").kept, store.notices.kept, store.guests.kept):
        if file == kept.file:
            return kept.lock()
    return nullcontext()


def _sweep(store: Store) -> None:
    """What interrupted saves left behind may be in the other form."""
    for folder in (store.folder, *(one for one in store.folder.iterdir() if one.is_dir() and is_ours(one.name))):
        for path in leftovers(folder):
            with _still(store, path.with_name(path.name.removeprefix("."))):
                remove(path)
