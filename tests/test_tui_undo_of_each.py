"""Undo and redo from the screen, of every kind of change to actions and decisions: what was there is there again."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from supervision.model import changes as c
from supervision.model.values import Action, Decision, Session
from tests import factory as f
from tests.tui_desk import ID, desk_of, one_session, shown

Make = Callable[[Action, Decision], c.Change]

KINDS: dict[str, Make] = {
    "AddAction": lambda action, decision: c.AddAction(text="Ring the manager", owner="Ash", due=date(2026, 12, 4)),
    "EditAction": lambda action, decision: c.EditAction(id=action.id, text="Tell J on Monday", waiting_on="Maria"),
    "SetActionStatus": lambda action, decision: c.SetActionStatus(id=action.id, status="done"),
    "NoteAction": lambda action, decision: c.NoteAction(id=action.id, text="Asked at handover"),
    "KeepAction": lambda action, decision: c.KeepAction(id=action.id, note="still matters"),
    "Propose": lambda action, decision: c.Propose(fields={"title": "Another way"}),
    "EditDecision": lambda action, decision: c.EditDecision(id=decision.id, fields={"limits": "until Friday"}),
    "Agree": lambda action, decision: c.Agree(id=decision.id),
    "NotYet": lambda action, decision: c.NotYet(id=decision.id),
    "Disagree": lambda action, decision: c.Disagree(id=decision.id, text="I see it differently"),
    "ReviewDecision": lambda action, decision: c.ReviewDecision(
        id=decision.id, outcome="kept", note="It held", review_on=date(2027, 3, 1)
    ),
    "SetSupport": lambda action, decision: c.SetSupport(id=decision.id, status="given", by="Maria Lewis"),
}


def begun(kind: str) -> Session:
    """An action, and a decision that Ash has agreed to where this kind needs one, or both where it is reviewed."""
    decided = f.decided(one_session(), stance="hold", review_on="2027-01-04")
    agreed = {"NotYet": ("Ash",), "Disagree": ("Ash",), "ReviewDecision": ("Ash", "Sam")}.get(kind, ())
    for who in agreed:
        decided = f.done(decided, c.Agree(id=decided.decisions[0].id), by=who)
    return f.done(decided, c.AddAction(text="Tell J about the hours", owner="Sam"))


def made(session: Session) -> tuple[tuple[Action, ...], tuple[Decision, ...]]:
    """Its actions and decisions. Words of somebody who sees it differently stay beside them: those are their own."""
    return session.actions, session.decisions


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", ["in the session", "from home"])
async def test_a_change_is_taken_back_and_done_again(tmp_path: Path, kind: str, way: str) -> None:
    desk = desk_of(tmp_path, begun(kind))
    async with shown(desk, session=ID if way == "in the session" else "", size=(80, 24)) as ui:

        def now() -> tuple[tuple[Action, ...], tuple[Decision, ...]]:
            return made(ui.room.session if way == "in the session" else desk.shelf.load(ID))

        before = now()
        change = KINDS[kind](before[0][0], before[1][0])
        if way == "in the session":
            ui.room.change(change)
        else:
            desk.shelf.carry(ID, change, "Ash Patel")
            ui.app.screen.reread()  # type: ignore[attr-defined]
        after = now()
        assert after != before, "nothing changed, so there is nothing to take back"
        await ui.choose("Undo")
        assert now() == before and "Taken back" in ui.text
        await ui.choose("Redo")
        assert now() == after and "Done again" in ui.text
        await ui.choose("Undo")
        assert now() == before


def test_every_kind_of_change_to_an_action_or_a_decision_is_tried() -> None:
    kinds = {name for name, thing in vars(c).items() if isinstance(thing, type) and issubclass(thing, c.Change)}
    assert {name for name in kinds if "Action" in name or "Decision" in name} <= set(KINDS)
