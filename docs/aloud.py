"""Writes docs/aloud.md: the fifteen tasks line by line, as they are typed and heard. `python docs/aloud.py`

What is said comes from the program itself, in the sample, at a fixed moment and with ids from a seed, so that each run
writes the same. `tests/stories/test_fifteen_tasks_aloud.py` compares it, and types the same into real pipes.
"""

import asyncio
import json
import os
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

if TYPE_CHECKING:
    from supervision.plain.lines import Lines
    from supervision.store import Store

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)
ME = "Ash Patel"
SAM = "Sam Okafor"
JOIN = 14
"""The task in which a session of two peers is open on another computer."""


@dataclass(frozen=True, slots=True)
class Task:
    """What somebody wants, what they type, and a line that is said once it is done."""

    wish: str
    typed: tuple[str, ...]
    done: str


TASKS = {
    1: Task(
        "Write down what Sam will do by Friday",
        ("/action Ring J about the hours @Sam due Friday", "/quit"),
        "Ring J about the hours",
    ),
    2: Task("See what you promised last time", ("/actions mine", "/quit"), "Open actions of Ash Patel"),
    3: Task(
        "Agree the decision",
        (
            "/continue",
            "/decisions",
            "/edit 1 the need J should not be left wondering",
            "/edit 1 the person's view J wants somebody who comes back",
            "/edit 1 stance soften",
            "/edit 1 the risk to the person J may hope for more",
            "/edit 1 what keeps it safe The team knows",
            "/edit 1 a reason J asked for it",
            "/edit 1 a day to look again in 6 weeks",
            "/agree 1",
            "/as Sam",
            "/agree 1",
            "/quit",
        ),
        "Decision 1 is agreed",
    ),
    4: Task(
        "Say that you don't agree",
        ("/continue", "/disagree 1 I would rather wait", "/quit"),
        "Kept as Ash Patel's view.",
    ),
    5: Task("Find what was said about lifts", ("/find lifts", "/quit"), "lifts in our own cars"),
    6: Task(
        "Write a second matter",
        ("/continue", "/next-matter Late for every visit", "/alias T", "/question How much may I wait?", "/quit"),
        "Matter 2: T, Late for every visit.",
    ),
    7: Task(
        "Raise a concern",
        ("/continue", "/concern J may be alone at night || to Maria Lewis || due today", "/quit"),
        "Action: Raise the concern with Maria Lewis",
    ),
    8: Task("Come back to where you were", ("/continue", "/look-back", "/come-back", "/quit"), "Stage 7 of 13"),
    9: Task("Hear less at once, as others change the colours", ("/continue", "/quiet", "", "/quit"), "Quiet:"),
    10: Task("Get the record as a file", ("/continue", "/export record.docx", "/quit"), "The whole record is in"),
    11: Task(
        "Review a decision",
        ("/decisions due", "/review {due} kept Nobody rang at night || in 3 months", "/quit"),
        "No private number: kept.",
    ),
    12: Task(
        "Bring back the practitioner's copy",
        ("/bring-in", "/bring-in 1", "/bring-in 1 yes", "/quit"),
        "Taken over from Sam Okafor's own copy",
    ),
    13: Task(
        "Send the manager what the agreement allows",
        ("/continue", "/agreement", "/read manager", "/export manager for-the-manager.docx", "/quit"),
        "What your agreement says is reported to the manager, and nothing else,",
    ),
    14: Task(
        "Join a peer over SSH",
        ("/people", "I am here too.", "/where", "/quit"),
        "Noted, Bea Novak.",
    ),
    15: Task(
        "Restore a backup",
        ("/restore", "/restore 1", "/restore 1 yes", "/sessions", "/quit"),
        "Put back: one session",
    ),
}


@contextmanager
def sample() -> Iterator[Path]:
    """A home with the sample in it, and what the tasks need: a copy that has come back, a backup."""
    from supervision.model import ids

    kept = {name: os.environ.get(name) for name in ("HOME", "SUPERVISION_CONFIG", "SUPERVISION_STORE", "TZ")}
    before = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="supervision-aloud-") as folder, ids.seeded(1):
        home = Path(folder)
        for name in ("Documents", "Downloads"):
            (home / name).mkdir()
        os.environ |= {"HOME": folder, "SUPERVISION_CONFIG": str(home / "config"), "TZ": "UTC"}
        os.environ["SUPERVISION_STORE"] = str(home / "records")
        os.chdir(home)
        try:
            fill(store_in(home), home)
            yield home
        finally:
            os.chdir(before)
            for name, value in kept.items():
                os.environ.pop(name, None) if value is None else os.environ.update({name: value})


def store_in(home: Path) -> "Store":
    """The records of that home."""
    from supervision.model.views import summary
    from supervision.store import Store

    return Store(home / "records", summary)


