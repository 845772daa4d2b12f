"""Which keys this login has accepted for the records of a store, remembered where those who reach the store do not.

`keys.json` lies beside the records, so whoever can write there (a synchronised folder has many hands) could put a key
of their own into it, or take it away. What this login encrypted for is remembered in its settings folder: a key that it
never accepted gets nothing, and records that were encrypted are not written in the clear because a file is missing.
"""

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from supervision import paths
from supervision.errors import Damaged, SupervisionError
from supervision.store.files import private_folder, read_whole, shown, write_whole

FORMAT = 1


def file() -> Path:
    """Where they are remembered."""
    return paths.config_dir() / "accepted-keys.json"


def accepted(folder: Path) -> frozenset[str] | None:
    """The keys that were accepted for a store; None when this login has never met it encrypted. Damaged."""
    if not os.path.lexists(file()):
        return None
    found = _all().get(_name(folder))
    return None if found is None else frozenset(found)


def accept(folder: Path, keys: Iterable[str]) -> None:
    """From now on what is written there is encrypted for these keys. SaveFailed, Damaged."""
    _keep({**_all(), _name(folder): sorted(keys)})


def meet(folder: Path, keys: Iterable[str]) -> None:
    """The same the first time, when there is nothing yet to compare with: it stands in nobody's way."""
    with suppress(SupervisionError):
        accept(folder, keys)


def forget(folder: Path) -> None:
    """The store is in the clear from now on, because somebody here said so."""
    if accepted(folder) is not None:
        _keep({name: keys for name, keys in _all().items() if name != _name(folder)})


def _name(folder: Path) -> str:
    return str(folder.resolve())


def _keep(stores: dict[str, list[str]]) -> None:
    private_folder(file().parent)
    write_whole(file(), json.dumps({"format": FORMAT, "stores": stores}, indent=1).encode() + b"\n")


def _all() -> dict[str, list[str]]:
    found = read_whole(file())
    if found is None:
        return {}
    try:
        content: Any = json.loads(found[0])
        stores = content["stores"]
        if content["format"] == FORMAT and all(isinstance(key, str) for keys in stores.values() for key in keys):
            return dict(stores)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        pass
    raise Damaged(
        f"{shown(file())} cannot be read. It says which keys you accepted, so nothing is written that they would open. "
        "Take it away to begin anew: the keys beside the records are then accepted as they are."
    )
