"""What the doctor says of a terminal: plain words for what is there, and what to do about what is missing."""

import pytest

from supervision.cli.screen import TRY_THIS, told
from tests.stories.place import a_place
from tests.terminal import Terminal

GOOD = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "en_GB.UTF-8"}


def said(env: dict[str, str], size: tuple[int, int] = (120, 36), encoding: str = "utf-8") -> str:
    return "\n".join(f"{severity}: {sentence}" for severity, sentence in told(env, size, encoding))


@pytest.mark.parametrize(
    ("size", "words"),
    [
        ((120, 36), "note: This window is 120 letters wide and 36 lines high. That is room for everything."),
        ((80, 24), "from 100 letters on"),
        (
            (59, 24),
            "warning: This window is 59 letters wide and 24 lines high. The interface needs 60 letters by 18 lines",
        ),
        ((200, 17), "warning: This window is 200 letters wide and 17 lines high."),
    ],
)
def test_its_size_and_what_that_means(size: tuple[int, int], words: str) -> None:
    assert words in said(GOOD, size)


@pytest.mark.parametrize(
    ("env", "words"),
    [
        (GOOD, "all colours"),
        ({"TERM": "screen-256color"}, "256 colours (screen-256color)"),
        ({"TERM": "linux"}, "theme that follows the terminal's own"),
        ({}, "This terminal says of itself nothing"),
        ({**GOOD, "NO_COLOR": "1"}, "no colours; bold"),
        ({**GOOD, "TMUX": "/tmp/x"}, "keeps Ctrl+B for itself"),
        ({**GOOD, "TMUX": "/tmp/x"}, "escape-time"),
        ({**GOOD, "STY": "1.x"}, "keeps Ctrl+A for itself"),
        ({**GOOD, "TERM": "screen.xterm-256color", "STY": "1.x"}, "256 colours (screen.xterm-256color)"),
        ({**GOOD, "SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}, "ssh -C"),
        ({"TERM": "xterm", "LANG": "C"}, "The language is set to C"),
    ],
)
def test_colours_language_and_what_stands_between(env: dict[str, str], words: str) -> None:
    assert words in said(env)


def test_letters_that_would_be_missing_are_a_warning_and_none_is_tried() -> None:
    words = said(GOOD, encoding="ISO-8859-1")
    assert "warning: The letters of this terminal are set to ISO-8859-1, not to UTF-8" in words
    assert TRY_THIS not in words
    assert TRY_THIS in said(GOOD)


def test_the_doctor_says_it_on_a_terminal_and_all_is_well() -> None:
    with a_place() as place, Terminal(["doctor"], env=place.env | GOOD, columns=100, rows=40) as terminal:
        assert terminal.ended() == 0
        assert "This window is 100 letters wide and 40 lines high" in terminal.text
        assert "日" in terminal.text
