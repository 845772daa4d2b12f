"""What a page is made of, before it takes the form of any file: plain text in a few kinds of blocks.

The composers know the record and no format; the templates know a format and no record.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 3."""

    kind: ClassVar[str] = "heading"
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of words under the names of their columns; the first column names the row."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A label and what it says, with what belongs under it. The text may have several lines.

    `table` says the same as `under`, for formats in which a table is easier to read.
    """

    label: str
    text: str
    under: tuple["Field", ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Fields:
    """Fields that belong together; never empty."""

    kind: ClassVar[str] = "fields"
    items: tuple[Field, ...]

    @property
    def rows(self) -> tuple[tuple[int, Field], ...]:
        """Every field in the order of reading, with how deep it lies under others."""
        return tuple(_flat(self.items, 0))

    @property
    def loose(self) -> bool:
        """Whether each field is a small group, and so wants air around it."""
        return all(item.under for item in self.items)


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions that stood on the screen; never empty."""

    kind: ClassVar[str] = "asked"
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Para:
    """A sentence or two."""

    kind: ClassVar[str] = "para"
    text: str


Block = Heading | Fields | Asked | Para
Page = tuple[Block, ...]


def title(page: Page) -> str:
    """What the page is called: its first heading."""
    return next((block.text for block in page if isinstance(block, Heading)), "")


def fields(*items: Field | None) -> Page:
    """One block of the fields that say something; no block at all when none does."""
    kept = tuple(item for item in items if item is not None and (item.text.strip() or item.under))
    return (Fields(kept),) if kept else ()


def _flat(items: Iterable[Field], depth: int) -> Iterator[tuple[int, Field]]:
    for item in items:
        yield depth, item
        yield from _flat(item.under, depth + 1)
