"""Themes: YAML that a person can read and write, into colours for every screen.

A theme's name is the name of its file without ".yaml". A person's own, in `themes` in their config folder, win over
those that come with the program. Reading and checking them needs no Textual.

A colour is "#rrggbb", or in a theme that leaves all colours to the terminal one of TERMINAL. How those look nobody here
can know: in such a theme bold, underline and reverse say what colour says in the others.
"""

import difflib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from supervision import text
from supervision.errors import BadInput, ConfigFaults, Fault, NotFound, Refused
from supervision.paths import config_dir, shipped

if TYPE_CHECKING:
    from textual.theme import Theme

DEFAULT = "calm-dark"
WITHOUT_COLOURS = "terminal"
"""The theme for NO_COLOR: nothing in it is said by a colour."""
SIZE_LIMIT = 20_000
READABLE = 4.5
"""The least contrast of words with what they stand on (WCAG AA)."""
WORDS = ("text", "quiet", "accent", "alarm", "good", "person-1", "person-2")
GROUNDS = ("background", "panel")
COLOURS = (*GROUNDS, "line", *WORDS)
_HUES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
TERMINAL = ("default", *_HUES, *(f"bright-{hue}" for hue in _HUES))
"""The terminal's own colours by name; `default` is what it shows words in, or what it shows them on."""

_KEYS = ("title", "about", "dark", "contrast", "colours")
_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_NAME_RULE = "a name is 1 to 40 of a to z, 0 to 9 and '-', and does not begin with '-'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """A theme as its file says it: `colours` maps each of COLOURS to "#rrggbb", or all of them to TERMINAL's.

    `contrast` is the least that any words have with what they stand on, unless the terminal decides.
    """

    name: str
    title: str
    about: str
    dark: bool
    contrast: float = READABLE
    colours: dict[str, str]

    @property
    def is_terminals(self) -> bool:
        """Whether the terminal decides how the colours look."""
        return self.colours["text"] in TERMINAL


SAFE = Colours(
    name=DEFAULT,
    title="Calm, dark",
    about="Soft light words on a dark ground, for evenings and screens in dim rooms.",
    dark=True,
    colours={
        "background": "#16191c",
        "panel": "#1f2428",
        "text": "#dbe0e3",
        "quiet": "#9aa5ae",
        "line": "#39434c",
        "accent": "#8fc1d0",
        "alarm": "#f2a58f",
        "good": "#a8cba0",
        "person-1": "#b5d0a6",
        "person-2": "#e0be94",
    },
)
"""The theme of that file once more, for when no file can be read, and so that home need not read one."""


@dataclass(frozen=True, slots=True)
class Themes:
    """The themes that can be used, those that come with the program first, and what is wrong with the others."""

    usable: dict[str, Colours]
    faults: tuple[Fault, ...]


def find(name: str) -> tuple[Colours, str]:
    """The theme of that name, or the safe one and a sentence when it is not there or cannot be used."""
    if not name:
        return SAFE, ""
    try:
        file = _file(name)
        return (SAFE if file == shipped("themes") / f"{DEFAULT}.yaml" else read(file)), ""
    except NotFound as error:
        return SAFE, str(error)
    except ConfigFaults as error:
        return SAFE, f"The theme {text.one_line(name)} cannot be used. {error.faults[0]}"


def _file(name: str) -> Path:
    """The file of a theme, a person's own before ours; NotFound when there is none."""
    if _NAME.fullmatch(name):
        for folder in (_own_folder(), shipped("themes")):
            if (file := folder / f"{name}.yaml").is_file():
                return file
    raise NotFound(f"There is no theme {text.one_line(name)}{_perhaps(name, [file.stem for file in files()])}")


def files() -> list[Path]:
    """The file of every theme, sound or not: those that come with the program, then the person's own."""
    return [*sorted(shipped("themes").glob("*.yaml")), *sorted(_own_folder().glob("*.yaml"))]


def _own_folder() -> Path:
    return config_dir() / "themes"


def check(paths: Iterable[Path] = ()) -> tuple[Fault, ...]:
    """Every fault in these files; without any, in all themes, built in and own."""
    faults: list[Fault] = []
    for file in [*paths] or files():
        try:
            read(file)
        except ConfigFaults as error:
            faults.extend(error.faults)
    return tuple(faults)


