"""Two keyboards, one session: words at once, deeds by the rules, and nothing lost when one of them goes."""

import asyncio
import threading
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import pytest

from supervision.document import Document
from supervision.errors import Busy, NotFound, Refused
from supervision.live import Kind
from supervision.model import changes as c
from supervision.model.values import Note, Run, Session
from supervision.room import Room, Seat
from supervision.room.hosting import Host
from supervision.room.joining import Guest
from supervision.room.presence import Presence
from supervision.room.saving import Kept, Saving
from supervision.room.stay import Stay
from supervision.shelf import Shelf
from supervision.store import Ended, Store
from tests import factory
from tests.factory import ASH, NOW, SAM
from tests.live import HERE, ID, PACE, calm, opened, store, together, until

__all__ = ["store"]
KEY = Seat("Sam", "own key SHA256:abc", bound=True)


def put(room: Room, words: str, at: int | None = None) -> None:
    end = len(room.text(*HERE)) if at is None else at
    room.write(*HERE, end, end, words)


async def test_words_of_both_are_on_both_screens_and_in_the_file(store: Store) -> None:
    async with calm(store) as ash, calm(store, "Sam") as sam:
        assert ash.is_host and not sam.is_host
        put(ash, "I answer at once. ")
        await together(ash, sam)
        put(sam, "Why?")
        await together(ash, sam)
        assert sam.runs(*HERE) == (Run(ASH, "I answer at once. "), Run(SAM, "Why?")) == ash.runs(*HERE)
        assert store.load(ID).notes[0].runs == sam.runs(*HERE)
        assert [presence.person for presence in ash.present] == [SAM]
        assert [presence.person for presence in sam.present] == [ASH]
    assert store.live_state(ID) is None


async def test_what_one_does_is_done_by_the_rules_where_the_session_is_held(store: Store) -> None:
    async with calm(store) as ash, calm(store, "Sam") as sam:
        after = sam.change(c.AddAction(text="Tell J", owner="Sam"))
        (foreseen,) = after.actions
        await until(lambda: ash.session.actions and not sam.saved.waiting)
        assert ash.session.actions[0].id == foreseen.id == sam.session.actions[0].id
        assert ash.session.actions[0].created_by == SAM
        with pytest.raises(NotFound):
            sam.change(c.EditAction(id="nosuchthing", text="x"))
        assert sam.undo()
        await until(lambda: not ash.session.actions and not sam.session.actions)
        assert sam.redo()
        await until(lambda: ash.session.actions and sam.session.actions)


async def test_each_agrees_for_themselves_and_the_record_says_how(store: Store) -> None:
    async with calm(store) as ash, calm(store, seat=KEY) as sam:
        ash.change(c.Propose(fields={**factory.FIELDS, "stance": "hold"}, options=factory.OPTIONS))
        await until(lambda: sam.session.decisions)
        decision = sam.session.decisions[0].id
        with pytest.raises(Refused, match="keyboard"):
            sam.change(c.Agree(id=decision), by="Ash")
        with pytest.raises(Refused, match="keyboard of their own"):
            ash.change(c.Agree(id=decision), by="Sam")
        with pytest.raises(Refused, match="keyboard of their own"):
            ash.hand_over("Sam")
        sam.change(c.Agree(id=decision))
        ash.change(c.Agree(id=decision))
        await until(lambda: len(ash.session.decisions[0].marks) == 2)
        assert {(mark.by, mark.how) for mark in ash.session.decisions[0].marks} == {
            (SAM, "own key SHA256:abc"),
            (ASH, "in the room"),
        }


async def test_another_login_is_recorded_as_claimed(store: Store) -> None:
    async with calm(store) as ash, calm(store, "Sam") as sam:
        sam.change(c.Sign())
        await until(lambda: ash.session.signatures)
        assert [(mark.by, mark.how) for mark in ash.session.signatures] == [(SAM, "claimed")]


async def test_words_after_a_signature_withdraw_it_whoever_writes_them(store: Store) -> None:
    async with calm(store) as ash, calm(store, "Sam") as sam:
        put(ash, "read and right")
        ash.change(c.Sign())
        await until(lambda: sam.session.signatures)
        put(sam, "!")
        await until(lambda: not ash.session.signatures and not sam.session.signatures)


