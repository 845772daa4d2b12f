"""A practitioner takes their own copy along, ticks and notes in it, and brings it back into the shared records."""

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Program
from tests.terminal import Terminal

TYPED = (
    "/as Sam Okafor\nSam's own word.\n/as Ash Patel\nAsh's word.\n"
    "/action Ring J @Sam due in 2 weeks\n/action Tell the team @Sam\n/action Write it up @Ash\n"
    "/sign\n/as Sam Okafor\n/sign\n/end\n"
)


class Two:
    """The shared records, and those of the practitioner alone; a file goes to and fro between them."""

    def __init__(self, program: Program, folder: Path) -> None:
        self.program = program
        self.file = folder / "copy.json"
        self.own = ("--store", str(folder / "own"))
        self.session = program.start("--alias", "J")
        program.plain(self.session, TYPED)

    @property
    def shared(self) -> Any:
        return self.program.json("show", self.session)

    def ids(self) -> dict[str, str]:
        return {action["text"]: action["id"] for action in self.shared["actions"]}

    def take(self) -> None:
        """The practitioner takes their copy, into their own store."""
        assert (
            self.program("export", self.session, "--extract", "mine", "--for", "Sam", "-o", str(self.file)).exit_code
            == 0
        )
        assert self.program("import", str(self.file), *self.own).exit_code == 0

    def at_home(self, *args: str) -> str:
        """What the practitioner does in their own store, and what is answered."""
        self.program.me = "Sam Okafor"
        result = self.program(*args, *self.own)
        assert result.exit_code == 0, result.stderr
        self.program.me = "Ash Patel"
        return result.stdout

    def bring(self, *args: str, extract: str = "record") -> Any:
        """The copy comes back as a file."""
        self.file.write_text(self.at_home("export", self.session, "--extract", extract, "--format", "json"))
        return self.program("import", str(self.file), *args)


@pytest.fixture
def two(program: Program, tmp_path: Path) -> Two:
    made = Two(program, tmp_path)
    made.take()
    return made


@pytest.mark.parametrize("extract", ["record", "mine"])
def test_ticks_and_progress_come_back_by_id_and_the_signed_record_stays_verified(two: Two, extract: str) -> None:
    ids = two.ids()
    two.program.now += timedelta(days=3)
    two.at_home("actions", "note", ids["Ring J"], "Left a message.")
    two.at_home("actions", "done", ids["Ring J"], "--note", "J picked up.")
    two.at_home("actions", "note", ids["Tell the team"], "Not yet.")
    before = two.shared
    two.program.now += timedelta(days=1)
    result = two.bring("--yes", extract=extract)
    assert result.exit_code == 0, result.stderr
    for words in ("Sam Okafor's own copy", "+ Left a message.", "now done; here it is open", "1 brought back"):
        assert words in result.stderr
    after = two.shared
    by_text = {action["text"]: action for action in after["actions"]}
    assert [(n["by"], n["text"]) for n in by_text["Ring J"]["notes"]] == [
        ("Sam Okafor", "Left a message."),
        ("Sam Okafor", "J picked up."),
    ]
    assert (by_text["Ring J"]["status"], by_text["Ring J"]["closed"][:10]) == ("done", "2026-11-26")
    assert by_text["Ring J"]["closed_by"] == "Sam Okafor"
    assert (by_text["Tell the team"]["status"], len(by_text["Tell the team"]["notes"])) == ("open", 1)
    assert after["state"] == "signed" and after["unverified"] == []
    assert all(mark["verified"] for mark in after["signatures"])
    changed = {"actions", "history", "revision", "actions_open", "last"}
    assert {key for key in after if after[key] != before[key]} <= changed
    again = two.bring("--yes", extract=extract)
    assert again.exit_code == 0 and "nothing new came back; skipped" in again.stderr
    assert two.shared == after


def test_nothing_but_the_owners_own_actions_comes_back(two: Two) -> None:
    ids = two.ids()
    two.at_home("actions", "add", "Something of my own", "--session", two.session)
    record = json.loads(two.program("export", two.session, "--format", "json", *two.own).stdout)
    mine = next(action for action in record["actions"] if action["text"] == "Ring J")
    record["matters"][0]["text"] = "another matter"
    record["stages"][0]["notes"] = record["stages"][0]["runs"] = []
    ashs = next(action for action in two.shared["actions"] if action["text"] == "Write it up")
    record["actions"].append({**ashs, "status": "done", "notes": [{"by": "Sam Okafor", "text": "Not mine"}]})
    mine["notes"] = [{"id": "n1", "by": "Ash Patel", "text": "As if by Ash", "at": "2026-11-23T11:00:00+00:00"}]
    mine["text"] = "Something else"
    before = two.shared
    two.file.write_text(json.dumps(record))
    result = two.program("import", str(two.file), "--yes")
    assert result.exit_code == 0
    assert "Something of my own (was added in the copy and stays there)" in result.stderr
    assert "Write it up (belongs to somebody else here, and stays as it is)" in result.stderr
    assert two.shared == before
    assert ids == two.ids()


