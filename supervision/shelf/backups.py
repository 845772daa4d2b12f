"""A backup of everything, and putting one back: looked at first or at once, and what became of it in sentences."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from supervision import paths
from supervision.errors import Refused
from supervision.model import ids
from supervision.store import Store
from supervision.store.backup import Kept as Kept
from supervision.store.backup import Restored as Restored
from supervision.store.files import is_there as is_there
from supervision.store.files import shown

_KINDS = {
    "sessions": ("session", "sessions"),
    "agreements": ("agreement", "agreements"),
    "private": ("record of private notes", "records of private notes"),
    "prompts": ("set of questions", "sets of questions"),
    "themes": ("set of colours", "sets of colours"),
    "erased": ("note that a record was erased", "notes that records were erased"),
    "settings": ("your settings", "your settings"),
}
_OTHERS = ("smaller file that belongs to them", "smaller files that belong to them")
MOST = 12
"""Files that are told one by one."""


def named(now: datetime) -> str:
    """How a backup is called that is made now."""
    return f"supervision-backup-{now:%Y-%m-%d}.zip"


def _is_folder(place: Path) -> bool:
    try:
        return place.is_dir()
    except OSError:
        return False


def back_up(store: Store, file: Path, now: datetime, *, is_sample: bool = False) -> Kept:
    """Writes all there is into one file, and reads it back; Refused and SaveFailed leave what was there.

    With the sample go no settings: they are somebody's own.
    """
    from supervision.store.backup import backup

    if not _is_folder(file.absolute().parent):
        raise Refused(f"There is no folder {shown(file.absolute().parent)}. Choose one that is there.")
    return backup(store, _settings(store, is_sample), file, now)


def _settings(store: Store, is_sample: bool) -> Path:
    return store.folder / "settings" if is_sample else paths.config_dir()


def kept(done: Kept) -> str:
    """What is in it, in a sentence."""
    records = "one session" if done.sessions == 1 else f"{done.sessions} sessions"
    return f"Kept in {shown(done.file)}: {records}, {done.files} files. It was read back and is whole."


def warnings(done: Kept) -> list[str]:
    """What is not in it, and what is to be known of the place where it lies."""
    said = [f"Not in it: {sentence}" for sentence in done.left_out]
    if reason := paths.elsewhere(done.file.absolute().parent):
        said.append(f"{shown(done.file)} {reason}")
    return said


def put_back(store: Store, file: Path, *, looking: bool = False, is_sample: bool = False) -> Restored:
    """Puts back what a backup holds and is missing or older here; with `looking` only finds out what that is."""
    from supervision.store.backup import restore

    return restore(store, _settings(store, is_sample), file, looking=looking)


def before(done: Restored) -> list[str]:
    """What putting it back would change, of a look at it."""
    lines = [f"Whole and readable. It would put back: {_counted(done.restored)}."] if done.restored else []
    if not done.restored:
        lines.append("Whole and readable. There is nothing in it that is missing or older here.")
    return [*lines, *_left(done)]


def has_something(done: Restored) -> bool:
    """Whether there is anything to put back."""
    return bool(done.restored)


def after(done: Restored) -> list[str]:
    """What was put back."""
    lines = [f"Put back: {_counted(done.restored)}." if done.restored else "Nothing had to be put back."]
    if any(_kind(name) == _KINDS["settings"] for name in done.restored):
        lines.append("Your settings hold from the next start on.")
    return [*lines, *_left(done)]


def _left(done: Restored) -> list[str]:
    lines = []
    if done.same:
        lines.append(f"The same here already: {'one file' if done.same == 1 else f'{done.same} files'}.")
    if done.kept:
        lines.append("Newer here, or different, and stays as it is:")
        lines += _told(done.kept)
    if done.failed:
        lines.append("Cannot be put back:")
        lines += _told(done.failed)
    return lines


def _told(ones: list[tuple[str, str]]) -> list[str]:
    whole = [(name, sentence) for name, sentence in ones if _kind(name) != _OTHERS]
    shown_ones = whole or ones
    lines = [f"  {_one(name)}: {sentence}" for name, sentence in shown_ones[:MOST]]
    if len(shown_ones) > MOST:
        lines.append(f"  and {len(shown_ones) - MOST} more")
    return lines


def _one(name: str) -> str:
    part = name.split("/")[-1].split(".")[0]
    word = _kind(name)[0]
    return f"{word} {part}" if ids.valid(part) else word if word.startswith("your") else name


def _kind(name: str) -> tuple[str, str]:
    root, *parts = name.split("/")
    if root == "settings" and len(parts) == 1:
        return _KINDS["settings"]
    return _KINDS.get(parts[0], _OTHERS)


def _counted(names: Iterable[str]) -> str:
    """How many of each kind, the records first."""
    counts = Counter(_kind(name) for name in names)
    words = []
    for kind in (*_KINDS.values(), _OTHERS):
        if count := counts[kind]:
            one, many = kind
            words.append(one if one.startswith("your") else f"one {one}" if count == 1 else f"{count} {many}")
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)
