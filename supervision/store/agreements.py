"""Agreements: one file for each pair of people in their roles, with every version there has been.

agreements/ID.json    {"format", "names": {person: name}, "versions": [...]}; the last version is the newest

They outlive sessions, and are never written over: a new version is put after the others.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from supervision.errors import Busy, Damaged, TooNew
from supervision.model import FORMAT, ids, shaping
from supervision.store import sealing
from supervision.store.files import private_folder, remove, shown
from supervision.store.locks import short_lock
from supervision.store.storage import json_bytes, read_object

if TYPE_CHECKING:
    from supervision.model.values import Agreement, Party


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """What lists need of an agreement: whose it is, its newest version, and the day to look at it again."""

    id: str
    version: int
    people: tuple[dict[str, str], ...]
    review_on: str | None


@dataclass(frozen=True, slots=True)
class Agreements:
    """The agreements of a store. `patience` is how many seconds to wait for somebody else's save."""

    folder: Path
    patience: float = 5.0

    @property
    def files(self) -> Path:
        return self.folder / "agreements"

    def file(self, agreement_id: str) -> Path:
        return self.files / f"{agreement_id}.json"

    def ids(self) -> list[str]:
        """The ids of all agreements, of damaged ones too."""
        try:
            names = sorted(path.name for path in self.files.iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return []
        return [name.removesuffix(".json") for name in names if is_agreement(name)]

    def rows(self) -> tuple[list[AgreementRow], list[str]]:
        """Every agreement's newest version in brief, and a sentence for each file that cannot be read."""
        rows, faults = [], []
        for agreement_id in self.ids():
            try:
                row = self._row(agreement_id)
            except (Damaged, TooNew) as error:
                faults.append(error.sentence)
                continue
            rows += [row] if row else []
        return rows, faults

    def versions(self, agreement_id: str) -> tuple["Agreement", ...]:
        """All versions, the oldest first; none when there is no such agreement. Damaged or TooNew."""
        found = self._content(agreement_id)
        if found is None:
            return ()
        from supervision.model.values import Agreement
        from supervision.store.codec import first_fault, with_offsets

        file = self.file(agreement_id)
        text = json.dumps(found["versions"], ensure_ascii=False)
        try:
            read = shaping.loaded(tuple[Agreement, ...], text)
        except shaping.Unfit as error:
            raise Damaged(f"{shown(file)} cannot be read: {first_fault(error)}. It stays as it is.") from error
        numbers = [version.version for version in read]
        if not read or numbers != sorted(set(numbers)) or any(version.id != agreement_id for version in read):
            raise Damaged(f"{shown(file)} cannot be read: its versions do not follow each other. It stays as it is.")
        return tuple(with_offsets(version) for version in read)

    def names(self, agreement_id: str) -> dict[str, str]:
        """What the people of an agreement were called when it was last changed, by id."""
        found = self._content(agreement_id)
        return dict(found["names"]) if found else {}

    def newest(self, parties: Iterable["Party"], *, at: datetime | None = None) -> "Agreement | None":
        """The version in force between these people, now or at a time; None while they have none. Damaged or TooNew."""
        from supervision.model.agreement import id_of

        versions = self.versions(id_of(parties))
        by_then = [version for version in versions if at is None or version.made <= at]
        return by_then[-1] if by_then else None

    def add(self, agreement: "Agreement", names: Mapping[str, str]) -> None:
        """Put a newer version after the others; one that is there already changes nothing.

        Busy when a version of that number or a later one says something else: somebody was quicker. SaveFailed,
        Damaged and TooNew leave the file as it was.
        """
        file = self.file(agreement.id)
        with self.lock():
            versions = self.versions(agreement.id)
            if agreement in versions:
                return
            if versions and versions[-1].version >= agreement.version:
                raise Busy(
                    "The agreement was changed elsewhere in the meantime, so this was not written over it. "
                    "Look at its newest version, and try again."
                )
            private_folder(self.folder)
            private_folder(self.files)
            kept = [shaping.plain(type(version), version) for version in (*versions, agreement)]
            content = {"format": FORMAT, "names": {**self.names(agreement.id), **names}, "versions": kept}
            parties = [party.id for party in agreement.parties]
            sealing.write(self.folder, file, json_bytes(content, file), parties)

    def remove_of(self, person: str) -> None:
        """Throws away, for good, every agreement in which somebody takes part. SaveFailed, Damaged, TooNew."""
        with self.lock():
            for agreement_id in self.ids():
                if person in {party.id for version in self.versions(agreement_id) for party in version.parties}:
                    remove(self.file(agreement_id))

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep others from changing an agreement, for a moment; the same thread may take it again inside."""
        refusal = "Somebody else is changing an agreement just now; please try again in a moment."
        # A name with a second dot: no session has an id like it.
        with short_lock(self.folder / "locks" / "agreements.all.lock", self.patience, refusal):
            yield

    def _content(self, agreement_id: str) -> dict[str, Any] | None:
        file = self.file(agreement_id)
        content = read_object(file)
        if content is None:
            return None
        names, versions = content.get("names"), content.get("versions")
        if (
            not isinstance(names, dict)
            or not all(isinstance(name, str) for name in names.values())
            or not isinstance(versions, list)
            or not all(isinstance(version, dict) for version in versions)
        ):
            raise Damaged(f"{shown(file)} cannot be read: it is not one of our files. It stays as it is.")
        return content

    def _row(self, agreement_id: str) -> AgreementRow | None:
        # By hand, without the shapes: home is to be on the screen before they are loaded.
        content = self._content(agreement_id)
        if content is None:
            return None
        try:
            last = content["versions"][-1]
            people = tuple(
                {"id": str(party["id"]), "name": content["names"].get(party["id"], party["id"]), "role": party["role"]}
                for party in last["parties"]
            )
            return AgreementRow(agreement_id, int(last["version"]), people, last.get("review_on"))
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise Damaged(
                f"{shown(self.file(agreement_id))} cannot be read: it is not one of our files. It stays as it is."
            ) from error


def is_agreement(name: str) -> bool:
    """Whether a file of this name is an agreement."""
    return name.endswith(".json") and ids.valid(name.removesuffix(".json"))
