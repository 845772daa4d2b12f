"""A first run, a session and its signatures where no function key arrives, nor Ctrl+S, Ctrl+Q, Ctrl+A and Ctrl+B.

Some keyboards have no function keys, some terminals stop and go on by Ctrl+S and Ctrl+Q, and GNU screen and tmux keep
Ctrl+A and Ctrl+B. Only what the screen names is pressed.
"""

import re
from pathlib import Path

import pytest

from tests.conftest import Program
from tests.stories.sitting import PAUSED, READY, Sitting

KEPT = re.compile(r"F\d+|C-[sqab]")
"""Keys that never arrive here, as tmux calls them."""


class WithoutThem(Sitting):
    def press(self, *keys: str) -> None:
        assert not any(KEPT.fullmatch(key) for key in keys), keys
        super().press(*keys)

    def do(self, name: str) -> None:
        self.press("C-p")
        self.tmux.wait("What would you like to do?")
        self.tmux.type(name)
        self.tmux.wait(lambda screen: re.search(rf"^ +{name}\b.*\n+ +{name}\b", screen, re.MULTILINE) is not None)
        self.press("Enter")


@pytest.mark.parametrize(("columns", "rows"), [pytest.param(80, 24, marks=pytest.mark.long), (60, 18)])
def test_from_the_first_run_to_the_signatures(program: Program, tmp_path: Path, columns: int, rows: int) -> None:
    two = WithoutThem(program, tmp_path, columns, rows)
    with two.at_a_screen(me="") as screen:
        screen.wait("Welcome. Three questions")
        two.press("C-u")  # whatever the system calls this person
        two.type("Ash", then="Enter")
        two.press("Enter", "Enter")  # the role and the colours, as they stand
        screen.wait("Not now")
        two.press("Enter")
        screen.wait("Try the sample")
        two.press("Escape")
        screen.wait("or Quit in Ctrl+P")
        two.press("Enter")
        screen.wait("Their name")
        two.type("Sam", then="Enter")
        two.press("Enter")
        screen.wait(READY)
        two.type("Ash asks.")
        two.hand_over("Sam")
        two.type("Sam answers.")
        two.press("C-n")
        screen.wait("2 of 3")

        two.do("Quiet screen")
        screen.wait("Esc Everything else again")
        two.back(READY)
        two.press("C-d", "C-d")  # somebody comes in
        screen.wait(PAUSED)
        two.press("Enter")
        screen.wait(READY)

        two.press("C-t")
        screen.wait("What will be done?")
        two.type("Ring J about the hours", then="Enter")
        two.press("Enter", "Enter", "Enter")
        screen.wait("Written down.")

        two.do("Sign")
        screen.wait("The record, read back")
        two.press("e")
        screen.wait("Markdown")
        two.back("The record, read back")
        two.both_sign()
        two.back("read only")
        two.back("signed by both")
        two.do("Quit")
        assert screen.status == 0
    (record,) = two.records
    assert record["state"] == "signed"
    assert [note["text"] for note in record["stages"][0]["notes"]] == ["Ash asks.", "Sam answers."]
    assert [action["text"] for action in record["actions"]] == ["Ring J about the hours"]
