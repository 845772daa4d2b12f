"""A copy of everything in one file, and back; and records of an earlier version, after such a copy."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from supervision.cli.command import Command, with_here
from supervision.cli.here import Here, can_ask
from supervision.errors import Refused

if TYPE_CHECKING:
    from supervision.store.backup import Kept

_FILE = click.Path(path_type=Path)


@click.command(cls=Command)
@click.argument("file", metavar="FILE", type=_FILE)
@with_here
def backup(here: Here, file: Path) -> None:
    """Keep a copy of all records, private notes of this login, agreements and settings in one file, and read it back.

    Sessions may stay open meanwhile. The file can be read by this login alone; it is encrypted where the records are,
    and nowhere else.
    """
    from supervision.shelf import backups
    from supervision.store.files import shown

    if backups.is_there(file) and can_ask() and not here.ask(f"There is a file {shown(file)} already. Write over it?"):
        raise Refused("Nothing was written.")
    kept = backups.back_up(here.store, file, here.clock())
    _warn(here, kept)
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
    here.tell(backups.kept(kept))


@click.command(cls=Command)
@click.argument("file", metavar="FILE", type=_FILE)
@with_here
def restore(here: Here, file: Path) -> int:
    """Put back what a backup holds and is missing here, or older here. Nothing newer is written over.

    All of the file is checked before anything is written. A record here that cannot be read is set aside, and the one
    of the backup takes its place. Exit status 1 when something could not be put back, such as a session that is open.
    """
    from supervision.shelf import backups

    done = backups.put_back(here.store, file)
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


@click.command(cls=Command)
@click.option(
    "--backup",
    "file",
    metavar="FILE",
    type=_FILE,
    help="Where the backup goes. [default: supervision-before-upgrade-DATE.zip beside the records' folder]",
)
@with_here
def upgrade(here: Here, file: Path | None) -> int:
    """Bring records that an earlier version of this program wrote up to this one, after a backup of everything.

    Nothing in a record is changed: beside it is noted what was agreed and signed in it, as far as its own history
    tells, so that doctor can check it from then on. Where there is nothing to do, nothing is written, no backup either.
    """
    from supervision.errors import SupervisionError
    from supervision.shelf import backups
    from supervision.store.upgrade import older
    from supervision.store.upgrade import upgrade as bring_up

    found, failed = older(here.store)
    kept, done = None, []
    for _, sentence in failed:
        here.tell(f"! {sentence}")
    if found:
        into = file or _unused(here.store.folder, here.clock().date())
        kept = backups.back_up(here.store, into, here.clock())
        _warn(here, kept)
        here.tell(backups.kept(kept))
    for one in found:
        try:
            bring_up(here.store, one.session, here.clock())
        except SupervisionError as error:
            failed.append((one.session, error.sentence))
            here.tell(f"! {one.session}: {error.sentence}")
        else:
            done.append(one.session)
    if here.json:
        here.give(
            {
                "backup": str(kept.file) if kept else None,
                "upgraded": done,
                "failed": [{"session": session_id, "why": sentence} for session_id, sentence in failed],
            }
        )
        return 1 if failed else 0
    for session_id in done:
        here.say(f"upgraded   {session_id}")
    if not found:
        here.tell("Every record here that can be read is as this version keeps it. Nothing had to be done.")
    elif done:
        begin = "Done" if not failed else "The others are done"
        here.tell(f"{begin}. The backup holds everything as it was; keep it until you have looked at the records.")
    return 1 if failed else 0


def _unused(store: Path, today: date) -> Path:
    """A name beside the store that nothing has yet, so that no earlier backup is written over."""
    number, folder = 1, store.absolute().parent
    while True:
        more = "" if number == 1 else f"-{number}"
        file = folder / f"supervision-before-upgrade-{today.isoformat()}{more}.zip"
        if not file.exists():
            return file
        number += 1


def _warn(here: Here, kept: "Kept") -> None:
    """What is not in a backup, and who else could read it."""
    from supervision.shelf import backups

    for sentence in backups.warnings(kept):
        here.tell(f"! {sentence}")
