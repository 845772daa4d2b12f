"""What others write in the notes, as whole lines: heard when a line is finished, never key by key.

A line is finished when whoever writes is no longer in it, or when nothing more has come for a moment.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from supervision.document import NoteKey, Splice
from supervision.model.values import Note, Who

How = Literal["writes", "goes on", "changed", "took away"]


@dataclass(frozen=True, slots=True)
class Heard:
    """Something that was written: by whom (empty: nobody knows), and the words as they are to be said."""

    how: How
    by: Who
    words: str


@dataclass(slots=True, eq=False)
class _Line:
    """A line as it is, and as it is known at this keyboard: typed here, or said; None when it is not known yet."""

    text: str
    known: str | None = None
    by: Who = ""
    teller: Who = ""
    """Who wrote what is known of it, as it was said here; empty for one's own lines and those from before."""


@dataclass(slots=True)
class _Notes:
    """The notes of one stage on one matter."""

    lines: list[_Line]
    gone: list[str] = field(default_factory=list)
    """Lines that were known and that somebody took away."""
    busy: _Line | None = None
    """The line in which somebody else wrote last."""

    def splice(self, splice: Splice, *, own: bool) -> None:
        first, start = self._find(splice.index)
        last, end = self._find(splice.index + splice.deleted)
        old = self.lines[first : last + 1]
        before, after = old[0].text[:start], old[-1].text[end:]
        texts = splice.inserted.split("\n")
        texts = [before + texts[0] + after] if len(texts) == 1 else [before + texts[0], *texts[1:-1], texts[-1] + after]
        new: list[_Line | None] = [None] * len(texts)
        self._keep(old, new, before, after)
        for n, words in enumerate(texts):
            line = new[n]
            if line is None:
                new[n] = _Line(words, words) if own else _Line(words, None, splice.by)
            elif line.text != words:
                if own and line.known == line.text:
                    line.known, line.by, line.teller = words, "", ""
                elif not own and splice.by:
                    line.by = splice.by
                line.text = words
        lines = [line for line in new if line is not None]
        if not own:
            self.gone += [line.known for line in old if line not in lines and line.known and line.known.strip()]
            self.busy = lines[-1] if splice.inserted else lines[0]
        elif self.busy is not None and self.busy in old and self.busy not in lines:
            self.busy = None
        self.lines[first : last + 1] = lines

    def _keep(self, old: list[_Line], new: list[_Line | None], before: str, after: str) -> None:
        """Puts into `new` the lines that go on: the one whose beginning is still there, and that whose end is."""
        alone = len(old) == 1 or len(new) == 1
        head = len(before) >= len(after) or (len(old) == 1 and len(new) == 1)
        if not alone or head:
            new[0] = old[0]
        if not alone or not head:
            new[-1] = old[-1]

    def _find(self, index: int) -> tuple[int, int]:
        """The line in which a place is, and where in it."""
        for n, line in enumerate(self.lines):
            if index <= len(line.text):
                return n, index
            index -= len(line.text) + 1
        raise IndexError("a place beyond the end of the notes")

    def news(self, *, settled: bool) -> list[Heard]:
        """What is finished and not known yet; with `settled`, also what somebody may still be writing."""
        moved = list(self.gone)
        found: list[Heard] = []
        for line in self.lines:
            if line.text == line.known or (line is self.busy and not settled):
                continue
            if line.known is None and line.text in moved:
                moved.remove(line.text)
                self.gone.remove(line.text)
            elif said := _said(line):
                found.append(said)
            line.known, line.teller = line.text, line.by
        if settled:
            found += [Heard("took away", "", words.strip()) for words in self.gone]
            self.gone.clear()
            self.busy = None
        return found

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


def _said(line: _Line) -> Heard | None:
    """How the difference between a line and what is known of it is said; None for spaces alone."""
    known, words = (line.known or "").strip(), line.text.strip()
    if known == words:
        return None
    if not known:
        return Heard("writes", line.by, words)
    if not words:
        return Heard("took away", "", known)
    rest = words[len(known) :]
    in_a_word = known[-1].isalnum() and rest[:1].isalnum()
    if words.startswith(known) and line.teller == line.by and line.by and not in_a_word:
        return Heard("goes on", line.by, rest.strip())
    return Heard("changed", line.by, words)


class Hearing:
    """The notes of a session as they are known at this keyboard. What is typed here is known; the rest is news."""

    def __init__(self, notes: Iterable[Note]) -> None:
        self._notes = {(note.stage, note.matter): _written(note.text) for note in notes}

    def splices(self, key: NoteKey, splices: Iterable[Splice], *, own: bool) -> None:
        """Takes note of a change that is in the document already; `own` when it was made at this keyboard."""
        notes = self._notes.setdefault(key, _written(""))
        for splice in splices:
            notes.splice(splice, own=own)

    def news(self, *, settled: bool) -> list[tuple[NoteKey, Heard]]:
        """What is to be said now, and is known from now on."""
        return [(key, heard) for key, notes in self._notes.items() for heard in notes.news(settled=settled)]

    def text(self, key: NoteKey) -> str:
        """The notes as this follows them."""
        return self._notes[key].text if key in self._notes else ""


def _written(text: str) -> _Notes:
    return _Notes([_Line(words, words) for words in text.split("\n")])
