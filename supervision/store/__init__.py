"""Records on disk: one TinyDB file a session, written atomically; agreements, an index, locks, undo, a check of all."""

from supervision.store.agreements import AgreementRow, Agreements
from supervision.store.away import AwayFile, Waiting, all_waiting
from supervision.store.checks import Finding, doctor
from supervision.store.contents import Contents, Damage
from supervision.store.erased import Tombstone
from supervision.store.notices import Notice, Notices
from supervision.store.records import Store
from supervision.store.storage import AtomicStorage
from supervision.store.undo import UndoLog

__all__ = [
    "AgreementRow",
    "Agreements",
    "AtomicStorage",
    "AwayFile",
    "Contents",
    "Damage",
    "Finding",
    "Notice",
    "Notices",
    "Store",
    "Tombstone",
    "UndoLog",
    "Waiting",
    "all_waiting",
    "doctor",
]
