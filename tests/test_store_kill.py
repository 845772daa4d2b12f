"""A process killed while it saves: nothing unreadable, no acknowledged save lost, whatever the moment."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parent / "bench" / "kill_during_saves.py"


@pytest.mark.parametrize("kills", [30, pytest.param(1000, marks=pytest.mark.long)])
def test_kills_at_random_moments_lose_nothing(tmp_path: Path, kills: int) -> None:
    result = subprocess.run(
        [sys.executable, str(BENCH), str(tmp_path / "store"), "--kills", str(kills)],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(BENCH.parent.parent.parent), "PATH": ""},
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    found = json.loads(result.stdout)

    assert found["kills"] == kills
    assert found["saves"] > kills
    assert {found[key] for key in ("unreadable", "lost", "wrong_list", "findings")} == {0}
