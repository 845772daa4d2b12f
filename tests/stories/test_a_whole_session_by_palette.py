"""Somebody who knows one key, the one that opens the palette: the same session by the names of what there is to do."""

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


class ByNames(Sitting):
    def do(self, name: str) -> None:
        self.press("C-p")
        self.tmux.wait("What would you like to do?")
        self.tmux.type(name)
        self.tmux.wait(lambda screen: _offered_first(screen, name))
        self.press("Enter")

    def put(self, words: str, *, then: str = "") -> None:
        self.tmux.paste(words)
        self.tmux.wait(words.split()[-1])
        self.press(then)


def _offered_first(screen: str, name: str) -> bool:
    """Whether what was typed stands there and, first of all below it, what has that name."""
    lines = screen.split("\n")
    typed = next((n for n, line in enumerate(lines) if name in line), len(lines) - 1)
    start = lines[typed].find(name)
    below = (line[start : start + len(name)] for line in lines[typed + 1 :])
    return start >= 0 and next((words for words in below if words.strip()), "") == name


@pytest.mark.long
@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_a_whole_session_by_palette(program: Program, tmp_path: Path, columns: int, rows: int) -> None:
    program.me = "Ash"
    two = ByNames(program, tmp_path, columns, rows)
    with two.at_a_screen() as screen:
        screen.wait("Start a session")
        two.start_with_sam()
        two.look_for_help("In the notes")
        for stage in STAGES:
            if stage != "arrive":
                two.do("Next stage")
            two.is_at(stage)
            if stage == "boundaries":
                for question in range(2, QUESTIONS[stage] + 1):
                    two.do("Next question")
                    two.is_at(stage, question)
            two.note_by_both(stage)
            if stage == "need":
                two.somebody_comes_in()
                two.the_other_looks_in_from_a_screen_of_their_own(stage)
            if stage == "decide":
                two.decide()
                two.back(READY)
                two.do("Agree decision")
                two.both_agree()
            if stage == "act":
                two.add_action(SAMS, "Sam")
                two.add_action(ASHS, "Ash")

        two.do("Raise a concern")
        two.say_the_concern()
        two.do("Read back")
        two.meet_next()
        two.back(READY)
        two.do("Sign")
        two.both_sign()
        two.back("read only")
        two.do("Add an addendum")
        two.correct_it()
        two.do("End session")
        two.say_that_it_is_over()
        screen.wait("Read the record back now?")
        two.press("Enter")
        screen.wait("read only")
        is_what_was_said(two.records[0])

        two.do("Go home")
        screen.wait("Start a session")
        two.do("Start a session")
        screen.wait("(x) Sam")
        two.press("Enter", "Enter")
        screen.wait(READY)
        two.do("Look back")
        two.is_at("look-back")
        screen.wait(SAMS)
        two.press("Down", "Tab", "Enter")  # below the concern, which is due first
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
