"""That something of a record left the store is in its chain: when, by whom, what; never the words."""

import hashlib
from pathlib import Path

import pytest

from supervision import paths
from supervision.model.views import summary
from supervision.store import Store
from supervision.store.chain import Chain, ChainEntry
from tests.conftest import Program


def noted(session_id: str) -> list[ChainEntry]:
    return Store(paths.store_dir(), summary).chain(session_id).entries()


def test_every_way_out_of_the_command_line_is_noted(program: Program, tmp_path: Path) -> None:
    session_id = program.start("--alias", "J", "--matter", "Lifts home")
    ash = program.json("show", session_id)["people"][0]["id"]
    printed = program("export", session_id, "--format", "txt").stdout_bytes
    assert program("export", session_id, "--extract", "decisions", "-o", str(tmp_path / "d.md")).exit_code == 0
    assert program.plain(session_id, f"/copy {tmp_path / 'mine.json'}\n")
    chain = noted(session_id)
    assert [(entry.kind, entry.by, entry.id) for entry in chain] == [
        ("exported", ash, "record"),
        ("exported", ash, "decisions"),
        ("exported", ash, "mine"),
    ]
    files = (printed, (tmp_path / "d.md").read_bytes(), (tmp_path / "mine.json").read_bytes())
    assert [entry.digest for entry in chain] == [hashlib.sha256(data).hexdigest() for data in files]
    assert b"Lifts" not in Store(paths.store_dir(), summary).chain(session_id).file.read_bytes()
    assert program("doctor").exit_code == 0


def test_what_is_only_looked_at_is_not(program: Program) -> None:
    session_id = program.start()
    assert program("show", session_id).exit_code == 0
    assert program("actions", "--all").exit_code == 0
    assert noted(session_id) == []


def test_what_is_made_of_many_records_is_noted_in_each_of_them_and_in_no_other(
    program: Program, tmp_path: Path
) -> None:
    first, second, other = program.start("--alias", "J"), program.start("--alias", "K"), program.start()
    for session_id in (first, second):
        assert program("actions", "add", "Ring", "--session", session_id).exit_code == 0
    assert program("export", "--actions", "-o", str(tmp_path / "actions.csv")).exit_code == 0
    calendar = program("export", "--actions", "--format", "ics", "--session", first).stdout_bytes
    for session_id in (first, second):
        program.plain(session_id, "/end\n")
    assert program("export", "--extract", "cpd", "-o", str(tmp_path / "cpd.md")).exit_code == 0
    assert program("export", first, second, "--extract", "themes", "-o", str(tmp_path / "themes.md")).exit_code == 0
    kinds = [[entry.id for entry in noted(session_id)] for session_id in (first, second, other)]
    assert kinds == [["actions", "calendar", "cpd", "themes"], ["actions", "cpd", "themes"], []]
    ash = program.json("show", first)["people"][0]["id"]
    chain = noted(first)
    assert {entry.by for entry in chain} == {ash}
    assert chain[0].digest == hashlib.sha256((tmp_path / "actions.csv").read_bytes()).hexdigest()
    assert chain[1].digest == hashlib.sha256(calendar).hexdigest()
    assert program("doctor").exit_code == 0


def test_where_it_cannot_be_noted_it_is_written_and_said(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = program.start()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Chain, "_append", full)
    result = program("export", session_id, "-o", str(tmp_path / "record.md"))
    assert result.exit_code == 0
    assert (tmp_path / "record.md").exists()
    assert "could not be noted in the record" in result.stderr and "disk is full" in result.stderr
