"""Plain mode: what each line does, and what is said about it."""

import json
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from supervision.errors import BadInput
from supervision.model.changes import OptionText
from supervision.plain import typed
from supervision.plain.commands import PARTS, TABLE
from supervision.plain.pages import shortened
from supervision.plain.talk import Talk
from tests.conftest import Program
from tests.hostile import PAYLOADS, RAW_BYTES

HOSTILE = [words for _, words in PAYLOADS]
ANYTHING = st.one_of(st.text(), st.sampled_from(HOSTILE))


# -- what a line says, without a session ------------------------------------------------------------------------------


@given(ANYTHING)
@example("\x1f")
def test_any_line_is_a_note_a_command_or_blank(line: str) -> None:
    said = typed.line(line)
    # Python takes one control character for a space, which is none: it is shown as something that was there.
    assert isinstance(said, typed.Blank) == (not line.replace("\xad", "").replace("\x1f", "?").strip())


@given(ANYTHING)
def test_two_slashes_write_one(words: str) -> None:
    said = typed.line(f"//{words}")
    assert isinstance(said, typed.Note)
    assert said.words.startswith("/")


@given(ANYTHING)
def test_typed_parts_raise_bad_input_alone(words: str) -> None:
    for read in (typed.action, typed.option, typed.options, typed.answer, typed.field, typed.details):
        try:
            read(words)
        except BadInput as error:
            assert str(error)
    try:
        typed.number(words, "agree")
    except BadInput as error:
        assert "/agree 1" in str(error)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Ring J", typed.ActionWords("Ring J")),
        ("Ring J @Sam due in 2 weeks", typed.ActionWords("Ring J", "Sam", "in 2 weeks")),
        ("Ring J due in 2 weeks @Sam", typed.ActionWords("Ring J", "Sam", "in 2 weeks")),
        ('Ring J @"Bea Novak" due Friday', typed.ActionWords("Ring J", "Bea Novak", "Friday")),
        ("Ring J @nobody", typed.ActionWords("Ring J", "nobody")),
        ("Ring J due 3 Dec", typed.ActionWords("Ring J", None, "3 Dec")),
        ("Ring @Sam about the rota", typed.ActionWords("Ring @Sam about the rota")),
        ("Write to a@b.example", typed.ActionWords("Write to a@b.example")),
        ("What is due to J due Friday", typed.ActionWords("What is due to J", None, "Friday")),
        ("Say what is due", typed.ActionWords("Say what is due")),
        ("Undue haste", typed.ActionWords("Undue haste")),
        ("@Sam", typed.ActionWords("", "Sam")),
        ("due Friday", typed.ActionWords("", None, "Friday")),
        ('Ring J @""', typed.ActionWords("Ring J", "nobody")),
    ],
)
def test_an_action_as_typed(line: str, expected: typed.ActionWords) -> None:
    assert typed.action(line) == expected


def test_an_owner_whose_quotation_mark_is_never_closed() -> None:
    with pytest.raises(BadInput):
        typed.action('Ring J @"Bea Novak')


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("hold", OptionText("hold")),
        ("hold | cold | rest | fair", OptionText("hold", "cold", "rest", "fair")),
        ("hold || rest", OptionText("hold", "", "rest")),
        (r"either \| or | good", OptionText("either | or", "good")),
        ("a|b|c|d|e", OptionText("a", "b", "c", "d | e")),
    ],
)
def test_an_option_as_typed(line: str, expected: OptionText) -> None:
    assert typed.option(line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("not-needed", typed.Answer("not-needed")),
        ("Not needed", typed.Answer("not-needed")),
        ("given Team manager", typed.Answer("given", "Team manager")),
        ("given by Team manager", typed.Answer("given", "Team manager")),
        ("GIVEN Team manager on 14 Nov", typed.Answer("given", "Team manager", "14 Nov")),
        ("asked the manager on call", typed.Answer("asked", "the manager", "call")),
    ],
)
def test_an_answer_as_typed(line: str, expected: typed.Answer) -> None:
    assert typed.answer(line) == expected


@pytest.mark.parametrize("line", ["", "maybe", "given", "asked  ", "yes Team manager"])
def test_what_is_no_answer(line: str) -> None:
    with pytest.raises(BadInput):
        typed.answer(line)


@given(st.lists(st.text("ab", min_size=10, max_size=10), unique=True, max_size=30))
def test_shortened_ids_name_one_thing_each(ids: list[str]) -> None:
    short = shortened(ids)
    for one, beginning in short.items():
        assert [other for other in ids if other.startswith(beginning)] == [one]
        assert len(beginning) >= 4


# -- a session --------------------------------------------------------------------------------------------------------


@pytest.fixture
def session(program: Program) -> str:
    return program.start("--alias", "J")


def notes(program: Program, session: str) -> list[tuple[str, str, str, int]]:
    return [
        (stage["id"], note["by"], note["text"], note["matter"])
        for stage in program.json("show", session)["stages"]
        for note in stage["notes"]
    ]


def refused(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("! ")]


def decision(program: Program, session: str, number: int = 1) -> dict[str, Any]:
    found: dict[str, Any] = program.json("show", session)["decisions"][number - 1]
    return found


