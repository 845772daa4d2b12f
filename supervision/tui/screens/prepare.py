"""Preparing the next session with somebody: matters to bring, and answers for one's own eyes."""

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets.option_list import Option

from supervision.errors import SupervisionError
from supervision.model.pack import Pack
from supervision.model.private import PreparedMatter, Private
from supervision.private import PrivateNotes
from supervision.tui.screens.own_notes import OwnNotesScreen, Page, pages
from supervision.tui.screens.parts import Choice, Dialog, Full, KeyHints, Line, Plain, Press, Row, Words
from supervision.tui.screens.rows import Rows
from supervision.tui.widgets.hanging import hanging

LONGEST = 44
NO_MATTER = "no matter in particular"
TAKE_AWAY = ("Take this matter away, with what you wrote on it?", "Take it away", "Keep it")


def in_brief(matter: PreparedMatter) -> str:
    """A prepared matter in a few words."""
    words = ", ".join(part for part in (matter.alias, matter.text.split("\n")[0]) if part) or matter.question
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


class PreparedDialog(Dialog[bool]):
    """One matter to bring. What is typed is kept, however one leaves; nowhere but among one's private notes."""

    heading = "Something to bring"
    accept_label = "Keep it"

    def __init__(self, notes: PrivateNotes, private: Private, matter: PreparedMatter | None) -> None:
        super().__init__()
        self._notes = notes
        self._private = private
        self._matter = matter
        # No draft: it would lie where everything that is unfinished lies, and not among what is private.

    def fields(self) -> Iterable[Widget]:
        matter = self._matter or PreparedMatter(id="")
        yield Row("Alias", Line(matter.alias, placeholder="stands for the person: J, or Robin", id="alias"))
        yield Row("Situation", Words(matter.text, placeholder="in a line or two: what it is about", id="situation"))
        yield Row("The question", Words(matter.question, placeholder="the one question it ends in", id="question"))
        yield Plain("Nobody else sees this until you take it into a session.", classes="quiet")

    def buttons(self) -> Iterable[Widget]:
        yield Press(self.accept_label, id="accept", first=True)
        if self._matter is not None:
            yield Press("Take it away", id="drop")
        yield Press("Back", id="leave")

    def start(self) -> None:
        self.query_one("#alias").focus()

    def _put(self) -> None:
        self._private, self._matter = self._notes.prepare(
            self._private,
            id=self._matter.id if self._matter else "",
            alias=self.query_one("#alias", Line).words,
            words=self.query_one("#situation", Words).words,
            question=self.query_one("#question", Words).words,
        )
        self._first = self.typed()

    def keep(self) -> None:
        if self.typed() != self._first:
            self.trying(self._put)

    def accept(self) -> None:
        self._put()
        self.dismiss(True)

    def pressed(self, id: str) -> None:
        from supervision.tui.screens.small import ConfirmDialog

        def answered(yes: bool | None) -> None:
            if yes:
                self.trying(self._drop)

        assert self._matter is not None
        question = ConfirmDialog(*TAKE_AWAY, about=in_brief(self._matter))
        self.app.push_screen(question, answered)

    def _drop(self) -> None:
        assert self._matter is not None
        self._notes.drop(self._private, self._matter.id)
        self.dismiss(True)

    _leaves_anyway = False

    def action_leave(self) -> None:
        self.keep()
        emptied = not any(self.typed().values())
        if self.typed() == self._first or emptied or self._leaves_anyway:
            self.dismiss(True)
        self._leaves_anyway = True


