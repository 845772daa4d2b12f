"""What stands between Textual and the terminal: bytes that are not text, a terminal that goes away, unsafe output."""

import os
import selectors
from codecs import getincrementaldecoder

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.color import Color
from textual.drivers.linux_driver import LinuxDriver
from textual.filter import LineFilter

from supervision import text


class ForgivingDriver(LinuxDriver):
    """Reads a byte that is not UTF-8 as the replacement sign, and ends the application when its terminal is gone."""

    def run_input_thread(self) -> None:
        """As Textual's own, which decodes strictly, so that one byte 0xFF ends the application."""
        decode = getincrementaldecoder("utf-8")("replace").decode
        parser = XTermParser(self._debug)
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(0.1):
                    try:
                        data = os.read(self.fileno, 4096)
                    except OSError:
                        data = b""
                    if not data:
                        self._app.call_later(self._app.exit)
                        return
                    for event in parser.feed(decode(data)):
                        self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)
            try:
                for _ in parser.feed(""):
                    pass
            except (EOFError, ParseError):
                pass  # half a sequence was left over; there is nobody to give it to any more

    def write(self, data: str) -> None:
        """Drops what nobody can read any more: a queue that is no longer emptied would block us for ever."""
        if self._writer_thread is not None and self._writer_thread.is_alive():
            super().write(data)

    def close(self) -> None:
        if self._writer_thread is not None and self._writer_thread.is_alive():
            super().close()


class SafeOutput(LineFilter):
    """The second wall: nothing that a terminal would obey leaves inside a rendered line."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        if all(control or text.is_clean(words, lines=False) for words, _, control in segments):
            return segments
        return [segment if segment.control else Segment(_safe(segment.text), segment.style) for segment in segments]


def _safe(words: str) -> str:
    return set_cell_size(text.clean(words, lines=False), cell_len(words))