DECIDE = """/decide
Evening messages
J writes after nine
no contact out of hours
to know that somebody answers
J says waiting is the worst
hold the hours | cold | rest | fair
one reply by eight | held | a little time | others may ask

bend
until the end of January
J may come to wait for it
review in supervision
{support}
being answered is what J never had
Sam says it at the next visit
2027-01-04
"""
GIVEN = DECIDE.format(support="given Team manager")


def test_the_first_line_says_who_meets_and_the_id_is_read_where_one_asks_for_it(program: Program, session: str) -> None:
    first, *others = program.plain(session, "")
    assert first.startswith("Session of Ash Patel (supervisor) and Sam Okafor (practitioner). Questions:")
    assert [line for line in others if session in line] == [f"Saved. To come back: supervision plain {session}"]
    assert any(line.startswith(f"Session {session}, ") for line in program.plain(session, "/where\n"))


def test_lines_are_notes_by_whoever_is_writing(program: Program, session: str) -> None:
    program.plain(session, "I arrive tired.\n/as Sam\n  me too\n//not a command\n/as Ash\nGood.\n")
    assert notes(program, session) == [
        ("arrive", "Ash Patel", "I arrive tired.", 1),
        ("arrive", "Sam Okafor", "  me too", 1),
        ("arrive", "Sam Okafor", "/not a command", 1),
        ("arrive", "Ash Patel", "Good.", 1),
    ]


def test_an_empty_line_goes_through_every_question_in_order(program: Program, session: str) -> None:
    record = program.json("show", session)
    every = [prompt["text"].replace("{alias}", "J") for stage in record["stages"] for prompt in stage["prompts"]]
    lines = program.plain(session, "\n" * (len(every) + 3))
    at = 0
    for text in every:
        at = next(n for n, line in enumerate(lines) if n > at and line == " ".join(text.split()))
    assert program.json("show", session)["stage"] == "sign"
    assert not refused(lines)
    assert sum(line.startswith("That was the last question") for line in lines) == 4


def test_each_prompt_comes_with_its_stage(program: Program, session: str) -> None:
    lines = program.plain(session, "/stage boundaries\n\n")
    assert "Stage 4 of 13: Boundary experiences (B). Question 1 of 2. About 6 minutes." in lines
    assert "Stage 4 of 13: Boundary experiences (B). Question 2 of 2." in lines


def test_moving_about(program: Program, session: str) -> None:
    def stands(typed: str) -> tuple[str, str]:
        program.plain(session, typed)
        record = program.json("show", session)
        return record["stage"], record["prompt"]

    assert stands("/next\n") == ("arrive", "a2")
    assert stands("/back\n") == ("arrive", "a1")
    assert stands("/back\n") == ("arrive", "a1")
    assert stands("/stage kindness\n/back\n") == ("offering", "o5")
    assert stands("/stage e\n") == ("extra-mile", "e1")
    assert stands("/stage sys\n") == ("systems", "c1")
    assert stands("/where\n/repeat\n/help\n/help action\n") == ("systems", "c1")
    assert [line[:23] for line in refused(program.plain(session, "/stage nowhere\n"))] == ['! There is no stage "no']
    assert stands("") == ("systems", "c1")


@pytest.mark.parametrize(
    "line",
    [
        *(
            "/nosuch",
            "/",
            "/ ",
            "/as",
            "/as Cleo",
            "/stage nowhere",
            "/action",
            "/action   @Sam",
            "/action X due nowhen",
        ),
        *("/action X due yesterday", '/action X @"Sam', "/done", "/done zzzz", "/drop zzzz", "/keep zzzz", "/alias"),
        *('/alias "J"', "/matter", "/next-matter", "/to-matter", "/to-matter 7", "/edit", "/edit 1", "/edit 1 title X"),
        *("/agree", "/agree 1", "/agree x", "/disagree 1 no", "/support 1 given X", "/replace", "/replace abcd 1"),
        *("/concern", "/dissent", "/next-date", "/next-date yesterday", "/addendum X", "/undo", "/reopen", "/quit now"),
        *("/help nosuch", "/review", "/review zzzz kept || Friday", "/place", "/question", "/not-yet 1", "x" * 3000),
    ],
)
def test_what_is_refused_is_one_line_and_changes_nothing(program: Program, session: str, line: str) -> None:
    before = program.json("show", session)
    lines = program.plain(session, f"{line}\n")
    assert len(refused(lines)) == 1
    assert program.json("show", session) | {"revision": 0} == before | {"revision": 0}


def test_actions(program: Program, session: str) -> None:
    lines = program.plain(
        session,
        "/stage act\n/action Ring J @Sam due in 2 weeks\n/action Ask the team\n"
        '/action Tell "them" @"Team manager" due 2027-01-03\n/action Find out @nobody\n/actions\n',
    )
    assert not refused(lines)
    rows = program.json("actions", "--session", session)
    assert [(row["text"], row["owner"], row["due"], row["stage"]) for row in rows] == [
        ("Ring J", "Sam Okafor", "2026-12-07", "act"),
        ('Tell "them"', "Team manager", "2027-01-03", "act"),
        ("Ask the team", "Ash Patel", None, "act"),
        ("Find out", None, None, "act"),
    ]
    listed = [line for line in lines if line.startswith(rows[0]["id"][:4])]
    assert listed == [f"{rows[0]['id'][:4]}: Ring J (Sam Okafor, due 7 December 2026)"]


