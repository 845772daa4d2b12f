"""Whether all words of a screen are there: what is cut off at an edge, runs over one, or hides without saying so."""

from typing import Any

from textual.app import App
from textual.content import Content
from textual.geometry import Region
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static, TextArea

from supervision.tui.widgets.press import Press
from tests.painted import lines


def cut(app: App[Any], place: str) -> list[str]:
    """What is cut off on the screen now; what one scrolls to, where something shows that one can, is not."""
    found = [f"{place}: cut with an ellipsis: {line.strip()!r}" for line in lines(app) if "…" in line]
    for widget in app.screen.query("*").results(Widget):
        if widget.region and widget.display:
            name = f"{place}: {type(widget).__name__} #{widget.id or ''}"
            found += [f"{name} {fault}" for fault in (*_of_the_place(widget), *_of_the_words(widget))]
    return found


def _of_the_place(widget: Widget) -> list[str]:
    """Where it stands, against the window and what holds it."""
    found = []
    window = widget.app.size
    if widget.region.x < 0 or widget.region.right > window.width:
        found.append(f"runs off the side: {widget.region}")
    if widget.show_horizontal_scrollbar:
        found.append("scrolls sideways")
    hides = widget.allow_vertical_scroll and widget.max_scroll_y > 0
    if hides and not (widget.show_vertical_scrollbar and widget.scrollbar_size_vertical):
        found.append(f"hides {widget.max_scroll_y} lines, and nothing shows that one can scroll")
    if widget.show_vertical_scrollbar and not isinstance(widget, TextArea) and _scrolled_away(widget):
        found.append("scrolls inside of something that scrolls")
    if not widget.children and not _scrolled_away(widget):
        seen = _seen(widget)
        if seen.height < widget.region.height or seen.width < widget.region.width:
            found.append(f"is seen in part: {seen.size} of {widget.region.size}")
    return found


def _seen(widget: Widget) -> Region:
    """What is left of a widget when everything that holds it has cut it to its own size."""
    seen = widget.region.intersection(Region(0, 0, *widget.app.size))
    for holder in widget.ancestors:
        if isinstance(holder, Widget):
            seen = seen.intersection(holder.region)
    return seen


def _scrolled_away(widget: Widget) -> bool:
    """Whether it is a part of something that one scrolls, and can see that one can."""
    return any(
        isinstance(holder, Widget) and holder.show_vertical_scrollbar and holder.max_scroll_y > 0
        for holder in widget.ancestors
    )


def _of_the_words(widget: Widget) -> list[str]:
    """The words it holds, against its own room."""
    width, height = widget.content_size
    line: Content | None = None
    if isinstance(widget, Press):
        line = Content(widget.label)
    elif isinstance(widget, Input) and not widget.value:
        line = Content(str(widget.placeholder))
    if line is not None:
        return [f"has room for {width} of {line.cell_length}: {line.plain!r}"] if line.cell_length > width else []
    if isinstance(widget, TextArea) and not widget.text:
        words = widget.placeholder if isinstance(widget.placeholder, Content) else Content(widget.placeholder)
        needed = len(words.wrap(max(1, widget.wrap_width)))
        return [f"needs {needed} lines and has {height}: {words.plain[:50]!r}"] if needed > max(1, height) else []
    if isinstance(widget, OptionList):
        longest = max((len(word) for option in widget.options for word in str(option.prompt).split()), default=0)
        return [f"breaks a word of {longest} cells"] if longest > width > 0 else []
    words = _said(widget)
    needed = len(words.wrap(width)) if width and words.plain.strip() else 0
    return [f"needs {needed} lines and has {height}: {words.plain[:50]!r}"] if needed > height else []


def _said(widget: Widget) -> Content:
    """The words of a label."""
    content = widget.content if isinstance(widget, Static) else ""
    return content if isinstance(content, Content) else Content(str(content))
