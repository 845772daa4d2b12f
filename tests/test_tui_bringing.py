"""Bringing in a file, backing up and restoring from home: looked at first, and nothing changed until one says so."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from supervision.export import as_json, export
from supervision.model import changes as c
from supervision.model.apply import Act, apply
from supervision.model.values import Session
from supervision.private import PrivateNotes
from supervision.shelf import backups, places
from supervision.tui import Desk
from supervision.tui.screens.bringing import BackUpDialog, BringInDialog, LookedDialog, RestoreDialog
from supervision.tui.screens.home import HomeScreen
from tests.factory import NOW, TODAY
from tests.keys import guarded
from tests.tui_desk import ID, ME, Shown, desk_of, one_session, shown


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with the folders people have."""
    folder = tmp_path / "home"
    for name in ("Documents", "Downloads"):
        (folder / name).mkdir(parents=True)
    monkeypatch.setenv("HOME", str(folder))
    return folder


@pytest.fixture
def session() -> Session:
    sam = next(person for person in one_session().people if person.role == "practitioner")
    return apply(one_session(), c.AddAction(text="Ring J", owner=sam.id), Act(sam.id, NOW))


@pytest.fixture
def desk(tmp_path: Path, session: Session) -> Desk:
    return desk_of(tmp_path, session)


def own_copy(session: Session, file: Path) -> Path:
    """Their own copy, in which they have done what they said."""
    who = session.actions[0].owner
    assert who
    copy = json.loads(export(session, "json", TODAY, extract="mine", who=who, taken=NOW))
    copy["actions"][0] |= {"status": "done", "closed": NOW.isoformat()}
    file.write_text(json.dumps(copy))
    return file


def words(ui: Shown) -> str:
    """What stands on the screen, as one line."""
    return " ".join(ui.text.replace("▎", " ").split())


def status(desk: Desk) -> str:
    return desk.shelf.load(ID).actions[0].status


async def looked(ui: Shown, *keys: str) -> None:
    await ui.press(*keys)
    await ui.until(lambda: isinstance(ui.app.screen, LookedDialog))


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 18)])
async def test_a_copy_in_downloads_is_found_looked_at_and_taken_over(
    home: Path, desk: Desk, session: Session, size: tuple[int, int]
) -> None:
    own_copy(session, home / "Downloads" / "copy.json")
    async with shown(desk, session="", size=size) as ui:
        await ui.press("i")
        await ui.until(lambda: "Downloads," in words(ui))
        assert "Sam Okafor's own copy" in words(ui)
        await looked(ui, "enter", "enter")
        assert "Ring J. In the copy it is done; here it is open." in words(ui)
        assert status(desk) == "open"
        await ui.press("enter")
        await ui.until(lambda: "Taken over from Sam Okafor's own copy" in words(ui))
        assert status(desk) == "done"
        await ui.press("enter")
        await ui.until(lambda: isinstance(ui.app.screen, HomeScreen))


async def test_what_is_looked_at_and_left_changes_nothing(home: Path, desk: Desk, session: Session) -> None:
    own_copy(session, home / "Downloads" / "copy.json")
    async with shown(desk, session="") as ui:
        await ui.press("i")
        await ui.until(lambda: "Downloads," in words(ui))
        await looked(ui, "enter", "enter")
        await ui.press("escape")
        await ui.until(lambda: isinstance(ui.app.screen, BringInDialog))
    assert status(desk) == "open"


async def test_a_session_from_elsewhere_comes_in_whole_by_its_pasted_path(
    home: Path, tmp_path: Path, session: Session
) -> None:
    file = tmp_path / "from elsewhere.json"
    file.write_text(as_json(session, TODAY))
    async with shown(desk_of(tmp_path), session="") as ui:
        await ui.choose("Bring in a copy")
        await ui.until(lambda: "None was found in" in words(ui))
        await ui.type(f"'{file}'")
        await looked(ui, "enter")
        assert "is not here yet, and would come in." in words(ui)
        assert not ui.app.desk.shelf.sessions()
        await ui.press("enter")
        await ui.until(lambda: "has come in." in words(ui))
        await ui.press("enter")
        await ui.until(lambda: "Continue with Sam Okafor" in words(ui))


async def test_whoever_said_a_first_name_bears_the_whole_one_of_their_own_copy(
    home: Path, tmp_path: Path, session: Session
) -> None:
    own_copy(session, home / "Downloads" / "copy.json")
    name = ["Sam"]
    plain = desk_of(tmp_path, me="Sam", login="Sam")
    private = PrivateNotes(plain.shelf.store, lambda: name[0], lambda: NOW)
    own = replace(
        plain, private=lambda: private, login=lambda: name[0], remember_me=lambda said: name.__setitem__(0, said)
    )
    async with shown(own, session="", size=(80, 24)) as ui:
        await ui.press("i")
        await ui.until(lambda: "Downloads," in words(ui))
        await looked(ui, "enter", "enter")
        assert "It is for Sam Okafor. You said Sam here; from then on you are Sam Okafor here too." in words(ui)
        assert name == ["Sam"]
        await ui.press("enter")
        await ui.until(lambda: "has come in." in words(ui))
        await ui.press("enter")
        await ui.until(lambda: isinstance(ui.app.screen, HomeScreen) and "Sam Okafor, practitioner" in words(ui))
        assert name == ["Sam Okafor"] and "Ash Patel and Sam Okafor" not in words(ui)