def fill(store: "Store", home: Path, now: datetime = NOW) -> None:
    """Puts the sample there, with files to be brought in and restored."""
    from supervision import config, paths, prompts, sample
    from supervision.export import export
    from supervision.shelf import backups

    config.remember("me", ME)
    packs = (paths.shipped("prompts") / f"{pack}.yaml" for pack in ("broken", "peer"))
    broken, peer = (prompts.load(file.read_bytes(), str(file))[0] for file in packs)
    for session in sample.sample(now.date(), broken, peer, now=now):
        store.create(session)
    sessions = [store.load(name) for name in sorted(store.names())]
    held = [one for one in sessions if one.kind == "supervision" and one.state == "signed"][-1]
    sam = next(person.id for person in held.people if person.name == SAM)
    copy = json.loads(export(held, "json", now.date(), extract="mine", who=sam, taken=now))
    action = next(one for one in copy["actions"] if one["owner"] == SAM and one["status"] == "open")
    action |= {"status": "done", "closed": now.isoformat()}
    put(home / "Downloads" / "from-sam.json", json.dumps(copy), now)
    backup = home / "Documents" / backups.named(now)
    backups.back_up(store, backup, now)
    os.utime(backup, (now.timestamp(), now.timestamp()))


def put(file: Path, words: str, now: datetime) -> None:
    file.write_text(words, encoding="utf-8")
    os.utime(file, (now.timestamp(), now.timestamp()))


def lose_one(store: "Store") -> None:
    """One record is gone, as when somebody deleted the wrong file."""
    names = sorted(store.names())
    store.file(names[0]).unlink()


def typed(task: Task, store: "Store") -> list[str]:
    """What is typed, with the letters of the decision that is due."""
    from supervision.shelf import Shelf

    due = next(iter(Shelf(store, lambda: NOW).decisions(which="due")), None)
    letters = str(due["id"])[:4] if due else ""
    return [line.format(due=letters) if "{due}" in line else line for line in task.typed]


async def heard(number: int, home: Path) -> list[str]:
    """Everything that is typed (after `> `) and said in one task."""
    from supervision import config, plain
    from supervision.plain import Desk, converse
    from supervision.private import PrivateNotes
    from supervision.shelf import Shelf

    store, task = store_in(home), TASKS[number]
    if number == 15:
        lose_one(store)
    lines, printed = typed(task, store), list[str]()
    private = PrivateNotes(store, lambda: config.load().me, lambda: NOW)
    desk = Desk(me=ME, private=lambda: private)
    given: dict[str, Any] = {"read": iter(["".join(f"{line}\n" for line in lines).encode(), b""]).__next__}
    given["write"] = printed.append
    if number != JOIN:
        shelf = Shelf(store, lambda: NOW)
        with patch.object(plain, "Lines", _shown(printed, _at_once)):
            await converse(shelf, "", ME, private=private, home=desk, **given)
    else:
        await _join(store, home, printed, given)
    return [line.replace(str(home), "~") for line in printed]


async def _at_once() -> None:
    """Nothing has to happen before a line is taken."""


def _shown(printed: list[str], before: Callable[[], Awaitable[None]]) -> type["Lines"]:
    """The lines of an input, each put among what is said when it is taken."""
    from supervision.plain.lines import Lines

    class Shown(Lines):
        async def next(self) -> str | None:
            await before()
            line = await super().next()
            if line is not None:
                printed.append(f"> {line}".rstrip())
            return line

    return Shown


async def _join(store: "Store", home: Path, printed: list[str], given: dict[str, Any]) -> None:
    """Takes part from another computer, over a line that is a program as ssh is one."""
    from supervision import plain
    from supervision.live import Away
    from supervision.model.views import summary
    from supervision.plain import converse
    from supervision.room import Room
    from supervision.shelf import Shelf
    from supervision.store import Store

    work = Shelf(store, lambda: NOW)
    session = work.start(work.usual_pack("peer"), me=ME, other="Bea Novak", role="peer", alias="R").id
    away = Away(_relay(store, session), _relay(store, session))
    async with Room(store, session, me=ME, clock=lambda: NOW):
        await asyncio.to_thread(away.connect)
        far = Room(None, session, me="Bea Novak", clock=lambda: NOW, dial=away.dial, hang_up=away.close)

        async def both_there() -> None:
            async with asyncio.timeout(20):
                while "* Ash is here." not in printed or far.saved.waiting:
                    await asyncio.sleep(0.01)

        try:
            shelf = Shelf(Store(home / "bea", summary), lambda: NOW)
            again = f"supervision join {address(session)}"
            with patch.object(plain, "Lines", _shown(printed, both_there)):
                await converse(shelf, session, "Bea Novak", room=far, again=again, **given)
        finally:
            away.abandon()


def _relay(store: "Store", session: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "supervision", "--store", str(store.folder), "relay", session)


def address(session: str) -> str:
    return f"ssh://ash@work.example/{session}"


def page() -> str:
    """The whole page."""
    lines = [
        "# Fifteen tasks, as they are heard",
        "",
        "Each begins with `supervision plain` (number 14 with `supervision join`), in the sample, from a pipe with",
        "`TERM=dumb`: a line that begins with `>` is typed, all others are said. Written by `docs/aloud.py` from the",
        "program itself, and a test types the same again.",
    ]
    for number, task in TASKS.items():
        with sample() as home:
            said = asyncio.run(heard(number, home))
        # Whichever of two threads draws first takes the next letters from the seed; any will do.
        said = [re.sub(r"^Action [a-z0-9]{4}:", "Action k7fd:", line) for line in said]
        lines += ["", f"## {number}. {task.wish}", "", "```text", *said, "```"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ["PYTHONPATH"] = str(ROOT)
    into = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "aloud.md"
    into.resolve().write_text(page(), encoding="utf-8")
