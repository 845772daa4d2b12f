"""The palette: everything that can be done where one is, each by its plain name, a sentence and its keys."""

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.fuzzy import Matcher
from textual.screen import Screen
from textual.widgets import Input

from supervision.tui import keys
from supervision.tui.synonyms import SYNONYMS
from supervision.tui.themes import load
from supervision.tui.widgets.status import two_ends

if TYPE_CHECKING:
    from textual.app import App


WIDTH = 84
"""Cells of the palette, as the style sheet has it."""
AROUND = 8
"""Of them, those around the words of a line."""
LITTLE = ("a", "an", "the", "my", "our", "i", "to", "is", "that")
"""Words that people type and that tell nothing."""
NOT_FROM_HOME = ("home", "actions-here", "decisions-here", "timeline", "undo", "redo")
"""What home has itself, under the same names."""
HERE_ALREADY = ("find-here", "agreement-home", "story-again")
"""What a session has itself, under another name, or has no use for."""


NOTHING = "Nothing is called so here; see what there is to do, and by which key."
"""What leads on where no word fits."""


class Palette(CommandPalette):
    """Textual's own, but that nothing in it moves while nobody types."""

    def on_mount(self) -> None:
        self.query_one(Input).cursor_blink = False


class Commands(Provider):
    """The commands of the screen that the palette was opened from."""

    async def discover(self) -> Hits:
        for command, run in self._here():
            yield _found(self._told(Content(command.name), command), run, command.name, command.sentence)

    async def search(self, query: str) -> Hits:
        found = list(self._found(query))
        for hit in found:
            yield hit
        if not found and query.strip():
            for command, run in self._here():
                if command.id == "help":
                    yield _hit(1, self._told(Content(command.name), command), run, command.name, NOTHING)

    def _found(self, query: str) -> Iterator[Hit]:
        matcher = self.matcher(query)
        for command, run in self._here():
            if score := self._fits(query, command, matcher):
                name = self._told(_marked(matcher, command.name), command)
                yield _hit(score, name, run, command.name, command.sentence)
        for command, told, run in self._in_the_session():
            if score := self._fits(query, command, matcher):
                name = self._told(_marked(matcher, command.name), command)
                yield _hit(score / 4, name, run, command.name, told)
        for command, run in self._at_home():
            if score := self._fits(query, command, matcher):
                name = self._told(_marked(matcher, command.name), command)
                yield _hit(score / 600, name, run, command.name, f"On the first screen: {command.wish}.")
        for stage, run in self._stages():
            if score := _fits(query, stage, matcher.match(stage)):
                told = "Go there; nothing has to be finished first."
                yield _hit(score / 2, _marked(matcher, stage), run, stage, told)

    @staticmethod
    def _fits(query: str, command: keys.Command, matcher: Matcher) -> float:
        other_words = SYNONYMS.get(command.id, "")
        return _fits(query, command.name, matcher.match(command.name), command.sentence, other_words)

    def _here(self) -> Iterator[tuple[keys.Command, Any]]:
        place: keys.Place = getattr(self.screen, "place", "everywhere")
        commands = getattr(self.app, "offered", keys.COMMANDS)
        of_turns = [command for command in commands if command.where == "turns"]
        of_story = [c for c in commands if c.where == "story" and getattr(self.app, "story", None) is not None]
        of_turns = of_turns if getattr(self.screen, "has_turns", False) else []
        for command in [*of_story, *of_turns, *keys.here(place, commands)]:
            if command.id != "palette":
                yield command, partial(carry_out, self.app, self.screen, command)

    def _in_the_session(self) -> Iterator[tuple[keys.Command, str, Any]]:
        """What could be done in the session under way, where none is open: it is opened for that."""
        home = next((screen for screen in self.app.screen_stack if hasattr(screen, "under_way")), None)
        if home is None or getattr(self.app, "room", None) is not None:
            return
        session, called = home.under_way
        for command in getattr(self.app, "commands", keys.COMMANDS) if session else ():
            if command.where == "session" and command.id not in NOT_FROM_HOME:
                told = f"In the session with {called}: {command.wish}."
                yield command, told, partial(_do_there, self.app, session, command)

    def _at_home(self) -> Iterator[tuple[keys.Command, Any]]:
        """What could be done on the first screen, where a session stands over it: it is saved and left for that."""
        if getattr(self.app, "room", None) is None or self.app.desk.only_session:  # type: ignore[attr-defined]
            return
        named = {command.name for command, _ in self._here()}
        for command in getattr(self.app, "commands", keys.COMMANDS):
            if command.where == "home" and command.name not in named and command.id not in HERE_ALREADY:
                yield command, partial(_do_at_home, self.app, command)

    def _stages(self) -> Iterator[tuple[str, Any]]:
        """The stages of a session, where one is on the screen."""
        visit, room = getattr(self.screen, "visit", None), getattr(self.app, "room", None)
        if visit is None or room is None:
            return
        for stage in room.session.pack.stages:
            letter = f" ({stage.letter})" if stage.letter else ""
            turn = f", turn {stage.turn.upper()}" if stage.turn else ""
            yield f"Go to {stage.title}{letter}{turn}", partial(visit, stage)

    def _told(self, name: Content, command: keys.Command) -> Content:
        """The name, and its keys at the end of the line."""
        shown = Content.styled("  ".join(command.shown_keys), "$text-muted")
        return two_ends(name, shown, min(WIDTH, self.app.size.width) - AROUND) if command.keys else name


