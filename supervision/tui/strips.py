"""Rows of the screen, as Textual has them, without what it keeps beside each."""

from typing import Any

from textual import strip


class NothingKept:
    """Stands where a row would keep what was made of it before."""

    __slots__ = ()

    def get(self, key: object, default: Any = None) -> Any:
        return default

    def __setitem__(self, key: object, value: object) -> None:
        pass


_NOTHING = NothingKept()


def keep_rows_alone() -> None:
    """From now on a row is nothing but itself.

    Textual gives each seven caches of what was cut out of it and painted over it, most of them empty: a kilobyte a row,
    and a megabyte and a half for the rows of a session. Cutting again takes no time that one could measure.
    """
    vars(strip)["FIFOCache"] = lambda _: _NOTHING
