"""Decisions, actions and people told in words, for reading."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from textual.content import Content

from supervision.model import digest, notes, rules
from supervision.model.fields import FIELDS, NEEDED, STANCES
from supervision.model.values import Decision, Session
from supervision.room import Room

Row = Mapping[str, Any]

STANCE_NAMES = {
    "hold": "hold",
    "soften": "soften",
    "bend": "bend",
    "cross": "cross",
    "offer-elsewhere": "offer elsewhere",
}
SUPPORT_NAMES = {
    "not-needed": "not needed",
    "asked": "asked, awaiting an answer",
    "given": "given",
    "refused": "refused",
}
STATUS_NAMES = {
    "draft": "draft",
    "proposed": "proposed",
    "awaiting-support": "awaiting support",
    "agreed": "agreed",
    "declined": "declined",
    "instructed": "instructed",
    "ended": "ended",
    "replaced": "replaced",
}


def day(when: date | str | None) -> str:
    """A day as lists show it, "3 Dec 2026"; empty for none."""
    if not when:
        return ""
    if isinstance(when, str):
        when = datetime.fromisoformat(when).date()
    if isinstance(when, datetime):
        when = when.date()
    return f"{when.day} {when:%b %Y}"


def moment(at: datetime) -> str:
    """A day and a time, "3 Dec 2026, 14:02"."""
    return f"{day(at)}, {at:%H:%M}"


def recorded(room: Room) -> str:
    """How an agreement or a signature from this keyboard stands in the record."""
    if room.seat.bound:
        how = "known by a code" if room.seat.how == "code" else f"known by your {room.seat.how}"
        return f"It is recorded as given by you, {how}."
    if room.is_host:
        return "A typed name is recorded as given in the room, not verified."
    return "It is recorded as claimed: from another login of the same account, not verified."


def needs(decision: Decision) -> str:
    """What an agreement still needs, in one quiet line; empty when nothing."""
    lacking = [NEEDED[key] for key in rules.missing(decision)]
    if decision.stance in rules.NEEDS_SUPPORT and decision.support.status in {"not-needed", "asked"}:
        lacking.append("the organisation's answer" if decision.support.status == "asked" else "who supports this")
    if len(lacking) > 4:
        lacking = [*lacking[:3], f"and {len(lacking) - 3} more things"]
    return f"needs: {', '.join(lacking)}" if lacking else ""


def agreement(session: Session, decision: Decision) -> Content:
    """Who agrees to the text as it stands, and who has not said so yet."""
    now = digest.decision_digest(decision)
    marks = {mark.by: mark for mark in decision.marks if mark.digest == now}
    parts: list[Content] = []
    for person in session.people:
        mark = marks.get(person.id)
        if mark:
            parts.append(Content.assemble((person.called, "bold"), f" agrees ({mark.how}, {mark.at:%H:%M})"))
        else:
            parts.append(Content.styled(f"{person.called}: not yet", "$text-muted"))
    return Content("   ").join(parts)


def stance(decision: Decision) -> str:
    """What is done, in the words of the five stances; empty for none yet."""
    return f"{STANCE_NAMES[decision.stance]}: {STANCES[decision.stance]}" if decision.stance else ""


def support(decision: Decision) -> str:
    """The organisation's answer in words."""
    answer = decision.support
    if answer.status == "not-needed":
        return "needed, not asked yet" if decision.stance in rules.NEEDS_SUPPORT else "not needed"
    return f"{SUPPORT_NAMES[answer.status]}: {answer.by}" + (f", {day(answer.at)}" if answer.at else "")


def _labelled(label: str, words: str) -> Content:
    return Content.assemble((label, "bold $text-muted"), "\n  ", words.replace("\n", "\n  "))


def decision_text(session: Session, decision: Decision) -> Content:
    """The whole text that an agreement covers, field by field; empty fields are left out."""
    parts: list[Content] = []
    practitioner = next((p.called for p in session.people if p.role == "practitioner"), "the practitioner")
    for known in FIELDS:
        if known.key == "title":
            continue
        if known.key == "options":
            for n, option in enumerate(decision.options, 1):
                rows = [option.text]
                for label, words in (
                    (f"for {decision.alias or 'the person'}", option.for_person),
                    (f"for {practitioner}", option.for_practitioner),
                    ("for others", option.for_others),
                ):
                    if words:
                        rows.append(f"{label}: {words}")
                parts.append(_labelled(f"Option {n}", "\n".join(rows)))
            continue
        value = getattr(decision, known.key)
        if not value:
            continue
        if known.key == "stance":
            parts.append(_labelled("We", stance(decision)))
        else:
            parts.append(_labelled(known.label, value if isinstance(value, str) else day(value)))
    return Content("\n").join(parts) if parts else Content("Nothing has been written yet.")


def decision_after(session: Session, decision: Decision) -> Content:
    """What stands outside the agreed text: support, links, reviews, dissent."""
    lines = [Content.assemble(("Support  ", "$text-muted"), support(decision))]
    if decision.replaces:
        lines.append(Content.assemble(("Replaces  ", "$text-muted"), named(session, decision.replaces)))
    if decision.replaced_by:
        since = f", since {day(decision.replaced_on)}" if decision.replaced_on else ""
        lines.append(Content.assemble(("Replaced by  ", "$text-muted"), named(session, decision.replaced_by), since))
    for review in decision.reviews:
        again = f"; look again on {day(review.review_on)}" if review.review_on else ""
        lines.append(
            Content.assemble(
                (f"Reviewed {day(review.at)}  ", "$text-muted"),
                f"{review.outcome}, {session.called(review.by)}{again}",
                f"\n  {review.note}" if review.note else "",
            )
        )
    for dissent in session.dissents:
        if dissent.decision == decision.id:
            lines.append(
                Content.assemble(
                    (f"{session.called(dissent.by)} sees it differently  ", "$text-muted"),
                    dissent.text,
                    f"\n  To be resolved: {dissent.resolve_by}" if dissent.resolve_by else "",
                )
            )
    return Content("\n").join(lines)


def named(session: Session, decision_id: str) -> str:
    """A decision of this session by number and title, or by its id when it is elsewhere."""
    decision = session.decision(decision_id)
    return f"{decision.number} {decision.title}" if decision else decision_id


def with_whom(people: Iterable[Row], me: str = "") -> str:
    """The names of a row's people, without one's own."""
    called = [str(person["name"]) for person in people]
    others = [name for name in called if not me or name.casefold() != me.casefold()]
    return " and ".join(others or called)


def notes_of(session: Session, matter: int) -> list[tuple[str, Content]]:
    """The notes of a matter, stage by stage: its title and its lines, each with whose words they are."""
    told = []
    for stage in session.pack.stages:
        note = session.note(stage.id, matter)
        if note is None:
            continue
        lines = []
        for line in notes.lines(note.runs):
            lines.append(Content.assemble((f"{session.called(line.by)}  ", "$text-muted"), line.text.strip()))
        if lines:
            told.append((stage.title, Content("\n").join(lines)))
    return told
