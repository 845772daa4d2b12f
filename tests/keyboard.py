"""A keyboard in a process of its own: one room, told line by line what to do, that can be stopped and killed.

python -m tests.keyboard STORE ID NAME PING OFFLINE TAKEOVER
"""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from queue import Empty, Queue
from types import TracebackType
from typing import Any, Self

from supervision.live import Pace
from supervision.store import Store
from tests.conftest import ROOT

HERE = ("arrive", 1)
PATIENCE = 90.0


class Keyboard:
    """The process, as a test sees it."""

    def __init__(self, store: Store, session_id: str, me: str, pace: Pace) -> None:
        times = [str(seconds) for seconds in (pace.ping, pace.offline, pace.takeover)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.keyboard", str(store.folder), session_id, me, *times],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env=os.environ.copy(),
        )
        self._answers: Queue[dict[str, Any]] = Queue()
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()
        self._number = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with contextlib.suppress(ValueError):
            for line in self.process.stdout:
                self._answers.put(json.loads(line))

    def tell(self, verb: str, **values: Any) -> None:
        """Says what to do; nobody waits for it."""
        assert self.process.stdin is not None
        self._number += 1
        values = {"verb": verb, "number": self._number, **values}
        try:
            self.process.stdin.write(json.dumps(values).encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            self.process.wait(PATIENCE)
            raise AssertionError(f"it has ended: {self.errors()}") from None

    def ask(self, verb: str, **values: Any) -> dict[str, Any]:
        """The same, and what it answers."""
        self.tell(verb, **values)
        while True:
            try:
                answer = self._answers.get(timeout=PATIENCE)
            except Empty:
                raise AssertionError(f"no answer to {verb}; {self.errors()}") from None
            if answer["number"] == self._number:
                return answer

    def errors(self) -> str:
        if self.process.poll() is None or self.process.stderr is None:
            return "it still runs"
        return self.process.stderr.read().decode()

    def type(self, words: str) -> None:
        self.tell("type", words=words)

    @property
    def state(self) -> dict[str, Any]:
        return self.ask("state")

    def until(self, patience: float = PATIENCE, **wanted: Any) -> dict[str, Any]:
        """Waits until its state is so."""
        deadline = time.monotonic() + patience
        while True:
            state = self.state
            if all(state[key] == value for key, value in wanted.items()):
                return state
            assert time.monotonic() < deadline, f"still not {wanted}: {state}"
            time.sleep(0.02)

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def leave(self) -> None:
        """Leaves as people do, and all must be well."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.stdin = None
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGABRT)
            raise
        assert self.process.returncode == 0, self.errors()


async def _sit(store: Path, session_id: str, me: str, pace: Pace) -> None:
    from supervision.model import views
    from supervision.model.changes import AddAction
    from supervision.room import Room

    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[bytes] = asyncio.Queue()

    def pump() -> None:
        while line := sys.stdin.buffer.readline():
            loop.call_soon_threadsafe(lines.put_nowait, line)
        loop.call_soon_threadsafe(lines.put_nowait, b"")

    threading.Thread(target=pump, daemon=True).start()
    said: list[str] = []
    async with Room(Store(store, views.summary), session_id, me=me, pace=pace) as room:
        room.listen(said.append)
        while line := await lines.get():
            told = json.loads(line)
            answer: dict[str, Any] = {"number": told["number"]}
            match told["verb"]:
                case "type":
                    end = len(room.text(*HERE))
                    room.write(*HERE, end, end, told["words"])
                case "insert":
                    at = min(told["at"], len(room.text(*HERE)))
                    room.write(*HERE, at, at, told["words"])
                case "delete":
                    length = len(room.text(*HERE))
                    at = min(told["at"], length)
                    room.write(*HERE, at, min(at + told["count"], length), "")
                case "undo":
                    room.undo_notes(*HERE)
                case "act":
                    room.change(AddAction(text=told["words"]))
                case "state":
                    answer |= {
                        "text": room.text(*HERE),
                        "runs": [[run.by, run.text] for run in room.runs(*HERE)],
                        "host": room.is_host,
                        "waiting": room.saved.waiting,
                        "failed": room.saved.failed,
                        "lost": room.line.is_lost,
                        "here": sorted(presence.person for presence in room.present if presence.is_here),
                        "actions": [action.text for action in room.session.actions],
                        "said": said,
                        "offered": len(room.offered),
                    }
                    sys.stdout.write(json.dumps(answer) + "\n")
                    sys.stdout.flush()
            await asyncio.sleep(0)


if __name__ == "__main__":
    asyncio.run(_sit(Path(sys.argv[1]), sys.argv[2], sys.argv[3], Pace(*map(float, sys.argv[4:7]))))
