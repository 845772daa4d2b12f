"""Themes: readable colours, faults with their lines, and a safe one whatever somebody's own says."""

from collections.abc import Callable
from pathlib import Path

import pytest
from rich.color import Color, ColorSystem

from supervision.errors import ConfigFaults
from supervision.paths import shipped
from supervision.tui import themes
from supervision.tui.app import usual_theme
from tests.tui_desk import desk_of, one_session, shown

GOOD = (shipped("themes") / "calm-dark.yaml").read_text()


OURS = ("calm-dark", "calm-light", "high-contrast-dark", "high-contrast-light", "paper", "terminal")


def test_our_themes_are_sound_and_say_what_they_are() -> None:
    found = themes.load()
    assert (tuple(found.usable), found.faults) == (OURS, ())
    assert len({theme.title for theme in found.usable.values()}) == len(OURS)
    assert all(theme.about for theme in found.usable.values())


@pytest.mark.parametrize("name", OURS)
def test_our_themes_are_readable_in_every_colour(name: str) -> None:
    theme = themes.load().usable[name]
    for word in themes.WORDS:
        for ground in themes.GROUNDS:
            one, other = theme.colours[word], theme.colours[ground]
            if theme.is_terminals:
                assert one == other == "default"
            else:
                assert themes.contrast(one, other) >= (7 if name.startswith("high-contrast") else 4.5)


@pytest.mark.parametrize("name", [name for name in OURS if name != "terminal"])
def test_in_a_terminal_of_256_colours_words_are_readable_and_a_dialog_stands_out(name: str) -> None:
    theme = themes.load().usable[name]

    def seen(ink: str) -> str:
        return Color.parse(theme.colours[ink]).downgrade(ColorSystem.EIGHT_BIT).get_truecolor().hex

    for word in themes.WORDS:
        for ground in themes.GROUNDS:
            assert themes.contrast(seen(word), seen(ground)) >= themes.READABLE, (word, ground)
    assert len({seen(ground) for ground in themes.GROUNDS}) == len(themes.GROUNDS)


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
        ('line: "#39434c"', "line: bleu", "line", 13, 'did you mean "blue"?'),
        ('line: "#39434c"', 'line: "39434c"', "line", 13, "#rrggbb"),
        ('line: "#39434c"', 'line: ["#39434c"]', "line", 13, "#rrggbb"),
        ('line: "#39434c"', 'lien: "#39434c"', "lien", 13, 'no such key; did you mean "line"?'),
        ('line: "#39434c"', "line: blue", "line", 13, "Either all colours"),
        ("title:", "titel:", "titel", 4, 'did you mean "title"?'),
        ("dark: true", "dark: true\ncontrast: high", "contrast", 7, "from 4.5 to 21"),
        ("dark: true", "dark: true\ncontrast: 3", "contrast", 7, "from 4.5 to 21"),
        ("dark: true", "dark: true\ncontrast: 7", "quiet", 13, "it needs 7 to 1"),
        ("title: Calm, dark", "title: " + "[" * 15_000, "file", 1, "nested"),
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


def test_words_in_the_colour_they_stand_on_are_a_fault(write: Callable[[str], Path]) -> None:
    terminal = (shipped("themes") / "terminal.yaml").read_text()
    assert themes.read(write(terminal.replace("accent: default", "accent: bright-blue"))).colours["accent"]
    with pytest.raises(ConfigFaults, match="would not be seen"):
        themes.read(write(terminal.replace("panel: default", "panel: red").replace("text: default", "text: red")))


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", ""),
        ("calm-drak", 'did you mean "calm-dark"?'),
        ("../../secret", "There is no theme"),
        ("broken", "broken.yaml:1: file: "),
        ("[bold]\x1b[31m", "There is no theme"),
    ],
)
def test_whatever_is_asked_for_there_are_colours_and_a_sentence(tmp_path: Path, name: str, says: str) -> None:
    folder = tmp_path / "config" / "themes"
    folder.mkdir(parents=True)
    (folder / "broken.yaml").write_text("")
    colours, sentence = themes.find(name)
    assert colours == themes.SAFE
    assert says in sentence and "\x1b" not in sentence and bool(sentence) == bool(says)


async def test_a_theme_is_looked_at_while_one_moves_and_escape_brings_the_old_one_back(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session()), theme="paper") as ui:
        await ui.choose("Change theme")
        await ui.until(lambda: "Paper" in ui.text and "Calm, light" in ui.text)
        assert ui.app.theme == "paper"
        await ui.press("down")
        await ui.until(lambda: ui.app.theme == "calm-dark")
        await ui.press("down")
        await ui.until(lambda: ui.app.theme == "calm-light")
        await ui.press("escape")
        await ui.until(lambda: ui.app.theme == "paper")
        assert ui.app.screen is ui.screen


async def test_a_theme_that_cannot_be_used_is_said_on_home(tmp_path: Path) -> None:
    folder = tmp_path / "config" / "themes"
    folder.mkdir(parents=True)
    (folder / "dusk.yaml").write_text(GOOD.replace("accent:", "acent:"))
    async with shown(desk_of(tmp_path, one_session()), session="", theme="dusk") as ui:
        assert ui.app.theme == themes.DEFAULT
        assert "The theme dusk cannot be used." in ui.text


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


@pytest.mark.parametrize(
    ("env", "theme"),
    [
        ({"TERM": "xterm-256color"}, ""),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, ""),
        ({"TERM": "linux"}, "terminal"),
        ({"TERM": "screen", "COLORTERM": "truecolor", "STY": "1.x"}, "terminal"),
    ],
)
def test_where_there_are_few_colours_they_are_the_terminals_own_unless_somebody_chose(
    monkeypatch: pytest.MonkeyPatch, env: dict[str, str], theme: str
) -> None:
    for name in ("TERM", "COLORTERM", "STY", "TMUX", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert usual_theme() == theme
