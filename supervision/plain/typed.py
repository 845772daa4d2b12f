"""What a typed line says: a note, a command with its parts, an option, an answer. Pure; raises BadInput alone."""

import re
from dataclasses import dataclass
from typing import cast

from supervision import text
from supervision.errors import BadInput
from supervision.model.changes import OptionText
from supervision.model.fields import BY_KEY, FIELDS, NEEDED
from supervision.model.values import SupportStatus

NO_DATE = frozenset({"none", "no date", "never"})
"""What says that there is no day, also for an action whose own words hold "due"."""

_OWNER_AT_END = re.compile(r'(?:^|(?<=\s))@(?:"(?P<quoted>[^"]*)"|(?P<word>[^\s"]+))$')
_OPEN_QUOTE = re.compile(r'(?:^|\s)@"[^"]*$')
_DUE = re.compile(r"(?:^|(?<=\s))due(?:\s+|$)", re.IGNORECASE)
_ON = re.compile(r"\son\s+", re.IGNORECASE)
_BY = re.compile(r"^by\s+", re.IGNORECASE)
_BAR = re.compile(r"(?<!\\)\|")
_ANSWERS = ("not-needed", "asked", "given", "refused")
_MANY = re.compile(r"\s;\s")


_SAID = {one.label.casefold(): one.key for one in FIELDS} | {
    words: key for key, words in NEEDED.items() if key != "options"
}
_SAID |= {name.removeprefix("a ").removeprefix("the "): key for name, key in _SAID.items()}
"""Fields by the words in which they are read out, and in which it is said that they are missing."""


@dataclass(frozen=True, slots=True)
class Blank:
    """An empty line: on to the next prompt."""


@dataclass(frozen=True, slots=True)
class Note:
    """A line of notes."""

    words: str


@dataclass(frozen=True, slots=True)
class Command:
    """A command's name, without the slash and in small letters, and what stands after it."""

    name: str
    rest: str


@dataclass(frozen=True, slots=True)
class ActionWords:
    """An action as typed; `owner` None where none was named, `due` empty where no day was."""

    text: str
    owner: str | None = None
    due: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The organisation's answer as typed; `on` may be a day, or only the end of somebody's name."""

    status: SupportStatus
    who: str = ""
    on: str = ""

    @property
    def whole(self) -> str:
        """The name with what looked like a day, for when it is none."""
        return f"{self.who} on {self.on}" if self.on else self.who


def line(typed: str) -> Blank | Note | Command:
    """What one line asks for. Two slashes at its beginning write one."""
    typed = text.clean(typed, lines=False)
    if not typed.strip():
        return Blank()
    if not typed.startswith("/"):
        return Note(typed)
    if typed.startswith("//"):
        return Note(typed[1:])
    name, _, rest = typed[1:].strip().partition(" ")
    return Command(name.casefold(), rest.strip())


def action(rest: str) -> ActionWords:
    """TEXT [@OWNER] [due WHEN], the last two in either order at the end."""
    words = rest.strip()
    words, owner = _owner(words)
    due = ""
    found = list(_DUE.finditer(words))
    if found and (after := words[found[-1].end() :].strip()):
        due, words = after, words[: found[-1].start()].strip()
    if owner is None:
        words, owner = _owner(words)
    if _OPEN_QUOTE.search(words):
        raise BadInput('The quotation mark after @ is never closed: @"Two Words".')
    return ActionWords(words, owner, due)


def _owner(words: str) -> tuple[str, str | None]:
    found = _OWNER_AT_END.search(words)
    if found is None:
        return words, None
    return words[: found.start()].strip(), (found["quoted"] or found["word"] or "nobody").strip() or "nobody"


def option(typed: str) -> OptionText:
    r"""`text | for the person | for the practitioner | for others`; `\|` is a bar that divides nothing."""
    parts = [part.replace("\\|", "|").strip() for part in _BAR.split(typed)]
    # More bars than parts: nothing that was typed is lost.
    parts = [*parts[:3], " | ".join(parts[3:])] if len(parts) > 4 else parts + [""] * (4 - len(parts))
    return OptionText(*parts)


def options(typed: str) -> tuple[OptionText, ...]:
    """All options in one line, a semicolon with a space on either side between them."""
    return tuple(option(part) for part in _MANY.split(typed) if part.strip())


def answer(typed: str) -> Answer:
    """`not-needed`, `asked WHO`, `given WHO` or `refused WHO`, with `on DAY` at the end if it was another day."""
    word, _, who = typed.strip().partition(" ")
    status = word.casefold().rstrip(":,").replace("_", "-")
    who = _BY.sub("", who.strip())
    if typed.strip().casefold().replace(" ", "-") == "not-needed":
        status, who = "not-needed", ""
    if status not in _ANSWERS:
        raise BadInput(
            f'"{word[:40]}" is no answer about support; say not-needed, asked WHO, given WHO or refused WHO.'
        )
    if status == "not-needed":
        return Answer("not-needed")
    if not who:
        raise BadInput(f"Say who, by name or role: {status} Team manager.")
    on = ""
    if found := list(_ON.finditer(who)):
        on = who[found[-1].end() :].strip()
        if on:
            who = who[: found[-1].start()].strip()
    return Answer(cast(SupportStatus, status), who, on)


def place(word: str, among: int) -> int | None:
    """Which of so many a number in a list means, counted from nought; None when it is none of them."""
    counted = int(word) if word.isascii() and word.isdigit() and len(word) < 7 else 0
    return counted - 1 if 0 < counted <= among else None


def number(rest: str, command: str) -> tuple[int, str]:
    """The number of a decision at the beginning, and what stands after it."""
    word, _, after = rest.strip().partition(" ")
    word = word.lstrip("#").rstrip(".:")
    if not (word.isascii() and word.isdigit() and len(word) < 6):
        raise BadInput(f"Say which decision, by its number: /{command} 1")
    return int(word), after.strip()


def named_field(rest: str) -> tuple[str, str]:
    """How a field is called at the beginning, and what stands after it; a name may be several words, as it is said."""
    flat = rest.casefold()
    fitting = [name for name in _SAID if flat == name or flat.startswith((f"{name} ", f"{name}:"))]
    if fitting:
        name = max(fitting, key=len)
        return _SAID[name], rest[len(name) :].lstrip(" :")
    word, _, words = rest.partition(" ")
    return word, words.strip()


def field(word: str) -> str:
    """The key of a decision's field, from how somebody typed it."""
    key = word.strip().casefold().replace("-", "_").replace("'", "")
    if key in BY_KEY:
        return key
    labels = {one.label.casefold().replace(" ", "_").replace("'", ""): one.key for one in FIELDS}
    if key in labels:
        return labels[key]
    if key in {"support", "supported_by"}:
        raise BadInput("Support has a command of its own: /support N given|asked|refused WHO")
    if key in {"replaces", "replaced_by"}:
        raise BadInput("That has a command of its own: /replace OLD-ID N")
    raise BadInput(f'A decision has no field "{word[:40]}"; it has: {", ".join(BY_KEY)}.')


def details(rest: str) -> tuple[str, tuple[str, ...]]:
    """The words, and what stands after each double bar: `TEXT || DETAIL || DETAIL`."""
    words, *more = rest.split("||")
    return words.strip(), tuple(part.strip() for part in more if part.strip())
