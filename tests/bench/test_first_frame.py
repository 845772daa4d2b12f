"""How long until home is on the screen, beside an empty Textual application in the same run."""

import os
import statistics
import time
from pathlib import Path

import pytest

from tests.terminal import Terminal

RUNS = 9
EMPTY = """
from textual.app import App, ComposeResult
from textual.widgets import Static

class Empty(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("nothing but this")

Empty().run()
"""


def seconds_until(shown: str, env: dict[str, str], program: tuple[str, ...]) -> float:
    started = time.perf_counter()
    with Terminal([], env=env, columns=100, rows=30, program=program) as terminal:
        terminal.wait(shown)
        return time.perf_counter() - started


@pytest.mark.bench
def test_home_is_there_about_as_soon_as_an_empty_application(tmp_path: Path) -> None:
    env = {
        "HOME": str(tmp_path),
        "SUPERVISION_STORE": str(tmp_path / "store"),
        "SUPERVISION_CONFIG": str(tmp_path / "config"),
        "SUPERVISION_ME": "Ash Patel",
        "PYTHONPATH": os.pathsep.join(("", str(Path(__file__).resolve().parents[2]))),
    }
    with Terminal(["demo", "--write", str(tmp_path / "store")], env=env) as made:
        assert made.ended() == 0, made.text
    home, empty = [], []
    for _ in range(RUNS + 1):
        home.append(seconds_until("Sam Okafor", env, ("-m", "supervision")))
        empty.append(seconds_until("nothing but this", env, ("-c", EMPTY)))
    ours, theirs = statistics.median(home[1:]), statistics.median(empty[1:])
    print(f"\nfirst frame: home with the sample {ours:.3f} s, an empty Textual application {theirs:.3f} s")
    print(f"ratio {ours / theirs:.2f} (goal: at most 1.5; median of {RUNS}, alternating)")
