"""Peers have no authority over each other: they propose, and take it to somebody who has."""

from tests.conftest import Program
from tests.stories.typed import decide, decision, piped, refused


def test_a_peer_session_never_agrees(program: Program) -> None:
    typed = decide(support="given Team manager") + "/agree 1\n/as Bea\n/agree 1\n/sign\n/as Ash\n/sign\n"
    session, lines = piped(program, typed, "--with", "Bea Novak", "--role", "peer", "--alias", "J")
    assert len(refused(lines)) == 2
    record = program.json("show", session)
    assert (record["kind"], record["state"], record["prompts"]) == ("peer", "signed", "peer")
    made = decision(program, session)
    assert (made["status"], made["agreed_by"], made["missing"]) == ("proposed", [], [])
