"""Help: what one may want to do, and by which key, beginning with where one is. Enter or a click does it."""

from collections.abc import Iterable

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from supervision.errors import Damaged
from supervision.tui.everywhere import Everywhere
from supervision.tui.keymap import Keymap
from supervision.tui.keys import COMMANDS, Command
from supervision.tui.screens.parts import Dialog, Plain, Press
from supervision.tui.screens.rows import Rows
from supervision.tui.widgets.hanging import hanging

Wish = tuple[str, str]
"""What somebody may want, and the key: a command's id in braces, or a key by its name."""

IN_A_LIST = (("open the one I am at", "Enter"), ("see other ones", "Left Right"))
PANES: dict[str, tuple[str, tuple[Wish, ...]]] = {
    "home": ("On the first screen", (("open what I am at", "Enter"), ("go up and down", "Up Down"))),
    "notes": (
        "In the notes",
        (
            ("write down what is said; key words are enough", "just type"),
            ("begin a new line", "Enter"),
            ("mark this line as an option, or as a reason", "{mark}"),
            ("go on to the next question", "{next-question}"),
        ),
    ),
    "prompt": (
        "At the question",
        (("read on", "Up Down"), ("do what is offered below it", "Tab Enter"), ("go back to the notes", "Esc")),
    ),
    "actions": (
        "In the actions",
        (
            ("say that the one I am at is done, or open it again", "Space"),
            ("read it, change it or drop it", "Enter"),
            ("write another one down", "{add-action}"),
            ("go back to the notes", "Esc"),
        ),
    ),
    "decisions": (
        "In the decisions",
        (
            ("read the one I am at, change it, or agree to it", "Enter"),
            ("put another one into words", "{propose-decision}"),
            ("go back to the notes", "Esc"),
        ),
    ),
    "look-back": (
        "Looking back",
        (
            ("say that what I am at is done", "D"),
            ("keep it open", "K"),
            ("change it", "C"),
            ("drop it", "X"),
            ("say what became of a decision", "R"),
            ("say what somebody with authority has answered", "S"),
            ("go back to the notes", "Esc"),
        ),
    ),
    "all actions": ("In the list of actions", (("say that the one I am at is done", "Space"), *IN_A_LIST)),
    "timeline": (
        "In a timeline",
        (("open the record I am at", "Enter"), ("see only what is about one person", "N"), ("go back", "Esc")),
    ),
    "all decisions": ("In the list of decisions", IN_A_LIST),
    "chain": (
        "An action or a decision, and where it came from",
        (
            ("go to another part of it", "Left Right"),
            ("open what I am at", "Enter"),
            ("say that the action I am at is done", "D"),
            ("say how an action is getting on", "N"),
            ("say what became of a decision", "R"),
            ("say what somebody with authority has answered", "S"),
            ("say that I see a decision differently", "V"),
            ("go back", "Esc"),
        ),
    ),
    "decide": (
        "In a decision",
        (
            ("go on to the next line", "Enter"),
            ("choose one of several", "Left Right"),
            ("agree, or say that I see it differently", "{propose-decision}"),
            ("write down what will be done for it", "{add-action}"),
            ("go to the notes beside it, and back", "{jump}"),
            ("leave it as it is now; it is kept", "Esc"),
        ),
    ),
    "read back": (
        "Reading back",
        (
            ("read on", "PgDn"),
            ("go to the next name or number that is pointed out", "N"),
            ("sign, or say when we meet next", "End"),
            ("get the record as a file", "E"),
        ),
    ),
    "form": (
        "In a form",
        (
            ("go on to the next line", "Enter"),
            ("go back a line", "Up"),
            ("choose one of several", "Left Right"),
            ("finish it from anywhere", "Ctrl+S"),
            ("leave it; what I typed is kept for the next time", "Esc"),
        ),
    ),
    "own notes": (
        "In your private notes",
        (
            ("write; nobody else is shown it", "just type"),
            ("bring the line I am at into the session, as my words", "Ctrl+K"),
            ("bring all of it into the session", "Ctrl+L"),
            ("go on to the next question", "{next-question}"),
            ("go back; what I wrote is kept", "Esc"),
        ),
    ),
    "prepare": (
        "Preparing the next session",
        (
            ("open the matter or the question I am at", "Enter"),
            ("bring another matter", "N"),
            ("take the matter I am at away", "X"),
            ("go back; everything is kept", "Esc"),
        ),
    ),
    "page": ("Here", (("read on", "PgDn"), ("go back", "Esc"))),
}
ALWAYS: tuple[Wish, ...] = (
    ("move from one thing to the next", "Tab or arrows"),
    ("go one step back, keeping what I typed", "Esc"),
    ("scroll", "PgUp PgDn"),
    ("do any of this with the mouse", "click"),
)
NOT_PROTECTED = (
    "Records are files on this computer, {so}. "
    "What you export, and what stays in your terminal's own history, is no longer looked after here."
)
_CLEAR = "and are not encrypted: whoever can log in as this user can read them"
_ENCRYPTED = "and are encrypted: while this is open, whoever can log in as this user can read them"
KEYS_SAID = "Ctrl+N, also written ^N: hold the key Ctrl down and press N."
DO_IT = "Enter does what you are at"


