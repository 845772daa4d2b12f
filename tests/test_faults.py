"""Faults at every step of a save: what stock TinyDB loses, ours does not, encrypted or not."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

BENCH = ROOT / "tests" / "bench" / "faults.py"


@pytest.mark.parametrize("length", ["--short", pytest.param("--kills=3000", marks=pytest.mark.long)])
def test_no_fault_leaves_a_bad_outcome_of_ours(tmp_path: Path, length: str) -> None:
    if shutil.which("strace") is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("strace is not installed")
    done = subprocess.run(
        [sys.executable, str(BENCH), length, "--seed", "1"],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "TMPDIR": str(tmp_path)},
        check=False,
    )
    told = done.stdout + done.stderr
    rows = {
        found[1].strip(): [(int(bad), int(runs)) for bad, runs in re.findall(r"(\d+) of (\d+)", found[2])]
        for found in re.finditer(r"^(\S.*?)  +(\d+ of .*)$", done.stdout, re.MULTILINE)
    }
    assert done.returncode == 0 and {"kill -9 at random", "cut off at each byte"} <= rows.keys(), told
    for what, (stock, ours, encrypted) in rows.items():
        assert ours[0] == encrypted[0] == 0 < min(stock[1], ours[1], encrypted[1]), (what, told)
    assert "without a sentence" not in done.stderr, told
    # So that the faults are real: the same ones do harm where nothing was done against them.
    assert rows["cut off at each byte"][0][0] and rows["short writes"][0][0], told
    if "states after a crash" not in rows:
        pytest.skip(done.stderr.strip())  # a container may forbid one process to look at another
    assert rows["states after a crash"][0][0], told
