"""Prompt packs: what the built-in ones hold, what a broken one is told, and whose wins."""

import json
import os
import re
import stat
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from supervision import prompts
from supervision.errors import BadInput, Fault, NotFound, PackFaults, Refused
from supervision.model.pack import Pack, Prompt, filled
from supervision.paths import shipped
from supervision.prompts import reading
from supervision.text import is_clean
from tests.hostile import PAYLOADS, RAW_BYTES

PACKS = Path(__file__).parent / "data" / "packs"
GOOD = (PACKS / "good.yaml").read_text()

BROKEN = {
    "boundaries": ("b1", "b2"),
    "relationships": ("r1",),
    "offering": ("o1", "o2", "o3", "o4", "o5"),
    "kindness": ("k1", "k2"),
    "extra-mile": ("e1", "e2"),
    "need": ("n1", "n2"),
    "systems": ("c1", "c2", "c3"),
}
LENS = [prompt_id for stage, ids in BROKEN.items() if stage != "systems" for prompt_id in ids]


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A config folder of this test's own; the folder its packs would be in."""
    monkeypatch.setenv("SUPERVISION_CONFIG", str(tmp_path / "config"))
    return tmp_path / "config" / "prompts"


def put(own: Path, name: str, text: str) -> Path:
    own.mkdir(parents=True, exist_ok=True)
    file = own / name
    file.write_text(text, encoding="utf-8")
    return file


def each_prompt(pack: Pack) -> Iterator[Prompt]:
    return (prompt for stage in pack.stages for prompt in stage.prompts)


def with_text(text: str) -> bytes:
    """A good pack whose first question is `text`, spelt so that YAML reads exactly that."""
    spelt = "".join(char if char.isascii() and char.isalnum() else f"\\U{ord(char):08X}" for char in text)
    return GOOD.replace("What is going on?", f'"{spelt}"').encode()


# What is built in


def test_built_in_packs_have_no_faults() -> None:
    assert prompts.check() == ()
    assert [(pack.name, pack.where, pack.lengths, pack.fault) for pack in prompts.names()] == [
        ("broken", "built in", (90, 60), None),
        ("peer", "built in", (60,), None),
    ]


@pytest.mark.parametrize("minutes", [90, 60])
def test_broken_goes_from_arriving_to_signed(minutes: int) -> None:
    pack = prompts.find("broken", minutes)
    assert (pack.name, pack.kind, pack.minutes) == ("broken", "supervision", minutes)
    assert [stage.id for stage in pack.stages] == ["arrive", "look-back", "bring", *BROKEN, "decide", "act", "sign"]
    assert "".join(stage.letter for stage in pack.stages) == "BROKEN"
    assert sum(stage.minutes for stage in pack.stages) == minutes
    assert all(stage.minutes > 0 for stage in pack.stages)
    shows = {stage.id: stage.shows for stage in pack.stages if stage.shows not in ("notes", "options")}
    assert shows == {
        "look-back": "look-back",
        "bring": "matters",
        "systems": "actions",
        "decide": "decide",
        "act": "actions",
        "sign": "record",
    }


def test_the_usual_length_of_broken_is_ninety_minutes() -> None:
    pack = prompts.find("broken")
    assert pack.minutes == 90
    assert [stage.minutes for stage in pack.stages] == [5, 8, 15, 6, 5, 6, 5, 5, 5, 5, 12, 5, 8]


def test_every_ask_of_the_guide_has_a_prompt_under_its_section() -> None:
    pack = prompts.find("broken")
    for stage_id, ids in BROKEN.items():
        stage = pack.stage(stage_id)
        assert stage is not None
        assert tuple(prompt.id for prompt in stage.prompts) == ids
        for prompt in stage.prompts:
            assert prompt.asks
            assert 1 <= len(prompt.probes) <= 2


def test_the_three_strategies_each_offer_an_action() -> None:
    suggestions = {prompt.id: prompt.suggests for prompt in each_prompt(prompts.find("broken")) if prompt.suggests}
    assert list(suggestions) == ["c1", "c2", "c3"]
    assert all(text.split()[0] in ("Ask", "Share") and not text.endswith(".") for text in suggestions.values())


