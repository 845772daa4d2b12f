"""Words with a mark before them, whose further lines begin below the first word and not below the mark."""

from textual.content import Content
from textual.geometry import Size

from supervision.tui.widgets.press import Plain


def hanging(mark: str, words: Content, width: int, style: str = "") -> Content:
    """`mark`, then `words` wrapped so that all of them stand to its right, in lines of at most `width` cells."""
    indent = " " * len(mark)
    lines = words.wrap(max(width - len(mark), 8))
    return Content("\n").join(
        Content.assemble((mark, style) if n == 0 else indent, line.rstrip()) for n, line in enumerate(lines)
    )


class Hung(Plain):
    """Words to read; a line that goes on below keeps the indentation it began with."""

    def _lines(self, width: int) -> Content:
        words = self.content if isinstance(self.content, Content) else Content(str(self.content))
        told = []
        for line in words.split("\n"):
            indent = len(line.plain) - len(line.plain.lstrip())
            told.append(hanging(" " * indent, line[indent:], max(width, 1)))
        return Content("\n").join(told)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return self._lines(width).plain.count("\n") + 1

    def render(self) -> Content:
        return self._lines(self.content_size.width)
