"""The record as a file, or to be read here."""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget

from supervision import export
from supervision.errors import BadInput, SaveFailed
from supervision.model.values import Session
from supervision.room import local_now
from supervision.tui.screens.parts import Choice, Dialog, Full, Line, Page, Plain, Press, Row
from supervision.tui.screens.small import ConfirmDialog

FORMAT_NAMES = {"md": "Markdown", "txt": "plain text", "json": "JSON", "html": "web page", "docx": "Word"}
EXTRACT_NAMES = {
    "record": "the whole record",
    "decisions": "decisions",
    "person": "for the person",
    "manager": "for the manager",
    "cpd": "for training records",
    "themes": "themes",
    "mine": "my own copy",
}
EXTRACT_ABOUT = {
    "record": "everything in it, with the questions that were used; for the two of you",
    "decisions": "decisions only, for the case file: no dissent, no risk to the practitioner",
    "person": "what was decided, why, until when, and how to disagree; nothing else",
    "manager": "only what the agreement says is reported",
    "cpd": "dates, minutes and themes, no content",
    "themes": "themes for the system, counted",
    "mine": "your own copy, which opens in your own records",
}
READABLE = ("txt", "md")


def suggested(session: Session, format: str, extract: str) -> Path:
    """A file in the person's documents, or their home, named after the day and the session and never after people."""
    documents = Path.home() / "Documents"
    folder = documents if documents.is_dir() else Path.home()
    part = "" if extract == "record" else f"-{extract}"
    return folder / f"supervision-{session.id}{part}.{format}"


class ExportDialog(Dialog[Path | None]):
    """Writes a record, or a part of it, to a file only this person may read; gives the file."""

    heading = "Export"
    accept_label = "Write the file"

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._today = local_now().date()
        self._overwrite = ""
        self._written: Path | None = None

    def fields(self) -> Iterable[Widget]:
        extracts = {key: EXTRACT_NAMES.get(key, key) for key in export.EXTRACTS}
        yield Row("What", Choice(extracts, about=EXTRACT_ABOUT, id="extract"))
        yield Row("As", Choice({key: FORMAT_NAMES.get(key, key) for key in export.FORMATS}, id="format"))
        if len(self._session.matters) > 1:
            matters = {"": "all of them"} | {
                str(matter.n): f"{matter.n}. {matter.alias or matter.text[:20] or 'no alias'}"
                for matter in self._session.matters
            }
            yield Row("Matter", Choice(matters, value="", id="matter"))
        yield Row("To", Line(id="path"))
        yield Plain(
            "The file is yours to look after: it is not encrypted, and whoever gets it can read it. Only your own "
            "login can open it here.",
            classes="quiet",
        )
        yield Plain(id="written")

    def buttons(self) -> Iterable[Widget]:
        yield Press(self.accept_label, id="accept", first=True)
        yield Press("Read it here", id="view")
        yield Press("Back", id="leave")

    def start(self) -> None:
        self.query_one("#written").display = False
        self._suggest()
        self.query_one("#extract").focus()

    def _chosen(self) -> tuple[str, str, int | None]:
        matter = next((choice.value for choice in self.query("#matter").results(Choice)), "")
        return (
            self.query_one("#extract", Choice).value,
            self.query_one("#format", Choice).value,
            int(matter) if matter else None,
        )

    @on(Choice.Changed)
    def _suggest(self) -> None:
        line = self.query_one("#path", Line)
        extract, format, _ = self._chosen()
        folder = Path(line.words).parent if line.words else None
        new = suggested(self._session, format, extract)
        line.value = str(folder / new.name if folder and line.words else new)
        line.cursor_position = len(line.value)

    def _made(self) -> bytes:
        extract, format, matter = self._chosen()
        return export.export(self._session, format, self._today, extract=extract, matter=matter)

    def accept(self) -> None:
        if self._written is not None:
            self.done(self._written)
            return
        words = self.query_one("#path", Line).words
        if not words:
            raise BadInput("Say where the file goes, for example ~/Documents/record.txt")
        path = _path(words)
        made = self._made()
        if path.exists():
            self._ask(path, lambda: self._write(path, made))
        else:
            self._write(path, made)

    def _ask(self, path: Path, do: Callable[[], None]) -> None:
        def answered(yes: bool | None) -> None:
            if yes:
                self.trying(do)

        self.app.push_screen(
            ConfirmDialog("There is such a file already. Write over it?", "Write over it", "Keep it", about=str(path)),
            answered,
        )

    def _write(self, path: Path, made: bytes) -> None:
        write_private(path, made)
        self._written = path
        extract, _, _ = self._chosen()
        told = self.query_one("#written", Plain)
        told.update(
            Content.assemble(
                ("Written to\n", "bold"),
                str(path),
                f"\n{EXTRACT_NAMES.get(extract, extract).capitalize()}, {len(made):,} bytes. It is not protected.",
            )
        )
        told.display = True
        told.scroll_visible(animate=False)
        self.query_one("#accept", Press).say("Done")
        self.query_one("#accept", Press).focus()

    def leaving(self) -> Path | None:
        return self._written

    def pressed(self, id: str) -> None:
        extract, format, matter = self._chosen()
        shown = format if format in (*READABLE, "json") else "txt"
        made = export.export(self._session, shown, self._today, extract=extract, matter=matter)
        self.app.push_screen(
            PlainView(EXTRACT_NAMES.get(extract, extract).capitalize(), made.decode("utf-8", "replace"))
        )


def _path(words: str) -> Path:
    """The file somebody typed, from their home if it has no folder; BadInput when it cannot be one."""
    try:
        path = Path(words).expanduser()
        path = path if path.is_absolute() else Path.home() / path
        if path.is_dir():
            raise BadInput(f"{path} is a folder; add a name for the file.")
        path.exists()  # may not even be asked, in somebody else's folder
    except (OSError, RuntimeError) as error:
        raise BadInput(f"{words} cannot be used: {getattr(error, 'strerror', None) or error}.") from error
    return path


def write_private(path: Path, data: bytes) -> None:
    """Writes a file that only its owner may read, whole or not at all. SaveFailed when it cannot."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
            opened.write(data)
            opened.flush()
            os.fsync(opened.fileno())
        aside.chmod(0o600)
        aside.replace(path)
    except OSError as error:
        with suppress(OSError):  # it was never made, or what kept it from being written keeps it from going
            aside.unlink()
        raise SaveFailed(f"{path} could not be written: {error.strerror or error}. Nothing was written.") from error


class PlainView(Full[None]):
    """A text to be read, or marked with the mouse and copied by the terminal's own means."""

    def __init__(self, heading: str, words: str) -> None:
        super().__init__()
        self._heading = heading
        self._words = words

    def compose(self) -> ComposeResult:
        yield self.top(self._heading, "Shift and drag marks text in most terminals")
        with Page(id="words", classes="whole"):
            yield Plain(self._words)
        yield self.keys(("PgDn", "on", "on"), ("Esc", "back", "leave"))

    def on_mount(self) -> None:
        self.query_one("#words").focus()

    def action_on(self) -> None:
        self.query_one("#words").scroll_page_down()
