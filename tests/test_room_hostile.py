"""A line on which everything false is sent: it is refused, and the others notice nothing."""

import asyncio
import os
import random
import resource
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from supervision import live, text
from supervision.document import Document
from supervision.errors import Refused
from supervision.live import Frame, Kind, Link
from supervision.live.door import BACKLOG, STRANGERS
from supervision.model import changes as c
from supervision.model import ids
from supervision.model.values import Run
from supervision.room import Room
from supervision.room.presence import coded
from supervision.store import Store
from tests import factory
from tests.factory import ASH, SAM
from tests.hostile import PAYLOADS
from tests.live import CALM, HERE, ID, calm, opened, store, together, until

__all__ = ["store"]
MAGIC = b"supervision-link\n"


class Line:
    """A line that says anything, vouched for as Sam's with a key."""

    def __init__(self, link: Link, document: Document) -> None:
        self.link = link
        self.document = document
        self._sent = document.version()

    async def heard(self, kind: Kind) -> dict[str, Any]:
        """The next frame of that kind."""
        async with asyncio.timeout(10):
            while (frame := await self.link.next()) is not None:
                if frame.kind is kind:
                    return frame.values()
        raise AssertionError(f"the line ended without {kind}")

    async def ask(self, *changes: c.Change, **other: Any) -> dict[str, Any]:
        token = ids.token()
        wire = [c.to_wire(change) for change in changes]
        self.link.send(Kind.CHANGE, {"token": token, "by": "Ash", "verb": "change", "changes": wire, **other})
        return await self.heard(Kind.DONE)

    def send_words(self) -> None:
        self.link.send(Kind.UPDATE, self.document.bare(self.document.updates_since(self._sent)))
        self._sent = self.document.version()

    async def ended(self) -> None:
        async with asyncio.timeout(10):
            while await self.link.next() is not None:
                pass


def hello(**other: Any) -> dict[str, Any]:
    known = {"protocol": live.PROTOCOL, "session": ID, "purpose": "join", "me": "Sam", "how": "own key SHA256:x"}
    return {**known, "bound": True, "epoch": "", "version": "", **other}


@asynccontextmanager
async def line(store: Store, **other: Any) -> AsyncIterator[Line]:
    link = await live.dial(live.address(store.folder, ID), CALM)
    assert link is not None
    link.send(Kind.HELLO, hello(**other))
    while (frame := await link.next()) is not None and frame.kind is not Kind.STATE:
        pass
    assert frame is not None
    yield Line(link, Document.from_state(frame.body))
    await link.close()


async def undisturbed(room: Room, store: Store) -> None:
    """Words come and are saved as always."""
    before = room.text(*HERE)
    room.write(*HERE, len(before), len(before), "still here. ")
    await until(lambda: not room.saved.waiting)
    assert store.load(ID).notes[0].text == before + "still here. "


async def test_nobody_agrees_or_signs_as_the_other(store: Store) -> None:
    async with calm(store) as ash:
        ash.change(c.Propose(fields={**factory.FIELDS, "stance": "hold"}, options=factory.OPTIONS))
        decision = ash.session.decisions[0].id
        async with line(store) as sam:
            assert "refused" not in await sam.ask(c.Agree(id=decision), by=ASH)
            assert [mark.by for mark in ash.session.decisions[0].marks] == [SAM]
            assert "refused" not in await sam.ask(c.Sign(), by="Ash Patel", how="in the room")
            assert [(mark.by, mark.how) for mark in ash.session.signatures] == [(SAM, "own key SHA256:x")]
            restored = c.Restore(kind="decision", id=decision, before={"marks": []}, after={"marks": []})
            assert "refused" in await sam.ask(restored)
            assert "refused" in await sam.ask(c.LinkReplacedBy(id=decision, new="x" * 10, on=date(2026, 1, 1)))
            assert "refused" in await sam.ask(c.CorrectName(person="Ash", name="Nobody"))
            assert "refused" in await sam.ask(c.SetLineManager(person="Ash", manager=True))
            assert ash.session.people == factory.session().people
        await undisturbed(ash, store)


async def test_marks_and_names_forged_in_the_document_are_refused(store: Store) -> None:
    async with calm(store) as ash:
        ash.change(c.Propose(fields={**factory.FIELDS, "stance": "hold"}, options=factory.OPTIONS))
        before = ash.session
        async with line(store) as sam:
            there = sam.document.snapshot()
            sam.document.absorb(there, factory.done(there, c.Agree(id=there.decisions[0].id), c.Sign()))
            sam.send_words()
            assert "not theirs" in (await sam.heard(Kind.EPOCH))["why"]
            assert replace(ash.session, revision=0) == replace(before, revision=0)
        await undisturbed(ash, store)


