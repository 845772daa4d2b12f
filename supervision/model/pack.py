"""A prompt pack as it is stamped into a session: stages, their prompts and their minutes."""

from dataclasses import dataclass
from typing import Literal

Shows = Literal["notes", "look-back", "matters", "options", "decide", "actions", "record"]
"""What a stage foregrounds on the screen; it never limits what may be written."""

Part = Literal["", "presenter", "listener"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One ask: the question, a line on what it is asking, and probes that help to weigh it.

    `suggests` is the sentence of an action this prompt offers (the three strategies); `part` says whose hint it is in
    a paired reflection, empty for both.
    """

    id: str
    text: str
    asks: str = ""
    probes: tuple[str, ...] = ()
    suggests: str = ""
    part: Part = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One step of the way. `letter` stands in the stage line; `minutes` advise and never advance."""

    id: str
    title: str
    prompts: tuple[Prompt, ...] = ()
    letter: str = ""
    minutes: int = 0
    shows: Shows = "notes"
    turn: Literal["", "a", "b"] = ""
    private: bool = False


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
