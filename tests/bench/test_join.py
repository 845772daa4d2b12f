"""Somebody at home who joined by `ssh://`, and somebody who logged in there: how soon a key is seen, what it weighs.

Beside it, in the same run on the same computer and over the same sshd, vim in a tmux that both share.
"""

import statistics
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from tests.bench.test_two_over_sshd import (
    COLUMNS,
    CTRL_Q,
    KEYS,
    ROWS,
    RUNS,
    Place,
    Seen,
    Times,
    leave,
    percentile,
    place,
    ready,
)
from tests.conftest import ROOT
from tests.sshd import HOST

__all__ = ["place"]
WEIGHED = 200
GOAL = 120
COUNTING = """
import os, socket, sys, threading
host, port, folder = sys.argv[1:]
line = socket.create_connection((host, int(port)))
line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
def carry(take, give, kept):
    with open(f"{folder}/{kept}", "ab", buffering=0) as file:
        while data := take(65536):
            file.write(data)
            give(data)
    os._exit(0)
threading.Thread(target=carry, args=(lambda n: os.read(0, n), line.sendall, "wire-sent")).start()
carry(line.recv, lambda data: os.write(1, data), "wire-got")
"""
"""Carries what ssh sends and gets, and keeps it, so that it can be weighed."""
WEIGHING = """#!/bin/sh
tee -a {folder}/sent | {ssh} -F {folder}/config -o 'ProxyCommand={python} {folder}/counting %h %p {folder}' "$@" |
    tee -a {folder}/got
"""


@contextmanager
def joined(place: Place) -> Iterator[tuple[Seen, Seen]]:
    """Ash, who logged in where the session is, and Sam, whose program runs at home."""
    session, home = place.start(), place.sam.folder
    settings = {
        **place.sam.env,
        "HOME": str(home),
        "SUPERVISION_STORE": f"{home}/store",
        "SUPERVISION_CONFIG": f"{home}/settings",
        "SUPERVISION_ME": "Sam",
        "PYTHONPATH": str(ROOT),
    }
    program = ["env", *(f"{name}={value}" for name, value in settings.items()), sys.executable, "-m", "supervision"]
    with Seen([*place.ash.ssh, "-t", HOST, "supervision", "open", session]) as ash:
        ash.wait("saved")
        with Seen([*program, "join", f"ssh://{HOST}:{place.sam.port}/{session}"]) as sam:
            ash.wait("Sam is here")
            sam.wait("Ash is here")
            yield ready(ash, sam)
            leave((ash, sam), CTRL_Q)


@pytest.mark.bench
def test_how_soon_a_key_is_seen_at_home_and_there(place: Place) -> None:
    ours: list[Times] = []
    shared: list[Times] = []
    for _ in range(RUNS):
        for way, runs in ((partial(joined, place), ours), (place.shared, shared)):
            with way() as (one, other):
                times = Times()
                times.type(one, other, KEYS)
                runs.append(times)

    def of(runs: list[Times], screen: str, by: int | None, at: int) -> float:
        """The first, the third and so on are keys of whoever is at home."""
        step = slice(None) if by is None else slice(by, None, 2)
        return statistics.median(percentile(getattr(run, screen)[step], at) for run in runs)

    print(f"\na key, both at {COLUMNS}x{ROWS}; median of {RUNS} runs of {KEYS} keys, in ms")
    for said, screen, by in (
        ("at home to the own screen", "own", 0),
        ("there to the own screen", "own", 1),
        ("at home to the screen there", "other", 0),
        ("there to the screen at home", "other", 1),
    ):
        for at in (50, 99):
            us, them = of(ours, screen, by, at), of(shared, screen, None, at)
            goal = "  (goal: at most 2)" if (screen, at) == ("other", 99) else ""
            print(f"  {said:27} p{at}: {us:6.1f}   vim in a shared tmux {them:6.1f}   ratio {us / them:.2f}{goal}")


@pytest.mark.bench
def test_what_a_key_weighs_between_home_and_there(place: Place) -> None:
    folder = place.sam.folder
    wrapper = folder / "ssh"
    found = wrapper.read_text().split("exec ")[1].split()[0]
    (folder / "counting").write_text(COUNTING)
    wrapper.write_text(WEIGHING.format(folder=folder, ssh=found, python=sys.executable))
    print(f"\nbytes a key between home and there, of {WEIGHED} keys, nothing compressed (goal: at most {GOAL})")
    with joined(place) as (ash, sam):
        for said, by, to in (("there", ash, sam), ("at home", sam, ash)):
            before = weighed(folder)
            for _ in range(WEIGHED):
                Times().type(to, by, 1)  # whoever is named last types first
            ready(ash, sam)
            sent, got, wire_sent, wire_got = (
                (after - then) / WEIGHED for after, then in zip(weighed(folder), before, strict=True)
            )
            print(f"  typed {said:8} frames of the relay: {sent:5.1f} from home, {got:5.1f} to it")
            print(f"  typed {said:8}  packets of the ssh: {wire_sent:5.1f} from home, {wire_got:5.1f} to it")


def weighed(folder: Path) -> Sequence[int]:
    """Bytes that went from home, that came there, and the same as ssh packed it."""
    return [(folder / name).stat().st_size for name in ("sent", "got", "wire-sent", "wire-got")]
