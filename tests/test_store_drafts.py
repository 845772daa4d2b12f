"""What was begun in a form: kept for each person by its name, and gone once it has arrived or its session has."""

import dataclasses
import json
import os
import stat
from pathlib import Path

import pytest

from supervision.errors import SaveFailed, TooNew
from supervision.store import Store
from supervision.store.drafts import Drafts
from tests import factory
from tests.factory import done

ID = "2026-11-23-1000-test"


@pytest.fixture
def drafts(tmp_path: Path) -> Drafts:
    return Drafts(tmp_path / "store", "Ash Patel")


def test_what_was_begun_is_there_again_for_the_same_person_alone(drafts: Drafts) -> None:
    drafts.keep("action s-one", {"sentence": "Tell J [b] é", "due-words": ""})
    assert drafts.get("action s-one") == {"sentence": "Tell J [b] é", "due-words": ""}
    assert drafts.get("action s-two") == {}
    assert Drafts(drafts.folder, "Sam Okafor").get("action s-one") == {}
    drafts.keep("action s-one", {"sentence": "Tell J"})
    assert drafts.get("action s-one") == {"sentence": "Tell J"}


def test_what_has_arrived_is_gone_from_the_file(drafts: Drafts) -> None:
    drafts.keep("matter s-one 1", {"situation": "kept words"})
    drafts.keep("action s-one", {"sentence": "gone words"})
    drafts.drop("action s-one")
    drafts.drop("action s-one")
    assert b"gone words" not in drafts.kept.file.read_bytes()
    assert drafts.get("matter s-one 1") == {"situation": "kept words"}


def test_asking_and_dropping_make_no_file(drafts: Drafts) -> None:
    assert drafts.get("action s-one") == {}
    drafts.drop("action s-one")
    drafts.drop_about(["s-one"])
    assert not drafts.folder.exists()


def test_it_is_its_owners_alone(drafts: Drafts) -> None:
    before = os.umask(0)
    try:
        drafts.keep("concern s-one", {"worry": "x"})
    finally:
        os.umask(before)
    assert stat.S_IMODE(drafts.kept.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(drafts.folder.stat().st_mode) == 0o700


def test_a_session_thrown_away_takes_along_what_anybody_had_begun_about_it(tmp_path: Path) -> None:
    from supervision.model.changes import AddAction

    store = Store(tmp_path / "store")
    session = done(factory.session(session_id=ID), AddAction(text="Ring the line"))
    store.create(session)
    store.create(dataclasses.replace(factory.session(), id="2026-11-23-1100-stay"))
    action = session.actions[0].id
    for who, name in (("Ash", f"matter {ID} 1"), ("Sam", f"done {action}"), ("Sam", "matter 2026-11-23-1100-stay 1")):
        store.drafts(who).keep(name, {"words": f"begun by {who}: {name}"})
    store.remove(ID)
    kept = store.drafts("").kept.file.read_text()
    assert ID not in kept and action not in kept
    assert store.drafts("Sam").get("matter 2026-11-23-1100-stay 1")


def test_a_file_that_cannot_be_read_is_set_aside_whole_and_one_of_a_newer_version_stays(drafts: Drafts) -> None:
    drafts.folder.mkdir(mode=0o700)
    for broken in (
        b"",
        b"[]",
        b'{"format": 1, "people": {"Ash Patel": []}}',
        b'{"format": 1, "people": {"A": {"n": 1}}}',
    ):
        drafts.kept.file.write_bytes(broken)
        assert drafts.get("action s-one") == {}
        drafts.keep("action s-one", {"sentence": "still kept"})
        assert drafts.get("action s-one") == {"sentence": "still kept"}
        assert broken in [path.read_bytes() for path in drafts.kept.aside()]
    newer = json.dumps({"format": 2})
    drafts.kept.file.write_text(newer)
    assert drafts.get("action s-one") == {}
    with pytest.raises(TooNew):
        drafts.keep("action s-one", {"sentence": "x"})
    assert drafts.kept.file.read_text() == newer


def test_a_full_disk_is_said_and_what_was_kept_stands(drafts: Drafts, monkeypatch: pytest.MonkeyPatch) -> None:
    drafts.keep("action s-one", {"sentence": "before"})

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(SaveFailed, match="disk is full"):
        drafts.keep("action s-one", {"sentence": "after"})
    monkeypatch.undo()
    assert drafts.get("action s-one") == {"sentence": "before"}
