"""A session piped through plain mode gives, through `show --json`, exactly what was typed."""

from datetime import date, timedelta

from tests.conftest import Program
from tests.stories.typed import FIELDS, OPTIONS, STAGES, decide, piped, refused

START = ("--with", "Sam Okafor", "--alias", "J", "--matter", "Evening messages")


def test_a_whole_session_piped_through_plain_mode(program: Program) -> None:
    typed, notes = "", []
    for stage in STAGES:
        typed += f"/stage {stage}\n/as Ash\nAsh on {stage}: [b]zwölf[/b] 字.\n/as Sam Okafor\n//Sam on {stage}.\n"
        notes += [(stage, "Ash Patel", f"Ash on {stage}: [b]zwölf[/b] 字."), (stage, "Sam Okafor", f"/Sam on {stage}.")]
        if stage == "decide":
            typed += decide(support="given Team manager")
        if stage == "act":
            typed += "/action Tell J about the hours @Sam due in 2 weeks\n/as Ash\n"
            typed += "/action Ask for a discussion group due in 2 weeks\n"
    typed += "/next-date in 4 weeks\n/as Ash\n/agree 1\n/as Sam\n/agree 1\n/sign\n/as Ash\n/sign\n"
    today = date.today()
    session, lines = piped(program, typed, *START)
    assert refused(lines) == []

    record = program.json("show", session)
    assert record["state"] == "signed"
    assert (record["alias"], record["matter"], record["kind"]) == ("J", "Evening messages", "supervision")
    assert [(person["name"], person["role"]) for person in record["people"]] == [
        ("Ash Patel", "supervisor"),
        ("Sam Okafor", "practitioner"),
    ]
    assert [stage["id"] for stage in record["stages"]] == list(STAGES)
    assert [(stage["id"], note["by"], note["text"]) for stage in record["stages"] for note in stage["notes"]] == notes

    due = {(today + timedelta(days=days)).isoformat() for days in (14, 15)}  # midnight may pass meanwhile
    actions = record["actions"]
    assert [(action["text"], action["owner"], action["stage"], action["status"]) for action in actions] == [
        ("Tell J about the hours", "Sam Okafor", "act", "open"),
        ("Ask for a discussion group", "Ash Patel", "act", "open"),
    ]
    assert {action["due"] for action in actions} <= due

    made = record["decisions"][0]
    assert {key: made[key] for key in FIELDS} == FIELDS
    assert (
        tuple(
            (option["text"], option["for_person"], option["for_practitioner"], option["for_others"])
            for option in made["options"]
        )
        == OPTIONS
    )
    assert (made["number"], made["status"], made["missing"], made["alias"]) == (1, "agreed", [], "J")
    assert (made["support"]["status"], made["support"]["by"]) == ("given", "Team manager")
    assert [(mark["by"], mark["how"], mark["digest"]) for mark in made["agreed_by"]] == [
        ("Ash Patel", "in the room", made["digest"]),
        ("Sam Okafor", "in the room", made["digest"]),
    ]
    assert [(mark["by"], mark["how"]) for mark in record["signatures"]] == [
        ("Sam Okafor", "in the room"),
        ("Ash Patel", "in the room"),
    ]
    assert record["unverified"] == []
    assert record["next"] in {(today + timedelta(days=days)).isoformat() for days in (28, 29)}

    exported = program("export", session, "--format", "json")
    assert exported.stdout == program("show", session, "--json").stdout
