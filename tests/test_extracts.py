"""What a session holds for readers outside it, and for each of its people: and what must never be in it."""

import io
import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from docx import Document

from supervision.errors import BadInput, NotFound, Refused
from supervision.export import FORMATS, export, over, parse_record
from supervision.export.own import own, whose
from supervision.model import changes as c
from supervision.model import digest, themes, views
from supervision.model.notes import normal
from supervision.model.values import Note, Run, Session
from supervision.prompts import find
from supervision.sample import sample
from tests import factory as f
from tests.test_export import signed
from tests.test_export_formats import words_in

TODAY = f.TODAY
AGREED = c.EditAgreement(answers={"external": "yes", "manager": "Dana Reed", "reports": "themes, length, support"})


def text(session: Session, extract: str, **more: Any) -> str:
    return export(session, "txt", TODAY, extract=extract, **more).decode()


def value(session: Session, extract: str, **more: Any) -> Any:
    return json.loads(export(session, "json", TODAY, extract=extract, **more))


def row(session: Session, **changes: Any) -> dict[str, Any]:
    return {**views.session_row(session, TODAY), **changes}


# -- choosing themes ----------------------------------------------------------------------------------------------


def test_themes_are_named_by_number_id_or_words_and_kept_in_the_order_of_the_list() -> None:
    session = f.done(f.session(), c.ChooseThemes(themes=("endings", "1", "Gifts, money")))
    assert session.themes == ("out-of-hours", "gifts-money", "endings")
    assert session.history[-1].kind == "themes-chosen"
    assert f.done(session, c.ChooseThemes(themes=session.themes)) == session
    assert f.done(session, c.ChooseThemes()).themes == ()
    assert "Themes\n------\n\ncontact out of hours; gifts, money and lending; endings" in text(session, "record")


@pytest.mark.parametrize("words", ["gossip", "", "0", "99", "\x1b[2J"])
def test_what_is_no_theme_is_refused_with_those_there_are(words: str) -> None:
    with pytest.raises(BadInput, match="out-of-hours"):
        f.done(f.session(), c.ChooseThemes(themes=(words,)))


def test_themes_stand_outside_the_signatures() -> None:
    session = f.done(signed(), c.ChooseThemes(themes=("safety",)))
    assert session.state == "signed"
    assert digest.faults(session) == ()


def test_a_theme_of_another_version_stays_in_the_record_and_out_of_what_leaves_it() -> None:
    session = replace(f.session(), themes=("Mrs Brown of 3 Elm Road",))
    assert f.done(session, c.ChooseThemes(themes=(*session.themes, "safety"))).themes[-1] == session.themes[0]
    for extract in ("cpd", "themes"):
        for form in ("txt", "md", "html", "json"):
            assert "Brown" not in export(session, form, TODAY, extract=extract).decode()


# -- a line for training records ----------------------------------------------------------------------------------


def test_a_training_line_is_a_day_minutes_and_themes_and_no_content() -> None:
    session = f.done(signed(), c.ChooseThemes(themes=("messages", "safety")))
    session = replace(session, ended=session.started + timedelta(minutes=72))
    page = text(session, "cpd")
    assert (
        " ".join(page.split("\n")[3:])
        .replace("  ", "")
        .startswith("23 Nov 2026: 72 minutes. Reflective supervision on professional boundaries.")
    )
    assert "risk and safety." in page
    for inner in ("Ash", "Sam", "J", "Evening", session.id):
        assert inner not in page.replace("January", "")
    assert value(session, "cpd") == {
        "sessions": [
            {
                "date": "2026-11-23",
                "minutes": 72,
                "planned": False,
                "what": "Reflective supervision on professional boundaries",
                "themes": ["messages, calls and social media", "risk and safety"],
            }
        ],
        "minutes": 72,
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"ended": None},
        {"ended": (f.NOW + timedelta(hours=20)).isoformat()},
        {"ended": (f.NOW + timedelta(minutes=9)).isoformat(), "held": (f.NOW - timedelta(days=2)).isoformat()},
    ],
    ids=["not ended", "left open", "written up afterwards"],
)
def test_minutes_that_nobody_knows_are_those_planned(changes: dict[str, Any]) -> None:
    (one,) = json.loads(over([row(f.session(), **changes)], "json", TODAY, extract="cpd"))["sessions"]
    assert (one["minutes"], one["planned"]) == (90, True)


def test_training_lines_of_many_sessions_add_up() -> None:
    older = row(f.session("peer"), when="2026-10-01T10:00:00+00:00", ended="2026-11-23T11:00:00+00:00")
    page = over([row(f.session()), older], "txt", TODAY, extract="cpd").decode()
    assert page.index("1 Oct 2026: 60 minutes. Paired reflection") < page.index("23 Nov 2026: 90 minutes planned")
    assert "2 sessions, 2 hours 30 minutes in all." in page
    assert "There is no such session." in over([], "txt", TODAY, extract="cpd").decode()


# -- themes for the system ----------------------------------------------------------------------------------------


