"""The passphrase: asked for when encrypted records are opened, and chosen when they are to be."""

from collections.abc import Callable, Iterable
from typing import Any

from textual.app import App, ComposeResult
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from supervision.shelf import Shelf
from supervision.tui.screens.parts import Line, Plain, Press, Row
from supervision.tui.screens.working import WorkingDialog
from supervision.tui.widgets.status import TwoEnds

PAGE = "What is protected and what is not"


class LockedScreen(Screen[None]):
    """Nothing, under the question for the passphrase."""

    DEFAULT_CSS = """
    LockedScreen { background: $background; padding: 1 3; }
    """

    def compose(self) -> ComposeResult:
        yield TwoEnds()

    def on_mount(self) -> None:
        self.query_one(TwoEnds).ends(Content.styled("supervision", "bold"), Content.styled("locked", "$text-muted"))


class Secret(Line):
    """A passphrase: never shown, and taken as it was typed."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.password = True

    @property
    def words(self) -> str:
        return self.value


class PassphraseDialog(WorkingDialog):
    """Works with a passphrase, which takes a second by design."""

    def work_with(self, fields: tuple[str, ...], do: Callable[[], object], meanwhile: str) -> None:
        """Does it and is done; what is refused is said, and these fields are empty again."""

        def again() -> None:
            for id in fields:
                self.query_one(f"#{id}", Line).value = ""
            self.query_one(f"#{fields[0]}", Line).focus()

        self.work(do, lambda _: self.done(True), meanwhile, refused=again)


class UnlockDialog(PassphraseDialog):
    """Asks for the passphrase; a wrong one is asked for again. None when somebody leaves instead."""

    heading = "These records are encrypted."
    accept_label = "Open"
    leave_label = "Leave"

    def __init__(self, open_with: Callable[[str], object]) -> None:
        super().__init__()
        self._open_with = open_with

    def fields(self) -> Iterable[Widget]:
        yield Row("Passphrase", Secret(id="passphrase"))
        yield Plain(
            "Until you leave, this screen can read them. Nothing is written before they are open.", classes="quiet"
        )

    def start(self) -> None:
        self.query_one("#passphrase", Line).focus()

    def accept(self) -> None:
        words = self.query_one("#passphrase", Line).words
        if words:
            self.work_with(("passphrase",), lambda: self._open_with(words), "One moment.")


def ask_again(app: App[Any], open_with: Callable[[str], object], then: Callable[[], object] = lambda: None) -> None:
    """For the passphrase over whatever is shown, when records were encrypted in another window; then goes on."""

    def opened(so: bool | None) -> None:
        if so:
            then()
        else:
            app.exit()

    if not any(isinstance(screen, PassphraseDialog) for screen in app.screen_stack):
        app.push_screen(UnlockDialog(open_with), opened)


class EncryptDialog(PassphraseDialog):
    """A passphrase and a recovery key for records that are not encrypted yet."""

    heading = "Encrypt everything that is kept here?"
    accept_label = "Encrypt"
    leave_label = "Not now"
    around_page = 0

    def __init__(self, shelf: Shelf, me: str) -> None:
        super().__init__()
        self._shelf = shelf
        self._me = me
        self._warned = False

    def fields(self) -> Iterable[Widget]:
        yield Plain(
            "Encrypted means: nobody can read the records without your passphrase, not even with this computer or a "
            "backup in their hands. Four or five words that do not belong together make a good one. If you forget it, "
            "nobody can tell it you again. It can wait: Esc leaves everything as it is.",
            classes="quiet gap",
        )
        yield Row("Passphrase", Secret(id="passphrase"))
        yield Row("The same again", Secret(id="again"))
        yield Row("Recovery key", Line(placeholder="if you have one; it begins with age1", id="recovery"))
        yield Plain(
            "A recovery key is a second way in, which your organisation keeps for the day the passphrase is forgotten. "
            "Where there is none, the command supervision encrypt makes one; with --undo it takes all of this back.",
            classes="quiet",
        )

    def start(self) -> None:
        self.query_one("#passphrase", Line).focus()

    def accept(self) -> None:
        from supervision.shelf import encrypting
        from supervision.vault import identity

        words, again, recovery = (self.query_one(f"#{id}", Line).words for id in ("passphrase", "again", "recovery"))
        if not words:
            self.query_one("#passphrase", Line).focus()
            return self.fault(f"No passphrase was typed, and nothing is encrypted. Esc: {self.leave_label}.")
        identity.kept(words)
        if words != again:
            self.query_one("#again", Line).focus()
            return self.fault("The two are not the same. Please type it again.")
        if recovery:
            identity.recipient(recovery)
        elif not self._warned:
            self._warned = True
            self.query_one("#recovery", Line).focus()
            return self.fault(f"{encrypting.no_recovery()} Press {self.accept_label} once more to go without one.")
        return self.work_with(
            ("passphrase", "again"),
            lambda: encrypting.encrypt_anew(self._shelf, self._me, words, recovery),
            "Encrypting. It takes a few seconds.",
        )

    def buttons(self) -> Iterable[Widget]:
        yield Press(self.accept_label, id="accept", first=True)
        yield Press(self.leave_label, id="leave")
