"""How a program begins for somebody who was let in: as a copy of one that has everything loaded, or anew."""

import asyncio
import json
import os
import signal
import socket
import struct
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

LOADING = 15.0
"""Seconds that a nursery is waited for."""
READY = b"!"
"""What a nursery says once it has everything loaded."""


@dataclass(frozen=True, slots=True)
class Program:
    """What runs for somebody. It reads `told`, which nobody else is to see, from the file descriptor whose number
    stands in its environment as `told_as`.
    """

    command: Sequence[str]
    environment: Mapping[str, str]
    told: bytes = b""
    told_as: str = "TOLD"


@dataclass(frozen=True, slots=True)
class Ends:
    """The ends of lines that a program gets: its input, output and errors, and where it is told more."""

    stdin: int
    stdout: int
    stderr: int
    told: int


class Running(Protocol):
    """A program that was begun, in a session of its own that has its number."""

    @property
    def pid(self) -> int: ...

    @property
    def returncode(self) -> int | None: ...

    async def wait(self) -> int: ...


class Programs(Protocol):
    """Begins programs. OSError when one cannot be begun."""

    async def begin(self, program: Program, environment: Mapping[str, str], ends: Ends) -> Running: ...


class Anew:
    """Each program begins from nothing."""

    async def begin(self, program: Program, environment: Mapping[str, str], ends: Ends) -> Running:
        return await asyncio.create_subprocess_exec(
            *program.command,
            stdin=ends.stdin,
            stdout=ends.stdout,
            stderr=ends.stderr,
            env={**program.environment, **environment, program.told_as: str(ends.told)},
            pass_fds=(ends.told,),
            cwd="/",
            start_new_session=True,
        )


class _Child:
    """A copy that the nursery made."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._ended = asyncio.Event()

    def ended(self, status: int) -> None:
        self.returncode = status
        self._ended.set()

    async def wait(self) -> int:
        await self._ended.wait()
        assert self.returncode is not None
        return self.returncode


class Nursery:
    """A program that has loaded what everybody needs, and makes a copy of itself for each who comes.

    They come in sooner by it, and what was loaded is in memory once. Where it does not begin or has ended, `otherwise`
    begins programs.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], otherwise: Programs) -> None:
        self._command = tuple(command)
        self._environment = dict(environment)
        self._otherwise = otherwise
        self._line: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._asked: list[asyncio.Future[_Child]] = []
        self._children: dict[int, _Child] = {}
        self._heard = b""
        self._is_ready, self._known = False, asyncio.Event()

    async def open(self) -> None:
        """Begins it, and waits until it is ready, or it is clear that it does not come to that soon."""
        self._begin()
        if self._line is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOADING):
                    await self._known.wait()

    def _begin(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            try:
                self._process = subprocess.Popen(
                    [*self._command, str(theirs.fileno())],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env=self._environment,
                    pass_fds=(theirs.fileno(),),
                    cwd="/",
                    start_new_session=True,
                )
            except OSError:
                ours.close()
                return
        self._line = ours
        asyncio.get_running_loop().add_reader(ours, self._hear)

    async def begin(self, program: Program, environment: Mapping[str, str], ends: Ends) -> Running:
        if self._line is None or not self._is_ready:
            return await self._otherwise.begin(program, environment, ends)
        words = json.dumps([{**program.environment, **environment}, program.told_as]).encode()
        made: asyncio.Future[_Child] = asyncio.get_running_loop().create_future()
        self._asked.append(made)
        try:
            socket.send_fds(
                self._line, [struct.pack("!I", len(words))], [ends.stdin, ends.stdout, ends.stderr, ends.told]
            )
            self._line.sendall(words)
        except OSError:
            self._asked.remove(made)
            self._lose()
            return await self._otherwise.begin(program, environment, ends)
        return await made

    def _hear(self) -> None:
        """A line for each copy that was made, in order, and for each that ended."""
        assert self._line is not None
        try:
            data = self._line.recv(65536, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._lose()
            return
        *lines, self._heard = (self._heard + data).split(b"\n")
        for line in lines:
            if line == READY:
                self._is_ready = True
                self._known.set()
                continue
            word, *numbers = line.split()
            pid, *status = (int(number) for number in numbers)
            if word == b"made":
                child = self._children[pid] = _Child(pid)
                asked = self._asked.pop(0)
                if not asked.cancelled():
                    asked.set_result(child)
            elif word == b"ended" and pid in self._children:
                self._children.pop(pid).ended(status[0])

    def _lose(self) -> None:
        """It is not there any more: of its copies nobody will say that they ended, so they are told to."""
        if self._line is None:
            return
        asyncio.get_running_loop().remove_reader(self._line)
        self._line.close()
        self._line = None
        self._known.set()
        for asked in self._asked:
            if not asked.done():
                asked.set_exception(OSError("it ended"))
        for child in self._children.values():
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGHUP)
            child.ended(1)
        self._asked.clear()
        self._children.clear()

    async def close(self) -> None:
        """Ends it, once its copies have ended."""
        self._lose()
        if self._process is not None:
            process, self._process = self._process, None
            with suppress(ProcessLookupError):
                process.terminate()
            await asyncio.to_thread(process.wait)
