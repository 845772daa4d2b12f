"""Every screen there is: how each is reached in the sample, and which of the program's screens have no place here."""

import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from textual.screen import Screen

from supervision.model.agreement import parties, questions, written
from supervision.model.apply import Act
from supervision.model.values import Session
from supervision.prompts import find
from supervision.sample import sample
from supervision.shelf import Keeping
from supervision.tui import screens, themes
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
    OwnNotesScreen,
    PeopleDialog,
    PrepareScreen,
    ReadBackScreen,
    RecordScreen,
    SayDialog,
    StartDialog,
    TimelineScreen,
    WhoIsHere,
)
from supervision.tui.screens.actions import ActionCard
from supervision.tui.screens.addendum import AddendumDialog
from supervision.tui.screens.bringing import BackUpDialog, BringInDialog, LookedDialog, RestoreDialog
from supervision.tui.screens.chain import ChainScreen
from supervision.tui.screens.choosing import ChooseDialog
from supervision.tui.screens.confidentiality import ConfidentialityDialog
from supervision.tui.screens.decisions import DecisionCard, ReviewDialog, SupportDialog
from supervision.tui.screens.export import PlainView
from supervision.tui.screens.gathered import GatheredDialog, GatheredScreen
from supervision.tui.screens.joining import JoinDialog
from supervision.tui.screens.keeping import KeptDialog, RedactDialog
from supervision.tui.screens.kept_apart import KeptApartDialog
from supervision.tui.screens.own_notes import pages
from supervision.tui.screens.prepare import PreparedDialog
from supervision.tui.screens.protecting import EncryptDialog, LockedScreen, UnlockDialog
from supervision.tui.screens.small import EndDialog, EndedDialog
from supervision.tui.screens.take_to import TakeToDialog
from supervision.tui.screens.welcome import WelcomeScreen
from tests.factory import NOW, TODAY
from tests.tui_desk import Shown

Places = dict[str, Callable[[], Screen[Any]]]

UNDER_ALL = {"HomeScreen", "SessionScreen"}
"""What the others open over."""
KINDS = {
    *("ActionForm", "Company", "Deeds", "Dialog", "FileDialog", "Full", "Listing", "PassphraseDialog", "TakingTurns"),
    "WorkingDialog",
}
"""What screens are made from; none of them is shown as it is."""


def stories() -> tuple[Session, ...]:
    """The sample, newest last: signed ones, one of peers, one under way."""
    return sample(TODAY, find("broken"), find("peer"), now=NOW)


def screen_classes() -> set[str]:
    """The names of all screens in the program."""
    found = set()
    for module in iter_modules(screens.__path__):
        for _, thing in inspect.getmembers(import_module(f"{screens.__name__}.{module.name}"), inspect.isclass):
            if issubclass(thing, Screen) and thing.__module__.startswith(screens.__name__):
                found.add(thing.__name__)
    return found


def every_place(ui: Shown) -> Iterator[tuple[str, Callable[[], Screen[Any]]]]:
    """Every screen and dialog, by name, to be opened over a session that has an action and a decision."""
    yield from _of_the_session(ui).items()
    yield from _of_the_records(ui).items()
    yield from _of_ones_own(ui).items()
    yield from _anywhere().items()


def _of_the_session(ui: Shown) -> Places:
    room, shelf, me = ui.room, ui.screen.shelf, ui.app.desk.me
    decision = room.session.decisions[-1].id
    told = _told(ui)
    return {
        "action": lambda: ActionDialog(room, "Ask for a discussion group"),
        "action again": lambda: ActionDialog(room, action=room.session.actions[0]),
        "addendum": lambda: AddendumDialog(room),
        "agree": lambda: AgreeDialog(room, decision),
        "chain of a decision": lambda: ChainScreen(shelf, told, told.decisions[0].id, me, room=room),
        "chain of an action": lambda: ChainScreen(shelf, told, told.actions[0].id, me),
        "concern": lambda: ConcernDialog(room),
        "decide": lambda: DecideScreen(room, decision),
        "decide anew": lambda: DecideScreen(room),
        "differ": lambda: DifferDialog(room, decision),
        "end": lambda: EndDialog(signed=False),
        "end of a signed one": lambda: EndDialog(signed=True),
        "ended": EndedDialog,
        "export": lambda: ExportDialog(room.session, who=me, shelf=shelf),
        "kept apart": lambda: KeptApartDialog(room),
        "matter": lambda: MatterDialog(room),
        "matter, new": lambda: NewMatterDialog(room),
        "people": lambda: PeopleDialog(room),
        "read back": lambda: ReadBackScreen(room, shelf),
        "take to": lambda: TakeToDialog(room, room.session.decisions, decision),
        "who is here": lambda: WhoIsHere(room),
    }


