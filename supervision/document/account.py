"""What one visitor deleted from one text, where it stood and whose it was, so that it may come back as it was.

Beside the text this keeps pieces in their order, shown ones by their length alone, hidden ones with their words. Words
of others come in over a visitor's line only as hidden pieces that show again: in their place, in their order.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from supervision.document.seen import Splice
from supervision.errors import Refused
from supervision.model.values import Run, Who

NOT_THEIRS = "What came over the line is not theirs to write, so it was left out."


@dataclass(slots=True)
class _Piece:
    """Characters that are shown, or that this visitor hid with the `step`th deletion: then with words and author."""

    length: int
    step: int = 0
    by: Who = ""
    text: str = ""


class Account:
    """The account of one visitor on a text of `length` characters. Indices count shown characters."""

    def __init__(self, length: int) -> None:
        self._pieces = [_Piece(length)] if length else []
        self._steps = 0

    def own(self, splices: Iterable[Splice], runs: tuple[Run, ...], authors: frozenset[Who]) -> None:
        """Notes what the visitor did; Refused when words of others come that they did not delete there.

        `runs` is the text before the splices; only deletions look at it.
        """
        self._steps += 1
        for splice in splices:
            if splice.deleted:
                gone, runs = _cut_out(runs, splice.index, splice.deleted)
                self._delete(splice.index, splice.deleted, gone)
            if splice.inserted:
                if not self._show_again(splice) and not self._insert(splice, authors):
                    raise Refused(NOT_THEIRS)
                runs = _put_in(runs, splice)

    def foreign(self, splices: Iterable[Splice]) -> None:
        """Notes what others did: what they delete is not this visitor's to bring back."""
        for splice in splices:
            if splice.deleted:
                self._delete(splice.index, splice.deleted, None)
            if splice.inserted:
                self._put(splice.index, len(splice.inserted))

    def _insert(self, splice: Splice, authors: frozenset[Who]) -> bool:
        if splice.by not in authors:
            return False
        self._put(splice.index, len(splice.inserted))
        return True

    def _put(self, index: int, length: int) -> None:
        self._pieces.insert(self._left_of(index), _Piece(length))

    def _delete(self, index: int, count: int, gone: tuple[Run, ...] | None) -> None:
        first = self._left_of(index)
        last = self._left_of(index + count)
        between = self._pieces[first:last]
        hidden: list[_Piece] = []
        words = "".join(run.text for run in gone or ())
        whose = [run.by for run in gone or () for _ in run.text]
        at = 0
        for piece in between:
            if piece.step:
                hidden.append(piece)
            elif gone is not None:
                for by, text in _stretches(words[at : at + piece.length], whose[at : at + piece.length]):
                    hidden.append(_Piece(len(text), self._steps, by, text))
                at += piece.length
        self._pieces[first:last] = hidden

    def _show_again(self, splice: Splice) -> bool:
        """Whether these words are hidden where they come in; then they are shown from now on."""
        first = last = self._left_of(splice.index)
        while last < len(self._pieces) and self._pieces[last].step:
            last += 1
        marks = [(piece.by, letter, piece.step) for piece in self._pieces[first:last] for letter in piece.text]
        chosen = _chosen(marks, splice)
        if chosen is None:
            return False
        again: list[_Piece] = []
        for at, (by, letter, step) in enumerate(marks):
            wanted = 0 if at in chosen else step
            if again and again[-1].step == wanted and (not wanted or again[-1].by == by):
                again[-1].length += 1
                again[-1].text += letter if wanted else ""
            else:
                again.append(_Piece(1, wanted, by, letter) if wanted else _Piece(1))
        self._pieces[first:last] = again
        return True

    def _left_of(self, index: int) -> int:
        """How many pieces stand left of this place, not counting hidden ones there; splits one if need be."""
        end = 0
        if index == 0:
            return 0
        for at, piece in enumerate(self._pieces):
            if piece.step:
                continue
            end += piece.length
            if end >= index:
                if end > index:
                    self._pieces.insert(at + 1, _Piece(end - index))
                    piece.length -= end - index
                return at + 1
        raise Refused(NOT_THEIRS)


def _chosen(marks: list[tuple[Who, str, int]], splice: Splice) -> set[int] | None:
    """Which hidden characters these are: those hidden last that are exactly these words, else any in their order."""
    own = [(at, letter, step) for at, (by, letter, step) in enumerate(marks) if by == splice.by]
    for step in sorted({step for _, _, step in own}, reverse=True):
        since = [(at, letter) for at, letter, hidden in own if hidden >= step]
        if "".join(letter for _, letter in since) == splice.inserted:
            return {at for at, _ in since}
    found: set[int] = set()
    rest = iter(own)
    for wanted in splice.inserted:
        at = next((at for at, letter, _ in rest if letter == wanted), None)
        if at is None:
            return None
        found.add(at)
    return found


def _stretches(words: str, whose: list[Who]) -> list[tuple[Who, str]]:
    out: list[tuple[Who, str]] = []
    for letter, by in zip(words, whose, strict=True):
        if out and out[-1][0] == by:
            out[-1] = (by, out[-1][1] + letter)
        else:
            out.append((by, letter))
    return out


def _cut_out(runs: tuple[Run, ...], index: int, count: int) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """What stands from `index` on, and the rest."""
    gone: list[Run] = []
    rest: list[Run] = []
    at = 0
    for run in runs:
        start, end = max(index - at, 0), max(min(index + count - at, len(run.text)), 0)
        at += len(run.text)
        if start >= end:
            rest.append(run)
            continue
        gone.append(Run(run.by, run.text[start:end]))
        rest += [Run(run.by, part) for part in (run.text[:start], run.text[end:]) if part]
    return tuple(gone), tuple(rest)


def _put_in(runs: tuple[Run, ...], splice: Splice) -> tuple[Run, ...]:
    before, after = _cut_out(runs, 0, splice.index)
    return (*before, Run(splice.by, splice.inserted), *after)
