"""Dialogs that do something which takes a while: the screen goes on meanwhile, and nobody leaves before it is done."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from supervision.errors import SupervisionError
from supervision.tui.screens.parts import Dialog

Did = TypeVar("Did")


class WorkingDialog(Dialog[bool | None]):
    """Works in the background, on files or with a passphrase."""

    _working = False

    def work(
        self,
        do: Callable[[], Did],
        then: Callable[[Did], object],
        meanwhile: str,
        *,
        refused: Callable[[], object] = lambda: None,
    ) -> None:
        """Does it, and then goes on with what came of it; a refusal is said, and `refused` tidies up after it."""
        if self._working:
            return

        async def at_it() -> None:
            said = asyncio.Event()  # a passphrase takes all of the computer, and nothing is drawn meanwhile
            if self.call_after_refresh(said.set):
                await said.wait()
            try:
                did = await asyncio.to_thread(do)
            except SupervisionError as error:
                self.fault(str(error))
                refused()
                return
            finally:
                self._working = False
            self.fault("")
            then(did)

        self._working = True
        self.fault(meanwhile)
        self.run_worker(at_it())

    def action_leave(self) -> None:
        if not self._working:
            super().action_leave()
