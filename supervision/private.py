"""Private notes and preparing, for the one person whose login this is. The session itself never sees them.

Whose login it is, is what its settings remember. Somebody who is only named for this once (`--me`, at a shared
keyboard) has no private notes here, and nobody is shown another's.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from supervision.errors import Refused, SupervisionError
from supervision.model import private as rules
from supervision.model.private import PreparedMatter, Private, PrivateNote
from supervision.store import sealing
from supervision.store.private import NEXT, next_name

if TYPE_CHECKING:
    from supervision.model.changes import Change
    from supervision.model.values import Session, Who
    from supervision.store import Store

_CLEAR = (
    "Only you are shown these. They are a file of your own login, not encrypted: whoever can log in as you, whoever "
    "runs this computer, and its backups can read it. They are in no record and no export but your own copy."
)
_ENCRYPTED = (
    "Only you are shown these. They are encrypted for your own key{recovery}, and open while that is unlocked: then "
    "whoever is logged in as you, or runs this computer, could read them. They are in no record and no export but your "
    "own copy."
)
ELSEWHERE = (
    "Private notes are kept under the login of whoever writes them, and this keyboard is at somebody else's. "
    "Paper keeps a secret too."
)
_NOBODY = (
    "Private notes are one person's, and this login remembers nobody yet. It does once you say your name on the first "
    "screen, or line by line: /me NAME"
)


@dataclass(frozen=True, slots=True)
class PrivateNotes:
    """What the person of this login keeps to themselves. `remembered` gives the name that the login remembers."""

    store: "Store"
    remembered: Callable[[], str]
    clock: Callable[[], datetime]

    @property
    def who_could_read(self) -> str:
        """Who could read what is kept here, beside its owner."""
        keys = sealing.is_on(self.store.folder)
        if keys is None:
            return _CLEAR
        return _ENCRYPTED.format(recovery=" and the recovery key" if keys.recovery and keys.open_to_recovery else "")

    # -- whose they are ---------------------------------------------------------------------------------------

    def is_owner(self, me: str) -> bool:
        """Whether this login remembers whoever is at this keyboard."""
        owner = self.remembered()
        return bool(owner) and me.casefold() == owner.casefold()

    def why_not(self, me: str) -> str:
        """Why nothing private is offered to whoever is at this keyboard, in a sentence; empty when it is."""
        owner = self.remembered()
        if not owner:
            return _NOBODY
        if not self.is_owner(me):
            who = me or "whoever is at this keyboard"
            return f"This login is {owner}'s, so there are no private notes for {who} here. Paper keeps a secret too."
        kept = self.store.private.owner()
        if kept and kept.casefold() != owner.casefold():
            return f"The private notes under this login belong to {kept}, and a login has one owner."
        return ""

    def why_not_in(self, session: "Session", writer: "Who", me: str) -> str:
        """The same in a session: only while its owner is the one who is writing."""
        if why := self.why_not(me):
            return why
        owner = rules.owner_in(session, self.remembered())
        if owner is None:
            return f"{self.remembered()} takes no part in this session, so there are no private notes to it."
        if owner.id != writer:
            return f"{session.called(writer)} is writing now, so {owner.called}'s private notes stay shut."
        return ""

    def check(self, me: str) -> str:
        """The owner's name, or Refused with the reason."""
        if why := self.why_not(me):
            raise Refused(why)
        return self.remembered()

    # -- reading ----------------------------------------------------------------------------------------------

    def of(self, session: "Session") -> Private:
        """What is kept about a session; Damaged, TooNew or Refused when it cannot be opened."""
        kept = self._mine(self.store.private.load(session.id))
        people = [person.id for person in session.people]
        return kept or rules.nothing(self.remembered(), people, self.clock(), session.id)

    def next_with(self, people: "Iterable[Who]") -> Private:
        """What is prepared for the next session of these people: by id, or, before they ever met, by name."""
        who = tuple(people)
        kept = self._mine(self.store.private.load(next_name(who)))
        return kept or rules.nothing(self.remembered(), who, self.clock())

    def _prepared(self, session: "Session") -> list[Private]:
        by_id = [person.id for person in session.people]
        by_name = [person.called for person in session.people]
        return [found for found in map(self.next_with, (by_id, by_name)) if not found.is_empty]

    def all(self) -> list[Private]:
        """All there is, what is prepared first."""
        names = self.store.private.names()
        found = [self._mine(self.store.private.load(name)) for name in names]
        mine = [private for private in found if private is not None]
        return sorted(mine, key=lambda private: (bool(private.session), private.session), reverse=False)

    def begun(self, me: str) -> list[tuple["Who", ...]]:
        """With whom the next session is being prepared: by id, or, before they ever met, by name."""
        if self.why_not(me):
            return []
        found = []
        for name in self.store.private.names():
            if name.startswith(NEXT):
                with suppress(SupervisionError):  # `doctor` names it, and so does whoever opens it
                    found.append(self._mine(self.store.private.load(name)))
        return [private.people for private in found if private is not None]

    def waiting(self, session: "Session") -> Private | None:
        """What was prepared and waits to be taken into this session; None when there is nothing, or it is over."""
        if session.state != "open":
            return None
        together, prepared = self.of(session), self._prepared(session)
        for each in prepared:
            together = rules.in_session(each, together, session.id)
        return together if together.to_take or prepared else None

    def _mine(self, kept: Private | None) -> Private | None:
        owner = self.remembered()
        if kept is not None and kept.owner.casefold() != owner.casefold():
            raise Refused(f"These private notes are {kept.owner}'s, and are not shown to anybody else.")
        return kept

    def for_copy(self, session: "Session", who: "Who", me: str) -> tuple[PrivateNote, ...]:
        """What goes into `who`'s own copy: nothing, unless it is their login and they are at this keyboard."""
        return () if self.why_not_in(session, who, me) else self.of(session).notes

    def take_in(self, session: "Session", notes: Iterable[PrivateNote], me: str) -> bool:
        """Keeps the private notes of a copy that was brought here; False when it is not their owner who brings it."""
        whose = session.copy.who if session.copy else ""
        if self.why_not_in(session, whose, me):
            return False
        with self.store.private.lock():
            kept = self.of(session)
            brought = replace(rules.nothing(kept.owner, kept.people, kept.begun, session.id), notes=tuple(notes))
            self.store.private.save(rules.in_session(brought, kept, session.id))
        return True

    # -- writing ----------------------------------------------------------------------------------------------

    def begin(self, session: "Session") -> Private:
        """What is kept about a session, after what was prepared for it has been put there."""
        with self.store.private.lock():
            kept = self.of(session)
            for prepared in self._prepared(session) if session.state == "open" else ():
                # First kept there, then taken from here: an interruption leaves it twice, never lost.
                kept = self.store.private.save(rules.in_session(prepared, kept, session.id))
                self.store.private.erase(next_name(prepared.people))
        return kept

    def write(
        self, private: Private, stage: str, words: str, *, before: str = "", prompt: str = "", matter: str = ""
    ) -> Private:
        """Keeps words in place of `before`. Busy when another window wrote there since; nothing is lost then."""
        from supervision.errors import Busy

        with self.store.private.lock():
            now = self._again(private)
            if now.text(stage, prompt, matter) != before:
                raise Busy("This private note was changed in another window since, so it was not written over.")
            return self.store.private.save(rules.written(now, stage, words, prompt=prompt, matter=matter))

    def prepare(
        self, private: Private, *, id: str = "", alias: str = "", words: str = "", question: str = ""
    ) -> tuple[Private, PreparedMatter]:
        """Adds a matter to bring, or changes the one with this `id`."""
        with self.store.private.lock():
            new, matter = rules.with_matter(self._again(private), id=id, alias=alias, words=words, question=question)
            return self.store.private.save(new), matter

    def drop(self, private: Private, matter_id: str) -> Private:
        """Takes a prepared matter away, with what was written on it."""
        with self.store.private.lock():
            return self.store.private.save(rules.without_matter(self._again(private), matter_id))

    def erase(self, private: Private) -> None:
        """Throws all of it away."""
        self.store.private.erase(private.session or next_name(private.people))

    def _again(self, private: Private) -> Private:
        """The same as it now is on the disk."""
        kept = self._mine(self.store.private.load(private.session or next_name(private.people)))
        return kept or replace(private, matters=(), notes=(), revision=0)

    # -- into the session, by their owner, word for word ------------------------------------------------------

    def take(self, session: "Session", matter_id: str, change: "Callable[[Change], Session]") -> Private:
        """Puts a prepared matter into the session: into the one that is empty, else as another. `change` does it."""
        from supervision.model.changes import AddMatter, EditMatter

        private = self.begin(session)
        prepared = private.prepared(matter_id)
        if prepared.taken:
            raise Refused("That one was taken in already.")
        here = next((matter for matter in session.matters if rules.fits(matter)), None)
        if here is None:
            after = change(AddMatter(text=prepared.text, alias=prepared.alias))
            n = max(matter.n for matter in after.matters)
            if prepared.question:
                change(EditMatter(n=n, question=prepared.question))
        else:
            n = here.n
            change(EditMatter(n=n, alias=prepared.alias, text=prepared.text, question=prepared.question))
        with self.store.private.lock():
            return self.store.private.save(rules.taken(self._again(private), prepared.id, n))

    def share(
        self, private: Private, note: PrivateNote, lines: Sequence[str], put: "Callable[[str], object]"
    ) -> Private:
        """Puts lines of a note into the session, as the owner's words. `put` writes one; what it refuses ends it."""
        unknown = [line for line in lines if line not in note.lines]
        if unknown or not lines:
            raise Refused("Say which lines are to be shared: those of this note.")
        done: list[str] = []
        try:
            for line in lines:
                put(line)
                done.append(line)
        finally:
            if done:
                with self.store.private.lock():
                    private = self.store.private.save(rules.as_shared(self._again(private), note, done))
        return private
