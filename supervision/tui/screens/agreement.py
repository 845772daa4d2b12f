"""The supervision agreement: read as it stands, and made or changed in a conversation, one question at a time."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget

from supervision.errors import BadInput
from supervision.model import agreement as rules
from supervision.model.agreement import Question
from supervision.model.values import Agreement, Person, Who
from supervision.tui.screens import told
from supervision.tui.screens.parts import Choice, Dialog, Line, Page, Plain, Press, WhenLine, Words, names

Answers = dict[str, str]
ABOUT = (
    "A conversation, not a form: each question can be left open. What you agree on is kept beside your sessions, "
    "each of you reads it when a session begins, and you look at it again on a day you choose."
)


def as_read(answers: Mapping[str, str], called: Callable[[Who], str]) -> Content:
    """An agreement to read: what was agreed, question by question."""
    parts = []
    for question, answer in rules.said(answers, called):
        words = told.day(answer) if question.answer == "day" else answer
        parts.append(Content.assemble((question.label, "$text-muted"), "\n", words))
    return Content("\n\n").join(parts) if parts else Content("Every question was left open.")


class Asked(Vertical):
    """One question, with an example and room for the answer."""

    DEFAULT_CSS = """
    Asked { height: auto; }
    Asked > .ask { text-style: bold; margin-bottom: 1; height: auto; }
    Asked > .example { color: $text-muted; margin-bottom: 1; height: auto; }
    """

    def __init__(self, question: Question, field: Widget) -> None:
        super().__init__(Plain(question.ask, classes="ask"), Plain(classes="example"), field, id=f"ask-{question.key}")
        self.question = question

    def show_example(self, example: str) -> None:
        line = self.query_one(".example", Plain)
        line.update(Content(f"For example: {example}"))
        line.display = bool(example)


class AgreementDialog(Dialog[bool]):
    """The agreement of two people; True when a new version was kept. `keep` takes the answers, or refuses them."""

    DEFAULT_CSS = """
    AgreementDialog > .sheet { width: 86; }
    AgreementDialog Form { min-height: 8; }
    AgreementDialog #place { margin-bottom: 1; color: $text-muted; height: auto; }
    AgreementDialog WhenLine { margin-bottom: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n,f3", "turn(1)", "Next question", id="next-question", show=False),
        Binding("ctrl+r,f2", "turn(-1)", "Question before", id="previous-question", show=False),
        Binding("pagedown", "turn(1)", "Next question", show=False),
        Binding("pageup", "turn(-1)", "Question before", show=False),
    ]
    around_page = 8

    def __init__(
        self, people: Sequence[Person], agreement: Agreement | None, today: date, keep: Callable[[Answers], object]
    ) -> None:
        super().__init__()
        self._people = people
        self._agreement = agreement
        self._today = today
        self._keep = keep
        self._kind = rules.kind_of(rules.parties(people))
        self._before: Mapping[str, str] = rules.answers(agreement) if agreement else dict.fromkeys(rules.BY_KEY, "")
        self._questions = rules.questions(self._kind)
        self._at = len(self._questions) if agreement else 0
        self.heading = f"How {names([person.called for person in people])} work together"
        self.draft = f"agreement {rules.id_of(rules.parties(people))}"

    def called(self, who: Who) -> str:
        return next((person.called for person in self._people if person.id == who), who)

    def fields(self) -> Iterable[Widget]:
        yield Plain(id="place")
        for question in self._questions:
            yield Asked(question, self._field(question))
        yield Page(Plain(id="whole"), id="read")

    def _field(self, question: Question) -> Widget:
        before, id = self._before[question.key], f"answer-{question.key}"
        if question.answer == "yes":
            return Choice({"": "no", "yes": "yes"}, value=before, id=id)
        if question.answer == "who":
            names = [person.called for person in self._people]
            return Line(self.called(before) if before else "", suggestions=names, placeholder=" or ".join(names), id=id)
        if question.answer == "day":
            given = date.fromisoformat(before) if before else None
            return WhenLine(self._today, value=given, placeholder="can be left open", id=id)
        return Words(before, placeholder="can be left open", id=id)

    def buttons(self) -> Iterable[Widget]:
        yield Press("Next", id="next", first=True)
        yield Press("Use the example", id="example")
        yield Press("Question before", id="before")
        yield Press("Keep it", id="accept")
        yield Press("Back", id="leave")

    def start(self) -> None:
        self._turn_to(self._at)

    # -- where we are -----------------------------------------------------------------------------------------

    @property
    def _reading(self) -> bool:
        return self._at == len(self._questions)

    @property
    def _changed(self) -> bool:
        return self.typed() != self._first

    @property
    def _asked(self) -> Asked:
        return list(self.query(Asked))[self._at]

    def action_turn(self, by: int) -> None:
        """To another question, or to all of it at the end; an answer that does not fit keeps one here."""

        def turn() -> None:
            if not self._reading:
                question = self._asked.question
                rules.check(question, self._answer(question))
            self._turn_to(self._at + by)

        self.trying(turn)

    def _turn_to(self, at: int) -> None:
        self._at = max(0, min(at, len(self._questions)))
        for n, asked in enumerate(self.query(Asked)):
            asked.display = n == self._at
        self.query_one("#read").display = self._reading
        self.query_one("#next", Press).say("Go through it" if self._reading else "Next")
        self.query_one("#before").display = self._at > 0 and not (self._reading and not self._changed)
        self.query_one("#accept").display = self._changed
        self.query_one("#example").display = False
        self.query_one("#place", Plain).update(Content(self._place()))
        if self._reading:
            self.query_one("#whole", Plain).update(as_read(self._answers(), self.called))
            self.query_one("#accept" if self._changed else "#next", Press).focus()
            return
        asked = self._asked
        example = rules.example(asked.question, self._kind, self._answer(rules.BY_KEY["external"]) == "yes")
        asked.show_example(example)
        self.query_one("#example").display = bool(example)
        next(widget for widget in asked.query("*") if widget.can_focus).focus()

    def _place(self) -> str:
        if not self._reading:
            place = f"Question {self._at + 1} of {len(self._questions)}"
            return f"{ABOUT}\n\n{place}" if self._at == 0 and self._agreement is None else place
        if self._changed:
            asked = "Is this what you agree on?"
            if self._agreement is not None:
                asked += " The version before this one is kept as well."
            if not self._answer(rules.BY_KEY["review_on"]):
                asked += " No day is set to look at it again; Question before sets one."
            return asked
        if self._agreement is None:
            return "Nothing is agreed yet."
        return version(self._agreement, self.called, self._today)

    def onward(self, sender: Widget) -> None:
        self.action_turn(1)

    def pressed(self, id: str) -> None:
        if id == "next":
            self._turn_to(0) if self._reading else self.action_turn(1)
        elif id == "before":
            self.action_turn(-1)
        elif id == "example":
            self._use(rules.example(self._asked.question, self._kind, self._answer(rules.BY_KEY["external"]) == "yes"))

    def _use(self, example: str) -> None:
        field = self._field_of(self._asked.question)
        if isinstance(field, WhenLine):
            field.line.value = example
        elif isinstance(field, Words):
            field.put(example)
        elif isinstance(field, Line):
            field.value = example
        next(widget for widget in self._asked.query("*") if widget.can_focus).focus()

    # -- answers ----------------------------------------------------------------------------------------------

    def _field_of(self, question: Question) -> Widget:
        return self.query_one(f"#answer-{question.key}")

    def _answer(self, question: Question) -> str:
        if question not in self._questions:
            return ""
        field = self._field_of(question)
        if isinstance(field, WhenLine):
            day = field.day()
            return day.isoformat() if day else ""
        assert isinstance(field, Choice | Line | Words)
        if question.answer == "who":
            folded = field.words.casefold()
            return next((person.id for person in self._people if person.called.casefold() == folded), field.words)
        answer = rules.check(question, field.words)
        return answer if isinstance(answer, str) else field.words

    def _answers(self) -> Answers:
        return {question.key: self._answer(question) for question in self._questions}

    def accept(self) -> None:
        if not self._changed:
            self.action_turn(1)
            return
        for n, question in enumerate(self._questions):
            try:
                rules.check(question, self._answer(question))
            except BadInput:
                self._turn_to(n)
                raise
        if not self._reading:
            self._turn_to(len(self._questions))
            return
        self._keep({key: words for key, words in self._answers().items() if words != self._before[key]})
        self.done(True)

    def leaving(self) -> bool:
        return False


def version(agreement: Agreement, called: Callable[[Who], str], today: date) -> str:
    """Which version this is, who made it when, and when it is looked at again."""
    made = f"Version {agreement.version}, made on {told.day(agreement.made)} by {called(agreement.made_by)}"
    if agreement.review_on is None:
        return f"{made}; no day is set to look at it again"
    again = "to be looked at again since" if rules.is_due(agreement, today) else "look at it again on"
    return f"{made}; {again} {told.day(agreement.review_on)}"
