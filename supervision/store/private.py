"""Private notes on disk: apart from the sessions, one file for each session and one for each pair's next one.

private/SESSION.json   beside that session
private/next-ID.json   for the next session of two people

They belong to one login of this computer: what another login made is refused, and nothing of them is in the index.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from supervision.errors import BadInput, Busy, Damaged, Refused, TooNew
from supervision.model import FORMAT, ids, shaping
from supervision.store import sealing
from supervision.store.files import private_folder, remove, shown
from supervision.store.locks import short_lock
from supervision.store.storage import check_format, cleaned, json_bytes, parse_object

if TYPE_CHECKING:
    from supervision.model.private import Private

NEXT = "next-"


@dataclass(frozen=True, slots=True)
class PrivateFiles:
    """The private notes in a store. `patience` is how many seconds to wait for another window that saves."""

    folder: Path
    patience: float = 5.0

    @property
    def files(self) -> Path:
        return self.folder / "private"

    def file(self, name: str) -> Path:
        """Where something is kept; BadInput when the name could not be one."""
        if not ids.valid(name):
            raise BadInput("That is no id of a session.")
        return self.files / f"{name}.json"

    def names(self) -> list[str]:
        """The names of all that is kept: ids of sessions, and of pairs for what is prepared."""
        try:
            found = sorted(path.name for path in self.files.iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return []
        return [name.removesuffix(".json") for name in found if is_private(name)]

    def load(self, name: str) -> "Private | None":
        """What is kept under a name, or None. Damaged, TooNew; Refused when it is another login's."""
        file = self.file(name)
        found = sealing.read(file)
        if found is None:
            return None
        data, status = found
        if status.st_uid != os.geteuid():
            raise Refused(f"{shown(file)} belongs to another login of this computer, and is not opened.")
        content = cleaned(parse_object(data, file), file)
        check_format(content, file)
        del content["format"]
        from supervision.model.private import Private
        from supervision.store.codec import first_fault, with_offsets

        try:
            read = shaping.loaded(Private, json.dumps(content, ensure_ascii=False))
        except shaping.Unfit as error:
            raise Damaged(f"{shown(file)} cannot be read: {first_fault(error)}. It stays as it is.") from error
        if (read.session or next_name(read.people)) != name:
            raise Damaged(f"{shown(file)} is about another session than its name says. It stays as it is.")
        return with_offsets(read)

    def owner(self) -> str:
        """Whose the notes here are: as the first that can be read says; empty when there are none."""
        for name in self.names():
            try:
                kept = self.load(name)
            except (Damaged, TooNew, Refused):
                continue  # `doctor` names it, and so does whoever opens it
            if kept is not None:
                return kept.owner
        return ""

    def save(self, private: "Private") -> "Private":
        """Keep it, with its revision raised by one; what holds nothing any more leaves no file.

        Busy when it was changed in another window since; SaveFailed, Damaged, TooNew and Refused leave what was there.
        """
        name = private.session or next_name(private.people)
        with self.lock():
            kept = self.load(name)
            if (kept.revision if kept else 0) != private.revision:
                raise Busy("Your private notes were changed in another window since, so they were not written over.")
            if private.is_empty:
                remove(self.file(name))
                return replace(private, revision=0)
            private_folder(self.folder)
            private_folder(self.files)
            new = replace(private, revision=private.revision + 1)
            content = {"format": FORMAT, **shaping.plain(type(new), new)}
            sealing.write(self.folder, self.file(name), json_bytes(content, self.file(name)), sealing.MINE)
        return new

    def erase(self, name: str) -> bool:
        """Throw it away; False when there was nothing."""
        with self.lock():
            return remove(self.file(name))

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other windows from writing, for a moment; the same thread may take it again inside."""
        refusal = "Another window is saving private notes just now; please try again in a moment."
        with short_lock(self.folder / "locks" / "private.all.lock", self.patience, refusal):
            yield


def next_name(people: Iterable[str]) -> str:
    """The name under which something is kept for the next session of these people, by id or by name."""
    drawn = hashlib.sha256(
        "\n".join(sorted(who.casefold() for who in people)).encode("utf-8", "surrogatepass")
    ).digest()
    return NEXT + "".join(ids.ALPHABET[byte % len(ids.ALPHABET)] for byte in drawn[:12])


def is_private(name: str) -> bool:
    """Whether a file of this name holds private notes."""
    return name.endswith(".json") and ids.valid(name.removesuffix(".json"))
