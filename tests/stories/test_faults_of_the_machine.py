"""A disk that is full, read-only or no longer ours, a file replaced, a folder deleted: while open, and for commands.

Each failure stays on the screen until it is mended, nothing that was saved is lost, and it goes on by itself.
The faults are real ones where this machine lets us make them: in mounts of our own, and by permissions that bind.
Elsewhere each write is made to fail with the same number.
"""

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from supervision.model import changes as c
from tests import factory
from tests.live import ID
from tests.stories.place import READY, Place, a_place, until
from tests.stories.test_what_is_typed_is_text import leaves_all_well
from tests.terminal import Terminal

PROGRAM = ("-m", "tests.stories.troubled")


@dataclass
class Trouble:
    """What is the matter, and how the program is run so that it meets it."""

    place: Place
    how: tuple[str, str]
    said: str

    def begin(self) -> None: ...

    def end(self) -> None: ...

    def terminal(self, *args: str) -> Terminal:
        return self.place.terminal(*self.how, *args, program=PROGRAM, columns=150)

    def command(self, *args: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, *PROGRAM, *self.how, *args],
            env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1", **self.place.env},
            capture_output=True,
            text=True,
            check=False,
        )

    def read(self) -> str:
        """The record's file, wherever it lies."""
        return self.place.store.file(ID).read_text()


@dataclass
class Told(Trouble):
    """Each write fails because it is made to."""

    number: int = 0

    @property
    def file(self) -> Path:
        return self.place.folder / "told"

    def begin(self) -> None:
        self.file.write_text(str(self.number))

    def end(self) -> None:
        self.file.unlink()


@dataclass
class Lost(Trouble):
    """Somebody took the permission to write from all folders of the store."""

    folders: list[tuple[Path, int]] = field(default_factory=list)

    def begin(self) -> None:
        store = self.place.store.folder
        self.folders = [(path, path.stat().st_mode) for path in (store, *store.rglob("*"))]
        for path, mode in self.folders:
            path.chmod(mode & 0o555)

    def end(self) -> None:
        for path, mode in self.folders:
            path.chmod(mode)


@dataclass
class Mounted(Trouble):
    """The store lies on a disk of its own, which only the program and we see."""

    begins: str = ""
    ends: str = ""

    def begin(self) -> None:
        self.inside(self.begins)

    def end(self) -> None:
        self.inside(self.ends)

    def inside(self, command: str) -> str:
        store = str(self.place.store.folder)
        enter = ["nsenter", "-t", self.how[1], "-m", "sh", "-c", command, "sh", store]
        return subprocess.run(enter, check=True, capture_output=True, text=True).stdout

    def read(self) -> str:
        return self.inside(f'cat "$1"/sessions/{ID}.json')


@dataclass
class Replaced(Trouble):
    """Something else stands where the record was: nothing that this program wrote."""

    def begin(self) -> None:
        file = self.place.store.file(ID)
        file.rename(file.with_suffix(".before"))
        file.write_text("<html>This file was moved. Sign in to see it.</html>")

    def end(self) -> None:
        file = self.place.store.file(ID)
        file.with_suffix(".before").replace(file)

    def read(self) -> str:
        file = self.place.store.file(ID)
        before = file.with_suffix(".before")
        return (before if before.exists() else file).read_text()


@dataclass
class Deleted(Trouble):
    """The folder is not there any more, and comes back, as with a disk that is pulled out."""

    def begin(self) -> None:
        self.place.store.folder.rename(self.place.folder / "elsewhere")

    def end(self) -> None:
        (self.place.folder / "elsewhere").rename(self.place.store.folder)

    def read(self) -> str:
        away = self.place.folder / "elsewhere" / "sessions" / f"{ID}.json"
        return (away if away.exists() else self.place.store.file(ID)).read_text()


FAULTS = {
    "disk full": (
        'cp -a "$1" "$1".before; mount -t tmpfs -o size=2m,mode=700 none "$1"; cp -a "$1".before/. "$1"',
        'head -c 3000000 /dev/zero > "$1"/.filled || true',
        'rm "$1"/.filled',
        errno.ENOSPC,
        "the disk is full",
    ),
    "read-only disk": (
        "true",
        'mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"',  # over it, because the program has files open there
        'umount --lazy "$1"',
        errno.EROFS,
        "the disk is read-only",
    ),
}


@contextmanager
def mounts(place: Place, command: str) -> Iterator[str | None]:
    """A process in whose mounts this has been done; None where this machine forbids it."""
    script = f"{command} && echo done && cat"
    run = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh", str(place.store.folder)]
    with ExitStack() as stack:
        try:
            keeper = stack.enter_context(
                subprocess.Popen(
                    run, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
                )
            )
        except FileNotFoundError:
            yield None
            return
        assert keeper.stdin is not None and keeper.stdout is not None
        yield str(keeper.pid) if keeper.stdout.readline() == "done\n" else None
        keeper.stdin.close()


def can_bind() -> bool:
    """Whether permissions can be made to bind the program here."""
    tried = "from tests.stories.troubled import bind; raise SystemExit(not bind())"
    return subprocess.run([sys.executable, "-c", tried], check=False).returncode == 0