async def test_words_in_the_others_name_never_come_in_and_the_line_ends_at_last(store: Store) -> None:
    async with calm(store) as ash:
        ash.write(*HERE, 0, 0, "I said no. ")
        async with line(store) as sam:
            for _ in range(10):
                sam.document.insert(*HERE, 0, "I said yes. ", ASH)
                sam.send_words()
                sam.link.send(Kind.ADOPTED, {"epoch": ash.document.epoch})
            await sam.ended()
        assert ash.runs(*HERE) == (Run(ASH, "I said no. "),)
        await undisturbed(ash, store)


async def test_a_signed_record_takes_no_edits(store: Store) -> None:
    async with calm(store) as ash:
        ash.write(*HERE, 0, 0, "as it was")
        ash.change(c.Propose(fields={**factory.FIELDS, "stance": "hold"}, options=factory.OPTIONS))
        ash.change(c.Sign())
        ash.change(c.Sign(), by="Sam")
        decision = ash.session.decisions[0].id
        async with line(store) as sam:
            sam.document.insert(*HERE, 0, "changed ", SAM)
            sam.send_words()
            assert "signed" in (await sam.heard(Kind.EPOCH))["why"]
            for change in (
                c.EditDecision(id=decision, fields={"title": "Changed"}),
                c.WriteNote(text="changed"),
                c.EditMatter(n=1, text="changed"),
                c.AddDissent(text="changed"),
            ):
                assert "refused" in await sam.ask(change)
        assert ash.session.state == "signed"
        assert ash.text(*HERE) == "as it was"


@pytest.mark.parametrize("session", ["2026-11-23-1000-othr", "../../etc/passwd", "", "x" * 5000, None, 5])
async def test_another_sessions_id_opens_nothing(store: Store, session: Any) -> None:
    async with calm(store):
        link = await live.dial(live.address(store.folder, ID), CALM)
        assert link is not None
        link.send(Kind.HELLO, hello(session=session))
        frame = await link.next()
        assert frame is not None and frame.kind is Kind.REFUSED
        assert await link.next() is None
        await link.close()


async def test_another_version_gets_a_sentence(store: Store) -> None:
    async with calm(store):
        for protocol in (1, live.PROTOCOL + 1, "2", None):
            link = await live.dial(live.address(store.folder, ID), CALM)
            assert link is not None
            link.send(Kind.HELLO, hello(protocol=protocol))
            frame = await link.next()
            assert frame is not None and "another version" in frame.values()["refused"]
            await link.close()


async def test_notes_that_are_no_place_and_paths_in_names_are_refused(store: Store) -> None:
    async with calm(store) as ash:
        for key in (("../../x", 1), ("arrive", 99), ("", 1)):
            async with line(store) as sam:
                sam.document.insert(*key, 0, "x", SAM)
                sam.send_words()
                assert "no such place" in (await sam.heard(Kind.EPOCH))["why"]
        assert ash.session.notes == ()


async def test_escape_sequences_in_everything_are_made_harmless_or_refused(store: Store) -> None:
    async with calm(store) as ash:
        async with line(store) as sam:
            for _, payload in PAYLOADS[::3]:
                await sam.ask(c.AddAction(text=f"x{payload}"), run=payload)
                await sam.ask(c.WriteNote(text=f"x{payload}"))
                sam.link.send(Kind.PRESENCE, {"stage": payload[:60], "matter": 1, "caret": ""})
            sam.link.send(Kind.PRESENCE, {"stage": "arrive", "matter": 1, "caret": coded(b"\x1b]52")})
            await sam.ask(c.AddAction(text="the last"))
        session = ash.session
        assert session.actions[-1].text == "the last"
        for words in (*(action.text for action in session.actions), *(note.text for note in session.notes)):
            assert text.is_clean(words)
        for presence in ash.present:
            assert presence.stage == "arrive"
            assert ash.caret_of(presence) is None


