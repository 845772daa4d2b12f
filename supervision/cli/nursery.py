"""Has loaded what a session needs, and makes a copy of itself for each who comes in. Begun by `supervision host`."""

import gc
import json
import os
import select
import signal
import socket
import struct
import sys
from importlib import import_module
from pkgutil import iter_modules

from supervision.cli import lean, let_in

READY = b"!\n"
STREAMS = (
    ("stdin", "r", "surrogateescape"),
    ("stdout", "w", "surrogateescape"),
    ("stderr", "w", "backslashreplace"),
)
LOADED = (
    "concurrent.futures.thread",
    "filelock",
    "zoneinfo",
    "supervision.cli.guest",
    "supervision.cli.relay",
    "supervision.cli.visit",
    "supervision.plain",
    "supervision.private",
    "supervision.room",
    "supervision.shelf",
    "supervision.store.agreements",
    "supervision.store.codec",
    "supervision.tui.app",
    "supervision.vault.held",
    "textual.layouts.horizontal",
    "textual.layouts.stream",
    "textual.scrollbar",
)


def load() -> None:
    """Everything that is in a session, so that no copy has it for itself."""
    lean.load()
    for name in LOADED:
        import_module(name)
    from supervision.tui import screens

    for module in iter_modules(screens.__path__, f"{screens.__name__}."):
        import_module(module.name)


def serve(line: socket.socket) -> None:
    """Makes copies until the other end is closed. Returns in a copy, which is somebody's program from then on."""
    woken, wakes = os.pipe()
    os.set_blocking(wakes, False)
    os.set_blocking(woken, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
    line.sendall(READY)
    while True:
        ready, _, _ = select.select([line.fileno(), woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            _say_who_ended(line)
        if line.fileno() not in ready:
            continue
        head, ends, _, _ = socket.recv_fds(line, 4, 4)
        if len(head) < 4 or len(ends) < 4:
            sys.exit(0)  # whoever began this has gone
        words = b""
        (length,) = struct.unpack("!I", head)
        while len(words) < length:
            words += line.recv(length - len(words))
        made, making = os.pipe()
        pid = os.fork()
        if not pid:
            os.setsid()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for mine in (woken, wakes, made, line.detach()):
                os.close(mine)
            os.close(making)
            environment, told_as = json.loads(words)
            _become(environment, told_as, ends)
            return
        os.close(making)
        os.read(made, 1)  # until it has a session of its own, in which it can be told to end
        os.close(made)
        for end in ends:
            os.close(end)
        line.sendall(b"made %d\n" % pid)


def _say_who_ended(line: socket.socket) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        line.sendall(b"ended %d %d\n" % (pid, os.waitstatus_to_exitcode(status)))


def _become(environment: dict[str, str], told_as: str, ends: list[int]) -> None:
    """This process is a program of its own from now on: with these ends of lines, in these surroundings."""
    *lines, told = ends
    for number, end in enumerate(lines):
        os.dup2(end, number)
    for end in lines:
        os.close(end)
    # What was at these ends before can be sought in and has no lines; the objects know, so there are new ones.
    for number, (name, mode, errors) in enumerate(STREAMS):
        buffering = 1 if os.isatty(number) else -1
        stream = open(number, mode, buffering, "utf-8", errors, closefd=False)  # noqa: SIM115  # as long as we
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    os.environ.clear()
    os.environ.update(environment)
    os.environ[told_as] = str(told)


if __name__ == "__main__":
    load()
    gc.collect()
    gc.freeze()  # what is here is not looked at again in a copy, and so stays shared
    serve(socket.socket(fileno=int(sys.argv[1])))
    let_in.main()
