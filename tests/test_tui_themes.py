"""Themes: readable colours, faults with their lines, and a safe one whatever somebody's own says."""

from collections.abc import Callable
from pathlib import Path

import pytest

from supervision.errors import ConfigFaults
from supervision.paths import shipped
from supervision.tui import themes
from tests.tui_desk import desk_of, one_session, shown

GOOD = (shipped("themes") / "calm-dark.yaml").read_text()


@pytest.mark.parametrize("name", ["calm-dark", "calm-light"])
def test_our_themes_are_readable_in_every_colour(name: str) -> None:
    theme = themes.load().usable[name]
    for word in themes.WORDS:
        for ground in themes.GROUNDS:
            assert themes.contrast(theme.colours[word], theme.colours[ground]) >= 4.5


def test_contrast_is_that_of_the_standard() -> None:
    assert themes.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert themes.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    def written(words: str) -> Path:
        file = tmp_path / "mine.yaml"
        file.write_text(words)
        return file

    return written


@pytest.mark.parametrize(
    ("old", "new", "key", "line", "says"),
    [
        ('text: "#dbe0e3"', 'text: "#3a4046"', "text", 11, "hard to read"),
        ('line: "#39434c"', "line: blue", "line", 13, "#rrggbb"),
        ('line: "#39434c"', 'lien: "#39434c"', "lien", 13, "no such key"),
        ("dark: true", "dark: perhaps", "dark", 6, "true or false"),
        ("dark: true", "dark: true\ndark: false", "dark", 7, "twice"),
        ('  accent: "#8fc1d0"', "", "colours", 8, "missing: accent"),
        ("colours:", "colours: red\nother:", "colours", 8, "Here stand"),
        ("title: Calm, dark", "title: [unclosed", "file", 5, "not YAML"),
        ("title: Calm, dark", "title: [a, b]", "title", 4, "a few words"),
    ],
)
def test_faults_are_named_with_key_and_line(
    write: Callable[[str], Path], old: str, new: str, key: str, line: int, says: str
) -> None:
    with pytest.raises(ConfigFaults) as caught:
        themes.read(write(GOOD.replace(old, new)))
    assert any(f.key == key and f.line == line and says in f.sentence for f in caught.value.faults), str(caught.value)


def test_a_theme_of_ones_own_is_used_and_a_faulty_one_hides_no_other(tmp_path: Path) -> None:
    folder = tmp_path / "config" / "themes"
    folder.mkdir(parents=True)
    (folder / "dusk.yaml").write_text(GOOD.replace("Calm, dark", "Dusk"))
    (folder / "bad.yaml").write_bytes(b"\xff\x00 not a theme")
    (folder / "huge.yaml").write_bytes(b"#" * 30_000)
    found = themes.load()
    assert found.usable["dusk"].title == "Dusk" and "calm-light" in found.usable
    assert {Path(fault.file).name for fault in found.faults} == {"bad.yaml", "huge.yaml"}


async def test_changing_the_theme_is_remembered_and_an_unknown_one_falls_back(tmp_path: Path) -> None:
    from dataclasses import replace

    kept: list[str] = []
    desk = replace(desk_of(tmp_path, one_session()), remember_theme=kept.append)
    async with shown(desk, theme="of-the-sixties") as ui:
        assert ui.app.theme == themes.DEFAULT
        await ui.choose("Change theme")
        await ui.type("light")
        await ui.app.workers.wait_for_complete()
        await ui.press("enter")
        assert ui.app.theme == "calm-light" and kept == ["calm-light"]


def test_the_safe_theme_is_the_one_in_its_file() -> None:
    assert themes.read(shipped("themes") / f"{themes.DEFAULT}.yaml") == themes.SAFE
