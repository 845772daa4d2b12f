"""Words with a mark before them, whose further lines begin below the first word and not below the mark."""

from textual.content import Content


def hanging(mark: str, words: Content, width: int, style: str = "") -> Content:
    """`mark`, then `words` wrapped so that all of them stand to its right, in lines of at most `width` cells."""
    indent = " " * len(mark)
    lines = words.wrap(max(width - len(mark), 8))
    return Content("\n").join(
        Content.assemble((mark, style) if n == 0 else indent, line.rstrip()) for n, line in enumerate(lines)
    )
