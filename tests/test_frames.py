"""Frames and updates as they stand on a line: as few bytes as they can have, and the same again at the other end."""

import asyncio

import pytest

from supervision.document import Document
from supervision.errors import LinkBroken
from supervision.live import Frame, Kind, frames
from tests.store_values import session

HERE = ("arrive", 1)


async def read(data: bytes) -> Frame | None:
    reader = asyncio.StreamReader()
    reader.feed_data(data)
    reader.feed_eof()
    return await frames.read(reader)


@pytest.mark.parametrize("length", [0, 1, 253, 254, 255, 256, 70_000])
@pytest.mark.parametrize("kind", [Kind.UPDATE, Kind.HELLO, Kind.PING])
async def test_a_frame_of_any_length_comes_through(kind: Kind, length: int) -> None:
    frame = Frame(kind, bytes(range(256)) * (length // 256) + bytes(length % 256))
    assert await read(frame.packed()) == frame


def test_a_short_frame_has_one_byte_of_length_and_what_other_versions_read_has_four() -> None:
    assert Frame(Kind.UPDATE, b"x").packed() == b"\2Ux"
    for kind in (Kind.HELLO, Kind.REFUSED):
        assert Frame(kind, b"x").packed() == b"\0\0\0\2" + kind.value + b"x"


@pytest.mark.parametrize("head", [b"\0\0\0\0", b"\0\xff\xff\xff"])
async def test_no_frame_is_empty_or_longer_than_anything_that_is_sent(head: bytes) -> None:
    with pytest.raises(LinkBroken):
        await read(head + b"U" * 100)


def test_updates_go_over_a_line_without_what_all_of_them_begin_with() -> None:
    one = Document.from_session(session())
    other = Document.from_state(one.state())
    before = one.version()
    for word in ("a", "b" * 300, "🏳️‍🌈"):
        one.insert(*HERE, 0, word, "p-one")
        data = one.updates_since(before)
        assert one.dressed(one.bare(data)) == data
        before = one.version()
        assert other.merge(other.dressed(one.bare(data)))
    assert other.text(*HERE) == one.text(*HERE)
    one.insert(*HERE, len(one.text(*HERE)), "c", "p-one")
    assert len(one.bare(one.updates_since(before))) <= 80
    state = one.state()  # is no update, and goes as it is
    assert one.dressed(one.bare(state)) == state