def test_peer_has_two_turns_alike_and_takes_an_hour() -> None:
    pack = prompts.find("peer")
    assert (pack.kind, pack.minutes, sum(stage.minutes for stage in pack.stages)) == ("peer", 60, 60)
    steps = [("write", 3), ("present", 5), ("clarify", 2), ("lens", 4), ("reflect", 4), ("respond", 4)]
    assert [(stage.id, stage.minutes) for stage in pack.stages] == [
        ("agree", 5),
        *((f"{step}-{turn}", minutes) for turn in "ab" for step, minutes in steps),
        ("close", 11),
    ]
    turns = {turn: [stage for stage in pack.stages if stage.turn == turn] for turn in ("a", "b")}
    assert [stage.prompts for stage in turns["a"]] == [stage.prompts for stage in turns["b"]]
    assert [stage.id for stage in pack.stages if stage.private] == ["write-a", "write-b"]
    for stage in turns["a"]:
        assert {"presenter", "listener"} <= {prompt.part for prompt in stage.prompts}, stage.id


def test_the_lens_of_peers_asks_what_broken_asks() -> None:
    asked = {prompt.id: prompt for prompt in each_prompt(prompts.find("broken"))}
    lens = prompts.find("peer").stage("lens-a")
    assert lens is not None
    assert [prompt for prompt in lens.prompts if not prompt.part] == [asked[prompt_id] for prompt_id in LENS]


@pytest.mark.parametrize("name", ["broken", "peer"])
def test_every_built_in_text_fits_a_narrow_panel(name: str) -> None:
    pack = prompts.find(name)
    for prompt in each_prompt(pack):
        assert prompt.asks and prompt.probes, prompt.id
        for text in (prompt.text, prompt.asks, *prompt.probes):
            assert len(textwrap.wrap(filled(text), 28)) <= 7, (prompt.id, text)
            assert "{" not in filled(text)


@pytest.mark.parametrize("name", ["broken", "peer"])
def test_built_in_packs_name_their_sources_and_the_limits_of_confidentiality(name: str) -> None:
    pack = prompts.find(name)
    assert "Breaking the Boundaries Collective, breakingtheboundaries.co.uk" in pack.source
    assert "10.1080/17496535.2024.2317618 (CC BY)" in pack.source
    for limit in ("serious harm", "law", "court", "alias"):
        assert limit in pack.confidentiality


def test_a_length_that_a_pack_lacks_is_refused_with_those_it_has() -> None:
    with pytest.raises(Refused, match='"broken" is made for 90 or 60 minutes, not for 75'):
        prompts.find("broken", 75)


def test_an_unknown_pack_is_answered_with_the_one_that_was_meant() -> None:
    with pytest.raises(NotFound, match='no prompt pack "borken"; did you mean "broken"'):
        prompts.find("borken")
    with pytest.raises(NotFound, match="there are broken, peer"):
        prompts.find("something else")


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "", ".", "a\x1b[2Jb", "broken.yaml", "x" * 300])
def test_a_name_never_leads_out_of_the_folders(name: str) -> None:
    with pytest.raises(NotFound) as refused:
        prompts.find(name)
    assert is_clean(refused.value.sentence)
    with pytest.raises(NotFound):
        prompts.source(name)


# A pack of one's own


def test_a_good_pack_is_read_as_it_was_written() -> None:
    ninety, short = prompts.load((PACKS / "good.yaml").read_bytes(), "good.yaml")
    assert (ninety.name, ninety.title, ninety.minutes) == ("good", "Our own [b]pack[/b]", 90)
    assert (short.name, short.minutes) == ("good", 45)
    assert [stage.minutes for stage in ninety.stages] == [30, 15]
    assert [stage.minutes for stage in short.stages] == [20, 15]
    bring, decide = short.stages
    assert (bring.shows, decide.letter) == ("matters", "D")
    shared = Prompt(
        id="shared",
        text="What would {alias} say, were {they} here?",
        asks="Their side of it.",
        probes=("How do you know?",),
    )
    assert bring.prompts == (Prompt(id="m1", text="What is going on?", asks="The situation."), shared)
    # What YAML would take for a truth value or a number is a text all the same.
    yes = Prompt(id="d1", text="Yes", asks="90", probes=("No", "Why: because?"), suggests="Tell the person")
    assert decide.prompts == (yes, shared)


