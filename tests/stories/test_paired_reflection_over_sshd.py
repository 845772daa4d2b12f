"""Two peers, each at a terminal of their own, over a real sshd: from the first key added to both signatures."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from supervision import prompts
from supervision.model.pack import Stage
from tests import sshd
from tests.conftest import ROOT, Program
from tests.sshd import HOST, Caller, Sshd
from tests.stories.sitting import LEAD, SIZES, WORRY
from tests.stories.test_a_whole_session_by_palette import ByNames
from tests.tmux import Tmux

STAGES = {stage.id: stage for stage in prompts.find("peer").stages}
TITLE = "Evening messages"
MANAGER = "my manager"
SAMS, ASHS = "Ring J on Monday", "Ask the manager"
Line = tuple[str, str, str]
"""A stage, whose words, and the words."""
EACH_SIGNS = "Each signs for themselves"
"""From here on the record's page tells each how their own signature is recorded."""

BAR = {ord(mark): " " for mark in "▁▂▃▄▅▆▇█"}


class Two:
    """Ash, whose account it is, and Sam, who comes in by a key; both over sshd, in terminals of this size."""

    def __init__(self, server: Sshd, folder: Path, columns: int, rows: int, stack: ExitStack) -> None:
        self.program = Program(me="Ash")
        self.size = (columns, rows)
        self.folder = folder
        self.stack = stack
        self.ash, self.sam = server.caller("ash", may_log_in=True), server.caller("sam")

    def comes_in(self, who: Caller, *command: str) -> ByNames:
        columns, rows = self.size
        ssh = (*who.ssh, "-C", "-t")
        screen = Tmux(HOST, *command, env={}, columns=columns, rows=rows, cwd=ROOT, program=ssh)
        self.stack.enter_context(screen)
        return ByNames(self.program, self.folder, columns, rows, [screen])


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sshd]:
    env = {"SUPERVISION_STORE": str(tmp_path / "store"), "SUPERVISION_CONFIG": str(tmp_path / "config")}
    with sshd.running({**env, "SUPERVISION_ME": "Ash"}) as running:
        monkeypatch.setenv("HOME", str(running.home))
        yield running


@pytest.mark.parametrize(("columns", "rows"), [SIZES[0], pytest.param(*SIZES[1], marks=pytest.mark.long)])
def test_paired_reflection_over_sshd(server: Sshd, tmp_path: Path, columns: int, rows: int) -> None:
    with ExitStack() as stack:
        two = Two(server, tmp_path, columns, rows, stack)
        session = two.program.start("--role", "peer", "--alias", "J", other="Sam")
        added = two.program("guests", "add", "Sam", "--key", str(two.sam.key), "--yes")
        assert added.exit_code == 0, added.stderr

        ash = two.comes_in(two.ash, "supervision", "open", session)
        ash.tmux.wait(" saved ", patience=40)
        sam = two.comes_in(two.sam)
        ash.tmux.wait("Sam is here", patience=40)
        sam.tmux.wait("Ash is here", patience=40)

        written = a_whole_reflection(ash, sam)
        the_same_stands_on_both_screens(ash, sam)
        exports_agree(two, session)
        ash.leave()
        sam.leave()

    record = two.program.json("show", session)
    is_what_they_did(record, written)
    assert [(mark["by"], mark["how"]) for mark in record["signatures"]] == [
        ("Sam", f"own key {two.sam.fingerprint}"),
        ("Ash", "in the room"),
    ]


