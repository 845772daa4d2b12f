"""Agreements on disk: every version kept, nothing written over, and what cannot be read is named and left."""

import asyncio
import json
import os
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from supervision.errors import Busy, Damaged, SaveFailed, TooNew
from supervision.model import agreement as rules
from supervision.model import changes as c
from supervision.model.values import Agreement
from supervision.room import Room
from supervision.shelf import Shelf
from supervision.store import Store, doctor
from tests.factory import ASH, NOW, SAM, session
from tests.store_values import full

PEOPLE = session().people
PARTIES = rules.parties(PEOPLE)
NAMES = {person.id: person.name for person in PEOPLE}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store", patience=0.05)


def version(base: Agreement | None = None, /, **answers: str) -> Agreement:
    return rules.written(base, PARTIES, answers, by=ASH, now=NOW)


def kept(store: Store, *versions: Agreement) -> Path:
    for one in versions:
        store.agreements.add(one, NAMES)
    return store.agreements.file(rules.id_of(PARTIES))


def test_every_version_comes_back_exactly_and_the_last_is_in_force(store: Store) -> None:
    first = version(purpose="To think [b]together[/b] 👩‍👩‍👧", review_on="2027-05-01")
    second = version(first, external="yes", limits="Safety\nfirst")
    file = kept(store, first, second)
    assert store.agreements.versions(first.id) == (first, second)
    assert store.agreements.newest(PARTIES[::-1]) == second
    assert (stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(file.parent.stat().st_mode)) == (0o600, 0o700)
    assert json.loads(file.read_bytes())["format"] == 1
    assert store.agreements.names(first.id) == NAMES
    assert doctor(store) == []


def test_a_session_written_up_afterwards_is_under_the_version_of_its_day(store: Store) -> None:
    first = version(purpose="one")
    second = replace(version(first, purpose="two"), made=NOW + timedelta(days=9))
    kept(store, first, second)
    assert store.agreements.newest(PARTIES, at=NOW + timedelta(days=8)) == first
    assert store.agreements.newest(PARTIES, at=NOW - timedelta(days=1)) is None


def test_other_people_and_other_roles_have_an_agreement_of_their_own(store: Store) -> None:
    kept(store, version(purpose="x"))
    assert store.agreements.newest(rules.parties(session("peer").people)) is None


def test_a_version_is_never_written_over(store: Store) -> None:
    first = version(purpose="mine")
    file = kept(store, first)
    before = file.read_bytes()
    store.agreements.add(first, NAMES)
    with pytest.raises(Busy, match="changed elsewhere"):
        store.agreements.add(version(purpose="theirs"), NAMES)
    assert file.read_bytes() == before


def test_what_cannot_be_read_is_named_and_stays(store: Store) -> None:
    file = kept(store, version(purpose="x"))
    whole = json.loads(file.read_bytes())
    other = json.loads(json.dumps(whole))
    other["versions"][0]["version"] = "one"
    twice = {**whole, "versions": whole["versions"] * 2}
    parts = [b"", b"{", b"[]", b"\xff", b"{}", *(json.dumps(x).encode() for x in (other, twice, {**whole, "names": 1}))]
    for content in parts:
        file.write_bytes(content)
        with pytest.raises(Damaged, match="agreement-"):
            store.agreements.newest(PARTIES)
        with pytest.raises(Damaged):
            store.agreements.add(version(purpose="y"), NAMES)
        assert file.read_bytes() == content
        assert [(found.severity, found.file) for found in doctor(store, repair=True)] == [("damage", file)]
    file.write_bytes(json.dumps({**whole, "format": 9}).encode())
    with pytest.raises(TooNew):
        store.agreements.newest(PARTIES)
    assert [finding.severity for finding in doctor(store)] == ["warning"]
    assert len(store.agreements.rows()[1]) == 1


def test_a_link_in_its_place_is_not_followed(store: Store, tmp_path: Path) -> None:
    file = kept(store, version(purpose="x"))
    file.rename(tmp_path / "elsewhere.json")
    file.symlink_to(tmp_path / "elsewhere.json")
    with pytest.raises(Damaged, match="link"):
        store.agreements.newest(PARTIES)


