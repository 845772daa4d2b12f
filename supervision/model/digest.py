"""Digests as roots over salted hashes of fields, so that one field can be redacted while the rest still verifies.

A leaf is sha256 over path, salt and text, each with its length before it; a root is sha256 over the sorted paths and
leaf hashes. Salts are random for each field: nobody can guess a redacted name from its hash.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from supervision.model import agreement as agreements
from supervision.model.fields import DATES, TEXTS
from supervision.model.pack import Pack
from supervision.model.values import Agreement, Decision, Leaf, Run, Session, Snapshot

_NAME = b"supervision/1"
REDACTED = "[redacted]"
"""What stands where words were taken out (`redaction`)."""


def new_salt() -> str:
    return secrets.token_hex(16)


def _framed(*parts: str | bytes) -> bytes:
    out = [_NAME]
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        out.append(len(data).to_bytes(8, "big") + data)
    return b"".join(out)


def leaf_hash(path: str, leaf: Leaf) -> str:
    """The hash of one field; a redacted leaf keeps the one it had."""
    if leaf.hash:
        return leaf.hash
    return hashlib.sha256(_framed(path, leaf.salt, leaf.text)).hexdigest()


def plain(text: str) -> str:
    """The digest of one text that holds no secret, such as a statement that was read."""
    return hashlib.sha256(_framed(text)).hexdigest()


def root(leaves: Mapping[str, Leaf]) -> str:
    """The digest of a set of fields by path, 64 hex digits."""
    parts: list[str] = []
    for path in sorted(leaves):
        parts += (path, leaf_hash(path, leaves[path]))
    return hashlib.sha256(_framed(*parts)).hexdigest()


# -- an agreement -------------------------------------------------------------------------------------------------


def agreement_texts(agreement: Agreement) -> dict[str, str]:
    """What a signature covers of the agreement that a session was under, by path."""
    texts = agreements.answers(agreement)
    texts["version"] = str(agreement.version)
    return texts


def statement(session: Session) -> str:
    """The digest of what is read at the beginning: the agreement in force, and the pack's statement where it counts."""
    parts = [session.pack.confidentiality] if agreements.default_stands(session.agreement) else []
    if session.agreement is not None:
        texts = agreement_texts(session.agreement)
        parts += [f"{key}\n{texts[key]}" for key in sorted(texts)]
    return plain(parts[0]) if len(parts) == 1 else hashlib.sha256(_framed(*parts)).hexdigest()


# -- a decision ---------------------------------------------------------------------------------------------------


def decision_texts(decision: Decision) -> dict[str, str]:
    """What an agreement to this decision covers, by path: its text, never its support, marks, links or reviews."""
    texts = {key: getattr(decision, key) for key in TEXTS}
    texts["stance"] = decision.stance
    for key in DATES:
        when = getattr(decision, key)
        texts[key] = when.isoformat() if when else ""
    for option in decision.options:
        for part in ("text", "for_person", "for_practitioner", "for_others"):
            texts[f"options/{option.id}/{part}"] = getattr(option, part)
    return texts


def salted(decision: Decision) -> Decision:
    """The decision with a salt for each field it has now; salts that are there stay."""
    paths = decision_texts(decision)
    if paths.keys() == decision.salts.keys():
        return decision
    return replace(decision, salts={path: decision.salts.get(path) or new_salt() for path in paths})


def decision_leaf(decision: Decision, path: str, text: str) -> Leaf:
    """A covered field of a decision; one that words were taken out of is what it was, by its hash."""
    if path in decision.redacted and REDACTED in text:
        return Leaf(hash=decision.redacted[path])
    return Leaf(decision.salts.get(path, ""), text)


def decision_digest(decision: Decision) -> str:
    """The digest both agree to."""
    texts = decision_texts(decision)
    return root({path: decision_leaf(decision, path, text) for path, text in texts.items()})


def pieces(runs: Iterable[Run]) -> Iterator[Run]:
    """Runs cut at line ends (kept), so that one line can be redacted alone."""
    for run in runs:
        yield from (Run(run.by, line) for line in re.findall(r"[^\n]*\n|[^\n]+", run.text))


# -- a session ----------------------------------------------------------------------------------------------------

OPEN_ENDED = ("actions/", "concerns/")
"""What may be added to or change after everybody has signed; the snapshot keeps it as it stood."""


