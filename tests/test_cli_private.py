"""`supervision prepare` and `supervision private`: for the person whom this login remembers, and nobody else."""

import os
from pathlib import Path

import pytest

from supervision import config
from supervision.export import EXTRACTS
from tests.conftest import ROOT, Program
from tests.terminal import Terminal


@pytest.fixture
def sam(program: Program) -> Program:
    """Sam, on a login of their own."""
    program.me = "Sam Okafor"
    config.remember("me", "Sam Okafor")
    return program


def supervised(sam: Program, *args: str) -> str:
    return sam.start("--role", "practitioner", *args, other="Ash Patel")


def test_matters_are_prepared_changed_and_dropped(sam: Program) -> None:
    supervised(sam)
    (matter,) = sam.json("prepare", "--alias", "R", "--matter", "A lift home")["matters"]
    assert (matter["alias"], matter["text"], matter["question"], matter["taken"]) == ("R", "A lift home", "", 0)
    (matter,) = sam.json("prepare", "--change", matter["id"][:4], "--question", "Was it right?")["matters"]
    assert (matter["alias"], matter["question"]) == ("R", "Was it right?")
    kept = sam.json("prepare", "--matter", "A gift")
    assert len(kept["matters"]) == 2
    assert len(sam.json("prepare", "--drop", matter["id"])["matters"]) == 1
    assert "A gift." in sam("prepare").stdout
    assert sam("prepare", "--matter", "Half of it", "--answer", "k1", "--on", "zz", stdin="x").exit_code == 1
    assert len(sam.json("prepare")["matters"]) == 1


def test_answers_come_from_standard_input_and_are_added_to(sam: Program) -> None:
    supervised(sam)
    for words in ("I felt needed", "and angry\nboth"):
        result = sam("prepare", "--answer", "k1", stdin=words)
        assert result.exit_code == 0
        assert "not encrypted" in result.stderr
    (note,) = sam.json("prepare")["notes"]
    assert (note["stage"], note["prompt"], note["text"]) == ("kindness", "k1", "I felt needed\nand angry\nboth")
    assert "kindness k1: and angry" in sam("private").stdout


def test_a_first_session_is_prepared_by_name_and_taken_up_when_they_meet(sam: Program) -> None:
    assert sam("prepare", "--matter", "x").exit_code == 2  # with whom?
    sam("prepare", "--with", "Ash Patel", "--matter", "A lift home")
    assert "A lift home" in sam("prepare").stdout, "there is one whom it can be"
    session = supervised(sam)
    said = sam.plain(session, "/prepared\n/take 1\n")
    assert sam.json("show", session)["matters"][0]["text"] == "A lift home"
    assert any("A lift home" in line for line in said)


