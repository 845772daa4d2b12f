"""An encrypted store: nothing readable in it, everything readable through it, and no way there loses anything."""

import itertools
import json
import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from supervision.errors import BadInput, Damaged, NotForUs, WrongPassphrase
from supervision.live.frames import MAGIC, PROTOCOL, Frame, Kind
from supervision.store import AwayFile, Store, Waiting, sealed_index, sealing, trust, turning
from supervision.vault import agent, held, identity, seal
from supervision.vault.identity import Identity
from tests.conftest import ROOT, Program
from tests.keys import PASSPHRASE, SECRET, age, ash, encrypt, everything, full_session, give_key, lock_all
from tests.test_plain import DECIDE


@pytest.fixture
def key(tmp_path: Path) -> Identity:
    return give_key()


@pytest.fixture
def full(program: Program) -> str:
    return full_session(program)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def test_nothing_readable_is_left_on_the_disk(program: Program, key: Identity, full: str, tmp_path: Path) -> None:
    program("actions", "add", f"Buy a {SECRET}", "--due", "tomorrow")
    program("sessions")
    before = {name for name, data in everything(tmp_path / "store").items() if SECRET.encode() in data}
    assert {"index.sqlite", f"sessions/{full}.json", "undo.json"} <= before  # the search can find something
    encrypt(program)
    program("sessions")
    for name, data in everything(tmp_path).items():
        for word in (SECRET, "Okafor", "Patel", "lifts", "SQLite format"):
            assert word.encode() not in data, (name, word)
        assert SECRET not in name and "okafor" not in name.casefold()
    for name, data in everything(tmp_path / "store").items():
        assert seal.is_sealed(data) or name == "keys.json" or name.startswith("locks/"), name


def test_everything_is_read_as_before(program: Program, key: Identity, full: str) -> None:
    ways = (("sessions",), ("show", full), ("actions",), ("decisions",), ("search", SECRET))
    before = [program.json(*way) for way in ways]
    encrypt(program)
    assert [program.json(*way) for way in ways] == before
    lock_all()
    held.hold(key)  # and from the index on the disk
    assert [program.json(*way) for way in ways] == before
    assert program.json("doctor")["damaged"] is False


