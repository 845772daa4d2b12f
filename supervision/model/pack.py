"""A prompt pack as it is stamped into a session: stages, their prompts and their minutes."""

import re
from dataclasses import dataclass
from typing import Literal

from supervision.model import frozen

_STAND_INS = {"alias": "the person", "practitioner": "the practitioner"}
_STAND_IN = re.compile(r"(?P<start>\A\W*|[.?!]\s+|\n\W*)?\{(?P<who>alias|practitioner)\}")

Shows = Literal["notes", "look-back", "matters", "options", "decide", "actions", "record"]
"""What a stage foregrounds on the screen; it never limits what may be written."""

Part = Literal["", "presenter", "listener"]
Turn = Literal["", "a", "b"]
Opens = Literal["", "first", "take-to", "heard"]
"""What a question of a paired reflection opens: who goes first, to whom it is taken, whether something is raised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One ask: the question, a line on what it is asking, and probes that help to weigh it.

    `suggests` is the sentence of an action this prompt offers (the three strategies); `part` says whose hint it is in
    a paired reflection, empty for both; `opens` is what answers it, where that is more than a note.
    """

    id: str
    text: str
    asks: str = ""
    probes: tuple[str, ...] = ()
    suggests: str = ""
    part: Part = ""
    opens: Opens = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One step of the way. `letter` stands in the stage line; `minutes` advise and never advance.

    Where it is `silent`, or each writes for themselves first (`private`), nobody is asked or told anything.
    """

    id: str
    title: str
    prompts: tuple[Prompt, ...] = ()
    letter: str = ""
    minutes: int = 0
    shows: Shows = "notes"
    turn: Turn = ""
    private: bool = False
    silent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A whole prompt set, for one length in minutes."""

    name: str
    title: str
    kind: Literal["supervision", "peer"]
    minutes: int
    stages: tuple[Stage, ...]
    source: str = ""
    confidentiality: str = ""

    def stage(self, stage_id: str) -> Stage | None:
        return next((stage for stage in self.stages if stage.id == stage_id), None)


def filled(text: str, alias: str = "", practitioner: str = "") -> str:
    """`text` with {alias} and {practitioner} filled in, in one pass; all else stays as it is, other braces too.

    While there is no alias it reads "the person" ("The person" where a sentence begins), and likewise "the
    practitioner".
    """
    given = {"alias": alias, "practitioner": practitioner}

    def name(found: re.Match[str]) -> str:
        start, who = found["start"], found["who"]
        stand_in = _STAND_INS[who]
        return (start or "") + (given[who] or (stand_in if start is None else stand_in.capitalize()))

    return _STAND_IN.sub(name, text)


frozen.share(globals())
