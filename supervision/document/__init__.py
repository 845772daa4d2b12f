"""The open form of a session: a document that several people can write in at once.

At rest a session is a frozen value; while it is open it is one document, also for somebody working alone.
`Document.from_session` goes one way, `snapshot` the other. This room alone knows the CRDT (loro) and its schema.
"""

from supervision.document.document import Document
from supervision.document.gate import Gate
from supervision.document.rebase import brought
from supervision.document.seen import Caret, NoteKey, Splice, Touched

__all__ = ["Caret", "Document", "Gate", "NoteKey", "Splice", "Touched", "brought"]
