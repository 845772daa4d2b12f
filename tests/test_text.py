"""The gate for text: what stays, what is replaced, what is refused."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supervision import text
from supervision.errors import BadInput
from tests import hostile

ANY = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=["Cc", "Cf", "Cs"]),
        st.sampled_from("\r\n\t\x0b\x0c\x1b\x85\u2028\u2029\U0001f3f4\U000e0067\U000e0062\U000e007f\xad"),
    )
)
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


@pytest.mark.parametrize(
    "end", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
)
def test_every_line_break_becomes_one(end: str) -> None:
    assert text.clean(f"one{end}two") == "one\ntwo"
    assert text.clean(f"one{end}two", lines=False) == "one two"


def test_breaks_are_those_that_python_knows() -> None:
    known = {chr(code) for code in range(0x110000) if len(f"a{chr(code)}b".splitlines()) > 1}
    assert {mark for mark in known if text.clean(mark) == "\n"} == known


@pytest.mark.parametrize(
    "unsafe",
    ["\x00", "\x07", "\x08", "\x1b", "\x1f", "\x7f", "\x80", "\x9b", "\x9d", "\x9f", "\u061c", "\u200e", "\u200f"]
    + [chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))]
    + ["\u2060", "\u2063", "\ufeff", "\ufff9", "\ufffb", "\ufffe", "\uffff", "\ufdd0", "\U0001fffe", "\U0010ffff"]
    + ["\ud800", "\udcff", "\udfff", "\U000e0001", "\U000e0041", "\U000e007f"],
)
def test_unsafe_characters_are_replaced_one_for_one(unsafe: str) -> None:
    assert text.clean(f"a{unsafe}{unsafe}b") == "a\ufffd\ufffdb"
    assert text.clean(f"a{unsafe}b", lines=False) == "a\ufffdb"


@pytest.mark.parametrize(
    "fine",
    [
        "Plain words, 'quotes' & [brackets] <b> {{7*7}} \\ % $(id)",
        "two\nlines",
        "👩🏽‍🦰 👨‍👩‍👧‍👦 🏳️‍🌈 ❤️ 🇬🇧 1️⃣",
        f"{ENGLAND} won",
        "می‌خواهم",  # Persian, with a joiner that keeps two letters apart
        "क्‍ष",
        "שלום عليكم",
        "Zoë Łukasz Nguyễn 山田 ไทย",
        "e\u0301",
    ],
)
def test_what_people_write_stays(fine: str) -> None:
    assert text.clean(fine) == fine
    assert text.is_clean(fine)


def test_no_control_character_is_ever_let_through() -> None:
    passed = [chr(code) for code in range(0x110000) if text.is_clean(chr(code))]
    assert [mark for mark in passed if unicodedata.category(mark) in {"Cc", "Cs"}] == ["\n"]
    assert not [
        mark for mark in passed if unicodedata.bidirectional(mark) in {"LRE", "RLO", "LRO", "RLE", "PDF", "LRI"}
    ]


def test_tags_survive_in_the_flag_of_a_region_alone() -> None:
    hidden = "".join(chr(0xE0000 + ord(letter)) for letter in "hidden words")
    assert text.clean(f"a{hidden}") == "a" + "\ufffd" * len(hidden)
    assert text.clean(f"\U0001f3f4{hidden}\U000e007f") == "\U0001f3f4" + "\ufffd" * (len(hidden) + 1)
    assert text.clean(ENGLAND * 2) == ENGLAND * 2


def test_tabs_and_soft_hyphens() -> None:
    assert text.clean("a\tb") == "a    b"
    assert text.clean("a\tb", lines=False) == "a b"
    assert text.clean("bound\xadary") == "boundary"


@settings(deadline=None)
@given(ANY)
def test_cleaning_twice_changes_nothing_more(typed: str) -> None:
    for lines in (True, False):
        once = text.clean(typed, lines=lines)
        assert text.clean(once, lines=lines) == once
        assert text.is_clean(once, lines=lines)
        once.encode()


@settings(deadline=None)
@given(ANY, ANY)
def test_clean_texts_together_are_clean(one: str, other: str) -> None:
    assert text.is_clean(text.clean(one) + text.clean(other))


@settings(deadline=None)
@given(ANY)
def test_a_clean_text_has_the_lines_of_its_newlines(typed: str) -> None:
    assert (text.clean(typed) + "x").splitlines() == (text.clean(typed) + "x").split("\n")
    assert "\n" not in text.clean(typed, lines=False)


@settings(deadline=None)
@given(st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S", "Zs"])))
def test_printable_ascii_is_left_alone(typed: str) -> None:
    assert text.clean(typed) is typed


@settings(deadline=None)
@given(st.binary())
def test_any_bytes_become_clean_text(data: bytes) -> None:
    assert text.is_clean(text.decode(data))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"plain", "plain"),
        ("Zoë 🙂".encode(), "Zoë 🙂"),
        (b"a\xffb", "a\ufffdb"),
        (b"\xef\xbb\xbfafter a byte order mark", "after a byte order mark"),
        (b"one\r\ntwo", "one\ntwo"),
        (b"\x1b[2J", "\ufffd[2J"),
        (b"\xc2\x9b2J", "\ufffd2J"),
    ],
)
def test_bytes(data: bytes, expected: str) -> None:
    assert text.decode(data) == expected


def test_one_line() -> None:
    assert text.one_line("  first\r\nsecond\t\x00 \n") == "first second \ufffd"


def test_notes_that_fit() -> None:
    text.check_note("")
    text.check_note("\n".join(["x" * text.LINE_LIMIT] * 49))


@pytest.mark.parametrize(
    ("note", "says"),
    [
        ("fine\n" + "x" * 2001, "at most 2,000 characters, and one here has 2,001"),
        ("x\n" * 50_001, "at most 100,000 characters, and this would make 100,002"),
    ],
)
def test_notes_that_are_too_long_are_refused_with_the_limit(note: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        text.check_note(note)


def test_fields() -> None:
    assert text.field("  keep\r\nlines \x1b\n", "the need") == "keep\nlines \ufffd"
    assert text.field("one\nline", "the title", lines=False) == "one line"
    assert text.field(" ", "the need") == ""
    assert len(text.field("x" * 4000, "the need")) == 4000
    with pytest.raises(BadInput, match=r"The need holds at most 4,000 characters, and this has 4,001"):
        text.field("x" * 4001, "the need")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Sam", "Sam"),
        ("  Ada   Okafor\n", "Ada Okafor"),
        ("O'Brien", "O'Brien"),
        ("Anne-Marie", "Anne-Marie"),
        ("Zoe\u0308", "Zoë"),
        ("Łukasz", "Łukasz"),
        ("山田", "山田"),
        ("محمد", "محمد"),
        ("R2", "R2"),
        ("[b]Sam[/]", "[b]Sam[/]"),
    ],
)
def test_names_that_serve(typed: str, expected: str) -> None:
    assert text.name(typed) == expected
    assert text.alias(typed) == expected


@pytest.mark.parametrize(
    "typed",
    [
        *("", "   ", "\n", "@sam", "/sign", "...", "-", "🙂", "\u3164", "\u115f\u1160"),
        *("S\x1bam", "\u202eSam", "\ud800", "a" * 61, 'Bill "B" Low'),
    ],
)
def test_names_that_do_not_serve(typed: str) -> None:
    for gate in (text.name, text.alias):
        with pytest.raises(BadInput) as refused:
            gate(typed)
        assert str(refused.value).endswith(".")


def test_nobody_is_not_a_name() -> None:
    with pytest.raises(BadInput, match="nobody"):
        text.name("Nobody")


@settings(deadline=None)
@given(ANY)
def test_a_name_is_refused_or_safe_and_stays(typed: str) -> None:
    try:
        kept = text.name(typed)
    except BadInput as refused:
        assert text.is_clean(str(refused))
        return
    assert text.name(kept) == kept
    assert text.is_clean(kept, lines=False)
    assert 0 < len(kept) <= text.NAME_LIMIT


@pytest.mark.parametrize("payload", [pytest.param(payload, id=label) for label, payload in hostile.PAYLOADS])
def test_nothing_hostile_passes(payload: str) -> None:
    for lines in (True, False):
        assert hostile.dangerous(text.clean(payload, lines=lines)) == []


@pytest.mark.parametrize("data", [pytest.param(data, id=label) for label, data in hostile.RAW_BYTES])
def test_no_hostile_bytes_pass(data: bytes) -> None:
    assert hostile.dangerous(text.decode(data)) == []


def test_the_corpus_is_a_corpus() -> None:
    labels = [label for label, _ in hostile.PAYLOADS]
    assert len(labels) == len(set(labels)) >= 80
    assert sum(bool(hostile.dangerous(payload)) for _, payload in hostile.PAYLOADS) > 40
    assert len(hostile.huge()) > 900_000


@settings(deadline=None)
@given(ANY)
def test_what_the_gate_lets_through_is_not_dangerous(typed: str) -> None:
    assert hostile.dangerous(text.clean(typed)) == []


@given(st.lists(st.sampled_from(("a", ENGLAND, "\U0001f3f4", "é")), max_size=6), st.data())
def test_a_flag_goes_as_a_whole_and_nothing_comes_between(parts: list[str], data: st.DataObject) -> None:
    words = "".join(parts)
    start = data.draw(st.integers(0, len(words)))
    end = data.draw(st.integers(start, len(words)))
    wider = text.around_flags(words, start, end)
    assert text.is_clean(words[: wider[0]] + words[wider[1] :])
    assert text.is_clean(words[: wider[0]] + "x" + words[wider[1] :])
    if ENGLAND not in words:
        assert wider == (start, end)
    elif start < end:
        assert wider[0] <= start and end <= wider[1]
