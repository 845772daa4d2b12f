"""What the stories type: a whole session line by line, and the decision they are about."""

from datetime import date, timedelta
from typing import Any

from tests.conftest import Program

STAGES = (
    *("arrive", "look-back", "bring", "boundaries", "relationships", "offering", "kindness", "extra-mile", "need"),
    *("systems", "decide", "act", "sign"),
)
FIELDS = {
    "title": "Evening messages",
    "situation": "J writes after nine at night; what do I owe J?",
    "usual_practice": "No contact out of hours, set by the team manager",
    "need": "To know that somebody will answer",
    "persons_view": "J says: when nobody writes back I think you have gone too",
    "stance": "bend",
    "limits": "One reply, by eight, on weekdays, until the end of January",
    "risks": "J may come to wait for it",
    "safeguards": "Looked at in supervision; the out-of-hours line is named",
    "rationale": "Because being answered is what J never had",
    "explained_how": "Sam tells J at the next visit, and how to disagree",
    "review_on": (date.today() + timedelta(days=60)).isoformat(),
}
OPTIONS = (
    ("Hold the hours", "predictable, and cold", "rest", "fair"),
    ("One reply by eight", "feels held", "a little time each day", "others may ask for it too"),
)


def decide(*, support: str = "", **fields: str) -> str:
    """The lines of /decide, a part each, in the order in which it asks."""
    written = FIELDS | fields
    lines = ["/decide"]
    lines += [written[key] for key in ("title", "situation", "usual_practice", "need", "persons_view")]
    lines += [" | ".join(option) for option in OPTIONS]
    lines += [""]
    lines += [written[key] for key in ("stance", "limits", "risks", "safeguards")]
    lines += [support]
    lines += [written[key] for key in ("rationale", "explained_how", "review_on")]
    return "".join(f"{line}\n" for line in lines)


def piped(program: Program, typed: str, *args: str) -> tuple[str, list[str]]:
    """The session's id and the lines that were printed, for lines piped into `supervision plain`."""
    done = program.process("plain", *args, stdin=typed)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stderr == b""
    lines = done.stdout.decode().splitlines()
    assert lines[0].startswith("Session of ")
    return lines[-1].removeprefix("Saved. To come back: supervision plain "), lines


def refused(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("! ")]


def decision(program: Program, session: str, number: int = 1) -> dict[str, Any]:
    found: dict[str, Any] = program.json("show", session)["decisions"][number - 1]
    return found
