"""Records, and what is in them for others, out of the store as files."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from supervision.cli.command import SESSION, WORDS, Command, with_here
from supervision.cli.filters import Filters, Row, filtering, past_day
from supervision.cli.here import Here, can_ask
from supervision.errors import Refused

if TYPE_CHECKING:
    from supervision.model.values import Session

# As in `supervision.export`, which is loaded only where something is made.
FORMATS = ("md", "txt", "html", "docx", "json")
LISTS = ("csv", "json", "todo.txt", "ics")
EXTRACTS = ("record", "decisions", "person", "manager", "cpd", "themes", "mine")
OVER_SESSIONS = ("cpd", "themes")
STANDARD = "-"


@click.command(cls=Command)
@click.argument("session_ids", metavar="[ID]...", type=SESSION, nargs=-1)
@click.option("--actions", "listing", is_flag=True, help="Action lists and review dates, of many sessions.")
@click.option(
    "--format",
    "kind",
    type=click.Choice([*FORMATS, *(form for form in LISTS if form not in FORMATS)]),
    help="[default: by the file's name; else md, for actions csv]",
)
@click.option("--extract", type=click.Choice(EXTRACTS), help="What of the record.  [default: record]")
@click.option("--matter", type=click.IntRange(1), metavar="N", help="Only the part about this matter.")
@click.option("--for", "who", type=WORDS, metavar="NAME", help="Whose own copy `mine` is.  [default: me]")
@click.option("--without-private", is_flag=True, help="Leave my private notes out of my own copy.")
@click.option("-o", "--output", metavar="FILE", help="The file; without it, it is shown here.")
@filtering
@with_here
def export(
    here: Here,
    /,
    session_ids: tuple[str, ...],
    listing: bool,
    kind: str | None,
    extract: str | None,
    matter: int | None,
    who: str | None,
    without_private: bool,
    output: str | None,
    **wanted: Any,
) -> None:
    """Write a record, or what it holds for one reader, as Markdown, plain text, web page, Word or JSON; before the end
    too. cpd and themes are made of several sessions as well: those named, or all that --with and --since choose.

    With --actions: action lists and calendars, chosen as `supervision actions` chooses, as csv, json, todo.txt or ics.
    """
    kind = _kind(here, kind, output, listing)
    filters = Filters(**wanted)
    if who and extract != "mine":
        raise click.UsageError("--for says whose own copy it is: it goes with --extract mine.")
    if without_private and extract != "mine":
        raise click.UsageError("Private notes are in nothing but --extract mine.")
    if listing:
        if session_ids or extract or matter:
            raise click.UsageError("--actions goes over all sessions: choose with --session, --with or --since.")
        what = "calendar" if kind == "ics" else "actions"
        data, of = _listed(here, filters, kind, for_people=output not in (None, STANDARD))
    elif extract in OVER_SESSIONS and len(session_ids) != 1:
        if matter or filters.which or filters.owner or filters.session_id:
            raise click.UsageError(f"For {extract} of many sessions, choose with IDs, or --with, --since and --mine.")
        what = str(extract)
        data, of = _over(here, session_ids, filters, kind, what)
    else:
        if any(wanted.values()):
            raise click.UsageError(f"These choose among many sessions, for --actions, {' and '.join(OVER_SESSIONS)}.")
        if len(session_ids) != 1:
            raise click.UsageError("Say which session: its id, or a beginning of it.")
        session = here.shelf.load(session_ids[0])
        data = _record(here, session, kind, extract or "record", matter, who, private=not without_private)
        give(here, output, data, kind)
        _note(here, session, extract or "record", data)
        return
    give(here, output, data, kind)
    _note_many(here, of, what, data)


def file_format(output: str | None, formats: tuple[str, ...]) -> str:
    """The format that a file's name asks for; empty when it asks for none of these."""
    name = Path(output).name.casefold() if output else ""
    by_name = "todo.txt" if "todo.txt" in formats and name.endswith(".txt") else name.rpartition(".")[2]
    return by_name if by_name in formats else ""


def _kind(here: Here, kind: str | None, output: str | None, listing: bool) -> str:
    """The format that is meant; wrong usage when it does not go with what is exported."""
    fitting = LISTS if listing else FORMATS
    if kind is None:
        kind = "json" if here.json else file_format(output, fitting) or ("csv" if listing else "md")
    if kind not in fitting:
        what = "Actions come" if listing else "A record comes"
        raise click.UsageError(f"{what} as {', '.join(fitting)}, not as {kind}.")
    return kind