def _of_the_records(ui: Shown) -> Places:
    room, shelf, me = ui.room, ui.screen.shelf, ui.app.desk.me
    pair = tuple(person.id for person in room.session.people)
    told, keeping = _told(ui), Keeping(ui.screen.shelf)
    answers = {question.key: question.example for question in questions(told.kind) if question.answer == "words"}
    agreed = written(None, parties(told.people), answers, by=me, now=shelf.clock())
    alias = told.matters[0].alias
    looked = ["Sam Okafor's own copy of the session on 21 November 2026 has come back.", "  Ring J", "    now done"]
    lengths = {"supervision": "6 years after it ended", "complaint": "until it is closed and a year more"}
    return {
        "action of another session": lambda: ActionCard(shelf, told, told.actions[0].id, me),
        "action of a decision, new": lambda: ActionCard(shelf, told, "", me, decision=told.decisions[0].id),
        "actions": lambda: ActionsScreen(shelf, me),
        "actions of a pair": lambda: ActionsScreen(shelf, me, pair),
        "actions of nobody": lambda: ActionsScreen(shelf, me, ("nobody", "no one")),
        "back up": lambda: BackUpDialog(ui.app.desk),
        "bring in": lambda: BringInDialog(ui.app.desk, me),
        "join": lambda: JoinDialog(lambda address: None),
        "looked into": lambda: LookedDialog(Path("copy.json"), looked, "Bring it in", lambda: looked),
        "restore": lambda: RestoreDialog(ui.app.desk),
        "agreement": lambda: AgreementDialog(told.people, None, shelf.today, lambda answers: None),
        "agreement as it stands": lambda: AgreementDialog(told.people, agreed, shelf.today, lambda answers: None),
        "confidentiality": lambda: ConfidentialityDialog(room, lambda: agreed, lambda then: None),
        "decision of another session": lambda: DecisionCard(shelf, told, told.decisions[0].id, me),
        "decisions": lambda: DecisionsScreen(shelf, me),
        "decisions of nobody": lambda: DecisionsScreen(shelf, me, ("nobody", "no one")),
        "encrypt": lambda: EncryptDialog(shelf, me),
        "export of many": lambda: ExportDialog(who=me, shelf=shelf),
        "find": lambda: FindScreen(shelf),
        "gathered": lambda: GatheredScreen(alias, keeping.about(alias), shelf, me),
        "gathered, to a file": lambda: GatheredDialog(alias, keeping.about(alias), shelf, me),
        "kept how long": lambda: KeptDialog(told, lengths, shelf.today),
        "record": lambda: RecordScreen(told, shelf=shelf, who=me),
        "redact": lambda: RedactDialog(lambda: told, Act(me, NOW)),
        "review": lambda: ReviewDialog(shelf, told, told.decisions[0], me),
        "start": lambda: StartDialog(shelf, me),
        "support": lambda: SupportDialog(shelf, told, told.decisions[0], me),
        "timeline": lambda: TimelineScreen(shelf, pair, "with Sam"),
    }


def _of_ones_own(ui: Shown) -> Places:
    """What only the owner of the login sees; nothing where nobody owns it."""
    room, desk = ui.room, ui.app.desk
    if desk.private is None:
        return {}
    notes = desk.private()
    people = tuple(person.id for person in room.session.people)
    private = notes.begin(room.session)
    return {
        "own notes": lambda: OwnNotesScreen(notes, private, pages(room.session.pack), 0, matter="1", room=room),
        "own notes, at home": lambda: OwnNotesScreen(notes, private, pages(room.session.pack), 3),
        "prepare": lambda: PrepareScreen(notes, people, "Sam", room.session.pack),
        "prepare a matter": lambda: PreparedDialog(notes, notes.next_with(people), None),
    }


def _anywhere() -> Places:
    return {
        "choose": lambda: ChooseDialog("Which?", {"a": "This one", "b": "The other"}),
        "confirm": lambda: ConfirmDialog("Sure?", about="It can be undone."),
        "help": lambda: HelpScreen("session"),
        "help at home": lambda: HelpScreen("home", place="home"),
        "help in a decision": lambda: HelpScreen("decide"),
        "hidden": HiddenScreen,
        "locked": LockedScreen,
        "passphrase": lambda: UnlockDialog(lambda words: None),
        "name": lambda: NameDialog("Who?", about="As you sign.", suggestions=["Sam"]),
        "plain view": lambda: PlainView("The record", "Words to copy."),
        "say": lambda: SayDialog("Why?", about="In your own words.", placeholder="because ..."),
        "welcome": lambda: WelcomeScreen("Ash", themes.load().usable),
    }


def _told(ui: Shown) -> Session:
    """A record with all there can be in one."""
    shelf = ui.screen.shelf
    closed = [shelf.load(row["id"]) for row in shelf.sessions() if row["state"] != "open"]
    return next(session for session in closed if session.decisions and session.actions)
