"""One guard around the CRDT, which raises bare `BaseException`."""

from asyncio import CancelledError
from collections.abc import Iterator
from contextlib import contextmanager

from supervision.errors import DocumentBroken

NOT_UNDERSTOOD = "What arrived could not be understood, so it was left out; the session is as it was."
FAULTY = "The open session cannot take this; what was saved before still stands."


@contextmanager
def guard(sentence: str = FAULTY) -> Iterator[None]:
    """Turns what loro raises into DocumentBroken; mistakes of ours and orders to stop pass as they are."""
    try:
        yield
    except BaseException as problem:
        if isinstance(problem, Exception | KeyboardInterrupt | SystemExit | GeneratorExit | CancelledError):
            raise
        raise DocumentBroken(sentence) from problem
