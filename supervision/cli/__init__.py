"""The command line: arguments into calls. The only place, with plain mode, that prints or exits."""

import gc
import sys
from pathlib import Path
from typing import NoReturn

import click

from supervision import __version__
from supervision.cli.command import Program, with_here
from supervision.cli.here import Here

_HOW = """A place for two people to think about professional boundaries, decide together and come back to it.

Without a command: the interface, on its home screen. Ids may be shortened to any unique beginning.

Exit status: 0 done, 1 refused, 2 wrong usage, 3 the doctor found damage.
"""

TABLE = {
    "demo": ("home:demo", "Look at a sample, kept nowhere."),
    "start": ("session:start", "Start a session."),
    "open": ("session:open_", "Open a session."),
    "join": ("joining:join", "Join a session that somebody has open."),
    "host": ("host:host", "A door for others to come into a session, without sshd."),
    "plain": ("session:plain", "A session line by line."),
    "sessions": ("session:sessions", "List the sessions, newest first."),
    "show": ("session:show", "Show a record."),
    "discard": ("session:discard", "Throw a session away."),
    "actions": ("actions:actions", "List actions; add, tick or change one."),
    "decisions": ("decisions:decisions", "List decisions; review one, record support."),
    "agreements": ("agreements:agreements", "How you agreed to work together; show or change it."),
    "prepare": ("private:prepare", "Prepare the next session, for your own eyes."),
    "private": ("private:private", "Your own private notes."),
    "undo": ("actions:undo", "Take back my latest change."),
    "search": ("session:search", "Find words in all records."),
    "export": ("export:export", "Write a record, or a list of actions, to a file."),
    "import": ("files:import_", "Take records in from a file."),
    "redact": ("keeping:redact", "Take words out of a record for good."),
    "erase": ("keeping:erase", "Erase a record, or all of a person's, for good."),
    "access": ("keeping:access", "All that is kept about somebody who asks for it."),
    "retention": ("keeping:retention", "How long records are kept; holds."),
    "backup": ("backup:backup", "Keep a copy of everything in one file."),
    "restore": ("backup:restore", "Put back what a backup holds."),
    "upgrade": ("backup:upgrade", "Bring records of an earlier version up to this one."),
    "encrypt": ("encrypting:encrypt", "Encrypt all records, or undo it."),
    "unlock": ("encrypting:unlock", "Hold the key for a while, so that nobody is asked."),
    "lock": ("encrypting:lock", "Forget the key at once."),
    "prompts": ("prompts:prompts", "List, show, check and write prompt packs."),
    "themes": ("themes:themes", "List, check and write colour themes."),
    "doctor": ("care:doctor", "Check the terminal, the folders and every record."),
    "where": ("care:where", "The folders in use."),
    "guests": ("guests:guests", "Let somebody in over SSH, by a key of their own."),
    "guest": ("visit:guest", "What sshd runs for somebody who was let in."),
    "relay": ("relay:relay", "The other end of a line from another computer."),
    "completion": ("care:completion", "Completion for a shell."),
}
"""Each command by name: where it is, loaded only when it is called for, and its line in the help."""


@click.command(
    cls=Program,
    table=TABLE,
    help=_HOW,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="supervision")
@with_here
@click.pass_context
def cli(ctx: click.Context, here: Here) -> int | None:
    if ctx.invoked_subcommand is not None:
        return None
    from supervision.cli.home import home

    return home(here)


def hide_arguments() -> None:
    """Names and words among the arguments are in the list of processes no longer: every login could read them there."""
    command = next((word for word in sys.argv[1:] if word in TABLE), "")
    try:
        words = Path("/proc/self/cmdline").read_bytes().split(b"\0")[:-1]
        fields = Path("/proc/self/stat").read_bytes().rpartition(b") ")[2].split()
        begin, end = int(fields[45]), int(fields[46])
        shown = b"\0".join([*words[: len(words) - len(sys.argv) + 1], command.encode()])
        with Path("/proc/self/mem").open("r+b", buffering=0) as memory:
            memory.seek(begin)
            memory.write(shown.ljust(end - begin, b"\0")[: end - begin])
    except (OSError, ValueError, IndexError):  # another system, or one that forbids it: see docs/protection.md
        return


def main() -> NoReturn:
    """The console script."""
    hide_arguments()
    # What is read of ten thousand records is looked through for rubbish again and again, a tenth of a list's time.
    gc.set_threshold(50_000, 20, 20)
    cli.main()