def many(counts: dict[str, int], sessions: int) -> list[dict[str, Any]]:
    """So many sessions, of which the first `counts[theme]` are about each theme."""
    start = row(f.session())
    return [
        {
            **start,
            "when": f"2026-{1 + n % 12:02}-10T10:00:00+00:00",
            "themes": [theme for theme, count in counts.items() if n < count],
        }
        for n in range(sessions)
    ]


def test_themes_add_up_and_small_numbers_are_not_shown() -> None:
    rows = many({"safety": 7, "time": 5, "touch": 4, "endings": 1}, 12)
    found = json.loads(over(rows, "json", TODAY, extract="themes"))
    assert (found["sessions"], found["first"], found["last"]) == (12, "2026-01-10", "2026-12-10")
    shown = {one["id"]: one["count"] for one in found["themes"]}
    assert shown == dict.fromkeys(themes.THEMES) | {"safety": 7, "time": 5}
    page = over(rows, "txt", TODAY, extract="themes").decode()
    assert "Risk and safety: 7" in page and "Time, caseload and staffing: 5" in page
    assert "Each of the others: fewer than 5" in page
    assert "Touch" not in page and "Endings" not in page


def test_one_session_shows_no_number_at_all() -> None:
    session = f.done(f.session(), c.ChooseThemes(themes=("touch",)))
    for form in ("txt", "md", "html"):
        page = export(session, form, TODAY, extract="themes").decode().lower()
        assert "fewer than 5" in page
        for word in ("touch", "2026", "ash", "sam"):
            assert word not in page
    found = value(session, "themes")
    assert {one["count"] for one in found["themes"]} == {None}
    assert (found["sessions"], found["first"]) == (None, None)


def test_only_lines_and_themes_are_made_of_many_sessions() -> None:
    with pytest.raises(BadInput, match="cpd, themes"):
        over([], "txt", TODAY, extract="record")


# -- for the manager ----------------------------------------------------------------------------------------------


def private(session: Session) -> list[str]:
    """Words of a session that are for the two alone: notes, dissent, and what it risks for the practitioner."""
    said = [line for note in session.notes for line in note.text.split("\n") if line.strip()]
    said += [entry.text for entry in session.dissents]
    said += [decision.practitioner_risk for decision in session.decisions]
    said += [option.for_practitioner for decision in session.decisions for option in decision.options]
    said += [concern.text for concern in session.concerns]
    said += [note.text for action in session.actions for note in action.notes]
    return [words for words in said if len(words) > 12]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("extract", ["person", "manager", "cpd", "themes"])
def test_the_sample_tells_the_person_and_the_manager_nothing_private(form: str, extract: str) -> None:
    met = 0
    for session in sample(TODAY, find("broken"), find("peer")):
        report_all = {"reports": "length, themes, support, concerns, system"}
        for told in (session, agreed(session, report_all)):
            for matter in told.matters:
                one = matter.n if extract == "person" else None
                data = export(told, form, TODAY, extract=extract, matter=one)
                page = words_in(Document(io.BytesIO(data))) if form == "docx" else data.decode()
                plain = " ".join(page.replace("\\", "").replace("&#39;", "'").split())
                for words in private(session):
                    met += 1
                    assert " ".join(words.split()) not in plain
    assert met > 200


def agreed(session: Session, answers: dict[str, str]) -> Session:
    """The session under an agreement, whatever its state."""
    if session.kind == "peer":
        return session
    opened = replace(session, signatures=(), snapshot=None)
    return replace(session, agreement=f.done(opened, c.EditAgreement(answers=answers), by="Ash Patel").agreement)


def test_without_an_agreement_the_manager_hears_that_you_met() -> None:
    session = f.done(signed(), c.ChooseThemes(themes=("safety",)))
    assert text(session, "manager") == (
        "Supervision took place, 23 Nov 2026\n===================================\n\n"
        "Between: Ash Patel (supervisor), Sam Okafor (practitioner)\n\n"
        "No more than this has been agreed to be reported. What was said stays between\nthe two.\n"
    )
    assert value(session, "manager").keys() == {"held", "people", "reported"}


def test_the_manager_is_told_what_the_agreement_says_and_nothing_else() -> None:
    session = f.done(f.decided(f.session()), AGREED, c.ChooseThemes(themes=("safety",)))
    session = f.done(session, c.SetSupport(id=session.decisions[0].id, status="asked", by="Dana Reed"))
    session = f.done(session, c.RaiseConcern(text="Bruises", to="Lead"), c.AddAction(text="Group", stage="systems"))
    session = f.decided(session, stance="hold", title="No number")
    page = text(session, "manager")
    assert "Length: 90 minutes planned\nThemes: risk and safety" in page
    assert "Evening messages\n\nStance: bend" in page and "Support: asked of Dana Reed" in page
    for inner in ("No number", "Bruises", "Concern", "Group", "J writes", "Being answered", "digest"):
        assert inner not in page
    told = value(session, "manager")
    assert [one["title"] for one in told["decisions"]] == ["Evening messages"]
    assert told["reported"] == ["length", "support", "themes"]
    every = f.done(session, c.EditAgreement(answers={"reports": "concerns and system"}))
    page = text(every, "manager")
    assert "Raised: 23 Nov 2026" in page and "Open: Group" in page
    assert "Bruises" not in page and "90 minutes" not in page and "Evening messages" not in page


