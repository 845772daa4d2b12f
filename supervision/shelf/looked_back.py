"""What a pair looks back on: what is open from their earlier sessions, what came back to them, what was done since."""

from collections.abc import Collection
from dataclasses import dataclass

from supervision.shelf.lists import Row
from supervision.shelf.shelf import Shelf


@dataclass(frozen=True, slots=True)
class LookedBack:
    """Rows of actions and decisions, each in one place. `earlier` says whether they have met before at all."""

    earlier: bool
    due: list[Row]
    answered: list[Row]
    """Decisions to which somebody with authority has answered since they last met."""
    waiting: list[Row]
    """Decisions to which nobody has answered yet."""
    still: list[Row]
    done: list[Row]


def looking_back(shelf: Shelf, pair: Collection[str], here: str) -> LookedBack:
    """For the session `here` of these people, which is not looked at itself."""
    lists = shelf.lists()
    sessions = [row for row in lists.sessions(pair=pair)[:2] if row["id"] != here]
    last = str(sessions[0]["when"])[:10] if sessions else ""
    actions = [row for row in lists.actions(which="all", pair=pair) if row["session"] != here]
    decisions = [row for row in lists.decisions(pair=pair) if row["session"] != here]
    due = [row for row in decisions if row["due"]]
    return LookedBack(
        earlier=bool(sessions),
        due=due,
        answered=[row for row in decisions if row not in due and _answered_after(row, last)],
        waiting=[row for row in decisions if row["awaits_answer"]],
        still=[row for row in actions if row["status"] == "open"],
        done=[row for row in actions if row["status"] == "done" and last and str(row["closed"])[:10] >= last],
    )


def _answered_after(row: Row, last: str) -> bool:
    """Whether an answer came after that day: what was answered on it was known in the session itself."""
    support = row["support"]
    return bool(last) and support["status"] in {"given", "refused"} and (support["at"] or "")[:10] > last
