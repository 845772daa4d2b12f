"""What is kept about somebody who asks for it: to be read through, and written to a file."""

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from supervision import handout
from supervision.errors import BadInput
from supervision.export import WIDTH, about, about_as_text
from supervision.export.access import Gathered
from supervision.shelf import Keeping, Shelf
from supervision.tui.screens.export import FORMAT_ABOUT, FORMAT_NAMES, OF_RECORDS
from supervision.tui.screens.paper import on_paper
from supervision.tui.screens.parts import Choice, Dialog, Full, Line, Page, Plain, Row


class GatheredScreen(Full[None]):
    """All of it, each text with whose words it is; E writes it to a file."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "export", "Export", show=False),
        Binding("f8", "export", "Export", id="export", show=False),
    ]
    pane = "record"

    def __init__(self, asked: str, found: Gathered, shelf: Shelf, me: str) -> None:
        super().__init__()
        self._asked = asked
        self._found = found
        self._shelf = shelf
        self._me = me

    def compose(self) -> ComposeResult:
        count = len(self._found)
        yield self.top("To go through before it is handed on", "one record" if count == 1 else f"{count} records")
        with Page(id="record", classes="whole"):
            width = max(30, min(WIDTH, self.app.size.width - 9))
            yield Plain(on_paper(about_as_text(self._asked, self._found, self._shelf.today, width)))
        yield Plain(id="sentence", classes="said")
        yield self.keys(("PgDn", "on", "on"), ("E", "export", "export"), ("Esc", "back", "leave"))

    def on_mount(self) -> None:
        self.query_one("#record").focus()
        self.say("")

    def say(self, words: str) -> None:
        """A sentence below the text."""
        line = self.query_one("#sentence", Plain)
        line.update(Content(words))
        line.display = bool(words)

    def action_on(self) -> None:
        self.query_one("#record").scroll_page_down()

    def action_export(self) -> None:
        def written(sentence: str | None) -> None:
            if sentence:
                self.say(sentence)

        self.app.push_screen(GatheredDialog(self._asked, self._found, self._shelf, self._me), written)


class GatheredDialog(Dialog[str | None]):
    """Writes what was gathered to a file only this person may read; gives a sentence about it."""

    heading = "Write it to a file"
    accept_label = "Write the file"

    def __init__(self, asked: str, found: Gathered, shelf: Shelf, me: str) -> None:
        super().__init__()
        self._asked = asked
        self._found = found
        self._shelf = shelf
        self._me = me

    def fields(self) -> Iterable[Widget]:
        formats = {key: FORMAT_NAMES[key] for key in OF_RECORDS}
        yield Row("As", Choice(formats, about=FORMAT_ABOUT, value="docx", id="format"))
        yield Row("To", Line(str(handout.suggested(handout.listing_named("access", "docx"))), id="path"))
        yield Plain("It is not encrypted, and it holds words of others. Look after it.", classes="quiet")

    def on_choice_changed(self, event: Choice.Changed) -> None:
        line = self.query_one("#path", Line)
        name = handout.listing_named("access", event.value)
        line.value = str(Path(line.words).parent / name if line.words else handout.suggested(name))

    def accept(self) -> None:
        words = self.query_one("#path", Line).words
        if not words:
            raise BadInput("Say where the file goes, for example ~/Documents/access.docx")
        file = handout.place(words, Path.home())
        if file.exists():
            raise BadInput("There is such a file already. Please give another name.")
        data = about(self._asked, self._found, self.query_one("#format", Choice).value, self._shelf.today)
        handout.write(file, data, self._shelf.store.folder, make_folder=True)
        keeping = Keeping(self._shelf)
        unnoted = [keeping.exported(session, "access", data, self._me) for session, _ in self._found]
        self.done(" ".join([f"Written to {file}.", *dict.fromkeys(filter(None, unnoted))]))