@pytest.fixture(params=["disk full", "read-only disk", "permission lost", "file replaced", "folder deleted"])
def trouble(request: pytest.FixtureRequest) -> Iterator[Trouble]:
    with a_place() as place:
        place.store.create(
            factory.done(factory.session(session_id=ID), c.AddAction(text="Ring", owner="Sam"), by="Sam")
        )
        if request.param == "permission lost":
            said = "this login has no permission there"
            if can_bind():
                yield Lost(place, ("bound", "-"), said)
            else:
                yield Told(place, ("told", str(place.folder / "told")), said, errno.EACCES)
            return
        if request.param == "file replaced":
            yield Replaced(place, ("told", "-"), "is not whole, or not one of our files")
            return
        if request.param == "folder deleted":
            yield Deleted(place, ("told", "-"), "its folder is not there")
            return
        first, begins, ends, number, said = FAULTS[request.param]
        with mounts(place, first) as keeper:
            if keeper is None:
                yield Told(place, ("told", str(place.folder / "told")), said, number)
            else:
                yield Mounted(place, ("inside", keeper), said, begins, ends)


def test_an_open_session_says_so_until_it_is_mended_and_goes_on_by_itself(trouble: Trouble) -> None:
    with trouble.terminal("open", ID) as terminal:
        terminal.wait(READY)
        terminal.send("before, ")
        until(lambda: not terminal.listen(0.02) and "before, " in trouble.read(), "saved")
        trouble.begin()
        terminal.send("meanwhile, ")
        terminal.wait(lambda screen: "NOT SAVED" in screen and trouble.said in screen)
        assert "before, " in trouble.read() and "meanwhile" not in trouble.read()
        terminal.send("\x14")  # whatever else is on the screen, it stays there
        terminal.wait("What will be done")
        terminal.send("\x1b")
        terminal.wait(lambda screen: "NOT SAVED" in screen and trouble.said in screen)
        trouble.end()
        terminal.wait(lambda screen: "NOT SAVED" not in screen and trouble.said not in screen)
        assert "before, meanwhile, " in trouble.read()
        terminal.send("after")
        terminal.wait("after")
        until(lambda: not terminal.listen(0.02) and "before, meanwhile, after" in trouble.read(), "saved again")
        leaves_all_well(terminal)


def test_who_leaves_meanwhile_is_held_back_once_and_told(trouble: Trouble) -> None:
    with trouble.terminal("open", ID) as terminal:
        terminal.wait(READY)
        trouble.begin()
        terminal.send("only here")
        terminal.wait("NOT SAVED")
        terminal.send("\x11")
        terminal.wait(lambda screen: "Leave once more to go" in " ".join(screen.split()))
        trouble.end()
        terminal.wait(lambda screen: "NOT SAVED" not in screen)
        assert terminal.leave() == 0


def test_a_command_says_so_and_works_again_when_it_is_mended(trouble: Trouble) -> None:
    assert trouble.command("actions", "add", "Before").returncode == 0
    before = trouble.read()
    trouble.begin()
    if isinstance(trouble, Replaced | Deleted):
        refused_where_it_is_not_there(trouble)
    else:
        refused_and_still_read(trouble)
    assert trouble.read() == before
    trouble.end()
    assert trouble.command("actions", "add", "After").returncode == 0
    listed = trouble.command("actions")
    assert "Before" in listed.stdout and "After" in listed.stdout
    assert trouble.command("doctor").returncode == 0


def refused_where_it_is_not_there(trouble: Trouble) -> None:
    for args in (("actions", "add", "Meanwhile", "--session", ID), ("show", ID), ("open", ID)):
        refused = trouble.command(*args)
        assert refused.returncode == 1 and refused.stderr and "Traceback" not in refused.stderr, args
    assert trouble.command("doctor").returncode == (3 if isinstance(trouble, Replaced) else 0)


def refused_and_still_read(trouble: Trouble) -> None:
    for args in (("actions", "add", "Meanwhile"), ("start", "--with", "Sam Okafor", "--no-tui")):
        refused = trouble.command(*args)
        assert refused.returncode == 1 and trouble.said in refused.stderr and "Traceback" not in refused.stderr
    read = trouble.command("show", ID)
    assert read.returncode == 0 and "Before" in read.stdout
    listed = trouble.command("actions")
    assert listed.returncode == 0 and "Before" in listed.stdout and "Meanwhile" not in listed.stdout


def test_home_comes_up_all_the_same_and_says_what_cannot_be_done(trouble: Trouble) -> None:
    trouble.begin()
    with trouble.terminal() as terminal:
        terminal.wait("Ctrl+G Help")
        if not isinstance(trouble, Deleted | Replaced):
            terminal.wait("Continue with Sam")
            terminal.send("\r")
            # A session may still open on a full disk; then it is said with the first words.
            terminal.wait(lambda screen: trouble.said in " ".join(screen.split()) or READY in screen)
        leaves_all_well(terminal)
    trouble.end()
    with trouble.terminal() as terminal:
        terminal.wait("Continue with Sam")
        leaves_all_well(terminal)