def new(name: str) -> Path:
    """Write a theme to start from into the person's config folder, and say where.

    A copy of the built-in theme of that name, else of the safe one. BadInput for a name that will not do, Refused when
    there is such a file or it cannot be written.
    """
    if not _NAME.fullmatch(name):
        raise BadInput(f'"{text.one_line(name)}" cannot be the name of a theme: {_NAME_RULE}.')
    file, ours = _own_folder() / f"{name}.yaml", shipped("themes")
    data = next(path for stem in (name, DEFAULT) if (path := ours / f"{stem}.yaml").is_file()).read_bytes()
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(data)
    except FileExistsError as error:
        raise Refused(f"There is a file {file} already; it stays as it is.") from error
    except OSError as error:
        raise Refused(f"{file} could not be written: {error.strerror}.") from error
    return file


def load() -> Themes:
    """Every theme there is; a faulty one hides no other."""
    usable: dict[str, Colours] = {}
    faults: list[Fault] = []
    for file in files():
        try:
            usable[file.stem] = read(file)
        except ConfigFaults as error:
            faults.extend(error.faults)
    return Themes(usable, tuple(faults))


def read(file: Path) -> Colours:
    """The theme in a file; ConfigFaults with everything that is wrong with it at once."""
    import yaml

    name = str(file)
    if not _NAME.fullmatch(file.stem):
        raise ConfigFaults([Fault(name, 1, "name", f"This cannot be the name of a theme's file: {_NAME_RULE}.")])
    try:
        with file.open("rb") as opened:
            data = opened.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise ConfigFaults([Fault(name, 1, "file", f"It cannot be read: {error.strerror}.")]) from error
    if len(data) > SIZE_LIMIT:
        raise ConfigFaults([Fault(name, 1, "file", f"A theme is at most {SIZE_LIMIT:,} bytes long.")])
    try:
        root = yaml.compose(text.decode(data), Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = text.one_line(str(getattr(error, "problem", None) or "it cannot be read"))
        raise ConfigFaults([Fault(name, line, "file", f"This is not YAML: {problem}.")]) from error
    except RecursionError as error:
        raise ConfigFaults([Fault(name, 1, "file", "This is nested far deeper than a theme.")]) from error
    faults: list[Fault] = []
    theme = _theme(name, file.stem, root, faults)
    if faults:
        raise ConfigFaults(faults)
    return theme


def _theme(file: str, stem: str, root: Any, faults: list[Fault]) -> Colours:
    given = _known(file, root, _KEYS, "file", 1, faults)
    inside, line = given.get("colours", (None, 1))
    found = _known(file, inside, COLOURS, "colours", line, faults)
    words = {key: _words(file, key, *given[key], faults) for key in _KEYS[:-1] if key in given}
    colours: dict[str, str] = {}
    for key, (value, at) in found.items():
        colour = str(getattr(value, "value", "")).lower()
        if _HEX.fullmatch(colour) or colour in TERMINAL:
            colours[key] = colour
        else:
            ways = 'A colour is written as "#rrggbb", in quotation marks, or is one of the terminal\'s own'
            faults.append(Fault(file, at, key, f"{ways}: {', '.join(TERMINAL)}{_perhaps(colour, TERMINAL)}"))
    missing = [key for key in COLOURS if key not in found]
    if missing:
        faults.append(Fault(file, line, "colours", f"These colours are missing: {', '.join(missing)}."))
    contrast = _contrast_asked(file, words.get("contrast"), given, faults)
    for key, colour in colours.items():
        if (colour in TERMINAL) != (colours.get("text") in TERMINAL):
            sentence = "Either all colours are the terminal's own or none is: nobody could say how they go together."
            faults.append(Fault(file, found[key][1], key, sentence))
            break
    else:
        faults.extend(_unreadable(file, colours, found, contrast))
    dark = words.get("dark", "true")
    if dark not in ("true", "false"):
        faults.append(Fault(file, given["dark"][1], "dark", "This is either true or false."))
    title, about = words.get("title", stem), words.get("about", "")
    return Colours(name=stem, title=title, about=about, dark=dark == "true", contrast=contrast, colours=colours)


def _contrast_asked(file: str, asked: str | None, given: dict[str, tuple[Any, int]], faults: list[Fault]) -> float:
    """The least contrast that a theme says it has."""
    if asked is None:
        return READABLE
    if re.fullmatch(r"\d{1,2}(\.\d{1,3})?", asked) and READABLE <= float(asked) <= 21:
        return float(asked)
    faults.append(Fault(file, given["contrast"][1], "contrast", f"This is a number from {READABLE} to 21."))
    return READABLE


def _unreadable(file: str, colours: dict[str, str], found: dict[str, tuple[Any, int]], least: float) -> Iterable[Fault]:
    """A fault for each colour of words that is hard to read on what the words stand on."""
    for word in WORDS:
        for ground in GROUNDS:
            if word not in colours or ground not in colours:
                continue
            one, other, line = colours[word], colours[ground], found[word][1]
            if one in TERMINAL:
                if one == other != "default":
                    yield Fault(file, line, word, f"This is the colour of `{ground}`: words would not be seen.")
            elif (ratio := contrast(one, other)) < least:
                # Cut, not rounded: 4.49 must not be told as 4.5.
                is_, needs = int(ratio * 10) / 10, f"{least:g}"
                yield Fault(file, line, word, f"{is_} to 1 on `{ground}` is hard to read; it needs {needs} to 1.")


def _perhaps(word: str, known: Iterable[str]) -> str:
    """What was probably meant, as the end of a sentence."""
    close = difflib.get_close_matches(word.lower(), list(known), n=1)
    return f'; did you mean "{close[0]}"?' if close else "."


def _known(
    file: str, node: Any, known: tuple[str, ...], what: str, line: int, faults: list[Fault]
) -> dict[str, tuple[Any, int]]:
    """The known keys of a mapping, each with its node and its line."""
    import yaml

    if not isinstance(node, yaml.MappingNode):
        faults.append(Fault(file, line, what, f"Here stand: {', '.join(known)}."))
        return {}
    found: dict[str, tuple[Any, int]] = {}
    for key_node, value in node.value:
        key, at = text.one_line(str(key_node.value)), key_node.start_mark.line + 1
        if key not in known:
            faults.append(
                Fault(file, at, key, f"There is no such key{_perhaps(key, known)} There are {', '.join(known)}.")
            )
        elif key in found:
            faults.append(Fault(file, at, key, "This key stands here twice."))
        else:
            found[key] = value, at
    return found


def _words(file: str, key: str, node: Any, line: int, faults: list[Fault]) -> str:
    import yaml

    if isinstance(node, yaml.ScalarNode):
        return text.one_line(node.value)
    faults.append(Fault(file, line, key, "Here stand a few words."))
    return ""


def contrast(one: str, other: str) -> float:
    """How far two colours stand apart, from 1 to 21, as WCAG reckons it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def as_textual(theme: Colours) -> "Theme":
    """The theme as Textual takes it, with every colour that its own widgets would otherwise fade below readable."""
    from textual.theme import Theme

    c = {
        key: f"ansi_{colour.replace('-', '_')}" if theme.is_terminals else colour
        for key, colour in theme.colours.items()
    }
    return Theme(
        name=theme.name,
        dark=theme.dark,
        ansi=theme.is_terminals,
        primary=c["accent"],
        secondary=c["accent"],
        accent=c["accent"],
        foreground=c["text"],
        background=c["background"],
        surface=c["panel"],
        panel=c["panel"],
        warning=c["alarm"],
        error=c["alarm"],
        success=c["good"],
        variables={
            "text": c["text"],
            "text-muted": c["quiet"],
            "text-disabled": c["quiet"],
            "foreground-muted": c["quiet"],
            "foreground-disabled": c["quiet"],
            "line": c["line"],
            "person-1": c["person-1"],
            "person-2": c["person-2"],
            "block-cursor-foreground": c["background"],
            "block-cursor-background": c["accent"],
            "block-cursor-blurred-foreground": c["text"],
            "block-cursor-blurred-background": c["panel"],
            "block-hover-background": c["panel"],
            "border": c["accent"],
            "border-blurred": c["line"],
            # Not words, and a terminal's `default` on `default` would not be seen at all.
            "scrollbar": "ansi_bright_black" if c["line"] == c["background"] else c["line"],
            "scrollbar-hover": c["quiet"],
            "scrollbar-active": c["quiet"],
            "scrollbar-background": c["background"],
            "scrollbar-background-hover": c["background"],
            "scrollbar-background-active": c["background"],
            "scrollbar-corner-color": c["background"],
            "input-cursor-background": c["text"],
            "input-cursor-foreground": c["background"],
            "input-selection-background": c["accent"],
            "input-selection-foreground": c["background"],
            "screen-selection-background": c["accent"],
            "screen-selection-foreground": c["background"],
            "button-color-foreground": c["background"],
            "button-foreground": c["text"],
            "link-color": c["accent"],
            "link-color-hover": c["accent"],
            "link-background-hover": c["panel"],
            "footer-key-foreground": c["accent"],
            "ansi-background": c["background"],
            "ansi-foreground": c["text"],
        },
    )
