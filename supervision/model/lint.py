"""What in a record could tell a stranger who it is about, pointed out before it is signed.

It advises and never decides: it would rather ask about a word too many than let an address stand. A name at the start
of a sentence, or written in small letters, it cannot tell from another word unless it is told that name.

Every pattern is bounded, so that no text, however made, keeps the reader waiting.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

HitKind = Literal["name", "phone", "e-mail", "postcode", "date of birth", "number"]


@dataclass(frozen=True, slots=True)
class Hit:
    """One place in a text, `text[start:end]`, what it may be, and a sentence that says why it is pointed out."""

    start: int
    end: int
    kind: HitKind
    text: str
    why: str


_WHY_KNOWN = "This is a name you know; the alias says who is meant."
_WHY_TITLED = "A title before it makes this look like somebody's name; use the alias or say what they do."
_WHY_FULL_NAME = "Capitals in a row look like somebody's name, or a place; use the alias or say what it is."
_WHY_NAME = "A capital inside a sentence may begin somebody's name, or a place; use the alias or say what it is."
_WHY_PHONE = "This looks like a telephone number; the record reads as well without it."
_WHY_EMAIL = "This is an e-mail address; say whose it is by what they do."
_WHY_POSTCODE = "This looks like a postcode, which leads to a handful of front doors."
_WHY_BIRTH = "This may be when somebody was born; an age, or a rough one, says enough."
_WHY_NHS = "This looks like an NHS number; it belongs in the case file alone."
_WHY_INSURANCE = "This looks like a National Insurance number; it belongs in the case file alone."
_WHY_NUMBER = "A number this long may belong to an account or a case; it can be traced to one person."

_EMAIL = re.compile(r"(?<![\w.+'-])[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_UK_PHONE = re.compile(r"(?<![\w.+])\(?0[1-9]\d[\d ().\u00a0\u2010-\u2013-]{6,20}")
_PHONE_ABROAD = re.compile(r"(?<![\w+])(?:\+|00)[1-9][\d ().\u00a0\u2010-\u2013-]{6,24}")
_NHS = re.compile(r"(?<![\w.-])\d{3}[ -]?\d{3}[ -]?\d{4}(?![\w-])")
_NHS_BEFORE = re.compile(r"\bnhs\b[^\d\n]{0,20}\Z", re.IGNORECASE)
_INSURANCE = re.compile(  # in small letters only without gaps: "by 12-10-26 a" is English
    r"(?<!\w)(?:[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[A-D]"
    r"|[a-ceghj-pr-tw-z][a-ceghj-npr-tw-z]\d{6}[a-d])(?!\w)"
)
_POSTCODE = re.compile(r"(?<!\w)[A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}(?!\w)", re.IGNORECASE)
_ORDINAL = re.compile(r"\d(?:st|nd|rd|th)\Z")  # "e1 2nd" is no postcode
_LONG_NUMBER = re.compile(r"(?<![\w.,£$€])\d{8,20}(?!\w)")

_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_MONTH = f"(?:{'|'.join(_MONTHS)}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
_DATE = re.compile(
    r"(?<![\w/.-])(?:"
    r"(?P<y1>\d{4})[-/.]\d{1,2}[-/.]\d{1,2}"
    r"|\d{1,2}[-/.]\d{1,2}(?:[-/.](?P<y2>\d{4}|\d{2}))?"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?[ -](?:of )?{_MONTH}\b\.?(?:,?[ -](?P<y3>\d{{4}}))?"
    rf"|{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? (?P<y4>\d{{4}}))?"
    r"|(?P<alone>(?:19|20)\d\d)"
    r")(?![\w/])",
    re.IGNORECASE,
)
_BIRTH = r"(?:born|d\.?o\.?b|date of birth|birth ?dates?|birthdays?)"
_BIRTH_BEFORE = re.compile(rf"\b{_BIRTH}\b[^\n]{{0,30}}\Z", re.IGNORECASE)
_BIRTH_AFTER = re.compile(rf"^[^\n\w]{{0,4}}(?:is |was )?(?:(?:his|her|their|the) )?{_BIRTH}\b", re.IGNORECASE)

_WORD = re.compile(r"[^\W\d_]+(?:(?:['’-]|[\u0300-\u036f]{1,20})[^\W\d_]+)*[\u0300-\u036f]*")
_POSSESSIVE = re.compile(r"['’]s?\Z", re.IGNORECASE)
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "dame", "lady", "lord", "rev"})
_TITLES_OF_OFFICE = frozenset({"PC", "DC", "DS", "DI", "Sgt", "Revd", "Cllr", "Nurse", "Judge"})

# Words that a capital makes no name of: what opens sentences, the calendar, languages, and the field's own.
_COMMON = frozenset(
    re.findall(
        r"\S+",
        """
        a about above accept according actually after afterwards again against agreed all allow almost also although
        always am an and another any anyone anything are aren't around arrange arranged as ask asked at attend
        attended avoid away back be because been before being below best better between both bought brought but by
        called can can't cannot check checked choose clear come contact contacted continue could couldn't despite
        did didn't discussed do does doesn't doing don't done down during each earlier early either else email
        emailed encourage enough even eventually ever every everybody everyone everything except explain explained
        far feels felt few finally find first following for from further gave generally get getting give given go
        going good got had hadn't half has hasn't have haven't having he he'd he'll he's hello help her here hers
        herself hi him himself his hold holding how however i i'd i'll i'm i've if in indeed instead into invite
        invited is isn't it it'd it'll it's its itself just keep keeping kept know last lastly later least leave
        left less let let's like likely listen little long look looked looking made make making many maybe me
        meanwhile meet met might mine more most mostly much must my myself near nearly need needs neither never
        nevertheless new next no nobody none nor not note noted nothing now of off offer offered often ok okay old
        on once one only onto open or other others otherwise our ours ourselves out over overall own perhaps phone
        phoned please possibly previously probably quiet quite rang rather read really recently remember remind
        reminded ring said same saw says second see seemed seems send sent several shall share she she'd she'll
        she's should shouldn't show since so some somebody someone something sometimes somewhere soon speak spoke
        stay still stop such suddenly support take talk talked tell text texted than thank thanks that that's the
        their theirs them themselves then there there's therefore these they they'd they'll they're they've thinking
        third this those though thought three through throughout thus till to today together told tomorrow tonight
        too took towards tried try two under unless unsure until up upon us use used usually very visit visited
        waiting want wanted wants was wasn't we we'd we'll we're we've well went were weren't what what's whatever
        when whenever where whereas whether which while who who's whoever whole whom whose why with within without
        won't wonder wondered worried would wouldn't write wrote yes yesterday yet you you'd you'll you're you've
        your yours yourself

        monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays
        saturdays sundays mon tue tues wed weds thu thur thurs fri sat sun january february march april may june
        july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec christmas
        xmas boxing day easter eve ramadan eid diwali hanukkah passover lent new year year's

        english british welsh scottish irish scots gaelic polish romanian ukrainian russian lithuanian latvian
        portuguese spanish french german italian greek turkish arabic hebrew persian farsi kurdish pashto dari urdu
        hindi punjabi bengali gujarati tamil somali swahili yoruba igbo twi tigrinya amharic chinese cantonese
        mandarin vietnamese tagalog asian african european caribbean american roma traveller travellers muslim
        christian jewish hindu sikh buddhist catholic quaker islam england wales scotland ireland britain uk europe
        bsl makaton deaf black white god bible quran

        mum mam mom mummy dad daddy nan nana nanny gran granny grandma grandad grandpa grandfather grandmother
        auntie aunt uncle mother father sister brother sir madam mr mrs ms miss mx dr prof professor dame lady lord
        rev

        act action actions adult adults agreement alias assessment authority borough boundaries boundary bring
        broken care chair challenging charity child children children's city college compassion concern conduct
        coroner council counsellor county court credit crown decide decision decisions department director
        disability district duty extra family foster gp guide health home hospital house housing independent
        kindness leader legal line local look manager managers meeting mental mile ministry national nhs nurse
        offering officer organisation parliament peer plan police policy practitioner prepare private probation
        prompt protection record reflection relationship relationships review risk safeguarding school section
        senior service services session sign social stage standards state strategy supervisee supervision supervisor
        support system systems team teams trust unit university universal user users wellbeing welfare work worker
        workers working youth code code's capacity rights human equality data association act's procedure procedures
        professional covid covid-19 internet wi-fi wifi facebook whatsapp instagram snapchat tiktok youtube google
        zoom skype facetime microsoft outlook excel word email e-mail tv pip esa dla netflix xbox playstation uber
        lac asd adhd
        """,
    )
)
_ALSO_WORDS = frozenset(
    re.findall(
        r"\S+",
        "will mark grace hope joy rose bill frank faith summer dawn ivy holly daisy amber jack rob sue pat carol guy "
        "art ray drew chance gene robin jasmine ruby pearl iris lily violet olive penny sandy rusty max miles",
    )
)
_PREFIXES = frozenset({"mid", "non", "post", "pre", "anti", "multi", "inter", "re", "co", "ex"})
_OPENS = re.compile(  # a line, its number or bullet; a sentence; a quotation
    r"""(?:\n(?:[ \t]*\w{1,2}[.)])?|[.!?:…])[ \t\u00a0"'“‘«([{*_#>•·☐✓–—-]*\Z|(?:\A|[\s(])["'“‘«]\Z"""
)


