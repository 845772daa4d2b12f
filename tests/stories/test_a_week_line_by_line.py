"""The supervisor's week line by line, from a first run to what became of the decision, by commands that were said.

Whoever hears the program for the first time knows no command but what it has told. Each one that is typed here stood in
something that had been said by then, or it would have to be known.
"""

import asyncio
import re
from datetime import timedelta
from pathlib import Path

import pytest

from supervision import config, paths
from supervision.model.views import summary
from supervision.plain import Desk, converse, typed
from supervision.private import PrivateNotes
from supervision.shelf import Shelf
from supervision.store import Store
from tests.conftest import Program

COMMAND = re.compile(r"/([a-z]+(?:-[a-z]+)*)")
KNOWN = {"help"}
"""It stands in the first lines that are said."""


class Heard:
    """Somebody at plain mode, over several days: what they typed, and what they had been told by then."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.told: set[str] = set(KNOWN)
        self.unsaid: list[str] = []
        self.said: list[str] = []

    def sits_down(self, *lines: str) -> list[str]:
        """Starts `supervision plain`, types these lines, and gives what was said to them."""
        shelf = Shelf(Store(paths.store_dir(), summary), lambda: self.program.now)
        kept = PrivateNotes(shelf.store, lambda: config.load().me, lambda: self.program.now)
        me = config.load().me
        chunks = iter([f"{line}\n".encode() for line in lines])
        self.said = []
        desk = Desk(me=me, private=lambda: kept, remember_me=lambda name: config.remember("me", name))
        reading, writing = lambda: next(chunks, b""), self._hear
        assert asyncio.run(converse(shelf, "", me, read=reading, write=writing, private=kept, home=desk)) == 0
        return self.said

    def _hear(self, words: str) -> None:
        self.said.append(words)
        self.told |= set(COMMAND.findall(words))

    def takes(self, line: str) -> None:
        """A line is about to be done, and all that was said before it has been said."""
        if line.startswith("/"):
            self.unsaid += [line for name in COMMAND.findall(line)[:1] if name not in self.told]


@pytest.fixture
def heard(program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Heard:
    monkeypatch.chdir(tmp_path)
    heard, line = Heard(program), typed.line

    def taken(words: str) -> typed.Blank | typed.Note | typed.Command:
        heard.takes(words)
        return line(words)

    monkeypatch.setattr(typed, "line", taken)
    return heard


def test_a_supervisors_week_by_nothing_but_what_was_said(heard: Heard, tmp_path: Path) -> None:
    heard.sits_down(
        "/me Ash",
        "/start Sam",
        "Tired, but glad to be here.",
        "/help",
        "/as Sam",
        "A bit nervous about what I bring.",
        "",
        "",
        "",
        "",
        "",
        "/help the way through",
        "/alias J",
        "/matter Messages in the evening",
        "/question How much do I owe J after six?",
        "J texts me at ten when it gets bad.",
        "/stage offering",
        "Answer once, before nine",
        "/mark option",
        "/decide",
        "Answer one message before nine",
        "J writes at ten, and nobody answers",
        "Phones off at six",
        "J needs to know that somebody is there",
        "J says: I only want to know you got it",
        "Leave it until morning | a long night | the evening is mine",
        "Answer once before nine | knows it arrived | one interruption",
        "",
        "bend",
        "until Christmas, one message a day",
        "J may come to wait for nine",
        "the team knows",
        "asked Team manager",
        "silence at night undoes the trust",
        "Sam tells J on Tuesday",
        "in 6 weeks",
        "/agree 1",
        "/as Ash",
        "/agree 1",
        "/action Ask the team how they do it @Sam due in 2 weeks",
        "/help closing",
        "/next-date in 4 weeks",
        "/read",
        "/sign",
        "/as Sam",
        "/sign",
        "/end",
        "/export person for-j.docx",
        "/quit",
    )
    assert [line for line in heard.said if line.startswith("! ")] == []
    assert any("is awaiting support (bend)" in line for line in heard.said)
    assert any("Everybody has signed" in line for line in heard.said) and (tmp_path / "for-j.docx").is_file()

    heard.program.now += timedelta(weeks=7)
    said = heard.sits_down("/due", "/start Sam", "/look-back", "/quit")
    assert any(line.startswith("Due now: one overdue action") for line in said)
    action = next(line.partition(":")[0] for line in said if "Ask the team how they do it" in line)
    waiting = next(line.partition(":")[0] for line in said if "Answer one message before nine (bend, asked" in line)

    said = heard.sits_down(
        "/continue",
        f"/done {action} They ring back by seven",
        f"/support {waiting} given Team manager",
        "/look-back",
        f"/review {waiting} kept Nobody rang at night || in 3 months",
        "/quit",
    )
    assert [line for line in said if line.startswith("! ")] == []
    assert any(line.startswith("Answer one message before nine: kept. Look again on") for line in said)
    assert heard.unsaid == [], "commands that one would have to know"

    first = next(row for row in heard.program.json("sessions") if row["state"] == "signed")
    decision = heard.program.json("show", first["id"])["decisions"][0]
    assert (decision["status"], [review["outcome"] for review in decision["reviews"]]) == ("agreed", ["kept"])


def test_a_practitioners_week_by_nothing_but_what_was_said(heard: Heard) -> None:
    heard.sits_down(
        "/me Sam",
        "/help",
        "/help sessions",
        "/with Ash",
        "/prepare J || Messages in the evening || How much do I owe J after six?",
        "/prepare",
        "/quit",
    )
    assert [line for line in heard.said if line.startswith("! ")] == []

    heard.program.now += timedelta(days=1)
    heard.sits_down(
        "/start Ash as practitioner",
        "/help",
        *[""] * 5,
        "/prepared",
        "/take 1",
        "/help for your own eyes",
        "/private My stomach knew it first",
        "/private",
        "/share 1",
        "/action Ring J about the hours @Sam due Friday",
        "/end",
        "/copy own.json",
        "/quit",
    )
    assert [line for line in heard.said if line.startswith("! ")] == []
    assert any("own copy is in" in line for line in heard.said)

    heard.program.now += timedelta(days=6)
    heard.sits_down("/due", "/help actions", "/actions mine", "/quit")
    action = next(line.partition(":")[0] for line in heard.said if "Ring J about the hours" in line)
    heard.sits_down("/help", f"/note {action} Rang twice", f"/done {action} She laughed", "/undo", "/quit")
    assert [line for line in heard.said if line.startswith("! ")] == []
    assert heard.unsaid == [], "commands that one would have to know"


def test_two_peers_at_one_keyboard_by_nothing_but_what_was_said(heard: Heard) -> None:
    heard.sits_down(
        "/me Ash",
        "/start Kim as peer",
        "/acknowledge",
        "Between us, unless somebody is at risk.",
        "/help",
        "/as Kim",
        "/acknowledge",
        "",
        "",
        "/first Kim",
        "",
        "",
        "/alias R",
        "He hugs me at every visit.",
        "/help the way through",
        "/stage respond-a",
        "",
        "/decide Ask R about the hug",
        *[""] * 13,
        "/take-to 1 my line manager due Friday",
        "/help taking turns",
        "/clock stop",
        "/next-stage",
        "/stage close",
        "",
        "/heard no",
        "/as Ash",
        "/heard no",
        "/sign",
        "/as Kim",
        "/sign",
        "/quit",
    )
    assert [line for line in heard.said if line.startswith("! ")] == []
    assert any(line.startswith("Action: Take to my line manager: Ask R about the hug, Kim") for line in heard.said)
    assert any("Everybody has signed" in line for line in heard.said)
    assert heard.unsaid == [], "commands that one would have to know"

    heard.program.now += timedelta(weeks=1)
    said = heard.sits_down("/start Kim as peer", "/quit")
    assert any("Take to my line manager: Ask R about the hug" in line for line in said), "what became of it is asked"
