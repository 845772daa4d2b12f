"""Agreed by both and without support a decision waits, has made the action that asks, and is completed later."""

from tests.conftest import Program
from tests.stories.typed import decide, decision, piped, refused

START = ("--with", "Sam Okafor", "--alias", "J")
BOTH_AGREE = "/agree 1\n/as Sam\n/agree 1\n"


def test_a_decision_without_support_waits_for_it(program: Program) -> None:
    session, lines = piped(program, decide() + BOTH_AGREE, *START)
    assert refused(lines) == []
    made = decision(program, session)
    assert (made["status"], made["missing"]) == ("awaiting-support", [])
    asks = program.json("actions")
    assert [(ask["text"], ask["decision"], ask["owner"], ask["status"]) for ask in asks] == [
        ("Ask somebody with authority to support: Evening messages", made["id"], "Sam Okafor", "open")
    ]

    done = program.process("decisions", "support", made["id"][:5], "given", "Team manager", "--on", "yesterday")
    assert done.returncode == 0, done.stderr.decode()
    after = decision(program, session)
    assert (after["status"], after["support"]["status"], after["support"]["by"]) == ("agreed", "given", "Team manager")
    assert after["agreed_by"] == made["agreed_by"]
    assert after["digest"] == made["digest"]
    assert program.json("actions", "--all")[0]["status"] == "done"


def test_not_needed_does_not_serve_for_bending(program: Program) -> None:
    session, lines = piped(program, decide(support="not-needed") + BOTH_AGREE, *START)
    assert len(refused(lines)) == 1
    assert decision(program, session)["status"] == "awaiting-support"


def test_support_that_was_asked_names_whom_the_action_asks(program: Program) -> None:
    session, _ = piped(program, decide(support="asked Team manager") + BOTH_AGREE, *START)
    assert decision(program, session)["status"] == "awaiting-support"
    action = program.json("actions")[0]
    assert (action["text"], action["waiting_on"]) == ("Ask Team manager to support: Evening messages", "Team manager")


def test_a_decision_with_refused_support_is_declined(program: Program) -> None:
    session, lines = piped(program, decide(support="refused Team manager") + BOTH_AGREE, *START)
    assert decision(program, session)["status"] == "declined"
    assert len(refused(lines)) == 2
    kept, _ = piped(program, decide() + BOTH_AGREE, *START)
    made = decision(program, kept)
    assert program("decisions", "support", made["id"], "refused", "Team manager").exit_code == 0
    assert decision(program, kept)["status"] == "declined"


def test_holding_needs_no_support(program: Program) -> None:
    session, lines = piped(program, decide(support="not-needed", stance="hold") + BOTH_AGREE, *START)
    assert refused(lines) == []
    assert decision(program, session)["status"] == "agreed"
