"""The actions of this session, beside the notes."""

from datetime import date
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from supervision.model import rules
from supervision.model.values import Action, Session
from supervision.tui.keys import key_of
from supervision.tui.widgets.days import short_day
from supervision.tui.widgets.hanging import hanging
from supervision.tui.widgets.names import short_names

MARKS = {"open": "[ ]", "done": "[x]", "dropped": "[-]"}


class ActionsPane(OptionList):
    """What somebody will do; Enter opens one, space ticks it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "tick", "Done, or open again", show=False)]

    class Opened(Message):
        """One was chosen, to be read or changed."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    class Ticked(Message):
        """One was ticked, or opened again."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._shown: tuple[Action, ...] | None = None
        self._last: tuple[Session, date] | None = None

    def show(self, session: Session, today: date) -> bool:
        """Shows the session's actions, open ones first; whether they differ from what was shown."""
        actions = tuple(sorted(session.actions, key=lambda action: action.status != "open"))
        if actions == self._shown:
            return False
        first, self._shown = self._shown is None, actions
        self._last = session, today
        here = self.highlighted
        at = self.get_option_at_index(here).id if here is not None and here < self.option_count else None
        names = short_names(session)
        self.clear_options()
        if not actions:
            words = f"None yet. {key_of(self.app, 'add-action')} writes one down."
            self.add_option(Option(Content.styled(words, "$text-muted"), disabled=True))
        for action in actions:
            self.add_option(Option(self._told(session, action, names, today), id=action.id))
        if actions and here is not None:
            # One stays at the action one was at, wherever it stands now: the same key again takes back what it did.
            ids = [action.id for action in actions]
            self.highlighted = ids.index(at) if at in ids else min(here, len(actions) - 1)
        return not first

    def _told(self, session: Session, action: Action, names: dict[str, str], today: date) -> Content:
        owner = names.get(action.owner, action.owner) if action.owner else "nobody yet"
        facts = [owner]
        if action.due:
            late = rules.is_overdue(action, today)
            facts.append(f"{'overdue, ' if late else ''}{short_day(action.due, today)}")
        if action.waiting_on:
            facts.append(f"waiting on {action.waiting_on}")
        words = Content.styled(action.text, "" if action.status == "open" else "$text-muted")
        told = Content.assemble(words, "\n", (", ".join(facts), "$text-muted"))
        return hanging(f"{MARKS[action.status]} ", told, (self.scrollable_content_region.width or 30))

    def on_resize(self) -> None:
        self.call_after_refresh(self._again)

    def _again(self) -> None:
        # What is the latest is asked only now: something newer may have been shown since the size changed.
        if self._last is not None:
            self._shown = None
            self.show(*self._last)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_id:
            self.post_message(self.Opened(event.option_id))

    def action_tick(self) -> None:
        if self.highlighted is not None and (chosen := self.get_option_at_index(self.highlighted).id):
            self.post_message(self.Ticked(chosen))
