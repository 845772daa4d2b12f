"""Which actions are meant: the options that `actions` and `export --actions` share."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import click

from supervision.cli.command import SESSION, WORDS
from supervision.cli.here import Here

Function = TypeVar("Function", bound=Callable[..., Any])
Row = dict[str, Any]

_OPTIONS = (
    click.option("--open", "which", flag_value="open", help="Actions still open.  [default]"),
    click.option("--all", "which", flag_value="all", help="Done and dropped ones too."),
    click.option("--overdue", "which", flag_value="overdue", help="Only those whose day has passed."),
    click.option("--owner", type=WORDS, metavar="NAME", help="Only this person's; nobody for those without owner."),
    click.option("--mine", is_flag=True, help="Only mine."),
    click.option("--theirs", is_flag=True, help="Only what others have taken on."),
    click.option("--with", "other", type=WORDS, metavar="NAME", help="Only from sessions with this person."),
    click.option("--since", type=WORDS, metavar="DATE", help="Only those made since then."),
    click.option("--session", "session_id", type=SESSION, metavar="ID", help="Only those of this session."),
)


def filtering(function: Function) -> Function:
    """The options that choose actions."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What was asked for with the options of `filtering`."""

    which: str | None
    owner: str | None
    mine: bool
    theirs: bool
    other: str | None
    since: str | None
    session_id: str | None

    def __post_init__(self) -> None:
        if sum((self.mine, self.theirs, bool(self.owner))) > 1:
            raise click.UsageError("Give --mine, --theirs or --owner, one of them.")

    def whose(self, here: Here) -> str:
        """The owner that is meant; empty for everybody."""
        return here.need_me() if self.mine else self.owner or ""

    def actions(self, here: Here) -> list[Row]:
        """The actions that fit."""
        return here.shelf.actions(
            which=self.which or "open",
            owner=self.whose(here),
            theirs=here.need_me() if self.theirs else "",
            with_name=self.other or "",
            since=past_day(here, self.since) if self.since else None,
            session=self.session_id or "",
        )


def past_day(here: Here, words: str) -> date:
    """A day that has been, such as that of an answer."""
    from supervision import when

    return when.moment(words, here.clock()).date()
