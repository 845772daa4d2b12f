"""A file that leaves the store, to be kept or handed on: what it is called, where it may go, and how it is written."""

import os
from pathlib import Path

from supervision.errors import Refused
from supervision.store.files import save_failed, shown, write_whole


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


def write(file: Path, data: bytes, store: Path, *, make_folder: bool = False) -> None:
    """Writes a file that only this login may read, whole or not at all.

    Refused in the store itself, where a record could be written over by its own copy, and in place of what is no file.
    SaveFailed when the system says no.
    """
    if store.resolve() in file.resolve().parents:
        raise Refused(f"{shown(file)} lies in the store itself; please choose another place.")
    if os.path.lexists(file) and not file.is_file():
        raise Refused(f"{shown(file)} is not a file; please choose another name.")
    if make_folder:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise save_failed(file, error) from error
    write_whole(file, data)
