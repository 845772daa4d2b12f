"""TinyDB's own way to a file, made atomic and durable.

`tinydb.TinyDB(path, storage=AtomicStorage)` works as usual; the store itself calls `read` and `write` directly, so that
one save is one write.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from tinydb.storages import Storage

from supervision.errors import Damaged, SaveFailed, TooNew
from supervision.model import FORMAT
from supervision.store import sealing
from supervision.store.files import read_whole, shown, write_whole
from supervision.text import clean

Tables = dict[str, dict[str, Any]]
"""What a TinyDB file holds: tables by name, in each its documents by number (as text)."""


class AtomicStorage(Storage):
    """One JSON file, replaced as a whole by each write.

    In a store, given as `folder`, it is encrypted for these readers if that store is.
    """

    def __init__(
        self, path: str | os.PathLike[str], folder: Path | None = None, readers: sealing.Readers = sealing.EVERYBODY
    ) -> None:
        super().__init__()
        self.path = Path(path)
        self._folder = folder
        self._readers = readers
        self.content = b""
        """What was read or written last, as it stands when nothing is encrypted."""

    def read(self) -> Tables | None:
        """The tables; None when there is no file, Damaged when there is one that cannot be read."""
        return self.read_with_stat()[0]

    def read_with_stat(self) -> tuple[Tables | None, os.stat_result | None]:
        """The tables, and the stat of exactly the file they came from."""
        found = sealing.read(self.path) if self._folder else read_whole(self.path)
        if found is None:
            return None, None
        self.content, status = found
        return parse_object(self.content, self.path), status

    def write(self, data: Tables, *, settled: bool = True, alone: bool = False) -> None:
        """Replace the file; SaveFailed leaves the old one. `settled` and `alone` as in `write_whole`."""
        content = json_bytes(data, self.path)
        if self._folder is None:
            write_whole(self.path, content, settled=settled, alone=alone)
        else:
            sealing.write(self._folder, self.path, content, self._readers, settled=settled, alone=alone)
        self.content = content


def json_bytes(data: object, path: Path) -> bytes:
    """`data` as it will stand in the file; SaveFailed when it holds characters no file can hold."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise SaveFailed(
            f"{shown(path)} could not be saved: it holds half a character, which no file can hold. "
            "What was saved before still stands."
        ) from error


def parse_object(data: bytes, path: Path) -> dict[str, Any]:
    """The JSON object in a file's bytes; Damaged names the file. An empty file is a damaged one."""
    if not data:
        raise Damaged(f"{shown(path)} is empty, so what it held is gone from it. It stays as it is.")
    try:
        value = json.loads(data.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:  # includes text that is no UTF-8, and endless nesting
        raise Damaged(
            f"{shown(path)} cannot be read: it is not whole, or not one of our files. It stays as it is."
        ) from (error)
    if not isinstance(value, dict):
        raise Damaged(f"{shown(path)} cannot be read: it is not one of our files. It stays as it is.")
    return value


def read_object(path: Path) -> dict[str, Any] | None:
    """The JSON object in one of our files, safe to show; None when there is no file, else Damaged or TooNew."""
    found = sealing.read(path)
    if found is None:
        return None
    content: dict[str, Any] = cleaned(parse_object(found[0], path), path)
    check_format(content, path)
    return content


def check_format(fields: Mapping[str, Any], file: Path) -> None:
    """Refuse a file whose format is newer than ours (TooNew) or not known at all (Damaged)."""
    version = fields.get("format")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise Damaged(f"{shown(file)} cannot be read: it does not say which format it has. It stays as it is.")
    if version > FORMAT:
        raise TooNew(
            f"{shown(file)} was written by a newer version of this program and stays as it is; "
            "please update this one to open it."
        )


def cleaned(value: Any, path: Path) -> Any:
    """The same JSON value with every text in it safe to show; Damaged when it is nested beyond sense."""
    try:
        return _cleaned(value)
    except RecursionError as error:
        raise Damaged(f"{shown(path)} cannot be read: it is not one of our files. It stays as it is.") from error


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(key): _cleaned(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    return value


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number")
