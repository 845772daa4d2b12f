"""What a guest gets who came over a line: one session, as themselves, and nothing else of what is kept there."""

import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.screen import Screen
from textual.widgets import OptionList

from supervision.errors import Refused
from supervision.model import changes as c
from supervision.model.views import summary
from supervision.room import Room, Seat
from supervision.shelf import Shelf
from supervision.store import Store
from supervision.tui.screens.session import SessionScreen
from tests import factory
from tests.conftest import ROOT, Program
from tests.factory import ASH, NOW, SAM
from tests.live import PACE
from tests.terminal import Terminal
from tests.tui_desk import ID, Shown, desk_of, one_session, shown

HOW = "own key SHA256:test"
HERE = ("arrive", 1)


@asynccontextmanager
async def guest(folder: Path, *, size: tuple[int, int] = (120, 36)) -> AsyncIterator[tuple[Shown, Store]]:
    """Sam as a guest at the screen; nobody else is there."""
    store = desk_of(folder, one_session(), factory.session(session_id="2026-01-05-1000-else")).shelf.store
    empty = desk_of(folder / "guest")
    desk = replace(
        empty,
        me=SAM,
        open_room=lambda _: Room(store, ID, seat=Seat(SAM, HOW, bound=True), clock=lambda: NOW, pace=PACE),
        only_session=True,
        drafts=store.drafts,
    )
    async with shown(desk, size=size) as ui:
        yield ui, store


async def test_leaving_the_session_leaves_and_shows_no_home(tmp_path: Path) -> None:
    async with guest(tmp_path) as (ui, store):
        await ui.type("my words")
        assert [type(screen) for screen in ui.app.screen_stack] == [Screen, SessionScreen]
        await ui.app.run_action("home", ui.screen)
        await ui.until(lambda: not ui.app.is_running or ui.app._exit)
        assert "Start a session" not in ui.text
        assert store.load(ID).notes[0].text == "my words"


async def test_what_a_guest_agrees_is_theirs_by_their_key_and_they_speak_for_nobody_else(tmp_path: Path) -> None:
    async with guest(tmp_path) as (ui, _):
        ui.room.change(c.Sign())
        (mark,) = ui.room.session.signatures
        assert (mark.by, mark.how) == (SAM, HOW)
        await ui.press("ctrl+s")
        assert ui.room.writer == SAM
        assert "only you write" in " ".join(ui.text.split())
        with pytest.raises(Refused, match="for the other person to say"):
            ui.room.change(c.CorrectName(person=ASH, name="Somebody Else"))
        ui.room.change(c.CorrectName(person=SAM, name="Sam O."))


@pytest.mark.parametrize("what", ["find", "timeline", "actions_here", "decisions_here"])
async def test_what_is_kept_beside_the_session_is_not_there(tmp_path: Path, what: str) -> None:
    async with guest(tmp_path) as (ui, _):
        await ui.app.run_action(what, ui.screen)
        await ui.pilot.pause()
        assert "Only this session is here" in " ".join(ui.text.split())
        assert len(ui.app.screen_stack) == 2


async def test_what_leads_nowhere_is_not_offered_either(tmp_path: Path) -> None:
    async with guest(tmp_path) as (ui, _):
        await ui.press("ctrl+p")
        await ui.until(lambda: "Add action" in ui.text or "Next question" in ui.text)
        palette = ui.app.screen.query_one(OptionList)
        await ui.until(lambda: any("Quit" in str(option.prompt) for option in palette.options))
        offered = "\n".join(str(option.prompt) for option in palette.options)
        assert "Propose decision" in offered and "Export" in offered
        for name in ("Go home", "Timeline", "Private notes", "The other is writing", "Find"):
            assert name not in offered
        await ui.press("escape", "ctrl+g")
        assert "put a decision into words" in ui.told
        assert "go back to the first screen" not in ui.told and "hand the keyboard over" not in ui.told


