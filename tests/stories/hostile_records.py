"""Records as an enemy would write them by hand: hostile text in every place where a person's words can stand."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from supervision.model.fields import FIELDS
from supervision.model.pack import Pack, Prompt, Stage
from supervision.model.values import (
    Action,
    Concern,
    Decision,
    Dissent,
    Matter,
    Note,
    Option,
    Person,
    Progress,
    Run,
    Session,
    Support,
)
from supervision.store.codec import to_tables
from tests.factory import ASH, NOW, SAM
from tests.stories.place import Place

WORDS = "TYPED"
"""Stands wherever the words go."""


def stage(id: str, words: str) -> Stage:
    prompt = Prompt(id=f"{id}-1", text=words, asks=words, probes=(words,), suggests=words)
    return Stage(id=id, title=words, prompts=(prompt,))


def record(session_id: str, number: int = 0) -> Session:
    """A session in which every text is WORDS."""
    at = NOW + timedelta(minutes=number)
    texts = {field.key: WORDS for field in FIELDS if field.key not in {"stance", "options", "happened", "review_on"}}
    return Session(
        id=session_id,
        kind="supervision",
        started=at,
        people=(
            Person(id=ASH, name="Ash Patel", role="supervisor"),
            Person(id=SAM, name=WORDS, role="practitioner"),
        ),
        pack=Pack(
            name=WORDS,
            title=WORDS,
            kind="supervision",
            minutes=90,
            stages=(stage("arrive", WORDS), replace(stage("decide", WORDS), shows="decide")),
            source=WORDS,
            confidentiality=WORDS,
        ),
        matters=(Matter(n=1, alias=WORDS, text=WORDS, question=WORDS),),
        place=WORDS,
        stage="arrive",
        prompt="arrive-1",
        notes=(Note(stage="arrive", matter=1, runs=(Run(SAM, WORDS),)),),
        actions=(
            Action(
                id=f"act-{number:05}",
                text=WORDS,
                created=at,
                created_by=SAM,
                owner=WORDS,
                waiting_on=WORDS,
                stage="arrive",
                notes=(Progress(id="progress-1", by=WORDS, at=at, text=WORDS),),
            ),
        ),
        decisions=(
            Decision(
                id=f"dec-{number:05}",
                number=1,
                created=at,
                created_by=SAM,
                stance="bend",
                options=(Option(id="option-1", text=WORDS, for_person=WORDS, for_others=WORDS),),
                support=Support(status="asked", by=WORDS, at=at.date(), recorded_by=SAM),
                **texts,  # type: ignore[arg-type]
            ),
        ),
        dissents=(Dissent(id="dissent-1", by=WORDS, at=at, text=WORDS, resolve_by=WORDS),),
        concerns=(Concern(id="concern-1", by=SAM, at=at, text=WORDS, to=WORDS, done_by=WORDS),),
        next_focus=WORDS,
    )


def write(place: Place, session: Session, words: str = WORDS) -> None:
    """Writes a record past the store and its gate, with `words` for WORDS, as somebody with an editor could."""
    text = json.dumps(to_tables(session)).replace(json.dumps(WORDS), json.dumps(words))
    place.store.sessions.mkdir(parents=True, exist_ok=True)
    place.store.file(session.id).write_text(text)


def write_one_each(place: Place, payloads: Iterable[str]) -> None:
    """A record for each payload, which stands in every text of it."""
    for number, words in enumerate(payloads):
        write(place, record(f"2026-11-23-1000-{number:04}", number), words)
