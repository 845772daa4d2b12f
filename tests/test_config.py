"""Settings: read with faults by line, changed without losing what a person wrote around them."""

import stat
from pathlib import Path

import pytest

from supervision import config
from supervision.errors import BadInput, ConfigFaults, Refused


@pytest.fixture(autouse=True)
def settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "config"
    monkeypatch.setenv("SUPERVISION_CONFIG", str(folder))
    return folder / "settings.yaml"


def written(file: Path, text: str | bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())


def faults(file: Path, text: str | bytes) -> list[tuple[int, str]]:
    written(file, text)
    with pytest.raises(ConfigFaults) as caught:
        config.load()
    assert file.read_bytes() == (text if isinstance(text, bytes) else text.encode())
    return [(fault.line, fault.key) for fault in caught.value.faults]


def test_without_a_file_there_are_defaults_and_nothing_is_made(settings_file: Path) -> None:
    assert config.load() == config.Settings()
    assert not settings_file.exists()


def test_every_setting_is_read(settings_file: Path) -> None:
    written(settings_file, "me: Ash Patel\nrole: peer\ntheme: dusk\nprompts: team\nkeymap:\n  next-stage: f3,ctrl+n\n")
    assert config.load() == config.Settings("Ash Patel", "peer", "dusk", "team", {"next-stage": "f3,ctrl+n"})


def test_empty_values_are_no_faults(settings_file: Path) -> None:
    written(settings_file, "me:\nkeymap:\n# nothing yet\n")
    assert config.load() == config.Settings()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("me: Ash\nthem: dark\n", [(2, "them")]),
        ("me: Ash\nme: Sam\n", [(2, "me")]),
        ("me: [Ash]\n", [(1, "me")]),
        ("me: Ash\nrole: boss\n", [(2, "role")]),
        ("me: '@ash'\ntheme: {a: b}\n", [(1, "me"), (2, "theme")]),
        ("- me\n", [(1, "settings")]),
        ("me: Ash\nkeymap: f3\n", [(2, "keymap")]),
        ("keymap:\n  next: [f3]\n", [(2, "keymap.next")]),
        ("me: Ash\nkeymap:\n  a: {b: {c: d}}\n", [(3, "settings")]),
        ("me: &a Ash\ntheme: *a\n", [(2, "settings")]),
        ('me: "Ash\n', [(1, "settings")]),
        ("me: Ash\ntheme: a: b\n", [(2, "settings")]),
        (b"me: Ash\ntheme: \xff\n", [(2, "settings")]),
        ("[" * 5000, [(1, "settings")]),
        ("# " + "x" * 200_000, [(1, "settings")]),
        ('theme: "a\\e]52;c;x\\a"\n', [(1, "theme")]),
    ],
)
def test_faults_name_their_line_and_key(
    settings_file: Path, text: str | bytes, expected: list[tuple[int, str]]
) -> None:
    assert faults(settings_file, text) == expected


def test_a_broken_file_gives_defaults_and_a_sentence(settings_file: Path) -> None:
    written(settings_file, "them: dark\n")
    settings, sentence = config.load_or_defaults()
    assert settings == config.Settings()
    assert f"{settings_file}:1: them:" in sentence
    assert 'did you mean "theme"?' in sentence


def test_a_name_is_remembered_in_a_private_file(settings_file: Path) -> None:
    config.remember("me", 'Zoë "no" O’Brien'.replace('"', "'"))
    assert config.load().me == "Zoë 'no' O’Brien"
    assert stat.S_IMODE(settings_file.stat().st_mode) == 0o600
    assert [path.name for path in settings_file.parent.iterdir()] == ["settings.yaml"]


def test_comments_and_the_rest_stay(settings_file: Path) -> None:
    written(settings_file, "# mine\nme: Ash  # me\n\nkeymap:\n  next: f3 # the big key\ntheme:\n")
    config.remember("me", "Sam Okafor")
    config.remember("theme", "dusk")
    config.remember("prompts", "team")
    assert settings_file.read_text() == (
        '# mine\nme: "Sam Okafor"  # me\n\nkeymap:\n  next: f3 # the big key\ntheme: "dusk"\nprompts: "team"\n'
    )


def test_a_text_over_several_lines_is_replaced_whole(settings_file: Path) -> None:
    written(settings_file, "theme: >-\n  du\n  sk\nme: Ash\n")
    config.remember("theme", "dawn")
    assert config.load() == config.Settings(me="Ash", theme="dawn")


def test_a_broken_file_is_never_overwritten(settings_file: Path) -> None:
    written(settings_file, "them: dark\n")
    with pytest.raises(ConfigFaults):
        config.remember("me", "Ash")
    assert settings_file.read_text() == "them: dark\n"


def test_a_form_that_cannot_be_changed_is_refused(settings_file: Path) -> None:
    written(settings_file, "{me: Ash}\n")
    with pytest.raises(Refused):
        config.remember("theme", "dawn")
    config.remember("me", "Sam")
    assert settings_file.read_text() == '{me: "Sam"}\n'


def test_only_settings_of_one_word_are_remembered() -> None:
    with pytest.raises(BadInput):
        config.remember("keymap", "f3")


def test_a_link_stays_a_link(settings_file: Path, tmp_path: Path) -> None:
    home = tmp_path / "dotfiles.yaml"
    home.write_text("me: Ash\n")
    settings_file.parent.mkdir(parents=True)
    settings_file.symlink_to(home)
    config.remember("me", "Sam")
    assert settings_file.is_symlink()
    assert home.read_text() == 'me: "Sam"\n'
