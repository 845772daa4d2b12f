"""Where somebody is in a session: with two keyboards each has a place of their own beside the one they share."""

from dataclasses import dataclass, replace
from typing import Literal

from supervision.model.values import Session

Follow = Literal["asked", "on", "off"]
"""Whether one goes where the other goes: when one asks to, always, or never, looking around by oneself."""


@dataclass(frozen=True, slots=True)
class Place:
    """A stage, one of its questions, and a matter."""

    stage: str
    prompt: str
    matter: int

    @classmethod
    def of(cls, session: Session) -> "Place":
        """The place that is shared."""
        return cls(session.stage, session.prompt, session.matter)

    def seen(self, session: Session) -> Session:
        """The session as somebody has it before them who is here."""
        return replace(session, stage=self.stage, prompt=self.prompt, matter=self.matter)