def test_ticking_with_a_note(program: Program, session: str) -> None:
    ids = [program("actions", "add", text).stdout.strip() for text in ("One", "Two", "Three")]
    lines = program.plain(
        session, f"/done {ids[0][:5]} it went well\n/drop {ids[1]} no need\n/keep {ids[2]}\n/keep {ids[2]} still\n"
    )
    assert not refused(lines)
    rows = {row["id"]: row for row in program.json("actions", "--all")}
    said = [(rows[one]["status"], [note["text"] for note in rows[one]["notes"]]) for one in ids]
    assert said == [("done", ["it went well"]), ("dropped", ["no need"]), ("open", ["still"])]
    assert rows[ids[0]]["notes"][0]["by"] == "Ash Patel"


def test_earlier_sessions_of_the_pair_come_along_and_other_pairs_do_not(program: Program, session: str) -> None:
    mine = program("actions", "add", "From before", "--session", session).stdout.strip()
    bea = program("actions", "add", "With Bea", "--session", program.start(other="Bea Novak")).stdout.strip()
    program.now += timedelta(days=14)
    later = program.start()
    lines = program.plain(later, f"/stage look-back\n/as Sam\n/done {mine[:5]} yes\n/done {bea}\n/actions\n")
    assert any(line.startswith(f"{mine[:4]}: From before") for line in lines)
    assert not any("With Bea" in line for line in lines)
    assert len(refused(lines)) == 1
    rows = {row["id"]: row for row in program.json("actions", "--all")}
    assert (rows[mine]["status"], rows[mine]["session"]) == ("done", session)
    assert rows[mine]["notes"][0]["by"] == "Sam Okafor"
    assert rows[bea]["status"] == "open"


def test_undo_takes_back_what_was_done_here_and_in_earlier_sessions(program: Program, session: str) -> None:
    mine = program("actions", "add", "From before").stdout.strip()
    program.now += timedelta(days=14)
    later = program.start()
    lines = program.plain(later, f"/action New\n/done {mine}\n/undo\n/undo\n")
    assert not refused(lines)
    assert [(row["id"], row["status"]) for row in program.json("actions", "--all")] == [(mine, "open")]
    again = program.plain(later, "/undo\n")
    assert len(refused(again)) == 1
    assert program.json("actions", "--all")[0]["status"] == "open"


def test_a_day_in_the_past_is_asked_about_where_somebody_can_answer(program: Program, session: str) -> None:
    lines = program.plain(session, "/action One due yesterday\nno\n/action Two due yesterday\nyes\n", asks=True)
    assert [row["text"] for row in program.json("actions")] == ["Two"]
    assert refused(lines) == ["! Nothing was changed."]
    assert notes(program, session) == []


def test_a_decision_as_typed(program: Program, session: str) -> None:
    lines = program.plain(session, GIVEN)
    assert not refused(lines)
    made = decision(program, session)
    wanted = {
        "number": 1,
        "title": "Evening messages",
        "alias": "J",
        "situation": "J writes after nine",
        "usual_practice": "no contact out of hours",
        "need": "to know that somebody answers",
        "persons_view": "J says waiting is the worst",
        "stance": "bend",
        "limits": "until the end of January",
        "risks": "J may come to wait for it",
        "safeguards": "review in supervision",
        "rationale": "being answered is what J never had",
        "explained_how": "Sam says it at the next visit",
        "review_on": "2027-01-04",
        "status": "proposed",
        "missing": [],
    }
    assert {key: made[key] for key in wanted} == wanted
    assert [
        [option[key] for key in ("text", "for_person", "for_practitioner", "for_others")] for option in made["options"]
    ] == [
        ["hold the hours", "cold", "rest", "fair"],
        ["one reply by eight", "held", "a little time", "others may ask"],
    ]
    support = made["support"]
    assert (support["status"], support["by"], support["at"], support["recorded_by"]) == (
        *("given", "Team manager"),
        *("2026-11-23", "Ash Patel"),
    )


def test_empty_lines_leave_parts_open(program: Program, session: str) -> None:
    program.plain(session, "/decide\nEvenings\n\n\n\n\n\nhold\n\n\n\n\n\n\n\nA note.\n")
    made = decision(program, session)
    assert (made["title"], made["stance"], made["status"]) == ("Evenings", "hold", "proposed")
    assert made["missing"] == [
        "situation",
        "need",
        "persons_view",
        "options",
        "risks",
        "safeguards",
        "rationale",
        "review_on",
    ]
    assert [note[2] for note in notes(program, session)] == ["A note."]


def test_all_lines_are_read_and_what_does_not_fit_is_said_in_one(program: Program, session: str) -> None:
    typed_lines = DECIDE.format(support="perhaps").replace("\nbend\n", "\nbendy\n").replace("2027-01-04", "someday")
    lines = program.plain(session, f"{typed_lines}A note after it.\n")
    said = refused(lines)
    assert len(said) == 1
    for words in ("bendy", "perhaps", "someday"):
        assert words in said[0]
    assert ".;" not in said[0]
    made = decision(program, session)
    assert (made["status"], made["stance"], made["review_on"]) == ("draft", "", None)
    assert made["rationale"] == "being answered is what J never had"
    assert made["support"]["status"] == "not-needed"
    assert [note[2] for note in notes(program, session)] == ["A note after it."]


