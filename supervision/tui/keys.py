"""Everything a person can do, in one table: bindings, palette, help and footer are all made from it.

`id` is for good: people remap keys by it. `name` is what the palette says. Keys are those that arrive in every
terminal and are free while one types; plain letters are for screens without a text.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from textual.binding import Binding

Place = Literal["everywhere", "home", "session"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One thing one can do: where, by which keys, and, if it stands in the footer, under which word and how early."""

    id: str
    name: str
    help: str
    keys: tuple[str, ...] = ()
    where: Place = "session"
    short: str = ""
    rank: int = 99

    @property
    def action(self) -> str:
        """The name of the method, without "action_"."""
        return self.id.replace("-", "_")

    @property
    def shown_keys(self) -> tuple[str, ...]:
        return tuple(shown(key) for key in self.keys)


def _c(id: str, name: str, help: str, *keys: str, where: Place = "session", short: str = "", rank: int = 99) -> Command:
    return Command(id=id, name=name, help=help, keys=keys, where=where, short=short, rank=rank)


COMMANDS: tuple[Command, ...] = (
    # -- everywhere -------------------------------------------------------------------------------------------
    _c(
        "help",
        "Help",
        "What you can do here, and by which key.",
        "ctrl+g",
        "f1",
        where="everywhere",
        short="Help",
        rank=0,
    ),
    _c(
        "palette",
        "Everything",
        "This list: all there is to do here, found by typing a part of its name.",
        "ctrl+p",
        "f9",
        where="everywhere",
        short="Everything",
        rank=4,
    ),
    _c(
        "find",
        "Find",
        "Look for words in notes, matters, questions, actions and decisions.",
        "ctrl+f",
        where="everywhere",
    ),
    _c(
        "hide-screen", "Hide the screen", "Cover what is written here until a key is pressed.", "f6", where="everywhere"
    ),
    _c("change-theme", "Change theme", "Other colours: dark, light and those of your own.", where="everywhere"),
    _c("quit", "Quit", "Leave at once. Everything is saved.", "ctrl+q", "f12", where="everywhere"),
    # -- home -------------------------------------------------------------------------------------------------
    _c(
        "new-session",
        "Start a session",
        "Begin with somebody, or write one up afterwards.",
        "n",
        where="home",
        short="New",
        rank=1,
    ),
    _c(
        "find-here",
        "Find words",
        "Look for words in all you may see here.",
        "slash",
        "f",
        where="home",
        short="Find",
        rank=2,
    ),
    _c("actions", "Actions", "All actions, and what became of them.", "a", where="home", short="Actions", rank=3),
    _c(
        "decisions",
        "Decisions",
        "All decisions, and those to look at again.",
        "d",
        where="home",
        short="Decisions",
        rank=4,
    ),
    _c(
        "with-whom",
        "Choose whose sessions to see",
        "Show what belongs to one person and you, or everybody.",
        "w",
        where="home",
    ),
    _c(
        "timeline-home",
        "Timeline",
        "What happened between two of you, by date, and what is coming.",
        "t",
        where="home",
    ),
    _c("agreement-home", "Agreement", "How you and somebody work together: make it, read it, change it.", where="home"),
    _c("undo-home", "Undo", "Take back your latest change to an action or decision.", where="home"),
    _c("redo-home", "Redo", "Do again what was just taken back.", where="home"),
    # -- the way through a session ----------------------------------------------------------------------------
    _c(
        "next-question",
        "Next question",
        "On to the next question, and after a stage's last one to the next stage.",
        "ctrl+n",
        "f3",
        short="Next",
        rank=1,
    ),
    _c("previous-question", "Previous question", "Back to the question before.", "ctrl+r", "f2"),
    _c("next-stage", "Next stage", "On to the next stage; nothing has to be finished first."),
    _c("previous-stage", "Previous stage", "Back to the stage before."),
    _c("jump", "Other pane", "From the notes to the question, the actions, the decisions, and back.", "ctrl+o"),
    _c(
        "quiet-screen",
        "Quiet screen",
        "One question and the notes, nothing else; the same key brings the rest back.",
        "f7",
    ),
    _c("look-back", "Look back", "What was left open, and which decisions are due, from the sessions before."),
    _c(
        "other-writes",
        "The other is writing",
        "What is typed from now on are the words of the other person.",
        "ctrl+s",
    ),
    _c(
        "mark",
        "Mark this line",
        "The line of notes one is at: as an option, once more as a reason, once more as neither.",
        "ctrl+k",
    ),
    _c("mark-option", "Mark as an option", "The line of notes one is at is a way it could go; Decide offers it."),
    _c("mark-reason", "Mark as a reason", "The line of notes one is at says why; Decide offers it."),
    # -- what comes of it -------------------------------------------------------------------------------------
    _c("add-action", "Add action", "Something somebody will do, by when.", "ctrl+t", "f4", short="Action", rank=2),
    _c(
        "propose-decision",
        "Propose decision",
        "Put a boundary decision into words, line by line.",
        "ctrl+l",
        "f5",
        short="Decision",
        rank=3,
    ),
    _c("agree-decision", "Agree decision", "Read a decision and agree to it, or say what you see differently."),
    _c(
        "raise-concern", "Raise a concern", "Somebody could come to harm: who has to know, by when, and who tells them."
    ),
    _c("edit-matter", "Edit the matter", "The alias, the situation and the question you bring."),
    _c("another-matter", "Another matter", "Bring something else, with notes and decisions of its own."),
    _c("next-matter", "Turn to the other matter", "Go to the next of the matters in this session."),
    _c("confidentiality", "Confidentiality", "Read what stays between you and what could not, and say that you have."),
    _c("our-agreement", "Our agreement", "How the two of you work together: make it, read it, change it."),
    _c("undo", "Undo", "Take back your latest change to an action or decision; in the notes, your latest words."),
    _c("redo", "Redo", "Do again what was just taken back."),
    # -- the end ----------------------------------------------------------------------------------------------
    _c("read-back", "Read back", "The whole record as it will be kept, with names and numbers pointed out."),
    _c("sign", "Sign", "Read the record, then each of you signs, now or later."),
    _c("export", "Export", "The record as a file, for each of you or for somebody else.", "f8"),
    _c("end-session", "End session", "Say that this session is over. Nothing else changes, and it can be reopened."),
    _c("reopen-session", "Reopen session", "It was not over after all."),
    _c("add-addendum", "Add an addendum", "Correct a signed record with a dated note."),
    _c("correct-name", "Correct a name", "Mend a name that was misspelt, everywhere in this session."),
    _c("who-is-here", "Who is here", "Who is in this session, and who can read what."),
    _c("actions-here", "Actions", "All actions of the two of you, from every session.", where="session"),
    _c("decisions-here", "Decisions", "All decisions of the two of you, from every session.", where="session"),
    _c("timeline", "Timeline", "What happened between the two of you, by date, and what is coming."),
    _c("home", "Go home", "Back to the first screen. Everything is saved."),
)