def _found(name: Content, run: Any, text: str, told: str) -> DiscoveryHit:
    # Textual takes a text here for markup, and a name, a stage or a theme is somebody's words.
    return DiscoveryHit(name, run, text, Content(told))  # type: ignore[arg-type]


def _hit(score: float, name: Content, run: Any, text: str, told: str) -> Hit:
    return Hit(score, name, run, text, Content(told))  # type: ignore[arg-type]


def _marked(matcher: Matcher, words: str) -> Content:
    """Words with the letters that were typed standing out, as Textual has it for what may be markup."""
    content = Content(words)
    for at in matcher.fuzzy_search.match(matcher.query, words)[1]:
        if not words[at].isspace():
            content = content.stylize(matcher.match_style, at, at + 1)
    return content


def _fits(query: str, name: str, score: float, sentence: str = "", other_words: str = "") -> float:
    """How well a line fits: by its name, by words of its sentence, or by other words for it; 0 when not at all."""
    wanted, called = query.strip().casefold(), name.casefold()
    parts = [part for part in wanted.split() if part not in LITTLE]

    def known(words: str) -> bool:
        begun = re.findall(r"\w+", words)
        return bool(parts) and all(any(word.startswith(part) for word in begun) for part in parts)

    if score > 0 and (wanted in called or known(called)):
        whole = set(wanted.split()) <= set(called.split())
        return score + 100 * (called == wanted) + 10 * called.startswith(wanted) + 20 * whole
    if known(f"{called} {sentence.casefold()}"):
        return 0.1
    if known(f"{called} {sentence.casefold()} {other_words}"):
        return 0.02
    return min(score, 9) / 2000  # its letters stand in the name here and there: after what has its words


async def _do_there(app: "App[Any]", session: str, command: keys.Command) -> None:
    """Opens a session and does there what a command stands for."""

    def do(screen: Screen[Any]) -> None:
        app.run_worker(app.run_action(command.action, screen))

    await app.in_session(session, do)  # type: ignore[attr-defined]


async def _do_at_home(app: "App[Any]", command: keys.Command) -> None:
    """Leaves the session that is open, and does on the first screen what a command stands for."""
    if app.is_saved():  # type: ignore[attr-defined]
        await app.to_home()  # type: ignore[attr-defined]
        await app.run_action(command.action, app.screen)


async def carry_out(app: "App[Any]", screen: Screen[Any], command: keys.Command) -> None:
    """Does what a command stands for, on the screen if it is the screen's to do, else everywhere's."""
    await app.run_action(command.action, screen if hasattr(screen, f"action_{command.action}") else app)


class Themes(Provider):
    """Our own themes and the person's; Textual's are not measured for contrast, so they are not offered."""

    async def discover(self) -> Hits:
        for title, about, choose in self._all():
            yield _found(Content(title), choose, title, about)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for title, about, choose in self._all():
            if score := _fits(query, title, matcher.match(title), about):
                yield _hit(score, _marked(matcher, title), choose, title, about)

    def _all(self) -> Iterator[tuple[str, str, Any]]:
        from supervision.tui.everywhere import Everywhere

        assert isinstance(self.app, Everywhere)
        now = self.app.colours.name  # first, so that nothing changes until one moves
        for theme in sorted(load().usable.values(), key=lambda theme: theme.name != now):
            yield theme.title, theme.about, partial(self.app.choose_theme, theme)