def test_a_pack_of_ones_own_is_found_and_wins_over_a_built_in_one(own: Path) -> None:
    file = put(own, "broken.yaml", GOOD)
    put(own, "Team_2.yaml", GOOD)
    assert prompts.find("broken").title == "Our own [b]pack[/b]"
    assert prompts.find("Team_2", 45).name == "Team_2"
    assert prompts.source("broken") == GOOD
    assert [(pack.name, pack.where, pack.lengths) for pack in prompts.names()] == [
        ("broken", str(file), (90, 45)),
        ("peer", "built in", (60,)),
        ("Team_2", str(own / "Team_2.yaml"), (90, 45)),
    ]
    assert prompts.check() == ()


def test_a_broken_pack_of_ones_own_is_told_and_never_passed_over(own: Path) -> None:
    file = put(own, "broken.yaml", GOOD.replace("asks: The situation.", "ask: The situation."))
    fault = Fault(str(file), 19, "stages.bring.prompts.m1.ask", "There is no such key; did you mean 'asks'?")
    with pytest.raises(PackFaults) as refused:
        prompts.find("broken")
    assert refused.value.faults == (fault,)
    assert prompts.check() == (fault,)
    assert prompts.names()[0] == ("broken", "", str(file), (), fault)


@pytest.mark.parametrize("name", ["our pack.yaml", "ours.yml", "ours.YAML", "päck.yaml"])
def test_a_file_that_could_never_be_chosen_says_so(own: Path, name: str) -> None:
    file = put(own, name, GOOD)
    (fault,) = prompts.check()
    assert (fault.file, fault.key) == (str(file), "file")
    assert "name should end in .yaml" in fault.sentence
    assert prompts.names()[-1].fault == fault


def test_showing_a_pack_obeys_nothing_that_is_in_it(own: Path) -> None:
    put(own, "ours.yaml", f"# \x1b]52;c;cm0gLXJm\x07 \u202e\n{GOOD}")
    assert is_clean(prompts.source("ours"))
    assert GOOD in prompts.source("ours")


def test_line_ends_and_byte_order_mark_of_other_systems_are_fine() -> None:
    expected = prompts.load(GOOD.encode(), "good.yaml")
    assert prompts.load(GOOD.replace("\n", "\r\n").encode("utf-8-sig"), "good.yaml") == expected


# Starting a pack


def test_a_new_pack_has_no_faults_and_can_be_used_at_once(own: Path) -> None:
    file = prompts.new("ours")
    assert file == own / "ours.yaml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(own.stat().st_mode) == 0o700
    assert prompts.check() == prompts.check([file]) == ()
    assert prompts.find("ours").minutes == sum(stage.minutes for stage in prompts.find("ours").stages)


def test_a_new_pack_with_a_built_in_name_begins_as_a_copy_of_it(own: Path) -> None:
    before = prompts.find("broken")
    prompts.new("broken")
    assert prompts.names()[0].where == str(own / "broken.yaml")
    assert prompts.find("broken") == before


def test_a_new_pack_overwrites_nothing(own: Path) -> None:
    file = put(own, "ours.yaml", "mine")
    with pytest.raises(Refused, match="stays as it is"):
        prompts.new("ours")
    assert file.read_text() == "mine"


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "a b", "-x", "x\n", "x\0", "é", "x" * 41, "a\x1b[2J"])
def test_a_new_pack_needs_a_name_that_is_safe_as_a_file(own: Path, name: str) -> None:
    with pytest.raises(BadInput) as refused:
        prompts.new(name)
    assert is_clean(refused.value.sentence)
    assert not own.exists()


def test_a_new_pack_that_cannot_be_written_is_a_sentence(own: Path) -> None:
    own.parent.mkdir(parents=True)
    own.write_text("a file where the folder should be")
    with pytest.raises(Refused):
        prompts.new("ours")


# Faults

