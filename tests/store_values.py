"""Sessions for tests of the store: one with everything in it, and any at all."""

import dataclasses
import typing
from datetime import UTC, date, datetime, timedelta, timezone
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin

from hypothesis import strategies as st

from supervision.model import pack, values
from supervision.model.values import Session
from supervision.text import clean

AT = datetime(2026, 11, 22, 14, 5, 9, 123456, tzinfo=timezone(timedelta(hours=1)))


def session(session_id: str = "2026-11-22-1405-abcd", **changes: Any) -> Session:
    """A small session."""
    given: dict[str, Any] = {
        "id": session_id,
        "kind": "supervision",
        "started": AT,
        "people": (
            values.Person(id="p-one", name="Åsa O'Neill", role="supervisor"),
            values.Person(id="p-two", name="Sam", role="practitioner"),
        ),
        "pack": pack.Pack(name="broken", title="BROKEN", kind="supervision", minutes=90, stages=()),
        **changes,
    }
    return Session(**given)


def full(session_id: str = "2026-11-22-1405-abcd") -> Session:
    """A session with something in every field."""
    mark = values.Mark(by="p-one", at=AT, digest="ab" * 32)
    return session(
        session_id,
        pack=pack.Pack(
            name="broken",
            title="BROKEN",
            kind="supervision",
            minutes=90,
            stages=(
                pack.Stage(
                    id="boundaries",
                    title="Boundaries",
                    prompts=(pack.Prompt(id="b1", text="What?", asks="Ask", probes=("Why?", "Else?")),),
                ),
            ),
            source="A guide",
            confidentiality="Between us",
        ),
        matters=(values.Matter(n=1, alias="Robin", text="A lift home", question="Was it right?"), values.Matter(n=2)),
        ended=AT + timedelta(hours=1),
        held=datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
        place="the small room",
        stage="boundaries",
        agreement=values.Agreement(
            id="agreement-abcdefgh2345",
            version=2,
            made=AT,
            made_by="p-one",
            parties=(values.Party(id="p-one", role="supervisor"), values.Party(id="p-two", role="practitioner")),
            external=True,
            manager="Dana Reed",
            reported="That we met [b]and when[/b]",
            limits="Safety first",
            record_keeper="p-two",
            review_on=date(2027, 5, 22),
        ),
        acknowledged=(mark,),
        notes=(
            values.Note(
                stage="boundaries",
                matter=1,
                runs=(values.Run("p-one", "[b]brackets[/b] 👩‍👩‍👧 "), values.Run("p-two", "שלום\nline")),
            ),
        ),
        marks=(
            values.NoteMark(
                id="m1",
                stage="boundaries",
                matter=1,
                by="p-two",
                at=AT,
                kind="option",
                text="[b]brackets[/b] 👩‍👩‍👧 שלום",
            ),
        ),
        actions=(
            values.Action(
                id="act2345678",
                text="Ask the manager",
                created=AT,
                created_by="p-one",
                owner="p-two",
                due=date(2026, 12, 6),
                decision="dec2345678",
                closed=AT,
                status="done",
                notes=(values.Progress(id="n1", by="p-two", at=AT, text="Asked"),),
            ),
            values.Action(id="act9999999", text="Nobody's yet", created=AT, created_by="p-two"),
        ),
        decisions=(
            values.Decision(
                id="dec2345678",
                number=1,
                created=AT,
                created_by="p-two",
                redacted={"need": "cd" * 32},
                title="Lifts home",
                happened=date(2026, 11, 1),
                options=(values.Option(id="o1", text="Hold", for_person="safe"), values.Option(id="o2", text="Bend")),
                stance="bend",
                review_on=date(2027, 1, 1),
                salts={"title": "00ff", "need": "11aa"},
                marks=(mark,),
                support=values.Support(status="given", by="Dana", at=date(2026, 11, 22), recorded_by="p-one"),
                replaces="dec1111111",
                reviews=(values.Review(id="r1", by="p-one", at=AT, outcome="kept", review_on=date(2027, 2, 1)),),
            ),
        ),
        dissents=(values.Dissent(id="d1", by="p-two", at=AT, text="I see it otherwise"),),
        redactions=(values.Redaction(id="red2345678", by="p-one", at=AT, why="A name", places=2),),
        retention=values.Retention(by="p-one", at=AT, name="children", until=date(2040, 1, 2), why="An inquiry"),
        hold=values.Hold(by="p-one", at=AT, why="An inquiry"),
        concerns=(values.Concern(id="c1", by="p-two", at=AT, text="Worried", by_when=date(2026, 11, 23), done=AT),),
        first="p-two",
        spans=(values.Span(id="t1", turn="a", start=AT, stop=AT + timedelta(minutes=3), why="pause"),),
        heard=(values.Heard(by="p-two", at=AT, must_raise=True, how="claimed"),),
        next_date=date(2026, 12, 20),
        themes=("endings", "one that another version has"),
        snapshot=values.Snapshot(
            taken=AT, leaves={"matter.1.text": values.Leaf("aa", "A lift home"), "x": values.Leaf(hash="bb")}, root="cc"
        ),
        signatures=(mark,),
        addenda=(values.Addendum(id="a1", by="p-one", at=AT, text="Tuesday, not Monday"),),
        history=(
            values.Event(at=AT, by="p-one", kind="started"),
            values.Event(at=AT, by="p-two", kind="agreed", id="x"),
        ),
        copy=values.Copy(of=session_id, who="p-two", taken=AT),
        revision=7,
    )


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30).map(clean)
_TIMES = st.datetimes(
    min_value=datetime(1970, 1, 2),
    max_value=datetime(2200, 1, 1),
    timezones=st.builds(lambda minutes: timezone(timedelta(minutes=minutes)), st.integers(-14 * 60, 14 * 60)),
)


def anything(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a type that occurs in a session, dataclasses with every field filled."""
    if kind is str:
        return TEXTS
    if kind is int:
        return st.integers(-(2**53), 2**53)
    if kind is bool:
        return st.booleans()
    if kind is datetime:
        return _TIMES
    if kind is date:
        return st.dates()
    if kind is NoneType:
        return st.none()
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = typing.get_type_hints(kind)
        return st.builds(kind, **{field.name: anything(hints[field.name]) for field in dataclasses.fields(kind)})
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        return st.sampled_from(inner)
    if origin is tuple and inner[1:] == (...,):
        return st.lists(anything(inner[0]), max_size=2).map(tuple)
    if origin is dict:
        return st.dictionaries(anything(inner[0]), anything(inner[1]), max_size=2)
    if origin in (UnionType, typing.Union):
        return st.one_of([anything(each) for each in inner])
    raise AssertionError(f"no values for {kind}: teach this function")


def any_session() -> st.SearchStrategy[Session]:
    """Any session that the types allow, with at least one matter."""
    matters = st.lists(anything(values.Matter), min_size=1, max_size=2).map(tuple)
    return st.builds(lambda made, given: dataclasses.replace(made, matters=given), anything(Session), matters)
