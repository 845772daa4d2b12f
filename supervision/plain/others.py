"""What goes on around whoever writes: the others' words and deeds, who is here, the line and the file.

All of it is said in whole lines, when it is finished and nobody is being asked something. Lines that begin with `* `
are about others, lines that begin with `! ` are warnings.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING

from supervision.document import Touched
from supervision.model.names import short_names
from supervision.model.values import Who
from supervision.plain import news
from supervision.plain.hearing import Hearing
from supervision.plain.place import Place
from supervision.room.room import KEPT_APART

if TYPE_CHECKING:
    from supervision.plain.talk import Talk

PAUSE = 1.2
"""Seconds without a key, or a change, after which something counts as finished."""

PATIENCE = 5.0
"""Seconds that somebody waits for the answer of whoever holds the session."""
KEPT = "What you wrote meanwhile is kept: /kept shows it, and /kept add 1 puts the first of it in."


class _Pause:
    """Calls back once nothing has stirred for a while."""

    def __init__(self, seconds: float, over: Callable[[], None]) -> None:
        self._seconds = seconds
        self._over = over
        self._timer: asyncio.TimerHandle | None = None

    @property
    def is_running(self) -> bool:
        return self._timer is not None

    def stir(self) -> None:
        self.end()
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._end_and_call)

    def end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end_and_call(self) -> None:
        self._timer = None
        self._over()


class Others:
    """Watches the room for one talk, and says what is to be said. `pause`: when something counts as finished."""

    def __init__(self, talk: "Talk", pause: float = PAUSE) -> None:
        room = talk.room
        self._talk = talk
        self._room = room
        self._hearing = Hearing(room.session.notes)
        self._seen = room.session
        """The session as far as its deeds are known here."""
        self._shared = Place.of(room.session)
        self._apart = False
        """Whether somebody was said to be elsewhere."""
        self._here: dict[Who, datetime | None] = {}
        """Who is known to be at another keyboard, and since when their line is lost."""
        self._lost: datetime | None = None
        self._failed = ""
        self._waiting: list[str] = []
        self._going_back = False
        self._refused = 0
        self._stirred = asyncio.Event()
        self._doing = 0
        self._asking = 0
        self.heard: set[str] = set()
        """What of the record others have changed since the line before: the ids of decisions, and "notes"."""
        self._ripe: set[str] = set()
        self._posted = False
        self._words = _Pause(pause, lambda: self._ripen("words"))
        self._deeds = _Pause(pause, lambda: self._ripen("deeds"))
        self._people = _Pause(pause, lambda: self._ripen("people"))
        self._stops = [room.watch(self._noticed), room.listen(self._told)]
        self._people.stir()

    def end(self) -> None:
        """Watches no longer."""
        for stop in self._stops:
            stop()
        for pause in (self._words, self._deeds, self._people):
            pause.end()

    # -- what is done from here -------------------------------------------------------------------------------

    @contextmanager
    def own_doing(self) -> Iterator[None]:
        """What changes inside is done from here, and answered by whoever did it."""
        if self._deeds.is_running or "deeds" in self._ripe:
            self._waiting += self._new_deeds()
        self._doing += 1
        try:
            yield
        finally:
            self._doing -= 1
            self._seen = self._room.session
            self._shared = Place.of(self._seen)

    async def answered(self) -> bool:
        """Waits for whoever holds the session to have done what was asked for last; False when it was refused.

        False as well when there is no answer for a while.
        """
        refused = self._refused
        await self.until(lambda: not self._room.saved.waiting or self._refused != refused)
        return self._refused == refused and not self._room.saved.waiting

    async def until(self, holds: Callable[[], bool]) -> None:
        """Waits, not for ever, for something to hold that the room brings about."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while not holds():
                    self._stirred.clear()
                    await self._stirred.wait()

    # -- noticing: this only marks, what is to be said is said a moment later ---------------------------------

    def _noticed(self, touched: Touched | None) -> None:
        self._stirred.set()
        if self._room.gone:
            if not self._talk.leaving:
                self._talk.refuse(self._room.gone)
                self._talk.leave()
            return
        if touched is None:
            self._people.stir()
            self._post()
            return
        for key, splices in touched.splices.items():
            self._hearing.splices(key, splices, own=touched.local)
        if touched.splices and not touched.local:
            self._words.stir()
            self._post()
        if touched.rest and not self._doing:
            if self._going_back:
                self._going_back, self._seen = False, self._room.session
            else:
                self._deeds.stir()

    def _told(self, sentence: str) -> None:
        """The room says that something was refused, or kept apart; then what was shown ahead of it is shown no more."""
        self._waiting += self._new_deeds() if self._deeds.is_running else []
        self._going_back = True
        self._refused += 1
        self._stirred.set()
        kept = sentence.endswith(KEPT_APART)
        self._waiting.append(f"! {sentence.removesuffix(KEPT_APART).strip()} {KEPT}" if kept else f"! {sentence}")
        self._post()

    def _ripen(self, what: str) -> None:
        self._ripe.add(what)
        self._post()

    def _post(self) -> None:
        if not self._posted:
            self._posted = True
            asyncio.get_running_loop().call_soon(self._posted_now)

    def _posted_now(self) -> None:
        self._posted = self._going_back = False
        self.tell()

    # -- saying -----------------------------------------------------------------------------------------------

    @contextmanager
    def held(self) -> Iterator[None]:
        """Inside, somebody is being asked something, and nothing else is said."""
        self._asking += 1
        try:
            yield
        finally:
            self._asking -= 1

    def tell(self, *, asked: bool = False) -> bool:
        """Says what is to be said now, unless somebody is being asked something; `asked`: also if it is held back.

        Returns whether there was anything.
        """
        if self._asking:
            return False
        lines = self._warnings()
        if asked or not self._talk.quiet:
            lines += self._people_lines()
            lines += self._of_the_record()
            self._ripe.clear()
        if lines:
            self._talk.say_apart(*lines)
        moved = (asked or not self._talk.quiet) and self._see_where_the_session_is()
        return bool(lines) or moved

    def catch_up(self, *, wholly: bool = False) -> bool:
        """Says what is finished before a line is answered; `wholly`: all there is, also what is held back.

        Returns whether there was anything.
        """
        if self._deeds.is_running:
            self._deeds.end()
            self._ripe.add("deeds")
        if wholly:
            self._words.end()
            self._ripe |= {"words", "deeds", "people"}
        return self.tell(asked=wholly)

    def _warnings(self) -> list[str]:
        lines, self._waiting = self._waiting, []
        failed = self._room.saved.failed
        if failed and failed != self._failed:
            lines.append(f"! {failed}")
        elif self._failed and not failed and not self._room.saved.waiting:
            lines.append("Saved again.")
        self._failed = failed if failed or not self._room.saved.waiting else self._failed
        if "people" in self._ripe:
            lines += self._line_lines()
        return lines

    def _line_lines(self) -> list[str]:
        lost = self._room.line.lost
        if (lost is None) == (self._lost is None):
            return []
        self._lost = lost
        if lost is not None:
            since = f"The line is lost since {lost:%H:%M}."
            return [f"! {since} What you write is kept here and sent when it is back."]
        if self._room.is_host:
            return ["The session goes on from this keyboard. Nothing of yours is lost."]
        return ["The line is back. What you wrote meanwhile has been sent."]

    def _people_lines(self) -> list[str]:
        """Who came, went, or is cut off. While one's own line is lost nothing is known of that."""
        if "people" not in self._ripe or self._room.line.is_lost:
            return []
        now: dict[Who, datetime | None] = {}
        for presence in self._room.present:
            if presence.is_here or presence.person not in now:
                now[presence.person] = presence.lost
        lines = []
        for who, lost in now.items():
            if who not in self._here:
                lines.append(f"* {self._named(who)} is here." if lost is None else self._cut_off(who, lost))
            elif (lost is None) != (self._here[who] is None):
                lines.append(f"* {self._named(who)} is here again." if lost is None else self._cut_off(who, lost))
        lines += [f"* {self._named(who)} has left." for who in self._here if who not in now]
        self._here = now
        return lines

    def _cut_off(self, who: Who, lost: datetime) -> str:
        return f"* {self._named(who)}'s line is lost since {lost:%H:%M}."

    def _of_the_record(self) -> list[str]:
        """What others wrote and did."""
        found = self._hearing.news(settled="words" in self._ripe)
        lines = [f"* {line}" for line in news.words(found, self._room.session, self.called)]
        before = self._seen
        if "deeds" in self._ripe:
            lines += self._new_deeds()
        self.heard |= {"notes"} if found else set()
        self.heard |= news.rewritten(before, self._seen)
        return lines

    def _new_deeds(self) -> list[str]:
        self._deeds.end()
        before, self._seen = self._seen, self._room.session
        return [f"* {line}" for line in news.deeds(before, self._seen, self.called)]

    def _see_where_the_session_is(self) -> bool:
        """After somebody else went on: says where they are, or goes along. Nobody is moved who has not asked for it."""
        there = Place.of(self._room.session)
        if there == self._shared:
            return False
        self._shared = there
        self._talk.session_moved(there)
        return True

    # -- names ------------------------------------------------------------------------------------------------

    def _named(self, who: Who) -> str:
        name = short_names(self._room.session).get(who, who)
        return f"{name}, at another keyboard," if who == self._room.own_presence.person else name

    def called(self, who: Who) -> str:
        """Whoever did something, as the beginning of a sentence; for "", whoever it can only have been."""
        session = self._room.session
        if not who:
            others = {presence.person for presence in self._room.present}
            if len(others) != 1:
                return "Somebody"
            (who,) = others
        name = short_names(session).get(who) or session.called(who)
        return f"From elsewhere, {name}" if who == self._room.writer else name