BY_ID = {command.id: command for command in COMMANDS}
_NAMES = {"slash": "/", "escape": "Esc", "enter": "Enter", "space": "Space", "tab": "Tab"}


def key_of(app: object, id: str) -> str:
    """The first key of a command as people read it, with a person's own keys where the application has some."""
    return next(command for command in getattr(app, "commands", COMMANDS) if command.id == id).shown_keys[0]


def here(place: Place, commands: Iterable[Command] = COMMANDS) -> list[Command]:
    """What can be done on a screen: its own commands, then those for everywhere."""
    commands = tuple(commands)
    return [c for c in commands if c.where == place] + [
        c for c in commands if c.where == "everywhere" and place != c.where
    ]


def bindings(place: Place) -> list[Binding]:
    """The keys of a place. Keys that type nothing come before what the focus would do with them.

    What has no key stands there as well, under a name that no terminal sends, so that somebody's own keymap can give
    it one.
    """
    return [
        Binding(
            ",".join(command.keys) or f"no_key_{command.action}",
            command.action,
            command.name,
            id=command.id,
            show=False,
            priority=all(len(key) > 1 and key != "slash" for key in command.keys),
        )
        for command in COMMANDS
        if command.where == place
    ]


def footer(place: Place, commands: Iterable[Command] = COMMANDS, *, at_most: int = 5) -> list[Command]:
    """The few keys that a screen names at its foot, Help first."""
    ranked = sorted((c for c in here(place, commands) if c.short and c.keys), key=lambda c: c.rank)
    return ranked[:at_most]


def shown(key: str) -> str:
    """A key as people read it: "ctrl+n" as "^N", "f3" as "F3"."""
    parts = key.split("+")
    last = _NAMES.get(parts[-1], parts[-1])
    last = last.upper() if len(parts) > 1 or (len(last) > 1 and last[0] == "f" and last[1:].isdigit()) else last
    return "".join({"ctrl": "^", "alt": "Alt+", "shift": "Shift+"}.get(part, part) for part in parts[:-1]) + last
