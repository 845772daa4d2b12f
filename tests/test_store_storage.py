"""One file, whole or not at all: what is refused, what is left behind, who may read it."""

import errno
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB

from supervision.errors import Damaged, SaveFailed
from supervision.store import files
from supervision.store.files import leftovers, write_whole
from supervision.store.storage import AtomicStorage

OLD = {"notes": {"1": {"text": "old"}}}
NEW = {"notes": {"1": {"text": "new " * 50_000}}}


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_is_written_is_read_and_is_plain_to_tinydb(tmp_path: Path) -> None:
    storage = AtomicStorage(tmp_path / "a.json")
    assert storage.read() is None
    storage.write(OLD)
    assert storage.read() == OLD
    with TinyDB(tmp_path / "a.json") as base:
        assert base.table("notes").all() == [{"text": "old"}]


def test_tinydb_works_on_it(tmp_path: Path) -> None:
    with TinyDB(tmp_path / "a.json", storage=AtomicStorage) as base:
        base.table("actions").insert({"id": "x", "text": "é [b]"})
        base.table("actions").update({"text": "👩‍👩‍👧"})
        assert base.table("actions").all() == [{"id": "x", "text": "👩‍👩‍👧"}]
    assert "👩‍👩‍👧" in (tmp_path / "a.json").read_text(encoding="utf-8")
    assert names(tmp_path) == ["a.json"]


def test_what_was_read_is_not_what_is_kept(tmp_path: Path) -> None:
    storage = AtomicStorage(tmp_path / "a.json")
    storage.write(OLD)
    read = storage.read()
    assert read is not None
    read["notes"]["1"]["text"] = "an edit nobody saved"
    assert storage.read() == OLD


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   ",
        b"{",
        b'{"notes": {',
        b"[]",
        b"null",
        b'"text"',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b"\xff\xfe{}",
        b'{"a": "\xff"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"\x00" * 4096,
        b"SQLite format 3\x00",
    ],
)
def test_what_cannot_be_read_is_damaged_named_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(Damaged, match=r"a\.json"):
        AtomicStorage(path).read()
    assert path.read_bytes() == content


def test_links_pipes_and_folders_are_refused(tmp_path: Path) -> None:
    AtomicStorage(tmp_path / "real.json").write(OLD)
    (tmp_path / "link.json").symlink_to(tmp_path / "real.json")
    (tmp_path / "dangling.json").symlink_to(tmp_path / "nothing")
    (tmp_path / "folder.json").mkdir()
    os.mkfifo(tmp_path / "pipe.json")
    for name in ("link", "dangling", "folder", "pipe"):
        with pytest.raises(Damaged, match=rf"{name}\.json"):
            AtomicStorage(tmp_path / f"{name}.json").read()
    for name in ("link", "dangling"):
        with pytest.raises(SaveFailed, match="link"):
            AtomicStorage(tmp_path / f"{name}.json").write(NEW)
    assert AtomicStorage(tmp_path / "real.json").read() == OLD
    assert not (tmp_path / "nothing").exists()


def test_a_file_larger_than_any_record_is_refused_both_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LIMIT", 1000)
    AtomicStorage(tmp_path / "a.json").write(OLD)
    with pytest.raises(SaveFailed, match="larger"):
        AtomicStorage(tmp_path / "a.json").write(NEW)
    with (tmp_path / "b.json").open("wb") as file:
        file.truncate(1001)
    with pytest.raises(Damaged, match="larger"):
        AtomicStorage(tmp_path / "b.json").read()


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077, 0o277, 0o777])
@pytest.mark.usefixtures("umask")
def test_files_are_their_owners_alone_whatever_the_umask(tmp_path: Path, mask: int) -> None:
    path = tmp_path / "a.json"
    os.umask(mask)
    AtomicStorage(path).write(OLD)
    assert mode(path) == 0o600
    path.chmod(0o644)
    AtomicStorage(path).write(NEW)
    assert mode(path) == 0o600


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077, 0o777])
@pytest.mark.usefixtures("umask")
def test_folders_are_their_owners_alone_whatever_the_umask(tmp_path: Path, mask: int) -> None:
    os.umask(mask)
    files.private_folder(tmp_path / "a" / "b" / "c")
    for path in ("a", "a/b", "a/b/c"):
        assert mode(tmp_path / path) == 0o700


def test_a_file_in_the_way_of_a_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    with pytest.raises(SaveFailed, match="folder is needed"):
        files.private_folder(tmp_path / "a")


def fail_at(call: int, number: int, real: Any, seen: list[int]) -> Any:
    def failing(*args: Any, **kwargs: Any) -> Any:
        seen.append(1)
        if len(seen) == call:
            raise OSError(number, os.strerror(number))
        return real(*args, **kwargs)

    return failing


