"""The lists of one moment: sessions, actions, decisions, people, and where words stand.

What is listed is chosen by a glance at each session; a row is read when somebody looks at it.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple, overload

from supervision.errors import BadInput
from supervision.store import Contents
from supervision.store.index import SEPARATOR, Glance, Part
from supervision.text import fold

Row = dict[str, Any]

_FIRST = 100
"""Rows read at once when a list is begun; the rest follow together."""


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody these records name: when they were last met, in how many sessions."""

    id: str
    name: str
    last: str
    sessions: int


@dataclass(frozen=True, slots=True)
class Found:
    """A place where searched words stand: what it is, in which session of whom, and when that was held."""

    session: str
    where: str
    id: str
    stage: str
    text: str
    title: str = ""
    held: str = ""
    people: tuple[str, ...] = ()


class _Picked(NamedTuple):
    """Something that is listed, by its id, and the session it is in."""

    glance: Glance
    id: str


class Listed(Sequence[Row]):
    """The rows of a list. How many there are is known at once; each is read when it is looked at."""

    def __init__(self, picked: Sequence[_Picked], read: Callable[[Sequence[_Picked]], list[Row]]) -> None:
        self._picked = picked
        self._read = read

    def __len__(self) -> int:
        return len(self._picked)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> list[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | list[Row]:
        return self._read(self._picked[at]) if isinstance(at, slice) else self._read([self._picked[at]])[0]

    def __iter__(self) -> Iterator[Row]:
        yield from self._read(self._picked[:_FIRST])
        if len(self._picked) > _FIRST:
            yield from self._read(self._picked[_FIRST:])


class Lists:
    """What a store holds, as lists of what is so on one day."""

    def __init__(self, contents: Contents, today: date) -> None:
        self._contents = contents
        self._today = today.isoformat()

    def chosen(
        self, *, with_name: str = "", session: str = "", state: str = "", pair: Iterable[str] = ()
    ) -> list[Glance]:
        """A glance at each of these sessions, newest first."""
        wanted = set(pair)
        return [
            glance
            for glance in self._contents.glances
            if (not session or glance.id == session)
            and (not state or glance.state == state)
            and (not wanted or {person["id"] for person in people_of(glance)} == wanted)
            and (not with_name or any(is_called(person["name"], with_name) for person in people_of(glance)))
        ]

    def sessions(self, *, with_name: str = "", state: str = "", pair: Iterable[str] = ()) -> Listed:
        glances = self.chosen(with_name=with_name, state=state, pair=pair)
        return self._listed("session", [_Picked(glance, glance.id) for glance in glances])

    def actions(
        self,
        *,
        which: str = "open",
        owner: str = "",
        theirs: str = "",
        with_name: str = "",
        since: date | None = None,
        session: str = "",
        pair: Iterable[str] = (),
    ) -> Listed:
        """Actions, overdue first, then by due date, then by age. `which` is open, all, overdue, or upcoming.

        `owner` is whose they are, "nobody" for those without; `theirs` is me, and leaves those of everybody else.
        """
        glances = self.chosen(with_name=with_name, session=session, pair=pair)
        if which == "overdue":
            glances = [glance for glance in glances if glance.due is not None and glance.due < self._today]
        found = []
        for glance, actions in _together(glances, "actions"):
            for id, status, due, whose, created in actions:
                is_open = status == "open"
                overdue = is_open and due is not None and due < self._today
                if (which != "all" and not is_open) or (which == "overdue" and not overdue):
                    continue
                if which == "upcoming" and overdue:
                    continue
                if owner and not is_called(whose, owner):
                    continue
                if theirs and (whose is None or is_called(whose, theirs)):
                    continue
                if since and created[:10] < since.isoformat():
                    continue
                found.append(((not is_open, not overdue, due or "9999", created), _Picked(glance, id)))
        return self._listed("actions", _in_order(found))

    def decisions(
        self,
        *,
        which: str = "all",
        with_name: str = "",
        alias: str = "",
        session: str = "",
        pair: Iterable[str] = (),
    ) -> Listed:
        """Decisions, those due first, then the newest. `which` is all, agreed, due, or awaiting an answer."""
        glances = self.chosen(with_name=with_name, session=session, pair=pair)
        if which == "due":
            glances = [glance for glance in glances if glance.review is not None and glance.review <= self._today]
        wanted = fold(alias.strip())
        found = []
        for glance, decisions in _together(glances, "decisions"):
            for id, status, due_on, awaits, about, created in decisions:
                due = due_on is not None and due_on <= self._today
                if (which == "agreed" and status != "agreed") or (which == "due" and not due):
                    continue
                if (which == "awaiting" and not awaits) or (alias and fold(about) != wanted):
                    continue
                key = (not due, due_on if due else "", -datetime.fromisoformat(created).timestamp())
                found.append((key, _Picked(glance, id)))
        return self._listed("decisions", _in_order(found))

    def people(self) -> list[Known]:
        """Everybody these records name as taking part, the one met last first."""
        known: dict[str, Known] = {}
        for glance in self._contents.glances:
            for person in people_of(glance):
                old = known.get(person["id"])
                if old is None:
                    known[person["id"]] = Known(person["id"], person["name"], glance.held, 1)
                else:
                    known[person["id"]] = replace(old, sessions=old.sessions + 1)
        return list(known.values())

    def pairs(self, *, pair: Iterable[str] = ()) -> dict[tuple[str, ...], list[Row]]:
        """Who met whom: by their ids the people of a session, each pair once, those who met last first."""
        found: dict[tuple[str, ...], list[Row]] = {}
        for glance in self.chosen(pair=pair):
            people = people_of(glance)
            found.setdefault(tuple(person["id"] for person in people), people)
        return found

    def owners(self, *, pair: Iterable[str] = ()) -> list[str]:
        """Who has taken on actions, those with the most first; nobody is none of them."""
        found: dict[str, int] = {}
        for _, actions in _together(self.chosen(pair=pair), "actions"):
            for row in actions:
                if row[3] is not None:
                    found[row[3]] = found.get(row[3], 0) + 1
        return sorted(found, key=lambda name: (-found[name], name.casefold()))

    def aliases(self, *, pair: Iterable[str] = ()) -> list[str]:
        """Under which aliases somebody was decided about, the newest first, however it was written last."""
        found: dict[str, str] = {}
        for _, decisions in _together(self.chosen(pair=pair), "decisions"):
            for row in decisions:
                if row[4]:
                    found.setdefault(fold(row[4]), row[4])
        return list(found.values())

    def homes(self, part: Part, *, pair: Iterable[str] = ()) -> dict[str, str]:
        """For each action, or decision, the session it is in."""
        return {row[0]: glance.id for glance, rows in _together(self.chosen(pair=pair), part) for row in rows}

    def search(self, typed: str, *, pair: Iterable[str] = ()) -> Iterator[Found]:
        """Where all these words stand in one text, in any order, whatever their accents and capitals.

        What people wrote comes first, then what was asked; in both the newest session first.
        """
        words = searched(typed)
        if not words:
            raise BadInput("Say what to look for, for example: supervision search lifts")
        return self._search(words, self.chosen(pair=pair))

    def _search(self, words: list[bytes], glances: list[Glance]) -> Iterator[Found]:
        packs = self._contents.asked()
        hits: dict[str, list[int]] = {}

        def could(some: Iterable[tuple[Glance, bytes]]) -> Iterator[Glance]:
            first, *others = words
            for glance, folded in some:
                if first in folded and all(map(folded.__contains__, others)):
                    here = [n for n, one in enumerate(folded.split(SEPARATOR)) if all(map(one.__contains__, words))]
                    if here:
                        hits[glance.id] = here
                        yield glance

        for glance, places in self._contents.rows("places", could(self._contents.bodies("folded", glances))):
            titles = packs[glance.asked]["stages"]
            for n in hits[glance.id]:
                if n < len(places):
                    yield _found(glance, places[n], titles)
        asked = asking(packs, words)
        for glance in glances:
            for place in asked.get(glance.asked, ()):
                yield _found(glance, place, packs[glance.asked]["stages"])

    def _listed(self, part: Part, picked: Sequence[_Picked]) -> Listed:
        def read(some: Sequence[_Picked]) -> list[Row]:
            rows: dict[_Picked, Row] = {}
            for glance, found in self._contents.rows(part, dict.fromkeys(one.glance for one in some)):
                for row in [found] if part == "session" else found:
                    rows[_Picked(glance, row["id"])] = row
            return [self._today_in(part, one.glance, rows[one]) for one in some if one in rows]

        return Listed(picked, read)

    def _today_in(self, part: Part, glance: Glance, row: Row) -> Row:
        """A row, kept on another day, with what is so today."""
        if part == "session":
            due = sum(bool(one[2]) and one[2] <= self._today for one in json.loads(glance.decisions))
            return {**row, "decisions_due": due}
        if part == "actions":
            overdue = row["status"] == "open" and row["due"] is not None and row["due"] < self._today
            return {**row, "overdue": overdue, "with": people_of(glance)}
        due_now = row["stands"] and row["due_on"] is not None and row["due_on"] <= self._today
        return {**row, "due": due_now, "with": people_of(glance)}


def searched(typed: str) -> list[bytes]:
    """The words that are looked for, as the index has them."""
    return [word.encode("utf-8", "replace") for word in fold(typed).split()]


def asking(packs: Mapping[str, Any], words: Sequence[bytes]) -> dict[str, list[Sequence[str]]]:
    """The questions in which all these words stand, by the name of their set of prompts, where there are any."""
    wanted = [word.decode() for word in words]
    found = {
        name: [place for place in pack["places"] if all(word in fold(place[3]) for word in wanted)]
        for name, pack in packs.items()
    }
    return {name: places for name, places in found.items() if places}


def people_of(glance: Glance) -> list[Row]:
    """Who took part."""
    return _people(glance.people)


@lru_cache(maxsize=1000)
def _people(people: str) -> list[Row]:
    found: list[Row] = json.loads(people)
    return found


def is_called(name: str | None, wanted: str) -> bool:
    """Whether a name is meant by what was typed: the whole name or the first one."""
    if name is None:
        return wanted.casefold() == "nobody"
    folded, typed = fold(name), fold(wanted.strip())
    return folded == typed or folded.split()[:1] == [typed]


def is_alike(name: str, other: str) -> bool:
    """Whether one of two names may be the other one cut short: "Sam" and "Sam Okafor", but no two whole names."""
    shorter, longer = sorted((fold(name).split(), fold(other).split()), key=len)
    return 0 < len(shorter) < len(longer) and longer[: len(shorter)] == shorter


def _together(glances: list[Glance], part: str) -> Iterator[tuple[Glance, list[list[Any]]]]:
    # One text is read several times faster than many short ones.
    texts = ",".join(getattr(glance, part) for glance in glances)
    return zip(glances, json.loads(f"[{texts}]"), strict=True)


def _in_order(found: list[tuple[Any, _Picked]]) -> list[_Picked]:
    return [picked for _, picked in sorted(found, key=lambda one: one[0])]


def _found(glance: Glance, place: Sequence[str], titles: Row) -> Found:
    where, id, stage, words = place
    names = tuple(str(person["name"]) for person in people_of(glance))
    return Found(glance.id, where, id, stage, words, titles.get(stage, stage), glance.held, names)
