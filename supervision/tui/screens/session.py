"""A session on the screen: the question, the notes, and what comes of them. It holds no state but where one looks."""

from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.events import Key
from textual.widget import AwaitMount
from textual.widgets import OptionList

from supervision.document import Touched
from supervision.model import changes as c
from supervision.model import rules
from supervision.model.pack import Prompt, Stage
from supervision.room import Room
from supervision.shelf import Shelf
from supervision.tui import keys
from supervision.tui.painting import OnlyWhatChanged
from supervision.tui.screens.company import Company
from supervision.tui.tidying import Tidying
from supervision.tui.widgets.actions import ActionsPane
from supervision.tui.widgets.decisions import DecisionsPane
from supervision.tui.widgets.notes import FOR_BOTH, ON_PAPER, NotesPane
from supervision.tui.widgets.panes import PaneTabs
from supervision.tui.widgets.prompt import PromptPanel
from supervision.tui.widgets.stages import StageLine
from supervision.tui.widgets.status import Alarm, KeyLine, SavedMark, Sentence, SessionHead, TooSmall, TwoEnds
from supervision.tui.widgets.turns import TurnLine

Here = tuple[Stage, Prompt | None, int]
"""Where one is in a session: the stage, the question, the matter."""
QUIET = ("notes", "prompt")
"""The panes of the quiet screen."""
PANE_NAMES = {
    "notes": "Notes",
    "look-back": "Look back",
    "actions": "Actions",
    "decisions": "Decisions",
    "prompt": "Question",
}


