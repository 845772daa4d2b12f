"""The chain: what an action and a decision hang together with, by whom and when each thing was done."""

from dataclasses import replace
from datetime import date

from supervision.model import chain
from supervision.model import changes as c
from supervision.model.apply import apply
from tests import factory as f
from tests.factory import ASH, SAM


def test_from_an_action_and_from_its_decision_the_same_chain_is_seen() -> None:
    record = f.done(f.session(), c.MoveTo(stage="boundaries"), c.WriteNote(text="J says: they all go home at five"))
    record = f.done(record, c.MarkNote(text="J says: they all go home at five", kind="reason"))
    record = f.done(record, c.WriteNote(text="Tired", stage="arrive"))
    record = f.decided(record, "hold")
    made = record.decisions[0]
    record = f.done(
        record, c.AddAction(text="Tell J", owner="Sam", decision=made.id), c.AddAction(text="Ring the line")
    )
    serving, alone = record.actions
    whole = chain.of_decision(record, made)
    assert chain.of_action(record, serving) == whole
    assert (whole.alias, whole.actions, whole.decision) == ("J", (serving,), made)
    (answer,) = whole.answers
    assert (answer.stage.letter, [line.text for line in answer.lines], answer.marked) == (
        *("B", ["J says: they all go home at five"]),
        ("reason",),
    )
    lonely = chain.of_action(record, alone)
    assert (lonely.decision, lonely.actions, lonely.answers) == (None, (alone,), whole.answers)
    stage, question = chain.asked(record, alone)
    assert stage is not None and (stage.id, question) == ("boundaries", "What has this person known of boundaries?")


def test_an_action_of_a_stage_without_notes_or_of_none_has_a_chain_too() -> None:
    record = f.done(f.session(), c.AddAction(text="Tell J", stage="", prompt=""))
    lonely = chain.of_action(record, record.actions[0])
    assert (lonely.answers, chain.asked(record, record.actions[0])) == ((), (None, ""))


def test_a_pack_without_letters_answers_in_all_its_questions() -> None:
    record = f.session("peer")
    lens = replace(record.pack.stages[1], letter="")
    record = replace(record, pack=replace(record.pack, stages=(record.pack.stages[0], lens, *record.pack.stages[2:])))
    record = f.done(
        record, c.WriteNote(text="B: ashamed, I assume", stage="boundaries"), c.Propose(fields={"title": "x"})
    )
    assert [a.stage.id for a in chain.of_decision(record, record.decisions[0]).answers] == ["boundaries"]


def test_all_that_was_done_with_an_action_is_stamped_with_who_and_when() -> None:
    record = f.done(f.session(), c.AddAction(text="Tell J", owner="Sam"))
    id = record.actions[0].id
    for minutes, by, change in (
        (1, "Sam", c.EditAction(id=id, due=date(2026, 12, 1))),
        (2, "Ash", c.NoteAction(id=id, text="Rang")),
        (3, "Sam", c.KeepAction(id=id, note="Half of it")),
        (4, "Sam", c.EditAction(id=id, waiting_on="the manager")),
        (5, "Ash", c.SetActionStatus(id=id, status="dropped", note="Not needed")),
        (6, "Sam", c.SetActionStatus(id=id, status="open")),
        (7, "Sam", c.SetActionStatus(id=id, status="done", note="Told")),
    ):
        record = apply(record, change, f.act(by, minutes))
    steps = chain.steps(record, record.actions[0])
    assert [(step.by, step.what, step.text) for step in steps] == [
        (ASH, "written down", ""),
        (SAM, "changed", ""),
        (ASH, "", "Rang"),
        (SAM, "kept open", "Half of it"),
        (SAM, "changed", ""),
        (ASH, "dropped", "Not needed"),
        (SAM, "opened again", ""),
        (SAM, "done", "Told"),
    ]
    assert [step.at.minute for step in steps] == list(range(8))


def test_a_record_without_its_history_still_says_when_and_what() -> None:
    record = f.done(f.session(), c.AddAction(text="Tell J", owner="Sam"))
    record = f.done(record, c.SetActionStatus(id=record.actions[0].id, status="done", note="Told"), by="Sam")
    steps = chain.steps(replace(record, history=()), record.actions[0])
    assert [(step.by, step.what, step.text) for step in steps] == [
        (ASH, "written down", ""),
        ("", "done", ""),
        (SAM, "", "Told"),
    ]
