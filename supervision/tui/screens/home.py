"""Home: go on where we were, what is due, one's own actions, and every session there has been."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from supervision.errors import SupervisionError
from supervision.shelf import Keeping
from supervision.tui import Desk, keys
from supervision.tui.widgets.days import short_day
from supervision.tui.widgets.hanging import hanging
from supervision.tui.widgets.names import together
from supervision.tui.widgets.status import KeyLine, Sentence, TooSmall, TwoEnds, two_ends

if TYPE_CHECKING:
    from supervision.model.changes import Change
    from supervision.model.values import Person, Session
    from supervision.shelf import Found, Lists, Notice, Row

MOST = 100
"""Sessions in the list at first, and how many more come each time one reaches its end."""
SHOWN = 6
SHOWN_LOW = 3
"""Actions, and things that are due, in a high window and in a low one; the rest are a row away."""
HIGH = 30

OVERDUE, REVIEW, OPEN = "Overdue  ", "Review   ", "[ ] "
MARKS = (OVERDUE, REVIEW, OPEN)
"""What rows begin with; the words stand beside it."""

Read = TypeVar("Read")

Line = tuple[str, Content, Content]
"""A row of the list: its id (empty for a heading), and what stands on its left and right."""


class HomeScreen(Screen[None]):
    """The first screen. What it lists is read anew each time one comes back to it."""

    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("home"), Binding("escape", "back", "Back", show=False)]
    HORIZONTAL_BREAKPOINTS = [(0, "-slim"), (60, "-narrow"), (100, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (18, "-low"), (28, "-tall")]
    place: ClassVar[keys.Place] = "home"
    pane = "home"

    class Wanted(Message):
        """A session is to be opened, by whoever is at this keyboard, at a place in it or where one was."""

        def __init__(self, session: str, me: str, found: Found | None = None) -> None:
            super().__init__()
            self.session = session
            self.me = me
            self.found = found

    def __init__(self, desk: Desk, sentence: str = "") -> None:
        super().__init__()
        self._at_first = sentence
        self._drawn_for = 0
        self.desk = desk
        self.me = desk.me
        self.pair: tuple[str, ...] = ()
        """The people whose sessions are shown, once somebody to meet was chosen; empty for everybody."""
        self._lines: list[Line] = []
        self._agreements_due: dict[str, Row] = {}
        self._told: dict[str, Notice] = {}
        self._shown = MOST
        self._waiting: Callable[[], object] | None = None
        """Shows what was read of every record, once one is on this screen."""

    def compose(self) -> ComposeResult:
        yield TwoEnds(id="head")
        yield OptionList(id="list", markup=False)
        yield Sentence(id="sentence")
        yield KeyLine(keys.footer("home", getattr(self.app, "commands", keys.COMMANDS)), id="keys")
        yield TooSmall()

    def on_mount(self) -> None:
        self.query_one(OptionList).focus()
        self.say(self._at_first)

    def on_screen_resume(self) -> None:
        if self.desk.open_with is not None and self.desk.shelf.is_locked:
            from supervision.tui.screens.protecting import ask_again

            ask_again(self.app, self.desk.open_with)  # the records were encrypted in another window
            return
        self.reread()
        self._show_what_waits()

    def turn_to(self, desk: Desk) -> None:
        """Other records in place of these."""
        self.desk, self.me, self.pair = desk, desk.me, ()
        self._shown = MOST
        self.reread()

    def on_resize(self) -> None:
        if self.size.width != self._drawn_for:
            self._draw()

    def say(self, sentence: str) -> None:
        """One sentence at the foot."""
        self.query_one(Sentence).say(sentence)

    # -- what is listed ---------------------------------------------------------------------------------------

    def reread(self) -> None:
        """Reads the records again, and shows what they say now."""
        shelf = self.desk.shelf
        lists = shelf.lists()
        pairs = lists.pairs(pair=self.pair)
        self._agreements_due = {row["id"]: row for row in shelf.agreements(pair=self.pair) if row["due"]}
        damaged = shelf.damaged
        first_run = not pairs and not self.pair
        lines = [*self._notices(), *(self._first_run() if first_run else self._usual(lists))]
        if damaged:
            lines.append(("", Content(""), Content("")))
            lines += [("", _quiet(sentence), Content("")) for sentence in damaged]
        self._lines = lines
        name = self.me or "no name yet"
        role = next((p["role"] for people in pairs.values() for p in people if self._is_me(p["name"])), "")
        title = "Sample: nothing here is kept" if self.desk.is_sample else "supervision"
        self.query_one(TwoEnds).ends(
            Content.styled(title, "bold"), Content.styled(f"{name}, {role}" if role else name, "$text-muted")
        )
        foot = keys.footer("home", getattr(self.app, "commands", keys.COMMANDS))
        foot = [command for command in foot if not first_run or command.where == "everywhere"]
        self.query_one(KeyLine).offer(foot)
        quiet = "Arrows, then Enter" if first_run else "Everything is saved"
        self.query_one(KeyLine).murmur("" if damaged else quiet)
        self._draw()

    def _draw(self) -> None:
        """Lays the rows out for the width there is; the row one is at stays."""
        chosen = self.query_one(OptionList)
        here = chosen.highlighted
        at = chosen.get_option_at_index(here).id if here is not None and here < chosen.option_count else None
        self._drawn_for = self.size.width
        width = max(self.size.width - 7, 20)
        chosen.clear_options()
        for id, left, right in self._lines:
            chosen.add_option(Option(_row(left, right, width), id=id or None, disabled=not id))
        ids = [option.id for option in chosen.options]
        first = next((n for n, id in enumerate(ids) if id), None)
        chosen.highlighted = ids.index(at) if at in ids and at else first

    def _show_older(self) -> None:
        """More of the sessions, below those that are shown; one stays where one is in the list."""
        chosen = self.query_one(OptionList)
        at = chosen.highlighted
        self._shown += MOST
        with chosen.prevent(OptionList.OptionHighlighted):  # the row below them, where it is now, is no wish for more
            self.reread()
        chosen.highlighted = at

    @on(OptionList.OptionHighlighted)
    def _at_the_end(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_id == "older":
            self._show_older()

    def _first_run(self) -> Iterator[Line]:
        nothing = Content("")
        yield "", nothing, nothing
        for words in (
            "A place for two people to think about the boundaries in their work with somebody: "
            "to decide together what to hold, soften, bend or cross, and come back to it.",
            "What you write stays in a folder on this computer.",
        ):
            yield "", Content.styled(words, "$text"), nothing
        yield "", nothing, nothing
        yield "start", Content("Start a session"), Content("")
        if self.desk.try_sample is not None:
            yield "sample", Content("Try the sample"), Content.styled("invented people; nothing is kept", "$text-muted")
        if self._may_prepare:
            yield "prepare", Content("Prepare the first session"), _quiet(self._prepared_so_far())
        if self.desk.join_elsewhere is not None:
            yield "join", Content("Join a session elsewhere"), _quiet("by an address you were sent")

    def _usual(self, lists: Lists) -> Iterator[Line]:
        today = self.desk.shelf.today
        yield from self._next_step(lists, today)
        overdue = lists.actions(which="overdue", pair=self.pair)
        review = lists.decisions(which="due", pair=self.pair)
        agreements = list(self._agreements_due.values())
        if overdue or review or agreements:
            yield from _heading("Due now", f"{len(overdue)} overdue" if overdue else "")
        shown = SHOWN if self.app.size.height >= HIGH else SHOWN_LOW
        own = lists.actions(which="overdue", owner=self.me, pair=self.pair)[:shown] if self.me else []
        others = [row for row in overdue[: 2 * shown] if row["id"] not in {mine["id"] for mine in own}]
        for action in [*own, *others][:shown]:  # one's own first: those one can do something about
            owner = action["owner"] or "nobody yet"
            since = f"{owner}, since {short_day(date.fromisoformat(action['due']), today)}"
            yield (
                f"action {action['session']} {action['id']}",
                Content.assemble((OVERDUE, "$accent"), action["text"]),
                _quiet(since),
            )
        if len(overdue) > shown:
            yield "actions overdue", _quiet(f"{' ' * len(OVERDUE)}and {len(overdue) - shown} more"), Content("")
        for decision in review[:shown]:
            words = f"{decision['title']}: {decision['stance'].replace('-', ' ')}"
            due = f"look again, {self._with(decision['with'])}"
            yield (
                f"decision {decision['session']} {decision['id']}",
                Content.assemble((REVIEW, "$accent"), words),
                _quiet(due),
            )
        if len(review) > shown:
            yield "decisions due", _quiet(f"{' ' * len(REVIEW)}and {len(review) - shown} more decisions"), Content("")
        for row in agreements[:shown]:
            since = f"since {short_day(date.fromisoformat(row['review_on']), today)}"
            words = f"Your agreement with {self._with(row['people'])}"
            yield f"agreement {row['id']}", Content.assemble((REVIEW, "$accent"), words), _quiet(since)
        mine = lists.actions(which="upcoming", owner=self.me, pair=self.pair) if self.me else ()
        if mine:
            yield from _heading("Your actions", f"{len(mine)} open")
        for action in mine[:shown]:
            due = short_day(date.fromisoformat(action["due"]), today) if action["due"] else "no date"
            yield f"action {action['session']} {action['id']} mine", Content(f"{OPEN}{action['text']}"), _quiet(due)
        if len(mine) > shown:
            yield "actions mine", _quiet(f"{' ' * len(OPEN)}and {len(mine) - shown} more"), Content("")
        yield from _heading("Sessions")
        sessions = lists.sessions(pair=self.pair)
        for session in sessions[: self._shown]:
            yield session["id"], *self._session_line(session, today)
        if len(sessions) > self._shown:
            yield "older", _quiet(f"and {len(sessions) - self._shown} older ones"), _quiet("more on Enter")

    def _notices(self) -> Iterator[Line]:
        """What was done to records of one's own by whoever keeps them, until one has read it."""
        self._told = {notice.id: notice for notice in Keeping(self.desk.shelf).notices(self.me)} if self.me else {}
        if self._told:
            yield from _heading("You have to know", "Enter when read")
        for notice in self._told.values():
            at = short_day(datetime.fromisoformat(notice.at).date(), self.desk.shelf.today)
            yield f"notice {notice.id}", Content(notice.sentence), _quiet(at)

    def _next_step(self, lists: Lists, today: date) -> Iterator[Line]:
        yield "", Content(""), Content("")
        pairs = lists.pairs(pair=self.pair)
        for newest in lists.sessions(state="open", pair=self.pair)[:1]:
            last = datetime.fromisoformat(newest["last"])
            yield (
                f"continue {newest['id']}",
                Content.styled(f"Continue with {self._with(newest['people'])}", "bold"),
                _quiet(f"{_about(newest) or 'no alias yet'}, {short_day(last.date(), today)}"),
            )
        yield "start", Content("Start a session"), Content("")
        if self._may_prepare:
            yield "prepare", Content("Prepare the next session"), _quiet(self._prepared_so_far())
        if self.pair:
            yield (
                "everybody",
                Content("Show everybody"),
                _quiet(f"only with {self._with(next(iter(pairs.values())))}" if pairs else ""),
            )
        elif len(pairs) > 1:
            yield "with-whom", Content("Show one person only"), Content("")

    def _session_line(self, session: Row, today: date) -> tuple[Content, Content]:
        when = datetime.fromisoformat(session["when"]).date()
        day = short_day(when, today).rjust(6 if when.year == today.year else 11)
        left = Content.assemble(
            (f"{day}  ", "$text-muted"), f"{self._with(session['people']):<12}  ", (_about(session), "$text-muted")
        )
        signed = session["signed_by"]
        if session["state"] == "signed":
            state = "signed by both"
        elif signed:
            waiting = [p["name"] for p in session["people"] if p["name"] not in signed]
            state = f"{together(waiting)} has not signed yet"
        else:
            state = "under way" if session["state"] == "open" else "ended, not signed"
        return left, _quiet(state)

    @property
    def _may_prepare(self) -> bool:
        return self.desk.private is not None and bool(self.me) and self._is_me(self.desk.login())

    def _prepared_so_far(self) -> str:
        """With whom a session is being prepared, or whose eyes that is for."""
        if self.pair:
            return "begun" if self.desk.shelf.has_prepared(self.pair) else "for your own eyes"
        names = list(self._begun_with().values())
        return f"begun, with {together(names)}" if names else "for your own eyes"

    def _begun_with(self) -> dict[str, str]:
        """With whom a session is being prepared, by the ids of the two, or as "new NAME" before they ever met."""
        private = self.desk.private() if self.desk.private is not None else None
        begun = private.begun(self.me) if private is not None else []
        pairs = {frozenset(key.split()): (key, name) for key, name in self._pairs().items()} if begun else {}
        met = {name for _, name in pairs.values()}
        found: dict[str, str] = {}
        for who in begun:
            if frozenset(who) in pairs:
                found.update([pairs[frozenset(who)]])
            elif any(map(self._is_me, who)):
                found.update((f"new {name}", name) for name in who if name not in met and not self._is_me(name))
        return found

    def _is_me(self, name: str) -> bool:
        return bool(self.me) and (name.casefold() == self.me.casefold())

    def _with(self, people: Iterable[Row]) -> str:
        names = [person["name"] for person in people]
        return together([name for name in names if not self._is_me(name)] or names)

    def _pairs(self, pair: Iterable[str] = ()) -> dict[str, str]:
        """By the ids of two people, whom of them one meets; those met last first."""
        pairs = self.desk.shelf.lists().pairs(pair=pair)
        return {" ".join(ids): self._with(people) for ids, people in pairs.items()}

    # -- doing ------------------------------------------------------------------------------------------------

    @on(OptionList.OptionSelected)
    async def _chosen(self, event: OptionList.OptionSelected) -> None:
        words = (event.option_id or "").split()
        match words:
            case ["start"]:
                self.action_new_session()
            case ["sample"] if self.desk.try_sample is not None:
                self.post_message(self.SampleWanted())
            case ["join"]:
                self.action_join_elsewhere()
            case ["actions", *which]:
                self.action_actions(*which)
            case ["decisions", *which]:
                self.action_decisions(*which)
            case ["agreement", id]:
                from supervision.model.values import Person

                people = self._agreements_due[id]["people"]
                self.open_agreement([Person(id=p["id"], name=p["name"], role=p["role"]) for p in people])
            case ["notice", id]:
                self._read(id)
            case ["older"]:
                self._show_older()
            case ["action" | "decision" as kind, session, id, *_]:
                self._open_card(kind, session, id)
            case ["prepare"]:
                self.action_prepare()
            case ["everybody"]:
                self.choose(())
            case ["with-whom"]:
                self.action_with_whom()
            case ["continue", session] | [session]:
                self.open(session)

    def _read(self, notice: str) -> None:
        """It has been read, and is not shown again."""
        try:
            Keeping(self.desk.shelf).read(notice, self.me)
            self.say(self._told[notice].sentence)
        except SupervisionError as error:
            self.say(error.sentence)
        self.reread()

    class SampleWanted(Message):
        """The sample is to be shown in place of one's own records."""

    def open(self, session: str, found: Found | None = None) -> None:
        """Opens a session; from then on home shows what belongs to its people alone."""
        self.pair = tuple(person["id"] for person in self.desk.shelf.people_in(session)) or self.pair
        self.post_message(self.Wanted(session, self.me, found))

    def _open_card(self, kind: str, session_id: str, id: str) -> None:
        """Opens an action or a decision itself, from whichever session it is."""
        from supervision.tui.screens.actions import ActionCard
        from supervision.tui.screens.decisions import DecisionCard

        def changed(change: Change | None) -> None:
            if change is not None:
                self.say(f"Kept. Undo, by {keys.key_of(self.app, 'palette')}, takes it back.")
            self.reread()

        shelf = self.desk.shelf
        try:
            session = shelf.load(session_id)
        except SupervisionError as error:
            self.say(error.sentence)
            return
        made = ActionCard if kind == "action" else DecisionCard
        self.app.push_screen(made(shelf, session, id, self.me), changed)

    @property
    def under_way(self) -> tuple[str, str]:
        """The session that one could go on with, or that is not signed yet, and with whom; empty if there is none."""
        lists = self.desk.shelf.lists()
        for state in ("open", "ended"):
            for row in lists.sessions(state=state, pair=self.pair)[:1]:
                return str(row["id"]), self._with(row["people"])
        return "", ""

    def choose(self, pair: tuple[str, ...]) -> None:
        """Shows what belongs to these people alone; empty shows everything."""
        self.pair = pair
        self.reread()

    def _name_first(self, then: Callable[[], object]) -> None:
        """Asks who is at this keyboard, and goes on."""
        from supervision.tui.screens.small import NameDialog

        def named(name: str | None) -> None:
            if name:
                self.me = name
                if self.desk.remember_me is not None:
                    try:
                        self.desk.remember_me(name)
                    except SupervisionError as error:
                        self.say(error.sentence)
                then()

        about = "It stands beside what you write. Others who use this computer can read these records."
        self.app.push_screen(NameDialog("What is your name?", about=about, accept="Go on"), named)

    def action_join_elsewhere(self) -> None:
        """Leaves this screen for the way to another computer, and for the session there."""
        from supervision.tui.screens.joining import JoinDialog

        join = self.desk.join_elsewhere
        if join is None:
            self.say("The sample is on its own. Leave it, and join from your own first screen.")
        elif not self.me:
            self._name_first(self.action_join_elsewhere)
        else:

            async def gone(so: bool | None) -> None:
                if so:
                    await self.app.action_quit()

            self.app.push_screen(JoinDialog(join, self.desk.address), gone)

    def action_new_session(self) -> None:
        def started(session: Session | None) -> None:
            if session is not None:
                self.open(session.id)

        if not self.me:
            self._name_first(self.action_new_session)
            return
        from supervision.tui.screens import StartDialog

        # Under the very name for which something is prepared, so that it is there when they meet.
        new = [name for key, name in self._begun_with().items() if key.startswith("new ")]
        other = new[0] if len(new) == 1 else ""
        self.app.push_screen(StartDialog(self.desk.shelf, self.me, role=self.desk.role, other=other), started)

    def action_with_whom(self) -> None:
        from supervision.tui.screens.choosing import ChooseDialog

        names = self._pairs()

        def chosen(answer: str | None) -> None:
            if answer is not None:
                self.choose(tuple(answer.split()))

        self.app.push_screen(ChooseDialog("Whose sessions?", {**names, "": "Everybody's"}), chosen)

    def action_find(self) -> None:
        from supervision.tui.screens import FindScreen, RecordScreen

        def chosen(found: Found | None) -> None:
            if found is None:
                return
            try:
                session = self.desk.shelf.load(found.session)
            except SupervisionError as error:
                self.say(error.sentence)
                return
            if session.state == "open":
                self.open(session.id, found)
            else:
                self.app.push_screen(RecordScreen(session, found.text, shelf=self.desk.shelf, who=self.me))

        self.app.push_screen(FindScreen(self.desk.shelf, self.pair), chosen)

    def action_find_here(self) -> None:
        self.action_find()

    def action_actions(self, which: str = "") -> None:
        from supervision.tui.screens import ActionsScreen

        self.app.push_screen(ActionsScreen(self.desk.shelf, self.me, self.pair, which=which))

    def action_decisions(self, which: str = "") -> None:
        from supervision.tui.screens import DecisionsScreen

        self.app.push_screen(DecisionsScreen(self.desk.shelf, self.me, self.pair, which=which))

    def action_timeline_home(self) -> None:
        """The timeline of the pair that is shown; of several, one is chosen first."""

        def show(pair: Sequence[str]) -> None:
            from supervision.tui.screens import TimelineScreen

            name = self._pairs(pair)[" ".join(pair)]
            self.app.push_screen(TimelineScreen(self.desk.shelf, pair, f"with {name}"))

        self._of_a_pair("The timeline with whom?", show)

    def action_prepare(self) -> None:
        """Prepares what comes next with the pair that is shown; of several, one is chosen first, or somebody new."""
        from supervision.private import ELSEWHERE

        private = self.desk.private() if self.desk.private is not None else None
        why = ELSEWHERE if private is None else private.why_not(self.me)
        if private is None or why:
            self.say(why)
            return

        def show(pair: Sequence[str], name: str) -> None:
            from supervision.tui.screens import PrepareScreen

            try:
                screen = PrepareScreen(private, pair, name, self.desk.shelf.next_pack(pair))
            except SupervisionError as error:
                self.say(error.sentence)
                return
            self.app.push_screen(screen)

        pairs = self._pairs(self.pair)
        if self.pair and len(pairs) == 1:
            show(*next((key.split(), name) for key, name in pairs.items()))
            return

        new = {key: name for key, name in self._begun_with().items() if key not in pairs}

        def chosen(answer: str | None) -> None:
            if answer in new:
                show((self.me, new[answer]), new[answer])
            elif answer:
                show(answer.split(), pairs[answer])
            elif answer is not None:
                self._prepare_with_somebody_new(show)

        if not pairs and not new:
            chosen("")
            return
        from supervision.tui.screens.choosing import ChooseDialog

        who = {**pairs, **new, "": "Somebody new"}
        self.app.push_screen(ChooseDialog("The next session with whom?", who), chosen)

    def _prepare_with_somebody_new(self, show: Callable[[Sequence[str], str], None]) -> None:
        from supervision.tui.screens.small import NameDialog

        def named(name: str | None) -> None:
            if name:
                show((self.me, name), name)

        self.app.push_screen(
            NameDialog("With whom do you meet?", about="Their name, as you call them.", accept="Go on"), named
        )

    def action_agreement_home(self) -> None:
        """The agreement of the pair that is shown; of several, one is chosen first."""

        def met_last(pair: Sequence[str]) -> None:
            self.open_agreement(self.desk.shelf.people_with(*pair))

        self._of_a_pair("The agreement with whom?", met_last)

    def open_agreement(self, people: Sequence[Person]) -> None:
        """Shows the agreement between these people in these roles."""
        from supervision.tui.screens import AgreementDialog

        shelf = self.desk.shelf

        def kept(new: bool | None) -> None:
            if new:
                self.say("Your agreement is kept. Each of you reads it when you meet next.")
                self.reread()

        try:
            agreement = shelf.agreement(people)
        except SupervisionError as error:
            self.say(error.sentence)
            return

        def keep(answers: dict[str, str]) -> None:
            me = next((person.id for person in people if self._is_me(person.called)), self.me)
            shelf.edit_agreement(people, answers, me)

        self.app.push_screen(AgreementDialog(people, agreement, shelf.today, keep), kept)

    def action_export_home(self) -> None:
        from supervision.tui.screens import ExportDialog

        self.app.push_screen(ExportDialog(who=self.me, shelf=self.desk.shelf, pair=self.pair))

    def action_bring_in(self) -> None:
        from supervision.tui.screens.bringing import BringInDialog

        def called(name: str) -> None:
            self.me = name

        self.app.push_screen(BringInDialog(self.desk, self.me, called))

    def action_back_up(self) -> None:
        from supervision.tui.screens.bringing import BackUpDialog

        self.app.push_screen(BackUpDialog(self.desk))

    def action_restore(self) -> None:
        from supervision.tui.screens.bringing import RestoreDialog

        self.app.push_screen(RestoreDialog(self.desk))

    def action_encrypt_records(self) -> None:
        """Encrypts everything that is kept, for somebody who has a name."""
        from supervision.tui.screens.protecting import EncryptDialog

        shelf = self.desk.shelf
        if shelf.is_encrypted:
            self.say("The records here are encrypted already. supervision encrypt, in a terminal, does all there is.")
        elif self.desk.open_with is None:
            self.say("Nothing is kept here that could be encrypted.")
        elif not self.me:
            self.say("A key is somebody's: say who you are first, by starting a session.")
        else:

            def done(so: bool | None) -> None:
                if so:
                    self.say("Everything here is encrypted. What was copied or backed up before is not.")
                    self.reread()

            self.app.push_screen(EncryptDialog(shelf, self.me), done)

    def action_records_due(self) -> None:
        """Records that have been kept as long as was said; one that is chosen is opened, to say what becomes of it."""
        shelf, classes = self.desk.shelf, self.desk.retention()

        def due() -> dict[str, str]:
            return {
                one.id: f"{short_day(one.since, shelf.today)}  {' and '.join(one.people)}, {one.name}"
                + (f", kept as it is: {one.held or 'a concern is open'}" if one.held or one.concern else "")
                for one in Keeping(shelf).records(classes)
                if one.is_due(shelf.today)
            }

        self._read_all(due, lambda found: self._look_at(found, bool(classes)))

    def _look_at(self, due: dict[str, str], classes: bool) -> None:
        from supervision.tui.screens import RecordScreen
        from supervision.tui.screens.choosing import ChooseDialog

        if not due:
            none = "No record has been kept as long as was said."
            self.say(none if classes else f"{none} Your settings name no lengths; the README says how.")
            return

        def chosen(session_id: str | None) -> None:
            if session_id is not None:
                shelf = self.desk.shelf
                try:
                    self.app.push_screen(RecordScreen(shelf.load(session_id), shelf=shelf, who=self.me))
                except SupervisionError as error:
                    self.say(error.sentence)

        self.app.push_screen(ChooseDialog("Kept as long as was said. Look at which?", due), chosen)

    def action_gather(self) -> None:
        """All that is kept about somebody who asks for it."""
        from supervision.tui.screens import NameDialog
        from supervision.tui.screens.gathered import GatheredScreen

        shelf = self.desk.shelf

        def asked(words: str | None) -> None:
            if words:
                self._read_all(
                    lambda: Keeping(shelf).about(words),
                    lambda found: self.app.push_screen(GatheredScreen(words, found, shelf, self.me)),
                )

        question = NameDialog(
            "About whom? Their alias, or a word.",
            about="Everything that is kept of a matter under that alias, and every text in which it stands.",
            accept="Gather it",
        )
        self.app.push_screen(question, asked)

    @work(exclusive=True, group="read all")
    async def _read_all(self, read: Callable[[], Read], then: Callable[[Read], object]) -> None:
        """Reads every record in a thread, so that one can do something else meanwhile, and then goes on with it.

        Nobody is taken away from what they do now: what was found waits until they are back here.
        """
        self.say("Reading every record ...")
        try:
            found = await asyncio.to_thread(read)
        except SupervisionError as error:
            self.say(error.sentence)
            return
        self.say("")
        self._waiting = lambda: then(found)
        self._show_what_waits()

    def _show_what_waits(self) -> None:
        show = self._waiting
        if show is not None and self.app.screen is self:
            self._waiting = None
            show()

    def _of_a_pair(self, question: str, then: Callable[[Sequence[str]], None]) -> None:
        """Does something with the pair that is shown; of several, one is chosen first."""
        names = self._pairs(self.pair)
        if not names:
            self.say("Nothing has happened yet.")
        elif len(names) == 1:
            then(next(iter(names)).split())
        else:
            from supervision.tui.screens.choosing import ChooseDialog

            def chosen(answer: str | None) -> None:
                if answer is not None:
                    then(answer.split())

            self.app.push_screen(ChooseDialog(question, names), chosen)

    def action_undo_home(self) -> None:
        self._turn_back(self.desk.shelf.undo, "Taken back.")

    def action_redo_home(self) -> None:
        self._turn_back(self.desk.shelf.redo, "Done again.")

    def _turn_back(self, way: Callable[[str], object], done: str) -> None:
        try:
            way(self.me)
            self.say(done)
        except SupervisionError as error:
            self.say(error.sentence)
        self.reread()

    def action_back(self) -> None:
        """There is nothing further back: Escape never leaves, and says what does."""
        kept = "" if self.desk.is_sample else "; everything is saved"
        leave, everything = keys.key_of(self.app, "quit"), keys.key_of(self.app, "palette")
        self.say(f"The first screen. {leave} leaves, or Quit in {everything}{kept}.")


def _row(left: Content, right: Content, width: int) -> Content:
    """A row in one line where it fits, else what stands on the right is beside its last words, or below them."""
    if left.cell_length + 2 + right.cell_length <= width:
        return two_ends(left, right, width)
    mark = next((mark for mark in MARKS if left.plain.startswith(mark)), "")
    first, *more = hanging(" " * len(mark), left[len(mark) :], width).split("\n")
    lines = [left[: len(mark)] + first[len(mark) :], *more]
    if more and lines[-1].cell_length + 2 + right.cell_length <= width:
        lines[-1] = two_ends(lines[-1], right, width)
    elif right:
        lines.append(two_ends(Content(""), right, width))
    return Content("\n").join(lines)


def _about(session: Row) -> str:
    """Whom it is about, or that it is of two peers; nothing where nobody is named yet."""
    return session["alias"] or ("paired reflection" if session["kind"] == "peer" else "")


def _heading(words: str, right: str = "") -> Iterator[Line]:
    yield "", Content(""), Content("")
    yield "", Content.styled(words, "bold $text-muted"), _quiet(right)


def _quiet(words: str) -> Content:
    return Content.styled(words, "$text-muted")
