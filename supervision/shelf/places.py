"""Files that come from elsewhere: what somebody typed or pasted, where such files lie, and what is found there."""

import difflib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from supervision.errors import BadInput, NotFound
from supervision.store.files import shown, why
from supervision.text import one_line

Kind = Literal["record", "backup"]
ENDINGS: dict[Kind, tuple[str, ...]] = {"record": (".json", ".jsonl", ".age"), "backup": (".zip",)}
_HEAD = 4_000
_TAIL = 70_000
_PEEK = 4_000_000
_LOOKED_AT = 2_000
"""Files of one folder that are looked into; nobody waits for more."""
_USUAL = ("Documents", "Downloads", "Desktop", "")
_STICKS = (
    "/media/*",
    "/media/*/*",
    "/run/media/*/*",
    "/Volumes/*",
    "/mnt/c/Users/*/Downloads",
    "/mnt/c/Users/*/Documents",
)
"""Where what is plugged in appears, and the folders of Windows around this one."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that could be meant: where it is, what it seems to hold, its folder as people call it, and its date."""

    path: Path
    holds: str
    folder: str
    written: datetime


def found(kind: Kind, most: int = 8) -> list[FoundFile]:
    """What lies in the usual places and could be meant, newest first."""
    met: dict[Path, tuple[float, Path, str]] = {}
    for folder, called in _folders():
        for path in _in(folder, ENDINGS[kind]):
            try:
                real = path.resolve()
                if real not in met and _looks_like(kind, path):
                    met[real] = (path.stat().st_mtime, path, called)
            except OSError:  # not ours to read, or gone again
                continue
    return [
        FoundFile(path, _holds(kind, path), called, datetime.fromtimestamp(written).astimezone())
        for written, path, called in sorted(met.values(), reverse=True)[:most]
    ]


def _holds(kind: Kind, path: Path) -> str:
    """What people call what is in a file, "Sam's own copy, 21 Nov 2026"; its name where that is not to be seen."""
    name = shown(Path(path.name))
    if kind == "backup" or path.suffix.casefold() != ".json":
        return name
    try:
        if path.stat().st_size > _PEEK:
            return name
        record = json.loads(path.read_bytes())
        people = {str(one.get("id")): one_line(str(one["name"])) for one in record["people"]}
        held = date.fromisoformat(str(record.get("held") or record["started"])[:10])
        copy = record.get("copy") or {}
        whose = people.get(str(copy.get("for") or copy.get("who")), "somebody") if copy else ""
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return name
    day = f"{held.day} {held:%b %Y}"
    return (f"{whose}'s own copy, {day}" if copy else f"{' and '.join(people.values())}, {day}")[:60]


def _folders() -> Iterator[tuple[Path, str]]:
    home = Path.home()
    for name in _USUAL:
        yield home / name, name or "your home folder"
    for pattern in _STICKS:
        for folder in sorted(Path("/").glob(pattern[1:])):
            yield folder, folder.name if "Users" not in folder.parts else f"Windows, {folder.name}"


def _in(folder: Path, endings: tuple[str, ...]) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if entry.name.casefold().endswith(endings)]
    except OSError:
        return []
    return [folder / name for name in sorted(names)[:_LOOKED_AT] if not name.startswith(".")]


def _looks_like(kind: Kind, path: Path) -> bool:
    """Whether a file seems to be one of ours, by its first bytes or its last."""
    if not path.is_file():
        return False
    with path.open("rb") as opened:
        if kind == "backup":
            opened.seek(max(path.stat().st_size - _TAIL, 0))
            return b"contents.json" in opened.read(_TAIL)
        head = opened.read(_HEAD)
    if path.suffix.casefold() == ".age":
        return b"age-encryption.org/" in head or b"BEGIN AGE ENCRYPTED FILE" in head
    return head.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"{") and b'"id"' in head and b'"started"' in head


def meant(words: str, kind: Kind) -> Path:
    """The file that was typed, pasted or dropped here; NotFound or BadInput, saying what is there instead."""
    typed = words.strip()
    if not typed:
        raise BadInput("Say which file, for example ~/Documents/" + ("copy.json" if kind == "record" else "backup.zip"))
    ways = list(_ways(typed))
    try:
        path = next((way for way in ways if way.exists()), ways[0])
        if path.is_dir():
            inside = [one.name for one in _in(path, ENDINGS[kind])][:5]
            there = f"In it there is {', '.join(map(one_line, inside))}." if inside else "Nothing in it could be meant."
            raise BadInput(f"{shown(path)} is a folder. {there}")
        if not path.exists():
            raise NotFound(_not_there(path))
    except OSError as error:
        raise BadInput(f"{one_line(typed)} cannot be read: {why(error)}.") from error
    return path


def _not_there(path: Path) -> str:
    try:
        names = sorted(one.name for one in path.parent.iterdir())
    except FileNotFoundError:
        return f"There is no folder {shown(path.parent)}, and so no such file."
    except OSError as error:
        return f"{shown(path.parent)} cannot be looked into: {why(error)}."
    near = difflib.get_close_matches(path.name, names, n=1)
    return f"There is no file {shown(path)}." + (f" Did you mean {one_line(near[0])}?" if near else "")


def _ways(typed: str) -> Iterator[Path]:
    """What the words could mean: as they stand, without quotation marks, as an address, as Windows writes it."""
    for words in dict.fromkeys(_spellings(typed)):
        try:
            yield Path.home() / Path(words).expanduser()
        except (RuntimeError, ValueError):  # no such person's home; or not a name at all
            continue
    if "\0" in typed:
        raise BadInput("That cannot be the name of a file.")


def _spellings(typed: str) -> Iterator[str]:
    yield typed
    bare = typed[1:-1] if len(typed) > 2 and typed[0] == typed[-1] and typed[0] in "'\"" else typed
    yield bare
    if bare.startswith("file:"):
        yield unquote(urlsplit(bare).path)
    if letter := re.match(r"([A-Za-z]):[\\/]", bare):
        yield f"/mnt/{letter[1].lower()}/" + bare[3:].replace("\\", "/")
    yield re.sub(r"\\(.)", r"\1", bare)  # a terminal that a file is dropped on writes a backslash before a space


def completed(words: str, kind: Kind) -> str | None:
    """The words with what they go on with, or could; None when nothing there begins so."""
    if not words.strip() or words.endswith("/.") or words == "~":
        return None
    before, slash, part = words.rpartition("/")
    try:
        folder = Path.home() / Path(f"{before}{slash}" or ".").expanduser()
        with os.scandir(folder) as entries:
            names = sorted(
                f"{entry.name}/" if entry.is_dir() else entry.name
                for entry in entries
                if entry.name.casefold().startswith(part.casefold())
                and (part.startswith(".") or not entry.name.startswith("."))
                and (entry.is_dir() or entry.name.casefold().endswith(ENDINGS[kind]))
            )
    except (OSError, RuntimeError, ValueError):
        return None
    if not names:
        return None
    common = _common(names)
    more = common if len(common) > len(part) else names[0]
    return f"{before}{slash}{more}" if len(more) > len(part) else None  # in the letters that the file has


def _common(names: list[str]) -> str:
    """The letters with which all of them begin."""
    first, last = min(names), max(names)
    same = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[:same]
