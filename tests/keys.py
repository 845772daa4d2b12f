"""Keys for tests, and the program `age`."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from supervision.vault.identity import Identity, unwrapped

PASSPHRASE = "four words that fit"


GUARDED = (Path(__file__).parent / "data" / "identity.age").read_bytes()
"""A key under `PASSPHRASE`, made to open at once; one of ours takes a second, by design."""


@cache
def ash() -> Identity:
    """The key of Ash Patel, that lies in `GUARDED`."""
    return unwrapped(GUARDED, PASSPHRASE, "identity.age")


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
