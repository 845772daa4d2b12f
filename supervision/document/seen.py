"""What observers of a document are told, and places in its notes that stay true while others write."""

from dataclasses import dataclass

from supervision.model import frozen

NoteKey = tuple[str, int]
"""A stage's id and a matter's number: which of the notes."""


@dataclass(frozen=True, slots=True)
class Splice:
    """At `index`, `deleted` characters went and `inserted` came, words of `by`. Indices count code points.

    The splices of one change are made one after the other: each index is as the splices before it left the text.
    """

    index: int
    deleted: int
    inserted: str
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """One change that is already in the document.

    `splices` names each of the notes it touched (with no splices when only authors changed), `rest` says whether
    anything but notes changed, `local` whether it was made here.
    """

    splices: dict[NoteKey, tuple[Splice, ...]]
    rest: bool
    local: bool

    @property
    def notes(self) -> tuple[NoteKey, ...]:
        return tuple(self.splices)


@dataclass(frozen=True, slots=True)
class Caret:
    """A place in notes, kept by the character to its left; `left` is empty at the very start."""

    stage: str
    matter: int
    left: bytes = b""


frozen.share(globals())
