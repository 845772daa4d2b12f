"""Every door that text comes in by, and the whole corpus at each: it is text or refused, and nothing raw is printed."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from supervision.text import is_clean
from tests.conftest import Program
from tests.factory import TODAY, session
from tests.hostile import PAYLOADS, RAW_BYTES, dangerous, huge

Step = Callable[[str], Iterator[Result]]


def test_the_corpus_is_two_hundred_at_least() -> None:
    words = {text for _, text in PAYLOADS}
    assert len(words) == len(PAYLOADS) and len({label for label, _ in PAYLOADS}) == len(PAYLOADS)
    assert len(PAYLOADS) + len(RAW_BYTES) + bool(huge()) >= 200


def as_argument(words: str) -> str:
    """Without what no system lets through."""
    return words.replace("\0", "")


@pytest.fixture
def steps(program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Step]:
    """What brings these words in by each door, and looks at what came of it."""
    folder = tmp_path / "config"
    (folder / "themes").mkdir(parents=True)
    (folder / "prompts").mkdir()

    def named(words: str) -> Iterator[Result]:
        yield program("start", "--with", as_argument(words), "--alias", as_argument(words), "--no-tui")

    def called(words: str) -> Iterator[Result]:
        monkeypatch.setattr(program, "me", as_argument(words))
        yield program("sessions")
        yield program("actions", "add", "x")
        monkeypatch.undo()

    def surroundings(words: str) -> Iterator[Result]:
        # Half a character has no bytes here: then it is what the system would have made of such a byte.
        words = as_argument(words).encode("utf-8", "replace").decode()
        with monkeypatch.context() as there:
            for name in ("SUPERVISION_ME", "TERM", "COLORTERM", "LANG", "LC_ALL", "USER", "LOGNAME", "SSH_CONNECTION"):
                there.setenv(name, words)
            there.setattr(program, "me", "")
            yield program("sessions")
            yield program("where")

    def settings(words: str) -> Iterator[Result]:
        said = json.dumps(words)
        keys = ("me", "role", "theme", "prompts")
        (folder / "settings.yaml").write_text(
            "".join(f"{key}: {said}\n" for key in keys) + f"keymap: {{{said}: {said}}}\n"
        )
        yield program("sessions")
        yield program("doctor")
        (folder / "settings.yaml").unlink()

    def theme(words: str) -> Iterator[Result]:
        said = json.dumps(words)
        (folder / "themes" / "mine.yaml").write_text(
            f"title: {said}\nabout: {said}\n{said}: 1\ncolours: {{text: {said}}}\n"
        )
        yield program("themes", "list")
        yield program("themes", "check")
        (folder / "themes" / "mine.yaml").unlink()

    def pack(words: str) -> Iterator[Result]:
        said = json.dumps(words)
        (folder / "prompts" / "mine.yaml").write_text(
            f"title: {said}\n{said}: {said}\nstages: [{{id: {said}, prompts: [{said}]}}]\n"
        )
        yield program("prompts", "list")
        yield program("prompts", "check")
        (folder / "prompts" / "mine.yaml").unlink()

    def brought_in(words: str) -> Iterator[Result]:
        from supervision.model import views

        record = spoilt(views.show(session(), TODAY), words)
        (tmp_path / "in.json").write_text(json.dumps(record))
        yield program("import", str(tmp_path / "in.json"))
        yield program("sessions")

    def searched(words: str) -> Iterator[Result]:
        yield program("search", "--", as_argument(words))
        yield program("show", "--", as_argument(words))
        yield program("export", "--", as_argument(words))

    return {
        "names": named,
        "whoever one is": called,
        "surroundings": surroundings,
        "settings": settings,
        "theme": theme,
        "pack": pack,
        "import": brought_in,
        "arguments": searched,
    }


def spoilt(value: Any, words: str) -> Any:
    """A record with these words in place of each text that was typed."""
    kept = {"id", "kind", "role", "state", "stage", "started", "by", "status", "letter", "shows", "created", "owner"}
    if isinstance(value, dict):
        return {key: inner if key in kept else spoilt(inner, words) for key, inner in value.items()}
    if isinstance(value, list):
        return [spoilt(inner, words) for inner in value]
    return words if isinstance(value, str) and value and not value[:4].isdigit() else value


DOORS = ("names", "whoever one is", "surroundings", "settings", "theme", "pack", "import", "arguments")


@pytest.mark.parametrize("door", DOORS)
def test_whatever_comes_in_is_text_or_refused(steps: dict[str, Step], door: str) -> None:
    assert set(steps) == set(DOORS)
    for label, words in PAYLOADS:
        for result in steps[door](words):
            assert result.exception is None or isinstance(result.exception, SystemExit), (label, result.exception)
            assert result.exit_code in (0, 1, 2, 3), label
            assert dangerous(result.output) == [], label
            assert all(is_clean(line) for line in result.output.splitlines()), label
