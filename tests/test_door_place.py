"""The place at which an open session answers, when several take it in the same moment."""

import asyncio
import os
from pathlib import Path

from supervision.live import Door, Link


async def nobody(link: Link) -> None:
    pass


async def test_of_many_who_take_the_place_at_once_one_has_it_and_everybody_knows(tmp_path: Path) -> None:
    doors = [Door(tmp_path / "place.sock", nobody) for _ in range(12)]
    mask = os.umask(0o077)
    await asyncio.gather(*(door.open() for door in doors))
    assert os.umask(mask) == 0o077
    assert (tmp_path / "place.sock").stat().st_mode & 0o777 == 0o600
    assert [door.is_ours() for door in doors].count(True) == 1
    for door in doors:
        if not door.is_ours():
            await door.close()  # takes nothing from whoever has it
    (last,) = [door for door in doors if door.is_ours()]
    assert [path.name for path in tmp_path.iterdir()] == ["place.sock"]
    await last.close()
    assert list(tmp_path.iterdir()) == []
