"""A record as text, Markdown and JSON, and what of it goes to the case file and to the person."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import wcwidth
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from supervision.errors import BadInput, NotFound
from supervision.export import as_json, as_markdown, as_text, export
from supervision.export.rendering import WIDTH, escaped, wrapped
from supervision.model import changes as c
from supervision.model import digest, views
from supervision.model.apply import Act, apply
from supervision.model.notes import normal
from supervision.model.pack import Prompt
from supervision.model.values import Matter, Note, Person, Run, Session
from supervision.text import REPLACEMENT, clean
from tests import factory as f
from tests.hostile import PAYLOADS, dangerous

OURS = {"heading", "bullet_list", "list_item", "paragraph", "blockquote", "inline", "text", "strong", "hardbreak"}
"""The Markdown that we write ourselves; anything else came out of what somebody typed."""


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def markdown_tokens(text: str) -> list[Token]:
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    return [each for token in tokens for each in (token, *(token.children or []))]


def squeezed(text: str) -> str:
    return "".join(text.split())


def filled(words: str) -> Session:
    """A session in which everything that people type says the same words."""
    label = clean(words, lines=False).strip() or "x"
    session = f.decided(f.session(), alias="J")
    decision = session.decisions[0]
    texts: dict[str, Any] = {key: words for key in f.FIELDS if key != "review_on"}
    option = replace(decision.options[0], text=words, for_person=words, for_practitioner=words, for_others=words)
    decision = replace(decision, **texts, practitioner_risk=words, alias=label, options=(option,))
    session = f.done(
        session,
        c.AddAction(text="Do it", owner="Sam"),
        c.AddDissent(text="No", resolve_by="Soon"),
        c.RaiseConcern(text="Worried", to="Her"),
        c.SetNext(on=f.TODAY, focus="On"),
        c.SetPlace(place="There"),
    )
    action = f.done(session, c.NoteAction(id=session.actions[0].id, text="Going on")).actions[0]
    return replace(
        session,
        people=tuple(replace(person, name=label) for person in session.people),
        matters=(Matter(n=1, alias=label, text=words, question=words),),
        notes=(Note(stage="arrive", matter=1, runs=(Run(f.ASH, words), Run(f.SAM, words))),),
        decisions=(decision,),
        actions=(
            replace(action, text=label, waiting_on=label, notes=(replace(action.notes[0], text=words),)),
            *session.actions[1:],
        ),
        dissents=tuple(replace(entry, text=words, resolve_by=label) for entry in session.dissents),
        concerns=tuple(replace(entry, text=words, to=label) for entry in session.concerns),
        next_focus=words,
        place=words,
    )


def signed() -> Session:
    """Two matters with a decision each, agreed and signed by both."""
    session = f.decided(f.session(), stance="hold")
    session = f.done(session, c.WriteNote(text="About J alone", stage="boundaries"))
    session = f.done(session, c.AddMatter(text="Cakes", alias="M"), c.WriteNote(text="About M alone", stage="arrive"))
    session = f.decided(session, stance="soften", title="The cakes", practitioner_risk="Being seen as soft")
    session = f.done(session, c.AddAction(text="Write them into the book"), c.AddDissent(text="Too little"))
    for by in ("Ash", "Sam"):
        for decision in session.decisions:
            session = f.done(session, c.Agree(id=decision.id), by=by)
    for by in ("Ash", "Sam"):
        session = f.done(session, c.Sign(), by=by)
    return f.done(session, c.AddAddendum(text="It was a Tuesday"))


# -- typed text is text -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [words for _, words in PAYLOADS], ids=[label for label, _ in PAYLOADS])
def test_typed_text_is_never_markup_in_markdown(words: str) -> None:
    session = filled(words)
    tokens = markdown_tokens(as_markdown(session, f.TODAY))
    kinds = {token.type.removesuffix("_open").removesuffix("_close") for token in tokens}
    assert kinds <= OURS
    shown = squeezed("".join(token.content for token in tokens if token.type == "text"))
    if not squeezed(clean(words)):
        assert "Situation" not in shown
        return
    for label in ("Situation:", "Question:", "Because:", "Look again on:"):
        assert label.replace(" ", "") in shown
    assert shown.count(squeezed(clean(words))) >= 15


@given(st.text("#*_-+=`~[]()<>&!|\\:.1 ab\n\tZ", max_size=60), st.integers(0, 3))
@example("1. a\n2) b\n- c\n+ d\n=\n--\n:--|--:", 0)
@example("a\\\n\n    code\n\\", 1)
@example("&lt; <http://x.y> ![i](j) **b** __c__ :smile: $x$", 2)
def test_escaped_words_come_back_as_they_were(words: str, depth: int) -> None:
    lead = "  " * depth + "- **L:** "
    above = "".join("  " * level + "- x\n" for level in range(depth))
    tokens = markdown_tokens(above + lead + escaped(words, 2 * depth + 2))
    assert {token.type.removesuffix("_open").removesuffix("_close") for token in tokens} <= OURS
    shown = "".join(token.content for token in tokens if token.type == "text")
    assert squeezed(shown) == "x" * depth + "L:" + squeezed(clean(words))


@given(st.text(max_size=200), st.sampled_from(["", "  - ", "    "]))
@example("w" * 300 + " tail", "")
@example("日本語の記録" * 30, "  - ")
@example("👨‍👩‍👧‍👦 " * 40, "")
@example("a\n\n b", "")
def test_wrapping_loses_nothing_and_keeps_to_the_width(words: str, first: str) -> None:
    out = wrapped(words, first, "    ")
    assert squeezed(out) == squeezed(first) + squeezed(clean(words))
    for line in out.split("\n"):
        assert wcwidth.width(line) <= WIDTH or " " not in line.strip().removeprefix("- ")


def test_a_typed_line_cannot_pass_for_somebody_elses() -> None:
    session = replace(f.session(), matters=(Matter(n=1, text="Well\nSam Okafor: I agree\n# Signatures\n---"),))
    assert "\nSam Okafor: I agree" not in as_text(session, f.TODAY)
    assert "\n    Sam Okafor: I agree" in as_text(session, f.TODAY)


@pytest.mark.parametrize("form", ["txt", "md", "json"])
@pytest.mark.parametrize("extract", ["record", "decisions", "person"])
def test_nothing_that_a_terminal_obeys_comes_out(form: str, extract: str) -> None:
    words = "".join(clean(payload) for _, payload in PAYLOADS)[:3000]
    out = export(filled(words), form, f.TODAY, extract=extract).decode()
    assert dangerous(out) == []


@pytest.mark.parametrize("form", ["txt", "md"])
def test_even_unsafe_values_come_out_safe(form: str) -> None:
    session = filled("a\x1b]52;c;eA==\x07\u202eb\udcff")
    out = export(session, form, f.TODAY).decode()
    assert dangerous(out) == []
    assert REPLACEMENT in out


# -- the record as a minute ---------------------------------------------------------------------------------------


def test_the_record_says_who_when_and_what_it_is() -> None:
    session = f.done(
        f.session(), c.SetLineManager(person="Ash", manager=True), c.SetPlace(place="A walk"), c.Acknowledge()
    )
    text = as_text(session, f.TODAY)
    assert text.startswith("Supervision session, 23 Nov 2026\n====")
    assert "With: Ash Patel (supervisor and line manager), Sam Okafor (practitioner)" in text
    assert "When: 23 Nov 2026 10:00\n" in text
    assert "Planned for: 90 minutes" in text
    assert "Where: A walk" in text
    assert "Confidentiality and its limits: read by Ash Patel" in text
    assert "still open" in text
    assert "Nobody has signed yet." in text


def test_times_are_those_of_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    time.tzset()
    session = f.done(f.session(), c.End())
    late = replace(session, held=f.NOW - timedelta(days=3) + timedelta(hours=10))
    assert "When: 23 Nov 2026 15:30 to 15:30" in as_text(session, f.TODAY)
    # 20:00 UTC on the 20th is the 21st in Kolkata.
    assert "When: 21 Nov 2026 01:30; written up afterwards, 23 Nov 2026 15:30" in as_text(late, f.TODAY)


def test_stages_that_were_skipped_leave_no_mark() -> None:
    session = f.done(f.session(), c.WriteNote(text="Tired", stage="arrive"))
    text = as_text(session, f.TODAY)
    assert "How do you arrive?" in text
    assert "Ash Patel: Tired" in text
    assert "Boundary experiences" not in text
    assert "What has this person known" not in text
    session = f.done(session, c.AddAction(text="Ask", stage="boundaries"))
    text = as_text(session, f.TODAY)
    assert "B: Boundary experiences" in text
    assert "What has this person known of boundaries?" in text
    assert "Action below: 1" in text


def test_questions_name_the_person_by_alias_and_are_else_literal() -> None:
    session = f.done(f.session(), c.WriteNote(text="x", stage="arrive"))
    asked = Prompt(id="a1", text="What of {alias}? {alias} and {practitioner}, {other} {{7*7}}")
    stage = replace(session.pack.stages[0], prompts=(asked,))
    session = replace(session, pack=replace(session.pack, stages=(stage,)))
    assert "What of J? J and Sam Okafor, {other} {{7*7}}" in as_text(session, f.TODAY)
    session = replace(session, matters=(Matter(n=1),))
    assert "What of the person? The person and Sam Okafor, {other}" in as_text(session, f.TODAY)


def test_lines_that_two_people_share_keep_both_names() -> None:
    note = Note(stage="arrive", matter=1, runs=(Run(f.ASH, "one\ntwo "), Run(f.SAM, "and mine")))
    text = as_text(replace(f.session(), notes=(note,)), f.TODAY)
    assert "Ash Patel: one\nAsh Patel: two\nSam Okafor: and mine" in text


def test_notes_of_a_stage_and_a_matter_that_are_not_there_are_kept() -> None:
    session = replace(f.session(), notes=(Note(stage="gone", matter=7, runs=(Run("p-x", "kept"),)),))
    text = as_text(session, f.TODAY)
    assert "Matter 7\n" in text
    assert "gone\n\np-x: kept" in text


def test_a_decision_is_whole_with_what_it_lacks_in_words() -> None:
    session = f.decided(f.session(), rationale="", consulted="The team")
    text = as_text(session, f.TODAY)
    assert "Decision 1: Evening messages" in text
    assert "Status: proposed, not agreed yet" in text
    assert "Still needs: Because" in text
    assert "Consulted: The team" in text
    assert "  - 1: Hold the hours\n    - For the person: predictable, cold" in text
    assert "Stance: bend: a limited exception" in text
    assert "Look again on: 3 Jan 2027\n" in text
    assert "Support: needed, and not asked for yet" in text
    assert "Usual practice: No contact out of hours" in text
    assert "Instructed" not in text


def test_agreement_says_who_when_and_how_and_support_stands_apart() -> None:
    session = f.decided(f.session())
    decision = session.decisions[0]
    session = f.done(session, c.Agree(id=decision.id), by="Sam")
    assert "Still needs: the agreement of Ash Patel" in as_text(session, f.TODAY)
    session = apply(session, c.Agree(id=decision.id), Act("Ash", f.NOW, "claimed"))
    text = as_text(session, f.TODAY)
    assert "waiting for the organisation's support" in text
    assert "  - Sam Okafor: 23 Nov 2026 10:00, in the room (typed name, not verified)" in text
    assert "  - Ash Patel: 23 Nov 2026 10:00, claimed (from another login" in text
    given = c.SetSupport(id=decision.id, status="given", by="Team manager", on=date(2026, 11, 21))
    text = as_text(f.done(session, given, by="Sam"), f.TODAY)
    assert "Status: agreed\n" in text
    assert "Support: given by Team manager on 21 Nov 2026; recorded by Sam Okafor" in text
    assert "Still needs" not in text
    assert "3 Jan 2027, due" not in text
    assert "3 Jan 2027, due" in as_text(f.done(session, given), date(2027, 1, 3))


def test_reviews_links_and_dissent_stand_with_their_decision() -> None:
    session = signed()
    first = session.decisions[0].id
    session = f.done(
        session,
        c.ReviewDecision(id=first, outcome="kept", note="It holds.", review_on=date(2027, 3, 1)),
        c.LinkReplacedBy(id=session.decisions[1].id, new="elsewhere1", on=f.TODAY),
    )
    text = as_text(session, f.TODAY)
    assert "23 Nov 2026: kept, said Ash Patel. It holds. Look again on 1 Mar 2027." in text
    assert "Next look: 1 Mar 2027" in text
    assert "Status: replaced on 23 Nov 2026" in text
    assert "Replaced by: the decision elsewhere1 of another session" in text
    assert "Disagreement\n" in text
    assert "Ash Patel sees it differently, 23 Nov 2026: Too little" in text


def test_actions_say_whose_they_are_and_whether_they_are_late() -> None:
    session = f.done(f.session(), c.AddAction(text="Ask", due=f.TODAY, waiting_on="The bank"))
    text = as_text(session, f.TODAY + timedelta(days=1))
    assert "Action 1: Ask\n  - Who: nobody yet\n  - Due: 23 Nov 2026, overdue\n  - Waiting for: The bank" in text
    assert "overdue" not in as_text(session, f.TODAY)
    done = f.done(session, c.SetActionStatus(id=session.actions[0].id, status="done", note="By post"), by="Sam")
    text = as_text(done, f.TODAY + timedelta(days=9))
    assert "Status: done on 23 Nov 2026\n  - Sam Okafor, 23 Nov 2026: By post" in text
    assert "overdue" not in text


def test_signatures_show_what_was_signed_and_how() -> None:
    session = signed()
    root = session.signatures[0].digest
    text = as_text(session, f.TODAY)
    signed_text = f"Ash Patel: 23 Nov 2026 10:00, in the room (typed name, not verified); seal of the text {root[:16]}"
    assert signed_text in " ".join(text.split())
    assert root[:17] not in text
    assert "Not verified" not in text
    assert "Ash Patel, 23 Nov 2026 10:00: It was a Tuesday" in text
    forged = replace(session, matters=(replace(session.matters[0], text="Another story"), *session.matters[1:]))
    assert "differs in the\nmatters." in as_text(forged, f.TODAY)
    half = replace(session, signatures=session.signatures[:1])
    assert "Not signed yet: Sam Okafor" in as_text(half, f.TODAY)


def test_a_concern_says_who_does_what_by_when() -> None:
    session = f.done(f.session(), c.RaiseConcern(text="Bruises", to="Safeguarding lead", told_first="told"))
    text = as_text(session, f.TODAY)
    assert "Concerns\n--------\n\nAsh Patel, 23 Nov 2026: Bruises\n  - Goes to: Safeguarding lead" in text
    assert "Who does it: Ash Patel\n  - Done: not yet\n  - Practitioner told first: yes" in text


def test_a_peer_session_says_that_it_only_proposes() -> None:
    session = f.decided(f.session("peer"), stance="hold")
    text = as_text(session, f.TODAY)
    assert text.startswith("Peer session,")
    assert "two peers do not agree it" in text
    assert "Still needs" not in text


def test_an_empty_session_is_a_record_too() -> None:
    session = replace(f.session(), matters=(Matter(n=1),))
    assert "What was brought" not in as_text(session, f.TODAY)
    assert as_markdown(session, f.TODAY).startswith("# Supervision session, 23 Nov 2026\n\n- **With:** ")


def test_pages_have_no_ragged_ends_or_double_gaps() -> None:
    session = signed()
    for page in (as_text(session, f.TODAY), as_markdown(session, f.TODAY)):
        assert "\n\n\n" not in page
        assert page.endswith("\n") and not page.endswith("\n\n")
        assert all(line == line.rstrip() for line in page.split("\n"))


# -- formats and extracts -----------------------------------------------------------------------------------------


def test_json_is_what_show_prints() -> None:
    session = signed()
    assert json.loads(as_json(session, f.TODAY)) == views.show(session, f.TODAY)
    assert json.loads(export(session, "json", f.TODAY)) == views.show(session, f.TODAY)
    assert "Zoë" in as_json(replace(session, place="Zoë"), f.TODAY)


@pytest.mark.parametrize(
    ("form", "extract", "names"),
    [("pdf", "record", "md, txt, html, docx, json"), ("md", "gossip", "record, decisions, person")],
)
def test_what_there_is_not_is_refused_with_what_there_is(form: str, extract: str, names: str) -> None:
    with pytest.raises(BadInput, match=names):
        export(f.session(), form, f.TODAY, extract=extract)


def test_one_matter_holds_nothing_of_another() -> None:
    session = signed()
    for form in ("txt", "md", "json"):
        about_j = export(session, form, f.TODAY, matter=1).decode()
        assert "About J alone" in about_j and "Evening messages" in about_j
        for word in ("About M alone", "The cakes", "Cakes", "the book", "Too little", "Tuesday"):
            assert word not in about_j
    text = export(session, "txt", f.TODAY, matter=2).decode()
    assert "The cakes" in text and "Evening messages" not in text
    assert "also holds: 1 other\nmatter, 1 disagreement, 1 addendum." in text
    with pytest.raises(NotFound, match="no matter 3"):
        export(session, "txt", f.TODAY, matter=3)


def test_the_part_about_one_matter_still_verifies() -> None:
    part = json.loads(export(signed(), "json", f.TODAY, matter=1))
    assert part["unverified"] == []
    assert all(mark["verified"] for mark in part["signatures"])
    forged = signed()
    forged = replace(forged, matters=(replace(forged.matters[0], text="Another story"), *forged.matters[1:]))
    assert digest.faults(forged) == ("matters/1/text",)


def test_the_case_file_has_decisions_without_what_is_the_practitioners() -> None:
    session = signed()
    for form in ("txt", "md"):
        page = export(session, form, f.TODAY, extract="decisions").decode()
        assert "Evening messages" in page and "The cakes" in page
        assert "One reply by eight" in page and "feels held" in page
        for own in ("Being seen as soft", "a little time", "Too little", "About J alone"):
            assert own not in page
    data = json.loads(export(session, "json", f.TODAY, extract="decisions"))
    assert [decision["title"] for decision in data["decisions"]] == ["Evening messages", "The cakes"]
    for decision in data["decisions"]:
        assert not {"practitioner_risk", "dissent", "salts"} & decision.keys()
        assert all("for_practitioner" not in option for option in decision["options"])


def test_drafts_are_no_decisions() -> None:
    session = f.done(f.session(), c.Propose(fields={"title": "Half a thought"}))
    assert "There is no decision" in export(session, "txt", f.TODAY, extract="decisions").decode()
    assert "Nothing has been decided yet" in export(session, "txt", f.TODAY, extract="person").decode()
    assert json.loads(export(session, "json", f.TODAY, extract="person"))["decisions"] == []


def test_the_person_is_told_what_was_decided_and_nothing_else() -> None:
    page = export(signed(), "md", f.TODAY, extract="person", matter=1).decode()
    assert "**What:** Evening messages" in page
    assert "**Why:** Being answered is what J never had" in page
    assert "**Until when, and how much:** One reply, weekdays until eight" in page
    assert "**We look at it again on:** 3 Jan 2027" in page
    assert "You can disagree" in page and "Tell Sam Okafor" in page
    for inner in ("Being let down", "No contact out of hours", "feels held", "Ash Patel", "Hold the hours", "digest"):
        assert inner not in page
    data = json.loads(export(signed(), "json", f.TODAY, extract="person", matter=2))
    assert [decision["what"] for decision in data["decisions"]] == ["The cakes"]


@pytest.mark.parametrize("form", ["txt", "md", "json"])
def test_nobody_is_handed_what_was_decided_about_somebody_else(form: str) -> None:
    with pytest.raises(BadInput, match="J and M"):
        export(signed(), form, f.TODAY, extract="person")


def test_only_decisions_in_force_are_told_to_the_person() -> None:
    session = f.decided(f.session())
    assert "Nothing has been decided yet" in export(session, "txt", f.TODAY, extract="person").decode()
    for by in ("Ash", "Sam"):
        session = f.done(session, c.Agree(id=session.decisions[0].id), by=by)
    assert "Nothing has been decided yet" in export(session, "txt", f.TODAY, extract="person").decode()
    session = f.done(session, c.SetSupport(id=session.decisions[0].id, status="given", by="Team manager"))
    assert "We make an exception, within limits." in export(session, "txt", f.TODAY, extract="person").decode()


def test_half_a_character_does_not_stop_an_export() -> None:
    session = replace(f.session(), place="a\udcffb")
    data: dict[str, Any] = json.loads(export(session, "json", f.TODAY))
    assert data["place"] == "a\udcffb"


def test_two_people_of_one_name_are_told_apart_by_role() -> None:
    people = (
        Person(id="p-one", name="Sam", role="supervisor"),
        Person(id="p-two", name="Sam", role="practitioner", corrected="Sami"),
    )
    text = as_text(normal(replace(f.session(), people=people)), f.TODAY)
    assert "With: Sam (supervisor), Sami (practitioner)" in text
