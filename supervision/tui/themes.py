"""Themes: YAML that a person can read and write, into colours for every screen.

A theme's name is the name of its file without ".yaml". A person's own, in `themes` in their config folder, win over
those that come with the program. Reading and checking them needs no Textual.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from supervision import text
from supervision.errors import ConfigFaults, Fault
from supervision.paths import config_dir, shipped

if TYPE_CHECKING:
    from textual.theme import Theme

DEFAULT = "calm-dark"
SIZE_LIMIT = 20_000
READABLE = 4.5
"""The least contrast of words with what they stand on (WCAG AA)."""
WORDS = ("text", "quiet", "accent", "alarm", "good", "person-1", "person-2")
GROUNDS = ("background", "panel")
COLOURS = (*GROUNDS, "line", *WORDS)

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """A theme as its file says it: `colours` maps each of COLOURS to "#rrggbb"."""

    name: str
    title: str
    about: str
    dark: bool
    colours: dict[str, str]


SAFE = Colours(
    name=DEFAULT,
    title="Calm, dark",
    about="Soft light words on a dark ground, for evenings and screens in dim rooms.",
    dark=True,
    colours={
        "background": "#15191d",
        "panel": "#1d2329",
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
    own, ours = config_dir() / "themes", shipped("themes")
    file = next((found for folder in (own, ours) if (found := folder / f"{name}.yaml").is_file()), None)
    if not name or file == ours / f"{DEFAULT}.yaml":
        return SAFE, ""
    why = ""
    if file is not None and _NAME.fullmatch(name):
        try:
            return read(file), ""
        except ConfigFaults as error:
            why = f" {error.faults[0]}"
    return SAFE, f"The theme {text.one_line(name)} cannot be used.{why}"


def load() -> Themes:
    """Every theme there is; a faulty one hides no other."""
    usable: dict[str, Colours] = {}
    faults: list[Fault] = []
    for file in (*sorted(shipped("themes").glob("*.yaml")), *sorted((config_dir() / "themes").glob("*.yaml"))):
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
        raise ConfigFaults([Fault(name, 1, "name", "A theme's file is named with a to z, digits and '-' only.")])
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
    faults: list[Fault] = []
    theme = _theme(name, file.stem, root, faults)
    if faults:
        raise ConfigFaults(faults)
    return theme


def _theme(file: str, stem: str, root: Any, faults: list[Fault]) -> Colours:
    given = _known(file, root, ("title", "about", "dark", "colours"), "file", 1, faults)
    inside, line = given.get("colours", (None, 1))
    found = _known(file, inside, COLOURS, "colours", line, faults)
    words = {key: _words(file, key, *given[key], faults) for key in ("title", "about", "dark") if key in given}
    colours: dict[str, str] = {}
    for key, (value, at) in found.items():
        colour = getattr(value, "value", None)
        if isinstance(colour, str) and _HEX.fullmatch(colour):
            colours[key] = colour.lower()
        else:
            faults.append(Fault(file, at, key, 'A colour is written as "#rrggbb", in quotation marks.'))
    missing = [key for key in COLOURS if key not in found]
    if missing:
        faults.append(Fault(file, line, "colours", f"These colours are missing: {', '.join(missing)}."))
    for word in WORDS:
        for ground in GROUNDS:
            if word in colours and ground in colours:
                ratio = contrast(colours[word], colours[ground])
                if ratio < READABLE:
                    sentence = f"{ratio:.1f} to 1 on `{ground}` is hard to read; it needs {READABLE} to 1."
                    faults.append(Fault(file, found[word][1], word, sentence))
    dark = words.get("dark", "true")
    if dark not in ("true", "false"):
        faults.append(Fault(file, given["dark"][1], "dark", "This is either true or false."))
    title, about = words.get("title", stem), words.get("about", "")
    return Colours(name=stem, title=title, about=about, dark=dark == "true", colours=colours)


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
            faults.append(Fault(file, at, key, f"There is no such key; there are {', '.join(known)}."))
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

    c = theme.colours
    return Theme(
        name=theme.name,
        dark=theme.dark,
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
            "scrollbar": c["line"],
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
        },
    )
