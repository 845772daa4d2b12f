"""What a terminal was sent: the sequences that the interface itself uses, and anything else that it would obey."""

import re
from collections import Counter

from tests.hostile import dangerous

OURS = re.compile(
    "\x1b(?:"
    r"\[(?:(?:0|[1234579]|2[1-9]|[34]9|[34]8;5;\d{1,3}|[34]8;2;\d{1,3};\d{1,3};\d{1,3})(?:;(?=\d)|(?=m)))*m"  # looks
    r"|\[\d{1,4};\d{1,4}H"  # where they go
    r"|\[\?(?:7|25|1000|1003|1004|1006|1015|1049|2004)[hl]"  # modes: wrapping, caret, mouse, focus, screen, paste
    r"|\[\?(?:2026|2048)\$p"  # whether the terminal knows two others
    r"|\[>\d{1,2}u|\[<u"  # how keys are reported, begun and ended
    "|\\]22;[a-z-]{1,20}\x07"  # the shape of the pointer
    ")"
)


def obeyed(raw: bytes) -> list[str]:
    """Everything in these bytes that a terminal would obey, or hide, and that the interface has no need to send.

    The bytes of a run of the interface from its beginning to its end, so that what is begun is ended.
    """
    sent = raw.decode()
    sequences = Counter(OURS.findall(sent))
    twice = [f"{mode!r} sent {count} times" for mode, count in sequences.items() if count > 1 and mode in ONCE]
    rest = OURS.sub("", sent)
    return [*twice, *map(repr, re.findall("\x1b.{0,12}", rest)), *dangerous(rest)]


ONCE = ("\x1b[?1049h", "\x1b[?1049l", "\x1b[?25l", "\x1b[<u")
"""A second one would come from somebody's words."""


def plain(raw: bytes) -> list[str]:
    """The same for a program that writes lines: no sequence at all."""
    return dangerous(raw.decode())
