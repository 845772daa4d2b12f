"""The folder of sessions: keeping, finding, locking; nothing lost, nothing overwritten."""

import contextlib
import dataclasses
import json
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tinydb import TinyDB

from supervision.errors import Ambiguous, BadInput, Busy, Damaged, NotFound, Refused, SaveFailed, TooNew
from supervision.model import ids
from supervision.store import AtomicStorage, Store
from supervision.store.storage import Tables
from tests.store_values import AT, full, session

ID = "2026-11-22-1405-abcd"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store", patience=0.05)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# Keeping and loading


def test_a_session_is_kept_and_loaded_exactly(store: Store) -> None:
    kept = store.create(full())
    assert kept == dataclasses.replace(full(), revision=8)
    assert store.load(ID) == kept
    with TinyDB(store.file(ID)) as base:
        assert base.tables() == {"session", "notes", "actions", "decisions", "history"}
        assert base.table("session").all()[0]["revision"] == 8


def test_each_save_raises_the_revision(store: Store) -> None:
    first = store.create(session())
    second = store.save(dataclasses.replace(first, place="here"), expected_revision=first.revision)
    assert (first.revision, second.revision) == (1, 2)
    assert store.load(ID) == second
    assert store.save(second, expected_revision=2).revision == 3


def test_a_save_over_somebody_elses_is_refused(store: Store) -> None:
    first = store.create(session())
    other = store.save(dataclasses.replace(first, place="theirs"), expected_revision=1)
    with pytest.raises(Busy, match="changed elsewhere"):
        store.save(dataclasses.replace(first, place="ours"), expected_revision=1)
    assert store.load(ID) == other


def test_a_save_that_expects_nothing_replaces_what_is_there_and_counts_on(store: Store) -> None:
    for _ in range(3):
        saved = store.save(session(), expected_revision=None)
    assert saved.revision == 3
    assert store.save(dataclasses.replace(session(), revision=9), expected_revision=None).revision == 10


def test_a_save_of_a_session_that_is_gone_does_not_bring_it_back(store: Store) -> None:
    first = store.create(session())
    store.remove(ID)
    with pytest.raises(NotFound):
        store.save(first, expected_revision=1)
    assert store.ids() == []


def test_create_never_overwrites_not_even_what_cannot_be_read(store: Store) -> None:
    store.create(full())
    with pytest.raises(Refused, match="already"):
        store.create(session())
    assert store.load(ID).place == "the small room"
    store.file(ID).write_bytes(b"")
    with pytest.raises(Refused, match="already"):
        store.create(session())
    store.file(ID).unlink()
    store.file(ID).symlink_to("/nowhere")
    with pytest.raises(Refused, match="already"):
        store.create(session())


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"session": {}}'])
@pytest.mark.parametrize("expected", [None, 1])
def test_what_cannot_be_read_is_never_replaced(store: Store, content: bytes, expected: int | None) -> None:
    kept = store.create(session())
    store.file(ID).write_bytes(content)
    with pytest.raises(Damaged, match=ID):
        store.save(kept, expected_revision=expected)
    assert store.file(ID).read_bytes() == content


def test_what_is_newer_is_never_replaced(store: Store) -> None:
    kept = store.create(session())
    tables = json.loads(store.file(ID).read_text())
    tables["session"]["1"]["format"] = 2
    store.file(ID).write_text(json.dumps(tables))
    with pytest.raises(TooNew, match=ID):
        store.load(ID)
    with pytest.raises(TooNew):
        store.save(kept, expected_revision=None)
    assert json.loads(store.file(ID).read_text()) == tables


def test_a_link_in_the_place_of_a_record_is_refused(store: Store, tmp_path: Path) -> None:
    kept = store.create(session())
    elsewhere = tmp_path / "elsewhere.json"
    store.file(ID).rename(elsewhere)
    store.file(ID).symlink_to(elsewhere)
    before = elsewhere.read_bytes()
    with pytest.raises(Damaged, match="link"):
        store.load(ID)
    with pytest.raises(Damaged, match="link"):
        store.save(kept, expected_revision=None)
    assert elsewhere.read_bytes() == before
    assert [damage.path for damage in store.damaged()] == [store.file(ID)]


