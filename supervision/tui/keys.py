"""Everything a person can do, in one table: bindings, palette, help and footer are all made from it.

`id` is for good: people remap keys by it. `name` is what the palette says, `wish` what Help says. Keys are those that
arrive in every terminal and are free while one types; plain letters are for screens without a text.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from textual.binding import Binding

Place = Literal["everywhere", "home", "list", "session", "story", "turns"]
"""Where something can be done; "turns" is a session of two peers who take turns, "story" the sample while told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One thing one can do: where, by which keys, and, if it stands in the footer, under which word and how early."""

    id: str
    name: str
    wish: str
    """What one wants who does this, as it goes on from "I want to ..."."""
    keys: tuple[str, ...] = ()
    where: Place = "session"
    short: str = ""
    rank: int = 99

    @property
    def action(self) -> str:
        """The name of the method, without "action_"."""
        return self.id.replace("-", "_")

    @property
    def sentence(self) -> str:
        """The wish as a sentence of its own."""
        return f"{self.wish[:1].upper()}{self.wish[1:]}."

    @property
    def shown_keys(self) -> tuple[str, ...]:
        return tuple(shown(key) for key in self.keys)

    @property
    def brief_key(self) -> str:
        """The first key in the fewest letters, for where there is no room."""
        return brief(self.keys[0])


def _c(id: str, name: str, wish: str, *keys: str, where: Place = "session", short: str = "", rank: int = 99) -> Command:
    return Command(id=id, name=name, wish=wish, keys=keys, where=where, short=short, rank=rank)


COMMANDS: tuple[Command, ...] = (
    # -- everywhere -------------------------------------------------------------------------------------------
    _c(
        "help",
        "Help",
        "see what I can do here, and by which key",
        "ctrl+g",
        "f1",
        where="everywhere",
        short="Help",
        rank=0,
    ),
    _c(
        "palette",
        "Everything",
        "find anything there is to do, by a word of it",
        "ctrl+p",
        "f9",
        where="everywhere",
        short="Everything",
        rank=4,
    ),
    _c(
        "find",
        "Find",
        "find what was said: in notes, matters, questions, actions and decisions",
        "ctrl+f",
        where="everywhere",
    ),
    _c(
        "hide-screen",
        "Hide the screen",
        "cover what is written here, because somebody comes in",
        "ctrl+d",
        "f6",
        where="everywhere",
    ),
    _c(
        "protection",
        "What is protected",
        "read what is protected here and what is not",
        where="everywhere",
    ),
    _c("change-theme", "Change theme", "change the colours: dark, light, or my own", where="everywhere"),
    _c("quit", "Quit", "leave at once; everything is saved", "ctrl+q", "f12", where="everywhere"),
    # -- home -------------------------------------------------------------------------------------------------
    _c(
        "new-session",
        "Start a session",
        "meet somebody now, or write up a session that was held before",
        "n",
        where="home",
    ),
    _c(
        "prepare",
        "Prepare the next session",
        "prepare what I want to bring next time, and think about it, for my own eyes",
        "p",
        where="home",
    ),
    _c(
        "find-here",
        "Find words",
        "find what was said, in everything I may see here",
        "slash",
        "f",
        where="home",
        short="Find",
        rank=1,
    ),
    _c(
        "actions", "Actions", "see what was promised, and what became of it", "a", where="home", short="Actions", rank=2
    ),
    _c(
        "decisions",
        "Decisions",
        "see what was decided, and what to look at again",
        "d",
        where="home",
        short="Decisions",
        rank=3,
    ),
    _c(
        "with-whom",
        "Choose whose sessions to see",
        "see only what belongs to one person and me, or everybody's",
        "w",
        where="home",
    ),
    _c(
        "timeline-home",
        "Timeline",
        "see what happened between two of us, by date, and what is coming",
        "t",
        where="home",
    ),
    _c(
        "agreement-home",
        "Agreement",
        "agree how somebody and I work together: make it, read it, change it",
        where="home",
    ),
    _c(
        "export-home",
        "Export",
        "have actions, a calendar, training records or themes of many sessions as a file",
        "f8",
        where="home",
    ),
    _c(
        "join-elsewhere",
        "Join a session on another computer",
        "join a session that somebody has open on another computer, by the address they sent me",
        "j",
        where="home",
    ),
    _c(
        "bring-in",
        "Bring in a copy",
        "bring in a copy that somebody took with them, or a session from elsewhere",
        "i",
        where="home",
    ),
    _c(
        "back-up",
        "Back up everything",
        "keep everything a second time, for the day something is lost",
        "b",
        where="home",
    ),
    _c(
        "restore",
        "Restore a backup",
        "put back what a backup holds and is missing here, or older here",
        "r",
        where="home",
    ),
    _c(
        "records-due",
        "Records to look at",
        "see which records have been kept as long as our organisation wants, and say what becomes of them",
        where="home",
    ),
    _c(
        "gather",
        "Everything about somebody",
        "gather all that is kept about somebody who asks for it, to go through before it is handed on",
        where="home",
    ),
    _c(
        "encrypt-records",
        "Encrypt everything",
        "encrypt all that is kept here, so that it opens with my passphrase alone",
        where="home",
    ),
    _c("undo-home", "Undo", "take back my latest change to an action or decision", where="home"),
    _c("redo-home", "Redo", "do again what was just taken back", where="home"),
    # -- the lists of actions and decisions -------------------------------------------------------------------
    _c(
        "narrow",
        "Show only some",
        "see only those of one person, one pair, one session, or since a day",
        "n",
        where="list",
    ),
    _c(
        "timeline-list",
        "Timeline",
        "see what happened by date with whom, or about whom, these are",
        "t",
        where="list",
    ),
    _c("undo-list", "Undo", "take back my latest change to an action or decision", "u", "ctrl+z", where="list"),
    _c("redo-list", "Redo", "do again what was just taken back", "r", "ctrl+y", where="list"),
    # -- the story of the sample; its keys are taken from whatever else has them, for as long as it is told ---
    _c("story-next", "Next step of the story", "see the next screen of the story", "ctrl+e", where="story"),
    _c("story-leave", "Leave the story", "look around in the sample by myself", "escape", where="story"),
    _c(
        "story-again",
        "Tell the story of the sample",
        "be shown around in five screens, among invented people",
        where="home",
    ),
    # -- the way through a session ----------------------------------------------------------------------------
    _c(
        "next-question",
        "Next question",
        "go on: to the next question, and after a stage's last one to the next stage",
        "ctrl+n",
        "f3",
        short="Next",
        rank=1,
    ),
    _c("previous-question", "Previous question", "go back to the question before", "ctrl+r", "f2"),
    _c("next-stage", "Next stage", "go on to the next stage; nothing has to be finished first"),
    _c("previous-stage", "Previous stage", "go back to the stage before"),
    _c("go-to-other", "Go to the other", "go where the other person is in the session"),
    _c(
        "follow",
        "Go along, or look around by myself",
        "go where the other goes when both are at keyboards of their own, or stay where I am",
    ),
    _c("jump", "Other pane", "go from the notes to the actions, the decisions, the question, and back", "ctrl+o"),
    _c(
        "quiet-screen",
        "Quiet screen",
        "see one question and the notes, nothing else; the same key brings the rest back",
        "f7",
    ),
    _c("come-back", "Back to where I was", "come back to where I was, after a look somewhere else"),
    _c("look-back", "Look back", "see what was promised last time, and which decisions are due"),
    _c(
        "other-writes",
        "The other is writing",
        "hand the keyboard over: what is typed next are the other person's words",
        "ctrl+s",
    ),
    _c(
        "mark",
        "Mark this line",
        "mark this line of notes as an option; once more as a reason; once more as neither",
        "ctrl+k",
    ),
    _c(
        "mark-option",
        "Mark as an option",
        "say that this line of notes is a way it could go; a decision offers it later",
    ),
    _c("mark-reason", "Mark as a reason", "say that this line of notes says why; a decision offers it later"),
    # -- what comes of it -------------------------------------------------------------------------------------
    _c("add-action", "Add action", "write down what somebody will do, by when", "ctrl+t", "f4", short="Action", rank=2),
    _c(
        "propose-decision",
        "Propose decision",
        "put a decision into words, line by line",
        "ctrl+l",
        "f5",
        short="Decision",
        rank=3,
    ),
    _c("agree-decision", "Agree decision", "agree to a decision, or say that I disagree and see it differently"),
    _c("raise-concern", "Raise a concern", "say that somebody could come to harm: who has to know, by when, from whom"),
    _c("edit-matter", "Edit the matter", "change the alias, the situation or the question we bring"),
    _c("another-matter", "Another matter", "bring a second matter, with notes and decisions of its own"),
    _c("next-matter", "Turn to the other matter", "go to the other matter of this session"),
    _c("confidentiality", "Confidentiality", "read what stays between us and what could not"),
    _c("our-agreement", "Our agreement", "agree how the two of us work together: make it, read it, change it"),
    _c("own-notes", "Private notes", "write for my own eyes, and share a line of it or not"),
    _c("prepared", "What I prepared", "take in what I prepared for this session"),
    _c("undo", "Undo", "take back my latest change to an action or decision; in the notes, my latest words"),
    _c("redo", "Redo", "do again what was just taken back"),
    # -- paired reflection ------------------------------------------------------------------------------------
    _c("present-first", "Who presents first", "say which of us has the first turn", where="turns"),
    _c("clock", "Stop the clock, or go on", "stop the clock of this turn, or let it go on", where="turns"),
    _c("take-to", "Take it to somebody", "take what we propose to somebody who may say yes", where="turns"),
    _c("heard", "Did we hear something", "say whether I heard something that we must raise", where="turns"),
    # -- the end ----------------------------------------------------------------------------------------------
    _c("read-back", "Read back", "read the whole record as it will be kept, with names and numbers pointed out"),
    _c("sign", "Sign", "sign: read the record, then each signs, now or later"),
    _c(
        "export",
        "Export",
        "get the record as a file, a copy of my own, or what is in it for the manager, the person or a training "
        "record; a calendar too",
        "f8",
    ),
    _c("end-session", "End session", "say that this session is over; nothing else changes, and it can be reopened"),
    _c("reopen-session", "Reopen session", "open the session again: it was not over after all"),
    _c("add-addendum", "Add an addendum", "correct a signed record, with a dated note"),
    _c(
        "record-keeping",
        "Keep or erase this record",
        "say how long this record is kept, take words out of it for good, or erase it",
    ),
    _c("correct-name", "Correct a name", "mend a name that was misspelt, everywhere in this session"),
    _c("who-is-here", "Who is here", "see who is here, and who could read this"),
    _c("whose-words", "Whose words are these", "see who wrote what in the line of notes I am at"),
    _c("kept-apart", "Words kept apart", "see what I wrote while the line was lost and could not come in by itself"),
    _c("actions-here", "Actions", "see what the two of us promised, in every session", where="session"),
    _c("decisions-here", "Decisions", "see what the two of us decided, in every session", where="session"),
    _c("timeline", "Timeline", "see what happened between the two of us, by date, and what is coming"),
    _c("home", "Go home", "go back to the first screen; everything is saved"),
)

BY_ID = {command.id: command for command in COMMANDS}
_NAMES = {"slash": "/", "escape": "Esc", "enter": "Enter", "space": "Space", "tab": "Tab"}


NOT_FOR_GUESTS = frozenset(
    ("home", "find", "actions-here", "decisions-here", "timeline", "other-writes", "own-notes", "prepared")
)
"""What is not offered where there is one session and one person: it is about other records, or other people."""


def key_of(app: object, id: str, *, in_brief: bool = False) -> str:
    """The first key of a command as people read it, with a person's own keys where the application has some."""
    command = next(command for command in getattr(app, "commands", COMMANDS) if command.id == id)
    return command.brief_key if in_brief else command.shown_keys[0]


def way_to(app: object, id: str) -> str:
    """How to do something where no function key arrives: its first other key, or else its name in the palette."""
    command = next(command for command in getattr(app, "commands", COMMANDS) if command.id == id)
    key = next((key for key in command.keys if not is_function_key(key)), "")
    return shown(key) if key else f"{key_of(app, 'palette')} and then {command.name}"


def is_function_key(key: str) -> bool:
    """Whether it is one of F1 to F12, which some keyboards do not have and some terminals keep for themselves."""
    return key[:1] == "f" and key[1:].isdigit()


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
    """A key as people read it: "ctrl+n" as "Ctrl+N", "f3" as "F3"."""
    *before, last = key.split("+")
    last = _NAMES.get(last, last)
    last = last.upper() if before or is_function_key(last) else last
    return "+".join([*(part.capitalize() for part in before), last])


def brief(key: str) -> str:
    """The same where there is little room: "ctrl+n" as "^N"."""
    return shown(key).replace("Ctrl+", "^")
