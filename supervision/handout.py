"""A file that leaves the store, to be kept or handed on: what it is called, where it may go, and how it is written."""

import os
from pathlib import Path

from supervision import paths
from supervision.errors import BadInput, Refused
from supervision.store.files import is_there as is_there
from supervision.store.files import save_failed, shown, why, write_whole
from supervision.text import one_line


def warning(file: Path) -> str:
    """What is to be known of the place where a file was written, in a sentence; empty where nothing is."""
    reason = paths.elsewhere(file.absolute().parent)
    return f"{shown(file)} {reason}" if reason else ""


def _real(file: Path) -> Path:
    """Where a file lies, links followed as far as they lead anywhere."""
    try:
        return file.resolve()
    except (OSError, RuntimeError):  # what is written there says why it cannot be
        return file.absolute()


def suggested(name: str) -> Path:
    """A place for it that people find again: their documents, or their home."""
    documents = Path.home() / "Documents"
    return (documents if documents.is_dir() else Path.home()) / name


def named(session_id: str, extract: str, format: str) -> str:
    """The name of a record's file: after the day and the session, and never after people."""
    part = "" if extract == "record" else f"-{extract}"
    return f"supervision-{session_id}{part}.{format}"


def listing_named(what: str, format: str) -> str:
    """The name of a file over many sessions."""
    return f"supervision-{what}.{format}"


def place(words: str, folder: Path) -> Path:
    """The file somebody typed, in `folder` unless they named another; BadInput when it cannot be one."""
    try:
        file = folder / Path(words).expanduser()
        if file.is_dir():
            raise BadInput(f"{shown(file)} is a folder; add a name for the file.")
        file.exists()  # may not even be asked, in somebody else's folder
    except OSError as error:
        raise BadInput(f"{one_line(words)} cannot be used: {why(error)}.") from error
    except (RuntimeError, ValueError) as error:  # no such person's home; or not a name at all
        raise BadInput(f"{one_line(words)} cannot be used as a file's name.") from error
    return file


def write(file: Path, data: bytes, store: Path | None, *, make_folder: bool = False) -> None:
    """Writes a file that only this login may read, whole or not at all.

    Refused in the store itself, where a record could be written over by its own copy, and in place of what is no file.
    SaveFailed when the system says no.
    """
    if store and _real(store) in _real(file).parents:
        raise Refused(f"{shown(file)} lies in the folder of the records themselves; please choose another place.")
    if os.path.lexists(file) and not is_there(file):
        raise Refused(f"{shown(file)} is not a file; please choose another name.")
    if make_folder:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise save_failed(file, error) from error
    write_whole(file, data)
