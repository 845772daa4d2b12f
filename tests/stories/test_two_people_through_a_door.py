"""Two people whose machines have no sshd: one command here, one sentence on the phone, one command there."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from supervision.model import views
from supervision.model.values import Session
from supervision.store import Store
from tests import factory
from tests.conftest import ROOT
from tests.factory import ASH, SAM
from tests.tmux import Tmux

ID = "2026-11-23-1000-test"


@pytest.fixture(autouse=True)
def ssh_there() -> None:
    if shutil.which("ssh") is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("ssh is not installed")


class Pair:
    """Ash, who opens the door, and Sam, who comes in by it."""

    def __init__(self, folder: Path, session: Session) -> None:
        self.folder = folder
        (folder / "sam").mkdir()
        self.store = Store(folder / "store", views.summary)
        self.store.create(session)

    @property
    def env(self) -> Mapping[str, str]:
        return {
            "HOME": str(self.folder),
            "SUPERVISION_STORE": str(self.folder / "store"),
            "SUPERVISION_CONFIG": str(self.folder / "config"),
            "SUPERVISION_ME": "Ash",
            "PYTHONPATH": str(ROOT),
        }

    @contextmanager
    def host(self) -> Iterator[Tmux]:
        with Tmux("host", ID, "--port", "0", env=self.env, columns=120, rows=36, cwd=ROOT) as ash:
            ash.wait("help lists")
            yield ash

    @contextmanager
    def guest(self, ash: Tmux, *more: str) -> Iterator[Tmux]:
        """Sam types what Ash read out, and compares what ssh asks about with what Ash's screen says."""
        found = re.search(rf"ssh -C -p ([0-9]+) {ID}@localhost", ash.text)
        print_ = re.search(r"SHA256:\S+", ash.text)
        assert found and print_
        known = ("-F", "/dev/null", "-o", f"UserKnownHostsFile={self.folder / 'sam' / 'known_hosts'}")
        nothing = ("-o", "IdentityAgent=none", *(more or ("-o", "IdentityFile=none")))
        ssh = ("ssh", *known, *nothing, "-C", "-p", found[1], f"{ID}@localhost")
        with Tmux(env={"HOME": str(self.folder / "sam")}, columns=80, rows=24, cwd=ROOT, program=ssh) as sam:
            if not (self.folder / "sam" / "known_hosts").exists():
                sam.wait("Are you sure you want to continue connecting")
                assert print_[0] in sam.text.replace("\n", "")
                sam.type("yes")
                sam.press("Enter")
            yield sam

    @property
    def kept(self) -> Session:
        return self.store.load(ID)


def code(ash: Tmux) -> str:
    found = re.findall(r"([A-Z]{4}-[A-Z]{4}) \(good once\)", ash.text)
    return str(found[-1])


def comes_in(sam: Tmux, words: str) -> None:
    sam.wait("Code:")
    sam.type(words)
    sam.press("Enter")


def asks_for(screen: Tmux, name: str) -> None:
    screen.press("C-p")
    screen.wait("What would you like to do?")
    screen.type(name)
    screen.wait(lambda text: text.count(name) > 1)
    screen.press("Enter")


def test_both_write_agree_and_sign_each_as_themselves(tmp_path: Path) -> None:
    pair = Pair(tmp_path, factory.decided(factory.session(session_id=ID)))
    with pair.host() as ash, pair.guest(ash) as sam:
        comes_in(sam, "WRNG-WRNG")
        sam.wait("That is no code for this session")
        comes_in(sam, code(ash))
        sam.wait("is writing")
        assert "Ctrl+S" not in sam.text
        ash.wait("Sam Okafor comes in (code).")
        ash.type("open")
        ash.press("Enter")
        ash.wait("Sam is here")
        sam.wait("Ash is here")
        sam.type("I notice how tired I am.")
        ash.wait("I notice how tired I am.")
        ash.press("Enter", "Up")
        ash.type("What would help?")
        sam.wait("What would help?")
        for screen, name in ((sam, "Sam"), (ash, "Ash")):
            asks_for(screen, "Agree decision")
            screen.wait("I agree")
            screen.press("Enter")
            screen.wait("type it when you have read this")
            screen.type(name)
            screen.press("Enter")
            # The one who agrees last is back in the session; the first is left to read who else has agreed.
            agreed = re.compile(rf"\A(?!.*I agree)|{name} \w+ agrees \(", re.DOTALL)
            screen.wait(lambda text, agreed=agreed: agreed.search(text) is not None)  # type: ignore[misc]
            if "I agree" in screen.text:
                screen.press("Escape")
                screen.gone("I agree")
        for screen, name in ((sam, "Sam"), (ash, "Ash")):
            asks_for(screen, "Read back")
            screen.wait("The record, read back")
            screen.press("End")
            screen.wait(f"{name} signs")
            screen.press("Enter")
            screen.wait("Type your own name")
            screen.type(name)
            screen.press("Enter")
            screen.gone("Type your own name")
        sam.press("Escape")
        sam.wait("signed by both")
        sam.press("C-q")
        assert sam.status == 0
        ash.press("Escape")
        ash.wait("signed by both")
        ash.press("C-q")
        ash.wait("You are back at the door.")
        ash.wait("Sam Okafor has left.")
        ash.type("quit")
        ash.press("Enter")
        assert ash.status == 0
    session = pair.kept
    (note,) = session.notes
    assert {run.by: run.text.strip() for run in note.runs} == {SAM: "I notice how tired I am.", ASH: "What would help?"}
    (decision,) = session.decisions
    assert {mark.by: mark.how for mark in decision.marks} == {SAM: "code", ASH: "claimed"}
    assert {mark.by: mark.how for mark in session.signatures} == {SAM: "code", ASH: "claimed"}


