"""What was refused over a line is written down for the owner of the machine; nothing that the other side said is."""

import asyncio
import json
import re
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import asyncssh
import pytest

from supervision import live, refusals
from supervision.live import Frame, Kind
from supervision.model import changes as c
from supervision.refusals import Way, Why
from supervision.store import Store
from tests.conftest import ROOT, Program
from tests.doors import ID as DOOR_ID
from tests.doors import Person, doorway, let_in, new_key, refused
from tests.factory import ASH, NOW, SAM
from tests.live import HERE, ID, PACE, calm, opened, store, until
from tests.test_room_hostile import MAGIC, hello, line

__all__ = ["store"]
TYPED = "Xylophone-4711"
"""Stands in everything that the other side says, and may stand in no file of ours."""
LINE = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d (?:refused [^;\n]+; session [a-z0-9-]+; by .+|\d+ more .+)"
)


@pytest.fixture(autouse=True)
def no_flood() -> None:
    refusals._flood.cache_clear()


def lines() -> list[str]:
    file = refusals.log_file()
    return file.read_text().splitlines() if file.exists() else []


def has(why: Why, way: Way, session: str = "-") -> bool:
    return any(f" refused {why.value}; session {session}; by {way.value}" in one for one in lines())


def nothing_typed_is_kept() -> None:
    files = [file for file in refusals.log_file().parent.rglob("*") if file.is_file()]
    assert files
    for file in files:
        assert TYPED.encode() not in file.read_bytes()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(refusals.log_file().parent.stat().st_mode) == 0o700
    assert all(LINE.fullmatch(one) for one in lines()), lines()


async def greets(store: Store, data: bytes) -> None:
    reader, writer = await asyncio.open_unix_connection(str(live.address(store.folder, ID)))
    writer.write(MAGIC + data)
    async with asyncio.timeout(10):
        while await reader.read(65536):
            pass
    writer.close()


async def test_of_a_hostile_link_it_is_written_what_was_refused_and_no_byte_that_it_sent(store: Store) -> None:
    async with calm(store) as ash:
        await greets(store, Frame.of(Kind.HELLO, hello(protocol=TYPED)).packed())
        await greets(store, Frame.of(Kind.HELLO, hello(session=TYPED, how=f"own key {TYPED}")).packed())
        await greets(store, Frame.of(Kind.HELLO, hello(me=TYPED, how=TYPED, bound=True)).packed())
        await greets(store, b"\0\0\0\x40" + TYPED.encode() * 10)
        await greets(store, Frame(Kind.HELLO, TYPED.encode()).packed())
        async with line(store, how="code") as sam:
            for _ in range(10):
                sam.document.insert(*HERE, 0, TYPED, ASH)
                sam.send_words()
                sam.link.send(Kind.ADOPTED, {"epoch": ash.document.epoch, "x": TYPED})
            await sam.ended()
        async with line(store) as sam:
            assert "refused" in await sam.ask(c.CorrectName(person="Ash", name=TYPED), run=TYPED)
            sam.link.send(Kind.PRESENCE, {"stage": TYPED, "matter": TYPED, "caret": TYPED})
            await sam.ended()
    for why, way in (
        (Why.VERSION, Way.KEY),
        (Why.SESSION, Way.KEY),
        (Why.NOBODY, Way.LOGIN),
        (Why.MALFORMED, Way.LOGIN),
        (Why.WORDS, Way.CODE),
        (Why.ENDED, Way.CODE),
        (Why.CHANGE, Way.KEY),
    ):
        assert has(why, way, ID), "\n".join([str(why), str(way), *lines()])
    nothing_typed_is_kept()


async def test_who_only_looks_whether_a_session_is_open_or_leaves_is_not_written_down(store: Store) -> None:
    async with calm(store) as ash:
        for _ in range(5):
            assert live.is_answered(live.address(store.folder, ID))
        async with calm(store, "Sam"):
            await until(lambda: ash.present)
        await until(lambda: not ash.present)
        await until(lambda: not ash._role.door._visits)  # type: ignore[union-attr]
    assert lines() == []


async def test_who_says_nothing_is_written_down(store: Store) -> None:
    async with opened(store, pace=PACE):
        _, writer = await asyncio.open_unix_connection(str(live.address(store.folder, ID)))
        await until(lambda: has(Why.SILENT, Way.LOGIN, ID))
        writer.close()


