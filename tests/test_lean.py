"""What a session holds in memory: nothing is loaded that nobody in it needs, and what is left out is missed nowhere."""

import hashlib
import hmac
import importlib.util
import subprocess
import sys
from collections.abc import Callable
from dataclasses import FrozenInstanceError, is_dataclass
from pathlib import Path

import pytest
from rich.segment import Segment
from rich.style import Style
from textual import strip as textual_strip
from textual.cache import FIFOCache
from textual.strip import Strip

from supervision.cli import lean
from supervision.document import schema, seen
from supervision.model import changes, pack, values
from supervision.tui import TURN
from supervision.tui.strips import keep_rows_alone
from tests.conftest import ROOT, Program
from tests.terminal import Terminal

TELLS = (
    "import sys\n"
    "from supervision.cli import main\n"
    "try:\n    main()\n"
    "finally:\n"
    "    open(sys.argv[0] + '.loaded', 'w').write('\\n'.join(sys.modules))\n"
    "    open(sys.argv[0] + '.turn', 'w').write(str(sys.getswitchinterval()))\n"
)
"""The program, which at its end writes down what it had loaded."""
UNNEEDED = {
    # for lines from another computer
    "supervision.live.away",
    "supervision.live.pipes",
    "supervision.room.journal",
    "supervision.room.relaying",
    "supervision.store.away",
    # before and after a session, and seldom within
    "supervision.export",
    "supervision.model.redaction",
    "supervision.plain",
    "supervision.prompts",
    "supervision.tui.screens.chain",
    "supervision.tui.screens.decide",
    "supervision.tui.screens.home",
    # other people's, of a size that one notices
    "_hashlib",
    "_ssl",
    "asyncssh",
    "click.shell_completion",
    "dateparser",
    "jinja2",
    "pydantic",
    "pyrage",
    "yaml",
}


def surroundings(program: Program) -> dict[str, str]:
    return {**program.environment(), "TERM": "xterm-256color"}


@pytest.mark.parametrize("guest", [False, True], ids=["whose login it is", "a guest"])
def test_an_open_session_has_loaded_nothing_that_it_does_not_need(
    guest: bool, program: Program, tmp_path: Path
) -> None:
    session = program.start()
    sam = next(one["id"] for one in program.json("show", session)["people"] if one["name"] == "Sam Okafor")
    coming_in = ("guest", "--person", sam, "--key", "SHA256:" + "A" * 43) if guest else ("open", session)
    script = tmp_path / "program"
    script.write_text(TELLS)
    with Terminal(coming_in, env=surroundings(program), cwd=ROOT, program=(str(script),)) as terminal:
        terminal.wait("saved")
        terminal.send("words")
        terminal.wait("words")
        assert terminal.leave() == 0
    loaded = set(Path(f"{script}.loaded").read_text().split("\n"))
    assert float(Path(f"{script}.turn").read_text()) == pytest.approx(TURN)
    assert {"textual", "loro", "supervision.tui.screens.session"} <= loaded
    assert loaded & (UNNEEDED | ({"supervision.private"} if guest else set())) == set()


def test_home_is_there_when_a_session_that_was_opened_at_once_is_left(program: Program) -> None:
    session = program.start("--alias", "J")
    with Terminal(("open", session), env=surroundings(program), cwd=ROOT) as terminal:
        terminal.wait("saved")
        terminal.send("words")
        terminal.wait("words")
        terminal.send("\x1b")
        terminal.wait(lambda text: "Continue with Sam Okafor" in text and "words" not in text)
        terminal.send("\r")  # and from there into it again
        terminal.wait("words")
        terminal.send("\x1b")
        terminal.wait(lambda text: "Continue with Sam Okafor" in text and "words" not in text)
        assert terminal.leave() == 0


def said_by(code: str) -> str:
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return ran.stdout + ran.stderr


