"""Taking words out of a record for good, so that what is left still verifies: who did it, when and why stays.

Wherever the words stood, a mark stands in their place. Where a signature or an agreement covered the text, the field's
hash stays in place of its text and salt: nobody can guess the words from it, and the root is the same as before.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar

from supervision.errors import Refused
from supervision.model import digest, ids
from supervision.model import values as v
from supervision.model.digest import REDACTED
from supervision.model.fields import TEXTS
from supervision.model.notes import joined

SHORTEST = 2
"""Letters that words to take out have at least: fewer would take a record apart."""

_TEXTS: dict[type, tuple[str, ...]] = {
    v.Matter: ("alias", "text", "question"),
    v.NoteMark: ("text",),
    v.Progress: ("text",),
    v.Action: ("text", "waiting_on", "owner"),
    v.Option: ("text", "for_person", "for_practitioner", "for_others"),
    v.Support: ("by",),
    v.Decision: TEXTS,
    v.Review: ("note",),
    v.Dissent: ("text", "resolve_by"),
    v.Concern: ("text", "to", "done_by"),
    v.Addendum: ("text",),
    v.Session: ("place", "next_focus"),
}
"""The texts of each kind of value that people typed; an owner is an id where somebody of the session is meant."""

T = TypeVar("T")


@dataclass(slots=True)
class _Taking:
    """The words, and in how many texts they were found."""

    pattern: re.Pattern[str]
    places: int = 0

    def out_of(self, text: str) -> str:
        found = self.pattern.sub(REDACTED, text)
        self.places += found != text
        return found


def holds(words: str, text: str) -> bool:
    """Whether a text holds these words, whatever their capitals and the spaces between them."""
    return _pattern(words).search(text) is not None


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(r"\s+".join(re.escape(word) for word in words.split()), re.IGNORECASE)


def redacted(session: v.Session, words: str) -> tuple[v.Session, int]:
    """The session without these words, and in how many texts they stood.

    The names of its people are not looked at, nor is the agreement, which other sessions share.
    """
    taking = _Taking(_pattern(words))
    people = {person.id for person in session.people}
    after = _without(session, taking, people)
    after = replace(
        after,
        notes=tuple(replace(note, runs=_runs(note.runs, taking)) for note in after.notes),
        decisions=tuple(_sealed(old, new) for old, new in zip(session.decisions, after.decisions, strict=True)),
    )
    if session.snapshot is not None:
        then, now = digest.session_texts(session), digest.session_texts(after)
        leaves = {
            path: v.Leaf(hash=digest.leaf_hash(path, leaf))
            if taking.pattern.search(leaf.text) or now.get(path) != then.get(path)
            else leaf
            for path, leaf in session.snapshot.leaves.items()
        }
        after = replace(after, snapshot=replace(session.snapshot, leaves=leaves))
    return after, taking.places


def _without(value: T, taking: _Taking, people: set[str]) -> T:
    """The same value, and the values in it, without the words."""
    names = _TEXTS.get(type(value), ())
    changed: dict[str, Any] = {}
    if not is_dataclass(value):
        return value
    for field in fields(value):
        old = getattr(value, field.name)
        if field.name in names and isinstance(old, str) and old not in people:
            new: Any = taking.out_of(old)
        elif isinstance(old, tuple) and old and type(old[0]) in _TEXTS:
            new = tuple(_without(item, taking, people) for item in old)
        elif type(old) in _TEXTS:
            new = _without(old, taking, people)
        else:
            continue
        if new != old:
            changed[field.name] = new
    found: Any = replace(value, **changed) if changed else value  # type: ignore[type-var]
    return found  # type: ignore[no-any-return]


def _sealed(old: v.Decision, new: v.Decision) -> v.Decision:
    """A decision whose digest is still the one that was agreed to: hashes stand for what was taken out."""
    if new == old:
        return new
    then, now = digest.decision_texts(old), digest.decision_texts(new)
    gone = [path for path, text in then.items() if now.get(path) != text]
    hashes = {path: digest.leaf_hash(path, digest.decision_leaf(old, path, then[path])) for path in gone}
    salts = {path: digest.new_salt() if path in hashes else salt for path, salt in old.salts.items()}
    return replace(new, salts=salts, redacted={**old.redacted, **hashes})


def _runs(runs: Iterable[v.Run], taking: _Taking) -> tuple[v.Run, ...]:
    """Notes without the words, also where two wrote them together: each stretch keeps its author and its line."""
    pieces = list(digest.pieces(joined(runs)))
    text = "".join(piece.text for piece in pieces)
    spans = [match.span() for match in taking.pattern.finditer(text)]
    if not spans:
        return tuple(pieces and joined(pieces))
    taking.places += 1
    out: list[v.Run] = []
    at = 0
    for piece in pieces:
        left, end = piece.text, at + len(piece.text)
        for start, stop in reversed(spans):
            first, last = max(start, at) - at, min(stop, end) - at
            if first < last:
                line_end = "\n" if left[first:last].endswith("\n") else ""
                left = left[:first] + REDACTED + line_end + left[last:]
        out.append(v.Run(piece.by, left))
        at = end
    return joined(out)


def in_agreement(session: v.Session, words: str) -> bool:
    """Whether the agreement that the record was made under holds these words."""
    found = session.agreement
    return found is not None and any(
        isinstance(text, str) and holds(words, text) for text in (getattr(found, field.name) for field in fields(found))
    )


def keeper(session: v.Session) -> v.Who:
    """Who may take words out of this record: whom the agreement names, else the supervisor, else who began it."""
    if session.agreement is not None and session.agreement.record_keeper:
        return session.agreement.record_keeper
    supervisors = [person.id for person in session.people if person.role == "supervisor"]
    return (supervisors or [person.id for person in session.people])[0]


def refuse_unless_keeper(session: v.Session, by: v.Who, does: str) -> None:
    """Refused for anybody but the record's keeper; `does` goes on "Only Ash, who keeps this record, ..."."""
    wanted = keeper(session)
    if by != wanted:
        raise Refused(f"Only {session.called(wanted)}, who keeps this record, {does} it. Nothing was changed.")


def refuse_if_kept_as_it_is(session: v.Session) -> None:
    """Refused while something is open that the record as it is may be needed for."""
    if session.hold is not None:
        raise Refused(f"This record is under a hold ({session.hold.why}), so nothing is taken out of it.")
    if any(concern.done is None for concern in session.concerns):
        raise Refused("A concern in this record is still open, so nothing is taken out of it.")


def entry(by: v.Who, at: Any, why: str, places: int) -> v.Redaction:
    """What stays of it in the record."""
    return v.Redaction(id=ids.entry_id(at), by=by, at=at, why=why, places=places)
