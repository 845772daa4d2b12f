"""Home line by line: where one is, into a session and back, and everything the first screen can do."""

import asyncio
import json
from pathlib import Path

import pytest

from supervision import config, paths
from supervision.model.views import summary
from supervision.plain import Desk, converse
from supervision.plain.commands import HOME, HOME_PARTS, PARTS, TABLE
from supervision.private import PrivateNotes
from supervision.shelf import Shelf
from supervision.store import Store
from supervision.tui.keys import COMMANDS
from tests.conftest import Program

NOT_LINE_BY_LINE = {
    "change-theme": "there are no colours",
    "hide-screen": "what was said stands on the terminal already",
    "jump": "there are no panes",
    "palette": "/help and a word finds what there is to do",
    "story-again": "/help tells what there is",
    "story-leave": "the story is told on screens",
    "story-next": "the story is told on screens",
}
CALLED = {
    "actions-here": "actions",
    "add-action": "action",
    "add-addendum": "addendum",
    "agree-decision": "agree",
    "another-matter": "next-matter",
    "come-back": "come-back",
    "confidentiality": "agreement",
    "decisions-here": "decisions",
    "edit-matter": "matter",
    "end-session": "end",
    "go-to-other": "to-other",
    "kept-apart": "kept",
    "mark-option": "mark",
    "mark-reason": "mark",
    "next-matter": "to-matter",
    "next-question": "next",
    "other-writes": "as",
    "our-agreement": "agreement",
    "own-notes": "private",
    "present-first": "first",
    "previous-question": "back",
    "propose-decision": "decide",
    "quiet-screen": "quiet",
    "raise-concern": "concern",
    "read-back": "read",
    "record-keeping": "retention",
    "reopen-session": "reopen",
    "who-is-here": "people",
    "whose-words": "notes",
}
"""What is called otherwise in a session line by line."""
AT_HOME = {
    "agreement-home": "agreement",
    "back-up": "backup",
    "join-elsewhere": "join",
    "encrypt-records": "encrypt",
    "export-home": "export",
    "find-here": "find",
    "gather": "about",
    "narrow": "with",
    "new-session": "start",
    "redo-home": "redo",
    "redo-list": "redo",
    "timeline-home": "timeline",
    "timeline-list": "timeline",
    "undo-home": "undo",
    "undo-list": "undo",
    "with-whom": "with",
}


@pytest.fixture
def sample(program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "Documents").mkdir()
    assert program("demo", "--write", str(tmp_path / "sample")).exit_code == 0
    monkeypatch.setenv("SUPERVISION_STORE", str(tmp_path / "sample"))
    config.remember("me", "Ash Patel")
    return program


def said(program: Program, *lines: str, session: str = "", asks: bool = False, me: str = "Ash Patel") -> list[str]:
    """What is said to these lines, from home or from a session with a home."""
    chunks = iter(["".join(f"{line}\n" for line in lines).encode()])
    printed: list[str] = []
    shelf = Shelf(Store(paths.store_dir(), summary), lambda: program.now)
    kept = PrivateNotes(shelf.store, lambda: config.load().me, lambda: program.now)
    status = asyncio.run(
        converse(
            shelf,
            session,
            me,
            read=lambda: next(chunks, b""),
            write=printed.append,
            asks=asks,
            private=kept,
            home=Desk(me=me, private=lambda: kept),
        )
    )
    assert status == 0
    return printed


def test_everything_the_screens_can_do_goes_line_by_line() -> None:
    for command in COMMANDS:
        if command.id in NOT_LINE_BY_LINE:
            continue
        if command.where in ("home", "list"):
            assert AT_HOME.get(command.id, command.id) in HOME, command.id
        elif command.where == "everywhere":
            assert command.id in TABLE and command.id in HOME, command.id
        else:
            assert CALLED.get(command.id, command.id) in TABLE, command.id
    assert {entry.part for entry in HOME.values()} == set(HOME_PARTS)
    assert {entry.part for entry in TABLE.values()} == set(PARTS)


def test_home_says_where_one_is_and_what_waits(sample: Program) -> None:
    lines = said(sample)
    assert lines[:2] == ["Home.", "You are Ash Patel."]
    assert any("overdue actions" in line for line in lines)
    assert any(line.startswith("/continue goes on with Sam Okafor") for line in lines)
    again = said(sample, "/repeat")
    assert again[len(lines) :] == lines


def test_what_is_typed_at_home_is_no_note_and_one_is_told(sample: Program) -> None:
    lines = said(sample, "J wrote again")
    assert any(line.startswith("! You are at home") for line in lines)
    assert not sample.json("search", "J wrote again")


