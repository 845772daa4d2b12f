"""Files from elsewhere, looked at before anything is changed: bringing one in, restoring a backup; and making one."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.suggester import Suggester
from textual.widget import Widget

from supervision import handout
from supervision.errors import BadInput
from supervision.shelf import backups, bringing, places
from supervision.tui import Desk
from supervision.tui.screens.parts import Choice, Line, Page, Plain, Press, Row
from supervision.tui.screens.protecting import Secret
from supervision.tui.screens.small import ConfirmDialog
from supervision.tui.screens.working import WorkingDialog
from supervision.tui.widgets.days import short_day

MOST = 6
"""Files that are offered."""


class _Paths(Suggester):
    """Goes on with a path as far as the files there allow."""

    def __init__(self, kind: places.Kind) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._kind = kind

    async def get_suggestion(self, value: str) -> str | None:
        return await asyncio.to_thread(places.completed, value, self._kind)


class PathLine(Line):
    """A path to be typed, pasted or dropped; Right or Tab takes what is suggested."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "complete", "Complete", show=False)]

    def __init__(self, kind: places.Kind, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(value, placeholder=placeholder, id=id)
        self.suggester = _Paths(kind)

    def action_complete(self) -> None:
        if self.cursor_at_end and len(self._suggestion) > len(self.value):
            self.action_cursor_right()
        else:
            self.screen.focus_next()


class FileDialog(WorkingDialog):
    """Asks for a file, and offers those that are found where people keep such files."""

    kind: ClassVar[places.Kind] = "record"
    accept_label = "Look into it"
    about: ClassVar[str] = ""
    example: ClassVar[str] = ""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._offered: dict[str, places.FoundFile] = {}

    def fields(self) -> Iterable[Widget]:
        yield Plain(self.about, classes="quiet gap")
        yield Row("Found here", Choice({}, value="", upright=True, id="found"), id="files")
        yield Plain("Looking for files ...", id="none", classes="quiet gap")
        yield Row("File", PathLine(self.kind, placeholder=self.example, id="path"))
        yield Row("Passphrase", Secret(id="passphrase"), id="secret")
        yield Plain(
            "Nothing is changed yet. Another file: type or paste where it is; Right goes on with what is suggested.",
            classes="quiet",
        )

    def start(self) -> None:
        self.query_one("#files").display = False
        self.query_one("#secret").display = False
        self.query_one("#path").focus()
        self.run_worker(self._find())

    async def _find(self) -> None:
        found = await asyncio.to_thread(places.found, self.kind, MOST)
        line = self.query_one("#path", Line)
        if not found:
            self.query_one("#none", Plain).update(
                "None was found in Documents, Downloads, Desktop or your home folder."
            )
            return
        self._offered = {_tilde(one.path): one for one in found}
        today = self._desk.shelf.today
        choice = self.query_one("#found", Choice)
        choice.about = {
            key: f"{one.folder}, {short_day(one.written.date(), today)} {one.written:%H:%M}"
            for key, one in self._offered.items()
        }
        first = next(iter(self._offered))
        choice.offer({key: one.holds for key, one in self._offered.items()}, "" if line.words else first)
        self.query_one("#none").display = False
        self.query_one("#files").display = True
        if not line.words:
            line.value = first
            choice.focus()

    @on(Choice.Changed, "#found")
    def _chosen(self, event: Choice.Changed) -> None:
        line = self.query_one("#path", Line)
        line.value = event.value
        line.cursor_position = len(line.value)

    @on(Line.Changed, "#path")
    def _another(self) -> None:
        self.query_one("#secret").display = False

    def accept(self) -> None:
        file = places.meant(self.query_one("#path", Line).words, self.kind)
        if self.wants_passphrase(file):
            return
        self.look(file)

    def wants_passphrase(self, file: Path) -> bool:
        """Whether one has to be typed first; the field for it is there then."""
        return False

    def look(self, file: Path) -> None:
        """Looks into it, and shows what would change."""
        raise NotImplementedError

    def tell(self, told: "LookedDialog") -> None:
        """Shows what was found; once it is done there is nothing left to do here either."""

        def left(done: bool | None) -> None:
            if done:
                self.dismiss(None)

        self.app.push_screen(told, left)


class BringInDialog(FileDialog):
    """Brings in somebody's own copy, or sessions that were written elsewhere."""

    heading = "Bring in a copy, or a session from elsewhere"
    about = (
        "A copy that somebody took with them brings back how their actions are getting on. A session that was written "
        "elsewhere comes in whole."
    )
    example = "~/Downloads/copy.json"

    def __init__(self, desk: Desk, me: str, called: Callable[[str], None] = lambda name: None) -> None:
        super().__init__(desk)
        self._me = me
        self._called = called

    def wants_passphrase(self, file: Path) -> bool:
        if not bringing.asks_for(file):
            return False
        secret, line = self.query_one("#secret"), self.query_one("#passphrase", Line)
        if secret.display and line.words:
            return False
        secret.display = True
        line.focus()
        self.fault("This file is encrypted. Type the passphrase that whoever made it told you.")
        return True

    def look(self, file: Path) -> None:
        words, store = self.query_one("#passphrase", Line).words, self._desk.shelf.store

        def tell(looked: bringing.Bringing) -> None:
            name = self._whole_name(looked)
            told = [*looked.before(), *([bringing.NAMED.format(name=name, me=self._me)] if name else [])]
            yes = "Bring it in" if looked.has_something else ""
            self.tell(LookedDialog(file, told, yes, lambda: self._bring_in(file, words, name)))

        self.work(lambda: bringing.look_into(store, file, words), tell, "Reading it.")

    def _whole_name(self, looked: bringing.Bringing) -> str:
        """What whoever is here is called from now on, if it is their own copy and they said only a part of it."""
        desk = self._desk
        private = desk.private() if desk.private is not None else None
        if desk.remember_me is None or desk.login() != self._me or private is None or private.store.private.owner():
            return ""  # what is private here is under the name that there is
        return looked.name_for(self._me, [known.name for known in desk.shelf.people()])

    def _bring_in(self, file: Path, words: str, name: str) -> list[str]:
        desk = self._desk
        if name and desk.remember_me is not None:
            desk.remember_me(name)
            self._me = name
            self.app.call_from_thread(self._called, name)
        private = desk.private() if desk.private is not None else None
        coming = bringing.bring_in(
            desk.shelf.store,
            file,
            words,
            lambda session, notes: private is not None and private.take_in(session, notes, self._me),
            desk.shelf.clock(),
        )
        return coming.after()


class RestoreDialog(FileDialog):
    """Puts back what a backup holds and is missing or older here."""

    kind = "backup"
    heading = "Restore a backup"
    about = "It puts back what is missing here, or older here. What is newer here stays as it is."
    example = "~/Documents/supervision-backup.zip"

    def look(self, file: Path) -> None:
        store, is_sample = self._desk.shelf.store, self._desk.is_sample
        self.work(
            lambda: backups.put_back(store, file, looking=True, is_sample=is_sample),
            lambda looked: self.tell(
                LookedDialog(
                    file,
                    backups.before(looked),
                    "Put it back" if backups.has_something(looked) else "",
                    lambda: backups.after(backups.put_back(store, file, is_sample=is_sample)),
                )
            ),
            "Reading it. A large one takes a while.",
        )


class LookedDialog(WorkingDialog):
    """What is in a file and what would change; then what has changed. True when it was done and read."""

    leave_label = "Not now"

    def __init__(self, file: Path, lines: Sequence[str], label: str, do: Callable[[], list[str]]) -> None:
        super().__init__()
        self.heading = file.name
        self.accept_label = label or "Back"
        self._lines = lines
        self._do = do
        self._can = bool(label)
        self._done = False

    def fields(self) -> Iterable[Widget]:
        yield Page(Plain("\n".join(self._lines), id="told"), id="page")

    def buttons(self) -> Iterable[Widget]:
        yield Press(self.accept_label, id="accept", first=True)
        if self._can:
            yield Press(self.leave_label, id="leave")

    def start(self) -> None:
        self.query_one("#accept").focus()

    def accept(self) -> None:
        if self._done or not self._can:
            self.action_leave()
        else:
            self.work(self._do, self._tell, "One moment.")

    def _tell(self, lines: list[str]) -> None:
        self._done = True
        self.query_one("#told", Plain).update(Content("\n".join(lines)))
        self.query_one("#page").scroll_home(animate=False)
        self.query_one("#accept", Press).say("Done")
        self.query("#leave").remove()
        self.query_one("#accept").focus()

    def action_leave(self) -> None:
        if not self._working:
            self.dismiss(True if self._done else None)


class BackUpDialog(WorkingDialog):
    """Keeps a copy of everything in one file, and says what is in it."""

    heading = "Back up everything"
    accept_label = "Back up"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._done = False

    def fields(self) -> Iterable[Widget]:
        shelf = self._desk.shelf
        yield Plain(
            "All records, your private notes, agreements and settings in one file. Keep it on a stick, or wherever "
            "this computer does not go.",
            classes="quiet gap",
        )
        suggested = handout.suggested(backups.named(shelf.clock()))
        yield Row("To", PathLine("backup", _tilde(suggested), id="path"))
        guarded = "It is encrypted, as the records are." if shelf.is_encrypted else "It is not encrypted."
        yield Plain(f"{guarded} Only your own login can open it here.", classes="quiet")
        yield Plain(id="told")

    def start(self) -> None:
        self.query_one("#told").display = False
        line = self.query_one("#path", Line)
        line.focus()
        line.cursor_position = len(line.value)

    @on(Line.Changed, "#path")
    def _anew(self) -> None:
        if self._done:
            self._done = False
            self.query_one("#told").display = False
            self.query_one("#accept", Press).say(self.accept_label)

    def accept(self) -> None:
        if self._done:
            self.action_leave()
            return
        words = self.query_one("#path", Line).words
        if not words:
            raise BadInput("Say where the file goes, for example ~/Documents/supervision-backup.zip")
        file = handout.place(words, Path.home())
        if not backups.is_there(file):
            self._write(file)
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._write(file)

        self.app.push_screen(
            ConfirmDialog("There is such a file already. Write over it?", "Write over it", "Keep it", about=str(file)),
            answered,
        )

    def _write(self, file: Path) -> None:
        shelf, is_sample = self._desk.shelf, self._desk.is_sample
        self.work(
            lambda: backups.back_up(shelf.store, file, shelf.clock(), is_sample=is_sample),
            self._tell,
            "Writing it, and reading it back.",
        )

    def _tell(self, kept: backups.Kept) -> None:
        self._done = True
        told = self.query_one("#told", Plain)
        told.update(Content("\n".join([backups.kept(kept), *backups.warnings(kept)])))
        told.display = True
        told.scroll_visible(animate=False)
        self.query_one("#accept", Press).say("Done")
        self.query_one("#accept").focus()


def _tilde(path: Path) -> str:
    """A path as short as people write it."""
    home = Path.home()
    return f"~/{path.relative_to(home)}" if home in path.parents else str(path)
