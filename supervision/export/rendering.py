"""A page as plain text or Markdown. Whatever comes out of a template is escaped there, unless a filter did it."""

import re
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from supervision.export.blocks import Field, Page
from supervision.text import clean

if TYPE_CHECKING:
    from jinja2 import Environment

WIDTH = 78
"""Columns of plain text. A longer word, such as an address of a page, stays whole and sticks out."""
_width = ContextVar("width", default=WIDTH)
"""Columns of the page that is being written now."""

_ACTIVE = re.compile(r"[\\`*_{}\[\]<>#|~&$!]|:(?=[a-z0-9_+-]+:)")
_AT_THE_START = re.compile(r"^([0-9]+(?=[.)])|(?=[-+=:]))")


class Ready(str):
    """Text that has its final form for the file it goes into."""

    __slots__ = ()


def text(page: Page, width: int = WIDTH) -> str:
    """The page as plain text, wrapped to `width` columns, ending in a newline."""
    before = _width.set(width)
    try:
        return _environment("txt").get_template("page.txt.j2").render(page=page)
    finally:
        _width.reset(before)


def markdown(page: Page) -> str:
    """The page as Markdown in which typed text means itself, ending in a newline."""
    return _environment("md").get_template("page.md.j2").render(page=page)


def escaped(words: str, indent: int = 0) -> Ready:
    """Typed text that Markdown shows as it is. Its lines stay lines; further ones are indented by `indent` columns."""
    margin = "\n" + " " * indent
    paragraphs: list[list[str]] = [[]]
    for line in clean(words).split("\n"):
        if line.strip():
            paragraphs[-1].append(_escaped_line(line.strip()))
        elif paragraphs[-1]:
            paragraphs.append([])
    return Ready(("\n" + margin).join(("\\" + margin).join(lines) for lines in paragraphs if lines))


def _escaped_line(line: str) -> str:
    return _AT_THE_START.sub(r"\1\\", _ACTIVE.sub(r"\\\g<0>", line))


def wrapped(words: str, first: str = "", rest: str = "") -> Ready:
    """Typed text in the lines of the page, the first line after `first`, all others (its own too) after `rest`."""
    import wcwidth  # only here, and only for pages: lists need no wrapping

    out: list[str] = []
    for line in clean(words).split("\n"):
        before = rest if out else first
        out += wcwidth.wrap(
            line,
            _width.get(),
            initial_indent=before,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
            replace_whitespace=False,
            expand_tabs=False,
            propagate_sgr=False,
            control_codes="ignore",
        ) or [before.rstrip()]
    return Ready("\n".join(line.rstrip() for line in out))


def underlined(words: str, level: int) -> Ready:
    """A heading of plain text; those of the first two levels stand over a line as wide as themselves."""
    import wcwidth

    heading = wrapped(" ".join(clean(words).split()))
    if level > 2:
        return heading
    width = max(wcwidth.width(line) for line in heading.split("\n"))
    return Ready(f"{heading}\n{'=-'[level - 1] * min(width, _width.get())}")


def entry(field: Field, depth: int) -> Ready:
    """A field of plain text. Only its first line reaches the margin, so no typed line can pass for a label."""
    first = "  " * depth + ("- " if depth else "")
    return wrapped(f"{field.label}: {field.text}", first, " " * max(4, len(first)))


@cache
def _environment(form: str) -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        # HTML's way of escaping would be wrong in these two; `finalize` escapes everything that is put out instead.
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_md_finalized if form == "md" else _txt_finalized,
    )
    environment.filters |= {
        "md": escaped,
        "hashes": lambda level: Ready("#" * level),
        "margin": lambda depth: Ready("  " * depth),
        "wrap": wrapped,
        "underline": underlined,
        "entry": entry,
    }
    return environment


def _md_finalized(value: object) -> str:
    return value if isinstance(value, Ready) else escaped(" ".join(str(value).split()))


def _txt_finalized(value: object) -> str:
    return value if isinstance(value, Ready) else clean(str(value), lines=False)
