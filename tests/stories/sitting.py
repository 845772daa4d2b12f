"""Ash and Sam at one terminal, in tmux: what they say, what they press in each dialog, what the record holds then."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from supervision import prompts
from tests.conftest import ROOT, Program
from tests.stories.typed import FIELDS, OPTIONS, STAGES
from tests.tmux import Tmux

SIZES = ((120, 36), (80, 24))
MARKS = dict(
    zip(
        STAGES,
        ("arrive", "look back", "bring", "B", "R", "O", "K", "E", "N", "systems", "decide", "act", "sign"),
        strict=True,
    )
)
QUESTIONS = {stage.id: len(stage.prompts) for stage in prompts.find("broken", 90).stages}
MATTER = "Evening messages, and what I owe J"
SAMS, ASHS = "Tell J about the hours", "Ask for a discussion group"
WORRY, LEAD = "J spoke of not waking up", "the safeguarding lead"
CONCERNS = f"Raise the concern with {LEAD}"
ADDENDUM = "It was a Tuesday."
PAUSED = "Paused. Press Enter to go on."
READY = "is writing"
"""Stands on the session's screen once one can type."""


@dataclass
class Sitting(ABC):
    """Two people before one screen of this size. How they ask for things is what the two stories differ in."""

    program: Program
    folder: Path
    columns: int
    rows: int
    _screens: list[Tmux] = field(default_factory=list)

    @abstractmethod
    def do(self, name: str) -> None:
        """Asks for something, by the name it has in the palette."""

    # -- sitting down, and getting up -------------------------------------------------------------------------

    @contextmanager
    def at_a_screen(self, *args: str, me: str = "Ash") -> Iterator[Tmux]:
        """The program before them; a second one inside is another screen on the same records."""
        env = {
            "HOME": str(self.folder),
            "SUPERVISION_STORE": str(self.folder / "store"),
            "SUPERVISION_CONFIG": str(self.folder / "config"),
            "PYTHONPATH": str(ROOT),
        } | ({"SUPERVISION_ME": me} if me else {})
        with Tmux(*args, env=env, columns=self.columns, rows=self.rows, cwd=ROOT) as screen:
            self._screens.append(screen)
            try:
                yield screen
            finally:
                self._screens.pop()

    @property
    def tmux(self) -> Tmux:
        return self._screens[-1]

    def press(self, *keys: str) -> None:
        self.tmux.press(*keys)

    def type(self, words: str, *, then: str = "") -> None:
        """Types words, sees the last of them, and presses a key."""
        self.tmux.type(words)
        self.tmux.wait(words.split()[-1])
        if then:
            self.press(then)

    def put(self, words: str, *, then: str = "") -> None:
        """Words that were thought about before."""
        self.type(words, then=then)

    def back(self, until: str) -> None:
        """One step back."""
        self.press("Escape")
        self.tmux.wait(until)

    def leave(self) -> None:
        self.do("Quit")
        assert self.tmux.status == 0

    # -- the way through --------------------------------------------------------------------------------------

    def start_with_sam(self) -> None:
        """From home: the name, then down to the alias and the matter; the rest as it is offered."""
        self.do("Start a session")
        self.tmux.wait("Their name")
        self.type("Sam", then="Tab")
        self.press("Tab", "Tab", "Tab")
        self.type("J", then="Enter")
        self.type(MATTER, then="C-s")
        self.tmux.wait(READY)

    def is_at(self, stage: str, question: int = 1) -> None:
        """Waits until the line of stages, and the question, say that we are there."""
        mark, count = f"[{MARKS[stage]}]", f"{question} of {QUESTIONS[stage]}"
        self.tmux.wait(lambda screen: mark in screen and count in screen)

    def hand_over(self, to: str) -> None:
        self.do("The other is writing")
        self.tmux.wait(f"{to} is writing")

    def note_by_both(self, stage: str) -> None:
        """Each says something; they share the keyboard."""
        self.type(f"Ash on {stage}.")
        self.hand_over("Sam")
        self.type(f"Sam on {stage}.")
        self.tmux.wait(f"Sam  Sam on {stage}.")
        self.hand_over("Ash")

    def add_action(self, words: str, owner: str) -> None:
        self.do("Add action")
        self.tmux.wait("What will be done?")
        self.type(words, then="Tab")
        self.press(owner[0].lower())
        self.tmux.wait(f"(x) {owner}")
        self.press("Tab")
        self.type("in 2 weeks")
        self.tmux.wait("(in 14 days)")
        self.press("C-s")
        self.tmux.wait("Written down.")

    def decide(self) -> None:
        """Line by line down the decision, until nothing is missing."""
        self.do("Propose decision")
        self.tmux.wait("A boundary decision")
        for key in ("title", "rationale", "need"):
            self.put(FIELDS[key], then="Tab")
        self.press("g")
        self.tmux.wait("(x) given")
        self.press("Tab")
        self.put("Team manager", then="Tab")
        self.press("Tab")  # given today
        self.put(FIELDS["review_on"], then="Tab")
        for key in ("situation", "usual_practice", "persons_view"):
            self.put(FIELDS[key], then="Tab")
        for option in OPTIONS:
            for part in option:
                self.put(part, then="Tab")
        self.press("Enter")  # an option without words ends them
        self.tmux.wait("( ) bend")
        self.press("b")
        self.tmux.wait("(x) bend")
        self.press("Tab")
        for key in ("limits", "risks"):
            self.put(FIELDS[key], then="Tab")
        self.press("Tab")  # nothing could go wrong for Sam
        for key in ("safeguards", "explained_how"):
            self.put(FIELDS[key], then="Tab")
        self.tmux.wait("decision 1, proposed")
        self.tmux.wait("Nothing is missing.")

    def both_agree(self) -> None:
        """The text before them; Enter goes on to the line for a name, and each types their own."""
        self.tmux.wait("I agree")
        self.tmux.wait(FIELDS["situation"])
        self.press("Enter")
        for name in ("Sam", "Ash"):
            self.tmux.wait("type it when you have read this")
            self.type(name, then="Enter")
        self.tmux.gone("I agree")

    def say_the_concern(self) -> None:
        self.tmux.wait("Is anybody in danger now?")
        self.type(WORRY, then="Tab")
        self.type(LEAD, then="Tab")
        self.type("tomorrow", then="C-s")
        self.tmux.gone("Is anybody in danger now?")

    def meet_next(self) -> None:
        """From the top of the record that is read back."""
        self.tmux.wait("The record, read back")
        self.press("Tab")
        self.type("in 4 weeks")
        self.tmux.wait("(in 28 days)")
        self.press("Tab", "Tab")

    def both_sign(self) -> None:
        """The record has been read: End goes to where it is signed, and who signed leads on to the other."""
        self.press("End")
        for name in ("Ash", "Sam"):
            self.tmux.wait(f"{name} signs")
            self.press("Enter")
            self.tmux.wait(f"{name}: sign this record")
            self.type(name, then="Enter")
            self.tmux.wait(f"{name}: signed")
        self.tmux.wait("signed by everybody")

    def say_that_it_is_over(self) -> None:
        """Asked whether it is over, the careful answer comes first; the other stands at its left."""
        self.tmux.wait("Is this session over?")
        self.press("Left", "Enter")
        self.tmux.gone("Is this session over?")

    def correct_it(self) -> None:
        self.tmux.wait("What is to be corrected?")
        self.type(ADDENDUM, then="Enter")
        self.tmux.gone("What is to be corrected?")

    def answer_done(self) -> None:
        self.tmux.wait("How did it go?")
        self.type("Told J on Friday", then="Enter")
        self.tmux.wait(f"Done: {SAMS}")

    # -- what gets in the way ---------------------------------------------------------------------------------

    def somebody_comes_in(self) -> None:
        """Nothing of the session can be read while the screen is hidden; Enter brings all of it back."""
        before = _without_sentence(self.tmux.wait(" saved "))
        self.do("Hide the screen")
        hidden = self.tmux.wait(PAUSED)
        assert hidden.strip() == PAUSED
        self.press("Enter")
        self.tmux.wait(lambda screen: _without_sentence(screen) == before)

    def look_for_help(self, *first: str) -> None:
        """Help says what one can do, by which key; Escape leads back."""
        self.do("Help")
        shown = self.tmux.wait("I want to ...")
        assert re.search(r"go on to the next question +Ctrl\+N", shown)
        for words in first:
            assert words in shown
        self.back(READY)

    def the_other_looks_in_from_a_screen_of_their_own(self, stage: str) -> None:
        """From home on a second screen Sam comes into the session, reads what was written, and leaves."""
        with self.at_a_screen(me="Sam") as screen:
            screen.wait("Continue with Ash")
            self.press("Enter")
            screen.wait(f"Sam  Sam on {stage}.")
            screen.wait("Ash is here")
            self._screens[0].wait("Sam is here")
            self.leave()
        self.tmux.wait("Ash is writing")

    # -- the record -------------------------------------------------------------------------------------------

    @property
    def records(self) -> list[dict[str, Any]]:
        """The records there are, oldest first, as `show --json` gives them."""
        return [self.program.json("show", row["id"]) for row in reversed(self.program.json("sessions"))]


