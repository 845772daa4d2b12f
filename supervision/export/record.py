"""A record in every format: whole, or as one of its extracts for a reader."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from supervision.errors import BadInput
from supervision.export import access, composing, extracts, part, web, word, words
from supervision.export import own as copies
from supervision.export.blocks import Page
from supervision.export.rendering import WIDTH, markdown, text
from supervision.model import rules, views
from supervision.model.private import PrivateNote
from supervision.model.values import Decision, Session

FORMATS = ("md", "txt", "html", "docx", "json")
EXTRACTS = ("record", "decisions", "person", "manager", "cpd", "themes", "mine")
OVER_SESSIONS = ("cpd", "themes")
"""Extracts that can be made of many sessions at once."""


def as_text(session: Session, today: date, width: int = WIDTH) -> str:
    """The whole record as plain text, 78 columns wide unless a screen has room for other lines."""
    return text(composing.record(session, today), width)


def as_markdown(session: Session, today: date) -> str:
    """The whole record as Markdown in which typed text means itself."""
    return markdown(composing.record(session, today))


def as_json(session: Session, today: date) -> str:
    """The whole record as JSON: what `show --json` prints and `import` reads."""
    return _json(views.show(session, today))


def export(
    session: Session,
    format: str,
    today: date,
    *,
    extract: str = "record",
    matter: int | None = None,
    who: str = "",
    taken: datetime | None = None,
    private: Iterable[PrivateNote] = (),
) -> bytes:
    """A record, or an extract of it, as the bytes of a file; with `matter`, the part about that one.

    The last three are for `mine`: whose own copy it is (else the practitioner's), when it is taken, and that person's
    private notes, which are in nothing else. BadInput for a format or an extract that there is not, NotFound for such a
    matter. What is for the person is refused (BadInput) when it would tell one person about another.
    """
    _known(format, extract)
    whole = session
    if matter is not None:
        session = part.about(session, matter)
        private = [note for note in private if note.matter == str(matter)]
    aside = part.left_out(whole, matter) if matter is not None else ""
    if extract == "mine":
        taken = taken or datetime.combine(today, time()).astimezone()
        session = copies.own(session, copies.whose(session, who), taken)
        return _written(_own(session, today, aside, tuple(private)), format, today)
    return _written(_extract(session, today, extract, aside), format, today)


def extract_as_text(session: Session, today: date, extract: str, width: int = WIDTH) -> str:
    """An extract as plain text, for a screen or to be heard."""
    _known("txt", extract)
    return text(_extract(session, today, extract, "").page(), width)


def over(rows: Iterable[extracts.Row], format: str, today: date, *, extract: str) -> bytes:
    """A line for training records, or themes, of many sessions: `rows` are those of lists (`views.session_row`)."""
    _known(format, extract)
    if extract not in OVER_SESSIONS:
        raise BadInput(f'"{extract}" is made of one session; of many there are: {", ".join(OVER_SESSIONS)}.')
    return _written(_over(list(rows), extract), format, today)


def about_as_text(asked: str, found: access.Gathered, today: date, width: int = WIDTH) -> str:
    """The same as plain text, for a screen."""
    return text(access.page(asked, found, today), width)


def about(asked: str, found: access.Gathered, format: str, today: date) -> bytes:
    """What records hold about somebody who asks for it (`model.access`), as the bytes of a file."""
    _known(format, "record")
    made = _Made(lambda: access.page(asked, found, today), lambda: access.value(asked, found, today))
    return _written(made, format, today)


def _known(format: str, extract: str) -> None:
    if format not in FORMATS:
        raise BadInput(f'There is no format "{format}"; the formats of a record are: {", ".join(FORMATS)}.')
    if extract not in EXTRACTS:
        raise BadInput(f'There is no extract "{extract}"; what can be exported is: {", ".join(EXTRACTS)}.')


@dataclass(frozen=True, slots=True)
class _Made:
    """An extract before it has a format: each way is gone only when it is asked for."""

    page: Callable[[], Page]
    value: Callable[[], Any]


def _own(session: Session, today: date, aside: str, private: tuple[PrivateNote, ...]) -> _Made:
    def value() -> dict[str, Any]:
        kept = {"private": copies.private_value(private)} if private else {}
        return views.show(session, today) | kept

    return _Made(lambda: composing.record(session, today, aside=aside) + copies.private_page(session, private), value)


def _extract(session: Session, today: date, extract: str, aside: str) -> _Made:
    if extract == "decisions":
        return _Made(lambda: composing.case_file(session, today), lambda: _case_file_value(session, today))
    if extract == "person":
        _one_person(session)
        return _Made(lambda: composing.for_the_person(session), lambda: _person_value(session))
    if extract == "manager":
        return _Made(lambda: extracts.report(session), lambda: extracts.report_value(session))
    if extract in OVER_SESSIONS:
        return _over([views.session_row(session, today)], extract)
    return _Made(lambda: composing.record(session, today, aside=aside), lambda: views.show(session, today))


def _over(rows: list[extracts.Row], extract: str) -> _Made:
    if extract == "cpd":
        return _Made(lambda: extracts.training(rows), lambda: extracts.training_value(rows))
    return _Made(lambda: extracts.evidence(rows), lambda: extracts.evidence_value(rows))


def _written(made: _Made, format: str, today: date) -> bytes:
    if format == "docx":
        return word.docx(made.page(), today)
    if format == "json":
        out = _json(made.value()) + "\n"
    else:
        out = {"md": markdown, "txt": text, "html": web.html}[format](made.page())
    # Half a character cannot be written; JSON reads such an escape back.
    return out.encode("utf-8", "backslashreplace")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _case_file_value(session: Session, today: date) -> dict[str, Any]:
    return {
        "session": session.id,
        "held": (session.held or session.started).isoformat(),
        "people": views.session_row(session, today)["people"],
        "decisions": [_for_case_file(session, decision, today) for decision in composing.for_case_file(session)],
    }


def _person_value(session: Session) -> dict[str, Any]:
    return {
        "held": (session.held or session.started).isoformat(),
        "decisions": [_for_the_person(decision) for decision in composing.decided(session)],
        "how_to_disagree": composing.how_to_disagree(session),
    }


def _for_case_file(session: Session, decision: Decision, today: date) -> dict[str, Any]:
    row = views.decision_row(session, decision, today)
    # With the salts, what is left out could be guessed from the digest.
    for key in ("practitioner_risk", "dissent", "salts", "redacted"):
        del row[key]
    for option in row["options"]:
        del option["for_practitioner"]
    return row


def _for_the_person(decision: Decision) -> dict[str, Any]:
    when = rules.look_again(decision)
    return {
        "what": decision.title,
        "that_means": composing.stance_for_the_person(decision),
        "why": decision.rationale,
        "until_when": decision.limits,
        "review_on": when.isoformat() if when else None,
    }


def _one_person(session: Session) -> None:
    """Refuses what would be handed to one person and tell of another."""
    about: dict[str, str] = {}
    for decision in composing.decided(session):
        matter = session.matter_of(decision.matter)
        alias = decision.alias or matter.alias
        about.setdefault(alias.casefold() or f"matter {matter.n}", alias or f"matter {matter.n}")
    if len(about) > 1:
        raise BadInput(
            f"This session decided about more than one person ({words.listed(about.values())}); "
            "say which matter is meant, so that nobody reads about somebody else."
        )
