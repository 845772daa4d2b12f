"""The sample: five sessions that could have happened, with something in each corner that pictures and tests need."""

import json
import time
from datetime import UTC, date, datetime, timedelta

import pytest

from supervision import prompts
from supervision.export import as_json, as_markdown, as_text, parse_record
from supervision.model import digest, ids, rules, views
from supervision.model.values import Session
from supervision.sample import ME, sample
from supervision.text import is_clean

TODAY = date(2026, 11, 23)  # a Monday
BROKEN, PEER = prompts.find("broken"), prompts.find("peer")
EVERY_DAY = [TODAY + timedelta(days=n) for n in range(7)]


@pytest.fixture(scope="module")
def five() -> tuple[Session, ...]:
    return sample(TODAY, BROKEN, PEER)


def test_it_is_what_the_sample_is_said_to_be(five: tuple[Session, ...]) -> None:
    assert [session.state for session in five] == ["signed", "signed", "signed", "ended", "open"]
    assert [session.kind for session in five] == ["supervision"] * 3 + ["peer", "supervision"]
    pairs = [{person.called for person in session.people} for session in five]
    assert pairs == [{"Ash Patel", "Sam Okafor"}] * 3 + [{"Ash Patel", "Bea Novak"}, {"Ash Patel", "Sam Okafor"}]
    assert len({person.id for session in five for person in session.people}) == 3
    assert all(ME in pair for pair in pairs)
    assert five[-1].stage == "kindness"
    assert [session.pack for session in five] == [BROKEN, BROKEN, BROKEN, PEER, BROKEN]


@pytest.mark.parametrize("today", EVERY_DAY, ids=[f"{day:%A}" for day in EVERY_DAY])
def test_something_is_overdue_due_waiting_replaced_and_disagreed_with_on_every_day(today: date) -> None:
    five = sample(today, BROKEN, PEER)
    actions = [action for session in five for action in session.actions]
    overdue = [action for action in actions if rules.is_overdue(action, today)]
    assert len(overdue) >= 3
    assert any(action.waiting_on for action in overdue)
    assert any(action.owner is None for action in actions)
    assert {action.status for action in actions} == {"open", "done", "dropped"}
    assert sum(len(action.notes) for action in actions) >= 8
    decisions = [(session, decision) for session in five for decision in session.decisions]
    statuses = [rules.status(session, decision) for session, decision in decisions]
    assert statuses.count("awaiting-support") == 1
    assert statuses.count("replaced") == 1
    assert {"agreed", "ended", "proposed", "draft"} <= set(statuses)
    due = [decision for session, decision in decisions if rules.is_due(session, decision, today)]
    assert len(due) == 1 and due[0].review_on is not None and due[0].review_on < today
    assert {decision.stance for _, decision in decisions} >= {"hold", "soften", "bend", "cross", "offer-elsewhere"}
    assert sum(len(decision.reviews) for _, decision in decisions) >= 3
    assert sum(len(session.dissents) for session in five) == 1
    assert sum(len(session.matters) > 1 for session in five) == 2
    assert five[-1].started.date() == today
    assert all(session.id.startswith(f"{session.started:%Y-%m-%d}-") for session in five)
    assert all(session.started.date().weekday() < 5 for session in five[:-1])


def test_the_links_of_what_was_replaced_hold_at_both_ends(five: tuple[Session, ...]) -> None:
    old = next(d for session in five for d in session.decisions if d.replaced_on)
    new = next(d for session in five for d in session.decisions if d.replaces)
    assert (old.replaced_by, new.replaces) == (new.id, old.id)
    assert old in five[0].decisions and new in five[2].decisions
    assert old.replaced_on == five[2].started.astimezone().date()


def test_every_rule_held_and_every_signature_verifies(five: tuple[Session, ...]) -> None:
    for session in five:
        assert digest.faults(session) == ()
        for decision in session.decisions:
            assert {mark.digest for mark in decision.marks} <= {digest.decision_digest(decision)}
    assert all(len(session.signatures) == 2 for session in five[:3])


def test_nothing_happened_out_of_turn(five: tuple[Session, ...]) -> None:
    for session in five:
        times = [event.at for event in session.history]
        assert times == sorted(times)
        assert times[0] == session.started
        assert session.ended is None or timedelta(minutes=60) < session.ended - session.started < timedelta(minutes=95)
    now = datetime.combine(TODAY, datetime.min.time()).astimezone() + timedelta(hours=23)
    assert max(event.at for session in five for event in session.history) < now


def test_it_is_rich_enough_to_look_at(five: tuple[Session, ...]) -> None:
    for session in five:
        assert all(matter.alias and matter.text and matter.question for matter in session.matters)
        written = {run.by for note in session.notes for run in note.runs}
        assert written == {person.id for person in session.people}
        assert len(session.notes) >= 7
    assert len({note.stage for note in five[0].notes}) >= 11


def test_everything_in_it_is_clean_and_survives_import(five: tuple[Session, ...]) -> None:
    for session in five:
        for page in (as_text(session, TODAY), as_markdown(session, TODAY)):
            assert is_clean(page)
        back, notices = parse_record(json.loads(as_json(session, TODAY)), source="sample:1")
        assert back == session
        assert notices == ()


def _ids(five: tuple[Session, ...]) -> list[str]:
    return [
        each
        for session in five
        for each in (
            session.id,
            *(action.id for action in session.actions),
            *(decision.id for decision in session.decisions),
        )
    ]


def test_ids_are_unique_and_the_same_each_time(five: tuple[Session, ...]) -> None:
    things = _ids(five)
    assert len(set(things)) == len(things)
    assert all(ids.valid(thing) for thing in things)
    assert _ids(sample(TODAY, BROKEN, PEER)) == things
    assert ids.thing_id() != ids.thing_id()


@pytest.mark.parametrize(
    ("hour", "minute", "begun"), [(14, 30, "13:50"), (10, 20, "09:40"), (0, 10, "00:00"), (23, 59, "23:19")]
)
def test_the_session_under_way_began_a_little_while_ago(hour: int, minute: int, begun: str) -> None:
    now = datetime.combine(TODAY, datetime.min.time()).replace(hour=hour, minute=minute).astimezone()
    under_way = sample(TODAY, BROKEN, PEER, now=now)[-1]
    assert f"{under_way.started:%Y-%m-%d %H:%M}" == f"{TODAY} {begun}"
    if hour:
        assert under_way.history[-1].at <= now


def test_ten_oclock_is_ten_oclock_on_both_sides_of_a_change_of_the_clocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/London")
    time.tzset()
    five = sample(date(2026, 4, 20), BROKEN, PEER)
    shown = [as_text(session, TODAY).split("When: ")[1][:17].strip() for session in (five[0], five[2])]
    monkeypatch.undo()
    time.tzset()
    assert shown == ["26 Jan 2026 10:00", "23 Mar 2026 10:00"]


def test_today_elsewhere_does_not_move_it() -> None:
    elsewhere = datetime(2027, 1, 1, 12, tzinfo=UTC)
    assert sample(TODAY, BROKEN, PEER, now=elsewhere)[-1].started.date() == TODAY


def test_json_counts_what_is_open_and_due(five: tuple[Session, ...]) -> None:
    rows = [views.session_row(session, TODAY) for session in five]
    assert [row["decisions_due"] for row in rows] == [1, 0, 0, 0, 0]
    assert [row["actions_open"] for row in rows] == [2, 0, 4, 3, 1]
