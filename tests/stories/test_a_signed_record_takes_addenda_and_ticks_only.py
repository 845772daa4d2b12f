"""What a signature covers is locked; what comes later is added beside it."""

from tests.conftest import Program
from tests.stories.typed import decide, decision, piped, refused


def test_a_signed_record_takes_addenda_and_ticks_only(program: Program) -> None:
    typed = "Said.\n" + decide() + "/agree 1\n/as Sam\n/agree 1\n/action Ring J\n/sign\n/as Ash\n/sign\n/end\n"
    session, lines = piped(program, typed, "--with", "Sam Okafor", "--alias", "J")
    assert refused(lines) == []
    before = program.json("show", session)
    assert before["state"] == "signed"

    edits = "Too late.\n/matter Another\n/alias K\n/edit 1 limits none\n/not-yet 1\n/dissent No\n/next-date tomorrow\n"
    _, lines = piped(program, edits, session)
    assert len(refused(lines)) == 7
    assert program.json("show", session) | {"revision": 0, "history": 0} == before | {"revision": 0, "history": 0}

    ring = next(action["id"] for action in before["actions"] if action["text"] == "Ring J")
    _, lines = piped(
        program, f"/addendum It was a Tuesday.\n/done {ring[:5]} rang\n/support 1 given Team manager\n", session
    )
    assert refused(lines) == []
    assert program("actions", "reopen", ring, "--note", "Ring once more").exit_code == 0
    after = program.json("show", session)
    assert after["state"] == "signed"
    assert after["unverified"] == []
    assert after["signatures"] == before["signatures"]
    assert [(entry["by"], entry["text"]) for entry in after["addenda"]] == [("Ash Patel", "It was a Tuesday.")]
    action = next(action for action in after["actions"] if action["id"] == ring)
    assert (action["status"], [note["text"] for note in action["notes"]]) == ("open", ["rang", "Ring once more"])
    assert decision(program, session)["status"] == "agreed"
