"""Choosing one of a few."""

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from supervision.tui.widgets.press import Press

AROUND = 6
"""Lines of the sheet that are no answers: the question, the way back, and space around them."""


class ChooseDialog(ModalScreen[str | None]):
    """A question and a list of answers, by key and words; going back gives None."""

    DEFAULT_CSS = """
    ChooseDialog { align: center middle; background: $background 70%; }
    ChooseDialog > .sheet {
        width: 60; max-width: 100%; height: auto; max-height: 100%; padding: 1 3; background: $panel;
    }
    ChooseDialog .heading { text-style: bold; margin-bottom: 1; }
    ChooseDialog OptionList { height: auto; background: $panel; }
    ChooseDialog OptionList > .option-list--option { padding: 0; }
    ChooseDialog Press { margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Back", show=False)]

    def __init__(self, question: str, answers: Mapping[str, str]) -> None:
        super().__init__()
        self._question = question
        self._answers = dict(answers)

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield Static(self._question, markup=False, classes="heading")
            yield OptionList(*(Option(Content(words)) for words in self._answers.values()), markup=False)
            yield Press("Back", id="leave")

    def on_resize(self) -> None:
        """Leaves the way back on the screen, however many answers there are."""
        self.query_one(OptionList).styles.max_height = max(3, self.app.size.height * 4 // 5 - AROUND)

    @on(Press.Pressed)
    def action_leave(self) -> None:
        self.dismiss(None)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(list(self._answers)[event.option_index])
