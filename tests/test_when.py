"""Dates in words: what they mean on a day, what is refused, and that nothing else is ever raised."""

import os
import re
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supervision.errors import BadInput
from supervision.when import EXAMPLES, LONGEST, moment, parse, said
from tests.hostile import PAYLOADS

TODAY = date(2026, 11, 23)  # a Monday
LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 23, 15, 30, tzinfo=LONDON)

MEANT = {
    "2026-12-03": "2026-12-03",
    "2026-1-5": "2026-01-05",
    "2026/12/03": "2026-12-03",
    "20261203": "2026-12-03",
    "3/12": "2026-12-03",
    "03/12/2026": "2026-12-03",
    "3/12/26": "2026-12-03",
    "3.12.2026": "2026-12-03",
    "3-12-27": "2027-12-03",
    "22/11": "2027-11-22",
    "23/11": "2026-11-23",
    "3 Dec": "2026-12-03",
    "3dec": "2026-12-03",
    "3 December 2026": "2026-12-03",
    "3 December, 2026": "2026-12-03",
    "03 DEC 27": "2027-12-03",
    "3rd of December": "2026-12-03",
    "12th of December": "2026-12-12",
    "the 3rd of December": "2026-12-03",
    "December 3": "2026-12-03",
    "Dec 3rd, 2026": "2026-12-03",
    "Dec. 3": "2026-12-03",
    "2026 December 3": "2026-12-03",
    "3-Dec-2026": "2026-12-03",
    "3/dec": "2026-12-03",
    "dec/2026/3": "2026-12-03",
    "3/dec/2026": "2026-12-03",
    "Thursday 3 December": "2026-12-03",
    "Thurs 3rd Dec 2026": "2026-12-03",
    "1 January": "2027-01-01",
    "22 Nov": "2027-11-22",
    "the 30th": "2026-11-30",
    "the 3rd": "2026-12-03",
    "31st": "2026-12-31",
    "29 February 2028": "2028-02-29",
    "today": "2026-11-23",
    "Tomorrow": "2026-11-24",
    "yesterday": "2026-11-22",
    "the day after tomorrow": "2026-11-25",
    "in 2 weeks": "2026-12-07",
    "in two weeks' time": "2026-12-07",
    "in two weeks’ time": "2026-12-07",
    "two weeks from now": "2026-12-07",
    "within 2 weeks": "2026-12-07",
    "2 weeks": "2026-12-07",
    "2w": "2026-12-07",
    "10d": "2026-12-03",
    "in 10 days": "2026-12-03",
    "3m": "2027-02-23",
    "1y": "2027-11-23",
    "in a month": "2026-12-23",
    "a month today": "2026-12-23",
    "a fortnight": "2026-12-07",
    "in a fortnight": "2026-12-07",
    "fortnight": "2026-12-07",
    "a couple of weeks": "2026-12-07",
    "1 month and 2 weeks from today": "2027-01-06",
    "in 1 week 3 days": "2026-12-03",
    "5 working days": "2026-11-30",
    "in 4 working days": "2026-11-27",
    "3 days ago": "2026-11-20",
    "Friday": "2026-11-27",
    "fri": "2026-11-27",
    "on Friday": "2026-11-27",
    "by Friday": "2026-11-27",
    "Monday": "2026-11-30",
    "this Friday": "2026-11-27",
    "this Monday": "2026-11-23",
    "next Friday": "2026-12-04",
    "next Monday": "2026-11-30",
    "next Sunday": "2026-12-06",
    "last Friday": "2026-11-20",
    "Friday week": "2026-12-04",
    "Tuesday week": "2026-12-01",
    "a week on Tuesday": "2026-12-01",
    "week on Tuesday": "2026-12-01",
    "a week today": "2026-11-30",
    "a week tomorrow": "2026-12-01",
    "two weeks on Friday": "2026-12-11",
    "a fortnight on Friday": "2026-12-11",
    "2 weeks after 3 December": "2026-12-17",
    "2 weeks before Christmas": "2026-12-11",
    "first Monday of December": "2026-12-07",
    "the first Monday of next month": "2026-12-07",
    "last Friday in January": "2027-01-29",
    "end of month": "2026-11-30",
    "end of the month": "2026-11-30",
    "by the end of this month": "2026-11-30",
    "month end": "2026-11-30",
    "end of next month": "2026-12-31",
    "end of March": "2027-03-31",
    "end of February 2028": "2028-02-29",
    "start of January": "2027-01-01",
    "mid January": "2027-01-15",
    "mid-January": "2027-01-15",
    "end of week": "2026-11-27",
    "end of the week": "2026-11-27",
    "end of next week": "2026-12-04",
    "this week": "2026-11-27",
    "end of the year": "2026-12-31",
    "next week": "2026-11-30",
    "the week after next": "2026-12-07",
    "w/c 7 December": "2026-12-07",
    "next month": "2026-12-01",
    "next year": "2027-01-01",
    "this weekend": "2026-11-28",
    "next session": "2026-12-14",
    "at the next session": "2026-12-14",
    "at our next session": "2026-12-14",
    "Thursday 3/12": "2026-12-03",
    "tomorrow week": "2026-12-01",
    "this time next week": "2026-11-30",
    "a week before the next session": "2026-12-07",
    "before Christmas": "2026-12-24",
    "Christmas": "2026-12-25",
    "Boxing Day": "2026-12-26",
    "New Year's Eve": "2026-12-31",
    "new year": "2027-01-01",
    "before the new year": "2026-12-31",
}


