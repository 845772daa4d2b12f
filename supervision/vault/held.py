"""Who holds the key in this process: given by whoever opened it here, or by the agent that `unlock` began."""

from collections.abc import Callable
from pathlib import Path

from supervision import paths
from supervision.errors import Damaged, Locked, SupervisionError
from supervision.text import one_line
from supervision.vault import agent
from supervision.vault.identity import Identity, unwrapped

_here: dict[Path, Identity] = {}
"""By the file that a key lies in. Nothing is asked of the agent twice."""

_ask: Callable[[], Identity | None] | None = None

LOCKED = (
    "The records here are encrypted, and locked. Unlock them for a while with: supervision unlock. "
    "Nothing was changed, and nothing is lost."
)
NO_KEY = (
    "The records here are encrypted, and this login has no key: there is no {file}. It comes back out of a backup, "
    "with supervision restore; or whoever keeps the recovery key opens them with: supervision unlock --with FILE. "
    "Nothing was changed, and nothing is lost."
)
_MOST = 100_000


def file() -> Path:
    """Where this login's key lies, guarded by its passphrase."""
    return paths.config_dir() / "identity.age"


def hold(identity: Identity) -> None:
    """From now on this process can open what is for this key."""
    _here[file()] = identity


def let_go() -> None:
    """This process forgets every key."""
    _here.clear()


def ask_with(way: Callable[[], Identity | None] | None) -> None:
    """How this process asks somebody for the passphrase, once it is needed; None: nobody is there to ask."""
    global _ask
    _ask = way


def is_here() -> bool:
    """Whether this login has a key at all."""
    return file().is_file()


def holder() -> Identity | None:
    """The key, if it is to hand without asking anybody."""
    place = file()
    if place not in _here:
        try:
            found = agent.asked(place)
        except SupervisionError:  # there is no folder for connections, which `doctor` says
            return None
        if found is None:
            return None
        _here[place] = found
    return _here[place]


def needed() -> Identity:
    """The key, asked for if somebody can be asked; Locked when nobody holds it."""
    found = holder()
    if found is None and _ask is not None and (found := _ask()) is not None:
        hold(found)
    if found is None:
        raise Locked(LOCKED if is_here() else NO_KEY.format(file=one_line(str(file()))))
    return found


def opened_with(passphrase: str) -> Identity:
    """The key of this login, out of its file; WrongPassphrase, Damaged, Refused, or Locked when there is none."""
    place = file()
    try:
        if place.stat().st_size > _MOST:
            raise Damaged(f"{one_line(str(place))} is larger than any key. It stays as it is.")
        data = place.read_bytes()
    except FileNotFoundError as error:
        raise Locked(NO_KEY.format(file=one_line(str(place)))) from error
    except OSError as error:
        raise Damaged(f"{one_line(str(place))} cannot be read: {(error.strerror or '').lower()}.") from error
    return unwrapped(data, passphrase, one_line(str(place)))