def test_without_openssl_digests_are_the_same_and_tls_is_there_for_whoever_asks() -> None:
    words = b"vulnerable"
    digests = {name: hashlib.new(name, words).hexdigest() for name in ("md5", "sha1", "sha256", "sha512", "blake2b")}
    keyed = hmac.new(b"key", words, "sha256").hexdigest()
    assert said_by(
        "from supervision.cli import lean\n"
        "lean.load()\n"
        "import asyncio, hashlib, hmac, sys\n"
        "print('_hashlib' in sys.modules, '_ssl' in sys.modules)\n"
        f"found = {{name: hashlib.new(name, {words!r}).hexdigest() for name in {list(digests)}}}\n"
        f"print(found == {digests}, hmac.new(b'key', {words!r}, 'sha256').hexdigest() == {keyed!r})\n"
        "import ssl, _hashlib\n"
        "print(bool(ssl.create_default_context()))\n"
    ).split() == ["False", "False", "True", "True", "True"]


def test_where_python_has_no_digests_of_its_own_those_of_openssl_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    left_out: list[str] = []
    monkeypatch.setattr(lean, "_without", lambda unused, *users: left_out.append(unused))
    found: Callable[[str], object] = importlib.util.find_spec
    monkeypatch.setattr(lean, "find_spec", lambda name: None if name == "_sha3" else found(name))
    lean.load()
    assert left_out == ["ssl"]


def test_what_is_loaded_already_stays_as_it_is() -> None:
    assert said_by(
        "import asyncio.base_events, hashlib, ssl\n"
        "from supervision.cli import lean\n"
        "lean.load()\n"
        "import sys\n"
        "print(asyncio.base_events.ssl is ssl, sys.modules['ssl'] is ssl, '_hashlib' in sys.modules)\n"
    ).split() == ["True", "True", "True"]


def test_a_row_is_cut_and_painted_the_same_and_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def row() -> Strip:
        return Strip([Segment("Ash ", Style(bold=True)), Segment("字 wrote this", Style(color="red"))])

    def made(row: Strip) -> list[object]:
        return [
            row.crop(2, 9),
            row.divide([3, 7, row.cell_length]),
            row.crop_extend(1, 40, None),
            row.adjust_cell_length(40),
            row.apply_style(Style(underline=True)),
            row.apply_offsets(2, 3),
        ]

    with monkeypatch.context() as patch:
        patch.setitem(vars(textual_strip), "FIFOCache", FIFOCache)  # as it comes, whatever ran before this test
        usual = made(row())
        keep_rows_alone()
        lean_row = row()
        assert made(lean_row) == usual == made(lean_row)
        caches = [getattr(lean_row, name) for name in Strip.__slots__ if name.endswith("_cache")]
        assert len({id(cache) for cache in caches if cache is not None}) == 1


def test_values_share_what_they_have_in_common_and_stay_as_they_are() -> None:
    run = values.Run("ash", "Key words")
    assert repr(run) == "Run(by='ash', text='Key words')" and repr(changes.End()) == "End()"
    assert eval(repr(changes.MoveTo(stage="s", prompt="p")), vars(changes)) == changes.MoveTo(stage="s", prompt="p")
    for one, name in ((run, "text"), (run, "new"), (changes.MoveTo(stage="s"), "stage")):
        with pytest.raises(FrozenInstanceError, match=f"cannot assign to field '{name}'"):
            setattr(one, name, "")
        with pytest.raises(FrozenInstanceError, match=f"cannot delete field '{name}'"):
            delattr(one, name)
    assert run == values.Run("ash", "Key words") and len({run, values.Run("ash", "Key words")}) == 1
    for module in (values, changes, pack, schema, seen):
        kinds = [one for one in vars(module).values() if isinstance(one, type) and is_dataclass(one)]
        own = [one for one in kinds if one.__module__ == module.__name__]
        assert own and len({(one.__repr__, one.__setattr__, one.__delattr__) for one in own}) == 1, module
