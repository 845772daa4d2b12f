"""Three small dialogs: yes or no, a name, a few words."""

from collections.abc import Callable, Iterable

from textual.widget import Widget

from supervision import text
from supervision.errors import BadInput
from supervision.tui.screens.parts import Dialog, Line, Plain, Press, Words


class ConfirmDialog(Dialog[bool]):
    """A question with two answers; going back is no."""

    def __init__(self, question: str, yes: str = "Yes", no: str = "No", *, about: str = "") -> None:
        super().__init__()
        self.heading = question
        self.accept_label = yes
        self.leave_label = no
        self._about = about

    def fields(self) -> Iterable[Widget]:
        if self._about:
            yield Plain(self._about, classes="quiet")

    def start(self) -> None:
        # The careful answer has the focus: Enter pressed twice in a hurry changes nothing.
        self.query_one("#leave", Press).focus()

    def accept(self) -> None:
        self.dismiss(True)

    def leaving(self) -> bool:
        return False


class EndDialog(ConfirmDialog):
    """Asks whether a session is over; one that everybody signed cannot be reopened."""

    def __init__(self, *, signed: bool) -> None:
        reopened = "" if signed else " It can be reopened until you have both signed."
        about = f"Nothing else changes.{reopened}"
        super().__init__("Is this session over?", "End it", "Not yet", about=about)


class EndedDialog(Dialog[str]):
    """What can be done once a session has ended: "read" it back, take a "copy", or nothing."""

    heading = "The session is ended. Read the record back now?"
    accept_label = "Read it back"
    leave_label = "Later"

    def fields(self) -> Iterable[Widget]:
        yield Plain(
            "Each of you can take a copy of your own: your words and actions, and what was decided, as a file that "
            "opens in your own records.",
            classes="quiet",
        )

    def buttons(self) -> Iterable[Widget]:
        yield Press(self.accept_label, id="accept", first=True)
        yield Press("Take a copy", id="copy")
        yield Press(self.leave_label, id="leave")

    def start(self) -> None:
        self.query_one("#leave", Press).focus()

    def accept(self) -> None:
        self.dismiss("read")

    def pressed(self, id: str) -> None:
        self.dismiss(id)

    def leaving(self) -> str:
        return ""


class NameDialog(Dialog[str | None]):
    """Asks for a person's name; `check` may refuse it with a sentence."""

    def __init__(
        self,
        question: str,
        *,
        value: str = "",
        about: str = "",
        accept: str = "Save",
        suggestions: Iterable[str] = (),
        check: Callable[[str], object] = text.name,
    ) -> None:
        super().__init__()
        self.heading = question
        self.accept_label = accept
        self._value = value
        self._about = about
        self._suggestions = tuple(suggestions)
        self._check = check

    def fields(self) -> Iterable[Widget]:
        if self._about:
            yield Plain(self._about, classes="quiet gap")
        yield Line(self._value, suggestions=self._suggestions, id="name")

    def accept(self) -> None:
        name = self.query_one("#name", Line).words
        self._check(name)
        self.done(name)


class SayDialog(Dialog[str | None]):
    """Asks for a few words. None when one goes back; empty words only where they are `optional`.

    With a `draft` they stay a draft when they are given, until `forget` says that they have arrived: what is refused
    further on does not have to be written again.
    """

    def __init__(
        self,
        question: str,
        *,
        value: str = "",
        about: str = "",
        accept: str = "Save",
        back: str = "Back",
        placeholder: str = "",
        optional: bool = False,
        draft: str = "",
        check: Callable[[str], object] | None = None,
    ) -> None:
        super().__init__()
        self.heading = question
        self.accept_label = accept
        self.leave_label = back
        self.draft = draft
        self._value = value
        self._about = about
        self._placeholder = placeholder
        self._optional = optional
        self._check = check

    def fields(self) -> Iterable[Widget]:
        if self._about:
            yield Plain(self._about, classes="quiet gap")
        yield Words(self._value, placeholder=self._placeholder, id="words")

    def start(self) -> None:
        words = self.query_one("#words", Words)
        words.focus()
        words.move_cursor(words.document.end)  # what stands there already is gone on with

    def accept(self) -> None:
        words = self.query_one("#words", Words).words
        if not words and not self._optional:
            raise BadInput("There are no words yet.")
        if self._check is not None:
            self._check(words)
        self.keep()
        self.dismiss(words)