class PrepareScreen(Full[None]):
    """What is prepared for the next session with somebody, read anew each time one comes back to it."""

    DEFAULT_CSS = """
    PrepareScreen > #readers { color: $text-muted; height: auto; margin-bottom: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "another", "Another matter", show=False),
        Binding("x", "drop", "Take it away", show=False),
    ]
    pane = "prepare"

    def __init__(self, notes: PrivateNotes, people: Sequence[str], called: str, pack: Pack) -> None:
        super().__init__()
        self._notes = notes
        self._people = tuple(people)
        self._called = called
        self._pack = pack
        self._private = notes.next_with(self._people)

    def compose(self) -> ComposeResult:
        yield self.top("Prepare the next session", f"with {self._called}")
        yield Plain(self._notes.who_could_read, id="readers")
        yield Row("Thinking about", Choice({"": NO_MATTER}, value="", id="about"), id="thinking")
        yield Plain("", id="said", classes="said")
        yield Rows(id="list")
        yield self.keys(*self._ways())

    def _ways(self) -> Iterator[tuple[str, str, str]]:
        """The keys worth naming."""
        yield "Enter", "open", "open"
        yield "N", "another matter" if self._private.to_take else "a matter", "another"
        if self._private.to_take:
            yield "X", "take it away", "drop"
        yield "Esc", "back", "leave"

    def on_mount(self) -> None:
        self.say("")
        self.reread()
        self.query_one("#list").focus()

    def on_screen_resume(self) -> None:
        self.reread()

    def on_resize(self) -> None:
        self._draw()

    def say(self, sentence: str) -> None:
        """One line above the list."""
        line = self.query_one("#said", Plain)
        line.update(Content(sentence))
        line.display = bool(sentence)

    def reread(self) -> None:
        """Shows what is prepared now."""
        try:
            self._private = self._notes.next_with(self._people)
        except SupervisionError as error:
            self.say(error.sentence)
            return
        about = self.query_one("#about", Choice)
        offered = {matter.id: in_brief(matter) for matter in self._private.to_take}
        new = [id for id in offered if id not in about.names]
        keep = new[-1] if new else about.value if about.value in offered else next(iter(offered), "")
        about.offer({**offered, "": NO_MATTER}, keep)
        self.query_one("#thinking").display = bool(offered)
        self._draw()

    @on(Choice.Changed, "#about")
    def _draw(self) -> None:
        options = [_heading("Matters to bring", first=True)]
        for matter in self._private.to_take:
            question = matter.question.split("\n")[0] or "no question yet"
            options.append(self._row(Content.styled(in_brief(matter), "bold"), question, f"matter {matter.id}"))
        options.append(Option(Content("Another matter" if self._private.to_take else "Write one down"), id="new"))
        options.append(_heading("Answer a question, if you like; answers stay yours"))
        about = self.query_one("#about", Choice).value
        stage = ""
        for n, page in enumerate(self._pages()):
            if page.stage != stage:
                stage = page.stage
                options.append(Option(Content.styled(f"\n{page.title}", "$text-muted"), disabled=True))
            below = self._written(page, about)
            asked = hanging("- ", Content(page.text), self.room, "$text-muted")
            options.append(self._row(asked, below, f"page {n}"))
        self.query_one("#list", Rows).show(options)
        self.query_one(KeyHints).offer(*self._ways())

    def _written(self, page: Page, about: str) -> str:
        """What was written to a question: on this matter, else on another one, so that nothing seems to be lost."""
        on = {about: "you wrote", "": "you wrote, on no matter in particular"}
        on = on | {m.id: f"you wrote, on {in_brief(m)}" for m in self._private.to_take if m.id not in on}
        for matter, words in on.items():
            lines = self._private.text(page.stage, page.prompt, matter).split("\n")
            if first := next((line.strip() for line in lines if line.strip()), ""):
                return f"{'you wrote' if matter == about else words}: {first}"
        return ""

    def _row(self, words: Content, below: str, id: str) -> Option:
        under = hanging("    ", Content.styled(below, "$text-muted"), self.room, "$text-muted")
        return Option(Content("\n").join([words, under]) if below else words, id=id)

    def _pages(self) -> tuple[Page, ...]:
        about = self.query_one("#about", Choice).value
        alias = next((matter.alias for matter in self._private.to_take if matter.id == about), "")
        return tuple(page for page in pages(self._pack, alias) if page.prompt)

    @property
    def _chosen(self) -> tuple[str, str]:
        rows = self.query_one("#list", Rows)
        id = rows.get_option_at_index(rows.highlighted).id if rows.highlighted is not None else ""
        kind, _, which = (id or "").partition(" ")
        return kind, which

    @on(Rows.OptionSelected)
    def action_open(self) -> None:
        kind, which = self._chosen
        if kind == "matter":
            self._open(self._private.prepared(which))
        elif kind == "new":
            self._open(None)
        elif kind == "page":
            about = self.query_one("#about", Choice).value
            self.app.push_screen(OwnNotesScreen(self._notes, self._private, self._pages(), int(which), matter=about))

    def _open(self, matter: PreparedMatter | None) -> None:
        self.app.push_screen(PreparedDialog(self._notes, self._private, matter))

    def action_another(self) -> None:
        self._open(None)

    def action_drop(self) -> None:
        """Takes the matter one is at away, after asking, with what was written on it."""
        from supervision.tui.screens.small import ConfirmDialog

        kind, which = self._chosen
        if kind != "matter":
            self.say("Go to one of the matters first.")
            return

        def answered(yes: bool | None) -> None:
            if yes:
                try:
                    self._notes.drop(self._private, which)
                except SupervisionError as error:
                    self.say(error.sentence)
                self.reread()

        about = in_brief(self._private.prepared(which))
        self.app.push_screen(
            ConfirmDialog(*TAKE_AWAY, about=about),
            answered,
        )


def _heading(words: str, *, first: bool = False) -> Option:
    return Option(Content.styled(words if first else f"\n{words}", "bold $text-muted"), disabled=True)
