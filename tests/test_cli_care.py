"""The doctor, and where things are."""

import json
from pathlib import Path

from tests.conftest import Program


def test_all_is_well(program: Program) -> None:
    program.start()
    result = program("doctor")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1].startswith("1 record looked at in ")
    assert program.json("doctor")["damaged"] is False


def test_damage_is_named_by_file_and_ends_with_three(program: Program, tmp_path: Path) -> None:
    good, bad = program.start(), program.start()
    file = tmp_path / "store" / "sessions" / f"{bad}.json"
    file.write_text("{")
    for args in (("doctor",), ("doctor", "--repair")):
        result = program(*args)
        assert result.exit_code == 3
        assert f"{bad}.json" in result.stdout
    assert file.read_text() == "{"
    found = json.loads(program("doctor", "--json").stdout)
    assert found["damaged"] is True
    assert [one["file"] for one in found["findings"] if one["severity"] == "damage"] == [str(file)]
    assert [row["id"] for row in json.loads(program("sessions", "--json").stdout)] == [good]


def test_repair_puts_permissions_and_the_index_right(program: Program, tmp_path: Path) -> None:
    session = program.start()
    file = tmp_path / "store" / "sessions" / f"{session}.json"
    file.chmod(0o644)
    (tmp_path / "store" / "index.sqlite").write_bytes(b"no index")
    assert program("doctor").exit_code == 0
    assert file.stat().st_mode & 0o777 == 0o644
    repaired = program.json("doctor", "--repair")
    assert sum(one["repaired"] for one in repaired["findings"]) >= 2
    assert file.stat().st_mode & 0o777 == 0o600
    assert program.json("sessions")[0]["id"] == session


def test_settings_and_packs_are_looked_at_too(program: Program, tmp_path: Path) -> None:
    (tmp_path / "config" / "prompts").mkdir(parents=True)
    (tmp_path / "config" / "settings.yaml").write_text("them: dark\n")
    (tmp_path / "config" / "prompts" / "team.yaml").write_text("nosuch: 1\n")
    result = program("doctor")
    assert result.exit_code == 0
    assert "settings.yaml:1: them:" in result.stdout
    assert "team.yaml:1:" in result.stdout


def test_where_names_the_folders_in_use(program: Program, tmp_path: Path) -> None:
    folders = program.json("where")
    assert folders["store"] == str(tmp_path / "store")
    assert folders["settings"] == str(tmp_path / "config" / "settings.yaml")
    assert Path(folders["prompts"], "broken.yaml").is_file()
    assert str(tmp_path / "store") in program("where").stdout
    assert not (tmp_path / "store").exists()
