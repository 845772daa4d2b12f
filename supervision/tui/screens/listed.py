"""An action and a decision as rows of a list."""

from collections.abc import Mapping
from typing import Any

from textual.content import Content

from supervision.tui.screens import told

MARKS = {"open": "[ ]", "done": "[x]", "dropped": "[-]"}
OVER = {"replaced", "ended", "declined"}
"""What is not looked at again, whatever day was once named."""


def action_row(row: Mapping[str, Any], *, me: str = "", pair: bool = False) -> Content:
    """An action in a list: the sentence, and below it whose, by when, waiting on whom, and from which session."""
    facts: list[Content] = [Content(str(row["owner"] or "nobody yet"))]
    if row["due"]:
        words = f"by {told.day(row['due'])}"
        facts.append(Content.styled(f"overdue, {words}", "$error") if row.get("overdue") else Content(words))
    if row["notes"]:  # what became of it: rather this than the rest, where there is no room for both
        facts.append(Content(str(row["notes"][-1]["text"]).split("\n")[0]))
    if row["waiting_on"]:
        facts.append(Content(f"waiting on {row['waiting_on']}"))
    if row["status"] != "open":
        facts.append(Content(f"{row['status']} {told.day(row['closed'])}".strip()))
    if not pair:
        facts.append(Content(f"with {told.with_whom(row['with'], me)}"))
    mark = MARKS[row["status"]]
    return Content.assemble(
        (mark, "$text-muted"),
        f" {row['text']}\n    ",
        Content.styled(", ", "").join(facts).stylize_before("$text-muted"),
    )


def decision_row(row: Mapping[str, Any], *, me: str = "", pair: bool = False) -> Content:
    """A decision in a list: its title, and below it the stance, where it stands, and when it is looked at again."""
    stance = told.STANCE_NAMES.get(str(row["stance"]), "no stance yet")
    facts = [Content(f"{stance}, {told.STATUS_NAMES[row['status']]}")]
    if row["due"]:
        facts.append(Content.styled(f"to be looked at since {told.day(row['due_on'])}", "$error"))
    elif row["due_on"] and row["status"] not in OVER:
        facts.append(Content(f"look again on {told.day(row['due_on'])}"))
    if not pair:
        facts.append(Content(f"with {told.with_whom(row['with'], me)}"))
    title = str(row["title"]) or "no title yet"
    alias = f"  {row['alias']}" if row["alias"] else ""
    return Content.assemble(
        title, (alias, "$text-muted"), "\n  ", Content(", ").join(facts).stylize_before("$text-muted")
    )