def test_support_from_the_supervisor_who_is_no_manager_does_not_fit(program: Program, session: str) -> None:
    lines = program.plain(session, DECIDE.format(support="given Ash Patel"))
    assert len(refused(lines)) == 1
    assert decision(program, session)["support"]["status"] == "not-needed"


def test_a_command_ends_the_questions_and_the_draft_is_kept(program: Program, session: str) -> None:
    lines = program.plain(session, "/decide\nEvenings\n//half\n/action Ring J\nA note.\n")
    assert not refused(lines)
    made = decision(program, session)
    assert (made["title"], made["situation"]) == ("Evenings", "/half")
    assert [row["text"] for row in program.json("actions")] == ["Ring J"]
    assert [note[2] for note in notes(program, session)] == ["A note."]
    for asking in ("/decide", "/agreement edit"):  # also where nothing was answered, so that nothing was kept
        lines = program.plain(session, f"{asking}\n/action Ring K\n")
        assert len(refused(lines)) == 1 and any("Ring K" in line for line in lines)
    lines = program.plain(session, "/decide\n/quti\nThe gift\n/quit\n", asks=True)  # a slip is no answer
    titles = {row["title"] for row in program.json("decisions")}
    assert titles == {"Evenings", "The gift"} and len(refused(lines)) == 1
    (wrong,) = refused(program.plain(session, "/correct-name Sam || Kim || Bea\n"))
    assert wrong.startswith("! Say whose name")


def test_the_end_of_input_keeps_the_draft(program: Program, session: str) -> None:
    program.plain(session, "/decide\nEvenings\nJ writes")
    assert decision(program, session)["situation"] == "J writes"


def test_what_happens_elsewhere_is_said_when_the_questions_are_answered(program: Program, session: str) -> None:
    # The command line reaches the open session while /decide waits for its next answer.
    def type_slowly() -> Iterator[bytes]:
        yield b"/decide\nEvenings\n"
        assert program("actions", "add", "From elsewhere", "--session", session).exit_code == 0
        yield b"J writes\n/quit\n"

    lines = program.plain(session, type_slowly())
    heard = "* From elsewhere, Ash added an action: From elsewhere (Ash Patel)."
    assert lines.index(heard) > max(n for n, line in enumerate(lines) if line.startswith("Usual practice"))
    assert decision(program, session)["situation"] == "J writes"
    assert [row["text"] for row in program.json("actions")] == ["From elsewhere"]


def test_a_field_is_named_by_the_words_in_which_it_is_said_to_be_missing(program: Program, session: str) -> None:
    said = {
        "the need": "J should not be left wondering",
        "a reason": "J asked for it",
        "The person's view": "J wants somebody",
        "what keeps it safe": "The team knows",
        "risk to the person": "J may hope",
        "a day to look again": "in 6 weeks",
        "situation": "J asks",
        "case file": "Ash puts it there",
    }
    edits = "".join(f"/edit 1 {name} {words}\n" for name, words in said.items())
    lines = program.plain(session, f"/decide Evenings\n/where\n{edits}")
    assert not [line for line in lines if line.startswith("! ")]
    made = program.json("show", session)["decisions"][0]
    assert (made["need"], made["rationale"], made["persons_view"]) == (
        "J should not be left wondering",
        "J asked for it",
        "J wants somebody",
    )
    assert (made["safeguards"], made["risks"], made["situation"]) == ("The team knows", "J may hope", "J asks")
    assert made["review_on"] == "2027-01-04"


def test_edit_by_field(program: Program, session: str) -> None:
    lines = program.plain(
        session,
        GIVEN
        + "/edit 1 limits until Easter\n/edit 1 STANCE soften\n/edit 1 review_on in 4 weeks\n"
        + "/edit 1 happened last Friday\n/edit 1 persons-view not yet asked, because J is away\n"
        + "/edit 1 usual_practice\n/edit 1 option2 two replies | more\n"
        + "/edit 1 option3 nothing | cold\n/edit 1 option1\n",
    )
    assert not refused(lines)
    made = decision(program, session)
    wanted = {
        "limits": "until Easter",
        "stance": "soften",
        "review_on": "2026-12-21",
        "happened": "2026-11-20",
        "persons_view": "not yet asked, because J is away",
        "usual_practice": "",
    }
    assert {key: made[key] for key in wanted} == wanted
    assert [option["text"] for option in made["options"]] == ["two replies", "nothing"]
    assert [row["text"] for row in program.json("actions")] == ["Ask J how they see it: Evening messages"]
    program.plain(session, "/edit 1 options hold | cold ; bend | warm\n")
    again = decision(program, session)["options"]
    assert [(option["text"], option["for_person"]) for option in again] == [("hold", "cold"), ("bend", "warm")]


