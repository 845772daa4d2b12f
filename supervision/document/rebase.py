"""Bringing splices that were made to one text to another that has moved on: no word is lost and none comes twice."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import accumulate, pairwise

from supervision.document.seen import Splice
from supervision.model.values import Run, Who
from supervision.text import atoms

_PIECES, _WORDS = re.compile(r"\s+|\S+"), re.compile(r"\s+|\S+\s*")
"""Words and what stands between them; words with what stands behind them."""
_MOST = 10_000_000
"""How many pairs of letters are compared at most, which takes part of a second: what is longer and has no word in
common is taken for other words, as if somebody had written all of them anew."""


@dataclass(frozen=True, slots=True)
class _Same:
    """A stretch that both texts share: where it begins in each, and its length."""

    old: int
    new: int
    length: int


def rebased(base: str, splices: Sequence[Splice], now: str, by: Who = "") -> list[Splice]:
    """Splices that do to `now` what `splices`, one after the other, do to `base`; with `by` only that person's words.

    Words come in behind the character they were written behind, or behind the nearest one before it that is still
    there, and never into the middle of a word unless that is where they were written. Of what was deleted, what is
    still there goes; a word that was deleted as a whole and has become another since then stays as it is.
    """
    if base == now and not by:
        return list(splices)
    same = _shared(base, now)
    starts = [stretch.old for stretch in same]
    written: list[tuple[int, Splice]] = []
    gone: list[tuple[int, int]] = []
    shift = 0  # how much longer the text the splices were made to is than `base`, left of where we are
    for splice in splices:
        at = splice.index - shift
        if splice.inserted and (not by or splice.by == by):
            written.append((_between_words(base, at, now, _place(same, starts, at)), splice))
        gone += _still_there(base, at, at + splice.deleted, now, same, starts)
        shift += len(splice.inserted) - splice.deleted
    return _in_turn(written, gone)


def brought(base: str, theirs: str, mine: str) -> list[Splice]:
    """Splices of `mine` that bring in what made `theirs` of `base`, when both were made of it at one time."""
    made: list[Splice] = []
    old = new = 0
    same = _stretches(_PIECES.findall(base), _PIECES.findall(theirs), 0, 0)  # by words: of two nothing third is made
    for stretch in (*same, _Same(len(base), len(theirs), 0)):
        if (old, new) != (stretch.old, stretch.new):
            made.append(Splice(new, stretch.old - old, theirs[new : stretch.new]))
        old, new = stretch.old + stretch.length, stretch.new + stretch.length
    return rebased(base, made, mine)


def added(base: str, runs: Sequence[Run]) -> list[Splice]:
    """What came into a text, as splices of it one after the other, each by whoever wrote it; nothing goes."""
    out: list[Splice] = []
    starts = list(accumulate((len(run.text) for run in runs), initial=0))
    now = "".join(run.text for run in runs)
    place = begin = moved = 0
    for stretch in (*_shared(base, now), _Same(len(base), len(now), 0)):
        for run, start in zip(runs, starts, strict=False):
            words = run.text[max(begin - start, 0) : max(stretch.new - start, 0)]
            if words:
                out.append(Splice(place + moved, 0, words, run.by))
                moved += len(words)
        place, begin = stretch.old + stretch.length, stretch.new + stretch.length
    return out


def _in_turn(written: Sequence[tuple[int, Splice]], gone: Sequence[tuple[int, int]]) -> list[Splice]:
    """The same as splices one after the other, from words each with its place and stretches that go, in one text."""
    parts = [(place, 0, replace(splice, deleted=0)) for place, splice in written]
    for start, count in gone:
        inside = {place for place, _ in written if start < place < start + count}
        for first, last in pairwise([start, *sorted(inside), start + count]):
            parts.append((first, 1, Splice(first, last - first, "")))
    parts.sort(key=lambda part: part[:2])
    out: list[Splice] = []
    moved = 0
    for place, _, splice in parts:
        out.append(replace(splice, index=place + moved))
        moved += len(splice.inserted) - splice.deleted
    return out


def _still_there(
    base: str, start: int, end: int, now: str, same: Sequence[_Same], starts: Sequence[int]
) -> list[tuple[int, int]]:
    """Where in `now` what goes of `base` from start to end still stands: each stretch's place and its length."""
    pieces = [(start + found.start(), start + found.end()) for found in _PIECES.finditer(base[start:end])]
    found: list[list[tuple[int, int]]] = []
    stays = []
    for first, last in pieces:
        there = _within(first, last, same, starts)
        found.append(there)
        was_word = not base[first].isspace() and _is_apart(base, first, last)
        is_word = len(there) == 1 and there[0][1] == last - first and _is_apart(now, there[0][0], sum(there[0]))
        stays.append(was_word and not is_word)
    gone: list[tuple[int, int]] = []
    for n, (first, _) in enumerate(pieces):
        beside = base[first].isspace() and any(stays[max(n - 1, 0) : n + 2])  # else two words would become one
        if not stays[n] and not beside:
            gone += found[n]
    return gone


