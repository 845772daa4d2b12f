"""What lists, search, exports, home and one change take with more and more sessions, beside what people use now.

    python tests/bench/scale.py FOLDER [--counts 100 1000 10000] [--runs 7]

Each count is taken in through `supervision import` into a store of its own (five actions, two decisions and about
1.7 kB of notes a session). Beside it, in the same run and by turns: Taskwarrior listing what is overdue of as many
tasks (actions and decisions together, told apart by their project), jrnl searching as many entries with the same notes,
and plain TinyDB with the same in one file. Every figure is the median of the time that a whole command takes, from its
start to its end; what it prints goes into a file.

Taskwarrior is `apt-get install taskwarrior`. jrnl goes into an environment of its own, FOLDER/jrnl, made here with
`python -m venv` and `pip install jrnl`. What is missing is left out and said.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tests.bench import many  # noqa: E402  # found once the checkout is on the path
from tests.bench.test_first_frame import seconds_until  # noqa: E402

OFTEN, RARE = "kitchen", many.RARE
GOALS = {"actions --overdue": 0.5, "decisions --due": 0.5, f"search {RARE}": 0.25, f"search {OFTEN}": 0.25}
ONE_CHANGE = 1.2

_TINYDB = """
import sys
from tinydb import TinyDB
base, what, word = TinyDB(sys.argv[1]), sys.argv[2], sys.argv[3]
if what == "change":
    table = base.table("actions")
    table.update({"status": "done"}, doc_ids=[1])
else:
    table, key = {"overdue": ("actions", "due"), "due": ("decisions", "review_on"), "search": ("notes", "")}[what]
    found = [row for row in base.table(table)
             if (word.casefold() in row["text"].casefold() if what == "search" else (row[key] or "9") < word)]
    for row in found:
        print(row["text"])
"""


@dataclass
class Ground:
    """Where one count of sessions lies: our store, and the same things as the other tools keep them."""

    folder: Path
    count: int
    others: dict[str, str] = field(default_factory=dict)
    """The programs that are there, by name."""

    @property
    def store(self) -> Path:
        return self.folder / "store"

    @property
    def tiny(self) -> Path:
        return self.folder / "tiny.json"

    @property
    def env(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
            "SUPERVISION_STORE": str(self.store),
            "SUPERVISION_CONFIG": str(self.folder / "config"),
            "SUPERVISION_ME": many.SUPERVISORS[0],
        }

    def run(self, *command: str, into: str = "out", **more: str) -> float:
        """How long a command takes; what it prints is in a file afterwards."""
        with (self.folder / into).open("wb") as out:
            started = time.perf_counter()
            done = subprocess.run(
                command,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.PIPE,
                env={**self.env, **more},
            )
            took = time.perf_counter() - started
        if done.returncode:
            raise SystemExit(f"{' '.join(command)}: {done.stderr.decode(errors='replace')[-2000:]}")
        return took

    def ours(self, *command: str) -> float:
        return self.run(sys.executable, "-m", "supervision", *command, into="ours")

    def tinydb(self, what: str, word: str = "") -> float:
        return self.run(sys.executable, "-c", _TINYDB, str(self.tiny), what, word, into="tinydb")

    def task(self, *command: str) -> float:
        return self.run(self.others["task"], *command, into="task", TASKRC=str(self.folder / "taskrc"))

    def jrnl(self, word: str) -> float:
        settings = str(self.folder / "jrnl.yaml")
        return self.run(self.others["jrnl"], "--config-file", settings, "-contains", word, into="jrnl")

    def home(self) -> float:
        return seconds_until(many.SUPERVISORS[0].split()[0], self.env, ("-m", "supervision"))


# Laying the ground


def lay(folder: Path, count: int, source: Path, others: dict[str, str]) -> tuple[Ground, float]:
    """A store with the first `count` sessions of a file, and the others' files; and how long the import took."""
    ground = Ground(folder, count, others)
    folder.mkdir()
    some = folder / "sessions.jsonl"
    with source.open() as lines, some.open("w") as out:
        records = [json.loads(line) for line, _ in zip(lines, range(count), strict=False) if out.write(line)]
    took = ground.ours("import", str(some))
    some.unlink()
    actions = [row for record in records for row in record["actions"]]
    decisions = [row for record in records for row in record["decisions"]]
    _lay_tinydb(ground, records, actions, decisions)
    if "task" in others:
        tasks = [("action", row["text"], row["due"]) for row in actions]
        _lay_tasks(ground, [*tasks, *(("decision", row["title"], row["review_on"]) for row in decisions)])
    if "jrnl" in others:
        _lay_entries(ground, records)
    return ground, took


def _notes(record: dict[str, Any]) -> str:
    return "".join(note["text"] for stage in record["stages"] for note in stage["notes"])


