"""The one gate for text that people typed, pasted or loaded.

A terminal obeys some characters instead of showing them. Everything that enters (keys, pastes, files, imports, packs,
other people's screens) passes here first, so that nothing behind this gate has to think about them. Each unsafe
character becomes the replacement sign, so a reader sees that something stood there.

The ranges are written out rather than taken from `unicodedata`: a record must read the same under every Python.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from supervision.errors import BadInput

REPLACEMENT = "\ufffd"
LINE_LIMIT = 2_000
"""Characters in one line of notes: much longer ones make every key slow."""
NOTE_LIMIT = 100_000
"""Characters in the notes of one stage."""
FIELD_LIMIT = 4_000
"""Characters in one field of a decision, an action or a matter."""
NAME_LIMIT = 60
"""Characters in the name of a person, and in an alias."""

_BREAKS = "\n\x0b\x0c\r\x1c-\x1e\x85\u2028\u2029"
"""What `str.splitlines`, and with it the notes pane, takes for the end of a line."""
_TAGS = "\U000e0000-\U000e007f"
_UNSAFE = (
    "\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f"  # controls (ESC, NUL, DEL, eight-bit ones) except breaks and tab
    "\u061c\u200e\u200f\u202a-\u202e"  # these turn the direction of what follows
    "\u2060-\u206f"  # isolates, invisible operators, deprecated format characters
    "\ufeff\ufff9-\ufffb"  # byte order mark, interlinear annotation
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # shorthand and musical format controls
    "\U000e0080-\U000e00ff\U000e01f0-\U000e0fff"  # invisible and unassigned
    "\ud800-\udfff"  # half a character: cannot be written to a file or a terminal
    "\ufdd0-\ufdef" + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17))
)
_SOFT_HYPHEN = "\xad"  # a hint for printers; terminals disagree on its width, so it goes without a trace

FLAG = "\U0001f3f4[\U000e0061-\U000e007a]{2}[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,4}\U000e007f"
"""The flag of a region such as Scotland: a black flag, its code in tag letters, an end. Elsewhere tags hide text."""

_SUSPECT = re.compile(f"[\t\x0b\x0c\r\x1c-\x1e\x85\u2028\u2029{_SOFT_HYPHEN}{_UNSAFE}{_TAGS}]")
_SUSPECT_IN_LINE = re.compile(f"[\t{_BREAKS}{_SOFT_HYPHEN}{_UNSAFE}{_TAGS}]")
_BREAK = re.compile(f"\r\n|[{_BREAKS}]")
_FLAG = re.compile(FLAG)
_FLAG_LENGTH = 8
_BLACK_FLAG = "\U0001f3f4"
_ATOM = re.compile(f"{FLAG}|.", re.DOTALL)
_REPLACED = re.compile(f"(?P<flag>{FLAG})|[{_UNSAFE}{_TAGS}]")
_BLANK_LETTERS = "\u115f\u1160\u3164\uffa0"  # letters to Unicode, nothing to the eye


def clean(text: str, *, lines: bool = True) -> str:
    """`text` made safe to keep and to show; with `lines=False` on one line.

    Line breaks of every kind become a newline (a space in one line), a tab four spaces (one in one line), and each
    unsafe character one replacement sign. Joiners and variation selectors stay: emoji, Persian and Indic need them.
    Cleaning twice changes nothing more, and two clean texts put together are clean.
    """
    printable = text.replace("\n", "") if lines else text
    if printable.isascii() and printable.isprintable():  # nearly always, and a hundred times faster than looking
        return text
    if not (_SUSPECT if lines else _SUSPECT_IN_LINE).search(text):
        return text
    text = text.replace(_SOFT_HYPHEN, "")
    text = _BREAK.sub("\n" if lines else " ", text)
    text = text.replace("\t", "    " if lines else " ")
    return _REPLACED.sub(lambda found: found["flag"] or REPLACEMENT, text)


def is_clean(text: str, *, lines: bool = True) -> bool:
    """Whether `clean` would leave `text` as it is."""
    return clean(text, lines=lines) == text


def atoms(text: str) -> list[str]:
    """The letters of clean text, each flag in one: what is not to be cut, also where only a part of it is another."""
    return _ATOM.findall(text) if _BLACK_FLAG in text else list(text)


def around_flags(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch of clean text, widened so that it cuts no flag in two; a place within one moves behind it.

    Half a flag is not clean any more: its letters would be read by programs and seen by nobody.
    """
    first = max(start - _FLAG_LENGTH, 0)
    for flag in _FLAG.finditer(text, first, min(end + _FLAG_LENGTH, len(text))):
        if start == end and flag.start() < start < flag.end():
            return flag.end(), flag.end()
        if flag.start() < end and start < flag.end() and start < end:
            start, end = min(start, flag.start()), max(end, flag.end())
    return start, end


def decode(data: bytes) -> str:
    """Clean text from bytes that should be UTF-8; what isn't becomes the replacement sign."""
    return clean(data.decode("utf-8", errors="replace").removeprefix("\ufeff"))


