"""Where somebody writes for their own eyes: a plain page, in which Enter begins a new line."""

from textual.content import Content
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult

from supervision import text
from supervision.tui.widgets.own_keys import OwnKeys


class OwnWords(OwnKeys, TextArea):
    """A text that is nobody else's. It is shown only while its owner looks at it."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(
            id=id,
            compact=True,
            highlight_cursor_line=False,
            tab_behavior="focus",
            placeholder=Content("For your own eyes."),
        )
        self.cursor_blink = False

    def edit(self, edit: Edit) -> EditResult:
        edit.text = text.clean(edit.text)
        return super().edit(edit)

    def load_text(self, text_: str) -> None:
        super().load_text(text.clean(text_))

    @property
    def line_here(self) -> str:
        """The words of the line one is at; of the one before, where this one is blank and the last."""
        row = self.cursor_location[0]
        words = self.document.get_line(row).strip()
        if not words and row and row == self.document.line_count - 1:
            words = self.document.get_line(row - 1).strip()
        return words