def _note(here: Here, session: "Session", extract: str, data: bytes) -> None:
    """Keeps in the record's chain that this was handed out, and says so when that is not possible."""
    from supervision.shelf import Keeping

    if sentence := Keeping(here.shelf).exported(session, extract, data, here.me):
        here.tell(f"! {sentence}")


def _note_many(here: Here, of: set[str], what: str, data: bytes) -> None:
    """The same in the chain of every record that it was made of."""
    from supervision.shelf import Keeping

    if sentence := Keeping(here.shelf).exported_of_many(of, what, data, here.me):
        here.tell(f"! {sentence}")


def _record(
    here: Here, session: "Session", kind: str, extract: str, matter: int | None, who: str | None, *, private: bool
) -> bytes:
    from supervision.export import export as made
    from supervision.export.own import whose
    from supervision.model import rules

    today = here.shelf.today
    if extract != "mine":
        return made(session, kind, today, extract=extract, matter=matter)
    who = rules.participant(session, who) if who else whose(session, here.me)
    kept = here.private.for_copy(session, who, here.me) if private else ()
    if kept:
        here.tell("Your private notes are in it. Keep it to yourself; --without-private makes one to hand on.")
    taken = here.clock()
    return made(session, kind, today, extract=extract, matter=matter, who=who, taken=taken, private=kept)


def _over(
    here: Here, session_ids: tuple[str, ...], filters: Filters, kind: str, extract: str
) -> tuple[bytes, set[str]]:
    """What is made of many sessions, and which they were."""
    from supervision.export import over

    named = {here.shelf.resolve_session(session_id) for session_id in session_ids}
    since = past_day(here, filters.since).isoformat() if filters.since else ""
    # A training record is one person's; what the system should hear of is everybody's.
    mine = _met(here, here.need_me()) if filters.mine or (extract == "cpd" and not named) else None
    rows = [
        row
        for row in here.shelf.sessions(with_name=filters.other or "")
        if (not named or row["id"] in named) and (mine is None or row["id"] in mine) and row["when"][:10] >= since
    ]
    begun = [] if named else [row for row in rows if row["state"] == "open"]
    if begun:
        here.tell(f"{len(begun)} still under way, which {'is' if len(begun) == 1 else 'are'} not counted.")
    here.tell_damage()
    counted = [row for row in rows if row not in begun]
    return over(counted, kind, here.shelf.today, extract=extract), {str(row["id"]) for row in counted}


def _listed(here: Here, filters: Filters, kind: str, *, for_people: bool) -> tuple[bytes, set[str]]:
    """A list or a calendar, and the sessions whose actions and decisions are in it."""
    from supervision.export.listing import listed, marked

    actions, reviews = filters.actions(here), _reviews(here, filters)
    data = listed(actions, reviews, kind, here.clock())
    return marked(data, kind) if for_people else data, {str(row["session"]) for row in (*actions, *reviews)}


def _reviews(here: Here, filters: Filters) -> list[Row]:
    """The decisions whose review dates go with these actions: for a person's actions, those of their sessions."""
    owner = filters.whose(here)
    met = _met(here, owner) if owner else set()
    since = past_day(here, filters.since).isoformat() if filters.since else ""
    return [
        row
        for row in here.shelf.decisions(
            which="due" if filters.which == "overdue" else "all",
            with_name=filters.other or "",
            session=filters.session_id or "",
        )
        if (row["stands"] or filters.which == "all")
        and row["created"][:10] >= since
        and (not owner or row["session"] in met)
    ]


def _met(here: Here, name: str) -> set[str]:
    """The sessions in which this person took part."""
    return {row["id"] for row in here.shelf.sessions(with_name=name)}


def give(here: Here, output: str | None, data: bytes, kind: str) -> None:
    """Writes what was made to the file that was named, or to standard output."""
    from supervision import handout
    from supervision.store.files import shown

    if output is None or output == STANDARD:
        if kind == "docx" and sys.stdout is not None and sys.stdout.isatty():
            raise Refused("A Word file cannot be shown here. Say where it goes: -o FILE.docx")
        click.echo(data, nl=False)
        return
    file = Path(output)
    if handout.is_there(file) and can_ask() and not here.ask(f"There is a file {shown(file)} already. Write over it?"):
        raise Refused("Nothing was written.")
    handout.write(file, data, here.store.folder)
    here.tell(f"Written to {shown(file)}. Only your own login can open it here.")
    if here.shelf.is_encrypted:
        here.tell(f"! {shown(file)} is not encrypted, although the records here are.")
    if warning := handout.warning(file):
        here.tell(f"! {warning}")