UNSEEN = "There is a character here that cannot be shown"
CASES = [
    ("unknown-key", 9, "prompts.shared.probs", "did you mean 'probes'?"),
    ("unknown-key-nothing-like-it", 24, "stages.decide.colour", "what can stand here is id, title, letter, minutes"),
    ("misspelt-required", 2, "knid", "did you mean 'kind'?"),
    ("missing-text", 17, "stages.bring.prompts.m1.text", "This is missing: the question"),
    ("empty-text", 19, "stages.bring.prompts.m1.asks", "This is empty: one line on what the question is asking."),
    ("no-text", 18, "stages.bring.prompts.m1.text", "This is empty: the question"),
    ("blank-probe", 10, "prompts.shared.probes.1", "This is empty."),
    ("duplicate-key", 25, "stages.decide.minutes", "This stands here twice, first in line 23"),
    ("repeated-stage", 21, "stages.bring.id", "'bring' belongs to another stage already, in line 12"),
    ("repeated-prompt", 27, "stages.decide.prompts.shared.id", "'shared' belongs to another prompt already, in line 6"),
    ("dangling", 32, "stages.decide.prompts.2", "There is no prompt 'sharde' under 'prompts'; did you mean 'shared'?"),
    ("twice-in-a-stage", 33, "stages.decide.prompts.3", "names the prompt 'shared' twice"),
    ("no-stages", 11, "stages", "This is empty: the stages, in order."),
    ("no-prompts", 21, "stages.decide.prompts", "This is missing: its prompts"),
    ("minutes-zero", 24, "stages.decide.minutes", "a whole number of minutes, from 1 to 480"),
    ("minutes-not-a-number", 24, "stages.decide.minutes", "a whole number of minutes, from 1 to 480"),
    ("lengths-twice", 3, "lengths.3", "The length 90 stands here twice."),
    ("unknown-kind", 2, "kind", "This should be supervision or peer; did you mean 'supervision'?"),
    ("unknown-shows", 15, "stages.bring.shows", "did you mean 'matters'?"),
    ("bad-id", 17, "stages.bring.prompts.M 1.id", "small letters a to z, digits and hyphens only"),
    ("list-expected", 30, "stages.decide.prompts.d1.probes", "This should be a list"),
    ("text-expected", 18, "stages.bring.prompts.m1.text", "one that begins with { or [ needs quotation marks"),
    ("prompt-expected", 17, "stages.bring.prompts.1", "This is empty."),
    ("brace-at-the-beginning", 18, "text", "A text with { at its beginning needs quotation marks"),
    ("colon-in-a-text", 18, "text", "A text with a colon and a space in it needs quotation marks"),
    ("quote-never-closed", 18, "text", "The quotation mark that opens in this line is never closed."),
    ("bracket-never-closed", 30, "probes", "The bracket that opens in this line is not closed"),
    ("badly-indented", 19, "asks", "This line is not lined up with those above it"),
    ("tab", 13, "title", "Indent with spaces"),
    ("escape-written", 18, "stages.bring.prompts.m1.text", f"{UNSEEN} (U+001B, the escape character)"),
    ("escape-raw", 18, "text", f"{UNSEEN} (U+001B, the escape character)"),
    ("nul", 13, "title", f"{UNSEEN} (U+0000, a control character)"),
    ("bidi", 18, "stages.bring.prompts.m1.text", f"{UNSEEN} (U+202E, RIGHT-TO-LEFT OVERRIDE)"),
    ("lone-surrogate", 18, "text", "A backslash means something special"),
    ("tag", 18, "text", "Packs have no YAML tags"),
    ("two-documents", 33, "file", "A second document begins here"),
    ("key-is-a-list", 24, "stages.decide.?", "A key is a plain word"),
    ("latin-1", 8, "file", "Byte 12 of this line (0xF4) is not UTF-8"),
    ("utf-16", 1, "file", "Byte 1 of this line (0xFF) is not UTF-8"),
    ("empty", 1, "file", "The file is empty."),
    ("a-list", 1, "file", "This should have keys of its own"),
]


@pytest.mark.parametrize(("name", "line", "key", "sentence"), CASES, ids=[case[0] for case in CASES])
def test_a_broken_pack_has_exactly_its_fault(name: str, line: int, key: str, sentence: str) -> None:
    file = PACKS / f"{name}.yaml"
    (fault,) = prompts.check([file])
    assert (fault.file, fault.line, fault.key) == (str(file), line, key)
    assert sentence in fault.sentence
    assert is_clean(str(fault), lines=False)


def test_the_reader_without_its_fast_library_finds_the_same_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    for name, line, _key, _sentence in CASES:
        assert [fault.line for fault in prompts.check([PACKS / f"{name}.yaml"])] == [line], name
    assert prompts.check() == ()


def test_no_broken_pack_is_left_out_of_these_tests() -> None:
    tested = {case[0] for case in CASES} | {"good", "many-at-once", "minutes-for-no-length", "alias-bomb"}
    assert {file.stem for file in PACKS.iterdir()} == tested


