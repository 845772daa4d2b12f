"""Work across sessions: lists, people, searching, starting, and changing something in a session that may be closed."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from supervision.shelf.lists import Found, Known, Listed, Lists, Row, is_called
from supervision.shelf.shelf import Shelf

if TYPE_CHECKING:
    from supervision.shelf.keeping import Keeping, KeptRecord
    from supervision.shelf.looked_back import LookedBack, looking_back
    from supervision.store import Notice

_SELDOM = {
    **dict.fromkeys(("Keeping", "KeptRecord"), "supervision.shelf.keeping"),
    **dict.fromkeys(("LookedBack", "looking_back"), "supervision.shelf.looked_back"),
    "Notice": "supervision.store",
}
"""What lists do without, and where it is."""

__all__ = [
    "Found",
    "Keeping",
    "KeptRecord",
    "Known",
    "Listed",
    "Lists",
    "LookedBack",
    "Notice",
    "Row",
    "Shelf",
    "is_called",
    "looking_back",
]


def __getattr__(name: str) -> Any:
    if name not in _SELDOM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_SELDOM[name]), name)
