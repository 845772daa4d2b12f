"""`doctor`: what it finds, what it puts right, and what it leaves alone."""

import dataclasses
import os
import stat
from pathlib import Path

import pytest

from supervision.store import Finding, Store, doctor
from tests.store_values import full, session

ID = "2026-11-22-1405-abcd"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "store", patience=0.05)
    store.create(full())
    store.undo.push("Sam", {"session": ID})
    store.contents()
    return store


def contents(store: Store) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in store.sessions.iterdir() if path.is_file()}


def one(findings: list[Finding], file: Path) -> Finding:
    (found,) = [finding for finding in findings if finding.file == file]
    return found


def test_a_sound_store_has_no_findings(store: Store) -> None:
    with store.hold(ID):
        assert doctor(store) == []
    assert doctor(store, repair=True) == []


def test_a_store_that_is_not_there_has_none_either(tmp_path: Path) -> None:
    assert doctor(Store(tmp_path / "none"), repair=True) == []
    assert not (tmp_path / "none").exists()


def test_loose_permissions_are_found_and_tightened(store: Store) -> None:
    loose = [
        store.folder,
        store.sessions,
        store.file(ID),
        store.locks / f"{ID}.lock",
        store.index.file,
        store.undo.file,
    ]
    for path in loose:
        path.chmod(0o755 if path.is_dir() else 0o644)
    found = doctor(store)
    assert {finding.file for finding in found} == set(loose)
    loosely = [finding for finding in found if "open to other people" in finding.sentence]
    assert {finding.file for finding in loosely} == set(loose)
    assert {(finding.severity, finding.repaired) for finding in loosely} == {("warning", False)}
    assert stat.S_IMODE(store.file(ID).stat().st_mode) == 0o644
    assert all(finding.repaired for finding in doctor(store, repair=True))
    assert doctor(store) == []
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(store.file(ID).stat().st_mode) == 0o600


def test_a_folder_that_holds_more_than_the_store_keeps_its_permissions(store: Store) -> None:
    store.folder.chmod(0o755)
    (store.folder / "holiday.jpg").write_text("x")
    assert one(doctor(store, repair=True), store.folder).severity == "note"
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o755


def test_damaged_records_are_named_and_never_touched(store: Store) -> None:
    for session_id, content in (
        ("2026-11-01-0900-aaaa", b""),
        ("2026-11-02-0900-aaaa", b'{"session": {"1": {"format": 7}}}'),
        ("2026-11-03-0900-aaaa", b"{"),
    ):
        store.file(session_id).write_bytes(content)
        store.file(session_id).chmod(0o600)
    store.file("2026-11-04-0900-aaaa").symlink_to(store.file(ID))
    before = contents(store)
    for repair in (False, True):
        found = {finding.file.name[8:10]: finding for finding in doctor(store, repair=repair)}
        assert {day: finding.severity for day, finding in found.items()} == {
            "01": "damage",
            "02": "warning",
            "03": "damage",
            "04": "damage",
        }
        assert "newer version" in found["02"].sentence and "link" in found["04"].sentence
    assert contents(store) == before


def test_leftovers_are_found_and_removed_with_repair(store: Store) -> None:
    left = [
        store.sessions / f".{ID}.json.tmp-12-abcd",
        store.sessions / f".{ID}.json.old-12-abcd",
        store.sessions / ".no.json.tmp-1-a",
        store.folder / ".undo.json.tmp-12-abcd",
    ]
    for path in left:
        path.write_text("half a save")
        path.chmod(0o600)
    assert {finding.file for finding in doctor(store)} == set(left)
    assert all(path.exists() for path in left)
    assert all(finding.repaired for finding in doctor(store, repair=True))
    assert not any(path.exists() for path in left)
    assert doctor(store) == []


def test_a_save_in_the_making_is_not_taken_away(store: Store) -> None:
    import threading

    left = store.sessions / f".{ID}.json.tmp-12-abcd"
    left.write_text("half a save")
    left.chmod(0o600)
    found: list[Finding] = []
    with store.lock(ID):
        thread = threading.Thread(target=lambda: found.extend(doctor(store, repair=True)))
        thread.start()
        thread.join()
    assert [finding.repaired for finding in found] == [False]
    assert "could not be put right" in found[0].sentence
    assert left.exists()