def find(
    text: str, names: Sequence[str] = (), allowed: Sequence[str] = (), *, today: date | None = None
) -> tuple[Hit, ...]:
    """Where `text` may identify somebody, in order and without overlap.

    `names` are known names, found in any case where they stand whole; `allowed` (the people in the session, the
    alias) are never pointed out as names. `today` tells a birth from a review date.
    """
    taken = bytearray(len(text))
    hits: list[Hit] = []

    def take(start: int, end: int, kind: HitKind, why: str) -> None:
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            hits.append(Hit(start, end, kind, text[start:end], why))

    for match in _EMAIL.finditer(text):
        take(match.start(), match.end(), "e-mail", _WHY_EMAIL)
    for match in _INSURANCE.finditer(text):
        take(match.start(), match.end(), "number", _WHY_INSURANCE)
    for start, end in _phones(text):
        take(start, end, "phone", _WHY_PHONE)
    for match in _NHS.finditer(text):
        if _is_nhs_number(match[0]) or _NHS_BEFORE.search(text, max(0, match.start() - 25), match.start()):
            take(match.start(), match.end(), "number", _WHY_NHS)
    for match in _POSTCODE.finditer(text):
        if not _ORDINAL.search(match[0]):
            take(match.start(), match.end(), "postcode", _WHY_POSTCODE)
    for start, end in _births(text, today or date.today()):
        take(start, end, "date of birth", _WHY_BIRTH)
    for match in _LONG_NUMBER.finditer(text):
        take(match.start(), match.end(), "number", _WHY_NUMBER)
    for start, end, why in _names(text, names, allowed):
        take(start, end, "name", why)
    return tuple(sorted(hits, key=lambda hit: hit.start))


