"""A record as text, Markdown or JSON: whole, as its decisions alone, or as what the person is told."""

import json
from datetime import date
from typing import Any

from supervision.errors import BadInput
from supervision.export import composing, part, words
from supervision.export.blocks import Page
from supervision.export.rendering import markdown, text
from supervision.model import rules, views
from supervision.model.values import Decision, Session

FORMATS = ("md", "txt", "json")
EXTRACTS = ("record", "decisions", "person")


def as_text(session: Session, today: date) -> str:
    """The whole record as plain text, 78 columns wide."""
    return text(composing.record(session, today))


def as_markdown(session: Session, today: date) -> str:
    """The whole record as Markdown in which typed text means itself."""
    return markdown(composing.record(session, today))


def as_json(session: Session, today: date) -> str:
    """The whole record as JSON: what `show --json` prints and `import` reads."""
    return _json(views.show(session, today))


def export(session: Session, format: str, today: date, *, extract: str = "record", matter: int | None = None) -> bytes:
    """A record, or an extract of it, as the bytes of a file; with `matter`, the part about that one.

    BadInput for a format or an extract that there is not, NotFound for such a matter. What is for the person is
    refused (BadInput) when it would tell one person about another.
    """
    if format not in FORMATS:
        raise BadInput(f'There is no format "{format}"; the formats of a record are: {", ".join(FORMATS)}.')
    if extract not in EXTRACTS:
        raise BadInput(f'There is no extract "{extract}"; what can be exported is: {", ".join(EXTRACTS)}.')
    whole = session
    if matter is not None:
        session = part.about(session, matter)
    if extract == "person":
        _one_person(session)
    if format == "json":
        made = _json(_value(session, today, extract)) + "\n"
    else:
        aside = part.left_out(whole, matter) if matter is not None else ""
        made = (markdown if format == "md" else text)(_page(session, today, extract, aside))
    # Half a character cannot be written; JSON reads such an escape back.
    return made.encode("utf-8", "backslashreplace")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _page(session: Session, today: date, extract: str, aside: str) -> Page:
    if extract == "decisions":
        return composing.case_file(session, today)
    if extract == "person":
        return composing.for_the_person(session)
    return composing.record(session, today, aside=aside)


def _value(session: Session, today: date, extract: str) -> dict[str, Any]:
    held = (session.held or session.started).isoformat()
    if extract == "decisions":
        return {
            "session": session.id,
            "held": held,
            "people": views.session_row(session, today)["people"],
            "decisions": [_for_case_file(session, decision, today) for decision in composing.for_case_file(session)],
        }
    if extract == "person":
        return {
            "held": held,
            "decisions": [_for_the_person(decision) for decision in composing.decided(session)],
            "how_to_disagree": composing.how_to_disagree(session),
        }
    return views.show(session, today)


def _for_case_file(session: Session, decision: Decision, today: date) -> dict[str, Any]:
    row = views.decision_row(session, decision, today)
    # With the salts, what is left out could be guessed from the digest.
    for key in ("practitioner_risk", "dissent", "salts"):
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
