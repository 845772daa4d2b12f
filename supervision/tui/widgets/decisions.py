"""The decisions of this session, beside the notes."""

from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from supervision.model import digest, rules
from supervision.model.values import Decision, Session
from supervision.tui.keys import key_of
from supervision.tui.widgets.hanging import hanging
from supervision.tui.widgets.names import short_names, together


class DecisionsPane(OptionList):
    """What is being decided, and who has agreed; Enter opens one."""

    class Opened(Message):
        """One was chosen, to be read, mended or agreed."""

        def __init__(self, decision: str) -> None:
            super().__init__()
            self.decision = decision

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._shown: tuple[Decision, ...] | None = None
        self._last: Session | None = None

    def show(self, session: Session) -> bool:
        """Shows the session's decisions by number; whether they differ from what was shown."""
        if session.decisions == self._shown:
            return False
        first, self._shown = self._shown is None, session.decisions
        self._last = session
        here = self.highlighted
        self.clear_options()
        if not session.decisions:
            words = f"None yet. {key_of(self.app, 'propose-decision')} begins one."
            self.add_option(Option(Content.styled(words, "$text-muted"), disabled=True))
        for decision in session.decisions:
            told = Content.assemble(decision.title or "untitled", "\n", (standing(session, decision), "$text-muted"))
            width = self.scrollable_content_region.width or 30
            self.add_option(Option(hanging(f"{decision.number}  ", told, width), id=decision.id))
        if session.decisions and here is not None:
            self.highlighted = min(here, len(session.decisions) - 1)
        return not first

    def on_resize(self) -> None:
        self.call_after_refresh(self._again)

    def _again(self) -> None:
        # What is the latest is asked only now: something newer may have been shown since the size changed.
        if self._last is not None:
            self._shown = None
            self.show(self._last)

    @property
    def chosen(self) -> str | None:
        """The id of the decision that is highlighted."""
        return None if self.highlighted is None else self.get_option_at_index(self.highlighted).id

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_id:
            self.post_message(self.Opened(event.option_id))


def standing(session: Session, decision: Decision) -> str:
    """Where a decision stands, in a few words: its stance, its status, and for whom it waits."""
    status = rules.status(session, decision)
    stance = decision.stance.replace("-", " ")
    words = [stance] if stance else []
    if status == "proposed" and session.kind == "supervision":
        now = digest.decision_digest(decision)
        names = short_names(session)
        yes = [names[mark.by] for mark in decision.marks if mark.digest == now and mark.by in names]
        waiting = [name for name in names.values() if name not in yes]
        if yes:
            words.append(f"{together(yes)} agrees, waiting for {together(waiting)}")
        else:
            words.append("proposed")
    else:
        words.append(status.replace("-", " "))
    return ", ".join(words)
