"""Bringing splices that were made to one text to another that has moved on: no word is lost and none comes twice."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import accumulate

from supervision.document.seen import Splice
from supervision.model.values import Who
from supervision.text import atoms


@dataclass(frozen=True, slots=True)
class _Same:
    """A stretch that both texts share: where it begins in each, and its length."""

    old: int
    new: int
    length: int


def rebased(base: str, splices: Sequence[Splice], now: str, by: Who = "") -> list[Splice]:
    """Splices that do to `now` what `splices`, one after the other, do to `base`; with `by` only that person's words.

    Words come in behind the character they were written behind, or behind the nearest one before it that is still
    there; of what was deleted, what is still there goes.
    """
    if base == now and not by:
        return list(splices)
    same = _shared(base, now)
    starts = [stretch.old for stretch in same]
    out: list[Splice] = []
    shift = 0  # how much longer the text the splices were made to is than `base`, left of where we are
    moved = 0  # the same for `now` and what comes out
    for splice in splices:
        at = splice.index - shift
        place = _place(same, starts, at)
        if splice.inserted and (not by or splice.by == by):
            out.append(replace(splice, index=place + moved, deleted=0))
            moved += len(splice.inserted)
        for stretch in same:
            first = max(at, stretch.old)
            count = min(at + splice.deleted, stretch.old + stretch.length) - first
            if count > 0:
                out.append(Splice(first - stretch.old + stretch.new + moved, count, ""))
                moved -= count
        shift += len(splice.inserted) - splice.deleted
    return out


def _place(same: Sequence[_Same], starts: Sequence[int], at: int) -> int:
    """Where in the newer text a place of the older one is, kept by the character on its left."""
    found = bisect_right(starts, at - 1) - 1
    if found < 0:
        return 0
    stretch = same[found]
    return stretch.new + min(at - stretch.old, stretch.length)


def _shared(old_text: str, new_text: str) -> list[_Same]:
    """The stretches that both have, in which every flag is whole: two of them have most of their letters in common."""
    old, new = atoms(old_text), atoms(new_text)
    most = min(len(old), len(new))
    start = 0
    while start < most and old[start] == new[start]:
        start += 1
    end = 0
    while end < most - start and old[-1 - end] == new[-1 - end]:
        end += 1
    middle = SequenceMatcher(None, old[start : len(old) - end], new[start : len(new) - end], autojunk=False)
    same = [_Same(0, 0, start)] if start else []
    same += [_Same(a + start, b + start, size) for a, b, size in middle.get_matching_blocks() if size]
    if end:
        same.append(_Same(len(old) - end, len(new) - end, end))
    if len(old) == len(old_text) and len(new) == len(new_text):
        return same
    in_old, in_new = ([0, *accumulate(map(len, one))] for one in (old, new))
    return [_Same(in_old[one.old], in_new[one.new], in_old[one.old + one.length] - in_old[one.old]) for one in same]
