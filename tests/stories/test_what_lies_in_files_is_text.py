"""Themes, settings, surroundings and records from elsewhere, as an enemy writes them, and the program on a terminal.

The whole corpus stands at each of these doors. Every byte that reaches the terminal is looked at: text, or refused with
a sentence; nothing raw, nothing obeyed, and the exit status is one of ours.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from supervision.export import export
from supervision.model import changes as c
from supervision.model import views
from tests.factory import NOW, TODAY, done, session
from tests.hostile import PAYLOADS
from tests.stories.emitted import obeyed, plain
from tests.stories.place import Place, a_place, until
from tests.stories.test_what_is_typed_is_text import (
    BOLD,
    CLICK,
    END,
    ENTER,
    PAGE_DOWN,
    PALETTE,
    back,
    choose,
    leaves_all_well,
)
from tests.test_hostile_doors import spoilt

WHOLE = [words for _, words in PAYLOADS]
SPREAD = [*WHOLE[::16], CLICK, BOLD]
CORPUS = [pytest.param(SPREAD, id="spread"), pytest.param(WHOLE, id="whole", marks=pytest.mark.long)]
HOME, WELCOME = "Start a session", "Three questions"
"""Stand on the first screen, and over it as long as nobody has said who they are."""
OURS = {0, 1, 2}
"""How the program ends when it has said what is wrong: done, refused, wrong usage."""

Step = tuple[list[str], dict[str, str]]


@pytest.fixture
def place() -> Iterator[Place]:
    with a_place() as place:
        yield place


class Again:
    """The program once for each step, on one terminal; the next step begins when it is told to."""

    def __init__(self, place: Place, steps: list[Step]) -> None:
        files = [place.folder / name for name in ("steps", "go", "done")]
        given, go, self._done = files
        given.write_text("".join(json.dumps({"arguments": args, "files": files}) + "\n" for args, files in steps))
        os.mkfifo(go)
        self.terminal = place.terminal(
            *map(str, files),
            program=("-m", "tests.stories.again_and_again"),
            env={name: value for name, value in place.env.items() if name != "SUPERVISION_ME"},
            columns=100,
            rows=30,
        )
        self._go = go.open("wb", buffering=0)

    def __enter__(self) -> "Again":
        return self

    def __exit__(self, *_: object) -> None:
        self._go.close()
        self.terminal.__exit__(None, None, None)

    @property
    def statuses(self) -> list[int]:
        return [int(line) for line in self._done.read_text().splitlines()] if self._done.exists() else []

    def go(self) -> None:
        self._go.write(b".")

    def over(self, number: int) -> None:
        """Waits until so many steps are over, and takes in what was written meanwhile."""

        def is_over() -> bool:
            self.terminal.listen(0.01)
            return len(self.statuses) >= number

        until(is_over, f"step {number}")


def at_home(screen: str) -> bool:
    return HOME in screen or WELCOME in screen


def lines_only(place: Place, steps: list[Step]) -> str:
    """Everything that these commands wrote, of which a terminal obeys nothing."""
    with Again(place, steps) as again:
        for number in range(1, len(steps) + 1):
            again.go()
            again.over(number)
        said = _ended(again, len(steps), OURS)
    assert plain(said) == []
    return said.decode().replace("\r\n", "\n")


def screens(place: Place, steps: list[Step]) -> str:
    """The same for the interface: each time it comes as far as its first screen, and is left by its key."""
    seen = []
    with Again(place, steps) as again:
        for number in range(1, len(steps) + 1):
            terminal, begun = again.terminal, len(again.terminal.raw)
            terminal.wipe()
            again.go()
            terminal.wait(at_home)
            seen.append(terminal.text)
            terminal.send(b"\x11")
            again.over(number)
            assert obeyed(bytes(terminal.raw[begun:])) == [], steps[number - 1]
        _ended(again, len(steps), {0})
    return "\n".join(seen)


def _ended(again: Again, steps: int, statuses: set[int]) -> bytes:
    terminal = again.terminal
    assert terminal.ended() == 0
    assert len(again.statuses) == steps and set(again.statuses) <= statuses
    assert terminal.modes() == terminal.before
    assert b"Traceback" not in terminal.raw
    return bytes(terminal.raw)


# -- themes -----------------------------------------------------------------------------------------------------------


def write_themes(folder: Path, corpus: list[str]) -> None:
    """Two of each: one that is right but for its words, and one in which nothing is."""
    folder.mkdir(parents=True)
    sound = (Path(__file__).parents[2] / "themes" / "calm-dark.yaml").read_text().partition("colours:")[2]
    for number, words in enumerate(corpus):
        said = json.dumps(words)
        (folder / f"a{number:03}.yaml").write_text(f"title: {said}\nabout: {said}\ndark: true\ncolours:{sound}")
        (folder / f"b{number:03}.yaml").write_text(
            f"title: {said}\nabout: {said}\ndark: {said}\n{said}: {said}\ncolours: {{text: {said}, {said}: {said}}}\n"
        )


def test_themes_are_text_where_they_are_listed_checked_and_chosen(place: Place) -> None:
    themes = place.folder / "config" / "themes"
    write_themes(themes, WHOLE)
    for number, words in enumerate(WHOLE):  # a file's name is somebody's words as well
        name = os.fsencode(words.encode("utf-8", "replace").decode().replace("/", "_").replace("\0", "_")[:60])
        with (themes / os.fsdecode(name + f"-{number}.yaml".encode())).open("w") as file:
            file.write("title: Named by an enemy\n")
    said = lines_only(place, [(["themes", "list"], {}), (["themes", "check"], {})])
    assert CLICK in said and BOLD in said
    for number in range(len(WHOLE)):
        assert f"b{number:03}" in said
    with place.terminal(rows=50) as terminal:
        terminal.wait(HOME)
        terminal.send(PALETTE)
        terminal.wait("What would you like to do?")
        terminal.send("Change theme")
        terminal.wait(lambda screen: screen.count("Change theme") > 1)
        terminal.send(ENTER)
        terminal.wait("Calm, dark")
        seen = terminal.text
        for _ in range(60):
            terminal.send(PAGE_DOWN)
            terminal.listen(0.05)
            seen += terminal.text
        terminal.send(END)
        terminal.listen(0.1)
        assert CLICK in seen and BOLD in seen
        terminal.send(ENTER)
        terminal.wait(HOME)
        assert terminal.leave() == 0
        assert terminal.modes() == terminal.before
        assert obeyed(bytes(terminal.raw)) == []


# -- settings and the key map -----------------------------------------------------------------------------------------


def settings(place: Place, corpus: list[str]) -> Iterator[dict[str, str]]:
    """Files of settings, with the words as values that are taken, as the name, as keys, and in place of everything."""
    file = str(place.folder / "config" / "settings.yaml")
    for said in map(json.dumps, corpus):
        yield {file: f"theme: {said}\nprompts: {said}\nkeymap: {{find: {said}}}\n"}
        yield {file: f"me: {said}\n"}
        yield {file: f"keymap: {{{said}: f3}}\nretention: {{{said}: 6 years}}\n"}
        yield {file: f"role: {said}\nretention: {{peer: {said}}}\n{said}: {said}\nme: [{said}]\n"}
        yield {file: json.loads(said).encode("utf-8", "replace").decode()}


@pytest.mark.parametrize("corpus", [pytest.param(SPREAD[::2], id="spread"), CORPUS[1]])
def test_settings_are_text_on_the_command_line(place: Place, corpus: list[str]) -> None:
    (place.folder / "config").mkdir()
    starts = ["--me", "Ash", "start", "--with", "Sam", "--no-tui"]
    commands = [["themes", "list"], starts] if corpus is WHOLE else [["themes", "list"]]
    said = lines_only(place, [(command, files) for files in settings(place, corpus) for command in commands])
    assert said.count("settings.yaml:1: ") >= len(corpus)


@pytest.mark.parametrize("corpus", [pytest.param(SPREAD[::4], id="spread"), CORPUS[1]])
def test_settings_are_text_on_the_screen(place: Place, corpus: list[str]) -> None:
    (place.folder / "config").mkdir()
    seen = screens(place, [([], files) for files in settings(place, corpus)])
    assert "Your settings are not used until this is put right" in " ".join(seen.split())


# -- surroundings -----------------------------------------------------------------------------------------------------

NAMES = (
    *("SUPERVISION_ME", "TERM", "COLORTERM", "LANG", "LC_ALL", "LC_CTYPE", "USER", "LOGNAME", "SSH_CONNECTION"),
    *("TMUX", "STY", "SSH_TTY", "NO_COLOR", "COLUMNS", "LINES", "EDITOR", "TZ", "XDG_RUNTIME_DIR", "TERM_PROGRAM"),
)


FOLDERS = ("SUPERVISION_STORE", "SUPERVISION_CONFIG", "HOME")
"""Where things lie; these folders bear somebody's words as well."""


