"""Records as files: exporting at any time, and importing without overwriting anything."""

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Program
from tests.test_plain import DECIDE


@pytest.fixture
def session(program: Program) -> str:
    made = program.start("--alias", "J")
    program.plain(made, "A word.\n" + DECIDE.format(support="given Team manager") + "/action Ring J\n/sign\n")
    return made


def test_every_format_to_standard_output(program: Program, session: str) -> None:
    for kind in ("md", "txt"):
        result = program("export", session[:-1], "--format", kind)
        assert result.exit_code == 0
        assert "A word." in result.stdout
    exported = program("export", session, "--format", "json")
    assert json.loads(exported.stdout) == program.json("show", session)
    assert program("export", session, "--format", "txt").stdout == program("show", session).stdout


def test_extracts(program: Program, session: str) -> None:
    decisions = program("export", session, "--extract", "decisions").stdout
    assert "Evening messages" in decisions
    assert "A word." not in decisions
    assert program("export", session, "--extract", "person", "--matter", "1").exit_code == 0
    assert program("export", session, "--matter", "7").exit_code == 1


def test_a_file_is_private_and_takes_its_format_from_its_name(program: Program, session: str, tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    file.write_text("old")
    old = os.umask(0)
    try:
        result = program("export", session, "-o", str(file))
    finally:
        os.umask(old)
    assert (result.exit_code, result.stdout) == (0, "")
    assert json.loads(file.read_text())["id"] == session
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_no_record_and_no_device_is_written_over(program: Program, session: str, tmp_path: Path) -> None:
    record = tmp_path / "store" / "sessions" / f"{session}.json"
    before = record.read_bytes()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for place in (record, tmp_path / "store" / "new.md", tmp_path, pipe, tmp_path / "no" / "folder.md"):
        result = program("export", session, "-o", str(place))
        assert result.exit_code == 1, place
        assert len(result.stderr.strip().splitlines()) == 1
    assert record.read_bytes() == before
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def elsewhere(tmp_path: Path) -> tuple[str, str]:
    return "--store", str(tmp_path / "elsewhere")


def test_what_was_exported_comes_back_the_same(program: Program, session: str, tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    program("export", session, "-o", str(file))
    result = program("import", str(file), *elsewhere(tmp_path))
    assert (result.exit_code, result.stdout) == (0, f"{session}\n")
    back = program.json("show", session, *elsewhere(tmp_path))
    assert back | {"revision": 0} == json.loads(file.read_text()) | {"revision": 0}
    assert back["unverified"] == []
    again = program.json("import", str(file), *elsewhere(tmp_path))
    assert again == {"imported": [], "skipped": [session], "brought_back": [], "refused": []}


def lines(tmp_path: Path, *records: Any) -> str:
    file = tmp_path / "records.jsonl"
    file.write_text(
        "".join(record + "\n" if isinstance(record, str) else json.dumps(record) + "\n" for record in records)
    )
    return str(file)


def test_json_lines_each_whole_or_not_at_all(program: Program, session: str, tmp_path: Path) -> None:
    record = program.json("show", session)
    other = {**record, "id": "an-older-one", "actions": [], "decisions": [], "snapshot": None, "signatures": []}
    broken = {**record, "id": "a-broken-one", "people": "nobody"}
    program("import", lines(tmp_path, record), *elsewhere(tmp_path))
    result = program("import", lines(tmp_path, other, "{not json", broken, record), *elsewhere(tmp_path))
    assert result.exit_code == 1
    assert result.stdout == "an-older-one\n"
    said = result.stderr.splitlines()
    file = str(tmp_path / "records.jsonl")
    assert [line.startswith("! ") for line in said] == [True, True, False, False]
    assert f"{file}:2:" in said[0]
    assert f"{file}:3:" in said[1]
    assert f"{file}:4:" in said[2]
    assert said[3] == "1 imported, 1 skipped, 2 refused."
    assert {row["id"] for row in program.json("sessions", *elsewhere(tmp_path))} == {session, "an-older-one"}


def test_the_same_id_with_other_content_is_refused(program: Program, session: str, tmp_path: Path) -> None:
    record = program.json("show", session)
    changed = {**record, "place": "Elsewhere"}
    result = program("import", lines(tmp_path, changed))
    assert result.exit_code == 1
    assert "with other content" in result.stderr
    assert program.json("show", session) == record


def test_ids_that_stand_for_something_else_are_refused(program: Program, session: str, tmp_path: Path) -> None:
    record = {**program.json("show", session), "id": "another-one"}
    result = program("import", lines(tmp_path, record))
    assert result.exit_code == 1
    assert len(program.json("sessions")) == 1


def test_unsafe_characters_are_replaced_and_reported(program: Program, session: str, tmp_path: Path) -> None:
    record = program.json("show", session)
    record["matters"][0]["text"] = "\x1b]52;c;eA==\x07"
    result = program("import", lines(tmp_path, record), *elsewhere(tmp_path))
    assert result.exit_code == 0
    assert "matters[0].text" in result.stderr
    assert "\x1b" not in result.stderr
    assert program.json("show", session, *elsewhere(tmp_path))["matters"][0]["text"] == "\ufffd]52;c;eA==\ufffd"


def test_standard_input_is_read(program: Program, session: str, tmp_path: Path) -> None:
    record = program("show", session, "--json").stdout
    result = program("import", "-", *elsewhere(tmp_path), stdin=record)
    assert (result.exit_code, result.stdout) == (0, f"{session}\n")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[]", b'{"id": 1}', b"[" * 100_000])
def test_what_is_no_record_is_refused_with_its_line(program: Program, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "record.json"
    file.write_bytes(content)
    result = program("import", str(file))
    assert result.exit_code == 1
    assert f"{file}:1" in result.stderr
    assert not (tmp_path / "store" / "sessions").exists() or not list((tmp_path / "store" / "sessions").iterdir())
