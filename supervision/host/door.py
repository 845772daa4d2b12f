"""A door to sessions on a machine that has no sshd: it listens, and lets in who is expected."""

import asyncio
import errno
import logging
import shlex
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import asyncssh

from supervision.errors import Refused
from supervision.host.callers import Caller
from supervision.host.codes import Codes
from supervision.host.knocks import Knocks
from supervision.host.known import KnownKeys
from supervision.host.programs import Anew, Program, Programs
from supervision.host.visit import Patience, Visit, command_of
from supervision.model.values import Who
from supervision.refusals import Why
from supervision.room import Seat

STRANGERS = 40
"""Connections that are let wait before it is known who they are."""
VISITS = 60
"""Connections of those who were let in."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: how long one may say nothing, take to come in, wait for an answer; how often a line is looked at."""

    silent: float = 20.0
    login: float = 180.0
    knock: float = 150.0
    keepalive: float = 15.0
    patience: Patience = field(default_factory=Patience)


class Door:
    """Lets people into these sessions, each as themselves. `told` hears what the host should know, `lost` whose line
    went while they were in, and whether they come back by a key.

    `sessions` has for each session those who may come, by id, with their names; it may change while the door is open.
    `start` gives the program for a session, a seat, and whether another computer's program is at the other end;
    `programs` begins it.
    """

    def __init__(
        self,
        key: asyncssh.SSHKey,
        known: KnownKeys,
        codes: Codes,
        knocks: Knocks,
        sessions: Mapping[str, Mapping[Who, str]],
        start: Callable[[str, Seat, bool], Program],
        *,
        told: Callable[[str], object],
        lost: Callable[[str, Seat, bool], object] = lambda session, seat, comes_back: None,
        programs: Programs | None = None,
        pace: Pace | None = None,
    ) -> None:
        self.key = key
        self.known = known
        self.codes = codes
        self.knocks = knocks
        self.sessions = sessions
        self.pace = pace or Pace()
        self._start = start
        self._programs = programs or Anew()
        self._told = told
        self._lost = lost
        self._by_code: dict[tuple[str, str], Who] = {}
        self._said: set[str] = set()
        self._callers: list[Caller] = []
        self._visits: set[Visit] = set()
        self._acceptor: asyncssh.SSHAcceptor | None = None

    # -- its life ---------------------------------------------------------------------------------------------

    async def open(self, address: str, port: int) -> None:
        """Listens from now on. Refused when it cannot, with what to do about it."""
        logging.getLogger("asyncssh").setLevel(logging.CRITICAL + 1)  # what it would say holds names and commands
        try:
            self._acceptor = await asyncssh.listen(
                address,
                port,
                server_factory=partial(Caller, self),
                server_host_keys=[self.key],
                config=None,
                encoding=None,
                line_editor=False,
                agent_forwarding=False,
                x11_forwarding=False,
                allow_scp=False,
                gss_host=None,
                password_auth=False,
                compression_algs=["zlib@openssh.com", "none"],  # nothing is unpacked for strangers
                login_timeout=self.pace.login,
                keepalive_interval=self.pace.keepalive,
                keepalive_count_max=4,
                signature_algs="-ssh-rsa",  # whoever listens to what is taken here does not even try
                server_version="supervision",
            )
        except OSError as error:
            raise Refused(_why_not(error, address, port)) from error

    @property
    def port(self) -> int:
        assert self._acceptor is not None
        return int(self._acceptor.get_port())

    async def close(self) -> None:
        """Lets nobody in any more, and everybody out; nothing is left running."""
        if self._acceptor is not None:
            self._acceptor.close()
        for visit in tuple(self._visits):
            visit.leave()
        await asyncio.gather(*(visit.ended() for visit in tuple(self._visits)))
        for caller in tuple(self._callers):
            caller.is_going = True
            caller.close("The host has closed the door. What you wrote is saved.")
        if self._acceptor is not None:
            await self._acceptor.wait_closed()

    # -- those who call ---------------------------------------------------------------------------------------

    def came(self, caller: Caller) -> None:
        """Somebody calls. Where too many wait, one makes room for them: of those from the address that most come from,
        the first who says nothing, or else the first.
        """
        self._callers.append(caller)
        strangers = [one for one in self._callers if one.seat is None and not one.is_going]
        if len(strangers) > STRANGERS:
            [(crowded, _)] = Counter(one.address for one in strangers).most_common(1)
            crowd = [one for one in strangers if one.address == crowded]
            next((one for one in crowd if not one.has_spoken), crowd[0]).drop(Why.CROWD)

    def went(self, caller: Caller) -> None:
        self._callers.remove(caller)
        if caller.seat is not None and caller.visit is not None and not (caller.visit.is_over or caller.is_going):
            self._lost(caller.session, caller.seat, caller.comes_back)

    def let_in(self, caller: Caller) -> None:
        """It is known who they are now."""
        if sum(one.seat is not None for one in self._callers) > VISITS:
            caller.refuse(Why.FULL)
            caller.close("Too many people are in already. Come again later.")

    def session_named(self, words: str) -> str:
        """The session that was asked for, by its id or a beginning of it; empty for one that is not open here."""
        wanted = words.strip().lower()
        found = [one for one in self.sessions if one == wanted] or [
            one for one in self.sessions if wanted and one.startswith(wanted)
        ]
        return found[0] if len(found) == 1 else ""

    def expected(self, session: str) -> Mapping[Who, str]:
        """Those who may come into a session, by id, with their names."""
        return self.sessions.get(session, {})

    def remember(self, session: str, person: Who, fingerprint: str) -> None:
        """Somebody came into a session with a right code, and with this key: it leads them back until the door closes.

        Whoever has the code could as well come in with it by any line; to come back by a key it has to be theirs.
        """
        self._by_code[session, fingerprint] = person

    def came_by_code(self, session: str, fingerprint: str) -> Who:
        """Who came into this session with a code and this key; empty for nobody."""
        person = self._by_code.get((session, fingerprint), "")
        return person if person in self.expected(session) else ""

    def forget(self, *, person: Who = "", fingerprint: str = "") -> int:
        """Lets nobody come back by these keys any more; how many there were."""
        gone = [at for at, who in self._by_code.items() if who == person or at[1] == fingerprint]
        for at in gone:
            del self._by_code[at]
        return len(gone)

    def tell_once(self, sentence: str) -> None:
        """Something for the host, however often it happens."""
        if sentence not in self._said:
            self._said.add(sentence)
            self._told(sentence)

    @property
    def here(self) -> Sequence[tuple[str, Seat]]:
        """Who is in which session now."""
        return [
            (one.session, one.seat)
            for one in self._callers
            if one.seat is not None and one.visit is not None and not one.visit.is_over
        ]

    def visit(self, session: str, seat: Seat, *, refused: Callable[[], object]) -> Visit:
        """What somebody gets who was let in. `refused` hears of it when they ask for anything else."""
        name = self.expected(session).get(seat.me, seat.me)

        came = False

        def over(visit: Visit) -> None:
            self._visits.discard(visit)
            if came:
                self._told(f"{name} has left.")

        def start(relay: bool) -> Program:
            nonlocal came
            came = True
            self._told(f"{name} comes in ({seat.how}).")
            return self._start(session, seat, relay)

        def relays(command: str) -> bool:
            words = command_of(command)
            return len(words) == 3 and words[:2] == ["supervision", "relay"] and self.session_named(words[2]) == session

        visit = Visit(start, self._programs, relays=relays, over=over, refused=refused, patience=self.pace.patience)
        self._visits.add(visit)
        return visit


def way_in(session: str, host: str, port: int) -> str:
    """The command that leads to a session by a door."""
    return shlex.join(["ssh", "-C", "-p", str(port), f"{session}@{host}"])


def _why_not(error: OSError, address: str, port: int) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"Something else listens on port {port} already. Choose another: --port {port + 1}"
        case errno.EACCES:
            return f"Port {port} is not for everybody to listen on. Choose one above 1023: --port 8022"
        case errno.EADDRNOTAVAIL:
            return f"{address} is no address of this computer. --listen 0.0.0.0 listens on all it has."
        case _:
            return f"It is not possible to listen on {address}, port {port}: {error.strerror or error}."
