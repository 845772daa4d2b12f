"""What stands between this program and the terminal: GNU screen, which has ways of its own. It needs no Textual."""

import os
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from contextlib import suppress
from pathlib import Path


def in_gnu_screen(env: Mapping[str, str], around: Iterable[str] | None = None) -> bool:
    """Whether GNU screen is what the program talks to, here or where somebody came from over ssh.

    tmux may be in between, which is no trouble, or around it. Which of the two is nearer, the programs say that this
    one was begun from, the nearest first (`around`).
    """
    if env.get("TERM", "").startswith("screen."):  # no other program calls itself so
        return True
    if env.get("STY") and env.get("TMUX"):
        return next((name for name in around or _around() if name.startswith(("screen", "tmux"))), "") == "screen"
    return bool(env.get("STY"))


def _around() -> Iterator[str]:
    """The names of the programs that this one was begun from, the nearest first; none where there is no /proc."""
    process = os.getppid()
    with suppress(OSError, ValueError):
        while process > 1:
            name, _, rest = Path(f"/proc/{process}/stat").read_text(errors="replace").partition("(")[2].rpartition(")")
            yield name
            process = int(rest.split()[1])


def without_colours_it_has_not(env: MutableMapping[str, str]) -> None:
    """Takes away the promise of all colours where GNU screen is in between, which shows them dim, blinking, reversed.

    It hands on what the terminal around it said of itself. By TERM alone the colours are chosen that it knows; over ssh
    TERM may be all there is to see of it.
    """
    if has_few_colours(env):
        env.pop("COLORTERM", None)


def has_few_colours(env: Mapping[str, str]) -> bool:
    """Whether all colours cannot be had here, whatever COLORTERM promises."""
    return in_gnu_screen(env) or (env.get("TERM", "").startswith("screen") and not env.get("TMUX"))
