"""A person's settings, in `settings.yaml` in their config folder.

The file is theirs: what cannot be read is named by line and never overwritten, and changing one setting leaves their
comments and everything else as it stands.
"""

import difflib
import json
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from supervision import paths
from supervision import text as gate
from supervision.errors import BadInput, ConfigFaults, Fault, Refused

if TYPE_CHECKING:
    import yaml

SIZE_LIMIT = 100_000
"""Bytes; a file of settings has a few hundred."""
WHOLE = "settings"
"""What a fault is about that belongs to no single key."""

_WORDS = ("me", "role", "theme", "prompts")
KEYS = (*_WORDS, "keymap", "retention")
ROLES = ("supervisor", "practitioner", "peer")
_DEPTH = 3
_SPAN = re.compile(r"[1-9][0-9]{0,3} (?:day|week|month|year)s?")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person has set: their name, usual role, theme, default prompt pack, and keys by the id of what they do."""

    me: str = ""
    role: str = ""
    theme: str = ""
    prompts: str = ""
    keymap: Mapping[str, str] = field(default_factory=dict)
    retention: Mapping[str, str] = field(default_factory=dict)
    """How long records of a class are kept, such as "6 years"; the usual classes are `supervision` and `peer`."""
    key_lines: Mapping[str, int] = field(default_factory=dict, compare=False)
    """In which line of the file each of these keys stands."""


def file() -> Path:
    """Where the settings are."""
    return paths.config_dir() / "settings.yaml"


def load() -> Settings:
    """The settings, or the defaults while there is no file; ConfigFaults with every fault at once."""
    data = _data()
    return Settings() if data is None else _read(data)


def load_or_defaults() -> tuple[Settings, str]:
    """The settings, and a sentence when they cannot be used and the defaults stand in."""
    try:
        return load(), ""
    except ConfigFaults as error:
        first = error.faults[0]
        more = f" (and {len(error.faults) - 1} more)" if len(error.faults) > 1 else ""
        return Settings(), f"Your settings are not used until this is put right: {first}{more}"


def remember(key: str, value: str) -> None:
    """Keeps one setting: me, role, theme or prompts. ConfigFaults or Refused leave the file as it was."""
    if key not in _WORDS:
        raise BadInput(f"{key} is not a setting of one word; those are: {', '.join(_WORDS)}.")
    data = _data()
    if data is not None:
        _read(data)
    text = "" if data is None else data.decode("utf-8-sig")
    changed = _with(text, key, value)
    if not _says(changed, key, value):
        raise Refused(
            f"{file()} is written in a way that cannot be changed from here; please set {key} in it yourself."
        )
    _write(changed.encode())


def _says(text: str, key: str, value: str) -> bool:
    try:
        return bool(getattr(_read(text.encode()), key) == value)
    except ConfigFaults:
        return False


def _data() -> bytes | None:
    place = file()
    try:
        with place.open("rb") as opened:
            return opened.read(SIZE_LIMIT + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigFaults([Fault(str(place), 1, WHOLE, f"The file cannot be read: {error.strerror}.")]) from error


def _read(data: bytes) -> Settings:
    import yaml

    where = str(file())
    if len(data) > SIZE_LIMIT:
        raise ConfigFaults([Fault(where, 1, WHOLE, "The file is far too long for settings.")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigFaults([Fault(where, line, WHOLE, "This is not UTF-8; please save the file as UTF-8.")]) from error
    try:
        root = _root(text, where)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = gate.one_line(str(getattr(error, "problem", None) or getattr(error, "reason", None) or error))
        line = min(mark.line + 1, max(1, len(text.splitlines()))) if mark else 1
        raise ConfigFaults([Fault(where, line, WHOLE, f"This cannot be read as YAML: {problem}.")]) from error
    if root is None:
        return Settings()
    faults: list[Fault] = []
    values = _values(root, where, faults)
    if faults:
        raise ConfigFaults(sorted(faults, key=lambda fault: fault.line))
    return Settings(**values)


def _root(text: str, where: str) -> "yaml.MappingNode | None":
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEPTH or isinstance(event, yaml.AliasEvent):
            mark = event.start_mark
            line = mark.line + 1 if mark else 1
            raise ConfigFaults([Fault(where, line, WHOLE, "Settings are simpler than this: a word after each key.")])
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if root is None or isinstance(root, yaml.MappingNode):
        return root
    raise ConfigFaults(
        [Fault(where, root.start_mark.line + 1, WHOLE, "Settings are lines like this one: me: Ash Patel")]
    )


def _values(root: "yaml.MappingNode", where: str, faults: list[Fault]) -> dict[str, Any]:
    import yaml

    values: dict[str, Any] = {}
    for key, line, node in _pairs(root, "", where, faults):
        if key not in KEYS:
            guess = difflib.get_close_matches(key, KEYS, n=1)
            hint = f'did you mean "{guess[0]}"?' if guess else f"the settings are: {', '.join(KEYS)}."
            faults.append(Fault(where, line, key, f"There is no such setting; {hint}"))
        elif key == "keymap":
            if isinstance(node, yaml.MappingNode):
                pairs = list(_pairs(node, "keymap.", where, faults))
                values[key] = {name: _word(inner, f"keymap.{name}", where, faults) for name, _, inner in pairs}
                values["key_lines"] = {name: at for name, at, _ in pairs}
            elif not _is_nothing(node):
                faults.append(Fault(where, line, key, "Put one line for each key below, like this: next-question: f3"))
        elif key == "retention":
            values[key] = _retention(node, line, where, faults)
        else:
            values[key] = _word(node, key, where, faults)
            if key == "me" and values[key]:
                try:
                    values[key] = gate.name(values[key])
                except BadInput as error:
                    faults.append(Fault(where, line, key, error.sentence))
            elif key == "role" and values[key] not in ("", *ROLES):
                faults.append(Fault(where, line, key, f"A role is one of these: {', '.join(ROLES)}."))
    return values


def _retention(node: "yaml.Node", line: int, where: str, faults: list[Fault]) -> dict[str, str]:
    """The organisation's classes, each with how long its records are kept."""
    import yaml

    if _is_nothing(node):
        return {}
    if not isinstance(node, yaml.MappingNode):
        faults.append(Fault(where, line, "retention", "Put one line for each class below, like this: peer: 2 years"))
        return {}
    found = {}
    for name, at, inner in _pairs(node, "retention.", where, faults):
        found[name] = _word(inner, f"retention.{name}", where, faults)
        if not _SPAN.fullmatch(found[name]):
            faults.append(Fault(where, at, f"retention.{name}", "Say how long, like this: 6 years, or 18 months."))
    return found


