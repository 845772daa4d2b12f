"""The agreement on the screen: made question by question, read by each, and back when its day has come."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from supervision.model import changes as c
from supervision.model.agreement import questions
from supervision.model.values import Session
from supervision.tui.screens import AgreementDialog
from tests import factory
from tests.factory import NOW
from tests.tui_desk import ID, Shown, desk_of, one_session, shown

COUNT = len(questions("supervision"))


def under(record: Session, **answers: str) -> Session:
    return factory.done(record, c.EditAgreement(answers=answers))


def due() -> Session:
    return under(one_session(), purpose="To think", review_on="2026-11-01")


@pytest.fixture(params=[(120, 36), (80, 24)], ids=["wide", "narrow"])
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    found: tuple[int, int] = request.param
    return found


async def begin(ui: Shown) -> None:
    await ui.choose("Our agreement")
    await ui.until(lambda: isinstance(ui.app.screen, AgreementDialog))
    await ui.pilot.pause()


async def test_it_is_made_in_a_conversation_and_every_question_can_be_left_open(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    desk = desk_of(tmp_path, one_session())
    async with shown(desk, size=size) as ui:
        await begin(ui)
        assert f"Question 1 of {COUNT}" in ui.text and "not a form" in ui.text
        await ui.type("Harbour Housing\n")
        await ui.press("right", "enter")
        assert "Who is the practitioner's manager" in ui.text
        await ui.type("Dana [b]Reed[/b]\n")
        await ui.press("down", "right", "enter")  # the example
        await ui.press(*["enter"] * (COUNT - 4))
        await ui.type("in 6 months\n")
        assert "Is this what you agree on?" in ui.text
        await ui.press("enter")
        made = ui.room.session.agreement
        assert made is not None
        assert (made.organisation, made.external, made.manager) == ("Harbour Housing", True, "Dana [b]Reed[/b]")
        assert made.reported.startswith("That we met") and made.limits == ""
        assert made.review_on == NOW.date().replace(year=2027, month=5)
    assert desk.shelf.agreement(one_session().people) == made


async def test_leaving_in_the_middle_keeps_what_was_begun_and_agrees_nothing(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session())) as ui:
        await begin(ui)
        await ui.type("Harbour\n")
        await ui.press("escape")
        assert ui.room.session.agreement is None
        await begin(ui)
        assert "What you had begun is here again." in ui.text
        assert ui.app.screen.query_one("#answer-organisation").text == "Harbour"  # type: ignore[attr-defined]


async def test_a_day_that_is_none_keeps_one_at_the_question(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, under(one_session(), purpose="To think"))) as ui:
        await begin(ui)
        assert "Version 1" in ui.text and "To think" in ui.text
        await ui.press("enter", *["f3"] * (COUNT - 1))
        assert "On which day" in ui.text
        await ui.type("31 February\n")
        assert f"Question {COUNT} of {COUNT}" in ui.text and "February 2027 has 28" in ui.text
        await ui.press("f2")
        assert f"Question {COUNT} of {COUNT}" in ui.text


async def test_each_reads_the_agreement_and_a_new_version_is_read_again(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, under(one_session(), limits="Safety first"))) as ui:
        await ui.choose("Confidentiality")
        assert "Safety first" in ui.text and "Version 1" in ui.text
        assert "unless somebody is at risk" not in ui.text  # the pair has limits of its own
        await ui.press("enter", "enter")
        assert len(ui.room.session.acknowledged) == 2
        ui.room.change(c.EditAgreement(answers={"limits": "Care first"}))
        await ui.choose("Confidentiality")
        assert "Ash has read it" in ui.text and "Care first" in ui.text


async def test_until_there_is_one_the_general_statement_stands_and_one_can_be_made_from_there(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session())) as ui:
        await ui.choose("Confidentiality")
        assert "no agreement of your own yet" in ui.text and "unless somebody is at risk" in ui.text
        await ui.press("right", "right", "enter")
        await ui.type("Harbour")
        await ui.press("ctrl+s", "ctrl+s")
        assert "Version 1" in ui.text and "Harbour" in ui.text
        assert "unless somebody is at risk" in ui.text  # no limits were agreed, so the statement still counts


async def test_an_agreement_without_a_day_to_look_again_says_so_before_it_is_kept(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session())) as ui:
        await begin(ui)
        await ui.type("Harbour\n")
        await ui.press("ctrl+s")
        assert "No day is set to look at it again" in ui.text and "The version before" not in ui.text
        await ui.press("ctrl+r")
        await ui.type("in 6 months\n")
        assert "Is this what you agree on?" in ui.text and "No day is set" not in ui.text


async def test_a_version_made_elsewhere_since_is_offered_and_taken(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, under(one_session(), limits="Safety"))
    async with shown(desk) as ui:
        people = ui.room.session.people
        desk.shelf.store.agreements.add(ui.room.session.agreement, {})  # type: ignore[arg-type]
        desk.shelf.edit_agreement(people, {"limits": "Care"}, "Ash")
        await ui.choose("Confidentiality")
        assert "version 2 of your agreement was made" in " ".join(ui.text.split()) and "Ash has read it" not in ui.text
        await ui.press("enter")
        assert "Care" in ui.text
        assert ui.room.session.agreement == desk.shelf.agreement(people)


async def test_a_signed_record_keeps_its_agreement_and_the_next_session_has_the_new_one(tmp_path: Path) -> None:
    session = factory.done(factory.done(under(one_session(), limits="Safety"), c.Sign()), c.Sign(), by="Sam")
    desk = desk_of(tmp_path, session)
    async with shown(desk) as ui:
        await begin(ui)
        await ui.press("enter")
        await ui.type("Harbour")
        await ui.press("ctrl+s", "ctrl+s")
        assert ui.room.session.agreement == session.agreement
    kept = desk.shelf.agreement(session.people)
    assert kept is not None and kept.organisation == "Harbour"


async def test_its_day_comes_back_at_home_and_in_look_back(tmp_path: Path, size: tuple[int, int]) -> None:
    desk = desk_of(tmp_path, due())
    made = due().agreement
    assert made is not None
    desk.shelf.store.agreements.add(made, {person.id: person.name for person in one_session().people})
    async with shown(desk, session="", size=size) as ui:
        assert ui.text.count("Your agreement with Sam Okafor") == 1
        await ui.press("down", "down", "enter")
        await ui.until(lambda: isinstance(ui.app.screen, AgreementDialog))
        assert "to be looked at again since 1 Nov 2026" in " ".join(ui.text.split())
        await ui.press("enter", *["f3"] * (COUNT - 1))
        await ui.press(*["backspace"] * 20)
        await ui.type("in a year")
        await ui.press("ctrl+s", "ctrl+s")
        assert "Your agreement is kept." in ui.text
        assert "Your agreement with" not in ui.text
    kept = desk.shelf.agreement(one_session().people)
    assert kept is not None and (kept.version, kept.purpose) == (2, "To think")
    assert kept.review_on == NOW.date() + timedelta(days=365)


async def test_look_back_opens_the_agreement_that_is_due(tmp_path: Path) -> None:
    session, pack = due(), factory.pack()
    looking_back = replace(pack.stages[0], shows="look-back")
    session = replace(session, pack=replace(pack, stages=(looking_back, *pack.stages[1:])))
    desk = desk_of(tmp_path, session)
    assert session.agreement is not None
    desk.shelf.store.agreements.add(session.agreement, {})
    async with shown(desk, session=ID) as ui:
        await ui.screen.all_there()
        await ui.until(lambda: "Your agreement" in ui.text)
        ui.screen.look_at("look-back")
        await ui.press("home", "enter")
        await ui.until(lambda: isinstance(ui.app.screen, AgreementDialog))
