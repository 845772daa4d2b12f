"""The JSON shapes that scripts rely on: values with names in place of ids, and what is computed.

Beside each name stands its id (`by_id`, `owner_id`), so that a record read back is the same record.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from supervision.model import agreement as agreements
from supervision.model import digest, places, rules, turns
from supervision.model.notes import lines
from supervision.model.pack import Turn
from supervision.model.values import Action, Agreement, Copy, Decision, Dissent, Mark, Session, Who

Json = dict[str, Any]


def session_row(session: Session, today: date) -> Json:
    """The `session` shape: one row of a list."""
    held_or_started = session.held or session.started
    last = session.ended or session.held or session.started
    matter = session.matters[0]
    return {
        "id": session.id,
        "kind": session.kind,
        "state": session.state,
        "started": _iso(session.started),
        "ended": _iso(session.ended),
        "held": _iso(session.held),
        "when": _iso(held_or_started),
        "last": _iso(last),
        "minutes": session.pack.minutes,
        "people": [
            {"id": person.id, "name": person.called, "role": person.role, "named": person.name}
            | ({"line_manager": True} if person.line_manager else {})
            for person in session.people
        ],
        "alias": matter.alias,
        "aliases": sorted({one.alias for one in session.matters if one.alias}),
        "matter": matter.text,
        "prompts": session.pack.name,
        "stage": session.stage,
        "prompt": session.prompt,
        "on_matter": session.matter,
        "place": session.place,
        "themes": list(session.themes),
        "signed_by": [session.called(mark.by) for mark in session.signatures],
        "actions_open": sum(action.status == "open" for action in session.actions),
        "decisions_due": sum(rules.is_due(session, decision, today) for decision in session.decisions),
        "next": _iso(session.next_date),
        "next_focus": session.next_focus,
    }


def show(session: Session, today: date) -> Json:
    """The whole record, as `show --json` prints it and `import` reads it."""
    notes_by_stage: dict[str, list[Json]] = {}
    runs_by_stage: dict[str, list[Json]] = {}
    for note in session.notes:
        for line in lines(note.runs):
            entry = {"by": session.called(line.by), "text": line.text, "matter": note.matter, "by_id": line.by}
            if line.joins:
                entry["joins"] = True
            notes_by_stage.setdefault(note.stage, []).append(entry)
        runs_by_stage.setdefault(note.stage, []).append(
            {"matter": note.matter, "runs": [{"by_id": run.by, "text": run.text} for run in note.runs]}
        )
    stages = [
        {
            "id": stage.id,
            "title": stage.title,
            "letter": stage.letter,
            "minutes": stage.minutes,
            "shows": stage.shows,
            "turn": stage.turn,
            "private": stage.private,
            "silent": stage.silent,
            "prompts": [
                {
                    "id": prompt.id,
                    "text": prompt.text,
                    "asks": prompt.asks,
                    "probes": list(prompt.probes),
                    "suggests": prompt.suggests,
                    "part": prompt.part,
                    "opens": prompt.opens,
                }
                for prompt in stage.prompts
            ],
            "notes": notes_by_stage.pop(stage.id, []),
            "runs": runs_by_stage.get(stage.id, []),
        }
        for stage in session.pack.stages
    ]
    # Notes of a stage the pack does not have are kept: a dangling reference is no reason to lose words.
    stages += [
        {
            "id": stage,
            "title": stage,
            "prompts": [],
            "notes": notes_by_stage.get(stage, []),
            "runs": runs,
            "in_pack": False,
        }
        for stage, runs in runs_by_stage.items()
        if session.pack.stage(stage) is None
    ]
    wrong = set(digest.faults(session))
    return session_row(session, today) | {
        "pack": {
            "name": session.pack.name,
            "title": session.pack.title,
            "kind": session.pack.kind,
            "minutes": session.pack.minutes,
            "source": session.pack.source,
            "confidentiality": session.pack.confidentiality,
        },
        "matters": [
            {
                "n": matter.n,
                "alias": matter.alias,
                "text": matter.text,
                "question": matter.question,
            }
            | ({"turn": matter.turn} if matter.turn else {})
            for matter in session.matters
        ],
        "first": session.called(session.first),
        "first_id": session.first,
        "turns": [_turn(session, turn) for turn in turns.TURNS] if turns.has_turns(session) else [],
        "spans": [
            {"id": span.id, "turn": span.turn, "start": _iso(span.start), "stop": _iso(span.stop), "why": span.why}
            for span in session.spans
        ],
        "heard": [
            _said(session, answer.by, answer.at) | {"must_raise": answer.must_raise, "how": answer.how}
            for answer in session.heard
        ],
        "agreement": None if session.agreement is None else agreement_row(session.agreement, session.called),
        "acknowledged": [_mark(session, mark) for mark in session.acknowledged],
        "stages": stages,
        "marks": [
            _said(session, mark.by, mark.at)
            | {"id": mark.id, "stage": mark.stage, "matter": mark.matter, "kind": mark.kind, "text": mark.text}
            for mark in session.marks
        ],
        "actions": [action_row(session, action) for action in session.actions],
        "decisions": [decision_row(session, decision, today) for decision in session.decisions],
        "signatures": [_mark(session, mark) | {"verified": not wrong} for mark in session.signatures],
        "unverified": sorted(wrong),
        "snapshot": None
        if session.snapshot is None
        else {
            "taken": _iso(session.snapshot.taken),
            "root": session.snapshot.root,
            "leaves": {
                path: {"salt": leaf.salt, "text": leaf.text} | ({"hash": leaf.hash} if leaf.hash else {})
                for path, leaf in session.snapshot.leaves.items()
            },
        },
        "redactions": [
            _said(session, entry.by, entry.at) | {"id": entry.id, "why": entry.why, "places": entry.places}
            for entry in session.redactions
        ],
        "hold": None
        if session.hold is None
        else _said(session, session.hold.by, session.hold.at) | {"why": session.hold.why},
        "retention": None
        if session.retention is None
        else _said(session, session.retention.by, session.retention.at)
        | {"class": session.retention.name, "until": _iso(session.retention.until), "why": session.retention.why},
        "addenda": [
            _said(session, entry.by, entry.at) | {"id": entry.id, "text": entry.text} for entry in session.addenda
        ],
        "dissent": [_dissent(session, entry) for entry in session.dissents],
        "concerns": [
            {
                "id": concern.id,
                "text": concern.text,
                "to": concern.to,
                "by_when": _iso(concern.by_when),
                "done": _iso(concern.done),
                "done_by": session.called(concern.done_by),
                "done_by_id": concern.done_by,
                "told_first": concern.told_first,
                "action": concern.action,
            }
            | _said(session, concern.by, concern.at)
            for concern in session.concerns
        ],
        "history": [
            {
                "at": _iso(event.at),
                "by": session.called(event.by),
                "by_id": event.by,
                "kind": event.kind,
                "id": event.id,
            }
            for event in session.history
        ],
        "revision": session.revision,
        **({"copy": _copy(session.copy)} if session.copy else {}),
    }


def action_row(session: Session, action: Action) -> Json:
    """The `action` shape."""
    return {
        "id": action.id,
        "session": session.id,
        "text": action.text,
        "owner": session.called(action.owner) if action.owner else None,
        "owner_id": action.owner,
        "due": _iso(action.due),
        "waiting_on": action.waiting_on,
        "status": action.status,
        "stage": action.stage,
        "prompt": action.prompt,
        "matter": action.matter,
        "alias": session.matter_of(action.matter).alias,
        "decision": action.decision,
        "created": _iso(action.created),
        "created_by": session.called(action.created_by),
        "created_by_id": action.created_by,
        "closed": _iso(action.closed),
        "closed_by": session.called(rules.closed_by(session, action)) or None,
        "purpose": action.purpose,
        **_changed(session, action.id, action.created, action.closed, *(note.at for note in action.notes)),
        "notes": [_said(session, note.by, note.at) | {"id": note.id, "text": note.text} for note in action.notes],
    }


def decision_row(session: Session, decision: Decision, today: date) -> Json:
    """The `decision` shape. `due_on` is the day it is next looked at, `due` whether it stands and that day has come."""
    support = decision.support
    return {
        "id": decision.id,
        "session": session.id,
        "number": decision.number,
        "matter": decision.matter,
        "title": decision.title,
        "alias": decision.alias,
        "happened": _iso(decision.happened),
        "situation": decision.situation,
        "usual_practice": decision.usual_practice,
        "need": decision.need,
        "persons_view": decision.persons_view,
        "options": [
            {
                "id": option.id,
                "text": option.text,
                "for_person": option.for_person,
                "for_practitioner": option.for_practitioner,
                "for_others": option.for_others,
            }
            for option in decision.options
        ],
        "stance": decision.stance,
        "limits": decision.limits,
        "risks": decision.risks,
        "practitioner_risk": decision.practitioner_risk,
        "safeguards": decision.safeguards,
        "support": {
            "status": support.status,
            "by": support.by,
            "at": _iso(support.at),
            "recorded_by": session.called(support.recorded_by),
            "recorded_by_id": support.recorded_by,
        },
        "rationale": decision.rationale,
        "explained_how": decision.explained_how,
        "consulted": decision.consulted,
        "informed": decision.informed,
        "followed_how": decision.followed_how,
        "case_file": decision.case_file,
        "who_knows": decision.who_knows,
        "what_it_did": decision.what_it_did,
        "repair": decision.repair,
        "go_on": decision.go_on,
        "instructed_by": decision.instructed_by,
        "review_on": _iso(decision.review_on),
        "due_on": _iso(rules.look_again(decision)),
        "due": rules.is_due(session, decision, today),
        "stands": rules.stands(session, decision),
        "awaits_answer": rules.awaits_answer(session, decision),
        "status": rules.status(session, decision),
        "missing": list(rules.missing(decision)),
        "agreed_by": [_mark(session, mark) for mark in decision.marks],
        "digest": digest.decision_digest(decision),
        "salts": dict(decision.salts),
        "redacted": dict(decision.redacted),
        "replaces": decision.replaces,
        "replaced_by": decision.replaced_by,
        "replaced_on": _iso(decision.replaced_on),
        "reviews": [
            _said(session, review.by, review.at)
            | {
                "id": review.id,
                "outcome": review.outcome,
                "note": review.note,
                "review_on": _iso(review.review_on),
            }
            for review in decision.reviews
        ],
        "dissent": [_dissent(session, entry) for entry in session.dissents if entry.decision == decision.id],
        "created": _iso(decision.created),
        "created_by": session.called(decision.created_by),
        "created_by_id": decision.created_by,
        **_changed(session, decision.id, decision.created, *(review.at for review in decision.reviews)),
    }


def agreement_row(agreement: Agreement, called: Callable[[Who], str]) -> Json:
    """An agreement with names, as `called` gives them, and ids."""
    texts = {key: getattr(agreement, key) for key in agreements.TEXTS}
    keeper = agreement.record_keeper
    return {
        "id": agreement.id,
        "version": agreement.version,
        "made": _iso(agreement.made),
        "made_by": called(agreement.made_by),
        "made_by_id": agreement.made_by,
        "people": [{"id": p.id, "name": called(p.id), "role": p.role} for p in agreement.parties],
        "external": agreement.external,
        **texts,
        "record_keeper": called(keeper) if keeper else "",
        "record_keeper_id": keeper,
        "review_on": _iso(agreement.review_on),
    }


def summary(session: Session) -> Json:
    """What lists and searches need of a session, for the index: what in it does not depend on the day.

    `glance` is what they need of every session there is, kept short; the rest they need of those they show.
    """
    row = session_row(session, date.min)
    actions = [action_row(session, action) for action in session.actions]
    decisions = [decision_row(session, decision, date.min) for decision in session.decisions]
    for decision in decisions:
        del decision["redacted"]
        del decision["salts"]  # with them, what is redacted one day could be guessed from the digest
    return {
        "glance": {
            "when": row["when"],
            "state": row["state"],
            "people": row["people"],
            "actions": [[a["id"], a["status"], a["due"], a["owner"], a["created"]] for a in actions],
            "decisions": [
                [
                    d["id"],
                    d["status"],
                    d["due_on"] if d["stands"] else None,
                    d["awaits_answer"],
                    d["alias"],
                    d["created"],
                ]
                for d in decisions
            ],
            "due": min((a["due"] for a in actions if a["status"] == "open" and a["due"]), default=None),
            "review": min((d["due_on"] for d in decisions if d["stands"] and d["due_on"]), default=None),
        },
        "session": row,
        "actions": actions,
        "decisions": decisions,
        "places": list(places.written(session)),
        "asked": {
            "stages": {stage.id: stage.title for stage in session.pack.stages},
            "places": list(places.asked(session.pack)),
        },
    }


def _decision_at_a_glance(row: Json) -> list[Any]:
    due_on = row["due_on"] if row["stands"] else None
    return [row["id"], row["status"], due_on, row["awaits_answer"], row["alias"], row["created"]]


def _iso(when: date | datetime | None) -> str | None:
    return when.isoformat() if when else None


def _turn(session: Session, turn: Turn) -> Json:
    """One turn of a paired reflection: whose it is, how long it is meant to be, and when it was had."""
    who = turns.presenter(session, turn)
    over = [span for span in session.spans if span.turn == turn and span.stop]
    return {
        "turn": turn,
        "presenter": session.called(who),
        "presenter_id": who,
        "minutes": int(turns.share(session, turn).total_seconds() // 60),
        "seconds": sum(int((span.stop - span.start).total_seconds()) for span in over if span.stop),
    }


def _copy(copy: Copy) -> Json:
    return {"of": copy.of, "for": copy.who, "taken": _iso(copy.taken)}


def _changed(session: Session, thing: str, *times: datetime | None) -> Json:
    """When something was last changed, and how often: what tells a calendar which of two copies is the newer."""
    events = [event.at for event in session.history if event.id == thing]
    return {"changed": _iso(max([*events, *(at for at in times if at)])), "edits": len(events)}


def _said(session: Session, by: Who, at: datetime) -> Json:
    return {"by": session.called(by), "by_id": by, "at": _iso(at)}


def _mark(session: Session, mark: Mark) -> Json:
    return _said(session, mark.by, mark.at) | {"digest": mark.digest, "how": mark.how}


def _dissent(session: Session, entry: Dissent) -> Json:
    return _said(session, entry.by, entry.at) | {
        "id": entry.id,
        "text": entry.text,
        "resolve_by": entry.resolve_by,
        "decision": entry.decision,
    }
