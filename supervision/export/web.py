"""A page as one HTML file: nothing is fetched, nothing runs, and it prints well on A4."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from supervision.export.blocks import Page, title
from supervision.text import clean

if TYPE_CHECKING:
    from jinja2 import Template

_TEMPLATES = Path(__file__).with_name("templates")


def html(page: Page) -> str:
    """The page as HTML in which typed text means itself."""
    return _template().render(page=page, title=title(page))


@cache
def _template() -> "Template":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalized,
    )
    environment.globals["style"] = Markup((_TEMPLATES / "page.css").read_text(encoding="utf-8").rstrip())
    return environment.get_template("page.html.j2")


def _finalized(value: Any) -> Any:
    """Typed text without what neither a browser nor a terminal should be given; escaping it is the environment's."""
    return clean(value) if type(value) is str else value
