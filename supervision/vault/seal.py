"""Bytes that only their readers can open: age files, whole in memory."""

import base64
import binascii
from collections.abc import Iterable
from typing import TYPE_CHECKING

from supervision.errors import Damaged, NotForUs, Refused, WrongPassphrase

if TYPE_CHECKING:
    from supervision.vault.identity import Identity

MAGIC = b"age-encryption.org/"
_LINES = 200
"""Lines that the head of a file may have: each reader has two. One with many thousands would cost minutes."""
_NO_KEY = "No matching keys"
_BEGIN, _END = b"-----BEGIN AGE ENCRYPTED FILE-----", b"-----END AGE ENCRYPTED FILE-----"


def is_sealed(data: bytes) -> bool:
    """Whether these bytes are encrypted."""
    return data.startswith(MAGIC)


def sealed(data: bytes, readers: Iterable[str]) -> bytes:
    """`data`, for the holders of these keys (`age1...`) and nobody else; Damaged when one of them is none."""
    import pyrage

    try:
        keys = [pyrage.x25519.Recipient.from_str(reader) for reader in sorted(set(readers))]
    except pyrage.RecipientError as error:
        raise Damaged(
            "One of the keys for which these records are encrypted is none, so nothing was written."
        ) from error
    assert keys, "what nobody can read would be lost"
    result: bytes = pyrage.encrypt(data, keys)
    return result


def opened(data: bytes, identity: "Identity", name: str) -> bytes:
    """What was encrypted; Damaged, naming the file, when a bit of it was changed, NotForUs when it is for others."""
    import pyrage

    head, found, _ = data[: _LINES * 100].partition(b"\n---")
    if not found or head.count(b"\n") > _LINES:
        raise Damaged(f"{name} cannot be read: its encryption is damaged. It stays as it is.")
    try:
        result: bytes = pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(identity.secret)])
    except pyrage.DecryptError as error:
        if str(error).startswith(_NO_KEY):
            raise NotForUs(
                f"{name} cannot be opened with your key: it is encrypted for somebody else, or damaged. "
                "It stays as it is."
            ) from error
        raise Damaged(f"{name} cannot be read: its encryption is damaged. It stays as it is.") from error
    return result


def bare(data: bytes) -> bytes:
    """What was encrypted to be sent as letters (`age -a`) as plain bytes, also its beginning alone; others as it is."""
    start = data.lstrip()
    if not start.startswith(_BEGIN):
        return data
    letters = b"".join(start.removeprefix(_BEGIN).partition(_END)[0].split())
    try:
        return base64.b64decode(letters[: len(letters) // 4 * 4])
    except binascii.Error:
        return data


def is_under_passphrase(data: bytes) -> bool:
    """Whether these bytes, or those that begin so, are encrypted with a passphrase."""
    from supervision.vault.identity import work

    return work(bare(data)) is not None


def opened_by(data: bytes, passphrase: str, name: str) -> bytes:
    """What was encrypted with a passphrase; WrongPassphrase, or Refused at once when it asks for too much work."""
    import pyrage

    from supervision.vault.identity import MOST_WORK, even, work

    if (work(data) or 0) > MOST_WORK:
        raise Refused(f"{name} asks for far more work than a passphrase needs, and is not opened. It stays as it is.")
    try:
        result: bytes = pyrage.passphrase.decrypt(data, even(passphrase))
    except pyrage.DecryptError as error:
        raise WrongPassphrase(
            f"That passphrase does not open {name}. Nothing was changed; please try again, or ask whoever sent it."
        ) from error
    return result
