"""Taking back one's own words in one text, and nobody else's.

loro has an undo of its own, but when others write in between it loses words of theirs, leaves some of one's own, and
mixes up authors. So this keeps a plain account beside the text: pieces in their order, each with the step that put it
there and the step that took it away. Taking a step back shows or hides whole pieces; words of others never belong to
a step, so they stay, wherever they stand.
"""

from collections.abc import Callable
from dataclasses import dataclass

from supervision.model.values import Run

LIMIT = 200
"""Steps that can be taken back, at least."""
_SPARE = 50

ReadRuns = Callable[[int, int], tuple[Run, ...]]


@dataclass(frozen=True, slots=True)
class Edit:
    """A change to make to the text: at `index`, delete `deleted` characters, then insert `runs`."""

    index: int
    deleted: int
    runs: tuple[Run, ...]


@dataclass(slots=True)
class _Piece:
    """Neighbouring characters with one fate. `born` and `dead` are steps, 0 for none; `runs` is kept while hidden."""

    length: int
    born: int = 0
    dead: int = 0
    shown: bool = True
    runs: tuple[Run, ...] = ()


class Takeback:
    """The account of one text that is `length` characters long when it begins. Indices count shown characters."""

    def __init__(self, length: int) -> None:
        self._pieces = [_Piece(length)] if length else []
        self._applied: set[int] = set()
        self._done: list[int] = []
        self._undone: list[int] = []
        self._last = 0
        self._typing: tuple[str, str] | None = None  # author and text of the newest key, while its step may grow
        self._growing: tuple[_Piece, int] | None = None  # what it went into and where that ends: saves a search
        self._deleting = False

    @property
    def length(self) -> int:
        """Characters shown: always as many as the text has."""
        return sum(piece.length for piece in self._pieces if piece.shown)

    def own(self, index: int, deleted: tuple[Run, ...], inserted: str, by: str) -> None:
        """Notes a change made here. Keys in a row are one step until a word begins, single deletions in a row too."""
        self._forget_undone()
        count = sum(len(run.text) for run in deleted)
        if count and not inserted:
            self._own_deletion(index, count, deleted)
            return
        piece = self._grown(index, inserted, by) if not count else None
        if piece is not None:
            piece.length += 1
        else:
            step = self._new_step()
            if count:
                self._hide(index, count, deleted, step)
            piece = _Piece(len(inserted), born=step)
            self._pieces.insert(self._left_of(index, split=True) + 1, piece)
        single = len(inserted) == 1 and not count
        self._typing = (by, inserted) if single else None
        self._growing = (piece, index + 1) if single else None
        self._deleting = False

    def foreign(self, index: int, deleted: int, inserted: int) -> None:
        """Notes a change by somebody else, or by a command: it is never taken back here."""
        self._growing = None
        if deleted:
            first, last = self._between(index, deleted)
            self._pieces[first:last] = [piece for piece in self._pieces[first:last] if not piece.shown]
        if inserted:
            at = self._left_of(index, split=True)
            if at >= 0 and self._plain(self._pieces[at]):
                self._pieces[at].length += inserted
            else:
                self._pieces.insert(at + 1, _Piece(inserted))

    def undo(self, read: ReadRuns) -> list[Edit]:
        """Takes back the newest step that still shows; the edits that do it, one after the other, or none."""
        return self._turn(self._done, self._undone, read)

    def redo(self, read: ReadRuns) -> list[Edit]:
        """Makes the step that was taken back last once more."""
        return self._turn(self._undone, self._done, read)

    # -- steps ------------------------------------------------------------------------------------------------

    def _turn(self, source: list[int], target: list[int], read: ReadRuns) -> list[Edit]:
        self._typing, self._growing, self._deleting = None, None, False
        while source:
            step = source.pop()
            target.append(step)
            edits = self._toggle(step, read)
            if edits:
                return edits
        return []

    def _toggle(self, step: int, read: ReadRuns) -> list[Edit]:
        edits: list[Edit] = []
        before = after = 0  # where this piece begins in the text as it is, and as the edits leave it
        self._applied ^= {step}
        for piece in self._pieces:
            was = piece.shown
            now = piece.shown = self._alive(piece)
            if was and not now:
                piece.runs = read(before, before + piece.length)
                edits.append(Edit(after, piece.length, ()))
            elif now and not was:
                edits.append(Edit(after, 0, piece.runs))
                piece.runs = ()
            before += piece.length if was else 0
            after += piece.length if now else 0
        return edits

    def _new_step(self) -> int:
        self._last += 1
        self._done.append(self._last)
        self._applied.add(self._last)
        if len(self._done) > LIMIT + _SPARE:
            self._settle(set(self._done[:_SPARE]))
            del self._done[:_SPARE]
        return self._last

    def _settle(self, steps: set[int]) -> None:
        """What these steps did can no longer be taken back."""
        self._applied -= steps
        kept: list[_Piece] = []
        for piece in self._pieces:
            if piece.dead in steps:
                continue
            if piece.born in steps:
                piece.born = 0
            if kept and self._plain(piece) and self._plain(kept[-1]):
                kept[-1].length += piece.length
            else:
                kept.append(piece)
        self._pieces = kept

    def _forget_undone(self) -> None:
        """What was taken back can no longer be made again: something new was written."""
        if not self._undone:
            return
        gone = set(self._undone)
        self._pieces = [piece for piece in self._pieces if piece.born not in gone]
        for piece in self._pieces:
            if piece.dead in gone:
                piece.dead = 0
        self._undone.clear()

    def _grown(self, index: int, inserted: str, by: str) -> _Piece | None:
        """The piece that one more key goes into, when it goes on with the word before it."""
        if self._typing is None or len(inserted) != 1 or inserted == "\n":
            return None
        author, key = self._typing
        if author != by or (key.isspace() and not inserted.isspace()):
            return None
        if self._growing is not None and self._growing[1] == index:
            return self._growing[0]
        at = self._left_of(index)
        if at < 0 or self._pieces[at].born != self._done[-1]:
            return None
        end = sum(piece.length for piece in self._pieces[: at + 1] if piece.shown)
        return self._pieces[at] if end == index else None

    def _own_deletion(self, index: int, count: int, deleted: tuple[Run, ...]) -> None:
        first, last = self._between(index, count)
        beside = self._pieces[max(first - 1, 0) : last + 1]
        step = self._done[-1] if self._done else 0
        if not (self._deleting and count == 1 and any(piece.dead == step for piece in beside)):
            step = self._new_step()
        self._hide(index, count, deleted, step)
        self._typing, self._growing, self._deleting = None, None, count == 1

    # -- pieces -----------------------------------------------------------------------------------------------

    def _alive(self, piece: _Piece) -> bool:
        if piece.dead and piece.dead in self._applied:
            return False
        return not piece.born or piece.born in self._applied

    def _plain(self, piece: _Piece) -> bool:
        return not piece.born and not piece.dead

    def _hide(self, index: int, count: int, runs: tuple[Run, ...], step: int) -> None:
        first, last = self._between(index, count)
        done = 0
        for piece in self._pieces[first:last]:
            if piece.shown:
                piece.runs = _cut(runs, done, done + piece.length)
                piece.dead = step
                piece.shown = False
                done += piece.length

    def _between(self, index: int, count: int) -> tuple[int, int]:
        """Splits so that whole pieces hold these characters; the positions of the first and behind the last."""
        first = self._left_of(index, split=True) + 1
        return first, self._left_of(index + count, split=True) + 1

    def _left_of(self, index: int, *, split: bool = False) -> int:
        """The position of the piece that shows the character left of `index`; -1 at the start."""
        if index == 0:
            return -1
        end = 0
        for at, piece in enumerate(self._pieces):
            if not piece.shown:
                continue
            end += piece.length
            if end >= index:
                if split and end > index:
                    rest = _Piece(end - index, piece.born, piece.dead)
                    piece.length -= rest.length
                    self._pieces.insert(at + 1, rest)
                return at
        raise IndexError(f"{index} is beyond the {end} characters of the text")


def _cut(runs: tuple[Run, ...], start: int, end: int) -> tuple[Run, ...]:
    """The part of runs between two places."""
    out: list[Run] = []
    at = 0
    for run in runs:
        text = run.text[max(start - at, 0) : max(end - at, 0)]
        if text:
            out.append(Run(run.by, text))
        at += len(run.text)
    return tuple(out)
