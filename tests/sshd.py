"""A real sshd on this computer alone, with keys, settings and a home of its own, and the ssh that leads to it."""

import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT

HOST = "127.0.0.1"
PATIENCE = 20.0
SERVER = "/usr/sbin/sshd"
NEEDED = ("ssh", "ssh-keygen")

SERVING = """
ListenAddress {host}
Port {port}
HostKey {folder}/host
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
AuthorizedKeysFile {home}/.ssh/authorized_keys
Subsystem sftp internal-sftp
MaxStartups 100
MaxSessions 100
LogLevel VERBOSE
SetEnv {env}
"""
ASKING = """
Host *
  IdentityFile {key}
  IdentitiesOnly yes
  IdentityAgent none
  UserKnownHostsFile {folder}/known_hosts
  StrictHostKeyChecking yes
  BatchMode yes
  LogLevel ERROR
"""
WRAPPED = """#!/bin/sh
echo $$ >> {folder}/lines
exec {ssh} -F {folder}/config "$@"
"""


def needed() -> None:
    """Skips a test where OpenSSH is not installed; where everything has to run, fails it."""
    missing = [name for name in NEEDED if shutil.which(name) is None] + [SERVER] * (not Path(SERVER).exists())
    if missing:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"{missing[0]} is not installed")


@dataclass(frozen=True)
class Caller:
    """Somebody with a key of their own, at a computer from which `ssh` leads to this sshd alone."""

    name: str
    folder: Path
    port: int

    @property
    def key(self) -> Path:
        """The file of the public half."""
        return self.folder / "key.pub"

    @property
    def fingerprint(self) -> str:
        """The key as a record names it: SHA256:..."""
        said = subprocess.run(["ssh-keygen", "-lf", self.key], capture_output=True, text=True, check=True)
        return said.stdout.split()[1]

    @property
    def env(self) -> dict[str, str]:
        """The surroundings in which `ssh` uses this key."""
        return {"PATH": f"{self.folder}:{os.environ['PATH']}"}

    @property
    def ssh(self) -> tuple[str, ...]:
        """What is typed before the rest of a command line that goes there."""
        return (str(self.folder / "ssh"), "-p", str(self.port))

    def lines(self) -> list[int]:
        """The processes of all `ssh` that were begun for this person, oldest first."""
        kept = self.folder / "lines"
        return [int(line) for line in kept.read_text().split()] if kept.exists() else []

    def run(self, *command: str, stdin: bytes | str = b"", timeout: float = 60) -> "subprocess.CompletedProcess[bytes]":
        """`ssh HOST COMMAND`, without a terminal; the words go there as they are."""
        return subprocess.run(
            [*self.ssh, HOST, *command],
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            timeout=timeout,
            check=False,
        )


class Sshd:
    """Logins over it land in `home`, whose .bashrc is read, with `env` for their surroundings."""

    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        self.folder = folder
        self.home = folder / "home"
        (self.home / ".ssh").mkdir(parents=True, mode=0o700)
        self.keys = self.home / ".ssh" / "authorized_keys"
        self.port = _free_port()
        there = {"HOME": str(self.home), "PATH": _path(), "PYTHONPATH": str(ROOT)}
        there |= {"XDG_STATE_HOME": str(folder / "state"), **env}
        words = " ".join(shlex.quote(f"{name}={value}").replace("'", '"') for name, value in there.items())
        _make_key(folder / "host")
        settings = folder / "sshd_config"
        settings.write_text(
            SERVING.format(host=HOST, port=self.port, folder=folder, home=self.home, env=words), encoding="utf-8"
        )
        if os.getuid() == 0:  # where its package did not make it
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        self.log = folder / "log"
        self.process = subprocess.Popen(
            [SERVER, "-D", "-f", settings, "-E", self.log], stdin=subprocess.DEVNULL, start_new_session=True
        )

    def answers(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            assert self.process.poll() is None, self.log.read_text()
            with socket.socket() as line:
                if line.connect_ex((HOST, self.port)) == 0:
                    return
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.02)

    def caller(self, name: str, *, may_log_in: bool = False) -> Caller:
        """Somebody with a new key, who may log in with it like the owner of the account, or not at all yet."""
        folder = self.folder / name
        folder.mkdir()
        _make_key(folder / "key")
        host = (self.folder / "host.pub").read_text().split()
        (folder / "known_hosts").write_text(f"[{HOST}]:{self.port} {host[0]} {host[1]}\n")
        (folder / "config").write_text(ASKING.format(key=folder / "key", folder=folder))
        wrapper = folder / "ssh"
        wrapper.write_text(WRAPPED.format(folder=folder, ssh=shutil.which("ssh")))
        wrapper.chmod(0o700)
        if may_log_in:
            with self.keys.open("a") as file:
                file.write((folder / "key.pub").read_text())
        return Caller(name, folder, self.port)

    def address(self, session: str) -> str:
        """What is joined with `supervision join`."""
        return f"ssh://{HOST}:{self.port}/{session}"


@contextmanager
def running(env: Mapping[str, str] | None = None) -> Iterator[Sshd]:
    """An sshd with these surroundings for those who log in; it goes when the test does."""
    needed()
    # Not below pytest's own folder, whose long names leave no room for that of a socket.
    with tempfile.TemporaryDirectory(prefix="sshd-", dir=os.environ.get("RUNNER_TEMP", "/tmp")) as folder:
        sshd = Sshd(Path(folder), env or {})
        try:
            sshd.answers()
            yield sshd
        finally:
            sshd.process.terminate()
            sshd.process.wait(PATIENCE)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


def _make_key(file: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", file.parent.name, "-f", file], check=True)


def _path() -> str:
    """Where `supervision` is found by somebody who logs in, as on a computer where it is installed."""
    return f"{Path(sys.executable).parent}:{os.environ['PATH']}"
