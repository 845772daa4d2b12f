"""The link by which another process on this machine reaches an open session: a socket only its owner can open.

One request and one answer for each connection, each one line of JSON, at most `LIMIT` bytes.
"""

import asyncio
import contextlib
import hashlib
import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from supervision import paths
from supervision.errors import Busy

PROTOCOL = 1
LIMIT = 1_000_000
PATIENCE = 10.0
"""Seconds to wait for an open session to answer before saying that it does not."""

Answer = Callable[[dict[str, Any]], dict[str, Any]]


def address(store: Path, session_id: str) -> Path:
    """Where an open session of this store listens; short, because the system allows about a hundred bytes."""
    name = hashlib.sha256(f"{store.resolve()}\0{session_id}".encode()).hexdigest()[:20]
    return paths.runtime_dir() / f"{name}.sock"


class Listener:
    """Answers requests while a session is open. Only the holder of the session's lock may listen."""

    def __init__(self, path: Path, answer: Answer) -> None:
        self._path = path
        self._answer = answer
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> "Listener":
        # Whoever holds the lock is the only one who may be here, so a socket that is left over is nobody's.
        self._path.unlink(missing_ok=True)
        mask = os.umask(0o177)
        try:
            self._server = await asyncio.start_unix_server(self._serve, str(self._path), limit=LIMIT)
        finally:
            os.umask(mask)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                line = await reader.readline()
            request = json.loads(line)
            if not isinstance(request, dict) or request.get("protocol") != PROTOCOL:
                reply = {"refused": "The session is open in another version of this program. Close it there first."}
            else:
                reply = self._answer(request)
            writer.write(json.dumps(reply).encode() + b"\n")
            await writer.drain()
        except (ValueError, TimeoutError, OSError, RecursionError):
            # A malformed request ends its own link and nothing else; the asker is told by the missing answer.
            pass
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


def ask(path: Path, request: dict[str, Any]) -> dict[str, Any] | None:
    """The answer of the session that listens at `path`; None when nobody does."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
        link.settimeout(PATIENCE)
        try:
            link.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            return None
        try:
            link.sendall(json.dumps({"protocol": PROTOCOL, **request}).encode() + b"\n")
            chunks = bytearray()
            while not chunks.endswith(b"\n"):
                chunk = link.recv(65536)
                if not chunk:
                    break
                chunks += chunk
        except OSError as error:
            raise Busy(
                "This session is open on a screen that does not answer. Nothing was changed; "
                "try again, or close it there."
            ) from error
    if not chunks.endswith(b"\n"):
        return None
    reply = json.loads(chunks)
    return reply if isinstance(reply, dict) else None
