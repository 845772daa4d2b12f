"""Killed, hung up, told to end, its terminal gone, one of its screens broken: everything typed is there.

After `kill -9` everything that was typed up to one second before; in every other case everything. And nothing is in
the way of going on: no lock, no socket, the terminal as it was.
"""

import itertools
import os
import signal
import subprocess
import time
from collections.abc import Iterator

import pytest

from supervision.model.changes import Agree, Propose
from supervision.model.digest import decision_digest
from tests.conftest import Program
from tests.factory import FIELDS, OPTIONS, done
from tests.stories.place import Place, a_place, until
from tests.terminal import PATIENCE, Terminal

A_SECOND = 1.0


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    with a_place() as place:
        for name, value in place.env.items():
            monkeypatch.setenv(name, value)
        yield place


def type_steadily(terminal: Terminal, words: Iterator[str], seconds: float) -> list[tuple[float, str]]:
    """Types word after word without a pause, and gives each with the moment at which it stood on the screen."""
    typed: list[tuple[float, str]] = []
    while not typed or typed[-1][0] < typed[0][0] + seconds:
        word = next(words)
        terminal.send(f"{word} ")
        terminal.wait(word)
        typed.append((time.monotonic(), word))
    return typed


def went_on(place: Place) -> None:
    """Nobody holds the record, nothing is left lying about, and the command line can change the record at once."""
    assert place.is_free()
    added = Program(me="Ash Patel")("actions", "add", "Go on")
    assert added.exit_code == 0, added.stderr
    assert place.record.actions[-1].text == "Go on"


# -- the interface ------------------------------------------------------------------------------------------------

FORMS = {"Add action": "What will be done?", "Edit the matter": "The matter", "Raise a concern": "Raise a concern"}


def open_form(terminal: Terminal, name: str) -> None:
    """By its name in the palette."""
    terminal.send("\x10")
    terminal.wait("What would you like to do?")
    terminal.send(name)
    terminal.wait(lambda screen: screen.count(name) >= 2)
    terminal.send("\r")
    terminal.wait(lambda screen: "What would you like" not in screen and FORMS[name] in screen)


@pytest.mark.parametrize("form", list(FORMS))
def test_kill_9_in_a_half_filled_form_loses_no_words_and_they_are_offered_again(place: Place, form: str) -> None:
    words = "not finished yet"
    with place.session() as terminal:
        open_form(terminal, form)
        if form == "Edit the matter":
            terminal.send("\t")
        terminal.send(words)
        terminal.wait(words)
        until(lambda: words in place.drafts, "kept by itself")
        terminal.process.kill()
        terminal.process.wait()
    with place.session() as again:
        open_form(again, form)
        again.wait("What you had begun is here again.")
        again.wait(words)
        again.send("\x13" if form != "Raise a concern" else "\x1b")  # ctrl+s finishes it
        again.wait(lambda screen: "What you had begun" not in screen)
        assert again.leave() == 0
    kept_again = words in place.drafts
    assert kept_again is (form == "Raise a concern"), "what has arrived is not kept as a draft; what has not is"


def test_kill_9_in_an_edit_of_an_agreed_text_keeps_the_words_and_the_agreement(place: Place) -> None:
    with place.session() as terminal:
        assert terminal.leave() == 0
    opened = place.record
    agreed = done(
        opened,
        Propose(fields={**FIELDS, "stance": "hold"}, options=OPTIONS),
        by=opened.people[0].id,
    )
    agreed = done(agreed, Agree(id=agreed.decisions[0].id, digest=decision_digest(agreed.decisions[0])), by="Ash")
    place.store.save(agreed, expected_revision=opened.revision)

    def open_decision(terminal: Terminal) -> None:
        terminal.send("\x0f\x0f\r")  # to the actions, to the decisions, open
        terminal.wait("Agree, or not")

    with place.session() as terminal:
        open_decision(terminal)
        terminal.send("\t")
        terminal.wait(FIELDS["rationale"])
        terminal.send("begun and not finished ")
        until(lambda: "begun and not finished" in place.drafts, "kept by itself")
        assert place.record.decisions[0].marks and "begun" not in place.record.decisions[0].rationale
        terminal.process.kill()
        terminal.process.wait()
    assert len(place.record.decisions[0].marks) == 1
    with place.session() as again:
        open_decision(again)
        again.wait("Take it up")
        again.click(*place_of(again, "Take it up"))
        again.wait(lambda screen: "Take it up" not in screen)
        again.send("\t")  # leaving the field finishes it
        until(lambda: "begun and not finished" in place.record.decisions[0].rationale, "taken up")
        again.send("\x1b")
        assert again.leave() == 0
    assert not place.record.decisions[0].marks
    assert "begun" not in place.drafts
    went_on(place)


def place_of(terminal: Terminal, words: str) -> tuple[int, int]:
    line = next(n for n, line in enumerate(terminal.lines) if words in line)
    return line, terminal.lines[line].index(words)


