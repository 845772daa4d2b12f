"""The document: notes as texts that two may write at once, everything else as maps."""

import secrets
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from itertools import count
from typing import Any, Self

from loro import (
    ID,
    Cursor,
    Diff,
    DiffEvent,
    EventTriggerKind,
    ExpandType,
    ExportMode,
    Frontiers,
    LoroDoc,
    LoroText,
    PositionType,
    Side,
    StyleConfigMap,
    VersionVector,
)

from supervision.document import schema, texts
from supervision.document.guard import NOT_UNDERSTOOD, guard
from supervision.document.rebase import added, rebased
from supervision.document.seen import Caret, NoteKey, Splice, Touched
from supervision.document.takeback import Edit, ReadRuns, Takeback
from supervision.errors import DocumentBroken
from supervision.model.notes import joined, normal
from supervision.model.values import Note, Run, Session, Who
from supervision.text import clean

Observer = Callable[[Touched], None]

_DONE = "done"
"""The map of what was asked for by a token: whoever has its effect has the token, so nothing is done twice."""


class Document:
    """An open session. Every change is in at once, and observers hear of it before the call returns.

    `epoch` names this opening of the session: documents merge with those of their own epoch only, since two that were
    made apart from the same values would double every word.
    """

    def __init__(self, doc: LoroDoc, epoch: str) -> None:
        """Takes over a filled `doc`; use `from_session` or `from_state`."""
        self._take_over(doc, epoch)
        self._observers: dict[int, Observer] = {}
        self._numbers = count()
        self._untold: deque[Touched] = deque()
        self._telling = False
        self._takebacks: dict[NoteKey, Takeback] = {}

    def _take_over(self, doc: LoroDoc, epoch: str) -> None:
        self.epoch = epoch
        self._doc = doc
        self._events: list[DiffEvent] = []
        # Inside loro's callback an exception would only be printed, over the screen: so that collects, nothing else.
        self._subscription = doc.subscribe_root(self._events.append)
        self._seeded = doc.oplog_vv
        self._runs: dict[NoteKey, tuple[Run, ...]] = {}
        self._rest: Session | None = None
        self._whole: Session | None = None
        roots: Any = doc.get_value()
        self._notes = dict.fromkeys(texts.key_of(name) for name in roots if name.startswith(texts.NOTE))

    # -- from values and back ---------------------------------------------------------------------------------

    @classmethod
    def from_session(cls, session: Session, former: Mapping[str, bytes] | None = None) -> Self:
        """A new document of a new epoch that holds the session's values and nothing from before.

        `former` names the epochs of before whose values these are, each with the version at which it ended.
        """
        return cls(_seed(session, former), _new_epoch())

    def snapshot(self) -> Session:
        """The session as a value, with its notes in normal form. DocumentBroken when others broke the form."""
        if self._whole is None:
            if self._rest is None:
                self._rest = schema.read(self._doc)
            notes = (Note(stage=key[0], matter=key[1], runs=self.runs(*key)) for key in self._notes)
            self._whole = normal(replace(self._rest, notes=tuple(notes)))
        return self._whole

    def absorb(self, before: Session, after: Session, *, token: str = "") -> None:
        """Takes over what differs between two values, field by field, as one change that `undo` does not touch.

        ValueError, and nothing is written, when notes that differ have meanwhile become other than `before` has them.
        `token` names what was asked for: `has_done` knows it from then on, here and wherever this arrives.
        """
        steps = schema.plan(self._doc, before, after)
        splices = self._splices_between(before, after)
        with guard():
            schema.write(self._doc, steps)
            for text, edit in splices:
                texts.make(text, edit)
            if token:
                self._doc.get_map(_DONE).insert(token, True)
        self._settle()

    def has_done(self, token: str) -> bool:
        """Whether this document holds what was asked for under that token."""
        return self._doc.get_map(_DONE).get(token) is not None

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
            splices.append((self._doc.get_text(texts.root_of(key)), texts.difference(was, now)))
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
                self._runs[key] = texts.read(text.to_delta()) if text is not None else ()
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
        into = self._doc.get_text(texts.root_of(key))
        length = into.len_unicode
        if not 0 <= start <= end <= length:
            raise IndexError(f"{start} to {end} is not in a text of {length} characters")
        if start == end and not words:
            return ""
        by.encode()
        if key not in self._takebacks:
            self._takebacks[key] = Takeback(length)
        with guard():
            gone = texts.read(into.slice_delta(start, end, PositionType.Unicode)) if end > start else ()
            if end > start:
                into.delete(start, end - start)
            texts.put(into, start, words, by)
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
        text = self._doc.get_text(texts.root_of(key))
        with guard():
            edits = way(takeback, lambda start, end: texts.read(text.slice_delta(start, end, PositionType.Unicode)))
            for edit in edits:
                texts.make(text, edit)
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
            if texts.root_name(cursor.container) != texts.root_of((caret.stage, caret.matter)):
                raise DocumentBroken("That place is not in these notes.")
            at = self._doc.get_cursor_pos(cursor).current
        return min(at.pos + (at.side == Side.Right), text.len_unicode)

    # -- several replicas -------------------------------------------------------------------------------------

    def version(self) -> bytes:
        """What this document has seen, for `updates_since`; two of the same state need not be the same bytes."""
        with guard():
            return self._doc.oplog_vv.encode()

    def seen(self) -> VersionVector:
        """The same, to compare."""
        return self._doc.oplog_vv

    def is_beyond(self, version: bytes) -> bool:
        """Whether there is something here that a document at that version has not seen."""
        with guard(NOT_UNDERSTOOD):
            return not VersionVector.decode(version).includes_vv(self._doc.oplog_vv)

    def bare(self, data: bytes) -> bytes:
        """Updates without what names their epoch and what all of them begin with, for a line on which both know it."""
        return texts.slim(data[len(texts.MARK) + texts.EPOCH :])

    def dressed(self, payload: bytes) -> bytes:
        """What `bare` took that off, as updates of this epoch."""
        return self._enveloped(texts.whole(payload))

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
        epoch, payload = texts.opened(data)
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
        epoch, payload = texts.opened(data)
        with guard(NOT_UNDERSTOOD):
            document = cls(_received(payload), epoch)
        document.snapshot()
        return document

    @staticmethod
    def epoch_of(data: bytes) -> str:
        """The epoch that a state or updates belong to. DocumentBroken when they are neither."""
        return texts.opened(data)[0]

    def replica(self) -> LoroDoc:
        """A replica to try things on; nobody watches it."""
        with guard():
            return self._doc.fork()

    # -- epochs -----------------------------------------------------------------------------------------------

    @property
    def is_as_seeded(self) -> bool:
        """Whether nothing was written since this epoch began: its bytes then hold no word that is not in its values."""
        return bool(self._seeded == self._doc.oplog_vv)

    def begin_epoch(self) -> bytes:
        """Goes on in a new epoch that holds the values and no history; returns the version at which the old one ended.

        Nothing that is seen changes, so nobody is told, and what was written here can still be taken back.
        """
        with guard():
            ended, former = self.version(), dict(self.former())
            former[self.epoch] = ended
            session = self.snapshot()
            doc = _seed(session, former)
            for token in _keys_of(self._doc, _DONE):
                doc.get_map(_DONE).insert(token, True)
            doc.commit()
            self._take_over(doc, _new_epoch())
        return ended

    def forget(self) -> bytes:
        """Begins an epoch, and nothing that was written before can be taken back or done again any more."""
        self._takebacks.clear()
        return self.begin_epoch()

    def former(self) -> dict[str, bytes]:
        """The epochs before this one, each with the version at which it ended."""
        with guard():
            found: Any = self._doc.get_map(texts.FORMER).get_value()
        return {epoch: bytes(version) for epoch, version in found.items()}

    @staticmethod
    def beyond(version: bytes, base: bytes) -> bool:
        """Whether there is something in a version that is not in another. DocumentBroken when one is none."""
        with guard(NOT_UNDERSTOOD):
            return not VersionVector.decode(base).includes_vv(VersionVector.decode(version))

    def all_but_own_since(self, version: bytes) -> bytes:
        """The version that has all that others wrote, and of what was written here only what is in `version`.

        What others wrote who had the rest before them is not in it either: a version has all that it was made from.
        """
        with guard(NOT_UNDERSTOOD):
            known, own = self._doc.oplog_vv, self._doc.peer_id
            arrived = VersionVector.decode(version).get_last(own)
            first = 0 if arrived is None else arrived + 1

            def has_more(peer: int, number: int) -> bool:
                made_from = self._doc.frontiers_to_vv(Frontiers.from_id(ID(peer, number)))
                last = made_from.get_last(own) if made_from is not None else None
                return last is not None and last >= first

            known.set_end(ID(own, first))
            for peer, (_, end) in known.to_spans().inner().items():
                if peer != own:
                    known.set_end(ID(peer, bisect_left(range(end), True, key=partial(has_more, peer))))
            return known.encode()

    def brought(self, epoch: str, version: bytes) -> None:
        """Somebody brought over what they had of a former epoch, up to that version: nobody brings it once more."""
        known = self.former().get(epoch)
        if known is None:
            return
        with guard(NOT_UNDERSTOOD):
            both = VersionVector.decode(known)
            both.merge(VersionVector.decode(version))
            self._doc.get_map(texts.FORMER).insert(epoch, both.encode())
        self._settle()

    def adopt(self, state: bytes, base: bytes, *, forget: bool = False, by: Who = "") -> bytes:
        """Goes on in the epoch of `state`, taking along what was written in these notes and is not in `base`.

        With `forget` nothing that was written before can be taken back any more; with `by` only that person's words
        come along.

        `base` is a version of this document: what the state was made from, at least. Observers hear of what is other
        than before. Returns the version of the state, for `updates_since`: what was taken along comes after it.
        """
        epoch, payload = texts.opened(state)
        with guard(NOT_UNDERSTOOD):
            doc = _received(payload)
            type(self)(doc, epoch).snapshot()  # fails before anything is changed
            if forget:
                self._takebacks.clear()
            own = self._written_since(VersionVector.decode(base))
            old = {key: self.runs(*key) for key in self._notes}
            self._take_over(doc, epoch)
            arrived = self.version()
            for key, (was, splices) in own.items():
                text = doc.get_text(texts.root_of(key))
                for splice in rebased(was, splices, text.to_string(), by):
                    texts.splice_in(text, splice)
                self._notes.setdefault(key)
            doc.commit()
            self._events.clear()
        differences: dict[NoteKey, tuple[Splice, ...]] = {}
        for key in dict.fromkeys((*old, *self._notes)):
            was_runs, now_runs = old.get(key, ()), self.runs(*key)
            if was_runs != now_runs:
                edit = texts.difference(was_runs, now_runs)
                differences[key] = texts.as_splices(edit)
                if takeback := self._takebacks.get(key):
                    takeback.foreign(edit.index, edit.deleted, sum(len(run.text) for run in edit.runs))
        self._announce(Touched(splices=differences, rest=True, local=False))
        return arrived

    def bring(self, before: Session, after: Session, known: bytes) -> None:
        """Puts in the words that came into the notes between two values, of which this document has the first.

        They are others' words, and were written without what was written here after the version `known`.
        """
        old = _by_key(before)
        with guard(NOT_UNDERSTOOD):
            then = VersionVector.decode(self.all_but_own_since(known))
            elsewhere = self._doc.fork_at(self._doc.vv_to_frontiers(then))
            for key, runs in _by_key(after).items():
                base = "".join(run.text for run in old.get(key, ()))
                text = elsewhere.get_text(texts.root_of(key))
                for splice in rebased(base, added(base, runs), text.to_string()):
                    texts.splice_in(text, splice)
            elsewhere.commit()
            self._doc.import_(elsewhere.export(ExportMode.Updates(then)))
        self._settle()

    def written_since(self, base: bytes) -> dict[NoteKey, tuple[Run, ...]]:
        """The words that came into each of the notes after that version, with whose they are."""
        with guard(NOT_UNDERSTOOD):
            own = self._written_since(VersionVector.decode(base))
        found = {}
        for key, (_, splices) in own.items():
            runs = joined(Run(splice.by, splice.inserted) for splice in splices)
            if runs:
                found[key] = runs
        return found

    def _written_since(self, base: VersionVector) -> dict[NoteKey, tuple[str, list[Splice]]]:
        """For each of the notes that changed since then, its text as it was and the splices that came."""
        common = base.intersection(self._doc.oplog_vv)
        then = self._doc.vv_to_frontiers(common)
        before = self._doc.fork_at(then)
        found = {}
        for part in self._doc.diff(then, self._doc.oplog_frontiers).get_diff():
            name, diff = texts.root_name(part[0]), part[1]
            if name.startswith(texts.NOTE) and isinstance(diff, Diff.Text):
                found[texts.key_of(name)] = (before.get_text(name).to_string(), texts.splices(diff.diff))
        return found

    def _enveloped(self, payload: bytes) -> bytes:
        return texts.MARK + self.epoch.encode() + payload

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
        self._announce(touched)

    def _announce(self, touched: Touched) -> None:
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
        return self._doc.get_text(texts.root_of(key))


