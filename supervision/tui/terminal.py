"""What stands between Textual and the terminal: bytes that are not text, a terminal that goes away, unsafe output."""

import asyncio
import os
import re
import selectors
import signal
import string
import threading
import unicodedata
from codecs import getincrementaldecoder
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, TextIO, cast

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.color import Color
from textual.dom import DOMNode
from textual.drivers.linux_driver import LinuxDriver
from textual.filter import LineFilter
from textual.geometry import Size
from textual.message import Message
from textual.message_pump import MessagePump

from supervision import text
from supervision.tui.between import in_gnu_screen

if TYPE_CHECKING:
    from textual.app import App

PATIENCE = 2.0
"""Seconds to wait for what a key began to be over, before the next key is handed on all the same."""
AT_ONCE = 100
"""Keys of a burst that are handed on together; between them there is time to draw, to save and to hear a signal."""
OWN_KEYS = frozenset({"backspace", "delete", "left", "right", "home", "end"})
"""Keys that change nothing but the text one is in; a text that knows of more says so with its own `own_keys`."""


class InputEnded(Message):
    """Nothing more will be typed: the terminal is gone, or somebody said that it is time to leave."""


class Key(events.Key):
    """A key that types something which Python does not call printable: a joiner of emoji, a space that holds words."""

    @property
    def is_printable(self) -> bool:
        return True


class Keyboard:
    """What a terminal sends, as events.

    Textual's own reading, but for this: a paste is text whatever stands in it (Textual takes an escape sequence out of
    it, and what follows for keys), every character that is no control can be typed, a flag that is written with many is
    one key, a number with Alt is that, and a sequence that no terminal sends is dropped instead of ending the
    application.
    """

    def __init__(self) -> None:
        self._parser = XTermParser()
        self._fed = ""
        """The last characters before a paste: its beginning may come in two pieces."""
        self._pasted: list[str] | None = None
        self._escape = False
        """Whether the latest character was an escape, of which nothing has come yet."""

    def feed(self, typed: str) -> Iterator[Message]:
        """The events of the next characters."""
        while typed:
            if self._pasted is None:
                found = (self._fed + typed).find(BRACKETED_PASTE_START)
                end = len(typed) if found < 0 else found + len(BRACKETED_PASTE_START) - len(self._fed)
                yield from self._parsed(typed[:end])
                self._fed = "" if found >= 0 else (self._fed + typed)[1 - len(BRACKETED_PASTE_START) :]
                self._pasted = None if found < 0 else []
                typed = typed[end:]
            else:
                before = "".join(self._pasted[-len(BRACKETED_PASTE_END) :])[1 - len(BRACKETED_PASTE_END) :]
                found = (before + typed).find(BRACKETED_PASTE_END)
                if found < 0:
                    self._pasted.append(typed)
                    return
                words = "".join((*self._pasted, typed))
                rest = len(before) + len(typed) - found - len(BRACKETED_PASTE_END)
                self._pasted = None
                for _ in self._parsed(BRACKETED_PASTE_END):
                    pass  # Textual's own idea of the paste, which never saw it
                yield events.Paste(words[: len(words) - rest - len(BRACKETED_PASTE_END)])
                typed = typed[len(typed) - rest :]

    def tick(self) -> Iterator[Message]:
        """The events of time passing: an escape that nothing followed is a key."""
        for message in self._parser.tick():
            self._escape = False
            yield _typed(message)

    def _parsed(self, typed: str) -> Iterator[Message]:
        for character in _LETTER.findall(typed):
            after_escape, self._escape = self._escape, character == "\x1b"
            if len(character) > 1:
                yield Key("flag", character)
                continue
            if after_escape and character in string.digits:  # Textual takes it for a sign that some keyboards type so
                self._parser = XTermParser()
                yield events.Key(f"alt+{character}", character)
                continue
            try:
                found = list(self._parser.feed(character))
            except (ValueError, ArithmeticError):  # numbers in it that stand for no key, no place, no size
                self._parser = XTermParser()
                continue
            yield from map(_typed, found)


_LETTER = re.compile(f"{text.FLAG}|.", re.DOTALL)


def _typed(message: Message) -> Message:
    if isinstance(message, events.Key) and not message.is_printable:
        words = message.character or ""
        if words and all(unicodedata.category(character) != "Cc" for character in words):
            return Key(message.key, words)
    return message


