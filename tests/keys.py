"""Keys for tests, records that are encrypted with them, and the program `age`."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from supervision.store import sealed_index
from supervision.vault import held
from supervision.vault.identity import Identity, unwrapped
from tests.conftest import Program
from tests.test_plain import DECIDE

SECRET = "xylophone"
"""A word that is in no prompt and no name."""
PASSPHRASE = "four words that fit"


GUARDED = (Path(__file__).parent / "data" / "identity.age").read_bytes()
"""A key under `PASSPHRASE`, made to open at once; one of ours takes a second, by design."""


@cache
def ash() -> Identity:
    """The key of Ash Patel, that lies in `GUARDED`."""
    return unwrapped(GUARDED, PASSPHRASE, "identity.age")


def give_key() -> Identity:
    """The key of Ash Patel, under its passphrase where this login keeps it."""
    held.file().parent.mkdir(exist_ok=True)
    held.file().write_bytes(GUARDED)
    return ash()


def full_session(program: Program) -> str:
    """A session in which the word stands in a matter, a note and an action."""
    session = program.start("--alias", "J", "--matter", f"About the {SECRET}")
    program.plain(session, f"The {SECRET} note.\n{DECIDE.format(support='given Team manager')}/action Ring {SECRET}\n")
    return session


def encrypt(program: Program, *more: str) -> None:
    """`supervision encrypt`, by the holder of that key."""
    result = program("encrypt", *(more or ("--no-recovery",)), stdin=PASSPHRASE + "\n")
    assert result.exit_code == 0, result.output


def lock_all() -> None:
    """This process knows as much as a new one."""
    held.let_go()
    sealed_index.let_go()


def everything(folder: Path) -> dict[str, bytes]:
    """Every file under a folder, by name."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def age(data: bytes, identity: Identity, folder: Path) -> bytes:
    """What the program `age` makes of an encrypted file with this key."""
    if shutil.which("age") is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("age is not installed")
    key, file = folder / "key.txt", folder / "file.age"
    key.write_text(identity.text())
    file.write_bytes(data)
    done = subprocess.run(["age", "-d", "-i", str(key), str(file)], capture_output=True, check=False, timeout=60)
    key.unlink()
    file.unlink()
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout
