"""The fifteen tasks of docs/newcomers.md in tmux, from the first screen: the keys written down do them."""

import re
import runpy
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from supervision.shelf import Shelf
from tests import sshd
from tests.conftest import Program
from tests.tmux import Tmux

ROOT = Path(__file__).resolve().parents[2]
SAID = re.compile(r"^\| (\d+) \|[^|]+\|[^|]+\|[^|]+\|([^|]+)\|$", re.MULTILINE)
ENDS = {
    1: "Written down.",
    2: "(x) mine",
    3: "Ash Patel agrees",
    4: "Kept with the decision",
    5: "lifts in our own",
    6: "T (2 of 2)",
    7: "Recorded, with an action that has a date.",
    8: "O [K] E",
    9: "Which colours?\n\n   Paper",
    10: "The whole record,",
    11: "Kept. U takes it back.",
    12: "Taken over from Sam Okafor's own copy",
    13: "For the manager,",
    14: "I am here too.",
    15: "Put back: one session",
}
FILES = (12, 15)
"""Tasks that need files beside the records."""
OPENS: dict[int, dict[int, str]] = {
    3: {3: "The rest can wait", 32: "Your name"},
    4: {2: "I see it differently"},
    6: {2: "Situation"},
    7: {2: "The worry"},
    8: {0: "[Notes]"},
    10: {3: "Write the file"},
    11: {2: "R review", 3: "What happened"},
    12: {0: "Sam Okafor's own copy,", 2: "Bring it in"},
    13: {2: "Write the file"},
    15: {0: "supervision-backup-", 2: "Put it back"},
}
"""Steps, from 0, that open something which is read first: whoever sees it coming waits for it, and for these words."""
WHERE_LOW = {"The rest can wait": "Because", "Your name": "I agree"}
"""What is below the edge of a low window, and what stands there instead."""
JOINED = 14
PEER = "Bea Novak"
"""What stands on the screen when a task is done."""


@pytest.fixture
def aloud() -> dict[str, Any]:
    """What docs/aloud.py makes for the same tasks line by line."""
    return runpy.run_path(str(ROOT / "docs" / "aloud.py"))


@pytest.fixture
def screen(
    task: int, size: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, aloud: dict[str, Any]
) -> Iterator[Tmux]:
    """The first screen, with what the task needs."""
    env = {"HOME": str(tmp_path), "SUPERVISION_CONFIG": str(tmp_path / "config")}
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    with ExitStack() as stack:
        args = ["demo"]
        if task in (*FILES, JOINED):
            for name in ("Documents", "Downloads"):
                (tmp_path / name).mkdir()
            store, now = aloud["store_in"](tmp_path), datetime.now(UTC).replace(microsecond=0)
            aloud["fill"](store, tmp_path, now)
            args = ["--store", str(store.folder), "--me", "Ash Patel"]
            if task == 15:
                aloud["lose_one"](store)
            if task == JOINED:
                there = stack.enter_context(sshd.running({"SUPERVISION_STORE": str(store.folder), "TERM": "dumb"}))
                env |= there.caller("bea", may_log_in=True).env
                shelf = Shelf(store, lambda: now)
                session = shelf.start(shelf.usual_pack("peer"), me="Ash Patel", other=PEER, role="peer").id
                monkeypatch.setenv("SUPERVISION_STORE", str(store.folder))
                stack.enter_context(Program(me="Ash Patel").begin("plain", session))
                args = ["--store", str(tmp_path / "bea"), "--me", PEER, "join", there.address(session)]
        yield stack.enter_context(Tmux(*args, env=env, columns=size[0], rows=size[1], cwd=ROOT))


def steps(keys: str) -> list[str]:
    """The keys of a task as they are written down: names of keys, and words in quotation marks."""
    return re.findall(r'"[^"]*"|`[^`]*`', keys)


def tasks() -> dict[int, str]:
    told = (ROOT / "docs" / "newcomers.md").read_text(encoding="utf-8")
    return {int(n): after for n, after in SAID.findall(told)}


def test_there_are_fifteen() -> None:
    assert sorted(tasks()) == sorted(ENDS) == list(range(1, 16))


@pytest.mark.parametrize("size", [(80, 24), pytest.param((60, 18), marks=pytest.mark.long)])
@pytest.mark.parametrize("task", sorted(ENDS))
def test_a_task_is_done_by_the_keys_that_are_written_down(screen: Tmux, task: int, size: tuple[int, int]) -> None:
    if task in FILES:
        screen.wait("Continue with")
    elif task == JOINED:
        screen.wait("Ash is here")
    else:
        screen.wait("1 of 5")
        screen.press("Escape")  # the story is left: nothing but what the first screen says
        screen.gone("1 of 5")
    rested = screen.rest()
    for n, step in enumerate(steps(tasks()[task])):
        if step.startswith('"'):
            screen.type(step.strip('"'))
        else:
            screen.press(step.strip("`").replace("Ctrl+", "C-").replace("Esc", "Escape"))
        rested = screen.rest(since=rested)
        if opened := OPENS.get(task, {}).get(n):
            screen.wait(opened if size[1] > 18 else WHERE_LOW.get(opened, opened))
            rested = screen.rest()
    screen.wait(ENDS[task])
