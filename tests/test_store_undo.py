"""The list of latest changes: kept for each person, never in the way, never lost in silence."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from supervision.errors import TooNew
from supervision.store.undo import KEPT, UndoLog


@pytest.fixture
def log(tmp_path: Path) -> UndoLog:
    return UndoLog(tmp_path / "store", patience=0.05)


def entry(number: int, session: str = "s-one-one") -> dict[str, Any]:
    return {"session": session, "action": f"a{number}", "before": {"text": "é [b]", "due": None}}


def test_the_latest_comes_back_first_and_each_person_has_their_own(log: UndoLog) -> None:
    for number in range(3):
        assert log.push("Sam", entry(number)) == ""
    assert log.push("Åsa", entry(9)) == ""
    assert log.peek("Sam") == entry(2)
    assert [log.pop("Sam") for _ in range(4)] == [entry(2), entry(1), entry(0), None]
    assert log.pop("Åsa") == entry(9)
    assert log.pop("nobody") is None


def test_twenty_are_kept_for_each(log: UndoLog) -> None:
    for number in range(KEPT + 5):
        log.push("Sam", entry(number))
    taken = []
    while (one := log.pop("Sam")) is not None:
        taken.append(one["action"])
    assert taken == [f"a{number}" for number in reversed(range(5, KEPT + 5))]


def test_a_dropped_session_is_forgotten_by_everybody(log: UndoLog) -> None:
    for who in ("Sam", "Ann"):
        log.push(who, entry(1, "s-one-one"))
        log.push(who, entry(2, "s-two-two"))
    log.drop_session("s-two-two")
    assert b"s-two-two" not in log.file.read_bytes()
    assert log.peek("Sam") == log.peek("Ann") == entry(1, "s-one-one")
    log.drop_session("s-one-one")
    assert json.loads(log.file.read_bytes()) == {"format": 1, "people": {}}


def test_asking_makes_no_file(log: UndoLog) -> None:
    assert log.peek("Sam") is None and log.pop("Sam") is None
    log.drop_session("s-one-one")
    assert not log.folder.exists()


def test_one_change_is_forgotten_by_its_id(log: UndoLog) -> None:
    for who in ("Sam", "Ann"):
        for number in range(3):
            log.push(who, {**entry(number), "id": f"u{number}"})
    assert log.forget("Sam", "u2") == "" and log.forget("Sam", "unknown") == "" and log.forget("nobody", "u1") == ""
    assert [(log.pop("Sam") or {}).get("id") for _ in range(3)] == ["u1", "u0", None]
    assert (log.peek("Ann") or {}).get("id") == "u2"
    log.file.write_text('{"format": 2}')
    assert "newer version" in log.forget("Ann", "u2")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"{}", b'{"format": 1, "people": []}', b'{"format": 1, "people": {"Sam": [1]}}', b"\xff"],
)
def test_what_cannot_be_read_is_set_aside_whole(log: UndoLog, content: bytes) -> None:
    log.folder.mkdir(mode=0o700)
    log.file.write_bytes(content)
    assert log.peek("Sam") is None
    assert log.pop("Sam") is None
    assert log.file.read_bytes() == content  # looking changes nothing
    assert log.push("Sam", entry(1)) == ""
    log.file.write_bytes(content)
    assert log.push("Sam", entry(2)) == ""
    assert log.pop("Sam") == entry(2)
    assert [path.read_bytes() for path in log.kept.aside()] == [content, content]


def test_one_of_a_newer_version_stays_and_never_fails_a_change(log: UndoLog) -> None:
    log.folder.mkdir(mode=0o700)
    log.file.write_text('{"format": 2}')
    assert "newer version" in log.push("Sam", entry(1))
    with pytest.raises(TooNew):
        log.pop("Sam")
    assert log.file.read_text() == '{"format": 2}'


def test_a_full_disk_never_fails_a_change(log: UndoLog, monkeypatch: pytest.MonkeyPatch) -> None:
    log.push("Sam", entry(1))

    def full(*_: Any) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    assert "disk is full" in log.push("Sam", entry(2))
    monkeypatch.undo()
    assert log.peek("Sam") == entry(1)


def test_text_edited_by_hand_cannot_carry_what_a_terminal_obeys(log: UndoLog) -> None:
    log.folder.mkdir(mode=0o700)
    log.file.write_text(json.dumps({"format": 1, "people": {"Sam": [{"session": "s", "text": "a\x1b[2Jb"}]}}))
    assert log.peek("Sam") == {"session": "s", "text": "a\ufffd[2Jb"}


def test_it_is_its_owners_alone(log: UndoLog) -> None:
    before = os.umask(0)
    try:
        log.push("Sam", entry(1))
    finally:
        os.umask(before)
    assert stat.S_IMODE(log.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(log.folder.stat().st_mode) == 0o700


PUSHER = """
import sys
from pathlib import Path
from supervision.store.undo import UndoLog
log = UndoLog(Path(sys.argv[1]), patience=60)
for number in range(15):
    assert log.push(sys.argv[2], {"session": "s", "n": number}) == ""
"""


def test_two_processes_lose_nothing(log: UndoLog) -> None:
    both = [subprocess.Popen([sys.executable, "-c", PUSHER, str(log.folder), who]) for who in ("Ann", "Bob")]
    assert [one.wait() for one in both] == [0, 0]
    for who in ("Ann", "Bob"):
        assert [log.pop(who) for _ in range(16)] == [*({"session": "s", "n": n} for n in reversed(range(15))), None]
