"""What was begun in a decision that somebody had agreed to, when the program ended before it was finished."""

from collections.abc import Mapping

from textual.containers import Horizontal, Vertical

from supervision.tui.screens.parts import Plain, Press
from supervision.tui.screens.unfinished import Typed


class Begun(Vertical):
    """An edit of a text that somebody agreed to, begun and not finished: to be taken up, or left out for good."""

    DEFAULT_CSS = """
    Begun { height: auto; margin-bottom: 1; }
    Begun > Plain { height: auto; }
    Begun > Horizontal { height: auto; }
    """

    def __init__(self, typed: Typed, names: Mapping[str, str]) -> None:
        fields = ", ".join(dict.fromkeys(names.get(key, "Ways it could go") for key in typed))
        words = " ".join(" ".join(typed.values()).split())
        super().__init__(
            Plain(f"You had begun to change this, under {fields}: {words}", classes="quiet"),
            Plain("It is not part of the decision yet. Finishing it takes the agreements back.", classes="quiet"),
            Horizontal(Press("Take it up", id="take-up"), Press("Leave it out", id="leave-out")),
        )
        self.typed = typed