async def mutated(store: Store, number: int) -> None:
    chance = random.Random(number)
    async with calm(store) as ash, calm(store, "Sam") as other:
        ash.write(*HERE, 0, 0, "before. ")
        await together(ash, other)
        sent = 0
        while sent < number:
            async with line(store) as sam:
                for _ in range(20):
                    sam.document.insert(*HERE, 0, "x", SAM)
                    frames = [
                        Frame(Kind.UPDATE, sam.document.bare(sam.document.updates_since(sam._sent))),
                        Frame.of(Kind.CHANGE, {"token": ids.token(), "changes": [c.to_wire(c.AddAction(text="y"))]}),
                        Frame.of(Kind.PRESENCE, {"stage": "arrive", "matter": 1, "caret": ""}),
                        Frame.of(Kind.ADOPTED, {"epoch": ash.document.epoch}),
                    ]
                    frame = bytearray(chance.choice(frames).packed())
                    for _ in range(chance.randint(1, 4)):
                        frame[chance.randrange(len(frame))] = chance.randrange(256)
                    if chance.random() < 0.3:
                        del frame[chance.randrange(len(frame)) :]
                    sam.link._write(bytes(frame))
                    sent += 1
        letters = set(ash.text(*HERE))
        assert letters <= set("before. x")
        await undisturbed(ash, store)
        await together(ash, other)


async def test_mutated_frames_end_their_own_line(store: Store) -> None:
    await mutated(store, 300)


@pytest.mark.long
async def test_three_thousand_mutated_frames_end_their_own_line(store: Store) -> None:
    await mutated(store, 3000)


async def test_a_frame_of_a_gigabyte_ends_its_line_before_it_is_read(store: Store) -> None:
    async with calm(store) as ash:
        async with line(store) as sam:
            sam.link._write((1 << 30).to_bytes(4, "big") + b"U" + b"x" * 1000)
            await sam.ended()
        assert ash._role.door.malformed == 1  # type: ignore[union-attr]
        await undisturbed(ash, store)


@pytest.fixture
def many_files() -> Iterator[None]:
    """As many open files as a thousand connections need, whose ends are all in this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2048 if hard == resource.RLIM_INFINITY else min(hard, 2048)
    if wanted < 1500:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("this process may not have enough open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_a_thousand_connections_that_say_nothing_disturb_nobody_and_end(store: Store, many_files: None) -> None:
    async with opened(store) as ash:
        path = str(live.address(store.folder, ID))
        door, most = ash._role.door, 0  # type: ignore[union-attr]
        idle: list[socket.socket] = []
        for _ in range(1000):
            one = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            one.setblocking(False)
            idle.append(one)
            while one.connect_ex(path):  # its queue is full for the moment
                await asyncio.sleep(0)
            most = max(most, len(door._visits))
        await undisturbed(ash, store)
        await until(lambda: not door._visits)
        assert door.malformed == 1000
        assert most <= STRANGERS + BACKLOG  # else it could open no file any more
        async with calm(store, "Sam") as sam:
            await together(ash, sam)
        for one in idle:
            one.close()


async def test_noise_before_the_greeting_is_passed_over_and_too_much_of_it_is_not(store: Store) -> None:
    async with calm(store) as ash:
        for noise, answered in ((b"Welcome to host\nLast login: today\n" * 3, True), (b"x\n" * 100_000, False)):
            reader, writer = await asyncio.open_unix_connection(str(live.address(store.folder, ID)))
            greeting = Frame.of(Kind.HELLO, hello()).packed()
            writer.write(noise + MAGIC + greeting)
            data = b""
            async with asyncio.timeout(10):
                while chunk := await reader.read(65536):
                    data += chunk
                    if b'"mode"' in data:
                        break
            assert (b'"mode"' in data) == answered
            writer.close()
        await undisturbed(ash, store)


async def test_a_reader_who_takes_nothing_is_dropped_and_keeps_nobody_waiting(store: Store) -> None:
    async with calm(store) as ash:
        async with line(store) as sam:
            sam.link._reader._transport.pause_reading()  # type: ignore[attr-defined]
            await until(lambda: ash.present)
            for _ in range(70):
                length = len(ash.text(*HERE))
                ash.write(*HERE, 0, length, ("y" * 1_900 + "\n") * 50)
                await asyncio.sleep(0)
            await until(lambda: not any(presence.is_here for presence in ash.present))
        await undisturbed(ash, replace(store))


async def test_a_welcome_that_makes_no_sense_takes_nobody_in(tmp_path: Path) -> None:
    """Whoever comes first cannot go on from what they never had."""

    async def visit(link: Link) -> None:
        await link.next()
        link.send(Kind.WELCOME, {"mode": "sync", "seat": 1, "person": SAM, "epoch": "x", "version": ""})
        link.send(Kind.UPDATE, b"\0")

    door = live.Door(tmp_path / "door.sock", visit, CALM)
    await door.open()
    room = Room(None, ID, me="Sam", pace=CALM, dial=lambda pace: live.dial(tmp_path / "door.sock", pace))
    try:
        with pytest.raises(Refused):
            await room.stay.come_in(None)
    finally:
        await door.close()
