"""Writes docs/reference.md from the program itself: `python docs/reference.py`. Nothing in it is written by hand."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from supervision import config  # noqa: E402  # the checkout this file is in
from supervision.cli import TABLE, cli  # noqa: E402
from supervision.cli.command import SHARED  # noqa: E402
from supervision.plain import commands as plain  # noqa: E402
from supervision.tui.keys import COMMANDS  # noqa: E402

PLACES = {
    "everywhere": "Everywhere",
    "home": "On the first screen",
    "list": "In the lists of actions and decisions",
    "session": "In a session",
    "turns": "In a session of two peers who take turns",
    "story": "While the sample tells its story",
}


def reference() -> str:
    """The whole page."""
    return "\n".join([*_commands(), *_keys(), *_slash_commands(), *_settings()]) + "\n"


def _commands() -> Iterator[str]:
    yield "# Reference"
    yield ""
    yield "Commands, keys, slash commands and settings, written by `docs/reference.py` from the program."
    yield ""
    yield "## Commands"
    yield ""
    yield "Every command takes these options, before or after its name:"
    yield ""
    yield from _options(SHARED)
    yield ""
    yield "An id may be shortened to any unique beginning."
    yield "Exit status: 0 done, 1 refused, 2 wrong usage, 3 the doctor found damage."
    for name in TABLE:
        command = cli.get_command(click.Context(cli, info_name="supervision"), name)
        assert command is not None
        yield from _command(("supervision", name), command, level=3)


def _command(path: tuple[str, ...], command: click.Command, level: int) -> Iterator[str]:
    context = click.Context(command, info_name=path[-1])
    own = [param for param in command.params if isinstance(param, click.Option) and not param.hidden]
    usage = " ".join([*path, *(piece for piece in command.collect_usage_pieces(context) if piece != "[OPTIONS]")])
    yield ""
    yield f"{'#' * level} {' '.join(path[1:])}"
    yield ""
    yield f"`{usage}`"
    yield ""
    yield from _paragraphs(command.help or command.short_help or "")
    if own:
        yield ""
        yield from _options(own)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None and not inner.hidden:
                yield from _command((*path, name), inner, level + 1)


def _paragraphs(words: str) -> Iterator[str]:
    lines = [line.strip() for line in words.replace("\b", "").strip().splitlines()]
    yield from lines


def _options(options: object) -> Iterator[str]:
    assert isinstance(options, list | tuple)
    for option in options:
        names = ", ".join((*option.opts, *option.secondary_opts))
        takes = "" if option.is_flag else f" {option.make_metavar(click.Context(cli))}"
        about = " ".join((option.help or "").split())
        yield f"- `{names}{takes}`{f': {about}' if about else ''}"


def _keys() -> Iterator[str]:
    yield ""
    yield "## Keys"
    yield ""
    yield "What has no key is in the palette, under its name. Keys of your own stand in `settings.yaml`, by id."
    for place, title in PLACES.items():
        yield ""
        yield f"### {title}"
        yield ""
        yield "| name | keys | id | I want to ... |"
        yield "| --- | --- | --- | --- |"
        for command in COMMANDS:
            if command.where == place:
                keys = ", ".join(f"`{key}`" for key in command.shown_keys)
                yield f"| {command.name} | {keys} | `{command.id}` | {command.wish} |"


def _slash_commands() -> Iterator[str]:
    yield ""
    yield "## In plain mode"
    yield ""
    yield "In a session a line is a note, an empty line goes on, two slashes begin a note with a slash."
    yield from _parts(plain.TABLE, plain.PARTS, "")
    yield ""
    yield "Between sessions `supervision plain` is at home, where each line is a command:"
    yield from _parts(plain.HOME, plain.HOME_PARTS, "Home: ")


def _parts(table: Mapping[str, plain.Entry], parts: Iterable[str], before: str) -> Iterator[str]:
    for part in parts:
        yield ""
        yield f"### {before}{part}"
        yield ""
        for entry in dict.fromkeys(table.values()):
            if entry.part == part:
                example = f" For example: `{entry.example}`" if entry.example else ""
                yield f"- `{f'/{entry.name} {entry.form}'.rstrip()}`: {entry.help}.{example}"


def _settings() -> Iterator[str]:
    yield ""
    yield "## Settings"
    yield ""
    yield "`settings.yaml` in the config folder that `supervision where` names. An example of all of it:"
    yield "[settings.yaml](settings.yaml). Each of these can be left out:"
    yield ""
    for key in config.KEYS:
        yield f"- `{key}`"


if __name__ == "__main__":
    (ROOT / "docs" / "reference.md").write_text(reference(), encoding="utf-8")
