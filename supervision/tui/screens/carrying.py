"""Changes to sessions that are not on this screen: carried out in a thread, for they may have to wait."""

from collections.abc import Callable, Sequence

from textual.dom import DOMNode

from supervision.errors import SupervisionError
from supervision.model.changes import Change
from supervision.model.values import Session
from supervision.shelf import Shelf


def carry(
    node: DOMNode,
    shelf: Shelf,
    session_id: str,
    change: Change | Sequence[Change],
    by: str,
    done: Callable[[Session], None],
    refused: Callable[[str], None],
) -> None:
    """Carries a change to its session, then calls `done` with the record or `refused` with the sentence."""
    _aside(node, lambda: shelf.carry(session_id, change, by), done, refused)


def undo(node: DOMNode, shelf: Shelf, me: str, done: Callable[[Session], None], refused: Callable[[str], None]) -> None:
    """Takes back this person's latest change, wherever it was."""
    _aside(node, lambda: shelf.undo(me), done, refused)


def redo(node: DOMNode, shelf: Shelf, me: str, done: Callable[[Session], None], refused: Callable[[str], None]) -> None:
    """Does again what `undo` took back last."""
    _aside(node, lambda: shelf.redo(me), done, refused)


def _aside(
    node: DOMNode, do: Callable[[], Session], done: Callable[[Session], None], refused: Callable[[str], None]
) -> None:
    app = node.app

    def work() -> None:
        try:
            session = do()
        except SupervisionError as error:
            app.call_from_thread(refused, str(error))
        else:
            app.call_from_thread(done, session)

    # The application's own worker: what was asked for is done even if its screen is closed meanwhile.
    app.run_worker(work, thread=True)
