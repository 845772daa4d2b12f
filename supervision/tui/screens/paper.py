"""A text as it is exported, on the screen: its headings stand out, and what underlines them steps back."""

import re

from textual.content import Content

HEADING = re.compile(r"^(\S.*)\n(={3,}|-{3,})$", re.MULTILINE)


def on_paper(text: str) -> Content:
    """The text, sign for sign: people read here what they sign."""
    content = Content(text)
    for found in HEADING.finditer(text):
        content = content.stylize("bold", *found.span(1)).stylize("$text-muted", *found.span(2))
    return content
