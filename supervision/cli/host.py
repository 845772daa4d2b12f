"""A door of one's own, for people whose machines have no sshd between them."""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

import click

from supervision import text
from supervision.cli import news
from supervision.cli.command import SESSION, WORDS, Command, with_here
from supervision.cli.here import Here, has_terminal, tell
from supervision.errors import BadInput, NotFound, Refused, SupervisionError

if TYPE_CHECKING:
    from supervision.host import Anew, Knock, Nursery, Program
    from supervision.model.values import Session, Who
    from supervision.room import Seat

PORT = 8022
LOOPBACK = ("127.0.0.1", "::1", "localhost")
EVERYWHERE = ("0.0.0.0", "::", "")
HELP = (
    "admit NAME     let in somebody who knocked; they are known by their key from then on",
    "               (admit NAME as PERSON, where they gave another name than the session has for them)",
    "refuse NAME    send them away",
    "forget NAME    know none of their keys any more",
    "code [NAME]    a fresh code; the one before is good no longer",
    "who            who is here, who waits, and what to tell those who are to come",
    "open [ID]      go into the session yourself, here; you come back to this when you leave it. Who knocks meanwhile,",
    "               or a new code for somebody whose line was lost, is shown there too, with a beep",
    "quit           close the door; everybody who is in leaves, and everything is saved",
)


@click.command(cls=Command)
@click.argument("session_ids", metavar="[ID...]", type=SESSION, nargs=-1)
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="Where it listens.")
@click.option(
    "--listen",
    "address",
    type=WORDS,
    metavar="ADDRESS",
    default=LOOPBACK[0],
    show_default=True,
    help="On which of this computer's addresses; 0.0.0.0 for all of them.",
)
@with_here
def host(here: Here, session_ids: tuple[str, ...], port: int, address: str) -> int:
    """Let others come into a session over ssh, on a machine that has no sshd. Without ID: your newest session.

    It prints what to tell the other person: a command, the fingerprint of this computer's key, and a one-time code. A
    line that you type here lets people in; help lists what there is. Without an argument to --listen nobody comes in
    who is not logged in to this computer.
    """
    wanted = [here.shelf.load(one) for one in session_ids] or [here.newest_of_mine()]
    return asyncio.run(Porch(here, wanted).serve(address, port))