def test_a_failed_save_leaves_the_version_before(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    first = version(purpose="x")
    file = kept(store, first)

    def full_disk(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(SaveFailed, match="disk is full"):
        store.agreements.add(version(first, purpose="y"), NAMES)
    monkeypatch.undo()
    assert store.agreements.newest(PARTIES) == first
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_somebody_else_at_it_is_waited_for_and_then_said(store: Store) -> None:
    kept(store, version(purpose="x"))
    from filelock import FileLock

    with FileLock(store.locks / "agreements.all.lock"), pytest.raises(Busy, match="agreement"):
        store.agreements.add(version(version(purpose="x"), purpose="y"), NAMES)


def test_lists_need_no_shapes_and_hide_no_agreement_behind_a_damaged_one(store: Store) -> None:
    kept(store, version(review_on="2027-05-01"))
    other = full().agreement
    assert other is not None
    other = replace(other, id=rules.id_of(other.parties))
    store.agreements.add(other, {})
    store.agreements.file("agreement-damaged").write_text("{")
    rows, faults = store.agreements.rows()
    assert {(row.version, row.review_on) for row in rows} == {(1, "2027-05-01"), (2, "2027-05-22")}
    assert [person["name"] for row in rows for person in row.people if person["id"] == SAM] == ["Sam Okafor"]
    assert len(faults) == 1 and "agreement-damaged" in faults[0]


def test_doctor_tightens_permissions_and_clears_what_an_interrupted_save_left(store: Store) -> None:
    file = kept(store, version(purpose="x"))
    file.chmod(0o644)
    leftover = file.with_name(f".{file.name}.tmp-1-2")
    leftover.write_text("half")
    leftover.chmod(0o600)
    foreign = file.with_name("notes.txt")
    foreign.touch(0o600)
    assert {finding.file for finding in doctor(store)} == {file, leftover, foreign}
    doctor(store, repair=True)
    assert [finding.file for finding in doctor(store)] == [foreign]
    assert not leftover.exists()


# -- made in a session ------------------------------------------------------------------------------------------------


@pytest.fixture
def held(store: Store) -> Store:
    """The store with one session in it."""
    store.create(session())
    return store


def opened(store: Store) -> Room:
    return Room(store, session().id, me="Ash", clock=lambda: NOW)


async def test_what_is_agreed_in_an_open_session_is_there_for_the_next(held: Store) -> None:
    async with opened(held) as room:
        room.change(c.EditAgreement(answers={"limits": "Safety"}))
        assert held.agreements.newest(PARTIES) == room.session.agreement
        room.change(c.EditAgreement(answers={"place": "The small room"}))
    kept_now = held.agreements.versions(rules.id_of(PARTIES))
    assert [one.version for one in kept_now] == [1, 2]
    assert held.load(session().id).agreement == kept_now[-1]


async def test_a_change_in_a_session_starts_from_the_newest_version_wherever_it_was_made(held: Store) -> None:
    async with opened(held) as room:
        room.change(c.EditAgreement(answers={"limits": "Safety", "place": "Here"}))
        Shelf(held, lambda: NOW).edit_agreement(PEOPLE, {"limits": "Care"}, "Sam")
        after = room.change(c.EditAgreement(answers={"place": "There"})).agreement
    assert after is not None
    assert (after.version, after.limits, after.place) == (3, "Care", "There")


async def test_an_edit_reaches_an_open_and_a_closed_session_alike(held: Store) -> None:
    shelf = Shelf(held, lambda: NOW)
    after = shelf.carry(session().id, c.EditAgreement(answers={"limits": "Safety"}), "Sam")
    assert after.agreement == held.agreements.newest(PARTIES)
    async with opened(held) as room:
        change = c.EditAgreement(answers={"limits": "Care"})
        await asyncio.to_thread(shelf.carry, session().id, change, "Sam")
        assert room.session.agreement == held.agreements.newest(PARTIES)
        assert room.session.agreement is not None and room.session.agreement.limits == "Care"


async def test_an_agreement_that_cannot_be_kept_is_refused_and_the_session_stays_as_it_was(held: Store) -> None:
    file = kept(held, version(limits="Safety"))
    file.write_bytes(b"{")
    async with opened(held) as room:
        before = room.session
        with pytest.raises(Damaged):
            room.change(c.EditAgreement(answers={"limits": "Care"}))
        assert room.session == before
    assert file.read_bytes() == b"{"


async def test_a_record_from_elsewhere_brings_its_agreement_along_when_it_is_changed(held: Store) -> None:
    brought = replace(version(limits="Safety"), version=4)
    held.save(replace(session(), agreement=brought), expected_revision=None)
    async with opened(held) as room:
        room.change(c.EditAgreement(answers={"limits": "Care"}))
    assert [one.version for one in held.agreements.versions(brought.id)] == [4, 5]
