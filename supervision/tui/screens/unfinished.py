"""What is begun in a form and not finished: kept on the disk within a second of a key, until it has arrived."""

import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol

from textual.screen import Screen
from textual.timer import Timer

from supervision.errors import SupervisionError

Typed = dict[str, str]
"""What stands in the fields of a form, by their ids."""
KEEP_WITHIN = 0.3
"""Seconds from a key until what stands in the form is kept, also while somebody types without a pause."""


class Drafts(Protocol):
    """Where drafts are kept, by name; the application has them as `drafts`."""

    def get(self, name: str) -> Typed: ...

    def keep(self, name: str, typed: Mapping[str, str]) -> None: ...

    def drop(self, name: str) -> None: ...


class Unfinished:
    """One form's draft. `read` gives what is worth keeping now, or nothing; `refused` hears why it cannot be kept."""

    def __init__(
        self, screen: Screen[Any], name: str, read: Callable[[], Typed], refused: Callable[[str], None]
    ) -> None:
        self._screen = screen
        self._app = screen.app
        self._name = name
        self._read = read
        self._refused = refused
        self._timer: Timer | None = None
        self._in_turn = threading.Lock()
        self._asked = 0
        self._done = 0

    @property
    def _drafts(self) -> Drafts | None:
        return getattr(self._app, "drafts", None) if self._name else None

    def begun(self) -> Typed:
        """What was begun earlier."""
        return self._drafts.get(self._name) if self._drafts is not None else {}

    def touched(self) -> None:
        """A key was pressed in the form."""
        if self._timer is None and self._drafts is not None and self._screen.is_current:
            self._timer = self._screen.set_timer(KEEP_WITHIN, self._keep_aside)

    def keep(self) -> None:
        """Keeps it at once, for the ways out."""
        self._put(*self._next(self._read()), self._refused)

    def drop(self) -> None:
        """Its words have gone where they belong, or were cleared."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._put(*self._next({}), self._refused)

    def _keep_aside(self) -> None:
        """Keeps it without keeping anybody's key waiting for the disk."""
        self._timer = None
        said = partial(self._app.call_from_thread, self._refused)
        self._app.run_worker(partial(self._put, *self._next(self._read()), said), thread=True)

    def _next(self, typed: Typed) -> tuple[Typed, int]:
        self._asked += 1
        return typed, self._asked

    def _put(self, typed: Typed, number: int, refused: Callable[[str], object]) -> None:
        with self._in_turn:
            drafts = self._drafts
            if drafts is None or number < self._done:  # what was asked for later was done already
                return
            self._done = number
            try:
                if typed:
                    drafts.keep(self._name, typed)
                else:
                    drafts.drop(self._name)
            except SupervisionError as error:
                refused(f"What is written here is not kept yet: {error}")
