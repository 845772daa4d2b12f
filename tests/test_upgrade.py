"""Records of the first version are read as they are, and brought up to this one after a backup."""

import json
import shutil
from pathlib import Path

import pytest

from supervision.store import Store, doctor
from tests.conftest import ROOT, Program

FIRST = ROOT / "tests" / "data" / "first-records"
"""The sample as the first version of the program wrote it, before there were chains."""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    folder = tmp_path / "store"
    shutil.copytree(FIRST, folder / "sessions")
    for path in (folder, folder / "sessions"):
        path.chmod(0o700)
    for path in (folder / "sessions").iterdir():
        path.chmod(0o600)
    return folder


def records(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "sessions").iterdir()}


def sentences(folder: Path) -> str:
    return "\n".join(finding.sentence for finding in doctor(Store(folder)) if finding.severity != "note")


def test_a_record_of_the_first_version_is_shown_as_it_was_written(program: Program, old: Path) -> None:
    before = records(old)
    assert [session["state"] for session in program.json("sessions")] == ["open", "ended", "signed", "signed", "signed"]
    for name, data in before.items():
        shown, written = program.json("show", name.removesuffix(".json")), json.loads(data)
        assert [action["text"] for action in shown["actions"]] == [one["text"] for one in written["actions"].values()]
        assert [one["title"] for one in shown["decisions"]] == [one["title"] for one in written["decisions"].values()]
    assert records(old) == before
    assert "supervision upgrade" in program("doctor").stdout


def test_older_records_are_brought_up_after_a_backup_and_nothing_in_them_changes(
    program: Program, old: Path, tmp_path: Path
) -> None:
    before = records(old)
    assert "there is no chain beside it" in sentences(old)
    told = program("doctor").stdout
    assert told.count("there is no chain beside it") == 1, "once for all of them"
    assert all(f"\n    {old / 'sessions' / name}\n" in told for name in before)
    done = program("upgrade")
    assert done.exit_code == 0, done.output
    (backup,) = tmp_path.glob("supervision-before-upgrade-2026-11-23.zip")
    assert done.stdout.count("upgraded ") == 5 and "read back and is whole" in done.stderr
    assert records(old) == before
    assert sentences(old) == ""
    assert "by the record's own word" in program("doctor").stdout
    again = program("upgrade")
    assert "Nothing had to be done" in again.stderr and len(list(tmp_path.glob("*.zip"))) == 1

    shutil.rmtree(old)
    assert program("restore", str(backup)).exit_code == 0
    assert records(old) == before, "the backup holds them as they were"
    assert not (old / "chains").exists()


def test_without_a_backup_nothing_is_brought_up(program: Program, old: Path, tmp_path: Path) -> None:
    done = program("upgrade", "--backup", str(tmp_path / "nowhere" / "all.zip"))
    assert done.exit_code == 1 and "nowhere" in done.stderr
    assert not (old / "chains").exists()


def test_a_record_whose_chain_was_cut_short_is_not_made_good(program: Program, old: Path) -> None:
    program("upgrade")
    chain = next((old / "chains").iterdir())
    whole = chain.read_bytes().splitlines(keepends=True)
    chain.write_bytes(b"".join(whole[:2]))
    assert program.json("upgrade")["upgraded"] == []
    assert "are not in its chain" in sentences(old)


def test_what_is_changed_afterwards_in_what_had_been_agreed_is_found(program: Program, old: Path) -> None:
    program("upgrade")
    file = old / "sessions" / "2026-10-30-1000-j82h.json"
    tables = json.loads(file.read_bytes())
    next(iter(tables["decisions"].values()))["rationale"] = "something else"
    file.write_text(json.dumps(tables))
    assert "2026-10-30-1000-j82h.json" in sentences(old)


def test_a_record_that_cannot_be_read_is_named_and_the_others_are_brought_up(program: Program, old: Path) -> None:
    file = old / "sessions" / "2026-10-02-1000-vrpa.json"
    file.write_bytes(file.read_bytes()[:3000])
    before = records(old)
    done = program("upgrade")
    assert done.exit_code == 1 and done.stdout.count("upgraded ") == 4
    assert f"! {file} cannot be read" in done.stderr and "The others are done." in done.stderr
    assert records(old) == before and not (old / "chains" / f"{file.stem}.log").exists()
    again = program.process("upgrade", "--json")
    assert again.returncode == 1 and b"cannot be read" in again.stderr
    told = json.loads(again.stdout)
    assert (told["upgraded"], [one["session"] for one in told["failed"]]) == ([], [file.stem])
