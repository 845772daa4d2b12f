"""Each claim of docs/protection.md, by its number."""

import asyncio
import json
import os
import re
import socket
import stat
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from supervision import live, paths
from supervision.errors import BadInput, Damaged, Locked, NotForUs, Refused, WrongPassphrase
from supervision.host.known import Known, KnownKeys
from supervision.model import changes as c
from supervision.room import Room, saving
from supervision.shelf.protection import page
from supervision.store import Store, sealing
from supervision.store import doctor as look_over
from supervision.tui.screens.protecting import PAGE
from supervision.vault import agent, held, identity, seal
from supervision.vault.identity import Identity
from tests.conftest import ROOT, Program
from tests.hostile import dangerous
from tests.keys import GUARDED, PASSPHRASE, SECRET, age, encrypt, everything, full_session, give_key, lock_all
from tests.live import until
from tests.terminal import Terminal
from tests.tui_desk import desk_of, one_session, shown

TEXT = (ROOT / "docs" / "protection.md").read_text()


@pytest.fixture
def key(tmp_path: Path) -> Identity:
    return give_key()


@pytest.fixture
def full(program: Program) -> str:
    return full_session(program)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def unlocked(program: Program, key: Identity) -> Iterator[Path]:
    """The agent's socket while it holds the key."""
    agent.unlock(held.file(), key, 5)
    yield agent.address(held.file())
    agent.lock(held.file())


def process_of(socket: Path) -> Path:
    """Where the system tells of the agent that listens there."""
    if not Path("/proc/self/status").exists():
        pytest.skip("this system has no /proc")
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if str(socket).encode() in (folder / "cmdline").read_bytes():
                return folder
        except OSError:
            continue
    raise AssertionError("there is no agent")


def test_each_claim_has_a_test_and_the_page_is_found() -> None:
    claims = re.findall(r"^([0-9]+)\. ", TEXT, re.MULTILINE)
    tests = sorted(int(name.split("_")[1]) for name in globals() if re.match(r"test_[0-9]+_", name))
    assert [int(number) for number in claims] == tests == list(range(1, len(claims) + 1))
    assert "(docs/protection.md)" in (ROOT / "README.md").read_text()


async def test_the_page_is_read_from_help(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session()), session="", size=(80, 24)) as ui:
        await ui.press("f1")
        assert "read what is protected here and what is not" in " ".join(ui.told.split())
        await ui.press("escape")
        await ui.choose("What is protected")
        assert PAGE in ui.text and "Files are readable for your login alone" in " ".join(ui.text.split())
    assert "**" not in page() and "`" not in page() and "24. Who is at the keyboard" in page()


# -- always ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mask", [0, 0o777])
def test_1_files_are_for_one_login_whatever_the_umask(program: Program, tmp_path: Path, mask: int) -> None:
    old = os.umask(mask)
    try:
        full = full_session(program)
        program("sessions")
        program("export", full, "-o", str(tmp_path / "out.md"))
    finally:
        os.umask(old)
    found = [tmp_path / "store", *(tmp_path / "store").rglob("*"), tmp_path / "out.md"]
    assert len(found) > 8
    for path in found:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def as_another_login(tries: list[Callable[[], object]]) -> list[str]:
    """What comes of it when a login that is nobody's tries this: the names of errors, or "done"."""
    if os.geteuid() != 0:
        pytest.skip("only root can try as somebody else")
    came, out = os.pipe()
    child = os.fork()
    if child == 0:
        found = []
        try:
            os.chdir("/")
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            for one in tries:
                try:
                    one()
                    found.append("done")
                except OSError as error:
                    found.append(type(error).__name__)
            os.write(out, json.dumps(found).encode())
        finally:
            os._exit(0)
    os.close(out)
    os.waitpid(child, 0)
    with os.fdopen(came, "rb") as told:
        result: list[str] = json.loads(told.read())
    return result


def test_2_another_login_sees_nothing(
    program: Program, full: str, store: Store, unlocked: Path, tmp_path: Path
) -> None:
    def reach(path: Path) -> None:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(path))

    sockets, room = paths.runtime_dir(), live.address(store.folder, full)
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    assert stat.S_IMODE(unlocked.stat().st_mode) & 0o177 == 0
    with tempfile.TemporaryDirectory() as open_to_all:
        Path(open_to_all).chmod(0o755)
        there = Path(open_to_all) / "store"
        program("--store", str(there), "start", "--with", "Sam Okafor", "--no-tui")
        record = next((there / "sessions").iterdir())
        tries: list[Callable[[], object]] = [
            lambda: list(there.iterdir()),
            record.read_bytes,
            record.stat,
            lambda: list(sockets.iterdir()),
            lambda: reach(unlocked),
            lambda: reach(room),
            lambda: list(Path(open_to_all).iterdir()),  # so that it is the store that keeps them out
        ]
        assert as_another_login(tries) == [*["PermissionError"] * 6, "done"]


