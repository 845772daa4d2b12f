"""The question we are at: what it asks, what helps to weigh it, and what the stage offers to do."""

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Key, MouseDown, Paste
from textual.message import Message
from textual.widgets import Static

from supervision.model.pack import Prompt, Stage, filled
from supervision.model.values import Session
from supervision.tui.keys import COMMANDS
from supervision.tui.widgets.hanging import hanging


@dataclass(frozen=True, slots=True)
class Offer:
    """Something the stage suggests doing: a command's id and the words that offer it."""

    command: str
    words: str


OFFERS = {
    "look-back": Offer("look-back", "What was left open, and what is due"),
    "matters": Offer("edit-matter", "Alias, situation and question"),
    "decide": Offer("propose-decision", "Put a decision into words"),
    "actions": Offer("add-action", "Write an action down"),
    "record": Offer("read-back", "Read the record and sign"),
}
OPENS = {
    "first": Offer("present-first", "Say who presents first"),
    "take-to": Offer("take-to", "Take it to somebody"),
    "heard": Offer("heard", "Answer, each for yourself"),
}
"""What a question of a paired reflection opens, where a note does not answer it."""
PARTS = {"presenter": "for whoever presents", "listener": "for whoever listens"}


class OfferLine(Static, can_focus=True):
    """One thing the stage suggests doing: Enter or a click."""

    BINDINGS = [("enter,space", "take", "Do it")]

    class Taken(Message):
        """The offer was taken up."""

        def __init__(self, offer: Offer) -> None:
            super().__init__()
            self.offer = offer

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(markup=False, id=id)
        self.offer: Offer | None = None
        self._across = 0

    def show(self, offer: Offer | None, width: int) -> None:
        """Offers something, or nothing, in lines of `width` cells."""
        self.offer = offer
        self.display = offer is not None
        if offer is not None:
            self._across = width
            key = Content.styled(f"  {self._key(offer)}", "$text-muted")
            self.update(hanging("> ", Content.assemble((offer.words, "$accent"), key), width, "$accent"))

    def _key(self, offer: Offer) -> str:
        """How one takes it up: by its own key, else by coming here."""
        if self.has_focus:
            return "Enter"
        commands = getattr(self.app, "commands", COMMANDS)
        keys = next(command.shown_keys for command in commands if command.id == offer.command)
        return keys[0] if keys else "Shift+Tab, Enter"

    def on_focus(self) -> None:
        self.show(self.offer, self._across)

    def on_blur(self) -> None:
        self.show(self.offer, self._across)

    def action_take(self) -> None:
        if self.offer is not None:
            self.post_message(self.Taken(self.offer))

    def on_mouse_down(self, event: MouseDown) -> None:
        # Not with the button's way up: the question unfolds under the pointer, and this line goes further down.
        event.stop()
        self.action_take()


