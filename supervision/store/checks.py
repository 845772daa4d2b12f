"""Looking a store over: what is wrong, in which file, and what can be put right without touching a record."""

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from supervision.errors import Busy, Damaged, Locked, NotFound, Refused, SaveFailed, TooNew
from supervision.model import ids
from supervision.store import sealing
from supervision.store.chain import UPGRADED, differences
from supervision.store.files import leftovers, remove, shown, why
from supervision.store.index import OTHER_VERSION, UNREADABLE
from supervision.store.records import Store, is_ours

Severity = Literal["note", "warning", "damage"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `damage` is something that cannot be read; `repaired` says it has just been put right."""

    severity: Severity
    file: Path
    sentence: str
    repaired: bool = False


def doctor(store: Store, *, repair: bool = False) -> list[Finding]:
    """Check permissions, records, leftovers, the index, undo, drafts and foreign files; [] when all is well.

    With `repair` permissions are tightened and leftovers removed; no record is ever changed. The index is brought up
    to date with the records, as any list would do, and what had to be done is told.
    """
    if not os.path.lexists(store.folder):
        return []
    findings: list[Finding] = []
    for check in (
        _folders,
        _permissions,
        _keys,
        _index,
        _records,
        _chains,
        _agreements,
        _private,
        _erased,
        _leftovers,
        _personal,
        _foreign,
    ):
        try:
            findings.extend(check(store, repair))
        except Damaged as error:
            findings.append(Finding("damage", store.sessions, error.sentence))
        except Locked as error:
            findings.append(Finding("warning", sealing.file(store.folder), f"Not all was looked at. {error.sentence}"))
        except OSError as error:
            where = Path(os.fsdecode(error.filename)) if error.filename else store.folder
            findings.append(Finding("damage", where, f"{shown(where)} cannot be looked at: {why(error)}."))
    return list(dict.fromkeys(findings))


def _keys(store: Store, repair: bool) -> Iterator[Finding]:
    """Whether the store is encrypted as a whole, and for whom."""
    from supervision.store import turning

    file = sealing.file(store.folder)
    keys = sealing.ring(store.folder)
    if keys is None:
        return
    if keys.state != "encrypted":
        going = "encrypted" if keys.state == "encrypting" else "written in the clear"
        again = "encrypt" if keys.state == "encrypting" else "encrypt --undo"
        sentence = f"These records were being {going} and that was interrupted. To go on: supervision {again}"
        yield Finding("warning", file, sentence)
    else:
        for path in turning.in_the_clear(store.folder):
            sentence = f"{shown(path)} is not encrypted, as the rest here is. To put that right: supervision encrypt"
            yield Finding("warning", path, sentence)
    for key in sealing.strangers(store.folder):
        sentence = (
            f"{shown(file)} names a key that you never accepted, so nothing is encrypted for it: {key}. "
            "If it is right: supervision encrypt --accept"
        )
        yield Finding("warning", file, sentence)
    if keys.recovery:
        sentence = f"What is encrypted here opens with the recovery key too: {keys.recovery}"
        yield Finding("note", file, sentence)
    else:
        sentence = (
            "There is no recovery key: whoever forgets the passphrase, or loses the file it opens, loses every record "
            "here for good. To make one: supervision encrypt --make-recovery FILE"
        )
        yield Finding("warning", file, sentence)


def _folders(store: Store, repair: bool) -> Iterator[Finding]:
    for folder in (store.folder, *_kept(store)):
        if os.path.lexists(folder) and not folder.is_dir():
            yield Finding("damage", folder, f"{shown(folder)} is not a folder.")


def _permissions(store: Store, repair: bool) -> Iterator[Finding]:
    ours = [store.folder / name for name in _names(store.folder) if is_ours(name)]
    inside = [folder / name for folder in _kept(store) for name in _names(folder)]
    for path in [store.folder, *ours, *inside]:
        try:
            found = store.folder.stat() if path == store.folder else path.lstat()
        except FileNotFoundError:
            continue  # gone since: somebody is saving
        if stat.S_ISLNK(found.st_mode):
            continue  # its own permissions mean nothing; the other checks name it
        if found.st_uid != os.geteuid():
            yield Finding("warning", path, f"{shown(path)} belongs to another login of this computer.")
        elif found.st_mode & 0o077 and path == store.folder and not store.is_nothing_else():
            sentence = f"{shown(path)} is open to other people who use this computer, and holds more than the records."
            yield Finding("note", path, f"{sentence} What is kept in it for the records is closed to them.")
        elif found.st_mode & 0o077:
            right = 0o700 if stat.S_ISDIR(found.st_mode) else 0o600
            sentence = f"{shown(path)} is open to other people who use this computer."
            yield _put_right(Finding("warning", path, sentence), partial(path.chmod, right), repair)


def _records(store: Store, repair: bool) -> Iterator[Finding]:
    used: Counter[str] = Counter()
    by_file: dict[Path, Counter[str]] = {}
    for session_id in sorted(store.files()):
        file = store.file(session_id)
        try:
            session = store.load(session_id)
        except NotFound:
            continue  # removed meanwhile
        except (Damaged, TooNew) as error:
            # One that is too new is whole: there is nothing to mend but this program.
            yield Finding("damage" if isinstance(error, Damaged) else "warning", file, error.sentence)
            continue
        by_file[file] = Counter(
            [session.id, *(action.id for action in session.actions), *(one.id for one in session.decisions)]
        )
        used += by_file[file]
    for file, here in by_file.items():
        for thing_id in here:
            if used[thing_id] > 1:
                sentence = (
                    f"{shown(file)} uses the id {thing_id}, which stands for something else in these records too."
                )
                yield Finding("warning", file, sentence)


def _chains(store: Store, repair: bool) -> Iterator[Finding]:
    """Whether each chain hangs together, and the record is what its chain says was agreed and signed."""
    for session_id in sorted(store.files()):
        chain = store.chain(session_id)
        if fault := chain.fault():
            yield Finding("warning", chain.file, fault)
            continue
        try:
            session = store.load(session_id)
        except (Damaged, TooNew, NotFound):
            continue  # said already
        if taken_over := next((entry for entry in chain.entries() if entry.kind == UPGRADED), None):
            sentence = (
                f"{shown(store.file(session_id))}: it is older than its chain, and what was agreed and signed before "
                f"{taken_over.at[:10]} is in the chain by the record's own word."
            )
            yield Finding("note", store.file(session_id), sentence)
        for sentence in differences(chain, session):
            yield Finding("warning", store.file(session_id), f"{shown(store.file(session_id))}: {sentence}")


def _agreements(store: Store, repair: bool) -> Iterator[Finding]:
    for agreement_id in store.agreements.ids():
        try:
            store.agreements.versions(agreement_id)
        except (Damaged, TooNew) as error:
            severity: Severity = "damage" if isinstance(error, Damaged) else "warning"
            yield Finding(severity, store.agreements.file(agreement_id), error.sentence)


def _private(store: Store, repair: bool) -> Iterator[Finding]:
    for name in store.private.names():
        file = store.private.file(name)
        try:
            store.private.load(name)
        except (Damaged, TooNew) as error:
            yield Finding("damage" if isinstance(error, Damaged) else "warning", file, error.sentence)
        except Refused as error:
            yield Finding("note", file, error.sentence)


def _leftovers(store: Store, repair: bool) -> Iterator[Finding]:
    for path in _all_leftovers(store):
        finding = Finding("warning", path, f"{shown(path)} was left by a save that was interrupted.")
        session_id = path.name.removeprefix(".").split(".")[0]
        yield _put_right(finding, partial(_remove_leftover, store, session_id, path), repair)


def _remove_leftover(store: Store, session_id: str, path: Path) -> None:
    if path.parent == store.sessions and ids.valid(session_id):
        with store.lock(session_id):  # so that it is no save in the making
            remove(path)
    elif path.parent in {store.agreements.files, store.private.files}:
        with store.agreements.lock(), store.private.lock():
            remove(path)
    else:
        remove(path)


def _index(store: Store, repair: bool) -> Iterator[Finding]:
    # It is made again unasked whenever a list needs it: what is said here is what was done.
    path = store.index.file
    state = store.index.state()
    if state == "busy":
        yield Finding("note", path, f"{shown(path)} is in use just now and could not be checked.")
        return
    if state in ("unreadable", "other version"):
        store.index.renew(OTHER_VERSION if state == "other version" else UNREADABLE)
    contents = store.contents()
    count = len(contents.glances)
    if count and store.index.state() not in ("sound", "busy"):
        sentence = f"{shown(path)} cannot be read or written here, so lists take longer; they are right all the same."
        yield Finding("warning", path, sentence)
        return
    reasons = store.index.why_remade(forget=True)
    for why_remade in reasons:
        sentence = f"{shown(path)} {why_remade}, and was made again from {_counted(count, 'record')}."
        yield Finding("note", path, sentence, repaired=True)
    if contents.reread and not reasons:
        again = "which was read again" if contents.reread == 1 else "which were read again"
        sentence = f"{shown(path)} was older than {_counted(contents.reread, 'record')}, {again}."
        yield Finding("note", path, sentence, repaired=True)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _erased(store: Store, repair: bool) -> Iterator[Finding]:
    """Records whose erasure was interrupted, and what says that one was erased but cannot be read."""
    for session_id in store.erased.ids():
        try:
            store.erased.get(session_id)
        except (Damaged, TooNew) as error:
            yield Finding("warning", store.erased.file(session_id), error.sentence)
        file = store.sessions / f"{session_id}.json"
        if os.path.lexists(file):
            sentence = f"{shown(file)} was erased, and that was interrupted: erase it once more to finish."
            yield Finding("warning", file, sentence)


def _personal(store: Store, repair: bool) -> Iterator[Finding]:
    for kept in (store.undo.kept, store.drafts("").kept, store.notices.kept, store.guests.kept):
        try:
            kept.read()
        except (Damaged, TooNew) as error:
            yield Finding("warning", kept.file, error.sentence)
        for path in kept.aside():
            yield Finding("note", path, f"{shown(path)} holds {kept.what}; it could not be read and was set aside.")


def _foreign(store: Store, repair: bool) -> Iterator[Finding]:
    known_leftovers = set(_all_leftovers(store))
    for name in _names(store.folder):
        path = store.folder / name
        if not is_ours(name) and path not in known_leftovers:
            yield Finding("note", path, f"{shown(path)} does not belong to the records, and is left alone.")
    for folder in (store.sessions, store.agreements.files, store.private.files):
        for name in _names(folder):
            path = folder / name
            if not (name.endswith(".json") and ids.valid(name.removesuffix(".json"))) and path not in known_leftovers:
                yield Finding("note", path, f"{shown(path)} does not have the name of a record, and is left alone.")


def _kept(store: Store) -> tuple[Path, ...]:
    """The folders in which the store keeps things."""
    return (
        store.sessions,
        store.live,
        store.chains,
        store.erased.files,
        store.agreements.files,
        store.private.files,
        store.locks,
    )


def _all_leftovers(store: Store) -> list[Path]:
    return [path for folder in (store.folder, *_kept(store)) for path in leftovers(folder)]


def _names(folder: Path) -> list[str]:
    try:
        return sorted(path.name for path in folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []


def _put_right(finding: Finding, mend: Callable[[], object], repair: bool) -> Finding:
    if not repair:
        return finding
    try:
        mend()
    except (OSError, Busy, SaveFailed) as error:
        reason = why(error) if isinstance(error, OSError) else error.sentence
        return Finding(finding.severity, finding.file, f"{finding.sentence} It could not be put right: {reason}")
    return Finding(finding.severity, finding.file, f"{finding.sentence} That has been put right.", repaired=True)