def _within(first: int, last: int, same: Sequence[_Same], starts: Sequence[int]) -> list[tuple[int, int]]:
    """What both share of that part of the older text: each stretch's place in the newer one and its length."""
    found = []
    for stretch in same[max(bisect_right(starts, first) - 1, 0) :]:
        if stretch.old >= last:
            break
        start = max(first, stretch.old)
        count = min(last, stretch.old + stretch.length) - start
        if count > 0:
            found.append((start - stretch.old + stretch.new, count))
    return found


def _is_apart(words: str, first: int, last: int) -> bool:
    """Whether neither another letter stands before that part of a text nor behind it."""
    return (first == 0 or words[first - 1].isspace()) and (last == len(words) or words[last].isspace())


def _between_words(base: str, at: int, now: str, place: int) -> int:
    """The place nearest to that one which is not within a word, if the one that it was in `base` was not."""
    begins = at == 0 or base[at - 1].isspace()
    ends = at == len(base) or base[at].isspace()
    if not (begins or ends) or place == 0 or now[place - 1].isspace():
        return place
    if place == len(now) or now[place].isspace():  # behind a word
        return place + 1 if begins and place < len(now) else place
    if begins:
        return max((n + 1 for n in range(place) if now[n].isspace()), default=0)
    return next((n for n in range(place, len(now)) if now[n].isspace()), len(now))


def _place(same: Sequence[_Same], starts: Sequence[int], at: int) -> int:
    """Where in the newer text a place of the older one is, kept by the character on its left."""
    found = bisect_right(starts, at - 1) - 1
    if found < 0:
        return 0
    stretch = same[found]
    return stretch.new + min(at - stretch.old, stretch.length)


def _shared(old_text: str, new_text: str) -> list[_Same]:
    """The stretches that both have: words, and of those that are not in both, letters."""
    old, new = _WORDS.findall(old_text), _WORDS.findall(new_text)
    found: list[_Same] = []
    for words in _stretches(old, new, 0, 0):
        _add_letters(found, old_text, new_text, words.old, words.new)
        found.append(words)
    _add_letters(found, old_text, new_text, len(old_text), len(new_text))
    return found


def _add_letters(found: list[_Same], old_text: str, new_text: str, old_end: int, new_end: int) -> None:
    """What both have of what lies between the last words that both have and these places; flags stay whole."""
    last = found[-1] if found else _Same(0, 0, 0)
    old_start, new_start = last.old + last.length, last.new + last.length
    if 0 < (old_end - old_start) * (new_end - new_start) <= _MOST:
        old, new = atoms(old_text[old_start:old_end]), atoms(new_text[new_start:new_end])
        found += _stretches(old, new, old_start, new_start)


def _stretches(old: Sequence[str], new: Sequence[str], old_start: int, new_start: int) -> list[_Same]:
    """The same parts of two texts, which begin at these places."""
    most = min(len(old), len(new))
    start = 0
    while start < most and old[start] == new[start]:
        start += 1
    end = 0
    while end < most - start and old[-1 - end] == new[-1 - end]:
        end += 1
    middle = SequenceMatcher(None, old[start : len(old) - end], new[start : len(new) - end], autojunk=False)
    same = [(0, 0, start), *((a + start, b + start, size) for a, b, size in middle.get_matching_blocks())]
    same.append((len(old) - end, len(new) - end, end))
    in_old, in_new = (list(accumulate(map(len, one), initial=at)) for one, at in ((old, old_start), (new, new_start)))
    return [_Same(in_old[a], in_new[b], in_old[a + size] - in_old[a]) for a, b, size in same if size]
