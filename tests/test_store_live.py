"""The document that several people share stands beside the record while it is open, and never after."""

from pathlib import Path

import pytest

from supervision.errors import Busy
from supervision.store import Store
from tests import factory

ID = "2026-11-23-1000-test"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "store")
    store.create(factory.session(session_id=ID))
    return store


def test_it_is_kept_with_the_revision_it_goes_with_and_dropped(store: Store) -> None:
    assert store.live_state(ID) is None
    saved = store.save(store.load(ID), expected_revision=1, live=b"state\nof it")
    kept = store.live_state(ID)
    assert kept is not None and (kept.revision, kept.data) == (saved.revision, b"state\nof it")
    assert (store.live / f"{ID}.state").stat().st_mode & 0o777 == 0o600
    store.drop_live(ID)
    assert store.live_state(ID) is None


def test_it_is_not_written_when_the_record_was_changed_elsewhere(store: Store) -> None:
    store.save(store.load(ID), expected_revision=1, live=b"newer")
    with pytest.raises(Busy, match="changed elsewhere"):
        store.save(store.load(ID), expected_revision=1, live=b"older")
    kept = store.live_state(ID)
    assert kept is not None and kept.data == b"newer"


def test_one_that_is_cut_off_counts_as_none(store: Store) -> None:
    store.live.mkdir()
    (store.live / f"{ID}.state").write_bytes(b"supervision li")
    assert store.live_state(ID) is None


def test_it_goes_with_its_session(store: Store) -> None:
    store.save(store.load(ID), expected_revision=1, live=b"state")
    store.remove(ID)
    assert list(store.live.iterdir()) == [] and list(store.locks.iterdir()) == []


def test_only_one_at_a_time_chooses_who_holds_a_session(store: Store) -> None:
    with store.choice(ID), pytest.raises(Busy, match="just opening"), store.choice(ID):
        pass