@pytest.mark.parametrize(("words", "day"), MEANT.items())
def test_what_is_meant(words: str, day: str) -> None:
    assert parse(words, TODAY, next_session=date(2026, 12, 14)).isoformat() == day
    assert parse(f"  {words.upper()} ", TODAY, next_session=date(2026, 12, 14)).isoformat() == day


@pytest.mark.parametrize(
    ("today", "words", "day"),
    [
        ("2026-01-31", "in a month", "2026-02-28"),
        ("2028-01-31", "1m", "2028-02-29"),
        ("2028-02-29", "in a year", "2029-02-28"),
        ("2026-12-31", "tomorrow", "2027-01-01"),
        ("2026-12-31", "end of the month", "2026-12-31"),
        ("2026-12-31", "end of next month", "2027-01-31"),
        ("2026-12-31", "next month", "2027-01-01"),
        ("2026-12-31", "31 December", "2026-12-31"),
        ("2026-12-31", "30 December", "2027-12-30"),
        ("2026-12-31", "the 30th", "2027-01-30"),
        ("2026-01-31", "the 30th", "2026-03-30"),
        ("2026-12-25", "Christmas", "2026-12-25"),
        ("2026-12-26", "before Christmas", "2027-12-24"),
        ("2026-11-28", "Friday", "2026-12-04"),  # said on a Saturday
        ("2026-11-28", "next Friday", "2026-12-04"),
        ("2026-11-28", "end of the week", "2026-12-04"),
        ("2026-11-29", "next Monday", "2026-11-30"),  # said on a Sunday
        ("2026-11-29", "next week", "2026-11-30"),
        ("2026-11-27", "Friday", "2026-12-04"),  # said on a Friday
        ("2026-11-27", "this Friday", "2026-11-27"),
        ("2026-11-27", "last Friday", "2026-11-20"),
        ("2026-11-27", "1 working day", "2026-11-30"),
        ("2026-11-30", "end of November", "2026-11-30"),
        ("2026-12-01", "end of November", "2027-11-30"),
    ],
)
def test_at_the_ends_of_weeks_months_and_years(today: str, words: str, day: str) -> None:
    assert parse(words, date.fromisoformat(today)).isoformat() == day


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("31 February", "February 2027 has 28"),
        ("31/02/2027", "February 2027 has 28"),
        ("29 Feb 2027", "February 2027 has 28"),
        ("32/1", "January 2027 has 31"),
        ("32nd", "at most 31"),
        ("3rd/2026/31", "not a day I understand"),
        ("0/1", "not a day in the calendar"),
        ("3/13/2026", r"the day comes first here, as in 13/3"),
        ("2026-13-01", "not a day in the calendar"),
        ("0000-01-01", "not a day in the calendar"),
        ("Friday 3/12", "3 December 2026 is a Thursday"),
        ("Friday 3 December 2026", "3 December 2026 is a Thursday"),
        ("nonsense", "not a day I understand"),
        ("", "not a day I understand"),
        ("5", "not a day I understand"),
        ("12/2026", "not a day I understand"),
        ("a", "not a day I understand"),
        ("soon", "not a day I understand"),
        ("in a few weeks", "not a day I understand"),
        ("and", "not a day I understand"),
        ("am", "not a day I understand"),
        ("a minute", "not a day I understand"),
        ("week", "not a day I understand"),
        ("2026", "not a day I understand"),
        ("March", "which day of the month"),
        ("in March 2027", "which day of the month"),
        ("next session", "no date yet"),
        ("a week before the next session", "no date yet"),
        ("in 9999 years", "too far away"),
        ("in 9999 months", "too far away"),
        ("3 December 2206", "would be in 2206, which is too far away"),
        ("2026-12-03 and more", "not a day I understand"),
        ("٣/١٢", "not a day I understand"),
        ("x" * 200, "too long"),
    ],
)
def test_what_is_refused_says_why_and_what_would_do(words: str, says: str) -> None:
    with pytest.raises(BadInput, match=says) as refused:
        parse(words, TODAY)
    sentence = str(refused.value)
    assert all(f'"{example}"' in sentence for example in EXAMPLES)
    assert words[:40] in sentence


