"""Work across sessions: lists, people, searching, starting, and changing something in a session that may be closed."""

from supervision.shelf.keeping import Keeping, KeptRecord
from supervision.shelf.lists import Found, Known, Listed, Lists, Row, is_called
from supervision.shelf.looking_back import LookedBack, looking_back
from supervision.shelf.shelf import Shelf
from supervision.store import Notice

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
