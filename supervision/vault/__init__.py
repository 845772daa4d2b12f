"""Encryption: bytes that only their readers can open, a person's own key, and who holds it while they work.

What is written here is an age file like any other: the program `age` opens it with the same keys. This room alone
knows pyrage, and loads it only when there is something to encrypt.
"""

from supervision.vault.agent import lock, unlock
from supervision.vault.held import hold, holder, let_go, needed
from supervision.vault.identity import Identity, kept, new, read, recipient, unwrapped, wrapped
from supervision.vault.seal import is_sealed, opened, sealed

__all__ = [
    "Identity",
    "hold",
    "holder",
    "is_sealed",
    "kept",
    "let_go",
    "lock",
    "needed",
    "new",
    "opened",
    "read",
    "recipient",
    "sealed",
    "unlock",
    "unwrapped",
    "wrapped",
]
