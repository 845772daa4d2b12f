"""A decision and the one that replaces it, in sessions of their own: both ends say the same, whatever is taken back."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from supervision.errors import Refused
from supervision.model import changes as c
from supervision.model import rules, views
from supervision.model.values import Decision, DecisionStatus
from supervision.shelf import Shelf
from supervision.store import Store
from tests import factory
from tests.factory import NOW, TODAY

OLD, NEW = "2026-10-01-1000-oldd", "2026-11-23-1000-neww"


class Pair:
    """An older session with an agreed decision, and a newer one in which something replaces it."""

    def __init__(self, folder: Path) -> None:
        self.shelf = Shelf(Store(folder / "store", views.summary), lambda: NOW)
        older = factory.decided(factory.session(session_id=OLD), "hold")
        self.old = older.decisions[0].id
        for name in ("Ash", "Sam"):
            older = factory.done(older, c.Agree(id=self.old), by=name)
        self.shelf.store.create(older)
        newer = factory.decided(factory.session(session_id=NEW), "bend")
        self.new = newer.decisions[0].id
        self.shelf.store.create(newer)

    def carry(self, change: c.Change, by: str = "Ash", session: str = NEW) -> None:
        self.shelf.carry(session, change, by)

    def both_agree(self) -> None:
        for name in ("Ash", "Sam"):
            self.carry(c.Agree(id=self.new), name)

    @property
    def older(self) -> Decision:
        return self.shelf.load(OLD).decisions[0]

    @property
    def statuses(self) -> tuple[DecisionStatus, DecisionStatus]:
        """Of the older and of the newer decision."""
        older, newer = self.shelf.load(OLD), self.shelf.load(NEW)
        return rules.status(older, older.decisions[0]), rules.status(newer, newer.decisions[0])


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return Pair(tmp_path)


def test_support_that_arrives_later_completes_the_newer_one_and_only_then_replaces_the_older(pair: Pair) -> None:
    pair.carry(c.LinkReplaces(id=pair.new, old=pair.old))
    pair.both_agree()
    assert pair.statuses == ("agreed", "awaiting-support")
    assert pair.older.replaced_by == pair.new
    pair.carry(c.SetSupport(id=pair.new, status="given", by="Team manager"))
    assert pair.statuses == ("replaced", "agreed")
    assert pair.older.replaced_on == TODAY


def test_taking_the_support_back_gives_the_older_one_back(pair: Pair) -> None:
    pair.carry(c.LinkReplaces(id=pair.new, old=pair.old))
    pair.both_agree()
    pair.carry(c.SetSupport(id=pair.new, status="given", by="Team manager"))
    asking = next(a for a in pair.shelf.load(NEW).actions if a.purpose == "ask-support")
    assert asking.status == "done"
    pair.shelf.undo("Ash")
    assert pair.statuses == ("agreed", "awaiting-support")
    assert next(a for a in pair.shelf.load(NEW).actions if a.id == asking.id).status == "open"
    pair.shelf.redo("Ash")
    assert pair.statuses == ("replaced", "agreed")


def test_taking_the_link_back_frees_the_older_one_for_another(pair: Pair) -> None:
    pair.carry(c.LinkReplaces(id=pair.new, old=pair.old))
    with pytest.raises(Refused, match="nothing to replace"):
        another = pair.shelf.carry(NEW, c.Propose(fields={**factory.FIELDS, "stance": "soften"}), "Ash").decisions[-1]
        pair.carry(c.LinkReplaces(id=another.id, old=pair.old))
    pair.shelf.undo("Ash")  # the other proposal
    pair.shelf.undo("Ash")
    assert pair.shelf.load(NEW).decisions[0].replaces is None
    assert (pair.older.replaced_by, pair.older.replaced_on) == (None, None)
    another = pair.shelf.carry(NEW, c.Propose(fields={**factory.FIELDS, "stance": "soften"}), "Ash").decisions[-1]
    pair.carry(c.LinkReplaces(id=another.id, old=pair.old))
    assert pair.older.replaced_by == another.id


def test_what_replaced_it_may_end_and_the_older_one_stays_replaced(pair: Pair) -> None:
    pair.carry(c.LinkReplaces(id=pair.new, old=pair.old))
    pair.carry(c.SetSupport(id=pair.new, status="given", by="Team manager"))
    pair.both_agree()
    pair.carry(c.ReviewDecision(id=pair.new, outcome="ended", note="J moved"))
    assert pair.statuses == ("replaced", "ended")


def test_a_link_is_made_after_signing_too_and_no_signature_falls(pair: Pair) -> None:
    pair.carry(c.SetSupport(id=pair.new, status="given", by="Team manager"))
    pair.both_agree()
    for name in ("Ash", "Sam"):
        pair.carry(c.Sign(), name)
        pair.carry(c.Sign(), name, session=OLD)
    pair.carry(c.LinkReplaces(id=pair.new, old=pair.old))
    assert pair.statuses == ("replaced", "agreed")
    for session in (OLD, NEW):
        shown = views.show(pair.shelf.load(session), TODAY)
        assert (shown["state"], shown["unverified"]) == ("signed", [])


def test_a_link_to_a_record_that_is_not_here_stands_in_no_ones_way(pair: Pair) -> None:
    pair.carry(c.LinkReplaces(id=pair.new, old=pair.old))
    pair.shelf.store.remove(OLD)
    pair.carry(c.SetSupport(id=pair.new, status="given", by="Team manager"))
    pair.both_agree()
    newer = pair.shelf.load(NEW)
    assert (rules.status(newer, newer.decisions[0]), newer.decisions[0].replaces) == ("agreed", pair.old)


# -- what peers proposed ----------------------------------------------------------------------------------------------


def test_what_a_peer_proposed_waits_for_an_answer_and_once_supported_comes_back(tmp_path: Path) -> None:
    shelf = Shelf(Store(tmp_path / "store", views.summary), lambda: NOW)
    record = factory.decided(factory.session("peer"), "soften", review_on="2026-12-01")
    shelf.store.create(record)
    made = record.decisions[0].id
    later = Shelf(shelf.store, lambda: NOW + timedelta(days=30))
    assert [row["id"] for row in later.decisions(which="awaiting")] == [made]
    assert later.decisions(which="due") == []
    with pytest.raises(Refused, match="only one that somebody with authority supports"):
        later.carry(record.id, c.ReviewDecision(id=made, outcome="kept", review_on=date(2027, 3, 1)), "Ash")
    later.carry(record.id, c.SetSupport(id=made, status="given", by="Sam's manager"), "Sam")
    (row,) = later.decisions(which="due")
    assert (row["status"], row["due"], row["support"]["by"]) == ("proposed", True, "Sam's manager")
    assert later.decisions(which="awaiting") == []
    later.carry(record.id, c.ReviewDecision(id=made, outcome="kept", review_on=date(2027, 3, 1)), "Ash")
    assert later.decisions(which="due") == []


def test_what_was_refused_to_a_peer_waits_for_nothing_more(tmp_path: Path) -> None:
    record = factory.decided(factory.session("peer"), "soften")
    record = factory.done(record, c.SetSupport(id=record.decisions[0].id, status="refused", by="Sam's manager"))
    assert rules.status(record, record.decisions[0]) == "declined"
    assert not rules.awaits_answer(record, record.decisions[0])
