"""How a chain reads on the screen, row by row."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from textual.content import Content

from supervision.model import chain, rules
from supervision.model.chain import Chain
from supervision.model.values import Action, Decision
from supervision.tui.screens import told
from supervision.tui.screens.listed import MARKS
from supervision.tui.widgets.hanging import hanging
from supervision.tui.widgets.names import short_names

Kind = Literal["record", "decision", "link", "action", "nothing"]
Told = Iterator[tuple[Kind, str, Content]]

LINKS = ("Answers", "Options", "Decision", "Actions", "Review")
WITHOUT_DECISION = ("Answers", "Action")
"""The links of an action that serves no decision."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the link of the chain it belongs to, what it is, which one, and how it reads."""

    link: int
    kind: Kind
    words: Content
    id: str = ""


@dataclass(frozen=True, slots=True)
class ChainRows:
    """The rows of one chain, in lines of at most `width` cells. `named` tells of a decision that lives elsewhere."""

    chain: Chain
    today: date
    width: int
    named: Callable[[str], str]

    def rows(self) -> list[Row]:
        """All of them, in their order; each link has at least one."""
        links: tuple[Callable[[], Told], ...] = (self._answers, self._actions)
        if self.chain.decision is not None:
            links = (self._answers, self._options, self._decision, self._actions, self._review)
        return [Row(n, kind, words, id) for n, link in enumerate(links) for kind, id, words in link()]

    def _answers(self) -> Told:
        session, chained = self.chain.session, self.chain
        matter = session.matter_of(chained.matter)
        brought = ". ".join(part.rstrip(".") for part in (matter.text, matter.question) if part)
        if brought:
            yield (
                "record",
                "",
                hanging(
                    "", Content.assemble((f"{matter.alias}  " if matter.alias else "", "bold"), brought), self.width
                ),
            )
        if chained.decision is None:
            stage, question = chain.asked(session, chained.actions[0])
            if question:
                yield "record", "", Content.assemble((f"{stage.title if stage else ''}  ", "bold"), question)
        names = short_names(session)
        for answer in chained.answers:
            lines = [Content.styled(f"{answer.stage.letter}  {answer.stage.title}".strip(), "bold")]
            for line, mark in zip(answer.lines, answer.marked, strict=True):
                words = Content.assemble(line.text.strip(), (f"  {mark}" if mark else "", "$accent"))
                lines.append(hanging(f"{names.get(line.by, line.by)}  ", words, self.width, "$text-muted"))
            yield "record", "", Content("\n").join(lines)
        if not brought and not chained.answers:
            yield "nothing", "", Content.styled("Nothing was noted on this.", "$text-muted")

    def _options(self) -> Told:
        session, decision = self.chain.session, self._decided
        practitioner = next((p.called for p in session.people if p.role == "practitioner"), "the practitioner")
        for option in decision.options:
            lines = [Content.styled(option.text, "bold")]
            for whom, words in (
                (self.chain.alias or "the person", option.for_person),
                (practitioner, option.for_practitioner),
                ("others", option.for_others),
            ):
                if words:
                    lines.append(hanging(f"  for {whom}  ", Content(words), self.width, "$text-muted"))
            yield "decision", "", Content("\n").join(lines)
        if not decision.options:
            yield "nothing", "", Content.styled("No options were written down.", "$text-muted")

    def _decision(self) -> Told:
        session, decision = self.chain.session, self._decided
        standing = told.STATUS_NAMES[rules.status(session, decision)]
        agreed = ", ".join(f"{session.called(mark.by)} {told.moment(mark.at)}" for mark in decision.marks)
        lines = [
            ("We", told.stance(decision)),
            ("Until", decision.limits),
            ("Because", decision.rationale),
            ("The need", decision.need),
            ("Support", told.support(decision)),
            ("Agreed by", agreed),
            ("Stands", ", ".join(part for part in (standing, told.needs(decision)) if part)),
        ]
        yield (
            "decision",
            decision.id,
            Content("\n").join(
                hanging(f"{name:<11}", Content(words), self.width, "$text-muted") for name, words in lines if words
            ),
        )
        for name, id in (("Replaces", decision.replaces), ("Replaced by", decision.replaced_by)):
            if id:
                since = (
                    f", since {told.day(decision.replaced_on)}" if decision.replaced_on and name != "Replaces" else ""
                )
                words = Content(f"{self.named(id)}{since}")
                yield "link", id, hanging(f"{name:<11}".ljust(len(name) + 2), words, self.width, "$accent")

    def _actions(self) -> Told:
        for action in self.chain.actions:
            yield "action", action.id, self._action(action)
        if not self.chain.actions:
            yield "nothing", "", Content.styled("No action serves it yet; A writes one down.", "$text-muted")

    def _action(self, action: Action) -> Content:
        session = self.chain.session
        stage, _ = chain.asked(session, action)
        facts = [session.called(action.owner) if action.owner else "nobody yet"]
        if action.due:
            late = rules.is_overdue(action, self.today)
            facts.append(f"{'overdue, ' if late else ''}by {told.day(action.due)}")
        if action.waiting_on:
            facts.append(f"waiting on {action.waiting_on}")
        if stage is not None:
            facts.append(f"from {stage.title}")
        lines = [
            hanging(f"{MARKS[action.status]} ", Content.styled(action.text, "bold"), self.width, "$text-muted"),
            hanging("    ", Content(", ".join(facts)), self.width),
        ]
        for step in chain.steps(session, action):
            head = ", ".join(part for part in (told.moment(step.at), session.called(step.by), step.what) if part)
            words = Content.assemble((f"{head}{': ' if step.text else ''}", "$text-muted"), step.text)
            lines.append(hanging("    ", words, self.width))
        return Content("\n").join(lines)

    def _review(self) -> Told:
        session, decision = self.chain.session, self._decided
        for review in decision.reviews:
            again = f"; look again on {told.day(review.review_on)}" if review.review_on else ""
            head = Content.assemble(
                (f"{told.moment(review.at)}, {session.called(review.by)}  ", "$text-muted"),
                (review.outcome, "bold"),
                (again, "$text-muted"),
            )
            lines = [hanging("", head, self.width)]
            if review.note:
                lines.append(hanging("  ", Content(review.note), self.width))
            yield "decision", "", Content("\n").join(lines)
        for dissent in session.dissents:
            if dissent.decision == decision.id:
                by = f"{session.called(dissent.by)} sees it differently  "
                words = Content.assemble((by, "$text-muted"), dissent.text)
                yield "decision", "", hanging("", words, self.width)
        when = rules.look_again(decision)
        if when is not None and rules.stands(session, decision):
            if rules.is_due(session, decision, self.today):
                words = Content.styled(f"To be looked at again since {told.day(when)}; R does.", "$error")
            else:
                words = Content(f"To be looked at again on {told.day(when)}.")
            yield "decision", "", words
        elif when is not None and not decision.reviews:
            yield "decision", "", Content.styled(f"Meant to be looked at again on {told.day(when)}.", "$text-muted")
        elif not decision.reviews:
            yield "nothing", "", Content.styled("Nothing has come of it yet.", "$text-muted")

    @property
    def _decided(self) -> Decision:
        assert self.chain.decision is not None
        return self.chain.decision
