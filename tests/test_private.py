"""Private notes and preparing: whose they are, where they are, and that they come out only by their owner's hand."""

import json
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supervision.errors import BadInput, Busy, Damaged, NotFound, Refused, SaveFailed, TooNew
from supervision.model import changes as c
from supervision.model import private as rules
from supervision.model import views
from supervision.model.private import Private
from supervision.model.values import Session
from supervision.private import PrivateNotes
from supervision.store import Store, doctor
from supervision.store.private import next_name
from tests import factory
from tests.factory import ASH, NOW, SAM, act, session
from tests.store_values import TEXTS

ME = "Sam Okafor"
PAIR = (ASH, SAM)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store", views.summary, patience=0.05)


@pytest.fixture
def mine(store: Store) -> PrivateNotes:
    return PrivateNotes(store, lambda: ME, lambda: NOW)


def doing(record: Session) -> tuple[Callable[[c.Change], Session], list[Session]]:
    """What does a change to this session, and the session after each."""
    states = [record]

    def change(one: c.Change) -> Session:
        from supervision.model.apply import apply

        states.append(apply(states[-1], one, act("Sam")))
        return states[-1]

    return change, states


# -- whose they are ---------------------------------------------------------------------------------------------------


def test_they_are_offered_to_whom_the_login_remembers_and_to_nobody_named_for_once(mine: PrivateNotes) -> None:
    assert mine.why_not("sam okafor") == ""
    for somebody in ("Ash Patel", "Sam", ""):
        assert "This login is Sam Okafor's" in mine.why_not(somebody)
        with pytest.raises(Refused):
            mine.check(somebody)
    nobody = replace(mine, remembered=lambda: "")
    assert "remembers nobody yet" in nobody.why_not(ME) and "remembers nobody yet" in nobody.why_not("")


def test_in_a_session_they_are_shut_while_the_other_writes(mine: PrivateNotes) -> None:
    assert mine.why_not_in(session(), SAM, ME) == ""
    assert "Ash Patel is writing now" in mine.why_not_in(session(), ASH, ME)
    assert "This login is" in mine.why_not_in(session(), SAM, "Ash Patel")
    other = replace(session(), people=(session().people[0], replace(session().people[1], name="Bea Novak")))
    assert "takes no part" in mine.why_not_in(other, SAM, ME)
    twins = replace(session(), people=tuple(replace(person, name=ME) for person in session().people))
    assert "takes no part" in mine.why_not_in(twins, SAM, ME)
    corrected = factory.done(session(), c.CorrectName(person="Sam", name="Sam Okafor-Bell"))
    assert mine.why_not_in(corrected, SAM, ME) == ""


def test_a_login_has_one_owner_and_no_name_opens_anothers(mine: PrivateNotes, store: Store) -> None:
    mine.write(mine.of(session()), "boundaries", "what I would rather not say", prompt="b1")
    ash = replace(mine, remembered=lambda: "Ash Patel")
    assert "belong to Sam Okafor" in ash.why_not("Ash Patel")
    for read in (lambda: ash.of(session()), ash.all, lambda: ash.begin(session())):
        with pytest.raises(Refused, match="not shown to anybody else"):
            read()
    mine.write(mine.next_with(PAIR), "arrive", "tired")
    with pytest.raises(Refused):
        ash.next_with(PAIR)


