"""Starting, listing, showing, searching and throwing away sessions from the command line."""

import json
from datetime import timedelta

import pytest

from tests.conftest import Program
from tests.factory import NOW


def test_a_started_session_prints_its_id_alone(program: Program) -> None:
    result = program("start", "--with", "Sam Okafor", "--no-tui")
    assert result.stderr == ""
    assert result.stdout == f"{program.json('sessions')[0]['id']}\n"
    assert result.stdout.startswith("2026-11-23-")


def test_every_option_of_start_is_kept(program: Program) -> None:
    program.start(
        *("--role", "practitioner", "--minutes", "60", "--alias", "J", "--matter", "Lifts", "--line-manager"),
        *("--held", "2026-11-20 14:00"),
    )
    row = program.json("sessions")[0]
    assert row["held"].startswith("2026-11-20T14:00:00")
    assert row["id"].startswith("2026-11-20-1400-")
    assert row["started"] == NOW.isoformat()
    people = [(person["name"], person["role"], person.get("line_manager", False)) for person in row["people"]]
    assert people == [("Ash Patel", "practitioner", False), ("Sam Okafor", "supervisor", True)]
    wanted = {"kind": "supervision", "minutes": 60, "alias": "J", "matter": "Lifts", "prompts": "broken"}
    assert {key: row[key] for key in wanted} == wanted
    assert (row["state"], row["stage"], row["actions_open"], row["decisions_due"]) == ("open", "arrive", 0, 0)


def test_peers_get_the_pack_for_peers(program: Program) -> None:
    program.start("--role", "peer")
    row = program.json("sessions")[0]
    assert (row["kind"], row["prompts"]) == ("peer", "peer")
    assert {person["role"] for person in row["people"]} == {"peer"}


def test_the_pack_from_the_settings_is_used_unless_another_is_named(program: Program) -> None:
    assert program("prompts", "new", "team").exit_code == 0
    from supervision import config

    config.remember("prompts", "team")
    program.start()
    program.start("--prompts", "broken")
    program.start("--role", "peer")
    assert sorted(row["prompts"] for row in program.json("sessions")) == ["broken", "peer", "team"]


def test_somebody_met_before_is_the_same_person(program: Program) -> None:
    program.start()
    program.start(other="sam okafor")
    program.start("--new-person")
    ids = [row["people"][1]["id"] for row in program.json("sessions")]
    assert sorted(ids.count(one) for one in set(ids)) == [1, 2]


def test_a_name_cut_short_is_said_to_be_somebody_new(program: Program) -> None:
    program.start()
    assert program("start", "--with", "Sam Weaver", "--no-tui").stderr == ""
    result = program("start", "--with", "Sam", "--no-tui")
    assert result.exit_code == 0
    assert 'Sam is somebody new here. These records know Sam Okafor. For them: --with "Sam Okafor".' in result.stderr
    assert program("start", "--with", "Sam", "--new-person", "--no-tui").stderr == ""
    assert program("start", "--with", "Sam Okafor", "--no-tui").stderr == ""
    program.me = "Ash"
    assert 'These records know Ash Patel. For them: --me "Ash Patel".' in program("start", "--with", "J K").stderr


def test_a_session_with_oneself_is_refused(program: Program) -> None:
    result = program("start", "--with", "ASH PATEL", "--no-tui")
    assert result.exit_code == 1
    assert program.json("sessions") == []
    assert program.start("--new-person", other="Ash Patel")


def test_sessions_are_listed_newest_first_and_by_person(program: Program) -> None:
    first = program.start()
    program.now += timedelta(days=1)
    second = program.start(other="Bea Novak")
    program.now += timedelta(days=1)
    third = program.start()
    assert [row["id"] for row in program.json("sessions")] == [third, second, first]
    assert [row["id"] for row in program.json("sessions", "--with", "Bea")] == [second]
    assert program("sessions", "--with", "Nobody Known").stdout == ""
    lines = program("sessions").stdout.splitlines()
    assert [line.split()[0] for line in lines[::2]] == [third, second, first]


