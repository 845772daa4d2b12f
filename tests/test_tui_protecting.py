"""The passphrase on the screen: asked for on opening, again when it was wrong, and chosen from home or at first."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.events import Key
from textual.screen import Screen

from supervision.errors import Busy, Locked
from supervision.model.changes import AddAction, Propose
from supervision.shelf import Keeping, encrypting
from supervision.store import sealed_index, sealing
from supervision.tui import Desk
from supervision.tui.app import SupervisionApp
from supervision.tui.screens import (
    ActionsScreen,
    DecisionsScreen,
    FindScreen,
    HelpScreen,
    RecordScreen,
    StartDialog,
    TimelineScreen,
)
from supervision.tui.screens.gathered import GatheredScreen
from supervision.tui.screens.home import HomeScreen
from supervision.tui.screens.protecting import EncryptDialog, LockedScreen, UnlockDialog
from supervision.tui.screens.session import SessionScreen
from supervision.tui.screens.small import ConfirmDialog
from supervision.tui.screens.welcome import WelcomeScreen
from supervision.vault import held, identity
from tests import factory
from tests.factory import ASH, SAM
from tests.keys import GUARDED, PASSPHRASE, ash
from tests.tui_desk import ID, ME, Shown, desk_of, one_session, shown


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A store with one session in it, whose key lies in this login's settings."""
    held.file().parent.mkdir()
    held.file().write_bytes(GUARDED)
    return replace(desk_of(tmp_path, one_session()), open_with=encrypting.open_with)


@pytest.fixture
def locked(desk: Desk) -> Desk:
    encrypting.open_with(PASSPHRASE)
    encrypting.encrypt(desk.shelf, encrypting.ring_with(desk.shelf, None, ash()))
    held.let_go()
    sealed_index.let_go()
    return desk


def files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file() and "locks" not in str(path)}


@pytest.mark.parametrize("size", [(120, 36), (60, 18)])
async def test_nothing_is_shown_or_written_until_the_passphrase_is_right(
    locked: Desk, tmp_path: Path, size: tuple[int, int]
) -> None:
    before = files(tmp_path)
    async with shown(locked, session="", size=size) as ui:
        assert isinstance(ui.app.screen, UnlockDialog) and "Sam" not in ui.text
        await ui.type("not that one")
        assert "not that one" not in ui.text
        await ui.press("enter")
        await ui.until(lambda: "does not open your key" in " ".join(ui.text.split()))
        assert isinstance(ui.app.screen, UnlockDialog) and files(tmp_path) == before
        await ui.press("ctrl+p", "escape", "ctrl+f", "f8", "ctrl+n")
        assert isinstance(ui.app.screen_stack[0], LockedScreen) and files(tmp_path) == before
        await ui.type(PASSPHRASE)
        await ui.press("enter")
        await ui.until(lambda: isinstance(ui.app.screen, HomeScreen))
        await ui.until(lambda: "Sam" in ui.text)


async def test_whoever_leaves_the_question_leaves_the_program(locked: Desk, tmp_path: Path) -> None:
    before = files(tmp_path)
    async with shown(locked, session="") as ui:
        await ui.press("escape")
        await ui.until(lambda: not ui.app.is_running)
    assert files(tmp_path) == before


async def test_a_session_that_was_asked_for_is_opened_after_it(locked: Desk) -> None:
    app = SupervisionApp(locked)
    app.first = ID
    async with app.exits, app.run_test(size=(120, 36)) as pilot:
        ui = Shown(app, pilot)
        await pilot.pause()
        await ui.type(PASSPHRASE)
        await ui.press("enter")
        await ui.until(lambda: isinstance(app.screen, SessionScreen))
        await ui.type("A word.")
        await ui.until(lambda: "A word." in ui.text)
    data = locked.shelf.store.file(ID).read_bytes()
    assert b"A word." not in data
    assert "A word." in [note.text for note in locked.shelf.load(ID).notes]


async def test_unlocked_already_nobody_is_asked(locked: Desk) -> None:
    held.hold(ash())
    async with shown(locked, session="") as ui:
        assert isinstance(ui.app.screen, HomeScreen)


async def fill(ui: Shown, words: str, again: str, recovery: str) -> None:
    for typed in (words, again, recovery):
        await ui.type(typed)
        await ui.press("enter")


