"""A text area of Textual's own on an otherwise empty screen: no program in Textual shows a key sooner than this."""

import os
import sys

os.environ.setdefault("TEXTUAL_FPS", "250")  # as we set it

from textual.app import App, ComposeResult
from textual.widgets import TextArea


class Bare(App[None]):
    def compose(self) -> ComposeResult:
        area = TextArea("~", compact=True)
        area.cursor_blink = False  # as with us: nothing is written while nobody types
        yield area


if __name__ == "__main__":
    sys.setswitchinterval(0.0005)  # likewise
    Bare().run()
