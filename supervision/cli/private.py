"""Preparing the next session, and one's own private notes: for the person of this login alone."""

import sys
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from supervision import text
from supervision.cli.command import SESSION, WORDS, Command, Group, with_here
from supervision.cli.here import Here, can_ask
from supervision.errors import NotFound, Refused

if TYPE_CHECKING:
    from supervision.model.pack import Pack
    from supervision.model.private import Private


@click.command(cls=Command)
@click.option("--with", "other", type=WORDS, metavar="NAME", help="Whom you meet.  [default: whom you met last]")
@click.option("--matter", type=WORDS, metavar="TEXT", help="Something to bring, in a line.")
@click.option("--alias", type=WORDS, metavar="A", help="The alias of the person it is about.")
@click.option("--question", type=WORDS, metavar="TEXT", help="The one question it ends in.")
@click.option("--change", metavar="ID", type=WORDS, help="Change this prepared matter, not add one.")
@click.option("--drop", metavar="ID", type=WORDS, help="Take this prepared matter away.")
@click.option("--answer", type=WORDS, metavar="PROMPT", help="Write to a question, from standard input.")
@click.option("--on", metavar="ID", type=WORDS, help="The prepared matter that the answer is about.")
@click.option("--questions", is_flag=True, help="Only list the questions with their ids.")
@with_here
def prepare(
    here: Here,
    other: str | None,
    matter: str | None,
    alias: str | None,
    question: str | None,
    change: str | None,
    drop: str | None,
    answer: str | None,
    on: str | None,
    questions: bool,
) -> None:
    """Prepare the next session: matters to bring, and answers for your own eyes. Without options: what is prepared.

    When the session begins, what is prepared is offered to you, and is in it only once you take it in.
    """
    if on and not answer:
        raise click.UsageError("--on says which matter an answer is about: it goes with --answer.")
    if drop and (change or on):
        raise click.UsageError("--drop takes a matter away: it goes with neither --change nor --on.")
    me = here.need_me()
    here.private.check(me)
    pair = here.shelf.pair_with(me, other) if other else _met_last(here, me)
    pack = here.shelf.next_pack(pair)
    if questions:
        _list(here, pack)
        return
    stage = _stage_of(pack, answer) if answer else ""
    kept = here.private.next_with(pair)
    about = kept.prepared(on).id if on else ""  # before anything is changed: all that was asked for is done, or nothing
    if drop:
        kept = here.private.drop(kept, drop)
    if change or matter or alias or question:
        old = kept.prepared(change) if change else None
        kept, _ = here.private.prepare(
            kept,
            id=old.id if old else "",
            alias=_or(alias, old.alias if old else ""),
            words=_or(matter, old.text if old else ""),
            question=_or(question, old.question if old else ""),
        )
    if answer:
        before = kept.text(stage, answer, about)
        words = _written(here)
        after = f"{before}\n{words}" if before and words else before or words
        kept = here.private.write(kept, stage, after, before=before, prompt=answer, matter=about)
    _tell(here, kept, pack)


def _written(here: Here) -> str:
    """Lines from standard input, where no shell keeps them; on a terminal an empty line ends them."""
    if not can_ask():
        return text.decode(sys.stdin.buffer.read() if sys.stdin else b"").strip()
    here.tell("A line each, for your own eyes; an empty line ends it. Ctrl+C keeps nothing.")
    lines: list[str] = []
    try:
        while words := str(click.prompt("", default="", show_default=False, prompt_suffix="> ", err=True)).strip():
            lines.append(text.clean(words))
    except click.Abort as abort:
        if not isinstance(abort.__context__, EOFError):
            raise
    return "\n".join(lines)


def _or(given: str | None, before: str) -> str:
    return before if given is None else given


def _met_last(here: Here, me: str) -> tuple[str, ...]:
    rows = here.shelf.sessions(with_name=me)
    if not rows:
        begun = here.private.begun(me)
        if len(begun) == 1:  # whom one prepares to meet for the first time
            return begun[0]
        raise click.UsageError("Say whom you meet: --with NAME")
    return tuple(person["id"] for person in rows[0]["people"])


