"""Files out of the interface: what F8 offers in a session and at home, themes at the end, and one's own copy."""

import io
import json
from pathlib import Path

import pytest
from docx import Document
from icalendar import Calendar

from supervision.export import EXTRACTS, FORMATS, parse_record
from supervision.export.listing import FORMATS as LISTS
from supervision.export.own import own
from supervision.model import changes as c
from supervision.model.themes import THEMES
from supervision.model.values import Session
from supervision.room.seat import Seat
from supervision.tui.screens.export import (
    FORMAT_ABOUT,
    FORMAT_NAMES,
    MANY,
    WHAT_ABOUT,
    WHAT_NAMES,
    ExportDialog,
    PlainView,
)
from supervision.tui.screens.fields import Choice, Line
from supervision.tui.screens.read_back import ReadBackScreen
from supervision.tui.screens.several import Several
from supervision.tui.screens.small import EndedDialog
from supervision.tui.widgets.press import Plain
from tests import factory as f
from tests.live import until
from tests.tui_desk import ID, Shown, desk_of, one_session, shown
from tests.tui_harness import Harness


def two_who_met() -> tuple[Session, Session]:
    """A session under way, with an action of each and a decision that both agreed to, and an earlier one."""
    session = f.decided(one_session(), stance="hold")
    for by in ("Ash", "Sam"):
        session = f.done(session, c.Agree(id=session.decisions[0].id), by=by)
    session = f.done(session, c.AddAction(text="Ring J", owner="Sam"), c.WriteNote(text="Ash's words", stage="arrive"))
    session = f.done(session, c.WriteNote(text="Sam's words", stage="arrive"), by="Sam")
    earlier = f.done(f.session(session_id="2026-10-01-1000-test"), c.AddAction(text="Write", owner="Ash"))
    return session, f.done(earlier, c.ChooseThemes(themes=("safety",)), c.End())


async def export(ui: Shown, what: str, format: str = "", **more: str) -> bytes:
    """The file that is written for these choices."""
    screen = ui.app.screen
    for id, value in {"what": what, "format": format, **more}.items():
        if value:
            screen.query_one(f"#{id}", Choice).value = value
            await ui.pilot.pause()
    path = screen.query_one("#path", Line)
    file = Path.home() / Path(path.value).name
    path.value = str(file)
    await ui.press("ctrl+s")
    assert "Written to" in str(screen.query_one("#written", Plain).content)
    assert file.stat().st_mode & 0o777 == 0o600
    await ui.press("enter")
    return file.read_bytes()


def test_everything_there_is_has_a_name_and_a_sentence() -> None:
    assert {*EXTRACTS, "actions", "calendar"} == WHAT_NAMES.keys() == WHAT_ABOUT.keys()
    assert {*FORMATS, *LISTS} == FORMAT_NAMES.keys() == FORMAT_ABOUT.keys()


async def test_f8_in_a_session_makes_every_kind_of_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    async with shown(desk_of(tmp_path, *two_who_met())) as ui:

        async def made(what: str, format: str = "", **more: str) -> bytes:
            await ui.press("f8")
            assert isinstance(ui.app.screen, ExportDialog)
            return await export(ui, what, format, **more)

        word = Document(io.BytesIO(await made("record", "docx")))
        assert word.paragraphs[0].text == "Supervision session, 23 Nov 2026"
        assert (await made("person", "html")).startswith(b"<!doctype html>")
        assert b"Ash's words" in await made("record", "txt")
        assert b"No more than this" in await made("manager", "txt")
        (event,) = Calendar.from_ical((await made("calendar")).decode()).walk("VEVENT")
        assert str(event["summary"]) == "Look again at: Evening messages"
        here = json.loads(await made("actions", "json"))
        assert [row["text"] for row in here] == ["Ring J", "Look again at: Evening messages"]
        everywhere = (await made("actions", "todo.txt", many="many")).decode()
        assert "Ring J" in everywhere and "Write" in everywhere
        assert (await made("actions", "csv")).startswith(b"\xef\xbb\xbf")
        assert b"fewer than 5" in await made("themes", "md", many="many")
        assert b"risk and safety" in await made("cpd", "txt", many="many")


async def test_what_does_not_go_together_is_not_offered(tmp_path: Path) -> None:
    session, _ = two_who_met()
    async with shown(desk_of(tmp_path, f.done(session, c.AddMatter(alias="M")))) as ui:
        await ui.press("f8")
        screen = ui.app.screen
        rows = {row: screen.query_one(f"#{row}") for row in ("from", "owner", "of-matter")}
        for what, there in (("record", {"of-matter"}), ("mine", {"owner", "of-matter"}), ("calendar", {"from"})):
            screen.query_one("#what", Choice).value = what
            await ui.pilot.pause()
            assert {id for id, row in rows.items() if row.display} == there, what
        assert list(screen.query_one("#format", Choice).names) == ["ics"]


async def test_home_exports_what_is_in_many_sessions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    sessions = two_who_met()
    desk = desk_of(tmp_path, *sessions)

    def noted() -> list[list[str]]:
        return [[entry.id for entry in desk.shelf.store.chain(one.id).entries()][-2:] for one in sessions]

    before = noted()
    async with shown(desk, session="") as ui:
        await ui.press("f8")
        assert list(ui.app.screen.query_one("#what", Choice).names) == list(MANY)
        assert b"risk and safety" in await export(ui, "cpd", "txt")
        await ui.press("f8")
        assert b"Ring J" in await export(ui, "actions", "todo.txt")
        await ui.until(lambda: noted() != before)
        await ui.app.workers.wait_for_complete()
    assert ["cpd", "actions"] in noted()


