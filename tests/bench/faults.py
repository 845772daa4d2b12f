"""What faults leave of a record: stock TinyDB, ours, and ours encrypted, each as bad outcomes out of runs.

    python tests/bench/faults.py [--kills 3000] [--short] [--only PART] [--jobs 2] [--seed N]

Bad is: what is left cannot be read, or is neither what was there before nor what was being saved, or is not what
somebody had been told is saved, or nothing can be saved there any more.

- kill -9 at a random moment, of a process that saves over and over: growing, shrinking, a megabyte;
- EIO and ENOSPC from, and kill -9 before, each system call of one save (and after the last), by strace;
- short writes: the system takes so many bytes of a file and refuses the rest, for many such numbers;
- crash states: of one save traced by strace, each state of the file that a power cut could leave, with writes lost,
  torn at blocks and reordered as far as no fsync stands between them;
- the chain of a record, or for TinyDB its file, cut off at each byte.

Exit status 1 when one of ours came out badly.
"""

import argparse
import ast
import contextlib
import ctypes
import dataclasses
import itertools
import os
import random
import re
import resource
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from tinydb import TinyDB

from supervision.errors import Damaged, NotFound, SupervisionError
from supervision.model.pack import Pack
from supervision.model.values import Note, Person, Run, Session
from supervision.store import Store, doctor, sealing
from supervision.store.chain import Chain
from supervision.vault import held, identity, seal

ID = "2026-11-22-1405-kill"
LENGTHS = (10, 30_000, 3_000, 1_000_000, 0, 300_000)
"""Characters of notes, by turns: growing, shrinking, a megabyte."""
BLOCK = 4096
CALLS = (
    "openat,read,pread64,write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,"
    "ftruncate,fchmod,fchmodat,chmod,newfstatat,fstat,lstat,stat,statx,getdents64,close,fcntl,mkdir,flock,lseek"
)
"""System calls that a save is made of."""
_EVERY_SUBSET = 9
"""Up to so many operations that no fsync orders, every way to lose some of them is tried; of more, many."""


def words(turn: int) -> str:
    """What is saved in a turn: it says which, and its end can be missed."""
    return f"{turn}:{'é' * LENGTHS[turn % len(LENGTHS)]}:{turn}"


def turn_of(found: str) -> int:
    """The turn that these words are; ValueError when they are none."""
    turn = int(found.partition(":")[0])
    if found != words(turn):
        raise ValueError("these are the words of no turn")
    return turn


class Way:
    """One way to keep the words of a turn in a folder."""

    name = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "record.json"

    def save(self, turn: int) -> None:
        """Keeps them, and returns when they are safe."""

    def read(self) -> int:
        """The turn that is kept; raises when nothing whole is."""
        raise NotImplementedError

    def sound(self) -> bool:
        """Whether all else that is kept beside it is whole too."""
        return True

    def cut(self) -> tuple[int, int]:
        """A list of entries, cut off at each byte: how often that went unnoticed or lost a whole entry; of how many."""
        raise NotImplementedError


class Stock(Way):
    """TinyDB as it comes: a table with one document, updated."""

    name = "TinyDB"

    def save(self, turn: int) -> None:
        with TinyDB(self.file) as base:
            table = base.table("notes")
            if len(table):
                table.update({"text": words(turn)})
            else:
                table.insert({"text": words(turn)})

    def read(self) -> int:
        with TinyDB(self.file, access_mode="r") as base:
            (row,) = base.table("notes").all()
        return turn_of(row["text"])

    def cut(self) -> tuple[int, int]:
        with TinyDB(self.file) as base:
            base.drop_tables()
            for number in range(6):
                base.insert({"n": number})
            whole = self.file.read_bytes()
        bad = 0
        for at in range(len(whole)):
            self.file.write_bytes(whole[:at])
            try:
                with TinyDB(self.file) as base:
                    bad += len(base.all()) != 6
            except ValueError:
                bad += 1  # nothing is left to be read of six entries, most of which are whole
        return bad, len(whole)


