"""The index: always right, never trusted over the files, and made again whenever it must be."""

import dataclasses
import json
import os
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from supervision.model import views
from supervision.model.values import Session
from supervision.store import Store
from supervision.store.index import PARTS, Index, entry
from tests.store_values import full, session


class Counting:
    """The way to summarise, which counts how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, made: Session) -> dict[str, Any]:
        self.asked.append(made.id)
        return views.summary(made)


COUNT = 6


@pytest.fixture
def counting() -> Counting:
    return Counting()


@pytest.fixture
def store(tmp_path: Path, counting: Counting) -> Store:
    store = Store(tmp_path / "store", counting)
    for number in range(COUNT):
        store.create(session(f"2026-11-2{number}-1405-abcd", place=f"room {number}"))
    counting.asked.clear()
    return store


def places(store: Store) -> list[str]:
    contents = store.contents()
    return [row["place"] for _, row in contents.rows("session", contents.glances)]


def everything(store: Store) -> Any:
    """All that lists and searches can be shown."""
    contents = store.contents()
    glances = contents.glances
    return (
        [glance._replace(seen="") for glance in glances],
        [[body for _, body in contents.bodies(part, glances)] for part in PARTS],
        contents.asked(),
    )


ALL = [f"room {number}" for number in reversed(range(COUNT))]


def test_saves_keep_it_up_to_date_and_lists_read_no_record(store: Store, counting: Counting) -> None:
    assert places(store) == ALL
    assert counting.asked == []


def test_a_save_costs_its_own_session_only(store: Store, counting: Counting) -> None:
    kept = store.load("2026-11-23-1405-abcd")
    store.save(dataclasses.replace(kept, place="elsewhere"), expected_revision=1)
    assert places(store) == [ALL[0], ALL[1], "elsewhere", *ALL[3:]]
    assert counting.asked == ["2026-11-23-1405-abcd"]


def test_all_is_the_same_from_the_index_and_from_the_files(store: Store) -> None:
    store.create(full("2026-11-29-1405-abcd"))
    first = everything(store)
    store.index.discard()
    assert everything(store) == first == everything(store)
    assert everything(Store(store.folder)) == first
    assert len(first[0]) == COUNT + 1


def test_a_record_changed_behind_its_back_is_read_again(store: Store, counting: Counting) -> None:
    file = store.file("2026-11-24-1405-abcd")
    before = file.stat()
    text = file.read_text()
    file.write_text(text.replace("room 4", "ROOM 4"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_size == before.st_size and file.stat().st_mtime_ns == before.st_mtime_ns
    assert places(store)[1] == "ROOM 4"
    assert counting.asked == ["2026-11-24-1405-abcd"]
    assert places(store)[1] == "ROOM 4"
    assert counting.asked == ["2026-11-24-1405-abcd"]


def test_records_that_come_and_go_behind_its_back(store: Store, counting: Counting) -> None:
    store.file("2026-11-20-1405-abcd").unlink()
    text = store.file("2026-11-21-1405-abcd").read_text().replace("2026-11-21-1405-abcd", "2026-11-11-1405-abcd")
    store.file("2026-11-11-1405-abcd").write_text(text)
    assert sorted(glance.id for glance in store.contents().glances)[:2] == [
        "2026-11-11-1405-abcd",
        "2026-11-21-1405-abcd",
    ]
    assert counting.asked == ["2026-11-11-1405-abcd"]
    assert set(store.index.glances()) == set(store.ids())


def test_a_mended_record_comes_back(store: Store) -> None:
    file = store.file("2026-11-22-1405-abcd")
    whole = file.read_bytes()
    file.write_bytes(whole[:-10])
    assert len(places(store)) == COUNT - 1 and len(store.damaged()) == 1
    file.write_bytes(whole)
    assert places(store) == ALL and store.damaged() == []


def test_ids_follow_the_files_not_the_index(store: Store, counting: Counting) -> None:
    store.index.write([entry(views.summary(session("2026-01-01-0000-fake")), "1", 1.0)])
    store.file("2026-11-20-1405-abcd").unlink()
    assert store.ids() == [f"2026-11-2{number}-1405-abcd" for number in (5, 4, 3, 2, 1)]
    assert counting.asked == []


def missing(file: Path) -> None:
    file.unlink()


def empty(file: Path) -> None:
    file.write_bytes(b"")


def garbage(file: Path) -> None:
    file.write_bytes(b"not a database" * 1000)


def torn(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[5000:7000] = b"\xff" * 2000
    file.write_bytes(data)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:5000])


def stray_journal(file: Path) -> None:
    file.with_name(f"{file.name}-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + b"\x00" * 600)


def link(file: Path) -> None:
    file.rename(file.with_name("elsewhere"))
    file.symlink_to(file.with_name("elsewhere"))


def sql(statement: str) -> Callable[[Path], None]:
    def run(file: Path) -> None:
        with sqlite3.connect(file) as base:
            base.execute(statement)
        base.close()

    run.__name__ = statement[:20]
    return run


@pytest.mark.parametrize(
    "harm",
    [
        missing,
        empty,
        garbage,
        torn,
        cut,
        stray_journal,
        link,
        sql("UPDATE stamp SET text = 'from the future'"),
        sql("DELETE FROM stamp"),
        sql("DROP TABLE stamp"),
        sql("DROP TABLE glances"),
        sql("DROP TABLE session_bodies"),
        sql("DROP TABLE things"),
        sql("DELETE FROM glances WHERE id < '2026-11-23'"),
        sql("DELETE FROM session_bodies WHERE id < '2026-11-23'"),
        sql("DELETE FROM asked"),
        sql("UPDATE asked SET body = '{}'"),
        sql("UPDATE session_bodies SET body = replace(body, 'room', 'prison')"),
        sql("UPDATE session_bodies SET body = x'ff00'"),
        sql("UPDATE session_bodies SET body = NULL"),
        sql("UPDATE glances SET people = '[]'"),
        sql("UPDATE glances SET at = 'x'"),
        sql("UPDATE glances SET seen = 0"),
        sql("UPDATE glances SET id = cast(x'ff' AS TEXT) WHERE id < '2026-11-21'"),
        sql("ALTER TABLE glances RENAME COLUMN people TO persons"),
        sql("ALTER TABLE glances ADD COLUMN more TEXT"),
    ],
)
@pytest.mark.parametrize("first", ["rows", "ids", "save"])
def test_whatever_happens_to_it_the_lists_stay_right(store: Store, harm: Callable[[Path], None], first: str) -> None:
    harm(store.index.file)
    if first == "ids":
        assert len(store.ids()) == COUNT
    elif first == "save":
        kept = store.load("2026-11-25-1405-abcd")
        assert store.save(kept, expected_revision=1).revision == 2
    assert places(store) == ALL
    assert places(store) == ALL
    assert store.index.state() == "sound"
    assert set(store.index.glances()) == set(store.ids())
    assert not store.index.file.is_symlink()


def test_a_new_way_to_summarise_begins_it_anew(store: Store, counting: Counting) -> None:
    newer = dataclasses.replace(store, summary_version=store.summary_version + 1)
    assert newer.index.state() == "other version"
    assert places(newer) == ALL
    assert len(counting.asked) == COUNT


def test_while_another_process_writes_it_lists_read_the_files(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("supervision.store.index._WAIT", 0.0)
    base = sqlite3.connect(store.index.file, isolation_level=None)
    base.execute("BEGIN EXCLUSIVE")
    assert places(store) == ALL
    assert store.index.state() == "busy"
    assert store.save(store.load("2026-11-25-1405-abcd"), expected_revision=1).revision == 2
    base.execute("ROLLBACK")
    base.close()
    assert places(store) == ALL
    assert store.index.state() == "sound"


def test_an_index_that_cannot_be_written_is_no_error(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.index.discard()
    real = os.open

    def refuse(path: Any, *args: Any, **kwargs: Any) -> int:
        if str(path).endswith("index.sqlite"):
            raise PermissionError(13, "Permission denied")
        return real(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", refuse)
    assert places(store) == ALL
    assert not store.index.file.exists()


def test_what_was_removed_cannot_be_read_in_it(store: Store) -> None:
    kept = store.load("2026-11-25-1405-abcd")
    kept = store.save(dataclasses.replace(kept, place="a very secret place"), expected_revision=1)
    assert b"a very secret place" in store.index.file.read_bytes()
    store.save(dataclasses.replace(kept, place="public"), expected_revision=2)
    assert b"a very secret place" not in store.index.file.read_bytes()


def test_its_files_all_begin_with_index_and_are_their_owners(tmp_path: Path) -> None:
    store = Index(tmp_path / "index.sqlite", "one")
    before = os.umask(0)
    try:
        with store._writing() as base:
            # SQLite writes its side file once its memory is full.
            base.execute("PRAGMA cache_size = 1")
            base.executemany("INSERT INTO session_bodies VALUES (?, ?, 1)", [(str(n), b"x" * 900) for n in range(99)])
            during = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    finally:
        os.umask(before)
    assert set(during) == {"index.sqlite", "index.sqlite-journal"}
    assert set(during.values()) == {0o600}


def test_a_loose_index_is_tightened_by_the_next_write(store: Store) -> None:
    store.index.file.chmod(0o666)
    store.save(store.load("2026-11-25-1405-abcd"), expected_revision=1)
    assert stat.S_IMODE(store.index.file.stat().st_mode) == 0o600


def test_a_summary_is_json_and_nothing_else(tmp_path: Path) -> None:
    store = Store(tmp_path / "store", lambda made: views.summary(made) | {"session": made.started})
    with pytest.raises(TypeError):
        store.create(session())
    # The record was kept before the mistake showed.
    assert Store(store.folder).load("2026-11-22-1405-abcd").revision == 1


def test_reading_an_index_leaves_the_records_as_they_are(store: Store) -> None:
    before = {path: path.read_bytes() for path in store.sessions.iterdir()}
    store.index.discard()
    store.contents()
    store.ids()
    assert {path: path.read_bytes() for path in store.sessions.iterdir()} == before
    assert all(json.loads(data) for data in before.values())
