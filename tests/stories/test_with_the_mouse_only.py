"""A first run, a session, a decision, its signatures and its file with the mouse: letters only where words are asked.

No Enter, no Tab, no Escape, no arrow and no Ctrl key is pressed. Whatever is wanted is looked for on the screen by its
words and clicked; what does not fit is brought into view by the wheel.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from supervision.model.values import Decision, Session
from tests.stories.place import READY, Place, a_place
from tests.stories.typed import FIELDS
from tests.terminal import Terminal

Found = str | Callable[[str], bool]
TURNS = 60
"""Turns of the wheel within which everything is found."""
OPTIONS = ("Hold the hours", "One reply by eight")


@dataclass(frozen=True)
class Hand:
    """One hand on the mouse; the other types words."""

    terminal: Terminal

    def click(self, words: str, then: Found = "", *, first: bool = False) -> None:
        """On these words, where they stand last, or first; then waits until something is there."""
        self.terminal.wait(words)
        line, column = self._place(words, first=first)
        self.terminal.click(line, column + min(1, len(words) - 1))
        if then:
            self.terminal.wait(then)

    def type(self, words: str) -> None:
        assert words.isprintable()
        self.terminal.send(words)
        self.terminal.wait(words.split()[-1])

    def write(self, into: str, words: str) -> None:
        """Into the field that stands beside this label, or below it."""
        line, label = self._place(into)
        if "▎" not in self.terminal.lines[line]:
            line += 1
        self.terminal.click(line, self.terminal.lines[line].index("▎", label) + 1)
        self.type(words)

    def instead(self, of: str, words: str) -> None:
        """Draws the mouse over what stands in a field and writes something else."""
        line, column = self._place(of)
        start, end = f"{column + 1};{line + 1}", f"{self.terminal.lines[line].index(of) + len(of) + 1};{line + 1}"
        self.terminal.send(f"\x1b[<0;{start}M\x1b[<32;{end}M\x1b[<0;{end}m")
        self.type(words)

    def seek(self, words: str) -> None:
        """Turns the wheel over what is filled in or read until these words are well in view, or nothing moves on."""
        before = ""
        for _ in range(TURNS):
            self.terminal.rest()
            lines, now = self.terminal.lines, self.terminal.text
            if any(words in line for line in (lines if now == before else lines[2:-6])):
                return
            before = now
            line, column = self._place("▎", first=True)
            self.terminal.send(f"\x1b[<65;{column + 3};{line + 1}M" * 2)
        raise AssertionError(f"the wheel does not lead to: {words}\n{self.terminal.text}")

    def _place(self, words: str, *, first: bool = False) -> tuple[int, int]:
        """The line and the column where words stand, once nothing on the screen moves any more."""
        self.terminal.rest()
        lines = self.terminal.lines
        at = [n for n, line in enumerate(lines) if words in line]
        assert at, f"not on the screen: {words}\n{self.terminal.text}"
        line = at[0 if first else -1]
        return line, lines[line].index(words) if first else lines[line].rindex(words)

    def ask(self, name: str, then: Found) -> None:
        """By the line that leads to everything."""
        self.click("Everything", "What would you like to do?")
        self.type(name)
        self.terminal.wait(lambda screen: self._offered(name, screen) > 0)
        self.terminal.rest()
        self.terminal.click(self._offered(name, self.terminal.text), 5)
        self.terminal.wait(then)

    @staticmethod
    def _offered(name: str, screen: str) -> int:
        """The line on which this is the first of what is offered for the words above it; 0 while it is not."""
        starts = [n for n, line in enumerate(screen.split("\n")) if re.match(rf" +{name}\b", line)]
        return starts[1] if len(starts) > 1 else 0


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), pytest.param(60, 18, marks=pytest.mark.long)])
def test_from_the_first_run_to_the_file(columns: int, rows: int) -> None:
    with a_place() as place:
        env = {key: value for key, value in place.env.items() if key != "SUPERVISION_ME"}
        with place.terminal(columns=columns, rows=rows, env=env) as terminal:
            hand = Hand(terminal)
            the_first_run(hand)
            both_write(hand)
            an_action(hand)
            decided(hand)
            both_agree(hand)
            both_sign(hand)
            record_as_a_file(hand)
            hand.ask("Quit", lambda screen: terminal.process.poll() is not None)
            assert terminal.ended() == 0
        is_what_was_done(place)


def the_first_run(hand: Hand) -> None:
    terminal = hand.terminal
    terminal.wait("Welcome. Three questions")
    hand.write("Your name", "Ax")
    shown = next(line for line in terminal.lines if "Ax" in line)
    hand.instead(shown.partition("▎")[2].strip(), "Ash")  # with whatever the system calls this person
    hand.click("High contrast, dark", "(x) High contrast, dark")
    hand.click("Begin", "Encrypt everything that is kept here?")
    hand.click("Not now", "Try the sample")
    hand.click("Start a session", "Their name")
    hand.write("Their name", "Sam")
    hand.click(" Start ", READY)


def both_write(hand: Hand) -> None:
    hand.type("Ash asks.")
    hand.click("is writing", "Sam is writing", first=True)
    hand.type("Sam answers.")
    hand.terminal.wait("Sam  Sam answers.")
    hand.click("is writing", "Ash is writing", first=True)
    hand.click("Next", "2 of 3")
    hand.click(" B ", "[B]")
    hand.type("Evenings.")
    hand.terminal.wait("Ash  Evenings.")


def an_action(hand: Hand) -> None:
    hand.click("Action", "What will be done?")
    hand.write("What  ", "Ring J about the hours")
    hand.click("( ) Sam", "(x) Sam")
    hand.write("By when", "in 2 weeks")
    hand.terminal.wait("(in 14 days)")
    hand.click(" Add ", "Written down.")


def decided(hand: Hand) -> None:
    """The five lines first, and then what they leave out, on the way down."""
    hand.click("Decision", "A boundary decision")

    def down(label: str, words: str) -> None:
        hand.seek(label)
        hand.write(label, words)

    hand.write("What  ", FIELDS["title"])
    down("Because", FIELDS["rationale"])
    down("The need", FIELDS["need"])
    hand.seek("Supported by")
    hand.click("( ) given", "(x) given")
    hand.seek("a name or role")
    hand.click("a name or role")
    hand.type("Team manager")
    down("Look again on", "in 4 weeks")
    hand.terminal.wait("(in 28 days)")
    down("What is asked", FIELDS["situation"])
    down("Their view", FIELDS["persons_view"])
    for option in OPTIONS:
        hand.seek("▎Option")
        hand.click("▎Option")
        hand.type(option)
    hand.seek("( ) bend")
    hand.click("( ) bend", "(x) bend")
    hand.seek("Until, how much")
    hand.write("Until, how much", FIELDS["limits"])
    down("Risk to them", FIELDS["risks"])
    down("Keeping it safe", FIELDS["safeguards"])
    hand.click("Agree, or not", "I agree")


def both_agree(hand: Hand) -> None:
    hand.seek(FIELDS["safeguards"].split(";")[0])  # all of the text, down to its end
    for name, then in (("Ash", "Ash agrees"), ("Sam", "decision 1, agreed")):
        hand.seek("type it when you have read this")
        hand.click("type it when you have read this")
        hand.type(name)
        hand.click("I agree", then)
    hand.click("Back", READY)


def both_sign(hand: Hand) -> None:
    hand.click(" sig", "Read the record and sign")  # as much of the stage as stands there
    hand.click("Read the record and sign", "The record, read back")
    hand.seek("Ash signs")
    for name in ("Ash", "Sam"):
        hand.seek(f"{name} signs")
        hand.click(f"{name} signs", f"{name}: sign this record")
        hand.type(name)
        hand.click(" Sign ", f"{name}: signed")
    hand.terminal.wait("signed by everybody")
    hand.click("back", "read only")
    hand.ask("Go home", "Start a session")


def record_as_a_file(hand: Hand) -> None:
    hand.click("signed by both", "read only")
    hand.click("Read the record and sign", "The record, read back")
    hand.seek("Sam answers.")
    hand.click("export", "Write the file")
    hand.click("plain text", "(x) plain text")
    hand.click("Write the file", "Written to")
    hand.click("Done", "The record, read back")
    hand.click("back", "read only")


def is_what_was_done(place: Place) -> None:
    record = place.record
    ash, sam = (person.id for person in record.people)
    assert [person.name for person in record.people] == ["Ash", "Sam"]
    runs = [(run.by, run.text.strip()) for note in record.notes for run in note.runs]
    assert [run for run in runs if run[1]] == [
        (ash, "Ash asks."),
        (sam, "Sam answers."),
        (ash, "Evenings."),
    ]
    (action,) = record.actions
    assert (action.text, action.owner) == ("Ring J about the hours", sam)
    assert action.due is not None and (action.due - record.started.date()).days in {14, 15}
    is_the_decision(record, record.decisions[0])
    assert {mark.by for mark in record.signatures} == {ash, sam}
    (written,) = place.folder.glob("*.txt")
    assert "Sam answers." in written.read_text(encoding="utf-8")


def is_the_decision(record: Session, decision: Decision) -> None:
    keys = ("title", "rationale", "need", "situation", "persons_view", "limits", "risks", "safeguards", "stance")
    assert {key: getattr(decision, key) for key in keys} == {key: FIELDS[key] for key in keys}
    assert [option.text for option in decision.options] == list(OPTIONS)
    assert (decision.support.status, decision.support.by) == ("given", "Team manager")
    assert {mark.by for mark in decision.marks} == {person.id for person in record.people}