class HelpScreen(Dialog[str | None]):
    """Tells what can be done in a pane, then on its screen and everywhere; gives the id of what is to be done now.

    `keys` is the table, with a person's own keys in it; `place` says which of them belong to the screen.
    """

    DEFAULT_CSS = """
    HelpScreen > .sheet { width: 92; }
    HelpScreen Rows { height: auto; }
    HelpScreen Rows > .option-list--option { padding: 0 1; }
    HelpScreen Foot > .quiet { width: auto; margin-left: 2; }
    """
    heading = "I want to ..."
    pane = "page"

    def __init__(
        self,
        pane: str,
        keys: Iterable[Command] = COMMANDS,
        own: Keymap | None = None,
        place: str = "",
        *,
        in_turns: bool = False,
    ) -> None:
        super().__init__()
        self._turns = {"turns": "While you take turns"} if in_turns else {}
        self._pane = pane
        self._place = place or {"home": "home", "notes": "session"}.get(pane, "")
        self._keys = tuple(keys)
        self._faults = (*own.refused, *own.warnings) if own else ()

    def fields(self) -> Iterable[Widget]:
        yield Rows(id="told")

    def buttons(self) -> Iterable[Widget]:
        yield Press("Back", id="leave")
        yield Plain(DO_IT, classes="quiet")  # whatever its keys are, and where none of them arrives

    def start(self) -> None:
        self._show()
        self.query_one(Rows).focus()

    def on_resize(self) -> None:
        self._show()

    def _fit(self) -> None:
        super()._fit()
        self.query_one(Rows).styles.max_height = self.query_one("Form").styles.max_height

    def _show(self) -> None:
        width = min(92, self.app.size.width) - (5 if self.app.size.width < 72 else 9)
        title, wishes = PANES.get(self._pane, PANES["page"])
        done: set[str] = set()
        rows: list[Option] = []

        def heading(words: str) -> None:
            rows.append(Option(Content.styled(f"\n{words}" if rows else words, "bold $accent"), disabled=True))

        if self._faults:
            heading("Keys in your settings that cannot be used, or not everywhere")
            rows.extend(Option(Content(str(fault))) for fault in self._faults)
        heading(title)
        for wish, key in wishes:
            id = key.strip("{}") if key.startswith("{") else ""
            done.add(id)
            rows.append(self._row(wish, self._shown(id) if id else key, id, width))
        for place, words in {**self._turns, self._place: "And on this screen", "everywhere": "Everywhere"}.items():
            commands = [command for command in self._keys if command.where == place and command.id not in done]
            if commands:
                heading(words)
            rows.extend(self._row(c.wish, "  ".join(c.shown_keys), c.id, width) for c in commands)
        heading("Always")
        rows.extend(self._row(wish, key, "", width) for wish, key in ALWAYS)
        rows.append(Option(Content.styled(KEYS_SAID, "$text-muted")))
        heading("Not protected")
        rows.append(Option(Content(NOT_PROTECTED.format(so=_ENCRYPTED if self._is_encrypted else _CLEAR))))
        self.query_one(Rows).show(rows)

    @property
    def _is_encrypted(self) -> bool:
        try:
            return isinstance(self.app, Everywhere) and self.app.desk.shelf.is_encrypted
        except Damaged:  # it should be, and every save says why it is not
            return True

    def _shown(self, id: str) -> str:
        return next(command.shown_keys[0] for command in self._keys if command.id == id)

    def _row(self, wish: str, key: str, id: str, width: int) -> Option:
        first, *more = hanging("", Content(wish), width - max(len(key) + 2, 12)).split("\n")
        line = Content.assemble(first.pad_right(max(2, width - first.cell_length - len(key))), (key, "$accent"))
        # Where the focus is in a list of these, its pane can do what the screen cannot.
        command = next((command for command in self._keys if command.id == id), None)
        on_screen = command is not None and command.where in (self._place, "everywhere") and id != "help"
        return Option(Content("\n").join([line, *more]), id=id if on_screen else None)

    @on(OptionList.OptionSelected)
    def _wanted(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_id:
            self.done(event.option_id)

    def action_accept(self) -> None:
        """There is nothing to accept here: Enter does what one is at."""
