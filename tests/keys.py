"""Keys for tests, records that are encrypted with them, and the program `age`."""

import base64
import hashlib
import hmac
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


def guarded(words: bytes, passphrase: str) -> bytes:
    """What age makes of these words under a passphrase, with little work: one of its own takes a second, or three."""
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    def plain64(data: bytes) -> bytes:
        return base64.b64encode(data).rstrip(b"=")

    def derived(salt: bytes, info: bytes) -> bytes:
        return hmac.digest(hmac.digest(salt, key, "sha256"), info + b"\x01", "sha256")

    key, salt, nonce, work = os.urandom(16), os.urandom(16), os.urandom(16), 10
    wrapping = hashlib.scrypt(
        passphrase.encode(), salt=b"age-encryption.org/v1/scrypt" + salt, n=2**work, r=8, p=1, dklen=32
    )
    body = ChaCha20Poly1305(wrapping).encrypt(bytes(12), key, None)
    head = b"age-encryption.org/v1\n-> scrypt %b %d\n%b\n---" % (plain64(salt), work, plain64(body))
    code = hmac.digest(derived(bytes(32), b"header"), head, "sha256")
    assert 0 < len(words) <= 65536  # one piece, which is the last
    payload = ChaCha20Poly1305(derived(nonce, b"payload")).encrypt(bytes(11) + b"\x01", words, None)
    return b"%b %b\n%b%b" % (head, plain64(code), nonce, payload)


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