def _lay_tinydb(ground: Ground, records: list[Any], actions: list[Any], decisions: list[Any]) -> None:
    # The form of TinyDB's own file, in one go: inserting so many one by one would take it hours.
    titled = [{**row, "text": row["title"]} for row in decisions]
    words = [{"session": one["id"], "text": "\n".join((one["matters"][0]["question"], _notes(one)))} for one in records]
    tables = {"actions": actions, "decisions": titled, "notes": words}
    ground.tiny.write_text(
        json.dumps({name: {str(n): row for n, row in enumerate(rows, 1)} for name, rows in tables.items()})
    )


def _lay_tasks(ground: Ground, rows: list[tuple[str, str, str | None]]) -> None:
    data, settings, tasks = (ground.folder / name for name in ("tasks", "taskrc", "tasks.json"))
    data.mkdir()
    settings.write_text(f"data.location={data}\nconfirmation=off\nverbose=nothing\n")
    with tasks.open("w") as out:
        for kind, text, due in rows:
            task = {"project": kind, "description": text, **({"due": f"{due}T120000Z"} if due else {})}
            out.write(json.dumps(task) + "\n")
    ground.task("import", str(tasks))


def _lay_entries(ground: Ground, records: list[Any]) -> None:
    journal, settings = ground.folder / "jrnl.txt", ground.folder / "jrnl.yaml"
    with journal.open("w") as out:
        for record in reversed(records):
            title = record["matters"][0]["question"]
            out.write(f"[{record['started'][:16].replace('T', ' ')}] {title}\n{_notes(record)}\n")
    settings.write_text(
        f"journals:\n  default:\n    journal: {journal}\nversion: v{_version(ground)}\neditor: ''\nencrypt: false\n"
        "template: false\ndefault_hour: 9\ndefault_minute: 0\ntimeformat: '%Y-%m-%d %H:%M'\ntagsymbols: '#@'\n"
        "highlight: true\nlinewrap: 79\nindent_character: '|'\n"
        "colors:\n  body: none\n  date: none\n  tags: none\n  title: none\n"
    )


def _version(ground: Ground) -> str:
    ground.run(ground.others["jrnl"], "--version", into="jrnl")
    return (ground.folder / "jrnl").read_text().split()[1].lstrip("v")


# Measuring


def by_turns(runs: int, ways: dict[str, Callable[[], float]]) -> dict[str, float]:
    """The median of each way, after one that does not count; they take turns, so that a slow moment is everybody's."""
    took: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(runs + 1):
        for name, way in ways.items():
            seconds = way()
            if turn:
                took[name].append(seconds)
    return {name: statistics.median(all_of_them) for name, all_of_them in took.items()}


def measured(ground: Ground, runs: int) -> Iterator[tuple[str, dict[str, float]]]:
    """What is measured, and the medians by whose program it is."""
    today = date.today().isoformat()
    for what, command, kind, listing in (
        ("actions --overdue", ("actions", "--overdue"), "action", "overdue"),
        ("decisions --due", ("decisions", "--due"), "decision", "due"),
    ):
        ways: dict[str, Callable[[], float]] = {"ours": partial(ground.ours, *command)}
        if "task" in ground.others:
            ways["Taskwarrior"] = partial(ground.task, f"project:{kind}", "+OVERDUE", "list")
        ways["TinyDB"] = partial(ground.tinydb, listing, today)
        yield what, by_turns(runs, ways)
    for word in (RARE, OFTEN):
        ways = {"ours": partial(ground.ours, "search", word)}
        if "jrnl" in ground.others:
            ways["jrnl"] = partial(ground.jrnl, word)
        ways["TinyDB"] = partial(ground.tinydb, "search", word)
        yield f"search {word}", by_turns(runs, ways)
    ground.ours("sessions", "--json")
    newest = json.loads((ground.folder / "ours").read_text())[0]["id"]
    for named, chosen, forms in (
        ("export one as", (newest,), ("txt", "html", "docx")),
        ("export actions as", ("--actions",), ("csv", "ics")),
    ):
        for form in forms:
            out = ("--format", form, "-o", str(ground.folder / f"out.{form}"))
            yield f"{named} {form}", by_turns(runs, {"ours": partial(ground.ours, "export", *chosen, *out)})
    yield "home's first frame", by_turns(runs, {"ours": ground.home})


