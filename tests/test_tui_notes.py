"""The notes pane: what it shows is what the document holds, whoever wrote it, and only as text."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.events import Paste
from textual.geometry import Offset, Region
from textual.strip import Strip
from textual.widgets import TextArea

from supervision.model import changes as c
from supervision.model.values import Run
from supervision.text import LINE_LIMIT, clean
from supervision.tui.widgets.notes import NotesPane, _changed, _in_few_stretches
from tests import hostile
from tests.factory import ASH, SAM
from tests.tui_desk import ID, Shown, desk_of, one_session, shown


def same(ui: Shown) -> bool:
    """Whether pane and document hold the same text, and the pane knows its lines and authors."""
    pane = ui.notes
    text = ui.room.text(pane.stage, pane.matter)
    authors = "".join(run.text for run in ui.room.runs(pane.stage, pane.matter))
    wrapped = "".join("".join(sections) + "\n" for sections in pane.wrapped_document.lines).rstrip("\n")
    return pane.text == text == authors and wrapped == text.rstrip("\n")


async def test_what_is_typed_is_in_the_document_under_whoever_writes(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, one_session())
    async with shown(desk) as ui:
        await ui.type("I notice")
        await ui.press("ctrl+s")
        await ui.type("\nfrom where?")
        assert ui.room.runs("arrive", 1) == (Run(ASH, "I notice"), Run(SAM, "\nfrom where?"))
        assert same(ui)
        assert "Ash  I notice" in ui.text and "Sam  from where?" in ui.text
    assert desk.shelf.load(ID).notes[0].text == "I notice\nfrom where?"


async def test_a_new_note_begins_on_a_line_of_its_own(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session())) as ui:
        await ui.type("I notice")
        await ui.press("ctrl+s")
        await ui.type("From where?")
        await ui.press("ctrl+n", "ctrl+n", "ctrl+r")
        await ui.press("ctrl+r")
        assert ui.notes.stage == "arrive"
        await ui.type("Later")
        await ui.type(", more")
        assert ui.room.text("arrive", 1) == "I notice\nFrom where?\nLater, more"
        assert same(ui)


async def test_what_is_typed_at_another_question_is_a_note_of_its_own(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session())) as ui:
        await ui.press("ctrl+n")
        stage = ui.notes.stage
        await ui.type("He texts at night.")
        await ui.press("ctrl+n")
        assert ui.notes.stage == stage, "another question of the same stage"
        await ui.type("May I ")
        await ui.type("answer?")
        assert ui.room.text(stage, 1) == "He texts at night.\nMay I answer?"
        assert same(ui)


async def test_square_brackets_are_letters(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session())) as ui:
        await ui.type("[b]x[/b] [@click=app.quit]y[/]")
        assert "[b]x[/b] [@click=app.quit]y[/]" in ui.text
        assert ui.room.text("arrive", 1) == "[b]x[/b] [@click=app.quit]y[/]"


async def test_hostile_text_is_shown_or_replaced_and_never_interpreted(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session()), size=(100, 30)) as ui:
        for start in range(0, len(hostile.PAYLOADS), 20):  # twenty at a time: one screenful
            pasted = "\n".join(payload for _, payload in hostile.PAYLOADS[start : start + 20])
            ui.notes.load_text("")
            ui.app.post_message(Paste(pasted))
            await ui.pilot.pause()
            assert ui.room.text("arrive", 1) == clean(pasted)
            assert same(ui)
            assert not hostile.dangerous("".join(ui.text.split("\n")))


async def test_a_paste_that_is_too_long_is_refused_with_a_sentence(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session())) as ui:
        await ui.type("kept")
        ui.app.post_message(Paste("x" * 1_000_000))
        await ui.pilot.pause()
        assert ui.notes.text == ui.room.text("arrive", 1) == "kept"
        assert ("at most" in ui.text and f"{LINE_LIMIT:,}" in ui.text) or "100,000" in ui.text


async def test_words_from_elsewhere_appear_and_the_caret_stays_where_it_is_in_the_text(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session())) as ui:
        await ui.type("here")
        await ui.press("left", "left")
        ui.room.write("arrive", 1, 0, 0, "first\n")
        ui.room.change(c.WriteNote(text="last"))
        await ui.pilot.pause()
        assert ui.notes.text == "first\nhere\nlast"
        assert ui.notes.cursor_location == (1, 2)
        await ui.type("X")
        assert ui.room.text("arrive", 1) == "first\nheXre\nlast"
        assert same(ui)


async def test_words_from_elsewhere_do_not_scroll_what_one_is_reading(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session())) as ui:
        ui.room.write("arrive", 1, 0, 0, "\n".join(f"line {n}" for n in range(100)))
        await ui.pilot.pause()
        ui.notes.move_cursor((60, 0))
        await ui.pilot.pause()
        top = ui.notes.wrapped_document.offset_to_location(Offset(0, round(ui.notes.scroll_y)))
        ui.room.write("arrive", 1, 0, 0, "one\ntwo\nthree\n")
        await ui.pilot.pause()
        now = ui.notes.wrapped_document.offset_to_location(Offset(0, round(ui.notes.scroll_y)))
        assert now == (top[0] + 3, 0)


async def test_undo_takes_back_own_words_only(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session())) as ui:
        await ui.type("mine ")
        ui.room.change(c.WriteNote(text="from elsewhere"))
        await ui.pilot.pause()
        await ui.press("ctrl+z")
        assert ui.notes.text.strip() == "from elsewhere"
        await ui.press("ctrl+y")
        assert ui.notes.text.startswith("mine ") and same(ui)


async def test_replacing_the_whole_text_goes_by_way_of_the_room(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session())) as ui:
        await ui.type("old")
        ui.notes.text = "new\x1b[2J"
        assert ui.room.text("arrive", 1) == ui.notes.text == "new\ufffd[2J"


async def test_a_second_author_within_a_line_is_named_and_underlined(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session())) as ui:
        await ui.type("I answer at once")
        ui.room.hand_over("Sam")
        ui.room.write("arrive", 1, 1, 1, " (do) ")
        await ui.pilot.pause()
        assert ui.notes.label(0) == "Ash+Sam"
        underlined = [span for span in ui.notes.get_line(0).spans if getattr(span.style, "underline", False)]
        assert [(span.start, span.end) for span in underlined] == [(1, 7)]


async def test_a_signed_record_is_read_only_and_says_so(tmp_path: Path) -> None:
    async with shown(desk_of(tmp_path, one_session())) as ui:
        await ui.type("as it was")
        for name in ("Ash", "Sam"):
            ui.room.change(c.Sign(), by=name)
        await ui.pilot.pause()
        assert ui.notes.read_only
        await ui.type("x")
        assert ui.notes.text == "as it was"
        assert "Everybody has signed" in ui.text
        await ui.press("ctrl+n")
        assert "No notes were written here." in ui.text and "Key words" not in ui.text


@pytest.mark.parametrize("seed", range(2))
async def test_whatever_happens_pane_and_document_agree(tmp_path: Path, seed: int) -> None:
    """Typing, deleting, pasting, undo and words from elsewhere, in any order, with letters of every kind."""
    chance = random.Random(seed)
    alphabet = "ab \n\té👩‍👩‍👧🏽שלוםĐ[]\x0b\u2028"
    async with shown(desk_of(tmp_path, one_session()), size=(100, 30)) as ui:
        pane: NotesPane = ui.notes
        for _ in range(80):
            words = "".join(chance.choices(alphabet, k=chance.randint(1, 6)))
            places = [pane._location(chance.randint(0, len(pane.text))) for _ in range(2)]
            match chance.randrange(7):
                case 0 | 1:
                    pane.insert(words, places[0], maintain_selection_offset=bool(chance.randrange(2)))
                case 2:
                    pane.delete(*places)
                case 3:
                    pane.replace(words, *places, maintain_selection_offset=False)
                case 4:
                    pane.undo()
                case 5:
                    pane.redo()
                case _:
                    ui.room.hand_over(chance.choice(["Ash", "Sam"]))
                    at = chance.randint(0, len(pane.text))
                    ui.room.write("arrive", 1, at, at, words)
            assert same(ui)
            row, column = pane.cursor_location
            assert row < pane.document.line_count and column <= len(pane.document.get_line(row))


@pytest.mark.parametrize("seed", range(3))
async def test_what_was_painted_bit_by_bit_is_what_would_be_painted_at_once(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    keys = (*"ab日本é ", "space", "enter", "up", "down", "left", "home", "backspace", "delete", "ctrl+s")
    async with shown(desk_of(tmp_path, one_session()), size=(100, 18)) as ui:
        for n in range(8):
            for key in chance.choices(keys, k=12):
                await ui.pilot.press(key)
            await ui.type(f" and on and on it goes end{n}")
            await ui.until(lambda: not ui.notes._looking_for_changes)
            assert f"end{n}" in ui.room.text("arrive", 1)
            pane = ui.notes
            pane._kept.clear()  # rows that are kept are to be what would be painted now
            assert [pane._painted[y] for y in range(pane.size.height)] == [
                pane._row(y) for y in range(pane.size.height)
            ]


@given(before=st.text("a日é ", max_size=12), now=st.text("a日é ", max_size=12))
def test_what_a_row_keeps_is_outside_of_what_is_painted(before: str, now: str) -> None:
    rows = [Strip([Segment(f" {words}{' ' * (29 - cell_len(words))}")], 30) for words in (before, now)]
    start, end = _changed(*rows)
    old, new = (row.crop(0, start).text + "|" + row.crop(end).text for row in rows)
    assert old == new
    assert rows[0].text == rows[1].text or end > start


def test_blanks_join_the_words_beside_them_unless_they_would_look_different() -> None:
    ink, other, turned = Style(color="red"), Style(color="blue"), Style(reverse=True)
    parts = [Segment("  ", other), Segment("ab", ink), Segment("  ", other), Segment(" ", turned), Segment(" ", other)]
    row = _in_few_stretches(Strip(parts, 8))
    assert row.text == "  ab    " and [(part.text, part.style) for part in row] == [
        ("  ab  ", ink),
        (" ", turned),
        (" ", other),
    ]


async def test_a_row_that_was_asked_for_in_passing_is_still_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is drawn around the notes asks for their rows too, and shows them to nobody."""
    drawn: list[Region] = []
    refresh = TextArea.refresh

    def seen(self: TextArea, *regions: Region, **given: bool) -> TextArea:
        drawn.extend(regions if isinstance(self, NotesPane) else ())
        return refresh(self, *regions, **given)

    async with shown(desk_of(tmp_path, one_session())) as ui:
        await ui.type("first ")
        monkeypatch.setattr(TextArea, "refresh", seen)
        end = len(ui.notes.text)
        ui.room.write(ui.notes.stage, ui.notes.matter, end, end, "second")
        ui.notes.render_line(0)
        await ui.pilot.pause()
        await ui.pilot.pause()
        assert [region.y for region in drawn] == [0]
        assert drawn[0].width >= len("second")
