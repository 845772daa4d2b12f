"""Records on disk: one TinyDB file a session, written atomically; agreements, an index, locks, undo, a check of all."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from supervision.store.contents import Contents, Damage
from supervision.store.records import Ended, LiveState, Store
from supervision.store.storage import AtomicStorage

if TYPE_CHECKING:
    from supervision.store.agreements import AgreementRow, Agreements
    from supervision.store.away import AwayFile, Waiting, all_waiting
    from supervision.store.checks import Finding, doctor
    from supervision.store.erased import Tombstone
    from supervision.store.notices import Notice, Notices
    from supervision.store.undo import UndoLog

_SELDOM = {
    **dict.fromkeys(("AgreementRow", "Agreements"), "agreements"),
    **dict.fromkeys(("AwayFile", "Waiting", "all_waiting"), "away"),
    **dict.fromkeys(("Finding", "doctor"), "checks"),
    **dict.fromkeys(("Notice", "Notices"), "notices"),
    "Tombstone": "erased",
    "UndoLog": "undo",
}
"""What lists do without, and where it is: loading it is a good part of the time they take."""

__all__ = [
    "AgreementRow",
    "Agreements",
    "AtomicStorage",
    "AwayFile",
    "Contents",
    "Damage",
    "Ended",
    "Finding",
    "LiveState",
    "Notice",
    "Notices",
    "Store",
    "Tombstone",
    "UndoLog",
    "Waiting",
    "all_waiting",
    "doctor",
]


def __getattr__(name: str) -> Any:
    if name not in _SELDOM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_SELDOM[name]}"), name)
