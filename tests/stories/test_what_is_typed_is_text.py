"""What people type, paste or load is text: shown literally or replaced, never obeyed, nothing raw sent to a terminal.

The program runs on a pty. Its screen is read with a terminal emulator, and every byte it sent is looked at.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from supervision.model.values import Note, Run
from supervision.text import clean, one_line
from tests.conftest import Program
from tests.factory import SAM
from tests.hostile import PAYLOADS, RAW_BYTES, dangerous, huge
from tests.stories import hostile_records as records
from tests.stories.emitted import obeyed, plain
from tests.stories.place import READY, Place, a_place, until
from tests.terminal import Terminal

CLICK = "[@click=app.quit]x[/]"
BOLD = "[b]bold[/b]"
BRACKETS = (CLICK, BOLD, "[bold red on white]x", "[link=https://example.org]x[/link]", "[brackets] and [[double]]")
UNUSUAL = [words for _, words in PAYLOADS if len(words) < 300 and ("[" in words or not words.isascii())]
"""What may be anything but plain letters to whoever takes it in."""
UNSAFE = [words for _, words in PAYLOADS if dangerous(words) or words in BRACKETS]
NOT_KEYS = re.compile("[\x00-\x1f\x7f]")
"""Characters that a keyboard sends for something else than text."""
NEWLINES = re.compile("[\n\r]")
PAGE_DOWN, HOME, END, ESC, ENTER = "\x1b[6~", "\x1b[H", "\x1b[F", "\x1b", "\r"
HELP, FIND, PALETTE, NEXT, DECISION = "\x07", "\x06", "\x10", "\x0e", "\x0c"


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    with a_place() as place:
        for name, value in place.env.items():
            monkeypatch.setenv(name, value)
        yield place


def still_answers(terminal: Terminal) -> None:
    """It opens its help, and closes it again."""
    terminal.send(HELP)
    terminal.wait("I want to ...")
    back(terminal, "I want to ...")


def back(terminal: Terminal, gone: str, to: str = "") -> None:
    """One step back, from where these words are to where those are."""
    terminal.send(ESC)
    terminal.wait(lambda screen: gone not in screen and to in screen)


def leaves_all_well(terminal: Terminal) -> None:
    """It quits by its key, leaves the terminal as it was, and has sent nothing that it need not."""
    assert terminal.leave() == 0
    assert terminal.modes() == terminal.before
    assert obeyed(bytes(terminal.raw)) == []


def choose(terminal: Terminal, name: str, shown: str) -> None:
    """Does something by its name in the palette."""
    terminal.send(PALETTE)
    terminal.wait("What would you like to do?")
    terminal.send(name)
    terminal.wait(lambda screen: screen.count(name) > 1)
    terminal.send(ENTER)
    terminal.wait(shown)


def read_to(terminal: Terminal, last: str) -> str:
    """Turns page after page until these words are there; gives everything that was seen."""
    seen = terminal.text
    while last not in terminal.text:
        before = len(terminal.raw)
        terminal.send(PAGE_DOWN)
        terminal.wait(lambda _, before=before: len(terminal.raw) > before)  # type: ignore[misc]
        seen += terminal.text
    return seen


def where(terminal: Terminal, words: str) -> list[tuple[int, int]]:
    """The cells, by line and column, of the letter in `words` that a click would be meant for."""
    letter = words.index("x")
    return [
        (line, found.start() + letter)
        for line, text in enumerate(terminal.lines)
        for found in re.finditer(re.escape(words), text)
    ]


# -- typed and pasted ---------------------------------------------------------------------------------------------


def typed(words: str | bytes) -> bytes:
    """The bytes of these words, without the characters that are keys."""
    data = words if isinstance(words, bytes) else words.encode("utf-8", "surrogatepass")
    return NOT_KEYS.sub("", data.decode("latin-1")).encode("latin-1")


def kept(data: bytes) -> str:
    """What a record keeps of typed bytes."""
    return clean("".join(letter for letter in data.decode("utf-8", "replace") if not "\x80" <= letter < "\xa0"))


def test_what_is_typed_is_text(place: Place) -> None:
    """Every character that is no key of its own, bytes that are no text at all, and then sequences of keys."""
    lines = [typed(words) for words in UNUSUAL] + [typed(data) for _, data in RAW_BYTES]
    wanted = "\n".join([*map(kept, lines), CLICK, BOLD, "the-end"])
    with place.session() as terminal:
        terminal.send(b"".join(line + b"\r" for line in lines))
        terminal.send(f"{CLICK}\r{BOLD}\rthe-end")
        terminal.wait(lambda screen: CLICK in screen and BOLD in screen and "the-end" in screen)
        for line, column in where(terminal, CLICK):
            terminal.click(line, column)
        until(lambda: place.notes == wanted, "saved as it was typed")
        # Without the brackets of a paste an escape sequence is keys, whatever they do; never more than that.
        for label in ("OSC 52 sets the clipboard", "OSC 8 link", "CSI clears the screen", "DCS", "APC", "reset"):
            terminal.send(dict(PAYLOADS)[label])
        terminal.send("\x1b[1114112;1u\x1b[97;1:1u\x1b[48;0;0;0;0t\x1b[<0;1;1M\x9b2J\x1b[200")
        still_answers(terminal)
        leaves_all_well(terminal)


def test_what_is_pasted_is_text(place: Place) -> None:
    """Everything, escape sequences and control characters too, in the brackets by which terminals mark a paste."""
    pasted = [words.encode("utf-8", "surrogatepass") for _, words in PAYLOADS] + [data for _, data in RAW_BYTES]
    pasted = [words for words in pasted if b"\x1b[201~" not in words]
    with place.session() as terminal:
        for words in pasted:
            terminal.paste(words)
            terminal.send(ENTER)
        terminal.paste(f"{CLICK}\n{BOLD}\nthe last line\n")
        terminal.wait(lambda screen: CLICK in screen and BOLD in screen and "the last line" in screen)
        terminal.paste(dict(PAYLOADS)["CSI ends a bracketed paste"])
        terminal.wait(":quit")
        still_answers(terminal)
        leaves_all_well(terminal)
    wanted = [clean(words.decode("utf-8", "replace")) for words in pasted]
    assert place.notes == "\n".join([*wanted, CLICK, BOLD, "the last line", ":quit"])


def test_more_than_can_be_taken_is_refused_with_a_sentence(place: Place) -> None:
    fits = "\n".join("word " * 199 for _ in range(95))
    assert len(fits) > 90_000
    with place.session() as terminal:
        terminal.send("before, ")
        terminal.paste(huge())
        terminal.wait("at most 100,000 characters")
        terminal.paste("w" * 99_000)
        terminal.wait("at most 2,000 characters")
        terminal.send("after\r")
        terminal.wait("before, after")
        terminal.paste(fits)
        terminal.send("and the-end")
        terminal.wait("the-end")
        leaves_all_well(terminal)
    assert place.notes == f"before, after\n{fits}and the-end"


# -- loaded from records ------------------------------------------------------------------------------------------


def test_a_hostile_record_is_text_on_every_screen_of_a_session(place: Place) -> None:
    """One session with everything in it, walked through from the first question to reading back."""
    session = records.record("2026-11-23-1000-whole")
    chunks = ["\n".join(words for _, words in PAYLOADS[at : at + 20]) for at in range(0, len(PAYLOADS), 20)]
    stages = tuple(records.stage(f"stage-{n}", f"{n} {words}") for n, words in enumerate(chunks))
    notes = tuple(Note(stage=f"stage-{n}", matter=1, runs=(Run(SAM, words),)) for n, words in enumerate(chunks))
    session = replace(
        session, pack=replace(session.pack, stages=stages), stage="stage-0", prompt="stage-0-1", notes=notes
    )
    records.write(place, session, CLICK)
    with place.terminal("open", session.id) as terminal:
        terminal.wait(READY)
        for words in BRACKETS:
            terminal.wait(words)
        terminal.wait(lambda screen: screen.count(CLICK) >= 6)  # a name, the alias, notes, a prompt, actions, decisions
        for line, column in where(terminal, CLICK):
            if line > 2 and column < 85:  # not on the heads and lists, where any click opens what it is on
                terminal.click(line, column)
        for n in range(1, len(stages)):
            terminal.send(NEXT)
            terminal.wait(f"[stage {n}]")
        terminal.send(FIND)
        terminal.wait("words, in any order")
        terminal.paste(CLICK)
        terminal.wait("places")
        terminal.wait(lambda screen: screen.count(CLICK) > 3)
        back(terminal, "places", to=READY)
        choose(terminal, "Actions", "U undo")
        terminal.wait(f"[ ] {CLICK}")
        terminal.send(ENTER)
        terminal.wait("written down")
        terminal.wait(lambda screen: screen.count(CLICK) >= 4)
        back(terminal, "written down", to="U undo")
        back(terminal, "U undo", to=READY)
        terminal.send(DECISION)
        terminal.wait("Because")
        terminal.paste(BOLD)
        terminal.wait(BOLD)
        back(terminal, "Because", to=READY)
        choose(terminal, "Read back", "The record, read back")
        seen = read_to(terminal, "or later")
        assert CLICK in seen and BOLD in seen
        back(terminal, "The record, read back", to=READY)
        still_answers(terminal)
        leaves_all_well(terminal)
    for note, words in zip(place.record.notes, chunks, strict=True):
        assert note.text == clean(words), "what is shown is what is there"


def test_hostile_records_are_text_in_every_list(place: Place) -> None:
    """A record for each payload, with it as the name, the alias, the action, the decision and everything else."""
    rest = [words for words in UNSAFE if words not in BRACKETS]
    records.write_one_each(place, ["the oldest", *rest, *reversed(BRACKETS)])
    with place.terminal(columns=150, rows=50) as terminal:
        terminal.wait("Sessions")
        seen = read_to(terminal, "the oldest")
        for words in BRACKETS:
            assert words in seen, words
        for list_key, to_the_newest, opened in (("a", END, "written down"), ("d", HOME, "Options")):
            terminal.send(list_key)
            terminal.wait("Esc back")
            terminal.send(to_the_newest)
            for words in BRACKETS:
                terminal.wait(words)
            terminal.send(ENTER)
            terminal.wait(opened)
            terminal.wait(lambda screen: screen.count(CLICK) >= 4)
            back(terminal, opened, to="Esc back")
            back(terminal, "Esc back", to="Everything is saved")
        still_answers(terminal)
        leaves_all_well(terminal)


# -- loaded from a prompt pack ------------------------------------------------------------------------------------


def pack_of(folder: Path, words: str) -> Path:
    """A pack of one's own with these words as its title, a stage's, a question, a probe and the rest."""
    said = json.dumps(words)  # a quoted text of JSON is one of YAML
    file = folder / "config" / "prompts" / "mine.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        f"title: {said}\nkind: supervision\nlengths: [60]\nsource: {said}\nconfidentiality: {said}\n"
        f"stages:\n  - id: bring\n    title: {said}\n    minutes: 60\n    prompts:\n      - id: m1\n"
        f"        text: {said}\n        asks: {said}\n        probes: [{said}]\n        suggests: {said}\n",
        encoding="utf-8",
    )
    return file


def test_a_pack_with_anything_unsafe_in_it_is_refused_by_line(place: Place, program: Program) -> None:
    for label, words in PAYLOADS:
        file = pack_of(place.folder, words)
        checked = program("prompts", "check", str(file))
        assert dangerous(checked.stdout + checked.stderr) == [], label
        if dangerous(words):
            assert checked.exit_code == 1, label
            assert f"{file}:1: title: " in checked.stdout, label
            started = program("start", "--with", "Sam", "--prompts", "mine", "--no-tui")
            assert started.exit_code == 1, label
            assert dangerous(started.stderr) == [], label


def test_a_pack_with_brackets_is_shown_literally(place: Place) -> None:
    pack_of(place.folder, f"{CLICK} {BOLD}")
    with place.terminal("start", "--with", "Sam Okafor", "--prompts", "mine") as terminal:
        terminal.wait(READY)
        terminal.wait(lambda screen: screen.count(CLICK) >= 3 and screen.count(BOLD) >= 3)
        for line, column in where(terminal, CLICK):
            terminal.click(line, column)
        still_answers(terminal)
        leaves_all_well(terminal)


# -- line by line, and on the command line ------------------------------------------------------------------------


def test_line_by_line_what_is_typed_is_text(place: Place, program: Program) -> None:
    """On a terminal, with a hostile record to read and hostile lines typed; nothing but text comes out."""
    records.write(place, records.record("2026-11-23-1000-hostile"), "\n".join(UNSAFE))
    lines = [typed(words) for words in UNUSUAL]
    with place.terminal("plain", "2026", rows=50) as terminal:
        terminal.without_echo()
        terminal.wait(lambda _: b"Writing: Ash Patel" in terminal.raw)  # it has scrolled away already
        terminal.send(
            b"".join((b"/" if line.startswith(b"/") else b"") + line + b"\n" for line in lines if line.strip())
        )
        terminal.send("/read\n/actions\n/decisions\n/where\n/help\nthe last line\n/quit\n")
        assert terminal.ended() == 0
        assert terminal.modes() == terminal.before
        said = bytes(terminal.raw)
    assert plain(said) == []
    for words in BRACKETS:
        assert words in said.decode()
    noted = place.notes
    assert "the last line" in noted
    for line in lines:
        assert one_line(line.decode("utf-8", "replace")) in noted


def test_line_by_line_on_a_pipe_any_bytes_are_text(place: Place, program: Program) -> None:
    data = b"".join(b"note " + words.replace(b"\n", b"") + b"\n" for _, words in RAW_BYTES)
    hostile = "".join(f"note {NEWLINES.sub('', words)}\n" for _, words in PAYLOADS).encode("utf-8", "surrogatepass")
    done = program.process("plain", "--with", "Sam Okafor", stdin=data + hostile + huge().encode() + b"\n/read\n")
    assert done.returncode == 0
    assert done.stderr == b""
    assert plain(done.stdout) == []
    refused = [line for line in done.stdout.decode().split("\n") if line.startswith("! ")]
    assert len(refused) == 1 and "at most 100,000 characters" in refused[0]
    noted = place.notes.split("\n")
    assert len(noted) == len(RAW_BYTES) + len(PAYLOADS)
    for words in (
        "family",
        "flag of Scotland",
        "Arabic",
        "Hebrew in English",
        "Persian with a non-joiner",
        "Devanagari",
    ):
        assert f"note {dict(PAYLOADS)[words]}" in noted, words


def test_the_command_line_prints_nothing_but_text(place: Place, program: Program) -> None:
    records.write_one_each(place, [words for _, words in PAYLOADS])
    whole = records.record("2026-11-23-1000-whole", 900)
    records.write(place, whole, "\n".join(UNSAFE))
    for args in (
        ("sessions",),
        ("actions", "--all"),
        ("decisions", "--all"),
        ("show", whole.id),
        ("search", CLICK),
        ("search", "e"),
        ("export", whole.id, "--format", "txt"),
        ("export", whole.id, "--format", "md"),
        ("doctor",),
        (),
    ):
        result = program(*args)
        assert result.exit_code == 0, (args, result.stderr)
        assert dangerous(result.stdout + result.stderr) == [], args
        if args and args[0] in {"sessions", "actions", "decisions", "show", "search"} and args[1:] != ("e",):
            assert CLICK in result.stdout, args
    for args in (("sessions",), ("show", whole.id), ("search", "e"), ("export", whole.id, "--format", "json")):
        assert dangerous(program(*args, "--json").stdout) == [], args
