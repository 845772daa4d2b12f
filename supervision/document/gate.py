"""What may come in over a line: words in notes, each by whom they are said to be, and nothing else.

Everything but notes is changed by the rules, by whoever holds the session. So an update that touches anything else,
that passes words off as another's, or that makes existing words another's, is refused before it is taken in: it is
tried on a replica first.
"""

from collections.abc import Callable, Iterable

from loro import Diff, DiffEvent, LoroDoc, TextDelta, ValueOrContainer, VersionVector

from supervision.document import texts
from supervision.document.account import NOT_THEIRS, Account
from supervision.document.document import Document
from supervision.document.guard import NOT_UNDERSTOOD, guard
from supervision.document.seen import NoteKey, Splice
from supervision.errors import DocumentBroken, Refused
from supervision.model.values import Who
from supervision.text import is_clean

MayWrite = Callable[[NoteKey, str], None]
"""Raises one of our errors when these notes cannot have this as their text."""


class Gate:
    """Tries what comes over each line on a replica of the document. A visitor is named by a number of their own."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._epoch = ""
        self._accounts: dict[int, dict[NoteKey, Account]] = {}

    def check(
        self, data: bytes, visitor: int, authors: frozenset[Who], may_write: MayWrite, *, vouches: bool = False
    ) -> None:
        """Raises one of our errors unless every word in these updates is by one of `authors`.

        Who `vouches` may have held the session before, and says what of an earlier epoch was brought over then. What a
        visitor deleted, whoever's it was, may come back where it stood: that is how deletions are taken back.
        """
        self._catch_up()
        epoch, payload = texts.opened(data)
        if epoch != self._epoch:
            raise DocumentBroken(NOT_UNDERSTOOD)
        try:
            with guard(NOT_UNDERSTOOD):
                LoroDoc.decode_import_blob_meta(payload, True)
            for name, diff in self._import(payload):
                if name.startswith(texts.NOTE) and isinstance(diff, Diff.Text):
                    self._check_one(texts.key_of(name), list(diff.diff), visitor, authors, may_write)
                elif not (vouches and name == texts.FORMER and _are_versions(diff)):
                    raise Refused(NOT_THEIRS)
        except BaseException:
            self._epoch = ""  # the replica has taken in what must not be: the next one gets a fresh one
            raise

    def forget(self, visitor: int) -> None:
        """A visitor left."""
        self._accounts.pop(visitor, None)

    def _check_one(
        self, key: NoteKey, changes: list[TextDelta], visitor: int, authors: frozenset[Who], may_write: MayWrite
    ) -> None:
        if any(isinstance(change, TextDelta.Retain) and change.attributes for change in changes):
            raise Refused(NOT_THEIRS)
        splices = texts.splices(changes)
        if any(not is_clean(splice.inserted) for splice in splices):
            raise Refused(NOT_THEIRS)
        mine = self._accounts.setdefault(visitor, {})
        account = mine.get(key)
        deletes = any(splice.deleted for splice in splices)
        if account is None and deletes:
            account = mine[key] = Account(sum(len(run.text) for run in self._document.runs(*key)))
        if account is not None:
            account.own(splices, self._document.runs(*key) if deletes else (), authors)
        elif any(splice.by not in authors for splice in splices):
            raise Refused(NOT_THEIRS)
        words = self._replica.get_text(texts.root_of(key)).to_string()
        may_write(key, words)
        if deletes and not is_clean(words) and is_clean(self._document.text(*key)):
            raise Refused(NOT_THEIRS)  # half a flag is left, whose letters nobody would see
        self._tell_others(key, splices, visitor)

    def _tell_others(self, key: NoteKey, splices: Iterable[Splice], but: int = -1) -> None:
        for visitor, accounts in self._accounts.items():
            if visitor != but and key in accounts:
                accounts[key].foreign(splices)

    def _catch_up(self) -> None:
        """The replica as the document is; a fresh one in a new epoch, or after something was refused."""
        if self._epoch != self._document.epoch:
            self._replica = self._document.replica()
            self._events: list[DiffEvent] = []
            self._subscription = self._replica.subscribe_root(self._events.append)
            self._epoch = self._document.epoch
            self._accounts.clear()
            return
        with guard():
            seen = self._replica.oplog_vv.encode()
            if self._replica.oplog_vv != self._document.seen():
                for name, diff in self._import(texts.opened(self._document.updates_since(seen))[1]):
                    if name.startswith(texts.NOTE) and isinstance(diff, Diff.Text):
                        self._tell_others(texts.key_of(name), texts.splices(diff.diff))

    def _import(self, payload: bytes) -> list[tuple[str, Diff]]:
        """Takes updates into the replica; what changed, by the name of where it stands."""
        with guard(NOT_UNDERSTOOD):
            if self._replica.import_(payload).pending is not None:
                raise DocumentBroken(NOT_UNDERSTOOD)
            events = tuple(self._events)
            self._events.clear()
            return [(texts.root_name(part.target), part.diff) for event in events for part in event.events]


def _are_versions(diff: Diff) -> bool:
    """Whether nothing but versions of documents came into a map."""
    if not isinstance(diff, Diff.Map):
        return False
    with guard(NOT_UNDERSTOOD):
        for put in diff.diff.updated.values():
            version = put.value if isinstance(put, ValueOrContainer.Value) else None
            if not isinstance(version, bytes):
                return False
            VersionVector.decode(version)
    return True
