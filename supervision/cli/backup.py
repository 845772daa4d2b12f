"""A copy of everything in one file, and back."""

from pathlib import Path

import click

from supervision.cli.command import Command, with_here
from supervision.cli.here import Here, can_ask
from supervision.errors import Refused

_FILE = click.Path(path_type=Path)


@click.command(cls=Command)
@click.argument("file", metavar="FILE", type=_FILE)
@with_here
def backup(here: Here, file: Path) -> None:
    """Keep a copy of all records, private notes of this login, agreements and settings in one file, and read it back.

    Sessions may stay open meanwhile. The file can be read by this login alone; it is encrypted where the records are,
    and nowhere else.
    """
    from supervision import paths
    from supervision.store.backup import backup as write
    from supervision.store.files import shown

    if file.is_file() and can_ask() and not here.ask(f"There is a file {shown(file)} already. Write over it?"):
        raise Refused("Nothing was written.")
    kept = write(here.store, paths.config_dir(), file, here.clock())
    for sentence in kept.left_out:
        here.tell(f"! Not in it: {sentence}")
    if reason := paths.elsewhere(file.absolute().parent):
        here.tell(f"! {shown(file)} {reason}")
    if here.json:
        here.give(
            {
                "file": str(kept.file),
                "sessions": kept.sessions,
                "files": kept.files,
                "bytes": kept.size,
                "left_out": list(kept.left_out),
            }
        )
        return
    records = "one session" if kept.sessions == 1 else f"{kept.sessions} sessions"
    here.tell(f"Kept in {shown(file)}: {records}, {kept.files} files, {kept.size:,} bytes; read back and whole.")


@click.command(cls=Command)
@click.argument("file", metavar="FILE", type=_FILE)
@with_here
def restore(here: Here, file: Path) -> int:
    """Put back what a backup holds and is missing here, or older here. Nothing newer is written over.

    All of the file is checked before anything is written. A record here that cannot be read is set aside, and the one
    of the backup takes its place. Exit status 1 when something could not be put back, such as a session that is open.
    """
    from supervision import paths
    from supervision.store.backup import restore as put_back

    done = put_back(here.store, paths.config_dir(), file)
    if here.json:
        here.give(
            {
                "restored": done.restored,
                "same": done.same,
                "kept": [{"file": name, "why": sentence} for name, sentence in done.kept],
                "failed": [{"file": name, "why": sentence} for name, sentence in done.failed],
            }
        )
    else:
        for name in done.restored:
            here.say(f"put back   {name}")
        for name, sentence in done.kept:
            here.say(f"left       {name}: {sentence}")
    for name, sentence in done.failed:
        here.tell(f"! {name}: {sentence}")
    counts = [f"{len(done.restored)} put back", f"{done.same} the same already", f"{len(done.kept)} left as they are"]
    here.tell(f"{', '.join([*counts, *([f'{len(done.failed)} failed'] if done.failed else [])])}.")
    return 1 if done.failed else 0