def is_what_was_said(record: dict[str, Any]) -> None:
    """The record holds exactly what they typed, and nothing else."""
    assert (record["state"], record["unverified"]) == ("signed", [])
    assert record["ended"] is not None
    assert (record["alias"], record["matter"], record["kind"]) == ("J", MATTER, "supervision")
    assert [(p["name"], p["role"]) for p in record["people"]] == [("Ash", "supervisor"), ("Sam", "practitioner")]
    assert [stage["id"] for stage in record["stages"]] == list(STAGES)
    said = [(stage["id"], note["by"], note["text"]) for stage in record["stages"] for note in stage["notes"]]
    assert said == [(stage, name, f"{name} on {stage}.") for stage in STAGES for name in ("Ash", "Sam")]

    actions = record["actions"]
    assert {(action["text"], action["owner"], action["stage"], action["status"]) for action in actions} == {
        (SAMS, "Sam", "act", "open"),
        (ASHS, "Ash", "act", "open"),
        (CONCERNS, "Ash", "sign", "open"),
    }
    for action in actions:
        assert action["due"] in _in(1 if action["text"] == CONCERNS else 14)
    (concern,) = record["concerns"]
    assert (concern["text"], concern["to"]) == (WORRY, LEAD)

    (made,) = record["decisions"]
    assert {key: made[key] for key in FIELDS} == FIELDS
    parts = ("text", "for_person", "for_practitioner", "for_others")
    assert tuple(tuple(option[part] for part in parts) for option in made["options"]) == OPTIONS
    assert (made["number"], made["status"], made["missing"], made["alias"]) == (1, "agreed", [], "J")
    assert (made["support"]["status"], made["support"]["by"]) == ("given", "Team manager")
    assert [(mark["by"], mark["how"], mark["digest"]) for mark in made["agreed_by"]] == [
        (name, "in the room", made["digest"]) for name in ("Sam", "Ash")
    ]
    assert [(mark["by"], mark["how"]) for mark in record["signatures"]] == [
        (name, "in the room") for name in ("Ash", "Sam")
    ]
    assert record["next"] in _in(28)
    assert [(entry["by"], entry["text"]) for entry in record["addenda"]] == [("Ash", ADDENDUM)]


def action_of(record: dict[str, Any], words: str) -> dict[str, Any]:
    found: dict[str, Any] = next(action for action in record["actions"] if action["text"] == words)
    return found


def _in(days: int) -> Sequence[str]:
    """The day in so many days, also when midnight has passed since it was typed."""
    return [(date.today() + timedelta(days=days - late)).isoformat() for late in (0, 1)]


def _without_sentence(screen: str) -> list[str]:
    """The screen without the line that tells for a while what was done and the line of keys below it, at any minute."""
    return re.sub(r"saved \d\d:\d\d", "saved", screen).rstrip("\n").split("\n")[:-2]
