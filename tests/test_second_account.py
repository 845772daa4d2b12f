"""Another account on the machine, a real one: it sees no name and no word, of an open session or of closed ones."""

import json
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from supervision import paths
from supervision.vault import agent, held
from tests.conftest import Program
from tests.keys import encrypt, give_key

WORD, NAME = f"quokka{os.getpid()}", f"Tamsin{os.getpid()}"
"""In nothing else on this machine, so that they can be looked for everywhere."""
Looked = tuple[list[str], list[str], list[str]]


def look(places: tuple[Path, ...]) -> Looked:
    """Every name and every content that can be had in these places and the list of processes, and each socket."""
    seen, read, reached = [path.name for path in Path("/tmp").iterdir()], list[str](), list[str]()
    for top in places:
        for folder, folders, files in os.walk(top):
            for path in (Path(folder, name) for name in folders + files):
                seen.append(str(path))
                with suppress(OSError):
                    if path.is_socket():
                        with socket.socket(socket.AF_UNIX) as line:
                            line.connect(str(path))
                        reached.append(str(path))
                    elif path.is_file():
                        read.append(path.read_bytes()[:1_000_000].decode("latin-1"))
    for process in Path("/proc").glob("[0-9]*"):
        for what in ("cmdline", "environ", "maps", "status"):
            with suppress(OSError):
                seen.append((process / what).read_bytes().decode("latin-1"))
        with suppress(OSError):
            seen.append(str((process / "cwd").readlink()))
    return seen, read, reached


@pytest.fixture(scope="module")
def account() -> Iterator["pwd.struct_passwd"]:
    """Somebody else on this machine, for as long as these tests run."""
    if os.geteuid() != 0:
        pytest.skip("only root can make another account, and try as it")
    if shutil.which("useradd") is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("there is no useradd here")
    name = f"svtest{os.getpid()}"
    subprocess.run(["useradd", "--no-create-home", "--shell", "/bin/sh", name], check=True, capture_output=True)
    try:
        yield pwd.getpwnam(name)
    finally:
        subprocess.run(["userdel", name], check=False, capture_output=True)


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that is open to all, and in it all that the program writes, with nothing masked."""
    with tempfile.TemporaryDirectory(prefix="s-", dir="/tmp") as folder:
        place = Path(folder)
        place.chmod(0o777)
        for name, value in {"SUPERVISION_STORE": "store", "SUPERVISION_CONFIG": "config", "TMPDIR": ""}.items():
            monkeypatch.setenv(name, str(place / value))
        monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
        monkeypatch.chdir(place)
        old = os.umask(0)
        try:
            yield place
        finally:
            os.umask(old)


def looked(account: "pwd.struct_passwd", *places: Path) -> Looked:
    """What this account gets at: in a process of its own, that is theirs and nothing else."""
    came, out = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.close(came)
            os.chdir("/")
            os.setgroups([])
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)
            with os.fdopen(out, "w") as told:
                json.dump(look(places), told)
        finally:
            os._exit(0)
    os.close(out)
    with os.fdopen(came) as told:
        seen, read, reached = json.load(told)
    os.waitpid(child, 0)
    return seen, read, reached


@pytest.mark.parametrize("form", ["in the clear", "encrypted"])
def test_another_account_sees_no_name_and_no_word(
    program: Program, account: "pwd.struct_passwd", place: Path, form: str
) -> None:
    if form == "encrypted":
        give_key()
    (place / "for all.txt").write_text("This is for everybody.")
    other = program.start("--alias", "J", "--matter", WORD, other=NAME)
    if form == "encrypted":
        encrypt(program)
        agent.unlock(held.file(), give_key(), 5)
    there = program.begin("plain", "--with", NAME, "--matter", f"About the {WORD}")
    try:
        assert there.stdin is not None and there.stdout is not None
        there.stdin.write(f"The {WORD} note.\n/private For me: {WORD}\n/read\n".encode())
        there.stdin.flush()
        while WORD.encode() not in (line := there.stdout.readline()):  # it is open, and the words have come in
            assert line, there.communicate()
        (full,) = (one for one in program.json("sessions") if one["id"] != other)
        for name in ("out.md", "out.json", "out.docx"):
            assert program("export", full["id"], "-o", str(place / name)).exit_code == 0
        assert program("backup", str(place / "b.zip")).exit_code == 0
        assert program("doctor").exit_code == 0
        seen, read, reached = looked(account, place, paths.runtime_dir(), Path("/dev/shm"))
        there.communicate(b"/quit\n", timeout=60)
    finally:
        there.kill()
        there.wait()
        if form == "encrypted":
            agent.lock(held.file())
    assert "This is for everybody." in read, "it did look"
    assert any("supervision\0plain" in one for one in seen), "it did see the process"
    assert not [one for one in reached if one.startswith((str(place), str(paths.runtime_dir())))]
    for word in (WORD, NAME):
        assert not [one for one in (*seen, *read) if word in one], word
