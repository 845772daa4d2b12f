"""Commands and groups that share three options, standing before or after the command; and typed words made safe."""

import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from supervision import text
from supervision.cli.here import Here, tell
from supervision.errors import SupervisionError

PROGRAM = "supervision"


def _keep(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """Puts a shared option among what is here, where a later one (after the command) wins over an earlier one."""
    if value not in (None, False):
        setattr(ctx.ensure_object(Here), str(param.name), value)


SHARED: tuple[click.Option, ...] = (
    click.Option(
        ["--store", "store_option"],
        metavar="DIR",
        expose_value=False,
        callback=_keep,
        help="Where the records live.  [env: SUPERVISION_STORE]",
    ),
    click.Option(
        ["--me", "me_option"],
        metavar="NAME",
        expose_value=False,
        callback=_keep,
        help="Who is at this keyboard.  [env: SUPERVISION_ME]",
    ),
    click.Option(
        ["--json", "json"],
        is_flag=True,
        expose_value=False,
        callback=_keep,
        help="Answer with one JSON value.",
    ),
)


class Command(click.Command):
    """A command with the shared options."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        return [*super().get_params(ctx), *SHARED]


class Group(click.Group):
    """A group with the shared options, whose commands have them too."""

    command_class = Command
    group_class = type

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        return [*super().get_params(ctx), *SHARED]


class Program(Group):
    """The whole program: each command is loaded when it is called for, and every failure is one plain sentence."""

    def __init__(self, table: dict[str, tuple[str, str]], **attributes: Any) -> None:
        super().__init__(**attributes)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = self.table.get(cmd_name)
        if place is None:
            return None
        module, name = place[0].split(":")
        command: click.Command = getattr(import_module(f"supervision.cli.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in self.table.items()])

    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> NoReturn:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                # A terminal that lacks a letter shows something in its place; it is no reason to stop.
                stream.reconfigure(errors="replace")
        sys.exit(self._status(args, extra))

    def _status(self, args: Sequence[str] | None, extra: dict[str, Any]) -> int:
        try:
            extra = {"prog_name": PROGRAM, **extra, "standalone_mode": False}
            status = super().main(args, **extra)
            if sys.stdout is not None and not sys.stdout.closed:  # a relay closes it
                sys.stdout.flush()
            return status if isinstance(status, int) else 0
        except click.UsageError as error:
            _show_usage(error)
            return 2
        except click.ClickException as error:
            tell(error.format_message())
            return 1
        except SupervisionError as error:
            tell(str(error))
            return 1
        except (KeyboardInterrupt, click.Abort):
            click.echo(err=True)
            return 130
        except BrokenPipeError:
            _reader_left()
            return 0
        except OSError as error:
            _reader_left()
            tell(_refused_by_the_system(error))
            return 1

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Said here, because further out click takes it for a failure.
            _reader_left()
            return 0


def _refused_by_the_system(error: OSError) -> str:
    """What could not be done, as a sentence; without a file's name it was what is shown here."""
    from supervision.store.files import shown, why

    if isinstance(error.filename, str | bytes):
        return f"{shown(Path(os.fsdecode(error.filename)))} cannot be used: {(error.strerror or '').lower()}."
    return (
        f"Not all of the answer could be written out: {why(error)}. What was asked for may be done all the same: look "
        "before you do it again."
    )


def _reader_left() -> None:
    """Whoever was reading has seen enough; what is left in the buffer has nowhere to go."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _show_usage(error: click.UsageError) -> None:
    if error.ctx is not None:
        click.echo(error.ctx.get_usage(), err=True)
        click.echo(f"Try: {error.ctx.command_path} --help", err=True)
    tell(f"Error: {error.format_message()}")


if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    _Text = click.ParamType[str]
else:
    _Text = click.ParamType  # older releases of click have no brackets here


class Words(_Text):
    """Text somebody typed, made safe; what a shell passed on as half a character is replaced."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return text.clean(str(value))


class SessionId(Words):
    """The id of a session, or a beginning of it; a shell completes it."""

    name = "id"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> "list[CompletionItem]":
        from click.shell_completion import CompletionItem

        from supervision.cli.rows import session_lines

        try:
            rows = ctx.ensure_object(Here).shelf.sessions()
        except SupervisionError:
            return []  # completing is no place for an error
        return [
            CompletionItem(row["id"], help=session_lines(row)[1].strip())
            for row in rows
            if row["id"].startswith(incomplete)
        ]


WORDS = Words()
SESSION = SessionId()
with_here = click.make_pass_decorator(Here, ensure=True)
