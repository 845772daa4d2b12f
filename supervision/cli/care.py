"""Looking after things: a check of everything, the folders in use, completion for shells."""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from supervision.cli.command import PROGRAM, Command, with_here
from supervision.cli.here import Here, has_terminal, tell
from supervision.errors import SupervisionError

if TYPE_CHECKING:
    from supervision.store.sealing import Ring

DAMAGE = 3
"""Exit status when something cannot be read."""


@dataclass(frozen=True, slots=True)
class _Line:
    severity: str
    file: str
    sentence: str
    repaired: bool = False


@click.command(cls=Command)
@click.option("--repair", is_flag=True, help="Put right what can be, without touching a record.")
@with_here
def doctor(here: Here, repair: bool) -> int:
    """Check the terminal, the settings, the questions, the folders and every record; make the lists anew.

    No record is ever changed. Exit status 3 when something cannot be read.
    """
    from supervision.store import doctor as look_over

    found = [
        _Line(one.severity, str(one.file), one.sentence, one.repaired) for one in look_over(here.store, repair=repair)
    ]
    found += [
        *_waiting(here),
        *_elsewhere(here),
        *_settings(),
        *_packs(),
        *_connections(),
        *_refused(here),
        *_terminal(),
    ]
    damaged = any(line.severity == "damage" and not line.repaired for line in found)
    records = len(here.store.files())
    if here.json:
        here.give({"records": records, "damaged": damaged, "findings": [_as_json(line) for line in found]})
    else:
        for words in _told(found):
            tell(words, err=False)
        here.say(
            f"There are no records yet in {here.store.folder}."
            if not (records or damaged)
            else f"{records} record{'' if records == 1 else 's'} looked at in {here.store.folder}: "
            + ("damage found." if damaged else "all can be read.")
        )
    return DAMAGE if damaged else 0


def _told(found: Sequence[_Line]) -> Iterator[str]:
    """What was found, a line each; what is the same of several files is said once, and the files are named below it."""
    alike: dict[tuple[str, str], list[str]] = {}
    for line in found:
        file, colon, rest = line.sentence.partition(": ")
        of_a_file = bool(colon) and line.file.endswith(file.rpartition("/")[2]) and "/" in file
        alike.setdefault((line.severity, rest if of_a_file else line.sentence), []).extend([file] * of_a_file)
    for (severity, words), files in alike.items():
        if len(files) < 2:
            yield f"{severity}: {': '.join([*files, words])}"
        else:
            yield f"{severity}: {words}"
            yield from (f"    {file}" for file in files)


def _as_json(line: _Line) -> dict[str, Any]:
    return {"severity": line.severity, "file": line.file, "sentence": line.sentence, "repaired": line.repaired}


def _waiting(here: Here) -> list[_Line]:
    """What was written for a session on another computer and has not arrived there."""
    from supervision.store import all_waiting

    try:
        waiting = all_waiting(here.store.folder)
    except SupervisionError as error:
        return [_Line("damage", "", error.sentence)]
    return [
        _Line(
            "note",
            str(one.file),
            f"Words of yours wait here for a line to {one.where}. "
            f"They go over with: supervision join ssh://{one.where}/{one.session}",
        )
        for one in waiting
    ]


def _elsewhere(here: Here) -> list[_Line]:
    from supervision import paths
    from supervision.store.files import shown

    folder = here.store.folder
    reason = paths.elsewhere(folder)
    return [_Line("warning", str(folder), f"{shown(folder)} {reason}")] if reason else []


def _settings() -> list[_Line]:
    from supervision import config

    _, sentence = config.load_or_defaults()
    return [_Line("warning", str(config.file()), sentence)] if sentence else []


def _packs() -> list[_Line]:
    from supervision import prompts

    try:
        return [_Line("warning", fault.file, str(fault)) for fault in prompts.check()]
    except SupervisionError as error:
        return [_Line("damage", "", str(error))]


def _connections() -> list[_Line]:
    from supervision import paths

    try:
        paths.runtime_dir()
    except SupervisionError as error:
        return [_Line("warning", "", str(error))]
    return []


def _refused(here: Here) -> list[_Line]:
    """What was refused to whoever came over a line, for whoever owns this machine."""
    from supervision import refusals
    from supervision.store.files import shown

    file = refusals.log_file()
    try:
        count = refusals.lately(here.clock().astimezone())
    except OSError as error:
        return [_Line("warning", str(file), f"{shown(file)}, the list of what was refused: {error.strerror}.")]
    if not count:
        return []
    many = "was refused once" if count == 1 else f"was refused {count:,} times"
    sentence = f"In the last {refusals.LATELY.days} days somebody {many} over a line. When, and why: {shown(file)}"
    return [_Line("note", str(file), sentence)]


def _terminal() -> list[_Line]:
    if not has_terminal():
        return [_Line("note", "", "There is no terminal to draw on here: sessions work line by line.")]
    from supervision.cli import screen

    size = os.get_terminal_size()
    told = screen.told(os.environ, (size.columns, size.lines), sys.stdout.encoding or "")
    return [_Line(severity, "", sentence) for severity, sentence in told]


@click.command(cls=Command)
@with_here
def where(here: Here) -> None:
    """The folders in use."""
    from supervision import config, paths, refusals
    from supervision.store import sealing

    folders: dict[str, Path] = {
        "store": here.store.folder,
        "sessions": here.store.sessions,
        "agreements": here.store.agreements.files,
        "private": here.store.private.files,
        "settings": config.file(),
        "own prompts": paths.config_dir() / "prompts",
        "own themes": paths.config_dir() / "themes",
        "prompts": paths.shipped("prompts"),
        "themes": paths.shipped("themes"),
        "connections": paths.runtime_dir(),
        "refused": refusals.log_file(),
    }
    keys = sealing.ring(here.store.folder)
    if here.json:
        encryption = {"encrypted": keys.state if keys else None, "recovery": (keys.recovery or None) if keys else None}
        here.give({**{name.replace(" ", "_"): str(place) for name, place in folders.items()}, **encryption})
        return
    for name, place in folders.items():
        here.say(f"{name + ':':<13}{place}")
    here.say(f"{'encrypted:':<13}{_encrypted(keys)}")
    for line in _elsewhere(here):
        here.tell(f"! {line.sentence}")


def _encrypted(keys: "Ring | None") -> str:
    if keys is None:
        return "no; supervision encrypt"
    if keys.state != "encrypted":
        return f"in part, it was interrupted while {keys.state}; go on with supervision encrypt"
    return f"yes; recovery key {keys.recovery}" if keys.recovery else "yes; THERE IS NO RECOVERY KEY"


@click.command(cls=Command)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print what makes a shell complete commands, options and ids.

    \b
    bash:  supervision completion bash > ~/.local/share/bash-completion/completions/supervision
           (the folder has to be there: mkdir -p ~/.local/share/bash-completion/completions)
    zsh:   supervision completion zsh > a file _supervision in a folder of $fpath
    fish:  supervision completion fish > ~/.config/fish/completions/supervision.fish
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None  # the choice names those that click knows
    click.echo(kind(ctx.find_root().command, {}, PROGRAM, f"_{PROGRAM.upper()}_COMPLETE").source())