def a_whole_reflection(ash: ByNames, sam: ByNames) -> list[Line]:
    """From the first word that both write to both signatures; gives what was written, in which stage and by whom."""
    written = both_write_at_once(ash, sam)
    sam_presents_first(ash, sam)
    for stage in list(STAGES.values())[1:]:
        leads, other = (sam, ash) if stage.turn == "a" else (ash, sam)
        if stage.id == "write-b":
            together(leads, STAGES["respond-a"])
        leads.do("Next stage")
        is_at(leads, stage)
        if stage.id in ("present-a", "respond-a", "present-b"):
            together(other, stage)
            each_has_their_part(leads, other, stage)
            line = f"{stage.id}, in their words."
            leads.type(line)
            other.tmux.wait(line)
            written.append((stage.id, "Sam" if leads is sam else "Ash", line))
        if stage.id == "respond-a":
            sam_proposes_and_takes_it_to_somebody(ash, sam)
        if stage.id == "reflect-b":
            a_concern_stops_both_turns(ash, sam)
    together(sam, STAGES["close"])
    takes_an_action(ash, ASHS)
    takes_an_action(sam, SAMS)
    for who, name in ((ash, "Ash"), (sam, "Sam")):
        who.do("Did we hear something")
        who.tmux.wait(f"{name}: did you hear something that we must raise?")
        who.press("Enter")
    sam.tmux.wait("Both of you have answered.")

    both_sign(ash, sam)
    return written


def is_what_they_did(record: dict[str, Any], written: list[Line]) -> None:
    """The record holds what they wrote, and what came of it."""
    said = [(stage["id"], note["by"], note["text"].strip()) for stage in record["stages"] for note in stage["notes"]]
    assert sorted(said) == sorted(written)
    assert record["state"] == "signed"
    assert {(action["text"], action["owner"]) for action in record["actions"]} >= {
        (SAMS, "Sam"),
        (ASHS, "Ash"),
        (f"Take to {MANAGER}: {TITLE}", "Sam"),
    }
    assert [(made["title"], made["agreed_by"]) for made in record["decisions"]] == [(TITLE, [])]
    assert [(concern["text"], concern["to"]) for concern in record["concerns"]] == [(WORRY, LEAD)]


def is_at(who: ByNames, stage: Stage) -> None:
    """Waits until the question before them is one of this stage, in this turn."""
    turn = f"turn {stage.turn.upper()}, " if stage.turn else "1 of "

    def there(screen: str) -> bool:
        return turn in screen and any(line.startswith(f"  {stage.title}  ") for line in screen.split("\n"))

    who.tmux.wait(there)


def together(who: ByNames, stage: Stage) -> None:
    """Goes where the other went, if whoever was writing was left where they were."""
    who.do("Go to the other")
    is_at(who, stage)


def sam_presents_first(ash: ByNames, sam: ByNames) -> None:
    ash.do("Who presents first")
    ash.tmux.wait("Who presents first?")
    ash.press("Down", "Enter")
    ash.tmux.wait("Sam presents first")


def each_has_their_part(leads: ByNames, other: ByNames, stage: Stage) -> None:
    """Both see whose turn it is; each has a question of their own part."""
    presenting = "Sam presents" if stage.turn == "a" else "Ash presents"
    for who in (leads, other):
        who.tmux.wait(presenting)
    mine, theirs = (next(p for p in stage.prompts if p.part == part) for part in ("presenter", "listener"))
    leads.tmux.wait(mine.text[:12])
    other.tmux.wait(theirs.text[:12])


def sam_proposes_and_takes_it_to_somebody(ash: ByNames, sam: ByNames) -> None:
    sam.do("Propose decision")
    sam.tmux.wait("A boundary decision")
    sam.type(TITLE, then="Tab")
    sam.tmux.wait("decision 1, draft")
    sam.press("Escape")
    sam.tmux.wait("Ash is here")
    sam.do("Take it to somebody")
    sam.tmux.wait("Take it to somebody with authority")
    sam.type(MANAGER, then="C-s")
    sam.tmux.gone("Take it to somebody with authority")


def a_concern_stops_both_turns(ash: ByNames, sam: ByNames) -> None:
    ash.do("Raise a concern")
    ash.say_the_concern()
    for who in (ash, sam):
        who.tmux.wait("both turns stand still")
    sam.do("Stop the clock, or go on")
    for who in (ash, sam):
        who.tmux.gone("both turns stand still")


