"""Two people over one sshd, each at a real terminal: how soon a key is seen, what it weighs, what a person takes.

Beside it, in the same run on the same computer and over the same sshd, vim in a tmux that both share.
"""

import fcntl
import os
import pty
import re
import select
import shutil
import statistics
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import pytest

from tests import sshd
from tests.conftest import Program
from tests.sshd import HOST, Sshd

RUNS = 5
KEYS = 100
"""Keys in a run, half of them typed by each."""
WEIGHED = 300
BETWEEN = 0.11
"""Seconds between two keys: a quick typist."""
LETTERS = [chr(code) for code in range(0x100, 0x180) if chr(code).isalpha() and chr(code) not in "ŉſ"]
"""Letters that stand on no screen before they are typed, so that it is known which key is seen."""
LOOKS = re.compile(rb"\x1b\[[0-9;:?]*[A-Za-z]")
"""Colours and places, which come between words that are to be read."""
PATIENCE = 20.0
COLUMNS, ROWS = 120, 36
BARE = Path(__file__).with_name("bare_text_area.py")
RELAY = Path(__file__).with_name("bare_relay.py")
CTRL_Q, ESCAPE = "\x11", "\x1b"
RECEIVED = re.compile(r"Transferred: sent \d+, received (\d+) bytes")
PACKED = re.compile(r"compress incoming: raw data \d+, compressed (\d+)")
"""What `ssh -v` says at its end."""


