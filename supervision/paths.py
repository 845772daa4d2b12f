"""Where things are: what is shipped with the program, the person's own folders, and the folder for sockets.

Nothing here makes a folder but `runtime_dir`; whoever writes into a folder makes it.
"""

import os
import stat
import tempfile
import warnings
from pathlib import Path
from typing import Literal

import platformdirs

from supervision.errors import Damaged, Refused

APP = "supervision"
SOCKET_PATH_BYTES = 100
"""A socket's whole path must fit in this; systems allow 104 to 108."""

_SOCKET_NAME_BYTES = 36
"""What `runtime_dir` leaves free for a socket's name and the slash before it."""


def shipped(name: Literal["prompts", "themes"]) -> Path:
    """The folder of packs or themes that came with the program, in a wheel or in a checkout."""
    package = Path(__file__).resolve().parent
    for folder in (package / f"_{name}", package.parent / name):
        if folder.is_dir():
            return folder
    raise Damaged(f"This installation is incomplete: its {name} are missing. Please install it again.")


def config_dir() -> Path:
    """The person's settings, packs and themes: SUPERVISION_CONFIG, or the system's folder for settings."""
    return _absolute(os.environ.get("SUPERVISION_CONFIG")) or platformdirs.user_config_path(APP, appauthor=False)


def data_dir() -> Path:
    """The system's folder for a person's data."""
    return platformdirs.user_data_path(APP, appauthor=False)


def store_dir(option: str | None = None) -> Path:
    """Where records live: what was asked for, else SUPERVISION_STORE, else the person's data folder."""
    return _absolute(option) or _absolute(os.environ.get("SUPERVISION_STORE")) or data_dir()


def runtime_dir() -> Path:
    """A folder for sockets, made if need be: ours alone (0700), with room for names of 35 bytes."""
    # All processes of one login look in the same order, so that they find each other.
    places = _runtime_places()
    for place in places:
        if len(os.fsencode(place)) + _SOCKET_NAME_BYTES <= SOCKET_PATH_BYTES and _made_ours(place):
            return place
    raise Refused(
        f"There is no private folder for connections: {places[-1]} cannot be made, or belongs to somebody else."
    )


def _runtime_places() -> tuple[Path, ...]:
    own = f"{APP}-{os.getuid()}"
    temporary = Path(tempfile.gettempdir())
    with warnings.catch_warnings():
        # platformdirs warns, onto the screen, when the system has no such folder and it makes one up.
        warnings.simplefilter("ignore")
        given = platformdirs.user_runtime_path(APP, appauthor=False)
    # A made-up one lies in a folder that other programs may or may not have made: it would come and go.
    made_up = given.is_relative_to(temporary)
    return (*(() if made_up else (given,)), temporary / own, Path("/tmp") / own)


def _made_ours(folder: Path) -> bool:
    """Whether `folder` is now a real folder that is ours and closed to everybody else."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        # lstat, not stat: in a folder that everybody may write to, somebody could have left a link for us.
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
            return False
        folder.chmod(0o700)
    except OSError:
        return False
    return True


def _absolute(given: str | None) -> Path | None:
    return Path(given).expanduser().absolute() if given else None
