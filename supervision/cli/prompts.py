"""Prompt packs: which there are, what stands in one, whether one is sound, a new one."""

from dataclasses import asdict
from pathlib import Path

import click

from supervision.cli.command import WORDS, Command, Group, with_here
from supervision.cli.here import Here


@click.group(cls=Group)
def prompts() -> None:
    """Prompt packs, built in and a person's own."""


@prompts.command("list", cls=Command, short_help="All packs by name.")
@with_here
def list_(here: Here) -> None:
    """All packs by name; a person's own stands in the place of a built-in one of its name."""
    from supervision import prompts as packs

    found = packs.names()
    if here.json:
        here.give(
            [
                {
                    "name": pack.name,
                    "title": pack.title,
                    "where": pack.where,
                    "minutes": list(pack.lengths),
                    "fault": str(pack.fault) if pack.fault else None,
                }
                for pack in found
            ]
        )
        return
    for pack in found:
        if pack.fault:
            here.say(f"{pack.name}: cannot be used")
            here.say(f"    {pack.fault}")
        else:
            lengths = " or ".join(str(minutes) for minutes in pack.lengths)
            here.say(f"{pack.name}: {pack.title}, {lengths} minutes")
            here.say(f"    {pack.where}")


@prompts.command(short_help="Print a pack's YAML.")
@click.argument("name", type=WORDS)
@with_here
def show(here: Here, name: str) -> None:
    """Print the YAML of a pack as its author wrote it; with --json its stages as a session gets them."""
    from supervision import prompts as packs

    if here.json:
        here.give(asdict(packs.find(name)))
    else:
        click.echo(packs.source(name), nl=False)


@prompts.command(short_help="Name every fault by file and line.")
@click.argument("files", metavar="[FILE ...]", nargs=-1)
@with_here
def check(here: Here, files: tuple[str, ...]) -> int:
    """Check packs, all there are unless files are given: one line a fault, exit status 1 if there are any."""
    from supervision import prompts as packs

    faults = packs.check([Path(file) for file in files])
    if here.json:
        here.give([asdict(fault) for fault in faults])
    else:
        for fault in faults:
            here.say(str(fault))
    if not faults:
        here.tell("No faults.")
    return 1 if faults else 0


@prompts.command(short_help="Write a pack to start from.")
@click.argument("name", type=WORDS)
@with_here
def new(here: Here, name: str) -> None:
    """Write a pack of one's own to start from, and say where; with the name of a built-in pack, a copy of it."""
    from supervision import prompts as packs

    file = packs.new(name)
    if here.json:
        here.give({"file": str(file)})
    else:
        here.say(str(file))
        here.tell(f"Change it in an editor; then: supervision prompts check {file}")


@prompts.command(short_help="The JSON Schema of a pack.")
@with_here
def schema(here: Here) -> None:
    """The JSON Schema of a pack's file, by which editors complete and check it."""
    from supervision import prompts as packs

    here.give(packs.schema())