@pytest.mark.parametrize("existing", [True, False])
@pytest.mark.parametrize(
    ("function", "call"),
    [("open", 1), ("open", 2), ("write", 1), ("fsync", 1), ("fsync", 2), ("replace", 1), ("fchmod", 1), ("close", 1)],
)
@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.ENOSPC, "disk is full"), (errno.EROFS, "read-only"), (errno.EACCES, "permission"), (errno.EIO, "error")],
)
def test_whatever_fails_the_old_file_stands_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function: str, call: int, number: int, said: str, existing: bool
) -> None:
    path = tmp_path / "a.json"
    if existing:
        AtomicStorage(path).write(OLD)
    seen: list[int] = []
    if function == "fchmod":  # reached only when the umask takes the owner's own bits
        mask = os.umask(0o277)
        monkeypatch.setattr(os, "fchmod", fail_at(call, number, os.fchmod, seen))
    else:
        monkeypatch.setattr(os, function, fail_at(call, number, getattr(os, function), seen))
    try:
        with pytest.raises(SaveFailed) as caught:
            AtomicStorage(path).write(NEW)
    finally:
        monkeypatch.undo()
        if function == "fchmod":
            os.umask(mask)
    assert said in caught.value.sentence and "a.json" in caught.value.sentence
    assert AtomicStorage(path).read() == (OLD if existing else None)
    assert names(tmp_path) == (["a.json"] if existing else [])
    AtomicStorage(path).write(NEW)
    assert AtomicStorage(path).read() == NEW


def test_a_disk_that_writes_a_little_at_a_time_gets_it_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda number, data: real(number, bytes(data[:1000])))
    AtomicStorage(tmp_path / "a.json").write(NEW)
    assert AtomicStorage(tmp_path / "a.json").read() == NEW


def test_a_disk_without_second_names_still_saves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    AtomicStorage(tmp_path / "a.json").write(OLD)

    def no_links(*_: Any, **__: Any) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", no_links)
    AtomicStorage(tmp_path / "a.json").write(NEW)
    assert AtomicStorage(tmp_path / "a.json").read() == NEW


def test_a_disk_that_cannot_sync_folders_still_saves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", fail_at(2, errno.EINVAL, os.fsync, []))
    AtomicStorage(tmp_path / "a.json").write(NEW)
    assert AtomicStorage(tmp_path / "a.json").read() == NEW


def test_every_save_is_flushed_file_before_name_and_name_before_return(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    real_sync, real_replace = os.fsync, os.replace

    def sync(number: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(number).st_mode) else "file")
        real_sync(number)

    def swap(old: Any, new: Any) -> None:
        steps.append("replace")
        real_replace(old, new)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(os, "replace", swap)
    AtomicStorage(tmp_path / "a.json").write(NEW)
    assert steps == ["file", "replace", "folder"]


@pytest.mark.parametrize("value", ["half \ud800", {"key \udfff": 1}])
def test_half_a_character_writes_nothing(tmp_path: Path, value: Any) -> None:
    AtomicStorage(tmp_path / "a.json").write(OLD)
    with pytest.raises(SaveFailed, match="half a character"):
        AtomicStorage(tmp_path / "a.json").write({"notes": {"1": {"text": value}}})
    assert AtomicStorage(tmp_path / "a.json").read() == OLD
    assert names(tmp_path) == ["a.json"]


def test_what_json_cannot_hold_is_our_mistake_and_writes_nothing(tmp_path: Path) -> None:
    AtomicStorage(tmp_path / "a.json").write(OLD)
    with pytest.raises(TypeError):
        AtomicStorage(tmp_path / "a.json").write({"notes": {"1": {"text": object()}}})
    with pytest.raises(ValueError, match="JSON"):
        AtomicStorage(tmp_path / "a.json").write({"notes": {"1": {"text": float("nan")}}})
    assert AtomicStorage(tmp_path / "a.json").read() == OLD


def test_a_real_limit_of_the_system_is_a_sentence(tmp_path: Path) -> None:
    AtomicStorage(tmp_path / "a.json").write(OLD)
    script = (
        "import resource, sys\n"
        "from supervision.errors import SaveFailed\n"
        "from supervision.store.storage import AtomicStorage\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))\n"
        "try:\n"
        "    AtomicStorage(sys.argv[1]).write({'notes': {'1': {'text': 'x' * 100_000}}})\n"
        "except SaveFailed as error:\n"
        "    print(error.sentence)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "a.json")], capture_output=True, text=True, check=True
    )
    assert "larger than this login may write" in result.stdout
    assert AtomicStorage(tmp_path / "a.json").read() == OLD
    assert names(tmp_path) == ["a.json"]


def test_the_temporary_file_is_beside_its_target_and_no_record_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "2026-11-22-1405-abcd.json"
    write_whole(path, b"{}")
    during: dict[Path, int] = {}

    def interrupted(old: Any, new: Any) -> None:
        during.update({found: mode(found) for found in tmp_path.iterdir()})
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(path, b'{"a":1}')
    assert len(during) == 3  # the record, its second name, the new one
    assert all(found.name.removeprefix(".").startswith(path.name) for found in during)
    assert set(during.values()) == {0o600}
    assert [found for found in during if found.match("*.json")] == [path]
    assert names(tmp_path) == [path.name]
    assert json.loads(path.read_bytes()) == {}


def test_leftovers_are_told_apart_by_file(tmp_path: Path) -> None:
    names = [".one-one-one.json.tmp-1-a", ".one-one-one.json.old-1-a", ".two-two-two.json.tmp-1-a"]
    for name in [*names, "one-one-one.json", ".hidden", "x.json.tmp-1"]:
        (tmp_path / name).write_text("x")
    assert [path.name for path in leftovers(tmp_path)] == sorted(names)
    assert [path.name for path in leftovers(tmp_path, "one-one-one.json")] == sorted(names[:2])
    assert leftovers(tmp_path / "nothing") == []
