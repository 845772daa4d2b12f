"""A person's own keys, by the id of what they do: which of them can be used, and what is wrong with the others."""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from supervision import config
from supervision import text as gate
from supervision.errors import Fault
from supervision.tui.keys import BY_ID, COMMANDS, Command

_AS_ANOTHER = {"h": "Backspace", "i": "Tab", "j": "a new line", "m": "Enter"}
_AS_A_MOVE = {"alt+b": "a step to the word before", "alt+f": "a step to the next word"}
_FOR_TEXT = {"c": "copies", "v": "pastes", "x": "cuts", "z": "takes typed words back"}
_IN_A_FORM = {"ctrl+s": "finishes a form"}
_EDITING = ("space", "enter", "return", "tab", "backspace", "delete", "insert", "escape", "esc")
_MOVING = ("left", "right", "up", "down", "home", "end", "pageup", "pagedown")
_SPELT = {"/": "slash", "^": "ctrl", "control": "ctrl", "c": "ctrl", "option": "alt", "meta": "alt", "m": "alt"}
_WITHOUT_A_TEXT = {"home", "list"}
FREE = "alt+n, ctrl+u, ctrl+w"
"""Examples of keys that no command has."""


@dataclass(frozen=True, slots=True)
class Keymap:
    """The table with the keys that can be used, those alone as Textual takes them, and every fault."""

    commands: tuple[Command, ...] = COMMANDS
    own: Mapping[str, str] | None = None
    refused: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()

    @property
    def sentence(self) -> str:
        """What to say at first: the first fault, and that there are more."""
        faults = (*self.refused, *self.warnings)
        if not faults:
            return ""
        more = f" And {len(faults) - 1} more, which Help tells." if len(faults) > 1 else ""
        return f"{faults[0]}{more}"


def read(wanted: Mapping[str, str], lines: Mapping[str, int] | None = None) -> Keymap:
    """The keys that can be used; what cannot is refused line by line, and its command keeps the keys it had."""
    lines = lines or {}
    refused: list[Fault] = []
    warnings: list[Fault] = []

    def fault(id: str, sentence: str) -> Fault:
        return Fault(str(config.file()), lines.get(id, 1), f"keymap.{gate.one_line(id)}", sentence)

    own: dict[str, tuple[str, ...]] = {}
    for id, words in wanted.items():
        if id not in BY_ID:
            refused.append(fault(id, _unknown(id)))
            continue
        keys = tuple(dict.fromkeys(spelt(part) for part in words.split(",") if part.strip()))
        if said := "" if keys else f"No key is named. Name one, such as {FREE}, or take the line out.":
            refused.append(fault(id, said))
            continue
        sentences = [said for key in keys if (said := _cannot(key, BY_ID[id]))]
        if sentences:
            refused.append(fault(id, sentences[0]))
            continue
        own[id] = keys
        warnings += [fault(id, said) for key in keys if (said := _beware(key))]
    while clash := _clash(own):
        id, sentence = clash
        del own[id]
        refused.append(fault(id, sentence))
    kept = {f"keymap.{id}" for id in own}
    return Keymap(
        tuple(replace(command, keys=own.get(command.id, command.keys)) for command in COMMANDS),
        {id: ",".join(keys) for id, keys in own.items()},
        tuple(sorted(refused, key=lambda one: one.line)),
        tuple(one for one in warnings if one.key in kept),
    )


def spelt(key: str) -> str:
    """A key as it is called here, whichever way it was written: "Ctrl-N" and "^n" are "ctrl+n"."""
    key = key.strip()
    if len(key) == 1:
        return _SPELT.get(key, key) if key == "/" else key
    if key.startswith("^"):
        key = f"ctrl+{key[1:]}"
    parts = re.split(r"[+-]", key.casefold())
    *before, last = [part.strip() for part in parts]
    before = sorted(_SPELT.get(part, part) for part in before)
    return "+".join([*before, last])


def _unknown(id: str) -> str:
    known = {**{command.id: command.id for command in COMMANDS}, **{_as_id(c.name): c.id for c in COMMANDS}}
    guess = difflib.get_close_matches(_as_id(id), known, n=1)
    hint = f'did you mean "{known[guess[0]]}"?' if guess else "Everything (ctrl+p) shows what there is, by name."
    return f"There is nothing to do by this name; {hint}"


def _as_id(name: str) -> str:
    return gate.one_line(name).casefold().replace(" ", "-")


def _cannot(key: str, command: Command) -> str:
    """Why a key cannot be this command's; empty when it can."""
    *before, last = key.split("+")
    instead = f"Choose another, such as {FREE}."
    if last in (*_EDITING, *_MOVING) or (not before and len(key) == 1 and command.where not in _WITHOUT_A_TEXT):
        return f"{key} is needed for typing and moving about. {instead}"
    if not before and (len(key) == 1 or key == "slash"):
        return "" if key == "slash" or key.isprintable() else f"{key} is not a key. {instead}"
    if re.fullmatch("f([1-9]|1[0-2])", key):
        return ""
    if key in _AS_A_MOVE:
        return f"{key} arrives as {_AS_A_MOVE[key]} in many terminals. {instead}"
    if before == ["alt"] and re.fullmatch("[a-z0-9]", last):
        return ""
    if before != ["ctrl"] or not re.fullmatch("[a-z]", last):
        known = re.fullmatch("f[0-9]+|[a-z0-9]|[a-z_]+", last) and set(before) <= {"ctrl", "alt", "shift", "super"}
        why = "cannot be typed in every terminal" if known else "is not a key"
        return f"{gate.one_line(key)} {why}. {instead}"
    if last in _AS_ANOTHER:
        return f"{key} arrives as {_AS_ANOTHER[last]} in a terminal. {instead}"
    if last in _FOR_TEXT:
        return f"{key} {_FOR_TEXT[last]} while one types. {instead}"
    if command.where == "everywhere" and key in _IN_A_FORM:
        return f"{key} {_IN_A_FORM[key]}. {instead}"
    return ""


def _beware(key: str) -> str:
    if key == "ctrl+a":
        return "ctrl+a is GNU screen's own key: inside of screen it has to be followed by an a."
    if key == "ctrl+b":
        return "ctrl+b is tmux's own key: inside tmux it has to be pressed twice."
    if key in {"f10", "f11"}:
        return f"{key} is kept by many terminals for themselves, and then does not arrive here."
    return ""


def _clash(own: Mapping[str, tuple[str, ...]]) -> tuple[str, str] | None:
    """A line that gives away a key which another command of the same place has; of two lines the later one."""
    for id in reversed(list(own)):
        for key, other in ((key, other) for key in own[id] for other in _beside(BY_ID[id])):
            if key in own.get(other.id, other.keys):
                return id, (
                    f'{key} is the key of "{other.name}" ({other.id}) already. '
                    f"Give that one another key, or choose one that is free, such as {FREE}."
                )
    return None


def _beside(command: Command) -> Iterator[Command]:
    """The other commands that can be done where this one can."""
    for other in COMMANDS:
        places = {other.where, command.where}
        shared = len(places) == 1 or "everywhere" in places or places == {"session", "turns"}
        if other is not command and shared:
            yield other