def test_into_a_session_and_home_again_and_the_lines_go_where_one_is(sample: Program) -> None:
    lines = said(sample, "/continue", "A line of notes.", "/home", "/where", "/sessions", "/session 1", "Another one.")
    assert lines.count("Home.") == 2 and "You are at home." in lines
    assert {row["text"] for row in sample.json("search", "A line of notes")}
    assert {row["text"] for row in sample.json("search", "Another one")}


def test_a_session_begins_with_the_one_who_is_known_or_says_that_there_is_somebody_new(sample: Program) -> None:
    lines = said(sample, "/start Sam", "yes", "/home", "/start Kim as peer || T", "/quit", asks=True)
    assert any("Do you mean Sam Okafor" in line for line in lines)
    (newest,) = (row for row in sample.json("sessions") if (row["kind"], row["alias"]) == ("peer", "T"))
    assert {person["name"] for person in newest["people"]} == {"Ash Patel", "Kim"}
    assert len({person["id"] for row in sample.json("sessions") for person in row["people"]}) == 4
    lines = said(sample, "/start Sam", "/quit")
    assert any("/start Sam Okafor" in line for line in lines if line.startswith("! Sam is somebody new"))


def test_actions_are_ticked_added_and_taken_back_without_opening_a_session(sample: Program) -> None:
    mine = sample.json("actions", "--mine")[0]
    lines = said(
        sample,
        f"/done {mine['id']} It went well",
        "/action Ring J @Sam due Friday",
        "/undo",
        "/undo",
        "/redo",
        "/actions mine",
    )
    assert any(line.startswith("Done ") for line in lines)
    assert not [line for line in lines if line.startswith("! ")]
    assert "Ring J" not in [row["text"] for row in sample.json("actions")]
    assert mine["id"] not in [row["id"] for row in sample.json("actions", "--mine")]


def test_a_decision_that_has_come_back_is_reviewed(sample: Program) -> None:
    due = sample.json("decisions", "--due")[0]
    lines = said(sample, "/decisions due", f"/review {due['id']} kept Nobody rang at night || in 3 months")
    assert any(line.startswith(f"{due['title']}: kept. Look again on") for line in lines)
    assert not sample.json("decisions", "--due")


def test_a_copy_comes_back_only_after_yes(sample: Program, tmp_path: Path) -> None:
    session = next(row for row in sample.json("sessions") if row["state"] == "signed")
    file = tmp_path / "Documents" / "copy.json"
    sample("export", session["id"], "--format", "json", "--extract", "mine", "--for", "Sam Okafor", "-o", str(file))
    copy = json.loads(file.read_text())
    action = next(one for one in copy["actions"] if one["owner"] == "Sam Okafor" and one["status"] == "open")
    action |= {"status": "done", "closed": sample.now.isoformat()}
    file.write_text(json.dumps(copy))
    lines = said(sample, "/bring-in", "/bring-in 1")
    assert any(line.startswith("1. Sam Okafor's own copy") for line in lines)
    assert any("Sam Okafor's own copy" in line and "has come back" in line for line in lines)
    assert "! Nothing was changed yet. To do it: /bring-in 1 yes" in lines
    assert action["id"] in [row["id"] for row in sample.json("actions")]
    lines = said(sample, "/bring-in ~/Documents/copy.json || yes", "/bring-in ~/Documents/copy.json")
    assert any(line.startswith("Taken over from Sam Okafor's own copy") for line in lines)
    assert action["id"] not in [row["id"] for row in sample.json("actions")]
    lines = said(sample, "/bring-in", "/bring-in 1", "no", asks=True)
    assert not [line for line in lines if line == "Bring it in? Type yes, or anything else for no."]


def test_a_backup_is_made_and_restored(sample: Program, tmp_path: Path) -> None:
    session = sample.json("sessions")[0]["id"]
    lines = said(sample, "/backup")
    assert any("read back and is whole" in line for line in lines)
    assert any("already" in line for line in said(sample, "/backup") if line.startswith("! "))
    (tmp_path / "sample" / "sessions" / f"{session}.json").unlink()
    lines = said(sample, "/restore", "/restore 1 yes", "/restore 1 || perhaps")
    assert any(line.startswith("Put back: one session") for line in lines)
    assert session in [row["id"] for row in sample.json("sessions")]


