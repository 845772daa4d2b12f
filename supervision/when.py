"""Dates as people say them: "in 2 weeks", "Friday week", "end of the month", "3/12".

British usage, days first. A bare day means the next one ("Friday", "3 Dec"), "next Friday" the Friday of next week,
"next week" its Monday, and the end of a week its Friday. What could mean two things is refused rather than guessed:
an action that falls due on the wrong day is worse than one more question.

The grammar is ours because dateparser guesses ("1 month and 2 weeks from today" became a day in the past); it is
asked for complete dates in unusual spellings alone.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta, timezone

from supervision.errors import BadInput

EXAMPLES = ("3 December", "in 2 weeks", "next Friday")
"""Ways of saying a day that always work; every refusal ends in them."""
LONGEST = 80
"""Characters in the words for a date."""
FARTHEST = 50
"""Years from today, either way: anything farther is a slip of the key."""

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTH_OF = {name.lower(): n for n, name in enumerate(_MONTHS, 1)}
_MONTH_OF |= {name[:3]: n for name, n in _MONTH_OF.items()} | {"sept": 9}
_DAY_OF = {name.lower(): n for n, name in enumerate(_DAYS)}
_DAY_OF |= {name[:3]: n for name, n in _DAY_OF.items()} | {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_COUNT_OF = {word: n for n, word in enumerate(_NUMBERS, 1)} | {"a": 1, "an": 1, "a couple of": 2, "couple of": 2}
_ORDINAL_OF = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "last": -1}
_FEASTS = {
    **dict.fromkeys(("christmas", "christmas day", "xmas"), (12, 25)),
    **dict.fromkeys(("christmas eve", "xmas eve"), (12, 24)),
    "boxing day": (12, 26),
    "new years eve": (12, 31),
    **dict.fromkeys(("new year", "new years", "new years day"), (1, 1)),
}
_NAMED_DAYS = {
    **dict.fromkeys(("today", "now", "tonight"), 0),
    "tomorrow": 1,
    **dict.fromkeys(("today week", "this time next week"), 7),
    "tomorrow week": 8,
    "day after tomorrow": 2,
    "yesterday": -1,
    "day before yesterday": -2,
}


def _any(words: dict[str, int]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_MONTH = f"(?P<month>{_any(_MONTH_OF)})"
_WEEKDAY = f"(?P<weekday>{_any(_DAY_OF)})"
_DAY = "(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_YEAR = "(?P<year>[0-9]{4}|[0-9]{2})"
_UNIT = "working days?|days?|d|weeks?|wks?|w|fortnights?|months?|mths?|m|years?|yrs?|y"
_STEP = f"(?:(?:(?P<figure>[0-9]{{1,4}}) ?|(?P<count>{_any(_COUNT_OF)}) )(?P<unit>{_UNIT})|(?P<bare>fortnight))"
_PLAIN_STEP = re.sub(r"\?P<\w+>", "?:", _STEP)
_SPAN = f"(?P<span>{_PLAIN_STEP}(?:(?: and | ){_PLAIN_STEP})*)"

_STEPS = re.compile(_STEP)
_ISO = re.compile(
    "(?P<year>[0-9]{4})(?:-|/)(?P<month>[0-9]{1,2})(?:-|/)(?P<day>[0-9]{1,2})|([0-9]{4})([0-9]{2})([0-9]{2})"
)
_FIGURES = re.compile(f"(?:{_WEEKDAY} )?(?P<day>[0-9]{{1,2}})[/.-](?P<month>[0-9]{{1,2}})(?:[/.-]{_YEAR})?")
_DAY_MONTH = re.compile(f"(?:{_WEEKDAY} )?(?:the )?{_DAY}[ /-]?(?:of )?{_MONTH}(?:[ /-]{_YEAR})?")
_MONTH_DAY = re.compile(f"(?:{_WEEKDAY} )?{_MONTH} (?:the )?{_DAY}(?: {_YEAR})?")
_DAY_ALONE = re.compile(f"(?:{_WEEKDAY} )?(?:the )?(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)")
_ONE_WEEKDAY = re.compile(f"(?:(?P<which>this|this coming|next|last) )?{_WEEKDAY}(?P<later> week| fortnight)?")
_NTH_WEEKDAY = re.compile(f"(?P<nth>{_any(_ORDINAL_OF)}) {_WEEKDAY} (?:of|in) (?P<period>.+)")
_FROM_NOW = re.compile(f"(?:in |within )?{_SPAN}(?: (?:time|from now|from today|today|ahead|hence|later))?")
_AGO = re.compile(f"{_SPAN} ago")
_FROM_DAY = re.compile(
    f"(?:in )?(?:{_SPAN}|(?P<week>week)) "
    f"(?:(?P<way>on|from|after|before) (?P<day>.+)|(?P<near>tomorrow|{_any(_DAY_OF)}))"
)
_EDGE = re.compile("(?P<edge>start|beginning|mid|middle|end)(?: of)? (?P<period>.+)|(?P<last>month|year) end")
_PERIOD = re.compile(
    f"(?:(?P<which>this|next) )?(?P<unit>week|month|year)(?P<after> after next)?|{_MONTH}(?: {_YEAR})?"
)
_LEADING = re.compile(
    "(?:by|on|in|at|for|until|till|due|the|our|your|no later than|w/c|week commencing|week beginning) (?P<rest>.+)"
)
_COMPLETE = re.compile(  # possessive, since digits can be cut up in very many ways
    f"(?=.*[0-9]{{4}})(?=.*(?:{_any(_MONTH_OF)}))(?>{_any(_MONTH_OF)}|[0-9]{{1,4}}(?:st|nd|rd|th)?|[ /.-])++"
)
_CLOCK = re.compile(
    "(?:(?P<day>.*?) ?(?:at )?)??(?:\\b(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?: ?(?P<half>[ap])m)?"
    "|\\b(?P<hour12>[0-9]{1,2}) ?(?P<half12>[ap])m|\\b(?P<noon>noon|midday))"
)


def parse(words: str, today: date, *, next_session: date | None = None) -> date:
    """The day that `words` mean on `today`, past ones included.

    BadInput, with examples, for what is no day or could be two, and for "next session" before that has a date.
    """
    reader = _Reader(words, today, next_session, ahead=True)
    return reader.read(reader.plain())


def moment(words: str, now: datetime) -> datetime:
    """When something took place, for `words` such as "2026-11-20 14:00" or "yesterday 2pm", in the zone of `now`.

    A bare day means the last one here, a day alone its noon (or `now`, where noon is still to come). Whether a time
    to come will do is for the caller. BadInput, with examples, for anything else.
    """
    yesterday = now.date() - timedelta(days=1)
    examples = (f"{yesterday} 14:00", "yesterday 2pm", "last Friday 10:30")
    reader = _Reader(words, now.date(), None, ahead=False, examples=examples)
    typed = reader.plain()
    if typed == "now":
        return now
    if exact := _exact(words.strip()):
        reader.check(exact.date())
        return exact if exact.tzinfo else _local(exact, now)
    clock = _CLOCK.fullmatch(typed)
    found = reader.read((clock["day"] or "today") if clock else typed)
    if clock is None:
        noon = _local(datetime.combine(found, time(12)), now)
        return now if found == now.date() and noon > now else noon
    at = _time(clock)
    if at is None:
        raise reader.refusal("has no such time.")
    return _local(datetime.combine(found, at), now)


def after(start: date, span: str) -> date:
    """The day so long after `start`: "6 years", "18 months". BadInput for what is no length of time."""
    reader = _Reader(span, start, None, ahead=True)
    words = reader.plain()
    if not re.fullmatch(_SPAN, words):
        raise reader.refusal("is no length of time.")
    return reader.walk(start, words)


def said(day: date, today: date) -> str:
    """A day in full and how far off it is: "Thursday 3 December 2026 (in 10 days)"."""
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year} ({_distance(day, today)})"


def _distance(day: date, today: date) -> str:
    days = (day - today).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    if days in near:
        return near[days]
    months = round(abs(days) / 30.44)
    if months < 3:
        much = f"{abs(days)} days"
    elif months < 24:
        much = f"about {months} months"
    else:
        much = f"about {round(abs(days) / 365.25)} years"
    return f"in {much}" if days > 0 else f"{much} ago"


def _quoted(words: str) -> str:
    """`words` fit to stand in a sentence, whatever they hold: shortened, and with nothing a terminal obeys."""
    shown = "".join(letter if letter.isprintable() else "\ufffd" for letter in words.strip()[:LONGEST])
    return f'"{shown}"' if len(words.strip()) <= LONGEST else f'"{shown[:40]}..."'


def _exact(words: str) -> datetime | None:
    if not re.match("[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]", words):
        return None
    try:
        return datetime.fromisoformat(words)
    except ValueError:
        return None


def _time(clock: re.Match[str]) -> time | None:
    if clock["noon"]:
        return time(12)
    hour, minute = int(clock["hour"] or clock["hour12"]), int(clock["minute"] or 0)
    if half := clock["half"] or clock["half12"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _local(naive: datetime, now: datetime) -> datetime:
    # A clock read with `astimezone()` carries today's offset only; the system knows that of another season.
    if isinstance(now.tzinfo, timezone) and now.astimezone().utcoffset() == now.utcoffset():
        return naive.astimezone()
    return naive.replace(tzinfo=now.tzinfo)


@dataclass(frozen=True, slots=True)
class _Reader:
    """One reading of one phrase; `ahead` says whether a bare day means the next one or the last one."""

    words: str
    today: date
    next_session: date | None
    ahead: bool
    examples: tuple[str, str, str] = EXAMPLES

    def plain(self) -> str:
        if len(self.words.strip()) > LONGEST:
            raise self.refusal("is too long for a date.")
        plain = re.sub("['\u2019,]", "", self.words.casefold())
        plain = re.sub(r"(?<=[a-z])\.", "", plain).replace("mid-", "mid ")
        return " ".join(plain.split())

    def read(self, plain: str) -> date:
        found = self.day(plain)
        if found is None:
            raise self.refusal("is not a day I understand.")
        self.check(found)
        return found

    def check(self, found: date) -> None:
        if abs(found.year - self.today.year) > FARTHEST:
            raise self.refusal(f"would be in {found.year}, which is too far away.")

    def refusal(self, reason: str) -> BadInput:
        one, two, three = self.examples
        return BadInput(f'{_quoted(self.words)} {reason} Try "{one}", "{two}" or "{three}".')

    def day(self, words: str) -> date | None:
        if words in _NAMED_DAYS:
            return self.plus(self.today, _NAMED_DAYS[words])
        if words in _FEASTS:
            return self.nearest(*_FEASTS[words])
        if words in {"next session", "next supervision", "next meeting", "next time"}:
            return self.session()
        if words in {"weekend", "this weekend"}:
            return self.weekday_from(self.today, 5)
        forms: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], date | None]], ...] = (
            (_ISO, self.iso),
            (_FIGURES, self.figures),
            (_DAY_MONTH, self.day_month),
            (_MONTH_DAY, self.day_month),
            (_DAY_ALONE, self.day_alone),
            (_ONE_WEEKDAY, self.one_weekday),
            (_FROM_NOW, lambda match: self.walk(self.today, match["span"])),
            (_AGO, lambda match: self.walk(self.today, match["span"], -1)),
            (_FROM_DAY, self.from_day),
            (_NTH_WEEKDAY, self.nth_weekday),
            (_EDGE, self.edge),
            (_PERIOD, self.period_alone),
        )
        for pattern, meaning in forms:
            if (match := pattern.fullmatch(words)) and (found := meaning(match)):
                return found
        if words.startswith("before "):
            later = self.day(words.removeprefix("before "))
            return self.plus(later, -1) if later else None
        if match := _LEADING.fullmatch(words):
            return self.day(match["rest"])
        return self.unusual(words)

    def iso(self, match: re.Match[str]) -> date:
        year, month, day = (int(part) for part in match.groups() if part)
        return self.on(year, month, day)

    def figures(self, match: re.Match[str]) -> date:
        day, month = int(match["day"]), int(match["month"])
        if month > 12 >= day > 0:
            raise self.refusal(f"has no such month; the day comes first here, as in {month}/{day}.")
        return self.agreeing(self.dated(day, month, match["year"]), match["weekday"])

    def day_month(self, match: re.Match[str]) -> date:
        found = self.dated(int(match["day"]), _MONTH_OF[match["month"]], match["year"])
        return self.agreeing(found, match["weekday"])

    def day_alone(self, match: re.Match[str]) -> date:
        day = int(match["day"])
        if not 1 <= day <= 31:
            raise self.refusal("is not a day: a month has at most 31.")
        year, month = self.today.year, self.today.month
        step = 1 if self.ahead else -1
        # The next month that has such a day; of any two in a row one has 31.
        while monthrange(year, month)[1] < day or (
            date(year, month, day) < self.today if self.ahead else date(year, month, day) > self.today
        ):
            year, month = self.month_on(year, month, step)
        return self.agreeing(date(year, month, day), match["weekday"])

    def one_weekday(self, match: re.Match[str]) -> date:
        weekday, which = _DAY_OF[match["weekday"]], match["which"]
        if which == "next":
            found = self.plus(self.today, 7 - self.today.weekday() + weekday)
        elif which == "last" or (which is None and not self.ahead):
            found = self.weekday_from(self.plus(self.today, -7), weekday)
        elif which == "this":
            found = self.weekday_from(self.today, weekday)
        else:
            found = self.weekday_from(self.plus(self.today, 1), weekday)
        return self.plus(found, {None: 0, " week": 7, " fortnight": 14}[match["later"]])

    def from_day(self, match: re.Match[str]) -> date | None:
        start = self.day(match["day"] or match["near"])
        span = match["span"] or "1 week"
        return self.walk(start, span, -1 if match["way"] == "before" else 1) if start else None

    def nth_weekday(self, match: re.Match[str]) -> date | None:
        period = self.period(match["period"])
        if period is None or period[2] != "month":
            return None
        first, last, _ = period
        weekday, nth = _DAY_OF[match["weekday"]], _ORDINAL_OF[match["nth"]]
        if nth < 0:
            return self.weekday_from(self.plus(last, -6), weekday)
        return self.plus(self.weekday_from(first, weekday), 7 * nth)

    def edge(self, match: re.Match[str]) -> date | None:
        period = self.period(match["period"] or match["last"])
        if period is None:
            return None
        first, last, unit = period
        edge = match["edge"] or "end"
        if edge in {"start", "beginning"}:
            return first
        if edge == "end":
            return last
        return {"week": self.plus(first, 2), "month": first.replace(day=15)}.get(unit)

    def period_alone(self, match: re.Match[str]) -> date | None:
        if match["month"]:
            raise self.refusal("does not say which day of the month.")
        period = self.period(match[0])
        if period is None:
            return None
        return period[0] if match["which"] == "next" or match["after"] else period[1] if match["which"] else None

    def period(self, words: str) -> tuple[date, date, str] | None:
        """First and last day of a week (its Friday), month or year, and which of the three it is."""
        match = _PERIOD.fullmatch(words.removeprefix("the "))
        if match is None:
            return None
        if match["month"]:
            month, year = _MONTH_OF[match["month"]], match["year"]
            last = self.year(year) if year else self.today.year
            if not year and self.ahead and month < self.today.month:
                last += 1
            return self.month_of(last, month)
        ahead = 2 if match["after"] else 1 if match["which"] == "next" else 0
        if match["after"] and match["which"]:
            return None
        if match["unit"] == "week":
            monday = self.plus(self.today, 7 * ahead - self.today.weekday())
            if not ahead and self.today.weekday() > 4:
                monday = self.plus(monday, 7)
            return monday, self.plus(monday, 4), "week"
        if match["unit"] == "month":
            return self.month_of(*self.month_on(self.today.year, self.today.month, ahead))
        year = self.today.year + ahead
        return self.on(year, 1, 1), self.on(year, 12, 31), "year"

    def month_of(self, year: int, month: int) -> tuple[date, date, str]:
        first = self.on(year, month, 1)
        return first, first.replace(day=monthrange(year, month)[1]), "month"

    def unusual(self, words: str) -> date | None:
        """A complete date in another order, such as "2026 December 3" or "3-Dec-2026"."""
        if not _COMPLETE.fullmatch(words):
            return None
        import dateparser  # slow to load, seldom needed

        settings = {
            "DATE_ORDER": "DMY",
            "REQUIRE_PARTS": ["day", "month", "year"],
            "PARSERS": ["absolute-time"],
            "RELATIVE_BASE": datetime.combine(self.today, time(12)),
        }
        try:
            found = dateparser.parse(words, languages=["en"], settings=settings)
        except (ValueError, OverflowError):  # it lets those of `datetime` through, for a year such as 0000
            return None
        # It drops what it cannot place; then this is not the day that was meant.
        if found is None or {found.day, found.year} - {int(digits) for digits in re.findall("[0-9]+", words)}:
            return None
        return found.date()

    def session(self) -> date:
        if self.next_session is None:
            raise self.refusal("has no date yet; settle the next date first, or name a day.")
        return self.next_session

    def dated(self, day: int, month: int, year: str | None) -> date:
        return self.on(self.year(year), month, day) if year else self.nearest(month, day)

    def year(self, digits: str) -> int:
        return int(digits) if len(digits) == 4 else 2000 + int(digits)

    def nearest(self, month: int, day: int) -> date:
        """The next such day, or the last one where the past is meant; today counts as both."""
        now = (self.today.month, self.today.day)
        year = self.today.year
        if self.ahead and (month, day) < now:
            year += 1
        elif not self.ahead and (month, day) > now:
            year -= 1
        return self.on(year, month, day)

    def on(self, year: int, month: int, day: int) -> date:
        if not MINYEAR <= year <= MAXYEAR or not 1 <= month <= 12 or day < 1:
            raise self.refusal("is not a day in the calendar.")
        last = monthrange(year, month)[1]
        if day > last:
            raise self.refusal(f"is not a day: {_MONTHS[month - 1]} {year} has {last}.")
        return date(year, month, day)

    def agreeing(self, found: date, weekday: str | None) -> date:
        if weekday and found.weekday() != _DAY_OF[weekday]:
            shown = f"{found.day} {_MONTHS[found.month - 1]} {found.year}"
            raise self.refusal(f"contradicts itself: {shown} is a {_DAYS[found.weekday()]}.")
        return found

    def weekday_from(self, start: date, weekday: int) -> date:
        return self.plus(start, (weekday - start.weekday()) % 7)

    def plus(self, start: date, days: int) -> date:
        try:
            return start + timedelta(days=days)
        except OverflowError:
            raise self.refusal("is too far away.") from None

    def month_on(self, year: int, month: int, months: int) -> tuple[int, int]:
        year, month = divmod(year * 12 + month - 1 + months, 12)
        if not MINYEAR <= year <= MAXYEAR:
            raise self.refusal("is too far away.")
        return year, month + 1

    def walk(self, start: date, span: str, way: int = 1) -> date:
        """`start` and the steps of `span` further: "1 month and 2 weeks"."""
        for step in _STEPS.finditer(span):
            n = way * (int(step["figure"]) if step["figure"] else _COUNT_OF[step["count"] or "a"])
            unit = step["unit"] or "fortnight"
            if unit.startswith("working"):
                start = self.plus_working(start, n)
            elif unit[0] == "d":
                start = self.plus(start, n)
            elif unit[0] in "wf":
                start = self.plus(start, n * (14 if unit[0] == "f" else 7))
            else:
                year, month = self.month_on(start.year, start.month, n if unit[0] == "m" else 12 * n)
                start = date(year, month, min(start.day, monthrange(year, month)[1]))
        return start

    def plus_working(self, start: date, days: int) -> date:
        # Weekends only: bank holidays differ between the nations of the United Kingdom.
        step = 1 if days > 0 else -1
        for _ in range(abs(days)):
            start = self.plus(start, step)
            while start.weekday() > 4:
                start = self.plus(start, step)
        return start