def test_the_questions_are_those_of_the_next_session(sam: Program) -> None:
    supervised(sam)
    assert "k1 (Kindness and compassion): What part" in sam("prepare", "--questions").stdout
    sam.start("--role", "peer", other="Bea Novak")
    peers = [row["id"] for row in sam.json("prepare", "--with", "Bea Novak", "--questions")]
    assert {"w1", "w2", "k1"} <= set(peers)


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (["prepare", "--answer", "zz"], "no question 'zz'"),
        (["prepare", "--change", "nosuch", "--alias", "R"], "no prepared matter"),
        (["prepare", "--drop", "nosuch"], "no prepared matter"),
        (["prepare", "--answer", "k1", "--on", "nosuch"], "no prepared matter"),
        (["private", "show", "2026"], "keep nothing to yourself"),
        (["private", "erase", "nosuch", "--yes"], "no session"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(sam: Program, args: list[str], why: str) -> None:
    supervised(sam)
    result = sam(*args, stdin="words")
    assert (result.exit_code, result.stdout) == (1, "")
    assert why in result.stderr.splitlines()[0]


def test_somebody_named_for_once_is_told_why_there_is_nothing_for_them(sam: Program) -> None:
    supervised(sam)
    sam("prepare", "--matter", "A lift home")
    for command in (["prepare"], ["private"], ["private", "show", "2026"], ["prepare", "--matter", "x"]):
        result = sam("--me", "Ash Patel", *command)
        assert (result.exit_code, result.stdout) == (1, "")
        assert "This login is Sam Okafor's" in result.stderr and "lift" not in result.stderr
    (matter,) = sam.json("prepare")["matters"]
    assert matter["text"] == "A lift home"


def test_a_login_that_remembers_nobody_has_no_private_notes(program: Program) -> None:
    program.start()
    result = program("prepare", "--matter", "x")
    assert result.exit_code == 1 and "remembers nobody yet" in result.stderr


def test_notes_beside_a_session_are_shown_and_thrown_away(sam: Program) -> None:
    session = supervised(sam)
    sam.plain(session, "/private I was angry\n")
    assert "I was angry" in sam("private", "show", session).stdout
    assert sam.json("private")[0]["session"] == session
    assert sam("private", "erase", session, "--yes").exit_code == 0
    assert sam.json("private") == []


def test_notes_beside_a_session_that_was_thrown_away_are_still_their_owners(sam: Program) -> None:
    session = supervised(sam)
    sam.plain(session, "/private I was angry\n")
    sam("discard", session, "--yes")
    assert "I was angry" in sam("private", "show", session).stdout
    assert sam("doctor").exit_code == 0


def test_on_a_terminal_an_answer_is_asked_for_and_stands_in_no_shells_history(sam: Program) -> None:
    supervised(sam)
    names = ("SUPERVISION_STORE", "SUPERVISION_CONFIG")
    environment = {name: os.environ[name] for name in names} | {"PYTHONPATH": str(ROOT), "SUPERVISION_ME": sam.me}
    with Terminal(["prepare", "--answer", "k1"], env=environment) as terminal:
        terminal.wait("> ")
        assert terminal.leave("I felt needed\nand angry\n\n") == 0
    with Terminal(["prepare", "--answer", "k1"], env=environment) as terminal:
        terminal.wait("> ")
        assert terminal.leave("and tired\n\x04") == 0  # the end of input is no reason to lose a line
    assert sam.json("prepare")["notes"][0]["text"] == "I felt needed\nand angry\nand tired"


def test_where_and_doctor_know_the_folder(sam: Program, tmp_path: Path) -> None:
    supervised(sam)
    sam("prepare", "--matter", "A lift home")
    assert sam.json("where")["private"] == str(tmp_path / "store" / "private")
    (file,) = (tmp_path / "store" / "private").iterdir()
    file.chmod(0o644)
    assert any(found["file"] == str(file) for found in sam.json("doctor", "--repair")["findings"])
    assert file.stat().st_mode & 0o777 == 0o600


# -- line by line -----------------------------------------------------------------------------------------------------


def test_lines_are_kept_listed_shared_and_thrown_away(sam: Program) -> None:
    session = supervised(sam)
    said = sam.plain(
        session,
        "/stage kindness\n/private I felt needed\n/private I was angry\n/private\n/share 1\n/private\n/forget 2\n"
        "/share all\n/private\n",
    )
    assert said.count("1. I felt needed") == 1 and "2. I was angry" in said
    assert "1. I felt needed (shared)" in said and "Shared: I felt needed" in said
    (note,) = next(stage for stage in sam.json("show", session)["stages"] if stage["id"] == "kindness")["notes"]
    assert (note["by"], note["text"]) == ("Sam Okafor", "I felt needed")
    assert "angry" not in str(sam.json("private"))
    sam.plain(session, "/stage arrive\n/private Ring\n/private Rest\n/private Ring\n/forget 3\n")
    # Of two lines alike one stays.
    assert [note["text"] for note in sam.json("private")[0]["notes"] if note["stage"] == "arrive"] == ["Ring\nRest"]
    assert any("not encrypted" in line for line in said)


def test_while_the_other_writes_they_stay_shut_in_plain_mode(sam: Program) -> None:
    session = supervised(sam)
    said = sam.plain(
        session, "/private I was angry\n/as Ash\n/private\n/share 1\n/prepared\n/take 1\n/as Sam\n/private\n"
    )
    refused = [line for line in said if line.startswith("! ")]
    assert len(refused) == 4 and all("Ash Patel is writing now" in line for line in refused)
    assert said.index("1. I was angry") > said.index("Writing: Sam Okafor.", said.index(refused[-1]))


def test_what_does_not_fit_is_said_and_changes_nothing(sam: Program) -> None:
    session = supervised(sam)
    said = sam.plain(
        session,
        "/share 1\n/share\n/share x\n/private a\n/share 2\n/share 1 9\n/forget 0\n/take 1\n/take\n"
        "/forget 0000012\n/take 00012\n",
    )
    assert len([line for line in said if line.startswith("! ")]) == 10
    assert sam.json("private")[0]["notes"][0]["text"] == "a"
    assert all(not stage["notes"] for stage in sam.json("show", session)["stages"])


def test_what_was_prepared_is_offered_at_bring_and_taken_in_one_by_one(sam: Program) -> None:
    supervised(sam)
    sam("prepare", "--alias", "R", "--matter", "A lift home", "--question", "Was it right?")
    sam("prepare", "--matter", "A gift")
    session = supervised(sam)
    said = sam.plain(session, "/stage bring\n/prepared\n/take 2\n/take 1\n/prepared\n")
    assert "You have prepared 2: /prepared lists them, /take N takes one in." in said
    assert "1. R, A lift home. The question: Was it right?" in said
    assert "You have prepared no matter that is still to be taken in." in said
    matters = sam.json("show", session)["matters"]
    assert [(m["alias"], m["text"], m["question"]) for m in matters] == [
        ("", "A gift", ""),
        ("R", "A lift home", "Was it right?"),
    ]


def test_the_other_is_not_told_that_something_was_prepared(sam: Program) -> None:
    supervised(sam)
    sam("prepare", "--matter", "A lift home")
    session = supervised(sam)
    said = sam.plain(session, "/as Ash\n/stage bring\n/as Sam\n/stage arrive\n/stage bring\n")
    begun = said.index("Writing: Ash Patel.")
    meanwhile, after = said[begun : said.index("Writing: Sam Okafor.", begun)], said[begun:]
    assert not any("prepared" in line for line in meanwhile) and any("prepared" in line for line in after)


def test_what_is_private_is_in_no_export_but_ones_own_copy(sam: Program) -> None:
    session = supervised(sam, "--alias", "J", "--matter", "A lift home")
    sam.plain(session, "/private I felt small\n/action Ring J\n")
    for extract in EXTRACTS:
        for form in ("md", "txt", "html", "json"):
            said = sam("export", session, "--extract", extract, "--format", form)
            assert ("I felt small" in said.stdout) is (extract == "mine"), (extract, form)
    assert "I felt small" not in sam("show", session, "--json").stdout
    for form in ("csv", "json", "todo.txt", "ics"):
        listed = sam("export", "--actions", "--all", "--format", form)
        assert "Ring J" in listed.stdout or form == "ics"
        assert "I felt small" not in listed.stdout


def test_a_copy_to_be_handed_on_holds_nothing_private_and_one_of_ones_own_says_that_it_does(
    sam: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = supervised(sam, "--alias", "J")
    own, other, back = (tmp_path / name for name in ("own.json", "other.json", "back.json"))
    said = sam.plain(session, f"/private I felt small\n/end\n/copy {own}\n/copy {other} || without\n")
    assert "I felt small" in own.read_text() and "I felt small" not in other.read_text()
    assert sum(line.startswith("Your private notes are in it: keep it to yourself.") for line in said) == 1
    assert "Your private notes are not in it." in said

    monkeypatch.setenv("SUPERVISION_STORE", str(tmp_path / "at-home"))
    assert sam("import", str(own), "--yes").exit_code == 0
    assert "I felt small" in sam("private", "show", session).stdout
    said = sam.plain(session, f"/copy {back}\n")
    assert "I felt small" not in back.read_text() and "Your private notes are not in it." in said
