"""Where things are: what is shipped with the program, the person's own folders, and the folder for sockets.

Nothing here makes a folder but `runtime_dir`; whoever writes into a folder makes it.
"""

import os
import re
import stat
import sys
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


def shipped(name: Literal["prompts", "themes", "docs"]) -> Path:
    """The folder of packs, themes or pages that came with the program, in a wheel or in a checkout."""
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


def log_dir() -> Path:
    """The system's folder for what programs of this person write down about themselves."""
    return platformdirs.user_log_path(APP, appauthor=False)


def store_dir(option: str | None = None) -> Path:
    """Where records live: what was asked for, else SUPERVISION_STORE, else the person's data folder.

    Refused for a folder of ssh's that holds none yet: records do not belong beside keys, nor into a file of theirs.
    """
    folder = _absolute(option) or _absolute(os.environ.get("SUPERVISION_STORE")) or data_dir()
    of_ssh = _real(Path.home() / ".ssh")
    if of_ssh in (real := _real(folder), *real.parents) and not (real / "sessions").is_dir():
        raise Refused(
            f"Records are not kept in {os.fsencode(folder).decode(errors='replace')}: that folder belongs to ssh and "
            "its keys. Nothing was written. Please name another folder, in --store or in SUPERVISION_STORE."
        )
    return folder


def _real(folder: Path) -> Path:
    """Where a path leads, links followed; nothing has to be there."""
    return Path(os.path.realpath(folder))


def runtime_dir() -> Path:
    """A folder for sockets, made if need be: ours alone (0700), with room for names of 35 bytes."""
    # All processes of one account look in the same order, so that they find each other.
    places = _runtime_places()
    for place in places:
        if len(os.fsencode(place)) + _SOCKET_NAME_BYTES <= SOCKET_PATH_BYTES and _made_ours(place):
            return place
    raise Refused(
        f"There is no private folder for connections: {places[-1]} cannot be made, or belongs to somebody else."
    )


_SYNCHRONISED = re.compile(
    r"(onedrive|dropbox|nextcloud|owncloud|google ?drive|my drive|icloud ?drive|mobile documents|com~apple~clouddocs"
    r"|cloudstorage|pcloud ?drive|megasync|seafile|box sync|sync\.com|proton ?drive|syncthing)([ -].*)?",
    re.IGNORECASE,
)
_MARKS = (".dropbox", ".stfolder", ".owncloudsync.log", ".nextcloudsync.log", ".seafile-data")
"""What such programs leave in the folders they copy."""
_NETWORK = re.compile(
    r"nfs4?|cifs|smb3?|smbfs|afpfs|webdav|davfs2?|afs|ceph|glusterfs|ncpfs"
    r"|fuse\.(sshfs|rclone|gvfsd-fuse|davfs2?|s3fs|glusterfs|google-drive-ocamlfuse|onedriver|dislocker-net)"
)


def elsewhere(folder: Path) -> str:
    """Why what lies in a folder is on other computers too, or comes over a network; empty when it does not seem so."""
    whole = folder.absolute()
    for place in (whole, *whole.parents):
        if _SYNCHRONISED.fullmatch(place.name) or any((place / mark).exists() for mark in _MARKS):
            name = place.name.encode("utf-8", "replace").decode()
            return (
                f"lies in a folder that is copied to other computers ({name}): what is written there is in their hands."
            )
    kind = _file_system(whole)
    if _NETWORK.fullmatch(kind):
        return f"lies on another computer ({kind}): records can be lost there when two people save at once."
    return ""


def _file_system(folder: Path) -> str:
    """The kind of file system that a folder lies on, as the system calls it; empty when it does not say."""
    try:
        where = Path(os.path.realpath(folder))
        best: tuple[int, str] = (0, "")
        for mounted, kind in _mounts():
            if where == mounted or mounted in where.parents:
                best = max(best, (len(mounted.parts), kind), key=lambda one: one[0])
    except (OSError, ValueError):
        return ""
    return best[1]


def _mounts() -> list[tuple[Path, str]]:
    if sys.platform == "darwin":
        import subprocess  # nowhere else needed

        told = subprocess.run(["/sbin/mount"], capture_output=True, timeout=5, check=False).stdout.decode(
            errors="replace"
        )
        return mac_mounts(told)
    return linux_mounts(Path("/proc/self/mounts").read_text(errors="replace"))


def linux_mounts(told: str) -> list[tuple[Path, str]]:
    """Where what is mounted, from `/proc/self/mounts`: the later one of two in one place counts."""
    found: dict[Path, str] = {}
    for line in told.splitlines():
        words = line.split()
        if len(words) >= 3:
            found[Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), words[1]))] = words[2]
    return list(found.items())


def mac_mounts(told: str) -> list[tuple[Path, str]]:
    """The same from what macOS's `mount` prints: WHAT on WHERE (KIND, ...)."""
    return [
        (Path(match[1]), match[2])
        for line in told.splitlines()
        if (match := re.fullmatch(r".+? on (/.*) \(([^,()]+).*\)", line))
    ]


_SHARED = Path("/tmp")
"""Where every login of an account comes to, whatever its surroundings say."""


def _runtime_places() -> tuple[Path, ...]:
    """What a login's surroundings say comes last: one over sshd may have no XDG_RUNTIME_DIR, or another TMPDIR
    than one beside it, and the two would not find the session that the other has open.
    """
    own = f"{APP}-{os.getuid()}"
    temporary = Path(tempfile.gettempdir())
    with warnings.catch_warnings():
        # platformdirs warns, onto the screen, when the system has no such folder and it makes one up.
        warnings.simplefilter("ignore")
        try:
            given = [platformdirs.user_runtime_path(APP, appauthor=False)]
        except OSError:  # its newer versions refuse to make one up where others may write
            given = []
    # A made-up one lies in a folder that other programs may or may not have made: it would come and go.
    return (_SHARED / own, *(place for place in given if not place.is_relative_to(temporary)), temporary / own)


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