async def test_when_the_holder_leaves_the_other_goes_on(store: Store) -> None:
    async with AsyncExitStack() as stack:
        ash = await stack.enter_async_context(calm(store))
        sam = await stack.enter_async_context(calm(store, "Sam"))
        put(ash, "before ")
        put(sam, "both ")
        await together(ash, sam)
        await ash.close()
        put(sam, "after")
        await until(lambda: sam.is_host and not sam.saved.waiting)
        assert "".join(run.text for run in store.load(ID).notes[0].runs) == sam.text(*HERE)
        assert not [presence for presence in sam.present if presence.is_here]
        async with calm(store) as again:
            assert again.text(*HERE) == sam.text(*HERE) and not again.is_host
            put(again, "!")
            await together(again, sam)
    assert store.live_state(ID) is None


async def test_both_leave_in_the_same_second(store: Store) -> None:
    for _ in range(10):
        before = store.load(ID).notes[0].text if store.load(ID).notes else ""
        ash, sam = opened(store), opened(store, "Sam")
        await ash.__aenter__()
        await sam.__aenter__()
        put(ash, "A")
        put(sam, "S")
        await asyncio.gather(ash.close(), sam.close())
        text = store.load(ID).notes[0].text
        assert sorted(text) == sorted(before + "AS")
    assert store.live_state(ID) is None


async def test_what_was_deleted_before_somebody_came_reaches_nobody(store: Store) -> None:
    async with calm(store) as ash:
        put(ash, "secretword and more")
        ash.write(*HERE, 0, 11, "")
        async with calm(store, "Sam") as sam:
            assert sam.text(*HERE) == "and more"
            assert b"secretword" not in sam.document.state()
            put(sam, "!")
            await together(ash, sam)
            assert ash.undo_notes(*HERE)
            await together(ash, sam)
            assert sam.text(*HERE) == "secretword and more!"


async def test_a_third_comes_while_both_write_and_no_word_is_lost_or_doubled(store: Store) -> None:
    async with calm(store) as ash, calm(store, "Sam") as sam:
        put(ash, "first ")
        await together(ash, sam)
        ash.write(*HERE, 0, 2, "")
        put(sam, "while you come ")
        async with calm(store, "Sam") as third:
            put(sam, "and after ")
            put(ash, "x")
            put(third, "third ")
            await together(ash, sam, third)
            words = ash.text(*HERE)
            assert all(words.count(part) == 1 for part in ("rst ", "while you come ", "and after ", "x", "third "))
        assert not ash.document.is_as_seeded


async def test_only_one_holds_when_many_come_at_once(store: Store) -> None:
    rooms = [calm(store, "Ash" if n % 2 else "Sam") for n in range(12)]
    await asyncio.gather(*(room.__aenter__() for room in rooms))
    assert sum(room.is_host for room in rooms) == 1
    for n, room in enumerate(rooms):
        put(room, chr(ord("a") + n))
    await together(*rooms)
    assert sorted(rooms[0].text(*HERE)) == [chr(ord("a") + n) for n in range(12)]
    await asyncio.gather(*(room.close() for room in rooms))
    assert sorted(store.load(ID).notes[0].text) == [chr(ord("a") + n) for n in range(12)]


async def test_a_command_reaches_the_session_whoever_holds_it(store: Store) -> None:
    shelf = Shelf(store, lambda: NOW)
    async with AsyncExitStack() as stack:
        ash = await stack.enter_async_context(calm(store))
        sam = await stack.enter_async_context(calm(store, "Sam"))
        await asyncio.to_thread(shelf.carry, ID, c.AddAction(text="one"), "Ash")
        await until(lambda: len(sam.session.actions) == 1)
        await ash.close()
        await asyncio.to_thread(shelf.carry, ID, c.AddAction(text="two"), "Sam")
        await until(lambda: len(sam.session.actions) == 2)
    assert [action.text for action in store.load(ID).actions] == ["one", "two"]


async def test_somebody_who_is_not_in_the_session_cannot_come_in_with_a_key(store: Store) -> None:
    async with calm(store):
        with pytest.raises(Refused, match="Bea"):
            async with calm(store, seat=Seat("Bea", "own key SHA256:x", bound=True)):
                pass
    with pytest.raises(Refused, match="Bea"):
        async with calm(store, seat=Seat("Bea", "own key SHA256:x", bound=True)):
            pass


