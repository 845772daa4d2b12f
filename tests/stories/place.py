"""A store of its own, the program on a terminal over it, and what is left when it has gone."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from supervision import live
from supervision.model import views
from supervision.model.values import Session
from supervision.store import Store
from tests.conftest import ROOT
from tests.terminal import PATIENCE, Terminal

READY = "is writing"
"""Stands on the session's screen once one can type."""


@dataclass(frozen=True)
class Place:
    """One folder with records, settings and sockets, and nothing of whoever runs the tests."""

    folder: Path

    @property
    def env(self) -> dict[str, str]:
        return {
            "HOME": str(self.folder),
            "TMPDIR": str(self.folder),
            "SUPERVISION_STORE": str(self.folder / "store"),
            "SUPERVISION_CONFIG": str(self.folder / "config"),
            "SUPERVISION_ME": "Ash Patel",
            "PYTHONPATH": str(ROOT),
        }

    @property
    def store(self) -> Store:
        return Store(self.folder / "store", views.summary)

    def terminal(
        self,
        *args: str,
        columns: int = 120,
        rows: int = 36,
        program: Sequence[str] = ("-m", "supervision"),
        env: Mapping[str, str] | None = None,
    ) -> Terminal:
        """The program with these arguments, on a terminal."""
        return Terminal(args, env=self.env if env is None else env, columns=columns, rows=rows, program=program)

    @contextmanager
    def session(self, *, program: Sequence[str] = ("-m", "supervision")) -> Iterator[Terminal]:
        """The one session there is, or a new one, on its screen and ready to be typed into."""
        ids = self.store.ids()
        args = ("open", ids[0]) if ids else ("start", "--with", "Sam Okafor", "--alias", "J")
        with self.terminal(*args, program=program) as terminal:
            terminal.wait(READY)
            yield terminal

    @property
    def record(self) -> Session:
        """The one session there is, as its file has it."""
        (session_id,) = self.store.ids()
        return self.store.load(session_id)

    @property
    def notes(self) -> str:
        """All notes of the record, a stage after the other."""
        return "\n".join(note.text for note in self.record.notes)

    @property
    def drafts(self) -> str:
        """What is kept of forms that were begun, as its file has it."""
        file = self.store.drafts("").kept.file
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def is_free(self) -> bool:
        """Whether nobody holds the record any more; Busy when somebody does."""
        with self.store.hold(self.record.id):
            return True

    def leftovers(self) -> list[str]:
        """What should have gone: sockets, and half-written files."""
        sockets = (live.address(self.store.folder, session_id) for session_id in self.store.ids())
        return [path.name for path in sockets if path.exists()] + [
            path.name
            for path in sorted(self.folder.rglob("*"))
            if ".json.tmp-" in path.name or ".json.old-" in path.name
        ]


def until(so: Callable[[], bool], what: str) -> None:
    """Waits for something to come true."""
    deadline = time.monotonic() + PATIENCE
    while not so():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.02)


@contextmanager
def a_place() -> Iterator[Place]:
    # Not below pytest's own folder, whose long names leave no room for that of a socket.
    with tempfile.TemporaryDirectory(prefix="s-", dir=os.environ.get("RUNNER_TEMP", "/tmp")) as folder:
        yield Place(Path(folder))
