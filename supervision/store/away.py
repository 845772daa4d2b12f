"""What was written on this computer in a session that is kept on another one, until it has arrived there.

One file a session in `away/`, whose name says neither where the session is nor which one it is.
"""

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from supervision.errors import Damaged, TooNew
from supervision.model import FORMAT
from supervision.store import sealing
from supervision.store.files import private_folder, remove, shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits for the line: the document as it is here, how much of it had arrived, and what was asked for.

    `asked` and `offered` are JSON, which whoever wrote them reads.
    """

    since: datetime
    state: bytes
    acknowledged: bytes
    asked: tuple[dict[str, Any], ...] = ()
    offered: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class AwayFile:
    """What waits of one session, under the store in `folder`; `where` is the other computer as it was typed."""

    folder: Path
    where: str
    session: str

    @property
    def file(self) -> Path:
        name = hashlib.sha256(f"{self.where}\0{self.session}".encode()).hexdigest()[:24]
        return self.folder / "away" / f"{name}.json"

    def read(self) -> Waiting | None:
        """What waits; None when nothing does. Damaged, TooNew."""
        found = _read(self.file)
        return found[1] if found else None

    def keep(self, waiting: Waiting) -> None:
        """Keeps it in place of what was kept before; SaveFailed."""
        values = {
            "format": FORMAT,
            "where": self.where,
            "session": self.session,
            "since": waiting.since.isoformat(),
            "state": base64.b64encode(waiting.state).decode(),
            "acknowledged": base64.b64encode(waiting.acknowledged).decode(),
            "asked": waiting.asked,
            "offered": waiting.offered,
        }
        private_folder(self.file.parent)
        sealing.write(self.folder, self.file, json.dumps(values).encode(), ())

    def drop(self) -> None:
        """All of it has arrived."""
        remove(self.file)


def all_waiting(folder: Path) -> list[AwayFile]:
    """Every session elsewhere for which words wait here, in the store in `folder`. Damaged, TooNew."""
    found = (_read(file) for file in sorted((folder / "away").glob("*.json")))
    return [AwayFile(folder, *names) for names, _ in filter(None, found)]


def _read(file: Path) -> tuple[tuple[str, str], Waiting] | None:
    found = sealing.read(file)
    if found is None:
        return None
    try:
        values = json.loads(found[0])
        if isinstance(values["format"], int) and values["format"] > FORMAT:
            raise TooNew(f"{shown(file)} was written by a newer version of this program and stays as it is.")
        return (str(values["where"]), str(values["session"])), Waiting(
            since=datetime.fromisoformat(values["since"]),
            state=base64.b64decode(values["state"], validate=True),
            acknowledged=base64.b64decode(values["acknowledged"], validate=True),
            asked=tuple(map(dict, values["asked"])),
            offered=tuple(map(dict, values["offered"])),
        )
    except (ValueError, TypeError, KeyError) as error:
        raise Damaged(f"{shown(file)} cannot be read: it is not one of our files. It stays as it is.") from error
