"""What a store holds at one moment."""

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from supervision.store.index import Entry, Glance, Index, Part

_FIRST, _THEN = 50, 2000
"""Sessions read together: few at first, because many a list is looked at only at its beginning."""


class Damage(NamedTuple):
    """A record that cannot be read: which file, and why in a sentence."""

    path: Path
    sentence: str

    def __str__(self) -> str:
        return self.sentence


class Contents:
    """A glance at each session that can be read, the newest first; the rest of it is read where it is asked for.

    `reread` counts the sessions of which the index knew nothing, or nothing new.
    """

    def __init__(
        self,
        glances: Iterable[Glance],
        damage: Iterable[Damage],
        reread: int,
        index: Index,
        from_files: Callable[[list[str]], dict[str, Entry]],
    ) -> None:
        self.glances = sorted(glances, key=lambda glance: (glance.at, glance.id), reverse=True)
        self.damage = tuple(damage)
        self.reread = reread
        self._index = index
        self._from_files = from_files

    def bodies(self, part: Part, of: Iterable[Glance]) -> Iterator[tuple[Glance, bytes]]:
        """A part of each of these sessions; one that is gone by now is left out."""
        waiting, size = iter(of), _FIRST
        while some := list(islice(waiting, size)):
            size = _THEN
            found = self._index.bodies(part, some)
            # Saved again since, or damaged in the index.
            missing = self._from_files([glance.id for glance in some if glance.id not in found])
            found |= {session_id: entry.bodies[part] for session_id, entry in missing.items()}
            yield from ((glance, found[glance.id]) for glance in some if glance.id in found)

    def rows(self, part: Part, of: Iterable[Glance]) -> Iterator[tuple[Glance, Any]]:
        """The same, as the values that `views.summary` gave."""
        for glance, body in self.bodies(part, of):
            yield glance, json.loads(body)

    def asked(self) -> dict[str, Any]:
        """The sets of prompts that were asked, by the name a glance gives."""
        known = self._index.asked()
        unknown = {glance.asked: glance.id for glance in self.glances if glance.asked not in known}
        known |= {entry.glance.asked: entry.asked for entry in self._from_files(list(unknown.values())).values()}
        return {name: json.loads(body) for name, body in known.items()}
