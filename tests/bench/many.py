"""Many invented sessions, the same ones each time of one day: five actions, two decisions, about 1.7 kB of notes each.

python tests/bench/many.py COUNT > FILE.jsonl
"""

import json
import random
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from supervision import paths, prompts
from supervision.model import digest, ids, views
from supervision.model.pack import Pack
from supervision.model.values import (
    Action,
    Decision,
    Event,
    Mark,
    Matter,
    Note,
    Option,
    Person,
    Progress,
    Run,
    Session,
    Support,
)

TODAY = date.today()
RARE, ONE_IN = "allotment", 500
"""A word that stands in the question of one session in so many; all others stand in nearly every session."""
SUPERVISORS = ("Ash Patel", *(f"Supervisor {n}" for n in range(1, 20)))
PRACTITIONERS = ("Sam Okafor", *(f"Practitioner {n}" for n in range(1, 80)))
ACTIONS, DECISIONS = 5, 2
_WORDS = """
she he they said asked wanted felt knew that the boundary hours visit message lift phone number evening weekend team
manager policy risk trust support kindness need plan review agreed because when after before with without about between
again often never maybe quiet angry worried tired hopeful listened waited came back stayed went door table garden
kitchen bus café school clinic court letter form call text photo birthday sister mother friend
""".split()  # noqa: SIM905
_NOTES = ("arrive", "bring", "boundaries", "relationships", "offering", "kindness", "extra-mile", "need")
_TEAM = [f"p-{name.lower().replace(' ', '')}" for name in (*SUPERVISORS, *PRACTITIONERS)]


def sessions(count: int, pack: Pack | None = None, seed: int = 1) -> Iterator[Session]:
    """So many sessions of a hundred people, the newest some days before `TODAY`, about a fifth of them signed."""
    pack = pack or prompts.load((paths.shipped("prompts") / "broken.yaml").read_bytes(), "broken.yaml")[0]
    chance = random.Random(seed)
    with ids.seeded(seed):
        for n in range(count):
            yield _session(chance, n, pack)


def _session(chance: random.Random, n: int, pack: Pack) -> Session:
    started = datetime.combine(TODAY, time(10), UTC) - timedelta(days=3, hours=7 * n)
    supervisor = chance.randrange(len(SUPERVISORS))
    practitioner = chance.randrange(len(PRACTITIONERS))
    people = (
        Person(id=_TEAM[supervisor], name=SUPERVISORS[supervisor], role="supervisor"),
        Person(id=_TEAM[len(SUPERVISORS) + practitioner], name=PRACTITIONERS[practitioner], role="practitioner"),
    )
    ends = started + timedelta(minutes=90)
    rare = "" if n % ONE_IN else f" And the {RARE}?"
    session = Session(
        id=f"{started:%Y-%m-%d-%H%M}-n{n:06}",
        kind="supervision",
        started=started,
        ended=ends,
        people=people,
        pack=pack,
        matters=(Matter(n=1, alias="J", text=_said(chance, 12), question=_said(chance, 9) + rare),),
        stage="sign",
        notes=tuple(
            Note(
                stage=stage,
                matter=1,
                runs=tuple(Run(chance.choice(people).id, _said(chance, 13) + "\n") for _ in range(3)),
            )
            for stage in _NOTES
        ),
        actions=tuple(_action(chance, started, people) for _ in range(ACTIONS)),
        decisions=tuple(_decision(chance, number, started, people) for number in range(1, DECISIONS + 1)),
        history=tuple(Event(at=started + timedelta(minutes=m), by=people[0].id, kind="moved") for m in range(12)),
    )
    if n % 5 == 0:
        taken = digest.take_snapshot(session, ends)
        signed = tuple(Mark(by=person.id, at=ends, digest=taken.root) for person in people)
        session = replace(session, snapshot=taken, signatures=signed)
    return session


def _said(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(_WORDS, k=words)).capitalize() + "."


def _action(chance: random.Random, started: datetime, people: tuple[Person, ...]) -> Action:
    """One of those still open: half of them have a day, which has passed for one in ten."""
    due = None
    if chance.random() < 0.5:
        due = TODAY + timedelta(days=chance.randint(-60, 540))
    owner = chance.choice(people).id
    progress = (Progress(id=ids.entry_id(started), by=owner, at=started, text=_said(chance, 6)),)
    return Action(
        id=ids.thing_id(),
        text=_said(chance, 7),
        created=started,
        created_by=people[0].id,
        owner=owner,
        due=due,
        stage="act",
        notes=progress if chance.random() < 0.3 else (),
    )


def _decision(chance: random.Random, number: int, started: datetime, people: tuple[Person, ...]) -> Decision:
    """An agreed one; one in twenty has come back to be reviewed."""
    options = tuple(
        Option(
            id=f"option-{n}",
            text=_said(chance, 4),
            for_person=_said(chance, 5),
            for_practitioner=_said(chance, 5),
            for_others=_said(chance, 5),
        )
        for n in range(2)
    )
    decision = digest.salted(
        Decision(
            id=ids.thing_id(),
            number=number,
            created=started,
            created_by=people[1].id,
            title=_said(chance, 4),
            alias="J",
            options=options,
            stance=chance.choice(("hold", "soften", "bend")),
            rationale=_said(chance, 10),
            review_on=TODAY + timedelta(days=chance.randint(-30, 570)),
            support=Support(status="given", by="The team manager", recorded_by=people[0].id),
            situation=_said(chance, 9),
            need=_said(chance, 9),
            persons_view=_said(chance, 9),
            limits=_said(chance, 9),
            risks=_said(chance, 9),
            safeguards=_said(chance, 9),
        )
    )
    root = digest.decision_digest(decision)
    marks = tuple(Mark(by=person.id, at=started, digest=root) for person in people)
    return replace(decision, marks=marks)


def lines(count: int) -> Iterator[str]:
    """The sessions as JSON Lines."""
    for session in sessions(count):
        yield json.dumps(views.show(session, TODAY), ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.writelines(lines(int(sys.argv[1])))