def test_the_examples_given_work() -> None:
    for example in EXAMPLES:
        assert parse(example, TODAY) > TODAY


def test_a_refusal_shows_nothing_that_a_terminal_obeys() -> None:
    with pytest.raises(BadInput) as refused:
        parse("\x1b]52;c;eA==\x07 \u202e \udcff", TODAY)
    assert str(refused.value).isprintable()


VOCABULARY = re.findall(
    r"\S+",
    "1 2 3 29 31 32 0 99 2026 9999 0000 a an two half the of in on by before after from next last this week weeks day "
    "days month m w d y year years fortnight working friday tue december dec may feb end start mid session christmas "
    "3rd 1st first today tomorrow now ago and time / - . , 14:00 at noon pm 12",
)
PHRASES = st.one_of(
    st.text(max_size=LONGEST + 5),
    st.sampled_from([payload for _, payload in PAYLOADS]),
    st.lists(st.sampled_from(VOCABULARY), max_size=9).map(" ".join),
    st.lists(st.sampled_from(VOCABULARY), max_size=9).map("".join),
    st.text("0123456789/-. decjan"),
)


@settings(deadline=None)
@given(PHRASES, st.dates(), st.none() | st.dates())
def test_any_words_give_a_day_or_a_sentence(words: str, today: date, next_session: date | None) -> None:
    try:
        day = parse(words, today, next_session=next_session)
    except BadInput as refused:
        assert str(refused).isprintable()
        return
    assert type(day) is date


@settings(deadline=None)
@given(PHRASES)
def test_any_words_give_a_moment_or_a_sentence(words: str) -> None:
    try:
        at = moment(words, NOW)
    except BadInput as refused:
        assert str(refused).isprintable()
        return
    assert at.utcoffset() is not None


@settings(deadline=None)
@given(st.dates(TODAY - timedelta(days=15_000), TODAY + timedelta(days=15_000)))
def test_a_day_in_full_is_understood(day: date) -> None:
    assert parse(day.isoformat(), TODAY) == day
    assert parse(said(day, TODAY).split(" (")[0], TODAY) == day
    assert parse(f"{day.day}/{day.month}/{day.year}", TODAY) == day