def folder_of(place: Place, words: str) -> str:
    name = os.fsencode("f" + words.replace("/", "|"))[:80].decode("utf-8", "ignore")
    return str(place.folder / name)


def surroundings(place: Place, corpus: list[str], rounds: int) -> Iterator[dict[str, str]]:
    """Each time other words in each variable; so many rounds that every payload has stood in so many of them."""
    known = [
        words.encode("utf-8", "surrogateescape" if "\udcff" in words else "replace").decode("utf-8", "surrogateescape")
        for words in corpus
    ]
    known = [words.replace("\0", "") for words in known]
    for turn in range(rounds):
        for start in range(0, len(known), len(NAMES)):
            some = [known[(start + at) % len(known)] for at in range(len(NAMES))]
            shifted = [*some[turn:], *some[:turn]]
            folders = {name: folder_of(place, words) for name, words in zip(FOLDERS, shifted, strict=False)}
            yield {**place.env, **dict(zip(NAMES, shifted, strict=True)), **folders}


@pytest.mark.parametrize("rounds", [1, pytest.param(len(NAMES), id="in every variable", marks=pytest.mark.long)])
def test_surroundings_are_text(place: Place, rounds: int) -> None:
    for env in surroundings(place, WHOLE, rounds):
        with place.terminal("doctor", env=env) as terminal:
            assert terminal.ended() in OURS
            assert plain(bytes(terminal.raw)) == [] and b"Traceback" not in terminal.raw
            assert terminal.modes() == terminal.before


