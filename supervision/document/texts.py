"""The notes' texts in the CRDT: their names, whose words stand where, changes as splices, and what bytes travel in."""

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import quote, unquote

from loro import ContainerID, LoroText, PositionType, TextDelta

from supervision.document.guard import NOT_UNDERSTOOD
from supervision.document.seen import NoteKey, Splice
from supervision.document.takeback import Edit
from supervision.errors import DocumentBroken
from supervision.model.notes import joined
from supervision.model.values import Run, Who
from supervision.text import atoms

MARK = b"supervision document 1\n"
EPOCH = 16
"""Characters in the name of an epoch."""
_HEAD = b"loro" + bytes(12)
_UPDATES = b"\0\4"
_SUM = 4
"""What updates begin with: always the same, a checksum, and their kind."""
NOTE = "note:"
"""What the names of the notes' texts begin with."""
FORMER = "former"
"""The map of the epochs before this one: each with the version it ended at."""


def root_of(key: NoteKey) -> str:
    # The name of a root may not hold a slash or NUL, which a stage id of an imported record may.
    return f"{NOTE}{key[1]}:{quote(key[0], safe='')}"


def key_of(name: str) -> NoteKey:
    _, matter, stage = name.split(":", 2)
    return unquote(stage), int(matter)


def root_name(container: ContainerID) -> str:
    return container.name if isinstance(container, ContainerID.Root) else ""


def put(text: LoroText, index: int, words: str, by: Who) -> None:
    """Inserts words of `by`. Amid or after words of somebody else they would pass for theirs: then they are marked.

    After one's own words the mark there stretches over them. A mark for each key would make the document a hundred
    times as large and reading it three hundred times as slow.
    """
    if not words:
        return
    end = index + len(words)
    text.insert(index, words)
    if any(author(piece) != by for piece in inserts(text.slice_delta(index, end, PositionType.Unicode))):
        text.mark(index, end, "by", by)


def make(text: LoroText, edit: Edit) -> None:
    if edit.deleted:
        text.delete(edit.index, edit.deleted)
    at = edit.index
    for run in edit.runs:
        put(text, at, run.text, run.by)
        at += len(run.text)


def splice_in(text: LoroText, splice: Splice) -> None:
    if splice.deleted:
        text.delete(splice.index, splice.deleted)
    put(text, splice.index, splice.inserted, splice.by)


def as_splices(edit: Edit) -> tuple[Splice, ...]:
    """An edit as the splices that observers are told of."""
    splices = [Splice(edit.index, edit.deleted, "")] if edit.deleted and not edit.runs else []
    at, deleted = edit.index, edit.deleted
    for run in edit.runs:
        splices.append(Splice(at, deleted, run.text, run.by))
        at, deleted = at + len(run.text), 0
    return tuple(splices)


def inserts(delta: Iterable[TextDelta]) -> list[TextDelta.Insert]:
    return [piece for piece in delta if isinstance(piece, TextDelta.Insert)]


def read(delta: Iterable[TextDelta]) -> tuple[Run, ...]:
    return joined(Run(author(piece), piece.insert) for piece in inserts(delta))


def author(piece: TextDelta.Insert) -> Who:
    by = (piece.attributes or {}).get("by")
    return by if isinstance(by, str) else ""


def difference(was: tuple[Run, ...], now: tuple[Run, ...]) -> Edit:
    """One splice that makes `now` of `was`, no longer than it must be: what stays is not written anew.

    Of a flag that became another one nothing stays: whoever deletes it meanwhile would leave the other half.
    """
    old = [(atom, run.by) for run in was for atom in atoms(run.text)]
    new = [(atom, run.by) for run in now for atom in atoms(run.text)]
    most = min(len(old), len(new))
    start = 0
    while start < most and old[start] == new[start]:
        start += 1
    end = 0
    while end < most - start and old[-1 - end] == new[-1 - end]:
        end += 1
    inserted = joined(Run(by, atom) for atom, by in new[start : len(new) - end])
    deleted = sum(len(atom) for atom, _ in old[start : len(old) - end])
    return Edit(sum(len(atom) for atom, _ in old[:start]), deleted, inserted)


def splices(delta: Iterable[TextDelta]) -> list[Splice]:
    out: list[Splice] = []
    at = 0
    gone = 0  # deleted here, to be told together with what comes in its place
    for piece in delta:
        if isinstance(piece, TextDelta.Delete):
            if out and not gone and out[-1].index + len(out[-1].inserted) == at and out[-1].inserted:
                out[-1] = replace(out[-1], deleted=out[-1].deleted + piece.delete)
            else:
                gone += piece.delete
        elif isinstance(piece, TextDelta.Insert):
            out.append(Splice(at, gone, piece.insert, author(piece)))
            at += len(piece.insert)
            gone = 0
        elif isinstance(piece, TextDelta.Retain):
            if gone:
                out.append(Splice(at, gone, ""))
                gone = 0
            at += piece.retain
    if gone:
        out.append(Splice(at, gone, ""))
    return out


def opened(data: bytes) -> tuple[str, bytes]:
    if not data.startswith(MARK):
        raise DocumentBroken(NOT_UNDERSTOOD)
    rest = data[len(MARK) :]
    return rest[:EPOCH].decode("ascii", errors="replace"), rest[EPOCH:]


def slim(updates: bytes) -> bytes:
    """Updates without what always stands at their beginning; other bytes as they are."""
    at = len(_HEAD) + _SUM
    if updates[: len(_HEAD)] != _HEAD or updates[at : at + len(_UPDATES)] != _UPDATES:
        return updates
    return updates[len(_HEAD) : at] + updates[at + len(_UPDATES) :]


def whole(updates: bytes) -> bytes:
    """What `slim` made of updates, as they were."""
    if updates[: len(_HEAD)] == _HEAD:
        return updates
    return _HEAD + updates[:_SUM] + _UPDATES + updates[_SUM:]