async def test_what_a_door_refuses_is_written_down_with_where_it_came_from(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way:
        await refused(way, Person([TYPED]))
        await refused(way, Person([TYPED]), name=TYPED)
        way.clock.now += 1000
        await refused(way, Person(["", TYPED]), name=TYPED, keys=[new_key()])
        await refused(way, Person([]), keys=[new_key("ssh-rsa", 1024)])
        async with await let_in(way, way.door.codes.make(DOOR_ID, "p-sam")) as connection:
            await connection.run(f"cat {TYPED}")
            with pytest.raises(asyncssh.Error):
                await connection.open_connection(TYPED, 22)
        await way.nobody()
    for why, session in (
        (Why.CODE, DOOR_ID),
        (Why.SESSION, "-"),
        (Why.OLD_KEY, DOOR_ID),
        (Why.COMMAND, DOOR_ID),
        (Why.FORWARDING, DOOR_ID),
    ):
        assert has(why, Way.DOOR, session), (why, lines())
    assert all(one.endswith("; from 127.0.0.1") for one in lines())
    nothing_typed_is_kept()


def test_what_a_guest_may_not_ask_for_is_written_down(
    program: Program, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for asked in (f"cat {TYPED}", f"show {TYPED}"):
        done = program.process(
            "--store", str(store.folder), "guest", "--person", SAM, "--key", f"SHA256:{'x' * 43}",
            env={"SSH_ORIGINAL_COMMAND": asked},
        )  # fmt: skip
        assert done.returncode == 1 and b"Traceback" not in done.stderr
    assert has(Why.COMMAND, Way.KEY) and has(Why.SESSION, Way.KEY)
    nothing_typed_is_kept()


def test_the_doctor_says_how_often_and_where(program: Program) -> None:
    assert "over a line" not in program("doctor").stdout
    for _ in range(3):
        refusals.note(Why.CODE, Way.DOOR)
    now = max(Program().now, NOW)
    shown = Program(now=now)
    sentence = next(one for one in shown.json("doctor")["findings"] if "over a line" in one["sentence"])
    assert "refused 3 times" in sentence["sentence"] and sentence["file"] == str(refusals.log_file())


def test_what_is_older_or_cannot_be_read_is_not_counted() -> None:
    refusals.note(Why.CODE, Way.DOOR)
    with refusals.log_file().open("a") as file:
        file.write("\nnonsense\n2026-99-99T00:00:00+00:00 refused x\n")
    (at,) = (one.split()[0] for one in lines() if "wrong code" in one)
    from datetime import datetime

    when = datetime.fromisoformat(at)
    assert refusals.lately(when) == 1
    assert refusals.lately(when + refusals.LATELY + timedelta(seconds=1)) == 0


def test_a_flood_is_counted_and_fills_no_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    for _ in range(5000):
        refusals.note(Why.MALFORMED, Way.LOGIN)
    assert len(lines()) == refusals.MOST
    now += refusals.WITHIN + 1
    refusals.note(Why.CODE, Way.DOOR)
    assert f" {5000 - refusals.MOST} more were refused" in lines()[-2]


def test_several_processes_write_whole_lines_and_turn_the_file_over(tmp_path: Path) -> None:
    many = (
        "from supervision import refusals as r\n"
        "r.MOST, r.SIZE = 10**6, 4000\n"
        "for _ in range(100): r.note(r.Why.CODE, r.Way.DOOR, session='2026-11-23-1000-test')\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", many], cwd=ROOT) for _ in range(4)]
    assert [one.wait(60) for one in running] == [0] * 4
    files = [file for file in refusals.log_file().parent.iterdir() if file.suffix != ".lock"]
    assert len(files) >= refusals.KEPT
    for file in files:
        assert file.stat().st_size <= 4200
        assert all(LINE.fullmatch(one) for one in file.read_text().splitlines())
    nothing_typed_is_kept()


def test_a_log_that_cannot_be_written_keeps_nobody_from_anything_and_the_doctor_says_so(
    program: Program, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = refusals.log_file().parent
    folder.parent.mkdir(parents=True)
    folder.write_text("in the way")
    refusals.note(Why.CODE, Way.DOOR)
    assert capfd.readouterr() == ("", "")
    found = json.loads(program("doctor", "--json").stdout)["findings"]
    assert any("the list of what was refused" in one["sentence"] for one in found)
