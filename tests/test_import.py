"""Records back from JSON: exactly what was written, and clear words about what cannot be read."""

import dataclasses
import json
import typing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supervision.errors import BadInput, Fault, NotFound
from supervision.export import as_json, parse_record, read_lines, same
from supervision.export.reading import SIZE_LIMIT
from supervision.model import changes as c
from supervision.model import digest, values, views
from supervision.model.notes import normal
from supervision.model.pack import Pack, Stage
from supervision.model.values import Leaf, Matter, Note, Person, Run, Session
from supervision.text import REPLACEMENT, clean, is_clean
from tests import factory as f
from tests.hostile import PAYLOADS, RAW_BYTES, huge

MINIMAL: dict[str, Any] = {
    "id": "elsewhere-1",
    "started": "2026-11-22T14:00:00+00:00",
    "people": [{"name": "Ash Patel", "role": "supervisor"}, {"name": "Sam Okafor", "role": "practitioner"}],
    "stages": [{"id": "arrive", "title": "Arrive"}, {"id": "decide"}],
}


def again(session: Session) -> Session:
    """The session, through JSON and back."""
    back, notices = parse_record(json.loads(as_json(session, f.TODAY)), source="x.json:1")
    assert notices == ()
    return back


def minimal(**changes: Any) -> Session:
    return parse_record({**MINIMAL, **changes}, source="x.json:1")[0]


# -- there and back -----------------------------------------------------------------------------------------------

_LINES = st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(lambda words: clean(words, lines=False))
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(clean)
_IDS = st.text("abcxyz019-", min_size=8, max_size=12)
_WHO = st.sampled_from(["p-one", "p-two", "Somebody outside", ""])
_TIMES = st.datetimes(
    min_value=datetime(1901, 1, 1),
    max_value=datetime(8999, 1, 1),
    timezones=st.builds(lambda minutes: timezone(timedelta(minutes=minutes)), st.integers(-14 * 60, 14 * 60)),
)
_ONE_LINE = {
    *((values.Matter, "alias"), (values.Action, "text"), (values.Action, "waiting_on"), (values.Decision, "title")),
    *((values.Decision, "alias"), (values.Support, "by"), (values.Dissent, "resolve_by"), (values.Concern, "to")),
    *((values.Mark, "how"), (values.Heard, "how")),
}