def _phones(text: str) -> Iterator[tuple[int, int]]:
    for pattern, fewest, most in ((_UK_PHONE, 10, 11), (_PHONE_ABROAD, 9, 15)):
        at = 0
        while match := pattern.search(text, at):
            end = _end_of_number(text, match.start(), match.end(), fewest, most)
            if end:
                yield match.start(), end
            at = end or match.start() + 1


def _end_of_number(text: str, start: int, limit: int, fewest: int, most: int) -> int:
    """Where a number of `fewest` to `most` digits ends, at the end of a group of digits; 0 if there is none."""
    digits = found = 0
    for at in range(start, limit):
        if text[at].isdecimal():
            digits += 1
            ends = at + 1 == len(text) or not (text[at + 1].isalnum() or text[at + 1] in "/@")
            if ends and fewest <= digits <= most:
                found = at + 1
    return found


def _is_nhs_number(written: str) -> bool:
    digits = [int(digit) for digit in written if digit.isdecimal()]
    check = -sum(digit * (10 - place) for place, digit in enumerate(digits[:9])) % 11
    return check == digits[9] and len(set(digits)) > 1


def _births(text: str, today: date) -> Iterator[tuple[int, int]]:
    for match in _DATE.finditer(text):
        start, end = match.span()
        written = match["y1"] or match["y2"] or match["y3"] or match["y4"]
        if _BIRTH_BEFORE.search(text, max(0, start - 45), start) or _BIRTH_AFTER.search(text[end : end + 30]):
            yield start, end
        elif written:
            year = int(written)
            if len(written) == 2:
                year += 2000 if year <= today.year % 100 + 1 else 1900
            # Within about a year of today it is a visit or a review, before 1900 nobody's birth.
            if 1900 <= year < today.year - 1 or (year == today.year - 1 and _month(match[0]) < today.month):
                yield start, end


def _month(written: str) -> int:
    """The month of a date with a year, 12 when it cannot be told."""
    if word := re.search("[a-z]{3,}", re.sub("of ", "", written.lower())):
        return next((n for n, month in enumerate(_MONTHS, 1) if month.startswith(word[0][:3])), 12)
    parts = [int(part) for part in re.findall(r"\d+", written)]
    return parts[1]


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    key: str
    capital: bool
    opens: bool