def test_what_another_login_made_is_not_opened(
    mine: PrivateNotes, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine.write(mine.of(session()), "arrive", "tired")
    monkeypatch.setattr(os, "geteuid", lambda: 4_242)
    with pytest.raises(Refused, match="another login"):
        store.private.load(session().id)
    assert store.private.owner() == ""


# -- writing ----------------------------------------------------------------------------------------------------------


def test_what_is_written_is_in_a_file_of_its_own_that_only_this_login_can_read(
    mine: PrivateNotes, store: Store
) -> None:
    kept = mine.write(mine.of(session()), "boundaries", "one\ntwo [b] 👩‍👩‍👧", prompt="b1", matter="1")
    kept = mine.write(kept, "boundaries", "about the stage")
    assert mine.of(session()) == kept
    assert kept.text("boundaries", "b1", "1") == "one\ntwo [b] 👩‍👩‍👧"
    file = store.private.file(session().id)
    assert (stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(file.parent.stat().st_mode)) == (0o600, 0o700)
    assert json.loads(file.read_bytes())["format"] == 1
    assert doctor(store) == []


def test_no_words_leave_nothing_behind(mine: PrivateNotes, store: Store) -> None:
    kept = mine.write(mine.of(session()), "boundaries", "one")
    kept = mine.write(kept, "boundaries", "  ", before="one")
    assert store.private.names() == []
    assert mine.write(kept, "arrive", "again").text("arrive") == "again"


def test_two_windows_never_write_over_each_other(mine: PrivateNotes) -> None:
    kept = mine.write(mine.of(session()), "boundaries", "one")
    mine.write(kept, "arrive", "from the other window")
    both = mine.write(kept, "boundaries", "one, two", before="one")
    assert (both.text("arrive"), both.text("boundaries")) == ("from the other window", "one, two")
    with pytest.raises(Busy, match="another window"):
        mine.write(kept, "boundaries", "mine", before="one")
    assert mine.of(session()).text("boundaries") == "one, two"


def test_too_long_a_line_is_refused_and_what_was_there_stands(mine: PrivateNotes) -> None:
    kept = mine.write(mine.of(session()), "boundaries", "one")
    with pytest.raises(BadInput, match="2,000"):
        mine.write(kept, "boundaries", "x" * 2_001, before="one")
    assert mine.of(session()).text("boundaries") == "one"


def test_what_cannot_be_read_is_named_and_stays(mine: PrivateNotes, store: Store) -> None:
    mine.write(mine.of(session()), "boundaries", "a secret")
    file = store.private.file(session().id)
    whole = json.loads(file.read_bytes())
    wrong = [{**whole, "session": "2026-01-01-0000-else"}, {**whole, "notes": "x"}, {**whole, "owner": 1}]
    for content in (b"", b"{", b"\xff", *(json.dumps(one).encode() for one in wrong)):
        file.write_bytes(content)
        for read in (mine.of, mine.begin):
            with pytest.raises(Damaged):
                read(session())
        with pytest.raises(Damaged):
            store.private.save(rules.written(rules.nothing(ME, PAIR, NOW, session().id), "arrive", "x"))
        assert file.read_bytes() == content
        (found,) = doctor(store, repair=True)
        assert (found.severity, found.file) == ("damage", file) and "secret" not in found.sentence
    file.write_bytes(json.dumps({**whole, "format": 9}).encode())
    with pytest.raises(TooNew):
        mine.of(session())
    assert [finding.severity for finding in doctor(store)] == ["warning"]


def test_a_failed_save_leaves_what_was_kept(mine: PrivateNotes, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = mine.write(mine.of(session()), "boundaries", "one")

    def full_disk(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(SaveFailed, match="disk is full"):
        mine.write(kept, "boundaries", "two", before="one")
    monkeypatch.undo()
    assert mine.of(session()).text("boundaries") == "one"
    assert [path.name for path in store.private.files.iterdir()] == [f"{session().id}.json"]


@given(TEXTS, TEXTS, st.sampled_from(["", "1", "2"]))
@settings(max_examples=40, deadline=None)
def test_whatever_is_written_comes_back_exactly(words: str, more: str, matter: str) -> None:
    kept = rules.written(rules.nothing(ME, PAIR, NOW), "arrive", words, prompt="a1", matter=matter)
    assert kept.text("arrive", "a1", matter) == (words if words.strip() else "")
    again = rules.written(kept, "arrive", more, prompt="a1", matter=matter)
    assert again.text("arrive", "a1", matter) == (more if more.strip() else "")
    assert len(again.notes) <= 1


# -- preparing --------------------------------------------------------------------------------------------------------


def prepared(mine: PrivateNotes) -> tuple[Private, str]:
    """One matter with an answer on it, and an answer on none."""
    kept, matter = mine.prepare(mine.next_with(PAIR), alias="R", words="A lift home", question="Was it right?")
    kept = mine.write(kept, "boundaries", "said nobody ever waits\nI felt needed", prompt="b1", matter=matter.id)
    return mine.write(kept, "arrive", "tired", prompt="a1"), matter.id


def test_what_is_prepared_waits_under_the_pair_until_its_owner_takes_it(mine: PrivateNotes, store: Store) -> None:
    _, matter = prepared(mine)
    assert store.private.names() == [next_name(PAIR)] == [next_name(PAIR[::-1])]
    record = replace(session(), matters=(replace(session().matters[0], alias="", text=""),))
    waiting = mine.waiting(record)
    assert waiting is not None and [one.alias for one in waiting.to_take] == ["R"]
    assert store.private.names() == [next_name(PAIR)]  # looking takes nothing

    change, states = doing(record)
    after = mine.take(record, matter, change)
    (taken,) = states[-1].matters
    assert (taken.alias, taken.text, taken.question) == ("R", "A lift home", "Was it right?")
    assert after.to_take == () and store.private.names() == [record.id]
    assert after.text("boundaries", "b1", "1") == "said nobody ever waits\nI felt needed"
    assert after.text("arrive", "a1", "1") == "tired"
    assert states[-1].notes == ()  # answers stay private
    with pytest.raises(Refused, match="already"):
        mine.take(states[-1], matter, change)
    assert mine.waiting(states[-1]) is None


def test_a_second_matter_becomes_another_one_with_its_question(mine: PrivateNotes) -> None:
    _, matter = prepared(mine)
    change, states = doing(session())  # its first matter holds something already
    mine.take(session(), matter, change)
    assert [(one.n, one.alias, one.question) for one in states[-1].matters] == [(1, "J", ""), (2, "R", "Was it right?")]
    assert mine.of(session()).text("boundaries", "b1", "2").startswith("said nobody")


def test_what_was_taken_in_stays_where_it_is_when_the_session_refuses_the_rest(mine: PrivateNotes) -> None:
    _, matter = prepared(mine)

    def refuse(_: c.Change) -> Session:
        raise Refused("signed")

    with pytest.raises(Refused):
        mine.take(session(), matter, refuse)
    assert [one.id for one in mine.of(session()).to_take] == [matter]


def test_a_session_that_is_over_takes_nothing(mine: PrivateNotes) -> None:
    prepared(mine)
    ended = factory.done(session(), c.End())
    assert mine.waiting(ended) is None
    assert mine.begin(ended).is_empty and not mine.next_with(PAIR).is_empty


def test_an_interruption_between_two_files_loses_nothing_and_doubles_nothing(
    mine: PrivateNotes, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared(mine)
    with monkeypatch.context() as killed:
        killed.setattr(type(store.private), "erase", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            mine.begin(session())
    assert len(store.private.names()) == 2
    again = mine.begin(session())
    assert (len(again.matters), len(again.notes)) == (1, 2)
    assert again.text("arrive", "a1", "1") == "tired"
    assert store.private.names() == [session().id]


def test_matters_are_changed_and_dropped_with_what_was_written_on_them(mine: PrivateNotes) -> None:
    kept, matter = prepared(mine)
    kept, _ = mine.prepare(kept, id=matter[:4], alias="Q", words="A gift", question="")
    assert (kept.matters[0].alias, kept.matters[0].text, kept.matters[0].id) == ("Q", "A gift", matter)
    with pytest.raises(NotFound):
        mine.drop(kept, "nosuch")
    kept = mine.drop(kept, matter)
    assert kept.matters == () and [note.stage for note in kept.notes] == ["arrive"]
    with pytest.raises(BadInput, match="nothing to prepare"):
        mine.prepare(kept)


# -- sharing ----------------------------------------------------------------------------------------------------------


def test_chosen_lines_are_shared_as_the_owners_words_and_the_rest_is_kept(mine: PrivateNotes) -> None:
    kept = mine.write(mine.of(session()), "boundaries", "I felt needed\nI was angry\n", matter="1")
    put: list[str] = []
    note = kept.notes[0]
    kept = mine.share(kept, note, ["I felt needed"], put.append)
    assert put == ["I felt needed"]
    assert kept.notes[0].shared == ("I felt needed",) and "angry" in kept.notes[0].text
    kept = mine.write(kept, "boundaries", "I was angry", before=note.text, matter="1")
    assert kept.notes[0].shared == ()
    for lines in ([], ["something else"]):
        with pytest.raises(Refused):
            mine.share(kept, kept.notes[0], lines, put.append)
    assert put == ["I felt needed"]


def test_what_the_session_refuses_is_not_marked_as_shared(mine: PrivateNotes) -> None:
    kept = mine.write(mine.of(session()), "boundaries", "one\ntwo\nthree")
    put: list[str] = []

    def one_only(line: str) -> None:
        if put:
            raise Refused("signed")
        put.append(line)

    with pytest.raises(Refused):
        mine.share(kept, kept.notes[0], ["one", "two"], one_only)
    assert mine.of(session()).notes[0].shared == ("one",)


def test_all_of_ones_own_is_listed_what_is_prepared_first_and_can_be_thrown_away(
    mine: PrivateNotes, store: Store
) -> None:
    mine.write(mine.of(session()), "arrive", "x")
    prepared(mine)
    later = replace(session(session_id="2026-12-01-1000-next"), started=NOW + timedelta(days=8))
    mine.write(mine.of(later), "arrive", "y")
    assert [private.session for private in mine.all()] == ["", session().id, later.id]
    for private in mine.all():
        mine.erase(private)
    assert store.private.names() == []