class Ours(Way):
    """A session of ours, saved as its screen does."""

    name = "ours"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.store = Store(folder)
        self.file = self.store.file(ID)

    def save(self, turn: int) -> None:
        note = Note(stage="bring", matter=1, runs=(Run("p-one", words(turn)),))
        try:
            kept = self.store.load(ID)
        except NotFound:
            self.store.create(dataclasses.replace(_EMPTY, notes=(note,)))
            return
        self.store.save(dataclasses.replace(kept, notes=(note,)), expected_revision=kept.revision)

    def read(self) -> int:
        (note,) = self.store.load(ID).notes
        return turn_of(note.text)

    def sound(self) -> bool:
        return not [one for one in doctor(self.store, repair=True) if one.severity == "damage"]

    def _entries(self) -> tuple[Chain, bytes]:
        chain = self.store.chain(ID)
        chain.add([("2026-11-22", "p-one", "agreed", f"d{number}", "0" * 64) for number in range(6)])
        return chain, chain.file.read_bytes()

    def cut(self) -> tuple[int, int]:
        chain, whole = self._entries()
        kept = chain.entries()
        bad = 0
        for at in range(len(whole)):
            chain.file.write_bytes(whole[:at])
            left = kept[: whole[:at].count(b"\n")]
            bad += chain.entries() != left or bool(chain.fault())
            chain.add([("2026-11-23", "p-one", "signed", "", "1" * 64)])
            bad += len(chain.entries()) != len(left) + 1 or bool(chain.fault())
        chain.file.unlink()
        return bad, len(whole)


class Encrypted(Ours):
    """The same, encrypted. Its chain is replaced whole, so no crash cuts it: one that was cut has to be noticed."""

    name = "ours, encrypted"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        if held.holder() is None:
            held.hold(identity.new("Sam"))
        if sealing.ring(folder) is None:
            sealing.keep_and_accept(folder, sealing.Ring(holders=(held.needed().recipient,)))

    def read(self) -> int:
        if not seal.is_sealed(self.file.read_bytes()):
            raise ValueError("it lies there in the clear")
        return super().read()

    def cut(self) -> tuple[int, int]:
        chain, whole = self._entries()
        bad = 0
        for at in range(len(whole)):
            chain.file.write_bytes(whole[:at])
            with contextlib.suppress(Damaged):
                chain.entries()
                bad += 1
        chain.file.unlink()
        return bad, len(whole)


WAYS: tuple[type[Way], ...] = (Stock, Ours, Encrypted)
_EMPTY = Session(
    id=ID,
    kind="supervision",
    started=datetime(2026, 11, 22, 14, 5, tzinfo=UTC),
    people=(Person(id="p-one", name="Sam", role="practitioner"),),
    pack=Pack(name="none", title="None", kind="supervision", minutes=1, stages=()),
)


Outcomes = dict[str, tuple[int, int]]
"""Bad outcomes out of runs: in all, by the name "", and of parts of them by theirs."""


# -- what is bad ------------------------------------------------------------------------------------------------


def is_bad(way: Way, before: int, during: int, *, said: bool) -> bool:
    """Whether what is left after a fault in turn `during` is one of the bad outcomes."""
    try:
        found = way.read()
        if found != during and (said or found != before):
            return True
        way.save(during + 1)
        return way.read() != during + 1 or not way.sound()
    except (SupervisionError, ValueError, OSError):
        return True


# -- kill -9 at random ------------------------------------------------------------------------------------------