async def test_carets_are_seen_where_they_are(store: Store) -> None:
    async with calm(store) as ash, calm(store, "Sam") as sam:
        put(ash, "hello")
        await together(ash, sam)
        (there,) = sam.present
        assert (there.person, sam.caret_of(there)) == (ASH, 5)
        sam.show_place(*HERE, 2)
        await until(lambda: ash.present and ash.caret_of(ash.present[0]) == 2)
        put(ash, "x", 0)
        await together(ash, sam)
        assert ash.caret_of(ash.present[0]) == 3


async def test_words_that_come_once_more_keep_nothing_of_what_follows_from_whoever_sent_them(store: Store) -> None:
    """After a broken line what was sent last may come again: it is passed over, and the next change goes to all."""
    async with calm(store) as ash, calm(store, "Sam") as sam:
        before = sam.document.version()
        put(sam, "once")
        await together(ash, sam)
        again = sam.document.bare(sam.document.updates_since(before))
        guest, host = sam._role, ash._role
        assert isinstance(guest, Guest) and guest.link is not None and isinstance(host, Host)
        (visitor,) = host._visitors.values()
        got = visitor.got
        guest.link.send(Kind.UPDATE, again)
        await until(lambda: visitor.got == got + 1)
        ash.change(c.AddAction(text="Ring J"))
        await until(lambda: sam.session.actions)
        assert ash.text(*HERE) == sam.text(*HERE) == "once"


async def test_a_process_that_did_not_run_for_a_while_takes_nobody_for_lost(store: Store) -> None:
    pace = replace(PACE, greeting=20.0)
    async with opened(store, pace=pace) as ash, opened(store, "Sam", pace=pace) as sam:
        await until(lambda: ash.present and sam.present)
        assert isinstance(sam._role, Guest)
        link = sam._role.link
        lost: list[Presence] = []
        ash.watch(lambda _: lost.extend(one for one in ash.present if not one.is_here))
        for _ in range(2):
            time.sleep(PACE.takeover * 1.5)  # nothing of either runs
            await asyncio.sleep(PACE.ping * 3)
        put(sam, "still the same line")
        await together(ash, sam)
        assert sam._role.link is link
        assert not lost


