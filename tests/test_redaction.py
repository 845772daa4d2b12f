"""Words that must not be there are really gone, and what is left still verifies."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supervision.errors import BadInput, NotFound, Refused
from supervision.export import export
from supervision.export.reading import parse_record
from supervision.model import changes as c
from supervision.model import digest, notes, redaction, rules, views
from supervision.model.values import Note, Run, Session
from supervision.room import Seat
from supervision.shelf import Shelf
from supervision.store import Store, doctor
from tests import factory
from tests.conftest import Program
from tests.factory import ASH, NOW, SAM
from tests.live import HERE, ID, opened, store, together, until

__all__ = ["store"]
SECRET = "Jonathan Blake"
WHY = "a real name was written down"


def full_of_it(session: Session) -> Session:
    """The words in every kind of place."""
    session = factory.done(
        session,
        c.WriteNote(text=f"Then {SECRET} rang."),
        c.EditMatter(alias="J", text=f"About {SECRET}", question="What do I owe?"),
        c.AddAction(text=f"Ring {SECRET}", waiting_on=f"{SECRET}'s mother"),
        c.SetPlace(place=f"at {SECRET}'s"),
        c.SetNext(focus=f"{SECRET} again"),
    )
    session = factory.done(session, c.NoteAction(id=session.actions[0].id, text=f"{SECRET.upper()} was out"))
    session = factory.decided(session, "hold", rationale=f"{SECRET} asked for it", title=f"Calls to {SECRET}")
    return factory.done(session, c.AddDissent(text=f"I would not ring {SECRET}"))


def signed(session: Session) -> Session:
    decision = session.decisions[0].id
    for by in ("Ash", "Sam"):
        session = factory.done(session, c.Agree(id=decision), by=by)
    for by in ("Ash", "Sam"):
        session = factory.done(session, c.Sign(), by=by)
    return session


def bytes_of(folder: Path) -> bytes:
    """Every byte of every file in the store, to look for words in; capitals do not count."""
    return b"\n".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()).lower()


def test_a_signed_record_verifies_without_the_words_and_says_who_took_them_out_and_why() -> None:
    before = signed(full_of_it(factory.session()))
    after = factory.done(before, c.Redact(text=SECRET, why=WHY))
    assert SECRET.casefold() not in repr(after).casefold()
    assert digest.faults(after) == ()
    assert after.state == "signed" and after.signatures == before.signatures
    decision = after.decisions[0]
    assert digest.decision_digest(decision) == digest.decision_digest(before.decisions[0]) == decision.marks[0].digest
    assert rules.status(after, decision) == "agreed"
    (entry,) = after.redactions
    assert (entry.by, entry.why) == (ASH, WHY) and entry.places >= 9
    shown = export(after, "txt", NOW.date())
    assert WHY in str(shown) and "[redacted]" in str(shown) and "Not verified" not in str(shown)


def test_what_is_not_signed_yet_keeps_its_agreements_and_its_first_signature() -> None:
    session = full_of_it(factory.session())
    session = factory.done(session, c.Agree(id=session.decisions[0].id), c.Sign())
    after = factory.done(session, c.Redact(text=SECRET, why=WHY))
    assert [mark.by for mark in after.signatures] == [ASH]
    assert [mark.by for mark in after.decisions[0].marks] == [ASH]
    both = factory.done(after, c.Sign(), by="Sam")
    assert both.state == "signed" and digest.faults(both) == ()


def test_an_edit_of_what_was_taken_out_withdraws_the_agreement_as_any_edit_does() -> None:
    session = full_of_it(factory.session())
    decision = session.decisions[0].id
    session = factory.done(session, c.Agree(id=decision))
    session = factory.done(session, c.Redact(text=SECRET, why=WHY))
    session = factory.done(session, c.EditDecision(id=decision, fields={"rationale": "They asked for it"}))
    assert session.decisions[0].marks == ()


def test_it_is_for_the_record_keeper_and_not_while_something_is_open() -> None:
    session = full_of_it(factory.session())
    with pytest.raises(Refused, match="Ash Patel, who keeps this record"):
        factory.done(session, c.Redact(text=SECRET, why=WHY), by="Sam")
    held = factory.done(session, c.SetHold(why="a court has asked"))
    with pytest.raises(Refused, match="under a hold"):
        factory.done(held, c.Redact(text=SECRET, why=WHY))
    assert factory.done(held, c.SetHold(why=""), c.Redact(text=SECRET, why=WHY)).redactions
    worried = factory.done(session, c.RaiseConcern(text="is J safe?", to="Team manager", by_when=NOW.date()))
    with pytest.raises(Refused, match="concern"):
        factory.done(worried, c.Redact(text=SECRET, why=WHY))


@pytest.mark.parametrize(
    ("words", "why", "error"),
    [
        ("", WHY, BadInput),
        ("J", WHY, BadInput),
        (SECRET, "", BadInput),
        (SECRET, f"it says {SECRET.lower()}", BadInput),
        ("Nobody At All", WHY, NotFound),
    ],
)
def test_what_makes_no_sense_is_refused(words: str, why: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        factory.done(full_of_it(factory.session()), c.Redact(text=words, why=why))


def test_words_that_two_wrote_together_and_over_a_line_end_go_too() -> None:
    runs = (Run(ASH, "We met Jona"), Run(SAM, "than\nBlake there"))
    session = replace(factory.session(), notes=(Note(stage="arrive", matter=1, runs=runs),))
    after = factory.done(session, c.Redact(text=SECRET, why=WHY))
    text = after.notes[0].text
    assert "Jona" not in text and "Blake" not in text
    assert text.startswith("We met ") and text.endswith(" there") and "\n" in text
    assert {run.by for run in after.notes[0].runs} == {ASH, SAM}


def test_it_comes_back_from_json_as_it_went() -> None:
    after = factory.done(signed(full_of_it(factory.session())), c.Redact(text=SECRET, why=WHY))
    read, _ = parse_record(views.show(after, NOW.date()), source="x")
    assert notes.normal(read) == notes.normal(after)


letters = st.text(alphabet="ab \n", max_size=30)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([ASH, SAM]), letters), max_size=6),
    st.text(alphabet="ab", min_size=2, max_size=4),
)
def test_whatever_the_notes_are_the_words_are_gone_and_the_signature_holds(
    written: list[tuple[str, str]], words: str
) -> None:
    runs = tuple(Run(by, text) for by, text in written if text)
    session = notes.normal(replace(factory.session(), notes=(Note(stage="arrive", matter=1, runs=runs),)))
    session = factory.done(factory.done(session, c.Sign()), c.Sign(), by="Sam")
    if not any(redaction.holds(words, note.text) for note in session.notes):
        return
    after = factory.done(session, c.Redact(text=words, why="xyz"))
    left = "".join(note.text for note in after.notes).replace("[redacted]", "|")
    assert not redaction.holds(words, left)
    assert digest.faults(after) == ()


def test_no_byte_of_the_store_holds_the_words_afterwards(store: Store) -> None:
    shelf = Shelf(store, lambda: NOW)
    kept = store.load(ID)
    store.save(signed(full_of_it(kept)), expected_revision=kept.revision)
    shelf.carry(ID, c.AddAction(text=f"Tell {SECRET}"), "Ash")
    shelf.search("blake")
    assert SECRET.encode().lower() in bytes_of(store.folder)
    shelf.carry(ID, c.Redact(text=SECRET, why=WHY), "Ash")
    assert SECRET.encode().lower() not in bytes_of(store.folder)
    assert shelf.search("blake") == []
    assert [finding.sentence for finding in doctor(store)] == []
    with pytest.raises(Refused, match="nothing to take back"):
        shelf.undo("Ash")


async def test_neither_does_it_while_the_session_is_open_and_nobody_can_bring_them_back(store: Store) -> None:
    async with opened(store) as ash, opened(store, seat=Seat("Sam", "own key SHA256:x", bound=True)) as sam:
        ash.write(*HERE, 0, 0, f"{SECRET} rang. ")
        sam.write(*HERE, 0, 0, "x")
        ash.change(c.AddAction(text=f"Ring {SECRET}"))
        await together(ash, sam)
        ash.write(*HERE, 0, 6, "")
        await together(ash, sam)
        assert ash.undo_notes(*HERE)
        await together(ash, sam)
        shelf = Shelf(store, lambda: NOW)
        await asyncio.to_thread(shelf.carry, ID, c.Redact(text=SECRET, why=WHY), "Ash")
        await until(lambda: SECRET not in sam.text(*HERE) and sam.session.redactions)
        await together(ash, sam)
        assert SECRET.encode().lower() not in bytes_of(store.folder)
        for room in (ash, sam):
            assert SECRET.encode() not in room.document.state()
            assert not room.undo_notes(*HERE)
            assert not room.undo()
            assert not room.redo_notes(*HERE)
        sam.write(*HERE, 0, 0, "and on ")
        await together(ash, sam)
        assert "and on " in ash.text(*HERE)
    assert SECRET.encode().lower() not in bytes_of(store.folder)


def test_on_the_command_line_it_asks_and_scripts_say_yes(program: Program) -> None:
    session = program.start()
    program("actions", "add", f"Ring {SECRET}", "--session", session)
    refused = program("redact", session, SECRET, "--why", WHY)
    assert refused.exit_code == 1 and "--yes" in refused.stderr
    done = program("redact", session, SECRET, "--why", WHY, "--yes")
    assert done.exit_code == 0, done.stderr
    record = program.json("show", session)
    assert record["actions"][0]["text"] == "Ring [redacted]"
    assert [(entry["by"], entry["why"], entry["places"]) for entry in record["redactions"]] == [(program.me, WHY, 1)]
    again = program("redact", session, SECRET, "--why", WHY, "--yes")
    assert again.exit_code == 1 and "nowhere" in again.stderr
