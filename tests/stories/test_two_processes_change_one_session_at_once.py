"""Two processes change different actions of the same session at once: nothing is lost, nothing is harmed."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from supervision.model import changes as c
from supervision.model import views
from supervision.store import Store, doctor
from tests import factory
from tests.conftest import ROOT, Program

SHORT, WHOLE = 30, 1_000


@contextmanager
def one_of_two(program: Program, way: str, *args: str) -> Iterator["subprocess.Popen[str]"]:
    """A process that is about to make its changes; killed when the test fails."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.stories.one_of_two", way, *args],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=program.environment(),
        cwd=ROOT,
    )
    try:
        assert said(process) == "ready"
        yield process
    finally:
        process.kill()
        process.communicate()


def said(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def go_on(process: "subprocess.Popen[str]") -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def both(program: Program, folder: Path, ways: tuple[str, str], times: int) -> None:
    """Lets two processes loose on one session, and looks at what is left."""
    record = factory.done(
        factory.session(), c.AddAction(text="Ash's", owner="Ash"), c.AddAction(text="Sam's", owner="Sam")
    )
    store = Store(folder / "store", views.summary)
    store.create(record)
    places = [(str(store.folder), record.id, action.id, str(times)) for action in record.actions]
    with (
        one_of_two(program, ways[0], *places[0]) as first,
        one_of_two(program, ways[1], *places[1]) as second,
    ):
        for process in (first, second):
            go_on(process)
        for process in (second, first):
            assert said(process) == "done"
        for process in (first, second):
            go_on(process)
        assert (first.wait(60), second.wait(60)) == (0, 0)
    kept = store.load(record.id)
    everything = [str(n) for n in range(times)]
    assert [[note.text for note in action.notes] for action in kept.actions] == [everything, everything]
    assert sum(event.kind == "action-noted" for event in kept.history) == 2 * times
    assert [one for one in doctor(store) if one.severity == "damage"] == []
    contents = store.contents()
    [(_, actions)] = contents.rows("actions", contents.glances)
    assert [len(action["notes"]) for action in actions] == [times, times]


@pytest.mark.parametrize("ways", [("room", "carry"), ("carry", "carry")])
def test_two_processes_change_one_session_at_once(program: Program, tmp_path: Path, ways: tuple[str, str]) -> None:
    both(program, tmp_path, ways, SHORT)


@pytest.mark.long
@pytest.mark.parametrize("ways", [("room", "carry"), ("carry", "carry")])
def test_a_thousand_times_each(program: Program, tmp_path: Path, ways: tuple[str, str]) -> None:
    both(program, tmp_path, ways, WHOLE)
