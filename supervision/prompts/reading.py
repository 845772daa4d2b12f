"""YAML bytes into plain values that remember their lines, refusing everything that a prompt pack has no use for.

A pack may come from anybody, so nothing is built from it before its size, its characters, its depth and its shape are
known to be harmless: no anchors (they can swell a few lines into gigabytes), no tags (they can make objects), one
document. All values are texts as they were written, so that "yes" or "90" in a question stays what the author typed.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from supervision import text as gate
from supervision.errors import Fault, PackFaults

if TYPE_CHECKING:
    import yaml

SIZE_LIMIT = 1_000_000
"""Bytes in a pack file; the built-in ones have about 15,000."""
DEPTH_LIMIT = 12
TOO_DEEP = "Things stand inside each other more deeply here than in any pack."
FAULT_LIMIT = 100
"""Faults told at once; a file that has more is not a pack."""

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain] | None"
Step: TypeAlias = str | int
Way: TypeAlias = tuple[Step, ...]
"""The way to a value: keys, and positions in lists from 0."""

WHOLE: Final = "file"
"""The key of a fault that is not about any one key."""

_UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
_KEY = re.compile(r"""\s*(?:-\s+)*["']?([\w-]+)["']?\s*:(?:\s|$)""")
_QUOTED = re.compile(r"""\s*(?:-\s+)*(?:[\w-]+\s*:\s+)?(["'])(.*)""")
_ITEM = re.compile(r"\s*-\s")
_NAMED = {"\t": "a tab", "\x1b": "the escape character", "\xad": "a soft hyphen", "\r": "a carriage return"}


@dataclass(frozen=True, slots=True)
class Tree:
    """What a file says: values, and the line of each."""

    file: str
    data: Plain
    lines: dict[Way, int]

    def line(self, way: Way) -> int:
        """The line, from 1, where the value at `way` stands, or else what should have held it."""
        while way and way not in self.lines:
            way = way[:-1]
        return self.lines.get(way, 1)

    def key(self, way: Way) -> str:
        """`way` as people would say it: things by their id, others by their place from 1."""
        said, here = [], self.data
        for step in way:
            inside: Plain = None
            if isinstance(here, dict):
                inside = here.get(str(step))
            elif isinstance(here, list) and isinstance(step, int) and step < len(here):
                inside = here[step]
            name = inside.get("id") if isinstance(here, list) and isinstance(inside, dict) else None
            said.append(name if isinstance(name, str) else str(step + 1 if isinstance(step, int) else step))
            here = inside
        return gate.one_line(".".join(said)) or WHOLE

    def fault(self, way: Way, sentence: str) -> Fault:
        # A sentence may quote what stands there.
        return Fault(self.file, self.line(way), self.key(way), gate.one_line(sentence))


def read(data: bytes, file: str) -> tuple[Tree, tuple[Fault, ...]]:
    """The values of a pack file, and the faults beside which it can still be read; PackFaults when it cannot."""
    import yaml

    text = _characters(data, file)
    try:
        refuse(_shape_faults(text, file))
        node = yaml.compose(text, Loader=_loader())
    except yaml.YAMLError as error:
        raise PackFaults([_unreadable(error, text, file)]) from error
    if node is None:
        raise PackFaults([Fault(file, 1, WHOLE, "The file is empty.")])
    planted = _Planting()
    tree = Tree(file, planted.value(node, ()), planted.lines)
    return tree, tuple(Fault(file, line, tree.key(way), sentence) for way, line, sentence in planted.found)


def refuse(faults: Iterable[Fault]) -> None:
    """Raise PackFaults, in the order of the lines, if there are any faults."""
    found = sorted(set(faults), key=lambda fault: (fault.line, fault.key, fault.sentence))
    if len(found) > FAULT_LIMIT:
        more, first = found[FAULT_LIMIT:], found[:FAULT_LIMIT]
        found = [*first, Fault(more[0].file, more[0].line, WHOLE, f"There are {len(more)} more faults from here on.")]
    if found:
        raise PackFaults(found)


def meant(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant by `word`."""
    return next(iter(difflib.get_close_matches(word, list(known), n=1)), None)


def _characters(data: bytes, file: str) -> str:
    if len(data) > SIZE_LIMIT:
        size = f"{SIZE_LIMIT // 1_000_000} MB"
        raise PackFaults([Fault(file, 1, WHOLE, f"The file is larger than {size}, which no prompt pack needs.")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # Counted in the bytes themselves: the decoder leaves the mark at the beginning out of its positions.
        start = error.start + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
        line, column = data.count(b"\n", 0, start) + 1, start - data.rfind(b"\n", 0, start)
        sentence = f"Byte {column} of this line (0x{data[start]:02X}) is not UTF-8; please save the file as UTF-8."
        raise PackFaults([Fault(file, line, WHOLE, sentence)]) from error
    text = text.replace("\r\n", "\n")
    faults = []
    for number, written in enumerate(text.split("\n"), 1):
        if bad := _UNREADABLE.search(written):
            faults.append(Fault(file, number, _key_in(written), hidden(bad[0])))
        elif re.match(r" *\t\s*[^\s#]", written):
            faults.append(Fault(file, number, _key_in(written), "Indent with spaces: a tab cannot stand here."))
    refuse(faults)
    return text


def hidden(char: str) -> str:
    """What to say of a character that a terminal would obey, or hide, instead of showing it."""
    name = _NAMED.get(char) or unicodedata.name(char, "a control character")
    return f"There is a character here that cannot be shown (U+{ord(char):04X}, {name}); please take it out."


def _loader() -> "type[yaml.CSafeLoader] | type[yaml.SafeLoader]":
    import yaml

    return yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


def _shape_faults(text: str, file: str) -> list[Fault]:
    """What a pack has no use for, found event by event, before anything is built."""
    import yaml

    faults: list[Fault] = []
    depth = documents = 0

    written = text.split("\n")

    def say(event: yaml.Event, sentence: str) -> None:
        line = event.start_mark.line if event.start_mark else 0
        faults.append(Fault(file, line + 1, _key_in(written[line]), sentence))

    for event in yaml.parse(text, Loader=_loader()):
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                say(event, "A second document begins here ('---'); a pack is one.")
                break
        elif isinstance(event, yaml.AliasEvent):
            say(event, "Packs have no YAML aliases; if this is text, put it in quotation marks.")
        elif isinstance(event, yaml.NodeEvent):
            if event.anchor is not None:
                say(event, "Packs have no YAML anchors; if this is text, put it in quotation marks.")
            if getattr(event, "tag", None) is not None:
                say(event, "Packs have no YAML tags; if this is text, put it in quotation marks.")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEPTH_LIMIT:
                say(event, TOO_DEEP)
                break
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return faults


class _Planting:
    """Plain values from YAML nodes, noting the line of each and what is wrong on the way."""

    def __init__(self) -> None:
        self.lines: dict[Way, int] = {(): 1}
        self.found: list[tuple[Way, int, str]] = []

    def value(self, node: "yaml.Node", way: Way) -> Plain:
        import yaml

        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, way)
        if isinstance(node, yaml.SequenceNode):
            values: list[Plain] = []
            for place, item in enumerate(node.value):
                self.lines[*way, place] = item.start_mark.line + 1
                values.append(self.value(item, (*way, place)))
            return values
        if node.tag == "tag:yaml.org,2002:null":
            return None
        text = str(node.value)
        if not gate.is_clean(text):
            # The soft hyphen is dropped and the others are replaced, so each is looked at by itself.
            bad = next(char for char in text if not gate.is_clean(char))
            self._say(way, hidden(bad), self.lines[way])
        return text

    def _say(self, way: Way, sentence: str, line: int) -> None:
        self.found.append((way, line, sentence))

    def _mapping(self, node: "yaml.MappingNode", way: Way) -> dict[str, Plain]:
        import yaml

        values: dict[str, Plain] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self._say((*way, "?"), "A key is a plain word, not a list or a set of keys.", line)
                continue
            key = str(key_node.value)
            here = (*way, key)
            if key in values:
                first = self.lines[here]
                self._say(here, f"This stands here twice, first in line {first}; only one can count.", line)
                continue
            self.lines[here] = line
            values[key] = self.value(value_node, here)
        return values


def _key_in(line: str) -> str:
    found = _KEY.match(_UNREADABLE.sub("", line))
    return found[1] if found else WHOLE


def _unreadable(error: "yaml.YAMLError", text: str, file: str) -> Fault:
    """What stops the reader, in words for somebody who has never heard of YAML."""
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    marks = [getattr(error, name, None) for name in ("problem_mark", "context_mark")]
    line, opened = (mark.line + 1 if mark else 1 for mark in marks)
    written = text.split("\n")
    line = min(line, len(written))
    if "end of stream" in problem or "',' or" in problem:
        line = opened
    if quote := _never_closed(written[:line]):
        return Fault(
            file, quote, _key_in(written[quote - 1]), "The quotation mark that opens in this line is never closed."
        )
    shown = written[line - 1]
    value = shown.partition(":")[2].strip() if _KEY.match(shown) else shown.strip().removeprefix("- ").strip()
    begins = value[:1]
    misplaced = any(said in problem for said in ("did not find", "could not find", "expected <"))
    if "nesting" in problem:  # newer releases of the reader give up by themselves
        sentence = TOO_DEEP
    elif "end of stream" in problem:
        sentence = "What opens in this line, a bracket or a quotation mark, is never closed."
    elif "',' or" in problem:
        sentence = "The bracket that opens in this line is not closed, or a comma is missing in it."
    elif "mapping values are not allowed" in problem and re.search(r":\s", value):
        sentence = "A text with a colon and a space in it needs quotation marks around the whole of it."
    elif "cannot start any token" in problem or (begins in set("{['\"") and misplaced):
        sentence = f"A text with {begins} at its beginning needs quotation marks around all of it, of another kind."
    elif "escape" in problem:
        sentence = "A backslash means something special between double quotation marks; use single ones."
    elif "block sequence entries" in problem:
        sentence = "A list begins in the line below its key, each item with '- '."
    elif misplaced or "mapping values are not allowed" in problem:
        sentence = "This line is not lined up with those above it, or lacks a colon and a space after its key."
    else:
        sentence = f"This cannot be read as YAML: {gate.one_line(problem)}."
    return Fault(file, line, _key_in(shown), sentence)


def _never_closed(lines: list[str]) -> int | None:
    """The line, from 1, of a quotation mark after which the file goes on as if it had been closed.

    The reader trips only where the next one stands, which may be many lines further down.
    """
    for number, (line, following) in enumerate(zip(lines, [*lines[1:], ""], strict=True), 1):
        quoted = _QUOTED.fullmatch(line)
        if quoted and quoted[1] not in quoted[2] and (_KEY.match(following) or _ITEM.match(following)):
            return number
    return None
