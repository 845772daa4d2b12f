"""What is protected and what is not, as it is read on a screen or line by line."""

import re

from supervision.paths import shipped


def page() -> str:
    """The page of the documents: a paragraph is one line, however wide the screen is."""
    found = (shipped("docs") / "protection.md").read_text(encoding="utf-8")
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n(?:\n+|(?=[0-9]+\. ))", found)]
    return "\n\n".join(re.sub(r"\*\*|`|^#+ ", "", part) for part in paragraphs if not part.startswith("# "))