def test_3_what_cannot_be_read_is_named_and_never_written_over(
    program: Program, full: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = store.file(full).read_bytes()
    monkeypatch.setattr(saving, "RETRY", 0.02)

    async def open_meanwhile() -> None:
        async with Room(store, full, me="Ash Patel") as room:
            room.change(c.AddAction(text="\x1b[2JBuy tea"))
            store.folder.rename(store.folder.with_name("away"))
            await until(lambda: room.saved.failed)
            store.folder.with_name("away").rename(store.folder)
            await until(lambda: not room.saved.waiting and not room.saved.failed)
            store.file(full).write_bytes(older)
            room.write_line("Still here.")
            await until(lambda: b"Still here." in store.file(full).read_bytes())

    asyncio.run(open_meanwhile())
    shown = program("show", full)
    assert "[2JBuy tea" in shown.stdout and dangerous(shown.stdout) == []
    store.file(full).write_bytes(b"{")
    result = program("show", full)
    assert result.exit_code == 1 and f"{full}.json" in result.stderr
    assert program("actions", "add", "Buy bread", "--session", full).exit_code != 0
    assert store.file(full).read_bytes() == b"{"


# -- encrypted ------------------------------------------------------------------------------------------------


def test_4_all_that_is_kept_is_encrypted(program: Program, key: Identity, full: str, tmp_path: Path) -> None:
    encrypt(program)
    program("actions", "add", f"Buy a {SECRET}")
    program("sessions")
    for name, data in everything(tmp_path / "store").items():
        assert SECRET.encode() not in data and b"Okafor" not in data, name
        assert seal.is_sealed(data) or name == "keys.json" or name.startswith("locks/"), name


def test_5_names_of_files_hold_no_word_but_a_time(program: Program, key: Identity, full: str, tmp_path: Path) -> None:
    encrypt(program)
    program("sessions")
    names = " ".join(everything(tmp_path / "store")).casefold()
    assert not any(word in names for word in ("ash", "sam", "patel", "okafor", SECRET))
    assert "2026-11-23-1000" in names


def test_6_each_bit_that_is_changed_is_noticed(program: Program, key: Identity, full: str, store: Store) -> None:
    encrypt(program)
    file = store.file(full)
    whole = file.read_bytes()
    for at in range(0, len(whole), len(whole) // 71):
        flipped = bytearray(whole)
        flipped[at] ^= 1 << at % 8
        file.write_bytes(flipped)
        with pytest.raises(Damaged):
            store.load(full)
        assert file.read_bytes() == flipped


def test_7_age_opens_the_key_and_with_it_the_records(
    program: Program, key: Identity, full: str, store: Store, tmp_path: Path
) -> None:
    encrypt(program)
    assert SECRET.encode() in age(store.file(full).read_bytes(), key, tmp_path)
    run = ("-c", "import os, sys; os.execvp(sys.argv[1], sys.argv[1:])")
    command = ("age", "-d", "-o", str(tmp_path / "key.txt"), str(held.file()))
    with Terminal(command, env={"HOME": str(tmp_path)}, program=run) as terminal:
        terminal.wait("passphrase")
        terminal.send(PASSPHRASE + "\r")
        assert terminal.ended() == 0
    assert key.secret in (tmp_path / "key.txt").read_text()


def test_8_a_session_is_for_those_in_it_and_private_notes_for_their_owner(
    program: Program, key: Identity, full: str, store: Store, tmp_path: Path
) -> None:
    (tmp_path / "config" / "settings.yaml").write_text("me: Ash Patel\n")
    program.plain(full, "/private For me alone.\n")
    sam, kim, recovery = (identity.new(name) for name in ("Sam Okafor", "Kim Lee", ""))
    program.start(other="Kim Lee")
    encrypt(program, "--recovery", recovery.recipient)
    for one in (sam, kim):
        encrypt(program, "--for", one.name, one.recipient)
    record = store.file(full).read_bytes()
    for reader in (key, sam, recovery):
        assert seal.opened(record, reader, "x")
    (private,) = store.private.files.iterdir()
    assert b"For me alone" in seal.opened(private.read_bytes(), key, "x")
    for data, stranger in ((record, kim), (private.read_bytes(), sam), (private.read_bytes(), recovery)):
        with pytest.raises(NotForUs):
            seal.opened(data, stranger, "x")


def test_9_what_belongs_to_no_one_session_is_for_all_who_have_a_key(
    program: Program, key: Identity, full: str, store: Store
) -> None:
    kim = identity.new("Kim Lee")
    other = program.start(other="Kim Lee")
    program("actions", "add", f"Buy a {SECRET}")
    encrypt(program)
    encrypt(program, "--for", "Kim Lee", kim.recipient)
    assert SECRET.encode() in seal.opened((store.folder / "undo.json").read_bytes(), kim, "x")
    chain = seal.opened(store.chain(full).file.read_bytes(), kim, "x")
    assert chain and SECRET.encode() not in chain
    assert other


def test_10_a_wrong_passphrase_changes_nothing_and_endless_work_is_refused(
    program: Program, key: Identity, full: str, tmp_path: Path
) -> None:
    encrypt(program)
    lock_all()
    before = everything(tmp_path)
    assert program("unlock", stdin="another one\n").exit_code == 1
    assert everything(tmp_path) == before
    held.file().write_bytes(re.sub(rb"(-> scrypt \S+) \d+", rb"\1 30", GUARDED))
    with pytest.raises(Refused, match="more work"):
        held.opened_with(PASSPHRASE)


@pytest.mark.parametrize("way", [("redact", SECRET), ("erase",)])
def test_11_what_was_taken_out_is_in_no_file(
    program: Program, key: Identity, full: str, store: Store, way: tuple[str, ...]
) -> None:
    encrypt(program)
    program("sessions")
    assert program(way[0], full, *way[1:], "--why", "a name", "--yes").exit_code == 0
    for name, data in everything(store.folder).items():
        assert SECRET.encode() not in (seal.opened(data, key, name) if seal.is_sealed(data) else data), name


def test_12_a_backup_is_encrypted_and_holds_the_guarded_key(
    program: Program, key: Identity, full: str, tmp_path: Path
) -> None:
    encrypt(program)
    program("backup", str(tmp_path / "b.zip"))
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert archive.read("settings/identity.age") == GUARDED
        assert not [name for name in archive.namelist() if SECRET.encode() in archive.read(name)]


def test_13_whoever_writes_beside_the_records_does_not_let_themselves_in(
    program: Program, key: Identity, full: str, store: Store
) -> None:
    thief = identity.new("")
    encrypt(program)
    keys = sealing.file(store.folder)
    content = json.loads(keys.read_text())
    keys.write_text(json.dumps({**content, "holders": [*content["holders"], thief.recipient]}))
    program("actions", "add", "Buy bread")
    with pytest.raises(NotForUs):
        seal.opened(store.file(full).read_bytes(), thief, "x")
    keys.unlink()
    assert program("actions", "add", f"Buy a {SECRET}").exit_code == 1
    assert not [name for name, data in everything(store.folder).items() if SECRET.encode() in data]


def test_14_locked_the_key_is_asked_for_again(program: Program, key: Identity, full: str, unlocked: Path) -> None:
    encrypt(program)
    assert program.process("sessions").returncode == 0
    assert program.process("lock").returncode == 0
    assert program.process("sessions").returncode == 1


# -- not protected --------------------------------------------------------------------------------------------


def test_15_before_it_nothing_is_encrypted(program: Program, full: str, store: Store) -> None:
    assert SECRET.encode() in store.file(full).read_bytes()


def test_16_unlocked_the_key_is_for_the_asking_and_an_open_screen_keeps_it(
    program: Program, key: Identity, unlocked: Path
) -> None:
    assert agent.asked(held.file()) == key
    assert held.needed() == key
    agent.lock(held.file())
    assert held.needed() == key
    lock_all()
    with pytest.raises(Locked):
        held.needed()


def test_17_nothing_keeps_memory_out_of_swap_but_there_is_no_core(unlocked: Path) -> None:
    told = process_of(unlocked)
    assert re.search(r"VmLck:\s+0 kB", (told / "status").read_text())
    assert re.search(r"Max core file size\s+0\s+0", (told / "limits").read_text())


def test_18_what_is_printed_stays_and_the_interface_has_a_screen_of_its_own(
    program: Program, full: str, tmp_path: Path
) -> None:
    assert SECRET in program("show", full).stdout
    env = {name: os.environ[name] for name in ("SUPERVISION_STORE", "SUPERVISION_CONFIG")}
    env |= {"SUPERVISION_ME": program.me, "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    with Terminal(("open", full), env=env) as terminal:
        terminal.wait(SECRET)
        assert terminal.leave() == 0
        begins, ends = terminal.raw.find(b"\x1b[?1049h"), terminal.raw.rfind(b"\x1b[?1049l")
        words = [found.start() for found in re.finditer(SECRET.encode(), terminal.raw)]
        assert SECRET not in terminal.text, "nor where there is no other screen"
    assert 0 <= begins < min(words) and max(words) < ends


def test_19_what_was_copied_before_stays_readable_and_files_are_replaced(
    program: Program, key: Identity, full: str, store: Store, tmp_path: Path
) -> None:
    program("backup", str(tmp_path / "b.zip"))
    with store.file(full).open("rb") as before:
        encrypt(program)
        assert SECRET.encode() in before.read()
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert SECRET.encode() in archive.read(f"store/sessions/{full}.json")


def test_20_an_export_is_not_encrypted_and_one_is_told(
    program: Program, key: Identity, full: str, tmp_path: Path
) -> None:
    encrypt(program)
    result = program("export", full, "-o", str(tmp_path / "out.txt"))
    assert SECRET in (tmp_path / "out.txt").read_text() and "not encrypted" in result.stderr


def test_21_sizes_times_and_public_keys_can_be_seen(program: Program, key: Identity, full: str, store: Store) -> None:
    plain, file = store.file(full).stat(), store.file(full)
    encrypt(program)
    assert 0 < file.stat().st_size - plain.st_size < 1000 and file.stat().st_mtime_ns == plain.st_mtime_ns
    content = json.loads(sealing.file(store.folder).read_text())
    (ash,) = (person.id for person in store.load(full).people if person.name == "Ash Patel")
    assert content["people"] == {ash: key.recipient} and program.me not in json.dumps(content)


def test_22_files_can_be_put_in_and_put_back(program: Program, key: Identity, full: str, store: Store) -> None:
    encrypt(program)
    file = store.file(full)
    old = {path: path.read_bytes() for path in (file, store.chain(full).file)}
    plain = seal.opened(old[file], key, "x").replace(SECRET.encode(), b"vibraphone")
    file.write_bytes(seal.sealed(plain, [key.recipient]))
    assert any("vibraphone" in note.text for note in store.load(full).notes)
    file.write_bytes(old[file])
    program.plain(full, "/sign\n")

    def noticed() -> bool:
        return any("older record was put in its place" in one.sentence for one in look_over(store))

    assert not noticed()
    file.write_bytes(old[file])  # the record alone: its chain says more
    assert noticed()
    for path, data in old.items():
        path.write_bytes(data)
    assert not noticed()


def test_23_nothing_but_the_passphrase_opens_the_key(key: Identity) -> None:
    with pytest.raises(WrongPassphrase):
        held.opened_with(PASSPHRASE[:-1])
    with pytest.raises(BadInput, match="at least 10"):
        identity.kept("nine char")


def test_24_a_name_is_what_was_typed(program: Program, full: str) -> None:
    program.me = "Sam Okafor"
    program.plain(full, "As if Sam had written it.\n")
    assert "As if Sam had written it." in program("show", full).stdout


def test_25_settings_are_not_encrypted(program: Program, key: Identity, full: str, tmp_path: Path) -> None:
    (tmp_path / "config" / "settings.yaml").write_text("me: Ash Patel\n")
    KnownKeys().add(Known("p-sam22222", "Sam Okafor", "SHA256:x", "2026-11-23"))
    encrypt(program)
    assert "Ash Patel" in (tmp_path / "config" / "settings.yaml").read_text()
    assert "Sam Okafor" in KnownKeys().file.read_text()


def test_26_words_after_a_command_are_in_the_list_of_processes_until_it_has_begun(
    program: Program, tmp_path: Path
) -> None:
    if not Path("/proc/self/mem").exists():
        pytest.skip("this system has no /proc")
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.stdin.readline()\n")  # it waits before it begins
    there = subprocess.Popen(
        program.command("--store", str(tmp_path / "there"), "plain", "--with", "Sam Okafor", "--matter", SECRET),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=program.environment() | {"PYTHONPATH": f"{tmp_path}:{ROOT}"},
    )
    assert there.stdin is not None and there.stdout is not None
    try:
        listed = Path(f"/proc/{there.pid}/cmdline")
        deadline = time.monotonic() + 30
        while not listed.read_bytes():  # for a moment a process that begins is listed without its words
            assert time.monotonic() < deadline
        assert SECRET.encode() in listed.read_bytes()
        there.stdin.write(b"\n")
        there.stdin.flush()
        assert b"Session" in there.stdout.readline()
        words = listed.read_bytes().split(b"\0")
        assert b"plain" in words and not {SECRET.encode(), b"Sam Okafor", b"--matter"} & set(words)
        there.communicate(b"/quit\n", timeout=60)
    finally:
        there.kill()
        there.wait()
