"""What a terminal sends, as events: the same in whatever pieces it arrives, and a paste is never anything but text."""

import asyncio
import os
import signal
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual import events
from textual.app import App

from supervision.tui.between import in_gnu_screen, without_colours_it_has_not
from supervision.tui.terminal import InOrder, Keyboard
from tests.hostile import PAYLOADS

BEGIN, END = "\x1b[200~", "\x1b[201~"
PIECES = (
    "a",
    "é",
    "\u200d",
    "\xa0",
    "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    "\r",
    "\x1b[A",
    "\x1b[<0;3;4M",
    "\x1b[1114112;1u",
    "\x1b[97;1:1u",
    BEGIN,
    END,
)


def heard(*pieces: str) -> list[tuple[str, str]]:
    keyboard = Keyboard()
    found = []
    for event in (event for piece in pieces for event in keyboard.feed(piece)):
        if isinstance(event, events.Key):
            found.append((event.key, event.character or ""))
        elif isinstance(event, events.Paste):
            found.append(("paste", event.text))
        else:
            found.append((type(event).__name__, ""))
    return found


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12), st.data())
def test_it_is_the_same_in_whatever_pieces_it_arrives(sent: list[str], data: st.DataObject) -> None:
    pieces = []
    for text in sent:  # a flag that is cut in two would be two things
        cut = 0 if text.startswith("🏴") else data.draw(st.integers(0, len(text)))
        pieces += [piece for piece in (text[:cut], text[cut:]) if piece]
    assert heard(*pieces) == heard("".join(sent))


def test_a_paste_is_text_whatever_stands_in_it() -> None:
    for label, words in PAYLOADS:
        if END not in words:
            assert heard(f"a{BEGIN}{words}{END}b") == [("a", "a"), ("paste", words), ("b", "b")], label


def test_every_character_that_is_no_control_can_be_typed() -> None:
    for letter in ("\u200d", "\u200c", "\xa0", "\u3000", "\ufe0f", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "\ufffd", "字"):
        keyboard = Keyboard()
        (event,) = keyboard.feed(letter)
        assert isinstance(event, events.Key)
        assert event.is_printable and event.character == letter
    for control in ("\r", "\t", "\x0e", "\x9b", "\x7f"):
        (event,) = Keyboard().feed(control)
        assert isinstance(event, events.Key)
        assert not event.is_printable


def test_a_number_with_alt_is_that_and_no_sign() -> None:
    assert heard("\x1b7") == heard("\x1b", "7") == [("alt+7", "7")]
    assert heard("7") == [("7", "7")]


def test_a_sequence_that_no_terminal_sends_ends_nothing() -> None:
    for words in ("\x1b[1114112;1u", "\x1b[97;1;99999999999999999999u", "\x1b[:A", "\x1b[48;0;0;0;0t\x1b[<0;1;1M"):
        assert heard(words, "a")[-1] == ("a", "a"), words


@pytest.mark.parametrize(
    ("env", "around", "so"),
    [
        ({"TERM": "xterm-256color"}, (), False),
        ({"TERM": "screen.xterm-256color"}, (), True),  # over ssh there is nothing else to see of it
        ({"TERM": "screen", "STY": "1.x"}, (), True),
        ({"TERM": "screen-256color", "TMUX": "/tmp/x"}, (), False),
        ({"TERM": "screen", "STY": "1.x", "TMUX": "/tmp/x"}, ("sh", "tmux: server", "sh", "screen"), False),
        ({"TERM": "screen", "STY": "1.x", "TMUX": "/tmp/x"}, ("sh", "screen", "sh", "tmux: server"), True),
    ],
)
def test_gnu_screen_is_known_also_around_tmux_and_inside_of_it(
    env: dict[str, str], around: tuple[str, ...], so: bool
) -> None:
    assert in_gnu_screen(env, around) is so


def test_colours_are_promised_only_where_gnu_screen_is_not_in_between() -> None:
    for env, kept in (
        ({"TERM": "screen.xterm-256color", "STY": "1.x"}, False),
        ({"TERM": "screen-256color"}, False),  # over ssh, from inside of screen or of tmux: nobody can tell
        ({"TERM": "screen-256color", "TMUX": "/tmp/x"}, True),
        ({"TERM": "xterm-256color"}, True),
    ):
        promised = {**env, "COLORTERM": "truecolor"}
        without_colours_it_has_not(promised)
        assert ("COLORTERM" in promised) is kept, env


async def test_a_signal_is_heard_though_thousands_of_keys_came_while_the_program_was_busy() -> None:
    loop, heard_it = asyncio.get_running_loop(), asyncio.Event()
    app = App[None]()
    loop.add_signal_handler(signal.SIGUSR1, heard_it.set)
    try:
        async with app.run_test():
            in_order = InOrder(app, loop)

            def burst() -> None:
                for _ in range(20_000):
                    in_order.put(events.Key("a", "a"))

            typing = threading.Thread(target=burst)
            typing.start()
            typing.join()  # on purpose in the loop's own thread: it is busy, and nobody empties what wakes it
            os.kill(os.getpid(), signal.SIGUSR1)
            await asyncio.wait_for(heard_it.wait(), 20)
    finally:
        loop.remove_signal_handler(signal.SIGUSR1)
