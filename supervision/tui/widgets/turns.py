"""The line of the turns: whose turn it is, and how much of their half each has had. It changes once a minute."""

from datetime import datetime

from textual.content import Content

from supervision.model import turns
from supervision.model.names import short_names
from supervision.model.values import Session
from supervision.tui.widgets.names import colour_of
from supervision.tui.widgets.status import TwoEnds, two_ends


class TurnLine(TwoEnds):
    """Who presents and who listens, and beside it each person's minutes; or why the clock stands still."""

    DEFAULT_CSS = "TurnLine.-none { display: none; }"
    _brief = Content("")
    """What stands at the left where there is not room for all of it."""

    @property
    def is_shown(self) -> bool:
        return not self.has_class("-none")

    def tell(self, session: Session, stage: str, now: datetime, go_on: str) -> None:
        """Shows the turn of a stage; `go_on` says how a clock starts again that a concern has stopped."""
        found = session.pack.stage(stage)
        in_turns = found is not None and bool(found.turn) and turns.has_turns(session)
        self.set_class(not in_turns, "-none")
        if not in_turns or found is None:
            return
        why = turns.stopped(session)
        if why == "concern":
            self._brief = Content.styled("A concern: both turns stand still.", "bold $accent")
            self.ends(Content.styled(turns.WHY_STILL[why], "bold $accent"), Content.styled(go_on, "$text-muted"))
            return
        names = short_names(session)
        who = turns.presenter(session, found.turn)
        other = session.others(who)[0].id
        self._brief = Content.assemble(
            (names[who], f"bold ${colour_of(session, who)}"),
            (" presents", "$text-muted"),
        )
        left = Content.assemble(
            self._brief,
            (f"  {names[other]}", f"bold ${colour_of(session, other)}"),
            (" listens", "$text-muted"),
        )
        minutes = []
        for turn, (person, had, meant) in zip(turns.TURNS, turns.elapsed(session, now), strict=True):
            style = "bold $accent" if turns.is_used_up(session, turn, now) else "$text-muted"
            minutes.append(Content.styled(f"{names[person]} {had} of {meant} min", style))
        if why:
            minutes.append(Content.styled("stopped", "bold $accent"))
        self.ends(left, Content("  ").join(minutes))

    def render(self) -> Content:
        width = self.size.width
        fits = self._left.cell_length + 2 + self._right.cell_length <= width
        return two_ends(self._left if fits else self._brief, self._right, width)
