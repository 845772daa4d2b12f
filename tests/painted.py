"""What stands on the screen as it is painted: every stretch of words with its colours, and every screen there is."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from rich.color import Color
from rich.style import Style
from textual._context import visible_screen_stack
from textual.app import App
from textual.screen import Screen
from textual.strip import Strip

from supervision.model.agreement import parties, questions, written
from supervision.model.values import Session
from supervision.prompts import find
from supervision.sample import sample
from supervision.tui.screens import (
    ActionDialog,
    ActionsScreen,
    AgreeDialog,
    AgreementDialog,
    ConcernDialog,
    ConfirmDialog,
    DecideScreen,
    DecisionsScreen,
    DifferDialog,
    ExportDialog,
    FindScreen,
    HelpScreen,
    HiddenScreen,
    MatterDialog,
    NameDialog,
    NewMatterDialog,
    PeopleDialog,
    ReadBackScreen,
    RecordScreen,
    SayDialog,
    StartDialog,
    WhoIsHere,
)
from supervision.tui.screens.actions import ActionCard
from supervision.tui.screens.chain import ChainScreen
from supervision.tui.screens.choosing import ChooseDialog
from supervision.tui.screens.confidentiality import ConfidentialityDialog
from supervision.tui.screens.decisions import DecisionCard, ReviewDialog, SupportDialog
from supervision.tui.screens.export import PlainView
from supervision.tui.screens.small import EndedDialog
from tests.factory import NOW, TODAY
from tests.tui_desk import Shown

_DRAWN = re.compile(r"[\s─-◿⠀-⣿]+")
"""Rules, bars and blocks: nothing that is read."""


@dataclass(frozen=True, slots=True)
class Painted:
    """Words on the screen, and how they are painted."""

    row: int
    words: str
    style: Style

    @property
    def inks(self) -> tuple[Color, Color]:
        """The colours of the words and of what they stand on, as they reach the terminal."""
        default = Color.parse("default")
        ink, ground = self.style.color or default, self.style.bgcolor or default
        return (ground, ink) if self.style.reverse else (ink, ground)


def strips(app: App[Any]) -> list[Strip]:
    """The screen row by row, with what shows through from the screens beneath."""
    width = app.size.width
    visible_screen_stack.set(app._background_screens)
    app.screen._styles_cache.clear()  # it may hold the screen as it was without those
    return [strip.crop(0, width) for strip in app.screen._compositor.render_strips(app.size)]


def painted(app: App[Any]) -> Iterator[Painted]:
    """Every stretch of words; rules, bars and empty cells are left out."""
    for row, strip in enumerate(strips(app)):
        for segment in strip:
            if words := _DRAWN.sub(" ", segment.text).strip():
                yield Painted(row, words, segment.style or Style())


def lines(app: App[Any]) -> list[str]:
    return [strip.text.rstrip() for strip in strips(app)]


def styled(app: App[Any], words: str) -> list[Style]:
    """How these words are painted, at each place where they stand."""
    return [found.style for found in painted(app) if words in found.words]


def stories() -> tuple[Session, ...]:
    """The sample, newest last: signed ones, one of peers, one under way."""
    return sample(TODAY, find("broken"), find("peer"), now=NOW)


def over_a_session(ui: Shown) -> dict[str, Callable[[], Screen[Any]]]:
    """Every screen and dialog that opens over a session, by name; the session has an action and a decision."""
    room, shelf, me = ui.room, ui.screen.shelf, ui.app.desk.me
    decision = room.session.decisions[-1].id
    pair = tuple(person.id for person in room.session.people)
    closed = [shelf.load(row["id"]) for row in shelf.sessions() if row["state"] != "open"]
    told = next(session for session in closed if session.decisions and session.actions)
    answers = {question.key: question.example for question in questions(told.kind) if question.answer == "words"}
    agreed = written(None, parties(told.people), answers, by=me, now=shelf.clock())
    return {
        "action": lambda: ActionDialog(room, "Ask for a discussion group"),
        "action again": lambda: ActionDialog(room, action=room.session.actions[0]),
        "action of another session": lambda: ActionCard(shelf, told, told.actions[0].id, me),
        "action of a decision, new": lambda: ActionCard(shelf, told, "", me, decision=told.decisions[0].id),
        "actions": lambda: ActionsScreen(shelf, me),
        "actions of a pair": lambda: ActionsScreen(shelf, me, pair),
        "agree": lambda: AgreeDialog(room, decision),
        "chain of a decision": lambda: ChainScreen(shelf, told, told.decisions[0].id, me, room=room),
        "chain of an action": lambda: ChainScreen(shelf, told, told.actions[0].id, me),
        "choose": lambda: ChooseDialog("Which?", {"a": "This one", "b": "The other"}),
        "concern": lambda: ConcernDialog(room),
        "agreement": lambda: AgreementDialog(told.people, None, shelf.today, lambda answers: None),
        "agreement as it stands": lambda: AgreementDialog(told.people, agreed, shelf.today, lambda answers: None),
        "confidentiality": lambda: ConfidentialityDialog(room, lambda: agreed, lambda then: None),
        "confirm": lambda: ConfirmDialog("Sure?", about="It can be undone."),
        "decide": lambda: DecideScreen(room, decision),
        "decide anew": lambda: DecideScreen(room),
        "decision of another session": lambda: DecisionCard(shelf, told, told.decisions[0].id, me),
        "decisions": lambda: DecisionsScreen(shelf, me),
        "differ": lambda: DifferDialog(room, decision),
        "ended": EndedDialog,
        "export": lambda: ExportDialog(room.session, who=me, shelf=shelf),
        "export of many": lambda: ExportDialog(who=me, shelf=shelf),
        "find": lambda: FindScreen(shelf),
        "help": lambda: HelpScreen("session"),
        "help in a decision": lambda: HelpScreen("decide"),
        "hidden": HiddenScreen,
        "matter": lambda: MatterDialog(room),
        "matter, new": lambda: NewMatterDialog(room),
        "name": lambda: NameDialog("Who?", about="As you sign.", suggestions=["Sam"]),
        "people": lambda: PeopleDialog(room),
        "plain view": lambda: PlainView("The record", "Words to copy."),
        "read back": lambda: ReadBackScreen(room),
        "record": lambda: RecordScreen(told),
        "review": lambda: ReviewDialog(shelf, told, told.decisions[0], me),
        "say": lambda: SayDialog("Why?", about="In your own words.", placeholder="because ..."),
        "start": lambda: StartDialog(shelf, me),
        "support": lambda: SupportDialog(shelf, told, told.decisions[0], me),
        "who is here": lambda: WhoIsHere(room),
    }
