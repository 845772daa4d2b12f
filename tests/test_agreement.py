"""The supervision agreement: its versions, what counts at Arrive, who has read it, and what a signature covers."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supervision.errors import BadInput, Refused
from supervision.export import as_text
from supervision.model import agreement, digest, views
from supervision.model import changes as c
from supervision.model.agreement import BY_KEY, QUESTIONS, TEXTS
from supervision.model.apply import apply
from supervision.model.values import Agreement, Session
from tests.factory import ASH, NOW, SAM, TODAY, act, done, session

PARTIES = agreement.parties(session().people)


def agreed(record: Session, by: str = "Ash", **answers: str) -> Session:
    return done(record, c.EditAgreement(answers=answers), by=by)


def in_force(record: Session) -> Agreement:
    assert record.agreement is not None
    return record.agreement


def written(base: Agreement | None = None, /, **answers: str) -> Agreement:
    return agreement.written(base, PARTIES, answers, by=ASH, now=NOW)


# -- versions ---------------------------------------------------------------------------------------------------------


def test_every_question_may_be_left_open_and_each_edit_is_a_new_version() -> None:
    first = written(purpose="To think")
    assert (first.version, first.made_by, first.purpose, first.limits) == (1, ASH, "To think", "")
    second = written(first, purpose="To think together", review_on="2027-05-01", external="Yes")
    assert (second.version, second.id, second.purpose) == (2, first.id, "To think together")
    assert (second.review_on, second.external) == (date(2027, 5, 1), True)
    assert written(second, external="no", review_on="").external is False
    assert first.purpose == "To think"


def test_the_same_answers_are_no_new_version() -> None:
    first = written(purpose="To think")
    for answers in ({}, {"purpose": " To think "}, {"place": ""}):
        with pytest.raises(Refused, match="no new version"):
            written(first, **answers)


def test_an_answer_that_does_not_fit_is_refused_with_a_sentence() -> None:
    for key, words, why in (
        ("external", "perhaps", "yes or no"),
        ("review_on", "soon", "2027-01-03"),
        ("colour", "blue", "it has: organisation"),
        ("purpose", "x" * 5_000, "4,000"),
    ):
        with pytest.raises(BadInput, match=why):
            written(**{key: words})


def test_an_agreement_is_named_by_its_people_and_their_roles_alone() -> None:
    there, back = (replace(PARTIES[0], role="practitioner"), replace(PARTIES[1], role="supervisor")), PARTIES[::-1]
    assert agreement.id_of(PARTIES) == agreement.id_of(back) != agreement.id_of(there)


def test_two_peers_are_asked_about_no_manager_and_have_no_external_supervisor() -> None:
    peers = agreement.parties(session("peer").people)
    assert {q.key for q in agreement.questions("supervision")} - {q.key for q in agreement.questions("peer")} == {
        "external",
        "manager",
        "reported",
        "reports",
        "reported_often",
    }
    with pytest.raises(Refused, match="peers"):
        agreement.written(None, peers, {"external": "yes"}, by=ASH, now=NOW)


def test_every_question_has_an_example_or_needs_none_and_none_is_called_the_law() -> None:
    for question in QUESTIONS:
        words = [agreement.example(question, "supervision", outside) for outside in (False, True)]
        assert all(words) or question.answer in {"yes", "who"} or question.key in {"organisation", "manager"}
    assert agreement.example(BY_KEY["limits"], "supervision", True) != agreement.example(BY_KEY["limits"], "peer")
    kept = BY_KEY["notes_kept"]
    assert "law" not in f"{kept.ask} {kept.example}"


@given(st.dictionaries(st.sampled_from([key for key in TEXTS if key != "reports"]), st.text(max_size=60), min_size=1))
@settings(max_examples=60, deadline=None)
def test_whatever_is_answered_is_what_the_next_version_starts_from(given: dict[str, str]) -> None:
    try:
        made = written(**given)
    except Refused:
        assert not any(words.strip() for words in given.values())
        return
    again = agreement.written(None, PARTIES, agreement.answers(made), by=ASH, now=NOW)
    assert again == made


# -- in a session -----------------------------------------------------------------------------------------------------


def test_what_each_has_read_is_the_agreement_in_force() -> None:
    record = done(session(), c.Acknowledge())
    (before,) = record.acknowledged
    assert before.digest == digest.plain(session().pack.confidentiality)
    record = agreed(record, confidentiality="Between us", limits="Unless somebody is at risk")
    assert record.acknowledged == ()
    record = done(done(record, c.Acknowledge()), c.Acknowledge(), by="Sam")
    assert [mark.by for mark in record.acknowledged] == [ASH, SAM]
    assert {mark.digest for mark in record.acknowledged} == {digest.statement(record)} != {before.digest}
    assert agreed(record, limits="Never").acknowledged == ()


def test_the_default_statement_is_part_of_what_is_read_until_the_pair_has_limits_of_its_own() -> None:
    one = agreed(session(), purpose="To think")
    other = replace(one, pack=replace(one.pack, confidentiality="Something else"))
    assert digest.statement(one) != digest.statement(other)
    one, other = agreed(one, limits="Safety"), agreed(other, limits="Safety")
    assert digest.statement(one) == digest.statement(other)


def test_a_newer_version_made_elsewhere_is_taken_and_an_older_one_is_not() -> None:
    record = agreed(session(), purpose="To think")
    old, new = in_force(record), written(in_force(record), purpose="To rest")
    record = done(record, c.TakeAgreement(agreement=new))
    assert in_force(record) == new
    with pytest.raises(Refused, match="Version 2"):
        apply(record, c.TakeAgreement(agreement=old), act())
    with pytest.raises(Refused, match="other people"):
        apply(record, c.TakeAgreement(agreement=replace(new, id="agreement-x", version=9)), act())


def test_a_change_of_the_agreement_travels_to_an_open_session() -> None:
    for change in (c.TakeAgreement(agreement=written(review_on="2027-05-01")), c.EditAgreement(answers={"power": "x"})):
        assert c.from_wire(c.to_wire(change)) == change


def test_the_record_keeper_is_one_of_the_two_or_somebody_by_name() -> None:
    assert in_force(agreed(session(), record_keeper="sam")).record_keeper == SAM
    assert in_force(agreed(session(), record_keeper="Dana Reed")).record_keeper == "Dana Reed"


def test_a_supervisor_from_outside_is_never_the_line_manager() -> None:
    outside = agreed(session(), external="yes")
    with pytest.raises(Refused, match="line manager"):
        apply(outside, c.SetLineManager(person="Ash", manager=True), act())
    inside = done(session(), c.SetLineManager(person="Ash", manager=True))
    with pytest.raises(Refused, match="line manager"):
        apply(inside, c.EditAgreement(answers={"external": "yes"}), act())


def test_a_signature_covers_the_agreement_and_a_change_of_it_withdraws_the_first() -> None:
    record = done(agreed(session(), limits="Safety"), c.Sign())
    assert record.signatures
    assert agreed(record, limits="Anything").signatures == ()
    signed = done(record, c.Sign(), by="Sam")
    assert digest.faults(signed) == ()
    assert digest.faults(replace(signed, agreement=replace(in_force(signed), limits="x"))) == ("agreement/limits",)
    with pytest.raises(Refused, match="signed"):
        apply(signed, c.EditAgreement(answers={"limits": "x"}), act())


def test_history_says_that_the_agreement_changed_and_no_word_of_it() -> None:
    record = agreed(agreed(session(), limits="Safety"), limits="Care")
    assert [event.kind for event in record.history] == ["agreement-made", "agreement-changed"]


# -- shown ------------------------------------------------------------------------------------------------------------


def test_scripts_see_the_agreement_in_force_with_names_and_ids() -> None:
    record = agreed(session(), by="Sam", manager="Dana Reed", reported="That we met", record_keeper="Ash")
    row = views.show(record, TODAY)["agreement"]
    assert (row["version"], row["manager"], row["reported"]) == (1, "Dana Reed", "That we met")
    assert (row["made_by"], row["record_keeper"], row["record_keeper_id"]) == ("Sam Okafor", "Ash Patel", ASH)
    assert [person["name"] for person in row["people"]] == ["Ash Patel", "Sam Okafor"]
    assert views.show(session(), TODAY)["agreement"] is None


def test_the_record_says_under_which_agreement_it_was_held_and_leaves_out_what_was_left_open() -> None:
    text = as_text(agreed(session(), limits="Safety first", review_on="2027-05-01", record_keeper="Sam"), TODAY)
    for words in (
        "Agreement: version 1, made on 23 Nov 2026 by Ash Patel",
        "When it goes further: Safety first",
        "We look at this again on: 1 May 2027",
        "Record keeper: Sam Okafor",
    ):
        assert words in text
    assert "Preparation" not in text
    assert "none of their own yet" in as_text(session(), TODAY)


def test_it_is_due_on_its_day_and_never_without_one() -> None:
    made = written(review_on="2026-11-23")
    assert agreement.is_due(made, TODAY)
    assert not agreement.is_due(made, date(2026, 11, 22))
    assert not agreement.is_due(written(purpose="x"), TODAY)
