"""What one person keeps to themselves: what they prepare for the next session, and their own notes beside one.

These values are never part of a session. What is to be in one is put there, word for word, by the person themselves.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from supervision import text
from supervision.errors import BadInput, NotFound, Refused
from supervision.model import ids
from supervision.model.values import Matter, Person, Session, Who

MOST_MATTERS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateNote:
    """What somebody wrote for their own eyes: to a question of a stage, or to a stage as a whole, on a matter.

    `matter` is the number of a matter of the session, the id of a prepared one, or empty. `shared` are the lines that
    were put into the session's notes.
    """

    stage: str
    prompt: str = ""
    matter: str = ""
    text: str = ""
    shared: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """Its lines that hold something."""
        return tuple(line.strip() for line in self.text.split("\n") if line.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedMatter:
    """Something to bring. `taken` is its number in the session, once it was taken in."""

    id: str
    alias: str = ""
    text: str = ""
    question: str = ""
    taken: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Private:
    """What one person keeps to themselves about one session, or, while `session` is empty, about the next one.

    `owner` is their name on this login, `people` the ids of those who meet.
    """

    owner: str
    people: tuple[Who, ...]
    begun: datetime
    session: str = ""
    matters: tuple[PreparedMatter, ...] = ()
    notes: tuple[PrivateNote, ...] = ()
    revision: int = 0

    def text(self, stage: str, prompt: str = "", matter: str = "") -> str:
        """What is written there so far."""
        found = self.note(stage, prompt, matter)
        return found.text if found else ""

    def note(self, stage: str, prompt: str = "", matter: str = "") -> PrivateNote | None:
        where = (stage, prompt, matter)
        return next((note for note in self.notes if _where(note) == where), None)

    def prepared(self, matter_id: str) -> PreparedMatter:
        """The prepared matter with this id, or the beginning of it."""
        found = [matter for matter in self.matters if matter_id and matter.id.startswith(matter_id.casefold())]
        if len(found) != 1:
            have = ", ".join(matter.id for matter in self.matters) or "none"
            raise NotFound(f"There is no prepared matter {text.one_line(matter_id)[:20]!r}; there is: {have}.")
        return found[0]

    @property
    def to_take(self) -> tuple[PreparedMatter, ...]:
        """The prepared matters that were not taken into a session yet."""
        return tuple(matter for matter in self.matters if not matter.taken)

    @property
    def is_empty(self) -> bool:
        return not self.matters and not any(note.text.strip() for note in self.notes)


def nothing(owner: str, people: Iterable[Who], now: datetime, session: str = "") -> Private:
    """Nothing kept yet."""
    return Private(owner=owner, people=tuple(people), begun=now, session=session)


def owner_in(session: Session, owner: str) -> Person | None:
    """The person of the session who bears this name; None when there is none, or when both do."""
    found = [person for person in session.people if owner and person.called.casefold() == owner.casefold()]
    found = found or [person for person in session.people if owner and person.name.casefold() == owner.casefold()]
    return found[0] if len(found) == 1 else None


def written(private: Private, stage: str, words: str, *, prompt: str = "", matter: str = "") -> Private:
    """With these words in place of what was written there; no words leave nothing behind."""
    words = text.clean(words)
    text.check_note(words)
    where = (stage, prompt, matter)
    old = private.note(*where)
    kept = tuple(note for note in private.notes if note is not old)
    if not words.strip():
        return replace(private, notes=kept)
    shared = tuple(line for line in (old.shared if old else ()) if line in _lines(words))
    new = PrivateNote(stage=stage, prompt=prompt, matter=matter, text=words, shared=shared)
    at = private.notes.index(old) if old else len(kept)
    return replace(private, notes=(*kept[:at], new, *kept[at:]))


def with_matter(
    private: Private, *, id: str = "", alias: str = "", words: str = "", question: str = ""
) -> tuple[Private, PreparedMatter]:
    """With one more matter to bring, or, with an `id`, with that one changed; and the matter."""
    alias = text.alias(alias) if alias.strip() else ""
    words, question = text.field(words, "the matter"), text.field(question, "the question")
    if not (alias or words or question):
        raise BadInput("There is nothing to prepare yet: an alias, a few words on it, or the question.")
    if not id and len(private.to_take) >= MOST_MATTERS:
        raise Refused(f"{MOST_MATTERS} matters are prepared already; a session has room for one or two.")
    old = private.prepared(id) if id else PreparedMatter(id=ids.thing_id())
    new = replace(old, alias=alias, text=words, question=question)
    return replace(private, matters=_put(private.matters, old, new)), new


def without_matter(private: Private, matter_id: str) -> Private:
    """Without a prepared matter, and without what was written on it."""
    gone = private.prepared(matter_id)
    return replace(
        private,
        matters=tuple(matter for matter in private.matters if matter is not gone),
        notes=tuple(note for note in private.notes if note.matter != gone.id),
    )


def taken(private: Private, matter_id: str, n: int) -> Private:
    """Once a prepared matter is number `n` of the session: what was written on it belongs to that one now."""
    old = private.prepared(matter_id)
    if old.taken:
        raise Refused("That one was taken in already.")
    private = replace(private, matters=_put(private.matters, old, replace(old, taken=n)))
    moved = [note for note in private.notes if note.matter == old.id]
    private = replace(private, notes=tuple(note for note in private.notes if note.matter != old.id))
    for note in moved:
        private = _joined(private, replace(note, matter=str(n)))
    return private


def fits(matter: Matter) -> bool:
    """Whether a matter of a session is still empty, so that a prepared one can go into it."""
    return not (matter.alias or matter.text or matter.question)


def in_session(private: Private, before: Private, session: str) -> Private:
    """What was prepared, put together with what is kept about the session already."""
    for note in private.notes:  # what is about no matter in particular stands with the first one
        before = _joined(before, replace(note, matter=note.matter or "1"))
    known = {matter.id for matter in before.matters}
    matters = (*before.matters, *(matter for matter in private.matters if matter.id not in known))
    return replace(before, matters=matters, session=session)


def as_shared(private: Private, note: PrivateNote, lines: Iterable[str]) -> Private:
    """With these lines of a note marked as shared."""
    old = private.note(*_where(note))
    if old is None:
        return private
    shared = tuple(dict.fromkeys((*old.shared, *lines)))
    return replace(private, notes=tuple(replace(x, shared=shared) if x is old else x for x in private.notes))


def _joined(private: Private, note: PrivateNote) -> Private:
    old = private.note(*_where(note))
    if old is None:
        return replace(private, notes=(*private.notes, note))
    if note.text in old.text:  # the same words, met again after an interruption
        return private
    new = replace(old, text=f"{old.text}\n{note.text}", shared=tuple(dict.fromkeys((*old.shared, *note.shared))))
    return replace(private, notes=tuple(new if each is old else each for each in private.notes))


def _put(matters: tuple[PreparedMatter, ...], old: PreparedMatter, new: PreparedMatter) -> tuple[PreparedMatter, ...]:
    if old in matters:
        return tuple(new if matter is old else matter for matter in matters)
    return (*matters, new)


def _lines(words: str) -> set[str]:
    return {line.strip() for line in words.split("\n")}


def _where(note: PrivateNote) -> tuple[str, str, str]:
    return note.stage, note.prompt, note.matter