def _pairs(
    node: "yaml.MappingNode", before: str, where: str, faults: list[Fault]
) -> Iterator[tuple[str, int, "yaml.Node"]]:
    import yaml

    seen: dict[str, int] = {}
    for key_node, value in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            faults.append(Fault(where, line, before + "?", "A key is a plain word."))
            continue
        key = gate.one_line(str(key_node.value))[:60]
        if key in seen:
            faults.append(Fault(where, line, before + key, f"This stands here twice, first in line {seen[key]}."))
            continue
        seen[key] = line
        yield key, line, value


def _word(node: "yaml.Node", key: str, where: str, faults: list[Fault]) -> str:
    import yaml

    if not isinstance(node, yaml.ScalarNode):
        faults.append(Fault(where, node.start_mark.line + 1, key, "This is one word or name, not a list."))
        return ""
    if _is_nothing(node):
        return ""
    word = str(node.value)
    if not gate.is_clean(word, lines=False):
        sentence = "There is a character here that cannot be shown; please take it out."
        faults.append(Fault(where, node.start_mark.line + 1, key, sentence))
    return word.strip()


def _is_nothing(node: "yaml.Node") -> bool:
    return str(node.tag) == "tag:yaml.org,2002:null"


def _with(text: str, key: str, value: str) -> str:
    """The file's text with one setting changed; a JSON string is a YAML one that needs no thought."""
    import yaml

    quoted = json.dumps(value, ensure_ascii=False)
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if isinstance(root, yaml.MappingNode):
        for key_node, node in root.value:
            if key_node.value == key:
                start, end = node.start_mark.index, node.end_mark.index
                before = text[:start] if text[:start].endswith((" ", "\t")) else f"{text[:start]} "
                after = text[end:]
                if text[start:end].endswith("\n"):
                    after = f"\n{after}"
                return f"{before}{quoted}{after}"
    return f"{text}{'' if not text or text.endswith(chr(10)) else chr(10)}{key}: {quoted}\n"


def _write(data: bytes) -> None:
    # A link in a folder of dotfiles stays a link: the file it names is what is changed.
    place = file().resolve()
    beside = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
                opened.write(data)
                opened.flush()
                os.fsync(opened.fileno())
            beside.replace(place)
        finally:
            with suppress(FileNotFoundError):
                beside.unlink()
    except OSError as error:
        raise Refused(f"{place} could not be written: {error.strerror}. What was there still stands.") from error