def test_files_for_others_and_the_rest_of_home(sample: Program, tmp_path: Path) -> None:
    lines = said(
        sample,
        "/export calendar",
        "/export cpd training.docx",
        "/find lifts",
        "/with Sam Okafor",
        "/timeline",
        "/agreement",
        "/prepare J || The evenings",
        "/prepare",
        "/unprepare 00012",
        "/unprepare 1",
        "/records-due",
        "/about J",
        "/protection",
        "/read 1",
        "/sessions",
        "/read 1",
        "/known",
        "/help all",
        "/help backup",
        "/help nothing-like-it",
        "/with everybody",
    )
    refused = [line for line in lines if line.startswith("! ")]
    assert [line[:30] for line in refused] == [
        "! Say which, by its number: /u",
        "! There is no such number in t",
        '! No command has to do with "n',
    ]
    assert "! Say who you are first: /me NAME" in said(sample, "/export cpd", me="")  # it is one person's
    assert (tmp_path / "Documents" / "supervision-calendar.ics").is_file() and (tmp_path / "training.docx").is_file()
    assert any("own number" in line or "Private notes" in line or "encrypted" in line for line in lines)
    for entry in HOME.values():
        assert sum(line.startswith((f"/{entry.name} ", f"/{entry.name}:")) for line in lines) >= 1, entry.name


def test_records_are_encrypted_with_a_passphrase_typed_twice(sample: Program) -> None:
    lines = said(sample, "/encrypt", "/where are four words of ours", "four words of yours", "/quit")
    assert any("not the same" in line for line in lines if line.startswith("! "))
    assert "You are at home." not in lines  # a passphrase is no command
    lines = said(sample, "/encrypt", "four words of ours", "four words of ours", "", "no", "/quit")
    assert lines[-2:] == ["! Nothing was changed.", "Everything is saved."]
    assert "four words" not in "".join(lines)


def test_what_is_typed_in_the_other_place_or_is_no_role_is_said(sample: Program) -> None:
    count = len(sample.json("sessions"))
    lines = said(sample, "/as Sam", "/start Kim as boss", "/continue", "/backup")
    refused = [line for line in lines if line.startswith("! ")]
    assert [line.partition(". ")[0][:44] for line in refused] == [
        "! There is no command /as; that is typed in ",
        '! "boss" is no role; yours is supervisor, pr',
        "! There is no command /backup; that is typed",
    ]
    assert len(sample.json("sessions")) == count


def test_a_session_without_a_home_says_so(sample: Program) -> None:
    session = sample.json("sessions")[0]["id"]
    assert any("There is only this session here" in line for line in sample.plain(session, "/home\n"))


def test_plain_alone_is_home_from_a_pipe(sample: Program) -> None:
    done = sample.process("plain", stdin="/where\n/quit\n")
    assert done.returncode == 0 and done.stderr == b""
    assert done.stdout.decode().startswith("Home.\nYou are Ash Patel.\n")
    tried = sample.process("demo", "--plain", stdin="/continue\n/home\n")
    assert tried.returncode == 0 and b"This is the sample" in tried.stdout


def test_a_look_elsewhere_and_back(sample: Program) -> None:
    session = sample.json("sessions")[0]["id"]
    lines = sample.plain(session, "/where\n/stage kindness\n/look-back\n/come-back\n/where\n/come-back\n")
    places = [line for line in lines if line.startswith("Stage ")]
    assert len(places) >= 4 and "Kindness" in places[-1]
    assert lines[-2].startswith("! You have not gone anywhere else") or "! You have not" in "".join(lines)


def test_with_whom_is_asked_in_words_that_can_be_typed_and_not_of_who_meets_one_person(sample: Program) -> None:
    assert "! Say with whom first: /with Sam Okafor or /with Bea Novak." in said(sample, "/timeline")
    of_sam = said(sample, "/timeline", me="Sam Okafor")
    assert "Coming:" in of_sam, "sessions of others are not his to choose from"
    assert not any(line.endswith("..") for line in of_sam)


def test_whoever_said_a_first_name_bears_the_whole_one_of_their_own_copy(
    program: Program, sample: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = next(row["id"] for row in sample.json("sessions") if row["state"] == "signed")
    own = tmp_path / "sam.json"
    assert sample("export", session, "--extract", "mine", "--for", "Sam", "-o", str(own)).exit_code == 0
    monkeypatch.setenv("SUPERVISION_STORE", str(tmp_path / "sams"))
    config.remember("me", "Sam")
    shelf = Shelf(Store(paths.store_dir(), summary), lambda: program.now)
    kept = PrivateNotes(shelf.store, lambda: config.load().me, lambda: program.now)
    desk = Desk(me="Sam", private=lambda: kept, remember_me=lambda name: config.remember("me", name))
    chunks, printed = iter([f"/bring-in {own} || yes\n/me\n".encode()]), list[str]()
    status = asyncio.run(
        converse(shelf, "", "Sam", read=lambda: next(chunks, b""), write=printed.append, private=kept, home=desk)
    )
    assert status == 0
    assert "It is for Sam Okafor. You said Sam here; from then on you are Sam Okafor here too." in printed
    assert "You are Sam Okafor." in printed and config.load().me == "Sam Okafor"