def test_only_known_kinds_can_be_agreed_to_be_reported() -> None:
    with pytest.raises(BadInput, match="length, themes, support, concerns, system"):
        f.done(f.session(), c.EditAgreement(answers={"reports": "gossip"}))


# -- one's own copy -----------------------------------------------------------------------------------------------


def lived() -> Session:
    """A signed session in which both wrote, did and said something of their own."""
    session = replace(
        f.session(),
        notes=(
            Note(stage="arrive", matter=1, runs=(Run(f.ASH, "Ash's line\n"), Run(f.SAM, "Sam's line\nSam's next "))),
            Note(stage="boundaries", matter=1, runs=(Run(f.ASH, "Only Ash here"),)),
        ),
    )
    session = f.decided(session, stance="hold")
    session = f.done(session, c.AddAction(text="Ash does", owner="Ash"), c.AddDissent(text="Ash differs"))
    session = f.done(session, c.AddAction(text="Sam does", owner="Sam"), c.AddDissent(text="Sam differs"), by="Sam")
    for change in (c.Agree(id=session.decisions[0].id), c.Sign()):
        for by in ("Ash", "Sam"):
            session = f.done(session, change, by=by)
    return session


def test_a_copy_of_ones_own_holds_ones_own() -> None:
    session = lived()
    copy = own(session, f.SAM, f.NOW)
    assert copy.copy is not None
    assert (copy.copy.of, copy.copy.who, copy.copy.taken) == (session.id, f.SAM, f.NOW)
    assert [note.text for note in copy.notes] == ["Sam's line\nSam's next "]
    assert [action.text for action in copy.actions] == ["Sam does"]
    assert [entry.text for entry in copy.dissents] == ["Sam differs"]
    assert copy.decisions == session.decisions
    for form in ("md", "txt", "html", "json"):
        page = export(session, form, TODAY, extract="mine", who="Sam", taken=f.NOW).decode()
        for other in ("Ash's line", "Only Ash", "Ash does", "Ash differs"):
            assert other not in page
    page = text(session, "mine", who="Sam", taken=f.NOW)
    assert "This is Sam Okafor's own copy, taken on 23 Nov 2026" in page
    assert "Not verified" not in page


def test_a_copy_is_a_record_that_opens_elsewhere_and_says_what_it_is() -> None:
    session = lived()
    data = value(session, "mine", who="Sam", taken=f.NOW)
    assert data["copy"] == {"of": session.id, "for": f.SAM, "taken": f.NOW.isoformat()}
    back, notices = parse_record(data, source="copy.json:1")
    assert notices == ()
    assert back == normal(own(session, f.SAM, f.NOW))
    assert back.state == "signed"
    assert views.show(back, TODAY) == data
    assert "copy" not in value(session, "record")
    # A copy of the copy, once it has been worked on, is still one of the same session.
    ticked = f.done(back, c.SetActionStatus(id=back.actions[0].id, status="done"), by="Sam")
    again = value(ticked, "mine", who="Sam", taken=f.NOW + timedelta(days=3))
    assert again["copy"]["of"] == session.id
    assert again["actions"][0]["status"] == "done"


def test_a_part_about_one_matter_can_be_copied_too() -> None:
    data = value(signed(), "mine", who="Ash", matter=2, taken=f.NOW)
    assert [matter["n"] for matter in data["matters"]] == [2]
    assert [decision["title"] for decision in data["decisions"]] == ["The cakes"]


def test_a_copy_does_not_say_of_the_other_that_they_answered_nothing() -> None:
    session = f.session("peer")
    for by in ("Ash", "Sam"):
        session = f.done(session, c.SayHeard(must_raise=False), by=by)
    copy = text(session, "mine", who="Sam", taken=f.NOW)
    assert "Sam Okafor: no" in copy and "Ash Patel: no" not in copy and "not answered" not in copy


def test_whose_copy_it_is() -> None:
    assert whose(f.session(), "sam") == f.SAM
    assert whose(f.session(), "") == f.SAM
    assert whose(f.session(), "Dana Reed") == f.SAM
    with pytest.raises(Refused, match="Ash Patel or Sam Okafor"):
        whose(f.session("peer"), "")
    with pytest.raises(NotFound):
        own(f.session(), "p-nobody", f.NOW)


@pytest.mark.parametrize("n", range(5))
def test_every_sample_session_is_read_back_the_same_whole_and_as_a_copy(n: int) -> None:
    session = sample(date(2026, 11, 23), find("broken"), find("peer"))[n]
    data = value(session, "record")
    back, notices = parse_record(data, source="x.json:1")
    assert (back, notices) == (normal(session), ())
    assert views.show(back, TODAY) == data
    for person in session.people:
        copy = value(session, "mine", who=person.id, taken=f.NOW)
        assert parse_record(copy, source="x.json:1")[0] == normal(own(session, person.id, f.NOW))
