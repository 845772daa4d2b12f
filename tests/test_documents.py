"""What the documents tell people to type and press, where they lead, and that the reference is the program's own."""

import re
import runpy
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml

from supervision import config
from supervision.cli import TABLE, cli
from supervision.tui import keymap, themes
from supervision.tui.keys import COMMANDS
from tests.conftest import ROOT, Program

DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
GUIDES = [one for one in DOCUMENTS if one.name not in ("reference.md", "newcomers.md")]
SERVES = {"encrypt", "unlock", "lock", "host", "join", "demo", "plain", "relay"}
"""Commands that ask on a terminal, wait for others, or need another computer: only how they are typed is tried."""
IN_A_TEXT = {"tab", "escape", "enter", "space", "esc"}
KEY = re.compile(r"`((?:ctrl\+|alt\+|shift\+)\w|F\d{1,2}|[Tt]ab|Escape)`")
PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE sam\n"


def typed(document: Path) -> Iterator[str]:
    """The lines of its code blocks that somebody types, without what is said beside them."""
    for line in document.read_text(encoding="utf-8").splitlines():
        if line.startswith("    ") and (words := line.strip()).startswith(("supervision", "ssh ", "python")):
            yield re.split(r"\s+#\s", words)[0].strip()


def sample_ids(program: Program) -> dict[str, str]:
    """An id for every command that wants one; sessions, an open action of one's own, and a decision that is due."""
    sessions = program.json("sessions")
    own = program.json("actions", "--mine")
    due = program.json("decisions", "--due")
    return {
        "actions": own[0]["id"] if own else "",
        "decisions": due[0]["id"] if due else "",
        "session": next(row["id"] for row in sessions if row["state"] == "signed"),
    }


def run(program: Program, words: list[str]) -> None:
    command = next((word for word in words if word in TABLE), "")
    ids = sample_ids(program)
    ids["decisions"] = ids["decisions"] or program.json("decisions")[0]["id"]
    args = [ids.get(command, ids["session"]) if word == "ID" else word for word in words]
    if command in ("erase", "redact") or (words[:2] == ["guests", "add"] and "--yes" not in words):
        args.append("--yes")
    if command == "redact":
        record = program.json("show", ids["session"])
        said = next(note["text"] for stage in record["stages"] for note in stage["notes"])
        args[2] = max(said.split(), key=len)
    done = program(*args, stdin="yes\n")
    assert done.exit_code == 0, (args, done.output)


@pytest.mark.parametrize("document", GUIDES, ids=lambda one: one.name)
def test_what_a_document_says_to_type_works(document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    program = Program()
    assert program("demo", "--write", str(tmp_path / "sample")).exit_code == 0
    monkeypatch.setenv("SUPERVISION_STORE", str(tmp_path / "sample"))
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "sam.pub").write_text(PUBLIC_KEY)
    config.remember("me", program.me)
    assert program("agreements", "edit", "Sam", "--set", "purpose=To think").exit_code == 0
    assert program("actions", "add", "Ring J").exit_code == 0  # there is something to take back
    for line in typed(document):
        words = shlex.split(line)
        if words[0] != "supervision":
            continue
        if len(words) > 1 and words[1] in SERVES:
            command = cli.get_command(click.Context(cli), words[1])
            assert command is not None
            with command.make_context(words[1], words[2:]):
                pass
        elif "COMMAND" not in words:
            run(program, words[1:])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda one: one.name)
def test_links_in_a_document_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")):
        if not target.startswith(("http:", "https:")):
            assert (document.parent / target).exists(), target


@pytest.mark.parametrize("document", GUIDES, ids=lambda one: one.name)
def test_keys_that_a_document_names_are_keys(document: Path) -> None:
    known = {key.casefold() for command in COMMANDS for key in command.keys} | IN_A_TEXT
    own = {"ctrl+u", "alt+h"}
    """Examples of keys of one's own."""
    named = {key.casefold() for key in KEY.findall(document.read_text(encoding="utf-8"))}
    assert named - known - own == set()


@pytest.mark.parametrize("document", GUIDES, ids=lambda one: one.name)
def test_names_that_a_document_gives_to_what_one_can_do_are_in_the_palette(document: Path) -> None:
    names = {command.name for command in COMMANDS}
    said = re.findall(r"`([A-Z][a-z]+(?: [a-z]+)+)`", document.read_text(encoding="utf-8"))
    assert set(said) - names == set()


def test_the_reference_is_what_the_program_says_of_itself() -> None:
    written = runpy.run_path(str(ROOT / "docs" / "reference.py"))["reference"]()
    assert (ROOT / "docs" / "reference.md").read_text(encoding="utf-8") == written, "python docs/reference.py"
    assert [name for name in TABLE if f"### {name}\n" not in written] == []
    assert [command.id for command in COMMANDS if f"`{command.id}`" not in written] == []


def test_the_example_of_all_settings_can_be_used_as_it_is() -> None:
    text = (ROOT / "docs" / "settings.yaml").read_text(encoding="utf-8")
    assert set(yaml.safe_load(text)) == set(config.KEYS)
    config.file().parent.mkdir(parents=True, exist_ok=True)
    config.file().write_text(text, encoding="utf-8")
    settings = config.load()
    assert settings.theme in themes.load().usable
    keys = keymap.read(settings.keymap, settings.key_lines)
    assert not keys.refused and not keys.warnings


def test_what_is_typed_line_by_line_does_what_the_guide_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of its slash commands, in its order, in a session of the sample and from a pipe; none of them is refused."""
    monkeypatch.chdir(tmp_path)
    program = Program(me="Ash Patel")
    assert program("demo", "--write", str(tmp_path / "sample")).exit_code == 0
    monkeypatch.setenv("SUPERVISION_STORE", str(tmp_path / "sample"))
    guide = (ROOT / "docs" / "line-by-line.md").read_text(encoding="utf-8")
    lines = [line.strip() for line in guide.splitlines() if line.startswith("    /")]
    assert len(lines) > 15
    answers = [""] * 20
    """The questions of /decide are left open."""
    feed = [part for line in lines for part in (line, *(answers if line.startswith("/decide") else ()))]
    open_one = next(row["id"] for row in program.json("sessions") if row["state"] == "open")
    said = program.plain(open_one, "\n".join(feed) + "\n")
    whole = "".join(said)
    assert [line for line in whole.split("\n") if line.startswith("! ")] == []
    assert "Ring J about the hours" in whole and "lifts" in whole.casefold()
    assert {"record.docx", "report.docx", "own.json"} <= {file.name for file in tmp_path.iterdir()}
    record = program.json("show", open_one)
    assert "Ring J about the hours" in [row["text"] for row in record["actions"] if row["owner"] == "Sam Okafor"]
    assert record["state"] == "signed"
