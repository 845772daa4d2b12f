"""Help: what one may want to do, and by which key, beginning with where one is."""

from collections.abc import Iterable

from textual.content import Content
from textual.events import Resize
from textual.widget import Widget

from supervision.tui.keymap import Keymap
from supervision.tui.keys import COMMANDS, Command, Place
from supervision.tui.screens.parts import Dialog, Page, Plain, Press

PANES = {
    "home": "On the first screen",
    "session": "In the session",
    "notes": "In the notes",
    "prompt": "At the question",
    "actions": "In the actions",
    "decisions": "In the decisions",
    "decide": "In a decision",
    "read back": "Reading back",
}
ALWAYS = (
    ("move from field to field", "Tab or arrows"),
    ("go one step back, keeping what I typed", "Esc"),
    ("finish a form from anywhere in it", "^S"),
    ("scroll", "PgUp PgDn"),
)
NOT_PROTECTED = (
    "Records are files on this computer, and are not encrypted: whoever can log in as this user can read them.\n"
    "What you export, and what stays in your terminal's own history, is no longer looked after here."
)


class HelpScreen(Dialog[None]):
    """Tells what can be done in a pane, then everywhere. `keys` is the table, with a person's own keys in it."""

    DEFAULT_CSS = """
    HelpScreen > .sheet { width: 92; }
    HelpScreen Page { height: auto; }
    HelpScreen .section { text-style: bold; margin: 1 0 0 0; color: $accent; }
    """
    heading = "I want to ..."

    def __init__(self, pane: str, keys: Iterable[Command] = COMMANDS, own: Keymap | None = None) -> None:
        super().__init__()
        self._pane = pane
        self._keys = tuple(keys)
        self._faults = (*own.refused, *own.warnings) if own else ()

    def fields(self) -> Iterable[Widget]:
        with_page = Page(id="help")
        with_page.compose_add_child(Plain(id="told"))
        yield with_page

    def buttons(self) -> Iterable[Widget]:
        yield Press("Back", id="leave")

    def start(self) -> None:
        self._show()
        self.query_one("#help").focus()

    def on_resize(self, _: Resize) -> None:
        self._show()

    def _show(self) -> None:
        width = max(30, min(92, self.app.size.width) - 12)
        parts: list[Content] = []
        palette = next(command.shown_keys[0] for command in self._keys if command.id == "palette")
        if self._faults:
            parts.append(Content.styled("Keys in your settings that cannot be used, or not everywhere", "bold $accent"))
            parts += [*(Content(str(fault)) for fault in self._faults), Content("")]
        places: tuple[tuple[Place, str], ...] = (
            ("home" if self._pane == "home" else "session", PANES.get(self._pane, "Here")),
            ("everywhere", "Everywhere"),
        )
        for place, title in places:
            commands = [command for command in self._keys if command.where == place]
            if place == "session" and self._pane not in {"session", "notes", "prompt"}:
                continue
            parts.append(Content.styled(title, "bold $accent"))
            parts += [self._row(command, width) for command in commands if command.keys]
            by_name = [command.name for command in commands if not command.keys]
            if by_name:
                parts.append(Content.styled(f"By name, from the list that {palette} opens", "bold"))
                parts.append(Content.styled(f"  {', '.join(by_name)}", "$text-muted"))
            parts.append(Content(""))
        parts.append(Content.styled("Always", "bold $accent"))
        parts += [_spread(f"{wish[:1].upper()}{wish[1:]}", key, width) for wish, key in ALWAYS]
        parts.append(Content(""))
        parts.append(Content.styled("Not protected", "bold $accent"))
        parts.append(Content(NOT_PROTECTED))
        self.query_one("#told", Plain).update(Content("\n").join(parts))

    def _row(self, command: Command, width: int) -> Content:
        row = _spread(command.name, " ".join(command.shown_keys), width)
        return Content("\n").join([row, Content.styled(f"  {command.help}", "$text-muted")])


def _spread(left: str, right: str, width: int) -> Content:
    space = max(2, width - len(left) - len(right))
    return Content.assemble((left, "bold"), " " * space, (right, "$accent"))
