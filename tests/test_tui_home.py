"""Home: what it lists, what it hides, and how it leads into a session and back."""

from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import OptionList

from supervision.errors import Busy
from supervision.model import changes as c
from supervision.model.values import Person, Session
from supervision.room import Room
from supervision.store import Store
from supervision.tui.screens.home import HomeScreen
from supervision.tui.screens.session import SessionScreen
from tests import factory
from tests.factory import ASH
from tests.tui_desk import ID, desk_of, one_session, shown

OTHER = "2026-10-01-0900-beas"


def with_bea() -> Session:
    session = replace(
        factory.session(session_id=OTHER),
        started=factory.NOW.replace(month=10, day=1),
        people=(
            Person(id=ASH, name="Ash Patel", role="supervisor"),
            Person(id="p-bea22222", name="Bea Ndlovu", role="practitioner"),
        ),
    )
    return factory.done(
        session, c.AddAction(text="Tell [Bea] the date", owner="Ash", due=factory.TODAY.replace(day=20))
    )


async def test_home_names_the_newest_sessions_people_what_is_due_and_every_session(tmp_path: Path) -> None:
    session = factory.done(one_session(), c.AddAction(text="Ask the manager", owner="Ash"))
    for size in ((120, 36), (100, 30), (80, 24), (60, 18)):
        async with shown(desk_of(tmp_path / str(size), session, with_bea()), session="", size=size) as ui:
            text = ui.text
            assert "Continue with Sam Okafor" in text and "Ash Patel" in text
            if size[1] > 18:
                assert "Overdue  Tell [Bea] the date" in text and "[ ] Ask the manager" in text
                assert "Bea Ndlovu" in text and "under way" in text
            assert "G Help" in text and "d Decisions" in text and "P Everything" in text


async def test_continuing_opens_the_session_and_home_then_hides_other_pairs(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session(), with_bea()), session="", size=(100, 30)) as ui:
        await ui.press("enter")
        await ui.until(lambda: isinstance(ui.app.screen, SessionScreen))
        assert ui.app.focused is ui.notes
        await ui.type("words")
        await ui.press("escape")
        await ui.until(lambda: isinstance(ui.app.screen, HomeScreen))
        await ui.pilot.pause()
        assert "Bea" not in ui.text and "Show everybody" in ui.text
        await ui.press("escape")
        assert "Bea" not in ui.text and "Ctrl+Q leaves, or Quit in Ctrl+P; everything is saved." in ui.text
        await ui.press("down", "down", "enter")
        assert "Bea" in ui.text


async def test_one_person_can_be_chosen(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session(), with_bea()), session="", size=(100, 30)) as ui:
        await ui.press("w")
        assert "Whose sessions?" in ui.text
        await ui.press("down", "enter")
        await ui.pilot.pause()
        assert "Bea" in ui.text and "Sam" not in ui.text


async def test_the_first_run_says_what_this_is_and_asks_for_a_name_once(tmp_path: Path) -> None:
    names: list[str] = []
    desk = replace(desk_of(tmp_path, me=""), remember_me=names.append, try_sample=lambda: desk)
    async with shown(desk, session="", size=(80, 24)) as ui:
        options = [o.id for o in ui.app.screen.query_one(OptionList).options if o.id]
        assert options == ["start", "sample"]
        await ui.press("enter")
        assert "What is your name?" in ui.text
        await ui.type("Ash Patel")
        await ui.press("enter")
        await ui.pilot.pause()
        assert names == ["Ash Patel"]
        assert "What is your name?" not in ui.text


async def test_whoever_gave_their_name_is_writing(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, one_session(), me="")
    async with shown(desk, session="", size=(100, 30)) as ui:
        home = ui.app.screen
        assert isinstance(home, HomeScreen)
        home.me = "Sam Okafor"
        home.open(ID)
        await ui.until(lambda: "Sam is writing" in ui.text)


async def test_the_sample_takes_the_place_of_ones_own_records_and_is_said_to(tmp_path: Path) -> None:
    sample = replace(desk_of(tmp_path / "sample", with_bea()), is_sample=True)
    desk = replace(desk_of(tmp_path), try_sample=lambda: sample)
    async with shown(desk, session="", size=(100, 30)) as ui:
        await ui.press("down", "enter")
        await ui.until(lambda: "Bea Ndlovu" in ui.text)
        assert "nothing here is kept" in ui.text


async def test_a_session_that_is_open_elsewhere_is_said_in_a_sentence(tmp_path: Path) -> None:
    def busy(session: str) -> Room:
        raise Busy("This session is open on another screen.")

    desk = replace(desk_of(tmp_path, one_session()), open_room=busy)
    async with shown(desk, session="", size=(100, 30)) as ui:
        await ui.press("enter")
        await ui.until(lambda: "open on another screen" in ui.text)
        assert isinstance(ui.app.screen, HomeScreen)


async def test_damaged_records_are_named_and_hide_no_other(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, one_session())
    (desk.shelf.store.sessions / "2026-01-01-0000-harm.json").write_text("{not json")
    async with shown(desk, session="", size=(120, 30)) as ui:
        assert "Continue with Sam" in ui.text and "2026-01-01-0000-harm" in ui.text


async def test_undo_on_home_takes_back_the_latest_change(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, one_session())
    desk.shelf.carry(ID, c.AddAction(text="one too many"), "Ash Patel")
    async with shown(desk, session="", size=(100, 30)) as ui:
        await ui.choose("Undo")
        assert "Taken back." in ui.text
    assert isinstance(desk.shelf.store, Store) and desk.shelf.load(ID).actions == ()


async def test_what_was_done_to_a_record_of_ones_own_is_said_until_it_was_read(tmp_path: Path) -> None:
    session = factory.done(one_session(), c.AddAction(text="Ring Jonathan Blake"))
    desk = desk_of(tmp_path, session, with_bea(), me="Sam Okafor")
    desk.shelf.carry(ID, c.Redact(text="Jonathan Blake", why="a real name was written down"), "Ash Patel")
    for size in ((120, 36), (80, 24), (60, 18)):
        async with shown(desk, session="", size=size) as ui:
            said = " ".join(ui.text.split())
            assert f"Ash Patel took words out of the record {ID}. Reason: a real name" in said
    async with shown(desk, session="", size=(100, 30)) as ui:
        await ui.press("enter")
        await ui.pilot.pause()
        assert "You have to know" not in ui.text and "Continue with" in ui.text
    async with shown(desk_of(tmp_path, me="Ash Patel"), session="", size=(100, 30)) as ui:
        assert "You have to know" not in ui.text


async def test_older_sessions_come_a_page_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("supervision.tui.screens.home.MOST", 3)
    sessions = [factory.session(session_id=f"2026-11-{day:02}-1000-test") for day in range(1, 9)]
    async with shown(desk_of(tmp_path, *sessions), session="", size=(80, 24)) as ui:
        chosen = ui.app.screen.query_one(OptionList)

        def older() -> list[str]:
            return [str(option.prompt).split("  ")[0] for option in chosen.options if option.id == "older"]

        assert older() == ["and 5 older ones"]
        await ui.press("end")
        assert older() == ["and 2 older ones"]
        await ui.press("end")
        assert older() == []