class SessionScreen(Company):
    """One open session. What is done goes to the room; the screen redraws because the room changed."""

    CSS_PATH = "session.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.bindings("session"),
        *keys.bindings("turns"),
        Binding("escape", "back", "Back", show=False),
        # Where the focus is not in a text, which has these keys for itself.
        Binding("tab", "step_pane(1)", "Other pane", show=False),
        Binding("shift+tab", "step_pane(-1)", "Pane before", show=False),
        Binding("ctrl+z", "undo", "Undo", show=False),
        Binding("ctrl+y", "redo", "Redo", show=False),
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-slim"), (60, "-narrow"), (100, "-wide"), (114, "-wider")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (18, "-lowest"), (22, "-low"), (28, "-tall")]
    place: ClassVar[keys.Place] = "session"

    def __init__(self, room: Room, shelf: Shelf) -> None:
        super().__init__(room, shelf)
        self._compositor = OnlyWhatChanged()
        session = room.session
        self.stage = session.pack.stage(session.stage) or session.pack.stages[0]
        self.prompt = self.question_at(self.stage, session.prompt)
        self.pane = "notes"
        self._redraw_asked = False
        self._rest_changed = False
        self._coming: AwaitMount | None = None
        self._came_from: list[Here] = []
        self._writer = room.writer
        self._tidying = Tidying()

    def compose(self) -> ComposeResult:
        # Its size is known before anything is drawn: nobody sees it laid out for another one first.
        width, height = self.app.size
        for cells, points in ((width, self.HORIZONTAL_BREAKPOINTS), (height, self.VERTICAL_BREAKPOINTS)):
            self.add_class([name for least, name in points if cells >= least][-1])
        with Horizontal(id="top"):
            yield SessionHead(id="head")
            yield SavedMark(id="saved")
        yield StageLine(self.room.session.pack.stages, id="stages")
        yield TurnLine(id="turns")
        yield Alarm(id="alarm")
        with Container(id="panes"):
            yield PromptPanel(id="prompt")
            yield PaneTabs(id="tabs")
            with Vertical(id="middle"):
                yield NotesPane(self.room, id="notes")
            with Vertical(id="side"):
                yield TwoEnds(id="actions-title", classes="title")
                yield ActionsPane(id="actions")
                yield TwoEnds(id="decisions-title", classes="title")
                yield DecisionsPane(id="decisions")
        yield Sentence(id="sentence")
        yield KeyLine(keys.footer("session", self.commands), id="keys")
        yield TooSmall()

    @property
    def commands(self) -> tuple[keys.Command, ...]:
        return getattr(self.app, "commands", keys.COMMANDS)

    @property
    def notes(self) -> NotesPane:
        return self.query_one(NotesPane)

    def on_mount(self) -> None:
        self._stop_watching = self.room.watch(self._changed)
        self._tidying.begin()
        self.begin_company()
        self._show_place()
        self.redraw()
        self.notes.focus()

    def on_unmount(self) -> None:
        self._stop_watching()
        self._tidying.end()
        self.end_company()

    def on_screen_resume(self) -> None:
        self.redraw()

    # -- drawing ----------------------------------------------------------------------------------------------

    def _changed(self, touched: Touched | None) -> None:
        """Observers only mark: all but the notes is drawn a moment later, once for however many changes."""
        if touched is not None and touched.local and not touched.rest:
            self.latest = "words"
        self._rest_changed = self._rest_changed or (touched is not None and touched.rest)
        if self.room.writer != self._writer:  # what is offered to one of them is not the other's to see
            self._writer = self.room.writer
            self.prompt = self.question_at(self.stage, self.prompt.id if self.prompt else "")
            self.shared_keyboard = self._rest_changed = True
        self._tidying.soon()
        if not self._redraw_asked and self.is_mounted:
            self._redraw_asked = True
            self.call_next(self._redraw_changed)

    def _redraw_changed(self) -> None:
        if self._rest_changed:
            self.see_where_the_other_is()
            self.see_what_waits()
            self.redraw()
        elif self._is_whole:
            self._redraw_asked = False
            self._show_state()

    @property
    def _is_whole(self) -> bool:
        """Whether the panes are there; those of a screen that is being taken down have gone before it."""
        # Not by a query, which looks through the whole screen and takes longer than drawing all that a key changes.
        return any(child.id == "keys" for child in self.children)

    def redraw(self) -> None:
        """Shows the session as it is now."""
        self._redraw_asked = self._rest_changed = False
        if not self._is_whole:
            return
        session = self.room.session
        self._show_state()
        self._see_what_is_own()
        if self.prompt not in self.asked(self.stage):  # the parts are others since somebody said who is first
            self.prompt = self.question_at(self.stage, session.prompt)
        self.query_one(PromptPanel).show(session, self.stage, self.prompt, self.matter, self.asked(self.stage))
        self.show_turns()
        changed = self.query_one(ActionsPane).show(session, self.room.clock().date())
        if self.query_one(DecisionsPane).show(session) or changed:
            self.latest = "deed"
        self._show_tabs()

    def _show_state(self) -> None:
        """Who is writing, whether it is saved, and where there are notes: what every key may change."""
        session, saved = self.room.session, self.room.saved
        self.query_one(SessionHead).tell(
            session,
            self.matter,
            self.room.writer,
            self.room.present,
            following=self.following,
            bound=self.room.seat.bound,
        )
        self.query_one(SavedMark).tell(saved)
        self.query_one(Alarm).tell(saved, self.room.line, keys.way_to(self.app, "export"))
        written = (note.stage for note in session.notes if note.matter == self.matter and note.text.strip())
        self.query_one(StageLine).point(self.stage.id, shared=session.stage, written=written)

    def _see_what_is_own(self) -> None:
        """What this stage could offer to whoever is writing alone."""
        panel, first = self.query_one(PromptPanel), self.room.session.pack.stages[0]
        panel.own_notes = self.stage.private and self.private is not None and not self.why_not_private()
        if self.stage.private:
            self.notes.invite(FOR_BOTH if panel.own_notes else ON_PAPER)
        panel.prepared = (self.stage.shows == "matters" or self.stage == first) and self.prepared_waits()
        panel.to_read = self.stage == first and any(
            not self.room.is_elsewhere(person.id) for person in rules.unread(self.room.session)
        )

    def redraw_state(self) -> None:
        self._show_state()

    def _show_tabs(self) -> None:
        session = self.room.session
        open_actions = sum(action.status == "open" for action in session.actions)
        names = {
            "notes": "Notes",
            "actions": f"Actions {open_actions}" if open_actions else "Actions",
            "decisions": f"Decisions {len(session.decisions)}" if session.decisions else "Decisions",
        }
        if self.stage.shows == "look-back":
            names["look-back"] = "Look back"
        shown = self.pane if self.pane in names else "notes"
        jump = keys.key_of(self.app, "jump", in_brief=self.app.size.width < 80)
        self.query_one(PaneTabs).show(names, shown, f"{jump} opens the next" if self.app.size.width >= 80 else jump)
        for pane in ("actions", "decisions"):
            self.query_one(f"#{pane}-title", TwoEnds).ends(
                Content(pane.capitalize()), Content("" if self.pane == pane else jump)
            )
        self.query_one("#panes").set_classes(f"-show-{shown}")

    def say(self, sentence: str) -> None:
        """One sentence below the notes: what was refused, or done."""
        self.query_one(Sentence).say(sentence)

    # -- the way through --------------------------------------------------------------------------------------

    def go(self, stage: Stage, prompt: Prompt | None = None) -> None:
        """Turns to a stage, and says to the session that we are there."""
        self.stage, self.prompt = stage, prompt or self.question_at(stage, "")
        if self.room.session.state != "signed" and self.takes_along():
            with self.saying():
                self.room.change(c.MoveTo(stage=stage.id, prompt=self.prompt.id if self.prompt else ""))
        self.matter = self.matter_at(stage)
        self._show_place()
        self.redraw()

    def _show_place(self) -> None:
        if (self.notes.stage, self.notes.matter) != (self.stage.id, self.matter):
            self.notes.show(self.stage.id, self.matter)
        looking = self.query("#look-back")
        if self.stage.shows == "look-back" and not looking:
            from supervision.tui.screens import LookBackPane

            pane = LookBackPane(self.shelf, self.room)
            pane.id = "look-back"
            self._coming = self.query_one("#middle").mount(pane, before=0)
        elif self.stage.shows != "look-back" and looking:
            looking.remove()
            self.pane = "notes" if self.pane == "look-back" else self.pane
        timed = self.stage.minutes and not self.has_class("-quiet")
        minutes = f"about {self.stage.minutes} min here" if timed else ""
        self.query_one(KeyLine).murmur(minutes)

    async def all_there(self) -> None:
        """Waits until the panes of the stage are on the screen."""
        if self._coming is not None:
            await self._coming

    def follow(self) -> None:
        """Goes where the session now is, after something of one's own that moved it."""
        session = self.room.session
        self.matter = session.matter
        if stage := session.pack.stage(session.stage):
            self.stage = stage
            self.prompt = self.question_at(stage, session.prompt)
        self._show_place()
        self.redraw()

    def leave_for(self, stage: Stage) -> None:
        """Remembers where one is, to come back to it after a look at this stage."""
        if stage != self.stage:
            self._came_from.append((self.stage, self.prompt, self.matter))
            self.say(f"Esc comes back to {self.stage.title}.")

    def visit(self, stage: Stage) -> None:
        """Goes to a stage out of the order, to have a look."""
        self.leave_for(stage)
        self.go(stage)
        self.look_at("notes")

    def action_come_back(self) -> None:
        if not self._came_from:
            self.say("You are where you were: you have not gone to look at anything else.")
            return
        stage, prompt, matter = self._came_from.pop()
        if matter != self.matter and self.room.session.state != "signed":
            with self.saying():
                self.room.change(c.TurnToMatter(n=matter))
        self.matter = matter
        self.go(stage, prompt)
        self.look_at("notes")
        self.say("")

    def _step(self, by: int) -> None:
        self._came_from.clear()  # whoever goes on has arrived
        self.say("")
        stages = self.room.session.pack.stages
        at = stages.index(self.stage) + by
        if 0 <= at < len(stages):
            self.go(stages[at])
        else:
            self.say("This is the last stage." if by > 0 else "This is the first stage.")

    def action_next_stage(self) -> None:
        self._step(1)

    def action_previous_stage(self) -> None:
        self._step(-1)

    def _turn(self, by: int) -> None:
        prompts = self.asked(self.stage)
        at = (prompts.index(self.prompt) if self.prompt in prompts else -1) + by
        stages = self.room.session.pack.stages
        here = stages.index(self.stage)
        self.say("")  # what was said of the question before
        if 0 <= at < len(prompts):
            self._came_from.clear()
            self.notes.begin_anew()
            self.go(self.stage, prompts[at])
        elif by > 0 or here == 0:
            self._step(by)
        else:
            before = stages[here - 1]
            self.go(before, next(reversed(self.asked(before)), None))

    def action_next_question(self) -> None:
        self._turn(1)

    def action_previous_question(self) -> None:
        self._turn(-1)

    @on(StageLine.Chosen)
    def _stage_chosen(self, event: StageLine.Chosen) -> None:
        if stage := self.room.session.pack.stage(event.stage):
            self.visit(stage)

    # -- the panes --------------------------------------------------------------------------------------------

    def look_at(self, pane: str) -> None:
        """Puts the focus into a pane, and shows it where only one fits."""
        if pane not in QUIET:
            self._be_quiet(False)
        self.pane = pane
        self._show_tabs()
        there = self.query_one(f"#{pane}")
        if isinstance(there, OptionList) and there.highlighted is None:
            there.action_first()
        # What a question offers is a key away; the arrows scroll the question from there as well.
        parts = (
            [*there.query("OfferLine"), there, *there.query("*")] if pane == "prompt" else [there, *there.query("*")]
        )
        next((part for part in parts if part.can_focus and part.display), there).focus()

    def on_descendant_focus(self) -> None:
        focused = self.focused
        for pane in ("prompt", "actions", "decisions", "look-back", "notes"):
            if focused is not None and any(node.id == pane for node in focused.ancestors_with_self):
                self.pane = pane
        self._show_tabs()

    @property
    def panes(self) -> list[str]:
        """The panes there are now, in the order one jumps through them."""
        if self.has_class("-quiet"):
            return list(QUIET)
        return ["notes", *(["look-back"] if self.query("#look-back") else []), "actions", "decisions", "prompt"]

    async def action_jump(self, by: int = 1) -> None:
        """To the next pane; from there a number goes to any of them."""
        await self.all_there()
        order = self.panes
        at = order.index(self.pane) if self.pane in order else 0
        self.look_at(order[(at + by) % len(order)])
        numbered = "  ".join(f"{n} {PANE_NAMES[pane]}" for n, pane in enumerate(order, 1))
        self.say("" if self.pane == "notes" else f"Press a number: {numbered}")

    def on_key(self, event: Key) -> None:
        """A number goes to a pane, where it is not typed into a text."""
        order = self.panes
        if self.pane != "notes" and event.key.isdecimal() and 0 < int(event.key) <= len(order):
            event.stop()
            self.look_at(order[int(event.key) - 1])
            self.say("")

    @on(PromptPanel.Typed)
    def _typed_at_the_question(self, event: PromptPanel.Typed) -> None:
        if self.pane == "prompt":
            self.look_at("notes")
        self.notes.post_message(event.what)

    async def action_step_pane(self, by: int) -> None:
        """To the next thing in a pane that holds several, and after the last of them to the next pane."""
        inside = [
            widget for widget in self.focus_chain if any(node.id == self.pane for node in widget.ancestors_with_self)
        ]
        at = inside.index(self.focused) + by if self.focused in inside else -1
        if 0 <= at < len(inside):
            inside[at].focus()
        else:
            await self.action_jump(by)

    def action_quiet_screen(self) -> None:
        """Leaves the question and the notes alone on the screen, or brings the rest back."""
        quiet = not self.has_class("-quiet")
        if quiet and self.pane not in QUIET:
            self.look_at("notes")
        self._be_quiet(quiet)

    def _be_quiet(self, quiet: bool) -> None:
        if quiet == self.has_class("-quiet"):
            return
        self.set_class(quiet, "-quiet")
        foot = keys.footer("session", self.commands)
        if quiet:
            way_back = next(command for command in self.commands if command.id == "quiet-screen")
            arrives = tuple(key for key in way_back.keys if not keys.is_function_key(key))
            foot = [foot[0], replace(way_back, keys=arrives or ("escape",), short="Everything else again")]
        self.query_one(KeyLine).offer(foot)
        self._show_place()
        self.redraw()

    @on(PaneTabs.Chosen)
    def _tab_chosen(self, event: PaneTabs.Chosen) -> None:
        self.look_at(event.pane)

    def action_back(self) -> None:
        if self.pane != "notes" and not (self.pane == "look-back" and self._came_from):
            self.look_at("notes")
            self.say("")
        elif self.has_class("-quiet"):
            self._be_quiet(False)
        elif self._came_from:
            self.action_come_back()
        else:
            self.action_home()