def test_a_record_under_another_name_is_damaged(store: Store) -> None:
    store.create(session())
    store.file(ID).rename(store.file("2026-11-22-1405-zzzz"))
    with pytest.raises(Damaged, match="another session"):
        store.load("2026-11-22-1405-zzzz")


@pytest.mark.parametrize("wrong", ["../../etc/passwd", "..", "", "a/b/c/d/e", "UPPERCASE", "short", "x" * 41, "é" * 9])
def test_an_id_that_could_not_be_one_reaches_no_file(store: Store, wrong: str) -> None:
    store.create(session())
    with pytest.raises(NotFound):
        store.load(wrong)
    with pytest.raises(BadInput):
        store.create(session(wrong))
    with pytest.raises(BadInput):
        store.save(session(wrong), expected_revision=None)
    with pytest.raises(BadInput):
        store.remove(wrong)
    with pytest.raises(BadInput), store.hold(wrong):
        pass
    assert store.ids() == [ID]


def test_half_a_character_is_refused_and_the_old_record_stands(store: Store) -> None:
    kept = store.create(session())
    with pytest.raises(SaveFailed):
        store.save(dataclasses.replace(kept, place="half \ud800"), expected_revision=1)
    assert store.load(ID) == kept


def test_a_failed_save_can_be_tried_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = store.create(session())
    real, calls = os.fsync, [0]

    def failing(number: int) -> None:
        calls[0] += 1
        if stat.S_ISDIR(os.fstat(number).st_mode):  # after the new file took its place
            raise OSError(5, "Input/output error")
        real(number)

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(SaveFailed):
        store.save(dataclasses.replace(kept, place="new"), expected_revision=1)
    monkeypatch.undo()
    assert calls[0] == 2
    assert store.load(ID) == kept
    assert store.save(dataclasses.replace(kept, place="new"), expected_revision=1).place == "new"


