"""Three sessions in a row: an action is carried, not copied, and a decision comes back, is loosened, is replaced."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from textual.events import Paste

from supervision.model import views
from supervision.room import Room
from supervision.shelf import Shelf
from supervision.store import Store
from supervision.tui import Desk
from supervision.tui.screens import ActionDialog, AgreeDialog, DecideScreen, LookBackPane, StartDialog
from supervision.tui.screens.decisions import ReviewDialog
from supervision.tui.screens.parts import Choice, WhenLine, Words
from supervision.tui.screens.rows import Rows
from supervision.tui.screens.session import SessionScreen
from supervision.tui.screens.small import SayDialog
from tests.conftest import Program
from tests.factory import NOW
from tests.tui_desk import ME, Shown, shown

FIRST, SECOND, THIRD = NOW, NOW + timedelta(days=30), NOW + timedelta(days=60)
CARRIED = "Tell J about the [new] hours"
TITLE = "Evening messages"
FIELDS = {
    "rationale": "Being answered is what J never had",
    "need": "To know that somebody will answer",
    "situation": "J writes after nine; what do I owe J?",
    "persons_view": "J says: when nobody writes back I think you have gone too",
    "limits": "One reply, by eight, on weekdays",
    "risks": "J may come to wait for it",
    "safeguards": "Looked at in supervision; the out-of-hours line is named",
}


@asynccontextmanager
async def meeting(folder: Path, at: datetime) -> AsyncIterator[Shown]:
    """Ash and Sam start a session on this day, from home."""
    store = Store(folder / "store", views.summary)
    desk = Desk(
        shelf=Shelf(store, lambda: at),
        open_room=lambda session_id: Room(store, session_id, me=ME, clock=lambda: at),
        me=ME,
    )
    async with shown(desk, session="") as ui:
        await ui.press("n")
        await ui.until(lambda: isinstance(ui.app.screen, StartDialog))
        if not store.ids():
            await words(ui, "Sam Okafor")
            await ui.press("ctrl+s")
        else:
            await ui.press("enter", "enter")  # with whom one met last
        await ui.until(lambda: isinstance(ui.app.screen, SessionScreen))
        await ui.screen.all_there()
        yield ui


async def words(ui: Shown, said: str, into: str = "") -> None:
    """Puts words into a field, in place of those that stand there."""
    if into:
        await ui.until(lambda: bool(ui.app.screen.query(into)))
        ui.app.screen.query_one(into).focus()
        await ui.press("end", "ctrl+u")
    ui.app.post_message(Paste(said))
    await ui.pilot.pause()


async def look_back(ui: Shown) -> Rows:
    """On to Look back, and into its list."""
    await ui.choose("Next stage")
    await ui.until(lambda: bool(ui.screen.query(LookBackPane)) and CARRIED in ui.text)
    rows = ui.screen.query_one("#look-back-list", Rows)
    rows.focus()
    await ui.pilot.pause()
    return rows


async def at(ui: Shown, rows: Rows, id: str) -> None:
    """Goes to the row of this action or decision."""
    await ui.press("home")
    for _ in range(rows.option_count):
        here = rows.highlighted
        if here is not None and rows.get_option_at_index(here).id == id:
            return
        await ui.press("down")
    raise AssertionError(f"not listed: {id}")


async def answered(ui: Shown, note: str, said: str) -> None:
    await ui.until(lambda: isinstance(ui.app.screen, SayDialog))
    await words(ui, note)
    await ui.press("enter")
    await ui.until(lambda: said in ui.text)


async def both_agree(ui: Shown) -> None:
    await ui.press("ctrl+l")
    await ui.until(lambda: isinstance(ui.app.screen, AgreeDialog))
    await ui.press("enter")  # read, and on to the line for a name
    for name in ("Ash", "Sam"):
        await words(ui, name)
        await ui.press("enter")
    await ui.until(lambda: isinstance(ui.app.screen, DecideScreen))


async def test_an_action_is_carried_and_a_decision_comes_back_is_loosened_and_replaced(
    tmp_path: Path, program: Program
) -> None:
    def records() -> list[dict[str, Any]]:
        return [program.json("show", row["id"]) for row in reversed(program.json("sessions"))]

    # The first: an action with a day, and a decision to soften that is looked at again in four weeks.
    async with meeting(tmp_path, FIRST) as ui:
        await ui.choose("Add action")
        await ui.until(lambda: isinstance(ui.app.screen, ActionDialog))
        await words(ui, CARRIED)
        await ui.press("tab", "s")
        ui.app.screen.query_one("#due", WhenLine).query_one("Line").focus()
        await words(ui, "in a fortnight")
        await ui.until(lambda: "(in 14 days)" in ui.text)  # understood, before it is kept
        await ui.press("ctrl+s")
        await ui.until(lambda: isinstance(ui.app.screen, SessionScreen))
        await ui.choose("Propose decision")
        await ui.until(lambda: isinstance(ui.app.screen, DecideScreen))
        await ui.until(lambda: bool(ui.app.screen.query("#stance")))
        await words(ui, TITLE)
        for key, said in FIELDS.items():
            await words(ui, said, f"#{key}")
        ui.app.screen.query_one("#review_on", WhenLine).query_one("Line").focus()
        await words(ui, "in 4 weeks")
        ui.app.screen.query("OptionRow Words").first(Words).focus()
        await words(ui, "Hold the hours")
        await ui.press("enter", "enter", "enter", "enter")
        await words(ui, "One reply by eight")
        ui.app.screen.query_one("#stance", Choice).focus()
        await ui.press("s")
        await ui.until(lambda: "Nothing is missing." in ui.text)
        await both_agree(ui)
        await ui.press("escape")
    [first] = records()
    action, old = first["actions"][0], first["decisions"][0]
    assert (action["owner"], action["due"]) == ("Sam Okafor", (FIRST.date() + timedelta(days=14)).isoformat())
    assert (old["status"], old["review_on"]) == ("agreed", (FIRST.date() + timedelta(days=28)).isoformat())

    # The second: the action is overdue and stays open; the decision has come back, and more is allowed now.
    async with meeting(tmp_path, SECOND) as ui:
        rows = await look_back(ui)
        assert "To look at again" in ui.text and "overdue" in ui.text
        await at(ui, rows, action["id"])
        await ui.press("k")
        await answered(ui, "J was away", "Stays open")
        await at(ui, rows, old["id"])
        await ui.press("r")
        await ui.until(lambda: isinstance(ui.app.screen, ReviewDialog))
        ui.app.screen.query_one("#outcome", Choice).focus()
        await ui.press("l")
        await words(ui, "J sleeps", "#happened")
        ui.app.screen.query_one("#again", WhenLine).query_one("Line").focus()
        await words(ui, "in 4 weeks")
        await ui.press("ctrl+s")
        await ui.until(lambda: isinstance(ui.app.screen, SessionScreen))
        await ui.until(lambda: "To look at again" not in ui.text)
    first, second = records()
    assert second["actions"] == [] and second["decisions"] == []
    action, old = first["actions"][0], first["decisions"][0]
    assert (action["status"], [note["text"] for note in action["notes"]]) == ("open", ["J was away"])
    review = old["reviews"][0]
    assert (review["outcome"], review["note"]) == ("loosened", "J sleeps")
    assert review["review_on"] == (SECOND.date() + timedelta(days=28)).isoformat()

    # The third: the action is done, and another decision stands in the old one's place.
    async with meeting(tmp_path, THIRD) as ui:
        rows = await look_back(ui)
        assert "To look at again" in ui.text
        await at(ui, rows, action["id"])
        await ui.press("d")
        await answered(ui, "J knows now", "Done: ")
        await at(ui, rows, old["id"])
        await ui.pilot.click("#replace")
        await ui.until(lambda: isinstance(ui.app.screen, DecideScreen))
        await ui.until(lambda: bool(ui.app.screen.query("#stance")))
        await words(ui, "Two replies, by nine, on weekdays", "#limits")
        ui.app.screen.query_one("#review_on", WhenLine).query_one("Line").focus()
        await words(ui, "in 3 months")
        await ui.press("tab")
        await ui.until(lambda: "Nothing is missing." in ui.text)
        await both_agree(ui)
        await ui.press("escape")
    program.now = THIRD
    first, second, third = records()
    action, old, new = first["actions"][0], first["decisions"][0], third["decisions"][0]
    assert second["actions"] == third["actions"] == []
    assert (action["status"], action["session"]) == ("done", first["id"])
    assert [(note["by"], note["text"]) for note in action["notes"]] == [(ME, "J was away"), (ME, "J knows now")]
    assert date.fromisoformat(action["closed"][:10]) == THIRD.date()
    assert (old["status"], old["replaced_by"], old["limits"]) == ("replaced", new["id"], FIELDS["limits"])
    assert (new["status"], new["replaces"], new["title"]) == ("agreed", old["id"], TITLE)
    assert new["limits"] == "Two replies, by nine, on weekdays"
    assert [row["decisions_due"] for row in (first, second, third)] == [0, 0, 0]
    assert [row["actions_open"] for row in (first, second, third)] == [0, 0, 0]
    assert program.json("actions") == [] and program.json("decisions", "--due") == []
    assert {row["id"]: row["status"] for row in program.json("decisions")} == {
        old["id"]: "replaced",
        new["id"]: "agreed",
    }