_PLAIN = str.maketrans(
    {
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "ħ": "h",
        "ŧ": "t",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "‘": "'",
        "’": "'",
        "ʼ": "'",
        "“": '"',
        "”": '"',
        "‐": "-",
        "‑": "-",
        "–": "-",
        "—": "-",
    }
)
"""What is no accent to Unicode, and still is typed without; and what keyboards have in its place."""


def fold(words: str) -> str:
    """Words as they are compared in a search: without capitals and accents."""
    if words.isascii():
        return words.lower()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", words).casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).translate(_PLAIN)


_fold_letter = lru_cache(1000)(fold)


def spans(text: str, words: str) -> list[tuple[int, int]]:
    """Where these words stand in a text, whatever their accents and capitals: the beginning and end of each."""
    origin: Sequence[int] = range(len(text))
    whole = text.lower() if text.isascii() else ""
    if not whole:
        folded = [_fold_letter(letter) for letter in text]
        whole = "".join(folded)
        if len(whole) != len(text) or "" in folded:
            origin = [at for at, plain in enumerate(folded) for _ in plain]
    found = []
    for word in fold(words).split():
        at = whole.find(word)
        while at >= 0:
            end = origin[at + len(word) - 1] + 1
            while end < len(text) and unicodedata.combining(text[end]):
                end += 1
            found.append((origin[at], end))
            at = whole.find(word, at + len(word))
    return sorted(found)


def stretch(text: str, words: str, width: int) -> str:
    """A text on one line, or so many characters of it in which the first of these words stands."""
    flat = " ".join(text.split())
    if len(flat) <= width:
        return flat
    first = min((start for start, _ in spans(flat, words)), default=0)
    start = min(max(0, first - width // 3), len(flat) - width)
    start = flat.rfind(" ", 0, start) + 1 if start else 0
    end = start + width
    if end < len(flat):
        end = max(flat.rfind(" ", start, end + 1), start + width // 2)
    return f"{'… ' if start else ''}{flat[start:end]}{' …' if end < len(flat) else ''}"


def one_line(text: str) -> str:
    """`text` cleaned, on one line, without space around it."""
    return clean(text, lines=False).strip()


def check_note(text: str) -> None:
    """Refuse, with BadInput, the notes of one stage when they or one of their lines are too long to work with."""
    if len(text) > NOTE_LIMIT:
        raise BadInput(
            f"The notes of one stage hold at most {NOTE_LIMIT:,} characters, and this would make {len(text):,}; "
            "keep the key points, or put part of it under another stage."
        )
    longest = max(map(len, text.split("\n")))
    if longest > LINE_LIMIT:
        raise BadInput(
            f"A line of notes holds at most {LINE_LIMIT:,} characters, and one here has {longest:,}; "
            "break it into shorter lines."
        )


def field(text: str, what: str, *, lines: bool = True) -> str:
    """The text of a field, cleaned and without space around it; BadInput, naming `what`, when it is too long."""
    text = clean(text, lines=lines).strip()
    if len(text) > FIELD_LIMIT:
        raise BadInput(
            f"{what[:1].upper()}{what[1:]} holds at most {FIELD_LIMIT:,} characters, and this has {len(text):,}; "
            "please shorten it."
        )
    return text


def name(text: str) -> str:
    """A person's name on one line; BadInput when it could not be shown, said or typed as one."""
    shown = _label(text, "name", "Sam Okafor")
    if shown.casefold() == "nobody":
        raise BadInput('"nobody" means that nobody owns an action yet, so it cannot be a person\'s name.')
    return shown


def alias(text: str) -> str:
    """The alias of the person a matter is about, on one line; BadInput when it could not be shown or typed."""
    return _label(text, "alias", "Robin")


def _label(text: str, what: str, example: str) -> str:
    # One spelling of each accented letter, so that a name typed on another keyboard is the same name.
    label = unicodedata.normalize("NFC", " ".join(clean(text, lines=False).split()))
    a = f"an {what}" if what[0] in "aeiou" else f"a {what}"
    if not label:
        raise BadInput(f'Please give {a}, for example "{example}".')
    if REPLACEMENT in label:
        raise BadInput(f"That {what} holds a character that cannot be shown; please type it again without.")
    if len(label) > NAME_LIMIT:
        raise BadInput(f"{a[:1].upper()}{a[1:]} has at most {NAME_LIMIT} characters, and this has {len(label)}.")
    if label[0] in "@/":
        raise BadInput(f'{a[:1].upper()}{a[1:]} cannot begin with "{label[0]}", which begins a command here.')
    if '"' in label:
        raise BadInput(f"Please leave the double quotation marks out of the {what}: they stand around it in commands.")
    if not any(letter.isalnum() and letter not in _BLANK_LETTERS for letter in label):
        raise BadInput(f'{a[:1].upper()}{a[1:]} needs at least one letter or digit, for example "{example}".')
    return label
