"""The rules of a paired reflection: who presents, whose prompts, how long, and what stops the clock."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supervision import export, prompts
from supervision.document import Document
from supervision.errors import Refused, SupervisionError
from supervision.model import changes as c
from supervision.model import digest, turns, views
from supervision.model.apply import Act, apply
from supervision.model.pack import Turn
from supervision.model.values import Session
from tests import factory
from tests.factory import ASH, NOW, SAM, TODAY

PACK = prompts.find("peer")


def paired() -> Session:
    """Ash and Sam, about to agree how they do it."""
    return replace(factory.session("peer"), pack=PACK, stage="agree", prompt="g1", matters=factory.session().matters)


def done(session: Session, *changes: c.Change, by: str = "Ash", minute: float = 0) -> Session:
    for change in changes:
        session = apply(session, change, Act(by, NOW + timedelta(minutes=minute)))
    return session


def at(stage: str, prompt: str = "") -> c.MoveTo:
    return c.MoveTo(stage=stage, prompt=prompt)


def used(session: Session, turn: Turn, minute: float) -> float:
    return turns.used(session, turn, NOW + timedelta(minutes=minute)) / timedelta(minutes=1)


def test_either_says_who_presents_first_until_the_first_turn_begins() -> None:
    session = paired()
    assert turns.presenter(session, "a") == ASH
    session = done(session, c.PresentFirst(who="Sam"), by="Ash")
    assert (turns.presenter(session, "a"), turns.presenter(session, "b")) == (SAM, ASH)
    session = done(session, c.PresentFirst(who="Ash"), c.PresentFirst(who="Sam"), by="Sam")
    session = done(session, at("write-a"), minute=5)
    with pytest.raises(Refused, match="Sam Okafor"):
        done(session, c.PresentFirst(who="Ash"), minute=5)
    with pytest.raises(SupervisionError):
        done(paired(), c.PresentFirst(who="Bea"))
    with pytest.raises(Refused):
        done(factory.session(), c.PresentFirst(who="Ash"))


def test_a_look_at_the_first_turn_does_not_begin_it_and_words_in_it_do() -> None:
    session = done(done(paired(), at("write-a")), at("agree"), minute=0.5)
    assert done(session, c.PresentFirst(who="Sam"), minute=0.5).spans == ()
    with pytest.raises(Refused):
        done(done(session, c.WriteNote(text="tired", stage="present-a")), c.PresentFirst(who="Sam"), minute=0.5)
    with pytest.raises(Refused):
        done(done(done(paired(), at("write-a")), at("agree"), minute=2), c.PresentFirst(who="Sam"), minute=2)


def test_each_has_their_own_prompts_and_the_parts_swap() -> None:
    session = done(paired(), c.PresentFirst(who="Sam"))

    def asked(stage: str, who: str) -> list[str]:
        found = session.pack.stage(stage)
        assert found is not None
        return [prompt.id for prompt in turns.asked(session, found, who)]

    assert (asked("write-a", SAM), asked("write-a", ASH)) == (["w1"], ["w2"])
    assert (asked("write-b", SAM), asked("write-b", ASH)) == (["w2"], ["w1"])
    assert asked("lens-a", SAM)[:2] == ["x1", "b1"] and asked("lens-a", ASH)[:2] == ["x2", "b1"]
    assert asked("agree", SAM) == asked("agree", ASH) == ["g1", "g2", "g3"]


def test_whoever_is_at_a_prompt_of_their_own_stays_there_when_the_other_goes_on_to_one_of_theirs() -> None:
    session, lens = paired(), PACK.stage("lens-a")
    assert lens is not None

    def shown(prompt: str, who: str, now_at: str) -> str:
        found = turns.prompt_at(session, lens, prompt, who, now_at)
        return found.id if found else ""

    assert shown("x1", SAM, "x2") == "x2" and shown("b1", SAM, "x2") == "b1"
    assert shown("x1", SAM, "w2") == "x2" and shown("x1", ASH, "") == "x1"


def test_each_turn_is_timed_by_the_stages_that_are_in_it() -> None:
    session = done(paired(), at("write-a"), minute=5)
    session = done(session, at("present-a"), minute=8)
    session = done(session, at("agree"), minute=10)
    session = done(session, at("lens-a"), minute=12)
    session = done(session, at("write-b"), minute=30)
    assert (used(session, "a", 40), used(session, "b", 40)) == (23, 10)
    assert turns.is_used_up(session, "a", NOW) and not turns.is_used_up(session, "b", NOW + timedelta(minutes=51))
    assert turns.is_used_up(session, "b", NOW + timedelta(minutes=52))
    session = done(session, at("close"), minute=50)
    assert used(session, "b", 99) == 20 and turns.running(session) is None


def test_each_turn_has_a_matter_of_its_own() -> None:
    session = done(paired(), at("present-a"))
    assert session.matter == 1
    session = done(session, c.WriteNote(text="it began on Friday"), at("write-b"))
    assert session.matter == 2 and session.matter_of(2).alias == ""
    session = done(session, c.EditMatter(alias="T"), at("present-a"))
    assert session.matter == 1
    assert done(session, at("respond-b")).matter == 2 and len(session.matters) == 2


def test_a_matter_that_was_added_for_the_second_turn_is_the_one_it_is_about() -> None:
    session = done(paired(), at("respond-a"), c.AddMatter(text="A gift", alias="T"), at("present-b"))
    assert (session.matter, len(session.matters)) == (2, 2)
    # One that was talked about in the first turn belongs to that.
    session = done(paired(), at("present-a"), c.AddMatter(text="A gift"), c.WriteNote(text="a watch"), at("write-b"))
    assert (session.matter, len(session.matters)) == (3, 3)
    assert done(session, at("lens-a")).matter in (1, 2)


def test_a_concern_stops_the_clock_until_somebody_says_that_it_goes_on() -> None:
    session = done(paired(), at("present-a"))
    session = done(session, c.RaiseConcern(text="the children"), by="Sam", minute=3)
    assert turns.stopped(session) == "concern" and used(session, "a", 60) == 3
    session = done(session, at("clarify-a"), minute=10)
    assert used(session, "a", 60) == 3
    session = done(session, c.GoOn(), by="Sam", minute=12)
    assert turns.stopped(session) == "" and used(session, "a", 13) == 4
    session = done(session, c.StopClock(), minute=13)
    assert turns.stopped(session) == "pause" and used(session, "a", 60) == 4
    # It does not run on into the other's turn either, unseen.
    assert turns.running(done(session, at("write-b"), minute=20)) is None
    with pytest.raises(Refused):
        done(session, c.StopClock())


def test_the_end_and_the_last_signature_stop_the_clock() -> None:
    session = done(paired(), at("present-a"))
    ended = done(session, c.End(), minute=4)
    assert used(ended, "a", 60) == 4
    again = done(done(ended, c.Reopen(), minute=9), at("clarify-a"), minute=10)
    assert used(again, "a", 11) == 5
    signed = done(done(session, c.Sign(), minute=6), c.Sign(), by="Sam", minute=7)
    assert signed.state == "signed" and used(signed, "a", 60) == 7 and digest.faults(signed) == ()
    assert done(signed, at("write-b")).spans == signed.spans
    assert done(replace(paired(), held=NOW), at("present-a")).spans == ()


def test_whether_something_must_be_raised_is_answered_by_each_and_signed_with_the_rest() -> None:
    session = done(paired(), at("close", "z2"))
    session = done(session, c.SayHeard(must_raise=False))
    session = done(session, c.SayHeard(must_raise=True), by="Sam")
    assert [(answer.by, answer.must_raise) for answer in session.heard] == [(ASH, False), (SAM, True)]
    signed = done(session, c.Sign())
    assert done(signed, c.SayHeard(must_raise=True)).signatures == ()
    assert done(signed, c.SayHeard(must_raise=False)).signatures == signed.signatures
    with pytest.raises(Refused):
        done(factory.session(), c.SayHeard(must_raise=True))
    text = export.export(session, "txt", TODAY).decode()
    told = text[text.index("Did either of us") :].split("\n\n")[1]
    assert told.split() == ["Ash", "Patel:", "no", "Sam", "Okafor:", "yes"]


def test_what_peers_propose_is_taken_to_somebody_and_the_answer_closes_the_action() -> None:
    session = factory.decided(done(paired(), at("respond-a")))
    decision = session.decisions[0].id
    with pytest.raises(SupervisionError, match="Sam Okafor"):
        done(session, c.TakeTo(id=decision, to="Sam Okafor"))
    with pytest.raises(SupervisionError):
        done(session, c.TakeTo(id=decision, to=" "))
    session = done(session, c.TakeTo(id=decision, to="my line manager", due=TODAY))
    session = done(session, c.TakeTo(id=decision, to="the team's supervisor"), by="Sam")
    mine, theirs = session.actions
    assert (mine.text, mine.owner, mine.waiting_on) == (
        "Take to my line manager: Evening messages",
        ASH,
        "my line manager",
    )
    assert theirs.owner == SAM and session.decisions[0].support.by == "my line manager"
    session = done(session, c.SetSupport(id=decision, status="given", by="my line manager"))
    assert [action.status for action in session.actions] == ["done", "open"]
    supervised = factory.decided(factory.session())
    with pytest.raises(Refused):
        done(supervised, c.TakeTo(id=supervised.decisions[0].id, to="the manager"))


def test_older_signatures_are_not_touched_by_what_packs_have_learnt_to_say() -> None:
    texts = digest.session_texts(factory.session("peer"))
    assert texts["pack"] == "3503be20b9b4a49762a31b468b6fdb4998b02f865ea2e8389bb7c0efeb64bf2b"
    assert not any(path.startswith("turns/") for path in texts)
    silent = replace(factory.pack("peer"), stages=tuple(replace(s, silent=True) for s in factory.pack("peer").stages))
    assert digest.session_texts(replace(factory.session("peer"), pack=silent))["pack"] != texts["pack"]


PLACES = [stage.id for stage in PACK.stages]
DEEDS = st.one_of(
    st.sampled_from(PLACES).map(at),
    st.sampled_from([c.StopClock(), c.GoOn(), c.End(), c.Reopen(), c.RaiseConcern(text="x"), c.Sign()]),
    st.sampled_from(["Ash", "Sam"]).map(lambda who: c.PresentFirst(who=who)),
    st.booleans().map(lambda must: c.SayHeard(must_raise=must)),
    st.just(c.AddMatter(text="another")),
    st.just(c.WriteNote(text="a word")),
)


@settings(deadline=None)
@given(st.lists(st.tuples(DEEDS, st.sampled_from(["Ash", "Sam"]), st.integers(0, 900)), max_size=25))
def test_whatever_people_do_time_is_counted_once_and_the_record_comes_back_the_same(
    deeds: list[tuple[c.Change, str, int]],
) -> None:
    session, now = paired(), NOW
    for change, by, seconds in deeds:
        now += timedelta(seconds=seconds)
        try:
            session = apply(session, change, Act(by, now))
        except SupervisionError:
            continue
        running = [span for span in session.spans if span.stop is None]
        stage = session.pack.stage(session.stage)
        assert stage is not None
        assert len(running) <= 1
        assert all(span.turn == stage.turn and session.state == "open" for span in running)
        assert not (running and turns.stopped(session))
        own = session.matter_of(session.matter)
        if stage.turn and session.state != "signed":
            assert own.turn in (stage.turn, "")
        over = [(span.start, span.stop or now) for span in session.spans]
        assert over == sorted(over) and all(a[1] <= b[0] for a, b in pairwise(over))
        total = sum((turns.used(session, turn, now) for turn in turns.TURNS), timedelta())
        assert total <= now - NOW
    assert Document.from_session(session).snapshot() == session
    assert export.parse_record(views.show(session, TODAY), source="it")[0] == session
