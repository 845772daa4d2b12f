"""What somebody gets who was let in: one program of their own, on a terminal of its own, and its end."""

import asyncio
import fcntl
import os
import re
import shlex
import signal
import struct
import termios
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import asyncssh

from supervision.host.programs import Ends, Program, Programs, Running

ONLY_THE_SESSION = (
    "This door leads to your session and to nothing else: no commands, no files, no other connections. "
    "Type the command as you were told it, with nothing after it.\r\n"
)
CHUNK = 65_536
AHEAD = 65_536
"""Bytes somebody may send before the program has read them; then their line waits."""
_TERM = re.compile(r"[A-Za-z0-9._+-]{1,40}")
_PASSED_ON = re.compile(r"(LANG|LC_[A-Z]{1,20}|COLORTERM|NO_COLOR)=[A-Za-z0-9._@:-]{0,40}")
_WIDEST = 1000


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that a program has to end by itself, after each way of asking."""

    ends: float = 10.0
    hangs_up: float = 10.0
    terminates: float = 5.0


class Visit(asyncssh.SSHServerSession[bytes]):
    """Runs a program for the one at the other end, until either of them has enough; nothing is left running then."""

    def __init__(
        self,
        start: Callable[[bool], Program],
        programs: Programs,
        *,
        relays: Callable[[str], bool],
        over: Callable[["Visit"], object],
        refused: Callable[[], object],
        patience: Patience | None = None,
    ) -> None:
        self.is_over = False
        self._start = start
        self._programs = programs
        self._relays = relays
        self._over = over
        self._is_refused = refused
        self._patience = patience or Patience()
        self._channel: asyncssh.SSHServerChannel[bytes] | None = None
        self._term = ""
        self._size = (0, 0)
        self._has_terminal = self._relay = self._refused = False
        self._typed = bytearray()
        self._input = -1
        self._outputs: dict[int, asyncssh.DataType] = {}
        self._writes_paused = self._input_ended = self._is_gone = self._discards = False
        self._all_typed, self._all_shown, self._leaving = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._life: asyncio.Task[None] | None = None

    # -- what is asked for ------------------------------------------------------------------------------------

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        self._channel = chan

    def pty_requested(
        self, term_type: str, term_size: tuple[int, int, int, int], term_modes: Mapping[int, int]
    ) -> bool:
        self._term = term_type if _TERM.fullmatch(term_type) else "dumb"
        self._size = term_size[:2]
        return True

    def shell_requested(self) -> bool:
        return True

    def exec_requested(self, command: str) -> bool:
        self._relay = self._relays(command)
        self._refused = not self._relay
        return True

    def subsystem_requested(self, subsystem: str) -> bool:
        self._refused = True
        return True

    def session_started(self) -> None:
        if self._channel is None or self.is_over:
            return
        self._channel.set_write_buffer_limits(high=AHEAD)
        if self._refused:
            self._is_refused()
            self._channel.write_stderr(ONLY_THE_SESSION.encode())
            self._channel.exit(1)
            self._is_over()
            return
        self._life = asyncio.get_running_loop().create_task(self._run())

    def terminal_size_changed(self, width: int, height: int, pixwidth: int, pixheight: int) -> None:
        self._size = (width, height)
        if self._has_terminal and self._input >= 0:
            self._tell_size(self._input)

    def _tell_size(self, terminal: int) -> None:
        columns, rows = (min(max(size, 0), _WIDEST) for size in self._size)
        if columns and rows:
            fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    # -- what they type ---------------------------------------------------------------------------------------

    def data_received(self, data: bytes, datatype: asyncssh.DataType) -> None:
        if self._input_ended:
            return
        self._typed += data
        if len(self._typed) > AHEAD and self._channel is not None:
            self._channel.pause_reading()
        self._hand_on()

    def eof_received(self) -> bool:
        self._end_input()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_gone = True
        self._channel = None
        self._end_input()
        self._leaving.set()
        if self._life is None:
            self._is_over()

    def given_up(self) -> bool:
        """Ends it if nothing was asked for yet; whether it is over then."""
        if self._life is None and not self.is_over:
            if self._channel is not None:
                self._channel.close()
            self._is_over()
        return self.is_over

    def _end_input(self) -> None:
        """Nothing more will be typed; what was typed before is handed on first."""
        self._input_ended = True
        self._hand_on()

    def _hand_on(self) -> None:
        """Gives the program what was typed, as far as it takes it; the rest follows when it does."""
        if self._input < 0:
            return
        loop = asyncio.get_running_loop()
        try:
            while self._typed:
                del self._typed[: os.write(self._input, self._typed[:4096])]
        except BlockingIOError:
            loop.add_writer(self._input, self._hand_on)
            return
        except OSError:  # the program has gone
            self._typed.clear()
        loop.remove_writer(self._input)
        if self._input_ended:
            self._all_typed.set()
        elif self._channel is not None:
            self._channel.resume_reading()

    # -- what it shows ----------------------------------------------------------------------------------------

    def pause_writing(self) -> None:
        self._writes_paused = True
        for output in self._outputs:
            asyncio.get_running_loop().remove_reader(output)

    def resume_writing(self) -> None:
        self._writes_paused = False
        for output in self._outputs:
            asyncio.get_running_loop().add_reader(output, self._show, output)

    def _show(self, output: int) -> None:
        try:
            data = os.read(output, CHUNK)
        except BlockingIOError:
            return
        except OSError:  # a terminal that the last program has left
            data = b""
        if not data:
            asyncio.get_running_loop().remove_reader(output)
            del self._outputs[output]
            if output != self._input:
                os.close(output)
            if not self._outputs:
                self._all_shown.set()
        elif self._channel is not None and not self._discards:
            with suppress(OSError):  # it is being closed
                self._channel.write(data, self._outputs[output])

    # -- its life ---------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        status = 1
        try:
            try:
                process = await self._begun()
            except OSError as error:
                self._complain(error)
                return
            try:
                status = await self._until_it_ends(process)
            finally:
                if process.returncode is None:
                    _tell(process, signal.SIGKILL)
                    await process.wait()
        finally:
            self._let_go()
            if self._channel is not None:
                with suppress(OSError):
                    self._channel.exit(status)
            self._is_over()

    def _complain(self, error: OSError) -> None:
        if self._channel is not None:
            with suppress(OSError):
                why = f"Your session cannot be shown on this computer just now: {error.strerror or error}.\r\n"
                self._channel.write_stderr(why.encode())

    async def _begun(self) -> Running:
        """The program, started, and its ends tied to ours."""
        loop = asyncio.get_running_loop()
        program = self._start(self._relay)
        theirs: list[int] = []
        told, telling = os.pipe()
        try:
            with os.fdopen(telling, "wb") as pipe:  # a command line and an environment can be read by others
                pipe.write(program.told)
            if self._term and not self._relay:
                self._has_terminal = True
                ours, terminal = os.openpty()
                theirs = [terminal] * 3
                if self._term != "dumb":
                    _keys_as_they_are(terminal)
                self._tell_size(ours)
                self._input, self._outputs = ours, {ours: None}
            else:
                to_read, self._input = os.pipe()
                out, to_write = os.pipe()
                error, to_complain = os.pipe()
                theirs = [to_read, to_write, to_complain]
                self._outputs = {out: None, error: asyncssh.EXTENDED_DATA_STDERR}
            for end in {self._input, *self._outputs}:
                os.set_blocking(end, False)
            environment = {**self._passed_on(), "TERM": self._term or "dumb"}
            process = await self._programs.begin(program, environment, Ends(theirs[0], theirs[1], theirs[2], told))
        finally:
            for end in {told, *theirs}:
                os.close(end)
        if not self._writes_paused:
            for output in self._outputs:
                loop.add_reader(output, self._show, output)
        self._hand_on()
        return process

    def _passed_on(self) -> dict[str, str]:
        """Of what their own terminal says about itself, what cannot do any harm."""
        if self._channel is None:
            return {}
        pairs = {f"{key}={value}" for key, value in self._channel.get_environment().items()}
        return dict(pair.split("=", 1) for pair in pairs if _PASSED_ON.fullmatch(pair))

    async def _until_it_ends(self, process: Running) -> int:
        """Waits for it, and ends it when whoever it runs for has gone; its exit status."""
        ended: asyncio.Future[Any] = asyncio.ensure_future(process.wait())
        typed: asyncio.Future[Any] = asyncio.ensure_future(self._all_typed.wait())
        leaving: asyncio.Future[Any] = asyncio.ensure_future(self._leaving.wait())
        try:
            await asyncio.wait({ended, typed, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not ended.done():
                await self._made_to_end(process, ended, typed, leaving)
            if not self._is_gone:
                with suppress(TimeoutError):  # something else may hold the terminal open
                    async with asyncio.timeout(1.0):
                        await self._all_shown.wait()
        finally:
            for one in (ended, typed, leaving):
                one.cancel()
        code = process.returncode or 0
        return code if code >= 0 else 128 - code

    async def _made_to_end(
        self,
        process: Running,
        ended: "asyncio.Future[Any]",
        typed: "asyncio.Future[Any]",
        leaving: "asyncio.Future[Any]",
    ) -> None:
        """Asks it to end, kindly at first. What was typed before is there for it to read; what it shows is read on."""
        if self._writes_paused and (self._is_gone or self._leaving.is_set()):  # nobody takes what it shows
            self._discards = True
            self.resume_writing()
        await asyncio.wait({ended, typed}, timeout=self._patience.ends, return_when=asyncio.FIRST_COMPLETED)
        if not self._has_terminal:
            self._close_input()
            if not self._is_gone:  # they still listen, for as long as it takes
                await asyncio.wait({ended, leaving}, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait({ended}, timeout=self._patience.ends)
        for ask, seconds in (
            (signal.SIGHUP, self._patience.hangs_up),
            (signal.SIGTERM, self._patience.terminates),
        ):
            if not ended.done():
                _tell(process, ask)
                await asyncio.wait({ended}, timeout=seconds)
        if not ended.done():
            _tell(process, signal.SIGKILL)
            await ended

    def _close_input(self) -> None:
        if self._input >= 0:
            asyncio.get_running_loop().remove_writer(self._input)
            os.close(self._input)
            self._input = -1

    def _let_go(self) -> None:
        loop = asyncio.get_running_loop()
        for output in self._outputs:
            loop.remove_reader(output)
            if output != self._input:
                os.close(output)
        self._outputs = {}
        self._close_input()

    def _is_over(self) -> None:
        if not self.is_over:
            self.is_over = True
            self._over(self)

    def leave(self) -> None:
        """Ends it, as if the other end had gone."""
        self._end_input()
        self._leaving.set()

    async def ended(self) -> None:
        """Waits until nothing of it runs any more."""
        if self._life is not None:
            await asyncio.wait([self._life])


def _keys_as_they_are(terminal: int) -> None:
    """What is typed before the interface is there waits for it: no echo, no signals, no lines."""
    modes = termios.tcgetattr(terminal)
    modes[0] &= ~(termios.ICRNL | termios.IXON)
    modes[3] &= ~(termios.ICANON | termios.ECHO | termios.ISIG | termios.IEXTEN)
    termios.tcsetattr(terminal, termios.TCSANOW, modes)


def command_of(words: str) -> list[str]:
    """A command line as its words; none when it is no such line."""
    try:
        return shlex.split(words)
    except ValueError:
        return []


def _tell(process: Running, ask: signal.Signals) -> None:
    """Sends a signal to the program, and to whatever it started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, ask)
