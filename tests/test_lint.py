"""What the lint points out in a record, and what it leaves in peace."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supervision.model.lint import Hit, find
from tests.hostile import PAYLOADS, huge

TODAY = date(2026, 11, 23)
PEOPLE = ("Sam Okafor", "Ada Lowe", "Robin")


def hits(text: str, names: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return [(hit.kind, hit.text) for hit in find(text, names, PEOPLE, today=TODAY)]


@pytest.mark.parametrize(
    "prose",
    [
        "I went on Friday because she asked me to, and I'm glad I did.",
        "She said she'd like to see BROKEN used in the team. The NHS letter came in March.",
        "Robin called at Christmas. Robin's sister was there, and so was Sam.",
        "We agreed to look at it again on 3 December 2026, or on 2026-12-17 at the latest.",
        "Met 3/11/2026 and 17/11/2026; next on 1/12/26. Moved in on 2 January 2026.",
        "- Visited twice\n- Ring the Housing Department\n* Support from the Team Manager\n1. Ask again\n2) Write it up",
        'He told me "Leave me alone" and then: "Not you." (Later he rang.)',
        "What We Agreed: Ada will ask the Service Manager by Tuesday.",
        "Polish interpreter; Universal Credit; the Mental Capacity Act; a WhatsApp message; CAMHS and DWP.",
        "Her Mum and Auntie were kind. Mum's view: no change. It's a post-Christmas thing.",
        "12 sessions of 50 minutes, 30 % fewer, £1,250.00, room 101, 2.5 hours, 10:30 to 11:45, £12000000",
        "See b1 and e1 2nd line, option 2: hold. By 12-10-26 a note.",
        "call 999 or 111; extension 4021; ring 101",
        "Would Sam go? Yes… And then? Nothing.",
        "Decision k4n7x2m9pq replaces 2026-11-22-1405-abcd",
        "JUST CAPITALS HERE AND THERE",
        "قالت إنها بخير 日本語の記録",
        "",
        "\n\n   \n",
    ],
)
def test_ordinary_prose_is_left_in_peace(prose: str) -> None:
    assert hits(prose) == []


@pytest.mark.parametrize(
    ("prose", "expected"),
    [
        ("Then Bello-Hart came in.", ["Bello-Hart"]),
        ("I spoke to Precious about it.", ["Precious"]),
        ("I spoke to Precious's mother.", ["Precious"]),
        ("I spoke to Precious’s mother.", ["Precious"]),
        ("She lives near Toxteth with Łukasz and Zoë.", ["Toxteth", "Łukasz", "Zoë"]),
        (unicodedata.normalize("NFD", "She came with Zoë."), [unicodedata.normalize("NFD", "Zoë")]),
        ("It was O'Brien who said so, and Anne-Marie agreed.", ["O'Brien", "Anne-Marie"]),
        ("Mrs Pereira rang.", ["Mrs Pereira"]),
        ("Ask mrs pereira first.", ["mrs pereira"]),
        ("We saw Dr. Khan and Mr White.", ["Dr. Khan", "Mr White"]),
        ("PC Hughes took it down.", ["PC Hughes"]),
        ("Precious Pereira came.", ["Precious Pereira"]),
        ("Precious Maria Pereira\nsecond line", ["Precious Maria Pereira"]),
        ("We visited twice. Visited Precious again.", ["Precious"]),
        ("Yesterday Precious came.", ["Precious"]),
        ("Sam and Precious walked.", ["Precious"]),
        ("Sam Precious", ["Precious"]),
        ("moved to Wigan; came back", ["Wigan"]),
        ("(with Precious)", ["Precious"]),
        ("МЫ говорили, что Ольга придёт", ["Ольга"]),
    ],
)
def test_possible_names(prose: str, expected: list[str]) -> None:
    assert hits(prose) == [("name", name) for name in expected]


def test_the_people_and_the_alias_are_allowed_whatever_the_case() -> None:
    text = "I told Precious Pereira and then Precious."
    assert hits(text) != []
    assert find(text, allowed=["PRECIOUS pereira"]) == ()


@pytest.mark.parametrize(
    ("prose", "names", "expected"),
    [
        ("precious pereira came", ("Precious Pereira",), ["precious pereira"]),
        ("Precious came. Pereira too.", ("Precious Pereira",), ["Precious", "Pereira"]),
        ("Precious came", ("precious",), ["Precious"]),
        ("a precious thing", ("Precious Pereira",), []),
        ("Will he come? I will ask.", ("Will",), []),
        ("then Will came", ("Will",), ["Will"]),
        ("I will ask will young", ("Will Young",), ["will young"]),
        ("今日は山田さんが来た", ("山田",), ["山田"]),
        ("Robin and Sam", ("Robin", "Sam Okafor"), []),
        ("[b] came", ("[b]",), []),
        ("nothing ... or J said", ("", "...", "  ", "J"), []),
    ],
)
def test_known_names(prose: str, names: tuple[str, ...], expected: list[str]) -> None:
    assert hits(prose, names) == [("name", name) for name in expected]


@pytest.mark.parametrize(
    "number",
    [
        "07700 900123",
        "07700900123",
        "020 7946 0958",
        "(0151) 496 0000",
        "0151-496-0000",
        "01632 960 001",
        "+44 7700 900123",
        "+44 (0)20 7946 0958",
        "0044 7700 900123",
        "+48 601 234 567",
        "+1 (555) 010-9999",
    ],
)
def test_telephone_numbers(number: str) -> None:
    for prose in (f"ring {number} tonight", f"{number}.", f"tel:{number}, or not", f"({number})", number):
        assert [kind for kind, _ in hits(prose)] == ["phone"]
        assert number.strip("()")[-4:] in hits(prose)[0][1]


def test_two_numbers_in_a_row_are_two() -> None:
    assert hits("0151 496 0000 0151 496 0001") == [("phone", "0151 496 0000"), ("phone", "0151 496 0001")]


@pytest.mark.parametrize("address", ["a.b+c@example.org", "zoë@example.co.uk", "X_1@sub.example.com"])
def test_email_addresses(address: str) -> None:
    assert hits(f"write to {address}.") == [("e-mail", address)]
    assert hits(f"<{address}>") == [("e-mail", address)]


@pytest.mark.parametrize("code", ["M1 1AE", "L15 4LE", "SW1A 1AA", "EC1A1BB", "b33 8th", "w1a 0ax", "CF10 3AT"])
def test_postcodes(code: str) -> None:
    expected = [] if code.endswith("8th") else [("postcode", code)]  # that could be an ordinal
    assert hits(f"lives at {code}, upstairs") == expected


@pytest.mark.parametrize(
    ("prose", "expected"),
    [
        ("a boy, 3 March 2014, quiet", "3 March 2014"),
        ("a boy, 3rd of March 2014", "3rd of March 2014"),
        ("a boy, March 3, 2014", "March 3, 2014"),
        ("a boy, 03/03/1984", "03/03/1984"),
        ("a boy, 3.3.84", "3.3.84"),
        ("a boy, 3/3/14", "3/3/14"),
        ("a boy, 1984-03-03", "1984-03-03"),
        ("began on 22 October 2025", "22 October 2025"),
        ("born 3/11/2026", "3/11/2026"),
        ("DOB: 3/11/2026", "3/11/2026"),
        ("d.o.b. 3 November", "3 November"),
        ("date of birth is the 3rd of November", "3rd of November"),
        ("her birthday, 3 November, was quiet", "3 November"),
        ("3 November is her birthday", "3 November"),
        ("she was born in Leeds in 1984", "1984"),
    ],
)
def test_dates_of_birth(prose: str, expected: str) -> None:
    assert ("date of birth", expected) in hits(prose)


@pytest.mark.parametrize(
    "prose",
    [
        "review on 3 March 2027",
        "seen on 23 November 2025",
        "seen on 1/12/25",
        "in 1984 they moved",
        "since 3 November",
        "the Act of 1 May 1867",
        "in 2062 perhaps, on 3 March 2062",
        "born lucky",
        "newborn on 3/11/2026",
        "born in spring\n3/11/2026",
    ],
)
def test_other_dates_are_no_births(prose: str) -> None:
    assert hits(prose) == []


@pytest.mark.parametrize(
    "number",
    [
        *("943 476 5919", "943-476-5919", "9434765919", "NHS no: 943 476 5918", "QQ 12 34 56 C", "AB123456C"),
        *("ab123456c", "AB 12 34 56 D", "account 12345678"),
    ],
)
def test_other_numbers(number: str) -> None:
    expected = [] if number.startswith("QQ") else ["number"]  # QQ is never given out
    assert [kind for kind, _ in hits(f"it is {number}, she says")] == expected


@pytest.mark.parametrize("number", ["943 476 5918", "111 111 1111", "123 456 7890 2"])
def test_ten_digits_that_fail_the_check_are_no_nhs_number(number: str) -> None:
    assert hits(f"it is {number}") == []


def test_hits_stand_in_order_with_a_sentence_each() -> None:
    text = "Ring Precious on 07700 900123 or a@example.org, L15 4LE, born 3/3/84, NHS 943 476 5919."
    found = find(text, today=TODAY)
    assert [hit.kind for hit in found] == ["name", "phone", "e-mail", "postcode", "date of birth", "number"]
    assert all(hit.why.endswith(".") and text[hit.start : hit.end] == hit.text for hit in found)
    assert found[0] == Hit(5, 13, "name", "Precious", found[0].why)


@settings(deadline=None)
@given(
    st.text() | st.text("0123456789 +()-./@Aa\nborn") | st.sampled_from([payload for _, payload in PAYLOADS]),
    st.lists(st.text(max_size=10), max_size=3),
    st.lists(st.text(max_size=10), max_size=3),
)
def test_any_text_gives_hits_within_it(text: str, names: list[str], allowed: list[str]) -> None:
    end = 0
    for hit in find(text, names, allowed, today=TODAY):
        assert end <= hit.start < hit.end <= len(text)
        assert text[hit.start : hit.end] == hit.text
        end = hit.end


@pytest.mark.parametrize(
    "seed",
    [
        *("a", "A", "1", "0", "07", "01 ", "+", "+1", "1/", "1 ", "@", "a@", "a@a.", "a.", "Aa ", "Aa", "Aa-", "A'a"),
        *("\u0301", "Zo\u0301", "Mr ", "Mr A", "born ", "born 1", "3 Mar", " ", "(", '"', "\n", "Dr. Aa. "),
        *("123 456 7890 ", "AB12", "nhs ", "1 nhs 1234567890 "),
    ],
)
def test_a_long_text_made_to_keep_us_waiting_comes_to_an_end(seed: str) -> None:
    text = seed * (100_000 // len(seed))
    assert all(hit.end <= len(text) for hit in find(text, ["Aa Aa", "aa"], ["A"], today=TODAY))


def test_a_line_of_a_megabyte_comes_to_an_end() -> None:
    assert find(huge(), today=TODAY) == ()
