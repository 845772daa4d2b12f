"""Who holds the key in this process: given by whoever opened it here, or by the agent that `unlock` began."""

from pathlib import Path

from supervision import paths
from supervision.errors import Locked, SupervisionError
from supervision.vault import agent
from supervision.vault.identity import Identity

_here: dict[Path, Identity] = {}
"""By the file that a key lies in. Nothing is asked of the agent twice."""

LOCKED = (
    "The records here are encrypted, and locked. Unlock them for a while with: supervision unlock. "
    "Nothing was changed, and nothing is lost."
)


def file() -> Path:
    """Where this login's key lies, guarded by its passphrase."""
    return paths.config_dir() / "identity.age"


def hold(identity: Identity) -> None:
    """From now on this process can open what is for this key."""
    _here[file()] = identity


def let_go() -> None:
    """This process forgets every key."""
    _here.clear()


def holder() -> Identity | None:
    """The key, if it is to hand without asking anybody."""
    place = file()
    if place not in _here:
        try:
            found = agent.asked(place)
        except SupervisionError:
            return None
        if found is None:
            return None
        _here[place] = found
    return _here[place]


def needed() -> Identity:
    """The key; Locked when nobody holds it."""
    found = holder()
    if found is None:
        raise Locked(LOCKED)
    return found