def _new() -> LoroDoc:
    """An empty document under a peer id of its own: one used by two processes would part them in silence."""
    doc = LoroDoc()  # type: ignore[no-untyped-call]
    styles = StyleConfigMap()  # type: ignore[no-untyped-call]
    styles.insert("by", ExpandType.After)
    doc.config_text_style(styles)
    return doc


def _new_epoch() -> str:
    return secrets.token_hex(texts.EPOCH // 2)


def _seed(session: Session, former: Mapping[str, bytes] | None) -> LoroDoc:
    """A document that holds these values and nothing from before."""
    with guard():
        doc = _new()
        schema.write(doc, schema.plan(doc, None, session))
        for note in normal(session).notes:
            text = doc.get_text(texts.root_of((note.stage, note.matter)))
            for run in note.runs:
                texts.put(text, text.len_unicode, run.text, run.by)
        for epoch, version in (former or {}).items():
            doc.get_map(texts.FORMER).insert(epoch, version)
        doc.commit()
    return doc


def _received(payload: bytes) -> LoroDoc:
    """The document whose whole state this is."""
    LoroDoc.decode_import_blob_meta(payload, True)
    doc = _new()
    if doc.import_(payload).pending is not None:
        raise DocumentBroken(NOT_UNDERSTOOD)
    return doc


def _keys_of(doc: LoroDoc, name: str) -> list[str]:
    return list(doc.get_map(name).keys())


def _by_key(session: Session) -> dict[NoteKey, tuple[Run, ...]]:
    return {(note.stage, note.matter): note.runs for note in normal(session).notes}


def _touched(events: Iterable[DiffEvent]) -> Touched:
    splices: dict[NoteKey, tuple[Splice, ...]] = {}
    rest, local = False, True
    for event in events:
        local = local and event.triggered_by == EventTriggerKind.Local
        for part in event.events:
            name = texts.root_name(part.target)
            if isinstance(part.diff, Diff.Text) and name.startswith(texts.NOTE):
                key = texts.key_of(name)
                splices[key] = (*splices.get(key, ()), *texts.splices(part.diff.diff))
            else:
                rest = True
    return Touched(splices=splices, rest=rest, local=local)
