"""Somebody who never opens the palette: a whole session by keys alone, and what stands in its record."""

from itertools import cycle
from pathlib import Path

import pytest

from tests.conftest import Program
from tests.stories.sitting import (
    ASHS,
    QUESTIONS,
    READY,
    SAMS,
    SIZES,
    Sitting,
    action_of,
    is_what_was_said,
)
from tests.stories.typed import STAGES

KEYS = {
    "Start a session": ["n"],
    "Next question": ["C-n", "F3"],
    "The other is writing": ["C-s"],
    "Add action": ["F4", "C-t"],
    "Propose decision": ["F5", "C-l"],
    "Agree decision": ["C-l", "F5"],
    "Hide the screen": ["C-d", "F6"],
    "Help": ["F1", "C-g"],
    "Quit": ["C-q"],
}
TURNS = {name: cycle(keys) for name, keys in KEYS.items()}
"""Where there are two keys, each has its turn."""


class ByKeys(Sitting):
    def do(self, name: str) -> None:
        self.press(next(TURNS[name]))


@pytest.mark.long
@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_a_whole_session_by_keys(program: Program, tmp_path: Path, columns: int, rows: int) -> None:
    program.me = "Ash"
    two = ByKeys(program, tmp_path, columns, rows)
    with two.at_a_screen() as screen:
        screen.wait("Start a session")
        two.start_with_sam()
        two.look_for_help("In the notes")
        for stage in STAGES:
            for question in range(1, QUESTIONS[stage] + 1):
                if (stage, question) != ("arrive", 1):
                    two.do("Next question")
                two.is_at(stage, question)
            two.note_by_both(stage)
            if stage == "need":
                two.somebody_comes_in()
                two.the_other_looks_in_from_a_screen_of_their_own(stage)
            if stage == "decide":
                two.decide()
                two.do("Agree decision")
                two.both_agree()
                two.back(READY)
            if stage == "act":
                two.add_action(SAMS, "Sam")
                two.add_action(ASHS, "Ash")

        two.press("BTab", "Enter")  # what the last question offers, as it says
        two.meet_next()
        two.press("Tab", "Tab", "Enter")  # past what it was about, and what somebody sees differently
        two.say_the_concern()
        two.both_sign()
        two.press("Enter")
        two.say_that_it_is_over()
        two.press("Enter")
        two.correct_it()
        two.back("read only")

        two.press("Escape")  # from the question back to the notes
        two.back("Start a session")
        for _ in range(3):
            two.press("Escape")  # never leaves
        two.press("a")
        screen.wait(SAMS)
        two.back("Start a session")
        is_what_was_said(two.records[0])

        two.do("Start a session")
        screen.wait("(x) Sam")
        two.press("Enter", "Enter")
        screen.wait(READY)
        for _ in range(QUESTIONS["arrive"]):
            two.do("Next question")
        two.is_at("look-back")
        two.press("C-o", "Down", "d")  # below the concern, which is due first
        two.answer_done()
        two.leave()

    first, second = two.records
    assert (second["state"], second["actions"]) == ("open", [])
    told = action_of(first, SAMS)
    assert (told["status"], [(note["by"], note["text"]) for note in told["notes"]]) == (
        "done",
        [("Ash", "Told J on Friday")],
    )
    ticked = program("actions", "done", action_of(first, ASHS)["id"])
    assert ticked.exit_code == 0, ticked.output
    assert action_of(two.records[0], ASHS)["status"] == "done"


def test_the_first_run_asks_for_a_name_and_remembers_it(program: Program, tmp_path: Path) -> None:
    two = ByKeys(program, tmp_path, 80, 24)
    with two.at_a_screen(me="") as screen:
        screen.wait("Welcome. Three questions")
        two.press("C-u")  # whatever the system calls this person
        two.type("Ash", then="Enter")
        two.press("Enter", "Enter")  # the role and the colours, as they stand
        screen.wait("Encrypt everything that is kept here?")
        two.press("Escape")
        screen.wait("Try the sample")
        two.press("Enter")
        screen.wait("Their name")
        two.type("Sam", then="Enter")
        two.press("Enter")
        screen.wait(READY)
        two.type("Here we are.")
        two.leave()
    with two.at_a_screen(me="") as screen:
        screen.wait("Ash, supervisor")
        screen.wait("Continue with Sam")
        two.press("Enter")
        screen.wait("Ash  Here we are.")
        two.type("Again.")
        two.leave()
    (record,) = two.records
    assert [person["name"] for person in record["people"]] == ["Ash", "Sam"]
    assert "\n".join(note["text"] for note in record["stages"][0]["notes"]) == "Here we are.\nAgain."
