"""The command line: arguments into calls. The only place, with plain mode, that prints or exits."""

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
    "demo": "home:demo",
    "start": "session:start",
    "open": "session:open_",
    "plain": "session:plain",
    "sessions": "session:sessions",
    "show": "session:show",
    "discard": "session:discard",
    "actions": "actions:actions",
    "decisions": "decisions:decisions",
    "undo": "actions:undo",
    "search": "session:search",
    "export": "files:export",
    "import": "files:import_",
    "prompts": "prompts:prompts",
    "doctor": "care:doctor",
    "where": "care:where",
    "completion": "care:completion",
}


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


def main() -> NoReturn:
    """The console script."""
    cli.main()
