"""Themes: which there are, whether one is sound, a new one."""

from dataclasses import asdict
from pathlib import Path

import click

from supervision.cli.command import WORDS, Command, Group, with_here
from supervision.cli.here import Here
from supervision.errors import ConfigFaults
from supervision.paths import shipped


@click.group(cls=Group)
def themes() -> None:
    """Colours for the screen, built in and a person's own."""


@themes.command("list", cls=Command, short_help="All themes by name.")
@with_here
def list_(here: Here) -> None:
    """All themes by name; a person's own stands in the place of a built-in one of its name."""
    from supervision.tui import themes as colours

    in_use = here.settings.theme or colours.DEFAULT
    found = {file.stem: _row(file) | {"in_use": file.stem == in_use} for file in colours.files()}
    if here.json:
        here.give(list(found.values()))
        return
    for row in found.values():
        if row["fault"]:
            here.say(f"{row['name']}: cannot be used")
            here.say(f"    {row['fault']}")
        else:
            here.say(f"{row['name']}{' (in use)' if row['in_use'] else ''}: {row['title']}")
            here.say(f"    {row['about'] or row['where']}")


def _row(file: Path) -> dict[str, str | bool | None]:
    from supervision.tui import themes as colours

    row: dict[str, str | bool | None] = {"name": file.stem, "title": None, "about": None, "dark": None}
    row |= {"where": "built in" if file.parent == shipped("themes") else str(file), "fault": None}
    try:
        theme = colours.read(file)
    except ConfigFaults as error:
        return row | {"fault": str(error.faults[0])}
    return row | {"title": theme.title, "about": theme.about, "dark": None if theme.is_terminals else theme.dark}


@themes.command(short_help="Name every fault by file and line.")
@click.argument("files", metavar="[FILE ...]", nargs=-1)
@with_here
def check(here: Here, files: tuple[str, ...]) -> int:
    """Check themes, all there are unless files are given: one line a fault, exit status 1 if there are any.

    Checked are keys, how colours are written, and whether words can be read on what they stand on.
    """
    from supervision.tui import themes as colours

    faults = colours.check([Path(file) for file in files])
    if here.json:
        here.give([asdict(fault) for fault in faults])
    else:
        for fault in faults:
            here.say(str(fault))
    if not faults:
        here.tell("No faults.")
    return 1 if faults else 0


@themes.command(short_help="Write a theme to start from.")
@click.argument("name", type=WORDS)
@with_here
def new(here: Here, name: str) -> None:
    """Write a theme of one's own to start from, and say where; with the name of a built-in theme, a copy of it."""
    from supervision.tui import themes as colours

    file = colours.new(name)
    if here.json:
        here.give({"file": str(file)})
    else:
        here.say(str(file))
        here.tell(f"Change it in an editor; then: supervision themes check {file}")
