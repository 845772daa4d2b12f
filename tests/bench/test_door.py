"""Many people at one door: from a key to one's own screen and to the other's, beside a tmux that two people share.

Everybody comes with the system's ssh, to the door or to an sshd, and types two keys a second, each a letter that nobody
types twice, so that it is known when it is on a screen. All of it runs on one machine.
"""

import asyncio
import fcntl
import itertools
import os
import random
import re
import shlex
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from supervision.model import views
from supervision.store import Store
from tests import factory, sshd
from tests.live import until

EVERY = 0.5
SECONDS = int(os.environ.get("BENCH_SECONDS", "60"))
LETTERS = [
    chr(code) for code in (*range(0x100, 0x132), *range(0x134, 0x149), *range(0x14A, 0x17F), *range(0x180, 0x1C0))
]
"""One cell each, and what they are when they are written down. Those of one person are not the other's."""
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Keyboard:
    """A person before a screen: when each letter was typed, and when it was seen."""

    send: Callable[[bytes], object]
    typed: dict[str, float] = field(default_factory=dict)
    seen: dict[str, float] = field(default_factory=dict)
    ready: bool = False
    code: str = ""
    _rest: bytes = b""

    def shows(self, data: bytes) -> None:
        now, data = time.perf_counter(), self._rest + data
        self._rest = data[-8:]
        self.ready = self.ready or b"Arrive" in data
        if self.code and b"Code: " in data:
            self.send(f"{self.code}\r".encode())
            self.code = ""
        if self.ready:
            for letter in set(data.decode("utf-8", "ignore")) & _WATCHED:
                self.seen.setdefault(letter, now)

    async def types(self, letters: Sequence[str]) -> None:
        began = time.perf_counter() + random.uniform(0, EVERY)
        for count, letter in enumerate(letters):
            await asyncio.sleep(began + count * EVERY - time.perf_counter())
            self.typed[letter] = time.perf_counter()
            self.send(letter.encode())


_WATCHED = set(LETTERS)


@asynccontextmanager
async def by_the_door(folder: Path, sessions: int) -> AsyncIterator[tuple[list[tuple[Keyboard, Keyboard]], int]]:
    """Two people in each of so many sessions, who all came in by one door."""
    store = Store(folder / "store", views.summary)
    ids = [f"2026-11-23-10{n:02}-test" for n in range(sessions)]
    for one in ids:
        store.create(factory.session(session_id=one))
    said, out = folder / "said", (folder / "said").open("wb")
    host = subprocess.Popen(
        [sys.executable, "-m", "supervision", "host", *ids, "--port", "0"],
        env=environment(folder) | {"SUPERVISION_ME": "Kim"},
        stdin=subprocess.PIPE,
        stdout=out,
    )
    try:
        await until(lambda: "help lists" in said.read_text(), patience=60)
        told = re.findall(r"ssh -C -p ([0-9]+) (\S+)@.*\n +code: (\S+)", said.read_text())
        new = ("-F", "/dev/null", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null")
        commands = [("ssh", *new, "-p", port, f"{session}@127.0.0.1") for port, session, _ in told]
        async with terminals(commands, environment(folder), [code for *_, code in told]) as people:
            yield list(zip(people[::2], people[1::2], strict=True)), host.pid
    finally:
        host.terminate()
        host.wait(60)
        out.close()


@asynccontextmanager
async def in_one_tmux(folder: Path) -> AsyncIterator[tuple[Keyboard, Keyboard]]:
    """The program in a tmux, and two people who come by an sshd to look at it."""
    store = Store(folder / "store", views.summary)
    store.create(factory.session(session_id="2026-11-23-1000-test"))
    with tempfile.TemporaryDirectory(prefix="t-") as place, sshd.running() as server:
        env = environment(folder) | {"TMUX_TMPDIR": place, "SUPERVISION_ME": "Ash"}
        tmux = ("tmux", "-u", "-L", "bench", "-f", "/dev/null")
        program = (sys.executable, "-m", "supervision", "open", "2026-11-23-1000-test")
        subprocess.run([*tmux, "new-session", "-d", "-x", "80", "-y", "24", *program], env=env, check=True)
        there = shlex.join(["env", f"TMUX_TMPDIR={place}", *tmux, "attach"])
        callers = [server.caller(name, may_log_in=True) for name in ("ash", "sam")]
        try:
            commands = [(*caller.ssh, "-t", sshd.HOST, there) for caller in callers]
            async with terminals(commands, environment(folder)) as people:
                yield people[0], people[1]
        finally:
            subprocess.run([*tmux, "kill-server"], env=env, check=False)


@asynccontextmanager
async def terminals(
    commands: Sequence[Sequence[str]], env: Mapping[str, str], codes: Sequence[str] = ()
) -> AsyncIterator[list[Keyboard]]:
    """A person at each of these, on a terminal, who types their code where they are asked for one."""
    loop = asyncio.get_running_loop()
    people: list[Keyboard] = []
    processes: list[subprocess.Popen[bytes]] = []
    ours: list[int] = []
    try:
        for command, code in itertools.zip_longest(commands, codes, fillvalue=""):
            mine, theirs = os.openpty()
            fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
            processes.append(
                subprocess.Popen(["setsid", "-c", *command], env=dict(env), stdin=theirs, stdout=theirs, stderr=theirs)
            )
            os.close(theirs)
            ours.append(mine)
            people.append(Keyboard(partial(os.write, mine), code=str(code)))
            loop.add_reader(mine, _read, mine, people[-1])
        await until(lambda: all(person.ready for person in people), patience=120)
        yield people
    finally:
        for mine in ours:
            loop.remove_reader(mine)
        for process in processes:
            process.terminate()
            process.wait(20)
        for mine in ours:
            os.close(mine)


def _read(terminal: int, person: Keyboard) -> None:
    try:
        person.shows(os.read(terminal, 65536))
    except OSError:
        asyncio.get_running_loop().remove_reader(terminal)


def environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TERM": "xterm-256color",
        "LC_ALL": "C.UTF-8",
        "SUPERVISION_STORE": str(folder / "store"),
        "SUPERVISION_CONFIG": str(folder / "config"),
        "PYTHONPATH": str(ROOT),
    }