def test_an_index_that_is_gone_or_broken_is_made_again_and_said(store: Store) -> None:
    store.index.file.unlink()
    found = one(doctor(store), store.index.file)
    assert found.severity == "note" and found.repaired
    assert "was missing, and was made again from 1 record." in found.sentence
    assert doctor(store) == []
    store.index.file.write_bytes(store.index.file.read_bytes()[:5000])
    assert "could not be read, and was made again" in one(doctor(store), store.index.file).sentence
    assert doctor(store) == []
    assert set(store.index.glances()) == {ID}


def test_what_a_list_made_again_unasked_is_said_too_and_once(store: Store) -> None:
    store.index.file.write_bytes(b"x" * 5000)
    store.index.file.chmod(0o600)
    assert len(store.contents().glances) == 1
    assert "could not be read, and was made again" in one(doctor(store), store.index.file).sentence
    assert doctor(store) == []


def test_an_index_older_than_a_record_is_said(store: Store) -> None:
    text = store.file(ID).read_text()
    store.file(ID).write_text(text.replace("A lift home", "A lift there"))
    assert "was older than 1 record, which was read again." in one(doctor(store), store.index.file).sentence
    assert doctor(store) == []


def test_an_index_of_another_version_is_said(store: Store) -> None:
    newer = dataclasses.replace(store, summary_version=store.summary_version + 1)
    assert "was of another version, and was made again" in one(doctor(newer), store.index.file).sentence
    assert doctor(newer) == []


def test_an_index_that_cannot_be_made_is_no_damage(store: Store) -> None:
    store.index.discard()
    store.index.file.mkdir(mode=0o700)
    found = one(doctor(store), store.index.file)
    assert found.severity == "warning" and "right all the same" in found.sentence


def test_foreign_files_are_named_and_left_alone(store: Store) -> None:
    foreign = [store.folder / "holiday.jpg", store.sessions / "notes.txt", store.sessions / "UPPER-CASE.json"]
    for path in foreign:
        path.write_text("mine")
        path.chmod(0o600)
    for repair in (False, True):
        found = doctor(store, repair=repair)
        assert {finding.file for finding in found} == set(foreign)
        assert {finding.severity for finding in found} == {"note"}
    assert all(path.read_text() == "mine" for path in foreign)


def test_a_name_that_is_out_to_do_harm_is_shown_harmlessly(store: Store) -> None:
    path = store.sessions / "x\x1b]52;c;x\x07\n.json"
    path.write_text("x")
    path.chmod(0o600)
    bad = os.fsencode(store.sessions) + b"/\xff.json"
    with open(bad, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)):
        pass
    found = doctor(store)
    assert len(found) == 2
    assert not any("\x1b" in finding.sentence or "\n" in finding.sentence for finding in found)
    for finding in found:
        finding.sentence.encode("utf-8")


def test_a_damaged_undo_list_and_one_set_aside_are_named(store: Store) -> None:
    store.undo.file.write_bytes(b"")
    assert one(doctor(store), store.undo.file).severity == "warning"
    store.undo.push("Sam", {"session": ID})
    (aside,) = store.undo.kept.aside()
    assert [finding.file for finding in doctor(store)] == [aside]


def test_an_id_used_twice_is_named_in_both_files(store: Store) -> None:
    store.create(dataclasses.replace(session("2026-11-23-0900-aaaa"), actions=full().actions[:1]))
    found = doctor(store)
    assert {finding.file.name for finding in found} == {f"{ID}.json", "2026-11-23-0900-aaaa.json"}
    assert all("act2345678" in finding.sentence for finding in found)


def test_a_file_where_a_folder_should_be_is_damage(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir(mode=0o700)
    (tmp_path / "store" / "sessions").write_text("x")
    (tmp_path / "store" / "sessions").chmod(0o600)
    found = doctor(Store(tmp_path / "store"))
    assert ("damage", tmp_path / "store" / "sessions") in {(finding.severity, finding.file) for finding in found}
    (tmp_path / "file").write_text("x")
    assert [finding.severity for finding in doctor(Store(tmp_path / "file"))][:1] == ["damage"]
