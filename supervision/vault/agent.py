"""A process of one's own that holds the key for a while, so that commands need not ask for the passphrase again.

It listens on a socket that its owner's login alone can reach, gives the key to whoever asks there, and ends when its
time is over or when it is told to. It writes nothing anywhere.
"""

import hashlib
import os
import resource
import select
import socket
import struct
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from supervision import paths
from supervision.errors import Refused
from supervision.vault import identity as keys
from supervision.vault.identity import Identity

_GIVE, _END = b"give\n", b"end\n"
_READY = b"ready\n"
_MOST = 10_000
_PATIENCE = 2.0
"""Seconds for either side to answer the other."""


def address(place: Path) -> Path:
    """Where the agent for the key in this file listens."""
    return paths.runtime_dir() / f"agent-{hashlib.sha256(os.fsencode(place.absolute())).hexdigest()[:20]}.sock"


def asked(place: Path) -> Identity | None:
    """The key in this file, from its agent; None when there is no agent."""
    words = _answer(address(place), _GIVE)
    return keys.read(words.decode("utf-8", "replace")) if words else None


def unlock(place: Path, identity: Identity, minutes: float) -> None:
    """Begins an agent, in place of one that there may be, and returns once it answers. Refused when it cannot begin."""
    lock(place)
    listening = address(place)
    command = [sys.executable, "-m", "supervision.vault.agent", str(listening), str(minutes * 60)]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd="/",
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        # Through a pipe: a command line and an environment can be read by others.
        with suppress(BrokenPipeError):
            process.stdin.write(identity.text().encode())
            process.stdin.close()
        if process.stdout.readline() != _READY:
            process.wait()
            raise Refused("The key cannot be held: nothing could be started in the background. It stays locked.")
        process.returncode = 0  # it stays when we go, and is waited for by nobody


def lock(place: Path) -> bool:
    """Ends the agent; False when there was none."""
    return _answer(address(place), _END) is not None


def _answer(listening: Path, question: bytes) -> bytes | None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(_PATIENCE)
        try:
            if listening.lstat().st_uid != os.getuid():
                return None
            line.connect(str(listening))
            line.sendall(question)
            found = b""
            while len(found) < _MOST and (more := line.recv(4096)):
                found += more
        except OSError:
            return None
    return found


def serve(listening: Path, seconds: float, words: bytes) -> None:
    """Answers until the time is over, or until it is told to end."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    until = time.monotonic() + seconds
    # By the clock as well: what is asleep with the computer must not be awake for longer than was said.
    until_clock = time.time() + seconds
    mask = os.umask(0o177)
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
            listening.unlink(missing_ok=True)
            door.bind(str(listening))
            os.umask(mask)
            inode = listening.lstat().st_ino
            door.listen(20)
            sys.stdout.buffer.write(_READY)
            sys.stdout.buffer.flush()
            _let_go_of_the_terminal()
            try:
                while (left := min(until - time.monotonic(), until_clock - time.time())) > 0:
                    # In short steps, because a computer that slept wakes with its old timers.
                    if select.select([door], [], [], min(left, 5.0))[0] and not _visited(
                        door, words, until_clock, listening, inode
                    ):
                        break
            finally:
                _gone(listening, inode)
    finally:
        os.umask(mask)


def _gone(listening: Path, inode: int) -> None:
    """The socket goes, unless another agent has put its own there."""
    with suppress(OSError):
        if listening.lstat().st_ino == inode:
            listening.unlink()


def _visited(door: socket.socket, words: bytes, until: float, listening: Path, inode: int) -> bool:
    """One visit; False when it was told to end."""
    line, _ = door.accept()
    with line, suppress(OSError):
        line.settimeout(_PATIENCE)
        if not _is_ours(line):
            return True
        question = line.recv(16)
        if question == _END:
            _gone(listening, inode)  # before the other side is told
            return False
        if question == _GIVE and time.time() < until:
            line.sendall(words)
    return True


def _is_ours(line: socket.socket) -> bool:
    """Whether our own login is at the other end; where the system does not say, the folder's permissions do."""
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    _, user, _ = struct.unpack("3i", line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
    return bool(user == os.getuid())


def _let_go_of_the_terminal() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    os.close(nowhere)


if __name__ == "__main__":
    serve(Path(sys.argv[1]), float(sys.argv[2]), sys.stdin.buffer.read(_MOST))
