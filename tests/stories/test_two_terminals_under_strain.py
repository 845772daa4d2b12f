"""Two people, each at a terminal of their own: a window that is dragged about, a long paste, and neither disturbs."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.stories.place import READY, Place, a_place, until
from tests.terminal import Terminal

SIZES = ((120, 36), (1, 1), (80, 24), (500, 200), (60, 18), (2, 40), (300, 3))
PASTE = "".join(f"Line {n:04d} of what was written elsewhere.\r\n" for n in range(2400))


@contextmanager
def two(place: Place) -> Iterator[tuple[Terminal, Terminal]]:
    """Ash at one terminal, Sam at another, in one session."""
    with place.session() as ash:
        joined = place.env | {"SUPERVISION_ME": "Sam Okafor"}
        with place.terminal("open", place.store.ids()[0], columns=80, rows=24, env=joined) as sam:
            sam.wait("Ash is here")
            ash.wait("Sam is here")
            yield ash, sam


def dragged(place: Place, resizes: int) -> None:
    with two(place) as (ash, sam):
        for size, n in zip(itertools.cycle(SIZES), range(resizes), strict=False):
            sam.resize(*size)
            if n % (resizes // 10) == 0:
                ash.send(f"w{n:04d} ")
        sam.resize(80, 24)
        words = [f"w{n:04d}" for n in range(0, resizes, resizes // 10)]
        ash.wait(words[-1])
        sam.wait(words[-1])
        sam.send("and Sam still writes")
        ash.wait("and Sam still writes")
        assert sam.leave() == 0
        ash.wait(READY)
        assert ash.leave() == 0
        assert b"Traceback" not in ash.raw + sam.raw
    assert [word for word in words if place.notes.count(word) != 1] == []
    assert place.leftovers() == []


def test_a_window_that_is_dragged_about_disturbs_nobody_and_loses_no_word() -> None:
    with a_place() as place:
        dragged(place, 100)


@pytest.mark.long
def test_a_window_that_is_dragged_about_for_long() -> None:
    with a_place() as place:
        dragged(place, 3000)


def test_a_long_paste_comes_to_the_other_whole_while_they_write() -> None:
    assert len(PASTE) > 100_000
    with a_place() as place:
        with two(place) as (ash, sam):
            ash.send(f"\x1b[200~{PASTE}\x1b[201~")
            sam.send("meanwhile")
            sam.wait("meanwhile")
            until(lambda: "Line 2399" in place.notes, "all of the paste is kept")
            until(lambda: "meanwhile" in place.notes, "and what Sam wrote")
            ash.wait("Line 2399")
            assert sam.leave() == 0
            assert ash.leave() == 0
        (note,) = place.record.notes
        pasted = "".join(run.text for run in note.runs if run.by == place.record.people[0].id)
        assert pasted.strip() == PASTE.replace("\r\n", "\n").strip(), "whole, in order, and in one piece"
        assert "".join(run.text for run in note.runs if run.by != place.record.people[0].id).strip() == "meanwhile"