def _stage_of(pack: "Pack", prompt: str) -> str:
    for stage in pack.stages:
        if any(one.id == prompt for one in stage.prompts):
            return stage.id
    have = " ".join(dict.fromkeys(one.id for stage in pack.stages for one in stage.prompts))
    raise NotFound(f"There is no question {prompt!r} in {pack.title}; it has: {have}.")


def _list(here: Here, pack: "Pack") -> None:
    from supervision.model.pack import filled

    asked = [(stage, prompt) for stage in pack.stages for prompt in stage.prompts]
    if here.json:
        here.give([{"id": prompt.id, "stage": stage.id, "text": prompt.text} for stage, prompt in asked])
        return
    for stage, prompt in asked:
        here.say(f"{prompt.id} ({stage.title}): {filled(prompt.text)}")


@click.group(cls=Group, invoke_without_command=True)
@with_here
@click.pass_context
def private(ctx: click.Context, here: Here) -> None:
    """List what you keep to yourself: what is prepared, and notes beside sessions. Yours alone, on this login."""
    here.private.check(here.need_me())
    if ctx.invoked_subcommand is not None:
        return
    kept = here.private.all()
    if here.json:
        here.give([_row(one) for one in kept])
        return
    for one in kept:
        for line in _lines(here, one, None):
            here.say(line)
    if not kept:
        here.tell("You keep nothing to yourself here.")
    _say_who(here)


@private.command(short_help="Those beside one session.")
@click.argument("session_id", metavar="ID", type=SESSION)
@with_here
def show(here: Here, session_id: str) -> None:
    """Show your private notes beside one session."""
    _tell(here, _beside(here, session_id), None)


@private.command(short_help="Throw those beside one session away.")
@click.argument("session_id", metavar="ID", type=SESSION)
@click.option("--yes", is_flag=True, help="Without asking.")
@with_here
def erase(here: Here, session_id: str, yes: bool) -> None:
    """Throw your private notes beside one session away, for good. What you shared stays in the session."""
    kept = _beside(here, session_id)
    if not yes and can_ask() and not here.ask(f"Throw your private notes beside {kept.session} away?"):
        here.tell("They stay.")
        return
    here.private.erase(kept)
    if here.json:
        here.give({"erased": kept.session})
    here.tell(f"Thrown away: the private notes beside {kept.session}")


def _beside(here: Here, prefix: str) -> "Private":
    """The notes beside the session that this beginning names: of one that is not in this store any more, too."""
    kept = {one.session: one for one in here.private.all() if one.session}
    found = here.store.resolve(prefix, {*kept, *here.store.files()}, "session")
    if found not in kept:
        raise Refused(f"You keep nothing to yourself beside the session {found}.")
    return kept[found]


def _tell(here: Here, kept: "Private", pack: "Pack | None") -> None:
    if here.json:
        here.give(_row(kept))
        return
    for line in _lines(here, kept, pack):
        here.say(line)
    if kept.is_empty:
        here.tell("Nothing is prepared yet. For example: supervision prepare --alias J --matter TEXT")
    _say_who(here)


def _say_who(here: Here) -> None:
    here.tell(here.private.who_could_read)


def _row(kept: "Private") -> dict[str, Any]:
    row = asdict(kept) | {"begun": kept.begun.isoformat()}
    return {key: row[key] for key in ("owner", "people", "session", "begun", "matters", "notes")}


def _lines(here: Here, kept: "Private", pack: "Pack | None") -> Iterable[str]:
    if kept.is_empty:
        return
    called = {known.id: known.name for known in here.shelf.people()}
    names = " and ".join(called.get(who, who) for who in kept.people)
    yield f"{kept.session}" if kept.session else f"For the next session of {names}"
    for matter in kept.matters:
        words = ", ".join(part for part in (matter.alias, matter.text) if part) or "no words yet"
        question = f" The question: {matter.question}" if matter.question else ""
        taken = f" (taken in as matter {matter.taken})" if matter.taken else ""
        yield f"    {matter.id}  {words}.{question}{taken}"
    for note in kept.notes:
        where = " ".join(part for part in (note.stage, note.prompt) if part)
        on = f", on {note.matter}" if note.matter else ""
        for line in note.lines:
            yield f"    {where}{on}: {line}{' (shared)' if line in note.shared else ''}"