class PromptPanel(VerticalScroll):
    """The question, calm and clear. Where it is narrow, a line or two, and all of it while it has the focus."""

    class Typed(Message):
        """Words were typed or pasted here: they are meant for the notes."""

        def __init__(self, what: Key | Paste) -> None:
            super().__init__()
            self.what = what

    def compose(self) -> ComposeResult:
        yield Static(id="prompt-stage", markup=False)
        yield Static(id="prompt-text", markup=False)
        yield OfferLine(id="prompt-offer")
        yield Static(id="prompt-help", markup=False)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._last: tuple[Session, Stage, Prompt | None, int, tuple[Prompt, ...]] | None = None
        self.own_notes = False
        """Whether there are private notes for whoever is writing."""
        self.prepared = False
        """Whether whoever is writing prepared something that is not in the session yet."""
        self.to_read = False
        """Whether somebody at this keyboard has not said yet that they read what stays between the two."""

    def on_key(self, event: Key) -> None:
        """A number goes to a pane, and the space takes up what is offered; every other letter is a note."""
        letter = event.character or ""
        takes_up = letter.isspace() and self.query_one("#prompt-offer").has_focus
        if event.is_printable and not takes_up and not letter.isdecimal():
            event.stop()
            self.post_message(self.Typed(event))

    def on_paste(self, event: Paste) -> None:
        event.stop()
        self.post_message(self.Typed(event))

    @property
    def _width(self) -> int:
        # Before it has a place: beside the notes in a wide window, and above them, as wide as they are, in another.
        across = self.app.size.width
        return self.scrollable_content_region.width or (26 if across >= 100 else across - 4)

    def on_resize(self) -> None:
        self.call_after_refresh(self._again)

    def _again(self) -> None:
        # What is the latest is asked only now: another question may have been shown since the size changed.
        if self._last is not None:
            self.show(*self._last)

    def show(
        self, session: Session, stage: Stage, prompt: Prompt | None, matter: int, asked: tuple[Prompt, ...] = ()
    ) -> None:
        """Shows a question of a stage, with the alias of the matter in it.

        `asked` are those of the stage that are for whoever is writing, where that is not all of them.
        """
        if self._last is None or self._last[1:4] != (stage, prompt, matter):
            self.scroll_home(animate=False)
        asked = asked or stage.prompts
        self._last = session, stage, prompt, matter, asked
        alias = session.matter_of(matter).alias
        practitioner = next((p.called for p in session.people if p.role == "practitioner"), "")

        def full(words: str) -> str:
            return filled(words, alias=alias, practitioner=practitioner)

        facts = [f"turn {stage.turn.upper()}"] if stage.turn else []
        between = "\n" if self._width < 40 else "  "
        if prompt:
            facts += [f"{asked.index(prompt) + 1} of {len(asked)}"] if prompt in asked else []
        told = ", ".join(facts)
        if prompt and prompt.part:
            told += ("\n" if self._width < 40 else ", " if told else "") + PARTS[prompt.part]
        self.query_one("#prompt-stage", Static).update(
            Content.assemble((stage.title, "bold $accent"), (f"{between}{told}", "$text-muted"))
        )
        self.query_one("#prompt-text", Static).update(Content(full(prompt.text) if prompt else ""))
        offer = None if self.screen.has_class("-quiet") else self._offer(session, stage, prompt)
        line = self.query_one("#prompt-offer", OfferLine)
        if offer is None and line.has_focus:
            self.focus()  # what is hidden would take the focus along, and words typed then would be lost
        line.show(offer, self._width)
        parts: list[Content] = []
        if stage.private:
            parts.append(Content.styled("What is written on this screen is for both of you.\n", "$text-muted"))
        if prompt and prompt.asks:
            parts.append(Content.styled(full(prompt.asks) + "\n", "$text-muted"))
        for probe in prompt.probes if prompt and not stage.silent else ():
            parts.append(hanging("- ", Content.styled(full(probe), "$text-muted"), self._width, "$accent"))
        self.query_one("#prompt-help", Static).update(Content("\n").join(parts))

    def _offer(self, session: Session, stage: Stage, prompt: Prompt | None) -> Offer | None:
        if prompt and prompt.opens and session.state != "signed":
            return _opened(session, OPENS[prompt.opens])
        if prompt and prompt.suggests:
            return Offer("add-action", "Make it an action")
        if stage.private and self.own_notes:
            return Offer("own-notes", "Write where only you can read it")
        if stage == session.pack.stages[0] and session.pack.confidentiality and self.to_read:
            return Offer("confidentiality", "Read how confidentiality works")
        if self.prepared and (stage.shows == "matters" or stage == session.pack.stages[0]):
            return Offer("prepared", "Take in what you prepared")
        return OFFERS.get(stage.shows)


def _opened(session: Session, offer: Offer) -> Offer:
    """What a question opens; once it is answered, the words say what was."""
    first = session.person(session.first)
    if offer.command == "present-first" and first is not None:
        return Offer(offer.command, f"{first.called} presents first; change that")
    if offer.command == "heard" and {answer.by for answer in session.heard} >= {one.id for one in session.people}:
        return Offer(offer.command, "Both of you have answered; answer again")
    return offer
