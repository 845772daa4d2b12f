"""The rules, one by one: what a change does, and what it refuses while changing nothing."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from supervision.errors import BadInput, NotFound, Refused, SupervisionError
from supervision.model import changes as c
from supervision.model import digest, rules
from supervision.model.apply import Act, apply
from supervision.model.difference import difference
from supervision.model.fields import FIELDS as DECISION_FIELDS
from supervision.model.values import Decision, Mark, Session
from supervision.text import is_clean
from tests import factory
from tests.factory import ASH, NOW, SAM, act, decided, done, session
from tests.store_values import full


def first(record: Session) -> Decision:
    return record.decisions[0]


def status(record: Session) -> str:
    return rules.status(record, first(record))


def agreed(record: Session) -> Session:
    decision = first(record).id
    return done(done(record, c.Agree(id=decision)), c.Agree(id=decision), by="Sam")


# -- when a decision is what ------------------------------------------------------------------------------------------


def test_a_decision_is_a_draft_until_it_has_a_title_and_a_stance() -> None:
    record = done(session(), c.Propose(fields={"title": "Evening messages"}))
    assert status(record) == "draft"
    record = done(record, c.EditDecision(id=first(record).id, fields={"stance": "Offer elsewhere"}))
    assert (status(record), first(record).stance) == ("proposed", "offer-elsewhere")


def test_what_is_missing_is_named_in_the_order_of_the_conversation() -> None:
    record = done(session(), c.Propose())
    assert rules.missing(first(record)) == tuple(field.key for field in DECISION_FIELDS if field.required)
    assert rules.missing(first(decided(session()))) == ()


@pytest.mark.parametrize("field", [f.key for f in DECISION_FIELDS if f.required and f.key not in {"options", "stance"}])
def test_an_agreement_needs_every_required_field(field: str) -> None:
    record = decided(session(), "hold", **{field: ""})
    assert rules.missing(first(record)) == (field,)
    with pytest.raises(Refused, match="still needs"):
        apply(record, c.Agree(id=first(record).id), act())


def test_one_option_is_not_a_choice() -> None:
    record = done(session(), c.Propose(fields={**factory.FIELDS, "stance": "hold"}, options=factory.OPTIONS[:1]))
    assert rules.missing(first(record)) == ("options",)


@pytest.mark.parametrize(
    ("words", "lacking"),
    [
        ("not yet asked", ("persons_view",)),
        ("Not yet asked, because ...", ("persons_view",)),
        ("not yet asked, because J is in hospital", ()),
    ],
)
def test_not_yet_asked_needs_its_because_and_makes_one_action(words: str, lacking: tuple[str, ...]) -> None:
    record = decided(session(), "hold", persons_view=words)
    assert rules.missing(first(record)) == lacking
    record = done(record, c.EditDecision(id=first(record).id, fields={"limits": "until March"}))
    asks = [action for action in record.actions if action.purpose == "ask-person"]
    assert [(action.owner, action.decision) for action in asks] == [(SAM, first(record).id)]
    assert "J" in asks[0].text


def test_holding_is_agreed_when_both_have_agreed() -> None:
    record = decided(session(), "hold")
    record = done(record, c.Agree(id=first(record).id))
    assert status(record) == "proposed"
    record = done(record, c.Agree(id=first(record).id), by="Sam")
    assert status(record) == "agreed"
    assert [(mark.by, mark.how) for mark in first(record).marks] == [(ASH, "in the room"), (SAM, "in the room")]


@pytest.mark.parametrize("stance", ["bend", "cross"])
def test_bending_and_crossing_wait_for_support_and_ask_for_it_once(stance: str) -> None:
    record = agreed(decided(session(), stance))
    assert status(record) == "awaiting-support"
    asks = [action for action in record.actions if action.purpose == "ask-support"]
    assert [(action.owner, action.status, action.decision) for action in asks] == [(SAM, "open", first(record).id)]
    record = done(record, c.SetSupport(id=first(record).id, status="given", by="Team manager"), by="Sam")
    assert status(record) == "agreed"
    assert len([action for action in record.actions if action.purpose == "ask-support"]) == 1
    assert record.actions[0].status == "done"
    support = first(record).support
    assert (support.by, support.at, support.recorded_by) == ("Team manager", NOW.date(), SAM)


def test_not_needed_does_not_serve_for_bending() -> None:
    record = decided(session(), "bend")
    with pytest.raises(Refused, match="always needs"):
        apply(record, c.SetSupport(id=first(record).id, status="not-needed"), act())


def test_refused_support_declines() -> None:
    record = agreed(decided(session(), "bend"))
    record = done(record, c.SetSupport(id=first(record).id, status="refused", by="Team manager"))
    assert status(record) == "declined"
    assert record.actions[0].status == "done"


def test_support_never_comes_from_those_in_the_room_unless_the_supervisor_is_the_line_manager() -> None:
    record = decided(session(), "bend")
    for name in ("Sam Okafor", "Ash Patel", "ash patel, 14 Nov"):
        with pytest.raises(Refused, match="support"):
            apply(record, c.SetSupport(id=first(record).id, status="given", by=name), act("Sam"))
    record = done(record, c.SetLineManager(person="Ash Patel", manager=True))
    record = done(record, c.SetSupport(id=first(record).id, status="given", by="Ash Patel"), by="Sam")
    assert first(record).support.status == "given"


def test_support_needs_a_who_and_cannot_come_from_the_future() -> None:
    record = decided(session(), "bend")
    with pytest.raises(BadInput, match="who"):
        apply(record, c.SetSupport(id=first(record).id, status="given"), act())
    with pytest.raises(BadInput, match="not come yet"):
        change = c.SetSupport(id=first(record).id, status="given", by="Team manager", on=date(2027, 1, 1))
        apply(record, change, act())


def test_an_edit_withdraws_what_was_agreed_to_the_old_text() -> None:
    record = decided(session(), "hold")
    record = done(record, c.Agree(id=first(record).id))
    record = done(record, c.EditDecision(id=first(record).id, fields={"limits": "until March"}), by="Sam")
    assert first(record).marks == ()
    assert "agreements-withdrawn" in [event.kind for event in record.history]


def test_an_edit_that_changes_nothing_withdraws_nothing() -> None:
    record = decided(session(), "hold")
    record = done(record, c.Agree(id=first(record).id))
    record = done(record, c.EditDecision(id=first(record).id, fields={"title": "Evening messages "}), by="Sam")
    assert len(first(record).marks) == 1


def test_support_stands_outside_the_digest() -> None:
    record = decided(session(), "bend")
    before = digest.decision_digest(first(record))
    record = done(record, c.SetSupport(id=first(record).id, status="given", by="Team manager"))
    assert digest.decision_digest(first(record)) == before


def test_the_text_of_an_agreed_decision_is_final() -> None:
    record = agreed(decided(session(), "hold"))
    with pytest.raises(Refused, match="no longer changes"):
        apply(record, c.EditDecision(id=first(record).id, fields={"title": "x"}), act())
    with pytest.raises(Refused, match="can replace it"):
        apply(record, c.NotYet(id=first(record).id), act())


def test_agreeing_to_another_text_than_was_read_is_refused() -> None:
    record = decided(session(), "hold")
    with pytest.raises(Refused, match="changed while it was being read"):
        apply(record, c.Agree(id=first(record).id, digest="0" * 64), act())


def test_a_peer_session_never_agrees() -> None:
    record = decided(session("peer"), "hold")
    with pytest.raises(Refused, match="propose"):
        apply(record, c.Agree(id=first(record).id), act())
    # Not even when the marks are there, from wherever they came.
    root = digest.decision_digest(first(record))
    marks = tuple(Mark(by=who, at=NOW, digest=root) for who in (ASH, SAM))
    forged = replace(record, decisions=(replace(first(record), marks=marks),))
    assert status(forged) == "proposed"


def test_an_instruction_is_recorded_as_instructed_and_cannot_be_agreed_to() -> None:
    record = decided(session(), "hold", instructed_by="Service director")
    assert status(record) == "instructed"
    with pytest.raises(Refused, match="instructed"):
        apply(record, c.Agree(id=first(record).id), act())


def test_disagreeing_keeps_the_words_and_takes_back_ones_own_mark_only() -> None:
    record = decided(session(), "hold")
    record = done(record, c.Agree(id=first(record).id))
    record = done(record, c.Disagree(id=first(record).id, text="I would not"), by="Sam")
    assert [(entry.by, entry.text, entry.decision) for entry in record.dissents] == [
        (SAM, "I would not", first(record).id)
    ]
    assert [mark.by for mark in first(record).marks] == [ASH]


def test_nobody_agrees_twice_or_from_outside() -> None:
    record = decided(session(), "hold")
    record = done(record, c.Agree(id=first(record).id))
    with pytest.raises(Refused, match="already"):
        apply(record, c.Agree(id=first(record).id), act())
    with pytest.raises(Refused, match="not in this session"):
        apply(record, c.Agree(id=first(record).id), act("Bea"))


# -- reviews and replacing --------------------------------------------------------------------------------------------


def test_a_decision_comes_due_and_its_review_sets_the_next_day() -> None:
    record = agreed(decided(session(), "hold", review_on="2026-12-01"))
    assert not rules.is_due(record, first(record), date(2026, 11, 30))
    assert rules.is_due(record, first(record), date(2026, 12, 1))
    with pytest.raises(BadInput, match="when to look again"):
        apply(record, c.ReviewDecision(id=first(record).id, outcome="kept"), act())
    with pytest.raises(BadInput, match="lie ahead"):
        apply(record, c.ReviewDecision(id=first(record).id, outcome="kept", review_on=NOW.date()), act())
    record = done(record, c.ReviewDecision(id=first(record).id, outcome="kept", review_on=date(2027, 2, 1)))
    assert rules.look_again(first(record)) == date(2027, 2, 1)
    record = done(record, c.ReviewDecision(id=first(record).id, outcome="ended", note="J moved on well"))
    assert status(record) == "ended"
    assert not rules.is_due(record, first(record), date(2030, 1, 1))


def test_only_what_stands_is_reviewed() -> None:
    record = decided(session(), "hold")
    with pytest.raises(Refused, match="proposed"):
        apply(record, c.ReviewDecision(id=first(record).id, outcome="ended"), act())


def test_an_older_decision_is_replaced_on_the_day_the_newer_is_agreed() -> None:
    record = agreed(decided(session(), "hold"))
    old = first(record).id
    record = done(record, c.LinkReplacedBy(id=old, new="newerdecision"))
    assert status(record) == "agreed"
    record = done(record, c.LinkReplacedBy(id=old, new="newerdecision", on=NOW.date()))
    assert status(record) == "replaced"
    with pytest.raises(Refused, match="replaced already"):
        apply(record, c.LinkReplacedBy(id=old, new="another"), act())


# -- actions ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "owner"), [("", None), ("nobody", None), ("sam", SAM), ("Ash Patel", ASH), ("me", ASH), ("Bea", "Bea")]
)
def test_an_action_has_one_owner_or_visibly_nobody(typed: str, owner: str | None) -> None:
    record = done(session(), c.AddAction(text="Tell J", owner=typed, due=date(2026, 12, 7)))
    action = record.actions[0]
    assert (action.owner, action.due, action.stage, action.prompt) == (owner, date(2026, 12, 7), "arrive", "a1")


def test_an_action_leaves_open_with_a_note_and_comes_back() -> None:
    record = done(session(), c.AddAction(text="Tell J", owner="Sam"))
    action = record.actions[0].id
    record = done(record, c.SetActionStatus(id=action, status="done", note="told on the phone"), by="Sam")
    assert [(n.by, n.text) for n in record.actions[0].notes] == [(SAM, "told on the phone")]
    assert record.actions[0].closed == NOW
    with pytest.raises(Refused, match="already"):
        apply(record, c.SetActionStatus(id=action, status="done"), act())
    record = done(record, c.SetActionStatus(id=action, status="open"))
    assert (record.actions[0].status, record.actions[0].closed) == ("open", None)


def test_an_action_without_words_is_refused() -> None:
    with pytest.raises(BadInput):
        apply(session(), c.AddAction(text=" \t"), act())


# -- signing ----------------------------------------------------------------------------------------------------------


def signed(record: Session) -> Session:
    return done(done(record, c.Sign()), c.Sign(), by="Sam")


def test_the_last_signature_signs_the_record_also_when_it_ends_afterwards() -> None:
    record = done(session(), c.WriteNote(text="J wrote at ten"))
    record = signed(record)
    assert record.state == "signed"
    assert len({mark.digest for mark in record.signatures}) == 1
    record = done(record, c.End())
    assert record.state == "signed"
    assert digest.faults(record) == ()


@pytest.mark.parametrize(
    "change",
    [
        c.WriteNote(text="more"),
        c.EditMatter(alias="K"),
        c.Propose(fields={"title": "x"}),
        c.AddDissent(text="no"),
        c.AddAction(text="another"),
        c.SetNext(on=date(2027, 1, 4)),
    ],
)
def test_a_change_between_the_signatures_withdraws_the_first(change: c.Change) -> None:
    record = done(session(), c.Sign())
    record = done(record, change, by="Sam")
    assert (record.signatures, record.snapshot) == ((), None)


def test_a_tick_between_the_signatures_withdraws_nothing() -> None:
    record = done(session(), c.AddAction(text="Tell J", owner="Sam"), c.Sign())
    record = done(record, c.SetActionStatus(id=record.actions[0].id, status="done", note="did"), by="Sam")
    assert [mark.by for mark in record.signatures] == [ASH]
    record = done(record, c.Sign(), by="Sam")
    assert record.state == "signed"
    assert digest.faults(record) == ()


@pytest.mark.parametrize(
    "change",
    [
        c.WriteNote(text="more"),
        c.EditMatter(alias="K"),
        c.AddMatter(text="another"),
        c.Propose(fields={"title": "x"}),
        c.AddDissent(text="no"),
        c.Sign(),
        c.SetPlace(place="x"),
    ],
)
def test_what_everybody_signed_is_locked(change: c.Change) -> None:
    record = signed(session())
    with pytest.raises(Refused, match="addendum"):
        apply(record, change, act())


def test_after_signing_actions_support_and_addenda_go_on() -> None:
    record = agreed(decided(session(), "bend"))
    record = done(record, c.AddAction(text="Tell J", owner="Sam"))
    record = signed(record)
    record = done(
        record,
        c.SetActionStatus(id=record.actions[1].id, status="done"),
        c.EditAction(id=record.actions[1].id, due=date(2026, 12, 24)),
        c.SetSupport(id=first(record).id, status="given", by="Team manager"),
        c.AddAddendum(text="The manager is called the team lead there"),
        c.RaiseConcern(text="Something heard later"),
        by="Sam",
    )
    assert status(record) == "agreed"
    assert digest.faults(record) == ()
    assert record.state == "signed"


def test_a_signed_record_that_was_tampered_with_does_not_verify() -> None:
    record = signed(done(session(), c.WriteNote(text="J wrote at ten")))
    note = record.notes[0]
    forged = replace(record, notes=(replace(note, runs=(replace(note.runs[0], text="J never wrote"),)),))
    assert digest.faults(forged)
    someone_else = replace(record, notes=(replace(note, runs=(replace(note.runs[0], by=SAM),)),))
    assert digest.faults(someone_else)


def test_an_addendum_before_everybody_signed_is_refused() -> None:
    with pytest.raises(Refused, match="not signed by everybody"):
        apply(session(), c.AddAddendum(text="x"), act())


# -- concerns, names, the way -----------------------------------------------------------------------------------------


def test_a_concern_makes_an_owned_dated_action_that_closes_it() -> None:
    record = done(session(), c.RaiseConcern(text="Bruises", to="Duty team"), by="Sam")
    concern, action = record.concerns[0], record.actions[0]
    assert (action.owner, action.due, concern.by_when, concern.action) == (SAM, NOW.date(), NOW.date(), action.id)
    record = done(record, c.SetActionStatus(id=action.id, status="done"), by="Sam")
    assert record.concerns[0].done == NOW


def test_what_closed_a_concern_can_be_taken_back_and_the_concern_itself_stays() -> None:
    raised = done(session(), c.RaiseConcern(text="The car", done_by="Sam"))
    action = raised.actions[0].id
    closed = done(raised, c.SetActionStatus(id=action, status="done"), by="Sam")
    back = done(closed, *difference(raised, closed), by="Sam")
    assert (back.actions[0].status, back.concerns[0].done) == ("open", None)
    with pytest.raises(Refused, match="stays in the record"):
        apply(raised, difference(session(), raised)[0], act())


def test_whoever_closed_an_action_is_named_until_it_is_open_again() -> None:
    record = done(session(), c.AddAction(text="Tell J", owner="Ash"))
    action = record.actions[0].id
    record = done(record, c.SetActionStatus(id=action, status="dropped"), by="Sam")
    assert rules.closed_by(record, record.actions[0]) == SAM
    record = done(record, c.SetActionStatus(id=action, status="open"))
    assert rules.closed_by(record, record.actions[0]) == ""
    record = done(record, c.SetActionStatus(id=action, status="done"))
    assert rules.closed_by(record, record.actions[0]) == ASH


def test_a_name_is_corrected_once_for_all_and_the_signature_still_verifies() -> None:
    record = signed(done(session(), c.WriteNote(text="x"), by="Sam"))
    record = done(record, c.CorrectName(person=SAM, name="Sam Okoro"))
    assert record.called(record.notes[0].runs[0].by) == "Sam Okoro"
    assert digest.faults(record) == ()


def test_history_holds_no_text() -> None:
    record = signed(agreed(decided(done(session(), c.WriteNote(text="a secret word")), "hold")))
    for event in record.history:
        assert "secret" not in repr(event)
        assert {*event.__slots__} == {"at", "by", "kind", "id"}


def test_another_matter_has_notes_and_decisions_of_its_own() -> None:
    record = done(
        session(), c.WriteNote(text="on the first"), c.AddMatter(text="Lifts"), c.WriteNote(text="on the next")
    )
    assert [(note.matter, note.text) for note in record.notes] == [(1, "on the first"), (2, "on the next")]
    record = done(record, c.Propose(fields={"title": "Lifts"}))
    assert first(record).matter == 2


def test_an_unknown_stage_is_refused_with_those_there_are() -> None:
    with pytest.raises(NotFound, match="arrive boundaries"):
        apply(session(), c.MoveTo(stage="lunch"), act())


def test_a_refusal_changes_nothing_and_every_change_has_a_rule() -> None:
    record = session()
    for kind in c.CHANGES.values():
        needs = {"id": "nosuchthing", "text": "", "fields": {"nofield": "x"}, "stage": "lunch", "n": 9, "person": "Bea"}
        extra = {
            "status": "done",
            "outcome": "kept",
            "old": "x",
            "new": "y",
            "name": "",
            "manager": True,
            "kind": "action",
            "why": "",
            "who": "Bea",
            "must_raise": True,
            "to": "the manager",
        }
        wanted = kind.__dataclass_fields__
        values = {key: value for key, value in {**needs, **extra}.items() if key in wanted}
        for key in wanted.keys() - values.keys():
            if key in {"before", "after"}:
                values[key] = {"text": "x"}
            if key == "place":
                values[key] = ""
            if key == "agreement":
                values[key] = full().agreement
        try:
            apply(record, kind(**values), act())
        except SupervisionError as error:
            assert str(error).strip().endswith((".", "?", "nosuchthing", "x")) or ":" in str(error)


# -- taking back ------------------------------------------------------------------------------------------------------


def test_a_change_to_an_action_is_taken_back_and_done_again() -> None:
    before = done(session(), c.AddAction(text="Tell J", owner="Sam"))
    after = done(before, c.EditAction(id=before.actions[0].id, text="Tell J kindly", due=date(2026, 12, 1)))
    (restore,) = difference(before, after)
    taken_back = apply(after, restore, act())
    assert taken_back.actions == before.actions
    (again,) = difference(after, taken_back)
    assert apply(taken_back, again, act()).actions == after.actions


def test_taking_ones_own_note_back_leaves_what_others_wrote_since() -> None:
    before = done(session(), c.AddAction(text="Tell J", owner="Sam"))
    action = before.actions[0].id
    before = done(before, c.NoteAction(id=action, text="rang"))
    after = done(before, c.SetActionStatus(id=action, status="done", note="told"), by="Sam")
    (restore,) = difference(before, after)
    since = apply(after, c.NoteAction(id=action, text="well done"), act(minutes=5))
    taken_back = apply(since, restore, act("Sam", minutes=6))
    assert taken_back.actions[0].status == "open"
    assert [note.text for note in taken_back.actions[0].notes] == ["rang", "well done"]
    again = replace(restore, before=restore.after, after=restore.before)
    assert apply(taken_back, again, act("Sam", minutes=7)).actions == since.actions
    gone = replace(since, actions=(replace(since.actions[0], notes=()),))
    with pytest.raises(Refused, match="changed again"):
        apply(gone, restore, act("Sam"))


def test_what_is_kept_to_take_a_note_back_does_not_grow_with_the_notes() -> None:
    record = done(session(), c.AddAction(text="Tell J", owner="Sam"))
    sizes = []
    for _ in range(50):
        after = done(record, c.NoteAction(id=record.actions[0].id, text="rang"))
        sizes.append(len(json.dumps(c.to_wire(difference(record, after)[0]))))
        record = after
    assert len(set(sizes)) == 1


def test_taking_back_an_added_decision_removes_it_and_one_changed_since_is_refused() -> None:
    before = session()
    after = decided(before, "hold")
    (restore,) = difference(before, after)
    assert apply(after, restore, act("Sam")).decisions == ()
    changed = done(after, c.EditDecision(id=first(after).id, fields={"need": "another"}))
    with pytest.raises(Refused, match="changed again"):
        apply(changed, restore, act("Sam"))


def test_the_text_of_an_agreed_decision_is_not_taken_back_either() -> None:
    before = decided(session(), "hold")
    after = done(before, c.EditDecision(id=first(before).id, fields={"need": "another"}))
    (restore,) = difference(before, after)
    with pytest.raises(Refused):
        apply(agreed(after), restore, act())


def test_changes_travel_as_json_and_come_back_the_same() -> None:
    for change in (
        c.AddAction(text="Tell J", owner="Sam", due=date(2026, 12, 7)),
        c.Propose(fields=factory.FIELDS, options=factory.OPTIONS),
        c.SetSupport(id="abc", status="given", by="Team manager", on=date(2026, 11, 1)),
    ):
        assert c.from_wire(json.loads(json.dumps(c.to_wire(change)))) == change
    with pytest.raises(BadInput):
        c.from_wire({"change": "DropTables", "fields": {}})
    with pytest.raises(BadInput):
        c.from_wire({"change": "AddAction", "fields": {"text": 5}})


HOSTILE = "\x1b]52;c;cm0gLXJm\x07\u202e"


@pytest.mark.parametrize(
    "change", [c.EditDecision(id=HOSTILE, fields={HOSTILE: "x"}), c.NoteAction(id=HOSTILE, text="x")]
)
def test_a_refusal_repeats_nothing_of_the_wire_that_a_terminal_obeys(change: c.Change) -> None:
    with pytest.raises(SupervisionError) as refused:
        apply(session(), c.from_wire(json.loads(json.dumps(c.to_wire(change)))), act("Sam"))
    assert is_clean(refused.value.sentence) and "52;c" in refused.value.sentence


def test_two_people_called_sam_are_told_apart() -> None:
    record = session()
    people = (replace(record.people[0], name="Sam"), replace(record.people[1], name="Sam"))
    record = replace(record, people=people)
    with pytest.raises(SupervisionError, match="Two people here"):
        apply(record, c.AddAction(text="x", owner="Sam"), Act(ASH, NOW))
    assert done(record, c.AddAction(text="x", owner=SAM), by=ASH).actions[0].owner == SAM


def test_time_moves_on_in_history() -> None:
    record = apply(session(), c.WriteNote(text="x"), act(minutes=1))
    record = apply(record, c.AddAction(text="y"), act(minutes=2))
    assert record.history[-1].at - NOW == timedelta(minutes=2)