def killed(way: Way, runs: int, chance: random.Random) -> Outcomes:
    """Saves in a child until it is killed, again and again; in all, and by what was being saved then."""
    found: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    way.save(0)
    lasting = []
    for turn in (*range(1, len(LENGTHS)), 0):
        began = time.monotonic()
        way.save(turn)
        lasting.append(time.monotonic() - began)
    turn = way.read()
    for _ in range(runs):
        out, into = os.pipe()
        child = os.fork()
        if not child:
            os.close(out)
            _saving(way, turn, into)
        os.close(into)
        select.select([out], [], [], 60)
        # Its first save is done; the next one is met somewhere from its first call to a little after its last.
        time.sleep(chance.uniform(0, 1.3 * lasting[(turn + 1) % len(LENGTHS)]))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        said = turn
        with os.fdopen(out, "rb") as told:
            numbers = told.read()
            if len(numbers) >= 8:
                said = int.from_bytes(numbers[len(numbers) // 8 * 8 - 8 : len(numbers) // 8 * 8])
        met = _change(said + 1)
        found[met] += 1
        try:
            turn = way.read()
            is_lost = turn < said
        except (SupervisionError, ValueError, OSError):
            is_lost = True
        if is_lost:  # nothing more could be saved over it
            lost[met] += 1
            _begin_anew(way)
            turn = 0
    return {"": (lost.total(), found.total())} | {
        f"- {what}": (lost[what], found[what]) for what in ("growing", "shrinking", "a megabyte")
    }


def _change(turn: int) -> str:
    before, now = (LENGTHS[one % len(LENGTHS)] for one in (turn - 1, turn))
    return "a megabyte" if now == max(LENGTHS) else "growing" if now > before else "shrinking"


def _saving(way: Way, turn: int, into: int) -> None:
    try:
        while True:
            turn += 1
            way.save(turn)
            os.write(into, turn.to_bytes(8))
    finally:
        os._exit(1)


def _begin_anew(way: Way) -> None:
    way.file.unlink(missing_ok=True)
    way.save(0)


# -- one save under strace --------------------------------------------------------------------------------------


class Call(NamedTuple):
    """A system call of a save: its name, which one of that name it is, and how strace shows it."""

    name: str
    nth: int
    shown: str


def traced(way: Way, turn: int, *options: str, limit: int | None = None, log: Path | None = None) -> str:
    """Saves a turn in a child, under strace with these options; what somebody is told: "saved" when it is."""
    go, release = os.pipe()
    out, into = os.pipe()
    child = os.fork()
    if not child:
        _one_save(way, turn, go, into, limit)
    os.close(go)
    os.close(into)
    strace = None
    if options or log:
        command = ["strace", "-f", "-e", f"trace={CALLS}", "-o", str(log or os.devnull), *options, "-p", str(child)]
        strace = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        assert strace.stderr is not None
        if b"attached" not in (line := strace.stderr.readline()):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            raise PermissionError(f"strace cannot look at a process here: {line.decode().strip()}")
    os.write(release, b"!")
    os.close(release)
    os.waitpid(child, 0)
    if strace is not None:
        strace.communicate()
    with os.fdopen(out, "rb") as told:
        return told.read().decode(errors="replace")


def _one_save(way: Way, turn: int, go: int, into: int, limit: int | None) -> None:
    try:
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(0x59616D61, -1)  # strace is no parent of ours
        select.select([go], [], [])  # no call that is counted, so that all of them come after strace
        os.read(go, 1)
        if limit is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        try:
            way.save(turn)
            told = b"saved"
        except SupervisionError:
            told = b"a sentence"
        except Exception as error:  # noqa: BLE001  # whatever it is, it is told
            told = repr(error).encode()
        with contextlib.suppress(OSError):  # a fault that meets this one was met by no save
            os.write(into, told)
    finally:
        os._exit(0)


def calls_of(way: Way, turn: int) -> list[Call]:
    """The system calls of a save of this turn; the last is the one that says that it is saved."""
    with tempfile.NamedTemporaryFile(dir=way.folder.parent, suffix=".trace") as log:
        traced(way, turn, "-y", "-s", "3000000", log=Path(log.name))
        shown = Path(log.name).read_text(errors="surrogateescape")
    found, counted = [], dict[str, int]()
    for line in shown.splitlines():
        match = re.match(r"(?:[0-9]+ +)?([a-z0-9_]+)\(", line)
        if match:
            counted[match[1]] = counted.get(match[1], 0) + 1
            found.append(Call(match[1], counted[match[1]], line))
    begin = next((n for n, call in enumerate(found) if '"!"' in call.shown), -1)
    end = next(n for n, call in enumerate(found) if call.name == "write" and '"saved"' in call.shown)
    return found[begin + 1 : end + 1]


def injected(way: Way, fault: str, every: int) -> tuple[int, int]:
    """One save with this fault at each of its system calls."""
    bad, runs = 0, 0
    for before, during in ((1, 2), (2, 1)):  # shrinking and growing
        _begin_anew(way)
        way.save(before)
        _warm(way, during)
        way.save(before)
        calls = calls_of(way, during)
        for call in calls[:: every or 1] if fault == "signal=KILL" else calls[: -1 : every or 1]:
            _begin_anew(way)
            way.save(before)
            log = way.folder.parent / "injected.trace"
            told = traced(way, during, "-e", f"inject={call.name}:{fault}:when={call.nth}", log=log)
            runs += 1
            bad += is_bad(way, before, during, said=told == "saved")
            if told not in ("saved", "a sentence", "") and not isinstance(way, Stock):
                at = next((line for line in log.read_text().splitlines() if "(INJECTED)" in line), "?")
                print(f"without a sentence: {told}, by {fault} at {at[:250]}", file=sys.stderr)
    return bad, runs


def _warm(way: Way, turn: int) -> None:
    """Whatever is loaded for the first save is loaded here, so that it is no part of the one that is looked at."""
    way.save(turn)
    way.read()


def short(way: Way, every: int) -> tuple[int, int]:
    """One save of which the system takes only so many bytes."""
    bad, runs = 0, 0
    for before, during in ((1, 2), (2, 1)):
        _begin_anew(way)
        way.save(during)
        size = way.file.stat().st_size
        for limit in range(1, size, max(1, size // 60) * every):
            _begin_anew(way)
            way.save(before)
            told = traced(way, during, limit=limit)
            runs += 1
            bad += is_bad(way, before, during, said=told == "saved")
    return bad, runs


# -- crash states -----------------------------------------------------------------------------------------------


class Op(NamedTuple):
    """One thing a save does: to a file's content (`inode`), or to the folder."""

    kind: str
    inode: int = -1
    at: int = 0
    data: bytes = b""
    name: str = ""
    to: str = ""


def operations(calls: list[Call], folder: Path, target: str) -> list[Op]:
    """What the calls of a save do in one folder, in which `target` is the only file at first."""
    files: dict[int, list[int]] = {}  # by descriptor: the inode and the offset
    names = {target: 0}
    count, found = 0, list[Op]()
    for call in calls:
        match = re.match(r"(?:[0-9]+ +)?[a-z0-9_]+\((.*)\) += (-?[0-9]+)", call.shown, re.DOTALL)
        if not match or match[2].startswith("-"):
            continue
        text, result = match[1], int(match[2])
        inside = [Path(path).name for path in re.findall(r'"([^"]*)"', text) if Path(path).parent == folder]
        number = re.match(r"([0-9]+)<", text)
        of = files.get(int(number[1])) if number else None
        if call.name == "openat":
            files.pop(result, None)
            if inside:
                (name,) = inside
                if name not in names:
                    count += 1
                    names[name] = count
                    found.append(Op("create", count, name=name))
                elif "O_TRUNC" in text:
                    found.append(Op("trunc", names[name], 0))
                files[result] = [names[name], 0]
        elif call.name in ("write", "pwrite64") and of:
            data = ast.literal_eval("b" + text[text.index('"') : text.rindex('"') + 1])[:result]
            at = int(text.rsplit(",", 1)[1]) if call.name == "pwrite64" else of[1]
            found += [
                Op("write", of[0], at + start, data[start : start + BLOCK]) for start in range(0, len(data), BLOCK)
            ]
            of[1] += result if call.name == "write" else 0
        elif call.name == "read" and of:
            of[1] += result
        elif call.name == "lseek" and of:
            of[1] = result
        elif call.name == "ftruncate" and of:
            found.append(Op("trunc", of[0], int(text.rsplit(",", 1)[1])))
        elif call.name in ("fsync", "fdatasync"):
            if of:
                found.append(Op("sync", of[0]))
            elif f"<{folder}>" in text:
                found.append(Op("sync folder"))
        elif call.name == "close" and number:
            files.pop(int(number[1]), None)
        elif call.name.startswith("rename") and len(inside) == 2:
            found.append(Op("rename", name=inside[0], to=inside[1]))
            names[inside[1]] = names.pop(inside[0])
        elif call.name.startswith("link") and len(inside) == 2:
            found.append(Op("link", name=inside[0], to=inside[1]))
            names[inside[1]] = names[inside[0]]
        elif call.name.startswith("unlink") and inside:
            found.append(Op("unlink", name=inside[0]))
            names.pop(inside[0], None)
    return found


_CONTENT = ("write", "trunc")


def states(done: list[Op], old: bytes, target: str, chance: random.Random) -> Iterator[tuple[bytes | None, bool]]:
    """Every content of the target that a crash could leave, and whether it is one after the save had returned."""
    for end in range(len(done) + 1):
        prefix = done[:end]
        safe: set[int] = set()
        for number, op in enumerate(prefix):
            if op.kind == "sync":
                safe |= {n for n in range(number) if prefix[n].kind in _CONTENT and prefix[n].inode == op.inode}
            elif op.kind == "sync folder":
                safe |= {n for n in range(number) if prefix[n].kind not in (*_CONTENT, "sync", "sync folder")}
        loose = [n for n, op in enumerate(prefix) if n not in safe and not op.kind.startswith("sync")]
        for kept in _some_of(loose, chance):
            yield _after([op for n, op in enumerate(prefix) if n in safe or n in kept], old, target), end == len(done)


def _some_of(loose: list[int], chance: random.Random) -> Iterator[frozenset[int]]:
    if len(loose) <= _EVERY_SUBSET:
        for size in range(len(loose) + 1):
            yield from map(frozenset, itertools.combinations(loose, size))
        return
    yield frozenset()
    for one in loose:
        yield frozenset(loose) - {one}
        yield frozenset({one})
    for size in range(len(loose) + 1):
        yield frozenset(loose[:size])
        yield frozenset(loose[size:])
    for _ in range(100):
        yield frozenset(one for one in loose if chance.random() < 0.5)


def _after(done: list[Op], old: bytes, target: str) -> bytes | None:
    content = {0: bytearray(old)}
    names = {target: 0}
    for op in done:
        if op.kind in _CONTENT:
            data = content.setdefault(op.inode, bytearray())
            if op.kind == "trunc":
                data[:] = data[: op.at].ljust(op.at, b"\0")
            else:
                data.extend(bytes(max(0, op.at - len(data))))
                data[op.at : op.at + len(op.data)] = op.data
        elif op.kind == "create":
            names[op.name] = op.inode
        elif op.kind == "link" and op.name in names:
            names[op.to] = names[op.name]
        elif op.kind == "rename" and op.name in names:
            names[op.to] = names.pop(op.name)
        elif op.kind == "unlink":
            names.pop(op.name, None)
    return bytes(content.setdefault(names[target], bytearray())) if target in names else None


def crashed(way: Way, chance: random.Random) -> tuple[int, int]:
    """Every state that a power cut during a save could leave, and after it."""
    bad, runs = 0, 0
    for before, during in ((1, 2), (2, 1)):
        _begin_anew(way)
        way.save(during)
        way.save(before)
        old = way.file.read_bytes()
        calls = calls_of(way, during)
        done = operations(calls, way.file.parent, way.file.name)
        assert way.read() == during and any(op.kind == "write" for op in done)
        assert _after(done, old, way.file.name) == way.file.read_bytes(), "the trace was not understood"
        for (content, over), times in Counter(states(done, old, way.file.name, chance)).items():
            runs += times
            way.file.unlink(missing_ok=True)
            if content is not None:
                way.file.write_bytes(content)
            try:
                found = way.read()
                bad += times * (found != during and (over or found != before))
            except (SupervisionError, ValueError, OSError):
                bad += times
    return bad, runs


# -- the table --------------------------------------------------------------------------------------------------


def rows(kills: int, every: int, chance: random.Random) -> dict[str, Callable[[Way], Outcomes]]:
    """What is tried, by name; `every` leaves out all but each so manieth system call."""
    return {
        "short writes": lambda way: {"": short(way, every)},
        "cut off at each byte": lambda way: {"": way.cut()},
        "EIO at each call": lambda way: {"": injected(way, "error=EIO", every)},
        "ENOSPC at each call": lambda way: {"": injected(way, "error=ENOSPC", every)},
        "kill -9 at each call": lambda way: {"": injected(way, "signal=KILL", every)},
        "states after a crash": lambda way: {"": crashed(way, chance)},
        "kill -9 at random": lambda way: killed(way, kills, chance),
    }


_BY_STRACE = ("EIO at each call", "ENOSPC at each call", "kill -9 at each call", "states after a crash")


def can_trace(folder: Path) -> str:
    """Why strace cannot be used here; empty when it can."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    way = Stock(folder)
    try:
        way.save(0)
        calls_of(way, 1)
    except PermissionError as error:
        return str(error)
    return ""


def tried(what: str, kind: type[Way], given: tuple[int, int, int], folder: Path) -> Outcomes:
    """One kind of fault, for one way to keep the words, in a folder of its own."""
    kills, every, seed = given
    (folder / "store").mkdir(mode=0o700, parents=True)
    os.environ["SUPERVISION_CONFIG"] = str(folder / "config")
    # The same chances for each of them.
    do = rows(kills, every, random.Random(f"{seed} {what}"))[what]
    way = kind(folder / "store")
    way.save(0)
    return do(way)


def table(given: tuple[int, int, int], only: list[str], jobs: int) -> dict[str, dict[str, tuple[int, int]]]:
    """By what was tried, and by whose way: the bad outcomes, and the runs; each row printed as soon as it is known."""
    found: dict[str, dict[str, tuple[int, int]]] = {}
    with tempfile.TemporaryDirectory() as place, ProcessPoolExecutor(jobs, max_tasks_per_child=1) as others:
        folder = Path(place).resolve()
        (folder / "probe").mkdir()
        missing = can_trace(folder / "probe")
        if missing:
            print(f"{missing}: without what needs it.", file=sys.stderr)
        asked = {
            what: {
                kind.name: others.submit(tried, what, kind, given, folder / f"{number}-{kind.__name__}")
                for kind in WAYS
            }
            for number, what in enumerate(rows(1, 1, random.Random()))
            if not (missing and what in _BY_STRACE) and (not only or any(part in what for part in only))
        }
        print(f"{'bad outcomes of runs':<24}" + "".join(f"{kind.name:>20}" for kind in WAYS), flush=True)
        for what, by_way in asked.items():
            outcomes = {name: one.result() for name, one in by_way.items()}
            for part in next(iter(outcomes.values())):
                row = f"{what} {part}".strip()
                found[row] = {name: one[part] for name, one in outcomes.items()}
                cells = "".join(f"{f'{bad} of {runs}':>20}" for bad, runs in found[row].values())
                print(f"{(part and '  ' + part) or what:<24}{cells}", flush=True)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=3000)
    parser.add_argument("--short", action="store_true", help="A few of each, in a minute.")
    parser.add_argument("--only", action="append", default=[], help="Only what has this in its name; once or more.")
    parser.add_argument("--jobs", type=int, default=1, help="So many at once.")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    given = parser.parse_args()
    extent = (15, 31, given.seed) if given.short else (given.kills, 1, given.seed)
    found = table(extent, given.only, given.jobs)
    print(f"seed {given.seed}")
    return int(any(bad for row in found.values() for name, (bad, _) in row.items() if name != Stock.name))


if __name__ == "__main__":
    sys.exit(main())