def test_a_copy_written_by_another_program_brings_its_status_too(two: Two) -> None:
    record = json.loads(two.file.read_text())
    del record["history"]
    ring = next(action for action in record["actions"] if action["text"] == "Ring J")
    ring |= {"status": "dropped", "closed": "2026-11-25T09:00:00+00:00"}
    ring["notes"] = [{"by": "Sam Okafor", "text": "J moved away.", "at": "2026-11-25T09:00:00+00:00"}]
    two.file.write_text(json.dumps(record))
    assert two.program("import", str(two.file), "--yes").exit_code == 0
    action = next(action for action in two.shared["actions"] if action["text"] == "Ring J")
    assert (action["status"], action["closed_by"]) == ("dropped", "Sam Okafor")
    assert [note["text"] for note in action["notes"]] == ["J moved away."]
    assert "nothing new" in two.program("import", str(two.file), "--yes").stderr


def test_where_both_went_on_the_later_stands(two: Two) -> None:
    ids = two.ids()
    for days, ring, tell in ((1, "home", "here"), (2, "here", "home")):
        two.program.now += timedelta(days=days)
        for words, where in (("Ring J", ring), ("Tell the team", tell)):
            status = "done" if where == "home" else "drop"
            if where == "home":
                two.at_home("actions", status, ids[words])
            else:
                assert two.program("actions", status, ids[words]).exit_code == 0
    result = two.bring("--yes")
    statuses = {action["text"]: action["status"] for action in two.shared["actions"]}
    assert (statuses["Ring J"], statuses["Tell the team"]) == ("dropped", "done")
    assert "Ring J (is dropped here since)" in result.stderr


def test_what_was_changed_here_alone_is_not_turned_back(two: Two) -> None:
    two.program.now += timedelta(days=1)
    two.program("actions", "done", two.ids()["Ring J"])
    before = two.shared
    assert "nothing new came back" in two.bring("--yes").stderr
    assert two.shared == before


def test_it_is_shown_and_asked_about_first_and_scripts_say_yes(two: Two) -> None:
    two.at_home("actions", "done", two.ids()["Ring J"])
    refused = two.bring()
    assert refused.exit_code == 1
    assert "say --yes" in refused.stderr and "now done" in refused.stderr
    assert two.shared["actions_open"] == 3
    folders = {name: os.environ[name] for name in ("SUPERVISION_STORE", "SUPERVISION_CONFIG")}
    environment = folders | {"PYTHONPATH": str(ROOT), "SUPERVISION_ME": "Ash Patel"}
    for answer, status, left in (("n\n", 1, 3), ("y\n", 0, 2)):
        with Terminal(["import", str(two.file)], env=environment) as terminal:
            terminal.wait("now done; here it is open")
            terminal.wait(f"over into {two.session}? [y/N]")
            assert terminal.leave(answer) == status
        assert two.shared["actions_open"] == left


def test_a_copy_of_somebody_else_or_of_another_session_is_refused(two: Two) -> None:
    record = json.loads(two.file.read_text())
    for change, words in (
        ({"copy": record["copy"] | {"for": "p-stranger"}}, "who is not in the session"),
        ({"copy": record["copy"] | {"of": "another-session"}}, "stands for something else"),
    ):
        two.file.write_text(json.dumps(record | change))
        result = two.program("import", str(two.file), "--yes")
        assert result.exit_code == 1 and words in result.stderr, result.stderr


def test_the_change_can_be_taken_back(two: Two) -> None:
    two.program.now += timedelta(days=1)
    two.at_home("actions", "done", two.ids()["Ring J"], "--note", "J picked up.")
    assert two.bring("--yes").exit_code == 0
    two.program.me = "Sam Okafor"
    assert two.program("undo").exit_code == 0
    action = next(action for action in two.shared["actions"] if action["text"] == "Ring J")
    assert (action["status"], action["notes"]) == ("open", [])