def killed_while_typing(place: Place, times: int, seconds: float) -> None:
    words = (f"w{n:05}" for n in itertools.count())
    before = ""
    for _ in range(times):
        with place.session() as terminal:
            typed = type_steadily(terminal, words, seconds)
            killed = time.monotonic()
            terminal.process.kill()
            terminal.process.wait()
        kept = place.notes
        assert kept.startswith(before), "what was kept before is as it was"
        added = kept.removeprefix(before).lstrip()
        safe = "".join(f"{word} " for at, word in typed if at < killed - A_SECOND)
        assert safe, "nothing was typed early enough to say anything"
        assert added.startswith(safe.rstrip())
        assert "".join(f"{word} " for _, word in typed).startswith(added), "words are out of order, or doubled"
        before = kept
    went_on(place)


def test_kill_9_while_typing_loses_at_most_the_last_second(place: Place) -> None:
    killed_while_typing(place, times=1, seconds=2.0)


@pytest.mark.long
def test_kill_9_while_typing_again_and_again(place: Place) -> None:
    killed_while_typing(place, times=30, seconds=2.0)


def test_after_kill_9_the_session_opens_with_all_of_it_and_the_door_left_behind_is_no_obstacle(place: Place) -> None:
    with place.session() as terminal:
        terminal.send("before the end")
        until(lambda: place.notes == "before the end", "saved by itself")
        assert [name for name in place.leftovers() if name.endswith(".sock")], "an open session listens"
        terminal.process.kill()
        terminal.process.wait()
    went_on(place)
    with place.session() as again:
        again.wait("before the end")
        again.wait("Go on")
        assert again.leave() == 0
    assert place.leftovers() == []


@pytest.mark.parametrize("way", [signal.SIGHUP, signal.SIGTERM])
def test_a_signal_while_typing_loses_nothing(place: Place, way: signal.Signals) -> None:
    words = " ".join(f"w{n:03}" for n in range(60))
    with place.session() as terminal:
        terminal.send(words)  # not waiting for any of it to be shown, let alone saved
        os.kill(terminal.process.pid, way)
        assert terminal.ended() == 0
        assert terminal.modes() == terminal.before
        assert terminal.raw.count(b"\x1b[?1049l") == 1, "the terminal shows what was there before"
        assert b"Traceback" not in terminal.raw
    assert place.notes == words
    assert place.leftovers() == []
    went_on(place)
    with place.session() as again:
        again.wait("w059")
        assert again.leave() == 0


def test_closing_the_window_loses_nothing(place: Place) -> None:
    """Its terminal is hung up, which reaches every process in it."""
    with place.session() as terminal:
        terminal.send("the last words")
        terminal.wait("the last words")
        terminal.hang_up()
        assert terminal.ended() == 0
    assert place.notes == "the last words"
    assert place.leftovers() == []


def test_a_terminal_that_vanishes_ends_the_program_and_loses_nothing(place: Place) -> None:
    with place.session() as terminal:
        terminal.send("the last words")
        terminal.wait("the last words")
        terminal.vanish()
        terminal.ended()
    assert place.notes == "the last words"
    assert place.leftovers() == []
    went_on(place)


def test_a_terminal_that_hangs_and_then_vanishes_leaves_no_orphan(place: Place) -> None:
    typed = "".join(f"w{n:05} " for n in range(60))
    with place.session() as terminal:
        for n in range(12):  # much to draw, and nobody reads it, until it can draw no more
            terminal.resize(120 + n, 36)
            terminal.push(typed[n * 35 : (n + 1) * 35])
        until(lambda: place.notes != "", "saved what it could")
        terminal.vanish()
        terminal.ended()
    assert typed.startswith(place.notes)
    assert place.leftovers() == []
    went_on(place)


BROKEN_SCREEN = """
from supervision.tui.screens.session import SessionScreen

def breaks(self):
    raise ZeroDivisionError("a mistake of ours")

SessionScreen.action_next_question = breaks
from supervision.cli import main
main()
"""


def test_a_screen_that_breaks_loses_nothing(place: Place) -> None:
    with place.session(program=("-c", BROKEN_SCREEN)) as terminal:
        terminal.send("the last words\x0e")  # and on to the next question
        assert terminal.ended() != 0
        assert terminal.modes() == terminal.before
        assert b"a mistake of ours" in terminal.raw
    assert place.notes == "the last words"
    assert place.leftovers() == []
    went_on(place)


