"""The command line tells an open session what it does, never goes round it."""

import os
import signal
import subprocess
import threading
import time

import pytest

from tests.conftest import Program

PATIENCE = 30.0
"""Seconds after which what is never said has not been said."""


class Talking:
    """A plain session in a process of its own, spoken to line by line."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process
        self.heard: list[str] = []

    def type(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n".encode())
        self.process.stdin.flush()

    def hear(self, words: str) -> str:
        """The next line that holds these words; everything up to it is heard."""
        giving_up = threading.Timer(PATIENCE, self.process.kill)
        giving_up.start()
        try:
            return self._hear(words)
        finally:
            giving_up.cancel()

    def _hear(self, words: str) -> str:
        assert self.process.stdout is not None
        for raw in self.process.stdout:
            line = raw.decode().rstrip("\n")
            self.heard.append(line)
            if words in line:
                return line
        raise AssertionError(f"never said: {words}; said: {self.heard}")

    def leave(self) -> int:
        self.process.communicate(timeout=30)
        return self.process.returncode


def test_an_action_ticked_elsewhere_appears_in_the_open_session(program: Program) -> None:
    session = program.start()
    talking = Talking(program.begin("plain", session))
    talking.hear("Writing: Ash Patel")
    talking.type("/action Ring J @Sam")
    talking.hear("Action ")
    action = program.json("actions")
    while not action:  # saved within a second
        time.sleep(0.05)
        action = program.json("actions")
    ticked = program.process("actions", "done", action[0]["id"], "--note", "Rang", "--me", "Sam")
    assert ticked.returncode == 0, ticked.stderr.decode()
    assert talking.hear("ticked") == "* Sam ticked an action as done: Ring J"
    added = program.process("actions", "add", "Written down elsewhere")
    assert added.returncode == 0
    assert talking.hear("elsewhere").startswith("* From elsewhere, Ash")
    talking.type("/actions")
    talking.hear("Written down elsewhere")
    talking.type("A note after it.")
    talking.hear("Noted")
    assert talking.leave() == 0
    record = program.json("show", session)
    assert [(row["status"], row["text"]) for row in record["actions"]] == [
        ("done", "Ring J"),
        ("open", "Written down elsewhere"),
    ]
    assert [(note["by"], note["text"]) for note in record["actions"][0]["notes"]] == [("Sam Okafor", "Rang")]
    assert record["stages"][0]["notes"][0]["text"] == "A note after it."


def test_a_second_screen_joins_and_words_of_both_are_in_the_record(program: Program) -> None:
    session = program.start()
    talking = Talking(program.begin("plain", session))
    talking.hear("Writing: Ash Patel")
    for command in ("open", "plain"):
        second = program.process(command, session, "--me", "Sam Okafor", stdin="A note.\n")
        assert second.returncode == 0, second.stderr.decode()
        assert second.stderr == b""
    thrown = program.process("discard", session)
    assert thrown.returncode == 1
    talking.type("And one of mine.")
    talking.hear("Noted")
    assert talking.leave() == 0
    notes = program.json("show", session)["stages"][0]["notes"]
    assert [(note["by"], note["text"]) for note in notes] == [
        ("Sam Okafor", "A note."),
        ("Sam Okafor", "A note."),
        ("Ash Patel", "And one of mine."),
    ]


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGINT])
def test_a_signal_saves_and_leaves(program: Program, number: signal.Signals) -> None:
    session = program.start()
    talking = Talking(program.begin("plain", session))
    talking.hear("Writing: Ash Patel")
    talking.type("The last words.")
    talking.hear("Noted")
    os.kill(talking.process.pid, number)
    talking.process.wait(timeout=30)
    assert talking.process.returncode == 128 + number
    _, errors = talking.process.communicate(timeout=30)
    assert errors == b""
    assert program.json("show", session)["stages"][0]["notes"][0]["text"] == "The last words."


def test_a_killed_session_keeps_what_was_typed_a_second_before(program: Program) -> None:
    session = program.start()
    talking = Talking(program.begin("plain", session))
    talking.hear("Writing: Ash Patel")
    talking.type("The last words.")
    talking.hear("Noted")
    time.sleep(1.0)  # the promise itself
    talking.process.kill()
    talking.process.communicate(timeout=30)
    assert program.json("show", session)["stages"][0]["notes"][0]["text"] == "The last words."
    again = program.process("plain", session, stdin="And more.\n")
    assert again.returncode == 0
    assert len(program.json("show", session)["stages"][0]["notes"]) == 2


def test_a_reader_who_leaves_loses_no_words(program: Program) -> None:
    session = program.start()
    process = program.begin("plain", session)
    assert process.stdout is not None
    process.stdout.close()
    process.communicate(b"Nobody reads the answers.\n/action Ring J\n", timeout=30)
    assert process.returncode == 0
    record = program.json("show", session)
    assert record["stages"][0]["notes"][0]["text"] == "Nobody reads the answers."
    assert [action["text"] for action in record["actions"]] == ["Ring J"]
