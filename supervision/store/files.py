"""One file, read whole or written whole; and folders that are their owner's alone.

A write goes to a temporary file beside its target, is flushed to the disk, and takes the target's place in one step:
a crash, a full disk or a power cut leaves either the old file or the new one, never a mixture. Everything made here is
0600 (files) or 0700 (folders) from its first moment, whatever the umask, and links are never followed.
"""

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

from supervision.errors import Damaged, SaveFailed
from supervision.text import one_line

LIMIT = 64 * 2**20
"""Bytes in one file. Records are far below this; something larger was not written by this program."""

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # NONBLOCK: a pipe left here must not hang us
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_STANDS = "What was saved before still stands."
_NO_FOLDER_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
_WHY = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "this login has used up its share of the disk",
    errno.EFBIG: "the file would be larger than this login may write",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "this login has no permission there",
    errno.EPERM: "this login has no permission there",
    errno.ENOENT: "its folder is not there",
    errno.ENOTDIR: "its folder is not a folder",
    errno.EIO: "the disk reports an error",
    errno.EMFILE: "too many files are open",
    errno.ENFILE: "too many files are open",
    errno.ELOOP: "there is a link in its place",
    errno.ENOSYS: "this kind of disk cannot do what is needed",
}


def shown(path: Path) -> str:
    """A path as it may stand in a sentence: a file's name can hold anything."""
    return one_line(os.fsencode(path).decode("utf-8", errors="replace"))


def is_there(file: Path) -> bool:
    """Whether there is such a file, to be read or written over; none has a name that cannot even be asked for."""
    try:
        return file.is_file()
    except OSError:
        return False


def why(error: OSError) -> str:
    """What went wrong, in the middle of a sentence."""
    return _WHY.get(error.errno or 0) or (error.strerror or "the system gives no reason").lower()


def save_failed(path: Path, error: OSError) -> SaveFailed:
    """The sentence for a write that the system refused."""
    return SaveFailed(f"{shown(path)} could not be saved: {why(error)}. {_STANDS}")


def read_whole(path: Path, *, limit: int = 0) -> tuple[bytes, os.stat_result] | None:
    """A file's bytes and the stat that belongs to them; None when there is no such file, Damaged when unreadable."""
    try:
        number = os.open(path, _READ)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EMLINK):
            raise Damaged(f"{shown(path)} is a link to somewhere else, and links are not followed.") from error
        raise Damaged(f"{shown(path)} cannot be opened: {_reason(error)}. It stays as it is.") from error
    try:
        found = os.fstat(number)
        if not stat.S_ISREG(found.st_mode):
            raise Damaged(f"{shown(path)} is not an ordinary file.")
        if found.st_size > (limit or LIMIT):
            raise Damaged(f"{shown(path)} is larger than any record can be. It stays as it is.")
        with os.fdopen(number, "rb", closefd=False) as file:
            return file.read(), found
    except OSError as error:
        raise Damaged(f"{shown(path)} cannot be read: {_reason(error)}. It stays as it is.") from error
    finally:
        with suppress(OSError):  # all of it is read by then
            os.close(number)


ALONE = "alone"
"""Ends the names of temporary files that only whoever holds a lock makes: they can be found without looking around."""


def write_whole(path: Path, data: bytes, *, settled: bool = True, alone: bool = False, limit: int = 0) -> None:
    """Put `data` in the file's place, durably and in one step; SaveFailed leaves what was there before.

    Not `settled`: a new file, of which it is not certain that it is there after a power cut, whole then, until
    somebody syncs the folder. `alone`: under a lock, so that nobody else writes this file; then what an interrupted
    write leaves behind has a name that is known.
    """
    if len(data) > (limit or LIMIT):
        raise SaveFailed(f"{shown(path)} could not be saved: it would be larger than a record can be. {_STANDS}")
    fresh, before = _beside(path, ALONE if alone else f"{os.getpid()}-{os.urandom(4).hex()}")
    try:
        if path.is_symlink():
            raise OSError(errno.ELOOP, "link")
        if alone:
            for leftover in (fresh, before):
                leftover.unlink(missing_ok=True)
        try:
            _write(fresh, data)
            if settled:
                _exchange(path, fresh, before)
            else:
                fresh.replace(path)
        finally:
            for leftover in (fresh, before):
                with suppress(FileNotFoundError):
                    leftover.unlink()
    except OSError as error:
        raise save_failed(path, error) from error