@pytest.mark.parametrize("corpus", [pytest.param(SPREAD[:5], id="spread"), CORPUS[1]])
def test_surroundings_are_text_on_the_screen(place: Place, corpus: list[str]) -> None:
    """All but what terminal it is, without which there is no interface."""
    for env in surroundings(place, corpus, 1):
        with place.terminal(env={**env, "TERM": "xterm-256color"}) as terminal:
            process = terminal.process  # which ends by itself when somebody cannot be called like that
            terminal.wait(lambda screen, process=process: at_home(screen) or process.poll() == 1)  # type: ignore[misc]
            assert terminal.leave() in OURS
            assert obeyed(bytes(terminal.raw)) == [] and b"Traceback" not in terminal.raw
            assert terminal.modes() == terminal.before


# -- records from elsewhere -------------------------------------------------------------------------------------------

BAR = re.compile(rb"\x1b\[\?25[lh]|\x1b\[K|\r")
"""How click draws how far it is."""


def incoming(corpus: list[str]) -> Iterator[dict[str, Any]]:
    """For each payload a record with it in place of everything, and one with it only where people type."""
    for number, words in enumerate(corpus):
        record = views.show(done(session(), c.AddAction(text="Ring", owner="Sam")), TODAY)
        yield spoilt(record, words) | {"id": f"elsewhere-a{number}"}
        typed = {"place": words, "next_focus": words, "matters": [{"n": 1, "alias": words, "text": words}]}
        stages = [one | {"title": words} for one in record["stages"]]
        record |= {"actions": [{**record["actions"][0], "id": f"ring-ring{number:03}", "text": words}]}
        yield record | typed | {"stages": stages, "id": f"elsewhere-b{number}"}


def test_records_are_text_where_they_are_brought_in_and_read(place: Place) -> None:
    whole = [CLICK, *WHOLE]
    file = place.folder / "in.jsonl"
    file.write_text("".join(json.dumps(record) + "\n" for record in incoming(whole)))
    with place.terminal("import", str(file)) as terminal:
        assert terminal.ended() == 1  # some are refused, each with a sentence
        said = BAR.sub(b"", bytes(terminal.raw))
        assert plain(said) == [] and b"Traceback" not in said
        assert terminal.modes() == terminal.before
    kept = place.store.ids()
    assert len(kept) >= len(whole) and "elsewhere-b0" in kept
    with place.terminal("open", "elsewhere-b0", rows=50) as terminal:
        terminal.wait(lambda screen: screen.count(CLICK) >= 3)
        terminal.send(PALETTE)
        terminal.wait("What would you like to do?")
        terminal.send("Go to click")
        terminal.wait(f"Go to {CLICK}")
        back(terminal, "Go there", to="is writing")
        choose(terminal, "Read back", "The record, read back")
        terminal.wait(CLICK)
        leaves_all_well(terminal)


def test_what_comes_back_in_ones_own_copy_is_text_where_one_is_asked(place: Place) -> None:
    """Nobody's words answer the question for whoever sits there."""
    record = replace(session(), id="2026-11-23-1000-test")
    record = done(record, *(c.AddAction(text="Ring", owner="Sam") for _ in range(20)))
    place.store.create(record)
    copy = json.loads(export(record, "json", TODAY, extract="mine", who="Sam", taken=NOW))
    for number, words in enumerate(WHOLE):
        action = copy["actions"][number % 20]
        action["notes"].append({"id": f"note-{number}", "by": action["owner"], "at": NOW.isoformat(), "text": words})
    folder = place.folder / "Downloads"
    folder.mkdir()
    (folder / "copy.json").write_text(json.dumps(copy))
    with place.terminal("import", str(folder / "copy.json"), rows=50) as terminal:
        terminal.wait("Take this over", patience=60)
        terminal.send("n\n")
        assert terminal.ended() == 1
        said = BAR.sub(b"", bytes(terminal.raw))
        assert plain(said) == [] and b"Traceback" not in said and CLICK in said.decode()
    assert not any(action.notes for action in place.record.actions)
    for words in (CLICK, "\x1b]52;c;cm0gLXJmIH4=\x07", "x[/]"):  # a file's name is somebody's words as well
        (folder / f"{words.replace('/', '|')}.json").write_text((folder / "copy.json").read_text())
    with place.terminal(rows=50) as terminal:
        terminal.wait("Ash Patel")
        terminal.send("i")
        terminal.wait("own copy")
        terminal.send(ENTER + ENTER)  # this file, and look into it
        terminal.wait(CLICK)
        leaves_all_well(terminal)
