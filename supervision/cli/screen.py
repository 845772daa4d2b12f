"""What the terminal can do, in plain words: its size, colours, letters, and what stands between it and this program."""

from collections.abc import Iterator, Mapping

from supervision.tui.between import has_few_colours, in_gnu_screen

SMALLEST = (60, 18)
SIDE_BY_SIDE = 100
TRY_THIS = "é ✓ ─ │ 日"
"""A letter with an accent, a tick, two lines, and a letter that takes two cells."""

Told = tuple[str, str]
"""A severity of the doctor's, and a sentence."""


def told(env: Mapping[str, str], size: tuple[int, int], encoding: str) -> Iterator[Told]:
    """Sentences about a terminal of this size, whose letters are written in this encoding."""
    yield _size(*size)
    yield _colours(env)
    yield from _letters(env, encoding)
    yield from _between(env)


def _size(columns: int, rows: int) -> Told:
    here = f"This window is {columns} letters wide and {rows} lines high."
    if columns < SMALLEST[0] or rows < SMALLEST[1]:
        least = f"{SMALLEST[0]} letters by {SMALLEST[1]} lines"
        return "warning", f"{here} The interface needs {least}: make the window larger, or its letters smaller."
    if columns < SIDE_BY_SIDE:
        return (
            "note",
            f"{here} The interface fits; from {SIDE_BY_SIDE} letters on, notes and actions stand side by side.",
        )
    return "note", f"{here} That is room for everything."


def _colours(env: Mapping[str, str]) -> Told:
    term = env.get("TERM", "")
    if env.get("NO_COLOR"):
        return "note", "NO_COLOR is set, so there are no colours; bold and underlined letters say what they would say."
    if env.get("COLORTERM", "").casefold() in ("truecolor", "24bit") and not has_few_colours(env):
        return "note", "This terminal shows all colours."
    if "256" in term:
        return (
            "note",
            f"This terminal says that it shows 256 colours ({term}), which is enough: each is as near as it can be.",
        )
    return "note", (
        f"This terminal says of itself {term or 'nothing'}, which stands for few colours. Unless you chose "
        "another, it is the theme that follows the terminal's own: Change theme, in Everything (ctrl+p)."
    )


def _letters(env: Mapping[str, str], encoding: str) -> Iterator[Told]:
    language = env.get("LC_ALL") or env.get("LC_CTYPE") or env.get("LANG") or ""
    if encoding.casefold().replace("-", "") != "utf8":
        yield (
            "warning",
            f"The letters of this terminal are set to {encoding or 'nothing'}, not to UTF-8, so that some will be "
            "missing. Setting LANG to C.UTF-8, or to your language with .UTF-8 behind it, puts that right.",
        )
        return
    if language and not language.casefold().replace("-", "").endswith("utf8"):
        yield "note", f"The language is set to {language}; programs beside this one may show other letters than UTF-8."
    yield (
        "note",
        f"An accent, a tick, two lines and a wide letter: {TRY_THIS}  If one of them is missing or looks broken, "
        "choose another font for this terminal.",
    )


def _between(env: Mapping[str, str]) -> Iterator[Told]:
    if in_gnu_screen(env):
        yield (
            "note",
            "This terminal runs inside screen, which keeps Ctrl+A for itself, and the mouse; no key here needs them.",
        )
    elif env.get("TMUX"):
        yield (
            "note",
            "This terminal runs inside tmux, which keeps Ctrl+B for itself; no key here needs it. Where Escape is "
            "slow, escape-time among the settings of tmux makes it quick.",
        )
    if env.get("SSH_CONNECTION"):
        yield (
            "note",
            (
                "You are here over SSH. If the line is thin, ssh -C makes it thinner, and join ssh://HOST/ID runs the "
                "interface on your own computer."
            ),
        )
