"""Who was let in by their own key, and is known by it from then on: `known_guests.json` beside the settings."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from supervision import paths
from supervision.errors import Damaged, TooNew
from supervision.model.values import Who
from supervision.store.files import private_folder, read_whole, shown, write_whole
from supervision.store.locks import short_lock

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Known:
    """A person, and a key of theirs."""

    person: Who
    name: str
    fingerprint: str
    since: str


Change = Callable[[Iterable[Known]], list[Known]]


class KnownKeys:
    """Reads the file anew each time: what somebody takes out of it holds at once."""

    def __init__(self, folder: Path | None = None) -> None:
        self.file = (folder or paths.config_dir()) / "known_guests.json"

    def known(self) -> tuple[Known, ...]:
        """Everybody there is; Damaged or TooNew when the file cannot be read."""
        found = read_whole(self.file)
        if found is None:
            return ()
        try:
            content = json.loads(found[0])
            if content["format"] > FORMAT:
                raise TooNew(f"{shown(self.file)} was written by a newer version of this program and stays as it is.")
            return tuple(Known(**{key: str(one[key]) for key in Known.__slots__}) for one in content["guests"])
        except (ValueError, KeyError, TypeError) as error:
            raise Damaged(
                f"{shown(self.file)} cannot be read. It stays as it is; nobody is known by a key until it is mended."
            ) from error

    def person(self, fingerprint: str) -> Who:
        """Whose key it is; empty for nobody's."""
        return next((one.person for one in self.known() if one.fingerprint == fingerprint), "")

    def add(self, guest: Known) -> None:
        """Knows somebody from now on; a key belongs to one person. SaveFailed, Busy, Damaged, TooNew."""
        self._change(lambda known: [*(one for one in known if one.fingerprint != guest.fingerprint), guest])

    def forget(self, person: Who) -> int:
        """Forgets every key of a person; how many there were."""
        gone = [one for one in self.known() if one.person == person]
        if gone:
            self._change(lambda known: [one for one in known if one.person != person])
        return len(gone)

    def _change(self, change: Change) -> None:
        private_folder(self.file.parent)
        lock = self.file.with_name(".known_guests.lock")
        with short_lock(lock, 5.0, f"{shown(self.file)} is just being changed. Please try again."):
            content = {"format": FORMAT, "guests": [asdict(one) for one in change(self.known())]}
            write_whole(self.file, json.dumps(content, ensure_ascii=False, indent=2).encode() + b"\n")
