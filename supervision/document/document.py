"""The document: notes as texts that two may write at once, everything else as maps."""

import secrets
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import replace
from itertools import count
from typing import Any, Self
from urllib.parse import quote, unquote

from loro import (
    ContainerID,
    Cursor,
    Diff,
    DiffEvent,
    EventTriggerKind,
    ExpandType,
    ExportMode,
    LoroDoc,
    LoroText,
    PositionType,
    Side,
    StyleConfigMap,
    TextDelta,
    VersionVector,
)

from supervision.document import schema
from supervision.document.guard import NOT_UNDERSTOOD, guard
from supervision.document.seen import Caret, NoteKey, Splice, Touched
from supervision.document.takeback import Edit, ReadRuns, Takeback
from supervision.errors import DocumentBroken
from supervision.model.notes import joined, normal
from supervision.model.values import Note, Run, Session, Who
from supervision.text import clean

Observer = Callable[[Touched], None]

_MARK = b"supervision document 1\n"
_EPOCH = 16
_NOTE = "note:"


class Document:
    """An open session. Every change is in at once, and observers hear of it before the call returns.

    `epoch` names this opening of the session: documents merge with those of their own epoch only, since two that were
    made apart from the same values would double every word.
    """

    def __init__(self, doc: LoroDoc, epoch: str) -> None:
        """Takes over a filled `doc`; use `from_session` or `from_state`."""
        self.epoch = epoch
        self._doc = doc
        self._events: list[DiffEvent] = []
        # Inside loro's callback an exception would only be printed, over the screen: so that collects, nothing else.
        self._subscription = doc.subscribe_root(self._events.append)
        self._observers: dict[int, Observer] = {}
        self._numbers = count()
        self._untold: deque[Touched] = deque()
        self._telling = False
        self._takebacks: dict[NoteKey, Takeback] = {}
        self._runs: dict[NoteKey, tuple[Run, ...]] = {}
        self._rest: Session | None = None
        self._whole: Session | None = None
        roots: Any = doc.get_value()
        self._notes = dict.fromkeys(_key(name) for name in roots if name.startswith(_NOTE))

    # -- from values and back ---------------------------------------------------------------------------------

    @classmethod
    def from_session(cls, session: Session) -> Self:
        """A new document of a new epoch that holds the session's values and nothing from before."""
        with guard():
            doc = _new()
            schema.write(doc, schema.plan(doc, None, session))
            for note in normal(session).notes:
                text = doc.get_text(_name((note.stage, note.matter)))
                for run in note.runs:
                    _put(text, text.len_unicode, run.text, run.by)
            doc.commit()
            return cls(doc, secrets.token_hex(_EPOCH // 2))

    def snapshot(self) -> Session:
        """The session as a value, with its notes in normal form. DocumentBroken when others broke the form."""
        if self._whole is None:
            if self._rest is None:
                self._rest = schema.read(self._doc)
            notes = (Note(stage=key[0], matter=key[1], runs=self.runs(*key)) for key in self._notes)
            self._whole = normal(replace(self._rest, notes=tuple(notes)))
        return self._whole

    def absorb(self, before: Session, after: Session) -> None:
        """Takes over what differs between two values, field by field, as one change that `undo` does not touch.

        ValueError, and nothing is written, when notes that differ have meanwhile become other than `before` has them.
        """
        steps = schema.plan(self._doc, before, after)
        splices = self._splices_between(before, after)
        with guard():
            schema.write(self._doc, steps)
            for text, edit in splices:
                _edit(text, edit)
        self._settle()

    def _splices_between(self, before: Session, after: Session) -> list[tuple[LoroText, Edit]]:
        if before.notes is after.notes or before.notes == after.notes:
            return []
        old, new = _by_key(before), _by_key(after)
        splices: list[tuple[LoroText, Edit]] = []
        for key in dict.fromkeys((*old, *new)):
            was, now = old.get(key, ()), new.get(key, ())
            if was == now:
                continue
            here = self.runs(*key)
            if here != was:
                raise ValueError(f"the notes of {key} have changed since they were read")
            "".join(run.by + run.text for run in now).encode()  # fails here rather than half way
            splices.append((self._doc.get_text(_name(key)), _difference(was, now)))
        return splices

    # -- notes ------------------------------------------------------------------------------------------------

    def text(self, stage: str, matter: int) -> str:
        """The notes of one stage on one matter; empty when there are none."""
        text = self._text((stage, matter))
        return text.to_string() if text is not None else ""

    def runs(self, stage: str, matter: int) -> tuple[Run, ...]:
        """The same notes with whose words they are, in as few runs as they need."""
        key = (stage, matter)
        if key not in self._runs:
            text = self._text(key)
            with guard():
                self._runs[key] = _read(text.to_delta()) if text is not None else ()
        return self._runs[key]

    def insert(self, stage: str, matter: int, index: int, text: str, by: Who) -> str:
        """Puts words of `by` at `index`; returns what was put there, with unsafe characters replaced."""
        return self.replace(stage, matter, index, index, text, by)

    def delete(self, stage: str, matter: int, index: int, length: int) -> None:
        """Takes `length` characters away."""
        self.replace(stage, matter, index, index + length, "", "")

    def replace(self, stage: str, matter: int, start: int, end: int, text: str, by: Who) -> str:
        """Puts words of `by` in place of what stands from `start` to `end`, as one step; returns what was put there.

        Indices count code points; IndexError when they are not in the text.
        """
        key = (stage, matter)
        words = clean(text)
        into = self._doc.get_text(_name(key))
        length = into.len_unicode
        if not 0 <= start <= end <= length:
            raise IndexError(f"{start} to {end} is not in a text of {length} characters")
        if start == end and not words:
            return ""
        by.encode()
        if key not in self._takebacks:
            self._takebacks[key] = Takeback(length)
        with guard():
            gone = _read(into.slice_delta(start, end, PositionType.Unicode)) if end > start else ()
            if end > start:
                into.delete(start, end - start)
            _put(into, start, words, by)
        self._takebacks[key].own(start, gone, words, by)
        self._settle(own=True)
        return words

    def append_line(self, stage: str, matter: int, text: str, by: Who) -> str:
        """Adds words of `by` at the end, on a line of their own; returns what was added, with its line break."""
        now = self.text(stage, matter)
        start = "\n" if now and not now.endswith("\n") else ""
        return self.insert(stage, matter, len(now), start + text, by)

    def undo(self, stage: str, matter: int) -> bool:
        """Takes back the newest words written or deleted here in these notes; False when there is nothing left.

        Neither words that came from elsewhere nor those that `absorb` brought are touched, and what was deleted comes
        back as the words of whoever wrote it.
        """
        return self._turn((stage, matter), Takeback.undo)

    def redo(self, stage: str, matter: int) -> bool:
        """Does again what `undo` took back; False when there is nothing, or something was written since."""
        return self._turn((stage, matter), Takeback.redo)

    def _turn(self, key: NoteKey, way: Callable[[Takeback, ReadRuns], list[Edit]]) -> bool:
        takeback = self._takebacks.get(key)
        if takeback is None:
            return False
        text = self._doc.get_text(_name(key))
        with guard():
            edits = way(takeback, lambda start, end: _read(text.slice_delta(start, end, PositionType.Unicode)))
            for edit in edits:
                _edit(text, edit)
        self._settle(own=True)
        return bool(edits)

    # -- places -----------------------------------------------------------------------------------------------

    def cursor(self, stage: str, matter: int, index: int) -> Caret:
        """A place that stays with the character to its left while others write. IndexError when it is not there."""
        text = self._text((stage, matter))
        length = text.len_unicode if text is not None else 0
        if not 0 <= index <= length:
            raise IndexError(f"{index} is not in a text of {length} characters")
        if text is None or index == 0:
            return Caret(stage, matter)
        with guard():
            cursor = text.get_cursor(index - 1, Side.Right)
            return Caret(stage, matter, cursor.encode() if cursor is not None else b"")

    def position(self, caret: Caret) -> int:
        """Where a place is now. DocumentBroken when it is none of this document's."""
        text = self._text((caret.stage, caret.matter))
        if not caret.left or text is None:
            return 0
        with guard("That place is not in these notes."):
            cursor = Cursor.decode(caret.left)
            if _root(cursor.container) != _name((caret.stage, caret.matter)):
                raise DocumentBroken("That place is not in these notes.")
            at = self._doc.get_cursor_pos(cursor).current
        return min(at.pos + (at.side == Side.Right), text.len_unicode)

    # -- several replicas -------------------------------------------------------------------------------------

    def version(self) -> bytes:
        """What this document has seen, for `updates_since`; two of the same state need not be the same bytes."""
        with guard():
            return self._doc.oplog_vv.encode()

    def state(self) -> bytes:
        """All of it, with its history: to be kept beside the values while the session is open, never longer."""
        with guard():
            return self._enveloped(self._doc.export(ExportMode.Snapshot()))

    def updates_since(self, version: bytes) -> bytes:
        """What a document at that version has not seen. DocumentBroken when it is no version."""
        with guard(NOT_UNDERSTOOD):
            return self._enveloped(self._doc.export(ExportMode.Updates(VersionVector.decode(version))))

    def merge(self, data: bytes) -> bool:
        """Takes in a state or updates of another document of this epoch; False while earlier ones are missing.

        DocumentBroken, and nothing is changed, when they are damaged or of another epoch.
        """
        epoch, payload = _opened(data)
        if epoch != self.epoch:
            raise DocumentBroken("These words belong to another opening of this session and were not mixed in.")
        with guard(NOT_UNDERSTOOD):
            LoroDoc.decode_import_blob_meta(payload, True)  # checks the whole of it before any is taken in
            status = self._doc.import_(payload)
        self._settle()
        return status.pending is None

    @classmethod
    def from_state(cls, data: bytes) -> Self:
        """The document that `state` was taken from, as a replica of its own. DocumentBroken when it is damaged."""
        epoch, payload = _opened(data)
        with guard(NOT_UNDERSTOOD):
            LoroDoc.decode_import_blob_meta(payload, True)
            doc = _new()
            status = doc.import_(payload)
            if status.pending is not None:
                raise DocumentBroken(NOT_UNDERSTOOD)
            document = cls(doc, epoch)
        document.snapshot()
        return document

    def _enveloped(self, payload: bytes) -> bytes:
        return _MARK + self.epoch.encode() + payload

    # -- telling ----------------------------------------------------------------------------------------------

    def on_change(self, callback: Observer) -> Callable[[], None]:
        """Calls back after every change, made here or merged, in order; returns what ends that.

        A change that an observer makes is told when all have heard of the present one. What an observer raises comes
        out of the call that made the change, after the others were told.
        """
        number = next(self._numbers)
        self._observers[number] = callback

        def unsubscribe() -> None:
            self._observers.pop(number, None)

        return unsubscribe

    def _settle(self, *, own: bool = False) -> None:
        """Ends a change and tells of it; `own` words are in their Takeback already."""
        with guard():
            self._doc.commit()
            events = tuple(self._events)
            self._events.clear()
            if not events:
                return
            touched = _touched(events)
        self._whole = None
        if touched.rest:
            self._rest = None
        for key, splices in touched.splices.items():
            self._notes.setdefault(key)
            self._runs.pop(key, None)
            takeback = self._takebacks.get(key)
            if takeback is not None and not own:
                for splice in splices:
                    takeback.foreign(splice.index, splice.deleted, len(splice.inserted))
        self._untold.append(touched)
        if not self._telling:
            self._telling = True
            try:
                self._tell()
            finally:
                self._telling = False

    def _tell(self) -> None:
        try:
            while self._untold:
                touched = self._untold.popleft()
                with ExitStack() as every:  # calls all of them whatever one raises, the last one entered first
                    for number in reversed(self._observers):
                        every.callback(self._tell_one, number, touched)
        finally:
            if self._untold:
                self._tell()

    def _tell_one(self, number: int, touched: Touched) -> None:
        observer = self._observers.get(number)
        if observer is not None:
            observer(touched)

    # -- texts ------------------------------------------------------------------------------------------------

    def _text(self, key: NoteKey) -> LoroText | None:
        if key not in self._notes:
            return None
        return self._doc.get_text(_name(key))


def _new() -> LoroDoc:
    """An empty document under a peer id of its own: one used by two processes would part them in silence."""
    doc = LoroDoc()  # type: ignore[no-untyped-call]
    styles = StyleConfigMap()  # type: ignore[no-untyped-call]
    styles.insert("by", ExpandType.After)
    doc.config_text_style(styles)
    return doc


def _name(key: NoteKey) -> str:
    # The name of a root may not hold a slash or NUL, which a stage id of an imported record may.
    return f"{_NOTE}{key[1]}:{quote(key[0], safe='')}"


def _key(name: str) -> NoteKey:
    _, matter, stage = name.split(":", 2)
    return unquote(stage), int(matter)


def _root(container: ContainerID) -> str:
    return container.name if isinstance(container, ContainerID.Root) else ""


def _put(text: LoroText, index: int, words: str, by: Who) -> None:
    """Inserts words of `by`. Amid or after words of somebody else they would pass for theirs: then they are marked.

    After one's own words the mark there stretches over them. A mark for each key would make the document a hundred
    times as large and reading it three hundred times as slow.
    """
    if not words:
        return
    end = index + len(words)
    text.insert(index, words)
    if any(_author(piece) != by for piece in _inserts(text.slice_delta(index, end, PositionType.Unicode))):
        text.mark(index, end, "by", by)


def _edit(text: LoroText, edit: Edit) -> None:
    if edit.deleted:
        text.delete(edit.index, edit.deleted)
    at = edit.index
    for run in edit.runs:
        _put(text, at, run.text, run.by)
        at += len(run.text)


def _inserts(delta: Iterable[TextDelta]) -> list[TextDelta.Insert]:
    return [piece for piece in delta if isinstance(piece, TextDelta.Insert)]


def _read(delta: Iterable[TextDelta]) -> tuple[Run, ...]:
    return joined(Run(_author(piece), piece.insert) for piece in _inserts(delta))


def _author(piece: TextDelta.Insert) -> Who:
    by = (piece.attributes or {}).get("by")
    return by if isinstance(by, str) else ""


def _by_key(session: Session) -> dict[NoteKey, tuple[Run, ...]]:
    return {(note.stage, note.matter): note.runs for note in normal(session).notes}


def _difference(was: tuple[Run, ...], now: tuple[Run, ...]) -> Edit:
    """One splice that makes `now` of `was`, no longer than it must be: what stays is not written anew."""
    old = [(char, run.by) for run in was for char in run.text]
    new = [(char, run.by) for run in now for char in run.text]
    most = min(len(old), len(new))
    start = 0
    while start < most and old[start] == new[start]:
        start += 1
    end = 0
    while end < most - start and old[-1 - end] == new[-1 - end]:
        end += 1
    inserted = joined(Run(by, char) for char, by in new[start : len(new) - end])
    return Edit(start, len(old) - end - start, inserted)


def _touched(events: Iterable[DiffEvent]) -> Touched:
    splices: dict[NoteKey, tuple[Splice, ...]] = {}
    rest, local = False, True
    for event in events:
        local = local and event.triggered_by == EventTriggerKind.Local
        for part in event.events:
            name = _root(part.target)
            if isinstance(part.diff, Diff.Text) and name.startswith(_NOTE):
                key = _key(name)
                splices[key] = (*splices.get(key, ()), *_splices(part.diff.diff))
            else:
                rest = True
    return Touched(splices=splices, rest=rest, local=local)


def _splices(delta: Iterable[TextDelta]) -> list[Splice]:
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
            out.append(Splice(at, gone, piece.insert, _author(piece)))
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


def _opened(data: bytes) -> tuple[str, bytes]:
    if not data.startswith(_MARK):
        raise DocumentBroken(NOT_UNDERSTOOD)
    rest = data[len(_MARK) :]
    return rest[:_EPOCH].decode("ascii", errors="replace"), rest[_EPOCH:]
