"""The socket at which an open session answers: only its owner's login can reach it."""

import asyncio
import contextlib
import errno
import hashlib
import os
import secrets
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

from supervision import paths
from supervision.errors import LinkBroken
from supervision.live.link import Link, Pace
from supervision.refusals import Why

Visit = Callable[[Link], Awaitable[None]]

BACKLOG = 100
BUFFER = 2**18
FULL = errno.EAGAIN
STRANGERS = 50
"""Links that may be there without having said anything; who comes then takes the place of whoever waited longest."""


def address(store: Path, session_id: str) -> Path:
    """Where an open session of this store listens; short, because the system allows about a hundred bytes."""
    name = hashlib.sha256(f"{store.resolve()}\0{session_id}".encode()).hexdigest()[:20]
    return paths.runtime_dir() / f"{name}.sock"


class Door:
    """Answers at `path` while a session is open here. Whoever opens it has made sure that nobody else should.

    `visit` is called for each link, and the link is closed when it returns; a malformed frame ends the link alone, and
    `refused` hears of it.
    """

    def __init__(
        self,
        path: Path,
        visit: Visit,
        pace: Pace | None = None,
        *,
        refused: Callable[[Why], object] = lambda why: None,
    ) -> None:
        self._path = path
        self._visit = visit
        self._pace = pace
        self._refused = refused
        self._server: asyncio.Server | None = None
        self._inode = -1
        self._visits: dict[asyncio.Task[None], Link] = {}
        self.malformed = 0
        """Links that ended because what came over them could not be understood."""

    async def open(self) -> None:
        """Takes the place of whatever was left at this path."""
        # Made beside it and put there at once: whoever does the same at this moment is there before or after, and no
        # one takes the other's for their own.
        beside = self._path.with_suffix(f".{secrets.token_hex(4)}")
        place = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        mask = os.umask(0o177)  # nothing else runs before it is as it was: all that this process makes goes by it
        try:
            place.bind(str(beside))
        finally:
            os.umask(mask)
        self._server = await asyncio.start_unix_server(self._visited, sock=place, limit=BUFFER, backlog=BACKLOG)
        self._inode = beside.lstat().st_ino
        beside.replace(self._path)

    def is_ours(self) -> bool:
        """Whether it is still this process that answers at the path: somebody may have taken over meanwhile."""
        try:
            return self._path.lstat().st_ino == self._inode
        except OSError:
            return False

    async def close(self) -> None:
        """Answers nobody any more, and ends the links that are left."""
        if self._server is None:
            return
        self._server.close()
        if self.is_ours():
            self._path.unlink(missing_ok=True)
        self._server = None
        for visit in tuple(self._visits):
            visit.cancel()
        if self._visits:
            await asyncio.wait(self._visits)

    async def _visited(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        link = self._visits[task] = Link(reader, writer, self._pace).begin()
        strangers = [one for one in self._visits.values() if not (one.has_spoken or one.closed)]
        if len(strangers) > STRANGERS:
            strangers[0].drop()
            self._refused(Why.CROWD)
        try:
            async with asyncio.timeout(link.pace.takeover):
                await link.greeted()
            await self._visit(link)
        except (LinkBroken, TimeoutError) as error:
            self.malformed += 1
            if not link.is_at_end:  # who looked whether somebody answers here, and went, was refused nothing
                self._refused(Why.SILENT if isinstance(error, TimeoutError) else Why.MALFORMED)
        except asyncio.CancelledError:
            pass  # this side leaves; the stream's own callback wants no cancelled task
        finally:
            self._visits.pop(task, None)
            await link.close()


def is_answered(path: Path) -> bool:
    """Whether somebody listens at `path`: what a killed process left behind lies there too."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.setblocking(False)  # a full queue is somebody too, and nothing to wait for
        return line.connect_ex(str(path)) in (0, FULL)


async def dial(path: Path, pace: Pace | None = None, *, asks: bool = True) -> Link | None:
    """A link to whoever answers at `path`; None when nobody does. With `asks` it sees to it that they still do."""
    try:
        reader, writer = await asyncio.open_unix_connection(str(path), limit=BUFFER)
    except OSError:
        return None
    link = Link(reader, writer, pace).begin(asks=asks)
    with contextlib.suppress(LinkBroken, TimeoutError):
        async with asyncio.timeout(link.pace.greeting):
            await link.greeted()
            return link
    await link.close()
    return None
