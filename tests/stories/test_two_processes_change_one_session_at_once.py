"""Two and ten processes change one session, or one store, at once: nothing is lost, nothing is done twice or harmed."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest

from supervision.model import changes as c
from supervision.model import views
from supervision.store import Store, doctor
from tests import factory
from tests.conftest import ROOT, Program

SHORT, WHOLE = 40, 10_000
"""Changes in all, by however many processes."""
IN_ONE = 500
"""Changes to one record at most; then all go on in the next one. Each change reads and writes a record whole, and with
ten thousand notes in it nearly all the time would go there, and little to two coming at once."""


@contextmanager
def one_of_them(program: Program, way: str, *args: str) -> Iterator["subprocess.Popen[str]"]:
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


def all_at_once(program: Program, folder: Path, ways: tuple[str, ...], changes: int, sessions: int) -> None:
    """Lets processes loose on so many sessions, each on an action of its own, and looks at what is left."""
    store = Store(folder / "store", views.summary)
    record = factory.done(factory.session(), *(c.AddAction(text=f"Of {n}", owner="Sam") for n in range(len(ways))))
    rounds = max(changes // (IN_ONE * sessions), 1)
    names = [[f"2026-11-23-{10 + r:02}{n:02}-test" for r in range(rounds)] for n in range(sessions)]
    for name in chain.from_iterable(names):
        store.create(replace(record, id=name))
    times = changes // len(ways) // rounds
    mine = {action.id: names[n % sessions] for n, action in enumerate(record.actions)}
    with ExitStack() as stack:
        processes = [
            stack.enter_context(one_of_them(program, way, str(store.folder), action, str(times), *places))
            for way, (action, places) in zip(ways, mine.items(), strict=True)
        ]
        for _ in range(rounds):
            for process in processes:
                assert said(process) == "ready"
            for process in processes:
                go_on(process)
            for process in reversed(processes):
                assert said(process) == "done"
            for process in processes:
                go_on(process)
        assert [process.wait(60) for process in processes] == [0] * len(ways)
    made: Counter[tuple[str, str]] = Counter()
    for name in chain.from_iterable(names):
        kept = store.load(name)
        changed = [action for action, places in mine.items() if name in places]
        for action in kept.actions:
            told = [note.text for note in action.notes]
            assert told == ([str(n) for n in range(times)] if action.id in changed else []), (name, action.text)
            made[name, action.id] = len(told)
        assert sum(event.kind == "action-noted" for event in kept.history) == times * len(changed)
    assert made.total() == times * rounds * len(ways) == changes
    assert [one for one in doctor(store) if one.severity == "damage"] == []
    contents = store.contents()
    listed = [action for _, actions in contents.rows("actions", contents.glances) for action in actions]
    assert sum(len(action["notes"]) for action in listed) == changes


CASES = [
    pytest.param(("carry",) * 2, 1, id="two on a closed session"),
    pytest.param(("room", "carry"), 1, id="two on an open session"),
    pytest.param(("carry",) * 10, 1, id="ten on a closed session"),
    pytest.param(("room", *("carry",) * 9), 1, id="ten on an open session"),
    pytest.param(("carry",) * 2, 2, id="two on one store"),
    pytest.param(("carry",) * 10, 10, id="ten on one store"),
    pytest.param(("room", *("carry",) * 9), 5, id="ten on five sessions"),
]


@pytest.mark.parametrize(("ways", "sessions"), [CASES[0], CASES[1], CASES[3], CASES[5]])
def test_processes_change_one_store_at_once(
    program: Program, tmp_path: Path, ways: tuple[str, ...], sessions: int
) -> None:
    all_at_once(program, tmp_path, ways, SHORT, sessions)


@pytest.mark.long
@pytest.mark.parametrize(("ways", "sessions"), CASES)
def test_ten_thousand_times(program: Program, tmp_path: Path, ways: tuple[str, ...], sessions: int) -> None:
    all_at_once(program, tmp_path, ways, WHOLE, sessions)