def _key(word: str) -> str:
    return unicodedata.normalize("NFC", word).casefold().replace("’", "'")


def _tokens(text: str) -> list[_Token]:
    tokens = []
    for match in _WORD.finditer(text):
        word = match[0]
        if _key(word) not in _COMMON:  # "Ada's" is about Ada, "let's" is itself
            word = _POSSESSIVE.sub("", word)
        # A capital and small letters; capitals alone are an abbreviation, one letter an initial.
        capital = word[0].isupper() and not word.isupper()
        start = match.start()
        tokens.append(_Token(start, start + len(word), _key(word), capital, capital and _opens(text, start)))
    return tokens


def _opens(text: str, at: int) -> bool:
    """Whether the word at `at` opens a line, a sentence or a quotation, where a capital means nothing."""
    before = text[at - 30 : at] if at > 30 else "\n" + text[:at]
    return _OPENS.search(before) is not None


def _common(key: str) -> bool:
    return key in _COMMON or any(part in _COMMON or part in _PREFIXES for part in key.split("-"))


def _names(text: str, names: Sequence[str], allowed: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    tokens = _tokens(text)
    free = {_key(match[0]) for name in allowed for match in _WORD.finditer(name)}
    small = {token.key for token in tokens if not token.capital}
    yield from _known(text, tokens, names, free)

    def is_free(token: _Token) -> bool:
        return token.key in free or token.key.split("-")[0] in free

    def candidate(token: _Token) -> bool:
        return token.capital and not _common(token.key) and not is_free(token)

    at = 0
    while at < len(tokens):
        token = tokens[at]
        last = at
        titled = at > 0 and _titled(text, tokens[at - 1], token) and not is_free(token)
        if titled or candidate(token):
            while last + 1 < len(tokens) and _adjoin(text, tokens[last], tokens[last + 1]):
                if not candidate(tokens[last + 1]) or tokens[last + 1].opens:
                    break
                last += 1
        if titled:
            yield tokens[at - 1].start, tokens[last].end, _WHY_TITLED
        elif candidate(token):
            # A word that opens a sentence belongs to the name after it unless it is a word in use here.
            if token.opens and (last == at or token.key in small):
                last = at
            else:
                yield token.start, tokens[last].end, _WHY_FULL_NAME if last > at else _WHY_NAME
        at = last + 1


def _adjoin(text: str, one: _Token, other: _Token) -> bool:
    return text[one.end : other.start] in {" ", "\u00a0"}


def _titled(text: str, title: _Token, token: _Token) -> bool:
    if text[title.end : token.start] not in {" ", "\u00a0", ". ", "."}:
        return False
    written = text[title.start : title.end]
    if written in _TITLES_OF_OFFICE:
        return token.capital and not _common(token.key)
    if title.key in {"mr", "mrs"}:  # these alone are nothing else when written small
        return token.capital or (token.end - token.start > 1 and not _common(token.key))
    return title.key in _TITLES and written[0].isupper() and token.capital


def _known(text: str, tokens: Sequence[_Token], names: Sequence[str], free: set[str]) -> Iterator[tuple[int, int, str]]:
    """Known names: whole in any case, one word of several where it has its capital."""
    wholes: dict[str, list[list[str]]] = {}
    parts: set[str] = set()
    for name in names:
        keys = [_key(match[0]) for match in _WORD.finditer(name)]
        cased = name.upper() != name.lower()
        if free.issuperset(keys) or (cased and len("".join(keys)) == 1):
            continue
        if not cased:  # a script without capitals, perhaps without spaces
            whole = re.escape(name.strip())
            yield from ((match.start(), match.end(), _WHY_KNOWN) for match in re.finditer(whole, text))
            continue
        wholes.setdefault(keys[0], []).append(keys)
        if len(keys) > 1:
            parts.update(key for key in keys if len(key) > 1 and key not in _COMMON)
    for at, token in enumerate(tokens):
        for keys in wholes.get(token.key, ()):
            found = tokens[at : at + len(keys)]
            # A name that is also a word ("Will", "May") needs its capital, and not for opening a sentence.
            as_word = len(keys) == 1 and (token.key in _COMMON or token.key in _ALSO_WORDS)
            if [each.key for each in found] == keys and not (as_word and (token.opens or not token.capital)):
                yield token.start, found[-1].end, _WHY_KNOWN
        if token.capital and token.key in parts and token.key not in free:
            yield token.start, token.end, _WHY_KNOWN
