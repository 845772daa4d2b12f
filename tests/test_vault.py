"""Encryption by itself: what is written opens for its readers alone, each flipped bit is seen, keys are guarded."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from supervision.errors import BadInput, Damaged, NotForUs, Refused, WrongPassphrase
from supervision.vault import agent, held, identity, seal
from tests.keys import GUARDED, PASSPHRASE, age

WORDS = ("What J said about the lifts, in confidence. " * 40).encode()


def test_what_is_sealed_opens_for_each_reader_and_nobody_else() -> None:
    ash, sam, kim = (identity.new(name) for name in ("Ash", "Sam", "Kim"))
    data = seal.sealed(WORDS, [ash.recipient, sam.recipient])
    assert seal.is_sealed(data) and b"lifts" not in data
    assert seal.opened(data, ash, "x") == seal.opened(data, sam, "x") == WORDS
    with pytest.raises(NotForUs, match="somebody else, or damaged"):
        seal.opened(data, kim, "x")


def test_each_of_576_bits_that_flips_is_seen() -> None:
    ash = identity.new("Ash")
    data = seal.sealed(WORDS, [ash.recipient, identity.new("Sam").recipient])
    step = len(data) / 72
    for at in (int(step * n) for n in range(72)):
        for bit in range(8):
            flipped = bytearray(data)
            flipped[at] ^= 1 << bit
            with pytest.raises(Damaged):
                seal.opened(bytes(flipped), ash, "x")


@pytest.mark.parametrize("keep", [0, 1, 20, 100, 200, -1, -16, -1000])
def test_what_was_cut_short_is_seen(keep: int) -> None:
    ash = identity.new("Ash")
    with pytest.raises(Damaged):
        seal.opened(seal.sealed(WORDS, [ash.recipient])[:keep], ash, "x")


def test_a_head_of_endless_lines_is_refused_without_work() -> None:
    ash = identity.new("Ash")
    head, _, rest = seal.sealed(WORDS, [ash.recipient]).partition(b"\n---")
    stanza = b"\n-> X25519 s5zk33wWOMSrgsn6dIg3eercyXVLp5Dmr9CB913CpG4\nI4DNLGfv2yDQvLGE1BKMBQE5H9vgtbg9UENwkgyEUiU"
    with pytest.raises(Damaged):
        seal.opened(head + stanza * 100_000 + b"\n---" + rest, ash, "x")


def test_the_program_age_opens_what_we_wrote(tmp_path: Path) -> None:
    ash, recovery = identity.new("Ash"), identity.new("")
    data = seal.sealed(WORDS, [ash.recipient, recovery.recipient])
    assert age(data, ash, tmp_path) == age(data, recovery, tmp_path) == WORDS


def test_the_key_comes_out_with_its_passphrase_and_with_no_other() -> None:
    ash = identity.new("Ash Patel")
    data = identity.wrapped(ash, PASSPHRASE)
    assert ash.secret.encode() not in data and b"Ash" not in data
    assert identity.unwrapped(data, PASSPHRASE, "x") == ash


def test_a_wrong_passphrase_says_that_nothing_is_lost() -> None:
    with pytest.raises(WrongPassphrase, match="Nothing was changed"):
        identity.unwrapped(GUARDED, PASSPHRASE + " ", "x")


def test_a_key_never_shows_in_what_is_printed_of_it() -> None:
    ash = identity.new("Ash")
    assert ash.secret not in repr(ash) and ash.secret not in str(ash)


def test_a_forged_work_factor_is_refused_before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    import pyrage

    data = GUARDED
    monkeypatch.setattr(pyrage.passphrase, "decrypt", lambda *given: pytest.fail("it was worked on"))
    for factor in (b"23", b"30", b"63", b"9999", b"0030"):
        forged = re.sub(rb"(-> scrypt \S+) \d+", rb"\1 " + factor, data)
        assert forged != data
        with pytest.raises(Refused, match="asks for more work"):
            identity.unwrapped(forged, PASSPHRASE, "x")


@pytest.mark.parametrize(
    "data", [b"", b"words", b"age-encryption.org/v1\n", b"age-encryption.org/v1\n-> scrypt x 18\n"]
)
def test_what_is_no_guarded_key_is_named_as_such(data: bytes) -> None:
    with pytest.raises(Damaged, match="no key guarded"):
        identity.unwrapped(data, PASSPHRASE, "x")


@pytest.mark.parametrize("typed", ["", "age1", "AGE-SECRET-KEY-1", "age1" + "q" * 58, "ssh-ed25519 AAAA"])
def test_what_is_no_public_key_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(BadInput, match="begins with age1"):
        identity.recipient(typed)


def test_a_public_key_is_taken_as_it_is_copied() -> None:
    ash = identity.new("Ash")
    assert identity.recipient(f"  {ash.recipient}\n") == ash.recipient
    assert identity.recipient(ash.recipient.upper()) == ash.recipient


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(BadInput, match="at least"):
        identity.wrapped(identity.new("Ash"), "short")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return tmp_path / "config" / "identity.age"


def test_an_agent_gives_the_key_to_other_processes_until_it_is_locked(place: Path) -> None:
    ash = identity.new("Ash Patel")
    assert agent.asked(place) is None
    agent.unlock(place, ash, 5)
    try:
        socket = agent.address(place)
        assert stat.S_IMODE(socket.stat().st_mode) & 0o177 == 0
        assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700
        assert agent.asked(place) == ash
        asking = "from supervision.vault import held; print(held.needed().recipient)"
        done = subprocess.run(
            [sys.executable, "-c", asking], capture_output=True, check=True, timeout=60, env=os.environ
        )
        assert done.stdout.decode().strip() == ash.recipient
        assert not [found for found in Path("/proc").glob("*/cmdline") if ash.secret.encode() in _read(found)]
    finally:
        assert agent.lock(place)
    assert agent.asked(place) is None
    assert not agent.lock(place)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def test_an_agent_ends_by_itself_when_its_time_is_over(place: Path) -> None:
    ash = identity.new("Ash")
    agent.unlock(place, ash, 0.0001)
    while agent.asked(place) is not None:
        pass
    assert not agent.address(place).exists()


def test_an_agent_takes_the_place_of_the_one_before(place: Path) -> None:
    ash, sam = identity.new("Ash"), identity.new("Sam")
    agent.unlock(place, ash, 5)
    agent.unlock(place, sam, 5)
    assert agent.asked(place) == sam
    agent.lock(place)


def test_what_listens_there_and_is_not_ours_is_not_believed(place: Path) -> None:
    agent.unlock(place, identity.new("Ash"), 5)
    agent.lock(place)
    agent.address(place).write_text("AGE-SECRET-KEY-1")
    assert agent.asked(place) is None
    assert held.holder() is None