class Seen:
    """A program on a pty: what it writes, and when."""

    def __init__(self, command: Sequence[str]) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        env = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True, env=env
        )
        os.close(slave)
        self.written = bytearray()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.master)

    def press(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def read(self) -> None:
        try:
            self.written += os.read(self.master, 65536)
        except OSError:
            time.sleep(0.01)  # it ended; whoever waits for it says so

    def wait(self, words: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while words.encode() not in LOOKS.sub(b"", self.written):
            assert time.monotonic() < deadline, f"never seen: {words}\n{self.written[-2000:].decode(errors='replace')}"
            watch([self], 0.1)

    def rest(self, seconds: float = 0.3) -> None:
        """Until nothing was written for so long, or it ended."""
        before = -1
        while len(self.written) != before:
            before = len(self.written)
            watch([self], seconds)


def watch(screens: Sequence[Seen], seconds: float) -> bool:
    """Reads what is there, or what comes in so many seconds; whether anything did."""
    ready, _, _ = select.select([screen.master for screen in screens], [], [], seconds)
    for screen in screens:
        if screen.master in ready:
            screen.read()
    return bool(ready)


@dataclass
class Times:
    """Milliseconds from the key to the screen."""

    own: list[float] = field(default_factory=list)
    other: list[float] = field(default_factory=list)

    def type(self, one: Seen, other: Seen, count: int) -> None:
        """Each types in turn; every key is seen on both screens before the next."""
        for n in range(count):
            by, to = (one, other) if n % 2 else (other, one)
            letter = LETTERS[n % len(LETTERS)].encode()
            by.written.clear()
            to.written.clear()
            begun = time.perf_counter()
            by.press(letter.decode())
            found: dict[bool, float] = {}
            while len(found) < 2:
                assert time.perf_counter() - begun < PATIENCE, f"key {n} was lost"
                watch([one, other], 0.5)
                now = (time.perf_counter() - begun) * 1000
                for mine, screen in ((True, by), (False, to)):
                    if mine not in found and letter in screen.written:
                        found[mine] = now
            self.own.append(found[True])
            self.other.append(found[False])
            while (left := BETWEEN - (time.perf_counter() - begun)) > 0:
                watch([one, other], left)

    def type_alone(self, one: Seen, count: int) -> None:
        """The same where nobody else looks on."""
        for n in range(count):
            letter = LETTERS[n % len(LETTERS)].encode()
            one.written.clear()
            begun = time.perf_counter()
            one.press(letter.decode())
            while letter not in one.written:
                assert time.perf_counter() - begun < PATIENCE, f"key {n} was lost"
                watch([one], 0.5)
            self.own.append((time.perf_counter() - begun) * 1000)
            while (left := BETWEEN - (time.perf_counter() - begun)) > 0:
                watch([one], left)


Way = Callable[..., AbstractContextManager[tuple[Seen, Seen]]]


def percentile(values: Sequence[float], at: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[at - 1]


class Place:
    """Ash, whose account it is, and Sam, who comes in by a key, over one sshd."""

    def __init__(self, server: Sshd) -> None:
        self.folder, self.home = server.folder, server.home
        self.ash, self.sam = server.caller("ash", may_log_in=True), server.caller("sam")
        self.program = Program(me="Ash")
        self.count = 0
        self._let_in = False

    def start(self) -> str:
        before = [row["id"] for row in self.program.json("sessions")]
        session = self.program.start("--role", "peer", "--alias", "J", other="Sam")
        for old in before:  # only now, so that Sam is the same person in all of them
            assert self.program("discard", old, "--yes").exit_code == 0
        if not self._let_in:
            self._let_in = True
            assert self.program("guests", "add", "Sam", "--key", str(self.sam.key), "--yes").exit_code == 0
        return session

    @contextmanager
    def ours(self, *more: str) -> Iterator[tuple[Seen, Seen]]:
        session = self.start()
        with Seen([*self.ash.ssh, "-t", *more, HOST, "supervision", "open", session]) as ash:
            ash.wait("saved")
            with Seen([*self.sam.ssh, "-t", *more, HOST]) as sam:
                ash.wait("Sam is here")
                sam.wait("Ash is here")
                yield ready(ash, sam)
                leave((ash, sam), CTRL_Q)

    @contextmanager
    def shared(self, *more: str) -> Iterator[tuple[Seen, Seen]]:
        """The owner's key opens both: that of a guest opens no tmux."""
        self.count += 1
        tmux = ["tmux", "-u", "-f", "/dev/null", "-S", f"{self.folder}/t{self.count}"]
        vim = ["vim", "-u", "NONE", "-N", "-n", f"{self.folder}/shared{self.count}.txt"]
        with Seen([*self.ash.ssh, "-t", *more, HOST, *tmux, "new-session", *vim]) as one:
            one.wait("~")
            with Seen([*self.ash.ssh, "-t", *more, HOST, *tmux, "attach"]) as other:
                other.wait("~")
                ready(one, other)
                one.press("i")
                yield ready(one, other)
                one.press(ESCAPE)
                one.rest()
                leave((one, other), ":qa!\r")

    @contextmanager
    def relayed(self, *more: str) -> Iterator[tuple[Seen, Seen]]:
        """Two programs in Python that pass on what is typed, and neither keep it nor draw anything around it."""
        self.count += 1
        there = [*self.ash.ssh, "-t", *more, HOST, sys.executable, str(RELAY), f"{self.folder}/r{self.count}"]
        with Seen([*there, "host"]) as one:
            one.wait("waits")
            with Seen([*there, "join"]) as other:
                for screen in (one, other):
                    screen.wait("there are two")
                yield ready(one, other)
                leave((one, other), CTRL_Q)

    @contextmanager
    def bare(self) -> Iterator[Seen]:
        """A text area of Textual's own, which nobody shares and nothing saves."""
        with Seen([*self.ash.ssh, "-t", "-C", HOST, sys.executable, str(BARE)]) as one:
            one.wait("~")
            one.rest(1.0)
            yield one
            one.press(CTRL_Q)
            one.rest()


def ready(one: Seen, other: Seen) -> tuple[Seen, Seen]:
    """Both, once neither writes anything more."""
    while watch([one, other], 1.0):
        pass
    return one, other


def leave(screens: tuple[Seen, Seen], keys: str) -> None:
    """Leaves on one screen or both, and hears all that ssh says."""
    for screen in screens:
        screen.press(keys)
    deadline = time.monotonic() + PATIENCE
    for screen in screens:
        while screen.process.poll() is None:
            assert time.monotonic() < deadline, screen.written[-500:]
            watch([screen], 0.05)
        screen.rest(0.1)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    for name in ("tmux", "vim"):
        if shutil.which(name) is None:
            pytest.skip(f"{name} is not installed")
    env = {
        "SUPERVISION_STORE": str(tmp_path / "store"),
        "SUPERVISION_CONFIG": str(tmp_path / "config"),
        "SUPERVISION_ME": "Ash",
        "LC_ALL": "C.UTF-8",
    }
    with sshd.running(env) as server:
        monkeypatch.setenv("HOME", str(server.home))
        yield Place(server)


@pytest.mark.bench
def test_how_soon_a_key_is_seen(place: Place) -> None:
    ours: list[Times] = []
    shared: list[Times] = []
    relayed: list[Times] = []
    bare: list[Times] = []
    memory: list[float] = []
    least: list[float] = []
    for _ in range(RUNS):
        for way, runs in ((place.ours, ours), (place.shared, shared), (place.relayed, relayed)):
            with way("-C") as (one, other):
                times = Times()
                times.type(one, other, KEYS)
                runs.append(times)
                if runs is ours:
                    memory += taken_by(place.home, b"open", b"guest")
                    assert len(memory) % 2 == 0, memory
        with place.bare() as one:
            bare.append(Times())
            bare[-1].type_alone(one, KEYS)
            least += taken_by(place.home, str(BARE).encode())
    print(f"\na key over sshd, both at {COLUMNS}x{ROWS}; median of {RUNS} runs of {KEYS} keys, in ms")
    for screen in ("own", "other"):
        for at in (50, 99):
            us, them = (
                statistics.median(percentile(getattr(run, screen), at) for run in runs) for runs in (ours, shared)
            )
            goal = "  (goal: at most 2)" if (screen, at) == ("other", 99) else ""
            print(
                f"  to the {screen + ' screen':13} p{at}: {us:6.1f}   "
                f"vim in a shared tmux {them:6.1f}   ratio {us / them:.2f}{goal}"
            )
    for at in (50, 99):
        passed = statistics.median(percentile(run.other, at) for run in relayed)
        print(f"  to the other screen, passed on in Python and nothing else p{at}: {passed:6.1f}")
    for at in (50, 99):
        alone = statistics.median(percentile(run.own, at) for run in bare)
        print(f"  a text area of Textual's own, alone, to its own screen p{at}: {alone:6.1f}")
    print(f"memory for each, PSS: {statistics.median(memory):.0f} MB (goal: at most 35)")
    print(f"a text area of Textual's own, PSS: {statistics.median(least):.0f} MB")


@pytest.mark.bench
def test_what_a_key_weighs(place: Place) -> None:
    print(f"\nbytes a key, to one's own terminal and to the other's; of {WEIGHED} keys, half by each")
    for name, way in (("supervision", place.ours), ("vim in a shared tmux", place.shared)):
        for compressed in (("-C",), ()):
            # What is drawn before the first key is not always the same.
            before = [weighed(way, compressed, 0) for _ in range(3)]
            after = weighed(way, compressed, WEIGHED)
            wire, payload = ((after[n] - statistics.median(one[n] for one in before)) / WEIGHED for n in (0, 1))
            said = f", of what is shown {payload:.0f} (goal: at most 30)" if compressed else ""
            print(f"  {name}, ssh {' '.join(compressed) or 'without -C'}: {wire:.0f} in packets of ssh{said}")


def weighed(way: Way, more: Sequence[str], count: int) -> tuple[float, float]:
    """Bytes that came to a terminal while so many keys were typed, and how many of them are what was compressed."""
    with way("-v", *more) as screens:
        Times().type(*screens, count)
        ready(*screens)
        for screen in screens:
            screen.written.clear()
    said = [screen.written.decode(errors="replace") for screen in screens]
    received = [int(found) for words in said for found in RECEIVED.findall(words)]
    packed = [int(found) for words in said for found in PACKED.findall(words)]
    return statistics.mean(received), statistics.mean(packed or [0])


def taken_by(home: Path, *words_of: bytes) -> list[float]:
    """PSS of the programs in Python that have one of these words on their line, in MB."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
            if b"python" not in words[0] or not set(words_of) & set(words):
                continue
            if f"HOME={home}".encode() not in (process / "environ").read_bytes().split(b"\0"):
                continue
            rollup = (process / "smaps_rollup").read_text()
        except OSError:
            continue
        found.append(int(re.findall(r"^Pss: +(\d+)", rollup, re.MULTILINE)[0]) / 1024)
    return found
