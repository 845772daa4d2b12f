"""What makes tests of screens quick: no style sheet is read twice in one process."""

from collections.abc import Callable
from typing import Any

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet


def read_once() -> Callable[..., list[RuleSet]]:
    """Instead of Textual's own way, which reads every sheet anew for each application and each of its themes."""
    known: dict[tuple[object, ...], list[RuleSet]] = {}
    parse = Stylesheet._parse_rules

    def parsed(sheet: Stylesheet, css: str, read_from: Any, *more: Any, **named: Any) -> list[RuleSet]:
        key = (css, read_from, more, frozenset(named.items()), frozenset(sheet._variables.items()))
        if key not in known:
            known[key] = parse(sheet, css, read_from, *more, **named)
        return known[key]

    return parsed
