"""In GNU screen, without function keys: home, a session, words, the next question, and out again."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal import Terminal

IN_SCREEN = "import os, sys; os.execvp('screen', ['screen', '-c', os.devnull, *sys.argv[1:]])"


def test_a_session_goes_on_inside_of_it(tmp_path: Path) -> None:
    if shutil.which("screen") is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("screen is not installed")
    sockets = tmp_path / "sockets"
    sockets.mkdir(mode=0o700)
    env = {
        "HOME": str(tmp_path),
        "SUPERVISION_STORE": str(tmp_path / "store"),
        "SUPERVISION_CONFIG": str(tmp_path / "config"),
        "SUPERVISION_ME": "Ash Patel",
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "SCREENDIR": str(sockets),
        "LC_ALL": "C.UTF-8",
        "SHELL": "/bin/sh",
    }
    with Terminal(["demo", "--write", str(tmp_path / "store")], env=env) as made:
        assert made.ended() == 0, made.text
    inside = ["sh", "-c", '"$@"; echo "It has ended."; read line', "sh", sys.executable, "-m", "supervision"]
    with Terminal(inside, env=env, columns=80, rows=24, program=("-c", IN_SCREEN)) as terminal:
        terminal.wait("Continue with Sam Okafor")
        colours = set(re.findall(rb"\x1b\[([0-9;]*)m", bytes(terminal.raw)))
        assert any(colour.startswith(b"38;5;") for colour in colours)
        # COLORTERM of the terminal around it promises more, and screen takes such colours for these.
        assert not colours & {b"2", b"5"}, "faint, or blinking"
        terminal.send("\r")
        terminal.wait("is writing")
        terminal.send("Words typed inside of screen")
        terminal.wait("Words typed inside of screen")
        before = terminal.text
        terminal.send("\x0e")  # ctrl+n
        terminal.wait(lambda screen: screen != before and "2 of 2" in screen)
        terminal.send("\x07")  # ctrl+g
        terminal.wait("I want to ...")
        terminal.send("\x1b")
        terminal.wait(lambda screen: "I want to ..." not in screen)
        terminal.send("\x10concern\r")  # ctrl+p
        terminal.wait("Raise a concern")
        terminal.send("\x11")  # ctrl+q
        terminal.wait("It has ended.")
        assert terminal.text.strip() == "It has ended.", "where there is no screen of its own to leave, nothing stays"
        history = tmp_path / "history"
        subprocess.run(["screen", "-X", "hardcopy", "-h", str(history)], env=os.environ | env, check=True, timeout=20)
        terminal.wait(lambda _: history.exists() and "It has ended." in history.read_text(errors="replace"))
        assert "Raise a concern" not in history.read_text(errors="replace"), "nor for whoever scrolls back"
        terminal.send("\r")
        terminal.ended()
        assert "[screen is terminating]" in terminal.text
