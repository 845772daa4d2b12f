"""Every byte that comes over a line to somebody who joins: nothing in it was deleted before they came."""

import asyncio
from contextlib import suppress

from loro import LoroDoc, VersionVector

from supervision import live
from supervision.document import texts
from supervision.live import Frame, Kind, frames
from supervision.model import changes as c
from supervision.store import Store
from tests import factory
from tests.live import HERE, ID, opened, store, until
from tests.test_room_hostile import MAGIC, hello

__all__ = ["store"]
DELETED = ("Wilhelmina", "Rumpelstilt", "Zeppelin")
WRITTEN = ("stays", "Afterwards")


class Listener:
    """Somebody who joins and keeps every byte that comes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.data = b""
        self._writer = writer
        self._task = asyncio.create_task(self._listen(reader))

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        while chunk := await reader.read(65536):
            self.data += chunk

    async def stop(self) -> list[Frame]:
        self._writer.close()
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        whole = asyncio.StreamReader()
        whole.feed_data(self.data.removeprefix(MAGIC))
        whole.feed_eof()
        found = []
        while (frame := await frames.read(whole)) is not None:
            found.append(frame)
        return found


def unpacked(came: list[Frame]) -> str:
    """All that the documents among these frames hold, with its history."""
    doc = LoroDoc()  # type: ignore[no-untyped-call]
    for frame in came:
        if frame.kind is Kind.STATE:
            doc.import_(texts.opened(frame.body)[1])
        elif frame.kind is Kind.UPDATE:
            doc.import_(texts.whole(frame.body[1:]))
    return doc.export_json_updates(VersionVector(), doc.oplog_vv)  # type: ignore[no-untyped-call]


async def test_what_was_deleted_before_somebody_came_is_in_no_byte_that_they_receive(store: Store) -> None:
    async with opened(store) as ash:
        ash.write(*HERE, 0, 0, f"{DELETED[0]} stays")
        ash.write(*HERE, 0, len(DELETED[0]), "")
        ash.change(c.Propose(fields={**factory.FIELDS, "title": DELETED[1]}, options=factory.OPTIONS))
        ash.change(c.EditDecision(id=ash.session.decisions[0].id, fields={"title": "Another"}))
        ash.change(c.AddAction(text=DELETED[2]))
        assert ash.undo()
        await until(lambda: not ash.saved.waiting)
        reader, writer = await asyncio.open_unix_connection(str(live.address(store.folder, ID)))
        sam = Listener(reader, writer)
        writer.write(MAGIC + Frame.of(Kind.HELLO, hello()).packed())
        await until(lambda: ash.present)
        end = len(ash.text(*HERE))
        ash.write(*HERE, end, end, " Afterwards")
        ash.change(c.AddAction(text="Ring J"))
        await until(lambda: not ash.saved.waiting and b"Ring J" in sam.data)
        came = await sam.stop()
    inside = unpacked(came)
    for word in WRITTEN:
        assert word in inside
    for word in DELETED:
        assert word not in inside
        assert word.encode() not in sam.data
