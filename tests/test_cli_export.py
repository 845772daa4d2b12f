"""Exporting on the command line: records and extracts, many sessions at once, and lists for other programs."""

import csv
import io
import json
import os
import stat
from pathlib import Path

import pytest
from icalendar import Calendar

from supervision import config
from supervision.export import EXTRACTS, FORMATS
from tests.conftest import Program
from tests.test_plain import DECIDE


@pytest.fixture
def session(program: Program) -> str:
    made = program.start("--alias", "J")
    decide = DECIDE.format(support="given Team manager")
    program.plain(made, f"A word.\n/as Sam\nSam's own word.\n{decide}/agree 1\n/as Ash\n/agree 1\n")
    program.plain(made, "/action Ring J @Sam due 2026-12-03\n/action Write it up @Ash\n/end\n")
    return made


def test_a_file_takes_its_format_from_its_name(program: Program, session: str, tmp_path: Path) -> None:
    begins = {"record.md": b"# Superv", "r.html": b"<!doctype", "r.docx": b"PK", "r.json": b"{", "r.unknown": b"# Su"}
    for name, start in begins.items():
        assert program("export", session, "-o", str(tmp_path / name)).exit_code == 0
        assert (tmp_path / name).read_bytes().startswith(start)
    lists = {"todo.txt": b"2026-11-23 ", "a.ics": b"BEGIN:VCALENDAR", "a.csv": b"\xef\xbb\xbf", "a.json": b"["}
    old = os.umask(0)
    try:
        for name, start in lists.items():
            assert program("export", "--actions", "-o", str(tmp_path / name)).exit_code == 0
            assert (tmp_path / name).read_bytes().startswith(start)
            assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    finally:
        os.umask(old)


def test_actions_are_chosen_as_the_list_chooses_them(program: Program, session: str) -> None:
    def texts(*filters: str) -> list[str]:
        exported = json.loads(program("export", "--actions", "--format", "json", *filters).stdout)
        listed = program.json("actions", *filters)
        assert [row["id"] for row in exported if row["kind"] == "action"] == [row["id"] for row in listed]
        return [row["text"] for row in exported]

    review = "Look again at: Evening messages"
    assert texts() == ["Ring J", "Write it up", review]
    assert texts("--mine") == ["Write it up", review]
    assert texts("--owner", "Sam") == ["Ring J", review]
    assert texts("--owner", "nobody") == []
    assert texts("--overdue") == []
    assert texts("--since", "2026-11-23", "--session", session) == ["Ring J", "Write it up", review]
    assert texts("--with", "Bea") == []


def test_a_calendar_is_read_by_a_calendar(program: Program, session: str) -> None:
    calendar = Calendar.from_ical(program("export", "--actions", "--format", "ics").stdout)
    assert [str(event["summary"]) for event in calendar.walk("VEVENT")] == [
        *("Ring J", "Look again at: Evening messages")
    ]


def test_a_table_is_read_by_a_spreadsheet(program: Program, session: str, tmp_path: Path) -> None:
    file = tmp_path / "actions.csv"
    program("export", "--actions", "-o", str(file))
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline="")))
    assert [row["text"] for row in rows] == ["Ring J", "Write it up", "Look again at: Evening messages"]
    # In a pipe no mark stands before the first heading.
    assert program("export", "--actions").stdout.startswith('"kind",')


def test_ones_own_copy_is_mine_or_for_whom_one_says(program: Program, session: str, tmp_path: Path) -> None:
    mine = json.loads(program("export", session, "--extract", "mine", "--format", "json").stdout)
    assert [action["text"] for action in mine["actions"]] == ["Write it up"]
    file = tmp_path / "sams.json"
    assert program("export", session, "--extract", "mine", "--for", "Sam", "-o", str(file)).exit_code == 0
    copy = json.loads(file.read_text())
    assert copy["copy"]["of"] == session
    assert [action["text"] for action in copy["actions"]] == ["Ring J"]
    assert "A word." not in file.read_text().replace("Sam's own word.", "")
    elsewhere = ("--store", str(tmp_path / "sams"))
    assert program("import", str(file), *elsewhere).exit_code == 0
    shown = program.json("show", session, *elsewhere)
    assert shown | {"revision": 0} == copy | {"revision": 0}
    assert "own copy" in program("show", session, *elsewhere).stdout
    refused = program("export", session, "--extract", "mine", "--for", "Dana")
    assert refused.exit_code == 1
    assert "Dana is not in this session" in refused.stderr


def test_training_lines_and_themes_of_many_sessions(program: Program, session: str) -> None:
    other = program.start(other="Bea Novak")
    program.plain(other, "/end\n")
    still = program.start(other="Bea Novak")
    result = program("export", "--extract", "cpd", "--format", "txt")
    assert "2 sessions" in result.stdout
    assert "1 still under way" in result.stderr
    assert "2 sessions" in program("export", session, other, "--extract", "cpd", "--format", "txt").stdout
    assert "1 hour 30 minutes" not in program("export", still, "--extract", "cpd", "--format", "txt").stdout
    sums = json.loads(program("export", "--extract", "themes", "--with", "Bea", "--format", "json").stdout)
    assert sums["sessions"] is None
    program.me = "Cleo Marsh"
    assert "no such session" in program("export", "--extract", "cpd", "--format", "txt").stdout


