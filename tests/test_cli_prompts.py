"""Prompt packs from the command line."""

import json
from pathlib import Path

from tests.conftest import ROOT, Program


def test_the_list_names_built_in_and_own_packs(program: Program) -> None:
    made = program("prompts", "new", "team")
    file = made.stdout.strip()
    found = {pack["name"]: pack for pack in program.json("prompts", "list")}
    assert found["broken"] == {
        "name": "broken",
        "title": "BROKEN",
        "where": "built in",
        "minutes": [90, 60],
        "fault": None,
    }
    assert found["team"]["where"] == file
    assert "broken: BROKEN, 90 or 60 minutes" in program("prompts", "list").stdout


def test_show_prints_the_yaml_as_it_was_written(program: Program) -> None:
    assert program("prompts", "show", "broken").stdout == (ROOT / "prompts" / "broken.yaml").read_text()
    assert program.json("prompts", "show", "peer")["kind"] == "peer"
    wrong = program("prompts", "show", "brokn")
    assert wrong.exit_code == 1
    assert 'did you mean "broken"?' in wrong.stderr


def test_check_names_each_fault_on_a_line_of_its_own(program: Program, tmp_path: Path) -> None:
    assert (program("prompts", "check").exit_code, program("prompts", "check").stdout) == (0, "")
    file = tmp_path / "bad.yaml"
    file.write_text((ROOT / "prompts" / "broken.yaml").read_text().replace("kind: supervision", "kynd: supervision"))
    result = program("prompts", "check", str(file))
    assert result.exit_code == 1
    assert result.stdout.splitlines()
    assert all(line.startswith(f"{file}:") for line in result.stdout.splitlines())
    asjson = program("prompts", "check", str(file), "--json")
    assert asjson.exit_code == 1
    assert {"file", "line", "key", "sentence"} == json.loads(asjson.stdout)[0].keys()


def test_a_pack_with_faults_starts_no_session(program: Program, tmp_path: Path) -> None:
    folder = tmp_path / "config" / "prompts"
    folder.mkdir(parents=True)
    (folder / "team.yaml").write_text("title: Team\nnosuch: 1\n")
    result = program("start", "--with", "Sam", "--prompts", "team", "--no-tui")
    assert result.exit_code == 1
    assert all(line.startswith(f"{folder / 'team.yaml'}:") for line in result.stderr.splitlines())
    assert program.json("sessions") == []


def test_a_new_pack_is_sound_and_used(program: Program) -> None:
    file = program("prompts", "new", "team").stdout.strip()
    assert program("prompts", "check", file).exit_code == 0
    again = program("prompts", "new", "team")
    assert (again.exit_code, again.stdout) == (1, "")
    session = program.start("--prompts", "team")
    assert program.json("show", session)["prompts"] == "team"


def test_the_schema_is_json(program: Program) -> None:
    assert "properties" in json.loads(program("prompts", "schema").stdout)
