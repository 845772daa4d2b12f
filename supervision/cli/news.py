"""What the door says while its host is in a session at the same terminal: it is shown there too."""

import os
from collections.abc import Callable
from functools import cache

from supervision import text

SAYS = "SUPERVISION_DOOR_SAYS"
"""Where in the environment stands the number of the file descriptor that it is read from, a sentence a line."""


@cache
def _number() -> int:
    number = os.environ.pop(SAYS, "")  # for this program alone
    return int(number) if number.isdecimal() else -1


def hear(say: Callable[[str], object]) -> None:
    """Calls back with each sentence from now on, in place of whoever was called before."""
    import asyncio  # home is on the screen before it is needed

    number, begun = _number(), b""

    def read() -> None:
        nonlocal begun
        try:
            data = os.read(number, 65536)
        except OSError:
            data = b""
        if not data:
            asyncio.get_running_loop().remove_reader(number)
            return
        *lines, begun = (begun + data).split(b"\n")
        for line in lines:
            say(text.one_line(line.decode("utf-8", "replace")))

    if number >= 0:
        asyncio.get_running_loop().add_reader(number, read)
