"""Rubbish is looked for after a key, not while somebody waits for what the key leads to."""

import gc
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cached_cell_len
from textual.geometry import Region

from supervision.tui.tidying import AT_MOST, ENOUGH, GROWING
from tests.tui_desk import desk_of, one_session, shown


class Rubbish:
    """Something that holds itself, so that only Python's own search finds that nobody else does."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def by_itself() -> Iterator[None]:
    """Python does not look for rubbish by itself."""
    gc.disable()
    yield
    gc.enable()


async def test_what_a_key_left_behind_is_gone_a_moment_later(tmp_path: Path, by_itself: None) -> None:
    before = gc.get_threshold()
    async with shown(desk_of(tmp_path, one_session())) as ui:
        assert gc.get_threshold() == (AT_MOST, *before[1:])
        for word in ("first", " second"):
            left = weakref.ref(Rubbish())
            assert left() is not None
            await ui.type(word)
            await ui.until(lambda left=left: left() is None)  # type: ignore[misc]
        await ui.app.to_home()
        assert gc.get_threshold() == before


async def test_nothing_is_tidied_for_a_session_that_was_left(tmp_path: Path, by_itself: None) -> None:
    async with shown(desk_of(tmp_path, one_session())) as ui:
        await ui.type("words")
        await ui.app.to_home()
        left = weakref.ref(Rubbish())
        for _ in range(20):
            await ui.pilot.pause(0.01)
        assert left() is not None


async def test_answers_that_never_come_again_are_not_kept(tmp_path: Path) -> None:
    many = [f"{number} words" for number in range(ENOUGH + 1)]
    async with shown(desk_of(tmp_path, one_session())) as ui:
        for words in many:
            cached_cell_len(words)
        for number in range(ENOUGH + 1):
            Region(number, 0, 5, 5).translate((1, 1))
            Region(number, 0, 5, 5).intersection(Region(0, 0, number, 3))
        await ui.type("w")
        await ui.until(lambda: all(answers.cache_info().currsize <= ENOUGH for answers in GROWING))
        assert cached_cell_len(many[0]) == len(many[0])