async def test_home_encrypts_everything_and_says_what_no_recovery_key_means(desk: Desk, quick_passphrase: None) -> None:
    async with shown(desk, session="") as ui:
        await ui.choose("Encrypt everything")
        assert isinstance(ui.app.screen, EncryptDialog)
        await fill(ui, "short", "short", "")
        assert "at least 10" in " ".join(ui.text.split())
        for _ in range(2):
            await ui.press("up")
        assert sealing.ring(desk.shelf.store.folder) is None
        for _ in "short":
            await ui.press("backspace")
        await ui.type(PASSPHRASE)
        await ui.press("enter", "enter", "enter")
        assert "not the same" in ui.text
        for _ in "short":
            await ui.press("backspace")
        await ui.type(PASSPHRASE)
        await ui.press("enter", "enter")
        assert "THERE IS NO RECOVERY KEY" in " ".join(ui.text.split()) and PASSPHRASE not in ui.text
        assert sealing.ring(desk.shelf.store.folder) is None
        await ui.press("enter")
        await ui.until(lambda: isinstance(ui.app.screen, HomeScreen))
        assert "encrypted" in ui.text and "Sam" in ui.text
    assert desk.shelf.is_encrypted


async def test_a_recovery_key_is_taken(desk: Desk, quick_passphrase: None) -> None:
    recovery = identity.new("").recipient
    async with shown(desk, session="") as ui:
        await ui.choose("Encrypt everything")
        await fill(ui, PASSPHRASE, PASSPHRASE, recovery)
        await ui.until(lambda: isinstance(ui.app.screen, HomeScreen))
    keys = sealing.ring(desk.shelf.store.folder)
    assert keys is not None and keys.recovery == recovery


@pytest.mark.parametrize("answer", ["enter", "escape"])
async def test_it_is_offered_at_first_and_can_be_left(tmp_path: Path, answer: str) -> None:
    kept: dict[str, str] = {}
    remember: Callable[[str], None] = lambda name: kept.update(me=name)  # noqa: E731
    desk = replace(
        desk_of(tmp_path, me=""),
        is_new=True,
        perhaps=ME,
        remember_me=remember,
        open_with=encrypting.open_with,
    )
    async with shown(desk, session="") as ui:
        assert isinstance(ui.app.screen, WelcomeScreen)
        await ui.press(*(["enter"] * 3 if answer == "enter" else ["escape"]))
        if answer == "enter":
            await ui.until(lambda: "Encrypt everything that is kept here?" in ui.text)
            assert isinstance(ui.app.screen, ConfirmDialog)
            await ui.press("left", "enter")
            await ui.until(lambda: isinstance(ui.app.screen, EncryptDialog))
            await ui.press("escape")
        await ui.until(lambda: isinstance(ui.app.screen, HomeScreen))
    assert not desk.shelf.is_encrypted and not held.is_here()


async def test_enter_without_a_passphrase_encrypts_nothing_and_says_how_to_go_on(desk: Desk) -> None:
    async with shown(desk, session="") as ui:
        await ui.choose("Encrypt everything")
        await ui.press("enter", "enter", "enter", "enter")
        assert "No passphrase was typed, and nothing is encrypted. Esc: Not now." in ui.text
        assert not desk.shelf.is_encrypted
        await ui.press("escape")
        assert not isinstance(ui.app.screen, EncryptDialog)


async def test_records_that_are_encrypted_elsewhere_meanwhile_are_asked_for(desk: Desk) -> None:
    async with shown(desk, session="") as ui:
        assert "Sam" in ui.text
        encrypt_elsewhere(desk)
        await ui.press("f1")
        await ui.until(lambda: isinstance(ui.app.screen, UnlockDialog))
        await ui.type(PASSPHRASE)
        await ui.press("enter")
        await ui.until(lambda: isinstance(ui.app.screen, HelpScreen))  # which was asked for
        await ui.press("escape")
        await ui.until(lambda: isinstance(ui.app.screen, HomeScreen) and "Sam" in ui.text)


