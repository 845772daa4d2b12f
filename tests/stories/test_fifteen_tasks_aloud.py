"""docs/aloud.md is what the program says, and the same lines do the same from a real pipe on a dumb terminal."""

import os
import runpy
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from supervision.shelf import Shelf
from tests import sshd
from tests.conftest import ROOT, Program

SCRIPT = ROOT / "docs" / "aloud.py"
ALOUD: dict[str, Any] = runpy.run_path(str(SCRIPT))
TASKS: dict[int, Any] = ALOUD["TASKS"]
ASKED_AGAIN = "! Nothing was changed yet. To do it: /"
PEER = "Bea Novak"


def test_the_page_is_what_the_program_says(tmp_path: Path) -> None:
    written = tmp_path / "aloud.md"
    subprocess.run([sys.executable, str(SCRIPT), str(written)], check=True, cwd=ROOT, timeout=240)
    assert written.read_text(encoding="utf-8") == (ROOT / "docs" / "aloud.md").read_text(encoding="utf-8"), (
        "python docs/aloud.py"
    )


def test_nothing_in_it_is_only_for_eyes() -> None:
    said = [line for line in (ROOT / "docs" / "aloud.md").read_text(encoding="utf-8").splitlines() if line[:1] != ">"]
    for line in said:
        assert line in ("", "```text", "```") or any(letter.isalpha() for letter in line), line
        assert ".." not in line and "|| " not in line.replace("with || yes", "") and " | " not in line, line


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with the sample of today, and the files that the tasks need."""
    for name in ("Documents", "Downloads"):
        (tmp_path / name).mkdir()
    for name, value in {"HOME": tmp_path, "SUPERVISION_CONFIG": tmp_path / "config"}.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.setenv("SUPERVISION_STORE", str(tmp_path / "records"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.chdir(tmp_path)
    ALOUD["fill"](ALOUD["store_in"](tmp_path), tmp_path, datetime.now(UTC).replace(microsecond=0))
    return tmp_path


def piped(*args: str, lines: list[str]) -> str:
    """What is said on a pipe, on a dumb terminal."""
    done = subprocess.run(
        [sys.executable, "-m", "supervision", *args],
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        check=False,
        text=True,
        env={**os.environ, "TERM": "dumb"},
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    return done.stdout


@pytest.mark.parametrize("number", [number for number in TASKS if number != ALOUD["JOIN"]])
def test_a_task_is_done_from_a_pipe(home: Path, number: int) -> None:
    store, task = ALOUD["store_in"](home), TASKS[number]
    if number == 15:
        ALOUD["lose_one"](store)
    said = piped("plain", lines=ALOUD["typed"](task, store))
    assert task.done in said
    assert all(line.startswith(ASKED_AGAIN) for line in said.splitlines() if line.startswith("!"))


def test_a_peer_joins_over_ssh_from_a_pipe(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, task = ALOUD["store_in"](home), TASKS[ALOUD["JOIN"]]
    with sshd.running({"SUPERVISION_STORE": str(store.folder), "TERM": "dumb"}) as there:
        shelf = Shelf(store, lambda: datetime.now(UTC).replace(microsecond=0))
        session = shelf.start(shelf.usual_pack("peer"), me="Ash Patel", other=PEER, role="peer").id
        monkeypatch.setenv("PATH", there.caller("bea", may_log_in=True).env["PATH"])
        with Program(me="Ash Patel").begin("plain", session) as ash:
            said = piped(
                "--store",
                str(home / "bea"),
                "--me",
                PEER,
                "join",
                there.address(session),
                lines=ALOUD["typed"](task, store),
            )
            assert task.done in said and not [line for line in said.splitlines() if line.startswith("!")]
            ash.communicate(timeout=60)
    assert "I am here too." in "".join(note.text for note in store.load(session).notes)
