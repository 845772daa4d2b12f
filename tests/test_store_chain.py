"""What was agreed and signed stands in a chain that shows every line that was changed, taken out or added."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from supervision.errors import SaveFailed
from supervision.model import changes as c
from supervision.model.values import Session
from supervision.store import Store, doctor
from supervision.store.chain import Chain
from tests import factory

ID = "2026-11-23-1000-test"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "store")
    store.create(factory.session(session_id=ID))
    return store


def changed(store: Store, *changes: c.Change, by: str = "Ash") -> Session:
    """Each change saved by itself, as an open session does."""
    for change in changes:
        session = store.load(ID)
        store.save(factory.done(session, change, by=by), expected_revision=session.revision)
    return store.load(ID)


def agreed(store: Store) -> Session:
    session = store.load(ID)
    store.save(factory.decided(session, "hold"), expected_revision=session.revision)
    decision = store.load(ID).decisions[0].id
    changed(store, c.Agree(id=decision))
    return changed(store, c.Agree(id=decision), by="Sam")


def kinds(store: Store) -> list[str]:
    return [entry.kind for entry in store.chain(ID).entries()]


def sentences(store: Store) -> str:
    return "\n".join(finding.sentence for finding in doctor(store))


def test_what_was_agreed_signed_reviewed_and_amended_is_in_the_chain_with_digests_and_no_words(store: Store) -> None:
    session = agreed(store)
    decision = session.decisions[0]
    changed(store, c.Sign())
    changed(store, c.Sign(), by="Sam")
    changed(store, c.AddAddendum(text="It was a Tuesday."))
    changed(store, c.ReviewDecision(id=decision.id, outcome="kept", note="J was glad", review_on=decision.review_on))
    assert kinds(store) == ["agreed", "agreed", "signed", "signed", "amended", "reviewed"]
    first = store.chain(ID).entries()[0]
    assert (first.by, first.id, first.digest) == (factory.ASH, decision.id, decision.marks[0].digest)
    assert not any(word in store.chain(ID).file.read_text() for word in ("Evening", "Tuesday", "glad", "Ash Patel"))
    assert store.chain(ID).file.stat().st_mode & 0o777 == 0o600
    assert store.chain(ID).fault() == ""
    assert sentences(store) == ""


@pytest.mark.parametrize("what", ["changed", "taken out", "swapped", "added", "last digest"])
def test_whoever_changes_the_chain_is_found_with_the_line(store: Store, what: str) -> None:
    agreed(store)
    changed(store, c.Sign())
    file = store.chain(ID).file
    lines = file.read_bytes().splitlines(keepends=True)
    if what == "changed":
        lines[1] = lines[1].replace(factory.SAM.encode(), factory.ASH.encode())
    elif what == "taken out":
        del lines[1]
    elif what == "swapped":
        lines[0], lines[1] = lines[1], lines[0]
    elif what == "added":
        lines.insert(1, lines[0])
    else:
        entry = json.loads(lines[2])
        lines[2] = json.dumps({**entry, "digest": "0" * 64}).encode() + b"\n"
    file.write_bytes(b"".join(lines))
    number = {"swapped": 1, "last digest": 3}.get(what, 2)
    assert f"{file}:{number}: " in store.chain(ID).fault()
    assert "can no longer be relied on" in sentences(store)


def test_a_decision_that_is_not_the_text_that_was_agreed_is_named(store: Store) -> None:
    agreed(store)
    file = store.file(ID)
    record = json.loads(file.read_text())
    decision = record["decisions"]["1"]
    decision["rationale"] = "because somebody edited the file"
    from supervision.model.digest import decision_digest
    from supervision.store.codec import from_tables

    forged = decision_digest(from_tables(record, file).decisions[0])
    decision["marks"] = [{**mark, "digest": forged} for mark in decision["marks"]]
    file.write_text(json.dumps(record))
    assert "decision 1 is not the text that was agreed to" in sentences(store)


def test_a_torn_last_line_counts_as_none_and_the_chain_goes_on(store: Store) -> None:
    agreed(store)
    file = store.chain(ID).file
    whole = file.read_bytes()
    first = whole.index(b"\n") + 1
    for cut in range(first, len(whole)):
        file.write_bytes(whole[:cut])
        chain = Chain(file)
        assert chain.fault() == ""
        assert len(chain.entries()) == 1
        chain.add([("2026-11-23T10:00:00+00:00", factory.SAM, "agreed", "x", "")])
        assert [entry.n for entry in chain.entries()] == [1, 2]
        assert chain.fault() == ""


def test_lines_that_a_crash_left_out_are_made_up_for_by_the_next(store: Store) -> None:
    agreed(store)
    file = store.chain(ID).file
    file.write_bytes(file.read_bytes().splitlines(keepends=True)[0])
    assert "not in its chain: agreed" in sentences(store)
    changed(store, c.Sign())
    assert kinds(store) == ["agreed", "agreed", "signed"]
    assert sentences(store) == ""


def test_a_record_from_elsewhere_begins_its_chain_with_having_come(store: Store) -> None:
    other = Store(store.folder.parent / "other")
    other.create(agreed(store))
    assert [entry.kind for entry in other.chain(ID).entries()] == ["imported"]
    assert sentences(other) == ""
    session = other.load(ID)
    other.save(factory.done(session, c.Sign()), expected_revision=session.revision)
    assert [entry.kind for entry in other.chain(ID).entries()] == ["imported", "signed"]


def test_what_changes_no_record_is_noted_too_and_all_goes_with_the_session(store: Store) -> None:
    store.note_in_chain(ID, "exported", at=datetime(2026, 11, 23, tzinfo=UTC), by=factory.ASH, digest="a" * 64)
    assert kinds(store) == ["exported"]
    store.remove(ID)
    assert list(store.chains.iterdir()) == []


def test_a_chain_that_cannot_be_written_stops_the_save_and_the_next_try_writes_it_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = store.load(ID)
    signed = factory.done(session, c.Sign())
    with monkeypatch.context() as broken:
        broken.setattr(Chain, "_append", _full)
        with pytest.raises(SaveFailed, match="disk is full"):
            store.save(signed, expected_revision=session.revision)
    assert store.load(ID).signatures == ()
    store.save(signed, expected_revision=session.revision)
    assert kinds(store) == ["signed"]


def _full(*_: object) -> None:
    raise OSError(28, "No space left on device")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_changed_byte_is_noticed(store: Store, data: st.DataObject) -> None:
    file = store.folder / "one.log"
    file.unlink(missing_ok=True)
    chain = Chain(file)
    chain.add([("2026-11-23T10:00:00+00:00", "p-a", "agreed", f"d{n}", "a" * 64) for n in range(3)])
    whole = bytearray(file.read_bytes())
    before = chain.entries()
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= 1 << data.draw(st.integers(0, 6))
    file.write_bytes(whole)
    assert chain.fault() or len(before) != len(Chain(file).entries()) or before == Chain(file).entries()
