"""The program where something is the matter with the machine.

Run as `python -m tests.stories.troubled HOW WHAT ARGUMENTS...`:
`inside PID` in the mounts of that process, where a disk can be full or read-only without anybody else noticing;
`bound -` as whom the permissions of files bind, also if that is root;
`told FILE` as long as FILE is there, each write fails with the number that stands in it.
A failed save is tried again sooner than for a person who is told of it.
"""

import ctypes
import os
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

_DROP = 24
"""prctl's number for taking a capability from whatever is run next."""
_OVERRIDES = (1, 2)
"""Those by which root reads and writes whatever the permissions say."""
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def bind() -> bool:
    """Whether permissions bind whatever this process runs from now on."""
    if os.geteuid():
        return True
    libc = ctypes.CDLL(None)
    return all(libc.prctl(_DROP, capability, 0, 0, 0) == 0 for capability in _OVERRIDES)


def fail_while(told: Path) -> None:
    """Each way to write fails while this file is there, as the system would have it."""

    def refuse() -> None:
        if told.exists():
            number = int(told.read_text())
            raise OSError(number, os.strerror(number))

    def failing(real: Callable[..., Any]) -> Callable[..., Any]:
        def tried(*args: Any, **kwargs: Any) -> Any:
            refuse()
            return real(*args, **kwargs)

        return tried

    opened = os.open

    def open_(path: Any, flags: int, *args: Any, **kwargs: Any) -> int:
        if flags & _WRITES and "store" in str(path):
            refuse()
        return opened(path, flags, *args, **kwargs)

    os.open = open_
    for name in ("fsync", "replace", "mkdir", "unlink"):
        setattr(os, name, failing(getattr(os, name)))


def main(how: str, what: str, *arguments: str) -> None:
    again = [sys.executable, "-m", "tests.stories.troubled"]
    if how == "inside":
        os.execvp("nsenter", ["nsenter", "-t", what, "-m", *again, "told", "-", *arguments])
    if how == "bound":
        assert bind()
        os.execv(sys.executable, [*again, "told", "-", *arguments])
    if what != "-":
        fail_while(Path(what))
    if "open" in arguments:
        from supervision.room import saving

        saving.RETRY = 0.2
    sys.argv = ["supervision", *arguments]
    runpy.run_module("supervision", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
