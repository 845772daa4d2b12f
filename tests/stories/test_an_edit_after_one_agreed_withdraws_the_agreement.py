"""Each agrees to exactly the same text."""

from tests.conftest import Program
from tests.stories.typed import decide, decision, piped, refused


def test_an_edit_after_one_agreed_withdraws_the_agreement(program: Program) -> None:
    typed = decide(support="given Team manager") + "/agree 1\n/as Sam\n/edit 1 limits Until Easter\n"
    session, lines = piped(program, typed, "--with", "Sam Okafor", "--alias", "J")
    assert refused(lines) == []
    assert any("withdrawn" in line for line in lines)
    made = decision(program, session)
    assert (made["status"], made["agreed_by"], made["limits"]) == ("proposed", [], "Until Easter")

    _, lines = piped(program, "/as Sam\n/agree 1\n/as Ash\n/agree 1\n/edit 1 limits For ever\n", session)
    assert len(refused(lines)) == 1
    agreed = decision(program, session)
    assert (agreed["status"], agreed["limits"]) == ("agreed", "Until Easter")