def anything(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a type in a session; people, ids and lines as records have them."""
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = typing.get_type_hints(kind)
        fields: dict[str, st.SearchStrategy[Any]] = {}
        for field in dataclasses.fields(kind):
            if (kind, field.name) in _ONE_LINE:
                fields[field.name] = _LINES
            elif field.name == "id" and kind is values.Party:
                fields[field.name] = st.sampled_from(["p-one", "p-two"])
            elif field.name == "id" and kind in {values.Action, values.Agreement, values.Decision}:
                fields[field.name] = _IDS
            elif field.name in {"by", "created_by", "recorded_by", "done_by", "made_by", "record_keeper"}:
                fields[field.name] = _WHO
            elif (kind, field.name) in {(Stage, "id"), (Note, "stage")}:
                fields[field.name] = _LINES.filter(str.strip)
            elif (kind, field.name) == (Session, "themes"):
                fields[field.name] = st.lists(_LINES, max_size=2).map(tuple)
            elif (kind, field.name) == (values.Copy, "of"):
                fields[field.name] = _IDS
            elif (kind, field.name) == (values.Copy, "who"):
                fields[field.name] = st.sampled_from(["p-one", "p-two"])
            elif field.name == "owner":
                fields[field.name] = st.none() | _WHO
            elif field.name in {"id", "digest", "root"}:
                fields[field.name] = _LINES.filter(bool)
            else:
                fields[field.name] = anything(hints[field.name])
        return st.builds(kind, **fields)
    simple = {str: _TEXTS, int: st.integers(0, 1_000_000), bool: st.booleans(), datetime: _TIMES, date: st.dates()}
    if kind in simple:
        return simple[kind]
    if kind is NoneType:
        return st.none()
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        return st.sampled_from(inner)
    if origin is tuple:
        return st.lists(anything(inner[0]), max_size=2).map(tuple)
    if origin is dict:
        return st.dictionaries(_LINES, anything(inner[1]), max_size=2)
    assert origin in (UnionType, typing.Union), kind
    return st.one_of([anything(each) for each in inner])


@st.composite
def records(draw: st.DrawFn) -> Session:
    """Any session as the program could have written it."""

    def some(kind: Any, key: str) -> Any:
        return tuple(draw(st.lists(anything(kind), max_size=2, unique_by=lambda thing: getattr(thing, key))))

    stages = draw(st.lists(anything(Stage), min_size=1, max_size=3, unique_by=lambda stage: stage.id))
    names = st.sampled_from(["Sam", "Åsa O'Neill", "[b]Sam[/b]"])
    roles: st.SearchStrategy[values.Role] = anything(values.Role)
    people = tuple(
        Person(id=each, name=draw(names), role=draw(roles), corrected=draw(st.sampled_from(["", "Sami"])))
        for each in ("p-one", "p-two")
    )
    matters = draw(st.lists(anything(Matter), min_size=1, max_size=2, unique_by=lambda matter: matter.n))
    decisions = some(values.Decision, "id")
    made: Session = draw(anything(Session))
    return normal(
        replace(
            made,
            id=draw(_IDS),
            people=people,
            matters=tuple(matters),
            pack=replace(draw(anything(Pack)), stages=tuple(stages)),
            actions=some(values.Action, "id"),
            decisions=tuple(replace(decision, number=n) for n, decision in enumerate(decisions, 1)),
        )
    )


def check_there_and_back(session: Session) -> None:
    back = again(session)
    assert back == session
    assert same(back, session)
    assert views.show(back, f.TODAY) == views.show(session, f.TODAY)


@given(records())
@settings(max_examples=15, deadline=None)
def test_whatever_was_written_is_read_back_exactly(session: Session) -> None:
    check_there_and_back(session)


@pytest.mark.long
@given(records())
@settings(max_examples=1_000, deadline=None)
def test_whatever_was_written_is_read_back_exactly_at_length(session: Session) -> None:
    check_there_and_back(session)


def lived() -> Session:
    """A session with a bit of everything, by the rules: signed, supported, replaced, corrected, disagreed with."""
    session = f.decided(f.session())
    session = f.done(session, c.WriteNote(text="one"), c.WriteNote(text="two", stage="boundaries"), c.Acknowledge())
    session = f.done(session, c.AddMatter(text="Another", alias="M"), c.WriteNote(text="three"), by="Sam")
    decision = session.decisions[0].id
    session = f.done(session, c.RaiseConcern(text="Bruises", to="Lead"), c.Agree(id=decision), c.AddDissent(text="No"))
    session = f.done(session, c.Agree(id=decision), c.SetNext(on=f.TODAY, focus="Go on"), c.Sign(), by="Sam")
    session = f.done(session, c.Sign(), by="Ash")
    session = f.done(
        session,
        c.SetSupport(id=decision, status="given", by="Team manager"),
        c.AddAddendum(text="A Tuesday"),
        c.CorrectName(person="Sam", name="Samira Okafor"),
        c.ReviewDecision(id=decision, outcome="kept", review_on=date(2027, 5, 1)),
        c.LinkReplacedBy(id=decision, new="elsewhere1"),
        c.End(),
    )
    assert session.state == "signed"
    return session


def test_a_session_that_was_lived_through_comes_back_and_still_verifies() -> None:
    session = lived()
    back = again(session)
    assert back == session
    assert digest.faults(back) == ()


def test_two_people_of_the_same_name_stay_two() -> None:
    people = (
        Person(id="p-one", name="Sam", role="peer"),
        Person(id="p-two", name="Sam", role="peer"),
    )
    note = Note(stage="arrive", matter=1, runs=(Run("p-one", "mine "), Run("p-two", "and mine\n")))
    session = replace(f.session("peer"), people=people, notes=(note,))
    assert again(session) == session


def test_a_redacted_leaf_comes_back_as_a_hash() -> None:
    session = lived()
    assert session.snapshot is not None
    leaves = {**session.snapshot.leaves, "place": Leaf(hash="ab" * 32)}
    session = replace(session, snapshot=replace(session.snapshot, leaves=leaves))
    assert again(session) == session


def test_digests_that_do_not_match_are_kept_and_shown_as_unverified() -> None:
    session = lived()
    data = json.loads(as_json(session, f.TODAY))
    data["matters"][0]["text"] = "Another story"
    data["decisions"][0]["agreed_by"][0]["digest"] = "00" * 32
    back, _ = parse_record(data, source="x:1")
    assert back.signatures == session.signatures
    assert back.snapshot == session.snapshot
    assert back.decisions[0].marks[0].digest == "00" * 32
    assert "matters/1/text" in views.show(back, f.TODAY)["unverified"]


def test_references_to_nothing_are_kept() -> None:
    session = minimal(
        stage="nowhere",
        on_matter=9,
        actions=[{"id": "action-one", "text": "x", "stage": "gone", "decision": "not-there", "owner": "Somebody"}],
        decisions=[{"id": "decision-one", "number": 1, "matter": 4, "replaces": "lost-one"}],
        dissent=[{"by": "Sam Okafor", "text": "No", "decision": "not-there"}],
    )
    assert (session.stage, session.matter) == ("nowhere", 9)
    assert session.actions[0].decision == "not-there" and session.actions[0].owner == "Somebody"
    assert session.decisions[0].replaces == "lost-one" and session.decisions[0].matter == 4
    assert session.dissents[0].decision == "not-there"
    assert again(session) == session


def test_same_ignores_how_often_a_record_was_saved_and_nothing_else() -> None:
    session = lived()
    assert same(session, replace(session, revision=99))
    assert not same(session, replace(session, place="elsewhere"))
    cut = Note(stage="arrive", matter=1, runs=(Run(f.ASH, "a"), Run(f.ASH, "b"), Run(f.SAM, "")))
    whole = Note(stage="arrive", matter=1, runs=(Run(f.ASH, "ab"),))
    assert same(replace(session, notes=(cut,)), replace(session, notes=(whole,)))


# -- records that others wrote ------------------------------------------------------------------------------------


def test_what_is_missing_gets_its_default() -> None:
    session = minimal()
    assert session.kind == "supervision" and session.state == "open"
    assert session.matters == (Matter(n=1),) and session.matter == 1
    assert session.stage == "arrive"
    assert [stage.title for stage in session.pack.stages] == ["Arrive", "decide"]
    assert [person.called for person in session.people] == ["Ash Patel", "Sam Okafor"]
    assert minimal() == session  # ids that were made up are the same each time
    assert minimal(people=[{"name": "A", "role": "peer"}, {"name": "B", "role": "peer"}]).kind == "peer"
    assert again(session) == session


def test_a_record_in_the_shapes_that_are_promised_is_enough() -> None:
    session = minimal(
        alias="J",
        matter="Messages",
        prompts="broken",
        minutes=90,
        state="open",
        actions_open=7,
        surprise={"deep": [1, 2]},
        stages=[
            {
                "id": "arrive",
                "title": "Arrive",
                "prompts": [{"id": "a1", "text": "How?", "asks": "x", "probes": ["Why?"]}],
                "notes": [
                    {"by": "Ash Patel", "text": "one", "matter": 1},
                    {"by": "Sam Okafor", "text": "two", "matter": 1},
                    {"by": "sam", "text": " more", "matter": 1, "joins": True},
                ],
            }
        ],
        actions=[
            {
                "id": "action-one",
                "text": "Ask",
                "owner": "Sam Okafor",
                "due": "2026-12-03",
                "status": "open",
                "notes": [{"by": "Ash Patel", "at": "2026-11-22T15:00:00+00:00", "text": "Going on"}],
            }
        ],
        decisions=[
            {
                "id": "decision-one",
                "number": 1,
                "title": "T",
                "options": [{"text": "Hold", "for_person": "safe"}, {"text": "Bend"}],
                "stance": "hold",
                "happened": None,
                "support": {"status": "given", "by": "Manager", "at": "2026-11-22", "recorded_by": "Ash Patel"},
                "agreed_by": [{"by": "Ash Patel", "at": "2026-11-22T15:00:00Z", "digest": "00", "how": "code"}],
                "reviews": [{"at": "2026-11-22T15:00:00Z", "by": "Sam Okafor", "outcome": "ended", "note": "over"}],
                "status": "agreed",
            }
        ],
        concerns=[{"at": "2026-11-22T15:00:00Z", "to": "Lead", "by_when": "2026-11-23", "done": None}],
        dissent=[{"by": "Sam Okafor", "text": "No", "resolve_by": "May"}],
        addenda=[{"by": "Sam Okafor", "at": "2026-11-22T15:00:00Z", "text": "A Tuesday"}],
        next="2026-12-20",
    )
    ash, sam = (person.id for person in session.people)
    assert session.matters == (Matter(n=1, alias="J", text="Messages"),)
    assert (session.pack.name, session.pack.minutes) == ("broken", 90)
    assert session.notes == (Note(stage="arrive", matter=1, runs=(Run(ash, "one"), Run(sam, "\ntwo more"))),)
    action, decision = session.actions[0], session.decisions[0]
    assert action.owner == sam and action.due == date(2026, 12, 3) and action.notes[0].by == ash
    assert decision.marks[0].by == ash and decision.support.recorded_by == ash and decision.reviews[0].by == sam
    assert [option.text for option in decision.options] == ["Hold", "Bend"]
    assert len({option.id for option in decision.options}) == 2
    assert session.dissents[0].by == sam and session.addenda[0].by == sam
    assert session.next_date == date(2026, 12, 20)
    assert again(session) == session


def test_a_name_that_two_people_bear_needs_an_id() -> None:
    people = [{"id": "p-one", "name": "Sam", "role": "peer"}, {"id": "p-two", "name": "Sam", "role": "peer"}]
    action = {"id": "action-one", "text": "x", "owner": "Sam"}
    with pytest.raises(BadInput, match=r"^x.json:1: actions\[0\].owner: .*called Sam.*owner_id"):
        minimal(people=people, actions=[action])
    assert minimal(people=people, actions=[{**action, "owner_id": "p-two"}]).actions[0].owner == "p-two"


@pytest.mark.parametrize(
    ("changes", "key", "words"),
    [
        ({"id": None}, "id", "is missing"),
        ({"id": "../../etc/passwd"}, "id", "no id"),
        ({"id": "has space"}, "id", "no id"),
        ({"id": "trailing-newline\n"}, "id", "no id"),
        ({"id": 12345678}, "id", "not text"),
        ({"started": "yesterday"}, "started", "not a date"),
        ({"started": 1700000000}, "started", "not a date"),
        ({"started": "0001-01-01T00:00:00+00:00"}, "started", "not a date"),
        ({"people": []}, "people", "is empty"),
        ({"people": {"name": "x"}}, "people", "not a list"),
        ({"people": [{"name": "x", "role": "boss"}]}, "people[0].role", "word that is not known"),
        ({"people": [{"name": " ", "role": "peer"}]}, "people[0].name", "is empty"),
        ({"people": [{"name": "x", "role": "peer", "id": "a/b"}]}, "people[0].id", "no id"),
        ({"people": [{"name": "x", "role": "peer", "id": "p-1"}] * 2}, "people[1].id", "stands here twice"),
        ({"stages": []}, "stages", "is empty"),
        ({"stages": [{"id": "a"}, {"id": "a"}]}, "stages[1].id", "stands here twice"),
        ({"stages": [{"id": "a", "prompts": [{"text": "x"}]}]}, "stages[0].prompts[0].id", "is missing"),
        ({"stages": [{"id": "a", "notes": "x"}]}, "stages[0].notes", "not a list"),
        ({"stages": [{"id": "a", "minutes": -1}]}, "stages[0].minutes", "too small"),
        ({"actions": [{"text": "x", "due": "3 Dec"}]}, "actions[0].due", "not a date"),
        ({"actions": [{"text": "x", "status": "late"}]}, "actions[0].status", "word that is not known"),
        ({"actions": [{"text": ["x"]}]}, "actions[0].text", "not text"),
        ({"actions": ["x"]}, "actions[0]", "not a group of fields"),
        ({"actions": [{"text": "x", "id": "same-one"}] * 2}, "actions[1].id", "stands here twice"),
        ({"decisions": [{"number": 1.5}]}, "decisions[0].number", "not a whole number"),
        ({"decisions": [{"number": 1}, {"number": 1}]}, "decisions[1].number", "stands here twice"),
        ({"decisions": [{"number": 1, "options": [{"text": 3}]}]}, "decisions[0].options[0].text", "not text"),
        ({"signatures": [{"by": "x"}]}, "signatures[0].at", "is missing"),
        ({"matters": [{"n": 10**12}]}, "matters[0].n", "too big"),
        ({"matters": [{"n": 1}, {"n": 1}]}, "matters[1].n", "stands here twice"),
        ({"next": "2026-13-01"}, "next", "not a date"),
        ({"next": True}, "next", "not a date"),
        ({"snapshot": {"taken": "2026-11-22T15:00:00Z"}}, "snapshot.root", "is missing"),
    ],
)
def test_a_bad_shape_is_named_by_place_and_key(changes: dict[str, Any], key: str, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        minimal(**changes)
    assert str(caught.value).startswith(f"x.json:1: {key}: ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_time_without_an_offset_is_a_local_one() -> None:
    assert minimal(started="2026-11-22T14:00:00").started == datetime(2026, 11, 22, 14).astimezone()
    assert minimal(started="2026-11-22T14:00:00Z").started == datetime(2026, 11, 22, 14, tzinfo=UTC)


# -- text passes the gate -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [words for _, words in PAYLOADS], ids=[label for label, _ in PAYLOADS])
def test_every_text_of_a_record_is_made_safe(words: str) -> None:
    if len(words) > 1_000 or not words:
        return
    data = json.loads(as_json(lived(), f.TODAY))
    spoilt = _spoilt(data, words)
    session, notices = parse_record(spoilt, source="x.json:3")
    for text in _texts(session):
        assert is_clean(text)
    changed = clean("a" + words) != "a" + words
    assert bool([notice for notice in notices if "matters[0].text" in notice]) == changed
    assert all(notice.startswith("x.json:3: ") for notice in notices)


def _spoilt(value: Any, words: str, key: str = "") -> Any:
    """The record with these words after the "a" that replaces each text that people type."""
    if isinstance(value, dict):
        return {inner: _spoilt(each, words, inner) for inner, each in value.items()}
    if isinstance(value, list):
        return [_spoilt(each, words, key) for each in value]
    typed = {"text", "question", "place", "next_focus", "note", "name", "alias", "title", "by_id", "waiting_on", "how"}
    typed |= {"situation", "risks", "rationale", "resolve_by", "to", "for_person", "source", "confidentiality"}
    return "a" + words if isinstance(value, str) and key in typed else value


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if dataclasses.is_dataclass(value):
        return [text for field in dataclasses.fields(value) for text in _texts(getattr(value, field.name))]
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in _texts(part)]
    if isinstance(value, tuple):
        return [text for part in value for text in _texts(part)]
    return []


def test_each_replaced_field_is_reported_once_with_its_place() -> None:
    data = {
        **MINIMAL,
        "place": "a\x1b[2J\u202eb",
        "matters": [{"n": 1, "text": "x\r\ny"}],
        "actions": [{"id": "action-one", "text": "two\nlines", "owner": None}],
    }
    session, notices = parse_record(data, source="r.json:1")
    assert session.place == f"a{REPLACEMENT}[2J{REPLACEMENT}b"
    assert session.matters[0].text == "x\ny"
    assert session.actions[0].text == "two lines"
    assert notices == (
        "r.json:1: place: 2 unsafe characters were replaced.",
        "r.json:1: matters[0].text: spaces or line ends were put in order.",
        "r.json:1: actions[0].text: spaces or line ends were put in order.",
    )


@pytest.mark.parametrize("key", ["place", "unknown"])
def test_text_that_no_screen_could_show_is_refused(key: str) -> None:
    with pytest.raises(BadInput, match=f"^x.json:1: {key}: this text is longer"):
        minimal(**{key: huge()})


def test_nesting_bombs_are_refused() -> None:
    deep: Any = "x"
    for _ in range(500):
        deep = [deep]
    with pytest.raises(BadInput, match="nested deeper"):
        minimal(unknown=deep)
    found = list(read_lines('{"people": ' + "[" * 200_000 + "]" * 200_000 + "}"))
    assert len(found) == 1
    assert isinstance(found[0][1], Fault) and "nested deeper" in str(found[0][1])


# -- files of records ---------------------------------------------------------------------------------------------


def good(text: str) -> list[tuple[int, str]]:
    """Line and id of each record that could be read; the test fails on a fault."""
    found = []
    for line, record in read_lines(text, name="f.jsonl"):
        assert not isinstance(record, Fault), record
        found.append((line, str(record["id"])))
    return found


def test_one_object_over_many_lines_is_one_record(tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    file.write_text(as_json(lived(), f.TODAY), encoding="utf-8")
    [(line, record)] = read_lines(file)
    assert line == 1 and not isinstance(record, Fault)
    assert record["id"] == "2026-11-23-1000-test"
    assert good("\n\n" + json.dumps(MINIMAL, indent=2)) == [(3, "elsewhere-1")]


def test_one_object_a_line_is_many_records() -> None:
    one, two = json.dumps(MINIMAL), json.dumps({**MINIMAL, "id": "elsewhere-2"})
    assert good(f"{one}\n\n{two}\r\n") == [(1, "elsewhere-1"), (3, "elsewhere-2")]
    assert good(one) == [(1, "elsewhere-1")]
    assert good("\ufeff" + one) == [(1, "elsewhere-1")]


def test_a_bad_line_hides_no_other() -> None:
    one = json.dumps(MINIMAL)
    found = list(read_lines(f"{one}\n{one[:40]}\n[1]\n{one}\n", name="f.jsonl"))
    assert [line for line, _ in found] == [1, 2, 3, 4]
    faults = [str(record) for _, record in found if isinstance(record, Fault)]
    assert faults[0].startswith("f.jsonl:2: record: This is not JSON:")
    assert faults[1].startswith("f.jsonl:3: record: This is JSON, and not a record")
    assert not isinstance(found[0][1], Fault) and not isinstance(found[3][1], Fault)


def test_a_broken_file_gives_one_fault_at_its_line() -> None:
    broken = json.dumps(MINIMAL, indent=2).replace('"started"', "started")
    [(_, fault)] = read_lines(broken, name="f.json")
    assert isinstance(fault, Fault) and str(fault).startswith("f.json:3: record: This is not JSON")
    for text in ("", "\n \n", "[]", "null", "12", '"x"', "9" * 5_000):
        [(_, fault)] = read_lines(text, name="f.json")
        assert isinstance(fault, Fault), text


def test_a_record_bigger_than_ten_megabytes_is_refused_unread() -> None:
    big = json.dumps({**MINIMAL, "unknown": "x" * SIZE_LIMIT})
    [(line, fault)] = read_lines(big, name="f.json")
    assert line == 1 and isinstance(fault, Fault) and "10 MB" in str(fault)
    found = list(read_lines(f"{json.dumps(MINIMAL)}\n{big}\n"))
    assert not isinstance(found[0][1], Fault) and isinstance(found[1][1], Fault)


@pytest.mark.parametrize("data", [data for _, data in RAW_BYTES], ids=[label for label, _ in RAW_BYTES])
def test_bytes_that_are_no_text_are_replaced_and_reported(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "record.json"
    for control in (b"\n", b"\r", b'"', b"\\"):
        data = data.replace(control, b"")
    file.write_bytes(json.dumps({**MINIMAL, "place": "MARK"}).encode().replace(b"MARK", b"a" + data))
    [(_, record)] = read_lines(file)
    if isinstance(record, Fault):  # JSON itself allows no bare control characters
        assert any(byte < 32 for byte in data)
        return
    session, notices = parse_record(record, source="x:1")
    assert is_clean(session.place)
    assert bool(notices) == (clean(record["place"]) != record["place"])


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"no file .*nothing\.json"):
        list(read_lines(tmp_path / "nothing.json"))
    with pytest.raises(BadInput, match="cannot be read"):
        list(read_lines(tmp_path))


_SIMPLE = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
_KEYS = st.sampled_from([*MINIMAL, "actions", "decisions", "matters", "n", "number", "text", "by"])
_JSON: st.SearchStrategy[Any] = st.recursive(
    _SIMPLE, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4), max_leaves=12
)


@given(_JSON)
@settings(max_examples=150, deadline=None)
def test_any_json_is_read_or_refused_in_a_sentence(value: Any) -> None:
    for data in ({**MINIMAL, **value} if isinstance(value, dict) else {}, {**MINIMAL, "actions": value}):
        try:
            session, _ = parse_record(data, source="x.json:1")
        except BadInput as error:
            assert str(error).startswith("x.json:1: ")
        else:
            assert again(session) == session
