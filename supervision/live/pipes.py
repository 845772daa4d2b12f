"""A link over a process's own input and output, or those of a process that it started."""

import asyncio
import os
import socket
import stat
from typing import IO, Any, Self

from supervision.errors import LinkBroken
from supervision.live.door import BUFFER
from supervision.live.link import Link, Pace


class PipeLink(Link):
    """A link whose two directions are two files, closed together."""

    _coming: asyncio.BaseTransport

    @classmethod
    async def over(cls, coming: IO[Any], going: IO[Any], pace: Pace | None = None, *, begun: bytes = b"") -> Self:
        """The link over these two; `begun` was read of it already. LinkBroken when they cannot be one."""
        reader = asyncio.StreamReader(limit=BUFFER)
        reader.feed_data(begun)
        opened = _one_socket if _are_one_socket(coming, going) else _two_pipes
        try:
            transport, writer = await opened(reader, coming, going)
        except (OSError, ValueError) as error:
            raise LinkBroken("There is no other copy of this program at the other end of this line.") from error
        link = cls(reader, writer, pace)
        link._coming = transport
        return link

    def drop(self) -> None:
        self._coming.close()
        super().drop()

    async def close(self) -> None:
        await super().close()
        self._coming.close()


_Opened = tuple[asyncio.BaseTransport, asyncio.StreamWriter]


async def _two_pipes(reader: asyncio.StreamReader, coming: IO[Any], going: IO[Any]) -> _Opened:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), coming)
    # Its own reader never gets anything; a plain protocol could not be waited for when it closes.
    protocol = asyncio.StreamReaderProtocol(asyncio.StreamReader())
    sending, _ = await loop.connect_write_pipe(lambda: protocol, going)
    return transport, asyncio.StreamWriter(sending, protocol, None, loop)


async def _one_socket(reader: asyncio.StreamReader, coming: IO[Any], _: IO[Any]) -> _Opened:
    loop = asyncio.get_running_loop()
    protocol = asyncio.StreamReaderProtocol(reader)
    both = socket.socket(fileno=os.dup(coming.fileno()))
    transport, _protocol = await loop.create_connection(lambda: protocol, sock=both)
    return transport, asyncio.StreamWriter(transport, protocol, reader, loop)


def _are_one_socket(coming: IO[Any], going: IO[Any]) -> bool:
    """What sshd gives its commands: to write to it as to a pipe would end at the first byte that comes."""
    one, other = os.fstat(coming.fileno()), os.fstat(going.fileno())
    return stat.S_ISSOCK(one.st_mode) and (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino)