async def test_an_encrypted_file_asks_for_its_passphrase_again_when_it_was_wrong(
    home: Path, tmp_path: Path, session: Session
) -> None:
    data = guarded(as_json(session, TODAY).encode(), "four words of ours")
    (home / "Downloads" / "copy.json.age").write_bytes(data)
    async with shown(desk_of(tmp_path), session="") as ui:
        await ui.press("i")
        await ui.until(lambda: "copy.json.age" in words(ui))
        await ui.press("enter", "enter")
        await ui.until(lambda: "This file is encrypted" in words(ui))
        await ui.type("not these")
        await ui.press("enter")
        await ui.until(lambda: "does not open" in words(ui))
        assert "not these" not in ui.text
        await ui.press(*["backspace"] * 9)
        await ui.type("four words of ours")
        await looked(ui, "enter")
        assert "is not here yet" in words(ui)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("~/Downloads", "is a folder. In it there is copy.json."),
        ("~/Downloads/coppy.json", "Did you mean copy.json?"),
        ("~/Nowhere/copy.json", "There is no folder"),
        ("~/Documents/report.docx", "cannot be brought in"),
        ("~/Documents/old.zip", "If it is a backup, Restore puts it back"),
    ],
)
async def test_what_cannot_be_meant_is_said_with_what_to_do(
    home: Path, desk: Desk, session: Session, typed: str, said: str
) -> None:
    own_copy(session, home / "Downloads" / "copy.json")
    for name in ("report.docx", "old.zip"):
        (home / "Documents" / name).write_bytes(b"PK\x03\x04 and more")
    async with shown(desk, session="") as ui:
        await ui.press("i")
        await ui.until(lambda: "Downloads," in words(ui))
        await ui.press("enter", "ctrl+u")
        await ui.type(typed)
        await ui.press("enter")
        await ui.until(lambda: said in words(ui))
        assert isinstance(ui.app.screen, BringInDialog)


async def test_tab_goes_on_with_a_path_as_far_as_it_is_clear(home: Path, desk: Desk, session: Session) -> None:
    own_copy(session, home / "Downloads" / "copy of Sam.json")
    async with shown(desk, session="") as ui:
        await ui.press("i")
        await ui.until(lambda: "Downloads," in words(ui))
        line = ui.app.screen.query_one("#path")
        await ui.press("enter", "ctrl+u")
        await ui.type("~/dow")
        await ui.until(lambda: "~/downloads/" in words(ui))
        await ui.press("tab")
        await ui.type("cop")
        await ui.until(lambda: "copy of Sam.json" in words(ui))
        await ui.press("tab")
        assert getattr(line, "value", "") == "~/Downloads/copy of Sam.json"


async def test_a_backup_is_made_and_restored_and_what_is_newer_here_stays(
    home: Path, desk: Desk, session: Session
) -> None:
    async with shown(desk, session="", size=(80, 24)) as ui:
        await ui.press("b")
        await ui.until(lambda: isinstance(ui.app.screen, BackUpDialog))
        assert "~/Documents/supervision-backup-2026-" in words(ui)
        await ui.press("enter")
        await ui.until(lambda: "read back and is whole" in words(ui))
        await ui.press("enter")
        desk.shelf.carry(ID, c.NoteAction(id=session.actions[0].id, text="Rang twice"), ME)
        await ui.press("r")
        await ui.until(lambda: "Documents," in words(ui))
        await looked(ui, "enter", "enter")
        assert "nothing in it that is missing or older here" in words(ui)
        assert f"session {ID}: what is here is newer" in words(ui)
        await ui.press("enter", "escape")
        desk.shelf.store.file(ID).unlink()
        await ui.press("r")
        await ui.until(lambda: "Documents," in words(ui))
        await looked(ui, "enter", "enter")
        assert "It would put back: one session" in words(ui)
        assert not desk.shelf.store.file(ID).exists()
        await ui.press("enter")
        await ui.until(lambda: "Put back: one session" in words(ui))
        await ui.press("enter")
        await ui.until(lambda: "Continue with Sam Okafor" in words(ui))
    assert not desk.shelf.load(ID).actions[0].notes


async def test_a_file_that_is_no_backup_is_refused_by_name(home: Path, desk: Desk) -> None:
    (home / "holiday.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    async with shown(desk, session="") as ui:
        await ui.press("r")
        await ui.until(lambda: "None was found" in words(ui))
        await ui.type("holiday.zip")
        await ui.press("enter")
        await ui.until(lambda: "cannot be used as a backup" in words(ui))
        assert isinstance(ui.app.screen, RestoreDialog)


def test_a_look_at_a_backup_leaves_an_empty_place_empty(tmp_path: Path, home: Path, desk: Desk) -> None:
    backups.back_up(desk.shelf.store, home / "all.zip", NOW)
    elsewhere = desk_of(tmp_path / "elsewhere")
    found = backups.put_back(elsewhere.shelf.store, home / "all.zip", looking=True)
    assert any(name.startswith("store/sessions/") for name in found.restored)
    assert not elsewhere.shelf.store.folder.exists()
    assert [one.path.name for one in places.found("backup")] == ["all.zip"]
