"""A copy of everything that cannot be made again, in one file; and back, without writing over anything newer.

The file is a zip that any program opens: `store/...` and `settings/...` as they lie on the disk, and at its end
`contents.json`, which names each with its size and SHA-256. What is encrypted stays so,
and the key of this login comes along under its passphrase. Each session is copied under its lock, with its chain and
the document of an open screen, so that the three fit together while people go on working.
"""

import hashlib
import json
import os
import re
import secrets
import shutil
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from supervision import __version__
from supervision.errors import Damaged, Refused, SaveFailed, SupervisionError, TooNew
from supervision.model import ids
from supervision.store import sealing, turning
from supervision.store.files import (
    LIMIT,
    leftovers,
    private_folder,
    read_whole,
    save_failed,
    shown,
    sync_folder,
    why,
    write_whole,
)
from supervision.store.records import Store, is_ours
from supervision.store.storage import Tables, parse_object
from supervision.vault.seal import is_sealed

FORMAT = 1
CONTENTS = "contents.json"
IDENTITY = "identity.age"
"""The key of this login, guarded by its passphrase: without it what is encrypted would be lost with the disk."""
_FILES = 1_000_000
_RATIO = 200
"""How many times its size a backup may unpack to; text comes to a tenth of that."""
_MARGIN = 4 * 2**20
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,120}")
_REMADE = ("index", "locks")
_SETTINGS = ("prompts", "themes")


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup that was written and read back."""

    file: Path
    sessions: int
    files: int
    size: int
    left_out: tuple[str, ...]
    """What could not be read, in sentences."""


@dataclass(slots=True)
class Restored:
    """What became of a backup: what was put in, what was the same already, what stays as it is here, and why."""

    restored: list[str] = field(default_factory=list)
    same: int = 0
    kept: list[tuple[str, str]] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)


# Writing


def backup(store: Store, settings: Path, file: Path, now: datetime) -> Kept:
    """Writes all of a store, and the settings folder, into one file that only this login may read, and reads it back.

    Refused in the store itself; SaveFailed leaves what stood in the file's place.
    """
    if store.folder.resolve() in file.resolve().parents:
        raise Refused(f"{shown(file)} lies in the folder of the records themselves; a backup belongs somewhere else.")
    if os.path.lexists(file) and not file.is_file():
        raise Refused(f"{shown(file)} is not a file; please choose another name.")
    if not store.files() and not store.folder.is_dir():
        raise Refused(f"There is nothing to keep yet: {shown(store.folder)} is not there.")
    fresh = file.with_name(f".{file.name}.tmp-{os.getpid()}-{secrets.token_hex(4)}")
    left_out: list[str] = []
    try:
        _clear_away(file)
        number = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(number, "w+b") as out:
                os.fchmod(out.fileno(), 0o600)
                listed = _write(store, settings, out, now, left_out)
                out.flush()
                os.fsync(out.fileno())
            with _opened(fresh) as archive:
                read = {name: entry["sha256"] for name, entry in _contents(archive, fresh).items()}
                if read != {name: entry["sha256"] for name, entry in listed.items()}:
                    raise SaveFailed(f"{shown(file)} could not be written: what was read back is not what was written.")
                for name in read:
                    _data(archive, name, listed, fresh)
            fresh.replace(file)
            sync_folder(file.absolute().parent)
        finally:
            with suppress(FileNotFoundError):
                fresh.unlink()
        size = file.stat().st_size
    except OSError as error:
        raise save_failed(file, error) from error
    except Damaged as error:
        raise SaveFailed(f"{shown(file)} could not be written: it could not be read back. {error.sentence}") from error
    sessions = sum(name.startswith("store/sessions/") for name in listed)
    return Kept(file, sessions, len(listed), size, tuple(left_out))


def _write(store: Store, settings: Path, out: Any, now: datetime, left_out: list[str]) -> dict[str, Any]:
    listed: dict[str, Any] = {}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:

        def put(name: str, path: Path) -> None:
            try:
                found = read_whole(path)
            except Damaged as error:
                left_out.append(error.sentence)
                return
            if found is None:
                return
            data, status = found
            if status.st_uid != os.geteuid() and path.parent == store.private.files:
                left_out.append(f"{shown(path)} belongs to another login of this computer.")
                return
            listed[name] = {
                "size": len(data),
                "sha256": hashlib.sha256(data).hexdigest(),
                "modified": status.st_mtime_ns,
            }
            _put(archive, name, data)

        for session_id in sorted(store.names()):
            beside = (
                store.file(session_id),
                store.chain(session_id).file,
                *sorted(store.live.glob(f"{session_id}.*")),
            )
            with _still(store, session_id):
                for path in beside:
                    put(f"store/{path.parent.name}/{path.name}", path)
        for name, path in _others(store.folder, listed):
            put(name, path)
        for path in sorted(
            (
                settings / "settings.yaml",
                settings / IDENTITY,
                *(one for of in _SETTINGS for one in (settings / of).glob("*")),
            )
        ):
            if path.is_file() and not path.is_symlink() and _NAME.fullmatch(path.name):
                put("/".join(("settings", *path.relative_to(settings).parts)), path)
        contents = {"format": FORMAT, "program": __version__, "made": now.isoformat(), "files": listed}
        _put(archive, CONTENTS, json.dumps(contents, indent=1).encode())
    return listed


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFREG | 0o600) << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, data)


def _still(store: Store, session_id: str) -> ExitStack:
    """Nobody saves the session meanwhile; where nothing can be locked, nothing can be saved either."""
    stack = ExitStack()
    with suppress(SaveFailed):
        stack.enter_context(store.lock(session_id))
    return stack


def _clear_away(file: Path) -> None:
    """Takes away what earlier backups into this file left half written, whose programs are no more."""
    for path in leftovers(file.parent, file.name):
        made = re.fullmatch(r".*\.tmp-([0-9]+)-[0-9a-f]{8}", path.name)
        if made and not _runs(int(made[1])):
            path.unlink(missing_ok=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _others(folder: Path, listed: dict[str, Any]) -> Iterator[tuple[str, Path]]:
    """What lies in the store beside sessions, but for what can be made again."""
    half_written = {path for one in (folder, *folder.iterdir()) if one.is_dir() for path in leftovers(one)}
    for path in sorted(folder.iterdir()):
        if not is_ours(path.name) or path.name.startswith((*_REMADE, ".")) or path.is_symlink():
            continue
        for one in sorted(path.iterdir()) if path.is_dir() else [path]:
            name = "/".join(("store", *one.relative_to(folder).parts))
            sessions_own = path.name in ("sessions", "live") and one.name.endswith((".json", ".state"))
            if name not in listed and one not in half_written and not sessions_own and _NAME.fullmatch(one.name):
                yield name, one


# Reading


def restore(store: Store, settings: Path, file: Path, *, looking: bool = False) -> Restored:
    """Puts back what a backup holds and is not here, or is older here; all of it is checked before anything is written.

    With `looking` nothing is written, and what would become of each file is found out. Damaged, TooNew or Refused when
    the file is not a whole backup of ours.
    """
    done, hand = Restored(), _Hand(store, looking)
    with _opened(file) as archive:
        listed = _contents(archive, file)
        _has_room(store.folder, sum(entry["size"] for entry in listed.values()), file)
        keys = f"store/{sealing.NAME}"
        if keys in listed and sealing.ring(store.folder) is None and store.names():
            raise Refused(
                f"What {shown(file)} holds is encrypted, and the records here are not. Restore it into an empty place "
                "(--store DIR), or encrypt the records here first: supervision encrypt. Nothing was changed."
            )
        for name in listed:
            _data(archive, name, listed, file)
        # The keys first, then what was erased, and a session's record before what belongs to it.
        order = {sealing.NAME: -1, "erased": 0, "sessions": 1}
        foreign = keys in listed and _raw(sealing.file(store.folder)) not in (None, _data(archive, keys, listed, file))
        for name in sorted(listed, key=lambda one: (order.get(one.split("/")[1], 2), one)):
            data = _data(archive, name, listed, file)
            into = (settings if name.startswith("settings/") else store.folder).joinpath(*name.split("/")[1:])
            try:
                if foreign and name.startswith("store/"):
                    sealing.opened(data, into)  # what nobody here could read stays in the backup
                verdict = _put_back(hand, name, into, data, listed[name]["modified"])
            except (SupervisionError, OSError) as error:
                sentence = f"{why(error)}." if isinstance(error, OSError) else str(error)
                done.failed.append((name, sentence))
                continue
            if verdict is None:
                done.same += 1
            elif verdict:
                done.kept.append((name, verdict))
            else:
                done.restored.append(name)
    return done


def _opened(file: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except FileNotFoundError as error:
        raise Damaged(f"There is no file {shown(file)}.") from error
    except OSError as error:
        raise Damaged(f"{shown(file)} cannot be read: {why(error)}.") from error
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise _no_backup(file, "it is not whole, or something else") from error


def _contents(archive: zipfile.ZipFile, file: Path) -> dict[str, Any]:
    """What a backup says it holds, once that is sure to be harmless."""
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(names) > _FILES or len(set(names)) != len(names):
        raise _no_backup(file, "it names a file twice, or far too many")
    for entry in entries:
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if kind not in (0, stat.S_IFREG) or entry.is_dir() or entry.flag_bits & 1:
            raise _no_backup(file, "it holds a link, or something else that is no file of ours")
        if entry.file_size > LIMIT and entry.filename != CONTENTS:
            raise _no_backup(file, "it holds a file larger than any of ours can be")
    if sum(entry.file_size for entry in entries) > _RATIO * Path(file).stat().st_size + _MARGIN:
        raise _no_backup(file, "it would unpack to far more than records take")
    try:
        contents = parse_object(archive.read(CONTENTS), file)
    except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise _no_backup(file, "its list of contents is missing or damaged") from error
    if isinstance(contents.get("format"), int) and contents["format"] > FORMAT:
        raise TooNew(f"{shown(file)} was written by a newer version of this program; please update this one.")
    listed = contents.get("files")
    if contents.get("format") != FORMAT or not isinstance(listed, dict) or {*listed, CONTENTS} != set(names):
        raise _no_backup(file, "it does not hold what its list of contents says")
    for name, entry in listed.items():
        if not _is_place(name):
            raise _no_backup(file, "it holds a file that would lie outside of the folder of the records")
        if not isinstance(entry, dict) or not all(isinstance(entry.get(key), int) for key in ("size", "modified")):
            raise _no_backup(file, "its list of contents is damaged")
        if not 0 <= entry["modified"] < 2**63 or archive.getinfo(name).file_size != entry["size"]:
            raise _no_backup(file, "its list of contents is damaged")
    return listed


def _is_place(name: str) -> bool:
    root, *parts = name.split("/")
    if not 1 <= len(parts) <= 2 or not all(_NAME.fullmatch(part) for part in parts):
        return False
    if root == "settings":
        return parts in (["settings.yaml"], [IDENTITY]) or (len(parts) == 2 and parts[0] in _SETTINGS)
    return root == "store" and is_ours(parts[0]) and not parts[0].startswith(_REMADE)


def _data(archive: zipfile.ZipFile, name: str, listed: dict[str, Any], file: Path) -> bytes:
    try:
        data = archive.read(name)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise _no_backup(file, f"{name} in it is damaged") from error
    if hashlib.sha256(data).hexdigest() != listed[name].get("sha256"):
        raise _no_backup(file, f"{name} in it is not what was written")
    return data


def _no_backup(file: Path, fault: str) -> Damaged:
    return Damaged(f"{shown(file)} cannot be used as a backup: {fault}. Nothing was changed.")


def _has_room(folder: Path, size: int, file: Path) -> None:
    there = next(place for place in (folder, *folder.parents) if place.exists())
    if shutil.disk_usage(there).free < size + _MARGIN:
        raise SaveFailed(f"{shown(file)} needs more room than there is on the disk. Nothing was changed.")


# Putting back


@dataclass(slots=True)
class _Hand:
    """Puts files in their places, or, while it only looks, leaves everything as it is."""

    store: Store
    looking: bool
    taken: set[str] = field(default_factory=set)
    """Sessions whose record was put in; what belongs to them comes along."""

    def held(self, session_id: str, *, alone: bool = False) -> ExitStack:
        """Nobody changes the session meanwhile; `alone`: nor has it open. Busy otherwise."""
        stack = ExitStack()
        if not self.looking:
            if alone:
                stack.enter_context(self.store.hold(session_id))
            stack.enter_context(self.store.lock(session_id))
        elif alone and self.store.file(session_id).exists():
            stack.enter_context(self.store.hold(session_id))
        return stack

    def placed(self, into: Path, data: bytes, modified: int) -> str:
        """Puts it there, in the form that the store has. What is encrypted already stays so: its readers had it."""
        if self.looking:
            return ""
        private_folder(into.parent)
        keys = sealing.is_on(self.store.folder) if self.store.folder in into.parents else None
        if keys and not is_sealed(data) and into.name != sealing.NAME:
            data = sealing.sealed(data, keys, turning.readers(self.store, into, data))
        write_whole(into, data)
        with suppress(OSError):
            os.utime(into, ns=(modified, modified))  # so that a later restore still knows which of two is newer
        return ""

    def set_aside(self, into: Path) -> None:
        """Leaves room for what is to come in place of a file that cannot be read."""
        number = 1
        while os.path.lexists(place := into.with_name(f"{into.name}.damaged-{number}")):
            number += 1
        if not self.looking:
            into.rename(place)


def _put_back(hand: _Hand, name: str, into: Path, data: bytes, modified: int) -> str | None:
    """None: the same is here; a sentence: what is here stays; empty: it was put in."""
    store = hand.store
    root, *parts = name.split("/")
    if into.name == IDENTITY:
        if os.path.lexists(into):
            return None if _raw(into) == data else "the key here stays"
        return hand.placed(into, data, modified)
    of = parts[0].split(".")[0] if len(parts) == 1 else parts[0]
    session_id = parts[-1].split(".")[0]
    if root == "store" and of in ("sessions", "chains", "live") and ids.valid(session_id):
        if of != "sessions" and session_id not in hand.taken and store.file(session_id).exists():
            if not os.path.lexists(into) and of == "chains":
                return hand.placed(into, data, modified)
            return None if _same(into, data) else "the record here stays, and with it what belongs to it"
        if of == "sessions":
            if store.erased.file(session_id).exists():
                return "it was erased here"
            if _same(into, data):
                return None  # also while it is open
            with hand.held(session_id, alone=True):
                verdict = _one(hand, into, data, modified, _newer_session)
            if verdict == "":
                hand.taken.add(session_id)
            return verdict
        if not store.file(session_id).exists() and session_id not in hand.taken:
            return "its record is not here" if of == "live" else _one(hand, into, data, modified, _never)
        with hand.held(session_id):
            if _same(into, data):
                return None
            here = sealing.read(into)
            # Lines of a chain are only ever added.
            if here is not None and of == "chains" and not sealing.opened(data, into).startswith(here[0]):
                return "the chain here says more, or something else, and stays"
            return hand.placed(into, data, modified)
    if root == "store" and of == "erased" and store.file(session_id).exists():
        return "the record is here, and stays"
    rule = {"private": _newer_revision, "agreements": _more_versions}.get(of, _never)
    with ExitStack() as stack:
        if root == "store" and of in ("private", "agreements") and not hand.looking:
            stack.enter_context(store.private.lock() if of == "private" else store.agreements.lock())
        return _one(hand, into, data, modified, rule)


def _one(hand: _Hand, into: Path, data: bytes, modified: int, newer: Callable[[Tables, Tables], bool]) -> str | None:
    try:
        here = read_whole(into)
    except Damaged as error:
        return error.sentence
    if here is None:
        return hand.placed(into, data, modified)
    if _same(into, data):
        return None
    theirs = sealing.opened(data, into)
    try:
        ours = parse_object(sealing.opened(here[0], into), into)
    except Damaged:
        if into.suffix != ".json" or into.name == sealing.NAME or not _reads(theirs, into):
            return "it differs from the one here, which stays"
        hand.set_aside(into)
        return hand.placed(into, data, modified)
    if not _reads(theirs, into) or modified <= here[1].st_mtime_ns or not newer(ours, parse_object(theirs, into)):
        return "what is here is newer, or differs, and stays"
    return hand.placed(into, data, modified)


def _raw(into: Path) -> bytes | None:
    found = read_whole(into)
    return found[0] if found else None


def _same(into: Path, data: bytes) -> bool:
    """Whether a file says the same already; each time that something is encrypted it looks different."""
    try:
        here = read_whole(into)
        if here is None or here[0] == data:
            return here is not None
        if not is_sealed(here[0]) and not is_sealed(data):
            return False
        return sealing.opened(here[0], into) == sealing.opened(data, into)
    except Damaged:
        return False


def _reads(data: bytes, into: Path) -> bool:
    try:
        parse_object(data, into)
    except Damaged:
        return False
    return True


def _never(ours: Tables, theirs: Tables) -> bool:
    return False


def _newer_session(ours: Tables, theirs: Tables) -> bool:
    """Whether theirs went on from ours: all that happened here has happened there too, and more."""
    try:
        (mine,), (other,) = ours["session"].values(), theirs["session"].values()
        history = [list(table["history"].values()) for table in (ours, theirs)]
        went_on = history[1][: len(history[0])] == history[0]
        return bool(other["revision"] > mine["revision"] and other["id"] == mine["id"] and went_on)
    except (KeyError, TypeError, ValueError, AttributeError):
        return False


def _newer_revision(ours: Tables, theirs: Tables) -> bool:
    mine, other = ours.get("revision"), theirs.get("revision")
    return (
        isinstance(mine, int) and isinstance(other, int) and other > mine and ours.get("owner") == theirs.get("owner")
    )


def _more_versions(ours: Tables, theirs: Tables) -> bool:
    mine, other = ours.get("versions"), theirs.get("versions")
    if not isinstance(mine, list) or not isinstance(other, list):
        return False
    return len(other) > len(mine) and other[: len(mine)] == mine