class Porch:
    """What the host sees and types while the door is open."""

    def __init__(self, here: Here, sessions: "list[Session]") -> None:
        from supervision.host import Codes, Door, Knocks, KnownKeys, host_key

        self.here = here
        self.sessions = {session.id: session for session in sessions}
        self._expected = {session.id: self._who_may_come(session) for session in sessions}
        self.codes = Codes(time.monotonic, self._worn)
        self.knocks = Knocks(time.monotonic, self._knocked)
        self.known = KnownKeys()
        self._programs = self._beginning()
        self.door = Door(
            host_key(),
            self.known,
            self.codes,
            self.knocks,
            self._expected,
            self._program,
            programs=self._programs,
            told=self._say,
            lost=self._lost,
        )
        self._address = LOOPBACK[0]
        self._left = asyncio.Event()
        self._inside: asyncio.Task[None] | None = None
        self._unsaid: list[str] = []
        self._typed = b""
        self._telling = -1

    def _who_may_come(self, session: "Session") -> "dict[Who, str]":
        """Everybody in it but whoever is at this keyboard."""
        from supervision.model import rules

        me = rules.who(session, self.here.me) if self.here.me else ""
        return {person.id: person.called for person in session.people if person.id != me}

    def _beginning(self) -> "Nursery | Anew":
        """How programs begin for those who come: quickly, where a process can make a copy of itself safely."""
        from supervision.host import Anew, Nursery

        anew = Anew()
        if sys.platform != "linux":
            return anew
        return Nursery((sys.executable, "-m", "supervision.cli.nursery"), _environment(), anew)

    def _program(self, session: str, seat: "Seat", relay: bool) -> "Program":
        from supervision.cli import let_in
        from supervision.host import Program

        told = let_in.told(self.here.store.folder, session, seat, relay)
        return Program((sys.executable, "-m", let_in.__name__), _environment(), told, let_in.TOLD)

    # -- saying -----------------------------------------------------------------------------------------------

    def _say(self, sentence: str) -> None:
        """A line for the host; it waits while they are in a session at this terminal."""
        if self._inside is not None:
            self._unsaid.append(sentence)
        else:
            with suppress(OSError):  # nobody reads it any more; whoever is in, or comes, has nothing to do with that
                tell(sentence, err=False)

    def _knocked(self, knock: "Knock") -> None:
        self._call(
            f"{knock.name} knocks at {knock.session}, with the key {knock.fingerprint}. Ask them, by phone, to read "
            f"you its end. If it is theirs: admit {knock.name}. Else: refuse {knock.name}."
        )

    def _call(self, sentence: str) -> None:
        """Something that they have to hear at once: also while they are in a session at this terminal, with a beep."""
        self._say(sentence)
        if self._inside is None:
            return
        with suppress(OSError):  # it stands here when they are back
            os.write(self._telling, f"{sentence}\n".encode())
        if sys.stdout is not None:
            with suppress(OSError):
                os.write(sys.stdout.fileno(), b"\a")  # a terminal beeps, and shows nothing

    def _lost(self, session: str, seat: "Seat", comes_back: bool) -> None:
        from supervision.host.callers import CODE

        name = self._expected[session].get(seat.me, seat.me)
        if seat.how != CODE or comes_back:
            self._say(f"The line to {name} was lost. They come back by the same command, without a code.")
            return
        code = self.codes.of(session, seat.me) or self.codes.make(session, seat.me)
        self._call(f"The line to {name} was lost. A new code for them: {code} (good once)")

    def _worn(self, session: str, person: "Who") -> None:
        name = self._expected[session].get(person, person)
        self._call(
            f"Somebody guesses at the codes of {session}. The one for {name} is good no longer; now it is "
            f"{self.codes.of(session, person)}."
        )

    def _say_how(self) -> None:
        """What to tell those who are to come."""
        from supervision.host import way_in

        name = "localhost" if self._address in LOOPBACK else socket.gethostname()
        if self._address not in (*LOOPBACK, *EVERYWHERE):
            name = self._address
        for session, people in self._expected.items():
            for person, called in people.items():
                code = self.codes.of(session, person)
                self._say(f"Tell {called}, by phone:")
                self._say(f"    {way_in(session, name, self.door.port)}")
                if self._address in EVERYWHERE and (number := _own_address()):
                    self._say(f"    or, where that name is not known: {way_in(session, number, self.door.port)}")
                self._say(f"    code: {code} (good once)" if code else "    (the code was used; code makes a new one)")
        self._say("The first time, ssh asks whether this is the right computer. It is, if it shows")
        self._say(f"    {self.door.key.get_fingerprint()}")

    def _say_where(self) -> None:
        if self._address in LOOPBACK:
            self._say(
                f"The door is open on this computer alone, port {self.door.port}: only who is logged in here can come. "
                "For others in your network: --listen 0.0.0.0"
            )
        else:
            self._say(
                f"The door is open on {self._address}, port {self.door.port}: whoever can reach this computer can "
                "knock. If nobody can, a firewall is in between and has to let this port through."
            )

    # -- its life ---------------------------------------------------------------------------------------------

    async def serve(self, address: str, port: int) -> int:
        """Until the host has enough; the exit status."""
        from supervision.host import Nursery

        self._address = address
        loop = asyncio.get_running_loop()
        await self.door.open(address, port)
        try:
            for session, people in self._expected.items():
                for person in people:
                    self.codes.make(session, person)
            self._say_where()
            self._say_how()
            with ExitStack() as stack:
                for way in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                    loop.add_signal_handler(way, self._left.set)
                    stack.callback(loop.remove_signal_handler, way)
                if isinstance(self._programs, Nursery):
                    await self._programs.open()
                self._say("help lists what you can type here.")
                self._listen()
                await self._left.wait()
                self._stop_listening()
                if self._inside is not None:
                    await asyncio.wait([self._inside])
        finally:
            self._say("The door closes.")
            await self.door.close()
            if isinstance(self._programs, Nursery):
                await self._programs.close()
        return 0

    def _listen(self) -> None:
        if sys.stdin is None:
            return
        try:
            asyncio.get_running_loop().add_reader(sys.stdin.fileno(), self._read)
        except (OSError, ValueError):  # a file is always ready, and has no more to say than it says now
            while self._read():
                pass

    def _stop_listening(self) -> None:
        if sys.stdin is not None:
            with suppress(OSError, ValueError):
                asyncio.get_running_loop().remove_reader(sys.stdin.fileno())

    def _read(self) -> bool:
        """Does what was typed. At its end a terminal's host leaves; without a terminal the door stays open."""
        try:
            data = os.read(sys.stdin.fileno(), 65536)
        except OSError:
            data = b""
        *lines, self._typed = (self._typed + data).split(b"\n")
        for line in lines if data else [*lines, self._typed]:
            self._do(text.one_line(line.decode("utf-8", "replace")))
        if not data:
            self._stop_listening()
            if sys.stdin.isatty():
                self._left.set()
        return bool(data)

    # -- what is typed ----------------------------------------------------------------------------------------

    def _do(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        deeds: dict[str, Callable[[str], object]] = {
            "admit": self._admit,
            "refuse": self._refuse,
            "forget": self._forget,
            "code": self._code,
            "who": self._who,
            "open": self._open,
            "quit": lambda _: self._left.set(),
            "help": lambda _: self._say("\n".join(HELP)),
        }
        if not word:
            return
        try:
            if word.casefold() not in deeds:
                raise BadInput(f"There is no {word} here. help lists what there is.")
            deeds[word.casefold()](rest.strip())
        except SupervisionError as error:
            self._say(f"! {error.sentence}")

    def _knock_of(self, name: str) -> "Knock":
        there = self.knocks.there
        found = [one for one in there if name.casefold() in {one.name.casefold(), one.name.casefold().split()[0]}]
        found = found or [one for one in there if name and one.fingerprint.startswith(name)]
        if not name or not found:
            waiting = "; ".join(f"{one.name} ({one.fingerprint})" for one in there) or "nobody"
            raise NotFound(f"Say who: at the door is {waiting}.")
        if len(found) > 1:
            which = "; ".join(f"{one.fingerprint} at {one.session}" for one in found)
            raise Refused(f"More than one {name} waits. Name the key in place of the name: {which}")
        return found[0]

    def _admit(self, rest: str) -> None:
        from supervision.host import Known

        name, _, as_whom = rest.partition(" as ")
        knock = self._knock_of(name.strip())
        person = self._person(knock.session, as_whom.strip() or knock.name, knock)
        called = self._expected[knock.session][person]
        self.known.add(Known(person, called, knock.fingerprint, self.here.clock().isoformat()))
        self.here.store.guests.let_in(person, knock.fingerprint)
        self.knocks.settle(knock, let_in=True)
        self._say(f"{called} is known by {knock.fingerprint} from now on, and comes in by the same command.")

    def _person(self, session: str, name: str, knock: "Knock") -> "Who":
        """Whom of those who are expected this name means."""
        from supervision.model import rules

        people = self._expected[session]
        person = rules.who(self.sessions[session], name)
        if person not in people:
            there = " or ".join(people.values())
            raise Refused(f"Who is {name} in this session? Say it like this: admit {knock.name} as {there}")
        return person

    def _refuse(self, rest: str) -> None:
        knock = self._knock_of(rest)
        self.knocks.settle(knock, let_in=False)
        self.door.forget(fingerprint=knock.fingerprint)
        self._say(f"{knock.name} was sent away.")

    def _forget(self, rest: str) -> None:
        names = {one.person: one.name for one in self.known.known()}
        names |= {person: called for people in self._expected.values() for person, called in people.items()}
        found = {person for person, called in names.items() if rest and rest.casefold() in called.casefold()}
        if len(found) != 1:
            known = "; ".join(sorted({one.name for one in self.known.known()})) or "nobody"
            raise NotFound(f"Say whom: known by a key is {known}.")
        person = found.pop()
        count = max(self.known.forget(person), self.door.forget(person=person))
        self._say(f"{count} {'key' if count == 1 else 'keys'} of theirs forgotten. Who is in now stays in.")

    def _code(self, rest: str) -> None:
        wanted = [
            (session, person)
            for session, people in self._expected.items()
            for person, called in people.items()
            if rest.casefold() in f"{called} {session}".casefold()
        ]
        if not wanted:
            raise NotFound(f"{rest} is not expected here.")
        for session, person in wanted:
            code = self.codes.make(session, person)
            self._say(f"The code for {self._expected[session][person]} in {session}: {code} (good once)")

    def _who(self, _: str) -> None:
        here = self.door.here
        for session, seat in here:
            self._say(f"{self._expected[session].get(seat.me, seat.me)} is in {session}, by {seat.how}.")
        if not here:
            self._say("Nobody is in.")
        for knock in self.knocks.there:
            self._say(f"{knock.name} waits, with the key {knock.fingerprint}.")
        self._say_how()

    def _open(self, rest: str) -> None:
        if not has_terminal():
            raise Refused("There is no terminal here to show a session on. At another one type: supervision open ID")
        found = [one for one in self.sessions if one.startswith(rest)]
        if len(found) != 1:
            raise BadInput(f"Say which: open {' or '.join(self.sessions)}")
        self._stop_listening()
        self._inside = asyncio.get_running_loop().create_task(self._go_in(found[0]))

    async def _go_in(self, session: str) -> None:
        """The session on this terminal, in a program of its own, while the door stays open."""
        me = ("--me", self.here.me) if self.here.me else ()
        command = (sys.executable, "-m", "supervision", "--store", str(self.here.store.folder), *me, "open", session)
        heard, self._telling = os.pipe()
        os.set_blocking(self._telling, False)
        try:
            env = {**os.environ, news.SAYS: str(heard)}
            process = await asyncio.create_subprocess_exec(*command, env=env, pass_fds=(heard,))
        finally:
            os.close(heard)
        left = asyncio.ensure_future(self._left.wait())
        ended = asyncio.ensure_future(process.wait())
        await asyncio.wait({left, ended}, return_when=asyncio.FIRST_COMPLETED)
        if process.returncode is None:
            process.send_signal(signal.SIGHUP)
        await ended
        left.cancel()
        self._inside = None
        os.close(self._telling)
        self._say("You are back at the door. Everything is saved.")
        for sentence in self._unsaid:
            self._say(sentence)
        self._unsaid.clear()
        if not self._left.is_set():
            self._listen()


def _environment() -> dict[str, str]:
    """The surroundings of what runs for somebody else: ours, without who is at this keyboard, and what this can do."""
    mine = {"SUPERVISION_ME", "SSH_AUTH_SOCK", "SSH_AGENT_PID", "NO_COLOR", "COLORTERM"}
    ours = {key: value for key, value in os.environ.items() if key not in mine}
    return {**ours, "PYTHONUTF8": "1", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def _own_address() -> str:
    """The address by which this computer would be seen from others; empty when it is in no network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        try:
            line.connect(("192.0.2.1", 9))  # nothing is sent: it only chooses a way
            return str(line.getsockname()[0])
        except OSError:
            return ""