def session_texts(session: Session) -> dict[str, str]:
    """What a signature covers, by path."""
    texts: dict[str, str] = {
        "kind": session.kind,
        "started": session.started.isoformat(),
        "held": session.held.isoformat() if session.held else "",
        "place": session.place,
        "next/date": session.next_date.isoformat() if session.next_date else "",
        "next/focus": session.next_focus,
        "pack": hashlib.sha256(json.dumps(_pack(session.pack), sort_keys=True).encode()).hexdigest(),
    }
    if session.first:
        texts["turns/first"] = session.first
    for answer in session.heard:
        texts[f"turns/heard/{answer.by}"] = "yes" if answer.must_raise else "no"
    if session.agreement is not None:
        texts |= {f"agreement/{key}": text for key, text in agreement_texts(session.agreement).items()}
    for person in session.people:
        texts[f"people/{person.id}/name"] = person.name
        texts[f"people/{person.id}/role"] = person.role
    for matter in session.matters:
        for key in ("alias", "text", "question"):
            texts[f"matters/{matter.n}/{key}"] = getattr(matter, key)
    for note in session.notes:
        for i, piece in enumerate(pieces(note.runs)):
            texts[f"notes/{note.stage}/{note.matter}/{i:05}/{piece.by}"] = piece.text
    for mark in session.marks:
        texts[f"marks/{mark.id}/{mark.stage}/{mark.matter}/{mark.by}/{mark.kind}"] = mark.text
    for decision in session.decisions:
        for path, text in decision_texts(decision).items():
            texts[f"decisions/{decision.id}/{path}"] = text
        texts[f"decisions/{decision.id}/number"] = str(decision.number)
        texts[f"decisions/{decision.id}/matter"] = str(decision.matter)
    for dissent in session.dissents:
        texts[f"dissents/{dissent.id}/{dissent.by}"] = dissent.text
        texts[f"dissents/{dissent.id}/decision"] = dissent.decision
        texts[f"dissents/{dissent.id}/resolve_by"] = dissent.resolve_by
    for action in session.actions:
        texts[f"actions/{action.id}/text"] = action.text
        texts[f"actions/{action.id}/owner"] = action.owner or ""
        texts[f"actions/{action.id}/due"] = action.due.isoformat() if action.due else ""
        texts[f"actions/{action.id}/status"] = action.status
    for concern in session.concerns:
        texts[f"concerns/{concern.id}/{concern.by}"] = concern.text
        texts[f"concerns/{concern.id}/to"] = concern.to
    return texts


def _pack(pack: Pack) -> dict[str, Any]:
    """What was asked. What packs could not say at first counts where they say it: older signatures stay as they are."""
    asked = asdict(pack)
    for stage in asked["stages"]:
        if not stage["silent"]:
            del stage["silent"]
        for prompt in stage["prompts"]:
            if not prompt["opens"]:
                del prompt["opens"]
    return asked


def take_snapshot(session: Session, now: datetime) -> Snapshot:
    """The record as it stands, for the first signature; those who sign later sign these same bytes."""
    leaves = {path: Leaf(new_salt(), text) for path, text in session_texts(session).items()}
    return Snapshot(taken=now, leaves=leaves, root=root(leaves))


def still_covers(session: Session) -> bool:
    """Whether what is written now is what the first signature covered; ticks and progress do not count."""
    if session.snapshot is None:
        return True
    now = {path: text for path, text in session_texts(session).items() if not path.endswith("/status")}
    then = {path: leaf for path, leaf in session.snapshot.leaves.items() if not path.endswith("/status")}
    return now.keys() == then.keys() and all(
        REDACTED in now[path] if leaf.hash else leaf.text == now[path] for path, leaf in then.items()
    )


def faults(session: Session) -> tuple[str, ...]:
    """The paths in which a signed record no longer is what was signed; empty when it verifies."""
    snapshot = session.snapshot
    if snapshot is None:
        return ("signatures",) if session.signatures else ()
    wrong = [] if root(snapshot.leaves) == snapshot.root else ["snapshot"]
    wrong += [f"signatures/{mark.by}" for mark in session.signatures if mark.digest != snapshot.root]
    now = session_texts(session)
    for path in sorted(now.keys() | snapshot.leaves.keys()):
        if path.startswith(OPEN_ENDED):
            continue
        leaf = snapshot.leaves.get(path)
        if leaf is None or (not leaf.hash and leaf.text != now.get(path)):
            wrong.append(path)
    return tuple(wrong)