def test_a_key_is_let_in_by_name_and_the_window_may_change_its_size(tmp_path: Path) -> None:
    pair = Pair(tmp_path, factory.session(session_id=ID))
    key = tmp_path / "sam" / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    fingerprint = subprocess.run(
        ["ssh-keygen", "-lf", str(key)], check=True, capture_output=True, encoding="utf-8"
    ).stdout.split()[1]
    by_key = ("-o", f"IdentityFile={key}", "-o", "IdentitiesOnly=yes")
    with pair.host() as ash:
        with pair.guest(ash, *by_key) as sam:
            comes_in(sam, "")
            sam.wait("Your name:")
            sam.type("Sam")
            sam.press("Enter")
            ash.wait("Sam knocks")
            assert fingerprint in ash.text.replace("\n", "")
            ash.type("admit Sam")
            ash.press("Enter")
            ash.wait("is known by")
            assert sam.status == 255
        with pair.guest(ash, *by_key) as sam:
            sam.wait("is writing")
            assert "Code:" not in sam.text
            sam.resize(132, 40)
            sam.wait(lambda text: max(map(len, text.split("\n"))) > 100)
            sam.type("By my own key")
            sam.wait("By my own key")
            sam.wait("saved")
            # The line goes without a word, as when a train goes into a tunnel.
        ash.wait("Sam Okafor has left.")
    assert pair.kept.notes[0].text == "By my own key"


def test_who_came_by_a_code_comes_back_when_the_line_was_lost(tmp_path: Path) -> None:
    """With a key they are not asked again; without one a new code is there at once. Both have been told so."""
    pair = Pair(tmp_path, factory.session(session_id=ID))
    key = tmp_path / "sam" / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    by_key = ("-o", f"IdentityFile={key}", "-o", "IdentitiesOnly=yes")
    with pair.host() as ash:
        with pair.guest(ash) as sam:
            comes_in(sam, used := code(ash))
            sam.wait("is writing")
            sam.type("Without a key. ")
            sam.wait("Without a key.")
            sam.wait("saved")
            # The line goes without a word.
        ash.wait("The line to Sam Okafor was lost. A new code for them:")
        with pair.guest(ash, *by_key) as sam:
            comes_in(sam, used)
            sam.wait("That is no code for this session")
            comes_in(sam, code(ash))
            sam.wait("is writing")
        ash.wait("They come back by the same command, without a code.")
        with pair.guest(ash, *by_key) as sam:
            sam.wait("is writing")
            assert "Code:" not in sam.text
            sam.type("By a key that is known until the door closes.")
            sam.wait("until the door closes.")
            sam.wait("saved")
            sam.press("C-q")
            assert sam.status == 0
        ash.type("refuse Sam")
        ash.press("Enter")
        ash.wait("was sent away")
        ash.type("code Sam")
        ash.press("Enter")
        ash.wait("The code for Sam Okafor")
        with pair.guest(ash) as sam:
            comes_in(sam, code(ash))
            sam.wait("is writing")
            ash.type("open")
            ash.press("Enter")
            ash.wait("Sam is here")
        # Also while Ash is in the session.
        ash.wait(lambda text: re.search(r"A new code for them: [A-Z]{4}-[A-Z]{4}", text) is not None)
        ash.press("C-q")
        ash.wait("You are back at the door.")
        ash.wait("A new code for them:")
    words = " ".join(pair.kept.notes[0].text.split())
    assert words == "Without a key. By a key that is known until the door closes."
