"""What was agreed, signed, reviewed, amended, redacted and exported, as a chain: each line names the one before it.

One file a session, `chains/ID.log`, to which lines are only ever added. A line says who (by id), when, what kind of
thing, which id, and the digest of the text it was about; never text. Whoever changes or takes out a line breaks every
line after it, and `doctor` says where.
"""

import json
import os
import stat
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from supervision.errors import Damaged
from supervision.store import sealing
from supervision.store.files import private_folder, read_whole, save_failed, shown, sync_folder
from supervision.vault.seal import is_sealed

if TYPE_CHECKING:
    from supervision.model.values import Event, Session

LOGGED = {
    "acknowledged": "acknowledged",
    "decision-agreed": "agreed",
    "decision-not-yet": "agreement-taken-back",
    "agreements-withdrawn": "agreements-withdrawn",
    "support-asked": "support-asked",
    "support-given": "support-given",
    "support-refused": "support-refused",
    "decision-reviewed": "reviewed",
    "decision-replaced": "replaced",
    "signed": "signed",
    "signatures-withdrawn": "signatures-withdrawn",
    "addendum": "amended",
    "redacted": "redacted",
}
"""Lines of a session's history that come into the chain, and what they are called there."""
CAME = "imported"
"""The record came from elsewhere, with as many lines of history as the entry's id says; our chain has none of them."""
UPGRADED = "upgraded"
"""The record is older than its chain: the lines that follow were taken over from its history, and nobody vouches."""
BEGINNING = "0" * 64
_KEYS = ("n", "at", "by", "kind", "id", "digest", "before", "hash")
_NEW = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class ChainEntry:
    """One line. `digest` is 64 hex digits, or empty where there is no text to name."""

    n: int
    at: str
    by: str
    kind: str
    id: str
    digest: str
    before: str
    hash: str = ""

    def sealed(self) -> "ChainEntry":
        return ChainEntry(self.n, self.at, self.by, self.kind, self.id, self.digest, self.before, self._hash())

    def _hash(self) -> str:
        import hashlib  # lists do without it

        fields = [self.n, self.at, self.by, self.kind, self.id, self.digest, self.before]
        return hashlib.sha256(json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()

    def is_sealed(self) -> bool:
        """Whether the line is what it was when it was written."""
        return self.hash == self._hash()

    def line(self) -> bytes:
        return json.dumps({key: getattr(self, key) for key in _KEYS}, ensure_ascii=False).encode() + b"\n"


@dataclass(frozen=True, slots=True)
class Chain:
    """The chain in `file`, of the store in `folder`. Whoever adds to it holds the session's lock."""

    file: Path
    folder: Path | None = None

    def entries(self) -> list[ChainEntry]:
        """Every whole line; a last one that a crash cut off is as none. Damaged names the first line that is not ours.

        Whether the lines hang together is for `fault` to say.
        """
        return self._read()[0]

    def _read(self) -> tuple[list[ChainEntry], int]:
        """The whole lines, and how many bytes they take."""
        found = sealing.read(self.file)
        if found and self.folder and not found[0].endswith(b"\n") and sealing.is_whole(self.folder):
            # It is replaced whole and never added to, so no crash does this; and cut off it would not look encrypted.
            raise Damaged(f"{shown(self.file)} is not whole: its end is missing. It stays as it is.")
        whole, end, _ = (found[0] if found else b"").rpartition(b"\n")
        lines = whole.split(b"\n") if end else []
        return [self._entry(number, line) for number, line in enumerate(lines, 1)], len(whole) + len(end)

    def fault(self) -> str:
        """What is wrong with it, in a sentence; empty when every line follows from the one before."""
        try:
            entries = self.entries()
        except Damaged as error:
            return error.sentence
        before = BEGINNING
        for number, entry in enumerate(entries, 1):
            if entry.n != number or entry.before != before or not entry.is_sealed():
                return (
                    f"{shown(self.file)}:{number}: this line was changed, or lines before it were taken out or added: "
                    "what it says, and what comes after it, can no longer be relied on."
                )
            before = entry.hash
        return ""

    def add(self, lines: Iterable[tuple[str, str, str, str, str]], *, settled: bool = True) -> None:
        """Adds lines of (when, by, kind, id, digest), durably; SaveFailed leaves what was there.

        Not `settled`: they are whole or not there after a power cut, until somebody syncs the disk.
        """
        lines = list(lines)
        if not lines:
            return
        entries, whole = self._read()
        n, before = (entries[-1].n, entries[-1].hash) if entries else (0, BEGINNING)
        data = b""
        for at, by, kind, id, digest in lines:
            n += 1
            entry = ChainEntry(n, at, by, kind, id, digest, before).sealed()
            before = entry.hash
            data += entry.line()
        private_folder(self.file.parent)
        raw = read_whole(self.file)
        if self.folder and (sealing.is_on(self.folder) or (raw and is_sealed(raw[0]))):
            # Nothing can be added to what is encrypted, so it is written anew, whole: it is small.
            before_it = sealing.opened(raw[0], self.file)[:whole] if raw else b""
            sealing.write(self.folder, self.file, before_it + data, settled=settled)
            return
        try:
            self._append(data, whole, settled)
        except OSError as error:
            raise save_failed(self.file, error) from error

    def _append(self, data: bytes, whole: int, settled: bool) -> None:
        existed = self.file.exists()
        number = os.open(self.file, _NEW, 0o600)
        try:
            found = os.fstat(number)
            if stat.S_IMODE(found.st_mode) != 0o600:
                os.fchmod(number, 0o600)
            if found.st_size > whole:  # a crash cut the last line off; nobody was told that it was there
                os.ftruncate(number, whole)
            rest = memoryview(data)
            try:
                while rest:
                    rest = rest[os.write(number, rest) :]
                if settled:
                    os.fsync(number)
            except OSError:
                os.ftruncate(number, whole)
                raise
        finally:
            os.close(number)
        if settled and not existed:
            sync_folder(self.file.parent)

    def _entry(self, number: int, line: bytes) -> ChainEntry:
        try:
            fields: Any = json.loads(line)
            texts = [fields[key] for key in _KEYS]
            if not isinstance(texts[0], int) or not all(isinstance(text, str) for text in texts[1:]):
                raise TypeError
            return ChainEntry(*texts)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise Damaged(f"{shown(self.file)}:{number}: this line cannot be read. The file stays as it is.") from error


def not_yet_in(chain: Chain, session: "Session") -> list[tuple[str, str, str, str, str]]:
    """The lines that the session's history says should be in its chain and are not, in their order."""
    logged = [event for event in session.history if event.kind in LOGGED]
    if not logged:
        return []
    entries = chain.entries()
    known: dict[tuple[str, str, str, str], int] = {}
    for entry in entries:
        if entry.kind == CAME:
            logged = [event for event in session.history[_number(entry.id) :] if event.kind in LOGGED]
        else:
            key = (entry.at, entry.by, entry.kind, entry.id)
            known[key] = known.get(key, 0) + 1
    missing = []
    for event in logged:
        key = _key(event)
        if known.get(key, 0):
            known[key] -= 1
        else:
            missing.append((*key, digest_of(session, event)))
    return missing


def digest_of(session: "Session", event: "Event") -> str:
    """The digest of the text that an event is about, as it stands now."""
    from supervision.model.digest import decision_digest

    decision = session.decision(event.id) if event.id else None
    if decision is not None:
        return decision_digest(decision)
    if event.kind == "signed" and session.snapshot is not None:
        return session.snapshot.root
    return ""


def _key(event: "Event") -> tuple[str, str, str, str]:
    return event.at.isoformat(), event.by, LOGGED[event.kind], event.id


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def differences(chain: Chain, session: "Session") -> list[str]:
    """Where a record is not what its chain says, in sentences."""
    from supervision.model import digest, rules

    found = []
    missing = not_yet_in(chain, session)
    if missing and not chain.entries():
        found.append(
            "there is no chain beside it, which would say what was agreed, signed and reviewed in it. An earlier "
            "version of this program kept none, or somebody took it away. If it is only old, this makes a backup and "
            "begins its chain: supervision upgrade"
        )
    elif missing:
        found.append(
            f"{len(missing)} of the things that its history tells are not in its chain: "
            f"{', '.join(sorted({kind for _, _, kind, _, _ in missing}))}."
        )
    told = Counter(_key(event) for event in session.history if event.kind in LOGGED)
    kinds = set(LOGGED.values())
    known = Counter((one.at, one.by, one.kind, one.id) for one in chain.entries() if one.kind in kinds)
    if gone := known - told:
        found.append(
            f"{gone.total()} of the things that its chain tells are not in its history: "
            f"{', '.join(sorted({kind for _, _, kind, _ in gone}))}. Either a save was interrupted just then, or an "
            "older record was put in its place."
        )
    agreed = {entry.id: entry.digest for entry in chain.entries() if entry.kind == "agreed"}
    for decision in session.decisions:
        stands = rules.status(session, decision) in {"agreed", "awaiting-support"}
        if stands and agreed.get(decision.id, "") not in ("", digest.decision_digest(decision)):
            found.append(f"decision {decision.number} is not the text that was agreed to.")
    signed = [entry.digest for entry in chain.entries() if entry.kind == "signed"]
    if session.state == "signed" and signed and session.snapshot is not None and signed[-1] != session.snapshot.root:
        found.append("it is not the record that was signed.")
    if session.state == "signed" and (wrong := digest.faults(session)):
        found.append(f"it differs from what was signed in {', '.join(wrong[:5])}.")
    return found