def test_every_fault_is_told_at_once_in_the_order_of_lines() -> None:
    faults = prompts.check([PACKS / "many-at-once.yaml"])
    assert [(fault.line, fault.key) for fault in faults] == [
        (1, "kind"),
        (1, "title"),
        (7, "prompts.shared.asks"),
        (23, "stages.decide.minutes"),
        (24, "stages.decide.show"),
        (27, "stages.decide.prompts.d1.text"),
    ]


def test_minutes_for_a_length_that_a_pack_lacks_and_none_for_one_it_has() -> None:
    faults = prompts.check([PACKS / "minutes-for-no-length.yaml"])
    assert [(fault.line, fault.key, fault.sentence) for fault in faults] == [
        (14, "stages.bring.minutes", "The minutes for a session of 45 are missing."),
        (14, "stages.bring.minutes.60", "The pack has no length of 60 minutes, only 90 or 45."),
    ]


def test_an_alias_bomb_is_refused_without_being_built() -> None:
    faults = prompts.check([PACKS / "alias-bomb.yaml"])
    assert {fault.line for fault in faults} == {1, 2, 3, 4}
    assert all("Packs have no YAML a" in fault.sentence for fault in faults)


def test_a_file_of_ten_megabytes_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "big.yaml"
    with file.open("wb") as opened:
        opened.truncate(10_000_000)
    (fault,) = prompts.check([file])
    assert "larger than 1 MB" in fault.sentence
    with pytest.raises(PackFaults, match="larger than 1 MB"):
        prompts.load(b"#" * (reading.SIZE_LIMIT + 1), "big.yaml")


@pytest.mark.parametrize("text", ["a: " + "[" * 100_000, "a: " + "{b: " * 1_000, "- " * 100_000])
def test_deep_nesting_is_refused_without_going_down(text: str) -> None:
    with pytest.raises(PackFaults, match="more deeply"):
        prompts.load(text.encode(), "deep.yaml")


def test_very_many_faults_are_cut_off_with_their_number() -> None:
    with pytest.raises(PackFaults) as refused:
        prompts.load(b"\n".join(b"key%d: x" % number for number in range(1_000)), "x.yaml")
    faults = refused.value.faults
    assert len(faults) == reading.FAULT_LIMIT + 1
    assert "There are 905 more faults" in faults[-1].sentence  # 1,000 keys, and 5 that are missing