def test_what_is_written_later_is_never_on_the_disk_in_the_clear(
    program: Program, key: Identity, full: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encrypt(program)
    written: list[bytes] = []
    write = os.write

    def noted(number: int, data: bytes) -> int:
        written.append(bytes(data))
        return write(number, data)

    monkeypatch.setattr(os, "write", noted)
    new = program.start("--matter", "About the kazoo")
    program.plain(new, f"A kazoo.\n{DECIDE.format(support='given Team manager')}/action A kazoo\n/sign\n")
    program("actions", "add", "Another kazoo")
    monkeypatch.undo()
    ours = [data for data in written if seal.is_sealed(data)]
    assert len(ours) > 10 and not [data for data in written if b"kazoo" in data or b"Okafor" in data]
    monkeypatch.setenv("SUPERVISION_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("SUPERVISION_CONFIG", str(tmp_path / "config"))
    assert "kazoo" in program("show", new).stdout


def test_age_opens_what_we_wrote_for_each_reader(
    program: Program, key: Identity, full: str, tmp_path: Path, store: Store
) -> None:
    recovery = identity.new("")
    encrypt(program, "--recovery", recovery.recipient)
    raw = store.file(full).read_bytes()
    for reader in (key, recovery):
        record = json.loads(age(raw, reader, tmp_path))
        assert record["session"]["1"]["id"] == full and SECRET in json.dumps(record)


def test_each_of_576_bits_that_flips_in_a_record_is_seen_and_the_file_stays(
    program: Program, key: Identity, full: str, store: Store
) -> None:
    encrypt(program)
    file = store.file(full)
    whole = file.read_bytes()
    step = len(whole) / 72
    for at in (int(step * n) for n in range(72)):
        for bit in range(8):
            flipped = bytearray(whole)
            flipped[at] ^= 1 << bit
            file.write_bytes(flipped)
            with pytest.raises(Damaged):
                store.load(full)
            assert file.read_bytes() == flipped
    file.write_bytes(whole)
    assert store.load(full).id == full


def test_locked_and_nobody_to_ask_is_a_sentence(program: Program, key: Identity, full: str, tmp_path: Path) -> None:
    encrypt(program)
    before = everything(tmp_path)
    for command in (
        ("sessions",),
        ("show", full),
        ("plain", full),
        ("actions", "add", "Buy bread"),
        ("start", "--with", "Kim", "--no-tui"),
        ("redact", full, SECRET, "--why", "a name", "--yes"),
        ("export", full, "-o", "out.md"),
    ):
        lock_all()
        result = program(*command, stdin="A line\n")
        assert result.exit_code == 1, (command, result.output)
        assert "supervision unlock" in result.stderr and "Traceback" not in result.output, command
    assert {name: data for name, data in everything(tmp_path).items() if "locks/" not in name} == {
        name: data for name, data in before.items() if "locks/" not in name
    }


def test_a_wrong_passphrase_changes_nothing(program: Program, key: Identity, full: str, tmp_path: Path) -> None:
    encrypt(program)
    lock_all()
    before = everything(tmp_path)
    result = program("unlock", stdin="not that one\n")
    assert result.exit_code == 1 and "does not open your key" in result.stderr
    assert everything(tmp_path) == before
    again = program("encrypt", "--no-recovery", stdin="not that one\n")
    assert again.exit_code == 1 and everything(tmp_path) == before


def test_without_its_key_a_login_is_told_how_it_comes_back(program: Program, key: Identity, full: str) -> None:
    encrypt(program)
    lock_all()
    held.file().unlink()
    result = program("sessions")
    assert result.exit_code == 1 and "restore" in result.stderr and "recovery" in result.stderr


def test_unlocked_other_processes_ask_nobody_until_it_is_locked(program: Program, key: Identity, full: str) -> None:
    encrypt(program)
    lock_all()
    assert program.process("sessions").returncode == 1
    try:
        assert program.process("unlock", "--minutes", "5", stdin=PASSPHRASE + "\n").returncode == 0
        shown = program.process("show", full)
        assert shown.returncode == 0 and SECRET.encode() in shown.stdout
        spoken = program.process("plain", full, stdin="One more line.\n")
        assert spoken.returncode == 0
    finally:
        assert program.process("lock").returncode == 0
    assert program.process("sessions").returncode == 1


def test_nothing_is_encrypted_for_a_key_that_is_only_held_in_memory(
    program: Program, key: Identity, full: str, quick_passphrase: None
) -> None:
    assert program("unlock", stdin=f"{PASSPHRASE}\n").exit_code == 0
    try:
        held.file().unlink()
        done = program("encrypt", "--no-recovery", stdin=f"{PASSPHRASE}\n")
        assert done.exit_code == 0, done.output
    finally:
        agent.lock(held.file())
    held.let_go()
    assert held.opened_with(PASSPHRASE) != key
    assert program("unlock", stdin=f"{PASSPHRASE}\n").exit_code == 0, (
        "what the records are encrypted for lies in its file"
    )
    try:
        assert program.json("show", full)["id"] == full
    finally:
        agent.lock(held.file())


def test_who_can_read_what(program: Program, key: Identity, tmp_path: Path, store: Store) -> None:
    sam, recovery = identity.new("Sam Okafor"), identity.new("")
    with_sam = program.start()
    with_kim = program.start(other="Kim Lee")
    encrypt(program, "--recovery", recovery.recipient)
    encrypt(program, "--for", "Sam Okafor", sam.recipient)
    later = program.start()
    for session, reads in ((with_sam, True), (later, True), (with_kim, False)):
        raw = store.file(session).read_bytes()
        assert seal.opened(raw, recovery, "x") and seal.opened(raw, key, "x")
        if reads:
            assert seal.opened(raw, sam, "x")
        else:
            with pytest.raises(NotForUs):
                seal.opened(raw, sam, "x")


def test_private_notes_are_for_their_owner_alone_unless_they_say_so(
    program: Program, key: Identity, full: str, store: Store, tmp_path: Path
) -> None:
    recovery = identity.new("")
    (tmp_path / "config" / "settings.yaml").write_text("me: Ash Patel\n")
    program.plain(full, f"/private My {SECRET}.\n")
    encrypt(program, "--recovery", recovery.recipient)
    (file,) = store.private.files.iterdir()
    assert SECRET.encode() in seal.opened(file.read_bytes(), key, "x")
    with pytest.raises(NotForUs):
        seal.opened(file.read_bytes(), recovery, "x")
    encrypt(program, "--private-too")
    assert SECRET.encode() in seal.opened(file.read_bytes(), recovery, "x")


def test_no_recovery_is_said_loudly_and_a_missing_answer_refused(program: Program, key: Identity, full: str) -> None:
    refused = program("encrypt", stdin=PASSPHRASE + "\n")
    assert refused.exit_code == 1 and "--recovery" in refused.stderr
    assert not sealing.file(Store(Path(os.environ["SUPERVISION_STORE"])).folder).exists()
    result = program("encrypt", "--no-recovery", stdin=PASSPHRASE + "\n")
    assert "THERE IS NO RECOVERY KEY" in result.stderr


def test_a_recovery_key_is_made_and_opens_the_store_elsewhere(
    program: Program, key: Identity, full: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encrypt(program, "--make-recovery", str(tmp_path / "safe.txt"))
    assert stat.S_IMODE((tmp_path / "safe.txt").stat().st_mode) == 0o600
    lock_all()
    monkeypatch.setenv("SUPERVISION_CONFIG", str(tmp_path / "another"))
    try:
        assert program("unlock", "--with", str(tmp_path / "safe.txt")).exit_code == 0
        assert SECRET in program("show", full).stdout
    finally:
        program("lock")


def test_a_new_key_is_made_tried_and_named(program: Program, full: str, tmp_path: Path) -> None:
    result = program("encrypt", "--no-recovery", "--json", stdin="a passphrase of mine\n")
    assert result.exit_code == 0, result.output
    made = held.needed()
    assert held.file().read_bytes().startswith(b"age-encryption.org/v1\n-> scrypt ")
    assert made.name == "Ash Patel" and json.loads(result.stdout)["public_key"] == made.recipient
    assert stat.S_IMODE(held.file().stat().st_mode) == 0o600
    assert sealing.ring(tmp_path / "store") is not None


def test_a_short_passphrase_is_refused_and_nothing_is_encrypted(program: Program, full: str, tmp_path: Path) -> None:
    result = program("encrypt", "--no-recovery", stdin="short\n")
    assert result.exit_code == 1 and "at least" in result.stderr
    assert not held.file().exists() and not sealing.file(tmp_path / "store").exists()


def test_it_is_undone_whole(program: Program, key: Identity, full: str, tmp_path: Path, store: Store) -> None:
    program("actions", "add", f"Buy a {SECRET}")
    plain = everything(tmp_path / "store")
    when = store.written(full)
    encrypt(program)
    assert store.written(full) == when
    result = program("encrypt", "--undo")
    assert result.exit_code == 0
    now = everything(tmp_path / "store")
    assert {name: data for name, data in now.items() if not name.startswith(("index", "locks"))} == {
        name: data for name, data in plain.items() if not name.startswith(("index", "locks"))
    }


def test_it_waits_for_nobody_who_has_a_session_open(program: Program, key: Identity, full: str, store: Store) -> None:
    with store.hold(full):
        result = program("encrypt", "--no-recovery", stdin=PASSPHRASE + "\n")
    assert result.exit_code == 1 and "is open" in result.stderr
    assert sealing.ring(store.folder) is None


def _killed(store: Store, way: str, left: int) -> bool:
    """Turns a store in a process of its own, which is killed at this step; False when there were not so many."""
    child = os.fork()
    if not child:
        steps = itertools.count()
        replace, unlink = os.replace, os.unlink

        def counted(*given: Any, before: Callable[..., None], **more: Any) -> None:
            if next(steps) == left:
                os.kill(os.getpid(), signal.SIGKILL)
            before(*given, **more)

        os.replace = partial(counted, before=replace)
        os.unlink = partial(counted, before=unlink)
        try:
            if way == "encrypt":
                turning.encrypt(store, sealing.Ring(holders=(ash().recipient,)))
            else:
                turning.decrypt(store)
            os._exit(0)
        finally:
            os._exit(1)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, -signal.SIGKILL)
    return status != 0


def _readable(store: Store, session: str) -> bool:
    return SECRET in json.dumps([note.text for note in store.load(session).notes])


@pytest.mark.parametrize("way", ["encrypt", "decrypt"])
def test_killed_at_each_step_both_forms_are_read_and_it_goes_on(
    program: Program, key: Identity, full: str, tmp_path: Path, way: str
) -> None:
    program("actions", "add", f"Buy a {SECRET}")
    store = Store(tmp_path / "store")
    shown = program("show", full).stdout
    if way == "decrypt":
        encrypt(program)
    held.hold(key)
    left = 0
    while _killed(store, way, left):
        lock_all()
        held.hold(key)
        assert _readable(store, full)
        assert program("show", full).stdout == shown
        left += 1
    lock_all()
    held.hold(key)
    assert program("show", full).stdout == shown
    assert left > 4
    now = everything(store.folder)
    found = [name for name, data in now.items() if SECRET.encode() in data]
    assert not [name for name in now if ".tmp-" in name or ".old-" in name]
    if way == "encrypt":
        assert found == [] and sealing.ring(store.folder).state == "encrypted"  # type: ignore[union-attr]
        assert not turning.in_the_clear(store.folder)
    else:
        assert f"sessions/{full}.json" in found and sealing.ring(store.folder) is None


@pytest.mark.parametrize("way", ["redact", "erase"])
def test_a_word_that_was_taken_out_is_in_no_byte(
    program: Program, key: Identity, full: str, tmp_path: Path, way: str, store: Store
) -> None:
    other = program.start(other="Kim Lee")
    program.plain(other, "A word about nothing.\n")
    encrypt(program)
    program("actions", "add", "Something to take back")
    program("sessions")
    # Another window that has read the record keeps its own index in memory; it is not to write it back.
    theirs = list(sealed_index._open.values())
    assert theirs
    (store.folder / "index-0123456789abcdef.age").write_bytes(b"of somebody else")
    words = ("redact", full, SECRET) if way == "redact" else ("erase", full)
    result = program(*words, "--why", "a name", "--yes")
    assert result.exit_code == 0, result.output
    program("sessions")
    files = everything(store.folder)
    assert "index-0123456789abcdef.age" not in files
    opened = {name: seal.opened(data, key, name) for name, data in files.items() if seal.is_sealed(data)}
    assert any(name.startswith("index-") for name in opened)
    for name, data in {**files, **opened}.items():
        assert SECRET.encode() not in data, name
    assert program("doctor").exit_code == 0


def test_an_index_in_another_process_does_not_bring_a_word_back(
    program: Program, key: Identity, full: str, store: Store
) -> None:
    encrypt(program)
    program("sessions")
    file = sealing.own_index(store.folder, key)
    old = file.read_bytes()
    assert SECRET.encode() in seal.opened(old, key, "x")
    assert program("redact", full, SECRET, "--why", "a name", "--yes").exit_code == 0
    sealed_index.let_go()
    file.write_bytes(old)  # as a process has it that read it before
    store.index.settle()
    assert SECRET.encode() not in seal.opened(file.read_bytes(), key, "x")


def test_a_large_index_is_written_after_many_changes_and_lists_are_right(
    program: Program, key: Identity, full: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    encrypt(program)
    monkeypatch.setattr(sealed_index, "SMALL", 0)
    program("sessions")
    file = sealing.own_index(store.folder, key)
    before = file.read_bytes()
    new = program.start(other="Kim Lee")
    assert file.read_bytes() == before
    lock_all()
    held.hold(key)
    assert {row["id"] for row in program.json("sessions")} == {full, new}


def test_keys_that_cannot_be_read_stop_every_write(program: Program, key: Identity, full: str, store: Store) -> None:
    encrypt(program)
    sealing.file(store.folder).write_text("{}")
    before = everything(store.folder / "sessions")
    result = program("actions", "add", f"Buy a {SECRET}")
    assert result.exit_code == 1 and "keys.json" in result.stderr
    assert everything(store.folder / "sessions") == before


def test_a_backup_stays_encrypted_and_comes_back_into_an_empty_place(
    program: Program, key: Identity, full: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encrypt(program)
    lock_all()
    assert program("backup", str(tmp_path / "b.zip")).exit_code == 0  # also while it is locked
    import zipfile

    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert not [name for name in archive.namelist() if SECRET.encode() in archive.read(name)]
        assert "settings/identity.age" in archive.namelist()
    monkeypatch.setenv("SUPERVISION_STORE", str(tmp_path / "new"))
    monkeypatch.setenv("SUPERVISION_CONFIG", str(tmp_path / "other"))
    restored = program("restore", str(tmp_path / "b.zip"))
    assert restored.exit_code == 0, restored.output
    assert program("sessions").exit_code == 1  # locked
    held.hold(held.opened_with(PASSPHRASE))
    assert SECRET in program("show", full).stdout
    again = program("restore", str(tmp_path / "b.zip"), "--json")
    assert json.loads(again.stdout)["restored"] == [] and again.exit_code == 0


def test_an_older_backup_in_the_clear_is_encrypted_as_it_comes_back(
    program: Program, key: Identity, full: str, tmp_path: Path, store: Store
) -> None:
    program("backup", str(tmp_path / "b.zip"))
    encrypt(program)
    other = program.start(other="Kim Lee")
    assert program("discard", full, "--yes").exit_code in (0, 1)
    store.file(full).unlink(missing_ok=True)
    restored = program("restore", str(tmp_path / "b.zip"))
    assert restored.exit_code == 0, restored.output
    assert SECRET in program("show", full).stdout and program("show", other).exit_code == 0
    assert not [name for name, data in everything(store.folder).items() if SECRET.encode() in data]


def test_an_encrypted_backup_is_not_mixed_into_records_in_the_clear(
    program: Program, key: Identity, full: str, tmp_path: Path
) -> None:
    encrypt(program)
    program("backup", str(tmp_path / "b.zip"))
    assert program("encrypt", "--undo").exit_code == 0
    before = everything(tmp_path / "store")
    result = program("restore", str(tmp_path / "b.zip"))
    assert result.exit_code == 1 and "encrypted" in result.stderr
    assert everything(tmp_path / "store") == before


def test_a_forced_command_over_a_line_says_that_it_is_locked(program: Program, key: Identity, full: str) -> None:
    encrypt(program)
    lock_all()
    hello = {"protocol": PROTOCOL, "session": full, "purpose": "join", "me": "Sam Okafor"}
    done = program.process("relay", full, stdin=MAGIC + Frame.of(Kind.HELLO, hello).packed())
    assert b"supervision unlock" in done.stdout and b"Traceback" not in done.stderr


def test_reading_commands_load_no_encryption_when_there_is_none(program: Program, full: str) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "supervision", "sessions"],
        env=program.environment(),
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=60,
    )
    loaded = {re.split(r"\|\s*", line)[-1].strip() for line in done.stderr.decode().splitlines()}
    assert not loaded & {"pyrage", "supervision.vault.held", "supervision.vault.agent", "supervision.vault.identity"}


def test_where_and_the_doctor_say_whether_and_for_whom(
    program: Program, key: Identity, full: str, tmp_path: Path, store: Store
) -> None:
    assert program.json("where")["encrypted"] is None
    recovery = identity.new("")
    encrypt(program)
    assert "THERE IS NO RECOVERY KEY" in program("where").stdout
    assert "There is no recovery key" in program("doctor").stdout
    encrypt(program, "--recovery", recovery.recipient)
    assert program.json("where")["recovery"] == recovery.recipient
    assert recovery.recipient in program("doctor").stdout
    store.file(full).write_bytes(seal.opened(store.file(full).read_bytes(), key, "x"))
    assert f"{full}.json is not encrypted" in program("doctor").stdout
    encrypt(program, "--no-recovery")
    assert "is not encrypted" not in program("doctor").stdout
    lock_all()
    locked = program("doctor")
    assert "Not all was looked at" in locked.stdout and locked.exit_code == 0


def test_the_doctor_names_a_damaged_encrypted_record(program: Program, key: Identity, full: str, store: Store) -> None:
    encrypt(program)
    data = bytearray(store.file(full).read_bytes())
    data[-100] ^= 1
    store.file(full).write_bytes(data)
    result = program("doctor")
    assert result.exit_code == 3 and f"{full}.json" in result.stdout


def test_an_export_says_that_it_is_not_encrypted(program: Program, key: Identity, full: str) -> None:
    assert "not encrypted" not in program("export", full, "-o", "a.md").stderr
    encrypt(program)
    assert "a.txt is not encrypted, although the records here are" in program("export", full, "-o", "a.txt").stderr


def test_a_key_that_somebody_else_put_beside_the_records_gets_nothing(
    program: Program, key: Identity, full: str, store: Store
) -> None:
    recovery, thief = identity.new(""), identity.new("")
    encrypt(program, "--recovery", recovery.recipient)
    content = json.loads(sealing.file(store.folder).read_text())
    content |= {"holders": [*content["holders"], thief.recipient], "recovery": thief.recipient}
    content["people"] = dict.fromkeys(content["people"], thief.recipient)
    sealing.file(store.folder).write_text(json.dumps(content))
    program("actions", "add", f"Buy a {SECRET}")
    for name, data in everything(store.folder).items():
        if seal.is_sealed(data):
            with pytest.raises(NotForUs):
                seal.opened(data, thief, name)
    assert thief.recipient in program("doctor").stdout
    refused = program("encrypt", "--no-recovery")
    assert refused.exit_code == 1 and thief.recipient in refused.stderr
    assert program("encrypt", "--accept").exit_code == 0
    assert seal.opened(store.file(full).read_bytes(), thief, "x")
    assert "never accepted" not in program("doctor").stdout


@pytest.mark.parametrize("forged", [None, "decrypting"])
def test_nothing_is_written_in_the_clear_because_of_what_lies_beside_the_records(
    program: Program, key: Identity, full: str, store: Store, forged: str | None
) -> None:
    encrypt(program)
    keys = sealing.file(store.folder)
    whole = keys.read_text()
    if forged:
        keys.write_text(whole.replace('"encrypted"', f'"{forged}"'))
    else:
        keys.unlink()
    before = everything(store.folder)
    result = program("actions", "add", f"Buy a {SECRET}")
    assert result.exit_code == 1 and "keys.json" in result.stderr
    assert not [name for name, data in everything(store.folder).items() if SECRET.encode() in data]
    assert before.keys() <= everything(store.folder).keys()
    keys.write_text(whole)
    assert program("actions", "add", f"Buy a {SECRET}").exit_code == 0


def test_records_whose_keys_are_gone_come_back_in_the_clear_when_one_says_so(
    program: Program, key: Identity, full: str, store: Store
) -> None:
    encrypt(program)
    sealing.file(store.folder).unlink()
    assert program("encrypt", "--undo").exit_code == 0
    assert SECRET in program("show", full).stdout
    assert program("actions", "add", "Buy bread").exit_code == 0
    assert SECRET.encode() in store.file(full).read_bytes()


def test_another_passphrase_opens_the_same_key_and_the_one_before_does_not(
    program: Program, key: Identity, full: str, quick_passphrase: None
) -> None:
    encrypt(program)
    before = held.file().read_bytes()
    refused = program("encrypt", "--new-passphrase", stdin="not that one\nanother one of mine\n")
    assert refused.exit_code == 1 and held.file().read_bytes() == before
    done = program("encrypt", "--new-passphrase", stdin=f"{PASSPHRASE}\nanother one of mine\n")
    assert done.exit_code == 0, done.output
    assert held.opened_with("another one of mine") == key
    with pytest.raises(WrongPassphrase):
        held.opened_with(PASSPHRASE)
    assert stat.S_IMODE(held.file().stat().st_mode) == 0o600
    assert SECRET in program("show", full).stdout


def test_a_passphrase_comes_from_where_a_script_says(program: Program, key: Identity, full: str) -> None:
    encrypt(program)
    lock_all()
    out, into = os.pipe()
    os.write(into, PASSPHRASE.encode() + b"\nrest")
    os.close(into)
    try:
        assert program("unlock", "--passphrase-fd", str(out)).exit_code == 0
        assert os.read(out, 10) == b"rest"
    finally:
        program("lock")
        os.close(out)


def test_what_is_shared_while_open_and_what_waits_for_a_line_are_encrypted_too(
    program: Program, key: Identity, full: str, store: Store
) -> None:
    encrypt(program)
    kept = store.load(full)
    store.save(kept, expected_revision=kept.revision, live=SECRET.encode())
    store.keep_awaited(full, {kept.people[0].id: program.now})
    waiting = AwayFile(store.folder, "host.example", full)
    waiting.keep(Waiting(since=program.now, state=SECRET.encode(), acknowledged=b""))
    written = [*(store.folder / "live").iterdir(), *(store.folder / "away").iterdir()]
    assert len(written) == 3 and all(seal.is_sealed(path.read_bytes()) for path in written)
    state, found = store.live_state(full), waiting.read()
    assert state is not None and found is not None and state.data == found.state == SECRET.encode()
    assert store.awaited(full)


@pytest.mark.parametrize("form", ["encrypted", "in the clear"])
@pytest.mark.parametrize("way", ["redact", "erase"])
def test_a_word_is_taken_out_of_a_session_that_another_process_has_open(
    program: Program, key: Identity, full: str, store: Store, way: str, form: str
) -> None:
    if form == "encrypted":
        encrypt(program)
        agent.unlock(held.file(), key, 5)
    other = program.start(other="Kim Lee")
    program("actions", "add", f"Ring {SECRET}", "--session", full)
    program("search", SECRET)
    there = program.begin("plain", full)
    try:
        assert there.stdin is not None and there.stdout is not None
        there.stdin.write(f"Another {SECRET}, typed there.\n/who\n".encode())
        there.stdin.flush()
        while not any(SECRET in note.text and "typed there" in note.text for note in store.load(full).notes):
            assert there.poll() is None
        words = (way, full, SECRET) if way == "redact" else (way, full)
        done = program(*words, "--why", "a name", "--yes")
        assert done.exit_code == 0, done.output
        there.stdin.write(b"Something else.\n")
        told, _ = there.communicate(timeout=60)
        assert there.returncode == 0 and (way == "redact" or b"erased this record" in told)
    finally:
        there.kill()
        there.wait()
        if form == "encrypted":
            agent.lock(held.file())
    if way == "redact":
        assert any("Something else." in note.text for note in store.load(full).notes)
    assert program("sessions").exit_code == 0 and other in store.ids() and (full in store.ids()) == (way == "redact")
    files = everything(store.folder)
    assert len(files) > 5
    for name, data in files.items():
        assert SECRET.encode() not in (seal.opened(data, key, name) if seal.is_sealed(data) else data), name


KEY = identity.new("").recipient
WRONG: list[dict[str, Any]] = [
    {"holders": []},
    {"holders": 7},
    {"holders": [["x"]]},
    {"holders": ["age1" + "q" * 58]},
    {"holders": ["age1" + "é" * 58]},
    {"holders": [KEY[:-1] + ("q" if KEY[-1] != "q" else "p")]},
    {"people": [1]},
    {"people": {"p-x": "\x1b[31m"}},
    {"people": {"": KEY}},
    {"recovery": {"a": 1}},
    {"recovery": "../../etc"},
    {"recovery": "age1" + "q" * 58},
    {"state": ["encrypted"]},
    {"state": "\u202e"},
    {"open_to_recovery": None},
]
HOSTILE_KEYS = [
    b"",
    b"\xff\xfe",
    b"[]",
    b"null",
    b"[" * 100_000,
    b'{"format": 2}',
    b'{"format": "1", "state": "encrypted"}',
    *(
        json.dumps(
            {
                "format": 1,
                "state": "encrypted",
                "holders": [KEY],
                "people": {},
                "recovery": "",
                "open_to_recovery": [],
                **wrong,
            }
        ).encode()
        for wrong in WRONG
    ),
]


@pytest.mark.parametrize(("content", "met"), [(one, n % 2) for n, one in enumerate(HOSTILE_KEYS)], ids=range(22))
def test_hostile_keys_are_refused_with_a_sentence_and_nothing_is_written(
    program: Program, key: Identity, full: str, store: Store, content: bytes, met: int
) -> None:
    encrypt(program)
    sealing.file(store.folder).write_bytes(content)
    if not met:  # another login, that has never met this store
        trust.file().unlink()
    before = everything(store.sessions)
    status = program("actions", "add", f"Buy a {SECRET}").exit_code
    # A key in the right shape that is none, or nobody's here, is no reader: what is written is for others.
    assert status == 1 or content.count(b"age1")
    for command in (("actions", "add", f"Buy a {SECRET}"), ("sessions",), ("doctor",), ("where",)):
        result = program(*command)
        assert result.exception is None or isinstance(result.exception, SystemExit), (command, result.exception)
        assert "\x1b" not in result.output and "\u202e" not in result.output
    assert everything(store.sessions) == before or status == 0
    for name, data in everything(store.folder).items():
        assert SECRET.encode() not in data, name
    assert SECRET.encode() in seal.opened(store.file(full).read_bytes(), key, "x")


def test_half_a_character_in_a_passphrase_is_refused(key: Identity) -> None:
    with pytest.raises(BadInput):
        held.opened_with("half \udcff character")
    with pytest.raises(BadInput):
        identity.wrapped(key, "half \udcff character")


def test_an_accent_opens_the_key_however_it_was_typed() -> None:
    assert identity.even("cafe\u0301 au lait") == identity.even("café au lait") == "café au lait"


def test_who_could_read_the_record_is_told_as_it_is(program: Program, key: Identity, full: str) -> None:
    def told() -> str:
        return " ".join(program.process("plain", full, stdin="/people\n/quit\n").stdout.decode().split())

    assert "This record is a file on this computer. Whoever can log in as the same user can read it" in told()
    encrypt(program)
    try:
        assert program.process("unlock", "--minutes", "5", stdin=PASSPHRASE + "\n").returncode == 0
        assert "This record is an encrypted file on this computer." in (asked := told())
        assert "as the same user" not in asked
    finally:
        assert program.process("lock").returncode == 0
