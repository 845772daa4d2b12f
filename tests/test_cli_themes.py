"""Themes from the command line."""

import json
from pathlib import Path

from supervision import config
from tests.conftest import ROOT, Program


def test_the_list_names_built_in_and_own_themes(program: Program) -> None:
    file = program("themes", "new", "dusk").stdout.strip()
    Path(file).with_name("bad.yaml").write_text("colours: none\n")
    config.remember("theme", "paper")
    found = {theme["name"]: theme for theme in program.json("themes", "list")}
    assert {name for name, theme in found.items() if theme["where"] == "built in"} == {
        *("calm-dark", "calm-light", "high-contrast-dark", "high-contrast-light", "paper", "terminal")
    }
    assert (found["paper"]["title"], found["paper"]["in_use"]) == ("Paper", True)
    assert (found["dusk"]["where"], found["dusk"]["fault"], found["dusk"]["in_use"]) == (file, None, False)
    assert found["bad"]["fault"].startswith(f"{Path(file).with_name('bad.yaml')}:1: colours: ")
    listed = program("themes", "list").stdout
    assert "paper (in use): Paper" in listed and "bad: cannot be used" in listed


def test_check_names_each_fault_on_a_line_of_its_own(program: Program, tmp_path: Path) -> None:
    assert (program("themes", "check").exit_code, program("themes", "check").stdout) == (0, "")
    file = tmp_path / "bad.yaml"
    calm = (ROOT / "themes" / "calm-dark.yaml").read_text()
    file.write_text(calm.replace("quiet:", "quite:").replace("#dbe0e3", "#444444"))
    result = program("themes", "check", str(file))
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert all(line.startswith(f"{file}:") for line in lines)
    assert any(line.startswith(f"{file}:12: quite: ") and 'did you mean "quiet"?' in line for line in lines)
    assert any(line.startswith(f"{file}:11: text: ") and "hard to read" in line for line in lines)
    asjson = program("themes", "check", str(file), "--json")
    assert asjson.exit_code == 1
    assert {"file", "line", "key", "sentence"} == json.loads(asjson.stdout)[0].keys()


def test_a_new_theme_is_sound_and_overwrites_nothing(program: Program) -> None:
    file = program("themes", "new", "paper").stdout.strip()
    assert Path(file).read_text() == (ROOT / "themes" / "paper.yaml").read_text()
    assert program("themes", "check", file).exit_code == 0
    again = program("themes", "new", "paper")
    assert (again.exit_code, again.stdout) == (1, "")
    bad = program("themes", "new", "../paper")
    assert (bad.exit_code, bad.stdout) == (1, "")