def both_write_at_once(ash: ByNames, sam: ByNames) -> list[Line]:
    """In the same notes, a word here and a word there; neither runs into the other's."""
    ash.type("Ash begins.", then="Enter")
    sam.tmux.wait("Ash begins.")
    for one, other in (("one ", "uno "), ("two ", "due "), ("three", "tre ")):
        ash.tmux.type(one)
        sam.tmux.type(other)
    for who in (ash, sam):
        who.tmux.wait("one two three")
        who.tmux.wait("uno due tre Ash begins.")
    return [("agree", "Sam", "uno due tre"), ("agree", "Ash", "Ash begins."), ("agree", "Ash", "one two three")]


def takes_an_action(who: ByNames, words: str) -> None:
    who.do("Add action")
    who.tmux.wait("What will be done?")
    who.type(words, then="C-s")
    who.tmux.wait("Written down.")


def both_sign(ash: ByNames, sam: ByNames) -> None:
    """Each from their own terminal, where the other's name is not offered."""
    for who, name, other in ((sam, "Sam", "Ash"), (ash, "Ash", "Sam")):
        who.do("Sign")
        who.tmux.wait("The record, read back")
        who.press("End")
        shown = who.tmux.wait(f"{name} signs")
        assert f"{other} signs" not in shown
        who.press("Enter")
        who.tmux.wait(f"{name}: sign this record")
        who.type(name, then="Enter")
        who.tmux.wait(f"{name}: signed")
    for who in (sam, ash):
        who.tmux.wait("signed by everybody")


def the_same_stands_on_both_screens(ash: ByNames, sam: ByNames) -> None:
    """Page by page the record as it was signed; and the session behind it, but for who the other is."""
    for who in (ash, sam):
        who.back("read only")
    # But for the uppermost line, with the other's name, and the lowest two, with what was said last and the keys.
    one, other = (who.tmux.wait("read only").rstrip("\n").split("\n")[2:-2] for who in (ash, sam))
    assert one == other
    for who in (ash, sam):
        who.do("Read back")
        who.tmux.wait("The record, read back")
    seen = ""
    while EACH_SIGNS not in seen:
        now = settled(ash, sam)
        assert now != seen, "the page goes no further"
        seen = now
        for who in (ash, sam):
            who.press("PageDown")
        for who in (ash, sam):
            who.tmux.wait(lambda screen: page(screen) != seen)  # noqa: B023


def settled(ash: ByNames, sam: ByNames) -> str:
    """The page, once it is the same on both, and neither scrolls any more."""
    looks: list[tuple[str, str]] = []

    def rests(screen: str) -> bool:
        looks.append((page(screen), page(sam.tmux.text)))
        return looks[-5:] == [looks[-1]] * 5 and same(*looks[-1])

    return page(ash.tmux.wait(rests))


def same(one: str, other: str) -> bool:
    """Whether the same stands there; on the last page above what is each one's own, so that one holds a line more."""
    if EACH_SIGNS not in one:
        return one == other
    record, others = (whole.partition(EACH_SIGNS)[0].split("\n")[3:] for whole in (one, other))
    shorter = min(len(record), len(others))
    return shorter > 0 and record[-shorter:] == others[-shorter:]


def page(screen: str) -> str:
    """What stands on it, without the bar beside it: that says how long the page is below what is the same for both."""
    return "\n".join(line.translate(BAR).rstrip() for line in screen.split("\n"))


def exports_agree(two: Two, session: str) -> None:
    for form in ("md", "txt", "json"):
        asked = ("export", session, "--format", form)
        hers, his = two.ash.run("supervision", *asked), two.sam.run(*asked)
        assert (hers.returncode, his.returncode) == (0, 0), (hers.stderr, his.stderr)
        assert hers.stdout == his.stdout
        assert len(hers.stdout) > 500