@pytest.mark.parametrize(
    "edit", ["support given X", "status agreed", "stance bendy", "review_on someday", "option9 x", "number 2"]
)
def test_what_cannot_be_edited_is_refused(program: Program, session: str, edit: str) -> None:
    program.plain(session, GIVEN)
    before = decision(program, session)
    assert len(refused(program.plain(session, f"/edit 1 {edit}\n"))) == 1
    assert decision(program, session) == before


def test_agreeing_not_yet_and_disagreeing(program: Program, session: str) -> None:
    program.plain(session, GIVEN + "/agree 1\n")
    mark = decision(program, session)["agreed_by"][0]
    assert (mark["by"], mark["how"], mark["digest"]) == (
        "Ash Patel",
        "in the room",
        decision(program, session)["digest"],
    )
    assert len(refused(program.plain(session, "/agree 1\n"))) == 1
    program.plain(session, "/not-yet 1\n")
    assert decision(program, session)["agreed_by"] == []
    program.plain(session, "/agree 1\n/as Sam\n/disagree 1 I would rather hold || in the next session\n")
    made = decision(program, session)
    assert [mark["by"] for mark in made["agreed_by"]] == ["Ash Patel"]
    assert [(entry["by"], entry["text"], entry["resolve_by"]) for entry in made["dissent"]] == [
        ("Sam Okafor", "I would rather hold", "in the next session")
    ]
    assert made["status"] == "proposed"


def test_support_with_a_day_or_a_name_that_only_looks_like_one(program: Program, session: str) -> None:
    program.plain(session, GIVEN + "/support 1 asked the manager on call\n")
    support = decision(program, session)["support"]
    assert (support["status"], support["by"], support["at"]) == ("asked", "the manager on call", "2026-11-23")
    program.plain(session, "/support 1 given Team manager on 20 Nov\n")
    support = decision(program, session)["support"]
    assert (support["status"], support["by"], support["at"]) == ("given", "Team manager", "2026-11-20")


def test_replacing_an_earlier_decision(program: Program, session: str) -> None:
    program.plain(session, GIVEN + "/agree 1\n/as Sam\n/agree 1\n")
    old = decision(program, session)["id"]
    program.now += timedelta(days=20)
    later = program.start("--alias", "J")
    lines = program.plain(later, GIVEN + f"/replace {old[:5]} 1\n/agree 1\n/as Sam\n/agree 1\n")
    assert not refused(lines)
    new = decision(program, later)
    was = decision(program, session)
    assert (new["replaces"], was["replaced_by"], was["status"]) == (old, new["id"], "replaced")


def test_a_due_decision_is_shown_at_look_back_and_reviewed(program: Program, session: str) -> None:
    program.plain(session, GIVEN + "/agree 1\n/as Sam\n/agree 1\n")
    program.now += timedelta(days=60)
    later = program.start()
    made = decision(program, session)
    lines = program.plain(later, f"/stage look-back\n/review {made['id'][:6]} kept J feels answered || in 3 months\n")
    assert any(line.startswith(f"{made['id']}: Evening messages") for line in lines)
    review = decision(program, session)["reviews"][0]
    assert (review["outcome"], review["note"], review["review_on"]) == ("kept", "J feels answered", "2027-04-22")
    assert len(refused(program.plain(later, f"/review {made['id']} kept\n"))) == 1


def test_matters_have_notes_and_decisions_of_their_own(program: Program, session: str) -> None:
    program.plain(
        session,
        "/matter Evening messages\n/question What do I owe J?\nFirst.\n"
        "/next-matter A gift\n/alias M\n/stage arrive\nSecond.\n/decide\nThe gift\n/to-matter 1\nFirst again.\n",
    )
    record = program.json("show", session)
    assert record["matters"] == [
        {"n": 1, "alias": "J", "text": "Evening messages", "question": "What do I owe J?"},
        {"n": 2, "alias": "M", "text": "A gift", "question": ""},
    ]
    assert {(note[2], note[3]) for note in notes(program, session)} == {
        ("First.", 1),
        ("Second.", 2),
        ("First again.", 1),
    }
    assert (record["decisions"][0]["matter"], record["decisions"][0]["alias"]) == (2, "M")


def test_lines_of_notes_are_marked_on_the_way_and_a_decision_offers_them(program: Program, session: str) -> None:
    printed = program.plain(
        session,
        """Keep the hours as they are
One reply [b] by eight
/mark
/mark option
/mark OPTION keep the HOURS
Being answered is what J never had
/mark reason
/mark reason hours
/mark neither hours
/mark wibble
/mark option not there
/mark
/decide Evening messages

/stage decide
/mark option
""",
    )
    assert "Nothing is marked yet: /mark option, or /mark reason" in printed
    marked = [line for line in printed if line.startswith(("Marked as", "No longer marked"))]
    one, hours, because = "One reply [b] by eight", "Keep the hours as they are", "Being answered is what J never had"
    assert marked[:5] == [
        f"Marked as an option: {one}",
        f"Marked as an option: {hours}",
        f"Marked as a reason: {because}",
        f"Marked as a reason: {hours}",
        f"No longer marked: {hours}",
    ]
    assert marked[5:7] == [f"Marked as an option: {one}", f"Marked as a reason: {because}"], "what is marked, in a list"
    assert [line for line in printed if line.startswith("! ")] == [
        '! A line is marked as an option, a reason or neither, not as "wibble": /mark option',
        "! There is no line of notes in this stage with these words: not there.",
        "! There is no line of notes in this stage to mark.",
    ]
    kept = [(mark["kind"], mark["text"]) for mark in program.json("show", session)["marks"]]
    assert kept == [("option", one), ("reason", because)]
    asked = program.plain(session, "/decide Evening messages\n\n\n\n\nHold\n\n\n\n\n\n\n\n\n\n")
    options = next(n for n, line in enumerate(asked) if line.startswith("Options:"))
    assert asked[options + 1] == f"Marked as an option: {one}"
    assert asked[asked.index(f"Marked as a reason: {because}") - 1].startswith("Because")