def _beside(path: Path, mark: str) -> tuple[Path, Path]:
    """Where the new content stands until it takes the file's place, and a second name of the old one."""
    return path.with_name(f".{path.name}.tmp-{mark}"), path.with_name(f".{path.name}.old-{mark}")


def left_alone(path: Path) -> list[Path]:
    """What an interrupted write of this file, made `alone`, left behind; looks at nothing else in its folder."""
    return [leftover for leftover in _beside(path, ALONE) if os.path.lexists(leftover)]


def leftovers(folder: Path, name: str = "") -> list[Path]:
    """Files that interrupted writes left in a folder, of one file or of all."""
    begins = f".{name}." if name else "."
    try:
        # The bare names, the quickest there is: a folder may hold many thousands.
        names = [found for found in os.listdir(folder) if found.startswith(begins)]  # noqa: PTH208
        return sorted(folder / name for name in names if ".tmp-" in name or ".old-" in name)
    except (FileNotFoundError, NotADirectoryError):
        return []


def remove(path: Path) -> bool:
    """Remove a file, durably; False when there is none, SaveFailed when the system refuses."""
    try:
        path.unlink()
        sync_folder(path.parent)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise SaveFailed(f"{shown(path)} could not be removed: {why(error)}.") from error
    return True


def private_folder(folder: Path) -> None:
    """Make a folder, and what is missing above it, its owner's alone; an own one that is looser is tightened."""
    try:
        if not folder.parent.exists():
            private_folder(folder.parent)
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            if not folder.is_dir():
                raise SaveFailed(
                    f"{shown(folder)} is a file where a folder is needed, so nothing can be saved there."
                ) from None
            if is_loose(folder.stat()):
                folder.chmod(0o700)
        else:
            if folder.stat().st_mode & 0o777 != 0o700:  # a umask may have taken even the owner's bits
                folder.chmod(0o700)
            sync_folder(folder.parent)
    except OSError as error:
        raise save_failed(folder, error) from error


def is_loose(found: os.stat_result) -> bool:
    """Whether something that belongs to this login is open to others."""
    return bool(found.st_mode & 0o077) and found.st_uid == os.geteuid()


def sync_folder(folder: Path) -> None:
    """Make what was created, renamed or removed in a folder last through a power cut."""
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(number)
    except OSError as error:
        # Some network and FUSE file systems cannot sync a folder at all; that is no failure of this save.
        if error.errno not in _NO_FOLDER_SYNC:
            raise
    finally:
        os.close(number)


def _reason(error: OSError) -> str:
    return "this login may not read it" if error.errno in (errno.EACCES, errno.EPERM) else why(error)


def _write(path: Path, data: bytes) -> None:
    number = os.open(path, _NEW, 0o600)
    try:
        if stat.S_IMODE(os.fstat(number).st_mode) != 0o600:  # a umask may have taken even the owner's bits
            os.fchmod(number, 0o600)
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(number, rest) :]
        os.fsync(number)
    finally:
        os.close(number)


def _exchange(path: Path, fresh: Path, before: Path) -> None:
    # A second name keeps the old file at hand until the folder is synced: if that fails, the save is taken back, so
    # that "failed" is true and the same save can be tried again.
    existed = True
    try:
        os.link(path, before, follow_symlinks=False)
    except FileNotFoundError:
        existed = False
    except OSError:
        pass  # no second names on this kind of disk: the save works, only this way back is missing
    fresh.replace(path)
    try:
        sync_folder(path.parent)
    except OSError:
        if not existed:
            path.unlink()
        elif before.exists():
            before.replace(path)
        raise