async def test_another_choice_after_a_file_writes_another_file(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, *two_who_met()), session="") as ui:
        await ui.press("f8")
        screen = ui.app.screen
        screen.query_one("#path", Line).value = str(tmp_path / "x.md")
        await ui.press("ctrl+s")
        assert "Done" in ui.text
        screen.query_one("#what", Choice).value = "calendar"
        await ui.until(lambda: "Write the file" in ui.text)
        await ui.press("ctrl+s")
        assert (tmp_path / "supervision-calendar.ics").read_bytes().startswith(b"BEGIN:VCALENDAR")
        await ui.press("ctrl+s")
        assert not isinstance(ui.app.screen, ExportDialog)


async def test_a_word_file_and_a_web_page_are_read_here_as_text(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, *two_who_met())) as ui:
        await ui.press("f8")
        ui.app.screen.query_one("#format", Choice).value = "docx"
        await ui.pilot.click("#view")
        await ui.until(lambda: isinstance(ui.app.screen, PlainView))
        assert "Supervision session, 23 Nov 2026" in ui.text


async def test_themes_are_chosen_at_reading_back_and_after_signing_too(tmp_path: Path) -> None:
    session, _ = two_who_met()
    async with shown(desk_of(tmp_path, session)) as ui:
        await ui.choose("Read back")
        await ui.until(lambda: isinstance(ui.app.screen, ReadBackScreen))
        ui.app.screen.query_one("#themes", Several).focus()
        await ui.press("space", "right", "right", "space")
        first, _, third, *_ = THEMES
        await ui.until(lambda: ui.room.session.themes == (first, third))
        await ui.press("space")
        await ui.until(lambda: ui.room.session.themes == (first,))
        for by in ("Ash", "Sam"):
            ui.room.change(c.Sign(), by=ui.room.session.people[by == "Sam"].id)
        assert ui.state == "signed"
        await ui.press("space")
        await ui.until(lambda: ui.room.session.themes == (first, third))
        assert ui.state == "signed"


async def test_a_copy_of_ones_own_is_offered_when_a_session_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    async with shown(desk_of(tmp_path, *two_who_met())) as ui:
        await ui.choose("End session")
        await ui.press("left", "enter")
        await ui.until(lambda: isinstance(ui.app.screen, EndedDialog))
        await ui.press("left", "enter")
        await ui.until(lambda: isinstance(ui.app.screen, ExportDialog))
        data = await export(ui, "mine", whose=f.SAM)
        copy, _ = parse_record(json.loads(data), source="copy")
        assert copy.copy is not None and (copy.copy.of, copy.copy.who) == (ID, f.SAM)
        assert [note.text for note in copy.notes] == ["Sam's words"]
        assert copy.ended is not None


async def test_what_cannot_be_made_is_said_on_the_sheet(tmp_path: Path) -> None:
    session = f.done(two_who_met()[0], c.AddMatter(alias="M"))
    session = f.decided(session, stance="hold", title="The cakes", alias="M")
    for by in ("Ash", "Sam"):
        session = f.done(session, c.Agree(id=session.decisions[1].id), by=by)
    async with shown(desk_of(tmp_path, session)) as ui:
        await ui.press("f8")
        ui.app.screen.query_one("#what", Choice).value = "person"
        await ui.press("ctrl+s")
        assert "more than one person" in ui.text
        ui.app.screen.query_one("#matter", Choice).value = "2"
        ui.app.screen.query_one("#path", Line).value = str(tmp_path / "store" / "x.md")
        await ui.press("ctrl+s")
        assert "lies in the folder of the records themselves" in ui.text


async def test_nobody_writes_a_file_onto_somebody_elses_computer(tmp_path: Path) -> None:
    target = tmp_path / "x.md"
    async with shown(desk_of(tmp_path, *two_who_met())) as ui:
        ui.room.seat = Seat(f.SAM, "code", bound=True)
        await ui.press("f8")
        ui.app.screen.query_one("#path", Line).value = str(target)
        await ui.press("ctrl+s")
        assert "on somebody else's computer" in ui.text and "ask the other person for it" in " ".join(ui.text.split())
        assert not target.exists()
        await ui.press("escape")
        ui.room.seat = Seat(f.SAM, "own key", bound=True, fetch="ssh ash@there export that")
        await ui.press("f8")
        assert "on your computer: ssh ash@there export that" in " ".join(ui.text.split())
        await ui.press("escape")
        ui.room.seat = Seat(f.SAM, "code", bound=True, at_home=True)
        await ui.press("f8")
        ui.app.screen.query_one("#path", Line).value = str(target)
        await ui.press("ctrl+s")
        assert target.exists()


@pytest.mark.parametrize(("is_copy", "kept"), [(False, "with"), (True, "without")])
async def test_a_copy_that_is_brought_back_takes_no_private_notes_along(is_copy: bool, kept: str) -> None:
    session = two_who_met()[0]
    app = Harness(ExportDialog(own(session, f.SAM, f.NOW) if is_copy else session, who=f.SAM))
    async with app.run_test(size=(80, 24)):
        await until(lambda: bool(app.screen.query("#private")))
        assert app.screen.query_one("#private", Choice).value == kept