def test_a_concern_says_the_danger_first_and_makes_an_action(program: Program, session: str) -> None:
    lines = program.plain(
        session, "/concern J has bruises || to the safeguarding lead || due tomorrow || @Sam || told\n"
    )
    at = next(n for n, line in enumerate(lines) if "999" in line)
    assert at < next(n for n, line in enumerate(lines) if line.startswith("Kept."))
    record = program.json("show", session)
    concern = record["concerns"][0]
    assert (concern["text"], concern["to"], concern["by_when"]) == (
        "J has bruises",
        "the safeguarding lead",
        "2026-11-24",
    )
    action = record["actions"][0]
    assert (action["owner"], action["due"]) == ("Sam Okafor", "2026-11-24")
    assert len(refused(program.plain(session, "/concern J || soon\n"))) == 1


def test_dissent_place_and_next_date(program: Program, session: str) -> None:
    program.plain(
        session,
        "/as Sam\n/dissent We were rushed | truly\n/next-date in 4 weeks\n"
        "/next-focus The evenings\n/place By telephone\n",
    )
    record = program.json("show", session)
    assert [(entry["by"], entry["text"]) for entry in record["dissent"]] == [("Sam Okafor", "We were rushed | truly")]
    assert (record["next"], record["next_focus"], record["place"]) == ("2026-12-21", "The evenings", "By telephone")
    program.plain(session, "/action Prepare @Sam due next session\n")
    assert program.json("actions")[0]["due"] == "2026-12-21"


def test_signing_prints_the_record_first(program: Program, session: str) -> None:
    lines = program.plain(session, "A word.\n/sign\n/as Sam\n/sign\n/sign\n")
    assert len(refused(lines)) == 1
    signed = next(n for n, line in enumerate(lines) if line.startswith("Ash Patel has signed"))
    assert any("A word." in line for line in lines[:signed])
    record = program.json("show", session)
    assert record["state"] == "signed"
    assert [(mark["by"], mark["how"]) for mark in record["signatures"]] == [
        ("Ash Patel", "in the room"),
        ("Sam Okafor", "in the room"),
    ]


def test_a_signed_session_says_so_and_takes_what_is_allowed(program: Program, session: str) -> None:
    action = program("actions", "add", "Ring J").stdout.strip()
    program.plain(session, "/sign\n/as Sam\n/sign\n/end\n")
    lines = program.plain(
        session,
        f"Too late.\n/matter Other\n/decide\n/next-date Friday\n/addendum It was Tuesday.\n"
        f"/done {action}\n/action More\n",
    )
    assert any("Everybody has signed this record" in line for line in lines[:4])
    assert len(refused(lines)) == 4
    record = program.json("show", session)
    assert (record["state"], record["unverified"]) == ("signed", [])
    assert [entry["text"] for entry in record["addenda"]] == ["It was Tuesday."]
    assert [row["status"] for row in record["actions"]] == ["done", "open"]


def test_ending_and_opening_again(program: Program, session: str) -> None:
    lines = program.plain(session, "/end\nStill a note.\n/end\n/reopen\n/reopen\n/end\n")
    assert len(refused(lines)) == 2
    record = program.json("show", session)
    assert (record["state"], record["ended"]) == ("ended", program.now.isoformat())
    assert [note[2] for note in notes(program, session)] == ["Still a note."]


def test_quit_leaves_the_rest_unread(program: Program, session: str) -> None:
    program.plain(session, "One.\n/quit\nTwo.\n")
    assert [note[2] for note in notes(program, session)] == ["One."]


def test_read_is_the_record_as_text(program: Program, session: str) -> None:
    program.plain(session, "A word.\n")
    lines = program.plain(session, "/read\n")
    text = program("show", session).stdout
    words = [word for word in text.split() if set(word) - set("=-~")]
    at = lines.index(text.split("\n")[0])
    assert " ".join(lines[at:]).split()[: len(words)] == words  # without the lines drawn below headings
    assert not any(line and not set(line) - set("=-") for line in lines)


def test_help_has_a_line_for_every_command(program: Program, session: str) -> None:
    lines = program.plain(session, "/help all\n")
    for entry in TABLE.values():
        assert entry.part in PARTS
        assert sum(line.startswith((f"/{entry.name} ", f"/{entry.name}:")) for line in lines) == 1


