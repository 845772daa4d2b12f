"""The screens: home, the session, and what opens over them. Each is loaded when it is first opened."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from supervision.tui.screens.action import ActionDialog
    from supervision.tui.screens.actions import ActionsScreen
    from supervision.tui.screens.agree import AgreeDialog, DifferDialog
    from supervision.tui.screens.agreement import AgreementDialog
    from supervision.tui.screens.concern import ConcernDialog
    from supervision.tui.screens.decide import DecideScreen
    from supervision.tui.screens.decisions import DecisionsScreen
    from supervision.tui.screens.export import ExportDialog
    from supervision.tui.screens.find import FindScreen
    from supervision.tui.screens.help import HelpScreen
    from supervision.tui.screens.hidden import HiddenScreen
    from supervision.tui.screens.look_back import LookBackPane
    from supervision.tui.screens.matter import MatterDialog, NewMatterDialog
    from supervision.tui.screens.own_notes import OwnNotesScreen
    from supervision.tui.screens.people import PeopleDialog, WhoIsHere
    from supervision.tui.screens.prepare import PrepareScreen
    from supervision.tui.screens.read_back import ReadBackScreen
    from supervision.tui.screens.record import RecordScreen
    from supervision.tui.screens.small import ConfirmDialog, NameDialog, SayDialog
    from supervision.tui.screens.start import StartDialog
    from supervision.tui.screens.timeline import TimelineScreen

_HOMES = {
    "ActionDialog": "action",
    "ActionsScreen": "actions",
    "AgreeDialog": "agree",
    "AgreementDialog": "agreement",
    "ConcernDialog": "concern",
    "ConfirmDialog": "small",
    "DecideScreen": "decide",
    "DecisionsScreen": "decisions",
    "DifferDialog": "agree",
    "ExportDialog": "export",
    "FindScreen": "find",
    "HelpScreen": "help",
    "HiddenScreen": "hidden",
    "LookBackPane": "look_back",
    "MatterDialog": "matter",
    "NameDialog": "small",
    "NewMatterDialog": "matter",
    "OwnNotesScreen": "own_notes",
    "PeopleDialog": "people",
    "PrepareScreen": "prepare",
    "ReadBackScreen": "read_back",
    "RecordScreen": "record",
    "SayDialog": "small",
    "StartDialog": "start",
    "TimelineScreen": "timeline",
    "WhoIsHere": "people",
}

__all__ = [
    "ActionDialog",
    "ActionsScreen",
    "AgreeDialog",
    "AgreementDialog",
    "ConcernDialog",
    "ConfirmDialog",
    "DecideScreen",
    "DecisionsScreen",
    "DifferDialog",
    "ExportDialog",
    "FindScreen",
    "HelpScreen",
    "HiddenScreen",
    "LookBackPane",
    "MatterDialog",
    "NameDialog",
    "NewMatterDialog",
    "OwnNotesScreen",
    "PeopleDialog",
    "PrepareScreen",
    "ReadBackScreen",
    "RecordScreen",
    "SayDialog",
    "StartDialog",
    "TimelineScreen",
    "WhoIsHere",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
