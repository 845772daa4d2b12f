"""Backup and restore: everything in one file, checked, and nothing newer written over."""

import hashlib
import json
import os
import shutil
import stat
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from supervision import paths
from supervision.store import Store, doctor
from tests.conftest import Program
from tests.live import HERE, ID, opened, store, together

__all__ = ["store"]


@pytest.fixture
def sample(program: Program, tmp_path: Path) -> Path:
    """The sample in the store, with private notes, a pack and settings; its folder."""
    assert program("demo", "--write", str(tmp_path / "store")).exit_code == 0
    config = tmp_path / "config"
    (config / "prompts").mkdir(parents=True)
    (config / "settings.yaml").write_text("me: Ash Patel\n")
    (config / "prompts" / "ours.yaml").write_text("name: ours\n")
    assert program("prepare", "--with", "Sam Okafor", stdin="what I would not say aloud\n").exit_code in (0, 1)
    return tmp_path / "store"


def tree(folder: Path) -> dict[str, bytes]:
    """Every file that is the only copy, by its place."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] != "locks" and not path.name.startswith("index")
    }


def test_everything_comes_back_into_an_empty_place(program: Program, sample: Path, tmp_path: Path) -> None:
    file = tmp_path / "all.backup"
    made = program.json("backup", str(file))
    assert made["sessions"] == 5 and made["left_out"] == []
    assert file.stat().st_mode & 0o777 == 0o600
    before = tree(sample)
    listed = program.json("sessions"), program.json("actions", "--all"), program.json("decisions")
    shutil.rmtree(sample)
    shutil.rmtree(tmp_path / "config")

    old = os.umask(0)
    try:
        done = program.json("restore", str(file))
    finally:
        os.umask(old)

    assert done["kept"] == done["failed"] == [] and len(done["restored"]) == made["files"]
    assert tree(sample) == before
    assert (program.json("sessions"), program.json("actions", "--all"), program.json("decisions")) == listed
    assert (tmp_path / "config" / "prompts" / "ours.yaml").read_text() == "name: ours\n"
    for path in sample.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    assert [one for one in doctor(Store(sample)) if one.severity != "note"] == []
    assert program.json("restore", str(file))["same"] == made["files"]


def test_nothing_newer_is_written_over_and_what_is_older_here_is_replaced(
    program: Program, sample: Path, tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    session = program.start()
    program("actions", "add", "Ring the landlord", "--session", session)
    program("backup", str(first))
    program("actions", "add", "Write it down", "--session", session)
    program("backup", str(second))
    newest = tree(sample)

    done = program.json("restore", str(first))
    assert done["restored"] == [] and f"store/sessions/{session}.json" in [one["file"] for one in done["kept"]]
    assert tree(sample) == newest

    elsewhere = str(tmp_path / "elsewhere")
    program.json("restore", str(first), "--store", elsewhere)
    assert len(program.json("show", session, "--store", elsewhere)["actions"]) == 1
    assert f"store/sessions/{session}.json" in program.json("restore", str(second), "--store", elsewhere)["restored"]
    assert len(program.json("show", session, "--store", elsewhere)["actions"]) == 2


def test_what_went_another_way_here_stays(program: Program, sample: Path, tmp_path: Path) -> None:
    file, elsewhere = tmp_path / "file", str(tmp_path / "elsewhere")
    session = program.start()
    program("backup", str(file))
    program.json("restore", str(file), "--store", elsewhere)
    program("actions", "add", "Only there", "--session", session, "--store", elsewhere)
    for words in ("One", "Two", "Three"):
        program("actions", "add", words, "--session", session)
    program("backup", str(file))
    program.json("restore", str(file), "--store", elsewhere)
    there = program.json("show", session, "--store", elsewhere)["actions"]
    assert [one["text"] for one in there] == ["Only there"]


def test_a_record_that_cannot_be_read_is_set_aside_for_the_one_of_the_backup(
    program: Program, sample: Path, tmp_path: Path
) -> None:
    program("backup", str(tmp_path / "file"))
    record = next((sample / "sessions").glob("*.json"))
    whole = record.read_bytes()
    record.write_bytes(whole[:100])
    assert program.json("restore", str(tmp_path / "file"))["restored"] == [f"store/sessions/{record.name}"]
    assert record.read_bytes() == whole
    assert record.with_name(f"{record.name}.damaged-1").read_bytes() == whole[:100]


def test_what_was_erased_does_not_come_back(program: Program, sample: Path, tmp_path: Path) -> None:
    session = program.start()
    program("backup", str(tmp_path / "file"))
    erased = program("erase", session, "--why", "Asked for", "--yes")
    assert erased.exit_code == 0, erased.output
    done = program.json("restore", str(tmp_path / "file"))
    assert {"file": f"store/sessions/{session}.json", "why": "it was erased here"} in done["kept"]
    assert not (sample / "sessions" / f"{session}.json").exists()


async def test_a_session_that_is_open_is_whole_in_it_and_is_not_written_over(
    store: Store, program: Program, tmp_path: Path
) -> None:
    file, elsewhere = str(tmp_path / "file"), str(tmp_path / "elsewhere")
    async with opened(store) as ash, opened(store, "Sam") as sam:
        ash.write(*HERE, 0, 0, "Said in the room. ")
        await together(ash, sam)
        assert program.json("backup", file)["sessions"] == 1
        assert program.json("restore", file)["failed"] == []  # it is the same
        sam.write(*HERE, 0, 0, "And more. ")
        await together(ash, sam)
        result = program("restore", file)
        assert result.exit_code == 1 and "open on another screen" in result.stderr
    with zipfile.ZipFile(file) as archive:
        assert f"store/live/{ID}.state" in archive.namelist()
    program.json("restore", file, "--store", elsewhere)
    there = Store(Path(elsewhere))
    async with opened(there) as ash:
        assert ash.text(*HERE) == "Said in the room. "
        ash.write(*HERE, 0, 0, "On from there. ")
    assert there.load(ID).notes[0].runs[0].text.startswith("On from there. ")
    assert [one for one in doctor(there) if one.severity != "note"] == []


def test_it_is_refused_in_the_store_and_where_nothing_is(program: Program, sample: Path, tmp_path: Path) -> None:
    assert "lies in the folder of the records themselves" in program("backup", str(sample / "copy")).stderr
    assert program("backup", str(tmp_path / "nowhere" / "copy")).exit_code == 1
    result = program("backup", str(tmp_path / "copy"), "--store", str(tmp_path / "no-store"))
    assert result.exit_code == 1 and not (tmp_path / "copy").exists()


# Files that are damaged, or out to do harm


def made_of(file: Path, names: dict[str, bytes], *, link: str = "", twice: bool = False, **changes: Any) -> None:
    """A backup with these files, listed as they should be."""
    listed = {
        name: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "modified": 1}
        for name, data in names.items()
    }
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in names.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = ((stat.S_IFLNK if name == link else stat.S_IFREG) | 0o777) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
            if twice:
                with pytest.warns(UserWarning):
                    archive.writestr(entry, data)
        archive.writestr("contents.json", json.dumps({"format": 1, "files": listed, **changes}))


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-200])


def folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def turned(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 3] ^= 0xFF
    file.write_bytes(data)


GOOD = "store/sessions/2026-11-23-1000-test.json"
HOSTILE: dict[str, Callable[[Path], object]] = {
    "nothing": lambda file: file.write_bytes(b""),
    "not there": lambda file: file.unlink(),
    "a folder": folder,
    "no zip": lambda file: file.write_bytes(b"not a backup at all" * 9),
    "cut off": cut,
    "a byte turned": turned,
    "up and out": lambda file: made_of(file, {"store/../../evil": b"{}"}),
    "from the root": lambda file: made_of(file, {"/etc/evil": b"{}"}),
    "back strokes": lambda file: made_of(file, {"store\\..\\evil": b"{}"}),
    "deeper": lambda file: made_of(file, {"store/sessions/more/evil.json": b"{}"}),
    "a hidden file": lambda file: made_of(file, {"store/sessions/.evil": b"{}"}),
    "an index": lambda file: made_of(file, {"store/index.sqlite": b"{}"}),
    "a lock": lambda file: made_of(file, {"store/locks/a.lock": b"{}"}),
    "a program": lambda file: made_of(file, {"settings/evil.py": b"{}"}),
    "a link": lambda file: made_of(file, {GOOD: b"/etc/passwd"}, link=GOOD),
    "twice the same": lambda file: made_of(file, {GOOD: b"{}"}, twice=True),
    "a bomb": lambda file: made_of(file, {GOOD: b" " * 2**25}),
    "too large": lambda file: made_of(file, {GOOD: os.urandom(2**20) + b" " * 2**26}),
    "newer": lambda file: made_of(file, {GOOD: b"{}"}, format=2),
    "not listed": lambda file: made_of(file, {GOOD: b"{}"}, files={}),
    "listed wrongly": lambda file: made_of(file, {GOOD: b"{}"}, files={GOOD: {"size": 2, "sha256": "", "modified": 1}}),
    "no list": lambda file: made_of(file, {GOOD: b"{}"}, files=[1]),
    "odd list": lambda file: made_of(file, {GOOD: b"{}"}, files={GOOD: 7}),
}


@pytest.mark.parametrize("harm", HOSTILE)
def test_a_damaged_or_hostile_file_is_refused_with_a_sentence(
    program: Program, sample: Path, tmp_path: Path, harm: str
) -> None:
    file = tmp_path / "file"
    program("backup", str(file))
    HOSTILE[harm](file)
    before = tree(tmp_path) if file.is_file() else {}
    target = tmp_path / "elsewhere"
    result = program("restore", str(file), "--store", str(target))
    assert result.exit_code == 1 and result.stdout == ""
    assert str(file) in result.stderr and "Traceback" not in result.stderr
    assert not target.exists() and (not before or tree(tmp_path) == before)


# Folders that are on other computers too


@pytest.mark.parametrize(
    "place",
    [
        "OneDrive - Northside Council/a",
        "Dropbox",
        "Nextcloud/x",
        "Google Drive/y",
        "Mobile Documents/b",
        "iCloud Drive",
    ],
)
def test_a_folder_that_is_copied_elsewhere_is_said(program: Program, tmp_path: Path, place: str) -> None:
    store = tmp_path / place
    program("start", "--with", "Sam", "--no-tui", "--store", str(store))
    assert "copied to other computers" in program("doctor", "--store", str(store)).stdout
    assert "copied to other computers" in program("where", "--store", str(store)).stderr
    assert program.json("where", "--store", str(store))["store"] == str(store)
    program("demo", "--write", str(tmp_path / "store"))
    session = program.json("sessions")[0]["id"]
    assert "copied to other computers" in program("export", session, "-o", str(store / "record.txt")).stderr
    assert "copied to other computers" in program("backup", str(store / "all.backup")).stderr
    assert paths.elsewhere(tmp_path) == ""


def test_a_folder_that_a_program_for_copying_has_marked_is_known(tmp_path: Path) -> None:
    (tmp_path / ".stfolder").mkdir()
    assert "copied" in paths.elsewhere(tmp_path / "records")


def test_a_network_is_known_by_what_is_mounted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    linux = paths.linux_mounts(
        f"/dev/sda1 / ext4 rw 0 0\nhost:/home {tmp_path}/with\\040space nfs4 rw 0 0\n//h/s {tmp_path}/s cifs rw 0 0\n"
    )
    mac = paths.mac_mounts(
        f"/dev/disk3s1 on / (apfs, sealed, local)\n//ash@host/share on {tmp_path}/with space (smbfs, nodev, nosuid)\n"
    )
    for mounts in (linux, mac):
        monkeypatch.setattr(paths, "_mounts", lambda mounts=mounts: mounts)
        assert "another computer" in paths.elsewhere(tmp_path / "with space" / "store")
        assert paths.elsewhere(tmp_path / "local") == ""


def test_what_an_interrupted_backup_left_behind_goes_with_the_next(
    program: Program, sample: Path, tmp_path: Path
) -> None:
    over = subprocess.Popen(["true"])
    over.wait()
    left, others = (tmp_path / f".all.zip.tmp-{process}-0a1b2c3d" for process in (over.pid, os.getppid()))
    for path in (left, others, tmp_path / ".all.zip.tmp-by-hand"):
        path.write_bytes(b"half")
    assert program("backup", str(tmp_path / "all.zip")).exit_code == 0
    assert sorted(path.name for path in tmp_path.glob(".all.zip*")) == sorted([others.name, ".all.zip.tmp-by-hand"])


def test_a_chain_only_ever_grows(program: Program, sample: Path, tmp_path: Path) -> None:
    program("backup", str(tmp_path / "file"))
    chain = next((sample / "chains").glob("*.log"))
    whole = chain.read_bytes()
    lines = whole.splitlines(keepends=True)
    record = sample / "sessions" / f"{chain.stem}.json"
    record.unlink()
    chain.write_bytes(lines[0])
    program.json("restore", str(tmp_path / "file"))
    assert chain.read_bytes() == whole and record.exists()
    record.unlink()
    chain.write_bytes(whole + b"more\n")
    done = program.json("restore", str(tmp_path / "file"))
    assert f"store/chains/{chain.name}" in [one["file"] for one in done["kept"]]
    assert chain.read_bytes() == whole + b"more\n" and record.exists()
