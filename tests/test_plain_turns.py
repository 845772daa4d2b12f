"""A paired reflection line by line: each one's own questions, their time, and what is raised or taken to somebody."""

from supervision.model import turns
from tests.conftest import Program


def peers(program: Program, *lines: str) -> str:
    done = program.process("plain", "--with", "Sam", "--role", "peer", "--alias", "J", stdin="\n".join(lines) + "\n")
    assert done.returncode == 0, done.stderr
    return done.stdout.decode()


def after(said: str, words: str) -> str:
    """What was said from the last time these words came."""
    assert words in said
    return said[said.rindex(words) :]


def test_each_is_asked_their_own_part_and_the_parts_swap_half_way(program: Program) -> None:
    said = peers(program, "/first Sam", "/stage present-a", "/as Sam", "/repeat")
    assert "Turn A: Sam presents." in said
    mine, _, theirs = said.partition("Writing: Sam.")
    assert "For the listener: Listen." in mine and "For the presenter:" not in mine
    assert "For the presenter: Tell it as it happened" in theirs
    said = peers(program, "/first Sam", "/stage present-b")
    assert "Turn B:" in said and "For the presenter: Tell it as it happened" in said


def test_going_on_passes_over_the_questions_of_the_other_part(program: Program) -> None:
    said = peers(program, "/stage clarify-a", "")
    assert "Stage 5 of 14: BROKEN lens." in after(said, "Clarify"), "one question of Clarify is for whoever presents"


def test_in_the_silent_stage_nothing_more_is_asked(program: Program) -> None:
    said = after(peers(program, "/stage reflect-a"), "Reflect aloud")
    assert "To go deeper" not in said and "What this asks" not in said


def test_a_concern_stops_both_turns_until_the_clock_goes_on(program: Program) -> None:
    said = peers(
        program, "/stage present-a", "/concern J is unwell || to the lead", "", "/turns", "/clock go", "/turns"
    )
    still = said.rindex(turns.WHY_STILL["concern"])
    assert said[still:].count("Ash Patel has had 0 of 22 minutes.") == 2, "told twice more, and it runs"


def test_what_is_refused_is_said_and_changes_nothing(program: Program) -> None:
    said = peers(program, "/first Zoe", "/first", "/clock", "/clock stop", "/heard perhaps", "/take-to 1 the lead")
    refused = [line for line in said.split("\n") if line.startswith("! ")]
    assert len(refused) == 6
    record = program.json("show", program.json("sessions")[0]["id"])
    assert record["actions"] == []


def test_supervision_has_no_turns(program: Program) -> None:
    done = program.process("plain", "--with", "Sam", stdin="/turns\n/first Sam\n/clock stop\n/heard no\n")
    assert len([line for line in done.stdout.decode().split("\n") if line.startswith("! ")]) == 4


def test_each_answers_for_themselves_and_takes_what_is_proposed_to_somebody(program: Program) -> None:
    said = peers(
        program,
        *("/stage respond-a", "/decide", "Answer until nine", *[""] * 15),
        *("/take-to 1 my line manager @Sam due Friday", "/stage close", "/heard no", "/as Sam", "/heard yes"),
    )
    record = program.json("show", program.json("sessions")[0]["id"])
    (action,) = record["actions"]
    assert (action["text"], action["owner"]) == ("Take to my line manager: Answer until nine", "Sam")
    assert record["decisions"][0]["support"]["status"] == "asked"
    assert [(one["by"], one["must_raise"]) for one in record["heard"]] == [("Ash Patel", False), ("Sam", True)]
    assert "Sam has not answered yet." in said and "/concern TEXT raises it" in said