@dataclass
class Waits:
    """Milliseconds from keys to screens, and how many keys never came to one."""

    own: list[float] = field(default_factory=list)
    other: list[float] = field(default_factory=list)
    lost: int = 0

    def __str__(self) -> str:
        return f"own screen {_spread(self.own)}, the other's {_spread(self.other)}, {self.lost} lost"


def _spread(waits: list[float]) -> str:
    return f"p50 {statistics.median(waits):.0f} ms, p99 {p99(waits):.0f} ms"


def p99(waits: list[float]) -> float:
    return sorted(waits)[int(len(waits) * 0.99)]


async def all_type(pairs: Sequence[tuple[Keyboard, Keyboard]]) -> Waits:
    """Everybody types; what was on which screen when."""
    count = min(int(SECONDS / EVERY), len(LETTERS) // 2)
    halves = LETTERS[:count], LETTERS[-count:]
    await asyncio.gather(*(one.types(half) for pair in pairs for one, half in zip(pair, halves, strict=True)))
    everything = set(halves[0]) | set(halves[1])
    with suppress(TimeoutError):  # counted below
        await until(lambda: all(everything <= set(one.seen) for pair in pairs for one in pair), patience=20)
    found = Waits()
    for pair in pairs:
        for me, other in (pair, pair[::-1]):
            for letter, at in me.typed.items():
                for screen, waits in ((me, found.own), (other, found.other)):
                    if letter in screen.seen:
                        waits.append((screen.seen[letter] - at) * 1000)
                    else:
                        found.lost += 1
    return found


def written(folder: Path) -> int:
    """How many of the letters that were typed are in no record, over all records."""
    store, count = Store(folder / "store", views.summary), min(int(SECONDS / EVERY), len(LETTERS) // 2)
    everything = set(LETTERS[:count]) | set(LETTERS[-count:])
    missing = 0
    for session in map(store.load, store.ids()):
        there = "".join(note.text for note in session.notes)
        missing += len([letter for letter in everything if there.count(letter) != 1])
    return missing


def pss(pid: int) -> float:
    """Megabytes of memory that are this process's alone, with its part of what it shares."""
    found = re.search(r"^Pss: +([0-9]+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    return int(found[1]) / 1000 if found else 0.0


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def visits(host: int) -> list[int]:
    """The processes of those who came in: copies of one that the host began, or begun anew."""
    found = children_of(host)
    return [one for child in found for one in children_of(child)] or found


@pytest.mark.bench
async def test_many_at_one_door_beside_two_in_one_tmux(tmp_path: Path) -> None:
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    (tmp_path / "tmux").mkdir()
    (tmp_path / "two").mkdir()
    (tmp_path / "twenty").mkdir()
    async with in_one_tmux(tmp_path / "tmux") as pair:
        shared = await all_type([pair])
    print(f"\n2 people in one tmux:        {shared}")
    async with by_the_door(tmp_path / "two", 1) as (pairs, _):
        two = await all_type(pairs)
    print(f"2 people at the door:        {two}; not in the record: {written(tmp_path / 'two')}")
    print(f"ratio of p99 to the other's screen: {p99(two.other) / p99(shared.other):.2f} (goal: at most 2)")
    async with by_the_door(tmp_path / "twenty", 10) as (pairs, host):
        many = await all_type(pairs)
        sizes = [pss(child) for child in visits(host)]
        print(f"20 people in 10 sessions:    {many}")
        print(f"memory: {statistics.mean(sizes):.0f} MB a person ({len(sizes)} of them), {pss(host):.0f} MB the door")
    print(f"not in the records: {written(tmp_path / 'twenty')}; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
