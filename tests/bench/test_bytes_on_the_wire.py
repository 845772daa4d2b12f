"""What a slow line carries: bytes for each typed letter and while nobody types, beside a stock text area in one run."""

import os
import statistics
from pathlib import Path

import pytest

from tests.terminal import Terminal

STOCK = """
from textual.app import App, ComposeResult
from textual.widgets import TextArea

class Stock(App[None]):
    def compose(self) -> ComposeResult:
        yield TextArea("ready\\n")

Stock().run()
"""
WORDS = "Being answered is what J never had, and waiting until morning is worst. "
PAGE = 12
"""Times the words make a page of it, which goes on over the last row of a full pane again and again."""
GOAL = 400
"""Bytes for a letter, at most, as they leave the program; nothing compresses them here."""
QUIET = 0.25
"""Seconds without a byte after which a key has had its effect: longer than it takes to save."""
IDLE = 8.0
"""Seconds to listen to somebody who does not type."""


def letter_by_letter(terminal: Terminal, words: str) -> list[int]:
    """The bytes that came for each letter."""
    found = []
    for letter in words:
        terminal.send(letter)
        found.append(terminal.listen(QUIET))
    return found


def told(name: str, bytes_: list[int]) -> str:
    p99 = sorted(bytes_)[-(len(bytes_) // 100 + 1)]
    return (
        f"{name}: mean {statistics.mean(bytes_):.0f}, median {statistics.median(bytes_):.0f}, "
        f"99 of 100 {p99}, most {max(bytes_)}"
    )


@pytest.mark.bench
def test_a_letter_costs_few_bytes_and_silence_none(tmp_path: Path) -> None:
    env = {
        "HOME": str(tmp_path),
        "SUPERVISION_STORE": str(tmp_path / "store"),
        "SUPERVISION_CONFIG": str(tmp_path / "config"),
        "SUPERVISION_ME": "Ash Patel",
        "PYTHONPATH": os.pathsep.join(("", str(Path(__file__).resolve().parents[2]))),
    }
    with Terminal(["demo", "--write", str(tmp_path / "store")], env=env) as made:
        assert made.ended() == 0, made.text
    with Terminal([], env=env, columns=100, rows=30) as ours:
        ours.wait("Continue with Sam")
        ours.listen(QUIET * 8)
        home = ours.listen(IDLE)
        ours.send("\r")
        ours.wait("is writing")
        ours.send("\r")
        ours.listen(QUIET * 8)
        here = letter_by_letter(ours, WORDS)
        pages = f"{WORDS}\r" * 16
        ours.send(pages)
        ours.listen(QUIET * 8)
        full = letter_by_letter(ours, WORDS)
        ours.send("\x1b[A" * 6)  # into the middle, where each letter pushes the rest of its line on
        ours.listen(QUIET * 4)
        middle = letter_by_letter(ours, WORDS)
        ours.send("\x1b[1;5F")  # to the end of it all
        ours.listen(QUIET * 4)
        page = letter_by_letter(ours, WORDS * PAGE)
        ours.listen(QUIET * 8)
        idle = ours.listen(IDLE)
        assert ours.leave() == 0
    with Terminal([], env=env, columns=100, rows=30, program=("-c", STOCK)) as stock:
        stock.wait("ready")
        stock.listen(QUIET)
        theirs = letter_by_letter(stock, WORDS[:24])
    print()
    for name, found in (
        ("a few notes", here),
        ("a full pane", full),
        ("a page", page),
        ("its middle", middle),
        ("stock", theirs),
    ):
        print(told(name, found))
    print(
        f"ratio {statistics.mean(full) / statistics.mean(theirs):.3f}; idle for {IDLE:.0f} s: home {home}, notes {idle}"
    )
    assert max(statistics.mean(found) for found in (here, full, page, middle)) <= GOAL
    assert (home, idle) == (0, 0)