class InOrder:
    """Hands what was typed to the application so that each key meets what the keys before it led to.

    Keys come in bursts, over a slow line for instance, and what they lead to takes several turns: Textual would switch
    who is writing before the words typed earlier have reached the notes, and lose what is typed into a dialog that is
    only just opening. What changes nothing but the text one is in passes at once.
    """

    def __init__(self, app: "App[Any]", loop: asyncio.AbstractEventLoop) -> None:
        self._app = app
        self._loop = loop
        self._woken = threading.Event()
        self._typed: deque[Message] = deque()
        self._task: asyncio.Task[None] | None = None
        self._settle_first = True
        self._passed = 0

    def put(self, message: Message) -> None:
        """The next one, from any thread.

        The loop is woken once for all that comes while it is busy: signals reach it through the same pipe, which a
        few hundred wakings fill, and a signal that finds it full is lost.
        """
        self._typed.append(message)
        if not self._woken.is_set():
            self._woken.set()
            self._loop.call_soon_threadsafe(self._begin)

    def _begin(self) -> None:
        self._woken.clear()
        if self._task is None or self._task.done():
            self._task = self._loop.create_task(self._hand_on())

    async def _hand_on(self) -> None:
        while self._typed:
            message = self._typed.popleft()
            if self._settle_first or self._passed >= AT_ONCE:
                await self._settled()
            leads_on = self._leads_on(message)
            if leads_on and self._passed:
                await self._settled()
            self._settle_first = leads_on
            self._passed += 1
            await self._app._post_message(message)

    def _leads_on(self, message: Message) -> bool:
        if isinstance(message, events.Key):
            from textual.widgets import Input, TextArea  # not before a key is pressed: home is to be quick

            focused = self._focused()
            if not isinstance(focused, Input | TextArea):
                return True
            return not message.is_printable and message.key not in getattr(focused, "own_keys", OWN_KEYS)
        return isinstance(message, events.MouseUp | InputEnded)

    def _focused(self) -> MessagePump | None:
        stack = self._app.screen_stack
        return (stack[-1].focused or stack[-1]) if stack else None

    async def _settled(self) -> None:
        """Waits until all that hears of a key, and what its work is handed up to, has nothing left to do."""
        self._passed = 0
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                earlier: list[object] = []
                while earlier[-2:] != [here := self._focused()] * 2:
                    earlier.append(here)
                    await _turn(self._app)
                    for pump in here.ancestors_with_self if isinstance(here, DOMNode) else ():
                        await _turn(pump)


async def _turn(pump: MessagePump) -> None:
    """Waits until everything that waits here now is done."""
    done = asyncio.Event()
    if pump.call_later(done.set):
        await done.wait()


class ForgivingDriver(LinuxDriver):
    """Reads a byte that is not UTF-8 as the replacement sign, and outlives its terminal until all is saved.

    The application hears `InputEnded`, after all that was typed before it, when the terminal is gone or `end_input`
    was called.
    """

    def __init__(self, app: "App[Any]", **given: Any) -> None:
        super().__init__(app, **given)
        # GNU screen that hears of a mouse keeps Escape back until the next key, and hands both on as another one.
        self._mouse = self._mouse and not in_gnu_screen(os.environ)
        assert self._file is not None  # Textual starts no driver without one
        self._file = cast(TextIOWrapper, _Output(self._file))
        self._enough = threading.Event()
        self._in_order = InOrder(app, self._loop)

    def send_message(self, message: Message) -> None:
        self._in_order.put(message)

    def start_application_mode(self) -> None:
        """As Textual's own, but that the size is read in the loop's own turn.

        Its handler reads the size itself, and one signal can interrupt another's: then an older size came last.
        """
        super().start_application_mode()  # type: ignore[no-untyped-call]
        loop = self._loop

        def resized(*_: object) -> None:
            if not self._in_band_window_resize:
                loop.call_soon_threadsafe(self._tell_size)

        signal.signal(signal.SIGWINCH, resized)

    def stop_application_mode(self) -> None:
        """As Textual's own, but that nothing stays where there is no screen of its own to leave: GNU screen has none
        unless somebody asked for it, nor has the console of Linux. To clear it would be no better: screen keeps what
        was cleared for whoever scrolls back.
        """
        width, height = self._app.size
        self.write("\x1b[0m")
        for row in range(1, height + 1):
            self.write(f"\x1b[{row};1H{' ' * width}")
        self.write("\x1b[1;1H")
        super().stop_application_mode()

    def _tell_size(self) -> None:
        size = Size(*self._get_terminal_size())
        if size == self._app.size:  # it was smaller in between, and not all of what stood there came back
            self._app.screen.refresh()
        self._app.post_message(events.Resize(size, size))

    def end_input(self) -> None:
        """What has been typed by now is still heard, and then no more."""
        self._enough.set()

    def run_input_thread(self) -> None:
        """As Textual's own, which decodes strictly, so that one byte 0xFF ends the application."""
        decode = getincrementaldecoder("utf-8")("replace").decode
        keyboard = Keyboard()
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                enough = self._enough.is_set()
                if selector.select(0 if enough else 0.1):
                    data = self._read()
                    self._hear(keyboard.feed(decode(data, final=not data)))
                    enough = not data
                self._hear(keyboard.tick())
                if enough:
                    self.process_message(InputEnded())
                    return

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, 4096)
        except OSError:
            return b""

    def _hear(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self.process_message(message)


class _Output:
    """The terminal as a file to write to. Once it is gone it takes everything, so that nobody waits for it for ever."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._gone = False

    def fileno(self) -> int:
        return self._file.fileno()

    def isatty(self) -> bool:
        return self._file.isatty()

    def write(self, data: str) -> None:
        if not self._gone:
            try:
                self._file.write(data)
            except OSError:
                self._gone = True

    def flush(self) -> None:
        if not self._gone:
            try:
                self._file.flush()
            except OSError:
                self._gone = True


class SafeOutput(LineFilter):
    """The second wall: nothing that a terminal would obey leaves inside a rendered line."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        if all(control or text.is_clean(words, lines=False) for words, _, control in segments):
            return segments
        return [segment if segment.control else Segment(_safe(segment.text), segment.style) for segment in segments]


def _safe(words: str) -> str:
    return set_cell_size(text.clean(words, lines=False), cell_len(words))
