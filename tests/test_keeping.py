"""Keeping records lawfully: erasing, holds, how long records are kept, and who is told."""

import asyncio
from datetime import date
from pathlib import Path

import pytest

from supervision import config
from supervision.errors import BadInput, NotFound, Refused
from supervision.model import changes as c
from supervision.room import Seat
from supervision.shelf import Keeping, Shelf
from supervision.store import Store, doctor
from tests.conftest import Program
from tests.factory import NOW
from tests.live import HERE, ID, opened, store, together, until
from tests.test_redaction import SECRET, bytes_of, full_of_it, signed

__all__ = ["store"]
WHY = "the time it was to be kept is over"


@pytest.fixture
def keeping(store: Store) -> Keeping:
    kept = store.load(ID)
    store.save(signed(full_of_it(kept)), expected_revision=kept.revision)
    return Keeping(Shelf(store, lambda: NOW))


def test_no_byte_of_an_erased_record_is_left_but_that_it_was_there(keeping: Keeping) -> None:
    store = keeping.shelf.store
    keeping.shelf.carry(ID, c.AddAction(text=f"Tell {SECRET}"), "Ash")
    store.drafts("p-sam22222").keep(f"action {ID}", {"text": SECRET})
    lines = len(store.chain(ID).entries())
    keeping.erase(ID, WHY, "Ash")
    assert SECRET.encode().lower() not in bytes_of(store.folder)
    stone = store.erased.get(ID)
    assert stone is not None
    assert (stone.by, stone.why, stone.lines, set(stone.people)) == (
        "p-ash22222",
        WHY,
        lines,
        {"p-ash22222", "p-sam22222"},
    )
    assert keeping.shelf.sessions() == [] and doctor(store) == []
    with pytest.raises(NotFound):
        store.load(ID)


def test_an_erased_record_does_not_come_back(keeping: Keeping) -> None:
    store = keeping.shelf.store
    session = store.load(ID)
    keeping.erase(ID, WHY, "Ash")
    with pytest.raises(Refused, match="was erased here"):
        store.create(session)


@pytest.mark.parametrize("change", [c.SetHold(why="an inquiry"), c.RaiseConcern(text="She is afraid", to="Duty desk")])
def test_what_has_to_be_kept_is_not_erased(keeping: Keeping, change: c.Change) -> None:
    keeping.shelf.carry(ID, change, "Ash")
    with pytest.raises(Refused, match=r"hold|concern"):
        keeping.erase(ID, WHY, "Ash")
    assert keeping.shelf.load(ID).decisions


def test_only_its_keeper_erases_a_record_and_gives_a_reason(keeping: Keeping) -> None:
    with pytest.raises(Refused, match="Only Ash Patel, who keeps this record"):
        keeping.erase(ID, WHY, "Sam")
    with pytest.raises(BadInput, match="why"):
        keeping.erase(ID, " ", "Ash")