def test_one_save_is_one_write(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = store.create(full())
    written: list[Path] = []
    real = AtomicStorage.write

    def write(self: AtomicStorage, data: Tables, **how: Any) -> None:
        written.append(self.path)
        real(self, data, **how)

    monkeypatch.setattr(AtomicStorage, "write", write)
    store.save(kept, expected_revision=kept.revision)
    assert written == [store.file(ID)]


def test_a_failing_index_does_not_fail_a_save(store: Store) -> None:
    store.create(session())
    store.index.discard()
    store.index.file.mkdir()
    assert store.save(session(), expected_revision=1).revision == 2
    assert [glance.id for glance in store.contents().glances] == [ID]


# Removing


def test_remove_leaves_nothing_of_the_session(store: Store) -> None:
    store.create(full())
    store.create(session("2026-11-23-1405-abcd"))
    (store.sessions / f".{ID}.json.tmp-1-a").write_text("half a save")
    store.undo.push("Sam", {"session": ID, "text": "before"})
    store.contents()
    store.remove(ID)
    assert store.ids() == ["2026-11-23-1405-abcd"]
    left = [path for path in store.folder.rglob("*") if path.is_file()]
    assert left
    assert not [path for path in left if ID in path.name or b"the small room" in path.read_bytes()]
    assert store.undo.peek("Sam") is None
    with pytest.raises(NotFound):
        store.load(ID)
    with pytest.raises(NotFound):
        store.remove(ID)


def test_an_open_session_is_not_removed(store: Store) -> None:
    store.create(session())
    with store.hold(ID), pytest.raises(Busy):
        store.remove(ID)
    assert store.ids() == [ID]


# Finding


def test_ids_come_newest_first_also_those_that_were_imported(store: Store) -> None:
    for number, session_id in enumerate(["zzzz-imported", "2026-11-22-1405-abcd", "aaaa-imported"]):
        store.create(session(session_id, started=AT + timedelta(days=number)))
    expected = ["aaaa-imported", "2026-11-22-1405-abcd", "zzzz-imported"]
    assert store.ids() == expected
    assert [glance.id for glance in store.contents().glances] == expected
    store.index.discard()
    assert store.ids() == expected


def test_a_store_that_is_not_there_is_empty_and_stays_so(store: Store) -> None:
    assert store.ids() == []
    assert store.contents().glances == []
    assert store.damaged() == []
    assert store.undo.peek("Sam") is None
    with pytest.raises(NotFound):
        store.load(ID)
    with pytest.raises(NotFound):
        store.remove(ID)
    assert not store.folder.exists()


def test_a_damaged_record_is_named_and_hides_no_other(store: Store) -> None:
    for number in range(5):
        store.create(session(f"2026-11-2{number}-1405-abcd"))
    store.file("2026-11-21-1405-abcd").write_bytes(b"")
    store.file("2026-11-23-1405-abcd").write_text('{"session": {"1": {"format": 99}}}')
    damage = store.damaged()
    assert [glance.id[:10] for glance in store.contents().glances] == ["2026-11-24", "2026-11-22", "2026-11-20"]
    assert [path.name[:10] for path, _ in damage] == ["2026-11-21", "2026-11-23"]
    assert "empty" in damage[0].sentence and "newer" in damage[1].sentence
    assert store.damaged() == damage
    assert [str(each) for each in damage] == [each.sentence for each in damage]
    assert len(store.ids()) == 5


def test_files_with_other_names_are_no_sessions(store: Store) -> None:
    store.create(session())
    for name in ("UPPER-CASE.json", "notes.txt", ".hidden-thing.json", "abc.json", f".{ID}.json.tmp-1-a"):
        (store.sessions / name).write_text("{}")
    assert store.ids() == [ID]
    assert store.damaged() == []


def test_resolve_takes_the_whole_id_or_a_unique_beginning() -> None:
    known = ["2026-11-22-1405-abcd", "2026-11-22-1405-abcde", "2026-11-23-0900-kkkk", "k7zabcdefg"]
    assert Store.resolve("2026-11-22-1405-abcd", known) == "2026-11-22-1405-abcd"
    assert Store.resolve("2026-11-23", known) == "2026-11-23-0900-kkkk"
    assert Store.resolve(" K7z ", known) == "k7zabcdefg"
    with pytest.raises(Ambiguous, match="2026-11-22-1405-abcd, 2026-11-22-1405-abcde"):
        Store.resolve("2026-11-22", known)
    for missing in ("", "  ", "x", "2027"):
        with pytest.raises(NotFound):
            Store.resolve(missing, known, "action")


def test_resolve_lists_eight_candidates_and_says_how_many_more() -> None:
    many = [f"2026-11-{day:02}-0900-aaaa" for day in range(1, 16)]
    with pytest.raises(Ambiguous) as caught:
        Store.resolve("2026", many)
    assert caught.value.sentence.count("-0900-aaaa") == 8
    assert "and 7 more" in caught.value.sentence


@given(
    st.lists(st.text(ids.ALPHABET, min_size=8, max_size=12), unique=True, max_size=20),
    st.text(ids.ALPHABET, max_size=3),
)
def test_resolve_finds_exactly_what_begins_so(known: list[str], prefix: str) -> None:
    fitting = [one for one in known if prefix and one.startswith(prefix)]
    if len(fitting) == 1:
        assert Store.resolve(prefix, known) == fitting[0]
    else:
        with pytest.raises(Ambiguous if fitting else NotFound):
            Store.resolve(prefix, known)


def test_what_was_typed_is_harmless_in_the_sentence() -> None:
    with pytest.raises(NotFound) as caught:
        Store.resolve("x\x1b]52;c;x\x07\n" * 50, ["2026-11-22-1405-abcd"])
    assert "\x1b" not in caught.value.sentence and len(caught.value.sentence) < 120


# Permissions


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
@pytest.mark.usefixtures("umask")
def test_everything_is_the_owners_alone_whatever_the_umask(tmp_path: Path, mask: int) -> None:
    os.umask(mask)
    store = Store(tmp_path / "new" / "store")
    store.create(full())
    store.undo.push("Sam", {"session": ID})
    store.contents()
    with store.hold(ID):
        pass
    seen = {path: stat.S_IMODE(path.lstat().st_mode) for path in (tmp_path / "new").rglob("*")}
    assert {path.name for path in seen} >= {"store", "sessions", "locks", "index.sqlite", "undo.json", f"{ID}.json"}
    assert {mode for path, mode in seen.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in seen.items() if path.is_file()} == {0o600}
    assert stat.S_IMODE((tmp_path / "new").lstat().st_mode) == 0o700


@pytest.mark.parametrize(("others", "mode"), [([], 0o700), (["holiday.jpg"], 0o755)])
def test_a_given_folder_is_tightened_when_it_is_a_store_and_nothing_else(
    tmp_path: Path, others: list[str], mode: int
) -> None:
    folder = tmp_path / "given"
    folder.mkdir()
    folder.chmod(0o755)
    for name in others:
        (folder / name).write_text("x")
    store = Store(folder)
    store.create(session())
    store.save(session(), expected_revision=1)
    assert stat.S_IMODE(folder.stat().st_mode) == mode
    assert stat.S_IMODE(store.sessions.stat().st_mode) == 0o700
    assert stat.S_IMODE(store.locks.stat().st_mode) == 0o700


def test_sessions_that_others_could_enter_are_closed_again(store: Store) -> None:
    store.create(session())
    store.sessions.chmod(0o755)
    store.file(ID).chmod(0o644)
    store.save(session(), expected_revision=1)
    assert stat.S_IMODE(store.sessions.stat().st_mode) == 0o700
    assert stat.S_IMODE(store.file(ID).stat().st_mode) == 0o600


def test_a_file_where_the_store_should_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("x")
    with pytest.raises(SaveFailed, match="folder is needed"):
        Store(tmp_path / "store").create(session())
    assert (tmp_path / "store").read_text() == "x"


# Locks


def test_a_lock_keeps_another_thread_out_and_lets_its_own_in(store: Store) -> None:
    first = store.create(session())
    caught: list[Exception] = []

    def other() -> None:
        try:
            store.save(first, expected_revision=1)
        except Busy as error:
            caught.append(error)

    with store.lock(ID):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        with store.lock(ID):
            store.save(first, expected_revision=1)
        assert len(caught) == 1
    assert "saving" in str(caught[0])
    assert store.save(first, expected_revision=2).revision == 3


def test_a_session_is_held_once_and_free_afterwards(store: Store) -> None:
    first = store.create(session())
    with store.hold(ID):
        with pytest.raises(Busy, match="another screen"), store.hold(ID):
            pass
        assert store.save(first, expected_revision=1).revision == 2
        with store.hold("2026-11-23-1405-abcd"):
            pass
    with store.hold(ID):
        pass


def test_a_hold_ends_also_when_its_block_fails(store: Store) -> None:
    store.create(session())
    with contextlib.suppress(ZeroDivisionError), store.hold(ID):
        _ = 1 / 0
    with store.hold(ID):
        pass


def test_holding_clears_away_what_interrupted_saves_of_this_session_left(store: Store) -> None:
    store.create(session())
    other = store.sessions / ".2026-11-23-1405-abcd.json.tmp-alone"
    for path in (store.sessions / f".{ID}.json.tmp-alone", store.sessions / f".{ID}.json.old-alone", other):
        path.write_text("deleted words")
    with store.hold(ID):
        assert names(store.sessions) == [other.name, f"{ID}.json"]


def test_whoever_waits_for_a_session_is_let_in_before_one_who_comes_again(store: Store) -> None:
    store.create(session())
    order: list[str] = []
    asked = threading.Event()

    def second() -> None:
        with store.hold_in_turn(ID) as hold:
            while True:
                try:
                    with hold():
                        order.append("second")
                        return
                except Busy:
                    asked.set()

    waiter = threading.Thread(target=second)
    with store.hold_in_turn(ID) as hold, hold():
        waiter.start()
        assert asked.wait(10)
        order.append("first")
    with store.hold_in_turn(ID) as hold, hold():
        order.append("first again")
    waiter.join(10)
    assert order == ["first", "second", "first again"]


def test_a_save_goes_on_where_one_was_interrupted(store: Store) -> None:
    kept = store.create(session())
    for leftover in (store.sessions / f".{ID}.json.tmp-alone", store.sessions / f".{ID}.json.old-alone"):
        leftover.write_text("half a save")
    store.save(kept, expected_revision=kept.revision)
    assert names(store.sessions) == [f"{ID}.json"]
    assert store.load(ID).revision == kept.revision + 1


def test_what_an_interrupted_save_leaves_has_the_name_that_holding_looks_for(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = store.create(session())

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
        dying.setattr("supervision.store.files._exchange", killed)
        dying.setattr(Path, "unlink", lambda *_, **__: None)
        store.save(kept, expected_revision=kept.revision)
    assert len(names(store.sessions)) == 2
    with store.hold(ID):
        assert names(store.sessions) == [f"{ID}.json"]


HOLDER = """
import sys, time
from pathlib import Path
from supervision.store import Store
store = Store(Path(sys.argv[1]))
with getattr(store, sys.argv[2])(sys.argv[3]):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("way", ["hold", "lock"])
def test_another_process_is_kept_out_until_the_first_is_killed(store: Store, way: str) -> None:
    first = store.create(session())
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(store.folder), way, ID], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        try:
            with pytest.raises(Busy), getattr(store, way)(ID):
                pass
            if way == "lock":
                with pytest.raises(Busy):
                    store.save(first, expected_revision=1)
        finally:
            other.kill()
            other.wait()
    with getattr(store, way)(ID):
        assert store.save(first, expected_revision=1).revision == 2


WRITER = """
import dataclasses, sys
from pathlib import Path
from supervision.errors import Busy
from supervision.model.values import Addendum
from supervision.store import Store

store, name, way = Store(Path(sys.argv[1]), patience=60), sys.argv[2], sys.argv[3]

def added(kept, number):
    note = Addendum(id=f"{name}{number}", by=name, at=kept.started, text="x" * number)
    return dataclasses.replace(kept, addenda=(*kept.addenda, note))

refused = 0
for number in range(int(sys.argv[4])):
    if way == "lock":
        with store.lock("2026-11-22-1405-abcd"):
            kept = store.load("2026-11-22-1405-abcd")
            store.save(added(kept, number), expected_revision=kept.revision)
    else:
        while True:
            kept = store.load("2026-11-22-1405-abcd")
            try:
                store.save(added(kept, number), expected_revision=kept.revision)
                break
            except Busy:
                refused += 1
print(refused)
"""


@pytest.mark.parametrize("each", [40, pytest.param(200, marks=pytest.mark.long)])
@pytest.mark.parametrize("way", ["lock", "revision"])
def test_two_processes_saving_one_session_lose_nothing(store: Store, way: str, each: int) -> None:
    store.create(session())
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(store.folder), name, way, str(each)])
        for name in ("ann", "bob")
    ]
    assert [writer.wait() for writer in writers] == [0, 0]
    kept = store.load(ID)
    assert kept.revision == 1 + 2 * each
    assert {note.id for note in kept.addenda} == {f"{name}{n}" for name in ("ann", "bob") for n in range(each)}
    assert [glance.id for glance in store.contents().glances] == [ID]
