"""Work across sessions: lists, people, searching, starting and throwing away."""

import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from supervision.errors import Ambiguous, BadInput, Busy, NotFound, Refused
from supervision.model import changes as c
from supervision.model import views
from supervision.shelf import Shelf
from supervision.store import Store
from tests import factory
from tests.conftest import ROOT
from tests.factory import NOW, TODAY


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(Store(tmp_path / "store", views.summary), lambda: NOW)


def test_the_same_two_people_meet_again(shelf: Shelf) -> None:
    one = shelf.start(factory.pack(), me="Ash", other="Sam")
    two = shelf.start(factory.pack(), me="ash", other="SAM", role="practitioner")
    assert {person.id for person in one.people} == {person.id for person in two.people}
    assert [(p.name, p.role) for p in one.people] == [("Ash", "supervisor"), ("Sam", "practitioner")]
    assert two.people[0].role == "practitioner"
    assert [(known.name, known.sessions) for known in shelf.people()] == [("Ash", 2), ("Sam", 2)]


def test_another_person_of_the_same_name_is_another_person(shelf: Shelf) -> None:
    one = shelf.start(factory.pack(), me="Ash", other="Sam")
    two = shelf.start(factory.pack(), me="Ash", other="Sam", other_is_new=True)
    assert one.people[1].id != two.people[1].id
    with pytest.raises(Ambiguous, match=one.people[1].id):
        shelf.start(factory.pack(), me="Ash", other="Sam")
    assert shelf.start(factory.pack(), me="Ash", other=one.people[1].id).people[1] == one.people[1]


def test_a_session_is_for_two_and_a_pack_for_its_kind(shelf: Shelf) -> None:
    shelf.start(factory.pack(), me="Ash", other="Sam")
    with pytest.raises(Refused, match="both of them"):
        shelf.start(factory.pack(), me="Ash", other="ASH")
    with pytest.raises(Refused, match="for peers"):
        shelf.start(factory.pack(), me="Ash", other="Bea", role="peer")
    with pytest.raises(BadInput, match="not come yet"):
        shelf.start(factory.pack(), me="Ash", other="Bea", held=NOW + timedelta(days=1))


def test_a_session_written_up_afterwards_keeps_both_times(shelf: Shelf) -> None:
    held = NOW - timedelta(days=3)
    session = shelf.start(factory.pack(), me="Ash", other="Sam", held=held)
    assert (session.held, session.started) == (held, NOW)
    assert session.id.startswith("2026-11-20-")


def test_actions_come_overdue_first_then_by_date_then_by_age(shelf: Shelf) -> None:
    session = shelf.start(factory.pack(), me="Ash", other="Sam")
    for words, due in (("no date", None), ("later", 9), ("overdue", -1), ("soon", 1)):
        when = TODAY + timedelta(days=due) if due is not None else None
        shelf.carry(session.id, c.AddAction(text=words, owner="Sam" if due else "", due=when), "Ash")
    assert [row["text"] for row in shelf.actions()] == ["overdue", "soon", "later", "no date"]
    assert [row["text"] for row in shelf.actions(which="overdue")] == ["overdue"]
    assert [row["text"] for row in shelf.actions(owner="sam")] == ["overdue", "soon", "later"]
    assert [row["text"] for row in shelf.actions(owner="nobody")] == ["no date"]
    done = shelf.actions()[0]["id"]
    shelf.carry(session.id, c.SetActionStatus(id=done, status="done"), "Sam")
    assert "overdue" not in [row["text"] for row in shelf.actions()]
    assert len(shelf.actions(which="all")) == 4


def test_actions_of_one_moment_keep_the_order_they_were_written_in(shelf: Shelf) -> None:
    session = shelf.start(factory.pack(), me="Ash", other="Sam")
    for n in range(12):
        shelf.carry(session.id, c.AddAction(text=str(n)), "Ash")
    assert [row["text"] for row in shelf.actions()] == [str(n) for n in range(12)]


def test_a_decision_is_due_on_its_day_whenever_the_index_was_made(shelf: Shelf) -> None:
    record = factory.decided(factory.session(), "hold", review_on="2026-12-01")
    for name in ("Ash", "Sam"):
        record = factory.done(record, c.Agree(id=record.decisions[0].id), by=name)
    shelf.store.create(record)
    assert (shelf.decisions(which="due"), len(shelf.decisions(which="agreed"))) == ([], 1)
    later = Shelf(shelf.store, lambda: NOW + timedelta(days=8))
    assert [row["title"] for row in later.decisions(which="due")] == ["Evening messages"]
    assert later.sessions()[0]["decisions_due"] == 1