def changes(grounds: Sequence[Ground], runs: int) -> dict[str, dict[int, float]]:
    """One tick, in each store by turns: as a command, and within a program that runs (the record, chain, index)."""
    found: dict[str, dict[int, float]] = {}
    some = {ground.count: _some_actions(ground, 4 * runs + 4) for ground in grounds}

    def command(ground: Ground) -> float:
        action, who = some[ground.count].pop()
        return ground.ours("--me", who, "actions", "note", action, "--note", "One step further.")

    found["one change, a command"] = _over(grounds, runs, command)
    found["one change, inside"] = _over(grounds, 3, lambda ground: _inside(ground, *some[ground.count].pop(), runs * 5))
    found["one change, plain TinyDB"] = _over(grounds, min(runs, 3), lambda ground: ground.tinydb("change"))
    return found


def _over(grounds: Sequence[Ground], runs: int, way: Callable[[Ground], float]) -> dict[int, float]:
    named = by_turns(runs, {str(ground.count): partial(way, ground) for ground in grounds})
    return {int(count): seconds for count, seconds in named.items()}


def _some_actions(ground: Ground, count: int) -> list[tuple[str, str]]:
    """Actions, and somebody of each one's session."""
    ground.ours("actions", "--json")
    rows = json.loads((ground.folder / "ours").read_text())[:count]
    return [(row["id"], row["with"][0]["name"]) for row in rows]


_CHANGES = """
import statistics, sys, time
from supervision.cli.here import Here
from supervision.model.changes import NoteAction
here = Here()
shelf, took = here.shelf, []
session = shelf.load(here.store.home_of(sys.argv[1], "actions"))
for n in range(int(sys.argv[2]) + 2):
    started = time.perf_counter()
    shelf.carry(session.id, NoteAction(id=sys.argv[1], text=f"Step {n}."), here.me)
    took.append(time.perf_counter() - started)
print(statistics.median(took[2:]))
"""


def _inside(ground: Ground, action: str, who: str, times: int) -> float:
    ground.run(sys.executable, "-c", _CHANGES, action, str(times), into="inside", SUPERVISION_ME=who)
    return float((ground.folder / "inside").read_text())


# All of it


def programs(folder: Path) -> dict[str, str]:
    """Taskwarrior and jrnl as far as they are to be had."""
    found = {"task": path} if (path := shutil.which("task")) else {}
    jrnl = folder / "jrnl" / "bin" / "jrnl"
    if not jrnl.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder / "jrnl")], check=True)
        subprocess.run([str(jrnl.with_name("pip")), "install", "-q", "jrnl"], check=False, capture_output=True)
    if jrnl.exists():
        found["jrnl"] = str(jrnl)
    for name, program in (("task", "Taskwarrior"), ("jrnl", "jrnl")):
        if name not in found:
            print(f"{program} is not here, so nothing stands beside ours there.")
    return found


def table(what: str, count: int, medians: dict[str, float]) -> None:
    ours = medians["ours"]
    beside = [
        f"{name} {seconds:7.3f} s (ours: {ours / seconds:5.2f} of it)"
        for name, seconds in medians.items()
        if name != "ours"
    ]
    print(f"{what:<22}{count:>7} sessions  ours {ours:6.3f} s  {'   '.join(beside)}", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="A folder for it all, of which the stores are made anew.")
    parser.add_argument("--counts", type=int, nargs="+", default=[100, 1000, 10_000])
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--alone", action="store_true", help="Without the other tools.")
    given = parser.parse_args(arguments)
    given.folder.mkdir(parents=True, exist_ok=True)
    others = {} if given.alone else programs(given.folder)
    source = given.folder / "sessions.jsonl"
    with source.open("w") as out:
        out.writelines(many.lines(max(given.counts)))
    grounds, met = [], []
    for count in given.counts:
        folder = given.folder / str(count)
        shutil.rmtree(folder, ignore_errors=True)
        ground, took = lay(folder, count, source, others)
        print(
            f"{'import':<22}{count:>7} sessions  ours {took:6.3f} s  ({1000 * took / count:.1f} ms a session)",
            flush=True,
        )
        grounds.append(ground)
        for what, medians in measured(ground, given.runs):
            table(what, count, medians)
            other = next((name for name in ("Taskwarrior", "jrnl") if name in medians), None)
            if count == max(given.counts) and what in GOALS and other:
                met.append((f"{what} / {other}", medians["ours"] / medians[other], GOALS[what]))
    for what, seconds in changes(grounds, given.runs).items():
        few, lots = seconds[min(seconds)], seconds[max(seconds)]
        line = "  ".join(f"{count} sessions {1000 * took:.1f} ms" for count, took in seconds.items())
        print(f"{what:<26}{line}  (the last is {lots / few:.2f} times the first)")
        if "TinyDB" not in what:
            met.append((what, lots / few, ONE_CHANGE))
    print()
    for what, ratio, goal in met:
        print(f"{what:<34}{ratio:6.2f}   goal: at most {goal}   {'met' if ratio <= goal else 'NOT MET'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