def test_show_json_has_the_shapes_scripts_rely_on(program: Program) -> None:
    record = program.json("show", program.start("--alias", "J"))
    assert {
        *("id", "kind", "state", "started", "ended", "held", "minutes", "people", "alias", "matter", "prompts"),
        *("stage", "actions_open", "decisions_due", "matters", "stages", "actions", "decisions", "signatures"),
        *("addenda", "dissent", "concerns", "next"),
    } <= record.keys()
    assert " ".join(stage["id"] for stage in record["stages"]) == (
        "arrive look-back bring boundaries relationships offering kindness extra-mile need systems decide act sign"
    )
    assert {"id", "text", "asks", "probes"} <= record["stages"][3]["prompts"][0].keys()
    assert record["matters"][0] == {"n": 1, "alias": "J", "text": "", "question": ""}


def test_an_id_may_be_shortened_and_an_ambiguous_one_names_its_candidates(program: Program) -> None:
    first = program.start()
    assert program.json("show", first[:-2])["id"] == first
    second = program.start()
    result = program("show", "2026-11-23")
    assert result.exit_code == 1
    assert first in result.stderr
    assert second in result.stderr


def test_discard_takes_a_session_away_and_a_signed_one_stays(program: Program) -> None:
    thrown = program.start()
    result = program("discard", thrown)
    assert result.exit_code == 0
    assert program.json("sessions") == []
    kept = program.start()
    program.process("plain", kept, stdin="/sign\n")
    refused = program("discard", kept)
    assert refused.exit_code == 1
    assert [row["id"] for row in program.json("sessions")] == [kept]


def test_search_says_where_each_stands(program: Program) -> None:
    session = program.start("--alias", "J", "--matter", "Lifts to the clinic")
    program.process("plain", session, stdin="A lift felt kind.\n/action Ask about lifts\n/decide\nLIFTS again\n")
    found = program.json("search", "lift")
    assert {(place["where"], place["session"]) for place in found} == {
        (where, session) for where in ("note", "matter", "action", "decision")
    }
    assert all({"session", "where", "id", "stage", "text"} <= place.keys() for place in found)
    assert program.json("search", "nowhere to be found") == []
    assert program("search", "lift", "clinic").stdout.splitlines()[1].strip() == "Lifts to the clinic"
    prompts = program.json("search", "extra", "mile")
    assert "prompt" in {place["where"] for place in prompts}


def test_without_a_terminal_start_and_open_are_line_by_line(program: Program) -> None:
    started = program.process("start", "--with", "Sam", stdin="I arrive.\n")
    assert started.returncode == 0
    session = started.stdout.decode().splitlines()[-1].removeprefix("Saved. To come back: supervision plain ")
    opened = program.process("open", session, stdin="/as Sam\nSo do I.\n")
    assert opened.returncode == 0
    notes = program.json("show", session)["stages"][0]["notes"]
    assert [(note["by"], note["text"]) for note in notes] == [("Ash Patel", "I arrive."), ("Sam", "So do I.")]


def test_a_damaged_record_is_named_and_hides_no_other(program: Program, tmp_path: object) -> None:
    good, bad = program.start(), program.start()
    from supervision import paths

    file = paths.store_dir() / "sessions" / f"{bad}.json"
    file.write_text("{")
    result = program("sessions", "--json")
    assert result.exit_code == 0
    assert [row["id"] for row in json.loads(result.stdout)] == [good]
    assert file.name in result.stderr
    shown = program("show", bad)
    assert shown.exit_code == 1
    assert file.read_text() == "{"


@pytest.mark.parametrize("role", ["supervisor", "practitioner", "peer"])
def test_start_json_is_the_session(program: Program, role: str) -> None:
    row = program.json("start", "--with", "Sam", "--role", role, "--no-tui")
    assert row["people"][0]["role"] == role
    assert row["id"] == program.json("sessions")[0]["id"]
