"""Keeping a record lawfully from the interface and line by line: how long, a hold, taking out, erasing, gathering."""

from pathlib import Path
from typing import Any

import pytest

from supervision.errors import NotFound
from supervision.model.changes import AddAction, EditMatter
from supervision.prompts import find
from supervision.room import Room
from supervision.shelf import Keeping
from supervision.tui import Desk
from supervision.tui.app import SupervisionApp
from supervision.tui.screens import RecordScreen
from supervision.tui.screens.gathered import GatheredScreen
from supervision.tui.screens.home import HomeScreen
from tests.conftest import Program
from tests.live import until
from tests.tui_harness import Harness, new_shelf, press, seen

BELL = "Ring Ms Bell"


def a_record(folder: Path) -> str:
    shelf = new_shelf(folder)
    session = shelf.start(find("broken"), me="Ash Patel", other="Sam Okafor", alias="J")
    changes: Any = [EditMatter(alias="J", text="Ms Bell worries"), AddAction(text=BELL)]
    shelf.carry(session.id, changes, session.people[0].id)
    return session.id


async def test_words_are_taken_out_after_asking_and_the_record_shows_it(tmp_path: Path) -> None:
    shelf, session_id = new_shelf(tmp_path), a_record(tmp_path)
    app = Harness(RecordScreen(shelf.load(session_id), shelf=shelf, who="Ash Patel"))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "k")
        assert "Take words out of it for good" in seen(app)
        await press(pilot, "down", "down", "enter", "=ms bell", "enter", "=a name", "enter")
        assert "They stand in 2 places" in seen(app)
        await press(pilot, "escape")
        assert shelf.load(session_id).actions[0].text == BELL
        await press(pilot, "k", "down", "down", "enter", "=ms bell", "enter", "=a name", "enter", "shift+tab", "enter")
        assert "Taken out." in seen(app)
    after = shelf.load(session_id)
    assert "Bell" not in after.actions[0].text and "Bell" not in after.matters[0].text
    assert [entry.why for entry in after.redactions] == ["a name"]
    assert b"Bell" not in b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


async def test_a_hold_keeps_it_from_being_erased_until_it_is_ended(tmp_path: Path) -> None:
    shelf, session_id = new_shelf(tmp_path), a_record(tmp_path)
    app = Harness(RecordScreen(shelf.load(session_id), shelf=shelf, who="Ash Patel"))
    async with app.run_test(size=(100, 30)) as pilot:
        await press(pilot, "k", "down", "enter", "=a complaint", "ctrl+s")
        assert "It is under a hold." in seen(app)
        await press(pilot, "k", "down", "down", "down", "enter", "=asked for", "ctrl+s", "shift+tab", "enter")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert "under a hold (a complaint)" in seen(app)
        await press(pilot, "k")
        assert "End the hold on it" in seen(app)
        await press(pilot, "down", "enter")
        await press(pilot, "k", "down", "down", "down", "enter", "=asked for", "ctrl+s", "shift+tab", "enter")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
    assert app.results == [None]
    with pytest.raises(NotFound):
        shelf.load(session_id)
    (notice,) = Keeping(shelf).notices("Sam Okafor")
    assert notice.why == "asked for"


async def test_how_long_it_is_kept_is_said_with_a_reason(tmp_path: Path) -> None:
    shelf, session_id = new_shelf(tmp_path), a_record(tmp_path)
    app = Harness(RecordScreen(shelf.load(session_id), shelf=shelf, who="Ash Patel"))
    async with app.run_test(size=(100, 30)) as pilot:
        await press(pilot, "k", "enter", "right", "ctrl+s")
        assert "Until which day?" in seen(app)
        await press(pilot, "down", "=3 December 2032", "down", "=a complaint", "ctrl+s")
        assert "Kept so." in seen(app)
    kept = shelf.load(session_id).retention
    assert kept is not None and kept.until is not None
    assert (kept.until.isoformat(), kept.why) == ("2032-12-03", "a complaint")


async def test_what_is_kept_about_somebody_is_read_and_written_to_a_file(tmp_path: Path) -> None:
    shelf, session_id = new_shelf(tmp_path / "store"), a_record(tmp_path / "store")
    app = Harness(GatheredScreen("J", Keeping(shelf).about("J"), shelf, "Ash Patel"))
    file = tmp_path / "about.txt"
    async with app.run_test(size=(80, 24)) as pilot:
        assert "one record" in seen(app)
        await press(pilot, "e", "tab")
        for _ in range(len("supervision-access.docx") + 200):
            await pilot.press("backspace")
        await press(pilot, f"={file}", "ctrl+s")
        assert "Written to" in seen(app)
    assert file.exists() and file.stat().st_mode & 0o777 == 0o600
    assert [entry.id for entry in shelf.store.chain(session_id).entries()] == ["access"]


async def test_another_form_is_chosen_though_no_place_is_named(tmp_path: Path) -> None:
    shelf, _ = new_shelf(tmp_path / "store"), a_record(tmp_path / "store")
    app = Harness(GatheredScreen("J", Keeping(shelf).about("J"), shelf, "Ash Patel"))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "e", "tab", *["backspace"] * 250, "up", "left")
        assert "supervision-access." in seen(app)


async def test_erasing_the_record_one_is_in_leads_home_with_a_sentence(tmp_path: Path) -> None:
    shelf, session_id = new_shelf(tmp_path), a_record(tmp_path)
    desk = Desk(shelf=shelf, open_room=lambda id: Room(shelf.store, id, me="Ash Patel"), me="Ash Patel")
    app = SupervisionApp(desk)
    async with app.exits:
        await app.enter(session_id)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            app.screen.action_record_keeping()  # type: ignore[attr-defined]
            await press(pilot, "down", "down", "down", "enter", "=asked for", "ctrl+s", "shift+tab", "enter")
            await until(lambda: isinstance(app.screen, HomeScreen))
            await pilot.pause()
            assert "erased this record. Reason: asked for" in seen(app)
    assert not shelf.store.ids()


def test_line_by_line_it_is_the_same(program: Program) -> None:
    session_id = program.start("--alias", "J")
    said = program.plain(
        session_id,
        "Ms Bell worries\n/redact ms bell || a name\n/redact ms bell || a name || yes\n/kept\n"
        "/retention until 3 December 2032 || a complaint\n/hold a complaint\n/erase asked for || yes\n/release\n"
        "/retention\n"
        "/read\n/erase asked for || yes\n",
    )
    heard = "\n".join(said)
    assert "! Nothing was changed. Nothing brings it back." in heard
    assert "Taken out of one place." in heard
    assert "under a hold (a complaint), so nothing is taken out" in heard
    assert "Kept until" in heard and "a complaint" in heard
    read = heard[heard.index("The hold is ended.") :]
    assert "Bell" not in read
    assert program("show", session_id).exit_code == 1
