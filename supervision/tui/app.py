"""The application: which screens there are, the open session, and every way out of it."""

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from rich.console import Console
from textual.app import App
from textual.binding import BindingType
from textual.events import Event, Key, MouseDown, Paste
from textual.filter import LineFilter, Monochrome, NoColor
from textual.screen import Screen
from textual.widget import AwaitMount
from textual.worker import WorkerFailed

from supervision.errors import Locked, Refused, SupervisionError
from supervision.tui import Desk, keys, themes
from supervision.tui.between import without_colours_it_has_not
from supervision.tui.commands import Commands
from supervision.tui.everywhere import Everywhere
from supervision.tui.keymap import Keymap
from supervision.tui.strips import keep_rows_alone
from supervision.tui.terminal import ForgivingDriver, InputEnded, SafeOutput

if TYPE_CHECKING:
    from supervision.room import Room
    from supervision.shelf import Found
    from supervision.tui.screens.company import Company
    from supervision.tui.screens.home import HomeScreen
    from supervision.tui.screens.session import SessionScreen
    from supervision.tui.story import Story

WAYS_OUT = (signal.SIGHUP, signal.SIGTERM)


class SupervisionApp(Everywhere):
    """Home, and at most one open session over it. `exits` holds the session's room and saves it on every way out."""

    TITLE = "supervision"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False  # the palette is ours; Textual's brings commands for developers
    COMMANDS: ClassVar = {Commands}
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("everywhere"), *keys.bindings("story")]

    def __init__(self, desk: Desk, *, sentence: str = "", theme: str = "", own_keys: Keymap | None = None) -> None:
        keep_rows_alone()
        without_colours_it_has_not(os.environ)
        super().__init__(desk, own_keys or Keymap(), driver_class=ForgivingDriver)
        self.exits = AsyncExitStack()
        self.room: Room | None = None
        self.first = ""
        """The session to begin with, once the records are open."""
        self.refused: SupervisionError | None = None
        self.colours, problem = themes.find(themes.WITHOUT_COLOURS if self.no_color else theme)
        self.at_first = " ".join(words for words in (sentence, problem, self.keymap.sentence) if words)
        self._begin_in(self.colours)
        self.story: Story | None = None
        self._wall = SafeOutput()
        self._warned = False

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), self._wall]

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict.fromkeys(("line", "person-1", "person-2"), "#808080")

    def _begin_in(self, colours: themes.Colours) -> None:
        """The theme as if it had always been there: setting it would parse all the styles a second time."""
        self.register_theme(themes.as_textual(colours))
        self.set_reactive(App.theme, colours.name)
        self.set_class(True, f"-theme-{colours.name}")
        self._refresh_truecolor_filter(self.ansi_theme)
        # Textual chose by the theme before this one; where colours are the terminal's, greys are colours too.
        self._filters = [NoColor() if isinstance(found, Monochrome) else found for found in self._filters]
        self.stylesheet.set_variables(self.get_css_variables())

    def get_default_screen(self) -> Screen[None]:
        if self.desk.open_with is not None and self.desk.shelf.is_locked:
            from supervision.tui.screens.protecting import LockedScreen

            return LockedScreen()
        if self.desk.only_session or self.room is not None:
            return Screen()  # home is not to be under a session: it is made once somebody goes there, if anybody does
        from supervision.tui.screens.home import HomeScreen

        return HomeScreen(self.desk, self.at_first)

    def on_mount(self) -> None:
        if self.desk.open_with is not None and self.desk.shelf.is_locked:
            self._ask(self.desk.open_with)
        else:
            self._begin()

    def _ask(self, open_with: "Callable[[str], object]") -> None:
        """Asks for the passphrase before anything else; without it there is nothing to show."""
        from supervision.tui.screens.protecting import UnlockDialog

        async def opened(so: bool | None) -> None:
            if not so:
                self.exit()
                return
            try:
                if self.first:
                    await self.enter(self.first)
                else:
                    await self._have_home(self.at_first)  # over the empty one
            except SupervisionError as error:
                self.refused = error
                self.exit()
                return
            self._begin()

        self.push_screen(UnlockDialog(open_with), opened)

    async def on_event(self, event: Event) -> None:
        """Records that were encrypted in another window are asked for before anything on this one reads them."""
        open_with = self.desk.open_with
        if (
            isinstance(event, Key | Paste | MouseDown)
            and not event.is_forwarded
            and self.room is None  # nothing is encrypted while a session is open
            and open_with is not None
            and self.desk.shelf.is_locked
        ):
            from supervision.tui.screens.protecting import PassphraseDialog, ask_again

            if not any(isinstance(screen, PassphraseDialog) for screen in self.screen_stack):
                ask_again(self, open_with, lambda: self.post_message(event))
                return
        await super().on_event(event)

    def _handle_exception(self, error: Exception) -> None:
        """What can only be said at the end, because a screen cannot go on: the records were locked under it."""
        cause = error.error if isinstance(error, WorkerFailed) else error
        if isinstance(cause, Locked):
            if not self._exit:
                self.refused = cause
                self.exit(return_code=1)
            return
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """Where it broke, and nothing of what was being worked with: Textual's own would show that, too."""
        from rich.segment import Segments
        from rich.traceback import Traceback

        self.bell()
        broke = Traceback(show_locals=False, width=None)
        self._exit_renderables.append(Segments(self.console.render(broke, self.console.options)))
        self._close_messages_no_wait()

    def _begin(self) -> None:
        if self.room is not None:
            self.show(self.room)
            self.call_after_refresh(self.say, self.at_first)
        elif self.desk.is_new:
            self._welcome()
        elif self.desk.is_sample:
            self.call_after_refresh(self.action_story_again)

    def _welcome(self) -> None:
        """The first time: who one is, mostly, and in which colours. Skipped, nobody is asked again."""
        from supervision.tui.screens.welcome import Answers, WelcomeScreen

        def answered(answers: Answers | None) -> None:
            name, role = (answers.name, answers.role) if answers else ("", self.desk.role)
            desk = replace(self.desk, me=name or self.desk.me, role=role, is_new=False)
            try:
                if name and desk.remember_me is not None:
                    desk.remember_me(name)
                if desk.remember_role is not None:
                    desk.remember_role(role)
                if answers and answers.colours and answers.colours.name != offered_first and desk.remember_theme:
                    desk.remember_theme(answers.colours.name)
            except SupervisionError as error:
                self.say(error.sentence)
            self.desk = desk
            if home := self._home:
                home.turn_to(desk)
                if answers and desk.me and desk.open_with is not None:
                    self._offer_encryption(home)

        offered = {} if self.no_color else themes.load().usable
        offered_first = self.colours.name
        self.push_screen(WelcomeScreen(self.desk.perhaps, offered), answered)

    def _offer_encryption(self, home: "HomeScreen") -> None:
        """One question, which Enter leaves for later: nobody has to think of a passphrase before anything else."""
        from supervision.tui.keys import key_of
        from supervision.tui.screens.small import ConfirmDialog

        question = ConfirmDialog(
            "Encrypt everything that is kept here?",
            "Choose a passphrase",
            "Not now",
            about="Records are files on this computer: whoever can log in as you can read them. Encrypted, they open "
            f"with a passphrase of yours alone. It can wait: {key_of(self, 'palette')} finds it whenever you like.",
        )
        self.push_screen(question, lambda yes: home.action_encrypt_records() if yes else None)

    @property
    def _home(self) -> "HomeScreen | None":
        """Home, where it is what stands on the screen."""
        from supervision.tui.screens.home import HomeScreen

        return self.screen if isinstance(self.screen, HomeScreen) else None

    # -- the open session -------------------------------------------------------------------------------------

    async def enter(self, session: str, me: str = "") -> "Room":
        """Opens a session, with `me` writing if they are in it; Busy, Damaged and their kin when it cannot be."""
        from supervision.model import rules

        room = await self.exits.enter_async_context(self.desk.open_room(session))
        who = rules.who(room.session, me) if me else ""
        if room.session.person(who):
            room.hand_over(who)
        self.room = room
        return room

    async def on_home_screen_wanted(self, message: "HomeScreen.Wanted") -> None:
        """Opens a session and shows it; what stands in the way is said on home."""
        try:
            room = await self.enter(message.session, message.me)
        except SupervisionError as error:
            self.say(error.sentence)
            return
        self.show(room, message.found)

    def show(self, room: "Room", found: "Found | None" = None) -> AwaitMount:
        """The session that was entered, on the screen."""
        from supervision.tui.screens.session import SessionScreen  # not before it is needed: home is to be quick

        screen = SessionScreen(room, self.desk.shelf)
        shown = self.push_screen(screen)
        if found is not None:
            screen.call_after_refresh(screen.turn_to, found)
        return shown

    def on_home_screen_sample_wanted(self) -> None:
        """The sample in place of one's own records, until people leave; its story is told at first."""
        if self.desk.try_sample is not None and (home := self._home):
            self.desk = self.desk.try_sample()
            home.turn_to(self.desk)
            self.call_after_refresh(self.action_story_again)

    async def to_home(self) -> None:
        """Back to home from wherever one is; a session that is open is closed."""
        with suppress(SupervisionError):  # it was said, or there is nothing left to save
            await self.exits.aclose()
        self.room = None
        while self._home is None and len(self.screen_stack) > 1:
            await self.pop_screen()
        await self._have_home()

    async def _have_home(self, sentence: str = "") -> None:
        """Makes home where the program began with a session, so that there was none."""
        if self._home is None:
            from supervision.tui.screens.home import HomeScreen

            await self.push_screen(HomeScreen(self.desk, sentence))

    async def in_session(self, session: str, then: "Callable[[SessionScreen], object]") -> None:
        """Opens a session from wherever one is, and does something in it."""
        from supervision.tui.screens.session import SessionScreen

        await self.to_home()
        home = self._home
        assert home is not None
        try:
            room = await self.enter(session, home.me)
        except SupervisionError as error:
            self.say(error.sentence)
            return
        home.pair = tuple(person.id for person in room.session.people)
        await self.show(room)
        assert isinstance(self.screen, SessionScreen)
        then(self.screen)

    # -- the story of the sample ------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The keys of the story are its own only where its line is on the screen."""
        if action in ("story_next", "story_leave"):
            return self.story is not None and self.story.is_here
        return super().check_action(action, parameters)

    async def action_story_again(self) -> None:
        from supervision.tui.story import Story

        if not self.desk.is_sample:
            self.on_home_screen_sample_wanted()
        elif self.story is None:
            self.story = Story(self)
            await self.action_story_next()

    async def action_story_next(self) -> None:
        from supervision.tui.story import END

        if self.story is not None and self.is_saved() and not await self.story.go_on():
            self.story = None
            self.say(END)

    def action_story_leave(self) -> None:
        if self.story is not None:
            self.story.hide()
            self.story = None

    # -- back to home -----------------------------------------------------------------------------------------

    async def on_deeds_leaving(self) -> None:
        """Back to home: the session is saved and closed."""
        if self.desk.only_session:
            await self.action_quit()
        elif self.is_saved():
            with suppress(SupervisionError):  # it was said, and whoever left knew
                await self.exits.aclose()
            self.room = None
            await self.pop_screen()
            await self._have_home()

    async def on_company_gone(self, message: "Company.Gone") -> None:
        """The record was erased: back to home, whatever stands on the screen."""
        if self.desk.only_session:
            self.exit()
            return
        await self.to_home()
        self.say(message.sentence)

    def is_saved(self) -> bool:
        """Saves what waits; says so, once, when that fails, so that nobody leaves without knowing."""
        self._keep_fields()
        try:
            if self.room is not None:
                self.room.save_now()
        except SupervisionError as error:
            if not self._warned:
                self._warned = True
                self.say(f"{error.sentence} Leave once more to go without the last words.")
                return False
        else:
            self._warned = False
        return True

    # -- ways out ---------------------------------------------------------------------------------------------

    async def action_quit(self) -> None:
        if self.is_saved():
            self.exit()

    def hang_up(self) -> None:
        """The terminal goes away, or the machine: save first, then leave as usual."""
        with suppress(SupervisionError):  # it is tried, and reported, once more on the way out
            if self.room is not None:
                self.room.save_now()
        if isinstance(self._driver, ForgivingDriver):
            self._driver.end_input()  # and hear what was typed by now
        else:
            self.exit()

    def on_input_ended(self, _: InputEnded) -> None:
        """After all that was typed before it."""
        self._keep_fields()
        self.exit()

    def _keep_fields(self) -> None:
        """Puts into the session what stands in a field that was not left yet."""
        for screen in self.screen_stack:
            if keep := getattr(screen, "keep", None):
                keep()


def usual_theme() -> str:
    """The theme where nobody chose one: in sixteen colours that of the terminal, which says by bold and underlined
    letters what others say by greys that would be one there.
    """
    without_colours_it_has_not(os.environ)
    return themes.WITHOUT_COLOURS if Console(force_terminal=True).color_system == "standard" else ""


def serve(desk: Desk, *, session: str, sentence: str, theme: str, own_keys: Keymap) -> int:
    """Runs the application until people leave, and saves on every way out."""

    async def until_left() -> int:
        app = SupervisionApp(desk, sentence=sentence, theme=theme or usual_theme(), own_keys=own_keys)
        loop = asyncio.get_running_loop()
        for way in WAYS_OUT:
            loop.add_signal_handler(way, app.hang_up)
        async with app.exits:
            if desk.open_with is not None and desk.shelf.is_locked:
                app.first = session
            elif session:
                await app.enter(session)
            await app.run_async()
        if app.refused is not None:
            raise app.refused
        if desk.only_session and app.room is not None and app.room.gone:
            raise Refused(app.room.gone)
        return app.return_code or 0

    return asyncio.run(until_left())