async def test_a_guest_reads_everything_and_writes_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    async with guest(tmp_path) as (ui, _):
        await ui.choose("Export")
        assert "somebody else's computer" in " ".join(ui.text.split())
        assert "Write the file" not in ui.text
        assert str(tmp_path) not in ui.text
        await ui.press("f10")
        await ui.app.run_action("accept", ui.app.screen)
        await ui.press("escape")
    assert not (tmp_path / "home").exists()


async def test_what_a_guest_began_in_a_form_is_there_when_they_are_back(tmp_path: Path) -> None:
    async with guest(tmp_path) as (ui, store):
        await ui.press("f4")
        await ui.type("Ring the GP")
        await ui.until(lambda: "Ring the GP" in json.dumps(store.drafts("").kept.read()))
    kept = store.drafts("").kept.read()
    assert set(kept) == {SAM}


CHILD = """
import sys
from supervision.cli.guest import take_part
from supervision.cli.here import Here
from supervision.room import Seat
sys.exit(take_part(Here(), sys.argv[1], Seat(sys.argv[2], "own key SHA256:test", bound=True)))
"""


def test_a_guest_at_a_terminal_sees_one_session_and_cannot_stop_the_program(program: Program, tmp_path: Path) -> None:
    other = program.start("--alias", "secret-of-others", other="Bea Lund")
    session_id = program.start()
    with Terminal(
        [session_id, "Sam Okafor"], env=program.environment() | {"TERM": "xterm-256color"}, program=("-c", CHILD)
    ) as terminal:
        terminal.wait("is writing")
        terminal.send("from the guest")
        terminal.wait("from the guest")
        # The key that would stop a program takes back one's latest words instead, and the program goes on.
        terminal.send("\x1a")
        terminal.wait(lambda screen: "from the guest" not in screen)
        terminal.send(" again")
        terminal.wait("again")
        terminal.send("\x10")
        terminal.wait("What would you like to do?")
        assert other not in terminal.text
        terminal.send("\x1b")
        terminal.wait(lambda screen: "What would you like" not in screen)
        assert terminal.leave() == 0
    store = Store(tmp_path / "store", summary)
    sam = store.load(session_id).people[1].id
    assert [run.by for note in store.load(session_id).notes for run in note.runs] == [sam]


def test_without_a_terminal_a_guest_goes_on_line_by_line(program: Program, tmp_path: Path) -> None:
    import subprocess

    session_id = program.start()
    done = subprocess.run(
        [sys.executable, "-c", CHILD, session_id, "Sam Okafor"],
        input="/action Ring the GP\n/undo\n/redo\nMy line\n/as Ash\n/copy stolen.json\n/sign\n/quit\n",
        env=program.environment(),
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Noted, Sam Okafor" in done.stdout
    assert "only you write" in done.stdout
    assert "somebody else's computer" in done.stdout
    assert "has signed (own key SHA256:test)" in done.stdout
    assert "supervision plain" not in done.stdout
    shelf = Shelf(Store(tmp_path / "store", summary), lambda: NOW)
    assert [action.text for action in shelf.load(session_id).actions] == ["Ring the GP"]
    assert done.stdout.count("Ring the GP") >= 3 and "nothing here to take back" not in done.stdout
    (mark,) = shelf.load(session_id).signatures
    assert mark.how == HOW
    assert not (ROOT / "stolen.json").exists()


async def test_a_guest_is_asked_for_no_signature_but_their_own(tmp_path: Path) -> None:
    async with guest(tmp_path, size=(80, 24)) as (ui, _):
        await ui.choose("Sign")
        await ui.press("end")
        await ui.until(lambda: "Sam signs" in ui.text)
        assert "Ash signs" not in ui.text
        assert "Ash Patel: at a keyboard of their own, now or later" in ui.text


async def test_a_guest_is_told_that_the_record_lies_where_they_came_to(tmp_path: Path) -> None:
    async with guest(tmp_path) as (ui, _):
        await ui.choose("Who is here")
        told = " ".join(ui.text.split())
        assert "a file on the computer that you came to" in told and "on this computer" not in told
