"""Records on disk: one TinyDB file a session, written atomically; locks, an index, undo and a check of it all."""

from supervision.store.checks import Finding, doctor
from supervision.store.records import Damage, Store
from supervision.store.storage import AtomicStorage
from supervision.store.undo import UndoLog

__all__ = ["AtomicStorage", "Damage", "Finding", "Store", "UndoLog", "doctor"]
