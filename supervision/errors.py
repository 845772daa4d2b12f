"""What can go wrong in a way a person can act on.

    SupervisionError          carries one plain sentence for the person
    +-- Refused               a rule says no; nothing changed
    +-- BadInput              what was typed cannot be understood
    +-- NotFound              no such session, action, decision or person
    +-- Ambiguous             a shortened id or a name fits more than one
    +-- Busy                  the session is open on another screen, or locked
    +-- Damaged               a file cannot be read; it stays as it is
    |   +-- NotForUs          it is encrypted for somebody else, or damaged
    +-- TooNew                a file was written by a newer version
    +-- Locked                what is encrypted needs a key that nobody holds just now
    +-- WrongPassphrase       that passphrase does not open the key
    +-- SaveFailed            a record could not be written; the old one stands
    +-- DocumentBroken        an open session met something that it cannot take in
    +-- LinkBroken            what came over a line between two screens cannot be understood
    +-- PackFaults            a prompt pack has faults, each with file, line and key
    +-- ConfigFaults          the same for the settings file

Anything else that is raised is a mistake of ours and is not caught.
"""

from collections.abc import Iterable
from dataclasses import dataclass


class SupervisionError(Exception):
    """An expected failure; `str()` is one sentence for the person."""

    @property
    def sentence(self) -> str:
        return str(self)


class Refused(SupervisionError):
    """A rule says no; nothing was changed."""


class BadInput(SupervisionError):
    """What was typed cannot be understood; the sentence gives an example that can."""


class NotFound(SupervisionError):
    """There is no such thing in this store."""


class Ambiguous(SupervisionError):
    """A shortened id or a name fits more than one."""


class Busy(SupervisionError):
    """Somebody else has the session open or locked."""


class Damaged(SupervisionError):
    """A file cannot be read. It is never overwritten."""


class NotForUs(Damaged):
    """A file is encrypted, and does not open with this person's key. It is never overwritten."""


class Locked(SupervisionError):
    """What is encrypted needs a key, and nobody holds it just now."""


class WrongPassphrase(SupervisionError):
    """That passphrase does not open the key; nothing was changed."""


class TooNew(SupervisionError):
    """A file was written by a newer version of this program. It is never rewritten."""


class SaveFailed(SupervisionError):
    """A record could not be written; what was saved before still stands."""


class DocumentBroken(SupervisionError):
    """An open session met something that it cannot take in; what it held before still stands."""


class LinkBroken(SupervisionError):
    """What came over a line between two screens cannot be understood; that line ends, and nothing else."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in a file a person wrote: where it is and what to do about it."""

    file: str
    line: int
    key: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: {self.sentence}"


class Faults(SupervisionError):
    """One or more faults in a file that a person wrote."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class PackFaults(Faults):
    """A prompt pack cannot be used."""


class ConfigFaults(Faults):
    """The settings file cannot be used as it stands."""