@pytest.mark.parametrize("died", [False, True], ids=["left", "died"])
@pytest.mark.parametrize("third", [False, True], ids=["alone", "after somebody else came"])
async def test_what_was_written_while_somebody_was_off_the_line_stays_when_they_hold_the_session(
    store: Store, third: bool, died: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if died:  # then what was shared last stays beside the record
        monkeypatch.setattr(Store, "drop_live", lambda *_: None)

    async def nobody(_: object) -> None:
        return None

    async with AsyncExitStack() as stack:
        ash = await stack.enter_async_context(calm(store))
        sam = await stack.enter_async_context(calm(store, "Sam"))
        put(ash, "both ")
        await together(ash, sam)
        guest = sam._role
        assert isinstance(guest, Guest) and guest.link is not None
        sam.stay._dial = nobody
        guest.link.drop()
        await until(lambda: guest.link is None)
        put(sam, "of Sam ")
        put(ash, "of Ash ")
        if third:
            other = await stack.enter_async_context(calm(store))
            put(other, "of another ")
            await together(ash, other)
            await other.close()
        await ash.close()
        await until(lambda: sam.is_host and not sam.saved.waiting)
        words = store.load(ID).notes[0].text
        parts = ("both ", "of Sam ", "of Ash ", *(["of another "] if third else []))
        assert [words.count(part) for part in parts] == [1] * len(parts), words


async def test_whoever_holds_it_goes_on_in_what_another_saved_who_woke_in_the_middle_of_it(store: Store) -> None:
    async with calm(store) as ash, calm(store, "Sam") as sam:
        put(ash, "shared ")
        await together(ash, sam)
        other = Document.from_state(ash.document.state())
        put(ash, "since then ")
        other.begin_epoch()  # somebody else came to them
        other.insert(*HERE, 0, "theirs ", SAM)
        assert isinstance(ash._role, Host)
        ash._role.bring_in(other.state())
        put(sam, "in the same moment ")  # before they hear of it
        await together(ash, sam)
        assert ash.document.epoch == sam.document.epoch == other.epoch
        assert sorted(ash.text(*HERE).split()) == sorted(
            ["theirs", "shared", "since", "then", "in", "the", "same", "moment"]
        )


async def test_what_somebody_saved_who_woke_after_a_new_epoch_had_begun_comes_in_once(store: Store) -> None:
    async with calm(store) as ash, calm(store, "Sam") as sam:
        put(ash, "shared ")
        await together(ash, sam)
        other = Document.from_state(ash.document.state())
        assert isinstance(ash._role, Host)
        ash._role._begin_epoch()
        put(ash, "since then ")
        other.insert(*HERE, 7, "theirs ", SAM)
        for _ in range(2):  # they bring it themselves as well, or it is read twice
            ash._role.bring_in(other.state())
        await together(ash, sam)
        assert sorted(ash.text(*HERE).split()) == ["shared", "since", "theirs", "then"]


async def test_what_somebody_wrote_into_the_file_who_never_heard_of_us_comes_in_and_takes_nothing_away(
    store: Store,
) -> None:
    async with calm(store) as ash:
        put(ash, "from the file ")
        ash.save_now()
        kept = store.load(ID)
        put(ash, "only here ")
        (note,) = kept.notes
        words = (*note.runs, Run(SAM, "theirs "))
        store.save(replace(kept, notes=(replace(note, runs=words),)), expected_revision=kept.revision)
        await until(lambda: "theirs" in ash.text(*HERE) and not ash.saved.waiting)
        assert Run(SAM, "theirs ") in ash.runs(*HERE)
        kept = store.load(ID)
        put(ash, "and more ")
        (note,) = kept.notes
        store.save(replace(kept, notes=(replace(note, runs=(Run(SAM, "theirs "),)),)), expected_revision=kept.revision)
        await until(lambda: store.load(ID).revision > kept.revision + 1 and not ash.saved.waiting)
        assert sorted(ash.text(*HERE).split()) == sorted(
            ["from", "the", "file", "theirs", "only", "here", "and", "more"]
        )
        assert store.load(ID).notes[0].text == ash.text(*HERE)


async def test_what_was_being_saved_by_whoever_was_overtaken_meanwhile_comes_in_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, on = threading.Event(), threading.Event()
    write = Saving._write

    def waits(saving: Saving, kept: Kept) -> None:
        if threading.current_thread() is not threading.main_thread() and not begun.is_set():
            begun.set()
            assert on.wait(30)
        write(saving, kept)

    monkeypatch.setattr(Saving, "_write", waits)
    async with calm(store) as ash:
        put(ash, "being saved ")
        await until(begun.is_set)
        ash._role.door._path.unlink()  # type: ignore[union-attr]
        ash._role._hold.close()  # type: ignore[union-attr]
        async with calm(store, "Sam") as sam:
            assert sam.is_host
            ash.stay.overtaken()
            assert not ash.is_host
            put(ash, "and since ")
            on.set()
            await until(lambda: store.load(ID).notes)
            put(sam, "theirs ")
            await together(ash, sam)
            assert sorted(ash.text(*HERE).split()) == ["and", "being", "saved", "since", "theirs"]


async def test_whoever_took_over_and_could_save_nothing_yet_brings_their_words_all_the_same(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody woke, wrote into the file, and everybody but the one who had taken over left in order."""
    busy = True
    save = Store.save

    def saved(kept_in: Store, session: Session, **how: Any) -> Session:
        if busy:
            raise Busy("Somebody woke and saved.")
        return save(kept_in, session, **how)

    async with AsyncExitStack() as stack:
        monkeypatch.setattr(Store, "save", saved)
        with store.hold(ID):  # by somebody who gives no answer
            ash = await stack.enter_async_context(opened(store))
        put(ash, "what was never saved ")
        ash._role.door._path.unlink()  # type: ignore[union-attr]
        ash.stay.overtaken()
        assert not ash.is_host
        kept = store.load(ID)
        words = (Note(stage=HERE[0], matter=HERE[1], runs=(Run(SAM, "theirs "),)),)
        save(store, replace(kept, notes=words), expected_revision=kept.revision)
        busy = False
        await until(lambda: ash.is_host and not ash.saved.waiting)
        assert sorted(store.load(ID).notes[0].text.split()) == sorted(["what", "was", "never", "saved", "theirs"])


async def test_nobody_hears_of_an_epoch_before_it_is_in_the_file(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    tell, found = Host._tell_epoch, []

    def told(host: Host, base: bytes, **how: bool) -> None:
        live_state = store.live_state(ID)
        assert live_state is not None
        found.append(Document.epoch_of(live_state.data) == host.room.document.epoch)
        tell(host, base, **how)

    monkeypatch.setattr(Host, "_tell_epoch", told)
    async with calm(store) as ash, calm(store, "Sam") as sam:
        put(ash, "before ")
        await together(ash, sam)
        async with calm(store, "Sam") as third:
            await together(ash, sam, third)
        put(ash, "somebody's name")
        ash.change(c.Redact(text="somebody's name", why="asked for"))
    assert len(found) >= 2 and all(found)


async def test_another_revision_of_the_record_is_nobodys_change(store: Store) -> None:
    async with calm(store) as ash:
        assert isinstance(ash._role, Host)
        seen = ash.document.version()
        store.save(store.load(ID), expected_revision=None)
        await ash.stay._read_again(ash._role)
        assert not ash.document.is_beyond(seen)


@pytest.mark.parametrize("overtaken", [False, True])
async def test_whoever_leaves_while_somebody_writes_into_the_file_leaves_no_word_behind(
    store: Store, monkeypatch: pytest.MonkeyPatch, overtaken: bool
) -> None:
    end, stop, once = Saving.end, Stay._stop, iter([True])

    def meanwhile(saving: Saving) -> None:
        if next(once, False):
            put(ash, "the last word ")
            saving.touch()
            store.save(store.load(ID), expected_revision=None)

    async def ended(saving: Saving) -> None:
        await end(saving)
        meanwhile(saving)

    async def stopped(stay: Stay) -> None:
        await stop(stay)
        if isinstance(stay.role, Host) and stay.role.door.is_ours():
            meanwhile(stay.role.saving)
            stay.role.door._path.unlink()

    if overtaken:
        monkeypatch.setattr(Stay, "_stop", stopped)
    else:
        monkeypatch.setattr(Saving, "end", ended)
    async with calm(store) as ash:
        put(ash, "and ")
    assert store.load(ID).notes[0].text == "and the last word "


async def test_what_is_done_by_whoever_was_overtaken_is_done_once_where_the_session_is_held(store: Store) -> None:
    async with calm(store) as ash:
        # As one who wakes finds it: at the door somebody else answers, who has the file as well.
        ash._role.door._path.unlink()  # type: ignore[union-attr]
        ash._role._hold.close()  # type: ignore[union-attr]
        async with calm(store, "Sam") as sam:
            assert sam.is_host
            ash.change(c.AddAction(text="Tell J", owner="Ash"))
            await until(lambda: not ash.is_host and not ash.line.is_lost and not ash.saved.waiting)
            assert [action.text for action in sam.session.actions] == ["Tell J"]
            assert ash.session.actions == sam.session.actions


async def test_whoever_comes_back_after_it_was_closed_without_them_brings_their_words(store: Store) -> None:
    async with AsyncExitStack() as stack:
        ash, sam = [await stack.enter_async_context(opened(store, me)) for me in ("Ash", "Sam")]
        put(ash, "Kept. ")
        await together(ash, sam)
        put(ash, "gone with its history")
        ash.write(*HERE, 6, len(ash.text(*HERE)), "")
        await together(ash, sam)
        before = sam.document.state()
    store.end_live(ID, Ended(NOW, {sam.document.epoch: sam.document.version()}))
    (ended,) = store.live.iterdir()
    assert b"gone" not in ended.read_bytes() and store.live_state(ID) is None
    async with opened(store, "Ash") as ash, opened(store, "Sam") as sam:
        # As one who stood still all the while: what they have is from before, and they go on writing in it.
        assert isinstance(sam._role, Guest) and sam._role.link is not None
        sam._role.link.drop()
        sam.go_on_with(Document.from_state(before))
        put(sam, "Mine. ")
        put(ash, "Theirs. ")
        await together(ash, sam)
        assert sorted(ash.text(*HERE).split()) == ["Kept.", "Mine.", "Theirs."]
        assert not sam.offered
    assert store.live_state(ID) is None