SCREENS: dict[str, tuple[Callable[[Desk], Screen[Any]], str]] = {
    "home": (HomeScreen, "enter"),
    "actions": (lambda desk: ActionsScreen(desk.shelf, ME), "space"),
    "decisions": (lambda desk: DecisionsScreen(desk.shelf, ME), "enter"),
    "find": (lambda desk: FindScreen(desk.shelf), "x"),
    "timeline": (lambda desk: TimelineScreen(desk.shelf, (ASH, SAM), "with Sam"), "enter"),
    "record": (lambda desk: RecordScreen(one_session(), shelf=desk.shelf, who=ME), "e"),
    "start": (lambda desk: StartDialog(desk.shelf, ME), "enter"),
    "gathered": (lambda desk: GatheredScreen("J", Keeping(desk.shelf).about("J"), desk.shelf, ME), "e"),
}


def encrypt_elsewhere(desk: Desk) -> None:
    encrypting.open_with(PASSPHRASE)
    encrypting.encrypt(desk.shelf, encrypting.ring_with(desk.shelf, None, ash()))
    held.let_go()
    sealed_index.let_go()


async def ended(ui: Shown) -> None:
    """Waits until the program has been left; a pilot would wait for a screen that is no more."""
    async with asyncio.timeout(20):
        while ui.app.is_running:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("name", SCREENS)
async def test_encrypted_elsewhere_under_a_screen_it_asks_and_then_does_what_was_pressed(
    desk: Desk, tmp_path: Path, name: str
) -> None:
    make, key = SCREENS[name]
    record = desk.shelf.load(ID)
    for change in (AddAction(text="Ring the manager", owner="Ash"), Propose(fields=factory.FIELDS, matter=1)):
        desk.shelf.carry(record.id, change, "Ash")
    async with shown(desk, session="") as ui:
        if name != "home":
            await ui.app.push_screen(make(desk))
            await ui.pilot.pause()
        before = ui.app.screen
        encrypt_elsewhere(desk)
        words = files(tmp_path)
        await ui.press(key)
        await ui.until(lambda: isinstance(ui.app.screen, UnlockDialog))
        await ui.press(key, "tab", "shift+tab")
        assert files(tmp_path) == words and sum(isinstance(one, UnlockDialog) for one in ui.app.screen_stack) == 1
        for _ in range(len(key) == 1 or key == "space"):
            await ui.press("backspace")
        await ui.type(PASSPHRASE)
        await ui.press("enter")
        await ui.until(lambda: not isinstance(ui.app.screen, UnlockDialog))
        await ui.app.workers.wait_for_complete()
        assert before in ui.app.screen_stack and ui.app.is_running
    assert desk.shelf.load(ID).actions[0].text == "Ring the manager"


async def test_whoever_does_not_open_them_leaves_without_an_error(desk: Desk) -> None:
    async with shown(desk, session="") as ui:
        await ui.app.push_screen(ActionsScreen(desk.shelf, ME))
        encrypt_elsewhere(desk)
        await ui.press("down")
        await ui.until(lambda: isinstance(ui.app.screen, UnlockDialog))
        ui.app.post_message(Key("escape", None))
        await ended(ui)
    assert ui.app.refused is None and not ui.app.return_code


async def test_what_reads_by_itself_then_ends_with_a_sentence(desk: Desk) -> None:
    """A key came in before it, and what it leads to comes after."""
    async with shown(desk, session="") as ui:
        await ui.app.push_screen(screen := ActionsScreen(desk.shelf, ME))
        encrypt_elsewhere(desk)
        screen.call_later(lambda: desk.shelf.load(ID))
        await ended(ui)
    assert isinstance(ui.app.refused, Locked) and "nothing is lost" in ui.app.refused.sentence


async def test_nothing_is_encrypted_under_a_session_that_is_open(desk: Desk) -> None:
    async with shown(desk) as ui:
        encrypting.open_with(PASSPHRASE)
        with pytest.raises(Busy):
            encrypting.encrypt(desk.shelf, encrypting.ring_with(desk.shelf, None, ash()))
        held.let_go()
        await ui.type("A word.")
        await ui.until(lambda: "A word." in ui.text)
    assert "A word." in [note.text for note in desk.shelf.load(ID).notes]


async def test_an_error_that_nobody_foresaw_shows_where_it_was_and_no_words(
    desk: Desk, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(words: str) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        async with shown(desk, session="") as ui:
            ui.app.call_later(broken, "what somebody had written")
            await ended(ui)
    told = "".join(capfd.readouterr())
    assert "ZeroDivisionError" in told and "somebody had" not in told