def test_files_that_are_not_there_or_not_files_are_faults(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    faults = prompts.check([tmp_path / "gone.yaml", tmp_path, tmp_path / "pipe.yaml"])
    assert [(fault.file, fault.line, fault.key) for fault in faults] == [
        (str(tmp_path / "gone.yaml"), 1, "file"),
        (str(tmp_path), 1, "file"),
        (str(tmp_path / "pipe.yaml"), 1, "file"),
    ]


@pytest.mark.parametrize(("label", "payload"), PAYLOADS, ids=[label for label, _ in PAYLOADS])
def test_a_text_is_taken_literally_or_refused(label: str, payload: str) -> None:
    try:
        packs = prompts.load(with_text(payload), "x.yaml")
    except PackFaults as refused:
        for fault in refused.faults:
            assert is_clean(str(fault), lines=False)
        # What is refused is unsafe, says nothing, or is longer than any prompt.
        assert not is_clean(payload) or not any(map(str.isalnum, payload)) or len(payload) > 600
    else:
        assert packs[0].stages[0].prompts[0].text == payload.strip()


@pytest.mark.parametrize(("label", "payload"), RAW_BYTES, ids=[label for label, _ in RAW_BYTES])
def test_any_bytes_are_a_pack_or_faults(label: str, payload: bytes) -> None:
    for data in (payload, GOOD.encode().replace(b"What is going on?", payload)):
        with pytest.raises(PackFaults) as refused:
            prompts.load(data, "x.yaml")
        assert all(is_clean(str(fault), lines=False) and fault.line >= 1 for fault in refused.value.faults)


@pytest.mark.parametrize("again", [1, 2])
def test_a_fault_quotes_no_character_that_a_terminal_obeys(again: int) -> None:
    data = yaml.safe_load(GOOD)
    data["stages"][0]["prompts"] = ["\x1b[2J\u202e"] * again
    with pytest.raises(PackFaults) as refused:
        prompts.load(json.dumps(data).encode(), "x.yaml")
    assert any("There is no prompt" in fault.sentence for fault in refused.value.faults)
    assert all(is_clean(str(fault), lines=False) for fault in refused.value.faults)


MARKS = ["[", "{", "}", "]", '"', "'", "?", "|", ">", "&a", "*a", "!!x", "#", "%", "\\", "\t", "\x1b", "\u202e", "---"]
LINES = GOOD.splitlines(keepends=True)
PIECES = st.sampled_from(
    [*LINES, *MARKS, " ", "\n", "  ", ": ", "- ", "(prompt)", "[key]", "(id): x\n", "'[key]': x\n"]
)


@given(st.lists(PIECES | st.text(max_size=5), max_size=40))
def test_whatever_a_file_says_it_is_a_pack_or_faults(pieces: list[str]) -> None:
    try:
        prompts.load("".join(pieces).encode("utf-8", "surrogatepass"), "x.yaml")
    except PackFaults as refused:
        assert all(is_clean(str(fault), lines=False) and fault.line >= 1 for fault in refused.faults)


@given(st.integers(0, GOOD.count("\n") - 1), st.sampled_from(["", "  ", "x: [", "    title: Again\n", "    - \n", "?"]))
def test_a_good_pack_with_one_line_changed_is_a_pack_or_faults(number: int, change: str) -> None:
    lines = GOOD.splitlines(keepends=True)
    lines[number] = change
    try:
        prompts.load("".join(lines).encode(), "x.yaml")
    except PackFaults as refused:
        assert all(1 <= fault.line <= len(lines) + 1 for fault in refused.faults)


# Filling in


@pytest.mark.parametrize(
    ("text", "alias", "expected"),
    [
        ("What does {alias} need?", "Robin", "What does Robin need?"),
        ("What does {alias} need?", "", "What does the person need?"),
        ("{alias}'s story", "", "The person's story"),
        ('"{alias}" it is', "", '"The person" it is'),
        ("Wait. {alias} is here", "", "Wait. The person is here"),
        ("Sharing: {alias} too", "", "Sharing: the person too"),
        ("{ alias } {} {0} {x} {{alias}}", "R", "{ alias } {} {0} {x} {R}"),
        ("Is {alias} well?", "{practitioner}", "Is {practitioner} well?"),
        ("Is {alias} well?", r"\1 \g<who> [b]$x", r"Is \1 \g<who> [b]$x well?"),
    ],
)
def test_filling_in_the_alias(text: str, alias: str, expected: str) -> None:
    assert filled(text, alias, "Sam") == expected


PLACES = st.lists(
    st.sampled_from(["{alias}", "{practitioner}", "{", "}", "{}", "{alias", "{{", ". ", "\n"]) | st.text()
)


@given(PLACES, st.text(min_size=1), st.text(min_size=1))
def test_filling_in_changes_the_places_and_nothing_else(pieces: list[str], alias: str, practitioner: str) -> None:
    text = "".join(pieces)
    names = {"{alias}": alias, "{practitioner}": practitioner}
    expected = "".join(names.get(part, part) for part in re.split(r"(\{alias\}|\{practitioner\})", text))
    assert filled(text, alias, practitioner) == expected
    unnamed = text.replace("{alias}", "the person").replace("{practitioner}", "the practitioner")
    assert filled(text).replace("The p", "the p") == unnamed.replace("The p", "the p")


# For editors


def as_json(file: Path) -> object:
    """The file as an editor's schema checker sees it: keys are texts."""
    return json.loads(json.dumps(yaml.safe_load(file.read_text())))


def test_the_schema_accepts_every_pack_we_ship() -> None:
    schema = json.loads(json.dumps(prompts.schema()))
    jsonschema.Draft202012Validator.check_schema(schema)
    ours = [*shipped("prompts").glob("*.yaml"), Path(prompts.__file__).with_name("starter.yaml")]
    assert len(ours) == 3
    for file in ours:
        jsonschema.validate(as_json(file), schema)


@pytest.mark.parametrize(
    "name",
    [
        "unknown-key",
        "misspelt-required",
        "missing-text",
        "no-stages",
        "minutes-zero",
        "unknown-shows",
        "bad-id",
        "a-list",
    ],
)
def test_the_schema_refuses_what_the_check_refuses(name: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(as_json(PACKS / f"{name}.yaml"), prompts.schema())


def test_commands_that_read_no_pack_load_neither_pydantic_nor_yaml() -> None:
    code = "import sys, supervision.prompts; print({'pydantic', 'yaml'} & set(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout == "set()\n"