@settings(deadline=None)
@given(
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.sampled_from([f"{n} {m}" for n in (1, 15, 28) for m in ("Jan", "Jun", "Dec")]),
)
def test_a_bare_day_is_within_the_year_to_come(today: date, words: str) -> None:
    assert today <= parse(words, today) <= today + timedelta(days=366)


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("2026-11-20T14:00", "2026-11-20T14:00:00+00:00"),
        ("2026-11-20 14:00", "2026-11-20T14:00:00+00:00"),
        ("2026-07-20 14:00", "2026-07-20T14:00:00+01:00"),
        ("2026-11-20T14:00:30+02:00", "2026-11-20T14:00:30+02:00"),
        ("2026-11-20T14:00Z", "2026-11-20T14:00:00+00:00"),
        ("2026-11-20 2pm", "2026-11-20T14:00:00+00:00"),
        ("20/11/2026 14:00", "2026-11-20T14:00:00+00:00"),
        ("20 November at 9:15", "2026-11-20T09:15:00+00:00"),
        ("20 November, 9.15 is not", ""),
        ("yesterday 14:00", "2026-11-22T14:00:00+00:00"),
        ("yesterday at 2 p.m.", "2026-11-22T14:00:00+00:00"),
        ("yesterday noon", "2026-11-22T12:00:00+00:00"),
        ("12am today", ""),
        ("today 12am", "2026-11-23T00:00:00+00:00"),
        ("10:00", "2026-11-23T10:00:00+00:00"),
        ("at 10:00", "2026-11-23T10:00:00+00:00"),
        ("now", "2026-11-23T15:30:00+00:00"),
        ("Friday 10:30", "2026-11-20T10:30:00+00:00"),
        ("last Friday 10:30", "2026-11-20T10:30:00+00:00"),
        ("20 November", "2026-11-20T12:00:00+00:00"),
        ("24 November", "2025-11-24T12:00:00+00:00"),
        ("the 30th", "2026-10-30T12:00:00+00:00"),
        ("2026-11-20", "2026-11-20T12:00:00+00:00"),
        ("3 days ago", "2026-11-20T12:00:00+00:00"),
        ("today", "2026-11-23T12:00:00+00:00"),
        ("yesterday 24:00", ""),
        ("yesterday 13pm", ""),
        ("31 February 10:00", ""),
        ("2026-11-31 10:00", ""),
        ("1776-07-04 10:00", ""),
        ("", ""),
        ("some time ago", ""),
    ],
)
def test_moments(words: str, at: str) -> None:
    if at:
        assert moment(words, NOW).isoformat() == at
    else:
        with pytest.raises(BadInput, match='Try "2026-11-22 14:00", "yesterday 2pm" or "last Friday 10:30"'):
            moment(words, NOW)


def test_today_before_noon_is_now() -> None:
    morning = NOW.replace(hour=9)
    assert moment("today", morning) == morning


@pytest.fixture
def in_london() -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Europe/London"
    time.tzset()
    yield
    del os.environ["TZ"]
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.usefixtures("in_london")
def test_a_clock_without_a_named_zone_still_knows_summer() -> None:
    winter = datetime(2026, 11, 23, 15, 30).astimezone()
    assert moment("20/7/2026 14:00", winter).isoformat() == "2026-07-20T14:00:00+01:00"
    elsewhere = datetime(2026, 11, 23, 15, 30, tzinfo=timezone(timedelta(hours=5)))
    assert moment("20/7/2026 14:00", elsewhere).isoformat() == "2026-07-20T14:00:00+05:00"


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        ("2026-12-03", "Thursday 3 December 2026 (in 10 days)"),
        ("2026-11-23", "Monday 23 November 2026 (today)"),
        ("2026-11-24", "Tuesday 24 November 2026 (tomorrow)"),
        ("2026-11-22", "Sunday 22 November 2026 (yesterday)"),
        ("2026-11-13", "Friday 13 November 2026 (10 days ago)"),
        ("2027-05-24", "Monday 24 May 2027 (in about 6 months)"),
        ("2029-11-23", "Friday 23 November 2029 (in about 3 years)"),
        ("2026-05-23", "Saturday 23 May 2026 (about 6 months ago)"),
    ],
)
def test_a_day_said_in_full(day: str, shown: str) -> None:
    assert said(date.fromisoformat(day), TODAY) == shown
