"""The first time: at most three questions, each answered already, with what it is for; all of it can be skipped."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from textual import on
from textual.widget import Widget

from supervision import text
from supervision.tui import themes
from supervision.tui.everywhere import Everywhere
from supervision.tui.screens.parts import Choice, Dialog, Line, Plain, Press, Row
from supervision.tui.screens.start import ROLES

WHOM = {
    "supervisor": "so that starting a session offers it, with a practitioner; each session can differ",
    "practitioner": "so that starting a session offers it, with your supervisor; each session can differ",
    "peer": "so that starting a session offers it, with nobody in charge; each session can differ",
}
NAME_WHY = "because it stands beside what you write; a first name or an alias will do"
COLOURS_WHY = "because light and eyes differ; they can be changed at any time"


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody said about themselves; an empty name is asked for when it is needed."""

    name: str
    role: str
    colours: themes.Colours | None


class WelcomeScreen(Dialog[Answers | None]):
    """Asks for a name, a usual role and colours; None when it was skipped. Enter takes what stands there."""

    DEFAULT_CSS = """
    WelcomeScreen .why { color: $text-muted; height: auto; margin: 0 0 1 17; padding: 0 1; }
    WelcomeScreen .why:last-child { margin: 0 0 0 17; }
    WelcomeScreen.-narrow .why { margin: 0 0 1 0; }
    WelcomeScreen.-narrow .why:last-child { margin: 0; }
    WelcomeScreen Row { margin-bottom: 0; }
    WelcomeScreen #role { margin-bottom: 1; }
    """
    heading = "Welcome. Three questions; Enter takes what stands there and goes on."
    accept_label = "Begin"
    leave_label = "Skip this"

    def __init__(self, perhaps: str, offered: Mapping[str, themes.Colours]) -> None:
        super().__init__()
        self._perhaps = perhaps
        self._offered = dict(offered)

    def fields(self) -> Iterable[Widget]:
        yield Row("Your name", Line(self._perhaps, placeholder="your name, or leave it for later", id="me"))
        yield Plain(NAME_WHY, classes="why")
        yield Row("You are the", Choice(ROLES, about=WHOM, id="role"))
        if self._offered:
            assert isinstance(self.app, Everywhere)
            self._before = self.app.colours
            titles = {name: colours.title for name, colours in self._offered.items()}
            yield Row("Colours", Choice(titles, value=self._before.name, id="colours"))
            yield Plain(COLOURS_WHY, classes="why")

    def buttons(self) -> Iterable[Widget]:
        yield Press(self.accept_label, id="accept", first=True)
        yield Press(self.leave_label, id="leave")

    def start(self) -> None:
        line = self.query_one("#me", Line)
        line.focus()
        line.cursor_position = len(line.value)

    @on(Choice.Changed, "#colours")
    def _look(self, event: Choice.Changed) -> None:
        """The colours are looked at while one moves through them."""
        assert isinstance(self.app, Everywhere)
        self.app.wear(self._offered[event.value])

    def accept(self) -> None:
        name = self.query_one("#me", Line).words
        if name:
            name = text.name(name)
        chosen = next((choice.value for choice in self.query("#colours").results(Choice)), "")
        self.done(Answers(name, self.query_one("#role", Choice).value, self._offered.get(chosen)))

    def action_leave(self) -> None:
        if self._offered:
            assert isinstance(self.app, Everywhere)
            self.app.wear(self._before)
        super().action_leave()
