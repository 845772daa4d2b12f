"""Kills a process at random moments while it saves, and looks at what is left each time.

    python tests/bench/kill_during_saves.py FOLDER [--kills 1000] [--seed N]

A child saves one session over and over, longer and shorter by turns, and says each revision on a pipe once the save has
returned. After every SIGKILL the record must be readable, by us and by TinyDB alone, hold at least the last revision
that was said, and the list must show the same. Prints figures as one JSON value; exit status 1 when anything was lost.
"""

import argparse
import dataclasses
import json
import os
import random
import select
import signal
import sys
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from tinydb import TinyDB

from supervision.errors import SupervisionError
from supervision.model import views
from supervision.model.pack import Pack
from supervision.model.values import Note, Person, Run, Session
from supervision.store import Damage, Store, doctor
from supervision.store.index import Part

ID = "2026-11-22-1405-kill"
WORDS = 8
"""Bytes of a revision on the pipe."""
LENGTHS = (10, 300_000, 3_000, 40_000, 0)
"""Characters of notes, by turns: growing and shrinking."""


def listed(store: Store) -> tuple[list[Any], list[Damage]]:
    """What lists and searches would show of the session."""
    contents = store.contents()
    parts: tuple[Part, ...] = ("session", "places")
    return [row for part in parts for _, row in contents.rows(part, contents.glances)], list(contents.damage)


def expected(kept: Session) -> tuple[list[Any], list[Damage]]:
    made = json.loads(json.dumps(views.summary(kept)))
    return [made["session"], made["places"]], []


def with_notes(made: Session, turn: int) -> Session:
    note = Note(stage="bring", matter=1, runs=(Run("p-one", "é" * LENGTHS[turn % len(LENGTHS)]),))
    return dataclasses.replace(made, notes=(note,))


def child(folder: Path, pipe: int) -> NoReturn:
    """Save until killed."""
    store = Store(folder)
    with store.hold(ID):
        made = store.load(ID)
        while True:
            made = store.save(with_notes(made, made.revision), expected_revision=made.revision)
            os.write(pipe, made.revision.to_bytes(WORDS))


def said(pipe: int) -> int:
    """The last revision on the pipe, 0 for none."""
    data = b""
    while more := os.read(pipe, 65536):
        data += more
    whole = len(data) // WORDS * WORDS
    return int.from_bytes(data[whole - WORDS : whole]) if whole else 0


def one_kill(folder: Path, chance: random.Random) -> int:
    """Start a child, kill it at a random moment, and return the last revision it said."""
    out, into = os.pipe()
    number = os.fork()
    if not number:
        try:
            os.close(out)
            child(folder, into)
        finally:  # a fork must not go on in its parent's code
            traceback.print_exception(*sys.exc_info())
            os._exit(1)
    os.close(into)
    try:
        select.select([out], [], [], 10)  # until its first save is through
        time.sleep(chance.uniform(0, 0.03))
        os.kill(number, signal.SIGKILL)
        _, status = os.waitpid(number, 0)
        if not os.WIFSIGNALED(status):
            raise SystemExit("the saving process ended by itself: its own error stands above")
        return said(out)
    finally:
        os.close(out)


def trial(folder: Path, kills: int, seed: int) -> dict[str, int]:
    chance = random.Random(seed)
    store = Store(folder)
    store.create(
        Session(
            id=ID,
            kind="supervision",
            started=datetime(2026, 11, 22, 14, 5, tzinfo=UTC),
            people=(Person(id="p-one", name="Sam", role="practitioner"),),
            pack=Pack(name="none", title="None", kind="supervision", minutes=1, stages=()),
        )
    )
    names = ("kills", "unreadable", "lost", "wrong_list", "unsaid", "left_over", "saves")
    found = dict.fromkeys(names, 0)
    for _ in range(kills):
        last = one_kill(folder, chance)
        found["kills"] += 1
        found["left_over"] += any(path.name.startswith(".") for path in store.sessions.iterdir())
        try:
            kept = store.load(ID)
            with TinyDB(store.file(ID), access_mode="r") as base:
                (main,) = base.table("session").all()
        except (SupervisionError, ValueError, OSError):
            found["unreadable"] += 1
            break  # nothing more can be saved over it
        found["saves"] = kept.revision
        found["lost"] += kept.revision < last or main["revision"] != kept.revision
        found["unsaid"] += kept.revision > last  # saved, killed before it could say so
        found["wrong_list"] += listed(store) != expected(kept)
    with store.hold(ID):
        pass  # this clears away what the last one left
    found["findings"] = len(doctor(store))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    given = parser.parse_args()
    found = trial(given.folder, given.kills, given.seed)
    print(json.dumps({"seed": given.seed, **found}))
    return 1 if found["unreadable"] or found["lost"] or found["wrong_list"] or found["findings"] else 0


if __name__ == "__main__":
    sys.exit(main())
