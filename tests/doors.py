"""A door in this process, and people who come to it."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh

from supervision.host import Codes, Door, Knock, Knocks, Known, KnownKeys, Pace, Patience, Program, host_key
from supervision.room import Seat
from tests.live import until

ID = "2026-11-23-1000-test"
OTHER = "2026-11-24-0900-else"
PEOPLE = {"p-sam": "Sam Okafor"}
PACE = Pace(silent=5.0, login=20.0, knock=5.0, patience=Patience(2.0, 2.0, 1.0))

PROGRAM = """
import os, sys
print("here:", os.environ["WHO"], os.environ["TERM"], sys.stdin.isatty(), flush=True)
for line in sys.stdin:
    print("heard", line.strip(), flush=True)
print("bye", flush=True)
"""
"""Stands for the session: says who it is for, and repeats what it hears until there is no more."""


@dataclass
class Clock:
    """Stands still until it is put on."""

    now: float = 1000.0


@dataclass
class Doorway:
    """A door that is open, with a clock for its codes, and all the host is told."""

    door: Door
    told: list[str] = field(default_factory=list)
    clock: Clock = field(default_factory=Clock)
    lost: list[tuple[str, str, bool]] = field(default_factory=list)
    started: list[tuple[str, Seat, bool]] = field(default_factory=list)

    @property
    def said(self) -> str:
        return "\n".join(self.told)

    def admit(self, name: str, person: str = "p-sam") -> None:
        """What the host does who types `admit NAME`."""
        (knock,) = (one for one in self.door.knocks.there if one.name == name)
        self.door.known.add(Known(person, name, knock.fingerprint, "2026-11-23"))
        self.door.knocks.settle(knock, let_in=True)

    async def nobody(self) -> None:
        """Waits until nobody is in, and nothing runs."""
        await until(lambda: not self.door._visits and not self.door._callers)


@asynccontextmanager
async def doorway(
    folder: Path, *, program: Sequence[str] = (sys.executable, "-c", PROGRAM), pace: Pace = PACE
) -> AsyncIterator[Doorway]:
    clock = Clock()
    way: Doorway
    told: list[str] = []

    def start(session: str, seat: Seat, relay: bool) -> Program:
        way.started.append((session, seat, relay))
        who = json.dumps([session, seat.me, seat.how, relay])
        return Program(program, {"PATH": "/usr/bin:/bin", "WHO": who})

    def knocked(knock: Knock) -> None:
        told.append(f"{knock.name} {knock.fingerprint}")

    codes = Codes(lambda: clock.now, lambda session, person: told.append(f"worn {session} {person}"))
    door = Door(
        host_key(folder),
        KnownKeys(folder),
        codes,
        Knocks(lambda: clock.now, knocked),
        {ID: PEOPLE, OTHER: {"p-kim": "Kim"}},
        start,
        told=told.append,
        lost=lambda session, seat, comes_back: way.lost.append((session, seat.me, comes_back)),
        pace=pace,
    )
    way = Doorway(door, told, clock)
    await door.open("127.0.0.1", 0)
    try:
        yield way
    finally:
        await door.close()


class Person(asyncssh.SSHClient):
    """Somebody at an ssh: `answers` are typed at the prompts, `heard` is what they read."""

    def __init__(self, answers: Sequence[str] = ()) -> None:
        self.answers = list(answers)
        self.heard: list[str] = []

    @property
    def read(self) -> str:
        return "\n".join(self.heard)

    def auth_banner_received(self, msg: str, lang: str) -> None:
        self.heard.append(msg)

    def kbdint_auth_requested(self) -> str | None:
        return "" if self.answers else None

    def kbdint_challenge_received(
        self, name: str, instructions: str, lang: str, prompts: Sequence[tuple[str, bool]]
    ) -> list[str] | None:
        self.heard.append(instructions)
        self.heard += [prompt for prompt, _ in prompts]
        return [self.answers.pop(0) for _ in prompts] if len(self.answers) >= len(prompts) else None

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is not None:
            self.heard.append(str(exc))


async def come(
    way: Doorway | int, person: Person, *, name: str = ID, keys: Sequence[asyncssh.SSHKey] = ()
) -> asyncssh.SSHClientConnection:
    """A connection of theirs; asyncssh.Error when they are not let in."""
    connection, _ = await asyncssh.create_connection(
        lambda: person,
        "127.0.0.1",
        way if isinstance(way, int) else way.door.port,
        username=name,
        client_keys=list(keys) or None,
        known_hosts=None,
        config=None,
        agent_path=None,
        agent_forwarding=False,
        password_auth=False,
        gss_host=None,
    )
    return connection


async def refused(way: Doorway | int, person: Person, **how: object) -> str:
    """Tries to come in, in vain; what they read then."""
    try:
        connection = await come(way, person, **how)  # type: ignore[arg-type]
    except asyncssh.Error as error:
        await asyncio.sleep(0)
        return f"{person.read}\n{error}"
    connection.abort()
    raise AssertionError("they were let in")


async def let_in(
    way: Doorway | int, *answers: str, keys: Sequence[asyncssh.SSHKey] = (), name: str = ID
) -> asyncssh.SSHClientConnection:
    return await come(way, Person(answers), keys=keys, name=name)


def new_key(kind: str = "ssh-ed25519", size: int = 2048) -> asyncssh.SSHKey:
    return (
        asyncssh.generate_private_key(kind, key_size=size) if kind == "ssh-rsa" else asyncssh.generate_private_key(kind)
    )