def test_lists_can_be_kept_to_one_pair(shelf: Shelf) -> None:
    with_sam = shelf.start(factory.pack(), me="Ash", other="Sam")
    with_bea = shelf.start(factory.pack(), me="Ash", other="Bea")
    for session in (with_sam, with_bea):
        shelf.carry(session.id, c.AddAction(text=f"with {session.people[1].name}"), "Ash")
    pair = [person.id for person in with_sam.people]
    assert [row["text"] for row in shelf.actions(pair=pair)] == ["with Sam"]
    assert [row["id"] for row in shelf.sessions(with_name="bea")] == [with_bea.id]
    assert [found.id for found in shelf.search("with", pair=pair)] == [shelf.actions(pair=pair)[0]["id"]]
    with pytest.raises(NotFound):
        shelf.resolve_action(shelf.actions(with_name="Bea")[0]["id"], pair=pair)


def test_a_search_finds_words_in_any_order_without_accents_and_says_where(shelf: Shelf) -> None:
    session = shelf.start(factory.pack(), me="Ash", other="Sam", alias="J", matter="Lifts home after the café")
    shelf.carry(session.id, c.WriteNote(text="Zoë asked for lifts on Friday"), "Sam")
    shelf.carry(session.id, c.AddAction(text="Ask about LIFTS"), "Sam")
    shelf.carry(session.id, c.Propose(fields={"title": "Lifts", "limits": "one lift a week"}), "Sam")
    assert [(f.where, f.text) for f in shelf.search("friday zoe")] == [("note", "Zoë asked for lifts on Friday")]
    assert {f.where for f in shelf.search("lift")} == {"matter", "note", "action", "decision"}
    assert [f.stage for f in shelf.search("cafe lifts")] == ["bring"]
    assert [f.id for f in shelf.search("known of boundaries")] == ["b1"]
    assert shelf.search("nowhere") == []
    with pytest.raises(BadInput):
        shelf.search("  ")


def test_only_what_nobody_agreed_to_can_be_thrown_away(shelf: Shelf) -> None:
    session = shelf.start(factory.pack(), me="Ash", other="Sam")
    shelf.discard(session.id)
    assert shelf.sessions() == []
    record = factory.done(factory.session(), c.Sign())
    shelf.store.create(record)
    with pytest.raises(Refused, match="kept"):
        shelf.discard(record.id)


def test_a_damaged_record_is_named_and_hides_no_other(shelf: Shelf) -> None:
    good = shelf.start(factory.pack(), me="Ash", other="Sam")
    bad = shelf.store.sessions / "2026-01-01-1000-dmgd.json"
    bad.write_text("{")
    assert [row["id"] for row in shelf.sessions()] == [good.id]
    assert len(shelf.damaged) == 1 and bad.name in shelf.damaged[0]
    assert bad.read_text() == "{"
    assert shelf.search("boundaries")


def test_the_clock_is_the_one_that_was_given(shelf: Shelf) -> None:
    session = shelf.start(factory.pack(), me="Ash", other="Sam")
    assert isinstance(session.started, datetime) and session.started == NOW


def test_what_was_taken_back_can_be_done_again_until_something_else_is_changed(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = shelf.start(factory.pack(), me="Ash", other="Sam")
    shelf.carry(session.id, c.AddAction(text="Tell J about the hours"), "Ash")
    shelf.carry(session.id, c.SetActionStatus(id=shelf.actions()[0]["id"], status="done"), "Ash")
    for statuses in (["open"], []):
        shelf.undo("Ash")
        assert [action["status"] for action in shelf.actions(which="all")] == statuses
    for statuses in (["open"], ["done"]):
        shelf.redo("Ash")
        assert [action["status"] for action in shelf.actions(which="all")] == statuses
    with pytest.raises(Refused, match="nothing to do again"):
        shelf.redo("Ash")
    shelf.undo("Ash")
    shelf.carry(session.id, c.AddAction(text="Ask the team"), "Ash")
    with pytest.raises(Refused, match="nothing to do again"):
        shelf.redo("Ash")
    with monkeypatch.context() as patch:
        patch.setattr("supervision.carry.carry", _is_busy)
        with pytest.raises(Busy):
            shelf.undo("Ash")
    shelf.undo("Ash")  # what could not be taken back just then still can
    assert [action["text"] for action in shelf.actions(which="all")] == ["Tell J about the hours"]


def _is_busy(*_: object, **__: object) -> None:
    raise Busy("It is open on another screen.")


def test_what_is_loaded_late_is_what_it_is_called_whatever_was_loaded_before() -> None:
    """A name that a module of the same folder has too would be that module, as soon as somebody loads it."""
    script = (
        "import pkgutil, importlib, supervision.shelf as shelf\n"
        "for found in pkgutil.iter_modules(shelf.__path__):\n"
        "    importlib.import_module(f'supervision.shelf.{found.name}')\n"
        "assert all(type(getattr(shelf, name)).__name__ != 'module' for name in shelf.__all__)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
