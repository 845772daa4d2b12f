"""What stays of a record that was erased: that it was there, who erased it, when and why. Nothing that stood in it.

One file a record, `erased/ID.json`. It is written before anything is removed, so that an erasure that was interrupted
is known and can be finished, and a record that was erased does not come back by an import or out of a backup.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from supervision.errors import Damaged
from supervision.model import FORMAT
from supervision.store import sealing
from supervision.store.files import private_folder, shown
from supervision.store.storage import check_format, cleaned, json_bytes, parse_object


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """A record that was erased, by the ids of people; `at` is a date and time in ISO form."""

    id: str
    at: str
    by: str
    why: str
    people: tuple[str, ...]
    lines: int = 0
    """How many lines its chain had, and what the last of them was sealed with."""
    last: str = ""


@dataclass(frozen=True, slots=True)
class Erased:
    """The tombstones of a store."""

    folder: Path

    @property
    def files(self) -> Path:
        return self.folder / "erased"

    def file(self, session_id: str) -> Path:
        return self.files / f"{session_id}.json"

    def ids(self) -> list[str]:
        """The ids of what was erased."""
        try:
            names = sorted(path.name for path in self.files.iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return []
        return [name.removesuffix(".json") for name in names if name.endswith(".json") and not name.startswith(".")]

    def get(self, session_id: str) -> Tombstone | None:
        """What stays of this record; None when it was not erased, Damaged when that cannot be read."""
        file = self.file(session_id)
        found = sealing.read(file)
        if found is None:
            return None
        content: dict[str, Any] = cleaned(parse_object(found[0], file), file)
        check_format(content, file)
        people = content.get("people")
        texts = {key: content.get(key) for key in ("id", "at", "by", "why", "last")}
        if not isinstance(people, list) or not all(isinstance(one, str) for one in (*people, *texts.values())):
            raise Damaged(f"{shown(file)} cannot be read: it is not one of our files. It stays as it is.")
        lines = content.get("lines")
        return Tombstone(**texts, people=tuple(people), lines=lines if isinstance(lines, int) else 0)  # type: ignore[arg-type]

    def put(self, stone: Tombstone) -> None:
        """Keeps it; SaveFailed."""
        private_folder(self.folder)
        private_folder(self.files)
        file = self.file(stone.id)
        sealing.write(self.folder, file, json_bytes({"format": FORMAT, **asdict(stone)}, file))