def test_help_alone_is_short_and_names_the_parts(program: Program, session: str) -> None:
    lines = program.plain(session, "/help\n")
    said = lines[lines.index(Talk.opening) :]
    assert len(said) < 24 and all(any(line.startswith(f"/{name}") for line in said) for name in Talk.daily)
    parts = next(line for line in said if line.startswith("There is more"))
    assert all(title in parts for title in PARTS)
    for title in PARTS:
        assert f"{title}:" in program.plain(session, f"/help {title}\n")


def test_a_stance_is_read_without_hyphens(program: Program, session: str) -> None:
    lines = program.plain(session, "/decide Evenings\n/where\n/edit 1 stance offer elsewhere\n/decisions\n/read\n")
    assert any("is proposed (offer elsewhere)" in line for line in lines)
    assert "Stance: offer elsewhere: somebody else is to offer it" in lines
    assert not any("offer-elsewhere" in line for line in lines)


def test_the_name_of_a_stage_goes_there(program: Program, session: str) -> None:
    lines = program.plain(session, "/kindness\n/come-back\n/kindness now\n")
    assert any("Kindness and compassion (K). Question 1" in line for line in lines)
    assert lines[-2].startswith("! There is no command /kindness")


def test_a_file_called_as_if_it_held_less_is_not_the_whole_record(
    program: Program, session: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = program.plain(session, "/export person.docx\n/export record person.txt\n/export manager.docx\n")
    refused = [line for line in lines if line.startswith("! Nothing was written")]
    assert [line.partition("/export ")[2].split()[0] for line in refused] == ["person", "manager"]
    assert [file.name for file in tmp_path.glob("*.*") if file.suffix in {".docx", ".txt"}] == ["person.txt"]
    lines = program.plain(session, "/copy own.docx\n/export actions matter 1 list.csv\n")
    assert len([line for line in lines if line.startswith("! ")]) == 2
    assert not {"own.docx", "list.csv"} & {file.name for file in tmp_path.iterdir()}
    (tmp_path / "Dropbox").mkdir()
    lines = program.plain(session, "/export Dropbox/record.txt\n/copy Dropbox/own.json\n")
    assert len([line for line in lines if "copied to other computers (Dropbox)" in line]) == 2


def test_after_everybody_has_signed_ending_offers_no_way_back(program: Program, session: str) -> None:
    lines = program.plain(session, "/end\n/reopen\n/sign\n/as Sam\n/sign\n/end\n")
    ended = [line for line in lines if line.startswith("Ended.")]
    assert len(ended) == 2 and "/reopen" in ended[0] and "/reopen" not in ended[1]


def test_hostile_notes_are_kept_safe_and_shown_literally(program: Program, session: str) -> None:
    from supervision.text import is_clean

    typed_lines = [f"x{words}".encode("utf-8", "surrogatepass") for words in HOSTILE] + [data for _, data in RAW_BYTES]
    lines = program.plain(session, b"\n".join(typed_lines) + b"\n/read\n")
    assert all(is_clean(line, lines=False) for line in lines)
    assert any("x[@click=app.quit]x[/]" in note[2] for note in notes(program, session))


def test_bytes_that_are_no_text_are_replaced(program: Program, session: str) -> None:
    program.plain(session, b"caf\xe9 \xff [b]x[/b]\r\nlast without a line's end \x00")
    assert [note[2] for note in notes(program, session)] == [
        "caf\ufffd \ufffd [b]x[/b]",
        "last without a line's end \ufffd",
    ]


def test_a_line_of_a_megabyte_is_refused_and_the_next_one_taken(program: Program, session: str) -> None:
    lines = program.plain(session, b"x" * 1_200_000 + b"\nNext.\n")
    assert len(refused(lines)) == 1
    assert [note[2] for note in notes(program, session)] == ["Next."]


def test_somebody_who_is_not_in_the_session_is_told_who_is_writing(program: Program, session: str) -> None:
    program.me = "Cleo"
    lines = program.plain(session, "")
    assert "Cleo is not in this session; /as NAME says who is writing." in lines
    assert "Writing: Ash Patel." in lines


def test_peers_see_whose_part_a_prompt_is_and_may_not_agree(program: Program) -> None:
    session = program.start("--role", "peer", "--alias", "J")
    lines = program.plain(session, "\n" * 60 + GIVEN + "/agree 1\n")
    assert any(line.startswith("For the listener: ") for line in lines)
    assert any("for your own eyes" in line for line in lines)
    assert len(refused(lines)) == 1
    assert decision(program, session)["status"] == "proposed"


def test_files_are_private(program: Program, session: str) -> None:
    from supervision import paths

    program.plain(session, "A word.\n")
    modes = {stat.S_IMODE(path.stat().st_mode) for path in paths.store_dir().rglob("*") if path.is_file()}
    assert modes == {0o600}


def test_a_disk_that_takes_nothing_more_loses_no_words(
    program: Program, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from supervision.errors import SaveFailed
    from supervision.store import AtomicStorage

    def full(self: AtomicStorage, data: object, **_: object) -> None:
        raise SaveFailed("The record could not be saved: the disk is full. What was saved before still stands.")

    monkeypatch.setattr(AtomicStorage, "write", full)
    lines = program.plain(session, "My words.\n/where\n", status=1)
    said = refused(lines)
    assert "the disk is full" in said[0]
    at = lines.index(said[-1])
    assert any("My words." in line for line in lines[at:])
    assert "Saved. To come back" not in " ".join(lines)


LINES = st.lists(
    st.one_of(
        ANYTHING,
        st.builds(
            lambda name, number, rest: f"/{name} {number} {rest}",
            st.sampled_from(sorted(TABLE)),
            st.sampled_from(["", "1", "2", "arrive"]),
            st.one_of(
                ANYTHING, st.sampled_from(["title X", "given Manager", "Sam", "X due tomorrow @Sam", "kept || Friday"])
            ),
        ),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LINES)
def test_no_line_stops_a_session_or_is_answered_raw(program: Program, lines: list[str]) -> None:
    from supervision.text import is_clean

    session = program.start("--alias", "J")
    typed_lines = "\n".join(line for line in lines if not line.startswith("/quit"))
    said = program.plain(session, typed_lines.encode("utf-8", "surrogatepass") + b"\n/stage arrive\nThe end.\n")
    assert said[-1].startswith("Saved.")
    assert all(is_clean(line, lines=False) for line in said)
    assert program.json("show", session)["unverified"] == []


# -- the agreement ----------------------------------------------------------------------------------------------------


def test_an_agreement_is_made_line_by_line_and_a_command_ends_the_questions(program: Program) -> None:
    session = program.start()
    said = program.plain(session, "/agreement edit\nHarbour\nmaybe\nDana Reed\n+\n\n-\n/agreement limits Safety\n")
    made = program.json("show", session)["agreement"]
    assert (made["version"], made["organisation"], made["external"], made["manager"]) == (
        2,
        "Harbour",
        False,
        "Dana Reed",
    )
    assert made["reported"].startswith("That we met") and made["limits"] == "Safety"
    (refused,) = [line for line in said if line.startswith("! ")]
    assert "yes or no" in refused
    assert program.json("agreements", "show", "Sam") == made


def test_the_agreement_in_force_is_read_on_arriving_and_acknowledged(program: Program) -> None:
    program.start()
    program("agreements", "edit", "Sam", "--set", "limits=Safety first", "--set", "review_on=in 2 weeks")
    program.now += timedelta(days=20)
    session = program.start()
    said = program.plain(session, "/acknowledge\n/as Sam\n/acknowledge\n/stage look-back\n")
    assert "When it goes further: Safety first" in said
    assert not any("general" in line or line.startswith("What you say here") for line in said)
    assert any(line.startswith("Your agreement is to be looked at again since 7 December 2026") for line in said)
    assert len(program.json("show", session)["acknowledged"]) == 2


def test_a_version_made_since_is_said_and_taken(program: Program) -> None:
    session = program.start()
    program("agreements", "edit", "Sam", "--set", "limits=Safety")
    said = program.plain(session, "/agreement\n/agreement take\n/agreement take\n/agreement colour blue\n")
    assert any("/agreement take puts it in force here" in line for line in said)
    assert "When it goes further: Safety" in said
    assert [line[:32] for line in said if line.startswith("! ")] == [
        "! There is no newer version of t",
        '! An agreement has no part "colo',
    ]


# -- themes, and one's own copy -----------------------------------------------------------------------------------


def test_themes_are_listed_and_chosen_by_number_or_word(program: Program) -> None:
    session = program.start()
    said = program.plain(session, "/themes\n/themes 1, safety\n/themes 99\n/themes messages, calls and social media\n")
    assert "  1   out-of-hours: contact out of hours" in said
    assert "Themes: contact out of hours; risk and safety." in said
    assert any(line.startswith('! There is no theme "99"') for line in said)
    assert program.json("show", session)["themes"] == ["messages"]
    assert "No themes." in program.plain(session, "/themes 3 endings\n/themes none\n")
    assert program.json("show", session)["themes"] == []


def test_whoever_writes_takes_their_own_copy(program: Program, tmp_path: Path) -> None:
    session = program.start()
    file = tmp_path / "sam's copy.json"
    said = program.plain(session, f"Ash's words\n/as Sam\nSam's words\n/end\n/copy {file}\n/copy {file}\n")
    assert any("/copy" in line for line in said if line.startswith("Ended."))
    assert f"Sam Okafor's own copy is in {file}. Only your own login can open it here; it is not encrypted." in said
    assert said[-2].startswith("! There is a file of that name already")
    assert file.stat().st_mode & 0o777 == 0o600
    copy = json.loads(file.read_text())
    assert copy["copy"]["of"] == session
    assert "Ash's words" not in file.read_text()
    assert program.json("import", str(file), "--store", str(tmp_path / "sams"))["imported"] == [session]


def test_a_copy_is_not_written_into_the_store_or_over_a_file_without_a_yes(program: Program, tmp_path: Path) -> None:
    session = program.start()
    assert program.plain(session, f"/copy {tmp_path}/store/x.json\n")[-2].startswith("! ")
    assert program.plain(session, "/copy ~nobody-of-that-name/x.json\n")[-2].startswith("! ")
    file = tmp_path / "x.json"
    file.write_text("mine")
    program.plain(session, f"/copy {file}\nno\n", asks=True)
    assert file.read_text() == "mine"
    program.plain(session, f"/copy {file}\nyes\n", asks=True)
    assert json.loads(file.read_text())["id"] == session