@pytest.mark.parametrize(
    "args",
    [
        (),
        ("ID", "ID"),
        ("ID", "--format", "ics"),
        ("ID", "--mine"),
        ("--actions", "--format", "docx"),
        ("--actions", "ID"),
        ("--actions", "--extract", "record"),
        ("--actions", "--mine", "--owner", "Sam"),
        ("--extract", "themes", "--matter", "1"),
        ("--extract", "cpd", "--overdue"),
        ("ID", "--for", "Sam"),
        ("--actions", "--without-private"),
    ],
    ids=" ".join,
)
def test_what_does_not_go_together_is_wrong_usage(program: Program, session: str, args: tuple[str, ...]) -> None:
    result = program("export", *(session if arg == "ID" else arg for arg in args))
    assert result.exit_code == 2
    assert "Error: " in result.stderr and result.stdout == ""


@pytest.fixture
def sams(program: Program, session: str) -> Program:
    """Sam at their own login, with a private note beside that session."""
    config.remember("me", "Sam Okafor")
    program.me = "Sam Okafor"
    program.plain(session, "/private My stomach knew it first\n")
    return program


def test_private_notes_are_in_their_owners_copy_and_in_nothing_else(sams: Program, session: str) -> None:
    note = "My stomach knew it first"
    for kind in FORMATS:
        if kind != "docx":
            assert note in sams("export", session, "--extract", "mine", "--format", kind).stdout
            assert (
                note not in sams("export", session, "--extract", "mine", "--without-private", "--format", kind).stdout
            )
            for extract in EXTRACTS:
                if extract != "mine":
                    assert note not in sams("export", session, "--extract", extract, "--format", kind).stdout
    assert note not in sams("export", session, "--extract", "mine", "--for", "Ash").stdout
    sams.me = "Ash Patel"
    assert note not in sams("export", session, "--extract", "mine", "--for", "Sam").stdout


def test_private_notes_come_in_with_their_owners_copy_under_their_owners_login(
    sams: Program, session: str, tmp_path: Path
) -> None:
    file = tmp_path / "mine.json"
    sams("export", session, "--extract", "mine", "-o", str(file))
    theirs = ("--store", str(tmp_path / "theirs"))
    sams.me = "Ash Patel"
    assert "stay in the file" in sams("import", str(file), *theirs).stderr
    sams.me = "Sam Okafor"
    ours = ("--store", str(tmp_path / "ours"))
    assert sams("import", str(file), *ours).exit_code == 0
    (kept,) = sams.json("private", *ours)
    assert (kept["session"], [note["text"] for note in kept["notes"]]) == (session, ["My stomach knew it first"])
    broken = json.loads(file.read_text()) | {"private": [{"stage": 1}]}
    file.write_text(json.dumps(broken))
    refused = sams("import", str(file), "--store", str(tmp_path / "third"))
    assert refused.exit_code == 1 and "private[0].stage" in refused.stderr
    assert sams.json("sessions", "--store", str(tmp_path / "third")) == []


def test_whoever_said_a_first_name_bears_the_whole_one_of_their_own_copy(
    sams: Program, session: str, tmp_path: Path
) -> None:
    file = tmp_path / "mine.json"
    sams("export", session, "--extract", "mine", "-o", str(file))
    config.remember("me", "Sam")
    sams.me = ""
    asked, told = ("--store", str(tmp_path / "one")), ("--store", str(tmp_path / "two"))
    left = sams("import", str(file), *asked)
    assert left.exit_code == 0 and "If that is you, say so" in left.stderr and "stay in the file" in left.stderr
    assert config.load().me == "Sam"
    ash = sams("--me", "Ash", "import", str(file), "--yes", "--store", str(tmp_path / "three"))
    assert "If that is you" not in ash.stderr and config.load().me == "Sam"
    done = sams("import", str(file), "--yes", *told)
    assert "from then on you are Sam Okafor here too" in done.stderr and "stay in the file" not in done.stderr
    assert config.load().me == "Sam Okafor" and sams.json("private", *told)[0]["session"] == session
    # Where it came in before anybody knew whose it is, what is private in it comes in the next time.
    assert sams("import", str(file), *asked).exit_code == 0
    assert [note["text"] for note in sams.json("private", *asked)[0]["notes"]] == ["My stomach knew it first"]


def test_a_file_that_cannot_be_is_refused_and_of_two_alike_none_is_noted(program: Program, tmp_path: Path) -> None:
    alike = program("start", "--me", "Sam", "--with", "Sam", "--new-person", "--no-tui").stdout.strip()
    program.me = "Sam"
    file, loop = tmp_path / "two.md", tmp_path / "loop.md"
    assert program("export", alike, "-o", str(file)).exit_code == 0 and file.is_file()
    loop.symlink_to(loop)
    for name in (loop, tmp_path / f"{'n' * 300}.md"):
        refused = program("export", alike, "-o", str(name))
        assert refused.exit_code == 1 and refused.stderr.count("\n") == 1 and "Traceback" not in refused.output