def test_what_is_typed_ahead_goes_where_it_was_meant_to(place: Place) -> None:
    """Keys that come all at once, as over a slow line: each meets what the keys before it led to."""
    with place.session() as terminal:
        terminal.send("Ash says this\x13Sam says that\x14Ring J\r\r\r\r")  # the other writes, then adds an action
        terminal.send("\x0e\x0e\x0eand in the next stage\x11")  # three questions on, and leave
        assert terminal.ended() == 0
    record = place.record
    ash, sam = record.people
    arrive, look_back = record.notes
    assert [(run.by, run.text.strip()) for run in arrive.runs] == [(ash.id, "Ash says this"), (sam.id, "Sam says that")]
    assert [(run.by, run.text) for run in look_back.runs] == [(sam.id, "and in the next stage")]
    assert [(action.text, action.owner) for action in record.actions] == [("Ring J", sam.id)]


@pytest.mark.parametrize("way", ["quit", signal.SIGTERM], ids=["quit", "SIGTERM"])
def test_a_field_of_a_decision_is_kept_however_one_leaves(place: Place, way: object) -> None:
    with place.session() as terminal:
        terminal.send("\x0c")  # a decision
        terminal.wait("Because")
        terminal.send("Evening messages")
        terminal.wait("Evening messages")
        if way == "quit":
            assert terminal.leave() == 0
        else:
            os.kill(terminal.process.pid, signal.SIGTERM)
            assert terminal.ended() == 0
    assert [decision.title for decision in place.record.decisions] == ["Evening messages"]


def test_kill_9_while_typing_in_a_decision_loses_at_most_the_last_second(place: Place) -> None:
    words = (f"w{n:05}" for n in itertools.count())
    with place.session() as terminal:
        terminal.send("\x0c")
        terminal.wait("Because")
        typed = type_steadily(terminal, words, 2.0)
        killed = time.monotonic()
        terminal.process.kill()
        terminal.process.wait()
    safe = [word for at, word in typed if at < killed - A_SECOND]
    assert safe
    (decision,) = place.record.decisions
    assert set(safe) <= set(decision.title.split())


# -- line by line -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", [signal.SIGHUP, signal.SIGTERM, signal.SIGINT])
def test_line_by_line_on_a_terminal_a_signal_loses_nothing(place: Place, way: signal.Signals) -> None:
    with place.terminal("plain", "--with", "Sam Okafor") as terminal:
        terminal.wait("Writing: Ash Patel")
        terminal.send("the first line\nthe last line\n")
        terminal.wait(lambda screen: screen.count("Noted, Ash") == 2)
        os.kill(terminal.process.pid, way)
        assert terminal.ended() == 128 + way
        assert terminal.modes() == terminal.before
    assert place.notes == "the first line\nthe last line"
    assert place.leftovers() == []
    went_on(place)


def test_line_by_line_a_terminal_that_vanishes_loses_nothing(place: Place) -> None:
    with place.terminal("plain", "--with", "Sam Okafor") as terminal:
        terminal.wait("Writing: Ash Patel")
        terminal.send("the last line\n")
        terminal.wait("Noted, Ash")
        terminal.vanish()
        terminal.ended()
    assert place.notes == "the last line"
    assert place.leftovers() == []
    went_on(place)


def talking(program: Program) -> "subprocess.Popen[bytes]":
    process = program.begin("plain", "--with", "Sam Okafor")
    hear(process, b"Writing: Ash Patel")
    return process


def say(process: "subprocess.Popen[bytes]", line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line.encode())
    process.stdin.flush()


def hear(process: "subprocess.Popen[bytes]", words: bytes) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if words in line:
            return
    raise AssertionError(f"never said: {words!r}")


@pytest.mark.parametrize("way", [signal.SIGHUP, signal.SIGTERM])
def test_line_by_line_on_a_pipe_a_signal_loses_nothing(place: Place, program: Program, way: signal.Signals) -> None:
    with talking(program) as process:
        say(process, "the first line\nthe last line\n")
        hear(process, b"Noted")
        hear(process, b"Noted")
        process.send_signal(way)
        assert process.wait(PATIENCE) == 128 + way
    assert place.notes == "the first line\nthe last line"
    assert place.leftovers() == []
    went_on(place)


def test_line_by_line_on_a_pipe_the_end_of_input_keeps_the_line_that_was_begun(place: Place, program: Program) -> None:
    done = program.process("plain", "--with", "Sam Okafor", stdin="a line\nand half of")
    assert done.returncode == 0, done.stderr
    assert place.notes == "a line\nand half of"
    assert place.leftovers() == []
    went_on(place)


def test_line_by_line_kill_9_loses_at_most_the_last_second(place: Place, program: Program) -> None:
    with talking(program) as process:
        typed = []
        started = time.monotonic()
        for n in itertools.count():
            say(process, f"w{n:05}\n")
            hear(process, b"Noted")
            typed.append((time.monotonic(), f"w{n:05}"))
            if typed[-1][0] > started + 2.0:
                break
            time.sleep(0.02)  # as fast as nobody types; without it only the number of notes would grow
        process.kill()
        killed = time.monotonic()
        process.wait()
    kept = place.notes.split()
    safe = [word for at, word in typed if at < killed - A_SECOND]
    assert safe
    assert kept[: len(safe)] == safe
    went_on(place)
