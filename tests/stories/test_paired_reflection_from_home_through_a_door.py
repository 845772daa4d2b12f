"""Two peers without an sshd: one opens a door, the other runs the application at home; from code to signatures."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT, Program
from tests.stories.test_a_whole_session_by_palette import ByNames
from tests.stories.test_paired_reflection_over_sshd import a_whole_reflection, is_what_they_did
from tests.stories.test_two_people_through_a_door import code, comes_in, ssh_there
from tests.tmux import Tmux

__all__ = ["ssh_there"]
COLUMNS, ROWS = 120, 36


def own_ssh(folder: Path) -> Path:
    """The system's ssh, which asks nobody about a host it meets for the first time and uses no key of whoever tests."""
    ssh = shutil.which("ssh")
    assert ssh is not None
    folder.mkdir(parents=True)
    options = (
        *("-F", "/dev/null", "-o", "IdentityAgent=none", "-o", "IdentityFile=none", "-o", "LogLevel=ERROR"),
        *("-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={folder / 'known'}"),
    )
    (folder / "ssh").write_text(f'#!/bin/sh\nexec {ssh} {shlex.join(options)} "$@"\n')
    (folder / "ssh").chmod(0o700)
    return folder


def test_paired_reflection_from_home_through_a_door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPERVISION_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("SUPERVISION_CONFIG", str(tmp_path / "config"))
    program = Program(me="Ash")
    session = program.start("--role", "peer", "--alias", "J", other="Sam")
    here = {
        "HOME": str(tmp_path),
        "SUPERVISION_STORE": str(tmp_path / "store"),
        "SUPERVISION_CONFIG": str(tmp_path / "config"),
        "SUPERVISION_ME": "Ash",
        "PYTHONPATH": str(ROOT),
    }
    home = tmp_path / "home"
    there = {
        "HOME": str(home),
        "PATH": f"{own_ssh(home / 'bin')}:/usr/bin:/bin",
        "SUPERVISION_STORE": str(home / "store"),
        "SUPERVISION_CONFIG": str(home / "config"),
        "SUPERVISION_ME": "Sam",
        "PYTHONPATH": str(ROOT),
    }
    with Tmux("host", session, "--port", "0", env=here, columns=COLUMNS, rows=ROWS, cwd=ROOT) as door:
        door.wait("help lists")
        port = re.search(r"ssh -C -p ([0-9]+)", door.text)
        assert port is not None
        address = f"ssh://{session}@localhost:{port[1]}/{session}"
        with Tmux("join", address, env=there, columns=COLUMNS, rows=ROWS, cwd=ROOT) as guest:
            comes_in(guest, code(door))
            guest.wait(" saved ", patience=40)
            door.wait("Sam comes in (code).")
            door.type("open")
            door.press("Enter")
            door.wait("Sam is here", patience=40)
            guest.wait("Ash is here", patience=40)
            ash, sam = (ByNames(program, tmp_path, COLUMNS, ROWS, [screen]) for screen in (door, guest))
            written = a_whole_reflection(ash, sam)
            for who in (sam, ash):
                who.back("read only")
            sam.leave()
            ash.do("Quit")
            door.wait("You are back at the door.")
            door.type("quit")
            door.press("Enter")
            assert door.status == 0
    record = program.json("show", session)
    is_what_they_did(record, written)
    assert [(mark["by"], mark["how"]) for mark in record["signatures"]] == [("Sam", "code"), ("Ash", "claimed")]
    assert not list((home / "store").rglob(f"{session}*")), "nothing of it stays at Sam's home"