def test_an_erasure_that_was_interrupted_is_named_and_can_be_finished(
    keeping: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = keeping.shelf.store
    with monkeypatch.context() as context:
        context.setattr(Store, "remove_held", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            keeping.erase(ID, WHY, "Ash")
    assert "erase it once more" in doctor(store)[0].sentence
    keeping.erase(ID, WHY, "Ash")
    assert doctor(store) == []


async def test_an_open_record_ends_for_everybody_and_leaves_nothing(store: Store) -> None:
    async with opened(store) as ash, opened(store, seat=Seat("Sam", "own key SHA256:x", bound=True)) as sam:
        ash.write(*HERE, 0, 0, f"{SECRET} rang. ")
        sam.write(*HERE, 0, 0, "and ")
        ash.change(c.AddAction(text=f"Ring {SECRET}"))
        await together(ash, sam)
        await asyncio.to_thread(Keeping(Shelf(store, lambda: NOW)).erase, ID, WHY, "Ash")
        await until(lambda: ash.gone and sam.gone)
        assert sam.gone == f"Ash Patel erased this record. Reason: {WHY}"
        with pytest.raises(Refused, match="erased"):
            sam.change(c.AddAction(text="More"))
        with pytest.raises(Refused, match="erased"):
            ash.write(*HERE, 0, 0, "more")
        with pytest.raises(NotFound):
            async with opened(store, "Sam"):
                pass
    assert SECRET.encode().lower() not in bytes_of(store.folder)
    assert store.ids() == []


async def test_who_is_cut_off_while_it_is_erased_does_not_bring_it_back(store: Store) -> None:
    ash, sam = opened(store), opened(store, "Sam")
    async with ash, sam:
        sam.write(*HERE, 0, 0, SECRET)
        await together(ash, sam)
        assert sam._role.link is not None  # type: ignore[union-attr]
        sam._role.link.drop()  # type: ignore[union-attr]
        await asyncio.to_thread(Keeping(Shelf(store, lambda: NOW)).erase, ID, WHY, "Ash")
        await until(lambda: sam.gone)
    assert SECRET.encode().lower() not in bytes_of(store.folder)


def test_the_other_is_told_until_they_have_read_it(keeping: Keeping) -> None:
    keeping.shelf.carry(ID, c.Redact(text=SECRET, why="a real name"), "Ash")
    keeping.erase(ID, WHY, "Ash")
    assert keeping.notices("Ash") == []
    taken, erased = keeping.notices("sam")
    assert taken.sentence == f"Ash Patel took words out of the record {ID}. Reason: a real name"
    assert erased.sentence == f"Ash Patel erased the record {ID}. Reason: {WHY}"
    keeping.read(taken.id, "Sam")
    assert keeping.notices("Sam") == [erased]


async def test_the_other_is_told_of_words_taken_out_of_an_open_record_too(store: Store) -> None:
    async with opened(store) as ash:
        ash.write(*HERE, 0, 0, SECRET)
        ash.change(c.Redact(text=SECRET, why="a real name"))
    assert [one.done for one in Keeping(Shelf(store, lambda: NOW)).notices("Sam")] == ["redacted"]


def test_all_that_is_kept_of_somebody_goes_or_nothing(program: Program, tmp_path: Path) -> None:
    first, second = program.start("--alias", "J"), program.start("--alias", "K")
    program.start(other="Bea Novak")
    assert program("agreements", "edit", "Sam Okafor", "--set", "organisation=x").exit_code == 0
    me, program.me = program.me, "Sam Okafor"
    config.remember("me", program.me)
    program.plain(first, "/private I was angry\n")
    program.me = me
    program("retention", "hold", second, "--why", "an inquiry")
    refused = program("erase", "Sam Okafor", "--person", "--why", WHY, "--yes")
    assert refused.exit_code == 1 and "Nothing was erased" in refused.stderr and second in refused.stderr
    assert len(program.json("sessions")) == 3
    program("retention", "release", second)
    done = program("erase", "Sam Okafor", "--person", "--why", WHY, "--yes")
    assert done.exit_code == 0 and first in done.stderr and second in done.stderr, done.output
    assert [session["people"][1]["name"] for session in program.json("sessions")] == ["Bea Novak"]
    assert not list((tmp_path / "store" / "private").glob("*.json"))
    left = bytes_of(tmp_path / "store").replace(b'"to": "sam okafor"', b"")
    assert b"okafor" not in left


def test_retention_lists_what_is_due_by_the_organisations_classes(program: Program, tmp_path: Path) -> None:
    session = program.start()
    assert program.json("retention") == []
    config = tmp_path / "config"
    config.mkdir(exist_ok=True)
    (config / "settings.yaml").write_text("retention:\n  supervision: 6 years\n  children: 75 years\n")
    (row,) = program.json("retention", "--all")
    assert (row["until"], row["due"], row["class"]) == ("2032-11-23", False, "supervision")
    assert program("retention", "set", session, "--class", "children").exit_code == 0
    assert program.json("retention", "--all")[0]["until"] == "2101-11-23"
    refused = program("retention", "set", session, "--until", "1 Dec 2026")
    assert refused.exit_code == 1 and "why" in refused.stderr
    assert program("retention", "set", session, "--until", "1 Dec 2026", "--why", "a complaint").exit_code == 0
    program.now = program.now.replace(month=12)
    (row,) = program.json("retention")
    assert (row["id"], row["due"], row["why"]) == (session, True, "a complaint")
    assert program.json("sessions"), "it lists, and erases nothing"
    assert date.fromisoformat(row["until"]) == date(2026, 12, 1)


def test_a_retention_that_is_no_time_is_named_with_its_line(program: Program, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.mkdir(exist_ok=True)
    (config / "settings.yaml").write_text("me: Ash\nretention:\n  peer: for ever\n")
    result = program("retention")
    assert "settings.yaml:3: retention.peer" in result.stderr


def test_erasing_asks_and_scripts_say_yes(program: Program) -> None:
    session = program.start()
    refused = program("erase", session, "--why", WHY)
    assert refused.exit_code == 1 and "--yes" in refused.stderr
    assert program("erase", session, "--why", WHY, "--yes").exit_code == 0
    assert program.json("sessions") == []
