"""Loading what a session needs without OpenSSL: nobody in a session uses it, and it takes two megabytes of each."""

import sys
from importlib import import_module
from importlib.util import find_spec

_DIGESTS = ("_md5", "_sha1", "_sha512", "_sha3", "_blake2", "_sha256" if sys.version_info < (3, 12) else "_sha2")
"""Those that Python brings with it. Whoever built it may have left them out, to allow those of OpenSSL alone."""


def load() -> None:
    """asyncio without TLS, which no line here speaks, and digests as Python itself computes them: they are the same.

    Nothing is other than usual where these are loaded already, nor for who imports `ssl` by its name later.
    """
    _without("ssl", "asyncio")
    if all(map(find_spec, _DIGESTS)):
        _without("_hashlib", "hashlib", "hmac")


def _without(unused: str, *users: str) -> None:
    """Loads these as on a system that does not have what is unused; they are made for that, too."""
    if any(name in sys.modules for name in (unused, *users)):
        return
    sys.modules[unused] = None  # type: ignore[assignment]  # whoever imports it hears that there is none
    try:
        for name in users:
            import_module(name)
    finally:
        del sys.modules[unused]
