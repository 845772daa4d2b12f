"""The ten tasks of docs/newcomers.md in tmux, from the first screen: the keys written down do them."""

import re
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest

from tests.tmux import Tmux

ROOT = Path(__file__).resolve().parents[2]
SAID = re.compile(r"^\| (\d+) \|[^|]+\|[^|]+\|[^|]+\|([^|]+)\|$", re.MULTILINE)
LOOKS = 25
"""Looks that find the same until nothing more is expected; each asks tmux, which takes some milliseconds."""
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
}
"""What stands on the screen when a task is done."""
FOCUS = 2.0
"""Seconds to wait for a key to show that it did something; some only choose what was chosen already."""


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Tmux]:
    env = {"HOME": str(tmp_path), "SUPERVISION_CONFIG": str(tmp_path / "config")}
    with Tmux("demo", env=env, columns=80, rows=24, cwd=ROOT) as tmux:
        yield tmux


def steps(keys: str) -> list[str]:
    """The keys of a task as they are written down: names of keys, and words in quotation marks."""
    return re.findall(r'"[^"]*"|`[^`]*`', keys)


def tasks() -> dict[int, str]:
    told = (ROOT / "docs" / "newcomers.md").read_text(encoding="utf-8")
    return {int(n): after for n, after in SAID.findall(told)}


def test_there_are_ten() -> None:
    assert sorted(tasks()) == sorted(ENDS) == list(range(1, 11))


def looks(tmux: Tmux) -> str:
    """The screen with its colours: where the focus is, is told by them."""
    return tmux._tmux("capture-pane", "-p", "-e", check=False)


@pytest.mark.parametrize("task", sorted(ENDS))
def test_a_task_is_done_by_the_keys_that_are_written_down(sample: Tmux, task: int) -> None:
    sample.wait("1 of 5")
    sample.press("Escape")  # the story is left: nothing but what the first screen says
    sample.gone("1 of 5")
    for step in steps(tasks()[task]):
        before = looks(sample)
        if step.startswith('"'):
            sample.type(step.strip('"'))
        else:
            sample.press(step.strip("`").replace("Ctrl+", "C-").replace("Esc", "Escape"))
        deadline = monotonic() + FOCUS
        while looks(sample) == before and monotonic() < deadline:
            pass
        settled(sample)
    sample.wait(ENDS[task])


def settled(tmux: Tmux) -> None:
    """Waits until some looks in a row find the same: what opens is read first, and drawn in a few strokes."""
    before, same = "", 0
    while same < LOOKS:
        now = looks(tmux)
        same = same + 1 if now == before else 0
        before = now
